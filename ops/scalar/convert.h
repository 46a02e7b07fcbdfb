/* Conversions between any two dtypes that computations use.
 *
 * jk_convert_<from>_<to>: conversion to an integer wraps, to a float rounds to nearest. Conversion
 * from a float to an integer truncates, saturates at the ends of the range, and turns NaN into 0.
 * Conversion to bool tests for "not zero".
 */
#ifndef JACQUARD_OPS_SCALAR_CONVERT_H
#define JACQUARD_OPS_SCALAR_CONVERT_H

#include "ops/scalar/each.h"
#include "ops/scalar/jk.h"

// clang-format off

#define CONVERT_CAST(to, T, U, from, F) \
    JK T jk_convert_##from##_##to(F x) { return (T) x; }

#define CONVERT_TO_BOOL(to, T, U, from, F) \
    JK T jk_convert_##from##_##to(F x) { return x != 0; }

/* The limits are powers of two and so exact in every float type. Only values between them are
 * cast. */
#define CONVERT_SATURATING(to, T, U, from, F)                                       \
    JK T jk_convert_##from##_##to(F x)                                              \
    {                                                                               \
        const int is_signed = (T) -1 < (T) 1;                                       \
        const U top = (U) ~(U) 0 >> is_signed;                                      \
        const F above = (F) (top / 2 + 1) * 2, least = is_signed ? -above : 0;      \
        T inside = (T) (x >= least && x < above ? x : 0);                        \
        T low = x < least && is_signed ? (T) (top + 1) : inside;                    \
        return x >= above ? (T) top : low;                                          \
    }

/* Conversions from integers and bools, then from floats. */
#define CONVERT_FROM_EXACT(from, F, U)             \
    EACH_LATER(EACH_bool)(CONVERT_TO_BOOL, from, F)   \
    EACH_LATER(EACH_int)(CONVERT_CAST, from, F)       \
    EACH_LATER(EACH_float)(CONVERT_CAST, from, F)
#define CONVERT_FROM_FLOAT(from, F, U)             \
    EACH_LATER(EACH_bool)(CONVERT_TO_BOOL, from, F)   \
    EACH_LATER(EACH_int)(CONVERT_SATURATING, from, F) \
    EACH_LATER(EACH_float)(CONVERT_CAST, from, F)
EACH_AGAIN(EACH_bits(CONVERT_FROM_EXACT))
EACH_AGAIN(EACH_float(CONVERT_FROM_FLOAT))

// clang-format on

#endif

/* Conversion between every two dtypes, and reinterpretation of bits.
 *
 * jk_convert_<from>_<to>: integers wrap, floats round to nearest; a float to an integer truncates,
 * saturates at the ends of the range, and makes 0 of NaN; to bool is "not zero".
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

/* The limits, powers of two, are exact in every float type; only what lies between is cast. */
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

#define CONVERT_FROM_EXACT(from, F, U)    \
    EACH_bool(CONVERT_TO_BOOL, from, F)   \
    EACH_int(CONVERT_CAST, from, F)       \
    EACH_float(CONVERT_CAST, from, F)
#define CONVERT_FROM_FLOAT(from, F, U)    \
    EACH_bool(CONVERT_TO_BOOL, from, F)   \
    EACH_int(CONVERT_SATURATING, from, F) \
    EACH_float(CONVERT_CAST, from, F)

/* Not through EACH_bits and EACH_float: a macro does not expand inside itself. */
CONVERT_FROM_EXACT(bool, uint8_t, )
CONVERT_FROM_EXACT(i32, int32_t, )
CONVERT_FROM_EXACT(i64, int64_t, )
CONVERT_FROM_EXACT(u8, uint8_t, )
CONVERT_FROM_EXACT(u32, uint32_t, )
CONVERT_FROM_EXACT(u64, uint64_t, )
CONVERT_FROM_FLOAT(f32, float, )
CONVERT_FROM_FLOAT(f64, double, )

#define BITCAST(from, F, to, T) \
    JK T jk_bitcast_##from##_##to(F x) { union { F f; T t; } v = {.f = x}; return v.t; }
#define BITCAST_AMONG(a, A, b, B, c, C) \
    BITCAST(a, A, b, B) BITCAST(a, A, c, C) BITCAST(b, B, a, A) \
    BITCAST(b, B, c, C) BITCAST(c, C, a, A) BITCAST(c, C, b, B)
BITCAST_AMONG(i32, int32_t, u32, uint32_t, f32, float)
BITCAST_AMONG(i64, int64_t, u64, uint64_t, f64, double)

// clang-format on

#endif

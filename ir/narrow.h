/* Conversion between narrow dtypes, given as their bits, and the dtypes that they are computed in.
 *
 * ir_widen_<dtype> is exact. ir_narrow_<dtype> rounds floats to nearest, ties to even, and keeps
 * the lowest bits of integers. They have no branches, so that loops over them vectorize. Constants,
 * the interpreter and, through ops/scalar/narrow.h, compiled code all use these definitions.
 */
#ifndef JACQUARD_NARROW_H
#define JACQUARD_NARROW_H

#include <stdbool.h>
#include <stdint.h>

#include "ir/dtypes.h"

#define IR_NARROW static inline __attribute__((always_inline, unused))

IR_NARROW uint32_t ir_float_bits(float x)
{
    uint32_t u;
    __builtin_memcpy(&u, &x, sizeof u);
    return u;
}

IR_NARROW float ir_float_of_bits(uint32_t u)
{
    float x;
    __builtin_memcpy(&x, &u, sizeof x);
    return x;
}

/* ---- bf16: the upper half of a float --------------------------------------------------------- */

IR_NARROW float ir_widen_bf16(uint16_t x)
{
    return ir_float_of_bits((uint32_t)x << 16);
}

/* A NaN stays a NaN and keeps the upper bits of its payload. */
IR_NARROW uint16_t ir_narrow_bf16(float x)
{
    uint32_t u = ir_float_bits(x), rounded = u + 0x7fff + (u >> 16 & 1);
    uint32_t nan = u & 0x7f0000 ? u : u | 0x400000;
    return (uint16_t)((x != x ? nan : rounded) >> 16);
}

/* ---- f16: IEEE's binary16 -------------------------------------------------------------------- */

/* Shifted into a float's exponent and fraction, the magnitude is too small by a factor of 2^112.
 * This holds for subnormal numbers too. */
IR_NARROW float ir_widen_f16(uint16_t x)
{
    uint32_t sign = (uint32_t)(x & 0x8000) << 16, magnitude = (uint32_t)(x & 0x7fff) << 13;
    uint32_t number = ir_float_bits(ir_float_of_bits(magnitude) * 0x1p112f);
    return ir_float_of_bits(sign | (magnitude >= 0x0f800000 ? magnitude | 0x7f800000 : number));
}

/* If the result is subnormal, adding 0.5 rounds it and leaves its bits in the low bits of the
 * sum. */
IR_NARROW uint16_t ir_narrow_f16(float x)
{
    uint32_t u = ir_float_bits(x), sign = u >> 16 & 0x8000, magnitude = u & 0x7fffffff;
    uint32_t normal = (magnitude - 0x38000000 + 0xfff + (magnitude >> 13 & 1)) >> 13;
    uint32_t small = ir_float_bits(ir_float_of_bits(magnitude) + 0.5f) - 0x3f000000;
    uint32_t nan = 0x7e00 | (magnitude >> 13 & 0x3ff);
    uint32_t finite = magnitude < 0x38800000 ? small : normal;
    uint32_t large = magnitude > 0x7f800000 ? nan : 0x7c00;
    return (uint16_t)(sign | (magnitude < 0x47800000 ? finite : large));
}

/* ---- floats of at most 8 bits ------------------------------------------------------------------ */

/* What the largest bits of such a float stand for. */
typedef enum {
    IR_IEEE,  /* infinity and NaNs have the largest exponent */
    IR_FN,    /* NaN has all bits set but the sign; no infinity. What is too large becomes NaN */
    IR_FNUZ,  /* NaN is where -0 would be; no infinity, no -0. What is too large becomes NaN */
    IR_FINITE /* neither. What is too large becomes the largest number, and NaN becomes -0 */
} ir_specials;

/* 2^exponent, of a normal float. */
IR_NARROW float ir_power_of_2(int exponent)
{
    return ir_float_of_bits((uint32_t)(exponent + 127) << 23);
}

/* Shifted into a float's exponent and fraction, the magnitude is too small by a power of 2. This
 * holds for subnormal numbers too. */
IR_NARROW float ir_widen_small(uint32_t x, int width, int digits, int least, int most,
                               ir_specials specials)
{
    uint32_t top = (uint32_t)1 << (width - 1), magnitude = x & (top - 1);
    uint32_t sign = x & top ? 0x80000000 : 0, shifted = magnitude << (24 - digits);
    uint32_t number = ir_float_bits(ir_float_of_bits(shifted) * ir_power_of_2(125 + least));
    uint32_t infinity = (uint32_t)(most - least + 2) << (digits - 1);
    if (specials == IR_IEEE)
        number = magnitude >= infinity ? shifted | 0x7f800000 : number;
    if (specials == IR_FN)
        number = magnitude == top - 1 ? 0x7fc00000 : number;
    if (specials == IR_FNUZ) {
        number = !magnitude && sign ? 0x7fc00000 : number;
        sign = magnitude ? sign : 0;
    }
    return ir_float_of_bits(sign | number);
}

/* If the result is subnormal, adding a power of 2 rounds it and leaves its bits in the low bits of
 * the sum. */
IR_NARROW uint8_t ir_narrow_small(float x, int width, int digits, int least, int most,
                                  ir_specials specials)
{
    uint32_t u = ir_float_bits(x), magnitude = u & 0x7fffffff, top = (uint32_t)1 << (width - 1);
    uint32_t sign = u >> 31 ? top : 0, shift = (uint32_t)(24 - digits);
    uint32_t smallest = ir_float_bits(ir_power_of_2(least - 1)); /* normal number */
    uint32_t odd = magnitude >> shift & 1, half = (uint32_t)1 << (shift - 1);
    uint32_t normal = (magnitude - smallest + (1 << 23) + half - 1 + odd) >> shift;
    float rounder = ir_power_of_2(least - digits + 23);
    uint32_t small = ir_float_bits(ir_float_of_bits(magnitude) + rounder) - ir_float_bits(rounder);
    uint32_t finite = magnitude < smallest ? small : normal;
    bool above = magnitude >= ir_float_bits(ir_power_of_2(most));
    if (specials == IR_IEEE) {
        uint32_t infinity = (uint32_t)(most - least + 2) << (digits - 1);
        uint32_t nan =
            infinity | (1 << (digits - 2)) | (magnitude >> shift & ((1 << (digits - 1)) - 1));
        return (uint8_t)(sign | (x != x ? nan : above ? infinity : finite));
    }
    if (specials == IR_FN)
        return (uint8_t)(sign | (above || finite >= top || x != x ? top - 1 : finite));
    if (specials == IR_FNUZ)
        return (uint8_t)(above || finite >= top || x != x ? top : finite ? sign | finite : 0);
    return (uint8_t)(x != x ? sign ^ top : sign | (above || finite >= top ? top - 1 : finite));
}

enum {
#define X(name, T, U, kind, compute, width, digits, least, most, ...)                              \
    IR_WIDTH_##name = width, IR_DIGITS_##name = digits, IR_LEAST_##name = least,                   \
    IR_MOST_##name = most,
    IR_NARROW_FLOATS(X)
#undef X
};

#define IR_SMALL_FLOAT(name, specials)                                                             \
    IR_NARROW float ir_widen_##name(uint8_t x)                                                     \
    {                                                                                              \
        return ir_widen_small(x, IR_WIDTH_##name, IR_DIGITS_##name, IR_LEAST_##name,               \
                              IR_MOST_##name, specials);                                           \
    }                                                                                              \
    IR_NARROW uint8_t ir_narrow_##name(float x)                                                    \
    {                                                                                              \
        return ir_narrow_small(x, IR_WIDTH_##name, IR_DIGITS_##name, IR_LEAST_##name,              \
                               IR_MOST_##name, specials);                                          \
    }
IR_SMALL_FLOAT(f4_e2m1fn, IR_FINITE)
IR_SMALL_FLOAT(f6_e2m3fn, IR_FINITE)
IR_SMALL_FLOAT(f6_e3m2fn, IR_FINITE)
IR_SMALL_FLOAT(f8_e3m4, IR_IEEE)
IR_SMALL_FLOAT(f8_e4m3, IR_IEEE)
IR_SMALL_FLOAT(f8_e4m3b11fnuz, IR_FNUZ)
IR_SMALL_FLOAT(f8_e4m3fn, IR_FN)
IR_SMALL_FLOAT(f8_e4m3fnuz, IR_FNUZ)
IR_SMALL_FLOAT(f8_e5m2, IR_IEEE)
IR_SMALL_FLOAT(f8_e5m2fnuz, IR_FNUZ)

/* f8_e8m0fnu is a power of 2: a float's exponent. It has neither a sign nor a zero; both become
 * NaN, which has all bits set. */
IR_NARROW float ir_widen_f8_e8m0fnu(uint8_t x)
{
    uint32_t number = x ? (uint32_t)x << 23 : 0x00400000;
    return ir_float_of_bits(x == 0xff ? 0x7fc00000 : number);
}

/* Halfway between two powers, the larger one. What is above 2^-127, the least power, and below the
 * next becomes the next (as in ml_dtypes). */
IR_NARROW uint8_t ir_narrow_f8_e8m0fnu(float x)
{
    uint32_t u = ir_float_bits(x), number = u > 0x00400000 ? (u + 0x00400000) >> 23 : 0;
    return (uint8_t)(x > 0 && number < 0xff ? number : 0xff);
}

/* ---- integers of less than 8 bits: their lowest bits ---------------------------------------------- */

#define IR_SMALL_INT(name, T, width)                                                               \
    IR_NARROW T ir_widen_##name(T x)                                                               \
    {                                                                                              \
        return x;                                                                                  \
    }                                                                                              \
    IR_NARROW T ir_narrow_##name(T x)                                                              \
    {                                                                                              \
        return (T)((T)((uint8_t)x << (8 - width)) >> (8 - width));                                 \
    }
#define X(name, T, U, kind, compute, width, ...) IR_SMALL_INT(name, T, width)
IR_NARROW_INTS(X)
#undef X

#endif

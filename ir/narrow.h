/* Conversion between narrow floats, given as their bits, and float.
 *
 * ir_widen_<dtype> is exact; ir_narrow_<dtype> rounds to nearest, ties to even. They have no
 * branches, so that loops over them vectorize. Constants, the interpreter and, through
 * ops/scalar/narrow.h, compiled code all use these definitions.
 */
#ifndef JACQUARD_NARROW_H
#define JACQUARD_NARROW_H

#include <stdint.h>

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

#endif

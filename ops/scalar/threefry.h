/* threefry2x32 (Salmon et al. 2011): 20 rounds of add, rotate, xor on a pair of words, with a word
 * of the key added after every fourth. */
#ifndef JACQUARD_OPS_SCALAR_THREEFRY_H
#define JACQUARD_OPS_SCALAR_THREEFRY_H

#include "ops/scalar/jk.h"

typedef struct {
    uint32_t x0, x1;
} jk_pair_u32;

JK_INNER jk_pair_u32 jk_threefry_round(jk_pair_u32 v, int rotation)
{
    v.x0 += v.x1;
    v.x1 = (v.x1 << rotation | v.x1 >> (32 - rotation)) ^ v.x0;
    return v;
}

JK_INNER jk_pair_u32 jk_threefry_rounds(jk_pair_u32 v, int r0, int r1, int r2, int r3,
                                        uint32_t key0, uint32_t key1)
{
    v = jk_threefry_round(jk_threefry_round(v, r0), r1);
    v = jk_threefry_round(jk_threefry_round(v, r2), r3);
    v.x0 += key0;
    v.x1 += key1;
    return v;
}

/* Returns x, in a way that the code generator only simplifies after its loop strength reduction.
 * Otherwise that pass sees sums here that grow with a loop's counter, tries every way to share
 * them, and takes longer than everything else together. */
JK_INNER uint32_t jk_threefry_veil(uint32_t x)
{
    x = x << 16 | x >> 16;
    return x << 16 | x >> 16;
}

JK_INNER jk_pair_u32 jk_threefry2x32_pair(uint32_t k0, uint32_t k1, uint32_t x0, uint32_t x1)
{
    uint32_t k2 = k0 ^ k1 ^ 0x1bd11bdau;
    jk_pair_u32 v = {jk_threefry_veil(x0 + k0), jk_threefry_veil(x1 + k1)};
    v = jk_threefry_rounds(v, 13, 15, 26, 6, k1, k2 + 1);
    v = jk_threefry_rounds(v, 17, 29, 16, 24, k2, k0 + 2);
    v = jk_threefry_rounds(v, 13, 15, 26, 6, k0, k1 + 3);
    v = jk_threefry_rounds(v, 17, 29, 16, 24, k1, k2 + 4);
    return jk_threefry_rounds(v, 13, 15, 26, 6, k2, k0 + 5);
}

/* One function for each output. Compiled code that needs both computes the rounds only once. */
JK uint32_t jk_threefry2x32_0_u32(uint32_t k0, uint32_t k1, uint32_t x0, uint32_t x1)
{
    return jk_threefry2x32_pair(k0, k1, x0, x1).x0;
}

JK uint32_t jk_threefry2x32_1_u32(uint32_t k0, uint32_t k1, uint32_t x0, uint32_t x1)
{
    return jk_threefry2x32_pair(k0, k1, x0, x1).x1;
}

#endif

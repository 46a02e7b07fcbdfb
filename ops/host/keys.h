/* Keys, for sort.c and top_k.c: an element is mapped to an unsigned integer of the same order, and
 * kept together with its place in the line. -0 equals 0, and a NaN is greater than all numbers. */
#ifndef JACQUARD_OPS_HOST_KEYS_H
#define JACQUARD_OPS_HOST_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "jit/host/host.h"

/* How the bits of a dtype become keys. */
typedef struct {
    int size;
    uint64_t sign;     /* the sign bit; 0: unsigned */
    uint64_t infinity; /* the bits of inf or, without inf, of the largest number; 0: not a float */
    uint64_t flip;     /* all ones for a descending order, otherwise 0 */
} key_format;

key_format jac_host_key_format(ir_dtype d, bool descending);

static inline uint64_t bits_at(const void *x, int64_t at, int size)
{
    switch (size) {
    case 1:
        return ((const uint8_t *)x)[at];
    case 2:
        return ((const uint16_t *)x)[at];
    case 4:
        return ((const uint32_t *)x)[at];
    default:
        return ((const uint64_t *)x)[at];
    }
}

static inline void put_bits(void *y, int64_t at, int size, uint64_t bits)
{
    switch (size) {
    case 1:
        ((uint8_t *)y)[at] = (uint8_t)bits;
        break;
    case 2:
        ((uint16_t *)y)[at] = (uint16_t)bits;
        break;
    case 4:
        ((uint32_t *)y)[at] = (uint32_t)bits;
        break;
    default:
        ((uint64_t *)y)[at] = bits;
    }
}

static inline uint64_t key_of(uint64_t bits, const key_format *f)
{
    if (f->infinity) {
        uint64_t magnitude = bits & ~f->sign, all = f->sign | (f->sign - 1);
        bits = magnitude > f->infinity ? f->infinity + 1 : magnitude ? bits : 0;
        bits = bits & f->sign ? ~bits & all : bits | f->sign;
    } else {
        bits ^= f->sign;
    }
    return bits ^ f->flip;
}

/* The same for the bits v of a float that is neither a NaN nor -0, or of an integer, where the
 * format is in local variables. */
#define MAP(v) ((U)((v) ^ (floats ? (U)((U)((I)(v) >> top) | sign) : sign) ^ flip))

/* ---- pairs of a key and a place ---------------------------------------------------------------- */

typedef struct {
    uint64_t key;
    int64_t place;
} wide_pair;
/* The key is in the upper half, the place in the lower one. */
typedef uint64_t narrow_pair;

#define UPPER(x)           ((uint32_t)((x) >> 32))
#define LOWER(x)           ((uint32_t)(x))
#define KEY_PART(x)        ((x).key)
#define PLACE_PART(x)      ((x).place)
#define NARROW_PAIR(k, at) ((k) << 32 | (uint32_t)(at))
#define WIDE_PAIR(k, at)   ((wide_pair){k, at})

/* Sort n pairs stably by the lowest `bytes` bytes of their keys. `spare` has room for as many.
 * Return where the result is. */
narrow_pair *jac_host_sort_narrow(int64_t n, int bytes, narrow_pair *a, narrow_pair *spare);
wide_pair *jac_host_sort_wide(int64_t n, int bytes, wide_pair *a, wide_pair *spare);

#endif

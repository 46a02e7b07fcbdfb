/* Random words of a key, from which random.c makes all draws. */
#ifndef JACQUARD_RUNTIME_RANDOM_WORDS_H
#define JACQUARD_RUNTIME_RANDOM_WORDS_H

#include "runtime/numpy/numpy.h"

/* The requested shape, and the shape in which the draw is computed: flat, or rank 0 if the request
 * is rank 0. */
typedef struct {
    ir_type shape, flat;
} extent;

/* Two u32 words: a key, a position, or random bits. */
typedef struct {
    jac hi, lo;
} words;

bool draw_extent(const char *what, jac_dims shape, extent *x);
/* Does v broadcast to the draw's shape? If not, an error that names v. */
bool draw_fits(const char *what, const char *name, jac v, const extent *x);
/* Broadcasts v to the requested shape and gives it the flat one. */
jac draw_spread(jac v, const extent *x);
jac draw_shaped(jac flat, const extent *x); /* a draw in the requested shape */

/* The words of a key, which must be u32[2]. */
bool draw_key(const char *what, jac key, words *w);
/* Key k of the keys that splitting `key` gives. */
words draw_split_off(words key, int k);
/* Random bits of an unsigned integer dtype. */
jac draw_bits(words key, ir_dtype d, const extent *x);
/* The unsigned integer dtype with this many bits. */
ir_dtype draw_uint(int bits);

#endif

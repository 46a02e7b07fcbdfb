/* What the distributions are made of: the checks with which they begin, and uniform, normal and
 * exponential draws rounded as JAX rounds them.
 */
#ifndef JACQUARD_RUNTIME_RANDOM_DRAWS_H
#define JACQUARD_RUNTIME_RANDOM_DRAWS_H

#include "runtime/numpy/numpy.h"

enum { DRAW_MOST_PARAMS = 3 };

/* A draw of the given shape and dtype, for the public function `what`. */
typedef struct {
    const char *what;
    jac key;
    ir_dtype d;
    ir_type shape;
} draw;

/* Checks the key, the shape (if none is given, that to which the parameters broadcast) and the n
 * parameters, which become arrays of dtype d. */
bool draw_begin(const char *what, jac key, jac_random_opts o, ir_dtype d, int n,
                const char *const *names, jac *params, draw *w);
/* The dtype that was asked for, which must be one of real floats, or of integers. */
bool draw_floats(const char *what, jac_dtype dtype, ir_dtype *d);
bool draw_integers(const char *what, jac_dtype dtype, ir_dtype *d);
jac_dims draw_shape(const draw *w);

jac draw_unit(const draw *w, jac key); /* uniform on [0, 1) */
jac draw_normal(const draw *w, jac key);
jac draw_exponential(const draw *w, jac key);
/* Uniform between two arrays of the draw's dtype. Unlike jac_random_uniform_in, it may round to hi,
 * as JAX's uniform does. */
jac draw_between(const draw *w, jac key, jac lo, jac hi);
jac draw_number(const draw *w, double v); /* a scalar of its dtype */
/* Uniform on [0, 1): the element at one place of a draw, given as the two words of its number. */
jac draw_unit_at(const draw *w, jac key, jac high, jac low);
void draw_places(const draw *w, jac *high, jac *low); /* of all elements, as vectors */
/* With XLA's rounding. */
jac draw_log1p(jac x);
jac draw_erf_inv(jac x);

/* ---- transformed.c ------------------------------------------------------------------------------ */

/* Begins a draw of floats with n parameters. */
bool draw_begin_floats(const char *what, jac key, jac_random_opts o, int n,
                       const char *const *names, jac *params, draw *w);
jac draw_whole(const draw *w, jac x); /* broadcast to the draw's shape */
jac draw_subkey(jac key, int64_t n, int64_t k);
jac draw_fused(const draw *w, jac a, jac b, jac c); /* a b + c */
/* A public function: floats of n parameters by f. */
jac draw_with(const jac_loc *at, const char *what, jac key, jac_random_opts o, int n,
              const char *const *names, const jac *given, jac (*f)(const draw *w, const jac *p));
#define NAMES(...) ((const char *const[]){__VA_ARGS__})
#define JACS(...)  ((const jac[]){__VA_ARGS__})

#endif

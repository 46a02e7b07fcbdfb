/* Functions of C applied to parts of arrays: jax.numpy's vectorize, apply_along_axis, fromfunction, piecewise. Part of
 * jacquard.h, whose conventions hold here.
 */
#ifndef JACQUARD_MAPS_H
#define JACQUARD_MAPS_H

#include "control.h"
#include "indexing.h"
#include "shapes.h"

/* jac_vectorize(f, "(n),(n)->()"): a function that computes f for arguments with more dimensions than f takes: f sees
 * the last ones, as many as the signature has for each argument, and the others broadcast and are mapped over
 * (jnp.vectorize). Without a signature, NULL, f sees scalars. Each argument of f is a single array; its results may be
 * several. Dimensions with one name must have one size. */
#define jac_vectorize(f, signature) jac_vectorize_(JAC_AT, f, signature)
JAC_API jac_fn jac_vectorize_(const jac_loc *at, jac_fn f, const char *signature);
/* f, which takes a vector and returns one array, applied to each vector of x along an axis; the dimensions of the
 * results take the axis's place (jnp.apply_along_axis). */
#define jac_apply_along_axis(f, axis, x) jac_apply_along_axis_(JAC_AT, f, JAC_INT_(axis), JAC_V(x))
JAC_API jac jac_apply_along_axis_(const jac_loc *at, jac_fn f, int64_t axis, jac x);
/* jac_fromfunction(f, JAC_SHAPE(2, 3)): the array of f(i, j) for each position; f takes a scalar for each dimension, of
 * the given dtype, by default f32 (f64 under x64), and returns one array (jnp.fromfunction). */
#define jac_fromfunction(f, ... /* shape, dtype */)                           \
    jac_fromfunction_(JAC_AT, f, JAC_SHAPE_(JAC_HEAD_(__VA_ARGS__)),          \
                      JAC_DTYPE_OPT_(JAC_TAIL_(__VA_ARGS__)))
JAC_API jac jac_fromfunction_(const jac_loc *at, jac_fn f, jac_dims shape, jac_dtype d);
/* jac_piecewise(x, JAC_ARRAYS(c, d), JAC_FNS(f, g, h)): f(x) where c holds, g(x) where d holds (also where both do),
 * h(x), or 0 if there is none, elsewhere; of x's dtype. The functions are elementwise and take one array
 * (jnp.piecewise). */
#define jac_piecewise(x, conditions, ... /* functions */) \
    jac_piecewise_(JAC_AT, JAC_V(x), JAC_HANDLES_(conditions), __VA_ARGS__)
JAC_API jac jac_piecewise_(const jac_loc *at, jac x, jac_handles conditions, int n, const jac_fn *f);
/* The positions at which f of an n by n matrix of ones is not 0: rows and columns, two vectors, written to an array or
 * struct of two handles (jnp.mask_indices): jac_mask_indices(3, f_fn, &at). In a traced function their number must be
 * given as .size; the options are those of jac_nonzero. False on an error. */
#define jac_mask_indices(n, f, ... /* out, options */) \
    JAC_MASK_INDICES_(JAC_CAT_(jac_o_, __COUNTER__), n, f, __VA_ARGS__, )
#define JAC_MASK_INDICES_(o, n, f, out, ...) \
    JAC_SIZED_(o, jac_mask_indices_(JAC_AT, JAC_INT_(n), f, o, JAC_OUT_(out)), __VA_ARGS__)
JAC_API bool jac_mask_indices_(const jac_loc *at, int64_t n, jac_fn f, jac_nonzero_opts o, jac_out out);

#endif

/* Lists of dtypes by kind, for scalar functions and kernels that are the same for several dtypes.
 *
 * EACH_<kind>(X, ...) expands to X(dtype, its C type, the unsigned C type of its width, ...) for
 * each dtype of the kind. The kinds are those of jax.lax's primitives. They do not include floats
 * that are too narrow to compute in, because these are computed in f32; EACH_narrow and EACH_floats
 * do. Nor do they include narrower integers than bytes: these are computed in bytes, but for the kind
 * `bytes`, whose functions depend on how many bits there are.
 */
#ifndef JACQUARD_OPS_SCALAR_EACH_H
#define JACQUARD_OPS_SCALAR_EACH_H

#include <stdint.h>

#include "ir/dtypes.h"

#define EACH_TAKE(name, T, U, kind, compute, width, digits, least, most, llvm, npy, dlpack, public, hlo,  \
                  above, X, ...)                                                                   \
    X(name, T, U, ##__VA_ARGS__)
/* Written out, because stdbool.h may define bool as a macro. */
#define EACH_bool(X, ...)   X(bool, uint8_t, uint8_t, ##__VA_ARGS__)
#define EACH_sint(X, ...)   IR_SINTS(EACH_TAKE, X, ##__VA_ARGS__)
#define EACH_uint(X, ...)   IR_UINTS(EACH_TAKE, X, ##__VA_ARGS__)
#define EACH_float(X, ...)  IR_FLOATS(EACH_TAKE, X, ##__VA_ARGS__)
#define EACH_narrow(X, ...) IR_NARROW_FLOATS(EACH_TAKE, X, ##__VA_ARGS__)

#define EACH_int(X, ...)    EACH_sint(X, ##__VA_ARGS__) EACH_uint(X, ##__VA_ARGS__)
#define EACH_bytes(X, ...)  EACH_int(X, ##__VA_ARGS__)
#define EACH_bits(X, ...)   EACH_bool(X, ##__VA_ARGS__) EACH_int(X, ##__VA_ARGS__)
#define EACH_signed(X, ...) EACH_sint(X, ##__VA_ARGS__) EACH_float(X, ##__VA_ARGS__)
#define EACH_num(X, ...)    EACH_int(X, ##__VA_ARGS__) EACH_float(X, ##__VA_ARGS__)
#define EACH_any(X, ...)    EACH_bits(X, ##__VA_ARGS__) EACH_float(X, ##__VA_ARGS__)
/* The dtypes of the kind `any` that are ordered: today, all of them. */
#define EACH_ordered(X, ...) EACH_any(X, ##__VA_ARGS__)

/* All floats, including narrow ones, for functions that work on their bits. */
#define EACH_floats(X, ...) EACH_float(X, ##__VA_ARGS__) EACH_narrow(X, ##__VA_ARGS__)

/* For a list within a list, write EACH_LATER(EACH_any)(X, ...) inside EACH_AGAIN(...). A macro does
 * not expand inside itself; EACH_LATER delays the inner one, and EACH_AGAIN expands it. */
#define EACH_AGAIN(...) __VA_ARGS__
#define EACH_NOTHING()
#define EACH_bool_later()  EACH_bool
#define EACH_int_later()   EACH_int
#define EACH_float_later() EACH_float
#define EACH_any_later()   EACH_any
#define EACH_LATER(each)   each##_later EACH_NOTHING()()

#endif

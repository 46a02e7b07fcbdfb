/* The element types by kind, for scalar functions and kernels that are alike over several of them.
 *
 * EACH_<kind>(X, ...) expands to X(dtype, its C type, the unsigned C type of its width, ...) for
 * each dtype of the kind. The kinds are those that jax.lax's primitives speak of.
 */
#ifndef JACQUARD_OPS_SCALAR_EACH_H
#define JACQUARD_OPS_SCALAR_EACH_H

#include <stdint.h>

#define EACH_bool(X, ...) X(bool, uint8_t, uint8_t, ##__VA_ARGS__)
#define EACH_sint(X, ...)                                                                          \
    X(i32, int32_t, uint32_t, ##__VA_ARGS__) X(i64, int64_t, uint64_t, ##__VA_ARGS__)
#define EACH_uint(X, ...)                                                                          \
    X(u8, uint8_t, uint8_t, ##__VA_ARGS__)                                                         \
    X(u32, uint32_t, uint32_t, ##__VA_ARGS__)                                                      \
    X(u64, uint64_t, uint64_t, ##__VA_ARGS__)
#define EACH_float(X, ...)                                                                         \
    X(f32, float, uint32_t, ##__VA_ARGS__) X(f64, double, uint64_t, ##__VA_ARGS__)

#define EACH_int(X, ...)    EACH_sint(X, ##__VA_ARGS__) EACH_uint(X, ##__VA_ARGS__)
#define EACH_bits(X, ...)   EACH_bool(X, ##__VA_ARGS__) EACH_int(X, ##__VA_ARGS__)
#define EACH_signed(X, ...) EACH_sint(X, ##__VA_ARGS__) EACH_float(X, ##__VA_ARGS__)
#define EACH_num(X, ...)    EACH_int(X, ##__VA_ARGS__) EACH_float(X, ##__VA_ARGS__)
#define EACH_any(X, ...)    EACH_bits(X, ##__VA_ARGS__) EACH_float(X, ##__VA_ARGS__)

#endif

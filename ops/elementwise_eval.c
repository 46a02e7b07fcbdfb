/* The interpreter's kernels of the elementwise primitives: for each row of the table and each dtype
 * that it takes, a loop that calls the scalar function. */
#include "ops/elementwise.h"
#include "ops/kernel.h"
#include "ops/scalar/scalar.h"

// clang-format off

#define GIVES_same(T) T
#define GIVES_real(T) T
#define GIVES_pred(T) uint8_t

#define KERNEL_1(d, T, U, name, gives)                                       \
    OPS_KERNEL static void name##_##d(size_t n, const void *const *in, void *out)       \
    {                                                                        \
        const T *x = in[0];                                                  \
        GIVES_##gives(T) *z = out;                                           \
        for (size_t k = 0; k < n; k++)                                       \
            z[k] = jk_##name##_##d(x[k]);                                    \
    }
#define KERNEL_2(d, T, U, name, gives)                                       \
    OPS_KERNEL static void name##_##d(size_t n, const void *const *in, void *out)       \
    {                                                                        \
        const T *x = in[0], *y = in[1];                                      \
        GIVES_##gives(T) *z = out;                                           \
        for (size_t k = 0; k < n; k++)                                       \
            z[k] = jk_##name##_##d(x[k], y[k]);                              \
    }
#define ENTRY(d, T, U, name) [IR_##d] = name##_##d,

#define EW_OTHER(name)
#define EW(name, arity, takes, gives, ...)                                   \
    EACH_##takes(KERNEL_##arity, name, gives)                                \
    ew_kernel *const ew_kernels_##name[IR_NDTYPE] = {EACH_##takes(ENTRY, name)};
#include "ops/elementwise.def"

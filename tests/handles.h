/* Shared by the tests of the public interface: calls that must fail with a given message that
 * names the line of the call, and an array. */
#ifndef JACQUARD_TESTS_HANDLES_H
#define JACQUARD_TESTS_HANDLES_H

#include <criterion/criterion.h>
#include <string.h>

#include "jacquard.h"
#include "jacquard/numpy.h"

/* jac_ok of whatever a call returns: also of a pointer, an enum and a condition. */
#define GIVES(x)                                                                                   \
    _Generic((x),                                                                                  \
        jac: jac_handle_ok_,                                                                       \
        jac_fn: jac_fn_ok_,                                                                        \
        bool: jac_bool_ok_,                                                                        \
        int: jac_bool_ok_,                                                                         \
        jac_dtype: jac_bool_ok_,                                                                   \
        long: jac_bool_ok_,                                                                        \
        char *: test_pointer_given,                                                                \
        void *: test_pointer_given,                                                                \
        const void *: test_pointer_given)(x)
static inline bool test_pointer_given(const void *p)
{
    return p != NULL;
}

#define FAILS_WITH(call, text)                                                                     \
    do {                                                                                           \
        jac_error_clear();                                                                         \
        cr_assert(!GIVES(call), "%s should fail", #call);                                          \
        cr_assert(jac_error() && strstr(jac_error(), text), "said: %s", jac_error());              \
        cr_assert(strstr(jac_error(), __FILE_NAME__ ":"), "no line in: %s", jac_error());          \
        jac_error_clear();                                                                         \
    } while (0)

/* Different numbers from -1 to 1, in f64. */
static inline jac test_waves(jac_dims shape)
{
    int64_t n = 1;
    for (int k = 0; k < shape.n; k++)
        n *= shape.v[k];
    jac i = jac_astype(jac_arange(n), JAC_F64);
    return jac_reshape_(JAC_AT, jac_sin(jac_mul(i, 1.618)), shape);
}

#endif

/* Shared by the tests that give each public function null handles, null functions, null pointers or
 * empty strings (tests/test_nulls*.c). */
#ifndef JACQUARD_TESTS_NULLS_H
#define JACQUARD_TESTS_NULLS_H

#include <stdio.h>
#include <string.h>

#include "tests/handles.h"

/* A function that is known to the transformations. */
JAC_DEF(jac, same, (jac, x))
{
    return jac_add(x, 0);
}

/* Does the error name the function that `call` calls, as "jac_sum" or as "sum"? If it calls
 * same_fn, the error may name that instead. */
static inline bool names_function(const char *call)
{
    static const char *const calls_another[][2] = {{"array_of", "array"},
                                                   {"CHECKPOINTED_WHILE", "WHILE"},
                                                   {"clamp", "clip"},
                                                   {"concatenate_n", "concatenate"},
                                                   {"cond1", "cond"},
                                                   {"grad_", "grad"},
                                                   {"erfinv", "erf_inv"},
                                                   {"zeros_like", "full_like"},
                                                   {"ones_like", "full_like"},
                                                   {"cg", "linear system"},
                                                   {"init_glorot_uniform", "init_variance_scaling"},
                                                   {"init_glorot_normal", "init_variance_scaling"},
                                                   {"init_lecun_uniform", "init_variance_scaling"},
                                                   {"init_lecun_normal", "init_variance_scaling"},
                                                   {"init_he_uniform", "init_variance_scaling"},
                                                   {"init_he_normal", "init_variance_scaling"},
                                                   {"custom_linear_solve", "linear system"},
                                                   {"hessian", "jacrev"},
                                                   {"log10", "log"},
                                                   {"log2", "log"},
                                                   {"random_PRNGKey", "random_key"},
                                                   {"ravel", "reshape"},
                                                   {"fliplr", "flip"},
                                                   {"flipud", "flip"},
                                                   {"dynamic_index_in_dim", "dynamic_slice_in_dim"},
                                                   {"reciprocal", "div"},
                                                   {"softplus", "logaddexp"},
                                                   {"stack_n", "stack"},
                                                   {"cg_solver", "cg:"},
                                                   {"bicgstab_solver", "bicgstab:"},
                                                   {"gmres_solver", "gmres:"}};
    const char *error = jac_error(), *at = strstr(call, "({ JAC_");
    at = at ? at + 3 : strstr(call, "jac_");
    char name[80] = "same";
    if (!error || (strstr(call, "same_") && strstr(error, "same")))
        return error;
    if (at)
        sscanf(at + 4, "%79[a-zA-Z0-9_]", name);
    bool named = strstr(error, name);
    for (size_t k = 0; k < sizeof calls_another / sizeof *calls_another; k++)
        named |= !strcmp(calls_another[k][0], name) && strstr(error, calls_another[k][1]);
    return named;
}

/* The call must record an error that names the function. */
#define REFUSES(...)                                                                               \
    do {                                                                                           \
        jac_error_clear();                                                                         \
        (void)(__VA_ARGS__);                                                                       \
        cr_expect(jac_error(), "%s records no error", #__VA_ARGS__);                               \
        cr_expect(names_function(#__VA_ARGS__), "%s says: %s", #__VA_ARGS__, jac_error());         \
        jac_error_clear();                                                                         \
    } while (0)

__attribute__((unused)) static const jac no = {NULL};
__attribute__((unused)) static const jac_fn none = {NULL};
__attribute__((unused)) static const jac_dims two = {2, NULL}, less = {-1, NULL};
static inline jac one(void)
{
    return jac_asarray(1.0f);
}

#endif

/* Random draws against JAX's, which golden files tests/golden/random_NAME.npy hold. */
#ifndef JACQUARD_TESTS_DRAWS_H
#define JACQUARD_TESTS_DRAWS_H

#include <criterion/criterion.h>
#include <string.h>

#include "include/jacquard.h"
#include "tests/support.h"

/* A draw has the type and the elements of its golden file, but for `ulps` units in the last place.
 */
static inline void draws_compare(test_pool *p, const char *name, test_tolerance tolerance,
                                 const char *way, jac got)
{
    char what[128], path[512];
    snprintf(what, sizeof what, "%s, %s", name, way);
    if (!jac_ok(got)) {
        test_fail(what, "no draw");
        return;
    }
    snprintf(path, sizeof path, "%s/random_%s.npy", JAC_TEST_DATA, name);
    test_array want = test_array_npy(p, path), have = want;
    have.type.dtype = (uint8_t)(jac_dtype_of(got) - 1);
    have.type.rank = (uint8_t)jac_ndim(got);
    for (int k = 0; k < jac_ndim(got); k++)
        have.type.dim[k] = jac_dim(got, k);
    if (!ir_same_type(&have.type, &want.type)) {
        test_fail(what, "%s, but JAX gives %s", ir_type_tmp(&have.type), ir_type_tmp(&want.type));
        return;
    }
    have.data = test_alloc(p, ir_type_bytes(&have.type));
    jac_copy_out(got, have.data, ir_type_bytes(&have.type));
    test_close(what, &have, &want, tolerance);
}

static inline void draws_expect(test_pool *p, const char *name, double ulps, const char *way,
                                jac got)
{
    draws_compare(p, name, (test_tolerance){ulps > 0 ? TEST_ULP : TEST_EXACT, ulps}, way, got);
}

/* Relative to the largest element. */
static inline void draws_near(test_pool *p, const char *name, double error, const char *way, jac got)
{
    draws_compare(p, name, (test_tolerance){TEST_REL, error}, way, got);
}

/* Lane 1 of a batch of keys has the right key. */
static inline jac draws_by_vmap(jac_fn draw)
{
    jac keys = jac_stack(0, jac_random_PRNGKey(0), jac_random_PRNGKey(42));
    return jac_at(jac_call1(jac_vmap(draw), keys), 1);
}

/* The draw is made eagerly, as one lane of a batch of two keys, and both compiled. */
static inline void draws_check(const char *name, double ulps, jac_fn draw)
{
    TEST_POOL(p);
    JAC_SCOPE () {
        jac key = jac_random_PRNGKey(42);
        draws_expect(&p, name, ulps, "eager", jac_call1(draw, key));
        draws_expect(&p, name, ulps, "under vmap", draws_by_vmap(draw));
        draws_expect(&p, name, ulps, "compiled", jac_call1(jac_jit(draw), key));
        draws_expect(&p, name, ulps, "compiled under vmap", draws_by_vmap(jac_jit(draw)));
    }
}

static inline void draws_refused(jac result, const char *part)
{
    cr_expect(!jac_ok(result));
    const char *error = jac_error();
    cr_expect(error && strstr(error, part), "the error is: %s", error ? error : "none");
    jac_error_clear();
}

#endif

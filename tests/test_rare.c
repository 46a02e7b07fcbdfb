/* Rare arguments among ordinary ones: a vector that contains one must give the same bits as its
 * elements one by one. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "jacquard.h"
#include "jacquard/numpy.h"

JAC_DEF(jac, waves, (jac, x))
{
    return jac_stack(0, jac_sin(x), jac_cos(x), jac_tan(x));
}

static void compare(int n, const double *x, const char *what)
{
    JAC_SCOPE () {
        jac a = jac_array_(JAC_AT, JAC_F64, JAC_SHAPE(n), x, (size_t)n * sizeof *x);
        jac want = waves(a), got = jac_call1(jac_jit(waves_fn), a);
        cr_assert(!jac_error(), "%s", jac_error());
        const uint64_t *p = jac_view(want, JAC_F64), *q = jac_view(got, JAC_F64);
        for (int k = 0; k < 3 * n; k++)
            cr_assert(p[k] == q[k] || isnan(((const double *)p)[k]), "%s: element %d of %d of %g",
                      what, k % n, k / n, x[k % n]);
    }
}

Test(rare, one_large_argument_spoils_its_vector)
{
    enum { N = 203 };
    static const double large[] = {0x1p28, -0x1p28, 1e9, 1e22, -1e300, INFINITY, -INFINITY, NAN};
    double x[N];
    jac_enable_x64(true);
    for (size_t l = 0; l < sizeof large / sizeof *large; l++)
        for (int at = 0; at < 20; at++) {
            for (int k = 0; k < N; k++)
                x[k] = 0.37 * k - 20;
            x[at] = x[N - 1 - at] = large[l];
            compare(N, x, "one large");
        }
}

Test(rare, vectors_of_large_arguments_differ_from_scalars)
{
    enum { N = 4096 };
    double *x = malloc(N * sizeof *x);
    jac_enable_x64(true);
    for (int k = 0; k < N; k++)
        x[k] = ldexp(1 + k / 4096.0, k % 1000) * (k % 3 ? 1 : -1);
    compare(N, x, "all large");
    free(x);
}

/* ---- functions that a program calls in very many places, and so are not inlined -------------- */

enum { PLACES = 80 };

/* Sums keep the calls apart, because each needs all earlier elements. */
static jac often(jac x, jac other)
{
    for (int k = 0; k < PLACES; k++) {
        jac wave = k % 3 == 0 ? jac_sin(x) : k % 3 == 1 ? jac_tanh(x) : jac_exp(jac_neg(x));
        x = jac_add(wave, jac_mul(0.125, k % 5 == 4 ? jac_add(other, jac_cos(jac_max(x))) : x));
    }
    return x;
}
JAC_DEF(jac, often_alike, (jac, x))
{
    return often(x, x);
}
JAC_DEF(jac, often_mixed, (jac, x))
{
    return jac_add(often(jac_astype(x, JAC_F32), jac_astype(x, JAC_F32)), jac_cos(often(x, x)));
}

static void check_often(jac_fn f, jac_dtype d, int n)
{
    JAC_SCOPE () {
        jac x = jac_astype(jac_mul(jac_arange(n), 0.37), d);
        jac want = jac_call1(f, x), got = jac_call1(jac_jit(f), x);
        cr_assert(!jac_error(), "%s", jac_error());
        cr_assert(jac_item_bool(jac_all(jac_eq(want, got))),
                  "%d elements of %s differ from interpreted", n, d == JAC_F32 ? "f32" : "f64");
    }
}

Test(rare, a_function_called_in_many_places_differs_from_one_inlined)
{
    static const int lengths[] = {1, 3, 4, 7, 16, 33, 64, 1000};
    jac_enable_x64(true);
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
        check_often(often_alike_fn, JAC_F32, lengths[k]);
        check_often(often_alike_fn, JAC_F64, lengths[k]);
        check_often(often_mixed_fn, JAC_F64, lengths[k]);
    }
}

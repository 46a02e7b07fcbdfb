/* Arguments that hardly occur, among others: a vector with one of them in it must come out as its
 * elements do one by one. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "jacquard.h"
#include "jacquard_numpy.h"

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

/* Window functions: of the distance from the middle or of cosines, computed from an iota. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/numerics/numerics.h"

/* Sums a - b cos(w) + c cos(2 w), where w goes from 0 to 2 pi. */
static const struct {
    const char *name;
    double a, b, c;
} cosines[] = {{"hanning", 0.5, 0.5, 0}, {"hamming", 0.54, 0.46, 0}, {"blackman", 0.42, 0.5, 0.08}};

static jac by_cosines(const char *what, jac n, double last)
{
    size_t k = 0;
    while (strcmp(cosines[k].name, what))
        k++;
    jac y = jac_sub(cosines[k].a, jac_mul(cosines[k].b, jac_cos(jac_mul(n, 2 * M_PI / last))));
    return cosines[k].c == 0 ? y : jac_add(y, jac_mul(cosines[k].c, jac_cos(jac_mul(n, 4 * M_PI / last))));
}

/* (n - middle) / middle */
static jac from_middle(jac n, double last)
{
    return jac_div(jac_sub(jac_mul(n, 2), last), last);
}

static jac kaiser(jac n, double last, jac beta)
{
    jac t = from_middle(n, last), height = jac_sqrt(jac_sub(1, jac_square(t)));
    return jac_div(jac_i0(jac_mul(beta, height)), jac_i0(beta));
}

jac jac_window_function_(const jac_loc *at, const char *what, int64_t n, jac beta)
{
    unsigned m = rt_begin_as(at, what);
    ir_type t, tb;
    bool with_beta = !strcmp(what, "kaiser");
    if (n < 0)
        ir_fail("%s: the number of points must be at least 0, but is %" PRId64, what, n);
    if (n < 0 || !rt_type_for(what, JAC_SHAPE(n), rt_default_float(), &t) || (with_beta && !rt_type_of(beta, &tb)))
        return rt_end(m, JAC_NULL);
    if (n <= 1)
        return rt_end(m, jac_ones(n));
    jac k = np_iota(&t, 0);
    double last = (double)(n - 1);
    if (with_beta)
        return rt_end(m, kaiser(k, last, beta));
    if (!strcmp(what, "bartlett"))
        return rt_end(m, jac_sub(1, jac_abs(from_middle(k, last))));
    return rt_end(m, by_cosines(what, k, last));
}

/* detrend: the line of least squares about the middle of a piece, where its slope and its mean do
 * not depend on each other. */
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

/* x, along its last axis, without its mean, and without its slope. */
static jac without_line(jac x, int64_t n, ir_dtype d)
{
    jac y = jac_sub(x, jac_mean(x, -1, .keepdims = true));
    if (n < 2)
        return y;
    double squares = (double)n * ((double)n * (double)n - 1) / 12;
    jac t = jac_sub(rt_convert(jac_arange(n), ir_part(d), false), 0.5 * (double)(n - 1));
    jac slope = jac_div(jac_sum(jac_mul(y, t), -1, .keepdims = true), squares);
    return jac_sub(y, jac_mul(slope, t));
}

/* The places where pieces start, in ascending order and without repetitions. Returns how many, 0
 * with an error. */
static int pieces(jac_dims bp, int64_t n, int64_t *at, int most)
{
    int count = 0;
    at[count++] = 0;
    for (int64_t k = 0; k < bp.n; k++) {
        int64_t p = bp.v[k];
        if (p < 0 || p > n) {
            ir_fail("detrend: .bp must be from 0 to %lld, but is %lld", (long long)n, (long long)p);
            return 0;
        }
        int j = 0;
        while (j < count && at[j] < p)
            j++;
        if (p == n || (j < count && at[j] == p))
            continue;
        if (count == most) {
            ir_fail("detrend: at most %d places can be given as .bp", most);
            return 0;
        }
        memmove(at + j + 1, at + j, (size_t)(count - j) * sizeof *at);
        at[j] = p;
        count++;
    }
    return count;
}

static jac linear(jac x, const ir_type *t, jac_dims bp)
{
    enum { MOST = 64 };
    int64_t at[MOST + 1], n = t->dim[t->rank - 1];
    int count = pieces(bp, n, at, MOST);
    jac part[MOST];
    at[count] = n;
    for (int k = 0; k < count; k++)
        part[k] = without_line(jac_slice_in_dim_(NULL, x, at[k], at[k + 1], 1, -1),
                               at[k + 1] - at[k], t->dtype);
    return !count ? JAC_NULL : count == 1 ? part[0] : jac_concatenate(-1, JAC_HANDLES(count, part));
}

jac jac_detrend_(const jac_loc *at, jac x, const char *type, jac_detrend_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t axis, one;
    bool line = type && !strcmp(type, "linear");
    if (!line && (!type || strcmp(type, "constant"))) {
        ir_fail("detrend: the type must be \"constant\" or \"linear\", but is %s",
                type ? type : "a null pointer");
        return rt_end(m, JAC_NULL);
    }
    if (!rt_ints("detrend", ".bp", &o.bp, &one) || !rt_promote(1, &x, true) || !rt_type_of(x, &t) ||
        !rt_axis("detrend", o.axis, t.rank, &axis))
        return rt_end(m, JAC_NULL);
    if (!line)
        return rt_end(m, jac_sub(x, jac_mean(x, axis, .keepdims = true)));
    x = np_move_axis(x, (int)axis, t.rank - 1);
    if (!jac_ok(x) || !rt_type_of(x, &t))
        return rt_end(m, JAC_NULL);
    jac y = linear(x, &t, o.bp);
    return rt_end(m, jac_ok(y) ? np_move_axis(y, t.rank - 1, (int)axis) : JAC_NULL);
}

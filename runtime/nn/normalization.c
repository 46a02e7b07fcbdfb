/* Normalization: standardize, and the layers that are made of it. */
#include <math.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

/* ---- means -------------------------------------------------------------------------------------- */

/* The mean of x along the axes, which are kept, over the elements for which the mask, if there is
 * one, is true. */
static jac mean_of(jac x, jac_dims axes, jac mask)
{
    if (!jac_ok(mask))
        return jac_mean(x, axes, .keepdims = true);
    jac sum = jac_sum(jac_where(mask, x, 0), axes, .keepdims = true);
    return jac_div(sum, jac_sum(mask, axes, .keepdims = true));
}

/* If the mean is not x's own, JAX's variance is that of its "fast" algorithm. */
static jac variance_of(jac x, jac mean, jac_dims axes, jac mask, bool own_mean)
{
    if (own_mean)
        return mean_of(jac_square(jac_sub(x, mean)), axes, mask);
    jac y = jac_sub(mean_of(jac_square(x), axes, mask), jac_square(mean));
    return jac_maximum(y, 0);
}

static jac standardized(jac x, jac mean, jac variance, double epsilon)
{
    return jac_mul(jac_sub(x, mean), jac_rsqrt(jac_add(variance, epsilon)));
}

/* ---- standardize -------------------------------------------------------------------------------- */

static bool known_algorithm(const char *a)
{
    return !a || !strcmp(a, "fast") || !strcmp(a, "stable") ||
           ir_fail("standardize: the algorithm must be \"fast\" or \"stable\", but is \"%s\"", a);
}

/* The mask as bools of the shape of x, to which it must broadcast. */
static bool spread_mask(const char *what, const ir_type *t, jac *mask)
{
    ir_type m;
    if (!jac_ok(*mask))
        return true;
    if (!rt_type_of(*mask, &m))
        return false;
    if (!rt_broadcasts(&m, t))
        return ir_fail("%s: the mask is %s, which does not broadcast to %s", what, ir_type_tmp(&m),
                       ir_type_tmp(t));
    *mask = rt_broadcast_to(np_truth(*mask), t->rank, t->dim);
    return jac_ok(*mask);
}

/* Reads the axes, the last one by default. */
static bool axes_of(const char *what, jac_dims given, int rank, int64_t axes[IR_MAX_RANK],
                    jac_dims *out)
{
    static const int64_t last = -1;
    int64_t one;
    if (!rt_axes(what, &given, &one))
        return false;
    int n = np_axes(what, given.v || given.n ? given : (jac_dims){1, &last}, rank, axes);
    *out = (jac_dims){n, axes};
    return n >= 0;
}

/* Converts x to floats. */
static bool floats(jac *x, ir_type *t)
{
    return rt_promote(1, x, true) && rt_type_of(*x, t);
}

jac jac_standardize_(const jac_loc *at, jac x, jac_standardize_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t list[IR_MAX_RANK];
    jac_dims axes;
    if (!floats(&x, &t) || !np_is_real("standardize", &t) || !known_algorithm(o.algorithm) ||
        !axes_of("standardize", o.axis, t.rank, list, &axes) ||
        !spread_mask("standardize", &t, &o.where))
        return rt_end(m, JAC_NULL);
    bool own = !jac_ok(o.mean), stable = o.algorithm && !strcmp(o.algorithm, "stable");
    jac mean = own ? mean_of(x, axes, o.where) : o.mean;
    jac variance =
        jac_ok(o.variance) ? o.variance : variance_of(x, mean, axes, o.where, own || stable);
    return rt_end(m, standardized(x, mean, variance, o.epsilon));
}

/* ---- layers ------------------------------------------------------------------------------------- */

static jac affine(jac y, jac_layer_opts o)
{
    if (jac_ok(o.scale))
        y = jac_mul(y, o.scale);
    return jac_ok(o.bias) ? jac_add(y, o.bias) : y;
}

static bool without(const char *what, jac_layer_opts o, bool axis, bool statistics)
{
    if (!axis && o.axis.n != INT64_MIN)
        return ir_fail("%s: .axis is an option of layer_norm only", what);
    return statistics || (!jac_ok(o.mean) && !jac_ok(o.variance)) ||
           ir_fail("%s: .mean and .variance are options of batch_norm only", what);
}

static jac by_own_mean(jac x, jac_dims axes, double epsilon)
{
    jac mean = mean_of(x, axes, JAC_NULL);
    return standardized(x, mean, variance_of(x, mean, axes, JAC_NULL, true), epsilon);
}

jac jac_layer_norm_(const jac_loc *at, jac x, jac_layer_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t list[IR_MAX_RANK];
    jac_dims axes;
    if (!floats(&x, &t) || !np_is_real("layer_norm", &t) ||
        !without("layer_norm", o, true, false) ||
        !axes_of("layer_norm", o.axis, t.rank, list, &axes))
        return rt_end(m, JAC_NULL);
    return rt_end(m, affine(by_own_mean(x, axes, o.epsilon), o));
}

/* Splits the last axis into (groups, channels of a group), and standardizes over all axes but the
 * first and that of the groups. */
static jac by_groups(jac x, const ir_type *t, int64_t groups, double epsilon)
{
    int64_t dim[IR_MAX_RANK + 1], list[IR_MAX_RANK + 1];
    int n = 0, rank = t->rank + 1;
    memcpy(dim, t->dim, (size_t)t->rank * sizeof *dim);
    dim[rank - 1] = dim[rank - 2] / groups;
    dim[rank - 2] = groups;
    for (int k = 1; k < rank; k++)
        if (k != rank - 2)
            list[n++] = k;
    jac y = by_own_mean(rt_reshape(x, rank, dim), (jac_dims){n, list}, epsilon);
    return jac_ok(y) ? rt_reshape(y, t->rank, t->dim) : JAC_NULL;
}

jac jac_group_norm_(const jac_loc *at, jac x, int64_t groups, jac_layer_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    if (!floats(&x, &t) || !np_is_real("group_norm", &t) || !without("group_norm", o, false, false))
        return rt_end(m, JAC_NULL);
    if (t.rank < 2 || t.rank >= IR_MAX_RANK)
        ir_fail(
            "group_norm: x must have samples and channels, and fewer than %d dimensions, but is %s",
            IR_MAX_RANK, ir_type_tmp(&t));
    else if (groups < 1 || t.dim[t.rank - 1] % groups)
        ir_fail("group_norm: the number of groups must divide the %lld channels of x, but is %lld",
                (long long)t.dim[t.rank - 1], (long long)groups);
    else
        return rt_end(m, affine(by_groups(x, &t, groups, o.epsilon), o));
    return rt_end(m, JAC_NULL);
}

static bool both_or_none(jac_layer_opts o)
{
    return jac_ok(o.mean) == jac_ok(o.variance) ||
           ir_fail("batch_norm: .%s is given without .%s", jac_ok(o.mean) ? "mean" : "variance",
                   jac_ok(o.mean) ? "variance" : "mean");
}

/* The statistics of the channels, without the axes that were reduced. */
static jac channels(jac y, int64_t n)
{
    return jac_ok(y) ? rt_reshape(y, 1, &n) : JAC_NULL;
}

jac_batch_norm_result jac_batch_norm_(const jac_loc *at, jac x, jac_layer_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t list[IR_MAX_RANK];
    jac out[3] = {JAC_NULL, JAC_NULL, JAC_NULL};
    bool ok = floats(&x, &t) && np_is_real("batch_norm", &t) &&
              without("batch_norm", o, false, true) && both_or_none(o);
    if (ok && !t.rank)
        ok = ir_fail("batch_norm: x must have an axis of channels, but is %s", ir_type_tmp(&t));
    if (ok) {
        for (int k = 0; k < t.rank - 1; k++)
            list[k] = k;
        jac_dims axes = {t.rank - 1, list};
        bool own = !jac_ok(o.mean);
        int64_t n = t.dim[t.rank - 1];
        out[1] = own ? channels(mean_of(x, axes, JAC_NULL), n) : o.mean;
        out[2] = own ? channels(variance_of(x, out[1], axes, JAC_NULL, true), n) : o.variance;
        out[0] = affine(standardized(x, out[1], out[2], o.epsilon), o);
    }
    rt_end_tree(m, 3, out);
    return (jac_batch_norm_result){out[0], out[1], out[2]};
}

/* ---- products of scaled blocks ------------------------------------------------------------------ */

/* x, of shape (B, M, K), with its blocks of K / K_s neighbours multiplied by s of shape (B, M,
 * K_s). */
static bool scaled_blocks(const char *name, jac *x, ir_type *t, jac s)
{
    ir_type by;
    if (!rt_type_of(*x, t) || !rt_type_of(s, &by))
        return false;
    if (t->rank != 3 || by.rank != 3 || t->dim[0] != by.dim[0] || t->dim[1] != by.dim[1] ||
        !by.dim[2] || t->dim[2] % by.dim[2])
        return ir_fail("scaled_matmul: %s is %s, and its scales are %s; they must be (B, M, K) and "
                       "(B, M, K / block)",
                       name, ir_type_tmp(t), ir_type_tmp(&by));
    if (ir_is_complex(t->dtype) || ir_is_complex(by.dtype))
        return ir_fail("scaled_matmul takes real numbers, but %s is %s", name, ir_type_tmp(t));
    int64_t blocks[] = {t->dim[0], t->dim[1], by.dim[2], t->dim[2] / by.dim[2]};
    int64_t each[] = {t->dim[0], t->dim[1], by.dim[2], 1};
    jac y = rt_reshape(rt_convert(*x, IR_f32, false), 4, blocks);
    s = rt_reshape(rt_convert(s, IR_f32, false), 4, each);
    y = jac_mul(y, s);
    *x = jac_ok(y) ? rt_reshape(y, 3, t->dim) : JAC_NULL;
    return jac_ok(*x);
}

jac jac_scaled_matmul_(const jac_loc *at, jac a, jac b, jac a_scales, jac b_scales)
{
    unsigned m = rt_begin(at);
    ir_type ta, tb;
    if (!scaled_blocks("a", &a, &ta, a_scales) || !scaled_blocks("b", &b, &tb, b_scales))
        return rt_end(m, JAC_NULL);
    if (ta.dim[0] != tb.dim[0] || ta.dim[2] != tb.dim[2]) {
        ir_fail("scaled_matmul: a is %s and b is %s, but they must agree in the first and the last "
                "dimension",
                ir_type_tmp(&ta), ir_type_tmp(&tb));
        return rt_end(m, JAC_NULL);
    }
    return rt_end(m, jac_dot_general(a, b, 2, 2, 0, 0));
}

/* Initial weights (jax.nn.initializers): draws scaled as JAX scales them, operation by operation in
 * the dtype of the weights, so that the bits agree. */
#include <math.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/random/draws.h"

static double or_default(double given, double otherwise)
{
    return isnan(given) ? otherwise : given;
}

static jac number(ir_dtype d, double v)
{
    return rt_literal_f64(d, v);
}

/* ---- draws -------------------------------------------------------------------------------------- */

/* Begins a draw of the given shape in the dtype d or, for a complex d, in that of its parts. */
static bool begin(const char *what, jac key, jac_dims shape, ir_dtype d, draw *w)
{
    return draw_begin(what, key, (jac_random_opts){.shape = shape}, ir_part(d), 0, NULL, NULL, w);
}

static bool float_dtype(const char *what, jac_dtype given, ir_dtype *d)
{
    return rt_dtype(given, d) &&
           (ir_has_fraction(*d) ||
            ir_fail("%s: weights are floats, but %s was asked for", what, ir_dtypes[*d].name));
}

static jac half_of(jac key, int64_t k)
{
    return jac_at(jac_random_split(key, 2), k);
}

/* Real, or complex with variance 1. */
static jac normal_draw(const draw *w, ir_dtype d)
{
    if (!ir_is_complex(d))
        return draw_normal(w, w->key);
    jac re = draw_normal(w, half_of(w->key, 0)), im = draw_normal(w, half_of(w->key, 1));
    return jac_div(jac_complex(re, im), number(d, M_SQRT2));
}

/* r exp(i theta), with uniform theta. */
static jac with_angle(const draw *w, jac r)
{
    jac theta = jac_mul(draw_number(w, 2 * M_PI), draw_unit(w, half_of(w->key, 1)));
    return jac_complex(jac_mul(r, jac_cos(theta)), jac_mul(r, jac_sin(theta)));
}

/* Uniform on the disk of variance 1; and normal within the disk of radius 2. */
static jac disk_draw(const draw *w)
{
    jac u = draw_unit(w, half_of(w->key, 0));
    return with_angle(w, jac_sqrt(jac_mul(draw_number(w, 2), u)));
}

static jac truncated_disk_draw(const draw *w)
{
    jac u = draw_unit(w, half_of(w->key, 0));
    jac t = jac_mul(draw_number(w, 1 - exp(-4)), u);
    return with_angle(w, jac_sqrt(jac_neg(jac_log(jac_sub(draw_number(w, 1), t)))));
}

static jac truncated_draw(const draw *w, double lower, double upper)
{
    jac_random_opts o = {.shape = draw_shape(w), .dtype = rt_public_dtype(w->d)};
    return jac_random_truncated_normal_(NULL, w->key, number(w->d, lower), number(w->d, upper), o);
}

/* ---- constants ---------------------------------------------------------------------------------- */

static jac filled(const jac_loc *at, const char *what, jac_dims shape, jac v, jac_init_opts o)
{
    unsigned m = rt_begin_as(at, what);
    return rt_end(m, jac_full_(NULL, what, shape, v, o.dtype, false));
}

jac jac_init_zeros_(const jac_loc *at, jac key, jac_dims shape, jac_init_opts o)
{
    (void)key;
    return filled(at, "init_zeros", shape, jac_of_i64(0), o);
}

jac jac_init_ones_(const jac_loc *at, jac key, jac_dims shape, jac_init_opts o)
{
    (void)key;
    return filled(at, "init_ones", shape, jac_of_i64(1), o);
}

jac jac_init_constant_(const jac_loc *at, jac key, jac value, jac_dims shape, jac_init_opts o)
{
    (void)key;
    return filled(at, "init_constant", shape, value, o);
}

/* ---- uniform and normal ones -------------------------------------------------------------------- */

jac jac_init_uniform_(const jac_loc *at, jac key, jac_dims shape, jac_init_opts o)
{
    unsigned m = rt_begin(at);
    ir_dtype d;
    draw w;
    if (!draw_floats("init_uniform", o.dtype, &d) || !begin("init_uniform", key, shape, d, &w))
        return rt_end(m, JAC_NULL);
    return rt_end(m, jac_mul(draw_unit(&w, key), number(d, or_default(o.scale, 0.01))));
}

jac jac_init_normal_(const jac_loc *at, jac key, jac_dims shape, jac_init_opts o)
{
    unsigned m = rt_begin(at);
    ir_dtype d;
    draw w;
    if (!float_dtype("init_normal", o.dtype, &d) || !begin("init_normal", key, shape, d, &w))
        return rt_end(m, JAC_NULL);
    return rt_end(m, jac_mul(normal_draw(&w, d), number(d, or_default(o.scale, 0.01))));
}

jac jac_init_truncated_normal_(const jac_loc *at, jac key, jac_dims shape, jac_init_opts o)
{
    const char *what = "init_truncated_normal";
    unsigned m = rt_begin(at);
    ir_dtype d;
    draw w;
    if (!draw_floats(what, o.dtype, &d) || !begin(what, key, shape, d, &w))
        return rt_end(m, JAC_NULL);
    jac y = truncated_draw(&w, o.lower, o.upper);
    return rt_end(m, jac_mul(y, number(d, or_default(o.scale, 0.01))));
}

/* ---- variance scaling --------------------------------------------------------------------------- */

/* The product of the sizes of the axes that are given, or else of axis `otherwise`; no axis if that
 * is 0. */
static bool size_along(const char *name, jac_dims given, int64_t otherwise, const ir_type *t,
                       double *size)
{
    char what[64];
    int64_t one, axes[IR_MAX_RANK];
    snprintf(what, sizeof what, "init_variance_scaling: .%s", name);
    if (!rt_axes(what, &given, &one))
        return false;
    if (!given.v)
        given = (jac_dims){otherwise ? 1 : 0, &otherwise};
    int n = np_axes(what, given, t->rank, axes);
    *size = 1;
    for (int k = 0; k < n; k++)
        *size *= (double)t->dim[axes[k]];
    return n >= 0;
}

static bool denominator(const char *mode, const ir_type *t, jac_scaling_opts o, double *n)
{
    double in, out, batch, all = (double)ir_type_count(t);
    if (!size_along("in_axis", o.in_axis, -2, t, &in) ||
        !size_along("out_axis", o.out_axis, -1, t, &out) ||
        !size_along("batch_axis", o.batch_axis, 0, t, &batch))
        return false;
    double field = all / in / out / batch, fan_in = in * field, fan_out = out * field;
    *n = !mode                          ? NAN
         : !strcmp(mode, "fan_in")      ? fan_in
         : !strcmp(mode, "fan_out")     ? fan_out
         : !strcmp(mode, "fan_avg")     ? (fan_in + fan_out) / 2
         : !strcmp(mode, "fan_geo_avg") ? sqrt(fan_in * fan_out)
                                        : NAN;
    return all == 0 || !isnan(*n) ||
           ir_fail(
               "init_variance_scaling: the mode must be \"fan_in\", \"fan_out\", \"fan_avg\" or "
               "\"fan_geo_avg\", but is %s",
               mode ? mode : "a null pointer");
}

/* sqrt(variance), divided by the standard deviation of the truncated distribution. */
static jac scaled_truncated(const draw *w, ir_dtype d, jac variance)
{
    bool disk = ir_is_complex(d);
    jac by = jac_div(jac_sqrt(variance), number(d, disk ? .95311164380491208 : .87962566103423978));
    return jac_mul(disk ? truncated_disk_draw(w) : truncated_draw(w, -2, 2), by);
}

static jac scaled_uniform(const draw *w, ir_dtype d, jac variance)
{
    if (ir_is_complex(d))
        return jac_mul(disk_draw(w), jac_sqrt(variance));
    jac u = draw_between(w, w->key, number(d, -1), number(d, 1));
    return jac_mul(u, jac_sqrt(jac_mul(3, variance)));
}

static jac scaled(const draw *w, ir_dtype d, const char *distribution, double variance)
{
    jac v = number(d, variance);
    if (!strcmp(distribution, "truncated_normal"))
        return scaled_truncated(w, d, v);
    if (!strcmp(distribution, "normal"))
        return jac_mul(normal_draw(w, d), jac_sqrt(v));
    if (!strcmp(distribution, "uniform"))
        return scaled_uniform(w, d, v);
    ir_fail("%s: the distribution must be \"truncated_normal\", \"normal\" or \"uniform\", but is "
            "\"%s\"",
            w->what, distribution);
    return JAC_NULL;
}

jac jac_init_variance_scaling_(const jac_loc *at, jac key, double scale, const char *mode,
                               const char *distribution, jac_dims shape, jac_scaling_opts o)
{
    const char *what = "init_variance_scaling";
    unsigned m = rt_begin(at);
    ir_dtype d;
    ir_type t;
    draw w;
    double n;
    if (!float_dtype(what, o.dtype, &d) || !rt_type_for(what, shape, d, &t) ||
        !begin(what, key, shape, d, &w))
        return rt_end(m, JAC_NULL);
    if (t.rank < 2 && o.in_axis.n == INT64_MIN) {
        ir_fail("%s: the weights are %s; they need two dimensions, or .in_axis and .out_axis", what,
                ir_type_tmp(&t));
        return rt_end(m, JAC_NULL);
    }
    if (!denominator(mode, &t, o, &n))
        return rt_end(m, JAC_NULL);
    return rt_end(m, scaled(&w, d, distribution ? distribution : "", scale / n));
}

/* ---- orthogonal ones ---------------------------------------------------------------------------- */

/* Uniformly distributed, with orthonormal columns or, if there are fewer of them, rows: q of a
 * normal matrix, with the signs of r's diagonal (jax.random.orthogonal). */
static jac orthogonal_matrix(const char *what, jac key, int64_t rows, int64_t columns, ir_dtype d)
{
    draw w;
    bool tall = rows >= columns;
    int64_t dim[] = {tall ? rows : columns, tall ? columns : rows};
    if (!begin(what, key, (jac_dims){2, dim}, d, &w))
        return JAC_NULL;
    jac_qr_result f = jac_qr_(NULL, normal_draw(&w, d), (jac_qr_opts){0});
    jac y = jac_mul(f.q, jac_sign(jac_einsum("ii->i", f.r)));
    return tall ? y : jac_swapaxes_(NULL, y, 0, 1);
}

/* Column axis `axis` of the shape stands last in the matrix. */
static jac orthogonal(const char *what, jac key, const ir_type *t, int64_t axis, double scale)
{
    int64_t n = t->dim[axis], dim[IR_MAX_RANK];
    int rank = 0;
    if (!ir_type_count(t))
        return jac_full_(NULL, what, (jac_dims){t->rank, t->dim}, jac_of_i64(0),
                         rt_public_dtype(t->dtype), false);
    for (int k = 0; k < t->rank; k++)
        if (k != axis)
            dim[rank++] = t->dim[k];
    dim[rank] = n;
    jac q = orthogonal_matrix(what, key, ir_type_count(t) / n, n, t->dtype);
    if (!jac_ok(q))
        return JAC_NULL;
    q = np_move_axis(rt_reshape(q, t->rank, dim), t->rank - 1, (int)axis);
    return jac_mul(number(t->dtype, scale), q);
}

jac jac_init_orthogonal_(const jac_loc *at, jac key, jac_dims shape, jac_init_opts o)
{
    const char *what = "init_orthogonal";
    unsigned m = rt_begin(at);
    ir_dtype d;
    ir_type t;
    int64_t axis;
    if (!float_dtype(what, o.dtype, &d) || !rt_type_for(what, shape, d, &t))
        return rt_end(m, JAC_NULL);
    if (t.rank < 2) {
        ir_fail("%s: the weights must have at least two dimensions, but are %s", what,
                ir_type_tmp(&t));
        return rt_end(m, JAC_NULL);
    }
    if (!rt_axis(what, o.column_axis, t.rank, &axis))
        return rt_end(m, JAC_NULL);
    return rt_end(m, orthogonal(what, key, &t, axis, or_default(o.scale, 1)));
}

/* 0 but for the matrix in the middle of the leading axes. */
static jac delta(jac matrix, const ir_type *t)
{
    int64_t low[IR_MAX_RANK] = {0}, high[IR_MAX_RANK] = {0}, ones[IR_MAX_RANK];
    for (int k = 0; k < t->rank; k++)
        ones[k] = k < t->rank - 2 ? 1 : t->dim[k];
    for (int k = 0; k < t->rank - 2; k++) {
        low[k] = (t->dim[k] - 1) / 2;
        high[k] = t->dim[k] - 1 - low[k];
    }
    jac y = rt_reshape(matrix, t->rank, ones);
    return jac_pad_(NULL, y, number(t->dtype, 0), (jac_dims){t->rank, low},
                    (jac_dims){t->rank, high}, (jac_dims){0, NULL});
}

jac jac_init_delta_orthogonal_(const jac_loc *at, jac key, jac_dims shape, jac_init_opts o)
{
    const char *what = "init_delta_orthogonal";
    unsigned m = rt_begin(at);
    ir_dtype d;
    ir_type t;
    int64_t axis;
    if (!float_dtype(what, o.dtype, &d) || !rt_type_for(what, shape, d, &t))
        return rt_end(m, JAC_NULL);
    if (t.rank < 3 || t.rank > 5 || t.dim[t.rank - 1] < t.dim[t.rank - 2] || !ir_type_count(&t)) {
        ir_fail(
            "%s: the weights must have one to three dimensions, then inputs, and at least as many "
            "outputs, but are %s",
            what, ir_type_tmp(&t));
        return rt_end(m, JAC_NULL);
    }
    ir_type one = {.dtype = t.dtype, .rank = 2, .dim = {t.dim[t.rank - 2], t.dim[t.rank - 1]}};
    if (!rt_axis(what, o.column_axis, 2, &axis))
        return rt_end(m, JAC_NULL);
    jac matrix = orthogonal(what, key, &one, axis, or_default(o.scale, 1));
    return rt_end(m, jac_ok(matrix) ? delta(matrix, &t) : JAC_NULL);
}

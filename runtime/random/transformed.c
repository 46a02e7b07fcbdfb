/* Distributions whose draws are functions of a fixed number of uniform or normal ones.
 *
 * Each is JAX's formula. XLA compiles it to one kernel, in which LLVM fuses products and sums;
 * where that decides about a bit, op_fma stands here.
 */
#include <math.h>

#include "ops/ops.h"
#include "runtime/random/draws.h"

static const char *const no_names[] = {NULL};

bool draw_begin_floats(const char *what, jac key, jac_random_opts o, int n, const char *const *names,
                  jac *params, draw *w)
{
    ir_dtype d = IR_f32;
    return draw_floats(what, o.dtype, &d) && draw_begin(what, key, o, d, n, names, params, w);
}

jac draw_whole(const draw *w, jac x)
{
    return rt_broadcast_to(x, w->shape.rank, w->shape.dim);
}

jac draw_subkey(jac key, int64_t n, int64_t k)
{
    return jac_at(jac_random_split(key, n), k);
}

jac draw_fused(const draw *w, jac a, jac b, jac c)
{
    jac in[] = {draw_whole(w, a), draw_whole(w, b), draw_whole(w, c)};
    return ir_is_narrow(w->d) ? jac_add(jac_mul(in[0], in[1]), in[2])
                              : rt_emit1(&op_fma, 3, in, NULL);
}

/* ---- without parameters ------------------------------------------------------------------------ */

static jac cauchy(const draw *w)
{
    jac u = draw_between(w, w->key, draw_number(w, ir_epsilon(w->d)), draw_number(w, 1));
    return jac_tan(jac_mul(draw_number(w, M_PI), jac_sub(u, draw_number(w, 0.5))));
}

static jac laplace(const draw *w)
{
    double least = ir_epsilon(w->d) / 2 - 1;
    jac u = draw_between(w, w->key, draw_number(w, least), draw_number(w, 1));
    return jac_mul(jac_sign(u), draw_log1p(jac_neg(jac_abs(u))));
}

static jac logistic(const draw *w)
{
    jac u = draw_between(w, w->key, draw_number(w, ir_least_normal(w->d)), draw_number(w, 1));
    return jac_sub(jac_log(u), draw_log1p(jac_neg(u)));
}

/* The length of a normal vector of three dimensions. */
static jac maxwell_of(const draw *w, jac key)
{
    int64_t dim[IR_MAX_RANK + 1];
    for (int k = 0; k < w->shape.rank; k++)
        dim[k] = w->shape.dim[k];
    dim[w->shape.rank] = 3;
    draw three = *w;
    if (!rt_type_for(w->what, (jac_dims){w->shape.rank + 1, dim}, w->d, &three.shape))
        return JAC_NULL;
    jac x = draw_normal(&three, key), sq = jac_mul(x, x);
    if (ir_is_narrow(w->d))
        return jac_sqrt(jac_sum(sq, -1));
    jac ends = jac_add(jac_take(sq, 0, -1), jac_take(sq, 2, -1)); /* XLA's order */
    return jac_sqrt(jac_add(ends, jac_take(sq, 1, -1)));
}

static jac maxwell(const draw *w)
{
    return maxwell_of(w, w->key);
}

static jac plain(const jac_loc *at, const char *what, jac key, jac_dims shape, jac_dtype dtype,
                 jac (*f)(const draw *w))
{
    unsigned m = rt_begin_as(at, what);
    draw w;
    bool ok =
        draw_begin_floats(what, key, (jac_random_opts){.shape = shape, .dtype = dtype}, 0, no_names, NULL, &w);
    return rt_end(m, ok ? f(&w) : JAC_NULL);
}

jac jac_random_cauchy_(const jac_loc *at, jac key, jac_dims shape, jac_dtype d)
{
    return plain(at, "jac_random_cauchy", key, shape, d, cauchy);
}

jac jac_random_laplace_(const jac_loc *at, jac key, jac_dims shape, jac_dtype d)
{
    return plain(at, "jac_random_laplace", key, shape, d, laplace);
}

jac jac_random_logistic_(const jac_loc *at, jac key, jac_dims shape, jac_dtype d)
{
    return plain(at, "jac_random_logistic", key, shape, d, logistic);
}

jac jac_random_maxwell_(const jac_loc *at, jac key, jac_dims shape, jac_dtype d)
{
    return plain(at, "jac_random_maxwell", key, shape, d, maxwell);
}

/* 1 or -1, where a uniform number is below 1/2 or not. */
static jac signs(const draw *w, jac key, ir_dtype d)
{
    draw coin = *w;
    coin.d = rt_default_float();
    jac below = jac_lt(draw_unit(&coin, key), draw_number(&coin, 0.5));
    return jac_where(below, rt_literal_f64(d, 1), rt_convert(rt_literal_f64(IR_i32, -1), d, false));
}

jac jac_random_rademacher_(const jac_loc *at, jac key, jac_dims shape, jac_dtype dtype)
{
    const char *what = "jac_random_rademacher";
    unsigned m = rt_begin(at);
    draw w;
    ir_dtype d = rt_default_int();
    bool ok = (dtype == JAC_DEFAULT || rt_dtype(dtype, &d)) &&
              draw_begin(what, key, (jac_random_opts){.shape = shape}, d, 0, no_names, NULL, &w);
    if (ok && d == IR_bool)
        ok = ir_fail("%s draws numbers, but bool was asked for", what);
    return rt_end(m, ok ? signs(&w, key, d) : JAC_NULL);
}

/* ---- with parameters --------------------------------------------------------------------------- */

static jac truncated_normal(const draw *w, const jac *p)
{
    jac root = draw_number(w, M_SQRT2), lo = p[0], hi = p[1];
    jac a = jac_erf(jac_div(lo, root)), b = jac_erf(jac_div(hi, root));
    jac y = jac_mul(root, draw_erf_inv(draw_between(w, w->key, a, b)));
    jac least = jac_nextafter(jac_stop_gradient(lo), draw_number(w, INFINITY));
    jac most = jac_nextafter(jac_stop_gradient(hi), draw_number(w, -INFINITY));
    return jac_minimum(jac_maximum(y, least), most);
}

static jac pareto(const draw *w, const jac *p)
{
    return jac_exp(jac_div(draw_exponential(w, w->key), p[0]));
}

static jac rayleigh(const draw *w, const jac *p)
{
    jac u = jac_log(draw_unit(w, w->key));
    return jac_mul(p[0], jac_sqrt(jac_mul(u, draw_number(w, -2))));
}

static jac weibull_min(const draw *w, const jac *p)
{
    jac e = draw_exponential(w, w->key);
    return jac_mul(jac_power(e, jac_div(draw_number(w, 1), p[1])), p[0]);
}

static jac lognormal(const draw *w, const jac *p)
{
    return jac_exp(jac_mul(draw_normal(w, w->key), p[0]));
}

static jac triangular(const draw *w, const jac *p)
{
    jac left = draw_whole(w, p[0]), mode = draw_whole(w, p[1]), right = draw_whole(w, p[2]);
    jac range = jac_sub(right, left), u = draw_unit(w, w->key);
    jac up = jac_sqrt(jac_mul(jac_mul(u, range), jac_sub(mode, left)));
    jac down =
        jac_sqrt(jac_mul(jac_mul(jac_sub(draw_number(w, 1), u), range), jac_sub(right, mode)));
    return jac_where(jac_lt(u, jac_div(jac_sub(mode, left), range)), jac_add(left, up),
                     jac_sub(right, down));
}

static jac wald(const draw *w, const jac *p)
{
    jac mean = draw_whole(w, p[0]);
    jac v = draw_normal(w, draw_subkey(w->key, 2, 0)), z = draw_unit(w, draw_subkey(w->key, 2, 1));
    jac y = jac_mul(v, v), mean_sq = jac_mul(mean, mean);
    jac four = jac_mul(draw_number(w, 4), mean);
    jac root = jac_sqrt(draw_fused(w, four, y, jac_mul(mean_sq, jac_mul(y, y))));
    jac half = jac_mul(mean, draw_number(w, 0.5));
    jac first = draw_fused(w, jac_mul(mean_sq, y), draw_number(w, 0.5), mean);
    jac x = draw_fused(w, jac_neg(half), root, first);
    return jac_where(jac_le(z, jac_div(mean, jac_add(mean, x))), x, jac_div(mean_sq, x));
}

jac draw_with(const jac_loc *at, const char *what, jac key, jac_random_opts o, int n,
                const char *const *names, const jac *given, jac (*f)(const draw *w, const jac *p))
{
    unsigned m = rt_begin_as(at, what);
    draw w;
    jac p[DRAW_MOST_PARAMS];
    for (int k = 0; k < n; k++)
        p[k] = given[k];
    return rt_end(m, draw_begin_floats(what, key, o, n, names, p, &w) ? f(&w, p) : JAC_NULL);
}

jac jac_random_truncated_normal_(const jac_loc *at, jac key, jac lower, jac upper,
                                 jac_random_opts o)
{
    return draw_with(at, "jac_random_truncated_normal", key, o, 2, NAMES("lower", "upper"),
                JACS(lower, upper), truncated_normal);
}

jac jac_random_pareto_(const jac_loc *at, jac key, jac b, jac_random_opts o)
{
    return draw_with(at, "jac_random_pareto", key, o, 1, NAMES("b"), JACS(b), pareto);
}

jac jac_random_rayleigh_(const jac_loc *at, jac key, jac scale, jac_random_opts o)
{
    return draw_with(at, "jac_random_rayleigh", key, o, 1, NAMES("scale"), JACS(scale), rayleigh);
}

jac jac_random_weibull_min_(const jac_loc *at, jac key, jac scale, jac concentration,
                            jac_random_opts o)
{
    return draw_with(at, "jac_random_weibull_min", key, o, 2, NAMES("scale", "concentration"),
                JACS(scale, concentration), weibull_min);
}

jac jac_random_lognormal_(const jac_loc *at, jac key, jac sigma, jac_random_opts o)
{
    return draw_with(at, "jac_random_lognormal", key, o, 1, NAMES("sigma"), JACS(sigma), lognormal);
}

jac jac_random_triangular_(const jac_loc *at, jac key, jac left, jac mode, jac right,
                           jac_random_opts o)
{
    return draw_with(at, "jac_random_triangular", key, o, 3, NAMES("left", "mode", "right"),
                JACS(left, mode, right), triangular);
}

jac jac_random_wald_(const jac_loc *at, jac key, jac mean, jac_random_opts o)
{
    return draw_with(at, "jac_random_wald", key, o, 1, NAMES("mean"), JACS(mean), wald);
}

/* The shape is the given one followed by that of the parameters, as JAX has it. */
jac jac_random_double_sided_maxwell_(const jac_loc *at, jac key, jac loc, jac scale,
                                     jac_random_opts o)
{
    const char *what = "jac_random_double_sided_maxwell";
    unsigned m = rt_begin(at);
    jac p[] = {loc, scale}, joint[] = {loc, scale};
    ir_type t;
    draw w;
    if (!rt_list(what, o.shape) || !np_are_handles(2, p) || !rt_broadcast(what, 2, joint) ||
        !rt_type_of(joint[0], &t))
        return rt_end(m, JAC_NULL);
    int64_t dim[2 * IR_MAX_RANK];
    jac_dims first = o.shape.n ? o.shape : (jac_dims){t.rank, t.dim};
    if (first.n + t.rank > IR_MAX_RANK) {
        ir_fail("%s: draws would have %d dimensions, but at most %d are possible", what,
                (int)first.n + t.rank, IR_MAX_RANK);
        return rt_end(m, JAC_NULL);
    }
    for (int k = 0; k < first.n + t.rank; k++)
        dim[k] = k < first.n ? first.v[k] : t.dim[k - first.n];
    o.shape = (jac_dims){first.n + t.rank, dim};
    if (!draw_begin_floats(what, key, o, 2, NAMES("loc", "scale"), p, &w))
        return rt_end(m, JAC_NULL);
    jac y = jac_mul(signs(&w, draw_subkey(key, 2, 1), w.d), maxwell_of(&w, draw_subkey(key, 2, 0)));
    return rt_end(m, draw_fused(&w, y, p[1], p[0]));
}

jac jac_random_geometric_(const jac_loc *at, jac key, jac p, jac_random_opts o)
{
    const char *what = "jac_random_geometric";
    unsigned m = rt_begin(at);
    ir_dtype d = IR_f32;
    ir_type t;
    draw w;
    if (!draw_integers(what, o.dtype, &d) || !rt_promote(1, &p, true) || !rt_type_of(p, &t) ||
        !draw_begin(what, key, o, t.dtype, 1, NAMES("p"), &p, &w))
        return rt_end(m, JAC_NULL);
    jac u = draw_unit(&w, key), one = draw_number(&w, 1);
    u = jac_where(jac_eq(u, draw_number(&w, 0)), one, u);
    jac trials = jac_floor(jac_div(jac_log(u), draw_log1p(jac_neg(p))));
    return rt_end(m, rt_convert(jac_add(trials, one), d, false));
}

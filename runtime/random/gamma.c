/* Gamma draws by Marsaglia's and Tsang's rejection, and the distributions made of them.
 *
 * One draw is a loop that ends when a candidate is accepted; a whole array of them is that loop
 * under vmap, each element with a key of its own, as in JAX.
 */
#include "ops/ops.h"
#include "runtime/random/draws.h"

/* A draw of a scalar of x's dtype. */
static draw scalar_like(const char *what, jac x)
{
    ir_type t;
    ir_dtype d = rt_type_of(x, &t) ? t.dtype : IR_f32;
    return (draw){.what = what, .d = d, .shape = ir_type_scalar(IR_u32)};
}

/* ---- one draw ---------------------------------------------------------------------------------- */

/* 1 / sqrt(d), which XLA rounds correctly in f32, and in f64 rounds twice. */
static jac reciprocal_root(const draw *w, jac d)
{
    jac root = jac_sqrt(w->d == IR_f64 ? d : rt_convert(d, IR_f64, false));
    return rt_convert(jac_div(rt_literal_f64(IR_f64, 1), root), w->d, false);
}

/* A candidate: v = 1 + c x for normal x, drawn until it is positive. */
JAC_TREE(candidate, key, x, v, c)

JAC_DEF(jac, gamma_candidate_fails, (candidate, s))
{
    return jac_le(s.v, 0);
}

JAC_DEF(candidate, gamma_next_candidate, (candidate, s))
{
    draw w = scalar_like("gamma", s.x);
    jac keys = jac_random_split(s.key, 2);
    jac x = draw_normal(&w, jac_at(keys, 1));
    return (candidate){jac_at(keys, 0), x, draw_fused(&w, x, s.c, draw_number(&w, 1)), s.c};
}

/* A try: x^2 and v^3 of a candidate, and a uniform number that decides about it. */
JAC_TREE(attempt, key, xx, vvv, u, c, d)

JAC_DEF(jac, gamma_is_rejected, (attempt, s))
{
    draw w = scalar_like("gamma", s.u);
    jac squeeze = jac_ge(s.u, jac_sub(1, jac_mul(draw_number(&w, 0.0331), jac_mul(s.xx, s.xx))));
    jac most = jac_add(jac_mul(s.xx, draw_number(&w, 0.5)),
                       jac_mul(s.d, jac_add(jac_sub(1, s.vvv), jac_log(s.vvv))));
    return jac_logical_and(squeeze, jac_ge(jac_log(s.u), most));
}

JAC_DEF(attempt, gamma_try, (attempt, s))
{
    draw w = scalar_like("gamma", s.u);
    jac keys = jac_random_split(s.key, 3), zero = draw_number(&w, 0);
    candidate c = jac_while_loop(gamma_candidate_fails_fn, gamma_next_candidate_fn,
                                 (candidate){jac_at(keys, 1), zero, draw_number(&w, -1), s.c});
    return (attempt){jac_at(keys, 0),
                     jac_mul(c.x, c.x),
                     jac_mul(jac_mul(c.v, c.v), c.v),
                     draw_unit(&w, jac_at(keys, 2)),
                     s.c,
                     s.d};
}

/* For alpha < 1, a draw of alpha + 1 times u^(1 / alpha). */
static jac boosted(const draw *w, jac key, jac vvv, jac d, jac alpha, jac large)
{
    jac one = draw_number(w, 1), u = jac_sub(one, draw_unit(w, key));
    jac boost = jac_where(large, one, jac_power(u, jac_div(one, alpha)));
    return jac_mul(jac_mul(d, vvv), boost);
}

static jac log_boosted(const draw *w, jac key, jac vvv, jac d, jac alpha, jac large)
{
    jac zero = draw_number(w, 0), log_u = jac_neg(draw_exponential(w, key));
    jac none = jac_logical_or(large, jac_eq(log_u, zero));
    jac boost = jac_mul(log_u, jac_div(draw_number(w, 1), alpha));
    return jac_add(jac_add(jac_log(d), jac_log(vvv)), jac_where(none, zero, boost));
}

JAC_DEF_ENV(jac, gamma_one, bool, (jac, key), (jac, alpha))
{
    draw w = scalar_like("gamma", alpha);
    jac one = draw_number(&w, 1), third = draw_number(&w, 1.0 / 3), large = jac_ge(alpha, one);
    jac d = jac_sub(jac_where(large, alpha, jac_add(alpha, one)), third);
    jac c = jac_mul(third, reciprocal_root(&w, d)), keys = jac_random_split(key, 2);
    attempt s = jac_while_loop(
        gamma_is_rejected_fn, gamma_try_fn,
        (attempt){jac_at(keys, 0), draw_number(&w, 0), one, draw_number(&w, 2), c, d});
    return (*env ? log_boosted : boosted)(&w, jac_at(keys, 1), s.vvv, d, alpha, large);
}

/* ---- arrays of draws --------------------------------------------------------------------------- */

/* The draw y of parameter a, whose derivative by a is that at a fixed rank. y itself was drawn with a
 * constant, because the derivative of the loop would not be that of the draw. */
JAC_DEF(jac, gamma_of_rank, (jac, a), (jac, y))
{
    (void)a;
    return y;
}

JAC_TREE(gamma_pair, primal, tangent)
JAC_DEF(gamma_pair, gamma_of_rank_rule, (jac, a), (jac, y), (jac, ta), (jac, ty))
{
    return (gamma_pair){y, jac_add(ty, jac_mul(ta, jac_random_gamma_grad(a, y)))};
}

/* The same for y = log x: the slope of x over x, which is not 0. */
JAC_DEF(gamma_pair, log_gamma_of_rank_rule, (jac, a), (jac, y), (jac, ta), (jac, ty))
{
    ir_type t;
    double least = rt_type_of(y, &t) ? ir_least_normal(t.dtype) : 1;
    jac x = jac_maximum(jac_exp(y), least);
    return (gamma_pair){y, jac_add(ty, jac_mul(ta, jac_div(jac_random_gamma_grad(a, x), x)))};
}

/* Gamma draws, or their logarithms, of the draw's shape and dtype. */
static jac gammas(const draw *w, jac key, jac alpha, bool log_space)
{
    int64_t n = ir_type_count(&w->shape);
    alpha = rt_reshape(rt_broadcast_to(alpha, w->shape.rank, w->shape.dim), 1, &n);
    jac y = jac_call1(jac_vmap(gamma_one_with(log_space)), jac_random_split(key, n),
                      jac_stop_gradient(alpha));
    jac_fn rule = log_space ? log_gamma_of_rank_rule_fn : gamma_of_rank_rule_fn;
    y = jac_call1(jac_custom_jvp(gamma_of_rank_fn, rule), alpha, jac_stop_gradient(y));
    return rt_reshape(y, w->shape.rank, w->shape.dim);
}

static jac gamma_draw(const draw *w, const jac *p)
{
    return gammas(w, w->key, p[0], false);
}

static jac loggamma_draw(const draw *w, const jac *p)
{
    return gammas(w, w->key, p[0], true);
}

static jac chisquares(const draw *w, jac key, jac df)
{
    jac half = jac_div(df, draw_number(w, 2));
    return jac_mul(jac_exp(gammas(w, key, half, true)), draw_number(w, 2));
}

static jac chisquare_draw(const draw *w, const jac *p)
{
    return chisquares(w, w->key, p[0]);
}

static jac f_draw(const draw *w, const jac *p)
{
    jac below = jac_div(chisquares(w, draw_subkey(w->key, 2, 0), p[1]), p[1]);
    return jac_div(jac_div(chisquares(w, draw_subkey(w->key, 2, 1), p[0]), p[0]), below);
}

static jac t_draw(const draw *w, const jac *p)
{
    jac half = jac_div(p[0], draw_number(w, 2)), z = draw_normal(w, draw_subkey(w->key, 2, 0));
    return jac_mul(z, jac_sqrt(jac_div(half, gammas(w, draw_subkey(w->key, 2, 1), half, false))));
}

static jac beta_draw(const draw *w, const jac *p)
{
    jac a = gammas(w, draw_subkey(w->key, 2, 0), p[0], true);
    jac b = gammas(w, draw_subkey(w->key, 2, 1), p[1], true), most = jac_maximum(a, b);
    a = jac_exp(jac_sub(a, most));
    b = jac_exp(jac_sub(b, most));
    return jac_div(a, jac_add(a, b));
}

/* p itself, and 1 / p, are computed before they take the draw's dtype, as in JAX. */
static jac generalized(const draw *w, jac key, jac p)
{
    jac_dims shape = draw_shape(w);
    jac power = jac_div(1, p), a = rt_convert(power, w->d, false);
    jac g = gammas(w, draw_subkey(key, 2, 0), a, false);
    jac sign = jac_random_rademacher(draw_subkey(key, 2, 1), shape, rt_public_dtype(w->d));
    return jac_mul(sign, jac_power(g, a));
}

/* ---- public functions -------------------------------------------------------------------------- */

jac jac_random_gamma_(const jac_loc *at, jac key, jac a, jac_random_opts o)
{
    return draw_with(at, "jac_random_gamma", key, o, 1, NAMES("a"), JACS(a), gamma_draw);
}

jac jac_random_loggamma_(const jac_loc *at, jac key, jac a, jac_random_opts o)
{
    return draw_with(at, "jac_random_loggamma", key, o, 1, NAMES("a"), JACS(a), loggamma_draw);
}

jac jac_random_chisquare_(const jac_loc *at, jac key, jac df, jac_random_opts o)
{
    return draw_with(at, "jac_random_chisquare", key, o, 1, NAMES("df"), JACS(df), chisquare_draw);
}

jac jac_random_f_(const jac_loc *at, jac key, jac dfnum, jac dfden, jac_random_opts o)
{
    return draw_with(at, "jac_random_f", key, o, 2, NAMES("dfnum", "dfden"), JACS(dfnum, dfden), f_draw);
}

jac jac_random_t_(const jac_loc *at, jac key, jac df, jac_random_opts o)
{
    return draw_with(at, "jac_random_t", key, o, 1, NAMES("df"), JACS(df), t_draw);
}

jac jac_random_beta_(const jac_loc *at, jac key, jac a, jac b, jac_random_opts o)
{
    return draw_with(at, "jac_random_beta", key, o, 2, NAMES("a", "b"), JACS(a, b), beta_draw);
}

/* alpha's last axis follows the shape. */
jac jac_random_dirichlet_(const jac_loc *at, jac key, jac alpha, jac_random_opts o)
{
    const char *what = "jac_random_dirichlet";
    unsigned m = rt_begin(at);
    ir_type t;
    draw w;
    int64_t dim[IR_MAX_RANK + 1];
    if (!rt_type_of(alpha, &t) || !rt_list(what, o.shape))
        return rt_end(m, JAC_NULL);
    if (!t.rank || o.shape.n >= IR_MAX_RANK) {
        ir_fail(t.rank ? "%s: the result has too many dimensions"
                       : "%s: alpha must have at least one dimension, but is a scalar",
                what);
        return rt_end(m, JAC_NULL);
    }
    if (o.shape.v || o.shape.n) {
        for (int k = 0; k < o.shape.n; k++)
            dim[k] = o.shape.v[k];
        dim[o.shape.n] = t.dim[t.rank - 1];
        o.shape = (jac_dims){o.shape.n + 1, dim};
    }
    if (!draw_begin_floats(what, key, o, 1, NAMES("alpha"), &alpha, &w))
        return rt_end(m, JAC_NULL);
    return rt_end(m, jac_softmax(gammas(&w, key, alpha, true), -1));
}

/* One positive number, as an array of rank 0. */
static bool one_number(const char *what, const char *name, jac *p)
{
    ir_type t;
    if (!rt_promote(1, p, true) || !rt_type_of(*p, &t))
        return false;
    return (!t.rank && !ir_is_complex(t.dtype)) ||
           ir_fail("%s: %s must be a real number, but is %s", what, name, ir_type_tmp(&t));
}

jac jac_random_generalized_normal_(const jac_loc *at, jac key, jac p, jac_random_opts o)
{
    const char *what = "jac_random_generalized_normal";
    unsigned m = rt_begin(at);
    draw w;
    jac none = JAC_NULL;
    bool ok = one_number(what, "p", &p) && draw_begin_floats(what, key, o, 0, NAMES(""), &none, &w);
    return rt_end(m, ok ? generalized(&w, key, p) : JAC_NULL);
}

/* Points of generalized normal coordinates, over the p-norm of these and of one more coordinate,
 * whose p-th power is an exponential draw. */
static jac in_ball(const draw *w, jac key, int64_t d, jac p)
{
    draw coordinates = *w;
    int64_t dim[IR_MAX_RANK];
    int n = w->shape.rank;
    for (int k = 0; k < n; k++)
        dim[k] = w->shape.dim[k];
    dim[n] = d;
    if (!rt_type_for(w->what, (jac_dims){n + 1, dim}, w->d, &coordinates.shape))
        return JAC_NULL;
    jac g = generalized(&coordinates, draw_subkey(key, 2, 0), p);
    jac e = draw_exponential(w, draw_subkey(key, 2, 1));
    p = rt_convert(p, w->d, false);
    jac sum = jac_add(jac_sum(jac_power(jac_abs(g), p), -1), e);
    return jac_div(g, jac_expand_dims(jac_power(sum, jac_div(draw_number(w, 1), p)), -1));
}

jac jac_random_ball_(const jac_loc *at, jac key, int64_t d, jac p, jac_random_opts o)
{
    const char *what = "jac_random_ball";
    unsigned m = rt_begin(at);
    draw w;
    jac none = JAC_NULL;
    if (d < 0) {
        ir_fail("%s: d must be at least 0, but is %lld", what, (long long)d);
        return rt_end(m, JAC_NULL);
    }
    bool ok = one_number(what, "p", &p) && draw_begin_floats(what, key, o, 0, NAMES(""), &none, &w);
    if (ok && w.shape.rank >= IR_MAX_RANK)
        ok = ir_fail("%s: the result has too many dimensions", what);
    return rt_end(m, ok ? in_ball(&w, key, d, p) : JAC_NULL);
}

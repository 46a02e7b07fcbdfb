/* Draws of counts: Poisson, binomial, multinomial.
 *
 * JAX repeats a step for a whole array, with one key for each step, until all elements are done. Here
 * each element repeats it for itself: element k of a draw with a key depends on k alone, so an element
 * that is done costs nothing. In JAX's rejection loops, an element that has been accepted is replaced
 * whenever it is accepted again, until the last one is done. So there are two passes: the first finds
 * how many steps that takes, and the second goes back from there.
 */
#include <math.h>

#include "ops/ops.h"
#include "runtime/random/draws.h"

/* A scalar of dtype d. */
static draw scalar_of(ir_dtype d, const char *what)
{
    return (draw){.what = what, .d = d, .shape = ir_type_scalar(IR_u32)};
}

static draw like(jac x)
{
    ir_type t;
    return scalar_of(rt_type_of(x, &t) ? t.dtype : IR_f32, rt_entered());
}

/* ---- Poisson ----------------------------------------------------------------------------------- */

/* Knuth's method, for a small rate: uniform numbers are multiplied until the product is below
 * e^-rate. */
JAC_TREE(knuth, key, k, log_product, rate, high, low)

JAC_DEF(jac, knuth_goes_on, (knuth, s))
{
    return jac_gt(s.log_product, jac_neg(s.rate));
}

JAC_DEF(knuth, knuth_step, (knuth, s))
{
    draw w = like(s.rate);
    jac keys = jac_random_split(s.key, 2), u = draw_unit_at(&w, jac_at(keys, 1), s.high, s.low);
    s.key = jac_at(keys, 0);
    s.k = jac_add(s.k, 1);
    s.log_product = jac_add(s.log_product, jac_log(u));
    return s;
}

/* ---- rejection in two passes ------------------------------------------------------------------- */

/* Not even one of 10^30 draws takes more steps than this. */
enum { MOST_TRIES = 64 };

/* The keys of all steps, u32[MOST_TRIES, 2, 2]: two for each, by splitting a key in three. */
JAC_TREE(next_keys, key, pair)

JAC_DEF(next_keys, rejection_keys, (jac, key), (jac, step))
{
    (void)step;
    jac keys = jac_random_split(key, 3);
    return (next_keys){jac_at(keys, 0), jac_stack(0, jac_at(keys, 1), jac_at(keys, 2))};
}

static jac keys_of_steps(jac key)
{
    jac steps = jac_arange(MOST_TRIES), table;
    return jac_scan(rejection_keys_fn, &key, &steps, &table) ? table : JAC_NULL;
}

/* One element: the step, +1 or -1 to the next, whether it is done, the result; and the parameters (q is
 * not used by all), its place, and the keys. */
JAC_TREE(trial, step, way, done, k, p, q, high, low, keys)

JAC_DEF(jac, trial_goes_on, (trial, s))
{
    return jac_logical_not(s.done);
}

/* Two uniform numbers for the element's step, the first on [-1/2, 1/2). */
static void trial_numbers(const trial *s, jac *u, jac *v)
{
    draw w = like(s->p);
    jac keys = jac_take(s->keys, s->step, 0);
    *u = jac_sub(draw_unit_at(&w, jac_at(keys, 0), s->high, s->low), 0.5);
    *v = draw_unit_at(&w, jac_at(keys, 1), s->high, s->low);
}

static trial trial_next(trial s, jac accepted, jac k)
{
    s.k = k;
    s.done = jac_logical_or(accepted, jac_ge(s.step, MOST_TRIES - 1));
    s.step = jac_where(s.done, s.step, jac_maximum(jac_add(s.step, s.way), 0));
    return s;
}

/* Both passes, for vectors of parameters. `idle`: none needs a result. */
static jac rejection(jac_fn one, jac key, jac p, jac q, jac idle, jac high, jac low)
{
    jac keys = keys_of_steps(key), step = jac_zeros_like(jac_astype(high, JAC_I32));
    jac none = jac_zeros_like(jac_astype(high, JAC_BOOL));
    jac_fn all = jac_vmap(one, .in_axes_leaves =
                                   JAC_AXES(0, JAC_NONE, 0, 0, 0, 0, 0, 0, JAC_NONE));
    trial first = {step, jac_astype(1, JAC_I32), jac_logical_or(none, idle), p, p, q, high, low, keys};
    trial done;
    if (!jac_call(all, &first, &done))
        return JAC_NULL;
    jac last = jac_add(step, jac_max(done.step, .initial = 0));
    trial second = {last, jac_astype(-1, JAC_I32), first.done, p, p, q, high, low, keys};
    return jac_call(all, &second, &done) ? done.k : JAC_NULL;
}

/* log k! as XLA computes it: the approximation of Lanczos. */
static jac log_factorial(jac k)
{
    static const double c[] = {676.520368121885098567,   -1259.13921672240287047,
                               771.323428777653078849,   -176.615029162140599066,
                               12.5073432786869048145,   -0.138571095265720116896,
                               9.98436957801957085956e-6, 1.50563273514931155834e-7};
    const double g = 7.5;
    jac sum = jac_add(jac_mul(k, 0), 0.99999999999980993228);
    for (int i = 0; i < 8; i++)
        sum = jac_add(sum, jac_div(c[i], jac_add(k, i + 1)));
    jac t = jac_add(k, g), log_t = jac_add(jac_log1p(jac_div(k, g)), log(g));
    jac y = jac_mul(jac_sub(jac_add(k, 0.5), jac_div(t, log_t)), log_t);
    return jac_add(jac_add(y, 0.5 * log(2 * M_PI)), jac_log(sum));
}

/* Hoermann's transformed rejection, for a large rate. */
JAC_DEF(trial, poisson_try, (trial, s))
{
    jac rate = s.p, u, v;
    jac b = jac_add(0.931, jac_mul(2.53, jac_sqrt(rate)));
    jac a = jac_add(-0.059, jac_mul(0.02483, b));
    jac inverse = jac_add(1.1239, jac_div(1.1328, jac_sub(b, 3.4)));
    jac limit = jac_sub(0.9277, jac_div(3.6224, jac_sub(b, 2)));

    trial_numbers(&s, &u, &v);
    jac side = jac_sub(0.5, jac_abs(u));
    jac slope = jac_add(jac_div(jac_mul(2, a), side), b);
    jac k = jac_floor(jac_add(jac_add(jac_mul(slope, u), rate), 0.43));
    jac area = jac_add(jac_div(a, jac_mul(side, side)), b);
    jac height = jac_log(jac_div(jac_mul(v, inverse), area));
    jac density = jac_sub(jac_add(jac_neg(rate), jac_mul(k, jac_log(rate))), log_factorial(k));

    jac at_once = jac_logical_and(jac_ge(side, 0.07), jac_le(v, limit));
    jac narrow = jac_logical_and(jac_lt(side, 0.013), jac_gt(v, side));
    jac out = jac_logical_or(jac_lt(k, 0), narrow);
    jac later = jac_logical_and(jac_logical_not(out), jac_le(height, density));
    return trial_next(s, jac_logical_or(at_once, later), k);
}

JAC_DEF(trial, poisson_trials, (trial, s))
{
    return jac_while_loop(trial_goes_on_fn, poisson_try_fn, s);
}

typedef struct {
    jac key;
    ir_dtype d;
} counted;

JAC_DEF_ENV(jac, poisson_small, counted, (jac, rate), (jac, high), (jac, low))
{
    jac zero = rt_literal_f64(IR_f32, 0);
    knuth first = {env->key, rt_literal_f64(env->d, 0), zero, rate, high, low};
    return jac_sub(jac_while_loop(knuth_goes_on_fn, knuth_step_fn, first).k, 1);
}

/* The parameter as a vector of the draw's elements. */
static jac flat(const draw *w, jac x)
{
    int64_t count = ir_type_count(&w->shape);
    return rt_reshape(draw_whole(w, jac_stop_gradient(x)), 1, &count);
}

static jac poissons(const draw *w, jac key, jac rate, ir_dtype d)
{
    jac high, low;
    draw_places(w, &high, &low);
    rate = flat(w, rate);
    jac small = jac_logical_or(jac_isnan(rate), jac_lt(rate, 10));
    jac few = jac_call1(jac_vmap(poisson_small_with((counted){key, d})),
                        jac_where(small, rate, 0.0), high, low);
    jac moderate = jac_where(jac_logical_or(small, jac_isinf(rate)), 1e5, rate);
    jac many = rejection(poisson_trials_fn, key, moderate, moderate, jac_all(small), high, low);
    jac k = jac_where(small, few, rt_convert(many, d, false));
    return rt_reshape(jac_where(jac_eq(rate, 0), 0, k), w->shape.rank, w->shape.dim);
}

jac jac_random_poisson_(const jac_loc *at, jac key, jac rate, jac_random_opts o)
{
    const char *what = "jac_random_poisson";
    unsigned m = rt_begin(at);
    ir_dtype d;
    draw w;
    bool ok = draw_integers(what, o.dtype, &d) &&
              draw_begin(what, key, o, IR_f32, 1, NAMES("lam"), &rate, &w);
    return rt_end(m, ok ? poissons(&w, key, rate, d) : JAC_NULL);
}

/* ---- binomial ---------------------------------------------------------------------------------- */

/* For a small mean: the number of geometric draws whose sum is at most n. */
JAC_TREE(inversion, key, k, sum, n, log_fail, high, low)

JAC_DEF(jac, inversion_goes_on, (inversion, s))
{
    return jac_le(s.sum, s.n);
}

JAC_DEF(inversion, inversion_step, (inversion, s))
{
    draw w = like(s.n);
    jac keys = jac_random_split(s.key, 2), u = draw_unit_at(&w, jac_at(keys, 0), s.high, s.low);
    s.key = jac_at(keys, 1);
    s.k = jac_add(s.k, 1);
    s.sum = jac_add(s.sum, jac_ceil(jac_div(jac_log(u), s.log_fail)));
    return s;
}

/* Stirling's error, log k! less its leading terms: a table up to 9, and a series. */
static jac stirling_tail(jac k)
{
    static const double table[] = {0.0810614667953272,  0.0413406959554092,  0.0276779256849983,
                                   0.02079067210376509, 0.0166446911898211,  0.0138761288230707,
                                   0.0118967099458917,  0.0104112652619720,  0.00925546218271273,
                                   0.00833056343336287};
    jac in = jac_minimum(jac_maximum(k, 0), 9), next = jac_add(in, 1), square = jac_mul(next, next);
    jac series = jac_sub(1.0 / 360, jac_div(1.0 / 1260, square));
    jac y = jac_div(jac_sub(1.0 / 12, jac_div(series, square)), next), whole = jac_floor(in);
    jac small = jac_add(jac_mul(in, 0), table[9]);
    for (int i = 8; i >= 0; i--)
        small = jac_where(jac_le(whole, i), table[i], small);
    return jac_where(jac_le(k, 9), small, y);
}

/* (x + 1/2) log(y), of which the density of k is made */
static jac half_log(jac x, jac y)
{
    return jac_mul(jac_add(x, 0.5), jac_log(y));
}

/* Hoermann's transformed rejection, for n = s.p and a probability s.q of at most 1/2. */
JAC_DEF(trial, binomial_try, (trial, s))
{
    jac n = s.p, p = s.q, fail = jac_sub(1, p), u, v;
    jac deviation = jac_sqrt(jac_mul(jac_mul(n, p), fail));
    jac b = jac_add(1.15, jac_mul(2.53, deviation));
    jac a = jac_add(jac_add(-0.0873, jac_mul(0.0248, b)), jac_mul(0.01, p));
    jac c = jac_add(jac_mul(n, p), 0.5), limit = jac_sub(0.92, jac_div(4.2, b)), r = jac_div(p, fail);
    jac alpha = jac_mul(jac_add(2.83, jac_div(5.1, b)), deviation);
    jac m = jac_floor(jac_mul(jac_add(n, 1), p));

    trial_numbers(&s, &u, &v);
    jac side = jac_sub(0.5, jac_abs(u));
    jac at_once = jac_logical_and(jac_ge(side, 0.07), jac_le(v, limit));
    jac k = jac_floor(jac_add(jac_mul(jac_add(jac_div(jac_mul(2, a), side), b), u), c));
    jac out = jac_logical_or(jac_lt(k, 0), jac_gt(k, n));
    v = jac_log(jac_div(jac_mul(v, alpha), jac_add(jac_div(a, jac_mul(side, side)), b)));

    jac above_m = jac_add(jac_sub(n, m), 1), above_k = jac_add(jac_sub(n, k), 1);
    jac bound = half_log(m, jac_div(jac_add(m, 1), jac_mul(r, above_m)));
    bound = jac_add(bound, jac_mul(jac_add(n, 1), jac_log(jac_div(above_m, above_k))));
    bound = jac_add(bound, half_log(k, jac_div(jac_mul(r, above_k), jac_add(k, 1))));
    bound = jac_add(jac_add(bound, stirling_tail(m)), stirling_tail(jac_sub(n, m)));
    bound = jac_sub(jac_sub(bound, stirling_tail(k)), stirling_tail(jac_sub(n, k)));
    jac later = jac_logical_and(jac_logical_not(out), jac_le(v, bound));
    return trial_next(s, jac_logical_or(at_once, later), k);
}

JAC_DEF(trial, binomial_trials, (trial, s))
{
    return jac_while_loop(trial_goes_on_fn, binomial_try_fn, s);
}

JAC_DEF_ENV(jac, binomial_small, counted, (jac, n), (jac, q), (jac, high), (jac, low))
{
    draw w = like(q);
    jac zero = draw_number(&w, 0);
    inversion first = {env->key, zero, zero, n, draw_log1p(jac_neg(q)), high, low};
    return jac_sub(jac_while_loop(inversion_goes_on_fn, inversion_step_fn, first).k, 1);
}

static jac binomial(const draw *w, jac key, jac n, jac p, ir_dtype d)
{
    jac high, low;
    draw_places(w, &high, &low);
    n = flat(w, n);
    p = flat(w, p);
    jac half = jac_lt(p, 0.5), q = jac_where(half, p, jac_sub(1, p)), endless = jac_isinf(n);
    jac no_count = jac_logical_or(jac_isnan(n), jac_lt(n, 0));
    jac no_rate = jac_logical_or(jac_isnan(q), jac_lt(q, 0));
    q = jac_where(no_rate, 0.01, q);
    jac small = jac_logical_or(no_count, jac_le(jac_mul(n, q), 10));
    n = jac_floor(n);
    jac never = jac_logical_or(jac_logical_not(small), jac_logical_or(no_count, endless));
    jac few = jac_call1(jac_vmap(binomial_small_with((counted){key, d})), jac_where(never, -1.0, n), q,
                        high, low);
    jac other = jac_logical_or(small, endless);
    jac many = rejection(binomial_trials_fn, key, jac_where(other, 1e4, n), jac_where(other, 0.5, q),
                         jac_all(small), high, low);
    jac k = rt_convert(jac_where(small, few, many), d, false);
    jac invalid = jac_logical_or(no_rate, no_count);
    k = jac_where(invalid, NAN, jac_where(endless, INFINITY, k));
    jac as_is = jac_logical_or(jac_logical_or(half, invalid), endless);
    k = jac_where(as_is, k, jac_sub(rt_convert(n, d, false), k));
    return rt_reshape(k, w->shape.rank, w->shape.dim);
}

static jac binomials(const char *what, jac key, jac n, jac p, jac_random_opts o)
{
    ir_dtype d;
    ir_type t;
    draw w;
    jac in[] = {n, p};
    if (!draw_floats(what, o.dtype, &d) || !rt_promote(1, &in[1], true) || !rt_type_of(in[1], &t) ||
        !draw_begin(what, key, o, t.dtype, 2, NAMES("n", "p"), in, &w))
        return JAC_NULL;
    return binomial(&w, key, in[0], in[1], d);
}

jac jac_random_binomial_(const jac_loc *at, jac key, jac n, jac p, jac_random_opts o)
{
    unsigned m = rt_begin(at);
    return rt_end(m, binomials("jac_random_binomial", key, n, p, o));
}

/* ---- multinomial ------------------------------------------------------------------------------- */

/* One category after another: a binomial draw of what is left. */
JAC_TREE(category, ratio, key)
JAC_TREE(after_category, rest, count)

JAC_DEF(after_category, multinomial_step, (jac, rest), (category, c))
{
    ir_type t;
    if (!rt_type_of(rest, &t))
        return (after_category){JAC_NULL, JAC_NULL};
    jac_random_opts o = {.shape = {t.rank, t.dim}, .dtype = rt_public_dtype(t.dtype)};
    jac count = binomials("jac_random_multinomial", c.key, rest, jac_clip(c.ratio, 0, 1), o);
    return (after_category){jac_sub(rest, count), count};
}

static jac multinomials(const char *what, jac key, jac n, jac p, jac_random_opts o)
{
    ir_type t;
    ir_dtype d;
    draw w;
    jac v[] = {n, p};
    if (!draw_floats(what, o.dtype, &d) || !rt_promote(2, v, true) || !rt_type_of(v[1], &t) ||
        !draw_begin(what, key, (jac_random_opts){.shape = {t.rank, t.dim}}, t.dtype, 0, NULL, NULL, &w))
        return JAC_NULL;
    if (!t.rank) {
        ir_fail("%s: p must have at least one dimension, but is a scalar", what);
        return JAC_NULL;
    }
    int64_t dim[IR_MAX_RANK], kinds = t.dim[t.rank - 1];
    bool given = o.shape.v || o.shape.n;
    int rank = given ? o.shape.n - 1 : t.rank - 1;
    if (!rt_list(what, o.shape))
        return JAC_NULL;
    if (rank < 0 || rank >= IR_MAX_RANK || (given && o.shape.v[rank] != kinds)) {
        ir_fail("%s: the last dimension of shape must be that of p, %lld, but shape is %s", what,
                (long long)kinds, ir_ints_tmp(o.shape.v, o.shape.n));
        return JAC_NULL;
    }
    for (int k = 0; k <= rank; k++)
        dim[k] = given ? o.shape.v[k] : t.dim[k];
    n = jac_broadcast_to_(NULL, v[0], (jac_dims){rank, dim});
    p = jac_moveaxis(jac_broadcast_to_(NULL, v[1], (jac_dims){rank + 1, dim}), -1, 0);
    jac left = jac_flip(jac_cumsum(jac_flip(p, 0), 0), 0);
    category each = {jac_div(p, jac_where(jac_eq(left, 0), 1, left)), jac_random_split(key, kinds)};
    jac counts;
    if (!jac_ok(n) || !jac_ok(each.ratio) ||
        !jac_scan(multinomial_step_fn, &n, &each, &counts))
        return JAC_NULL;
    return rt_convert(jac_moveaxis(counts, 0, -1), d, false);
}

jac jac_random_multinomial_(const jac_loc *at, jac key, jac n, jac p, jac_random_opts o)
{
    unsigned m = rt_begin(at);
    return rt_end(m, multinomials("jac_random_multinomial", key, n, p, o));
}

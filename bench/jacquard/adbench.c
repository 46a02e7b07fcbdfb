/* Rows 15 to 17: the objectives of ADBench, and their derivatives. */
#include <math.h>

#include "bench/adbench.h"
#include "bench/jacquard/inputs.h"

static jac copied(jac_dims shape, const double *x)
{
    return jac_array_of(JAC_F64, shape, x);
}

/* ---- a mixture of Gaussians ------------------------------------------------------------------ */

JAC_TREE(Mixture, alphas, means, icf)

typedef struct {
    double gamma, m;
} Prior;

/* log of the multivariate gamma function */
static double log_gamma(double a, int64_t p)
{
    double sum = 0.25 * (double)(p * (p - 1)) * log(M_PI);
    for (int64_t j = 1; j <= p; j++)
        sum += lgamma(a + 0.5 * (double)(1 - j));
    return sum;
}

static jac log_wishart_prior(const Prior *w, int64_t d, int64_t k, jac diagonal, jac sums,
                             jac lower)
{
    double n = (double)d + w->m + 1;
    double c = n * (double)d * (log(w->gamma) - 0.5 * log(2)) - log_gamma(0.5 * n, d);
    jac squares = jac_add(jac_sum(jac_square(diagonal)), jac_sum(jac_square(lower)));
    return jac_sub(
        jac_sub(jac_mul(0.5 * w->gamma * w->gamma, squares), jac_mul(w->m, jac_sum(sums))),
        (double)k * c);
}

/* `triangle` says for each element of a d x d matrix where in the factor's row it stands; zeros and
 * the diagonal point to a zero behind it. */
JAC_DEF_ENV(jac, gmm, Prior, (Mixture, p), (jac, x), (jac, triangle))
{
    int64_t k = jac_dim(p.means, 0), d = jac_dim(p.means, 1), n = jac_dim(x, 0);
    int64_t below = d * (d - 1) / 2;
    jac logs = jac_slice_in_dim(p.icf, 0, d, 1, 1);
    jac lower = jac_slice_in_dim(p.icf, d, d + below, 1, 1);
    jac diagonal = jac_exp(logs), sums = jac_sum(logs, JAC_AXES(1));
    jac padded = jac_pad(lower, 0, JAC_DIMS(0, 0), JAC_DIMS(0, 1));
    jac L = jac_reshape(jac_take(padded, triangle, 1), k, d, d);

    jac away = jac_sub(jac_expand_dims(x, 1), p.means); /* [n, k, d] */
    jac q = jac_add(jac_mul(diagonal, away), jac_einsum("kij,nkj->nki", L, away));
    jac inner = jac_sub(jac_add(p.alphas, sums), jac_mul(0.5, jac_sum(jac_square(q), JAC_AXES(2))));
    jac fit = jac_sub(jac_sum(jac_logsumexp(inner, JAC_AXES(1))),
                      jac_mul((double)n, jac_logsumexp(p.alphas)));
    jac prior = log_wishart_prior(env, d, k, diagonal, sums, lower);
    return jac_add(jac_sub(fit, 0.5 * (double)(n * d) * log(2 * M_PI)), prior);
}

static jac triangle(int64_t d)
{
    int32_t *at = malloc((size_t)(d * d) * sizeof *at), zero = (int32_t)(d * (d - 1) / 2), next = 0;
    for (int64_t k = 0; k < d * d; k++)
        at[k] = zero;
    for (int64_t j = 0; j < d; j++) /* by columns */
        for (int64_t i = j + 1; i < d; i++)
            at[i * d + j] = next++;
    jac r = jac_array_of(JAC_I32, JAC_SHAPE(d * d), at);
    free(at);
    return r;
}

static Prior gmm_inputs(int64_t name, jq_case *c)
{
    adbench_gmm g = adbench_read_gmm(name);
    if (!g.numbers)
        return (Prior){0};
    c->args[0] = copied(JAC_SHAPE(g.k), g.alphas);
    c->args[1] = copied(JAC_SHAPE(g.k, g.d), g.means);
    c->args[2] = copied(JAC_SHAPE(g.k, g.d * (g.d + 1) / 2), g.icf);
    c->args[3] = copied(JAC_SHAPE(g.n, g.d), g.x);
    c->args[4] = triangle(g.d);
    free(g.numbers);
    return (Prior){g.gamma, g.m};
}

static void make_gmm(int64_t name, jq_case *c)
{
    c->f = jac_jit(gmm_with(gmm_inputs(name, c)));
}

static void make_gmm_grad(int64_t name, jq_case *c)
{
    c->nresults = 3;
    c->f = jac_jit(jac_grad(gmm_with(gmm_inputs(name, c))));
}

/* ---- a network of diagonal LSTM layers ------------------------------------------------------- */

JAC_TREE(Network, main, extra)
JAC_TREE(Progress, state, loss)
JAC_TREE(Pair, input, gold)

JAC_DEF_ENV(Progress, character, Network, (Progress, s), (Pair, t))
{
    int64_t bits = jac_dim(t.input, 0), layers = jac_dim(s.state, 0) / 2;
    jac x = jac_mul(t.input, jac_at(env->extra, 0)), state[16];
    for (int64_t l = 0; l < layers; l++) {
        jac w = jac_at(env->main, 2 * l), b = jac_at(env->main, 2 * l + 1);
        jac hidden = jac_at(s.state, 2 * l), cell = jac_at(s.state, 2 * l + 1), gate[4];
        for (int k = 0; k < 4; k++) {
            jac wk = jac_slice_in_dim(w, k * bits, (k + 1) * bits, 1, 0);
            jac bk = jac_slice_in_dim(b, k * bits, (k + 1) * bits, 1, 0);
            gate[k] = jac_add(jac_mul(k % 2 ? hidden : x, wk), bk);
        }
        jac forget = jac_sigmoid(gate[0]), in = jac_sigmoid(gate[1]), out = jac_sigmoid(gate[2]);
        state[2 * l + 1] = jac_add(jac_mul(cell, forget), jac_mul(in, jac_tanh(gate[3])));
        x = state[2 * l] = jac_mul(out, jac_tanh(state[2 * l + 1]));
    }
    jac y = jac_add(jac_mul(x, jac_at(env->extra, 1)), jac_at(env->extra, 2));
    jac norm = jac_sub(y, jac_log(jac_add(jac_sum(jac_exp(y)), 2)));
    return (Progress){jac_stack(0, JAC_HANDLES(2 * layers, state)),
                      jac_add(s.loss, jac_sum(jac_mul(t.gold, norm)))};
}

JAC_DEF(jac, lstm, (Network, p), (jac, state), (jac, sequence))
{
    int64_t n = jac_dim(sequence, 0), bits = jac_dim(sequence, 1);
    Progress s = {state, jac_scalar(JAC_F64, 0)};
    Pair xs = {jac_slice_in_dim(sequence, 0, n - 1, 1, 0), jac_slice_in_dim(sequence, 1, n, 1, 0)};
    jac_scan(character_with(p), &s, &xs, NULL);
    return jac_div(jac_neg(s.loss), (double)((n - 1) * bits));
}

static void lstm_inputs(int64_t name, jq_case *c)
{
    adbench_lstm l = adbench_read_lstm(name);
    if (!l.numbers)
        return;
    c->args[0] = copied(JAC_SHAPE(2 * l.layers, 4 * l.bits), l.main);
    c->args[1] = copied(JAC_SHAPE(3, l.bits), l.extra);
    c->args[2] = copied(JAC_SHAPE(2 * l.layers, l.bits), l.state);
    c->args[3] = copied(JAC_SHAPE(l.characters, l.bits), l.sequence);
    free(l.numbers);
}

static void make_lstm(int64_t name, jq_case *c)
{
    lstm_inputs(name, c);
    c->f = jac_jit(lstm_fn);
}

static void make_lstm_grad(int64_t name, jq_case *c)
{
    lstm_inputs(name, c);
    c->nresults = 2;
    c->f = jac_jit(jac_grad(lstm_fn));
}

/* ---- bundle adjustment ----------------------------------------------------------------------- */

static jac part(jac x, int64_t from, int64_t to)
{
    return jac_slice_in_dim(x, from, to, 1, 0);
}

static jac cross(jac a, jac b)
{
    jac a0 = jac_at(a, 0), a1 = jac_at(a, 1), a2 = jac_at(a, 2);
    jac b0 = jac_at(b, 0), b1 = jac_at(b, 1), b2 = jac_at(b, 2);
    return jac_stack(0, jac_sub(jac_mul(a1, b2), jac_mul(a2, b1)),
                     jac_sub(jac_mul(a2, b0), jac_mul(a0, b2)),
                     jac_sub(jac_mul(a0, b1), jac_mul(a1, b0)));
}

/* By Rodrigues' formula; rotations of the data are not zero. */
static jac rotate(jac rotation, jac x)
{
    jac theta = jac_sqrt(jac_sum(jac_square(rotation)));
    jac axis = jac_div(rotation, theta), c = jac_cos(theta), s = jac_sin(theta);
    jac along = jac_mul(axis, jac_mul(jac_dot(axis, x), jac_sub(1, c)));
    return jac_add(jac_add(jac_mul(x, c), jac_mul(cross(axis, x), s)), along);
}

static jac project(jac camera, jac x)
{
    jac seen = rotate(part(camera, 0, 3), jac_sub(x, part(camera, 3, 6)));
    jac flat = jac_div(part(seen, 0, 2), jac_at(seen, 2));
    jac r2 = jac_sum(jac_square(flat));
    jac bent = jac_add(
        1, jac_add(jac_mul(jac_at(camera, 9), r2), jac_mul(jac_at(camera, 10), jac_mul(r2, r2))));
    return jac_add(jac_mul(jac_mul(flat, bent), jac_at(camera, 6)), part(camera, 7, 9));
}

JAC_DEF(jac, reprojection, (jac, camera), (jac, x), (jac, weight), (jac, feature))
{
    return jac_mul(weight, jac_sub(project(camera, x), feature));
}

JAC_TREE(Blocks, by_camera, by_point, by_weight)

typedef struct {
    jac error;
    Blocks blocks;
} Residual;

/* The residual of an observation, and its Jacobian blocks. */
JAC_DEF_ENV(Residual, observe, bool, (jac, camera), (jac, x), (jac, weight), (jac, feature))
{
    Residual r;
    r.error = reprojection(camera, x, weight, feature);
    jac_fn blocks =
        *env ? jac_jacrev(reprojection_fn, 0, 1, 2) : jac_jacfwd(reprojection_fn, 0, 1, 2);
    jac_call(blocks, &(reprojection_args){camera, x, weight, feature}, &r.blocks);
    return r;
}

JAC_DEF_ENV(Residual, adjust, bool, (jac, cameras), (jac, points), (jac, weights), (jac, features),
            (jac, camera_of), (jac, point_of))
{
    return observe_call(jac_vmap(observe_with(*env)), jac_take(cameras, camera_of, 0),
                        jac_take(points, point_of, 0), weights, features);
}

static jac repeated(int64_t n, jac_dims one, const double *x)
{
    jac v = copied(one, x);
    return one.n ? jac_mul(jac_ones(JAC_SHAPE(n, 1), JAC_F64), v) : jac_full(JAC_SHAPE(n), v);
}

/* Observation i is of camera i mod cameras, point i mod points. */
static jac modulo(int64_t n, int64_t m)
{
    return jac_astype(jac_remainder(jac_arange(n), m), JAC_I32);
}

static void make_ba(int64_t observations, bool reverse, jq_case *c)
{
    adbench_ba b;
    if (!adbench_read_ba(&b))
        return;
    int64_t n = observations;
    c->args[0] = repeated(b.cameras, JAC_SHAPE(11), b.camera);
    c->args[1] = repeated(b.points, JAC_SHAPE(3), b.point);
    c->args[2] = repeated(n, JAC_SHAPE(), &b.weight);
    c->args[3] = repeated(n, JAC_SHAPE(2), b.feature);
    c->args[4] = modulo(n, b.cameras);
    c->args[5] = modulo(n, b.points);
    c->nresults = 4;
    c->f = jac_jit(adjust_with(reverse));
}

static void make_ba_forward(int64_t observations, jq_case *c)
{
    make_ba(observations, false, c);
}

static void make_ba_reverse(int64_t observations, jq_case *c)
{
    make_ba(observations, true, c);
}

const jq_work jq_adbench[] = {{"gmm", make_gmm},
                              {"gmm_grad", make_gmm_grad},
                              {"lstm", make_lstm},
                              {"lstm_grad", make_lstm_grad},
                              {"ba_forward", make_ba_forward},
                              {"ba_reverse", make_ba_reverse},
                              {0}};

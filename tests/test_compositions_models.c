/* Losses, densities and training of learning models, and their derivatives
 * (tests/golden/compositions_models.py). */
#include "tests/programs.h"

JAC_TREE(Pair, a, b)
JAC_TREE(Three, a, b, c)

static jac times(jac x, double factor)
{
    return jac_mul(x, factor);
}

static jac sum_of_squares(jac x)
{
    return jac_sum(jac_power(x, 2));
}

/* Part k of an axis that is divided into parts of this size. */
static jac part(jac x, int64_t k, int64_t size, int axis)
{
    return jac_slice_in_dim(x, k * size, (k + 1) * size, 1, axis);
}

static jac diagonal_mean(jac x)
{
    return jac_mean(jac_einsum("ii->i", x));
}

/* ---- classification, densities, chance ---------------------------------------------------------- */

static jac cross_entropy(jac logits, jac labels)
{
    jac p = jac_take_along_axis(jac_log_softmax(logits, -1), jac_expand_dims(labels, 1), 1);
    return jac_neg(jac_mean(p));
}

JAC_DEF(jac, words_loss, (jac, table), (jac, w))
{
    jac words = jac_array(JAC_SHAPE(3, 2), (int64_t[]){0, 2, 1, 1, 3, 0});
    jac x = jac_mean(jac_take(table, words, 0), JAC_AXES(1));
    return cross_entropy(jac_matmul(x, w), I64S(2, 0, 1));
}

PROGRAM(compositions_models, embeddings_and_cross_entropy)
{
    Pair at = {BATCH, M33};
    Three r = {0};
    jac_call(jac_value_and_grad(words_loss_fn, 0, 1), &at, &r);
    return RESULTS(r.a, r.b, r.c, jac_call1(jac_hessian(words_loss_fn, 1), at.a, at.b));
}

JAC_DEF(jac, vae_loss, (Pair, p), (jac, key), (jac, x))
{
    jac code = jac_matmul(x, p.a), mean = part(code, 0, 2, -1), logvar = part(code, 1, 2, -1);
    jac noise = jac_random_normal(key, JAC_SHAPE(2));
    jac z = jac_add(mean, jac_mul(jac_exp(jac_div(logvar, 2)), noise));
    jac kl = jac_sub(jac_sub(jac_add(1, logvar), jac_power(mean, 2)), jac_exp(logvar));
    jac error = jac_sub(jac_tanh(jac_matmul(z, p.b)), x);
    return jac_add(sum_of_squares(error), jac_mul(-0.5, jac_sum(kl)));
}

PROGRAM(compositions_models, variational_autoencoder)
{
    Pair p = {times(DATA(2, 3, 4), 0.5), DATA(5, 2, 3)};
    jac keys = jac_random_split(jac_random_PRNGKey(3), 4);
    jac_fn g = jac_value_and_grad(vae_loss_fn), each = jac_vmap(g, JAC_AXES(JAC_NONE, 0, 0));
    Three r = {0}, s = {0};
    jac_call(g, &(vae_loss_args){p, jac_at(keys, 0), X3}, &r);
    jac_call(each, &(vae_loss_args){p, keys, BATCH}, &s);
    return RESULTS(r.a, r.b, r.c, jac_mean(s.a, JAC_AXES(0)), jac_mean(s.b, JAC_AXES(0)),
                   jac_mean(s.c, JAC_AXES(0)));
}

JAC_DEF(jac, dropped, (jac, w), (jac, key), (jac, x))
{
    jac keep = jac_random_bernoulli(key, 0.5, JAC_SHAPE(3));
    return sum_of_squares(jac_where(keep, jac_div(jac_tanh(jac_matmul(w, x)), 0.5), 0.0));
}

static jac dropped_batch(jac w)
{
    jac keys = jac_random_split(jac_random_PRNGKey(11), 4);
    return jac_call1(jac_vmap(dropped_fn, JAC_AXES(JAC_NONE, 0, 0)), w, keys, BATCH);
}

JAC_DEF(jac, dropped_mean, (jac, w))
{
    return jac_mean(dropped_batch(w));
}

PROGRAM(compositions_models, dropout)
{
    return RESULTS(dropped_batch(M33), jac_call1(jac_grad(dropped_mean_fn), M33));
}

JAC_DEF_ENV(jac, one_log_density, Three, (jac, x))
{
    jac z = jac_mul(jac_sub(x, env->b), jac_exp(jac_neg(env->c)));
    jac each = jac_sub(jac_sub(jac_mul(jac_mul(-0.5, z), z), env->c), 0.5 * log(2 * M_PI));
    return jac_logsumexp(jac_add(jac_log_softmax(env->a, -1), jac_sum(each, JAC_AXES(1))));
}

JAC_DEF(jac, mixture, (Three, p), (jac, xs))
{
    return jac_mean(jac_call1(jac_vmap(one_log_density_with(p)), xs));
}

JAC_DEF(jac, mixture_of_logits, (jac, logits))
{
    return mixture((Three){logits, DATA(2, 2, 3), times(DATA(9, 2, 3), 0.5)}, BATCH);
}

PROGRAM(compositions_models, mixture_of_gaussians_log_likelihood)
{
    jac logits = F64S(0.5, -0.25), r[4] = {0};
    mixture_args at = {{logits, DATA(2, 2, 3), times(DATA(9, 2, 3), 0.5)}, BATCH};
    jac_call(jac_value_and_grad(mixture_fn), &at, r);
    return RESULTS(r[0], r[1], r[2], r[3], jac_call1(jac_hessian(mixture_of_logits_fn), logits));
}

JAC_DEF_ENV(jac, forward_step, Pair, (jac, alpha), (jac, observed))
{
    jac before = jac_logsumexp(jac_add(jac_expand_dims(alpha, 1), env->a), JAC_AXES(0));
    return jac_add(before, jac_take(env->b, observed, 1));
}

JAC_DEF(jac, hmm, (jac, start), (jac, trans), (jac, emit))
{
    Pair p = {jac_log_softmax(trans, 1), jac_log_softmax(emit, 1)};
    jac seen = I64S(1, 1, 0, 1), alpha = jac_add(jac_log_softmax(start, -1), jac_take(p.b, 0, 1));
    jac_scan(forward_step_with(p), &alpha, &seen, NULL);
    return jac_logsumexp(alpha);
}

PROGRAM(compositions_models, hidden_markov_model)
{
    jac r[4] = {0};
    jac_call(jac_value_and_grad(hmm_fn, 0, 1, 2), &(hmm_args){X3, M33, DATA(2, 3, 2)}, r);
    return program_results(4, r);
}

JAC_DEF(jac, flow, (jac, w), (jac, x))
{
    jac a = jac_at(x, 0), b = jac_at(x, 1);
    jac first = jac_add(jac_mul(a, jac_exp(jac_at(w, 0))), jac_at(w, 1));
    jac second = jac_mul(b, jac_exp(jac_tanh(a)));
    return jac_stack(0, first, jac_add(second, jac_mul(jac_at(w, 2), jac_power(a, 2))));
}

JAC_DEF(jac, flow_density, (jac, w), (jac, x))
{
    jac j = jac_call1(jac_jacfwd(flow_fn, 1), w, x), z = flow(w, x);
    jac det = jac_sub(jac_mul(jac_at(j, 0, 0), jac_at(j, 1, 1)),
                      jac_mul(jac_at(j, 0, 1), jac_at(j, 1, 0)));
    return jac_add(jac_mul(-0.5, jac_dot(z, z)), jac_log(jac_abs(det)));
}

JAC_DEF(jac, flow_likelihood, (jac, w))
{
    jac xs = jac_slice_in_dim(BATCH, 0, 2, 1, 1);
    return jac_mean(jac_call1(jac_vmap(flow_density_fn, JAC_AXES(JAC_NONE, 0)), w, xs));
}

PROGRAM(compositions_models, normalizing_flow)
{
    Pair r = {0};
    jac w = W3;
    jac_call(jac_value_and_grad(flow_likelihood_fn), &w, &r);
    return RESULTS(r.a, r.b);
}

JAC_DEF(Pair, discount, (jac, g), (jac, reward))
{
    g = jac_add(reward, jac_mul(0.9, g));
    return (Pair){g, g};
}

JAC_DEF(jac, policy_loss, (jac, w))
{
    jac actions = jac_expand_dims(I64S(0, 2, 1, 0), 1), rewards = F64S(1, 0.5, -0.25, 2);
    jac g = f64(0), returns;
    jac_scan(discount_fn, &g, &rewards, &returns, .reverse = true);
    jac logp = jac_take_along_axis(jac_log_softmax(jac_matmul(BATCH, w), -1), actions, 1);
    jac advantage = jac_stop_gradient(jac_sub(returns, jac_mean(returns)));
    return jac_neg(jac_mean(jac_mul(jac_squeeze(logp, 1), advantage)));
}

PROGRAM(compositions_models, policy_gradient_with_discounted_returns)
{
    Pair r = {0};
    jac w = M33;
    jac_call(jac_value_and_grad(policy_loss_fn), &w, &r);
    return RESULTS(r.a, r.b);
}

static jac unit_rows(jac x)
{
    jac squares = jac_sum(jac_mul(x, x), JAC_AXES(1), .keepdims = true);
    return jac_div(x, jac_sqrt(jac_add(squares, 1e-6)));
}

JAC_DEF(jac, contrast, (jac, a), (jac, b))
{
    jac s = jac_div(jac_matmul(unit_rows(a), jac_transpose(unit_rows(b))), 0.5);
    return jac_neg(
        jac_add(diagonal_mean(jac_log_softmax(s, 1)), diagonal_mean(jac_log_softmax(s, 0))));
}

PROGRAM(compositions_models, contrastive_loss_of_pairs)
{
    Three r = {0};
    jac_call(jac_value_and_grad(contrast_fn, 0, 1), &(Pair){BATCH, DATA(2, 4, 3)}, &r);
    return RESULTS(r.a, r.b, r.c);
}

JAC_DEF(jac, tanh_of, (jac, x))
{
    return jac_tanh(x);
}

JAC_DEF(jac, square_of, (jac, x))
{
    return jac_mul(x, x);
}

JAC_DEF(jac, sine_of, (jac, x))
{
    return jac_sin(x);
}

JAC_DEF(jac, expert, (jac, w), (jac, x))
{
    jac z = jac_matmul(w, x), y = JAC_NULL;
    jac_switch(jac_argmax(z), JAC_FNS(tanh_of_fn, square_of_fn, sine_of_fn), &z, &y);
    return jac_sum(y);
}

static jac experts(jac w)
{
    return jac_call1(jac_vmap(expert_fn, JAC_AXES(JAC_NONE, 0)), w, BATCH);
}

JAC_DEF(jac, experts_sum, (jac, w))
{
    return jac_sum(experts(w));
}

PROGRAM(compositions_models, mixture_of_experts_by_switch)
{
    return RESULTS(experts(M33), jac_call1(jac_grad(experts_sum_fn), M33));
}

/* ---- training, and equations in the loss -------------------------------------------------------- */

JAC_DEF(jac, fit, (jac, w))
{
    return jac_mean(
        jac_power(jac_sub(jac_tanh(jac_matmul(BATCH, w)), F64S(0.5, -0.5, 0.25, 0)), 2));
}

typedef struct {
    Three state;
    jac loss;
} AdamStep;

/* The moving average, and the same corrected for its start at zero. */
static jac moving(jac before, jac now, double rate)
{
    return jac_add(jac_mul(rate, before), jac_mul(1 - rate, now));
}

static jac unbiased(jac m, double rate, jac t)
{
    return jac_div(m, jac_sub(1, jac_power(rate, jac_add(t, 1.0))));
}

JAC_DEF(AdamStep, adam, (Three, s), (jac, t))
{
    Pair r = {0};
    jac_call(jac_value_and_grad(fit_fn), &s.a, &r);
    jac m = moving(s.b, r.b, 0.9), v = moving(s.c, jac_mul(r.b, r.b), 0.999);
    jac down = jac_add(jac_sqrt(unbiased(v, 0.999, t)), 1e-8);
    jac step = jac_div(jac_mul(0.05, unbiased(m, 0.9, t)), down);
    return (AdamStep){{jac_sub(s.a, step), m, v}, r.a};
}

static AdamStep adam_run(jac w)
{
    AdamStep r = {.state = {w, jac_zeros(JAC_SHAPE(3)), jac_zeros(JAC_SHAPE(3))}};
    jac ts = jac_arange(6.0);
    jac_scan(adam_fn, &r.state, &ts, &r.loss);
    return r;
}

JAC_DEF(jac, adam_result, (jac, w))
{
    return fit(adam_run(w).state.a);
}

PROGRAM(compositions_models, adam_steps_by_scan)
{
    AdamStep r = adam_run(W3);
    return RESULTS(r.state.a, r.state.b, r.state.c, r.loss,
                   jac_call1(jac_jit(jac_grad(adam_result_fn)), W3));
}

JAC_DEF(jac, regularized, (jac, w))
{
    jac loss = jac_mean(jac_logaddexp(0, jac_neg(jac_matmul(BATCH, w))));
    return jac_add(loss, jac_mul(0.05, jac_dot(w, w)));
}

JAC_DEF_ENV(jac, descend, jac, (jac, i), (jac, w))
{
    (void)i;
    return jac_sub(w, jac_mul(*env, jac_call1(jac_grad(regularized_fn), w)));
}

JAC_DEF(jac, train, (jac, w), (jac, rate))
{
    return jac_fori_loop(0, 10, descend_with(rate), w);
}

PROGRAM(compositions_models, gradient_descent_in_a_jitted_fori)
{
    jac w = W3, rate = f64(0.5);
    return RESULTS(jac_call1(jac_jit(train_fn), w, rate),
                   jac_call1(jac_jacrev(train_fn, 1), w, rate),
                   jac_call1(jac_jacfwd(train_fn), w, rate),
                   jac_call1(jac_vmap(train_fn, JAC_AXES(JAC_NONE, 0)), w, F64S(0.1, 1)));
}

JAC_DEF(jac, network, (Three, p), (jac, t))
{
    return jac_dot(jac_tanh(jac_add(jac_mul(p.a, t), p.b)), p.c);
}

JAC_DEF(jac, residual, (Three, p), (jac, t))
{
    jac_fn bend = jac_grad(jac_grad(network_fn, 1), 1);
    return jac_add(network_call(bend, p, t), network(p, t));
}

JAC_DEF(jac, oscillator_loss, (Three, p))
{
    jac_fn all = jac_vmap(residual_fn, JAC_AXES(JAC_NONE, 0));
    jac within = jac_mean(jac_power(residual_call(all, p, F64S(0, 0.5, 1, 1.5)), 2));
    jac start = jac_power(jac_sub(network(p, f64(0)), 1), 2);
    jac slope = jac_power(network_call(jac_grad(network_fn, 1), p, f64(0)), 2);
    return jac_add(jac_add(within, start), slope);
}

PROGRAM(compositions_models, physics_informed_loss)
{
    Three p = {X3, W3, DATA(9, 3)};
    jac r[4] = {0};
    jac_call(jac_value_and_grad(oscillator_loss_fn), &p, r);
    return program_results(4, r);
}

static jac field(jac w, jac x)
{
    return jac_tanh(jac_matmul(w, x));
}

typedef struct {
} Nothing;

JAC_DEF_ENV(Pair, rk4, jac, (jac, x), (Nothing, none))
{
    (void)none;
    jac k1 = field(*env, x), k2 = field(*env, jac_add(x, jac_mul(0.05, k1))),
        k3 = field(*env, jac_add(x, jac_mul(0.05, k2))),
        k4 = field(*env, jac_add(x, jac_mul(0.1, k3)));
    jac sum = jac_add(jac_add(jac_add(k1, jac_mul(2, k2)), jac_mul(2, k3)), k4);
    return (Pair){jac_add(x, jac_mul(0.1 / 6, sum)), x};
}

static Pair ode(jac w, jac x)
{
    Pair r = {x, JAC_NULL};
    jac_scan(rk4_with(w), &r.a, NULL, &r.b, .length = 5);
    return r;
}

JAC_DEF(jac, ode_loss, (jac, w), (jac, x))
{
    return sum_of_squares(ode(w, x).a);
}

PROGRAM(compositions_models, neural_ode)
{
    Pair r = ode(M33, X3), g = {0};
    jac_call(jac_grad(ode_loss_fn, 0, 1), &(Pair){M33, X3}, &g);
    return RESULTS(
        r.a, r.b, g.a, g.b,
        jac_call1(jac_vmap(jac_grad(ode_loss_fn, 1), JAC_AXES(JAC_NONE, 0)), M33, BATCH));
}

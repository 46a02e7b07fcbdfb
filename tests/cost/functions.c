/* Functions as people write them, against the public header. The cost of their gradients is
 * reported. */
#include <stdio.h>
#include <stdlib.h>

#include "runtime/runtime.h"
#include "tests/cost/cost.h"
#include "tests/support.h"

/* ---- losses ---------------------------------------------------------------------------------- */

JAC_DEF(jac, logistic_loss, (jac, w), (jac, b), (jac, X), (jac, y))
{
    jac z = jac_add(jac_matmul(X, w), b);
    return jac_mean(jac_sub(jac_softplus(z), jac_mul(y, z)));
}

JAC_DEF(jac, neuron_loss, (jac, w), (jac, b), (jac, X), (jac, y))
{
    jac p = jac_sigmoid(jac_add(jac_matmul(X, w), b));
    return jac_mean(jac_square(jac_sub(p, y)));
}

JAC_DEF(jac, softmax_cross_entropy, (jac, w), (jac, X), (jac, labels))
{
    jac logits = jac_matmul(X, w);
    return jac_neg(jac_mean(jac_sum(jac_mul(jac_log_softmax(logits, -1), labels), JAC_AXES(1))));
}

JAC_DEF(jac, mlp_loss, (jac, w1), (jac, b1), (jac, w2), (jac, b2), (jac, X), (jac, y))
{
    jac h = jac_tanh(jac_add(jac_matmul(X, w1), b1));
    return jac_mean(jac_square(jac_sub(jac_add(jac_matmul(h, w2), b2), y)));
}

JAC_DEF(jac, relu_mlp_loss, (jac, w1), (jac, w2), (jac, w3), (jac, X), (jac, y))
{
    jac h = jac_relu(jac_matmul(jac_relu(jac_matmul(X, w1)), w2));
    return jac_mean(jac_square(jac_sub(jac_matmul(h, w3), y)));
}

JAC_DEF(jac, attention, (jac, q), (jac, k), (jac, v))
{
    jac scores = jac_mul(jac_matmul(q, jac_transpose(k)), 0.25);
    return jac_sum(jac_square(jac_matmul(jac_softmax(scores, -1), v)));
}

JAC_DEF(jac, layer_norm_loss, (jac, x), (jac, gain), (jac, shift))
{
    jac centred = jac_sub(x, jac_mean(x, JAC_AXES(1), .keepdims = true));
    jac var = jac_mean(jac_square(centred), JAC_AXES(1), .keepdims = true);
    jac y = jac_add(jac_mul(jac_mul(centred, jac_rsqrt(jac_add(var, 1e-5))), gain), shift);
    return jac_sum(jac_square(y));
}

/* The log likelihood of a mixture of isotropic normal distributions. */
JAC_DEF(jac, mixture, (jac, means), (jac, log_sd), (jac, weights), (jac, X))
{
    jac d = jac_sub(jac_expand_dims(X, 1), means);
    jac r2 = jac_sum(jac_square(d), JAC_AXES(2));
    jac each =
        jac_sub(jac_mul(-0.5, jac_mul(r2, jac_exp(jac_mul(-2, log_sd)))), jac_mul(2, log_sd));
    jac lp = jac_add(jac_log_softmax(weights, 0), each);
    return jac_neg(jac_mean(jac_logsumexp(lp, JAC_AXES(1))));
}

/* ---- physics and finance --------------------------------------------------------------------- */

JAC_DEF(jac, n_body_energy, (jac, x), (jac, m))
{
    jac d = jac_sub(jac_expand_dims(x, 1), jac_expand_dims(x, 0));
    jac r = jac_sqrt(jac_add(jac_sum(jac_square(d), JAC_AXES(2)), 1e-3));
    jac mm = jac_mul(jac_expand_dims(m, 1), jac_expand_dims(m, 0));
    return jac_mul(-0.5, jac_sum(jac_div(mm, r)));
}

static jac normal_cdf(jac x)
{
    return jac_mul(0.5, jac_erfc(jac_mul(x, -0.70710678118654752)));
}

JAC_DEF(jac, black_scholes, (jac, spot), (jac, strike), (jac, t), (jac, rate), (jac, vol))
{
    jac root = jac_mul(vol, jac_sqrt(t));
    jac drift = jac_mul(t, jac_add(rate, jac_mul(0.5, jac_square(vol))));
    jac d1 = jac_div(jac_add(jac_log(jac_div(spot, strike)), drift), root);
    jac d2 = jac_sub(d1, root);
    jac later = jac_mul(strike, jac_exp(jac_mul(-1, jac_mul(rate, t))));
    return jac_sum(jac_sub(jac_mul(spot, normal_cdf(d1)), jac_mul(later, normal_cdf(d2))));
}

JAC_DEF(jac, rosenbrock, (jac, x))
{
    jac a = jac_slice_in_dim(x, 0, 999, 1, 0), b = jac_slice_in_dim(x, 1, 1000, 1, 0);
    jac off = jac_mul(100, jac_square(jac_sub(b, jac_square(a))));
    return jac_sum(jac_add(off, jac_square(jac_sub(1, a))));
}

/* ---- loops -------------------------------------------------------------------------------------- */

typedef struct {
    jac w, u, b;
} Cell;

typedef struct {
    jac h, none;
} Step;

JAC_DEF_ENV(Step, rnn_step, Cell, (jac, h), (jac, x))
{
    jac z = jac_add(jac_add(jac_matmul(env->w, h), jac_matmul(env->u, x)), env->b);
    h = jac_tanh(z);
    return (Step){h, jac_sum(h)};
}

JAC_DEF(jac, rnn_loss, (jac, w), (jac, u), (jac, b), (jac, xs))
{
    Step s = {.h = jac_zeros(JAC_SHAPE(16))};
    jac_scan(rnn_step_with((Cell){w, u, b}), &s.h, &xs, &s.none);
    return jac_sum(jac_square(s.h));
}

JAC_DEF_ENV(jac, oscillate, jac, (jac, i), (jac, x))
{
    return jac_add(jac_mul(*env, jac_sin(x)), jac_mul(0.01, i));
}

JAC_DEF(jac, rolled, (jac, x), (jac, a))
{
    return jac_fori_loop(0, 100, oscillate_with(a), x);
}

typedef struct {
    jac x, n;
} Counted;

JAC_DEF(jac, not_yet, (Counted, s))
{
    return jac_logical_and(jac_lt(s.n, 100), jac_gt(jac_abs(jac_sub(jac_cos(s.x), s.x)), 1e-6));
}

JAC_DEF_ENV(Counted, newton, jac, (Counted, s))
{
    jac f = jac_sub(jac_cos(jac_mul(*env, s.x)), s.x);
    jac slope = jac_sub(jac_mul(jac_neg(*env), jac_sin(jac_mul(*env, s.x))), 1);
    return (Counted){jac_sub(s.x, jac_div(f, slope)), jac_add(s.n, 1)};
}

JAC_DEF(jac, newton_while, (jac, a))
{
    return jac_while_loop(not_yet_fn, newton_with(a), (Counted){a, jac_asarray(0)}).x;
}

/* An explicit Runge-Kutta step of the Lotka-Volterra equations. */
static jac field(jac p, jac s)
{
    jac x = jac_at(s, 0), y = jac_at(s, 1), xy = jac_mul(x, y);
    return jac_stack(0, jac_sub(jac_mul(jac_at(p, 0), x), jac_mul(jac_at(p, 1), xy)),
                     jac_sub(jac_mul(jac_at(p, 2), xy), jac_mul(jac_at(p, 3), y)));
}

JAC_DEF_ENV(jac, midpoint, jac, (jac, i), (jac, s))
{
    (void)i;
    jac half = jac_add(s, jac_mul(0.005, field(*env, s)));
    return jac_add(s, jac_mul(0.01, field(*env, half)));
}

JAC_DEF(jac, lotka_volterra, (jac, p), (jac, s))
{
    return jac_sum(jac_square(jac_fori_loop(0, 200, midpoint_with(p), s)));
}

/* ---- loops that read and write arrays -------------------------------------------------------- */

enum { LONG = 300 };

static jac set(jac x, jac value, jac i)
{
    return jac_dynamic_update_slice(x, jac_reshape(value, 1), i);
}

JAC_DEF(jac, read_elements, (jac, x))
{
    jac s = jac_zeros(JAC_SHAPE(), JAC_F64);
    JAC_FOR (i, 0, LONG, s)
        s = jac_sin(jac_add(s, jac_at(x, i)));
    return s;
}

JAC_DEF(jac, recurrence, (jac, x))
{
    JAC_FOR (i, 1, LONG, x)
        x = set(x, jac_sin(jac_at(x, jac_sub(i, 1))), i);
    return jac_sum(x);
}

JAC_DEF(jac, set_or_not, (jac, x))
{
    JAC_FOR (i, 0, LONG, x)
        JAC_IF (x, jac_lt(jac_at(x, i), 0.5))
            x = set(x, jac_sin(jac_at(x, i)), i);
    return jac_sum(x);
}

JAC_DEF(jac, swapped, (jac, x))
{
    JAC_FOR (i, 0, LONG / 2, x) {
        jac j = jac_sub(LONG - 1, i), a = jac_at(x, i), b = jac_at(x, j);
        x = set(set(x, jac_mul(b, b), i), a, j);
    }
    return jac_sum(x);
}

/* ---- the table ---------------------------------------------------------------------------------- */

enum { ARGS = 6 };

static const struct {
    const char *name;
    const jac_fn *f;
    const char *types[ARGS];
    const char *arguments; /* the arguments that are differentiated, as digits */
} functions[] = {
    {"logistic loss", &logistic_loss_fn, {"f32[16]", "f32[]", "f32[128,16]", "f32[128]"}, "01"},
    {"logistic loss", &logistic_loss_fn, {"f32[16]", "f32[]", "f32[128,16]", "f32[128]"}, "0123"},
    {"neuron", &neuron_loss_fn, {"f32[2]", "f32[]", "f32[4,2]", "f32[4]"}, "01"},
    {"softmax cross entropy",
     &softmax_cross_entropy_fn,
     {"f32[32,10]", "f32[64,32]", "f32[64,10]"},
     "0"},
    {"MLP, tanh",
     &mlp_loss_fn,
     {"f32[8,32]", "f32[32]", "f32[32,4]", "f32[4]", "f32[64,8]", "f32[64,4]"},
     "0123"},
    {"MLP, tanh",
     &mlp_loss_fn,
     {"f32[8,32]", "f32[32]", "f32[32,4]", "f32[4]", "f32[64,8]", "f32[64,4]"},
     "2"},
    {"MLP, relu",
     &relu_mlp_loss_fn,
     {"f32[8,32]", "f32[32,32]", "f32[32,4]", "f32[64,8]", "f32[64,4]"},
     "012"},
    {"attention", &attention_fn, {"f32[32,16]", "f32[32,16]", "f32[32,16]"}, "012"},
    {"layer norm", &layer_norm_loss_fn, {"f32[32,64]", "f32[64]", "f32[64]"}, "012"},
    {"mixture of normals", &mixture_fn, {"f64[8,2]", "f64[8]", "f64[8]", "f64[200,2]"}, "012"},
    {"N-body energy", &n_body_energy_fn, {"f64[32,3]", "f64[32]"}, "0"},
    {"Black-Scholes",
     &black_scholes_fn,
     {"f64[1000]", "f64[1000]", "f64[1000]", "f64[]", "f64[1000]"},
     "0"},
    {"Black-Scholes",
     &black_scholes_fn,
     {"f64[1000]", "f64[1000]", "f64[1000]", "f64[]", "f64[1000]"},
     "01234"},
    {"Rosenbrock", &rosenbrock_fn, {"f64[1000]"}, "0"},
    {"RNN by scan", &rnn_loss_fn, {"f32[16,16]", "f32[16,8]", "f32[16]", "f32[20,8]"}, "012"},
    {"rolled loop", &rolled_fn, {"f64[]", "f64[]"}, "01"},
    {"Newton by while_loop", &newton_while_fn, {"f64[]"}, "0"},
    {"Lotka-Volterra", &lotka_volterra_fn, {"f64[4]", "f64[2]"}, "01"},
    {"loop that reads elements", &read_elements_fn, {"f64[300]"}, "0"},
    {"recurrence in an array", &recurrence_fn, {"f64[300]"}, "0"},
    {"loop that sets elements or not", &set_or_not_fn, {"f64[300]"}, "0"},
    {"loop that swaps elements", &swapped_fn, {"f64[300]"}, "0"},
};

static ir_graph *traced(jac_fn f, const ir_type *types, const char *name)
{
    RT_AUTO_TRACED t = {0};
    if (!jac_ok(f) || !rt_trace_fn(rt_fn(f), types, &t)) {
        fprintf(stderr, "%s: %s\n", name, jac_error());
        exit(3);
    }
    return ir_graph_retain(t.g);
}

bool cost_function(int k, cost_pair *out)
{
    if (k >= (int)(sizeof functions / sizeof *functions))
        return false;
    ir_type types[ARGS];
    int64_t argnums[ARGS];
    jac_dims nums = {0};
    for (int n = 0; n < ARGS && functions[k].types[n]; n++) {
        const char *text = functions[k].types[n];
        test_type_read(&text, &types[n]);
    }
    while (functions[k].arguments[nums.n]) {
        argnums[nums.n] = functions[k].arguments[nums.n] - '0';
        nums.n++;
    }
    nums.v = argnums;
    jac_fn f = *functions[k].f, grad = jac_grad_(JAC_AT, f, (jac_grad_opts){.argnums = nums});
    *out = (cost_pair){functions[k].name, functions[k].arguments,
                       traced(f, types, functions[k].name), traced(grad, types, functions[k].name)};
    return true;
}

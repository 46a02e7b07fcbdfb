/* Rows 8 and 9: a neuron that learns the OR gate, by a jitted step called from C and as one
 * program; a step of Adam for a network of three layers. */
#include "bench/jacquard/inputs.h"

JAC_TREE(Params, w, b)
JAC_TREE(Data, X, y)

JAC_DEF(jac, neuron, (Params, p), (jac, x))
{
    return jac_sigmoid(jac_add(jac_dot(x, p.w), p.b));
}

JAC_DEF(jac, loss, (Params, p), (Data, d))
{
    jac out = neuron_call(jac_vmap(neuron_fn, JAC_AXES(JAC_NONE, 0)), p, d.X);
    return jac_mean(jac_square(jac_sub(out, d.y)));
}

JAC_DEF(Params, train_step, (Params, p), (Data, d))
{
    Params g = {0};
    jac_call(jac_grad(loss_fn), &(loss_args){p, d}, &g);
    return (Params){jac_sub(p.w, jac_mul(0.1, g.w)), jac_sub(p.b, jac_mul(0.1, g.b))};
}

JAC_DEF_ENV(Params, epoch, Data, (jac, e), (Params, p))
{
    (void)e;
    return train_step(p, *env);
}

JAC_DEF_ENV(Params, train, int64_t, (Params, p), (Data, d))
{
    return jac_fori_loop(0, *env, epoch_with(d), p);
}

static void or_gate(jq_case *c)
{
    c->args[0] = jac_array(JAC_SHAPE(2), (float[]){0.5f, -0.25f});
    c->args[1] = jac_scalar(JAC_F32, 0);
    c->args[2] = jac_array(JAC_SHAPE(4, 2), (float[]){0, 0, 0, 1, 1, 0, 1, 1});
    c->args[3] = jac_array(JAC_SHAPE(4), (float[]){0, 1, 1, 1});
    c->nresults = 2;
}

static bool run_steps(jac_fn step, const jac *args, int64_t epochs, jac *results)
{
    Params p = {args[0], args[1]};
    Data d = {args[2], args[3]};
    for (int64_t e = 0; e < epochs; e++)
        JAC_SCOPE (&p)
            p = train_step_call(step, p, d);
    *(Params *)results = p;
    return jac_ok(p.w) && jac_ok(p.b);
}

static void make_steps(int64_t epochs, jq_case *c)
{
    (void)epochs;
    or_gate(c);
    c->f = jac_jit(train_step_fn);
    c->run = run_steps;
}

static void make_train(int64_t epochs, jq_case *c)
{
    or_gate(c);
    c->f = jac_jit(train_with(epochs));
}

/* ---- a network of three layers --------------------------------------------------------------- */

enum { PIXELS = 784, HIDDEN = 512, CLASSES = 10 };

JAC_TREE(Layers, w1, b1, w2, b2, w3, b3)
JAC_TREE(Batch, x, labels)

JAC_DEF(jac, cross_entropy, (Layers, p), (Batch, d))
{
    jac h = jac_relu(jac_add(jac_matmul(d.x, p.w1), p.b1));
    h = jac_relu(jac_add(jac_matmul(h, p.w2), p.b2));
    jac logits = jac_add(jac_matmul(h, p.w3), p.b3);
    jac picked = jac_mul(jac_log_softmax(logits, -1), jac_one_hot(d.labels, CLASSES));
    return jac_neg(jac_mean(jac_sum(picked, JAC_AXES(-1))));
}

enum { LAYERS = sizeof(Layers) / sizeof(jac) };

/* Parameters, and Adam's moments of each. */
typedef struct {
    Layers p, m, v;
    jac step;
} Adam;

typedef struct {
    Adam state;
    jac loss;
} AdamResult;

JAC_DEF(AdamResult, adam_step, (Adam, s), (Batch, d))
{
    struct {
        jac loss;
        Layers grad;
    } r = {0};
    jac_call(jac_value_and_grad(cross_entropy_fn), &(cross_entropy_args){s.p, d}, &r);
    jac *p = &s.p.w1, *m = &s.m.w1, *v = &s.v.w1, *g = &r.grad.w1;
    s.step = jac_add(s.step, 1);
    jac m_scale = jac_div(1, jac_sub(1, jac_power(0.9, s.step)));
    jac v_scale = jac_div(1, jac_sub(1, jac_power(0.999, s.step)));
    for (int k = 0; k < LAYERS; k++) {
        m[k] = jac_add(jac_mul(0.9, m[k]), jac_mul(0.1, g[k]));
        v[k] = jac_add(jac_mul(0.999, v[k]), jac_mul(0.001, jac_mul(g[k], g[k])));
        jac rms = jac_sqrt(jac_mul(v[k], v_scale));
        p[k] = jac_sub(p[k], jac_mul(1e-3, jac_div(jac_mul(m[k], m_scale), jac_add(rms, 1e-8))));
    }
    return (AdamResult){s, r.loss};
}

static void make_adam(int64_t batch, jq_case *c)
{
    static const int64_t width[] = {PIXELS, HIDDEN, HIDDEN, CLASSES};
    int n = 0;
    for (int k = 0; k < 3; k++) {
        c->args[n++] = inputs_f32(JAC_SHAPE(width[k], width[k + 1]), 20 + (uint32_t)k, -0.05, 0.05);
        c->args[n++] = jac_zeros(JAC_SHAPE(width[k + 1]));
    }
    for (; n < 3 * LAYERS; n++)
        c->args[n] = jac_zeros_like(c->args[n % LAYERS]);
    c->args[n++] = jac_scalar(JAC_F32, 0);
    c->carried = n;
    c->args[n++] = inputs_f32(JAC_SHAPE(batch, PIXELS), 23, 0, 1);
    c->args[n++] = jac_astype(inputs_f32(JAC_SHAPE(batch), 24, 0, CLASSES), JAC_I32);
    c->nresults = c->carried + 1;
    c->f = jac_jit(adam_step_fn, .donate_argnums = JAC_DIMS(0));
}

const jq_work jq_learning[] = {
    {"neuron_steps", make_steps}, {"neuron_train", make_train}, {"adam", make_adam}, {0}};

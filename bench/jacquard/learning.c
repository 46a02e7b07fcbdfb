/* Row 8: a neuron that learns the OR gate; a jitted step called from C, and the training as one
 * program. */
#include "bench/input.h"
#include "bench/jacquard/works.h"

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
    return p.w && p.b;
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

const jq_work jq_learning[] = {{"neuron_steps", make_steps}, {"neuron_train", make_train}, {0}};

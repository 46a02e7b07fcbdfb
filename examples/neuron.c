/* A neuron learns the OR gate: gradient descent on a mean squared error. */
#include <jacquard.h>
#include <string.h>

#include "demo.h"

enum { EPOCHS = 1000 };

typedef struct {
    jac w, b;
} Params;

static const char *activation = "sigmoid";

static jac neuron(Params p, jac x)
{
    jac z = jac_add(jac_dot(x, p.w), p.b);
    return !strcmp(activation, "relu")   ? jac_relu(z)
           : !strcmp(activation, "tanh") ? jac_tanh(z)
                                         : jac_sigmoid(z);
}
JAC_FN(neuron, jac, (Params, p), (jac, x))

static jac loss(Params p, jac X, jac y)
{
    jac_fn predict = jac_vmap(neuron_fn, JAC_AXES(JAC_NONE, 0));
    return jac_mean(jac_square(jac_sub(neuron_call(predict, p, X), y)));
}
JAC_FN(loss, jac, (Params, p), (jac, X), (jac, y))

typedef struct {
    Params p;
    jac loss;
} Step;

static Step train_step(Params p, jac X, jac y)
{
    struct {
        jac loss;
        Params grad;
    } r;
    jac_call(jac_value_and_grad(loss_fn), &(loss_args){p, X, y}, &r);
    p.w = jac_sub(p.w, jac_mul(0.1, r.grad.w));
    p.b = jac_sub(p.b, jac_mul(0.1, r.grad.b));
    return (Step){p, r.loss};
}
JAC_FN(train_step, Step, (Params, p), (jac, X), (jac, y))

/* The loop itself as a program: one epoch, which also notes its loss. */
typedef struct {
    jac X, y;
} Data;

static Step epoch(const Data *d, jac e, Step s)
{
    Step next = train_step(s.p, d->X, d->y);
    next.loss = jac_dynamic_update_slice(s.loss, jac_reshape(next.loss, 1), e);
    return next;
}
JAC_FN_ENV(epoch, Step, Data, (jac, e), (Step, s))

static Step train_whole(Params p, jac X, jac y)
{
    return jac_fori_loop(0, EPOCHS, epoch_with((Data){X, y}),
                         (Step){p, jac_zeros(JAC_SHAPE(EPOCHS))});
}
JAC_FN(train_whole, Step, (Params, p), (jac, X), (jac, y))

int main(int argc, char **argv)
{
    const char *plot = NULL;
    bool whole = false;
    demo_options(
        argc, argv, "A neuron learns the OR gate.",
        (demo_option[]){{"--activation", "sigmoid|relu|tanh", "of the neuron", &activation, false},
                        {"--whole", "", "the whole training as one program", &whole, false},
                        {"--plot", "FILE.svg|.png", "draw the loss curve", &plot, false},
                        {0}});
    if (strcmp(activation, "sigmoid") && strcmp(activation, "relu") && strcmp(activation, "tanh")) {
        fprintf(stderr, "error: --activation is sigmoid, relu or tanh, not %s\n", activation);
        return 2;
    }

    jac X = jac_array(JAC_SHAPE(4, 2), (float[]){0, 0, 0, 1, 1, 0, 1, 1});
    jac y = jac_array(JAC_SHAPE(4), (float[]){0, 1, 1, 1});
    Params init = {jac_random_normal(jac_random_PRNGKey(42), JAC_SHAPE(2)), jac_zeros(JAC_SHAPE())},
           p;
    jac_fn step = jac_jit(train_step_fn), all = jac_jit(train_whole_fn);
    double losses[EPOCHS];

    DEMO_CORE
    {
        p = init;
        if (whole) {
            Step s = train_whole_call(all, p, X, y);
            p = s.p;
            for (int e = 0; e < EPOCHS; e++)
                JAC_SCOPE ()
                    losses[e] = jac_item_f64(jac_at(s.loss, e));
        }
        for (int e = 0; e < EPOCHS && !whole; e++)
            JAC_SCOPE (&p) {
                Step s = train_step_call(step, p, X, y);
                losses[e] = jac_item_f64(jac_check(s.loss));
                p = s.p;
            }
    }

    for (int e = 0; e < EPOCHS; e += 100)
        printf("Epoch %d, Loss: %.4f\n", e, losses[e]);
    for (int k = 0; k < 4; k++) {
        jac x = jac_at(X, k);
        double out = jac_item_f64(jac_check(neuron(p, x)));
        printf("Input: [%g %g], Output: %.4f -> Predicted class: %d\n", jac_item_f64(jac_at(x, 0)),
               jac_item_f64(jac_at(x, 1)), out, out > 0.5);
    }
    printf("weights: [%.6f %.6f]\n", jac_item_f64(jac_at(p.w, 0)), jac_item_f64(jac_at(p.w, 1)));
    printf("bias: %.6f\n", jac_item_f64(p.b));
    return plot && !demo_plot_line(plot, "A neuron learns OR", "epoch", "mean squared error",
                                   EPOCHS, losses);
}

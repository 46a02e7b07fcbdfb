/* A neuron learns the OR gate: gradient descent on a mean squared error. */
#include <jacquard.h>
#include <string.h>

#include "demo.h"

enum { EPOCHS = 1000 };
JAC_TREE(Params, w, b)
JAC_TREE(Data, X, y)

static const char *activation = "sigmoid";

static jac activate(jac z) {
    return !strcmp(activation, "relu")   ? jac_relu(z)
           : !strcmp(activation, "tanh") ? jac_tanh(z)
                                         : jac_sigmoid(z);
}

JAC_DEF(jac, neuron, (Params, p), (jac, x)) { return activate(jac_add(jac_dot(x, p.w), p.b)); }

JAC_DEF(jac, loss, (Params, p), (Data, d)) {
    jac out = neuron_call(jac_vmap(neuron_fn, JAC_AXES(JAC_NONE, 0)), p, d.X);
    return jac_mean(jac_square(jac_sub(out, d.y)));
}

typedef struct {
    Params p;
    jac loss;
} Step;

JAC_DEF(Step, train_step, (Params, p), (Data, d)) {
    struct {
        jac loss;
        Params grad;
    } r;
    jac_call(jac_value_and_grad(loss_fn), &(loss_args){p, d}, &r);
    return (Step){{jac_sub(p.w, jac_mul(0.1, r.grad.w)), jac_sub(p.b, jac_mul(0.1, r.grad.b))}, r.loss};
}

/* --whole: the whole training loop as one program that records the loss of each epoch. */
JAC_DEF_ENV(Step, epoch, Data, (jac, e), (Step, s)) {
    Step next = train_step(s.p, *env);
    return (Step){next.p, jac_dynamic_update_slice(s.loss, jac_reshape(next.loss, 1), e)};
}

JAC_DEF(Step, train_whole, (Params, p), (Data, d)) {
    return jac_fori_loop(0, EPOCHS, epoch_with(d), (Step){p, jac_zeros(JAC_SHAPE(EPOCHS))});
}

int main(int argc, char **argv) {
    const char *plot = NULL;
    bool whole = false;
    demo_options(argc, argv, "A neuron learns the OR gate.",
                 (demo_option[]){{"--activation", "sigmoid|relu|tanh", "of the neuron", &activation, false},
                                 {"--whole", "", "the whole training as one program", &whole, false},
                                 {"--plot", "FILE.svg|.png", "draw the loss curve", &plot, false},
                                 {0}});
    if (strcmp(activation, "sigmoid") && strcmp(activation, "relu") && strcmp(activation, "tanh")) {
        fprintf(stderr, "error: --activation is sigmoid, relu or tanh, not %s\n", activation);
        return 2;
    }

    Data or = {jac_array(JAC_SHAPE(4, 2), (float[]){0, 0, 0, 1, 1, 0, 1, 1}),
               jac_array(JAC_SHAPE(4), (float[]){0, 1, 1, 1})};
    Params init = {jac_random_normal(jac_random_PRNGKey(42), JAC_SHAPE(2)), jac_zeros(JAC_SHAPE())}, p;
    jac_fn step = jac_jit(train_step_fn), all = jac_jit(train_whole_fn);
    double losses[EPOCHS];

    DEMO_CORE {
        p = init;
        for (int e = 0; e < EPOCHS && !whole; e++)
            JAC_SCOPE (&p) {
                Step s = train_step_call(step, p, or);
                losses[e] = jac_item_f64(jac_check(s.loss));
                p = s.p;
            }
        if (whole) {
            Step s = train_whole_call(all, p, or);
            jac_check(jac_copy_out(jac_astype(s.loss, JAC_F64), losses, sizeof losses));
            p = s.p;
        }
    }

    for (int e = 0; e < EPOCHS; e += 100)
        printf("Epoch %d, Loss: %.4f\n", e, losses[e]);
    for (int k = 0; k < 4; k++) {
        jac x = jac_at(or.X, k);
        double out = jac_item_f64(jac_check(neuron(p, x)));
        printf("Input: [%g %g], Output: %.4f -> Predicted class: %d\n", jac_item_f64(jac_at(x, 0)),
               jac_item_f64(jac_at(x, 1)), out, out > 0.5);
    }
    printf("weights: [%.6f %.6f]\n", jac_item_f64(jac_at(p.w, 0)), jac_item_f64(jac_at(p.w, 1)));
    printf("bias: %.6f\n", jac_item_f64(p.b));
    return plot && !demo_plot_line(plot, "A neuron learns OR", "epoch", "mean squared error", EPOCHS, losses);
}

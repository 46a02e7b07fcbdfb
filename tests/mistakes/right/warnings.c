/* Typical code, without warnings from -Wall -Wextra -Wpedantic -Wshadow -Wconversion. */
#include <jacquard.h>

JAC_TREE(Params, w, b)
JAC_DEF(jac, neuron, (Params, p), (jac, x))
{
    return jac_sigmoid(jac_add(jac_dot(x, p.w), p.b));
}
JAC_DEF(jac, loss, (Params, p), (jac, X), (jac, y))
{
    jac_fn predict = jac_vmap(neuron_fn, JAC_AXES(JAC_NONE, 0));
    return jac_mean(jac_square(jac_sub(neuron_call(predict, p, X), y)));
}
JAC_DEF_ENV(jac, newton, jac_fn, (jac, guess))
{
    struct {
        jac x, step;
    } s = {guess, jac_asarray(1.0)};
    JAC_WHILE (s, jac_gt(jac_abs(s.step), 1e-12)) {
        s.step = jac_div(jac_call1(*env, s.x), jac_call1(jac_grad(*env), s.x));
        s.x = jac_sub(s.x, s.step);
    }
    return s.x;
}
JAC_DEF(jac, sq, (jac, x))
{
    return jac_sub(jac_mul(x, x), 2);
}

int main(void)
{
    jac X = jac_array(JAC_SHAPE(4, 2), (float[]){0, 0, 0, 1, 1, 0, 1, 1});
    jac y = jac_array(JAC_SHAPE(4), (float[]){0, 1, 1, 1});
    Params p = {jac_random_normal(jac_random_PRNGKey(42), 2), jac_zeros(JAC_SHAPE())};
    jac_fn step = jac_jit(jac_value_and_grad(loss_fn), .donate_argnums = 0);
    for (int epoch = 0; epoch < 10; epoch++)
        JAC_SCOPE (&p) {
            struct {
                jac loss;
                Params grad;
            } r;
            jac_check(jac_call(step, &(loss_args){p, X, y}, &r));
            JAC_SCOPE (&p) {
                p.w = jac_sub(p.w, jac_mul(0.1, r.grad.w));
                p.b = jac_sub(p.b, jac_mul(0.1, r.grad.b));
            }
        }
    jac s = jac_sum(X, 1, .keepdims = true), i = jac_asarray(0);
    jac_print(jac_argmax(s));
    jac_print(jac_check(jac_call1(newton_with(sq_fn), jac_check(jac_call1(jac_hessian(sq_fn), 1.0)))));
    JAC_FOR (k, 0, 10, i)
        i = jac_add(i, k);
    JAC_IF (i, jac_lt(i, 3)) {
        i = jac_neg(i);
    } JAC_ELSE {
        i = jac_right_shift(i, 1);
    }
    jac_print(jac_concatenate(0, jac_ravel(s), jac_linspace(0, 1, 3), jac_eye(2, JAC_F32)));
    jac_print(jac_custom_root(sq_fn, 2.0, newton_with, NULL));
    return !jac_ok(jac_cg(jac_eye(2), jac_ones(2), .tol = 1e-9));
}

/* Functions without arguments. */
JAC_DEF(jac, nothing)
{
    return jac_zeros(JAC_SHAPE());
}

JAC_DEF_ENV(jac, only_environment, double)
{
    return jac_asarray(*env);
}

bool without_arguments(void);
bool without_arguments(void)
{
    jac y;
    jac_fn f = only_environment_with(2.0);
    return jac_call(nothing_fn, NULL, &y) && jac_ok(nothing_call(jac_jit(nothing_fn))) &&
           jac_ok(only_environment_call(f));
}

/* Hessian-vector products: the derivative of a gradient along v, which costs as much as a few gradients and
 * does not need the Hessian. Newton's method for logistic regression uses them to solve for its steps by
 * conjugate gradients. */
#include <jacquard.h>

#include "demo.h"

JAC_TREE(Data, X, y)

JAC_DEF_ENV(jac, loss, Data, (jac, w)) {
    jac margins = jac_mul(env->y, jac_dot(env->X, w));
    return jac_add(jac_mean(jac_softplus(jac_neg(margins))), jac_mul(0.005, jac_dot(w, w)));
}

typedef struct {
    jac_fn f;
    jac x;
} Point;

JAC_DEF_ENV(jac, hvp, Point, (jac, v)) { /* the Hessian of f at x, times v: forward over reverse */
    jac gradient, product;
    jac_jvp(jac_grad(env->f), &env->x, &v, &gradient, &product);
    return product;
}

JAC_TREE(Minimum, x, steps)

JAC_DEF_ENV(Minimum, newton, jac_fn, (jac, x)) {
    struct {
        jac x, gradient, steps;
    } s = {x, jac_call1(jac_grad(*env), x), jac_asarray(0)};
    JAC_WHILE (s, jac_gt(jac_norm(s.gradient), 1e-9)) {
        s.x = jac_sub(s.x, jac_cg(hvp_with((Point){*env, s.x}), s.gradient, .tol = 1e-10));
        s.gradient = jac_call1(jac_grad(*env), s.x);
        s.steps = jac_add(s.steps, 1);
    }
    return (Minimum){s.x, s.steps};
}

JAC_DEF_ENV(jac, by_the_matrix, Point, (jac, v)) { return jac_dot(jac_call1(jac_hessian(env->f), env->x), v); }

static void show(const char *what, jac x) {
    printf("%s:", what);
    for (int k = 0; k < jac_size(x); k++)
        printf(" %.8f", jac_item_f64(jac_at(x, k)));
    printf("\n");
}

int main(int argc, char **argv) {
    demo_options(argc, argv, "Newton's method by Hessian-vector products.", (demo_option[]){{0}});
    jac_enable_x64(true);
    jac X = jac_random_normal(jac_random_PRNGKey(0), JAC_SHAPE(200, 5)), w = jac_linspace(-1, 1, 5);
    jac noise = jac_random_normal(jac_random_PRNGKey(1), JAC_SHAPE(200));
    jac_fn f = loss_with((Data){X, jac_sign(jac_add(jac_dot(X, w), noise))});

    jac v = jac_arange(1.0, 6.0);
    show("H v", jac_call1(jac_jit(hvp_with((Point){f, w})), v));
    show("by the matrix", jac_call1(jac_jit(by_the_matrix_with((Point){f, w})), v));
    Minimum m;
    DEMO_CORE { jac_check(jac_call(jac_jit(newton_with(f)), (jac[]){jac_zeros_like(w)}, &m)); }
    printf("steps: %d\n", (int)jac_item_i64(m.steps));
    printf("loss: %.8f\n", jac_item_f64(jac_call1(f, m.x)));
    show("w", m.x);
}

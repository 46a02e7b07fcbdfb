/* Fixed-point iteration, x = g(x), as a traced while loop: a plain version, and one with a diagnosis. */
#include <jacquard.h>

#include "demo.h"

JAC_DEF(jac, g_cos, (jac, x)) { return jac_cos(x); }
JAC_DEF(jac, g_exp, (jac, x)) { return jac_exp(jac_neg(x)); }
JAC_DEF(jac, g_cubic, (jac, x)) {
    return jac_div(jac_add(jac_add(jac_power(x, 3), jac_mul(2, jac_square(x))), 5), 9);
}
/* Iterating 3.5 x (1 - x) does not converge to a point, but to a cycle of four values. */
JAC_DEF(jac, g_logistic, (jac, x)) { return jac_mul(jac_mul(3.5, x), jac_sub(1, x)); }

JAC_TREE(State, x, before, i)
JAC_TREE(Diagnosis, x, converged, iterations)

static State iterate(jac_fn g, jac x0) {
    State s = {jac_call1(g, x0), x0, jac_asarray(1)};
    JAC_WHILE (s, jac_logical_and(jac_gt(jac_abs(jac_sub(s.x, s.before)), 1e-6), jac_lt(s.i, 1000)))
        s = (State){jac_call1(g, s.x), s.x, jac_add(s.i, 1)};
    return s;
}

JAC_DEF_ENV(jac, fixed_point, jac_fn, (jac, x0)) { return iterate(*env, x0).x; }

JAC_DEF_ENV(Diagnosis, diagnosed, jac_fn, (jac, x0)) {
    State s = iterate(*env, x0);
    return (Diagnosis){s.x, jac_le(jac_abs(jac_sub(s.x, s.before)), 1e-6), s.i};
}

static void print_point(jac_fn g, jac x) {
    printf("x*: %.6f\n", jac_item_f64(jac_check(x)));
    printf("residual: %.3e\n", jac_item_f64(jac_abs(jac_sub(jac_call1(g, x), x))));
}

int main(int argc, char **argv) {
    demo_options(argc, argv, "Fixed points of four functions.", (demo_option[]){{0}});
    struct {
        const char *name;
        jac_fn g;
        double x0;
    } cases[] = {{"x = cos(x)", g_cos_fn, 1},
                 {"x = exp(-x)", g_exp_fn, 0.5},
                 {"x = (x^3 + 2x^2 + 5)/9", g_cubic_fn, 0.5},
                 {"x = 3.5 x (1 - x)", g_logistic_fn, 0.3}};
    jac_fn plain[4], full[4];
    jac x[4];
    Diagnosis d[4];
    for (int k = 0; k < 4; k++) {
        plain[k] = jac_jit(fixed_point_with(cases[k].g));
        full[k] = jac_jit(diagnosed_with(cases[k].g));
    }
    DEMO_CORE {
        for (int k = 0; k < 4; k++) {
            x[k] = jac_call1(plain[k], cases[k].x0);
            d[k] = diagnosed_call(full[k], jac_asarray(cases[k].x0));
        }
    }
    for (int k = 0; k < 4; k++) {
        printf("%s\n", cases[k].name);
        print_point(cases[k].g, x[k]);
        print_point(cases[k].g, d[k].x);
        printf("converged: %s\n", jac_item_bool(d[k].converged) ? "true" : "false");
        printf("iterations: %d\n", (int)jac_item_i64(d[k].iterations));
    }
}

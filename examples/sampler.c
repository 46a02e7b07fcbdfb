/* Inverse-transform sampling: uniform draws through the inverse distribution function of an exponential. */
#include <jacquard.h>

#include "demo.h"

JAC_DEF_ENV(jac, exp_inverse_sample, int, (jac, key), (jac, rate)) {
    jac u = jac_random_uniform(key, JAC_SHAPE(*env));
    return jac_div(jac_neg(jac_log(jac_sub(1, u))), rate);
}

int main(int argc, char **argv) {
    const char *plot = NULL;
    demo_options(argc, argv, "Exponential draws of rate 0.5 by inverse-transform sampling.",
                 (demo_option[]){{"--plot", "FILE.svg|.png", "draw the histogram", &plot, false}, {0}});
    jac_fn sample = jac_jit(exp_inverse_sample_with(10000));
    jac x = JAC_NULL;
    DEMO_CORE { x = jac_check(jac_call1(sample, jac_random_PRNGKey(42), 0.5)); }

    const float *v = jac_view(x, JAC_F32);
    printf("first five: %.6f %.6f %.6f %.6f %.6f\n", v[0], v[1], v[2], v[3], v[4]);
    printf("mean: %.4f (theory: 2.0000)\n", jac_item_f64(jac_mean(x)));
    printf("variance: %.4f (theory: 4.0000)\n", jac_item_f64(jac_var(x)));
    return plot && !demo_plot_histogram(plot, "Exponential draws, rate 0.5", "x", 10000, v,
                                        "0.5 * exp(-0.5 * x)", "density 0.5 exp(-0.5 x)");
}

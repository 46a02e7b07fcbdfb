/* A conditional expectation by Monte Carlo: X given Y = y is exponential with rate y, so E[X|Y=2] is 0.5. */
#include <jacquard.h>

#include "demo.h"

JAC_DEF(jac, sample_given, (jac, key), (jac, y)) {
    return jac_div(jac_random_exponential(key, JAC_SHAPE()), y);
}

JAC_DEF(jac, estimate, (jac, key), (jac, y)) {
    jac keys = jac_random_split(key, 10000);
    return jac_mean(jac_call1(jac_vmap(sample_given_fn, JAC_AXES(0, JAC_NONE)), keys, y));
}

int main(int argc, char **argv) {
    demo_options(argc, argv, "E[X|Y=2] by Monte Carlo.", (demo_option[]){{0}});
    jac_fn compiled = jac_jit(estimate_fn);
    jac mean = JAC_NULL;
    DEMO_CORE { mean = jac_check(jac_call1(compiled, jac_random_PRNGKey(42), 2.0)); }
    printf("E[X|Y=2] estimate: %.4f\n", jac_item_f64(mean));
    printf("theory: %.4f\n", 0.5);
}

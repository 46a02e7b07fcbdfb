/* Bisection as a traced while loop: halve an interval over which f changes sign. */
#include <jacquard.h>

#include "demo.h"

JAC_TREE(State, a, b, i)
JAC_TREE(Result, root, f, iterations)

JAC_DEF(jac, f, (jac, x)) { return jac_sub(jac_sub(jac_power(x, 3), jac_mul(2, x)), 5); }

JAC_DEF(Result, bisect, (jac, a), (jac, b)) {
    State s = {a, b, jac_asarray(0)};
    JAC_WHILE (s, jac_logical_and(jac_gt(jac_div(jac_sub(s.b, s.a), 2), 1e-6), jac_lt(s.i, 100))) {
        jac c = jac_div(jac_add(s.a, s.b), 2);
        jac left = jac_lt(jac_mul(f(s.a), f(c)), 0);
        s = (State){jac_where(left, s.a, c), jac_where(left, c, s.b), jac_add(s.i, 1)};
    }
    jac root = jac_div(jac_add(s.a, s.b), 2);
    return (Result){root, f(root), s.i};
}

int main(int argc, char **argv) {
    bool x64 = false;
    double from = 1, to = 3;
    demo_options(argc, argv, "The root of x^3 - 2x - 5 between 1 and 3 by bisection.",
                 (demo_option[]){{"--x64", "", "in f64", &x64, false},
                                 {"--from", "A", "left end of the interval", &from, true},
                                 {"--to", "B", "right end", &to, true},
                                 {0}});
    jac a = jac_scalar(x64 ? JAC_F64 : JAC_F32, from), b = jac_scalar(x64 ? JAC_F64 : JAC_F32, to);
    if (!jac_item_bool(jac_lt(jac_mul(f(a), f(b)), 0))) {
        fprintf(stderr, "error: f(%g) = %g and f(%g) = %g do not differ in sign, so no root is enclosed\n",
                from, jac_item_f64(f(a)), to, jac_item_f64(f(b)));
        return 1;
    }
    jac_fn compiled = jac_jit(bisect_fn);
    Result r;
    DEMO_CORE { r = bisect_call(compiled, a, b); }
    printf("root: %.6f\n", jac_item_f64(jac_check(r.root)));
    printf("f(root): %.3e\n", jac_item_f64(r.f));
    printf("iterations: %d\n", (int)jac_item_i64(r.iterations));
}

/* d/da of the root of x^3 - a x - 5 in three ways: by reverse mode through Newton's while loop, which keeps a
 * tape of its steps; by the implicit function theorem, which does not differentiate the solver; and by the
 * formula that the theorem gives here, x / (3 x^2 - a). */
#include <jacquard.h>
#include <math.h>
#include <time.h>

#include "demo.h"

JAC_DEF_ENV(jac, cubic, jac, (jac, x)) { return jac_sub(jac_sub(jac_power(x, 3), jac_mul(*env, x)), 5); }

JAC_DEF_ENV(jac, newton, jac_fn, (jac, guess)) {
    struct {
        jac x, step;
    } s = {guess, jac_asarray(1.0)};
    JAC_WHILE (s, jac_gt(jac_abs(s.step), 1e-12)) {
        s.step = jac_div(jac_call1(*env, s.x), jac_call1(jac_grad(*env), s.x));
        s.x = jac_sub(s.x, s.step);
    }
    return s.x;
}

JAC_DEF_ENV(jac, bisect, jac_fn, (jac, guess)) {
    struct {
        jac low, high;
    } s = {jac_sub(guess, 1), jac_add(guess, 1)};
    JAC_WHILE (s, jac_gt(jac_sub(s.high, s.low), 1e-12)) {
        jac middle = jac_div(jac_add(s.low, s.high), 2);
        jac left = jac_lt(jac_mul(jac_call1(*env, s.low), jac_call1(*env, middle)), 0);
        JAC_IF (s, left) {
            s.high = middle;
        } JAC_ELSE {
            s.low = middle;
        }
    }
    return jac_div(jac_add(s.low, s.high), 2);
}

JAC_DEF(jac, by_newton, (jac, a)) { return jac_call1(newton_with(cubic_with(a)), 2.0); }
JAC_DEF(jac, by_bisection, (jac, a)) { return jac_custom_root(cubic_with(a), 2.0, bisect_with, NULL); }
JAC_DEF(jac, by_newton_too, (jac, a)) { return jac_custom_root(cubic_with(a), 2.0, newton_with, NULL); }
JAC_DEF(jac, formula, (jac, a)) {
    jac x = by_newton(a);
    return jac_div(x, jac_sub(jac_mul(3, jac_square(x)), a));
}

/* Prints the microseconds per call, the best of several rounds, and the peak size of the tapes. */
static void measure(const char *way, jac_fn derivative, jac a) {
    enum { ROUNDS = 20, CALLS = 500 };
    double best = INFINITY;
    struct timespec from, to;
    jac_tape_peak_bytes(true);
    for (int round = 0; round < ROUNDS; round++) {
        clock_gettime(CLOCK_MONOTONIC, &from);
        for (int k = 0; k < CALLS; k++)
            JAC_SCOPE () { jac_check(jac_call1(derivative, a)); }
        clock_gettime(CLOCK_MONOTONIC, &to);
        double ns = (double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec);
        best = fmin(best, ns / 1e3 / CALLS);
    }
    printf("%-30s %12.2f %12zu\n", way, best, jac_tape_peak_bytes(false));
}

int main(int argc, char **argv) {
    double at = 2;
    bool table = false;
    demo_options(argc, argv, "The derivative in a of the root of x^3 - a x - 5.",
                 (demo_option[]){{"--a", "A", "where (2)", &at, true},
                                 {"--measure", "", "also a table of times and tapes", &table, false},
                                 {0}});
    jac a = jac_scalar(JAC_F64, at), d[3];
    struct {
        const char *name;
        jac_fn derivative;
    } ways[] = {{"through the tape", jac_jit(jac_grad(by_newton_fn))},
                {"implicitly", jac_jit(jac_grad(by_bisection_fn))},
                {"by the formula", jac_jit(formula_fn)}};
    DEMO_CORE {
        for (int k = 0; k < 3; k++)
            d[k] = jac_check(jac_call1(ways[k].derivative, a));
    }
    printf("root: %.10f\n", jac_item_f64(by_bisection(a)));
    for (int k = 0; k < 3; k++)
        printf("%s: %.10f\n", ways[k].name, jac_item_f64(d[k]));
    double off = fmax(fabs(jac_item_f64(d[0]) - jac_item_f64(d[2])), fabs(jac_item_f64(d[1]) - jac_item_f64(d[2])));
    printf("agree to 1e-10: %s\n", off <= 1e-10 ? "true" : "false");
    if (table)
        printf("\n%-30s %12s %12s\n", "way", "us a call", "tape bytes");
    for (int k = 0; k < 3 && table; k++)
        measure(ways[k].name, ways[k].derivative, a);
    if (table)
        measure("implicitly, of Newton's root", jac_jit(jac_grad(by_newton_too_fn)), a);
}

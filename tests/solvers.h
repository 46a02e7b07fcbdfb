/* What the tests of the solvers share. */
#ifndef JACQUARD_TESTS_SOLVERS_H
#define JACQUARD_TESTS_SOLVERS_H

#include "tests/handles.h"
#include "tests/implicit.h"

static inline double item(jac x)
{
    cr_assert(jac_ok(x), "%s", jac_error());
    return jac_item_f64(x);
}

/* A solution, and what the solver says of it. */
typedef struct {
    jac x;
    jac_solve_info info;
} Solved;

static inline void expect_nan(const char *what, jac x, bool nan)
{
    cr_assert(jac_ok(x), "%s: %s", what, jac_error());
    double v = jac_item_f64(jac_sum(x));
    cr_expect_eq(isnan(v), nan, "%s: %g", what, v);
}

#endif

/* Linear systems solved by a named method (jac_cg and the others), with derivatives. */
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"
#include "runtime/solve/solvers.h"

static void multiply(const void *a, const void *args, void *result)
{
    *(jac *)result = jac_dot(*(const jac *)a, *(const jac *)args);
}

jac_fn jac_operator_matrix_(const jac_loc *at, jac a)
{
    rt_at_as(at, NULL);
    static const int leaves[] = {1};
    static const struct jac_function f = {
        JAC_FUNCTION_MARK_, "matrix", multiply, NULL, 1, leaves, 1, {0}, NULL};
    ir_type t;
    if (rt_no_handle(a)) {
        ir_fail("the matrix of a linear system %s", rt_no_handle(a));
        return JAC_NULL_FN;
    }
    if (!rt_type_of(a, &t))
        return JAC_NULL_FN;
    if (t.rank != 2 || t.dim[0] != t.dim[1]) {
        ir_fail("the matrix of a linear system must be square, but is %s", ir_type_tmp(&t));
        return JAC_NULL_FN;
    }
    return jac_with_env_(rt_fn_of(&f), &a, sizeof a);
}

typedef struct {
    jac_method method;
    jac_linear_opts o;
} choice;

static jac_fn make_chosen(const void *env, jac_fn A)
{
    const choice *c = env;
    return rt_telling_solver(c->method, A, c->o);
}

bool jac_iterate_(const jac_loc *at, jac_method method, jac_fn A, int n, jac *x, jac_linear_opts o)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin_as(at, rt_methods[method]);
    choice c = {method, o};
    rt_solver s = {make_chosen, &c};
    jac *y = ir_alloc(&scratch, (size_t)(n + RT_INFO) * sizeof *y);
    bool ok = y && rt_fn(A);
    if (ok) {
        memcpy(y, x, (size_t)n * sizeof *y);
        ok = rt_linear_solve(rt_methods[method], A, s, s, method == JAC_BY_CG, n, RT_INFO, y);
    }
    jac_solve_info info = {0};
    if (ok)
        memcpy(&info, y + n, sizeof info);
    ok = ok &&
         (o.info || rt_report(rt_methods[method], &info, "|b - A x| / |b|", rt_tolerance_of(&o)));
    ok = rt_end_tree(m, ok ? n + RT_INFO : 0, y) && ok;
    for (int k = 0; k < n; k++)
        x[k] = ok ? y[k] : JAC_NULL;
    if (o.info && ok)
        memcpy(o.info, y + n, sizeof *o.info);
    else if (o.info)
        *o.info = (jac_solve_info){0};
    return ok;
}

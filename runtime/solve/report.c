/* What is said of a problem that was not solved: the error, and the status of a root. */
#include <math.h>

#include "runtime/numpy/numpy.h"
#include "runtime/solve/solvers.h"

/* What a status says, after "did not solve: ". */
static const char *const reasons[] = {
    [JAC_NOT_CONVERGED] = "it needs more steps than .maxiter allows",
    [JAC_STAGNATED] = "further steps do not improve x",
    [JAC_BREAKDOWN] = "the method would have to divide by 0",
    [JAC_NOT_FINITE] = "the input or a value that a function gave is inf or NaN",
};

bool rt_report(const char *what, const jac_solve_info *info, const char *residual, double tol)
{
    rt_slot *s = rt_slot_of(info->status);
    if (!s)
        return false;
    if (s->kind == RT_TRACED)
        return true;
    int64_t status = jac_item_i64(info->status);
    return status == JAC_SOLVED ||
           ir_fail("%s: after %s x is not a solution: %s is %.3g, but .tol is %.3g (%s); with "
                   ".info = &info it is not an error, and x is kept",
                   what, ir_count_tmp(jac_item_i64(info->iterations), "step"), residual,
                   fabs(jac_item_f64(info->residual)) /* a NaN without a sign */, tol,
                   reasons[status]);
}

bool rt_judge_root(int n, const jac *x, const jac *fx, const jac *step, double tol, double atol,
                   jac_solve_info *info)
{
    jac yes = jac_asarray((bool)true), zero = yes, near = yes, finite = yes, solvable = yes;
    jac residual = jac_scalar(JAC_F32, 0);
    for (int k = 0; k < n; k++) {
        ir_type t;
        if (!rt_type_of(x[k], &t))
            return false;
        if (!ir_type_count(&t))
            continue;
        double share = tol ? tol : sqrt(ir_epsilon(t.dtype));
        jac size = jac_max(jac_abs(x[k])), off = jac_max(jac_abs(step[k]));
        jac value = jac_max(jac_abs(fx[k])), none = jac_eq(value, 0);
        zero = jac_logical_and(zero, none);
        finite = jac_logical_and(finite, jac_isfinite(jac_add(size, value)));
        solvable = jac_logical_and(solvable, jac_isfinite(off));
        near = jac_logical_and(near, jac_le(off, jac_maximum(jac_mul(size, share), atol)));
        residual = jac_maximum(residual, jac_where(jac_eq(off, 0), 0, jac_div(off, size)));
    }
    jac i32[JAC_NOT_FINITE + 1];
    for (int k = 0; k <= JAC_NOT_FINITE; k++)
        i32[k] = rt_literal_f64(IR_i32, k);
    jac status = jac_where(near, i32[JAC_SOLVED], i32[JAC_NOT_CONVERGED]);
    status = jac_where(solvable, status, i32[JAC_BREAKDOWN]);
    status = jac_where(zero, i32[JAC_SOLVED], status);
    status = jac_where(finite, status, i32[JAC_NOT_FINITE]);
    *info = (jac_solve_info){status, i32[0], jac_where(zero, 0, residual)};
    return jac_ok(status) && jac_ok(info->residual);
}

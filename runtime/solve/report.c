/* The error that tells that a problem was not solved. */
#include "runtime/numpy/numpy.h"
#include "runtime/solve/solvers.h"

/* What a status says, after "did not solve: ". */
static const char *const reasons[] = {
    [JAC_NOT_CONVERGED] = "so many steps were not enough (.maxiter)",
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
           ir_fail("%s: after %lld steps x is not a solution: %s is %.3g, but .tol is %.3g: %s; "
                   "with .info = &info this x is kept and no error",
                   what, (long long)jac_item_i64(info->iterations), residual,
                   jac_item_f64(info->residual), tol, reasons[status]);
}

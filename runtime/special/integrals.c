/* Integrals that come in pairs, of a sine and of a cosine. */
#include "runtime/special/special.h"

static bool both(unsigned m, jac x, const ir_op *first, const ir_op *second, jac y[2])
{
    y[0] = y[1] = JAC_NULL;
    bool ok = rt_promote(1, &x, true);
    if (ok) {
        y[0] = rt_op1(first, x);
        y[1] = rt_op1(second, x);
    }
    ok = ok && jac_ok(y[0]) && jac_ok(y[1]);
    return rt_end_tree(m, ok ? 2 : 0, y) && ok;
}

jac_fresnel_result jac_fresnel_(const jac_loc *at, jac x)
{
    jac y[2];
    bool ok = both(rt_begin(at), x, &op_fresnel_sin, &op_fresnel_cos, y);
    return ok ? (jac_fresnel_result){y[0], y[1]} : (jac_fresnel_result){JAC_NULL, JAC_NULL};
}

jac_sici_result jac_sici_(const jac_loc *at, jac x)
{
    jac y[2];
    bool ok = both(rt_begin(at), x, &op_si, &op_ci, y);
    return ok ? (jac_sici_result){y[0], y[1]} : (jac_sici_result){JAC_NULL, JAC_NULL};
}

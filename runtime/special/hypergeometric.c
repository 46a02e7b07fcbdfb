/* Hypergeometric functions and Bessel functions of integer order. */
#include <stdlib.h>

#include "runtime/special/special.h"

jac jac_hyp1f1_(const jac_loc *at, jac a, jac b, jac x)
{
    unsigned m = rt_begin(at);
    jac v[] = {a, b, x};
    const ir_attr by[] = {[HYP1F1_A] = {.i = 0}, [HYP1F1_B] = {.i = 0}, [HYP1F1_X] = {.i = 0}};
    return rt_end(m, special_operands("hyp1f1", 3, v) ? rt_emit1(&op_hyp1f1, 3, v, by) : JAC_NULL);
}

jac jac_hyp2f1_(const jac_loc *at, jac a, jac b, jac c, jac x)
{
    unsigned m = rt_begin(at);
    jac v[] = {a, b, c, x};
    const ir_attr by[] = {[HYP2F1_A] = {.i = 0},
                          [HYP2F1_B] = {.i = 0},
                          [HYP2F1_C] = {.i = 0},
                          [HYP2F1_X] = {.i = 0}};
    return rt_end(m, special_operands("hyp2f1", 4, v) ? rt_emit1(&op_hyp2f1, 4, v, by) : JAC_NULL);
}

jac jac_bessel_jn_(const jac_loc *at, jac z, int64_t v)
{
    unsigned m = rt_begin(at);
    ir_type t;
    enum { MOST = 10000 };
    if (v < 0 || v > MOST) {
        ir_fail("bessel_jn: v must be from 0 to %d, but is %lld", MOST, (long long)v);
        return rt_end(m, JAC_NULL);
    }
    if (!rt_promote(1, &z, true) || !rt_type_of(z, &t))
        return rt_end(m, JAC_NULL);
    jac *y = malloc((size_t)(v + 1) * sizeof *y);
    if (!y) {
        ir_fail("bessel_jn: out of memory");
        return rt_end(m, JAC_NULL);
    }
    bool ok = true;
    for (int64_t k = 0; ok && k <= v; k++)
        ok = jac_ok(y[k] = rt_op2(&op_bessel_jn, jac_full_like(z, k), z));
    jac all = ok ? jac_stack_n(0, (int)(v + 1), y) : JAC_NULL;
    free(y);
    return rt_end(m, all);
}

/* top_k: the k largest elements along the last dimension, in descending order, and their places. Of
 * equal elements the first ones count; -0 equals 0, and a NaN is greater than all numbers.
 */
#include <stddef.h>
#include <string.h>

#include "ops/host/host.h"
#include "ops/ops.h"
#include "ops/shape.h"
#include "ops/windows.h"

static bool top_k_infer(ir_infer *q)
{
    int64_t k = q->attr[TOP_K_K].i;
    if (!check_operands(q, 1) || !check_real(q, q->in))
        return false;
    ir_type t = q->in[0];
    if (!t.rank)
        return ir_fail("top_k: %s has no dimension to search", ir_type_tmp(&t));
    int64_t n = t.dim[t.rank - 1];
    if (k < 0 || k > n)
        return ir_fail("top_k: k must be 0 to %lld, the size of the last dimension of %s, but is "
                       "%lld",
                       (long long)n, ir_type_tmp(&t), (long long)k);
    if (n > INT32_MAX)
        return ir_fail("top_k: %s has too many elements along the last dimension for i32 places",
                       ir_type_tmp(&t));
    t.dim[t.rank - 1] = k;
    ir_type places = ir_type_like(t, IR_i32);
    ir_infer_out(q, &t);
    ir_infer_out(q, &places);
    return true;
}

static int top_k_numbers(const ir_eqn *e, int64_t *to)
{
    const ir_type *t = &e->in[0]->type;
    host_top_k s = {t->dtype, 1, t->dim[t->rank - 1], e->attr[TOP_K_K].i};
    for (int d = 0; d < t->rank - 1; d++)
        s.lines *= t->dim[d];
    memcpy(to, &s, sizeof s);
    return sizeof s / sizeof *to;
}

static bool top_k_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                      ir_value **y, ir_value **ty)
{
    ir_value **made = ir_emit(g, e->op, 1, x, e->attr);
    if (!made)
        return false;
    y[0] = made[0];
    y[1] = made[1];
    ty[1] = NULL;
    return (ty[0] = windows_take(g, t[0], made[1], e->in[0]->type.rank - 1, true)) != NULL;
}

static bool top_k_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                        const ir_batching *over, ir_value **y, int *yaxis)
{
    ir_value *in = ir_move_axis(g, x[0], axis[0], 0, over->size);
    ir_value **made = ir_emit(g, e->op, 1, &in, e->attr);
    for (int k = 0; made && k < 2; k++) {
        y[k] = made[k];
        yaxis[k] = 0;
    }
    return made != NULL;
}

const ir_op op_top_k = {
    .name = "top_k",
    .flags = IR_OP_BY_BITS,
    .attrs = IR_ATTR_COLUMN(TOP_K),
    .infer = top_k_infer,
    .eval = host_eval,
    .jvp = top_k_jvp,
    .batch = top_k_batch,
    .lower = &(const jit_lower){.kind = JIT_CALLED,
                                .host = &(const jit_host){"jac_host_top_k", jac_host_top_k,
                                                          top_k_numbers}},
};

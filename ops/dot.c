/* dot_general: products of two arrays, summed over the contracted dimensions, for each index of the
 * batch dimensions. The result has the batch dimensions, then the free dimensions of the left
 * operand, then those of the right one.
 *
 * It is linear in each operand, so each derivative is a dot_general too.
 */
#include <inttypes.h>

#include "ops/complex.h"
#include "ops/dot.h"
#include "ops/ops.h"
#include "ops/shape.h"

ir_value *b_dot_general(ir_graph *g, ir_value *a, ir_value *b, int ncontract,
                        const int64_t *contract_a, const int64_t *contract_b, int nbatch,
                        const int64_t *batch_a, const int64_t *batch_b)
{
    ir_attr attr[] = {[DOT_LHS_CONTRACT] = {.n = ncontract, .ints = contract_a},
                      [DOT_RHS_CONTRACT] = {.n = ncontract, .ints = contract_b},
                      [DOT_LHS_BATCH] = {.n = nbatch, .ints = batch_a},
                      [DOT_RHS_BATCH] = {.n = nbatch, .ints = batch_b}};
    return ir_emit1(g, &op_dot_general, 2, (ir_value *[]){a, b}, attr);
}

/* Emits e with other operands. */
static ir_value *dot_like(ir_graph *g, const ir_eqn *e, ir_value *a, ir_value *b)
{
    return ir_emit1(g, e->op, 2, (ir_value *[]){a, b}, e->attr);
}

static bool check_pairs(const ir_infer *q, const char *what, int lhs)
{
    const ir_attr *a = &q->attr[lhs], *b = &q->attr[lhs + 1];
    const ir_type *ta = &q->in[0], *tb = &q->in[1];
    if (a->n != b->n)
        return ir_fail("dot_general: %s dimensions %s of %s and %s of %s differ in number", what,
                       ir_ints_tmp(a->ints, a->n), ir_type_tmp(ta), ir_ints_tmp(b->ints, b->n),
                       ir_type_tmp(tb));
    if (!check_axes(q, what, a, ta) || !check_axes(q, what, b, tb))
        return false;
    for (int k = 0; k < a->n; k++)
        if (ta->dim[a->ints[k]] != tb->dim[b->ints[k]])
            return ir_fail("dot_general: %s dimension %" PRId64 " of %s and %" PRId64
                           " of %s differ in size",
                           what, a->ints[k], ir_type_tmp(ta), b->ints[k], ir_type_tmp(tb));
    return true;
}

static bool check_disjoint(const ir_infer *q, int side)
{
    const ir_attr *contract = &q->attr[DOT_LHS_CONTRACT + side],
                  *batch = &q->attr[DOT_LHS_BATCH + side];
    for (int k = 0; k < contract->n; k++)
        if (axis_in(batch, contract->ints[k]))
            return ir_fail("dot_general: dimension %" PRId64 " of %s is both contracted and batch",
                           contract->ints[k], ir_type_tmp(&q->in[side]));
    return true;
}

static bool dot_infer(ir_infer *q)
{
    if (!check_operands(q, 2))
        return false;
    const ir_type *a = &q->in[0], *b = &q->in[1];
    if (a->dtype != b->dtype)
        return ir_fail("dot_general: operands must have one dtype, but are %s and %s",
                       ir_type_tmp(a), ir_type_tmp(b));
    if (!check_pairs(q, "contracted", DOT_LHS_CONTRACT) ||
        !check_pairs(q, "batch", DOT_LHS_BATCH) || !check_disjoint(q, 0) || !check_disjoint(q, 1))
        return false;
    dot_dims da = dot_dims_of(q->attr, 0, a->rank), db = dot_dims_of(q->attr, 1, b->rank);
    int64_t shape[2 * IR_MAX_RANK];
    int n = 0;
    for (int k = 0; k < da.nbatch; k++)
        shape[n++] = a->dim[da.batch[k]];
    for (int k = 0; k < da.nfree; k++)
        shape[n++] = a->dim[da.free[k]];
    for (int k = 0; k < db.nfree; k++)
        shape[n++] = b->dim[db.free[k]];
    if (!check_shape(q, n, shape))
        return false;
    ir_type t = ir_type_make(a->dtype, n, shape);
    t.weak = a->weak && b->weak;
    ir_infer_out(q, &t);
    return true;
}

static bool dot_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                    ir_value **y, ir_value **ty)
{
    ir_value *left = t[0] ? dot_like(g, e, t[0], x[1]) : NULL;
    ir_value *right = t[1] ? dot_like(g, e, x[0], t[1]) : NULL;
    y[0] = dot_like(g, e, x[0], x[1]);
    if ((t[0] && !left) || (t[1] && !right))
        return false;
    return (ty[0] = ir_add_any(g, left, right)) != NULL;
}

/* Sorts dims in increasing order: order[k] is the index of the k-th smallest. */
static void sorted(const int64_t *dims, int n, int *order)
{
    for (int k = 0; k < n; k++) {
        int j = k;
        for (; j > 0 && dims[order[j - 1]] > dims[k]; j--)
            order[j] = order[j - 1];
        order[j] = k;
    }
}

/* A product has an operand's batch dimensions, then its free and its contracted dimensions; or the
 * contracted ones first. The contracted ones are in the given order. Sets perm[d] to the position
 * of the operand's dimension d in the product. Returns true if every dimension is at its own
 * position. */
static bool stand_right(const dot_dims *mine, const int *order, bool contracted_first,
                        int64_t *perm)
{
    int contract = mine->nbatch + (contracted_first ? 0 : mine->nfree);
    int free = mine->nbatch + (contracted_first ? mine->ncontract : 0);
    bool in_place = true;
    for (int k = 0; k < mine->nbatch; k++)
        perm[mine->batch[k]] = k;
    for (int k = 0; k < mine->nfree; k++)
        perm[mine->free[k]] = free + k;
    for (int k = 0; k < mine->ncontract; k++)
        perm[mine->contract[order[k]]] = contract + k;
    for (int d = 0; d < mine->nbatch + mine->nfree + mine->ncontract; d++)
        in_place = in_place && perm[d] == d;
    return in_place;
}

/* The cotangent of operand `side`: the result's cotangent, contracted with the other operand over
 * the other operand's free dimensions. It has the batch dimensions, the free dimensions of this
 * operand, and its contracted dimensions in the other operand's order. Exchanging the two factors
 * puts the contracted dimensions first. If neither product has the dimensions in this operand's
 * order, a transpose follows. */
static ir_value *dot_transpose_side(ir_graph *g, const ir_eqn *e, int side, ir_value *other,
                                    ir_value *ct)
{
    const ir_type *to = &e->in[side]->type;
    dot_dims mine = dot_dims_of(e->attr, side, to->rank);
    dot_dims its = dot_dims_of(e->attr, 1 - side, other->type.rank);
    int64_t ct_batch[IR_MAX_RANK], ct_free[IR_MAX_RANK], perm[IR_MAX_RANK];
    int order[IR_MAX_RANK];
    int first = mine.nbatch + (side ? 0 : mine.nfree); /* of its free dimensions in ct */
    for (int k = 0; k < mine.nbatch; k++)
        ct_batch[k] = k;
    for (int k = 0; k < its.nfree; k++)
        ct_free[k] = first + k;
    sorted(its.contract, its.ncontract, order);
    if (!stand_right(&mine, order, false, perm) && stand_right(&mine, order, true, perm))
        return b_dot_general(g, other, ct, its.nfree, its.free, ct_free, its.nbatch, its.batch,
                             ct_batch);
    bool in_place = stand_right(&mine, order, false, perm);
    ir_value *dot =
        b_dot_general(g, ct, other, its.nfree, ct_free, its.free, its.nbatch, ct_batch, its.batch);
    return in_place ? dot : b_transpose(g, dot, perm);
}

static bool dot_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                          ir_value **ct_in)
{
    if (!x[0] && !x[1])
        return ir_fail("dot_general: a product of two linear values is not linear");
    int side = x[0] ? 1 : 0;
    return (ct_in[side] = dot_transpose_side(g, e, side, x[1 - side], ct[0])) != NULL;
}

/* If both operands are batched, the batch axis becomes the first batch dimension; if only one is,
 * it becomes a free dimension. No axis has to be moved. */
static bool dot_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                      const ir_batching *over, ir_value **y, int *yaxis)
{
    (void)over;
    int64_t p[4][IR_MAX_RANK + 1];
    ir_attr attr[DOT_NATTR];
    bool both = axis[0] >= 0 && axis[1] >= 0;
    for (int k = 0; k < DOT_NATTR; k++) {
        int a = axis[k % 2];
        bool lead = both && k >= DOT_LHS_BATCH;
        axes_shift(&e->attr[k], a < 0 ? IR_MAX_RANK : a, p[k] + lead);
        if (lead)
            p[k][0] = a;
        attr[k] = (ir_attr){.n = e->attr[k].n + lead, .ints = p[k]};
    }
    *yaxis = 0;
    if (!both) {
        int side = axis[0] >= 0 ? 0 : 1;
        dot_dims left = dot_dims_of(attr, 0, x[0]->type.rank);
        dot_dims mine = dot_dims_of(attr, side, x[side]->type.rank);
        *yaxis = mine.nbatch + (side ? left.nfree : 0);
        for (int k = 0; mine.free[k] != axis[side]; k++)
            ++*yaxis;
    }
    return (y[0] = ir_emit1(g, e->op, 2, x, attr)) != NULL;
}

/* The dimension of operand k that is dimension r of the result. A batch dimension belongs to both
 * operands, a free one to one of them. */
static int dot_axis(const ir_eqn *e, int k, int r)
{
    dot_dims left = dot_dims_of(e->attr, 0, e->in[0]->type.rank);
    dot_dims mine = dot_dims_of(e->attr, k, e->in[k]->type.rank);
    int free = r - mine.nbatch - (k ? left.nfree : 0);
    if (r < mine.nbatch)
        return (int)mine.batch[r];
    return free >= 0 && free < mine.nfree ? (int)mine.free[free] : JIT_NO_AXIS;
}

const ir_op op_dot_general = {
    .name = "dot_general",
    .flags = IR_OP_COMPUTES | IR_OP_ACCUMULATES,
    .attrs = IR_ATTR_COLUMN(DOT),
    .infer = dot_infer,
    .eval = host_eval,
    .jvp = dot_jvp,
    .transpose = dot_transpose,
    .pairs = pairs_dot,
    .batch = dot_batch,
    .lower = &(const jit_lower){.kind = JIT_DOT, .axis = dot_axis, .host = &dot_host},
};

/* The products of jax.numpy: dot, matmul, outer. Each emits a dot_general. einsum is in its own
 * file. */
#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

static jac dot_general(jac x, jac y, jac_dims contract_x, jac_dims contract_y, jac_dims batch_x,
                       jac_dims batch_y)
{
    ir_attr attr[] = {[DOT_LHS_CONTRACT] = {.n = contract_x.n, .ints = contract_x.v},
                      [DOT_RHS_CONTRACT] = {.n = contract_y.n, .ints = contract_y.v},
                      [DOT_LHS_BATCH] = {.n = batch_x.n, .ints = batch_x.v},
                      [DOT_RHS_BATCH] = {.n = batch_y.n, .ints = batch_y.v}};
    return rt_emit1(&op_dot_general, 2, (jac[]){x, y}, attr);
}

jac jac_dot_general_(const jac_loc *at, jac x, jac y, jac_dims contract_x, jac_dims contract_y,
                     jac_dims batch_x, jac_dims batch_y)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, y};
    jac_dims lists[] = {contract_x, contract_y, batch_x, batch_y};
    for (int k = 0; k < 4; k++)
        if (!rt_list("dot_general", lists[k]))
            return rt_end(m, JAC_NULL);
    return rt_end(m, rt_promote(2, v, false)
                         ? dot_general(v[0], v[1], contract_x, contract_y, batch_x, batch_y)
                         : JAC_NULL);
}

/* Contracts the last axis of x with the second to last axis of y (or its only axis). */
static jac contract_inner(const char *what, jac x, jac y, const ir_type *tx, const ir_type *ty)
{
    int k = tx->rank - 1, j = ty->rank > 1 ? ty->rank - 2 : 0;
    if (tx->dim[k] != ty->dim[j]) {
        ir_fail("%s: %s and %s do not match: axis %d of the first and axis %d of the second "
                "differ in size",
                what, ir_type_tmp(tx), ir_type_tmp(ty), k, j);
        return JAC_NULL;
    }
    return dot_general(x, y, JAC_AXES(k), JAC_AXES(j), JAC_AXES(), JAC_AXES());
}

static bool promoted_types(jac *v, ir_type *tx, ir_type *ty)
{
    return rt_promote(2, v, false) && rt_type_of(v[0], tx) && rt_type_of(v[1], ty);
}

jac jac_dot_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, y};
    ir_type tx, ty;
    if (!promoted_types(v, &tx, &ty))
        return rt_end(m, JAC_NULL);
    bool scalar = tx.rank == 0 || ty.rank == 0;
    return rt_end(m, scalar ? jac_mul(v[0], v[1]) : contract_inner("dot", v[0], v[1], &tx, &ty));
}

/* Multiplies stacks of matrices: broadcasts the axes before the last two and uses them as batch
 * axes. */
static jac matmul_batched(jac x, jac y, ir_type tx, ir_type ty)
{
    int rank = tx.rank > ty.rank ? tx.rank : ty.rank, nbatch = rank - 2;
    int64_t to_x[IR_MAX_RANK], to_y[IR_MAX_RANK], batch[IR_MAX_RANK];
    for (int k = 0; k < nbatch; k++) {
        int kx = k - (rank - tx.rank), ky = k - (rank - ty.rank);
        int64_t dx = kx < 0 ? 1 : tx.dim[kx], dy = ky < 0 ? 1 : ty.dim[ky];
        if (dx != dy && dx != 1 && dy != 1) {
            ir_fail("matmul: the leading axes of %s and %s do not broadcast together",
                    ir_type_tmp(&tx), ir_type_tmp(&ty));
            return JAC_NULL;
        }
        to_x[k] = to_y[k] = dx == 1 ? dy : dx;
        batch[k] = k;
    }
    for (int k = 0; k < 2; k++) {
        to_x[nbatch + k] = tx.dim[tx.rank - 2 + k];
        to_y[nbatch + k] = ty.dim[ty.rank - 2 + k];
    }
    if (to_x[rank - 1] != to_y[rank - 2])
        return contract_inner("matmul", x, y, &tx, &ty); /* reports the error */
    x = rt_broadcast_to(x, rank, to_x);
    y = rt_broadcast_to(y, rank, to_y);
    jac_dims over = {nbatch, batch};
    return jac_ok(x) && jac_ok(y)
               ? dot_general(x, y, JAC_AXES(rank - 1), JAC_AXES(rank - 2), over, over)
               : JAC_NULL;
}

jac jac_matmul_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, y}, z = JAC_NULL;
    ir_type tx, ty;
    if (!promoted_types(v, &tx, &ty))
        return rt_end(m, JAC_NULL);
    if (tx.rank == 0 || ty.rank == 0)
        ir_fail("matmul: %s and %s: neither may be a scalar", ir_type_tmp(&tx), ir_type_tmp(&ty));
    else if (ty.rank <= 2)
        z = contract_inner("matmul", v[0], v[1], &tx, &ty);
    else if (tx.rank == 1)
        z = contract_inner("matmul", v[0], v[1], &tx, &ty);
    else
        z = matmul_batched(v[0], v[1], tx, ty);
    return rt_end(m, z);
}

jac jac_outer_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    bool ok = np_are_handles(2, (jac[]){x, y});
    return rt_end(m, ok ? jac_mul(jac_expand_dims(jac_ravel(x), 1), jac_ravel(y)) : JAC_NULL);
}

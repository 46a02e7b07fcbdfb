/* Finds out how dot_general's operands are batches of matrices: which dimensions make up the batch,
 * the rows and the columns, and their layout in memory. ops/host/dot.c multiplies them.
 */
#include <string.h>

#include "ops/dot.h"
#include "ops/host/host.h"
#include "ops/shape.h"

dot_dims dot_dims_of(const ir_attr *attr, int side, int rank)
{
    const ir_attr *contract = &attr[DOT_LHS_CONTRACT + side], *batch = &attr[DOT_LHS_BATCH + side];
    dot_dims dims = {.batch = batch->ints,
                     .contract = contract->ints,
                     .nbatch = batch->n,
                     .ncontract = contract->n};
    for (int d = 0; d < rank; d++)
        if (!axis_in(contract, d) && !axis_in(batch, d))
            dims.free[dims.nfree++] = d;
    return dims;
}

/* Joins dimensions into one: sets the number of elements and the step between them. Returns false
 * if there is no single step. */
static bool join(const ir_type *t, const int64_t *stride, const int64_t *dims, int n,
                 int64_t *count, int64_t *step)
{
    bool whole = true;
    *count = *step = 1;
    for (int k = n - 1; k >= 0; k--) {
        int64_t d = dims[k];
        if (t->dim[d] == 1)
            continue;
        if (*count == 1)
            *step = stride[d];
        else
            whole = whole && stride[d] == *step * *count;
        *count *= t->dim[d];
    }
    return whole;
}

static int append(int64_t *list, int n, const int64_t *more, int count)
{
    for (int k = 0; k < count; k++)
        list[n++] = more[k];
    return n;
}

/* The order of the operand's dimensions in a copy. */
static int copy_order(const dot_dims *dims, int side, int64_t *order)
{
    int n = append(order, 0, dims->batch, dims->nbatch);
    if (side == 0)
        n = append(order, n, dims->free, dims->nfree);
    n = append(order, n, dims->contract, dims->ncontract);
    return side == 0 ? n : append(order, n, dims->free, dims->nfree);
}

static host_operand operand_of(const ir_eqn *e, int side, int64_t *batch, int64_t *free, int64_t *k)
{
    const ir_type *t = &e->in[side]->type;
    dot_dims dims = dot_dims_of(e->attr, side, t->rank);
    host_operand o = {.rank = t->rank};
    int64_t stride[IR_MAX_RANK], order[IR_MAX_RANK];
    dense_strides(t, stride);
    bool whole = join(t, stride, dims.batch, dims.nbatch, batch, &o.batch);
    whole &= join(t, stride, dims.free, dims.nfree, free, &o.free);
    whole &= join(t, stride, dims.contract, dims.ncontract, k, &o.k);
    o.whole = whole;
    int n = copy_order(&dims, side, order);
    for (int j = 0; j < n; j++) {
        o.dim[j] = t->dim[order[j]];
        o.stride[j] = stride[order[j]];
    }
    return o;
}

static int dot_numbers(const ir_eqn *e, int64_t *to)
{
    host_product p = {.dtype = e->in[0]->type.dtype};
    p.a = operand_of(e, 0, &p.batch, &p.m, &p.k);
    p.b = operand_of(e, 1, &p.batch, &p.n, &p.k);
    memcpy(to, &p, sizeof p);
    return sizeof p / sizeof *to;
}

const jit_host dot_host = {"jac_host_dot", jac_host_dot, dot_numbers};

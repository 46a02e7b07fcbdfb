/* reduce and map. */
#include "exchange/stablehlo/reduce.h"

static bool read_axes(hlo_frame *f, const hlo_op *op, int rank, hlo_ints *axes)
{
    if (!hlo_read_ints(f, op, "dimensions", NULL, axes))
        return false;
    for (int k = 0; k < axes->n; k++) {
        bool twice = false;
        for (int j = 0; j < k; j++)
            twice = twice || axes->v[j] == axes->v[k];
        if (twice || axes->v[k] < 0 || axes->v[k] >= rank)
            return hlo_op_fail(f, op, "dimensions %s do not fit %s", ir_ints_tmp(axes->v, axes->n),
                               ir_count_tmp(rank, "dimension"));
    }
    return true;
}

/* A whole array by one of our reductions, then with the initial value. */
static bool reduce_known(hlo_frame *f, const hlo_op *op, const hlo_body *body, const hlo_ints *axes,
                         ir_value *const *x, ir_value **y)
{
    ir_dtype d = x[0]->type.dtype;
    const ir_op *prim = d == IR_bool ? body->known->logic : body->known->reduce;
    ir_value *all = axes->n ? b_reduce(f->g, prim, x[0], axes->n, axes->v) : x[0];
    if (hlo_is_identity(f, body->known, op->operand[1]))
        return (y[0] = all) != NULL;
    ir_value *init =
        all ? b_broadcast_in_dim(f->g, x[1], all->type.rank, all->type.dim, NULL) : NULL;
    return hlo_combine(f, op, body, &init, &all, y);
}

/* Any other body. */
static bool reduce_by(hlo_frame *f, const hlo_op *op, const hlo_body *body, const hlo_ints *axes,
                      ir_value *const *x, ir_value **y)
{
    IR_SCRATCH(scratch);
    int nc = body->ncaptured, n = body->n;
    IR_AUTO_GRAPH by = hlo_body_graph(body, x[0]->type.dtype);
    ir_value **in = ir_alloc(&scratch, (size_t)(nc + 2 * n + 1) * sizeof *in);
    (void)op;
    if (!by || !in)
        return false;
    memcpy(in, body->captured, (size_t)nc * sizeof *in);
    memcpy(in + nc, x, (size_t)(2 * n) * sizeof *in);
    ir_attr attr[] = {[REDUCE_BY_AXES] = {.n = axes->n, .ints = axes->v},
                      [REDUCE_BY_BODY] = {.graph = by},
                      [REDUCE_BY_NUM_CONSTS] = {.i = nc}};
    return ir_results(ir_emit(f->g, &op_reduce, nc + 2 * n, in, attr), n, y);
}

bool hlo_emit_reduce(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                     ir_value **y)
{
    IR_SCRATCH(scratch);
    (void)row;
    hlo_ints axes;
    HLO_AUTO_BODY body = {0};
    int n = op->noperand / 2;
    if (!n || op->noperand != 2 * n || op->nresult != n)
        return hlo_op_fail(f, op, "it takes arrays and as many initial values");
    for (int k = 0; k < n; k++)
        if (x[n + k]->type.rank || !ir_same_shape(&x[k]->type, &x[0]->type) ||
            x[n + k]->type.dtype != x[k]->type.dtype)
            return hlo_op_fail(f, op, "operand %d is %s, and its initial value %s", k,
                               ir_type_tmp(&x[k]->type), ir_type_tmp(&x[n + k]->type));
    if (!read_axes(f, op, x[0]->type.rank, &axes) ||
        !hlo_read_region(f, op, op->first, n, n, &scratch, &body))
        return false;
    return (body.known ? reduce_known : reduce_by)(f, op, &body, &axes, x, y);
}

/* A function of scalars, applied to each element. */
bool hlo_emit_map(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                  ir_value **y)
{
    IR_SCRATCH(scratch);
    (void)row;
    hlo_frame inner;
    int n = op->noperand;
    const hlo_region *r = op->first;
    if (!n || op->nregion != 1 || r->narg != n)
        return hlo_op_fail(f, op, "it needs operands and a region that takes as many");
    IR_AUTO_GRAPH g = hlo_region_graph(f, op, r, &inner);
    if (!g)
        return false;
    const ir_type *t = &x[0]->type;
    int64_t size = ir_type_count(t);
    int *axes = ir_alloc(&scratch, (size_t)(g->nin + g->nout + 1) * sizeof *axes);
    ir_value **in = ir_alloc(&scratch, (size_t)(g->nin + g->nout + 1) * sizeof *in);
    if (!axes || !in)
        return false;
    for (int k = 0; k < g->nin; k++) {
        if (k < n && (g->in[k]->type.rank || !ir_same_shape(&x[k]->type, t)))
            return hlo_op_fail(f, op, "its region must take scalars, and its operands be alike");
        axes[k] = k < n ? 0 : -1;
        in[k] = k < n ? b_reshape(f->g, x[k], 1, &size) : hlo_get(f, inner.captured[k - n]);
        if (!in[k])
            return false;
    }
    IR_AUTO_GRAPH over = ir_vmap(g, &(ir_batching){.size = size}, axes, axes + g->nin);
    if (!over || g->nout != 1 || g->out[0]->type.rank)
        return over && hlo_op_fail(f, op, "its region must give one scalar");
    return ir_splice(f->g, over, in, in + g->nin) &&
           (y[0] = b_reshape(f->g, in[g->nin], t->rank, t->dim)) != NULL;
}

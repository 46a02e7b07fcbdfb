/* The bodies of reductions and windows.
 *
 * A body combines elements. If it is a single operation, such as add, it is known, and whole arrays
 * can be combined by it. Any other body is a graph of scalars, and is batched where arrays are
 * needed.
 */
#include "exchange/stablehlo/reduce.h"

static ir_scalar zero_of(ir_dtype d)
{
    return ir_scalar_of(d, 0);
}
static ir_scalar one_of(ir_dtype d)
{
    return ir_scalar_of(d, 1);
}

static const hlo_known knowns[] = {
    {"stablehlo.add", &op_reduce_sum, &op_reduce_or, &op_cumsum, zero_of},
    {"stablehlo.multiply", &op_reduce_prod, &op_reduce_and, &op_cumprod, one_of},
    {"stablehlo.maximum", &op_reduce_max, &op_reduce_or, &op_cummax, ir_scalar_lowest},
    {"stablehlo.minimum", &op_reduce_min, &op_reduce_and, &op_cummin, ir_scalar_highest},
    {"stablehlo.and", &op_reduce_and, &op_reduce_and, NULL, NULL},
    {"stablehlo.or", &op_reduce_or, &op_reduce_or, NULL, zero_of},
    {"stablehlo.xor", &op_reduce_xor, &op_reduce_xor, NULL, zero_of},
};

static const hlo_known *known_of(hlo_text name)
{
    for (size_t k = 0; k < sizeof knowns / sizeof *knowns; k++)
        if (hlo_is(name, knowns[k].name))
            return &knowns[k];
    return NULL;
}

hlo_text hlo_single_operation(const hlo_region *r, bool *crossed)
{
    const hlo_op *op = r->first, *last = op ? op->next : NULL;
    *crossed = false;
    if (!last || last->next || op->noperand != 2 || op->nresult != 1 || last->noperand != 1 ||
        last->operand[0] != op->result[0] || r->narg != 2)
        return (hlo_text){"", 0};
    bool straight = op->operand[0] == r->arg[0] && op->operand[1] == r->arg[1];
    *crossed = op->operand[0] == r->arg[1] && op->operand[1] == r->arg[0];
    return straight || *crossed ? op->name : (hlo_text){"", 0};
}

static bool region_body(hlo_frame *f, const hlo_op *op, const hlo_region *r, int noutput,
                        ir_arena *scratch, hlo_body *body)
{
    hlo_frame inner;
    if (r->narg != 2 * body->n)
        return hlo_op_fail(f, op, "its region takes %s, but is given %d",
                           ir_count_tmp(r->narg, "argument"), 2 * body->n);
    for (int k = 0; k < r->narg; k++)
        if (!r->arg[k]->type->why && r->arg[k]->type->type.rank)
            return hlo_op_fail(f, op, "its region must take scalars");
    if (!(body->g = hlo_region_graph(f, op, r, &inner)))
        return false;
    for (int k = 0; k < body->g->nout; k++)
        if (body->g->out[k]->type.rank)
            return hlo_op_fail(f, op, "its region must give scalars");
    if (body->g->nout != noutput)
        return hlo_op_fail(f, op, "its region gives %s, but must give %d",
                           ir_count_tmp(body->g->nout, "value"), noutput);
    body->ncaptured = inner.ncaptured;
    body->captured = ir_alloc(scratch, (size_t)(inner.ncaptured + 1) * sizeof *body->captured);
    for (int k = 0; body->captured && k < inner.ncaptured; k++)
        if (!(body->captured[k] = hlo_get(f, inner.captured[k])))
            return false;
    return body->captured != NULL;
}

bool hlo_read_region(hlo_frame *f, const hlo_op *op, const hlo_region *r, int n, int noutput,
                     ir_arena *scratch, hlo_body *body)
{
    *body = (hlo_body){.n = n};
    bool crossed, applies = !r && hlo_is(hlo_word_at(op, 0), "applies");
    hlo_text name = applies ? hlo_word_at(op, 1)
                    : r     ? hlo_single_operation(r, &crossed)
                            : (hlo_text){"", 0};
    if (n == 1 && noutput == 1 && (body->known = known_of(name))) {
        body->row = hlo_row_of(name);
        return true;
    }
    if (applies)
        return hlo_unsupported(f, op, "with %.*s", HLO_SHOW(name));
    return r ? region_body(f, op, r, noutput, scratch, body)
             : hlo_op_fail(f, op, "it has no region");
}

void hlo_body_free(hlo_body *body)
{
    ir_graph_release(body->g);
}

ir_graph *hlo_over(const hlo_body *body, int64_t size)
{
    IR_SCRATCH(scratch);
    const ir_graph *g = body->g;
    int *in = ir_alloc(&scratch, (size_t)(g->nin + g->nout + 1) * sizeof *in), *out = in + g->nin;
    if (!in)
        return NULL;
    for (int k = 0; k < body->ncaptured; k++)
        in[g->nin - 1 - k] = -1;
    return ir_vmap(g, &(ir_batching){.size = size}, in, out);
}

static ir_value *flat(ir_graph *g, ir_value *x, int64_t n)
{
    return b_reshape(g, x, 1, &n);
}

/* Vectors go through the batched graph; arrays are flattened for it. */
static bool combine_by_graph(hlo_frame *f, const hlo_body *body, ir_value *const *left,
                             ir_value *const *right, ir_value **y)
{
    IR_SCRATCH(scratch);
    const ir_type *shape = &left[0]->type;
    int64_t n = ir_type_count(shape);
    IR_AUTO_GRAPH over = hlo_over(body, n);
    ir_value **in = over ? ir_alloc(&scratch, (size_t)(over->nin + 1) * sizeof *in) : NULL;
    if (!in)
        return false;
    for (int k = 0; k < body->n; k++) {
        in[k] = flat(f->g, left[k], n);
        in[body->n + k] = flat(f->g, right[k], n);
    }
    for (int k = 0; k < body->ncaptured; k++)
        in[2 * body->n + k] = body->captured[k];
    for (int k = 0; k < over->nin; k++)
        if (!in[k])
            return false;
    if (!ir_splice(f->g, over, in, y))
        return false;
    for (int k = 0; k < over->nout; k++)
        if (!(y[k] = b_reshape(f->g, y[k], shape->rank, shape->dim)))
            return false;
    return true;
}

bool hlo_combine(hlo_frame *f, const hlo_op *op, const hlo_body *body, ir_value *const *left,
                 ir_value *const *right, ir_value **y)
{
    for (int k = 0; k < body->n; k++)
        if (!left[k] || !right[k])
            return false;
    return body->known ? body->row->emit(f, op, body->row, (ir_value *[]){left[0], right[0]}, y)
                       : combine_by_graph(f, body, left, right, y);
}

ir_graph *hlo_body_graph(const hlo_body *body, ir_dtype d)
{
    IR_SCRATCH(scratch);
    const ir_graph *from = body->g;
    int nc = body->ncaptured, nin = from ? from->nin : 2, nout = from ? from->nout : 1;
    ir_type scalar = ir_type_scalar(d);
    ir_graph *g = ir_graph_new("body");
    ir_value **in = ir_alloc(&scratch, (size_t)(nin + nout + 1) * sizeof *in), **out = in + nin;
    bool ok = g && in;
    for (int k = 0; ok && k < nc; k++)
        in[nin - nc + k] = ir_input(g, &from->in[nin - nc + k]->type);
    for (int k = 0; ok && k < nin - nc; k++)
        in[k] = ir_input(g, from ? &from->in[k]->type : &scalar);
    if (ok && from)
        ok = ir_splice(g, from, in, out);
    else if (ok)
        out[0] = ir_emit1(g, hlo_prim(body->row, d), 2, in, NULL);
    if (ok)
        return ir_finish(g, out, nout);
    ir_graph_release(g);
    return NULL;
}

/* A broadcast of a scalar to a scalar, which JAX writes, is looked through. */
bool hlo_is_identity(hlo_frame *f, const hlo_known *known, const hlo_value *v)
{
    if (v->op && hlo_is(v->op->name, "stablehlo.broadcast_in_dim") && v->op->noperand == 1)
        v = v->op->operand[0];
    if (v->type->why || v->type->type.rank || !v->op || !known->identity ||
        !hlo_is(v->op->name, "stablehlo.constant"))
        return false;
    ir_dtype d = v->type->type.dtype;
    size_t size = ir_dtypes[ir_part(d)].size;
    char one[16] = {0};
    ir_scalar s = {0}, im = {0}, identity = known->identity(d);
    if (!hlo_constant_read(f->b->module, v, one))
        return false;
    memcpy(&s, one, size);
    memcpy(&im, one + size, ir_is_complex(d) ? size : 0);
    return s.bits == identity.bits && !im.bits;
}

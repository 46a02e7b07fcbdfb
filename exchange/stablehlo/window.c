/* Windows: reduce_window and select_and_scatter. */
#include "exchange/stablehlo/reduce.h"

typedef struct {
    hlo_ints size, stride, dilation, base; /* of the window; base: dilation of the operand */
    int64_t low[IR_MAX_RANK], high[IR_MAX_RANK];
} window;

static bool read_padding(hlo_frame *f, const hlo_op *op, int rank, window *w)
{
    hlo_ints padding;
    if (!hlo_read_ints_or(f, op, "padding", 2 * rank, 0, &padding))
        return false;
    for (int d = 0; d < rank; d++) {
        w->low[d] = padding.v[2 * d];
        w->high[d] = padding.v[2 * d + 1];
    }
    return true;
}

/* Writes the first parameters of our primitives; their lists stay in w. */
static bool read_window(hlo_frame *f, const hlo_op *op, const ir_type *t, window *w, ir_attr *attr)
{
    int rank = t->rank;
    if (!hlo_read_ints(f, op, "window_dimensions", NULL, &w->size) ||
        !hlo_read_ints_or(f, op, "window_strides", rank, 1, &w->stride) ||
        !hlo_read_ints_or(f, op, "window_dilations", rank, 1, &w->dilation) ||
        !hlo_read_ints_or(f, op, "base_dilations", rank, 1, &w->base) ||
        !read_padding(f, op, rank, w))
        return false;
    bool fits = w->size.n == t->rank;
    for (int d = 0; fits && d < t->rank; d++)
        fits = w->size.v[d] > 0 && w->stride.v[d] > 0 && w->dilation.v[d] > 0 && w->base.v[d] > 0;
    if (!fits)
        return hlo_op_fail(f, op, "its window does not fit %s", ir_type_tmp(t));
    attr[WINDOW_SIZE] = (ir_attr){.n = w->size.n, .ints = w->size.v};
    attr[WINDOW_STRIDES] = (ir_attr){.n = rank, .ints = w->stride.v};
    attr[WINDOW_LOW] = (ir_attr){.n = rank, .ints = w->low};
    attr[WINDOW_HIGH] = (ir_attr){.n = rank, .ints = w->high};
    attr[WINDOW_BASE] = (ir_attr){.n = rank, .ints = w->base.v};
    attr[WINDOW_DILATION] = (ir_attr){.n = rank, .ints = w->dilation.v};
    return true;
}

/* The primitive for a known body with its identity as the initial value; NULL: there is none. */
static const ir_op *windows_of(hlo_frame *f, const hlo_op *op, const hlo_body *body, ir_dtype d)
{
    static const ir_op *const pairs[][2] = {{&op_reduce_sum, &op_reduce_window_sum},
                                            {&op_reduce_max, &op_reduce_window_max},
                                            {&op_reduce_min, &op_reduce_window_min}};
    if (!body->known || d == IR_bool || !hlo_is_identity(f, body->known, op->operand[1]))
        return NULL;
    for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++)
        if (body->known->reduce == pairs[k][0])
            return pairs[k][1];
    return NULL;
}

bool hlo_emit_reduce_window(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                            ir_value **y)
{
    IR_SCRATCH(scratch);
    (void)row;
    window w;
    ir_attr attr[WINDOW_BY_NATTR] = {{0}};
    HLO_AUTO_BODY body = {0};
    int n = op->noperand / 2;
    if (!n || op->noperand != 2 * n || op->nresult != n)
        return hlo_op_fail(f, op, "it takes arrays and as many initial values");
    ir_dtype d = x[0]->type.dtype;
    for (int k = 0; k < n; k++)
        if (x[n + k]->type.rank || !ir_same_shape(&x[k]->type, &x[0]->type) ||
            x[n + k]->type.dtype != x[k]->type.dtype)
            return hlo_op_fail(f, op, "operand %d is %s, and its initial value %s", k,
                               ir_type_tmp(&x[k]->type), ir_type_tmp(&x[n + k]->type));
    if (!read_window(f, op, &x[0]->type, &w, attr) ||
        !hlo_read_region(f, op, op->first, n, n, &scratch, &body))
        return false;
    const ir_op *known = windows_of(f, op, &body, d);
    if (known)
        return (y[0] = ir_emit1(f->g, known, 1, x, attr)) != NULL;
    int nc = body.ncaptured;
    IR_AUTO_GRAPH by = hlo_body_graph(&body, d);
    ir_value **in = ir_alloc(&scratch, (size_t)(nc + 2 * n + 1) * sizeof *in);
    if (!by || !in)
        return false;
    if (nc)
        memcpy(in, body.captured, (size_t)nc * sizeof *in);
    memcpy(in + nc, x, (size_t)(2 * n) * sizeof *in);
    attr[WINDOW_BY_BODY].graph = by;
    attr[WINDOW_BY_NUM_CONSTS].i = nc;
    return ir_results(ir_emit(f->g, &op_reduce_window, nc + 2 * n, in, attr), n, y);
}

bool hlo_emit_select_and_scatter(hlo_frame *f, const hlo_op *op, const hlo_row *row,
                                 ir_value *const *x, ir_value **y)
{
    IR_SCRATCH(scratch);
    (void)row;
    window w;
    ir_attr attr[SELECT_SCATTER_NATTR] = {{0}};
    HLO_AUTO_BODY select = {0}, scatter = {0};
    if (op->nregion != 2)
        return hlo_op_fail(f, op, "it needs two regions");
    if (!read_window(f, op, &x[0]->type, &w, attr) ||
        !hlo_read_region(f, op, op->first, 1, 1, &scratch, &select) ||
        !hlo_read_region(f, op, op->first->next, 1, 1, &scratch, &scatter))
        return false;
    if (select.ncaptured || scatter.ncaptured)
        return hlo_unsupported(f, op, "a region that uses values from outside");
    IR_AUTO_GRAPH choose = hlo_body_graph(&select, x[0]->type.dtype);
    IR_AUTO_GRAPH combine = hlo_body_graph(&scatter, x[0]->type.dtype);
    if (!choose || !combine)
        return false;
    attr[SELECT_SCATTER_SELECT].graph = choose;
    attr[SELECT_SCATTER_SCATTER].graph = combine;
    return (y[0] = ir_emit1(f->g, &op_select_and_scatter, 3, x, attr)) != NULL;
}

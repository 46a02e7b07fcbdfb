/* Reductions, cumulations and windows. */
#include <string.h>

#include "exchange/stablehlo/write/write.h"

#define ROW(name)                                                                                  \
    bool mlir_write_##name(mlir_writer *w, const mlir_write_row *row, const ir_eqn *e,             \
                           const mlir_val *x, mlir_val *y)

static ir_scalar zero_of(ir_dtype d)
{
    return ir_scalar_of(ir_part(d), 0);
}

static ir_scalar one_of(ir_dtype d)
{
    return ir_scalar_of(ir_part(d), 1);
}

static ir_scalar ones_of(ir_dtype d)
{
    return (ir_scalar){.bits =
                           UINT64_MAX >> (64 - 8 * ir_dtypes[d].size) >> (d == IR_bool ? 7 : 0)};
}

/* What combines the elements, and what it begins with. `logic` is for bools. */
static const struct combiner {
    const ir_op *op;
    const char *name, *logic;
    ir_scalar (*begin)(ir_dtype d);
} combiners[] = {
    {&op_reduce_sum, "stablehlo.add", "stablehlo.or", zero_of},
    {&op_reduce_prod, "stablehlo.multiply", "stablehlo.and", one_of},
    {&op_reduce_max, "stablehlo.maximum", "stablehlo.or", ir_scalar_lowest},
    {&op_reduce_min, "stablehlo.minimum", "stablehlo.and", ir_scalar_highest},
    {&op_reduce_and, "stablehlo.and", "stablehlo.and", ones_of},
    {&op_reduce_or, "stablehlo.or", "stablehlo.or", zero_of},
    {&op_reduce_xor, "stablehlo.xor", "stablehlo.xor", zero_of},
    {&op_cumsum, "stablehlo.add", "stablehlo.or", zero_of},
    {&op_cumprod, "stablehlo.multiply", "stablehlo.and", one_of},
    {&op_cummax, "stablehlo.maximum", "stablehlo.or", ir_scalar_lowest},
    {&op_cummin, "stablehlo.minimum", "stablehlo.and", ir_scalar_highest},
    {&op_reduce_window_sum, "stablehlo.add", "stablehlo.or", zero_of},
    {&op_reduce_window_max, "stablehlo.maximum", "stablehlo.or", ir_scalar_lowest},
    {&op_reduce_window_min, "stablehlo.minimum", "stablehlo.and", ir_scalar_highest},
};

static const struct combiner *combiner_of(const ir_op *op)
{
    const struct combiner *c = combiners;
    while (c->op != op)
        c++;
    return c;
}

static mlir_val reduce_over(mlir_writer *w, const struct combiner *c, mlir_val x, int n,
                            const int64_t *axes, const ir_type *t)
{
    ir_dtype d = x.type.dtype;
    ir_type scalar = ir_type_scalar(d);
    mlir_val in[2] = {x, mlir_fill(w, &scalar, c->begin(d))}, y;
    mlir_begin(w, "stablehlo.reduce", 2, in, 1, &t, &y);
    mlir_put(w, "<{dimensions = ");
    mlir_put_ints(w, n, axes);
    mlir_put(w, "}> ");
    mlir_put_body(w, d == IR_bool ? c->logic : c->name, d);
    mlir_end(w, 2, in, 1, &y);
    return y;
}

ROW(reduce)
{
    const ir_attr *axes = &e->attr[REDUCE_AXES];
    (void)row;
    *y = reduce_over(w, combiner_of(e->op), x[0], axes->n, axes->ints, &e->out[0]->type);
    return true;
}

/* The first place where x is its extreme along the axis, or NaN. */
ROW(argreduce)
{
    int64_t axis = e->attr[ARGREDUCE_AXES].ints[0];
    const ir_op *op = e->op == &op_argmax ? &op_reduce_max : &op_reduce_min;
    ir_dtype d = x[0].type.dtype;
    const ir_type *out = &e->out[0]->type;
    int64_t keep[IR_MAX_RANK];
    int n = 0;
    (void)row;
    for (int k = 0; k < x[0].type.rank; k++)
        if (k != axis)
            keep[n++] = k;
    ir_type reduced = ir_type_like(*out, d), places = ir_type_like(x[0].type, out->dtype);
    mlir_val best = reduce_over(w, combiner_of(op), x[0], 1, &axis, &reduced);
    mlir_val all = mlir_broadcast(w, best, &x[0].type, n, keep);
    mlir_val here = mlir_compare(w, "EQ", x[0], all);
    if (ir_has_fraction(d))
        here = mlir_binary(w, "stablehlo.or", here, mlir_compare(w, "NE", x[0], x[0]));
    mlir_val place =
        mlir_op1(w, "stablehlo.iota", 0, NULL, &places, "iota_dimension = %d : i64", (int)axis);
    place = mlir_choose_val(w, here, place, mlir_number(w, &places, (double)x[0].type.dim[axis]));
    *y = reduce_over(w, combiner_of(&op_reduce_min), place, 1, &axis, out);
    return true;
}

/* A reduction or windows by a graph. Operands: values from outside, arrays, initial values. */
static bool by_graph(mlir_writer *w, const char *name, const ir_eqn *e, const mlir_val *x,
                     int nconst, const ir_graph *body, mlir_val *y,
                     void (*put_attributes)(mlir_writer *w, const ir_eqn *e))
{
    IR_SCRATCH(scratch);
    const ir_type **t = ir_alloc(&scratch, (size_t)(e->nout + 1) * sizeof *t);
    if (!t)
        return false;
    for (int k = 0; k < e->nout; k++)
        t[k] = &e->out[k]->type;
    mlir_begin(w, name, e->nin - nconst, x + nconst, e->nout, t, y);
    put_attributes(w, e);
    mlir_put(w, " (");
    if (!mlir_write_region(w, body, nconst, x))
        return false;
    mlir_put(w, ")");
    mlir_end(w, e->nin - nconst, x + nconst, e->nout, y);
    return true;
}

static void put_axes(mlir_writer *w, const ir_eqn *e)
{
    mlir_put(w, "<{dimensions = ");
    mlir_put_ints(w, e->attr[REDUCE_BY_AXES].n, e->attr[REDUCE_BY_AXES].ints);
    mlir_put(w, "}>");
}

ROW(reduce_by)
{
    (void)row;
    return by_graph(w, "stablehlo.reduce", e, x, (int)e->attr[REDUCE_BY_NUM_CONSTS].i,
                    e->attr[REDUCE_BY_BODY].graph, y, put_axes);
}

/* ---- windows ----------------------------------------------------------------------------------- */

static void put_window(mlir_writer *w, const ir_eqn *e)
{
    static const struct {
        const char *name;
        int attr;
    } lists[] = {{"window_dimensions", WINDOW_SIZE},
                 {"window_strides", WINDOW_STRIDES},
                 {"base_dilations", WINDOW_BASE},
                 {"window_dilations", WINDOW_DILATION}};
    int64_t ones[IR_MAX_RANK], zeros[IR_MAX_RANK] = {0};
    int n = e->attr[WINDOW_SIZE].n;
    for (int d = 0; d < n; d++)
        ones[d] = 1;
    mlir_put(w, "<{");
    for (int k = 0; k < 4; k++) {
        const ir_attr *a = &e->attr[lists[k].attr];
        mlir_put(w, "%s = ", lists[k].name);
        mlir_put_ints(w, n, a->n ? a->ints : ones);
        mlir_put(w, ", ");
    }
    mlir_put(w, "padding = ");
    mlir_put_pairs(w, n, e->attr[WINDOW_LOW].n ? e->attr[WINDOW_LOW].ints : zeros,
                   e->attr[WINDOW_HIGH].n ? e->attr[WINDOW_HIGH].ints : zeros, 1);
    mlir_put(w, "}>");
}

ROW(window)
{
    const struct combiner *c = combiner_of(e->op);
    ir_dtype d = x[0].type.dtype;
    ir_type scalar = ir_type_scalar(d);
    const ir_type *t = &e->out[0]->type;
    (void)row;
    mlir_val in[2] = {x[0], mlir_fill(w, &scalar, c->begin(d))};
    mlir_begin(w, "stablehlo.reduce_window", 2, in, 1, &t, y);
    put_window(w, e);
    mlir_put(w, " ");
    mlir_put_body(w, d == IR_bool ? c->logic : c->name, d);
    mlir_end(w, 2, in, 1, y);
    return true;
}

ROW(window_by)
{
    (void)row;
    return by_graph(w, "stablehlo.reduce_window", e, x, (int)e->attr[WINDOW_BY_NUM_CONSTS].i,
                    e->attr[WINDOW_BY_BODY].graph, y, put_window);
}

/* Windows that reach from the first element to each, or from each to the last. */
ROW(cumulate)
{
    const struct combiner *c = combiner_of(e->op);
    const ir_type *t = &e->out[0]->type;
    ir_dtype d = t->dtype;
    ir_type scalar = ir_type_scalar(d);
    int axis = (int)e->attr[CUMULATE_AXIS].i;
    int64_t n = t->dim[axis], ones[IR_MAX_RANK], size[IR_MAX_RANK];
    int64_t low[IR_MAX_RANK] = {0}, high[IR_MAX_RANK] = {0};
    (void)row;
    if (!n) {
        *y = x[0];
        return true;
    }
    for (int k = 0; k < t->rank; k++)
        ones[k] = size[k] = 1;
    size[axis] = n;
    (e->attr[CUMULATE_REVERSE].i ? high : low)[axis] = n - 1;
    mlir_val in[2] = {x[0], mlir_fill(w, &scalar, c->begin(d))};
    mlir_begin(w, "stablehlo.reduce_window", 2, in, 1, &t, y);
    mlir_put(w, "<{window_dimensions = ");
    mlir_put_ints(w, t->rank, size);
    mlir_put(w, ", window_strides = ");
    mlir_put_ints(w, t->rank, ones);
    mlir_put(w, ", base_dilations = ");
    mlir_put_ints(w, t->rank, ones);
    mlir_put(w, ", window_dilations = ");
    mlir_put_ints(w, t->rank, ones);
    mlir_put(w, ", padding = ");
    mlir_put_pairs(w, t->rank, low, high, 1);
    mlir_put(w, "}> ");
    mlir_put_body(w, d == IR_bool ? c->logic : c->name, d);
    mlir_end(w, 2, in, 1, y);
    return true;
}

/* Window, strides and padding, which is all that select_and_scatter has. */
static void put_strides(mlir_writer *w, const ir_eqn *e)
{
    mlir_put(w, "<{window_dimensions = ");
    mlir_put_ints(w, e->attr[WINDOW_SIZE].n, e->attr[WINDOW_SIZE].ints);
    mlir_put(w, ", window_strides = ");
    mlir_put_ints(w, e->attr[WINDOW_STRIDES].n, e->attr[WINDOW_STRIDES].ints);
    mlir_put(w, ", padding = ");
    mlir_put_pairs(w, e->attr[WINDOW_LOW].n, e->attr[WINDOW_LOW].ints, e->attr[WINDOW_HIGH].ints,
                   1);
    mlir_put(w, "}>");
}

static bool has_dilation(const ir_eqn *e)
{
    bool any = false;
    for (int d = 0; d < e->attr[WINDOW_BASE].n; d++)
        any = any || e->attr[WINDOW_BASE].ints[d] != 1 || e->attr[WINDOW_DILATION].ints[d] != 1;
    return any;
}

ROW(select_and_scatter)
{
    const ir_type *t = &e->out[0]->type;
    (void)row;
    if (has_dilation(e))
        return mlir_not_there(w, e);
    mlir_begin(w, "stablehlo.select_and_scatter", 3, x, 1, &t, y);
    put_strides(w, e);
    mlir_put(w, " (");
    if (!mlir_write_region(w, e->attr[SELECT_SCATTER_SELECT].graph, 0, NULL))
        return false;
    mlir_put(w, ", ");
    if (!mlir_write_region(w, e->attr[SELECT_SCATTER_SCATTER].graph, 0, NULL))
        return false;
    mlir_put(w, ")");
    mlir_end(w, 3, x, 1, y);
    return true;
}

/* Operands: what is scattered, and the array whose windows choose. */
ROW(inline_select_and_scatter_add)
{
    const ir_type *t = &e->out[0]->type;
    ir_type scalar = ir_type_scalar(t->dtype);
    (void)row;
    if (has_dilation(e))
        return mlir_not_there(w, e);
    mlir_val in[3] = {x[1], x[0], mlir_number(w, &scalar, 0)};
    mlir_begin(w, "stablehlo.select_and_scatter", 3, in, 1, &t, y);
    put_strides(w, e);
    mlir_val arg[2] = {mlir_new(w, &scalar), mlir_new(w, &scalar)};
    mlir_put(w, " (");
    mlir_region_begin(w, 2, arg);
    mlir_val first =
        mlir_compare(w, e->attr[SELECT_WINDOW_GREATEST].i ? "GE" : "LE", arg[0], arg[1]);
    mlir_region_end(w, 1, &first);
    mlir_put(w, ", ");
    mlir_val part[2] = {mlir_new(w, &scalar), mlir_new(w, &scalar)};
    mlir_region_begin(w, 2, part);
    mlir_val sum = mlir_binary(w, "stablehlo.add", part[0], part[1]);
    mlir_region_end(w, 1, &sum);
    mlir_put(w, ")");
    mlir_end(w, 3, in, 1, y);
    return true;
}

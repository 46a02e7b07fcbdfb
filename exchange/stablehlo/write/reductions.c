/* Reductions, cumulations and windows. */
#include <string.h>

#include "exchange/stablehlo/write/write.h"

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

mlir_val mlir_reduce(mlir_writer *w, const ir_op *op, mlir_val x, int n, const int64_t *axes,
                     const ir_type *t)
{
    const struct combiner *c = combiner_of(op);
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
    *y = mlir_reduce(w, e->op, x[0], axes->n, axes->ints, &e->out[0]->type);
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
    mlir_val best = mlir_reduce(w, op, x[0], 1, &axis, &reduced);
    mlir_val all = mlir_broadcast(w, best, &x[0].type, n, keep);
    mlir_val here = mlir_compare(w, "EQ", x[0], all);
    if (ir_has_fraction(d))
        here = mlir_binary(w, "stablehlo.or", here, mlir_compare(w, "NE", x[0], x[0]));
    mlir_val place =
        mlir_op1(w, "stablehlo.iota", 0, NULL, &places, "iota_dimension = %d : i64", (int)axis);
    place = mlir_choose_val(w, here, place, mlir_number(w, &places, (double)x[0].type.dim[axis]));
    *y = mlir_reduce(w, &op_reduce_min, place, 1, &axis, out);
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

static void put_windows(mlir_writer *w, int n, const int64_t *size, const int64_t *strides,
                        const int64_t *base, const int64_t *dilation, const int64_t *low,
                        const int64_t *high)
{
    static const char *const names[] = {"window_dimensions", "window_strides", "base_dilations",
                                        "window_dilations"};
    const int64_t *lists[] = {size, strides, base, dilation};
    mlir_put(w, "<{");
    for (int k = 0; k < 4; k++) {
        mlir_put(w, "%s = ", names[k]);
        mlir_put_ints(w, n, lists[k]);
        mlir_put(w, ", ");
    }
    mlir_put(w, "padding = ");
    mlir_put_pairs(w, n, low, high, 1);
    mlir_put(w, "}>");
}

static const int64_t *ints_or(const ir_attr *a, const int64_t *otherwise)
{
    return a->n ? a->ints : otherwise;
}

static void put_window(mlir_writer *w, const ir_eqn *e)
{
    const ir_attr *a = e->attr;
    int64_t ones[IR_MAX_RANK], zeros[IR_MAX_RANK] = {0};
    for (int d = 0; d < IR_MAX_RANK; d++)
        ones[d] = 1;
    put_windows(w, a[WINDOW_SIZE].n, a[WINDOW_SIZE].ints, ints_or(&a[WINDOW_STRIDES], ones),
                ints_or(&a[WINDOW_BASE], ones), ints_or(&a[WINDOW_DILATION], ones),
                ints_or(&a[WINDOW_LOW], zeros), ints_or(&a[WINDOW_HIGH], zeros));
}

/* Windows from the first element to each, or from each to the last. */
static void put_running_window(mlir_writer *w, const ir_eqn *e)
{
    const ir_type *t = &e->out[0]->type;
    int axis = (int)e->attr[CUMULATE_AXIS].i;
    int64_t ones[IR_MAX_RANK], size[IR_MAX_RANK], low[IR_MAX_RANK] = {0}, high[IR_MAX_RANK] = {0};
    for (int d = 0; d < t->rank; d++)
        ones[d] = size[d] = 1;
    size[axis] = t->dim[axis];
    (e->attr[CUMULATE_REVERSE].i ? high : low)[axis] = t->dim[axis] - 1;
    put_windows(w, t->rank, size, ones, ones, ones, low, high);
}

/* reduce_window by the operation that combines for e. */
static mlir_val combine_windows(mlir_writer *w, const ir_eqn *e, mlir_val x,
                                void (*put_attributes)(mlir_writer *w, const ir_eqn *e))
{
    const struct combiner *c = combiner_of(e->op);
    ir_dtype d = x.type.dtype;
    ir_type scalar = ir_type_scalar(d);
    const ir_type *t = &e->out[0]->type;
    mlir_val in[2] = {x, mlir_fill(w, &scalar, c->begin(d))}, y;
    mlir_begin(w, "stablehlo.reduce_window", 2, in, 1, &t, &y);
    put_attributes(w, e);
    mlir_put(w, " ");
    mlir_put_body(w, d == IR_bool ? c->logic : c->name, d);
    mlir_end(w, 2, in, 1, &y);
    return y;
}

ROW(window)
{
    (void)row;
    *y = combine_windows(w, e, x[0], put_window);
    return true;
}

ROW(cumulate)
{
    (void)row;
    bool empty = !e->out[0]->type.dim[e->attr[CUMULATE_AXIS].i];
    *y = empty ? x[0] : combine_windows(w, e, x[0], put_running_window);
    return true;
}

ROW(window_by)
{
    (void)row;
    return by_graph(w, "stablehlo.reduce_window", e, x, (int)e->attr[WINDOW_BY_NUM_CONSTS].i,
                    e->attr[WINDOW_BY_BODY].graph, y, put_window);
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

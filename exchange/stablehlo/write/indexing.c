/* Gathers, scatters and sorts. */
#include <math.h>
#include <string.h>

#include "exchange/stablehlo/write/write.h"
#include "ops/windows.h"

static void put_dims(mlir_writer *w, const char *name, const windows_dims *d, const char *behind)
{
    mlir_put(w, "%s = ", name);
    mlir_put_list(w, d->n, d->at);
    mlir_put(w, "%s", behind);
}

/* The greatest start of each component of the index vectors, in the shape of the indices. */
static mlir_val greatest_starts(mlir_writer *w, const ir_eqn *e, const windows_attrs *a,
                                mlir_val index)
{
    windows at = windows_of(e);
    ir_type t = ir_type_make(index.type.dtype, 1, (int64_t[]){a->map.n});
    mlir_val v = mlir_new(w, &t);
    mlir_put_line(w);
    mlir_put_val(w, &v);
    mlir_put(w, " = \"stablehlo.constant\"() <{value = dense<[");
    for (int k = 0; k < a->map.n; k++) {
        int64_t d = a->map.at[k], most = at.x->dim[d] - at.size[d];
        ir_scalar s = ir_scalar_of_int(t.dtype, most);
        mlir_put(w, k ? ", " : "");
        mlir_put_scalar(w, t.dtype, s);
    }
    mlir_put(w, "]> : ");
    mlir_put_type(w, &t);
    mlir_put(w, "}>");
    mlir_put_signature(w, 0, NULL, 1, &t);
    if (a->vector == index.type.rank) { /* each is a single component */
        v = mlir_reshape_to(w, v, 0, NULL);
        return mlir_broadcast(w, v, &index.type, 0, NULL);
    }
    return mlir_broadcast(w, v, &index.type, 1, &a->vector);
}

/* Are all components of the index vectors within range? A bool for each vector. */
static mlir_val within(mlir_writer *w, const ir_eqn *e, const windows_attrs *a, mlir_val index)
{
    mlir_val most = greatest_starts(w, e, a, index);
    mlir_val low = mlir_compare(w, "GE", index, mlir_number(w, &index.type, 0));
    mlir_val both = mlir_binary(w, "stablehlo.and", low, mlir_compare(w, "LE", index, most));
    if (a->vector == index.type.rank)
        return both;
    ir_type t = ir_type_scalar(IR_bool);
    for (int d = 0; d < index.type.rank; d++)
        if (d != a->vector)
            t.dim[t.rank++] = index.type.dim[d];
    return mlir_reduce(w, &op_reduce_and, both, 1, &a->vector, &t);
}

static bool is_signed(const mlir_val *index)
{
    return ir_dtypes[index->type.dtype].kind == IR_KIND_INT;
}

/* StableHLO moves windows into range. Where a window is left out, the fill value is chosen. */
ROW(gather)
{
    windows_attrs a = windows_attrs_of(e);
    const ir_type *t = &e->out[0]->type;
    (void)row;
    mlir_begin(w, "stablehlo.gather", 2, x, 1, &t, y);
    mlir_put(w, "<{dimension_numbers = #stablehlo.gather<");
    put_dims(w, "offset_dims", &a.offset, ", ");
    put_dims(w, "collapsed_slice_dims", &a.collapsed, ", ");
    put_dims(w, "operand_batching_dims", &a.batching, ", ");
    put_dims(w, "start_indices_batching_dims", &a.index_batching, ", ");
    put_dims(w, "start_index_map", &a.map, ", ");
    mlir_put(w, "index_vector_dim = %d>, slice_sizes = ", (int)a.vector);
    mlir_put_ints(w, a.sizes.n, a.sizes.at);
    mlir_put(w, ", indices_are_sorted = %s}>", a.sorted ? "true" : "false");
    mlir_end(w, 2, x, 1, y);
    if (a.mode != WINDOWS_DROP || !a.map.n)
        return true;
    int64_t dims[IR_MAX_RANK];
    int n = 0;
    for (int d = 0; d < t->rank; d++) {
        bool offset = false;
        for (int k = 0; k < a.offset.n; k++)
            offset = offset || a.offset.at[k] == d;
        if (!offset)
            dims[n++] = d;
    }
    ir_type truths = ir_type_like(*t, IR_bool);
    mlir_val there = mlir_broadcast(w, within(w, e, &a, x[1]), &truths, n, dims);
    *y = mlir_choose_val(w, there, *y, mlir_fill(w, t, a.fill));
    return true;
}

static mlir_val clipped(mlir_writer *w, const ir_eqn *e, const windows_attrs *a, mlir_val index)
{
    mlir_val most = greatest_starts(w, e, a, index);
    mlir_val y = mlir_binary(w, "stablehlo.minimum", index, most);
    return is_signed(&index) ? mlir_binary(w, "stablehlo.maximum", y, mlir_number(w, &y.type, 0))
                             : y;
}

static void scatter_begin(mlir_writer *w, const ir_eqn *e, mlir_val *in, mlir_val *y)
{
    windows_attrs a = windows_attrs_of(e);
    const ir_type *t = &e->out[0]->type;
    if (a.mode == WINDOWS_CLIP && a.map.n)
        in[1] = clipped(w, e, &a, in[1]);
    mlir_begin(w, "stablehlo.scatter", 3, in, 1, &t, y);
    mlir_put(w, "<{scatter_dimension_numbers = #stablehlo.scatter<");
    put_dims(w, "update_window_dims", &a.offset, ", ");
    put_dims(w, "inserted_window_dims", &a.collapsed, ", ");
    put_dims(w, "input_batching_dims", &a.batching, ", ");
    put_dims(w, "scatter_indices_batching_dims", &a.index_batching, ", ");
    put_dims(w, "scatter_dims_to_operand_dims", &a.map, ", ");
    mlir_put(w, "index_vector_dim = %d>, indices_are_sorted = %s, unique_indices = %s}> ",
             (int)a.vector, a.sorted ? "true" : "false", a.unique ? "true" : "false");
}

ROW(scatter)
{
    ir_type scalar = ir_type_scalar(x[0].type.dtype);
    mlir_val in[3] = {x[0], x[1], x[2]};
    scatter_begin(w, e, in, y);
    if (row->name) {
        const char *name = row->name;
        if (scalar.dtype ==
            IR_bool) /* as XLA: sums and maxima are "or", products and minima "and" */
            name = e->op == &op_scatter_mul || e->op == &op_scatter_min ? "stablehlo.and"
                                                                        : "stablehlo.or";
        mlir_put_body(w, name, scalar.dtype);
    } else {
        mlir_val arg[2] = {mlir_new(w, &scalar), mlir_new(w, &scalar)};
        mlir_put(w, "(");
        mlir_region_begin(w, 2, arg);
        mlir_region_end(w, 1, &arg[1]);
        mlir_put(w, ")");
    }
    mlir_end(w, 3, in, 1, y);
    return true;
}

ROW(scatter_by)
{
    int nconst = (int)e->attr[SCATTER_BY_NUM_CONSTS].i;
    (void)row;
    if (e->nin - nconst != 3)
        return mlir_not_there(w, e);
    mlir_val in[3] = {x[nconst], x[nconst + 1], x[nconst + 2]};
    ir_eqn windows = *e; /* without the values from outside */
    windows.in += nconst;
    windows.nin = 3;
    scatter_begin(w, &windows, in, y);
    mlir_put(w, "(");
    if (!mlir_write_region(w, e->attr[SCATTER_BY_BODY].graph, nconst, x))
        return false;
    mlir_put(w, ")");
    mlir_end(w, 3, in, 1, y);
    return true;
}

/* ---- sorting ----------------------------------------------------------------------------------- */

/* -0 as 0, and every NaN as the one that is greater than all numbers. */
static mlir_val canonical(mlir_writer *w, mlir_val v)
{
    if (!ir_is_float(v.type.dtype))
        return v;
    mlir_val zero = mlir_number(w, &v.type, 0), nan = mlir_number(w, &v.type, (double)NAN);
    v = mlir_choose_val(w, mlir_compare(w, "EQ", v, zero), zero, v);
    return mlir_choose_val(w, mlir_compare(w, "NE", v, v), nan, v);
}

static mlir_val before(mlir_writer *w, bool descending, mlir_val a, mlir_val b)
{
    return mlir_compare_as(w, ir_is_float(a.type.dtype) ? "TOTALORDER" : NULL,
                           descending ? "GT" : "LT", a, b);
}

static bool begin_sort(mlir_writer *w, const ir_eqn *e, int n, const mlir_val *x, int64_t dimension,
                       mlir_val *y)
{
    IR_SCRATCH(scratch);
    const ir_type **t = ir_alloc(&scratch, (size_t)(n + 1) * sizeof *t);
    for (int k = 0; t && k < n; k++)
        t[k] = &e->out[k]->type;
    if (!t)
        return false;
    mlir_begin(w, "stablehlo.sort", n, x, n, t, y);
    mlir_put(w, "<{dimension = %lld : i64, is_stable = true}> (", (long long)dimension);
    return true;
}

ROW(sort)
{
    IR_SCRATCH(scratch);
    int n = e->nin, nkeys = (int)e->attr[SORT_NUM_KEYS].i;
    bool descending = e->attr[SORT_DESCENDING].i;
    mlir_val *arg = ir_alloc(&scratch, (size_t)(2 * n) * sizeof *arg), less = {0};
    (void)row;
    if (ir_is_complex(x[0].type.dtype))
        return mlir_not_there(w, e);
    if (!arg || !begin_sort(w, e, n, x, e->attr[SORT_DIMENSION].i, y))
        return false;
    for (int k = 0; k < 2 * n; k++) {
        ir_type t = ir_type_scalar(x[k / 2].type.dtype);
        arg[k] = mlir_new(w, &t);
    }
    mlir_region_begin(w, 2 * n, arg);
    for (int k = nkeys - 1; k >= 0; k--) { /* the first key that differs decides */
        mlir_val a = canonical(w, arg[2 * k]), b = canonical(w, arg[2 * k + 1]);
        mlir_val here = before(w, descending, a, b);
        if (k == nkeys - 1) {
            less = here;
            continue;
        }
        mlir_val there = before(w, descending, b, a);
        mlir_val same = mlir_unary(w, "stablehlo.not", mlir_binary(w, "stablehlo.or", here, there));
        less = mlir_binary(w, "stablehlo.or", here, mlir_binary(w, "stablehlo.and", same, less));
    }
    mlir_region_end(w, 1, &less);
    mlir_put(w, ")");
    mlir_end(w, n, x, n, y);
    return true;
}

/* The comparator takes all left values, then all right ones; there they take turns. The last result
 * is the places, which are sorted with the operands. */
ROW(sort_by)
{
    IR_SCRATCH(scratch);
    int nconst = (int)e->attr[SORT_BY_NUM_CONSTS].i, n = e->nin - nconst;
    int dimension = (int)e->attr[SORT_BY_DIMENSION].i;
    mlir_val *in = ir_alloc(&scratch, (size_t)(nconst + 5 * n + 3) * sizeof *in), less;
    (void)row;
    if (!in)
        return false;
    mlir_val *arg = in + nconst + 2 * n, *all = arg + 2 * n + 2;
    memcpy(in, x, (size_t)nconst * sizeof *in);
    memcpy(all, x + nconst, (size_t)n * sizeof *all);
    all[n] = mlir_op1(w, "stablehlo.iota", 0, NULL, &e->out[n]->type, "iota_dimension = %d : i64",
                      dimension);
    if (!begin_sort(w, e, n + 1, all, dimension, y))
        return false;
    for (int k = 0; k < 2 * n + 2; k++) {
        ir_type t = ir_type_scalar(all[k / 2].type.dtype);
        arg[k] = mlir_new(w, &t);
        if (k / 2 < n)
            in[nconst + k % 2 * n + k / 2] = arg[k];
    }
    mlir_region_begin(w, 2 * n + 2, arg);
    if (!mlir_write_graph(w, e->attr[SORT_BY_COMPARATOR].graph, in, &less))
        return false;
    mlir_region_end(w, 1, &less);
    mlir_put(w, ")");
    mlir_end(w, n + 1, all, n + 1, y);
    return true;
}

ROW(top_k)
{
    const ir_type *t[] = {&e->out[0]->type, &e->out[1]->type};
    (void)row;
    mlir_begin(w, "chlo.top_k", 1, x, 2, t, y);
    mlir_put(w, "<{k = %d : i64}>", (int)e->attr[TOP_K_K].i);
    mlir_end(w, 1, x, 2, y);
    return true;
}

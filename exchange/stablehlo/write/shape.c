/* Shapes, slices, indices. */
#include "exchange/stablehlo/write/write.h"
#include "ops/windows.h"

#define LIST(name, a) hw_list(name, (a).n, (a).ints)

bool hw_emit_iota(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row;
    return (out[0] = hw_op(w, "stablehlo.iota", &e->out[0]->type, 0, in,
                           "iota_dimension = %lld : i64", (long long)e->attr[IOTA_DIMENSION].i)) >=
           0;
}

bool hw_emit_broadcast(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row;
    return (out[0] = hw_op(w, "stablehlo.broadcast_in_dim", &e->out[0]->type, 1, in, "%s",
                           LIST("broadcast_dimensions", e->attr[BROADCAST_DIMS]))) >= 0;
}

/* Also squeeze and expand_dims. */
bool hw_emit_reshape(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row;
    return (out[0] = hw_op(w, "stablehlo.reshape", &e->out[0]->type, 1, in, "%s", "")) >= 0;
}

bool hw_emit_transpose(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row;
    return (out[0] = hw_op(w, "stablehlo.transpose", &e->out[0]->type, 1, in, "%s",
                           LIST("permutation", e->attr[TRANSPOSE_PERMUTATION]))) >= 0;
}

bool hw_emit_slice(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row;
    return (out[0] = hw_op(w, "stablehlo.slice", &e->out[0]->type, 1, in, "%s, %s, %s",
                           LIST("start_indices", e->attr[SLICE_START]),
                           LIST("limit_indices", e->attr[SLICE_LIMIT]),
                           LIST("strides", e->attr[SLICE_STRIDES]))) >= 0;
}

bool hw_emit_pad(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row;
    return (out[0] = hw_op(w, "stablehlo.pad", &e->out[0]->type, 2, in, "%s, %s, %s",
                           LIST("edge_padding_low", e->attr[PAD_LOW]),
                           LIST("edge_padding_high", e->attr[PAD_HIGH]),
                           LIST("interior_padding", e->attr[PAD_INTERIOR]))) >= 0;
}

bool hw_emit_concatenate(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row;
    return (out[0] =
                hw_op(w, "stablehlo.concatenate", &e->out[0]->type, e->nin, in,
                      "dimension = %lld : i64", (long long)e->attr[CONCATENATE_DIMENSION].i)) >= 0;
}

bool hw_emit_rev(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row;
    return (out[0] = hw_op(w, "stablehlo.reverse", &e->out[0]->type, 1, in, "%s",
                           LIST("dimensions", e->attr[REV_DIMENSIONS]))) >= 0;
}

bool hw_emit_dynamic_slice(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in,
                           int *out)
{
    (void)row;
    return (out[0] = hw_op(w, "stablehlo.dynamic_slice", &e->out[0]->type, e->nin, in, "%s",
                           LIST("slice_sizes", e->attr[DYNAMIC_SLICE_SIZES]))) >= 0;
}

bool hw_emit_dynamic_update_slice(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in,
                                  int *out)
{
    (void)row;
    return (out[0] = hw_op(w, "stablehlo.dynamic_update_slice", &e->out[0]->type, e->nin, in, "%s",
                           "")) >= 0;
}

bool hw_emit_top_k(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row;
    if (e->out[1]->type.dtype != IR_i32)
        return hw_fail(w, "its indices are not i32");
    if (!hw_results(w, 2, e->out, out))
        return false;
    fputs("\"chlo.top_k\"(", w->f);
    hw_names(w, 1, in);
    fprintf(w->f, ") <{k = %lld : i64}> : ", (long long)e->attr[TOP_K_K].i);
    hw_types(w, 1, in);
    fputs(" -> ", w->f);
    hw_types(w, 2, out);
    fputc('\n', w->f);
    return true;
}

/* ---- gather and scatter ---------------------------------------------------------------------------------- */

/* "offset_dims = [0, 1]" */
static void dims(hw_writer *w, const char *name, const windows_dims *d)
{
    fprintf(w->f, "%s = [", name);
    for (int k = 0; k < d->n; k++)
        fprintf(w->f, "%s%lld", k ? ", " : "", (long long)d->at[k]);
    fputs("], ", w->f);
}

static void dimension_numbers(hw_writer *w, const windows_attrs *a, const char *attr,
                              const char *const names[5])
{
    fprintf(w->f, "%s<", attr);
    dims(w, names[0], &a->offset);
    dims(w, names[1], &a->collapsed);
    dims(w, names[2], &a->batching);
    dims(w, names[3], &a->index_batching);
    dims(w, names[4], &a->map);
    fprintf(w->f, "index_vector_dim = %lld>, indices_are_sorted = %s", (long long)a->vector,
            a->sorted ? "true" : "false");
}

bool hw_emit_gather(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    static const char *const names[] = {"offset_dims", "collapsed_slice_dims",
                                        "operand_batching_dims", "start_indices_batching_dims",
                                        "start_index_map"};
    (void)row;
    windows_attrs a = windows_attrs_of(e);
    if (a.mode == WINDOWS_DROP)
        return hw_fail(w, "it fills in a value where indices are out of range");
    if (!hw_results(w, 1, e->out, out))
        return false;
    fputs("\"stablehlo.gather\"(", w->f);
    hw_names(w, 2, in);
    fputs(") <{", w->f);
    dimension_numbers(w, &a, "dimension_numbers = #stablehlo.gather", names);
    fprintf(w->f, ", %s}> : ", hw_list("slice_sizes", a.sizes.n, a.sizes.at));
    hw_types(w, 2, in);
    fputs(" -> ", w->f);
    hw_type(w, hw_type_of(w, out[0]));
    fputc('\n', w->f);
    return true;
}

/* row->name: the operation that combines; "": the update is the result. */
bool hw_emit_scatter(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    static const char *const names[] = {"update_window_dims", "inserted_window_dims",
                                        "input_batching_dims", "scatter_indices_batching_dims",
                                        "scatter_dims_to_operand_dims"};
    windows_attrs a = windows_attrs_of(e);
    ir_type t = ir_type_scalar(e->out[0]->type.dtype);
    int args[2], made;
    if (a.mode == WINDOWS_CLIP)
        return hw_fail(w, "it moves windows that are out of range");
    if (!hw_results(w, 1, e->out, out))
        return false;
    fputs("\"stablehlo.scatter\"(", w->f);
    hw_names(w, 3, in);
    fputs(") <{", w->f);
    dimension_numbers(w, &a, "scatter_dimension_numbers = #stablehlo.scatter", names);
    fprintf(w->f, ", unique_indices = %s}> (", a.unique ? "true" : "false");
    if (!hw_region_begin(w, 2, (const ir_type *const[]){&t, &t}, args))
        return false;
    made = *row->name ? hw_op(w, row->name, &t, 2, args, "%s", "") : args[1];
    hw_region_end(w, 1, &made);
    fputs(") : ", w->f);
    hw_types(w, 3, in);
    fputs(" -> ", w->f);
    hw_type(w, hw_type_of(w, out[0]));
    fputc('\n', w->f);
    return made >= 0;
}

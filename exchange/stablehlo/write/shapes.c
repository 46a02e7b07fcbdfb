/* Shapes, slices and products. */
#include <string.h>

#include "exchange/stablehlo/write/write.h"

/* An operation with lists as attributes: mlir_begin, these, mlir_end. */
typedef struct {
    const char *name;
    int n;
    const int64_t *v;
} list;

static bool with_lists(mlir_writer *w, const char *name, const ir_eqn *e, const mlir_val *x, int n,
                       const list *lists, mlir_val *y)
{
    const ir_type *t = &e->out[0]->type;
    mlir_begin(w, name, e->nin, x, 1, &t, y);
    mlir_put(w, "<{");
    for (int k = 0; k < n; k++) {
        mlir_put(w, "%s%s = ", k ? ", " : "", lists[k].name);
        mlir_put_ints(w, lists[k].n, lists[k].v);
    }
    mlir_put(w, "}>");
    mlir_end(w, e->nin, x, 1, y);
    return true;
}

static list of(const char *name, const ir_attr *a)
{
    return (list){name, a->n, a->ints};
}

ROW(iota)
{
    (void)row, (void)x;
    *y = mlir_op1(w, "stablehlo.iota", 0, NULL, &e->out[0]->type, "iota_dimension = %d : i64",
                  (int)e->attr[IOTA_DIMENSION].i);
    return true;
}

ROW(broadcast)
{
    const ir_attr *dims = &e->attr[BROADCAST_DIMS];
    (void)row;
    *y = mlir_broadcast(w, x[0], &e->out[0]->type, dims->n, dims->ints);
    return true;
}

ROW(reshape)
{
    (void)row;
    *y = mlir_reshape_to(w, x[0], e->out[0]->type.rank, e->out[0]->type.dim);
    return true;
}

ROW(transpose)
{
    (void)row;
    list lists[] = {of("permutation", &e->attr[TRANSPOSE_PERMUTATION])};
    return with_lists(w, "stablehlo.transpose", e, x, 1, lists, y);
}

ROW(slice)
{
    int64_t ones[IR_MAX_RANK];
    (void)row;
    for (int d = 0; d < IR_MAX_RANK; d++)
        ones[d] = 1;
    int n = e->attr[SLICE_START].n;
    list lists[] = {of("start_indices", &e->attr[SLICE_START]),
                    of("limit_indices", &e->attr[SLICE_LIMIT]),
                    e->attr[SLICE_STRIDES].n ? of("strides", &e->attr[SLICE_STRIDES])
                                             : (list){"strides", n, ones}};
    return with_lists(w, "stablehlo.slice", e, x, 3, lists, y);
}

ROW(pad)
{
    (void)row;
    list lists[] = {of("edge_padding_low", &e->attr[PAD_LOW]),
                    of("edge_padding_high", &e->attr[PAD_HIGH]),
                    of("interior_padding", &e->attr[PAD_INTERIOR])};
    return with_lists(w, "stablehlo.pad", e, x, 3, lists, y);
}

ROW(concatenate)
{
    (void)row;
    *y = mlir_op1(w, "stablehlo.concatenate", e->nin, x, &e->out[0]->type, "dimension = %d : i64",
                  (int)e->attr[CONCATENATE_DIMENSION].i);
    return true;
}

ROW(reverse)
{
    (void)row;
    list lists[] = {of("dimensions", &e->attr[REV_DIMENSIONS])};
    return with_lists(w, "stablehlo.reverse", e, x, 1, lists, y);
}

ROW(dynamic_slice)
{
    (void)row;
    list lists[] = {of("slice_sizes", &e->attr[DYNAMIC_SLICE_SIZES])};
    return with_lists(w, "stablehlo.dynamic_slice", e, x, 1, lists, y);
}

ROW(dynamic_update_slice)
{
    (void)row;
    *y = mlir_op(w, "stablehlo.dynamic_update_slice", e->nin, x, &e->out[0]->type);
    return true;
}

ROW(dot)
{
    static const char *const names[] = {"lhs_batching_dimensions", "rhs_batching_dimensions",
                                        "lhs_contracting_dimensions", "rhs_contracting_dimensions"};
    static const int attrs[] = {DOT_LHS_BATCH, DOT_RHS_BATCH, DOT_LHS_CONTRACT, DOT_RHS_CONTRACT};
    const ir_type *t = &e->out[0]->type;
    (void)row;
    mlir_begin(w, "stablehlo.dot_general", 2, x, 1, &t, y);
    mlir_put(w, "<{dot_dimension_numbers = #stablehlo.dot<");
    for (int k = 0, some = 0; k < 4; k++)
        if (e->attr[attrs[k]].n) {
            mlir_put(w, "%s%s = ", some++ ? ", " : "", names[k]);
            mlir_put_list(w, e->attr[attrs[k]].n, e->attr[attrs[k]].ints);
        }
    mlir_put(w, ">}>");
    mlir_end(w, 2, x, 1, y);
    return true;
}

/* The letters of the dimensions, by their places: [b, f, 0, 1]. spec: first, second, spatial. */
static void put_spec(mlir_writer *w, const ir_attr *spec, char first, char second)
{
    mlir_put(w, "[");
    for (int place = 0; place < spec->n; place++) {
        int k = 0;
        while (spec->ints[k] != place)
            k++;
        mlir_put(w, place ? ", " : "");
        if (k < 2)
            mlir_put(w, "%c", k ? second : first);
        else
            mlir_put(w, "%d", k - 2);
    }
    mlir_put(w, "]");
}

static void put_named(mlir_writer *w, const char *name, const ir_attr *a)
{
    mlir_put(w, "%s = ", name);
    mlir_put_ints(w, a->n, a->ints);
    mlir_put(w, ", ");
}

/* dense<[[0, 1], [2, 3]]> : tensor<2x2xi64> */
void mlir_put_pairs(mlir_writer *w, int n, const int64_t *low, const int64_t *high, int step)
{
    mlir_put(w, "dense<");
    mlir_put(w, n ? "[" : "");
    for (int k = 0; k < n; k++)
        mlir_put(w, "%s[%lld, %lld]", k ? ", " : "", (long long)low[k * step],
                 (long long)high[k * step]);
    mlir_put(w, n ? "]" : "");
    mlir_put(w, "> : tensor<%dx2xi64>", n);
}

ROW(convolution)
{
    const ir_attr *a = e->attr;
    const ir_type *t = &e->out[0]->type;
    (void)row;
    mlir_begin(w, "stablehlo.convolution", 2, x, 1, &t, y);
    mlir_put(w, "<{");
    put_named(w, "window_strides", &a[CONV_STRIDES]);
    mlir_put(w, "padding = ");
    mlir_put_pairs(w, a[CONV_PADDING].n / 2, a[CONV_PADDING].ints, a[CONV_PADDING].ints + 1, 2);
    mlir_put(w, ", ");
    put_named(w, "lhs_dilation", &a[CONV_LHS_DILATION]);
    put_named(w, "rhs_dilation", &a[CONV_RHS_DILATION]);
    mlir_put(w, a[CONV_STRIDES].n ? "window_reversal = array<i1: " : "window_reversal = array<i1");
    for (int k = 0; k < a[CONV_STRIDES].n; k++)
        mlir_put(w, "%s%s", k ? ", " : "",
                 a[CONV_REVERSAL].n && a[CONV_REVERSAL].ints[k] ? "true" : "false");
    mlir_put(w, ">, dimension_numbers = #stablehlo.conv<");
    put_spec(w, &a[CONV_LHS_SPEC], 'b', 'f');
    mlir_put(w, "x");
    put_spec(w, &a[CONV_RHS_SPEC], 'o', 'i');
    mlir_put(w, "->");
    put_spec(w, &a[CONV_OUT_SPEC], 'b', 'f');
    mlir_put(w, ">, feature_group_count = %d : i64, batch_group_count = %d : i64}>",
             (int)a[CONV_FEATURE_GROUPS].i, (int)a[CONV_BATCH_GROUPS].i);
    mlir_end(w, 2, x, 1, y);
    return true;
}

ROW(fft)
{
    static const char *const types[] = {"FFT", "IFFT", "RFFT", "IRFFT"};
    const ir_type *t = &e->out[0]->type;
    (void)row;
    mlir_begin(w, "stablehlo.fft", 1, x, 1, &t, y);
    mlir_put(w, "<{fft_type = #stablehlo<fft_type %s>, fft_length = ", types[e->attr[FFT_TYPE].i]);
    mlir_put_ints(w, e->attr[FFT_LENGTHS].n, e->attr[FFT_LENGTHS].ints);
    mlir_put(w, "}>");
    mlir_end(w, 1, x, 1, y);
    return true;
}

ROW(cholesky)
{
    (void)row;
    y[0] = mlir_op1(w, "stablehlo.cholesky", 1, x, &e->out[0]->type, "lower = true");
    for (int k = 1; k < e->nout; k++) /* whether it is positive definite */
        y[k] = (mlir_val){.id = -1};
    return true;
}

ROW(triangular_solve)
{
    const ir_attr *a = e->attr;
    (void)row;
    const char *transpose = !a[TRIANGULAR_SOLVE_TRANSPOSE].i  ? "NO_TRANSPOSE"
                            : a[TRIANGULAR_SOLVE_CONJUGATE].i ? "ADJOINT"
                                                              : "TRANSPOSE";
#define TRUTH(name) (a[TRIANGULAR_SOLVE_##name].i ? "true" : "false")
    *y = mlir_op1(w, "stablehlo.triangular_solve", 2, x, &e->out[0]->type,
                  "left_side = %s, lower = %s, unit_diagonal = %s, "
                  "transpose_a = #stablehlo<transpose %s>",
                  TRUTH(LEFT), TRUTH(LOWER), TRUTH(UNIT), transpose);
    return true;
}

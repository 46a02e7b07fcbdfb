/* Reductions by any body, windows, convolutions, sorting, and what LAPACK and FFT libraries do. */
#include "exchange/stablehlo/write/write.h"
#include "jit/lower.h"
#include "ops/conv.h"
#include "ops/host/host.h"

/* "(%a, %b) <{attributes}> ({ body }) : types" behind the name of an operation with a region. */
static bool with_body(hw_writer *w, const ir_graph *body, int n, const int *in, int nout,
                      const int *out)
{
    IR_SCRATCH(scratch);
    const ir_type **types = ir_alloc(&scratch, (size_t)(body->nin + 1) * sizeof *types);
    int *arg = ir_alloc(&scratch, (size_t)(body->nin + body->nout + 1) * sizeof *arg),
        *made = arg + body->nin;
    if (!types || !arg)
        return false;
    for (int k = 0; k < body->nin; k++)
        types[k] = &body->in[k]->type;
    fputs(" (", w->f);
    if (!hw_region_begin(w, body->nin, types, arg) || !hw_graph(w, body, arg, made))
        return false;
    hw_region_end(w, body->nout, made);
    hw_end(w, n, in, nout, out);
    return true;
}

/* XLA's bodies of reductions and comparators cannot use values from outside. */
static bool check_body(hw_writer *w, int64_t nconst)
{
    return !nconst || hw_fail(w, "its body uses values from outside");
}

bool hw_emit_reduce_by(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row;
    const ir_attr *axes = &e->attr[REDUCE_BY_AXES];
    if (!check_body(w, e->attr[REDUCE_BY_NUM_CONSTS].i) || !hw_results(w, e->nout, e->out, out))
        return false;
    fputs("\"stablehlo.reduce\"(", w->f);
    hw_names(w, e->nin, in);
    fprintf(w->f, ") <{%s}>", hw_list("dimensions", axes->n, axes->ints));
    return with_body(w, e->attr[REDUCE_BY_BODY].graph, e->nin, in, e->nout, out);
}

/* ---- windows -------------------------------------------------------------------------------------------- */

static void padding(hw_writer *w, int n, const int64_t *low, const int64_t *high, int step)
{
    fputs("padding = dense<[", w->f);
    for (int d = 0; d < n; d++)
        fprintf(w->f, "%s[%lld, %lld]", d ? ", " : "", (long long)low[d * step],
                (long long)high[d * step]);
    fprintf(w->f, "]> : tensor<%dx2xi64>", n);
}

static void window(hw_writer *w, int n, const int *in, const ir_attr *a)
{
    int rank = a[WINDOW_SIZE].n;
    fputs("\"stablehlo.reduce_window\"(", w->f);
    hw_names(w, n, in);
    fprintf(w->f, ") <{%s, %s, %s, %s, ", hw_list("window_dimensions", rank, a[WINDOW_SIZE].ints),
            hw_list("window_strides", rank, a[WINDOW_STRIDES].ints),
            hw_list("base_dilations", rank, a[WINDOW_BASE].ints),
            hw_list("window_dilations", rank, a[WINDOW_DILATION].ints));
    padding(w, rank, a[WINDOW_LOW].ints, a[WINDOW_HIGH].ints, 1);
    fputs("}>", w->f);
}

bool hw_emit_reduce_window(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in,
                           int *out)
{
    ir_type t = ir_type_scalar(e->out[0]->type.dtype);
    int x[2] = {in[0], hw_constant(w, &t, hw_identity(row->name, ir_part(t.dtype)))}, args[2], made;
    if (!e->attr[WINDOW_SIZE].n)
        return hw_fail(w, "its window has no dimensions");
    if (x[1] < 0 || !hw_results(w, 1, e->out, out))
        return false;
    window(w, 2, x, e->attr);
    fputs(" (", w->f);
    if (!hw_region_begin(w, 2, (const ir_type *const[]){&t, &t}, args))
        return false;
    made = hw_op(w, row->name, &t, 2, args, "%s", "");
    hw_region_end(w, 1, &made);
    hw_end(w, 2, x, 1, out);
    return made >= 0;
}

bool hw_emit_window_by(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row;
    if (!e->attr[WINDOW_SIZE].n)
        return hw_fail(w, "its window has no dimensions");
    if (!check_body(w, e->attr[WINDOW_BY_NUM_CONSTS].i) || !hw_results(w, e->nout, e->out, out))
        return false;
    window(w, e->nin, in, e->attr);
    return with_body(w, e->attr[WINDOW_BY_BODY].graph, e->nin, in, e->nout, out);
}

/* [b, f, 0, 1]: what each dimension is. dims: the dimensions by role. */
static void spec(hw_writer *w, const char *letters, int n, const int64_t *dims)
{
    for (int d = 0; d < n + 2; d++) {
        fputs(d ? ", " : "[", w->f);
        for (int role = 0; role < n + 2; role++)
            if (dims[role] == d && role < 2)
                fputc(letters[role], w->f);
            else if (dims[role] == d)
                fprintf(w->f, "%d", role - 2);
    }
    fputc(']', w->f);
}

bool hw_emit_conv(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row;
    conv_dims c = conv_dims_of(e->attr);
    if (!hw_results(w, 1, e->out, out))
        return false;
    fputs("\"stablehlo.convolution\"(", w->f);
    hw_names(w, 2, in);
    fputs(") <{dimension_numbers = #stablehlo.conv<", w->f);
    spec(w, "bf", c.n, c.lhs);
    fputc('x', w->f);
    spec(w, "oi", c.n, c.rhs);
    fputs("->", w->f);
    spec(w, "bf", c.n, c.out);
    fprintf(w->f,
            ">, feature_group_count = %lld : i64, batch_group_count = %lld : i64, %s, %s, %s, ",
            (long long)c.feature_groups, (long long)c.batch_groups,
            hw_list("window_strides", c.n, c.stride), hw_list("lhs_dilation", c.n, c.lhs_dilation),
            hw_list("rhs_dilation", c.n, c.rhs_dilation));
    if (c.n)
        padding(w, c.n, c.padding, c.padding + 1, 2);
    else
        fputs("padding = dense<> : tensor<0x2xi64>", w->f);
    if (c.reversed && c.n) {
        fputs(", window_reversal = array<i1", w->f);
        for (int d = 0; d < c.n; d++)
            fprintf(w->f, "%s %s", d ? "," : ":", c.reversed[d] ? "true" : "false");
        fputc('>', w->f);
    }
    fputs(
        ", precision_config = [#stablehlo<precision HIGHEST>, #stablehlo<precision HIGHEST>]}> : ",
        w->f);
    hw_types(w, 2, in);
    fputs(" -> ", w->f);
    hw_types(w, 1, out);
    fputc('\n', w->f);
    return true;
}

/* ---- sorting ----------------------------------------------------------------------------------------------- */

static int truth(hw_writer *w, const char *name, int n, const int *in, const char *direction)
{
    ir_type t = ir_type_scalar(IR_bool);
    return *direction
               ? hw_op(w, name, &t, n, in,
                       "comparison_direction = #stablehlo<comparison_direction %s>", direction)
               : hw_op(w, name, &t, n, in, "%s", "");
}

/* Is a before b, or, if `equal`, neither before the other? A NaN is behind all numbers. */
static int before(hw_writer *w, int a, int b, bool equal)
{
    int plain = truth(w, "stablehlo.compare", 2, (int[]){a, b}, equal ? "EQ" : "LT");
    if (!ir_has_fraction(hw_type_of(w, a)->dtype))
        return plain;
    int left = truth(w, "stablehlo.compare", 2, (int[]){a, a}, equal ? "NE" : "EQ");
    int right = truth(w, "stablehlo.compare", 2, (int[]){b, b}, "NE");
    int nan = truth(w, "stablehlo.and", 2, (int[]){left, right}, "");
    return truth(w, "stablehlo.or", 2, (int[]){plain, nan}, "");
}

static bool comparator(hw_writer *w, const ir_eqn *e, int nkey, bool descending)
{
    IR_SCRATCH(scratch);
    int n = e->nin, made = -1, *arg = ir_alloc(&scratch, (size_t)(2 * n) * sizeof *arg);
    ir_type *type = ir_alloc(&scratch, (size_t)n * sizeof *type);
    const ir_type **types = ir_alloc(&scratch, (size_t)(2 * n) * sizeof *types);
    if (!arg || !type || !types)
        return false;
    for (int k = 0; k < n; k++) {
        type[k] = ir_type_scalar(e->in[k]->type.dtype);
        types[2 * k] = types[2 * k + 1] = &type[k];
    }
    fputs(" (", w->f);
    if (!hw_region_begin(w, 2 * n, types, arg))
        return false;
    for (int k = nkey; k-- > 0;) { /* the first key is most important */
        int a = arg[2 * k + descending], b = arg[2 * k + !descending];
        int less = before(w, a, b, false);
        if (made >= 0) {
            int rest = truth(w, "stablehlo.and", 2, (int[]){before(w, a, b, true), made}, "");
            less = truth(w, "stablehlo.or", 2, (int[]){less, rest}, "");
        }
        made = less;
    }
    hw_region_end(w, 1, &made);
    return made >= 0;
}

static bool open_sort(hw_writer *w, const ir_eqn *e, int64_t dimension, const int *in, int *out)
{
    for (int k = 0; k < e->nin; k++)
        if (ir_is_complex(e->in[k]->type.dtype))
            return hw_fail(w, "complex numbers have no order there");
    if (!hw_results(w, e->nout, e->out, out))
        return false;
    fputs("\"stablehlo.sort\"(", w->f);
    hw_names(w, e->nin, in);
    fprintf(w->f, ") <{dimension = %lld : i64, is_stable = true}>", (long long)dimension);
    return true;
}

bool hw_emit_sort(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row;
    if (!open_sort(w, e, e->attr[SORT_DIMENSION].i, in, out) ||
        !comparator(w, e, (int)e->attr[SORT_NUM_KEYS].i, e->attr[SORT_DESCENDING].i != 0))
        return false;
    hw_end(w, e->nin, in, e->nout, out);
    return true;
}

bool hw_emit_sort_by(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row;
    return check_body(w, e->attr[SORT_BY_NUM_CONSTS].i) &&
           open_sort(w, e, e->attr[SORT_BY_DIMENSION].i, in, out) &&
           with_body(w, e->attr[SORT_BY_COMPARATOR].graph, e->nin, in, e->nout, out);
}

/* ---- transforms and matrices --------------------------------------------------------------------------------- */

bool hw_emit_fft(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    static const char *const types[] = {
        [HOST_FFT] = "FFT", [HOST_IFFT] = "IFFT", [HOST_RFFT] = "RFFT", [HOST_IRFFT] = "IRFFT"};
    (void)row;
    const ir_attr *lengths = &e->attr[FFT_LENGTHS];
    return (out[0] = hw_op(w, "stablehlo.fft", &e->out[0]->type, 1, in,
                           "fft_type = #stablehlo<fft_type %s>, %s", types[e->attr[FFT_TYPE].i],
                           hw_list("fft_length", lengths->n, lengths->ints))) >= 0;
}

static const char *yes(const ir_attr *a)
{
    return a->i ? "true" : "false";
}

bool hw_emit_triangular_solve(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in,
                              int *out)
{
    (void)row;
    const ir_attr *a = e->attr;
    if (a[TRIANGULAR_SOLVE_PARTS].i)
        return hw_fail(w, "its operands are parts of complex numbers");
    const char *transpose = !a[TRIANGULAR_SOLVE_TRANSPOSE].i  ? "NO_TRANSPOSE"
                            : a[TRIANGULAR_SOLVE_CONJUGATE].i ? "ADJOINT"
                                                              : "TRANSPOSE";
    if (a[TRIANGULAR_SOLVE_CONJUGATE].i && !a[TRIANGULAR_SOLVE_TRANSPOSE].i)
        return hw_fail(w, "it conjugates, but does not transpose");
    return (out[0] = hw_op(w, "stablehlo.triangular_solve", &e->out[0]->type, 2, in,
                           "left_side = %s, lower = %s, unit_diagonal = %s, transpose_a = "
                           "#stablehlo<transpose %s>",
                           yes(&a[TRIANGULAR_SOLVE_LEFT]), yes(&a[TRIANGULAR_SOLVE_LOWER]),
                           yes(&a[TRIANGULAR_SOLVE_UNIT]), transpose)) >= 0;
}

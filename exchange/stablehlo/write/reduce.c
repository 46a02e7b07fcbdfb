/* Reductions, cumulations and products. */
#include "exchange/stablehlo/write/write.h"
#include "jit/lower.h"

ir_scalar hw_identity(const char *name, ir_dtype d)
{
    if (!strcmp(name, "stablehlo.maximum"))
        return ir_scalar_lowest(d);
    if (!strcmp(name, "stablehlo.minimum"))
        return ir_scalar_highest(d);
    if (!strcmp(name, "stablehlo.multiply"))
        return ir_scalar_of(d, 1);
    if (!strcmp(name, "stablehlo.and"))
        return d == IR_bool ? ir_scalar_of(d, 1) : ir_scalar_of_int(d, -1);
    return (ir_scalar){0};
}

/* ({ ^bb0(%a, %b): combine them }) */
static bool combine(hw_writer *w, const char *name, const ir_type *t)
{
    int args[2], made;
    fputs(" (", w->f);
    if (!hw_region_begin(w, 2, (const ir_type *const[]){t, t}, args))
        return false;
    made = hw_op(w, name, t, 2, args, "%s", "");
    hw_region_end(w, 1, &made);
    return made >= 0;
}

bool hw_emit_reduce(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    ir_type t = ir_type_scalar(e->out[0]->type.dtype);
    const ir_attr *axes = &e->attr[REDUCE_AXES];
    int x[2] = {in[0], hw_constant(w, &t, hw_identity(row->name, ir_part(t.dtype)))};
    if (x[1] < 0 || !hw_results(w, 1, e->out, out))
        return false;
    fputs("\"stablehlo.reduce\"(", w->f);
    hw_names(w, 2, x);
    fprintf(w->f, ") <{%s}>", hw_list("dimensions", axes->n, axes->ints));
    if (!combine(w, row->name, &t))
        return false;
    hw_end(w, 2, x, 1, out);
    return true;
}

static int compare(hw_writer *w, const char *direction, int a, int b)
{
    ir_type truth = ir_type_scalar(IR_bool);
    return hw_op(w, "stablehlo.compare", &truth, 2, (int[]){a, b},
                 "comparison_direction = #stablehlo<comparison_direction %s>", direction);
}

static int logic(hw_writer *w, const char *name, int a, int b)
{
    ir_type truth = ir_type_scalar(IR_bool);
    return hw_op(w, name, &truth, 2, (int[]){a, b}, "%s", "");
}

/* The better value with its index; of equal ones that with the smaller index. A NaN is better than
 * all numbers. row->name: GT or LT. */
bool hw_emit_argreduce(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    const ir_attr *axes = &e->attr[ARGREDUCE_AXES];
    ir_type t = ir_type_scalar(e->in[0]->type.dtype), i = ir_type_scalar(e->out[0]->type.dtype),
            places = ir_type_like(e->in[0]->type, i.dtype),
            best = ir_type_like(e->out[0]->type, t.dtype);
    bool most = !strcmp(row->name, "GT");
    int arg[4], made[2], both[2];
    int index = hw_op(w, "stablehlo.iota", &places, 0, NULL, "iota_dimension = %lld : i64",
                      (long long)axes->ints[0]);
    int x[4] = {in[0], index,
                hw_constant(w, &t, most ? ir_scalar_lowest(t.dtype) : ir_scalar_highest(t.dtype)),
                hw_number(w, &i, 0)};
    if (ir_is_complex(t.dtype))
        return hw_fail(w, "complex numbers have no order there");
    if (!hw_results_of(w, 2, (const ir_type *const[]){&best, &e->out[0]->type}, both))
        return false;
    fputs("\"stablehlo.reduce\"(", w->f);
    hw_names(w, 4, x);
    fprintf(w->f, ") <{%s}> (", hw_list("dimensions", axes->n, axes->ints));
    if (!hw_region_begin(w, 4, (const ir_type *const[]){&t, &i, &t, &i}, arg))
        return false;
    int better = logic(w, "stablehlo.or", compare(w, row->name, arg[0], arg[2]),
                       compare(w, "NE", arg[0], arg[0]));
    int equal = logic(w, "stablehlo.and", compare(w, "EQ", arg[0], arg[2]),
                      compare(w, "LT", arg[1], arg[3]));
    int first = logic(w, "stablehlo.or", better, equal);
    made[0] = hw_op(w, "stablehlo.select", &t, 3, (int[]){better, arg[0], arg[2]}, "%s", "");
    made[1] = hw_op(w, "stablehlo.select", &i, 3, (int[]){first, arg[1], arg[3]}, "%s", "");
    if (made[1] < 0)
        return false;
    hw_region_end(w, 2, made);
    hw_end(w, 4, x, 2, both);
    out[0] = both[1];
    return true;
}

/* A window that reaches to the beginning or, in reverse, to the end. */
bool hw_emit_cumulate(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    const ir_type *x = &e->in[0]->type;
    int64_t axis = e->attr[CUMULATE_AXIS].i, size[IR_MAX_RANK];
    ir_type t = ir_type_scalar(x->dtype);
    if (!x->dim[axis]) {
        out[0] = in[0];
        return true;
    }
    int start[2] = {in[0], hw_constant(w, &t, hw_identity(row->name, ir_part(t.dtype)))};
    if (start[1] < 0 || !hw_results(w, 1, e->out, out))
        return false;
    for (int d = 0; d < x->rank; d++)
        size[d] = d == axis ? x->dim[d] : 1;
    fputs("\"stablehlo.reduce_window\"(", w->f);
    hw_names(w, 2, start);
    fprintf(w->f, ") <{%s, padding = dense<[", hw_list("window_dimensions", x->rank, size));
    for (int d = 0; d < x->rank; d++) {
        long long more = d == axis ? x->dim[d] - 1 : 0;
        bool reverse = e->attr[CUMULATE_REVERSE].i != 0;
        fprintf(w->f, "%s[%lld, %lld]", d ? ", " : "", reverse ? 0 : more, reverse ? more : 0);
    }
    fprintf(w->f, "]> : tensor<%dx2xi64>}>", x->rank);
    if (!combine(w, row->name, &t))
        return false;
    hw_end(w, 2, start, 1, out);
    return true;
}

static void pair(hw_writer *w, const char *what, const ir_attr *left, const ir_attr *right)
{
    const ir_attr *side[] = {left, right};
    for (int s = 0; s < 2; s++) {
        fprintf(w->f, "%s_%s_dimensions = [", s ? "rhs" : "lhs", what);
        for (int k = 0; k < side[s]->n; k++)
            fprintf(w->f, "%s%lld", k ? ", " : "", (long long)side[s]->ints[k]);
        fputs(s && *what == 'c' ? "]" : "], ", w->f);
    }
}

bool hw_emit_dot(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row;
    if (!hw_results(w, 1, e->out, out))
        return false;
    fputs("\"stablehlo.dot_general\"(", w->f);
    hw_names(w, 2, in);
    fputs(") <{dot_dimension_numbers = #stablehlo.dot<", w->f);
    pair(w, "batching", &e->attr[DOT_LHS_BATCH], &e->attr[DOT_RHS_BATCH]);
    pair(w, "contracting", &e->attr[DOT_LHS_CONTRACT], &e->attr[DOT_RHS_CONTRACT]);
    fputs(
        ">, precision_config = [#stablehlo<precision HIGHEST>, #stablehlo<precision HIGHEST>]}> : ",
        w->f);
    hw_types(w, 2, in);
    fputs(" -> ", w->f);
    hw_types(w, 1, out);
    fputc('\n', w->f);
    return true;
}

/* Convolutions. The dimensions are written as [b, f, 0, 1]x[o, i, 0, 1]->[b, f, 0, 1]; the window
 * as a dictionary in the pretty form, and as attributes of other names in the generic one.
 */
#include "exchange/stablehlo/build.h"
#include "ops/conv.h"

/* Where `role` is in the list: a letter, or the number of a spatial dimension. */
static bool place_of_role(hlo_frame *f, const hlo_op *op, const hlo_attr *list, char letter,
                          int64_t number, int64_t *place)
{
    int64_t k = 0;
    for (const hlo_attr *item = list->first; item; item = item->next, k++)
        if (letter ? item->kind == HLO_WORD && item->text.n == 1 && *item->text.at == letter
                   : item->kind == HLO_INT && item->i == number) {
            *place = k;
            return true;
        }
    return letter ? hlo_op_fail(f, op, "its dimensions lack %c", letter)
                  : hlo_op_fail(f, op, "its dimensions lack %lld", (long long)number);
}

static bool read_spec(hlo_frame *f, const hlo_op *op, const hlo_attr *list, const char letters[2],
                      int rank, int64_t *spec)
{
    if (!list || list->kind != HLO_LIST || list->n != rank)
        return hlo_op_fail(f, op,
                           "its dimensions must be three lists of %d, such as "
                           "[b, f, 0]x[o, i, 0]->[b, f, 0]",
                           rank);
    for (int k = 0; k < rank; k++)
        if (!place_of_role(f, op, list, k < 2 ? letters[k] : 0, k - 2, &spec[k]))
            return false;
    return true;
}

static bool read_specs(hlo_frame *f, const hlo_op *op, int rank, int64_t spec[3][IR_MAX_RANK])
{
    const hlo_attr *a = hlo_find(&op->attrs, "dim_numbers");
    if (!a)
        a = hlo_find(&op->attrs, "dimension_numbers");
    if (a && a->kind == HLO_DIALECT)
        a = hlo_read_within(f->b->module, a);
    if (!a)
        return hlo_op_fail(f, op, "its dimension_numbers cannot be read");
    return read_spec(f, op, a, "bf", rank, spec[0]) &&
           read_spec(f, op, a->pair, "oi", rank, spec[1]) &&
           read_spec(f, op, a->pair->pair, "bf", rank, spec[2]);
}

/* n integers: an entry of the window, or an attribute; n times `otherwise` if neither is there. */
static bool read_window(hlo_frame *f, const hlo_op *op, const char *pretty, const char *generic,
                        int n, int64_t otherwise, hlo_ints *to)
{
    const hlo_attr *window = hlo_find(&op->attrs, "window");
    const hlo_attr *a = window && window->kind == HLO_DICT ? hlo_find(window, pretty) : NULL;
    if (!a)
        return hlo_read_ints_or(f, op, generic, n, otherwise, to);
    return hlo_ints_of(f, op, a, to) &&
           (to->n == n ||
            hlo_op_fail(f, op, "%s must have %d entries, but has %d", pretty, n, to->n));
}

/* Computed in the dtype of the result, if that holds more than the operands' one. */
static ir_value *convolve(hlo_frame *f, const hlo_op *op, ir_value *const *x, const conv_dims *c)
{
    ir_dtype d = x[0]->type.dtype, to = hlo_result(op, 0)->dtype;
    ir_value *a = x[0], *b = x[1];
    if (ir_dtypes[to].size > ir_dtypes[d].size || b->type.dtype != d) {
        a = b_convert(f->g, a, to);
        b = b_convert(f->g, b, to);
    }
    ir_value *y = b_conv(f->g, a, b, c);
    return y ? b_convert(f->g, y, to) : NULL;
}

bool hlo_emit_convolution(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                          ir_value **y)
{
    (void)row;
    int64_t spec[3][IR_MAX_RANK];
    hlo_ints stride, padding, lhs, rhs, reversed;
    int rank = x[0]->type.rank, n = rank - 2;
    if (rank < 2)
        return hlo_op_fail(f, op, "the operands must have at least 2 dimensions");
    if (!read_specs(f, op, rank, spec) ||
        !read_window(f, op, "stride", "window_strides", n, 1, &stride) ||
        !read_window(f, op, "pad", "padding", 2 * n, 0, &padding) ||
        !read_window(f, op, "lhs_dilate", "lhs_dilation", n, 1, &lhs) ||
        !read_window(f, op, "rhs_dilate", "rhs_dilation", n, 1, &rhs) ||
        !read_window(f, op, "reverse", "window_reversal", n, 0, &reversed))
        return false;
    conv_dims c = {.n = n,
                   .stride = stride.v,
                   .padding = padding.v,
                   .lhs_dilation = lhs.v,
                   .rhs_dilation = rhs.v,
                   .reversed = reversed.v,
                   .lhs = spec[0],
                   .rhs = spec[1],
                   .out = spec[2],
                   .feature_groups = hlo_int_or(op, "feature_group_count", 1),
                   .batch_groups = hlo_int_or(op, "batch_group_count", 1)};
    return (y[0] = convolve(f, op, x, &c)) != NULL;
}

/* Products of arrays. */
#include "exchange/stablehlo/build.h"

/* The product is computed in the dtype of the result, if that holds more than the operands' one. */
static bool emit_dot(hlo_frame *f, const hlo_op *op, ir_value *const *x, const hlo_ints *contract,
                     const hlo_ints *batch, ir_value **y)
{
    ir_dtype d = x[0]->type.dtype, to = hlo_result(op, 0)->dtype;
    if (contract[0].n != contract[1].n || batch[0].n != batch[1].n)
        return hlo_op_fail(f, op,
                           "the operands have different numbers of contracted or batch "
                           "dimensions");
    bool wider = ir_dtypes[to].size > ir_dtypes[d].size || x[1]->type.dtype != d;
    ir_value *a = x[0], *b = x[1];
    if (wider) {
        a = b_convert(f->g, a, to);
        b = b_convert(f->g, b, to);
    }
    ir_value *product = b_dot_general(f->g, a, b, contract[0].n, contract[0].v, contract[1].v,
                                      batch[0].n, batch[0].v, batch[1].v);
    return (y[0] = b_convert(f->g, product, to)) != NULL;
}

/* Reads the field of #stablehlo.dot<...>, or the pair [1] x [0] of the pretty form. */
static bool read_pair(hlo_frame *f, const hlo_op *op, const hlo_attr *numbers, const char *left,
                      const char *right, const char *pretty, hlo_ints pair[2])
{
    const hlo_attr *a = numbers ? hlo_find(numbers, left) : hlo_find(&op->attrs, pretty);
    const hlo_attr *b = numbers ? hlo_find(numbers, right) : a ? a->pair : NULL;
    pair[0].n = pair[1].n = 0;
    return (!a || hlo_ints_of(f, op, a, &pair[0])) && (!b || hlo_ints_of(f, op, b, &pair[1]));
}

bool hlo_emit_dot_general(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                          ir_value **y)
{
    (void)row;
    hlo_ints contract[2], batch[2];
    hlo_attr numbers;
    const hlo_attr *a = hlo_find(&op->attrs, "dot_dimension_numbers");
    if (a && ((a->kind != HLO_DIALECT && a->kind != HLO_DICT) ||
              !hlo_read_body(f->b->module, a, &numbers)))
        return hlo_op_fail(f, op, "dot_dimension_numbers cannot be read");
    a = a ? &numbers : NULL;
    return read_pair(f, op, a, "lhs_contracting_dimensions", "rhs_contracting_dimensions",
                     "contracting_dims", contract) &&
           read_pair(f, op, a, "lhs_batching_dimensions", "rhs_batching_dimensions",
                     "batching_dims", batch) &&
           emit_dot(f, op, x, contract, batch, y);
}

/* The last dimension of the left operand with the first of the right one. */
bool hlo_emit_dot(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                  ir_value **y)
{
    (void)row;
    if (!x[0]->type.rank || !x[1]->type.rank)
        return hlo_op_fail(f, op, "the operands must be vectors or matrices");
    hlo_ints contract[2] = {{1, {x[0]->type.rank - 1}}, {1, {0}}}, batch[2] = {{0, {0}}, {0, {0}}};
    return emit_dot(f, op, x, contract, batch, y);
}

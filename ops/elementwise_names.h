/* The elementwise primitives as C objects op_<name>, and their builders b_<name>(g, x) or
 * b_<name>(g, x, y), declared from the table. Included by ops.h. */
#ifndef JACQUARD_OPS_ELEMENTWISE_NAMES_H
#define JACQUARD_OPS_ELEMENTWISE_NAMES_H

#include "ir/ir.h"

#define EW_OPERANDS_1  ir_value *x
#define EW_OPERANDS_2  ir_value *x, ir_value *y
#define EW_OTHER(name) extern const ir_op op_##name;
#define EW(name, arity, ...)                                                                       \
    extern const ir_op op_##name;                                                                  \
    ir_value *b_##name(ir_graph *g, EW_OPERANDS_##arity);
#include "ops/elementwise.def"

ir_value *b_real(ir_graph *g, ir_value *x);
ir_value *b_imag(ir_graph *g, ir_value *x);
ir_value *b_conj(ir_graph *g, ir_value *x);
ir_value *b_complex(ir_graph *g, ir_value *re, ir_value *im);
ir_value *b_clamp(ir_graph *g, ir_value *lo, ir_value *x, ir_value *hi);
ir_value *b_select_n(ir_graph *g, ir_value *which, int n, ir_value *const *cases);

#endif

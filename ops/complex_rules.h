/* What the rules on pairs of parts are written with. */
#ifndef JACQUARD_OPS_COMPLEX_RULES_H
#define JACQUARD_OPS_COMPLEX_RULES_H

#include "ops/complex.h"

/* Equations are emitted by their primitives, not by the builders of other files, so that the files
 * whose rows name these rules do not call each other in a circle. */
static inline ir_value *apply1(ir_graph *g, const ir_op *op, ir_value *x)
{
    return ir_emit1(g, op, 1, &x, NULL);
}

static inline ir_value *apply2(ir_graph *g, const ir_op *op, ir_value *x, ir_value *y)
{
    return ir_emit1(g, op, 2, (ir_value *[]){x, y}, NULL);
}

static inline ir_value *choose(ir_graph *g, ir_value *truth, ir_value *x, ir_value *otherwise)
{
    return ir_emit1(g, &op_select_n, 3, (ir_value *[]){truth, otherwise, x}, NULL);
}

static inline bool is_made(ir_pair y)
{
    return y.re && y.im;
}

/* The textbook's product. */
static inline ir_pair complex_product(ir_graph *g, ir_pair a, ir_pair b)
{
    return (ir_pair){
        apply2(g, &op_sub, apply2(g, &op_mul, a.re, b.re), apply2(g, &op_mul, a.im, b.im)),
        apply2(g, &op_add, apply2(g, &op_mul, a.re, b.im), apply2(g, &op_mul, a.im, b.re))};
}

#endif

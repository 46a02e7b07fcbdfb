/* The transpose of a loop that recomputes its states from checkpoints. */
#ifndef JACQUARD_OPS_TREEVERSE_H
#define JACQUARD_OPS_TREEVERSE_H

#include "ir/ir.h"

typedef struct {
    ir_graph *body; /* (constants, carry) -> carry */
    int nconst;
    const bool *linear;  /* by input of the body; a carry's output is linear if its input is */
    ir_value *const *x;  /* by input: the constant, or the carry's initial value; NULL if linear */
    ir_value *const *ct; /* by carry: the cotangent of its last value; NULL if zero or not linear */
    ir_value *length;    /* i64[] */
    int64_t slots;       /* number of checkpoints, at least 1 */
} treeverse;

/* Writes to ct_in the cotangents of linear constants and of the initial values of linear
 * carries. */
bool ctl_treeverse(ir_graph *g, const treeverse *t, ir_value **ct_in);

#endif

/* The transpose of a loop whose states are recomputed from checkpoints. */
#ifndef JACQUARD_OPS_TREEVERSE_H
#define JACQUARD_OPS_TREEVERSE_H

#include "ir/ir.h"

typedef struct {
    ir_graph *body;     /* (constants, carry) -> carry */
    int nconst;
    const bool *linear; /* by input of the body; a carry's output is what its input is */
    ir_value *const *x; /* by input: the constant, or what the carry starts from; NULL if linear */
    ir_value *const *ct; /* by carry: the cotangent of its last value; NULL for zero, or not linear */
    ir_value *length;   /* i64[] */
    int64_t slots;      /* at least 1 */
} treeverse;

/* Writes the cotangents of linear constants and of what linear carries start from. */
bool ctl_treeverse(ir_graph *g, const treeverse *t, ir_value **ct_in);

#endif

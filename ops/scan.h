/* What the files of scan share. scan.c: the primitive, how it runs, its forward derivative; scan_batch.c;
 * scan_reverse.c: partial evaluation and transposes. */
#ifndef JACQUARD_OPS_SCAN_H
#define JACQUARD_OPS_SCAN_H

#include "ir/ir.h"

/* A scan equation's parts. */
typedef struct {
    ir_graph *body;
    int64_t length; /* IR_DYNAMIC: it is operand n */
    int nconst, ncarry, nx, ny;
    int n; /* operands that the body takes */
    bool reverse;
    const ir_op *op; /* that emit_scan gives: scan, or the checkpointed one */
    int64_t slots;
} scan_parts;

scan_parts scan_parts_of(const ir_attr *attr, int nin);
/* The same for a rule whose result stays what e is: scan, or the checkpointed one. */
scan_parts scan_parts_like(const ir_eqn *e);
ir_value *scan_length_of(const scan_parts *s, ir_value *const *x); /* NULL unless dynamic */
/* A scan like s but for its body, what that takes, and its direction. length: of a dynamic one. */
ir_value **scan_emit(ir_graph *g, const scan_parts *s, ir_value *length, ir_graph *body, int nconst,
                     int ncarry, bool reverse, int n, ir_value *const *in);

bool scan_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                const ir_batching *over, ir_value **y, int *yaxis);
bool scan_partial(ir_partial *p, const ir_eqn *e);
bool scan_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                    ir_value **ct_in);
bool scan_checkpointed_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x,
                                 ir_value *const *ct, ir_value **ct_in);

#endif

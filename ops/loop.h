/* What the rules of loops share. ir/loop.h says which part of a loop is where; loop.c: its body
 * transformed, once it is settled which carries that touches, and the forward derivative. */
#ifndef JACQUARD_OPS_LOOP_H
#define JACQUARD_OPS_LOOP_H

#include "ir/loop.h"

/* How many operands the body takes; operand l->ncond is the first. */
static inline int loop_nbody(const ir_loop *l)
{
    return l->nconst + l->ncarry + l->nx;
}
/* The number of steps, of a loop's operands x; NULL if it is not an operand. */
static inline ir_value *loop_length(const ir_loop *l, ir_value *const *x)
{
    return ir_loop_has_length(l) ? x[loop_nbody(l)] : NULL;
}
/* l as an equation of op; its n operands without the length, and that. */
ir_value **loop_emit(ir_graph *g, const ir_op *op, const ir_loop *l, ir_value *length, int n,
                     ir_value *const *in);

/* Where the body takes and gives the batch: in front, but behind the dynamic axes of a tape. */
static inline int loop_batch_place(const ir_type *slice)
{
    return ir_tape_depth(slice);
}

/* A loop over a batch: graphs, and where inputs and outputs of the body carry it (-1: nowhere). */
typedef struct {
    ir_graph *cond, *body;
    int pred; /* the axis of the condition's result: 0 or -1 */
    int *in_axis, *out_axis;
} loop_batched;

/* Batches condition and body. axis: of each operand of the loop; all: every carry is batched, and
 * every y that is not a tape in each step. b's graphs are the caller's also on failure; its lists
 * live in `mem`. */
bool loop_batch(const ir_loop *l, const ir_batching *over, bool all, const int *axis,
                ir_arena *mem, loop_batched *b);

/* The body split by which of its inputs are unknown, which grows by the carries that the body makes
 * so; out, of its outputs, is written. Returns the number of residuals, -1 on error. */
int loop_split(const ir_loop *l, bool *unknown, bool *out, ir_graph **known, ir_graph **rest);

/* The jvp rule of every loop. */
bool loop_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t, ir_value **y,
              ir_value **ty);

/* A condition that takes these values beside its own inputs, and does not read them. */
ir_graph *loop_widen_cond(const ir_graph *cond, int n, const ir_type *more);

/* The transpose rule of a loop with a condition, which refuses. */
bool loop_refuse_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                           ir_value **ct_in);
/* The partial rule of while (while_reverse.c). */
bool while_partial(ir_partial *p, const ir_eqn *e);

#endif

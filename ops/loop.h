/* Declarations shared by the rules of loops. ir/loop.h describes the parts of a loop. loop.c
 * transforms a loop's body, after finding out which carries that affects, and has the jvp rule. */
#ifndef JACQUARD_OPS_LOOP_H
#define JACQUARD_OPS_LOOP_H

#include "ir/loop.h"

/* How many of the loop's operands the body takes; operand l->ncond is the first. */
static inline int loop_nbody(const ir_loop *l)
{
    return l->nconst + l->ncarry + l->nx;
}
/* The number of steps among a loop's operands x; NULL if it is not an operand. */
static inline ir_value *loop_length(const ir_loop *l, ir_value *const *x)
{
    return ir_loop_has_length(l) ? x[loop_nbody(l)] : NULL;
}
/* Emits l as an equation of op. `in` has the n operands without the length. */
ir_value **loop_emit(ir_graph *g, const ir_op *op, const ir_loop *l, ir_value *length, int n,
                     ir_value *const *in);

/* The batch axis of a body's input or output: the first axis after the dynamic axes of a tape. */
static inline int loop_batch_place(const ir_type *slice)
{
    return ir_tape_depth(slice);
}

/* A batched loop: its graphs, and the batch axis of each input and output of the body (-1: not
 * batched). */
typedef struct {
    ir_graph *cond, *body;
    int pred; /* the axis of the condition's result: 0 or -1 */
    int *in_axis, *out_axis;
} loop_batched;

/* Batches condition and body. axis has the batch axis of each operand of the loop. If `all` is
 * true, every carry is batched, and so is every y whose slices are not tapes. The caller owns b's
 * graphs, also on failure; b's lists are allocated in `mem`. */
bool loop_batch(const ir_loop *l, const ir_batching *over, bool all, const int *axis, ir_arena *mem,
                loop_batched *b);

/* The body of the batched loop b, guarded for lanes that are done: its first input is a bool[lanes],
 * which lanes go on. */
ir_graph *loop_guarded(const ir_loop *l, const ir_batching *over, const loop_batched *b);

/* Splits the body into a known and an unknown part. `unknown` flags the body's inputs; carries that
 * the body makes unknown are added to it. `out` is set for the body's outputs. Returns the number
 * of residuals, or -1 on error. */
int loop_split(const ir_loop *l, bool *unknown, bool *out, ir_graph **known, ir_graph **rest);

/* The jvp rule of every loop. */
bool loop_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t, ir_value **y,
              ir_value **ty);

/* cond with n more inputs of the types `more`, which it does not read. */
ir_graph *loop_widen_cond(const ir_graph *cond, int n, const ir_type *more);

/* The transpose rule of a loop with a condition: always an error. */
bool loop_refuse_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                           ir_value **ct_in);
/* The partial rule of while (while_reverse.c). */
bool while_partial(ir_partial *p, const ir_eqn *e);

#endif

/* The parts of a loop, whichever primitive it is. This is the one place that says in which order a
 * loop's operands, inputs and results stand. A primitive is a loop if its row has the rules `loop`
 * and `loop_attrs`, which convert between its parameters and an ir_loop.
 *
 *   operands    constants of the condition, constants of the body, carry, xs, the length
 *   condition   (its constants, carry) -> shall it go on?
 *   body        (its constants, carry, a slice of each x) -> (carry, a slice of each y)
 *   results     carry, ys
 */
#ifndef JACQUARD_IR_LOOP_H
#define JACQUARD_IR_LOOP_H

#include "ir/ir.h"

struct ir_loop {
    ir_graph *cond; /* NULL: the loop makes `length` steps */
    ir_graph *body;
    int ncond, nconst; /* constants of the condition, of the body */
    int ncarry, nx, ny;
    int64_t length; /* IR_DYNAMIC: until cond gives false; if cond is NULL, the last operand says */
    bool reverse;   /* go from the last slices of xs and ys to the first */
    int64_t checkpoints; /* states that reverse mode may keep; 0: it keeps residuals instead */
};

ir_loop ir_loop_of(const ir_eqn *e); /* e's op must have `loop` */
static inline bool ir_is_while(const ir_eqn *e)
{
    return e->op->loop && ir_loop_of(e).cond;
}

/* The index of the operand that carry 0 starts from. */
static inline int ir_loop_first(const ir_loop *l)
{
    return l->ncond + l->nconst;
}
/* Is the last operand the number of steps? */
static inline bool ir_loop_has_length(const ir_loop *l)
{
    return !l->cond && l->length == IR_DYNAMIC;
}
/* The index of the operand that gives an input of the condition or of the body its first value. */
static inline int ir_loop_cond_operand(const ir_loop *l, int input)
{
    return input < l->ncond ? input : input + l->nconst;
}
static inline int ir_loop_body_operand(const ir_loop *l, int input)
{
    return l->ncond + input;
}

/* Emits the loop l as an equation of op with the n operands `in`. */
ir_value **ir_emit_loop(ir_graph *g, const ir_op *op, const ir_loop *l, int n, ir_value *const *in);

/* Rules that all loops share. */
void ir_loop_need(const ir_eqn *e, bool *out, bool *in);
ir_value **ir_loop_narrow(ir_graph *g, const ir_eqn *e, const bool *in, const bool *out, int n,
                          ir_value *const *x);
bool ir_loop_hoist(ir_graph *g, const ir_eqn *e, ir_value *const *x, bool rows, ir_value **y);

/* ---- pass_hoist.c: for hoist rules ----------------------------------------------------------- */

/* A graph that runs many times, and the new graph that is left when the work that is the same each
 * time has been moved out. */
typedef struct {
    const ir_graph *g;
    bool may_idle;         /* might it not run at all? */
    bool rows;             /* are broadcasts that part short rows moved out? */
    const bool *still;     /* by input: does it have the same value each time? */
    ir_value *const *at;   /* by input, if it is still: its value outside */
    const bool *drop;      /* by output: leave it out? NULL: keep all */
    ir_graph *made;        /* the result; takes the constants, then the inputs that are not still */
    ir_value **constant;   /* the values outside that it takes as constants */
    int nconstant, ntaken; /* constants; those that results of moved equations give */
} ir_lifted;
/* Emits the moved equations to `outer` and writes l's members from `made` on. Free them with
 * ir_lifted_free, also after a failure. */
bool ir_lift(ir_graph *outer, ir_lifted *l);
void ir_lifted_free(ir_lifted *l);

#endif

/* A loop's parts, whichever primitive it is: the one place that says where a loop has what. A
 * primitive is a loop if its row says how its parameters are read as this and written from it.
 *
 *   operands    constants of the condition, constants of the body, carry, xs, the length
 *   condition   (its constants, carry) -> does it go on?
 *   body        (its constants, carry, a slice of each x) -> (carry, a slice of each y)
 *   results     carry, ys
 */
#ifndef JACQUARD_IR_LOOP_H
#define JACQUARD_IR_LOOP_H

#include "ir/ir.h"

struct ir_loop {
    ir_graph *cond; /* NULL: it makes `length` steps */
    ir_graph *body;
    int ncond, nconst; /* constants of the condition, of the body */
    int ncarry, nx, ny;
    int64_t length; /* IR_DYNAMIC: until cond says no or, without one, as the last operand says */
    bool reverse;   /* from the last slices of xs and ys to the first */
    int64_t checkpoints; /* states that reverse mode may keep; 0: it keeps residuals instead */
};

ir_loop ir_loop_of(const ir_eqn *e); /* of an equation whose op has `loop` */
static inline bool ir_is_while(const ir_eqn *e)
{
    return e->op->loop && ir_loop_of(e).cond;
}

/* The operand that carry 0 starts from. */
static inline int ir_loop_first(const ir_loop *l)
{
    return l->ncond + l->nconst;
}
/* Is the last operand the number of steps? */
static inline bool ir_loop_has_length(const ir_loop *l)
{
    return !l->cond && l->length == IR_DYNAMIC;
}
/* The operand that an input of the condition or the body takes its first value from. */
static inline int ir_loop_cond_operand(const ir_loop *l, int input)
{
    return input < l->ncond ? input : input + l->nconst;
}
static inline int ir_loop_body_operand(const ir_loop *l, int input)
{
    return l->ncond + input;
}

/* The loop l as an equation of op. */
ir_value **ir_emit_loop(ir_graph *g, const ir_op *op, const ir_loop *l, int n,
                        ir_value *const *in);

/* Rules that all loops share. */
void ir_loop_need(const ir_eqn *e, bool *out, bool *in);
ir_value **ir_loop_narrow(ir_graph *g, const ir_eqn *e, const bool *in, const bool *out, int n,
                          ir_value *const *x);
bool ir_loop_hoist(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y);

/* ---- pass_hoist.c: for hoist rules ------------------------------------------------------------- */

/* A graph that runs many times, with what it computes alike each time taken out. */
typedef struct {
    const ir_graph *g;
    bool may_idle;       /* might it not run at all? */
    const bool *still;   /* by input: is it the same each time? */
    ir_value *const *at; /* by input that is: its value outside */
    const bool *drop;    /* by output: not wanted any more; NULL: all are */
    ir_graph *made;      /* takes the constants, then the inputs that are not still */
    ir_value **constant;
    int nconstant, ntaken; /* how many of them are computed outside for it */
} ir_lifted;
bool ir_lift(ir_graph *outer, ir_lifted *l); /* writes the last four; also on failure to be freed */
void ir_lifted_free(ir_lifted *l);

#endif

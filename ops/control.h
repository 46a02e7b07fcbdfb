/* What the control primitives share: graphs with their inputs and outputs put in another order, and
 * checks of a nested graph's signature. */
#ifndef JACQUARD_OPS_CONTROL_H
#define JACQUARD_OPS_CONTROL_H

#include "ir/ir.h"

/* How a transformation of control settles what depends on itself: which carries move, are batched,
 * are unknown; which results any branch makes so. make(s, k) makes graph k, in place of what it was
 * before, so that it gives at least what the flags say, and sets the flags of what it gives besides.
 * Graphs that were made before a flag was set are made again; `again`: also the one that set it, for
 * it takes what it gives (a loop's body). With each level of nested branches made twice in vain, a
 * ladder of them would never end. */
typedef struct ctl_settling ctl_settling;
struct ctl_settling {
    bool (*make)(ctl_settling *s, int k);
    int n; /* graphs */
    bool *flags;
    int nflags;
    bool again;
};
bool ctl_settle(ctl_settling *s);

/* A graph with inputs of the types given that runs g: input k of g is new input from[k]; new output
 * k is output pick[k] of g. A new input that no `from` names is ignored. */
ir_graph *ctl_rewire(const ir_graph *g, int nin, const ir_type *types, const int *from, int nout,
                     const int *pick);

/* Where primals and tangents go when each group of a loop's operands keeps its tangents beside it.
 * Before: all primals, then a tangent for each nz. After: for each group its primals, then its
 * tangents. order[new] = old; returns how many there are. */
int ctl_interleave(int ngroups, const int *size, const bool *nz, int *order);

/* g reordered on both sides: new input k is old input in_order[k], likewise outputs. */
ir_graph *ctl_reorder(const ir_graph *g, const int *in_order, const int *out_order);

/* g with only its first n outputs. */
ir_graph *ctl_first_outputs(const ir_graph *g, int n);

/* Do n types match the graph's inputs from `first` on? Otherwise an error that names `what`. */
bool ctl_check_inputs(const char *op, const char *what, const ir_graph *g, int first, int n,
                      const ir_type *types);
/* A call equation; its outputs. */
ir_value **ctl_call(ir_graph *g, ir_graph *callee, ir_value *const *in);

/* Where pred, of the lanes, is true: a, else b; the lanes are axis 0 of a and b. */
ir_value *ctl_select_lanes(ir_graph *g, ir_value *pred, ir_value *a, ir_value *b);

/* The reverse for the results of such a loop: made (NULL is fine), interleaved, to y and ty. */
void ctl_hand_out(ir_value **made, int ngroups, const int *size, const bool *nz, ir_value **y,
                  ir_value **ty);
/* What a function's jvp takes in place of e's operands: them, then the tangents that there are; nz
 * says which. Returns how many. */
int ctl_with_tangents(const ir_eqn *e, ir_value *const *x, ir_value *const *t, bool *nz,
                      ir_value **in);
/* g of (constants, a vector), linear in the vector, transposed: (constants, a cotangent of each output)
 * -> a cotangent of the vector. What the constants alone determine, loops too, is computed forwards. */
ir_graph *ctl_transpose(const ir_graph *g, int nconst);
/* Is input k of a loop's body (constants, carry, others; the carry first among the results) the same in
 * every step: a constant, or a carry that is handed on as it is? */
bool ctl_still_input(const ir_graph *body, int nconst, int ncarry, int k);
/* The results of such a body from `first` on, computed in g from the loop's operands, before the loop,
 * as far as they are the same in every step. out gets NULL for a result that changes, or that is an
 * input or a literal. */
bool ctl_before_loop(ir_graph *g, const ir_graph *body, int nconst, int ncarry,
                     ir_value *const *operand, int first, ir_value **out);
/* A partial rule that leaves the whole equation to the unknown side. */
bool ctl_all_unknown(ir_partial *p, const ir_eqn *e);

/* The rules of call: those of any primitive that runs the graph which is its first attribute, and
 * keeps its other attributes. The partial rule leaves plain calls. */
bool ctl_call_infer(ir_infer *q);
bool ctl_call_eval(const ir_eqn *e, const void *const *in, void *const *out);
bool ctl_call_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t, ir_value **y,
                  ir_value **ty);
bool ctl_call_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                        ir_value **ct_in);
bool ctl_call_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                    const ir_batching *over, ir_value **y, int *yaxis);
bool ctl_call_partial(ir_partial *p, const ir_eqn *e);
void ctl_call_need(const ir_eqn *e, bool *out, bool *in);
ir_value **ctl_call_narrow(ir_graph *g, const ir_eqn *e, const bool *in, const bool *out, int n,
                           ir_value *const *x);

static inline ir_graph *ctl_graph(const ir_eqn *e, int k)
{
    return e->attr[k].graph;
}

#endif

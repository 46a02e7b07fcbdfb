/* Declarations shared by the control primitives: reordering the inputs and outputs of nested
 * graphs, checking a nested graph's signature, and the rules of call. */
#ifndef JACQUARD_OPS_CONTROL_H
#define JACQUARD_OPS_CONTROL_H

#include "ir/ir.h"

/* A fixpoint iteration over the nested graphs of a control primitive. A transformation uses it to
 * find out which carries have a tangent, are batched or are unknown, or which results are so in any
 * branch. make(s, k) transforms graph k, replacing the previous result. The new graph must produce
 * at least what the flags ask for; for anything else it produces, make sets the flag. Graphs made
 * before a flag was set are made again. If `again` is true, so is the graph that set the flag,
 * because its outputs are its own inputs (a loop's body). No graph is made again without need: if
 * every level of nested branches did that, the cost would be exponential in the depth. */
typedef struct ctl_settling ctl_settling;
struct ctl_settling {
    bool (*make)(ctl_settling *s, int k);
    int n; /* graphs */
    bool *flags;
    int nflags;
    bool again;
};
bool ctl_settle(ctl_settling *s);

/* Makes a graph with inputs of the given types that runs g. Input k of g is new input from[k]. New
 * inputs that are not in `from` are ignored. ctl_rewire_picked: output k is output pick[k] of g. */
ir_graph *ctl_rewire(const ir_graph *g, int nin, const ir_type *types, const int *from);
ir_graph *ctl_rewire_picked(const ir_graph *g, int nin, const ir_type *types, const int *from,
                            int nout, const int *pick);

/* Computes the order in which each group of a loop's operands is followed by its own tangents.
 * Before: all primals, then a tangent for each operand marked in nz. After: for each group, its
 * primals, then its tangents. Sets order[new] = old; returns the number of entries. */
int ctl_interleave(int ngroups, const int *size, const bool *nz, int *order);

/* g with inputs and outputs reordered: new input k is old input in_order[k], and likewise for
 * outputs. */
ir_graph *ctl_reorder(const ir_graph *g, const int *in_order, const int *out_order);

/* g with only its first n outputs. */
ir_graph *ctl_first_outputs(const ir_graph *g, int n);

/* Checks that n types match the graph's inputs from `first` on. If not, reports an error that names
 * `what`. */
bool ctl_check_inputs(const char *op, const char *what, const ir_graph *g, int first, int n,
                      const ir_type *types);
/* Emits a call equation; returns its outputs. */
ir_value **ctl_call(ir_graph *g, ir_graph *callee, ir_value *const *in);

/* Selects a in the lanes where pred is true, else b. pred has one element for each lane; the lanes
 * are axis 0 of a and b. */
ir_value *ctl_select_lanes(ir_graph *g, ir_value *pred, ir_value *a, ir_value *b);

/* How many of the n flags are set. */
int ctl_marked(const bool *flags, int n);
/* Undoes ctl_interleave for a loop's results: splits `made` (which may be NULL) into primals y and
 * tangents ty. */
void ctl_hand_out(ir_value **made, int ngroups, const int *size, const bool *nz, ir_value **y,
                  ir_value **ty);
/* Writes to `in` the operands for the jvp of e's function: e's operands, then the tangents that are
 * not zero. Sets nz for operands with a tangent. Returns the number of operands. */
int ctl_with_tangents(const ir_eqn *e, ir_value *const *x, ir_value *const *t, bool *nz,
                      ir_value **in);
/* Transposes g, which takes (constants, a vector) and is linear in the vector. The result maps
 * (constants, a cotangent for each output) to a cotangent of the vector. Everything that depends on
 * the constants alone, including loops, is computed forwards. */
ir_graph *ctl_transpose(const ir_graph *g, int nconst);
/* Is input k of a loop's body the same in every step: a constant, or a carry that the body returns
 * unchanged? The inputs are constants, carry, others; the carry comes first among the outputs. */
bool ctl_still_input(const ir_graph *body, int nconst, int ncarry, int k);
/* Computes in g, before the loop, the body's results from `first` on that are the same in every
 * step, from the loop's operands. out gets NULL for a result that changes, or that is an input or a
 * literal. */
bool ctl_before_loop(ir_graph *g, const ir_graph *body, int nconst, int ncarry,
                     ir_value *const *operand, int first, ir_value **out);

/* The rules of call. They work for any primitive that runs the graph in its first attribute; the
 * equations they emit keep the other attributes. The partial rule emits plain calls. */
bool ctl_call_infer(ir_infer *q);
/* Emits e with another graph and the same other attributes. */
ir_value **ctl_call_again(ir_graph *g, const ir_eqn *e, ir_graph *callee, ir_value *const *in);
bool ctl_call_eval(const ir_eqn *e, const void *const *in, void *const *out);
bool ctl_call_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                  ir_value **y, ir_value **ty);
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

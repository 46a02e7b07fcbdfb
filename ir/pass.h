/* What the passes share: the walk that copies a graph equation by equation, nested graphs first,
 * and asks the pass about each. */
#ifndef JACQUARD_IR_PASS_H
#define JACQUARD_IR_PASS_H

#include "ir/ir.h"
#include "ir/ptrmap.h"

typedef struct pass pass;

/* One graph on its way. */
typedef struct {
    pass *pass;
    ir_graph *g;    /* the new one */
    ir_value **map; /* by id of the old graph's values: the new ones */
    void *table;    /* the pass's own, for this graph; freed by pass->end */
} walk;

struct pass {
    /* e: the old equation, with its nested graphs already rewritten. x: its operands in w->g.
     * Writes to y what replaces its results. */
    bool (*eqn)(walk *w, const ir_eqn *e, ir_value *const *x, ir_value **y);
    void (*end)(walk *w); /* NULL: nothing to free */
    ir_rewriter *rewriter; /* ir_rewrite's, and what it is called with */
    void *env;
    ptrmap done;          /* nested graphs that were rewritten: shared ones stay shared */
};

/* Copies e with operands x. */
bool pass_copy(walk *w, const ir_eqn *e, ir_value *const *x, ir_value **y);
/* Runs a pass over a graph. */
ir_graph *pass_run(pass p, const ir_graph *g);

/* Ends the building of `made`: the outputs, with the weakness that those of `like` have. */
bool pass_outputs(ir_graph *made, ir_value **out, ir_value *const *like, int n);

static inline bool pass_is_literal(const ir_value *v)
{
    return v->eqn && v->eqn->op->role == IR_ROLE_LITERAL;
}

#endif

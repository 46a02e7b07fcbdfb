/* The walk that the passes share. It copies a graph equation by equation, rewrites nested graphs
 * first, and asks the pass what each equation becomes. */
#ifndef JACQUARD_IR_PASS_H
#define JACQUARD_IR_PASS_H

#include "ir/ir.h"
#include "ir/ptrmap.h"

typedef struct pass pass;

/* The state of the walk over one graph. */
typedef struct {
    pass *pass;
    ir_graph *g;    /* the new one */
    ir_value **map; /* by id of the old graph's values: the new ones */
    void *table;    /* private data of the pass for this graph; pass->end frees it */
} walk;

struct pass {
    /* e: the old equation, with its nested graphs already rewritten. x: its operands in w->g.
     * Writes the values that replace its results to y. */
    bool (*eqn)(walk *w, const ir_eqn *e, ir_value *const *x, ir_value **y);
    void (*end)(walk *w);  /* NULL: nothing to free */
    ir_rewriter *rewriter; /* the function given to ir_rewrite, and its environment */
    void *env;
    ptrmap done; /* from nested graphs to their rewritten form; shared ones stay shared */
};

/* Copies e with operands x. */
bool pass_copy(walk *w, const ir_eqn *e, ir_value *const *x, ir_value **y);
/* Runs a pass over a graph. */
ir_graph *pass_run(pass p, const ir_graph *g);

/* Sets the outputs of `made`, converted where needed to the weakness of the values `like`. */
bool pass_outputs(ir_graph *made, ir_value **out, ir_value *const *like, int n);

static inline bool pass_is_literal(const ir_value *v)
{
    return v->eqn && v->eqn->op->role == IR_ROLE_LITERAL;
}

#endif

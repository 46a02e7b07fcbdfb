/* What the files of cond share: cond.c has its rules for differentiation and batching,
 * cond_simplify.c those for leaving parts out.
 */
#ifndef JACQUARD_OPS_COND_H
#define JACQUARD_OPS_COND_H

#include <stdlib.h>

#include "ir/ir.h"
#include "ops/attrs.h"
#include "ops/ops.h"

static inline const ir_attr *branches_of(const ir_eqn *e)
{
    return &e->attr[COND_BRANCHES];
}

static inline ir_graph **cond_graphs_new(int n) /* n null graphs; free them with cond_release */
{
    return ir_new((size_t)n * sizeof(ir_graph *));
}

static inline void cond_release(ir_graph **graphs, int n) /* graphs may be NULL */
{
    for (int b = 0; graphs && b < n; b++)
        ir_graph_release(graphs[b]);
    free(graphs);
}

static inline ir_value **cond_emit(ir_graph *g, ir_graph **branches, int n, int nin,
                                   ir_value *const *in)
{
    ir_attr attr[] = {[COND_BRANCHES] = {.n = n, .graphs = branches}};
    return ir_emit(g, &op_cond, nin, in, attr);
}

bool cond_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y);
void cond_need(const ir_eqn *e, bool *out, bool *in);
ir_value **cond_narrow(ir_graph *g, const ir_eqn *e, const bool *in, const bool *out, int n,
                       ir_value *const *x);

#endif

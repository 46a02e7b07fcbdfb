/* What may be left out of a cond: branches that are never taken, operands that are passed twice,
 * and unused operands and results.
 */
#include "ops/attrs.h"
#include "ops/cond.h"
#include "ops/control.h"
#include "ops/ops.h"

/* The branch that is always taken, because the index is a constant or all branches are equal. NULL
 * if there is none. */
static const ir_graph *only_branch(const ir_eqn *e, const ir_value *index)
{
    int last = branches_of(e)->n - 1;
    ir_graph **branches = branches_of(e)->graphs;
    if (index->eqn && index->eqn->op == &op_literal) {
        int32_t k = index->eqn->attr[LITERAL_VALUE].scalar.v_i32;
        return branches[k < 0 ? 0 : k > last ? last : k];
    }
    for (int b = 1; b <= last; b++)
        if (!ir_graph_equal(branches[0], branches[b]))
            return NULL;
    return branches[0];
}

/* The branches with the inputs `place`, of these types, in place of their own. */
static ir_graph **rewired_branches(const ir_eqn *e, int nin, const ir_type *types, const int *place)
{
    int nb = branches_of(e)->n;
    ir_graph **made = cond_graphs_new(nb);
    bool ok = made != NULL;
    for (int b = 0; ok && b < nb; b++)
        ok = (made[b] = ctl_rewire(branches_of(e)->graphs[b], nin, types, place)) != NULL;
    if (ok)
        return made;
    cond_release(made, nb);
    return NULL;
}

/* Passes each operand once. What a branch reads of an array that the program also uses by another
 * name is then seen to be the array that it may overwrite. */
static bool pass_once(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    IR_SCRATCH(scratch);
    ir_value **in = ir_alloc(&scratch, (size_t)e->nin * sizeof *in);
    ir_type *types = ir_alloc(&scratch, (size_t)e->nin * sizeof *types);
    int *place = ir_alloc(&scratch, (size_t)e->nin * sizeof *place), n = 0;
    if (!in || !types || !place)
        return false;
    in[0] = x[0];
    for (int k = 1; k < e->nin; k++) {
        int j = 0;
        while (j < n && in[1 + j] != x[k])
            j++;
        place[k - 1] = j;
        in[1 + j] = x[k];
        types[j] = x[k]->type;
        n += j == n;
    }
    if (n == e->nin - 1)
        return false;
    ir_graph **made = rewired_branches(e, n, types, place);
    bool ok = made && ir_results(cond_emit(g, made, branches_of(e)->n, n + 1, in), e->nout, y);
    cond_release(made, branches_of(e)->n);
    return ok;
}

bool cond_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    const ir_graph *branch = only_branch(e, x[0]);
    return branch ? ir_splice(g, branch, x + 1, y) : pass_once(g, e, x, y);
}

/* ---- unused operands and results ------------------------------------------------------------- */

void cond_need(const ir_eqn *e, bool *out, bool *in)
{
    in[0] = true;
    for (int b = 0; b < branches_of(e)->n; b++)
        ir_need_inputs(branches_of(e)->graphs[b], out, in + 1);
}

ir_value **cond_narrow(ir_graph *g, const ir_eqn *e, const bool *in, const bool *out, int n,
                       ir_value *const *x)
{
    int nb = branches_of(e)->n;
    ir_graph **narrow = cond_graphs_new(nb);
    bool ok = narrow != NULL;
    for (int b = 0; ok && b < nb; b++)
        ok = (narrow[b] = ir_narrow(branches_of(e)->graphs[b], in + 1, out)) != NULL;
    ir_value **made = ok ? cond_emit(g, narrow, nb, n, x) : NULL;
    cond_release(narrow, nb);
    return made;
}

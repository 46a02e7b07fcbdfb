/* A choice between an array and the same array with windows overwritten, which is what the body of
 * a loop makes that sets elements or does not. It is as well a choice between the windows, and then
 * the loop can work in place.
 */
#include "ops/elementwise.h"

/* Is the predicate `which` the same all over each dimension that the window does not fill? */
static bool suits_window(const ir_value *which, const ir_type *window)
{
    const ir_eqn *e = which->eqn;
    if (which->type.rank == 0 || !e || e->op != &op_broadcast_in_dim)
        return which->type.rank == 0;
    const ir_attr *dims = &e->attr[BROADCAST_DIMS];
    for (int k = 0; k < dims->n; k++)
        if (e->in[0]->type.dim[k] != 1 && e->in[0]->type.dim[k] != window->dim[dims->ints[k]])
            return false;
    return true;
}

static ir_value *for_window(ir_graph *g, ir_value *which, const ir_type *window)
{
    const ir_eqn *e = which->eqn;
    if (which->type.rank == 0 || !e || !e->attr)
        return which;
    if (e->in[0]->type.rank == 0)
        return e->in[0];
    ir_attr attr[] = {[BROADCAST_SHAPE] = {.n = window->rank, .ints = window->dim},
                      [BROADCAST_DIMS] = e->attr[BROADCAST_DIMS]};
    return ir_emit1(g, &op_broadcast_in_dim, 1, &e->in[0], attr);
}

/* Is v `base` with windows overwritten, each of which `which` suits? */
static bool is_base_with_windows(const ir_value *which, const ir_value *v, const ir_value *base)
{
    enum { MANY = 16 };
    for (int k = 0; k < MANY && v != base && v->eqn; k++) {
        const ir_eqn *e = v->eqn;
        if (e->op != &op_dynamic_update_slice ||
            2 * ir_type_count(&e->in[1]->type) > ir_type_count(&v->type) ||
            !suits_window(which, &e->in[1]->type))
            return false;
        v = e->in[0];
    }
    return v == base;
}

/* An equation whose operands are the n in `in` and then the starts of a window. */
static ir_value *at_starts(ir_graph *g, const ir_op *op, int n, ir_value **in, int rank,
                           ir_value *const *start, const ir_attr *attr)
{
    for (int d = 0; d < rank; d++)
        in[n + d] = start[d];
    return ir_emit1(g, op, n + rank, in, attr);
}

/* `base` or v, which is base with windows overwritten, as base with windows overwritten by what is
 * there or by those of v: only windows are chosen, so a loop can work in place. `last`: v is the
 * last case. */
static ir_value *choose_windows(ir_graph *g, ir_value *which, ir_value *base, ir_value *v,
                                bool last)
{
    if (v == base)
        return base;
    const ir_eqn *e = v->eqn;
    const ir_type *t = &e->in[1]->type;
    ir_value *const *start = e->in + 2, *in[IR_MAX_RANK + 2] = {base};
    ir_value *to = choose_windows(g, which, base, e->in[0], last);
    ir_value *pred = to ? for_window(g, which, t) : NULL;
    ir_attr attr[] = {[DYNAMIC_SLICE_SIZES] = {.n = t->rank, .ints = t->dim}};
    ir_value *old = pred ? at_starts(g, &op_dynamic_slice, 1, in, t->rank, start, attr) : NULL;
    if (!old)
        return NULL;
    in[0] = to;
    in[1] = ir_emit1(g, &op_select_n, 3,
                     (ir_value *[]){pred, last ? old : e->in[1], last ? e->in[1] : old}, NULL);
    return in[1] ? at_starts(g, &op_dynamic_update_slice, 2, in, t->rank, start, NULL) : NULL;
}

bool select_windows(ir_graph *g, ir_value *const *x, ir_value **y)
{
    for (int k = 1; x[1]->type.rank && k <= 2; k++)
        if (x[k] != x[3 - k] && is_base_with_windows(x[0], x[k], x[3 - k]))
            return (y[0] = choose_windows(g, x[0], x[3 - k], x[k], k == 2)) != NULL;
    return false;
}

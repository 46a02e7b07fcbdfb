/* A choice between an array and the same array with windows overwritten, or with other windows
 * overwritten, which is what the body of a loop makes that sets elements or does not. It is as well
 * a choice between the windows, and then the loop can work in place.
 *
 * A window is that of a dynamic_update_slice, or those of a scatter.
 */
#include "ops/elementwise.h"
#include "ops/windows.h"

enum { MANY = 16 }; /* equations that are looked at */

/* ---- windows of either kind ------------------------------------------------------------------ */

static bool is_scatter(const ir_eqn *e)
{
    return e->op->lower && e->op->lower->kind == JIT_SCATTER;
}

static bool writes_windows(const ir_value *v)
{
    return v->eqn && (v->eqn->op == &op_dynamic_update_slice || is_scatter(v->eqn));
}

static ir_value *windows_in(const ir_eqn *e)
{
    return e->in[is_scatter(e) ? 2 : 1];
}

/* The dimension of the windows that has the same places as dimension d of the array; -1: none. */
static int same_places(const ir_eqn *e, int d)
{
    if (!is_scatter(e))
        return e->in[1]->type.dim[d] == e->in[0]->type.dim[d] ? d : -1;
    windows p = windows_of(e);
    bool all = p.component[d] < 0 && p.size[d] == p.x->dim[d];
    for (int k = 0; k < p.w->rank; k++)
        if (p.picks[k] >= 0 ? p.batch[d] == p.picks[k] : all && p.along[k] == d)
            return k;
    return -1;
}

/* The elements of x that the windows of e, which has the operands `in` now, replace. */
static ir_value *read_windows(ir_graph *g, const ir_eqn *e, ir_value *const *in, ir_value *x)
{
    if (is_scatter(e)) {
        windows_attrs a = windows_inverse(e);
        return b_gather(g, x, in[1], &a);
    }
    const ir_type *t = &e->in[1]->type;
    ir_value *of[IR_MAX_RANK + 1] = {x};
    for (int d = 0; d < t->rank; d++)
        of[1 + d] = in[2 + d];
    ir_attr attr[] = {[DYNAMIC_SLICE_SIZES] = {.n = t->rank, .ints = t->dim}};
    return ir_emit1(g, &op_dynamic_slice, 1 + t->rank, of, attr);
}

/* The windows with which e changes nothing in x. */
static ir_value *idle_windows(ir_graph *g, const ir_eqn *e, ir_value *const *in, ir_value *x)
{
    ir_value *w = windows_in(e);
    switch (is_scatter(e) ? e->op->lower->instruction : JIT_CALL) {
    case JIT_add: /* adding 0 would change -0 */
        return b_const(g, w, -0.0);
    case JIT_sub:
        return b_const(g, w, 0);
    case JIT_mul:
        return b_const(g, w, 1);
    default:
        return read_windows(g, e, in, x);
    }
}

/* ---- the predicate --------------------------------------------------------------------------- */

/* The dimension of the windows for dimension k of the operand of `which`, a broadcast; -1: that has
 * only one place; -2: the predicate is not the same all over a window there. */
static int dim_for(const ir_value *which, const ir_eqn *e, int k)
{
    const ir_eqn *broadcast = which->eqn;
    if (broadcast->in[0]->type.dim[k] == 1)
        return -1;
    int d = same_places(e, (int)broadcast->attr[BROADCAST_DIMS].ints[k]);
    return d < 0 ? -2 : d;
}

/* Is the predicate the same all over each dimension in which the windows of e have other places
 * than the array? */
static bool suits_windows(const ir_value *which, const ir_eqn *e)
{
    if (which->type.rank == 0)
        return true;
    if (!which->eqn || which->eqn->op != &op_broadcast_in_dim)
        return false;
    for (int k = 0, last = -1; k < which->eqn->in[0]->type.rank; k++) {
        int d = dim_for(which, e, k);
        if (d == -2 || (d >= 0 && d < last))
            return false;
        last = d >= 0 ? d : last;
    }
    return true;
}

/* The predicate for the elements of the windows. */
static ir_value *for_windows(ir_graph *g, ir_value *which, const ir_eqn *e)
{
    if (which->type.rank == 0)
        return which;
    ir_value *p = which->eqn->in[0];
    const ir_type *w = &windows_in(e)->type;
    int64_t shape[IR_MAX_RANK], dims[IR_MAX_RANK];
    int n = 0;
    for (int k = 0; k < p->type.rank; k++) {
        int d = dim_for(which, e, k);
        if (d < 0)
            continue;
        shape[n] = p->type.dim[k];
        dims[n++] = d;
    }
    if (n < p->type.rank)
        p = b_reshape(g, p, n, shape);
    return n ? b_broadcast_in_dim(g, p, w->rank, w->dim, dims) : p;
}

/* ---- the choice ------------------------------------------------------------------------------ */

/* Is v `base` with windows overwritten, each of which `which` suits? */
static bool is_base_with_windows(const ir_value *which, const ir_value *v, const ir_value *base)
{
    for (int k = 0; k < MANY && v != base && writes_windows(v); k++) {
        const ir_eqn *e = v->eqn;
        if (2 * ir_type_count(&windows_in(e)->type) > ir_type_count(&v->type) ||
            !suits_windows(which, e))
            return false;
        v = e->in[0];
    }
    return v == base;
}

/* What is chosen, and what has become of the values from the base to v: where v is chosen, they are
 * what they were. */
typedef struct {
    ir_graph *g;
    ir_value *which;
    bool last; /* v is the last case */
    int lanes; /* `which` is the same all over each index of so many leading dimensions */
    int n;
    const ir_value *from[2 * MANY];
    ir_value *to[2 * MANY];
} choice;

/* How many leading dimensions `which` has places in; -1: not only in leading ones. */
static int lanes_of(const ir_value *which)
{
    int n = 0;
    if (which->type.rank == 0)
        return 0;
    const ir_eqn *e = which->eqn;
    for (int k = 0; k < e->in[0]->type.rank; k++)
        if (e->in[0]->type.dim[k] != 1 && e->attr[BROADCAST_DIMS].ints[k] != n++)
            return -1;
    return n;
}

/* Does e read, for an element of a lane, only elements of operand k in the same lane? */
static bool keeps_lanes(const choice *c, const ir_eqn *e, int k)
{
    const jit_lower *l = e->op->lower;
    bool map = l && (l->kind == JIT_ELEMENTWISE || l->kind == JIT_INDEXED);
    for (int r = 0; map && r < c->lanes; r++) {
        int axis = l->kind == JIT_ELEMENTWISE ? r : l->axis ? l->axis(e, k, r) : JIT_OTHER_AXIS;
        if (e->out[0]->type.rank <= r || axis != r)
            return false;
    }
    return map && e->nout == 1;
}

static ir_value *known_as(const choice *c, const ir_value *v)
{
    for (int k = 0; k < c->n; k++)
        if (c->from[k] == v)
            return c->to[k];
    return NULL;
}

/* v with what the values have become in their places; v itself if that would not be the same where
 * v is chosen. *left limits the work. */
static ir_value *as_chosen(choice *c, ir_value *v, int depth, int *left)
{
    enum { MOST = 8 };
    ir_value *in[MOST], *known = known_as(c, v);
    const ir_eqn *e = v->eqn;
    if (known)
        return known;
    /* Nothing that is older than the oldest of the values is computed from them. */
    if (!e || !c->n || v->id < c->from[0]->id || e->nin > MOST || !depth || --*left < 0)
        return v;
    bool changed = false;
    for (int k = 0; k < e->nin; k++) {
        if (!(in[k] = as_chosen(c, e->in[k], depth - 1, left)))
            return NULL;
        if (in[k] != e->in[k] && !keeps_lanes(c, e, k))
            return v;
        changed = changed || in[k] != e->in[k];
    }
    if (!changed)
        return v;
    ir_value **made = ir_copy_eqn(c->g, e, in);
    return made ? made[0] : NULL;
}

/* Are the lanes leading dimensions of the windows of e, and of its indices, too? */
static bool keeps_lanes_of_windows(const choice *c, const ir_eqn *e)
{
    windows p = is_scatter(e) ? windows_of(e) : (windows){0};
    for (int d = 0; d < c->lanes; d++)
        if (same_places(e, d) != d || (is_scatter(e) && p.batch[d] != d))
            return false;
    return c->lanes >= 0;
}

/* x with those windows overwritten that v has and `base` has not, where `which` chooses v. */
static ir_value *choose_windows(choice *c, ir_value *x, const ir_value *base, const ir_value *v)
{
    enum { DEPTH = 12, WORK = 200 };
    if (v == base)
        return x;
    const ir_eqn *e = v->eqn;
    ir_graph *g = c->g;
    ir_value *in[IR_MAX_RANK + 2] = {choose_windows(c, x, base, e->in[0])};
    int at = is_scatter(e) ? 2 : 1, left = WORK;
    bool keeps = keeps_lanes_of_windows(c, e);
    for (int k = 1; k < e->nin; k++)
        in[k] = keeps ? as_chosen(c, e->in[k], DEPTH, &left) : e->in[k];
    /* Where v is not chosen, x and in[0] are the same. If the windows are computed from in[0], x
     * need not be kept besides it. */
    ir_value *w = in[at], *old = w == e->in[at] ? x : in[0];
    ir_value *idle = idle_windows(g, e, in, old), *pred = for_windows(g, c->which, e);
    ir_value *cases[] = {pred, c->last ? idle : w, c->last ? w : idle};
    in[at] = ir_emit1(g, &op_select_n, 3, cases, NULL);
    ir_value *y = ir_emit1(g, e->op, e->nin, in, e->attr);
    c->from[c->n] = v;
    c->to[c->n++] = y;
    return y;
}

bool select_windows(ir_graph *g, ir_value *const *x, ir_value **y)
{
    const ir_value *base = x[1];
    if (!base->type.rank || x[1] == x[2])
        return false;
    for (int k = 0; k < MANY; k++, base = base->eqn->in[0]) {
        if (is_base_with_windows(x[0], x[1], base) && is_base_with_windows(x[0], x[2], base)) {
            choice c = {.g = g, .which = x[0], .lanes = lanes_of(x[0])};
            ir_value *first = choose_windows(&c, (ir_value *)base, base, x[1]);
            c.n = 0;
            c.last = true;
            y[0] = first ? choose_windows(&c, first, base, x[2]) : NULL;
            return y[0] != NULL;
        }
        if (!writes_windows(base))
            break;
    }
    return false;
}

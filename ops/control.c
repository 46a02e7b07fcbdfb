/* The call primitive, and the functions on nested graphs that all control primitives use. */
#include <stdlib.h>
#include <string.h>

#include "ops/attrs.h"
#include "ops/control.h"
#include "ops/ops.h"

bool ctl_settle(ctl_settling *s)
{
    IR_SCRATCH(scratch);
    bool *before = ir_alloc(&scratch, (size_t)s->nflags);
    int stale = before ? s->n : 0, n;
    while ((n = stale)) {
        stale = 0;
        for (int k = 0; k < n; k++) {
            memcpy(before, s->flags, (size_t)s->nflags);
            if (!s->make(s, k))
                return false;
            if (memcmp(before, s->flags, (size_t)s->nflags))
                stale = k + s->again;
        }
    }
    return before != NULL;
}

ir_graph *ctl_rewire_picked(const ir_graph *g, int nin, const ir_type *types, const int *from,
                            int nout, const int *pick)
{
    IR_SCRATCH(scratch);
    IR_AUTO_GRAPH made = ir_graph_new(g->name);
    ir_value **in = ir_alloc(&scratch, (size_t)(g->nin + g->nout + nout) * sizeof *in);
    if (!ir_ok(made) || !in)
        return NULL;
    ir_value **out = in + g->nin, **picked = out + g->nout;
    for (int k = 0; k < nin; k++)
        if (!ir_input(made, &types[k]))
            return NULL;
    for (int k = 0; k < g->nin; k++)
        in[k] = made->in[from[k]];
    bool ok = ir_splice(made, g, in, out);
    for (int k = 0; k < nout; k++)
        picked[k] = out[pick[k]];
    return ok && ir_outputs(made, picked, nout) ? ir_graph_retain(made) : NULL;
}

ir_graph *ctl_rewire(const ir_graph *g, int nin, const ir_type *types, const int *from)
{
    IR_SCRATCH(scratch);
    int *same = ir_alloc(&scratch, (size_t)(g->nout + 1) * sizeof *same);
    for (int k = 0; same && k < g->nout; k++)
        same[k] = k;
    return same ? ctl_rewire_picked(g, nin, types, from, g->nout, same) : NULL;
}

ir_graph *ctl_reorder(const ir_graph *g, const int *in_order, const int *out_order)
{
    IR_SCRATCH(scratch);
    ir_type *types = ir_alloc(&scratch, (size_t)g->nin * sizeof *types);
    int *from = ir_alloc(&scratch, (size_t)g->nin * sizeof *from);
    if (!types || !from)
        return NULL;
    for (int k = 0; k < g->nin; k++) {
        types[k] = g->in[in_order[k]]->type;
        from[in_order[k]] = k;
    }
    return ctl_rewire_picked(g, g->nin, types, from, g->nout, out_order);
}

ir_graph *ctl_first_outputs(const ir_graph *g, int n)
{
    IR_SCRATCH(scratch);
    IR_AUTO_GRAPH made = ir_graph_like(g, NULL);
    ir_value **out = ir_alloc(&scratch, (size_t)(g->nout + 1) * sizeof *out);
    if (!ir_ok(made) || !out)
        return NULL;
    bool ok = ir_splice(made, g, made->in, out);
    return ok && ir_outputs(made, out, n) ? ir_graph_retain(made) : NULL;
}

int ctl_interleave(int ngroups, const int *size, const bool *nz, int *order)
{
    int total = 0, n = 0, first = 0, tangent;
    for (int gr = 0; gr < ngroups; gr++)
        total += size[gr];
    tangent = total;
    for (int gr = 0; gr < ngroups; first += size[gr++]) {
        for (int k = first; k < first + size[gr]; k++)
            order[n++] = k;
        for (int k = first; k < first + size[gr]; k++)
            if (nz[k])
                order[n++] = tangent++;
    }
    return n;
}

int ctl_marked(const bool *flags, int n)
{
    int set = 0;
    for (int k = 0; k < n; k++)
        set += flags[k];
    return set;
}

bool ctl_check_inputs(const char *op, const char *what, const ir_graph *g, int first, int n,
                      const ir_type *types)
{
    if (g->nin - first != n)
        return ir_fail("%s: %s takes %d values, but %d are given", op, what, g->nin - first, n);
    for (int k = 0; k < n; k++)
        if (!ir_same_type(&g->in[first + k]->type, &types[k]))
            return ir_fail("%s: %s takes %s as its input %d, but is given %s", op, what,
                           ir_type_tmp(&g->in[first + k]->type), k, ir_type_tmp(&types[k]));
    return true;
}

ir_value **ctl_call(ir_graph *g, ir_graph *callee, ir_value *const *in)
{
    ir_attr attr[] = {[CALL_GRAPH] = {.graph = callee}};
    return ir_emit(g, &op_call, callee->nin, in, attr);
}

ir_value *ctl_select_lanes(ir_graph *g, ir_value *pred, ir_value *a, ir_value *b)
{
    if (!a || !b)
        return NULL;
    if (ir_is_tape(&a->type))
        return ir_emit1(g, &op_tape_select, 3, (ir_value *[]){pred, a, b}, NULL);
    int64_t lanes = 0;
    ir_value *wide = b_broadcast_in_dim(g, pred, a->type.rank, a->type.dim, &lanes);
    return b_select(g, wide, a, b);
}

bool ctl_still_input(const ir_graph *body, int nconst, int ncarry, int k)
{
    return k < nconst || (k < nconst + ncarry && body->out[k - nconst] == body->in[k]);
}

/* Marks the values that a body computes alike in every step. Equations with a nested graph are left
 * out: such a loop may not terminate if this one makes no step. */
static void mark_still(const ir_graph *body, int nconst, int ncarry, bool *still)
{
    for (int k = 0; k < body->nin; k++)
        still[body->in[k]->id] = ctl_still_input(body, nconst, ncarry, k);
    IR_EACH_EQN (e, body) {
        bool all = !ir_nested(e, 0);
        for (int k = 0; k < e->nin; k++)
            all = all && still[e->in[k]->id];
        for (int k = 0; k < e->nout; k++)
            still[e->out[k]->id] = all;
    }
}

static bool needed(const ir_eqn *e, const bool *wanted)
{
    for (int k = 0; k < e->nout; k++)
        if (wanted[e->out[k]->id])
            return true;
    return false;
}

bool ctl_before_loop(ir_graph *g, const ir_graph *body, int nconst, int ncarry,
                     ir_value *const *operand, int first, ir_value **out)
{
    IR_SCRATCH(scratch);
    bool *still = ir_alloc(&scratch, 2 * (size_t)body->nvalue);
    if (!still)
        return false;
    bool *wanted = still + body->nvalue;
    bool ok = true;
    ir_value **map = ir_alloc(&scratch, (size_t)body->nvalue * sizeof *map);
    if (!map)
        return false;
    mark_still(body, nconst, ncarry, still);
    for (int k = first; k < body->nout; k++) {
        const ir_value *v = body->out[k];
        wanted[v->id] = still[v->id] && v->eqn && v->eqn->nin;
    }
    for (const ir_eqn *e = body->last; e; e = e->prev)
        for (int k = 0; k < e->nin && needed(e, wanted); k++)
            wanted[e->in[k]->id] = true;
    for (int k = 0; k < body->nin; k++)
        map[body->in[k]->id] = operand[k];
    for (const ir_eqn *e = body->first; e && ok; e = e->next)
        ok = !needed(e, wanted) || ir_copy_mapped(g, e, map);
    for (int k = first; k < body->nout; k++) {
        const ir_value *v = body->out[k];
        out[k - first] = v->eqn && wanted[v->id] ? map[v->id] : NULL;
    }
    return ok;
}

void ctl_hand_out(ir_value **made, int ngroups, const int *size, const bool *nz, ir_value **y,
                  ir_value **ty)
{
    for (int gr = 0, k = 0; made && gr < ngroups; k += size[gr++]) {
        for (int j = k; j < k + size[gr]; j++)
            y[j] = *made++;
        for (int j = k; j < k + size[gr]; j++)
            ty[j] = nz[j] ? *made++ : NULL;
    }
}

/* ---- call ------------------------------------------------------------------------------------ */

ir_value **ctl_call_again(ir_graph *g, const ir_eqn *e, ir_graph *callee, ir_value *const *in)
{
    ir_attr attr[IR_MAX_ATTRS];
    memcpy(attr, e->attr, (size_t)ir_nattr(e->op) * sizeof *attr);
    attr[CALL_GRAPH].graph = callee;
    return ir_emit(g, e->op, callee->nin, in, attr);
}

bool ctl_call_infer(ir_infer *q)
{
    const ir_graph *g = q->attr[CALL_GRAPH].graph;
    if (!ctl_check_inputs(q->op->name, "the function", g, 0, q->nin, q->in))
        return false;
    for (int k = 0; k < g->nout; k++)
        ir_infer_out(q, &g->out[k]->type);
    return true;
}

bool ctl_call_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    return ir_eval(ctl_graph(e, CALL_GRAPH), in, out);
}

int ctl_with_tangents(const ir_eqn *e, ir_value *const *x, ir_value *const *t, bool *nz,
                      ir_value **in)
{
    int n = 0;
    for (int k = 0; k < e->nin; k++)
        in[n++] = x[k];
    for (int k = 0; k < e->nin; k++)
        if ((nz[k] = t[k] != NULL))
            in[n++] = t[k];
    return n;
}

bool ctl_call_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                  ir_value **y, ir_value **ty)
{
    IR_SCRATCH(scratch);
    ir_value **in = ir_alloc(&scratch, (size_t)(2 * e->nin + 1) * sizeof *in);
    bool *nz = ir_alloc(&scratch, (size_t)(e->nin + e->nout) * sizeof *nz);
    if (!in || !nz)
        return false;
    bool *nz_out = nz + e->nin;
    ctl_with_tangents(e, x, t, nz, in);
    IR_AUTO_GRAPH moved = ir_jvp(ctl_graph(e, CALL_GRAPH), nz, nz_out);
    ir_value **made = moved ? ctl_call_again(g, e, moved, in) : NULL;
    ctl_hand_out(made, 1, &e->nout, nz_out, y, ty);
    return made != NULL;
}

bool ctl_call_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                        ir_value **ct_in)
{
    IR_SCRATCH(scratch);
    ir_value **in = ir_alloc(&scratch, (size_t)(2 * e->nin + e->nout) * sizeof *in);
    bool *flags = ir_alloc(&scratch, (size_t)(3 * e->nin + e->nout) * sizeof *flags);
    if (!in || !flags)
        return false;
    bool *linear = flags, *nz_in = flags + e->nin, *into = nz_in + e->nin, *nz_ct = into + e->nin;
    int n = 0;
    for (int k = 0; k < e->nin; k++)
        if (!(linear[k] = !x[k]))
            in[n++] = x[k];
    for (int k = 0; k < e->nout; k++)
        if ((nz_ct[k] = ct[k] != NULL))
            in[n++] = ct[k];
    for (int k = 0; k < e->nin; k++)
        if ((into[k] = ct_in[k] != NULL))
            in[n++] = ct_in[k];
    IR_AUTO_GRAPH back = ir_transpose_into(ctl_graph(e, CALL_GRAPH), linear, nz_ct, into, nz_in);
    ir_value **made = back ? ctl_call_again(g, e, back, in) : NULL;
    for (int k = 0, m = 0; made && k < e->nin; k++)
        ct_in[k] = linear[k] && nz_in[k] ? made[m++] : NULL;
    return made != NULL;
}

bool ctl_call_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                    const ir_batching *over, ir_value **y, int *yaxis)
{
    for (int k = 0; k < e->nout; k++)
        yaxis[k] = IR_AXIS_ANY;
    IR_AUTO_GRAPH batched = ir_vmap(ctl_graph(e, CALL_GRAPH), over, axis, yaxis);
    return batched && ir_results(ctl_call_again(g, e, batched, x), e->nout, y);
}

/* The index of the input that v is, or -1. A residual that is an input of the known part need not
 * be saved. */
static int is_input_of(const ir_graph *g, const ir_value *v)
{
    return v->eqn ? -1 : (int)g->in[v->index]->index;
}

bool ctl_call_partial(ir_partial *p, const ir_eqn *e)
{
    IR_SCRATCH(scratch);
    bool *unknown = ir_alloc(&scratch, (size_t)(e->nin + e->nout) * sizeof *unknown);
    if (!unknown)
        return false;
    bool *unknown_out = unknown + e->nin;
    const ir_value **known_in = ir_alloc(&scratch, (size_t)e->nin * sizeof *known_in);
    if (!known_in)
        return false;
    int nknown = 0;
    for (int k = 0; k < e->nin; k++)
        if (!(unknown[k] = !ir_partial_is_known(p, e->in[k])))
            known_in[nknown++] = e->in[k];
    IR_AUTO_GRAPH known = NULL;
    IR_AUTO_GRAPH rest = NULL;
    int nres = ir_partial_eval(ctl_graph(e, CALL_GRAPH), unknown, unknown_out, &known, &rest);
    bool ok = nres >= 0;
    if (ok) {
        ir_value **in = ir_alloc(&scratch, (size_t)(e->nin + nres) * sizeof *in);
        if (!in)
            return false;
        for (int k = 0; k < nknown; k++)
            in[k] = ir_partial_known(p, known_in[k]);
        ir_value **made = ctl_call(p->known, known, in);
        int m = 0, n = 0;
        for (int k = 0; made && k < e->nout; k++)
            if (!unknown_out[k])
                p->k[e->out[k]->id] = made[m++];
        for (int r = 0; made && r < nres; r++) {
            int from = is_input_of(known, known->out[m + r]);
            in[n++] = from >= 0 ? ir_partial_unknown(p, known_in[from])
                                : ir_partial_residual(p, made[m + r]);
        }
        for (int k = 0; k < e->nin; k++)
            if (unknown[k])
                in[n++] = ir_partial_unknown(p, e->in[k]);
        ir_value **later = made ? ctl_call(p->unknown, rest, in) : NULL;
        for (int k = 0, u = 0; later && k < e->nout; k++)
            if (unknown_out[k])
                p->u[e->out[k]->id] = later[u++];
        ok = later != NULL;
    }
    return ok;
}

void ctl_call_need(const ir_eqn *e, bool *out, bool *in)
{
    ir_need_inputs(ctl_graph(e, CALL_GRAPH), out, in);
}

ir_value **ctl_call_narrow(ir_graph *g, const ir_eqn *e, const bool *in, const bool *out, int n,
                           ir_value *const *x)
{
    (void)n;
    IR_AUTO_GRAPH narrow = ir_narrow(ctl_graph(e, CALL_GRAPH), in, out);
    return narrow ? ctl_call_again(g, e, narrow, x) : NULL;
}

const ir_op op_call = {
    .name = "call",
    .flags = IR_OP_NO_FOLD | IR_OP_TAPES | IR_OP_CALLS | IR_OP_ADDS,
    .attrs = IR_ATTR_COLUMN(CALL),
    .infer = ctl_call_infer,
    .eval = ctl_call_eval,
    .jvp = ctl_call_jvp,
    .transpose = ctl_call_transpose,
    .batch = ctl_call_batch,
    .partial = ctl_call_partial,
    .need = ctl_call_need,
    .narrow = ctl_call_narrow,
};

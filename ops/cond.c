/* cond: runs one of n branches. The index of the branch is clamped into range.
 *
 * All branches must have the same input and output types. Each transformation therefore first finds
 * out, for every branch, which outputs have a tangent, are batched or are unknown; then it makes
 * all branches return the union of these.
 */
#include <stdlib.h>
#include <string.h>

#include "ops/attrs.h"
#include "ops/cond.h"
#include "ops/control.h"
#include "ops/guard.h"
#include "ops/ops.h"

static bool same_outputs(const ir_graph *a, const ir_graph *b, int branch)
{
    if (a->nout != b->nout)
        return ir_fail("cond: branch 0 gives %d values, branch %d gives %d", a->nout, branch,
                       b->nout);
    for (int k = 0; k < a->nout; k++)
        if (!ir_same_type(&a->out[k]->type, &b->out[k]->type))
            return ir_fail("cond: output %d is %s in branch 0, but %s in branch %d", k,
                           ir_type_tmp(&a->out[k]->type), ir_type_tmp(&b->out[k]->type), branch);
    return true;
}

static bool cond_infer(ir_infer *q)
{
    const ir_attr *branches = &q->attr[COND_BRANCHES];
    ir_type index = ir_type_scalar(IR_i32);
    if (branches->n < 1)
        return ir_fail("cond: there must be at least one branch");
    if (q->nin < 1 || !ir_same_type(&q->in[0], &index))
        return ir_fail("cond: the index must be i32[], but is %s",
                       q->nin ? ir_type_tmp(&q->in[0]) : "missing");
    for (int b = 0; b < branches->n; b++)
        if (!ctl_check_inputs("cond", "a branch", branches->graphs[b], 0, q->nin - 1, q->in + 1) ||
            !same_outputs(branches->graphs[0], branches->graphs[b], b))
            return false;
    for (int k = 0; k < branches->graphs[0]->nout; k++) {
        ir_type t = branches->graphs[0]->out[k]->type;
        for (int b = 1; b < branches->n; b++)
            t.weak = t.weak && branches->graphs[b]->out[k]->type.weak;
        ir_infer_out(q, &t);
    }
    return true;
}

static bool cond_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    int32_t index = *(const int32_t *)in[0];
    int last = branches_of(e)->n - 1;
    return ir_eval(branches_of(e)->graphs[index < 0      ? 0
                                          : index > last ? last
                                                         : index],
                   in + 1, out);
}

/* One transformation of all branches. A flag is set if any branch needs it. */
typedef struct {
    ctl_settling settling;
    const ir_attr *branches;
    const void *in; /* flags or axes of the operands */
    ir_graph **made;
    const bool *nz_ct, *into; /* transpose */
    const ir_batching *over; /* batch */
    int *axes;
    ir_graph **rest; /* partial evaluation: the unknown part of each branch */
    int *nres;
} transformed;

static transformed transforming(const ir_eqn *e, bool (*make)(ctl_settling *, int), const void *in,
                                int nflags, bool *flags, ir_graph **made)
{
    const ir_attr *branches = branches_of(e);
    return (transformed){.settling = {make, branches->n, flags, nflags, .again = false},
                         .branches = branches,
                         .in = in,
                         .made = made};
}

/* ---- jvp ------------------------------------------------------------------------------------- */

static bool jvp_branch(ctl_settling *s, int b)
{
    transformed *t = (transformed *)s;
    ir_graph_release(t->made[b]);
    t->made[b] = ir_jvp(t->branches->graphs[b], t->in, s->flags);
    return t->made[b] != NULL;
}

/* The jvp of every branch. Each returns a tangent for every output that has one in any branch;
 * nz_out is set for these. */
static ir_graph **branch_jvps(const ir_eqn *e, const bool *moving, bool *nz_out)
{
    ir_graph **made = cond_graphs_new(branches_of(e)->n);
    transformed t = transforming(e, jvp_branch, moving, e->nout, nz_out, made);
    if (made && ctl_settle(&t.settling))
        return made;
    cond_release(made, branches_of(e)->n);
    return NULL;
}

static bool cond_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                     ir_value **y, ir_value **ty)
{
    IR_SCRATCH(scratch);
    bool *moving = ir_alloc(&scratch, (size_t)(e->nin + e->nout));
    if (!moving)
        return false;
    bool *nz_out = moving + e->nin;
    ir_value **in = ir_alloc(&scratch, (size_t)(2 * e->nin) * sizeof *in);
    if (!in)
        return false;
    ir_value **made = NULL;
    int n = 0;
    for (int k = 0; k < e->nin; k++)
        in[n++] = x[k];
    for (int k = 1; k < e->nin; k++)
        if ((moving[k - 1] = t[k] != NULL))
            in[n++] = t[k];
    ir_graph **branches = branch_jvps(e, moving, nz_out);
    if (branches) {
        made = cond_emit(g, branches, branches_of(e)->n, n, in);
        cond_release(branches, branches_of(e)->n);
    }
    for (int k = 0, m = e->nout; made && k < e->nout; k++) {
        y[k] = made[k];
        ty[k] = nz_out[k] ? made[m++] : NULL;
    }
    return made != NULL;
}

/* ---- transpose ------------------------------------------------------------------------------- */

static bool transpose_branch(ctl_settling *s, int b)
{
    transformed *t = (transformed *)s;
    ir_graph_release(t->made[b]);
    t->made[b] = ir_transpose_into(t->branches->graphs[b], t->in, t->nz_ct, t->into, s->flags);
    return t->made[b] != NULL;
}

/* Leaves out the sums that no branch adds to. `into` marks the operands with a sum, which each
 * transposed branch takes last; `nz_in` those with a result. Clears their flags in both. */
static bool drop_idle_sums(const ir_eqn *e, ir_graph **back, bool *into, bool *nz_in)
{
    IR_SCRATCH(scratch);
    int n = ctl_marked(into, e->nin - 1), nb = branches_of(e)->n, nin = back[0]->nin, idle = 0;
    bool *in = ir_alloc(&scratch, (size_t)(nin + back[0]->nout) + 1), *out = in + nin;
    if (!in)
        return false;
    memset(in, true, (size_t)(nin + back[0]->nout));
    for (int k = 0, sum = nin - n, result = 0; k < e->nin - 1; k++) {
        bool same = into[k];
        for (int b = 0; same && b < nb; b++)
            same = back[b]->out[result] == back[b]->in[sum];
        if (same) {
            in[sum] = out[result] = false;
            idle++;
        }
        sum += into[k];
        result += nz_in[k];
        into[k] = into[k] && !same;
        nz_in[k] = nz_in[k] && !same;
    }
    for (int b = 0; idle && b < nb; b++) {
        ir_graph *whole = back[b];
        back[b] = ir_narrow(whole, in, out);
        ir_graph_release(whole);
        if (!back[b])
            return false;
    }
    return true;
}

static bool cond_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                           ir_value **ct_in)
{
    IR_SCRATCH(scratch);
    if (!x[0])
        return ir_fail("cond is not linear in its index");
    int nb = branches_of(e)->n, n = 0;
    bool *linear = ir_alloc(&scratch, (size_t)(3 * e->nin + e->nout));
    if (!linear)
        return false;
    bool *nz_in = linear + e->nin, *into = nz_in + e->nin, *nz_ct = into + e->nin;
    ir_value **in = ir_alloc(&scratch, (size_t)(2 * e->nin + e->nout) * sizeof *in);
    if (!in)
        return false;
    ir_value **made = NULL;
    in[n++] = x[0];
    for (int k = 1; k < e->nin; k++)
        if (!(linear[k - 1] = !x[k]))
            in[n++] = x[k];
    for (int k = 0; k < e->nout; k++)
        if ((nz_ct[k] = ct[k] != NULL))
            in[n++] = ct[k];
    ir_graph **back = cond_graphs_new(nb);
    transformed t = transforming(e, transpose_branch, linear, e->nin - 1, nz_in, back);
    t.nz_ct = nz_ct;
    t.into = into;
    for (int k = 1; k < e->nin; k++)
        into[k - 1] = ct_in[k] != NULL;
    if (back && ctl_settle(&t.settling) && drop_idle_sums(e, back, into, nz_in)) {
        for (int k = 1; k < e->nin; k++)
            if (into[k - 1])
                in[n++] = ct_in[k];
        made = cond_emit(g, back, nb, n, in);
    }
    for (int k = 1, m = 0; made && k < e->nin; k++)
        if (linear[k - 1] && nz_in[k - 1])
            ct_in[k] = made[m++];
    cond_release(back, nb);
    return made != NULL;
}

/* ---- batch ----------------------------------------------------------------------------------- */

/* The batch axis of an output: in front; for tapes, after the dynamic axes. */
static int batch_place(const ir_value *out)
{
    return ir_tape_depth(&out->type);
}

/* If this branch is the first to batch an output, and its batch axis is elsewhere, the branch is
 * batched a second time to move it. */
static bool vmap_branch(ctl_settling *s, int b)
{
    transformed *t = (transformed *)s;
    const ir_graph *branch = t->branches->graphs[b];
    for (bool elsewhere = true; elsewhere;) {
        elsewhere = false;
        for (int k = 0; k < s->nflags; k++)
            t->axes[k] = s->flags[k] ? batch_place(branch->out[k]) : IR_AXIS_ANY;
        ir_graph_release(t->made[b]);
        t->made[b] = ir_vmap(branch, t->over, t->in, t->axes);
        for (int k = 0; t->made[b] && k < s->nflags; k++) {
            elsewhere = elsewhere || t->axes[k] > batch_place(branch->out[k]);
            s->flags[k] = s->flags[k] || t->axes[k] >= 0;
        }
    }
    return t->made[b] != NULL;
}

/* Batches `branches`, those of e, with the same output axes. An output is batched if any branch
 * batches it, or if `all` is true; yaxis is set to batch_place for these outputs and to -1 for the
 * others. */
static ir_graph **branch_vmaps(const ir_eqn *e, const ir_attr *branches, const int *axis,
                               const ir_batching *over, bool all, int *yaxis)
{
    IR_SCRATCH(scratch);
    bool *varies = ir_alloc(&scratch, (size_t)e->nout);
    ir_graph **made = varies ? cond_graphs_new(branches_of(e)->n) : NULL;
    if (!made)
        return NULL;
    memset(varies, all, (size_t)e->nout);
    transformed t = transforming(e, vmap_branch, axis, e->nout, varies, made);
    t.branches = branches;
    t.over = over;
    t.axes = yaxis;
    bool ok = ctl_settle(&t.settling);
    for (int k = 0; k < e->nout; k++)
        yaxis[k] = varies[k] ? batch_place(e->out[k]) : -1;
    if (ok)
        return made;
    cond_release(made, branches_of(e)->n);
    return NULL;
}

/* Which lanes take branch b of n? The index is clamped: lanes below 0 take the first, lanes above
 * n - 1 the last. */
static ir_value *lanes_of(ir_graph *g, ir_value *index, int b, int n)
{
    ir_value *k = n == 1 ? index : b_const(g, index, b);
    return (n == 1 ? b_eq : b == 0 ? b_le : b == n - 1 ? b_ge : b_eq)(g, index, k);
}

/* The operands of branch b, which the lanes marked in `chosen` take: `chosen`, then e's. An operand
 * that all lanes share is guarded for the case that no lane takes the branch. */
static bool guarded_operands(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                             ir_value *chosen, ir_value **in)
{
    int64_t lanes = 0;
    ir_value *any = b_reduce(g, &op_reduce_or, chosen, 1, &lanes);
    in[0] = chosen;
    for (int k = 1; k < e->nin; k++) {
        in[k] = axis[k] < 0 && guard_concerns(&x[k]->type) ? guard_value(g, any, x[k]) : x[k];
        if (!in[k])
            return false;
    }
    return any != NULL;
}

/* For lanes with different indices: runs every branch on all lanes, and selects by lane. */
static bool select_branches(ir_graph *g, const ir_eqn *e, ir_graph **branches, ir_value *const *x,
                            const int *axis, ir_value **y)
{
    IR_SCRATCH(scratch);
    ir_value **in = ir_alloc(&scratch, (size_t)e->nin * sizeof *in);
    int n = branches_of(e)->n;
    bool ok = in != NULL;
    for (int b = 0; ok && b < n; b++) {
        ir_value *chosen = lanes_of(g, x[0], b, n);
        ok = chosen && guarded_operands(g, e, x, axis, chosen, in);
        ir_value **out = ok ? ctl_call(g, branches[b], in) : NULL;
        ok = out != NULL;
        for (int j = 0; ok && j < e->nout; j++)
            ok = (y[j] = b ? ctl_select_lanes(g, chosen, out[j], y[j]) : out[j]) != NULL;
    }
    return ok;
}

static bool batch_divergent(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                            const ir_batching *over, ir_value **y, int *yaxis)
{
    IR_SCRATCH(scratch);
    int n = branches_of(e)->n;
    ir_graph **guarded = cond_graphs_new(n), **branches = NULL;
    bool *varies = ir_alloc(&scratch, (size_t)e->nin), ok = guarded && varies;
    for (int k = 1; ok && k < e->nin; k++)
        varies[k - 1] = axis[k] >= 0;
    for (int b = 0; ok && b < n; b++)
        ok = (guarded[b] = guard_graph(branches_of(e)->graphs[b], varies)) != NULL;
    if (ok) /* axis[0], of the index, is also that of the guard */
        branches = branch_vmaps(e, &(ir_attr){.n = n, .graphs = guarded}, axis, over, true, yaxis);
    ok = branches && select_branches(g, e, branches, x, axis, y);
    cond_release(guarded, n);
    cond_release(branches, n);
    return ok;
}

static bool cond_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                       const ir_batching *over, ir_value **y, int *yaxis)
{
    if (axis[0] >= 0)
        return batch_divergent(g, e, x, axis, over, y, yaxis);
    int n = branches_of(e)->n;
    ir_graph **branches = branch_vmaps(e, branches_of(e), axis + 1, over, false, yaxis);
    ir_value **made = branches ? cond_emit(g, branches, n, e->nin, x) : NULL;
    cond_release(branches, n);
    return ir_results(made, e->nout, y);
}

/* ---- partial evaluation -------------------------------------------------------------------------
 * Branches have different residuals but must return the same outputs. Residuals of the same type
 * therefore share a slot, and a branch that does not use a slot returns zeros for it. A residual
 * that is an operand of the cond is not returned by the known cond. */

typedef struct {
    ir_type type;
    int operand; /* the input of the known graphs that the residual is; -1 if it is none */
} slot;

typedef struct {
    ir_arena mem;
    int nb, nknown_out;
    ir_graph **known, **rest;
    int *nres, **slot_of; /* by branch, by residual */
    slot *slots;
    int nslots;
} split;

static void split_free(split *s)
{
    cond_release(s->known, s->nb);
    cond_release(s->rest, s->nb);
    ir_arena_free(&s->mem);
}

static bool split_branch(ctl_settling *s, int b)
{
    transformed *t = (transformed *)s;
    ir_graph_release(t->made[b]);
    ir_graph_release(t->rest[b]);
    t->made[b] = t->rest[b] = NULL;
    t->nres[b] = ir_partial_eval(t->branches->graphs[b], t->in, s->flags, &t->made[b], &t->rest[b]);
    return t->nres[b] >= 0;
}

static bool split_branches(split *s, const ir_eqn *e, const bool *unknown, bool *unknown_out)
{
    s->nb = branches_of(e)->n;
    s->known = cond_graphs_new(s->nb);
    s->rest = cond_graphs_new(s->nb);
    s->nres = ir_alloc(&s->mem, (size_t)s->nb * sizeof *s->nres);
    s->slot_of = ir_alloc(&s->mem, (size_t)s->nb * sizeof *s->slot_of);
    if (!s->known || !s->rest || !s->nres || !s->slot_of)
        return false;
    transformed t = transforming(e, split_branch, unknown, e->nout, unknown_out, s->known);
    t.rest = s->rest;
    t.nres = s->nres;
    if (!ctl_settle(&t.settling))
        return false;
    for (int k = 0; k < e->nout; k++)
        s->nknown_out += !unknown_out[k];
    return true;
}

/* Finds or adds a slot for residual v that is not taken yet. Returns -1 on error. */
static int find_slot(split *s, const ir_value *v, bool *taken)
{
    int operand = v->eqn ? -1 : (int)v->index;
    for (int k = 0; k < s->nslots; k++)
        if (!taken[k] && s->slots[k].operand == operand &&
            ir_same_type(&s->slots[k].type, &v->type))
            return k;
    slot *all = ir_grow(&s->mem, s->slots, (size_t)s->nslots * sizeof *all,
                        (size_t)(s->nslots + 1) * sizeof *all);
    if (!all)
        return -1;
    s->slots = all;
    s->slots[s->nslots] = (slot){v->type, operand};
    return s->nslots++;
}

static bool assign_slots(split *s)
{
    int total = 1;
    for (int b = 0; b < s->nb; b++)
        total += s->nres[b];
    bool *taken = ir_alloc(&s->mem, (size_t)total);
    if (!taken)
        return false;
    for (int b = 0; b < s->nb; b++) {
        memset(taken, 0, (size_t)total);
        s->slot_of[b] = ir_alloc(&s->mem, (size_t)(s->nres[b] + 1) * sizeof(int));
        if (!s->slot_of[b])
            return false;
        for (int r = 0; r < s->nres[b]; r++) {
            int k = find_slot(s, s->known[b]->out[s->nknown_out + r], taken);
            if (k < 0)
                return false;
            s->slot_of[b][r] = k;
            taken[k] = true;
        }
    }
    return true;
}

/* Branch b of the known cond. It returns the known outputs, then the slots that are not
 * operands. */
static ir_graph *known_branch(const split *s, int b)
{
    IR_SCRATCH(scratch);
    const ir_graph *from = s->known[b];
    IR_AUTO_GRAPH g = ir_graph_like(from, NULL);
    ir_value **out = ir_alloc(&scratch, (size_t)(from->nout + s->nslots + 1) * sizeof *out);
    ir_value **slots = ir_alloc(&scratch, (size_t)(s->nslots + 1) * sizeof *slots);
    if (!ir_ok(g) || !out || !slots)
        return NULL;
    bool ok = ir_splice(g, from, g->in, out);
    for (int r = 0; r < s->nres[b]; r++)
        slots[s->slot_of[b][r]] = out[s->nknown_out + r];
    int n = s->nknown_out;
    for (int k = 0; ok && k < s->nslots; k++)
        if (s->slots[k].operand < 0)
            ok = (out[n++] = slots[k] ? slots[k] : ir_zeros(g, &s->slots[k].type)) != NULL;
    return ok && ir_outputs(g, out, n) ? ir_graph_retain(g) : NULL;
}

/* Branch b of the unknown cond. It takes all slots, then the unknown operands. */
static ir_graph *unknown_branch(const split *s, int b)
{
    IR_SCRATCH(scratch);
    const ir_graph *from = s->rest[b];
    int nunknown = from->nin - s->nres[b], nin = s->nslots + nunknown;
    ir_type *types = ir_alloc(&scratch, (size_t)(nin + 1) * sizeof *types);
    int *place = ir_alloc(&scratch, (size_t)(from->nin + 1) * sizeof *place);
    if (!types || !place)
        return NULL;
    for (int k = 0; k < s->nslots; k++)
        types[k] = s->slots[k].type;
    for (int k = 0; k < from->nin; k++) {
        bool res = k < s->nres[b];
        place[k] = res ? s->slot_of[b][k] : s->nslots + k - s->nres[b];
        if (!res)
            types[place[k]] = from->in[k]->type;
    }
    return ctl_rewire(from, nin, types, place);
}

static ir_graph **each_branch(const split *s, ir_graph *(*make)(const split *, int))
{
    ir_graph **made = cond_graphs_new(s->nb);
    if (!made)
        return NULL;
    for (int b = 0; b < s->nb; b++)
        if (!(made[b] = make(s, b))) {
            cond_release(made, s->nb);
            return NULL;
        }
    return made;
}

/* Emits both conds, with e's operands. The index is known. */
static bool emit_both(split *s, ir_partial *p, const ir_eqn *e, const bool *unknown,
                      const bool *unknown_out, ir_graph **known, ir_graph **rest)
{
    IR_SCRATCH(scratch);
    const ir_value **operand = ir_alloc(&scratch, (size_t)e->nin * sizeof *operand);
    ir_value **in = ir_alloc(&scratch, (size_t)(e->nin + s->nslots + 1) * sizeof *in);
    if (!operand || !in)
        return false;
    int n = 1, nk = 0;
    in[0] = ir_partial_known(p, e->in[0]);
    for (int k = 1; k < e->nin; k++)
        if (!unknown[k - 1]) {
            operand[nk++] = e->in[k];
            in[n++] = ir_partial_known(p, e->in[k]);
        }
    ir_value **made = cond_emit(p->known, known, s->nb, n, in);
    int m = 0;
    for (int k = 0; made && k < e->nout; k++)
        if (!unknown_out[k])
            p->k[e->out[k]->id] = made[m++];
    n = 0;
    in[n++] = ir_partial_unknown(p, e->in[0]);
    for (int k = 0; made && k < s->nslots; k++)
        in[n++] = s->slots[k].operand >= 0 ? ir_partial_unknown(p, operand[s->slots[k].operand])
                                           : ir_partial_residual(p, made[m++]);
    for (int k = 1; k < e->nin; k++)
        if (unknown[k - 1])
            in[n++] = ir_partial_unknown(p, e->in[k]);
    ir_value **later = made ? cond_emit(p->unknown, rest, s->nb, n, in) : NULL;
    for (int k = 0, u = 0; later && k < e->nout; k++)
        if (unknown_out[k])
            p->u[e->out[k]->id] = later[u++];
    return later != NULL;
}

static bool cond_partial(ir_partial *p, const ir_eqn *e)
{
    IR_SCRATCH(scratch);
    if (!ir_partial_is_known(p, e->in[0]))
        return ir_partial_all_unknown(p, e);
    bool *unknown = ir_alloc(&scratch, (size_t)(e->nin + e->nout));
    if (!unknown)
        return false;
    bool *unknown_out = unknown + e->nin;
    for (int k = 1; k < e->nin; k++)
        unknown[k - 1] = !ir_partial_is_known(p, e->in[k]);
    split s = {0};
    bool ok = split_branches(&s, e, unknown, unknown_out) && assign_slots(&s);
    if (ok) {
        ir_graph **known = each_branch(&s, known_branch);
        ir_graph **rest = each_branch(&s, unknown_branch);
        ok = known && rest && emit_both(&s, p, e, unknown, unknown_out, known, rest);
        cond_release(known, s.nb);
        cond_release(rest, s.nb);
    }
    split_free(&s);
    return ok;
}

const ir_op op_cond = {
    .name = "cond",
    .flags = IR_OP_NO_FOLD | IR_OP_TAPES | IR_OP_ADDS,
    .attrs = IR_ATTR_COLUMN(COND),
    .infer = cond_infer,
    .eval = cond_eval,
    .jvp = cond_jvp,
    .transpose = cond_transpose,
    .batch = cond_batch,
    .partial = cond_partial,
    .need = cond_need,
    .narrow = cond_narrow,
    .simplify = cond_simplify,
    .lower = &(const jit_lower){.kind = JIT_COND},
};

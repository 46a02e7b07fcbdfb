/* guard: cuts derivatives in lanes that do not take part.
 *
 * If lanes take different branches, batching runs every branch for all lanes and selects the
 * results. A lane may then compute sqrt(-1), though the program guards against that. Its result is
 * not selected; but reverse mode multiplies its cotangent, which is 0, by a derivative that is
 * infinite or NaN. Lanes that are done while their loop goes on for others have the same problem.
 *
 * guard(active, x) is x. Three things make a graph with guards safe:
 *
 *   - The tangent of guard(active, x) is 0 where `active` is false, so the cotangent of x is 0
 *     there, whatever comes back through the guard. Every input that differs between lanes is
 *     guarded.
 *   - Where an operand that all lanes share meets one that differs, the shared one is guarded for
 *     each lane, or the result is. So the sum over the lanes has no terms of other lanes.
 *   - A linear graph multiplies by 1 in place of a guarded value where `active` is false.
 *
 * (JAX guards a branch's operands, each broadcast to all lanes: jax-ml/jax#1052.) When no more
 * derivatives are taken, the simplifier replaces a guard by x, so it costs nothing.
 */
#include "ops/guard.h"

#include <string.h>

#include "ops/control.h"
#include "ops/elementwise.h"
#include "ops/loop.h"
#include "ops/ops.h"

/* ---- the primitive --------------------------------------------------------------------------- */

static bool guard_infer(ir_infer *q)
{
    if (q->nin != 2)
        return ir_fail("guard: it takes two operands, but %d are given", q->nin);
    if (q->in[0].dtype != IR_bool || !ir_same_shape(&q->in[0], &q->in[1]))
        return ir_fail("guard: operand 0 must be bool, with the shape of operand 1, but they are "
                       "%s and %s",
                       ir_type_tmp(&q->in[0]), ir_type_tmp(&q->in[1]));
    ir_infer_out(q, &q->in[1]);
    return true;
}

static bool guard_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    ir_buffer_copy(&e->out[0]->type, out[0], in[1]);
    return true;
}

static bool guard_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                      ir_value **y, ir_value **ty)
{
    y[0] = ir_emit1(g, e->op, 2, x, NULL);
    ty[0] = t[1] ? b_select(g, x[0], t[1], b_const(g, t[1], 0)) : NULL;
    return y[0] && (ty[0] || !t[1]);
}

static bool guard_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                            ir_value **ct_in)
{
    (void)e;
    return x[0] && (ct_in[1] = b_select(g, x[0], ct[0], b_const(g, ct[0], 0)));
}

static ir_value *guard_factor(ir_graph *g, const ir_eqn *e, ir_value *const *x)
{
    (void)e;
    return b_select(g, x[0], x[1], b_const(g, x[1], 1));
}

static bool guard_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    (void)g, (void)e;
    y[0] = x[1];
    return true;
}

const ir_op op_guard = {
    .name = "guard",
    .flags = IR_OP_ELEMENTWISE | IR_OP_APART,
    .infer = guard_infer,
    .eval = guard_eval,
    .jvp = guard_jvp,
    .transpose = guard_transpose,
    .factor = guard_factor,
    .batch = ew_batch,
    .simplify = guard_simplify,
};

ir_value *guard_value(ir_graph *g, ir_value *active, ir_value *x)
{
    if (!active || !x)
        return NULL;
    ir_value *wide = b_broadcast_in_dim(g, active, x->type.rank, x->type.dim, NULL);
    return ir_emit1(g, &op_guard, 2, (ir_value *[]){wide, x}, NULL);
}

/* ---- guarding a graph ------------------------------------------------------------------------ */

/* By id of the old graph's values: the new value, whether it may differ between lanes, and whether
 * it depends on an input. */
typedef struct {
    ir_graph *g;
    ir_value *active, **value, **x;
    bool *varies, *depends;
} guarding;

bool guard_concerns(const ir_type *t)
{
    return ir_is_inexact(t->dtype) && !ir_is_tape(t);
}

/* Is v the same for all lanes, and may it have a derivative? */
static bool is_shared(const guarding *s, const ir_value *v)
{
    return s->depends[v->id] && !s->varies[v->id] && guard_concerns(&v->type);
}

static ir_value *guard_if(const guarding *s, bool it, ir_value *x)
{
    return it && x && guard_concerns(&x->type) ? guard_value(s->g, s->active, x) : x;
}

/* Guards g as guard_graph does. `in` says which inputs vary; those are guarded if `inputs` is true.
 * Outputs marked in `out` shall vary; the others that do are marked. */
static ir_graph *guarded(const ir_graph *g, const bool *in, bool *out, bool inputs);

/* Sets a flag for each of n values that varies. */
static void flags_of(const guarding *s, ir_value *const *v, int n, bool *flags)
{
    for (int k = 0; k < n; k++)
        flags[k] = s->varies[v[k]->id];
}

static ir_value **guard_call(guarding *s, const ir_eqn *e, bool *out)
{
    IR_SCRATCH(scratch);
    bool *varies = ir_alloc(&scratch, (size_t)e->nin);
    ir_value **in = ir_alloc(&scratch, (size_t)(e->nin + 1) * sizeof *in);
    if (!varies || !in)
        return NULL;
    flags_of(s, e->in, e->nin, varies);
    IR_AUTO_GRAPH callee = guarded(ctl_graph(e, CALL_GRAPH), varies, out, false);
    in[0] = s->active;
    memcpy(in + 1, s->x, (size_t)e->nin * sizeof *in);
    return callee ? ctl_call_again(s->g, e, callee, in) : NULL;
}

/* The nested graphs of one equation. The flags say which outputs of a branch, or which carries of a
 * loop, vary. */
typedef struct {
    ctl_settling settling;
    ir_graph *const *from;
    bool *in, *out; /* by input and output of a nested graph */
    ir_graph **made;
    const ir_loop *l;
    const bool *cond_in; /* loops: which constants of the condition vary */
    bool lengths;        /* loops: does the number of steps vary from the start? */
} nested_guarding;

static bool make_branch(ctl_settling *settling, int b)
{
    nested_guarding *s = (nested_guarding *)settling;
    ir_graph_release(s->made[b]);
    return (s->made[b] = guarded(s->from[b], s->in, settling->flags, false)) != NULL;
}

static ir_value **guard_cond(guarding *s, const ir_eqn *e, bool *out)
{
    IR_SCRATCH(scratch);
    const ir_attr *branches = &e->attr[COND_BRANCHES];
    bool *varies = ir_alloc(&scratch, (size_t)e->nin);
    ir_value **in = ir_alloc(&scratch, (size_t)(e->nin + 1) * sizeof *in);
    ir_graph **made = ir_alloc(&scratch, (size_t)branches->n * sizeof(ir_graph *));
    if (!varies || !in || !made)
        return NULL;
    flags_of(s, e->in, e->nin, varies);
    memset(out, varies[0], (size_t)e->nout);
    nested_guarding n = {{make_branch, branches->n, out, e->nout, .again = false},
                         branches->graphs,
                         varies + 1,
                         .made = made};
    bool ok = ctl_settle(&n.settling);
    in[0] = s->x[0];
    in[1] = s->active;
    memcpy(in + 2, s->x + 1, (size_t)(e->nin - 1) * sizeof *in);
    ir_attr attr[] = {[COND_BRANCHES] = {.n = branches->n, .graphs = made}};
    ir_value **y = ok ? ir_emit(s->g, e->op, e->nin + 1, in, attr) : NULL;
    for (int b = 0; b < branches->n; b++)
        ir_graph_release(made[b]);
    return y;
}

/* Does the number of steps differ between lanes? */
static bool steps_vary(const nested_guarding *s)
{
    IR_SCRATCH(scratch);
    const ir_graph *cond = s->l->cond;
    bool any = s->lengths;
    bool *needs = cond ? ir_alloc(&scratch, (size_t)cond->nin + 1) : NULL;
    if (!needs)
        return any;
    ir_need_inputs(cond, &(bool){true}, needs);
    for (int k = 0; k < cond->nin; k++)
        any = any ||
              (needs[k] && (k < s->l->ncond ? s->cond_in[k] : s->settling.flags[k - s->l->ncond]));
    return any;
}

/* A carry varies if it does so before the loop or after a step, or if the number of steps does. */
static bool make_body(ctl_settling *settling, int k)
{
    nested_guarding *s = (nested_guarding *)settling;
    const ir_loop *l = s->l;
    if (steps_vary(s))
        memset(settling->flags, true, (size_t)l->ncarry);
    memcpy(s->in + l->nconst, settling->flags, (size_t)l->ncarry);
    memcpy(s->out, settling->flags, (size_t)l->ncarry);
    memset(s->out + l->ncarry, false, (size_t)l->ny);
    ir_graph_release(s->made[k]);
    s->made[k] = guarded(l->body, s->in, s->out, false);
    if (s->made[k])
        memcpy(settling->flags, s->out, (size_t)l->ncarry);
    return s->made[k] != NULL;
}

static ir_value **guard_loop(guarding *s, const ir_eqn *e, bool *out)
{
    IR_SCRATCH(scratch);
    ir_loop l = ir_loop_of(e), with = l;
    int nbody = loop_nbody(&l), first = ir_loop_first(&l);
    bool *flags = ir_alloc(&scratch, (size_t)(l.ncarry + e->nin));
    ir_value **in = ir_alloc(&scratch, (size_t)(e->nin + 1) * sizeof *in);
    if (!flags || !in)
        return NULL;
    bool *varies = flags + l.ncarry;
    flags_of(s, e->in, e->nin, varies);
    memcpy(flags, varies + first, (size_t)l.ncarry);
    ir_graph *body = NULL;
    nested_guarding n = {{make_body, 1, flags, l.ncarry, .again = true},
                         .in = varies + l.ncond,
                         .out = out,
                         .made = &body,
                         .l = &l,
                         .cond_in = varies,
                         .lengths = ir_loop_has_length(&l) && varies[l.ncond + nbody]};
    bool ok = ctl_settle(&n.settling);
    IR_AUTO_GRAPH made = body;
    memcpy(in, s->x, (size_t)l.ncond * sizeof *in);
    in[l.ncond] = s->active;
    for (int k = l.ncond; k < e->nin; k++) {
        bool starts = k >= first && k < first + l.ncarry;
        in[k + 1] = guard_if(s, starts && flags[k - first] && is_shared(s, e->in[k]), s->x[k]);
    }
    with.body = made;
    with.nconst++;
    return ok ? ir_emit_loop(s->g, e->op, &with, e->nin + 1, in) : NULL;
}

/* Emits e, in which values that all lanes share meet values that vary. */
static bool guard_mixed(guarding *s, const ir_eqn *e, ir_value **y, bool *out)
{
    bool calls = e->op == &op_call || e->op == &op_checkpoint || e->op == &op_recompute;
    bool whole = !(e->op->flags & IR_OP_ELEMENTWISE) && !ir_nested(e, 0);
    ir_value **made;
    if (calls || e->op == &op_cond || e->op->loop) {
        made = (calls ? guard_call : e->op->loop ? guard_loop : guard_cond)(s, e, out);
    } else {
        for (int k = 0; k < e->nin; k++)
            s->x[k] =
                guard_if(s, whole ? s->varies[e->in[k]->id] : is_shared(s, e->in[k]), s->x[k]);
        memset(out, true, (size_t)e->nout);
        made = ir_copy_eqn(s->g, e, s->x);
    }
    for (int k = 0; made && k < e->nout; k++)
        y[k] = guard_if(s, whole, made[k]);
    return made != NULL;
}

static bool guard_eqn(guarding *s, const ir_eqn *e)
{
    IR_SCRATCH(scratch);
    ir_value **y = ir_alloc(&scratch, (size_t)(e->nout + 1) * sizeof *y);
    bool *out = ir_alloc(&scratch, (size_t)(e->nout + 1));
    if (!y || !out)
        return false;
    bool varies = e->op->flags & IR_OP_COLLECTIVE, shared = false, depends = varies;
    for (int k = 0; k < e->nin; k++) {
        const ir_value *v = e->in[k];
        s->x[k] = s->value[v->id];
        varies = varies || s->varies[v->id];
        depends = depends || s->depends[v->id];
        shared = shared || is_shared(s, v);
    }
    bool ok = true;
    if (varies && shared) {
        ok = guard_mixed(s, e, y, out);
    } else {
        ir_value **made = ir_copy_eqn(s->g, e, s->x);
        memset(out, varies, (size_t)e->nout);
        ok = made != NULL;
        for (int k = 0; ok && k < e->nout; k++)
            y[k] = made[k];
    }
    for (int k = 0; ok && k < e->nout; k++) {
        ok = (s->value[e->out[k]->id] = y[k]) != NULL;
        s->varies[e->out[k]->id] = out[k];
        s->depends[e->out[k]->id] = depends;
    }
    return ok;
}

static bool guard_inputs(guarding *s, const ir_graph *g, const bool *in, bool inputs)
{
    ir_type truth = ir_type_scalar(IR_bool);
    s->active = ir_input(s->g, &truth);
    for (int k = 0; s->active && k < g->nin; k++)
        if (!ir_input(s->g, &g->in[k]->type))
            return false;
    for (int k = 0; s->active && k < g->nin; k++) {
        uint32_t id = g->in[k]->id;
        s->value[id] = guard_if(s, inputs && in[k], s->g->in[k + 1]);
        s->varies[id] = in[k];
        s->depends[id] = true;
    }
    return s->active != NULL;
}

static bool guard_outputs(guarding *s, const ir_graph *g, bool *out)
{
    IR_SCRATCH(scratch);
    ir_value **y = ir_alloc(&scratch, (size_t)(g->nout + 1) * sizeof *y);
    for (int k = 0; y && k < g->nout; k++) {
        const ir_value *v = g->out[k];
        y[k] = guard_if(s, out[k] && is_shared(s, v), s->value[v->id]);
        out[k] = out[k] || s->varies[v->id];
    }
    return y && ir_outputs(s->g, y, g->nout);
}

static ir_graph *guarded(const ir_graph *g, const bool *in, bool *out, bool inputs)
{
    IR_SCRATCH(scratch);
    IR_AUTO_GRAPH made = ir_graph_new(g->name);
    size_t n = g->nvalue;
    guarding s = {.g = made, .value = ir_alloc(&scratch, (n + ir_widest(g)) * sizeof *s.value)};
    s.varies = ir_alloc(&scratch, 2 * n + 1);
    if (!made || !s.value || !s.varies)
        return NULL;
    s.x = s.value + n;
    s.depends = s.varies + n;
    const ir_loc *was = ir_loc_get();
    bool ok = guard_inputs(&s, g, in, inputs);
    for (const ir_eqn *e = g->first; ok && e; e = e->next) {
        ir_loc_set(e->loc ? e->loc : was);
        ok = guard_eqn(&s, e);
    }
    ir_loc_set(was);
    return ok && guard_outputs(&s, g, out) ? ir_graph_retain(made) : NULL;
}

ir_graph *guard_graph(const ir_graph *g, const bool *varies)
{
    IR_SCRATCH(scratch);
    bool *out = ir_alloc(&scratch, (size_t)g->nout + 1);
    return out ? guarded(g, varies, out, true) : NULL;
}

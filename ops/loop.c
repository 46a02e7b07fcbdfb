/* Transforms a loop's body. Whether a carry has a tangent, is batched or is unknown depends on the
 * body, and how the body is transformed depends on its carries. Each transformation therefore
 * iterates to a fixpoint (ctl_settle), with one flag for each result of the body.
 */
#include "ops/loop.h"

#include <string.h>

#include "ops/control.h"
#include "ops/guard.h"
#include "ops/ops.h"

ir_value **loop_emit(ir_graph *g, const ir_op *op, const ir_loop *l, ir_value *length, int n,
                     ir_value *const *in)
{
    IR_SCRATCH(scratch);
    if (!ir_loop_has_length(l))
        return ir_emit_loop(g, op, l, n, in);
    ir_value **all = ir_alloc(&scratch, (size_t)(n + 1) * sizeof *all);
    if (!all)
        return NULL;
    if (n)
        memcpy(all, in, (size_t)n * sizeof *all);
    all[n] = length;
    return ir_emit_loop(g, op, l, n + 1, all);
}

ir_graph *loop_widen_cond(const ir_graph *cond, int n, const ir_type *more)
{
    ir_graph *g = ir_graph_like(cond, NULL);
    ir_value *out;
    bool ok = g && ir_splice(g, cond, g->in, &out);
    for (int k = 0; ok && k < n; k++)
        ok = ir_input(g, &more[k]) != NULL;
    return ir_finish(g, ok ? &out : (ir_value *[]){NULL}, 1);
}

/* ---- jvp ------------------------------------------------------------------------------------- */

typedef struct {
    ctl_settling settling;
    const ir_loop *l;
    bool *moving, *out; /* by input and output of the body */
    ir_graph *made;
} jvp_settling;

static bool make_jvp(ctl_settling *settling, int k)
{
    jvp_settling *s = (jvp_settling *)settling;
    (void)k;
    ir_graph_release(s->made);
    memcpy(s->moving + s->l->nconst, s->out, (size_t)s->l->ncarry);
    memset(s->out + s->l->ncarry, 0, (size_t)s->l->ny);
    s->made = ir_jvp(s->l->body, s->moving, s->out);
    return s->made != NULL;
}

/* The body's jvp. Carries that get a tangent from the body are added to `moving`; `out` is set. */
static ir_graph *body_jvp(const ir_loop *l, bool *moving, bool *out)
{
    jvp_settling s = {{make_jvp, 1, out, l->ncarry, .again = true}, l, moving, out, NULL};
    memcpy(out, moving + l->nconst, (size_t)l->ncarry);
    if (ctl_settle(&s.settling))
        return s.made;
    ir_graph_release(s.made);
    return NULL;
}

/* Writes to `in` the body's operands, each group followed by its tangents. */
static bool interleaved(ir_graph *g, const ir_loop *l, const bool *moving, ir_value *const *x,
                        ir_value *const *t, const int *order, int n, ir_value **in)
{
    IR_SCRATCH(scratch);
    int nbody = loop_nbody(l), m = nbody;
    ir_value **flat = ir_alloc(&scratch, (size_t)(2 * nbody) * sizeof *flat);
    if (!flat)
        return false;
    memcpy(flat, x, (size_t)nbody * sizeof *flat);
    for (int k = 0; k < nbody; k++)
        if (moving[k])
            flat[m++] = t[k] ? t[k] : ir_zeros(g, &x[k]->type);
    for (int k = 0; k < n; k++)
        in[k] = flat[order[k]];
    return true;
}

/* The condition for a loop whose carry is followed by its tangents. */
static ir_graph *cond_beside_tangents(const ir_loop *l, const bool *moving)
{
    IR_SCRATCH(scratch);
    ir_type *more = ir_alloc(&scratch, (size_t)l->ncarry * sizeof *more);
    int n = 0;
    for (int k = 0; more && k < l->ncarry; k++)
        if (moving[l->nconst + k])
            more[n++] = l->body->in[l->nconst + k]->type;
    return more ? loop_widen_cond(l->cond, n, more) : NULL;
}

bool loop_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t, ir_value **y,
              ir_value **ty)
{
    IR_SCRATCH(scratch);
    ir_loop l = ir_loop_of(e), both = l;
    int nbody = loop_nbody(&l);
    bool *moving = ir_alloc(&scratch, (size_t)(e->nin + e->nout));
    int *order = ir_alloc(&scratch, (size_t)(2 * (e->nin + e->nout)) * sizeof *order);
    ir_value **in = ir_alloc(&scratch, (size_t)(2 * e->nin) * sizeof *in);
    if (!moving || !order || !in)
        return false;
    bool *out_moving = moving + e->nin;
    int *out_order = order + 2 * e->nin;
    for (int k = 0; k < nbody; k++)
        moving[k] = t[l.ncond + k] != NULL;
    IR_AUTO_GRAPH jvp = body_jvp(&l, moving, out_moving);
    if (!jvp)
        return false;
    int n = ctl_interleave(3, (int[]){l.nconst, l.ncarry, l.nx}, moving, order);
    ctl_interleave(2, (int[]){l.ncarry, l.ny}, out_moving, out_order);
    memcpy(in, x, (size_t)l.ncond * sizeof *in);
    if (!interleaved(g, &l, moving, x + l.ncond, t + l.ncond, order, n, in + l.ncond))
        return false;
    IR_AUTO_GRAPH body = ctl_reorder(jvp, order, out_order);
    IR_AUTO_GRAPH cond = l.cond ? cond_beside_tangents(&l, moving) : NULL;
    if (!body || (l.cond && !cond))
        return false;
    both.cond = cond;
    both.body = body;
    both.nconst += ctl_marked(moving, l.nconst);
    both.ncarry += ctl_marked(moving + l.nconst, l.ncarry);
    ir_value **made = loop_emit(g, e->op, &both, loop_length(&l, x), l.ncond + n, in);
    ctl_hand_out(made, 2, (int[]){l.ncarry, l.ny}, out_moving, y, ty);
    return made != NULL;
}

/* ---- batch ----------------------------------------------------------------------------------- */

/* A flag says that a result of the body must have the batch axis at a fixed place. For a carry,
 * that is where the next step takes it. For a value that goes on a tape, it is the front, because
 * an axis cannot be moved once the value is on the tape. */
typedef struct {
    ctl_settling settling;
    const ir_loop *l;
    const ir_batching *over;
    int *cond_axis;
    loop_batched *b;
} batch_settling;

/* If lanes run for different numbers of steps, every carry must be batched. */
static bool batch_cond(batch_settling *s)
{
    const ir_loop *l = s->l;
    ir_graph_release(s->b->cond);
    memcpy(s->cond_axis + l->ncond, s->b->in_axis + l->nconst, (size_t)l->ncarry * sizeof(int));
    s->b->pred = IR_AXIS_ANY;
    s->b->cond = ir_vmap(l->cond, s->over, s->cond_axis, &s->b->pred);
    if (s->b->cond && s->b->pred >= 0)
        memset(s->settling.flags, true, (size_t)l->ncarry);
    return s->b->cond != NULL;
}

static bool batch_body(batch_settling *s)
{
    const ir_loop *l = s->l;
    const ir_graph *body = l->body;
    ir_graph_release(s->b->body);
    for (int k = 0; k < body->nout; k++)
        s->b->out_axis[k] =
            s->settling.flags[k] ? loop_batch_place(&body->out[k]->type) : IR_AXIS_ANY;
    s->b->body = ir_vmap(body, s->over, s->b->in_axis, s->b->out_axis);
    for (int k = 0; s->b->body && k < body->nout; k++) {
        bool carry = k < l->ncarry;
        int least = carry ? 0 : loop_batch_place(&body->out[k]->type) + 1;
        if ((carry || l->length == IR_DYNAMIC) && s->b->out_axis[k] >= least)
            s->settling.flags[k] = true;
    }
    return s->b->body != NULL;
}

static bool make_batched(ctl_settling *settling, int k)
{
    batch_settling *s = (batch_settling *)settling;
    const ir_loop *l = s->l;
    for (int c = 0; c < l->ncarry; c++)
        s->b->in_axis[l->nconst + c] =
            settling->flags[c] ? loop_batch_place(&l->body->out[c]->type) : -1;
    return l->cond && k == 0 ? batch_cond(s) : batch_body(s);
}

bool loop_batch(const ir_loop *l, const ir_batching *over, bool all, const int *axis, ir_arena *mem,
                loop_batched *b)
{
    int nbody = loop_nbody(l), nout = l->body->nout;
    bool *flags = ir_alloc(mem, (size_t)nout);
    int *cond_axis = ir_alloc(mem, (size_t)(l->ncond + l->ncarry) * sizeof *cond_axis);
    *b = (loop_batched){.pred = -1,
                        .in_axis = ir_alloc(mem, (size_t)nbody * sizeof(int)),
                        .out_axis = ir_alloc(mem, (size_t)nout * sizeof(int))};
    if (!flags || !cond_axis || !b->in_axis || !b->out_axis)
        return false;
    memcpy(cond_axis, axis, (size_t)l->ncond * sizeof *axis);
    for (int k = 0; k < nbody; k++) {
        int at = axis[l->ncond + k];
        b->in_axis[k] = at < 0 || k < l->nconst ? at : loop_batch_place(&l->body->in[k]->type);
    }
    for (int k = 0; k < nout; k++)
        flags[k] = k < l->ncarry ? all || b->in_axis[l->nconst + k] >= 0
                                 : all && !ir_is_tape(&l->body->out[k]->type);
    batch_settling s = {
        {make_batched, l->cond ? 2 : 1, flags, nout, .again = true}, l, over, cond_axis, b};
    return ctl_settle(&s.settling);
}

ir_graph *loop_guarded(const ir_loop *l, const ir_batching *over, const loop_batched *b)
{
    IR_SCRATCH(scratch);
    int nbody = loop_nbody(l);
    bool *varies = ir_alloc(&scratch, (size_t)nbody);
    int *axis = ir_alloc(&scratch, (size_t)(nbody + 1) * sizeof *axis); /* of `active`: 0 */
    if (!varies || !axis)
        return NULL;
    for (int k = 0; k < nbody; k++)
        varies[k] = (axis[k + 1] = b->in_axis[k]) >= 0;
    IR_AUTO_GRAPH guarded = guard_graph(l->body, varies);
    return guarded ? ir_vmap(guarded, over, axis, b->out_axis) : NULL;
}

/* ---- partial evaluation ---------------------------------------------------------------------- */

typedef struct {
    ctl_settling settling;
    const ir_loop *l;
    bool *unknown, *out; /* by input and output of the body */
    ir_graph **known, **rest;
    int nres;
} split_settling;

static bool make_split(ctl_settling *settling, int k)
{
    split_settling *s = (split_settling *)settling;
    (void)k;
    ir_graph_release(*s->known);
    ir_graph_release(*s->rest);
    *s->known = *s->rest = NULL;
    memcpy(s->unknown + s->l->nconst, s->out, (size_t)s->l->ncarry);
    memset(s->out + s->l->ncarry, 0, (size_t)s->l->ny);
    s->nres = ir_partial_eval(s->l->body, s->unknown, s->out, s->known, s->rest);
    return s->nres >= 0;
}

int loop_split(const ir_loop *l, bool *unknown, bool *out, ir_graph **known, ir_graph **rest)
{
    split_settling s = {
        {make_split, 1, out, l->ncarry, .again = true}, l, unknown, out, known, rest, 0};
    memcpy(out, unknown + l->nconst, (size_t)l->ncarry);
    return ctl_settle(&s.settling) ? s.nres : -1;
}

/* ---- transpose ------------------------------------------------------------------------------- */

bool loop_refuse_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                           ir_value **ct_in)
{
    (void)g, (void)e, (void)x, (void)ct, (void)ct_in;
    return ir_fail("while: a loop whose condition depends on what is differentiated is not linear, "
                   "and has no transpose");
}

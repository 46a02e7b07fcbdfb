/* Transposition of a linear graph: from cotangents of its outputs to cotangents of its linear
 * inputs.
 *
 * Equations that do not depend on a linear input are copied in order. The others are then walked
 * backwards: the transpose rule of each turns its results' cotangents into cotangents of its linear
 * operands, and the cotangents of a value that is read several times are added up. A symbolically
 * zero cotangent is NULL, and so is that of a value without elements; so, as in jvp.c, any failure
 * fails the whole. The linear part of the example that partial.c leaves becomes its reverse mode,
 * with Y for the cotangent of y':
 *
 *     k, b, a':  c' = mul a' k;  y' = mul c' b;  return y'
 *     k, b, Y:   C = mul Y b;  A = mul C k;  return A
 */
#include <stdlib.h>

#include "ir/ir.h"

typedef struct {
    ir_graph *g;
    bool *linear;     /* by id of the old graph's values */
    ir_value **value; /* the counterpart of a value that is not linear */
    ir_value **ct;    /* the cotangent so far of a value that is */
} transpose_state;

static void mark_linear(transpose_state *s, const ir_graph *g, const bool *linear_in)
{
    for (int k = 0; k < g->nin; k++)
        s->linear[g->in[k]->id] = linear_in[k];
    IR_EACH_EQN (e, g) {
        bool any = false;
        for (int k = 0; k < e->nin; k++)
            any = any || s->linear[e->in[k]->id];
        for (int k = 0; k < e->nout; k++)
            s->linear[e->out[k]->id] = any;
    }
}

/* An equation without results counts as linear, so it is not copied and has no cotangents
 * either. */
static bool is_linear(const transpose_state *s, const ir_eqn *e)
{
    return !e->nout || s->linear[e->out[0]->id];
}

/* The value that a linear equation multiplies by in place of v. */
static ir_value *factor(const transpose_state *s, const ir_value *v)
{
    IR_SCRATCH(scratch);
    const ir_eqn *e = v->eqn;
    if (!ir_has_factor(v))
        return s->value[v->id];
    ir_value **x = ir_alloc(&scratch, (size_t)e->nin * sizeof *x);
    for (int k = 0; x && k < e->nin; k++)
        x[k] = factor(s, e->in[k]);
    ir_value **made = x ? ir_copy_factor(s->g, e, x) : NULL;
    return made ? made[0] : NULL;
}

static ir_value *cotangent(const transpose_state *s, const ir_value *v)
{
    bool any = ir_is_tape(&v->type) || ir_type_count(&v->type) > 0;
    return any ? s->ct[v->id] : NULL;
}

/* Is operand k of e no earlier operand too? */
static bool is_first(const ir_eqn *e, int k)
{
    for (int j = 0; j < k; j++)
        if (e->in[j] == e->in[k])
            return false;
    return true;
}

static bool backward(transpose_state *s, const ir_eqn *e)
{
    IR_SCRATCH(scratch);
    ir_value **x = ir_alloc(&scratch, (size_t)(2 * e->nin + e->nout) * sizeof *x);
    if (!x)
        return false;
    ir_value **ct_in = x + e->nin, **ct = ct_in + e->nin;
    bool any = false, adds = e->op->flags & IR_OP_ADDS;
    for (int k = 0; k < e->nout; k++)
        any |= (ct[k] = cotangent(s, e->out[k])) != NULL;
    for (int k = 0; k < e->nin; k++) {
        x[k] = s->linear[e->in[k]->id] ? NULL : any ? factor(s, e->in[k]) : NULL;
        ct_in[k] = adds && !x[k] && is_first(e, k) ? s->ct[e->in[k]->id] : NULL;
    }
    bool ok = true;
    if (any) {
        ok = e->op->transpose ? e->op->transpose(s->g, e, x, ct, ct_in)
                              : ir_fail("%s is not linear: it has no transpose", e->op->name);
        for (int k = 0; k < e->nin && ok; k++)
            if (!x[k] && ct_in[k]) {
                ir_value **sum = &s->ct[e->in[k]->id];
                *sum = adds && is_first(e, k) ? ct_in[k] : ir_add_any(s->g, *sum, ct_in[k]);
                ok = *sum != NULL;
            }
    }
    return ok || ir_fail("%s: could not be transposed", e->op->name);
}

static bool walk(transpose_state *s, const ir_graph *g)
{
    bool ok = true;
    const ir_loc *was = ir_loc_get();
    for (ir_eqn *e = g->first; e && ok; e = e->next) {
        ir_loc_set(e->loc ? e->loc : was);
        ok = is_linear(s, e) || ir_copy_mapped(s->g, e, s->value);
    }
    for (ir_eqn *e = g->last; e && ok; e = e->prev) {
        ir_loc_set(e->loc ? e->loc : was);
        ok = !is_linear(s, e) || backward(s, e);
    }
    ir_loc_set(was);
    return ok;
}

static bool inputs(transpose_state *s, const ir_graph *g, const bool *linear_in, const bool *nz_ct,
                   const bool *into)
{
    bool ok = true;
    for (int k = 0; k < g->nin; k++)
        if (!linear_in[k])
            ok = ok && (s->value[g->in[k]->id] = ir_input(s->g, &g->in[k]->type));
    for (int k = 0; k < g->nout && ok; k++) {
        const ir_value *v = g->out[k];
        if (nz_ct && !nz_ct[k])
            continue;
        ir_value *ct = ir_input(s->g, &v->type);
        ok = ct != NULL;
        if (ok && s->linear[v->id])
            ok = (s->ct[v->id] = ir_add_any(s->g, s->ct[v->id], ct)) != NULL;
    }
    for (int k = 0; into && ok && k < g->nin; k++)
        if (into[k]) {
            ir_value **sum = &s->ct[g->in[k]->id], *start = ir_input(s->g, &g->in[k]->type);
            ok = (*sum = ir_add_any(s->g, start, *sum)) != NULL;
        }
    return ok;
}

static bool outputs(transpose_state *s, const ir_graph *g, const bool *linear_in, bool *nz_out)
{
    IR_SCRATCH(scratch);
    ir_value **out = ir_alloc(&scratch, (size_t)g->nin * sizeof *out);
    if (!out)
        return false;
    int n = 0;
    for (int k = 0; k < g->nin; k++) {
        if (!linear_in[k])
            continue;
        ir_value *ct = s->ct[g->in[k]->id];
        if (!ct && (!nz_out || nz_out[k]) && !(ct = ir_zeros(s->g, &g->in[k]->type)))
            return false;
        if (nz_out)
            nz_out[k] = ct != NULL;
        if (ct)
            out[n++] = ct;
    }
    return ir_outputs(s->g, out, n);
}

ir_graph *ir_transpose_into(const ir_graph *g, const bool *linear_in, const bool *nz_ct,
                            const bool *into, bool *nz_out)
{
    IR_SCRATCH(scratch);
    transpose_state s = {0};
    s.linear = ir_alloc(&scratch, g->nvalue * sizeof *s.linear);
    s.value = ir_alloc(&scratch, 2 * (size_t)g->nvalue * sizeof *s.value);
    if (!s.linear || !s.value || !(s.g = ir_graph_new(g->name)))
        return NULL;
    s.ct = s.value + g->nvalue;
    mark_linear(&s, g, linear_in);
    unsigned failures = ir_fail_count();
    if (inputs(&s, g, linear_in, nz_ct, into) && walk(&s, g) && outputs(&s, g, linear_in, nz_out) &&
        ir_fail_count() == failures)
        return s.g;
    ir_graph_release(s.g);
    return NULL;
}

ir_graph *ir_transpose_nz(const ir_graph *g, const bool *linear_in, const bool *nz_ct, bool *nz_out)
{
    return ir_transpose_into(g, linear_in, nz_ct, NULL, nz_out);
}

ir_graph *ir_transpose(const ir_graph *g, const bool *linear_in)
{
    return ir_transpose_nz(g, linear_in, NULL, NULL);
}

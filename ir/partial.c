/* Partial evaluation: splits a graph into the part that its known inputs determine and the rest.
 *
 * Applied to the graph of a jvp, with the tangents unknown, this is linearization: the known part
 * is the function itself, and the unknown part is its derivative, a linear graph. A known value
 * that the unknown part reads is a residual, which it receives as an input. Values that are cheap
 * to compute from something smaller (constants, broadcasts, weights picked by a bool) are
 * recomputed in the unknown part instead. The example of jvp.c, with a' unknown and the residuals k
 * and b:
 *
 *     known    a, b:      c = sin a;  k = cos a;  y = mul c b;  return y, k, b
 *     unknown  k, b, a':  c' = mul a' k;  y' = mul c' b;  return y'
 *
 * A loop or branch that is only partly known is split by its partial rule, which splits its nested
 * graphs in the same way.
 */
#include <stdlib.h>
#include <string.h>

#include "ir/ir.h"

bool ir_partial_is_known(const ir_partial *p, const ir_value *v)
{
    return p->k[v->id] != NULL;
}

ir_value *ir_partial_known(ir_partial *p, const ir_value *v)
{
    return p->k[v->id];
}

ir_value *ir_partial_residual(ir_partial *p, ir_value *known)
{
    if (!known)
        return NULL;
    if (p->nres == p->res_cap) {
        int cap = p->res_cap ? 2 * p->res_cap : 16;
        ir_value **res = ir_resize(p->res, (size_t)cap * sizeof *res);
        if (!res)
            return NULL;
        p->res = res;
        p->res_cap = cap;
    }
    ir_value *in = ir_input(p->unknown, &known->type);
    if (in)
        p->res[p->nres++] = known;
    return in;
}

/* Is it better to repeat the equation than to keep its result? */
static bool is_cheap(const ir_eqn *e)
{
    return e &&
           (e->nin == 0 || e->op->role == IR_ROLE_BROADCAST_IN_DIM || e->op->flags & IR_OP_CHEAP);
}

enum { DEEPEST = 6 }; /* the longest chain of equations that is repeated for one value */

/* The bytes that must be kept so that the unknown part has v. *repeat says whether it is better to
 * keep the operands of v's equation and repeat the equation than to keep v itself. */
static size_t bytes_kept(const ir_partial *p, const ir_value *v, int depth, bool *repeat)
{
    size_t own = ir_type_bytes(&v->type), sum = 0;
    bool deeper;
    *repeat = false;
    if (p->u[v->id])
        return 0;
    if (ir_has_factor(v)) {
        *repeat = true;
        return own; /* that of the factor's operand */
    }
    if (depth == DEEPEST || !is_cheap(v->eqn))
        return own;
    for (int k = 0; k < v->eqn->nin; k++)
        sum += bytes_kept(p, v->eqn->in[k], depth + 1, &deeper);
    *repeat = sum < own || v->eqn->nin == 0;
    return *repeat ? sum : own;
}

ir_value *ir_partial_unknown(ir_partial *p, const ir_value *v)
{
    IR_SCRATCH(scratch);
    ir_value **u = &p->u[v->id];
    bool repeat;
    if (*u)
        return *u;
    bytes_kept(p, v, 0, &repeat);
    if (!repeat)
        return *u = ir_partial_residual(p, p->k[v->id]);
    ir_value **x = ir_alloc(&scratch, (size_t)(v->eqn->nin + 1) * sizeof *x);
    if (!x)
        return NULL;
    for (int k = 0; k < v->eqn->nin; k++)
        x[k] = ir_partial_unknown(p, v->eqn->in[k]);
    ir_value **made = ir_copy_factor(p->unknown, v->eqn, x);
    return *u = made ? made[v->index] : NULL;
}

bool ir_partial_all_unknown(ir_partial *p, const ir_eqn *e)
{
    IR_SCRATCH(scratch);
    ir_value **x = ir_alloc(&scratch, (size_t)e->nin * sizeof *x);
    if (!x)
        return false;
    for (int k = 0; k < e->nin; k++)
        x[k] = ir_partial_unknown(p, e->in[k]);
    ir_value **y = ir_copy_eqn(p->unknown, e, x);
    for (int k = 0; y && k < e->nout; k++)
        p->u[e->out[k]->id] = y[k];
    return y != NULL;
}

static bool split(ir_partial *p, const ir_eqn *e)
{
    bool known = true;
    for (int k = 0; k < e->nin; k++)
        known = known && p->k[e->in[k]->id];
    if (known)
        return ir_copy_mapped(p->known, e, p->k);
    return e->op->partial ? e->op->partial(p, e) : ir_partial_all_unknown(p, e);
}

static bool outputs(ir_partial *p, const ir_graph *g, bool *unknown_out)
{
    IR_SCRATCH(scratch);
    ir_value **out = ir_alloc(&scratch, (size_t)g->nout * 2 * sizeof *out);
    if (!out)
        return false;
    ir_value **uout = out + g->nout;
    int n = 0, nu = 0;
    for (int k = 0; k < g->nout; k++) {
        const ir_value *v = g->out[k];
        unknown_out[k] = unknown_out[k] || !p->k[v->id];
        if (unknown_out[k])
            uout[nu++] = ir_partial_unknown(p, v);
        else
            out[n++] = p->k[v->id];
    }
    if (!ir_outputs(p->unknown, uout, nu))
        return false;
    ir_value **all = ir_alloc(&scratch, (size_t)(n + p->nres) * sizeof *all);
    if (!all)
        return false;
    memcpy(all, out, (size_t)n * sizeof *all);
    if (p->nres)
        memcpy(all + n, p->res, (size_t)p->nres * sizeof *all);
    return ir_outputs(p->known, all, n + p->nres);
}

/* Moves the residuals in front of the unknown inputs; they were appended after them. */
static bool residuals_first(ir_graph *g, int nunknown)
{
    IR_SCRATCH(scratch);
    int nres = g->nin - nunknown;
    if (!nres || !nunknown)
        return true;
    ir_value **in = ir_alloc(&scratch, (size_t)g->nin * sizeof *in);
    if (!in)
        return false;
    memcpy(in, g->in + nunknown, (size_t)nres * sizeof *in);
    memcpy(in + nres, g->in, (size_t)nunknown * sizeof *in);
    for (int k = 0; k < g->nin; k++) {
        g->in[k] = in[k];
        in[k]->index = (uint32_t)k;
    }
    return true;
}

int ir_partial_eval(const ir_graph *g, const bool *unknown_in, bool *unknown_out, ir_graph **known,
                    ir_graph **unknown)
{
    IR_SCRATCH(scratch);
    ir_partial p = {0};
    p.k = ir_alloc(&scratch, 2 * (size_t)g->nvalue * sizeof *p.k);
    if (!p.k)
        return -1;
    p.known = ir_graph_new(g->name);
    p.unknown = ir_graph_new(g->name);
    bool ok = p.known && p.unknown;
    p.u = p.k + g->nvalue;
    int nunknown = 0;
    unsigned failures = ir_fail_count(); /* a rule may take a failed value for a missing one */
    for (int k = 0; k < g->nin && ok; k++) {
        const ir_value *v = g->in[k];
        ir_value *in = ir_input(unknown_in[k] ? p.unknown : p.known, &v->type);
        (unknown_in[k] ? p.u : p.k)[v->id] = in;
        ok = in != NULL;
        nunknown += unknown_in[k];
    }
    const ir_loc *was = ir_loc_get();
    for (ir_eqn *e = g->first; e && ok; e = e->next) {
        ir_loc_set(e->loc ? e->loc : was);
        ok = split(&p, e);
    }
    ir_loc_set(was);
    ok = ok && outputs(&p, g, unknown_out) && residuals_first(p.unknown, nunknown) &&
         ir_fail_count() == failures;
    if (ok) {
        *known = p.known;
        *unknown = p.unknown;
    } else {
        ir_graph_release(p.known);
        ir_graph_release(p.unknown);
    }
    free(p.res);
    return ok ? p.nres : -1;
}

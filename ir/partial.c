/* Partial evaluation: a graph split into what its known inputs determine and the rest.
 *
 * Of the graph of a jvp, with the tangents unknown, the known part is the function itself and the
 * unknown part its derivative there, a linear graph: that is linearization. A known value that the
 * unknown part reads is a residual, handed over as an input; what can be had for free on the other
 * side (constants, broadcasts, weights picked by a bool) is made there anew instead, from something
 * smaller. The example of jvp.c, with a' unknown and k and b the residuals:
 *
 *     known    a, b:      c = sin a;  k = cos a;  y = mul c b;  return y, k, b
 *     unknown  k, b, a':  c' = mul a' k;  y' = mul c' b;  return y'
 *
 * A loop or a branch of which only a part is known has a partial rule, which does the same to the
 * graphs within.
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
    if (p->nres == p->res_cap) {
        p->res_cap = p->res_cap ? 2 * p->res_cap : 16;
        p->res = ir_xrealloc(p->res, (size_t)p->res_cap * sizeof *p->res);
    }
    p->res[p->nres++] = known;
    return ir_input(p->unknown, &known->type);
}

/* Would the equation rather be repeated than its result kept? */
static bool is_cheap(const ir_eqn *e)
{
    return e &&
           (e->nin == 0 || e->op->role == IR_ROLE_BROADCAST_IN_DIM || e->op->flags & IR_OP_CHEAP);
}

enum { DEEPEST = 6 }; /* equations repeated for one value, one above the other */

/* What must be kept to have v on the unknown side; *repeat: the operands of its equation rather
 * than itself. */
static size_t bytes_kept(const ir_partial *p, const ir_value *v, int depth, bool *repeat)
{
    size_t own = ir_type_bytes(&v->type), sum = 0;
    bool deeper;
    *repeat = false;
    if (p->u[v->id])
        return 0;
    if (depth == DEEPEST || !is_cheap(v->eqn))
        return own;
    for (int k = 0; k < v->eqn->nin; k++)
        sum += bytes_kept(p, v->eqn->in[k], depth + 1, &deeper);
    *repeat = sum < own || v->eqn->nin == 0;
    return *repeat ? sum : own;
}

ir_value *ir_partial_unknown(ir_partial *p, const ir_value *v)
{
    ir_value **u = &p->u[v->id];
    bool repeat;
    if (*u)
        return *u;
    bytes_kept(p, v, 0, &repeat);
    if (!repeat)
        return *u = ir_partial_residual(p, p->k[v->id]);
    ir_value **x = ir_xmalloc((size_t)(v->eqn->nin + 1) * sizeof *x);
    for (int k = 0; k < v->eqn->nin; k++)
        x[k] = ir_partial_unknown(p, v->eqn->in[k]);
    ir_value **made = ir_copy_eqn(p->unknown, v->eqn, x);
    free(x);
    return *u = made ? made[v->index] : NULL;
}

static bool split(ir_partial *p, const ir_eqn *e)
{
    bool known = true;
    for (int k = 0; k < e->nin; k++)
        known = known && p->k[e->in[k]->id];
    if (!known && e->op->partial)
        return e->op->partial(p, e);
    ir_value **x = ir_xmalloc((size_t)e->nin * sizeof *x);
    for (int k = 0; k < e->nin; k++)
        x[k] = known ? p->k[e->in[k]->id] : ir_partial_unknown(p, e->in[k]);
    ir_value **y = ir_copy_eqn(known ? p->known : p->unknown, e, x);
    for (int k = 0; y && k < e->nout; k++)
        (known ? p->k : p->u)[e->out[k]->id] = y[k];
    free(x);
    return y != NULL;
}

static void outputs(ir_partial *p, const ir_graph *g, bool *unknown_out)
{
    ir_value **out = ir_xmalloc((size_t)g->nout * 2 * sizeof *out), **uout = out + g->nout;
    int n = 0, nu = 0;
    for (int k = 0; k < g->nout; k++) {
        const ir_value *v = g->out[k];
        unknown_out[k] = unknown_out[k] || !p->k[v->id];
        if (unknown_out[k])
            uout[nu++] = ir_partial_unknown(p, v);
        else
            out[n++] = p->k[v->id];
    }
    ir_outputs(p->unknown, uout, nu);
    ir_value **all = ir_xmalloc((size_t)(n + p->nres) * sizeof *all);
    memcpy(all, out, (size_t)n * sizeof *all);
    if (p->nres)
        memcpy(all + n, p->res, (size_t)p->nres * sizeof *all);
    ir_outputs(p->known, all, n + p->nres);
    free(all);
    free(out);
}

/* Residuals came in after the unknown inputs; their place is before them. */
static void residuals_first(ir_graph *g, int nunknown)
{
    int nres = g->nin - nunknown;
    if (!nres || !nunknown)
        return;
    ir_value **in = ir_xmalloc((size_t)g->nin * sizeof *in);
    memcpy(in, g->in + nunknown, (size_t)nres * sizeof *in);
    memcpy(in + nres, g->in, (size_t)nunknown * sizeof *in);
    for (int k = 0; k < g->nin; k++) {
        g->in[k] = in[k];
        in[k]->index = (uint32_t)k;
    }
    free(in);
}

int ir_partial_eval(const ir_graph *g, const bool *unknown_in, bool *unknown_out, ir_graph **known,
                    ir_graph **unknown)
{
    ir_partial p = {.known = ir_graph_new(g->name), .unknown = ir_graph_new(g->name)};
    p.k = ir_xmalloc(2 * (size_t)g->nvalue * sizeof *p.k);
    p.u = p.k + g->nvalue;
    int nunknown = 0;
    for (int k = 0; k < g->nin; k++) {
        const ir_value *v = g->in[k];
        (unknown_in[k] ? p.u : p.k)[v->id] =
            ir_input(unknown_in[k] ? p.unknown : p.known, &v->type);
        nunknown += unknown_in[k];
    }
    const ir_loc *was = ir_loc_get();
    bool ok = true;
    for (ir_eqn *e = g->first; e && ok; e = e->next) {
        ir_loc_set(e->loc ? e->loc : was);
        ok = split(&p, e);
    }
    ir_loc_set(was);
    if (ok) {
        outputs(&p, g, unknown_out);
        residuals_first(p.unknown, nunknown);
        *known = p.known;
        *unknown = p.unknown;
    } else {
        ir_graph_release(p.known);
        ir_graph_release(p.unknown);
    }
    free(p.k);
    free(p.res);
    return ok ? p.nres : -1;
}

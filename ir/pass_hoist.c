/* Loop-invariant code motion: equations that give the same values in every step of a loop are moved
 * in front of it. The primitives' `hoist` rules say how often their nested graphs run; this file
 * has the code that these rules share.
 *
 * A value is "still" if it is the same in every step. An input of a loop's graph is still if it is
 * a constant of the loop, or a carry that every step passes on unchanged (it becomes a constant
 * here). An equation is still if its operands are. Its copy in front of the loop computes the
 * value, and the loop receives it as one more constant. If the loop then makes no step, the work
 * was wasted but does no harm, because every primitive but while always terminates; a while stays
 * in a body that might not run. Equations that are free to repeat (literals, iota, most
 * broadcasts), or that make a large array from small ones, stay inside. A still input whose value
 * is free to compute is computed inside instead of being passed in.
 */
#include <stdlib.h>
#include <string.h>

#include "ir/loop.h"
#include "ir/pass.h"

enum { SMALL = 4096 }; /* results of up to this many elements may always be moved out */

typedef struct {
    ir_graph *outer;   /* the graph that contains the loop */
    const ir_graph *g; /* the loop's body or condition */
    bool *still;       /* by id of g's values: is it the same in every step? */
    bool *inside;      /* by id: does its equation stay inside? */
    bool *read;        /* by id: does an equation that stays inside read it? */
    bool may_idle;     /* is g a body that might not run? */
    bool rows;         /* are broadcasts that part short rows moved out? */
    int64_t *source;   /* by id: elements of the largest array that a still value is made from */
    ir_value **at;     /* by id: the value in front of the loop, if it has been made */
} hoist;

/* Does a broadcast keep apart short rows that do not fill vector registers? */
static bool parts_rows(const ir_eqn *e)
{
    enum { FEW = 512, VECTOR = 32 };
    const ir_type *t = &e->out[0]->type;
    return ir_type_count(&e->in[0]->type) > 1 && ir_type_count(t) <= FEW &&
           t->dim[t->rank - 1] * (int64_t)ir_dtypes[t->dtype].size % VECTOR;
}

static bool is_cheap(const hoist *h, const ir_eqn *e)
{
    return e->nin == 0 || (e->op->role == IR_ROLE_BROADCAST_IN_DIM && !(h->rows && parts_rows(e)));
}

static bool may_not_end(const ir_eqn *e)
{
    if (ir_is_while(e))
        return true;
    const ir_graph *g;
    for (int k = 0; (g = ir_nested(e, k)); k++)
        IR_EACH_EQN (inner, g)
            if (may_not_end(inner))
                return true;
    return false;
}

/* Marks the values that are still, and those of them that stay inside nevertheless. */
static void mark(hoist *h)
{
    IR_EACH_EQN (e, h->g) {
        bool still = !(h->may_idle && may_not_end(e));
        int64_t source = 0;
        for (int k = 0; k < e->nin; k++) {
            uint32_t id = e->in[k]->id;
            still = still && h->still[id];
            source = h->source[id] > source ? h->source[id] : source;
        }
        int64_t most = is_cheap(h, e) ? INT64_MAX : source > SMALL ? source : SMALL;
        for (int k = 0; k < e->nout; k++)
            still = still && ir_type_count(&e->out[k]->type) <= most;
        for (int k = 0; k < e->nout; k++) {
            uint32_t id = e->out[k]->id;
            h->still[id] = still;
            h->inside[id] = !still || is_cheap(h, e);
            h->source[id] = is_cheap(h, e) ? source : ir_type_count(&e->out[k]->type);
        }
        bool stays = !e->nout || h->inside[e->out[0]->id];
        for (int k = 0; stays && k < e->nin; k++)
            h->read[e->in[k]->id] = true;
    }
}

/* Computes a still value in front of the loop, and the still values that it needs. */
static ir_value *before(hoist *h, const ir_value *v)
{
    ir_value **at = &h->at[v->id];
    const ir_eqn *e = v->eqn;
    if (*at)
        return *at;
    for (int k = 0; k < e->nin; k++)
        if (!before(h, e->in[k]))
            return NULL;
    ir_copy_mapped(h->outer, e, h->at);
    return *at;
}

/* Is the value free to compute inside, without operands from outside? */
static bool is_free(const hoist *h, const ir_value *v)
{
    return v->eqn && !ir_nested(v->eqn, 0) && is_cheap(h, v->eqn) &&
           (!v->eqn->nin || is_free(h, v->eqn->in[0]));
}

static ir_value *repeat(ir_graph *made, const ir_value *v)
{
    ir_value *x = v->eqn->nin ? repeat(made, v->eqn->in[0]) : NULL;
    ir_value **y = v->eqn->nin && !x ? NULL : ir_copy_eqn(made, v->eqn, &x);
    return y ? y[v->index] : NULL;
}

/* Copies the equations that stay inside. map has the inputs and the moved values already. */
static bool copy_inside(const hoist *h, ir_graph *made, ir_value **map)
{
    bool ok = true;
    for (const ir_eqn *e = h->g->first; e && ok; e = e->next) {
        bool stays = !e->nout || h->inside[e->out[0]->id];
        ok = !stays || ir_copy_mapped(made, e, map);
    }
    return ok;
}

/* Computes in front of the loop the values that it takes as constants, and adds an input of
 * l->made for each. */
static bool lift_constants(hoist *h, ir_lifted *l, ir_value **map)
{
    for (int k = 0; k < l->g->nin; k++) {
        ir_value **in = &map[l->g->in[k]->id];
        if (!l->still[k])
            continue;
        if (!is_free(h, l->at[k])) {
            l->constant[l->nconstant++] = l->at[k];
            *in = ir_input(l->made, &l->g->in[k]->type);
        } else if (!(*in = repeat(l->made, l->at[k]))) {
            return false;
        }
    }
    IR_EACH_EQN (e, l->g) {
        for (int k = 0; k < e->nout; k++) {
            const ir_value *v = e->out[k];
            if (h->inside[v->id] || !h->read[v->id])
                continue;
            if (!(l->constant[l->nconstant++] = before(h, v)))
                return false;
            map[v->id] = ir_input(l->made, &h->at[v->id]->type);
            l->ntaken++;
        }
    }
    return true;
}

static bool lift_with(hoist *h, ir_lifted *l, ir_value **map)
{
    IR_SCRATCH(scratch);
    for (int k = 0; k < l->g->nin; k++) {
        uint32_t id = l->g->in[k]->id;
        h->still[id] = l->still[k];
        h->at[id] = l->still[k] ? l->at[k] : NULL;
        h->source[id] = ir_type_count(&l->g->in[k]->type);
    }
    mark(h);
    for (int k = 0; k < l->g->nout; k++)
        h->read[l->g->out[k]->id] = true;
    if (!lift_constants(h, l, map))
        return false;
    for (int k = 0; k < l->g->nin; k++)
        if (!l->still[k])
            map[l->g->in[k]->id] = ir_input(l->made, &l->g->in[k]->type);
    if (!ir_ok(l->made) || !copy_inside(h, l->made, map))
        return false;
    ir_value **out = ir_alloc(&scratch, 2 * (size_t)l->g->nout * sizeof *out);
    if (!out)
        return false;
    ir_value **like = out + l->g->nout;
    int n = 0;
    for (int k = 0; k < l->g->nout; k++)
        if (!l->drop || !l->drop[k]) {
            like[n] = l->g->out[k];
            out[n++] = map[l->g->out[k]->id];
        }
    return pass_outputs(l->made, out, like, n);
}

bool ir_lift(ir_graph *outer, ir_lifted *l)
{
    IR_SCRATCH(scratch);
    size_t n = l->g->nvalue;
    hoist h = {.outer = outer, .g = l->g, .may_idle = l->may_idle, .rows = l->rows};
    h.still = ir_alloc(&scratch, 3 * n);
    if (!h.still)
        return false;
    h.inside = h.still + n;
    h.read = h.inside + n;
    h.source = ir_alloc(&scratch, n * sizeof *h.source);
    h.at = ir_alloc(&scratch, 2 * n * sizeof *h.at);
    if (!h.source || !h.at)
        return false;
    l->made = ir_graph_new(l->g->name);
    l->constant = ir_new(n * sizeof *l->constant);
    if (!l->made || !l->constant)
        return false;
    return lift_with(&h, l, h.at + n);
}

void ir_lifted_free(ir_lifted *l)
{
    ir_graph_release(l->made);
    free(l->constant);
}

/* ---- loops ------------------------------------------------------------------------------- */

/* Emits the loop that is left. still[k]: carry k is passed on unchanged, so it is no longer a
 * carry. */
static bool emit_loop(ir_graph *g, const ir_eqn *e, ir_value *const *x, const ir_lifted *cond,
                      const ir_lifted *body, const bool *still, ir_value **y)
{
    IR_SCRATCH(scratch);
    ir_loop l = ir_loop_of(e), left = l;
    int first = ir_loop_first(&l), n = 0;
    ir_value **in =
        ir_alloc(&scratch, (size_t)(cond->nconstant + body->nconstant + e->nin + 1) * sizeof *in);
    if (!in)
        return false;
    for (int k = 0; k < cond->nconstant; k++)
        in[n++] = cond->constant[k];
    for (int k = 0; k < body->nconstant; k++)
        in[n++] = body->constant[k];
    left.cond = cond->made;
    left.body = body->made;
    left.ncond = cond->nconstant;
    left.nconst = body->nconstant;
    for (int k = first; k < e->nin; k++)
        if (k < first + l.ncarry && still[k - first])
            left.ncarry--;
        else
            in[n++] = x[k];
    ir_value **made = ir_emit_loop(g, e->op, &left, n, in);
    for (int k = 0, m = 0; made && k < e->nout; k++)
        y[k] = k < l.ncarry && still[k] ? x[first + k] : made[m++];
    return made != NULL;
}

bool ir_loop_hoist(ir_graph *g, const ir_eqn *e, ir_value *const *x, bool rows, ir_value **y)
{
    IR_SCRATCH(scratch);
    ir_loop l = ir_loop_of(e);
    int first = ir_loop_first(&l);
    /* still is indexed by input of the body, cond_still by input of the condition: constants, then
     * the carries. */
    bool *still = ir_alloc(&scratch, (size_t)(2 * e->nin + e->nout + 1));
    if (!still)
        return false;
    bool *cond_still = still + e->nin;
    bool *drop = cond_still + e->nin;
    ir_value **cond_at = ir_alloc(&scratch, (size_t)(e->nin + 1) * sizeof *cond_at);
    if (!cond_at)
        return false;
    memset(still, true, (size_t)l.nconst);
    memset(cond_still, true, (size_t)l.ncond);
    memcpy(cond_at, x, (size_t)l.ncond * sizeof *x);
    memcpy(cond_at + l.ncond, x + first, (size_t)l.ncarry * sizeof *x);
    for (int k = 0; k < l.ncarry; k++) {
        drop[k] = l.body->out[k] == l.body->in[l.nconst + k];
        still[l.nconst + k] = cond_still[l.ncond + k] = drop[k];
    }
    ir_lifted cond = {.g = l.cond, .rows = rows, .still = cond_still, .at = cond_at};
    ir_lifted body = {.g = l.body,
                      .may_idle = l.length == IR_DYNAMIC || l.length == 0,
                      .rows = rows,
                      .still = still,
                      .at = x + l.ncond,
                      .drop = drop};
    bool ok = (!l.cond || ir_lift(g, &cond)) && ir_lift(g, &body) &&
              emit_loop(g, e, x, &cond, &body, drop, y);
    ir_lifted_free(&cond);
    ir_lifted_free(&body);
    return ok;
}

static bool hoist_eqn(walk *w, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    bool rows = w->pass->env != NULL;
    return e->op->hoist ? e->op->hoist(w->g, e, x, rows, y) : pass_copy(w, e, x, y);
}

ir_graph *ir_pass_hoist(ir_graph *g)
{
    return pass_run((pass){.eqn = hoist_eqn}, g);
}

ir_graph *ir_pass_hoist_rows(ir_graph *g)
{
    bool rows = true;
    return pass_run((pass){.eqn = hoist_eqn, .env = &rows}, g);
}

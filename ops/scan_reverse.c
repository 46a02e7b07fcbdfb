/* Reverse mode of scan. Partial evaluation stacks the residuals; the transpose runs the loop
 * backwards. With checkpoints, the transpose recomputes the states instead.
 */
#include <string.h>

#include "ops/control.h"
#include "ops/loop.h"
#include "ops/ops.h"
#include "ops/scan.h"
#include "ops/treeverse.h"

/* ---- partial evaluation ---------------------------------------------------------------------- */

/* How the unknown loop gets each residual of the body. A residual that is the same in every step is
 * passed as a constant. A slice of a known xs is read again from that xs. Only the others are
 * stacked. */
typedef enum { STACKED, CONSTANT, SLICE } kept;

/* The data for building both loops. */
typedef struct {
    const bool *unknown;    /* by input of the body */
    const ir_value **known; /* the known loop's operands, as operands of the split equation */
    ir_value **in;          /* the same in p->known */
    int nknown, kconst, kcarry;
    int nres;
    kept *kept;        /* by residual */
    ir_value **before; /* by residual: its value in p->known if computed before the loop, or NULL */
    int *order;        /* inputs of the unknown body, in the order of the loop's operands */
    ir_value **uin;    /* operands of the unknown loop */
    int nu, uconst;
} plan;

static void known_operands(plan *u, const ir_loop *l, ir_partial *p, const ir_eqn *e)
{
    for (int k = 0; k < loop_nbody(l); k++)
        if (!u->unknown[k]) {
            u->known[u->nknown] = e->in[k];
            u->in[u->nknown++] = ir_partial_known(p, e->in[k]);
            u->kconst += k < l->nconst;
            u->kcarry += k >= l->nconst && k < l->nconst + l->ncarry;
        }
}

static bool place_residuals(plan *u, ir_partial *p, const ir_graph *known)
{
    int first = known->nout - u->nres;
    bool ok = ctl_before_loop(p->known, known, u->kconst, u->kcarry, u->in, first, u->before);
    for (int r = 0; r < u->nres; r++) {
        const ir_value *v = known->out[first + r];
        int input = v->eqn ? -1 : (int)v->index;
        if (u->before[r] || (input >= 0 && ctl_still_input(known, u->kconst, u->kcarry, input)))
            u->kept[r] = CONSTANT;
        else
            u->kept[r] = input >= u->kconst + u->kcarry ? SLICE : STACKED;
    }
    return ok;
}

/* The known body without the residuals that need not be stacked. */
static ir_graph *stacking_body(const plan *u, const ir_graph *known)
{
    IR_SCRATCH(scratch);
    int first = known->nout - u->nres, n = 0;
    ir_type *types = ir_alloc(&scratch, (size_t)known->nin * sizeof *types);
    int *from = ir_alloc(&scratch, (size_t)(known->nin + known->nout) * sizeof *from);
    if (!types || !from)
        return NULL;
    int *pick = from + known->nin;
    for (int k = 0; k < known->nin; k++) {
        types[k] = known->in[k]->type;
        from[k] = k;
    }
    for (int k = 0; k < known->nout; k++)
        if (k < first || u->kept[k - first] == STACKED)
            pick[n++] = k;
    return ctl_rewire_picked(known, known->nin, types, from, n, pick);
}

static void put(plan *u, int input, ir_value *operand)
{
    u->order[u->nu] = input;
    u->uin[u->nu++] = operand;
}

/* Collects the unknown loop's operands: constants, carry, xs. Residuals are the first inputs of its
 * body. */
static void unknown_operands(plan *u, const ir_loop *l, ir_partial *p, const ir_eqn *e,
                             const ir_graph *known, ir_value *const *stacked)
{
    int first = known->nout - u->nres, next = u->nres;
    for (int r = 0; r < u->nres; r++) {
        const ir_value *v = known->out[first + r];
        if (u->kept[r] == CONSTANT)
            put(u, r,
                u->before[r] ? ir_partial_residual(p, u->before[r])
                             : ir_partial_unknown(p, u->known[v->index]));
    }
    for (int k = 0; k < loop_nbody(l); k++) {
        if (k == l->nconst)
            u->uconst = u->nu;
        if (u->unknown[k])
            put(u, next++, ir_partial_unknown(p, e->in[k]));
    }
    if (loop_nbody(l) == l->nconst)
        u->uconst = u->nu;
    for (int r = 0; r < u->nres; r++) {
        const ir_value *v = known->out[first + r];
        if (u->kept[r] == SLICE)
            put(u, r, ir_partial_unknown(p, u->known[v->index]));
        if (u->kept[r] == STACKED)
            put(u, r, ir_partial_residual(p, *stacked++));
    }
}

/* Emits the known loop, then the unknown loop; returns the results of the latter. */
static ir_value **emit_halves(plan *u, const ir_loop *l, ir_partial *p, const ir_eqn *e,
                              const bool *out, const ir_graph *known, const ir_graph *rest)
{
    IR_SCRATCH(scratch);
    ir_loop half = *l;
    bool dynamic = ir_loop_has_length(l);
    ir_value *length = dynamic ? ir_partial_known(p, e->in[e->nin - 1]) : NULL;
    int *same = ir_alloc(&scratch, (size_t)rest->nout * sizeof *same);
    IR_AUTO_GRAPH stacking = same && place_residuals(u, p, known) ? stacking_body(u, known) : NULL;
    if (!stacking)
        return NULL;
    half.checkpoints = 0;
    half.body = stacking;
    half.nconst = u->kconst;
    half.ncarry = u->kcarry;
    ir_value **made = loop_emit(p->known, &op_scan, &half, length, u->nknown, u->in);
    if (!made)
        return NULL;
    int m = 0;
    for (int k = 0; k < e->nout; k++)
        if (!out[k])
            p->k[e->out[k]->id] = made[m++];
    unknown_operands(u, l, p, e, known, made + m);
    for (int k = 0; k < rest->nout; k++)
        same[k] = k;
    IR_AUTO_GRAPH body = ctl_reorder(rest, u->order, same);
    half.body = body;
    half.nconst = u->uconst;
    half.ncarry = 0;
    for (int k = 0; k < l->ncarry; k++)
        half.ncarry += u->unknown[l->nconst + k];
    length = dynamic ? ir_partial_unknown(p, e->in[e->nin - 1]) : NULL;
    return body ? loop_emit(p->unknown, &op_scan, &half, length, u->nu, u->uin) : NULL;
}

static bool plan_room(plan *u, size_t n, ir_arena *mem)
{
    u->known = ir_alloc(mem, n * sizeof *u->known);
    u->in = ir_alloc(mem, n * sizeof *u->in);
    u->kept = ir_alloc(mem, n * sizeof *u->kept);
    u->before = ir_alloc(mem, n * sizeof *u->before);
    u->order = ir_alloc(mem, n * sizeof *u->order);
    u->uin = ir_alloc(mem, n * sizeof *u->uin);
    return u->known && u->in && u->kept && u->before && u->order && u->uin;
}

bool scan_partial(ir_partial *p, const ir_eqn *e)
{
    IR_SCRATCH(scratch);
    ir_loop l = ir_loop_of(e);
    if (ir_loop_has_length(&l) && !ir_partial_is_known(p, e->in[e->nin - 1]))
        return ir_partial_all_unknown(p, e);
    bool *unknown = ir_alloc(&scratch, (size_t)(e->nin + e->nout));
    if (!unknown)
        return false;
    bool *out = unknown + e->nin;
    for (int k = 0; k < loop_nbody(&l); k++)
        unknown[k] = !ir_partial_is_known(p, e->in[k]);
    ir_graph *known = NULL, *rest = NULL;
    plan u = {.unknown = unknown, .nres = loop_split(&l, unknown, out, &known, &rest)};
    ir_value **later = NULL;
    if (u.nres >= 0 && plan_room(&u, (size_t)(e->nin + u.nres), &scratch)) {
        known_operands(&u, &l, p, e);
        later = emit_halves(&u, &l, p, e, out, known, rest);
    }
    for (int k = 0, m = 0; later && k < e->nout; k++)
        if (out[k])
            p->u[e->out[k]->id] = later[m++];
    ir_graph_release(known);
    ir_graph_release(rest);
    return later != NULL;
}

/* ---- transpose ---------------------------------------------------------------------------------
 * The backward loop carries the cotangents of the carry and, for each linear constant, the sum of
 * its cotangents over the steps. It reads the cotangents of ys and the xs that are not linear, and
 * yields the cotangents of the linear xs. */

/* Sets `linear` for the body's inputs. A carry of float type always counts as linear. */
static bool settle_linear(const ir_loop *l, const ir_eqn *e, ir_value *const *x, bool *linear)
{
    for (int k = 0; k < loop_nbody(l); k++)
        linear[k] = !x[k];
    for (int k = 0; k < l->ncarry; k++) {
        bool moves = ir_is_inexact(e->out[k]->type.dtype);
        if (!moves && linear[l->nconst + k])
            return ir_fail("scan: carry %d, %s, is not linear", k, ir_type_tmp(&e->out[k]->type));
        linear[l->nconst + k] = moves;
    }
    return true;
}

typedef struct {
    ctl_settling settling;
    const ir_loop *l;
    const bool *linear;
    bool *nz_out, *nz_in, *into; /* by output and input of the body */
    ir_graph *made;
} transpose_settling;

static bool make_transpose(ctl_settling *settling, int k)
{
    transpose_settling *s = (transpose_settling *)settling;
    const ir_loop *l = s->l;
    (void)k;
    ir_graph_release(s->made);
    memset(s->nz_in, 0, (size_t)l->body->nin);
    memcpy(s->nz_in + l->nconst, s->nz_out, (size_t)l->ncarry);
    s->made = ir_transpose_into(l->body, s->linear, s->nz_out, s->into, s->nz_in);
    memcpy(s->nz_out, s->nz_in + l->nconst, (size_t)l->ncarry);
    return s->made != NULL;
}

/* Sets nz_in for the linear constants that a step adds to. Each is an output of the transposed
 * body, and its sum before the step one of the last inputs. */
static void find_sums(const ir_loop *l, const bool *linear, const ir_graph *back, bool *nz_in)
{
    int sum = back->nin - ctl_marked(linear, l->nconst);
    for (int k = 0, m = 0; k < l->nconst; k++)
        if (linear[k])
            nz_in[k] = back->out[m++] != back->in[sum++];
}

/* Transposes the body after finding out which cotangents are symbolically zero. On entry, nz_out
 * marks the outputs with a cotangent from outside the loop; carries that get one from the backward
 * steps are added. nz_in is set for the body's inputs. */
static ir_graph *transposed_body(const ir_loop *l, const bool *linear, bool *nz_out, bool *nz_in)
{
    IR_SCRATCH(scratch);
    bool *into = ir_alloc(&scratch, (size_t)l->body->nin + 1);
    if (!into)
        return NULL;
    memcpy(into, linear, (size_t)l->nconst);
    transpose_settling s = {
        {make_transpose, 1, nz_out, l->ncarry, .again = true}, l, linear, nz_out, nz_in, into,
        NULL};
    if (ctl_settle(&s.settling)) {
        find_sums(l, linear, s.made, nz_in);
        return s.made;
    }
    ir_graph_release(s.made);
    return NULL;
}

/* The body of the backward loop. Inputs: constants that are not linear; cotangents of carries, sums
 * for linear constants; cotangents of ys, xs that are not linear. Outputs: the new carry;
 * cotangents of linear xs. Cotangents that are symbolically zero are left out. */
static ir_graph *backward_body(const ir_loop *l, const bool *linear, const ir_graph *back,
                               const bool *nz_out, const bool *nz_in)
{
    IR_SCRATCH(scratch);
    ir_graph *body = l->body;
    int first_x = l->nconst + l->ncarry, n = 0, m = 0, nout = 0;
    ir_value **in = ir_alloc(
        &scratch, (size_t)(back->nin + back->nout + 3 * body->nin + body->nout) * sizeof *in);
    ir_graph *g = in ? ir_graph_new(body->name) : NULL;
    if (!g)
        return NULL;
    ir_value **made = in + back->nin, **sum = made + back->nout, **place = sum + body->nin;
    ir_value **ct = place + body->nin; /* place: by body input; ct: by body output */
    ir_value **out = ct + body->nout;
    for (int k = 0; k < l->nconst; k++)
        if (!linear[k])
            place[k] = ir_input(g, &body->in[k]->type);
    for (int k = 0; k < l->ncarry; k++)
        if (nz_out[k])
            ct[k] = ir_input(g, &body->out[k]->type);
    for (int k = 0; k < l->nconst; k++)
        if (nz_in[k])
            sum[k] = ir_input(g, &body->in[k]->type);
    for (int k = l->ncarry; k < body->nout; k++)
        if (nz_out[k])
            ct[k] = ir_input(g, &body->out[k]->type);
    for (int k = first_x; k < body->nin; k++)
        if (!linear[k])
            place[k] = ir_input(g, &body->in[k]->type);
    for (int k = 0; k < body->nin; k++)
        if (!linear[k])
            in[n++] = place[k];
    for (int k = 0; k < body->nout; k++)
        if (ct[k])
            in[n++] = ct[k];
    for (int k = 0; k < l->nconst; k++)
        if (linear[k])
            in[n++] = nz_in[k] ? sum[k] : ir_zeros(g, &body->in[k]->type);
    bool ok = ir_ok(g) && ir_splice(g, back, in, made); /* a missing input would shift the rest */
    ir_value **of_input = place; /* the cotangent of each linear input, in the body's order */
    for (int k = 0; ok && k < body->nin; k++) {
        ir_value *of = nz_in[k] || (k < l->nconst && linear[k]) ? made[m++] : NULL;
        of_input[k] = nz_in[k] ? of : NULL;
    }
    for (int k = l->nconst; ok && k < first_x; k++)
        if (nz_in[k])
            out[nout++] = of_input[k];
    for (int k = 0; ok && k < l->nconst; k++)
        if (nz_in[k])
            out[nout++] = of_input[k];
    for (int k = first_x; ok && k < body->nin; k++)
        if (nz_in[k])
            out[nout++] = of_input[k];
    if (ok)
        return ir_finish(g, out, nout);
    ir_graph_release(g);
    return NULL;
}

/* A carry that is not linear (a counter) would first have to be computed forwards. */
static bool all_carries_linear(const ir_loop *l, const bool *linear)
{
    for (int k = 0; k < l->ncarry; k++)
        if (!linear[l->nconst + k])
            return false;
    return true;
}

/* Collects the operands of the backward loop in the order of backward_body's inputs. Returns how
 * many there are. */
static int backward_operands(ir_graph *g, const ir_loop *l, const ir_eqn *e, ir_value *const *x,
                             ir_value *const *ct, ir_value *const *ct_in, const bool *nz_out,
                             const bool *nz_in, ir_value **in, ir_loop *back)
{
    int n = 0;
    for (int k = 0; k < l->nconst; k++)
        if (x[k])
            in[n++] = x[k];
    back->nconst = n;
    for (int k = 0; k < l->ncarry; k++)
        if (nz_out[k])
            in[n++] = ct[k] ? ct[k] : ir_zeros(g, &e->out[k]->type);
    for (int k = 0; k < l->nconst; k++)
        if (nz_in[k])
            in[n++] = ct_in[k] ? ct_in[k] : ir_zeros(g, &e->in[k]->type);
    back->ncarry = n - back->nconst;
    for (int k = l->ncarry; k < l->ncarry + l->ny; k++)
        if (nz_out[k])
            in[n++] = ct[k];
    for (int k = l->nconst + l->ncarry; k < loop_nbody(l); k++)
        if (x[k])
            in[n++] = x[k];
    return n;
}

static bool add_to(ir_graph *g, ir_value **sum, ir_value *ct)
{
    return !ct || (*sum = ir_add_any(g, *sum, ct));
}

/* Adds the results of the backward loop to ct_in, the cotangents of the operands. For constants,
 * the loop began with these. */
static bool hand_back(ir_graph *g, const ir_loop *l, ir_value *const *x, const bool *nz_in,
                      ir_value **made, ir_value **ct_in)
{
    bool ok = true;
    int first_x = l->nconst + l->ncarry;
    for (int k = l->nconst; k < first_x; k++) {
        ir_value *start = nz_in[k] ? *made++ : NULL;
        ok = ok && (x[k] || add_to(g, &ct_in[k], start));
    }
    for (int k = 0; k < l->nconst; k++)
        if (nz_in[k])
            ct_in[k] = *made++;
    for (int k = first_x; ok && k < loop_nbody(l); k++)
        ok = add_to(g, &ct_in[k], nz_in[k] ? *made++ : NULL);
    return ok;
}

bool scan_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                    ir_value **ct_in)
{
    IR_SCRATCH(scratch);
    ir_loop l = ir_loop_of(e), backward = l;
    bool *linear = ir_alloc(&scratch, (size_t)(2 * e->nin + e->nout));
    ir_value **in = ir_alloc(&scratch, (size_t)(2 * e->nin + e->nout) * sizeof *in);
    if (!linear || !in || !settle_linear(&l, e, x, linear))
        return false;
    if (!all_carries_linear(&l, linear))
        return ir_fail("scan: a loop with a carry that is not linear has no transpose");
    bool *nz_in = linear + e->nin, *nz_out = nz_in + e->nin;
    for (int k = 0; k < e->nout; k++)
        nz_out[k] = ct[k] != NULL;
    IR_AUTO_GRAPH back = transposed_body(&l, linear, nz_out, nz_in);
    IR_AUTO_GRAPH body = back ? backward_body(&l, linear, back, nz_out, nz_in) : NULL;
    if (!body)
        return false;
    int n = backward_operands(g, &l, e, x, ct, ct_in, nz_out, nz_in, in, &backward);
    backward.body = body;
    backward.reverse = !l.reverse;
    ir_value **made = loop_emit(g, &op_scan, &backward, loop_length(&l, x), n, in);
    return made && hand_back(g, &l, x, nz_in, made, ct_in);
}

/* ---- with checkpoints ---------------------------------------------------------------------------
 * Carries need not be linear here. They may be states of the loop, which the transpose
 * recomputes. */

/* Adds to `linear`, a flag for each input of the body, the carries that depend on linear inputs:
 * those that partial evaluation cannot compute without them. */
static bool spread_linear(const ir_loop *l, bool *linear)
{
    IR_SCRATCH(scratch);
    bool *out = ir_alloc(&scratch, (size_t)l->body->nout);
    ir_graph *known = NULL, *rest = NULL;
    bool ok = out && loop_split(l, linear, out, &known, &rest) >= 0;
    ir_graph_release(known);
    ir_graph_release(rest);
    return ok;
}

/* The body narrowed to the carries that those with a cotangent depend on. Sets `in` for the needed
 * operands and `out` for the needed carries. */
static ir_graph *needed_body(const ir_eqn *e, ir_value *const *ct, bool *in, bool *out)
{
    for (int k = 0; k < e->nout; k++)
        out[k] = ct[k] != NULL;
    ir_loop_need(e, out, in);
    return ir_narrow(ir_loop_of(e).body, in, out);
}

bool scan_checkpointed_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x,
                                 ir_value *const *ct, ir_value **ct_in)
{
    IR_SCRATCH(scratch);
    ir_loop l = ir_loop_of(e), left = l;
    int n = loop_nbody(&l), m = 0;
    bool *in = ir_alloc(&scratch, (size_t)(2 * e->nin + e->nout));
    ir_value **operand = ir_alloc(&scratch, (size_t)(2 * n + e->nout) * sizeof *operand);
    if (!in || !operand)
        return false;
    bool *out = in + e->nin, *linear = out + e->nout;
    ir_value **left_ct = operand + n, **made = left_ct + e->nout;
    IR_AUTO_GRAPH body = needed_body(e, ct, in, out);
    if (!body || (!x[n] && !ir_fail("scan is not linear in its length")))
        return false;
    left.body = body;
    left.nconst = left.ncarry = 0;
    for (int k = 0; k < n; k++)
        if (in[k]) {
            bool carry = k >= l.nconst;
            if (carry)
                left_ct[left.ncarry] = ct[k - l.nconst];
            *(carry ? &left.ncarry : &left.nconst) += 1;
            linear[m] = !x[k];
            operand[m++] = x[k];
        }
    treeverse t = {body, left.nconst, linear, operand, left_ct, x[n], l.checkpoints};
    if (!spread_linear(&left, linear) || !ctl_treeverse(g, &t, made))
        return false;
    bool ok = true;
    for (int k = 0, j = 0; ok && k < n; k++) {
        ir_value *of = in[k] ? made[j++] : NULL;
        ok = x[k] || add_to(g, &ct_in[k], of);
    }
    return ok;
}

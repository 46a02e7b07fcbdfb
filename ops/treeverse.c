/* Reverses a loop of many steps with memory for only a few states, called checkpoints.
 *
 * A stack holds at most `slots` states of the forward loop; the initial state is at the bottom.
 * While there are steps left to reverse, the top state is advanced. Either it is advanced to the
 * last of these steps, and that step is reversed. Or, if slots are free and it pays, it is advanced
 * to a state in between, which is pushed. Binomial coefficients give the best place for that
 * (Griewank 1992, Revolve; Stumm & Walther 2010 for loops of unknown length): with c free slots,
 * and each step run forwards at most r times, C(c + r, c) steps can be reversed. All of this is an
 * ordinary while loop, built here, that transforms like any other.
 */
#include "ops/treeverse.h"

#include <stdlib.h>
#include <string.h>

#include "ir/loop.h"
#include "ops/attrs.h"
#include "ops/control.h"
#include "ops/ops.h"

/* Shared by the functions below. Names used in comments: Cn and Kn are the constants and carries
 * that are not linear, ct the cotangents of linear carries, sums the cotangents of linear
 * constants, which are summed over the steps. */
typedef struct {
    const treeverse *t;
    int ncn, nkn, nct, nsum;
    ir_graph *primal; /* Cn, Kn -> Kn of the next step */
    ir_graph *back;   /* Cn, Kn, ct, sums -> sums, ct */
} plan;

static bool is_const(const plan *p, int k)
{
    return k < p->t->nconst;
}

/* (Cn, Kn, ct, sums) -> (sums, ct): runs the known part of the step, then the transpose of the
 * rest, which adds to the sums in place. */
static ir_graph *backward_step(const ir_graph *known, const ir_graph *rest, int nres, int nsum)
{
    IR_SCRATCH(scratch);
    bool *linear = ir_alloc(&scratch, 2 * (size_t)rest->nin + 1);
    if (!linear)
        return NULL;
    bool *into = linear + rest->nin;
    memset(linear + nres, true, (size_t)(rest->nin - nres));
    memset(into + nres, true, (size_t)nsum);
    IR_AUTO_GRAPH back = ir_transpose_into(rest, linear, NULL, into, NULL);
    if (!back)
        return NULL;
    IR_AUTO_GRAPH g = ir_graph_like(known, "backward_step");
    ir_value **y =
        ir_alloc(&scratch, (size_t)(known->nout + back->nin + back->nout + 1) * sizeof *y);
    if (!ir_ok(g) || !y)
        return NULL;
    ir_value **in = y + known->nout, **out = in + back->nin;
    bool ok = ir_splice(g, known, g->in, y);
    memcpy(in, y + known->nout - nres, (size_t)nres * sizeof *in); /* known's last results */
    for (int k = nres; k < back->nin; k++)
        in[k] = ir_input(g, &back->in[k]->type);
    ok = ok && ir_splice(g, back, in, out);
    return ok && ir_outputs(g, out, back->nout) ? ir_graph_retain(g) : NULL;
}

static bool make_parts(plan *p)
{
    IR_SCRATCH(scratch);
    const treeverse *t = p->t;
    const ir_graph *body = t->body;
    for (int k = 0; k < body->nin; k++)
        *(is_const(p, k) ? (t->linear[k] ? &p->nsum : &p->ncn)
                         : (t->linear[k] ? &p->nct : &p->nkn)) += 1;
    bool *unknown = ir_alloc(&scratch, (size_t)body->nout + 1);
    if (!unknown)
        return false;
    memcpy(unknown, t->linear + t->nconst, (size_t)body->nout);
    ir_graph *known = NULL, *rest = NULL;
    int nres = ir_partial_eval(body, t->linear, unknown, &known, &rest);
    if (nres >= 0) {
        p->primal = ctl_first_outputs(known, p->nkn);
        p->back = backward_step(known, rest, nres, p->nsum);
    }
    ir_graph_release(known);
    ir_graph_release(rest);
    return p->primal && p->back;
}

/* ---- pieces of graphs ------------------------------------------------------------------------ */

static ir_value *integer(ir_graph *g, int64_t v)
{
    return b_const_int(g, IR_i64, v);
}

/* State x[at] of the stacked states x. */
static ir_value *state_at(ir_graph *g, ir_value *x, ir_value *at)
{
    ir_value *start[IR_MAX_RANK];
    int64_t size[IR_MAX_RANK];
    for (int d = 0; d < x->type.rank; d++) {
        start[d] = d ? integer(g, 0) : at;
        size[d] = d ? x->type.dim[d] : 1;
    }
    return b_reshape(g, b_dynamic_slice(g, x, start, size), x->type.rank - 1, x->type.dim + 1);
}

static ir_value *set_state(ir_graph *g, ir_value *x, ir_value *at, ir_value *state)
{
    ir_value *start[IR_MAX_RANK];
    int64_t shape[IR_MAX_RANK] = {1};
    for (int d = 0; d < x->type.rank; d++)
        start[d] = d ? integer(g, 0) : at;
    memcpy(shape + 1, x->type.dim + 1, (size_t)(x->type.rank - 1) * sizeof shape[0]);
    return b_dynamic_update_slice(g, x, b_reshape(g, state, x->type.rank, shape), start);
}

static ir_value **emit_while(ir_graph *g, int64_t slots, ir_graph *cond, ir_graph *body, int ncc,
                             int nbc, int n, ir_value *const *in)
{
    ir_loop l = {.cond = cond, .body = body, .ncond = ncc, .nconst = nbc, .checkpoints = slots};
    return cond && body ? ir_emit_loop(g, &op_while, &l, n, in) : NULL;
}

/* ---- advancing a state ----------------------------------------------------------------------- */

/* (steps; Kn, count) -> count < steps */
static ir_graph *advance_cond(const plan *p)
{
    ir_type i64 = ir_type_scalar(IR_i64);
    ir_graph *g = ir_graph_new("advance_cond");
    ir_value *steps = ir_input(g, &i64);
    for (int k = 0; k < p->nkn; k++)
        ir_input(g, &p->primal->in[p->ncn + k]->type);
    return ir_finish(g, (ir_value *[]){b_lt(g, ir_input(g, &i64), steps)}, 1);
}

/* (Cn; Kn, count) -> (Kn, count + 1) */
static ir_graph *advance_body(const plan *p)
{
    IR_SCRATCH(scratch);
    ir_type i64 = ir_type_scalar(IR_i64);
    IR_AUTO_GRAPH g = ir_graph_like(p->primal, "advance");
    ir_value *count = ir_input(g, &i64);
    ir_value **out = ir_alloc(&scratch, (size_t)(p->nkn + 1) * sizeof *out);
    if (!ir_ok(g) || !out || !ir_splice(g, p->primal, g->in, out))
        return NULL;
    out[p->nkn] = b_add(g, count, integer(g, 1));
    return ir_outputs(g, out, p->nkn + 1) ? ir_graph_retain(g) : NULL;
}

/* Writes to `out` the state Kn, advanced by `steps` steps. */
static bool advance(const plan *p, ir_graph *g, ir_value *const *cn, ir_value *const *kn,
                    ir_value *steps, ir_value **out)
{
    IR_SCRATCH(scratch);
    IR_AUTO_GRAPH cond = advance_cond(p);
    IR_AUTO_GRAPH body = advance_body(p);
    ir_value **in = ir_alloc(&scratch, (size_t)(p->ncn + p->nkn + 2) * sizeof *in);
    if (!in)
        return false;
    in[0] = steps;
    memcpy(in + 1, cn, (size_t)p->ncn * sizeof *in);
    memcpy(in + 1 + p->ncn, kn, (size_t)p->nkn * sizeof *in);
    in[1 + p->ncn + p->nkn] = integer(g, 0);
    ir_value **made = emit_while(g, p->t->slots, cond, body, 1, p->ncn, p->ncn + p->nkn + 2, in);
    if (made)
        memcpy(out, made, (size_t)p->nkn * sizeof *out);
    return made != NULL;
}

/* ---- where to put the next checkpoint -------------------------------------------------------- */

/* The condition (l; r, b) -> b < l, or the body (s; r, b) -> (r + 1, b (s + r + 1) / (r + 1)) of a
 * loop in which b is C(s + r, s). */
static ir_graph *binomial(bool body)
{
    ir_type i64 = ir_type_scalar(IR_i64);
    ir_graph *g = ir_graph_new("binomial");
    ir_value *fixed = ir_input(g, &i64), *r = ir_input(g, &i64), *b = ir_input(g, &i64);
    if (!body)
        return ir_finish(g, (ir_value *[]){b_lt(g, b, fixed)}, 1);
    ir_value *next = b_add(g, r, integer(g, 1));
    return ir_finish(g, (ir_value *[]){next, b_div(g, b_mul(g, b, b_add(g, fixed, next)), next)},
                     2);
}

/* How many steps to advance before pushing a checkpoint, between 1 and l - 1. There are l steps to
 * reverse and s >= 2 states, including the current one. The steps after the new checkpoint must be
 * reversible with one state less and the same number of repetitions. */
static ir_value *stride(ir_graph *g, ir_value *l, ir_value *s)
{
    IR_AUTO_GRAPH cond = binomial(false);
    IR_AUTO_GRAPH body = binomial(true);
    ir_value *in[] = {l, s, integer(g, 0), integer(g, 1)};
    ir_value **made = emit_while(g, 1, cond, body, 1, 1, 4, in);
    if (!made)
        return NULL;
    ir_value *r = made[0], *b = made[1], *one = integer(g, 1);
    ir_value *behind = b_div(g, b_mul(g, b, s), b_add(g, s, r));
    return b_max(g, one, b_min(g, b_sub(g, l, behind), b_sub(g, l, one)));
}

/* ---- reversing a step ------------------------------------------------------------------------ */

/* A branch (Cn, Kn, ct, sums) -> (ct, sums). It reverses the step that starts at Kn, or returns ct
 * and sums unchanged. */
static ir_graph *reverse_step(const plan *p, bool reverse)
{
    IR_SCRATCH(scratch);
    int n = p->ncn + p->nkn, nout = p->nct + p->nsum;
    IR_AUTO_GRAPH g = ir_graph_like(p->back, "reverse");
    ir_value **out = ir_alloc(&scratch, (size_t)(2 * nout + 1) * sizeof *out);
    if (!ir_ok(g) || !out)
        return NULL;
    ir_value **made = out + nout;
    bool ok = !reverse || ir_splice(g, p->back, g->in, made);
    if (reverse) {
        memcpy(out, made + p->nsum, (size_t)p->nct * sizeof *out);
        memcpy(out + p->nct, made, (size_t)p->nsum * sizeof *out);
    } else {
        memcpy(out, g->in + n, (size_t)nout * sizeof *out);
    }
    return ok && ir_outputs(g, out, nout) ? ir_graph_retain(g) : NULL;
}

static ir_value **maybe_reverse(const plan *p, ir_graph *g, ir_value *truth, ir_value *const *cn,
                                ir_value *const *kn, ir_value *const *rest)
{
    IR_SCRATCH(scratch);
    int n = 1 + p->ncn + p->nkn + p->nct + p->nsum;
    ir_value **in = ir_alloc(&scratch, (size_t)n * sizeof *in);
    if (!in)
        return NULL;
    ir_graph *branches[] = {reverse_step(p, false), reverse_step(p, true)};
    in[0] = b_convert(g, truth, IR_i32);
    memcpy(in + 1, cn, (size_t)p->ncn * sizeof *in);
    memcpy(in + 1 + p->ncn, kn, (size_t)p->nkn * sizeof *in);
    memcpy(in + 1 + p->ncn + p->nkn, rest, (size_t)(p->nct + p->nsum) * sizeof *in);
    ir_attr attr[] = {[COND_BRANCHES] = {.n = 2, .graphs = branches}};
    ir_value **made = branches[0] && branches[1] ? ir_emit(g, &op_cond, n, in, attr) : NULL;
    ir_graph_release(branches[0]);
    ir_graph_release(branches[1]);
    return made;
}

/* ---- the loop -------------------------------------------------------------------------------- */

/* The machine is the while loop that reverses the steps. Its carry: a stack of states for each Kn,
 * their step numbers, the index of the top state, the number of steps left to reverse; `rest` is ct
 * and sums. */
typedef struct {
    ir_value **stack, *number, *top, *left, **rest;
} machine;

static machine machine_of(const plan *p, ir_value **v)
{
    return (machine){v, v[p->nkn], v[p->nkn + 1], v[p->nkn + 2], v + p->nkn + 3};
}

static int machine_size(const plan *p)
{
    return p->nkn + 3 + p->nct + p->nsum;
}

static ir_type stack_type(const plan *p, int k)
{
    ir_type t = p->primal->in[p->ncn + k]->type;
    memmove(t.dim + 1, t.dim, t.rank++ * sizeof t.dim[0]);
    t.dim[0] = p->t->slots;
    return t;
}

/* Gives g the machine's carry as inputs; returns the first of them, or NULL on error. */
static ir_value **machine_inputs(const plan *p, ir_graph *g)
{
    if (!ir_ok(g))
        return NULL;
    const treeverse *t = p->t;
    ir_type i64 = ir_type_scalar(IR_i64), numbers = ir_type_make(IR_i64, 1, &t->slots);
    int first = g->nin;
    for (int k = 0; k < p->nkn; k++) {
        ir_type s = stack_type(p, k);
        ir_input(g, &s);
    }
    ir_input(g, &numbers);
    ir_input(g, &i64);
    ir_input(g, &i64);
    for (int pass = 0; pass < 2; pass++)
        for (int k = pass ? 0 : t->nconst; k < (pass ? t->nconst : t->body->nin); k++)
            if (t->linear[k])
                ir_input(g, &t->body->in[k]->type);
    return ir_ok(g) ? g->in + first : NULL;
}

static ir_graph *machine_cond(const plan *p)
{
    ir_graph *g = ir_graph_new("steps_left");
    ir_value **in = machine_inputs(p, g);
    ir_value *more = in ? b_gt(g, machine_of(p, in).left, integer(g, 0)) : NULL;
    return ir_finish(g, &more, 1);
}

static bool machine_step(const plan *p, ir_graph *g, ir_value *const *cn, machine m, ir_value **out)
{
    IR_SCRATCH(scratch);
    ir_value **state = ir_alloc(&scratch, (size_t)(2 * p->nkn + 1) * sizeof *state);
    if (!state)
        return false;
    ir_value **later = state + p->nkn, *one = integer(g, 1), *zero = integer(g, 0);
    ir_value *at = state_at(g, m.number, m.top);
    ir_value *length = b_sub(g, m.left, at);
    ir_value *free_slots = b_sub(g, integer(g, p->t->slots - 1), m.top);
    ir_value *last = b_or(g, b_le(g, free_slots, zero), b_le(g, length, one));
    ir_value *far = stride(g, length, b_add(g, b_max(g, free_slots, one), one));
    ir_value *steps = b_select(g, last, b_sub(g, length, one), far);
    for (int k = 0; k < p->nkn; k++)
        state[k] = state_at(g, m.stack[k], m.top);
    bool ok = steps && advance(p, g, cn, state, steps, later);
    ir_value **rest = ok ? maybe_reverse(p, g, last, cn, later, m.rest) : NULL;
    if ((ok = rest != NULL)) {
        /* The state is pushed, or the top state is written back unchanged. */
        ir_value *where = b_select(g, last, m.top, b_add(g, m.top, one));
        ir_value *left = b_select(g, last, b_sub(g, m.left, one), m.left);
        ir_value *spent = b_and(g, last, b_eq(g, at, left)); /* no steps left from it on */
        for (int k = 0; k < p->nkn; k++)
            out[k] = set_state(g, m.stack[k], where, b_select(g, last, state[k], later[k]));
        out[p->nkn] = set_state(g, m.number, where, b_select(g, last, at, b_add(g, at, far)));
        out[p->nkn + 1] = b_select(g, spent, b_sub(g, m.top, one), where);
        out[p->nkn + 2] = left;
        memcpy(out + p->nkn + 3, rest, (size_t)(p->nct + p->nsum) * sizeof *out);
    }
    return ok;
}

static ir_graph *machine_body(const plan *p)
{
    IR_SCRATCH(scratch);
    IR_AUTO_GRAPH g = ir_graph_new("treeverse");
    for (int k = 0; k < p->ncn; k++)
        ir_input(g, &p->primal->in[k]->type);
    ir_value **carry = machine_inputs(p, g);
    ir_value **out = ir_alloc(&scratch, (size_t)machine_size(p) * sizeof *out);
    bool ok = carry && out && machine_step(p, g, g->in, machine_of(p, carry), out);
    return ok && ir_outputs(g, out, machine_size(p)) ? ir_graph_retain(g) : NULL;
}

/* Checks that the checkpoints fit in the memory that tapes may use. */
static bool stacks_fit(const plan *p)
{
    size_t bytes = 0, all;
    for (int k = 0; k < p->nkn; k++)
        bytes += ir_type_bytes(&p->primal->in[p->ncn + k]->type);
    bool fit = !__builtin_mul_overflow(bytes, (size_t)p->t->slots, &all) && all <= ir_tape_limit();
    return fit || ir_fail("while: %lld checkpoints of %zu bytes are more than %zu "
                          "bytes, the limit of tapes: ask for fewer, or raise jac_tape_limit",
                          (long long)p->t->slots, bytes, ir_tape_limit());
}

/* Writes the machine's initial carry to `in`. */
static bool start(const plan *p, ir_graph *g, ir_value **in)
{
    const treeverse *t = p->t;
    int n = p->nkn + 3;
    ir_type numbers = ir_type_make(IR_i64, 1, &t->slots);
    for (int k = t->nconst, m = 0; k < t->body->nin; k++)
        if (!t->linear[k]) {
            ir_type s = stack_type(p, m);
            ir_value *empty = ir_zeros(g, &s);
            in[m++] = empty ? set_state(g, empty, integer(g, 0), t->x[k]) : NULL;
        }
    in[p->nkn] = ir_zeros(g, &numbers);
    in[p->nkn + 1] = integer(g, 0);
    in[p->nkn + 2] = t->length;
    for (int k = t->nconst; k < t->body->nin; k++)
        if (t->linear[k]) {
            ir_value *ct = t->ct[k - t->nconst];
            in[n++] = ct ? ct : ir_zeros(g, &t->body->in[k]->type);
        }
    for (int k = 0; k < t->nconst; k++)
        if (t->linear[k])
            in[n++] = ir_zeros(g, &t->body->in[k]->type);
    for (int k = 0; k < n; k++)
        if (!in[k])
            return false;
    return true;
}

bool ctl_treeverse(ir_graph *g, const treeverse *t, ir_value **ct_in)
{
    IR_SCRATCH(scratch);
    plan p = {.t = t};
    ir_value **made = NULL;
    bool ok = make_parts(&p) && stacks_fit(&p);
    IR_AUTO_GRAPH cond = ok ? machine_cond(&p) : NULL;
    IR_AUTO_GRAPH body = ok ? machine_body(&p) : NULL;
    ir_value **in = ir_alloc(&scratch, (size_t)(p.ncn + machine_size(&p) + 1) * sizeof *in);
    for (int k = 0, n = 0; in && k < t->nconst; k++)
        if (!t->linear[k])
            in[n++] = t->x[k];
    if (in && body && start(&p, g, in + p.ncn))
        made = emit_while(g, t->slots, cond, body, 0, p.ncn, p.ncn + machine_size(&p), in);
    if (made) {
        int n = p.nkn + 3;
        for (int k = t->nconst; k < t->body->nin; k++)
            if (t->linear[k])
                ct_in[k] = made[n++];
        for (int k = 0; k < t->nconst; k++)
            if (t->linear[k])
                ct_in[k] = made[n++];
    }
    ir_graph_release(p.primal);
    ir_graph_release(p.back);
    return made != NULL;
}

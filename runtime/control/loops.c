/* jac_while_loop, jac_fori_loop, jac_scan.
 *
 * The body is traced for the types of the carry. What it captures becomes the loop's constants.
 * Then one equation is emitted.
 */
#include <stdlib.h>
#include <string.h>

#include "ops/attrs.h"
#include "ops/control.h"
#include "ops/ops.h"
#include "runtime/control/control.h"

size_t jac_tape_bytes(void)
{
    return ir_tape_live_bytes();
}

size_t jac_tape_peak_bytes(bool reset)
{
    return ir_tape_peak_bytes(reset);
}

void jac_tape_limit(size_t bytes)
{
    ir_tape_set_limit(bytes);
}

/* ---- settling the types of a carry ----------------------------------------------------------- */

bool rt_adopt_types(const rt_traced *body, int n, ir_type *carry)
{
    bool changed = false;
    for (int k = 0; k < n; k++) {
        const ir_type *y = &body->g->out[k]->type;
        bool settled = carry[k].dtype == y->dtype && y->weak;
        if (!carry[k].weak || settled || !ir_same_shape(&carry[k], y) ||
            !ir_gives_way(carry[k].dtype, y->dtype, y->weak))
            continue;
        carry[k] = *y;
        changed = true;
    }
    return changed;
}

bool rt_conform_outputs(rt_traced *body, int n, const ir_type *carry)
{
    IR_SCRATCH(scratch);
    bool differ = false;
    for (int k = 0; k < n; k++)
        differ =
            differ || (body->g->out[k]->type.weak && body->g->out[k]->type.dtype != carry[k].dtype);
    if (!differ)
        return true;
    ir_graph *g = ir_graph_like(body->g, NULL);
    ir_value **out = ir_alloc(&scratch, (size_t)body->g->nout * sizeof *out);
    if (!g || !out) {
        ir_graph_release(g);
        return false;
    }
    bool ok = ir_splice(g, body->g, g->in, out);
    for (int k = 0; k < n && ok; k++) {
        ir_dtype to = carry[k].dtype;
        if (out[k]->type.weak && ir_gives_way(out[k]->type.dtype, to, carry[k].weak))
            ok = (out[k] = b_convert(g, out[k], to)) != NULL;
    }
    ok = ok && ir_outputs(g, out, body->g->nout);
    if (!ok) {
        ir_graph_release(g);
        return false;
    }
    ir_graph_release(body->g);
    body->g = g;
    return true;
}

bool rt_carry_changed(const char *what, int k, const ir_type *enters, const ir_type *leaves)
{
    return ir_fail("%s: carry %d enters the body as %s, but leaves as %s; it must keep its %s",
                   what, k, ir_type_tmp(enters), ir_type_tmp(leaves),
                   ir_same_shape(enters, leaves)
                       ? "dtype (apply jac_astype in the body or to the initial value)"
                       : "shape");
}

bool rt_check_condition(const char *what, const ir_type *t)
{
    if (!t->rank && t->dtype == IR_bool)
        return true;
    return ir_fail("%s: the condition must give one bool[], but gives %s%s", what, ir_type_tmp(t),
                   t->rank ? " (is jac_all or jac_any missing?)" : " (is a comparison missing?)");
}

bool rt_check_carry(const char *what, const rt_traced *body, int n, const ir_type *carry)
{
    for (int k = 0; k < n; k++)
        if (!ir_same_type(&body->g->out[k]->type, &carry[k]))
            return rt_carry_changed(what, k, &carry[k], &body->g->out[k]->type);
    return true;
}

bool rt_settle_carry(rt_traced *body, int n, const ir_type *carry, jac *state)
{
    bool ok = rt_conform_outputs(body, n, carry);
    for (int k = 0; k < n && ok; k++)
        ok = jac_ok(state[k] = rt_convert(state[k], carry[k].dtype, carry[k].weak));
    return ok;
}

/* Traces the body for the types (before..., carry..., after...), settles the types of the carry,
 * and converts the state to them. */
static bool trace_body(const char *what, rt_face body, int nbefore, int n, ir_type *types,
                       jac *state, rt_traced *out)
{
    ir_type *carry = types + nbefore;
    if (!rt_trace_fn(body, types, out))
        return false;
    while (rt_adopt_types(out, n, carry)) { /* a carry with a new type may change another one's */
        rt_traced_free(out);
        if (!rt_trace_fn(body, types, out))
            return false;
    }
    bool ok = rt_settle_carry(out, n, carry, state) && rt_check_carry(what, out, n, carry);
    if (!ok)
        rt_traced_free(out);
    return ok;
}

ir_graph *rt_constants_first(const rt_traced *t)
{
    IR_SCRATCH(scratch);
    int n = t->g->nin, nargs = n - t->ncaptured;
    int *order = ir_alloc(&scratch, (size_t)(n + t->g->nout + 1) * sizeof *order);
    if (!order)
        return NULL;
    int *same = order + n;
    for (int k = 0; k < n; k++)
        order[k] = k < t->ncaptured ? nargs + k : k - t->ncaptured;
    for (int k = 0; k < t->g->nout; k++)
        same[k] = k;
    ir_graph *g = ctl_reorder(t->g, order, same);
    return g;
}

/* Checks the number of leaves of a function's arguments and results. */
static bool fits(const char *what, const struct jac_function *f, const char *role, int nin,
                 int nout)
{
    if (rt_fn_leaves(f) == nin && f->result_leaves == nout)
        return true;
    return ir_fail("%s: %s %s must take %s and give %d, but it takes %d and gives %d", what, role,
                   f->name, ir_count_tmp(nin, "handle"), nout, rt_fn_leaves(f), f->result_leaves);
}

bool rt_state_types(const char *what, int n, const jac *state, ir_type *types)
{
    for (int k = 0; k < n; k++) {
        const char *why = rt_no_handle(state[k]);
        if (why)
            return ir_fail("%s: leaf %d of the initial value %s", what, k, why);
        if (!rt_type_of(state[k], &types[k]))
            return false;
    }
    return true;
}

/* Ends a loop function: stores the results in the user's state, or null handles if it failed. */
static bool finish(unsigned m, bool ok, int n, jac *y, jac *state)
{
    ok = rt_end_tree(m, ok ? n : 0, y) && ok;
    for (int k = 0; k < n; k++)
        state[k] = ok ? y[k] : JAC_NULL;
    return ok;
}

/* ---- while ----------------------------------------------------------------------------------- */

bool rt_check_checkpoints(const char *what, int64_t checkpoints)
{
    return checkpoints > 0 || checkpoints == JAC_TAPE_ ||
           ir_fail("%s: checkpoints must be at least 1 (for the initial state), but is %lld", what,
                   (long long)checkpoints);
}

bool rt_emit_while(const rt_traced *cond, const rt_traced *body, int64_t checkpoints, int n,
                   const jac *state, jac *y)
{
    IR_SCRATCH(scratch);
    IR_AUTO_GRAPH c = rt_constants_first(cond);
    IR_AUTO_GRAPH b = rt_constants_first(body);
    int ncc = cond->ncaptured, nbc = body->ncaptured, m = 0;
    jac *in = ir_alloc(&scratch, (size_t)(ncc + nbc + n + 1) * sizeof *in);
    if (!in)
        return false;
    for (int k = 0; k < ncc; k++)
        in[m++] = cond->captured[k];
    for (int k = 0; k < nbc; k++)
        in[m++] = body->captured[k];
    for (int k = 0; k < n; k++)
        in[m++] = state[k];
    ir_attr attr[] = {[WHILE_COND] = {.graph = c},
                      [WHILE_BODY] = {.graph = b},
                      [WHILE_COND_NCONSTS] = {.i = ncc},
                      [WHILE_BODY_NCONSTS] = {.i = nbc},
                      [WHILE_CHECKPOINTS] = {.i = checkpoints == JAC_TAPE_ ? 0 : checkpoints}};
    return c && b && rt_emit(&op_while, m, in, attr, n, y);
}

bool jac_while_(const jac_loc *at, jac_fn cond_fn, jac_fn body_fn, int64_t checkpoints, int n,
                jac *state)
{
    IR_SCRATCH(scratch);
    unsigned m =
        rt_begin_as(at, checkpoints == JAC_TAPE_ ? "while_loop" : "checkpointed_while_loop");
    const struct jac_function *cond = rt_fn(cond_fn), *body = cond ? rt_fn(body_fn) : NULL;
    ir_type *types = ir_alloc(&scratch, (size_t)(n + 1) * sizeof *types);
    jac *s = ir_alloc(&scratch, (size_t)(2 * n + 1) * sizeof *s);
    if (!types || !s)
        return finish(m, false, n, NULL, state);
    jac *y = s + n;
    memcpy(s, state, (size_t)n * sizeof *s);
    RT_AUTO_TRACED c = {0};
    RT_AUTO_TRACED b = {0};
    bool ok = body && rt_check_checkpoints("checkpointed_while_loop", checkpoints) &&
              fits("while_loop", cond, "the condition", n, 1) &&
              fits("while_loop", body, "the body", n, n) &&
              rt_state_types("while_loop", n, s, types) &&
              trace_body("while_loop", body, 0, n, types, s, &b) && rt_trace_fn(cond, types, &c) &&
              rt_check_condition("while_loop", &c.g->out[0]->type) &&
              rt_emit_while(&c, &b, checkpoints, n, s, y);
    return finish(m, ok, n, y, state);
}

/* ---- fori ------------------------------------------------------------------------------------ */

/* (constants, counter, [limit,] state) -> (counter + 1, [limit,] body's state). */
static ir_graph *counting_body(const rt_traced *body, int n, bool limit)
{
    IR_SCRATCH(scratch);
    const ir_graph *from = body->g;
    int nconst = body->ncaptured, m = 0, state = nconst + 1 + limit;
    IR_AUTO_GRAPH g = ir_graph_new(from->name);
    for (int k = 0; k < nconst; k++)
        ir_input(g, &from->in[1 + n + k]->type);
    for (int k = 0; k < 1 + limit; k++)
        ir_input(g, &from->in[0]->type);
    for (int k = 0; k < n; k++)
        ir_input(g, &from->in[1 + k]->type);
    ir_value **in = ir_alloc(&scratch, (size_t)(from->nin + n + 3) * sizeof *in);
    if (!ir_ok(g) || !in)
        return NULL;
    ir_value **out = in + from->nin;
    in[m++] = g->in[nconst];
    for (int k = 0; k < n; k++)
        in[m++] = g->in[state + k];
    for (int k = 0; k < nconst; k++)
        in[m++] = g->in[k];
    ir_value *counter = g->in[nconst];
    out[0] = b_add(g, counter, b_const_int(g, counter->type.dtype, 1));
    if (limit)
        out[1] = g->in[nconst + 1];
    bool ok = out[0] && ir_splice(g, from, in, out + 1 + limit);
    return ok && ir_outputs(g, out, n + 1 + limit) ? ir_graph_retain(g) : NULL;
}

/* counter < limit */
static ir_graph *counting_cond(ir_dtype d, int n, const ir_type *state)
{
    ir_type t = ir_type_scalar(d);
    ir_graph *g = ir_graph_new("fori_cond");
    ir_value *counter = ir_input(g, &t), *limit = ir_input(g, &t);
    for (int k = 0; k < n; k++)
        ir_input(g, &state[k]);
    ir_value *go = b_lt(g, counter, limit);
    return ir_finish(g, &go, 1);
}

static bool static_bound(jac x, int64_t *v)
{
    const rt_slot *s = jac_ok(x) ? rt_slot_of(x) : NULL;
    if (!s || s->kind != RT_NUMBER || s->number.kind != IR_KIND_INT)
        return false;
    *v = s->number.i;
    return true;
}

bool rt_emit_fori(const rt_traced *body, ir_dtype d, jac lower, jac upper, int n,
                  const ir_type *types, const jac *state, jac *y)
{
    IR_SCRATCH(scratch);
    int64_t lo = 0, hi = 0;
    bool fixed = static_bound(lower, &lo) && static_bound(upper, &hi);
    IR_AUTO_GRAPH b = counting_body(body, n, !fixed);
    int nconst = body->ncaptured, m = 0;
    jac *in = ir_alloc(&scratch, (size_t)(nconst + n + 2) * sizeof *in);
    jac *out = ir_alloc(&scratch, (size_t)(n + 2) * sizeof *out);
    if (!in || !out)
        return false;
    for (int k = 0; k < nconst; k++)
        in[m++] = body->captured[k];
    in[m] = b ? rt_convert(lower, d, false) : JAC_NULL;
    bool ok = jac_ok(in[m]);
    m++;
    if (ok && !fixed)
        ok = jac_ok(in[m++] = rt_convert(upper, d, false));
    for (int k = 0; k < n; k++)
        in[m++] = state[k];
    if (ok && fixed) {
        int64_t length = 0;
        if (hi > lo && __builtin_sub_overflow(hi, lo, &length))
            ok = ir_fail("fori_loop: there are too many steps from %lld to %lld", (long long)lo,
                         (long long)hi);
        ir_attr attr[SCAN_NATTR] = {[SCAN_BODY] = {.graph = b},
                                    [SCAN_LENGTH] = {.i = length},
                                    [SCAN_NUM_CONSTS] = {.i = nconst},
                                    [SCAN_NUM_CARRY] = {.i = n + 1}};
        ok = ok && rt_emit(&op_scan, m, in, attr, n + 1, out);
    } else if (ok) {
        IR_AUTO_GRAPH c = counting_cond(d, n, types);
        ir_attr attr[WHILE_NATTR] = {[WHILE_COND] = {.graph = c},
                                     [WHILE_BODY] = {.graph = b},
                                     [WHILE_BODY_NCONSTS] = {.i = nconst}};
        ok = c && rt_emit(&op_while, m, in, attr, n + 2, out);
    }
    if (ok)
        memcpy(y, out + (fixed ? 1 : 2), (size_t)n * sizeof *y);
    return ok;
}

/* A C number among the bounds must be a number of the counter's dtype. */
static bool bound_fits(jac bound, ir_dtype d)
{
    rt_slot *s = rt_slot_of(bound);
    ir_scalar scalar;
    return s && (s->kind != RT_NUMBER || rt_number_scalar(s->number, d, &scalar));
}

bool rt_counter_dtype(const char *what, jac lower, jac upper, ir_dtype *d)
{
    ir_type a, b;
    if (!rt_type_of(lower, &a) || !rt_type_of(upper, &b) ||
        !ir_promote(a.dtype, a.weak, b.dtype, b.weak, d, NULL))
        return false;
    ir_kind kind = ir_dtypes[*d].kind;
    if (a.rank || b.rank || (kind != IR_KIND_INT && kind != IR_KIND_UINT))
        return ir_fail("%s: its bounds must be integer scalars, but are %s and %s", what,
                       ir_type_tmp(&a), ir_type_tmp(&b));
    return bound_fits(lower, *d) && bound_fits(upper, *d);
}

bool jac_fori_(const jac_loc *at, jac lower, jac upper, jac_fn fn, int n, jac *state)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin_as(at, "fori_loop");
    const struct jac_function *body = rt_fn(fn);
    ir_type *types = ir_alloc(&scratch, (size_t)(n + 1) * sizeof *types);
    jac *s = ir_alloc(&scratch, (size_t)(2 * n + 1) * sizeof *s);
    if (!types || !s)
        return finish(m, false, n, NULL, state);
    jac *y = s + n;
    memcpy(s, state, (size_t)n * sizeof *s);
    ir_dtype d = IR_i32;
    RT_AUTO_TRACED b = {0};
    bool ok = body && fits("fori_loop", body, "the body", n + 1, n) &&
              rt_counter_dtype("fori_loop", lower, upper, &d) &&
              rt_state_types("fori_loop", n, s, types + 1);
    types[0] = ir_type_scalar(d);
    ok = ok && trace_body("fori_loop", body, 1, n, types, s, &b) &&
         rt_emit_fori(&b, d, lower, upper, n, types + 1, s, y);
    return finish(m, ok, n, y, state);
}

/* ---- scan ------------------------------------------------------------------------------------ */

static bool slice_types(int nx, const jac *xs, int64_t *length, ir_type *types)
{
    for (int k = 0; k < nx; k++) {
        ir_type t;
        const char *why = rt_no_handle(xs[k]);
        if (why)
            return ir_fail("scan: leaf %d of xs %s", k, why);
        if (!rt_type_of(xs[k], &t))
            return false;
        if (!t.rank)
            return ir_fail("scan: leaf %d of xs is %s, which has no axis to scan over", k,
                           ir_type_tmp(&t));
        if (*length >= 0 && t.dim[0] != *length)
            return ir_fail("scan: leaf %d of xs is %s, with %lld slices, but the length is %lld", k,
                           ir_type_tmp(&t), (long long)t.dim[0], (long long)*length);
        *length = t.dim[0];
        types[k] = t;
        types[k].rank--;
        memmove(types[k].dim, t.dim + 1, types[k].rank * sizeof t.dim[0]);
    }
    return *length >= 0 || ir_fail("scan: xs has no leaves, and .length is not given");
}

static bool emit_scan(const rt_traced *body, int64_t length, int n, int nx, int ny, bool reverse,
                      const jac *state, const jac *xs, jac *y)
{
    IR_SCRATCH(scratch);
    IR_AUTO_GRAPH b = rt_constants_first(body);
    int nconst = body->ncaptured, m = 0;
    jac *in = ir_alloc(&scratch, (size_t)(nconst + n + nx + 1) * sizeof *in);
    if (!in)
        return false;
    for (int k = 0; k < nconst; k++)
        in[m++] = body->captured[k];
    for (int k = 0; k < n; k++)
        in[m++] = state[k];
    for (int k = 0; k < nx; k++)
        in[m++] = xs[k];
    ir_attr attr[SCAN_NATTR] = {[SCAN_BODY] = {.graph = b},
                                [SCAN_LENGTH] = {.i = length},
                                [SCAN_NUM_CONSTS] = {.i = nconst},
                                [SCAN_NUM_CARRY] = {.i = n},
                                [SCAN_REVERSE] = {.i = reverse}};
    return b && rt_emit(&op_scan, m, in, attr, n + ny, y);
}

bool jac_scan_(const jac_loc *at, jac_fn fn, jac_scan_opts o, size_t carry_room)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin(at);
    const struct jac_function *body = rt_fn(fn);
    if (!body)
        return false;
    if (body->nargs != 2 || body->result_leaves < body->arg_leaves[0])
        return ir_fail(
            "scan: the body, %s, must take (carry, x) and give struct { carry; y }, but it "
            "takes %s and gives %s",
            body->name, ir_count_tmp(body->nargs, "argument"),
            ir_count_tmp(body->result_leaves, "handle"));
    int n = body->arg_leaves[0], nx = body->arg_leaves[1], ny = body->result_leaves - n;
    if ((n && !o.carry) || (nx && !o.xs) || (ny && !o.ys.at))
        return ir_fail("scan: a null pointer was given for %s", n && !o.carry    ? "the carry"
                                                                : ny && !o.ys.at ? "ys"
                                                                                 : "xs");
    if (!rt_room("scan: the carry of ", body->name, n, (jac_out){o.carry, carry_room}) ||
        !rt_room("scan: as ys, ", body->name, ny, o.ys))
        return false;
    if (o.unroll < 0)
        return ir_fail("scan: unroll must be at least 0, but is %lld", (long long)o.unroll);
    if (o.length < 0)
        return ir_fail("scan: length must be at least 0, but is %lld", (long long)o.length);
    if (!nx && !o.length)
        return ir_fail("scan: there are no xs, and .length is not given (or is 0)");
    int64_t length = o.length > 0 ? o.length : -1;
    ir_type *types = ir_alloc(&scratch, (size_t)(n + nx + 1) * sizeof *types);
    jac *s = ir_alloc(&scratch, (size_t)(2 * n + ny + 1) * sizeof *s);
    bool ok = types && s;
    jac *y = ok ? s + n : NULL;
    if (ok)
        memcpy(s, o.carry, (size_t)n * sizeof *s);
    RT_AUTO_TRACED b = {0};
    ok = ok && rt_state_types("scan", n, s, types) && slice_types(nx, o.xs, &length, types + n) &&
         trace_body("scan", body, 0, n, types, s, &b) &&
         emit_scan(&b, length, n, nx, ny, o.reverse, s, o.xs, y);
    ok = rt_end_tree(m, ok ? n + ny : 0, y) && ok;
    for (int k = 0; k < n; k++)
        ((jac *)o.carry)[k] = ok ? y[k] : JAC_NULL;
    for (int k = 0; k < ny; k++)
        ((jac *)o.ys.at)[k] = ok ? y[n + k] : JAC_NULL;
    return ok;
}

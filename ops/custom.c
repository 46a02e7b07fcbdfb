/* Functions with a derivative given by the caller: custom_jvp_call and custom_vjp_call. They run
 * the function as long as nothing is differentiated. Differentiation replaces them by the caller's
 * rule.
 *
 * A custom_vjp has no forward derivative, but reverse mode begins with one. custom_vjp_lin takes
 * its place: it is linear, it cannot be run, and its transpose is the caller's backward function.
 * With the parameter `forward`, linear_call takes its place: it can be run, because it has the
 * derivative of the function's graph.
 */
#include <stdlib.h>
#include <string.h>

#include "ops/attrs.h"
#include "ops/control.h"
#include "ops/ops.h"

static bool differentiable(const ir_value *v)
{
    return ir_is_inexact(v->type.dtype);
}

static int count_floats(ir_value *const *v, int n)
{
    int floats = 0;
    for (int k = 0; k < n; k++)
        floats += differentiable(v[k]);
    return floats;
}

/* ---- custom_jvp_call ------------------------------------------------------------------------- */

/* The rule's graph also takes a tangent for each float input, and returns one for each float
 * output. */
static bool custom_infer(ir_infer *q)
{
    const ir_graph *f = q->attr[CUSTOM_JVP_GRAPH].graph, *rule = q->attr[CUSTOM_JVP_JVP].graph;
    int nin = f->nin + count_floats(f->in, f->nin);
    int nout = f->nout + count_floats(f->out, f->nout);
    if (rule->nin != nin || rule->nout != nout)
        return ir_fail(
            "custom_jvp_call: a function of %d inputs and %d outputs needs a jvp of %d and %d, "
            "but its jvp has %d and %d",
            f->nin, f->nout, nin, nout, rule->nin, rule->nout);
    for (int k = 0; k < f->nout; k++)
        if (!ir_same_type(&f->out[k]->type, &rule->out[k]->type))
            return ir_fail("custom_jvp_call: output %d is %s in the function, but %s in its jvp", k,
                           ir_type_tmp(&f->out[k]->type), ir_type_tmp(&rule->out[k]->type));
    return ctl_call_infer(q);
}

static bool custom_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                       ir_value **y, ir_value **ty)
{
    IR_SCRATCH(scratch);
    ir_graph *rule = ctl_graph(e, CUSTOM_JVP_JVP);
    ir_value **in = ir_alloc(&scratch, (size_t)(2 * e->nin + 1) * sizeof *in);
    if (!in)
        return false;
    int n = 0;
    for (int k = 0; k < e->nin; k++)
        in[n++] = x[k];
    for (int k = 0; k < e->nin; k++)
        if (differentiable(e->in[k]))
            in[n++] = t[k] ? t[k] : ir_zeros(g, &x[k]->type);
    ir_value **made = ctl_call(g, rule, in);
    for (int k = 0, m = e->nout; made && k < e->nout; k++) {
        y[k] = made[k];
        ty[k] = differentiable(e->out[k]) ? made[m++] : NULL;
    }
    return made != NULL;
}

static bool custom_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                         const ir_batching *over, ir_value **y, int *yaxis)
{
    IR_SCRATCH(scratch);
    ir_graph *f = ctl_graph(e, CUSTOM_JVP_GRAPH), *rule = ctl_graph(e, CUSTOM_JVP_JVP);
    int *axes = ir_alloc(&scratch, (size_t)(rule->nin + rule->nout) * sizeof *axes);
    if (!axes)
        return false;
    int *rule_out = axes + rule->nin, n = e->nin;
    memcpy(axes, axis, (size_t)e->nin * sizeof *axes);
    for (int k = 0; k < e->nin; k++)
        if (differentiable(e->in[k]))
            axes[n++] = axis[k];
    /* The function and its rule must be batched alike: every output has the batch axis in front. */
    for (int k = 0; k < e->nout; k++)
        yaxis[k] = 0;
    for (int k = 0; k < rule->nout; k++)
        rule_out[k] = 0;
    IR_AUTO_GRAPH fb = ir_vmap(f, over, axis, yaxis);
    IR_AUTO_GRAPH rb = ir_vmap(rule, over, axes, rule_out);
    ir_attr attr[] = {[CUSTOM_JVP_GRAPH] = {.graph = fb}, [CUSTOM_JVP_JVP] = {.graph = rb}};
    return fb && rb && ir_results(ir_emit(g, e->op, e->nin, x, attr), e->nout, y);
}

const ir_op op_custom_jvp_call = {
    .name = "custom_jvp_call",
    .flags = IR_OP_NO_FOLD | IR_OP_TAPES | IR_OP_CALLS,
    .attrs = IR_ATTR_COLUMN(CUSTOM_JVP),
    .infer = custom_infer,
    .eval = ctl_call_eval,
    .jvp = custom_jvp,
    .batch = custom_batch,
};

/* ---- custom_vjp_lin and linear_call -------------------------------------------------------------
 * Operands: the residuals (the inputs of bwd before the cotangents), then a tangent for each result
 * of bwd. Results: a tangent for each cotangent that bwd takes. */

static ir_graph *backward_of(const ir_eqn *e)
{
    return ctl_graph(e, e->op == &op_linear_call ? (int)LINEAR_CALL_BWD : (int)CUSTOM_VJP_LIN_BWD);
}

static bool lin_infer(ir_infer *q)
{
    const ir_graph *bwd = q->attr[CUSTOM_VJP_LIN_BWD].graph;
    int nres = q->nin - bwd->nout;
    if (nres < 0 || nres > bwd->nin)
        return ir_fail(
            "custom_vjp_lin: the backward function takes %d values and gives %d, which does not "
            "fit %d operands",
            bwd->nin, bwd->nout, q->nin);
    for (int k = 0; k < q->nin; k++) {
        const ir_type *want = k < nres ? &bwd->in[k]->type : &bwd->out[k - nres]->type;
        if (!ir_same_type(want, &q->in[k]))
            return ir_fail("custom_vjp_lin: operand %d is %s, but must be %s", k,
                           ir_type_tmp(&q->in[k]), ir_type_tmp(want));
    }
    for (int k = nres; k < bwd->nin; k++)
        ir_infer_out(q, &bwd->in[k]->type);
    return true;
}

static bool lin_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    (void)in, (void)out;
    return ir_fail("forward-mode differentiation (jvp, linearize, jacfwd) reached %s, whose "
                   "custom_vjp defines reverse mode only: use vjp, grad or jacrev, or give it a "
                   "custom_jvp",
                   ctl_graph(e, CUSTOM_VJP_LIN_BWD)->name);
}

/* custom_vjp_lin is linear in the tangents. How it depends on the residuals is not known, so a
 * tangent of a residual is an error. */
static bool lin_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                    ir_value **y, ir_value **ty)
{
    IR_SCRATCH(scratch);
    int nres = e->nin - backward_of(e)->nout;
    ir_value **in = ir_alloc(&scratch, (size_t)(e->nin + 1) * sizeof *in);
    if (!in)
        return false;
    bool ok = true;
    for (int k = 0; k < e->nin && ok; k++) {
        in[k] = k < nres ? x[k] : t[k] ? t[k] : ir_zeros(g, &x[k]->type);
        ok = k >= nres || !t[k] || lin_eval(e, NULL, NULL);
    }
    ir_value **value = ok ? ir_copy_eqn(g, e, x) : NULL;
    ir_value **tangent = ok ? ir_copy_eqn(g, e, in) : NULL;
    for (int k = 0; value && tangent && k < e->nout; k++) {
        y[k] = value[k];
        ty[k] = tangent[k];
    }
    return value && tangent;
}

static bool lin_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                          ir_value **ct_in)
{
    IR_SCRATCH(scratch);
    ir_graph *bwd = backward_of(e);
    int nres = e->nin - bwd->nout;
    ir_value **in = ir_alloc(&scratch, (size_t)(bwd->nin + 1) * sizeof *in);
    if (!in)
        return false;
    bool ok = true;
    for (int k = 0; k < nres && ok; k++)
        ok = (in[k] = x[k]) || ir_fail("custom_vjp_lin: it is not linear in its residuals");
    for (int k = 0; k < e->nout; k++)
        in[nres + k] = ct[k] ? ct[k] : ir_zeros(g, &e->out[k]->type);
    ir_value **made = ok ? ctl_call(g, bwd, in) : NULL;
    for (int k = nres; made && k < e->nin; k++)
        ct_in[k] = x[k] ? NULL : made[k - nres];
    return made != NULL;
}

/* Batches bwd. Residual k has its batch axis at axis[k]; all cotangents have it in front. Result k
 * has it at to[k]; if to[k] is -1, the operand is shared by all lanes, and the result is summed
 * over the batch. */
static ir_graph *batch_backward(const ir_graph *bwd, int nres, const ir_batching *over,
                                const int *axis, const int *to)
{
    IR_SCRATCH(scratch);
    int *in = ir_alloc(&scratch, (size_t)(bwd->nin + bwd->nout + 1) * sizeof *in);
    if (!in)
        return NULL;
    int *out = in + bwd->nin;
    for (int k = 0; k < bwd->nin; k++)
        in[k] = k < nres ? axis[k] : 0;
    for (int k = 0; k < bwd->nout; k++)
        out[k] = to[k] < 0 ? 0 : to[k];
    IR_AUTO_GRAPH lanes = ir_vmap(bwd, over, in, out);
    if (!lanes)
        return NULL;
    IR_AUTO_GRAPH g = ir_graph_like(lanes, NULL);
    ir_value **y = ir_alloc(&scratch, (size_t)(bwd->nout + 1) * sizeof *y);
    if (!ir_ok(g) || !y)
        return NULL;
    bool ok = ir_splice(g, lanes, g->in, y);
    for (int k = 0; k < bwd->nout && ok; k++)
        if (to[k] < 0)
            ok = (y[k] = b_reduce(g, &op_reduce_sum, y[k], 1, (int64_t[]){0})) != NULL;
    return ok && ir_outputs(g, y, bwd->nout) ? ir_graph_retain(g) : NULL;
}

static bool lin_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                      const ir_batching *over, ir_value **y, int *yaxis)
{
    ir_graph *bwd = ctl_graph(e, CUSTOM_VJP_LIN_BWD);
    int nres = e->nin - bwd->nout;
    IR_AUTO_GRAPH batched = batch_backward(bwd, nres, over, axis, axis + nres);
    ir_attr attr[] = {[CUSTOM_VJP_LIN_BWD] = {.graph = batched}};
    ir_value **made = batched ? ir_emit(g, e->op, e->nin, x, attr) : NULL;
    for (int k = 0; made && k < e->nout; k++) {
        y[k] = made[k];
        yaxis[k] = 0;
    }
    return made != NULL;
}

const ir_op op_custom_vjp_lin = {
    .name = "custom_vjp_lin",
    .flags = IR_OP_NO_FOLD | IR_OP_TAPES,
    .attrs = IR_ATTR_COLUMN(CUSTOM_VJP_LIN),
    .infer = lin_infer,
    .eval = lin_eval,
    .jvp = lin_jvp,
    .transpose = lin_transpose,
    .batch = lin_batch,
};

static bool call_infer(ir_infer *q)
{
    const ir_graph *f = q->attr[LINEAR_CALL_GRAPH].graph, *bwd = q->attr[LINEAR_CALL_BWD].graph;
    int nres = f->nin - bwd->nout;
    if (nres < 0 || bwd->nin != nres + f->nout)
        return ir_fail("linear_call: a function of %d inputs and %d outputs does not fit a backward "
                       "function of %d and %d",
                       f->nin, f->nout, bwd->nin, bwd->nout);
    for (int k = 0; k < f->nin; k++)
        if (!ir_same_type(&f->in[k]->type, k < nres ? &bwd->in[k]->type : &bwd->out[k - nres]->type))
            return ir_fail("linear_call: input %d, %s, does not fit the backward function", k,
                           ir_type_tmp(&f->in[k]->type));
    for (int k = 0; k < f->nout; k++)
        if (!ir_same_type(&f->out[k]->type, &bwd->in[nres + k]->type))
            return ir_fail("linear_call: output %d is %s, but the backward function takes %s", k,
                           ir_type_tmp(&f->out[k]->type), ir_type_tmp(&bwd->in[nres + k]->type));
    return ctl_call_infer(q);
}

/* With respect to the tangents alone it is its own derivative; otherwise it is an ordinary call. */
static bool call_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                     ir_value **y, ir_value **ty)
{
    IR_SCRATCH(scratch);
    int nres = e->nin - backward_of(e)->nout;
    bool linear = true;
    for (int k = 0; k < nres; k++)
        linear = linear && !t[k];
    if (linear)
        return lin_jvp(g, e, x, t, y, ty);
    ir_value **in = ir_alloc(&scratch, (size_t)(2 * e->nin + 1) * sizeof *in);
    bool *nz = ir_alloc(&scratch, (size_t)(e->nin + e->nout + 1));
    if (!in || !nz)
        return false;
    ctl_with_tangents(e, x, t, nz, in);
    IR_AUTO_GRAPH moved = ir_jvp(ctl_graph(e, LINEAR_CALL_GRAPH), nz, nz + e->nin);
    ir_value **made = moved ? ctl_call(g, moved, in) : NULL;
    ctl_hand_out(made, 1, &e->nout, nz + e->nin, y, ty);
    return made != NULL;
}

static bool call_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                       const ir_batching *over, ir_value **y, int *yaxis)
{
    ir_graph *bwd = ctl_graph(e, LINEAR_CALL_BWD);
    int nres = e->nin - bwd->nout;
    for (int k = 0; k < e->nout; k++)
        yaxis[k] = 0;
    IR_AUTO_GRAPH f = ir_vmap(ctl_graph(e, LINEAR_CALL_GRAPH), over, axis, yaxis);
    IR_AUTO_GRAPH back = batch_backward(bwd, nres, over, axis, axis + nres);
    ir_attr attr[] = {[LINEAR_CALL_GRAPH] = {.graph = f}, [LINEAR_CALL_BWD] = {.graph = back}};
    return f && back && ir_results(ir_emit(g, e->op, e->nin, x, attr), e->nout, y);
}

const ir_op op_linear_call = {
    .name = "linear_call",
    .flags = IR_OP_NO_FOLD | IR_OP_TAPES | IR_OP_CALLS,
    .attrs = IR_ATTR_COLUMN(LINEAR_CALL),
    .infer = call_infer,
    .eval = ctl_call_eval,
    .jvp = call_jvp,
    .transpose = lin_transpose,
    .batch = call_batch,
};

/* ---- custom_vjp_call ----------------------------------------------------------------------------
 * fwd: operands -> results, then residuals. bwd: residuals, then a cotangent for each float result
 * -> a cotangent for each float operand. */

static bool check_forward(const ir_graph *f, const ir_graph *fwd)
{
    if (fwd->nin != f->nin || fwd->nout < f->nout)
        return ir_fail("custom_vjp_call: a function of %d inputs and %d outputs needs a forward "
                       "function of as many inputs and at least as many outputs, but it has %d "
                       "and %d",
                       f->nin, f->nout, fwd->nin, fwd->nout);
    for (int k = 0; k < f->nin; k++)
        if (!ir_same_type(&f->in[k]->type, &fwd->in[k]->type))
            return ir_fail("custom_vjp_call: input %d is %s in the function, but %s in its "
                           "forward function",
                           k, ir_type_tmp(&f->in[k]->type), ir_type_tmp(&fwd->in[k]->type));
    for (int k = 0; k < f->nout; k++)
        if (!ir_same_type(&f->out[k]->type, &fwd->out[k]->type))
            return ir_fail("custom_vjp_call: output %d is %s in the function, but %s in its "
                           "forward function",
                           k, ir_type_tmp(&f->out[k]->type), ir_type_tmp(&fwd->out[k]->type));
    return true;
}

static bool check_backward(const ir_graph *f, const ir_graph *fwd, const ir_graph *bwd)
{
    int nres = fwd->nout - f->nout, n = nres, m = 0;
    if (bwd->nin != nres + count_floats(f->out, f->nout) ||
        bwd->nout != count_floats(f->in, f->nin))
        return ir_fail("custom_vjp_call: %d residuals, %d float outputs and %d float inputs do not "
                       "fit a backward function of %d inputs and %d outputs",
                       nres, count_floats(f->out, f->nout), count_floats(f->in, f->nin), bwd->nin,
                       bwd->nout);
    for (int k = 0; k < nres; k++)
        if (!ir_same_type(&fwd->out[f->nout + k]->type, &bwd->in[k]->type))
            return ir_fail("custom_vjp_call: residual %d leaves the forward function as %s, but "
                           "enters the backward one as %s",
                           k, ir_type_tmp(&fwd->out[f->nout + k]->type),
                           ir_type_tmp(&bwd->in[k]->type));
    for (int k = 0; k < f->nout; k++)
        if (differentiable(f->out[k]) && !ir_same_type(&f->out[k]->type, &bwd->in[n++]->type))
            return ir_fail("custom_vjp_call: output %d is %s, but the backward function takes %s",
                           k, ir_type_tmp(&f->out[k]->type), ir_type_tmp(&bwd->in[n - 1]->type));
    for (int k = 0; k < f->nin; k++)
        if (differentiable(f->in[k]) && !ir_same_type(&f->in[k]->type, &bwd->out[m++]->type))
            return ir_fail("custom_vjp_call: input %d is %s, but the backward function gives %s", k,
                           ir_type_tmp(&f->in[k]->type), ir_type_tmp(&bwd->out[m - 1]->type));
    return true;
}

static bool vjp_call_infer(ir_infer *q)
{
    const ir_graph *f = q->attr[CUSTOM_VJP_GRAPH].graph, *fwd = q->attr[CUSTOM_VJP_FWD].graph;
    const ir_graph *bwd = q->attr[CUSTOM_VJP_BWD].graph;
    return check_forward(f, fwd) && check_backward(f, fwd, bwd) && ctl_call_infer(q);
}

/* bwd with the operands of f, which it ignores, between the residuals and the cotangents. */
static ir_graph *ignoring(const ir_graph *bwd, int nres, const ir_graph *f)
{
    IR_SCRATCH(scratch);
    int nin = bwd->nin + f->nin;
    ir_type *types = ir_alloc(&scratch, (size_t)(nin + 1) * sizeof *types);
    int *from = ir_alloc(&scratch, (size_t)(bwd->nin + 1) * sizeof *from);
    if (!types || !from)
        return NULL;
    for (int k = 0; k < bwd->nin; k++) {
        from[k] = k < nres ? k : k + f->nin;
        types[from[k]] = bwd->in[k]->type;
    }
    for (int k = 0; k < f->nin; k++)
        types[nres + k] = f->in[k]->type;
    return ctl_rewire(bwd, nin, types, from);
}

/* (nres values that it ignores, operands of f, their tangents) -> tangents of the results of f. */
static ir_graph *derivative(const ir_graph *f, const ir_graph *bwd, int nres)
{
    IR_SCRATCH(scratch);
    bool *nz = ir_alloc(&scratch, (size_t)(f->nin + f->nout + 1));
    int ntangent = bwd->nout, nin = nres + f->nin + ntangent;
    ir_type *types = ir_alloc(&scratch, (size_t)(nin + 1) * sizeof *types);
    int *from = ir_alloc(&scratch, (size_t)(nin + f->nout + 1) * sizeof *from);
    if (!nz || !types || !from)
        return NULL;
    int *pick = from + nin, n = 0;
    for (int k = 0; k < f->nin; k++)
        nz[k] = differentiable(f->in[k]);
    for (int k = 0; k < f->nout; k++)
        if ((nz[f->nin + k] = differentiable(f->out[k])))
            n++;
    IR_AUTO_GRAPH moved = ir_jvp(f, nz, nz + f->nin);
    if (!moved)
        return NULL;
    for (int k = 0; k < nres; k++)
        types[k] = bwd->in[k]->type;
    for (int k = 0; k < moved->nin; k++) {
        from[k] = nres + k;
        types[nres + k] = moved->in[k]->type;
    }
    for (int k = 0; k < n; k++)
        pick[k] = f->nout + k;
    return ctl_rewire_picked(moved, nin, types, from, n, pick);
}

/* The tangents of the results; in has the residuals, room for the operands x, then the tangents. */
static ir_value **linear_call(ir_graph *g, const ir_eqn *e, int nres, ir_value *const *x,
                              ir_value **in)
{
    ir_graph *f = ctl_graph(e, CUSTOM_VJP_GRAPH), *bwd = ctl_graph(e, CUSTOM_VJP_BWD);
    memmove(in + nres + e->nin, in + nres, (size_t)bwd->nout * sizeof *in);
    memcpy(in + nres, x, (size_t)e->nin * sizeof *in);
    IR_AUTO_GRAPH made = derivative(f, bwd, nres);
    IR_AUTO_GRAPH back = ignoring(bwd, nres, f);
    ir_attr attr[] = {[LINEAR_CALL_GRAPH] = {.graph = made}, [LINEAR_CALL_BWD] = {.graph = back}};
    return made && back ? ir_emit(g, &op_linear_call, made->nin, in, attr) : NULL;
}

static bool vjp_call_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                         ir_value **y, ir_value **ty)
{
    IR_SCRATCH(scratch);
    ir_graph *fwd = ctl_graph(e, CUSTOM_VJP_FWD), *bwd = ctl_graph(e, CUSTOM_VJP_BWD);
    int nres = fwd->nout - e->nout, n = 0;
    ir_value **in = ir_alloc(&scratch, (size_t)(nres + 2 * e->nin + 1) * sizeof *in);
    if (!in)
        return false;
    ir_value **lin = NULL;
    ir_value **made = ctl_call(g, fwd, x);
    for (; made && n < nres; n++)
        in[n] = made[e->nout + n];
    for (int k = 0; made && k < e->nin; k++)
        if (differentiable(e->in[k]))
            in[n++] = t[k] ? t[k] : ir_zeros(g, &x[k]->type);
    ir_attr attr[] = {[CUSTOM_VJP_LIN_BWD] = {.graph = bwd}};
    if (made)
        lin = e->attr[CUSTOM_VJP_FORWARD].i ? linear_call(g, e, nres, x, in)
                                            : ir_emit(g, &op_custom_vjp_lin, n, in, attr);
    for (int k = 0, m = 0; lin && k < e->nout; k++) {
        y[k] = made[k];
        ty[k] = differentiable(e->out[k]) ? lin[m++] : NULL;
    }
    return lin != NULL;
}

static bool vjp_call_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                           const ir_batching *over, ir_value **y, int *yaxis)
{
    IR_SCRATCH(scratch);
    ir_graph *f = ctl_graph(e, CUSTOM_VJP_GRAPH), *fwd = ctl_graph(e, CUSTOM_VJP_FWD);
    ir_graph *bwd = ctl_graph(e, CUSTOM_VJP_BWD);
    int *fwd_out = ir_alloc(&scratch, (size_t)(fwd->nout + e->nin + 1) * sizeof *fwd_out);
    if (!fwd_out)
        return false;
    int *to = fwd_out + fwd->nout, n = 0;
    for (int k = 0; k < fwd->nout; k++)
        fwd_out[k] = k < e->nout ? 0 : IR_AXIS_ANY;
    for (int k = 0; k < e->nout; k++)
        yaxis[k] = 0;
    for (int k = 0; k < e->nin; k++)
        if (differentiable(e->in[k]))
            to[n++] = axis[k];
    IR_AUTO_GRAPH fb = ir_vmap(f, over, axis, yaxis);
    IR_AUTO_GRAPH fwdb = ir_vmap(fwd, over, axis, fwd_out);
    IR_AUTO_GRAPH bwdb =
        fwdb ? batch_backward(bwd, fwd->nout - e->nout, over, fwd_out + e->nout, to) : NULL;
    ir_attr attr[] = {[CUSTOM_VJP_GRAPH] = {.graph = fb},
                      [CUSTOM_VJP_FWD] = {.graph = fwdb},
                      [CUSTOM_VJP_BWD] = {.graph = bwdb},
                      [CUSTOM_VJP_FORWARD] = e->attr[CUSTOM_VJP_FORWARD]};
    return fb && bwdb && ir_results(ir_emit(g, e->op, e->nin, x, attr), e->nout, y);
}

const ir_op op_custom_vjp_call = {
    .name = "custom_vjp_call",
    .flags = IR_OP_NO_FOLD | IR_OP_TAPES | IR_OP_CALLS,
    .attrs = IR_ATTR_COLUMN(CUSTOM_VJP),
    .infer = vjp_call_infer,
    .eval = ctl_call_eval,
    .jvp = vjp_call_jvp,
    .batch = vjp_call_batch,
};

/* ---- nondiff ------------------------------------------------------------------------------------
 * Returns x. It wraps a value that such a function uses without taking it as an argument. The
 * function's derivative ignores such a value, so differentiating it is an error. */

static bool nondiff_infer(ir_infer *q)
{
    if (q->nin != 1)
        return ir_fail("nondiff: it takes one operand, but %d are given", q->nin);
    ir_infer_out(q, &q->in[0]);
    return true;
}

static bool nondiff_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    ir_buffer_copy(&e->out[0]->type, out[0], in[0]);
    return true;
}

static bool nondiff_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                        ir_value **y, ir_value **ty)
{
    (void)g, (void)x, (void)t, (void)y, (void)ty;
    return ir_fail(
        "%s has a derivative of its own (custom_jvp or custom_vjp), and uses a value from "
        "outside, %s, that is being differentiated: make this an argument, or "
        "jac_stop_gradient it",
        e->attr[NONDIFF_OF].name, ir_type_tmp(&e->in[0]->type));
}

static bool nondiff_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                          const ir_batching *over, ir_value **y, int *yaxis)
{
    (void)over;
    yaxis[0] = axis[0];
    return (y[0] = ir_emit1(g, e->op, 1, x, e->attr)) != NULL;
}

static bool nondiff_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    (void)g, (void)e;
    y[0] = x[0];
    return true;
}

const ir_op op_nondiff = {
    .name = "nondiff",
    .flags = IR_OP_TAPES,
    .attrs = IR_ATTR_COLUMN(NONDIFF),
    .infer = nondiff_infer,
    .eval = nondiff_eval,
    .jvp = nondiff_jvp,
    .batch = nondiff_batch,
    .simplify = nondiff_simplify,
};

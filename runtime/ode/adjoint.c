/* Reverse mode of jac_odeint by the adjoint equation, as in jax.experimental.ode.
 *
 * From the last time to the first, between each two, the state is solved backwards together with
 * its cotangent and the cotangents of the time and of the parameters (appendix C of
 * https://arxiv.org/abs/1806.07366). So no step of the solution is kept.
 */
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/control/control.h"
#include "runtime/ode/ode.h"
#include "runtime/transform/differentiate.h"

/* The right side and its transposed derivative, as graphs:
 *   known: (leaves, time, parameters) -> slopes, residuals
 *   back:  (residuals, cotangents of the slopes) -> cotangents of leaves, time, active parameters
 */
typedef struct {
    const ode_problem *p;
    ir_graph *known, *back;
    int nres, nactive;
    ode_equation
        aug; /* leaves: state, its cotangent, that of the time, those of active parameters */
    const jac *params;
} adjoint;

static bool differentiate(adjoint *a)
{
    IR_SCRATCH(scratch);
    const ode_problem *p = a->p;
    int n = p->q.n;
    bool *wrt = ir_alloc(&scratch, (size_t)(p->f->nin + n + 1));
    if (!wrt)
        return false;
    bool *of = wrt + p->f->nin;
    memset(wrt, true, (size_t)n + 1);
    memset(of, true, (size_t)n);
    for (int k = 0; k < p->nparam; k++)
        wrt[n + 1 + k] = p->active[k];
    ir_graph *linear = NULL;
    a->nres = rt_linearize(p->f, wrt, of, &a->known, &linear);
    if (a->nres >= 0)
        a->back = rt_transpose_linear(linear, a->nres);
    ir_graph_release(linear);
    return a->back != NULL;
}

/* The slopes of all leaves in negative time. */
static bool slope(const void *env, const jac *y, jac minus_t, jac *dy)
{
    IR_SCRATCH(scratch);
    const adjoint *a = env;
    const ode_problem *p = a->p;
    int n = p->q.n;
    jac *in =
        ir_alloc(&scratch, (size_t)(p->f->nin + a->known->nout + a->back->nin + 1) * sizeof *in);
    if (!in)
        return false;
    jac *out = in + p->f->nin, *ct = out + a->known->nout;
    memcpy(in, y, (size_t)n * sizeof *in);
    in[n] = jac_neg(minus_t);
    if (p->nparam)
        memcpy(in + n + 1, a->params, (size_t)p->nparam * sizeof *in);
    if (!rt_apply_graph(a->known, in, out))
        return false;
    if (a->nres)
        memcpy(ct, out + a->known->nout - a->nres, (size_t)a->nres * sizeof *ct);
    memcpy(ct + a->nres, y + n, (size_t)n * sizeof *ct);
    for (int k = 0; k < n; k++)
        dy[k] = jac_neg(out[k]);
    return rt_apply_graph(a->back, ct, dy + n);
}

/* The real part of the sum of a * b over all leaves. */
static jac inner(const ode_problem *p, const jac *a, const jac *b)
{
    jac sum = rt_literal_f64(p->q.time, 0);
    for (int k = 0; k < p->q.n; k++)
        sum = jac_add(sum, rt_convert(jac_real(jac_sum(jac_mul(a[k], b[k]))), p->q.time, false));
    return sum;
}

/* The body of the scan over times, from the last to the second.
 * carry: cotangents of the state, of the first time, of active parameters
 * x: the solution, the time, the time before, the cotangent there, that before */
static void interval(const void *env, const void *args, void *result)
{
    IR_SCRATCH(scratch);
    const adjoint *a = env;
    const ode_problem *p = a->p;
    int n = p->q.n, wide = a->aug.n;
    const jac *carry = args, *y = carry + n + 1 + a->nactive, *t = y + n, *g = t + 2,
              *g_before = g + n;
    jac *y0 =
        ir_alloc(&scratch, (size_t)(2 * wide + n + p->f->nin + ode_wide(&a->aug) + 1) * sizeof *y0);
    if (!y0)
        return;
    jac *made = y0 + wide, *dy = made + wide, *in = dy + n, *state = in + p->f->nin, *out = result;
    memcpy(in, y, (size_t)(n + 1) * sizeof *in);
    if (p->nparam)
        memcpy(in + n + 1, a->params, (size_t)p->nparam * sizeof *in);
    if (!rt_apply_graph(p->f, in, dy))
        return;
    jac moved = inner(p, dy, g);
    memcpy(y0, y, (size_t)n * sizeof *y0);
    memcpy(y0 + n, carry, (size_t)(n + 1 + a->nactive) * sizeof *y0);
    y0[2 * n] = jac_sub(carry[n], moved);
    if (!ode_start(&a->aug, y0, jac_neg(t[0]), state) ||
        !ode_advance(&a->aug, jac_neg(t[1]), state, made))
        return;
    memcpy(out, made + n, (size_t)(n + 1 + a->nactive) * sizeof *out);
    for (int k = 0; k < n; k++)
        out[k] = jac_add(out[k], g_before[k]);
    out[n + 1 + a->nactive] = moved;
}

/* The types of the augmented equation's leaves, and how many elements they have. */
static bool augment(adjoint *a, ir_arena *mem)
{
    const ode_problem *p = a->p;
    int n = p->q.n, m = 0;
    ir_type *types = ir_alloc(mem, (size_t)(2 * n + 1 + p->nparam) * sizeof *types);
    if (!types)
        return false;
    memcpy(types, p->q.types, (size_t)n * sizeof *types);
    memcpy(types + n, p->q.types, (size_t)n * sizeof *types);
    types[2 * n] = ir_type_scalar(p->q.time);
    for (int k = 0; k < p->nparam; k++)
        if (p->active[k])
            types[2 * n + 1 + m++] = p->param_types[k];
    a->nactive = m;
    a->aug = p->q;
    a->aug.n = 2 * n + 1 + m;
    a->aug.types = types;
    a->aug.slope = slope;
    a->aug.elements = 0;
    for (int k = 0; k < a->aug.n; k++)
        a->aug.elements += (double)ir_type_count(&types[k]);
    return true;
}

static jac from(jac x, int64_t start, int64_t limit)
{
    return jac_slice_in_dim(x, start, limit, 1, 0);
}

static jac last(jac x, int64_t length)
{
    return jac_squeeze(from(x, length - 1, length), 0);
}

/* (solutions, times, parameters, cotangents of the solutions) -> cotangents */
static void backwards(const void *env, const void *args, void *result)
{
    IR_SCRATCH(scratch);
    adjoint with_params = *(const adjoint *)env, *a = &with_params;
    const ode_problem *p = a->p;
    int n = p->q.n, ncarry = n + 1 + a->nactive, nx = 3 * n + 2;
    int64_t length = p->times.dim[0];
    const jac *ys = args, *t = ys + n, *g = t + 1 + p->nparam;
    jac *carry = ir_alloc(&scratch, (size_t)(ncarry + nx) * sizeof *carry), *out = result, moved;
    if (!carry)
        return;
    jac *x = carry + ncarry;
    a->params = t + 1;
    a->aug.env = a;
    for (int k = 0; k < n; k++) {
        carry[k] = last(g[k], length);
        x[k] = from(ys[k], 1, length);
        x[n + 2 + k] = from(g[k], 1, length);
        x[2 * n + 2 + k] = from(g[k], 0, length - 1);
    }
    x[n] = from(*t, 1, length);
    x[n + 1] = from(*t, 0, length - 1);
    carry[n] = rt_literal_f64(p->q.time, 0);
    for (int k = 0; k < a->nactive; k++)
        carry[n + 1 + k] = rt_zeros(&a->aug.types[2 * n + 1 + k]);
    struct jac_function body = ode_face("adjoint", interval, a, 2, (int[]){ncarry, nx}, ncarry + 1);
    if (!jac_scan_(NULL, rt_fn_of(&body),
                   (jac_scan_opts){.carry = carry, .xs = x, .ys = rt_out(&moved), .reverse = true},
                   SIZE_MAX))
        return;
    memcpy(out, carry, (size_t)n * sizeof *out);
    out[n] = jac_concatenate(0, jac_reshape(carry[n], 1), moved);
    for (int k = 0, m = 0, j = 0; k < p->nparam; k++)
        if (rt_is_float(&p->param_types[k]))
            out[n + 1 + j++] = p->active[k] ? carry[n + 1 + m++] : rt_zeros(&p->param_types[k]);
}

bool ode_trace_adjoint(const ode_problem *p, const ir_type *types, rt_traced *made)
{
    IR_SCRATCH(scratch);
    adjoint a = {.p = p};
    int n = p->q.n, nin = 2 * n + 1 + p->nparam, nout = n + 1;
    for (int k = 0; k < p->nparam; k++)
        nout += rt_is_float(&p->param_types[k]);
    struct jac_function face = ode_face("odeint", backwards, &a, 1, &nin, nout);
    bool ok = differentiate(&a) && augment(&a, &scratch) && rt_trace_fn(&face, types, made);
    ir_graph_release(a.known);
    ir_graph_release(a.back);
    return ok;
}

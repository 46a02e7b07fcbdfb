/* jac_odeint: solves an ordinary differential equation at given times.
 *
 * The right side is traced once, to a graph. What it captures becomes parameters, like its further
 * arguments. In a trace, the solution is one equation that has two derivatives: forward mode
 * differentiates the loop of steps, reverse mode is the adjoint equation (adjoint.c).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ops/control.h"
#include "ops/ops.h"
#include "runtime/control/control.h"
#include "runtime/ode/ode.h"
#include "runtime/transform/differentiate.h"

/* How many there are where reverse mode goes through the steps, if .checkpoints does not say it. */
enum { CHECKPOINTS = 32 };

static const ode_method *const methods[] = {
    [JAC_DOPRI5] = &ode_dopri5, [JAC_RODAS5P] = &ode_rodas5p};

/* ---- the right side ------------------------------------------------------------------------------ */

/* The user's function, with slopes of the types of the state. */
typedef struct {
    rt_face f;
    int n;
    const ir_type *types;
} right_side;

static void call_right_side(const void *env, const void *args, void *result)
{
    const right_side *r = env;
    jac *dy = result;
    const ir_loc *here = ir_loc_get();
    bool ok = rt_call(r->f, args, dy);
    ir_loc_set(here);
    for (int k = 0; k < r->n && ok; k++) {
        ir_type t;
        ir_dtype both = IR_f32;
        ok = rt_type_of(dy[k], &t) &&
             ir_promote(r->types[k].dtype, false, t.dtype, t.weak, &both, NULL);
        if (ok && (both != r->types[k].dtype || !ir_same_shape(&t, &r->types[k])))
            ok = ir_fail("odeint: leaf %d of y is %s, but %s gives %s as its slope", k,
                         ir_type_tmp(&r->types[k]), r->f->name, ir_type_tmp(&t));
        dy[k] = ok ? rt_convert(dy[k], both, false) : JAC_NULL;
    }
}

static bool slope(const void *env, const jac *y, jac t, jac *dy)
{
    IR_SCRATCH(scratch);
    const ode_problem *p = env;
    int n = p->q.n;
    jac *in = ir_alloc(&scratch, (size_t)(n + 1 + p->nparam) * sizeof *in);
    if (!in)
        return false;
    memcpy(in, y, (size_t)n * sizeof *in);
    in[n] = t;
    if (p->nparam)
        memcpy(in + n + 1, p->params, (size_t)p->nparam * sizeof *in);
    return rt_apply_graph(p->f, in, dy);
}

/* ---- the solution -------------------------------------------------------------------------------- */

/* The body of the scan over times: (state of the loop, time) -> the state, the solution. */
static void next_time(const void *env, const void *args, void *result)
{
    const ode_problem *p = env;
    int wide = ode_wide(&p->q);
    const jac *in = args;
    jac *state = result;
    memcpy(state, in, (size_t)wide * sizeof *state);
    ode_advance(&p->q, in[wide], state, state + wide);
}

/* (first state, times, parameters) -> solutions */
static void solve(const void *env, const void *args, void *result)
{
    IR_SCRATCH(scratch);
    ode_problem p = *(const ode_problem *)env;
    int n = p.q.n, wide = ode_wide(&p.q);
    const jac *y0 = args, t = y0[n];
    jac *state = ir_alloc(&scratch, (size_t)(wide + n + 1) * sizeof *state), *out = result;
    if (!state)
        return;
    jac *ys = state + wide;
    p.params = y0 + n + 1;
    p.q.env = &p;
    if (!ode_start(&p.q, y0, jac_squeeze(jac_slice_in_dim(t, 0, 1, 1, 0), 0), state))
        return;
    jac later = jac_slice_in_dim(t, 1, p.times.dim[0], 1, 0);
    struct jac_function face = ode_face("next_time", next_time, &p, 2, (int[]){wide, 1}, wide + n);
    unsigned m =
        rt_begin(NULL); /* so that the function by jac_checkpoint ends before p and face do */
    jac_fn body = rt_fn_of(&face);
    if (p.q.checkpoints != JAC_TAPE_)
        body = jac_checkpoint_(NULL, body, (jac_checkpoint_opts){.policy = JAC_SAVE_NOTHING});
    jac_scan_opts o = {.carry = state, .xs = &later, .ys = rt_out(ys)};
    bool ok = jac_scan_(NULL, body, o, SIZE_MAX);
    if (!rt_end_tree(m, ok ? n : 0, ys) || !ok)
        return;
    for (int k = 0; k < n; k++)
        out[k] = jac_concatenate(0, np_expand_dims(y0[k], 1, &(int64_t){0}), ys[k]);
}

/* The graph of the solution that also gives what the adjoint equation needs: the solutions, the
 * times, and the parameters. */
static ir_graph *with_residuals(const ir_graph *f, int n)
{
    IR_SCRATCH(scratch);
    int nrest = f->nin - n;
    IR_AUTO_GRAPH g = ir_graph_like(f, NULL);
    ir_value **out = ir_alloc(&scratch, (size_t)(2 * n + nrest + 1) * sizeof *out);
    if (!ir_ok(g) || !out || !ir_splice(g, f, g->in, out))
        return NULL;
    memcpy(out + n, out, (size_t)n * sizeof *out);
    memcpy(out + 2 * n, g->in + n, (size_t)nrest * sizeof *out);
    return ir_outputs(g, out, 2 * n + nrest) ? ir_graph_retain(g) : NULL;
}

/* The solution as an equation with derivatives of its own; in: first state, times, parameters. */
static bool emit(const ode_problem *p, const jac *in, jac *out)
{
    IR_SCRATCH(scratch);
    int n = p->q.n, nin = n + 1 + p->nparam;
    ir_type *types = ir_alloc(&scratch, (size_t)(nin + n) * sizeof *types);
    if (!types)
        return false;
    memcpy(types, p->q.types, (size_t)n * sizeof *types);
    types[n] = p->times;
    if (p->nparam)
        memcpy(types + n + 1, p->param_types, (size_t)p->nparam * sizeof *types);
    RT_AUTO_TRACED forwards = {0};
    RT_AUTO_TRACED backwards = {0};
    struct jac_function face = ode_face("odeint", solve, p, 1, &nin, n);
    if (!rt_trace_fn(&face, types, &forwards))
        return false;
    for (int k = 0; k < n; k++) /* the reverse mode takes the solutions, and their cotangents */
        types[k] = types[nin + k] = forwards.g->out[k]->type;
    IR_AUTO_GRAPH fwd = with_residuals(forwards.g, n);
    if (!fwd || !ode_trace_adjoint(p, types, &backwards))
        return false;
    ir_attr attr[CUSTOM_VJP_NATTR] = {[CUSTOM_VJP_GRAPH] = {.graph = forwards.g},
                                      [CUSTOM_VJP_FWD] = {.graph = fwd},
                                      [CUSTOM_VJP_BWD] = {.graph = backwards.g},
                                      [CUSTOM_VJP_FORWARD] = {.i = true}};
    return rt_emit(&op_custom_vjp_call, nin, in, attr, n, out);
}

/* ---- arguments ----------------------------------------------------------------------------------- */

static bool positive(const char *name, double x)
{
    return x >= 0 || ir_fail("odeint: %s must be at least 0, but is %g", name, x);
}

static bool check_options(const jac_ode_opts *o)
{
    if ((int)o->method < 0 || (size_t)o->method >= sizeof methods / sizeof *methods)
        return ir_fail("odeint: there is no method %d", (int)o->method);
    if (!positive(".rtol", o->rtol) || !positive(".atol", o->atol) || !positive(".hmax", o->hmax))
        return false;
    if (o->mxstep < 0)
        return ir_fail("odeint: .mxstep must be at least 0, but is %lld", (long long)o->mxstep);
    return o->checkpoints >= 0 || o->checkpoints == JAC_KEEP_STEPS ||
           ir_fail("odeint: .checkpoints must be at least 0, or JAC_KEEP_STEPS, but is %lld",
                   (long long)o->checkpoints);
}

static bool check_function(rt_face f, int n, const jac_ode_opts *o)
{
    if (f->nargs < 2 || f->arg_leaves[0] != n || f->arg_leaves[1] != 1 || f->result_leaves != n)
        return ir_fail(
            "odeint: %s must take y, which has %s, and a time, and give as many as y; but "
            "its first argument has %d, and it gives %d",
            f->name, ir_count_tmp(n, "handle"), f->nargs ? f->arg_leaves[0] : 0, f->result_leaves);
    if (rt_fn_leaves(f) > n + 1 && !o->args)
        return ir_fail("odeint: %s takes %s after the time, but .args is not given", f->name,
                       ir_count_tmp(rt_fn_leaves(f) - n - 1, "handle"));
    return true;
}

/* Settles the types of the state and of the times. */
static bool settle(int n, jac *y, jac *t, bool real, ir_type *types, ir_type *times)
{
    const char *why = rt_no_handle(*t);
    if (why)
        return ir_fail("odeint: t %s", why);
    if (!rt_state_types("odeint", n, y, types) || !rt_type_of(*t, times))
        return false;
    if (times->rank != 1 || !times->dim[0] || !ir_is_float(times->dtype))
        return ir_fail("odeint: t must be a vector of at least one float, but is %s",
                       ir_type_tmp(times));
    ir_dtype time = times->dtype;
    bool ok = true;
    for (int k = 0; k < n && ok; k++) {
        ir_dtype d = ir_is_inexact(types[k].dtype) ? types[k].dtype : rt_float_of(types[k].dtype);
        if (real && ir_is_complex(d))
            return ir_fail("odeint: leaf %d of y is %s, but this method needs real numbers", k,
                           ir_type_tmp(&types[k]));
        types[k].dtype = (uint8_t)d;
        types[k].weak = false;
        ok = jac_ok(y[k] = rt_convert(y[k], d, false)) &&
             ir_promote(time, false, ir_part(d), false, &time, NULL);
    }
    times->dtype = (uint8_t)time;
    times->weak = false;
    return ok && jac_ok(*t = rt_convert(*t, time, false));
}

/* Traces f, and gathers its parameters: the arguments after the time, then what it captures. */
static bool trace(ir_arena *mem, rt_face f, const jac *args, ode_problem *p, rt_traced *made,
                  jac **params)
{
    int n = p->q.n, nargs = rt_fn_leaves(f) - n - 1, nin = n + 1 + nargs;
    ir_type *types = ir_alloc(mem, (size_t)(nin + 1) * sizeof *types);
    right_side r = {f, n, p->q.types};
    struct jac_function face = ode_face(f->name, call_right_side, &r, 1, &nin, n);
    if (!types)
        return false;
    memcpy(types, p->q.types, (size_t)n * sizeof *types);
    types[n] = ir_type_scalar(p->q.time);
    if (!rt_state_types("odeint: args", nargs, args, types + n + 1) ||
        !rt_trace_fn(&face, types, made))
        return false;
    int m = nargs + made->ncaptured;
    *params = ir_alloc(mem, (size_t)(m + 1) * sizeof **params);
    ir_type *kinds = ir_alloc(mem, (size_t)(m + 1) * sizeof *kinds);
    bool *active = ir_alloc(mem, (size_t)(m + 1));
    if (!*params || !kinds || !active)
        return false;
    bool ok = true;
    for (int k = 0; k < m && ok; k++) {
        jac x = k < nargs ? args[k] : made->captured[k - nargs];
        kinds[k] = made->g->in[n + 1 + k]->type;
        ok = jac_ok((*params)[k] = rt_convert(x, kinds[k].dtype, kinds[k].weak));
        /* An array that is captured cannot be what is being differentiated. */
        rt_slot *s = ok ? rt_slot_of(x) : NULL;
        active[k] = s && rt_is_float(&kinds[k]) && (k < nargs || s->kind == RT_TRACED);
    }
    p->f = made->g;
    p->nparam = m;
    p->param_types = kinds;
    p->active = active;
    return ok;
}

bool jac_odeint_(const jac_loc *at, jac_fn fn, jac t, int n, jac *y, jac_ode_opts o)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin(at);
    rt_face f = rt_fn(fn);
    ir_type *types = ir_alloc(&scratch, (size_t)(n + 1) * sizeof *types);
    jac *made = ir_alloc(&scratch, (size_t)(n + 1) * sizeof *made), *params = NULL;
    ode_problem p = {.q = {.n = n, .types = types, .slope = slope}};
    RT_AUTO_TRACED traced = {0};
    bool ok = f && types && made && check_options(&o) && check_function(f, n, &o) &&
              settle(n, y, &t, methods[o.method]->implicit, types, &p.times);
    if (ok) {
        p.q.time = p.times.dtype;
        p.q.method = methods[o.method];
        p.q.rtol = o.rtol > 0 ? o.rtol : 1.4e-8;
        p.q.atol = o.atol > 0 ? o.atol : 1.4e-8;
        p.q.hmax = o.hmax > 0 ? o.hmax : INFINITY;
        p.q.mxstep = o.mxstep < INT32_MAX ? o.mxstep : INT32_MAX;
        if (!o.checkpoints && p.q.method->implicit)
            o.checkpoints = CHECKPOINTS;
        p.q.checkpoints = o.checkpoints > 0 ? o.checkpoints : JAC_TAPE_;
        for (int k = 0; k < n; k++)
            p.q.elements += (double)ir_type_count(&types[k]);
        ok = trace(&scratch, f, o.args, &p, &traced, &params);
    }
    jac *in = ok ? ir_alloc(&scratch, (size_t)(n + 1 + p.nparam) * sizeof *in) : NULL;
    if (in) {
        memcpy(in, y, (size_t)n * sizeof *in);
        in[n] = t;
        if (p.nparam)
            memcpy(in + n + 1, params, (size_t)p.nparam * sizeof *in);
        p.q.env = &p;
        unsigned failures = ir_fail_count();
        if (rt_current_trace() && !o.checkpoints)
            ok = emit(&p, in, made);
        else
            solve(&p, in, made);
        ok = ok && ir_fail_count() == failures;
    }
    ok = rt_end_tree(m, ok && in ? n : 0, made) && ok && in;
    for (int k = 0; k < n; k++)
        y[k] = ok ? made[k] : JAC_NULL;
    return ok;
}

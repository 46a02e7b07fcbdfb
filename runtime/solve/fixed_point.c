/* jac_fixed_point: a root of g(x) - x, found by repeating x = g(x). */
#include <math.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/control/control.h"
#include "runtime/numpy/numpy.h"
#include "runtime/solve/solvers.h"

enum { RUNNING = -1 }; /* a status besides those in jacquard/implicit.h */

typedef struct {
    rt_face g;
    int n;
    double tol, atol;
    int64_t maxiter;
    bool raw; /* x is the last one, even if it is not a fixed point */
} iteration;

/* Does g return the types that it takes, except for numbers? */
static bool keeps_types(const iteration *it, const jac *x, const jac *y)
{
    for (int k = 0; k < it->n; k++) {
        ir_type a, b;
        if (!rt_type_of(x[k], &a) || !rt_type_of(y[k], &b))
            return false;
        if (!ir_same_shape(&a, &b) || (a.dtype != b.dtype && !a.weak && !b.weak))
            return ir_fail("fixed_point: %s takes %s as leaf %d of x, but gives %s", it->g->name,
                           ir_type_tmp(&a), k, ir_type_tmp(&b));
    }
    return true;
}

/* g(x) - x, whose root is the fixed point. */
static void displacement(const void *env, const void *args, void *result)
{
    const iteration *it = env;
    const jac *x = args;
    jac *y = result;
    const ir_loc *here = ir_loc_get();
    bool ok = rt_call(it->g, x, y);
    ir_loc_set(here);
    if (ok && keeps_types(it, x, y))
        for (int k = 0; k < it->n; k++)
            y[k] = jac_sub(y[k], x[k]);
}

static jac integer(int64_t k)
{
    return rt_literal_f64(IR_i32, (double)k);
}

/* The loop's state is x, then this. */
typedef struct {
    jac status, steps, change; /* change: of the last step, as a share of x; an f64 if a leaf is */
} progress;
_Static_assert(sizeof(progress) == sizeof(jac_solve_info), "progress is the info of the result");

static void goes_on(const void *env, const void *args, void *result)
{
    const iteration *it = env;
    const progress *p = (const progress *)((const jac *)args + it->n);
    *(jac *)result = jac_eq(p->status, RUNNING);
}

static double tolerance(const iteration *it, ir_dtype d)
{
    double epsilon = ir_epsilon(d), tol = it->tol;
    if (!tol)
        tol = epsilon < 1e-12 ? 1e-12 : 1e-6;
    return fmax(tol, 4 * epsilon);
}

/* How the step from x to y ended, in one leaf. */
typedef struct {
    jac still, finite, change;
} leaf_step;

static leaf_step compare(const iteration *it, jac x, jac y)
{
    ir_type t;
    if (!rt_type_of(y, &t))
        return (leaf_step){0};
    jac none = jac_asarray((bool)true);
    if (!ir_type_count(&t))
        return (leaf_step){none, none, jac_scalar(JAC_F32, 0)};
    jac size = jac_max(jac_abs(y)), moved = jac_max(jac_abs(jac_sub(y, x)));
    jac limit = jac_maximum(jac_mul(size, tolerance(it, t.dtype)), it->atol);
    jac zero = jac_eq(moved, 0), share = jac_div(moved, jac_where(zero, 1, size));
    return (leaf_step){jac_le(moved, limit), jac_isfinite(size), share};
}

static void step(const void *env, const void *args, void *result)
{
    const iteration *it = env;
    const jac *s = args;
    const progress *before = (const progress *)(s + it->n);
    jac *y = result;
    progress *p = (progress *)(y + it->n);
    jac still = jac_asarray((bool)true), finite = still, change = jac_zeros_like(before->change);
    bool ok = rt_call(it->g, s, y);
    for (int k = 0; k < it->n && ok; k++) {
        leaf_step leaf = compare(it, s[k], y[k]);
        still = jac_logical_and(still, leaf.still);
        finite = jac_logical_and(finite, leaf.finite);
        change = jac_maximum(change, leaf.change);
    }
    p->steps = jac_add(before->steps, 1);
    p->change = change;
    jac more = jac_lt(p->steps, it->maxiter);
    p->status = jac_where(more, integer(RUNNING), integer(JAC_NOT_CONVERGED));
    p->status = jac_where(still, integer(JAC_SOLVED), p->status);
    p->status = jac_where(finite, p->status, integer(JAC_NOT_FINITE));
}

static struct jac_function internal(const char *name,
                                    void (*apply)(const void *, const void *, void *),
                                    const void *env, const int *leaves, int results)
{
    return (struct jac_function){
        JAC_FUNCTION_MARK_, name, apply, env, 1, leaves, results, {0}, NULL};
}

/* The dtype that can hold the change of every leaf. */
static bool change_type(int n, const jac *x, ir_dtype *d)
{
    bool weak = true, ok = true;
    *d = IR_f32;
    for (int k = 0; k < n && ok; k++) {
        ir_type t;
        ok = rt_type_of(x[k], &t) && ir_promote(*d, weak, t.dtype, t.weak, d, &weak);
    }
    return ok;
}

static void iterate(const void *env, const void *args, void *result)
{
    IR_SCRATCH(scratch);
    const iteration *it = env;
    int n = it->n, wide = n + RT_INFO;
    ir_dtype d;
    jac *s = ir_alloc(&scratch, (size_t)wide * sizeof *s);
    if (!s || !change_type(n, args, &d))
        return;
    memcpy(s, args, (size_t)n * sizeof *s);
    progress *p = (progress *)(s + n);
    *p = (progress){integer(RUNNING), integer(0), rt_literal_f64(d, 0)};
    struct jac_function cond = internal("goes_on", goes_on, it, &wide, 1);
    struct jac_function body = internal("step", step, it, &wide, wide);
    jac_while_(NULL, rt_fn_of(&cond), rt_fn_of(&body), JAC_TAPE_, wide, s);
    for (int k = 0; k < n && !it->raw; k++)
        s[k] = jac_where(jac_eq(p->status, JAC_SOLVED), s[k], NAN);
    memcpy(result, s, (size_t)wide * sizeof *s);
}

static bool check_options(const jac_fixed_point_opts *o)
{
    if (!(o->tol >= 0) || !(o->atol >= 0))
        return ir_fail("fixed_point: %s must be at least 0, but is %g",
                       o->tol >= 0 ? ".atol" : ".tol", o->tol >= 0 ? o->atol : o->tol);
    return o->maxiter >= 0 ||
           ir_fail("fixed_point: .maxiter must be at least 0, but is %lld", (long long)o->maxiter);
}

static bool report(const iteration *it, const jac *y)
{
    ir_dtype d = IR_f32;
    jac_solve_info info;
    memcpy(&info, y + it->n, sizeof info);
    return it->raw ||
           (change_type(it->n, y, &d) &&
            rt_report("fixed_point", &info, "the last change of x / |x|", tolerance(it, d)));
}

bool jac_fixed_point_(const jac_loc *at, jac_fn fn, int n, jac *x, jac_fixed_point_opts o)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin(at);
    int wide = n + RT_INFO;
    jac_fn bound = rt_bind("fixed_point", fn, n, o.args);
    rt_face g = jac_ok(bound) ? rt_fn(bound) : NULL;
    int64_t maxiter = o.maxiter > 0 ? o.maxiter : 1000;
    iteration it = {
        g, n, o.tol, o.atol, maxiter < INT32_MAX ? maxiter : INT32_MAX, o.info || o.iterations};
    struct jac_function f = internal(g ? g->name : "", displacement, &it, &n, n);
    struct jac_function solve = internal("iterate", iterate, &it, &n, wide);
    jac *y = ir_alloc(&scratch, (size_t)wide * sizeof *y);
    bool ok = y && g && check_options(&o) &&
              rt_takes_and_gives("fixed_point", "the function", g, n, n) &&
              rt_find_root("fixed_point", rt_fn_of(&f), rt_fn_of(&solve), o.tangent_solve, n, x,
                           wide, y, NULL) &&
              report(&it, y);
    ok = rt_end_tree(m, ok ? wide : 0, y) && ok;
    for (int k = 0; k < n; k++)
        x[k] = ok ? y[k] : JAC_NULL;
    jac_solve_info info = {0};
    if (ok)
        memcpy(&info, y + n, sizeof info);
    if (o.iterations)
        *o.iterations = info.iterations;
    if (o.info)
        *o.info = info;
    return ok;
}

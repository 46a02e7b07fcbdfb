/* jac_minimize: reads the options, and calls the method. The whole search is traced to one graph,
 * whether a trace is open or not, so that f is traced a few times only.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ops/ops.h"
#include "runtime/optimize/optimize.h"
#include "runtime/solve/solvers.h"

/* ---- the call ------------------------------------------------------------------------------------------ */

typedef jac_optimize_result (*method)(const opt_problem *, jac);

typedef struct {
    const char *name;
    method run;
    int64_t searches; /* the default of .line_search_maxiter */
    bool hessian;     /* does it give hess_inv? */
} method_row;
static const method_row methods[] = {
    {"BFGS", opt_bfgs, 10, true},
    {"L-BFGS", opt_lbfgs, 20, false},
    {"l-bfgs-experimental-do-not-rely-on-this", opt_lbfgs, 20, false},
};

typedef struct {
    const opt_problem *p;
    const method_row *by;
} run;

enum { RESULTS = sizeof(jac_optimize_result) / sizeof(jac) };

static void run_method(const void *env, const void *args, void *result)
{
    const run *r = env;
    jac_optimize_result y = r->by->run(r->p, *(const jac *)args);
    if (!r->by->hessian)
        y.hess_inv = jac_asarray(0); /* a handle in the place of the one that is not given */
    memcpy(result, &y, sizeof y);
}

static const method_row *find_method(const char *name)
{
    for (size_t k = 0; name && k < sizeof methods / sizeof *methods; k++)
        if (!strcasecmp(name, methods[k].name))
            return &methods[k];
    ir_fail("minimize: the method must be \"BFGS\" or \"L-BFGS\", but is %s%s%s", name ? "\"" : "",
            name ? name : "a null pointer", name ? "\"" : "");
    return NULL;
}

static bool check_options(const jac_minimize_opts *o)
{
    const struct {
        const char *name;
        double value;
    } list[] = {{".gtol", o->gtol},
                {".ftol", o->ftol},
                {".norm", o->norm},
                {".maxiter", (double)o->maxiter},
                {".line_search_maxiter", (double)o->line_search_maxiter},
                {".maxcor", (double)o->maxcor},
                {".maxfun", (double)o->maxfun},
                {".maxgrad", (double)o->maxgrad}};
    for (size_t k = 0; k < sizeof list / sizeof *list; k++)
        if (!(list[k].value >= 0))
            return ir_fail("minimize: %s must be at least 0, but is %g", list[k].name,
                           list[k].value);
    return true;
}

/* Are the arguments after x there? */
static bool check_arguments(jac_fn fn, const jac *args)
{
    rt_face f = rt_fn(fn);
    int rest = f ? rt_fn_leaves(f) - 1 : 0;
    for (int k = 0; k < rest; k++)
        if (!args || rt_no_handle(args[k]))
            return ir_fail("minimize: %s takes %s after x, but %s", f->name,
                           ir_count_tmp(rest, "handle"),
                           args ? "one in .args is not valid" : ".args is not given");
    return f;
}

static int64_t count_or(int64_t given, int64_t otherwise)
{
    return given <= 0 ? otherwise : given < INT32_MAX ? given : INT32_MAX;
}

static double or_default(double given, double otherwise)
{
    return given > 0 ? given : otherwise;
}

static bool read_start(jac *x0, ir_type *t)
{
    if (!np_are_handles(1, x0) || !rt_promote(1, x0, true) || !rt_type_of(*x0, t))
        return false;
    if (t->rank != 1 || !t->dim[0] || !ir_is_float(t->dtype))
        return ir_fail("minimize: x0 must be a vector of real numbers, but is %s", ir_type_tmp(t));
    t->weak = false;
    return jac_ok(*x0 = rt_convert(*x0, t->dtype, false));
}

/* Traces the search, and runs it. */
static bool search(const run *r, jac x0, const ir_type *t, jac *out)
{
    IR_SCRATCH(scratch);
    static const int one = 1;
    struct jac_function face = {
        JAC_FUNCTION_MARK_, "minimize", run_method, r, 1, &one, RESULTS, {0}, NULL};
    RT_AUTO_TRACED traced = {0};
    if (!rt_trace_fn(&face, t, &traced))
        return false;
    jac *in = ir_alloc(&scratch, (size_t)(traced.g->nin + 1) * sizeof *in);
    if (!in)
        return false;
    in[0] = x0;
    if (traced.ncaptured)
        memcpy(in + 1, traced.captured, (size_t)traced.ncaptured * sizeof *in);
    return rt_apply_graph(traced.g, in, out);
}

jac_optimize_result jac_minimize_(const jac_loc *at, jac_fn fn, jac x0, const char *name,
                                  jac_minimize_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac out[RESULTS] = {0};
    const method_row *by = find_method(name);
    jac_fn f = by && check_arguments(fn, o.args) ? rt_bind("minimize", fn, 1, o.args) : JAC_NULL_FN;
    bool ok = jac_ok(f) && rt_takes_and_gives("minimize", "f", rt_fn(f), 1, 1) &&
              check_options(&o) && read_start(&x0, &t);
    if (ok) {
        bool limited = !by->hessian && (o.maxfun > 0 || o.maxgrad > 0);
        opt_problem p = {.value_and_grad =
                             jac_grad_(NULL, f, (jac_grad_opts){.argnums = {0}, .value = true}),
                         .d = t.dtype,
                         .n = t.dim[0],
                         .gtol = or_default(o.gtol, 1e-5),
                         .ftol = or_default(o.ftol, 2.220446049250313e-09),
                         .norm = or_default(o.norm, INFINITY),
                         .maxiter = count_or(o.maxiter, limited ? INT32_MAX : 200 * t.dim[0]),
                         .searches = count_or(o.line_search_maxiter, by->searches),
                         .maxcor = count_or(o.maxcor, 10),
                         .maxfun = count_or(o.maxfun, INT32_MAX),
                         .maxgrad = count_or(o.maxgrad, INT32_MAX)};
        run r = {&p, by};
        ok = jac_ok(p.value_and_grad) && search(&r, x0, &t, out);
    }
    ok = rt_end_tree(m, ok ? RESULTS : 0, out) && ok;
    jac_optimize_result y = {0};
    if (ok)
        memcpy(&y, out, sizeof y);
    if (ok && !by->hessian)
        y.hess_inv = JAC_NULL;
    return y;
}

/* jac_custom_root and jac_custom_linear_solve.
 *
 * Each traces the functions it is given, for the types of x, to graphs, which become parameters of
 * one equation (ops/implicit.c). What the functions capture becomes the equation's constants; the
 * solution is differentiated with respect to these.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ops/control.h"
#include "ops/ops.h"
#include "runtime/control/control.h"
#include "runtime/transform/differentiate.h"
#include "runtime/numpy/numpy.h"
#include "runtime/solve/solvers.h"

/* ---- graphs that share a list of constants --------------------------------------------------- */

/* The constants of an equation, grouped in pieces. */
typedef struct {
    ir_arena *mem;
    jac *x;
    int n;
    bool failed; /* memory ran out */
} constants;

static int add_constants(constants *c, const rt_traced *t)
{
    int at = c->n, n = t->ncaptured;
    jac *x = ir_grow(c->mem, c->x, (size_t)at * sizeof *x, (size_t)(at + n + 1) * sizeof *x);
    c->failed = c->failed || !x;
    if (c->failed)
        return at;
    c->x = x;
    for (int k = 0; k < n; k++)
        c->x[c->n++] = t->captured[k];
    return at;
}

/* Consecutive inputs of a graph, and where they come from: the constants starting at `at`, or the
 * vectors. */
typedef struct {
    int n;
    bool vector;
    int at;
} piece;

/* Makes g a graph of (all constants, vectors); g's own inputs are the pieces in order. */
static ir_graph *over(const ir_graph *g, const constants *c, int nvector, const ir_type *vector,
                      const piece *pieces)
{
    IR_SCRATCH(scratch);
    int nin = c->n + nvector;
    ir_type *types = ir_alloc(&scratch, (size_t)(nin + 1) * sizeof *types);
    int *from = ir_alloc(&scratch, (size_t)(g->nin + 1) * sizeof *from);
    if (c->failed || !types || !from)
        return NULL;
    bool ok = rt_types_of(c->n, c->x, types);
    for (int k = 0; k < nvector; k++)
        types[c->n + k] = vector[k];
    for (int k = 0, p = 0, j = 0; k < g->nin; k++, j++) {
        while (j == pieces[p].n) {
            p++;
            j = 0;
        }
        from[k] = (pieces[p].vector ? c->n : 0) + pieces[p].at + j;
    }
    return ok ? ctl_rewire(g, nin, types, from) : NULL;
}

/* ---- solvers --------------------------------------------------------------------------------- */

static jac_fn make_by_user(const void *env, jac_fn f)
{
    jac_fn made = ((const jac_solve *)env)->make(f);
    if (!jac_ok(made))
        ir_fail("a solver gave a null function");
    return made;
}

static jac_fn make_given(const void *env, jac_fn f)
{
    (void)f;
    return ((const jac_solve *)env)->fn;
}

static rt_solver solver_of(const jac_solve *s)
{
    return (rt_solver){s->make ? make_by_user : jac_ok(s->fn) ? make_given : NULL, s};
}

bool rt_takes_and_gives(const char *what, const char *role, const struct jac_function *f, int nin,
                        int nout)
{
    if (!f)
        return false;
    if (rt_fn_leaves(f) == nin && f->result_leaves == nout)
        return true;
    return ir_fail("%s: %s, %s, must take %s and give %d, but it takes %d and gives %d", what, role,
                   f->name, ir_count_tmp(nin, "handle"), nout, rt_fn_leaves(f), f->result_leaves);
}

/* Determines the types of x. Numbers become floats and take the dtype that f returns. */
static bool settle(const char *what, jac_fn f, int n, jac *x, ir_type *types, rt_traced *t)
{
    if (!rt_state_types(what, n, x, types))
        return false;
    for (int k = 0; k < n; k++)
        if (types[k].weak && !ir_is_inexact(types[k].dtype))
            types[k].dtype = (uint8_t)rt_default_float();
    for (int k = 0; k < n; k++)
        if (!ir_is_inexact(types[k].dtype))
            return ir_fail("%s: leaf %d of x is %s, but only floats can be solved for", what, k,
                           ir_type_tmp(&types[k]));
    bool again;
    do {
        rt_traced_free(t);
        if (!rt_trace_fn(rt_fn(f), types, t))
            return false;
        again = rt_adopt_types(t, n, types);
        if (!again) /* what is still weak gets its default type: trace once more with it */
            for (int k = 0; k < n; k++) {
                again = again || types[k].weak;
                types[k].weak = false;
            }
    } while (again);
    if (!rt_settle_carry(t, n, types, x))
        return false;
    for (int k = 0; k < n; k++)
        if (!ir_same_type(&t->g->out[k]->type, &types[k]))
            return ir_fail("%s: %s takes %s as leaf %d of x, but gives %s", what, rt_fn(f)->name,
                           ir_type_tmp(&types[k]), k, ir_type_tmp(&t->g->out[k]->type));
    return true;
}

/* ---- custom_linear_solve --------------------------------------------------------------------- */

/* The transpose of matvec, as a function that a solver can call. */
static jac_fn transposed(const rt_traced *matvec, int n, const ir_type *types)
{
    IR_SCRATCH(scratch);
    constants c = {.mem = &scratch};
    add_constants(&c, matvec);
    IR_AUTO_GRAPH g = over(matvec->g, &c, n, types, (piece[]){{n, true, 0}, {c.n, false, 0}});
    IR_AUTO_GRAPH back = g ? ctl_transpose(g, c.n) : NULL;
    jac_fn f = back ? rt_linear_fn("transposed matvec", back, c.n, c.x, n, types) : JAC_NULL_FN;
    return f;
}

static bool trace_solver(const char *what, const char *role, jac_fn f, int n, int nmore,
                         const ir_type *types, rt_traced *t)
{
    return jac_ok(f) && rt_takes_and_gives(what, role, rt_fn(f), n, n + nmore) &&
           rt_trace_fn(rt_fn(f), types, t) && rt_conform_outputs(t, n, types);
}

bool rt_linear_solve(const char *what, jac_fn matvec, rt_solver solve, rt_solver back,
                     bool symmetric, int n, int nmore, jac *x)
{
    IR_SCRATCH(scratch);
    ir_type *types = ir_alloc(&scratch, (size_t)(n + 1) * sizeof *types);
    if (!types)
        return false;
    RT_AUTO_TRACED a = {0};
    RT_AUTO_TRACED s = {0};
    RT_AUTO_TRACED b = {0};
    bool both = back.make && !symmetric;
    bool ok = rt_takes_and_gives(what, "the matvec", rt_fn(matvec), n, n) &&
              settle(what, matvec, n, x, types, &a) &&
              trace_solver(what, "solve", solve.make(solve.env, matvec), n, nmore, types, &s);
    if (ok && both) {
        jac_fn f = transposed(&a, n, types);
        ok = jac_ok(f) &&
             trace_solver(what, "transpose_solve", back.make(back.env, f), n, nmore, types, &b);
    }
    if (ok) {
        constants c = {.mem = &scratch};
        int of_a = add_constants(&c, &a), of_s = add_constants(&c, &s);
        int of_b = both ? add_constants(&c, &b) : of_s;
        IR_AUTO_GRAPH ga =
            over(a.g, &c, n, types, (piece[]){{n, true, 0}, {a.ncaptured, false, of_a}});
        IR_AUTO_GRAPH gs =
            over(s.g, &c, n, types, (piece[]){{n, true, 0}, {s.ncaptured, false, of_s}});
        IR_AUTO_GRAPH gb =
            both ? over(b.g, &c, n, types, (piece[]){{n, true, 0}, {b.ncaptured, false, of_b}})
                 : ir_graph_retain(gs);
        jac *in = ir_alloc(&scratch, (size_t)(c.n + n + 1) * sizeof *in);
        if (in && c.n)
            memcpy(in, c.x, (size_t)c.n * sizeof *in);
        if (in)
            memcpy(in + c.n, x, (size_t)n * sizeof *in);
        ir_attr attr[] = {[LINEAR_SOLVE_SOLVE] = {.graph = gs},
                          [LINEAR_SOLVE_MATVEC] = {.graph = ga},
                          [LINEAR_SOLVE_TRANSPOSE_SOLVE] = {.n = both || symmetric, .graphs = &gb},
                          [LINEAR_SOLVE_NUM_CONSTS] = {.i = c.n}};
        ok = in && ga && gs && gb &&
             rt_emit(&op_custom_linear_solve, c.n + n, in, attr, n + nmore, x);
    }
    return ok;
}

static bool finish(unsigned m, bool ok, int n, jac *x)
{
    ok = rt_end_tree(m, ok ? n : 0, x) && ok;
    if (!ok)
        memset(x, 0, (size_t)n * sizeof *x);
    return ok;
}

bool jac_custom_linear_solve_(const jac_loc *at, jac_fn matvec, jac_solve solve,
                              jac_solve transpose_solve, int n, jac *x, jac_linear_solve_opts o)
{
    unsigned m = rt_begin(at);
    rt_solver s = solver_of(&solve), back = solver_of(&transpose_solve);
    bool ok = (s.make || ir_fail("custom_linear_solve: no solve is given")) && rt_fn(matvec) &&
              rt_linear_solve("custom_linear_solve", matvec, s, back, o.symmetric, n, 0, x);
    return finish(m, ok, n, x);
}

/* ---- custom_root ----------------------------------------------------------------------------- */

/* The derivative of f with respect to x at (x, captures), split in two graphs: `known` depends only
 * on x and the captures and runs once, before the solver's loops; `product` computes each
 * product. */
typedef struct {
    ir_graph *known, *product; /* (x, captures) -> residuals; (residuals, v) -> v' */
    int nres;
} jacobian;

static bool jacobian_of(const rt_traced *f, int n, bool back, jacobian *j)
{
    IR_SCRATCH(scratch);
    bool *wrt = ir_alloc(&scratch, (size_t)(f->g->nin + n + 1));
    *j = (jacobian){0};
    if (!wrt)
        return false;
    bool *of = wrt + f->g->nin;
    memset(wrt, true, (size_t)n);
    memset(of, true, (size_t)n);
    ir_graph *linear = NULL;
    j->nres = rt_linearize(f->g, wrt, of, &j->known, &linear);
    if (j->nres >= 0)
        j->product = back ? rt_transpose_linear(linear, j->nres) : ir_graph_retain(linear);
    ir_graph_release(linear);
    return j->product != NULL;
}

/* Solves for b inside a trace whose inputs are (x, captures, b). */
static bool solve_at(const jacobian *j, jac_solver solver, int n, const ir_type *types,
                     const jac *at, const jac *b, jac *out)
{
    IR_SCRATCH(scratch);
    jac *y = ir_alloc(&scratch, (size_t)(j->known->nout + 1) * sizeof *y);
    if (!y)
        return false;
    bool ok = rt_apply_graph(j->known, at, y);
    jac_fn product =
        ok ? rt_linear_fn("derivative", j->product, j->nres, y + j->known->nout - j->nres, n, types)
           : JAC_NULL_FN;
    jac_solve made = {JAC_NULL_FN, solver};
    jac_fn solve = !jac_ok(product) ? JAC_NULL_FN
                   : solver         ? make_by_user(&made, product)
                                    : rt_default_solver(product);
    return jac_ok(solve) &&
           rt_takes_and_gives("custom_root", "tangent_solve", rt_fn(solve), n, n) &&
           rt_call(rt_fn(solve), b, out);
}

/* Traces tangent_solve to a graph: (x, captures of f, b, captures of tangent_solve) -> solution. */
RT_ON_STACK static bool trace_tangent(const rt_traced *f, jac_solver solver, bool back, int n,
                                      const ir_type *types, rt_traced *made)
{
    IR_SCRATCH(scratch);
    jacobian j;
    int nat = f->g->nin;
    jac *in = ir_alloc(&scratch, (size_t)(nat + 2 * n + 1) * sizeof *in);
    if (!in)
        return false;
    jac *b = in + nat;
    jac *out = b + n;
    rt_trace t;
    bool ok = jacobian_of(f, n, back, &j);
    if (ok && (ok = rt_trace_open(&t, back ? "transpose_solve" : "tangent_solve"))) {
        for (int k = 0; k < nat; k++)
            in[k] = rt_trace_input(&t, &f->g->in[k]->type);
        for (int k = 0; k < n; k++)
            b[k] = rt_trace_input(&t, &types[k]);
        ok = solve_at(&j, solver, n, types, in, b, out);
        ok = rt_trace_close(&t, n, out, ok ? made : NULL) && rt_conform_outputs(made, n, types);
    }
    ir_graph_release(j.known);
    ir_graph_release(j.product);
    return ok;
}

/* The traced functions of a custom_root equation. */
typedef struct {
    rt_traced f, solve, tangent, back;
} root;

static bool emit_root(const root *r, int n, const ir_type *types, const jac *x, int nout, jac *y)
{
    IR_SCRATCH(scratch);
    constants c = {.mem = &scratch};
    int of_f = add_constants(&c, &r->f), of_s = add_constants(&c, &r->solve);
    int of_t = add_constants(&c, &r->tangent), of_b = add_constants(&c, &r->back);
    ir_type *twice = ir_alloc(&scratch, (size_t)(2 * n + 1) * sizeof *twice);
    if (!twice)
        return false;
    memcpy(twice, types, (size_t)n * sizeof *twice);
    memcpy(twice + n, types, (size_t)n * sizeof *twice);
    piece vector = {n, true, 0}, right = {n, true, n}, of = {r->f.ncaptured, false, of_f};
    IR_AUTO_GRAPH f = over(r->f.g, &c, n, types, (piece[]){vector, of});
    IR_AUTO_GRAPH s =
        over(r->solve.g, &c, n, types, (piece[]){vector, {r->solve.ncaptured, false, of_s}});
    IR_AUTO_GRAPH t = over(r->tangent.g, &c, 2 * n, twice,
                           (piece[]){vector, of, right, {r->tangent.ncaptured, false, of_t}});
    IR_AUTO_GRAPH b = over(r->back.g, &c, 2 * n, twice,
                           (piece[]){vector, of, right, {r->back.ncaptured, false, of_b}});
    jac *in = ir_alloc(&scratch, (size_t)(c.n + n + 1) * sizeof *in);
    if (!in)
        return false;
    if (c.n)
        memcpy(in, c.x, (size_t)c.n * sizeof *in);
    memcpy(in + c.n, x, (size_t)n * sizeof *in);
    ir_attr attr[] = {[CUSTOM_ROOT_SOLVE] = {.graph = s},
                      [CUSTOM_ROOT_F] = {.graph = f},
                      [CUSTOM_ROOT_TANGENT_SOLVE] = {.graph = t},
                      [CUSTOM_ROOT_TRANSPOSE_SOLVE] = {.graph = b},
                      [CUSTOM_ROOT_NUM_CONSTS] = {.i = c.n}};
    return f && s && t && b && rt_emit(&op_custom_root, c.n + n, in, attr, nout, y);
}

static bool fixed(int n, const jac *x, jac *y)
{
    bool ok = true;
    for (int k = 0; k < n && ok; k++)
        ok = jac_ok(y[k] = jac_stop_gradient(x[k]));
    return ok;
}

/* Makes a Newton step from the root y, and says by its size whether y is one. The steps of this are
 * not differentiated. */
static bool judge(const root *r, int n, const jac *y, const jac_root_opts *o)
{
    IR_SCRATCH(scratch);
    int nf = r->f.ncaptured, nt = r->tangent.ncaptured;
    jac *in = ir_alloc(&scratch, (size_t)(3 * n + nf + nt + 1) * sizeof *in);
    if (!in)
        return false;
    jac *fx = in + n + nf, *step = fx + n + nt;
    return fixed(n, y, in) && fixed(nf, r->f.captured, in + n) &&
           fixed(nt, r->tangent.captured, fx + n) && rt_apply_graph(r->f.g, in, fx) &&
           rt_apply_graph(r->tangent.g, in, step) &&
           rt_judge_root(n, in, fx, step, o->tol, o->atol, o->info);
}

bool rt_find_root(const char *what, jac_fn f, jac_fn solve, jac_solver tangent_solve, int n, jac *x,
                  int nout, jac *y, const jac_root_opts *check)
{
    IR_SCRATCH(scratch);
    ir_type *types = ir_alloc(&scratch, (size_t)(n + 1) * sizeof *types);
    if (!types)
        return false;
    root r = {0};
    bool ok = settle(what, f, n, x, types, &r.f) && rt_trace_fn(rt_fn(solve), types, &r.solve) &&
              rt_conform_outputs(&r.solve, n, types) &&
              trace_tangent(&r.f, tangent_solve, false, n, types, &r.tangent) &&
              trace_tangent(&r.f, tangent_solve, true, n, types, &r.back) &&
              emit_root(&r, n, types, x, nout, y) &&
              (!check || !check->info || judge(&r, n, y, check));
    rt_traced_free(&r.f);
    rt_traced_free(&r.solve);
    rt_traced_free(&r.tangent);
    rt_traced_free(&r.back);
    return ok;
}

/* ---- binding additional arguments ------------------------------------------------------------ */

typedef struct {
    rt_face f; /* retained */
    int n;     /* leaves of x */
    jac rest[];
} bound;

static void call_bound(const void *env, const void *args, void *result)
{
    IR_SCRATCH(scratch);
    const bound *b = env;
    int nin = rt_fn_leaves(b->f);
    jac *in = ir_alloc(&scratch, (size_t)(nin + 1) * sizeof *in);
    if (!in)
        return;
    memcpy(in, args, (size_t)b->n * sizeof *in);
    memcpy(in + b->n, b->rest, (size_t)(nin - b->n) * sizeof *in);
    rt_call(b->f, in, result);
}

static void drop_bound(rt_function *f)
{
    rt_fn_release(((bound *)f->data)->f);
}

jac_fn rt_bind(const char *what, jac_fn fn, int n, const jac *args)
{
    const struct jac_function *f = rt_fn(fn);
    if (!f || !args)
        return f ? fn : JAC_NULL_FN;
    int rest = rt_fn_leaves(f) - n;
    if (!f->nargs || f->arg_leaves[0] != n) {
        ir_fail("%s: x has %d leaves, but the first argument of %s has %d", what, n, f->name,
                f->nargs ? f->arg_leaves[0] : 0);
        return JAC_NULL_FN;
    }
    rt_function *made = rt_function_new(f->name, rt_fn_at(f), 1, &n, f->result_leaves,
                                        sizeof(bound) + (size_t)(rest + 1) * sizeof(jac));
    if (!made)
        return JAC_NULL_FN;
    bound *b = made->data;
    b->f = rt_fn_retain(f);
    b->n = n;
    memcpy(b->rest, args, (size_t)rest * sizeof(jac));
    made->drop = drop_bound;
    made->face.apply = call_bound;
    made->face.env = b;
    return rt_wrap_function(made);
}

bool jac_custom_root_(const jac_loc *at, jac_fn fn, jac_solve solve, jac_solver tangent_solve,
                      int n, jac *x, jac_root_opts o)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin(at);
    jac_solve_info info = {0}, *told = o.info;
    o.info = told ? &info : NULL;
    if (told)
        *told = info;
    jac_fn f = rt_bind("custom_root", fn, n, o.args);
    if (!jac_ok(solve.fn) && !solve.make)
        ir_fail("custom_root: no solve is given");
    jac_fn by = !jac_ok(f)         ? JAC_NULL_FN
                : solve.make       ? make_by_user(&solve, f)
                : jac_ok(solve.fn) ? rt_bind("custom_root", solve.fn, n, o.args)
                                   : JAC_NULL_FN;
    rt_face s = jac_ok(by) ? rt_fn(by) : NULL;
    int naux = s ? s->result_leaves - n : 0;
    bool ok = s && rt_takes_and_gives("custom_root", "f", rt_fn(f), n, n);
    if (ok && (rt_fn_leaves(s) != n || naux < 0 || (naux > 0) != (o.aux.at != NULL)))
        ok = ir_fail("custom_root: solve, %s, must take %s and give %d%s, but it takes %d "
                     "and gives %d",
                     s->name, ir_count_tmp(n, "handle"), n, o.aux.at ? " and the .aux" : "",
                     rt_fn_leaves(s), s->result_leaves);
    if (ok && (!(o.tol >= 0) || !(o.atol >= 0)))
        ok = ir_fail("custom_root: %s must be at least 0, but is %g", o.tol >= 0 ? ".atol" : ".tol",
                     o.tol >= 0 ? o.atol : o.tol);
    if (!ok || !rt_room("custom_root: as aux, ", s->name, naux, o.aux))
        return finish(m, false, n, x);
    int nout = n + naux, wide = nout + (told ? RT_INFO : 0);
    jac *y = ir_alloc(&scratch, (size_t)(wide + 1) * sizeof *y);
    ok = ok && y && rt_find_root("custom_root", f, by, tangent_solve, n, x, nout, y, &o);
    if (ok && told)
        memcpy(y + nout, &info, sizeof info);
    ok = rt_end_tree(m, ok ? wide : 0, y) && ok;
    for (int k = 0; k < n; k++)
        x[k] = ok ? y[k] : JAC_NULL;
    for (int k = 0; k < naux && o.aux.at; k++)
        ((jac *)o.aux.at)[k] = ok ? y[n + k] : JAC_NULL;
    if (ok && told)
        memcpy(told, y + nout, sizeof *told);
    return ok;
}

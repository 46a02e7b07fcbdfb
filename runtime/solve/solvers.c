/* Solvers for linear systems, as functions.
 *
 * A solver is a jac_fn of the right side, which is a tree. Its leaves are concatenated to one
 * vector, and the methods work on that vector, with JAC_WHILE and the like, as a user would write
 * them: here with the matrix of the system, in krylov.c with products only.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"
#include "runtime/solve/solvers.h"
#include "runtime/solve/system.h"

const char *const rt_methods[] = {[JAC_BY_MATRIX] = "dense_solver",
                                  [JAC_BY_CG] = "cg",
                                  [JAC_BY_BICGSTAB] = "bicgstab",
                                  [JAC_BY_GMRES] = "gmres"};

/* ---- with the matrix ------------------------------------------------------------------------- */

static void apply_A(const void *y, const void *args, void *result)
{
    *(jac *)result = rt_product(y, *(const jac *)args);
}

/* Row k of the result is A applied to unit vector k, which is column k of the matrix. */
static jac matrix(const rt_system *y)
{
    struct jac_function f = {JAC_FUNCTION_MARK_, "matvec", apply_A, y, 1, &(int){1}, 1, {0}, NULL};
    unsigned m = rt_begin(NULL); /* frees the handle that holds f before f itself goes */
    jac units = jac_eye(y->size, rt_public_dtype(y->dtype));
    return rt_end(m, jac_transpose(jac_call1(jac_vmap(rt_fn_of(&f)), units)));
}

/* Gauss-Jordan elimination with partial pivoting, of the matrix with b as its last column. */
static jac eliminate(jac a, jac b, int64_t n)
{
    jac w = jac_concatenate(1, a, jac_reshape(b, -1, 1)), rows = jac_arange(n);
    JAC_FOR(k, 0, n, w)
    {
        jac column = jac_reshape(jac_dynamic_slice(w, JAC_SHAPE(n, 1), 0, k), -1);
        jac p = jac_argmax(jac_where(jac_ge(rows, k), jac_abs(column), -1));
        jac upper = jac_dynamic_slice(w, JAC_SHAPE(1, n + 1), k, 0);
        jac pivot = jac_dynamic_slice(w, JAC_SHAPE(1, n + 1), p, 0);
        pivot = jac_div(pivot, jac_dynamic_slice(pivot, JAC_SHAPE(1, 1), 0, k));
        w = jac_dynamic_update_slice(w, upper, p, 0);
        column = jac_where(jac_eq(rows, p), jac_dynamic_slice(column, JAC_SHAPE(1), k), column);
        w = jac_sub(w, jac_mul(jac_reshape(column, -1, 1), pivot));
        w = jac_dynamic_update_slice(w, pivot, k, 0);
    }
    return jac_reshape(jac_slice_in_dim(w, n, n + 1, 1, 1), -1);
}

static jac by_matrix(const rt_system *y, jac b)
{
    if (y->size == 1)
        return jac_div(b, rt_product(y, jac_ones_like(b)));
    return eliminate(matrix(y), b, y->size);
}

/* ---- a solver as a function ------------------------------------------------------------------ */

static rt_solution eliminated(const rt_system *y, jac b)
{
    return (rt_solution){.x = by_matrix(y, b)};
}

static rt_solution (*const solve_by[])(const rt_system *y, jac b) = {[JAC_BY_MATRIX] = eliminated,
                                                                     [JAC_BY_CG] = rt_cg,
                                                                     [JAC_BY_BICGSTAB] = rt_bicgstab,
                                                                     [JAC_BY_GMRES] = rt_gmres};

static bool find_types(rt_system *y, const jac *b)
{
    ir_dtype d = IR_f32;
    bool weak = true;
    for (int k = 0; k < y->n; k++) {
        if (!rt_type_of(b[k], &y->types[k]))
            return false;
        const ir_type *t = &y->types[k];
        if (!ir_is_inexact(t->dtype))
            return ir_fail("%s: leaf %d of the right side is %s, but must be a float",
                           rt_methods[y->by->method], k, ir_type_tmp(t));
        if (!ir_promote(d, weak, t->dtype, t->weak, &d, &weak))
            return false;
        y->size += ir_type_count(t);
    }
    y->dtype = d;
    return true;
}

static rt_solution solve_system(rt_system *y, const jac *b)
{
    if (!find_types(y, b))
        return (rt_solution){0};
    if (!y->size) {
        jac none = rt_literal_f64(IR_i32, 0);
        return (rt_solution){rt_ravel(y, b), {none, none, rt_literal_f64(y->dtype, 0)}};
    }
    jac_method method = y->by->method;
    if (y->by->fit)
        method = y->size <= JAC_DENSE_MAX ? JAC_BY_MATRIX : JAC_BY_GMRES;
    return solve_by[method](y, rt_ravel(y, b));
}

static bool tell(const rt_system *y, rt_solution *s)
{
    const char *name = rt_methods[y->by->method];
    if (!jac_ok(s->info.status))
        return true;
    if (!y->by->told && !rt_report(name, &s->info, "|b - A x| / |b|", rt_tolerance(y)))
        return false;
    if (!y->by->raw)
        s->x = jac_where(jac_eq(s->info.status, JAC_SOLVED), s->x, NAN);
    return true;
}

static void run(const void *env, const void *args, void *result)
{
    IR_SCRATCH(scratch);
    rt_system y = {.by = env};
    rt_face f = y.by->A;
    unsigned m = rt_begin(NULL);
    y.n = f->result_leaves;
    int wide = y.n + (y.by->told ? RT_INFO : 0);
    y.types = ir_alloc(&scratch, (size_t)(y.n + 1) * sizeof *y.types);
    if (!y.types)
        return;
    rt_solution s = solve_system(&y, args);
    jac *out = result;
    if (!jac_ok(s.x) || !tell(&y, &s) || !rt_unravel(&y, s.x, out))
        memset(out, 0, (size_t)wide * sizeof *out);
    else if (y.by->told)
        memcpy(out + y.n, &s.info, sizeof s.info);
    rt_end_tree(m, wide, out);
}

static void drop(rt_function *f)
{
    rt_linear_solver *s = f->data;
    rt_fn_release(s->A);
    rt_fn_release(s->M);
}

static bool check_options(const char *name, const jac_linear_opts *o)
{
    if (!(o->tol >= 0) || !(o->atol >= 0))
        return ir_fail("%s: %s must be at least 0, but is %g", name, o->tol >= 0 ? ".atol" : ".tol",
                       o->tol >= 0 ? o->atol : o->tol);
    if (o->maxiter < 0 || o->restart < 0)
        return ir_fail("%s: %s must be at least 0, but is %lld", name,
                       o->maxiter < 0 ? ".maxiter" : ".restart",
                       (long long)(o->maxiter < 0 ? o->maxiter : o->restart));
    return true;
}

static jac_fn make(jac_method method, bool fit, bool told, jac_fn A, jac_linear_opts o)
{
    const char *name = rt_methods[method];
    if (!jac_ok(A)) {
        ir_fail("%s: a null function was given", name);
        return JAC_NULL_FN;
    }
    const struct jac_function *f = rt_fn(A), *M = f && jac_ok(o.M) ? rt_fn(o.M) : NULL;
    if (!f || (jac_ok(o.M) && !M))
        return JAC_NULL_FN;
    if (!check_options(name, &o))
        return JAC_NULL_FN;
    int n = f->result_leaves;
    const struct jac_function *odd = rt_fn_leaves(f) != n ? f : M;
    if (odd && (rt_fn_leaves(odd) != n || odd->result_leaves != n)) {
        ir_fail(
            "%s: %s takes %s and gives %d, but must give what it takes: a tree like the right side",
            name, odd->name, ir_count_tmp(rt_fn_leaves(odd), "handle"), odd->result_leaves);
        return JAC_NULL_FN;
    }
    int results = n + (told ? RT_INFO : 0);
    rt_function *made =
        rt_function_new(name, NULL, 1, &n, results,
                        sizeof(rt_linear_solver) + (o.x0 ? (size_t)n * sizeof(jac) : 0));
    if (!made)
        return JAC_NULL_FN;
    rt_linear_solver *s = made->data;
    *s = (rt_linear_solver){.A = rt_fn_retain(f),
                            .M = M ? rt_fn_retain(M) : NULL,
                            .method = method,
                            .fit = fit,
                            .told = told,
                            .raw = o.info != NULL,
                            .o = o};
    if (o.x0)
        s->x0 = memcpy(s + 1, o.x0, (size_t)n * sizeof *s->x0);
    made->drop = drop;
    made->face.apply = run;
    made->face.env = s;
    return rt_wrap_function(made);
}

jac_fn jac_iterative_solver_(const jac_loc *at, jac_method method, jac_fn A, jac_linear_opts o)
{
    rt_at_as(at, rt_methods[method]);
    if (o.info) {
        ir_fail("%s_solver: .info is an option of jac_%s, which writes it when it is called",
                rt_methods[method], rt_methods[method]);
        return JAC_NULL_FN;
    }
    return make(method, false, false, A, o);
}

jac_fn rt_telling_solver(jac_method method, jac_fn A, jac_linear_opts o)
{
    return make(method, false, true, A, o);
}

jac_fn(jac_cg_solver)(jac_fn A)
{
    return make(JAC_BY_CG, false, false, A, (jac_linear_opts){0});
}

jac_fn(jac_bicgstab_solver)(jac_fn A)
{
    return make(JAC_BY_BICGSTAB, false, false, A, (jac_linear_opts){0});
}

jac_fn(jac_gmres_solver)(jac_fn A)
{
    return make(JAC_BY_GMRES, false, false, A, (jac_linear_opts){0});
}

jac_fn jac_dense_solver(jac_fn A)
{
    return make(JAC_BY_MATRIX, false, false, A, (jac_linear_opts){0});
}

jac_fn rt_default_solver(jac_fn A)
{
    return make(JAC_BY_GMRES, true, false, A, (jac_linear_opts){0});
}

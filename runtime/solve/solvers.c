/* Solvers for linear systems that are known only by the product of the matrix with a vector.
 *
 * A solver is a jac_fn of the right side, which is a tree. Its leaves are concatenated to one
 * vector, and the methods work on that vector, with JAC_WHILE and the like, as a user would write
 * them. They stop when the residual is small enough, when it no longer shrinks, or when it is NaN.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"
#include "runtime/solve/solvers.h"

enum { RESTART = 20 };

const char *const rt_methods[] = {[JAC_BY_MATRIX] = "dense_solver",
                                  [JAC_BY_CG] = "cg",
                                  [JAC_BY_BICGSTAB] = "bicgstab",
                                  [JAC_BY_GMRES] = "gmres"};

/* The environment of a solver. */
typedef struct {
    rt_face A, M; /* retained; M is o.M and may be NULL */
    jac_method method;
    bool fit; /* choose method and tolerance to suit the system */
    jac_linear_opts o;
    jac *x0; /* start; NULL: zeros */
} solver;

/* A system that is being solved. */
typedef struct {
    const solver *by;
    int n; /* leaves of a vector */
    ir_type *types;
    ir_dtype dtype;
    int64_t size;
} linear_system;

/* ---- trees as vectors ------------------------------------------------------------------------ */

static jac ravel(const linear_system *y, const jac *leaves)
{
    IR_SCRATCH(scratch);
    jac *flat = ir_alloc(&scratch, (size_t)(y->n + 1) * sizeof *flat);
    if (!flat)
        return JAC_NULL;
    jac v = JAC_NULL;
    bool ok = true;
    for (int k = 0; k < y->n && ok; k++) {
        jac x = jac_ok(leaves[k]) ? rt_convert(leaves[k], y->dtype, false) : JAC_NULL;
        ok = jac_ok(x) && jac_ok(flat[k] = jac_reshape(x, -1));
    }
    if (ok)
        v = y->n == 1 ? flat[0] : jac_concatenate(0, JAC_HANDLES(y->n, flat));
    return v;
}

static bool unravel(const linear_system *y, jac v, jac *leaves)
{
    int64_t at = 0;
    for (int k = 0; k < y->n; k++) {
        const ir_type *t = &y->types[k];
        int64_t end = at + ir_type_count(t);
        jac part = y->n == 1 || !jac_ok(v) ? v : jac_slice_in_dim(v, at, end, 1, 0);
        part = jac_ok(part) ? rt_reshape(part, t->rank, t->dim) : JAC_NULL;
        if (!jac_ok(part) || !jac_ok(leaves[k] = rt_convert(part, t->dtype, false)))
            return false;
        at = end;
    }
    return true;
}

/* Do these leaves have the shapes of the vector's leaves? */
static bool fits(const linear_system *y, const char *what, const jac *leaves)
{
    for (int k = 0; k < y->n; k++) {
        ir_type t;
        if (!rt_type_of(leaves[k], &t))
            return false;
        if (!ir_same_shape(&t, &y->types[k]))
            return ir_fail("%s: leaf %d of %s is %s, but the right side has %s",
                           rt_methods[y->by->method], k, what, ir_type_tmp(&t),
                           ir_type_tmp(&y->types[k]));
    }
    return true;
}

/* Applies f, a function of a tree, to the vector v; if f is NULL, the identity. */
static jac apply(const linear_system *y, rt_face f, jac v)
{
    IR_SCRATCH(scratch);
    if (!f || !jac_ok(v))
        return v;
    jac *in = ir_alloc(&scratch, (size_t)(2 * y->n + 1) * sizeof *in);
    if (!in)
        return JAC_NULL;
    jac *out = in + y->n;
    bool ok = unravel(y, v, in) && rt_call(f, in, out) &&
              fits(y, f == y->by->A ? "a product by A" : "a product by .M", out);
    jac made = ok ? ravel(y, out) : JAC_NULL;
    return made;
}

static jac product(const linear_system *y, jac v)
{
    return apply(y, y->by->A, v);
}

static jac precondition(const linear_system *y, jac v)
{
    return apply(y, y->by->M, v);
}

/* ---- with the matrix ------------------------------------------------------------------------- */

static void apply_A(const void *y, const void *args, void *result)
{
    *(jac *)result = product(y, *(const jac *)args);
}

/* Row k of the result is A applied to unit vector k, which is column k of the matrix. */
static jac matrix(const linear_system *y)
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

static jac by_matrix(const linear_system *y, jac b)
{
    if (y->size == 1)
        return jac_div(b, product(y, jac_ones_like(b)));
    return eliminate(matrix(y), b, y->size);
}

/* ---- with products only ---------------------------------------------------------------------- */

static jac norm(jac x)
{
    return jac_sqrt(jac_dot(x, x));
}

static jac start(const linear_system *y, jac b)
{
    if (!y->by->x0)
        return jac_zeros_like(b);
    return fits(y, "x0", y->by->x0) ? ravel(y, y->by->x0) : JAC_NULL;
}

static jac residual(const linear_system *y, jac b, jac x)
{
    return jac_sub(b, product(y, x));
}

static double epsilon(const linear_system *y)
{
    return ir_epsilon(y->dtype);
}

/* The norm at which a residual is small enough for the right side b. */
static jac enough(const linear_system *y, jac b)
{
    double tol = y->by->fit ? 100 * epsilon(y) : y->by->o.tol > 0 ? y->by->o.tol : 1e-5;
    return jac_maximum(jac_mul(norm(b), tol), y->by->o.atol);
}

static int64_t most_steps(const linear_system *y)
{
    return y->by->o.maxiter > 0 ? y->by->o.maxiter : 10 * y->size;
}

static jac cg(const linear_system *y, jac b)
{
    jac limit = enough(y, b);
    struct {
        jac x, r, p, gamma, k;
    } s = {.x = start(y, b), .k = jac_asarray(0)};
    s.r = residual(y, b, s.x);
    s.p = precondition(y, s.r);
    s.gamma = jac_dot(s.r, s.p);
    JAC_WHILE(s, jac_logical_and(jac_gt(norm(s.r), limit), jac_lt(s.k, most_steps(y))))
    {
        jac Ap = product(y, s.p), alpha = jac_div(s.gamma, jac_dot(s.p, Ap));
        s.x = jac_add(s.x, jac_mul(alpha, s.p));
        s.r = jac_sub(s.r, jac_mul(alpha, Ap));
        jac z = precondition(y, s.r), gamma = jac_dot(s.r, z);
        s.p = jac_add(z, jac_mul(jac_div(gamma, s.gamma), s.p));
        s.gamma = gamma;
        s.k = jac_add(s.k, 1);
    }
    return s.x;
}

/* BiCGSTAB. It stops if a step breaks down because a product is zero. */
static jac bicgstab(const linear_system *y, jac b)
{
    jac limit = enough(y, b);
    struct {
        jac x, r, p, q, rho, alpha, omega, k;
    } s = {.x = start(y, b), .k = jac_asarray(0)};
    s.r = residual(y, b, s.x);
    s.p = s.q = jac_zeros_like(b);
    s.rho = s.alpha = s.omega = jac_full(JAC_SHAPE(), 1, rt_public_dtype(y->dtype));
    jac shadow = s.r;
    JAC_WHILE(s, jac_logical_and(jac_gt(norm(s.r), limit), jac_lt(s.k, most_steps(y))))
    {
        jac rho = jac_dot(shadow, s.r);
        jac beta = jac_mul(jac_div(rho, s.rho), jac_div(s.alpha, s.omega));
        s.p = jac_add(s.r, jac_mul(beta, jac_sub(s.p, jac_mul(s.omega, s.q))));
        jac Mp = precondition(y, s.p);
        s.q = product(y, Mp);
        s.alpha = jac_div(rho, jac_dot(shadow, s.q));
        jac half = jac_sub(s.r, jac_mul(s.alpha, s.q));
        jac Mh = precondition(y, half), t = product(y, Mh), there = jac_le(norm(half), limit);
        s.omega = jac_where(there, 0, jac_div(jac_dot(t, half), jac_dot(t, t)));
        s.x =
            jac_add(jac_add(s.x, jac_mul(s.alpha, Mp)), jac_where(there, 0, jac_mul(s.omega, Mh)));
        s.r = jac_where(there, half, jac_sub(half, jac_mul(s.omega, t)));
        s.rho = rho;
        jac broken = jac_logical_or(jac_eq(jac_mul(rho, s.alpha), 0), jac_eq(s.omega, 0));
        s.k = jac_where(broken, most_steps(y), jac_add(s.k, 1));
    }
    return s.x;
}

/* One step of the Arnoldi process: from row j of V, whose rows are orthonormal, it makes row j + 1,
 * and column j of R, the Hessenberg matrix of A in this basis. A new row that consists only of
 * rounding errors becomes zero. */
typedef struct {
    jac V, R;
} basis;

static basis extend(const linear_system *y, basis a, jac j, int64_t m)
{
    jac w = precondition(
        y, product(y, jac_reshape(jac_dynamic_slice(a.V, JAC_SHAPE(1, y->size), j, 0), -1)));
    jac least = jac_mul(norm(w), 10 * epsilon(y));
    jac h = jac_dot(a.V, w);
    w = jac_sub(w, jac_dot(h, a.V));
    jac again = jac_dot(a.V, w);
    w = jac_sub(w, jac_dot(again, a.V));
    jac length = norm(w), real = jac_gt(length, least);
    jac next = jac_where(real, jac_div(w, length), 0);
    h = jac_dynamic_update_slice(jac_add(h, again), jac_reshape(jac_where(real, length, 0), 1),
                                 jac_add(j, 1));
    return (basis){jac_dynamic_update_slice(a.V, jac_reshape(next, 1, -1), jac_add(j, 1), 0),
                   jac_dynamic_update_slice(a.R, jac_reshape(h, m + 1, 1), 0, j)};
}

/* Rotates rows j and j + 1 so that the element below the diagonal becomes zero. */
static jac rotate(jac R, jac j, int64_t m)
{
    jac top = jac_dynamic_slice(R, JAC_SHAPE(1, m + 1), j, 0);
    jac low = jac_dynamic_slice(R, JAC_SHAPE(1, m + 1), jac_add(j, 1), 0);
    jac a = jac_dynamic_slice(top, JAC_SHAPE(1, 1), 0, j);
    jac b = jac_dynamic_slice(low, JAC_SHAPE(1, 1), 0, j);
    jac length = jac_hypot(a, b), none = jac_eq(length, 0);
    jac c = jac_where(none, 1, jac_div(a, length)), s = jac_where(none, 0, jac_div(b, length));
    jac turned = jac_concatenate(0, jac_add(jac_mul(c, top), jac_mul(s, low)),
                                 jac_sub(jac_mul(c, low), jac_mul(s, top)));
    return jac_dynamic_update_slice(R, turned, j, 0);
}

/* Back substitution for the triangular R, whose last column is the right side. Where the diagonal
 * is zero, so is the result. */
static jac back_substitute(jac R, int64_t m)
{
    jac z = jac_zeros_like(jac_reshape(jac_slice_in_dim(R, 0, 1, 1, 0), -1));
    JAC_FOR(i, 0, m, z)
    {
        jac k = jac_sub(m - 1, i);
        jac row = jac_reshape(jac_dynamic_slice(R, JAC_SHAPE(1, m + 1), k, 0), -1);
        jac rest = jac_sub(jac_slice_in_dim(row, m, m + 1, 1, 0), jac_dot(row, z));
        jac d = jac_dynamic_slice(row, JAC_SHAPE(1), k), none = jac_eq(d, 0);
        z = jac_dynamic_update_slice(z, jac_where(none, 0, jac_div(rest, jac_where(none, 1, d))),
                                     k);
    }
    return jac_slice_in_dim(z, 0, m, 1, 0);
}

/* The best correction of x in m directions, for the residual r. */
static jac arnoldi(const linear_system *y, jac r, int64_t m)
{
    jac_dtype d = rt_public_dtype(y->dtype);
    jac length = norm(r), zero = jac_scalar(d, 0);
    basis a = {jac_zeros(JAC_SHAPE(m + 1, y->size), d), jac_zeros(JAC_SHAPE(m + 1, m + 1), d)};
    a.V = jac_dynamic_update_slice(a.V, jac_reshape(jac_div(r, length), 1, -1), 0, 0);
    a.R = jac_dynamic_update_slice(a.R, jac_reshape(jac_add(length, zero), 1, 1), 0, m);
    JAC_FOR(j, 0, m, a)
    a = extend(y, a, j, m);
    JAC_FOR(j, 0, m, a.R)
    a.R = rotate(a.R, j, m);
    return jac_dot(back_substitute(a.R, m), jac_slice_in_dim(a.V, 0, m, 1, 0));
}

static jac gmres(const linear_system *y, jac b)
{
    int64_t m = y->by->o.restart > 0 ? y->by->o.restart : RESTART;
    m = m < y->size ? m : y->size;
    jac limit = enough(y, precondition(y, b));
    struct {
        jac x, r, before, k;
    } s = {.x = start(y, b), .k = jac_asarray(0)};
    s.r = precondition(y, residual(y, b, s.x));
    s.before = rt_literal(y->dtype, ir_scalar_highest(y->dtype), false);
    /* Stop after a cycle that does not reduce the residual: the next would not either. */
    JAC_WHILE(
        s, jac_logical_and(jac_logical_and(jac_gt(norm(s.r), limit), jac_lt(norm(s.r), s.before)),
                           jac_lt(s.k, most_steps(y))))
    {
        s.before = norm(s.r);
        s.x = jac_add(s.x, arnoldi(y, s.r, m));
        s.r = precondition(y, residual(y, b, s.x));
        s.k = jac_add(s.k, 1);
    }
    return s.x;
}

/* ---- a solver as a function ------------------------------------------------------------------ */

static jac (*const solve_by[])(const linear_system *y, jac b) = {[JAC_BY_MATRIX] = by_matrix,
                                                                 [JAC_BY_CG] = cg,
                                                                 [JAC_BY_BICGSTAB] = bicgstab,
                                                                 [JAC_BY_GMRES] = gmres};

static jac solve_system(linear_system *y, const jac *b)
{
    ir_dtype d = IR_f32;
    bool weak = true;
    for (int k = 0; k < y->n; k++) {
        if (!rt_type_of(b[k], &y->types[k]))
            return JAC_NULL;
        const ir_type *t = &y->types[k];
        if (!ir_is_inexact(t->dtype)) {
            ir_fail("%s: leaf %d of the right side is %s, but must be a float",
                    rt_methods[y->by->method], k, ir_type_tmp(t));
            return JAC_NULL;
        }
        if (!ir_promote(d, weak, t->dtype, t->weak, &d, &weak))
            return JAC_NULL;
        y->size += ir_type_count(t);
    }
    y->dtype = d;
    if (!y->size)
        return ravel(y, b);
    jac_method method = y->by->method;
    if (y->by->fit)
        method = y->size <= JAC_DENSE_MAX ? JAC_BY_MATRIX : JAC_BY_GMRES;
    return solve_by[method](y, ravel(y, b));
}

static void run(const void *env, const void *args, void *result)
{
    IR_SCRATCH(scratch);
    linear_system y = {.by = env};
    rt_face f = y.by->A;
    unsigned m = rt_begin(NULL);
    y.n = f->result_leaves;
    y.types = ir_alloc(&scratch, (size_t)(y.n + 1) * sizeof *y.types);
    if (!y.types)
        return;
    jac x = solve_system(&y, args), *out = result;
    if (!jac_ok(x) || !unravel(&y, x, out))
        memset(out, 0, (size_t)y.n * sizeof *out);
    rt_end_tree(m, y.n, out);
}

static void drop(rt_function *f)
{
    solver *s = f->data;
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

static jac_fn make(jac_method method, bool fit, jac_fn A, jac_linear_opts o)
{
    const struct jac_function *f = rt_fn(A), *M = f && jac_ok(o.M) ? rt_fn(o.M) : NULL;
    if (!f || (jac_ok(o.M) && !M))
        return JAC_NULL_FN;
    const char *name = rt_methods[method];
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
    rt_function *made = rt_function_new(name, NULL, 1, &n, n,
                                        sizeof(solver) + (o.x0 ? (size_t)n * sizeof(jac) : 0));
    if (!made)
        return JAC_NULL_FN;
    solver *s = made->data;
    *s = (solver){rt_fn_retain(f), M ? rt_fn_retain(M) : NULL, method, fit, o, NULL};
    if (o.x0)
        s->x0 = memcpy(s + 1, o.x0, (size_t)n * sizeof *s->x0);
    made->drop = drop;
    made->face.apply = run;
    made->face.env = s;
    return rt_wrap_function(made);
}

jac_fn jac_iterative_solver_(const jac_loc *at, jac_method method, jac_fn A, jac_linear_opts o)
{
    rt_at(at);
    return make(method, false, A, o);
}

jac_fn(jac_cg_solver)(jac_fn A)
{
    return make(JAC_BY_CG, false, A, (jac_linear_opts){0});
}

jac_fn(jac_bicgstab_solver)(jac_fn A)
{
    return make(JAC_BY_BICGSTAB, false, A, (jac_linear_opts){0});
}

jac_fn(jac_gmres_solver)(jac_fn A)
{
    return make(JAC_BY_GMRES, false, A, (jac_linear_opts){0});
}

jac_fn jac_dense_solver(jac_fn A)
{
    return make(JAC_BY_MATRIX, false, A, (jac_linear_opts){0});
}

jac_fn rt_default_solver(jac_fn A)
{
    return make(JAC_BY_GMRES, true, A, (jac_linear_opts){0});
}

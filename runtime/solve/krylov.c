/* Solvers that need only products with the matrix: cg, bicgstab, gmres.
 *
 * All three improve x in passes. A pass gets the residual b - A x and finds a correction of x: many
 * steps of cg or bicgstab, or as many directions as gmres keeps. Then the residual is computed from
 * x, so the result is judged by what it is and not by what the recurrences say it should be. A pass
 * works on the residual divided by a power of two near its largest element, so that no square over-
 * or underflows, and the steps are the same at any scale of b.
 */
#include <math.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"
#include "runtime/solve/system.h"

enum {
    RESTART = 20,
    RUNNING = -1 /* a status besides those in jacquard/implicit.h */
};

static double epsilon(const rt_system *y)
{
    return ir_epsilon(y->dtype);
}

static jac integer(int64_t k)
{
    return rt_literal_f64(IR_i32, (double)k);
}

static jac number(const rt_system *y, double v)
{
    return rt_literal_f64(y->dtype, v);
}

static jac norm(jac x)
{
    return jac_sqrt(jac_dot(x, x));
}

static jac either(jac a, jac b)
{
    return jac_logical_or(a, b);
}

static jac both(jac a, jac b)
{
    return jac_logical_and(a, b);
}

double rt_tolerance_of(const jac_linear_opts *o)
{
    return o->tol > 0 ? o->tol : 1e-5;
}

double rt_tolerance(const rt_system *y)
{
    return y->by->fit ? 100 * epsilon(y) : rt_tolerance_of(&y->by->o);
}

static int64_t most_steps(const rt_system *y)
{
    int64_t n = y->by->o.maxiter > 0 ? y->by->o.maxiter : 10 * y->size;
    return n < INT32_MAX ? n : INT32_MAX;
}

/* ---- scales ---------------------------------------------------------------------------------- */

/* The power of two at or below the largest element of x: dividing by it is exact. It is found by
 * clearing all bits but those that infinity has, the exponent's. 1 if an element is not finite. */
static jac scale_of(const rt_system *y, jac x)
{
    static const jac_dtype bits_of[] = {[2] = JAC_I16, [4] = JAC_I32, [8] = JAC_I64};
    jac_dtype bits = bits_of[ir_dtypes[y->dtype].size];
    jac most = jac_stop_gradient(jac_max(jac_abs(x)));
    jac exponent = jac_bitcast_convert_type(number(y, INFINITY), bits);
    jac power = jac_bitwise_and(jac_bitcast_convert_type(most, bits), exponent);
    power = jac_bitcast_convert_type(power, rt_public_dtype(y->dtype));
    return jac_where(jac_isfinite(most), jac_maximum(power, ir_least_normal(y->dtype)), 1);
}

static jac norm_of(const rt_system *y, jac x)
{
    jac scale = scale_of(y, x);
    return jac_mul(norm(jac_div(x, scale)), scale);
}

/* The larger of two estimates of the norm of A; one that is not finite does not count. */
static jac larger(jac most, jac estimate)
{
    return jac_where(jac_isfinite(estimate), jac_maximum(most, estimate), most);
}

/* ---- passes ---------------------------------------------------------------------------------- */

/* What a pass gives: a correction of x in the residual's unit, the number of steps so far, why it
 * had to end early (or JAC_SOLVED), and a lower bound of the norm of A. */
typedef struct {
    jac d, steps, stop, most;
} correction;

/* r: the residual; limit: the norm at which it is small enough; c.steps and c.most come from the
 * passes before. */
typedef correction a_pass(const rt_system *y, jac r, jac limit, correction c);

/* b - A x, where b and the result are in this unit, and x is not. */
static jac residual(const rt_system *y, jac b, jac x, jac unit)
{
    jac scale = scale_of(y, x), product = rt_product(y, jac_div(x, scale));
    return jac_sub(b, jac_mul(jac_div(scale, unit), product));
}

/* The largest residual, in the unit of b, that may be due to the rounding of a product: solvers
 * that know the matrix leave one as large. It stays far below b, where x would solve nothing. */
static jac rounding(const rt_system *y, jac x, jac most, jac size, jac unit)
{
    jac scale = scale_of(y, x);
    jac product = jac_mul(norm(jac_div(x, scale)), jac_mul(most, jac_div(scale, unit)));
    jac error = jac_mul(jac_add(product, size), 16 * epsilon(y));
    if (y->by->fit)
        error = jac_maximum(error, jac_mul(size, sqrt(epsilon(y))));
    return jac_minimum(error, jac_mul(size, 0.01));
}

static jac all_finite(jac x)
{
    return jac_isfinite(jac_max(jac_abs(x)));
}

/* The size by which gmres goes forward; the other methods go by the residual itself. */
static jac measure(const rt_system *y, jac r, jac size)
{
    bool other = y->by->M && y->by->method == JAC_BY_GMRES;
    return other ? norm_of(y, rt_precondition(y, r)) : size;
}

/* Passes until the residual is small enough; they end when a pass leaves more than `shrink` times
 * the residual that it found. */
static rt_solution passes(const rt_system *y, jac b, a_pass *pass, double shrink)
{
    jac unit = scale_of(y, b), size = norm(jac_div(b, unit)), zero = jac_eq(size, 0);
    jac limit = jac_maximum(jac_mul(size, rt_tolerance(y)), jac_div(y->by->o.atol, unit));
    b = jac_div(b, unit);
    struct {
        jac x, r, size, measure, status, steps, most; /* r, size and measure in the unit of b */
    } s = {.x = jac_zeros_like(b), .r = b, .steps = integer(0), .most = number(y, 0)};
    if (y->by->x0) {
        if (!rt_fits(y, "x0", y->by->x0))
            return (rt_solution){0};
        s.x = jac_where(zero, s.x, rt_ravel(y, y->by->x0));
        s.r = jac_where(zero, b, residual(y, b, s.x, unit));
    }
    s.size = norm_of(y, s.r);
    s.measure = measure(y, s.r, s.size);
    s.status = jac_where(jac_le(s.size, limit), integer(JAC_SOLVED), integer(RUNNING));
    s.status = jac_where(both(jac_isfinite(size), jac_isfinite(s.size)), s.status,
                         integer(JAC_NOT_FINITE));
    JAC_WHILE (s, jac_eq(s.status, RUNNING)) {
        jac scale = scale_of(y, s.r);
        correction c = {.steps = s.steps, .most = s.most};
        c = pass(y, jac_div(s.r, scale), jac_div(limit, scale), c);
        jac x = jac_add(s.x, jac_mul(jac_mul(scale, unit), c.d)), fine = all_finite(x);
        s.x = jac_where(fine, x, s.x);
        s.r = residual(y, b, s.x, unit);
        s.size = norm_of(y, s.r);
        s.steps = c.steps;
        s.most = c.most;
        jac left = measure(y, s.r, s.size);
        jac stuck = jac_logical_not(jac_le(left, jac_mul(s.measure, shrink)));
        s.measure = left;
        jac why = jac_where(jac_eq(c.stop, JAC_SOLVED), integer(JAC_STAGNATED), c.stop);
        s.status = jac_where(stuck, why, integer(RUNNING));
        s.status = jac_where(jac_ge(s.steps, most_steps(y)), integer(JAC_NOT_CONVERGED), s.status);
        why = jac_where(jac_eq(c.stop, JAC_SOLVED), integer(JAC_NOT_FINITE), c.stop);
        s.status = jac_where(both(fine, jac_isfinite(s.size)), s.status, why);
        jac small = jac_maximum(limit, rounding(y, s.x, s.most, size, unit));
        s.status = jac_where(both(fine, jac_le(s.size, small)), integer(JAC_SOLVED), s.status);
    }
    jac share = jac_where(zero, 0, jac_div(s.size, jac_where(zero, 1, size)));
    return (rt_solution){s.x, {s.status, s.steps, jac_stop_gradient(share)}};
}

/* Why a step was not possible, if one of these numbers is 0 or not finite. */
static jac why_not(jac a, jac b)
{
    jac finite = both(jac_isfinite(a), jac_isfinite(b));
    return jac_where(finite, integer(JAC_BREAKDOWN), integer(JAC_NOT_FINITE));
}

static jac usable(jac a)
{
    return both(jac_isfinite(a), jac_ne(a, 0));
}

/* Multiplies M so that M r is about as large as r. */
static rt_system scaled(const rt_system *y, jac r)
{
    rt_system made = *y;
    if (y->by->M)
        made.M_scale = jac_div(1, scale_of(y, rt_precondition(y, r)));
    return made;
}

/* ---- cg -------------------------------------------------------------------------------------- */

static correction cg_pass(const rt_system *plain, jac r, jac limit, correction c)
{
    const rt_system by = scaled(plain, r), *y = &by;
    bool M = y->by->M != NULL;
    struct {
        jac d, r, p, gamma, size, before, steps, stop, most;
    } s = {.d = jac_zeros_like(r), .r = r, .steps = c.steps, .most = c.most};
    s.stop = integer(JAC_SOLVED);
    s.before = number(y, 0);
    s.p = rt_precondition(y, r);
    s.gamma = jac_dot(r, s.p);
    s.size = norm(r);
    JAC_WHILE (s, both(both(jac_gt(s.size, limit), jac_lt(s.steps, most_steps(y))),
                       jac_eq(s.stop, JAC_SOLVED))) {
        jac Ap = rt_product(y, s.p), curvature = jac_dot(s.p, Ap);
        jac alpha = jac_div(s.gamma, curvature), ok = usable(alpha);
        s.stop = jac_where(ok, integer(JAC_SOLVED), why_not(s.gamma, curvature));
        s.d = jac_where(ok, jac_add(s.d, jac_mul(alpha, s.p)), s.d);
        s.r = jac_sub(s.r, jac_mul(alpha, Ap));
        jac z = rt_precondition(y, s.r), gamma = jac_dot(s.r, z), beta = jac_div(gamma, s.gamma);
        /* r'Ar / r'r, by the recurrences; or |Ap| / |p|. */
        jac slope =
            M ? jac_div(norm(Ap), norm(s.p)) : jac_abs(jac_add(jac_div(1, alpha), s.before));
        s.most = larger(s.most, slope);
        s.before = jac_div(beta, alpha);
        s.p = jac_add(z, jac_mul(beta, s.p));
        s.gamma = gamma;
        s.size = M ? norm(s.r) : jac_sqrt(gamma);
        s.steps = jac_add(s.steps, 1);
    }
    return (correction){s.d, s.steps, s.stop, s.most};
}

rt_solution rt_cg(const rt_system *y, jac b)
{
    return passes(y, b, cg_pass, 0.5);
}

/* ---- bicgstab -------------------------------------------------------------------------------- */

static correction bicgstab_pass(const rt_system *plain, jac r, jac limit, correction c)
{
    const rt_system by = scaled(plain, r), *y = &by;
    struct {
        jac d, r, p, q, rho, alpha, omega, steps, stop, most;
    } s = {.d = jac_zeros_like(r), .r = r, .steps = c.steps, .most = c.most};
    s.p = s.q = jac_zeros_like(r);
    s.rho = s.alpha = s.omega = number(y, 1);
    s.stop = integer(JAC_SOLVED);
    jac shadow = r;
    JAC_WHILE (s, both(both(jac_gt(norm(s.r), limit), jac_lt(s.steps, most_steps(y))),
                       jac_eq(s.stop, JAC_SOLVED))) {
        jac rho = jac_dot(shadow, s.r);
        jac beta = jac_mul(jac_div(rho, s.rho), jac_div(s.alpha, s.omega));
        s.p = jac_add(s.r, jac_mul(beta, jac_sub(s.p, jac_mul(s.omega, s.q))));
        jac Mp = rt_precondition(y, s.p);
        s.q = rt_product(y, Mp);
        jac along = jac_dot(shadow, s.q);
        s.alpha = jac_div(rho, along);
        jac ok = usable(s.alpha), half = jac_sub(s.r, jac_mul(s.alpha, s.q));
        s.stop = jac_where(ok, s.stop, why_not(rho, along));
        jac Mh = rt_precondition(y, half), t = rt_product(y, Mh), there = jac_le(norm(half), limit);
        jac scale = scale_of(y, t), u = jac_div(t, scale), uu = jac_dot(u, u);
        s.omega = jac_where(there, 0, jac_div(jac_div(jac_dot(u, half), uu), scale));
        jac turns = usable(s.omega);
        s.stop = jac_where(both(ok, jac_logical_not(either(there, turns))), why_not(s.omega, uu),
                           s.stop);
        s.most = larger(s.most, jac_div(jac_mul(jac_sqrt(uu), scale), norm(Mh)));
        jac d = jac_add(s.d, jac_mul(s.alpha, Mp));
        d = jac_where(turns, jac_add(d, jac_mul(s.omega, Mh)), d);
        s.d = jac_where(ok, d, s.d);
        s.r = jac_where(turns, jac_sub(half, jac_mul(s.omega, t)), half);
        s.rho = rho;
        s.steps = jac_add(s.steps, 1);
    }
    return (correction){s.d, s.steps, s.stop, s.most};
}

rt_solution rt_bicgstab(const rt_system *y, jac b)
{
    return passes(y, b, bicgstab_pass, 0.5);
}

/* ---- gmres ----------------------------------------------------------------------------------- */

/* One step of the Arnoldi process: from row j of V, whose rows are orthonormal, it makes row j + 1,
 * and column j of R, the Hessenberg matrix of A in this basis. A new row that consists only of
 * rounding errors becomes zero. */
typedef struct {
    jac V, R, most;
} basis;

static basis extend(const rt_system *y, basis a, jac j, int64_t m)
{
    jac v = jac_reshape(jac_dynamic_slice(a.V, JAC_SHAPE(1, y->size), j, 0), -1);
    jac product = rt_product(y, v), w = rt_precondition(y, product);
    jac most = larger(a.most, norm_of(y, product));
    jac least = jac_mul(norm_of(y, w), 10 * epsilon(y));
    jac h = jac_dot(a.V, w);
    w = jac_sub(w, jac_dot(h, a.V));
    jac again = jac_dot(a.V, w);
    w = jac_sub(w, jac_dot(again, a.V));
    jac length = norm_of(y, w), real = jac_gt(length, least);
    jac next = jac_where(real, jac_div(w, length), 0);
    h = jac_dynamic_update_slice(jac_add(h, again), jac_reshape(jac_where(real, length, 0), 1),
                                 jac_add(j, 1));
    return (basis){jac_dynamic_update_slice(a.V, jac_reshape(next, 1, -1), jac_add(j, 1), 0),
                   jac_dynamic_update_slice(a.R, jac_reshape(h, m + 1, 1), 0, j), most};
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
    JAC_FOR (i, 0, m, z) {
        jac k = jac_sub(m - 1, i);
        jac row = jac_reshape(jac_dynamic_slice(R, JAC_SHAPE(1, m + 1), k, 0), -1);
        jac rest = jac_sub(jac_slice_in_dim(row, m, m + 1, 1, 0), jac_dot(row, z));
        jac d = jac_dynamic_slice(row, JAC_SHAPE(1), k), none = jac_eq(d, 0);
        z = jac_dynamic_update_slice(z, jac_where(none, 0, jac_div(rest, jac_where(none, 1, d))),
                                     k);
    }
    return jac_slice_in_dim(z, 0, m, 1, 0);
}

/* The best correction in m directions, for the residual r. */
static correction arnoldi(const rt_system *plain, jac r, jac limit, correction c)
{
    (void)limit;
    const rt_system by = scaled(plain, r), *y = &by;
    int64_t m = y->by->o.restart > 0 ? y->by->o.restart : RESTART;
    m = m < y->size ? m : y->size;
    jac_dtype d = rt_public_dtype(y->dtype);
    jac z = rt_precondition(y, r), length = norm(z);
    basis a = {jac_zeros(JAC_SHAPE(m + 1, y->size), d), jac_zeros(JAC_SHAPE(m + 1, m + 1), d),
               c.most};
    a.V = jac_dynamic_update_slice(a.V, jac_reshape(jac_div(z, length), 1, -1), 0, 0);
    a.R = jac_dynamic_update_slice(a.R, jac_reshape(length, 1, 1), 0, m);
    JAC_FOR (j, 0, m, a)
        a = extend(y, a, j, m);
    JAC_FOR (j, 0, m, a.R)
        a.R = rotate(a.R, j, m);
    c.d = jac_dot(back_substitute(a.R, m), jac_slice_in_dim(a.V, 0, m, 1, 0));
    c.steps = jac_add(c.steps, 1);
    c.stop = jac_where(usable(length), integer(JAC_SOLVED), why_not(length, length));
    c.most = a.most;
    return c;
}

rt_solution rt_gmres(const rt_system *y, jac b)
{
    return passes(y, b, arnoldi, 0.999);
}

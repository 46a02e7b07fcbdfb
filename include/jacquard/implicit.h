/* Implicit derivatives and linear solvers: jax.lax.custom_root, custom_linear_solve, fixed points,
 * and jax.scipy.sparse.linalg. Part of jacquard.h, whose conventions apply.
 *
 * The solution of an equation has a derivative that does not depend on how it was found. For a root
 * x of f(x, a), the implicit function theorem gives x' = -(df/dx)^-1 (df/da) a'. Forward and
 * reverse mode both need just one linear solve at the root. The steps of the solver need not be
 * differentiable and leave no tape.
 *
 *   JAC_DEF_ENV(jac, cubic, jac, (jac, x)) { return jac_sub(jac_power(x, 3), jac_mul(*env, x)); }
 *   JAC_DEF(jac, root, (jac, a)) { return jac_custom_root(cubic_with(a), 2.0, newton_with, NULL); }
 *   ... jac_call1(jac_grad(root_fn), 2.0) ...
 */
#ifndef JACQUARD_IMPLICIT_H
#define JACQUARD_IMPLICIT_H

#include "functions.h"

/* A solver: a C function that takes the function to solve and returns a jac_fn that solves it.
 * JAC_FN_ENV and JAC_DEF_ENV, with an environment of type jac_fn, define such a function as f_with:
 *   JAC_DEF_ENV(jac, newton, jac_fn, (jac, x0)) { ... jac_call1(*env, x) ... }      // newton_with
 * JAX calls solve(f, x0); here solve(f) returns a jac_fn of x0. A linear solver takes the matvec
 * and returns a jac_fn from the right-hand side to the solution. */
typedef jac_fn (*jac_solver)(jac_fn f);

/* ---- Did it solve? ----
 * A method that repeats steps may end without a solution. It never does so silently:
 *  - a call on arrays, outside a trace, is an error that says how far it came and why it ended;
 *  - in a traced function (jit, vmap, grad) the solution is NaN, in a batch only in the lanes that
 *    were not solved;
 *  - with the option .info = &info, neither happens: x is what the last step gave, and info says what
 *    it is worth, in each lane of a batch. Like any handles, those of info may be returned from
 *    traced functions. They have no derivatives.
 * A derivative is NaN if the linear system that gives it was not solved, with or without .info.
 *
 *   jac_solve_info info;
 *   jac x = jac_cg(A, b, .maxiter = 50, .info = &info);
 *   if (jac_item_i64(info.status) != JAC_SOLVED) ... jac_item_f64(info.residual) ... */
typedef struct {
    jac status;     /* i32[]: JAC_SOLVED, which is 0, or another value of this enum */
    jac iterations; /* i32[]: the number of steps, or of restarts of gmres */
    jac residual;   /* a float: what .tol was compared with, which does not depend on scale */
} jac_solve_info;
typedef enum {
    JAC_SOLVED,
    JAC_NOT_CONVERGED, /* .maxiter steps were not enough */
    JAC_STAGNATED,     /* more steps would not improve x; A is singular, perhaps */
    JAC_BREAKDOWN,     /* the method would have to divide by 0; A or M does not suit it */
    JAC_NOT_FINITE     /* the right side, the guess, or what a function gave, is inf or NaN */
} jac_solve_status;

/* S jac_custom_root(f, S x0, solve, tangent_solve, ...): returns the x at which f(x) is zero
 * (lax.custom_root).
 *  - f takes a tree and returns one like it. It captures whatever else it depends on in its
 *    environment. The root has derivatives with respect to that, but none with respect to x0.
 *  - x0 is the first guess.
 *  - solve finds the root: a jac_solver, or a jac_fn made for this f, from x0 to a tree like it.
 *  - tangent_solve solves linear systems with the derivative of f at the root, and their
 *    transposes. NULL: by the matrix if it is small (JAC_DENSE_MAX), otherwise by gmres. Unlike in
 *    JAX it need not be differentiable.
 * Options:
 *  - .args = &params: arguments that f takes after x, and that solve takes too if it is a jac_fn;
 *  - .aux = JAC_OUT(&aux): where to write the further handles that solve returns after x (has_aux in
 *    JAX);
 *  - .info = &info: whether x is a root. Without it x is what solve gave, unchecked as in JAX. It is
 *    judged by the step that Newton's method would make from x, with tangent_solve:
 *    JAC_NOT_CONVERGED if that changes an element of a leaf by more than max(tol * |x|, atol), where
 *    |x| is the largest element of the leaf; JAC_BREAKDOWN if there is no such step;
 *    JAC_NOT_FINITE if x or f(x) is not finite. info.residual is the step as a share of |x|, and
 *    info.iterations 0;
 *  - .tol (default: the square root of the dtype's epsilon), .atol (0): for .info. */
#define jac_custom_root(f, x0, solve, ... /* tangent_solve, options */)                          \
    JAC_CUSTOM_ROOT_(JAC_CAT_(jac_g_, __COUNTER__), JAC_CAT_(jac_s_, __COUNTER__), f, (x0), solve, \
                     __VA_ARGS__, )
#define JAC_CUSTOM_ROOT_(g, s, f, x0, solve, tangent_solve, ...)                                 \
    JAC_CHANGED_(g, s, x0,                                                                       \
                 jac_custom_root_(JAC_AT, f, JAC_SOLVE_(solve), tangent_solve,                   \
                                  JAC_LEAVES_AND_(s), (jac_root_opts){.unused_ = 0, __VA_ARGS__}))
typedef struct {
    int unused_;
    const void *args;
    jac_out aux;
    jac_solve_info *info;
    double tol, atol;
} jac_root_opts;

/* S jac_fixed_point(g, S x0, ...): returns the x with g(x) = x. It repeats x = g(x) from x0 in a
 * while loop, and ends when a step changes no element of a leaf by more than max(tol * |x|, atol),
 * where |x| is the largest element of that leaf, or after maxiter steps, or when a value is not
 * finite. Its derivatives are those of the equation, not of the loop. JAX has no such function; the
 * names are those of scipy.optimize.fixed_point. Options:
 *  - .tol (default 1e-6; 1e-12 for f64; at least 4 times the dtype's distance from 1 to the next
 *    number), .atol (0): x = 0 is only found if .atol says how small is zero;
 *  - .maxiter (default 1000), .args and .tangent_solve as in jac_custom_root;
 *  - .info = &info: whether it converged, as told above; info.residual is the largest change of the
 *    last step, as a share of |x|;
 *  - .iterations = &n: the number of steps; if given, x is kept as with .info, and n is maxiter if
 *    it did not converge. */
#define jac_fixed_point(g, ... /* x0, options */)                                        \
    JAC_FIXED_POINT_(JAC_CAT_(jac_g_, __COUNTER__), JAC_CAT_(jac_s_, __COUNTER__), g,    \
                     __VA_ARGS__, )
#define JAC_FIXED_POINT_(given, s, g, x0, ...)                             \
    JAC_CHANGED_(given, s, (x0),                                           \
                 jac_fixed_point_(JAC_AT, g, JAC_LEAVES_AND_(s),           \
                                  (jac_fixed_point_opts){.unused_ = 0, __VA_ARGS__}))
typedef struct {
    int unused_;
    double tol, atol;
    int64_t maxiter;
    const void *args;
    jac_solver tangent_solve;
    jac *iterations;
    jac_solve_info *info;
} jac_fixed_point_opts;

/* S jac_custom_linear_solve(matvec, S b, solve, transpose_solve, ...): returns the x with matvec(x)
 * = b (lax.custom_linear_solve). matvec is a linear jac_fn from a tree to one like it, or a matrix.
 * solve and transpose_solve are jac_solvers, or jac_fns from the right-hand side to the solution.
 * transpose_solve solves with the transposed matvec; it may be NULL, but then reverse mode is an
 * error. Option .symmetric = true: matvec is its own transpose, so solve is used for both. */
#define jac_custom_linear_solve(matvec, b, solve, ... /* transpose_solve, options */)           \
    JAC_LINEAR_SOLVE_(JAC_CAT_(jac_g_, __COUNTER__), JAC_CAT_(jac_s_, __COUNTER__), matvec, (b), \
                      solve, __VA_ARGS__, )
#define JAC_LINEAR_SOLVE_(g, s, matvec, b, solve, transpose_solve, ...)                         \
    JAC_CHANGED_(g, s, b,                                                                       \
                 jac_custom_linear_solve_(JAC_AT, JAC_OPERATOR_(matvec), JAC_SOLVE_(solve),     \
                                          JAC_SOLVE_(transpose_solve), JAC_LEAVES_AND_(s),      \
                                          (jac_linear_solve_opts){.unused_ = 0, __VA_ARGS__}))
typedef struct {
    int unused_;
    bool symmetric;
} jac_linear_solve_opts;

/* Iterative solvers return the x with A(x) = b, a tree like b, and use only products with A. A is a
 * linear jac_fn of a tree, or a matrix. They have the derivatives of jac_custom_linear_solve. If
 * b = 0, x = 0. Options:
 *  - .tol (default 1e-5), .atol (0): x is a solution if |b - A x|, computed from x, is at most
 *    max(tol * |b|, atol). It is one too if rounding allows no better: if |b - A x| is at most
 *    16 epsilon (|A| |x| + |b|) and 0.01 |b|. Where squares would over- or underflow, nothing
 *    changes: c A and d b take the same steps as A and b;
 *  - .maxiter (10 times the number of elements): the most steps, or restarts of gmres;
 *  - .info = &info: whether x is a solution, as told above (in JAX this second result is always
 *    None); info.residual is |b - A x| / |b|;
 *  - .x0 = &x0: the first guess, zero by default;
 *  - .M: a jac_fn that approximates the inverse of A (a preconditioner);
 *  - .restart (20): the number of directions that gmres keeps. */
/* S jac_cg(A, S b, ...): solves by conjugate gradients; A must be symmetric and positive definite
 * (jax.scipy.sparse.linalg.cg). */
#define jac_cg(A, ... /* b, options */) JAC_ITERATE_(JAC_BY_CG, A, __VA_ARGS__, )
/* S jac_bicgstab(A, S b, ...): solves by stabilized biconjugate gradients, for any A
 * (jax.scipy.sparse.linalg.bicgstab). */
#define jac_bicgstab(A, ... /* b, options */) JAC_ITERATE_(JAC_BY_BICGSTAB, A, __VA_ARGS__, )
/* S jac_gmres(A, S b, ...): solves by minimizing the residual over .restart directions at a time,
 * for any A (jax.scipy.sparse.linalg.gmres). */
#define jac_gmres(A, ... /* b, options */) JAC_ITERATE_(JAC_BY_GMRES, A, __VA_ARGS__, )
typedef struct {
    int unused_;
    double tol, atol;
    int64_t maxiter, restart;
    const void *x0;
    jac_fn M;
    jac_solve_info *info;
} jac_linear_opts;

/* These make solvers for the functions above. Pass the name alone, as in jac_cg_solver, as a
 * jac_solver; or call it with options, except .info, in a solver of your own: jac_cg_solver(A, .tol =
 * 1e-10). Each returns a jac_fn from the right-hand side to the solution. JAX has no such
 * functions. */
/* A solver by jac_cg, with its options. */
#define jac_cg_solver(... /* A, options */) JAC_SOLVER_(JAC_BY_CG, __VA_ARGS__, )
/* A solver by jac_bicgstab, with its options. */
#define jac_bicgstab_solver(... /* A, options */) JAC_SOLVER_(JAC_BY_BICGSTAB, __VA_ARGS__, )
/* A solver by jac_gmres, with its options. */
#define jac_gmres_solver(... /* A, options */) JAC_SOLVER_(JAC_BY_GMRES, __VA_ARGS__, )
#define JAC_SOLVER_(method, A, ...) \
    jac_iterative_solver_(JAC_AT, method, A, (jac_linear_opts){.unused_ = 0, __VA_ARGS__})
JAC_API jac_fn(jac_cg_solver)(jac_fn A);
JAC_API jac_fn(jac_bicgstab_solver)(jac_fn A);
JAC_API jac_fn(jac_gmres_solver)(jac_fn A);
/* A solver that makes the matrix of A and uses Gaussian elimination; it has no options. */
JAC_API jac_fn jac_dense_solver(jac_fn A);
/* Where tangent_solve is NULL, systems of up to this many elements are solved by
 * jac_dense_solver. */
#define JAC_DENSE_MAX 128

/* ---- Building blocks of the macros above -------------------------------------------------------- */

typedef enum { JAC_BY_MATRIX, JAC_BY_CG, JAC_BY_BICGSTAB, JAC_BY_GMRES } jac_method;
/* How to solve: by a function or by a solver; by neither if both are null. */
typedef struct {
    jac_fn fn;
    jac_solver make;
} jac_solve;
static inline jac_solve jac_solve_fn_(jac_fn f)
{
    jac_solve s = {f, NULL};
    return s;
}
static inline jac_solve jac_solve_make_(jac_solver make)
{
    jac_solve s = {{NULL}, make};
    return s;
}
static inline jac_solve jac_solve_none_(const void *null)
{
    (void) null;
    return jac_solve_make_(NULL);
}
#define JAC_SOLVE_(s) \
    _Generic((s), jac_fn: jac_solve_fn_, jac_solver: jac_solve_make_, void *: jac_solve_none_)(s)
static inline jac_fn jac_operator_fn_(const jac_loc *at, jac_fn f)
{
    (void) at;
    return f;
}
JAC_API jac_fn jac_operator_matrix_(const jac_loc *at, jac a);
#define JAC_OPERATOR_(A) _Generic((A), jac_fn: jac_operator_fn_, jac: jac_operator_matrix_)(JAC_AT, A)

#define JAC_ITERATE_(method, A, b, ...)                                                              \
    JAC_ITERATE__(JAC_CAT_(jac_g_, __COUNTER__), JAC_CAT_(jac_s_, __COUNTER__), method, A, (b),      \
                  __VA_ARGS__)
#define JAC_ITERATE__(g, s, method, A, b, ...)                                                       \
    JAC_CHANGED_(g, s, b,                                                                            \
                 jac_iterate_(JAC_AT, method, JAC_OPERATOR_(A), JAC_LEAVES_AND_(s),                  \
                              (jac_linear_opts){.unused_ = 0, __VA_ARGS__}))

JAC_API bool jac_custom_root_(const jac_loc *at, jac_fn f, jac_solve solve, jac_solver tangent_solve,
                              int n, jac *x, jac_root_opts o);
JAC_API bool jac_fixed_point_(const jac_loc *at, jac_fn g, int n, jac *x, jac_fixed_point_opts o);
JAC_API bool jac_custom_linear_solve_(const jac_loc *at, jac_fn matvec, jac_solve solve,
                                      jac_solve transpose_solve, int n, jac *x,
                                      jac_linear_solve_opts o);
JAC_API bool jac_iterate_(const jac_loc *at, jac_method method, jac_fn A, int n, jac *x,
                          jac_linear_opts o);
JAC_API jac_fn jac_iterative_solver_(const jac_loc *at, jac_method method, jac_fn A, jac_linear_opts o);

#endif

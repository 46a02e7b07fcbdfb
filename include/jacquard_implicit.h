/* Implicit derivatives and linear solvers: jax.lax.custom_root, custom_linear_solve, a fixed point, and
 * jax.scipy.sparse.linalg. Part of jacquard.h, whose conventions hold.
 *
 * What an equation defines has a derivative whatever found it: of the root x of f(x, a), by the implicit
 * function theorem, x' = -(df/dx)^-1 (df/da) a'. That is one linear solve at the root, forwards and
 * backwards; the steps that led there need not be differentiable, and leave no tape.
 *
 *   JAC_DEF_ENV(jac, cubic, jac, (jac, x)) { return jac_sub(jac_power(x, 3), jac_mul(*env, x)); }
 *   JAC_DEF(jac, root, (jac, a)) { return jac_custom_root(cubic_with(a), 2.0, newton_with, NULL); }
 *   ... jac_call1(jac_grad(root_fn), 2.0) ...
 */
#ifndef JACQUARD_IMPLICIT_H
#define JACQUARD_IMPLICIT_H

/* A solver: given a function, the function that solves it. That is what JAC_FN_ENV (or JAC_DEF_ENV) with
 * an environment of jac_fn defines as f_with:
 *   JAC_DEF_ENV(jac, newton, jac_fn, (jac, x0)) { ... jac_call1(*env, x) ... }      // newton_with
 * Where JAX passes solve(f, x0), here solve(f) gives a jac_fn of x0. Of what is linear, it is handed the
 * matvec, and gives a function of the right side. */
typedef jac_fn (*jac_solver)(jac_fn f);

/* S jac_custom_root(f, S x0, solve, tangent_solve, ...): the x at which f(x) is zero (lax.custom_root). f
 * takes a tree and gives one like it; what else it depends on it captures (in its environment), and the
 * root has derivatives in that, none in the first guess x0. solve finds the root: a jac_solver, or a
 * jac_fn made for this f, from x0 to a tree like it. tangent_solve solves linear systems in the
 * derivative of f at the root, and is used for the transposed ones too; NULL: by the matrix if it is small
 * (JAC_DENSE_MAX), else by gmres. It need not be differentiable, as in JAX it must.
 * Options: .args = &params: f takes, after x, these arguments (and so does a solve that is a jac_fn);
 * .aux = &aux: solve gives further handles after x, here they go (has_aux). */
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
    void *aux;
} jac_root_opts;

/* S jac_fixed_point(g, S x0, ...): the x with g(x) = x, by x = g(x) from x0 on, in a while loop, and with
 * the derivatives of the equation, not of the loop. It ends when no element moves by more than
 * tol * max(1, |x|), or after maxiter steps. Options: .tol (default 1e-6; 1e-12 of f64), .maxiter (default
 * 1000), .args as above, .tangent_solve as above, .iterations = &n: how many steps there were, maxiter if
 * it did not settle (names as in scipy.optimize.fixed_point, for JAX has none). */
#define jac_fixed_point(g, ... /* x0, options */)                                        \
    JAC_FIXED_POINT_(JAC_CAT_(jac_g_, __COUNTER__), JAC_CAT_(jac_s_, __COUNTER__), g,    \
                     __VA_ARGS__, )
#define JAC_FIXED_POINT_(given, s, g, x0, ...)                             \
    JAC_CHANGED_(given, s, (x0),                                           \
                 jac_fixed_point_(JAC_AT, g, JAC_LEAVES_AND_(s),           \
                                  (jac_fixed_point_opts){.unused_ = 0, __VA_ARGS__}))
typedef struct {
    int unused_;
    double tol;
    int64_t maxiter;
    const void *args;
    jac_solver tangent_solve;
    jac *iterations;
} jac_fixed_point_opts;

/* S jac_custom_linear_solve(matvec, S b, solve, transpose_solve, ...): the x with matvec(x) = b
 * (lax.custom_linear_solve). matvec is a linear jac_fn from a tree to one like it, or a matrix; solve and
 * transpose_solve are jac_solvers, or jac_fns from right side to solution. transpose_solve, for the
 * transposed matvec, is what reverse mode needs; NULL: none. Option: .symmetric = true: the matvec is its
 * own transpose, and solve serves both. */
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

/* S jac_cg(A, S b, ...), jac_gmres, jac_bicgstab: the x with A(x) = b, found with products by A alone
 * (jax.scipy.sparse.linalg; but x is all the result, for JAX's info is None). A is a linear jac_fn of a
 * tree, or a matrix; symmetric and positive definite for cg. They have derivatives as
 * jac_custom_linear_solve has. Options: .tol (1e-5) and .atol (0): they end when |b - A x| is at most
 * max(tol * |b|, atol); .maxiter (10 times the elements; restarts of gmres); .x0 = &x0; .M, a jac_fn that
 * approximates the inverse of A; .restart (20): directions that gmres keeps. */
#define jac_cg(A, ... /* b, options */) JAC_ITERATE_(JAC_BY_CG, A, __VA_ARGS__, )
/* For any A: the stabilised biconjugate gradients (jax.scipy.sparse.linalg.bicgstab). */
#define jac_bicgstab(A, ... /* b, options */) JAC_ITERATE_(JAC_BY_BICGSTAB, A, __VA_ARGS__, )
/* For any A: the least residual over .restart directions at a time (jax.scipy.sparse.linalg.gmres). */
#define jac_gmres(A, ... /* b, options */) JAC_ITERATE_(JAC_BY_GMRES, A, __VA_ARGS__, )
typedef struct {
    int unused_;
    double tol, atol;
    int64_t maxiter, restart;
    const void *x0;
    jac_fn M;
} jac_linear_opts;

/* The same as solvers, for the functions above: jac_cg_solver, or within a solver of your own with
 * options, jac_cg_solver(A, .tol = 1e-10). The dense one makes the matrix of A and eliminates. */
#define jac_cg_solver(... /* A, options */) JAC_SOLVER_(JAC_BY_CG, __VA_ARGS__, )
/* By bicgstab. */
#define jac_bicgstab_solver(... /* A, options */) JAC_SOLVER_(JAC_BY_BICGSTAB, __VA_ARGS__, )
/* By gmres. */
#define jac_gmres_solver(... /* A, options */) JAC_SOLVER_(JAC_BY_GMRES, __VA_ARGS__, )
#define JAC_SOLVER_(method, A, ...) \
    jac_iterative_solver_(JAC_AT, method, A, (jac_linear_opts){.unused_ = 0, __VA_ARGS__})
JAC_API jac_fn(jac_cg_solver)(jac_fn A);
JAC_API jac_fn(jac_bicgstab_solver)(jac_fn A);
JAC_API jac_fn(jac_gmres_solver)(jac_fn A);
JAC_API jac_fn jac_dense_solver(jac_fn A);
/* Up to so many elements of x, systems are solved by their matrix if nothing else is asked for. */
#define JAC_DENSE_MAX 128

/* ---- What the macros above are made of ---------------------------------------------------------- */

typedef enum { JAC_BY_MATRIX, JAC_BY_CG, JAC_BY_BICGSTAB, JAC_BY_GMRES } jac_method;
/* either, or neither */
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

/* Programs with implicit derivatives (custom_root, custom_linear_solve, fixed_point, the linear
 * solvers) and blocks of C, compared with JAX's result for the program of the same name
 * (tests/golden/programs_implicit.py). */
#include "tests/implicit.h"

/* ---- roots -------------------------------------------------------------------------------------- */

PROGRAM(programs_implicit, root_and_derivatives)
{
    jac_fn f = cubic_root_fn, g = jac_grad(f), gg = jac_grad(g);
    jac a = f64(2);
    return RESULTS(jac_call1(f, a), jac_call1(g, a), jac_call1(gg, a), jac_call1(jac_grad(gg), a),
                   jac_call1(jac_hessian(f), a));
}

PROGRAM(programs_implicit, root_jvp_and_vjp)
{
    jac y, t, z;
    jac_jvp(cubic_root_fn, (jac[]){f64(3)}, (jac[]){f64(-2)}, &y, &t);
    jac_fn back = jac_vjp(cubic_root_fn, (jac[]){f64(3)}, &z);
    return RESULTS(y, t, jac_call1(back, f64(0.5)));
}

PROGRAM(programs_implicit, root_under_vmap)
{
    jac a = F64S(1, -2, 30, 4);
    jac_fn g = jac_grad(cubic_root_fn);
    return RESULTS(jac_call1(jac_vmap(cubic_root_fn), a), jac_call1(jac_vmap(g), a),
                   jac_call1(jac_vmap(jac_grad(g)), a));
}

JAC_DEF(jac, sine_of_root, (jac, a))
{
    return jac_sin(jac_mul(cubic_root(jac_mul(a, a)), a));
}

PROGRAM(programs_implicit, root_in_a_function)
{
    jac_fn f = sine_of_root_fn, g = jac_grad(f);
    return RESULTS(jac_call1(f, f64(1.5)), jac_call1(g, f64(1.5)),
                   jac_call1(jac_grad(g), f64(1.5)));
}

/* x + tanh(m x) / 4 - p */
JAC_DEF(jac, balance, (jac, x), (jac, p))
{
    return jac_sub(jac_add(x, jac_div(jac_tanh(jac_matmul(M33, x)), 4)), p);
}

JAC_DEF(jac, newton_3, (jac, x0), (jac, p))
{
    jac x = x0;
    JAC_FOR (k, 0, 12, x) {
        jac m = jac_call1(jac_jacfwd(balance_fn), x, p), f = balance(x, p);
        x = jac_sub(x, jac_custom_linear_solve(m, f, jac_dense_solver, jac_dense_solver));
    }
    return x;
}

JAC_DEF(jac, equilibrium, (jac, p))
{
    return jac_custom_root(balance_fn, jac_zeros(JAC_SHAPE(3), JAC_F64), newton_3_fn, NULL,
                           .args = &p);
}

PROGRAM(programs_implicit, root_of_a_system)
{
    return RESULTS(equilibrium(X3), jac_call1(jac_jacrev(equilibrium_fn), X3),
                   jac_call1(jac_jacfwd(equilibrium_fn), X3));
}

JAC_DEF(jac, squares_of_equilibrium, (jac, p))
{
    return jac_sum(jac_square(equilibrium(p)));
}

JAC_DEF(jac, product_of_equilibrium, (jac, p))
{
    return jac_prod(equilibrium(p));
}

PROGRAM(programs_implicit, hessian_through_a_system)
{
    return RESULTS(jac_call1(jac_hessian(squares_of_equilibrium_fn), X3),
                   jac_call1(jac_vmap(jac_grad(product_of_equilibrium_fn)), BATCH));
}

typedef struct {
    jac carry, x;
} Next;

JAC_DEF(Next, root_step, (jac, c), (jac, b))
{
    jac x = jac_custom_root(cubic_bc_with((BC){b, c}), f64(1), newton_with, NULL);
    return (Next){jac_add(x, 1), x};
}

JAC_DEF(jac, sum_of_roots, (jac, a))
{
    jac b = F64S(1, 2, 3), xs;
    jac_scan(root_step_fn, &a, &b, &xs);
    return jac_sum(xs);
}

PROGRAM(programs_implicit, root_in_a_scan)
{
    jac_fn f = sum_of_roots_fn, g = jac_grad(f);
    return RESULTS(jac_call1(f, f64(2)), jac_call1(g, f64(2)), jac_call1(jac_grad(g), f64(2)));
}

JAC_DEF(jac, looping, (jac, x), (jac, a))
{
    jac s = x;
    JAC_FOR (k, 0, 4, s)
        s = jac_add(jac_sin(s), jac_mul(a, x));
    return jac_sub(s, 1);
}

JAC_DEF_ENV(jac, looping_of, jac, (jac, x))
{
    return looping(x, *env);
}

JAC_DEF(jac, root_of_looping, (jac, a))
{
    return jac_custom_root(looping_of_with(a), 0.5, newton_with, NULL);
}

PROGRAM(programs_implicit, root_of_a_function_with_a_loop)
{
    jac_fn f = root_of_looping_fn, g = jac_grad(f);
    return RESULTS(jac_call1(f, f64(1.5)), jac_call1(g, f64(1.5)),
                   jac_call1(jac_grad(g), f64(1.5)));
}

/* ---- fixed points --------------------------------------------------------------------------- */

PROGRAM(programs_implicit, fixed_point_and_derivatives)
{
    jac_fn f = settled_fn, g = jac_grad(f);
    jac a = f64(0.75);
    return RESULTS(jac_call1(f, a), jac_call1(g, a), jac_call1(jac_grad(g), a),
                   jac_call1(jac_vmap(g), F64S(0.25, 0.5, 1)));
}

static Mix mixing(jac p)
{
    Mix start = {jac_asarray(0.5), jac_zeros(JAC_SHAPE(3), JAC_F64)};
    return jac_fixed_point(mix_fn, start, .args = &p, .tol = 1e-15);
}

JAC_DEF(jac, loss_of_mix, (jac, p))
{
    Mix s = mixing(p);
    return jac_mul(s.u, jac_sum(jac_square(s.v)));
}

PROGRAM(programs_implicit, fixed_point_of_a_tree)
{
    jac p = f64(0.75), y, t;
    Mix s = mixing(p);
    jac_fn g = jac_grad(loss_of_mix_fn);
    jac_jvp(loss_of_mix_fn, (jac[]){p}, (jac[]){f64(2)}, &y, &t);
    return RESULTS(s.u, s.v, jac_call1(g, p), jac_call1(jac_grad(g), p), t);
}

/* ---- linear systems ------------------------------------------------------------------------- */

JAC_DEF(jac, solved, (jac, a), (jac, b))
{
    return jac_custom_linear_solve(a, b, jac_dense_solver, jac_dense_solver);
}

JAC_DEF(jac, squares_of_solved, (jac, a), (jac, b))
{
    return jac_sum(jac_square(solved(a, b)));
}

PROGRAM(programs_implicit, linear_solve_by_the_matrix)
{
    jac_fn f = squares_of_solved_fn;
    struct {
        jac a, b;
    } g = {0};
    jac_call(jac_grad(f, 0, 1), &(solved_args){TILTED, X3}, &g);
    return RESULTS(solved(TILTED, X3), g.a, g.b, jac_call1(jac_hessian(f, 1), TILTED, X3),
                   jac_call1(jac_vmap(solved_fn, JAC_AXES(JAC_NONE, 0)), TILTED, BATCH),
                   jac_call1(jac_vmap(jac_grad(f, 1), JAC_AXES(JAC_NONE, 0)), TILTED, BATCH));
}

static jac dominant(void)
{
    jac mask = jac_add(jac_mul(jac_eye(3, JAC_F64), 0.875), 0.125);
    return jac_mul(TILTED, mask);
}

JAC_DEF(jac, dominant_times, (jac, x))
{
    return jac_matmul(dominant(), x);
}

/* Jacobi's iteration for any matrix with this diagonal. */
JAC_DEF_ENV(jac, jacobi, jac_fn, (jac, b))
{
    jac x = b, d = jac_sum(jac_mul(dominant(), jac_eye(3, JAC_F64)), JAC_AXES(1));
    JAC_FOR (k, 0, 100, x)
        x = jac_add(x, jac_div(jac_sub(b, jac_call1(*env, x)), d));
    return x;
}

JAC_DEF(jac, by_jacobi, (jac, b))
{
    return jac_custom_linear_solve(dominant_times_fn, b, jacobi_with, jacobi_with);
}

PROGRAM(programs_implicit, linear_solve_with_a_solver_of_ones_own)
{
    return RESULTS(by_jacobi(X3), jac_call1(jac_jacrev(by_jacobi_fn), X3),
                   jac_call1(jac_jacfwd(by_jacobi_fn), X3));
}

JAC_DEF(jac, scaled_cg, (jac, s))
{
    return jac_sum(jac_cg(jac_mul(SPD, s), X3, .tol = 1e-15));
}

JAC_DEF(jac, tilted_gmres, (jac, b))
{
    return jac_gmres(TILTED, b, .tol = 1e-15);
}

PROGRAM(programs_implicit, solvers_of_jax_scipy)
{
    return RESULTS(jac_cg(SPD, X3, .tol = 1e-15), jac_bicgstab(TILTED, X3, .tol = 1e-15),
                   tilted_gmres(X3), jac_call1(jac_grad(scaled_cg_fn), f64(2)),
                   jac_call1(jac_jacrev(tilted_gmres_fn), W3));
}

JAC_DEF(jac, over_counts, (jac, v))
{
    return jac_div(v, jac_add(jac_arange(8), 1));
}

PROGRAM(programs_implicit, solvers_that_stop_early)
{
    jac counts = jac_add(jac_astype(jac_arange(8), JAC_F64), 1), b = DATA(7, 8);
    jac a = jac_add(jac_mul(jac_eye(8, JAC_F64), counts), 0.25);
    jac_solve_info i;
    return RESULTS(
        jac_cg(SPD, X3, .maxiter = 1, .info = &i), jac_cg(SPD, X3, .maxiter = 2, .info = &i),
        jac_bicgstab(TILTED, X3, .maxiter = 1, .info = &i),
        jac_gmres(TILTED, X3, .restart = 2, .maxiter = 1, .info = &i),
        jac_gmres(TILTED, X3, .restart = 1, .maxiter = 3, .info = &i), jac_cg(a, b, .tol = 1e-2),
        jac_cg(a, b, .tol = 1e-3, .M = over_counts_fn), jac_bicgstab(a, b, .tol = 1e-2),
        jac_cg(a, jac_mul(b, 0)), jac_cg(a, b, .x0 = &b, .tol = 1e-2),
        jac_bicgstab(a, b, .x0 = &b, .M = over_counts_fn, .tol = 1e-2),
        jac_gmres(a, b, .restart = 3, .tol = 1e-2));
}

/* ---- blocks --------------------------------------------------------------------------------- */

JAC_DEF(jac, collatz, (jac, n))
{
    struct {
        jac v, steps;
    } s = {n, jac_asarray(0)};
    JAC_WHILE (s, jac_gt(s.v, 1)) {
        JAC_IF (s.v, jac_eq(jac_rem(s.v, 2), 1)) {
            s.v = jac_add(jac_mul(3, s.v), 1);
        }
        JAC_ELSE
        {
            s.v = jac_floor_divide(s.v, 2);
        }
        s.steps = jac_add(s.steps, 1);
    }
    return s.steps;
}

PROGRAM(programs_implicit, blocks_nested)
{
    jac n = jac_array(JAC_SHAPE(7), (int32_t[]){1, 2, 3, 4, 5, 6, 7});
    return RESULTS(collatz(jac_scalar(JAC_I32, 27)), jac_call1(jac_vmap(collatz_fn), n));
}

/* A JAC_FOR with a branch that uses outer variables. */
JAC_DEF(jac, wandering, (jac, x), (jac, a))
{
    jac s = x;
    JAC_FOR (i, 0, 6, s)
        JAC_IF (s, jac_gt(s, a)) {
            s = jac_sub(jac_div(s, a), i);
        }
    JAC_ELSE
    {
        s = jac_add(jac_mul(s, s), x);
    }
    return s;
}

PROGRAM(programs_implicit, block_gradients)
{
    jac x = f64(0.75), a = f64(1.25);
    struct {
        jac x, a;
    } g = {0};
    jac_fn f = wandering_fn;
    jac_call(jac_grad(f, 0, 1), &(wandering_args){x, a}, &g);
    return RESULTS(wandering(x, a), g.x, g.a, jac_call1(jac_grad(jac_grad(f)), x, a),
                   jac_call1(jac_vmap(jac_grad(f, 1), JAC_AXES(0, JAC_NONE)), X3, a));
}

JAC_DEF(jac, growing, (jac, x), (jac, a))
{
    jac s = x;
    JAC_WHILE (s, jac_lt(jac_abs(s), a))
        s = jac_add(jac_mul(s, 2), jac_sin(jac_mul(s, a)));
    return s;
}

PROGRAM(programs_implicit, block_while_forward)
{
    jac y, t;
    jac_jvp(growing_fn, &(growing_args){f64(0.75), f64(8)}, &(growing_args){f64(1), f64(0.5)}, &y,
            &t);
    return RESULTS(
        y, t, jac_call1(jac_vmap(growing_fn, JAC_AXES(0, JAC_NONE)), F64S(0.5, 60, 7), f64(8)));
}

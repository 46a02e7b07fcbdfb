/* Implicit derivatives where JAX has nothing to compare with: large systems, reverse mode through
 * loops inside a root, no tapes, clear errors. */
#include "tests/handles.h"
#include "tests/implicit.h"

/* ---- beyond JAX ----------------------------------------------------------------------------- */

static double item(jac x)
{
    cr_assert(jac_ok(x), "%s", jac_error());
    return jac_item_f64(x);
}

/* A solver with a loop of unknown length, which would need a tape if it were differentiated. */
JAC_DEF_ENV(jac, halving, jac_fn, (jac, b))
{
    jac x = jac_zeros_like(b);
    JAC_WHILE (x, jac_gt(jac_abs(jac_sub(jac_call1(*env, x), b)), 1e-14))
        x = jac_add(x, jac_mul(0.0625, jac_sub(b, jac_call1(*env, x))));
    return x;
}

static jac_fn halving_solver(jac_fn A)
{
    return halving_with(A);
}

JAC_DEF_ENV(jac, root_by, jac_solver, (jac, a))
{
    return jac_custom_root(cubic_with(a), 2.0, newton_with, *env);
}

Test(implicit, a_gradient_agrees_with_differences_and_the_formula)
{
    const double a = 2.5, h = 1e-4;
    double x = item(cubic_root(f64(a))), formula = x / (3 * x * x - a);
    double high = item(cubic_root(f64(a + h))), low = item(cubic_root(f64(a - h)));
    cr_expect_float_eq((high - low) / (2 * h), formula, 1e-8);
    cr_expect_float_eq(item(jac_call1(jac_grad(cubic_root_fn), f64(a))), formula, 1e-14);
    jac_solver solvers[] = {jac_dense_solver, jac_gmres_solver, jac_bicgstab_solver,
                            halving_solver};
    for (int k = 0; k < 4; k++) {
        jac_fn g = jac_grad(root_by_with(solvers[k]));
        cr_expect_float_eq(item(jac_call1(g, f64(a))), formula, 1e-13, "solver %d", k);
        cr_expect_float_eq(item(jac_call1(jac_jit(g), f64(a))), formula, 1e-13, "solver %d", k);
    }
}

Test(implicit, no_tape_is_written_however_the_root_is_found)
{
    jac_tape_peak_bytes(true);
    item(jac_call1(jac_grad(cubic_root_fn), f64(2)));
    item(jac_call1(jac_jit(jac_grad(settled_fn)), f64(0.5)));
    cr_expect_eq(jac_tape_peak_bytes(false), 0);
}

/* Heat on a ring of N cells with a saturating source: too large for a matrix. */
enum { CELLS = 300 };

JAC_DEF(jac, ring, (jac, x), (jac, p))
{
    jac left =
        jac_concatenate(0, jac_slice_in_dim(x, 1, CELLS, 1, 0), jac_slice_in_dim(x, 0, 1, 1, 0));
    jac right =
        jac_concatenate(0, jac_slice_in_dim(x, -1, CELLS, 1, 0), jac_slice_in_dim(x, 0, -1, 1, 0));
    return jac_add(jac_mul(0.3, jac_add(left, right)), jac_tanh(jac_mul(p, jac_cos(x))));
}

JAC_DEF(jac, ring_energy, (jac, p))
{
    jac x0 = jac_zeros(JAC_SHAPE(CELLS), JAC_F64);
    return jac_sum(jac_square(jac_fixed_point(ring_fn, x0, .args = &p, .tol = 1e-14)));
}

Test(implicit, a_large_system_is_solved_by_products_alone)
{
    double v[CELLS];
    for (int k = 0; k < CELLS; k++)
        v[k] = 0.2 + 0.1 * sin(k);
    jac p = jac_array(JAC_SHAPE(CELLS), v), g = jac_call1(jac_jit(jac_grad(ring_energy_fn)), p);
    cr_assert(jac_ok(g), "%s", jac_error());
    for (int k = 0; k < CELLS; k += 97) {
        const double h = 1e-5;
        double e[2];
        for (int side = 0; side < 2; side++) {
            double was = v[k];
            v[k] += side ? h : -h;
            e[side] = item(ring_energy(jac_array(JAC_SHAPE(CELLS), v)));
            v[k] = was;
        }
        cr_expect_float_eq(item(jac_at(g, k)), (e[1] - e[0]) / (2 * h), 1e-7, "element %d", k);
    }
}

JAC_DEF(Mix, stretched, (Mix, s))
{
    return (Mix){jac_mul(2, s.u), jac_add(jac_mul(3, s.v), s.u)};
}

Test(implicit, a_system_of_a_tree_is_solved_as_one)
{
    Mix b = {f64(1), X3};
    Mix x[] = {jac_gmres(stretched_fn, b, .tol = 1e-14),
               jac_bicgstab(stretched_fn, b, .tol = 1e-14),
               jac_custom_linear_solve(stretched_fn, b, jac_dense_solver, NULL)};
    for (int k = 0; k < 3; k++) {
        cr_expect_float_eq(item(x[k].u), 0.5, 1e-13);
        cr_expect_float_eq(item(jac_at(x[k].v, 1)), (item(jac_at(X3, 1)) - 0.5) / 3, 1e-13);
    }
}

Test(implicit, solvers_agree_on_systems_of_many_sizes)
{
    for (int n = 1; n <= 60; n += n < 4 ? 1 : 19) {
        jac a = jac_random_normal(jac_random_PRNGKey(n), JAC_SHAPE(n, n), JAC_F64);
        a = jac_add(jac_div(a, 4), jac_mul(2 + n / 8, jac_eye(n, JAC_F64)));
        jac spd = jac_matmul(a, jac_transpose(a));
        jac b = jac_random_normal(jac_random_PRNGKey(n + 1), JAC_SHAPE(n), JAC_F64);
        jac x[] = {jac_custom_linear_solve(a, b, jac_dense_solver, NULL),
                   jac_gmres(a, b, .tol = 1e-13), jac_bicgstab(a, b, .tol = 1e-13, .x0 = &b),
                   jac_gmres(a, b, .tol = 1e-13, .restart = 3)};
        for (int k = 0; k < 4; k++)
            cr_expect_lt(item(jac_max(jac_abs(jac_sub(jac_matmul(a, x[k]), b)))), 1e-10,
                         "n = %d, solver %d", n, k);
        jac y = jac_cg(spd, b, .tol = 1e-13);
        cr_expect_lt(item(jac_max(jac_abs(jac_sub(jac_matmul(spd, y), b)))), 1e-9, "cg, n = %d", n);
    }
}

JAC_DEF(jac, swap, (jac, x))
{
    return jac_flip(x);
}

Test(implicit, elimination_exchanges_rows_where_a_pivot_is_zero)
{
    jac x = jac_custom_linear_solve(swap_fn, X3, jac_dense_solver, NULL);
    for (int k = 0; k < 3; k++)
        cr_expect_eq(item(jac_at(x, k)), item(jac_at(X3, 2 - k)));
}

JAC_DEF(jac, halve_all, (jac, x))
{
    return jac_mul(0.5, x);
}

Test(implicit, a_preconditioner_and_a_limit_of_steps_are_heeded)
{
    jac a = jac_mul(2, jac_eye(3, JAC_F64));
    jac once = jac_cg(a, X3, .M = halve_all_fn, .maxiter = 1);
    cr_expect_float_eq(item(jac_at(once, 0)), item(jac_at(X3, 0)) / 2, 1e-15);
    jac none = jac_cg(TILTED, X3, .atol = 1e3);
    cr_expect_eq(item(jac_at(none, 0)), 0);
}

Test(implicit, fixed_point_tells_how_many_steps_it_took)
{
    jac n = JAC_NULL, x = jac_fixed_point(halve_all_fn, 1.0, .atol = 1e-6, .iterations = &n);
    cr_expect_lt(item(x), 1e-5);
    cr_expect_eq(jac_item_i64(n), 20);
    jac_fixed_point(halve_all_fn, f64(1), .iterations = &n, .maxiter = 7);
    cr_expect_eq(jac_item_i64(n), 7);
}

typedef struct {
    jac x, steps;
} Found;

JAC_DEF(Found, counting_newton, (jac, x0), (jac, a))
{
    Found s = {x0, jac_asarray(0)};
    JAC_WHILE (s, jac_gt(jac_abs(jac_sub(jac_mul(s.x, s.x), a)), 1e-12)) {
        s.x = jac_mul(0.5, jac_add(s.x, jac_div(a, s.x)));
        s.steps = jac_add(s.steps, 1);
    }
    return s;
}

JAC_DEF(jac, square_less, (jac, x), (jac, a))
{
    return jac_sub(jac_mul(x, x), a);
}

JAC_DEF(Found, root_and_steps, (jac, a))
{
    Found r;
    r.x =
        jac_custom_root(square_less_fn, 1.0, counting_newton_fn, NULL, .args = &a, .aux = JAC_OUT(&r.steps));
    return r;
}

JAC_DEF(jac, root_times_steps, (jac, a))
{
    Found r = root_and_steps(a);
    return jac_mul(r.x, r.steps);
}

Test(implicit, aux_comes_along_and_has_no_derivative)
{
    Found r = root_and_steps(f64(4));
    cr_expect_float_eq(item(r.x), 2, 1e-12);
    double steps = item(r.steps);
    cr_expect(steps > 2 && steps < 9);
    cr_expect_float_eq(item(jac_call1(jac_grad(root_times_steps_fn), f64(4))), steps / 4, 1e-13);
    Found lanes;
    jac a = F64S(1, 4, 1e6);
    cr_assert(jac_call(jac_jit(jac_vmap(root_and_steps_fn)), &a, &lanes), "%s", jac_error());
    cr_expect_eq(jac_item_i64(jac_at(lanes.steps, 0)), 0);
    cr_expect_gt(jac_item_i64(jac_at(lanes.steps, 2)), 9);
    cr_expect_float_eq(item(jac_at(lanes.x, 2)), 1e3, 1e-9);
}

/* ---- wrong use ------------------------------------------------------------------------------ */

JAC_DEF(jac, summed, (jac, x))
{
    return jac_sum(x);
}
JAC_DEF(jac, sine, (jac, x))
{
    return jac_sin(x);
}
JAC_DEF(jac, rounded, (jac, x))
{
    return jac_astype(x, JAC_I32);
}

static jac_fn no_solver(jac_fn f)
{
    (void)f;
    return JAC_NULL_FN;
}

JAC_DEF(jac, one_way, (jac, b))
{
    return jac_sum(jac_custom_linear_solve(TILTED, b, jac_dense_solver, NULL));
}

Test(implicit, what_does_not_fit_is_refused)
{
    FAILS_WITH(jac_custom_root(summed_fn, X3, newton_with, NULL),
               "takes f64[3] as leaf 0 of x, but gives f64[]");
    FAILS_WITH(jac_custom_root(mix_fn, 1.0, newton_with, NULL), "must take 1 handle and give 1");
    FAILS_WITH(jac_custom_root(sine_fn, 1.0, no_solver, NULL), "a solver gave a null function");
    FAILS_WITH(jac_custom_root(sine_fn, 1.0, NULL, NULL), "no solve is given");
    FAILS_WITH(jac_custom_root(sine_fn, JAC_NULL, newton_with, NULL), "null handle");
    FAILS_WITH(jac_custom_root(sine_fn, 1.0, counting_newton_fn, NULL),
               "counting_newton, must take 1");
    FAILS_WITH(jac_fixed_point(rounded_fn, jac_scalar(JAC_I32, 1)),
               "only floats can be solved for");
    FAILS_WITH(jac_custom_linear_solve(JAC_NULL_FN, X3, jac_dense_solver, NULL), "null function");
    FAILS_WITH(jac_custom_linear_solve(JAC_NULL, X3, jac_dense_solver, NULL), "null handle");
    FAILS_WITH(jac_cg(JAC_NULL, X3), "null handle");
    FAILS_WITH(jac_gmres(JAC_NULL_FN, X3), "null function");
    FAILS_WITH(jac_custom_linear_solve(jac_ones(JAC_SHAPE(2, 3)), X3, jac_dense_solver, NULL),
               "must be square");
    FAILS_WITH(jac_custom_linear_solve(sine_fn, f64(1), jac_dense_solver, jac_dense_solver),
               "not linear");
    FAILS_WITH(jac_cg(M33, W3, .M = mix_fn), "must give what it takes");
    FAILS_WITH(jac_cg(M33, W3, .M = summed_fn), "cg: leaf 0 of a product by .M is f64[], but");
    FAILS_WITH(jac_gmres(summed_fn, W3),
               "gmres: summed takes f64[3] as leaf 0 of x, but gives f64[]");
    jac odd = M33;
    FAILS_WITH(jac_cg(M33, W3, .x0 = &odd), "cg: leaf 0 of x0 is f64[3,3], but the right side");
    FAILS_WITH(jac_call1(jac_cg_solver(JAC_NULL_FN, .tol = 1e-9), W3), "null function");
    FAILS_WITH(jac_cg(M33, W3, .tol = -1), "cg: .tol must be at least 0, but is -1");
    FAILS_WITH(jac_bicgstab(M33, W3, .atol = NAN),
               "bicgstab: .atol must be at least 0, but is nan");
    FAILS_WITH(jac_gmres(M33, W3, .restart = -1), "gmres: .restart must be at least 0, but is -1");
    FAILS_WITH(jac_gmres(M33, W3, .maxiter = -2), "gmres: .maxiter must be at least 0, but is -2");
    FAILS_WITH(jac_fixed_point(summed_fn, W3), "fixed_point: summed takes f64[3] as leaf 0 of x");
    int line = __LINE__ + 1;
    jac_fixed_point(summed_fn, W3);
    char where[64];
    snprintf(where, sizeof where, "test_implicit.c:%d: ", line);
    cr_expect(strstr(jac_error(), where), "the line of the call is not in: %s", jac_error());
    jac_error_clear();
    FAILS_WITH(jac_fixed_point(sine_fn, 1.0, .tol = -1),
               "fixed_point: .tol must be at least 0, but is -1");
    FAILS_WITH(jac_fixed_point(sine_fn, 1.0, .maxiter = -1),
               "fixed_point: .maxiter must be at least 0, but is -1");
    FAILS_WITH(jac_call1(jac_dense_solver(summed_fn), W3),
               "test_implicit.c:"); /* although the solver itself does not know its line */
    FAILS_WITH(jac_cg(SPD, jac_ones(JAC_SHAPE(4))), "do not match");
    FAILS_WITH(jac_call1(jac_grad(one_way_fn), X3), "needs a solver of the transposed system");
}

/* ---- compositions that JAX refuses or has no words for --------------------------------------- */

/* The derivative of f from finite differences of f. */
static double differences(jac_fn f, double x)
{
    const double h = 1e-4;
    double y[4];
    for (int k = 0; k < 4; k++)
        y[k] = item(jac_call1(f, f64(x + (k < 2 ? k - 2 : k - 1) * h)));
    return (y[0] - 8 * y[1] + 8 * y[2] - y[3]) / (12 * h);
}

static void near(const char *name, const char *what, jac got, double want)
{
    double x = item(got);
    cr_expect(fabs(x - want) <= 1e-7 * fmax(1, fabs(want)), "%s, %s: %.15g, not %.15g", name, what,
              x, want);
}

static void check_derivatives(const char *name, jac_fn f, double x)
{
    jac_fn g = jac_grad(f), gg = jac_grad(g);
    double slope = differences(f, x), second = differences(g, x);
    near(name, "gradient", jac_call1(g, f64(x)), slope);
    near(name, "second", jac_call1(gg, f64(x)), second);
    near(name, "gradient, compiled", jac_call1(jac_jit(g), f64(x)), slope);
    near(name, "second, compiled", jac_call1(jac_jit(gg), f64(x)), second);
    jac lanes = jac_call1(jac_jit(jac_vmap(gg)), F64S(x, x + 0.125));
    near(name, "second, lane 0", jac_at(lanes, 0), second);
    near(name, "second, lane 1", jac_at(lanes, 1), differences(g, x + 0.125));
}

/* A loop of unknown length whose steps each solve an equation. */
JAC_DEF(jac, roots_in_a_while, (jac, a))
{
    struct {
        jac c, sum;
    } s = {a, f64(0)};
    JAC_WHILE (s, jac_lt(s.sum, 4)) {
        jac x = jac_custom_root(cubic_bc_with((BC){a, s.c}), f64(1), newton_with, NULL);
        s.c = jac_add(x, 1);
        s.sum = jac_add(s.sum, x);
    }
    return jac_mul(s.sum, s.c);
}

/* The reverse nesting: an equation with a loop whose length an array gives. */
JAC_DEF_ENV(jac, iterated_sine, jac, (jac, x))
{
    jac s = x, n = jac_scalar(JAC_I32, 3);
    JAC_FOR (i, 0, n, s)
        s = jac_add(s, jac_mul(*env, jac_sin(jac_add(s, x))));
    return jac_sub(s, 1);
}

JAC_DEF(jac, root_of_a_while, (jac, a))
{
    return jac_custom_root(iterated_sine_with(a), 0.5, newton_with, NULL);
}

/* Solves with a matrix product that a loop of unknown length computes, and transposes that. */
JAC_DEF_ENV(jac, looped_product, jac, (jac, x))
{
    struct {
        jac v, scale;
    } s = {x, *env};
    JAC_WHILE (s, jac_lt(s.scale, 8)) {
        s.v = jac_add(jac_mul(s.scale, s.v), jac_flip(s.v));
        s.scale = jac_mul(2, s.scale);
    }
    return jac_add(s.v, jac_matmul(M33, s.v));
}

JAC_DEF(jac, looped_solve, (jac, a))
{
    jac x = jac_custom_linear_solve(looped_product_with(a), jac_mul(a, X3), jac_dense_solver,
                                    jac_dense_solver);
    return jac_sum(jac_mul(x, jac_slice_in_dim(W3, 0, 3, 1, 0)));
}

/* A root of a function that is itself a root. */
JAC_DEF_ENV(jac, outer, jac, (jac, y))
{
    jac inner = jac_custom_root(cubic_bc_with((BC){*env, y}), f64(1), newton_with, NULL);
    return jac_sub(jac_add(y, inner), 3);
}

JAC_DEF(jac, root_of_a_root, (jac, a))
{
    return jac_custom_root(outer_with(a), 1.0, newton_with, NULL);
}

Test(implicit, roots_and_loops_nest_either_way)
{
    check_derivatives("roots_in_a_while", roots_in_a_while_fn, 1.5);
    check_derivatives("root_of_a_while", root_of_a_while_fn, 0.25);
    check_derivatives("looped_solve", looped_solve_fn, 1.25);
    check_derivatives("root_of_a_root", root_of_a_root_fn, 0.75);
}

JAC_DEF(jac, guessed, (jac, guess), (jac, a))
{
    return jac_custom_root(cubic_with(a), guess, newton_with, NULL);
}

Test(implicit, a_guess_has_no_derivative_and_may_be_batched)
{
    cr_expect_eq(item(jac_call1(jac_grad(guessed_fn), f64(2), f64(2))), 0);
    jac x = jac_call1(jac_vmap(guessed_fn, JAC_AXES(0, JAC_NONE)), F64S(1.5, 2, 5), f64(2));
    jac g = jac_call1(jac_vmap(jac_grad(guessed_fn, 1), JAC_AXES(0, JAC_NONE)), F64S(1.5, 2, 5),
                      f64(2));
    for (int k = 0; k < 3; k++) {
        cr_expect_float_eq(item(jac_at(x, k)), item(jac_at(x, 0)), 1e-14);
        cr_expect_float_eq(item(jac_at(g, k)), item(jac_at(g, 0)), 1e-14);
    }
}

Test(implicit, single_precision_is_kept)
{
    jac a = jac_scalar(JAC_F32, 0.75), x = jac_fixed_point(cos_of_fn, 0.5, .args = &a);
    cr_expect_eq(jac_dtype_of(x), JAC_F32);
    jac g = jac_call1(jac_jit(jac_grad(settled_fn)), a);
    cr_expect_eq(jac_dtype_of(g), JAC_F32);
    cr_expect_float_eq(item(g), item(jac_call1(jac_grad(settled_fn), f64(0.75))), 1e-5);
}

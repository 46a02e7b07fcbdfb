/* Iterative solvers of linear systems say when they did not solve, and their tolerances mean the
 * same at any scale. */
#include "ops/ops.h"
#include "tests/solvers.h"

enum { N = 24 };

static jac scalar_of(jac x, double v)
{
    return jac_scalar(jac_dtype_of(x), v);
}

/* A positive definite matrix, and a right side. */
static jac matrix_of(jac_dtype d)
{
    jac a = jac_random_normal(jac_random_PRNGKey(3), JAC_SHAPE(N, N), JAC_F64);
    a = jac_add(jac_div(jac_matmul(a, jac_transpose(a)), N), jac_mul(0.25, jac_eye(N, JAC_F64)));
    return jac_astype(a, d);
}

static jac right_side(jac_dtype d)
{
    return jac_astype(jac_random_normal(jac_random_PRNGKey(4), JAC_SHAPE(N), JAC_F64), d);
}

/* The three methods under one name. */
typedef enum { CG, BICGSTAB, GMRES, METHODS } method;
static const char *const names[] = {"cg", "bicgstab", "gmres"};

static jac solve(method k, jac A, jac b, jac_linear_opts o)
{
    // clang-format off
#define OPTIONS .tol = o.tol, .atol = o.atol, .maxiter = o.maxiter, .restart = o.restart, .x0 = o.x0, .M = o.M, .info = o.info
    return k == CG         ? jac_cg(A, b, OPTIONS)
           : k == BICGSTAB ? jac_bicgstab(A, b, OPTIONS)
                           : jac_gmres(A, b, OPTIONS);
    // clang-format on
}

static Solved told(method k, jac A, jac b, jac_linear_opts o)
{
    Solved s;
    o.info = &s.info;
    s.x = solve(k, A, b, o);
    cr_assert(jac_ok(s.x), "%s: %s", names[k], jac_error());
    return s;
}

/* |b - A x| / |b|, in f64. */
static double left_over(jac A, jac b, jac x)
{
    A = jac_astype(A, JAC_F64);
    b = jac_astype(b, JAC_F64);
    x = jac_astype(x, JAC_F64);
    return item(jac_norm(jac_sub(b, jac_matmul(A, x)))) / item(jac_norm(b));
}

static void expect_status(const char *what, method k, Solved s, jac_solve_status want)
{
    cr_expect_eq(item(s.info.status), want, "%s, %s: status %g, not %d; %g steps, residual %g",
                 what, names[k], item(s.info.status), want, item(s.info.iterations),
                 item(s.info.residual));
}

/* ---- scale -------------------------------------------------------------------------------------- */

static void check_scales(jac_dtype d, int n, const double *of_A, const double *of_b)
{
    jac A = matrix_of(d), b = right_side(d);
    for (int k = 0; k < METHODS; k++) {
        Solved plain = told(k, A, b, (jac_linear_opts){.tol = 1e-5});
        for (int i = 0; i < n; i++) {
            jac a = jac_mul(A, of_A[i]), c = jac_mul(b, of_b[i]);
            Solved s = told(k, a, c, (jac_linear_opts){.tol = 1e-5});
            expect_status("scaled", k, s, JAC_SOLVED);
            double off = left_over(a, c, s.x), steps = item(plain.info.iterations);
            cr_expect_lt(off, 1.2e-5, "%s: A times %g, b times %g: %g is left", names[k], of_A[i],
                         of_b[i], off);
            cr_expect_float_eq(item(s.info.iterations), steps, d == JAC_F32 ? 3 : 0,
                               "%s: A times %g, b times %g: %g steps, not %g", names[k], of_A[i],
                               of_b[i], item(s.info.iterations), steps);
        }
    }
}

Test(solvers, very_large_and_small_numbers_take_the_same_steps_in_f32)
{
    double of_A[] = {1, 1, 1, 1, 1e-20, 1e-20, 1e20, 1e20, 1e-30, 1e30, 1e-34},
           of_b[] = {1e-20, 1e20, 1e-36, 1e37, 1, 1e-30, 1, 1e37, 1e-36, 1e37, 1e-36};
    check_scales(JAC_F32, 11, of_A, of_b);
}

Test(solvers, very_large_and_small_numbers_take_the_same_steps_in_f64)
{
    double of_A[] = {0x1p0, 0x1p0, 0x1p0, 0x1p0, 0x1p-600, 0x1p600, 0x1p-900},
           of_b[] = {0x1p-600, 0x1p600, 0x1p-1000, 0x1p1000, 0x1p0, 0x1p0, 0x1p-1000};
    check_scales(JAC_F64, 7, of_A, of_b);
}

JAC_DEF_ENV(jac, times, double, (jac, x))
{
    return jac_mul(*env, x);
}

Test(solvers, the_scale_of_a_preconditioner_does_not_matter)
{
    jac A = matrix_of(JAC_F32), b = right_side(JAC_F32);
    for (int k = 0; k < METHODS; k++) {
        Solved plain = told(k, A, b, (jac_linear_opts){.tol = 1e-4});
        for (double scale = 0x1p-100; scale < 0x1p101; scale *= 0x1p50) {
            Solved s = told(k, A, b, (jac_linear_opts){.tol = 1e-4, .M = times_with(scale)});
            expect_status("preconditioned", k, s, JAC_SOLVED);
            cr_expect_float_eq(item(s.info.iterations), item(plain.info.iterations), 2,
                               "%s: M times %g: %g steps, not %g", names[k], scale,
                               item(s.info.iterations), item(plain.info.iterations));
        }
    }
}

Test(solvers, a_guess_far_larger_than_the_solution_does_no_harm)
{
    jac A = matrix_of(JAC_F32), b = jac_mul(right_side(JAC_F32), 1e-10);
    jac x0 = jac_ones(JAC_SHAPE(N), JAC_F32);
    for (int k = 0; k < METHODS; k++) {
        Solved s = told(k, A, b, (jac_linear_opts){.x0 = &x0, .maxiter = 1000});
        expect_status("far guess", k, s, JAC_SOLVED);
        cr_expect_lt(left_over(A, b, s.x), 1.2e-5, "%s", names[k]);
    }
}

Test(solvers, an_absolute_tolerance_is_one_of_the_residual_itself)
{
    jac A = matrix_of(JAC_F64), b = jac_mul(right_side(JAC_F64), 1e-200);
    double size = item(jac_norm(b));
    for (int k = 0; k < METHODS; k++) {
        Solved none = told(k, A, b, (jac_linear_opts){.atol = 1.01 * size});
        cr_expect_eq(item(none.info.iterations), 0, "%s", names[k]);
        Solved some = told(k, A, b, (jac_linear_opts){.atol = size / 10});
        double off = left_over(A, b, some.x);
        cr_expect(off <= 0.1 && (off > 1e-5 || k == GMRES), "%s: %g", names[k], off);
    }
}

Test(solvers, the_solution_for_a_right_side_of_zeros_is_zero)
{
    jac A = matrix_of(JAC_F32), zero = jac_zeros(JAC_SHAPE(N), JAC_F32), x0 = right_side(JAC_F32);
    for (int k = 0; k < METHODS; k++)
        for (int guess = 0; guess < 2; guess++) {
            Solved s = told(k, A, zero, (jac_linear_opts){.x0 = guess ? &x0 : NULL});
            expect_status("b = 0", k, s, JAC_SOLVED);
            cr_expect_eq(item(jac_norm(s.x)), 0, "%s", names[k]);
            cr_expect_eq(item(s.info.residual), 0, "%s", names[k]);
        }
}

Test(solvers, a_tolerance_below_rounding_is_met_up_to_rounding)
{
    for (int k = 0; k < METHODS; k++) {
        jac A = matrix_of(JAC_F32), b = right_side(JAC_F32);
        Solved s = told(k, A, b, (jac_linear_opts){.tol = 1e-12});
        expect_status("tol = 1e-12", k, s, JAC_SOLVED);
        cr_expect_lt(left_over(A, b, s.x), 2e-6, "%s", names[k]);
    }
}

/* -u'' on a line: its condition is 4 n² / 10, so that single precision leaves much more than tol.
 */
enum { CELLS = 200 };
JAC_DEF(jac, bending, (jac, x))
{
    jac zero = jac_zeros(JAC_SHAPE(1), JAC_F32), u = jac_concatenate(0, zero, x, zero);
    jac sides =
        jac_add(jac_slice_in_dim(u, 0, CELLS, 1, 0), jac_slice_in_dim(u, 2, CELLS + 2, 1, 0));
    return jac_mul(CELLS * CELLS, jac_sub(jac_mul(2, x), sides));
}

Test(solvers, an_ill_conditioned_system_is_solved_up_to_rounding)
{
    jac_solve_info info;
    jac x = jac_cg(bending_fn, jac_ones(JAC_SHAPE(CELLS), JAC_F32), .info = &info);
    cr_expect_eq(item(info.status), JAC_SOLVED, "residual %g", item(info.residual));
    double middle = item(jac_at(x, CELLS / 2)), h = 1.0 / CELLS, t = (CELLS / 2 + 1) * h;
    cr_expect_float_eq(middle, t * (1 + h - t) / 2, 1e-3);
}

/* ---- reasons ------------------------------------------------------------------------------------ */

static jac f32_matrix(float a, float b, float c, float d)
{
    return jac_array(JAC_SHAPE(2, 2), (float[]){a, b, c, d});
}

Test(solvers, too_few_steps_are_noticed)
{
    jac A = matrix_of(JAC_F64), b = right_side(JAC_F64);
    for (int k = 0; k < METHODS; k++) {
        Solved s = told(k, A, b, (jac_linear_opts){.tol = 1e-12, .maxiter = 3, .restart = 2});
        expect_status("3 steps", k, s, JAC_NOT_CONVERGED);
        cr_expect_eq(item(s.info.iterations), 3);
        double off = left_over(A, b, s.x), said = item(s.info.residual);
        cr_expect_float_eq(said, off, 1e-12 * off, "%s: %g, not %g", names[k], said, off);
    }
}

Test(solvers, a_singular_system_is_noticed)
{
    jac none = f32_matrix(0, 0, 0, 0), flat = f32_matrix(1, 1, 1, 1);
    jac apart = jac_array(JAC_SHAPE(2), (float[]){1, -1}),
        b = jac_array(JAC_SHAPE(2), (float[]){1, 2});
    for (int k = 0; k < METHODS; k++) {
        jac_solve_status zero = k == GMRES ? JAC_STAGNATED : JAC_BREAKDOWN;
        expect_status("A = 0", k, told(k, none, b, (jac_linear_opts){0}), zero);
        expect_status("b in the kernel", k, told(k, flat, apart, (jac_linear_opts){0}), zero);
        Solved s = told(k, flat, b, (jac_linear_opts){0});
        cr_expect_neq(item(s.info.status), JAC_SOLVED, "%s", names[k]);
    }
}

Test(solvers, a_breakdown_is_noticed)
{
    jac turn = f32_matrix(0, 1, -1, 0), b = jac_array(JAC_SHAPE(2), (float[]){1, 0});
    expect_status("a rotation", CG, told(CG, turn, b, (jac_linear_opts){0}), JAC_BREAKDOWN);
    expect_status("a rotation", BICGSTAB, told(BICGSTAB, turn, b, (jac_linear_opts){0}),
                  JAC_BREAKDOWN);
    Solved s = told(GMRES, turn, b, (jac_linear_opts){0});
    expect_status("a rotation", GMRES, s, JAC_SOLVED);
    cr_expect_eq(item(jac_at(s.x, 1)), 1);
    jac_fn nothing = times_with(0);
    for (int k = 0; k < METHODS; k++)
        expect_status(
            "M = 0", k,
            told(k, matrix_of(JAC_F32), right_side(JAC_F32), (jac_linear_opts){.M = nothing}),
            JAC_BREAKDOWN);
}

Test(solvers, an_infinity_or_nan_is_noticed)
{
    jac A = matrix_of(JAC_F32), b = right_side(JAC_F32);
    const double bad[] = {NAN, INFINITY, -INFINITY};
    for (int k = 0; k < METHODS; k++)
        for (int i = 0; i < 3; i++) {
            jac v = jac_concatenate(0, jac_slice_in_dim(b, 1, N, 1, 0),
                                    jac_reshape(scalar_of(b, bad[i]), 1));
            Solved s = told(k, A, v, (jac_linear_opts){0});
            expect_status("b", k, s, JAC_NOT_FINITE);
            expect_status("x0", k, told(k, A, b, (jac_linear_opts){.x0 = &v}), JAC_NOT_FINITE);
            jac broken = jac_mul(A, jac_where(jac_eq(jac_arange(N), 2), bad[i], 1));
            expect_status("A", k, told(k, broken, b, (jac_linear_opts){0}), JAC_NOT_FINITE);
            s = told(k, A, b, (jac_linear_opts){.M = times_with(bad[i])});
            expect_status("M", k, s, JAC_NOT_FINITE);
        }
}

/* ---- without .info ------------------------------------------------------------------------------ */

Test(solvers, what_is_not_solved_is_an_error_outside_a_trace)
{
    jac A = matrix_of(JAC_F64), b = right_side(JAC_F64);
    FAILS_WITH(jac_cg(A, b, .maxiter = 2),
               "cg: after 2 steps x is not a solution: |b - A x| / |b| is");
    FAILS_WITH(jac_bicgstab(A, b, .maxiter = 1), "bicgstab: after 1 step x");
    FAILS_WITH(jac_gmres(A, b, .maxiter = 1, .restart = 2), "more steps than .maxiter allows");
    FAILS_WITH(jac_cg(jac_mul(A, 0), b), "would have to divide by 0");
    FAILS_WITH(jac_gmres(jac_mul(A, 0), b), "further steps do not improve x");
    FAILS_WITH(jac_cg(A, jac_mul(b, NAN)), "inf or NaN");
    jac_fn two = jac_cg_solver(jac_operator_matrix_(NULL, A), .maxiter = 2);
    FAILS_WITH(jac_call1(two, b), "cg: after 2 steps");
    jac_solve_info info;
    FAILS_WITH(jac_cg_solver(jac_operator_matrix_(NULL, A), .info = &info),
               "cg_solver: .info is an option of jac_cg");
    FAILS_WITH(jac_cg(A, jac_ones(JAC_SHAPE(3)), .info = &info), "do not match");
    cr_expect(!jac_ok(info.status) && !jac_ok(info.residual));
}

/* The solution for the matrix s A and few steps of cg; more where A is nearly the identity. */
JAC_DEF(jac, in_few_steps, (jac, s))
{
    jac A = jac_add(jac_eye(3, JAC_F64), jac_mul(s, SPD));
    return jac_cg(A, X3, .maxiter = 1, .tol = 1e-6);
}

JAC_DEF(jac, sum_in_few_steps, (jac, s))
{
    return jac_sum(in_few_steps(s));
}

Test(solvers, what_is_not_solved_is_nan_in_a_trace)
{
    jac s = F64S(0, 1, 1e-9, 2);
    for (int compiled = 0; compiled < 2; compiled++) {
        jac_fn f = in_few_steps_fn, g = jac_grad(sum_in_few_steps_fn);
        if (compiled) {
            f = jac_jit(f);
            g = jac_jit(g);
            expect_nan("solved", jac_call1(f, f64(0)), false);
            expect_nan("not solved", jac_call1(f, f64(1)), true);
        }
        expect_nan("its gradient", jac_call1(g, f64(1)), true);
        jac_fn many = jac_vmap(in_few_steps_fn), slopes = jac_vmap(jac_grad(sum_in_few_steps_fn));
        jac x = jac_call1(compiled ? jac_jit(many) : many, s);
        jac slope = jac_call1(compiled ? jac_jit(slopes) : slopes, s);
        for (int k = 0; k < 4; k++) {
            expect_nan("a lane", jac_at(x, k), k % 2);
            if (k % 2)
                expect_nan("a lane's gradient", jac_at(slope, k), true);
        }
    }
}

/* ---- with .info --------------------------------------------------------------------------------- */

JAC_DEF(Solved, told_in_few_steps, (jac, s))
{
    Solved r;
    jac A = jac_add(jac_eye(3, JAC_F64), jac_mul(s, SPD));
    r.x = jac_cg(A, X3, .maxiter = 1, .tol = 1e-6, .info = &r.info);
    return r;
}

Test(solvers, each_lane_of_a_batch_has_its_own_status)
{
    jac s = F64S(0, 1, 1e-9, 2);
    for (int compiled = 0; compiled < 2; compiled++) {
        jac_fn f = jac_vmap(told_in_few_steps_fn);
        Solved all;
        cr_assert(jac_call(compiled ? jac_jit(f) : f, &s, &all), "%s", jac_error());
        for (int k = 0; k < 4; k++) {
            Solved one = told_in_few_steps(jac_at(s, k));
            cr_expect_eq(item(jac_at(all.info.status, k)), k % 2 ? JAC_NOT_CONVERGED : JAC_SOLVED);
            cr_expect_eq(item(jac_at(all.info.iterations, k)), 1);
            cr_expect_float_eq(item(jac_at(all.info.residual, k)), item(one.info.residual), 1e-12);
            expect_nan("x", jac_at(all.x, k), false);
            for (int j = 0; j < 3; j++)
                cr_expect_float_eq(item(jac_at(all.x, k, j)), item(jac_at(one.x, j)), 1e-14);
        }
    }
}

JAC_DEF(jac, twice_batched, (jac, s))
{
    Solved r;
    jac_call(jac_vmap(jac_vmap(told_in_few_steps_fn)), &s, &r);
    return r.info.status;
}

JAC_DEF(jac, loss_and_status, (jac, s))
{
    Solved r;
    jac A = jac_add(jac_eye(3, JAC_F64), jac_mul(s, SPD));
    r.x = jac_cg(A, X3, .tol = 1e-14, .info = &r.info);
    jac right = jac_eq(r.info.status, JAC_SOLVED);
    return jac_add(jac_where(right, jac_sum(r.x), 1e6),
                   jac_add(jac_mul(r.info.status, 1e3), jac_mul(r.info.residual, s)));
}

JAC_DEF(jac, loss, (jac, s))
{
    return jac_sum(jac_cg(jac_add(jac_eye(3, JAC_F64), jac_mul(s, SPD)), X3, .tol = 1e-14));
}

Test(solvers, a_status_has_no_derivative)
{
    jac s = F64S(0.5, 2);
    jac want = jac_call1(jac_vmap(jac_grad(loss_fn)), s);
    jac got[] = {jac_call1(jac_vmap(jac_grad(loss_and_status_fn)), s),
                 jac_call1(jac_jit(jac_vmap(jac_grad(loss_and_status_fn))), s),
                 jac_call1(jac_jit(jac_grad(jac_vmap(loss_and_status_fn))), s)};
    for (int k = 0; k < 2; k++) {
        cr_assert(jac_ok(got[k]), "%s", jac_error());
        for (int j = 0; j < 2; j++)
            cr_expect_float_eq(item(jac_at(got[k], j)), item(jac_at(want, j)), 1e-10);
    }
    jac_error_clear();
    jac wide = jac_reshape(F64S(0, 1, 1e-9, 2), 2, 2), status = twice_batched(wide);
    for (int k = 0; k < 4; k++)
        cr_expect_eq(item(jac_at(status, k / 2, k % 2)), k % 2);
    double h = 1e-5, second = item(jac_call1(jac_grad(jac_grad(loss_fn)), f64(0.5)));
    double high = item(jac_call1(jac_grad(loss_fn), f64(0.5 + h))),
           low = item(jac_call1(jac_grad(loss_fn), f64(0.5 - h)));
    cr_expect_float_eq(second, (high - low) / (2 * h), 1e-5);
}

/* Along (1, 0) one step of cg solves this system; along (1, 1) it does not. */
JAC_DEF(jac, easy_one_way, (jac, b))
{
    jac_solve_info info;
    jac A = jac_array(JAC_SHAPE(2, 2), (double[]){1, 0, 0, 3});
    return jac_sum(jac_cg(A, b, .maxiter = 1, .info = &info));
}

Test(solvers, a_derivative_is_nan_if_its_own_system_was_not_solved)
{
    jac b = F64S(1, 0), one = F64S(1, 0), both = F64S(1, 1), y, t;
    jac_jvp(easy_one_way_fn, &b, &one, &y, &t);
    cr_expect_eq(item(t), 1);
    jac_jvp(easy_one_way_fn, &b, &both, &y, &t);
    cr_expect_eq(item(y), 1);
    expect_nan("along (1, 1)", t, true);
    expect_nan("backwards", jac_call1(jac_grad(easy_one_way_fn), b), true);
    expect_nan("backwards", jac_call1(jac_jit(jac_grad(easy_one_way_fn)), b), true);
    jac lanes = jac_reshape(F64S(1, 0, 0, 2), 2, 2);
    expect_nan("lanes", jac_call1(jac_jit(jac_vmap(easy_one_way_fn)), lanes), false);
    expect_nan("lanes", jac_call1(jac_jit(jac_vmap(jac_grad(easy_one_way_fn))), lanes), true);
}

static jac_fn one_step(jac_fn A)
{
    return jac_gmres_solver(A, .maxiter = 1, .restart = 1);
}

JAC_DEF(jac, in_two, (jac, x), (jac, p))
{
    return jac_sub(jac_add(x, jac_div(jac_tanh(jac_matmul(M33, x)), 4)), p);
}

JAC_DEF(jac, repeated, (jac, x0), (jac, p))
{
    jac x = x0;
    JAC_FOR (k, 0, 60, x)
        x = jac_sub(x, jac_mul(0.7, in_two(x, p)));
    return x;
}

JAC_DEF(jac, root_with_weak_solver, (jac, p))
{
    return jac_sum(jac_custom_root(in_two_fn, jac_zeros(JAC_SHAPE(3), JAC_F64), repeated_fn,
                                   one_step, .args = &p));
}

Test(solvers, a_derivative_of_a_root_is_nan_if_its_system_was_not_solved)
{
    expect_nan("value", root_with_weak_solver(X3), false);
    expect_nan("gradient", jac_call1(jac_grad(root_with_weak_solver_fn), X3), true);
}

/* custom_linear_solve of a x = b, whose solver gives this beside the solution. */
static ir_graph *solver_with(const char *type, const char *value)
{
    char text[512];
    snprintf(text, sizeof text,
             "graph f(a: f64[], b: f64[]) {\n"
             "  c: f64[], d: %s = custom_linear_solve[solve=graph (a: f64[], b: f64[]) {\n"
             "    c: f64[] = div b a\n    d: %s = %s\n    return c, d\n"
             "  }, matvec=graph (a: f64[], b: f64[]) {\n    c: f64[] = mul a b\n    return c\n"
             "  }, transpose_solve=[], num_consts=1] a b\n  return c, d\n}\n",
             type, type, value);
    return ir_parse(text, "solver");
}

Test(solvers, a_status_of_another_type_is_refused)
{
    ops_init();
    IR_AUTO_GRAPH good = solver_with("i32[]", "literal[value=0, dtype=i32, weak=false]");
    cr_assert(good, "%s", ir_error());
    IR_AUTO_GRAPH number = solver_with("f64[]", "neg a");
    cr_expect(!number && strstr(ir_error(), "must be a status, i32[], but is f64[]"), "%s",
              ir_error());
    ir_error_clear();
    IR_AUTO_GRAPH wide = solver_with("i32[2]", "iota[dtype=i32, shape=[2], dimension=0]");
    cr_expect(!wide && ir_error() && strstr(ir_error(), "must be a status, i32[], but is i32[2]"),
              "%s", ir_error() ? ir_error() : "no error");
    ir_error_clear();
}

/* Null functions given to transformations, control flow and solvers. */
#include "tests/nulls.h"

JAC_TREE(Two, a, b)
JAC_DEF(jac, plus, (jac, x), (jac, y))
{
    return jac_add(x, y);
}
JAC_DEF(Two, step, (jac, c), (jac, x))
{
    return (Two){jac_add(c, x), x};
}

Test(nulls, calling_or_transforming_a_null_function_is_an_error)
{
    jac x = one(), y, t;
    REFUSES(jac_call(none, &x, &y));
    REFUSES(jac_call(same_fn, NULL, &y));
    REFUSES(jac_call(same_fn, &x, NULL));
    REFUSES(jac_call(same_fn, &no, &y));
    REFUSES(jac_call1(none, x));
    REFUSES(jac_call1(same_fn, no));
    REFUSES(same_call(none, x));
    REFUSES(same_call(same_fn, no));
    REFUSES(jac_grad_holomorphic(none));
    REFUSES(jac_grad(none));
    REFUSES(jac_value_and_grad(none));
    REFUSES(jac_grad_aux(none));
    REFUSES(jac_value_and_grad_aux(none));
    REFUSES(jac_call1(jac_grad(same_fn), no));
    REFUSES(jac_grad_(NULL, same_fn, (jac_grad_opts){.argnums = {1, NULL}}));
    REFUSES(jac_vmap(none));
    REFUSES(jac_vmap(same_fn, .axis_name = ""));
    REFUSES(jac_call1(jac_vmap(same_fn), no));
    REFUSES(jac_psum(no, "i"));
    REFUSES(jac_pmean(x, NULL));
    REFUSES(jac_all_gather(no, "i"));
    REFUSES(jac_psum_scatter(x, NULL));
    REFUSES(jac_all_to_all(x, NULL, 0, 0));
    REFUSES(jac_pswapaxes(no, "i", 0));
    REFUSES(jac_ppermute(x, NULL, two));
    REFUSES(jac_pshuffle(no, "i", less));
    REFUSES(jac_pbroadcast(no, NULL, 0));
    REFUSES(jac_optimization_barrier(no));
    REFUSES(jac_pmax(x, ""));
    REFUSES(jac_pmin(no, NULL));
    REFUSES(jac_axis_index(NULL));
    REFUSES(jac_axis_size(NULL));
    REFUSES(jac_jit(none));
    REFUSES(jac_call1(jac_jit(same_fn), no));
    REFUSES(jac_jvp(none, &x, &x, &y, &t));
    REFUSES(jac_jvp(same_fn, NULL, &x, &y, &t));
    REFUSES(jac_jvp(same_fn, &x, NULL, &y, &t));
    REFUSES(jac_jvp(same_fn, &x, &x, NULL, &t));
    REFUSES(jac_jvp(same_fn, &x, &x, &y, NULL));
    REFUSES(jac_vjp(none, &x, &y));
    REFUSES(jac_vjp(same_fn, NULL, &y));
    REFUSES(jac_vjp(same_fn, &x, NULL));
    REFUSES(jac_linearize(none, &x, &y));
    REFUSES(jac_linearize(same_fn, NULL, &y));
    REFUSES(jac_linear_transpose(none, &x));
    REFUSES(jac_linear_transpose(same_fn, NULL));
    REFUSES(jac_jacfwd(none));
    REFUSES(jac_jacrev(none));
    REFUSES(jac_hessian(none));
    REFUSES(jac_custom_jvp(none, same_fn));
    REFUSES(jac_custom_jvp(same_fn, none));
    REFUSES(jac_custom_vjp(none, same_fn, same_fn));
    REFUSES(jac_custom_vjp(same_fn, none, same_fn));
    REFUSES(jac_custom_vjp(same_fn, same_fn, none));
    REFUSES(jac_checkpoint(none));
    jac_type type = jac_type_of(x);
    REFUSES(jac_eval_shape(none, &x, &type));
    REFUSES(jac_eval_shape(same_fn, NULL, &type));
    REFUSES(jac_eval_shape(same_fn, &x, (jac_type *)NULL));
    REFUSES(jac_eval_types(none, &type, &type));
    REFUSES(jac_eval_types(same_fn, NULL, &type));
    int n = 1;
    REFUSES(jac_closure_convert(none, &x, &n, &y));
    REFUSES(jac_closure_convert(same_fn, NULL, &n, &y));
    REFUSES(jac_closure_convert(same_fn, &x, NULL, &y));
    REFUSES(jac_make_jaxpr(none, &x));
    REFUSES(jac_make_jaxpr(same_fn, NULL));
    REFUSES(jac_make_dot(none, &x));
    REFUSES(jac_make_dot(same_fn, NULL));
    REFUSES(jac_make_stablehlo(none, &x));
    REFUSES(jac_make_stablehlo(same_fn, NULL));
    REFUSES(jac_save_stablehlo(none, &type, "/tmp/none"));
    REFUSES(jac_save_stablehlo(same_fn, NULL, "/tmp/none"));
    REFUSES(jac_save_stablehlo(same_fn, &type, NULL));
    REFUSES(jac_parse_stablehlo(NULL));
    REFUSES(jac_parse_stablehlo_bytes(NULL, 8));
    REFUSES(jac_load_stablehlo(NULL));
}

Test(nulls, control_flow_refuses_null_functions_and_states)
{
    jac x = one(), y, c = x, xs = jac_arange(3.0f);
    REFUSES(jac_while_loop(none, same_fn, x));
    REFUSES(jac_while_loop(same_fn, none, x));
    REFUSES(jac_while_loop(same_fn, same_fn, no));
    REFUSES(jac_checkpointed_while_loop(2, none, none, x));
    REFUSES(jac_fori_loop(0, 3, none, x));
    REFUSES(jac_fori_loop(no, 3, plus_fn, x));
    REFUSES(jac_fori_loop(0, no, plus_fn, x));
    REFUSES(jac_fori_loop(0, 3, plus_fn, no));
    REFUSES(jac_cond(no, same_fn, same_fn, &x, &y));
    REFUSES(jac_cond(true, none, same_fn, &x, &y));
    REFUSES(jac_cond(true, same_fn, none, &x, &y));
    REFUSES(jac_cond(true, same_fn, same_fn, NULL, &y));
    REFUSES(jac_cond(true, same_fn, same_fn, &x, NULL));
    REFUSES(jac_cond1(no, same_fn, same_fn, x));
    REFUSES(jac_cond1(true, none, none, x));
    REFUSES(jac_cond1(true, same_fn, same_fn, no));
    REFUSES(jac_switch(no, JAC_FNS(same_fn), &x, &y));
    REFUSES(jac_switch(0, JAC_FNS(none), &x, &y));
    REFUSES(jac_switch(0, JAC_FNS(same_fn), NULL, &y));
    REFUSES(jac_scan(none, &c, &xs, &y));
    REFUSES(jac_scan(step_fn, NULL, &xs, &y));
    REFUSES(jac_scan(step_fn, &c, NULL, &y));
    REFUSES(jac_scan(step_fn, &c, &xs, NULL));
    c = no;
    REFUSES(jac_scan(step_fn, &c, &xs, &y));
    REFUSES(jac_sort_all(JAC_HANDLES(1, NULL), 0, 1, &y));
    REFUSES(jac_sort_all(JAC_HANDLES(1, &no), 0, 1, &y));
    REFUSES(jac_sort_all(JAC_HANDLES(1, &x), 0, 1, (jac *)NULL));
    REFUSES(jac_map(none, &xs, &y));
    REFUSES(jac_map(same_fn, NULL, &y));
    REFUSES(jac_map(same_fn, &xs, NULL));
    REFUSES(jac_associative_scan(none, &xs, &y));
    REFUSES(jac_associative_scan(plus_fn, NULL, &y));
    REFUSES(jac_associative_scan(plus_fn, &xs, NULL));
    REFUSES(jac_associative_scan(plus_fn, &no, &y));
    jac s = no;
    REFUSES(({
        JAC_WHILE (s, jac_lt(s, 3)) {
            s = jac_add(s, 1);
        }
        0;
    }));
    REFUSES(({
        JAC_CHECKPOINTED_WHILE (2, s, jac_lt(s, 3)) {
            s = jac_add(s, 1);
        }
        0;
    }));
    REFUSES(({
        JAC_FOR (i, 0, 3, s) {
            s = jac_add(s, i);
        }
        0;
    }));
    s = x;
    REFUSES(({
        JAC_FOR (i, 0, no, s) {
            s = jac_add(s, i);
        }
        0;
    }));
    s = x;
    REFUSES(({
        JAC_IF (s, no) {
            s = jac_add(s, 1);
        }
        0;
    }));
}

Test(nulls, a_solver_refuses_null_functions_and_states)
{
    jac x = one();
    REFUSES(jac_custom_root(none, x, jac_dense_solver, NULL));
    REFUSES(jac_custom_root(same_fn, no, jac_dense_solver, NULL));
    REFUSES(jac_custom_root(same_fn, x, none, NULL));
    REFUSES(jac_fixed_point(none, x));
    REFUSES(jac_fixed_point(same_fn, no));
    REFUSES(jac_custom_linear_solve(none, x, jac_dense_solver, NULL));
    REFUSES(jac_custom_linear_solve(no, x, jac_dense_solver, NULL));
    REFUSES(jac_custom_linear_solve(same_fn, no, jac_dense_solver, NULL));
    REFUSES(jac_cg(none, x));
    REFUSES(jac_cg(no, x));
    REFUSES(jac_cg(same_fn, no));
    REFUSES(jac_bicgstab(none, x));
    REFUSES(jac_bicgstab(same_fn, no));
    REFUSES(jac_gmres(none, x));
    REFUSES(jac_gmres(same_fn, no));
    REFUSES(jac_cg_solver(none));
    REFUSES(jac_bicgstab_solver(none));
    REFUSES(jac_gmres_solver(none));
    REFUSES(jac_dense_solver(none));
}

Test(nulls, a_profile_refuses_null_pointers)
{
    REFUSES(jac_profile_print(NULL));
    REFUSES(jac_profile_trace(NULL));
    REFUSES(jac_profile_trace(""));
    REFUSES(jac_profile_kernels(NULL, 3));
    REFUSES(jac_profile_total(NULL));
    REFUSES(jac_profile_machine(NULL));
    REFUSES(jac_profile_stop());
}

/* eval_shape, closure_convert, map and associative_scan: what they return, and wrong use. */
#include <criterion/criterion.h>

#include "tests/custom.h"

JAC_DEF(jac, times, (jac, x), (jac, y))
{
    return jac_mul(x, y);
}

/* ---- eval_shape, closure_convert ------------------------------------------------------------- */

JAC_DEF(Two, outer_and_count, (jac, x), (jac, n))
{
    return (Two){jac_outer(x, x), jac_add(n, 1)};
}

Test(eval_shape, types_of_results_without_the_results)
{
    jac_type r[2];
    cr_assert(jac_eval_shape(outer_and_count_fn, (&(Two){vec(3), jac_asarray(2)}), r), "%s",
              jac_error());
    cr_assert(r[0].dtype == JAC_F32 && r[0].ndim == 2 && r[0].dim[0] == 3 && r[0].dim[1] == 3);
    cr_assert(r[1].dtype == JAC_I32 && r[1].ndim == 0 && r[1].weak);
    jac_type large[] = {jac_shaped(JAC_F64, JAC_SHAPE(1000000)),
                        jac_type_of(jac_scalar(JAC_I64, 1))};
    size_t before = jac_live_bytes();
    cr_assert(jac_eval_types(outer_and_count_fn, large, r), "%s", jac_error());
    cr_assert(r[0].dtype == JAC_F64 && r[0].dim[1] == 1000000 && r[1].dtype == JAC_I64);
    cr_assert_eq(jac_live_bytes(), before);
    jac_fn g = jac_vmap(jac_jit(outer_and_count_fn), JAC_AXES(0, JAC_NONE));
    large[0] = jac_shaped(JAC_DEFAULT, JAC_SHAPE(5, 4));
    cr_assert(jac_eval_types(g, large, r) && r[0].ndim == 3 && r[0].dim[0] == 5, "%s", jac_error());
}

Test(eval_shape, of_what_cannot_be)
{
    jac_type r[2], bad[] = {{.dtype = JAC_F32, .ndim = 17}, {.dtype = JAC_F32}};
    FAILS_WITH(jac_eval_types(outer_and_count_fn, bad, r), "argument 0 has an ndim of 17");
    bad[0] = (jac_type){.dtype = (jac_dtype)99};
    FAILS_WITH(jac_eval_types(outer_and_count_fn, bad, r), "99 is not a dtype");
    bad[0] = (jac_type){.dtype = JAC_F32, .ndim = 1, .dim = {-2}};
    FAILS_WITH(jac_eval_types(outer_and_count_fn, bad, r), "negative");
    bad[0] = jac_shaped(JAC_F32, JAC_SHAPE(2, 2));
    FAILS_WITH(jac_eval_types(times_fn, (jac_type[]){bad[0], jac_shaped(JAC_F32, JAC_SHAPE(3))}, r),
               "f32[2,2] and f32[3]");
    FAILS_WITH(jac_eval_shape(times_fn, ((jac[]){vec(2), JAC_NULL}), r),
               "argument 1 is a null handle");
    FAILS_WITH(jac_eval_shape(times_fn, NULL, r), "null pointer");
    cr_assert_eq(jac_type_of(JAC_NULL).ndim, -1);
}

JAC_DEF_ENV(jac, of_env, Two, (jac, x))
{
    return jac_sum(
        jac_mul(jac_add(jac_mul(x, env->a), env->b), jac_array(JAC_SHAPE(2), (float[]){1, 2})));
}

Test(closure_convert, captures_become_arguments)
{
    jac held[5] = {0}, x = vec(2);
    int n = 5;
    jac_fn f = of_env_with((Two){jac_scalar(JAC_F32, 2), jac_scalar(JAC_F32, 3)});
    jac_fn g = jac_closure_convert(f, &x, &n, held);
    cr_assert(jac_ok(g) && n == 3, "%s; %d captures", jac_error(), n);
    jac all[] = {x, held[0], held[1], held[2]}, y;
    cr_assert(jac_call(g, all, &y), "%s", jac_error());
    cr_assert_eq(jac_item_f64(y), jac_item_f64(jac_call1(f, x)));
    all[1] = jac_scalar(JAC_F32, 4);
    cr_assert(jac_call(jac_jit(jac_grad(g, 1)), all, held), "%s", jac_error());
    all[0] = vec(3);
    FAILS_WITH(jac_call(g, all, &y), "argument 0 was f32[2] when it was converted, but is f32[3]");
    n = 2;
    FAILS_WITH(jac_closure_convert(f, &x, &n, held), "captures 3 handles, but there is room for 2");
    cr_assert_eq(n, 0);
    FAILS_WITH(jac_closure_convert(f, &x, NULL, held), "null pointer");
    n = 0;
    cr_assert(jac_ok(jac_closure_convert(square_fn, &x, &n, NULL)) && n == 0, "%s", jac_error());
}

/* ---- map, associative_scan ------------------------------------------------------------------- */

JAC_DEF(jac, grows, (jac, a), (jac, b))
{
    return jac_concatenate(0, a, b);
}

Test(scans, map_over_what_does_not_fit)
{
    jac y, s = jac_scalar(JAC_F32, 1);
    FAILS_WITH(jac_map(square_fn, &s, &y), "no axis to scan over");
    FAILS_WITH(jac_map(times_fn, &(times_args){vec(3), vec(4)}, &y),
               "4 slices, but the length is 3");
    FAILS_WITH(jac_map(square_fn, NULL, &y), "null pointer");
    FAILS_WITH(jac_scan(times_fn, &s, &s, &y, .unroll = -1),
               "unroll must be at least 0, but is -1");
}

Test(scans, associative_scan_of_what_does_not_fit)
{
    jac y, x = vec(4), s = jac_scalar(JAC_F32, 1);
    FAILS_WITH(jac_associative_scan(square_fn, &x, &y), "must take two trees");
    FAILS_WITH(jac_associative_scan(times_fn, &s, &y), "axis 0 is out of range");
    FAILS_WITH(jac_associative_scan(times_fn, &x, &y, .axis = 1), "axis 1 is out of range");
    FAILS_WITH(jac_associative_scan(grows_fn, &x, &y), "must keep the types");
    FAILS_WITH(jac_associative_scan(times_fn, NULL, &y), "null pointer");
    x = jac_zeros(JAC_SHAPE(0, 3));
    cr_assert(jac_associative_scan(times_fn, &x, &y) && jac_dim(y, 0) == 0, "%s", jac_error());
}

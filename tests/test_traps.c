/* Tests wrong use that C's types cannot reject: it must give an error that says what is wrong.
 * tests/mistakes/ has the wrong use that does not compile. */
#include <math.h>
#include <string.h>

#include "tests/handles.h"

JAC_TREE(Three, a, b, c)
JAC_TREE(Two, a, b)

JAC_DEF(Two, two, (jac, x))
{
    return (Two){x, x};
}
JAC_DEF(Two, step, (jac, c), (jac, x))
{
    return (Two){jac_add(c, x), x};
}
JAC_DEF(Three, wide_step, (jac, c), (jac, x))
{
    return (Three){jac_add(c, x), x, x};
}
JAC_DEF(jac, product, (Two, p), (jac, x))
{
    return jac_sum(jac_mul(jac_mul(p.a, x), p.b));
}
JAC_DEF(jac, total, (jac, x))
{
    return jac_sum(x);
}

JAC_DEF(Three, wide_carry, (Two, c), (jac, x))
{
    return (Three){jac_add(c.a, x), c.b, x};
}
JAC_DEF(Two, sums, (Two, p), (Two, q))
{
    return (Two){jac_add(p.a, q.a), jac_add(p.b, q.b)};
}
JAC_DEF_ENV(Three, three, jac_fn, (jac, x))
{
    (void)env;
    return (Three){x, x, x};
}

/* ---- room ------------------------------------------------------------------------------------ */

/* Room for one handle, and a guard that must not be overwritten. */
typedef struct {
    jac y, guard;
} One;

#define LEAVES_ALONE(call, text)                                                                   \
    do {                                                                                           \
        One r = {JAC_NULL, guard};                                                                 \
        FAILS_WITH(call, text);                                                                    \
        cr_expect(r.guard.word == guard.word, "%s wrote past its room", #call);                    \
    } while (0)

Test(traps, results_never_go_past_the_room_of_one_handle)
{
    jac x = jac_arange(4.0), c = jac_asarray(1.0), guard = jac_asarray(42.0), y;
    LEAVES_ALONE(jac_call(two_fn, &x, &r.y), "two gives 2 handles, but the result has room for 1");
    LEAVES_ALONE(jac_jvp(two_fn, &x, &x, &r.y, &y), "room for 1");
    LEAVES_ALONE(jac_jvp(two_fn, &x, &x, &y, &r.y), "room for 1");
    LEAVES_ALONE(jac_vjp(two_fn, &x, &r.y), "room for 1");
    LEAVES_ALONE(jac_linearize(two_fn, &x, &r.y), "room for 1");
    LEAVES_ALONE(jac_cond(true, two_fn, two_fn, &x, &r.y), "room for 1");
    LEAVES_ALONE(jac_switch(1, JAC_FNS(two_fn, two_fn), &x, &r.y), "room for 1");
    LEAVES_ALONE(jac_map(two_fn, &x, &r.y), "room for 1");
    LEAVES_ALONE(jac_scan(wide_step_fn, &c, &x, &r.y), "as ys, wide_step gives 2 handles");
    LEAVES_ALONE(jac_scan(wide_step_fn, &c, &x, &r.y, .reverse = true), "write JAC_OUT(&result)");
    LEAVES_ALONE(jac_scan(wide_step_fn, &c, &x, JAC_OUT(&r.y), .reverse = true),
                 "as ys, wide_step gives 2 handles");
    LEAVES_ALONE(jac_scan(wide_carry_fn, &r.y, &x, &y, .reverse = true), "the carry of wide_carry");
    Two pairs = {x, x};
    LEAVES_ALONE(jac_associative_scan(sums_fn, &pairs, &r.y), "room for 1");
    LEAVES_ALONE(jac_associative_scan(sums_fn, &pairs, &r.y, .axis = 0), "write JAC_OUT(&result)");
    LEAVES_ALONE(jac_custom_root(total_fn, 1.0, three_with, NULL, .aux = JAC_OUT(&r.y)),
                 "as aux, three gives 2 handles");
    jac_type type[2];
    FAILS_WITH(jac_eval_shape(two_fn, &x, &type[1]), "room for 1");
    cr_expect(jac_eval_shape(two_fn, &x, type));
}

Test(traps, a_struct_of_more_or_fewer_handles_than_the_result_is_an_error)
{
    Two p = {jac_asarray(2.0), jac_asarray(3.0)}, two_only;
    jac x = jac_asarray(1.0);
    struct {
        jac value;
        Two grad;
        jac one_too_many;
    } four;
    struct {
        jac value;
        Two grad;
    } three;
    jac_fn f = jac_value_and_grad(product_fn);
    FAILS_WITH(jac_call(f, &(product_args){p, x}, &four),
               "gives 3 handles, but is given a struct of 4");
    FAILS_WITH(jac_call(f, &(product_args){p, x}, &two_only),
               "gives 3 handles, but is given a struct of 2");
    cr_assert(jac_call(f, &(product_args){p, x}, &three), "%s", jac_error());
    cr_expect_eq(jac_item_f64(three.grad.b), 2);
}

/* ---- leaves ---------------------------------------------------------------------------------- */

/* A struct with a member that is not a handle does not compile; a cast gets around that. */
JAC_TREE(Scaled, w, scale)

static Scaled with_number(jac x)
{
    Scaled s = {x, JAC_NULL};
    memcpy(&s.scale, &(double){2.5}, sizeof(double));
    return s;
}
JAC_DEF(jac, scaled, (Scaled, p))
{
    return p.w;
}
JAC_DEF(Scaled, gives_scale, (jac, x))
{
    return with_number(x);
}

Test(traps, a_leaf_that_is_not_a_handle_is_named)
{
    jac x = jac_asarray(1.0);
    Scaled s = with_number(x);
    FAILS_WITH(scaled_call(scaled_fn, s), "scaled: argument 0, leaf 1");
    FAILS_WITH(scaled_call(jac_jit(scaled_fn), s), "argument 0, leaf 1");
    FAILS_WITH(gives_scale_call(gives_scale_fn, x).w, "gives_scale: leaf 1 of its result");
    FAILS_WITH(gives_scale_call(jac_jit(gives_scale_fn), x).w, "leaf 1 of its result");
}

Test(traps, something_else_cast_to_a_function_is_an_error_and_not_a_crash)
{
    static const uint64_t words[16] = {0x90c3, 1, 2, 3};
    FAILS_WITH(jac_grad((jac_fn){(const void *)words}), "not a function that JAC_FN made");
    FAILS_WITH(jac_call1((jac_fn){(const void *)words}, 1.0), "not a function that JAC_FN made");
}

JAC_DEF(jac, doubled, (jac, x))
{
    return jac_mul(x, 2);
}

/* ---- functions that call themselves ------------------------------------------------------------ */

static jac again(const int *how, jac x);
JAC_FN_ENV(again, jac, int, (jac, x))
enum { CALLS, JITS, GRADS, VMAPS, CHECKPOINTS, SCANS };

JAC_DEF_ENV(Two, again_in_scan, int, (jac, c), (jac, x))
{
    return (Two){jac_add(c, again(env, x)), x};
}

static jac again(const int *how, jac x)
{
    jac_fn f = again_with(*how);
    jac c = x, xs = jac_reshape(x, 1), ys;
    switch (*how) {
    case CALLS:
        return jac_call1(f, x);
    case JITS:
        return jac_call1(jac_jit(f), x);
    case GRADS:
        return jac_call1(jac_grad(f), x);
    case VMAPS:
        return jac_sum(jac_call1(jac_vmap(f), xs));
    case CHECKPOINTS:
        return jac_call1(jac_checkpoint(f), x);
    default:
        return jac_scan(again_in_scan_with(*how), &c, &xs, &ys) ? c : JAC_NULL;
    }
}

Test(traps, a_function_that_calls_itself_without_end_is_an_error_and_not_a_crash)
{
    jac x = jac_asarray(1.0f);
    for (int how = CALLS; how <= SCANS; how++) {
        FAILS_WITH(jac_call1(again_with(how), x), how == CALLS ? "call itself" : "deep");
        FAILS_WITH(jac_call1(jac_jit(again_with(how)), x), how == CALLS ? "call itself" : "deep");
        FAILS_WITH(jac_call1(jac_grad(again_with(how)), x), how == CALLS ? "call itself" : "deep");
    }
    cr_expect_eq(jac_item_f64(jac_call1(doubled_fn, x)), 2);
}

/* A loop in a loop in a loop, and so on. */
static jac nested(int depth, jac x)
{
    if (depth)
        JAC_FOR (i, 0, 1, x)
            x = jac_add(nested(depth - 1, x), 1);
    return x;
}
JAC_DEF_ENV(jac, nest, int, (jac, x))
{
    return nested(*env, jac_mul(x, x));
}

Test(traps, deeply_nested_loops_work_or_are_an_error)
{
    jac x = jac_asarray(1.0f);
    cr_expect_eq(jac_item_f64(jac_call1(nest_with(50), x)), 51);
    cr_expect_eq(jac_item_f64(jac_call1(jac_jit(nest_with(20)), x)), 21);
    cr_expect_eq(jac_item_f64(jac_call1(jac_jit(jac_grad(nest_with(8))), x)), 2);
    FAILS_WITH(jac_call1(jac_jit(nest_with(300)), x), "deep");
    FAILS_WITH(jac_make_jaxpr(nest_with(300), &x), "deep");
}

/* ---- axes, shapes, numbers ------------------------------------------------------------------- */

static double at(jac x, int k)
{
    return jac_item_f64(jac_at(jac_ravel(x), k));
}

Test(traps, an_int_is_one_axis)
{
    jac x = jac_reshape(jac_arange(6.0), 2, 3);
    cr_expect_eq(at(jac_sum(x, 1), 1), 12);
    cr_expect_eq(at(jac_sum(x, .axis = 1), 1), 12);
    cr_expect_eq(at(jac_mean(x, 0), 2), 3.5);
    cr_expect_eq(at(jac_max(x, -1, .keepdims = true), 0), 2);
    cr_expect_eq(jac_ndim(jac_max(x, -1, .keepdims = true)), 2);
    cr_expect_eq(at(jac_argmax(x, 1), 0), 2);
    cr_expect_eq(jac_item_f64(jac_sum(x)), 15);
    cr_expect_eq(jac_item_f64(jac_sum(x, .keepdims = false)), 15);
    cr_expect_eq(at(jac_call1(jac_vmap(total_fn, 1), x), 2), 7);
    cr_expect_eq(at(jac_call1(jac_vmap(total_fn, .in_axes = 1), x), 2), 7);
    cr_expect_eq(jac_dim(jac_call1(jac_vmap(jac_jit(total_fn), JAC_NONE, .axis_size = 4), x), 0),
                 4);
    cr_expect_eq(at(jac_flip(x, 0), 0), 3);
    cr_expect_eq(at(jac_flip(x, JAC_AXES(0, 1)), 0), 5);
    cr_expect_eq(jac_dim(jac_transpose(x, JAC_AXES(1, 0)), 0), 3);
    cr_expect_eq(jac_ndim(jac_expand_dims(x, JAC_AXES(0, -1))), 4);
    cr_expect(fabs(at(jac_sum(jac_softmax(x), 1), 1) - 1) < 1e-6);
    cr_expect(fabs(jac_item_f64(jac_sum(jac_softmax(x, JAC_AXES(0, 1)))) - 1) < 1e-6);
    FAILS_WITH(jac_sum(x, 2), "2");
    FAILS_WITH(jac_call1(jac_vmap(total_fn, -3), x), "no axis -3");
}

Test(traps, two_ints_in_place_of_a_list_of_axes_are_an_error)
{
    jac x = jac_ones(JAC_SHAPE(2, 3));
    FAILS_WITH(jac_sum(x, 1, 0), "give several axes as a list, such as JAC_AXES(0, 1)");
    FAILS_WITH(jac_sum(x, 0, 0), "sum: give several axes as a list");
    FAILS_WITH(jac_vmap(total_fn, 0, 0), "vmap: give several axes as a list");
}

Test(traps, an_axis_beyond_the_range_of_int_is_not_truncated)
{
    jac x = jac_reshape(jac_arange(6.0), 2, 3);
    int64_t far = (int64_t)1 << 32;
    FAILS_WITH(jac_sum(x, far), "axis 4294967296 is out of range");
    FAILS_WITH(jac_sum(x, .axis = far + 1), "4294967297");
    FAILS_WITH(jac_sum(x, INT_MIN), "-2147483648");
    FAILS_WITH(jac_argmax(x, far), "4294967296");
    FAILS_WITH(jac_cumsum(x, far), "4294967296");
    FAILS_WITH(jac_moveaxis(x, far, 0), "4294967296");
    FAILS_WITH(jac_swapaxes(x, 0, far), "4294967296");
    FAILS_WITH(jac_concatenate(far, x, x), "4294967296");
    FAILS_WITH(jac_stack(far, x, x), "4294967296");
    FAILS_WITH(jac_take(x, 0, far), "4294967296");
    FAILS_WITH(jac_take_along_axis(x, jac_zeros(JAC_SHAPE(2, 3), JAC_I32), far), "4294967296");
    FAILS_WITH(jac_slice_in_dim(x, 0, 1, 1, far), "4294967296");
    FAILS_WITH(jac_iota(JAC_I32, 3, far), "4294967296");
    FAILS_WITH(jac_random_categorical(jac_random_PRNGKey(0), x, far), "4294967296");
    FAILS_WITH(jac_softmax(x, far), "4294967296");
    FAILS_WITH(jac_call1(jac_vmap(total_fn, far), x), "4294967296");
    FAILS_WITH(jac_jit(total_fn, .donate_argnums = far), "4294967296");
    FAILS_WITH(jac_grad(total_fn, far), "4294967296");
    cr_expect_eq(jac_dim(x, far), 0);
    cr_expect(jac_error() != NULL);
}

Test(traps, a_number_stands_for_an_array_where_one_is_read)
{
    cr_expect_eq(jac_ndim(3.5), 0);
    cr_expect_eq(jac_size(3), 1);
    cr_expect_eq(jac_item_f64(3.5), 3.5);
    cr_expect_eq(jac_type_of(3.5).dtype, JAC_F32);
    cr_expect(jac_weak_type(2));
    jac_type t = jac_shaped(JAC_F64, 3);
    cr_expect(t.ndim == 1 && t.dim[0] == 3 && t.dtype == JAC_F64);
    cr_expect_eq(jac_shaped(JAC_F64, -3).ndim, -1);
    cr_expect(strstr(jac_error(), "-3 is not a shape") || strstr(jac_error(), "negative"), "%s",
              jac_error());
}

Test(traps, a_running_sum_of_bools_counts_them)
{
    jac x = jac_asarray(((bool[]){true, false, true}));
    cr_expect_eq(jac_dtype_of(jac_cumsum(x, 0)), JAC_I32);
    cr_expect_eq(at(jac_cumsum(x, 0), 2), 2);
    cr_expect_eq(jac_dtype_of(jac_cummax(x, 0)), JAC_I32);
    cr_expect_eq(jac_dtype_of(jac_square(x)), JAC_I32);
    jac_enable_x64(true);
    cr_expect_eq(jac_dtype_of(jac_cumsum(x, 0)), JAC_I64);
    cr_expect_eq(jac_dtype_of(jac_cumprod(x, 0)), JAC_I64);
    jac narrow = jac_asarray(((int8_t[]){100, 100}));
    cr_expect_eq(jac_dtype_of(jac_cumsum(narrow, 0)), JAC_I8);
    cr_expect_eq(at(jac_cumsum(narrow, 0), 1), -56);
}

Test(traps, the_shape_of_an_array_serves_as_a_shape)
{
    jac x = jac_reshape(jac_arange(6), 2, 3);
    jac_dims shape = jac_shape(x);
    cr_assert_eq(shape.n, 2);
    cr_expect_eq(shape.v[1], 3);
    cr_expect_eq(jac_size(jac_zeros(jac_shape(x))), 6);
    cr_expect_eq(jac_ndim(jac_zeros(jac_shape(jac_asarray(1)))), 0);
    cr_expect_eq(jac_size(jac_ones(5)), 5);
    FAILS_WITH(jac_zeros(jac_shape(JAC_NULL)), "null handle");
}

JAC_DEF(jac, small, (jac, x))
{
    return jac_lt(x, 100);
}
JAC_DEF(jac, added, (jac, i), (jac, x))
{
    return jac_add(x, i);
}

Test(traps, a_loop_begins_at_a_c_number)
{
    cr_expect_eq(jac_item_f64(jac_while_loop(small_fn, doubled_fn, 1.0)), 128);
    cr_expect_eq(jac_item_i64(jac_while_loop(small_fn, doubled_fn, 3)), 192);
    cr_expect_eq(jac_item_f64(jac_fori_loop(0, 5, added_fn, 0.5f)), 10.5);
}

Test(traps, an_array_of_c_values_is_an_array)
{
    jac x = jac_asarray((float[]){1, 2, 3});
    cr_expect_eq(jac_dtype_of(x), JAC_F32);
    cr_expect_eq(jac_item_f64(jac_sum(x)), 6);
    int32_t counts[] = {4, 5};
    cr_expect_eq(jac_item_i64(jac_sum(jac_asarray(counts))), 9);
    cr_expect_eq(jac_item_i64(jac_asarray(7)), 7);
    cr_expect_eq(jac_size(jac_asarray(x)), 3);
}

Test(traps, compound_literals_with_commas_pass_through)
{
    jac c = jac_asarray(0.0), x = jac_arange(3.0), ys;
    cr_assert(jac_scan(step_fn, &c, (jac[]){jac_add(x, 1)}, &ys, .reverse = true), "%s",
              jac_error());
    cr_expect_eq(jac_item_f64(c), 6);
    jac y;
    cr_assert(jac_call(product_fn, &(product_args){{x, jac_asarray(2.0)}, x}, &y), "%s",
              jac_error());
    cr_expect_eq(jac_item_f64(y), 10);
}

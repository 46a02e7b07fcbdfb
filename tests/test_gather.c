/* jac_gather and the scatters as C functions: eager, jitted, batched and differentiated. */
#include <math.h>

#include "tests/handles.h"

TestSuite(gather);

#define ROWS                                                                                       \
    .offset_dims = JAC_DIMS(1), .collapsed_slice_dims = JAC_DIMS(0), .start_index_map = JAC_DIMS(0)
#define TO_ELEMENTS .inserted_window_dims = JAC_DIMS(0), .scatter_dims_to_operand_dims = JAC_DIMS(0)

/* x is a vector with these elements. */
static void expect_elements(const char *what, jac x, int n, const double *want)
{
    cr_assert(jac_ok(x), "%s: %s", what, jac_error());
    for (int k = 0; k < n; k++) {
        double got = jac_item_f64(jac_at(jac_reshape(x, -1), k));
        cr_expect(got == want[k] || (isnan(got) && isnan(want[k])), "%s: element %d is %g, not %g",
                  what, k, got, want[k]);
    }
}
#define GIVES_ELEMENTS(call, ...)                                                                  \
    expect_elements(#call, call, (int)(sizeof((double[]){__VA_ARGS__}) / sizeof(double)),          \
                    (const double[]){__VA_ARGS__})

static jac places(int n, const int32_t *i)
{
    return jac_array(JAC_SHAPE(n, 1), i);
}

static jac rows(jac x, jac at, jac_index_mode mode)
{
    return jac_gather(x, at, JAC_SHAPE(1, 2), ROWS, .mode = mode);
}

Test(gather, an_index_out_of_range_gives_what_it_gives_in_jax)
{
    jac x = jac_array(JAC_SHAPE(2, 2), (float[]){1, 2, 3, 4});
    jac at = places(3, (int32_t[]){1, -1, 2});
    GIVES_ELEMENTS(rows(x, at, JAC_FILL_OR_DROP), 3, 4, NAN, NAN, NAN, NAN);
    GIVES_ELEMENTS(rows(x, at, JAC_CLIP), 3, 4, 1, 2, 3, 4);
    GIVES_ELEMENTS(rows(jac_astype(x, JAC_I8), at, JAC_FILL_OR_DROP), 3, 4, -128, -128, -128, -128);
    GIVES_ELEMENTS(rows(jac_astype(x, JAC_U8), at, JAC_FILL_OR_DROP), 3, 4, 255, 255, 255, 255);
    GIVES_ELEMENTS(jac_gather(x, at, JAC_SHAPE(1, 2), ROWS, .fill_value = jac_asarray(7.0f)), 3, 4,
                   7, 7, 7, 7);
    GIVES_ELEMENTS(jac_scatter_add(jac_zeros(2), at, jac_ones(3), TO_ELEMENTS), 0, 1);
    GIVES_ELEMENTS(jac_scatter_add(jac_zeros(2), at, jac_ones(3), TO_ELEMENTS, .mode = JAC_CLIP), 1,
                   2);
}

Test(gather, updates_that_meet_are_applied_in_order)
{
    jac x = jac_array(JAC_SHAPE(2), (float[]){4, 5});
    jac at = places(3, (int32_t[]){0, 0, 0}), u = jac_array(JAC_SHAPE(3), (float[]){3, 6, 2});
    GIVES_ELEMENTS(jac_scatter(x, at, u, TO_ELEMENTS), 2, 5);
    GIVES_ELEMENTS(jac_scatter_add(x, at, u, TO_ELEMENTS), 15, 5);
    GIVES_ELEMENTS(jac_scatter_sub(x, at, u, TO_ELEMENTS), -7, 5);
    GIVES_ELEMENTS(jac_scatter_mul(x, at, u, TO_ELEMENTS), 144, 5);
    GIVES_ELEMENTS(jac_scatter_min(x, at, u, TO_ELEMENTS), 2, 5);
    GIVES_ELEMENTS(jac_scatter_max(x, at, u, TO_ELEMENTS), 6, 5);
}

static jac doubled(jac x)
{
    return jac_add(jac_mul(x, 2), 1);
}
JAC_FN(doubled, jac, (jac, x))

static jac apply_sum(jac x)
{
    jac y = jac_scatter_apply(x, places(3, (int32_t[]){0, 2, 0}), doubled_fn, 3, TO_ELEMENTS);
    return jac_sum(jac_mul(y, y));
}
JAC_FN(apply_sum, jac, (jac, x))

Test(gather, a_function_is_applied_as_often_as_its_index_occurs)
{
    jac x = jac_array(JAC_SHAPE(3), (float[]){1, 2, 3}), at = places(3, (int32_t[]){0, 2, 0});
    GIVES_ELEMENTS(jac_scatter_apply(x, at, doubled_fn, 3, TO_ELEMENTS), 7, 2, 7);
    GIVES_ELEMENTS(jac_scatter_apply(x, at, doubled_fn, 3, TO_ELEMENTS, .unique_indices = true), 3,
                   2, 7);
    jac lanes = jac_array(JAC_SHAPE(2, 2), (float[]){1, 2, 3, 4});
    jac each = jac_array(JAC_SHAPE(2, 2, 1), (uint64_t[]){1, 1, 0, UINT64_MAX});
    GIVES_ELEMENTS(jac_scatter_apply(lanes, each, doubled_fn, JAC_SHAPE(2, 2),
                                     .inserted_window_dims = JAC_DIMS(1),
                                     .scatter_dims_to_operand_dims = JAC_DIMS(1),
                                     .operand_batching_dims = JAC_DIMS(0),
                                     .scatter_indices_batching_dims = JAC_DIMS(0)),
                   1, 11, 7, 4);
    jac_fn grad = jac_grad(apply_sum_fn);
    for (int jit = 0; jit < 2; jit++)
        GIVES_ELEMENTS(jac_call1(jit ? jac_jit(grad) : grad, x), 56, 4, 28);
    FAILS_WITH(jac_scatter_apply(x, at, doubled_fn, JAC_SHAPE(3, 1), TO_ELEMENTS), "1 entries");
}

/* ---- derivatives of updates that meet --------------------------------------------------------- */

typedef struct {
    jac x, u;
} Pair;

#define LOSS(name)                                                                                 \
    static jac name##_loss(jac x, jac u)                                                           \
    {                                                                                              \
        jac y = jac_##name(x, places(3, (int32_t[]){0, 1, 0}), u, TO_ELEMENTS);                    \
        return jac_sum(jac_mul(y, jac_array(JAC_SHAPE(3), (float[]){1, 10, 100})));                \
    }                                                                                              \
    JAC_FN(name##_loss, jac, (jac, x), (jac, u))
LOSS(scatter)
LOSS(scatter_add)
LOSS(scatter_mul)
LOSS(scatter_max)

    static void expect_gradient(const char *what, jac_fn f, const double *x, const double *u)
{
    Pair in = {jac_array(JAC_SHAPE(3), (float[]){2, 3, 5}),
               jac_array(JAC_SHAPE(3), (float[]){2, 0, 2})},
         ct;
    jac_fn grad = jac_grad(f, JAC_DIMS(0, 1));
    for (int jit = 0; jit < 2; jit++) {
        cr_assert(jac_call(jit ? jac_jit(grad) : grad, &in, &ct), "%s", jac_error());
        expect_elements(what, ct.x, 3, x);
        expect_elements(what, ct.u, 3, u);
    }
}

Test(gather, gradients_where_updates_meet)
{
    expect_gradient("replaced", scatter_loss_fn, (double[]){0, 0, 100}, (double[]){0, 10, 1});
    expect_gradient("added", scatter_add_loss_fn, (double[]){1, 10, 100}, (double[]){1, 10, 1});
    expect_gradient("multiplied", scatter_mul_loss_fn, (double[]){4, 0, 100}, (double[]){4, 30, 4});
    expect_gradient("largest", scatter_max_loss_fn, (double[]){(double)(1.0f / 3), 10, 100},
                    (double[]){(double)(1.0f / 3), 0, (double)(1.0f / 3)});
}

/* ---- in loops --------------------------------------------------------------------------------- */

typedef struct {
    jac x, i;
} State;

/* Sets elements behind a condition, each lane at an index of its own. */
static jac walk(jac x, jac start)
{
    State s = {x, start};
    JAC_WHILE (s, jac_lt(s.i, 12)) {
        jac v = jac_dynamic_slice(s.x, 1, s.i);
        JAC_IF (s, jac_gt(jac_sum(v), 0)) {
            s.x = jac_dynamic_update_slice(s.x, jac_mul(jac_sin(v), 2.0f), s.i);
            s.i = jac_add(s.i, 1);
        }
        JAC_ELSE
        {
            s.x = jac_dynamic_update_slice(s.x, jac_neg(v), jac_sub(s.i, 1));
            s.i = jac_add(s.i, 2);
        }
    }
    return s.x;
}
JAC_FN(walk, jac, (jac, x), (jac, i))

static jac walk_sum(jac x, jac start)
{
    jac y = walk(x, start);
    return jac_sum(jac_mul(y, y));
}
JAC_FN(walk_sum, jac, (jac, x), (jac, i))

/* Swaps neighbours where they are out of order. */
static jac bubble(jac x, jac start)
{
    jac y = x;
    JAC_FOR (k, 0, 10, y) {
        jac i = jac_rem(jac_add(k, start), 11);
        jac a = jac_dynamic_slice(y, 1, i), b = jac_dynamic_slice(y, 1, jac_add(i, 1));
        JAC_IF (y, jac_gt(jac_sum(a), jac_sum(b))) {
            y = jac_dynamic_update_slice(y, b, i);
            y = jac_dynamic_update_slice(y, a, jac_add(i, 1));
        }
    }
    return y;
}
JAC_FN(bubble, jac, (jac, x), (jac, i))

static void expect_lanes(const char *what, jac_fn f, int lanes)
{
    jac x = jac_astype(test_waves(JAC_SHAPE(lanes, 12)), JAC_F32);
    jac i = jac_rem(jac_arange(lanes), 7);
    struct {
        jac x, i;
    } in = {x, i};
    jac all;
    cr_assert(jac_call(jac_jit(jac_vmap(f)), &in, &all), "%s: %s", what, jac_error());
    for (int k = 0; k < lanes; k++) {
        JAC_SCOPE () {
            struct {
                jac x, i;
            } one = {jac_at(x, k), jac_at(i, k)};
            jac want;
            cr_assert(jac_call(f, &one, &want), "%s: %s", what, jac_error());
            double off = jac_item_f64(jac_max(jac_abs(jac_sub(jac_at(all, k), want))));
            cr_expect(off < 1e-5, "%s, lane %d of %d is off by %g", what, k, lanes, off);
        }
    }
}

Test(gather, lanes_that_set_elements_give_what_each_gives_alone)
{
    for (int lanes = 3; lanes <= 70; lanes += 67) {
        expect_lanes("walk", walk_fn, lanes);
        expect_lanes("its gradient", jac_grad(walk_sum_fn), lanes);
        expect_lanes("bubble", bubble_fn, lanes);
    }
}

Test(gather, wrong_use_is_refused)
{
    jac x = jac_ones(JAC_SHAPE(2, 2)), at = places(1, (int32_t[]){0});
    FAILS_WITH(jac_gather(x, jac_asarray(0), JAC_SHAPE(1, 2), ROWS), "must have a last dimension");
    FAILS_WITH(jac_gather(x, at, JAC_SHAPE(1, 2), ROWS, .mode = (jac_index_mode)9), "but is 9");
    FAILS_WITH(jac_gather(x, at, JAC_SHAPE(1), ROWS), "an entry for each dimension");
    FAILS_WITH(jac_gather(x, at, JAC_SHAPE(1, 2), ROWS, .fill_value = jac_ones(2)),
               "fill_value must be a number");
    FAILS_WITH(jac_scatter(x, at, x, TO_ELEMENTS), "the operand f32[2,2] has 2");
}

JAC_DEF(jac, one_at, (jac, x), (jac, at))
{
    return jac_gather(x, at, JAC_SHAPE(1), .collapsed_slice_dims = JAC_DIMS(0),
                      .start_index_map = JAC_DIMS(0));
}

JAC_DEF(jac, added_at, (jac, x), (jac, at))
{
    return jac_scatter_add(x, at, jac_zeros(3, JAC_I8), .inserted_window_dims = JAC_DIMS(0),
                           .scatter_dims_to_operand_dims = JAC_DIMS(0));
}

/* Only types are made: the array would have 3 GB. */
Test(gather, indices_of_32_bits_are_refused_for_an_axis_that_is_longer)
{
    jac_type types[2] = {jac_shaped(JAC_I8, 3000000000), jac_shaped(JAC_I32, JAC_SHAPE(3, 1))}, y;
    FAILS_WITH(jac_eval_types(one_at_fn, types, &y),
               "gather: indices i32[3,1] do not reach all of dimension 0 of the operand "
               "i8[3000000000]; convert them to i64");
    FAILS_WITH(jac_eval_types(added_at_fn, types, &y),
               "scatter_add: indices i32[3,1] do not reach all of dimension 0 of the operand "
               "i8[3000000000]; convert them to i64");
    types[1] = jac_shaped(JAC_U32, JAC_SHAPE(3, 1));
    cr_expect(jac_eval_types(one_at_fn, types, &y), "%s", jac_error());
    types[1] = jac_shaped(JAC_I64, JAC_SHAPE(3, 1));
    cr_expect(jac_eval_types(one_at_fn, types, &y), "%s", jac_error());
    types[0] = jac_shaped(JAC_I8, INT64_C(1) << 31);
    types[1] = jac_shaped(JAC_I32, JAC_SHAPE(3, 1));
    cr_expect(jac_eval_types(one_at_fn, types, &y), "%s", jac_error());
}

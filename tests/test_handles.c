/* Handles, scopes, arrays in and out: nothing that the caller owns is lost, and an invalid handle
 * is recognised.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "jacquard.h"
#include "tests/handles.h"

typedef struct {
    jac a, b;
} Two;

static double item(jac x)
{
    return jac_item_f64(x);
}

/* ---- scopes ---------------------------------------------------------------------------------- */

Test(handles, value_is_released_at_the_brace_and_its_handle_recognised)
{
    size_t before = jac_live_bytes();
    jac inside = JAC_NULL;
    JAC_SCOPE ()
        inside = jac_zeros(JAC_SHAPE(1000));
    cr_assert_eq(jac_live_bytes(), before);
    jac other = jac_ones(JAC_SHAPE(3));
    cr_assert(jac_ok(other));
    FAILS_WITH(jac_add(inside, 1), "scope has closed");
}

Test(handles, kept_tree_survives_its_scope)
{
    Two p = {0};
    JAC_SCOPE (&p) {
        p.a = jac_add(1, 2);
        p.b = jac_add(p.a, 4);
    }
    cr_assert_eq(item(p.a), 3);
    cr_assert_eq(item(p.b), 7);
}

Test(handles, loop_over_a_scope_runs_in_constant_memory)
{
    Two p = {jac_zeros(JAC_SHAPE(100)), jac_zeros(JAC_SHAPE())};
    size_t after_one = 0;
    for (int k = 0; k < 1000; k++) {
        JAC_SCOPE (&p) {
            p.a = jac_add(p.a, 1);
            p.b = jac_add(p.b, jac_sum(p.a));
        }
        if (k == 1)
            after_one = jac_live_bytes();
    }
    cr_assert_eq(jac_live_bytes(), after_one);
    cr_assert_eq(item(jac_at(p.a, 99)), 1000);
}

static void three_steps(jac *p)
{
    for (int k = 0; k < 3; k++)
        JAC_SCOPE (p)
            *p = jac_add(*p, 1);
}

Test(handles, scopes_of_one_tree_inside_another_lose_nothing)
{
    jac p = jac_zeros(JAC_SHAPE(10)), q = JAC_NULL;
    size_t before = jac_live_bytes();
    for (int k = 0; k < 10; k++)
        JAC_SCOPE (&p) {
            jac inside = jac_zeros(JAC_SHAPE(1000));
            JAC_SCOPE (&q)
                q = k % 2 ? JAC_NULL : jac_add(p, 1);
            three_steps(&p);
            cr_assert_eq(jac_size(inside), 1000);
        }
    cr_assert_leq(jac_live_bytes(), before + 40);
    cr_assert_eq(item(jac_at(p, 3)), 30);
    FAILS_WITH(jac_retain_fn((jac_fn){(const void *)p.word}), "not a function");
}

Test(handles, break_and_return_close_the_scope)
{
    size_t before = jac_live_bytes();
    jac last = JAC_NULL;
    for (int k = 0; k < 10; k++)
        JAC_SCOPE () {
            jac_zeros(JAC_SHAPE(1000));
            if (k == 5)
                break;
        }
    cr_assert_eq(jac_live_bytes(), before);
    JAC_SCOPE (&last) {
        last = jac_ones(JAC_SHAPE(2));
        JAC_SCOPE ()
            jac_zeros(JAC_SHAPE(1000));
    }
    cr_assert_eq(jac_live_bytes(), before + 8);
}

Test(handles, leaf_that_a_scope_leaves_unchanged_stays_good)
{
    jac p = jac_ones(JAC_SHAPE(4)), q = jac_ones(JAC_SHAPE(4));
    for (int k = 0; k < 5; k++)
        JAC_SCOPE (&p, &q)
            q = jac_add(q, p);
    cr_assert_eq(item(jac_sum(p)), 4);
    cr_assert_eq(item(jac_sum(q)), 24);
}

Test(handles, two_leaves_with_one_value_are_both_kept)
{
    Two p = {0};
    for (int k = 0; k < 3; k++)
        JAC_SCOPE (&p) {
            jac x = jac_add(k, 1);
            p = (Two){x, x};
        }
    JAC_SCOPE (&p)
        p.a = jac_add(p.a, 1);
    cr_assert_eq(item(p.a), 4);
    cr_assert_eq(item(p.b), 3);
}

Test(handles, retained_value_lives_until_it_is_released)
{
    size_t before = jac_live_bytes();
    jac x = JAC_NULL;
    JAC_SCOPE ()
        x = jac_retain(jac_ones(JAC_SHAPE(10)));
    cr_assert_eq(item(jac_sum(x)), 10);
    jac_release(x);
    FAILS_WITH(jac_sum(x), "scope has closed");
    jac_release(x);
    cr_assert(strstr(jac_error(), "jac_release"), "a release too many: %s", jac_error());
    jac_error_clear();
    cr_assert_leq(jac_live_bytes(), before + 8);
}

static jac square(jac x)
{
    return jac_mul(x, x);
}
JAC_FN(square, jac, (jac, x))

Test(handles, functions_follow_scopes_too)
{
    jac_fn f = JAC_NULL_FN, kept = JAC_NULL_FN;
    JAC_SCOPE () {
        f = jac_grad(square_fn);
        kept = jac_retain_fn(jac_vmap(f));
    }
    FAILS_WITH(jac_call1(f, 3.0), "scope has closed");
    cr_assert_eq(item(jac_sum(jac_call1(kept, jac_ones(JAC_SHAPE(3))))), 6);
    jac_release_fn(kept);
    FAILS_WITH(jac_call1(kept, jac_ones(JAC_SHAPE(3))), "scope has closed");
}

Test(handles, array_and_function_are_not_confused)
{
    jac_fn g = jac_grad(square_fn);
    FAILS_WITH(jac_add((jac){(const void *)g.face}, 1), "a function, not an array");
    FAILS_WITH(jac_call1((jac_fn){(const void *)jac_ones(JAC_SHAPE(1)).word}, 1.0),
               "an array, not a function");
    FAILS_WITH(jac_call1(JAC_NULL_FN, 1.0), "null function");
    FAILS_WITH(jac_add((jac){(const void *)0x7ffd12345678}, 1), "operand 0 is not a handle");
    FAILS_WITH(jac_add((jac){(const void *)0x7ffd12345679}, 1), "uninitialised");
}

static void *other_thread(void *x)
{
    bool refused = !jac_ok(jac_add((jac){x}, 1)) && strstr(jac_error(), "another thread");
    jac_error_clear();
    double own = jac_item_f64(jac_call1(jac_grad(square_fn), 3.0));
    return (void *)(uintptr_t)(refused && own == 6);
}

Test(handles, handle_of_another_thread_is_refused_and_threads_work_side_by_side)
{
    pthread_t t[4];
    jac x = jac_ones(JAC_SHAPE(2));
    for (int k = 0; k < 4; k++)
        pthread_create(&t[k], NULL, other_thread, (void *)(uintptr_t)x.word);
    for (int k = 0; k < 4; k++) {
        void *ok;
        pthread_join(t[k], &ok);
        cr_assert(ok);
    }
}

/* ---- arrays in and out -------------------------------------------------------------------------- */

Test(arrays, dtype_follows_from_the_pointer)
{
    const double d[] = {1.5, 2.5};
    cr_assert_eq(jac_dtype_of(jac_array(JAC_SHAPE(2), d)), JAC_F64);
    cr_assert_eq(jac_dtype_of(jac_array(JAC_SHAPE(2), (float[]){1, 2})), JAC_F32);
    cr_assert_eq(jac_dtype_of(jac_array(JAC_SHAPE(2), (int32_t[]){1, 2})), JAC_I32);
    cr_assert_eq(jac_dtype_of(jac_array(JAC_SHAPE(2), (int64_t[]){1, 2})), JAC_I64);
    cr_assert_eq(jac_dtype_of(jac_array(JAC_SHAPE(2), (uint8_t[]){1, 2})), JAC_U8);
    cr_assert_eq(jac_dtype_of(jac_array(JAC_SHAPE(2), (uint32_t[]){1, 2})), JAC_U32);
    cr_assert_eq(jac_dtype_of(jac_array(JAC_SHAPE(2), (uint64_t[]){1, 2})), JAC_U64);
    cr_assert_eq(jac_dtype_of(jac_array(JAC_SHAPE(2), (bool[]){1, 0})), JAC_BOOL);
    cr_assert_eq(item(jac_sum(jac_array(JAC_SHAPE(2), d))), 4);
}

Test(arrays, number_of_elements_must_fit_the_shape)
{
    FAILS_WITH(jac_array(JAC_SHAPE(3), (float[]){1, 2}),
               "f32[3] takes 12 bytes, but the C array given has 8");
    FAILS_WITH(jac_array(JAC_SHAPE(-3), (float[]){1, 2}), "is not a shape");
    FAILS_WITH(jac_array_of(JAC_F32, JAC_SHAPE(3), (const void *)NULL), "pointer given is null");
    FAILS_WITH(jac_array_of(JAC_U8, JAC_SHAPE(INT64_MAX, 2), (const uint8_t *)"x"), "too large for memory");
}

Test(arrays, empty_array_and_scalar_are_arrays)
{
    jac none = jac_zeros(JAC_SHAPE(0, 3)), one = jac_zeros(JAC_SHAPE());
    cr_assert_eq(jac_size(none), 0);
    cr_assert_eq(jac_ndim(one), 0);
    cr_assert_eq(item(jac_sum(none)), 0);
    cr_assert_eq(jac_dim(none, -1), 3);
}

static int freed;
static void release_it(void *env)
{
    freed++;
    *(int *)env = 1;
}

Test(arrays, borrowed_memory_is_given_back_once_nobody_needs_it)
{
    static const float v[] = {1, 2, 3};
    int told = 0;
    jac y = JAC_NULL;
    JAC_SCOPE (&y) {
        jac x = jac_borrow(JAC_F32, JAC_SHAPE(3), v, release_it, &told);
        cr_assert_eq((const void *)v, jac_view(x, JAC_F32));
        y = jac_mul(x, 2);
        cr_assert_eq(told, 0);
    }
    cr_assert_eq(told, 1);
    cr_assert_eq(freed, 1);
    cr_assert_eq(item(jac_sum(y)), 12);
    FAILS_WITH(jac_borrow(JAC_F32, JAC_SHAPE(1), (const char *)v + 1, release_it, &told),
               "not aligned");
}

Test(arrays, elements_come_out_as_they_are)
{
    double out[4] = {0};
    jac x = jac_array(JAC_SHAPE(2, 2), (double[]){1, 2, 3, 4});
    cr_assert(jac_copy_out(jac_transpose(x), out, sizeof out));
    cr_assert(out[0] == 1 && out[1] == 3 && out[2] == 2 && out[3] == 4);
    FAILS_WITH(jac_copy_out(x, out, 8), "f64[2,2] has 32 bytes, but there is room for 8");
    FAILS_WITH(jac_view(x, JAC_F32), "its dtype must be f32");
    cr_assert(isnan(jac_item_f64(x)));
    cr_assert(strstr(jac_error(), "must have exactly one element"));
    jac_error_clear();
    cr_assert_eq(jac_item_i64(jac_scalar(JAC_U8, 200)), 200);
    cr_assert_eq(jac_item_i64(jac_asarray(INT64_MIN)), INT64_MIN);
    cr_assert_eq(jac_item_bool(jac_scalar(JAC_F32, -0.0)), false);
}

static jac reads(jac x)
{
    return jac_mul(x, jac_item_f64(x));
}
JAC_FN(reads, jac, (jac, x))

Test(arrays, elements_of_a_traced_value_are_refused)
{
    FAILS_WITH(jac_call1(jac_jit(reads_fn), 3.0), "being traced");
}

/* ---- numbers and dtypes ------------------------------------------------------------------------- */

Test(numbers, number_takes_the_dtype_of_the_array_it_meets)
{
    jac x = jac_array(JAC_SHAPE(1), (double[]){0});
    cr_assert_eq(item(jac_add(x, 0.1)), 0.1);
    cr_assert_eq(jac_dtype_of(jac_add(jac_scalar(JAC_F32, 1), 0.1)), JAC_F32);
    cr_assert_eq(jac_dtype_of(jac_add(jac_scalar(JAC_U8, 1), 1)), JAC_U8);
    cr_assert_eq(jac_dtype_of(jac_add(jac_scalar(JAC_I32, 1), 0.5)), JAC_F32);
    cr_assert_eq(jac_dtype_of(jac_add(true, 1)), JAC_I32);
    cr_assert(jac_weak_type(jac_add(1, 2)));
    cr_assert_not(jac_weak_type(jac_add(x, 2)));
    cr_assert_eq(jac_item_i64(jac_add(jac_scalar(JAC_U64, UINT64_MAX), 1)), 0);
}

Test(numbers, integer_that_does_not_fit_is_refused)
{
    FAILS_WITH(jac_add(jac_scalar(JAC_U8, 1), 256), "256 does not fit u8");
    FAILS_WITH(jac_add(jac_scalar(JAC_U8, 1), -1), "-1 does not fit u8");
    FAILS_WITH(jac_add(jac_scalar(JAC_I32, 1), 3000000000), "3000000000 does not fit i32");
    FAILS_WITH(jac_add(jac_scalar(JAC_I64, 1), UINT64_MAX), "does not fit i64");
}

Test(numbers, x64_changes_defaults_and_nothing_else)
{
    jac f = jac_zeros(JAC_SHAPE(2));
    jac_enable_x64(true);
    cr_assert_eq(jac_dtype_of(jac_zeros(JAC_SHAPE(2))), JAC_F64);
    cr_assert_eq(jac_dtype_of(jac_add(1, 1)), JAC_I64);
    cr_assert_eq(jac_dtype_of(jac_add(f, 1.5)), JAC_F32);
    jac_enable_x64(false);
    cr_assert_eq(jac_dtype_of(jac_zeros(JAC_SHAPE(2))), JAC_F32);
}

/* ---- functions ------------------------------------------------------------------------------- */

static jac three(void)
{
    return jac_asarray(3.0);
}
JAC_FN(three, jac)

Test(functions, without_arguments_need_no_tree_of_them)
{
    jac y, t;
    cr_assert(jac_jvp(three_fn, NULL, NULL, &y, &t), "%s", jac_error());
    cr_assert_eq(item(y), 3);
    cr_assert_eq(item(t), 0);
    cr_assert(jac_ok(jac_vjp(three_fn, NULL, &y)), "%s", jac_error());
    cr_assert_eq(item(jac_call1(jac_jit(three_fn))), 3);
    FAILS_WITH(jac_jvp(three_fn, NULL, NULL, NULL, &t), "null pointer");
}

/* ---- calls ----------------------------------------------------------------------------------- */

static Two turn(jac a, jac b)
{
    return (Two){jac_add(b, 1), jac_mul(a, 2)};
}
JAC_FN(turn, Two, (jac, a), (jac, b))

Test(handles, results_may_take_the_place_of_the_arguments)
{
    jac_fn forms[] = {turn_fn, jac_jit(turn_fn), jac_vmap(turn_fn)};
    for (int k = 0; k < 3; k++) {
        turn_args x = {jac_array(JAC_SHAPE(2), (float[]){1, 2}),
                       jac_array(JAC_SHAPE(2), (float[]){3, 4})};
        for (int step = 0; step < 2; step++)
            cr_assert(jac_call(forms[k], &x, &x), "%d: %s", k, jac_error());
        cr_expect_eq(item(jac_at(x.a, 1)), 5);
        cr_expect_eq(item(jac_at(x.b, 1)), 10);
    }
}

/* Memory of small arrays is reused: old contents must not show, and no two arrays may share a
 * block. */
Test(handles, small_arrays_made_and_released_in_turn_keep_their_elements)
{
    enum { N = 300 };
    jac kept[N];
    for (int round = 0; round < 3; round++) {
        JAC_SCOPE () {
            for (int k = 0; k < N; k++)
                jac_full(JAC_SHAPE(k % 70), -1.0);
            for (int k = 0; k < N; k++)
                kept[k] = jac_retain(jac_full(JAC_SHAPE(1 + k % 70), k));
        }
        for (int k = 0; k < N; k++) {
            cr_expect_eq(item(jac_max(kept[k])), k);
            cr_expect_eq(item(jac_min(kept[k])), k);
            jac_release(kept[k]);
        }
    }
}

static void *make_and_drop(void *unused)
{
    for (int k = 0; k < 1000; k++)
        JAC_SCOPE ()
            jac_add(jac_full(JAC_SHAPE(k % 64), 1.0), 1);
    return unused;
}

Test(handles, threads_that_end_give_small_blocks_back)
{
    size_t before = jac_live_bytes();
    for (int round = 0; round < 8; round++) {
        pthread_t thread[4];
        for (int k = 0; k < 4; k++)
            pthread_create(&thread[k], NULL, make_and_drop, NULL);
        for (int k = 0; k < 4; k++)
            pthread_join(thread[k], NULL);
    }
    cr_expect_eq(jac_live_bytes(), before);
}

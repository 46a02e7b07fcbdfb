/* Tests that work done for lanes that did not choose it has no derivative. Lanes that take
 * different branches, or make different numbers of steps, are computed together; so each function
 * here does something infinite in a lane that does not take part. The gradient of a sum over the
 * lanes must be what the lanes give one by one: 0 where a lane did not take part.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "jacquard.h"

#define LANE_FN(name) JAC_DEF(jac, name, (jac, x), (jac, w))

JAC_TREE(Lane, x, w)

static jac positive(jac x)
{
    return jac_gt(x, 0);
}

LANE_FN(nothing)
{
    (void)w;
    return jac_mul(x, 0);
}

LANE_FN(root_of_product)
{
    return jac_sqrt(jac_mul(x, jac_sum(w)));
}

LANE_FN(log_of_shared)
{
    return jac_mul(x, jac_sum(jac_log(w)));
}

LANE_FN(product_with_logs)
{
    jac y = jac_mul(jac_log(x), jac_asarray((float[]){1, 2, 3}));
    return jac_sum(jac_log(jac_matmul(jac_mul(jac_reshape(w, 3, 1), jac_reshape(w, 1, 3)), y)));
}

LANE_FN(looked_up)
{
    jac k = jac_astype(jac_clip(x, 0, 2), JAC_I32);
    return jac_mul(jac_take(w, k, 0), jac_sqrt(x));
}

LANE_FN(power_of_shared)
{
    return jac_sum(jac_power(w, jac_log(x)));
}

#define CHOOSING(name)                                                                             \
    LANE_FN(if_##name)                                                                             \
    {                                                                                              \
        return jac_cond1(positive(x), name##_fn, nothing_fn, x, w);                                \
    }
CHOOSING(root_of_product)
CHOOSING(log_of_shared)
CHOOSING(product_with_logs)
CHOOSING(looked_up)
CHOOSING(power_of_shared)

LANE_FN(called)
{
    return jac_call1(jac_jit(root_of_product_fn), x, w);
}
CHOOSING(called)

LANE_FN(recomputed)
{
    return jac_call1(jac_checkpoint(product_with_logs_fn), x, w);
}
CHOOSING(recomputed)

LANE_FN(inner_condition)
{
    return jac_cond1(jac_gt(jac_sum(w), 0), root_of_product_fn, log_of_shared_fn, x, w);
}
CHOOSING(inner_condition)

LANE_FN(inner_condition_of_lane)
{
    return jac_cond1(jac_gt(x, 2), product_with_logs_fn, root_of_product_fn, x, w);
}
CHOOSING(inner_condition_of_lane)

LANE_FN(steps_with_shared)
{
    jac s = jac_mul(jac_log(x), jac_asarray((float[]){1, 2, 3}));
    jac m = jac_mul(jac_reshape(w, 3, 1), jac_reshape(w, 1, 3));
    JAC_FOR (i, 0, 3, s) {
        s = jac_add(jac_matmul(m, jac_sqrt(jac_abs(s))), jac_mul(w, i));
    }
    return jac_log(jac_sum(s));
}
CHOOSING(steps_with_shared)

/* The carry begins with what all lanes share. */
LANE_FN(carry_from_shared)
{
    jac s = w;
    JAC_FOR (i, 0, 2, s) {
        s = jac_mul(s, jac_add(jac_log(x), i));
    }
    return jac_sum(jac_sqrt(s));
}
CHOOSING(carry_from_shared)

LANE_FN(batch_in_branch)
{
    jac many = jac_call1(jac_vmap(root_of_product_fn, JAC_AXES(0, JAC_NONE)),
                         jac_mul(x, jac_asarray((float[]){1, 2})), w);
    return jac_sum(many);
}
CHOOSING(batch_in_branch)

LANE_FN(block)
{
    jac s = x;
    JAC_IF (s, positive(x)) {
        s = jac_mul(jac_sqrt(s), jac_sum(w));
    }
    JAC_ELSE
    {
        s = jac_mul(s, 0);
    }
    return s;
}

LANE_FN(switched)
{
    jac k = jac_add(jac_astype(jac_sign(x), JAC_I32), 1);
    Lane lane = {x, w};
    jac y;
    jac_switch(k, JAC_FNS(nothing_fn, log_of_shared_fn, root_of_product_fn), &lane, &y);
    return y;
}

LANE_FN(blocks_in_loop)
{
    struct {
        jac s, n;
    } t = {x, jac_scalar(JAC_I32, 0)};
    JAC_WHILE (t, jac_lt(t.n, 2)) {
        jac s = t.s;
        JAC_IF (s, positive(s)) {
            s = jac_mul(jac_sqrt(s), jac_sum(w));
        }
        JAC_ELSE
        {
            s = jac_mul(s, 3);
        }
        t.s = s;
        t.n = jac_add(t.n, 1);
    }
    return t.s;
}

LANE_FN(lanes_at_rest)
{
    jac s = x;
    JAC_WHILE (s, jac_gt(s, 1.5)) {
        s = jac_add(jac_log(s), jac_mul(jac_sum(w), 0.01));
    }
    return s;
}

LANE_FN(lanes_at_rest_with_checkpoints)
{
    jac s = x;
    JAC_CHECKPOINTED_WHILE (4, s, jac_gt(s, 1.5)) {
        s = jac_add(jac_log(s), jac_mul(jac_sum(w), 0.01));
    }
    return s;
}

LANE_FN(lanes_at_rest_divide)
{
    struct {
        jac s, left;
    } t = {jac_ones_like(x), x};
    JAC_WHILE (t, positive(t.left)) {
        t.s = jac_add(t.s, jac_div(jac_matmul(w, jac_broadcast_to(t.s, 3)), t.left));
        t.left = jac_sub(t.left, 1);
    }
    return jac_mul(t.s, x);
}

/* Where a length of a loop depends on the lane, the derivative is a masked scan. */
LANE_FN(steps_of_lane)
{
    struct {
        jac s, n;
    } t = {x, jac_astype(jac_floor(x), JAC_I32)};
    JAC_WHILE (t, jac_gt(t.n, 0)) {
        t.s = jac_mul(jac_sqrt(t.s), jac_sum(jac_log(w)));
        t.n = jac_sub(t.n, 1);
    }
    return t.s;
}

/* The functions, and the error allowed in x: products of matrices may add in another order for many
 * lanes than for one. */
#define WITH(X)                                                                                    \
    X(if_root_of_product, 0)                                                                       \
    X(if_log_of_shared, 0)                                                                         \
    X(if_product_with_logs, 1e-5)                                                                  \
    X(if_looked_up, 0)                                                                             \
    X(if_power_of_shared, 1e-5)                                                                    \
    X(if_called, 0)                                                                                \
    X(if_recomputed, 1e-5)                                                                         \
    X(if_inner_condition, 0)                                                                       \
    X(if_inner_condition_of_lane, 1e-5)                                                            \
    X(if_steps_with_shared, 1e-5)                                                                  \
    X(if_carry_from_shared, 0)                                                                     \
    X(if_batch_in_branch, 0)                                                                       \
    X(block, 0)                                                                                    \
    X(switched, 0)                                                                                 \
    X(blocks_in_loop, 0)                                                                           \
    X(lanes_at_rest, 0)                                                                            \
    X(lanes_at_rest_with_checkpoints, 0)                                                           \
    X(lanes_at_rest_divide, 1e-5)                                                                  \
    X(steps_of_lane, 0)

/* The sum over the lanes. */
JAC_DEF_ENV(jac, total, jac_fn, (jac, xs), (jac, w))
{
    return jac_sum(jac_call1(jac_vmap(*env, JAC_AXES(0, JAC_NONE)), xs, w));
}

/* Another function of one lane: the derivative of f in x, and its sum over w. */
JAC_DEF_ENV(jac, slope, jac_fn, (jac, x), (jac, w))
{
    return jac_add(jac_call1(jac_grad(*env), x, w), jac_sum(jac_call1(jac_grad(*env, 1), x, w)));
}

typedef struct {
    const char *name;
    int order;
    jac_fn f;
    jac x, w;
    double allowed;
} lanes_case;

static void compare(const lanes_case *c, int argnum, bool compiled)
{
    jac_fn all = jac_grad(total_with(c->f), argnum);
    jac_fn each = jac_vmap(jac_grad(c->f, argnum), JAC_AXES(0, JAC_NONE));
    jac got = jac_call1(compiled ? jac_jit(all) : all, c->x, c->w);
    jac want = jac_call1(compiled ? jac_jit(each) : each, c->x, c->w);
    if (argnum)
        want = jac_sum(want, 0);
    jac off = jac_max(jac_div(jac_abs(jac_sub(got, want)), jac_add(jac_abs(want), 1)));
    cr_assert(jac_ok(off), "%s: %s", c->name, jac_error());
    cr_expect(jac_item_bool(jac_all(jac_isfinite(want))), "%s: the lanes give %s", c->name,
              jac_str(want));
    cr_expect(jac_item_f64(off) <= (argnum || compiled ? 1e-5 : c->allowed),
              "%s, order %d, argument %d%s, %lld lanes: got %s, want %s", c->name, c->order, argnum,
              compiled ? ", compiled" : "", (long long)jac_size(c->x), jac_str(got), jac_str(want));
}

static void check(const char *name, jac_fn f, const float *xs, int n, double allowed)
{
    const float positive_w[] = {2, 3, 1.5f};
    JAC_SCOPE () {
        lanes_case c = {
            name, 1, f, jac_array(JAC_SHAPE(n), xs), jac_array(JAC_SHAPE(3), positive_w), allowed};
        for (c.order = 1; c.order <= 2; c.order++, c.f = slope_with(c.f))
            for (int k = 0; k < 4; k++)
                JAC_SCOPE ()
                    compare(&c, k % 2, k / 2);
    }
}

#define TEST_OF(name, allowed)                                                                     \
    Test(not_taken, name##_leaves_no_trace)                                                        \
    {                                                                                              \
        const float some[] = {-1, 0, 4, 2.5f, -3}, none[] = {-1, 0, -2};                           \
        float many[70];                                                                            \
        for (int k = 0; k < 70; k++)                                                               \
            many[k] = 1.25f * (float)(k % 9 - 4);                                                  \
        check(#name, name##_fn, some, 5, allowed);                                                 \
        check(#name, name##_fn, none, 3, allowed);                                                 \
        check(#name, name##_fn, many, 70, allowed);                                                \
    }
WITH(TEST_OF)

/* No lane takes the branch that would be infinite in what all share. */
Test(not_taken, shared_value_has_no_trace_of_a_branch_that_no_lane_takes)
{
    jac x = jac_asarray((float[]){-1, 0, -2}), w = jac_asarray((float[]){0, -1, 0});
    const jac_fn f[] = {if_log_of_shared_fn, if_root_of_product_fn, if_power_of_shared_fn,
                        if_product_with_logs_fn};
    for (int k = 0; k < 4; k++) {
        jac d = jac_call1(jac_grad(total_with(f[k]), 1), x, w);
        cr_expect(jac_item_bool(jac_all(jac_eq(d, 0))), "function %d: %s", k, jac_str(d));
    }
}

/* ---- linear functions ------------------------------------------------------------------------- */

typedef struct {
    jac up;
} Direction;

JAC_DEF(jac, thrice, (jac, x))
{
    return jac_mul(x, 3);
}

JAC_DEF(jac, twice, (jac, x))
{
    return jac_mul(x, 2);
}

JAC_DEF(jac, scaled_by_choice, (jac, up), (jac, x))
{
    return jac_cond1(up, thrice_fn, twice_fn, x);
}

JAC_DEF_ENV(jac, scaled_lanes, Direction, (jac, x))
{
    return jac_call1(jac_vmap(scaled_by_choice_fn), env->up, x);
}

Test(not_taken, a_linear_function_that_chooses_is_transposed)
{
    jac x = jac_asarray((double[]){1, 1, 1}), ct = jac_asarray((double[]){1, 10, 100});
    Direction d = {jac_gt(jac_asarray((int[]){1, 0, 2}), 0)};
    jac_fn t = jac_linear_transpose(scaled_lanes_with(d), &x);
    for (int k = 0; k < 2; k++) {
        jac y = jac_call1(k ? jac_jit(t) : t, ct);
        cr_assert(jac_ok(y), "%s", jac_error());
        cr_expect_eq(jac_item_f64(jac_at(y, 0)), 3);
        cr_expect_eq(jac_item_f64(jac_at(y, 1)), 20);
        cr_expect_eq(jac_item_f64(jac_at(y, 2)), 300);
    }
}

/* Batched loops that run strip by strip: every lane must have the same bits as if it ran alone, for
 * any number of lanes, any nesting of batches and loops, and any number of threads.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "jacquard.h"
#include "jacquard/numpy.h"

JAC_TREE(Lane, a, b)
JAC_TREE(Orbit, x, v, n)

static const int sizes[] = {1, 63, 64, 65, 100, 127, 128, 200, 1027};
enum { SIZES = sizeof sizes / sizeof *sizes };

/* Square root by Newton's method from a starting value, until it converges. */
JAC_DEF(jac, newton, (jac, a), (jac, b))
{
    Lane s = {b, jac_mul(b, 2)};
    JAC_WHILE (s, jac_gt(jac_abs(jac_sub(s.a, s.b)), 1e-6)) {
        s = (Lane){jac_mul(0.5, jac_add(s.a, jac_div(a, s.a))), s.a};
    }
    return s.a;
}

/* The number of Collatz steps from a to 1, which differs widely between lanes. */
JAC_DEF(jac, collatz, (jac, a), (jac, b))
{
    Lane s = {jac_add(1, jac_astype(jac_mul(a, 8), JAC_I32)), jac_asarray(0)};
    JAC_WHILE (s, jac_ne(s.a, 1)) {
        jac odd = jac_eq(jac_remainder(s.a, 2), 1);
        s = (Lane){jac_where(odd, jac_add(jac_mul(3, s.a), 1), jac_floor_divide(s.a, 2)),
                   jac_add(s.b, 1)};
    }
    return jac_add(jac_astype(s.b, JAC_F32), b);
}

/* A state that is an array, and a nested loop. */
JAC_DEF(jac, nested, (jac, a), (jac, b))
{
    Orbit s = {jac_stack(0, a, b, jac_add(a, b)), a, jac_asarray(0)};
    JAC_WHILE (s, jac_lt(jac_sum(jac_mul(s.x, s.x)), 100)) {
        Lane inner = {b, jac_asarray(0.0f)};
        JAC_WHILE (inner, jac_lt(inner.a, 5)) {
            inner = (Lane){jac_mul(inner.a, 1.75f), jac_add(inner.b, 1)};
        }
        s = (Orbit){jac_add(jac_mul(s.x, 1.25f), inner.b), jac_add(s.v, inner.b), jac_add(s.n, 1)};
    }
    return jac_add(jac_sum(s.x), jac_add(s.v, s.n));
}

/* No lane makes a step. */
JAC_DEF(jac, idle, (jac, a), (jac, b))
{
    Lane s = {a, b};
    JAC_WHILE (s, jac_lt(s.a, -1)) {
        s = (Lane){jac_add(s.a, 1), s.b};
    }
    return jac_add(s.a, s.b);
}

typedef jac call(jac a, jac b);
static const struct {
    const char *name;
    jac_fn f;
    call *c;
} functions[] = {
    {"newton", newton_fn, newton},
    {"collatz", collatz_fn, collatz},
    {"nested", nested_fn, nested},
    {"idle", idle_fn, idle},
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

static jac numbers(int n, double from)
{
    return jac_add((float)from, jac_div(jac_astype(jac_arange(n), JAC_F32), 16));
}

static jac call2(jac_fn f, jac a, jac b)
{
    jac r = JAC_NULL;
    cr_assert(jac_call(f, &(newton_args){a, b}, &r), "%s", jac_error());
    return r;
}

static void same(jac got, jac want, const char *what, int n)
{
    cr_assert(!jac_error(), "%s", jac_error());
    cr_assert(jac_item_bool(jac_all(jac_eq(got, want))), "%s with %d lanes differs from one by one",
              what, n);
}

Test(lanes, a_lane_differs_from_the_loop_run_alone)
{
    for (int f = 0; f < FUNCTIONS; f++)
        for (int k = 0; k < SIZES; k++) {
            int n = sizes[k];
            jac a = numbers(n, 1), b = numbers(n, 0.5), each[1027];
            for (int i = 0; i < n; i++)
                each[i] = functions[f].c(jac_at(a, i), jac_at(b, i));
            jac want = jac_stack(0, JAC_HANDLES(n, each));
            same(call2(jac_vmap(functions[f].f), a, b), want, functions[f].name, n);
            same(call2(jac_jit(jac_vmap(functions[f].f)), a, b), want, functions[f].name, n);
        }
}

Test(lanes, an_argument_that_all_lanes_share_is_sliced)
{
    jac a = numbers(130, 1), b = jac_scalar(JAC_F32, 0.75);
    for (int f = 0; f < FUNCTIONS; f++) {
        jac_fn v = jac_vmap(functions[f].f, JAC_AXES(0, JAC_NONE));
        same(call2(jac_jit(v), a, b), call2(v, a, b), functions[f].name, 130);
        v = jac_vmap(functions[f].f, JAC_AXES(JAC_NONE, 0));
        same(call2(jac_jit(v), b, a), call2(v, b, a), functions[f].name, 130);
    }
}

Test(lanes, batches_of_batches_mix_lanes_up)
{
    jac a = jac_reshape(numbers(3 * 70, 1), 3, 70), b = jac_reshape(numbers(3 * 70, 0.5), 3, 70);
    for (int f = 0; f < FUNCTIONS; f++) {
        jac want = call2(jac_vmap(functions[f].f), jac_reshape(a, 210), jac_reshape(b, 210));
        want = jac_reshape(want, 3, 70);
        jac_fn v = jac_jit(jac_vmap(jac_vmap(functions[f].f)));
        same(call2(v, a, b), want, functions[f].name, 210);
        jac_fn turned = jac_vmap(jac_vmap(functions[f].f), JAC_AXES(1, 1), .out_axes = JAC_AXES(1));
        same(call2(turned, a, b), want, functions[f].name, 210);
        same(call2(jac_jit(turned), a, b), want, functions[f].name, 210);
        v = jac_jit(jac_vmap(jac_vmap(jac_vmap(functions[f].f))));
        same(call2(v, jac_expand_dims(a, 0), jac_expand_dims(b, 0)), jac_expand_dims(want, 0),
             functions[f].name, 210);
    }
}

JAC_DEF(jac, total, (jac, a), (jac, b))
{
    return jac_sum(call2(jac_vmap(newton_fn), a, b));
}

Test(lanes, derivatives_of_a_batched_loop_differ_from_those_of_its_lanes)
{
    int n = 90;
    jac a = numbers(n, 1), b = numbers(n, 0.5), t = jac_ones_like(a);
    jac lanes = call2(jac_vmap(jac_grad(newton_fn)), a, b);
    jac whole = call2(jac_jit(jac_grad(total_fn)), a, b);
    cr_assert(jac_item_bool(jac_all(jac_lt(jac_abs(jac_sub(lanes, whole)), 1e-5))), "reverse");
    lanes = call2(jac_jit(jac_vmap(jac_grad(newton_fn))), a, b);
    cr_assert(jac_item_bool(jac_all(jac_lt(jac_abs(jac_sub(lanes, whole)), 1e-5))), "compiled");
    jac out = JAC_NULL, tangent = JAC_NULL;
    newton_args x = {a, b}, dx = {t, jac_zeros_like(b)};
    for (int compiled = 0; compiled < 2; compiled++) {
        jac_fn v = jac_vmap(newton_fn);
        cr_assert(jac_jvp(compiled ? jac_jit(v) : v, &x, &dx, &out, &tangent), "%s", jac_error());
        cr_assert(jac_item_bool(jac_all(jac_lt(jac_abs(jac_sub(tangent, whole)), 1e-5))),
                  "forward");
    }
}

/* Lanes that exchange values cannot run by themselves. */
JAC_DEF(jac, together, (jac, a), (jac, b))
{
    Lane s = {a, b};
    JAC_WHILE (s, jac_lt(s.a, 10)) {
        s = (Lane){jac_add(s.a, 1), jac_add(s.b, jac_psum(s.a, "lanes"))};
    }
    return s.b;
}

Test(lanes, a_sum_over_lanes_within_the_loop_misses_other_strips)
{
    jac a = numbers(200, 1), b = jac_zeros_like(a);
    jac_fn v = jac_vmap(together_fn, .axis_name = "lanes");
    jac want = call2(v, a, b);
    cr_assert(jac_item_f64(jac_at(want, 0)) > 200, "the sum is over one lane");
    same(call2(jac_jit(v), a, b), want, "psum", 200);
}

static void *another_thread(void *arg)
{
    jac_fn f = jac_jit(jac_vmap(newton_fn));
    jac a = numbers(40000, 1), b = numbers(40000, 0.5);
    for (int k = 0; k < 5; k++) {
        jac r = jac_sum(call2(f, a, b));
        *(double *)arg = jac_item_f64(r);
    }
    return NULL;
}

Test(lanes, two_threads_that_share_work_at_once_disturb_each_other)
{
    double sum[3] = {0};
    pthread_t thread[3];
    for (int k = 0; k < 3; k++)
        cr_assert(!pthread_create(&thread[k], NULL, another_thread, &sum[k]));
    for (int k = 0; k < 3; k++)
        pthread_join(thread[k], NULL);
    cr_assert(sum[0] > 0 && sum[0] == sum[1] && sum[1] == sum[2], "%g %g %g", sum[0], sum[1],
              sum[2]);
}

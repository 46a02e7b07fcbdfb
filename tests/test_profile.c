/* Profiles: all calls are listed, results do not change, and wrong use gives errors. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tests/profile.h"

/* ---- the interpreter ------------------------------------------------------------------------- */

Test(profile, operations_that_are_not_jitted_have_rows)
{
    jac x = jac_ones(JAC_SHAPE(300));
    start();
    for (int k = 0; k < 5; k++)
        cr_assert(jac_ok(jac_exp(x)));
    cr_assert(jac_ok(jac_sum(x)));
    stop();
    jac_profile_kernel k = the("exp", "f32[300]");
    expect(k, 5, 1200, 1200, 12 * 300);
    cr_expect_str_eq(k.kind, "interpreted");
    cr_expect(strstr(k.file, "test_profile.c") && k.own_seconds > 0);
    expect(the("reduce_sum", "f32[300]"), 1, 1200, 4 * 0, 300);
    jac_profile_totals t;
    cr_assert(jac_profile_total(&t));
    cr_expect(t.interpreted > 0 && t.programs == 0 && t.ncalls == 0);
    cr_assert(jac_ok(jac_exp(x)));
    nrow = jac_profile_kernels(row, ROOM);
    cr_expect(the("exp", "f32[300]").calls == 5);
}

Test(profile, an_interpreted_loop_is_told_from_what_is_in_it)
{
    jac_disable_jit(true);
    start();
    run(jac_jit(repeat_25_fn), 4, jac_ones(JAC_SHAPE(5000)));
    stop();
    jac_profile_kernel loop = the("while", "f32[5000]"), mul = the("mul", "f32[5000]");
    /* 0.5 is broadcast to an operand before the loop. */
    expect(mul, 4 * 25, 40000, 20000, 5000);
    cr_expect(loop.calls == 4 && loop.flops == 0 && loop.bytes_read == 0);
    cr_expect(loop.own_seconds + mul.own_seconds <= loop.seconds);
}

/* ---- the same results ------------------------------------------------------------------------ */

JAC_DEF(jac, softmax_rows, (jac, x))
{
    jac e = jac_exp(jac_sub(x, jac_max(x, JAC_AXES(1), .keepdims = true)));
    return jac_div(e, jac_sum(e, JAC_AXES(1), .keepdims = true));
}

JAC_DEF(jac, loss, (jac, x))
{
    return jac_mean(jac_square(jac_matmul(softmax_rows(x), jac_transpose(jac_tanh(x)))));
}

JAC_DEF(jac, summed_roots, (jac, x))
{
    return jac_sum(jac_call1(jac_vmap(jac_vmap(root_of_fn)), jac_add(jac_square(x), 1)));
}

static jac decay(jac x)
{
    return jac_sum(repeat(12, x));
}
JAC_FN(decay, jac, (jac, x))

static void same_bits(const char *what, jac_fn f, jac x)
{
    jac plain = jac_call1(f, x);
    start();
    jac profiled = jac_call1(f, x);
    stop();
    cr_assert(jac_ok(plain) && jac_ok(profiled), "%s: %s", what, jac_error());
    jac_dtype d = jac_dtype_of(plain);
    size_t n = (size_t)jac_size(plain) * (d == JAC_F64 ? 8 : 4);
    cr_expect(!memcmp(jac_view(plain, d), jac_view(profiled, d), n), "%s", what);
}

Test(profile, results_are_the_same_to_the_bit)
{
    jac x = jac_random_normal(jac_random_PRNGKey(3), JAC_SHAPE(70, 130));
    same_bits("softmax", jac_jit(softmax_rows_fn), x);
    same_bits("loss", jac_jit(jac_grad(loss_fn)), x);
    same_bits("roots", jac_jit(summed_roots_fn), x);
    same_bits("gradient of roots", jac_jit(jac_grad(summed_roots_fn)), x);
    same_bits("gradient of a loop", jac_jit(jac_grad(decay_fn)), x);
    same_bits("branches", jac_jit(odd_and_even_fn), x);
    same_bits("long code", jac_jit(long_code_fn), x);
    same_bits("small", jac_jit(jac_grad(decay_fn)), jac_ones(JAC_SHAPE(3)));
}

/* ---- when it runs ---------------------------------------------------------------------------- */

Test(profile, a_function_jitted_before_is_profiled_and_not_any_more_afterwards)
{
    jac x = jac_ones(JAC_SHAPE(1000));
    jac_fn f = jac_jit(repeat_25_fn);
    run(f, 2, x);
    start();
    run(f, 3, x);
    stop();
    cr_expect(the("while", "f32[1000]").calls == 3);
    run(f, 4, x);
    nrow = jac_profile_kernels(row, ROOM);
    cr_expect(the("while", "f32[1000]").calls == 3);
    start();
    run(f, 5, x);
    stop();
    cr_expect(the("while", "f32[1000]").calls == 5, "a new profile begins at nothing");
    jac_profile_totals t;
    cr_assert(jac_profile_total(&t));
    cr_expect(t.ncalls == 5 && t.ncompiled == 0 && t.calls >= t.programs && t.wall >= t.calls);
    cr_expect(t.programs >= t.kernels && t.kernels > 0);
}

Test(profile, rows_outlive_the_function)
{
    start();
    JAC_SCOPE ()
        run(jac_jit(axpy_fn), 0, JAC_NULL), run(jac_jit(total_fn), 3, jac_ones(JAC_SHAPE(17)));
    for (int k = 0; k < 2 * JIT_CACHE_KEEPS; k++) { /* evicts it from the cache */
        char text[96];
        snprintf(text, sizeof text, "graph g(x: f32[%d]) {\n  y: f32[%d] = neg x\n  return y\n}",
                 k + 1, k + 1);
        ops_init();
        IR_AUTO_GRAPH g = ir_parse(text, NULL);
        jit_program *p = k % 8 ? NULL : jit_compile(g, &(jit_options){.profiled = true});
        jit_release(p);
    }
    stop();
    expect(the("reduce_sum", "f32[17]"), 3, 68, 0, 17);
    start();
    stop();
    cr_expect(nrow == 0);
}

Test(profile, compiling_is_told_apart)
{
    start();
    run(jac_jit(jac_grad(loss_fn)), 1, jac_ones(JAC_SHAPE(20, 20)));
    stop();
    jac_profile_totals t;
    cr_assert(jac_profile_total(&t));
    cr_expect(t.ncompiled == 1 && t.ncalls == 1 && t.trace > 0 && t.passes > 0 && t.llvm > 0);
    cr_expect(t.calls >= t.trace + t.passes + t.schedule + t.llvm + t.programs);
}

static void *many_calls(void *x)
{
    jac_fn f = jac_jit(repeat_25_fn);
    jac v = jac_full(JAC_SHAPE(3000), (intptr_t)x, JAC_F32);
    run(f, 200, v);
    return NULL;
}

Test(profile, calls_of_several_threads_add_up)
{
    pthread_t thread[4];
    start();
    for (intptr_t k = 0; k < 4; k++)
        cr_assert(!pthread_create(&thread[k], NULL, many_calls, (void *)k));
    for (int k = 0; k < 4; k++)
        pthread_join(thread[k], NULL);
    stop();
    expect(the("mul + add", "f32[3000]"), 4 * 200 * 25, 12000, 12000, 6000);
    cr_expect(the("while", "f32[3000]").calls == 4 * 200);
}

/* Profiles start and stop while other threads run the profiled programs. */
Test(profile, it_may_begin_and_end_at_any_time)
{
    pthread_t thread[3];
    for (intptr_t k = 0; k < 3; k++)
        cr_assert(!pthread_create(&thread[k], NULL, many_calls, (void *)k));
    for (int k = 0; k < 20; k++) {
        cr_assert(jac_profile_start(.events = 1 + 100 * (k % 3)));
        run(jac_jit(total_fn), 20, jac_ones(JAC_SHAPE(100)));
        stop();
        cr_expect(the("reduce_sum", "f32[100]").calls == 20);
    }
    for (int k = 0; k < 3; k++)
        pthread_join(thread[k], NULL);
}

Test(profile, programs_that_are_not_profiled_hold_nothing_of_it)
{
    ops_init();
    IR_AUTO_GRAPH g = ir_parse("graph f(x: f32[100]) {\n  y: f32[100] = sin x\n"
                               "  z: f32[] = reduce_sum[axes=[0]] y\n  return z\n}",
                               NULL);
    start();
    jit_release(jit_compile(g, &(jit_options){.profiled = true}));
    char *text = jit_emit_text(g, NULL, JIT_TEXT_EMITTED);
    stop();
    cr_assert(text);
    cr_expect(!strstr(text, "jac_host_clock") && !strstr(text, "times"), "%s", text);
    free(text);
}

/* ---- wrong use ------------------------------------------------------------------------------- */

#define FAILS(call, says)                                                                          \
    do {                                                                                           \
        cr_expect(!(call));                                                                        \
        cr_expect(jac_error() && strstr(jac_error(), says) && strstr(jac_error(), "test_profile"), \
                  "%s", jac_error());                                                              \
        jac_error_clear();                                                                         \
    } while (0)

Test(profile, wrong_use_is_told)
{
    jac_profile_totals t;
    jac_profile_kernel one;
    FAILS(jac_profile_stop(), "no profile is running");
    FAILS(jac_profile_print(stdout), "there has been no profile");
    FAILS(jac_profile_trace("/tmp/never"), "there has been no profile");
    FAILS(jac_profile_total(&t), "there has been no profile");
    FAILS(jac_profile_kernels(&one, 1) >= 0, "there has been no profile");
    FAILS(jac_profile_start(.events = -1), "-1 events");
    FAILS(jac_profile_start(.events = INT64_MAX), "events");
    start();
    FAILS(jac_profile_start(), "already running");
    FAILS(jac_profile_print(NULL), "a null FILE");
    FAILS(jac_profile_trace(NULL), "no path is given");
    FAILS(jac_profile_trace("/no/such/directory/t.json"), "/no/such/directory/t.json");
    FAILS(jac_profile_total(NULL), "null pointer");
    FAILS(jac_profile_machine(NULL), "null pointer");
    FAILS(jac_profile_kernels(NULL, 3) >= 0, "null pointer");
    FAILS(jac_profile_kernels(&one, -1) >= 0, "room for -1");
    stop();
    FAILS(jac_profile_stop(), "no profile is running");
}

Test(profile, the_machine_is_measured_without_a_profile)
{
    jac_machine m;
    cr_assert(jac_profile_machine(&m), "%s", jac_error());
    cr_expect(m.memory > 1e8 && m.cache > 1e8 && m.flops_f32 > 1e8 && m.flops_f64 > 1e8);
    cr_expect(m.int_ops > 1e8);
}

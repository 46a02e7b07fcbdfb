/* Profiles: counts equal those worked out by hand, all calls are listed, results do not change, and
 * wrong use gives errors. Rows are found by their kernel and the type that it loops over. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "include/jacquard.h"
#include "jit/jit.h"
#include "ops/ops.h"

enum { ROOM = 256 };

TestSuite(profile, .timeout = 60);

static jac_profile_kernel row[ROOM];
static int nrow;

static void start(void)
{
    cr_assert(jac_profile_start(), "%s", jac_error());
}

static void stop(void)
{
    cr_assert(jac_profile_stop(), "%s", jac_error());
    nrow = jac_profile_kernels(row, ROOM);
    cr_assert(nrow >= 0 && nrow <= ROOM, "%s", jac_error());
}

/* The total of all rows except those that made the arguments. */
static jac_profile_kernel all_compiled(void)
{
    jac_profile_kernel sum = {0};
    for (int k = 0; k < nrow; k++) {
        if (!strcmp(row[k].kind, "interpreted"))
            continue;
        sum.calls += row[k].depth == 1 ? row[k].calls : 0;
        sum.bytes_read += row[k].bytes_read;
        sum.bytes_written += row[k].bytes_written;
        sum.flops += row[k].flops;
        sum.int_ops += row[k].int_ops;
    }
    return sum;
}

static const jac_profile_kernel *find(const char *kernel, const char *type)
{
    for (int k = 0; k < nrow; k++)
        if (!strcmp(row[k].kernel, kernel) && !strcmp(row[k].type, type))
            return &row[k];
    return NULL;
}

/* The row, which must exist. */
static jac_profile_kernel the(const char *kernel, const char *type)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);
    for (int k = 0; k < nrow; k++)
        fprintf(f, "  %s over %s (%s)\n", row[k].kernel, row[k].type, row[k].kind);
    fclose(f);
    const jac_profile_kernel *found = find(kernel, type);
    cr_assert(found, "no row %s over %s among\n%s", kernel, type, text);
    free(text);
    return *found;
}

/* Of one call. */
static void expect(jac_profile_kernel k, int64_t calls, double read, double written, double flops)
{
    double n = (double)calls;
    cr_expect(k.calls == calls, "%s: %lld calls, not %lld", k.kernel, (long long)k.calls,
              (long long)calls);
    cr_expect(k.bytes_read == n * read, "%s: reads %g bytes, not %g", k.kernel, k.bytes_read / n,
              read);
    cr_expect(k.bytes_written == n * written, "%s: writes %g bytes, not %g", k.kernel,
              k.bytes_written / n, written);
    cr_expect(k.flops == n * flops, "%s: %g flops, not %g", k.kernel, k.flops / n, flops);
}

static void run(jac_fn f, int times, jac x)
{
    for (int k = 0; k < times; k++)
        JAC_SCOPE ()
            cr_assert(jac_ok(jac_call1(f, x)), "%s", jac_error());
}

/* ---- single kernels -------------------------------------------------------------------------- */

JAC_DEF(jac, axpy, (jac, x), (jac, y))
{
    return jac_add(jac_mul(x, y), 1);
}

Test(profile, an_elementwise_kernel_reads_its_operands_and_computes_each_element)
{
    jac x = jac_ones(JAC_SHAPE(1000));
    jac_fn f = jac_jit(axpy_fn);
    start();
    for (int k = 0; k < 7; k++)
        cr_assert(jac_ok(jac_call1(f, x, x)));
    cr_assert(jac_ok(jac_call1(f, x, jac_full(JAC_SHAPE(1000), 2, JAC_F32))));
    stop();
    /* Both calls run one program, which reads two arrays. */
    jac_profile_kernel k = the("mul + add", "f32[1000]");
    expect(k, 8, 8000, 4000, 2000);
    cr_expect_str_eq(k.program, "axpy");
    cr_expect_str_eq(k.kind, "kernel");
    cr_expect(strstr(k.file, "test_profile.c") && k.line > 0 && k.depth == 1 && k.timed);
    cr_expect(k.flops_f64 == 0 && k.int_ops == 0);
    cr_expect(k.own_seconds > 0 && k.own_seconds <= k.seconds && k.median_seconds > 0);
    cr_expect(k.of_ceiling > 0);
}

JAC_DEF(jac, total, (jac, x))
{
    return jac_sum(x);
}

Test(profile, a_sum_is_one_operation_an_element_and_writes_no_array)
{
    start();
    run(jac_jit(total_fn), 3, jac_ones(JAC_SHAPE(40, 50), JAC_F64));
    stop();
    jac_profile_kernel k = the("reduce_sum", "f64[40,50]");
    expect(k, 3, 16000, 0, 2000);
    cr_expect(k.flops_f64 == k.flops);
}

JAC_DEF(jac, product, (jac, x), (jac, y))
{
    return jac_matmul(x, y);
}

static void check_product(int64_t m, int64_t k, int64_t n, const char *type, const char *kind)
{
    start();
    cr_assert(jac_ok(
        jac_call1(jac_jit(product_fn), jac_ones(JAC_SHAPE(m, k)), jac_ones(JAC_SHAPE(k, n)))));
    stop();
    jac_profile_kernel r = the("dot_general", type);
    expect(r, 1, 4.0 * (double)(m * k + k * n), 4.0 * (double)(m * n), 2.0 * (double)(m * k * n));
    cr_expect_str_eq(r.kind, kind);
}

Test(profile, a_product_has_two_operations_for_each_of_its_terms_emitted_or_called)
{
    check_product(4, 8, 5, "f32[4,5]", "kernel");
    check_product(100, 80, 60, "f32[100,60]", "call");
}

JAC_DEF(jac, window, (jac, x))
{
    return jac_exp(jac_slice_in_dim(x, 10, 30, 1, 0));
}

Test(profile, a_slice_costs_what_it_shows_and_exp_its_polynomial)
{
    start();
    run(jac_jit(window_fn), 2, jac_ones(JAC_SHAPE(100000)));
    stop();
    expect(the("exp", "f32[20]"), 2, 80, 80, 20 * 12);
}

JAC_DEF(jac, rows_less_mean, (jac, x))
{
    return jac_sub(x, jac_mean(x, JAC_AXES(1), .keepdims = true));
}

Test(profile, what_is_broadcast_is_read_once)
{
    start();
    run(jac_jit(rows_less_mean_fn), 1, jac_ones(JAC_SHAPE(64, 100)));
    stop();
    /* Sums, divided, and the differences from them; a division counts 4. */
    jac_profile_kernel all = all_compiled();
    cr_expect(all.calls == 3 && all.bytes_read == 25600 + 256 + 25600 + 256, "%g", all.bytes_read);
    cr_expect(all.bytes_written == 256 + 256 + 25600, "%g", all.bytes_written);
    cr_expect(all.flops == 6400 + 64 * 4 + 6400, "%g", all.flops);
}

JAC_DEF(jac, mixes, (jac, k))
{
    return jac_random_bits(k, JAC_SHAPE(1000));
}

Test(profile, operations_on_integers_are_counted_apart)
{
    start();
    run(jac_jit(mixes_fn), 1, jac_random_PRNGKey(1));
    stop();
    jac_profile_kernel all = all_compiled();
    cr_expect(all.flops == 0 && all.int_ops >= 1000 * 90 / 2, "%g, %g", all.flops, all.int_ops);
}

/* ---- loops ----------------------------------------------------------------------------------- */

static jac repeat(int n, jac x)
{
    struct {
        jac x, i;
    } s = {x, jac_asarray(0)};
    JAC_WHILE (s, jac_lt(s.i, n)) {
        s.x = jac_add(jac_mul(s.x, 0.5), 1);
        s.i = jac_add(s.i, 1);
    }
    return s.x;
}

JAC_DEF(jac, repeat_25, (jac, x))
{
    return repeat(25, x);
}

Test(profile, a_kernel_in_a_loop_is_counted_for_each_pass)
{
    start();
    run(jac_jit(repeat_25_fn), 4, jac_ones(JAC_SHAPE(5000)));
    stop();
    jac_profile_kernel k = the("mul + add", "f32[5000]"), loop = the("while", "f32[5000]");
    expect(k, 4 * 25, 20000, 20000, 10000);
    cr_expect(k.timed && k.depth == 2 && k.own_seconds > 0);
    cr_expect(loop.calls == 4 && loop.flops == 0 && loop.depth == 1);
    cr_expect(loop.seconds >= k.seconds && loop.own_seconds < loop.seconds);
}

Test(profile, a_kernel_too_short_to_time_counts_for_its_loop)
{
    start();
    run(jac_jit(repeat_25_fn), 4, jac_ones(JAC_SHAPE(10)));
    stop();
    jac_profile_kernel k = the("mul + add", "f32[10]"), loop = the("while", "f32[10]");
    expect(k, 4 * 25, 40, 40, 20);
    cr_expect(!k.timed && k.own_seconds == 0 && k.of_ceiling == 0);
    cr_expect(loop.flops == k.flops && loop.bytes_read >= k.bytes_read);
}

Test(profile, scalars_count_for_their_loop_once_a_pass)
{
    start();
    run(jac_jit(repeat_25_fn), 4, jac_asarray(1.5));
    stop();
    jac_profile_kernel loop = the("while", "~f32[]");
    expect(loop, 4, 0, 0, 2 * 25);
    /* i + 1 in each pass, and i < n once more. */
    cr_expect(loop.int_ops == 4 * (25 + 26), "%g", loop.int_ops);
}

JAC_DEF(jac, odd_and_even, (jac, x))
{
    struct {
        jac x;
    } s = {x};
    JAC_FOR (i, 0, 30, s) {
        JAC_IF (s, jac_lt(i, 10)) {
            s.x = jac_sqrt(s.x);
        }
        JAC_ELSE
        {
            s.x = jac_neg(s.x);
        }
        s.x = jac_abs(s.x);
    }
    return s.x;
}

Test(profile, a_branch_counts_when_it_is_taken)
{
    start();
    run(jac_jit(odd_and_even_fn), 2, jac_ones(JAC_SHAPE(6000)));
    run(jac_jit(odd_and_even_fn), 3, jac_ones(JAC_SHAPE(6)));
    stop();
    expect(the("sqrt", "f32[6000]"), 2 * 10, 24000, 24000, 6 * 6000);
    expect(the("neg", "f32[6000]"), 2 * 20, 24000, 24000, 6000);
    expect(the("sqrt", "f32[6]"), 3 * 10, 24, 24, 6 * 6);
    expect(the("neg", "f32[6]"), 3 * 20, 24, 24, 6);
}

static jac root_of(jac x)
{
    struct {
        jac y, step;
    } s = {x, jac_asarray(1.0)};
    JAC_WHILE (s, jac_gt(jac_abs(s.step), 1e-6)) {
        s.step = jac_mul(0.5, jac_sub(s.y, jac_div(x, s.y)));
        s.y = jac_sub(s.y, s.step);
    }
    return s.y;
}
JAC_FN(root_of, jac, (jac, x))

Test(profile, a_batched_loop_counts_the_strips_of_all_threads)
{
    enum { N = 50000 };
    jac x = jac_add(jac_div(jac_arange(N), (double)N), 1);
    start();
    run(jac_jit(jac_vmap(root_of_fn)), 2, x);
    stop();
    const jac_profile_kernel *lanes = NULL;
    int64_t strips = 0;
    for (int k = 0; k < nrow; k++) {
        if (!strcmp(row[k].kind, "batched loop"))
            lanes = &row[k];
        else if (row[k].depth == 2 && !strcmp(row[k].kind, "loop"))
            strips = row[k].calls;
        cr_expect(row[k].depth < 2 || !row[k].timed, "%s", row[k].kernel);
    }
    cr_assert(lanes);
    /* x, which is also the start of y; y. Nobody reads the last step. */
    cr_expect(lanes->calls == 2 && lanes->bytes_read == 2 * 2 * 4 * N, "%g", lanes->bytes_read);
    cr_expect(lanes->bytes_written == 2 * 4 * N, "%g", lanes->bytes_written);
    cr_expect(lanes->flops > 2.0 * N * 8, "%g", lanes->flops);
    cr_expect(strips >= 2 * N / 128 && strips <= 2 * (N / 16 + 1), "%lld", (long long)strips);
}

JAC_DEF(jac, centred, (jac, x))
{
    return jac_sub(x, jac_mean(x, JAC_AXES(1), .keepdims = true));
}

Test(profile, kernels_done_together_are_timed_together_and_read_once)
{
    enum { ROWS = 2048, COLUMNS = 1024 };
    jac x = jac_ones(JAC_SHAPE(ROWS, COLUMNS));
    start();
    run(jac_jit(centred_fn), 3, x);
    stop();
    const jac_profile_kernel *all = NULL;
    for (int k = 0; k < nrow; k++)
        if (!strcmp(row[k].kind, "kernels"))
            all = &row[k];
    cr_assert(all);
    double n = ROWS * COLUMNS;
    expect(*all, 3, 4 * n, 4 * n, 2 * n + 4 * ROWS);
    cr_expect(all->timed && all->depth == 1);
    jac_profile_kernel sum = the("reduce_sum", "f32[2048,1024]");
    expect(sum, 3, 4 * n, 4 * ROWS, n);
    cr_expect(!sum.timed && sum.depth == 2);
}

/* Straight-line code with branches, so long that it is divided into functions. */
JAC_DEF(jac, long_code, (jac, x))
{
    struct {
        jac x;
    } s = {jac_sum(x)};
    jac all = x;
    for (int k = 0; k < 150; k++) {
        for (int j = 0; j < 4; j++)
            s.x = jac_sin(jac_add(s.x, k + j));
        if (k % 10)
            continue;
        JAC_IF (s, jac_gt(s.x, 0)) {
            s.x = jac_cos(s.x);
        }
        JAC_ELSE
        {
            s.x = jac_neg(s.x);
        }
    }
    return jac_mul(all, s.x);
}

Test(profile, parts_of_long_code_count_as_well)
{
    start();
    run(jac_jit(long_code_fn), 3, jac_ones(JAC_SHAPE(100)));
    stop();
    int64_t conds = 0;
    for (int k = 0; k < nrow; k++)
        conds += !strcmp(row[k].kind, "branches") ? row[k].calls : 0;
    double flops = all_compiled().flops;
    cr_expect(conds == 3 * 15, "%lld", (long long)conds);
    double least = 3 * (100 + 600 * 17 + 15 * 2 + 100), most = least + 3 * 15 * 16;
    cr_expect(flops >= least && flops <= most, "%g flops, not from %g to %g", flops, least, most);
}

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
    FAILS(jac_profile_trace(NULL), "a null path");
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

/* What a profile counts: calls, bytes and operations equal those worked out by hand. */
#include <criterion/criterion.h>
#include <string.h>

#include "tests/profile.h"

TestSuite(profile, .timeout = 60);

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

/* ---- single kernels -------------------------------------------------------------------------- */

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
    cr_expect(strstr(k.file, "profile.h") && k.line > 0 && k.depth == 1 && k.timed);
    cr_expect(k.flops_f64 == 0 && k.int_ops == 0);
    cr_expect(k.own_seconds > 0 && k.own_seconds <= k.seconds && k.median_seconds > 0);
    cr_expect(k.of_ceiling > 0);
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
    return jac_sub(x, jac_div(jac_sum(x, JAC_AXES(1), .keepdims = true), 100));
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
    return jac_sub(x, jac_div(jac_sum(x, JAC_AXES(1), .keepdims = true), 1024));
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

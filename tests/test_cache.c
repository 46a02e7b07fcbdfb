/* The cache of programs: shared programs, constant memory, and threads that compile at once. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <unistd.h>

#include "tests/compiled.h"

static bool adds(const jit_program *p, int n)
{
    float x = 0.5f, y = 0;
    return jit_run(p, (const void *[]){&x}, (void *[]){&y}) && y == 0.5f + (float)n;
}

Test(cache, graphs_that_are_equal_share_one_program)
{
    IR_AUTO_GRAPH a = numbered(1);
    IR_AUTO_GRAPH b = numbered(1);
    IR_AUTO_GRAPH c = numbered(2);
    jit_program *p = jit_compile(a, NULL), *q = jit_compile(b, NULL);
    jit_stats st;
    cr_assert(p && jit_last_stats(&st));
    cr_expect_eq(p, q);
    cr_expect(st.cached && st.ms_llvm == 0);
    jit_program *r = jit_compile(c, NULL);
    cr_expect_neq(p, r);
    cr_expect(jit_last_stats(&st) && !st.cached && st.ms_llvm > 0);
    cr_expect(adds(p, 1) && adds(r, 2));
    jit_release(p);
    jit_release(q);
    jit_release(r);
}

Test(cache, a_dropped_program_is_found_again)
{
    IR_AUTO_GRAPH a = numbered(7);
    jit_release(jit_compile(a, NULL));
    jit_stats st;
    jit_program *p = jit_compile(a, NULL);
    cr_expect(p && jit_last_stats(&st) && st.cached && adds(p, 7));
    jit_release(p);
}

static long resident_kib(void)
{
    long pages = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f && fscanf(f, "%ld %ld", &pages, &resident) != 2)
        resident = 0;
    if (f)
        fclose(f);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

Test(cache, a_thousand_compiled_and_dropped_programs_leave_memory_flat, .timeout = 600)
{
    long before = 0;
    for (int n = 0; n < 1000; n++) {
        IR_AUTO_GRAPH g = numbered(n);
        jit_program *p = jit_compile(g, NULL);
        cr_assert(p && adds(p, n), "%d: %s", n, ir_error());
        jit_release(p);
        if (n == JIT_CACHE_KEEPS + 100)
            before = resident_kib();
    }
    cr_expect_eq(jit_cache_count(), JIT_CACHE_KEEPS);
#ifdef __SANITIZE_ADDRESS__ /* which keeps freed memory for a while */
    (void)before;
#else
    long grown = resident_kib() - before;
    cr_expect_lt(grown, 2048, "%ld KiB more after the last 387 programs", grown);
#endif
}

static void *compile_in_thread(void *failures)
{
    for (int n = 0; n < 40; n++) {
        IR_AUTO_GRAPH g = numbered(n % 20);
        jit_program *p = jit_compile(g, NULL);
        if (!p || !adds(p, n % 20))
            ++*(int *)failures;
        jit_release(p);
    }
    return NULL;
}

Test(cache, threads_compile_and_run_at_once, .timeout = 300)
{
    enum { N = 4 };
    pthread_t thread[N];
    int failures[N] = {0};
    ops_init();
    for (int k = 0; k < N; k++)
        pthread_create(&thread[k], NULL, compile_in_thread, &failures[k]);
    for (int k = 0; k < N; k++) {
        pthread_join(thread[k], NULL);
        cr_expect_eq(failures[k], 0);
    }
    cr_expect_eq(jit_cache_count(), 20);
}

/* The library in a process with signals, forks, other threads and a floating-point environment of
 * its own (docs/reliability.md). */
#include <criterion/criterion.h>
#include <dlfcn.h>
#include <fenv.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "include/jacquard.h"
#include "ir/ir.h"
#include "tests/leave.h"

/* More threads than this machine may have CPUs. */
static void init(void)
{
    setenv("JACQUARD_NUM_THREADS", "4", 1);
}

TestSuite(process, .init = init, .timeout = 120);

JAC_DEF(jac, wave, (jac, x))
{
    return jac_sum(jac_tanh(jac_mul(x, 1.25)));
}

JAC_DEF(jac, square, (jac, x))
{
    jac a = jac_reshape(x, 256, -1);
    return jac_sum(jac_matmul(a, jac_transpose(a)));
}

enum { MANY = 1 << 20, SIDE = 1 << 16 };

static double work(jac_fn f, int n)
{
    double v = -1;
    JAC_SCOPE () {
        v = jac_item_f64(jac_call1(jac_jit(f), jac_full(JAC_SHAPE(n), 0.5, JAC_F64)));
    }
    return v;
}

/* ---- signals --------------------------------------------------------------------------------- */

/* In a process of its own, because the test runner's threads get signals. */
static int wait_for_signals(void)
{
    sigset_t term;
    int got = 0, right = 0;
    signal(SIGTERM, SIG_DFL);
    if (!(work(wave_fn, MANY) > 0) || !(work(square_fn, SIDE) > 0))
        return -1;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &term, NULL);
    for (int k = 0; k < 20; k++) {
        kill(getpid(), SIGTERM);
        sigwait(&term, &got);
        right += got == SIGTERM;
    }
    return right;
}

Test(process, threads_of_the_library_get_no_signals)
{
    int status = -1;
    pid_t child = fork();
    if (!child)
        leave(wait_for_signals());
    waitpid(child, &status, 0);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 20, "status %#x", status);
}

Test(process, the_callers_signals_are_as_before)
{
    sigset_t before, after;
    pthread_sigmask(SIG_BLOCK, NULL, &before);
    work(wave_fn, MANY);
    work(square_fn, SIDE);
    pthread_sigmask(SIG_BLOCK, NULL, &after);
    for (int k = 1; k < SIGRTMIN; k++)
        cr_expect_eq(sigismember(&before, k), sigismember(&after, k), "signal %d", k);
}

/* ---- fork ------------------------------------------------------------------------------------ */

static atomic_bool stop;
static atomic_long products, programs;

static void *multiply(void *arg)
{
    for (; !atomic_load(&stop); atomic_fetch_add(&products, 1))
        work(square_fn, SIDE);
    return arg;
}

JAC_DEF_ENV(jac, scaled, double, (jac, x))
{
    return jac_sum(jac_sin(jac_mul(x, *env)));
}

static void *compile(void *arg)
{
    for (long k = 1; !atomic_load(&stop); k++, atomic_fetch_add(&programs, 1)) {
        JAC_SCOPE () {
            work(scaled_with(1 + 1e-3 * (double)k), 8);
        }
    }
    return arg;
}

/* Forks while other threads use the library. The children use it too, and must end. */
static void fork_among(void *(*busy)(void *), int forks, jac_fn f, int n)
{
#ifdef __SANITIZE_ADDRESS__
    cr_skip("a child cannot get the locks that other threads held in the sanitizer's own malloc");
#endif
    pthread_t thread[2];
    double want = work(f, n);
    for (int k = 0; k < 2; k++)
        cr_assert_eq(pthread_create(&thread[k], NULL, busy, NULL), 0);
    for (int k = 0; k < forks; k++) {
        pid_t child = fork_counted();
        if (!child) {
            alarm(60);
            bool ok = work(f, n) == want && work(wave_fn, MANY) > 0 &&
                      work(scaled_with(-1 - 1e-3 * k), 8) < 0;
            leave(ok ? 0 : 1);
        }
        int status = -1;
        waitpid(child, &status, 0);
        cr_expect(WIFEXITED(status) && !WEXITSTATUS(status), "child %d: status %#x", k, status);
    }
    long before = atomic_load(&products) + atomic_load(&programs);
    for (int k = 0; k < 1000 && atomic_load(&products) + atomic_load(&programs) == before; k++)
        usleep(10000);
    cr_expect(atomic_load(&products) + atomic_load(&programs) > before,
              "the other threads are stuck");
    atomic_store(&stop, true);
    for (int k = 0; k < 2; k++)
        pthread_join(thread[k], NULL);
}

Test(process, a_child_made_during_products_works)
{
    fork_among(multiply, 20, square_fn, SIDE);
}

Test(process, a_child_made_during_compilations_works)
{
    fork_among(compile, 20, wave_fn, 1000);
}

/* ---- the BLAS -------------------------------------------------------------------------------- */

/* What the process itself sees of OpenBLAS, if it has more threads than one. */
static int (*threads_of_blas(void))(void)
{
    void *blas = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_NOLOAD);
    return blas ? (int (*)(void))dlsym(blas, "openblas_get_num_threads") : NULL;
}

Test(process, the_number_of_blas_threads_is_the_processes_own)
{
    setenv("JACQUARD_NUM_THREADS", "1", 1);
    cr_assert(work(square_fn, SIDE) > 0);
    int (*count)(void) = threads_of_blas();
    if (!count)
        cr_skip("this BLAS has another name");
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    cr_expect(count() > 1 || cpus == 1 || getenv("OPENBLAS_NUM_THREADS"), "%d of %ld", count(),
              cpus);
}

Test(process, openblas_num_threads_has_the_last_word)
{
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    cr_assert(work(square_fn, SIDE) > 0);
    int (*count)(void) = threads_of_blas();
    if (!count)
        cr_skip("this BLAS has another name");
    cr_expect_eq(count(), 1);
}

/* ---- the floating-point environment ---------------------------------------------------------- */

JAC_DEF(jac, third, (jac, x))
{
    for (int k = 0; k < 8; k++)
        x = jac_div(jac_add(x, 1.0), 3.0);
    return x;
}

JAC_DEF(jac, rows, (jac, x))
{
    jac a = jac_div(jac_reshape(x, 1024, -1), 3.0);
    return jac_reshape(jac_matmul(a, jac_transpose(a)), -1);
}

/* Under the caller's rounding, all elements are equal however the work is shared. */
static void expect_one_value(jac_fn f, const char *what)
{
    jac_fn g = jac_jit(f);
    jac x = jac_full(JAC_SHAPE(MANY), 0.1, JAC_F64);
    jac_call1(g, x);
    for (int mode = 0; mode < 2; mode++) {
        fesetround(mode ? FE_UPWARD : FE_DOWNWARD);
        for (int run = 0; run < 3; run++) {
            jac y = jac_call1(g, x);
            const double *v = jac_view(y, JAC_F64);
            cr_assert(v, "%s", jac_error());
            int64_t n = jac_size(y), other = 0;
            for (int64_t k = 0; k < n; k++)
                other += v[k] != v[0];
            cr_expect_eq(other, 0, "%s: %lld of %lld differ", what, (long long)other, (long long)n);
        }
    }
    fesetround(FE_TONEAREST);
}

Test(process, threads_round_like_the_caller)
{
    expect_one_value(third_fn, "elements");
    expect_one_value(rows_fn, "products");
}

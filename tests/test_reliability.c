/* What a program may do to the library by accident: masks of 255, a longjmp, a full disk, a missing
 * JAC_SCOPE, many shapes (docs/reliability.md). */
#include <criterion/criterion.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "include/jacquard.h"
#include "jit/jit.h"

TestSuite(reliability, .timeout = 120);

/* ---- borrowed bools -------------------------------------------------------------------------- */

JAC_DEF(jac, count, (jac, m))
{
    return jac_sum(m);
}

JAC_DEF(jac, count_not, (jac, m))
{
    return jac_sum(jac_astype(jac_logical_not(m), JAC_I32));
}

static void note(void *env)
{
    ++*(int *)env;
}

Test(reliability, borrowed_bools_other_than_1_count_as_1)
{
    static unsigned char mask[4] = {255, 2, 0, 1}, plain[4] = {1, 1, 0, 1};
    static int released; /* the last array is released when the process ends */
    jac m = jac_borrow(JAC_BOOL, JAC_SHAPE(4), mask, note, &released);
    cr_expect_eq(released, 1);
    cr_expect_eq(jac_item_i64(jac_call1(count_fn, m)), 3);
    cr_expect_eq(jac_item_i64(jac_call1(jac_jit(count_fn), m)), 3);
    cr_expect_eq(jac_item_i64(jac_call1(count_not_fn, m)), 1);
    cr_expect_eq(jac_item_i64(jac_call1(jac_jit(count_not_fn), m)), 1);
    m = jac_borrow(JAC_BOOL, JAC_SHAPE(4), plain, note, &released);
    cr_expect_eq(jac_view(m, JAC_BOOL), plain);
    cr_expect_eq(released, 1);
}

/* ---- longjmp --------------------------------------------------------------------------------- */

static jmp_buf out;

JAC_DEF(jac, leaves, (jac, x))
{
    x = jac_mul(x, 3.0);
    longjmp(out, 1);
    return x;
}

JAC_DEF(jac, leaves_a_block, (jac, x))
{
    struct {
        jac x;
    } s = {x};
    JAC_WHILE (s, jac_lt(s.x, 10)) {
        s.x = jac_mul(s.x, 2.0);
        longjmp(out, 1);
    }
    return s.x;
}

JAC_DEF(jac, twice, (jac, x))
{
    return jac_mul(x, 2.0);
}

static double doubled(void)
{
    jac y = jac_call1(jac_jit(twice_fn), 1.5);
    return jac_ok(y) ? jac_item_f64(y) : -1;
}

/* Deeper on the stack than the trace that was left. */
static __attribute__((noinline)) double doubled_deep(void)
{
    volatile char room[1 << 16];
    memset((char *)room, 7, sizeof room);
    return doubled() + (room[9] - 7);
}

/* Not inlined, so that nothing of it is in the frame that the longjmp comes back to. */
static __attribute__((noinline)) void call_with(jac_fn f)
{
    jac_call1(f, jac_ones(JAC_SHAPE(2)));
    cr_assert_fail("the function returned");
}

static void expect_recovery(jac_fn f)
{
    for (volatile int k = 0; k < 3; k++)
        if (!setjmp(out)) {
            call_with(f);
        } else {
            cr_expect_eq(k % 2 ? doubled() : doubled_deep(), 3.0, "%s", jac_error());
            jac_error_clear();
        }
}

Test(reliability, a_longjmp_out_of_a_traced_function_is_recovered_from)
{
    expect_recovery(jac_jit(leaves_fn));
    expect_recovery(jac_jit(jac_vmap(leaves_fn, .axis_name = "i")));
    expect_recovery(jac_jit(jac_vmap(leaves_a_block_fn)));
}

Test(reliability, a_thousand_longjmps_leave_no_depth)
{
    for (volatile int k = 0; k < 2500; k++)
        if (!setjmp(out))
            call_with(leaves_fn);
    cr_expect_eq(doubled(), 3.0, "%s", jac_error());
}

JAC_DEF(jac, catches, (jac, x))
{
    if (!setjmp(out))
        call_with(jac_jit(leaves_fn));
    return jac_mul(x, 5.0);
}

Test(reliability, a_traced_function_may_catch_the_longjmp_of_one_inside)
{
    cr_expect_eq(jac_item_f64(jac_call1(jac_jit(catches_fn), 2.0)), 10.0, "%s", jac_error());
}

/* ---- files ----------------------------------------------------------------------------------- */

static int files_in(const char *dir)
{
    char command[128];
    int n = -1;
    snprintf(command, sizeof command, "ls %s | wc -l", dir);
    FILE *f = popen(command, "r");
    if (f && fscanf(f, "%d", &n) != 1)
        n = -1;
    if (f)
        pclose(f);
    return n;
}

Test(reliability, a_failed_save_loses_nothing)
{
    char dir[] = "/tmp/jacquard_save_XXXXXX", path[64], link[64];
    cr_assert(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/a.npy", dir);
    snprintf(link, sizeof link, "%s/b.npy", dir);
    cr_assert(jac_save(path, jac_full(JAC_SHAPE(1000), 7.0)), "%s", jac_error());
    cr_assert_eq(chmod(path, 0640), 0);
    cr_assert_eq(symlink("a.npy", link), 0);
    struct rlimit was, small;
    getrlimit(RLIMIT_FSIZE, &was);
    small = (struct rlimit){8192, was.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    bool saved = jac_save(path, jac_zeros(JAC_SHAPE(100000)));
    setrlimit(RLIMIT_FSIZE, &was);
    cr_expect_not(saved);
    cr_expect(strstr(jac_error(), "File too large"), "%s", jac_error());
    jac_error_clear();
    cr_expect_eq(files_in(dir), 2);
    jac x = jac_load(path);
    cr_assert(jac_ok(x), "%s", jac_error());
    cr_expect_eq(jac_item_f64(jac_sum(x)), 7000);
    /* A later save keeps the link and the rights. */
    struct stat st;
    cr_assert(jac_save(link, jac_ones(JAC_SHAPE(5))), "%s", jac_error());
    cr_assert(!lstat(link, &st) && S_ISLNK(st.st_mode));
    cr_assert(!stat(path, &st));
    cr_expect_eq(st.st_mode & 07777, 0640);
    cr_expect_eq(jac_item_f64(jac_sum(jac_load(path))), 5);
    unlink(path);
    unlink(link);
    cr_expect_eq(rmdir(dir), 0);
}

/* ---- growth ---------------------------------------------------------------------------------- */

/* A variant keeps its program, so the cache of programs could not let it go. */
Test(reliability, a_jitted_function_lets_old_variants_go)
{
    jac_fn f = jac_jit(twice_fn);
    for (int n = 1; n <= JIT_CACHE_KEEPS + 100; n++)
        JAC_SCOPE () {
            cr_assert_eq(jac_item_f64(jac_sum(jac_call1(f, jac_ones(JAC_SHAPE(n))))), 2.0 * n);
        }
    cr_expect_leq(jit_cache_count(), JIT_CACHE_KEEPS);
    cr_expect_eq(jac_item_f64(jac_sum(jac_call1(f, jac_ones(JAC_SHAPE(1))))), 2.0);
}

static char said[512];

static void read_stderr(void (*act)(void))
{
    int pipes[2], was = dup(2);
    cr_assert_eq(pipe(pipes), 0);
    dup2(pipes[1], 2);
    act();
    fflush(stderr);
    dup2(was, 2);
    close(pipes[1]);
    ssize_t n = read(pipes[0], said, sizeof said - 1);
    said[n > 0 ? n : 0] = 0;
    close(pipes[0]);
    close(was);
}

static int line;

static void make_too_many(void)
{
    JAC_SCOPE () {
        for (int k = 0; k < JAC_SCOPE_MANY / 2; k++) {
            line = __LINE__ + 1;
            jac_add(1.0, 2.0);
        }
    }
    JAC_SCOPE () {
        for (int k = 0; k < JAC_SCOPE_MANY + 1; k++)
            jac_asarray(1.0);
    }
}

Test(reliability, a_missing_scope_is_said_once_with_its_line)
{
    char want[64];
    read_stderr(make_too_many);
    snprintf(want, sizeof want, "test_reliability.c:%d ", line);
    cr_expect(strstr(said, want), "%s", said);
    cr_expect(strstr(said, "JAC_SCOPE"), "%s", said);
    cr_expect_eq(strchr(said, '\n'), said + strlen(said) - 1, "%s", said);
}

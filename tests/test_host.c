/* What compiled code calls while it runs (jit/host/), called directly: the memory of calls within
 * calls, tapes, and the thread pool after a fork. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "jit/host/host.h"
#include "tests/leave.h"

/* ---- calls ------------------------------------------------------------------------------------ */

enum { BYTES = 256, LARGE = 65 << 20 };

/* Fills its memory with its depth, calls itself until depth is 3, and looks whether its memory was
 * left alone. Its result, if it has one, is a tape, which begins empty. */
static bool nested(const void *const *in, void *const *out, char *arena, const void *const *table)
{
    int depth = *(const int *)in[0], deeper = depth + 1;
    memset(arena + sizeof(ir_tape *), depth, BYTES - sizeof(ir_tape *));
    cr_expect(!*(ir_tape **)arena && !*(ir_tape **)out[0], "tapes begin empty");
    jac_host_program p = *(const jac_host_program *)table;
    ir_tape *inner = (ir_tape *)&p; /* what must not be there when the call begins */
    if (depth < 3 && !jac_host_run(&p, (const void *[]){&deeper}, (void *[]){&inner}))
        return false;
    for (int k = sizeof(ir_tape *); k < BYTES; k++)
        if (arena[k] != depth)
            return ir_fail("the memory of depth %d was overwritten", depth);
    return depth < 3 || *(const int *)in[0] == 3;
}

static jac_host_program program_of(jac_host_entry *entry, size_t bytes)
{
    static const size_t at[] = {0};
    static const int results[] = {0};
    return (jac_host_program){.entry = entry,
                              .name = "a program",
                              .arena_bytes = bytes,
                              .ntape = 1,
                              .ntape_out = 1,
                              .tape = at,
                              .tape_out = results};
}

Test(host, a_call_within_a_call_has_memory_of_its_own)
{
    int depth = 0;
    ir_tape *tape = (ir_tape *)&depth;
    jac_host_program p = program_of(nested, BYTES);
    p.table = (const void *const *)&p;
    for (int k = 0; k < 3; k++)
        cr_assert(jac_host_run(&p, (const void *[]){&depth}, (void *[]){&tape}), "%s",
                  jac_host_error());
    cr_expect_null(jac_host_error());
    p.arena_bytes = LARGE;
    cr_assert(jac_host_run(&p, (const void *[]){&depth}, (void *[]){&tape}), "%s",
              jac_host_error());
}

/* Needs more than there is, at depth 1. */
static bool greedy(const void *const *in, void *const *out, char *arena, const void *const *table)
{
    jac_host_program p = *(const jac_host_program *)table;
    p.arena_bytes = SIZE_MAX / 4;
    (void)arena;
    return jac_host_run(&p, in, out);
}

Test(host, a_call_without_enough_memory_fails_and_says_how_much_it_needs)
{
    ir_tape *tape = NULL;
    jac_host_program p = program_of(greedy, BYTES);
    p.table = (const void *const *)&p;
    cr_assert(!jac_host_run(&p, (const void *[]){&p}, (void *[]){&tape}));
    cr_expect(
        strstr(jac_host_error(), "the temporaries of a program take 4611686018427387903 bytes"),
        "%s", jac_host_error());
    ir_error_clear();
    p.arena_bytes = SIZE_MAX / 4;
    cr_assert(!jac_host_run(&p, (const void *[]){&p}, (void *[]){&tape}));
    cr_expect(strstr(jac_host_error(), "the temporaries of a program take"), "%s",
              jac_host_error());
}

/* ---- tapes ------------------------------------------------------------------------------------ */

static bool are_zeros(const void *at, size_t bytes)
{
    const char *c = at;
    for (size_t k = 0; c && k < bytes; k++)
        if (c[k])
            return false;
    return c != NULL;
}

Test(host, slices_that_a_tape_does_not_have_are_zeros_of_any_size)
{
    ir_tape *none = NULL;
    const size_t sizes[] = {8, JAC_HOST_ZEROS, JAC_HOST_ZEROS + 1, 300000, 200000, 400000};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
        cr_expect(are_zeros(jac_host_tape_read(&none, 5, sizes[k]), sizes[k]), "%zu bytes",
                  sizes[k]);
    cr_expect_null(jac_host_tape_read(&none, 0, SIZE_MAX / 4));
    cr_expect(strstr(jac_host_error(), "out of memory"), "%s", jac_host_error());
}

Test(host, a_tape_that_is_copied_stays_when_the_other_is_dropped)
{
    const int64_t slice[] = {IR_f64, 1, 2};
    ir_tape *a = NULL, *b = NULL;
    cr_assert(jac_host_tape_open(&a, slice, 3), "%s", jac_host_error());
    for (int k = 0; k < 5; k++)
        ((double *)jac_host_tape_next(&a, k))[1] = k;
    jac_host_tape_copy(&b, &a);
    jac_host_tape_copy(&b, &a); /* again: what b had is dropped */
    jac_host_tape_drop(&a);
    cr_expect_null(a);
    cr_expect_eq(ir_tape_length(b), 5);
    cr_expect_eq(((const double *)jac_host_tape_read(&b, 4, 16))[1], 4);
    cr_expect(ir_tape_live_bytes() > 0);
    jac_host_tape_copy(&b, &a); /* nothing */
    cr_expect_null(b);
    cr_expect_eq(ir_tape_live_bytes(), 0);
    cr_assert(jac_host_tape_open(&a, slice, -1), "%s", jac_host_error());
    cr_expect_eq(ir_tape_length(a), 0);
    jac_host_tape_drop(&a);
}

/* ---- threads ----------------------------------------------------------------------------------- */

static uint8_t counts(void *env, int64_t from, int64_t to, void *memory)
{
    atomic_int *n = env;
    (void)memory;
    for (int64_t k = from; k < to; k++) {
        nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
        atomic_fetch_add(n, 1);
    }
    return 1;
}

static void two(void)
{
    setenv("JACQUARD_NUM_THREADS", "2", 1);
}

Test(host, a_child_process_shares_work_with_threads_of_its_own, .init = two)
{
    atomic_int n = 0;
    cr_assert(jac_host_parallel(counts, &n, 100, 0));
    for (int k = 0; k < 2; k++) {
        pid_t child = fork_counted();
        if (!child) {
            atomic_int mine = 0;
            alarm(60);
            leave(!(jac_host_parallel(counts, &mine, 100, 0) && mine == 100));
        }
        int status = -1;
        cr_assert(waitpid(child, &status, 0) == child && status == 0, "status %#x", status);
    }
    cr_assert(jac_host_parallel(counts, &n, 100, 0));
    cr_expect_eq(n, 200);
}

Test(host, work_whose_temporaries_take_more_than_there_is_fails, .init = two)
{
    atomic_int n = 0;
    cr_assert(!jac_host_parallel(counts, &n, 100, SIZE_MAX / 4));
    cr_expect(strstr(jac_host_error(), "out of memory: a thread's temporaries take"), "%s",
              jac_host_error());
    cr_expect_eq(n, 0);
}

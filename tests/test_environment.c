/* How environment variables are read: valid values, and one warning for an invalid value, which
 * then has no effect. Other tests check what each variable does. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "include/jacquard.h"
#include "ir/ir.h"
#include "jit/jit.h"

enum { TEXT = 1 << 16 };

static char errors[TEXT];
static FILE *was;

/* Captures this process's stderr. */
static void listen(void)
{
    was = stderr;
    memset(errors, 0, sizeof errors);
    stderr = fmemopen(errors, sizeof errors, "w");
    cr_assert(stderr);
}

static const char *heard(void)
{
    fclose(stderr);
    stderr = was;
    return errors;
}

TestSuite(environment, .timeout = 60);

#define SPEND  "JACQUARD_TEST_BYTES"
#define NUMBER "JACQUARD_TEST_COUNT"

Test(environment, bytes_have_units_of_1024)
{
    static const struct {
        const char *text;
        int64_t means;
    } known[] = {
        {"1", 1},          {"2000000000", 2000000000}, {"3k", 3 << 10},   {"500M", 500 << 20},
        {"2G", 2ll << 30}, {"2g", 2ll << 30},          {"1T", 1ll << 40}, {"", 77}};
    listen();
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        setenv(SPEND, known[k].text, 1);
        cr_expect_eq(ir_env_bytes(SPEND, 1, 77), known[k].means, "%s", known[k].text);
    }
    unsetenv(SPEND);
    cr_expect_eq(ir_env_bytes(SPEND, 1, 77), 77);
    cr_expect_str_eq(heard(), "");
}

Test(environment, bytes_that_are_none_count_as_not_set_and_are_said_once)
{
    static const char *const nonsense[] = {"abc",
                                           "0",
                                           "-1",
                                           "+5",
                                           " 5",
                                           "5 ",
                                           "1.5G",
                                           "2e9",
                                           "2GB",
                                           "G",
                                           "9223372036854775808",
                                           "9007199254740992K"};
    listen();
    for (size_t k = 0; k < sizeof nonsense / sizeof *nonsense; k++) {
        setenv(SPEND, nonsense[k], 1);
        cr_expect_eq(ir_env_bytes(SPEND, 1, 77), 77, "%s", nonsense[k]);
    }
    cr_expect_str_eq(heard(), "jacquard: " SPEND " must be a number of bytes, at least 1, such as "
                              "500M or 2G; abc is not, and is ignored\n");
}

Test(environment, a_count_out_of_range_counts_as_not_set_and_is_said_once)
{
    static const char *const nonsense[] = {"257", "0", "-1", "abc", "1K", "2.0"};
    listen();
    for (size_t k = 0; k < sizeof nonsense / sizeof *nonsense; k++) {
        setenv(NUMBER, nonsense[k], 1);
        cr_expect_eq(ir_env_count(NUMBER, 1, 256, 3), 3, "%s", nonsense[k]);
    }
    setenv(NUMBER, "256", 1);
    cr_expect_eq(ir_env_count(NUMBER, 1, 256, 3), 256);
    cr_expect_str_eq(heard(), "jacquard: " NUMBER " must be a whole number from 1 to 256; 257 is "
                              "not, and is ignored\n");
}

Test(environment, threads_that_are_no_number_are_as_many_as_not_set)
{
    listen();
    setenv("JACQUARD_NUM_THREADS", "300", 1);
    int n = ir_thread_count();
    cr_expect(n >= 1 && n <= 256, "%d", n);
    cr_expect_eq(ir_threads_asked(), 0); /* the BLAS's own setting does not change either */
    cr_expect_str_eq(heard(), "jacquard: JACQUARD_NUM_THREADS must be a whole number from 1 to "
                              "256; 300 is not, and is ignored\n");
}

Test(environment, threads_are_as_many_as_asked_for)
{
    setenv("JACQUARD_NUM_THREADS", "3", 1);
    cr_expect(ir_thread_count() == 3 && ir_threads_asked() == 3);
}

/* ---- tapes ----------------------------------------------------------------------------------- */

Test(environment, the_limit_of_tapes_has_units)
{
    setenv("JACQUARD_TAPE_LIMIT", "2G", 1);
    cr_expect_eq(ir_tape_limit(), (size_t)2 << 30);
}

Test(environment, a_limit_of_tapes_that_is_no_number_is_said_once)
{
    listen();
    setenv("JACQUARD_TAPE_LIMIT", "abc", 1);
    for (int k = 0; k < 2; k++) {
        cr_expect_eq(ir_tape_limit(), (size_t)8 << 30);
        jac_tape_limit(0); /* reads the environment again */
    }
    cr_expect_str_eq(heard(), "jacquard: JACQUARD_TAPE_LIMIT must be a number of bytes, at least "
                              "1, such as 500M or 2G; abc is not, and is ignored\n");
}

/* ---- words ----------------------------------------------------------------------------------- */

/* The output of a process that computes a few things (tests/disk/worker.c). */
static char *worker(const char *environment)
{
    char command[512], *text = calloc(1, TEXT);
    snprintf(command, sizeof command, "env %s " JAC_DISK_WORKER " 2>&1", environment);
    FILE *f = popen(command, "r");
    cr_assert(f && fread(text, 1, TEXT - 1, f));
    int status = pclose(f);
    cr_expect(WIFEXITED(status) && !WEXITSTATUS(status), "%s", text);
    return text;
}

Test(environment, a_log_of_what_is_not_known_is_said_once)
{
    char *text = worker("JACQUARD_LOG=compiled");
    static const char said[] = "jacquard: JACQUARD_LOG must be a list of compile and perf; "
                               "compiled is neither, and is ignored\n";
    cr_expect(!strncmp(text, said, sizeof said - 1), "%s", text);
    cr_expect(!strstr(text + 1, "jacquard: "), "%s", text);
    free(text);
}

Test(environment, a_log_is_a_list_of_whole_words)
{
    static const struct {
        const char *text;
        bool compile, perf;
    } known[] = {{"compile", true, false},
                 {"perf", false, true},
                 {"perf, compile", true, true},
                 {"compile,perf", true, true},
                 {"0", false, false},
                 {",", false, false},
                 {"", false, false}};
    listen();
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        setenv("JACQUARD_LOG", known[k].text, 1);
        cr_expect_eq(jit_logs(JIT_LOG_COMPILE), known[k].compile, "%s", known[k].text);
        cr_expect_eq(jit_logs(JIT_LOG_PERF), known[k].perf, "%s", known[k].text);
    }
    cr_expect_str_eq(heard(), "");
}

static jac plain(jac x)
{
    return jac_sin(x);
}
JAC_FN(plain, jac, (jac, x))

/* Is a jitted function compiled? The variable is read once per thread, and each test is
 * a process. */
static bool compiles(const char *disable)
{
    setenv("JACQUARD_DISABLE_JIT", disable, 1);
    int before = jit_cache_count();
    cr_assert(jac_ok(jac_call1(jac_jit(plain_fn), jac_ones(JAC_SHAPE(5)))));
    return jit_cache_count() > before;
}

#define DISABLE(name, value, compiled)                                                             \
    Test(environment, name)                                                                        \
    {                                                                                              \
        listen();                                                                                  \
        cr_expect_eq(compiles(value), compiled);                                                   \
        cr_expect_str_eq(heard(), "");                                                             \
    }
DISABLE(not_disabled_by_nothing_it_compiles, "", true)
DISABLE(not_disabled_by_0_it_compiles, "0", true)
DISABLE(not_disabled_by_false_it_compiles, "false", true)
DISABLE(not_disabled_by_no_it_compiles, "No", true)
DISABLE(not_disabled_by_off_it_compiles, "off", true)
DISABLE(disabled_by_1_it_interprets, "1", false)
DISABLE(disabled_by_true_it_interprets, "TRUE", false)
DISABLE(disabled_by_yes_it_interprets, "yes", false)
DISABLE(disabled_by_on_it_interprets, "on", false)

Test(environment, what_neither_disables_nor_not_is_said_and_it_compiles)
{
    listen();
    cr_expect(compiles("maybe"));
    cr_expect_str_eq(
        heard(), "jacquard: JACQUARD_DISABLE_JIT must be 1 or 0 (true or false, yes or no, on or "
                 "off); maybe is neither, and is ignored\n");
}

/* ---- the CPU ---------------------------------------------------------------------------------- */

/* Compiles a sine for JACQUARD_CPU as it is set: it must be the interpreter's, whatever the CPU.
 * Gives whether its assembly uses AVX. */
static bool compiles_to_avx(void)
{
    char dir[] = "/tmp/jacquard_cpu_XXXXXX", command[128];
    cr_assert(mkdtemp(dir));
    setenv("JACQUARD_DUMP", dir, 1);
    jac x = jac_linspace(-20, 20, 1000), mine = jac_call1(jac_jit(plain_fn), x);
    cr_assert(jac_item_f64(jac_all(jac_eq(mine, plain(x)))) == 1);
    snprintf(command, sizeof command, "cat %s/*.s | grep -q '[yz]mm'", dir);
    bool avx = system(command) == 0;
    snprintf(command, sizeof command, "test -s %s/*.s && rm -r %s", dir, dir);
    cr_assert_eq(system(command), 0, "there is no assembly");
    return avx;
}

#if defined(__x86_64__)
Test(environment, code_is_compiled_for_the_cpu_that_was_asked_for)
{
    listen();
    setenv("JACQUARD_CPU", "x86-64-v2", 1);
    cr_expect(!compiles_to_avx());
    cr_expect_str_eq(heard(), "");
}

Test(environment, a_cpu_with_more_than_this_machine_is_said_and_not_compiled_for)
{
    bool has = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
    listen();
    setenv("JACQUARD_CPU", "x86-64-v4", 1);
    compiles_to_avx(); /* and runs */
    const char *said = heard();
    if (has)
        cr_expect_str_eq(said, "");
    else
        cr_expect(strstr(said, "JACQUARD_CPU is x86-64-v4, but this machine's CPU lacks "), "%s",
                  said);
}
#endif

Test(environment, a_cpu_with_no_such_name_is_said_once_and_counts_as_not_set)
{
    listen();
    setenv("JACQUARD_CPU", "fast", 1);
    compiles_to_avx();
    const char *said = heard();
    cr_expect(strstr(said, "jacquard: JACQUARD_CPU must be one of native"), "%s", said);
    cr_expect(strstr(said, "; fast is not, and is ignored\n"), "%s", said);
}

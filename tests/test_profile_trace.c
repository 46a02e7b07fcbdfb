/* What a profile writes: a JSON trace whose events nest, and a table whose columns are aligned;
 * also if only environment variables ask for them. */
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "include/jacquard.h"
#include "ir/ir.h"

TestSuite(profile_trace, .timeout = 60);

/* ---- JSON, read strictly --------------------------------------------------------------------- */

static void space(const char **s)
{
    while (**s == ' ' || **s == '\n' || **s == '\t' || **s == '\r')
        ++*s;
}

static bool string(const char **s)
{
    if (*(*s)++ != '"')
        return false;
    for (; **s != '"'; ++*s) {
        if ((unsigned char)**s < 0x20)
            return false;
        if (**s != '\\')
            continue;
        ++*s;
        if (**s == 'u') {
            for (int k = 0; k < 4; k++)
                if (!isxdigit((unsigned char)*++*s))
                    return false;
        } else if (!strchr("\"\\/bfnrt", **s) || !**s)
            return false;
    }
    ++*s;
    return true;
}

static bool number(const char **s)
{
    char *end;
    if (!strchr("-0123456789", **s) || !**s)
        return false;
    strtod_l(*s, &end, ir_c_locale());
    bool ok = end != *s;
    *s = end;
    return ok;
}

static bool value(const char **s);

static bool members(const char **s, char close, bool named)
{
    ++*s;
    space(s);
    if (**s == close) {
        ++*s;
        return true;
    }
    for (;;) {
        space(s);
        if (named) {
            if (!string(s))
                return false;
            space(s);
            if (*(*s)++ != ':')
                return false;
        }
        if (!value(s))
            return false;
        space(s);
        char c = *(*s)++;
        if (c == close)
            return true;
        if (c != ',')
            return false;
    }
}

static bool value(const char **s)
{
    space(s);
    static const char *const words[] = {"true", "false", "null"};
    for (int k = 0; k < 3; k++)
        if (!strncmp(*s, words[k], strlen(words[k]))) {
            *s += strlen(words[k]);
            return true;
        }
    return **s == '{'   ? members(s, '}', true)
           : **s == '[' ? members(s, ']', false)
           : **s == '"' ? string(s)
                        : number(s);
}

static bool is_json(const char *s)
{
    if (!value(&s))
        return false;
    space(&s);
    return !*s;
}

/* ---- the trace ------------------------------------------------------------------------------- */

static char *slurp(const char *path)
{
    FILE *f = fopen(path, "r");
    cr_assert(f, "%s", path);
    char *text = NULL;
    size_t n = 0, room = 0;
    for (int c; (c = fgetc(f)) != EOF; text[n++] = (char)c)
        if (n + 1 >= room)
            text = realloc(text, room = room ? 2 * room : 4096);
    fclose(f);
    text[n] = 0;
    return text;
}

/* The trace of the profile, checked to be JSON. */
static char *trace(void)
{
    char path[] = "/tmp/jacquard_trace_XXXXXX";
    int fd = mkstemp(path);
    cr_assert(fd >= 0);
    close(fd);
    cr_assert(jac_profile_trace(path), "%s", jac_error());
    char *text = slurp(path);
    unlink(path);
    cr_expect(is_json(text), "%s", text);
    return text;
}

typedef struct {
    char name[256], kind[64];
    double begin, end;
    long thread;
} event;

static bool field(const char *at, const char *name, char *to, size_t room)
{
    const char *found = strstr(at, name), *line = strchr(at, '\n');
    if (!found || (line && found > line))
        return false;
    found += strlen(name);
    size_t n = 0;
    bool text = *found == '"';
    for (found += text; n + 1 < room && *found && !strchr(text ? "\"" : ",}", *found); found++)
        to[n++] = *found;
    to[n] = 0;
    return true;
}

/* The complete events, one on each line. */
static int events(const char *text, event *e, int most)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, "{\"name\":")); at++) {
        char ph[8], number[64];
        if (!field(at, "\"ph\":", ph, sizeof ph) || strcmp(ph, "X") != 0)
            continue;
        cr_assert(n < most);
        cr_assert(field(at, "\"name\":", e[n].name, sizeof e[n].name));
        cr_assert(field(at, "\"cat\":", e[n].kind, sizeof e[n].kind));
        cr_assert(field(at, "\"ts\":", number, sizeof number));
        e[n].begin = strtod_l(number, NULL, ir_c_locale());
        cr_assert(field(at, "\"dur\":", number, sizeof number));
        e[n].end = e[n].begin + strtod_l(number, NULL, ir_c_locale());
        cr_assert(field(at, "\"tid\":", number, sizeof number));
        e[n++].thread = strtol(number, NULL, 10);
    }
    return n;
}

static void expect_nested(const event *e, int n)
{
    enum { DEEP = 64 };
    const double rounding = 0.0015; /* us */
    double open[DEEP];
    int depth = 0;
    for (int k = 0; k < n; k++) {
        if (k && e[k].thread != e[k - 1].thread)
            depth = 0;
        cr_expect(e[k].begin >= 0 && e[k].end >= e[k].begin);
        cr_expect(!k || e[k].thread != e[k - 1].thread || e[k].begin >= e[k - 1].begin,
                  "%s begins at %f, before %f", e[k].name, e[k].begin, e[k - 1].begin);
        while (depth && open[depth - 1] <= e[k].begin + rounding)
            depth--;
        cr_expect(!depth || e[k].end <= open[depth - 1] + rounding,
                  "%s ends at %f, after what is around it, at %f", e[k].name, e[k].end,
                  open[depth - 1]);
        cr_assert(depth < DEEP);
        open[depth++] = e[k].end;
    }
}

static int count(const event *e, int n, const char *kind)
{
    int m = 0;
    for (int k = 0; k < n; k++)
        m += !strcmp(e[k].kind, kind);
    return m;
}

JAC_DEF(jac, iterate, (jac, x))
{
    struct {
        jac x, sum;
    } s = {x, jac_asarray(0.0)};
    JAC_FOR (i, 0, 100, s) {
        s.x = jac_sin(jac_add(s.x, i));
        s.sum = jac_add(s.sum, jac_sum(s.x));
    }
    return jac_matmul(jac_mul(s.x, s.sum), jac_transpose(s.x));
}

enum { MOST = 4096 };
static event found[MOST];

Test(profile_trace, events_lie_within_each_other)
{
    jac_fn f = jac_jit(iterate_fn);
    cr_assert(jac_profile_start());
    for (int k = 0; k < 3; k++)
        cr_assert(jac_ok(jac_call1(f, jac_ones(JAC_SHAPE(70, 60)))), "%s", jac_error());
    cr_assert(jac_profile_stop());
    char *text = trace();
    int n = events(text, found, MOST);
    expect_nested(found, n);
    cr_expect(count(found, n, "call") >= 3 && count(found, n, "program") == 3);
    cr_expect(count(found, n, "compile") == 1 && count(found, n, "trace") == 1);
    cr_expect(count(found, n, "optimize") == 1 && count(found, n, "loop") == 3);
    cr_expect(count(found, n, "kernel") >= 3 + 32, "few kernels: %d", count(found, n, "kernel"));
    cr_expect(count(found, n, "kernel") < 3 * 100, "a loop's kernels are not all there");
    cr_expect(strstr(text, "test_profile_trace.c:") && strstr(text, "\"flops\":588000,"), "%s",
              text);
    free(text);
}

Test(profile_trace, events_beyond_the_bound_are_counted)
{
    jac_fn f = jac_jit(iterate_fn);
    jac x = jac_ones(JAC_SHAPE(30, 40));
    cr_assert(jac_ok(jac_call1(f, x)));
    cr_assert(jac_profile_start(.events = 10));
    for (int k = 0; k < 5; k++)
        cr_assert(jac_ok(jac_call1(f, x)));
    cr_assert(jac_profile_stop());
    jac_profile_totals t;
    cr_assert(jac_profile_total(&t));
    cr_expect(t.events == 10 && t.dropped > 10 && t.ncalls == 5);
    char *text = trace(), dropped[64];
    cr_expect(events(text, found, MOST) == 10);
    cr_assert(field(text, "\"dropped_events\":", dropped, sizeof dropped));
    cr_expect(strtoll(dropped, NULL, 10) == t.dropped, "%s", dropped);
    free(text);
}

JAC_DEF(jac, plain, (jac, x))
{
    return jac_sin(x);
}

/* ---- the table ------------------------------------------------------------------------------- */

static char *table(void)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);
    cr_assert(jac_profile_print(f), "%s", jac_error());
    fclose(f);
    return text;
}

Test(profile_trace, rows_of_the_table_end_in_one_column)
{
    cr_assert(jac_profile_start());
    cr_assert(jac_ok(jac_call1(jac_jit(iterate_fn), jac_ones(JAC_SHAPE(70, 60)))));
    cr_assert(jac_ok(jac_call1(jac_jit(plain_fn), jac_ones(JAC_SHAPE(100000)))));
    cr_assert(jac_profile_stop());
    char *text = table(), *line = strtok(text, "\n");
    size_t width = strlen(line);
    cr_expect(!strncmp(line, "program ", 8), "%s", line);
    int rows = 0;
    while ((line = strtok(NULL, "\n")) && strncmp(line, "this machine", 12) != 0) {
        cr_expect(strlen(line) == width, "%s", line);
        rows++;
    }
    cr_expect(rows >= 5);
    free(text);
}

Test(profile_trace, a_table_of_many_rows_says_how_many_it_leaves_out)
{
    enum { SHOWN = 60, SHAPES = 80 };
    cr_assert(jac_profile_start());
    for (int64_t n = 1; n <= SHAPES; n++)
        cr_assert(jac_ok(jac_exp(jac_ones(JAC_SHAPE(n, 3)))));
    cr_assert(jac_profile_stop());
    int rows = jac_profile_kernels(NULL, 0);
    cr_assert(rows >= SHAPES);
    char *text = table(), more[64];
    snprintf(more, sizeof more, "\nand %d more, ", rows - SHOWN);
    cr_expect(strstr(text, more), "no '%s' in %s", more, text);
    free(text);
}

Test(profile_trace, the_table_says_which_events_the_trace_lacks)
{
    jac_fn f = jac_jit(iterate_fn);
    cr_assert(jac_profile_start(.events = 3));
    for (int k = 0; k < 5; k++)
        cr_assert(jac_ok(jac_call1(f, jac_ones(JAC_SHAPE(30, 40)))));
    cr_assert(jac_profile_stop());
    char *text = table();
    cr_expect(strstr(text, "the trace has the first 3 events, "), "%s", text);
    free(text);
}

static void profile_one(void)
{
    cr_assert(jac_profile_start());
    cr_assert(jac_ok(jac_call1(jac_jit(plain_fn), jac_ones(JAC_SHAPE(100)))));
    cr_assert(jac_profile_stop());
}

Test(profile_trace, one_is_not_counted_in_the_plural)
{
    profile_one();
    char *text = table();
    cr_expect(strstr(text, ": 1 call took ") && strstr(text, "compiling 1 program "), "%s", text);
    free(text);
}

/* The table is shorter than the stream's buffer, so a missing flush would show. */
Test(profile_trace, a_table_that_cannot_be_written_is_an_error)
{
    profile_one();
    FILE *f = fopen("/dev/full", "w");
    cr_assert(f);
    cr_expect(!jac_profile_print(f));
    cr_expect(jac_error() && strstr(jac_error(), "jac_profile_print: cannot write: No space left"),
              "%s", jac_error());
    jac_error_clear();
    fclose(f);
}

/* ---- the environment ------------------------------------------------------------------------- */

/* The output of a process that does not use the profile's functions (tests/disk/worker.c). */
static char *worker(const char *environment)
{
    char command[1024], *text = calloc(1, 1 << 16);
    snprintf(command, sizeof command, "%s " JAC_DISK_WORKER " 2>&1 >/dev/null", environment);
    FILE *f = popen(command, "r");
    cr_assert(f);
    text[fread(text, 1, (1 << 16) - 1, f)] = 0;
    int status = pclose(f);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s", text);
    return text;
}

Test(profile_trace, the_environment_asks_for_the_table)
{
    char *text = worker("JACQUARD_LOG=perf");
    cr_expect(!strncmp(text, "program ", 8) && strstr(text, "dot_general"), "%s", text);
    cr_expect(strstr(text, "this machine: ") && !strstr(text, "jacquard: compile"), "%s", text);
    free(text);
    text = worker("JACQUARD_LOG=compile,perf");
    cr_expect(strstr(text, "this machine: ") && strstr(text, "jacquard: compile"), "%s", text);
    free(text);
    text = worker("JACQUARD_LOG=compile");
    cr_expect(!strstr(text, "this machine: ") && strstr(text, "jacquard: compile"), "%s", text);
    free(text);
}

Test(profile_trace, the_environment_asks_for_the_trace)
{
    char path[] = "/tmp/jacquard_trace_XXXXXX", environment[128];
    int fd = mkstemp(path);
    cr_assert(fd >= 0);
    close(fd);
    snprintf(environment, sizeof environment, "JACQUARD_TRACE=%s", path);
    char *said = worker(environment), *text = slurp(path);
    cr_expect(!*said, "%s", said);
    cr_expect(is_json(text), "%s", text);
    int n = events(text, found, MOST);
    expect_nested(found, n);
    cr_expect(count(found, n, "program") >= 8 && count(found, n, "compile") >= 8);
    free(text);
    free(said);
    unlink(path);
    said = worker("JACQUARD_TRACE=/no/such/directory/t.json");
    cr_expect_str_eq(
        said, "jacquard: JACQUARD_TRACE: /no/such/directory/t.json: No such file or directory\n");
    free(said);
    said = worker(
        "JACQUARD_TRACE=/tmp"); /* the program itself did not ask, so no line of it is named */
    cr_expect_str_eq(said, "jacquard: JACQUARD_TRACE: /tmp: Is a directory\n");
    free(said);
}

/* Profiled code contains addresses of its process, so it must not be kept on disk. */
Test(profile_trace, profiled_programs_are_not_kept_in_files)
{
    char dir[] = "/tmp/jacquard_profile_XXXXXX", environment[128];
    cr_assert(mkdtemp(dir));
    snprintf(environment, sizeof environment, "JACQUARD_LOG=perf JACQUARD_CACHE_DIR=%s", dir);
    for (int k = 0; k < 2; k++) {
        char *text = worker(environment);
        cr_expect(strstr(text, "dot_general"), "%s", text);
        free(text);
    }
    char *plain_run = worker(environment + strlen("JACQUARD_LOG=perf "));
    cr_expect(!*plain_run, "%s", plain_run);
    free(plain_run);
    char *text = worker(environment);
    cr_expect(strstr(text, "dot_general"), "%s", text);
    free(text);
    snprintf(environment, sizeof environment, "rm -r %s", dir);
    cr_expect(system(environment) == 0);
}

/* This stands last because #line changes the line numbers from here on. */
#line 1 "odd \"name\"\\\tof.c"
JAC_DEF(jac, odd, (jac, x))
{
    return jac_sin(x);
}

Test(profile_trace, names_and_files_are_escaped)
{
    static struct jac_function named;
    named = *odd_fn.face;
    named.name = "odd \"\\\n\x01 name";
    cr_assert(jac_profile_start());
    cr_assert(jac_ok(jac_call1(jac_jit((jac_fn){&named}), jac_ones(JAC_SHAPE(10)))), "%s",
              jac_error());
    cr_assert(jac_profile_stop());
    char *text = trace();
    cr_expect(strstr(text, "\"program\":\"odd \\\"\\\\\\u000a\\u0001 name\""), "%s", text);
    cr_expect(strstr(text, "\"line\":\"odd \\\"name\\\"\\\\\\u0009of.c:3\""), "%s", text);
    free(text);
}

/* Compiled code as debuggers and profilers see it (JACQUARD_DEBUG). These tests read the file for
 * perf and walk GDB's list of objects as GDB does. tests/debug.sh runs gdb and perf themselves.
 */
#include <criterion/criterion.h>
#include <elf.h>
#include <glob.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jacquard.h>

#include "jit/jit.h"
#include "ops/ops.h"
#include "tests/leave.h"

enum { TEXT = 1 << 16 };
static char dir[64];

static void enter(void)
{
    strcpy(dir, "/tmp/jacquard_debug_XXXXXX");
    cr_assert(mkdtemp(dir));
    setenv("JITDUMPDIR", dir, 1);
}

static void tidy(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", dir);
    cr_expect_eq(system(command), 0);
}

TestSuite(debug, .init = enter, .fini = tidy, .timeout = 120);

/* ---- the file for perf ----------------------------------------------------------------------- */

enum { LOAD = 0, LINES = 2 };

typedef struct {
    uint32_t magic, version, size, machine, pad, pid;
    uint64_t time, flags;
} dump_header;

typedef struct __attribute__((packed)) { /* code may have any length */
    uint32_t kind, size;
    uint64_t time;
    union {
        struct {
            uint32_t pid, tid;
            uint64_t linked, address, bytes, number;
            char name[];
        } load;
        struct {
            uint64_t address, n;
            char entry[];
        } lines;
    };
} dump_record;

/* The contents of all dumps, of which there must be `files`. The caller frees the result. */
static char *read_dumps(size_t files, size_t *size)
{
    char pattern[128], *bytes = NULL;
    glob_t found;
    snprintf(pattern, sizeof pattern, "%s/.debug/jit/jacquard-*/jit-*.dump", dir);
    glob(pattern, 0, NULL, &found);
    cr_assert_eq(found.gl_pathc, files, "%zu dumps in %s", found.gl_pathc, dir);
    *size = 0;
    for (size_t k = 0; k < files; k++) {
        FILE *f = fopen(found.gl_pathv[k], "rb");
        cr_assert(f);
        bytes = realloc(bytes, *size + TEXT);
        *size += fread(bytes + *size, 1, TEXT, f);
        fclose(f);
    }
    globfree(&found);
    return bytes;
}

/* The LOAD record of the function with this name, or NULL. It walks all records, so it also checks
 * their lengths. */
static const dump_record *find_function(const char *bytes, size_t size, const char *name)
{
    const dump_header *h = (const dump_header *)bytes;
    const dump_record *found = NULL;
    cr_assert(size >= sizeof *h && h->magic == 0x4A695444 && h->version == 1 && h->size == 40);
    cr_expect(h->machine);
    size_t at = h->size;
    for (uint64_t time = h->time; at < size;) {
        const dump_record *r = (const dump_record *)(bytes + at);
        cr_assert(size - at >= 16 && r->size >= 16 && r->size <= size - at);
        cr_expect(r->time >= time, "the clock goes backwards");
        time = r->time;
        if (r->kind == LOAD) {
            cr_expect_eq(r->load.pid, h->pid);
            cr_expect_eq(r->size, offsetof(dump_record, load.name) + strlen(r->load.name) + 1 +
                                      r->load.bytes);
            if (!strcmp(r->load.name, name))
                found = r;
        }
        at += r->size;
    }
    cr_expect_eq(at, size);
    return found;
}

/* Is this file's line among those given for the function's code? Checks that all lie within it. */
static bool has_line(const char *bytes, size_t size, const dump_record *f, int line)
{
    bool found = false;
    for (size_t at = sizeof(dump_header); at < size;) {
        const dump_record *r = (const dump_record *)(bytes + at);
        const char *e = r->lines.entry;
        for (uint64_t k = 0;
             r->kind == LINES && r->lines.address == f->load.address && k < r->lines.n; k++) {
            uint64_t address;
            int32_t place[2];
            memcpy(&address, e, sizeof address);
            memcpy(place, e + 8, sizeof place);
            cr_expect(address >= f->load.address && address <= f->load.address + f->load.bytes);
            found |= place[0] == line && !strcmp(e + 16, __FILE__);
            e += 16 + strlen(e + 16) + 1;
        }
        at += r->size;
    }
    return found;
}

static const int squared_line = __LINE__ + 3;
static jac squared(jac x)
{
    return jac_mul(x, x);
}

static const int wave_line = __LINE__ + 3;
static jac wave(jac x)
{
    return jac_sin(squared(x));
}
JAC_FN(wave, jac, (jac, x))

static void run_wave(void)
{
    jac x = jac_linspace(0.0, 1.0, 1024), y;
    cr_assert(jac_call(jac_jit(wave_fn), &x, &y), "%s", jac_error());
}

Test(debug, perfs_file_has_the_users_functions_and_lines_and_the_codes_bytes)
{
    setenv("JACQUARD_DEBUG", "perf", 1);
    run_wave();
    size_t size;
    char *bytes = read_dumps(1, &size);
    const dump_record *f = find_function(bytes, size, "wave");
    cr_assert(f);
    cr_expect(has_line(bytes, size, f, wave_line));
    cr_expect(has_line(bytes, size, f, squared_line));
    cr_expect(!has_line(bytes, size, f, squared_line - 1));
    cr_expect(!memcmp((const char *)f + f->size - f->load.bytes,
                      (const void *)(uintptr_t)f->load.address, f->load.bytes));
    free(bytes);
}

/* Kernels over many elements become functions of their own, which threads share. */
Test(debug, functions_that_a_program_consists_of_are_named_after_it_and_what_they_compute)
{
    setenv("JACQUARD_DEBUG", "perf", 1);
    jac x = jac_linspace(0.0, 1.0, 1 << 20), y;
    cr_assert(jac_call(jac_jit(wave_fn), &x, &y), "%s", jac_error());
    size_t size;
    char *bytes = read_dumps(1, &size);
    const dump_record *f = find_function(bytes, size, "wave.sin.mul");
    cr_assert(f);
    cr_expect(find_function(bytes, size, "wave"));
    cr_expect(has_line(bytes, size, f, wave_line));
    free(bytes);
}

Test(debug, without_it_nothing_is_written)
{
    run_wave();
    size_t size;
    free(read_dumps(0, &size));
}

/* ---- lines ----------------------------------------------------------------------------------- */

JAC_FN(squared, jac, (jac, x))

/* The operations of squared_call belong to the line that made the function. */
static const int through_line = __LINE__ + 3;
static jac through_vmap(jac x)
{
    return squared_call(jac_vmap(squared_fn, .out_axes = JAC_AXES(1)), x);
}
JAC_FN(through_vmap, jac, (jac, x))

Test(debug, equations_have_lines_of_functions_that_are_gone_since)
{
    setenv("JACQUARD_DEBUG", "gdb", 1);
    jac x = jac_ones(JAC_SHAPE(4, 3)), y;
    char *text = jac_make_jaxpr(through_vmap_fn, &x), line[64];
    snprintf(line, sizeof line, "test_debug.c:%d", through_line);
    cr_expect(text && strstr(text, line), "%s has no %s", text, line);
    free(text);
    cr_assert(jac_call(jac_jit(through_vmap_fn), &x, &y), "%s", jac_error());
}

/* ---- which code is whose --------------------------------------------------------------------- */

static jac other(jac x)
{
    return jac_sin(squared(x));
}
JAC_FN(other, jac, (jac, x))

static bool shares(jac_fn f, jac_fn g)
{
    jac x = jac_linspace(0.0, 1.0, 1024), y;
    jit_stats st;
    cr_assert(jac_call(jac_jit(f), &x, &y), "%s", jac_error());
    cr_assert(jac_call(jac_jit(g), &x, &y), "%s", jac_error());
    cr_assert(jit_last_stats(&st));
    return st.cached;
}

Test(debug, functions_that_do_the_same_have_code_of_their_own_where_code_has_lines)
{
    setenv("JACQUARD_DEBUG", "gdb", 1);
    cr_expect(!shares(wave_fn, other_fn));
    cr_expect(shares(wave_fn, wave_fn));
}

Test(debug, functions_that_do_the_same_share_code_where_it_has_none)
{
    cr_expect(shares(wave_fn, other_fn));
}

/* ---- other processes ------------------------------------------------------------------------- */

/* The output of a program, including stderr. The caller frees it. */
static char *said(const char *program, const char *environment)
{
    char command[512], *text = calloc(1, TEXT);
    snprintf(command, sizeof command, "env %s %s 2>&1", environment, program);
    FILE *f = popen(command, "r");
    cr_assert(f && fread(text, 1, TEXT - 1, f));
    int status = pclose(f);
    cr_expect(WIFEXITED(status) && !WEXITSTATUS(status), "%s", text);
    return text;
}

static int count(const char *text, const char *word)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, word)); at++)
        n++;
    return n;
}

Test(debug, results_are_the_same_bits)
{
    char *without = said(JAC_DISK_WORKER, ""),
         *with = said(JAC_DISK_WORKER, "JACQUARD_DEBUG=gdb,perf");
    cr_expect_str_eq(with, without);
    free(without);
    free(with);
}

Test(debug, a_directory_that_cannot_be_written_is_said_once_and_does_no_harm)
{
    char environment[128];
    snprintf(environment, sizeof environment, "JACQUARD_DEBUG=perf JITDUMPDIR=%s/file/x", dir);
    char path[128];
    snprintf(path, sizeof path, "%s/file", dir);
    fclose(fopen(path, "w"));
    char *plain = said(JAC_DISK_WORKER, ""), *text = said(JAC_DISK_WORKER, environment);
    cr_expect_eq(count(text, "jacquard: JACQUARD_DEBUG=perf: cannot make the directory"), 1, "%s",
                 text);
    cr_expect_eq(count(text, "Not a directory"), 1, "%s", text);
    cr_expect(strstr(text, plain), "%s", text);
    free(plain);
    free(text);
}

/* What f says on stderr. */
static void hear(void (*f)(void), char *text, size_t size)
{
    int ends[2], was = dup(STDERR_FILENO);
    fflush(stderr);
    cr_assert(was >= 0 && !pipe(ends) && dup2(ends[1], STDERR_FILENO) >= 0);
    f();
    fflush(stderr);
    cr_assert(dup2(was, STDERR_FILENO) >= 0);
    close(ends[1]);
    ssize_t n = read(ends[0], text, size - 1); /* less than a pipe holds */
    text[n > 0 ? n : 0] = 0;
    close(ends[0]);
    close(was);
}

/* The jitdump file cannot be longer than this; other files can again afterwards. */
static rlim_t most_bytes;

static void run_limited(void)
{
    struct rlimit was, now;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &was);
    now = was;
    now.rlim_cur = most_bytes;
    setrlimit(RLIMIT_FSIZE, &now);
    run_wave();
    setrlimit(RLIMIT_FSIZE, &was);
    jac x = jac_linspace(0.0, 1.0, 1024);
    cr_assert(jac_ok(jac_call1(jac_jit(squared_fn), x)), "%s", jac_error());
}

static void says_once(const char *what, const char *why)
{
    char text[8192];
    setenv("JACQUARD_DEBUG", "perf", 1);
    hear(run_limited, text, sizeof text);
    cr_expect_eq(count(text, what), 1, "%s", text);
    cr_expect_eq(count(text, why), 1, "%s", text);
    cr_expect_eq(count(text, "jacquard: "), 1, "%s", text);
}

Test(debug, a_full_disk_is_said_once_and_does_no_harm)
{
    most_bytes = 20; /* not even the header */
    says_once("cannot write ", "File too large");
}

Test(debug, a_disk_that_is_full_later_is_said_once_and_does_no_harm)
{
    most_bytes = 100;
    says_once("cannot write to the jitdump file", "File too large");
}

Test(debug, a_directory_with_too_long_a_name_is_said_once_and_does_no_harm)
{
    char path[5000];
    memset(path, 'x', sizeof path - 1);
    path[0] = '/';
    path[sizeof path - 1] = 0;
    setenv("JITDUMPDIR", path, 1);
    most_bytes = RLIM_INFINITY;
    says_once("cannot make the directory", "File name too long");
}

Test(debug, without_a_directory_for_it_perfs_file_is_in_the_home_directory)
{
    size_t size;
    setenv("JACQUARD_DEBUG", "perf", 1);
    setenv("JITDUMPDIR", "", 1);
    setenv("HOME", dir, 1);
    run_wave();
    free(read_dumps(1, &size));
}

Test(debug, without_a_home_directory_perfs_file_is_in_the_current_one)
{
    size_t size;
    setenv("JACQUARD_DEBUG", "perf", 1);
    unsetenv("JITDUMPDIR");
    unsetenv("HOME");
    cr_assert(!chdir(dir));
    run_wave();
    free(read_dumps(1, &size));
}

Test(debug, a_child_process_has_a_file_of_its_own)
{
    size_t size;
    setenv("JACQUARD_DEBUG", "perf,gdb", 1);
    run_wave();
    pid_t child = fork_counted();
    if (!child) {
        jac x = jac_linspace(0.0, 1.0, 1024);
        leave(!jac_ok(jac_call1(jac_jit(squared_fn), x)));
    }
    int status = -1;
    cr_assert(waitpid(child, &status, 0) == child && status == 0, "status %#x", status);
    free(read_dumps(2, &size));
}

Test(debug, a_word_that_means_nothing_is_said)
{
    char *text = said(JAC_DISK_WORKER, "JACQUARD_DEBUG=lldb");
    cr_expect_eq(count(text, "lldb is neither"), 1, "%s", text);
    cr_expect_eq(count(text, " compiled "), 10, "%s", text);
    free(text);
}

Test(debug, code_from_disk_is_shown_too_and_code_without_lines_is_not_taken_for_it)
{
    char cache[96];
    size_t size;
    snprintf(cache, sizeof cache, "%s/cache", dir);
    setenv("JACQUARD_CACHE_DIR", cache, 1);
    free(said(JAC_DISK_WORKER, ""));
    char *first = said(JAC_DISK_WORKER, "JACQUARD_DEBUG=gdb");
    cr_expect_eq(count(first, " compiled "), 10, "%s", first);
    char *second = said(JAC_DISK_WORKER, "JACQUARD_DEBUG=perf");
    cr_expect_eq(count(second, " loaded "), 10, "%s", second);
    char *bytes = read_dumps(1, &size);
    cr_expect(find_function(bytes, size, "large_product"));
    cr_expect(find_function(bytes, size, "fused"));
    free(bytes);
    free(first);
    free(second);
}

/* ---- GDB's list ------------------------------------------------------------------------------ */

typedef struct shown {
    struct shown *next, *prev;
    const char *object;
    uint64_t size;
} shown;

extern struct {
    uint32_t version, action;
    shown *relevant, *first;
} __jit_debug_descriptor;

static int count_shown(void)
{
    int n = 0;
    for (const shown *s = __jit_debug_descriptor.first, *before = NULL; s;
         before = s, s = s->next, n++) {
        cr_expect(s->prev == before && s->size > sizeof(Elf64_Ehdr));
        cr_expect(!memcmp(s->object, ELFMAG, SELFMAG));
    }
    return n;
}

Test(debug, gdb_is_shown_a_program_as_long_as_it_lives)
{
    setenv("JACQUARD_DEBUG", "gdb", 1);
    ops_init();
    for (int k = 0; k < JIT_CACHE_KEEPS + 20; k++) {
        char text[256];
        snprintf(text, sizeof text,
                 "graph f(x: i32[]) {\n"
                 "  c: i32[] = literal[value=%d, dtype=i32, weak=false]\n"
                 "  y: i32[] = add x c\n"
                 "  return y\n"
                 "}",
                 k);
        IR_AUTO_GRAPH g = ir_parse(text, "test_debug.c");
        jit_program *p = g ? jit_compile(g, NULL) : NULL;
        cr_assert(p, "%s", ir_error());
        jit_release(p);
        if (k == 9)
            cr_expect_eq(count_shown(), 10);
    }
    cr_expect_eq(jit_cache_count(), JIT_CACHE_KEEPS);
    cr_expect_eq(count_shown(), JIT_CACHE_KEEPS);
}

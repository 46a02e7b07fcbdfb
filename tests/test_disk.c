/* The cache on disk: a second process starts warm, no file in the directory does harm, and several
 * processes may write at once. The processes run tests/disk/worker.c. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ir/ir.h"
#include "jit/jit.h"
#include "ops/ops.h"

enum { PROGRAMS = 10, TEXT = 1 << 16 };

static char dir[64];

static void enter(void)
{
    strcpy(dir, "/tmp/jacquard_disk_XXXXXX");
    cr_assert(mkdtemp(dir));
    setenv("JACQUARD_CACHE_DIR", dir, 1);
    setenv("JACQUARD_LOG", "compile", 1);
}

/* Calls f for each file of the directory. Returns their number. */
static int each_file(void (*f)(const char *path, const struct stat *info))
{
    DIR *d = opendir(dir);
    int n = 0;
    for (struct dirent *e; d && (e = readdir(d));) {
        char path[512];
        struct stat info;
        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        if (e->d_name[0] == '.' || stat(path, &info))
            continue;
        n++;
        if (f)
            f(path, &info);
    }
    if (d)
        closedir(d);
    return n;
}

static void delete(const char *path, const struct stat *info)
{
    (void)info;
    unlink(path);
}

static void leave(void)
{
    each_file(delete);
    rmdir(dir);
}

TestSuite(disk, .init = enter, .fini = leave, .timeout = 60);

static FILE *start(void)
{
    FILE *f = popen(JAC_DISK_WORKER " 2>&1", "r");
    cr_assert(f);
    return f;
}

/* A worker's output. Its log goes to `log` (TEXT bytes) if that is not NULL. */
static char *finish(FILE *f, char *log)
{
    char *text = calloc(1, TEXT), line[1024];
    if (log)
        *log = 0;
    while (fgets(line, sizeof line, f)) {
        char *to = strncmp(line, "jacquard: ", 10) ? text : log;
        if (to && strlen(to) + strlen(line) < TEXT)
            strcat(to, line);
    }
    int status = pclose(f);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s", text);
    return text;
}

static char *worker(void)
{
    return finish(start(), NULL);
}

static int count(const char *text, const char *word)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, word)); at++)
        n++;
    return n;
}

/* Checks that the results are the same, compiled or loaded. */
static void expect_same(const char *a, const char *b)
{
    for (int k = 0; k < PROGRAMS; k++) {
        const char *x = strstr(a, "0x"), *y = strstr(b, "0x");
        cr_assert(x && y && !strncmp(x, y, strcspn(x, "\n") + 1), "%s\n%s", a, b);
        a = x + 1;
        b = y + 1;
    }
}

Test(disk, a_second_process_compiles_nothing_and_gives_the_same)
{
    char *first = worker(), *second = worker();
    cr_expect_eq(count(first, " compiled "), PROGRAMS, "%s", first);
    cr_expect_eq(count(second, " loaded "), PROGRAMS, "%s", second);
    cr_expect_eq(each_file(NULL), PROGRAMS);
    expect_same(first, second);
    free(first);
    free(second);
}

Test(disk, without_a_directory_nothing_is_kept)
{
    setenv("JACQUARD_CACHE_DIR", "", 1);
    char *first = worker(), *second = worker();
    cr_expect_eq(count(second, " compiled "), PROGRAMS, "%s", second);
    cr_expect_eq(each_file(NULL), 0);
    free(first);
    free(second);
}

/* ---- files that are not what they should be -------------------------------------------------- */

static double flip_at; /* position in the file, from 0 to 1 */

static void flip(const char *path, const struct stat *info)
{
    int fd = open(path, O_RDWR);
    char c;
    off_t at = (off_t)(flip_at * (double)(info->st_size - 1));
    cr_assert(fd >= 0 && pread(fd, &c, 1, at) == 1);
    c ^= 0x10;
    cr_assert(pwrite(fd, &c, 1, at) == 1);
    close(fd);
}

static void expect_ignored_and_rewritten(const char *first)
{
    char *log = malloc(TEXT), *text = finish(start(), log), *again = worker();
    cr_expect_eq(count(text, " compiled "), PROGRAMS, "%g: %s", flip_at, text);
    cr_expect_eq(count(log, " is ignored: "), PROGRAMS, "%g: %s", flip_at, log);
    cr_expect_eq(count(again, " loaded "), PROGRAMS, "%g: %s", flip_at, again);
    expect_same(first, text);
    expect_same(first, again);
    free(log);
    free(text);
    free(again);
}

Test(disk, a_file_with_a_bit_flipped_anywhere_is_ignored_and_rewritten)
{
    char *first = worker();
    static const double at[] = {0, 0.01, 0.02, 0.1, 0.3, 0.6, 0.9, 1};
    for (size_t k = 0; k < sizeof at / sizeof *at; k++) {
        flip_at = at[k];
        each_file(flip);
        expect_ignored_and_rewritten(first);
    }
    free(first);
}

static void cut(const char *path, const struct stat *info)
{
    cr_assert(truncate(path, (off_t)(flip_at * (double)info->st_size)) == 0);
}

Test(disk, a_file_cut_short_or_too_long_is_ignored_and_rewritten)
{
    char *first = worker();
    static const double at[] = {0, 0.005, 0.5, 0.99, 1.5};
    for (size_t k = 0; k < sizeof at / sizeof *at; k++) {
        flip_at = at[k];
        each_file(cut);
        expect_ignored_and_rewritten(first);
    }
    free(first);
}

static void write_foreign(const char *path, const struct stat *info)
{
    (void)info;
    FILE *f = fopen(path, "w");
    for (int k = 0; k < 2000; k++)
        fprintf(f, "not code %d\n", k);
    fclose(f);
}

Test(disk, a_foreign_file_is_ignored_and_rewritten)
{
    char *first = worker();
    each_file(write_foreign);
    expect_ignored_and_rewritten(first);
    free(first);
}

/* Each file becomes a copy of the one before: intact, but for a different program. */
static void swap(const char *path, const struct stat *info)
{
    (void)info;
    char command[2048];
    snprintf(command, sizeof command,
             "cd '%s' && cp '%s' .new && { [ ! -f .old ] || cp .old '%s'; } && mv .new .old", dir,
             path, path);
    cr_assert(system(command) == 0);
}

/* Puts the file that is kept at `saved` in the place of each file. */
static char saved[512];

static void replace(const char *path, const struct stat *info)
{
    (void)info;
    char command[2048];
    snprintf(command, sizeof command, "cp '%s' '%s'", saved, path);
    cr_assert(system(command) == 0);
}

static void save(const char *path, const struct stat *info)
{
    (void)info;
    char command[2048];
    snprintf(saved, sizeof saved, "%s/.saved", dir);
    snprintf(command, sizeof command, "cp '%s' '%s'", path, saved);
    cr_assert(system(command) == 0);
}

/* All files but `right` are refused with this reason; the results are the same. */
static void expect_refused(const char *first, const char *why, int right)
{
    static char log[TEXT];
    char *text = finish(start(), log);
    cr_expect_eq(count(log, why), PROGRAMS - right, "%s", log);
    expect_same(first, text);
    free(text);
}

Test(disk, the_code_of_another_program_is_not_taken)
{
    char *first = worker(), old[128];
    each_file(swap);
    expect_refused(first, "it is for another program", 1);
    snprintf(old, sizeof old, "%s/.old", dir);
    unlink(old);
    free(first);
}

Test(disk, the_code_for_another_machine_is_not_taken)
{
    setenv("JACQUARD_CPU", "x86-64-v2", 1);
    free(worker());
    each_file(save);
    each_file(delete);
    unsetenv("JACQUARD_CPU");
    char *first = worker();
    each_file(replace);
    expect_refused(first, "it is for another machine or another version", 0);
    unlink(saved);
    free(first);
}

static void open_to_all(const char *path, const struct stat *info)
{
    (void)info;
    chmod(path, 0666);
}

Test(disk, a_file_that_others_can_write_is_not_run)
{
    char *first = worker();
    each_file(open_to_all);
    expect_ignored_and_rewritten(first);
    free(first);
}

/* ---- the directory --------------------------------------------------------------------------- */

static uid_t other;
static ino_t files[PROGRAMS];
static int nfile;

static void give_away(const char *path, const struct stat *info)
{
    char theirs[600];
    (void)info;
    snprintf(theirs, sizeof theirs, "%.*s-%u.jacquard", (int)(strrchr(path, '-') - path), path,
             (unsigned)other);
    cr_assert_eq(chown(path, other, (gid_t)-1), 0);
    cr_assert_eq(rename(path, theirs), 0);
}

static void note_foreign(const char *path, const struct stat *info)
{
    (void)path;
    if (info->st_uid == other && nfile < PROGRAMS)
        files[nfile++] = info->st_ino;
}

/* Also if the bound is so low that everything of the user's own goes. */
Test(disk, files_of_another_user_stay)
{
    other = 65534;
    if (geteuid())
        cr_skip("only root can make files of another user");
    free(finish(start(), NULL));
    each_file(give_away);
    chmod(dir, 0777);
    each_file(note_foreign);
    int before = nfile;
    cr_assert(before > 0);
    setenv("JACQUARD_CACHE_SIZE", "1", 1);
    free(finish(start(), NULL));
    nfile = 0;
    each_file(note_foreign);
    cr_expect_eq(nfile, before);
}

Test(disk, a_program_with_another_users_rights_does_not_follow_the_environment)
{
    char program[128], command[1024];
    if (geteuid())
        cr_skip("only root can make such a program");
#ifdef __SANITIZE_ADDRESS__
    cr_skip("the leak checker cannot trace such a program");
#endif
    snprintf(program, sizeof program, "%s/.worker", dir);
    snprintf(command, sizeof command, "cp %s %s && chown 65534 %s && chmod 4755 %s",
             JAC_DISK_WORKER, program, program, program);
    chmod(dir, 0777);
    cr_assert_eq(system(command), 0);
    snprintf(command, sizeof command, "%s >%s/.said 2>&1", program, dir);
    cr_expect_eq(system(command), 0);
    cr_expect_eq(each_file(NULL), 0);
    unlink(program);
    snprintf(command, sizeof command, "%s/.said", dir);
    unlink(command);
}

Test(disk, eight_processes_at_once_leave_whole_files)
{
    enum { N = 8 };
    FILE *f[N];
    for (int k = 0; k < N; k++)
        f[k] = start();
    char *text[N];
    for (int k = 0; k < N; k++) {
        text[k] = finish(f[k], NULL);
        expect_same(text[0], text[k]);
    }
    char *after = worker();
    cr_expect_eq(count(after, " loaded "), PROGRAMS, "%s", after);
    cr_expect_eq(each_file(NULL), PROGRAMS);
    free(after);
    for (int k = 0; k < N; k++)
        free(text[k]);
}

static void expect_compiled_and_said(const char *what)
{
    char *log = malloc(TEXT), *text = finish(start(), log);
    cr_expect_eq(count(text, " compiled "), PROGRAMS, "%s", text);
    cr_expect(strstr(log, what), "no \"%s\" in %s", what, log);
    free(log);
    free(text);
}

Test(disk, a_directory_that_cannot_be_made_is_said_and_does_no_harm)
{
    setenv("JACQUARD_CACHE_DIR", "/proc/nowhere/jacquard", 1);
    expect_compiled_and_said("cannot make the directory /proc/nowhere/jacquard");
}

Test(disk, a_directory_that_is_a_file_is_said_and_does_no_harm)
{
    setenv("JACQUARD_CACHE_DIR", "/dev/null", 1);
    expect_compiled_and_said("cannot write to /dev/null");
}

Test(disk, a_directory_that_cannot_be_written_is_said_and_does_no_harm)
{
    setenv("JACQUARD_CACHE_DIR", "/proc/self/fdinfo", 1);
    expect_compiled_and_said("cannot write to /proc/self/fdinfo");
}

Test(disk, a_directory_that_is_not_there_is_made)
{
    char inner[128];
    snprintf(inner, sizeof inner, "%s/inner", dir);
    setenv("JACQUARD_CACHE_DIR", inner, 1);
    free(worker());
    strcpy(dir + strlen(dir), "/inner");
    cr_expect_eq(each_file(NULL), PROGRAMS);
    leave();
    *strrchr(dir, '/') = 0;
}

static off_t total;

static void add_size(const char *path, const struct stat *info)
{
    (void)path;
    total += info->st_size;
}

Test(disk, the_oldest_files_go_when_the_directory_is_full)
{
    free(worker());
    each_file(add_size);
    char limit[32];
    off_t all = total;
    snprintf(limit, sizeof limit, "%ld", (long)(all / 4 * 3));
    setenv("JACQUARD_CACHE_SIZE", limit, 1);
    each_file(delete);
    free(worker());
    total = 0;
    int left = each_file(add_size);
    cr_expect(left > 0 && left < PROGRAMS, "%d files", left);
    cr_expect_leq(total, all / 4 * 3);
    char *text = worker();
    cr_expect_eq(count(text, " failed"), 0, "%s", text);
    free(text);
}

/* A file with this name, last changed so many seconds ago. */
static void leave_behind(const char *name, long age)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    cr_assert(f && fputs("half", f) >= 0 && !fclose(f));
    struct timespec then[2] = {{.tv_sec = time(NULL) - age}, {.tv_sec = time(NULL) - age}};
    cr_assert(!utimensat(AT_FDCWD, path, then, 0));
}

static bool is_there(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    return !access(path, F_OK);
}

Test(disk, what_dead_processes_left_half_written_goes_after_an_hour)
{
    leave_behind("1.writing", 2 * 3600);
    leave_behind("2.writing", 60);
    leave_behind("3.text", 2 * 3600);
    free(worker());
    cr_expect(!is_there("1.writing"), "it stays");
    cr_expect(is_there("2.writing"), "it may still be written");
    cr_expect(is_there("3.text"), "it is not ours");
}

Test(disk, a_program_that_the_disk_has_no_room_for_is_run_and_not_kept)
{
    struct rlimit was, now;
    ops_init();
    IR_AUTO_GRAPH g = ir_parse("graph f(x: f32[]) {\n  y: f32[] = sin x\n  return y\n}", "test");
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &was);
    now = was;
    now.rlim_cur = 100;
    setrlimit(RLIMIT_FSIZE, &now);
    jit_program *p = jit_compile(g, NULL);
    setrlimit(RLIMIT_FSIZE, &was);
    cr_assert(p, "%s", ir_error());
    float x = 0, y = 1;
    cr_expect(jit_run(p, (const void *[]){&x}, (void *[]){&y}) && y == 0);
    cr_expect_eq(each_file(NULL), 0);
    jit_release(p);
}

/* An invalid bound falls back to the default, which is far away. */
Test(disk, a_bound_that_is_no_number_is_said_once_and_drops_nothing)
{
    static const char *const nonsense[] = {"abc", "-1", "1.5G", "2GB", "9999999T", " 1"};
    unsetenv("JACQUARD_LOG");
    for (size_t k = 0; k < sizeof nonsense / sizeof *nonsense; k++) {
        each_file(delete);
        setenv("JACQUARD_CACHE_SIZE", nonsense[k], 1);
        char log[TEXT], *text = finish(start(), log), want[160];
        snprintf(
            want, sizeof want,
            "jacquard: JACQUARD_CACHE_SIZE must be a number of bytes, at least 0, such as 500M "
            "or 2G; %s is not, and is ignored\n",
            nonsense[k]);
        cr_expect_str_eq(log, want);
        cr_expect_eq(each_file(NULL), PROGRAMS);
        free(text);
    }
}

/* ---- the record of a graph ------------------------------------------------------------------- */

static void *record_of(const char *text, size_t *size)
{
    ops_init();
    IR_AUTO_GRAPH g = ir_parse(text, "test_disk.c");
    cr_assert(g, "%s", ir_error());
    return ir_graph_record(g, size);
}

#define NESTED(name, constant)                                                                     \
    "graph " name "(i: i32[], x: f32[]) {\n"                                                       \
    "  y: f32[] = cond[branches=[graph (a: f32[]) {\n"                                             \
    "    c: f32[] = literal[value=" constant ", dtype=f32, weak=false]\n"                          \
    "    b: f32[] = mul a c\n"                                                                     \
    "    return b\n"                                                                               \
    "  }, graph (a: f32[]) {\n"                                                                    \
    "    return a\n"                                                                               \
    "  }]] i x\n"                                                                                  \
    "  return y\n"                                                                                 \
    "}"

Test(record, tells_graphs_apart_by_what_stands_in_a_branch_but_not_by_name)
{
    size_t n[3];
    void *r[] = {record_of(NESTED("f", "2"), &n[0]), record_of(NESTED("g", "2"), &n[1]),
                 record_of(NESTED("f", "3"), &n[2])};
    cr_expect(n[0] == n[1] && !memcmp(r[0], r[1], n[0]));
    cr_expect(n[0] != n[2] || memcmp(r[0], r[2], n[0]));
    for (int k = 0; k < 3; k++)
        free(r[k]);
}

/* jacquard_fuzz: runs random programs through the checks, or cases from files.
 *
 * Programs run in child processes, some hundred in each. A program that crashes or hangs is thus
 * one more failure, and shared memory says which program it was.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ops/ops.h"
#include "tests/fuzz/fuzz.h"

static const char usage_text[] =
    "usage: jacquard_fuzz [OPTIONS] [FILE ...]\n"
    "\n"
    "  --programs N    so many programs (default 1000), of seeds from --seed on\n"
    "  --seconds S     for so long instead\n"
    "  --seed N        the first seed (default 1)\n"
    "  --check NAME    only this check, on every program\n"
    "  --no-shrink     failures as they come\n"
    "  --save DIR      also write each failure, shrunk, to a file there\n"
    "  --print         print the program of the seed, and stop\n"
    "  --cost          what derivatives cost, over the programs and some functions\n"
    "  FILE ...        run cases from files instead\n";

enum { BATCH = 100, SECONDS_EACH = 30, SHRINK_SECONDS = 60, CRASHED = -2, HUNG = -3 };

/* What a child reports. */
typedef struct {
    uint64_t seed;
    int at;             /* step, or FUZZ_STEPS + check, or -1 while the program is generated */
    int failed;         /* the check that failed; -1: a step failed */
    char message[4000]; /* empty if nothing failed */
    uint64_t done[FUZZ_CHECKS][3]; /* counts by check and verdict */
    uint64_t made[FUZZ_OPS];       /* counts by primitive */
} report;

static report *shared;

typedef struct {
    uint64_t seed, programs;
    double seconds;
    int check;
    bool shrink, print, cost;
    const char *save;
} options;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void note_place(int at)
{
    shared->at = at;
}

static const char *place_name(int at)
{
    return at < 0 ? "generating" : at < FUZZ_STEPS ? "a step" : fuzz_checks[at - FUZZ_STEPS].name;
}

/* ---- running in a child ------------------------------------------------------------------------- */

/* Ends this process after this many seconds of CPU time; later if it only waits. */
static void give_up_after(unsigned seconds)
{
    struct itimerval t = {.it_value.tv_sec = seconds};
    setitimer(ITIMER_PROF, &t, NULL);
    alarm(30 * seconds);
}

/* Runs the case and leaves the outcome in `shared`. */
static void run_case(const fuzz_case *c)
{
    shared->message[0] = 0;
    fuzz_complaints();
    if (fuzz_case_run(c, note_place, &shared->failed) == FUZZ_FAIL) {
        const char *why = fuzz_complaints();
        snprintf(shared->message, sizeof shared->message, "%s", *why ? why : "failed\n");
    }
}

static void run_seeds(uint64_t from, uint64_t to, int check)
{
    fuzz_made = shared->made;
    fuzz_done = shared->done;
    for (uint64_t seed = from; seed < to; seed++) {
        TEST_POOL(p);
        fuzz_case c;
        shared->seed = seed;
        shared->at = shared->failed = -1;
        give_up_after(SECONDS_EACH);
        if (!fuzz_case_draw(&p, seed, &c)) {
            snprintf(shared->message, sizeof shared->message, "generating: %s\n", ir_error());
            exit(1);
        }
        c.check = check;
        run_case(&c);
        fuzz_program_free(&c.program);
        if (shared->message[0])
            exit(1);
    }
}

/* Waits for the child; a crash becomes a message. */
static void reap(pid_t child)
{
    int status;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) {
        int s = WTERMSIG(status);
        bool hung = s == SIGPROF || s == SIGALRM;
        shared->failed = hung ? HUNG : CRASHED;
        snprintf(shared->message, sizeof shared->message, "%s (%s) in %s\n",
                 hung ? "hung" : "crashed", strsignal(s), place_name(shared->at));
    } else if (WEXITSTATUS(status) && !shared->message[0]) {
        shared->failed = CRASHED;
        snprintf(shared->message, sizeof shared->message, "exit status %d in %s\n",
                 WEXITSTATUS(status), place_name(shared->at));
    }
}

/* A hash that tells different kinds of failure apart. */
typedef struct {
    int failed, at;
} failure;

static failure failure_of_shared(void)
{
    return (failure){shared->failed, shared->failed < -1 ? shared->at : 0};
}

static void quiet_child(const fuzz_case *c, unsigned seconds)
{
    fflush(NULL);
    shared->message[0] = 0;
    shared->at = shared->failed = -1;
    pid_t child = fork();
    if (!child) {
        if (!freopen("/dev/null", "w", stderr))
            exit(3);
        give_up_after(seconds);
        run_case(c);
        _exit(shared->message[0] != 0);
    }
    reap(child);
}

static bool still_fails(const fuzz_case *c, void *env)
{
    const failure *as = env;
    quiet_child(c, as->failed == HUNG ? 3 : 10);
    failure is = failure_of_shared();
    return shared->message[0] && is.failed == as->failed && is.at == as->at;
}

/* ---- failures ----------------------------------------------------------------------------------- */

static void save(const options *o, const fuzz_case *c, uint64_t seed, const char *comment)
{
    char path[1000];
    snprintf(path, sizeof path, "%s/%llu.txt", o->save, (unsigned long long)seed);
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        return;
    }
    fuzz_case_write(f, c, comment);
    fclose(f);
}

/* Prints the failure in `shared`, shrunk. */
static void show_failure(const options *o)
{
    TEST_POOL(p);
    uint64_t seed = shared->seed;
    char comment[5000];
    fuzz_case c;
    printf("seed %llu: %s", (unsigned long long)seed, shared->message);
    fflush(stdout);
    if (shared->at < 0 || !fuzz_case_draw(&p, seed, &c))
        return;
    failure as = failure_of_shared();
    c.check = shared->failed >= 0        ? shared->failed
              : shared->at >= FUZZ_STEPS ? shared->at - FUZZ_STEPS
                                         : o->check;
    if (o->shrink && still_fails(&c, &as))
        fuzz_shrink(&p, &c, still_fails, &as, SHRINK_SECONDS);
    quiet_child(&c, SECONDS_EACH);
    snprintf(comment, sizeof comment, "seed %llu: %s", (unsigned long long)seed, shared->message);
    fuzz_case_write(stdout, &c, comment);
    fflush(stdout);
    if (o->save)
        save(o, &c, seed, comment);
    fuzz_program_free(&c.program);
}

/* ---- the modes ---------------------------------------------------------------------------------- */

/* Primitives that only transformations make, or that cannot run. */
static bool is_made_elsewhere(const char *name)
{
#define NAME(prim) #prim,
    static const char *const names[] = {OPS_TRANSIENT(NAME) OPS_OF_PARTS(NAME) "nondiff",
                                        "lanes",
                                        "empty_tape",
                                        "tape_add",
                                        "tape_select",
                                        "tape_broadcast",
                                        "tape_sum",
                                        /* without derivatives */
                                        "geqrf",
                                        "geqp3",
                                        "householder_product",
                                        "ormqr",
                                        "lu_pivots_to_permutation",
                                        "schur",
                                        "hessenberg",
                                        "tridiagonal",
                                        /* of complex numbers */
                                        "eig",
                                        "sqrtm"};
#undef NAME
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (!strcmp(names[k], name))
            return true;
    return !strncmp(name, "complex_", 8); /* of parts of complex numbers */
}

static bool show_coverage(void)
{
    bool all = true;
    for (int k = 0; ir_op_at(k); k++)
        if (!shared->made[k] && !is_made_elsewhere(ir_op_at(k)->name)) {
            printf("%s was never generated\n", ir_op_at(k)->name);
            all = false;
        }
    return all;
}

static void show_checks(void)
{
    for (int k = 0; fuzz_checks[k].name; k++)
        fprintf(stderr, "%s%s %llu (%llu do not apply)", k ? ", " : "", fuzz_checks[k].name,
                (unsigned long long)(shared->done[k][FUZZ_PASS] + shared->done[k][FUZZ_FAIL]),
                (unsigned long long)shared->done[k][FUZZ_SKIP]);
    fputc('\n', stderr);
}

/* Were there enough programs to meet every primitive? */
enum { COVERS = 2000 };

static int run_random(const options *o)
{
    double start = now(), told = start;
    uint64_t seed = o->seed, failures = 0;
    bool more = true;
    while (more) {
        uint64_t to = seed + BATCH;
        if (!o->seconds && to > o->seed + o->programs)
            to = o->seed + o->programs;
        shared->message[0] = 0;
        fflush(NULL);
        pid_t child = fork();
        if (!child) {
            run_seeds(seed, to, o->check);
            exit(0);
        }
        reap(child);
        seed = to;
        if (shared->message[0]) {
            seed = shared->seed + 1;
            failures++;
            show_failure(o);
        }
        more = o->seconds ? now() - start < o->seconds : seed < o->seed + o->programs;
        if (now() - told > 10 || !more) {
            told = now();
            fprintf(stderr, "%llu programs, %llu failures, %.0f s\n",
                    (unsigned long long)(seed - o->seed), (unsigned long long)failures,
                    told - start);
        }
    }
    show_checks();
    bool covered = seed - o->seed < COVERS || show_coverage();
    return failures || !covered;
}

static int run_file(const options *o, const char *path)
{
    TEST_POOL(p);
    fuzz_case c;
    if (!fuzz_case_read(&p, path, &c)) {
        printf("%s\n", ir_error());
        return 1;
    }
    if (o->check >= 0)
        c.check = o->check;
    quiet_child(&c, SECONDS_EACH);
    if (shared->message[0])
        printf("%s: %s", path, shared->message);
    fuzz_program_free(&c.program);
    return shared->message[0] != 0;
}

static int print_program(const options *o)
{
    TEST_POOL(p);
    fuzz_case c;
    bool ok = fuzz_case_draw(&p, o->seed, &c);
    if (ok)
        fuzz_case_write(stdout, &c, NULL);
    else
        printf("%s\n", ir_error());
    fuzz_program_free(&c.program);
    return !ok;
}

static int run(const options *o, int nfiles, char **files)
{
    int failed = 0;
    if (o->print)
        return print_program(o);
    if (o->cost)
        return !fuzz_cost_report(stdout, o->seed, (int)o->programs);
    for (int k = 0; k < nfiles; k++)
        failed |= run_file(o, files[k]);
    return nfiles ? failed : run_random(o);
}

/* ---- options ------------------------------------------------------------------------------------ */

static int usage(void)
{
    fputs(usage_text, stderr);
    for (int k = 0; fuzz_checks[k].name; k++)
        fprintf(stderr, "%s%-10s %s\n", k ? "  " : "\nchecks:\n  ", fuzz_checks[k].name,
                fuzz_checks[k].says);
    return 2;
}

int main(int argc, char **argv)
{
    options o = {.seed = 1, .programs = 1000, .check = -1, .shrink = true};
    int k = 1;
    for (; k < argc && !strncmp(argv[k], "--", 2); k++) {
        const char *value = k + 1 < argc ? argv[k + 1] : "";
        bool takes = true;
        if (!strcmp(argv[k], "--programs"))
            o.programs = strtoull(value, NULL, 10);
        else if (!strcmp(argv[k], "--seconds"))
            o.seconds = strtod(value, NULL);
        else if (!strcmp(argv[k], "--seed"))
            o.seed = strtoull(value, NULL, 10);
        else if (!strcmp(argv[k], "--check")) {
            if ((o.check = fuzz_check_find(value)) < 0)
                return usage();
        } else if (!strcmp(argv[k], "--save"))
            o.save = value;
        else if (takes = false, !strcmp(argv[k], "--no-shrink"))
            o.shrink = false;
        else if (!strcmp(argv[k], "--print"))
            o.print = true;
        else if (!strcmp(argv[k], "--cost"))
            o.cost = true;
        else
            return usage();
        k += takes;
    }
    ops_init();
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        perror("mmap");
        return 3;
    }
    return run(&o, argc - k, argv + k);
}

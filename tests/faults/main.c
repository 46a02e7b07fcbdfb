/* Tests that no call of the library ends the program, even if memory runs out. In small programs it
 * makes each request for memory fail, first alone, then together with all later ones. The program
 * must then give a null handle and an error or, if it can do without the memory, the right value
 * and no error. Afterwards the same program must work again, and no memory may leak.
 *
 *   faults                       tries requests from each place in the library, and others evenly
 *                                spread over each program
 *   faults --all                 tries all requests
 *   faults PROGRAM [MODE [N]]    tries all requests of one program, or only the Nth;
 *                                MODE 1: alone, 2: together with all later ones
 */
#include <jacquard.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memory.h"
#include "programs.h"
#include "tests/leave.h"

enum { WARM = 100, FRESH = 15 }; /* requests tried per program and mode, without --all */
enum { REQUESTS = 1 << 17, SITES = 1 << 14 };
enum { HANG = 120, HANGS = 2 }; /* seconds until a process counts as hung; a mode ends at so many */

typedef enum {
    ABSORBED,
    FAILED,
    SILENT,
    BOTH,
    WRONG,
    STUCK,
    LOST,
    CRASHED,
    HUNG,
    OUTCOMES
} outcome;

static const char *const what[OUTCOMES] = {
    [SILENT] = "it failed without an error",
    [BOTH] = "it gave a value and recorded an error",
    [WRONG] = "it gave a wrong value",
    [STUCK] = "it did not work again afterwards",
    [LOST] = "memory was not given back",
    [CRASHED] = "it crashed",
    [HUNG] = "it hung",
};

/* What the processes tell each other, in shared memory. */
typedef struct {
    long requests, live; /* in a run without failures; blocks alive after three such runs */
    long n;              /* the request being tried */
    long count[OUTCOMES];
    double want;
    uint32_t site[REQUESTS]; /* who made each request */
    bool is_first[REQUESTS]; /* the first request from its place, in all programs */
} notes;

static notes *note;
static uint32_t *seen; /* sites of which a request has been tried; shared by all processes, too */
static const program *p;
static bool all_after, every;
static long only;

static bool has_error(void)
{
    return jac_error() || error_elsewhere;
}

static double clean_run(void)
{
    jac_error_clear();
    error_elsewhere = false;
    return p->run();
}

static outcome judge(double got)
{
    if (isnan(got))
        return has_error() ? FAILED : SILENT;
    if (has_error())
        return BOTH;
    return got == note->want ? ABSORBED : WRONG;
}

static void report(outcome o, const char *more)
{
    note->count[o]++;
    if (what[o])
        printf("  %s: request %ld fails%s: %s%s\n", p->name, note->n,
               all_after ? " with all after it" : "", what[o], more);
    fflush(stdout);
}

/* Tries one request, then runs the program `runs_after` more times. lives: how many blocks are
 * alive if nothing leaks; updated after a failure. */
static void try(int runs_after, long *lives)
{
    bool failed;
    char more[600] = "";
    alarm(HANG);
    jac_error_clear();
    error_elsewhere = false;
    long mark = memory_mark();
    memory_fail(note->n, all_after);
    double got = p->run();
    memory_end(&failed);
    if (!failed)
        return;
    outcome o = judge(got);
    if (o == BOTH || o == SILENT || o == WRONG)
        snprintf(more, sizeof more, " (%.17g; %s)", got, jac_error() ? jac_error() : "no error");
    for (int k = 0; k < runs_after && o <= FAILED; k++)
        if (clean_run() != note->want || has_error()) {
            o = STUCK;
            snprintf(more, sizeof more, " (%s)", jac_error() ? jac_error() : "another value");
        }
    if (o <= FAILED && memory_live() > *lives) {
        o = LOST;
        snprintf(more, sizeof more, " (%ld blocks)", memory_live() - *lives);
        memory_show_since(mark);
    }
    *lives = o <= FAILED ? *lives : memory_live();
    report(o, more);
}

/* ---- processes ------------------------------------------------------------------------------- */

/* Runs f in a process of its own; false if that crashes or hangs. */
static bool apart(void (*f)(void))
{
    int status;
    fflush(stdout);
    pid_t child = fork();
    if (!child) {
        alarm(HANG);
        if (!getenv("FAULTS_TRACE") && !freopen("/dev/null", "w", stderr))
            leave(1);
        f();
        fflush(stdout);
        leave(0);
    }
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && !WEXITSTATUS(status))
        return true;
    bool hung = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
    char more[64];
    snprintf(more, sizeof more, " (signal %d)", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    report(hung ? HUNG : CRASHED, more);
    return false;
}

/* Runs the program without failures, to learn the right value and the number of requests. */
static void measure(void)
{
    bool failed;
    note->n = 0;
    note->want = NAN;
    if (!p->fresh)
        for (int k = 0; k < 3; k++)
            clean_run();
    memory_note_sites(note->site, REQUESTS);
    memory_fail(0, false);
    note->want = clean_run();
    note->requests = memory_end(&failed);
    memory_note_sites(NULL, 0);
    clean_run();
    clean_run();
    note->live = memory_live();
    if (isnan(note->want))
        fprintf(stderr, "%s\n", jac_error() ? jac_error() : "no value");
}

/* Is it the first request from there? Then it is noted. */
static bool is_new(uint32_t site)
{
    size_t k = site % SITES;
    for (size_t n = 0; n < SITES && seen[k] && seen[k] != site; n++)
        k = (k + 1) % SITES;
    bool new = seen[k] != site;
    seen[k] = site;
    return new;
}

static void find_first(void)
{
    for (long n = 1; n <= note->requests && n <= REQUESTS; n++)
        note->is_first[n - 1] = is_new(note->site[n - 1]);
}

static bool is_tried(long n)
{
    long step = note->requests / (p->fresh ? FRESH : WARM) + 1;
    return every || (n - 1) % step == 0 || (!all_after && n <= REQUESTS && note->is_first[n - 1]);
}

static long following(long n)
{
    do
        n++;
    while (n <= note->requests && !is_tried(n));
    return n;
}

static bool is_last(long n)
{
    return only || following(n) > note->requests;
}

/* Tries requests one after another, starting where the last process ended. */
static void try_warm(void)
{
    for (int k = 0; k < 3; k++)
        clean_run();
    long lives = memory_live();
    for (;; note->n = following(note->n)) {
        try(1, &lives);
        if (is_last(note->n))
            break;
    }
}

static void try_fresh(void)
{
    long lives = note->live;
    try(2, &lives);
}

static void run_mode(bool after)
{
    all_after = after;
    note->n = only ? only : following(0);
    if (!p->fresh) {
        while (!apart(try_warm) && !is_last(note->n) && note->count[HUNG] < HANGS)
            note->n = following(note->n);
        return;
    }
    for (;; note->n = following(note->n)) {
        if (p->between)
            p->between();
        apart(try_fresh);
        if (is_last(note->n) || note->count[HUNG] >= HANGS)
            break;
    }
}

/* ---- programs -------------------------------------------------------------------------------- */

JAC_DEF(jac, other, (jac, x))
{
    return jac_add(jac_sin(x), 1.0);
}

static bool run_program(int mode)
{
    memset(note, 0, sizeof *note);
    if (p->prepare)
        p->prepare();
    if (p->fresh == 1) /* initialise LLVM once, because that takes longest */
        JAC_SCOPE () {
            jac_call1(jac_jit(other_fn), 1.0);
        }
    if (p->between)
        p->between();
    if (!apart(measure) || isnan(note->want)) {
        printf("%s: fails without faults\n", p->name);
        return false;
    }
    find_first();
    for (int m = 1; m <= 2; m++)
        if (!mode || mode == m)
            run_mode(m == 2);
    long tried = 0, wrong = 0;
    for (int k = 0; k < OUTCOMES; k++) {
        tried += note->count[k];
        wrong += what[k] ? note->count[k] : 0;
    }
    printf("%-20s %6ld requests, %5ld tried: %5ld failed with an error, %4ld made do, %ld wrong\n",
           p->name, note->requests, tried, note->count[FAILED], note->count[ABSORBED], wrong);
    return !wrong;
}

static void *shared(size_t bytes)
{
    void *made = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return made == MAP_FAILED ? NULL : made;
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 && strcmp(argv[1], "--all") ? argv[1] : NULL;
    int mode = argc > 2 ? atoi(argv[2]) : 0;
    bool ok = true, any = false;
    every = argc > 1;
    only = argc > 3 ? atol(argv[3]) : 0;
    setenv("JACQUARD_NUM_THREADS", "3", 0);
    setenv("OPENBLAS_NUM_THREADS", "1", 0); /* it exits if it cannot start a thread */
    note = shared(sizeof *note);
    seen = shared(SITES * sizeof *seen);
    if (!note || !seen)
        return 1;
    for (int k = 0; k < nprograms; k++) {
        if (name && strcmp(name, programs[k].name))
            continue;
        any = true;
        int status;
        fflush(stdout);
        pid_t child = fork();
        if (!child) {
            p = &programs[k];
            exit(!run_program(mode));
        }
        waitpid(child, &status, 0);
        ok = ok && WIFEXITED(status) && !WEXITSTATUS(status);
    }
    if (!any)
        fprintf(stderr, "faults: there is no program '%s'\n", name);
    return !(ok && any);
}

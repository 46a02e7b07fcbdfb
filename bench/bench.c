/* ./run bench: runs each workload of the table with each peer, side by side. This program is the
 * driver; with --worker it is itself a peer. */
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/c/worker.h"
#include "bench/jacquard/worker.h"
#include "bench/measure.h"
#include "bench/report.h"

typedef struct {
    bool quick, list, docs;
    int threads, rounds;
    const char *only, *json, *plot, *python, *scripts, *worker, *adbench;
} options;

static const char usage[] =
    "usage: bench [OPTION ...]\n"
    "  --only ROWS     numbers and names, separated by commas: 3,11,lorenz\n"
    "  --quick         tiny sizes, few repetitions: does everything run, and agree?\n"
    "  --threads N     of each peer, which is also kept to so many CPUs (1)\n"
    "  --rounds N      samples of each peer (9)\n"
    "  --python FILE   an interpreter that has jax, for the peers in Python\n"
    "  --adbench DIR   ADBench's files (the environment's BENCH_ADBENCH, or ../shared/adbench)\n"
    "  --json FILE     where to (out/bench.json)\n"
    "  --plot FILE     where to, by gnuplot (out/bench.svg)\n"
    "  --write-docs    the table and the plot into docs/performance.md as well\n"
    "  --list          the rows\n";

/* The value of the option `name` if it stands at argv[*k], else NULL. */
static bool value(int argc, char **argv, int *k, const char *name, const char **out)
{
    if (strcmp(argv[*k], name) || *k + 1 >= argc)
        return false;
    *out = argv[++*k];
    return true;
}

static options parse(int argc, char **argv)
{
    options o = {.threads = 1,
                 .rounds = 9,
                 .json = "out/bench.json",
                 .plot = "out/bench.svg",
                 .scripts = BENCH_SCRIPTS};
    const char *number;
    for (int k = 1; k < argc; k++) {
        if (!strcmp(argv[k], "--quick"))
            o.quick = true;
        else if (!strcmp(argv[k], "--list"))
            o.list = true;
        else if (!strcmp(argv[k], "--write-docs"))
            o.docs = true;
        else if (value(argc, argv, &k, "--threads", &number))
            o.threads = atoi(number);
        else if (value(argc, argv, &k, "--rounds", &number))
            o.rounds = atoi(number);
        else if (!value(argc, argv, &k, "--only", &o.only) &&
                 !value(argc, argv, &k, "--json", &o.json) &&
                 !value(argc, argv, &k, "--plot", &o.plot) &&
                 !value(argc, argv, &k, "--python", &o.python) &&
                 !value(argc, argv, &k, "--adbench", &o.adbench) &&
                 !value(argc, argv, &k, "--worker", &o.worker)) {
            fprintf(stderr, "bench: %s?\n%s", argv[k], usage);
            exit(2);
        }
    }
    if (o.threads < 1 || o.rounds < 1 || o.rounds > MAX_ROUNDS) {
        fprintf(stderr, "bench: from 1 thread on, and from 1 to %d rounds\n", MAX_ROUNDS);
        exit(2);
    }
    return o;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static bool chosen(const bench_row *row, const char *only)
{
    char list[512], *rest = list;
    if (!only)
        return true;
    snprintf(list, sizeof list, "%s", only);
    for (char *one; (one = strsep(&rest, ","));) {
        char *end;
        long n = strtol(one, &end, 10);
        if (*one && (*end ? strstr(row->work, one) != NULL : n == row->number))
            return true;
    }
    return false;
}

static void list_rows(void)
{
    for (const bench_row *r = bench_rows; r->work; r++)
        printf("%3d  %-20s %s\n", r->number, r->work, r->title);
}

/* Are ADBench's files there? The workers find them through the environment. */
static bool find_adbench(const options *o)
{
    const char *given = o->adbench ? o->adbench : getenv("BENCH_ADBENCH");
    char file[4096], dir[PATH_MAX];
    snprintf(file, sizeof file, "%s/gmm_d2_K5.txt", given ? given : BENCH_ADBENCH_DEFAULT);
    if (access(file, R_OK) || !realpath(given ? given : BENCH_ADBENCH_DEFAULT, dir))
        return false;
    return setenv("BENCH_ADBENCH", dir, 1) == 0;
}

/* ---- peers ----------------------------------------------------------------------------------- */

static const char *const scripts[PEERS] = {NULL, NULL, "jax_worker.py", "drjit_worker.py", NULL};

/* Each library reads its number of threads from a variable of its own. The CPUs are
 * restricted too. */
static void set_threads(int threads)
{
    static const char *const variables[] = {"JACQUARD_NUM_THREADS", "OPENBLAS_NUM_THREADS",
                                            "OMP_NUM_THREADS"};
    char n[16];
    snprintf(n, sizeof n, "%d", threads);
    for (size_t k = 0; k < sizeof variables / sizeof variables[0]; k++)
        setenv(variables[k], n, 1);
    setenv("JAX_PLATFORMS", "cpu", 1);
    unsetenv("JACQUARD_CACHE_DIR"); /* what is compiled is compiled here */
    unsetenv("JAX_COMPILATION_CACHE_DIR");
}

/* The command that starts a peer's worker; empty for peers in Python if --python is not given. */
static bool command(int p, const options *o, char *argv[6])
{
    static char threads[16], script[PEERS][4096];
    snprintf(threads, sizeof threads, "%d", o->threads);
    if (scripts[p]) {
        snprintf(script[p], sizeof script[p], "%s/%s", o->scripts, scripts[p]);
        memcpy(argv, (char *[]){(char *)o->python, script[p], threads, NULL}, 4 * sizeof *argv);
        return o->python != NULL;
    }
    char *own[] = {"/proc/self/exe", "--worker", (char *)report_names[p],
                   "--threads",      threads,    NULL};
    memcpy(argv, own, sizeof own);
    return true;
}

static void start_peers(peer *peers, const options *o)
{
    static char *argv[PEERS][6];
    set_threads(o->threads);
    for (int p = 0; p < PEERS; p++)
        if (command(p, o, argv[p]) &&
            !peer_start(&peers[p], report_names[p], argv[p], o->threads)) {
            fprintf(stderr, "bench: %s does not start; its column stays empty\n", report_names[p]);
            peers[p] = (peer){0};
        }
}

static int be_worker(const options *o)
{
    if (!strcmp(o->worker, report_names[HANDWRITTEN]))
        return c_worker(o->threads);
    return jacquard_worker(!strcmp(o->worker, report_names[INTERPRETED]));
}

/* ---- running --------------------------------------------------------------------------------- */

static const bench_row *current;

static void say(const char *what)
{
    if (isatty(2))
        fprintf(stderr, "\r\033[K%s: %s", current->title, what);
}

static void make_parent(const char *path)
{
    char dir[4096];
    snprintf(dir, sizeof dir, "%s", path);
    char *slash = strrchr(dir, '/');
    if (slash) {
        *slash = 0;
        mkdir(dir, 0777);
    }
}

static bool written(const char *path, bool ok)
{
    if (ok)
        printf("written: %s\n", path);
    else
        fprintf(stderr, "bench: %s cannot be written\n", path);
    return ok;
}

static bool write_all(const options *o, const report_run *run)
{
    make_parent(o->json);
    make_parent(o->plot);
    bool ok = written(o->json, report_json(o->json, run));
    if (report_plot(o->plot, run))
        written(o->plot, true);
    if (o->docs)
        ok =
            written(BENCH_DOCS "/performance.md", report_docs(BENCH_DOCS "/performance.md", run)) &&
            written(BENCH_DOCS "/performance.svg",
                    report_plot(BENCH_DOCS "/performance.svg", run)) &&
            ok;
    return ok;
}

/* Measures each chosen row whose files are there. Returns whether all results agree. */
static bool run_rows(const options *o, peer *peers, report_run *run, bench_result *results)
{
    bench_effort effort = {.quick = o->quick,
                           .rounds = o->quick ? 1 : o->rounds,
                           .sample_s = o->quick ? 1e-4 : 0.02,
                           .row_s = 3};
    bool agree = true, adbench = find_adbench(o), left_out = false;
    start_peers(peers, o);
    report_head(run);
    for (const bench_row *r = bench_rows; r->work; r++) {
        if (!chosen(r, o->only) || (o->quick && !r->quick))
            continue;
        if (r->flags & ROW_ADBENCH && !adbench) {
            left_out = true;
            continue;
        }
        current = r;
        bench_measure(peers, r, effort, &results[run->n], say);
        if (isatty(2))
            fprintf(stderr, "\r\033[K");
        agree = agree && bench_agrees(&results[run->n]);
        report_row(run, run->n++);
    }
    if (left_out)
        printf("Rows 15 to 17 are left out: there are no files of ADBench's; --adbench DIR names "
               "them.\n");
    return agree;
}

int main(int argc, char **argv)
{
    static peer peers[PEERS];
    static bench_result results[128];
    options o = parse(argc, argv);
    if (o.list) {
        list_rows();
        return 0;
    }
    if (o.worker)
        return be_worker(&o);
    signal(SIGPIPE, SIG_IGN); /* a worker that dies is noticed when it does not answer */
    report_run run = {.peers = peers, .threads = o.threads, .quick = o.quick, .rows = results};
    bool agree = run_rows(&o, peers, &run, results);
    for (int p = 0; p < PEERS; p++)
        if (peers[p].name)
            peer_stop(&peers[p]);
    if (!o.quick)
        report_summary(&run);
    return write_all(&o, &run) && agree ? 0 : 1;
}

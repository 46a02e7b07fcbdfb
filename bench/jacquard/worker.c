/* Jacquard's worker: the workloads of bench/jacquard, compiled or interpreted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/jacquard/works.h"
#include "bench/worker.h"
#include "bench/jacquard/worker.h"

static const jq_work *const families[] = {
#define FAMILY(family) jq_##family,
    JQ_FAMILIES(FAMILY)
#undef FAMILY
};

static jq_case at;
static int64_t at_size;
static jac last[WORK_RESULTS];
static FILE *compile_log, *real_stderr; /* what JACQUARD_LOG=compile writes goes to the former */

static const jq_work *find(const char *name)
{
    for (size_t k = 0; k < sizeof families / sizeof families[0]; k++)
        for (const jq_work *w = families[k]; w->name; w++)
            if (!strcmp(w->name, name))
                return w;
    return NULL;
}

/* ---- compile time ---------------------------------------------------------------------------- */

/* The library itself says how long each compilation took, on stderr; that goes to a file here. What
 * is no such line is passed on. */
static double logged_ms(void)
{
    char line[1024];
    double sum = 0, trace, passes, schedule, llvm;
    fflush(stderr);
    clearerr(compile_log);
    while (fgets(line, sizeof line, compile_log)) {
        const char *ms = strstr(line, "ms: trace ");
        if (ms && sscanf(ms, "ms: trace %lf passes %lf schedule %lf llvm %lf", &trace, &passes,
                         &schedule, &llvm) == 4)
            sum += trace + passes + schedule + llvm;
        else
            fputs(line, real_stderr);
    }
    return sum;
}

static void redirect_log(void)
{
    char path[] = "/tmp/jacquard-bench-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0)
        return;
    compile_log = fopen(path, "r");
    unlink(path);
    setenv("JACQUARD_LOG", "compile", 1);
    real_stderr = fdopen(dup(STDERR_FILENO), "w");
    setvbuf(real_stderr, NULL, _IONBF, 0);
    dup2(fd, STDERR_FILENO);
    close(fd);
}

/* ---- the questions --------------------------------------------------------------------------- */

static bool run_once(jac *results)
{
    return at.run ? at.run(at.f, at.args, at_size, results) : jac_call(at.f, at.args, results);
}

static void drop_results(void)
{
    for (int k = 0; k < at.nresults; k++)
        if (jac_ok(last[k]))
            jac_release(last[k]);
    memset(last, 0, sizeof last);
}

/* A state that goes from run to run takes the place of the arguments that it came from. */
static void carry(const jac *results)
{
    for (int k = 0; k < at.carried; k++) {
        jac_retain(results[k]);
        jac_release(at.args[k]);
        at.args[k] = results[k];
    }
}

static bool call(int64_t n)
{
    drop_results();
    for (int64_t k = 0; k < n; k++)
        JAC_SCOPE () {
            jac results[WORK_RESULTS];
            if (!run_once(results))
                return false;
            carry(results);
        }
    return true;
}

static void end(void)
{
    for (int k = 0; k < WORK_ARGS; k++)
        if (jac_ok(at.args[k]))
            jac_release(at.args[k]);
    drop_results();
    if (jac_ok(at.f))
        jac_release_fn(at.f);
    at = (jq_case){0};
    jac_enable_x64(false);
}

static worker_answer begin(const char *name, int64_t size, double *cold_ms)
{
    const jq_work *w = find(name);
    if (!w)
        return WORKER_NONE;
    bool ok = false;
    jac_error_clear();
    JAC_SCOPE () {
        at = (jq_case){.nresults = 1};
        at_size = size;
        w->make(size, &at);
        for (int k = 0; k < WORK_ARGS; k++)
            if (jac_ok(at.args[k]))
                jac_retain(at.args[k]);
        jac_retain_fn(at.f);
        worker_inputs_made();
        if (compile_log)
            logged_ms();
        double start = worker_seconds();
        ok = run_once(last) && !jac_error();
        double first_ms = (worker_seconds() - start) * 1e3;
        for (int k = 0; ok && k < at.nresults; k++)
            jac_retain(last[k]);
        if (ok)
            carry(last);
        *cold_ms = compile_log ? logged_ms() : 0;
        if (compile_log && *cold_ms == 0) /* the log says nothing that can be read here */
            *cold_ms = first_ms;
    }
    if (!ok)
        memset(last, 0, sizeof last);
    return ok ? WORKER_OK : WORKER_FAILED;
}

static int results(void)
{
    return at.nresults;
}

static bool digest(int k)
{
    static const struct {
        jac_dtype of;
        digest_type as;
    } direct[] = {{JAC_F32, DIGEST_F32}, {JAC_F64, DIGEST_F64}, {JAC_I32, DIGEST_I32},
                  {JAC_U32, DIGEST_U32}, {JAC_F16, DIGEST_F16}, {JAC_BF16, DIGEST_BF16}};
    bool done = false;
    JAC_SCOPE () {
        jac x = last[k];
        jac_dtype d = jac_dtype_of(x);
        for (size_t t = 0; t < sizeof direct / sizeof direct[0] && !done; t++)
            if (direct[t].of == d) {
                worker_digest(direct[t].as, jac_size(x), jac_view(x, d));
                done = true;
            }
        if (!done) {
            jac y = jac_astype(x, JAC_F64);
            const void *v = jac_view(y, JAC_F64);
            if ((done = v != NULL))
                worker_digest(DIGEST_F64, jac_size(y), v);
        }
    }
    return done;
}

static const char *error(void)
{
    const char *text = jac_error();
    return text ? text : "failed without an error";
}

JAC_DEF(jac, warm_up, (jac, x))
{
    return jac_sin(x);
}

int jacquard_worker(bool interpreted)
{
    if (interpreted) {
        jac_disable_jit(true);
    } else {
        redirect_log();
        JAC_SCOPE () /* what the first compilation of a process alone has to do is no row's */
            jac_call1(jac_jit(warm_up_fn), 1.0);
    }
    return worker_run(&(worker_peer){.hello = BENCH_VERSION,
                                     .begin = begin,
                                     .call = call,
                                     .results = results,
                                     .digest = digest,
                                     .end = end,
                                     .error = error});
}

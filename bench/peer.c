/* Worker processes: starts them on their CPUs and asks them questions. */
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/peer.h"

/* ---- the process ----------------------------------------------------------------------------- */

static void pin(int threads)
{
    cpu_set_t all, few;
    CPU_ZERO(&few);
    if (sched_getaffinity(0, sizeof all, &all))
        return;
    for (int k = 0, n = 0; k < CPU_SETSIZE && n < threads; k++)
        if (CPU_ISSET(k, &all)) {
            CPU_SET(k, &few);
            n++;
        }
    sched_setaffinity(0, sizeof few, &few);
}

static bool ask(peer *p, char *answer, int room, const char *format, ...)
{
    va_list v;
    if (!p->to) {
        snprintf(p->error, sizeof p->error, "%s has ended", p->name);
        return false;
    }
    va_start(v, format);
    vfprintf(p->to, format, v);
    va_end(v);
    if (fflush(p->to) || !fgets(answer, room, p->from)) {
        peer_stop(p);
        snprintf(p->error, sizeof p->error, "%s ended without an answer", p->name);
        return false;
    }
    answer[strcspn(answer, "\n")] = 0;
    return true;
}

bool peer_start(peer *p, const char *name, char *const argv[], int threads)
{
    int in[2], out[2];
    *p = (peer){.name = name, .argv = argv, .threads = threads};
    if (pipe(in) || pipe(out))
        return false;
    p->pid = fork();
    if (p->pid < 0)
        return false;
    if (p->pid == 0) {
        pin(threads);
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[0]), close(in[1]), close(out[0]), close(out[1]);
        execvp(argv[0], argv);
        _exit(127);
    }
    close(in[0]), close(out[1]);
    /* otherwise workers that start later would keep them open */
    for (int k = 0; k < 2; k++)
        fcntl(k ? in[1] : out[0], F_SETFD, FD_CLOEXEC);
    p->to = fdopen(in[1], "w");
    p->from = fdopen(out[0], "r");
    char line[256];
    if (!fgets(line, sizeof line, p->from) || strncmp(line, "hello ", 6)) {
        peer_stop(p);
        return false;
    }
    line[strcspn(line, "\n")] = 0;
    snprintf(p->hello, sizeof p->hello, "%s", line + 6);
    return true;
}

void peer_stop(peer *p)
{
    if (!p->to)
        return;
    fprintf(p->to, "quit\n");
    fclose(p->to);
    fclose(p->from);
    p->to = p->from = NULL;
    waitpid(p->pid, NULL, 0);
}

bool peer_restart(peer *p)
{
    peer_stop(p);
    return peer_start(p, p->name, p->argv, p->threads);
}

/* ---- questions ------------------------------------------------------------------------------- */

/* The number after "ok ". */
static bool number(peer *p, const char *answer, double *x)
{
    if (sscanf(answer, "ok %lf", x) == 1)
        return true;
    snprintf(p->error, sizeof p->error, "%.500s", answer);
    return false;
}

peer_answer peer_begin(peer *p, const char *work, int64_t size, double *cold_ms)
{
    char line[1024];
    if (!ask(p, line, sizeof line, "begin %s %lld\n", work, (long long)size))
        return PEER_FAILED;
    if (!strcmp(line, "none"))
        return PEER_NONE;
    return number(p, line, cold_ms) ? PEER_OK : PEER_FAILED;
}

bool peer_time(peer *p, int64_t n, double *seconds)
{
    char line[1024];
    return ask(p, line, sizeof line, "time %lld\n", (long long)n) && number(p, line, seconds);
}

bool peer_end(peer *p, double *bytes)
{
    char line[1024];
    return ask(p, line, sizeof line, "end\n") && number(p, line, bytes);
}

static bool read_digest(FILE *f, peer_digest *d)
{
    long long count;
    if (fscanf(f, "%lld %lf %lf %d", &count, &d->sum, &d->absolute, &d->n) != 4)
        return false;
    d->count = count;
    d->x = calloc((size_t)d->n + 1, sizeof *d->x);
    for (int k = 0; k < d->n; k++)
        if (fscanf(f, "%lf", &d->x[k]) != 1)
            return false;
    return true;
}

bool peer_result(peer *p, peer_results *r)
{
    char line[1024];
    double n;
    *r = (peer_results){0};
    if (!ask(p, line, sizeof line, "result\n") || !number(p, line, &n))
        return false;
    r->v = calloc((size_t)n + 1, sizeof *r->v);
    bool ok = true;
    for (r->n = 0; ok && r->n < (int)n; r->n++)
        ok = read_digest(p->from, &r->v[r->n]);
    if (!fgets(line, sizeof line, p->from) || !ok) {
        peer_stop(p);
        return false;
    }
    return true;
}

void peer_results_free(peer_results *r)
{
    for (int k = 0; k < r->n; k++)
        free(r->v[k].x);
    free(r->v);
    *r = (peer_results){0};
}

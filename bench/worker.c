/* The main loop of a worker written in C, with its clock, memory figures and digests. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <malloc.h>
#include <math.h>
#include <time.h>

#include "worker.h"

double worker_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- memory ---------------------------------------------------------------------------------- */

/* A line of /proc/self/status, in bytes. VmHWM is the peak of resident memory since its reset. */
static long long status_bytes(const char *key)
{
    FILE *f = fopen("/proc/self/status", "r");
    char line[256];
    long long kb = 0;
    while (f && fgets(line, sizeof line, f))
        if (!strncmp(line, key, strlen(key)))
            kb = atoll(line + strlen(key) + 1);
    if (f)
        fclose(f);
    return kb * 1024;
}

void worker_inputs_made(void)
{
    FILE *f = fopen("/proc/self/clear_refs", "w");
    if (!f)
        return;
    fputs("5", f);
    fclose(f);
}

/* ---- digests --------------------------------------------------------------------------------- */

/* A bf16 is the upper half of a float. */
static double from_bf16(uint16_t x)
{
    uint32_t bits = (uint32_t)x << 16;
    float f;
    memcpy(&f, &bits, sizeof f);
    return (double)f;
}

static double element(digest_type type, const void *elements, int64_t i)
{
    switch (type) {
    case DIGEST_F16:
        return (double)((const _Float16 *)elements)[i];
    case DIGEST_BF16:
        return from_bf16(((const uint16_t *)elements)[i]);
    case DIGEST_F32:
        return (double)((const float *)elements)[i];
    case DIGEST_F64:
        return ((const double *)elements)[i];
    case DIGEST_I32:
        return (double)((const int32_t *)elements)[i];
    case DIGEST_U32:
        return (double)((const uint32_t *)elements)[i];
    }
    return NAN;
}

void worker_digest(digest_type type, int64_t count, const void *elements)
{
    double sum = 0, absolute = 0;
    for (int64_t i = 0; i < count; i++) {
        double x = element(type, elements, i);
        sum += x;
        absolute += fabs(x);
    }
    int n = count < DIGEST_SAMPLES ? (int)count : DIGEST_SAMPLES;
    printf("%lld %.17g %.17g %d", (long long)count, sum, absolute, n);
    for (int k = 0; k < n; k++)
        printf(" %.17g", element(type, elements, count * k / n));
    printf("\n");
}

/* ---- the loop -------------------------------------------------------------------------------- */

static void say_begin(const worker_peer *peer, const char *line)
{
    char work[64];
    long long size;
    double cold_ms = 0;
    if (sscanf(line, "%63s %lld", work, &size) != 2) {
        printf("error begin wants a workload and a size\n");
        return;
    }
    switch (peer->begin(work, size, &cold_ms)) {
    case WORKER_OK:
        printf("ok %.6f\n", cold_ms);
        break;
    case WORKER_NONE:
        printf("none\n");
        break;
    case WORKER_FAILED:
        printf("error %s\n", peer->error());
        break;
    }
}

static void say_time(const worker_peer *peer, int64_t n)
{
    double start = worker_seconds();
    bool ok = peer->call(n);
    double seconds = worker_seconds() - start;
    if (ok)
        printf("ok %.9f\n", seconds);
    else
        printf("error %s\n", peer->error());
}

int worker_run(const worker_peer *peer)
{
    static char line[256];
    long long before = 0;
    printf("hello %s\n", peer->hello);
    for (;;) {
        fflush(stdout);
        if (!fgets(line, sizeof line, stdin) || !strncmp(line, "quit", 4))
            return 0;
        line[strcspn(line, "\n")] = 0;
        if (!strncmp(line, "begin ", 6)) {
            malloc_trim(0); /* frees what earlier rows left */
            before = status_bytes("VmRSS");
            say_begin(peer, line + 6);
        } else if (!strncmp(line, "time ", 5)) {
            say_time(peer, atoll(line + 5));
        } else if (!strcmp(line, "result")) {
            printf("ok %d\n", peer->results());
            for (int k = 0; k < peer->results(); k++)
                if (!peer->digest(k))
                    printf("0 0 0 0\n");
        } else if (!strcmp(line, "end")) {
            long long peak = status_bytes("VmHWM") - before;
            peer->end();
            printf("ok %lld\n", peak > 0 ? peak : 0);
        } else {
            printf("error unknown question\n");
        }
    }
}

/* A peer as the driver sees it: a worker process that is asked questions (bench/worker.h). */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

typedef struct {
    int64_t count;
    double sum, absolute;
    int n;
    double *x;
} peer_digest;

typedef struct {
    int n;
    peer_digest *v;
} peer_results;

typedef struct {
    const char *name; /* as a column */
    char hello[256];
    char *const *argv; /* of the program */
    int threads;
    pid_t pid;
    FILE *to, *from;
    char error[512]; /* of the last question that failed */
} peer;

/* Starts the program of argv, which must last; false if it does not answer. The worker may run on
 * the first `threads` of the CPUs that this process may run on. */
bool peer_start(peer *p, const char *name, char *const argv[], int threads);
void peer_stop(peer *p);
/* A new process in place of the old one, so that nothing which that one kept helps it. */
bool peer_restart(peer *p);

typedef enum { PEER_OK, PEER_NONE, PEER_FAILED } peer_answer;
/* A worker that dies is PEER_FAILED, and all later questions are. */
peer_answer peer_begin(peer *p, const char *work, int64_t size, double *cold_ms);
bool peer_time(peer *p, int64_t n, double *seconds);
bool peer_result(peer *p, peer_results *r);
bool peer_end(peer *p, double *bytes);
void peer_results_free(peer_results *r);

#endif

/* A peer as the driver sees it: a worker process that answers questions (bench/worker.h). */
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
    char error[512]; /* why the last question failed */
} peer;

/* Starts the program in argv, which must stay valid. The worker is restricted to the first
 * `threads` of this process's CPUs. False if it does not answer. */
bool peer_start(peer *p, const char *name, char *const argv[], int threads);
void peer_stop(peer *p);
/* Replaces the process by a new one, which has nothing cached. */
bool peer_restart(peer *p);

typedef enum { PEER_OK, PEER_NONE, PEER_FAILED } peer_answer;
/* If the worker dies, this question and all later ones give PEER_FAILED. */
peer_answer peer_begin(peer *p, const char *work, int64_t size, double *cold_ms);
bool peer_time(peer *p, int64_t n, double *seconds);
bool peer_result(peer *p, peer_results *r);
bool peer_end(peer *p, double *bytes);
void peer_results_free(peer_results *r);

#endif

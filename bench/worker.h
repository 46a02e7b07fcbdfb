/* A worker is a process that holds one peer's workloads and answers the driver's questions, one
 * line each on stdin and stdout. The driver asks the peers in turns, so that noise affects all
 * alike.
 *
 *   begin WORK SIZE   ok COLD_MS | none | error TEXT    makes inputs, compiles, calls once
 *   time N            ok SECONDS                        of N calls
 *   result            ok K, and K lines                 digests of the results of begin's call
 *   end               ok BYTES                          frees; peak memory, inputs included
 *   quit
 *
 * A digest is `count sum sum_of_absolutes n x ...`, with n elements at equal distances.
 */
#ifndef BENCH_WORKER_H
#define BENCH_WORKER_H

#include <stdbool.h>
#include <stdint.h>

enum { DIGEST_SAMPLES = 512 };

typedef enum { WORKER_OK, WORKER_NONE, WORKER_FAILED } worker_answer;

typedef struct {
    const char *hello; /* name and version */
    /* Makes inputs, then calls inputs_made(), then compiles and calls once. */
    worker_answer (*begin)(const char *work, int64_t size, double *cold_ms);
    bool (*call)(int64_t n); /* calls it n times; the results of `begin` are freed */
    int (*results)(void);
    bool (*digest)(int k); /* prints with worker_digest */
    void (*end)(void);
    const char *(*error)(void);
} worker_peer;

int worker_run(const worker_peer *peer);
/* `begin` calls this after making inputs and before computing. The peak of memory counts from
 * here. */
void worker_inputs_made(void);

typedef enum {
    DIGEST_F16,
    DIGEST_BF16,
    DIGEST_F32,
    DIGEST_F64,
    DIGEST_I32,
    DIGEST_U32
} digest_type;
void worker_digest(digest_type type, int64_t count, const void *elements);

double worker_seconds(void);

#endif

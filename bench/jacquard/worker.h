#ifndef BENCH_JACQUARD_WORKER_H
#define BENCH_JACQUARD_WORKER_H

#include <stdbool.h>

/* Answers the driver's questions until it says quit. */
int jacquard_worker(bool interpreted);

#endif

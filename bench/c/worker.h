#ifndef BENCH_C_WORKER_H
#define BENCH_C_WORKER_H

/* Answers the driver's questions until it sends `quit`. */
int c_worker(int threads);

#endif

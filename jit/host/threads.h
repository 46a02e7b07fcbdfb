/* Work shared among threads: a pool that starts once, at the first work worth it. */
#ifndef JACQUARD_JIT_THREADS_H
#define JACQUARD_JIT_THREADS_H

#include <stddef.h>
#include <stdint.h>

/* Does items from `from` up to `to`, with memory that is the thread's own; 0 with an error recorded
 * if that fails. */
typedef uint8_t jit_work(void *env, int64_t from, int64_t to, void *memory);

/* Does n items, which do not depend on each other, on as many threads as it pays; each is given so
 * many bytes. Some items are done at once, and how long they take tells whether to share the others.
 * Returns 0 with an error recorded if any fails. */
uint8_t jit_parallel(jit_work *work, void *env, int64_t n, size_t bytes);

#endif

/* What compiled code calls while it runs, and the function that calls it: tapes, threads, scratch
 * memory.
 *
 * Together with the kernels of ops/host/ and a few files of ir/ this is a separate library,
 * libjacquard_host.a. It contains neither LLVM nor graphs: code passes it what it needs as plain
 * numbers.
 */
#ifndef JACQUARD_JIT_HOST_H
#define JACQUARD_JIT_HOST_H

#include "ir/ir.h"

/* Exported from libjacquard_host.a, so that object files can link to it. */
#ifdef JAC_HOST_LIBRARY
#define JAC_HOST __attribute__((visibility("default")))
#else
#define JAC_HOST
#endif

/* ---- run.c: calling code -------------------------------------------------------------------- */

/* in, out: dense buffers of the inputs and outputs. arena: memory for temporaries. table: the
 * equations whose kernels the code calls; NULL if it needs none. */
typedef bool jac_host_entry(const void *const *in, void *const *out, char *arena,
                            const void *const *table);

/* Code, and what the caller must know about it. */
typedef struct {
    jac_host_entry *entry;
    const void *const *table;
    const char *name; /* for messages */
    size_t arena_bytes;
    int ntape, ntape_out;
    const size_t *tape;  /* offsets of the tapes in the arena */
    const int *tape_out; /* the results that are tapes */
} jac_host_program;

/* Calls the code with the thread's arena; false with an error recorded. Re-entrant. */
JAC_HOST bool jac_host_run(const jac_host_program *p, const void *const *in, void *const *out);
/* The thread's recorded error; NULL if there is none. */
JAC_HOST const char *jac_host_error(void);

/* ---- threads.c: work shared among threads --------------------------------------------------- */

/* Does items `from` up to `to`, with memory of the thread's own; 0 with an error recorded if that
 * fails. */
typedef uint8_t jac_host_work(void *env, int64_t from, int64_t to, void *memory);

/* Does n independent items, on as many threads as is worthwhile; each thread gets `bytes` bytes of
 * memory. A few items are done first, and the time they take decides whether to share the rest.
 * Returns 0 with an error recorded if any item fails. */
JAC_HOST uint8_t jac_host_parallel(jac_host_work *work, void *env, int64_t n, size_t bytes);
/* May jac_host_parallel use other threads here? Not inside its own work. */
JAC_HOST bool jac_host_shares(void);

/* ---- tape.c: values of dynamic length (ir/tape.c); a buffer holds a tape -------------------- */

/* Makes a new tape with `length` slices, all zero. type: the slices' dtype, rank and dimensions. */
JAC_HOST uint8_t jac_host_tape_open(ir_tape **buffer, const int64_t *type, int64_t length);
/* Slice `at`, for writing; NULL with an error recorded if there is no memory. */
JAC_HOST void *jac_host_tape_next(ir_tape **buffer, int64_t at);
/* Slice `at`, for reading; zeros if there is no such slice. */
enum { JAC_HOST_ZEROS = 65536 }; /* reading a slice of up to this many bytes needs no memory */
JAC_HOST const void *jac_host_tape_read(ir_tape *const *buffer, int64_t at, size_t bytes);
JAC_HOST void jac_host_tape_copy(ir_tape **to, ir_tape *const *from);
JAC_HOST void jac_host_tape_drop(ir_tape **buffer);

#endif

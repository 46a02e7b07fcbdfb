/* What compiled code calls while it runs, and what calls it: tapes, threads, scratch memory.
 *
 * With the kernels of ops/host/ and a few files of ir/ this is a library of its own,
 * libjacquard_host.a. It holds no LLVM and no graphs: code is told what it needs as plain numbers.
 */
#ifndef JACQUARD_JIT_HOST_H
#define JACQUARD_JIT_HOST_H

#include "ir/ir.h"

/* Global in libjacquard_host.a, where object files look for it. */
#ifdef JAC_HOST_LIBRARY
#define JAC_HOST __attribute__((visibility("default")))
#else
#define JAC_HOST
#endif

/* ---- run.c: calling code ------------------------------------------------------------------------ */

/* in, out: dense buffers of the inputs and outputs; arena: temporaries; table: the equations whose
 * kernels the code calls, NULL for code that needs none. */
typedef bool jac_host_entry(const void *const *in, void *const *out, char *arena,
                            const void *const *table);

/* Code, and what a call must know besides it. */
typedef struct {
    jac_host_entry *entry;
    const void *const *table;
    const char *name; /* for messages */
    size_t arena_bytes;
    int ntape, ntape_out;
    const size_t *tape;  /* where in the arena there are tapes */
    const int *tape_out; /* which results are */
} jac_host_program;

/* Calls the code with an arena of the thread's; false with an error recorded. Re-entrant. */
JAC_HOST bool jac_host_run(const jac_host_program *p, const void *const *in, void *const *out);
/* The thread's recorded error; NULL if there is none. */
JAC_HOST const char *jac_host_error(void);

/* ---- threads.c: work shared among threads ------------------------------------------------------- */

/* Does items from `from` up to `to`, with memory that is the thread's own; 0 with an error recorded
 * if that fails. */
typedef uint8_t jac_host_work(void *env, int64_t from, int64_t to, void *memory);

/* Does n items, which do not depend on each other, on as many threads as it pays; each is given so
 * many bytes. Some items are done at once, and how long they take tells whether to share the others.
 * Returns 0 with an error recorded if any fails. */
JAC_HOST uint8_t jac_host_parallel(jac_host_work *work, void *env, int64_t n, size_t bytes);

/* ---- tape.c: values of dynamic length (ir/tape.c); a buffer holds a tape ------------------------- */

/* A new tape of so many slices, all zero; type: the slices' dtype, rank and dimensions. */
JAC_HOST uint8_t jac_host_tape_open(ir_tape **buffer, const int64_t *type, int64_t length);
/* Slice `at`, to be written; NULL with an error recorded if there is no memory. */
JAC_HOST void *jac_host_tape_next(ir_tape **buffer, int64_t at);
/* Slice `at`, or zeros where there is none. */
enum { JAC_HOST_ZEROS = 65536 }; /* bytes of a slice up to which reading one needs no memory */
JAC_HOST const void *jac_host_tape_read(ir_tape *const *buffer, int64_t at, size_t bytes);
JAC_HOST void jac_host_tape_copy(ir_tape **to, ir_tape *const *from);
JAC_HOST void jac_host_tape_drop(ir_tape **buffer);


#endif

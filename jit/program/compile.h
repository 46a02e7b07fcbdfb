/* Between the files that turn an optimised graph into code in this process.
 *
 *   target.c   the host as LLVM sees it: passes, object code, assembly
 *   orc.c      object code into memory, and out again
 *   host.c     what that code calls in this process
 *   disk.c     object code kept in files
 *   debug.h    object code shown to debuggers
 *   compile.c  graph -> schedule -> module -> object, one function a stage
 *   cache.c    programs shared and kept; jit.h
 *   run.c      calling a program; its scratch memory
 *   dump.c     what is written for people: JACQUARD_LOG, JACQUARD_DUMP, jit_emit_text
 */
#ifndef JACQUARD_JIT_COMPILE_H
#define JACQUARD_JIT_COMPILE_H

#include <llvm-c/Core.h>

#include "ir/ptrmap.h"
#include "jit/observe/debug.h"
#include "jit/jit.h"
#include "jit/schedule/schedule.h"

/* ---- target.c ----------------------------------------------------------------------------------- */
/* stack: are there arrays on the stack? */
bool jit_target_optimize(LLVMModuleRef m, bool stack);
/* Attributes of functions. */
#define JIT_INLINE_LATE "inline-when-loops-are-vectors" /* noinline till then */
#define JIT_ONE_VECTOR  "is-one-vector"                 /* made of a loop over its elements */
/* Object code, or assembly text; NULL with an error recorded. Leaves m changed. */
LLVMMemoryBufferRef jit_target_emit(LLVMModuleRef m, bool assembly);
/* CPU, features and everything else that code depends on besides its graph. */
const char *jit_target_name(void);
/* Whether vectors of any element can be loaded and stored in part. */
bool jit_target_masks(void);

/* ---- orc.c -------------------------------------------------------------------------------------- */
typedef bool jit_entry(const void *const *in, void *const *out, char *arena,
                       const ir_eqn *const *eqns);
typedef struct {
    jit_entry *entry;
    struct LLVMOrcOpaqueResourceTracker *tracker;
    jit_shown *shown; /* to debuggers */
} jit_code;
/* Takes the object, also when it fails. Name is its function's, and must be new to the process;
 * users know it as `title`. */
bool jit_code_load(LLVMMemoryBufferRef object, const char *name, const char *title, jit_code *out);
void jit_code_drop(jit_code *code);

/* ---- host.c ------------------------------------------------------------------------------------- */
typedef struct {
    const char *name;
    void *address;
} jit_host_function;
extern const jit_host_function jit_host_functions[]; /* ended by a NULL name */
/* All equations of g and of its nested graphs, in an order that is the same in every process; the
 * caller frees the list. Place, if not NULL: their places in it. */
const ir_eqn **jit_list_eqns(const ir_graph *g, ptrmap *place);

/* ---- compile.c ---------------------------------------------------------------------------------- */

/* A function's name that this process has not used; all are of one length. */
enum { JIT_NAME_SIZE = 26 };
void jit_new_name(char name[JIT_NAME_SIZE]);

/* A graph on its way; each stage needs the one before. */
typedef struct {
    jit_schedule *schedule;
    LLVMContextRef cx;
    LLVMModuleRef module;
    char name[JIT_NAME_SIZE]; /* of the function */
    bool wants_eqns;          /* does it read the table of equations? */
} jit_build;
bool jit_build_schedule(jit_build *b, const ir_graph *g, const uint8_t *donated);
bool jit_build_module(jit_build *b);
bool jit_build_optimize(jit_build *b);
void jit_build_end(jit_build *b);
double jit_now_ms(void);

/* ---- cache.c ------------------------------------------------------------------------------------ */

/* What calling a program needs to know besides its code and its graph. Kept in files as it stands.
 */
typedef struct {
    uint64_t arena_bytes;
    int32_t ntape, nkernel;
    uint8_t wants_eqns, pad[7];
} jit_facts;

struct jit_program {
    ir_graph *g;      /* optimised; the code calls into its equations */
    uint8_t *donated; /* by input; NULL: none is */
    ir_hash128 hash;  /* of both */
    jit_code code;
    jit_facts facts;
    size_t *tape;         /* where in the arena there are tapes */
    bool tapes_out;       /* is one a result? */
    int *over;            /* by output: as jit_taken; NULL if nothing is donated */
    const ir_eqn **eqns;  /* what the code is called with; NULL: it reads none */
    struct jit_profile *profile; /* NULL: it counts nothing */
    int users;                  /* under the cache's lock */
    jit_program *chain;         /* of one bucket */
    jit_program *newer, *older; /* in the order of last use */
};

/* ---- disk.c ------------------------------------------------------------------------------------- */
/* The directory's code for p's graph into p, from its facts on, and the object; NULL if there is
 * none that is whole and was made for this graph, machine and build. Never an error. */
LLVMMemoryBufferRef jit_disk_read(jit_program *p, char name[JIT_NAME_SIZE]);
void jit_disk_write(const jit_program *p, LLVMMemoryBufferRef object, const char *name);

/* ---- dump.c ------------------------------------------------------------------------------------- */
void jit_log_compiled(const jit_program *p, const jit_stats *st);
/* Directory to write to, or NULL. */
const char *jit_dump_dir(void);
void jit_dump_graphs(const ir_graph *g, const ir_graph *optimised, ir_hash128 hash);
void jit_dump_build(jit_build *b, ir_hash128 hash, const char *what);

#endif

/* Between the files that turn an optimised graph into code in this process.
 *
 *   target.c   the host as LLVM sees it: passes, object code, assembly
 *   orc.c      object code into memory, and out again
 *   compile.c  graph -> schedule -> module -> object, one function a stage
 *   cache.c    programs shared and kept; jit.h
 *   run.c      calling a program; its scratch memory
 *   dump.c     what is written for people: JACQUARD_LOG, JACQUARD_DUMP, jit_emit_text
 */
#ifndef JACQUARD_JIT_COMPILE_H
#define JACQUARD_JIT_COMPILE_H

#include <llvm-c/Core.h>

#include "jit/jit.h"
#include "jit/schedule.h"

/* ---- target.c
 * ------------------------------------------------------------------------------------ */
/* stack: are there arrays on the stack? */
bool jit_target_optimize(LLVMModuleRef m, bool stack);
/* Object code, or assembly text; NULL with an error recorded. Leaves m changed. */
LLVMMemoryBufferRef jit_target_emit(LLVMModuleRef m, bool assembly);
/* CPU, features and everything else that code depends on besides its graph. */
const char *jit_target_name(void);

/* ---- orc.c
 * --------------------------------------------------------------------------------------- */
typedef bool jit_entry(const void *const *in, void *const *out, char *arena);
typedef struct {
    jit_entry *entry;
    struct LLVMOrcOpaqueResourceTracker *tracker;
} jit_code;
/* Takes the object, also when it fails. */
bool jit_code_load(LLVMMemoryBufferRef object, const char *name, jit_code *out);
void jit_code_drop(jit_code *code);

/* ---- compile.c
 * ----------------------------------------------------------------------------------- */

/* A graph on its way; each stage needs the one before. */
typedef struct {
    jit_schedule *schedule;
    LLVMContextRef cx;
    LLVMModuleRef module;
    char name[48]; /* of the function */
} jit_build;
bool jit_build_schedule(jit_build *b, const ir_graph *g);
bool jit_build_module(jit_build *b);
bool jit_build_optimize(jit_build *b);
void jit_build_end(jit_build *b);
double jit_now_ms(void);

/* ---- cache.c
 * ------------------------------------------------------------------------------------- */
struct jit_program {
    ir_graph *g; /* optimised; the code calls into its equations */
    ir_hash128 hash;
    jit_code code;
    size_t arena_bytes;
    int ntape;
    size_t *tape; /* where in the arena there are tapes */
    bool tapes_out; /* is one a result? */
    int nkernel;
    int users;                  /* under the cache's lock */
    jit_program *chain;         /* of one bucket */
    jit_program *newer, *older; /* in the order of last use */
};

/* ---- dump.c
 * -------------------------------------------------------------------------------------- */
void jit_log_compiled(const jit_program *p, const jit_stats *st);
/* Directory to write to, or NULL. */
const char *jit_dump_dir(void);
void jit_dump_graphs(const ir_graph *g, const ir_graph *optimised, ir_hash128 hash);
void jit_dump_build(jit_build *b, ir_hash128 hash, const char *what);

#endif

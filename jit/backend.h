/* A back end turns a schedule into code that this process can call.
 *
 * It is a struct of functions. The stages of a compilation (jit/program/compile.c) call them in
 * order: emit, optimize, code, load. The first stages pass on a module, which only the back end can
 * look into; then come bytes, which can be kept in a file; then an entry, which can be called.
 * Nothing here depends on LLVM: jit/program/ sees a back end only through this header.
 */
#ifndef JACQUARD_JIT_BACKEND_H
#define JACQUARD_JIT_BACKEND_H

#include "jit/host/host.h"
#include "jit/jit.h"
#include "jit/limits.h"
#include "jit/schedule/schedule.h"

/* The size of a function name. Names are unique in the process, and all have the same length, so
 * that code loaded from a file can be given a new name. */
enum { JIT_NAME_SIZE = 26 };

/* A schedule on its way to code; only the back end knows what it contains. */
typedef struct jit_module jit_module;

/* Code as bytes. The owner of the bytes calls `release` once, unless it is NULL. */
typedef struct jit_bytes {
    char *at;
    size_t size;
    void *owner; /* for `release` */
    void (*release)(struct jit_bytes *b);
} jit_bytes;
static inline void jit_bytes_release(jit_bytes *b)
{
    if (b->release)
        b->release(b);
    *b = (jit_bytes){0};
}

/* Code loaded into this process. */
typedef struct {
    jac_host_entry *entry;
    void *loaded; /* belongs to the back end; `drop` needs it */
} jit_code;

struct jit_backend {
    const char *name;
    jit_limits limits;

    /* Describes the machine and everything else that the bytes depend on besides the graph and the
     * limits. Bytes made for another target are not loaded. */
    const char *(*target)(void);

    /* Makes a module with one function, `name`, from the schedule; NULL with an error recorded.
     * *wants_eqns says whether the function reads its table of equations. */
    jit_module *(*emit)(const jit_schedule *s, const char *name, bool *wants_eqns);
    /* Optimises the module; false with an error recorded. */
    bool (*optimize)(jit_module *m);
    /* Makes the module's code; false with an error recorded. Afterwards only `end` may be called on
     * the module. */
    bool (*code)(jit_module *m, jit_bytes *out);
    void (*end)(jit_module *m); /* m may be NULL */

    /* The module as text, malloc'd, for JIT_TEXT_EMITTED or JIT_TEXT_ASM. NULL if the back end has
     * no such text, or with an error recorded. The suffixes are for the files that JACQUARD_DUMP
     * writes (as emitted, optimised, assembly); NULL: no such file. */
    char *(*text)(jit_module *m, jit_text what);
    const char *emitted_suffix, *optimized_suffix, *asm_suffix;

    /* Loads code into this process. Takes over the bytes, even if it fails. `name` is the name of
     * the code's function and must be new to the process; users see it as `title`. */
    bool (*load)(jit_bytes *code, const char *name, const char *title, jit_code *out);
    void (*drop)(jit_code *code);
};

/* Calls f for each function that code may call by name in this process (jit/program/symbols.c). A
 * loader defines these symbols. */
void jit_each_symbol(void (*f)(void *env, const char *name, void *address), void *env);

/* LLVM, for the machine that the process runs on. */
extern const jit_backend jit_backend_llvm;

#endif

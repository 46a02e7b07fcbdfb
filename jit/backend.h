/* A back end: what turns a schedule into code that this process can call.
 *
 * It is a struct of functions. The stages of a compilation (jit/program/compile.c) call them in
 * order: emit, optimize, code, load. Between the stages there is a module, which only the back end
 * can look into; then bytes, which can be kept in a file; then an entry, which can be called.
 * Nothing here names LLVM: jit/program/ sees a back end only through this header.
 */
#ifndef JACQUARD_JIT_BACKEND_H
#define JACQUARD_JIT_BACKEND_H

#include "jit/host/host.h"
#include "jit/jit.h"
#include "jit/limits.h"
#include "jit/schedule/schedule.h"

/* A function's name that this process has not used. All are of one length, so that code from a file
 * can be given another. */
enum { JIT_NAME_SIZE = 26 };

/* A schedule on its way to code; the back end's own. */
typedef struct jit_module jit_module;

/* Code as bytes. Whoever holds them calls `release` once, unless it is NULL. */
typedef struct jit_bytes {
    char *at;
    size_t size;
    void *owner; /* what `release` needs */
    void (*release)(struct jit_bytes *b);
} jit_bytes;
static inline void jit_bytes_release(jit_bytes *b)
{
    if (b->release)
        b->release(b);
    *b = (jit_bytes){0};
}

/* Code in this process. */
typedef struct {
    jac_host_entry *entry;
    void *loaded; /* the back end's; what `drop` needs */
} jit_code;

struct jit_backend {
    const char *name;
    jit_limits limits;

    /* The machine, and everything else that the bytes depend on besides the graph and the limits:
     * bytes made for another target are not loaded. */
    const char *(*target)(void);

    /* The schedule as a module with one function, `name`; NULL with an error recorded. wants_eqns:
     * does it read its table of equations? */
    jit_module *(*emit)(const jit_schedule *s, const char *name, bool *wants_eqns);
    /* Improves the module; false with an error recorded. */
    bool (*optimize)(jit_module *m);
    /* The module's code; false with an error recorded. Leaves the module good for `end` only. */
    bool (*code)(jit_module *m, jit_bytes *out);
    void (*end)(jit_module *m); /* NULL is fine */

    /* The module as text, malloc'd: JIT_TEXT_EMITTED or JIT_TEXT_ASM. NULL if there is no such text,
     * or with an error recorded. The suffixes name the files that JACQUARD_DUMP writes: as emitted,
     * optimised, and as assembly; NULL: none. */
    char *(*text)(jit_module *m, jit_text what);
    const char *emitted_suffix, *optimized_suffix, *asm_suffix;

    /* Brings code into this process. Takes the bytes, also when it fails. `name` is that of its
     * function, and new to the process; users know it as `title`. */
    bool (*load)(jit_bytes *code, const char *name, const char *title, jit_code *out);
    void (*drop)(jit_code *code);
};

/* What code may call by name in this process: calls f for each (jit/program/symbols.c). A loader
 * defines them. */
void jit_each_symbol(void (*f)(void *env, const char *name, void *address), void *env);

/* LLVM, for the machine that this runs on. */
extern const jit_backend jit_backend_llvm;

#endif

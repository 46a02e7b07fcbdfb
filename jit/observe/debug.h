/* Shows compiled code to debuggers and profilers, with JACQUARD_DEBUG=gdb, perf, or both.
 *
 *   jit/llvm/debug.c  marks code with the user's functions and lines, for DWARF
 *   debug.c           what is wanted; separate cache keys for code with and without lines
 *   object.c          an object's functions
 *   object_lines.c    an object's line table
 *   gdb.c             registers objects with GDB
 *   jitdump.c         writes functions and lines to a file for perf
 */
#ifndef JACQUARD_JIT_DEBUG_H
#define JACQUARD_JIT_DEBUG_H

#include <elf.h>

#include "ir/ir.h"

/* ---- debug.c -------------------------------------------------------------------------------- */

/* Should code carry information for debuggers? Decided once per process. */
bool jit_debug_wanted(void);

/* The hash by which g's program is found: `hash`, combined with g's name and lines if code carries
 * lines. */
ir_hash128 jit_debug_key(const ir_graph *g, ir_hash128 hash);

/* Shows code to the tools that want it. object: a copy of what was loaded, malloc'd, which this
 * takes over. entry: the symbol of its function, now at `address`. name: what users call it. May
 * return NULL, but never records an error. */
typedef struct jit_shown jit_shown;
jit_shown *jit_debug_show(char *object, size_t bytes, const char *entry, uint64_t address,
                          const char *name);
void jit_debug_hide(jit_shown *s); /* before the code is unloaded; s may be NULL */

/* ---- object.c, object_lines.c --------------------------------------------------------------- */

/* An ELF object with its code in one section, `text`. */
typedef struct {
    char *bytes; /* borrowed */
    size_t size;
    Elf64_Ehdr *head;
    Elf64_Shdr *section;
    int nsection, text, nsymbol;
    const Elf64_Sym *symbol;
    const char *names; /* the symbols' names */
    uint64_t begin;    /* the address of text in this process */
    const char *entry;
} jit_object;

/* False if the object does not have the expected form; then it is shown to nobody. */
bool jit_object_open(jit_object *o, char *bytes, size_t size, const char *entry, uint64_t address);
Elf64_Shdr *jit_object_section(const jit_object *o, const char *name); /* NULL: none */

typedef struct {
    const char *name;
    uint64_t at, size; /* offset from the start of text */
} jit_function;
/* Malloc'd; functions of size 0 are left out. NULL with an error recorded. */
jit_function *jit_object_functions(const jit_object *o, int *n);

typedef struct {
    uint64_t at; /* offset from the start of text, ascending */
    int line;    /* 0: unknown, from here on */
    const char *file;
} jit_line;
/* Allocated in mem, file names included. NULL with an error recorded. */
jit_line *jit_object_lines(const jit_object *o, ir_arena *mem, int *n);

/* ---- gdb.c, jitdump.c ----------------------------------------------------------------------- */

/* Registers the object with GDB, which may read it until it is unregistered. Takes over o's bytes
 * and changes them; NULL with an error recorded. */
typedef struct jit_gdb_entry jit_gdb_entry;
jit_gdb_entry *jit_gdb_register(jit_object *o);
void jit_gdb_unregister(jit_gdb_entry *e);

/* Appends o's functions to the file, which is made on first use. Reports problems only once. */
void jit_dump_object(const jit_object *o, const char *name);

#endif

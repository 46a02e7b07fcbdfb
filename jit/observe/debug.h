/* Compiled code as debuggers and profilers see it, with JACQUARD_DEBUG=gdb, perf, or both.
 *
 *   debug.c    what is emitted, with the user's functions and lines: LLVM makes DWARF of it
 *   debug.c         what is wanted, and that code with lines is told apart from code without
 *   object.c        an object's functions
 *   object_lines.c  and its table of lines
 *   gdb.c           objects handed to GDB
 *   jitdump.c       functions and lines written to a file for perf
 */
#ifndef JACQUARD_JIT_DEBUG_H
#define JACQUARD_JIT_DEBUG_H

#include <elf.h>

#include "ir/ir.h"

/* ---- debug.c --------------------------------------------------------------------------------- */

/* Is code to carry what debuggers want to know? Decided once a process. */
bool jit_debug_wanted(void);

/* By what g's program is found again: its hash; where code carries lines, g's name and lines count
 * as well. */
ir_hash128 jit_debug_key(const ir_graph *g, ir_hash128 hash);

/* Shows code to who wants to see it. Object: a copy of what was loaded, malloc'd, which it takes;
 * entry: its function's symbol, now at `address`; name: what users call it. May give NULL; never an
 * error. */
typedef struct jit_shown jit_shown;
jit_shown *jit_debug_show(char *object, size_t bytes, const char *entry, uint64_t address,
                          const char *name);
void jit_debug_hide(jit_shown *s); /* before the code goes; NULL is fine */

/* ---- object.c, object_lines.c ---------------------------------------------------------------- */

/* An ELF object of which one section, `text`, holds the code. */
typedef struct {
    char *bytes; /* borrowed */
    size_t size;
    Elf64_Ehdr *head;
    Elf64_Shdr *section;
    int nsection, text, nsymbol;
    const Elf64_Sym *symbol;
    const char *names; /* of symbols */
    uint64_t begin;    /* where text begins in this process */
    const char *entry;
} jit_object;

/* False if it is not made as expected: then nobody is shown anything. */
bool jit_object_open(jit_object *o, char *bytes, size_t size, const char *entry, uint64_t address);
Elf64_Shdr *jit_object_section(const jit_object *o, const char *name); /* NULL: none */

typedef struct {
    const char *name;
    uint64_t at, size; /* from the beginning of text */
} jit_function;
/* Malloc'd; sizes that are 0 are left out. NULL with an error. */
jit_function *jit_object_functions(const jit_object *o, int *n);

typedef struct {
    uint64_t at; /* from the beginning of text, ascending */
    int line;    /* 0: unknown, from here on */
    const char *file;
} jit_line;
/* In mem, file names too. NULL with an error. */
jit_line *jit_object_lines(const jit_object *o, ir_arena *mem, int *n);

/* ---- gdb.c, jitdump.c ------------------------------------------------------------------------ */

/* What GDB may read until it is given back. Takes o's bytes, and changes them; NULL with an error. */
typedef struct jit_gdb_entry jit_gdb_entry;
jit_gdb_entry *jit_gdb_register(jit_object *o);
void jit_gdb_unregister(jit_gdb_entry *e);

/* Appends o's functions to the file, which is made at first; what goes wrong is said once. */
void jit_dump_object(const jit_object *o, const char *name);

#endif

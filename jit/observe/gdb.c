/* GDB's interface for code made at run time: a list of object files in memory, and a function in
 * which GDB keeps a breakpoint, called whenever the list changes.
 *
 * Both are LLVM's own symbols, so a process has one list whoever compiles in it. GDB assumes that
 * an object's sections lie where their headers say, and resolves relocations itself.
 */
#include <pthread.h>
#include <stdlib.h>

#include "jit/observe/debug.h"

struct jit_gdb_entry { /* the layout is GDB's */
    jit_gdb_entry *next, *prev;
    const char *object;
    uint64_t size;
};

typedef enum { NOTHING, REGISTERED, UNREGISTERED } action;

/* Defined in libLLVM. */
extern struct {
    uint32_t version, action;
    jit_gdb_entry *relevant, *first;
} __jit_debug_descriptor;
extern void __jit_debug_register_code(void);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void tell(jit_gdb_entry *e, action what)
{
    __jit_debug_descriptor.relevant = e;
    __jit_debug_descriptor.action = what;
    __jit_debug_register_code();
    __jit_debug_descriptor.action = NOTHING;
    __jit_debug_descriptor.relevant = NULL;
}

/* Only the code has an address that GDB can use. The unwind tables are relative to their own
 * address, so they get a made-up one near the code. */
static void place_sections(jit_object *o)
{
    Elf64_Shdr *text = &o->section[o->text], *frames = jit_object_section(o, ".eh_frame");
    for (int k = 0; k < o->nsection; k++)
        if (k != o->text)
            o->section[k].sh_flags &= ~(Elf64_Xword)SHF_ALLOC;
    text->sh_addr = o->begin;
    if (frames)
        frames->sh_addr = (o->begin + text->sh_size + 4095) & ~(uint64_t)4095;
}

jit_gdb_entry *jit_gdb_register(jit_object *o)
{
    jit_gdb_entry *e = ir_new(sizeof *e);
    if (!e)
        return NULL;
    place_sections(o);
    e->object = o->bytes;
    e->size = o->size;
    ir_lock(&lock);
    e->next = __jit_debug_descriptor.first;
    if (e->next)
        e->next->prev = e;
    __jit_debug_descriptor.first = e;
    tell(e, REGISTERED);
    ir_unlock(&lock);
    return e;
}

void jit_gdb_unregister(jit_gdb_entry *e)
{
    if (!e)
        return;
    ir_lock(&lock);
    *(e->prev ? &e->prev->next : &__jit_debug_descriptor.first) = e->next;
    if (e->next)
        e->next->prev = e->prev;
    tell(e, UNREGISTERED);
    ir_unlock(&lock);
    free((char *)e->object);
    free(e);
}

/* Arenas: memory that is freed all at once. A graph's values and equations are freed with the
 * graph, and the temporaries of a function when it returns (IR_SCRATCH).
 *
 * Blocks come from memory.c. A thread keeps the blocks that are given back, so a function that runs
 * again need not call malloc. Under AddressSanitizer each allocation is a block of its own, so that
 * accesses past its end are detected.
 */
#include <stdlib.h>
#include <string.h>

#include "ir/ir.h"

#if defined(__SANITIZE_ADDRESS__)
enum { APART = true };
#else
enum { APART = false };
#endif

enum { FIRST = 2048 }; /* bytes of an arena's first block; each block doubles the size */

typedef struct ir_block {
    struct ir_block *next;
    size_t used, size;
    _Alignas(16) char data[];
} ir_block;

static void *no_memory(const ir_arena *a, size_t bytes)
{
    ir_fail("out of memory: cannot allocate %zu bytes", bytes);
    if (a && a->exit)
        longjmp(*a->exit, 1);
    return NULL;
}

void *ir_new(size_t bytes)
{
    void *p = calloc(1, bytes ? bytes : 1);
    return p ? p : no_memory(NULL, bytes);
}

void *ir_resize(void *p, size_t bytes)
{
    void *resized = realloc(p, bytes ? bytes : 1);
    return resized ? resized : no_memory(NULL, bytes);
}

static ir_block *add_block(ir_arena *a, size_t bytes)
{
    size_t whole = sizeof(ir_block) + bytes;
    if (whole < bytes)
        return NULL;
    size_t likely = a->block ? 2 * (sizeof(ir_block) + a->block->size) : FIRST;
    if (!APART && whole < likely)
        whole = likely;
    ir_block *b = ir_memory_take(whole);
    if (!b)
        return NULL;
    b->used = 0;
    b->size = whole - sizeof *b;
    b->next = a->block;
    return a->block = b;
}

void *ir_alloc(ir_arena *a, size_t bytes)
{
    size_t room = (bytes + 15) & ~(size_t)15;
    ir_block *b = a->block;
    if (room < bytes)
        return no_memory(a, bytes);
    if ((APART || !b || b->size - b->used < room) && !(b = add_block(a, room)))
        return no_memory(a, bytes);
    void *p = b->data + b->used;
    b->used += room;
    return memset(p, 0, room);
}

void *ir_dup(ir_arena *a, const void *p, size_t bytes)
{
    void *copy = ir_alloc(a, bytes);
    if (copy && bytes)
        memcpy(copy, p, bytes);
    return copy;
}

void *ir_grow(ir_arena *a, const void *p, size_t was, size_t bytes)
{
    void *larger = ir_alloc(a, bytes);
    if (larger && was)
        memcpy(larger, p, was);
    return larger;
}

char *ir_strdup(ir_arena *a, const char *s)
{
    return ir_dup(a, s, strlen(s) + 1);
}

void ir_arena_free(ir_arena *a)
{
    for (ir_block *b = a->block; b;) {
        ir_block *next = b->next;
        ir_memory_give(b, sizeof *b + b->size);
        b = next;
    }
    a->block = NULL;
}

/* Memory that goes all at once: a graph's values and equations live and die with the graph. */
#include <stdlib.h>
#include <string.h>

#include "ir/ir.h"

typedef struct ir_block {
    struct ir_block *next;
    size_t used, size;
    _Alignas(16) char data[];
} ir_block;

static void *or_die(void *p, size_t bytes)
{
    if (!p) {
        fprintf(stderr, "jacquard: out of memory (%zu bytes of bookkeeping)\n", bytes);
        abort();
    }
    return p;
}

void *ir_xmalloc(size_t bytes)
{
    return or_die(calloc(1, bytes ? bytes : 1), bytes);
}

void *ir_xrealloc(void *p, size_t bytes)
{
    return or_die(realloc(p, bytes ? bytes : 1), bytes);
}

void *ir_alloc(ir_arena *a, size_t bytes)
{
    bytes = (bytes + 15) & ~(size_t)15;
    ir_block *b = a->block;
    if (!b || b->size - b->used < bytes) {
        /* Blocks double, so that a large graph takes few of them and a small one little. */
        size_t size = b ? 2 * b->size : 2048;
        if (size < bytes)
            size = bytes;
        ir_block *fresh = ir_xmalloc(sizeof *fresh + size);
        fresh->size = size;
        fresh->next = b;
        a->block = b = fresh;
    }
    void *p = b->data + b->used;
    b->used += bytes;
    return p;
}

void *ir_dup(ir_arena *a, const void *p, size_t bytes)
{
    void *copy = ir_alloc(a, bytes);
    if (bytes)
        memcpy(copy, p, bytes);
    return copy;
}

char *ir_strdup(ir_arena *a, const char *s)
{
    return ir_dup(a, s, strlen(s) + 1);
}

void ir_arena_free(ir_arena *a)
{
    for (ir_block *b = a->block; b;) {
        ir_block *next = b->next;
        free(b);
        b = next;
    }
    a->block = NULL;
}

/* A map from pointers to two 64-bit payloads, used to remember results for shared graphs. */
#ifndef JACQUARD_IR_PTRMAP_H
#define JACQUARD_IR_PTRMAP_H

#include <stdlib.h>

#include "ir/ir.h"

typedef struct {
    const void *key; /* NULL: empty */
    uint64_t lo, hi;
} ptrmap_entry;

typedef struct {
    ptrmap_entry *slots; /* open addressing, a power of two */
    size_t nslots, used;
    ir_arena *mem; /* the arena of the slots; NULL: ptrmap_free frees them */
} ptrmap;

static inline ptrmap_entry *ptrmap_slot(const ptrmap *m, const void *key)
{
    uint64_t h = (uint64_t)(uintptr_t)key * 0x9e3779b97f4a7c15u;
    for (size_t k = h >> 32;; k++) {
        ptrmap_entry *s = &m->slots[k & (m->nslots - 1)];
        if (!s->key || s->key == key)
            return s;
    }
}

/* The entry of a key; NULL when there is none. */
static inline ptrmap_entry *ptrmap_find(const ptrmap *m, const void *key)
{
    ptrmap_entry *s = m->nslots ? ptrmap_slot(m, key) : NULL;
    return s && s->key ? s : NULL;
}

/* Adds or replaces an entry. False, with an error, when memory runs out; the map is then
 * unchanged. */
static inline bool ptrmap_put(ptrmap *m, const void *key, uint64_t lo, uint64_t hi)
{
    if (2 * (m->used + 1) > m->nslots) {
        ptrmap grown = {.nslots = m->nslots ? 2 * m->nslots : 8, .used = m->used, .mem = m->mem};
        size_t bytes = grown.nslots * sizeof *grown.slots;
        grown.slots = m->mem ? ir_alloc(m->mem, bytes) : ir_new(bytes);
        if (!grown.slots)
            return false;
        for (size_t k = 0; k < m->nslots; k++)
            if (m->slots[k].key)
                *ptrmap_slot(&grown, m->slots[k].key) = m->slots[k];
        if (!m->mem)
            free(m->slots);
        *m = grown;
    }
    ptrmap_entry *s = ptrmap_slot(m, key);
    m->used += !s->key;
    *s = (ptrmap_entry){key, lo, hi};
    return true;
}

static inline void ptrmap_free(ptrmap *m)
{
    if (!m->mem)
        free(m->slots);
    *m = (ptrmap){0};
}

#endif

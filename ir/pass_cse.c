/* Common subexpression elimination: an equation that equals an earlier one of the same graph is
 * replaced by the earlier one's results. Two equations are equal if they have the same primitive,
 * parameters and operands; a commutative one may have its operands in either order. */
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "ir/pass.h"

typedef struct {
    const ir_eqn **slots; /* of the new graph; open addressing */
    uint64_t *keys;
    size_t nslots, used;
} table;

static bool swapped(const ir_eqn *e, ir_value *const *x)
{
    return (e->op->flags & IR_OP_COMMUTES) && e->nin == 2 && x[0]->id > x[1]->id;
}

static bool key_of(const ir_eqn *e, ir_value *const *x, uint64_t *key)
{
    ir_hash128 attrs = {0};
    if (ir_nattr(e->op) && !ir_attrs_hash(e->op, e->attr, &attrs))
        return false;
    XXH64_hash_t h = attrs.lo ^ (uint64_t)(uintptr_t)e->op;
    for (int k = 0; k < e->nin; k++)
        h = XXH3_64bits_withSeed(&x[swapped(e, x) ? 1 - k : k]->id, sizeof x[0]->id, h);
    *key = h;
    return true;
}

static bool says_the_same(const ir_eqn *made, const ir_eqn *e, ir_value *const *x)
{
    if (made->op != e->op || made->nin != e->nin || made->nout != e->nout)
        return false;
    bool cross = swapped(e, x) != swapped(made, made->in);
    for (int k = 0; k < e->nin; k++)
        if (made->in[k] != x[cross ? 1 - k : k])
            return false;
    return ir_attrs_equal(e->op, made->attr, e->attr);
}

static bool grow(table *t)
{
    table grown = {.nslots = t->nslots ? 2 * t->nslots : 64, .used = t->used};
    grown.slots = ir_new(grown.nslots * sizeof *grown.slots);
    grown.keys = ir_new(grown.nslots * sizeof *grown.keys);
    if (!grown.slots || !grown.keys) {
        free(grown.slots);
        free(grown.keys);
        return false;
    }
    for (size_t k = 0; k < t->nslots; k++) {
        size_t s = t->keys[k] & (grown.nslots - 1);
        while (t->slots[k] && grown.slots[s])
            s = (s + 1) & (grown.nslots - 1);
        if (t->slots[k]) {
            grown.slots[s] = t->slots[k];
            grown.keys[s] = t->keys[k];
        }
    }
    free(t->slots);
    free(t->keys);
    *t = grown;
    return true;
}

static bool cse_eqn(walk *w, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    table *t = w->table ? w->table : (w->table = ir_new(sizeof *t));
    uint64_t key;
    if (e->op->flags & IR_OP_BARRIER)
        return pass_copy(w, e, x, y);
    if (!t || (2 * (t->used + 1) > t->nslots && !grow(t)) || !key_of(e, x, &key))
        return false;
    size_t s = key & (t->nslots - 1);
    for (; t->slots[s]; s = (s + 1) & (t->nslots - 1))
        if (t->keys[s] == key && says_the_same(t->slots[s], e, x)) {
            memcpy(y, t->slots[s]->out, (size_t)e->nout * sizeof *y);
            return true;
        }
    if (!pass_copy(w, e, x, y))
        return false;
    t->slots[s] = w->g->last;
    t->keys[s] = key;
    t->used++;
    return true;
}

static void cse_end(walk *w)
{
    table *t = w->table;
    if (t) {
        free(t->slots);
        free(t->keys);
        free(t);
    }
}

ir_graph *ir_pass_cse(ir_graph *g)
{
    return pass_run((pass){.eqn = cse_eqn, .end = cse_end}, g);
}

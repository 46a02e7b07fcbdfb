/* Equality and hashes of graphs. Two graphs are equal if they have the same equations, in the same
 * order, with the same types. Names, locations and ids do not count.
 *
 * The hash is XXH3 of a canonical record of the graph. In the record, a value is its position in
 * order of definition and a nested graph is its hash. Primitives are written by name, so the hash
 * is the same in every process.
 */
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "ir/ir.h"
#include "ir/ptrmap.h"

/* ---- the record, and its hash ---------------------------------------------------------------- */

typedef struct {
    char *data;
    size_t used, size;
    bool whole;  /* it contains nested graphs in full instead of their hashes */
    bool failed; /* memory ran out, so the record is incomplete */
} record;

static void put(record *r, const void *p, size_t bytes)
{
    if (!r->failed && r->size - r->used < bytes) {
        size_t size = 2 * r->size + bytes + 256;
        char *grown = ir_resize(r->data, size);
        r->failed = !grown;
        if (grown) {
            r->data = grown;
            r->size = size;
        }
    }
    if (r->failed)
        return;
    if (bytes)
        memcpy(r->data + r->used, p, bytes);
    r->used += bytes;
}

static void put_int(record *r, int64_t v)
{
    put(r, &v, sizeof v);
}

static void put_type(record *r, const ir_type *t)
{
    put(r, (uint8_t[]){t->dtype, t->weak, t->rank}, 3);
    put(r, t->dim, t->rank * sizeof t->dim[0]);
}

static bool hash(const ir_graph *g, ptrmap *done, ir_hash128 *h);
static void put_equations(record *r, const ir_graph *g, ptrmap *done);

/* Writes a nested graph's hash. In a whole record it writes the graph's number instead and, at the
 * first occurrence, the graph itself. */
static void put_graph(record *r, const ir_graph *g, ptrmap *done)
{
    if (!r->whole) {
        ir_hash128 h;
        if (hash(g, done, &h))
            put(r, &h, sizeof h);
        else
            r->failed = true;
        return;
    }
    const ptrmap_entry *known = ptrmap_find(done, g);
    int64_t number = known ? (int64_t)known->lo : (int64_t)done->used;
    put_int(r, number);
    if (known)
        return;
    if (ptrmap_put(done, g, (uint64_t)number, 0))
        put_equations(r, g, done);
    else
        r->failed = true;
}

static void put_attr(record *r, ir_attr_kind kind, const ir_attr *a, ptrmap *done)
{
    switch (kind) {
    case IR_ATTR_INT:
    case IR_ATTR_BOOL:
    case IR_ATTR_DTYPE:
        put_int(r, a->i);
        break;
    case IR_ATTR_INTS:
    case IR_ATTR_BOOLS:
        put_int(r, a->n);
        put(r, a->ints, (size_t)a->n * sizeof a->ints[0]);
        break;
    case IR_ATTR_SCALAR:
        put(r, &a->scalar.bits, sizeof a->scalar.bits);
        break;
    case IR_ATTR_GRAPH:
        put_graph(r, a->graph, done);
        break;
    case IR_ATTR_NAME:
        put(r, a->name, strlen(a->name) + 1);
        break;
    case IR_ATTR_GRAPHS:
        put_int(r, a->n);
        for (int k = 0; k < a->n; k++)
            put_graph(r, a->graphs[k], done);
    }
}

static void put_attrs(record *r, const ir_op *op, const ir_attr *attr, ptrmap *done)
{
    for (int k = 0, n = ir_nattr(op); k < n; k++)
        put_attr(r, op->attrs[k].kind, &attr[k], done);
}

static void put_eqn(record *r, const ir_eqn *e, const uint32_t *order, ptrmap *done)
{
    put(r, e->op->name, strlen(e->op->name) + 1);
    put_int(r, e->nin);
    for (int k = 0; k < e->nin; k++)
        put(r, &order[e->in[k]->id], sizeof *order);
    put_int(r, e->nout);
    for (int k = 0; k < e->nout; k++)
        put_type(r, &e->out[k]->type);
    put_attrs(r, e->op, e->attr, done);
}

/* Hashes the record and frees it. False if the record is incomplete. */
static bool digest(record *r, ir_hash128 *to)
{
    XXH128_hash_t h = XXH3_128bits(r->data, r->used);
    free(r->data);
    *to = (ir_hash128){h.low64, h.high64};
    return !r->failed;
}

static void put_equations(record *r, const ir_graph *g, ptrmap *done)
{
    IR_SCRATCH(scratch);
    uint32_t *order = ir_alloc(&scratch, g->nvalue * sizeof *order);
    if (!order) {
        r->failed = true;
        return;
    }
    uint32_t n = 0;
    put_int(r, g->nin);
    for (int k = 0; k < g->nin; k++) {
        order[g->in[k]->id] = n++;
        put_type(r, &g->in[k]->type);
    }
    put_int(r, g->neqn);
    IR_EACH_EQN (e, g) {
        put_eqn(r, e, order, done);
        for (int k = 0; k < e->nout; k++)
            order[e->out[k]->id] = n++;
    }
    put_int(r, g->nout);
    for (int k = 0; k < g->nout; k++)
        put(r, &order[g->out[k]->id], sizeof *order);
}

static bool hash(const ir_graph *g, ptrmap *done, ir_hash128 *h)
{
    const ptrmap_entry *known = ptrmap_find(done, g);
    if (known) {
        *h = (ir_hash128){known->lo, known->hi};
        return true;
    }
    record r = {0};
    put_equations(&r, g, done);
    return digest(&r, h) && ptrmap_put(done, g, h->lo, h->hi);
}

ir_hash128 ir_graph_hash(const ir_graph *g)
{
    ptrmap done = {0};
    ir_hash128 h;
    bool ok = hash(g, &done, &h);
    ptrmap_free(&done);
    return ok ? h : (ir_hash128){0};
}

void *ir_graph_record(const ir_graph *g, size_t *bytes)
{
    ptrmap done = {0};
    record r = {.whole = true};
    put_graph(&r, g, &done);
    ptrmap_free(&done);
    *bytes = r.used;
    if (!r.failed)
        return r.data;
    free(r.data);
    return NULL;
}

bool ir_attrs_hash(const ir_op *op, const ir_attr *attr, ir_hash128 *h)
{
    ptrmap done = {0};
    record r = {0};
    put_attrs(&r, op, attr, &done);
    ptrmap_free(&done);
    return digest(&r, h);
}

/* ---- equality -------------------------------------------------------------------------------- */

static bool equal(const ir_graph *a, const ir_graph *b, ptrmap *done);

static bool same(const ir_type *a, const ir_type *b)
{
    return ir_same_type(a, b) && a->weak == b->weak;
}

static bool equal_attr(ir_attr_kind kind, const ir_attr *a, const ir_attr *b, ptrmap *done)
{
    switch (kind) {
    case IR_ATTR_INT:
    case IR_ATTR_BOOL:
    case IR_ATTR_DTYPE:
        return a->i == b->i;
    case IR_ATTR_INTS:
    case IR_ATTR_BOOLS:
        return a->n == b->n &&
               (!a->n || !memcmp(a->ints, b->ints, (size_t)a->n * sizeof a->ints[0]));
    case IR_ATTR_SCALAR:
        return a->scalar.bits == b->scalar.bits;
    case IR_ATTR_GRAPH:
        return equal(a->graph, b->graph, done);
    case IR_ATTR_NAME:
        return a->name == b->name;
    case IR_ATTR_GRAPHS:
        for (int k = 0; k < a->n && k < b->n; k++)
            if (!equal(a->graphs[k], b->graphs[k], done))
                return false;
        return a->n == b->n;
    }
    return false;
}

bool ir_attrs_equal(const ir_op *op, const ir_attr *a, const ir_attr *b)
{
    ptrmap done = {0};
    bool ok = true;
    for (int k = 0; ok && k < ir_nattr(op); k++)
        ok = equal_attr(op->attrs[k].kind, &a[k], &b[k], &done);
    ptrmap_free(&done);
    return ok;
}

/* to: maps ids of the first graph's values to their counterparts in the second. */
static bool equal_eqn(const ir_eqn *a, const ir_eqn *b, const ir_value **to, ptrmap *done)
{
    if (a->op != b->op || a->nin != b->nin || a->nout != b->nout)
        return false;
    for (int k = 0; k < a->nin; k++)
        if (to[a->in[k]->id] != b->in[k])
            return false;
    for (int k = 0; k < a->nout; k++) {
        if (!same(&a->out[k]->type, &b->out[k]->type))
            return false;
        to[a->out[k]->id] = b->out[k];
    }
    for (int k = 0, n = ir_nattr(a->op); k < n; k++)
        if (!equal_attr(a->op->attrs[k].kind, &a->attr[k], &b->attr[k], done))
            return false;
    return true;
}

static bool equal_graphs(const ir_graph *a, const ir_graph *b, const ir_value **to, ptrmap *done)
{
    for (int k = 0; k < a->nin; k++) {
        if (!same(&a->in[k]->type, &b->in[k]->type))
            return false;
        to[a->in[k]->id] = b->in[k];
    }
    for (const ir_eqn *e = a->first, *f = b->first; e; e = e->next, f = f->next)
        if (!equal_eqn(e, f, to, done))
            return false;
    for (int k = 0; k < a->nout; k++)
        if (to[a->out[k]->id] != b->out[k])
            return false;
    return true;
}

/* done: maps graphs on a's side to a graph on b's side that they were found equal to. */
static bool equal(const ir_graph *a, const ir_graph *b, ptrmap *done)
{
    IR_SCRATCH(scratch);
    const ptrmap_entry *known = ptrmap_find(done, a);
    if (a == b || (known && known->lo == (uint64_t)(uintptr_t)b))
        return true;
    if (a->nin != b->nin || a->nout != b->nout || a->neqn != b->neqn)
        return false;
    const ir_value **to = ir_alloc(&scratch, a->nvalue * sizeof *to);
    if (!to)
        return false;
    bool ok = equal_graphs(a, b, to, done);
    return ok && ptrmap_put(done, a, (uint64_t)(uintptr_t)b, 0);
}

bool ir_graph_equal(const ir_graph *a, const ir_graph *b)
{
    ptrmap done = {0};
    bool ok = equal(a, b, &done);
    ptrmap_free(&done);
    return ok;
}

/* Graphs, regions and the module. */
#include <stdlib.h>
#include <string.h>

#include "exchange/stablehlo/write/write.h"

static bool bind(mlir_writer *w, const ir_value *v, const mlir_val *name)
{
    mlir_val *kept = ir_alloc(&w->arena, sizeof *kept);
    if (!kept)
        return false;
    *kept = *name;
    return ptrmap_put(&w->names, v, (uint64_t)(uintptr_t)kept, 0);
}

static const mlir_val *name_of(const mlir_writer *w, const ir_value *v)
{
    return (const mlir_val *)(uintptr_t)ptrmap_find(&w->names, v)->lo;
}

bool mlir_not_there(mlir_writer *w, const ir_eqn *e)
{
    w->unsupported = true;
    return ir_fail("%s cannot be written: StableHLO has no such operation", e->op->name);
}

static const mlir_write_row *row_of(const ir_op *op)
{
    const mlir_write_row *row = mlir_rows;
    while (row->op && row->op != op)
        row++;
    return row->op ? row : NULL;
}

/* ---- functions --------------------------------------------------------------------------------- */

/* The number of the function that a graph becomes; -1 with an error. Equal graphs become one,
 * because tracing makes a graph for each call. */
static int function_of(mlir_writer *w, const ir_graph *g)
{
    const ptrmap_entry *known = ptrmap_find(&w->functions, g);
    if (known)
        return (int)known->lo;
    ir_hash128 hash = ir_graph_hash(g);
    for (int k = 0; k < w->nfunction; k++)
        if (w->hash[k].lo == hash.lo && w->hash[k].hi == hash.hi &&
            ir_graph_equal(w->function[k], g))
            return ptrmap_put(&w->functions, g, (uint64_t)k, 0) ? k : -1;
    if (w->nfunction == w->room) {
        int room = w->room ? 2 * w->room : 16;
        const ir_graph **more = ir_alloc(&w->arena, (size_t)room * sizeof *more);
        ir_hash128 *hashes = ir_alloc(&w->arena, (size_t)room * sizeof *hashes);
        if (!more || !hashes)
            return -1;
        if (w->nfunction) {
            memcpy(more, w->function, (size_t)w->nfunction * sizeof *more);
            memcpy(hashes, w->hash, (size_t)w->nfunction * sizeof *hashes);
        }
        w->function = more;
        w->hash = hashes;
        w->room = room;
    }
    w->function[w->nfunction] = g;
    w->hash[w->nfunction] = hash;
    return ptrmap_put(&w->functions, g, (uint64_t)w->nfunction, 0) ? w->nfunction++ : -1;
}

/* A graph of a few equations is written where it is called. */
static bool is_short(const ir_graph *g)
{
    enum { FEW = 8 };
    int n = 0;
    IR_EACH_EQN (e, g)
        n += e->op->flags & IR_OP_CALLS ? FEW : 1;
    return n < FEW;
}

static bool write_call(mlir_writer *w, const ir_eqn *e, const mlir_val *x, mlir_val *y)
{
    IR_SCRATCH(scratch);
    const ir_graph *g = ir_nested(e, 0);
    if (is_short(g) || e->nin != g->nin)
        return mlir_write_graph(w, g, x, y);
    int k = function_of(w, g);
    const ir_type **t = ir_alloc(&scratch, (size_t)(e->nout + 1) * sizeof *t);
    if (k < 0 || !t)
        return false;
    for (int j = 0; j < e->nout; j++)
        t[j] = &g->out[j]->type;
    mlir_begin(w, "func.call", e->nin, x, e->nout, t, y);
    mlir_put(w, "<{callee = @f%d}>", k);
    mlir_end(w, e->nin, x, e->nout, y);
    return true;
}

static bool write_eqn(mlir_writer *w, const ir_eqn *e)
{
    IR_SCRATCH(scratch);
    const mlir_write_row *row = row_of(e->op);
    mlir_val *x = ir_alloc(&scratch, (size_t)(e->nin + e->nout + 1) * sizeof *x), *y = x + e->nin;
    if (!x)
        return false;
    for (int k = 0; k < e->nin; k++) {
        x[k] = *name_of(w, e->in[k]);
        if (x[k].id < 0)
            return mlir_not_there(w, e->in[k]->eqn);
    }
    for (int k = 0; k < e->nin + e->nout; k++)
        if (ir_is_tape(&(k < e->nin ? e->in[k] : e->out[k - e->nin])->type))
            return mlir_not_there(w, e);
    bool ok = e->op->flags & IR_OP_CALLS ? write_call(w, e, x, y)
              : row                      ? row->write(w, row, e, x, y)
                                         : mlir_not_there(w, e);
    for (int k = 0; ok && k < e->nout; k++)
        ok = bind(w, e->out[k], &y[k]);
    return ok;
}

bool mlir_write_graph(mlir_writer *w, const ir_graph *g, const mlir_val *x, mlir_val *y)
{
    for (int k = 0; k < g->nin; k++)
        if (!bind(w, g->in[k], &x[k]))
            return false;
    IR_EACH_EQN (e, g)
        if (!write_eqn(w, e))
            return false;
    for (int k = 0; k < g->nout; k++)
        if ((y[k] = *name_of(w, g->out[k])).id < 0)
            return mlir_not_there(w, g->out[k]->eqn);
    return true;
}

void mlir_put_return(mlir_writer *w, const char *name, int n, const mlir_val *y)
{
    mlir_put_line(w);
    mlir_put(w, "\"%s\"(", name);
    for (int k = 0; k < n; k++) {
        mlir_put(w, k ? ", " : "");
        mlir_put_val(w, &y[k]);
    }
    mlir_put(w, ")");
    mlir_put_signature(w, n, y, 0, NULL);
}

void mlir_region_begin(mlir_writer *w, int n, const mlir_val *arg)
{
    mlir_put(w, "{");
    w->indent += 2;
    if (!n)
        return;
    mlir_put_line(w);
    mlir_put(w, "^bb0(");
    for (int k = 0; k < n; k++) {
        mlir_put(w, k ? ", " : "");
        mlir_put_val(w, &arg[k]);
        mlir_put(w, ": ");
        mlir_put_type(w, &arg[k].type);
    }
    mlir_put(w, "):");
}

void mlir_region_end(mlir_writer *w, int n, const mlir_val *y)
{
    mlir_put_return(w, "stablehlo.return", n, y);
    w->indent -= 2;
    mlir_put_line(w);
    mlir_put(w, "}");
}

bool mlir_write_region(mlir_writer *w, const ir_graph *g, int nconst, const mlir_val *constant)
{
    IR_SCRATCH(scratch);
    mlir_val *x = ir_alloc(&scratch, (size_t)(g->nin + g->nout + 1) * sizeof *x), *y = x + g->nin;
    if (!x)
        return false;
    for (int k = 0; k < g->nin; k++)
        x[k] = k < nconst ? constant[k] : mlir_new(w, &g->in[k]->type);
    mlir_region_begin(w, g->nin - nconst, x + nconst);
    if (!mlir_write_graph(w, g, x, y))
        return false;
    mlir_region_end(w, g->nout, y);
    return true;
}

/* ---- the module -------------------------------------------------------------------------------- */

static void put_array(mlir_writer *w, const mlir_val *v, const void *data)
{
    const unsigned char *bytes = data;
    size_t n = ir_type_bytes(&v->type), count = (size_t)ir_type_count(&v->type);
    mlir_put_line(w);
    mlir_put_val(w, v);
    mlir_put(w, " = \"stablehlo.constant\"() <{value = dense<");
    if (ir_dtypes[v->type.dtype].bits < 8) { /* packed there; so each by itself */
        int64_t at[IR_MAX_RANK] = {0};
        for (int d = 0; count && d < v->type.rank; d++)
            mlir_put(w, "[");
        for (size_t k = 0; k < count; k++) {
            ir_scalar s = {.bits = bytes[k]};
            int closed = 0;
            mlir_put_scalar(w, v->type.dtype, s);
            for (int d = v->type.rank - 1; d >= 0 && ++at[d] == v->type.dim[d]; d--) {
                at[d] = 0;
                closed++;
                mlir_put(w, "]");
            }
            if (k + 1 < count)
                mlir_put(w, ", ");
            for (int d = 0; d < closed && k + 1 < count; d++)
                mlir_put(w, "[");
        }
    } else if (n) {
        mlir_put(w, "\"0x");
        for (size_t k = 0; k < n; k++)
            mlir_put(w, "%02X", bytes[k]);
        mlir_put(w, "\"");
    }
    mlir_put(w, "> : ");
    mlir_put_type(w, &v->type);
    mlir_put(w, "}>");
    mlir_put_signature(w, 0, NULL, 1, &v->type);
}

/* A function of the first narg inputs; the others are constants. */
static bool write_function(mlir_writer *w, const char *name, const ir_graph *g, int narg,
                           const void *const *constant)
{
    IR_SCRATCH(scratch);
    mlir_val *x = ir_alloc(&scratch, (size_t)(g->nin + g->nout + 1) * sizeof *x), *y = x + g->nin;
    if (!x)
        return false;
    for (int k = 0; k < g->nin; k++)
        x[k] = mlir_new(w, &g->in[k]->type);
    w->indent = 1;
    mlir_put_line(w);
    mlir_put(w, "func.func %s(", name);
    for (int k = 0; k < narg; k++) {
        mlir_put(w, k ? ", " : "");
        mlir_put_val(w, &x[k]);
        mlir_put(w, ": ");
        mlir_put_type(w, &x[k].type);
    }
    mlir_put(w, ") -> (");
    for (int k = 0; k < g->nout; k++) {
        mlir_put(w, k ? ", " : "");
        mlir_put_type(w, &g->out[k]->type);
    }
    mlir_put(w, ") {");
    w->indent = 2;
    for (int k = narg; k < g->nin; k++)
        put_array(w, &x[k], constant[k - narg]);
    if (!mlir_write_graph(w, g, x, y))
        return false;
    mlir_put_return(w, "func.return", g->nout, y);
    mlir_put(w, "\n  }");
    return true;
}

static bool write_all(mlir_writer *w, const ir_graph *g, int narg, const void *const *constant)
{
    mlir_put(w, "module @jacquard {");
    bool ok = write_function(w, "public @main", g, narg, constant);
    while (ok && w->nwritten < w->nfunction) { /* a function may call further ones */
        char name[32];
        int k = w->nwritten++;
        snprintf(name, sizeof name, "private @f%d", k);
        ok = write_function(w, name, w->function[k], w->function[k]->nin, NULL);
    }
    mlir_put(w, "\n}\n");
    return ok;
}

char *mlir_write_module(const ir_graph *g, int narg, const void *const *constant, bool *unsupported)
{
    char *text = NULL;
    size_t size;
    mlir_writer w = {.f = open_memstream(&text, &size)};
    w.names.mem = w.functions.mem = &w.arena;
    bool ok = w.f || ir_fail("out of memory for a module's text");
    {
        IR_C_NUMBERS;
        ok = ok && write_all(&w, g, narg, constant);
    }
    if (w.f && fclose(w.f) && ok)
        ok = ir_fail("out of memory for a module's text");
    ir_arena_free(&w.arena);
    if (unsupported)
        *unsupported = w.unsupported;
    if (ok)
        return text;
    free(text);
    return NULL;
}

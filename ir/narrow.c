/* Dtypes too narrow to compute in: conversion of arrays, and equations on narrow operands.
 *
 * A primitive that computes (IR_OP_COMPUTES) has kernels only for dtypes that arithmetic is done
 * in. Narrow operands are therefore widened (floats to f32), the wider dtype's kernel runs, and its
 * results are converted once. Elementwise primitives do this in blocks of elements, so that they
 * need no wider arrays.
 */
#include <string.h>

#include "ir/ir.h"
#include "ir/narrow.h"

#define X(name, T, U, kind, compute, ...)                                                          \
    _Static_assert(IR_##compute == IR_f32, #name " is computed in f32");
IR_NARROW_FLOATS(X)
#undef X
#define X(name, T, U, kind, compute, ...)                                                          \
    _Static_assert(sizeof(T) == 1 && (IR_##compute == IR_i8 || IR_##compute == IR_u8),             \
                   #name " is computed in bytes");
IR_NARROW_INTS(X)
#undef X

/* EACH(dtype, its C type, the C type that it is computed in). */
#define OF_FLOAT(name, T, ...) EACH(name, T, float)
#define OF_INT(name, T, ...)   EACH(name, T, T)
#define NARROW                 IR_NARROW_FLOATS(OF_FLOAT) IR_NARROW_INTS(OF_INT)

void ir_widen_array(ir_dtype d, size_t n, const void *from, void *to)
{
    switch (d) {
#define EACH(name, T, W)                                                                           \
    case IR_##name:                                                                                \
        for (size_t k = 0; k < n; k++)                                                             \
            ((W *)to)[k] = ir_widen_##name(((const T *)from)[k]);                                  \
        break;
        NARROW
#undef EACH
    default:
        break;
    }
}

void ir_narrow_array(ir_dtype d, size_t n, const void *from, void *to)
{
    switch (d) {
#define EACH(name, T, W)                                                                           \
    case IR_##name:                                                                                \
        for (size_t k = 0; k < n; k++)                                                             \
            ((T *)to)[k] = ir_narrow_##name(((const W *)from)[k]);                                 \
        break;
        NARROW
#undef EACH
    default:
        break;
    }
}

/* ---- equations ------------------------------------------------------------------------------- */

/* MOST: operands and results together, at most. BLOCK: elements that elementwise primitives do at a
 * time. */
enum { MOST = 8, BLOCK = 512 };

/* One operand or result as the kernel sees it. */
typedef struct {
    ir_value v;
    const ir_type *type; /* its type in the equation */
    bool narrow;
    size_t n;    /* elements */
    void *wide;  /* its values in the dtype to compute in, if it is narrow */
} view;

static bool is_narrow(const ir_value *v)
{
    return ir_is_narrow(v->type.dtype);
}

bool ir_computes_wider(const ir_eqn *e)
{
    bool any = false, odd = false;
    for (int k = 0; k < e->nin; k++) {
        ir_dtype d = e->in[k]->type.dtype;
        any = any || ir_is_narrow(d);
        odd = odd || (ir_is_narrow(d) && ir_is_float(d) && !ir_has_usual_bits(d));
    }
    return (any && (e->op->flags & IR_OP_COMPUTES)) || (odd && (e->op->flags & IR_OP_BY_BITS));
}

static void look(view *w, const ir_value *v)
{
    *w = (view){.v = *v, .type = &v->type, .narrow = is_narrow(v)};
    w->n = (size_t)ir_type_count(&v->type);
    w->v.type.dtype = ir_compute(v->type.dtype);
}

/* The address of element k in a view's own buffer; a scalar's only element for any k. */
static char *element(const view *w, const void *buffer, size_t k)
{
    return (char *)buffer + (w->type->rank ? k * ir_dtypes[w->type->dtype].size : 0);
}

/* Runs the kernel on elements `from` to from + n - 1 of each operand and result, and on all
 * scalars. */
static bool run(const ir_eqn *e, view *w, size_t from, size_t n, const void *const *in,
                void *const *out)
{
    const void *x[MOST] = {NULL};
    void *y[MOST] = {NULL};
    for (int k = 0; k < e->nin + e->nout; k++) {
        bool result = k >= e->nin, scalar = !w[k].type->rank;
        char *own = element(&w[k], result ? out[k - e->nin] : in[k], from);
        if (w[k].narrow && !result)
            ir_widen_array(w[k].type->dtype, scalar ? 1 : n, own, w[k].wide);
        void *seen = w[k].narrow ? w[k].wide : own;
        if (result)
            y[k - e->nin] = seen;
        else
            x[k] = seen;
    }
    bool ok = e->op->eval(e, x, y);
    for (int k = e->nin; ok && k < e->nin + e->nout; k++)
        if (w[k].narrow)
            ir_narrow_array(w[k].type->dtype, w[k].type->rank ? n : 1, w[k].wide,
                            element(&w[k], out[k - e->nin], from));
    return ok;
}

static bool by_blocks(ir_eqn *e, view *w, const void *const *in, void *const *out)
{
    float room[MOST][BLOCK];
    size_t count = w[e->nin].n;
    bool ok = true;
    for (size_t from = 0; ok && from < count; from += BLOCK) {
        size_t n = count - from < BLOCK ? count - from : BLOCK;
        for (int k = 0; k < e->nin + e->nout; k++) {
            ir_dtype d = w[k].v.type.dtype;
            w[k].wide = room[k];
            if (w[k].type->rank)
                w[k].v.type = ir_type_make(d, 1, (int64_t[]){(int64_t)n});
        }
        ok = run(e, w, from, n, in, out);
    }
    return ok;
}

/* In f32 the maximum of no elements is -inf, and in i8 it is -128. A narrow dtype may have neither;
 * it has its lowest number instead. */
static void limit(view *w)
{
    ir_dtype d = w->type->dtype, wide = w->v.type.dtype;
    double low = ir_scalar_f64(d, ir_scalar_lowest(d)),
           high = ir_scalar_f64(d, ir_scalar_highest(d));
    size_t size = ir_dtypes[wide].size;
    for (size_t k = 0; k < w->n; k++) {
        ir_scalar s = {0};
        char *at = (char *)w->wide + k * size;
        memcpy(&s, at, size);
        double v = ir_scalar_f64(wide, s);
        s = ir_scalar_of(wide, v < low ? low : v > high ? high : v);
        memcpy(at, &s, size);
    }
}

static size_t wide_bytes(const view *w)
{
    return w->n * ir_dtypes[w->v.type.dtype].size;
}

/* Runs the kernel once, with a wider array for each narrow operand and result. */
static bool whole(ir_eqn *e, view *w, const void *const *in, void *const *out)
{
    bool ok = true;
    int n = e->nin + e->nout;
    for (int k = 0; k < n; k++)
        if (w[k].narrow && !(w[k].wide = ir_memory_take(wide_bytes(&w[k]))))
            ok = ir_fail("%s: out of memory for %s in %s", e->op->name, ir_type_tmp(w[k].type),
                         ir_dtypes[w[k].v.type.dtype].name);
    const void *x[MOST] = {NULL};
    void *y[MOST] = {NULL};
    for (int k = 0; ok && k < n; k++) {
        if (k < e->nin)
            x[k] = w[k].narrow ? w[k].wide : in[k];
        else
            y[k - e->nin] = w[k].narrow ? w[k].wide : out[k - e->nin];
        if (w[k].narrow && k < e->nin)
            ir_widen_array(w[k].type->dtype, w[k].n, in[k], w[k].wide);
    }
    ok = ok && e->op->eval(e, x, y);
    for (int k = 0; k < n; k++) {
        if (ok && w[k].narrow && k >= e->nin && !w[0].n)
            limit(&w[k]);
        if (ok && w[k].narrow && k >= e->nin)
            ir_narrow_array(w[k].type->dtype, w[k].n, w[k].wide, out[k - e->nin]);
        if (w[k].narrow && w[k].wide)
            ir_memory_give(w[k].wide, wide_bytes(&w[k]));
    }
    return ok;
}

bool ir_eval_eqn(const ir_eqn *e, const void *const *in, void *const *out)
{
    if (!ir_computes_wider(e))
        return e->op->eval(e, in, out);
    view w[MOST];
    ir_value *seen[MOST];
    if (e->nin + e->nout > MOST)
        return ir_fail("%s: there are %d operands and results, but at most %d are possible",
                       e->op->name, e->nin + e->nout, MOST);
    for (int k = 0; k < e->nin + e->nout; k++) {
        look(&w[k], k < e->nin ? e->in[k] : e->out[k - e->nin]);
        seen[k] = &w[k].v;
    }
    ir_eqn wide = *e;
    wide.in = seen;
    wide.out = seen + e->nin;
    return (e->op->flags & IR_OP_ELEMENTWISE ? by_blocks : whole)(&wide, w, in, out);
}

ir_value **ir_emit_wider(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    ir_value *in[MOST];
    const ir_op *convert = ir_op_role(IR_ROLE_CONVERT);
    if (e->nin > MOST)
        return NULL;
    for (int k = 0; k < e->nin; k++) {
        ir_attr to[] = {[CONVERT_DTYPE] = {.i = ir_compute(x[k]->type.dtype)},
                        [CONVERT_WEAK] = {.i = x[k]->type.weak}};
        in[k] =
            ir_is_narrow(x[k]->type.dtype) ? ir_emit1(g, convert, 1, &x[k], to) : x[k];
    }
    ir_value **made = ir_emit(g, e->op, e->nin, in, e->attr);
    for (int k = 0; made && k < e->nout; k++) {
        const ir_type *t = &e->out[k]->type;
        ir_attr back[] = {[CONVERT_DTYPE] = {.i = t->dtype}, [CONVERT_WEAK] = {.i = t->weak}};
        y[k] = ir_is_narrow(t->dtype) ? ir_emit1(g, convert, 1, &made[k], back) : made[k];
        if (!y[k])
            return NULL;
    }
    return made ? y : NULL;
}

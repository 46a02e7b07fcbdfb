/* gather: the windows of an array that start at given indices (windows.h). Its transpose adds to
 * them. */
#include <string.h>

#include "ops/complex.h"
#include "ops/ops.h"
#include "ops/windows.h"

static bool gather_infer(ir_infer *q)
{
    windows_attrs a;
    ir_type t;
    if (!check_operands(q, 2) || !windows_check(q, &a, &t))
        return false;
    ir_infer_out(q, &t);
    return true;
}

/* ---- values ---------------------------------------------------------------------------------- */

typedef struct {
    const char *from;
    char *to;
    size_t size; /* of an element */
    const void *fill;
} taking;

#define TAKE(T)                                                                                    \
    for (int64_t k = 0; k < s->n; k++)                                                             \
        ((T *)to)[s->in_w[k]] =                                                                    \
            s->in_x[k] < 0 ? *(const T *)t->fill : ((const T *)from)[s->in_x[k]];                  \
    return;

/* Gathers single elements. */
static void take_elements(const windows_some *s, const taking *t)
{
    const char *from = t->from + s->x_at * (int64_t)t->size;
    char *to = t->to + s->w_at * (int64_t)t->size;
    switch (t->size) {
    case 1:
        TAKE(uint8_t)
    case 2:
        TAKE(uint16_t)
    case 4:
        TAKE(uint32_t)
    default:
        TAKE(uint64_t)
    }
}

static void take(const windows_some *s)
{
    const taking *t = s->env;
    if (s->run == 1) {
        take_elements(s, t);
        return;
    }
    for (int64_t k = 0; k < s->n; k++) {
        char *to = t->to + (s->w_at + s->in_w[k]) * (int64_t)t->size;
        if (s->in_x[k] < 0)
            strided_fill(t->size, s->run, to, t->fill);
        else
            memcpy(to, t->from + (s->x_at + s->in_x[k]) * (int64_t)t->size,
                   (size_t)s->run * t->size);
    }
}

static bool gather_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    windows p = windows_of(e);
    taking t = {in[0], out[0], elem_size(e->in[0]), &e->attr[GATHER_FILL].scalar};
    windows_each(&p, in[1], take, &t);
    return true;
}

/* ---- derivatives ----------------------------------------------------------------------------- */

/* The fill value is a constant. */
static bool gather_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                       ir_value **y, ir_value **ty)
{
    windows_attrs a = windows_attrs_of(e);
    y[0] = b_gather(g, x[0], x[1], &a);
    a.fill = ir_scalar_of(e->out[0]->type.dtype, 0);
    ty[0] = b_gather(g, t[0], x[1], &a);
    return y[0] && ty[0];
}

static bool gather_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                             ir_value **ct_in)
{
    windows_attrs a = windows_attrs_of(e);
    ir_value *sum = ct_in[0] ? ct_in[0] : ir_zeros(g, &e->in[0]->type);
    if (a.mode == WINDOWS_PROMISE) /* to a scatter it would mean something else */
        a.mode = WINDOWS_CLIP;
    ct_in[0] = b_scatter(g, &op_scatter_add, sum, x[1], ct[0], &a);
    return ct_in[0] != NULL;
}

/* ---- batching -------------------------------------------------------------------------------- */

static bool gather_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                         const ir_batching *over, ir_value **y, int *yaxis)
{
    windows_attrs a = windows_attrs_of(e);
    windows p = windows_of(e);
    *yaxis = windows_batch(&a, &p, axis[0], axis[1], over->size);
    y[0] = b_gather(g, x[0], x[1], &a);
    return y[0] != NULL;
}

/* ---- compiled -------------------------------------------------------------------------------- */

static jit_scalar gather_at(jit_emit *em, const ir_eqn *e, jit_place where)
{
    windows p = windows_of(e);
    jit_index at[IR_MAX_RANK], x_at[IR_MAX_RANK];
    jit_scalar fill = jit_constant(em, p.x->dtype, e->attr[GATHER_FILL].scalar);
    if (!ir_type_count(p.x))
        return fill;
    place_split(em, p.w, &where, at);
    jit_scalar inside = windows_emit(em, e, at, x_at, true);
    for (int k = 0; k < p.w->rank; k++)
        if (p.along[k] >= 0)
            x_at[p.along[k]] = jit_index_add(em, x_at[p.along[k]], at[k]);
    jit_scalar x = jit_operand(em, e, 0, place_of(p.x->rank, x_at));
    return inside ? jit_choose(em, inside, x, fill) : x;
}

/* Along a dimension that a window fills, and along batching dimensions, elements keep their
 * places. */
static int gather_axis(const ir_eqn *e, int k, int r)
{
    windows p = windows_of(e);
    int along = p.along[r];
    if (k == 1)
        return along >= 0 ? JIT_NO_AXIS : p.picks[r];
    if (along >= 0)
        return p.component[along] < 0 && p.size[along] == p.x->dim[along] ? along : JIT_OTHER_AXIS;
    for (int d = 0; d < p.x->rank; d++)
        if (p.batch[d] == p.picks[r])
            return d;
    return JIT_OTHER_AXIS;
}

const ir_op op_gather = {
    .name = "gather",
    .flags = IR_OP_ADDS,
    .attrs = IR_ATTR_COLUMN(GATHER),
    .infer = gather_infer,
    .eval = gather_eval,
    .jvp = gather_jvp,
    .transpose = gather_transpose,
    .pairs = pairs_gather,
    .batch = gather_batch,
    .lower =
        &(const jit_lower){.kind = JIT_INDEXED, .at = gather_at, .axis = gather_axis, .cost = 2},
};

/* bitcast_convert_type: reads the bits of elements as another dtype.
 *
 * An element that is wider than those of the other dtype becomes a row of them, along a new last
 * axis, the lowest bits first; and the other way round. This is what the memory of a little-endian
 * machine holds. Compiled code shifts the parts to their places, so that they fuse.
 */
#include <string.h>

#include "ops/elementwise.h"
#include "ops/shape.h"

static ir_dtype to_dtype(const ir_eqn *e)
{
    return (ir_dtype)e->attr[CONVERT_DTYPE].i;
}

/* How many elements of the narrower dtype are one of the wider: positive if the result is narrower,
 * negative if it is wider, 1 if both have one width, 0 if no number of one is as wide as the other.
 */
static int parts_of(ir_dtype from, ir_dtype to)
{
    int wide = ir_dtypes[from].bits, narrow = ir_dtypes[to].bits;
    if (wide % narrow && narrow % wide)
        return 0;
    return wide >= narrow ? wide / narrow : -(narrow / wide);
}

static bool bitcast_infer(ir_infer *q)
{
    int64_t d = q->attr[CONVERT_DTYPE].i;
    if (!ew_check_arity(q, 1))
        return false;
    if (d < 0 || d >= IR_NDTYPE)
        return ir_fail("bitcast_convert_type: no such dtype");
    ir_dtype from = q->in[0].dtype, to = (ir_dtype)d;
    if (ir_is_complex(from) || ir_is_complex(to))
        return ir_fail("bitcast_convert_type: the bits of %s cannot be read as %s: take the parts "
                       "of complex numbers",
                       ir_type_tmp(&q->in[0]), ir_dtypes[to].name);
    if (from != to && (from == IR_bool || to == IR_bool))
        return ir_fail("bitcast_convert_type: the bits of %s cannot be read as %s: bool is not a "
                       "number",
                       ir_type_tmp(&q->in[0]), ir_dtypes[to].name);
    int parts = parts_of(from, to);
    ir_type t = ir_type_like(q->in[0], to);
    if (!parts)
        return ir_fail(
            "bitcast_convert_type: the bits of %s cannot be read as %s: an element has %d "
            "bits there, but %d here",
            ir_type_tmp(&q->in[0]), ir_dtypes[to].name, ir_dtypes[to].bits, ir_dtypes[from].bits);
    if (parts > 1 && t.rank == IR_MAX_RANK)
        return ir_fail("bitcast_convert_type: reading %s as %s adds a dimension, but there can be "
                       "no more than %d",
                       ir_type_tmp(&q->in[0]), ir_dtypes[to].name, IR_MAX_RANK);
    if (parts > 1)
        t.dim[t.rank++] = parts;
    if (parts < 0 && (!t.rank || t.dim[t.rank - 1] != -parts))
        return ir_fail("bitcast_convert_type: the bits of %s cannot be read as %s: the last axis "
                       "must have the %d elements that make one of %s",
                       ir_type_tmp(&q->in[0]), ir_dtypes[to].name, -parts, ir_dtypes[to].name);
    t.rank -= parts < 0;
    if (!check_shape(q, t.rank, t.dim))
        return false;
    ir_infer_out(q, &t);
    return true;
}

/* Elements of less than a byte, which have a byte in memory each. */
static void repack(const ir_eqn *e, const void *in, void *out)
{
    const ir_dtype_info *from = &ir_dtypes[e->in[0]->type.dtype], *to = &ir_dtypes[to_dtype(e)];
    int parts = parts_of(e->in[0]->type.dtype, to_dtype(e));
    size_t n = (size_t)ir_type_count(&e->out[0]->type);
    for (size_t k = 0; k < n; k++) {
        size_t first = parts > 0 ? k / (size_t)parts : k * (size_t)-parts;
        uint64_t bits = 0;
        for (size_t p = 0; p < (parts > 0 ? 1 : (size_t)-parts); p++) {
            uint64_t part = 0;
            memcpy(&part, (const char *)in + (first + p) * from->size, from->size);
            bits |= (part & UINT64_MAX >> (64 - from->bits)) << p * from->bits;
        }
        if (parts > 0)
            bits = bits >> k % (size_t)parts * to->bits & UINT64_MAX >> (64 - to->bits);
        int unused = to->kind == IR_KIND_INT ? 64 - to->bits : 0;
        bits = (uint64_t)((int64_t)(bits << unused) >> unused);
        memcpy((char *)out + k * to->size, &bits, to->size);
    }
}

static bool bitcast_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    size_t bytes = ir_type_bytes(&e->out[0]->type);
    if (ir_dtypes[e->in[0]->type.dtype].bits < 8 || ir_dtypes[to_dtype(e)].bits < 8)
        repack(e, in[0], out[0]);
    else if (bytes)
        memcpy(out[0], in[0], bytes);
    return true;
}

static bool bitcast_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                          const ir_batching *over, ir_value **y, int *yaxis)
{
    bool joins = parts_of(e->in[0]->type.dtype, to_dtype(e)) < 0;
    yaxis[0] = joins && axis[0] == e->in[0]->type.rank ? 0 : axis[0];
    ir_value *moved = ir_move_axis(g, x[0], axis[0], yaxis[0], over->size);
    return moved && (y[0] = ir_emit1(g, e->op, 1, &moved, e->attr)) != NULL;
}

/* ---- between widths -------------------------------------------------------------------------- */

static ir_value *shift_by(ir_graph *g, const ir_value *like, int64_t bits)
{
    return ir_full(g, &like->type, ir_scalar_of_int(like->type.dtype, bits));
}

static ir_value *part_up(ir_graph *g, ir_value *x, ir_dtype to, int parts)
{
    const ir_type *t = &x->type;
    ir_dtype wide = ew_bits(t->dtype), narrow = ew_bits(to);
    int64_t shape[IR_MAX_RANK + 1], same[IR_MAX_RANK];
    memcpy(shape, t->dim, sizeof t->dim);
    shape[t->rank] = parts;
    for (int d = 0; d < t->rank; d++)
        same[d] = d;
    ir_value *all = b_broadcast_in_dim(g, b_bitcast(g, x, wide), t->rank + 1, shape, same);
    ir_value *part = b_iota(g, wide, t->rank + 1, shape, t->rank);
    if (!all || !part)
        return NULL;
    ir_value *shift = b_mul(g, part, shift_by(g, part, ir_dtypes[to].bits));
    return b_bitcast(g, b_convert(g, b_shift_right_logical(g, all, shift), narrow), to);
}

static ir_value *join(ir_graph *g, ir_value *x, ir_dtype to, int parts)
{
    const ir_type *t = &x->type;
    ir_dtype narrow = ew_bits(t->dtype), wide = ew_bits(to);
    int64_t start[IR_MAX_RANK] = {0}, limit[IR_MAX_RANK];
    ir_value *all = b_convert(g, b_bitcast(g, x, narrow), wide), *y = NULL;
    memcpy(limit, t->dim, sizeof limit);
    for (int k = 0; k < parts; k++) {
        start[t->rank - 1] = k;
        limit[t->rank - 1] = k + 1;
        ir_value *part = b_reshape(g, b_slice(g, all, start, limit, NULL), t->rank - 1, t->dim);
        if (!part)
            return NULL;
        if (k)
            part = b_shift_left(g, part, shift_by(g, part, ir_dtypes[t->dtype].bits * k));
        y = k ? b_or(g, y, part) : part;
    }
    return b_bitcast(g, y, to);
}

static bool bitcast_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    ir_dtype to = to_dtype(e);
    int parts = parts_of(x[0]->type.dtype, to);
    if (parts == 1)
        return simplify_bitcast(g, e, x, y);
    y[0] = parts > 1 ? part_up(g, x[0], to, parts) : join(g, x[0], to, -parts);
    return y[0] != NULL;
}

/* ---- compiled -------------------------------------------------------------------------------- */

/* Only between equal widths: the others are simplified. */
static jit_scalar bitcast_scalar(jit_emit *em, const ir_eqn *e, int output, jit_scalar *x)
{
    (void)output;
    return jit_bitcast(em, x[0], e->in[0]->type.dtype, to_dtype(e));
}

const ir_op op_bitcast_convert_type = {
    .name = "bitcast_convert_type",
    .flags = IR_OP_ELEMENTWISE,
    .attrs = IR_ATTR_COLUMN(BITCAST),
    .infer = bitcast_infer,
    .eval = bitcast_eval,
    .batch = bitcast_batch,
    .simplify = bitcast_simplify,
    .lower = &(const jit_lower){.kind = JIT_ELEMENTWISE, .scalar = bitcast_scalar, .cost = 1},
};

ir_value *b_bitcast(ir_graph *g, ir_value *x, ir_dtype d)
{
    ir_attr attr[] = {[CONVERT_DTYPE] = {.i = d}};
    return ir_emit1(g, &op_bitcast_convert_type, 1, &x, attr);
}

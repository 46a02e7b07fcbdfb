/* pad: adds a fill value before, after and between an array's elements along each dimension.
 * Negative amounts before and after cut elements off. */
#include <inttypes.h>

#include "ops/ops.h"
#include "ops/shape.h"

ir_value *b_pad(ir_graph *g, ir_value *x, ir_value *fill, const int64_t *low, const int64_t *high,
                const int64_t *interior)
{
    static const int64_t none[IR_MAX_RANK];
    int n = x ? x->type.rank : 0;
    ir_attr attr[] = {[PAD_LOW] = {.n = n, .ints = low},
                      [PAD_HIGH] = {.n = n, .ints = high},
                      [PAD_INTERIOR] = {.n = n, .ints = interior ? interior : none}};
    return ir_emit1(g, &op_pad, 2, (ir_value *[]){x, fill}, attr);
}

/* The length of n elements with `interior` fill values between neighbours. */
static int64_t spread(int64_t n, int64_t interior)
{
    return n ? n + (n - 1) * interior : 0;
}

static bool pad_infer(ir_infer *q)
{
    const ir_attr *low = &q->attr[PAD_LOW], *high = &q->attr[PAD_HIGH],
                  *interior = &q->attr[PAD_INTERIOR];
    if (!check_operands(q, 2) || !check_count(q, "low", low, q->in) ||
        !check_count(q, "high", high, q->in) || !check_count(q, "interior", interior, q->in))
        return false;
    if (q->in[1].rank || q->in[1].dtype != q->in[0].dtype)
        return ir_fail("pad: %s cannot be padded with %s: the padding value must be a scalar of "
                       "the same dtype",
                       ir_type_tmp(&q->in[0]), ir_type_tmp(&q->in[1]));
    const int64_t most = (int64_t)1 << 56;
    ir_type t = q->in[0];
    for (int d = 0; d < t.rank; d++) {
        int64_t l = low->ints[d], h = high->ints[d], i = interior->ints[d], n = t.dim[d];
        if (i < 0)
            return ir_fail("pad: interior %s is negative", ir_ints_tmp(interior->ints, t.rank));
        if (l > most || l < -most || h > most || h < -most || i > most / (n ? n : 1))
            return ir_fail("pad: low %s, high %s, interior %s are too large for %s",
                           ir_ints_tmp(low->ints, t.rank), ir_ints_tmp(high->ints, t.rank),
                           ir_ints_tmp(interior->ints, t.rank), ir_type_tmp(&q->in[0]));
        t.dim[d] = spread(n, i) + l + h;
        if (t.dim[d] < 0)
            return ir_fail("pad: low %" PRId64 " and high %" PRId64
                           " cut more off dimension %d of %s than it has",
                           l, h, d, ir_type_tmp(&q->in[0]));
    }
    if (!check_shape(q, t.rank, t.dim))
        return false;
    t.weak = q->in[0].weak && q->in[1].weak;
    ir_infer_out(q, &t);
    return true;
}

/* Fills the whole result, then copies the elements whose index low + k * (interior + 1) is
 * inside. */
static bool pad_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    const ir_type *x = &e->in[0]->type, *y = &e->out[0]->type;
    size_t size = elem_size(e->in[0]);
    int64_t from[IR_MAX_RANK], to[IR_MAX_RANK], n[IR_MAX_RANK], src = 0, dst = 0;
    strided_fill(size, ir_type_count(y), out[0], in[1]);
    dense_strides(x, from);
    dense_strides(y, to);
    for (int d = 0; d < x->rank; d++) {
        int64_t low = e->attr[PAD_LOW].ints[d], step = e->attr[PAD_INTERIOR].ints[d] + 1;
        int64_t first = low < 0 ? (-low + step - 1) / step : 0;
        int64_t room = y->dim[d] - low; /* indices from element 0's on */
        int64_t end = room <= 0 ? 0 : (room - 1) / step + 1;
        end = end < x->dim[d] ? end : x->dim[d];
        if (end <= first)
            return true;
        n[d] = end - first;
        src += first * from[d];
        dst += (low + first * step) * to[d];
        to[d] *= step;
    }
    strided_copy(size, x->rank, n, (char *)out[0] + dst * (int64_t)size, to,
                 (const char *)in[0] + src * (int64_t)size, from);
    return true;
}

/* An array of bool: true where the result's element comes from the operand. */
static ir_value *operand_mask(ir_graph *g, const ir_eqn *e)
{
    ir_type t = ir_type_like(e->in[0]->type, IR_bool);
    ir_value *yes = ir_full(g, &t, ir_scalar_of_int(IR_bool, 1));
    ir_value *no = ir_literal(g, IR_bool, ir_scalar_of_int(IR_bool, 0), false);
    return b_pad(g, yes, no, e->attr[PAD_LOW].ints, e->attr[PAD_HIGH].ints,
                 e->attr[PAD_INTERIOR].ints);
}

/* The operand's cotangent: undoes the padding; elements that were cut off get zero. */
static ir_value *unpad(ir_graph *g, const ir_eqn *e, ir_value *ct)
{
    const ir_type *t = &e->in[0]->type;
    int64_t low[IR_MAX_RANK], high[IR_MAX_RANK], zero[IR_MAX_RANK] = {0}, step[IR_MAX_RANK];
    for (int d = 0; d < t->rank; d++) {
        low[d] = -e->attr[PAD_LOW].ints[d];
        high[d] = -e->attr[PAD_HIGH].ints[d];
        step[d] = e->attr[PAD_INTERIOR].ints[d] + 1;
    }
    ir_type scalar = ir_type_scalar(t->dtype);
    ir_value *whole = b_pad(g, ct, ir_zeros(g, &scalar), low, high, NULL);
    return whole ? b_slice(g, whole, zero, whole->type.dim, step) : NULL;
}

static bool pad_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                          ir_value **ct_in)
{
    if (!x[0] && !(ct_in[0] = unpad(g, e, ct[0])))
        return false;
    if (x[1])
        return true;
    int64_t all[IR_MAX_RANK];
    int rank = ct[0]->type.rank;
    for (int d = 0; d < rank; d++)
        all[d] = d;
    ir_value *outside = b_select(g, operand_mask(g, e), ir_zeros(g, &ct[0]->type), ct[0]);
    return (ct_in[1] = b_reduce(g, &op_reduce_sum, outside, rank, all)) != NULL;
}

/* For a batched fill value: pads, then selects the fill values. */
static ir_value *pad_with_fills(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                                int64_t size)
{
    const int64_t lead = 0;
    ir_type scalar = ir_type_scalar(x[0]->type.dtype);
    int64_t p[3][IR_MAX_RANK + 1];
    for (int k = 0; k < 3; k++)
        ints_insert(e->attr[k].ints, e->attr[k].n, 0, 0, p[k]);
    ir_value *front = ir_move_axis(g, x[0], axis[0], 0, size);
    ir_value *padded =
        b_pad(g, front, ir_zeros(g, &scalar), p[PAD_LOW], p[PAD_HIGH], p[PAD_INTERIOR]);
    ir_value *mask = b_broadcast_leading(g, operand_mask(g, e), size);
    if (!padded || !mask)
        return NULL;
    ir_value *fill = b_broadcast_in_dim(g, x[1], padded->type.rank, padded->type.dim, &lead);
    return b_select(g, mask, padded, fill);
}

static bool pad_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                      const ir_batching *over, ir_value **y, int *yaxis)
{
    if (axis[1] >= 0) {
        *yaxis = 0;
        return (y[0] = pad_with_fills(g, e, x, axis, over->size)) != NULL;
    }
    int64_t p[3][IR_MAX_RANK + 1];
    for (int k = 0; k < 3; k++)
        ints_insert(e->attr[k].ints, e->attr[k].n, axis[0], 0, p[k]);
    *yaxis = axis[0];
    return (y[0] = b_pad(g, x[0], x[1], p[PAD_LOW], p[PAD_HIGH], p[PAD_INTERIOR])) != NULL;
}

static bool pad_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    (void)g;
    for (int d = 0; d < x[0]->type.rank; d++)
        if (e->attr[PAD_LOW].ints[d] || e->attr[PAD_HIGH].ints[d] ||
            (e->attr[PAD_INTERIOR].ints[d] && x[0]->type.dim[d] > 1))
            return false;
    y[0] = x[0];
    return x[0]->type.weak == e->out[0]->type.weak;
}

static jit_scalar pad_at(jit_emit *em, const ir_eqn *e, jit_place where)
{
    const ir_type *x = &e->in[0]->type;
    jit_scalar fill = jit_operand(em, e, 1, (jit_place){0});
    if (!ir_type_count(x))
        return fill;
    jit_index at[IR_MAX_RANK];
    jit_scalar inside = NULL;
    place_split(em, &e->out[0]->type, &where, at);
    for (int d = 0; d < x->rank; d++) {
        int64_t low = e->attr[PAD_LOW].ints[d], step = e->attr[PAD_INTERIOR].ints[d] + 1;
        int64_t span = spread(x->dim[d], step - 1);
        jit_index i = jit_index_sub(em, at[d], jit_index_const(em, low));
        jit_scalar here = jit_and(em, jit_index_lt(em, jit_index_const(em, -1), i),
                                  jit_index_lt(em, i, jit_index_const(em, span)));
        if (step > 1) { /* division needs operands that are not negative */
            jit_index held = jit_index_clamp(em, i, 0, span - 1);
            jit_index rest = jit_index_rem(em, held, step);
            here = jit_and(em, here, jit_index_lt(em, rest, jit_index_const(em, 1)));
            i = jit_index_div(em, held, step);
        }
        at[d] = i;
        inside = inside ? jit_and(em, inside, here) : here;
    }
    jit_place place = place_of(x->rank, at);
    return inside ? operand_where(em, inside, e, 0, place, fill) : jit_operand(em, e, 0, place);
}

static int pad_axis(const ir_eqn *e, int k, int r)
{
    (void)k;
    bool padded =
        e->attr[PAD_LOW].ints[r] || e->attr[PAD_HIGH].ints[r] || e->attr[PAD_INTERIOR].ints[r];
    return padded ? JIT_OTHER_AXIS : r;
}

const ir_op op_pad = {
    .name = "pad",
    .flags = IR_OP_APART,
    .attrs = IR_ATTR_COLUMN(PAD),
    .infer = pad_infer,
    .eval = pad_eval,
    .jvp = linear_jvp,
    .transpose = pad_transpose,
    .batch = pad_batch,
    .simplify = pad_simplify,
    .lower = &(const jit_lower){.kind = JIT_INDEXED, .at = pad_at, .axis = pad_axis},
};

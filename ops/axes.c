/* Helpers shared by the rules of shape primitives: checks of shapes and axes, parameters with a
 * batch axis, and the derivative of linear primitives. */
#include <inttypes.h>
#include <stdlib.h>

#include "ops/ops.h"
#include "ops/shape.h"

bool check_operands(const ir_infer *q, int n)
{
    return q->nin == n || ir_fail("%s takes %d operand%s, but %d are given", q->op->name, n,
                                  n == 1 ? "" : "s", q->nin);
}

bool check_shape(const ir_infer *q, int rank, const int64_t *shape)
{
    /* Far more than any memory, but small enough that counting bytes does not overflow. */
    const int64_t most = (int64_t)1 << 56;
    if (rank > IR_MAX_RANK)
        return ir_fail("%s: an array would have %d dimensions, but at most %d are possible",
                       q->op->name, rank, IR_MAX_RANK);
    int64_t count = 1;
    for (int k = 0; k < rank; k++) {
        if (shape[k] < 0)
            return ir_fail("%s: shape %s has a negative size", q->op->name,
                           ir_ints_tmp(shape, rank));
        if (shape[k] > most / count)
            return ir_fail("%s: an array of shape %s is too large", q->op->name,
                           ir_ints_tmp(shape, rank));
        count *= shape[k] ? shape[k] : 1;
    }
    return true;
}

bool infer_like(ir_infer *q, int rank, const int64_t *shape)
{
    if (!check_shape(q, rank, shape))
        return false;
    ir_type t = ir_type_make(q->in[0].dtype, rank, shape);
    t.weak = q->in[0].weak;
    ir_infer_out(q, &t);
    return true;
}

bool check_axis(const ir_infer *q, const char *what, int64_t axis, const ir_type *t)
{
    return (axis >= 0 && axis < t->rank) || ir_fail("%s: %s %" PRId64 " is not a dimension of %s",
                                                    q->op->name, what, axis, ir_type_tmp(t));
}

bool check_axes(const ir_infer *q, const char *what, const ir_attr *axes, const ir_type *t)
{
    for (int k = 0; k < axes->n; k++) {
        if (!check_axis(q, what, axes->ints[k], t))
            return false;
        if (axis_count(axes->ints, k, axes->ints[k]))
            return ir_fail("%s: %s %s name dimension %" PRId64 " of %s twice", q->op->name, what,
                           ir_ints_tmp(axes->ints, axes->n), axes->ints[k], ir_type_tmp(t));
    }
    return true;
}

bool check_count(const ir_infer *q, const char *what, const ir_attr *a, const ir_type *t)
{
    return a->n == t->rank ||
           ir_fail("%s: %s %s must have an entry for each dimension of %s", q->op->name, what,
                   ir_ints_tmp(a->ints, a->n), ir_type_tmp(t));
}

bool check_number(const ir_infer *q, const ir_type *t)
{
    return t->dtype != IR_bool ||
           ir_fail("%s takes numbers, but is given %s", q->op->name, ir_type_tmp(t));
}

bool check_real(const ir_infer *q, const ir_type *t)
{
    return !ir_is_complex(t->dtype) ||
           ir_fail("%s takes no complex numbers, but is given %s", q->op->name, ir_type_tmp(t));
}

void axes_shift(const ir_attr *axes, int batch, int64_t *out)
{
    for (int k = 0; k < axes->n; k++)
        out[k] = axis_shift(axes->ints[k], batch);
}

void ints_insert(const int64_t *v, int n, int at, int64_t x, int64_t *out)
{
    for (int k = 0; k < at; k++)
        out[k] = v[k];
    out[at] = x;
    for (int k = at; k < n; k++)
        out[k + 1] = v[k];
}

bool linear_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t, ir_value **y,
                ir_value **ty)
{
    IR_SCRATCH(scratch);
    ir_value **moved = ir_alloc(&scratch, (size_t)e->nin * sizeof *moved);
    if (!moved)
        return false;
    for (int k = 0; k < e->nin; k++) {
        moved[k] = t[k] ? t[k] : x[k];
        if (!t[k] && ir_is_inexact(x[k]->type.dtype))
            moved[k] = ir_zeros(g, &x[k]->type);
    }
    ir_value **primal = ir_copy_eqn(g, e, x), **tangent = ir_copy_eqn(g, e, moved);
    if (!primal || !tangent)
        return false;
    y[0] = primal[0];
    ty[0] = tangent[0];
    return true;
}

void place_split(jit_emit *em, const ir_type *t, const jit_place *where, jit_index *at)
{
    for (int d = 0; d < t->rank; d++)
        at[d] = jit_place_at(em, t, where, d);
}

typedef struct {
    const ir_eqn *e;
    int operand;
    jit_place place;
} operand_read;

static jit_scalar read_operand(jit_emit *em, void *env)
{
    const operand_read *r = env;
    return jit_operand(em, r->e, r->operand, r->place);
}

jit_scalar operand_where(jit_emit *em, jit_scalar truth, const ir_eqn *e, int k, jit_place place,
                         jit_scalar other)
{
    operand_read read = {e, k, place};
    return jit_guarded(em, truth, read_operand, &read, other);
}

ir_value *emit_ints(ir_graph *g, const ir_op *op, ir_value *x, int n, const int64_t *v)
{
    ir_attr attr = {.n = n, .ints = v};
    return ir_emit1(g, op, 1, &x, &attr);
}

/* Rules of all primitives on matrices: complex operands as parts, batches, numbers for the kernels.
 */
#include <string.h>

#include "ops/linalg/linalg.h"

enum { MOST_OPERANDS = 8 };

/* ---- infer ------------------------------------------------------------------------------------- */

/* Joins pairs of parts to complex types. */
static bool join(const ir_infer *q, int n, ir_type *whole)
{
    int k = 0;
    for (int w = 0; w < n; w++) {
        if (k >= q->nin)
            return false;
        whole[w] = q->in[k++];
        if (!ir_is_inexact(whole[w].dtype))
            continue;
        if (k >= q->nin || !ir_same_type(&whole[w], &q->in[k++]) || ir_is_complex(whole[w].dtype))
            return false;
        whole[w].dtype = ir_complex_of(whole[w].dtype);
    }
    return k == q->nin;
}

bool linalg_infer(ir_infer *q, int n, linalg_shapes *shapes)
{
    ir_type whole[MOST_OPERANDS];
    int64_t parts = q->attr[LINALG_PARTS].i;
    ir_infer inner = *q;
    if (parts < LINALG_WHOLE || parts > LINALG_PAIRS_OUT)
        return ir_fail("%s: parts must be 0 to 2, but is %lld", q->op->name, (long long)parts);
    if (parts == LINALG_PAIRS) {
        if (!join(q, n, whole))
            return ir_fail("%s: the operands are not %d pairs of real and imaginary parts",
                           q->op->name, n);
        inner.in = whole;
        inner.nin = n;
    } else if (!check_operands(q, n))
        return false;
    inner.nout = inner.room = 0;
    inner.out = NULL;
    if (!shapes(&inner))
        return false;
    for (int k = 0; k < inner.nout && !inner.failed; k++) {
        ir_type t = inner.out[k];
        t.weak = false;
        int copies = parts && ir_is_complex(t.dtype) ? 2 : 1;
        t.dtype = copies == 2 ? ir_part(t.dtype) : t.dtype;
        for (int c = 0; c < copies; c++)
            ir_infer_out(q, &t);
    }
    q->failed |= inner.failed;
    return true;
}

bool linalg_check(const ir_infer *q, const int *rank)
{
    const ir_type *first = NULL;
    for (int k = 0; k < q->nin; k++) {
        const ir_type *t = &q->in[k];
        ir_type batch = *t, leading = q->in[0];
        if (t->rank < rank[k])
            return ir_fail("%s: operand %d must have at least %s, but is %s", q->op->name, k,
                           ir_count_tmp(rank[k], "dimension"), ir_type_tmp(t));
        batch.rank = (uint8_t)(t->rank - rank[k]);
        leading.rank = (uint8_t)(leading.rank - rank[0]);
        if (!ir_same_shape(&batch, &leading))
            return ir_fail("%s: operand %d is %s, but its dimensions before the last %d must be "
                           "those of operand 0, %s",
                           q->op->name, k, ir_type_tmp(t), rank[k], ir_type_tmp(&q->in[0]));
        if (!ir_is_inexact(t->dtype))
            continue;
        if (ir_is_narrow(t->dtype))
            return ir_fail("%s takes f32, f64, c64 or c128, but operand %d is %s", q->op->name, k,
                           ir_type_tmp(t));
        if (first && first->dtype != t->dtype)
            return ir_fail("%s: operand %d is %s, but must have the dtype of %s", q->op->name, k,
                           ir_type_tmp(t), ir_type_tmp(first));
        first = first ? first : t;
    }
    return first || ir_fail("%s takes f32, f64, c64 or c128, but is given %s", q->op->name,
                            ir_type_tmp(&q->in[0]));
}

bool linalg_check_square(const ir_infer *q, int k)
{
    const ir_type *t = &q->in[k];
    return t->dim[t->rank - 2] == t->dim[t->rank - 1] ||
           ir_fail("%s takes square matrices, but is given %s", q->op->name, ir_type_tmp(t));
}

void linalg_out(ir_infer *q, int rank, ir_dtype d, int n, const int64_t *dim)
{
    ir_type t = ir_type_like(q->in[0], d);
    t.rank = (uint8_t)(t.rank - rank);
    for (int k = 0; k < n; k++)
        t.dim[t.rank++] = dim[k];
    ir_infer_out(q, &t);
}

void linalg_out_info(ir_infer *q, int rank)
{
    linalg_out(q, rank, IR_i32, 0, NULL);
}

/* ---- batch ------------------------------------------------------------------------------------- */

bool linalg_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                  const ir_batching *over, ir_value **y, int *yaxis)
{
    ir_value *in[2 * MOST_OPERANDS];
    for (int k = 0; k < e->nin; k++)
        in[k] = ir_move_axis(g, x[k], axis[k], 0, over->size);
    for (int k = 0; k < e->nout; k++)
        yaxis[k] = 0;
    return ir_results(ir_emit(g, e->op, e->nin, in, e->attr), e->nout, y);
}

/* [.., m, lanes, n] as matrices of lanes * n columns; or [.., lanes, m, n] of lanes * m rows. */
bool linalg_batch_rhs(ir_graph *g, const ir_eqn *e, ir_value *const *x, int k, int axis,
                      bool columns, const ir_batching *over, ir_value **y, int *yaxis)
{
    ir_value *in[2 * MOST_OPERANDS];
    int rank = x[k]->type.rank, to = columns ? rank - 2 : rank - 3; /* in x, with the lanes */
    int parts = e->attr[LINALG_PARTS].i ? 2 : 1;
    for (int j = 0; j < e->nin; j++)
        in[j] = x[j];
    ir_type wide = {0};
    for (int p = k; p < k + parts; p++) {
        in[p] = ir_move_axis(g, x[p], axis, to, over->size);
        if (!in[p])
            return false;
        wide = in[p]->type;
        int64_t shape[IR_MAX_RANK];
        int r = 0;
        for (int d = 0; d < rank; d++)
            if (d == to + 1)
                shape[r - 1] *= wide.dim[d];
            else
                shape[r++] = wide.dim[d];
        in[p] = b_reshape(g, in[p], r, shape);
    }
    ir_value **made = ir_emit(g, e->op, e->nin, in, e->attr);
    bool ok = made != NULL;
    for (int p = 0; ok && p < e->nout; p++) {
        ok = (y[p] = b_reshape(g, made[p], rank, wide.dim));
        yaxis[p] = to;
    }
    return ok;
}

/* ---- parts --------------------------------------------------------------------------------------- */

bool linalg_pairs(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    ir_value *in[2 * MOST_OPERANDS];
    ir_attr attr[IR_MAX_ATTRS];
    int n = 0;
    bool pairs = false;
    for (int k = 0; k < e->nin; k++) {
        in[n++] = x[k].re;
        if (x[k].im)
            in[n++] = x[k].im;
        pairs |= x[k].im != NULL;
    }
    memcpy(attr, e->attr, (size_t)ir_nattr(e->op) * sizeof *attr);
    attr[LINALG_PARTS].i = pairs ? LINALG_PAIRS : LINALG_PAIRS_OUT;
    ir_value **made = ir_emit(g, e->op, n, in, attr);
    for (int k = 0; made && k < e->nout; k++) {
        y[k].re = *made++;
        y[k].im = ir_is_complex(e->out[k]->type.dtype) ? *made++ : NULL;
    }
    return made != NULL;
}

bool linalg_no_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                   ir_value **y, ir_value **ty)
{
    (void)g, (void)x, (void)t, (void)y, (void)ty;
    return ir_fail("%s has no derivative", e->op->name);
}

/* ---- derivatives ------------------------------------------------------------------------------- */

ir_graph *linalg_with_rule(const char *name, const ir_type *a, ir_graph *f, ir_graph *rule)
{
    ir_graph *g = f && rule ? ir_graph_new(name) : NULL;
    ir_value *x = ir_input(g, a);
    ir_attr attr[] = {[CUSTOM_JVP_GRAPH] = {.graph = f}, [CUSTOM_JVP_JVP] = {.graph = rule}};
    ir_value **y = f && rule && x ? ir_emit(g, &op_custom_jvp_call, 1, &x, attr) : NULL;
    if (y)
        return ir_finish(g, y, f->nout);
    ir_graph_release(g);
    return NULL;
}

/* ---- numbers ------------------------------------------------------------------------------------- */

host_matrices linalg_numbers(const ir_eqn *e, int k, int rank)
{
    bool pairs = e->attr[LINALG_PARTS].i == LINALG_PAIRS;
    int at = 0;
    for (int w = 0; w < k; w++)
        at += pairs && ir_is_inexact(e->in[at]->type.dtype) ? 2 : 1;
    const ir_type *t = &e->in[at]->type;
    host_matrices s = {.dtype = ir_part(e->in[0]->type.dtype), .parts = pairs ? 2 : 1, .batch = 1};
    for (int d = 0; d < t->rank - rank; d++)
        s.batch *= t->dim[d];
    s.n = t->dim[t->rank - 1];
    s.m = rank > 1 ? t->dim[t->rank - 2] : 1;
    return s;
}

int linalg_write(const host_matrices *s, int64_t *to)
{
    memcpy(to, s, sizeof *s);
    return sizeof *s / sizeof *to;
}

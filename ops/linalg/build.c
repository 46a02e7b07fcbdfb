/* Builders of matrix expressions, for the derivatives. */
#include <string.h>

#include "ops/linalg/linalg.h"
#include "ops/windows.h"

ir_value *mm(ir_graph *g, ir_value *a, ir_value *b, int transposed)
{
    int64_t batch[IR_MAX_RANK];
    if (!a || !b)
        return NULL;
    int n = a->type.rank - 2;
    for (int d = 0; d < n; d++)
        batch[d] = d;
    int64_t ca = transposed & MM_TN ? n : n + 1, cb = transposed & MM_NT ? n + 1 : n;
    return b_dot_general(g, a, b, 1, &ca, &cb, n, batch, batch);
}

ir_value *mm_h(ir_graph *g, ir_value *a, ir_value *b)
{
    return mm(g, matrix_conj(g, a), b, MM_TN);
}

ir_value *matrix_conj(ir_graph *g, ir_value *x)
{
    return x && ir_is_complex(x->type.dtype) ? b_conj(g, x) : x;
}

ir_value *matrix_real(ir_graph *g, ir_value *x)
{
    return x && ir_is_complex(x->type.dtype) ? b_real(g, x) : x;
}

ir_value *matrix_t(ir_graph *g, ir_value *x)
{
    int64_t permutation[IR_MAX_RANK];
    if (!x)
        return NULL;
    int rank = x->type.rank;
    for (int d = 0; d < rank; d++)
        permutation[d] = d < rank - 2 ? d : 2 * rank - 3 - d;
    return b_transpose(g, x, permutation);
}

ir_value *matrix_h(ir_graph *g, ir_value *x)
{
    return matrix_t(g, matrix_conj(g, x));
}

/* ---- triangles and diagonals -------------------------------------------------------------------- */

/* column - row of each element, i32, compared with k by `op`. */
static ir_value *mask(ir_graph *g, const ir_type *t, const ir_op *op, int64_t k)
{
    ir_value *row = b_iota(g, IR_i32, t->rank, t->dim, t->rank - 2);
    ir_value *col = b_iota(g, IR_i32, t->rank, t->dim, t->rank - 1);
    ir_value *shifted = col && k ? b_sub(g, col, b_const(g, col, (double)k)) : col;
    return ir_emit1(g, op, 2, (ir_value *[]){shifted, row}, NULL);
}

static ir_value *keep(ir_graph *g, ir_value *x, const ir_op *op, int64_t k)
{
    return x ? b_select(g, mask(g, &x->type, op, k), x, b_const(g, x, 0)) : NULL;
}

ir_value *matrix_lower(ir_graph *g, ir_value *x, int64_t k)
{
    return keep(g, x, &op_le, k);
}

ir_value *matrix_upper(ir_graph *g, ir_value *x, int64_t k)
{
    return keep(g, x, &op_ge, k);
}

ir_value *matrix_eye_of(ir_graph *g, const ir_type *t)
{
    return b_convert(g, mask(g, t, &op_eq, 0), t->dtype);
}

ir_value *matrix_eye(ir_graph *g, ir_value *like)
{
    return like ? matrix_eye_of(g, &like->type) : NULL;
}

ir_value *matrix_sum(ir_graph *g, ir_value *x, int axis)
{
    if (!x)
        return NULL;
    int64_t at = x->type.rank + axis;
    return b_reduce(g, &op_reduce_sum, x, 1, &at);
}

ir_value *matrix_diagonal(ir_graph *g, ir_value *x)
{
    return x ? matrix_sum(g, keep(g, x, &op_eq, 0), matrix_m(x) < matrix_n(x) ? -1 : -2) : NULL;
}

/* v with a new axis of `size` at `at`. */
static ir_value *spread(ir_graph *g, ir_value *v, int at, int64_t size)
{
    int64_t shape[IR_MAX_RANK + 1], dims[IR_MAX_RANK];
    if (!v)
        return NULL;
    int rank = v->type.rank;
    ints_insert(v->type.dim, rank, at, size, shape);
    for (int d = 0; d < rank; d++)
        dims[d] = axis_shift(d, at);
    return b_broadcast_in_dim(g, v, rank + 1, shape, dims);
}

ir_value *matrix_rows(ir_graph *g, ir_value *v, int64_t rows)
{
    return v ? spread(g, v, v->type.rank - 1, rows) : NULL;
}

ir_value *matrix_cols(ir_graph *g, ir_value *v, int64_t cols)
{
    return v ? spread(g, v, v->type.rank, cols) : NULL;
}

/* ---- parts of matrices -------------------------------------------------------------------------- */

ir_value *matrix_block(ir_graph *g, ir_value *x, int64_t r0, int64_t r1, int64_t c0, int64_t c1)
{
    int64_t start[IR_MAX_RANK] = {0}, limit[IR_MAX_RANK];
    if (!x || (!r0 && !c0 && r1 == matrix_m(x) && c1 == matrix_n(x)))
        return x;
    int rank = x->type.rank;
    memcpy(limit, x->type.dim, sizeof limit);
    start[rank - 2] = r0;
    limit[rank - 2] = r1;
    start[rank - 1] = c0;
    limit[rank - 1] = c1;
    return b_slice(g, x, start, limit, NULL);
}

ir_value *matrix_permute(ir_graph *g, ir_value *x, ir_value *permutation)
{
    if (!x || !permutation)
        return NULL;
    int batch = x->type.rank - 2;
    windows_attrs a = windows_along(&x->type, &permutation->type, batch, batch);
    a.mode = WINDOWS_PROMISE;
    a.unique = true;
    return b_gather(g, x, permutation, &a);
}

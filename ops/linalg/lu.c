/* lu: P a = L U. L, without its diagonal of ones, and U are in one matrix; the other results are
 * the pivots (row i was exchanged with row pivots[i]), the permutation P, and info, the number of
 * the first pivot that is 0, from 1 on. lu_pivots_to_permutation computes P from the pivots.
 *
 * lu_solve: solutions with these results. It takes `a` first, which it does not read: its
 * derivative is A x' = b' - A' x, so the factors need none. Once no more derivatives are taken, a
 * is left out.
 */
#include <string.h>

#include "ops/linalg/linalg.h"

ir_value **b_lu(ir_graph *g, ir_value *a)
{
    ir_attr attr[LINALG_NATTR] = {0};
    return ir_emit(g, &op_lu, 1, &a, attr);
}

static int64_t least(int64_t m, int64_t n)
{
    return m < n ? m : n;
}

static bool lu_shapes(ir_infer *q)
{
    if (!linalg_check(q, (int[]){2}))
        return false;
    const ir_type *a = &q->in[0];
    int64_t m = a->dim[a->rank - 2], k = least(m, a->dim[a->rank - 1]);
    ir_infer_out(q, a);
    linalg_out(q, 2, IR_i32, 1, &k);
    linalg_out(q, 2, IR_i32, 1, &m);
    linalg_out_info(q, 2);
    return true;
}

static bool lu_infer(ir_infer *q)
{
    return linalg_infer(q, 1, lu_shapes);
}

static int lu_numbers(const ir_eqn *e, int64_t *to)
{
    host_matrices s = linalg_numbers(e, 0, 2);
    return linalg_write(&s, to);
}

static ir_value *padded(ir_graph *g, ir_value *x, int64_t rows, int64_t cols)
{
    int64_t low[IR_MAX_RANK] = {0}, high[IR_MAX_RANK] = {0};
    if (!x || (matrix_m(x) == rows && matrix_n(x) == cols))
        return x;
    high[x->type.rank - 2] = rows - matrix_m(x);
    high[x->type.rank - 1] = cols - matrix_n(x);
    return b_pad(g, x, ir_literal(g, x->type.dtype, ir_scalar_of(ir_part(x->type.dtype), 0), false),
                 low, high, NULL);
}

/* L' U + L U' = P A', so with X = L^-1 P A' U^-1 (L and U made square), L' = L tril(X, -1) and
 * U' = triu(X) U. */
static bool lu_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                   ir_value **y, ir_value **ty)
{
    if (!ir_results(ir_emit(g, e->op, 1, x, e->attr), 4, y))
        return false;
    int64_t m = matrix_m(x[0]), n = matrix_n(x[0]), k = least(m, n);
    ir_value *l = padded(g, matrix_lower(g, matrix_block(g, y[0], 0, m, 0, k), -1), m, m);
    ir_value *u = padded(g, matrix_upper(g, matrix_block(g, y[0], 0, k, 0, n), 0), n, n);
    l = l ? b_add(g, l, matrix_eye(g, l)) : NULL;
    if (u && k < n) {
        ir_type t_u = u->type;
        ir_value *below = b_iota(g, IR_i32, t_u.rank, t_u.dim, t_u.rank - 2);
        below = b_ge(g, below, b_const(g, below, (double)k));
        u = b_add(g, u, b_select(g, below, matrix_eye(g, u), b_const(g, u, 0)));
    }
    ir_value *p = matrix_permute(g, t[0], y[2]);
    ir_value *both = b_triangular_solve(
        g, l, p, (triangular_options){.left = true, .lower = true, .unit = true});
    both = b_triangular_solve(g, u, both, (triangular_options){0});
    ty[1] = ty[2] = ty[3] = NULL;
    return (ty[0] = b_add(g, mm(g, l, matrix_lower(g, both, -1), MM_NN),
                          mm(g, matrix_upper(g, both, 0), u, MM_NN)));
}

const ir_op op_lu = {
    .name = "lu",
    .attrs = IR_ATTR_COLUMN(LINALG),
    .infer = lu_infer,
    .eval = host_eval,
    .jvp = lu_jvp,
    .batch = linalg_batch,
    .pairs = linalg_pairs,
    .lower = LINALG_HOST(lu),
};

/* ---- lu_pivots_to_permutation -------------------------------------------------------------------- */

static bool lu_pivots_to_permutation_infer(ir_infer *q)
{
    if (!check_operands(q, 1))
        return false;
    ir_type t = q->in[0];
    int64_t size = q->attr[PIVOTS_SIZE].i;
    if (t.dtype != IR_i32 || !t.rank)
        return ir_fail("lu_pivots_to_permutation takes vectors of i32, but is given %s",
                       ir_type_tmp(&t));
    if (size < t.dim[t.rank - 1] || size > INT32_MAX)
        return ir_fail("lu_pivots_to_permutation: permutation_size must be at least %lld, the "
                       "number of pivots in %s, but is %lld",
                       (long long)t.dim[t.rank - 1], ir_type_tmp(&t), (long long)size);
    t.dim[t.rank - 1] = size;
    ir_infer_out(q, &t);
    return true;
}

static int lu_pivots_to_permutation_numbers(const ir_eqn *e, int64_t *to)
{
    host_matrices s = linalg_numbers(e, 0, 1);
    s.m = e->attr[PIVOTS_SIZE].i;
    return linalg_write(&s, to);
}

const ir_op op_lu_pivots_to_permutation = {
    .name = "lu_pivots_to_permutation",
    .attrs = IR_ATTR_COLUMN(PIVOTS),
    .infer = lu_pivots_to_permutation_infer,
    .eval = host_eval,
    .batch = linalg_batch,
    .lower = LINALG_HOST(lu_pivots_to_permutation),
};

/* ---- lu_solve ------------------------------------------------------------------------------------ */

ir_value *b_lu_solve(ir_graph *g, ir_value *a, ir_value *const *lu, ir_value *b, bool transpose)
{
    ir_attr attr[LU_SOLVE_NATTR] = {[LU_SOLVE_TRANSPOSE] = {.i = transpose}};
    return lu ? ir_emit1(g, &op_lu_solve, 4, (ir_value *[]){a, lu[0], lu[2], b}, attr) : NULL;
}

static bool lu_solve_shapes(ir_infer *q)
{
    bool has_a = q->nin == 4;
    if (!linalg_check(q, has_a ? (int[]){2, 2, 1, 2} : (int[]){2, 1, 2}) ||
        !linalg_check_square(q, has_a))
        return false;
    const ir_type *lu = &q->in[has_a], *permutation = lu + 1, *b = lu + 2;
    int64_t n = lu->dim[lu->rank - 1];
    if (has_a && !ir_same_shape(lu, &q->in[0]))
        return ir_fail("lu_solve: %s cannot be the factors of %s", ir_type_tmp(lu),
                       ir_type_tmp(&q->in[0]));
    if (permutation->dtype != IR_i32 || permutation->dim[permutation->rank - 1] != n)
        return ir_fail("lu_solve: the permutation of %s must be an i32 vector of %lld, but is %s",
                       ir_type_tmp(lu), (long long)n, ir_type_tmp(permutation));
    if (b->dim[b->rank - 2] != n || !ir_is_inexact(b->dtype))
        return ir_fail("lu_solve: the right side for %s must have %s, but is %s", ir_type_tmp(lu),
                       ir_count_tmp(n, "row"), ir_type_tmp(b));
    ir_infer_out(q, b);
    return true;
}

static bool lu_solve_infer(ir_infer *q)
{
    bool pairs = q->attr[LU_SOLVE_PARTS].i == LINALG_PAIRS;
    return linalg_infer(q, q->nin == (pairs ? 7 : 4) ? 4 : 3, lu_solve_shapes);
}

/* How many operands stand before the factors: those of a. */
static int skipped(const ir_eqn *e)
{
    int parts = e->attr[LU_SOLVE_PARTS].i ? 2 : 1;
    return e->nin == 3 * parts + 1 ? parts : 0;
}

static int lu_solve_numbers(const ir_eqn *e, int64_t *to)
{
    host_matrices s = linalg_numbers(e, skipped(e) ? 3 : 2, 2);
    s.option[0] = e->attr[LU_SOLVE_TRANSPOSE].i;
    s.option[1] = skipped(e);
    s.option[2] = e->attr[LU_SOLVE_CHOLESKY].i;
    return linalg_write(&s, to);
}

static ir_value *solve_like(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *b)
{
    return ir_emit1(g, e->op, 4, (ir_value *[]){x[0], x[1], x[2], b}, e->attr);
}

/* What the equation multiplies x by, for a tangent of a. A Hermitian matrix counts as its own
 * conjugate transpose, also if the tangent is not Hermitian (as with symmetric=True in JAX). */
static ir_value *product(ir_graph *g, const ir_eqn *e, ir_value *a, ir_value *x)
{
    if (!e->attr[LU_SOLVE_TRANSPOSE].i)
        return mm(g, a, x, MM_NN);
    return e->attr[LU_SOLVE_CHOLESKY].i ? mm(g, matrix_conj(g, a), x, MM_NN) : mm(g, a, x, MM_TN);
}

static bool lu_solve_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                         ir_value **y, ir_value **ty)
{
    if (e->nin != 4)
        return ir_fail("lu_solve without its matrix cannot be differentiated");
    ir_value *rhs = t[3];
    if (!(y[0] = solve_like(g, e, x, x[3])))
        return false;
    if (t[0]) {
        ir_value *moved = product(g, e, t[0], y[0]);
        rhs = rhs ? b_sub(g, rhs, moved) : b_neg(g, moved);
    }
    ty[0] = NULL;
    return !rhs || (ty[0] = solve_like(g, e, x, rhs));
}

static bool lu_solve_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x,
                               ir_value *const *ct, ir_value **ct_in)
{
    ir_attr attr[LU_SOLVE_NATTR];
    ir_value *in[4];
    memcpy(attr, e->attr, sizeof attr);
    attr[LU_SOLVE_TRANSPOSE].i = !attr[LU_SOLVE_TRANSPOSE].i;
    for (int k = 0; k < e->nin; k++)
        in[k] = k < e->nin - 1 ? x[k] : ct[0];
    return (ct_in[e->nin - 1] = ir_emit1(g, e->op, e->nin, in, attr));
}

static bool lu_solve_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                           const ir_batching *over, ir_value **y, int *yaxis)
{
    int parts = e->attr[LU_SOLVE_PARTS].i ? 2 : 1, rhs = e->nin - parts;
    bool one_matrix = axis[rhs] == axis[e->nin - 1];
    for (int k = 0; k < rhs; k++)
        one_matrix = one_matrix && axis[k] < 0;
    return one_matrix ? linalg_batch_rhs(g, e, x, rhs, axis[rhs], true, over, y, yaxis)
                      : linalg_batch(g, e, x, axis, over, y, yaxis);
}

static bool lu_solve_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    int n = skipped(e);
    return n && ir_results(ir_emit(g, e->op, e->nin - n, x + n, e->attr), e->nout, y);
}

const ir_op op_lu_solve = {
    .name = "lu_solve",
    .attrs = IR_ATTR_COLUMN(LU_SOLVE),
    .infer = lu_solve_infer,
    .eval = host_eval,
    .jvp = lu_solve_jvp,
    .transpose = lu_solve_transpose,
    .batch = lu_solve_batch,
    .simplify = lu_solve_simplify,
    .pairs = linalg_pairs,
    .lower = LINALG_HOST(lu_solve),
};

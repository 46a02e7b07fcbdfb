/* tridiagonal_solve, and cholesky_update. */
#include "ops/linalg/linalg.h"

/* ---- tridiagonal_solve: operands dl, d, du, b; x with
 * dl[k] x[k - 1] + d[k] x[k] + du[k] x[k + 1] = b[k], linear in b; info
 * -------------------------------- */

static bool tridiagonal_solve_shapes(ir_infer *q)
{
    if (!linalg_check(q, (int[]){1, 1, 1, 2}))
        return false;
    const ir_type *d = &q->in[1], *b = &q->in[3];
    for (int k = 0; k < 3; k++)
        if (!ir_same_type(&q->in[k], d) || !ir_is_inexact(d->dtype))
            return ir_fail("tridiagonal_solve: the diagonals must be of one type, but are %s, %s "
                           "and %s",
                           ir_type_tmp(&q->in[0]), ir_type_tmp(d), ir_type_tmp(&q->in[2]));
    if (b->dim[b->rank - 2] != d->dim[d->rank - 1] || b->dtype != d->dtype)
        return ir_fail("tridiagonal_solve: the right side must have a row for each element of %s, "
                       "but is %s",
                       ir_type_tmp(d), ir_type_tmp(b));
    ir_infer_out(q, b);
    linalg_out_info(q, 1);
    return true;
}

static bool tridiagonal_solve_infer(ir_infer *q)
{
    return linalg_infer(q, 4, tridiagonal_solve_shapes);
}

static int tridiagonal_solve_numbers(const ir_eqn *e, int64_t *to)
{
    host_matrices s = linalg_numbers(e, 3, 2);
    return linalg_write(&s, to);
}

static ir_value *solved(ir_graph *g, ir_value *const *diagonals, ir_value *b)
{
    ir_attr attr[LINALG_NATTR] = {0};
    return ir_emit1(g, &op_tridiagonal_solve, 4,
                    (ir_value *[]){diagonals[0], diagonals[1], diagonals[2], b}, attr);
}

/* x moved by one element along an axis; `by` is 1 or -1, and 0 enters. */
static ir_value *shifted(ir_graph *g, ir_value *x, int axis, int by)
{
    int64_t low[IR_MAX_RANK] = {0}, high[IR_MAX_RANK] = {0};
    if (!x)
        return NULL;
    low[axis] = by;
    high[axis] = -by;
    ir_dtype d = x->type.dtype;
    return b_pad(g, x, ir_literal(g, d, ir_scalar_of(ir_part(d), 0), false), low, high, NULL);
}

/* What the tangent t of a diagonal adds to the product with x: t[k] x[k + by]. */
static ir_value *product(ir_graph *g, ir_value *t, ir_value *x, int by)
{
    ir_value *moved = by ? shifted(g, x, x->type.rank - 2, -by) : x;
    return b_mul(g, matrix_cols(g, t, matrix_n(x)), moved);
}

static bool tridiagonal_solve_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x,
                                  ir_value *const *t, ir_value **y, ir_value **ty)
{
    ir_value *rhs = t[3];
    if (!ir_results(ir_emit(g, e->op, 4, x, e->attr), 2, y))
        return false;
    for (int k = 0; k < 3; k++)
        if (t[k]) {
            ir_value *moved = product(g, t[k], y[0], k - 1);
            rhs = rhs ? b_sub(g, rhs, moved) : b_neg(g, moved);
        }
    ty[1] = NULL;
    return (ty[0] = solved(g, x, rhs));
}

static bool tridiagonal_solve_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x,
                                        ir_value *const *ct, ir_value **ct_in)
{
    (void)e;
    if (!x[0] || !x[1] || !x[2])
        return ir_fail("tridiagonal_solve is linear in its right side only");
    int last = x[0]->type.rank - 1;
    ir_value *turned[] = {shifted(g, x[2], last, 1), x[1], shifted(g, x[0], last, -1)};
    return (ct_in[3] = solved(g, turned, ct[0]));
}

static bool tridiagonal_solve_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x,
                                    const int *axis, const ir_batching *over, ir_value **y,
                                    int *yaxis)
{
    return linalg_batch(g, e, x, axis, over, y, yaxis);
}

const ir_op op_tridiagonal_solve = {
    .name = "tridiagonal_solve",
    .attrs = IR_ATTR_COLUMN(LINALG),
    .infer = tridiagonal_solve_infer,
    .eval = host_eval,
    .jvp = tridiagonal_solve_jvp,
    .transpose = tridiagonal_solve_transpose,
    .batch = tridiagonal_solve_batch,
    .pairs = linalg_pairs,
    .lower = LINALG_HOST(tridiagonal_solve),
};

/* ---- cholesky_update: the upper factor of r^T r + w w^T, of the upper triangle of r ------------- */

static bool cholesky_update_shapes(ir_infer *q)
{
    if (!linalg_check(q, (int[]){2, 1}) || !linalg_check_square(q, 0))
        return false;
    const ir_type *r = &q->in[0], *w = &q->in[1];
    if (!ir_is_float(r->dtype) || w->dtype != r->dtype ||
        w->dim[w->rank - 1] != r->dim[r->rank - 1])
        return ir_fail("cholesky_update takes a real matrix and a vector of as many elements as it "
                       "has rows, but is given %s and %s",
                       ir_type_tmp(r), ir_type_tmp(w));
    ir_infer_out(q, r);
    return true;
}

static bool cholesky_update_infer(ir_infer *q)
{
    return linalg_infer(q, 2, cholesky_update_shapes);
}

static int cholesky_update_numbers(const ir_eqn *e, int64_t *to)
{
    host_matrices s = linalg_numbers(e, 0, 2);
    return linalg_write(&s, to);
}

/* With upper triangular S: S^T S = R^T R + w w^T, so S' = F(S^-T (R'^T R + R^T R' + w' w^T + w
 * w'^T) S^-1) S, where F takes the upper triangle and half of the diagonal. */
static bool cholesky_update_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x,
                                ir_value *const *t, ir_value **y, ir_value **ty)
{
    if (!ir_results(ir_emit(g, e->op, 2, x, e->attr), 1, y))
        return false;
    int64_t n = matrix_n(x[0]);
    ir_value *r = matrix_upper(g, x[0], 0);
    ir_value *half = t[0] ? mm(g, matrix_upper(g, t[0], 0), r, MM_TN) : NULL;
    if (t[1]) {
        ir_value *outer = b_mul(g, matrix_cols(g, t[1], n), matrix_rows(g, x[1], n));
        half = half ? b_add(g, half, outer) : outer;
    }
    ir_value *whole = b_add(g, half, matrix_t(g, half));
    ir_value *left =
        b_triangular_solve(g, y[0], whole, (triangular_options){.left = true, .transpose = true});
    ir_value *both = b_triangular_solve(g, y[0], left, (triangular_options){0});
    ir_value *one = both ? b_const(g, both, 1) : NULL;
    ir_value *f = b_div(g, matrix_upper(g, both, 0), b_add(g, one, matrix_eye(g, both)));
    return (ty[0] = mm(g, f, y[0], MM_NN));
}

const ir_op op_cholesky_update = {
    .name = "cholesky_update",
    .attrs = IR_ATTR_COLUMN(LINALG),
    .infer = cholesky_update_infer,
    .eval = host_eval,
    .jvp = cholesky_update_jvp,
    .batch = linalg_batch,
    .pairs = linalg_pairs,
    .lower = LINALG_HOST(cholesky_update),
};

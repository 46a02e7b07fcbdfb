/* qr, and what it consists of: geqrf and geqp3, whose Q is a product of reflections, of which
 * householder_product makes a matrix, and with which ormqr multiplies.
 */
#include "ops/linalg/linalg.h"

static int64_t least(int64_t m, int64_t n)
{
    return m < n ? m : n;
}

/* ---- qr ------------------------------------------------------------------------------------------ */

static bool qr_shapes(ir_infer *q)
{
    if (!linalg_check(q, (int[]){2}))
        return false;
    const ir_type *a = &q->in[0];
    int64_t m = a->dim[a->rank - 2], n = a->dim[a->rank - 1];
    int64_t k = q->attr[QR_FULL].i ? m : least(m, n);
    linalg_out(q, 2, a->dtype, 2, (int64_t[]){m, k});
    linalg_out(q, 2, a->dtype, 2, (int64_t[]){k, n});
    if (q->attr[QR_PIVOTING].i)
        linalg_out(q, 2, IR_i32, 1, &n);
    return true;
}

static bool qr_infer(ir_infer *q)
{
    return linalg_infer(q, 1, qr_shapes);
}

static int qr_numbers(const ir_eqn *e, int64_t *to)
{
    host_matrices s = linalg_numbers(e, 0, 2);
    s.option[0] = e->attr[QR_PIVOTING].i;
    s.option[1] = e->attr[QR_FULL].i;
    return linalg_write(&s, to);
}

/* For m >= n: with X = Q^H A' R^-1, Q^H Q' is the skew-Hermitian part that the lower triangle of X
 * gives, and R' = (X - Q^H Q') R (j-towns.github.io/papers/qr-derivative.pdf). */
static bool thin_jvp(ir_graph *g, ir_value *q, ir_value *r, ir_value *da, ir_value **dq,
                     ir_value **dr)
{
    ir_value *da_r = b_triangular_solve(g, r, da, (triangular_options){0});
    ir_value *x = mm_h(g, q, da_r);
    ir_value *low = matrix_lower(g, x, -1);
    ir_value *skew = b_sub(g, low, matrix_h(g, low));
    if (x && ir_is_complex(x->type.dtype)) {
        ir_value *imaginary = b_sub(g, x, b_convert(g, matrix_real(g, x), x->type.dtype));
        skew = b_add(g, skew, b_mul(g, matrix_eye(g, x), imaginary));
    }
    *dq = b_add(g, mm(g, q, b_sub(g, skew, x), MM_NN), da_r);
    *dr = mm(g, b_sub(g, x, skew), r, MM_NN);
    return *dq && *dr;
}

static ir_value *beside(ir_graph *g, ir_value *a, ir_value *b, int axis)
{
    return a && b ? b_concatenate(g, 2, (ir_value *[]){a, b}, a->type.rank + axis) : NULL;
}

/* More columns than rows: A = Q [R1 R2], and R2 = Q^H A2. */
static bool wide_jvp(ir_graph *g, ir_value *a, ir_value *da, ir_value *q, ir_value *r,
                     ir_value **dq, ir_value **dr)
{
    int64_t m = matrix_m(a), n = matrix_n(a);
    ir_value *dr1;
    if (!thin_jvp(g, q, matrix_block(g, r, 0, m, 0, m), matrix_block(g, da, 0, m, 0, m), dq, &dr1))
        return false;
    ir_value *dr2 = b_add(g, mm_h(g, *dq, matrix_block(g, a, 0, m, m, n)),
                          mm_h(g, q, matrix_block(g, da, 0, m, m, n)));
    return (*dr = beside(g, dr1, dr2, -1));
}

/* The further columns of a square Q (arxiv.org/abs/2409.13374): with Z = Q_2 (Q_1 - 1)^-1,
 * Q_more' = Q' Z^H - (Q + Q_more Z) (Q_2' - Z Q_1')^H, where Q_1 and Q_2 are the first n rows and
 * the others. */
static ir_value *further_columns(ir_graph *g, ir_value *q, ir_value *dq, int64_t m, int64_t n)
{
    ir_value *thin = matrix_block(g, q, 0, m, 0, n), *more = matrix_block(g, q, 0, m, n, m);
    ir_value *q1 = matrix_block(g, q, 0, n, 0, n), *q2 = matrix_block(g, q, n, m, 0, n);
    ir_value *shifted = q1 ? b_sub(g, q1, matrix_eye(g, q1)) : NULL;
    ir_value **lu = b_lu(g, shifted);
    ir_value *z_t = b_lu_solve(g, shifted, lu, matrix_t(g, q2), true);
    ir_value *rest = b_sub(g, matrix_block(g, dq, n, m, 0, n),
                           mm(g, z_t, matrix_block(g, dq, 0, n, 0, n), MM_TN));
    ir_value *left = b_add(g, thin, mm(g, more, z_t, MM_NT));
    return b_sub(g, mm(g, dq, matrix_conj(g, z_t), MM_NN), mm(g, left, matrix_h(g, rest), MM_NN));
}

/* Columns of x in the order of a permutation. */
static ir_value *columns(ir_graph *g, ir_value *x, ir_value *order)
{
    return matrix_t(g, matrix_permute(g, matrix_t(g, x), order));
}

static bool qr_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                   ir_value **y, ir_value **ty)
{
    bool pivoting = e->attr[QR_PIVOTING].i, full = e->attr[QR_FULL].i;
    int64_t m = matrix_m(x[0]), n = matrix_n(x[0]);
    if (!ir_results(ir_emit(g, e->op, 1, x, e->attr), e->nout, y))
        return false;
    ir_value *da = pivoting ? columns(g, t[0], y[2]) : t[0];
    ir_value *a = pivoting && m < n ? columns(g, x[0], y[2]) : x[0];
    ty[2 * pivoting] = pivoting ? NULL : ty[0];
    if (m < n)
        return wide_jvp(g, a, da, y[0], y[1], &ty[0], &ty[1]);
    if (!thin_jvp(g, matrix_block(g, y[0], 0, m, 0, n), matrix_block(g, y[1], 0, n, 0, n), da,
                  &ty[0], &ty[1]))
        return false;
    if (full && m > n) {
        ty[0] = beside(g, ty[0], further_columns(g, y[0], ty[0], m, n), -1);
        ir_type rest = ty[1]->type;
        rest.dim[rest.rank - 2] = m - n;
        ty[1] = beside(g, ty[1], ir_zeros(g, &rest), -2);
    }
    return ty[0] && ty[1];
}

const ir_op op_qr = {
    .name = "qr",
    .attrs = IR_ATTR_COLUMN(QR),
    .infer = qr_infer,
    .eval = host_eval,
    .jvp = qr_jvp,
    .batch = linalg_batch,
    .pairs = linalg_pairs,
    .lower = LINALG_HOST(qr),
};

/* ---- geqrf, geqp3 -------------------------------------------------------------------------------- */

static bool geqrf_shapes(ir_infer *q)
{
    if (!linalg_check(q, (int[]){2}))
        return false;
    const ir_type *a = &q->in[0];
    int64_t k = least(a->dim[a->rank - 2], a->dim[a->rank - 1]);
    ir_infer_out(q, a);
    linalg_out(q, 2, a->dtype, 1, &k);
    return true;
}

static bool geqrf_infer(ir_infer *q)
{
    return linalg_infer(q, 1, geqrf_shapes);
}

static int geqrf_numbers(const ir_eqn *e, int64_t *to)
{
    host_matrices s = linalg_numbers(e, 0, 2);
    return linalg_write(&s, to);
}

const ir_op op_geqrf = {
    .name = "geqrf",
    .attrs = IR_ATTR_COLUMN(LINALG),
    .infer = geqrf_infer,
    .eval = host_eval,
    .jvp = linalg_no_jvp,
    .batch = linalg_batch,
    .pairs = linalg_pairs,
    .lower = LINALG_HOST(geqrf),
};

static bool geqp3_shapes(ir_infer *q)
{
    if (!linalg_check(q, (int[]){2, 1}))
        return false;
    const ir_type *a = &q->in[0], *order = &q->in[1];
    int64_t k = least(a->dim[a->rank - 2], a->dim[a->rank - 1]);
    if (order->dtype != IR_i32 || order->dim[order->rank - 1] != a->dim[a->rank - 1])
        return ir_fail("geqp3: the order of the columns of %s must be i32, one for each, but is %s",
                       ir_type_tmp(a), ir_type_tmp(order));
    ir_infer_out(q, a);
    ir_infer_out(q, order);
    linalg_out(q, 2, a->dtype, 1, &k);
    return true;
}

static bool geqp3_infer(ir_infer *q)
{
    return linalg_infer(q, 2, geqp3_shapes);
}

#define geqp3_numbers geqrf_numbers
const ir_op op_geqp3 = {
    .name = "geqp3",
    .attrs = IR_ATTR_COLUMN(LINALG),
    .infer = geqp3_infer,
    .eval = host_eval,
    .jvp = linalg_no_jvp,
    .batch = linalg_batch,
    .pairs = linalg_pairs,
    .lower = LINALG_HOST(geqp3),
};

/* ---- householder_product, ormqr -------------------------------------------------------------------- */

static bool check_factors(const ir_infer *q)
{
    const ir_type *a = &q->in[0], *tau = &q->in[1];
    int64_t m = a->dim[a->rank - 2], n = a->dim[a->rank - 1], k = tau->dim[tau->rank - 1];
    return (ir_is_inexact(tau->dtype) && k <= least(m, n)) ||
           ir_fail("%s: %s cannot be the factors of the reflections in %s", q->op->name,
                   ir_type_tmp(tau), ir_type_tmp(a));
}

static bool householder_product_shapes(ir_infer *q)
{
    if (!linalg_check(q, (int[]){2, 1}) || !check_factors(q))
        return false;
    const ir_type *a = &q->in[0];
    if (a->dim[a->rank - 2] < a->dim[a->rank - 1])
        return ir_fail("householder_product: %s must not have more columns than rows",
                       ir_type_tmp(a));
    ir_infer_out(q, a);
    return true;
}

static bool householder_product_infer(ir_infer *q)
{
    return linalg_infer(q, 2, householder_product_shapes);
}

/* The number of factors, in operand 1. */
static int64_t factors_of(const ir_eqn *e)
{
    const ir_type *tau = &e->in[e->attr[LINALG_PARTS].i ? 2 : 1]->type;
    return tau->dim[tau->rank - 1];
}

static int householder_product_numbers(const ir_eqn *e, int64_t *to)
{
    host_matrices s = linalg_numbers(e, 0, 2);
    s.k = factors_of(e);
    return linalg_write(&s, to);
}

const ir_op op_householder_product = {
    .name = "householder_product",
    .attrs = IR_ATTR_COLUMN(LINALG),
    .infer = householder_product_infer,
    .eval = host_eval,
    .jvp = linalg_no_jvp,
    .batch = linalg_batch,
    .pairs = linalg_pairs,
    .lower = LINALG_HOST(householder_product),
};

static bool ormqr_shapes(ir_infer *q)
{
    if (!linalg_check(q, (int[]){2, 1, 2}) || !check_factors(q))
        return false;
    const ir_type *a = &q->in[0], *c = &q->in[2];
    bool left = q->attr[ORMQR_LEFT].i;
    if (!ir_is_inexact(c->dtype) || c->dim[c->rank - (left ? 2 : 1)] != a->dim[a->rank - 2])
        return ir_fail("ormqr: %s cannot be multiplied from the %s by the reflections in %s",
                       ir_type_tmp(c), left ? "left" : "right", ir_type_tmp(a));
    ir_infer_out(q, c);
    return true;
}

static bool ormqr_infer(ir_infer *q)
{
    return linalg_infer(q, 3, ormqr_shapes);
}

static int ormqr_numbers(const ir_eqn *e, int64_t *to)
{
    host_matrices s = linalg_numbers(e, 2, 2);
    s.k = factors_of(e);
    s.option[0] = e->attr[ORMQR_LEFT].i;
    s.option[1] = e->attr[ORMQR_TRANSPOSE].i;
    s.option[2] = matrix_n(e->in[0]);
    return linalg_write(&s, to);
}

const ir_op op_ormqr = {
    .name = "ormqr",
    .attrs = IR_ATTR_COLUMN(ORMQR),
    .infer = ormqr_infer,
    .eval = host_eval,
    .jvp = linalg_no_jvp,
    .batch = linalg_batch,
    .pairs = linalg_pairs,
    .lower = LINALG_HOST(ormqr),
};

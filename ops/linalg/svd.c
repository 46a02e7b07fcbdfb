/* svd: a = U S V^H. The singular values, in descending order; U and V^H if asked for, with as many
 * columns and rows as there are values, or square; info.
 */
#include <string.h>

#include "ops/linalg/linalg.h"

static bool svd_shapes(ir_infer *q)
{
    if (!linalg_check(q, (int[]){2}))
        return false;
    const ir_type *a = &q->in[0];
    int64_t m = a->dim[a->rank - 2], n = a->dim[a->rank - 1], k = m < n ? m : n;
    bool full = q->attr[SVD_FULL].i;
    linalg_out(q, 2, ir_part(a->dtype), 1, &k);
    if (q->attr[SVD_VECTORS].i) {
        linalg_out(q, 2, a->dtype, 2, (int64_t[]){m, full ? m : k});
        linalg_out(q, 2, a->dtype, 2, (int64_t[]){full ? n : k, n});
    }
    linalg_out_info(q, 2);
    return true;
}

static bool svd_infer(ir_infer *q)
{
    return linalg_infer(q, 1, svd_shapes);
}

static int svd_numbers(const ir_eqn *e, int64_t *to)
{
    host_matrices s = linalg_numbers(e, 0, 2);
    s.option[0] = e->attr[SVD_FULL].i;
    s.option[1] = e->attr[SVD_VECTORS].i;
    return linalg_write(&s, to);
}

/* 1 / x, and 0 where x is 0. */
static ir_value *inverse_or_zero(ir_graph *g, ir_value *x)
{
    ir_value *zero = x ? b_const(g, x, 0) : NULL, *one = x ? b_const(g, x, 1) : NULL;
    ir_value *none = b_eq(g, x, zero);
    return b_select(g, none, zero, b_div(g, one, b_select(g, none, one, x)));
}

static ir_value *converted(ir_graph *g, ir_value *x, ir_value *like)
{
    return x && like ? b_convert(g, x, like->type.dtype) : NULL;
}

/* What of A' V is not in the space of U, over the singular values. */
static ir_value *outside(ir_graph *g, ir_value *moved, ir_value *u, ir_value *s_rows)
{
    return b_div(g, b_sub(g, moved, mm(g, u, mm_h(g, u, moved), MM_NN)), s_rows);
}

/* With X = U^H A' V and F = 1 / (s_j^2 - s_i^2) off the diagonal, U' = U (F (X S + S X^H)) and
 * V' = V (F (S X + X^H S)), as in JAX (people.maths.ox.ac.uk/gilesm/files/NA-08-01.pdf). */
static bool svd_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                    ir_value **y, ir_value **ty)
{
    int64_t m = matrix_m(x[0]), n = matrix_n(x[0]), k = m < n ? m : n;
    bool vectors = e->attr[SVD_VECTORS].i;
    ir_attr attr[SVD_NATTR];
    if (vectors && e->attr[SVD_FULL].i && m != n)
        return ir_fail("svd: with full_matrices, only square matrices have a derivative, but the "
                       "operand is %s",
                       ir_type_tmp(&e->in[0]->type));
    memcpy(attr, e->attr, sizeof attr);
    attr[SVD_FULL].i = false;
    attr[SVD_VECTORS].i = true;
    ir_value **made = ir_emit(g, e->op, 1, x, attr);
    if (!made)
        return false;
    ir_value *s = made[0], *u = made[1], *vh = made[2], *da = t[0];
    y[0] = s;
    y[1] = vectors ? u : made[3];
    ir_value *ut_da = mm_h(g, u, da);
    ty[vectors ? 3 : 1] = NULL;
    if (!vectors) /* the diagonal of (U^H A') V alone */
        return (ty[0] = matrix_sum(g, matrix_real(g, b_mul(g, ut_da, matrix_conj(g, vh))), -1));
    y[2] = vh;
    y[3] = made[3];
    ir_value *v = matrix_h(g, vh), *ds = mm(g, ut_da, v, MM_NN);
    ir_value *rows = matrix_rows(g, s, k), *cols = matrix_cols(g, s, k);
    ir_value *eye = matrix_eye(g, rows), *one = rows ? b_const(g, rows, 1) : NULL;
    ir_value *f = b_mul(g, b_add(g, rows, cols), b_sub(g, rows, cols));
    f = converted(g, b_sub(g, b_div(g, one, b_add(g, f, eye)), eye), ds);
    ir_value *ds_s = b_mul(g, converted(g, rows, ds), ds),
             *s_ds = b_mul(g, converted(g, cols, ds), ds);
    ir_value *du = b_mul(g, f, b_add(g, ds_s, matrix_h(g, ds_s)));
    ir_value *dv = mm(g, v, b_mul(g, f, b_add(g, s_ds, matrix_h(g, s_ds))), MM_NN);
    if (ds && ir_is_complex(ds->type.dtype)) { /* a turn of a column; 0 for real matrices */
        ir_value *turn = b_mul(g, b_sub(g, ds, matrix_h(g, ds)), b_const(g, ds, 0.5));
        ir_value *inverse = converted(g, matrix_rows(g, inverse_or_zero(g, s), k), ds);
        du = b_add(g, du, b_mul(g, turn, b_mul(g, inverse, matrix_eye(g, ds))));
    }
    du = mm(g, u, du, MM_NN);
    if (m > n)
        du = b_add(g, du,
                   outside(g, mm(g, da, v, MM_NN), u, converted(g, matrix_rows(g, s, m), da)));
    if (n > m)
        dv = b_add(g, dv,
                   outside(g, mm(g, matrix_h(g, da), u, MM_NN), v,
                           converted(g, matrix_rows(g, s, n), da)));
    ty[0] = matrix_diagonal(g, matrix_real(g, ds));
    ty[1] = du;
    return (ty[2] = matrix_h(g, dv)) && du && ty[0];
}

const ir_op op_svd = {
    .name = "svd",
    .attrs = IR_ATTR_COLUMN(SVD),
    .infer = svd_infer,
    .eval = host_eval,
    .jvp = svd_jvp,
    .batch = linalg_batch,
    .pairs = linalg_pairs,
    .lower = LINALG_HOST(svd),
};

/* eigh, of Hermitian matrices, and eig, of any: eigenvalues and eigenvectors.
 *
 * The derivative of a vector divides by the differences of its eigenvalue to the others, so it is
 * not finite where two are equal. The derivatives of the values alone do not.
 */
#include <string.h>

#include "ops/linalg/linalg.h"

/* 1 / (w_j - w_i) for i != j, and 0 on the diagonal. */
static ir_value *inverse_differences(ir_graph *g, ir_value *w)
{
    int64_t n = w ? matrix_n(w) : 0;
    ir_value *d = b_sub(g, matrix_rows(g, w, n), matrix_cols(g, w, n));
    ir_value *eye = matrix_eye(g, d), *one = d ? b_const(g, d, 1) : NULL;
    return b_sub(g, b_div(g, one, b_add(g, d, eye)), eye);
}

/* ---- eigh: the vectors (columns) if asked for, the values in ascending order, info ------------------ */

static bool eigh_shapes(ir_infer *q)
{
    if (!linalg_check(q, (int[]){2}) || !linalg_check_square(q, 0))
        return false;
    const ir_type *a = &q->in[0];
    if (q->attr[EIGH_VECTORS].i)
        ir_infer_out(q, a);
    linalg_out(q, 2, ir_part(a->dtype), 1, &a->dim[a->rank - 1]);
    linalg_out_info(q, 2);
    return true;
}

static bool eigh_infer(ir_infer *q)
{
    return linalg_infer(q, 1, eigh_shapes);
}

static int eigh_numbers(const ir_eqn *e, int64_t *to)
{
    host_matrices s = linalg_numbers(e, 0, 2);
    s.option[0] = e->attr[EIGH_LOWER].i;
    s.option[1] = e->attr[EIGH_VECTORS].i;
    return linalg_write(&s, to);
}

/* With X = V^H A' V, W' is the diagonal of X, and V' = V (X / (w_j - w_i)) off the diagonal. */
static bool eigh_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                     ir_value **y, ir_value **ty)
{
    ir_attr attr[EIGH_NATTR];
    bool vectors = e->attr[EIGH_VECTORS].i;
    memcpy(attr, e->attr, sizeof attr);
    attr[EIGH_VECTORS].i = true;
    ir_value **made = ir_emit(g, e->op, 1, x, attr);
    if (!made)
        return false;
    ir_value *v = made[0], *w = made[1];
    ir_results(made + !vectors, e->nout, y);
    ir_value *vt = mm_h(g, v, t[0]);
    ty[vectors + 1] = NULL;
    if (!vectors) /* the diagonal of (V^H A') V alone */
        return (ty[0] = matrix_sum(g, matrix_real(g, b_mul(g, vt, matrix_t(g, v))), -1));
    ir_value *both = mm(g, vt, v, MM_NN);
    ir_value *f = inverse_differences(g, w);
    if (both && ir_is_complex(both->type.dtype))
        f = f ? b_convert(g, f, both->type.dtype) : NULL;
    ty[0] = mm(g, v, b_mul(g, f, both), MM_NN);
    ty[1] = matrix_diagonal(g, matrix_real(g, both));
    return ty[0] && ty[1];
}

const ir_op op_eigh = {
    .name = "eigh",
    .attrs = IR_ATTR_COLUMN(EIGH),
    .infer = eigh_infer,
    .eval = host_eval,
    .jvp = eigh_jvp,
    .batch = linalg_batch,
    .pairs = linalg_pairs,
    .lower = LINALG_HOST(eigh),
};

/* ---- eig: the values, the left and the right vectors if asked for, info ------------------------------ */

static bool eig_shapes(ir_infer *q)
{
    if (!linalg_check(q, (int[]){2}) || !linalg_check_square(q, 0))
        return false;
    const ir_type *a = &q->in[0];
    int64_t n = a->dim[a->rank - 1];
    ir_dtype d = ir_complex_of(ir_part(a->dtype));
    linalg_out(q, 2, d, 1, &n);
    for (int64_t k = q->attr[EIG_LEFT].i + q->attr[EIG_RIGHT].i; k > 0; k--)
        linalg_out(q, 2, d, 2, (int64_t[]){n, n});
    linalg_out_info(q, 2);
    return true;
}

static bool eig_infer(ir_infer *q)
{
    return linalg_infer(q, 1, eig_shapes);
}

static int eig_numbers(const ir_eqn *e, int64_t *to)
{
    host_matrices s = linalg_numbers(e, 0, 2);
    s.option[0] = e->attr[EIG_LEFT].i;
    s.option[1] = e->attr[EIG_RIGHT].i;
    return linalg_write(&s, to);
}

static ir_value *imaginary(ir_graph *g, ir_value *x)
{
    return x ? b_imag(g, x) : NULL;
}

/* V' = U + V c, where U = V (X / (w_j - w_i)), X = V^-1 A' V. LAPACK's vectors have length 1, and
 * their largest element is real; that gives c, column by column. */
static bool vectors_jvp(ir_graph *g, ir_value *w, ir_value *v, ir_value *da, ir_value **dw,
                        ir_value **dv)
{
    ir_value *x = mm(g, b_lu_solve(g, v, b_lu(g, v), da, false), v, MM_NN);
    ir_value *u = mm(g, v, b_mul(g, inverse_differences(g, w), x), MM_NN);
    *dw = matrix_diagonal(g, x);
    if (!u || !*dw)
        return false;
    ir_value *size = b_abs(g, v);
    ir_value *largest = size ? b_argreduce(g, &op_argmax, size, size->type.rank - 2, IR_i32) : NULL;
    ir_value *row = b_iota(g, IR_i32, v->type.rank, v->type.dim, v->type.rank - 2);
    ir_value *mask = b_eq(g, row, matrix_rows(g, largest, matrix_m(v)));
    ir_value *none = b_const(g, v, 0);
    ir_value *length = matrix_real(g, matrix_sum(g, b_mul(g, b_conj(g, v), u), -2));
    ir_value *turn = b_div(g, imaginary(g, matrix_sum(g, b_select(g, mask, u, none), -2)),
                           matrix_real(g, matrix_sum(g, b_select(g, mask, v, none), -2)));
    ir_value *c = b_complex(g, b_neg(g, length), b_neg(g, turn));
    return (*dv = b_add(g, u, b_mul(g, v, matrix_rows(g, c, matrix_m(v)))));
}

static bool eig_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                    ir_value **y, ir_value **ty)
{
    bool left = e->attr[EIG_LEFT].i, right = e->attr[EIG_RIGHT].i;
    ir_attr attr[EIG_NATTR];
    memcpy(attr, e->attr, sizeof attr);
    attr[EIG_RIGHT].i = true;
    ir_value **made = ir_emit(g, e->op, 1, x, attr);
    if (!made)
        return false;
    ir_value *w = made[0], *vr = made[1 + left], *unused;
    ir_value *da = b_convert(g, t[0], w->type.dtype);
    y[0] = w;
    y[1] = made[1];
    y[1 + left] = right ? vr : made[2 + left];
    y[1 + left + right] = made[2 + left];
    ty[1 + left + right] = NULL;
    if (!left && !right) {
        ir_value *inverse = b_lu_solve(g, vr, b_lu(g, vr), da, false);
        return (ty[0] = matrix_sum(g, b_mul(g, inverse, matrix_t(g, vr)), -1));
    }
    if (right && !vectors_jvp(g, w, vr, da, &ty[0], &ty[1 + left]))
        return false;
    if (!left)
        return true;
    if (!vectors_jvp(g, b_conj(g, w), made[1], matrix_h(g, da), &unused, &ty[1]))
        return false;
    ty[0] = right ? ty[0] : b_conj(g, unused);
    return ty[0] != NULL;
}

const ir_op op_eig = {
    .name = "eig",
    .attrs = IR_ATTR_COLUMN(EIG),
    .infer = eig_infer,
    .eval = host_eval,
    .jvp = eig_jvp,
    .batch = linalg_batch,
    .pairs = linalg_pairs,
    .lower = LINALG_HOST(eig),
};

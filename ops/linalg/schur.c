/* schur, hessenberg, tridiagonal: forms of a matrix that are similar to it; sylvester and sqrtm,
 * which are computed from Schur forms.
 */
#include "ops/linalg/linalg.h"

static bool square_shapes(ir_infer *q)
{
    return linalg_check(q, (int[]){2}) && linalg_check_square(q, 0);
}

static int plain_numbers(const ir_eqn *e, int64_t *to)
{
    host_matrices s = linalg_numbers(e, 0, 2);
    return linalg_write(&s, to);
}

/* ---- schur: the form and, if asked for, the unitary Z with a = Z T Z^H; info ------------------------ */

static bool schur_shapes(ir_infer *q)
{
    if (!square_shapes(q))
        return false;
    for (int64_t k = 0; k <= q->attr[SCHUR_VECTORS].i; k++)
        ir_infer_out(q, &q->in[0]);
    linalg_out_info(q, 2);
    return true;
}

static bool schur_infer(ir_infer *q)
{
    return linalg_infer(q, 1, schur_shapes);
}

static int schur_numbers(const ir_eqn *e, int64_t *to)
{
    host_matrices s = linalg_numbers(e, 0, 2);
    s.option[0] = e->attr[SCHUR_VECTORS].i;
    return linalg_write(&s, to);
}

const ir_op op_schur = {
    .name = "schur",
    .attrs = IR_ATTR_COLUMN(SCHUR),
    .infer = schur_infer,
    .eval = host_eval,
    .jvp = linalg_no_jvp,
    .batch = linalg_batch,
    .pairs = linalg_pairs,
    .lower = LINALG_HOST(schur),
};

/* ---- hessenberg: the form, with reflections below it, and their factors; info ------------------------ */

static bool hessenberg_shapes(ir_infer *q)
{
    if (!square_shapes(q))
        return false;
    const ir_type *a = &q->in[0];
    int64_t n = a->dim[a->rank - 1], factors = n > 0 ? n - 1 : 0;
    ir_infer_out(q, a);
    linalg_out(q, 2, a->dtype, 1, &factors);
    linalg_out_info(q, 2);
    return true;
}

static bool hessenberg_infer(ir_infer *q)
{
    return linalg_infer(q, 1, hessenberg_shapes);
}

#define hessenberg_numbers plain_numbers
const ir_op op_hessenberg = {
    .name = "hessenberg",
    .attrs = IR_ATTR_COLUMN(LINALG),
    .infer = hessenberg_infer,
    .eval = host_eval,
    .jvp = linalg_no_jvp,
    .batch = linalg_batch,
    .pairs = linalg_pairs,
    .lower = LINALG_HOST(hessenberg),
};

/* ---- tridiagonal: of a Hermitian matrix: the form with reflections beside it, the diagonal, the one
 * beside it, the factors, info
 * --------------------------------------------------------------------- */

static bool tridiagonal_shapes(ir_infer *q)
{
    if (!square_shapes(q))
        return false;
    const ir_type *a = &q->in[0];
    int64_t n = a->dim[a->rank - 1], beside = n > 0 ? n - 1 : 0;
    ir_infer_out(q, a);
    linalg_out(q, 2, ir_part(a->dtype), 1, &n);
    linalg_out(q, 2, ir_part(a->dtype), 1, &beside);
    linalg_out(q, 2, a->dtype, 1, &beside);
    linalg_out_info(q, 2);
    return true;
}

static bool tridiagonal_infer(ir_infer *q)
{
    return linalg_infer(q, 1, tridiagonal_shapes);
}

static int tridiagonal_numbers(const ir_eqn *e, int64_t *to)
{
    host_matrices s = linalg_numbers(e, 0, 2);
    s.option[0] = e->attr[TRIDIAGONAL_LOWER].i;
    return linalg_write(&s, to);
}

const ir_op op_tridiagonal = {
    .name = "tridiagonal",
    .attrs = IR_ATTR_COLUMN(TRIDIAGONAL),
    .infer = tridiagonal_infer,
    .eval = host_eval,
    .jvp = linalg_no_jvp,
    .batch = linalg_batch,
    .pairs = linalg_pairs,
    .lower = LINALG_HOST(tridiagonal),
};

/* ---- sylvester: x with a x + x b = c, linear in c; info ---------------------------------------------- */

static bool sylvester_shapes(ir_infer *q)
{
    if (!linalg_check(q, (int[]){2, 2, 2}) || !linalg_check_square(q, 0) ||
        !linalg_check_square(q, 1))
        return false;
    const ir_type *a = &q->in[0], *b = &q->in[1], *c = &q->in[2];
    if (c->dim[c->rank - 2] != a->dim[a->rank - 1] || c->dim[c->rank - 1] != b->dim[b->rank - 1])
        return ir_fail(
            "sylvester: the right side %s must have the rows of %s and the columns of %s",
            ir_type_tmp(c), ir_type_tmp(a), ir_type_tmp(b));
    ir_infer_out(q, c);
    linalg_out_info(q, 2);
    return true;
}

static bool sylvester_infer(ir_infer *q)
{
    return linalg_infer(q, 3, sylvester_shapes);
}

static int sylvester_numbers(const ir_eqn *e, int64_t *to)
{
    host_matrices s = linalg_numbers(e, 2, 2);
    return linalg_write(&s, to);
}

static ir_value *solved(ir_graph *g, ir_value *a, ir_value *b, ir_value *c)
{
    ir_attr attr[LINALG_NATTR] = {0};
    return ir_emit1(g, &op_sylvester, 3, (ir_value *[]){a, b, c}, attr);
}

static ir_value *less(ir_graph *g, ir_value *x, ir_value *y)
{
    return x ? b_sub(g, x, y) : b_neg(g, y);
}

static bool sylvester_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                          ir_value **y, ir_value **ty)
{
    ir_value *c = t[2];
    if (!ir_results(ir_emit(g, e->op, 3, x, e->attr), 2, y))
        return false;
    c = t[0] ? less(g, c, mm(g, t[0], y[0], MM_NN)) : c;
    c = t[1] ? less(g, c, mm(g, y[0], t[1], MM_NN)) : c;
    ty[1] = NULL;
    return (ty[0] = solved(g, x[0], x[1], c));
}

static bool sylvester_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x,
                                ir_value *const *ct, ir_value **ct_in)
{
    (void)e;
    if (!x[0] || !x[1])
        return ir_fail("sylvester is linear in its right side only");
    return (ct_in[2] = solved(g, matrix_t(g, x[0]), matrix_t(g, x[1]), ct[0]));
}

const ir_op op_sylvester = {
    .name = "sylvester",
    .attrs = IR_ATTR_COLUMN(LINALG),
    .infer = sylvester_infer,
    .eval = host_eval,
    .jvp = sylvester_jvp,
    .transpose = sylvester_transpose,
    .batch = linalg_batch,
    .pairs = linalg_pairs,
    .lower = LINALG_HOST(sylvester),
};

/* ---- sqrtm: the complex s with s s = a; info --------------------------------------------------------- */

static bool sqrtm_shapes(ir_infer *q)
{
    if (!square_shapes(q))
        return false;
    ir_type t = ir_type_like(q->in[0], ir_complex_of(ir_part(q->in[0].dtype)));
    ir_infer_out(q, &t);
    linalg_out_info(q, 2);
    return true;
}

static bool sqrtm_infer(ir_infer *q)
{
    return linalg_infer(q, 1, sqrtm_shapes);
}

/* S S' + S' S = A' */
static bool sqrtm_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                      ir_value **y, ir_value **ty)
{
    if (!ir_results(ir_emit(g, e->op, 1, x, e->attr), 2, y))
        return false;
    ty[1] = NULL;
    return (ty[0] = solved(g, y[0], y[0], b_convert(g, t[0], y[0]->type.dtype)));
}

#define sqrtm_numbers plain_numbers
const ir_op op_sqrtm = {
    .name = "sqrtm",
    .attrs = IR_ATTR_COLUMN(LINALG),
    .infer = sqrtm_infer,
    .eval = host_eval,
    .jvp = sqrtm_jvp,
    .batch = linalg_batch,
    .pairs = linalg_pairs,
    .lower = LINALG_HOST(sqrtm),
};

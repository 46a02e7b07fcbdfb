/* Determinants, as graphs of the LU factors with derivatives of their own.
 *
 * det is the product of U's diagonal; up to 3 x 3 it is written out. slogdet is its sign and the
 * logarithm of its size.
 */
#include <math.h>
#include <string.h>

#include "ops/linalg/linalg.h"

/* A block of one element, as a batch of scalars. */
static ir_value *element(ir_graph *g, ir_value *x, int64_t row, int64_t col)
{
    ir_value *block = matrix_block(g, x, row, row + 1, col, col + 1);
    return block ? b_reshape(g, block, block->type.rank - 2, block->type.dim) : NULL;
}

/* ---- up to 3 x 3 ----------------------------------------------------------------------------------- */

static ir_value *minor_of(ir_graph *g, ir_value *x, int64_t r0, int64_t c0, int64_t c1)
{
    return b_sub(g, b_mul(g, element(g, x, r0, c0), element(g, x, r0 + 1, c1)),
                 b_mul(g, element(g, x, r0, c1), element(g, x, r0 + 1, c0)));
}

static ir_value *small_det(ir_graph *g, ir_value *x)
{
    switch (matrix_n(x)) {
    case 0: {
        ir_type t = x->type;
        t.rank = (uint8_t)(t.rank - 2);
        t.weak = false;
        return ir_full(g, &t, ir_scalar_of(ir_part(t.dtype), 1));
    }
    case 1:
        return element(g, x, 0, 0);
    case 2:
        return minor_of(g, x, 0, 0, 1);
    default: {
        ir_value *a = b_mul(g, element(g, x, 0, 0), minor_of(g, x, 1, 1, 2));
        ir_value *b = b_mul(g, element(g, x, 0, 1), minor_of(g, x, 1, 0, 2));
        ir_value *c = b_mul(g, element(g, x, 0, 2), minor_of(g, x, 1, 0, 1));
        return b_add(g, b_sub(g, a, b), c);
    }
    }
}

/* ---- from the factors -------------------------------------------------------------------------------- */

/* v summed or multiplied over its last axis. */
static ir_value *over_last(ir_graph *g, const ir_op *op, ir_value *v)
{
    if (!v)
        return NULL;
    int64_t axis = v->type.rank - 1;
    return b_reduce(g, op, v, 1, &axis);
}

static ir_value *count(ir_graph *g, ir_value *truths)
{
    return truths ? over_last(g, &op_reduce_sum, b_convert(g, truths, IR_i32)) : NULL;
}

/* 1 if the number of exchanges, and of `more`, is even, else -1. */
static ir_value *parity(ir_graph *g, ir_value *const *lu, ir_value *more, ir_dtype d)
{
    if (!lu)
        return NULL;
    const ir_type *t = &lu[1]->type;
    ir_value *n = count(g, b_ne(g, lu[1], b_iota(g, IR_i32, t->rank, t->dim, t->rank - 1)));
    n = more ? b_add(g, n, more) : n;
    ir_value *odd = n ? b_and(g, n, b_const(g, n, 1)) : NULL;
    ir_value *sign = odd ? b_sub(g, b_const(g, odd, 1), b_mul(g, odd, b_const(g, odd, 2))) : NULL;
    return sign ? b_convert(g, sign, d) : NULL;
}

static ir_value *large_det(ir_graph *g, ir_value *x)
{
    ir_value **lu = b_lu(g, x);
    ir_value *product = lu ? over_last(g, &op_reduce_prod, matrix_diagonal(g, lu[0])) : NULL;
    return b_mul(g, product, parity(g, lu, NULL, x->type.dtype));
}

/* `v`, a batch of scalars, as matrices like `like`. */
static ir_value *all_over(ir_graph *g, ir_value *v, ir_value *like)
{
    int64_t dims[IR_MAX_RANK];
    if (!v || !like)
        return NULL;
    for (int d = 0; d < v->type.rank; d++)
        dims[d] = d;
    return b_broadcast_in_dim(g, v, like->type.rank, like->type.dim, dims);
}

static ir_value *is_row(ir_graph *g, ir_value *like, int64_t row)
{
    ir_value *at = b_iota(g, IR_i32, like->type.rank, like->type.dim, like->type.rank - 2);
    return at ? b_eq(g, at, b_const(g, at, (double)row)) : NULL;
}

/* The adjugate, det(a) a^-1, also of a singular matrix: u_nn is left out of the product and of the
 * division by it. If the rank is less than n - 1, it is 0. Sets *det. (As in jax.numpy.linalg.) */
static ir_value *adjugate(ir_graph *g, ir_value *a, ir_value **det)
{
    int64_t n = matrix_n(a);
    ir_value **lu = b_lu(g, a);
    if (!lu)
        return NULL;
    ir_value *eye = matrix_eye(g, a), *last_row = is_row(g, a, n - 1);
    ir_value *corner = b_and(g, last_row, b_ne(g, eye, b_const(g, a, 0)));
    ir_value *diagonal = matrix_diagonal(g, b_select(g, corner, b_const(g, a, 1), lu[0]));
    ir_value *most =
        b_mul(g, over_last(g, &op_reduce_prod, diagonal), parity(g, lu, NULL, a->type.dtype));
    *det = b_mul(g, most, element(g, lu[0], n - 1, n - 1));
    ir_value *one = most ? b_const(g, most, 1) : NULL;
    ir_value *factors = b_select(g, corner, all_over(g, b_div(g, one, most), a), lu[0]);
    triangular_options upper = {.left = true};
    triangular_options lower = {.left = true, .lower = true, .unit = true};
    ir_value *ones = b_const(g, matrix_block(g, a, 0, n, 0, 1), 1);
    ir_value *test = b_triangular_solve(g, factors, ones, upper);
    ir_value *bad = test ? b_not(g, b_is_finite(g, test)) : NULL;
    ir_value *lower_rank =
        bad ? b_reduce(g, &op_reduce_or, bad, 2, (int64_t[]){a->type.rank - 2, a->type.rank - 1})
            : NULL;
    ir_value *none = all_over(g, lower_rank, a), *zero = b_const(g, a, 0);
    ir_value *x = b_select(g, none, zero, matrix_permute(g, eye, lu[2]));
    x = b_triangular_solve(g, factors, x, lower);
    x = b_select(g, last_row, x, b_mul(g, x, all_over(g, *det, a)));
    x = b_triangular_solve(g, factors, x, upper);
    return b_select(g, none, zero, x);
}

static ir_value *sum_all(ir_graph *g, ir_value *x)
{
    return x ? b_reduce(g, &op_reduce_sum, x, 2, (int64_t[]){x->type.rank - 2, x->type.rank - 1})
             : NULL;
}

/* ---- graphs ---------------------------------------------------------------------------------------- */

static ir_graph *finished(ir_graph *g, int n, ir_value *const *out)
{
    return g ? ir_finish(g, out, n) : NULL;
}

ir_graph *linalg_det_graph(const ir_type *a)
{
    ir_graph *g = ir_graph_new("det");
    ir_value *x = ir_input(g, a);
    if (x && matrix_n(x) <= 3) {
        ir_value *y = small_det(g, x);
        return finished(g, 1, &y);
    }
    ir_value *y = x ? large_det(g, x) : NULL;
    IR_AUTO_GRAPH f = finished(g, 1, &y);
    ir_graph *r = ir_graph_new("det_jvp");
    ir_value *in = ir_input(r, a), *t = ir_input(r, a), *out[2] = {NULL, NULL};
    if (in && t)
        out[1] = sum_all(r, b_mul(r, matrix_t(r, adjugate(r, in, &out[0])), t));
    IR_AUTO_GRAPH rule = finished(r, 2, out);
    return linalg_with_rule("det", a, f, rule);
}

/* The sign and the logarithm. */
static void slogdet(ir_graph *g, ir_value *x, ir_value *const *lu, ir_value **out)
{
    ir_dtype d = x->type.dtype;
    ir_value *diagonal = lu ? matrix_diagonal(g, lu[0]) : NULL,
             *size = diagonal ? b_abs(g, diagonal) : NULL;
    if (!size)
        return;
    ir_value *none = b_eq(g, diagonal, b_const(g, diagonal, 0));
    ir_value *zero = over_last(g, &op_reduce_or, none), *sign;
    if (ir_is_complex(d)) {
        ir_value *units = over_last(g, &op_reduce_prod, b_div(g, diagonal, b_convert(g, size, d)));
        sign = b_mul(g, units, parity(g, lu, NULL, d));
    } else {
        sign = parity(g, lu, count(g, b_lt(g, diagonal, b_const(g, diagonal, 0))), d);
    }
    ir_value *log = over_last(g, &op_reduce_sum, b_log(g, size));
    out[0] = sign ? b_select(g, zero, b_const(g, sign, 0), sign) : NULL;
    out[1] = log ? b_select(g, zero, b_const(g, log, -INFINITY), log) : NULL;
}

/* As in pinv.c, a derivative of the rule uses the rule again, up to `depth` times. */
static ir_graph *nested_slogdet(const ir_type *a, int depth)
{
    ir_value *y[2] = {NULL, NULL}, *out[4] = {NULL, NULL, NULL, NULL};
    ir_graph *g = ir_graph_new("slogdet");
    ir_value *x = ir_input(g, a);
    if (x)
        slogdet(g, x, b_lu(g, x), y);
    ir_graph *plain = finished(g, 2, y);
    if (!plain || !depth)
        return plain;
    IR_AUTO_GRAPH f = plain;
    IR_AUTO_GRAPH inner = nested_slogdet(a, depth - 1);
    ir_graph *r = ir_graph_new("slogdet_jvp");
    ir_value *in = ir_input(r, a), *t = ir_input(r, a);
    if (inner && in && t && ir_splice(r, inner, &in, out)) {
        ir_value *solved = b_lu_solve(r, in, b_lu(r, in), t, false);
        ir_value *trace = over_last(r, &op_reduce_sum, matrix_diagonal(r, solved));
        out[3] = matrix_real(r, trace);
        if (trace && ir_is_complex(a->dtype))
            out[2] = b_mul(r, b_sub(r, trace, b_convert(r, out[3], a->dtype)), out[0]);
        else
            out[2] = ir_zeros(r, &out[0]->type);
    }
    IR_AUTO_GRAPH rule = finished(r, 4, out);
    return linalg_with_rule("slogdet", a, f, rule);
}

ir_graph *linalg_slogdet_graph(const ir_type *a)
{
    enum { DEPTH = 3 };
    return nested_slogdet(a, DEPTH);
}

/* What primitives are on pairs of a real and an imaginary part (the `pairs` column of their rows). */
#include "ops/complex_rules.h"

#include <math.h>
#include <string.h>

#include "ops/shape.h"

static ir_value *reshaped(ir_graph *g, ir_value *x, int rank, const int64_t *shape)
{
    return emit_ints(g, &op_reshape, x, rank, shape);
}

static ir_value *joined(ir_graph *g, ir_value *x, ir_value *y)
{
    ir_attr attr[] = {[CONCATENATE_DIMENSION] = {.i = 0}};
    return ir_emit1(g, &op_concatenate, 2, (ir_value *[]){x, y}, attr);
}

static ir_pair complex_emit(ir_graph *g, const ir_op *op, int n, const ir_pair *x)
{
    ir_value *in[4];
    for (int k = 0; k < n; k++) {
        in[2 * k] = x[k].re;
        in[2 * k + 1] = x[k].im;
    }
    ir_value **y = ir_emit(g, op, 2 * n, in, NULL);
    return y ? (ir_pair){y[0], op == &op_complex_abs ? NULL : y[1]} : (ir_pair){NULL, NULL};
}

/* A pair of constants like x. */
static ir_pair constant(ir_graph *g, ir_pair x, double re)
{
    return (ir_pair){b_const(g, x.re, re), b_const(g, x.re, 0)};
}

/* ---- functions of their own ------------------------------------------------------------------ */

#define FUNCTION(name, n)                                                                          \
    bool pairs_##name(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)                  \
    {                                                                                              \
        (void)e;                                                                                   \
        *y = complex_emit(g, &op_complex_##name, n, x);                                            \
        return y->re != NULL;                                                                      \
    }
#define CX(name, arity, cost) FUNCTION(name, arity)
#include "ops/scalar/complex.def"

/* ---- arithmetic ------------------------------------------------------------------------------ */

bool pairs_mul(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    (void)e;
    return is_made(*y = complex_product(g, x[0], x[1]));
}

bool pairs_square(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    (void)e;
    return is_made(*y = complex_product(g, x[0], x[0]));
}

static ir_pair inverse(ir_graph *g, ir_pair x)
{
    return complex_emit(g, &op_complex_div, 2, (ir_pair[]){constant(g, x, 1), x});
}

/* Multiplies in the same order as for real numbers. */
static ir_pair power(ir_graph *g, ir_pair x, int64_t n)
{
    uint64_t m = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    ir_pair product = {NULL, NULL};
    for (; m; m >>= 1) {
        if (m & 1)
            product = product.re ? complex_product(g, product, x) : x;
        if (m > 1)
            x = complex_product(g, x, x);
    }
    return n < 0 ? inverse(g, product) : product;
}

bool pairs_integer_pow(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    int64_t n = e->attr[INTEGER_POW_Y].i;
    return is_made(*y = n ? power(g, x[0], n) : constant(g, x[0], 1));
}

/* f x^(y - n) */
bool pairs_pow_grad(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    ir_value *n = b_const(g, x[2].re, (double)e->attr[POW_GRAD_N].i);
    ir_pair to[] = {x[1], {apply2(g, &op_sub, x[2].re, n), x[2].im}};
    ir_pair p = complex_product(g, x[0], complex_emit(g, &op_complex_pow, 2, to));
    /* 0 for f = 0, as for real numbers, even where the power is infinite. */
    ir_value *zero = b_const(g, x[0].re, 0);
    ir_value *none = apply2(g, &op_and, apply2(g, &op_eq, x[0].re, zero), apply2(g, &op_eq, x[0].im, zero));
    *y = (ir_pair){choose(g, none, zero, p.re), choose(g, none, zero, p.im)};
    return is_made(*y);
}

/* ---- functions composed of others ------------------------------------------------------------ */

bool pairs_exp2(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    (void)e;
    ir_value *scale = b_const(g, x->re, M_LN2);
    ir_pair scaled = {apply2(g, &op_mul, x->re, scale), apply2(g, &op_mul, x->im, scale)};
    return is_made(*y = complex_emit(g, &op_complex_exp, 1, &scaled));
}

/* 1 / (1 + e^-z) */
static ir_pair logistic(ir_graph *g, ir_pair x)
{
    ir_pair minus = {apply1(g, &op_neg, x.re), apply1(g, &op_neg, x.im)};
    ir_pair p = complex_emit(g, &op_complex_exp, 1, &minus);
    return inverse(g, (ir_pair){apply2(g, &op_add, p.re, b_const(g, x.re, 1)), p.im});
}

bool pairs_logistic(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    (void)e;
    return is_made(*y = logistic(g, x[0]));
}

/* (1 - z) (c + z) */
static ir_pair bell(ir_graph *g, ir_pair z, double c)
{
    ir_value *one = b_const(g, z.re, 1), *shift = b_const(g, z.re, c);
    ir_pair left = {apply2(g, &op_sub, one, z.re), apply1(g, &op_neg, z.im)}, right = {apply2(g, &op_add, shift, z.re), z.im};
    return complex_product(g, left, right);
}

bool pairs_logistic_grad(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    (void)e;
    return is_made(*y = bell(g, logistic(g, x[0]), 0));
}

bool pairs_tanh_grad(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    (void)e;
    return is_made(*y = bell(g, complex_emit(g, &op_complex_tanh, 1, x), 1));
}

/* z^2 + 1 */
static ir_pair square_and_one(ir_graph *g, ir_pair z)
{
    ir_pair s = complex_product(g, z, z);
    return (ir_pair){apply2(g, &op_add, s.re, b_const(g, z.re, 1)), s.im};
}

bool pairs_atan_grad(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    (void)e;
    return is_made(*y = inverse(g, square_and_one(g, x[0])));
}

bool pairs_asinh_grad(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    (void)e;
    ir_pair s = square_and_one(g, x[0]);
    return is_made(*y = complex_emit(g, &op_complex_rsqrt, 1, &s));
}

/* The roots of z - 1 and z + 1 are not multiplied first: that changes the sign where Re z < 0. */
bool pairs_acosh_grad(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    (void)e;
    ir_value *one = b_const(g, x->re, 1);
    ir_pair less = {apply2(g, &op_sub, x->re, one), x->im}, more = {apply2(g, &op_add, x->re, one), x->im};
    *y = complex_product(g, complex_emit(g, &op_complex_rsqrt, 1, &less),
                         complex_emit(g, &op_complex_rsqrt, 1, &more));
    return is_made(*y);
}

/* ---- truth ----------------------------------------------------------------------------------- */

bool pairs_is_finite(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    (void)e;
    y->im = NULL;
    return (y->re = apply2(g, &op_and, apply1(g, &op_is_finite, x->re), apply1(g, &op_is_finite, x->im)));
}

bool pairs_eq(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    (void)e;
    y->im = NULL;
    return (y->re = apply2(g, &op_and, apply2(g, &op_eq, x[0].re, x[1].re), apply2(g, &op_eq, x[0].im, x[1].im)));
}

bool pairs_ne(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    (void)e;
    y->im = NULL;
    return (y->re = apply2(g, &op_or, apply2(g, &op_ne, x[0].re, x[1].re), apply2(g, &op_ne, x[0].im, x[1].im)));
}

/* ---- dtypes and constants -------------------------------------------------------------------- */

static ir_value *convert(ir_graph *g, ir_value *x, ir_dtype d, bool weak)
{
    ir_attr attr[] = {[CONVERT_DTYPE] = {.i = d}, [CONVERT_WEAK] = {.i = weak}};
    return ir_emit1(g, &op_convert_element_type, 1, &x, attr);
}

/* From complex to real, the imaginary part is dropped, as in JAX, even if the result is a bool. */
bool pairs_convert(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    ir_dtype to = (ir_dtype)e->attr[CONVERT_DTYPE].i, part = ir_part(to);
    bool weak = e->attr[CONVERT_WEAK].i;
    *y = (ir_pair){convert(g, x->re, part, weak), NULL};
    if (ir_is_complex(to))
        y->im = x->im ? convert(g, x->im, part, weak) : y->re ? ir_zeros(g, &y->re->type) : NULL;
    return y->re && (y->im || !ir_is_complex(to));
}

bool pairs_iota(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    (void)x;
    ir_attr attr[IOTA_NATTR];
    memcpy(attr, e->attr, sizeof attr);
    attr[IOTA_DTYPE].i = ir_part(e->out[0]->type.dtype);
    y->re = ir_emit1(g, e->op, 0, NULL, attr);
    y->im = y->re ? ir_zeros(g, &y->re->type) : NULL;
    return is_made(*y);
}

bool pairs_empty_tape(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    (void)x;
    ir_attr attr[EMPTY_TAPE_NATTR];
    memcpy(attr, e->attr, sizeof attr);
    attr[EMPTY_TAPE_DTYPE].i = ir_part(e->out[0]->type.dtype);
    y->re = ir_emit1(g, e->op, 0, NULL, attr);
    y->im = ir_emit1(g, e->op, 0, NULL, attr);
    return is_made(*y);
}

/* The fill value is a real number. */
bool pairs_gather(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    ir_attr attr[GATHER_NATTR];
    memcpy(attr, e->attr, sizeof attr);
    y->re = ir_emit1(g, e->op, 2, (ir_value *[]){x[0].re, x[1].re}, attr);
    attr[GATHER_FILL].scalar = (ir_scalar){0};
    y->im = ir_emit1(g, e->op, 2, (ir_value *[]){x[0].im, x[1].re}, attr);
    return is_made(*y);
}

/* ---- products -------------------------------------------------------------------------------- */

/* Four real products: as many multiplications as one complex product. */
bool pairs_dot(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
#define DOT(a, b) ir_emit1(g, e->op, 2, (ir_value *[]){a, b}, e->attr)
    y->re = apply2(g, &op_sub, DOT(x[0].re, x[1].re), DOT(x[0].im, x[1].im));
    y->im = apply2(g, &op_add, DOT(x[0].re, x[1].im), DOT(x[0].im, x[1].re));
#undef DOT
    return is_made(*y);
}

/* Elements `from` to `to` of axis 0. */
static ir_value *rows(ir_graph *g, ir_value *x, int64_t from, int64_t to)
{
    int64_t start[IR_MAX_RANK] = {from}, limit[IR_MAX_RANK];
    if (!x)
        return NULL;
    memcpy(limit, x->type.dim, sizeof limit);
    limit[0] = to;
    int64_t steps[IR_MAX_RANK];
    for (int d = 0; d < x->type.rank; d++)
        steps[d] = 1;
    ir_attr attr[] = {[SLICE_START] = {.n = x->type.rank, .ints = start},
                      [SLICE_LIMIT] = {.n = x->type.rank, .ints = limit},
                      [SLICE_STRIDES] = {.n = x->type.rank, .ints = steps}};
    return ir_emit1(g, &op_slice, 1, &x, attr);
}

static ir_pair rows_of_pair(ir_graph *g, ir_pair x, int64_t from, int64_t to)
{
    return (ir_pair){rows(g, x.re, from, to), rows(g, x.im, from, to)};
}

/* x with the axes moved to the front and joined into one. */
static ir_value *axes_first(ir_graph *g, ir_value *x, const ir_attr *axes)
{
    int64_t perm[IR_MAX_RANK], shape[IR_MAX_RANK + 1] = {1};
    int rank = 1;
    for (int k = 0; k < axes->n; k++)
        shape[0] *= x->type.dim[perm[k] = axes->ints[k]];
    for (int d = 0; d < x->type.rank; d++)
        if (!axis_in(axes, d)) {
            perm[axes->n + rank - 1] = d;
            shape[rank++] = x->type.dim[d];
        }
    return reshaped(g, emit_ints(g, &op_transpose, x, x->type.rank, perm), rank, shape);
}

/* Multiplies the second half of the elements with the first, until one is left. */
bool pairs_reduce_prod(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    const ir_attr *axes = &e->attr[REDUCE_AXES];
    ir_type t = e->out[0]->type;
    t.dtype = ir_part(t.dtype);
    ir_pair p = {axes_first(g, x->re, axes), axes_first(g, x->im, axes)};
    int64_t n = p.re ? p.re->type.dim[0] : 0;
    if (!n && is_made(p)) {
        y->im = ir_zeros(g, &t);
        y->re = b_const(g, y->im, 1);
        return is_made(*y);
    }
    for (int64_t half; is_made(p) && n > 1; n -= half) {
        half = n / 2;
        ir_pair both = complex_product(g, rows_of_pair(g, p, 0, half),
                                       rows_of_pair(g, p, n - half, n));
        if (n % 2) {
            ir_pair rest = rows_of_pair(g, p, half, n - half);
            both.re = joined(g, both.re, rest.re);
            both.im = joined(g, both.im, rest.im);
        }
        p = both;
    }
    *y = (ir_pair){reshaped(g, p.re, t.rank, t.dim), reshaped(g, p.im, t.rank, t.dim)};
    return is_made(*y);
}

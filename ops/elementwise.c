/* Elementwise primitives: the rules that all rows of the table share, and the ir_op objects made
 * from the rows.
 *
 * An elementwise function has a diagonal Jacobian. If the function is linear, the rule that maps a
 * tangent forwards therefore also maps a cotangent backwards.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ops/complex.h"
#include "ops/elementwise.h"
#include "ops/elementwise_special.h"

/* ---- types ------------------------------------------------------------------------------- */

/* The separator before item k of n in an enumeration. */
static const char *before(int k, int n)
{
    return k == 0 ? "" : k == n - 1 ? " and " : ", ";
}

static bool fail_unlike(const ir_infer *q)
{
    char list[8 * 64] = "";
    size_t n = 0;
    for (int k = 0; k < q->nin && n < sizeof list; k++)
        n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", before(k, q->nin),
                              ir_type_tmp(&q->in[k]));
    return ir_fail("%s: operands are %s; they must have one dtype and shape", q->op->name, list);
}

bool ew_check_alike(const ir_infer *q)
{
    for (int k = 1; k < q->nin; k++)
        if (!ir_same_type(&q->in[k], &q->in[0]))
            return fail_unlike(q);
    return true;
}

const char *ops_public_name(const char *primitive)
{
    static const struct {
        const char *primitive, *public;
    } renamed[] = {{"max", "maximum"},        {"min", "minimum"},     {"logistic", "sigmoid"},
                   {"is_finite", "isfinite"}, {"and", "bitwise_and"}, {"or", "bitwise_or"},
                   {"xor", "bitwise_xor"},    {"not", "bitwise_not"}, {"shift_left", "left_shift"}};
    for (size_t k = 0; k < sizeof renamed / sizeof *renamed; k++)
        if (!strcmp(renamed[k].primitive, primitive))
            return renamed[k].public;
    return primitive;
}

bool ew_fail_dtype(const ir_infer *q, const char *takes)
{
    static const struct {
        const char *kind, *text;
    } kinds[] = {{"float", "floating-point numbers"},
                 {"floats", "floating-point numbers"},
                 {"int", "integers"},
                 {"bytes", "integers of at least 8 bits"},
                 {"bits", "bools or integers"},
                 {"signed", "signed integers or floating-point numbers"},
                 {"num", "numbers"},
                 {"ordered", "numbers or bools"}};
    const char *text = takes;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (!strcmp(kinds[k].kind, takes))
            text = kinds[k].text;
    return ir_fail("%s takes %s, but an operand is %s", ops_public_name(q->op->name), text,
                   ir_type_tmp(&q->in[0]));
}

bool ew_check_arity(const ir_infer *q, int arity)
{
    return q->nin == arity || ir_fail("%s takes %d operand%s, but is given %d", q->op->name, arity,
                                      arity == 1 ? "" : "s", q->nin);
}

ir_type ew_result(const ir_infer *q, int like, ir_dtype d)
{
    ir_type t = ir_type_like(q->in[like], d);
    t.weak = d != IR_bool;
    for (int k = 0; k < q->nin; k++)
        t.weak = t.weak && q->in[k].weak;
    return t;
}

static bool infer(ir_infer *q, const ew_row *row)
{
    if (!ew_check_arity(q, row->arity) || !ew_check_alike(q))
        return false;
    ir_dtype d = q->in[0].dtype;
    if (ir_is_complex(d) ? !row->complex
                         : !row->kernels[d] && !(row->kernels[ir_compute(d)] && (q->op->flags & IR_OP_COMPUTES)))
        return ew_fail_dtype(q, row->takes);
    ir_type t = ew_result(q, 0, row->pred ? IR_bool : row->real ? ir_part(d) : d);
    ir_infer_out(q, &t);
    return true;
}

static bool eval(const ir_eqn *e, const ew_row *row, const void *const *in, void *const *out)
{
    const ir_type *t = &e->in[0]->type;
    row->kernels[t->dtype]((size_t)ir_type_count(t), in, out[0]);
    return true;
}

/* ---- derivatives ------------------------------------------------------------------------- */

static bool jvp(ir_graph *g, const ir_eqn *e, const ew_row *row, ir_value *const *x,
                ir_value *const *t, ir_value **y, ir_value **ty)
{
    y[0] = ir_emit1(g, e->op, e->nin, x, NULL);
    ty[0] = NULL;
    for (int k = 0; k < e->nin && y[0]; k++) {
        if (!t[k] || (row->steps && !ir_is_complex(x[k]->type.dtype)))
            continue;
        ir_value *part = row->tangent(g, k, t[k], x[0], e->nin > 1 ? x[1] : NULL, y[0]);
        if (!part || !(ty[0] = ir_add_any(g, ty[0], part)))
            return false;
    }
    return y[0] != NULL;
}

static bool transpose(ir_graph *g, const ir_eqn *e, const ew_row *row, ir_value *const *x,
                      ir_value *const *ct, ir_value **ct_in)
{
    ir_value *second = e->nin > 1 ? x[1] : NULL;
    for (int k = 0; k < e->nin; k++) {
        ct_in[k] = NULL;
        if (!x[k] && !(ct_in[k] = row->tangent(g, k, ct[0], x[0], second, NULL)))
            return ir_fail("%s is not linear in all the operands that vary", e->op->name);
    }
    return true;
}

/* ---- batching ---------------------------------------------------------------------------- */

ir_value *ew_spread(ir_graph *g, ir_value *x, const ir_value *like)
{
    if (!x || !like || x->type.rank || !like->type.rank)
        return x;
    return b_broadcast_in_dim(g, x, like->type.rank, like->type.dim, NULL);
}

ir_value *ew_zeros(ir_graph *g, const ir_value *x)
{
    return x ? ir_zeros(g, &x->type) : NULL;
}

/* Broadcasts a batch of scalars, of shape [size], to the shape of the other operands. */
static ir_value *spread_batch(ir_graph *g, ir_value *x, const ir_type *full, int axis)
{
    if (!x || x->type.rank == full->rank)
        return x;
    return b_broadcast_in_dim(g, x, full->rank, full->dim, (int64_t[]){axis});
}

bool ew_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
              const ir_batching *over, ir_value **y, int *yaxis)
{
    IR_SCRATCH(scratch);
    int rank = e->out[0]->type.rank, to = 0;
    for (int k = 0; k < e->nin; k++)
        if (axis[k] >= 0 && e->in[k]->type.rank == rank) {
            to = axis[k]; /* this operand needs no transposition */
            break;
        }
    ir_type full = {.rank = (uint8_t)(rank + 1)};
    if (full.rank > IR_MAX_RANK)
        return ir_fail("vmap: a batch of %s has more than %d dimensions",
                       ir_type_tmp(&e->out[0]->type), IR_MAX_RANK);
    for (int d = 0, n = 0; d <= rank; d++)
        full.dim[d] = d == to ? over->size : e->out[0]->type.dim[n++];
    ir_value **in = ir_alloc(&scratch, (size_t)e->nin * sizeof *in);
    if (!in)
        return false;
    for (int k = 0; k < e->nin; k++) {
        bool scalar = e->in[k]->type.rank < rank;
        if (scalar)
            in[k] = axis[k] >= 0 ? spread_batch(g, x[k], &full, to) : x[k];
        else
            in[k] = ir_move_axis(g, x[k], axis[k], to, over->size);
    }
    y[0] = ir_emit1(g, e->op, e->nin, in, e->attr);
    yaxis[0] = to;
    return y[0] != NULL;
}

/* ---- derivatives that are more than one expression --------------------------------------- */

ir_value *ew_mul_tangent(ir_graph *g, ir_value *t, ir_value *slope)
{
    bool complex = t && ir_is_complex(t->type.dtype);
    return complex ? b_mul(g, t, slope) : b_mul_tangent(g, t, slope);
}

/* What the tangent t of y contributes to out = x / y: -t out / y, but 0 where y is infinite, because
 * t may have overflowed together with y. */
static ir_value *d_div_y(ir_graph *g, ir_value *t, ir_value *y, ir_value *out)
{
    ir_value *slope = b_neg(g, b_div(g, out, y));
    if (t && ir_is_complex(t->type.dtype))
        return b_mul(g, t, slope);
    return b_mul(g, b_select(g, b_is_finite(g, y), t, ew_zeros(g, t)), slope);
}

/* The derivative of x rem y = x - trunc(x / y) y by y: the negated truncated quotient. x - x rem y
 * is a multiple of y, so rounding its quotient gives the right integer, unlike truncating x / y. */
static ir_value *d_rem_y(ir_graph *g, ir_value *x, ir_value *y, ir_value *out)
{
    return b_neg(g, b_round(g, b_div(g, b_sub(g, x, out), y), true));
}

/* The derivative of max or min by x: 1 where x is chosen, 1/2 where x and y are equal, else 0. */
static ir_value *d_chosen(ir_graph *g, ir_value *x, ir_value *out, ir_value *y)
{
    ir_value *one = b_const(g, x, 1), *half = b_const(g, x, 0.5);
    ir_value *share = b_select(g, b_eq(g, y, out), half, one);
    return b_select(g, b_eq(g, x, out), share, ew_zeros(g, x));
}

/* The tangent of z / |z| = s: s times i times the imaginary part of t conj s / |z|, that is, t less
 * what it changes of the modulus. It is 0 at 0. */
static ir_value *d_sign(ir_graph *g, ir_value *t, ir_value *x, ir_value *out)
{
    ir_value *size = b_abs(g, x), *none = b_eq(g, size, ew_zeros(g, size));
    size = b_select(g, none, b_const(g, size, 1), size);
    ir_value *turned = b_mul(g, t, ir_emit1(g, &op_conj, 1, &out, NULL));
    ir_value *part[] = {ew_zeros(g, size), b_div(g, ir_emit1(g, &op_imag, 1, &turned, NULL), size)};
    return b_mul(g, out, ir_emit1(g, &op_complex, 2, part, NULL));
}

ir_value *ew_log_nonzero(ir_graph *g, ir_value *x)
{
    ir_value *zero = b_eq(g, x, ew_zeros(g, x));
    return b_log(g, b_select(g, zero, b_const(g, x, 1), x));
}

/* The tangent of |x|: that of a complex number is the real part of t conj x / |x|, and 0 at 0. */
static ir_value *d_abs(ir_graph *g, ir_value *t, ir_value *x, ir_value *out)
{
    if (!x || !ir_is_complex(x->type.dtype))
        return b_select(g, b_ge(g, x, b_const(g, x, 0)), t, b_neg(g, t));
    ir_value *none = b_eq(g, out, ew_zeros(g, out));
    ir_value *size = b_select(g, none, b_const(g, out, 1), out);
    ir_value *parts[2];
    for (int k = 0; k < 2; k++) { /* emitted by name, because complex.c calls this file */
        const ir_op *part = k ? &op_imag : &op_real;
        parts[k] = b_mul(g, ir_emit1(g, part, 1, &t, NULL),
                         b_div(g, ir_emit1(g, part, 1, &x, NULL), size));
    }
    return b_add(g, parts[0], parts[1]);
}

/* The derivatives of x^y. That by x is 0 for y = 0, even where x = 0: JAX does this for integer
 * exponents; for float exponents it gives NaN. */
static ir_value *d_pow_x(ir_graph *g, ir_value *x, ir_value *y)
{
    return ew_times_power(g, y, x, y, 1);
}

static ir_value *d_pow_y(ir_graph *g, ir_value *x, ir_value *y)
{
    return ew_times_power(g, ew_log_nonzero(g, x), x, y, 0);
}

/* 2^x ln 2 = 2^(x-1) 2 ln 2 for x > 1, where the subtraction is exact, so that the power overflows
 * only if the derivative does. */
static ir_value *d_exp2(ir_graph *g, ir_value *x)
{
    if (x && ir_is_complex(x->type.dtype))
        return b_mul(g, b_const(g, x, M_LN2), b_exp2(g, x));
    ir_value *one = b_const(g, x, 1), *great = b_gt(g, x, one);
    ir_value *power = b_exp2(g, b_sub(g, x, b_select(g, great, one, ew_zeros(g, x))));
    return b_mul(g, b_select(g, great, b_const(g, x, 2 * M_LN2), b_const(g, x, M_LN2)), power);
}

/* 1 - x^2, rounded once. Its derivative is -2x exactly, unlike that of (1 - x) (1 + x). */
static ir_value *d_cosquare(ir_graph *g, ir_value *x)
{
    ir_value *one = b_const(g, x, 1);
    if (x && ir_is_complex(x->type.dtype))
        return b_mul(g, b_sub(g, one, x), b_add(g, one, x));
    return ir_emit1(g, &op_fma, 3, (ir_value *[]){b_neg(g, x), x, one}, NULL);
}

static ir_value *d_logistic_grad(ir_graph *g, ir_value *x, ir_value *out)
{
    return b_neg(g, b_mul(g, out, b_tanh(g, b_mul(g, b_const(g, x, 0.5), x))));
}

static ir_value *scalar_like(ir_graph *g, ir_value *x, double v)
{
    return x ? ir_literal(g, x->type.dtype, ir_scalar_of(x->type.dtype, v), x->type.weak) : NULL;
}

/* x with infinities replaced by great numbers, for products whose other factor is 0 there. */
static ir_value *d_finite(ir_graph *g, ir_value *x)
{
    if (x && ir_is_complex(x->type.dtype))
        return x;
    double great = x ? ldexp(0.5, ir_dtypes[x->type.dtype].most) : 0;
    return b_clamp(g, scalar_like(g, x, -great), x, scalar_like(g, x, great));
}

/* 1 / (1 + x^2): the derivative is -2x out^2. */
static ir_value *d_atan_grad(ir_graph *g, ir_value *x, ir_value *out)
{
    return b_mul(g, b_const(g, x, -2), b_mul(g, b_mul(g, d_finite(g, x), out), out));
}

/* What exp(x) contributes to exp(out). Infinity counts as 0, as in JAX. */
static ir_value *d_share(ir_graph *g, ir_value *x, ir_value *out)
{
    ir_value *inf = b_const(g, x, INFINITY), *zero = b_const(g, x, 0);
    return b_exp(g, b_sub(g, b_select(g, b_eq(g, x, inf), zero, x),
                          b_select(g, b_eq(g, out, inf), zero, out)));
}

/* 1 / sqrt(x^2 + c): the derivative is -x out^3. */
static ir_value *d_algebraic(ir_graph *g, ir_value *x, ir_value *out)
{
    return b_neg(g, b_mul(g, b_mul(g, d_finite(g, x), out), b_square(g, out)));
}

/* y' = sqrt(pi)/2 e^(y^2): the derivative is 2 y y'^2. */
static ir_value *d_erf_inv_grad(ir_graph *g, ir_value *x, ir_value *out)
{
    return b_mul(g, b_mul(g, b_const(g, x, 2), b_erf_inv(g, x)), b_square(g, out));
}

/* The derivative of x / (x^2 + y^2) by x: (y - x) (y + x) / (x^2 + y^2)^2. With h and l the greater
 * and the lesser magnitude, f = h / (h^2 + l^2) neither overflows nor underflows before the result
 * does. */
static ir_value *d_atan2_grad_x(ir_graph *g, ir_value *x, ir_value *y)
{
    ir_value *a = b_abs(g, x), *b = b_abs(g, y), *half = b_const(g, x, 0.5);
    ir_value *h = b_max(g, a, b), *f = b_atan2_grad(g, h, b_min(g, a, b));
    ir_value *u = b_mul(g, half, y), *v = b_mul(g, half, x);
    ir_value *down = b_mul(g, b_div(g, b_sub(g, u, v), h), f);
    ir_value *up = b_mul(g, b_div(g, b_add(g, u, v), h), f);
    return b_mul(g, b_const(g, x, 4), b_mul(g, down, up));
}

/* By y: -2 x y / (x^2 + y^2)^2. */
static ir_value *d_atan2_grad_y(ir_graph *g, ir_value *x, ir_value *y, ir_value *out)
{
    return b_mul(g, b_mul(g, b_const(g, x, -2), out), b_atan2_grad(g, y, x));
}

/* ---- the rows ---------------------------------------------------------------------------- */

// clang-format off

#define C(v) b_const(g, x, v)
#define ZERO return NULL
#define D1(dx) return dx
#define D2(dx, dy) return k == 0 ? dx : dy
#define DC(dx) return dx

#define EW_OTHER(name)
#define EW(name, arity, takes, gives, complex, flags, cost, linear, simplify, derivative)         \
    static ir_value *tangent_##name(ir_graph *g, int k, ir_value *t, ir_value *x, ir_value *y,    \
                                    ir_value *out)                                                \
    {                                                                                             \
        (void) g, (void) k, (void) t, (void) x, (void) y, (void) out;                             \
        derivative;                                                                               \
    }
#include "ops/elementwise.def"

#undef C
#undef ZERO
#undef D1
#undef D2
#undef DC

#define PRED_same false
#define PRED_real false
#define PRED_pred true
#define REAL_same false
#define REAL_real true
#define REAL_pred false
enum { COMPLEX_REAL = 0, COMPLEX_APART = IR_OP_APART, COMPLEX_RULE = 0 };
#define PAIRS_REAL(name) NULL
#define PAIRS_APART(name) NULL
#define PAIRS_RULE(name) pairs_##name
#define IS_COMPLEX_REAL false
#define IS_COMPLEX_APART true
#define IS_COMPLEX_RULE true
/* 1 if the row has a derivative. */
#define MOVES_ZERO 0
#define MOVES_D1(...) 1
#define MOVES_D2(...) 1
#define MOVES_DC(...) 1
/* Does the row have one for complex numbers only? */
#define STEPS_ZERO false
#define STEPS_D1(...) false
#define STEPS_D2(...) false
#define STEPS_DC(...) true
/* IR_OP_COMPUTES: narrow floats are computed by f32's function, narrow integers by that of bytes. */
enum { COMPUTES_float = IR_OP_COMPUTES, COMPUTES_num = IR_OP_COMPUTES, COMPUTES_any = IR_OP_COMPUTES };
enum { COMPUTES_signed = IR_OP_COMPUTES, COMPUTES_ordered = IR_OP_COMPUTES };
enum { COMPUTES_int = IR_OP_COMPUTES, COMPUTES_bits = IR_OP_COMPUTES, COMPUTES_floats = 0, COMPUTES_bytes = 0 };
enum { NOTHING, X, XY };
enum { COMMUTES = IR_OP_COMMUTES, ROLE_ADD = 1 << 30, SUM = COMMUTES | ROLE_ADD };
#define PASS_1 x
#define PASS_2 x, y

#define EW_OTHER(name)
#define EW(prim, ...) ROW(JIT_CALL, prim, __VA_ARGS__)
#define EW_I(prim, ...) ROW(JIT_##prim, prim, __VA_ARGS__)
#define ROW(instr, prim, arity_, takes_, gives, complex_, flags_, cost_, linear, simplify_, derivative) \
    static const ew_row row_##prim = {.arity = arity_, .takes = #takes_,                          \
        .kernels = ew_kernels_##prim, .pred = PRED_##gives,                                       \
        .real = REAL_##gives, .complex = IS_COMPLEX_##complex_, .tangent = tangent_##prim,        \
        .steps = STEPS_##derivative};                                                             \
    static bool infer_##prim(ir_infer *q) { return infer(q, &row_##prim); }                       \
    static bool eval_##prim(const ir_eqn *e, const void *const *in, void *const *out)             \
    {                                                                                             \
        return eval(e, &row_##prim, in, out);                                                     \
    }                                                                                             \
    static bool jvp_##prim(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,  \
                           ir_value **y, ir_value **ty)                                           \
    {                                                                                             \
        return jvp(g, e, &row_##prim, x, t, y, ty);                                               \
    }                                                                                             \
    static bool transpose_##prim(ir_graph *g, const ir_eqn *e, ir_value *const *x,                \
                                 ir_value *const *ct, ir_value **ct_in)                           \
    {                                                                                             \
        return transpose(g, e, &row_##prim, x, ct, ct_in);                                        \
    }                                                                                             \
    static const jit_lower lower_##prim = {.kind = JIT_ELEMENTWISE,                               \
        .instruction = instr, .names = (const char *const[]){#prim}, .cost = cost_};              \
    const ir_op op_##prim = {.name = #prim,                                                       \
        .role = flags_ & ROLE_ADD ? IR_ROLE_ADD : IR_ROLE_NONE,                                   \
        .flags = IR_OP_ELEMENTWISE | COMPUTES_##takes_ | COMPLEX_##complex_ | (flags_ & ~ROLE_ADD), \
        .infer = infer_##prim, .eval = eval_##prim,                                               \
        .jvp = MOVES_##derivative ? jvp_##prim : NULL,                                            \
        .transpose = linear ? transpose_##prim : NULL, .batch = ew_batch,                         \
        .simplify = simplify_, .pairs = PAIRS_##complex_(prim), .lower = &lower_##prim};                                           \
    ir_value *b_##prim(ir_graph *g, EW_OPERANDS_##arity_)                                         \
    {                                                                                             \
        return ir_emit1(g, &op_##prim, arity_, (ir_value *[]){PASS_##arity_}, NULL);           \
    }
#include "ops/elementwise.def"

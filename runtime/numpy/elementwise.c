/* The elementwise functions of jax.numpy: they promote and broadcast operands of any dtype and
 * shape, and define what each function does with integers and bools.
 *
 * The primitives themselves are strict. Their table says which of them take only floats.
 */
#include <math.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

/* ---- the primitives by name ----------------------------------------------------------------- */

enum {
    TAKES_float = 1,
    TAKES_floats = 1,
    TAKES_num,
    TAKES_signed,
    TAKES_ordered,
    TAKES_any,
    TAKES_bits,
    TAKES_bytes,
    TAKES_int
};

typedef struct {
    const ir_op *op;
    const char *name;
    int arity;
    bool floats;
} primitive;

static const primitive primitives[] = {
#define EW_OTHER(name)
#define EW(name, arity, takes, ...) {&op_##name, #name, arity, TAKES_##takes == TAKES_float},
#include "ops/elementwise.def"
};

static const primitive *find(const char *name, int arity)
{
    for (size_t k = 0; k < sizeof primitives / sizeof *primitives; k++)
        if (primitives[k].arity == arity && (!strcmp(primitives[k].name, name) ||
                                             !strcmp(ops_public_name(primitives[k].name), name)))
            return &primitives[k];
    ir_fail("there is no elementwise function '%s' of %d operand%s", name, arity,
            arity == 1 ? "" : "s");
    return NULL;
}

/* ---- promotion ------------------------------------------------------------------------------ */

bool np_promote_numbers(int n, jac *x)
{
    ir_type t;
    if (!rt_promote(n, x, false) || !rt_type_of(x[0], &t))
        return false;
    for (int k = 0; k < n && t.dtype == IR_bool; k++)
        if (!jac_ok(x[k] = rt_convert(x[k], IR_i32, false)))
            return false;
    return true;
}

bool np_are_handles(int n, const jac *x)
{
    for (int k = 0; k < n; k++)
        if (rt_no_handle(x[k]))
            return ir_fail("%soperand %d %s", rt_entered(), k, rt_no_handle(x[k]));
    return true;
}

bool np_is_real(const char *what, const ir_type *t)
{
    return !ir_is_complex(t->dtype) ||
           ir_fail("%s takes real numbers, but is given %s", what, ir_type_tmp(t));
}

/* Both parts of a complex array. They are emitted by name, because complex.c calls this file. */
static jac real_part(jac x)
{
    return jac_ok(x) ? rt_op1(&op_real, x) : JAC_NULL;
}

static jac imag_part(jac x)
{
    return jac_ok(x) ? rt_op1(&op_imag, x) : JAC_NULL;
}

static jac of_parts(jac re, jac im)
{
    return jac_ok(re) && jac_ok(im) ? rt_op2(&op_complex, re, im) : JAC_NULL;
}

jac np_truth(jac x)
{
    ir_type t;
    if (!rt_type_of(x, &t))
        return JAC_NULL;
    return t.dtype == IR_bool ? rt_convert(x, IR_bool, false) : jac_ne(x, 0);
}

static bool is_integral(const ir_type *t)
{
    return !ir_has_fraction(t->dtype);
}

/* ---- one operand ---------------------------------------------------------------------------- */

/* Functions whose primitives reject integers or unsigned numbers, but that have an obvious value
 * for them. */
static bool unary_of_integers(const ir_op *op, const ir_type *t, jac x, jac *y)
{
    if (!is_integral(t))
        return false;
    bool is_unsigned = ir_dtypes[t->dtype].kind != IR_KIND_INT;
    if (op == &op_floor || op == &op_ceil || (op == &op_abs && is_unsigned))
        *y = x;
    else if (op == &op_is_finite)
        *y = jac_eq(x, x);
    else if (op == &op_square && t->dtype == IR_bool)
        *y = rt_convert(x, IR_i32, false);
    else
        return false;
    return true;
}

jac jac_unary_(const jac_loc *at, const char *name, jac x)
{
    unsigned m = rt_begin_as(at, name);
    ir_type t;
    jac y = JAC_NULL;
    const primitive *p = find(name, 1);
    if (p && rt_type_of(x, &t) && !unary_of_integers(p->op, &t, x, &y) &&
        rt_promote(1, &x, p->floats))
        y = rt_op1(p->op, x);
    return rt_end(m, y);
}

static jac to_integer(jac x, const ir_type *t)
{
    if (ir_is_complex(t->dtype))
        return of_parts(jac_round(real_part(x)), jac_round(imag_part(x)));
    return rt_emit1(&op_round, 1, &x, (ir_attr[]){[ROUND_METHOD] = {.i = 1 /* to even */}});
}

/* x times a power of ten, rounded and divided by it; 16-bit floats in f32. */
static jac to_decimals(jac x, const ir_type *t, int64_t decimals)
{
    ir_dtype wide = ir_compute(t->dtype);
    x = rt_convert(x, wide, false);
    if (!jac_ok(x))
        return JAC_NULL;
    jac factor = jac_of_f64(pow(10, (double)(decimals < 0 ? -decimals : decimals)));
    jac y = decimals < 0 ? jac_mul(jac_round(jac_div(x, factor)), factor)
                         : jac_div(jac_round(jac_mul(x, factor)), factor);
    return jac_ok(y) ? rt_convert(y, t->dtype, false) : JAC_NULL;
}

jac jac_round_(const jac_loc *at, jac x, int64_t decimals)
{
    unsigned m = rt_begin(at);
    ir_type t;
    if (!rt_promote(1, &x, false) || !rt_type_of(x, &t))
        return rt_end(m, JAC_NULL);
    if (is_integral(&t)) {
        if (decimals < 0)
            ir_fail("round: integers cannot be rounded to %lld decimals", (long long)decimals);
        return rt_end(m, decimals < 0 ? JAC_NULL : x);
    }
    return rt_end(m, decimals ? to_decimals(x, &t, decimals) : to_integer(x, &t));
}

jac jac_reduce_precision_(const jac_loc *at, jac x, int64_t exponent_bits, int64_t mantissa_bits)
{
    unsigned m = rt_begin(at);
    ir_attr bits[] = {[PRECISION_EXPONENT] = {.i = exponent_bits},
                      [PRECISION_MANTISSA] = {.i = mantissa_bits}};
    return rt_end(m, rt_promote(1, &x, false) ? rt_emit1(&op_reduce_precision, 1, &x, bits)
                                              : JAC_NULL);
}

jac jac_isnan_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, jac_ne(x, x));
}

jac jac_isinf_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac y = JAC_NULL;
    if (rt_type_of(x, &t))
        y = is_integral(&t) ? jac_ne(x, x) : jac_eq(jac_abs(x), INFINITY);
    return rt_end(m, y);
}

jac jac_logical_not_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    x = np_truth(x);
    return rt_end(m, jac_ok(x) ? rt_op1(&op_not, x) : JAC_NULL);
}

jac jac_astype_(const jac_loc *at, jac x, jac_dtype d)
{
    unsigned m = rt_begin(at);
    ir_dtype to;
    return rt_end(m, rt_dtype(d, &to) ? rt_convert(x, to, false) : JAC_NULL);
}

jac jac_bitcast_(const jac_loc *at, jac x, jac_dtype d)
{
    unsigned m = rt_begin_as(at, "bitcast_convert_type");
    ir_dtype to;
    bool ok = rt_dtype(d, &to) && rt_promote(1, &x, false);
    return rt_end(m,
                  ok ? rt_emit1(&op_bitcast_convert_type, 1, &x, &(ir_attr){.i = to}) : JAC_NULL);
}

/* ---- two operands --------------------------------------------------------------------------- */

static jac binary(const primitive *p, const char *name, jac x, jac y)
{
    jac v[] = {x, y};
    ir_type t;
    if (!rt_promote(2, v, p->floats) || !rt_broadcast(name, 2, v) || !rt_type_of(v[0], &t))
        return JAC_NULL;
    const ir_op *op = p->op;
    if (t.dtype == IR_bool && op == &op_add)
        op = &op_or;
    else if (t.dtype == IR_bool && op == &op_mul)
        op = &op_and;
    return rt_op2(op, v[0], v[1]);
}

jac jac_binary_(const jac_loc *at, const char *name, jac x, jac y)
{
    unsigned m = rt_begin_as(at, name);
    const primitive *p = find(name, 2);
    return rt_end(m, p ? binary(p, name, x, y) : JAC_NULL);
}

jac jac_logical_(const jac_loc *at, const char *name, jac x, jac y)
{
    unsigned m = rt_begin_as(at, name);
    const char *bitwise = name + strlen("logical_");
    return rt_end(m, JAC_2_(bitwise, np_truth(x), np_truth(y)));
}

jac jac_right_shift_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac v[] = {x, y}, z = JAC_NULL;
    if (!rt_promote(2, v, false) || !rt_type_of(v[0], &t))
        return rt_end(m, JAC_NULL);
    if (ir_has_fraction(t.dtype))
        ir_fail("right_shift takes integers, but an operand is %s", ir_type_tmp(&t));
    else
        z = ir_dtypes[t.dtype].kind == IR_KIND_UINT ? jac_shift_right_logical(v[0], v[1])
                                                    : jac_shift_right_arithmetic(v[0], v[1]);
    return rt_end(m, z);
}

/* ---- division ------------------------------------------------------------------------------- */

jac jac_divide_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin_as(at, "div");
    jac v[] = {x, y};
    return rt_end(m, rt_promote(2, v, true) ? JAC_2_("div", v[0], v[1]) : JAC_NULL);
}

/* Rounding x / y could give the wrong integer. Subtracting the remainder first leaves a multiple of
 * y, whose quotient is right. */
static jac floor_divide_floats(jac x, jac y)
{
    jac mod = jac_rem(x, y);
    jac quotient = JAC_2_("div", jac_where(jac_eq(y, 0), x, jac_sub(x, mod)), y);
    jac below = jac_logical_and(jac_ne(mod, 0), jac_ne(jac_sign(y), jac_sign(mod)));
    return jac_round(jac_where(below, jac_sub(quotient, 1), quotient));
}

static jac floor_divide_ints(jac x, jac y)
{
    jac quotient = JAC_2_("div", x, y);
    jac below = jac_logical_and(jac_ne(jac_sign(x), jac_sign(y)), jac_ne(jac_rem(x, y), 0));
    return jac_where(below, jac_sub(quotient, 1), quotient);
}

jac jac_floor_divide_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac v[] = {x, y}, q = JAC_NULL;
    if (np_promote_numbers(2, v) && rt_broadcast("floor_divide", 2, v) && rt_type_of(v[0], &t) &&
        np_is_real("floor_divide", &t))
        q = ir_dtypes[t.dtype].kind == IR_KIND_UINT  ? JAC_2_("div", v[0], v[1])
            : ir_dtypes[t.dtype].kind == IR_KIND_INT ? floor_divide_ints(v[0], v[1])
                                                     : floor_divide_floats(v[0], v[1]);
    return rt_end(m, q);
}

jac jac_remainder_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac v[] = {x, y}, r = JAC_NULL;
    if (np_promote_numbers(2, v) && rt_broadcast("remainder", 2, v) && rt_type_of(v[0], &t) &&
        np_is_real("remainder", &t)) {
        /* The integer remainder by 0 is 0, as in NumPy. */
        jac by = is_integral(&t) ? jac_where(jac_eq(v[1], 0), 1, v[1]) : v[1];
        jac truncated = jac_rem(v[0], by);
        jac other_sign = jac_ne(jac_lt(truncated, 0), jac_lt(by, 0));
        r = jac_where(jac_logical_and(other_sign, jac_ne(truncated, 0)), jac_add(truncated, by),
                      truncated);
        /* A remainder of 0 has the divisor's sign, as in NumPy, and unlike in JAX. Adding 0 makes
         * -0 positive. */
        if (!is_integral(&t))
            r = jac_where(jac_lt(by, 0), jac_neg(jac_add(jac_neg(r), 0)), jac_add(r, 0));
    }
    return rt_end(m, r);
}

/* ---- powers --------------------------------------------------------------------------------- */

jac jac_integer_pow_(const jac_loc *at, jac x, int64_t n)
{
    unsigned m = rt_begin(at);
    ir_attr power[] = {[INTEGER_POW_Y] = {.i = n}};
    return rt_end(m,
                  np_promote_numbers(1, &x) ? rt_emit1(&op_integer_pow, 1, &x, power) : JAC_NULL);
}

/* Repeated squaring, one bit of the exponent per step, with overflow wrapping. A negative power of
 * an integer other than 1 and -1 is 0. */
static jac power_of_ints(jac x, jac y, const ir_type *t)
{
    bool is_signed = ir_dtypes[t->dtype].kind == IR_KIND_INT;
    jac vanishes = is_signed ? jac_logical_and(jac_lt(y, 0), jac_ne(jac_abs(x), 1)) : JAC_NULL;
    jac one = rt_literal(t->dtype, ir_scalar_of_int(t->dtype, 1), t->weak);
    jac acc = rt_broadcast_to(one, t->rank, t->dim);
    for (int bit = 0; bit < ir_dtypes[t->dtype].bits - is_signed && jac_ok(acc); bit++) {
        if (bit > 0) {
            x = jac_mul(x, x);
            y = jac_shift_right_logical(y, 1);
        }
        acc = jac_where(jac_bitwise_and(y, 1), jac_mul(acc, x), acc);
    }
    return is_signed ? jac_where(vanishes, 0, acc) : acc;
}

/* Promotes base and exponent, but an integer exponent does not change the dtype of a float base. */
static bool promote_powers(jac *v)
{
    ir_type x, y;
    if (!rt_type_of(v[0], &x) || !rt_type_of(v[1], &y))
        return false;
    if (is_integral(&x) || !is_integral(&y) || y.dtype == IR_bool)
        return np_promote_numbers(2, v);
    for (int k = 0; k < 2; k++)
        if (!jac_ok(v[k] = rt_convert(v[k], x.dtype, false)))
            return false;
    return true;
}

jac jac_power_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    jac z = JAC_NULL, v[] = {x, y};
    ir_type t;
    const rt_slot *s = rt_slot_of(y);
    if (!s)
        return rt_end(m, JAC_NULL);
    if (s->kind == RT_NUMBER && (s->number.kind == IR_KIND_INT || s->number.kind == IR_KIND_BOOL))
        z = jac_integer_pow(x, s->number.i);
    else if (promote_powers(v) && rt_broadcast("power", 2, v) && rt_type_of(v[0], &t))
        z = is_integral(&t) ? power_of_ints(v[0], v[1], &t) : rt_op2(&op_pow, v[0], v[1]);
    return rt_end(m, z);
}

/* ---- selection ------------------------------------------------------------------------------ */

jac jac_where_(const jac_loc *at, jac cond, jac x, jac y)
{
    unsigned m = rt_begin(at);
    jac v[] = {cond, x, y};
    bool ok = np_are_handles(3, v) && jac_ok(v[0] = np_truth(cond)) &&
              rt_promote(2, v + 1, false) && rt_broadcast("where", 3, v);
    return rt_end(m, ok ? rt_emit1(&op_select_n, 3, (jac[]){v[0], v[2], v[1]}, NULL) : JAC_NULL);
}

jac jac_clip_(const jac_loc *at, jac x, jac lo, jac hi)
{
    unsigned m = rt_begin(at);
    ir_type t;
    bool ok = np_are_handles(3, (jac[]){x, lo, hi});
    for (int k = 0; ok && k < 3; k++)
        ok = rt_type_of((jac[]){x, lo, hi}[k], &t) && np_is_real("clip", &t);
    return rt_end(m, ok ? jac_minimum(hi, jac_maximum(lo, x)) : JAC_NULL);
}

/* ---- functions that are made of others ------------------------------------------------------ */

jac jac_reciprocal_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, jac_div(1, x));
}

/* log x / log base. Both parts of a complex logarithm are divided by a real number. */
static jac log_to(double log_base, jac x)
{
    ir_type t;
    jac y = jac_log(x);
    if (!rt_type_of(y, &t) || !ir_is_complex(t.dtype))
        return jac_div(y, log_base);
    return of_parts(jac_div(real_part(y), log_base), jac_div(imag_part(y), log_base));
}

jac jac_log2_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, log_to(0.693147180559945309417, x));
}

jac jac_log10_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, log_to(2.302585092994045684018, x));
}

/* ---- functions whose simple form overflows -------------------------------------------------- */

/* z with 2 pi i added or subtracted until its imaginary part is within pi. */
static jac principal(jac z)
{
    jac im = imag_part(z), turns = jac_round(jac_div(im, 2 * M_PI));
    im = jac_where(jac_gt(jac_abs(im), M_PI), jac_sub(im, jac_mul(2 * M_PI, turns)), im);
    return of_parts(real_part(z), im);
}

/* max + log1p(exp(min - max)). Of complex numbers, the one with the greater real part comes first. The greater operand is chosen with a select rather than with max, so
 * that derivatives of any order are right where the operands are equal. */
jac jac_logaddexp_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, y};
    if (!rt_promote(2, v, true) || !rt_broadcast("logaddexp", 2, v))
        return rt_end(m, JAC_NULL);
    ir_type t;
    bool complex = rt_type_of(v[0], &t) && ir_is_complex(t.dtype);
    jac x_greater = complex ? jac_ge(real_part(v[0]), real_part(v[1])) : jac_ge(v[0], v[1]);
    jac hi = jac_where(x_greater, v[0], v[1]), lo = jac_where(x_greater, v[1], v[0]);
    jac below = jac_sub(lo, hi);
    /* The difference of two equal infinities is NaN, so replace it by 0; NaN operands stay NaN. */
    jac both_infinite = jac_logical_and(jac_eq(v[0], v[1]), jac_isnan(below));
    below = jac_where(both_infinite, 0, below);
    jac sum = jac_add(hi, jac_log1p(jac_exp(below)));
    return rt_end(m, complex ? principal(sum) : sum);
}

jac jac_hypot_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, y};
    ir_type t;
    if (!rt_promote(2, v, true) || !rt_type_of(v[0], &t) || !np_is_real("hypot", &t) ||
        !rt_broadcast("hypot", 2, v))
        return rt_end(m, JAC_NULL);
    jac a = jac_abs(v[0]), b = jac_abs(v[1]);
    jac infinite = jac_logical_or(jac_eq(a, INFINITY), jac_eq(b, INFINITY));
    jac hi = jac_maximum(a, b), lo = jac_minimum(a, b);
    jac limit = jac_where(jac_eq(a, INFINITY), a, b);
    /* Where the result is simple, the operands of the formula are harmless, for the derivative. */
    jac simple = jac_logical_or(infinite, jac_eq(hi, 0));
    jac length = jac_where(simple, 1, hi), ratio = jac_div(jac_where(simple, 0, lo), length);
    length = jac_mul(length, jac_sqrt(jac_add(1, jac_square(ratio))));
    return rt_end(m, jac_where(infinite, limit, jac_where(simple, hi, length)));
}

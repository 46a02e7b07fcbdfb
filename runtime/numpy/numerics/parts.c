/* Signs, roundings and parts of numbers: elementwise functions that are composed of others. */
#include <math.h>

#include "ops/ops.h"
#include "runtime/numpy/numerics/numerics.h"

static bool real_floats(const char *what, int n, jac *x, ir_type *t)
{
    return nu_same(what, n, x, t) && np_is_real(what, t);
}

/* Integers of a float's width: its bits. */
static jac_dtype bits_of(ir_dtype d)
{
    return ir_dtypes[d].bits == 16 ? JAC_I16 : ir_dtypes[d].bits == 32 ? JAC_I32 : JAC_I64;
}

/* ---- signs ------------------------------------------------------------------------------------------------ */

jac jac_positive_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    ir_type t;
    return rt_end(m, nu_array(&x, &t) ? x : JAC_NULL);
}

jac jac_fabs_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    ir_type t;
    return rt_end(m, real_floats("fabs", 1, &x, &t) ? jac_abs(x) : JAC_NULL);
}

static jac sign_bit(jac x, const ir_type *t)
{
    if (ir_has_fraction(t->dtype))
        return jac_lt(jac_bitcast_convert_type(jac_stop_gradient(x), bits_of(t->dtype)), 0);
    return ir_dtypes[t->dtype].kind == IR_KIND_INT ? jac_lt(x, 0) : nu_none(t);
}

jac jac_signbit_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    ir_type t;
    bool ok = nu_array(&x, &t) && np_is_real("signbit", &t);
    return rt_end(m, ok ? sign_bit(x, &t) : JAC_NULL);
}

jac jac_copysign_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, y};
    ir_type t;
    if (!real_floats("copysign", 2, v, &t))
        return rt_end(m, JAC_NULL);
    jac size = jac_abs(v[0]);
    return rt_end(m, jac_where(sign_bit(v[1], &t), jac_neg(size), size));
}

jac jac_heaviside_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, y};
    ir_type t;
    if (!real_floats("heaviside", 2, v, &t))
        return rt_end(m, JAC_NULL);
    jac middle = jac_where(jac_isnan(v[0]), v[0], v[1]);
    return rt_end(m, jac_where(jac_lt(v[0], 0), 0, jac_where(jac_gt(v[0], 0), 1, middle)));
}

/* ---- the larger and the smaller --------------------------------------------------------------------------- */

static jac extremum(const char *what, jac x, jac y, bool larger)
{
    jac v[] = {x, y};
    ir_type t;
    if (!rt_promote(2, v, false) || !rt_broadcast(what, 2, v) || !rt_type_of(v[0], &t))
        return JAC_NULL;
    jac first = larger ? jac_gt(v[0], v[1]) : jac_lt(v[0], v[1]);
    if (ir_has_fraction(t.dtype))
        first = jac_logical_or(first, jac_isnan(v[1]));
    return jac_where(first, v[0], v[1]);
}

jac jac_fmax_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    return rt_end(m, extremum("fmax", x, y, true));
}

jac jac_fmin_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    return rt_end(m, extremum("fmin", x, y, false));
}

static jac is_infinity(const char *what, jac x, double infinity)
{
    ir_type t;
    if (!nu_array(&x, &t) || !np_is_real(what, &t))
        return JAC_NULL;
    return ir_has_fraction(t.dtype) ? jac_eq(x, infinity) : nu_none(&t);
}

jac jac_isposinf_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, is_infinity("isposinf", x, INFINITY));
}

jac jac_isneginf_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, is_infinity("isneginf", x, -INFINITY));
}

/* ---- roundings -------------------------------------------------------------------------------------------- */

static jac towards_zero(jac x)
{
    return jac_where(jac_lt(x, 0), jac_ceil(x), jac_floor(x));
}

jac jac_trunc_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    ir_type t;
    if (!nu_array(&x, &t) || !np_is_real("trunc", &t))
        return rt_end(m, JAC_NULL);
    return rt_end(m, ir_has_fraction(t.dtype) ? towards_zero(x) : x);
}

jac jac_rint_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    ir_type t;
    if (!nu_array(&x, &t))
        return rt_end(m, JAC_NULL);
    if (ir_is_complex(t.dtype))
        return rt_end(m, jac_complex(jac_round(jac_real(x)), jac_round(jac_imag(x))));
    return rt_end(m, ir_has_fraction(t.dtype) ? jac_round(x) : jac_astype(x, JAC_DEFAULT));
}

/* ---- powers of two ------------------------------------------------------------------------------------------ */

/* x in a dtype that holds its powers of two exactly: 16-bit floats in f32. */
static jac widened(jac x, ir_dtype *d)
{
    *d = ir_compute(*d);
    return jac_astype(x, rt_public_dtype(*d));
}

/* The power 2^e as a float of dtype d, for e in the range of its normal numbers: its bits. */
static jac power_of_two(jac e, ir_dtype d)
{
    int digits = d == IR_f64 ? 52 : 23, bias = d == IR_f64 ? 1023 : 127;
    jac bits = jac_left_shift(jac_add(jac_astype(e, bits_of(d)), bias), digits);
    return jac_bitcast_convert_type(bits, rt_public_dtype(d));
}

/* Splits x, an f32 or f64: the mantissa from 1/2 to 1, and the exponent. Subnormal numbers are scaled first. */
static void split(jac x, ir_dtype d, jac *mantissa, jac *exponent)
{
    int digits = d == IR_f64 ? 52 : 23, bias = d == IR_f64 ? 1022 : 126, up = digits + 2;
    jac still = jac_stop_gradient(x), tiny = jac_lt(jac_abs(still), ldexp(1, 1 - bias));
    jac scaled = jac_where(tiny, jac_mul(still, ldexp(1, up)), still);
    jac bits = jac_bitcast_convert_type(scaled, bits_of(d));
    jac field = jac_bitwise_and(jac_shift_right_logical(bits, digits), (1 << (d == IR_f64 ? 11 : 8)) - 1);
    jac e = jac_sub(jac_astype(field, JAC_I32), jac_add(bias, jac_where(tiny, up, 0)));
    jac plain = jac_logical_or(jac_eq(still, 0), jac_logical_not(jac_isfinite(still)));
    *exponent = jac_astype(jac_where(plain, 0, e), JAC_I32);
    /* x 2^-e in two steps, each of which is a normal number */
    jac half = jac_floor_divide(*exponent, 2), rest = jac_sub(*exponent, half);
    *mantissa = jac_mul(jac_mul(x, power_of_two(jac_neg(half), d)), power_of_two(jac_neg(rest), d));
}

jac_mantissa_exponent jac_frexp_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    jac_mantissa_exponent y = {JAC_NULL, JAC_NULL};
    ir_type t;
    if (real_floats("frexp", 1, &x, &t)) {
        ir_dtype d = t.dtype;
        x = widened(x, &d);
        split(x, d, &y.mantissa, &y.exponent);
        y.mantissa = jac_astype(y.mantissa, rt_public_dtype(t.dtype));
    }
    rt_end_tree(m, 2, (jac *)&y);
    return y;
}

/* x 2^n in three steps, so that neither 2^n nor what is between them overflows or loses digits. The steps are
 * from larger to smaller ones only where x 2^n is subnormal, which rounds once. */
jac jac_ldexp_(const jac_loc *at, jac x, jac n)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, n};
    ir_type t, tn;
    if (!nu_array(&v[1], &tn) || !nu_floats(1, v, &t) || !np_is_real("ldexp", &t))
        return rt_end(m, JAC_NULL);
    if (ir_has_fraction(tn.dtype)) {
        ir_fail("ldexp: the exponents must be integers, but are %s", ir_type_tmp(&tn));
        return rt_end(m, JAC_NULL);
    }
    ir_dtype d = t.dtype;
    jac y = widened(v[0], &d);
    int step = d == IR_f64 ? 1000 : 120, most = 3 * step;
    jac e = jac_astype(jac_clip(jac_astype(v[1], tn.dtype == IR_bool ? JAC_I32 : rt_public_dtype(tn.dtype)), -most, most),
                       JAC_I32);
    for (int k = 0; k < 3; k++) {
        jac now = jac_clip(e, -step, step);
        y = jac_mul(y, power_of_two(now, d));
        e = jac_sub(e, now);
    }
    return rt_end(m, jac_astype(y, rt_public_dtype(t.dtype)));
}

jac jac_spacing_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    ir_type t;
    if (!real_floats("spacing", 1, &x, &t))
        return rt_end(m, JAC_NULL);
    x = jac_stop_gradient(x);
    jac away = jac_where(sign_bit(x, &t), rt_literal_f64(t.dtype, -INFINITY), INFINITY);
    if (t.dtype == IR_f16)
        return rt_end(m, jac_sub(jac_nextafter(x, rt_literal_f64(t.dtype, INFINITY)), x));
    return rt_end(m, jac_sub(jac_nextafter(x, away), x));
}

jac_fraction_whole jac_modf_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    jac_fraction_whole y = {JAC_NULL, JAC_NULL};
    ir_type t;
    if (real_floats("modf", 1, &x, &t)) {
        y.whole = jac_where(jac_ge(x, 0), jac_floor(x), jac_ceil(x));
        y.fraction = jac_sub(x, y.whole);
    }
    rt_end_tree(m, 2, (jac *)&y);
    return y;
}

/* ---- arithmetic -------------------------------------------------------------------------------------------- */

jac_quotient_remainder jac_divmod_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    jac_quotient_remainder z = {JAC_NULL, JAC_NULL};
    jac v[] = {x, y};
    if (np_promote_numbers(2, v)) {
        z.quotient = jac_floor_divide(v[0], v[1]);
        z.remainder = jac_remainder(v[0], v[1]);
    }
    rt_end_tree(m, 2, (jac *)&z);
    return z;
}

jac jac_float_power_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, y};
    ir_type t;
    return rt_end(m, nu_same("float_power", 2, v, &t) ? rt_op2(&op_pow, v[0], v[1]) : JAC_NULL);
}

/* Derivatives are those of logaddexp of scaled operands. The value is that of the larger one and of what the smaller
 * one adds, which is more accurate. */
jac jac_logaddexp2_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, y};
    ir_type t;
    if (!real_floats("logaddexp2", 2, v, &t))
        return rt_end(m, JAC_NULL);
    jac z = jac_div(jac_logaddexp(jac_mul(v[0], M_LN2), jac_mul(v[1], M_LN2)), M_LN2);
    jac far = jac_neg(jac_abs(jac_sub(v[0], v[1])));
    jac exact = jac_add(jac_maximum(v[0], v[1]), jac_div(jac_log1p(jac_exp2(far)), M_LN2));
    jac rest = jac_sub(exact, z);
    return rt_end(m, jac_add(z, jac_stop_gradient(jac_where(jac_isfinite(rest), rest, 0))));
}

static jac scaled(const char *what, jac x, double factor)
{
    ir_type t;
    return real_floats(what, 1, &x, &t) ? jac_mul(x, factor) : JAC_NULL;
}

jac jac_degrees_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, scaled("degrees", x, 180 / M_PI));
}

jac jac_radians_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    return rt_end(m, scaled("radians", x, M_PI / 180));
}

static jac without_nan(jac x, ir_dtype d, const jac_nan_to_num_opts *o)
{
    double most = d == IR_f16    ? 65504
                  : d == IR_bf16 ? 0x1.fep127
                  : d == IR_f32  ? 0x1.fffffep127
                                 : 0x1.fffffffffffffp1023;
    jac nan = rt_literal_f64(d, o->nan), high = rt_literal_f64(d, isnan(o->posinf) ? most : o->posinf);
    jac low = rt_literal_f64(d, isnan(o->neginf) ? -most : o->neginf);
    jac y = jac_where(jac_isnan(x), nan, x);
    return jac_where(jac_eq(y, INFINITY), high, jac_where(jac_eq(y, -INFINITY), low, y));
}

jac jac_nan_to_num_(const jac_loc *at, jac x, jac_nan_to_num_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    if (!nu_array(&x, &t))
        return rt_end(m, JAC_NULL);
    if (!ir_has_fraction(t.dtype))
        return rt_end(m, x);
    if (!ir_is_complex(t.dtype))
        return rt_end(m, without_nan(x, t.dtype, &o));
    ir_dtype part = ir_part(t.dtype);
    return rt_end(m, jac_complex(without_nan(jac_real(x), part, &o), without_nan(jac_imag(x), part, &o)));
}

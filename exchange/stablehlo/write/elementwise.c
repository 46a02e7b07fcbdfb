/* Elementwise operations, and what StableHLO does not have, in terms of what it has. */
#include <math.h>

#include "exchange/stablehlo/write/write.h"

#define UNUSED (void)w, (void)row, (void)e, (void)x

static mlir_val add(mlir_writer *w, mlir_val a, mlir_val b)
{
    return mlir_binary(w, "stablehlo.add", a, b);
}

static mlir_val sub(mlir_writer *w, mlir_val a, mlir_val b)
{
    return mlir_binary(w, "stablehlo.subtract", a, b);
}

static mlir_val mul(mlir_writer *w, mlir_val a, mlir_val b)
{
    return mlir_binary(w, "stablehlo.multiply", a, b);
}

static mlir_val divide(mlir_writer *w, mlir_val a, mlir_val b)
{
    return mlir_binary(w, "stablehlo.divide", a, b);
}

ROW(plain)
{
    *y = mlir_op(w, row->name, e->nin, x, &e->out[0]->type);
    return true;
}

ROW(alias)
{
    UNUSED;
    *y = x[0];
    return true;
}

/* It is its last operand: guards are for derivatives, which are taken before. */
ROW(guard)
{
    UNUSED;
    *y = x[1];
    return true;
}

ROW(compare)
{
    (void)e;
    *y = mlir_compare(w, row->name, x[0], x[1]);
    return true;
}

ROW(square)
{
    UNUSED;
    *y = mul(w, x[0], x[0]);
    return true;
}

ROW(integer_pow)
{
    int64_t n = e->attr[INTEGER_POW_Y].i;
    uint64_t m = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    mlir_val power = x[0], one = mlir_number(w, &x[0].type, 1), all = one;
    (void)row;
    for (bool first = true; m; m >>= 1) {
        if (m & 1)
            all = first ? power : mul(w, all, power);
        first = first && !(m & 1);
        if (m > 1)
            power = mul(w, power, power);
    }
    *y = n < 0 ? divide(w, one, all) : all;
    return true;
}

ROW(exp2)
{
    UNUSED;
    *y = mlir_unary(w, "stablehlo.exponential", mul(w, x[0], mlir_number(w, &x[0].type, M_LN2)));
    return true;
}

/* max + log1p(exp(-|a - b|)); the sum, where the difference is NaN: of equal infinities, or of NaN.
 */
ROW(logaddexp)
{
    UNUSED;
    mlir_val d = sub(w, x[0], x[1]), most = mlir_binary(w, "stablehlo.maximum", x[0], x[1]);
    mlir_val z = mlir_unary(w, "stablehlo.negate", mlir_unary(w, "stablehlo.abs", d));
    z = mlir_unary(w, "stablehlo.log_plus_one", mlir_unary(w, "stablehlo.exponential", z));
    *y = mlir_choose_val(w, mlir_compare(w, "EQ", d, d), add(w, most, z), add(w, x[0], x[1]));
    return true;
}

/* scale z / (1 + z)^2 with z = exp(-factor |x|) */
static mlir_val bell(mlir_writer *w, mlir_val x, double factor, double scale)
{
    const ir_type *t = &x.type;
    mlir_val a = mul(w, mlir_unary(w, "stablehlo.abs", x), mlir_number(w, t, -factor));
    mlir_val z = mlir_unary(w, "stablehlo.exponential", a), sum = add(w, z, mlir_number(w, t, 1));
    return divide(w, divide(w, mul(w, z, mlir_number(w, t, scale)), sum), sum);
}

ROW(logistic_grad)
{
    UNUSED;
    *y = bell(w, x[0], 1, 1);
    return true;
}

ROW(tanh_grad)
{
    UNUSED;
    *y = bell(w, x[0], 2, 4);
    return true;
}

/* ---- derivatives, which are primitives here to be accurate ------------------------------------- */

/* x^2 + plus */
static mlir_val square_plus(mlir_writer *w, mlir_val x, double plus)
{
    return add(w, mul(w, x, x), mlir_number(w, &x.type, plus));
}

ROW(atan_grad)
{
    UNUSED;
    *y = divide(w, mlir_number(w, &x[0].type, 1), square_plus(w, x[0], 1));
    return true;
}

ROW(asinh_grad)
{
    UNUSED;
    *y = mlir_unary(w, "stablehlo.rsqrt", square_plus(w, x[0], 1));
    return true;
}

/* Two roots, so that it is NaN below -1, too. */
ROW(acosh_grad)
{
    UNUSED;
    mlir_val one = mlir_number(w, &x[0].type, 1);
    *y = mul(w, mlir_unary(w, "stablehlo.rsqrt", sub(w, x[0], one)),
             mlir_unary(w, "stablehlo.rsqrt", add(w, x[0], one)));
    return true;
}

/* cbrt(x) / (3 x), as 1 / (3 cbrt(x)^2) */
ROW(cbrt_grad)
{
    UNUSED;
    mlir_val root = mlir_unary(w, "stablehlo.cbrt", x[0]);
    mlir_val three = mlir_number(w, &root.type, 3), one = mlir_number(w, &root.type, 1);
    *y = divide(w, one, mul(w, three, mul(w, root, root)));
    return true;
}

/* x / (x^2 + y^2) */
ROW(atan2_grad)
{
    UNUSED;
    *y = divide(w, x[0], add(w, mul(w, x[0], x[0]), mul(w, x[1], x[1])));
    return true;
}

/* factor exp(scale x^2) */
static mlir_val bell_of_square(mlir_writer *w, mlir_val x, double factor, double scale)
{
    mlir_val z = mul(w, mul(w, x, x), mlir_number(w, &x.type, scale));
    return mul(w, mlir_number(w, &x.type, factor), mlir_unary(w, "stablehlo.exponential", z));
}

/* The root of 2 / sqrt(pi) e^(-x^2). */
ROW(erf_grad_sqrt)
{
    UNUSED;
    *y = bell_of_square(w, x[0], sqrt(M_2_SQRTPI), -0.5);
    return true;
}

/* sqrt(pi) / 2 e^(erf_inv(x)^2) */
ROW(erf_inv_grad)
{
    UNUSED;
    *y = bell_of_square(w, mlir_unary(w, "chlo.erf_inv", x[0]), 1 / M_2_SQRTPI, 1);
    return true;
}

/* erfc(-x / sqrt(2)) / 2 */
ROW(ndtr)
{
    UNUSED;
    mlir_val z = mul(w, x[0], mlir_number(w, &x[0].type, -M_SQRT1_2));
    *y = mul(w, mlir_number(w, &z.type, 0.5), mlir_unary(w, "chlo.erfc", z));
    return true;
}

/* ---- other compositions ------------------------------------------------------------------------ */

ROW(fma)
{
    UNUSED;
    *y = add(w, mul(w, x[0], x[1]), x[2]);
    return true;
}

/* x y, but x where that is 0: then the slope y may be infinite. */
ROW(mul_tangent)
{
    UNUSED;
    mlir_val none = mlir_compare(w, "EQ", x[0], mlir_number(w, &x[0].type, 0));
    *y = mlir_choose_val(w, none, x[0], mul(w, x[0], x[1]));
    return true;
}

ROW(round)
{
    (void)row;
    *y = mlir_unary(
        w, e->attr[ROUND_METHOD].i ? "stablehlo.round_nearest_even" : "stablehlo.round_nearest_afz",
        x[0]);
    return true;
}

ROW(reduce_precision)
{
    (void)row;
    *y = mlir_op1(w, "stablehlo.reduce_precision", 1, x, &x[0].type,
                  "exponent_bits = %d : i32, mantissa_bits = %d : i32",
                  (int)e->attr[PRECISION_EXPONENT].i, (int)e->attr[PRECISION_MANTISSA].i);
    return true;
}

/* An i32 chooses among cases by comparisons. */
ROW(select)
{
    (void)row;
    int n = e->nin - 1;
    if (n == 1) {
        *y = x[1];
        return true;
    }
    if (x[0].type.dtype == IR_bool) {
        *y = mlir_choose_val(w, x[0], x[2], x[1]);
        return true;
    }
    *y = x[n];
    for (int k = n - 1; k > 0; k--) {
        mlir_val here = mlir_compare(w, "LT", x[0], mlir_number(w, &x[0].type, k));
        *y = mlir_choose_val(w, here, x[k], *y);
    }
    return true;
}

ROW(clamp)
{
    (void)row;
    *y = mlir_op(w, "stablehlo.clamp", 3, x, &e->out[0]->type);
    return true;
}

ROW(convert)
{
    (void)row;
    ir_dtype to = e->out[0]->type.dtype, from = x[0].type.dtype;
    mlir_val v = x[0];
    if (ir_is_complex(from) && !ir_is_complex(to)) { /* the imaginary part is left out */
        ir_type part = ir_type_like(v.type, ir_part(from));
        v = mlir_op(w, "stablehlo.real", 1, &v, &part);
    }
    *y = to == IR_bool && from != IR_bool ? mlir_compare(w, "NE", v, mlir_number(w, &v.type, 0))
                                          : mlir_convert_to(w, v, to);
    return true;
}

ROW(bitcast)
{
    (void)row;
    *y = mlir_op(w, "stablehlo.bitcast_convert", 1, x, &e->out[0]->type);
    return true;
}

ROW(literal)
{
    (void)row, (void)x;
    *y = mlir_fill(w, &e->out[0]->type, e->attr[LITERAL_VALUE].scalar);
    return true;
}

ROW(barrier)
{
    const ir_type *t[64];
    (void)row;
    if (e->nin > 64)
        return mlir_not_there(w, e);
    for (int k = 0; k < e->nin; k++)
        t[k] = &e->out[k]->type;
    mlir_begin(w, "stablehlo.optimization_barrier", e->nin, x, e->nin, t, y);
    mlir_end(w, e->nin, x, e->nin, y);
    return true;
}

/* ---- random bits ------------------------------------------------------------------------------- */

ROW(rng_bits)
{
    static const char *const names[] = {"DEFAULT", "THREE_FRY", "PHILOX"};
    const ir_type *t[] = {&e->out[0]->type, &e->out[1]->type};
    (void)row;
    mlir_begin(w, "stablehlo.rng_bit_generator", 1, x, 2, t, y);
    mlir_put(w, "<{rng_algorithm = #stablehlo<rng_algorithm %s>}>",
             names[e->attr[RNG_BITS_ALGORITHM].i]);
    mlir_end(w, 1, x, 2, y);
    return true;
}

static mlir_val rotated(mlir_writer *w, mlir_val v, int by)
{
    mlir_val left = mlir_binary(w, "stablehlo.shift_left", v, mlir_number(w, &v.type, by));
    mlir_val right =
        mlir_binary(w, "stablehlo.shift_right_logical", v, mlir_number(w, &v.type, 32 - by));
    return mlir_binary(w, "stablehlo.or", left, right);
}

/* Threefry-2x32 of 20 rounds (Salmon et al., Parallel random numbers: as easy as 1, 2, 3; 2011). */
ROW(threefry)
{
    static const int by[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};
    (void)row, (void)e;
    mlir_val key[3] = {x[0], x[1], mlir_binary(w, "stablehlo.xor", x[0], x[1])};
    key[2] = mlir_binary(w, "stablehlo.xor", key[2], mlir_number(w, &x[0].type, 0x1BD11BDA));
    mlir_val a = add(w, x[2], key[0]), b = add(w, x[3], key[1]);
    for (int k = 0; k < 5; k++) {
        for (int r = 0; r < 4; r++) {
            a = add(w, a, b);
            b = mlir_binary(w, "stablehlo.xor", rotated(w, b, by[k % 2][r]), a);
        }
        a = add(w, a, key[(k + 1) % 3]);
        b = add(w, add(w, b, key[(k + 2) % 3]), mlir_number(w, &b.type, k + 1));
    }
    y[0] = a;
    y[1] = b;
    return true;
}

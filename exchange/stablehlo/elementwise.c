/* Operations that work element by element. */
#include "exchange/stablehlo/build.h"

bool hlo_emit_unary(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                    ir_value **y)
{
    (void)op;
    ir_dtype d = x[0]->type.dtype;
    bool is_unsigned = ir_dtypes[d].kind == IR_KIND_UINT;
    y[0] = row->op == &op_abs && is_unsigned ? x[0] : ir_emit1(f->g, hlo_prim(row, d), 1, x, NULL);
    return y[0] != NULL;
}

bool hlo_emit_binary(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                     ir_value **y)
{
    (void)op;
    return (y[0] = ir_emit1(f->g, hlo_prim(row, x[0]->type.dtype), 2, x, NULL)) != NULL;
}

/* The greater or lesser of complex numbers by their real parts, or if these are equal by their
 * imaginary parts. */
bool hlo_emit_extreme(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                      ir_value **y)
{
    if (!ir_is_complex(x[0]->type.dtype))
        return hlo_emit_binary(f, op, row, x, y);
    const ir_op *beats = row->op == &op_max ? &op_gt : &op_lt;
    ir_value *re[] = {b_real(f->g, x[0]), b_real(f->g, x[1])};
    ir_value *im[] = {b_imag(f->g, x[0]), b_imag(f->g, x[1])};
    ir_value *first = b_select(f->g, b_eq(f->g, re[0], re[1]), ir_emit1(f->g, beats, 2, im, NULL),
                               ir_emit1(f->g, beats, 2, re, NULL));
    return (y[0] = b_select(f->g, first, x[0], x[1])) != NULL;
}

/* Of complex numbers it is -i log((x + i y) / sqrt(x^2 + y^2)). */
bool hlo_emit_atan2(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                    ir_value **y)
{
    ir_graph *g = f->g;
    if (!ir_is_complex(x[0]->type.dtype))
        return hlo_emit_binary(f, op, row, x, y);
    ir_value *im[] = {b_neg(g, b_imag(g, x[0])), b_real(g, x[0])};
    ir_value *sum = b_add(g, x[1], b_complex(g, im[0], im[1]));
    ir_value *size = b_add(g, b_mul(g, x[0], x[0]), b_mul(g, x[1], x[1]));
    ir_value *root = ir_emit1(g, &op_sqrt, 1, &size, NULL);
    ir_value *log = b_log(g, b_div(g, sum, root));
    return (y[0] = b_complex(g, b_imag(g, log), b_neg(g, b_real(g, log)))) != NULL;
}

bool hlo_emit_complex(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                      ir_value **y)
{
    (void)op, (void)row;
    return (y[0] = b_complex(f->g, x[0], x[1])) != NULL;
}

/* The real or the imaginary part, or the conjugate; also of a real number. */
bool hlo_emit_part(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                   ir_value **y)
{
    (void)op;
    if (ir_is_complex(x[0]->type.dtype))
        y[0] = ir_emit1(f->g, row->op, 1, x, NULL);
    else
        y[0] = row->op == &op_imag ? ir_zeros(f->g, &x[0]->type) : x[0];
    return y[0] != NULL;
}

bool hlo_emit_identity(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                       ir_value **y)
{
    (void)f, (void)op, (void)row;
    y[0] = x[0];
    return true;
}

bool hlo_emit_barrier(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                      ir_value **y)
{
    (void)row;
    if (op->noperand != op->nresult)
        return hlo_op_fail(f, op, "it gives as many values as it takes");
    return !op->nresult || ir_results(ir_emit(f->g, &op_optimization_barrier, op->nresult, x, NULL),
                                      op->nresult, y);
}

/* The integer whose order is the total order of floats: -NaN < -inf < -0 < 0 < inf < NaN. */
ir_value *hlo_total_order(ir_graph *g, ir_value *x)
{
    static const ir_dtype by_size[] = {[1] = IR_i8, [2] = IR_i16, [4] = IR_i32, [8] = IR_i64};
    int size = ir_dtypes[x->type.dtype].size;
    ir_dtype d = by_size[size];
    ir_value *bits = b_bitcast(g, x, d);
    ir_value *sign = ir_emit1(g, &op_shift_right_arithmetic, 2,
                              (ir_value *[]){bits, b_const(g, bits, 8 * size - 1)}, NULL);
    ir_value *least = bits ? ir_full(g, &bits->type, ir_scalar_lowest(d)) : NULL;
    return b_xor(g, bits, b_and(g, sign, b_not(g, least)));
}

bool hlo_emit_compare(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                      ir_value **y)
{
    static const struct {
        const char *name;
        const ir_op *op;
    } kinds[] = {{"EQ", &op_eq}, {"NE", &op_ne}, {"GE", &op_ge},
                 {"GT", &op_gt}, {"LE", &op_le}, {"LT", &op_lt}};
    (void)row;
    hlo_text kind = hlo_read_word(op, "comparison_direction"),
             type = hlo_read_word(op, "compare_type");
    kind = kind.n ? kind : hlo_word_at(op, 0);
    type = type.n ? type : hlo_word_at(op, 1);
    ir_value *in[] = {x[0], x[1]};
    if (hlo_is(type, "TOTALORDER") && ir_has_fraction(x[0]->type.dtype))
        for (int k = 0; k < 2; k++)
            in[k] = hlo_total_order(f->g, x[k]);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (hlo_is(kind, kinds[k].name))
            return (y[0] = ir_emit1(f->g, kinds[k].op, 2, in, NULL)) != NULL;
    if (!kind.n)
        return hlo_op_fail(f, op, "the attribute comparison_direction is missing");
    return hlo_op_fail(f, op, "there is no comparison %.*s", HLO_SHOW(kind));
}

bool hlo_emit_select(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                     ir_value **y)
{
    (void)op, (void)row;
    return (y[0] = b_select(f->g, x[0], x[1], x[2])) != NULL;
}

bool hlo_emit_clamp(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                    ir_value **y)
{
    (void)op, (void)row;
    return (y[0] = b_clamp(f->g, x[0], x[1], x[2])) != NULL;
}

bool hlo_emit_convert(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                      ir_value **y)
{
    (void)row;
    return (y[0] = b_convert(f->g, x[0], hlo_result(op, 0)->dtype)) != NULL;
}

bool hlo_emit_bitcast(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                      ir_value **y)
{
    (void)row;
    ir_dtype from = x[0]->type.dtype, to = hlo_result(op, 0)->dtype;
    return (y[0] = from == to ? x[0] : b_bitcast(f->g, x[0], to)) != NULL;
}

bool hlo_emit_round_to(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                       ir_value **y)
{
    (void)row;
    return (y[0] = b_round(f->g, x[0], hlo_is(op->name, "stablehlo.round_nearest_even"))) != NULL;
}

/* What is not an unsigned integer has the bits of one. */
bool hlo_emit_rng_bits(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                       ir_value **y)
{
    static const char *const names[] = {"DEFAULT", "THREE_FRY", "PHILOX"};
    static const ir_dtype bits[] = {[1] = IR_u8, [2] = IR_u16, [4] = IR_u32, [8] = IR_u64};
    (void)row;
    hlo_text name = hlo_read_word(op, "algorithm");
    name = name.n ? name : hlo_read_word(op, "rng_algorithm");
    int k = 0;
    while (k < 3 && !hlo_is(name, names[k]))
        k++;
    if (k == 3)
        return hlo_op_fail(f, op, "there is no algorithm %.*s", HLO_SHOW(name));
    const ir_type *t = hlo_result(op, 1);
    if (t->dtype == IR_bool || ir_is_complex(t->dtype))
        return hlo_unsupported(f, op, "of %s", ir_dtypes[t->dtype].name);
    ir_dtype d = bits[ir_dtypes[t->dtype].size];
    ir_attr attr[] = {[RNG_BITS_ALGORITHM] = {.i = k},
                      [RNG_BITS_DTYPE] = {.i = d},
                      [RNG_BITS_SHAPE] = {.n = t->rank, .ints = t->dim}};
    return ir_results(ir_emit(f->g, &op_rng_bit_generator, 1, x, attr), 2, y) &&
           (t->dtype == d || (y[1] = b_bitcast(f->g, y[1], t->dtype)) != NULL);
}

/* The format is a word such as e5m10, or two attributes. */
bool hlo_emit_reduce_precision(hlo_frame *f, const hlo_op *op, const hlo_row *row,
                               ir_value *const *x, ir_value **y)
{
    (void)row;
    hlo_text format = hlo_read_word(op, "format");
    ir_attr attr[] = {[PRECISION_EXPONENT] = {.i = hlo_int_or(op, "exponent_bits", -1)},
                      [PRECISION_MANTISSA] = {.i = hlo_int_or(op, "mantissa_bits", -1)}};
    size_t m = 1;
    while (m < format.n && format.at[m] != 'm')
        m++;
    if (format.n &&
        (*format.at != 'e' || m == format.n ||
         !hlo_int_of((hlo_text){format.at + 1, m - 1}, &attr[PRECISION_EXPONENT].i) ||
         !hlo_int_of((hlo_text){format.at + m + 1, format.n - m - 1}, &attr[PRECISION_MANTISSA].i)))
        return hlo_op_fail(f, op, "%.*s is not a format", HLO_SHOW(format));
    return (y[0] = ir_emit1(f->g, &op_reduce_precision, 1, x, attr)) != NULL;
}

bool hlo_emit_is_inf(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                     ir_value **y)
{
    (void)row;
    ir_dtype d = x[0]->type.dtype;
    bool low = hlo_is(op->name, "chlo.is_neg_inf"), both = hlo_is(op->name, "chlo.is_inf");
    if (!ir_has_fraction(d))
        return hlo_op_fail(f, op, "%s has no infinity", ir_dtypes[d].name);
    ir_value *inf = ir_full(f->g, &x[0]->type, low ? ir_scalar_lowest(d) : ir_scalar_highest(d));
    return (y[0] = b_eq(f->g, both ? b_abs(f->g, x[0]) : x[0], inf)) != NULL;
}

/* An integer power, bit by bit of the exponent. 1 / x is 0 unless x is 1 or -1. */
static ir_value *integer_power(ir_graph *g, ir_value *x, ir_value *n)
{
    ir_dtype d = x->type.dtype;
    ir_value *one = b_const(g, x, 1), *zero = b_const(g, x, 0), *power = one, *square = x;
    int bits = ir_dtypes[d].bits;
    for (int k = 0; k < bits; k++) {
        ir_scalar mask = {.bits = UINT64_C(1) << k};
        ir_value *bit = b_and(g, n, ir_full(g, &x->type, mask));
        power = b_select(g, b_ne(g, bit, zero), b_mul(g, power, square), power);
        square = b_mul(g, square, square);
    }
    if (ir_dtypes[d].kind == IR_KIND_UINT)
        return power;
    ir_value *unit =
        b_eq(g, b_abs(g, x), one); /* then x^n is its own inverse, and n's sign is not felt */
    return b_select(g, b_and(g, b_lt(g, n, zero), b_not(g, unit)), zero, power);
}

bool hlo_emit_power(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                    ir_value **y)
{
    (void)row;
    if (!ir_same_type(&x[0]->type, &x[1]->type))
        return hlo_op_fail(f, op, "the operands are %s and %s", ir_type_tmp(&x[0]->type),
                           ir_type_tmp(&x[1]->type));
    bool integer = ir_is_integer(x[0]->type.dtype);
    y[0] = integer ? integer_power(f->g, x[0], x[1]) : b_pow(f->g, x[0], x[1]);
    return y[0] != NULL;
}

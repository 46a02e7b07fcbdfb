/* The table of primitives: one row each. A primitive that is missing here cannot be written. */
#include "exchange/stablehlo/write/write.h"

// clang-format off
#define PLAIN(prim, name)          {&op_##prim, hw_emit_plain, "stablehlo." name},
#define CHLO(prim, name)           {&op_##prim, hw_emit_plain, "chlo." name},
#define FORMULA(prim, words)       {&op_##prim, hw_emit_formula, words},
#define OTHER(prim, emit, name)    {&op_##prim, hw_emit_##emit, name},

const hw_row hw_rows[] = {
    /* ---- elementwise --------------------------------------------------------------------------- */
    PLAIN(add, "add") PLAIN(sub, "subtract") PLAIN(mul, "multiply") PLAIN(div, "divide")
    PLAIN(rem, "remainder") PLAIN(neg, "negate") PLAIN(abs, "abs") PLAIN(sign, "sign")
    PLAIN(max, "maximum") PLAIN(min, "minimum") PLAIN(pow, "power") PLAIN(sqrt, "sqrt")
    PLAIN(rsqrt, "rsqrt") PLAIN(cbrt, "cbrt") PLAIN(exp, "exponential")
    PLAIN(expm1, "exponential_minus_one") PLAIN(log, "log") PLAIN(log1p, "log_plus_one")
    PLAIN(logistic, "logistic") PLAIN(sin, "sine") PLAIN(cos, "cosine") PLAIN(tan, "tan")
    PLAIN(atan2, "atan2") PLAIN(tanh, "tanh") PLAIN(floor, "floor") PLAIN(ceil, "ceil")
    PLAIN(is_finite, "is_finite") PLAIN(and, "and") PLAIN(or, "or") PLAIN(xor, "xor")
    PLAIN(not, "not") PLAIN(shift_left, "shift_left") PLAIN(population_count, "popcnt")
    PLAIN(shift_right_arithmetic, "shift_right_arithmetic") PLAIN(clz, "count_leading_zeros")
    PLAIN(shift_right_logical, "shift_right_logical") PLAIN(convert_element_type, "convert")
    PLAIN(bitcast_convert_type, "bitcast_convert") PLAIN(complex, "complex")
    CHLO(asin, "asin") CHLO(acos, "acos") CHLO(atan, "atan") CHLO(sinh, "sinh") CHLO(cosh, "cosh")
    CHLO(asinh, "asinh") CHLO(acosh, "acosh") CHLO(atanh, "atanh") CHLO(erf, "erf")
    CHLO(erfc, "erfc") CHLO(erf_inv, "erf_inv") CHLO(erf_inv_xla, "erf_inv")
    CHLO(lgamma, "lgamma") CHLO(digamma, "digamma") CHLO(polygamma, "polygamma")
    CHLO(zeta, "zeta") CHLO(bessel_i1e, "bessel_i1e") CHLO(nextafter, "next_after")
    PLAIN(log1p_xla, "log_plus_one") PLAIN(real, "real") PLAIN(imag, "imag") CHLO(conj, "conj")
    FORMULA(square, "x dup 2multiply")
    OTHER(mul_tangent, mul_tangent, "")
    FORMULA(exp2, "x 0.69314718055994531 2multiply exponential")
    FORMULA(tanh_grad, "x tanh dup 1 2add swap 1 swap 2subtract 2multiply")
    FORMULA(logistic_grad, "x logistic 1 x logistic 2subtract 2multiply")
    FORMULA(atan_grad, "1 x dup 2multiply 1 2add 2divide")
    FORMULA(asinh_grad, "x dup 2multiply 1 2add rsqrt")
    FORMULA(acosh_grad, "x 1 2subtract x 1 2add 2multiply rsqrt")
    FORMULA(cbrt_grad, "x cbrt dup 2multiply 3 2multiply 1 swap 2divide")
    OTHER(eq, compare, "EQ") OTHER(ne, compare, "NE") OTHER(lt, compare, "LT")
    OTHER(le, compare, "LE") OTHER(gt, compare, "GT") OTHER(ge, compare, "GE")
    OTHER(copy, copy, "") OTHER(stop_gradient, copy, "") OTHER(optimization_barrier, copy, "")
    OTHER(nondiff, copy, "") OTHER(literal, literal, "") OTHER(select_n, select, "")
    OTHER(clamp, clamp, "") OTHER(integer_pow, integer_pow, "") OTHER(round, round, "")
    OTHER(reduce_precision, reduce_precision, "") OTHER(threefry2x32, threefry, "")
    OTHER(fma, fma, "")

    /* ---- shapes and indices ---------------------------------------------------------------------- */
    OTHER(iota, iota, "") OTHER(broadcast_in_dim, broadcast, "") OTHER(reshape, reshape, "")
    OTHER(squeeze, reshape, "") OTHER(expand_dims, reshape, "") OTHER(transpose, transpose, "")
    OTHER(slice, slice, "") OTHER(pad, pad, "") OTHER(concatenate, concatenate, "")
    OTHER(rev, rev, "") OTHER(dynamic_slice, dynamic_slice, "")
    OTHER(dynamic_update_slice, dynamic_update_slice, "") OTHER(top_k, top_k, "")
    OTHER(gather, gather, "") OTHER(scatter, scatter, "")
    OTHER(scatter_add, scatter, "stablehlo.add") OTHER(scatter_sub, scatter, "stablehlo.subtract")
    OTHER(scatter_mul, scatter, "stablehlo.multiply")
    OTHER(scatter_min, scatter, "stablehlo.minimum")
    OTHER(scatter_max, scatter, "stablehlo.maximum")

    /* ---- products and reductions ------------------------------------------------------------------- */
    OTHER(dot_general, dot, "")
    OTHER(reduce_sum, reduce, "stablehlo.add") OTHER(reduce_prod, reduce, "stablehlo.multiply")
    OTHER(reduce_max, reduce, "stablehlo.maximum") OTHER(reduce_min, reduce, "stablehlo.minimum")
    OTHER(reduce_and, reduce, "stablehlo.and") OTHER(reduce_or, reduce, "stablehlo.or")
    OTHER(reduce_xor, reduce, "stablehlo.xor")
    OTHER(argmax, argreduce, "GT") OTHER(argmin, argreduce, "LT")
    OTHER(cumsum, cumulate, "stablehlo.add") OTHER(cumprod, cumulate, "stablehlo.multiply")
    OTHER(cummax, cumulate, "stablehlo.maximum") OTHER(cummin, cumulate, "stablehlo.minimum")

    OTHER(reduce, reduce_by, "") OTHER(reduce_window, window_by, "")
    OTHER(reduce_window_sum, reduce_window, "stablehlo.add")
    OTHER(reduce_window_max, reduce_window, "stablehlo.maximum")
    OTHER(reduce_window_min, reduce_window, "stablehlo.minimum")
    OTHER(conv_general_dilated, conv, "") OTHER(sort, sort, "") OTHER(sort_by, sort_by, "")
    OTHER(fft, fft, "") OTHER(triangular_solve, triangular_solve, "")

    /* ---- control ----------------------------------------------------------------------------------- */
    OTHER(call, call, "") OTHER(checkpoint, call, "") OTHER(recompute, call, "")
    OTHER(custom_jvp_call, call, "") OTHER(custom_vjp_call, call, "") OTHER(while, while, "")
    OTHER(scan, scan, "") OTHER(cond, cond, "") OTHER(custom_linear_solve, solve, "")
    OTHER(custom_root, root, "")
    {NULL, NULL, NULL},
};
// clang-format on

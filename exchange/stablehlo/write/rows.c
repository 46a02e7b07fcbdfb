/* The table: what each primitive is in StableHLO. */
#include "exchange/stablehlo/write/write.h"

// clang-format off
#define PLAIN(prim, name)   {&op_##prim, mlir_write_plain, "stablehlo." name},
#define CHLO(prim, name)    {&op_##prim, mlir_write_plain, "chlo." name},
#define COMPARE(prim, name) {&op_##prim, mlir_write_compare, name},
#define OTHER(prim, write)  {&op_##prim, mlir_write_##write, NULL},
#define SCATTER(prim, name) {&op_##prim, mlir_write_scatter, "stablehlo." name},

const mlir_write_row mlir_rows[] = {
    /* ---- elementwise ------------------------------------------------------------------------- */
    PLAIN(add, "add") PLAIN(sub, "subtract") PLAIN(mul, "multiply") PLAIN(div, "divide")
    PLAIN(rem, "remainder") PLAIN(neg, "negate") PLAIN(abs, "abs") PLAIN(sign, "sign")
    PLAIN(max, "maximum") PLAIN(min, "minimum") PLAIN(pow, "power") PLAIN(sqrt, "sqrt")
    PLAIN(rsqrt, "rsqrt") PLAIN(cbrt, "cbrt") PLAIN(exp, "exponential")
    PLAIN(expm1, "exponential_minus_one") PLAIN(log, "log") PLAIN(log1p, "log_plus_one")
    PLAIN(logistic, "logistic") PLAIN(sin, "sine") PLAIN(cos, "cosine") PLAIN(tan, "tan")
    PLAIN(atan2, "atan2") PLAIN(tanh, "tanh") PLAIN(floor, "floor") PLAIN(ceil, "ceil")
    PLAIN(is_finite, "is_finite") PLAIN(and, "and") PLAIN(or, "or") PLAIN(xor, "xor")
    PLAIN(not, "not") PLAIN(shift_left, "shift_left")
    PLAIN(shift_right_arithmetic, "shift_right_arithmetic")
    PLAIN(shift_right_logical, "shift_right_logical") PLAIN(population_count, "popcnt")
    PLAIN(clz, "count_leading_zeros") PLAIN(complex, "complex") PLAIN(real, "real")
    PLAIN(imag, "imag")
    CHLO(conj, "conj") CHLO(asin, "asin") CHLO(acos, "acos") CHLO(atan, "atan") CHLO(sinh, "sinh")
    CHLO(cosh, "cosh") CHLO(asinh, "asinh") CHLO(acosh, "acosh") CHLO(atanh, "atanh")
    CHLO(erf, "erf") CHLO(erfc, "erfc") CHLO(erf_inv, "erf_inv") CHLO(erf_inv_xla, "erf_inv")
    CHLO(lgamma, "lgamma") CHLO(digamma, "digamma") CHLO(polygamma, "polygamma")
    CHLO(zeta, "zeta") CHLO(bessel_i1e, "bessel_i1e") CHLO(nextafter, "next_after")
    CHLO(mulhi, "mulhi")
    PLAIN(log1p_xla, "log_plus_one")
    COMPARE(eq, "EQ") COMPARE(ne, "NE") COMPARE(lt, "LT") COMPARE(le, "LE") COMPARE(gt, "GT")
    COMPARE(ge, "GE")
    OTHER(copy, alias) OTHER(stop_gradient, alias) OTHER(square, square)
    OTHER(integer_pow, integer_pow) OTHER(exp2, exp2) OTHER(logaddexp, logaddexp)
    OTHER(logistic_grad, logistic_grad) OTHER(tanh_grad, tanh_grad) OTHER(atan_grad, atan_grad)
    OTHER(asinh_grad, asinh_grad) OTHER(acosh_grad, acosh_grad) OTHER(cbrt_grad, cbrt_grad)
    OTHER(atan2_grad, atan2_grad) OTHER(erf_grad_sqrt, erf_grad_sqrt)
    OTHER(erf_inv_grad, erf_inv_grad) OTHER(ndtr, ndtr) OTHER(nondiff, alias) OTHER(fma, fma)
    OTHER(mul_tangent, mul_tangent) OTHER(round, round) OTHER(reduce_precision, reduce_precision)
    OTHER(select_n, select) OTHER(clamp, clamp) OTHER(convert_element_type, convert)
    OTHER(bitcast_convert_type, bitcast) OTHER(literal, literal)
    OTHER(optimization_barrier, barrier) OTHER(rng_bit_generator, rng_bits)
    OTHER(threefry2x32, threefry)

    /* ---- shapes and products ----------------------------------------------------------------- */
    OTHER(iota, iota) OTHER(broadcast_in_dim, broadcast) OTHER(reshape, reshape)
    OTHER(expand_dims, reshape) OTHER(squeeze, reshape) OTHER(transpose, transpose)
    OTHER(slice, slice) OTHER(pad, pad) OTHER(concatenate, concatenate) OTHER(rev, reverse)
    OTHER(dynamic_slice, dynamic_slice) OTHER(dynamic_update_slice, dynamic_update_slice)
    OTHER(dot_general, dot) OTHER(conv_general_dilated, convolution) OTHER(fft, fft)
    OTHER(cholesky, cholesky) OTHER(triangular_solve, triangular_solve)

    /* ---- reductions and windows -------------------------------------------------------------- */
    OTHER(reduce_sum, reduce) OTHER(reduce_prod, reduce) OTHER(reduce_max, reduce)
    OTHER(reduce_min, reduce) OTHER(reduce_and, reduce) OTHER(reduce_or, reduce)
    OTHER(reduce_xor, reduce) OTHER(argmax, argreduce) OTHER(argmin, argreduce)
    OTHER(reduce, reduce_by) OTHER(cumsum, cumulate) OTHER(cumprod, cumulate)
    OTHER(cummax, cumulate) OTHER(cummin, cumulate) OTHER(reduce_window, window_by)
    OTHER(reduce_window_sum, window) OTHER(reduce_window_max, window)
    OTHER(reduce_window_min, window) OTHER(select_and_scatter, select_and_scatter)
    OTHER(select_and_scatter_add, inline_select_and_scatter_add)

    /* ---- indices and sorting ----------------------------------------------------------------- */
    OTHER(gather, gather) OTHER(scatter, scatter) SCATTER(scatter_add, "add")
    SCATTER(scatter_sub, "subtract") SCATTER(scatter_mul, "multiply")
    SCATTER(scatter_min, "minimum") SCATTER(scatter_max, "maximum") OTHER(scatter_by, scatter_by)
    OTHER(sort, sort) OTHER(sort_by, sort_by) OTHER(top_k, top_k)

    /* ---- control ----------------------------------------------------------------------------- */
    OTHER(guard, guard) OTHER(while, while) OTHER(cond, cond) OTHER(scan, scan)
    {NULL, NULL, NULL},
};
// clang-format on

/* The table of operations: one row each. An operation that is missing here is not supported. */
#include "exchange/stablehlo/build.h"

// clang-format off
/* E(name, emit, operands, results, primitive, primitive for bools) */
#define UNARY(name, prim)         {name, hlo_emit_unary, 1, 1, &op_##prim, NULL},
#define BINARY(name, prim)        {name, hlo_emit_binary, 2, 1, &op_##prim, NULL},
#define LOGIC(name, prim, logic)  {name, hlo_emit_binary, 2, 1, &op_##prim, &op_##logic},
#define PART(name, prim)          {name, hlo_emit_part, 1, 1, &op_##prim, NULL},
#define OTHER(name, emit, n, m)   {name, hlo_emit_##emit, n, m, NULL, NULL},
#define ANY HLO_ANY

const hlo_row hlo_rows[] = {
    /* ---- elementwise ------------------------------------------------------------------------- */
    LOGIC("stablehlo.add", add, or)
    LOGIC("stablehlo.multiply", mul, and)
    LOGIC("stablehlo.subtract", sub, xor)
    {"stablehlo.maximum", hlo_emit_extreme, 2, 1, &op_max, &op_or},
    {"stablehlo.minimum", hlo_emit_extreme, 2, 1, &op_min, &op_and},
    BINARY("stablehlo.divide", div)
    BINARY("stablehlo.remainder", rem)
    {"stablehlo.atan2", hlo_emit_atan2, 2, 1, &op_atan2, NULL},
    BINARY("stablehlo.and", and)
    BINARY("stablehlo.or", or)
    BINARY("stablehlo.xor", xor)
    BINARY("stablehlo.shift_left", shift_left)
    BINARY("stablehlo.shift_right_arithmetic", shift_right_arithmetic)
    BINARY("stablehlo.shift_right_logical", shift_right_logical)
    OTHER("stablehlo.power", power, 2, 1)
    UNARY("stablehlo.abs", abs)
    UNARY("stablehlo.cbrt", cbrt)
    UNARY("stablehlo.ceil", ceil)
    UNARY("stablehlo.cosine", cos)
    UNARY("stablehlo.count_leading_zeros", clz)
    UNARY("stablehlo.exponential", exp)
    UNARY("stablehlo.exponential_minus_one", expm1)
    UNARY("stablehlo.floor", floor)
    UNARY("stablehlo.is_finite", is_finite)
    UNARY("stablehlo.log", log)
    UNARY("stablehlo.log_plus_one", log1p)
    UNARY("stablehlo.logistic", logistic)
    UNARY("stablehlo.negate", neg)
    UNARY("stablehlo.not", not)
    UNARY("stablehlo.popcnt", population_count)
    UNARY("stablehlo.rsqrt", rsqrt)
    UNARY("stablehlo.sign", sign)
    UNARY("stablehlo.sine", sin)
    UNARY("stablehlo.sqrt", sqrt)
    UNARY("stablehlo.tan", tan)
    UNARY("stablehlo.tanh", tanh)
    OTHER("stablehlo.complex", complex, 2, 1)
    PART("stablehlo.real", real)
    PART("stablehlo.imag", imag)
    PART("chlo.conj", conj)
    OTHER("stablehlo.round_nearest_afz", round_to, 1, 1)
    OTHER("stablehlo.round_nearest_even", round_to, 1, 1)
    OTHER("stablehlo.reduce_precision", reduce_precision, 1, 1)
    OTHER("stablehlo.rng_bit_generator", rng_bits, 1, 2)
    OTHER("stablehlo.compare", compare, 2, 1)
    OTHER("stablehlo.select", select, 3, 1)
    OTHER("stablehlo.clamp", clamp, 3, 1)
    OTHER("stablehlo.convert", convert, 1, 1)
    OTHER("stablehlo.bitcast_convert", bitcast, 1, 1)
    UNARY("chlo.acos", acos)
    UNARY("chlo.acosh", acosh)
    UNARY("chlo.asin", asin)
    UNARY("chlo.asinh", asinh)
    UNARY("chlo.atan", atan)
    UNARY("chlo.atanh", atanh)
    UNARY("chlo.bessel_i1e", bessel_i1e)
    UNARY("chlo.cosh", cosh)
    UNARY("chlo.digamma", digamma)
    UNARY("chlo.erf", erf)
    UNARY("chlo.erf_inv", erf_inv)
    UNARY("chlo.erfc", erfc)
    UNARY("chlo.lgamma", lgamma)
    BINARY("chlo.polygamma", polygamma)
    UNARY("chlo.sinh", sinh)
    UNARY("chlo.square", square)
    UNARY("chlo.tan", tan)
    BINARY("chlo.next_after", nextafter)
    BINARY("chlo.mulhi", mulhi)
    BINARY("chlo.zeta", zeta)
    OTHER("chlo.is_inf", is_inf, 1, 1)
    OTHER("chlo.is_neg_inf", is_inf, 1, 1)
    OTHER("chlo.is_pos_inf", is_inf, 1, 1)

    /* ---- shapes and indices ------------------------------------------------------------------ */
    OTHER("stablehlo.constant", constant, 0, 1)
    OTHER("stablehlo.iota", iota, 0, 1)
    OTHER("stablehlo.dynamic_iota", iota, 1, 1)
    OTHER("stablehlo.broadcast_in_dim", broadcast_in_dim, 1, 1)
    OTHER("stablehlo.dynamic_broadcast_in_dim", broadcast_in_dim, 2, 1)
    OTHER("stablehlo.reshape", reshape, 1, 1)
    OTHER("stablehlo.dynamic_reshape", reshape, 2, 1)
    OTHER("stablehlo.transpose", transpose, 1, 1)
    OTHER("stablehlo.slice", slice, 1, 1)
    OTHER("stablehlo.real_dynamic_slice", slice, 4, 1)
    OTHER("stablehlo.pad", pad, 2, 1)
    OTHER("stablehlo.dynamic_pad", pad, 5, 1)
    OTHER("stablehlo.concatenate", concatenate, ANY, 1)
    OTHER("stablehlo.reverse", reverse, 1, 1)
    OTHER("stablehlo.dynamic_slice", dynamic_slice, ANY, 1)
    OTHER("stablehlo.dynamic_update_slice", dynamic_update_slice, ANY, 1)
    OTHER("stablehlo.gather", gather, 2, 1)
    OTHER("stablehlo.dynamic_gather", gather, 3, 1)
    OTHER("stablehlo.scatter", scatter, ANY, ANY)
    OTHER("stablehlo.sort", sort, ANY, ANY)
    OTHER("stablehlo.fft", fft, 1, 1)
    OTHER("chlo.top_k", top_k, 1, 2)
    OTHER("stablehlo.get_dimension_size", dimension_size, 1, 1)

    /* ---- products and reductions ------------------------------------------------------------- */
    OTHER("stablehlo.dot_general", dot_general, 2, 1)
    OTHER("stablehlo.dot", dot, 2, 1)
    OTHER("stablehlo.convolution", convolution, 2, 1)
    OTHER("stablehlo.cholesky", cholesky, 1, 1)
    OTHER("stablehlo.triangular_solve", triangular_solve, 2, 1)
    OTHER("stablehlo.reduce", reduce, ANY, ANY)
    OTHER("stablehlo.map", map, ANY, 1)
    OTHER("stablehlo.reduce_window", reduce_window, ANY, ANY)
    OTHER("stablehlo.select_and_scatter", select_and_scatter, 3, 1)

    /* ---- control ----------------------------------------------------------------------------- */
    OTHER("call", call, ANY, ANY)
    OTHER("func.call", call, ANY, ANY)
    OTHER("stablehlo.composite", composite, ANY, ANY)
    OTHER("stablehlo.while", while, ANY, ANY)
    OTHER("stablehlo.case", case, 1, ANY)
    OTHER("stablehlo.if", if, 1, ANY)
    OTHER("stablehlo.custom_call", custom_call, ANY, ANY)
    OTHER("stablehlo.optimization_barrier", barrier, ANY, ANY)
    OTHER("sdy.sharding_constraint", identity, 1, 1)
    OTHER("builtin.unrealized_conversion_cast", identity, 1, 1) /* a type of VHLO, and ours */

    /* ---- between processes ------------------------------------------------------------------- */
    OTHER("stablehlo.all_gather", all_gather, ANY, ANY)
    OTHER("stablehlo.all_reduce", all_reduce, ANY, ANY)
    OTHER("stablehlo.all_to_all", all_to_all, ANY, ANY)
    OTHER("stablehlo.reduce_scatter", reduce_scatter, 1, 1)
    OTHER("stablehlo.collective_permute", collective_permute, 1, 1)
    OTHER("stablehlo.collective_broadcast", collective_broadcast, 1, 1)
    OTHER("stablehlo.partition_id", partition_id, 0, 1)
    OTHER("stablehlo.replica_id", replica_id, 0, 1)
    OTHER("interpreter.run_parallel", run_parallel, ANY, ANY)

    /* ---- checks ------------------------------------------------------------------------------ */
    OTHER("check.expect_eq", check, 2, 0)
    OTHER("check.expect_close", check, 2, 0)
    OTHER("check.expect_almost_eq", check, 2, 0)
    OTHER("check.expect_eq_const", check, 1, 0)
    OTHER("check.expect_almost_eq_const", check, 1, 0)
    OTHER("interpreter.probe", identity, 1, 1)
    {NULL, NULL, 0, 0, NULL, NULL},
};
// clang-format on

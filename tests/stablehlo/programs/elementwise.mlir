// Operations on elements, in the form that MLIR prints and in the generic one.
func.func @main() {
  %x = stablehlo.constant dense<[1.0, -2.0, 3.5]> : tensor<3xf32>
  %y = stablehlo.constant dense<[2.0, 0.5, -1.0]> : tensor<3xf32>
  %i = stablehlo.constant dense<[3, -4, 5]> : tensor<3xi32>
  %j = stablehlo.constant dense<[2, 3, -1]> : tensor<3xi32>
  %u = stablehlo.constant dense<[1, 255, 7]> : tensor<3xui8>
  %b = stablehlo.constant dense<[true, false, true]> : tensor<3xi1>
  %c = stablehlo.constant dense<[true, true, false]> : tensor<3xi1>

  %0 = stablehlo.abs %u : tensor<3xui8>
  check.expect_eq_const %0, dense<[1, 255, 7]> : tensor<3xui8>
  %1 = "stablehlo.abs"(%x) : (tensor<3xf32>) -> tensor<3xf32>
  check.expect_eq_const %1, dense<[1.0, 2.0, 3.5]> : tensor<3xf32>
  %2 = stablehlo.multiply %i, %j : tensor<3xi32>
  check.expect_eq_const %2, dense<[6, -12, -5]> : tensor<3xi32>
  %3 = "stablehlo.multiply"(%x, %y) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  check.expect_eq_const %3, dense<[2.0, -1.0, -3.5]> : tensor<3xf32>

  // Arithmetic on bools is logic.
  %4 = stablehlo.multiply %b, %c : tensor<3xi1>
  check.expect_eq_const %4, dense<[true, false, false]> : tensor<3xi1>
  %5 = stablehlo.add %b, %c : tensor<3xi1>
  check.expect_eq_const %5, dense<true> : tensor<3xi1>
  %6 = stablehlo.subtract %b, %c : tensor<3xi1>
  check.expect_eq_const %6, dense<[false, true, true]> : tensor<3xi1>
  %7 = stablehlo.maximum %b, %c : tensor<3xi1>
  check.expect_eq_const %7, dense<true> : tensor<3xi1>
  %8 = stablehlo.minimum %b, %c : tensor<3xi1>
  check.expect_eq_const %8, dense<[true, false, false]> : tensor<3xi1>

  %9 = stablehlo.round_nearest_even %x : tensor<3xf32>
  check.expect_eq_const %9, dense<[1.0, -2.0, 4.0]> : tensor<3xf32>
  %10 = stablehlo.round_nearest_even %y : tensor<3xf32>
  check.expect_eq_const %10, dense<[2.0, 0.0, -1.0]> : tensor<3xf32>
  %11 = "stablehlo.round_nearest_afz"(%y) : (tensor<3xf32>) -> tensor<3xf32>
  check.expect_eq_const %11, dense<[2.0, 1.0, -1.0]> : tensor<3xf32>

  %12 = stablehlo.select %b, %x, %y : tensor<3xi1>, tensor<3xf32>
  check.expect_eq_const %12, dense<[1.0, 0.5, 3.5]> : tensor<3xf32>
  %no = stablehlo.constant dense<false> : tensor<i1>
  %13 = "stablehlo.select"(%no, %x, %y) : (tensor<i1>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  check.expect_eq %13, %y : tensor<3xf32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %half = stablehlo.constant dense<0.5> : tensor<f32>
  %14 = stablehlo.clamp %zero, %x, %half : (tensor<f32>, tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  check.expect_eq_const %14, dense<[0.5, 0.0, 0.5]> : tensor<3xf32>
  %15 = stablehlo.clamp %y, %x, %x : tensor<3xf32>
  check.expect_eq_const %15, dense<[1.0, -2.0, 3.5]> : tensor<3xf32>

  %16, %17 = stablehlo.optimization_barrier %x, %y : tensor<3xf32>, tensor<3xf32>
  check.expect_eq %17, %y : tensor<3xf32>
  %18:2 = "stablehlo.optimization_barrier"(%x, %y) : (tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
  "check.expect_eq"(%18#0, %x) : (tensor<3xf32>, tensor<3xf32>) -> ()
  return
}
// -----
// Powers of integers, with negative exponents and overflow.
func.func @main() {
  %i = stablehlo.constant dense<[3, -4, 5, 1, -1, -1, 0]> : tensor<7xi32>
  %j = stablehlo.constant dense<[2, 3, -1, -9, -9, -8, 0]> : tensor<7xi32>
  %0 = stablehlo.power %i, %j : tensor<7xi32>
  check.expect_eq_const %0, dense<[9, -64, 0, 1, -1, 1, 1]> : tensor<7xi32>
  %u = stablehlo.constant dense<[1, 255, 7]> : tensor<3xui8>
  %1 = "stablehlo.power"(%u, %u) : (tensor<3xui8>, tensor<3xui8>) -> tensor<3xui8>
  check.expect_eq_const %1, dense<[1, 255, 247]> : tensor<3xui8>
  %k = stablehlo.constant dense<[2, -3, -1, -1]> : tensor<4xi64>
  %n = stablehlo.constant dense<[62, 3, -9223372036854775808, 9223372036854775807]> : tensor<4xi64>
  %2 = stablehlo.power %k, %n : tensor<4xi64>
  check.expect_eq_const %2, dense<[4611686018427387904, -27, 1, -1]> : tensor<4xi64>
  %x = stablehlo.constant dense<[1.0, -2.0, 3.5]> : tensor<3xf32>
  %two = stablehlo.constant dense<2.0> : tensor<3xf32>
  %3 = stablehlo.power %x, %two : tensor<3xf32>
  check.expect_eq_const %3, dense<[1.0, 4.0, 12.25]> : tensor<3xf32>
  return
}
// -----
// The six comparisons; TOTALORDER tells zeros apart, and has a place for NaNs.
func.func @main() {
  %x = stablehlo.constant dense<[0xFF800000, -0.0, 0x7FC00000, 0x7F800000, 0xFFC00000]> : tensor<5xf32>
  %y = stablehlo.constant dense<[1.0, 0.0, 1.0, 0x7F800000, 0xFF800000]> : tensor<5xf32>
  %0 = stablehlo.compare LT, %x, %y, TOTALORDER : (tensor<5xf32>, tensor<5xf32>) -> tensor<5xi1>
  check.expect_eq_const %0, dense<[true, true, false, false, true]> : tensor<5xi1>
  %1 = "stablehlo.compare"(%x, %y) <{compare_type = #stablehlo<comparison_type TOTALORDER>, comparison_direction = #stablehlo<comparison_direction GE>}> : (tensor<5xf32>, tensor<5xf32>) -> tensor<5xi1>
  check.expect_eq_const %1, dense<[false, false, true, true, false]> : tensor<5xi1>
  %2 = stablehlo.compare EQ, %x, %y, FLOAT : (tensor<5xf32>, tensor<5xf32>) -> tensor<5xi1>
  check.expect_eq_const %2, dense<[false, true, false, true, false]> : tensor<5xi1>
  %3 = stablehlo.compare EQ, %x, %y, TOTALORDER : (tensor<5xf32>, tensor<5xf32>) -> tensor<5xi1>
  check.expect_eq_const %3, dense<[false, false, false, true, false]> : tensor<5xi1>
  %4 = "stablehlo.compare"(%x, %y) {comparison_direction = "NE"} : (tensor<5xf32>, tensor<5xf32>) -> tensor<5xi1>
  check.expect_eq_const %4, dense<[true, false, true, false, true]> : tensor<5xi1>
  %i = stablehlo.constant dense<[3, -4, 5]> : tensor<3xi32>
  %j = stablehlo.constant dense<[2, 3, 5]> : tensor<3xi32>
  %5 = stablehlo.compare GT, %i, %j, TOTALORDER : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
  check.expect_eq_const %5, dense<[true, false, false]> : tensor<3xi1>
  %6 = stablehlo.compare LE, %i, %j, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
  check.expect_eq_const %6, dense<[false, true, true]> : tensor<3xi1>
  %h = stablehlo.constant dense<[-0.0, 1.0]> : tensor<2xf16>
  %g = stablehlo.constant dense<[0.0, -1.0]> : tensor<2xf16>
  %7 = stablehlo.compare LT, %h, %g, TOTALORDER : (tensor<2xf16>, tensor<2xf16>) -> tensor<2xi1>
  check.expect_eq_const %7, dense<[true, false]> : tensor<2xi1>
  %d = stablehlo.constant dense<[-0.0, 0x7FF8000000000000]> : tensor<2xf64>
  %e = stablehlo.constant dense<[0.0, 1.0]> : tensor<2xf64>
  %8 = stablehlo.compare GT, %d, %e, TOTALORDER : (tensor<2xf64>, tensor<2xf64>) -> tensor<2xi1>
  check.expect_eq_const %8, dense<[false, true]> : tensor<2xi1>
  return
}
// -----
// Infinities, bits and conversions.
func.func @main() {
  %x = stablehlo.constant dense<[0xFF800000, -0.0, 0x7FC00000, 0x7F800000]> : tensor<4xf32>
  %0 = chlo.is_inf %x : tensor<4xf32> -> tensor<4xi1>
  check.expect_eq_const %0, dense<[true, false, false, true]> : tensor<4xi1>
  %1 = "chlo.is_pos_inf"(%x) : (tensor<4xf32>) -> tensor<4xi1>
  check.expect_eq_const %1, dense<[false, false, false, true]> : tensor<4xi1>
  %2 = chlo.is_neg_inf %x : tensor<4xf32> -> tensor<4xi1>
  check.expect_eq_const %2, dense<[true, false, false, false]> : tensor<4xi1>
  %3 = stablehlo.bitcast_convert %x : (tensor<4xf32>) -> tensor<4xui32>
  check.expect_eq_const %3, dense<[4286578688, 2147483648, 2143289344, 2139095040]> : tensor<4xui32>
  %4 = "stablehlo.bitcast_convert"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  check.expect_eq %4, %x : tensor<4xf32>
  %y = stablehlo.constant dense<[1.0, -2.75, 3.5]> : tensor<3xf32>
  %5 = stablehlo.convert %y : (tensor<3xf32>) -> tensor<3xi32>
  check.expect_eq_const %5, dense<[1, -2, 3]> : tensor<3xi32>
  %6 = stablehlo.convert %y : tensor<3xf32>
  check.expect_eq %6, %y : tensor<3xf32>
  %7 = "stablehlo.convert"(%y) : (tensor<3xf32>) -> tensor<3xi1>
  check.expect_eq_const %7, dense<true> : tensor<3xi1>
  return
}
// -----
// The distance that a check allows.
func.func @main() {
  %x = stablehlo.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %y = stablehlo.constant dense<[0x3F800001, 2.0]> : tensor<2xf32>
  %z = stablehlo.constant dense<[1.25, 2.0]> : tensor<2xf32>
  check.expect_close %x, %y, max_ulp_difference = 1 : tensor<2xf32>, tensor<2xf32>
  check.expect_almost_eq %x, %y : tensor<2xf32>
  "check.expect_almost_eq"(%x, %z) {tolerance = 0.5 : f32} : (tensor<2xf32>, tensor<2xf32>) -> ()
  check.expect_almost_eq %x, %z, tolerance = 1 : tensor<2xf32>
  check.expect_almost_eq_const %x, dense<[1.0001, 2.0]> : tensor<2xf32>
  stablehlo.custom_call @check.expect_eq(%x, %x) {has_side_effect = true} : (tensor<2xf32>, tensor<2xf32>) -> ()
  return
}

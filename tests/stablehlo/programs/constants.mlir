// Elements of constants: one for all, lists, bytes; decimal, hexadecimal; of every dtype.
func.func @main() {
  %0 = stablehlo.constant dense<"0x01FF7F80"> : tensor<4xi8>
  check.expect_eq_const %0, dense<[1, -1, 127, -128]> : tensor<4xi8>
  %1 = stablehlo.constant dense<"0xabCD"> : tensor<i16>
  check.expect_eq_const %1, dense<0xCDAB> : tensor<i16>
  %2 = stablehlo.constant dense<"0x00020100FF"> : tensor<5xi1>
  check.expect_eq_const %2, dense<[false, true, true, false, true]> : tensor<5xi1>
  %3 = stablehlo.constant dense<[0, 18446744073709551615, 0xFFFFFFFFFFFFFFFE]> : tensor<3xui64>
  check.expect_eq_const %3, dense<"0x0000000000000000FFFFFFFFFFFFFFFFFEFFFFFFFFFFFFFF"> : tensor<3xui64>
  %4 = stablehlo.constant dense<[-9223372036854775808, 9223372036854775807, 0xFFFFFFFFFFFFFFFF, -0]> : tensor<4xi64>
  check.expect_eq_const %4, dense<"0x0000000000000080FFFFFFFFFFFFFF7FFFFFFFFFFFFFFFFF0000000000000000"> : tensor<4xi64>
  %5 = stablehlo.constant dense<[1, 0, 0x1, -0]> : tensor<4xi1>
  check.expect_eq_const %5, dense<[true, false, true, false]> : tensor<4xi1>
  %6 = stablehlo.constant dense<[65535, -0]> : tensor<2xui16>
  check.expect_eq_const %6, dense<[0xFFFF, 0]> : tensor<2xui16>
  %7 = stablehlo.constant dense<[4294967295, 0X10]> : tensor<2xui32>
  check.expect_eq_const %7, dense<[0xFFFFFFFF, 16]> : tensor<2xui32>
  %8 = stablehlo.constant dense<[1.5, -2.0e+1, 1E2, 3]> : tensor<4xf64>
  check.expect_eq_const %8, dense<[0x3FF8000000000000, 0xC034000000000000, 100.0, 3.0]> : tensor<4xf64>
  %9 = stablehlo.constant dense<[1.0, 1e39, -1e39, 1e-50]> : tensor<4xf32>
  check.expect_eq_const %9, dense<[0x3F800000, 0x7F800000, 0xFF800000, 0.0]> : tensor<4xf32>
  %10 = stablehlo.constant dense<[0x3F80, 3.3895313892515355e38]> : tensor<2xbf16>
  check.expect_eq_const %10, dense<[1.0, 0x7F7F]> : tensor<2xbf16>
  %11 = stablehlo.constant dense<[0x3C00, 65504.0]> : tensor<2xf16>
  check.expect_eq_const %11, dense<[1.0, 0x7BFF]> : tensor<2xf16>
  %12 = stablehlo.constant dense<[[[1], [2]], [[3], [4]]]> : tensor<2x2x1xi32>
  check.expect_eq_const %12, dense<"0x01000000020000000300000004000000"> : tensor<2x2x1xi32>
  %13 = stablehlo.constant dense<> : tensor<0x3xf32>
  check.expect_eq_const %13, dense<0.0> : tensor<0x3xf32>
  %14 = stablehlo.constant dense<[[], []]> : tensor<2x0xi32>
  check.expect_eq %14, %14 : tensor<2x0xi32>
  %15 = stablehlo.constant dense<""> : tensor<0xi32>
  check.expect_eq %15, %15 : tensor<0xi32>
  %16 = stablehlo.constant {value = dense<[7]> : tensor<1xi32>} : tensor<1xi32>
  check.expect_eq_const %16, dense<7> : tensor<1xi32>
  %17 = stablehlo.constant dense<"0x3F800000"> : tensor< 2 x 2 x f32 >
  check.expect_eq_const %17, dense<0x0000803F> : tensor<2x2xf32>
  return
}

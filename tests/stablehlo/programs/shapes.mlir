// Operations that make, move and index arrays, in the form that MLIR prints and in the generic one.
func.func @main() {
  %m = stablehlo.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %x = stablehlo.constant dense<[1.0, -2.0, 3.5]> : tensor<3xf32>
  %pad = stablehlo.constant dense<9.0> : tensor<f32>

  %0 = stablehlo.iota dim = 1 : tensor<2x3xi32>
  check.expect_eq_const %0, dense<[[0, 1, 2], [0, 1, 2]]> : tensor<2x3xi32>
  %1 = "stablehlo.iota"() <{iota_dimension = 0 : i64}> : () -> tensor<2x2xbf16>
  check.expect_eq_const %1, dense<[[0.0, 0.0], [1.0, 1.0]]> : tensor<2x2xbf16>

  %2 = stablehlo.broadcast_in_dim %x, dims = [1] : (tensor<3xf32>) -> tensor<2x3xf32>
  check.expect_eq_const %2, dense<[[1.0, -2.0, 3.5], [1.0, -2.0, 3.5]]> : tensor<2x3xf32>
  // Dimensions in another order transpose.
  %3 = "stablehlo.broadcast_in_dim"(%m) <{broadcast_dimensions = array<i64: 2, 0>}> : (tensor<2x3xf32>) -> tensor<3x1x2xf32>
  check.expect_eq_const %3, dense<[[[1.0, 4.0]], [[2.0, 5.0]], [[3.0, 6.0]]]> : tensor<3x1x2xf32>
  %4 = "stablehlo.broadcast_in_dim"(%x) {broadcast_dimensions = dense<0> : tensor<1xi64>} : (tensor<3xf32>) -> tensor<3x1xf32>
  check.expect_eq_const %4, dense<[[1.0], [-2.0], [3.5]]> : tensor<3x1xf32>

  %5 = stablehlo.reshape %m : (tensor<2x3xf32>) -> tensor<3x2xf32>
  check.expect_eq_const %5, dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %6 = stablehlo.transpose %m, dims = [1, 0] : (tensor<2x3xf32>) -> tensor<3x2xf32>
  check.expect_eq_const %6, dense<[[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]> : tensor<3x2xf32>
  %7 = "stablehlo.transpose"(%m) <{permutation = array<i64: 1, 0>}> : (tensor<2x3xf32>) -> tensor<3x2xf32>
  check.expect_eq %7, %6 : tensor<3x2xf32>

  %8 = stablehlo.slice %m [0:2, 0:3:2] : (tensor<2x3xf32>) -> tensor<2x2xf32>
  check.expect_eq_const %8, dense<[[1.0, 3.0], [4.0, 6.0]]> : tensor<2x2xf32>
  %9 = "stablehlo.slice"(%m) <{start_indices = array<i64: 1, 0>, limit_indices = array<i64: 2, 3>, strides = array<i64: 1, 2>}> : (tensor<2x3xf32>) -> tensor<1x2xf32>
  check.expect_eq_const %9, dense<[[4.0, 6.0]]> : tensor<1x2xf32>
  %10 = "stablehlo.slice"(%m) {start_indices = dense<[1, 0]> : tensor<2xi64>, limit_indices = dense<[2, 3]> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} : (tensor<2x3xf32>) -> tensor<1x3xf32>
  check.expect_eq_const %10, dense<[[4.0, 5.0, 6.0]]> : tensor<1x3xf32>

  %11 = stablehlo.pad %x, %pad, low = [1], high = [-1], interior = [1] : (tensor<3xf32>, tensor<f32>) -> tensor<5xf32>
  check.expect_eq_const %11, dense<[9.0, 1.0, 9.0, -2.0, 9.0]> : tensor<5xf32>
  %12 = "stablehlo.pad"(%x, %pad) <{edge_padding_low = array<i64: 0>, edge_padding_high = array<i64: 2>, interior_padding = array<i64: 0>}> : (tensor<3xf32>, tensor<f32>) -> tensor<5xf32>
  check.expect_eq_const %12, dense<[1.0, -2.0, 3.5, 9.0, 9.0]> : tensor<5xf32>

  %13 = stablehlo.concatenate %m, %2, dim = 0 : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<4x3xf32>
  check.expect_eq_const %13, dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [1.0, -2.0, 3.5], [1.0, -2.0, 3.5]]> : tensor<4x3xf32>
  %14 = "stablehlo.concatenate"(%x) <{dimension = 0 : i64}> : (tensor<3xf32>) -> tensor<3xf32>
  check.expect_eq %14, %x : tensor<3xf32>
  %15 = stablehlo.reverse %m, dims = [1, 0] : tensor<2x3xf32>
  check.expect_eq_const %15, dense<[[6.0, 5.0, 4.0], [3.0, 2.0, 1.0]]> : tensor<2x3xf32>
  %16 = "stablehlo.reverse"(%x) <{dimensions = array<i64: 0>}> : (tensor<3xf32>) -> tensor<3xf32>
  check.expect_eq_const %16, dense<[3.5, -2.0, 1.0]> : tensor<3xf32>
  %17 = "stablehlo.reverse"(%x) <{dimensions = array<i64>}> : (tensor<3xf32>) -> tensor<3xf32>
  check.expect_eq %17, %x : tensor<3xf32>

  // A start that is too large is moved.
  %i = stablehlo.constant dense<1> : tensor<i32>
  %j = stablehlo.constant dense<7> : tensor<i32>
  %18 = stablehlo.dynamic_slice %m, %i, %j, sizes = [1, 2] : (tensor<2x3xf32>, tensor<i32>, tensor<i32>) -> tensor<1x2xf32>
  check.expect_eq_const %18, dense<[[5.0, 6.0]]> : tensor<1x2xf32>
  %19 = "stablehlo.dynamic_slice"(%x, %i) <{slice_sizes = array<i64: 2>}> : (tensor<3xf32>, tensor<i32>) -> tensor<2xf32>
  check.expect_eq_const %19, dense<[-2.0, 3.5]> : tensor<2xf32>
  %20 = stablehlo.dynamic_update_slice %m, %18, %j, %i : (tensor<2x3xf32>, tensor<1x2xf32>, tensor<i32>, tensor<i32>) -> tensor<2x3xf32>
  check.expect_eq_const %20, dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %21 = "stablehlo.dynamic_update_slice"(%x, %19, %j) : (tensor<3xf32>, tensor<2xf32>, tensor<i32>) -> tensor<3xf32>
  check.expect_eq_const %21, dense<[1.0, -2.0, 3.5]> : tensor<3xf32>

  %22 = stablehlo.get_dimension_size %m, dim = 1 : (tensor<2x3xf32>) -> tensor<i32>
  check.expect_eq_const %22, dense<3> : tensor<i32>
  %23 = "stablehlo.get_dimension_size"(%m) <{dimension = 0 : i64}> : (tensor<2x3xf32>) -> tensor<i32>
  check.expect_eq_const %23, dense<2> : tensor<i32>
  return
}
// -----
// The dynamic forms, whose shapes are operands that are constants.
func.func @main() {
  %m = stablehlo.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %x = stablehlo.constant dense<[1.0, -2.0, 3.5]> : tensor<3xf32>
  %pad = stablehlo.constant dense<9.0> : tensor<f32>
  %low = stablehlo.constant dense<1> : tensor<1xi64>
  %high = stablehlo.constant dense<[-1]> : tensor<1xi64>
  %shape = stablehlo.constant dense<[3, 2]> : tensor<2xi64>
  %both = stablehlo.constant dense<[2, 3]> : tensor<2xi64>
  %0 = stablehlo.dynamic_reshape %m, %shape : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<3x2xf32>
  check.expect_eq_const %0, dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %1 = stablehlo.dynamic_broadcast_in_dim %x, %both, dims = [1] : (tensor<3xf32>, tensor<2xi64>) -> tensor<2x3xf32>
  check.expect_eq_const %1, dense<[[1.0, -2.0, 3.5], [1.0, -2.0, 3.5]]> : tensor<2x3xf32>
  %2 = "stablehlo.dynamic_iota"(%both) <{iota_dimension = 1 : i64}> : (tensor<2xi64>) -> tensor<2x3xi32>
  check.expect_eq_const %2, dense<[[0, 1, 2], [0, 1, 2]]> : tensor<2x3xi32>
  %3 = stablehlo.dynamic_pad %x, %pad, %low, %high, %low : (tensor<3xf32>, tensor<f32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<5xf32>
  check.expect_eq_const %3, dense<[9.0, 1.0, 9.0, -2.0, 9.0]> : tensor<5xf32>
  %limit = stablehlo.constant dense<3> : tensor<1xi64>
  %4 = stablehlo.real_dynamic_slice %x, %low, %limit, %low : (tensor<3xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<2xf32>
  check.expect_eq_const %4, dense<[-2.0, 3.5]> : tensor<2xf32>
  %row = stablehlo.constant dense<[1, 0]> : tensor<2xi32>
  %sizes = stablehlo.constant dense<[1, 3]> : tensor<2xi64>
  %5 = "stablehlo.dynamic_gather"(%m, %row, %sizes) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>}> : (tensor<2x3xf32>, tensor<2xi32>, tensor<2xi64>) -> tensor<2x3xf32>
  check.expect_eq_const %5, dense<[[4.0, 5.0, 6.0], [1.0, 2.0, 3.0]]> : tensor<2x3xf32>
  return
}
// -----
// Products, in their three forms; the result may be wider than the operands.
func.func @main() {
  %m = stablehlo.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %x = stablehlo.constant dense<[1.0, -2.0, 3.0]> : tensor<3xf32>
  %0 = stablehlo.dot %m, %x : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2xf32>
  check.expect_eq_const %0, dense<[6.0, 12.0]> : tensor<2xf32>
  %1 = stablehlo.dot_general %m, %x, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2xf32>
  check.expect_eq %1, %0 : tensor<2xf32>
  %2 = "stablehlo.dot_general"(%m, %m) <{dot_dimension_numbers = #stablehlo.dot<lhs_batching_dimensions = [0], rhs_batching_dimensions = [0], lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [1]>, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]}> : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2xf32>
  check.expect_eq_const %2, dense<[14.0, 77.0]> : tensor<2xf32>
  %3 = stablehlo.dot_general %m, %m, batching_dims = [1] x [1], contracting_dims = [0] x [0] : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<3xf32>
  check.expect_eq_const %3, dense<[17.0, 29.0, 45.0]> : tensor<3xf32>
  %s = stablehlo.constant dense<100> : tensor<3xi8>
  %4 = stablehlo.dot_general %s, %s, contracting_dims = [0] x [0] : (tensor<3xi8>, tensor<3xi8>) -> tensor<i32>
  check.expect_eq_const %4, dense<30000> : tensor<i32>
  %u = stablehlo.constant dense<[1, 2, 200]> : tensor<3xui8>
  %5 = stablehlo.dot_general %u, %s, contracting_dims = [0] x [0] : (tensor<3xui8>, tensor<3xi8>) -> tensor<i32>
  check.expect_eq_const %5, dense<20300> : tensor<i32>
  %6 = stablehlo.dot_general %x, %x, contracting_dims = [] x [] : (tensor<3xf32>, tensor<3xf32>) -> tensor<3x3xf32>
  check.expect_eq_const %6, dense<[[1.0, -2.0, 3.0], [-2.0, 4.0, -6.0], [3.0, -6.0, 9.0]]> : tensor<3x3xf32>
  %7 = stablehlo.dot_general %x, %x : (tensor<3xf32>, tensor<3xf32>) -> tensor<3x3xf32>
  check.expect_eq %7, %6 : tensor<3x3xf32>
  return
}

// Reductions: known bodies, with and without an initial value that changes something.
func.func @main() {
  %m = stablehlo.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %b = stablehlo.constant dense<[[true, false, true], [true, true, true]]> : tensor<2x3xi1>
  %i = stablehlo.constant dense<[[1, 6, 3], [12, 10, 6]]> : tensor<2x3xi32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %ten = stablehlo.constant dense<10.0> : tensor<f32>
  %yes = stablehlo.constant dense<true> : tensor<i1>
  %no = stablehlo.constant dense<false> : tensor<i1>
  %none = stablehlo.constant dense<0> : tensor<i32>
  %all = stablehlo.constant dense<-1> : tensor<i32>
  %0 = stablehlo.reduce(%m init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<2x3xf32>, tensor<f32>) -> tensor<3xf32>
  check.expect_eq_const %0, dense<[5.0, 7.0, 9.0]> : tensor<3xf32>
  %1 = stablehlo.reduce(%m init: %ten) applies stablehlo.add across dimensions = [1, 0] : (tensor<2x3xf32>, tensor<f32>) -> tensor<f32>
  check.expect_eq_const %1, dense<31.0> : tensor<f32>
  %2 = "stablehlo.reduce"(%m, %ten) <{dimensions = array<i64: 1>}> ({
  ^bb0(%p: tensor<f32>, %q: tensor<f32>):
    %s = stablehlo.maximum %q, %p : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>
  check.expect_eq_const %2, dense<10.0> : tensor<2xf32>
  %3 = stablehlo.reduce(%m init: %ten) applies stablehlo.multiply across dimensions = [] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  check.expect_eq_const %3, dense<[[10.0, 20.0, 30.0], [40.0, 50.0, 60.0]]> : tensor<2x3xf32>
  %4 = stablehlo.reduce(%b init: %yes) applies stablehlo.and across dimensions = [1] : (tensor<2x3xi1>, tensor<i1>) -> tensor<2xi1>
  check.expect_eq_const %4, dense<[false, true]> : tensor<2xi1>
  %5 = stablehlo.reduce(%b init: %no) applies stablehlo.or across dimensions = [0] : (tensor<2x3xi1>, tensor<i1>) -> tensor<3xi1>
  check.expect_eq_const %5, dense<true> : tensor<3xi1>
  %6 = stablehlo.reduce(%b init: %no) applies stablehlo.add across dimensions = [0, 1] : (tensor<2x3xi1>, tensor<i1>) -> tensor<i1>
  check.expect_eq_const %6, dense<true> : tensor<i1>
  %7 = stablehlo.reduce(%i init: %all) applies stablehlo.and across dimensions = [1] : (tensor<2x3xi32>, tensor<i32>) -> tensor<2xi32>
  check.expect_eq_const %7, dense<[0, 0]> : tensor<2xi32>
  %8 = stablehlo.reduce(%i init: %none) applies stablehlo.or across dimensions = [1] : (tensor<2x3xi32>, tensor<i32>) -> tensor<2xi32>
  check.expect_eq_const %8, dense<[7, 14]> : tensor<2xi32>
  // The initial value is no constant, or a broadcast one.
  %wide = stablehlo.broadcast_in_dim %zero, dims = [] : (tensor<f32>) -> tensor<f32>
  %9 = stablehlo.reduce(%m init: %wide) applies stablehlo.add across dimensions = [1] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>
  check.expect_eq_const %9, dense<[6.0, 15.0]> : tensor<2xf32>
  %twenty = stablehlo.add %ten, %ten : tensor<f32>
  %10 = stablehlo.reduce(%m init: %twenty) applies stablehlo.minimum across dimensions = [1] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>
  check.expect_eq_const %10, dense<[1.0, 4.0]> : tensor<2xf32>
  %scalar = stablehlo.reduce(%ten init: %zero) applies stablehlo.add across dimensions = [] : (tensor<f32>, tensor<f32>) -> tensor<f32>
  check.expect_eq_const %scalar, dense<10.0> : tensor<f32>
  return
}
// -----
// Bodies of their own: of two operands, and with values from outside, scalars and arrays' elements.
func.func @main() {
  %m = stablehlo.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %n = stablehlo.iota dim = 1 : tensor<2x3xi32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %none = stablehlo.constant dense<0> : tensor<i32>
  %ten = stablehlo.constant dense<10.0> : tensor<f32>
  %half = stablehlo.divide %ten, %ten : tensor<f32>
  %0 = stablehlo.reduce(%m init: %zero) across dimensions = [1] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>
   reducer(%a: tensor<f32>, %b: tensor<f32>) {
    %s = stablehlo.multiply %a, %ten : tensor<f32>
    %h = stablehlo.multiply %b, %half : tensor<f32>
    %t = stablehlo.add %s, %h : tensor<f32>
    stablehlo.return %t : tensor<f32>
  }
  check.expect_eq_const %0, dense<[123.0, 456.0]> : tensor<2xf32>
  %1:2 = stablehlo.reduce(%m init: %zero), (%n init: %none) across dimensions = [1] : (tensor<2x3xf32>, tensor<2x3xi32>, tensor<f32>, tensor<i32>) -> (tensor<2xf32>, tensor<2xi32>)
   reducer(%a: tensor<f32>, %b: tensor<f32>) (%j: tensor<i32>, %k: tensor<i32>) {
    %s = stablehlo.add %a, %b : tensor<f32>
    %l = stablehlo.maximum %j, %k : tensor<i32>
    stablehlo.return %s, %l : tensor<f32>, tensor<i32>
  }
  check.expect_eq_const %1#0, dense<[6.0, 15.0]> : tensor<2xf32>
  check.expect_eq_const %1#1, dense<2> : tensor<2xi32>
  // A body that gives one of its arguments, or takes the same one twice.
  %2 = stablehlo.reduce(%m init: %zero) across dimensions = [0] : (tensor<2x3xf32>, tensor<f32>) -> tensor<3xf32>
   reducer(%a: tensor<f32>, %b: tensor<f32>) {
    stablehlo.return %b : tensor<f32>
  }
  check.expect_eq_const %2, dense<[4.0, 5.0, 6.0]> : tensor<3xf32>
  %3 = stablehlo.reduce(%m init: %ten) across dimensions = [0] : (tensor<2x3xf32>, tensor<f32>) -> tensor<3xf32>
   reducer(%a: tensor<f32>, %b: tensor<f32>) {
    %s = stablehlo.add %a, %a : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }
  check.expect_eq_const %3, dense<40.0> : tensor<3xf32>
  %4 = stablehlo.reduce(%m init: %ten) across dimensions = [0] : (tensor<2x3xf32>, tensor<f32>) -> tensor<3xf32>
   reducer(%a: tensor<f32>, %b: tensor<f32>) {
    %s = stablehlo.subtract %b, %a : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }
  check.expect_eq_const %4, dense<13.0> : tensor<3xf32>
  return
}
// -----
// Functions of elements, with values from outside.
func.func @main() {
  %m = stablehlo.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %ten = stablehlo.constant dense<10.0> : tensor<f32>
  %w = stablehlo.add %ten, %ten : tensor<f32>
  %0 = "stablehlo.map"(%m, %m) <{dimensions = array<i64: 0, 1>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %p = stablehlo.multiply %a, %b : tensor<f32>
    %q = stablehlo.add %p, %w : tensor<f32>
    stablehlo.return %q : tensor<f32>
  }) : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  check.expect_eq_const %0, dense<[[21.0, 24.0, 29.0], [36.0, 45.0, 56.0]]> : tensor<2x3xf32>
  return
}
// -----
// Windows: running sums in both directions, strides, dilations, padding, bodies of their own.
func.func @main() {
  %x = stablehlo.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %n = stablehlo.constant dense<[1, 2, 3, 4]> : tensor<4xi32>
  %b = stablehlo.constant dense<[false, true, false, false]> : tensor<4xi1>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %ten = stablehlo.constant dense<10.0> : tensor<f32>
  %none = stablehlo.constant dense<0> : tensor<i32>
  %no = stablehlo.constant dense<false> : tensor<i1>
  %0 = "stablehlo.reduce_window"(%x, %zero) <{window_dimensions = array<i64: 4>, padding = dense<[[3, 0]]> : tensor<1x2xi64>}> ({
  ^bb0(%p: tensor<f32>, %q: tensor<f32>):
    %s = stablehlo.add %p, %q : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  check.expect_eq_const %0, dense<[1.0, 3.0, 6.0, 10.0]> : tensor<4xf32>
  %1 = "stablehlo.reduce_window"(%x, %zero) <{window_dimensions = array<i64: 4>, padding = dense<[[0, 3]]> : tensor<1x2xi64>}> ({
  ^bb0(%p: tensor<f32>, %q: tensor<f32>):
    %s = stablehlo.add %p, %q : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  check.expect_eq_const %1, dense<[10.0, 9.0, 7.0, 4.0]> : tensor<4xf32>
  %2 = "stablehlo.reduce_window"(%x, %ten) <{window_dimensions = array<i64: 2>, window_strides = array<i64: 2>, padding = dense<[[1, 1]]> : tensor<1x2xi64>}> ({
  ^bb0(%p: tensor<f32>, %q: tensor<f32>):
    %s = stablehlo.add %p, %q : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<4xf32>, tensor<f32>) -> tensor<3xf32>
  check.expect_eq_const %2, dense<[21.0, 15.0, 24.0]> : tensor<3xf32>
  %3 = "stablehlo.reduce_window"(%n, %none) <{window_dimensions = array<i64: 2>, window_dilations = array<i64: 2>, base_dilations = array<i64: 2>}> ({
  ^bb0(%p: tensor<i32>, %q: tensor<i32>):
    %s = stablehlo.maximum %p, %q : tensor<i32>
    stablehlo.return %s : tensor<i32>
  }) : (tensor<4xi32>, tensor<i32>) -> tensor<5xi32>
  check.expect_eq_const %3, dense<[2, 0, 3, 0, 4]> : tensor<5xi32>
  %4 = "stablehlo.reduce_window"(%b, %no) <{window_dimensions = array<i64: 4>, padding = dense<[[3, 0]]> : tensor<1x2xi64>}> ({
  ^bb0(%p: tensor<i1>, %q: tensor<i1>):
    %s = stablehlo.or %p, %q : tensor<i1>
    stablehlo.return %s : tensor<i1>
  }) : (tensor<4xi1>, tensor<i1>) -> tensor<4xi1>
  check.expect_eq_const %4, dense<[false, true, true, true]> : tensor<4xi1>
  %5:2 = "stablehlo.reduce_window"(%x, %n, %zero, %none) <{window_dimensions = array<i64: 2>}> ({
  ^bb0(%p: tensor<f32>, %j: tensor<i32>, %q: tensor<f32>, %k: tensor<i32>):
    %s = stablehlo.subtract %p, %q : tensor<f32>
    %l = stablehlo.multiply %k, %k : tensor<i32>
    stablehlo.return %s, %l : tensor<f32>, tensor<i32>
  }) : (tensor<4xf32>, tensor<4xi32>, tensor<f32>, tensor<i32>) -> (tensor<3xf32>, tensor<3xi32>)
  check.expect_eq_const %5#0, dense<[-3.0, -5.0, -7.0]> : tensor<3xf32>
  check.expect_eq_const %5#1, dense<[4, 9, 16]> : tensor<3xi32>
  // Of an empty array there are no windows, or only padding.
  %e = stablehlo.constant dense<> : tensor<0xf32>
  %6 = "stablehlo.reduce_window"(%e, %zero) <{window_dimensions = array<i64: 2>}> ({
  ^bb0(%p: tensor<f32>, %q: tensor<f32>):
    %s = stablehlo.add %p, %q : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<0xf32>, tensor<f32>) -> tensor<0xf32>
  check.expect_eq_const %6, dense<> : tensor<0xf32>
  return
}
// -----
func.func @main() {
  %x = stablehlo.constant dense<[1.0, 5.0, 3.0, 4.0]> : tensor<4xf32>
  %u = stablehlo.constant dense<[10.0, 20.0, 30.0]> : tensor<3xf32>
  %one = stablehlo.constant dense<1.0> : tensor<f32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = "stablehlo.select_and_scatter"(%x, %u, %one) <{window_dimensions = array<i64: 2>}> ({
  ^bb0(%p: tensor<f32>, %q: tensor<f32>):
    %s = stablehlo.compare GE, %p, %q : (tensor<f32>, tensor<f32>) -> tensor<i1>
    stablehlo.return %s : tensor<i1>
  }, {
  ^bb0(%p: tensor<f32>, %q: tensor<f32>):
    %s = stablehlo.add %p, %q : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<4xf32>, tensor<3xf32>, tensor<f32>) -> tensor<4xf32>
  check.expect_eq_const %0, dense<[1.0, 31.0, 1.0, 31.0]> : tensor<4xf32>
  %b = stablehlo.constant dense<[false, true, false, false]> : tensor<4xi1>
  %w = stablehlo.constant dense<[true, false]> : tensor<2xi1>
  %no = stablehlo.constant dense<false> : tensor<i1>
  %1 = "stablehlo.select_and_scatter"(%b, %w, %no) <{window_dimensions = array<i64: 2>, window_strides = array<i64: 2>}> ({
  ^bb0(%p: tensor<i1>, %q: tensor<i1>):
    %s = stablehlo.compare GE, %p, %q : (tensor<i1>, tensor<i1>) -> tensor<i1>
    stablehlo.return %s : tensor<i1>
  }, {
  ^bb0(%p: tensor<i1>, %q: tensor<i1>):
    %s = stablehlo.or %p, %q : tensor<i1>
    stablehlo.return %s : tensor<i1>
  }) : (tensor<4xi1>, tensor<2xi1>, tensor<i1>) -> tensor<4xi1>
  check.expect_eq_const %1, dense<[false, true, false, false]> : tensor<4xi1>
  return
}

// -----

// jax.lax.approx_max_k gives the very largest elements.

func.func @greater(%a: tensor<f32>, %b: tensor<f32>, %i: tensor<i32>, %j: tensor<i32>) -> tensor<i1> {
  %0 = stablehlo.compare GT, %a, %b : (tensor<f32>, tensor<f32>) -> tensor<i1>
  stablehlo.return %0 : tensor<i1>
}
func.func @main() {
  %x = stablehlo.constant dense<[[3.0, -1.0, 7.0, 5.0], [0.0, 2.0, -4.0, 2.0]]> : tensor<2x4xf32>
  %i = stablehlo.iota dim = 1 : tensor<2x4xi32>
  %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %none = stablehlo.constant dense<-1> : tensor<i32>
  %0:2 = stablehlo.custom_call @ApproxTopK(%x, %i, %low, %none) {backend_config = "", called_computations = [@greater], mhlo.backend_config = {aggregate_to_topk = true, is_fallback = true, recall_target = 0.949999988 : f32, reduction_dim = 1 : i64, reduction_input_size_override = -1 : i64, top_k = 2 : i64}} : (tensor<2x4xf32>, tensor<2x4xi32>, tensor<f32>, tensor<i32>) -> (tensor<2x2xf32>, tensor<2x2xi32>)
  check.expect_eq_const %0#0, dense<[[7.0, 5.0], [2.0, 2.0]]> : tensor<2x2xf32>
  check.expect_eq_const %0#1, dense<[[2, 3], [1, 3]]> : tensor<2x2xi32>
  func.return
}

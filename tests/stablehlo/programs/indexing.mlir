// gather and scatter. Lists of dimensions that are not written are empty.
func.func @main() {
  %m = stablehlo.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %x = stablehlo.constant dense<[1.0, -2.0, 3.5]> : tensor<3xf32>
  %rows = stablehlo.constant dense<[[1], [5]]> : tensor<2x1xi32>
  %0 = "stablehlo.gather"(%m, %rows) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, indices_are_sorted = false, slice_sizes = array<i64: 1, 3>}> : (tensor<2x3xf32>, tensor<2x1xi32>) -> tensor<2x3xf32>
  check.expect_eq_const %0, dense<[[4.0, 5.0, 6.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %1 = "stablehlo.gather"(%m, %rows) {dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = dense<[1, 3]> : tensor<2xi64>} : (tensor<2x3xf32>, tensor<2x1xi32>) -> tensor<2x3xf32>
  check.expect_eq %1, %0 : tensor<2x3xf32>
  %columns = stablehlo.constant dense<[[2], [0]]> : tensor<2x1xi32>
  %2 = "stablehlo.gather"(%m, %columns) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [1], operand_batching_dims = [0], start_indices_batching_dims = [0], start_index_map = [1], index_vector_dim = 1>, slice_sizes = array<i64: 1, 1>}> : (tensor<2x3xf32>, tensor<2x1xi32>) -> tensor<2xf32>
  check.expect_eq_const %2, dense<[3.0, 4.0]> : tensor<2xf32>
  // With no index_vector_dim, it is dimension 0.
  %first = stablehlo.constant dense<[2]> : tensor<1xi32>
  %3 = "stablehlo.gather"(%x, %first) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0], start_index_map = [0]>, slice_sizes = array<i64: 1>}> : (tensor<3xf32>, tensor<1xi32>) -> tensor<f32>
  check.expect_eq_const %3, dense<3.5> : tensor<f32>
  return
}
// -----
// The body of a scatter: each known operation, one of its arguments, and any other if the indices are unique.
func.func @main() {
  %x = stablehlo.constant dense<[1.0, -2.0, 3.5]> : tensor<3xf32>
  %at = stablehlo.constant dense<[[2], [0], [2]]> : tensor<3x1xi32>
  %once = stablehlo.constant dense<[[2], [7]]> : tensor<2x1xi32>
  %u = stablehlo.constant dense<[10.0, 20.0, 30.0]> : tensor<3xf32>
  %v = stablehlo.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %0 = "stablehlo.scatter"(%x, %at, %u) <{scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %s = stablehlo.add %a, %b : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<3xf32>, tensor<3x1xi32>, tensor<3xf32>) -> tensor<3xf32>
  check.expect_eq_const %0, dense<[21.0, -2.0, 43.5]> : tensor<3xf32>
  %1 = "stablehlo.scatter"(%x, %at, %u) <{scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %s = stablehlo.subtract %a, %b : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<3xf32>, tensor<3x1xi32>, tensor<3xf32>) -> tensor<3xf32>
  check.expect_eq_const %1, dense<[-19.0, -2.0, -36.5]> : tensor<3xf32>
  // The update minus the element is not a scatter that we have.
  %2 = "stablehlo.scatter"(%x, %once, %v) <{scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, unique_indices = true}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %s = stablehlo.subtract %b, %a : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<3xf32>, tensor<2x1xi32>, tensor<2xf32>) -> tensor<3xf32>
  check.expect_eq_const %2, dense<[1.0, -2.0, 6.5]> : tensor<3xf32>
  %3 = "stablehlo.scatter"(%x, %once, %v) <{scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, unique_indices}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %p = stablehlo.multiply %a, %b : tensor<f32>
    %s = stablehlo.add %p, %b : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<3xf32>, tensor<2x1xi32>, tensor<2xf32>) -> tensor<3xf32>
  check.expect_eq_const %3, dense<[1.0, -2.0, 45.0]> : tensor<3xf32>
  %4 = "stablehlo.scatter"(%x, %at, %u) <{scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    stablehlo.return %a : tensor<f32>
  }) : (tensor<3xf32>, tensor<3x1xi32>, tensor<3xf32>) -> tensor<3xf32>
  check.expect_eq %4, %x : tensor<3xf32>
  %5 = "stablehlo.scatter"(%x, %once, %v) <{scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    stablehlo.return %b : tensor<f32>
  }) : (tensor<3xf32>, tensor<2x1xi32>, tensor<2xf32>) -> tensor<3xf32>
  check.expect_eq_const %5, dense<[1.0, -2.0, 10.0]> : tensor<3xf32>
  return
}
// -----
// Windows of several elements, and a batch dimension, with a body of its own.
func.func @main() {
  %m = stablehlo.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>
  %row = stablehlo.constant dense<[[1]]> : tensor<1x1xi32>
  %u = stablehlo.constant dense<[[10, 20, 30]]> : tensor<1x3xi32>
  %0 = "stablehlo.scatter"(%m, %row, %u) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, unique_indices = true}> ({
  ^bb0(%a: tensor<i32>, %b: tensor<i32>):
    %s = stablehlo.remainder %b, %a : tensor<i32>
    stablehlo.return %s : tensor<i32>
  }) : (tensor<2x3xi32>, tensor<1x1xi32>, tensor<1x3xi32>) -> tensor<2x3xi32>
  check.expect_eq_const %0, dense<[[1, 2, 3], [2, 0, 0]]> : tensor<2x3xi32>
  %columns = stablehlo.constant dense<[[2], [0]]> : tensor<2x1xi32>
  %v = stablehlo.constant dense<[10, 21]> : tensor<2xi32>
  %1 = "stablehlo.scatter"(%m, %columns, %v) <{scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [1], input_batching_dims = [0], scatter_indices_batching_dims = [0], scatter_dims_to_operand_dims = [1], index_vector_dim = 1>, unique_indices = true}> ({
  ^bb0(%a: tensor<i32>, %b: tensor<i32>):
    %s = stablehlo.remainder %b, %a : tensor<i32>
    stablehlo.return %s : tensor<i32>
  }) : (tensor<2x3xi32>, tensor<2x1xi32>, tensor<2xi32>) -> tensor<2x3xi32>
  check.expect_eq_const %1, dense<[[1, 2, 1], [1, 5, 6]]> : tensor<2x3xi32>
  return
}
// -----
// On bools, each body is logic.
func.func @main() {
  %b = stablehlo.constant dense<[true, false, false]> : tensor<3xi1>
  %at = stablehlo.constant dense<[[0], [1]]> : tensor<2x1xi32>
  %u = stablehlo.constant dense<[false, true]> : tensor<2xi1>
  %0 = "stablehlo.scatter"(%b, %at, %u) <{scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%p: tensor<i1>, %q: tensor<i1>):
    %s = stablehlo.or %p, %q : tensor<i1>
    stablehlo.return %s : tensor<i1>
  }) : (tensor<3xi1>, tensor<2x1xi32>, tensor<2xi1>) -> tensor<3xi1>
  check.expect_eq_const %0, dense<[true, true, false]> : tensor<3xi1>
  %1 = "stablehlo.scatter"(%b, %at, %u) <{scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%p: tensor<i1>, %q: tensor<i1>):
    %s = stablehlo.and %q, %p : tensor<i1>
    stablehlo.return %s : tensor<i1>
  }) : (tensor<3xi1>, tensor<2x1xi32>, tensor<2xi1>) -> tensor<3xi1>
  check.expect_eq_const %1, dense<false> : tensor<3xi1>
  // a - b is an exclusive or.
  %2 = "stablehlo.scatter"(%b, %at, %u) <{scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, unique_indices = true}> ({
  ^bb0(%p: tensor<i1>, %q: tensor<i1>):
    %s = stablehlo.subtract %p, %q : tensor<i1>
    stablehlo.return %s : tensor<i1>
  }) : (tensor<3xi1>, tensor<2x1xi32>, tensor<2xi1>) -> tensor<3xi1>
  check.expect_eq_const %2, dense<[true, true, false]> : tensor<3xi1>
  return
}
// -----
// Comparators: descending, of several keys, in the total order, with zeros and NaNs made alike.
func.func @main() {
  %x = stablehlo.constant dense<[0.0, 3.0, -0.0, 2.0]> : tensor<4xf32>
  %n = stablehlo.constant dense<[5, 1, 5, 7]> : tensor<4xi32>
  %0 = "stablehlo.sort"(%n) <{dimension = -1 : i64, is_stable = true}> ({
  ^bb0(%a: tensor<i32>, %b: tensor<i32>):
    %c = stablehlo.compare LT, %b, %a, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    stablehlo.return %c : tensor<i1>
  }) : (tensor<4xi32>) -> tensor<4xi32>
  check.expect_eq_const %0, dense<[7, 5, 5, 1]> : tensor<4xi32>
  %1:2 = "stablehlo.sort"(%n, %x) ({
  ^bb0(%a: tensor<i32>, %b: tensor<i32>, %p: tensor<f32>, %q: tensor<f32>):
    %c = "stablehlo.compare"(%p, %q) <{compare_type = #stablehlo<comparison_type TOTALORDER>, comparison_direction = #stablehlo<comparison_direction GT>}> : (tensor<f32>, tensor<f32>) -> tensor<i1>
    stablehlo.return %c : tensor<i1>
  }) : (tensor<4xi32>, tensor<4xf32>) -> (tensor<4xi32>, tensor<4xf32>)
  check.expect_eq_const %1#0, dense<[1, 7, 5, 5]> : tensor<4xi32>
  check.expect_eq_const %1#1, dense<[3.0, 2.0, 0.0, -0.0]> : tensor<4xf32>
  // Any comparator will do: here the distance to 4, of which equal ones keep their order.
  %four = stablehlo.constant dense<4> : tensor<i32>
  %near = "stablehlo.sort"(%n) <{dimension = 0 : i64, is_stable = true}> ({
  ^bb0(%a: tensor<i32>, %b: tensor<i32>):
    %da = stablehlo.subtract %a, %four : tensor<i32>
    %db = stablehlo.subtract %b, %four : tensor<i32>
    %far = stablehlo.abs %da : tensor<i32>
    %fbr = stablehlo.abs %db : tensor<i32>
    %c = stablehlo.compare LT, %far, %fbr, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    stablehlo.return %c : tensor<i1>
  }) : (tensor<4xi32>) -> tensor<4xi32>
  check.expect_eq_const %near, dense<[5, 5, 1, 7]> : tensor<4xi32>
  // As jnp.sort writes it.
  %odd = stablehlo.constant dense<[0xFFC00000, 1.0, 0.0, -0.0]> : tensor<4xf32>
  %2 = "stablehlo.sort"(%odd) <{dimension = 0 : i64, is_stable = true}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %zero = stablehlo.constant dense<0.0> : tensor<f32>
    %nan = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %3 = stablehlo.compare EQ, %a, %zero, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %4 = stablehlo.select %3, %zero, %a : tensor<i1>, tensor<f32>
    %5 = stablehlo.compare NE, %4, %4, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %6 = stablehlo.select %5, %nan, %4 : tensor<i1>, tensor<f32>
    %7 = stablehlo.compare EQ, %b, %zero, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %8 = stablehlo.select %7, %zero, %b : tensor<i1>, tensor<f32>
    %9 = stablehlo.compare NE, %8, %8, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %10 = stablehlo.select %9, %nan, %8 : tensor<i1>, tensor<f32>
    %c = stablehlo.compare LT, %6, %10, TOTALORDER : (tensor<f32>, tensor<f32>) -> tensor<i1>
    stablehlo.return %c : tensor<i1>
  }) : (tensor<4xf32>) -> tensor<4xf32>
  check.expect_eq_const %2, dense<[0.0, -0.0, 1.0, 0x7FC00000]> : tensor<4xf32>
  return
}
// -----
// The largest elements: a NaN is the largest, or by its sign the least.
func.func @main() {
  %x = stablehlo.constant dense<[1.0, 0x7FC00000, 3.5, 0xFFC00000]> : tensor<4xf32>
  %0:2 = chlo.top_k(%x, k = 2) : tensor<4xf32> -> (tensor<2xf32>, tensor<2xi32>)
  check.expect_eq_const %0#0, dense<[0x7FC00000, 3.5]> : tensor<2xf32>
  check.expect_eq_const %0#1, dense<[1, 2]> : tensor<2xi32>
  %n = stablehlo.constant dense<[[5, 1, 5, 7], [0, -1, -2, -3]]> : tensor<2x4xi32>
  %1:2 = "chlo.top_k"(%n) <{k = 3 : i64}> : (tensor<2x4xi32>) -> (tensor<2x3xi32>, tensor<2x3xi32>)
  check.expect_eq_const %1#0, dense<[[7, 5, 5], [0, -1, -2]]> : tensor<2x3xi32>
  check.expect_eq_const %1#1, dense<[[3, 0, 2], [0, 1, 2]]> : tensor<2x3xi32>
  return
}

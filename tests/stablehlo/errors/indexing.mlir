// error: stablehlo:2:6: stablehlo.gather: the attribute dimension_numbers is missing
%0 = "stablehlo.gather"(%x, %i) <{slice_sizes = array<i64: 1>}> : (tensor<3xf32>, tensor<3xi32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.gather: the attribute dimension_numbers is missing
%0 = "stablehlo.gather"(%x, %i) <{dimension_numbers = 1 : i64, slice_sizes = array<i64: 1>}> : (tensor<3xf32>, tensor<3xi32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.gather: collapsed_slice_dims names 17 dimensions
%0 = "stablehlo.gather"(%x, %i) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]>, slice_sizes = array<i64: 1>}> : (tensor<3xf32>, tensor<3xi32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.gather: offset_dims is not a list of integers
%0 = "stablehlo.gather"(%x, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = 1.5>, slice_sizes = array<i64: 1>}> : (tensor<3xf32>, tensor<3xi32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.gather: an integer is expected in a list of integers
%0 = "stablehlo.gather"(%x, %i) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [x]>, slice_sizes = array<i64: 1>}> : (tensor<3xf32>, tensor<3xi32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.gather: an integer is expected in a list of integers
%0 = "stablehlo.gather"(%x, %i) <{dimension_numbers = #stablehlo.gather<start_index_map = [x]>, slice_sizes = array<i64: 1>}> : (tensor<3xf32>, tensor<3xi32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.gather: an integer is expected in a list of integers
%0 = "stablehlo.gather"(%x, %i) <{dimension_numbers = #stablehlo.gather<operand_batching_dims = [x]>, slice_sizes = array<i64: 1>}> : (tensor<3xf32>, tensor<3xi32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.gather: an integer is expected in a list of integers
%0 = "stablehlo.gather"(%x, %i) <{dimension_numbers = #stablehlo.gather<start_indices_batching_dims = [x]>, slice_sizes = array<i64: 1>}> : (tensor<3xf32>, tensor<3xi32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:91: , is expected here, but not collapsed_slice_dims
%0 = "stablehlo.gather"(%x, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [1] collapsed_slice_dims = [0]>, slice_sizes = array<i64: 1>}> : (tensor<3xf32>, tensor<3xi32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:87: the text ends where an attribute is expected
%0 = "stablehlo.gather"(%x, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = >, slice_sizes = array<i64: 1>}> : (tensor<3xf32>, tensor<3xi32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.gather: the attribute slice_sizes is missing
%0 = "stablehlo.gather"(%x, %i) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>}> : (tensor<3xf32>, tensor<3xi32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.gather: the length of slice_sizes must be 1, but is 2
%0 = "stablehlo.gather"(%x, %i) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 1>}> : (tensor<3xf32>, tensor<3xi32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.gather: gather: slice_sizes (2,) must be 1 along dimension 0, which the result does not have
%0 = "stablehlo.gather"(%x, %i) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 2>}> : (tensor<3xf32>, tensor<3xi32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.dynamic_gather is not supported: operand 2 must be a constant
%0 = "stablehlo.dynamic_gather"(%x, %i, %i) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>}> : (tensor<3xf32>, tensor<3xi32>, tensor<3xi32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.scatter: it has no region
%0 = "stablehlo.scatter"(%x, %i, %x) <{scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> : (tensor<3xf32>, tensor<3xi32>, tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.scatter: it takes arrays, indices, and as many updates
%0 = "stablehlo.scatter"(%x, %i) ({
^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
  stablehlo.return %rhs : tensor<f32>
}) : (tensor<3xf32>, tensor<3xi32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:8: stablehlo.scatter: it takes arrays, indices, and as many updates
%0:2 = "stablehlo.scatter"(%x, %i, %x) ({
^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
  stablehlo.return %rhs : tensor<f32>
}) : (tensor<3xf32>, tensor<3xi32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
// -----
// error: stablehlo:2:6: stablehlo.scatter: the attribute scatter_dimension_numbers is missing
%0 = "stablehlo.scatter"(%x, %i, %x) ({
^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
  stablehlo.return %rhs : tensor<f32>
}) : (tensor<3xf32>, tensor<3xi32>, tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.scatter: its region takes 3 arguments, but is given 2
%0 = "stablehlo.scatter"(%x, %i, %x) <{scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, unique_indices = true}> ({
^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>, %o: tensor<f32>):
  %t = stablehlo.atan2 %lhs, %rhs : tensor<f32>
  stablehlo.return %t : tensor<f32>
}) : (tensor<3xf32>, tensor<3xi32>, tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.scatter: scatter_by: update_window_dims, inserted_window_dims and operand_batching_dims have 0 dimensions in all, but the operand f32[3] has 1
%0 = "stablehlo.scatter"(%x, %i, %x) <{scatter_dimension_numbers = #stablehlo.scatter<scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, unique_indices = true}> ({
^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
  %t = stablehlo.atan2 %lhs, %rhs : tensor<f32>
  stablehlo.return %t : tensor<f32>
}) : (tensor<3xf32>, tensor<3xi32>, tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.scatter: scatter_by: update_window_dims (5,): 5 is not a dimension of the updates
%0 = "stablehlo.scatter"(%x, %i, %x) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [5], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, unique_indices = true}> ({
^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
  %t = stablehlo.atan2 %lhs, %rhs : tensor<f32>
  stablehlo.return %t : tensor<f32>
}) : (tensor<3xf32>, tensor<3xi32>, tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.scatter: scatter_by: update_window_dims (-1,): -1 is not a dimension of the updates
%0 = "stablehlo.scatter"(%x, %i, %x) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [-1], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, unique_indices = true}> ({
^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
  %t = stablehlo.atan2 %lhs, %rhs : tensor<f32>
  stablehlo.return %t : tensor<f32>
}) : (tensor<3xf32>, tensor<3xi32>, tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:1: stablehlo.sort: it gives as many arrays as it takes
"stablehlo.sort"() ({
^bb0:
  stablehlo.return %p : tensor<i1>
}) : () -> ()
// -----
// error: stablehlo:2:8: stablehlo.sort: it gives as many arrays as it takes
%0:2 = "stablehlo.sort"(%x) ({
^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
  %c = stablehlo.compare LT, %lhs, %rhs : (tensor<f32>, tensor<f32>) -> tensor<i1>
  stablehlo.return %c : tensor<i1>
}) : (tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
// -----
// error: stablehlo:2:6: stablehlo.sort: it needs a comparator of two elements of each operand
%0 = "stablehlo.sort"(%x) : (tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.sort: it needs a comparator of two elements of each operand
%0 = "stablehlo.sort"(%x) ({
}) : (tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.sort: it needs a comparator of two elements of each operand
%0 = "stablehlo.sort"(%x) ({
^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
}) : (tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.sort: it needs a comparator of two elements of each operand
%0 = "stablehlo.sort"(%x) ({
^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
  stablehlo.return
}) : (tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.sort: there is no dimension 1
%0 = "stablehlo.sort"(%x) <{dimension = 1 : i64}> ({
^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
  %c = stablehlo.compare LT, %lhs, %rhs : (tensor<f32>, tensor<f32>) -> tensor<i1>
  stablehlo.return %c : tensor<i1>
}) : (tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.sort: there is no dimension -1
%0 = "stablehlo.sort"(%x) <{dimension = -2 : i64}> ({
^bb0(%lhs: tensor<f32>, %rhs: tensor<f32>):
  %c = stablehlo.compare LT, %lhs, %rhs : (tensor<f32>, tensor<f32>) -> tensor<i1>
  stablehlo.return %c : tensor<i1>
}) : (tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:8: chlo.top_k: the attribute k is missing
%0:2 = chlo.top_k(%x) : tensor<3xf32> -> (tensor<2xf32>, tensor<2xi32>)
// -----
// error: stablehlo:2:8: chlo.top_k: top_k: k must be 0 to 3, the size of the last dimension of i32[3], but is 4
%0:2 = chlo.top_k(%x, k = 4) : tensor<3xf32> -> (tensor<4xf32>, tensor<4xi32>)
// -----
// error: stablehlo:2:8: chlo.top_k: top_k: k must be 0 to 3, the size of the last dimension of i32[3], but is -1
%0:2 = chlo.top_k(%i, k = -1) : tensor<3xi32> -> (tensor<4xi32>, tensor<4xi32>)

// error: stablehlo:2:6: stablehlo.iota: the attribute iota_dimension is missing
%0 = "stablehlo.iota"() : () -> tensor<3xi32>
// -----
// error: stablehlo:2:6: stablehlo.iota: i32[3] has no dimension 1
%0 = stablehlo.iota dim = 1 : tensor<3xi32>
// -----
// error: stablehlo:2:6: stablehlo.iota: i32[3] has no dimension -1
%0 = stablehlo.iota dim = -1 : tensor<3xi32>
// -----
// error: stablehlo:2:6: stablehlo.iota: iota_dimension must be an integer
%0 = stablehlo.iota dim = [0] : tensor<3xi32>
// -----
// error: stablehlo:2:6: stablehlo.broadcast_in_dim: the length of broadcast_dimensions must be 1, but is 2
%0 = stablehlo.broadcast_in_dim %x, dims = [0, 1] : (tensor<3xf32>) -> tensor<3x3xf32>
// -----
// error: stablehlo:2:6: stablehlo.broadcast_in_dim: broadcast_dimensions: there is no dimension 2
%0 = stablehlo.broadcast_in_dim %x, dims = [2] : (tensor<3xf32>) -> tensor<3x3xf32>
// -----
// error: stablehlo:2:6: stablehlo.broadcast_in_dim: broadcast_dimensions: there is no dimension -1
%0 = stablehlo.broadcast_in_dim %x, dims = [-1] : (tensor<3xf32>) -> tensor<3x3xf32>
// -----
// error: stablehlo:2:6: stablehlo.broadcast_in_dim: broadcast_dimensions: dimension 1 is named twice
%0 = stablehlo.broadcast_in_dim %m, dims = [1, 1] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// -----
// error: stablehlo:2:6: stablehlo.broadcast_in_dim: broadcast_in_dim: f32[3,2] does not broadcast to shape (2, 3) along broadcast_dimensions (0, 1): dimension 0 is neither 1 nor 2
%0 = stablehlo.broadcast_in_dim %m, dims = [1, 0] : (tensor<2x3xf32>) -> tensor<2x3xf32>
// -----
// error: stablehlo:2:6: stablehlo.broadcast_in_dim: the attribute broadcast_dimensions is missing
%0 = stablehlo.broadcast_in_dim %x : (tensor<3xf32>) -> tensor<3x3xf32>
// -----
// error: stablehlo:2:6: stablehlo.broadcast_in_dim: an integer is expected in a list of integers
%0 = stablehlo.broadcast_in_dim %x, dims = ["a"] : (tensor<3xf32>) -> tensor<3x3xf32>
// -----
// error: stablehlo:2:6: stablehlo.broadcast_in_dim: dims is not a list of integers
%0 = stablehlo.broadcast_in_dim %x, dims = a : (tensor<3xf32>) -> tensor<3x3xf32>
// -----
// error: stablehlo:2:6: stablehlo.broadcast_in_dim: a list of more than 32 integers
%0 = stablehlo.broadcast_in_dim %x, dims = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] : (tensor<3xf32>) -> tensor<3x3xf32>
// -----
// error: stablehlo:2:6: stablehlo.broadcast_in_dim: at most 32 integers are expected, but not tensor<99xi64>
%0 = "stablehlo.broadcast_in_dim"(%x) {broadcast_dimensions = dense<0> : tensor<99xi64>} : (tensor<3xf32>) -> tensor<3x3xf32>
// -----
// error: stablehlo:2:6: stablehlo.broadcast_in_dim: at most 32 integers are expected, but not tensor<1xf32>
%0 = "stablehlo.broadcast_in_dim"(%x) {broadcast_dimensions = dense<0.0> : tensor<1xf32>} : (tensor<3xf32>) -> tensor<3x3xf32>
// -----
// error: stablehlo:2:6: stablehlo.broadcast_in_dim: at most 32 integers are expected, but not tensor<1xi3>
%0 = "stablehlo.broadcast_in_dim"(%x) {broadcast_dimensions = dense<0> : tensor<1xi3>} : (tensor<3xf32>) -> tensor<3x3xf32>
// -----
// error: stablehlo:2:69: x is not an element of type i64
%0 = "stablehlo.broadcast_in_dim"(%x) {broadcast_dimensions = dense<x> : tensor<1xi64>} : (tensor<3xf32>) -> tensor<3x3xf32>
// -----
// error: stablehlo:2:6: stablehlo.broadcast_in_dim: broadcast_dimensions is not a list of integers
%0 = "stablehlo.broadcast_in_dim"(%x) {broadcast_dimensions = dense<0>} : (tensor<3xf32>) -> tensor<3x3xf32>
// -----
// error: stablehlo:2:6: stablehlo.reshape: reshape: f32[3] has 3 elements, shape (2,) has 2
%0 = stablehlo.reshape %x : (tensor<3xf32>) -> tensor<2xf32>
// -----
// error: stablehlo:2:6: stablehlo.transpose: the attribute permutation is missing
%0 = stablehlo.transpose %m : (tensor<2x3xf32>) -> tensor<3x2xf32>
// -----
// error: stablehlo:2:6: stablehlo.transpose: the length of permutation must be 2, but is 1
%0 = stablehlo.transpose %m, dims = [0] : (tensor<2x3xf32>) -> tensor<3x2xf32>
// -----
// error: stablehlo:2:6: stablehlo.transpose: transpose: permutation (0, 0) name dimension 0 of f32[2,3] twice
%0 = stablehlo.transpose %m, dims = [0, 0] : (tensor<2x3xf32>) -> tensor<3x2xf32>
// -----
// error: stablehlo:2:6: stablehlo.slice: the length of start_indices must be 2, but is 1
%0 = stablehlo.slice %m [0:1] : (tensor<2x3xf32>) -> tensor<1x3xf32>
// -----
// error: stablehlo:2:6: stablehlo.slice: slice: from (0, 0) to (9, 1) by (1, 1) is not within f32[2,3]
%0 = stablehlo.slice %m [0:9, 0:1] : (tensor<2x3xf32>) -> tensor<1x3xf32>
// -----
// error: stablehlo:2:26: an integer is expected here, but not a
%0 = stablehlo.slice %m [a:9, 0:1] : (tensor<2x3xf32>) -> tensor<1x3xf32>
// -----
// error: stablehlo:2:28: : is expected here, but not 9
%0 = stablehlo.slice %m [0 9, 0:1] : (tensor<2x3xf32>) -> tensor<1x3xf32>
// -----
// error: stablehlo:2:28: an integer is expected here, but not 1.5
%0 = stablehlo.slice %m [0:1.5, 0:1] : (tensor<2x3xf32>) -> tensor<1x3xf32>
// -----
// error: stablehlo:2:30: ] is expected here, but not 0
%0 = stablehlo.slice %m [0:1 0:1] : (tensor<2x3xf32>) -> tensor<1x3xf32>
// -----
// error: stablehlo:2:6: stablehlo.slice: the attribute limit_indices is missing
%0 = "stablehlo.slice"(%m) <{start_indices = array<i64: 1, 0>}> : (tensor<2x3xf32>) -> tensor<1x2xf32>
// -----
// error: stablehlo:2:6: stablehlo.slice: the attribute strides is missing
%0 = "stablehlo.slice"(%m) <{start_indices = array<i64: 1, 0>, limit_indices = array<i64: 2, 3>}> : (tensor<2x3xf32>) -> tensor<1x2xf32>
// -----
// error: stablehlo:2:6: stablehlo.slice: the length of limit_indices must be 2, but is 1
%0 = "stablehlo.slice"(%m) <{start_indices = array<i64: 1, 0>, limit_indices = array<i64: 2>, strides = array<i64: 1, 1>}> : (tensor<2x3xf32>) -> tensor<1x2xf32>
// -----
// error: stablehlo:2:6: stablehlo.slice: the length of strides must be 2, but is 1
%0 = "stablehlo.slice"(%m) <{start_indices = array<i64: 1, 0>, limit_indices = array<i64: 2, 3>, strides = array<i64: 1>}> : (tensor<2x3xf32>) -> tensor<1x2xf32>
// -----
// error: stablehlo:3:6: stablehlo.real_dynamic_slice is not supported: operand 1 must be a constant
%k = stablehlo.convert %i : (tensor<3xi32>) -> tensor<3xi64>
%0 = stablehlo.real_dynamic_slice %x, %k, %k, %k : (tensor<3xf32>, tensor<3xi64>, tensor<3xi64>, tensor<3xi64>) -> tensor<1xf32>
// -----
// error: stablehlo:2:6: stablehlo.real_dynamic_slice is not supported: operand 1 must be a constant
%0 = stablehlo.real_dynamic_slice %x, %i, %i, %i : (tensor<3xf32>, tensor<3xi32>, tensor<3xi32>, tensor<3xi32>) -> tensor<1xf32>
// -----
// error: stablehlo:3:6: stablehlo.dynamic_pad is not supported: operand 3 must be a constant
%k = stablehlo.constant dense<1> : tensor<1xi64>
%0 = stablehlo.dynamic_pad %x, %s, %k, %i, %k : (tensor<3xf32>, tensor<f32>, tensor<1xi64>, tensor<3xi32>, tensor<1xi64>) -> tensor<5xf32>
// -----
// error: stablehlo:2:6: stablehlo.pad: the attribute interior_padding is missing
%0 = stablehlo.pad %x, %s, low = [1], high = [1] : (tensor<3xf32>, tensor<f32>) -> tensor<5xf32>
// -----
// error: stablehlo:2:6: stablehlo.pad: the length of low must be 1, but is 2
%0 = stablehlo.pad %x, %s, low = [1, 1], high = [1], interior = [0] : (tensor<3xf32>, tensor<f32>) -> tensor<5xf32>
// -----
// error: stablehlo:2:6: stablehlo.pad: the length of high must be 1, but is 0
%0 = stablehlo.pad %x, %s, low = [1], high = [], interior = [0] : (tensor<3xf32>, tensor<f32>) -> tensor<5xf32>
// -----
// error: stablehlo:2:6: stablehlo.pad: pad: interior (-1,) is negative
%0 = stablehlo.pad %x, %s, low = [1], high = [1], interior = [-1] : (tensor<3xf32>, tensor<f32>) -> tensor<5xf32>
// -----
// error: stablehlo:2:6: stablehlo.pad: the length of interior must be 1, but is 2
%0 = stablehlo.pad %x, %s, low = [1], high = [1], interior = [0, 0] : (tensor<3xf32>, tensor<f32>) -> tensor<5xf32>
// -----
// error: stablehlo:2:6: stablehlo.concatenate: the attribute dimension is missing
%0 = stablehlo.concatenate %x, %x : (tensor<3xf32>, tensor<3xf32>) -> tensor<6xf32>
// -----
// error: stablehlo:2:6: stablehlo.concatenate: there is no dimension 1
%0 = stablehlo.concatenate %x, %x, dim = 1 : (tensor<3xf32>, tensor<3xf32>) -> tensor<6xf32>
// -----
// error: stablehlo:2:6: stablehlo.concatenate: there is no dimension -1
%0 = stablehlo.concatenate %x, %x, dim = -1 : (tensor<3xf32>, tensor<3xf32>) -> tensor<6xf32>
// -----
// error: stablehlo:2:6: stablehlo.concatenate: there is no dimension 0
%0 = "stablehlo.concatenate"() <{dimension = 0 : i64}> : () -> tensor<6xf32>
// -----
// error: stablehlo:2:6: stablehlo.concatenate: concatenate: f32[3] and f32[2,3] cannot be joined along dimension 0
%0 = stablehlo.concatenate %x, %m, dim = 0 : (tensor<3xf32>, tensor<2x3xf32>) -> tensor<6xf32>
// -----
// error: stablehlo:2:6: stablehlo.reverse: the attribute dimensions is missing
%0 = stablehlo.reverse %x : tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.reverse: dimensions: dimension 0 is named twice
%0 = stablehlo.reverse %x, dims = [0, 0] : tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.reverse: dimensions: there is no dimension 1
%0 = stablehlo.reverse %x, dims = [1] : tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.dynamic_slice: it takes an array and a start index for each dimension
%0 = "stablehlo.dynamic_slice"() <{slice_sizes = array<i64: 1>}> : () -> tensor<1xf32>
// -----
// error: stablehlo:2:6: stablehlo.dynamic_slice: it takes an array and a start index for each dimension
%0 = stablehlo.dynamic_slice %m, %n, sizes = [1, 1] : (tensor<2x3xf32>, tensor<i32>) -> tensor<1x1xf32>
// -----
// error: stablehlo:2:6: stablehlo.dynamic_slice: the attribute slice_sizes is missing
%0 = stablehlo.dynamic_slice %x, %n : (tensor<3xf32>, tensor<i32>) -> tensor<1xf32>
// -----
// error: stablehlo:2:6: stablehlo.dynamic_slice: the length of slice_sizes must be 1, but is 2
%0 = stablehlo.dynamic_slice %x, %n, sizes = [1, 1] : (tensor<3xf32>, tensor<i32>) -> tensor<1xf32>
// -----
// error: stablehlo:2:6: stablehlo.dynamic_slice: dynamic_slice: a block of sizes (4,) does not fit into f32[3]
%0 = stablehlo.dynamic_slice %x, %n, sizes = [4] : (tensor<3xf32>, tensor<i32>) -> tensor<4xf32>
// -----
// error: stablehlo:2:6: stablehlo.dynamic_update_slice: it takes two arrays and a start index for each dimension
%0 = stablehlo.dynamic_update_slice %x : (tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.dynamic_update_slice: it takes two arrays and a start index for each dimension
%0 = stablehlo.dynamic_update_slice %m, %m, %n : (tensor<2x3xf32>, tensor<2x3xf32>, tensor<i32>) -> tensor<2x3xf32>
// -----
// error: stablehlo:2:6: stablehlo.dynamic_update_slice: dynamic_update_slice: i32[3] is not a block of f32[3]
%0 = stablehlo.dynamic_update_slice %x, %i, %n : (tensor<3xf32>, tensor<3xi32>, tensor<i32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.get_dimension_size: the attribute dimension is missing
%0 = stablehlo.get_dimension_size %x : (tensor<3xf32>) -> tensor<i32>
// -----
// error: stablehlo:2:6: stablehlo.get_dimension_size: there is no dimension 1
%0 = stablehlo.get_dimension_size %x, dim = 1 : (tensor<3xf32>) -> tensor<i32>
// -----
// error: stablehlo:2:6: stablehlo.get_dimension_size: there is no dimension -1
%0 = stablehlo.get_dimension_size %x, dim = -1 : (tensor<3xf32>) -> tensor<i32>
// -----
// error: stablehlo:2:6: stablehlo.convert: the dynamic shape is not supported, in tensor<2x?xf32>
%0 = stablehlo.convert %x : (tensor<3xf32>) -> tensor<2x?xf32>
// -----
// error: stablehlo:2:6: stablehlo.convert: the unknown rank is not supported, in tensor<*xf32>
%0 = stablehlo.convert %x : (tensor<3xf32>) -> tensor<*xf32>
// -----
// error: stablehlo:2:6: stablehlo.convert: the element type i3 is not supported, in tensor<3xi3>
%0 = stablehlo.convert %x : (tensor<3xf32>) -> tensor<3xi3>
// -----
// error: stablehlo:2:6: stablehlo.convert: the element type !quant.uniform<i8:f32, 1.0> is not supported, in tensor<3x!quant.uniform<i8:f32, 1.0>>
%0 = stablehlo.convert %x : (tensor<3xf32>) -> tensor<3x!quant.uniform<i8:f32, 1.0>>
// -----
// error: stablehlo:2:6: stablehlo.convert: the size is not supported, in tensor<99999999999999999999xf32>
%0 = stablehlo.convert %x : (tensor<3xf32>) -> tensor<99999999999999999999xf32>
// -----
// error: stablehlo:2:6: stablehlo.convert: the size is not supported, in tensor<18446744073709551616xf32>
%0 = stablehlo.convert %x : (tensor<3xf32>) -> tensor<18446744073709551616xf32>
// -----
// error: stablehlo:2:6: stablehlo.convert: the size is not supported, in tensor<4294967296x4294967296xf32>
%0 = stablehlo.convert %x : (tensor<3xf32>) -> tensor<4294967296x4294967296xf32>
// -----
// error: stablehlo:2:6: stablehlo.convert: the number of dimensions is not supported, in tensor<1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1xf32>
%0 = stablehlo.convert %x : (tensor<3xf32>) -> tensor<1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1xf32>
// -----
// error: stablehlo:2:6: stablehlo.convert: a type that is not an array's is not supported, in tuple<tensor<f32>>
%0 = stablehlo.convert %x : (tensor<3xf32>) -> tuple<tensor<f32>>
// -----
// error: stablehlo:2:6: stablehlo.convert: a type that is not an array's is not supported, in !stablehlo.token
%0 = stablehlo.convert %x : (tensor<3xf32>) -> !stablehlo.token
// -----
// error: stablehlo:2:6: stablehlo.convert: the element type is not supported, in tensor<>
%0 = stablehlo.convert %x : (tensor<3xf32>) -> tensor<>
// -----
// error: stablehlo:2:6: stablehlo.convert: the element type is not supported, in tensor<3x>
%0 = stablehlo.convert %x : (tensor<3xf32>) -> tensor<3x>
// -----
// error: stablehlo:3:3: < is expected here, but not return
%0 = stablehlo.convert %x : (tensor<3xf32>) -> tensor
// -----
// error: stablehlo:2:54: the bracket < is not closed
%0 = stablehlo.convert %x : (tensor<3xf32>) -> tensor<3xf32
// -----
// error: stablehlo:2:48: a type is expected here, but not 7
%0 = stablehlo.convert %x : (tensor<3xf32>) -> 7

// error: stablehlo:2:6: stablehlo.nothing is not supported: there is no such operation here
%0 = stablehlo.nothing %x : tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.add: it takes 2 operands, but is given 1
%0 = stablehlo.add %x : tensor<3xf32>
// -----
// error: stablehlo:2:8: stablehlo.add: it gives 1 value, but is said to give 2
%0:2 = "stablehlo.add"(%x, %x) : (tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
// -----
// error: stablehlo:2:6: stablehlo.add: result 0 is f32[3], but is said to be tensor<2xf32>
%0 = stablehlo.add %x, %x : tensor<2xf32>
// -----
// error: stablehlo:2:6: stablehlo.add: add: operands are f32[3] and f32[2,3]; they must have one dtype and shape
%0 = stablehlo.add %x, %m : (tensor<3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
// -----
// error: stablehlo:2:6: stablehlo.add: add: operands are f32[3] and i32[3]; they must have one dtype and shape
%0 = stablehlo.add %x, %i : (tensor<3xf32>, tensor<3xi32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.sine: sin takes floating-point numbers, but an operand is i32[3]
%0 = stablehlo.sine %i : tensor<3xi32>
// -----
// error: stablehlo:2:6: stablehlo.power: the operands are f32[3] and f32[2,3]
%0 = stablehlo.power %x, %m : (tensor<3xf32>, tensor<2x3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.compare: there is no comparison XX
%0 = stablehlo.compare XX, %x, %x : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
// -----
// error: stablehlo:2:6: stablehlo.compare: the attribute comparison_direction is missing
%0 = "stablehlo.compare"(%x, %x) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
// -----
// error: stablehlo:2:6: stablehlo.select: select_n: the predicate must be bool or i32, but is f32[3]
%0 = stablehlo.select %x, %x, %x : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.clamp: clamp: min is i32[3] beside the operand f32[3]; it must be of the operand's dtype, and of its shape or a scalar
%0 = stablehlo.clamp %i, %x, %x : (tensor<3xi32>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.bitcast_convert: result 0 is i8[3,4], but is said to be tensor<3xi8>
%0 = stablehlo.bitcast_convert %x : (tensor<3xf32>) -> tensor<3xi8>
// -----
// error: stablehlo:2:6: chlo.is_inf: i32 has no infinity
%0 = chlo.is_inf %i : tensor<3xi32> -> tensor<3xi1>
// -----
// error: stablehlo:2:6: stablehlo.optimization_barrier: it gives as many values as it takes
%0 = "stablehlo.optimization_barrier"(%x, %x) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.dot: the operands must be vectors or matrices
%0 = stablehlo.dot %s, %x : (tensor<f32>, tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.dot: the operands must be vectors or matrices
%0 = stablehlo.dot %x, %s : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.dot_general: the operands have different numbers of contracted or batch dimensions
%0 = stablehlo.dot_general %x, %m, contracting_dims = [0] x [] : (tensor<3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
// -----
// error: stablehlo:2:6: stablehlo.dot_general: the operands have different numbers of contracted or batch dimensions
%0 = stablehlo.dot_general %x, %m, batching_dims = [0] : (tensor<3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
// -----
// error: stablehlo:2:6: stablehlo.dot_general: dot_general: contracted 7 is not a dimension of f32[2,3]
%0 = stablehlo.dot_general %x, %m, contracting_dims = [0] x [7] : (tensor<3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
// -----
// error: stablehlo:2:67: : is expected here, but not ]
%0 = stablehlo.dot_general %x, %m, contracting_dims = nothing x [1] : (tensor<3xf32>, tensor<2x3xf32>) -> tensor<2xf32>
// -----
// error: stablehlo:2:6: stablehlo.dot_general: dot_dimension_numbers cannot be read
%0 = "stablehlo.dot_general"(%x, %m) <{dot_dimension_numbers = 7 : i64}> : (tensor<3xf32>, tensor<2x3xf32>) -> tensor<2xf32>
// -----
// error: stablehlo:2:109: , is expected here, but not rhs
%0 = "stablehlo.dot_general"(%x, %m) <{dot_dimension_numbers = #stablehlo.dot<lhs_batching_dimensions = [0] rhs>}> : (tensor<3xf32>, tensor<2x3xf32>) -> tensor<2xf32>
// -----
// error: stablehlo:2:6: stablehlo.dot_general: rhs_contracting_dimensions is not a list of integers
%0 = "stablehlo.dot_general"(%x, %m) <{dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [0], rhs_contracting_dimensions = none>}> : (tensor<3xf32>, tensor<2x3xf32>) -> tensor<2xf32>
// -----
// error: stablehlo:2:6: stablehlo.custom_call is not supported: @lapack_sgetrf
%0 = stablehlo.custom_call @lapack_sgetrf(%x) : (tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.custom_call is not supported: @mhlo.erf
%0 = stablehlo.custom_call @mhlo.erf(%x, %x) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.custom_call is not supported: @mhlo.nothing_that_has_a_name_of_more_than_sixty_characters_in_chlo_too_it_is_sai
%0 = stablehlo.custom_call @mhlo.nothing_that_has_a_name_of_more_than_sixty_characters_in_chlo_too_it_is_said(%x) : (tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.custom_call is not supported: @Sharding
%0 = stablehlo.custom_call @Sharding(%x, %x) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.custom_call is not supported: @check.nothing
%0 = stablehlo.custom_call @check.nothing(%x) : (tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:1: stablehlo.custom_call: two values of one type are expected
stablehlo.custom_call @check.expect_eq(%x) : (tensor<3xf32>) -> ()
// -----
// error: stablehlo:2:1: check.expect_eq: two values of one type are expected
check.expect_eq %x, %i : tensor<3xf32>, tensor<3xi32>
// -----
// error: stablehlo:2:6: stablehlo.custom_call: the attribute call_target_name is missing
%0 = stablehlo.custom_call {backend_config = ""} : () -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.nothing is not supported: there is no such operation here (it is from "f"("a.py":7:0))
%0 = stablehlo.nothing %x : tensor<3xf32> loc(#loc1)
// -----
// error: stablehlo:2:6: stablehlo.nothing is not supported: there is no such operation here
%0 = stablehlo.nothing %x : tensor<3xf32> loc(#unknown)
// -----
// error: stablehlo:2:6: stablehlo.nothing is not supported: there is no such operation here (it is from #round)
%0 = stablehlo.nothing %x : tensor<3xf32> loc(#round)
// -----
// error: stablehlo:2:6: stablehlo.nothing is not supported: there is no such operation here (it is from unknown)
%0 = stablehlo.nothing %x : tensor<3xf32> loc(unknown)
// -----
// error: stablehlo:2:6: stablehlo.an_operation_whose_name_is_so_long_that_an_error_shows_only_the_first_ is not supported: there is no such operation here
%0 = stablehlo.an_operation_whose_name_is_so_long_that_an_error_shows_only_the_first_eighty_characters_of_it %x : tensor<3xf32>

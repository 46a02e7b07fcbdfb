// error: stablehlo:2:6: stablehlo.reduce: it takes arrays and as many initial values
%0 = "stablehlo.reduce"(%x) <{dimensions = array<i64: 0>}> : (tensor<3xf32>) -> tensor<f32>
// -----
// error: stablehlo:2:6: stablehlo.reduce: it takes arrays and as many initial values
%0 = "stablehlo.reduce"() <{dimensions = array<i64: 0>}> : () -> tensor<f32>
// -----
// error: stablehlo:2:8: stablehlo.reduce: it takes arrays and as many initial values
%0:2 = stablehlo.reduce(%x init: %s) applies stablehlo.add across dimensions = [0] : (tensor<3xf32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
// -----
// error: stablehlo:2:6: stablehlo.reduce: operand 0 is f32[3], and its initial value f32[3]
%0 = stablehlo.reduce(%x init: %x) applies stablehlo.add across dimensions = [0] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
// -----
// error: stablehlo:2:6: stablehlo.reduce: operand 0 is f32[3], and its initial value i32[]
%0 = stablehlo.reduce(%x init: %n) applies stablehlo.add across dimensions = [0] : (tensor<3xf32>, tensor<i32>) -> tensor<f32>
// -----
// error: stablehlo:2:8: stablehlo.reduce: operand 1 is f32[2,3], and its initial value f32[]
%0:2 = stablehlo.reduce(%x init: %s), (%m init: %s) applies stablehlo.add across dimensions = [0] : (tensor<3xf32>, tensor<2x3xf32>, tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
// -----
// error: stablehlo:2:6: stablehlo.reduce: dimensions (1,) do not fit 1 dimension
%0 = stablehlo.reduce(%x init: %s) applies stablehlo.add across dimensions = [1] : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
// -----
// error: stablehlo:2:6: stablehlo.reduce: dimensions (-1,) do not fit 1 dimension
%0 = stablehlo.reduce(%x init: %s) applies stablehlo.add across dimensions = [-1] : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
// -----
// error: stablehlo:2:6: stablehlo.reduce: dimensions (1, 1) do not fit 2 dimensions
%0 = stablehlo.reduce(%m init: %s) applies stablehlo.add across dimensions = [1, 1] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>
// -----
// error: stablehlo:2:6: stablehlo.reduce: the attribute dimensions is missing
%0 = stablehlo.reduce(%x init: %s) applies stablehlo.add : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
// -----
// error: stablehlo:2:6: stablehlo.reduce is not supported: with stablehlo.atan2
%0 = stablehlo.reduce(%x init: %s) applies stablehlo.atan2 across dimensions = [0] : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
// -----
// error: stablehlo:2:6: stablehlo.reduce: it has no region
%0 = stablehlo.reduce(%x init: %s) across dimensions = [0] : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
// -----
// error: stablehlo:2:6: stablehlo.reduce: it has no region
%0 = stablehlo.reduce(%x init: %s) somehow across dimensions = [0] : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
// -----
// error: stablehlo:2:31: : is expected here, but not s
%0 = stablehlo.reduce(%x init %s) applies stablehlo.add across dimensions = [0] : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
// -----
// error: stablehlo:2:6: stablehlo.reduce: its region takes 1 argument, but is given 2
%0 = "stablehlo.reduce"(%x, %s) <{dimensions = array<i64: 0>}> ({
^bb0(%a: tensor<f32>):
  stablehlo.return %a : tensor<f32>
}) : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
// -----
// error: stablehlo:2:6: stablehlo.reduce: its region must take scalars
%0 = "stablehlo.reduce"(%x, %s) <{dimensions = array<i64: 0>}> ({
^bb0(%a: tensor<3xf32>, %c: tensor<3xf32>):
  stablehlo.return %s : tensor<f32>
}) : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
// -----
// error: stablehlo:2:6: stablehlo.reduce: the dynamic shape is not supported, in tensor<?xf32>
%0 = "stablehlo.reduce"(%x, %s) <{dimensions = array<i64: 0>}> ({
^bb0(%a: tensor<?xf32>, %c: tensor<f32>):
  stablehlo.return %s : tensor<f32>
}) : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
// -----
// error: stablehlo:2:6: stablehlo.reduce: its region must give scalars
%0 = "stablehlo.reduce"(%x, %s) <{dimensions = array<i64: 0>}> ({
^bb0(%a: tensor<f32>, %c: tensor<f32>):
  stablehlo.return %x : tensor<3xf32>
}) : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
// -----
// error: stablehlo:2:6: stablehlo.reduce: its region gives 2 values, but must give 1
%0 = "stablehlo.reduce"(%x, %s) <{dimensions = array<i64: 0>}> ({
^bb0(%a: tensor<f32>, %c: tensor<f32>):
  stablehlo.return %a, %c : tensor<f32>, tensor<f32>
}) : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
// -----
// error: stablehlo:2:6: stablehlo.reduce: its region gives 0 values, but must give 1
%0 = "stablehlo.reduce"(%x, %s) <{dimensions = array<i64: 0>}> ({
^bb0(%a: tensor<f32>, %c: tensor<f32>):
}) : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
// -----
// error: stablehlo:4:8: stablehlo.sine: sin takes floating-point numbers, but an operand is i32[]
%0 = "stablehlo.reduce"(%x, %s) <{dimensions = array<i64: 0>}> ({
^bb0(%a: tensor<f32>, %c: tensor<f32>):
  %d = stablehlo.sine %n : tensor<i32>
  stablehlo.return %a : tensor<f32>
}) : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
// -----
// error: stablehlo:2:6: stablehlo.reduce: reduce: value 0 of its body is i32[], but must be f32[], as operand 0 is f32[3]
%0 = "stablehlo.reduce"(%x, %s) <{dimensions = array<i64: 0>}> ({
^bb0(%a: tensor<f32>, %c: tensor<f32>):
  stablehlo.return %n : tensor<i32>
}) : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
// -----
// error: stablehlo:3:27: the arguments of a reducer must be pairs
%0 = stablehlo.reduce(%x init: %s) across dimensions = [0] : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
 reducer(%a: tensor<f32>) {
  stablehlo.return %a : tensor<f32>
}
// -----
// error: stablehlo:3:31: a type is expected here, but not 7
%0 = stablehlo.reduce(%x init: %s) across dimensions = [0] : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
 reducer(%a: tensor<f32>, %c: 7) {
  stablehlo.return %a : tensor<f32>
}
// -----
// error: stablehlo:2:6: stablehlo.map: it needs operands and a region that takes as many
%0 = "stablehlo.map"() <{dimensions = array<i64: 0>}> : () -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.map: it needs operands and a region that takes as many
%0 = "stablehlo.map"(%x) <{dimensions = array<i64: 0>}> : (tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.map: it needs operands and a region that takes as many
%0 = "stablehlo.map"(%x) <{dimensions = array<i64: 0>}> ({
^bb0(%a: tensor<f32>, %c: tensor<f32>):
  stablehlo.return %a : tensor<f32>
}) : (tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.map: its region must take scalars, and its operands be alike
%0 = "stablehlo.map"(%x) <{dimensions = array<i64: 0>}> ({
^bb0(%a: tensor<3xf32>):
  stablehlo.return %s : tensor<f32>
}) : (tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.map: its region must take scalars, and its operands be alike
%0 = "stablehlo.map"(%x, %m) <{dimensions = array<i64: 0>}> ({
^bb0(%a: tensor<f32>, %c: tensor<f32>):
  stablehlo.return %a : tensor<f32>
}) : (tensor<3xf32>, tensor<2x3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.map: its region must give one scalar
%0 = "stablehlo.map"(%x) <{dimensions = array<i64: 0>}> ({
^bb0(%a: tensor<f32>):
  stablehlo.return %a, %a : tensor<f32>, tensor<f32>
}) : (tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.map: its region must give one scalar
%0 = "stablehlo.map"(%x) <{dimensions = array<i64: 0>}> ({
^bb0(%a: tensor<f32>):
  stablehlo.return %x : tensor<3xf32>
}) : (tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:4:8: stablehlo.nothing is not supported: there is no such operation here
%0 = "stablehlo.map"(%x) <{dimensions = array<i64: 0>}> ({
^bb0(%a: tensor<f32>):
  %c = stablehlo.nothing %a : tensor<f32>
  stablehlo.return %c : tensor<f32>
}) : (tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.reduce_window: it takes arrays and as many initial values
%0 = "stablehlo.reduce_window"(%x) <{window_dimensions = array<i64: 1>}> : (tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.reduce_window: the attribute window_dimensions is missing
%0 = "stablehlo.reduce_window"(%x, %s) : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.reduce_window: it has no region
%0 = "stablehlo.reduce_window"(%x, %s) <{window_dimensions = array<i64: 1>}> : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.reduce_window: operand 0 is f32[3], and its initial value f32[3]
%0 = "stablehlo.reduce_window"(%x, %x) <{window_dimensions = array<i64: 1>}> ({
^bb0(%a: tensor<f32>, %c: tensor<f32>):
  %d = stablehlo.add %a, %c : tensor<f32>
  stablehlo.return %d : tensor<f32>
}) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.reduce_window: its window does not fit f32[3]
%0 = "stablehlo.reduce_window"(%x, %s) <{window_dimensions = array<i64: 0>}> ({
^bb0(%a: tensor<f32>, %c: tensor<f32>):
  %d = stablehlo.add %a, %c : tensor<f32>
  stablehlo.return %d : tensor<f32>
}) : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.reduce_window: the length of window_strides must be 1, but is 2
%0 = "stablehlo.reduce_window"(%x, %s) <{window_dimensions = array<i64: 2>, window_strides = array<i64: 1, 1>}> ({
^bb0(%a: tensor<f32>, %c: tensor<f32>):
  %d = stablehlo.add %a, %c : tensor<f32>
  stablehlo.return %d : tensor<f32>
}) : (tensor<3xf32>, tensor<f32>) -> tensor<2xf32>
// -----
// error: stablehlo:2:6: stablehlo.select_and_scatter: it needs two regions
%0 = "stablehlo.select_and_scatter"(%x, %x, %s) <{window_dimensions = array<i64: 1>}> ({
^bb0(%a: tensor<f32>, %c: tensor<f32>):
  %d = stablehlo.compare GE, %a, %c : (tensor<f32>, tensor<f32>) -> tensor<i1>
  stablehlo.return %d : tensor<i1>
}) : (tensor<3xf32>, tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.select_and_scatter is not supported: a region that uses values from outside
%0 = "stablehlo.select_and_scatter"(%x, %x, %s) <{window_dimensions = array<i64: 1>}> ({
^bb0(%a: tensor<f32>, %c: tensor<f32>):
  %d = stablehlo.compare GE, %a, %c : (tensor<f32>, tensor<f32>) -> tensor<i1>
  stablehlo.return %d : tensor<i1>
}, {
^bb0(%a: tensor<f32>, %c: tensor<f32>):
  %d = stablehlo.multiply %a, %s : tensor<f32>
  stablehlo.return %d : tensor<f32>
}) : (tensor<3xf32>, tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.select_and_scatter: select_and_scatter: the source and the initial value are f32[3] and f32[], but must be f32[2] and f32[]
%0 = "stablehlo.select_and_scatter"(%x, %x, %s) <{window_dimensions = array<i64: 2>}> ({
^bb0(%a: tensor<f32>, %c: tensor<f32>):
  %d = stablehlo.compare GE, %a, %c : (tensor<f32>, tensor<f32>) -> tensor<i1>
  stablehlo.return %d : tensor<i1>
}, {
^bb0(%a: tensor<f32>, %c: tensor<f32>):
  %d = stablehlo.add %a, %c : tensor<f32>
  stablehlo.return %d : tensor<f32>
}) : (tensor<3xf32>, tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:8: stablehlo.custom_call: it needs two arrays, two scalars, a comparator and the attribute reduction_dim
%0:2 = stablehlo.custom_call @ApproxTopK(%x, %x, %s, %s) {called_computations = [@nowhere], mhlo.backend_config = {reduction_dim = 0 : i64}} : (tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<f32>) -> (tensor<2xf32>, tensor<2xf32>)
// -----
// error: stablehlo:2:8: stablehlo.custom_call: it needs two arrays, two scalars, a comparator and the attribute reduction_dim
%0:2 = stablehlo.custom_call @ApproxTopK(%x, %x, %s, %s) {called_computations = []} : (tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<f32>) -> (tensor<2xf32>, tensor<2xf32>)

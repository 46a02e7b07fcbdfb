// error: stablehlo:2:24: %y is not defined
%0 = stablehlo.add %x, %y : tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.add: it takes 2 operands, but is given 1
%0 = stablehlo.add %x, 7 : tensor<3xf32>
// -----
// error: stablehlo:2:26: %s stands for 1 value, and there is no #1
%0 = stablehlo.add %x, %s#1 : tensor<3xf32>
// -----
// error: stablehlo:2:26: %s stands for 1 value, and there is no #a
%0 = stablehlo.add %x, %s#a : tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.add: operand 1 is said to be tensor<3xf64>, but is tensor<3xf32>
%0 = stablehlo.add(%x, %x) : (tensor<3xf32>, tensor<3xf64>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.add has 2 operands, but the types of 1
%0 = stablehlo.add(%x, %x) : (tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: stablehlo.add: operand 1 is said to be tensor<?xf32>, but is tensor<3xf32>
%0 = stablehlo.add(%x, %x) : (tensor<3xf32>, tensor<?xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:8: stablehlo.add gives 1 value, but 2 are named
%0:2 = stablehlo.add %x, %x : tensor<3xf32>
// -----
// error: stablehlo:2:4: a number of results is expected here, but not 0
%0:0 = stablehlo.add %x, %x : tensor<3xf32>
// -----
// error: stablehlo:2:4: a number of results is expected here, but not x
%0:x = stablehlo.add %x, %x : tensor<3xf32>
// -----
// error: stablehlo:2:4: a number of results is expected here, but not 4294967296
%0:4294967296 = stablehlo.add %x, %x : tensor<3xf32>
// -----
// error: stablehlo:2:5: the name of a result is expected here, but not x
%0, x = stablehlo.add %x, %x : tensor<3xf32>
// -----
// error: stablehlo:2:4: = is expected here, but not stablehlo.add
%0 stablehlo.add %x, %x : tensor<3xf32>
// -----
// error: stablehlo:2:6: the name of an operation is expected here, but not 7
%0 = 7
// -----
// error: stablehlo:3:3: %x is defined twice
%x = stablehlo.add %x, %x : tensor<3xf32>
// -----
// error: stablehlo:2:24: an operand is expected here, but not +
%0 = stablehlo.add(%x, +) : tensor<3xf32>
// -----
// error: stablehlo:2:23: ) is expected here, but not x
%0 = stablehlo.add(%x %x) : tensor<3xf32>
// -----
// error: stablehlo:2:35: the bracket < is not closed
%0 = stablehlo.add %x, %x : tensor<3xf32
// -----
// error: stablehlo:2:32: an attribute is expected here, but not }
%0 = stablehlo.add %x, %x {a = } : tensor<3xf32>
// -----
// error: stablehlo:2:28: the name of an attribute is expected here, but not 7
%0 = stablehlo.add %x, %x {7 = 1} : tensor<3xf32>
// -----
// error: stablehlo:2:34: } is expected here, but not b
%0 = stablehlo.add %x, %x {a = 1 b = 2} : tensor<3xf32>
// -----
// error: stablehlo:2:35: ] is expected here, but not 2
%0 = stablehlo.add %x, %x {a = [1 2]} : tensor<3xf32>
// -----
// error: stablehlo:2:38: < is expected here, but not 7
%0 = stablehlo.add %x, %x {a = array 7} : tensor<3xf32>
// -----
// error: stablehlo:2:38: a type is expected here, but not 7
%0 = stablehlo.add %x, %x {a = array<7>} : tensor<3xf32>
// -----
// error: stablehlo:2:41: > is expected here, but not }
%0 = stablehlo.add %x, %x {a = array<i64} : tensor<3xf32>
// -----
// error: stablehlo:2:36: a type is expected here, but not 7
%0 = stablehlo.add %x, %x {a = 1 : 7} : tensor<3xf32>
// -----
// error: stablehlo:2:33: a type is expected here, but not 7
%0 = stablehlo.add %x, %x {a = (7)} : tensor<3xf32>
// -----
// error: stablehlo:2:38: a type is expected here, but not 7
%0 = stablehlo.add %x, %x {a = () -> 7} : tensor<3xf32>
// -----
// error: stablehlo:2:34: } is expected here, but not 7
%0 = stablehlo.add %x, %x {a = ! 7} : tensor<3xf32>
// -----
// error: stablehlo:2:33: an attribute is expected here, but not )
%0 = stablehlo.add %x, %x {a = [)} : tensor<3xf32>
// -----
// error: stablehlo:2:33: the bracket < is not closed
%0 = stablehlo.add %x, %x {a = f<(]>} : tensor<3xf32>
// -----
// error: stablehlo:2:35: > is expected here, but not ,
%0 = stablehlo.add %x, %x <{a = 1}, b : tensor<3xf32>
// -----
// error: stablehlo:2:27: the bracket < is not closed
%0 = stablehlo.add %x, %x <[) : tensor<3xf32>
// -----
// error: stablehlo:3:3: ( is expected here, but not return
%0 = stablehlo.add %x, %x : tensor<3xf32> loc
// -----
// error: stablehlo:2:46: the bracket ( is not closed
%0 = stablehlo.add %x, %x : tensor<3xf32> loc("a"
// -----
// error: stablehlo:3:1: a region of several blocks is not supported
%0 = stablehlo.add %x, %x : tensor<3xf32>
^bb1:
// -----
// error: stablehlo:3:9: : is expected here, but not tensor
%0 = "stablehlo.if"(%p) ({
^bb0(%a tensor<f32>):
}) : (tensor<i1>) -> tensor<f32>
// -----
// error: stablehlo:3:6: an argument such as %a: tensor<f32> is expected here, but not a
%0 = "stablehlo.if"(%p) ({
^bb0(a: tensor<f32>):
}) : (tensor<i1>) -> tensor<f32>
// -----
// error: stablehlo:3:38: %a is defined twice
%0 = "stablehlo.if"(%p) ({
^bb0(%a: tensor<f32>, %a: tensor<f32>):
}) : (tensor<i1>) -> tensor<f32>
// -----
// error: stablehlo:3:22: the bracket { is not closed
%0 = "stablehlo.if"(%p) ({
^bb0(%a: tensor<f32> {a = [):
}) : (tensor<i1>) -> tensor<f32>
// -----
// error: stablehlo:3:25: ( is expected here, but not )
%0 = "stablehlo.if"(%p) ({
^bb0(%a: tensor<f32> loc):
}) : (tensor<i1>) -> tensor<f32>
// -----
// error: stablehlo:3:6: : is expected here, but not stablehlo.return
%0 = "stablehlo.if"(%p) ({
^bb0 stablehlo.return
}) : (tensor<i1>) -> tensor<f32>
// -----
// error: stablehlo:3:4: { is expected here, but not 7
%0 = "stablehlo.if"(%p) ({
}, 7) : (tensor<i1>) -> tensor<f32>
// -----
// error: stablehlo:3:3: ) is expected here, but not {
%0 = "stablehlo.if"(%p) ({
} {
}) : (tensor<i1>) -> tensor<f32>
// -----
// error: stablehlo:2:27: a value such as %0 is expected here, but not 7
%0 = stablehlo.while(%k = 7) : tensor<i32>
// -----
// error: stablehlo:2:50: { is expected here, but not 7
%0 = stablehlo.while(%k = %n) : tensor<i32> cond 7
// -----
// error: stablehlo:3:3: %x is defined twice
%0 = stablehlo.while(%x = %n) : tensor<i32> cond {
// -----
// error: stablehlo:2:6: stablehlo.custom_call is not supported: @a name
%0 = stablehlo.custom_call @m::@"a name" : () -> tensor<f32>
// -----
// error: stablehlo:2:32: a name such as @main is expected here, but not f
%0 = stablehlo.custom_call @m::f : () -> tensor<f32>
// -----
// error: stablehlo:2:43: the name of an operation is expected here, but not :
%0 = stablehlo.custom_call @m : tensor<7> : () -> tensor<f32>
// -----
// error: stablehlo:2:6: arith.constant is not supported: there is no such operation here
%0 = arith.constant 0 : index
// -----
// error: stablehlo:14:1: the text ends where : is expected
%0 = stablehlo.custom_call @"a name
// -----
// error: stablehlo:4:1: the text ends where } is expected
// whole
func.func @main(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
// -----
// error: stablehlo:5:1: } closes nothing
// whole
func.func @main(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}
}
// -----
// error: stablehlo:5:11: @main is defined twice
// whole
func.func @main(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}
func.func @main(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}
// -----
// error: stablehlo:2:19: a function's name such as @main is expected here, but not (
// whole
func.func private (%x: tensor<f32>) -> tensor<f32>
// -----
// error: stablehlo:2:17: ( is expected here, but not x
// whole
func.func @main %x
// -----
// error: stablehlo:2:37: a type is expected here, but not 7
// whole
func.func @main(%x: tensor<f32>) -> 7
// -----
// error: stablehlo:2:50: the bracket { is not closed
// whole
func.func @main(%x: tensor<f32>) -> (tensor<f32> {a = [})
// -----
// error: stablehlo:2:45: { is expected here, but not 7
// whole
func.func @main(%x: tensor<f32>) attributes 7 {
// -----
// error: stablehlo:2:45: the bracket { is not closed
// whole
func.func @main(%x: tensor<f32>) attributes {a = [} {
}
// -----
// error: stablehlo:3:1: the text ends where ( is expected
// whole
func.func @main(%x: tensor<f32>) loc
// -----
// error: stablehlo:3:1: the text ends where ) is expected
// whole
func.func @main(%x: tensor<f32>
// -----
// error: stablehlo:2:11: @main has no body
// whole
func.func @main(%x: tensor<f32>) -> tensor<f32>
// -----
// error: stablehlo:2:11: @main returns 0 values, but is said to return 1
// whole
func.func @main(%x: tensor<f32>) -> tensor<f32> {
}
// -----
// error: stablehlo:2:11: main: the element type i7 is not supported, in tensor<i7>
// whole
func.func @main(%x: tensor<i7>) -> tensor<i7> {
  return %x : tensor<i7>
}
// -----
// error: stablehlo: there is no function @main in the module
// whole
func.func @f(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}
func.func @g(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}
// -----
// error: stablehlo:3:3: the type !type is not supported
// whole
module {
  !type = i32
}
// -----
// error: stablehlo:2:22: { is expected here, but not 7
// whole
module @m attributes 7 {
}
// -----
// error: stablehlo:2:22: the bracket { is not closed
// whole
module @m attributes {a = (]} {
  func.func @main(%x: tensor<f32>) -> tensor<f32> {
    return %x : tensor<f32>
  }
}
// -----
// error: stablehlo:2:11: { is expected here, but not 7
// whole
module @m 7
// -----
// error: stablehlo:3:1: the text ends where } is expected
// whole
module {
// -----
// error: stablehlo:4:1: the text ends where ( is expected
// whole
module {
} loc
// -----
// error: stablehlo:2:4: = is expected here, but not 7
// whole
#a 7
// -----
// error: stablehlo:3:1: the text ends where an attribute is expected
// whole
#a =
// -----
// error: stablehlo:2:13: = is expected here, but not 7
// whole
sdy.mesh @m 7
// -----
// error: stablehlo:2:15: < is expected here, but not 7
// whole
sdy.mesh @m = 7
// -----
// error: stablehlo:2:15: the bracket < is not closed
// whole
sdy.mesh @m = <["x"
// -----
// error: stablehlo:3:1: the text ends where ( is expected
// whole
sdy.mesh = <[]> loc
// -----
// error: stablehlo:2:1: a function is expected here, but not hello
// whole
hello
// -----
// error: stablehlo: there is no function @main in the module
// whole
// A comment only.

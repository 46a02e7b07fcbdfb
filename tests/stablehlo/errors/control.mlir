// error: stablehlo:1:11: @main calls itself
%0 = call @main(%x, %m, %i, %b, %s, %n, %p) : (tensor<3xf32>, tensor<2x3xf32>, tensor<3xi32>, tensor<3xi1>, tensor<f32>, tensor<i32>, tensor<i1>) -> tensor<f32>
// -----
// error: stablehlo:2:6: call: there is no function @f
%0 = call @f(%x) : (tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:5:19: @outside has no body
%0 = call @outside(%x) : (tensor<3xf32>) -> tensor<3xf32>
// -----
// error: stablehlo:2:6: call: @same takes 1 operand and gives 1, but is given 2 and is said to give 1
%0 = call @same(%s, %s) : (tensor<f32>, tensor<f32>) -> tensor<f32>
// -----
// error: stablehlo:2:8: call: @same takes 1 operand and gives 1, but is given 1 and is said to give 2
%0:2 = call @same(%s) : (tensor<f32>) -> (tensor<f32>, tensor<f32>)
// -----
// error: stablehlo:2:6: call: result 0 is f32[], but is said to be tensor<i32>
%0 = call @same(%s) : (tensor<f32>) -> tensor<i32>
// -----
// error: stablehlo:2:6: call: call: the function takes f32[] as its input 0, but is given i32[]
%0 = call @same(%n) : (tensor<i32>) -> tensor<f32>
// -----
// error: stablehlo:2:6: call: the attribute callee is missing
%0 = call %s : (tensor<f32>) -> tensor<f32>
// -----
// error: stablehlo:2:6: stablehlo.composite: there is no function @nothing
%0 = stablehlo.composite "my.op" %s {decomposition = @nothing} : (tensor<f32>) -> tensor<f32>
// -----
// error: stablehlo:7:19: @wrong: result 0 is i32[], but is said to be tensor<f32>
%0 = call @wrong(%s) : (tensor<f32>) -> tensor<f32>
// -----
// error: stablehlo:8:19: @few returns 0 values, but is said to return 1
%0 = call @few(%s) : (tensor<f32>) -> tensor<f32>
// -----
// error: stablehlo:9:19: @strange: result 0 is f32[], but is said to be tensor<3xi3>
%0 = call @strange(%s) : (tensor<f32>) -> tensor<f32>
// -----
// error: stablehlo:2:6: stablehlo.composite: the attribute decomposition is missing
%0 = stablehlo.composite "my.op" %s : (tensor<f32>) -> tensor<f32>
// -----
// error: stablehlo:10:67: stablehlo.convert: the dynamic shape is not supported, in tensor<?xf32>
%0 = call @dynamic(%s) : (tensor<f32>) -> tensor<f32>
// -----
// error: stablehlo:2:6: stablehlo.while: it has 1 region, but needs 2
%0 = stablehlo.while(%k = %n) : tensor<i32>
 cond {
  stablehlo.return %p : tensor<i1>
}
// -----
// error: stablehlo:2:6: stablehlo.while: a region takes 0 arguments, but is given 1
%0 = "stablehlo.while"(%n) ({
^bb0:
  stablehlo.return %p : tensor<i1>
}, {
^bb0(%k: tensor<i32>):
  stablehlo.return %k : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
// -----
// error: stablehlo:2:8: stablehlo.while: it takes 1 value, but gives 2
%0:2 = "stablehlo.while"(%n) ({
^bb0(%k: tensor<i32>):
  stablehlo.return %p : tensor<i1>
}, {
^bb0(%k: tensor<i32>):
  stablehlo.return %k : tensor<i32>
}) : (tensor<i32>) -> (tensor<i32>, tensor<i32>)
// -----
// error: stablehlo:2:1: stablehlo.while is not supported: a loop without values
"stablehlo.while"() ({
  stablehlo.return %p : tensor<i1>
}, {
  stablehlo.return
}) : () -> ()
// -----
// error: stablehlo:2:6: stablehlo.while: while: the condition must give one bool[], but gives i32[]
%0 = "stablehlo.while"(%n) ({
^bb0(%k: tensor<i32>):
  stablehlo.return %k : tensor<i32>
}, {
^bb0(%k: tensor<i32>):
  stablehlo.return %k : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
// -----
// error: stablehlo:7:8: stablehlo.nothing is not supported: there is no such operation here
%0 = "stablehlo.while"(%n) ({
^bb0(%k: tensor<i32>):
  stablehlo.return %p : tensor<i1>
}, {
^bb0(%k: tensor<i32>):
  %j = stablehlo.nothing %k : tensor<i32>
  stablehlo.return %j : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
// -----
// error: stablehlo:3:2: there are 2 arguments, but 1 type
%0 = stablehlo.while(%k = %n, %l = %n) : tensor<i32>
 cond {
  stablehlo.return %p : tensor<i1>
}
// -----
// error: stablehlo:2:6: stablehlo.case: it needs branches and an index of type tensor<i32>
%0 = "stablehlo.case"(%n) : (tensor<i32>) -> tensor<f32>
// -----
// error: stablehlo:2:6: stablehlo.case: it needs branches and an index of type tensor<i32>
%0 = "stablehlo.case"(%p) ({
  stablehlo.return %s : tensor<f32>
}) : (tensor<i1>) -> tensor<f32>
// -----
// error: stablehlo:2:6: stablehlo.case: a region takes 1 argument, but is given 0
%0 = "stablehlo.case"(%n) ({
^bb0(%k: tensor<i32>):
  stablehlo.return %s : tensor<f32>
}) : (tensor<i32>) -> tensor<f32>
// -----
// error: stablehlo:2:8: stablehlo.case: a branch gives 1 value, but it gives 2
%0:2 = "stablehlo.case"(%n) ({
  stablehlo.return %s : tensor<f32>
}) : (tensor<i32>) -> (tensor<f32>, tensor<f32>)
// -----
// error: stablehlo:2:6: stablehlo.case: cond: output 0 is f32[] in branch 0, but i32[] in branch 1
%0 = "stablehlo.case"(%n) ({
  stablehlo.return %s : tensor<f32>
}, {
  stablehlo.return %n : tensor<i32>
}) : (tensor<i32>) -> tensor<f32>
// -----
// error: stablehlo:2:6: stablehlo.if: it has 1 region, but needs 2
%0 = "stablehlo.if"(%p) ({
  stablehlo.return %s : tensor<f32>
}) : (tensor<i1>) -> tensor<f32>
// -----
// error: stablehlo:2:6: stablehlo.if: it needs a condition of type tensor<i1>
%0 = "stablehlo.if"(%n) ({
  stablehlo.return %s : tensor<f32>
}, {
  stablehlo.return %s : tensor<f32>
}) : (tensor<i32>) -> tensor<f32>
// -----
// error: stablehlo:5:8: stablehlo.convert: the dynamic shape is not supported, in tensor<?xf32>
%0 = "stablehlo.if"(%p) ({
  stablehlo.return %s : tensor<f32>
}, {
  %k = stablehlo.convert %s : (tensor<f32>) -> tensor<?xf32>
  stablehlo.return %k : tensor<?xf32>
}) : (tensor<i1>) -> tensor<f32>
// -----
// error: stablehlo:3:3: stablehlo.return: operations follow it
%0 = "stablehlo.if"(%p) ({
  stablehlo.return %s : tensor<f32>
  %k = stablehlo.sine %s : tensor<f32>
}, {
  stablehlo.return %s : tensor<f32>
}) : (tensor<i1>) -> tensor<f32>
// -----
// error: stablehlo:3:3: stablehlo.return: operand 0 is said to be tensor<i32>, but is tensor<f32>
%0 = "stablehlo.if"(%p) ({
  stablehlo.return %s : tensor<i32>
}, {
  stablehlo.return %s : tensor<f32>
}) : (tensor<i1>) -> tensor<f32>
// -----
// error: stablehlo:3:3: stablehlo.return has 1 operand, but the types of 2
%0 = "stablehlo.if"(%p) ({
  stablehlo.return %s : tensor<f32>, tensor<f32>
}, {
  stablehlo.return %s : tensor<f32>
}) : (tensor<i1>) -> tensor<f32>
// -----
// error: stablehlo:3:3: return: operand 0 is said to be tensor<3xf32>, but is tensor<f32>
// whole
func.func @main(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<3xf32>
}

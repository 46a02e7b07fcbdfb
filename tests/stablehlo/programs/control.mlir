// Loops and branches that use values from outside, in the printed form and in the generic one.
func.func @main() {
  %x = stablehlo.constant dense<[1.0, -2.0, 3.5]> : tensor<3xf32>
  %none = stablehlo.constant dense<0> : tensor<i32>
  %three = stablehlo.constant dense<3> : tensor<i32>
  %yes = stablehlo.constant dense<true> : tensor<i1>
  %no = stablehlo.constant dense<false> : tensor<i1>
  %0:2 = stablehlo.while(%i = %none, %v = %x) : tensor<i32>, tensor<3xf32> attributes {k = 1 : i32}
   cond {
    %c = stablehlo.compare LT, %i, %three : (tensor<i32>, tensor<i32>) -> tensor<i1>
    stablehlo.return %c : tensor<i1>
  } do {
    %one = stablehlo.constant dense<1> : tensor<i32>
    %j = stablehlo.add %i, %one : tensor<i32>
    %w = stablehlo.add %v, %x : tensor<3xf32>
    stablehlo.return %j, %w : tensor<i32>, tensor<3xf32>
  }
  check.expect_eq_const %0#1, dense<[4.0, -8.0, 14.0]> : tensor<3xf32>
  %1 = "stablehlo.while"(%none) ({
  ^bb0(%i: tensor<i32>):
    %c = stablehlo.compare NE, %i, %three : (tensor<i32>, tensor<i32>) -> tensor<i1>
    stablehlo.return %c : tensor<i1>
  }, {
  ^bb0(%i: tensor<i32>):
    %one = stablehlo.constant dense<1> : tensor<i32>
    %j = stablehlo.add %i, %one : tensor<i32>
    stablehlo.return %j : tensor<i32>
  }) : (tensor<i32>) -> tensor<i32>
  check.expect_eq_const %1, dense<3> : tensor<i32>

  %2 = "stablehlo.if"(%yes) ({
    stablehlo.return %x : tensor<3xf32>
  }, {
    %n = stablehlo.negate %x : tensor<3xf32>
    stablehlo.return %n : tensor<3xf32>
  }) : (tensor<i1>) -> tensor<3xf32>
  check.expect_eq %2, %x : tensor<3xf32>
  %3:2 = "stablehlo.if"(%no) ({
    stablehlo.return %x, %none : tensor<3xf32>, tensor<i32>
  }, {
    %n = stablehlo.negate %x : tensor<3xf32>
    stablehlo.return %n, %three : tensor<3xf32>, tensor<i32>
  }) : (tensor<i1>) -> (tensor<3xf32>, tensor<i32>)
  check.expect_eq_const %3#0, dense<[-1.0, 2.0, -3.5]> : tensor<3xf32>
  check.expect_eq_const %3#1, dense<3> : tensor<i32>

  // A branch within a branch, which uses a value from the outermost block; many values from outside.
  %4 = "stablehlo.case"(%three) ({
    stablehlo.return %x : tensor<3xf32>
  }, {
    %k = "stablehlo.case"(%none) ({
      %d = stablehlo.add %x, %2 : tensor<3xf32>
      stablehlo.return %d : tensor<3xf32>
    }) : (tensor<i32>) -> tensor<3xf32>
    stablehlo.return %k : tensor<3xf32>
  }) : (tensor<i32>) -> tensor<3xf32>
  check.expect_eq_const %4, dense<[2.0, -4.0, 7.0]> : tensor<3xf32>
  return
}
// -----
// A branch that uses more than eight values from outside, and a loop that starts from as many.
func.func @main() {
  %b = stablehlo.constant dense<[1, 2]> : tensor<2xi32>
  %none = stablehlo.constant dense<0> : tensor<i32>
  %0 = stablehlo.add %b, %b : tensor<2xi32>
  %1 = stablehlo.add %0, %b : tensor<2xi32>
  %2 = stablehlo.add %1, %b : tensor<2xi32>
  %3 = stablehlo.add %2, %b : tensor<2xi32>
  %4 = stablehlo.add %3, %b : tensor<2xi32>
  %5 = stablehlo.add %4, %b : tensor<2xi32>
  %6 = stablehlo.add %5, %b : tensor<2xi32>
  %7 = stablehlo.add %6, %b : tensor<2xi32>
  %8 = stablehlo.add %7, %b : tensor<2xi32>
  %r = "stablehlo.case"(%none) ({
    %c = stablehlo.concatenate %b, %0, %1, %2, %3, %4, %5, %6, %7, %8, dim = 0 : (tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>) -> tensor<20xi32>
    stablehlo.return %c : tensor<20xi32>
  }) : (tensor<i32>) -> tensor<20xi32>
  check.expect_eq_const %r, dense<[1, 2, 2, 4, 3, 6, 4, 8, 5, 10, 6, 12, 7, 14, 8, 16, 9, 18, 10, 20]> : tensor<20xi32>
  %w:6 = stablehlo.while(%p = %b, %q = %0, %s = %1, %t = %2, %u = %3, %v = %4) : tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>
   cond {
    %first = stablehlo.slice %p [0:1] : (tensor<2xi32>) -> tensor<1xi32>
    %at = stablehlo.reshape %first : (tensor<1xi32>) -> tensor<i32>
    %six = stablehlo.constant dense<6> : tensor<i32>
    %c = stablehlo.compare LT, %at, %six : (tensor<i32>, tensor<i32>) -> tensor<i1>
    stablehlo.return %c : tensor<i1>
  } do {
    stablehlo.return %q, %s, %t, %u, %v, %p : tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>
  }
  check.expect_eq_const %w#0, dense<[6, 12]> : tensor<2xi32>
  check.expect_eq_const %w#1, dense<[1, 2]> : tensor<2xi32>
  return
}
// -----
// Calls, composites and targets.
module @m attributes {mhlo.num_partitions = 1 : i32} {
  sdy.mesh @mesh = <["x"=2]> loc("here")
  func.func public @main() {
    %x = stablehlo.constant dense<[1.0, -2.0, 3.5]> : tensor<3xf32>
    %0 = call @twice(%x) : (tensor<3xf32>) -> tensor<3xf32>
    check.expect_eq_const %0, dense<[2.0, -4.0, 7.0]> : tensor<3xf32>
    %1 = "func.call"(%0) <{callee = @twice}> : (tensor<3xf32>) -> tensor<3xf32>
    check.expect_eq_const %1, dense<[4.0, -8.0, 14.0]> : tensor<3xf32>
    %2 = func.call @table() : () -> tensor<3xf32>
    check.expect_eq_const %2, dense<[7.0, 8.0, 9.0]> : tensor<3xf32>
    call @nothing(%x) : (tensor<3xf32>) -> ()

    // A composite that we know is the operation; of any other, its decomposition is taken.
    %3 = stablehlo.composite "chlo.square" %x {composite_attributes = {k = 1 : i32}, decomposition = @twice} : (tensor<3xf32>) -> tensor<3xf32>
    check.expect_eq_const %3, dense<[1.0, 4.0, 12.25]> : tensor<3xf32>
    %4 = "stablehlo.composite"(%x) <{name = "my.op", decomposition = @twice, version = 1 : i32}> : (tensor<3xf32>) -> tensor<3xf32>
    check.expect_eq %4, %0 : tensor<3xf32>
    %5 = stablehlo.composite "stablehlo.add" %x {decomposition = @twice} : (tensor<3xf32>) -> tensor<3xf32>
    check.expect_eq %5, %0 : tensor<3xf32>

    %6 = stablehlo.custom_call @Sharding(%x) {backend_config = "", mhlo.sharding = "{replicated}"} : (tensor<3xf32>) -> tensor<3xf32>
    check.expect_eq %6, %x : tensor<3xf32>
    %7 = "stablehlo.custom_call"(%x) <{call_target_name = "mhlo.square", api_version = 1 : i32}> : (tensor<3xf32>) -> tensor<3xf32>
    check.expect_eq %7, %3 : tensor<3xf32>
    %8 = sdy.sharding_constraint %x <@mesh, [{}]> : tensor<3xf32>
    check.expect_eq %8, %x : tensor<3xf32>
    %9 = interpreter.probe %x, probe_id = "p" : tensor<3xf32>
    check.expect_eq %9, %x : tensor<3xf32>
    return
  }
  func.func private @twice(%a: tensor<3xf32> {mhlo.sharding = "{replicated}"} loc("a")) -> (tensor<3xf32> {jax.result_info = "r"}) attributes {k = 1 : i32} {
    %0 = stablehlo.add %a, %a : tensor<3xf32> loc(#loc)
    func.return %0 : tensor<3xf32> loc(#loc)
  } loc(#loc)
  func.func private @nothing(%a: tensor<3xf32>) {
    return
  }
  func.func private @table() -> tensor<3xf32> {
    %0 = stablehlo.constant dense<[7.0, 8.0, 9.0]> : tensor<3xf32>
    return %0 : tensor<3xf32>
  }
} loc(#loc)
#loc = loc("model.py":1:2)
// -----
// Attributes of every form are read, and those that no operation asks for are ignored.
#alias = #stablehlo.thing<a = [1, 2]>
#list = [1, 2]
builtin.module @"a module" {
  func.func nested @main() {
    %0 = "stablehlo.constant"() <{value = dense<1.5> : tensor<f32>}> {
      a = f32, b = index, c = tuple<tensor<f32>, i1>, d = complex<f32>, e = ui8, f = bf16, f2 = f8E4M3FN,
      g = "a \"quoted\" string", h = @module::@function, i = !dialect.type<x>, j = #other.kind<y -> z>, k = [1, "b", [c]],
      l = {n = 1, "m m" = 2}, m = dense<1> : tensor<i32>, n = 1.5e3 : f64, o = loc("x"), p = unit, q, r = -1 : i64,
      s = array<i64>, s1 = array<i1: true, false>, t = #alias, u = true, v = () -> (), w = (tensor<f32>, i1) -> tensor<f32>,
      x = word<inside>, y = 0x1F : i32, z = 5E+3, aa = -0.5, bb = <nested>, cc = i, dd = f, ff = unknown.word,
      gg = loc, hh = -9223372036854775808, ii = tensor<*xf32>, jj = tensor<4x?xf32, #encoding<x>>, kk = u8, ll = f64
    } : () -> tensor<f32> loc("deep"("inner"))
    check.expect_eq_const %0, dense<1.5> : tensor<f32>
    return
  }
}

"""Writes numpy_cases.txt: what jax.numpy and jax.nn give, for tests/test_numpy.c.

Run with a Python that has JAX >= 0.5:  python tests/golden/numpy_functions.py
A case is its name, then lines `in ...`, `out ...`; where it can be differentiated, for each float
input a line `grad ...`, the gradient of sum(out * w), and `hvp ...`, the derivative of that gradient
along w; w is 1, 1.125, 1.25 ... in the shape that is needed. A case `name x64` is of doubles, with
x64 on. tests/numpy_cases.h has each name's function in C.
"""
import os

import jax
import jax.numpy as jnp
import jax.scipy.signal as signal
import jax.scipy.stats as stats
import numpy as np
from jax import lax

NAMES = {"bool": "bool", "int8": "i8", "int32": "i32", "int64": "i64", "uint8": "u8", "uint32": "u32",
         "uint64": "u64", "float32": "f32", "float64": "f64"}
rng = np.random.default_rng(1)
inf, nan = np.inf, np.nan
CASES = []


def case(name, fn, *inputs, grad=True, x64=False):
    CASES.append((name, fn, [np.asarray(x) for x in inputs], grad, x64))


def f(*shape, lo=-2.0, hi=2.0):
    return np.round(rng.uniform(lo, hi, shape), 2).astype(np.float32)


def of(*values, dtype=np.float32):
    return np.array(values, dtype)


def ints(*values, dtype=np.int32):
    return np.array(values, dtype)


def bools(*values):
    return np.array(values, bool)


# ---- elementwise ----------------------------------------------------------------------------------

X23, Y3 = f(2, 3), f(3)
I6, J6 = ints(7, -7, 7, -7, 0, 5), ints(3, 3, -3, -3, 2, 0)
U4 = ints(0, 3, 200, 255, dtype=np.uint8)
B3, C3 = bools(True, False, True), bools(True, True, False)

case("add", jnp.add, X23, Y3, x64=True)
case("add_column", jnp.add, f(2, 1), f(1, 3))
case("add_scalar", lambda x: x + 0.1, X23, x64=True)
case("add_bools", jnp.add, B3, C3)
case("add_mixed", jnp.add, ints(1, 2, 3), Y3)
case("add_int_number", lambda x: x + 1, U4)
case("add_float_number_to_int", lambda x: x + 0.5, I6)
case("sub", jnp.subtract, X23, Y3)
case("mul", jnp.multiply, X23, Y3)
case("mul_bools", jnp.multiply, B3, C3)
case("div", jnp.divide, X23, f(3, lo=1.0), x64=True)
case("div_ints", jnp.divide, I6, ints(3, 3, -3, -3, 2, 4))
case("div_bools", jnp.divide, B3, C3)
case("floor_divide", jnp.floor_divide, of(7, -7, 7, -7, 0.1, 5, -0.1), of(3, 3, -3, -3, 0.1, 0, 2),
     grad=False)
case("floor_divide_ints", jnp.floor_divide, I6, J6)
case("floor_divide_u8", jnp.floor_divide, U4, ints(0, 2, 7, 255, dtype=np.uint8))
case("floor_divide_bools", jnp.floor_divide, B3, C3)
case("remainder", jnp.remainder, of(7, -7, 7, -7, 0.3, 5, -0.1), of(3, 3, -3, -3, 0.1, 2, 2))
case("remainder_ints", jnp.remainder, I6, J6)
case("remainder_u8", jnp.remainder, U4, ints(0, 2, 7, 255, dtype=np.uint8))
case("rem", lax.rem, of(7, -7, 7, -7, 0.3), of(3, 3, -3, -3, 0.1))
case("rem_ints", lax.rem, I6, J6)
case("power", jnp.power, f(2, 3, lo=0.2), f(3), x64=True)
case("power_square", lambda x: x ** 2, X23)
case("power_cube", lambda x: jnp.power(x, 3), X23, x64=True)
case("power_minus_two", lambda x: x ** -2, f(2, 3, lo=0.5))
case("power_zero", lambda x: x ** 0, of(0, 1, -2))
case("power_half", lambda x: x ** 0.5, f(3, lo=0.5))
case("power_of_zero", lambda x, y: x ** y, of(0, 0, 0), of(2, 3, 3.5))
case("power_int_array", jnp.power, of(0, -1.5, 2, 3), ints(0, 3, 2, -1))
case("power_ints", jnp.power, ints(2, -3, 0, 0, 1, -1, 10), ints(5, 3, 0, 3, 40, 7, 9))
case("power_int_number", lambda x: x ** 3, I6)
case("power_bool", lambda x: x ** 2, B3)
case("power_number_base", lambda x: 2 ** x, ints(0, 1, 10, 30))
case("power_float_number_base", lambda x: 2.0 ** x, Y3)
case("maximum", jnp.maximum, of(1, 2, 2, nan, 1, -0.5), of(2, 1, 2, 1, nan, -0.5))
case("minimum", jnp.minimum, of(1, 2, 2, nan, 1, -0.5), of(2, 1, 2, 1, nan, -0.5))
case("maximum_ints", jnp.maximum, I6, J6)
case("maximum_bools", jnp.maximum, B3, C3)
case("neg", jnp.negative, X23)
case("neg_u8", jnp.negative, U4)
case("abs", jnp.abs, of(-1.5, 0, 2))
case("abs_u8", jnp.abs, U4)
case("sign", jnp.sign, of(-1.5, -0.0, 0, 2, nan))
case("sign_ints", jnp.sign, I6)
case("square", jnp.square, X23)
case("square_ints", jnp.square, I6)
case("square_bools", jnp.square, B3)
case("reciprocal", jnp.reciprocal, f(3, lo=0.5))

UNIT = of(-0.9, -0.3, 0.0, 0.4, 0.8)
SOME = of(-3, -1, -0.1, 0, 0.5, 2)
POS = of(0.01, 0.5, 1, 3, 20)
for name, args in dict(sqrt=POS, cbrt=POS, exp=SOME, exp2=SOME, expm1=SOME, log=POS, log1p=POS,
                       log2=POS, log10=POS, sin=SOME, cos=SOME, tan=SOME, arcsin=UNIT, arccos=UNIT,
                       arctan=SOME, sinh=SOME, cosh=SOME, tanh=SOME, arcsinh=SOME,
                       arccosh=of(1.1, 2, 10), arctanh=UNIT).items():
    case(name, getattr(jnp, name), args, x64=name in ("exp", "log2", "tan"))
for name, args in dict(rsqrt=POS, logistic=SOME, erf=SOME, erfc=SOME, erf_inv=UNIT).items():
    case(name, getattr(lax, name), args)
case("sqrt_ints", jnp.sqrt, ints(0, 4, 9))
case("exp_bools", jnp.exp, B3)
case("atan2", jnp.arctan2, of(1, -1, 1, -1, 0.5), of(1, 1, -1, -1, 2))
case("atan2_ints", jnp.arctan2, ints(1, -1), ints(1, 1))
case("nextafter", jnp.nextafter, of(1, 1, 0), of(2, 0, 1), grad=False)
case("logaddexp", jnp.logaddexp, of(0, 1, -100, 3, 88, -inf), of(0, 2, 100, 3, 88, 2), x64=True)
case("logaddexp_limits", jnp.logaddexp, of(inf, -inf, inf, nan, -inf, 0), of(inf, -inf, -inf, 1, nan, nan),
     grad=False)
case("logaddexp_ints", jnp.logaddexp, ints(1, 2), ints(1, 5))
case("softplus", jax.nn.softplus, of(-1000, -20, -1, 0, 1, 30, 1000))
case("hypot", jnp.hypot, of(3, -3, 2, 1), of(4, 4, 2, 1e-3))
case("hypot_limits", jnp.hypot, of(0, inf, -inf, nan, 1e30, 1e-30), of(0, nan, 1, 1, 1e30, 1e-30),
     grad=False)

case("floor", jnp.floor, of(-1.5, -0.5, 0.5, 2))
case("ceil", jnp.ceil, of(-1.5, -0.5, 0.5, 2))
case("round", jnp.round, of(-2.5, -1.5, -0.5, 0.5, 1.5, 2.4, inf, nan))
case("floor_ints", jnp.floor, I6)
case("round_ints", jnp.round, I6)
LIMITS = of(1, inf, -inf, nan, -0.0)
case("isfinite", jnp.isfinite, LIMITS)
case("isnan", jnp.isnan, LIMITS)
case("isinf", jnp.isinf, LIMITS)
case("isfinite_ints", jnp.isfinite, I6)
case("isnan_ints", jnp.isnan, I6)
case("isinf_ints", jnp.isinf, I6)
for name in "equal not_equal less less_equal greater greater_equal".split():
    case(name, getattr(jnp, name), of(1, 2, nan, 2, 0.0), of(1, 1, nan, 3, -0.0))
case("equal_mixed", jnp.equal, ints(1, 2, 3), of(1, 2.5, 3))
case("less_number", lambda x: x < 2, I6)
for name in "logical_and logical_or logical_xor".split():
    case(name, getattr(jnp, name), of(0, 1, nan, 0), ints(0, 0, 3, 3))
case("logical_not", jnp.logical_not, of(0, 1, nan, -0.0))
case("bitwise_and", jnp.bitwise_and, I6, J6)
case("bitwise_or", jnp.bitwise_or, I6, U4[:1])
case("bitwise_xor", jnp.bitwise_xor, B3, C3)
case("bitwise_not", jnp.bitwise_not, U4)
case("left_shift", jnp.left_shift, I6, ints(3)[0])
case("left_shift_wide", jnp.left_shift, ints(1, 1, -1), ints(31, 32, 40))
case("right_shift", jnp.right_shift, ints(-8, 8, -1), ints(1, 1, 40))
case("right_shift_u8", jnp.right_shift, U4, ints(1, 1, 1, 7, dtype=np.uint8))
case("population_count", lax.population_count, I6)
case("clz", lax.clz, I6)
case("where", jnp.where, B3, X23, Y3)
case("where_number", lambda x: jnp.where(x > 0, x, 0), X23)
case("where_nonzero", lambda x: jnp.where(x, 1, 2.5), I6)
case("clip", lambda x: jnp.clip(x, -1, 1), of(-2, -1, 0, 1, 3, nan))
case("clip_arrays", jnp.clip, X23, f(3, hi=-1), f(3, lo=0.0))
case("clip_ints", lambda x: jnp.clip(x, -3, 5), I6)
case("astype_f32_i32", lambda x: x.astype(jnp.int32), of(1.9, -1.9, 1e20, -1e20, nan))
case("astype_i32_f32", lambda x: x.astype(jnp.float32), I6)
case("astype_bool", lambda x: x.astype(bool), of(0, -0.0, 0.5, nan))
case("astype_u8", lambda x: x.astype(jnp.uint8), of(0, 1.5, 255, 256, -3))
case("bitcast", lambda x: lax.bitcast_convert_type(x, jnp.int32), of(1, -0.0, inf))
case("bitcast_back", lambda x: lax.bitcast_convert_type(x, jnp.float32), ints(0, 1065353216, -1))

# ---- making arrays --------------------------------------------------------------------------------

case("full_like", lambda x: jnp.full_like(x, 2.5), X23)
case("zeros_like_ints", jnp.zeros_like, I6)
case("full_of_scalar", lambda x: jnp.full((2, 2), x), of(1.5)[0])
case("arange_ints", lambda x: jnp.arange(3, 20, 4), I6)
case("arange_down", lambda x: jnp.arange(5, -5, -3), I6)
case("arange_floats", lambda x: jnp.arange(0.0, 1.0, 0.1), I6)
case("arange_mixed", lambda x: jnp.arange(1, 2.5), I6)
case("arange_stop", lambda x: jnp.arange(4.0), I6)
case("arange_empty", lambda x: jnp.arange(3, 1), I6)
case("linspace", lambda x: jnp.linspace(-1.0, 2.0, 7), I6)
case("linspace_ints", lambda x: jnp.linspace(0, 10, 4, dtype=jnp.int32), I6)
case("linspace_of_ints", lambda x: jnp.linspace(0, 10, 5), I6)
case("linspace_one", lambda x: jnp.linspace(3.0, 10, 1), I6)
case("linspace_none", lambda x: jnp.linspace(3.0, 10, 0), I6)
case("linspace_arrays", lambda x, y: jnp.linspace(x, y, 4), Y3, X23, x64=True)
case("eye", lambda x: jnp.eye(3), I6)
case("iota", lambda x: lax.broadcasted_iota(jnp.int32, (2, 3), 1), I6)
case("one_hot", lambda x: jax.nn.one_hot(x, 3), ints(0, 2, 3, -1))
case("one_hot_rank2", lambda x: jax.nn.one_hot(x, 4, dtype=jnp.int32), ints([0, 2], [3, 1]))

# ---- shapes ---------------------------------------------------------------------------------------

X234 = f(2, 3, 2)
case("reshape", lambda x: x.reshape(3, -1), X23)
case("ravel", jnp.ravel, X234)
case("reshape_scalar", lambda x: x.reshape(()), f(1, 1))
case("transpose", jnp.transpose, X234)
case("transpose_axes", lambda x: jnp.transpose(x, (1, 2, 0)), X234)
case("swapaxes", lambda x: jnp.swapaxes(x, 0, -1), X234)
case("moveaxis", lambda x: jnp.moveaxis(x, 0, -1), X234)
case("moveaxis_back", lambda x: jnp.moveaxis(x, 2, 0), X234)
case("broadcast_to", lambda x: jnp.broadcast_to(x, (2, 2, 3)), f(2, 1))
case("expand_dims", lambda x: jnp.expand_dims(x, -1), X23)
case("expand_dims_front", lambda x: jnp.expand_dims(x, 0), X23)
case("squeeze", jnp.squeeze, f(1, 3, 1))
case("squeeze_axis", lambda x: jnp.squeeze(x, -1), f(1, 3, 1))
case("broadcast_in_dim", lambda x: lax.broadcast_in_dim(x, (3, 2, 2), (0, 2)), f(3, 2))
case("slice", lambda x: lax.slice(x, (0, 1), (2, 3)), X23)
case("slice_strides", lambda x: lax.slice(x, (1,), (7,), (3,)), f(8))
case("slice_in_dim", lambda x: lax.slice_in_dim(x, -2, None, 1, 1), X23)
case("at_number", lambda x: x[1], X23)
case("at_numbers", lambda x: x[-1, 1], X23)
case("at_scalar", lambda x, i: x[i], X23, ints(-1)[0])
case("at_mixed", lambda x, i: x[1, i], X23, ints(2)[0])
case("at_two", lambda x, i, j: x[i, j], X23, ints(7)[0], ints(-2)[0])
case("at_u8", lambda x, i: x[i], X23, np.uint8(1))
case("dynamic_slice", lambda x, i: lax.dynamic_slice(x, (i, 1), (1, 2)), X23, ints(5)[0])
case("dynamic_slice_negative", lambda x, i: lax.dynamic_slice(x, (i,), (2,)), f(5), ints(-4)[0])
case("dynamic_update_slice", lambda x, u, i: lax.dynamic_update_slice(x, u, (i,)), f(5), f(2), ints(2)[0])
case("concatenate", lambda x, y: jnp.concatenate([x, y], 0), X23, f(1, 3))
case("concatenate_mixed", lambda x, y: jnp.concatenate([x, y]), I6, Y3)
case("concatenate_last", lambda x: jnp.concatenate([x, x, x], -1), X23)
case("stack", lambda x, y: jnp.stack([x, y]), Y3, f(3))
case("stack_last", lambda x, y: jnp.stack([x, y], -1), X23, f(2, 3))
case("pad", lambda x: jnp.pad(x, ((1, 0), (0, 2)), constant_values=3), X23)
case("pad_interior", lambda x: lax.pad(x, jnp.float32(0), [(-1, 2, 1)]), f(4))
case("flip", jnp.flip, X23)
case("flip_axis", lambda x: jnp.flip(x, 1), X23)
case("take", lambda x, i: jnp.take(x, i, 0, mode="clip"), X23, ints(1, 0, 1, 5))
case("take_axis", lambda x, i: jnp.take(x, i, 1), X23, ints([0, 2], [-1, -3]))
case("take_along_axis", lambda x, i: jnp.take_along_axis(x, i, 1), X23, ints([0, 2], [1, 1]))
case("take_along_first_axis", lambda x, i: jnp.take_along_axis(x, i, 0), X23, ints([1, 0, 1]))
case("take_along_axis_broadcast", lambda x, i: jnp.take_along_axis(x, i, 1), X23, ints([-1, 1]))

# ---- reductions -----------------------------------------------------------------------------------

TIES = of([1, 3, 3], [2, 0, 2])
for name in "sum prod max min mean var std".split():
    fn = getattr(jnp, name)
    case(name, fn, X23, x64=name in ("sum", "var"))
    case(name + "_axis", lambda x, fn=fn: fn(x, axis=1), X234)
    case(name + "_keepdims", lambda x, fn=fn: fn(x, axis=(0, -1), keepdims=True), X234)
    case(name + "_ints", fn, I6)
    case(name + "_bools", fn, B3)
case("sum_u8", jnp.sum, U4)
case("prod_u8", jnp.prod, ints(3, 4, dtype=np.uint8))
case("sum_none", lambda x: jnp.sum(x, axis=()), X23)
case("sum_empty", lambda x: jnp.sum(x, axis=0), np.zeros((0, 2), np.float32))
case("mean_empty", lambda x: jnp.mean(x), np.zeros((0,), np.float32))
case("prod_zeros", lambda x: jnp.prod(x, axis=1), of([0, 2, 3], [0, 0, 3]))
case("max_ties", lambda x: jnp.max(x, axis=1), TIES)
case("max_nan", lambda x: jnp.max(x), of(1, nan, 3))
case("var_ddof", lambda x: jnp.var(x, axis=1, ddof=1), X23)
case("var_ddof_large", lambda x: jnp.var(x, axis=0, ddof=2), X23, grad=False)
case("std_zero", jnp.std, of(2, 2, 2), grad=False)
case("all", jnp.all, of(1, nan, 0))
case("any", lambda x: jnp.any(x, axis=1), ints([0, 0], [0, 2]))
case("all_keepdims", lambda x: jnp.all(x, axis=0, keepdims=True), ints([0, 1], [1, 2]))
case("logsumexp", jax.nn.logsumexp, X23, x64=True)
case("logsumexp_axis", lambda x: jax.nn.logsumexp(x, axis=0, keepdims=True), of([1000, -1000], [1001, -1001]))
case("logsumexp_limits", lambda x: jax.nn.logsumexp(x, axis=1),
     of([-inf, -inf], [inf, 1], [inf, -inf], [nan, 1], [-inf, 3]), grad=False)
case("logsumexp_empty", lambda x: jax.nn.logsumexp(x, axis=1), np.zeros((2, 0), np.float32), grad=False)
case("logsumexp_ints", jax.nn.logsumexp, I6)
case("norm", jnp.linalg.norm, X23)
case("norm_axis", lambda x: jnp.linalg.norm(x, axis=1, keepdims=True), X23)
case("norm_zero", jnp.linalg.norm, of(0, 0))
case("norm_ints", jnp.linalg.norm, I6)
for name in "argmax argmin".split():
    fn = getattr(jnp, name)
    case(name, fn, TIES)
    case(name + "_axis", lambda x, fn=fn: fn(x, axis=1), TIES, x64=name == "argmax")
    case(name + "_keepdims", lambda x, fn=fn: fn(x, axis=0, keepdims=True), TIES)
    case(name + "_all_keepdims", lambda x, fn=fn: fn(x, keepdims=True), TIES)
    case(name + "_nan", fn, of(1, nan, 3, nan, -1))
    case(name + "_ints", fn, I6)
    case(name + "_bools", fn, B3)
for name in "cumsum cumprod".split():
    fn = getattr(jnp, name)
    case(name, lambda x, fn=fn: fn(x, axis=1), X23)
    case(name + "_first", lambda x, fn=fn: fn(x, axis=0), X23)
    case(name + "_bools", lambda x, fn=fn: fn(x, axis=0), B3)
    case(name + "_u8", lambda x, fn=fn: fn(x, axis=0), U4)
case("cummax", lambda x: lax.cummax(x, axis=0), of(1, 3, 2, 5, 4))
case("cummin", lambda x: lax.cummin(x, axis=1), X23)
case("cumlogsumexp", lambda x: lax.cumlogsumexp(x, axis=1), X23)
case("cumlogsumexp_ints", lambda x: lax.cumlogsumexp(x.astype(np.float32), axis=0), ints(1, 2, 3))
case("reduce_xor", lambda x: lax.reduce_xor(x, (1,)), ints([1, 2, 7], [4, -5, 6]))
case("reduce_precision", lambda x: lax.reduce_precision(x, 4, 3), of(1.03, 300, 1e-3, -2.7))
case("bincount", lambda x: jnp.bincount(x, length=4), ints(0, 3, 3, -2, 7, 1, 3))
case("bincount_weights", lambda x, w: jnp.bincount(x, w, length=3), ints(0, 1, 1, 2, 5, 0),
     of(0.5, 1, 2, 3, 4, -1))
case("histogram", lambda x, e: jnp.histogram(x, e)[0], of(0, 0.5, 1, 1.5, 2, 3, 3.5, -1, nan),
     of(0, 1, 2, 3), grad=False)
case("isin", jnp.isin, of([1, nan, 3], [0, -0.0, 7]), of(3, 0, nan, 1))
case("isin_none", jnp.isin, ints(1, 2), ints())


def pool(init, of, window, strides=(1, 1), padding="VALID"):
    return lambda x: lax.reduce_window(x, np.array(init, x.dtype), of, (1, *window, 1),
                                       (1, *strides, 1), padding)


# An array that is not drawn, so that the cases below keep theirs.
POOLED = of(*[(7 * k % 32) / 4 - 3 for k in range(32)]).reshape(1, 4, 4, 2)
case("max_pool", pool(-inf, lax.max, (2, 2), (2, 2)), POOLED)
case("max_pool_same", pool(-inf, lax.max, (3, 3), padding="SAME"), POOLED)
case("min_pool", pool(inf, lax.min, (2, 1)), POOLED)
case("avg_pool", lambda x: pool(0, lax.add, (3, 2), (2, 1), "SAME")(x) / 6, POOLED)
case("avg_pool_valid", lambda x: pool(0, lax.add, (3, 2), padding="SAME")(x) /
     pool(0, lax.add, (3, 2), padding="SAME")(jnp.ones_like(x)), POOLED)
case("window_sum", lambda x: lax.reduce_window(
    x, np.float32(0), lax.add, (2, 3), (1, 1), ((1, 0), (0, 2)), (2, 1), (1, 2)),
     of(1, 2, 3, 4, -5, 6, 0.5, -2, 8, 9).reshape(2, 5))
case("window_ints", lambda x: lax.reduce_window(x, np.int32(-2**31), lax.max, (3,), (1,), "VALID"),
     ints(3, 1, 4, 1, -5))
case("mulhi", lax.mulhi, ints(2**30, -2**31, 7), ints(17, 2**31 - 1, 5))

# ---- products -------------------------------------------------------------------------------------

A23, B34, V3, S = f(2, 3), f(3, 4), f(3), f()
case("dot_vectors", jnp.dot, V3, f(3), x64=True)
case("dot_matrix_vector", jnp.dot, A23, V3)
case("dot_vector_matrix", jnp.dot, V3, B34)
case("dot_matrices", jnp.dot, A23, B34, x64=True)
case("dot_scalar", jnp.dot, S, A23)
case("dot_rank3", jnp.dot, X234.swapaxes(1, 2), f(2, 3, 2))
case("dot_mixed", jnp.dot, ints([1, 2, 3], [4, 5, 6]), V3)
case("dot_ints", jnp.dot, ints(1, 2, 3), ints(4, 5, 6))
case("dot_bools", jnp.dot, B3, C3)
case("matmul", jnp.matmul, A23, B34)
case("matmul_vector", jnp.matmul, A23, V3)
case("matmul_by_vector", jnp.matmul, V3, f(2, 3, 2))
case("matmul_batch", jnp.matmul, f(2, 2, 3), f(2, 3, 2))
case("matmul_batch_by_matrix", jnp.matmul, f(2, 2, 3), f(3, 2))
case("matmul_matrix_by_batch", jnp.matmul, f(2, 3), f(2, 3, 2))
case("matmul_broadcast", jnp.matmul, f(2, 1, 1, 2), f(3, 2, 1))
case("outer", jnp.outer, f(2, 1), V3)
case("dot_general", lambda x, y: lax.dot_general(x, y, (((2,), (1,)), ((0,), (0,)))), f(2, 2, 3), f(2, 3, 2))

EINSUMS = {
    "matmul": ("ij,jk->ik", (2, 3), (3, 2)), "implicit": ("ij,jk", (2, 3), (3, 2)),
    "implicit_order": ("ba,cb", (2, 3), (2, 2)), "trace": ("ii", (3, 3)), "diagonal": ("ii->i", (3, 3)),
    "transposed": ("ij->ji", (2, 3)), "sum": ("ij->", (2, 3)), "sum_axis": ("ij->j", (2, 3)),
    "elementwise": ("ij,ij->ij", (2, 3), (2, 3)), "inner": ("i,i", (3,), (3,)),
    "outer": ("i,j->ji", (2,), (3,)), "batch": ("bij,bjk->bik", (2, 2, 2), (2, 2, 2)),
    "batch_last": ("ijb,jkb->bik", (2, 2, 2), (2, 2, 2)), "alone": ("ij,k->k", (2, 3), (2,)),
    "three": ("ij,jk,kl->il", (2, 3), (3, 2), (2, 2)), "hadamard_three": ("i,i,i->i", (3,), (3,), (3,)),
    "ellipsis": ("...ij,...jk->...ik", (2, 1, 2, 2), (2, 2, 2)), "ellipsis_one": ("...i->...", (2, 2, 3)),
    "ellipsis_implicit": ("...i,ij", (2, 3), (3, 2)), "ellipsis_middle": ("i...j->j...i", (2, 2, 3)),
    "triple": ("iii->i", (2, 2, 2)), "two_diagonals": ("ijij->ji", (2, 3, 2, 3)),
    "broadcast_one": ("ij,ij->ij", (2, 3), (2, 1)), "diagonal_product": ("ii,ij->j", (2, 2), (2, 3)),
    "spaces": (" i j , j -> i ", (2, 3), (3,)), "capitals": ("aB,Bc->ac", (2, 3), (3, 2)),
    "scalar": (",i->i", (), (3,)),
}
for name, (subscripts, *shapes) in EINSUMS.items():
    case("einsum_" + name, lambda *x, s=subscripts: jnp.einsum(s, *x), *[f(*shape) for shape in shapes])
case("einsum_mixed", lambda x, y: jnp.einsum("i,i->", x, y), ints(1, 2, 3), V3)
case("einsum_ints", lambda x, y: jnp.einsum("ij,j->i", x, y), ints([1, 2], [3, 4]), ints(5, 6))

# ---- nn -------------------------------------------------------------------------------------------

ACT = of(-3, -1, 0, 0.5, 3, 100, -100)
case("sigmoid", jax.nn.sigmoid, ACT)
case("relu", jax.nn.relu, ACT)
case("relu_ints", jax.nn.relu, I6)
case("silu", jax.nn.silu, ACT)
case("gelu", jax.nn.gelu, ACT, x64=True)
case("gelu_ints", jax.nn.gelu, I6)
case("softmax", jax.nn.softmax, X23, x64=True)
case("softmax_first", lambda x: jax.nn.softmax(x, axis=0), of([1000, -1000], [1001, -inf]))
case("softmax_limits", jax.nn.softmax, of([-inf, -inf], [inf, 1], [nan, 1]), grad=False)
case("softmax_empty", jax.nn.softmax, np.zeros((2, 0), np.float32), grad=False)
case("log_softmax", jax.nn.log_softmax, X23, x64=True)
case("log_softmax_first", lambda x: jax.nn.log_softmax(x, axis=0), of([1000, -1000], [1001, -999]))

# ---- sorting --------------------------------------------------------------------------------------

MIXED = of(2, -1, nan, 0.5, -0.0, inf, 0.0, -inf, 3)
S34, FEW = f(3, 4), of(1, 0, 1, 2, 0, 1)
case("sort", jnp.sort, S34, x64=True)
case("sort_axis", lambda x: jnp.sort(x, axis=0), S34)
case("sort_descending", lambda x: jnp.sort(x, descending=True), S34)
case("sort_special", jnp.sort, MIXED, grad=False)
case("sort_ints", jnp.sort, I6)
case("sort_bools", jnp.sort, B3)
case("argsort", jnp.argsort, S34, x64=True)
case("argsort_axis", lambda x: jnp.argsort(x, axis=0), S34)
case("argsort_descending", lambda x: jnp.argsort(x, descending=True, stable=True), FEW)
case("argsort_special", jnp.argsort, MIXED)
case("lexsort", lambda x, y: jnp.lexsort((x, y)), f(6), FEW)
case("sort_all", lambda x, y: jnp.stack(lax.sort((x, y), dimension=0, num_keys=2)), FEW, f(6))
case("top_k_values", lambda x: lax.top_k(x, 2)[0], S34)
case("top_k_indices", lambda x: lax.top_k(x, 3)[1], of(1, 5, 5, 2, 5, 0))
case("searchsorted", jnp.searchsorted, of(-1, 0, 0, 1, 2.5), of(-2, -1, 0, 0.5, 2.5, 3, nan))
case("searchsorted_right", lambda a, v: jnp.searchsorted(a, v, side="right"), of(-1, 0, 0, 1, nan),
     f(2, 3))
case("searchsorted_nothing", jnp.searchsorted, of(), of(1, 2))
case("digitize", jnp.digitize, f(5), of(-1, 0, 1))
case("digitize_right", lambda x, b: jnp.digitize(x, b, right=True), of(-1, 0, 0.5, 1, 2), of(-1, 0, 1))
case("median", jnp.median, f(5), x64=True)
case("median_axis", lambda x: jnp.median(x, axis=0), S34)
case("median_ints", jnp.median, I6)
case("median_nan", jnp.median, of(1, nan, 3), grad=False)
case("quantile", lambda x: jnp.quantile(x, 0.3), f(7), x64=True)
case("quantile_vector", lambda x, q: jnp.quantile(x, q, axis=1), S34, of(0, 0.25, 1), grad=False)
for method in "lower higher midpoint nearest".split():
    case(f"quantile_{method}", lambda x, m=method: jnp.quantile(x, 0.4, axis=1, method=m), S34)
case("quantile_keepdims", lambda x: jnp.quantile(x, 0.4, axis=1, keepdims=True), S34)
case("percentile", lambda x: jnp.percentile(x, 70), f(6))

# ---- convolutions ---------------------------------------------------------------------------------


def quarters(*shape):
    """Numbers of which sums of products are exact."""
    return np.round(4 * f(*shape)) / np.float32(4)


X1, W1 = quarters(2, 3, 7), quarters(4, 3, 3)
X2, W2 = quarters(2, 2, 5, 4), quarters(3, 2, 3, 2)
L2, K2 = quarters(1, 3, 4, 2), quarters(3, 2, 2, 3)
conv, transposed = lax.conv_general_dilated, lax.conv_transpose
case("conv_general_dilated", lambda x, w: conv(x, w, (1,), "VALID"), X1, W1, x64=True)
case("conv_general_dilated_same", lambda x, w: conv(x, w, (2, 3), "SAME"), X2, W2)
case("conv_general_dilated_lower", lambda x, w: conv(x, w, (1, 1), "SAME_LOWER", rhs_dilation=(1, 2)), X2, W2)
case("conv_general_dilated_pairs", lambda x, w: conv(
    x, w, (1, 2), [(2, -1), (0, 3)], (2, 1), (1, 2), ("NHWC", "HWIO", "CNHW")), L2, K2)
case("conv_general_dilated_crossed", lambda x, w: conv(
    x, w, (1, 2), [(1, 0), (0, 1)], dimension_numbers=("NHWC", "WHIO", "NCHW")), L2, K2)
case("conv_general_dilated_features", lambda x, w: conv(
    x, w, (1,), "SAME", feature_group_count=3), X1, quarters(6, 1, 2))
case("conv_general_dilated_batches", lambda x, w: conv(
    x, w, (1,), "SAME", batch_group_count=2), X1, quarters(2, 3, 2))
case("conv_general_dilated_i8", lambda x, w: conv(
    x, w, (1,), "VALID", preferred_element_type=jnp.int32),
     np.array([[[100, 120, -100]]], np.int8), np.array([[[100, 50]]], np.int8))
case("conv", lambda x, w: lax.conv(x, w, (2, 1), "SAME"), X2, W2)
case("conv_transpose", lambda x, w: transposed(x, w, (2, 2), "SAME"), L2, K2)
case("conv_transpose_valid", lambda x, w: transposed(x, w, (1, 3), "VALID", rhs_dilation=(2, 1)), L2, K2)
case("conv_transpose_kernel", lambda x, w: transposed(
    x, w, (2, 3), [(1, 2), (0, 1)], transpose_kernel=True), L2, quarters(3, 2, 3, 2))
for mode in "full same valid".split():
    case(f"convolve_{mode}", lambda x, y, mode=mode: jnp.convolve(x, y, mode), quarters(5), quarters(3))
    case(f"convolve_swapped_{mode}", lambda x, y, mode=mode: jnp.convolve(x, y, mode), quarters(2), quarters(5))
    case(f"correlate_{mode}", lambda x, y, mode=mode: jnp.correlate(x, y, mode), quarters(5), quarters(4))
    case(f"correlate_swapped_{mode}", lambda x, y, mode=mode: jnp.correlate(x, y, mode), quarters(2), quarters(5))
    case(f"signal_convolve_{mode}", lambda x, y, mode=mode: signal.convolve(x, y, mode), quarters(3, 5), quarters(2, 3))
    case(f"signal_convolve_swapped_{mode}", lambda x, y, mode=mode: signal.convolve(x, y, mode), quarters(2, 2), quarters(4, 3))
    case(f"signal_correlate_{mode}", lambda x, y, mode=mode: signal.correlate(x, y, mode), quarters(3, 5), quarters(2, 4))
    case(f"signal_correlate_swapped_{mode}", lambda x, y, mode=mode: signal.correlate(x, y, mode), quarters(2, 2), quarters(4, 3))
case("convolve_ints", lambda x, y: jnp.convolve(x, y, "full"), I6[:3], I6[:2])

# ---- sets, ranks, histograms ------------------------------------------------------------------

case("histogram_count", lambda x: jnp.histogram(x, 4)[0], f(9), grad=False)
case("histogram_edges", lambda x: jnp.histogram_bin_edges(x, 3), f(5))
case("histogram_same", lambda x: jnp.histogram_bin_edges(x, 2), of(2, 2), grad=False)
case("histogram_range", lambda x: jnp.histogram(x, 5, range=(-1, 1))[0], f(12), grad=False)
case("histogram_density", lambda x, w: jnp.histogram(x, of(-2, -1, 0.5, 2), weights=w, density=True)[0],
     f(9), f(9, lo=0.5), grad=False)
case("histogram2d", lambda x, y: jnp.histogram2d(x, y, (3, of(-1, 0, 1)))[0], f(20), f(20), grad=False)
case("histogramdd", lambda x, w: jnp.histogramdd(x, (2, 3, 2), weights=w, density=True)[0],
     f(20, 3), f(20, lo=0.1), grad=False)
case("isin_invert", lambda x, y: jnp.isin(x, y, invert=True), ints(1, 2, 3), ints(3, 4))
case("searchsorted_sorter", lambda a, v: jnp.searchsorted(a, v, sorter=jnp.argsort(a)),
     of(3, 1, 2), of(0, 1, 2.5, 4))
case("searchsorted_sort", lambda a, v: jnp.searchsorted(a, v, method='sort'),
     of(-1, 0, 0, 1, nan), of([-2, 0, 0.5], [nan, 1, 3]))
case("searchsorted_sort_right", lambda a, v: jnp.searchsorted(a, v, side='right', method='sort'),
     of(-1, 0, 0, 1), of([-2, 0, 0.5], [0, 1, 3]))
case("searchsorted_all", lambda a, v: jnp.searchsorted(a, v, method='compare_all'),
     of(-1, 0, 0, 1), of([-2, 0, 0.5], [0, 1, 3]))
case("median_axes", lambda x: jnp.median(x, axis=(0, 2)), f(2, 3, 2))
case("quantile_axes_keepdims", lambda x: jnp.quantile(x, of(0.2, 0.9), axis=(0, 2), keepdims=True),
     f(2, 3, 2))
case("percentile_nearest", lambda x: jnp.percentile(x, 70, method='nearest'), f(8))
case("nanmedian", jnp.nanmedian, of([1, nan, 3, 2], [nan, nan, 0, nan]), grad=False)
case("nanmedian_axis", lambda x: jnp.nanmedian(x, axis=1),
     of([1, nan, 3, 2], [nan, nan, nan, nan]), grad=False)
case("nanquantile", lambda x: jnp.nanquantile(x, of(0.1, 0.6), axis=0),
     of([1, nan, 3], [4, 2, nan], [0.5, 1, 7]), grad=False)
case("nanpercentile", lambda x: jnp.nanpercentile(x, 35), f(7))
case("quantile_inverted", lambda x: jnp.quantile(x, of(0.0, 0.4, 1.0), axis=1, method='inverted_cdf'),
     S34, grad=False)
case("quantile_weights", lambda x, w: jnp.quantile(x, 0.4, axis=1, method='inverted_cdf', weights=w),
     S34, f(3, 4, lo=0.1), grad=False)
case("unique_size", lambda x: jnp.unique(x, size=4), FEW)
case("unique_fill", lambda x: jnp.unique(x, size=8, fill_value=-3),
     of(2, 1, 2, nan, 0, nan, -0.0), grad=False)
case("unique_nans", lambda x: jnp.unique(x, size=6, equal_nan=False), of(2, nan, 0, nan, 2), grad=False)
case("unique_index", lambda x: jnp.unique(x, size=5, return_index=True)[1], of(2, 1, 2, 3, 1, 7))
case("unique_inverse", lambda x: jnp.unique(x, size=5, return_inverse=True)[1], of([2, 1, 2], [3, 1, 7]))
case("unique_counts", lambda x: jnp.unique(x, size=6, return_counts=True)[1], of(2, 1, 2, 3, 1, 7))
case("unique_rows", lambda x: jnp.unique(x, axis=0, size=4, fill_value=9),
     ints([1, 2, 0], [0, 5, 1], [1, 2, 0], [1, 1, 4], [0, 5, 1]))
case("unique_columns", lambda x: jnp.unique(x, axis=1, size=3), ints([1, 0, 1, 1], [2, 5, 2, 1]))
case("union1d", lambda x, y: jnp.union1d(x, y, size=7), of(3, 1, 1, 2), of([2, 5], [0, nan]), grad=False)
case("union1d_fill", lambda x, y: jnp.union1d(x, y, size=7, fill_value=8), ints(3, 1, 1, 2), ints(2, 5))
case("intersect1d", lambda x, y: jnp.intersect1d(x, y, size=4),
     of(3, 1, 1, 2, nan), of(2, 5, 3, 3, nan), grad=False)
case("intersect1d_fill", lambda x, y: jnp.intersect1d(x, y, size=4, fill_value=7),
     ints(3, 1, 1, 2), ints(2, 5, 3, 3))
case("intersect1d_none", lambda x, y: jnp.intersect1d(x, y, size=2), ints(3, 1), ints(2, 5))
case("intersect1d_indices", lambda x, y: jnp.stack(jnp.intersect1d(x, y, size=3, return_indices=True)[1:]),
     ints(3, 1, 1, 2), ints(2, 5, 3, 3, 2))
case("setdiff1d", lambda x, y: jnp.setdiff1d(x, y, size=4), ints(3, 1, 1, 7, 2, 5), ints(2, 5))
case("setdiff1d_unique", lambda x, y: jnp.setdiff1d(x, y, size=4, fill_value=-1, assume_unique=True),
     ints(3, 1, 7, 2, 5), ints(2, 5))
case("setxor1d", lambda x, y: jnp.setxor1d(x, y, size=6),
     of(3, 1, 1, 2, nan), of(2, 5, 3, 3, nan), grad=False)
case("setxor1d_fill", lambda x, y: jnp.setxor1d(x, y, size=5, fill_value=9), ints(3, 1, 2), ints(2, 5, 3))
case("rankdata_average", lambda x: stats.rankdata(x, method='average'),
     of([3, 1, 3, 0], [1, 1, 5, -0.0]), grad=False)
case("rankdata_min", lambda x: stats.rankdata(x, method='min'), of([3, 1, 3, 0], [1, 1, 5, -0.0]), grad=False)
case("rankdata_max", lambda x: stats.rankdata(x, method='max'), of([3, 1, 3, 0], [1, 1, 5, -0.0]), grad=False)
case("rankdata_dense", lambda x: stats.rankdata(x, method='dense'),
     of([3, 1, 3, 0], [1, 1, 5, -0.0]), grad=False)
case("rankdata_ordinal", lambda x: stats.rankdata(x, method='ordinal'),
     of([3, 1, 3, 0], [1, 1, 5, -0.0]), grad=False)
case("rankdata_axis", lambda x: stats.rankdata(x, axis=0), ints([3, 1], [3, 0], [1, 1]))
case("rankdata_nan", lambda x: stats.rankdata(x, axis=1), of([3, nan, 1], [2, 0, 2]), grad=False)
case("partition_kth", lambda x: jnp.partition(x, 2)[2], f(7), grad=False)
case("argpartition_kth", lambda x: jnp.argpartition(x, 1, axis=0)[1], f(5, 2), grad=False)
case("approx_max_k", lambda x: lax.approx_max_k(x, 2)[0], S34)
case("approx_max_k_indices", lambda x: lax.approx_max_k(x, 2, reduction_dimension=0)[1], f(5, 2))
case("approx_min_k", lambda x: lax.approx_min_k(x, 3, reduction_dimension=0)[0], f(5, 2))

# ---- the file -------------------------------------------------------------------------------------


def number(v):
    return str(int(v) if v.dtype == bool else v)  # of a float, the shortest that reads back


def widen(x):
    """The same decimals as doubles."""
    return np.vectorize(lambda v: np.float64(str(v)), otypes=[np.float64])(x)


def line(kind, x):
    x = np.asarray(x)
    shape = ",".join(map(str, x.shape))
    return " ".join([kind, f"{NAMES[str(x.dtype)]}[{shape}]"] + [number(v) for v in x.ravel()])


def ramp(x):
    return (1 + jnp.arange(x.size, dtype=x.dtype) / 8).reshape(x.shape)


def run(name, fn, inputs, grad):
    lines = ["case " + name] + [line("in", x) for x in inputs]
    out = fn(*[jnp.asarray(x) for x in inputs])
    lines.append(line("out", out))
    floats = [k for k, x in enumerate(inputs) if np.issubdtype(x.dtype, np.floating)]
    if not grad or not floats or not np.issubdtype(out.dtype, np.floating):
        return lines

    def weighted(*x):
        full = [jnp.asarray(v) for v in inputs]
        for k, v in zip(floats, x):
            full[k] = v
        y = fn(*full)
        return (y * ramp(y)).sum()

    x = [jnp.asarray(inputs[k]) for k in floats]
    g = jax.grad(weighted, argnums=tuple(range(len(x))))
    grads, hvp = jax.jvp(g, tuple(x), tuple(ramp(v) for v in x))
    return lines + [line("grad", v) for v in grads] + [line("hvp", v) for v in hvp]


def write(name, run=run):
    """Writes what JAX gives for all CASES to the file of this name here; `run` gives the lines of a case."""
    lines = []
    for case_name, fn, inputs, grad, x64 in CASES:
        lines += run(case_name, fn, inputs, grad)
    with jax.enable_x64(True):
        for case_name, fn, inputs, grad, x64 in CASES:
            if x64:
                wide = [widen(x) if x.dtype == np.float32 else x for x in inputs]
                lines += run(case_name + " x64", fn, wide, grad)
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, name), "w") as out:
        out.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    write("numpy_cases.txt")

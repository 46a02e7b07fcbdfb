"""Writes indexing_cases.txt: what x[...] and x.at[...] give in JAX, for tests/test_numpy.c.

Run with a Python that has JAX >= 0.5:  python tests/golden/indexing.py
The format is that of numpy_cases.txt (numpy_functions.py). tests/indexing_cases.h has each name's function
in C.
"""
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

import numpy_functions as n
from numpy_functions import bools, case, ints, nan, of

n.CASES.clear()
rng = np.random.default_rng(11)


def f(*shape):
    return np.round(rng.uniform(-2, 2, shape), 2).astype(np.float32)


def at(x):
    return jnp.asarray(x).at


X, Y, I34 = f(3, 4), f(2, 3, 4), np.arange(12, dtype=np.int32).reshape(3, 4)
J = ints(2, 0, -1)
BOTH = ints([0], [2]), ints(3, -4, 1)
M3, M34 = np.array([True, False, True]), np.array([[1, 0, 0, 1], [0, 0, 0, 0], [1, 1, 0, 1]], bool)

# ---- reading ----------------------------------------------------------------------------------------

case("index_nothing", lambda x: x[()], X)
case("index_int", lambda x: x[-1], X, x64=True)
case("index_ints", lambda x: x[1, 2], X)
case("index_column", lambda x: x[:, 1], X)
case("index_range", lambda x: x[1:, -3:-1], X)
case("index_step", lambda x: x[::2, 1::2], X)
case("index_backwards", lambda x: x[::-1, 3:0:-2], X)
case("index_backwards_short", lambda x: x[1::-1, -1:-9:-3], X)
case("index_clipped_range", lambda x: x[-9:9, 2:99], X)
case("index_empty", lambda x: x[2:1], X)
case("index_new", lambda x: x[None, 0, :, None], X)
case("index_ellipsis", lambda x: x[..., 1], Y)
case("index_ellipsis_middle", lambda x: x[1, ..., None, 0], Y)
case("index_ellipsis_of_none", lambda x: x[1, ..., 2, 0], Y)
case("index_scalar", lambda x, i: x[i], X, ints(1)[0])
case("index_scalars", lambda x, i, j: x[i, j], X, ints(-1)[0], np.uint8(2))
case("index_scalar_column", lambda x, i: x[:, i], X, ints(-2)[0])
case("index_scalar_and_range", lambda x, i: x[::-1, i, 1:3], Y, ints(1)[0])
case("index_scalar_too_large", lambda x, i: x[i], X, ints(7)[0])
case("index_scalar_new", lambda x, i: x[None, i, None], X, ints(7)[0])
case("index_array", lambda x, i: x[i], X, J, x64=True)
case("index_array_2d", lambda x, i: x[i], X, ints([0, 1], [2, -1]))
case("index_array_last", lambda x, i: x[..., i], Y, J)
case("index_array_step", lambda x, i: x[::-1, i, ::3], Y, J)
case("index_arrays", lambda x, i, j: x[i, j], X, *BOTH)
case("index_arrays_repeated", lambda x, i, j: x[i, j], X, ints(1, 1, 0), ints(2, 2, 3))
case("index_arrays_middle", lambda x, i, j: x[:, i, j], Y, *BOTH)
case("index_arrays_apart", lambda x, i, j: x[i, :, j], Y, ints(0, 1, 1), J)
case("index_arrays_new_between", lambda x, i, j: x[i, None, j], Y, ints(0, 1, 1), J)
case("index_arrays_new_before", lambda x, i: x[None, :, i, None], X, J)
case("index_array_and_int", lambda x, i: x[i, 1], Y, ints(1, 0))
case("index_int_and_array", lambda x, i: x[0, :, i], Y, ints(3, 0))
case("index_int_beside_array", lambda x, i: x[:, 2, i], Y, ints(3, 0))
case("index_scalar_and_array", lambda x, i, j: x[i, :, j], Y, ints(1)[0], ints(3, 0))
case("index_array_ellipsis_array", lambda x, i, j: x[i, ..., j], Y, ints(1, 0), ints(3, 0))
case("index_arrays_around_nothing", lambda x, i, j: x[:, i, ..., j], Y, ints(1, 0), ints(3, 0))
# (JAX clamps these positions, and its gradient leaves them out.)
case("index_array_out_of_range", lambda x, i: x[i], X, ints(5, -9, 1), grad=False)
case("index_array_i64_x", lambda x, i: x[i], X, ints(1, 2, dtype=np.uint8))
case("index_clip", lambda x, i: at(x)[i].get(mode="clip"), X, ints(5, -9, 1))
case("index_fill", lambda x, i: at(x)[i].get(mode="fill"), X, ints(5, -9, 1))
case("index_fill_ints", lambda x, i: at(x)[i].get(mode="fill"), I34, ints(5, -9, 1))
case("index_fill_value", lambda x, i: at(x)[:, i].get(mode="fill", fill_value=7), X, ints(5, -9, 1))
case("index_fill_scalar", lambda x, i: at(x)[i].get(mode="fill", fill_value=0), X, ints(5)[0])
case("index_wrap", lambda x, i: jnp.take(x, i, 0, mode="wrap"), X, ints(5, -9, 1, -1))
case("index_mask", lambda x: x[M3], X)
case("index_mask_2d", lambda x: x[M34], X)
case("index_mask_last", lambda x: x[:, :, np.array([1, 0, 0, 1], bool)], Y)
case("index_mask_and_array", lambda x, i: x[i, :, M34[0]], Y, ints(1, 0))
case("index_mask_and_new", lambda x: x[:, None, M34], Y)
case("index_empty_array", lambda x, i: x[i], X, np.zeros(0, np.int32))
case("index_no_element", lambda x: x[0:2, :], np.zeros((3, 0), np.float32))

# ---- writing ----------------------------------------------------------------------------------------

case("set_int", lambda x, v: at(x)[1].set(v), X, f(4), x64=True)
case("set_number", lambda x: at(x)[:, 2].set(9), X)
case("set_element", lambda x, v: at(x)[1, 2].set(v), X, f())
case("set_range", lambda x, v: at(x)[1:, 1:3].set(v), X, f(2, 2))
case("set_backwards", lambda x, v: at(x)[::-1, :2].set(v), X, f(3, 2))
case("set_step", lambda x, v: at(x)[::2, ::-2].set(v), X, f(2, 2))
case("set_all", lambda x, v: at(x)[:].set(v), X, f(4))
case("set_new", lambda x, v: at(x)[1, None].set(v), X, f(1, 4))
case("set_new_broadcast", lambda x, v: at(x)[:, None, 1].set(v), X, f(3, 1))
case("set_broadcast", lambda x, v: at(x)[..., 1:3].set(v), Y, f(3, 1))
case("set_scalar", lambda x, v, i: at(x)[i].set(v), X, f(4), ints(-2)[0])
case("set_scalars", lambda x, v, i: at(x)[i, i].set(v), X, f(), ints(2)[0])
case("set_scalar_column", lambda x, v, i: at(x)[:, i].set(v), X, f(3), ints(1)[0])
case("set_scalar_too_large", lambda x, v, i: at(x)[i].set(v), X, f(4), ints(3)[0])
case("set_scalar_too_small", lambda x, v, i: at(x)[i].set(v), X, f(4), ints(-4)[0])
case("set_scalar_and_range", lambda x, v, i: at(x)[1:, i].set(v), X, f(2), ints(3)[0])
case("set_scalar_and_step", lambda x, v, i: at(x)[::-2, i].set(v), X, f(2), ints(3)[0])
case("set_array", lambda x, v, i: at(x)[i].set(v), X, f(2, 4), ints(2, 0))
case("set_array_repeated", lambda x, v, i: at(x)[i].set(v), X, f(3, 4), ints(1, 1, 0))
case("set_array_last", lambda x, v, i: at(x)[:, i].set(v), X, f(3, 2), ints(-1, 0))
case("set_array_out_of_range", lambda x, v, i: at(x)[i].set(v), X, f(3, 4), ints(5, -9, 1))
case("set_array_clip", lambda x, v, i: at(x)[i].set(v, mode="clip"), X, f(3, 4), ints(5, -9, 1))
case("set_arrays_apart", lambda x, v, i: at(x)[i, 1:, i].set(v), Y, f(2, 2), ints(0, 1))
case("set_array_step", lambda x, v, i: at(x)[i, :, ::-3].set(v), Y, f(1, 3, 2), ints(1))
case("set_array_and_int", lambda x, v, i: at(x)[i, 1].set(v), Y, f(2, 4), ints(0, 1))
case("set_array_new", lambda x, v, i: at(x)[i, None, :2].set(v), X, f(2, 1, 2), ints(0, 1))
case("set_mask", lambda x: at(x)[M34].set(5), X)
case("set_mask_scalar", lambda x, v: at(x)[M34].set(v), X, f())
case("set_mask_values", lambda x, v: at(x)[M34].set(v), X, f(5))
case("set_mask_rows", lambda x, v: at(x)[M3].set(v), X, f(4))
case("set_ints", lambda x, v: at(x)[0].set(v), I34, ints(1, 2, 3, 4, dtype=np.uint8))
case("set_into_floats", lambda x, v: at(x)[0].set(v), X, ints(1, 2, 3, 4))
case("set_bools", lambda x, i: at(x)[i].set(True), bools(False, False, True), ints(0))
case("set_empty", lambda x, v, i: at(x)[i].set(v), X, np.zeros((0, 4), np.float32), np.zeros(0, np.int32))
for name, op in dict(add="add", sub="subtract", mul="mul", min="min", max="max").items():
    def upd(x, i, v, op=op):
        return getattr(at(x)[i], op)(v)
    grad = name != "mul"
    # (JAX has no derivative of a product at index arrays.)
    case(name + "_at_int", lambda x, v, u=upd: u(x, 1, v), X, f(4))
    case(name + "_at_range", lambda x, v, u=upd: u(x, np.s_[::-1, 1:3], v), X, f(3, 2))
    case(name + "_at_scalar", lambda x, v, i, u=upd: u(x, i, v), X, f(4), ints(1)[0], grad=grad)
    case(name + "_at_array", lambda x, v, i, u=upd: u(x, i, v), X, f(2, 4), ints(2, 0), x64=True, grad=grad)
    case(name + "_at_repeated", lambda x, v, i, u=upd: u(x, i, v), f(4), f(5), ints(1, 1, 3, 1, 9), grad=grad)
    case(name + "_at_rows", lambda x, v, i, u=upd: u(x, (slice(None), i), v), X, f(3, 3), ints(1, 1, -1), grad=grad)
    case(name + "_at_mask", lambda x, v, u=upd: u(x, M34, v), X, f(), grad=grad)
    case(name + "_at_ints", lambda x, v, i, u=upd: u(x, i, v), ints(5, 6, 7), ints(8, 3, 2), ints(1, 1, 0))
case("apply_at_int", lambda x: at(x)[1].apply(jnp.sin), X, grad=False)
case("apply_at_range", lambda x: at(x)[:, ::-2].apply(jnp.sin), X, grad=False)
case("apply_at_array", lambda x, i: at(x)[i].apply(jnp.sin), X, ints(2, 0), grad=False)
case("apply_at_repeated", lambda x, i: at(x)[i].apply(jnp.sin), X, ints(2, 0, 2), grad=False)

# ---- along an axis, segments, where a condition holds -------------------------------------------------

ROW, FAR = ints([2, 0, -1, 7]), ints(2, -1, 5, -9)
IDS, B23 = ints(1, 0, 1, -1, 4, 1), ints([0, 1, 0], [2, 0, 1])
# (In the mode "clip", jnp.take makes a negative index 0.)
case("take_clip", lambda x, i: at(x)[:, i].get(mode="clip"), X, FAR)
for mode in "wrap fill".split():
    case("take_" + mode, lambda x, i, m=mode: jnp.take(x, i, 1, mode=m), X, FAR)
case("take_fill_value", lambda x, i: jnp.take(x, i, 0, mode="fill", fill_value=0), X, FAR)
case("take_along_axis_fill", lambda x, i: jnp.take_along_axis(x, i, 1, mode="fill"), X, ROW)
case("take_along_axis_clip", lambda x, i: jnp.take_along_axis(x, i, 0, mode="clip"), X, ROW)
case("put_along_axis", lambda x, i, v: jnp.put_along_axis(x, i, v, 1, inplace=False), X, ints([2, 0], [1, -1], [3, 3]),
     f(3, 2))
case("put_along_first_axis", lambda x, i: jnp.put_along_axis(x, i, 9, 0, inplace=False), X, ints([2, 0, -1, 7]))
case("put_along_axis_broadcast", lambda x, i, v: jnp.put_along_axis(x, i, v, 1, inplace=False, mode="clip"), X, ROW,
     f(1, 4))
case("choose", lambda i, x, y: jnp.choose(i, [x, y], mode="clip"), ints([0, 5, -1, 1]), X, f(4))
for name in "sum prod max min".split():
    op = getattr(jax.ops, "segment_" + name)
    grad = name != "prod"
    case("segment_" + name, lambda x, i, op=op: op(x, i, 5), f(6, 2), IDS, grad=grad, x64=True)
    case(f"segment_{name}_of_vector", lambda x, i, op=op: op(x, i, 3), f(6), IDS, grad=grad)
    case(f"segment_{name}_ints", lambda x, i, op=op: op(x, i, 3), ints(3, 1, 2, 9, 9, 7), IDS)
case("segment_max_ties", lambda x, i: jax.ops.segment_max(x, i, 2), of(1, 2, 2, 2, 1, 1), ints(0, 0, 0, 1, 1, 1))
case("segment_sum_sorted", lambda x, i: jax.ops.segment_sum(x, i, 3, indices_are_sorted=True), f(4),
     np.array([0, 0, 2, 9], np.uint8))
case("segment_sum_clip", lambda x, i: jax.ops.segment_sum(x, i, 3, mode="clip"), f(6), IDS)
case("segment_sum_of_none", lambda x, i: jax.ops.segment_sum(x, i, 2), np.zeros((0, 3), np.float32),
     np.zeros(0, np.int32))
case("nonzero", lambda x: jnp.stack(jnp.nonzero(x, size=4, fill_value=-1)), B23)
case("nonzero_few", lambda x: jnp.stack(jnp.nonzero(x, size=2)), of([0, 1, nan], [2, 0, -0.0]), grad=False)
case("argwhere", lambda x: jnp.argwhere(x, size=4), B23, x64=True)
case("flatnonzero", lambda x: jnp.flatnonzero(x, size=5, fill_value=7), B23)
case("flatnonzero_of_none", lambda x: jnp.flatnonzero(x, size=2), np.zeros((0, 3), np.float32))
case("compress", lambda c, x: jnp.compress(c, x, 1, size=3, fill_value=5), bools(False, True, True), X)
case("extract", lambda c, x: jnp.extract(c, x, size=4), B23, f(2, 3))
case("unravel_index", lambda i: jnp.stack(jnp.unravel_index(i, (3, 2, 2))), ints(0, 5, -1, 11, 99, -99))
case("ravel_multi_index", lambda i, j: jnp.ravel_multi_index((i, j), (3, 4), mode="clip"), ints(2, 7, -1), ints([3], [9]))

# ---- the file ---------------------------------------------------------------------------------------

if __name__ == "__main__":
    n.write("indexing_cases.txt")

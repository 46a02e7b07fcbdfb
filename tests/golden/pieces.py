"""Writes pieces_cases.txt: what jax.numpy's polynomials, windows, functions of functions, and those that put parts in and
take them out give, for tests/test_numerics.c; see numpy_functions.py. tests/pieces_cases.h has each name's function in C.
"""
import jax
import jax.numpy as jnp
import numpy as np

import numpy_functions as nf
from numpy_functions import bools, case, f, ints, of

nf.CASES.clear()
nf.rng = np.random.default_rng(8)
X23, Y3, X34 = f(2, 3), f(3), f(3, 4)

# ---- polynomials --------------------------------------------------------------------------------------
P, Q = of(1, -2, 0.5, 3), of(2, 1)
case("polyval", jnp.polyval, P, X23, x64=True)
case("polyval_long", jnp.polyval, f(20), f(3, lo=-0.9, hi=0.9))
case("polyval_ints", jnp.polyval, ints(1, 2, 3), ints(4, -5))
case("polyval_none", jnp.polyval, np.zeros(0, np.float32), Y3)
case("polyadd", jnp.polyadd, P, Q)
case("polysub", jnp.polysub, Q, P)
case("polyadd_ints", jnp.polyadd, ints(1, 2), ints(3))
case("polymul", jnp.polymul, P, Q)
case("polymul_ints", jnp.polymul, ints(1, 2), ints(3, 4))
case("polydiv_q", lambda p, q: jnp.polydiv(p, q)[0], P, Q)
case("polydiv_r", lambda p, q: jnp.polydiv(p, q)[1], P, Q)
case("polydiv_short", lambda p, q: jnp.polydiv(q, p)[0], P, Q)
case("polyder", jnp.polyder, P)
case("polyder_2", lambda p: jnp.polyder(p, 2), P)
case("polyder_ints", jnp.polyder, ints(3, 2, 1))
case("polyint", jnp.polyint, P)
case("polyint_2", lambda p, k: jnp.polyint(p, 2, k), P, of(5, 7))
case("poly", jnp.poly, Y3, x64=True)
case("poly_matrix", lambda x: jnp.poly(x + x.T).real, f(3, 3), grad=False)
case("roots", lambda p: jnp.sort(jnp.abs(jnp.roots(p, strip_zeros=False))), of(1, -6, 11, -6), grad=False)
case("roots_leading", lambda p: jnp.isnan(jnp.roots(p, strip_zeros=False)), of(0, 0, 1, -3, 2), grad=False)
# at x = 0, JAX's derivatives of x^0 and so of the fit are NaN
case("polyfit", lambda x, y: jnp.polyfit(x, y, 2), of(0.5, 1, 2, 3, 5), f(5))
case("polyfit_columns", lambda x, y: jnp.polyfit(x, y, 1), of(0.5, 1, 2, 3), f(4, 2))
case("polyfit_weights", lambda x, y, w: jnp.polyfit(x, y, 1, w=w), of(0.5, 1, 2, 3), f(4), f(4, lo=0.5))
case("polyfit_cov", lambda x, y: jnp.polyfit(x, y, 1, cov=True)[1], of(0, 1, 2, 3, 4), f(5), grad=False)

# ---- windows ------------------------------------------------------------------------------------------
for name in ("bartlett", "hanning", "hamming", "blackman"):
    case(name, lambda x, name=name: getattr(jnp, name)(6) + x, of(*[1] * 6))
case("hanning_1", lambda x: jnp.hanning(1) * x, of(2))
case("kaiser", lambda b: jnp.kaiser(7, b), of(8.5).reshape(()), grad=False)

# ---- chosen, put in and taken out -----------------------------------------------------------------
C, D = bools(True, False, False), bools(True, True, False)
case("select", lambda x, y, z: jnp.select([x > 0, y > 0], [x, y], z), f(4), f(4), f(4))
case("select_ints", lambda x: jnp.select([x > 2, x > 1], [x, x * 10]), ints(0, 1, 2, 3))
case("delete", lambda x: jnp.delete(x, 1, axis=1), X34)
case("delete_flat", lambda x: jnp.delete(x, -2), X23)
case("delete_list", lambda x: jnp.delete(x, np.array([0, 3, -4]), axis=1), X34)
case("delete_mask", lambda x: jnp.delete(x, np.array([True, False, True])), Y3)
case("delete_traced", lambda x, i: jnp.delete(x, i, axis=1, assume_unique_indices=True), X34, ints(3, 0))
case("insert", lambda x, v: jnp.insert(x, 1, v), Y3, of(9))
case("insert_flat", lambda x: jnp.insert(x, 2, 7), X23)
case("insert_row", lambda x, v: jnp.insert(x, 1, v, axis=0), X23, f(3))
case("insert_column", lambda x, v: jnp.insert(x, 1, v, axis=1), X23, f(2))
case("insert_list", lambda x, v: jnp.insert(x, np.array([2, 0]), v), Y3, of(8, 9))
case("insert_list_axis", lambda x, v: jnp.insert(x, np.array([0, 3, 1]), v, axis=1), X23, f(2, 3))
case("insert_twice", lambda x, v: jnp.insert(x, np.array([1, 1]), v), Y3, of(8, 9))
case("packbits", lambda x: jnp.packbits(x), ints(1, 0, 2, 0, 0, 1, 1, 0, 1, 1))
case("packbits_axis", lambda x: jnp.packbits(x, axis=0, bitorder="little"), bools(*[True, False] * 6).reshape(4, 3))
case("unpackbits", lambda x: jnp.unpackbits(x), ints(1, 200, dtype=np.uint8))
case("unpackbits_count", lambda x: jnp.unpackbits(x, axis=1, count=11, bitorder="little"),
     ints(1, 200, 3, 255, dtype=np.uint8).reshape(2, 2))
case("logspace", lambda x: jnp.logspace(x, 3, 4), of(0, 1))
case("logspace_base", lambda x: jnp.logspace(0, x, 3, base=2), of(3).reshape(()))
case("geomspace", lambda x, y: jnp.geomspace(x, y, 4), of(1, -2), of(1000, -16))
case("ragged_dot", jax.lax.ragged_dot, f(5, 2), f(3, 2, 4), ints(2, 0, 2))

# ---- functions of functions -------------------------------------------------------------------------
case("vectorize", lambda x, y: jnp.vectorize(lambda a, b: jnp.where(a > b, a * b, jnp.sin(a)))(x, y), X23, Y3)
case("vectorize_dot", lambda x, y: jnp.vectorize(lambda a, b: a @ b, signature="(n,m),(m)->(n)")(x, y), f(2, 1, 3, 4), f(5, 4))
case("apply_along_axis", lambda x: jnp.apply_along_axis(lambda v: v[::-1] * v.sum(), 0, x), X34)
case("apply_along_axis_sum", lambda x: jnp.apply_along_axis(lambda v: v.sum(), 1, x), f(2, 3, 4))
case("apply_along_axis_outer", lambda x: jnp.apply_along_axis(lambda v: jnp.outer(v, v[:2]), 1, x), f(2, 3, 2))
case("fromfunction", lambda x: x * jnp.fromfunction(lambda i, j: i * 10 + j, (2, 3)), of(2).reshape(()))
case("piecewise", lambda x: jnp.piecewise(x, [x < -1, x > 0], [lambda v: -v, lambda v: v * v, lambda v: v + 1]), f(6))
case("piecewise_0", lambda x: jnp.piecewise(x, [x < 1, x > 0], [lambda v: -v, lambda v: v * v]), of(-1, 0.5, 2))
case("mask_indices", lambda x: x[jnp.mask_indices(3, jnp.triu)], f(3, 3))

# ---- patches of convolutions ------------------------------------------------------------------------
case("patches", lambda x: jax.lax.conv_general_dilated_patches(x, (2, 3), (1, 2), "SAME"), f(1, 2, 3, 4))
case("patches_last", lambda x: jax.lax.conv_general_dilated_patches(
    x, (2, 2), (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")), f(1, 3, 3, 2))
case("conv_local", lambda x, w: jax.lax.conv_general_dilated_local(x, w, (1, 1), "VALID", (2, 2)), f(2, 2, 3, 3),
     f(3, 8, 2, 2))

# ---- continued beyond the ends, and rounded ---------------------------------------------------------
for mode in ("edge", "reflect", "symmetric", "wrap"):
    case("extend_" + mode, lambda x, mode=mode: jnp.pad(x, ((1, 2), (0, 5)), mode=mode), f(3, 2))
case("extend_one", lambda x: jnp.pad(x, (1, 2), mode="reflect"), of(4))
case("round_2", lambda x: jnp.round(x, 2), of(1.236, -0.125, 3e5, 0.005), grad=False)
case("round_minus_1", lambda x: jnp.round(x, -1), of(123, -45, 55), grad=False)


def run(name, fn, inputs, grad):
    """Compiled, which is faster, unless the function must know its arguments."""
    try:
        return nf.run(name, jax.jit(fn), inputs, grad)
    except jax.errors.ConcretizationTypeError:
        return nf.run(name, fn, inputs, grad)


if __name__ == "__main__":
    nf.write("pieces_cases.txt", run)

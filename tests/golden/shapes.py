"""Writes shapes_cases.txt: what the functions of jax.numpy give that repeat, roll, stack and split arrays, or put
them on diagonals, for tests/test_numerics.c; see numpy_functions.py. tests/shapes_cases.h has each name's function in C.
"""
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

import numpy_functions as nf
from numpy_functions import bools, case, f, ints, of

nf.CASES.clear()
nf.rng = np.random.default_rng(5)
X23, Y3, X33, X34, X234 = f(2, 3), f(3), f(3, 3), f(3, 4), f(2, 3, 4)
I23, B3 = ints(*range(6)).reshape(2, 3), bools(True, False, True)

# ---- repeated and rolled ----------------------------------------------------------------------------
case("repeat", lambda x: jnp.repeat(x, 2, 1), X23, x64=True)
case("repeat_flat", lambda x: jnp.repeat(x, 3), X23)
case("repeat_first", lambda x: jnp.repeat(x, 2, axis=0), X234)
case("repeat_never", lambda x: jnp.repeat(x, 0, axis=0), X23)
case("repeat_scalar", lambda x: jnp.repeat(x, 3), of(1.5).reshape(()))
case("repeat_list", lambda x: jnp.repeat(x, jnp.array([1, 0, 2]), axis=1), X23)
case("repeat_list_total", lambda x: jnp.repeat(x, jnp.array([1, 0, 2]), axis=1, total_repeat_length=5), X23)
case("repeat_list_short", lambda x: jnp.repeat(x, jnp.array([1, 0, 2]), axis=1, total_repeat_length=2), X23)
case("repeat_array", lambda x, n: jnp.repeat(x, n, axis=1, total_repeat_length=4), X23, ints(1, 0, 2))
case("repeat_array_last", lambda x, n: jnp.repeat(x, n, axis=0, total_repeat_length=5), Y3, ints(2, 1, 0))
case("repeat_ints", lambda x: jnp.repeat(x, 2, axis=0), I23)
case("tile", lambda x: jnp.tile(x, (2, 2)), X23, x64=True)
case("tile_last", lambda x: jnp.tile(x, 3), X23)
case("tile_more", lambda x: jnp.tile(x, (2, 1, 3)), X23)
case("tile_middle", lambda x: jnp.tile(x, (2, 1)), X234)
case("tile_none", lambda x: jnp.tile(x, 0), Y3)
case("tile_bools", lambda x: jnp.tile(x, 2), B3)
case("resize", lambda x: jnp.resize(x, (2, 5)), X23)
case("resize_shorter", lambda x: jnp.resize(x, (2, 2)), X23)
case("roll", lambda x: jnp.roll(x, 1, 1), X23, x64=True)
case("roll_flat", lambda x: jnp.roll(x, 2), X23)
case("roll_back", lambda x: jnp.roll(x, -4, 2), X234)
case("roll_both", lambda x: jnp.roll(x, (1, -1), (0, 1)), X23)
case("roll_same_axes", lambda x: jnp.roll(x, 1, (0, 1)), X33)
case("roll_traced", lambda x, n: jnp.roll(x, n, 1), X34, ints(-3).reshape(()))
case("roll_traced_both", lambda x, n: jnp.roll(x, n, (0, 1)), X34, ints(5, -2))
for k in range(4):
    case(f"rot90_{k}", lambda x, k=k: jnp.rot90(x, k), X23)
case("rot90_axes", lambda x: jnp.rot90(x, 1, (1, 2)), X234)
case("fliplr", jnp.fliplr, X23)
case("flipud", jnp.flipud, X23)
case("rollaxis", lambda x: jnp.rollaxis(x, 2), X234)
case("rollaxis_later", lambda x: jnp.rollaxis(x, 0, 2), X234)

# ---- grids --------------------------------------------------------------------------------------------
case("meshgrid", lambda x, y: jnp.stack(jnp.meshgrid(x, y)), Y3, f(2))
case("meshgrid_ij", lambda x, y, z: jnp.stack(jnp.meshgrid(x, y, z, indexing="ij")), Y3, f(2), f(4))
case("meshgrid_sparse", lambda x, y: jnp.add(*jnp.meshgrid(x, y, sparse=True)), Y3, f(2))
case("meshgrid_one", lambda x: jnp.meshgrid(x)[0], Y3)
case("indices", lambda x: jnp.indices((2, 3)) + x.astype(int), Y3)
case("ix_", lambda x, i, j: x[jnp.ix_(i, j)], X34, ints(2, 0), ints(3, 3, 1))
case("broadcast_arrays", lambda x, y: jnp.stack(jnp.broadcast_arrays(x, y)), X23, Y3)

# ---- stacked and split ------------------------------------------------------------------------------
S = of(1.5).reshape(())
for k in (1, 2, 3):
    for name, x in dict(scalar=S, vector=Y3, matrix=X23).items():
        case(f"atleast_{k}d_{name}", getattr(jnp, f"atleast_{k}d"), x)
for name in ("hstack", "vstack", "dstack", "column_stack"):
    case(name, lambda x, y, name=name: getattr(jnp, name)([x, y]), X23, f(2, 3))
    case(name + "_vectors", lambda x, y, name=name: getattr(jnp, name)([x, y]), Y3, f(3))
case("column_stack_mixed", lambda x, y: jnp.column_stack([x, y]), Y3, f(3, 2))
case("hstack_scalars", lambda x, y: jnp.hstack([x, y]), S, ints(2).reshape(()))
case("append", lambda x, y: jnp.append(x, y), X23, Y3)
case("append_axis", lambda x, y: jnp.append(x, y, 0), X23, f(1, 3))
case("block", lambda x, y, z: jnp.block([[x, y], [z, jnp.zeros((1, 2))]]), f(2, 2), f(2, 2), f(1, 2))
case("block_row", lambda x, y: jnp.block([x, y]), X23, f(2, 1))
case("block_vectors", lambda x, y: jnp.block([[x, y], [y, x]]), f(2), f(3))
case("split", lambda x: jnp.stack(jnp.split(x, 2, 1)), X34)
case("split_at", lambda x: jnp.split(x, [1, 3], 1)[1], X34)
case("split_at_none", lambda x: jnp.split(x, [2, 2])[1], Y3)
case("array_split", lambda x: jnp.array_split(x, 3, 2)[0], X234)
case("hsplit", lambda x: jnp.hsplit(x, 2)[1], X34)
case("hsplit_vector", lambda x: jnp.hsplit(x, 3)[1], Y3)
case("vsplit", lambda x: jnp.vsplit(x, 2)[1], X234)
case("dsplit", lambda x: jnp.dsplit(x, 2)[1], X234)
case("unstack", lambda x: jnp.unstack(x, axis=1)[2], X23)

# ---- diagonals and triangles ----------------------------------------------------------------------
for k in (-2, -1, 0, 1, 3):
    tag = f"{k}".replace("-", "minus_")
    case(f"diag_{tag}", lambda x, k=k: jnp.diag(x, k), Y3, x64=k == 1)
    case(f"diag_of_{tag}", lambda x, k=k: jnp.diag(x, k), X34, x64=k == 1)
    case(f"tril_{tag}", lambda x, k=k: jnp.tril(x, k), X34)
    case(f"triu_{tag}", lambda x, k=k: jnp.triu(x, k), X234)
case("diag_ints", jnp.diag, ints(1, 2))
case("diagflat", lambda x: jnp.diagflat(x, 1), X23)
case("diagonal", jnp.diagonal, X234)
case("diagonal_axes", lambda x: jnp.diagonal(x, 1, 2, 1), X234)
case("diagonal_far", lambda x: jnp.diagonal(x, 9), X23)
case("trace", jnp.trace, X34)
case("trace_axes", lambda x: jnp.trace(x, -1, 1, 2), X234)
case("trace_u8", jnp.trace, ints(200, 1, 2, 100, dtype=np.uint8).reshape(2, 2))
case("trace_dtype", lambda x: jnp.trace(x, dtype=jnp.int32), X33, grad=False)
case("fill_diagonal", lambda x: jnp.fill_diagonal(x, 5, inplace=False), X34)
case("fill_diagonal_tall", lambda x, y: jnp.fill_diagonal(x, y, inplace=False), f(4, 3), f(2))
case("fill_diagonal_cube", lambda x, y: jnp.fill_diagonal(x, y, inplace=False), f(3, 3, 3), Y3)
case("tri", lambda x: jnp.tri(3, 4, 1) + x, f(4))
case("tri_square", lambda x: jnp.tri(3, dtype=jnp.int32) + x.astype(jnp.int32), Y3)
case("tril_bools", jnp.tril, bools(*[True] * 9).reshape(3, 3))
case("vander", jnp.vander, Y3)
case("vander_increasing", lambda x: jnp.vander(x, 4, increasing=True), Y3)
case("vander_ints", lambda x: jnp.vander(x, 4), ints(2, -3))
case("kron", jnp.kron, X23, f(2, 2), x64=True)
case("kron_ranks", jnp.kron, Y3, f(2, 2))
case("kron_ints", jnp.kron, ints(1, 2), ints(1, 10, 100))
case("tril_indices", lambda x: x[jnp.tril_indices(3, -1, 4)], X34)
case("triu_indices", lambda x: jnp.stack(jnp.triu_indices(3, 1)) + x.astype(int), Y3)
case("triu_indices_from", lambda x: x[jnp.triu_indices_from(x, 1)], X34)
case("diag_indices", lambda x: x[jnp.diag_indices(3)], X33)
case("diag_indices_from", lambda x: x[jnp.diag_indices_from(x)], X33)

# ---- blocks of an axis ------------------------------------------------------------------------------
case("collapse", lambda x: lax.collapse(x, 1, 3), X234)
case("collapse_all", lambda x: lax.collapse(x, 0), X234)
case("broadcast_front", lambda x: lax.broadcast(x, (2, 2)), Y3)
case("dynamic_slice_in_dim", lambda x, i: lax.dynamic_slice_in_dim(x, i, 2, 1), X34, ints(1).reshape(()))
case("dynamic_slice_in_dim_clamped", lambda x, i: lax.dynamic_slice_in_dim(x, i, 2, 1), X34, ints(7).reshape(()))
case("dynamic_update_slice_in_dim", lambda x, y, i: lax.dynamic_update_slice_in_dim(x, y, i, 1), X34, f(3, 2),
     ints(1).reshape(()))
case("dynamic_index_in_dim", lambda x, i: lax.dynamic_index_in_dim(x, i, 1), X34, ints(2).reshape(()))
case("dynamic_update_index_in_dim", lambda x, y, i: lax.dynamic_update_index_in_dim(x, y, i, 1), X34, Y3,
     ints(2).reshape(()))


if __name__ == "__main__":
    nf.write("shapes_cases.txt")

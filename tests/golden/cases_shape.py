"""Cases of the primitives that move elements without reckoning."""
import itertools

import numpy as np

from ops import WIDE, apply, array, case, draw, ints, seed

dtypes = itertools.cycle(("i32", "bool", "u8", "f32", "i64", "u32", "u64"))


def layout(prim, name, *shapes, vmaps="auto", **attrs):
    """In f64 with derivatives, and in another dtype each time."""
    for d in ("f64", next(dtypes)):
        case(prim, f"{name}_{d}", apply(prim, **attrs), *[ints(d, *s) if d != "f64" else draw(d, *s)
                                                          for s in shapes],
             vmaps=vmaps if d == "f64" else [])


def literals():
    values = {
        "f": [0.0, -0.0, 1.5, 0.1, -1e-40, 1e30, np.inf, -np.inf, np.nan],
        "b": [False, True], "i": [0, -7], "u": [0, 7],
    }
    for d, t in WIDE.items():
        kind = np.dtype(t).kind
        info = {"f": np.finfo, "b": lambda _: None}.get(kind, np.iinfo)(t)
        for k, v in enumerate(values[kind] + ([info.min, info.max] if info else [])):
            case("literal", f"{d}_{k}", lambda g, v=v, d=d: g.lit(d, v), out=[array(d, v)])
    case("literal", "several", lambda g, x: (g.lit("i32", 3), x, g.lit("f64", 2)), draw("f64", 2),
         differences=False)


def iotas():
    for d in WIDE:
        if d != "bool":
            case("iota", f"vector_{d}", lambda g, d=d: g.iota(dtype=d, shape=(5,), dimension=0))
            case("iota", f"cube_{d}", lambda g, d=d: g.iota(dtype=d, shape=(2, 3, 2), dimension=1))
    case("iota", "wraps_u8", lambda g: g.iota(dtype="u8", shape=(300,), dimension=0))
    case("iota", "empty", lambda g: g.iota(dtype="i32", shape=(0, 2), dimension=1))
    case("iota", "one", lambda g: g.iota(dtype="f32", shape=(1,), dimension=0))


def broadcasts():
    for name, shape, to, dims in (
            ("scalar", (), (2, 3), ()), ("scalar_to_scalar", (), (), ()),
            ("row", (3,), (2, 3), (1,)), ("column", (2,), (2, 3), (0,)),
            ("stretch", (1, 3), (2, 3), (0, 1)), ("stretch_both", (1, 1), (3, 2), (0, 1)),
            ("between", (2, 4), (2, 3, 4), (0, 2)), ("one_to_rank3", (1,), (2, 2, 3), (1,)),
            ("same", (2, 3), (2, 3), (0, 1)), ("to_empty", (3,), (0, 3), (1,)),
            ("from_empty", (0,), (2, 0), (1,)), ("stretch_to_empty", (1,), (0,), (0,))):
        layout("broadcast_in_dim", name, shape, shape=to, broadcast_dimensions=dims)


def reshapes():
    for name, shape, to in (("flatten", (2, 3), (6,)), ("split", (6,), (3, 2)),
                            ("regroup", (2, 3, 2), (4, 3)), ("scalar_to_one", (), (1, 1)),
                            ("one_to_scalar", (1, 1), ()), ("empty", (0, 3), (2, 0)),
                            ("same", (2, 2), (2, 2)), ("ones", (3,), (1, 3, 1))):
        layout("reshape", name, shape, new_sizes=to)


def transposes():
    for name, shape, perm in (("matrix", (2, 3), (1, 0)), ("cycle", (2, 3, 4), (2, 0, 1)),
                              ("cycle_back", (2, 3, 4), (1, 2, 0)), ("swap_outer", (2, 3, 2),
                              (1, 0, 2)),
                              ("identity", (2, 3), (0, 1)), ("vector", (3,), (0,)),
                              ("scalar", (), ()),
                              ("empty", (0, 2), (1, 0)), ("rank4", (2, 1, 3, 2), (3, 1, 0, 2))):
        layout("transpose", name, shape, permutation=perm)


def slices():
    for name, shape, start, limit, strides in (
            ("vector", (7,), (2,), (5,), (1,)), ("stride", (7,), (1,), (7,), (3,)),
            ("stride_short", (6,), (0,), (6,), (4,)), ("stride_past_end", (5,), (3,), (5,), (9,)),
            ("matrix", (3, 4), (1, 0), (3, 3), (1, 2)), ("whole", (2, 3), (0, 0), (2, 3), (1, 1)),
            ("nothing", (4,), (2,), (2,), (1,)), ("nothing_at_end", (4, 2), (4, 0), (4, 2), (1, 1)),
            ("of_empty", (0, 3), (0, 1), (0, 3), (1, 1)), ("scalar", (), (), (), ()),
            ("rank3", (2, 3, 4), (1, 0, 1), (2, 3, 4), (1, 2, 2))):
        layout("slice", name, shape, start_indices=start, limit_indices=limit, strides=strides)


def pads():
    for name, shape, low, high, interior in (
            ("low", (3,), (2,), (0,), (0,)), ("both", (2, 2), (1, 0), (0, 2), (0, 0)),
            ("interior", (3,), (0,), (0,), (2,)), ("all", (2, 3), (1, 2), (2, 0), (1, 2)),
            ("cut_low", (4,), (-1,), (0,), (0,)), ("cut_both", (5,), (-2,), (-1,), (0,)),
            ("cut_interior", (3,), (-1,), (-2,), (1,)), ("cut_and_grow", (3, 3), (-1, 1),
            (1, -2), (0, 1)),
            ("cut_to_nothing", (2,), (-1,), (-1,), (0,)), ("empty", (0,), (1,), (2,), (3,)),
            ("interior_of_one", (1,), (0,), (0,), (5,)), ("none", (2, 2), (0, 0), (0, 0), (0, 0)),
            ("scalar", (), (), (), ()), ("interior_cut_into", (4,), (-2,), (-3,), (2,))):
        layout("pad", name, shape, (), low=low, high=high, interior=interior)
    for d in WIDE:
        case("pad", f"every_{d}", apply("pad", low=(1,), high=(0,), interior=(1,)), draw(d, 3),
             draw(d), differences=d == "f64", vmaps=[])


def concatenations():
    for name, shapes, dim in (("two", [(2,), (3,)], 0), ("rows", [(1, 2), (2, 2)], 0),
                              ("columns", [(2, 1), (2, 2), (2, 3)], 1), ("one", [(2, 3)], 1),
                              ("with_empty", [(2,), (0,), (1,)], 0), ("empty", [(0, 2), (0, 3)], 1),
                              ("middle", [(2, 1, 2), (2, 2, 2)], 1),
                              ("many", [(1,)] * 7, 0)):
        layout("concatenate", name, *shapes, dimension=dim)
    case("concatenate", "twice_the_same", lambda g, x: g.concatenate(x, x, dimension=0),
         draw("f64", 3))


def reversals():
    for name, shape, dims in (("vector", (4,), (0,)), ("rows", (2, 3), (0,)), ("columns", (2, 3),
                              (1,)),
                              ("both", (2, 3), (0, 1)), ("outer_two", (2, 3, 2), (2, 0)),
                              ("none", (2, 3), ()), ("scalar", (), ()), ("empty", (0, 2), (0,)),
                              ("one", (1,), (0,))):
        layout("rev", name, shape, dimensions=dims)


def axes():
    for name, shape, dims in (("first", (1, 3), (0,)), ("middle", (2, 1, 3), (1,)),
                              ("several", (1, 2, 1), (0, 2)), ("all", (1, 1), (0, 1)),
                              ("none", (2, 3), ()), ("empty", (1, 0), (0,))):
        layout("squeeze", name, shape, dimensions=dims)
    for name, shape, dims in (("first", (3,), (0,)), ("last", (3,), (1,)), ("several", (2,),
                              (0, 2)),
                              ("scalar", (), (0, 1)), ("none", (2, 3), ()), ("empty", (0,), (1,))):
        layout("expand_dims", name, shape, dimensions=dims)


def make():
    seed("shape")
    for family in (literals, iotas, broadcasts, reshapes, transposes, slices, pads, concatenations,
                   reversals, axes):
        family()

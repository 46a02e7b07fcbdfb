"""Cases of windows that slide over an array, and of reductions by any body."""
import numpy as np

from graphs import graph, spec, window_attrs
from ops import apply, array, case, distinct, draw, ints, rel, seed

FLOATS = ("f32", "f64")
# A name, the shape, and the window.
WINDOWS = [
    ("vector", (7,), dict(size=(3,))), ("strided", (8,), dict(size=(3,), stride=(2,))),
    ("padded", (5,), dict(size=(3,), low=(1,), high=(2,))),
    ("blocks", (6,), dict(size=(2,), stride=(2,))),
    ("blocks_and_rest", (7,), dict(size=(2,), stride=(2,))),
    ("gaps", (9,), dict(size=(2,), stride=(3,), low=(1,))),
    ("dilated", (9,), dict(size=(3,), dilation=(2,), stride=(2,))),
    ("spread", (4,), dict(size=(3,), base=(2,), low=(1,), high=(1,))),
    ("spread_all", (3,), dict(size=(2,), base=(3,), dilation=(2,), stride=(2,), low=(2,),
                              high=(1,))),
    ("cut", (7,), dict(size=(2,), low=(-1,), high=(-2,))),
    ("pool", (2, 4, 4, 2), dict(size=(1, 2, 2, 1), stride=(1, 2, 2, 1))),
    ("overlapping_pool", (5, 6), dict(size=(3, 3), stride=(2, 2), low=(1, 0), high=(1, 1))),
    ("all", (2, 3), dict(size=(2, 3))), ("none", (2, 3), dict(size=(1, 1))),
    ("some", (3, 4), dict(size=(1, 1), stride=(2, 3), low=(1, 0))),
    ("running", (5, 2), dict(size=(5, 1), low=(4, 0))),
    ("running_back", (2, 5), dict(size=(1, 5), high=(0, 4))),
    ("too_large", (2,), dict(size=(3,))), ("no_rows", (0, 3), dict(size=(1, 2))),
    ("of_nothing", (0,), dict(size=(2,), low=(2,), high=(1,))), ("scalar", (), dict(size=())),
    ("large", (60,), dict(size=(37,), stride=(3,), dilation=(1,), low=(5,))),
    ("large_dilated", (90,), dict(size=(41,), dilation=(2,))),
    ("large_square", (9, 8), dict(size=(6, 7), stride=(2, 1), low=(1, 2), high=(1, 0))),
    ("large_blocks", (12, 12), dict(size=(6, 6), stride=(6, 6))),
    ("one_large", (6, 7), dict(size=(6, 7))),
]


def close(d):
    return rel(2e-6 if d == "f32" else 1e-13)


def few(name):
    return name in ("padded", "strided", "pool", "overlapping_pool", "blocks", "scalar")


def monoids():
    for op in ("sum", "max", "min"):
        prim = f"reduce_window_{op}"
        for name, shape, w in WINDOWS:
            build = apply(prim, **window_attrs(**w))
            if op != "sum" and name in ("running_back", "too_large", "no_rows", "scalar"):
                continue  # XLA's compiler fails on these
            # JAX's derivative of a maximum is only forward if windows are dilated, or padding cut.
            whole = op == "sum" or "dilation" not in w and name != "cut"
            for d in FLOATS if few(name) else ("f64",):
                x = draw(d, *shape) if op == "sum" else distinct(d, *shape)
                case(prim, f"{name}_{d}", build, x, tol=close(d) if op == "sum" else "exact",
                     reverse=whole, vmaps="auto" if d == "f64" and few(name) else [],
                     differences=d == "f64" and (op == "sum" or name not in ("spread_all", "some", "of_nothing")))
            if few(name):
                for d in ("i32", "u8", "i64", *(["bool"] if op != "sum" else [])):
                    case(prim, f"{name}_{d}", build, ints(d, *shape), vmaps=[])
        for d in FLOATS:
            case(prim, f"special_{d}", apply(prim, **window_attrs((2,))), array(
                d, [1, np.nan, 2, np.inf, 3, -np.inf, -np.inf, 0.0, -0.0, -0.0, np.inf, np.inf]),
                derivative=None, vmaps=[])
        for d in ("f16", "bf16"):
            case(prim, f"narrow_{d}", apply(prim, **window_attrs((3,), low=(1,))),
                 array(d, [1, 2, 3.5, -0.25, 8]), tol=rel(1e-2), derivative=None, vmaps=[])
    for op in ("max", "min"):
        for name, w in (("ties", dict(size=(3,))), ("tied_blocks", dict(size=(2,), stride=(2,))),
                        ("tied_pads", dict(size=(3,), low=(2,), high=(2,)))):
            case(f"reduce_window_{op}", name, apply(f"reduce_window_{op}", **window_attrs(**w)),
                 array("f64", [1, 1, 2, 2, 2, 0, 0, 1]), differences=False, vmaps=[])


def selections():
    for name, shape, w in WINDOWS:
        for greatest in (True, False):
            a = window_attrs(**w, greatest=greatest)
            tag = f"{name}_{'max' if greatest else 'min'}"
            for d in FLOATS if few(name) else ("f64",):
                t, x = draw(d, *shape), distinct(d, *shape)
                lots = "auto" if d == "f64" and few(name) else []
                if "dilation" in w or "base" in w or name == "cut":
                    case("select_and_gather_add", f"{tag}_{d}", apply("select_and_gather_add", **a),
                         t, x, vmaps=lots, differences=False, derivative=None)
                    continue
                if name == "scalar":
                    continue  # JAX has none
                case("select_and_gather_add", f"{tag}_{d}", apply("select_and_gather_add", **a), t,
                     x, vmaps=lots, differences=False)
                out = graph([spec(d, *shape)], lambda g, v: g.reduce_window_max(
                    v, **window_attrs(**w))).outputs[0].shape
                case("select_and_scatter_add", f"{tag}_{d}", apply("select_and_scatter_add", **a),
                     draw(d, *out), x, tol=close(d), vmaps=lots, differences=False)
    ties = array("f64", [1, 1, 2, 2, 2, np.nan, 0, np.nan, np.nan, -np.inf, -np.inf, 1])
    for greatest in (True, False):
        tag = "max" if greatest else "min"
        a = window_attrs((3,), greatest=greatest)
        case("select_and_gather_add", f"special_{tag}", apply("select_and_gather_add", **a),
             draw("f64", 12), ties, vmaps=[], derivative=None)
        case("select_and_scatter_add", f"special_{tag}", apply("select_and_scatter_add", **a),
             draw("f64", 10), ties, vmaps=[], derivative=None, tol=close("f64"))
    two = lambda d, f: graph([spec(d)] * 2, f)
    for d in ("f64", "f32", "i32"):
        for name, shape, w in WINDOWS:
            if name not in ("strided", "blocks", "pool", "padded", "overlapping_pool"):
                continue
            out = graph([spec(d, *shape)], lambda g, v: g.reduce_window_max(
                v, **window_attrs(**w))).outputs[0].shape
            for how, scatter in (("add", lambda g, x, y: g.add(x, y)),
                                 ("max", lambda g, x, y: g.max(x, y)),
                                 ("any", lambda g, x, y: g.sub(g.mul(x, g.lit(d, 2)), y))):
                select = two(d, lambda g, x, y: g.ge(x, y))
                case("select_and_scatter", f"{name}_{how}_{d}", apply(
                    "select_and_scatter", **window_attrs(**w), select=select,
                    scatter=two(d, scatter)), ints(d, *shape), ints(d, *out), array(d, 3),
                    derivative=None, vmaps=[])


def bodies():
    pair = lambda d, f: graph([spec(d)] * 2, f)
    add_times = lambda g, c, x, y: g.add(x, g.mul(c, y))
    shapes = [("vector", (5,), (0,)), ("rows", (3, 4), (0,)), ("columns", (3, 4), (1,)),
              ("outer_two", (2, 3, 2), (2, 0)), ("none", (2, 2), ()), ("scalar", (), ()),
              ("over_nothing", (0, 2), (0,)), ("of_nothing", (0, 3), (1,)), ("long", (40,), (0,)),
              ("long_rows", (33, 2), (0,))]
    bodies = {"sum": lambda g, x, y: g.add(x, y), "max": lambda g, x, y: g.max(y, x),
              "logaddexp": lambda g, x, y: g.logaddexp(x, y),
              "hypot": lambda g, x, y: g.sqrt(g.add(g.square(x), g.square(y)))}
    neutral = {"sum": 0, "max": -np.inf, "logaddexp": -np.inf, "hypot": 0}
    for name, shape, axes in shapes:
        for op, body in bodies.items():
            for d in FLOATS if name == "vector" else ("f64",):
                init = array(d, neutral[op])
                build = lambda g, x: g.reduce(x, g.lit(d, neutral[op]), axes=axes,
                                              body=pair(d, body), num_consts=0)
                case("reduce", f"{name}_{op}_{d}", build, draw(d, *shape, lo=0.5, hi=2),
                     tol=close(d), vmaps="auto" if name in ("vector", "rows") else [],
                     differences=d == "f64" and name != "over_nothing")
        take = lambda g, kx, ix, ky, iy: (
            g.select_n(g.ge(kx, ky), ky, kx), g.select_n(g.ge(kx, ky), iy, ix))
        both = graph([spec("f64"), spec("i32")] * 2, take)
        case("reduce", f"{name}_best", lambda g, x, i: g.reduce(
            x, i, g.lit("f64", -np.inf), g.lit("i32", -1), axes=axes, body=both, num_consts=0),
            distinct("f64", *shape), ints("i32", *shape), vmaps=[], derivative=None)
    case("reduce", "wraps", apply("reduce", axes=(0,), body=pair(
        "i32", lambda g, x, y: g.add(x, y)), num_consts=0), ints("i32", 4, 2), array("i32", 5), vmaps=[((0, -1), (0,))])
    case("reduce", "xor", apply("reduce", axes=(1,), body=pair(
        "u8", lambda g, x, y: g.xor(x, y)), num_consts=0), ints("u8", 2, 3), array("u8", 0), vmaps=[((2, -1), (1,))])
    for name, shape, w in WINDOWS:
        if name in ("too_large", "no_rows", "scalar"):
            continue
        for op, body in bodies.items():
            if op == "max" or not few(name) and op != "logaddexp":
                continue
            build = lambda g, x: g.reduce_window(x, g.lit("f64", neutral[op]), **window_attrs(**w),
                                                 body=pair("f64", body), num_consts=0)
            case("reduce_window", f"{name}_{op}", build, draw("f64", *shape, lo=0.5, hi=2),
                 tol=close("f64"), reverse=False, vmaps="auto" if few(name) else [],
                 differences=False, derivative=None)
        case("reduce_window", f"{name}_best", lambda g, x, i: g.reduce_window(
            x, i, g.lit("f64", -np.inf), g.lit("i32", -1), **window_attrs(**w), body=both,
            num_consts=0), distinct("f64", *shape), ints("i32", *shape), vmaps=[], derivative=None)
    case("reduce_window", "prod", apply("reduce_window", **window_attrs((2,)), body=pair(
        "i32", lambda g, x, y: g.mul(x, y)), num_consts=0), ints("i32", 5), array("i32", 2),
        vmaps=[])


def make():
    seed("window")
    monoids()
    selections()
    bodies()

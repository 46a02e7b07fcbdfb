"""Cases of the primitives that combine elements: reductions, cumulations, dot_general."""
import numpy as np

from ops import DTYPES, apply, array, case, distinct, draw, ints, rel, seed

FLOATS = ("f32", "f64")
INTS = ("i32", "i64", "u8", "u32", "u64")
AXES = [("vector", (5,), (0,)), ("rows", (2, 3), (0,)), ("columns", (2, 3), (1,)),
        ("both", (2, 3), (0, 1)), ("outer_two", (2, 3, 2), (0, 2)), ("none", (2, 2), ()),
        ("scalar", (), ()), ("over_nothing", (0, 2), (0,)), ("of_nothing", (0, 3), (1,)),
        ("all_of_nothing", (2, 0), (0, 1)), ("one", (1, 1), (1,)), ("long", (67,), (0,))]


def close(d):
    return rel(1e-6 if d == "f32" else 1e-14)


def reductions():
    kinds = {"sum": (*INTS, *FLOATS), "prod": (*INTS, *FLOATS), "max": ("bool", *INTS, *FLOATS),
             "min": ("bool", *INTS, *FLOATS), "and": ("bool", *INTS), "or": ("bool", *INTS),
             "xor": ("bool", *INTS)}
    for op, dtypes in kinds.items():
        prim, adds = f"reduce_{op}", op in ("sum", "prod")
        for k, (name, shape, axes) in enumerate(AXES):
            some = {dtypes[-1], dtypes[k % len(dtypes)], "f32" if adds else "bool"}
            for d in filter(some.__contains__, dtypes):
                # Products of many numbers stay of order one.
                x = draw(d, *shape, lo=0.8 if op == "prod" else -2, hi=1.25 if op == "prod" else 2)
                if op in ("max", "min") and d in FLOATS:
                    x = distinct(d, *shape)
                case(prim, f"{name}_{d}", apply(prim, axes=axes), x,
                     tol=close(d) if adds and d in FLOATS else "exact",
                     vmaps="auto" if d == dtypes[-1] and name != "long" else [])
        for d in dtypes:
            if d in FLOATS:
                special = array(d, [[1, np.nan, 2], [np.inf, 1, -1], [-np.inf, np.inf, 1],
                                    [0, 0, 0], [-0.0, -0.0, -0.0]])
                case(prim, f"special_{d}", apply(prim, axes=(1,)), special, derivative=None)
            elif d != "bool":
                i = np.iinfo(DTYPES[d])
                case(prim, f"limits_{d}", apply(prim, axes=(1,)),
                     array(d, [[i.max, i.max], [i.min, i.min], [i.max, 3]]), vmaps=[])
    for op in ("max", "min"):
        case(f"reduce_{op}", "ties", apply(f"reduce_{op}", axes=(0,)),
             array("f64", [[1, 1], [1, 2], [0, 2]]), differences=False)
        case(f"reduce_{op}", "all_alike", apply(f"reduce_{op}", axes=(0,)), array("f64", [2] * 3),
             differences=False, vmaps=[])
    # A product's derivative where factors are zero: not the product over the factor.
    case("reduce_prod", "one_zero", apply("reduce_prod", axes=(0,)), array("f64", [2, 0, 3]))
    case("reduce_prod", "two_zeros", apply("reduce_prod", axes=(0,)), array("f64", [2, 0, 0]))
    case("reduce_prod", "zero_rows", apply("reduce_prod", axes=(1,)),
         array("f64", [[0, 2, 3], [1, 2, 4], [0, 0, 5]]))


def arg_reductions():
    for prim in ("argmax", "argmin"):
        for name, shape, axis in (("vector", (5,), 0), ("rows", (2, 3), 0), ("columns", (2, 3), 1),
                                  ("middle", (2, 3, 2), 1), ("of_nothing", (0, 3), 1),
                                  ("one", (1,), 0),
                                  ("long", (67,), 0)):
            for d, index in (("f64", "i32"), ("f32", "i64"), ("i32", "i32"), ("u8", "u32")):
                case(prim, f"{name}_{d}", apply(prim, axes=(axis,), index_dtype=index),
                     ints(d, *shape), vmaps="auto" if d == "f64" and name != "long" else [])
        for d in ("bool", "i64", "u32", "u64"):
            case(prim, f"every_{d}", apply(prim, axes=(0,), index_dtype="i32"),
                 draw(d, 4, lo=0, hi=3), vmaps=[])
        for index in ("i8", "i16", "u8", "u16", "u64"):
            case(prim, f"index_{index}", apply(prim, axes=(0,), index_dtype=index), draw("f32", 4),
                 vmaps=[])
        for d in FLOATS:
            case(prim, f"special_{d}", apply(prim, axes=(1,), index_dtype="i32"),
                 array(d, [[1, np.nan, 2, np.nan], [3, 3, 1, 1], [np.inf, -np.inf, np.inf, -np.inf],
                           [np.nan] * 4, [0.0, -0.0, 0.0, -0.0], [-0.0, 0.0, -0.0, 0.0],
                           [-np.inf] * 4, [np.inf] * 4, [1, 2, 3, np.nan]]), derivative=None,
                 vmaps=[])
        for d in ("i32", "i64", "u64"):
            i = np.iinfo(DTYPES[d])
            case(prim, f"limits_{d}", apply(prim, axes=(1,), index_dtype="i32"),
                 array(d, [[i.min, i.max], [i.max, i.min], [i.min, i.min], [i.max - 1, i.max]]),
                 vmaps=[])


def cumulations():
    for prim in ("cumsum", "cumprod", "cummax", "cummin", "cumlogsumexp"):
        adds = prim in ("cumsum", "cumprod", "cumlogsumexp")
        span = {"lo": 0.5, "hi": 1.5} if prim == "cumprod" else {"lo": -2, "hi": 2}
        for name, shape, axis in (("vector", (5,), 0), ("rows", (3, 2), 0), ("columns", (2, 3), 1),
                                  ("middle", (2, 3, 2), 1), ("empty", (0, 2), 0), ("one", (1,), 0),
                                  ("of_nothing", (3, 0), 0), ("long", (33,), 0)):
            for reverse in (False, True):
                tag = f"{name}{'_reverse' if reverse else ''}"
                build = apply(prim, axis=axis, reverse=reverse)
                for d in FLOATS:
                    case(prim, f"{tag}_{d}", build, draw(d, *shape, **span),
                         tol=close(d) if adds else "exact",
                         vmaps="auto" if d == "f64" and name != "long" else [])
                if name in ("vector", "middle") and prim != "cumlogsumexp":
                    for d in INTS:
                        case(prim, f"{tag}_{d}", build, ints(d, *shape), vmaps=[])
        for d in FLOATS:
            for reverse in (False, True):
                case(prim, f"special_{d}{'_reverse' if reverse else ''}",
                     apply(prim, axis=0, reverse=reverse),
                     array(d, [1, np.inf, 2, np.nan, 3]), derivative=None, vmaps=[])
    for prim in ("cummax", "cummin"):
        case(prim, "ties", apply(prim, axis=0, reverse=False), array("f64", [1, 1, 2, 2, 0, 0, 2]),
             derivative=None, vmaps=[])
    for d in FLOATS:
        case("cumlogsumexp", f"far_{d}", apply("cumlogsumexp", axis=0, reverse=False),
             array(d, [-1000, -999, 0, 1000, 1000, 10, 1001]), tol=close(d), vmaps=[])
        case("cumlogsumexp", f"none_{d}", apply("cumlogsumexp", axis=0, reverse=False),
             array(d, [-np.inf, -np.inf, 0, np.inf]), tol=close(d), derivative=None, vmaps=[])
    case("cumprod", "zeros", apply("cumprod", axis=0, reverse=False), array("f64", [2, 0, 3, 0, 4]),
         vmaps=[])


# lhs and rhs shapes, contracting and batch dimensions of each.
DOTS = [
    ("vectors", (3,), (3,), (0,), (0,), (), ()), ("matrix_vector", (2, 3), (3,), (1,), (0,), (),
    ()),
    ("vector_matrix", (3,), (3, 2), (0,), (0,), (), ()),
    ("matrices", (2, 3), (3, 4), (1,), (0,), (), ()), ("both_turned", (3, 2), (4, 3), (0,), (1,),
    (), ()),
    ("lhs_turned", (3, 2), (3, 4), (0,), (0,), (), ()), ("rhs_turned", (2, 3), (4, 3), (1,),
    (1,), (), ()),
    ("outer", (2,), (3,), (), (), (), ()), ("scalars", (), (), (), (), (), ()),
    ("scalar_and_matrix", (), (2, 3), (), (), (), ()),
    ("batch", (2, 2, 3), (2, 3, 2), (2,), (1,), (0,), (0,)),
    ("batch_inside", (2, 3, 2), (3, 2, 2), (1,), (0,), (2,), (2,)),
    ("batch_crossed", (2, 3, 4), (4, 2, 3), (1,), (2,), (0, 2), (1, 0)),
    ("batch_only", (2, 3), (3, 2), (), (), (0, 1), (1, 0)),
    ("contract_two", (2, 3, 4), (3, 4, 2), (1, 2), (0, 1), (), ()),
    ("contract_crossed", (2, 3, 4), (4, 3, 2), (1, 2), (1, 0), (), ()),
    ("contract_all", (2, 3), (3, 2), (0, 1), (1, 0), (), ()),
    ("contract_nothing", (2, 0), (0, 3), (1,), (0,), (), ()), ("no_rows", (0, 3), (3, 2), (1,),
    (0,), (), ()),
    ("no_batch", (0, 2, 3), (0, 3, 2), (2,), (1,), (0,), (0,)),
    ("ones", (1, 1), (1, 1), (1,), (0,), (), ()),
    ("ranks", (2, 1, 3, 2), (3, 2), (2,), (0,), (3,), (1,)),
]


def dots():
    for k, (name, a, b, ca, cb, ba, bb) in enumerate(DOTS):
        build = apply("dot_general", lhs_contract=ca, rhs_contract=cb, lhs_batch=ba, rhs_batch=bb)
        for d in (*FLOATS, INTS[k % len(INTS)]):
            case("dot_general", f"{name}_{d}", build, ints(d, *a) if d in INTS else draw(d, *a),
                 ints(d, *b) if d in INTS else draw(d, *b),
                 tol=close(d) if d in FLOATS else "exact", vmaps="auto" if d == "f64" else [])
    plain = apply("dot_general", lhs_contract=(1,), rhs_contract=(0,), lhs_batch=(), rhs_batch=())
    for d in FLOATS:
        case("dot_general", f"special_{d}", plain, array(d, [[1, np.inf], [np.nan, 0], [0, 1]]),
             array(d, [[1, 0], [0, -np.inf]]), derivative=None, vmaps=[])
        # Beyond the sizes at which products are left to a BLAS.
        case("dot_general", f"large_{d}", plain, draw(d, 33, 40, lo=-1, hi=1),
             draw(d, 40, 34, lo=-1, hi=1), tol=rel(1e-5 if d == "f32" else 1e-13), derivative=None,
             vmaps=[])
    case("dot_general", "wraps_u8", plain, array("u8", [[200, 100]]), array("u8", [[3], [7]]),
         vmaps=[])
    case("dot_general", "wraps_i32", plain, array("i32", [[2**30, 2**30]]),
         array("i32", [[2], [3]]), vmaps=[])
    case("dot_general", "square_of_itself", lambda g, x: g.dot_general(
        x, x, lhs_contract=(0,), rhs_contract=(1,), lhs_batch=(), rhs_batch=()), draw("f64", 3, 3),
         tol=rel(1e-14))


def make():
    seed("reduce")
    reductions()
    arg_reductions()
    cumulations()
    dots()

"""Cases of sort."""
import numpy as np

from graphs import graph, spec
from ops import DTYPES, apply, array, case, distinct, draw, seed


FLOATS = ("f32", "f64")


def sorts():
    for name, shape, axis in (("vector", (7,), 0), ("rows", (3, 2), 0), ("columns", (2, 3), 1),
                              ("middle", (2, 5, 3), 1), ("empty", (0, 2), 0), ("one", (1,), 0),
                              ("of_nothing", (3, 0), 0)):
        for descending in (False, True):
            tag = f"{name}{'_down' if descending else ''}"
            build = apply("sort", dimension=axis, num_keys=1, descending=descending)
            for d in FLOATS:
                case("sort", f"{tag}_{d}", build, distinct(d, *shape),
                     vmaps="auto" if d == "f64" and not descending else [])
            case("sort", f"{tag}_with_f64", build, distinct("i32", *shape), draw("f64", *shape),
                 draw("f64", *shape), vmaps="auto" if not descending else [])
    for d in DTYPES:
        for descending in (False, True):
            tag, build = "down_" if descending else "", apply(
                "sort", dimension=0, num_keys=1, descending=descending)
            for n in (24, 400):  # merged, and by digits
                x = draw(d, n, lo=-2 if n == 24 else -90, hi=2 if n == 24 else 90)
                if n == 24 or d in ("f32", "f64", "i32", "u8", "bf16"):
                    case("sort", f"{tag}of_{n}_{d}", build, x, vmaps=[], derivative=None)
                case("sort", f"{tag}pairs_{n}_{d}", build, x, np.arange(n, dtype=np.int32),
                     vmaps=[], derivative=None)
    special = [1, np.nan, -0.0, 2, 0.0, -np.inf, 0.0, -0.0, np.inf, -np.nan, -1, np.nan]
    for d in (*FLOATS, "f16", "bf16"):
        for n in (1, 50):
            for descending in (False, True):
                build = apply("sort", dimension=0, num_keys=1, descending=descending)
                tag = f"{'down_' if descending else ''}{n}_{d}"
                x = array(d, special * n)
                case("sort", f"special_{tag}", build, x, np.arange(x.size, dtype=np.int32),
                     vmaps=[], derivative=None)
                case("sort", f"special_alone_{tag}", build, x, vmaps=[], derivative=None)
    for d, n in (("i64", 400), ("u64", 400), ("u8", 40)):
        i = np.iinfo(DTYPES[d])
        x = array(d, [i.max, i.min, 0, 1, i.max - 1, i.min + 1] * (n // 6))
        case("sort", f"limits_{d}", apply("sort", dimension=0, num_keys=1, descending=False), x,
             vmaps=[])
    for keys in (2, 3):
        for d, n in (("f32", 30), ("f64", 600), ("i64", 600)):
            build = apply("sort", dimension=0, num_keys=keys, descending=False)
            few = [np.round(draw(d, n, lo=-2, hi=2)).astype(DTYPES[d]) for _ in range(2)]
            case("sort", f"by_{keys}_{d}", build, *few, np.round(draw("f32", n)),
                 np.arange(n, dtype=np.int64), vmaps=[], derivative=None)
    ties = array("f64", [1, 1, 0, 2, 0, 1])
    case("sort", "ties", apply("sort", dimension=0, num_keys=1, descending=False), ties,
         draw("f64", 6), differences=False, vmaps=[])


def top_ks():
    for name, shape, k in (("vector", (7,), 3), ("rows", (2, 5), 2), ("all", (5,), 5), ("none", (5,), 0),
                           ("of_none", (0, 3), 2), ("cube", (2, 2, 4), 1)):
        for d in FLOATS:
            case("top_k", f"{name}_{d}", apply("top_k", k=k), distinct(d, *shape),
                 vmaps="auto" if d == "f64" else [])
    for d in DTYPES:
        if d not in ("bool", "c64", "c128"):
            case("top_k", f"of_{d}", apply("top_k", k=5), draw(d, 40, lo=-90, hi=90), vmaps=[],
                 derivative=None)
    for d in ("f32", "f64"):  # more than what is held at a time
        x = draw(d, 4000, lo=-900, hi=900)
        for name, v in (("mixed", x), ("rising", np.sort(x)), ("falling", -np.sort(x))):
            case("top_k", f"long_{name}_{d}", apply("top_k", k=20), v, vmaps=[], derivative=None)
    for d in ("u64", "i64", "u8"):
        i = np.iinfo(DTYPES[d])
        case("top_k", f"limits_{d}", apply("top_k", k=4), array(d, [i.min, i.max, i.min, 0]), vmaps=[])
    for d in ("f32", "f64"):
        special = array(d, [1, np.nan, 2, np.inf, -np.inf, 2, np.nan, 0])
        case("top_k", f"special_{d}", apply("top_k", k=8), special, vmaps=[], derivative=None)


def sorts_by():
    """By comparators that are no order of the operands."""
    for d in ("f32", "f64", "i32"):
        S = spec(d)
        nearer = graph([S, S], lambda g, a, b: g.lt(g.abs(a), g.abs(b)))
        alone = lambda axis: apply("sort_by", dimension=axis, comparator=nearer, num_consts=0)
        for name, shape in (("vector", (7,)), ("eight", (8,)), ("one", (1,)), ("none", (0,)), ("two", (2,))):
            case("sort_by", f"abs_{name}_{d}", alone(0), distinct(d, *shape), differences=False)
        for axis in (0, 1):
            case("sort_by", f"abs_axis_{axis}_{d}", alone(axis), distinct(d, 3, 5), differences=False)
        ties = array(d, [2, -1, 1, -2, 0, 2, 1, -1, 2])
        case("sort_by", f"ties_{d}", alone(0), ties, differences=False)
    C = spec("f64")
    nearer = graph([C] * 5, lambda g, c, x, a, y, b: g.lt(g.abs(g.sub(a, c)), g.abs(g.sub(b, c))))
    build = apply("sort_by", dimension=1, comparator=nearer, num_consts=1)
    case("sort_by", "two_with_constant", build, array("f64", 0.3), draw("f64", 2, 6), draw("f64", 2, 6),
         differences=False)


def make():
    for family in (sorts, top_ks, sorts_by):
        seed(family.__name__)
        family()

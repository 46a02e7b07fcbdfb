"""Cases of the primitives that read and write at places which are data."""
import numpy as np

from graphs import DTYPES, gather_along, gather_attrs, graph, scatter_attrs, spec
from ops import WIDE, apply, array, case, draw, ints, seed


def scalars(dtype, values):
    return [array(dtype, v) for v in values]


def starts_vary(n, ranks):
    """Batched: the array alone, a start alone, all of them."""
    first = lambda k: tuple(0 if j == k else -1 for j in range(n))
    return [((0,) * n, (0,)), ((ranks[0],) + (-1,) * (n - 1), (ranks[0],)), (first(n - 1), (0,))]


def dynamic_slices():
    for name, shape, start, sizes in (
            ("vector", (5,), (2,), (2,)), ("matrix", (3, 4), (1, 0), (2, 3)),
            ("clamped_high", (5,), (4,), (3,)), ("clamped_low", (5,), (-3,), (3,)),
            ("clamped_far", (3, 4), (1000000, -1000000), (1, 2)), ("whole", (2, 3), (1, 1), (2, 3)),
            ("nothing", (3,), (2,), (0,)), ("of_empty", (0, 2), (0, 1), (0, 1)),
            ("rank3", (2, 3, 2), (1, 1, 0), (1, 2, 2))):
        n = 1 + len(shape)
        vmaps = starts_vary(n, [len(shape)])
        case("dynamic_slice", f"{name}_f64", apply("dynamic_slice", slice_sizes=sizes),
             draw("f64", *shape), *scalars("i32", start), vmaps=vmaps)
        case("dynamic_slice", f"{name}_i32_at_i64", apply("dynamic_slice", slice_sizes=sizes),
             ints("i32", *shape), *scalars("i64", start), vmaps=[])
    case("dynamic_slice", "scalar", apply("dynamic_slice", slice_sizes=()), array("f64", 2.5))
    for d, at in (("u8", 255), ("u32", 2**32 - 1), ("u64", 2**64 - 1), ("u8", 1), ("u32", 1),
                  ("u64", 1), ("i64", -2**63), ("i64", 2**63 - 1), ("i32", -2**31)):
        case("dynamic_slice", f"at_{d}_{at}".replace("-", "minus"),
             apply("dynamic_slice", slice_sizes=(2,)), draw("f32", 5), array(d, at), vmaps=[],
             derivative=None)
    for d in WIDE:
        case("dynamic_slice", f"every_{d}", apply("dynamic_slice", slice_sizes=(2,)), draw(d, 4),
             array("i32", 1), vmaps=[], derivative=None)


def dynamic_updates():
    for name, shape, update, start in (
            ("vector", (5,), (2,), (2,)), ("matrix", (3, 4), (2, 3), (1, 0)),
            ("clamped_high", (5,), (3,), (4,)), ("clamped_low", (5,), (3,), (-3,)),
            ("clamped_far", (3, 4), (1, 2), (1000000, -1000000)), ("whole", (2, 3), (2, 3), (1, 1)),
            ("nothing", (3,), (0,), (2,)), ("in_empty", (0, 2), (0, 1), (0, 1)),
            ("rank3", (2, 3, 2), (1, 2, 2), (1, 1, 0))):
        n, r = 2 + len(shape), len(shape)
        case("dynamic_update_slice", f"{name}_f64", apply("dynamic_update_slice"),
             draw("f64", *shape), draw("f64", *update), *scalars("i32", start),
             vmaps=[*starts_vary(n, [r]), ((-1, r) + (-1,) * r, (r,)), ((0, 0) + (-1,) * r, (0,))])
        case("dynamic_update_slice", f"{name}_i32_at_i64", apply("dynamic_update_slice"),
             ints("i32", *shape), ints("i32", *update), *scalars("i64", start), vmaps=[])
    case("dynamic_update_slice", "scalar", apply("dynamic_update_slice"), array("f64", 2.5),
         array("f64", -1))
    for d, at in (("u8", 255), ("u32", 2**32 - 1), ("u64", 2**64 - 1), ("i64", -2**63)):
        case("dynamic_update_slice", f"at_{d}", apply("dynamic_update_slice"), draw("f32", 5),
             draw("f32", 2), array(d, at), vmaps=[], derivative=None)
    for d in WIDE:
        case("dynamic_update_slice", f"every_{d}", apply("dynamic_update_slice"), draw(d, 4),
             draw(d, 2), array("i32", 1), vmaps=[], derivative=None)


# operand, indices, axis, batch_dims: the result has the indices' dimensions (but for the batch)
# where the operand had the axis.
PLACES = [
    ("vector", (5,), [0, 3, 3, 4], 0, 0), ("rows", (4, 3), [2, 0], 0, 0),
    ("columns", (2, 4), [3, 1, 1], 1, 0), ("table", (5,), [[0, 1], [4, 2]], 0, 0),
    ("table_of_rows", (3, 2), [[0, 2], [1, 1]], 0, 0), ("scalar_index", (4, 2), 2, 0, 0),
    ("middle", (2, 4, 2), [1, 3], 1, 0), ("out_of_range", (4,), [-1, -100, 4, 100], 0, 0),
    ("no_index", (3, 2), [], 0, 0), ("batch", (2, 4), [[0, 3, 1], [2, 2, 5]], 1, 1),
    ("batch_scalar", (3, 4), [0, 3, -1], 1, 1),
    ("batch_later_axis", (2, 2, 3), [[0, 2], [1, 1]], 2, 1),
    ("batch_two", (2, 2, 3), [[0, 2], [1, 5]], 2, 2), ("one_row", (1, 3), [0, 0, 7], 0, 0),
]


def gathers():
    for name, shape, at, axis, batch in PLACES:
        at = array("i32", at)
        for d, x in (("f64", draw("f64", *shape)), ("u8", ints("u8", *shape))):
            vmaps = [((0, 0), (0,)), ((len(shape), -1), (0,)), ((-1, at.ndim), (0,))]
            attrs = gather_along(d, shape, at.shape, axis, batch)
            case("gather", f"{name}_{d}", apply("gather", **attrs), x, at,
                 vmaps=vmaps if d == "f64" else [])
    for d, at in (("u8", [0, 255]), ("u32", [1, 2**32 - 1]), ("i64", [-2**63, 2**63 - 1]),
                  ("u64", [2, 2**64 - 1])):
        for mode in (0, 1):
            attrs = gather_along("f32", (4,), (2,), 0, 0, mode=mode, fill=-3)
            case("gather", f"at_{d}" + "_or_fill" * mode, apply("gather", **attrs),
                 draw("f32", 4), array(d, at), vmaps=[])
    for name, shape, at, attrs in WINDOWS:
        at = array("i32", at)
        for mode in (0, 1, 2):
            vmaps = [((0, 0), (0,)), ((len(shape), -1), (0,)), ((-1, at.ndim), (0,))]
            case("gather", f"{name}_mode{mode}",
                 apply("gather", **gather_attrs("f64", mode=mode, fill=0.5, **attrs)),
                 draw("f64", *shape), at if mode < 2 else abs(at) % 2,
                 vmaps=vmaps if mode < 2 else [])


# Windows at index vectors: operand, indices, parameters.
WINDOWS = [
    ("pairs", (3, 4), [[0, 3], [2, 1], [2, 1], [-1, 2], [1, 4]],
     dict(sizes=(1, 1), vector=1, collapsed=(0, 1), into=(0, 1))),
    ("pairs_swapped", (3, 4), [[0, 3, 4], [2, 1, 0]],
     dict(sizes=(1, 1), vector=0, collapsed=(0, 1), into=(1, 0))),
    ("blocks", (4, 4), [[0, 3], [2, 1], [1, 1]],
     dict(sizes=(2, 2), vector=1, offset=(1, 2), into=(0, 1))),
    ("blocks_apart", (4, 3, 2), [[0, 3], [-2, 1]],
     dict(sizes=(2, 1, 2), vector=2, offset=(0, 2), collapsed=(1,), into=(0,))),
    ("one_window", (5, 2), [2], dict(sizes=(2, 2), vector=0, offset=(0, 1), into=(0,))),
    ("no_component", (2, 3), [[], []], dict(sizes=(2, 3), vector=1, offset=(1, 2))),
    ("batching", (2, 4, 3), [[[0, 1], [3, 2]], [[-1, 0], [1, 5]]],
     dict(sizes=(1, 1, 2), vector=2, offset=(1,), collapsed=(1,), into=(1, 2), batching=(0,),
          index_batching=(1,))),
    ("batching_late", (4, 2), [[0, 1, 3], [4, 2, 2]],
     dict(sizes=(1, 1), vector=2, collapsed=(0,), into=(0,), batching=(1,),
          index_batching=(0,))),
    ("nothing", (3, 2), [], dict(sizes=(1, 2), vector=1, offset=(1,), collapsed=(0,), into=(0,))),
]
SCATTERS = ("scatter", "scatter_add", "scatter_sub", "scatter_mul", "scatter_min", "scatter_max")


def update_shape(attrs, shape, at):
    """The shape of the windows at these indices."""
    single = (*attrs["collapsed_slice_dims"], *attrs["operand_batching_dims"])
    window = [n for d, n in enumerate(attrs["slice_sizes"]) if d not in single]
    which = [n for d, n in enumerate(at.shape) if d != attrs["index_vector_dim"]]
    rank = len(window) + len(which)
    return tuple((window if d in attrs["offset_dims"] else which).pop(0) for d in range(rank))


def scatter_case(prim, name, d, shape, at, attrs, derivative="auto", vmaps=True, x=None, u=None,
                 **more):
    """JAX differentiates scatter_mul only if no index repeats, and rounds narrow floats each time."""
    update = update_shape(attrs, shape, at)
    if prim == "scatter_mul" and not attrs["unique_indices"]:
        derivative = None
    vmaps = [((0, 0, 0), (0,)), ((len(shape), -1, -1), (len(shape),)),
             ((-1, at.ndim, -1), (0,)), ((-1, -1, len(update)), (0,))] if vmaps else []
    case(prim, name, apply(prim, **scatter_attrs(attrs)), draw(d, *shape) if x is None else x, at,
         draw(d, *update) if u is None else u, vmaps=vmaps, derivative=derivative,
         tol="rel 1e-14" if d == "f64" else "ulp 1" if d in ("f16", "bf16") else "exact", **more)


def out_of_range(attrs, shape, at):
    most = [shape[d] - attrs["slice_sizes"][d] for d in attrs["start_index_map"]]
    v = np.moveaxis(at, attrs["index_vector_dim"], -1) if attrs["index_vector_dim"] < at.ndim \
        else at[..., None]
    return bool(((v < 0) | (v > np.array(most, int))).any())


def scatters():
    for prim in SCATTERS:
        # JAX's derivative of min and max takes what is out of range for dropped, in every mode.
        extreme = prim in ("scatter_min", "scatter_max")
        for name, shape, at, axis, batch in PLACES:
            at = array("i32", at)
            for d in ("f64", "i32") if prim == "scatter_add" else ("f64",):
                attrs = gather_along(d, shape, at.shape, axis, batch)
                known = not (extreme and out_of_range(attrs, shape, at))
                scatter_case(prim, f"{name}_{d}", d, shape, at, attrs,
                             vmaps=d == "f64" and prim == "scatter_add",
                             derivative="auto" if known else None)
        for name, shape, at, attrs in WINDOWS:
            at = array("i32", at)
            for mode in (0, 1):
                params = gather_attrs("f64", mode=mode, **attrs)
                outside = out_of_range(params, shape, at)
                known = not (extreme and (outside or name == "no_component"))
                scatter_case(prim, f"{name}_mode{mode}", "f64", shape, at, params,
                             derivative="auto" if known else None)
        unique = gather_along("f64", (5,), (3,), 0, 0, mode=1, unique=True, ordered=True)
        scatter_case(prim, "unique_f64", "f64", (5,), array("i64", [0, 2, 3]), unique)
        for d in DTYPES:
            if d != "bool" or prim in ("scatter", "scatter_min", "scatter_max"):
                attrs = gather_along(d, (3,), (4,), 0, 0)
                scatter_case(prim, f"collisions_{d}", d, (3,), array("i64", [1, 1, 0, 1]), attrs,
                             vmaps=False, derivative=None, x=ints(d, 3, lo=-3, hi=3),
                             u=ints(d, 4, lo=-3, hi=3))
        for d, at in (("u8", [0, 255]), ("u32", [1, 2**32 - 1]), ("i64", [-2**63, 2**63 - 1]),
                      ("u64", [2, 2**64 - 1]), ("i8", [-128, 127]), ("i16", [1, -1]),
                      ("u16", [65535, 0])):
            for mode in (0, 1):
                attrs = gather_along("f32", (4,), (2,), 0, 0, mode=mode)
                scatter_case(prim, f"at_{d}_mode{mode}", "f32", (4,), array(d, at), attrs,
                             vmaps=False, derivative=None)
    for prim in ("scatter_min", "scatter_max"):
        attrs = gather_along("f64", (3,), (5,), 0, 0)
        scatter_case(prim, "ties", "f64", (3,), array("i32", [0, 0, 1, 1, 1]), attrs, vmaps=False,
                     x=array("f64", [2, 1, 3]), u=array("f64", [2, 2, 1, 0.5, 1]),
                     differences=False)
    case("scatter_add", "wraps_u8", apply("scatter_add", **scatter_attrs(
        gather_along("u8", (1,), (2,), 0, 0))), array("u8", [200]), array("i32", [0, 0]),
         array("u8", [100, 1]), vmaps=[])


def scatters_by():
    """Updates that meet in one place are combined in order, which these bodies tell."""
    half = lambda g, x, u: g.mul(g.add(x, u), g.lit("f64", 0.5))
    bodies = {"half": half, "add": lambda g, x, u: g.add(x, u),
              "sine": lambda g, x, u: g.sin(g.mul(x, u))}
    for name, shape, at, attrs in WINDOWS:
        if "batching" in attrs:
            continue
        at = array("i32", at)
        for mode in (0, 1):
            params = gather_attrs("f64", mode=mode, **attrs)
            update = update_shape(params, shape, at)
            for body in ("half", "sine") if mode else bodies:
                case("scatter_by", f"{name}_{body}_mode{mode}", apply(
                    "scatter_by", **scatter_attrs(params),
                    body=graph([spec("f64")] * 2, bodies[body]), num_consts=0),
                     draw("f64", *shape), at, draw("f64", *update), tol="rel 1e-12",
                     vmaps=[((0, 0, 0), (0,)), ((-1, at.ndim, -1), (0,)),
                            ((-1, -1, len(update)), (0,))] if body == "half" else [],
                     differences=body != "add")
    unique = scatter_attrs(gather_along("f64", (5,), (3,), 0, 0, mode=1, unique=True))
    places = array("i64", [0, 3, 2])
    case("scatter_by", "unique", apply("scatter_by", **unique, body=graph([spec("f64")] * 2, half),
                                       num_consts=0), draw("f64", 5), places, draw("f64", 3),
         vmaps=[((0, -1, 0), (0,))])
    repeated = scatter_attrs(gather_along("f64", (3,), (5,), 0, 0))
    meeting = array("i32", [1, 1, 0, 1, 9])
    case("scatter_by", "constant", apply(
        "scatter_by", **repeated,
        body=graph([spec("f64")] * 3, lambda g, c, x, u: g.add(g.mul(c, x), u)), num_consts=1),
         array("f64", 0.7), draw("f64", 3), meeting, draw("f64", 5), tol="rel 1e-14",
         vmaps=[((0, 0, 0, 0), (0,)), ((-1, -1, -1, 0), (0,)), ((0, -1, -1, -1), (0,))])
    best = lambda g, k, i, uk, ui: (g.select_n(g.ge(k, uk), uk, k), g.select_n(g.ge(k, uk), ui, i))
    case("scatter_by", "two_arrays", apply(
        "scatter_by", **repeated,
        body=graph([spec("f64"), spec("i32")] * 2, best), num_consts=0), draw("f64", 3), ints("i32", 3), meeting,
         draw("f64", 5), ints("i32", 5), vmaps=[((0, 0, 0, 0, 0), (0, 0))], derivative=None)
    for d in ("bool", "u8", "f16", "i64"):
        case("scatter_by", f"ordered_{d}", apply("scatter_by", **repeated, body=graph(
            [spec(d)] * 2, lambda g, x, u: g.select_n(g.ne(x, u), u, x)), num_consts=0), ints(d, 3), meeting,
             ints(d, 5), vmaps=[], derivative=None)


def make():
    seed("index")
    dynamic_slices()
    dynamic_updates()
    gathers()
    scatters()
    scatters_by()

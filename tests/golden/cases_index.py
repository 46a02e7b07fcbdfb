"""Cases of the primitives that read and write at places which are data."""
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
            case("gather", f"{name}_{d}", apply("gather", axis=axis, batch_dims=batch), x, at,
                 vmaps=vmaps if d == "f64" else [])
    for d, at in (("u8", [0, 255]), ("u32", [1, 2**32 - 1]), ("i64", [-2**63, 2**63 - 1]),
                  ("u64", [2, 2**64 - 1])):
        case("gather", f"at_{d}", apply("gather", axis=0, batch_dims=0), draw("f32", 4),
             array(d, at), vmaps=[])


def scatters():
    for name, shape, at, axis, batch in PLACES:
        at = array("i32", at)
        update = shape[:axis] + at.shape[batch:] + shape[axis + 1:]
        for d in ("f64", "i32"):
            vmaps = [((0, 0, 0), (0,)), ((len(shape), -1, -1), (len(shape),)),
                     ((-1, at.ndim, -1), (0,)), ((-1, -1, len(update)), (0,))]
            case("scatter_add", f"{name}_{d}", apply("scatter_add", axis=axis, batch_dims=batch),
                 draw(d, *shape), at, draw(d, *update), vmaps=vmaps if d == "f64" else [],
                 **({"tol": "rel 1e-14"} if d == "f64" else {}))
    for d in ("f32", "u8", "i64", "u32", "u64"):
        case("scatter_add", f"collisions_{d}", apply("scatter_add", axis=0, batch_dims=0),
             ints(d, 3), array("i64", [1, 1, 0, 1]), ints(d, 4), vmaps=[])
    case("scatter_add", "wraps_u8", apply("scatter_add", axis=0, batch_dims=0), array("u8", [200]),
         array("i32", [0, 0]), array("u8", [100, 1]), vmaps=[])


def make():
    seed("index")
    dynamic_slices()
    dynamic_updates()
    gathers()
    scatters()

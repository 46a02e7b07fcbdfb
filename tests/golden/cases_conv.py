"""Cases of conv_general_dilated."""
from ops import apply, array, case, draw, ints, rel, seed

FLOATS = ("f32", "f64")
INTS = ("i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "bool")
CLOSE = {"f32": rel(2e-5), "f64": rel(1e-12)}


def attrs(n, strides=None, padding=None, lhs=None, rhs=None, specs=None, features=1, batches=1,
          reversal=()):
    """The parameters, in order. specs: letters, as in "nc0 oi0 nc0"."""
    ones = (1,) * n
    digits = "".join(map(str, range(n)))
    left, right, out = (specs or f"nc{digits} oi{digits} nc{digits}").split()
    place = lambda text, roles: tuple(text.index(r) for r in roles + digits)
    return dict(window_strides=strides or ones, padding=padding or (0,) * (2 * n),
                lhs_dilation=lhs or ones, rhs_dilation=rhs or ones, lhs_spec=place(left, "nc"),
                rhs_spec=place(right, "oi"), out_spec=place(out, "nc"),
                feature_group_count=features, batch_group_count=batches, window_reversal=reversal)


# Name, shapes of lhs and rhs, parameters.
CONVS = [
    ("line", (2, 3, 7), (4, 3, 3), attrs(1)),
    ("line_strided", (1, 2, 9), (3, 2, 3), attrs(1, (2,), (1, 2))),
    ("line_strided_rest", (1, 2, 8), (1, 2, 3), attrs(1, (3,))),
    ("line_cropped", (1, 2, 9), (2, 2, 2), attrs(1, (1,), (-2, -1))),
    ("line_cropped_dilated", (1, 1, 5), (1, 1, 2), attrs(1, (2,), (-2, 3), (2,), (3,))),
    ("line_transposed", (2, 2, 4), (3, 2, 3), attrs(1, (1,), (2, 2), (2,))),
    ("line_dilated", (1, 2, 9), (2, 2, 3), attrs(1, (1,), (2, 2), None, (2,))),
    ("line_all", (2, 2, 6), (3, 2, 2), attrs(1, (3,), (3, 4), (2,), (3,))),
    ("line_coprime", (1, 1, 5), (1, 1, 5), attrs(1, (2,), (4, 5), (3,), (2,))),
    ("line_reversed", (2, 2, 6), (3, 2, 3), attrs(1, (2,), (1, 0), (2,), reversal=(1,))),
    ("line_last", (2, 7, 3), (3, 3, 4), attrs(1, (2,), (1, 1), specs="n0c 0io n0c")),
    ("plane", (2, 2, 5, 4), (3, 2, 3, 2), attrs(2)),
    ("plane_padded", (1, 2, 4, 5), (2, 2, 3, 3), attrs(2, (2, 1), (1, 1, 1, 1))),
    ("plane_last", (2, 4, 5, 2), (3, 2, 2, 3), attrs(2, (1, 2), (1, 1, 0, 1),
                                                       specs="n01c 01io n01c")),
    ("plane_mixed", (4, 2, 2, 5), (2, 3, 2, 3), attrs(2, None, (0, 1, 2, 0),
                                                        specs="0cn1 i0o1 1n0c")),
    ("plane_transposed", (1, 2, 3, 4), (2, 2, 3, 2), attrs(2, (1, 1), (2, 1, 1, 1), (2, 3))),
    ("plane_reversed", (1, 2, 4, 4), (2, 2, 3, 2), attrs(2, None, (1, 1, 0, 0), None, (1, 2),
                                                           reversal=(1, 1))),
    ("plane_reversed_rows", (1, 1, 4, 4), (1, 1, 3, 3), attrs(2, reversal=(1, 0))),
    ("plane_1x1", (2, 3, 3, 4), (5, 3, 1, 1), attrs(2)),
    ("features", (2, 4, 6), (6, 2, 3), attrs(1, (2,), (1, 1), features=2)),
    ("features_last", (2, 5, 4), (3, 2, 6), attrs(1, (2,), (1, 1), specs="n0c 0io n0c",
                                                  features=2)),
    ("depthwise", (1, 3, 4, 4), (3, 1, 3, 3), attrs(2, None, (1, 1, 1, 1), features=3)),
    ("depthwise_two", (2, 4, 4, 3), (3, 2, 1, 6), attrs(2, (2, 1), (1, 1, 1, 0),
                                                        specs="n01c 01io n01c", features=3)),
    ("batches", (4, 3, 6), (6, 3, 2), attrs(1, (2,), (1, 0), batches=2)),
    ("batches_last", (4, 5, 2), (3, 2, 4), attrs(1, None, (1, 0), None, (2,),
                                                 specs="n0c 0io n0c", batches=2)),
    ("batches_all", (3, 2, 5), (3, 2, 2), attrs(1, batches=3)),
    ("space", (1, 2, 3, 3, 4), (2, 2, 2, 1, 2), attrs(3, (1, 2, 1), (1, 0, 0, 0, 1, 1))),
    ("space_last", (1, 3, 2, 4, 2), (2, 2, 3, 2, 2), attrs(3, (2, 1, 1), (1, 1, 0, 1, 1, 1),
                                                           None, (1, 1, 2),
                                                           specs="n012c 012io n012c")),
    ("products", (2, 3), (4, 3), attrs(0)),
    ("products_grouped", (2, 4), (6, 2), attrs(0, features=2)),
    ("four", (1, 1, 2, 3, 2, 3), (2, 1, 2, 2, 1, 2), attrs(4)),
    ("window_larger", (1, 1, 2), (1, 1, 4), attrs(1)),
    ("only_padding", (1, 1, 3), (1, 1, 2), attrs(1, (1,), (4, -3))),
    ("no_batch", (0, 2, 4), (3, 2, 2), attrs(1)),
    ("no_features", (2, 0, 4), (3, 0, 2), attrs(1)),
    ("no_output_features", (2, 2, 4), (0, 2, 2), attrs(1)),
    ("no_elements", (2, 2, 0), (3, 2, 2), attrs(1, (1,), (2, 1))),
]
# Those that are batched, too.
BATCHED = ("line", "line_all", "line_reversed", "plane_mixed", "features", "features_last",
           "depthwise_two", "batches", "batches_last", "products", "no_batch")


def convs():
    for k, (name, a, b, params) in enumerate(CONVS):
        build = apply("conv_general_dilated", **params)
        case("conv_general_dilated", f"{name}_f64", build, draw("f64", *a), draw("f64", *b),
             tol=CLOSE["f64"], vmaps="auto" if name in BATCHED else [])
        case("conv_general_dilated", f"{name}_f32", build, draw("f32", *a), draw("f32", *b),
             tol=CLOSE["f32"], vmaps=[])
        d = INTS[k % len(INTS)]
        case("conv_general_dilated", f"{name}_{d}", build, ints(d, *a), ints(d, *b), vmaps=[])
    build = apply("conv_general_dilated", **attrs(1))
    case("conv_general_dilated", "wraps_u8", build, array("u8", [[[200, 100, 3]]]),
         array("u8", [[[3, 7]]]), vmaps=[])
    build = apply("conv_general_dilated", **attrs(1, padding=(1, 1)))
    for d in FLOATS:
        case("conv_general_dilated", f"special_{d}", build,
             array(d, [[[1, float("nan"), 2, float("inf"), 1]]]), array(d, [[[1, 2]]]), vmaps=[],
             derivative=None)
    case("conv_general_dilated", "of_itself", lambda g, x: g.conv_general_dilated(
        x, x, **attrs(1, padding=(1, 1))), draw("f64", 2, 2, 3), tol=CLOSE["f64"])


def make():
    seed("conv")
    convs()

"""Cases in i8, i16, u16, f16 and bf16.

What is elementwise of 16-bit floats is the mathematics in f64, rounded to f32 and then to the dtype;
that JAX says the same, but for units in the last place (its exp2 of f16, say, multiplies in f16) and for
the subnormal numbers of f32, which
XLA takes for zero, is checked on the way. Sums are had in f64 and rounded so, too.
"""
import itertools

import jax
import jax.numpy as jnp
import numpy as np

import ops
from cases_conv import attrs
from cases_elementwise import BINARY, INT_BINARY, INT_UNARY, UNARY, cross, special_ints
from graphs import DTYPES, gather_along, scatter_attrs
from ops import EXACT, apply, array, case, draw, ints, rel, seed, ulp

FLOATS = ("f16", "bf16")
INTS = ("i8", "i16", "u16")
NEW = (*INTS, *FLOATS)
EVERY = ("bool", "i32", "i64", "u8", "u32", "u64", "f32", "f64", *NEW)
LOOSE = {"exp2": 1 << 16}  # JAX makes it exp(x log 2) in the dtype itself, which is off by far
SLOPE = {"f16": rel(4e-3), "bf16": rel(3e-2)}


def rounded(dtype, x):
    return np.asarray(x, np.float64).astype(np.float32).astype(DTYPES[dtype])


def checked(build, x, out, most=1):
    """`out`, once JAX has agreed: within `most` units in the last place of 16-bit floats."""
    g = ops.Case.make(build, x)
    says = np.asarray(jax.jit(g.run)(*x)[0])
    if says.dtype.itemsize != 2:
        normal = all_normal(x)
        assert np.array_equal(says[normal], out[normal]), (x, says, out)
        return out
    order = lambda v: np.where((b := v.view(np.int16).astype(int)) < 0, -(b & 0x7fff), b)
    a, b = says.ravel(), out.ravel()
    agree = np.abs(order(a) - order(b)) <= most
    agree |= (a != a) & (b != b)
    agree |= ~all_normal([v.ravel() for v in x]) | ~all_normal([b])
    assert agree.all(), (g.text(), [v.ravel()[~agree] for v in x], a[~agree], b[~agree])
    return np.where(says == out, says, out)  # of equals, JAX's zero


def all_normal(x):
    ok = True
    for v in x:
        if v.dtype == DTYPES["bf16"]:
            ok = ok & ((v == 0) | (np.abs(v.astype(np.float32)) >= 2.0**-125) | (v != v))
    return np.broadcast_to(ok, x[0].shape)


def special(dtype):
    eps = float(jnp.finfo(DTYPES[dtype]).eps)
    most, tiny = float(jnp.finfo(DTYPES[dtype]).max), float(jnp.finfo(DTYPES[dtype]).tiny)
    return array(dtype, [0.0, -0.0, 1, -1, 0.5, -0.5, 2, -2, 1 + eps, 1 - eps / 2, eps / 2 - 1, 3, 100,
                         -100, tiny, -tiny, tiny / 2, tiny * 1.5, most, -most, np.inf, -np.inf, np.nan])


def few(dtype):
    most, tiny = float(jnp.finfo(DTYPES[dtype]).max), float(jnp.finfo(DTYPES[dtype]).tiny)
    return array(dtype, [0.0, -0.0, 1, -1, 0.5, -2, 3, 7.25, tiny, tiny / 4, most, np.inf, -np.inf, np.nan])


def truth_of(dtype, f, *x):
    y = np.asarray(f(*[v.astype(np.float64) for v in x]))
    return y if y.dtype == bool else rounded(dtype, y)


def unary(prim, span, bound, f):
    build = apply(prim)
    for d in FLOATS:
        tol = ulp(1) if bound else EXACT
        x = draw(d, 2, 3, lo=span[0], hi=span[1])
        case(prim, f"grid_{d}", build, x, tol=tol, derivative=SLOPE[d], differences=False,
             out=[checked(build, [x], truth_of(d, f, x), LOOSE.get(prim, 8 if bound else 1))])
        for name, x in ("special", special(d)), ("sweep", draw(d, 40, lo=-6, hi=6)):
            case(prim, f"{name}_{d}", build, x, tol=tol, vmaps=[], derivative=None,
                 out=[checked(build, [x], truth_of(d, f, x), LOOSE.get(prim, 8 if bound else 1))])


def binary(prim, span_x, span_y, bound, f):
    build, smooth = apply(prim), prim != "nextafter"
    for d in FLOATS:
        tol = ulp(1) if bound or prim == "div" else EXACT  # JAX's of f16 is, in a batch, not exact
        truth = (lambda *x, d=d: truth_of(d, f, *x)) if smooth else np.nextafter
        x = [draw(d, 2, 3, lo=lo, hi=hi) for lo, hi in (span_x, span_y)]
        case(prim, f"grid_{d}", build, *x, tol=tol, derivative=SLOPE[d] if smooth else None,
             differences=False, out=[checked(build, x, truth(*x), LOOSE.get(prim, 8 if bound else 1))])
        x = cross(few(d), few(d))
        case(prim, f"special_{d}", build, *x, tol=tol, vmaps=[], derivative=None,
             out=[checked(build, x, truth(*x), LOOSE.get(prim, 8 if bound else 1))])


def integers(prim, dtypes, n):
    for d in dtypes:
        x = cross(*[special_ints(d)] * n)
        case(prim, f"special_{d}", apply(prim), *x, vmaps=[])
        case(prim, f"grid_{d}", apply(prim), *[ints(d, 2, 3) for _ in range(n)])


def powers():
    for y in (-2, -1, 0, 2, 3, 7):
        build, tag = apply("integer_pow", y=y), f"{'minus' if y < 0 else ''}{abs(y)}"
        for d in FLOATS:
            x = draw(d, 6, lo=0.3, hi=2)
            case("integer_pow", f"{tag}_grid_{d}", build, x, tol=ulp(2), differences=False,
                 derivative=SLOPE[d], out=[truth_of(d, lambda v: v**float(y), x)])
        for d in INTS if y >= 0 else ():
            case("integer_pow", f"{tag}_special_{d}", build, special_ints(d), vmaps=[])


def conversions():
    floats = [0, -0.0, 0.5, -0.5, 0.999, 1, -1, 1.5, 2.5, -2.5, 127.5, 128, -129, 255, 255.5, 256, 300,
              -300, 2049, 4099, 32767, 32768, -32769, 65519, 65520, 65536, 1e9, -1e9, 1e18, 1e30, -1e30,
              1 + 2**-11, 1 + 3 * 2**-11, 1 + 2**-8, 1 + 3 * 2**-8, 1e-7, 6e-8, 2.9e-8, 3e-8, np.inf,
              -np.inf, np.nan]
    for src, dst in itertools.product(EVERY, EVERY):
        if src not in NEW and dst not in NEW:
            continue
        build = apply("convert_element_type", new_dtype=dst, weak=False)
        is_float = src[0] in "fb" and src != "bool"
        x = array("bool", [False, True]) if src == "bool" else array(src, floats) if is_float else (
            special_ints(src))
        case("convert_element_type", f"{src}_to_{dst}", build, x, vmaps=[], derivative=None)
        if is_float:
            case("convert_element_type", f"grid_{src}_to_{dst}", build, draw(src, 2, 3),
                 derivative=rel(1e-2), differences=False)
    for a, b in (("f16", "i16"), ("f16", "u16"), ("bf16", "i16"), ("bf16", "u16"), ("f16", "bf16"),
                 ("i8", "u8"), ("i16", "u16")):
        for src, dst in (a, b), (b, a):
            x = array("u16", [0, 1, 0x8000, 0x3c00, 0x3f80, 0x7bff, 0x7c00, 0xfc00, 0x0400, 0x03ff, 0x1234])
            x = x.view(DTYPES[src]) if src not in ("i8", "u8") else special_ints(src)
            case("bitcast_convert_type", f"{src}_to_{dst}", apply("bitcast_convert_type", new_dtype=dst), x,
                 derivative=None, out=[x.view(DTYPES[dst])])


def choices():
    for d in NEW:
        case("select_n", f"bool_{d}", apply("select_n"), draw("bool", 2, 3), ints(d, 2, 3), ints(d, 2, 3),
             differences=False, derivative=SLOPE.get(d))
        case("select_n", f"i32_{d}", apply("select_n"), array("i32", [[0, 1, 2], [2, 0, 1]]),
             *[ints(d, 2, 3) for _ in range(3)], differences=False, derivative=SLOPE.get(d))
        case("clamp", f"grid_{d}", apply("clamp"), draw(d, 2, 3, lo=-3, hi=-1), draw(d, 2, 3, lo=-6, hi=6),
             draw(d, 2, 3, lo=1, hi=3), differences=False, derivative=SLOPE.get(d))
    for d in FLOATS:
        for method in (0, 1):
            x = np.concatenate([special(d), array(d, [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 127.5])])
            case("round", f"{method}_{d}", apply("round", rounding_method=method), x, vmaps=[], derivative=None)


def moves():
    for d in ("i8", "i16", "bf16"):
        x, slope = ints(d, 2, 3), {"differences": False, "derivative": SLOPE.get(d)}
        case("transpose", f"grid_{d}", apply("transpose", permutation=(1, 0)), x, **slope)
        case("rev", f"grid_{d}", apply("rev", dimensions=(1,)), x, **slope)
        case("concatenate", f"grid_{d}", apply("concatenate", dimension=1), x, ints(d, 2, 2), **slope)
        case("pad", f"grid_{d}", apply("pad", low=(1, 0), high=(0, 2), interior=(0, 1)), x, array(d, 3), **slope)
        case("broadcast_in_dim", f"grid_{d}", apply("broadcast_in_dim", shape=(2, 3, 2),
                                                    broadcast_dimensions=(0, 1)), x, **slope)
        case("iota", f"grid_{d}", lambda g, d=d: g.iota(dtype=d, shape=(3, 2), dimension=0))
        case("slice", f"grid_{d}", apply("slice", start_indices=(0, 1), limit_indices=(2, 3), strides=(1, 1)), x,
             **slope)
    case("iota", "long_bf16", lambda g: g.iota(dtype="bf16", shape=(700,), dimension=0))
    case("iota", "long_f16", lambda g: g.iota(dtype="f16", shape=(3000,), dimension=0))


def reductions():
    for d in NEW:
        slope = {"differences": False, "derivative": SLOPE.get(d)}
        wide = np.float64 if d in FLOATS else np.int64
        to = (lambda y, d=d: rounded(d, y)) if d in FLOATS else (lambda y, d=d: np.asarray(y).astype(DTYPES[d]))
        tol = ulp(1) if d in FLOATS else EXACT
        for axes in ((0,), (1,), (0, 1)):
            tag = f"{''.join(map(str, axes))}_{d}"
            x = draw(d, 3, 4, lo=-5, hi=5)
            case("reduce_sum", tag, apply("reduce_sum", axes=axes), x, tol=tol, out=[to(x.astype(wide).sum(axes))],
                 vmaps=[], **slope)
            x = draw(d, 3, 4, lo=-2, hi=3)
            case("reduce_prod", tag, apply("reduce_prod", axes=axes), x, tol=tol,
                 out=[to(x.astype(wide).prod(axes))], vmaps=[], differences=False, derivative=None)
            for prim in ("reduce_max", "reduce_min"):
                case(prim, tag, apply(prim, axes=axes), ops.distinct(d, 3, 4) if d in FLOATS else ints(d, 3, 4),
                     vmaps=[], **slope)
            for prim in ("reduce_and", "reduce_or") if d not in FLOATS else ():
                case(prim, tag, apply(prim, axes=axes), ints(d, 3, 4), vmaps=[])
        x = draw(d, 3000, lo=0 if d in FLOATS else -9, hi=1 if d in FLOATS else 9)
        case("reduce_sum", f"long_{d}", apply("reduce_sum", axes=(0,)), x, tol=tol, derivative=None,
             out=[to(x.astype(wide).sum())], vmaps=[])
        x = draw(d, 3, 5, lo=-3, hi=3)
        case("cumsum", f"grid_{d}", apply("cumsum", axis=1, reverse=False), x, tol=tol,
             out=[to(np.cumsum(x.astype(wide), 1))], vmaps=[], **slope)
        case("cumprod", f"grid_{d}", apply("cumprod", axis=0, reverse=False), x, tol=tol,
             out=[to(np.cumprod(x.astype(wide), 0))], vmaps=[], differences=False, derivative=None)
        case("cummax", f"grid_{d}", apply("cummax", axis=1, reverse=True), x, vmaps=[], derivative=None)
        case("cummin", f"grid_{d}", apply("cummin", axis=1, reverse=False), x, vmaps=[], derivative=None)
        if d in FLOATS:
            case("reduce_precision", f"few_{d}", apply("reduce_precision", exponent_bits=5,
                                                       mantissa_bits=2), special(d), vmaps=[],
                 derivative=None)
            case("cumlogsumexp", f"grid_{d}", apply("cumlogsumexp", axis=1, reverse=False), x,
                 tol=ulp(1), out=[to(np.logaddexp.accumulate(x.astype(wide), 1))], vmaps=[],
                 derivative=None)
        else:
            case("reduce_xor", f"grid_{d}", apply("reduce_xor", axes=(1,)), x, vmaps=[])
        for prim in ("argmax", "argmin"):
            case(prim, f"grid_{d}", apply(prim, axes=(1,), index_dtype="i32"), ops.distinct(d, 3, 4)
                 if d in FLOATS else ints(d, 3, 4))
        case("argmax", f"index_{d}", apply("argmax", axes=(0,), index_dtype="i16"), draw(d, 5), vmaps=[])
        for m, k, n in ((2, 3, 4), (5, 40, 3), (40, 50, 30)):
            a, b = draw(d, m, k, lo=-2, hi=2), draw(d, k, n, lo=-2, hi=2)
            y = a.astype(wide) @ b.astype(wide)
            loose = rel(1e-2 if d == "bf16" else 2e-3) if d in FLOATS else EXACT
            case("dot_general", f"{m}x{k}x{n}_{d}",
                 apply("dot_general", lhs_contract=(1,), rhs_contract=(0,), lhs_batch=(), rhs_batch=()), a, b,
                 tol=loose, out=[to(y)], vmaps=[], differences=False, derivative=SLOPE.get(d) if m < 10 else None)
        x, at = draw(d, 5, 2, lo=-3, hi=3), array("i32", [0, 2, 2, 4])
        case("gather", f"grid_{d}", apply("gather", **gather_along(d, (5, 2), (4,), 0, 0)), x, at, vmaps=[], differences=False,
             derivative=SLOPE.get(d))
        u = draw(d, 4, 2, lo=-3, hi=3)
        y = x.astype(wide)
        np.add.at(y, at, u.astype(wide))
        case("scatter_add", f"grid_{d}", apply("scatter_add", **scatter_attrs(gather_along(d, (5, 2), (4,), 0, 0))), x, at, u,
             tol=tol, out=[to(y)],
             vmaps=[], differences=False, derivative=SLOPE.get(d))


def convolutions():
    seed("convolutions")
    for d in NEW:
        wide = np.float64 if d in FLOATS else np.int64
        x, w = draw(d, 2, 3, 6, lo=-2, hi=2), draw(d, 4, 3, 3, lo=-2, hi=2)
        y = sum(np.einsum("ncp,oc->nop", x.astype(wide)[:, :, k:k + 4], w.astype(wide)[:, :, k])
                for k in range(3))
        case("conv_general_dilated", f"line_{d}", apply("conv_general_dilated", **attrs(1)), x, w,
             tol=rel(1e-2 if d == "bf16" else 2e-3) if d in FLOATS else EXACT,
             out=[rounded(d, y) if d in FLOATS else y.astype(DTYPES[d])], vmaps=[], differences=False, derivative=SLOPE.get(d))


def make():
    seed("narrow")
    for prim, (span, bound, truth) in UNARY.items():
        unary(prim, span, bound, truth)
    for prim, (x, y, bound, truth) in BINARY.items():
        binary(prim, x, y, bound, truth)
    for prim in INT_UNARY:
        integers(prim, [d for d in INTS if prim != "abs" or d != "u16"], 1)
    for prim in INT_BINARY:
        integers(prim, INTS, 2)
    powers()
    conversions()
    choices()
    moves()
    reductions()
    convolutions()

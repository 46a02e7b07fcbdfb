"""Cases of complex numbers, in ordinary range: tests/test_complex.c has infinities, zeros and branch
cuts, beside the C library's functions."""
import numpy as np

from graphs import gather_along, graph, scatter_attrs, spec
from ops import EXACT, apply, array, case, draw, rel

TOL = {"c64": rel(3e-6), "c128": rel(1e-13)}
SLOPE = {"c64": rel(3e-5), "c128": rel(1e-11)}
BOTH = ("c64", "c128")
PART = {"c64": "f32", "c128": "f64"}
UNARY = """abs sign square sqrt rsqrt exp exp2 log log1p expm1 sin cos tan asin acos atan sinh cosh
    tanh asinh acosh atanh logistic""".split()


def both(prim, name, build, *shapes, lo=-2.0, hi=2.0, tol=None, more=(), **options):
    """A case in each dtype. more: further operands."""
    for d in BOTH:
        case(prim, f"{name}_{d}", build, *[draw(d, *s, lo=lo, hi=hi) for s in shapes], *more,
             tol=tol or TOL[d], **{"differences": False, "derivative": SLOPE[d], **options})


def elementwise():
    for prim in UNARY:
        lo = 0.2 if prim == "acosh" else -2.0  # JAX's derivative has the wrong sign where Re z < 0
        # JAX's derivative of sign is 0, which is wrong: tests/test_complex.c has the right one.
        both(prim, "matrix", apply(prim), (2, 3), lo=lo, **({"derivative": None} if prim == "sign" else {}))
    for prim in "add sub".split():
        both(prim, "matrix", apply(prim), (2, 3), (2, 3), tol=EXACT)
    for prim in "neg copy stop_gradient real imag conj".split():
        both(prim, "matrix", apply(prim), (2, 3), tol=EXACT)
        both(prim, "scalar", apply(prim), (), tol=EXACT)
    for prim in "mul div pow".split():
        both(prim, "matrix", apply(prim), (2, 3), (2, 3))
    for d in BOTH:
        case("complex", f"matrix_{d}", apply("complex"), draw(PART[d], 2, 3), draw(PART[d], 2, 3),
             derivative=SLOPE[d], differences=False)
        z = array(d, [1 + 2j, np.nan, complex(np.inf, 1), complex(0, -np.inf), 0, complex(1, np.nan)])
        case("is_finite", f"special_{d}", apply("is_finite"), z)
        w = array(d, [1 + 2j, np.nan, complex(np.inf, 2), complex(0, -np.inf), -0.0, 1])
        for prim in "eq ne".split():
            case(prim, f"special_{d}", apply(prim), z, w)
    for n in (0, 1, 2, 3, 5, -1, -2, -3):
        both("integer_pow", f"power_{n}".replace("-", "minus_"), apply("integer_pow", y=n), (2, 3))
    for d in BOTH:
        for to in ("bool", "i32", "f32", "f64", *BOTH):
            case("convert_element_type", f"{d}_to_{to}",
                 apply("convert_element_type", new_dtype=to, weak=False),
                 array(d, [1.5 - 2j, 0, 2j, -3.25]), differences=False, derivative=SLOPE["c64"])
        for of in ("bool", "i32", "f32", "f64"):
            case("convert_element_type", f"{of}_to_{d}",
                 apply("convert_element_type", new_dtype=d, weak=False), draw(of, 3),
                 differences=False, derivative=SLOPE["c64"])
        case("literal", f"real_{d}", lambda g, d=d: g.lit(d, -2.5))
        case("iota", f"vector_{d}", lambda g, d=d: g.iota(dtype=d, shape=(4,), dimension=0))
        p = array("bool", [[True, False, True], [False, True, False]])
        case("select_n", f"matrix_{d}", apply("select_n"), p, draw(d, 2, 3), draw(d, 2, 3),
             derivative=SLOPE[d], differences=False)


def moved():
    exact = {"tol": EXACT}
    both("reshape", "matrix", apply("reshape", new_sizes=(3, 2)), (2, 3), **exact)
    both("squeeze", "matrix", apply("squeeze", dimensions=(1,)), (2, 1, 3), **exact)
    both("expand_dims", "matrix", apply("expand_dims", dimensions=(1,)), (2, 3), **exact)
    both("broadcast_in_dim", "matrix",
         apply("broadcast_in_dim", shape=(3, 2), broadcast_dimensions=(1,)), (2,), **exact)
    both("transpose", "matrix", apply("transpose", permutation=(1, 0)), (2, 3), **exact)
    both("rev", "matrix", apply("rev", dimensions=(1,)), (2, 3), **exact)
    both("slice", "matrix", apply("slice", start_indices=(0, 1), limit_indices=(2, 5),
                                  strides=(1, 2)), (2, 6), **exact)
    both("pad", "matrix", apply("pad", low=(1, 0), high=(0, 2), interior=(0, 1)), (2, 3), (), **exact)
    both("concatenate", "matrix", apply("concatenate", dimension=1), (2, 3), (2, 1), **exact)
    i = array("i32", 1)
    both("dynamic_slice", "matrix", apply("dynamic_slice", slice_sizes=(1, 2)), (2, 4),
         more=(i, i), **exact)
    both("dynamic_update_slice", "matrix", apply("dynamic_update_slice"), (2, 4), (1, 2),
         more=(i, i), **exact)
    at = np.array([2, 0, 2, 9], np.int32)
    for d in BOTH:
        take = gather_along(d, (4, 2), at.shape, 0, 0)
        case("gather", f"rows_{d}", apply("gather", **take), draw(d, 4, 2), at,
             derivative=SLOPE[d], differences=False)
        fill = gather_along(d, (4, 2), at.shape, 0, 0, mode=1, fill=7.5)
        case("gather", f"filled_{d}", apply("gather", **fill), draw(d, 4, 2), at,
             derivative=SLOPE[d], differences=False)
        for prim in "scatter_add scatter_sub".split():
            case(prim, f"rows_{d}", apply(prim, **scatter_attrs(take)), draw(d, 4, 2), at,
                 draw(d, 4, 2), tol=TOL[d], derivative=SLOPE[d], differences=False)
        once = np.array([2, 0, 3, 1], np.int32)
        case("scatter", f"rows_{d}", apply("scatter", **scatter_attrs(take)), draw(d, 4, 2), once,
             draw(d, 4, 2), derivative=SLOPE[d], differences=False, vmaps=[])


def reductions():
    for prim in "reduce_sum reduce_prod".split():
        both(prim, "rows", apply(prim, axes=(1,)), (2, 5))
        both(prim, "all", apply(prim, axes=(0, 1)), (2, 3))
        both(prim, "none", apply(prim, axes=()), (2, 3))
        both(prim, "empty", apply(prim, axes=(0,)), (0, 2))
    for prim in "cumsum cumprod".split():
        both(prim, "rows", apply(prim, axis=1, reverse=False), (2, 5))
        both(prim, "columns_reverse", apply(prim, axis=0, reverse=True), (4, 3))
    dims = dict(lhs_contract=(1,), rhs_contract=(0,), lhs_batch=(), rhs_batch=())
    both("dot_general", "matrices", apply("dot_general", **dims), (2, 3), (3, 4))
    both("dot_general", "vectors", apply("dot_general", **{**dims, "lhs_contract": (0,)}), (3,), (3,))
    batched = dict(lhs_contract=(2,), rhs_contract=(1,), lhs_batch=(0,), rhs_batch=(0,))
    both("dot_general", "batch", apply("dot_general", **batched), (2, 2, 3), (2, 3, 2))


def pairs_of_ties(d, *shape):
    """Small whole numbers, so that real parts tie."""
    n = int(np.prod(shape))
    return array(d, [complex(k * 5 % 3, k * 7 % 5) for k in range(n)]).reshape(shape)


def order():
    """Lexicographic. JAX's results for NaN depend on the order of operands: tests/test_complex.c."""
    for d in BOTH:
        options = {"derivative": SLOPE[d], "differences": False}
        x = pairs_of_ties(d, 3, 4)
        for prim in "max min".split():
            case(prim, f"ties_{d}", apply(prim), x, x[::-1], **options)
            case(f"reduce_{prim}", f"rows_{d}", apply(f"reduce_{prim}", axes=(1,)), x, **options)
            case(f"reduce_{prim}", f"all_{d}", apply(f"reduce_{prim}", axes=(0, 1)), x, **options)
            case(f"cum{prim}", f"rows_{d}", apply(f"cum{prim}", axis=1, reverse=False), x, **options)
            case(f"cum{prim}", f"back_{d}", apply(f"cum{prim}", axis=0, reverse=True), x, **options)
        places = np.arange(12, dtype=np.int32).reshape(3, 4)
        for axis in (0, 1):
            case("sort", f"axis_{axis}_{d}", apply("sort", dimension=axis, num_keys=1, descending=False),
                 x, places, **options)
        case("sort", f"second_key_{d}", apply("sort", dimension=1, num_keys=2, descending=False),
             places % 2, x, places, **options)
        at = np.array([2, 0, 2, 9], np.int32)
        once = np.array([2, 0, 3, 1], np.int32)
        take = gather_along(d, (4, 2), at.shape, 0, 0)
        known = gather_along(d, (4, 2), at.shape, 0, 0, unique=True)
        for prim in "scatter_min scatter_max".split():
            case(prim, f"rows_{d}", apply(prim, **scatter_attrs(take)), pairs_of_ties(d, 4, 2), at,
                 pairs_of_ties(d, 4, 2)[::-1], differences=False, derivative=None)
        case("scatter_mul", f"rows_{d}", apply("scatter_mul", **scatter_attrs(take)), draw(d, 4, 2), at,
             draw(d, 4, 2), tol=TOL[d], differences=False, derivative=None)
        case("scatter_mul", f"unique_{d}", apply("scatter_mul", **scatter_attrs(known)), draw(d, 4, 2),
             once, draw(d, 4, 2), tol=TOL[d], **options)


def control():
    for d in BOTH:
        V, S, I, B = spec(d, 3), spec(d), spec("i32"), spec("bool")
        options = {"tol": TOL[d], "derivative": SLOPE[d], "differences": False}
        square = graph([V], lambda g, x: g.mul(x, g.conj(x)))
        case("call", f"square_{d}", lambda g, x: g.call(x, graph=square), draw(d, 3), **options)
        step = graph([V, V, V], lambda g, w, c, x: (g.add(g.mul(w, c), x), g.real(c)))
        case("scan", f"recurrence_{d}", lambda g, w, c, x: g.scan(
            w, c, x, body=step, length=4, num_consts=1, num_carry=1, reverse=False),
            draw(d, 3), draw(d, 3), draw(d, 4, 3), **options)
        go = graph([I, V], lambda g, n, z: g.lt(n, g.lit("i32", 3)))
        body = graph([V, I, V], lambda g, w, n, z: (g.add(n, g.lit("i32", 1)), g.mul(z, w)))
        case("while", f"power_{d}", lambda g, w, n, z: g.while_(
            w, n, z, cond=go, body=body, cond_nconsts=0, body_nconsts=1), draw(d, 3),
            array("i32", 0), draw(d, 3), reverse=False, vmaps=[], **options)
        one, two = graph([V], lambda g, x: g.exp(x)), graph([V], lambda g, x: g.mul(x, x))
        case("cond", f"branches_{d}", lambda g, i, x: g.cond(i, x, branches=[one, two]),
             array("i32", 1), draw(d, 3), vmaps=[], **options)


def transforms():
    kinds = ("FFT", "IFFT", "RFFT", "IRFFT")
    for kind, name in enumerate(kinds):
        for d in BOTH:
            for lengths in ((1,), (2,), (3,), (4,), (5,), (7,), (8,), (11,), (12,), (16,), (29,), (30,),
                            (2, 3), (4, 5), (3, 8), (2, 3, 4), (3, 2, 5)):
                shape = list(lengths)
                if name == "IRFFT":
                    shape[-1] = shape[-1] // 2 + 1
                few = lengths in ((5,), (8,), (3, 8))
                case("fft", f"{name}_{'_'.join(map(str, lengths))}_{d}",
                     apply("fft", fft_type=kind, fft_lengths=lengths),
                     draw(PART[d] if name == "RFFT" else d, 2, *shape), tol=TOL[d],
                     derivative=SLOPE[d], differences=False, vmaps="auto" if few else [])


def make():
    elementwise()
    moved()
    reductions()
    order()
    control()
    transforms()

"""Cases of the elementwise primitives."""
import itertools
import math
from fractions import Fraction

import numpy as np
from jax import lax

from ops import DTYPES, EXACT, apply, array, case, draw, ints, is_float, rel, seed, ulp

FLOATS = ("f32", "f64")
INTS = ("i32", "i64", "u8", "u32", "u64")
EVERY = ("bool", *INTS, *FLOATS)

# Tolerance: what a primitive is allowed on top of what JAX itself is off by.
NEAR, FAR = 4, 8


def tolerance(bound, dtype):
    return EXACT if not bound else ulp(bound if dtype == "f32" else 2 * bound)


def special_floats(dtype):
    i = np.finfo(DTYPES[dtype])
    return np.array([0.0, -0.0, 1, -1, 0.5, -0.5, 2, -2, 1 + i.eps, 1 - i.epsneg, -1 + i.epsneg,
                     3, 100, -100, i.tiny, -i.tiny, i.max, -i.max, np.inf, -np.inf, np.nan],
                    DTYPES[dtype])


def few_floats(dtype):
    i = np.finfo(DTYPES[dtype])
    return np.array([0.0, -0.0, 1, -1, 0.5, -2, 3, 7.25, i.tiny, i.max, np.inf, -np.inf, np.nan],
                    DTYPES[dtype])


def subnormals(dtype):
    i = np.finfo(DTYPES[dtype])
    s = i.smallest_subnormal
    return np.array([s, -s, 3 * s, i.tiny / 2, -i.tiny / 2, i.tiny - s], DTYPES[dtype])


def special_ints(dtype):
    i = np.iinfo(DTYPES[dtype])
    return np.array(sorted({i.min, i.min + 1, i.max, i.max - 1, 0, 1, 2, 3, 7, i.bits, i.bits - 1,
                            *([-1, -2, -7] if i.min else [i.max // 2 + 1])}), DTYPES[dtype])


def sweep(dtype):
    """Magnitudes of all sizes, and many of order one."""
    far = np.logspace(-36 if dtype == "f32" else -300, 38 if dtype == "f32" else 300, 23)
    return np.concatenate([-far, far, np.linspace(-5, 5, 23)]).astype(DTYPES[dtype])


def cross(*lists):
    """Every combination, as one array an operand."""
    return [np.array(c, v.dtype) for c, v in zip(zip(*itertools.product(*lists)), lists)]


def shapes(prim, build, dtype, n, tol):
    """No element, one, and no dimension."""
    for name, shape in (("empty", (2, 0)), ("one", (1, 1)), ("scalar", ())):
        x = [draw(dtype, *shape, lo=0.25, hi=0.75) for _ in range(n)]
        case(prim, f"{name}_{dtype}", build, *x, tol=tol, wide=is_float(x[0]),
             vmaps="auto" if name == "scalar" else [])


# ---- of one operand -----------------------------------------------------------------------------

def everywhere(f):
    """A function of the math module, of arrays."""
    return np.vectorize(f, otypes=[np.float64])


def logistic(x):
    return np.where(x < 0, np.exp(x) / (1 + np.exp(x)), 1 / (1 + np.exp(-x)))


def erf_inv(x):
    """NumPy has none: JAX's, but for numbers so small that the series has one term."""
    return np.where(np.abs(x) < 1e-9, x * np.sqrt(np.pi) / 2, np.asarray(lax.erf_inv(x)))


# Where derivatives are taken, the bound in ulp, and NumPy's word.
UNARY = {
    "neg": ((-2, 2), 0, np.negative), "abs": ((-2, 2), 0, np.abs), "sign": ((-2, 2), 0, np.sign),
    "floor": ((-4, 4), 0, np.floor), "ceil": ((-4, 4), 0, np.ceil),
    "sqrt": ((0.1, 4), 0, np.sqrt), "square": ((-2, 2), 0, np.square),
    "rsqrt": ((0.1, 4), NEAR, lambda x: 1 / np.sqrt(x)), "cbrt": ((0.1, 4), NEAR, np.cbrt),
    "exp": ((-3, 3), NEAR, np.exp), "exp2": ((-3, 3), NEAR, np.exp2),
    "log": ((0.1, 4), NEAR, np.log), "log1p": ((-0.8, 3), NEAR, np.log1p),
    "expm1": ((-2, 2), NEAR, np.expm1), "sin": ((-7, 7), NEAR, np.sin),
    "cos": ((-7, 7), NEAR, np.cos), "tan": ((-1.2, 1.2), FAR, np.tan),
    "asin": ((-0.9, 0.9), NEAR, np.arcsin), "acos": ((-0.9, 0.9), NEAR, np.arccos),
    "atan": ((-3, 3), NEAR, np.arctan), "sinh": ((-3, 3), NEAR, np.sinh),
    "cosh": ((-3, 3), NEAR, np.cosh), "tanh": ((-3, 3), NEAR, np.tanh),
    "asinh": ((-3, 3), NEAR, np.arcsinh), "acosh": ((1.2, 4), NEAR, np.arccosh),
    "atanh": ((-0.9, 0.9), NEAR, np.arctanh),
    "logistic": ((-4, 4), NEAR, logistic),
    "erf": ((-2, 2), NEAR, everywhere(math.erf)),
    "erfc": ((-2, 2), NEAR, everywhere(math.erfc)),
    "erf_inv": ((-0.9, 0.9), FAR, erf_inv),
    "is_finite": ((-2, 2), 0, np.isfinite), "stop_gradient": ((-2, 2), 0, np.positive),
    "copy": ((-2, 2), 0, np.positive),
}
# Where a derivative is no number of the usual kind, or a one-sided choice.
KINKS = {
    "abs": [0, -0.0], "sign": [0], "sqrt": [0, 4], "rsqrt": [0.0], "cbrt": [0], "log": [0.0],
    "log1p": [-1, 0], "expm1": [0, -800], "tanh": [0, 400, -400], "logistic": [0, 800, -800],
    "asin": [1, -1, 0], "acos": [1, -1, 0], "atan": [0, 1e300], "atanh": [0, 1, -1],
    "acosh": [1], "asinh": [0], "erf": [0, 30], "erfc": [0, 30, -30], "erf_inv": [0, 1],
    "exp": [-800, 0], "square": [0], "sin": [0], "tan": [0],
}
INT_UNARY = {"neg": INTS, "abs": INTS[:2], "sign": INTS, "square": INTS, "not": ("bool", *INTS),
             "population_count": INTS, "clz": INTS, "copy": EVERY, "stop_gradient": EVERY}


def unary(prim, build, span, bound, truth, tag=""):
    for d in FLOATS:
        tol = tolerance(bound, d)
        whole = lambda name, x: case(prim, f"{tag}{name}_{d}", build, x, tol=tol, vmaps=[],
                                             derivative=None, wide=d == "f32", truth=truth)
        case(prim, f"{tag}grid_{d}", build, draw(d, *((2, 3) if d == "f32" else (7,)), lo=span[0],
                                                hi=span[1]), tol=tol, wide=d == "f32", truth=truth,
             vmaps="auto" if d == "f32" else [], differences=d == "f64" and prim != "stop_gradient")
        whole("special", special_floats(d))
        whole("sweep", sweep(d))
        whole("subnormal", subnormals(d))
    if not tag:
        shapes(prim, build, "f32", 1, tolerance(bound, "f32"))


# ---- of two -------------------------------------------------------------------------------------

BINARY = {
    "add": ((-2, 2), (-2, 2), 0, np.add), "sub": ((-2, 2), (-2, 2), 0, np.subtract),
    "mul": ((-2, 2), (-2, 2), 0, np.multiply), "div": ((-2, 2), (0.5, 2), 0, np.divide),
    "rem": ((-7, 7), (1.1, 2), 0, np.fmod), "max": ((-2, 2), (-2, 2), 0, np.maximum),
    "min": ((-2, 2), (-2, 2), 0, np.minimum), "pow": ((0.2, 3), (-2, 2), FAR, np.power),
    "atan2": ((-2, 2), (-2, 2), NEAR, np.arctan2), "eq": ((-2, 2), (-2, 2), 0, np.equal),
    "ne": ((-2, 2), (-2, 2), 0, np.not_equal), "lt": ((-2, 2), (-2, 2), 0, np.less),
    "le": ((-2, 2), (-2, 2), 0, np.less_equal), "gt": ((-2, 2), (-2, 2), 0, np.greater),
    "ge": ((-2, 2), (-2, 2), 0, np.greater_equal),
    "nextafter": ((-2, 2), (-2, 2), 0, np.nextafter),
    "logaddexp": ((-2, 2), (0.5, 3), FAR, np.logaddexp),
}
BINARY_KINKS = {
    "max": ([1, 1, 0.0], [1, 2, 0.0]), "min": ([1, 1, 0.0], [1, 0, 0.0]),
    "mul": ([0, 1, 0], [1, 0, 0]), "div": ([0, 0, 1], [1, -1, 1e30]),
    "pow": ([0, 0, 0, -2, -2, 1, 2], [1, 2, 3, 2, 3, 0, 0]),
    "atan2": ([0, 0, 1, -1], [1, -1, 0, 0]), "rem": ([3, -3, 0], [2, 2, 2]),
    "logaddexp": ([1, 0, 1e300, np.inf], [1, 0, 1, 1]),
}
INT_BINARY = {
    **{p: INTS for p in ("add", "sub", "mul", "div", "rem")},
    **{p: ("bool", *INTS) for p in ("max", "min", "and", "or", "xor", "eq", "ne", "lt", "le", "gt",
                                    "ge")},
    **{p: INTS for p in ("mulhi", "shift_left", "shift_right_arithmetic", "shift_right_logical")},
}


def binary(prim, span_x, span_y, bound, truth):
    build, smooth = apply(prim), prim != "nextafter"
    for d in FLOATS:
        shape = (2, 3) if d == "f32" else (7,)
        more = {"tol": tolerance(bound, d), "wide": smooth and d == "f32"}
        truly = lambda *x: {"truth": truth} if smooth else {"out": [truth(*x)]}
        x = [draw(d, *shape, lo=lo, hi=hi) for lo, hi in (span_x, span_y)]
        case(prim, f"grid_{d}", build, *x, derivative="auto" if smooth else None,
             vmaps="auto" if d == "f32" else [], **more, **truly(*x))
        tiny = cross(subnormals(d), np.concatenate([subnormals(d)[:2], few_floats(d)[:7]]))
        for name, x in ("special", cross(few_floats(d), few_floats(d))), ("subnormal", tiny):
            case(prim, f"{name}_{d}", build, *x, vmaps=[], derivative=None, **more, **truly(*x))
    if smooth:
        shapes(prim, build, "f32", 2, tolerance(bound, "f32"))


def integers(prim, dtypes, n):
    for d in dtypes:
        values = np.array([False, True]) if d == "bool" else (
            array("f32", [0.5, -1]) if d in FLOATS else special_ints(d))
        x = cross(*[values] * n)
        case(prim, f"special_{d}", apply(prim), *x, vmaps=[])
        case(prim, f"grid_{d}", apply(prim), *[ints(d, 2, 3) for _ in range(n)],
             vmaps="auto" if d == dtypes[-1] else [])


# ---- the rest -----------------------------------------------------------------------------------


def powers():
    for y in (-3, -2, -1, 0, 1, 2, 3, 5, 10):
        build, tag = apply("integer_pow", y=y), f"{'minus' if y < 0 else ''}{abs(y)}_"
        for d in FLOATS:
            case("integer_pow", f"{tag}grid_{d}", build, draw(d, 5, lo=0.3, hi=2), tol=ulp(NEAR),
                 wide=d == "f32", vmaps="auto" if y == 3 and d == "f32" else [])
            case("integer_pow", f"{tag}special_{d}", build, few_floats(d), tol=ulp(NEAR),
                 wide=d == "f32", truth=lambda x, y=y: x**float(y), vmaps=[], derivative=None)
        if y >= 0:
            for d in INTS:
                case("integer_pow", f"{tag}special_{d}", build, special_ints(d), vmaps=[])
    for y in (0, 1, 2, 3):
        case("integer_pow", f"kink_{y}", apply("integer_pow", y=y), array("f64", [0, -1, 1]),
             vmaps=[], differences=False)


def power_grads():
    """f x^(y - n). Far out, the power over- or underflows where the product does not."""
    far = {"f32": [2.0**-100, 2.0**-140, 1e38], "f64": [2.0**-900, 2.0**-1070, 1e300]}
    for d in FLOATS:
        for n in (0, 1, 2):
            build = apply("pow_grad", n=n)
            x = draw(d, 5, lo=0.3, hi=2), draw(d, 5, lo=0.3, hi=2), draw(d, 5)
            case("pow_grad", f"{n}_grid_{d}", build, *x, tol=tolerance(FAR, d), wide=d == "f32",
                 vmaps="auto" if n == 1 and d == "f32" else [])
            f, a, y = (array(d, v) for v in zip(*[
                (0, 0, n), (0, 0, n - 1), (2, 0, n), (2, 0, n + 1), (2, 1, np.inf), (3, -2, n + 1),
                (3, -2, n + 2), (3, -2, 0.5), (np.nan, 2, 5), (1, np.nan, 5), (1, 2, np.nan)]))
            out = array(d, [0, 0, 2, 0, 2, -6, 12] + [np.nan] * 4)
            case("pow_grad", f"{n}_special_{d}", build, f, a, y, tol=ulp(NEAR), vmaps=[],
                 derivative=None, out=[out])
        f, a, y = cross(array(d, far[d]), array(d, far[d]), array(d, [1e-3, 2.0**-80, 0.5]))
        with np.errstate(all="ignore"):
            wide = [v.astype(np.longdouble) for v in (f, a, y)]
            out = (wide[0] * wide[1]**(wide[2] - 1)).astype(DTYPES[d])
        case("pow_grad", f"far_{d}", apply("pow_grad", n=1), f, a, y, tol=ulp(NEAR), vmaps=[],
             derivative=None, out=[out])
    shapes("pow_grad", apply("pow_grad", n=1), "f32", 3, tolerance(FAR, "f32"))


def rounding():
    halves = np.array([0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.49999997, 8388609, 4503599627370497.0])
    for method, name in ((0, "away_"), (1, "even_")):
        build = apply("round", rounding_method=method)
        unary("round", build, (-4, 4), 0, np.round if method else
              lambda x: np.copysign(np.floor(np.abs(x) + 0.5), x), name)
        for d in FLOATS:
            case("round", f"{name}half_{d}", build, halves.astype(DTYPES[d]), wide=False, vmaps=[],
                 derivative=None)


def precisions():
    """Halfway cases, and what the exponent can just hold."""
    for exponent, mantissa in ((8, 23), (5, 10), (8, 7), (4, 3), (5, 2), (8, 0), (1, 5), (11, 52),
                               (6, 30), (10, 1)):
        build = apply("reduce_precision", exponent_bits=exponent, mantissa_bits=mantissa)
        tag = f"{exponent}_{mantissa}"
        for d in FLOATS:
            step = 2.0**-mantissa
            x = np.concatenate([special_floats(d), sweep(d), array(
                d, [1 + step / 2, 1 + step * 1.5, 1 + step * 0.75, 65504, 65519, 65520, 448, 464,
                    2.0**-14, 2.0**-15, 2.0**-6, 2.0**-7, 3.3, -1.999999])])
            case("reduce_precision", f"{tag}_{d}", build, x, vmaps=[], derivative=None)
            # Derivatives are rounded too, so they are no longer dual to each other.
            whole = mantissa >= (23 if d == "f32" else 52)
            case("reduce_precision", f"{tag}_grid_{d}", build, draw(d, 2, 3), differences=False,
                 derivative="auto" if whole else None, vmaps="auto" if d == "f32" else [])
    shapes("reduce_precision", apply("reduce_precision", exponent_bits=11, mantissa_bits=52), "f64",
           1, EXACT)


def conversions():
    numbers = {
        "float": [0, -0.0, 0.5, -0.5, 0.999, 1, -1, 1.5, 2.5, -2.5, 255, 255.5, 256, 300, -300, 1e9,
                  16777217, 2147483520, 2147483647, 2147483648, -2147483648, -2147483904,
                  4294967040, 4294967295, 4294967296, 1e18, 9.2e18, 9.3e18, -9.2e18, -9.3e18,
                  1.8e19, 2e19, 1e30, -1e30, np.inf, -np.inf, np.nan],
    }
    for src, dst in itertools.product(EVERY, EVERY):
        x = np.array([False, True]) if src == "bool" else (
            array(src, numbers["float"]) if src in FLOATS else
            np.concatenate([special_ints(src), array(src, [16777217 % (256 if src == "u8" else
                                                                      2**31)])]))
        build = apply("convert_element_type", new_dtype=dst, weak=False)
        case("convert_element_type", f"{src}_to_{dst}", build, x, vmaps=[], derivative=None)
        if src in FLOATS:
            # f64 -> f32 rounds to subnormals; a subnormal number is not false.
            tiny = np.concatenate([subnormals("f32").astype(DTYPES[src]), subnormals(src)])
            case("convert_element_type", f"subnormal_{src}_to_{dst}", build, tiny, vmaps=[],
                 derivative=None, out=[tiny.astype(DTYPES[dst])])
            case("convert_element_type", f"grid_{src}_to_{dst}", build, draw(src, 2, 3),
                 differences=False)
    far = array("f64", [3.4028235e38, 3.4028236e38, 3.5e38, -1e300, 1e-300, 1 + 2**-24,
                        1 + 3 * 2**-24])
    case("convert_element_type", "rounds_f64_to_f32", apply("convert_element_type", new_dtype="f32",
                                                           weak=False), far, vmaps=[],
         derivative=None)


def bitcasts():
    for a, b in (("f32", "i32"), ("f32", "u32"), ("f64", "i64"), ("f64", "u64"), ("i32", "u32"),
                 ("i64", "u64"), ("f32", "f32"), ("f64", "f64")):
        for src, dst in ((a, b), (b, a))[:1 + (a != b)]:
            x = np.concatenate([few_floats(a)[:-1], subnormals(a)]) if a in FLOATS \
                else special_ints(a)
            case("bitcast_convert_type", f"{src}_to_{dst}",
                 apply("bitcast_convert_type", new_dtype=dst), x.view(DTYPES[src]), derivative=None,
                 vmaps="auto" if src == "i32" else [], out=[x.view(DTYPES[dst])])
    case("bitcast_convert_type", "scalar_f32_to_u32",
         apply("bitcast_convert_type", new_dtype="u32"), array("f32", -1.5))
    for wide, narrow in (("f32", "u8"), ("f64", "u8"), ("f64", "f32"), ("u64", "u16"), ("i32", "i8"),
                         ("u16", "i8"), ("f16", "u8"), ("f32", "bf16"), ("i64", "u32")):
        parts = np.dtype(DTYPES[wide]).itemsize // np.dtype(DTYPES[narrow]).itemsize
        # Numbers that are none, or too small, might change on their way.
        x = ints(wide, 2, 3) if wide[0] != "f" else array(wide, [[1, -2.5, 3], [0.1, -7, 100]])
        y = x.view(DTYPES[narrow]).reshape(2, 3, parts)
        for src, dst, v, w in ((wide, narrow, x, y), (narrow, wide, y, x)):
            case("bitcast_convert_type", f"{src}_to_{dst}",
                 apply("bitcast_convert_type", new_dtype=dst), v, derivative=None,
                 vmaps=[((k,), (min(k, w.ndim),))  # JAX cannot join rows across a batch axis
                        for k in range(v.ndim + (src == wide))], out=[w])
    case("bitcast_convert_type", "scalar_f32_to_u8", apply("bitcast_convert_type", new_dtype="u8"),
         array("f32", -1.5))
    case("bitcast_convert_type", "four_u8_to_f32", apply("bitcast_convert_type", new_dtype="f32"),
         array("u8", [0, 0, 192, 191]), vmaps=[((0,), (0,))])
    case("bitcast_convert_type", "no_rows", apply("bitcast_convert_type", new_dtype="u16"),
         np.zeros((0, 2), np.uint8), vmaps=[])


def barriers():
    case("optimization_barrier", "one", apply("optimization_barrier"), draw("f64", 2, 3))
    case("optimization_barrier", "several", apply("optimization_barrier"), draw("f64", 3),
         ints("i32", 2), array("f32", 1.5), array("bool", [True, False]), vmaps=[
             ((0, 0, 0, 0), (0, 0, 0, 0))])
    case("optimization_barrier", "of_nothing", apply("optimization_barrier"), np.zeros((0, 2)))
    case("optimization_barrier", "computed", lambda g, x: g.mul(
        g.optimization_barrier(g.sin(x)), g.sin(x)), draw("f64", 4))


def random_bits():
    carry = array("u32", [7, 9, 2**32 - 2, 2**32 - 1])  # the counter overflows
    for algorithm in (0, 1, 2):
        for d in ("u8", "u16", "u32", "u64"):
            for name, shape in (("scalar", ()), ("vector", (5,)), ("odd", (3, 5)), ("even", (3, 4)),
                                ("one", (1, 1)), ("cube", (3, 2, 5)), ("nothing", (0, 3))):
                if d in ("u8", "u16") and name not in ("scalar", "odd"):
                    continue
                case("rng_bit_generator", f"{name}_{d}_by_{algorithm}", apply(
                    "rng_bit_generator", algorithm=algorithm, dtype=d, shape=shape),
                     carry if name == "vector" else ints("u32", 4),
                     vmaps=[])  # JAX's lanes do not get what they would get alone
        case("rng_bit_generator", f"u64_key_by_{algorithm}", apply(
            "rng_bit_generator", algorithm=algorithm, dtype="u32", shape=(6,)),
             array("u64", [2**63 + 5, 2**64 - 1]), vmaps=[])


def selections():
    for d in EVERY:
        case("select_n", f"bool_{d}", apply("select_n"), draw("bool", 2, 3), ints(d, 2, 3),
             ints(d, 2, 3), differences=d == "f64")
    for d in FLOATS:
        which = array("bool", np.arange(42) % 2).reshape(2, 21)
        case("select_n", f"special_{d}", apply("select_n"), which,
             *[np.stack([special_floats(d)[::s]] * 2) for s in (1, -1)], derivative=None, vmaps=[])
    for d in ("f32", "i64"):
        case("select_n", f"i32_{d}", apply("select_n"), array("i32", [[0, 1, 2], [2, 0, 1]]),
             *[draw(d, 2, 3) for _ in range(3)])
        case("select_n", f"scalar_which_{d}", apply("select_n"), array("bool", True), draw(d, 2, 3),
             draw(d, 2, 3))
    case("select_n", "scalar_i32_f64", apply("select_n"), array("i32", 1), draw("f64", 4),
         draw("f64", 4), draw("f64", 4), vmaps=[((-1, 0, 0, 0), (0,)), ((-1, -1, 1, -1), (1,))])
    case("select_n", "single_f32", apply("select_n"), draw("bool", 3), draw("f32", 3),
         draw("f32", 3))
    case("select_n", "scalar", apply("select_n"), array("bool", False), array("f64", 2),
         array("f64", 3))
    case("select_n", "empty", apply("select_n"), draw("bool", 0), draw("i32", 0), draw("i32", 0))
    for d in (*INTS, *FLOATS):
        x = draw(d, 2, 3, lo=-6, hi=6)
        case("clamp", f"grid_{d}", apply("clamp"), draw(d, 2, 3, lo=-3, hi=-1), x,
             draw(d, 2, 3, lo=1, hi=3))
        case("clamp", f"scalar_bounds_{d}", apply("clamp"), array(d, 1), x, array(d, 2),
             derivative=None)  # JAX has none with respect to scalar bounds
    for d in FLOATS:
        case("clamp", f"special_{d}", apply("clamp"), *cross(few_floats(d)[2:], few_floats(d)[2:],
                                                             few_floats(d)[2:5]), vmaps=[],
             derivative=None)
    case("clamp", "constant_bounds", lambda g, x: g.clamp(g.lit("f64", -1), x, g.lit("f64", 1.5)),
         draw("f64", 2, 3))
    case("clamp", "kink", apply("clamp"), array("f64", [0, 0, 0, 1]), array("f64", [0, 1, 2, 0]),
         array("f64", [1, 1, 1, 1]), vmaps=[], differences=False)
    case("clamp", "crossed_bounds", apply("clamp"), array("f32", [2.0]), array("f32", [0]),
         array("f32", [1]), vmaps=[], derivative=None)
    case("clamp", "empty", apply("clamp"), array("i32", 0), draw("i32", 0, 2), array("i32", 1))


def as_xla():
    """Bit for bit over (-1, 1), where jax.random applies them."""
    for prim in ("log1p_xla", "erf_inv_xla"):
        for d in FLOATS:
            edge = 1 - np.finfo(DTYPES[d]).epsneg
            x = np.linspace(-edge, edge, 301).astype(DTYPES[d])
            tiny = np.logspace(-7, -3, 20).astype(DTYPES[d])
            case(prim, f"grid_{d}", apply(prim), np.concatenate([x, tiny, -tiny]), vmaps=[],
                 derivative=None)
            case(prim, f"derivative_{d}", apply(prim), draw(d, 6, lo=-0.9, hi=0.9))


def rounded_once(a, b, c):
    """a b + c by rational arithmetic."""
    exact = Fraction(float(a)) * Fraction(float(b)) + Fraction(float(c))
    near = a.dtype.type(float(exact))
    return min((near, np.nextafter(near, a.dtype.type(np.inf)), np.nextafter(
        near, a.dtype.type(-np.inf))), key=lambda x: abs(Fraction(float(x)) - exact))


def fused():
    for d in FLOATS:
        eps = np.finfo(DTYPES[d]).eps
        abc = [array(d, x) for x in ([1 + eps, 1 + eps, 0.1, 3, 1e10],
                                     [1 - eps, 1 + eps, 10, 1 / 3, 1], [-1, -1, -1, -1, 1e-10])]
        abc = [np.concatenate([x, draw(d, 30)]) for x in abc]
        case("fma", f"grid_{d}", apply("fma"), *abc, vmaps=[], derivative=None,
             out=[array(d, [rounded_once(*x) for x in zip(*abc)])])
        few = array(d, [0.0, -0.0, 1, -2, np.inf, np.nan])
        case("fma", f"special_{d}", apply("fma"), *cross(few, few, few), vmaps=[], derivative=None)
        abc = [array(d, ints("i32", 2, 3)) for _ in range(3)]
        case("fma", f"derivative_{d}", apply("fma"), *abc)


def scaled():
    for d in FLOATS:
        some = array(d, [0.0, -0.0, 1, -2, 1e-30, np.inf, -np.inf, np.nan])
        x, y = cross(some, some)
        with np.errstate(invalid="ignore"):
            out = np.where((x == 0) & np.isinf(y), x, x * y)
        case("mul_tangent", f"special_{d}", apply("mul_tangent"), x, y, vmaps=[], derivative=None,
             out=[out.astype(DTYPES[d])])
        case("mul_tangent", f"grid_{d}", apply("mul_tangent"), draw(d, 2, 3), draw(d, 2, 3))
    shapes("mul_tangent", apply("mul_tangent"), "f32", 2, tolerance(NEAR, "f32"))


# Where derivatives are taken, and the values, which are had in NumPy's long double.
ROOT_PI = np.sqrt(np.longdouble(2) * np.arccos(np.longdouble(0)))
GRADS = {
    "logistic_grad": ((-4, 4), lambda x: np.exp(-abs(x)) / (1 + np.exp(-abs(x)))**2),
    "tanh_grad": ((-3, 3), lambda x: 4 * np.exp(-2 * abs(x)) / (1 + np.exp(-2 * abs(x)))**2),
    "cbrt_grad": ((0.1, 4), lambda x: 1 / (3 * np.cbrt(x)**2)),
    "atan_grad": ((-3, 3), lambda x: 1 / (1 + x * x)),
    "asinh_grad": ((-3, 3), lambda x: 1 / np.sqrt(1 + x * x)),
    "acosh_grad": ((1.2, 4), lambda x: np.where(x < 1, np.nan,
                                                1 / np.sqrt(abs(x - 1) * abs(x + 1)))),
    "erf_grad_sqrt": ((-2, 2), lambda x: np.sqrt(2 / ROOT_PI) * np.exp(-x * x / 2)),
}


def grads():
    far = lambda d: np.concatenate([special_floats(d), subnormals(d), sweep(d)])
    for prim, (span, truth) in GRADS.items():
        for d in FLOATS:
            case(prim, f"grid_{d}", apply(prim), draw(d, 2, 3, lo=span[0], hi=span[1]),
                 tol=tolerance(FAR, d), wide=d == "f32", vmaps="auto" if d == "f32" else [])
            case(prim, f"far_{d}", apply(prim), far(d), tol=ulp(NEAR), vmaps=[], derivative=None,
                 out=[truth(far(d).astype(np.longdouble)).astype(DTYPES[d])])
        shapes(prim, apply(prim), "f32", 1, tolerance(FAR, "f32"))
    for d in FLOATS:
        case("erf_inv_grad", f"grid_{d}", apply("erf_inv_grad"), draw(d, 2, 3, lo=-0.9, hi=0.9),
             tol=rel(1e-6 if d == "f32" else 1e-13), wide=d == "f32")
        ends = array(d, [0, -0.0, 1, -1, 2, np.inf, np.nan])
        case("erf_inv_grad", f"ends_{d}", apply("erf_inv_grad"), ends, tol=ulp(NEAR), vmaps=[],
             derivative=None, out=[array(d, [ROOT_PI / 2] * 2 + [np.inf] * 2 + [np.nan] * 3)])
        x = cross(*[np.concatenate([few_floats(d), subnormals(d), sweep(d)[::6]])] * 2)
        a, b = (v.astype(np.longdouble) for v in x)
        infinite = (np.isinf(a) | np.isinf(b)) & ~np.isnan(a) & ~np.isnan(b)
        out = np.where(infinite, np.copysign(0, a), a / (a * a + b * b))
        case("atan2_grad", f"far_{d}", apply("atan2_grad"), *x, tol=ulp(NEAR), vmaps=[],
             derivative=None, out=[out.astype(DTYPES[d])])
        case("atan2_grad", f"grid_{d}", apply("atan2_grad"), draw(d, 2, 3), draw(d, 2, 3),
             tol=tolerance(FAR, d), wide=d == "f32", vmaps="auto" if d == "f32" else [])
    shapes("atan2_grad", apply("atan2_grad"), "f32", 2, tolerance(FAR, "f32"))


# Where they are drawn, and points of interest. Derivatives are taken of functions of one operand.
SPECIAL = {
    "lgamma": [((0.3, 6),)], "digamma": [((0.3, 6),)], "gamma": [((0.3, 5),)],
    "bessel_i0e": [((-12, 12),)], "bessel_i1e": [((-12, 12),)],
    "zeta": [((1.2, 6), (0.3, 9))],
}
POINTS = {
    "lgamma": [0, -1, -3, 1, 2, np.inf, -np.inf, np.nan, -2.5, -7.25, 40.5],
    "digamma": [-1, -3, 1, 2, np.inf, np.nan, -2.5, -7.25, 40.5],
    "gamma": [0, -0.0, -1, 1, 5, np.inf, np.nan, -2.5, -3.25, 8],
    "bessel_i0e": [0, -0.0, 1e6, -1e6, np.inf, -np.inf, np.nan],
    "bessel_i1e": [0, -0.0, 1e6, -1e6, np.inf, -np.inf, np.nan],
}


# Rows of operands, and what is exact there: JAX is wrong, or hangs, at some of them.
INCOMPLETE_ENDS = {
    "igamma": [(0, 0, np.nan), (0, 0.5, 1), (0, 3, 1), (2, 0, 0), (0.5, 0, 0), (2, np.inf, 1),
               (np.inf, 3, 0), (np.inf, np.inf, 1), (-1, 2, np.nan), (2, -1, np.nan),
               (np.nan, 1, np.nan), (1, np.nan, np.nan), (1, 1e-30, 1e-30), (1e10, 1e12, 1)],
    "igammac": [(0, 0, np.nan), (0, 0.5, 0), (0, 3, 0), (2, 0, 1), (0.5, 0, 1), (2, np.inf, 0),
                (np.inf, 3, 1), (np.inf, np.inf, 0), (-1, 2, np.nan), (2, -1, np.nan),
                (np.nan, 1, np.nan), (1, np.nan, np.nan), (1, 80, np.exp(-80.)), (1e10, 1e12, 0)],
    "igamma_grad_a": [(0, 1, np.nan), (2, 0, 0), (2, np.inf, 0), (np.inf, 2, 0), (-1, 2, np.nan),
                      (2, -1, np.nan), (np.nan, 1, np.nan), (1, np.nan, np.nan)],
    "igamma_grad_x": [(2, 0, 0), (1, 0, 1), (0.5, 0, np.inf), (2, np.inf, 0), (np.inf, 2, 0),
                      (2, -1, np.nan), (np.nan, 1, np.nan), (1, np.nan, np.nan), (0, 3, 0)],
    "random_gamma_grad": [(0, 1, np.nan), (2, 0, 0), (-1, 2, np.nan), (2, -1, np.nan),
                          (np.nan, 1, np.nan), (1, np.nan, np.nan)],
    "regularized_incomplete_beta": [
        (0, 0, 0.5, np.nan), (0, 2, 0.5, 1), (0, 2, 0, 0), (2, 0, 0.5, 0), (2, 0, 1, 1), (2, 3, 0, 0),
        (2, 3, 1, 1), (np.inf, 2, 0.5, 0), (np.inf, 2, 1, 1), (2, np.inf, 0.5, 1), (2, np.inf, 0, 0),
        (np.inf, np.inf, 0.5, np.nan), (-1, 2, 0.5, np.nan), (2, -1, 0.5, np.nan),
        (2, 3, -0.5, np.nan), (2, 3, 1.5, np.nan), (np.nan, 1, 0.5, np.nan), (1, np.nan, 0.5, np.nan),
        (1, 2, np.nan, np.nan), (1, 1, 0.25, 0.25)],
    "betainc_grad_x": [(2, 3, 0, 0), (1, 3, 0, 3), (0.5, 3, 0, np.inf), (3, 1, 1, 3),
                       (3, 0.5, 1, np.inf), (2, 3, -0.5, np.nan), (2, 3, 1.5, np.nan),
                       (np.nan, 1, 0.5, np.nan), (1, np.nan, 0.5, np.nan), (1, 1, 0.25, 1)],
}


def incomplete_functions(d, tol):
    a = array(d, [0.05, 0.3, 0.7, 0.4, 1.5, 2.5, 7, 6, 11, 11, 11.5, 15, 20, 40, 40, 40])
    x = array(d, [0.2, 0.1, 0.9, 3, 0.4, 6, 3, 8, 2, 14, 11, 15.5, 50, 8, 36, 45])
    b = array(d, [0.3, 2, 0.05, 3, 8, 2.5, 0.7, 45, 11, 60, 0.4, 120, 20, 2.2, 300, 3])
    y = array(d, [0.2, 0.1, 0.9, 0.3, 0.25, 0.5, 0.95, 0.4, 0.6, 0.15, 0.99, 0.12, 0.5, 0.9, 0.12,
                  0.93])
    for prim, ends in INCOMPLETE_ENDS.items():
        beta = "beta" in prim
        operands = (a, b, y) if beta else (a, x)
        # JAX's random_gamma_grad does not return for some of these; tests/test_igamma.c has its values
        if prim != "random_gamma_grad":
            case(prim, f"grid_{d}", apply(prim), *operands, tol=tol, wide=d == "f32",
                 vmaps="auto" if d == "f32" else [], derivative=None)
        *v, out = (array(d, c) for c in zip(*ends))
        case(prim, f"ends_{d}", apply(prim), *v, tol=tol, vmaps=[], derivative=None, out=[out])


def special_functions():
    for d in FLOATS:
        tol = rel(1e-6 if d == "f32" else 1e-12)
        for prim, spans in SPECIAL.items():
            x = [draw(d, 2, 3, lo=lo, hi=hi) for lo, hi in spans[0]]
            case(prim, f"grid_{d}", apply(prim), *x, tol=tol, wide=d == "f32",
                 vmaps="auto" if d == "f32" else [], derivative="auto" if len(x) == 1 else None)
            if prim in POINTS:
                case(prim, f"points_{d}", apply(prim), array(d, POINTS[prim]), tol=tol, vmaps=[],
                     wide=d == "f32", derivative=None)
        incomplete_functions(d, tol)
        order = array(d, [1, 2, 3, 1, 0, 2, 1, 5])
        x = array(d, [0.5, 2.5, 1.25, 7, 3, -2.25, -0.5, 4])
        case("polygamma", f"grid_{d}", apply("polygamma"), order, x, tol=tol, wide=d == "f32",
             vmaps="auto" if d == "f32" else [], derivative=None)


# The same for later ones, whose draws leave those of the others as they were.
MORE_SPECIAL = {
    "sinc": (-6, 6), "erfcx": (-3, 9), "ndtr": (-6, 6), "log_ndtr": (-12, 4), "ndtri": (0.02, 0.98),
    "erfcx_grad": (-3, 5), "log_ndtr_grad": (-8, 4), "log_ndtr_bend": (-4, 4),
    "ndtri_grad": (0.02, 0.98),
    "expi": (0.5, 9), "exp1": (0.2, 6), "dawsn": (-7, 7), "dawsn_grad": (-4, 4), "spence": (2.2, 6),
    "si": (-20, 20), "ci": (0.4, 20), "fresnel_sin": (-4, 4), "fresnel_cos": (-4, 4),
}
MORE_POINTS = {
    "sinc": [0, -0.0, 0.5, -1.5, 1e-9, 123.5, np.nan],
    "erfcx": [0, -0.0, 1, 30, 1e9, np.inf, -np.inf, np.nan],
    "ndtr": [0, -0.0, -5, 40, np.inf, -np.inf, np.nan],
    "log_ndtr": [0, -0.0, -30, 5, np.inf, -np.inf, np.nan],
    "ndtri": [0.5, 0, 1, -0.5, 1.5, 1e-20, np.nan],
    "expi": [0.1, -0.1, -5, 50],
    "exp1": [0, 0.1, 50, -1],
    "dawsn": [0, -0.0, 1e-6, 50, -1e4, np.nan],
    "spence": [0, 1, 2, 1e6, -1, np.nan],
    "si": [0, -0.0, 1e-6, 1e5, np.inf, -np.inf, np.nan],
    "ci": [1e-6, 0.5, 1e5, -2, np.inf, -np.inf, np.nan],
    "fresnel_sin": [0, 0.1, 5, -9, np.inf, -np.inf, np.nan],
    "fresnel_cos": [0, 0.1, 5, -9, np.inf, -np.inf, np.nan],
}


def more_special_functions():
    for d in FLOATS:
        seed("special")
        tol = rel(1e-6 if d == "f32" else 1e-12)
        for prim, (lo, hi) in MORE_SPECIAL.items():
            case(prim, f"grid_{d}", apply(prim), draw(d, 2, 3, lo=lo, hi=hi), tol=tol,
                 wide=d == "f32", vmaps="auto" if d == "f32" else [])
            if prim in MORE_POINTS:
                case(prim, f"points_{d}", apply(prim), array(d, MORE_POINTS[prim]), tol=tol,
                     vmaps=[], wide=d == "f32", derivative=None)


# Those of several operands, of which some are integers. They have derivatives by tests of their own.
SEVERAL = {
    "expn": [(1, 2, 3, 7), (0.4, 5)], "owens_t": [(-2, 2), (-3, 3)], "wofz_real": [(-3, 3), (0.1, 3)],
    "wofz_imag": [(-3, 3), (0.1, 3)], "bessel_jn": [(0, 1, 2, 4), (0.4, 9)],
    "hyp1f1": [(0.4, 3), (0.6, 4), (-2, 3)], "hyp2f1": [(0.4, 3), (0.6, 2), (1, 4), (0.1, 0.7)],
}
ORDERS = {"hyp1f1": dict(a=0, b=0, x=0), "hyp2f1": dict(a=0, b=0, c=0, x=0)}


def functions_of_several():
    for d in FLOATS:
        seed("several")
        for prim, spans in SEVERAL.items():
            x = [array(d, v) if len(v) > 2 else draw(d, 4, lo=v[0], hi=v[1]) for v in spans]
            if d == "f32" and prim in ORDERS:
                continue  # JAX needs minutes for their batches
            case(prim, f"grid_{d}", apply(prim, **ORDERS.get(prim, {})), *x,
                 tol=rel(1e-6 if d == "f32" else 1e-11), wide=d == "f32",
                 vmaps="auto" if d == "f32" else [], derivative=None)


def threefry():
    words = [special_ints("u32")[:8] for _ in range(4)]
    case("threefry2x32", "grid", apply("threefry2x32"),
         *[np.roll(w, k) for k, w in enumerate(words)],
         vmaps=[((0, 0, 0, 0), (0, 0)), ((-1, -1, 1, 1), (1, 1)), ((0, 0, -1, -1), (0, 0))])
    case("threefry2x32", "scalar", apply("threefry2x32"), *[array("u32", k) for k in (0, 42, 1, 2)],
         vmaps=[((0, 0, -1, -1), (0, 0)), ((-1, -1, 0, 0), (0, 0))])
    case("threefry2x32", "empty", apply("threefry2x32"), *[array("u32", [])] * 4, vmaps=[])


def make():
    seed("elementwise")
    for prim, (span, bound, truth) in UNARY.items():
        unary(prim, apply(prim), span, bound, truth)
    for prim, points in KINKS.items():
        case(prim, "kink", apply(prim), array("f64", points), tol=ulp(FAR), vmaps=[],
             differences=False)
    for prim, spans in BINARY.items():
        binary(prim, *spans)
    for prim, (x, y) in BINARY_KINKS.items():
        case(prim, "kink", apply(prim), array("f64", x), array("f64", y), tol=ulp(FAR), vmaps=[],
             differences=False)
    for prim, dtypes in INT_UNARY.items():
        integers(prim, [d for d in dtypes if d not in FLOATS], 1)
    for prim, dtypes in INT_BINARY.items():
        integers(prim, dtypes, 2)
    case("mul", "self", lambda g, x: g.mul(x, x), draw("f64", 5))
    case("sub", "self", lambda g, x: g.sub(x, g.mul(x, x)), draw("f64", 5),
         tol=ulp(4))
    powers()
    power_grads()
    rounding()
    precisions()
    conversions()
    bitcasts()
    barriers()
    random_bits()
    selections()
    as_xla()
    grads()
    fused()
    scaled()
    special_functions()
    threefry()
    more_special_functions()
    functions_of_several()

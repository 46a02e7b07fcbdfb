"""Graphs of primitives, on the Python side: built once, printed as text, run by JAX.

PRIMS is the one table: each primitive's parameters in the order in which the text form lists them,
and what it is in jax.lax. Types of results come from JAX itself (jax.eval_shape)."""

import jax
import jax.flatten_util
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax._src.lax.special import random_gamma_grad_impl
from jax._src.lax import windowed_reductions
from jax.extend.random import threefry2x32_p

jax.config.update("jax_enable_x64", True)

DTYPES = {"bool": np.bool_, "i8": np.int8, "i16": np.int16, "i32": np.int32, "i64": np.int64,
          "u8": np.uint8, "u16": np.uint16, "u32": np.uint32, "u64": np.uint64, "f16": np.float16,
          "bf16": jnp.bfloat16, "f32": np.float32, "f64": np.float64, "c64": np.complex64,
          "c128": np.complex128}
NAMES = {np.dtype(d): n for n, d in DTYPES.items()}


def is_float(x):
    return bool(jnp.issubdtype(x.dtype, jnp.floating))


def moves(x):
    """Does it have a derivative?"""
    return bool(jnp.issubdtype(x.dtype, jnp.inexact))


def is_complex(x):
    return bool(jnp.issubdtype(x.dtype, jnp.complexfloating))


def type_text(x):
    return f"{NAMES[np.dtype(x.dtype)]}[{','.join(str(n) for n in x.shape)}]"


def number_text(v):
    """One element as the files write it: decimal integers, C hex floats."""
    if isinstance(v, (bool, np.bool_)):
        return "1" if v else "0"
    if isinstance(v, (int, np.integer)):
        return str(int(v))
    if isinstance(v, (complex, np.complexfloating)):  # of a literal: real
        assert v.imag == 0
        v = v.real
    v = float(v)
    if v != v:
        return "nan"
    if v in (float("inf"), float("-inf")):
        return "inf" if v > 0 else "-inf"
    mantissa, exponent = v.hex().split("p")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}p{exponent}"


def value_names():
    k = 0
    while True:
        name, n = "", k
        while True:
            name = chr(ord("a") + n % 26) + name
            n = n // 26 - 1
            if n < 0:
                break
        yield name
        k += 1


class Value:
    def __init__(self, spec):
        self.spec = jax.ShapeDtypeStruct(spec.shape, np.dtype(spec.dtype))

    shape = property(lambda self: self.spec.shape)
    dtype = property(lambda self: self.spec.dtype)


def spec(dtype, *shape):
    return jax.ShapeDtypeStruct(shape, np.dtype(DTYPES[dtype]))


class Graph:
    """A graph under construction: g.add(x, y) appends an equation and gives its value."""

    def __init__(self, *types):
        self.inputs = [Value(t) for t in types]
        self.eqns = []
        self.outputs = []

    def __getattr__(self, name):
        prim = name.rstrip("_")
        if prim not in PRIMS:
            raise AttributeError(name)
        return lambda *values, **attrs: self.emit(prim, values, attrs)

    def emit(self, prim, values, attrs):
        kinds, run = PRIMS[prim]
        assert list(attrs) == [k for k, _ in kinds], (prim, list(attrs))
        specs = jax.eval_shape(lambda *a: as_tuple(run(attrs, *a)), *[v.spec for v in values])
        outs = [Value(s) for s in specs]
        self.eqns.append((prim, list(values), attrs, outs))
        return outs[0] if len(outs) == 1 else tuple(outs)

    def lit(self, dtype, value):
        return self.literal(value=value, dtype=dtype, weak=False)

    def full(self, like, value):
        v = self.lit(NAMES[like.dtype], value)
        return v if not like.shape else self.broadcast_in_dim(
            v, shape=like.shape, broadcast_dimensions=())

    def returns(self, *values):
        self.outputs = list(values)
        return self

    def run(self, *args):
        env = dict(zip(self.inputs, args, strict=True))
        for prim, values, attrs, outs in self.eqns:
            results = as_tuple(PRIMS[prim][1](attrs, *[env[v] for v in values]))
            env.update(zip(outs, results, strict=True))
        return tuple(env[v] for v in self.outputs)

    def text(self, name=None, indent=""):
        names, fresh = {}, value_names()

        def define(v):
            names[v] = next(fresh)
            return f"{names[v]}: {type_text(v)}"

        head = f"graph {name}" if name else "graph "
        lines = [f"{head}({', '.join(define(v) for v in self.inputs)}) {{"]
        for prim, values, attrs, outs in self.eqns:
            operands = " ".join(names[v] for v in values)
            inner = indent + "  "
            params = ", ".join(attr_text(k, kind, attrs, inner) for k, kind in PRIMS[prim][0])
            right = prim + (f"[{params}]" if params else "") + (f" {operands}" if operands else "")
            lines.append(f"{inner}{', '.join(define(v) for v in outs)} = {right}")
        lines.append(f"{indent}  return {', '.join(names[v] for v in self.outputs)}")
        lines.append(f"{indent}}}")
        return "\n".join(lines)


def graph(types, build):
    """A graph of these input types: build(g, *inputs) gives its result or a tuple of them."""
    g = Graph(*types)
    return g.returns(*as_tuple(build(g, *g.inputs)))


def as_tuple(x):
    return tuple(x) if isinstance(x, (tuple, list)) else (x,)


def attr_text(name, kind, attrs, indent):
    v = attrs[name]
    if kind == "int":
        text = str(v)
    elif kind == "bool":
        text = "true" if v else "false"
    elif kind == "dtype":
        text = v
    elif kind == "ints":
        text = f"[{','.join(str(n) for n in v)}]"
    elif kind == "scalar":
        text = scalar_text(v, attrs["dtype"])
    elif kind == "fill":
        text = scalar_text(v[1], v[0])
    elif kind == "graph":
        text = v.text(indent=indent)
    elif kind == "name":
        text = v
    else:
        text = f"[{', '.join(g.text(indent=indent) for g in v)}]"
    return f"{name}={text}"


def scalar_text(v, dtype):
    if dtype == "bool":
        return "true" if v else "false"
    return number_text(DTYPES[dtype](v))


# ---- what each primitive is in jax.lax ----------------------------------------------------------


MODES = (lax.GatherScatterMode.CLIP, lax.GatherScatterMode.FILL_OR_DROP,
         lax.GatherScatterMode.PROMISE_IN_BOUNDS)


def vectors_last(indices, dim):
    """Indices as JAX has them: with the components of an index vector along the last axis, and
    within i32, to which JAX converts them without a look at the upper bits."""
    most = min(2**31 - 1, int(np.iinfo(indices.dtype).max))
    indices = jnp.minimum(indices, np.array(most, indices.dtype))
    if np.iinfo(indices.dtype).min < -2**31:
        indices = jnp.maximum(indices, -2**31)
    indices = indices.astype(np.int64)
    return indices[..., None] if dim == indices.ndim else jnp.moveaxis(indices, dim, -1)


def without(dims, gone):
    """Dimensions of the indices once the dimension of the index vectors is the last."""
    return tuple(d - (d > gone) for d in dims)


def gather(a, operand, indices):
    dim = a["index_vector_dim"]
    dims = lax.GatherDimensionNumbers(
        offset_dims=tuple(a["offset_dims"]), collapsed_slice_dims=tuple(a["collapsed_slice_dims"]),
        start_index_map=tuple(a["start_index_map"]),
        operand_batching_dims=tuple(a["operand_batching_dims"]),
        start_indices_batching_dims=without(a["start_indices_batching_dims"], dim))
    return lax.gather(operand, vectors_last(indices, dim), dims, tuple(a["slice_sizes"]),
                      unique_indices=a["unique_indices"],
                      indices_are_sorted=a["indices_are_sorted"], mode=MODES[a["mode"]],
                      fill_value=a["fill_value"][1])


def scatter(of):
    def run(a, operand, indices, updates):
        dim = a["index_vector_dim"]
        dims = lax.ScatterDimensionNumbers(
            update_window_dims=tuple(a["update_window_dims"]),
            inserted_window_dims=tuple(a["inserted_window_dims"]),
            scatter_dims_to_operand_dims=tuple(a["scatter_dims_to_operand_dims"]),
            operand_batching_dims=tuple(a["operand_batching_dims"]),
            scatter_indices_batching_dims=without(a["scatter_indices_batching_dims"], dim))
        return of(operand, vectors_last(indices, dim), updates, dims,
                  unique_indices=a["unique_indices"], indices_are_sorted=a["indices_are_sorted"],
                  mode=MODES[a["mode"]])
    return run


def scatter_by(a, *args):
    """One window after the other. JAX's scatter has a body, but none of its public functions."""
    nc = a["num_consts"]
    n = (len(args) - nc) // 2
    consts, xs, at, us = args[:nc], args[nc:nc + n], args[nc + n], args[nc + n + 1:]
    assert not a["operand_batching_dims"]
    single, into, mode = a["inserted_window_dims"], tuple(a["scatter_dims_to_operand_dims"]), MODES[a["mode"]]
    at = vectors_last(at, a["index_vector_dim"])
    for place in np.ndindex(at.shape[:-1]):
        which = iter(place)
        index = tuple(slice(None) if d in a["update_window_dims"] else next(which)
                      for d in range(us[0].ndim))
        u = [u[index] for u in us]
        window = tuple(range(u[0].ndim))
        lengths = iter(u[0].shape)
        sizes = tuple(1 if d in single else next(lengths) for d in range(xs[0].ndim))
        old = [lax.gather(x, at[place], lax.GatherDimensionNumbers(window, tuple(single), into), sizes,
                          mode=mode, fill_value=0) for x in xs]
        body = lambda *v: tuple(a["body"].run(*consts, *v))
        for _ in window:
            body = jax.vmap(body)
        xs = [lax.scatter(x, at[place], y, lax.ScatterDimensionNumbers(window, tuple(single), into),
                          mode=mode) for x, y in zip(xs, body(*old, *u))]
    return tuple(xs)


def sort(a, *x):
    """Descending: equal elements keep their order, too."""
    turn = lambda v: lax.rev(v, (a["dimension"],)) if a["descending"] else v
    y = lax.sort([turn(v) for v in x], dimension=a["dimension"], num_keys=a["num_keys"])
    return tuple(map(turn, y))



WINDOW = [(k, "ints") for k in ("window_dimensions", "window_strides", "padding_low",
                                "padding_high", "base_dilation", "window_dilation")]


def window_attrs(size, stride=None, low=None, high=None, base=None, dilation=None, **more):
    n = len(size)
    values = [size, stride or (1,) * n, low or (0,) * n, high or (0,) * n, base or (1,) * n,
              dilation or (1,) * n]
    return {**dict(zip([k for k, _ in WINDOW], values)), **more}


def window_of(a):
    """jax.lax's arguments: window, strides, padding, dilations."""
    return (tuple(a["window_dimensions"]), tuple(a["window_strides"]),
            tuple(zip(a["padding_low"], a["padding_high"])), tuple(a["base_dilation"]),
            tuple(a["window_dilation"]))


def reduce_window(of):
    return (WINDOW, lambda a, x: of(x, *window_of(a)))


def reduce_by(a, *args):
    nc = a["num_consts"]
    consts, n = args[:nc], (len(args) - nc) // 2
    body = lambda x, y: a["body"].run(*consts, *x, *y)
    return tuple(lax.reduce(tuple(args[nc:nc + n]), tuple(args[nc + n:]), body, tuple(a["axes"])))


def sort_by(a, *args):
    """The rank of an element is how many elements of its line come before it."""
    nc, axis = a["num_consts"], a["dimension"]
    n = args[nc].shape[axis]
    line = [jnp.moveaxis(x, axis, -1) for x in args[nc:]]
    less = jnp.vectorize(lambda *v: a["comparator"].run(*args[:nc], *v)[0])
    left, right = [x[..., None] for x in line], [x[..., None, :] for x in line]
    i, j = jnp.arange(n)[:, None], jnp.arange(n)
    one, other = (less(*left, *right), less(*right, *left)) if n else (i < j, i < j)
    before = jnp.where(one != other, one, i < j)
    place = jnp.argsort(before.sum(-2), axis=-1)
    take = lambda x: jnp.moveaxis(jnp.take_along_axis(x, place, -1), -1, axis)
    return (*map(take, line), jnp.moveaxis(place, -1, axis).astype(np.int32))


def reduce_window_by(a, *args):
    nc = a["num_consts"]
    consts, n = args[:nc], (len(args) - nc) // 2
    body = lambda x, y: a["body"].run(*consts, *x, *y)
    return tuple(lax.reduce_window(tuple(args[nc:nc + n]), tuple(args[nc + n:]), body,
                                   *window_of(a)))


def select_and_gather_add(a, t, x):
    return windowed_reductions._select_and_gather_add(
        t, x, lax.ge_p if a["greatest"] else lax.le_p, *window_of(a))


def select_and_scatter_add(a, source, x):
    assert set(a["base_dilation"]) | set(a["window_dilation"]) <= {1}
    return windowed_reductions._select_and_scatter_add(
        source, x, lax.ge_p if a["greatest"] else lax.le_p, *window_of(a)[:3])


def select_and_scatter(a, x, source, init):
    return windowed_reductions._select_and_scatter(
        x, lambda p, q: a["select"].run(p, q)[0], *window_of(a)[:3], source, init,
        lambda p, q: a["scatter"].run(p, q)[0])


GATHER = [("offset_dims", "ints"), ("collapsed_slice_dims", "ints"), ("start_index_map", "ints"),
          ("operand_batching_dims", "ints"), ("start_indices_batching_dims", "ints"),
          ("index_vector_dim", "int"), ("mode", "int"), ("unique_indices", "bool"),
          ("indices_are_sorted", "bool"), ("slice_sizes", "ints"), ("fill_value", "fill")]
SCATTER = [("update_window_dims", "ints"), ("inserted_window_dims", "ints"),
           ("scatter_dims_to_operand_dims", "ints"), ("operand_batching_dims", "ints"),
           ("scatter_indices_batching_dims", "ints"), ("index_vector_dim", "int"),
           ("mode", "int"), ("unique_indices", "bool"), ("indices_are_sorted", "bool")]
OF_GATHER = dict(zip([k for k, _ in SCATTER], [k for k, _ in GATHER]))


def gather_attrs(dtype, sizes, vector, offset=(), collapsed=(), into=(), batching=(),
                 index_batching=(), mode=0, unique=False, ordered=False, fill=0):
    """gather's parameters."""
    values = (offset, collapsed, into, batching, index_batching, vector, mode, unique, ordered,
              sizes, (dtype, fill))
    return dict(zip([k for k, _ in GATHER], values, strict=True))


def gather_along(dtype, shape, indices, axis, batch, **more):
    """gather's parameters to take elements along an axis."""
    taken = len(indices) - batch
    rest = [d for d in range(batch, len(shape)) if d != axis]
    sizes = tuple(shape[d] if d in rest else 1 for d in range(len(shape)))
    return gather_attrs(dtype, sizes, len(indices), tuple(d if d < axis else d + taken - 1
                                                          for d in rest),
                        (axis,), (axis,), tuple(range(batch)), tuple(range(batch)), **more)


def scatter_attrs(of_gather):
    """The parameters of a scatter to what a gather reads."""
    return {k: of_gather[OF_GATHER[k]] for k, _ in SCATTER}


def dot_general(a, lhs, rhs):
    dims = ((a["lhs_contract"], a["rhs_contract"]), (a["lhs_batch"], a["rhs_batch"]))
    return lax.dot_general(lhs, rhs, dims, preferred_element_type=lhs.dtype)


def conv_general_dilated(a, lhs, rhs):
    """JAX reverses no window, so the right operand is reversed."""
    spec = a["rhs_spec"]
    turned = [spec[2 + k] for k, yes in enumerate(a["window_reversal"]) if yes]
    p = a["padding"]
    return lax.conv_general_dilated(
        lhs, lax.rev(rhs, turned), a["window_strides"], tuple(zip(p[::2], p[1::2])),
        a["lhs_dilation"], a["rhs_dilation"],
        lax.ConvDimensionNumbers(a["lhs_spec"], spec, a["out_spec"]), a["feature_group_count"],
        a["batch_group_count"])


def custom_jvp_call(a, *args):
    f = jax.custom_jvp(lambda *x: a["graph"].run(*x))

    @f.defjvp
    def rule(primals, tangents):
        floats = [t for x, t in zip(primals, tangents) if jnp.issubdtype(x.dtype, np.floating)]
        results = a["jvp"].run(*primals, *floats)
        n = len(a["graph"].outputs)
        y, ty = results[:n], list(results[n:])
        full = [ty.pop(0) if is_float(o) else np.zeros(o.shape, jax.dtypes.float0) for o in y]
        return tuple(y), tuple(full)

    return f(*args)


def custom_vjp_call(a, *args):
    n = len(a["graph"].outputs)
    f = jax.custom_vjp(lambda *x: a["graph"].run(*x))

    def fwd(*x):
        out = a["fwd"].run(*x)
        return out[:n], out[n:]

    def bwd(residuals, cotangents):
        floats = [c for c, v in zip(cotangents, a["graph"].outputs) if is_float(v)]
        results = list(a["bwd"].run(*residuals, *floats))
        return tuple(results.pop(0) if is_float(v) else None for v in a["graph"].inputs)

    f.defvjp(fwd, bwd)
    return f(*args)


POLICIES = ["nothing_saveable", "dots_saveable", "everything_saveable"]


def checkpoint(a, *args):
    policy = getattr(jax.checkpoint_policies, POLICIES[a["policy"]])
    return jax.checkpoint(a["graph"].run, policy=policy)(*args)


def while_loop(a, *args):
    nc, nb = a["cond_nconsts"], a["body_nconsts"]
    cc, bc, carry = args[:nc], args[nc:nc + nb], args[nc + nb:]
    return lax.while_loop(lambda c: a["cond"].run(*cc, *c)[0], lambda c: a["body"].run(*bc, *c),
                          tuple(carry))


def scan(a, *args):
    k, n = a["num_consts"], a["num_carry"]
    consts, carry, xs = args[:k], args[k:k + n], args[k + n:]

    def body(c, x):
        out = a["body"].run(*consts, *c, *x)
        return out[:n], out[n:]

    c, ys = lax.scan(body, tuple(carry), tuple(xs), length=a["length"], reverse=a["reverse"])
    return (*c, *ys)


def custom_linear_solve(a, *args):
    consts, b = args[:a["num_consts"]], tuple(args[a["num_consts"]:])
    solver = lambda g: lambda _, v: g.run(*consts, *v)
    return lax.custom_linear_solve(
        lambda v: a["matvec"].run(*consts, *v), b, solver(a["solve"]),
        solver(a["transpose_solve"][0]) if a["transpose_solve"] else None)


def custom_root(a, *args):
    """JAX's tangent_solve is not told where it is, and must be one that can be transposed: so here it is
    by the matrix."""
    consts, guess = args[:a["num_consts"]], tuple(args[a["num_consts"]:])
    n = len(guess)

    def tangent_solve(g, y):
        flat, unravel = jax.flatten_util.ravel_pytree(y)
        matrix = jax.jacfwd(lambda v: jax.flatten_util.ravel_pytree(g(unravel(v)))[0])(flat)
        return unravel(jnp.linalg.solve(matrix, flat))

    def solve(f, x):
        out = a["solve"].run(*consts, *x)
        return out[:n], out[n:]

    x, aux = lax.custom_root(lambda x: a["f"].run(*consts, *x), guess, solve, tangent_solve,
                             has_aux=True)
    return (*x, *aux)


def reduction(f):
    return ([("axes", "ints")], lambda a, x: f(x, tuple(a["axes"])))


def arg_reduction(f):
    return ([("axes", "ints"), ("index_dtype", "dtype")],
            lambda a, x: f(x, a["axes"][0], DTYPES[a["index_dtype"]]))


def cumulation(f):
    return ([("axis", "int"), ("reverse", "bool")],
            lambda a, x: f(x, axis=a["axis"], reverse=a["reverse"]))


def plain(f):
    return ([], lambda a, *x: f(*x))


PRIMS = {n: plain(getattr(lax, n)) for n in """
    add sub mul div rem neg abs sign max min pow square sqrt rsqrt cbrt exp exp2 log log1p expm1
    sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh logistic erf erfc erf_inv
    floor ceil is_finite nextafter eq ne lt le gt ge shift_left shift_right_arithmetic
    shift_right_logical population_count clz select_n clamp stop_gradient""".split()}
PRIMS.update({n: plain(getattr(lax, n)) for n in "real imag conj complex".split()})
PRIMS.update({n: plain(getattr(lax, n))
              for n in "lgamma digamma polygamma zeta bessel_i0e bessel_i1e igamma igammac "
              "igamma_grad_a".split()})
PRIMS.update({n: plain(getattr(jax.scipy.special, n))
              for n in "gamma erfcx ndtr log_ndtr ndtri expi exp1 dawsn spence".split()})
PRIMS.update({
    "sinc": plain(jnp.sinc),
    "si": plain(lambda x: jax.scipy.special.sici(x)[0]),
    "ci": plain(lambda x: jax.scipy.special.sici(x)[1]),
    "fresnel_sin": plain(lambda x: jax.scipy.special.fresnel(x)[0]),
    "fresnel_cos": plain(lambda x: jax.scipy.special.fresnel(x)[1]),
    "dawsn_grad": plain(lambda x: 1 - 2 * x * jax.scipy.special.dawsn(x)),
    "expn": plain(jax.scipy.special.expn),
    "owens_t": plain(lambda h, a: jax.scipy.special.owens_t(h, a).astype(h.dtype)),
    "wofz_real": plain(lambda x, y: jax.scipy.special.wofz(lax.complex(x, y)).real),
    "wofz_imag": plain(lambda x, y: jax.scipy.special.wofz(lax.complex(x, y)).imag),
    "bessel_jn": plain(lambda n, x: sum(jnp.where(n == k, b, 0) for k, b in enumerate(
        jax.scipy.special.bessel_jn(x, v=4)))),
    "hyp1f1": ([(k, "int") for k in "abx"], lambda a, *x: jax.scipy.special.hyp1f1(*x)),
    "hyp2f1": ([(k, "int") for k in "abcx"], lambda a, *x: jax.scipy.special.hyp2f1(*x)),
})
PRIMS["random_gamma_grad"] = plain(lambda a, x: random_gamma_grad_impl(a, x, dtype=a.dtype))
PRIMS["regularized_incomplete_beta"] = plain(lax.betainc)
PRIMS["igamma_grad_x"] = plain(
    lambda a, x: jnp.exp((a - 1) * jnp.log(x) - x - lax.lgamma(a)))
PRIMS["betainc_grad_x"] = plain(
    lambda a, b, x: jnp.exp((a - 1) * jnp.log(x) + (b - 1) * jnp.log1p(-x) + lax.lgamma(a + b)
                            - lax.lgamma(a) - lax.lgamma(b)))
PRIMS["is_finite"] = plain(jnp.isfinite)  # jax.lax's takes no complex numbers
PRIMS["fma"] = plain(lambda a, b, c: a * b + c)  # jax.lax has none: this one rounds twice
PRIMS["mul_tangent"] = plain(lambda x, y: jnp.where((x == 0) & jnp.isinf(y), x, x * y))
# Derivatives that jax.lax has no names for, as they are written down.
PRIMS.update({
    "logistic_grad": plain(lambda x: jnp.exp(-abs(x)) / (1 + jnp.exp(-abs(x)))**2),
    "tanh_grad": plain(lambda x: 1 / jnp.cosh(x)**2),
    "cbrt_grad": plain(lambda x: 1 / (3 * lax.cbrt(x)**2)),
    "atan_grad": plain(lambda x: 1 / (1 + x * x)),
    "asinh_grad": plain(lambda x: 1 / jnp.sqrt(x * x + 1)),
    "acosh_grad": plain(lambda x: 1 / jnp.sqrt(x * x - 1)),
    "erf_grad_sqrt": plain(lambda x: float(np.sqrt(2 / np.sqrt(np.pi))) * jnp.exp(-x * x / 2)),
    "erf_inv_grad": plain(lambda x: float(np.sqrt(np.pi)) / 2 * jnp.exp(lax.erf_inv(x)**2)),
    "atan2_grad": plain(lambda x, y: x / (x * x + y * y)),
})
# Derivatives of the normal distribution and its kin, likewise.
erfcx, log_ndtr, ndtri = (getattr(jax.scipy.special, n) for n in "erfcx log_ndtr ndtri".split())
log_ndtr_grad = lambda x: jnp.exp(-x * x / 2 - log_ndtr(x)) / float(np.sqrt(2 * np.pi))
PRIMS.update({
    "erfcx_grad": plain(lambda x: 2 * x * erfcx(x) - float(2 / np.sqrt(np.pi))),
    "log_ndtr_grad": plain(log_ndtr_grad),
    "log_ndtr_bend": plain(lambda x: log_ndtr_grad(x) + x),
    "ndtri_grad": plain(lambda p: float(np.sqrt(2 * np.pi)) * jnp.exp(ndtri(p)**2 / 2)),
})
# Those that must give the very bits that XLA's code gives on a CPU.
PRIMS.update({f"{n}_xla": PRIMS[n] for n in ("log1p", "erf_inv")})
PRIMS.update({n: plain(getattr(lax, f"bitwise_{n}")) for n in "and or xor not".split()})
PRIMS.update({
    "copy": plain(lambda x: jnp.array(x, copy=True)),
    "threefry2x32": plain(threefry2x32_p.bind),
    "integer_pow": ([("y", "int")], lambda a, x: lax.integer_pow(x, a["y"])),
    "pow_grad": ([("n", "int")], lambda a, f, x, y: f * lax.pow(x, y - a["n"])),
    "round": ([("rounding_method", "int")],
              lambda a, x: lax.round(x, lax.RoundingMethod(a["rounding_method"]))),
    "logaddexp": plain(jnp.logaddexp),
    "mulhi": plain(lax.mulhi),
    "optimization_barrier": plain(lambda *x: tuple(lax.optimization_barrier(x))),
    "rng_bit_generator": ([("algorithm", "int"), ("dtype", "dtype"), ("shape", "ints")],
                          lambda a, key: tuple(lax.rng_bit_generator(
                              key, tuple(a["shape"]), DTYPES[a["dtype"]],
                              lax.RandomAlgorithm(a["algorithm"])))),
    "reduce_precision": ([("exponent_bits", "int"), ("mantissa_bits", "int")],
                         lambda a, x: lax.reduce_precision(x, a["exponent_bits"],
                                                           a["mantissa_bits"])),
    "convert_element_type": ([("new_dtype", "dtype"), ("weak", "bool")],
                             lambda a, x: lax.convert_element_type(x, DTYPES[a["new_dtype"]])),
    "bitcast_convert_type": ([("new_dtype", "dtype")],
                             lambda a, x: lax.bitcast_convert_type(x, DTYPES[a["new_dtype"]])),
    "literal": ([("value", "scalar"), ("dtype", "dtype"), ("weak", "bool")],
                lambda a: jnp.asarray(np.array(a["value"], DTYPES[a["dtype"]]))),
    "iota": ([("dtype", "dtype"), ("shape", "ints"), ("dimension", "int")],
             lambda a: lax.broadcasted_iota(DTYPES[a["dtype"]], tuple(a["shape"]), a["dimension"])),
    "broadcast_in_dim": ([("shape", "ints"), ("broadcast_dimensions", "ints")],
                         lambda a, x: lax.broadcast_in_dim(x, tuple(a["shape"]),
                                                           tuple(a["broadcast_dimensions"]))),
    "reshape": ([("new_sizes", "ints")], lambda a, x: lax.reshape(x, tuple(a["new_sizes"]))),
    "transpose": ([("permutation", "ints")],
                  lambda a, x: lax.transpose(x, tuple(a["permutation"]))),
    "slice": ([("start_indices", "ints"), ("limit_indices", "ints"), ("strides", "ints")],
              lambda a, x: lax.slice(x, a["start_indices"], a["limit_indices"], a["strides"])),
    "pad": ([("low", "ints"), ("high", "ints"), ("interior", "ints")],
            lambda a, x, v: lax.pad(x, v, list(zip(a["low"], a["high"], a["interior"])))),
    "concatenate": ([("dimension", "int")], lambda a, *x: lax.concatenate(x, a["dimension"])),
    "rev": ([("dimensions", "ints")], lambda a, x: lax.rev(x, tuple(a["dimensions"]))),
    "squeeze": ([("dimensions", "ints")], lambda a, x: lax.squeeze(x, tuple(a["dimensions"]))),
    "expand_dims": ([("dimensions", "ints")],
                    lambda a, x: lax.expand_dims(x, tuple(a["dimensions"]))),
    "dynamic_slice": ([("slice_sizes", "ints")], lambda a, x, *starts: lax.dynamic_slice_p.bind(
        x, *starts, slice_sizes=tuple(a["slice_sizes"]))),
    "dynamic_update_slice": ([], lambda a, x, u, *starts: lax.dynamic_update_slice_p.bind(
        x, u, *starts)),
    "gather": (GATHER, gather),
    **{name: (SCATTER, scatter(getattr(lax, name)))
       for name in ("scatter", "scatter_add", "scatter_sub", "scatter_mul", "scatter_min",
                    "scatter_max")},
    "scatter_by": (SCATTER + [("body", "graph"), ("num_consts", "int")], scatter_by),
    "top_k": ([("k", "int")], lambda a, x: tuple(lax.top_k(x, a["k"]))),
    "sort": ([("dimension", "int"), ("num_keys", "int"), ("descending", "bool")], sort),
    "sort_by": ([("dimension", "int"), ("comparator", "graph"), ("num_consts", "int")], sort_by),
    "reduce": ([("axes", "ints"), ("body", "graph"), ("num_consts", "int")], reduce_by),
    "reduce_window": (WINDOW + [("body", "graph"), ("num_consts", "int")], reduce_window_by),
    "reduce_window_sum": reduce_window(windowed_reductions._reduce_window_sum),
    "reduce_window_max": reduce_window(windowed_reductions._reduce_window_max),
    "reduce_window_min": reduce_window(windowed_reductions._reduce_window_min),
    "select_and_gather_add": (WINDOW + [("greatest", "bool")], select_and_gather_add),
    "select_and_scatter_add": (WINDOW + [("greatest", "bool")], select_and_scatter_add),
    "select_and_scatter": (WINDOW + [("select", "graph"), ("scatter", "graph")],
                           select_and_scatter),
    "dot_general": ([(k, "ints") for k in ("lhs_contract", "rhs_contract", "lhs_batch",
                                           "rhs_batch")], dot_general),
    "conv_general_dilated": (
        [(k, "ints") for k in ("window_strides", "padding", "lhs_dilation", "rhs_dilation",
                               "lhs_spec", "rhs_spec", "out_spec")] +
        [("feature_group_count", "int"), ("batch_group_count", "int"),
         ("window_reversal", "ints")], conv_general_dilated),
    "fft": ([("fft_type", "int"), ("fft_lengths", "ints")],
            lambda a, x: lax.fft(x, ("FFT", "IFFT", "RFFT", "IRFFT")[a["fft_type"]],
                                 tuple(a["fft_lengths"]))),
    "call": ([("graph", "graph")], lambda a, *x: jax.jit(a["graph"].run)(*x)),
    "custom_jvp_call": ([("graph", "graph"), ("jvp", "graph")], custom_jvp_call),
    "custom_vjp_call": ([(k, "graph") for k in ("graph", "fwd", "bwd")], custom_vjp_call),
    "checkpoint": ([("graph", "graph"), ("policy", "int")], checkpoint),
    "recompute": ([("graph", "graph"), ("policy", "int")], checkpoint),
    "nondiff": ([("of", "name")], lambda a, x: x),  # its derivative is an error
    "while": ([("cond", "graph"), ("body", "graph"), ("cond_nconsts", "int"),
               ("body_nconsts", "int")], while_loop),
    "cond": ([("branches", "graphs")],
             lambda a, i, *x: lax.switch(i, [g.run for g in a["branches"]], *x)),
    "scan": ([("body", "graph"), ("length", "int"), ("num_consts", "int"), ("num_carry", "int"),
              ("reverse", "bool")], scan),
    "custom_linear_solve": ([("solve", "graph"), ("matvec", "graph"), ("transpose_solve", "graphs"),
                             ("num_consts", "int")], custom_linear_solve),
    "custom_root": ([("solve", "graph"), ("f", "graph"), ("tangent_solve", "graph"),
                     ("transpose_solve", "graph"), ("num_consts", "int")], custom_root),
})
PRIMS.update({f"reduce_{n}": reduction(getattr(lax, f"reduce_{n}"))
              for n in "sum prod max min and or xor".split()})
PRIMS.update({n: arg_reduction(getattr(lax, n)) for n in ("argmax", "argmin")})
PRIMS.update({n: cumulation(getattr(lax, n))
              for n in "cumsum cumprod cummax cummin cumlogsumexp".split()})

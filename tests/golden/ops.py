"""Writes ops_<primitive>.txt: what JAX makes of each primitive, for tests/test_golden_ops.c.

Run with a Python that has JAX:  python tests/golden/ops.py [primitive ...]
The cases stand in cases_*.py. A file holds its cases one after the other; a case is

    case NAME
    tolerance exact | ulp N | rel X         of the outputs
    graph (...) {...}                       as in ir/ir.h
    in TYPE ELEMENTS...                     one line an input; out: one line an output
    derivative ulp N | rel X                and then one line each
    tangent, vjp ...                        for a float input
    jvp, cotangent ...                      for a float output
    differences                             if finite differences apply too
    vmap SIZE [IN AXES] [OUT AXES]          and then the batched in and out; any number of these

What is not JAX's word as it comes:
- XLA on a CPU takes subnormal numbers for zero and gives zero for them, and some of its f64
  functions are off by many ulp (log1p by a hundred). So what an elementwise primitive makes of f32
  is had from JAX in f64 and rounded. Of f64, an element that NumPy sees otherwise by more than
  AGREE ulp is NumPy's, and a comment before the case says so.
- That float -> integer saturates (NaN -> 0), and that an integer divided by zero is all ones with
  the dividend as remainder, is XLA's doing on a CPU, though StableHLO leaves it open.
"""
import os
import sys
import zlib

import jax
import jax.numpy as jnp
import numpy as np

from graphs import (DTYPES, NAMES, PRIMS, Graph, as_tuple, is_complex, is_float, moves, number_text,
                    type_text)

np.seterr(all="ignore")
HERE = os.path.dirname(os.path.abspath(__file__))
EXACT = "exact"
AGREE, WRONG = 4, 1000  # ulp
CASES = {}  # primitive -> its cases


def ulp(n):
    return f"ulp {n}"


def rel(x):
    return f"rel {x:g}"


# ---- inputs -------------------------------------------------------------------------------------

rng = np.random.default_rng(0)


def seed(text):
    """So that what one case draws leaves the next as it was."""
    global rng
    rng = np.random.default_rng(zlib.crc32(text.encode()))


def draw(dtype, *shape, lo=-2.0, hi=2.0):
    """Uniform; floats have few digits, for the reader's sake and the files'."""
    if jnp.issubdtype(DTYPES[dtype], jnp.complexfloating):
        x = np.round(rng.uniform(lo, hi, (2, *shape)), 3)
        return (x[0] + 1j * x[1]).astype(DTYPES[dtype])
    kind = "f" if jnp.issubdtype(DTYPES[dtype], jnp.floating) else np.dtype(DTYPES[dtype]).kind
    if kind == "b":
        return rng.integers(0, 2, shape).astype(bool)
    if kind == "u":
        lo, hi = max(lo, 0), max(hi, 1)
    x = rng.uniform(lo, hi, shape)
    return np.round(x, 3 if kind == "f" else 0).astype(DTYPES[dtype])


def ints(dtype, *shape, lo=-9, hi=9):
    return draw(dtype, *shape, lo=lo, hi=hi)


def distinct(dtype, *shape):
    """In no order, but none near another."""
    n = int(np.prod(shape))
    return ((rng.permutation(n) - n // 2) / 8).reshape(shape).astype(DTYPES[dtype])


def array(dtype, values):
    return np.array(values, DTYPES[dtype])


# ---- cases --------------------------------------------------------------------------------------


class Case:
    """build(g, *inputs) makes the graph. `wide`: f32 results are had from f64. `out`: the results,
    where JAX is not to be asked. `truth`: NumPy's function, to correct JAX by. `derivative`: its
    tolerance, None if there is none; `reverse`: whether backwards too. `vmaps`: a list of
    (in_axes, out_axes), "auto", or none."""

    def __init__(self, name, build, inputs, tol=EXACT, derivative="auto", reverse=True,
                 differences="auto", vmaps="auto", batch=2, wide=False, out=None,
                 truth=None):
        self.name, self.inputs, self.tol, self.batch = name, inputs, tol, batch
        self.graph = self.make(build, inputs)
        self.runner = self.make(build, [widened(x) for x in inputs]) if wide else self.graph
        self.wide, self.out, self.reverse, self.truth = wide, out, reverse, truth
        outs = self.graph.outputs
        floats = any(map(moves, inputs)) and any(map(moves, outs))
        narrow = any(x.dtype in (np.float32, np.complex64) for x in (*inputs, *outs))
        if derivative == "auto":
            derivative = rel(2e-5 if narrow else 1e-11)
        self.derivative = derivative if floats else None
        self.differences = not narrow if differences == "auto" else differences
        self.vmaps = self.auto_vmaps() if vmaps == "auto" else vmaps or []

    @staticmethod
    def make(build, inputs):
        g = Graph(*[jax.ShapeDtypeStruct(x.shape, x.dtype) for x in inputs])
        return g.returns(*as_tuple(build(g, *g.inputs)))

    def auto_vmaps(self):
        """All operands with the batch in front; all with it at the end; each on its own."""
        ranks, outs = [x.ndim for x in self.inputs], [len(v.shape) for v in self.graph.outputs]
        n = len(ranks)
        if not n:
            return []
        front, back = [(0,) * n, (0,) * len(outs)], [tuple(ranks), tuple(outs)]
        alone = [(tuple(min(1, ranks[j]) if j == k else -1 for j in range(n)), (0,) * len(outs))
                 for k in range(n)] if 1 < n <= 4 else []
        return [front, *([back] if any(ranks) else []), *alone]

    def results(self, out):
        """As numpy arrays of the graph's types."""
        return [np.asarray(x).astype(v.dtype) for x, v in zip(out, self.graph.outputs)]

    def arguments(self, arrays):
        return [widened(x) for x in arrays] if self.wide else list(arrays)

    def write(self, f):
        w = lambda key, arrays: [print(key, array_text(x), file=f) for x in arrays]
        out = self.out
        if out is None:
            out = self.results(jax.jit(self.runner.run)(*self.arguments(self.inputs)))
        if self.truth and not self.wide:
            out = [corrected(f, out[0], self.truth(*self.inputs), self.inputs)]
        print(f"case {self.name}\ntolerance {self.tol}\n{self.graph.text()}", file=f)
        w("in", self.inputs)
        w("out", [np.asarray(x).astype(v.dtype).reshape(v.shape)
                  for x, v in zip(out, self.graph.outputs)])
        if self.derivative:
            self.write_derivative(f, w)
        for in_axes, out_axes in self.vmaps:
            self.write_vmap(f, w, in_axes, out_axes)
        print(file=f)

    def write_derivative(self, f, w):
        moving = [k for k, x in enumerate(self.inputs) if moves(x)]
        into = [v for v in self.graph.outputs if moves(v)]
        directions = lambda specs: [draw(NAMES[np.dtype(s.dtype)], *s.shape, lo=-1, hi=1)
                                    for s in specs]
        tangent, cotangent = directions([self.inputs[k] for k in moving]), directions(into)
        args = self.arguments(self.inputs)

        def along(*floats):
            full = list(args)
            for k, x in zip(moving, floats):
                full[k] = x
            return [y for y in self.runner.run(*full) if moves(y)]

        def both(floats, t, ct):
            _, ty = jax.jvp(along, floats, t)
            return ty, jax.vjp(along, *floats)[1](ct) if self.reverse else ()

        ty, cx = jax.jit(both)([args[k] for k in moving], self.arguments(tangent),
                               self.arguments(cotangent))
        print(f"derivative {self.derivative}", file=f)
        w("tangent", tangent)
        w("jvp", [np.asarray(t).astype(v.dtype) for t, v in zip(ty, into)])
        if self.reverse:
            w("cotangent", cotangent)
            w("vjp", [np.asarray(t).astype(self.inputs[k].dtype) for t, k in zip(cx, moving)])
        if self.differences:
            print("differences", file=f)

    def write_vmap(self, f, w, in_axes, out_axes):
        batched = [x if a < 0 else np.stack(variants(x, self.batch), a)
                   for x, a in zip(self.inputs, in_axes)]
        run = jax.vmap(self.runner.run, tuple(None if a < 0 else a for a in in_axes), out_axes)
        out = self.results(jax.jit(run)(*self.arguments(batched)))
        axes = lambda a: f"[{','.join(map(str, a))}]"
        print(f"vmap {self.batch} {axes(in_axes)} {axes(out_axes)}", file=f)
        w("in", batched)
        w("out", out)


def corrected(f, jax_says, numpy_says, inputs):
    """JAX's results with NumPy's in place of those that are off; each is noted in the file."""
    a, b = jax_says.copy(), np.asarray(numpy_says).astype(jax_says.dtype)
    agree = (a == b) | ((a != a) & (b != b))
    if is_float(a):
        normal = np.abs(b) >= np.finfo(b.dtype).tiny
        steps = np.abs(a.view(f"i{a.itemsize}") - b.view(f"i{a.itemsize}"))  # wraps if signs differ
        agree |= normal & (np.signbit(a) == np.signbit(b)) & (steps <= AGREE)
    for k in np.flatnonzero(~agree):
        x = [element_text(v.ravel()[k]) for v in inputs]
        tiny = any(is_float(v) and 0 < abs(v.ravel()[k]) <= np.finfo(v.dtype).tiny * 2
                   for v in (*inputs, b))
        assert tiny or steps.ravel()[k] < WRONG, (x, a.ravel()[k], b.ravel()[k])
        print(f"# of {' '.join(x)}, JAX makes {element_text(a.ravel()[k])}", file=f)
        a.ravel()[k] = b.ravel()[k]
    return a


def widened(x):
    wide = {np.dtype(np.float32): np.float64, np.dtype(np.complex64): np.complex128}
    return x.astype(wide.get(x.dtype, x.dtype))


def variants(x, n):
    """n arrays like x, itself first, with values from its domain."""
    if x.size > 1:
        return [x] + [np.roll(x.ravel()[::-1], k).reshape(x.shape) for k in range(n - 1)]
    if x.dtype == bool:
        return [x ^ bool(k % 2) for k in range(n)]
    if moves(x):
        return [(x * (1 - x.dtype.type(k) / 8)).astype(x.dtype) for k in range(n)]
    return [(x + [0, 1, -1, 2, -2][k]).astype(x.dtype) for k in range(n)]


def array_text(x):
    """The type, then elements in the fewest digits that read back to the same number."""
    return " ".join([type_text(x), *map(element_text, np.asarray(x).ravel())])


def element_text(v):
    if is_complex(v):
        return f"{element_text(v.real)} {element_text(v.imag)}"
    if not is_float(v) or not np.isfinite(v):
        return number_text(v)
    if np.dtype(v.dtype).itemsize == 2:
        v = np.float32(v)
    return np.format_float_scientific(v, trim="-").replace("e+00", "") if v and not (
        1e-4 <= abs(v) < 1e7) else np.format_float_positional(v, trim="-")


def case(prim, name, build, *inputs, **options):
    names = [c.name for c in CASES.setdefault(prim, [])]
    assert prim in PRIMS and name not in names, (prim, name)
    CASES[prim].append(Case(name, build, inputs, **options))
    seed(f"after {prim}/{name}")


def apply(prim, **attrs):
    """The graph of one equation."""
    return lambda g, *x: g.emit(prim, x, attrs)


# The dtypes of the cases that this script writes; cases_narrow.py has those of the others.
WIDE = {d: t for d, t in DTYPES.items() if d not in ("i8", "i16", "u16", "f16", "bf16", "c64",
                                                     "c128")}


def main():
    import cases_control
    import cases_conv
    import cases_elementwise
    import cases_index
    import cases_reduce
    import cases_shape
    import cases_sort
    import cases_window

    wanted = sys.argv[1:]
    for module in (cases_elementwise, cases_shape, cases_index, cases_reduce, cases_sort,
                   cases_window, cases_control, cases_conv):
        module.make()
    missing = set(PRIMS) - set(CASES) - {"real", "imag", "conj", "complex", "fft"}  # of complex.py
    assert not missing, f"no cases for {missing}"
    for prim in wanted or CASES:
        seed(prim)
        with open(os.path.join(HERE, f"ops_{prim}.txt"), "w") as f:
            print(f"# {prim}: written by ops.py", file=f)
            for c in CASES[prim]:
                try:
                    c.write(f)
                except Exception as e:
                    raise RuntimeError(f"{prim}/{c.name}") from e
        print(prim, len(CASES[prim]), flush=True)


if __name__ == "__main__":
    sys.modules["ops"] = sys.modules["__main__"]
    main()

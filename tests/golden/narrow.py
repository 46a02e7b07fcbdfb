"""Writes narrow_<primitive>.txt, more cases for tests/test_golden_ops.c, in 8- and 16-bit dtypes, as
ops.py does; promote.txt, the table of jax.numpy.promote_types, weak types included; and
small_floats.txt, the values of the floats of at most 8 bits and what numbers round to.

Run with a Python that has JAX:  python tests/golden/narrow.py [primitive ...]
"""
import os
import sys

import jax.numpy as jnp
import ml_dtypes
import numpy as np
from jax._src import dtypes
from jax._src.lax import lax as lax_internal

import ops
from graphs import DTYPES, NAMES

SMALL_FLOATS = ["f4_e2m1fn", "f6_e2m3fn", "f6_e3m2fn", "f8_e3m4", "f8_e4m3", "f8_e4m3b11fnuz",
                "f8_e4m3fn", "f8_e4m3fnuz", "f8_e5m2", "f8_e5m2fnuz", "f8_e8m0fnu"]
SMALL = {n: getattr(ml_dtypes, "float" + n[1:]) for n in SMALL_FLOATS}
SMALL |= {"i2": ml_dtypes.int2, "i4": ml_dtypes.int4, "u2": ml_dtypes.uint2, "u4": ml_dtypes.uint4}

HERE = os.path.dirname(os.path.abspath(__file__))


def value(d, weak):
    return lax_internal._convert_element_type(jnp.zeros((), d), d, weak_type=weak)


def promotions(f):
    """Lines `a b result`; ~ marks a weak type, and - that there is no common dtype."""
    kinds = [(n, np.dtype(d), False) for n, d in DTYPES.items()]
    names = dict(NAMES)
    for n, d in SMALL.items():
        if not n.startswith("f6"):  # JAX has none
            kinds.append((n, np.dtype(d), False))
            names[np.dtype(d)] = n
    kinds += [("~i32", np.dtype(np.int32), True), ("~f32", np.dtype(np.float32), True),
              ("~c64", np.dtype(np.complex64), True)]
    for a, da, wa in kinds:
        for b, db, wb in kinds:
            try:
                d, weak = dtypes.lattice_result_type(value(da, wa), value(db, wb))
            except dtypes.TypePromotionError:
                print(a, b, "-", file=f)
                continue
            print(a, b, ("~" if weak else "") + names[np.dtype(d)], file=f)


def small_floats(f):
    """For each dtype a line with its name, one with the values of all bits, and one with numbers, each
    followed by the bits that it rounds to."""
    rng = np.random.default_rng(0)
    for n in SMALL_FLOATS:
        d = SMALL[n]
        info = ml_dtypes.finfo(d)
        values = np.arange(1 << info.bits, dtype=np.uint8).view(d).astype(np.float32)
        finite = np.sort(np.abs(values[np.isfinite(values)]))
        middles = (finite[1:] + finite[:-1]) / 2
        x = np.concatenate([middles, np.nextafter(middles, np.float32(9e9)), [0, np.inf, np.nan, 1e38],
                            np.exp(rng.uniform(-12, 12, 40)), finite[-1:] * np.float32(1.03)])
        x = np.concatenate([x, -x[~np.isnan(x)]]).astype(np.float32)
        with np.errstate(all="ignore"):
            bits = x.astype(d).view(np.uint8)
        print(n, len(values), len(x), file=f)
        print(*[f"{v:.9g}" for v in values], file=f)
        print(*[f"{v:.9g} {b}" for v, b in zip(x, bits)], file=f)


def main():
    import cases_narrow
    cases_narrow.make()
    for prim in sys.argv[1:] or ops.CASES:
        ops.seed(prim)
        with open(os.path.join(HERE, f"narrow_{prim}.txt"), "w") as f:
            print(f"# {prim}: written by narrow.py", file=f)
            for c in ops.CASES[prim]:
                try:
                    c.write(f)
                except Exception as e:
                    raise RuntimeError(f"{prim}/{c.name}") from e
    with open(os.path.join(HERE, "promote.txt"), "w") as f:
        promotions(f)
    with open(os.path.join(HERE, "small_floats.txt"), "w") as f:
        small_floats(f)


if __name__ == "__main__":
    main()

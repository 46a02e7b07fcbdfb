"""Writes narrow_<primitive>.txt, more cases for tests/test_golden_ops.c, in 8- and 16-bit dtypes, as
ops.py does; and promote.txt, the table of jax.numpy.promote_types, weak types included.

Run with a Python that has JAX:  python tests/golden/narrow.py [primitive ...]
"""
import os
import sys

import jax.numpy as jnp
import numpy as np
from jax._src import dtypes
from jax._src.lax import lax as lax_internal

import ops
from graphs import DTYPES, NAMES

HERE = os.path.dirname(os.path.abspath(__file__))


def value(d, weak):
    return lax_internal._convert_element_type(jnp.zeros((), d), d, weak_type=weak)


def promotions(f):
    """Lines `a b result`; ~ marks a weak type."""
    kinds = [(n, np.dtype(d), False) for n, d in DTYPES.items()]
    kinds += [("~i32", np.dtype(np.int32), True), ("~f32", np.dtype(np.float32), True),
              ("~c64", np.dtype(np.complex64), True)]
    for a, da, wa in kinds:
        for b, db, wb in kinds:
            d, weak = dtypes.lattice_result_type(value(da, wa), value(db, wb))
            print(a, b, ("~" if weak else "") + NAMES[np.dtype(d)], file=f)


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


if __name__ == "__main__":
    main()

"""Writes complex_<primitive>.txt, more cases for tests/test_golden_ops.c, of complex numbers, as
ops.py does.

Run with a Python that has JAX:  python tests/golden/complex.py [primitive ...]
"""
import os
import sys

import ops

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    import cases_complex
    cases_complex.make()
    for prim in sys.argv[1:] or ops.CASES:
        ops.seed(prim)
        with open(os.path.join(HERE, f"complex_{prim}.txt"), "w") as f:
            print(f"# {prim}: written by complex.py", file=f)
            for c in ops.CASES[prim]:
                try:
                    c.write(f)
                except Exception as e:
                    raise RuntimeError(f"{prim}/{c.name}") from e


if __name__ == "__main__":
    main()

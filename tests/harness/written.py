"""Compiles with XLA the modules that jacquard_stablehlo --rewrite --written DIR has written, runs them, and
compares the two sides of each check. Prints what differs, and how many agree.

  python tests/harness/written.py DIR

A module's first line says how many results the program has; two for each of its checks follow.
"""
import collections
import os
import sys

import jax
import numpy as np
from jax._src import xla_bridge
from jax._src.interpreters import mlir
from jax._src.lib import xla_client
from jaxlib.mlir import ir

jax.config.update("jax_enable_x64", True)


# XLA aborts at arrays of these types. It takes subnormal numbers for 0: the 6 programs of ceil and floor.
FLUSHED = 6
ABORTS = ["xf4E", "xf6E", "<f4E", "<f6E"]


def run(text):
    backend = xla_bridge.get_backend("cpu")
    with mlir.make_ir_context():
        module = ir.Module.parse(text)
        exe = backend.compile_and_load(module, xla_client.DeviceList(tuple(backend.local_devices()[:1])),
                                       xla_client.CompileOptions())
        return [np.asarray(y[0]) for y in exe.execute_sharded([]).disassemble_into_single_device_arrays()]


def close(a, b):
    if a.dtype.kind in "biu":
        return np.array_equal(a, b)
    a, b = (x.astype(np.complex128 if x.dtype.kind == "c" else np.float64) for x in (a, b))
    return np.allclose(a, b, rtol=2e-2, atol=1e-2, equal_nan=True)


def main(folder):
    why, agree = collections.Counter(), 0
    for name in sorted(os.listdir(folder)):
        text = open(os.path.join(folder, name)).read()
        if any(t in text for t in ABORTS):
            why["XLA aborts at constants of 4 and 6 bits"] += 1
            continue
        try:
            out = run(text)
        except Exception as e:
            why["refused: " + str(e).split("\n")[0][:120]] += 1
            print(f"{name}: {str(e)[:300]}")
            continue
        pairs = out[int(text.split()[1]):]
        wrong = [k for k in range(0, len(pairs), 2) if not close(pairs[k], pairs[k + 1])]
        if wrong:
            why["differs"] += 1
            print(f"{name}: check {wrong[0] // 2} differs")
        agree += not wrong
    for text, n in why.most_common():
        print(f"{n:5}  {text}")
    print(f"{agree} agree, {sum(why.values())} do not")
    return why["differs"] > FLUSHED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

"""Dr.Jit's worker: its LLVM back end, frozen functions, waiting for each result."""
import glob
import os
import sys
import tempfile
import time

# Kernels are kept in ~/.drjit: an empty home, so that what is compiled is compiled here.
home = tempfile.TemporaryDirectory()
os.environ["HOME"] = home.name
if "DRJIT_LIBLLVM_PATH" not in os.environ:
    found = sorted(glob.glob("/usr/lib/llvm-19/lib/libLLVM*.so*"))
    if found:
        os.environ["DRJIT_LIBLLVM_PATH"] = found[0]

import drjit as dr
import numpy as np

import dr_works
import worker


def wait(result):
    dr.eval(result)
    dr.sync_thread()
    return result


def leaves(result):
    return [np.asarray(r) for r in (result if isinstance(result, tuple) else (result,))]


def begin(name, size):
    if name not in dr_works.WORKS:
        return None
    f, args = dr_works.WORKS[name](size)
    wait(args)

    def compile():
        """The first call, less what the kernels themselves ran; kernels are kept from then on."""
        dr.kernel_history()
        start = time.perf_counter()
        wait(f(*args))
        took = time.perf_counter() - start
        return took - sum(k["execution_time"] for k in dr.kernel_history()) / 1e3

    frozen = dr.freeze(f)
    return worker.Case(lambda: wait(frozen(*args)), leaves, compile, dr.flush_malloc_cache, again=False)


if __name__ == "__main__":
    dr.set_thread_count(int(sys.argv[1]))
    dr.set_flag(dr.JitFlag.KernelHistory, True)
    wait(dr.sin(dr_works.Float(1.0, 2.0)))
    dr.kernel_history()
    dr.set_flag(dr.JitFlag.KernelHistory, True)
    worker.run("%s, LLVM back end" % dr.__version__, begin)

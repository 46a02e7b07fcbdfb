"""The loop of a worker written in Python; bench/worker.h says what is asked and answered.

A peer gives `begin(work, size)`, which makes inputs and returns a Case, or None for what it cannot do.
"""
import ctypes
import os
import sys
import time
import traceback

import numpy as np

DIGEST_SAMPLES = 512
LIBC = ctypes.CDLL(None)


class Case:
    """call(): one run, all done when it returns. leaves(result): a list of arrays. compile(): compiles a
    fresh copy of the function and returns the seconds that took; several times, if it can again."""

    def __init__(self, call, leaves, compile, end, again=True):
        self.call, self.leaves, self.compile, self.end, self.again = call, leaves, compile, end, again


def status_bytes(key):
    for line in open("/proc/self/status"):
        if line.startswith(key + ":"):
            return int(line.split()[1]) * 1024
    return 0


def reset_peak():
    try:
        open("/proc/self/clear_refs", "w").write("5")
    except OSError:
        pass


def digest(x):
    x = np.asarray(x).reshape(-1)
    n = min(x.size, DIGEST_SAMPLES)
    at = np.arange(n) * x.size // max(n, 1)
    total = [float(np.sum(x, dtype=np.float64)), float(np.sum(np.abs(x), dtype=np.float64))]
    return " ".join([str(x.size), *("%.17g" % v for v in total), str(n), *("%.17g" % v for v in x[at])])


class Worker:
    def __init__(self, begin):
        self.make, self.case, self.before, self.last = begin, None, 0, None

    def begin(self, work, size):
        LIBC.malloc_trim(0)  # what earlier rows left
        self.before = status_bytes("VmRSS")
        self.case = self.make(work, int(size))
        if self.case is None:
            return "none"
        colds = [self.case.compile()]
        while self.case.again and len(colds) < 3 and sum(colds) < 0.4:
            colds.append(self.case.compile())
        reset_peak()
        self.last = self.case.call()
        return "ok %.6f" % (sorted(colds)[len(colds) // 2] * 1e3)

    def time(self, n):
        self.last = None
        call, n = self.case.call, int(n)
        start = time.perf_counter()
        for _ in range(n):
            call()
        return "ok %.9f" % (time.perf_counter() - start)

    def result(self):
        leaves = self.case.leaves(self.last)
        return "\n".join(["ok %d" % len(leaves), *map(digest, leaves)])

    def end(self):
        peak = status_bytes("VmHWM") - self.before
        if self.case:
            self.case.end()
        self.case, self.last = None, None
        return "ok %d" % max(peak, 0)


def run(hello, begin):
    # Answers alone go to the real stdout; whatever a library prints goes to stderr.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    worker = Worker(begin)
    print("hello " + hello, file=out, flush=True)
    for line in sys.stdin:
        question, *rest = line.split()
        if question == "quit":
            break
        try:
            answer = getattr(worker, question)(*rest)
        except Exception as e:
            traceback.print_exc()
            answer = "error " + " ".join(str(e).split())[:400]
        print(answer, file=out, flush=True)

"""JAX's primitive harnesses, run here and compared with what JAX computes.

A harness is a function of one primitive with arguments; JAX has some 7,400 that lower on the CPU.
Each is lowered to StableHLO's text and executed by JAX once, and kept in a folder. Then
jacquard_harness runs the texts, and the results are compared.

  harness.py SERVER FOLDER [--interpret] [--only REGEX] [--known FILE] [--verbose]
"""

import argparse
import collections
import os
import pathlib
import pickle
import re
import struct
import subprocess
import sys

import numpy as np

PART = 200  # harnesses in a file of the folder

# How far results may differ, relative to the result or to its largest element. JAX's CPU functions
# are themselves off by a few units in the last place, and sums add in another order.
ALLOWED = {"float16": 4e-3, "bfloat16": 3e-2, "float32": 4e-5, "float64": 1e-11,
           "complex64": 4e-5, "complex128": 1e-11}
SHORT = {"bool": "bool", "bfloat16": "bf16", "float16": "f16", "float32": "f32", "float64": "f64",
         "complex64": "c64", "complex128": "c128"}


def short_name(dtype):
    name = np.dtype(dtype).name
    return SHORT.get(name) or name.replace("uint", "u").replace("int", "i")


# ---- what JAX computes ---------------------------------------------------------------------------


def lowered(h):
    """The text, the arguments and the results of a harness, as arrays of NumPy."""
    import jax

    args = h.dyn_args_maker(np.random.RandomState(0))
    made = jax.jit(h.dyn_fun, keep_unused=True).lower(*args)
    types = jax.tree_util.tree_leaves(made.in_avals)
    leaves = [np.asarray(x, t.dtype) for x, t in zip(jax.tree_util.tree_leaves(args), types)]
    results = [np.asarray(y) for y in jax.tree_util.tree_leaves(made.compile()(*args))]
    return made.as_text(), leaves, results


def harnesses():
    import jax
    jax.config.update("jax_platforms", "cpu")
    jax.config.update("jax_enable_x64", True)  # before the import, which makes the harnesses
    from jax._src.internal_test_util import test_harnesses
    return [h for h in test_harnesses.all_harnesses if h.filter("cpu")]


def make_part(folder, part):
    made = []
    for h in harnesses()[part * PART:(part + 1) * PART]:
        try:
            made.append((h.fullname, h.group_name) + lowered(h))
        except Exception as e:  # JAX itself does not lower or run it on the CPU
            print(f"left out: {h.fullname}: {type(e).__name__}", file=sys.stderr)
    file = folder / f"{part:03}.pickle"
    file.with_suffix(".new").write_bytes(pickle.dumps(made))
    file.with_suffix(".new").rename(file)


def make_all(folder):
    """Makes what is missing in the folder, each file in a process of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "count").exists():
        (folder / "count").write_text(str(len(harnesses())))
    parts = -(-int((folder / "count").read_text()) // PART)
    missing = [p for p in range(parts) if not (folder / f"{p:03}.pickle").exists()]
    running = []
    while missing or running:
        while missing and len(running) < (os.cpu_count() or 1):
            p = missing.pop(0)
            print(f"\rJAX computes {p + 1} of {parts} parts", end="", file=sys.stderr)
            running.append(subprocess.Popen([sys.executable, __file__, "-", str(folder), "--make",
                                             str(p)]))
        if running.pop(0).wait():
            sys.exit("JAX could not compute a part")
    print(file=sys.stderr)


# ---- what we compute -----------------------------------------------------------------------------


class Server:
    """jacquard_harness, a text and its arguments at a time."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def _read(self, n):
        data = self.process.stdout.read(n)
        if len(data) != n:
            sys.exit("jacquard_harness ended")
        return data

    def _number(self):
        return struct.unpack("q", self._read(8))[0]

    def _array(self, like):
        name = self._read(8).rstrip(b"\0").decode()
        shape = tuple(self._number() for _ in range(self._number()))
        data = self._read(self._number())
        if like is None or name != short_name(like.dtype) or shape != like.shape:
            return None
        return np.frombuffer(data, like.dtype).reshape(shape)

    def run(self, text, args, results):
        """A status, and the results or the reason that there are none."""
        out = [struct.pack("q", len(text.encode())), text.encode(), struct.pack("q", len(args))]
        for a in args:
            data = np.ascontiguousarray(a).tobytes()
            out += [short_name(a.dtype).encode().ljust(8, b"\0"),
                    struct.pack(f"{2 + a.ndim}q", a.ndim, *a.shape, len(data)), data]
        self.process.stdin.write(b"".join(out))
        self.process.stdin.flush()
        status, n = self._number(), self._number()
        if status:
            return status, self._read(n).decode(errors="replace")
        got = [self._array(results[k] if k < len(results) else None) for k in range(n)]
        return 0, got


def difference(got, want):
    """In words, how two arrays differ; None if they do not."""
    if got is None:
        return "another type or shape"
    allowed = ALLOWED.get(np.dtype(want.dtype).name)
    if allowed is None:
        return None if np.array_equal(got, want) else "other values"
    wide = np.complex128 if np.iscomplexobj(want) else np.float64
    got, want = got.astype(wide), want.astype(wide)
    with np.errstate(all="ignore"):
        same = (got == want) | (np.isnan(got) & np.isnan(want))
        finite = np.abs(want[np.isfinite(want)])
        scale = np.maximum(np.abs(want), min(1.0, finite.max()) if finite.size else 0)
        off = np.where(same, 0, np.abs(got - want) / scale)
    off = np.where(np.isnan(off), np.inf, off)
    worst = off.max() if off.size else 0
    return None if worst <= allowed else f"off by {worst:.2g}"


# ---- vectors that are free ------------------------------------------------------------------------


def close(got, want):
    return difference(np.ascontiguousarray(got), np.asarray(want, got.dtype)) is None


def turned(x):
    return np.conj(np.swapaxes(x, -1, -2))


def is_close(x, y, scale):
    """Up to what errors in the vectors do to their product."""
    wide = 100 * ALLOWED[np.dtype(x.dtype).name] * max(1, np.abs(scale).max() if np.size(scale) else 1)
    return not np.size(x) or np.abs(x - y).max() <= wide


def svd_is_right(a, got, want):
    """The same singular values, and a = u s vh with orthonormal vectors."""
    if len(got) == 1:
        return False
    (s, u, v), k = (got, min(a.shape[-2:])) if got[0].ndim < a.ndim else ((got[1], got[0], got[2]), min(a.shape[-2:]))
    same = close(s, want[0] if want[0].ndim < a.ndim else want[1])
    product = (u[..., :k] * s[..., None, :]) @ v[..., :k, :]
    eyes = [turned(u) @ u, v @ turned(v)]
    return same and is_close(product, a, a) and all(
        is_close(e, np.broadcast_to(np.eye(e.shape[-1], dtype=e.dtype), e.shape), 1) for e in eyes)


def eigh_is_right(a, got, want):
    """The same eigenvalues, and a v = v w, where a is made Hermitian."""
    vectors = [x for x in got if x.ndim == a.ndim]
    values = [x for x in got if x.ndim < a.ndim]
    expected = [x for x in want if x.ndim < a.ndim]
    if not vectors or not values or not close(values[0], expected[0]):
        return False
    v, h = vectors[0], (a + turned(a)) / 2
    return is_close(h @ v, v * values[0][..., None, :], a) and is_close(
        turned(v) @ v, np.broadcast_to(np.eye(v.shape[-1], dtype=v.dtype), v.shape), 1)


def eig_is_right(a, got, want):
    """The same eigenvalues, in any order, and right or left vectors of length 1."""
    w, expected = got[0], want[0]
    if not is_close(np.sort_complex(w), np.sort_complex(expected), a):
        return False
    for x, y in zip(got[1:], want[1:]):
        if close(x, y):
            continue
        right = is_close(a @ x, x * w[..., None, :], a)
        left = is_close(turned(x) @ a, turned(x) * w[..., :, None], a)
        if not (right or left) or not is_close(np.linalg.norm(x, axis=-2), np.ones(w.shape, w.real.dtype), 1):
            return False
    return True


def cholesky_is_right(a, got, want):
    """l l^H = a, which errors of l change less than l. The other triangle is as it was."""
    l = np.tril(got[0])
    return is_close(l @ turned(l), np.asarray(a, l.dtype), a) and close(np.triu(got[0], 1), np.triu(want[0], 1))


# As JAX's own tests do: of these, only what vectors are multiplied to is determined well.
FREE = {"cholesky": cholesky_is_right, "svd": svd_is_right, "eigh": eigh_is_right, "eig": eig_is_right}


def is_free(group, args, got, want):
    if group not in FREE or any(g is None for g in got) or not args or args[0].ndim < 2:
        return False
    with np.errstate(all="ignore"):
        return bool(FREE[group](args[0], got, want))


def reason(why):
    """A message without what differs from program to program."""
    why = re.sub(r"^program:\d+:\d+: ", "", why.splitlines()[0] if why else "")
    return re.sub(r"\d+", "N", why)[:110]


def compare_all(server, cases, only, verbose):
    outcome = collections.defaultdict(list)
    for k, (name, group, text, args, results) in enumerate(cases):
        if only and not re.search(only, name):
            continue
        if k % 50 == 0 and sys.stderr.isatty():
            print(f"\r{k}", end="", file=sys.stderr)
        status, got = server.run(text, args, results)
        if status == 0:
            off = [difference(g, w) for g, w in zip(got, results)]
            off = [d for d in off if d]
            if off and is_free(group, args, got, results):
                off = []
            kind, why = ("failed", off[0]) if off else ("passed", "")
        else:
            kind = "skipped" if status == 1 else "failed"
            why = got
        outcome[kind].append((name, group, why))
        if verbose and kind != "passed":
            print(f"{kind} {name}: {why}")
    return outcome


def report(outcome, known):
    failed = [x for x in outcome["failed"] if x[0] not in known]
    for kind, list_ in ("failed", failed), ("skipped", outcome["skipped"]):
        groups = collections.Counter((group, reason(why)) for _, group, why in list_)
        for (group, why), n in groups.most_common():
            print(f"{kind} {n:5} {group}: {why}")
    n = {k: len(v) for k, v in outcome.items()}
    total = sum(n.values())
    print(f"{n.get('passed', 0)} passed, {n.get('failed', 0)} failed "
          f"({n.get('failed', 0) - len(failed)} of them known), {n.get('skipped', 0)} skipped: "
          f"{100 * n.get('passed', 0) / max(total, 1):.1f} % of {total} pass")
    return bool(failed)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("server")
    p.add_argument("folder", type=pathlib.Path)
    p.add_argument("--interpret", action="store_true")
    p.add_argument("--only")
    p.add_argument("--known", type=pathlib.Path)
    p.add_argument("--verbose", action="store_true")
    p.add_argument("--make", type=int, help=argparse.SUPPRESS)
    o = p.parse_args()
    if o.make is not None:
        make_part(o.folder, o.make)
        return
    make_all(o.folder)
    cases = [c for f in sorted(o.folder.glob("*.pickle")) for c in pickle.loads(f.read_bytes())]
    server = Server([o.server] + ["--interpret"] * o.interpret)
    known = {line.split()[0] for line in o.known.read_text().splitlines()
             if line and line[0] != "#"} if o.known else set()
    sys.exit(report(compare_all(server, cases, o.only, o.verbose), known))


if __name__ == "__main__":
    main()

"""The programs of compile.c in JAX. Prints a line for each time: kind, size, seconds."""
import math
import sys
import time

import jax
import jax.numpy as jnp

SIZES = [10, 30, 100, 300, 1000, 3000, 10000, 30000, 100000]
LENGTH, WIDTH = 64, 16
PATIENCE_S = 10  # after a longer time, larger sizes are left out


def chain(x, n):
    for _ in range(n // 2):
        x = (x + 1.5) * 0.5
    return x


def steps(x, n):
    before = jnp.cos(x)
    for _ in range(n // 2):
        x, before = before, (x + before) * 0.5
    return before


def tree(x, n):
    def pairs(start, n):
        if n == 1:
            return x * (start + 1)
        return pairs(start, n // 2) + pairs(start + n // 2, n - n // 2)

    return pairs(0, n // 2)


def fft(x, equations):
    n = 2
    while n < 1 << 11 and 5 * (2 * n) * math.log2(2 * n) <= equations:
        n *= 2

    def transform(v):
        n = len(v)
        if n == 1:
            return v
        even, odd = transform(v[0::2]), transform(v[1::2])
        low, high = [], []
        for k in range(n // 2):
            c, s = math.cos(2 * math.pi * k / n), -math.sin(2 * math.pi * k / n)
            (are, aim), (bre, bim) = even[k], odd[k]
            tre, tim = c * bre - s * bim, c * bim + s * bre
            low.append((are + tre, aim + tim))
            high.append((are - tre, aim - tim))
        return low + high

    total = x[0]
    for re, im in transform([(x[k % LENGTH], x[0]) for k in range(n)]):
        total = total + re * im
    return total


def mlp(x, n):
    w = (jnp.arange(WIDTH * WIDTH, dtype=jnp.float32) * 1e-4).reshape(WIDTH, WIDTH)
    h = b = x[:WIDTH]
    for _ in range(n // 3):
        h = jnp.tanh(jnp.dot(w, h) + b)
    return h


def nests(x, n):
    total = x[0]
    for k in range(n // 6):
        shape = (2 + k % 61, 2 + k // 61 % 59)
        y = (x[k % LENGTH] + jax.lax.broadcasted_iota(jnp.float32, shape, 1)) * total
        total = jnp.sum(y) * 1e-6
    return total


def main():
    sys.setrecursionlimit(1000000)
    for f in (chain, steps, tree, fft, mlp, nests):
        if len(sys.argv) > 1 and sys.argv[1] != f.__name__:
            continue
        for size in SIZES:
            best, total = math.inf, 0
            for t in range(3):
                x = jnp.full(LENGTH + t, 0.5, jnp.float32).block_until_ready()
                start = time.process_time()
                jax.jit(f, static_argnums=1).lower(x, size).compile()
                s = time.process_time() - start
                best, total = min(best, s), total + s
                if total > 1:
                    break
            print(f.__name__, size, best, flush=True)
            if best > PATIENCE_S:
                break


main()

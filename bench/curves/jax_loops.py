"""The functions of loops.c in JAX. Prints a line for each time: pattern, n, seconds."""
import statistics
import time

import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)
LANES, ROUNDS, SAMPLE_S = 8, 5, 0.01
SLOW_S = 1  # then one call is enough
fori = jax.lax.fori_loop


def set_or_not(x):
    def step(i, x):
        return jax.lax.cond(x[i] < 0.5, lambda x: x.at[i].set(jnp.sin(x[i])), lambda x: x, x)

    return fori(0, x.shape[0], step, x)


def where_old(x):
    n = x.shape[0]
    return fori(0, n, lambda i, x: jnp.where(i < n // 2, x.at[i].set(jnp.sin(x[i])), x), x)


def swapped(x):
    def step(i, x):
        j = x.shape[0] - 1 - i
        a, b = x[i], x[j]
        return x.at[i].set(b).at[j].set(a)

    return fori(0, x.shape[0], step, x)


def set_behind_branch(x):
    return jax.lax.cond(x[0] < 0.5, lambda x: x.at[1].set(jnp.sin(x[1])), lambda x: x, x)


def recurrence(x):
    return jnp.sum(fori(1, x.shape[0], lambda i, x: x.at[i].set(jnp.sin(x[i - 1])), x))


def reads(x):
    return fori(0, x.shape[0], lambda i, s: jnp.sin(s) + x[i] ** 2, 0.0)


def until(x):
    n = x.shape[0]

    def more(s):
        return (s[1] < n - 1) & (s[0][s[1]] < 2)

    def step(s):
        x, i = s
        return x.at[i].set(jnp.sin(x[i])), i + 1

    return jax.lax.while_loop(more, step, (x, 0))[0]


PATTERNS = [
    ("set_or_not", jax.jit(set_or_not), 20000),
    ("where_old", jax.jit(where_old), 20000),
    ("swapped", jax.jit(swapped), 20000),
    ("donated", jax.jit(set_behind_branch, donate_argnums=0), 20000),
    ("recurrence", jax.jit(jax.grad(recurrence)), 20000),
    ("reads", jax.jit(jax.grad(reads)), 20000),
    ("until", jax.jit(jax.vmap(until)), 2000),
]


def main():
    for name, f, first in PATTERNS:
        for n in (first, 2 * first, 4 * first):
            x = jnp.full((LANES, n) if name == "until" else n, 0.25)
            again = name == "donated"

            def calls(count, x):
                for _ in range(count):
                    y = f(x).block_until_ready()
                    x = y if again else x
                return x

            start = time.process_time()
            x = calls(1, x)
            first_call = time.process_time() - start
            if first_call > SLOW_S:
                print(name, n, first_call, flush=True)
                continue
            start = time.process_time()
            x = calls(1, x)
            count = int(SAMPLE_S / max(time.process_time() - start, 1e-7)) + 1
            samples = []
            for _ in range(ROUNDS):
                start = time.process_time()
                x = calls(count, x)
                samples.append((time.process_time() - start) / count)
            print(name, n, statistics.median(samples), flush=True)


main()

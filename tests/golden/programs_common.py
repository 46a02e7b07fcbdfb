"""What the tables of programs share: their inputs, and how their results are written down.

A line is a program's name and its results, each behind a bar as type and elements; the C file of the
same name has a program of the same name. Inputs are exact fractions, made alike on both sides
(tests/programs.h)."""
import os

import jax
import jax.numpy as jnp
import numpy as np

from graphs import number_text, type_text

jax.config.update("jax_enable_x64", True)
HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = {}


def data(seed, *shape):
    n = int(np.prod(shape))
    k = np.arange(n)
    return jnp.asarray((((k * 7 + seed * 3) % 11) - 5) / 4.0).reshape(shape)


def f64(x):
    return jnp.float64(x)


x3, x23, w3 = data(1, 3), data(2, 2, 3), data(4, 3)
m33, batch = data(5, 3, 3), data(6, 4, 3)


def while_as_scan(cond, body, init, steps=40):
    """lax.while_loop as a scan of fixed length that stands still once cond fails, which gives the same
    values, and derivatives in reverse too. body must be defined where cond fails."""
    def step(s, _):
        go = cond(s)
        return jax.tree.map(lambda a, b: jnp.where(go, a, b), body(s), s), go
    s, went = jax.lax.scan(step, init, None, length=steps)
    assert isinstance(went, jax.core.Tracer) or not jnp.any(went[-1]), "more steps are needed"
    return s


def program(f):
    PROGRAMS[f.__name__] = f
    return f


def result_text(x):
    x = np.asarray(x)
    return " ".join([type_text(x), *(number_text(v) for v in x.ravel())])


def write(file):
    with open(os.path.join(HERE, file), "w") as out:
        for name, run in PROGRAMS.items():
            results = jax.tree.leaves(run())
            out.write(" | ".join([name, *map(result_text, results)]) + "\n")

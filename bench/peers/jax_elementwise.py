"""Rows 1 and 3 in JAX."""
import jax.numpy as jnp
import numpy as np

import inputs
from jax_work import Work


def overhead(size):
    return Work(lambda x: x * x + 1, [np.float32(3)])


def chain(size):
    def f(x):
        b = jnp.tanh(x * 1.5 + 0.25)
        c = jnp.exp(-x)
        d = b / (1 + c)
        g = d * jnp.log1p(c) - x
        return g * g + b

    return Work(f, [inputs.f32(size, 3, -4, 4)])


WORKS = {"overhead": overhead, "chain": chain}

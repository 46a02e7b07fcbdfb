"""Row 6 in JAX."""
import jax.numpy as jnp
import numpy as np

import inputs
from jax_work import Work


def square(size, seed):
    return inputs.f32(size * size, seed, -1, 1).reshape(size, size)


def transposed(size):
    return Work(lambda x: x.T * 2 + 1, [square(size, 8)])


def stencil(size):
    def f(x):
        p = jnp.pad(x, 1)
        return (p[:-2, 1:-1] + p[2:, 1:-1]) + (p[1:-1, :-2] + p[1:-1, 2:]) - 4 * x

    return Work(f, [square(size, 8)])


def joined(size):
    return Work(lambda x, y: jnp.concatenate([x * 2, x * y, -y], axis=1) + 1,
                [square(size, 8), square(size, 9)])


def strided(size):
    return Work(lambda x: x[:, ::2][::-1] * x[:, 1::2] + 1, [square(size, 8)])


def taken(size):
    rows = inputs.f32(size, 10, 0, size).astype(np.int32)
    return Work(lambda x, rows: jnp.take(x, rows, axis=0, mode="clip") * 2 + 1, [square(size, 8), rows])


WORKS = {"transposed": transposed, "stencil": stencil, "joined": joined, "strided": strided,
         "taken": taken}

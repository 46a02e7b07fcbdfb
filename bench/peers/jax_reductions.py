"""Row 5 in JAX: each reduction along each axis of a square matrix."""
import jax.numpy as jnp

import inputs
from jax_work import Work

FUNCTIONS = {
    "sum": lambda x, axis: jnp.sum(x, axis),
    "moments": lambda x, axis: (jnp.mean(x, axis), jnp.var(x, axis)),
    "argmax": lambda x, axis: jnp.argmax(x, axis),
    "cumsum": lambda x, axis: jnp.cumsum(x, axis),
}


def maker(f, axis):
    def make(size):
        return Work(lambda x: f(x, axis), [inputs.f32(size * size, 7, -0.5, 1).reshape(size, size)])

    return make


WORKS = {name + str(axis): maker(f, axis) for name, f in FUNCTIONS.items() for axis in (0, 1)}

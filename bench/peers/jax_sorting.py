"""Row 23 in JAX."""
import jax.numpy as jnp
from jax import lax

import inputs
from jax_work import Work

COLUMNS, MOST, BINS = 1024, 16, 100


def sorted_(size):
    return Work(jnp.sort, [inputs.f32(size, 8, -1, 1)])


def order(size):
    return Work(jnp.argsort, [inputs.f32(size, 8, -1, 1)])


def largest(size):
    return Work(lambda x: lax.top_k(x, MOST), [inputs.f32(size * COLUMNS, 8, -1, 1).reshape(size, COLUMNS)])


def histogram(size):
    return Work(lambda x: jnp.histogram(x, BINS, (-1, 1))[0], [inputs.f32(size, 8, -1, 1)])


WORKS = {"sorted": sorted_, "order": order, "largest": largest, "histogram": histogram}

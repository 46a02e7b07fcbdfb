"""Row 4 in JAX."""
import jax
import jax.numpy as jnp

import inputs
from jax_work import Work

COLUMNS = 1024


def matrix(rows):
    return inputs.f32(rows * COLUMNS, 4, -3, 3).reshape(rows, COLUMNS)


def softmax(rows):
    return Work(lambda x: jax.nn.softmax(x, axis=-1), [matrix(rows)])


def log_sum_exp(rows):
    return Work(lambda x: jax.nn.logsumexp(x, axis=-1), [matrix(rows)])


def layer_norm(rows):
    def f(x, scale, shift):
        mean = jnp.mean(x, axis=-1, keepdims=True)
        variance = jnp.var(x, axis=-1, keepdims=True)
        return (x - mean) * jax.lax.rsqrt(variance + 1e-5) * scale + shift

    return Work(f, [matrix(rows), inputs.f32(COLUMNS, 5, 0.5, 1.5), inputs.f32(COLUMNS, 6, -1, 1)])


WORKS = {"softmax": softmax, "log_sum_exp": log_sum_exp, "layer_norm": layer_norm}

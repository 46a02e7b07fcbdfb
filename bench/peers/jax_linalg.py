"""Row 7 in JAX."""
import jax.numpy as jnp

import inputs
from jax_work import Work


def matmul(n):
    return Work(jnp.matmul, [inputs.f32(n * n, seed, -1, 1).reshape(n, n) for seed in (11, 12)])


def batched_matmul(n):
    return Work(jnp.matmul,
                [inputs.f32(1000 * n * n, seed, -1, 1).reshape(1000, n, n) for seed in (11, 12)])


WORKS = {"matmul": matmul, "batched_matmul": batched_matmul}

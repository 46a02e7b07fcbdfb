"""Rows 1 to 3 and 20 in JAX."""
import jax
import jax.numpy as jnp
import numpy as np

import inputs
from jax_work import Work


def overhead(size):
    return Work(lambda x: x * x + 1, [np.float32(3)])


def straight(operations):
    def f(x):
        y = x
        for k in range(0, operations, 5):
            y = jnp.sin(y * 0.75 + 1e-3 * (k % 64)) - x * 0.5
        return y

    return Work(f, [inputs.f32(64, 2, -1, 1)])


def chain(x):
    b = jnp.tanh(x * 1.5 + 0.25)
    c = jnp.exp(-x)
    d = b / (1 + c)
    g = d * jnp.log1p(c) - x
    return g * g + b


def affine(x):
    return x * 2 + 1


def elementwise(f, dtype):
    return lambda size: Work(f, [inputs.f32(size, 3, -4, 4).astype(dtype)])


def chain_c64(size):
    def f(x, y):
        z = jax.lax.complex(x, y)
        z = jnp.exp(z) * jnp.sin(z) + jnp.square(z) / (z + 2)
        return jnp.square(z.real) + jnp.square(z.imag)

    return Work(f, [inputs.f32(size, 41, -1, 1), inputs.f32(size, 42, -1, 1)])


WORKS = {"overhead": overhead, "straight": straight, "chain_c64": chain_c64}
for suffix, dtype in (("", jnp.float32), ("_f16", jnp.float16), ("_bf16", jnp.bfloat16)):
    WORKS["chain" + suffix] = elementwise(chain, dtype)
    WORKS["affine" + suffix] = elementwise(affine, dtype)

"""Row 25 in JAX."""
import jax
import jax.numpy as jnp

import inputs
from jax_work import Work

LINES = 1000


def power(z):
    return jnp.square(z.real) + jnp.square(z.imag)


def rfft(size):
    return Work(lambda x: power(jnp.fft.rfft(x)), [inputs.f32(size, 31, -1, 1)])


def fft(size):
    return Work(lambda x, y: power(jnp.fft.fft(jax.lax.complex(x, y))),
                [inputs.f32(size, 31, -1, 1), inputs.f32(size, 32, -1, 1)])


def rfft_lines(size):
    return Work(lambda x: power(jnp.fft.rfft(x)),
                [inputs.f32(LINES * size, 31, -1, 1).reshape(LINES, size)])


def blurred(size):
    def loss(x, f):
        return jnp.square(jnp.fft.irfft2(f * jnp.fft.rfft2(x))).mean()
    half = size // 2 + 1
    return Work(jax.value_and_grad(loss, (0, 1)),
                [inputs.f32(size * size, 31, -1, 1).reshape(size, size),
                 inputs.f32(size * half, 32, 0, 1).reshape(size, half)])


WORKS = {"rfft": rfft, "fft": fft, "rfft_lines": rfft_lines, "blurred": blurred}

"""Row 22 in JAX: convolutions and the pooling of ResNet-50, with their gradients; the size is the batch."""
import jax
import jax.numpy as jnp

import inputs
from jax_work import Work


def layer(channels, features, size, window, stride):
    def energy(x, w):
        y = jax.lax.conv_general_dilated(x, w, (stride, stride), "SAME")
        return 0.5 * jnp.sum(jnp.square(y))

    def make(batch):
        shapes = (batch, channels, size, size), (features, channels, window, window)
        x = inputs.f32(batch * channels * size * size, 11, -1, 1).reshape(shapes[0])
        w = inputs.f32(features * channels * window * window, 12, -0.1, 0.1).reshape(shapes[1])
        return Work(jax.value_and_grad(energy, (0, 1)), [x, w])

    return make


def max_pool(batch):
    def energy(x):
        y = jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 1, 3, 3), (1, 1, 2, 2), "SAME")
        return 0.5 * jnp.sum(jnp.square(y))

    x = inputs.f32(batch * 64 * 112 * 112, 11, -1, 1).reshape(batch, 64, 112, 112)
    return Work(jax.value_and_grad(energy), [x])


WORKS = {"conv_stem": layer(3, 64, 224, 7, 2), "conv_wide": layer(64, 64, 56, 3, 1),
         "conv_point": layer(256, 64, 56, 1, 1), "conv_middle": layer(128, 128, 28, 3, 1),
         "conv_deep": layer(512, 512, 7, 3, 1), "max_pool": max_pool}

"""Row 8 in JAX."""
import jax
import jax.numpy as jnp
import numpy as np


def neuron(p, x):
    w, b = p
    return jax.nn.sigmoid(jnp.dot(x, w) + b)


def loss(p, X, y):
    out = jax.vmap(neuron, (None, 0))(p, X)
    return jnp.mean(jnp.square(out - y))


def train_step(p, X, y):
    g = jax.grad(loss)(p, X, y)
    return p[0] - 0.1 * g[0], p[1] - 0.1 * g[1]


def or_gate():
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    return [(np.array([0.5, -0.25], np.float32), np.float32(0)), X, np.array([0, 1, 1, 1], np.float32)]


def neuron_steps(epochs):
    def run(step, p, X, y):
        for _ in range(epochs):
            p = step(p, X, y)
        return p

    return train_step, or_gate(), run


def neuron_train(epochs):
    def train(p, X, y):
        return jax.lax.fori_loop(0, epochs, lambda e, p: train_step(p, X, y), p)

    return train, or_gate()


WORKS = {"neuron_steps": (neuron_steps, False), "neuron_train": (neuron_train, False)}

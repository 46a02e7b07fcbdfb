"""Rows 8 and 9 in JAX."""
import jax
import jax.numpy as jnp
import numpy as np

import inputs
from jax_work import Work


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

    return Work(train_step, or_gate(), run=run)


def neuron_train(epochs):
    def train(p, X, y):
        return jax.lax.fori_loop(0, epochs, lambda e, p: train_step(p, X, y), p)

    return Work(train, or_gate())


def cross_entropy(p, x, labels):
    for w, b in p[:-1]:
        x = jax.nn.relu(x @ w + b)
    w, b = p[-1]
    picked = jax.nn.log_softmax(x @ w + b) * jax.nn.one_hot(labels, 10)
    return -jnp.mean(jnp.sum(picked, axis=-1))


def adam_step(state, x, labels):
    p, m, v, step = state
    loss, g = jax.value_and_grad(cross_entropy)(p, x, labels)
    step = step + 1
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * (g * g), v, g)
    m_scale, v_scale = 1 / (1 - 0.9**step), 1 / (1 - 0.999**step)
    p = jax.tree.map(
        lambda p, m, v: p - 1e-3 * (m * m_scale / (jnp.sqrt(v * v_scale) + 1e-8)), p, m, v)
    return (p, m, v, step), loss


def adam(batch):
    width = (784, 512, 512, 10)
    p = [(inputs.f32(width[k] * width[k + 1], 20 + k, -0.05, 0.05).reshape(width[k], width[k + 1]),
          np.zeros(width[k + 1], np.float32)) for k in range(3)]
    zero = lambda: jax.tree.map(np.zeros_like, p)
    x = inputs.f32(batch * 784, 23, 0, 1).reshape(batch, 784)
    labels = inputs.f32(batch, 24, 0, 10).astype(np.int32)
    return Work(adam_step, [(p, zero(), zero(), np.float32(0)), x, labels], carried=lambda r: r[0])


WORKS = {"neuron_steps": neuron_steps, "neuron_train": neuron_train, "adam": adam}

"""Programs in JAX, run on the platform that JAX_PLATFORMS names: programs.py FOLDER

Writes what each computes to FOLDER/values.npz and how long it takes to FOLDER/times.json: the first call, which
compiles, and the fastest of several warm calls.
"""
import json
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax, random

PROGRAMS = {}


def program(*shapes):
    """Registers f, which is jitted; its arguments are normal draws of these shapes."""
    def register(f):
        PROGRAMS[f.__name__] = (f, shapes)
        return f
    return register


# ---- elementwise and products ---------------------------------------------------------------------------


@program((1000000,))
def elementwise(x):
    return jnp.sin(x) * jnp.exp(-x * x) + jnp.tanh(x)


@program((256, 256), (256, 256))
def product(a, b):
    return a @ b


@program((64,), (64,))
def small(x, y):
    return jnp.sum(x * y) + jnp.max(x)


@program((100000,))
def black_scholes(x):
    s = 100 * jnp.exp(0.1 * x)

    def call(s):
        d1 = (jnp.log(s / 100) + 0.045) / 0.2
        cdf = lambda d: 0.5 * (1 + lax.erf(d / jnp.sqrt(2.0)))
        return s * cdf(d1) - 100 * jnp.exp(-0.05) * cdf(d1 - 0.2)
    return jax.vmap(jax.value_and_grad(call))(s)


# ---- loops ----------------------------------------------------------------------------------------------


@program(())
def scalar_loop(x):
    return lax.fori_loop(0, 100000, lambda i, y: y * 0.999 + jnp.sin(y), x)


@program((1000, 8))
def scan_of_small_steps(x):
    return lax.scan(lambda c, v: (0.9 * c + v, jnp.sum(c)), jnp.zeros(8), x)


@program((3,))
def lorenz(x):
    def step(s, _):
        a, b, c = s
        return s + 0.001 * jnp.array([10 * (b - a), a * (28 - c) - b, a * b - 8 / 3 * c]), s
    return lax.scan(step, x, None, length=10000)


@program((3,))
def gradient_of_a_loop(x):
    loss = lambda x: jnp.sum(lorenz(x)[0][:2] ** 2)
    return jax.grad(lambda x: loss(x * 0.1))(x)


@program((100,))
def newton_by_while(a):
    def solve(a):
        going = lambda s: (jnp.abs(s[0] ** 3 + s[0] - a) > 1e-5) & (s[1] < 100)
        return lax.while_loop(going, lambda s: (s[0] - (s[0] ** 3 + s[0] - a) / (3 * s[0] ** 2 + 1), s[1] + 1),
                              (1.0 + 0 * a, 0))
    return jax.vmap(solve)(a)[0]  # how many steps are needed depends on the last bit


@program((2,))
def metropolis(x):
    def step(s, key):
        x, p = s
        k1, k2 = random.split(key)
        y = x + 0.5 * random.normal(k1, x.shape)
        q = -jnp.sum(y**4 - y**2)
        take = jnp.log(random.uniform(k2)) < q - p
        return (jnp.where(take, y, x), jnp.where(take, q, p)), take
    (x, _), taken = lax.scan(step, (x, -jnp.sum(x**4 - x**2)), random.split(random.PRNGKey(0), 2000))
    return x, jnp.mean(taken)


# ---- learning -------------------------------------------------------------------------------------------


@program((32, 16), (16, 32), (32, 1))
def mlp_step(x, w1, w2):
    loss = lambda w: jnp.mean((jnp.tanh(x @ w[0]) @ w[1] - x[:, :1]) ** 2)
    value, g = jax.value_and_grad(loss)((w1, w2))
    return value, [w - 0.1 * d for w, d in zip((w1, w2), g)]


@program((64, 8), (8, 32), (32, 1))
def training_by_scan(x, w1, w2):
    y = jnp.sin(x[:, :1])

    def step(w, _):
        loss = lambda w: jnp.mean((jnp.tanh(x @ w[0]) @ w[1] - y) ** 2)
        value, g = jax.value_and_grad(loss)(w)
        return [a - 0.01 * b for a, b in zip(w, g)], value
    return lax.scan(step, [w1, w2], None, length=500)


@program((8, 16, 16, 3), (3, 3, 3, 8), (3, 3, 8, 8))
def cnn_gradient(x, k1, k2):
    def net(k1, k2):
        conv = lambda x, k: lax.conv_general_dilated(x, k, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))
        x1 = jax.nn.relu(conv(x, 0.1 * k1))
        x2 = lax.reduce_window(x1, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
        return jnp.mean(jax.nn.relu(conv(x2, 0.1 * k2)) ** 2)
    return jax.value_and_grad(net, (0, 1))(k1, k2)


@program((4, 32, 64), (64, 192), (64, 64), (64, 256), (256, 64))
def transformer_layer(x, qkv, o, w1, w2):
    def norm(x):
        return (x - x.mean(-1, keepdims=True)) / jnp.sqrt(x.var(-1, keepdims=True) + 1e-5)

    def layer(x):
        q, k, v = jnp.split(norm(x) @ (0.1 * qkv), 3, -1)
        split = lambda a: a.reshape(4, 32, 4, 16).transpose(0, 2, 1, 3)
        s = jax.nn.softmax(split(q) @ split(k).transpose(0, 1, 3, 2) / 4)
        x = x + (s @ split(v)).transpose(0, 2, 1, 3).reshape(4, 32, 64) @ (0.1 * o)
        return x + jax.nn.gelu(norm(x) @ (0.1 * w1)) @ (0.1 * w2)
    return jax.value_and_grad(lambda x: jnp.mean(layer(x) ** 2))(x)


# ---- sorting, indexing, linear algebra, random numbers ------------------------------------------------------


@program((100000,))
def sort(x):
    return jnp.sort(x), jnp.argsort(x)


@program((10000,))
def histogram(x):
    at = jnp.clip(jnp.floor(10 * x + 50).astype(jnp.int32), 0, 99)
    return jnp.zeros(100).at[at].add(1.0), jnp.cumsum(x)


@program((50, 50))
def decompositions(a):
    s = a @ a.T + 50 * jnp.eye(50)
    return jnp.linalg.cholesky(s), jnp.linalg.solve(s, a[0]), jnp.linalg.eigvalsh(s), jnp.abs(jnp.linalg.qr(a)[1])


@program((1000,))
def fourier(x):
    y = jnp.fft.rfft(x)
    return jnp.abs(y), jnp.fft.irfft(y * jnp.exp(-jnp.arange(501) / 100.0), 1000)


@program(())
def draws(x):
    key = random.PRNGKey(7)
    return random.normal(key, (100000,)) + x, random.permutation(key, 1000)


@program((20,))
def hessian(x):
    return jax.hessian(lambda x: jnp.sum(jnp.sin(jnp.outer(x, x)) ** 2))(x)


def run(f, args):
    start = time.perf_counter()
    out = jax.block_until_ready(f(*args))
    first = time.perf_counter() - start
    warm = float("inf")
    end = time.perf_counter() + 0.3
    while time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(5):
            out = jax.block_until_ready(f(*args))
        warm = min(warm, (time.perf_counter() - start) / 5)
    return out, first, warm


def main(folder):
    values, times = {}, {}
    for name, (f, shapes) in PROGRAMS.items():
        rng = np.random.default_rng(1)
        args = [jax.device_put(rng.standard_normal(s, np.float32)) for s in shapes]
        jax.block_until_ready(args)
        out, first, warm = run(jax.jit(f), args)
        times[name] = (first, warm)
        for k, leaf in enumerate(jax.tree.leaves(out)):
            values[f"{name}:{k}"] = np.asarray(leaf)
    np.savez(f"{folder}/values.npz", **values)
    with open(f"{folder}/times.json", "w") as f:
        json.dump(times, f)


if __name__ == "__main__":
    main(sys.argv[1])

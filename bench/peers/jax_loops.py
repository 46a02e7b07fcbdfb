"""Rows 11 to 14 in JAX."""
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

import inputs
from jax_work import Work


def bisect(a, b, c):
    def f(x):
        return x**3 - 2 * x - c

    def halve(s):
        a, b, i = s
        m = (a + b) / 2
        left = f(a) * f(m) < 0
        return jnp.where(left, a, m), jnp.where(left, m, b), i + 1

    a, b, _ = lax.while_loop(lambda s: ((s[1] - s[0]) / 2 > 1e-12) & (s[2] < 100), halve, (a, b, 0))
    return (a + b) / 2


def bisect_one(size):
    return Work(bisect, [np.float64(1), np.float64(3), np.float64(5)], x64=True)


def bisect_many(size):
    b = np.exp2(inputs.f64(size, 12, 2, 14))
    return Work(jax.vmap(bisect, (None, 0, 0)), [np.float64(1), b, inputs.f64(size, 13, 5, 15)],
                x64=True)


def fixed_point(a):
    def far(s):
        return (jnp.abs(s[0] - s[1]) > 1e-12) & (s[2] < 1000)

    return lax.while_loop(far, lambda s: (jnp.cos(a * s[0]), s[0], s[2] + 1),
                          (jnp.float64(1), jnp.float64(2), 0))[0]


def fixed_point_one(size):
    return Work(fixed_point, [np.float64(1)], x64=True)


def fixed_point_many(size):
    return Work(jax.vmap(fixed_point), [inputs.f64(size, 14, 0.2, 1)], x64=True)


def escape(cx, cy):
    def near(s):
        x, y, n = s
        return (x * x + y * y <= 4) & (n < 256)

    def step(s):
        x, y, n = s
        return x * x - y * y + cx, 2 * (x * y) + cy, n + 1

    return lax.while_loop(near, step, (jnp.float32(0), jnp.float32(0), jnp.int32(0)))[2]


def mandelbrot(size):
    k = np.arange(size, dtype=np.float32)
    step = np.float32(2.5 / size)
    row = jax.vmap(escape, (0, None))
    return Work(jax.vmap(row, (None, 0)), [np.float32(-2) + step * k, np.float32(-1.25) + step * k])


START = (1.0, 1.0, 1.0)
CONSTANTS = tuple(np.float64(v) for v in (10, 28, 8 / 3))
TIME = 10


def slope(s, k):
    x, y, z = s
    sigma, rho, beta = k
    return sigma * (y - x), x * (rho - z) - y, x * y - beta * z


def solve(steps, s, k):
    h = TIME / steps

    def along(s, h, d):
        return tuple(x + h * y for x, y in zip(s, d))

    def step(i, s):
        a = slope(s, k)
        b = slope(along(s, h / 2, a), k)
        c = slope(along(s, h / 2, b), k)
        d = slope(along(s, h, c), k)
        return along(along(along(along(s, h / 6, a), h / 3, b), h / 3, c), h / 6, d)

    return lax.fori_loop(0, steps, step, s)


def solve_vector(steps, s, k):
    h = TIME / steps

    def f(s):
        return jnp.stack(slope((s[0], s[1], s[2]), k))

    def step(i, s):
        a = f(s)
        b = f(s + h / 2 * a)
        c = f(s + h / 2 * b)
        d = f(s + h * c)
        return s + h / 6 * (a + 2 * b + (2 * c + d))

    return lax.fori_loop(0, steps, step, s)


def lorenz(steps):
    return Work(lambda s, k: solve(steps, s, k), [tuple(map(np.float64, START)), CONSTANTS], x64=True)


def lorenz_vector(steps):
    return Work(lambda s, k: solve_vector(steps, s, k), [np.array(START), CONSTANTS], x64=True)


def lorenz_grad(steps):
    return Work(jax.grad(lambda s, k: sum(solve(steps, s, k)), (0, 1)),
                [tuple(map(np.float64, START)), CONSTANTS], x64=True)


def lorenz_vector_grad(steps):
    return Work(jax.grad(lambda s, k: jnp.sum(solve_vector(steps, s, k)), (0, 1)),
                [np.array(START), CONSTANTS], x64=True)


WORKS = {
    "bisect": bisect_one,
    "bisect_many": bisect_many,
    "fixed_point": fixed_point_one,
    "fixed_point_many": fixed_point_many,
    "mandelbrot": mandelbrot,
    "lorenz": lorenz,
    "lorenz_vector": lorenz_vector,
    "lorenz_grad": lorenz_grad,
    "lorenz_vector_grad": lorenz_vector_grad,
}

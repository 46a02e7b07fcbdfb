"""Row 26 in JAX."""
import jax
import jax.numpy as jnp
from jax.experimental.ode import odeint

import inputs
from jax_work import Work


def lorenz_slope(p, t, r):
    x, y, z = p
    return r[0] * (y - x), x * (r[1] - z) - y, x * y - r[2] * z


def course(start, r):
    x, y, z = odeint(lorenz_slope, (start[0], start[1], start[2]), jnp.linspace(0.0, 2.0, 21), r, rtol=1e-8, atol=1e-8)
    return x.sum() + y.sum() + z.sum()


def lorenz(size):
    return Work(jax.value_and_grad(course, (0, 1)), [inputs.f64(3, 41, 0.5, 1.5), inputs.f64(3, 42, 5, 10)], x64=True)


def lorenz_many(size):
    return Work(jax.vmap(jax.value_and_grad(course, (0, 1))),
                [inputs.f64(3 * size, 41, 0.5, 1.5).reshape(size, 3), inputs.f64(3 * size, 42, 5, 10).reshape(size, 3)],
                x64=True)


WORKS = {"odeint": lorenz, "odeint_many": lorenz_many}

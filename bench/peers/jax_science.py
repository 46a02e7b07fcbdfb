"""Rows 18 and 19 in JAX."""
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

import inputs
from jax_work import Work


def normal_cdf(x):
    return 0.5 * (1 + lax.erf(x * np.sqrt(0.5).item()))


def call_price(spot, strike, time, rate, sigma):
    spread = sigma * jnp.sqrt(time)
    d1 = (jnp.log(spot / strike) + (rate + 0.5 * jnp.square(sigma)) * time) / spread
    paid = strike * jnp.exp(-(rate * time))
    return spot * normal_cdf(d1) - paid * normal_cdf(d1 - spread)


def option(*args):
    price, (delta, theta, rho, vega) = jax.value_and_grad(call_price, (0, 2, 3, 4))(*args)
    return price, delta, -theta, rho, vega, jax.grad(jax.grad(call_price))(*args)


def greeks(n):
    ranges = ((80, 120), (80, 120), (0.25, 2), (0.01, 0.05), (0.1, 0.5))
    return Work(jax.vmap(option), [inputs.f32(n, 30 + k, *r) for k, r in enumerate(ranges)])


def potential(x, m):
    d = x[:, None] - x[None]
    r2 = jnp.sum(d * d, axis=2) + 0.01
    return -0.5 * jnp.sum(jnp.outer(m, m) * lax.rsqrt(r2))


STEPS, DT = 100, 1e-3


def fly(x, v, m):
    def acceleration(x):
        return -jax.grad(potential)(x, m) / m[:, None]

    def step(i, s):
        x, v, a = s
        half = v + DT / 2 * a
        x = x + DT * half
        a = acceleration(x)
        return x, half + DT / 2 * a, a

    x, v, _ = lax.fori_loop(0, STEPS, step, (x, v, acceleration(x)))
    return x, v, 0.5 * jnp.sum(m[:, None] * v**2) + potential(x, m)


def bodies(n):
    return Work(fly, [inputs.f32(n * 3, 35, -1, 1).reshape(n, 3),
                      inputs.f32(n * 3, 36, -0.1, 0.1).reshape(n, 3),
                      np.float32(1 / n) * inputs.f32(n, 37, 0.5, 1.5)])


WORKS = {"greeks": greeks, "bodies": bodies}

"""Writes ode_cases.txt: what jax.experimental.ode.odeint gives, for tests/test_ode.c; see
numpy_functions.py. tests/ode_cases.h has each name's function in C.

The gradients are those of the adjoint equation. There are no second derivatives: JAX solves the adjoint
equation of the adjoint equation, and we differentiate its steps.
"""
import os

import jax
import jax.numpy as jnp
import numpy as np
from jax.experimental.ode import odeint

import numpy_functions as nf

nf.CASES.clear()


def of(*v):
    return np.array(v, np.float32)


def case(name, fn, *inputs, x64=True):
    nf.case(name, fn, *inputs, x64=x64)


def pendulum(y, t, k):
    return jnp.stack([y[1], -k * jnp.sin(y[0]) + jnp.cos(t)])


def lotka(s, t, r):
    x, y = s
    return r[0] * x - r[1] * x * y, r[2] * x * y - r[3] * y


def pairs(y0, t, r):
    return jnp.stack(odeint(lotka, (y0[0], y0[1]), t, r))


def rotating(y, t, w):
    return jax.lax.complex(-w * y.imag - 0.1 * y.real, w * y.real - 0.2 * t * y.imag)


def turned(y0, t, w):
    z = odeint(rotating, jax.lax.complex(y0[0], y0[1]), t, w)
    return jnp.stack([z.real, z.imag])


T = of(0, 0.3, 1, 1.5, 4)
case("decay", lambda y, t, k: odeint(lambda y, t, k: -k * y, y, t, k), of(1, 2, -3), T, np.float32(0.7))
case("scalar", lambda y, t, k: odeint(lambda y, t, k: k * y * (1 - y), y, t, k), np.float32(0.1), T, np.float32(1.5))
case("pendulum", lambda y, t, k: odeint(pendulum, y, t, k), of(0.5, -0.2), T, np.float32(2))
case("pendulum_loose", lambda y, t, k: odeint(pendulum, y, t, k, rtol=1e-3, atol=1e-4), of(0.5, -0.2), T,
     np.float32(2))
case("pendulum_hmax", lambda y, t, k: odeint(pendulum, y, t, k, rtol=1e-3, atol=1e-4, hmax=0.05), of(0.5, -0.2), T,
     np.float32(2))
case("pendulum_mxstep", lambda y, t, k: odeint(pendulum, y, t, k, rtol=1e-3, atol=1e-3, mxstep=60), of(0.5, -0.2), T,
     np.float32(2))
case("matrix", lambda y, t, a: odeint(lambda y, t, a: a @ y, y, t, a), of([1, 0.5], [-0.3, 1]), T,
     of([-0.2, 1], [-1, -0.1]))
case("captured", lambda y, t, a: odeint(lambda y, t: jnp.tanh(a @ y), y, t), of(1, 0.5), T, of([-0.2, 1], [-1, -0.1]))
case("tree", pairs, of(1, 0.5), of(0, 1, 2, 4), of(1.5, 1, 0.4, 1.1))
case("complex", turned, of([1, 0.5], [0.2, -0.7]), T, np.float32(2))
case("one_time", lambda y, t, k: odeint(pendulum, y, t, k), of(0.5, -0.2), of(1), np.float32(2))
case("still", lambda y, t: odeint(lambda y, t: 0 * y, y, t), of(0, 1), T)


# The default tolerances are less than the distance of an f32 from the next.
NARROW = "pendulum_loose pendulum_hmax one_time".split()


def run(name, fn, inputs):
    lines = nf.run(name, fn, inputs, False)
    x = [jnp.asarray(v) for v in inputs]
    y = fn(*x)
    grads = jax.grad(lambda *x: (fn(*x) * nf.ramp(y)).sum(), argnums=tuple(range(len(x))))(*x)
    return lines + [nf.line("grad", v) for v in grads]


if __name__ == "__main__":
    lines = []
    for name, fn, inputs, _, _ in nf.CASES:
        if name in NARROW:
            lines += run(name, fn, inputs)
    with jax.enable_x64(True):
        for name, fn, inputs, _, _ in nf.CASES:
            lines += run(name + " x64", fn, [nf.widen(x) for x in inputs])
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "ode_cases.txt"), "w") as out:
        out.write("\n".join(lines) + "\n")

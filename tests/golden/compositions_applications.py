"""Writes compositions_applications.txt: inference, finance, mechanics and dynamics by derivatives, for
tests/test_compositions_applications.c. Run with a Python that has JAX >= 0.5.

Derivatives in reverse through while_loop, which JAX refuses, come from while_as_scan."""
import jax
import jax.numpy as jnp
from jax import grad, hessian, jacfwd, jacrev, jit, lax, value_and_grad, vmap

from programs_common import batch, data, f64, program, while_as_scan, write, x3


@program
def kalman_filter():
    """Log likelihood of what was seen, and its derivatives in the model."""
    def loglik(logq, logr, speed, ys):
        f, h = jnp.array([[1.0, 0.1], [0.0, 1.0]]) * speed, jnp.array([1.0, 0.0])
        q, r = jnp.exp(logq) * jnp.eye(2), jnp.exp(logr)

        def step(s, y):
            m, p = f @ s[0], f @ s[1] @ f.T + q
            v, k = y - m[0], p @ h
            var = k[0] + r
            gain = k / var
            ll = -0.5 * (v * v / var + jnp.log(2 * jnp.pi * var))
            return (m + gain * v, p - jnp.outer(gain, k)), ll
        return jnp.sum(lax.scan(step, (jnp.zeros(2), jnp.eye(2)), ys)[1])
    at = f64(-1), f64(0.5), f64(0.9), data(3, 6)
    return value_and_grad(loglik, (0, 1, 2, 3))(*at), hessian(loglik, (0, 1))(*at)


def call(s, k, t, r, v):
    """Black and Scholes' price of a call."""
    normal = lambda x: 0.5 * jax.scipy.special.erfc(-x / jnp.sqrt(2.0))
    d1 = (jnp.log(s / k) + (r + v * v / 2) * t) / (v * jnp.sqrt(t))
    return s * normal(d1) - k * jnp.exp(-r * t) * normal(d1 - v * jnp.sqrt(t))


@program
def greeks():
    at = f64(100), f64(105), f64(0.5), f64(0.05), f64(0.25)
    strikes = jnp.array([80.0, 100.0, 120.0])
    vega = grad(call, 4)
    return (value_and_grad(call, (0, 2, 3, 4))(*at), grad(grad(call))(*at), grad(vega)(*at), grad(vega, 4)(*at),
            grad(grad(grad(call)))(*at), vmap(grad(call), (None, 0, None, None, None))(at[0], strikes, *at[2:]),
            jit(vmap(vmap(vega, (0,) + (None,) * 4), (None, 0) + (None,) * 3))(jnp.array([90.0, 110.0]), strikes, *at[2:]))


@program
def implied_volatility_by_newton():
    def implied(price, k):
        f = lambda v: call(100.0, k, 0.5, 0.05, v) - price
        return lax.while_loop(lambda v: jnp.abs(f(v)) > 1e-10, lambda v: v - f(v) / grad(f)(v), f64(0.5))
    v = jnp.array([0.2, 0.3, 0.4])
    k = jnp.array([90.0, 100.0, 110.0])
    prices = vmap(lambda v, k: call(100.0, k, 0.5, 0.05, v))(v, k)
    return prices, vmap(implied)(prices, k)


@program
def american_option_on_a_tree():
    def price(s, v):
        up = jnp.exp(v * jnp.sqrt(0.25))
        p = (jnp.exp(0.0125) - 1 / up) / (up - 1 / up)
        j = jnp.arange(5.0)
        payoff = lambda n: jnp.maximum(100 - s * up ** (2 * j - n), 0)

        def back(values, n):
            hold = jnp.exp(-0.0125) * (p * jnp.concatenate([values[1:], jnp.zeros(1)]) + (1 - p) * values)
            return jnp.maximum(hold, payoff(n)), None
        return lax.scan(back, payoff(4.0), jnp.array([3.0, 2.0, 1.0, 0.0]))[0][0]
    return value_and_grad(price, (0, 1))(f64(95), f64(0.3)), vmap(grad(price), (0, None))(jnp.array([80.0, 105.0]), f64(0.2))


@program
def many_bodies():
    """Forces as the gradient of an energy; leapfrog steps; what is conserved; a Hessian."""
    mass = jnp.array([1.0, 2.0, 0.5, 1.5])

    def potential(x):
        d = x[:, None] - x[None, :]
        r = jnp.sqrt(jnp.sum(d * d, -1) + 0.25)
        return -0.5 * jnp.sum(jnp.where(jnp.eye(4) > 0, 0.0, mass[:, None] * mass / r))

    def run(x, v):
        force = lambda x: -grad(potential)(x) / mass[:, None]

        def step(s, _):
            x, v = s
            v = v + 0.01 * force(x)
            x = x + 0.02 * v
            v = v + 0.01 * force(x)
            return (x, v), potential(x) + 0.5 * jnp.sum(mass[:, None] * v * v)
        return lax.scan(step, (x, v), None, length=5)
    x, v = batch, data(2, 4, 3) * 0.5
    return (grad(potential)(x), run(x, v), grad(lambda x: jnp.sum(run(x, v)[0][0] ** 2))(x),
            jacfwd(grad(potential))(x)[0])


def rotate(r, x):
    """Rodrigues' rotation by the vector r, safe at none."""
    angle = jnp.sqrt(r @ r + 1e-12)
    axis = r / angle
    cross = jnp.stack([axis[1] * x[2] - axis[2] * x[1], axis[2] * x[0] - axis[0] * x[2], axis[0] * x[1] - axis[1] * x[0]])
    return x * jnp.cos(angle) + cross * jnp.sin(angle) + axis * (axis @ x) * (1 - jnp.cos(angle))


@program
def bundle_adjustment_jacobians():
    """Residuals of seen points; the Jacobian blocks of each, in a camera and in a point."""
    def residual(camera, point, seen):
        r, t, f = camera
        p = rotate(r, point) + t
        p = p[:2] / (p[2] + 6)
        radial = 1 + f[1] * (p @ p)
        return f[0] * radial * p - seen
    cameras = data(3, 2, 3) * 0.25, data(4, 2, 3), jnp.array([[1.5, 0.1], [2.0, -0.05]])
    which, of = jnp.array([0, 1, 1, 0]), jnp.array([2, 0, 3, 1])
    picked = jax.tree.map(lambda c: c[which], cameras)
    blocks = vmap(jacrev(residual, (0, 1)))
    return vmap(residual)(picked, batch[of], data(1, 4, 2)), blocks(picked, batch[of], data(1, 4, 2))


@program
def gaussian_process_by_cholesky():
    """Cholesky's factor a column a step, and the triangular solution a row a step."""
    def cholesky(a):
        def column(j, l):
            s = a[:, j] - l @ l[j]
            c = jnp.where(jnp.arange(4) >= j, s / jnp.sqrt(s[j]), 0.0)
            return lax.dynamic_update_slice(l, c[:, None], (0, j))
        return lax.fori_loop(0, 4, column, jnp.zeros((4, 4)))

    def loglik(scale, noise, y):
        x = jnp.array([0.0, 0.5, 1.25, 2.0])
        k = jnp.exp(-0.5 * ((x[:, None] - x) / scale) ** 2) + noise * jnp.eye(4)
        l = cholesky(k)
        z = lax.fori_loop(0, 4, lambda i, z: lax.dynamic_update_slice(z, ((y[i] - l[i] @ z) / l[i, i])[None], (i,)), jnp.zeros(4))
        return -0.5 * z @ z - jnp.sum(jnp.log(jnp.einsum("ii->i", l)))
    y = data(6, 4)
    return value_and_grad(loglik, (0, 1, 2))(f64(0.75), f64(0.1), y), hessian(loglik, (0, 1))(f64(0.75), f64(0.1), y)


@program
def lyapunov_exponent_of_the_logistic_map():
    def exponent(r, x):
        f = lambda x: r * x * (1 - x)
        step = lambda x, _: (f(x), jnp.log(jnp.abs(grad(f)(x)) + 1e-3))
        return jnp.mean(lax.scan(step, x, None, length=8)[1])
    return value_and_grad(exponent, (0, 1))(f64(3.25), f64(0.3)), vmap(grad(exponent), (0, None))(jnp.array([2.5, 3.5]), f64(0.4))


@program
def ball_that_bounces():
    """Events in a loop: a cond that turns the speed round."""
    def flight(loop, v, e):
        def body(s):
            y, v, t, n = s
            y, v = y + 0.1 * v, v - 0.98
            y, v = lax.cond(y < 0, lambda: (-y, -e * v), lambda: (y, v))
            return y, v, t + 0.1, n + 1
        return loop(lambda s: s[3] < 12, body, (f64(1), v, f64(0), 0))[0]
    g = lambda v, e: flight(while_as_scan, v, e)
    return flight(lax.while_loop, f64(2), f64(0.75)), grad(g, (0, 1))(f64(2), f64(0.75)), vmap(grad(g, (0, 1)), (0, None))(x3, f64(0.5))


@program
def controls_found_by_descent_through_a_rollout():
    def cost(us, x):
        def step(s, u):
            x, v = s
            v = v + 0.2 * jnp.clip(u, -1.0, 1.0)
            x = x + 0.2 * v
            return (x, v), x * x + 0.1 * u * u
        return jnp.sum(lax.scan(step, (x, f64(0)), us)[1])
    descend = lambda us, x: lax.fori_loop(0, 4, lambda i, us: us - 0.5 * grad(cost)(us, x), us)
    us = descend(jnp.zeros(5), f64(1.5))
    return us, cost(us, f64(1.5)), vmap(descend, (None, 0))(jnp.zeros(5), x3), grad(lambda x: cost(descend(jnp.zeros(5), x), x))(f64(1.5))


@program
def expectation_maximization():
    xs = data(2, 8)

    def em(means):
        def step(_, s):
            means, weights = s
            logp = jnp.log(weights) - 0.5 * (xs[:, None] - means) ** 2
            r = jax.nn.softmax(logp, 1)
            n = jnp.sum(r, 0)
            return r.T @ xs / n, n / 8
        return lax.fori_loop(0, 4, step, (means, jnp.array([0.5, 0.5])))
    return em(jnp.array([-1.0, 0.5])), jacrev(em)(jnp.array([-1.0, 0.5]))


write("compositions_applications.txt")

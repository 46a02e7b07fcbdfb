"""Writes compositions_solvers.txt: numerical methods, differentiated and batched, for
tests/test_compositions_solvers.c. Run with a Python that has JAX >= 0.5.

Derivatives in reverse through while_loop, which JAX refuses, come from while_as_scan."""
import jax
import jax.numpy as jnp
from jax import grad, hessian, jacfwd, jacrev, jit, lax, vmap

from programs_common import batch, data, f64, m33, program, while_as_scan, write, x3


def rk4(field, x, h):
    k1 = field(x)
    k2 = field(x + h / 2 * k1)
    k3 = field(x + h / 2 * k2)
    k4 = field(x + h * k3)
    return x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def cramer(a, b):
    """The solution of a system of two equations."""
    det = a[0, 0] * a[1, 1] - a[0, 1] * a[1, 0]
    return jnp.stack([a[1, 1] * b[0] - a[0, 1] * b[1], a[0, 0] * b[1] - a[1, 0] * b[0]]) / det


@program
def predators_and_prey():
    """Sensitivities of an ODE to its four parameters and its start, by both modes."""
    def solve(p, x):
        field = lambda x: jnp.stack([p[0] * x[0] - p[1] * x[0] * x[1], p[2] * x[0] * x[1] - p[3] * x[1]])
        return lax.scan(lambda x, _: (rk4(field, x, 0.1),) * 2, x, None, length=8)[1]
    at = jnp.array([1.5, 1.0, 0.75, 2.0]), jnp.array([1.0, 0.5])
    return solve(*at), jacfwd(solve)(*at)[-1], grad(lambda p, x: jnp.sum(solve(p, x)[-1] ** 2), (0, 1))(*at)


def adaptive(loop, y, rate):
    """y' = -rate y + sin t to t = 1, with Heun's and Euler's steps compared; (y, steps taken and tried)."""
    field = lambda t, y: -rate * y + jnp.sin(t)

    def body(s):
        t, y, h, taken, tried = s
        h = jnp.minimum(h, 1 - t)
        k1 = field(t, y)
        k2 = field(t + h, y + h * k1)
        error = jnp.abs(h / 2 * (k2 - k1)) + 1e-12
        good = error < 1e-2
        new = jnp.where(good, y + h / 2 * (k1 + k2), y)
        scale = jnp.clip(0.9 * jnp.sqrt(1e-2 / error), 0.25, 4.0)
        return jnp.where(good, t + h, t), new, h * scale, taken + good, tried + 1
    s = loop(lambda s: s[0] < 1 - 1e-9, body, (f64(0), y, f64(0.5), 0, 0))
    return s[1], s[3], s[4]


@program
def adaptive_steps_in_reverse():
    f = lambda y, r: adaptive(while_as_scan, y, r)[0]
    return adaptive(lax.while_loop, f64(2), f64(4)), grad(f, (0, 1))(f64(2), f64(4)), hessian(f)(f64(2), f64(4))


@program
def adaptive_steps_of_a_batch():
    rates = jnp.array([0.5, 4.0, 12.0])
    f = lambda y, r: adaptive(while_as_scan, y, r)[0]
    return (vmap(lambda r: adaptive(lax.while_loop, f64(2), r))(rates), vmap(grad(f, 1), (None, 0))(f64(2), rates),
            grad(lambda y: jnp.sum(vmap(f, (None, 0))(y, rates)))(f64(2)))


@program
def newton_for_two_equations():
    """The Jacobian is taken in the loop's body, and the whole differentiated."""
    def solve(loop, p):
        f = lambda x: jnp.stack([x[0] ** 2 + p[0] * x[1] ** 2 - 4, x[0] * x[1] - p[1]])
        s = loop(lambda s: (jnp.sum(f(s[0]) ** 2) > 1e-24) & (s[1] < 20),
                 lambda s: (s[0] - cramer(jacfwd(f)(s[0]), f(s[0])), s[1] + 1), (jnp.array([2.0, 0.5]), 0))
        return s[0]
    p = jnp.array([1.5, 0.75])
    g = lambda p: solve(while_as_scan, p)
    return solve(lax.while_loop, p), jacrev(g)(p), vmap(lambda p: solve(lax.while_loop, p))(jnp.array([[1.0, 0.5], [2.0, 1.0]]))


@program
def gauss_newton_fit():
    ts = jnp.array([0.0, 0.5, 1.0, 1.5])

    def fit(ys):
        residual = lambda p: p[0] * jnp.exp(-p[1] * ts) - ys

        def step(_, p):
            j, r = jacfwd(residual)(p), residual(p)
            return p - cramer(j.T @ j, j.T @ r)
        return lax.fori_loop(0, 6, step, jnp.array([1.5, 0.5]))
    ys = jnp.array([2.0, 1.25, 0.75, 0.5])
    return fit(ys), jacrev(fit)(ys), jit(vmap(fit))(jnp.stack([ys, ys * 1.5]))


@program
def levenberg_marquardt():
    """Steps that make the error grow are refused, and the damping grows."""
    ts = jnp.array([0.0, 0.5, 1.0, 1.5])

    def fit(loop, ys):
        residual = lambda p: p[0] * jnp.exp(-p[1] * ts) + p[1] - ys
        error = lambda p: jnp.sum(residual(p) ** 2)

        def body(s):
            p, damping, n = s
            j, r = jacfwd(residual)(p), residual(p)
            new = p - cramer(j.T @ j + damping * jnp.eye(2), j.T @ r)
            return lax.cond(error(new) < error(p), lambda: (new, damping / 4, n + 1), lambda: (p, damping * 4, n + 1))
        return loop(lambda s: s[2] < 8, body, (jnp.array([0.5, 3.0]), f64(0.001), 0))
    ys = jnp.array([2.0, 1.25, 0.75, 0.5])
    return fit(lax.while_loop, ys), jacrev(lambda y: fit(while_as_scan, y)[0])(ys)


@program
def sinkhorn_by_while_in_reverse():
    """Optimal transport in logarithms until the marginals fit; gradients of the cost and the weights."""
    def transport(loop, cost, a):
        k = -cost / 0.5
        loga, logb = jnp.log(a), jnp.log(jnp.ones(3) / 3)

        def body(s):
            f, g, _, n = s
            f = loga - jax.nn.logsumexp(k + g, 1)
            g2 = logb - jax.nn.logsumexp(k + f[:, None], 0)
            return f, g2, jnp.max(jnp.abs(g2 - g)), n + 1
        f, g, _, n = loop(lambda s: (s[2] > 1e-3) & (s[3] < 38), body, (jnp.zeros(4), jnp.zeros(3), f64(1), 0))
        plan = jnp.exp(f[:, None] + k + g)
        return jnp.sum(plan * cost), n
    cost, a = (batch + 2) / 4, jnp.array([0.125, 0.25, 0.375, 0.25])
    g = lambda c, a: transport(while_as_scan, c, a)[0]
    costs = jnp.stack([cost, cost * 2])
    return (transport(lax.while_loop, cost, a), grad(g, (0, 1))(cost, a), vmap(lambda c: transport(lax.while_loop, c, a))(costs),
            vmap(grad(g), (0, None))(costs, a))


@program
def conjugate_gradients_by_while():
    def solve(loop, a, b):
        def body(s):
            x, r, p, rr, n = s
            ap = a @ p
            alpha = rr / (p @ ap)
            x, r = x + alpha * p, r - alpha * ap
            new = r @ r
            return x, r, r + new / rr * p, new, n + 1
        return loop(lambda s: (s[3] > 1e-20) & (s[4] < 3), body, (jnp.zeros(3), b, b, b @ b, 0))[0]
    a = m33 @ m33.T + 2 * jnp.eye(3)
    x = solve(lax.while_loop, a, x3)
    loss = lambda a, b: jnp.sum(jnp.sin(jnp.linalg.solve(a, b)))
    return x, grad(loss, 1)(a, x3), jacfwd(lambda b: jnp.linalg.solve(a, b))(x3)


@program
def keplers_equation_of_a_batch():
    """Fixed points of E = M + e sin E, each lane with its own number of steps."""
    def solve(loop, m, e):
        def body(s):
            new = m + e * jnp.sin(s[0])
            return new, jnp.abs(new - s[0]), s[2] + 1
        x, _, n = loop(lambda s: (s[1] > 1e-6) & (s[2] < 35), body, (m, f64(1), 0))
        return x, n
    m, e = jnp.array([0.5, 1.0, 2.5, 3.0]), jnp.array([0.1, 0.5, 0.25, 0.0])
    g = lambda m, e: solve(while_as_scan, m, e)[0]
    return vmap(lambda m, e: solve(lax.while_loop, m, e))(m, e), vmap(grad(g, (0, 1)))(m, e), vmap(grad(grad(g, 1), 1))(m, e)


@program
def line_search_within_descent():
    """A while loop that halves the step within one that goes down, in reverse."""
    def minimize(loop, a):
        f = lambda x: jnp.sum((x - a) ** 2 * jnp.array([1.0, 8.0])) + jnp.sum(jnp.cos(x))

        def body(s):
            x, n = s
            g = grad(f)(x)
            step = loop(lambda t: f(x - t * g) > f(x) - 0.25 * t * (g @ g), lambda t: t / 2, f64(1))
            return x - step * g, n + 1
        return loop(lambda s: s[1] < 5, body, (jnp.zeros(2), 0))[0]
    a = jnp.array([1.0, -0.5])
    short = lambda cond, body, init: while_as_scan(cond, body, init, 12)
    return minimize(lax.while_loop, a), jacrev(lambda a: minimize(short, a))(a)


@program
def matrix_exponential_by_series():
    def expm(loop, a):
        body = lambda s: (s[0] + s[1], s[1] @ a / (s[2] + 1), s[2] + 1)
        return loop(lambda s: jnp.max(jnp.abs(s[1])) > 1e-14, body, (jnp.zeros((3, 3)), jnp.eye(3), f64(0)))[0]
    a = m33 / 2
    return expm(lax.while_loop, a), grad(lambda a: jnp.sum(expm(while_as_scan, a) * m33))(a)


@program
def lagrangian_mechanics():
    """The double pendulum's accelerations from derivatives of its Lagrangian, then steps in time."""
    def lagrangian(q, v, mass):
        kinetic = v[0] ** 2 + 0.5 * mass * v[1] ** 2 + mass * v[0] * v[1] * jnp.cos(q[0] - q[1])
        return kinetic + 9.8 * (2 * jnp.cos(q[0]) + mass * jnp.cos(q[1]))

    def accelerate(q, v, mass):
        m = hessian(lagrangian, 1)(q, v, mass)
        force = grad(lagrangian)(q, v, mass) - jacfwd(grad(lagrangian, 1), 0)(q, v, mass) @ v
        return cramer(m, force)

    def run(q, v, mass):
        field = lambda s: jnp.concatenate([s[2:], accelerate(s[:2], s[2:], mass)])
        return lax.fori_loop(0, 3, lambda i, s: rk4(field, s, 0.05), jnp.concatenate([q, v]))
    at = jnp.array([0.5, -0.25]), jnp.array([0.25, 1.0]), f64(1.0)
    return accelerate(*at), run(*at), jacfwd(run, 2)(*at), grad(lambda q: jnp.sum(run(q, *at[1:]) ** 2))(at[0])


@program
def heat_equation():
    def run(u, k):
        def step(i, u):
            left, right = jnp.concatenate([u[:1], u[:-1]]), jnp.concatenate([u[1:], u[-1:]])
            return u + 0.1 * k * (left - 2 * u + right)
        return lax.fori_loop(0, 6, step, u)
    u = data(3, 6)
    loss = lambda u, k: jnp.sum(run(u, k)[:3] ** 2)
    return run(u, f64(1.5)), grad(loss, (0, 1))(u, f64(1.5)), jacrev(run)(u, f64(1.5)), hessian(loss, 1)(u, f64(1.5))


write("compositions_solvers.txt")

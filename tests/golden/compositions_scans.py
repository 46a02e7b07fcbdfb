"""Writes compositions_scans.txt: scan, cond and switch under transformations and within each other, for
tests/test_compositions_scans.c. Run with a Python that has JAX >= 0.5."""
import jax.numpy as jnp
from jax import grad, hessian, jit, jvp, lax, value_and_grad, vjp, vmap

from programs_common import batch, data, f64, program, w3, write, x3


@program
def scan_with_several_carries_and_a_tree_of_slices():
    def f(c, xs):
        def step(c, x):
            (a, b), (u, v) = c, x
            a = jnp.tanh(a * u + b)
            b = b + jnp.sum(v) * a[0]
            return (a, b), (a - b, jnp.sum(a))
        return lax.scan(step, c, xs)
    xs = batch[:, 0], data(3, 4, 2)

    def loss(c, xs):
        (a, b), (p, q) = f(c, xs)
        return jnp.sum(a) * b + jnp.sum(p * p) + jnp.sum(q)
    return f((x3, f64(0.5)), xs), grad(loss, (0, 1))((x3, f64(0.5)), xs)


@program
def scan_in_reverse_order():
    f = lambda h, xs: lax.scan(lambda c, x: (jnp.tanh(c * x) + 1, c - x), h, xs, reverse=True)
    loss = lambda h, xs: jnp.sum(f(h, xs)[0] * w3) + jnp.sum(f(h, xs)[1] ** 2)
    return f(x3, batch), grad(loss, (0, 1))(x3, batch), vmap(grad(loss), (0, None))(batch, batch)


@program
def scan_of_zero_length():
    f = lambda h, xs: lax.scan(lambda c, x: (c * jnp.sum(x), c + 1), h, xs)
    loss = lambda h, xs: jnp.sum(f(h, xs)[0] ** 2) + jnp.sum(f(h, xs)[1])
    xs = jnp.zeros((0, 2))
    return f(x3, xs), grad(loss, (0, 1))(x3, xs), vmap(lambda h: f(h, xs))(batch)


@program
def scan_of_one_step():
    f = lambda h, xs: lax.scan(lambda c, x: (jnp.sin(c) * x, c), h, xs)
    loss = lambda h, xs: jnp.sum(f(h, xs)[0]) + jnp.sum(f(h, xs)[1] * 2)
    return f(x3, f64(2)[None]), grad(loss, (0, 1))(x3, f64(2)[None]), hessian(loss)(x3, f64(2)[None])


@program
def scan_without_slices():
    def f(x, a):
        return lax.scan(lambda c, _: (c * a + jnp.sin(c), c * c), x, None, length=5)
    loss = lambda x, a: f(x, a)[0] + jnp.sum(f(x, a)[1])
    return f(f64(0.5), f64(0.75)), hessian(loss, (0, 1))(f64(0.5), f64(0.75))


@program
def scan_within_scan():
    def f(w, xs):
        def row(c, x):
            inner = lambda d, v: (jnp.tanh(d * w + v), d)
            d, ds = lax.scan(inner, c, x)
            return c + d, jnp.sum(ds)
        return lax.scan(row, f64(0.25), xs)
    loss = lambda w, xs: f(w, xs)[0] + jnp.sum(f(w, xs)[1] ** 2)
    return f(f64(0.5), batch), grad(loss, (0, 1))(f64(0.5), batch), hessian(loss)(f64(0.5), batch)


@program
def scan_batched_in_each_operand():
    def f(w, h, xs):
        return lax.scan(lambda c, x: (jnp.sin(c * w) + x, c), h, xs)
    w, h, xs = f64(0.75), f64(0.5), w3
    return (vmap(f, (0, None, None))(x3, h, xs), vmap(f, (None, 0, None))(w, x3, xs),
            vmap(f, (None, None, 0))(w, h, batch), vmap(vmap(f, (0, None, None)), (None, None, 1))(x3, h, batch))


@program
def jvp_and_vjp_of_scan():
    f = lambda h, xs: lax.scan(lambda c, x: (c * x + jnp.cos(c), c * c), h, xs)
    y, t = jvp(f, (x3, batch), (w3, batch * 0.5))
    _, back = vjp(f, x3, batch)
    return y, t, back((w3, batch))


@program
def carry_that_needs_no_derivative():
    """A counter and a key-like integer ride along with a differentiated carry."""
    def f(x):
        def step(c, _):
            y, n, k = c
            k = (k * 5 + 3) % 16
            return (y * jnp.sin(y + n) + k / 8, n + 1, k), k
        return lax.scan(step, (x, 0, jnp.int64(7)), None, length=6)
    return f(f64(0.5)), grad(lambda x: f(x)[0][0])(f64(0.5)), vmap(grad(lambda x: f(x)[0][0]))(x3)


@program
def cond_with_batched_predicate():
    def f(p, x, y):
        return lax.cond(p, lambda x, y: jnp.sin(x) * y, lambda x, y: x - jnp.exp(y), x, y)
    p = x3 > 0
    return (vmap(f)(p, x3, w3), vmap(grad(f, (1, 2)))(p, x3, w3), vmap(f, (0, None, None))(p, f64(0.5), f64(2)),
            jit(vmap(grad(f, 2), (None, 0, 0)))(p[0], x3, w3))


@program
def cond_with_trees_and_captures():
    def f(a, b, x):
        s, t = lax.cond(jnp.sum(x) > a, lambda x: (x * a, jnp.sum(x * b)), lambda x: (x / b, a + b), x)
        return jnp.sum(s * s) * t
    g = grad(f, (0, 1, 2))
    return g(f64(1), f64(2), x3), g(f64(-9), f64(2), x3), vmap(g, (0, None, None))(jnp.array([1.0, -9.0]), f64(0.5), x3)


@program
def switch_with_captures():
    def f(i, a, x):
        return lax.switch(i, [lambda x: a * x, lambda x: jnp.sin(x), lambda x: x ** 3 + a, lambda x: a + 0 * x], x)
    i = jnp.array([-1, 0, 1, 2, 3, 7])
    return (vmap(value_and_grad(f, (1, 2)), (0, None, None))(i, f64(1.5), f64(0.75)),
            vmap(grad(grad(f, 2), 2), (0, None, None))(i, f64(1.5), f64(0.75)),
            grad(f, 1)(jnp.int64(2), f64(1.5), f64(0.75)))


@program
def cond_of_scan_of_switch():
    def f(x, i):
        step = lambda c, k: (lax.switch(k, [jnp.sin, jnp.cos, lambda v: v * v], c), c)
        run = lambda x: lax.scan(step, x, i)[0]
        return lax.cond(x > 0, run, lambda x: -x, x)
    i = jnp.array([0, 1, 2, 1])
    return vmap(f, (0, None))(x3, i), vmap(grad(f), (0, None))(x3, i), jit(vmap(grad(f), (None, 0)))(
        f64(0.75), jnp.array([[0, 0, 1], [2, 2, 1], [5, -1, 0]]))


@program
def branch_not_taken_divides_by_zero():
    safe = lambda x: lax.cond(x == 0, lambda x: jnp.zeros_like(x), lambda x: jnp.sin(x) / x, x)
    twice = lambda x: jnp.where(x == 0, 0.0, jnp.sin(x) / jnp.where(x == 0, 1.0, x))
    return grad(safe)(f64(0)), grad(safe)(f64(0.5)), vmap(grad(twice))(jnp.array([0.0, 0.5]))


write("compositions_scans.txt")

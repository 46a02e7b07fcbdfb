"""Writes compositions_loops.txt: while_loop and fori_loop under transformations, with other control flow
within and around them, for tests/test_compositions_loops.c. Run with a Python that has JAX >= 0.5.

JAX does not differentiate while_loop in reverse: where a program does, what is wanted comes from
while_as_scan."""
import jax
import jax.numpy as jnp
from jax import grad, hessian, jit, jvp, lax, value_and_grad, vjp, vmap

from programs_common import batch, f64, m33, program, w3, while_as_scan, write, x3

def grow(loop, x, rate):
    """Grows x until 100: (x, steps)."""
    return loop(lambda s: s[0] < 100, lambda s: (s[0] * rate + jnp.sin(s[0]), s[1] + 1), (x, 0))


@program
def while_in_reverse():
    f = lambda x, r: grow(while_as_scan, x, r)[0]
    return value_and_grad(f, (0, 1))(f64(0.75), f64(2))


@program
def while_in_reverse_under_vmap_with_divergent_lanes():
    f = lambda x, r: grow(while_as_scan, x, r)[0]
    x = jnp.array([0.5, 60.0, 200.0, 3.0])
    return (vmap(value_and_grad(f), (0, None))(x, f64(2)),
            grad(lambda r: jnp.sum(vmap(f, (0, None))(x, r)))(f64(1.5)),
            vmap(grad(f, 1), (None, 0))(f64(1), jnp.array([1.5, 2.0, 3.0])))


@program
def while_differentiated_twice():
    f = lambda x, r: grow(while_as_scan, x, r)[0]
    at = f64(0.75), f64(2)
    return (hessian(f, (0, 1))(*at), grad(grad(f, 1), 0)(*at), grad(lambda x: jvp(f, (x, at[1]), (x, x))[1])(at[0]))


@program
def while_that_never_runs():
    f = lambda x: grow(while_as_scan, x, f64(2))[0]
    return value_and_grad(f)(f64(500)), jvp(f, (f64(500),), (f64(3),)), vmap(grad(f))(jnp.array([500.0, 50.0]))


@program
def while_with_array_state():
    """Power iteration to a dominant eigenvector, to a tolerance."""
    a = m33 @ m33.T + jnp.eye(3)

    def rayleigh(loop, a):
        def body(s):
            v, _, k = s
            w = a @ v
            w = w / jnp.linalg.norm(w)
            return w, jnp.sum((w - v) ** 2), k + 1
        v, _, _ = loop(lambda s: (s[1] > 1e-20) & (s[2] < 35), body, (jnp.ones(3) / jnp.sqrt(3.0), f64(1), 0))
        return v @ a @ v
    return rayleigh(lax.while_loop, a), grad(lambda a: rayleigh(while_as_scan, a))(a)


@program
def while_with_captures():
    """Condition and body capture values of the function around them; only the body's get a gradient."""
    def f(limit, scale, x):
        return while_as_scan(lambda s: jnp.sum(s * s) < limit, lambda s: s * scale + 0.5, x)
    g = lambda limit, scale, x: jnp.sum(f(limit, scale, x) * w3)
    return f(f64(50), f64(1.5), x3), grad(g, (0, 1, 2))(f64(50), f64(1.5), x3)


@program
def nested_whiles_in_reverse():
    """Collatz-like inner loops within an outer loop."""
    def f(x, a):
        def outer(s):
            y, k = s
            z, _ = while_as_scan(lambda t: t[0] < 4, lambda t: (t[0] * a + 0.125, t[1] + 1), (jnp.abs(y) + 0.25, 0))
            return jnp.sin(z) + y / 2, k + 1
        return while_as_scan(lambda s: s[1] < 4, outer, (x, 0))[0]
    return value_and_grad(f, (0, 1))(f64(0.5), f64(1.75)), vmap(grad(f), (0, None))(x3, f64(1.5))


@program
def cond_in_while_in_reverse():
    def f(x, a):
        def body(s):
            y, k = s
            return lax.cond(y > 2, lambda y: y / a, lambda y: y * y + a, y), k + 1
        return while_as_scan(lambda s: s[1] < 6, body, (x, 0))[0]
    return value_and_grad(f, (0, 1))(f64(0.5), f64(1.5)), vmap(grad(f, (0, 1)), (0, None))(x3, f64(1.25))


@program
def cond_in_while_in_scan():
    def f(a, xs):
        def step(c, x):
            y = while_as_scan(lambda s: jnp.abs(s) < 5, lambda s: lax.cond(s > 0, lambda s: s * a, lambda s: s * 3 - 1, s),
                              x + 0.125)
            return c + jnp.sin(y), y
        return lax.scan(step, f64(0), xs)
    loss = lambda a, xs: sum(map(jnp.sum, f(a, xs)))
    return f(f64(2), x3), grad(loss, (0, 1))(f64(2), x3)


@program
def scan_of_while_under_vmap_and_jit():
    def f(x):
        return lax.scan(lambda c, v: (grow(while_as_scan, jnp.abs(c * v) + 1, f64(3))[0] / 100, c), x, w3)
    return jit(vmap(f))(x3), vmap(jit(grad(lambda x: f(x)[0])))(x3)


@program
def while_of_scan():
    def f(w, x):
        run = lambda h: lax.scan(lambda h, x: (jnp.tanh(w @ h + x), None), h, batch)[0]
        return while_as_scan(lambda s: s[1] < 3, lambda s: (run(s[0]), s[1] + 1), (x, 0))[0]
    return f(m33, x3), grad(lambda w, x: jnp.sum(f(w, x)), (0, 1))(m33, x3)


@program
def while_that_differentiates_in_its_body():
    """Gradient descent with a gradient taken in the loop's body, and a gradient of the whole."""
    def descend(loop, rate, a):
        f = lambda x: (x - a) ** 2 + jnp.cos(x)
        s = loop(lambda s: (jnp.abs(grad(f)(s[0])) > 1e-9) & (s[1] < 38),
                 lambda s: (s[0] - rate * grad(f)(s[0]), s[1] + 1), (f64(0), 0))
        return s[0]
    g = lambda r, a: descend(while_as_scan, r, a)
    return descend(lax.while_loop, f64(0.375), f64(1.5)), grad(g, (0, 1))(f64(0.375), f64(1.5)), vmap(g)(
        jnp.array([0.25, 0.375]), jnp.array([1.0, 2.0]))


@program
def while_with_integer_and_bool_state():
    def f(x):
        def body(s):
            n, y, odd = s
            n = jnp.where(odd, 3 * n + 1, n // 2)
            return n, y * 1.25 + n, n % 2 == 1
        return while_as_scan(lambda s: s[0] != 1, body, (jnp.int64(6), x, False))
    return f(f64(0.5)), grad(lambda x: f(x)[1])(f64(0.5))


@program
def vjp_of_while_stored_and_batched():
    y, back = vjp(lambda x, r: grow(while_as_scan, x, r)[0], f64(0.75), f64(2))
    return y, back(f64(1)), jit(back)(f64(-2)), vmap(back)(x3)


@program
def fori_with_dynamic_bounds():
    def f(lo, hi, x):
        return lax.fori_loop(lo, hi, lambda i, s: s * 1.5 + i, x)

    def same(n, x):
        return lax.fori_loop(0, 10, lambda i, s: jnp.where(i < n, s * jnp.sin(s) + i, s), x)
    lo, hi = jnp.array([0, 2, 5]), jnp.array([3, 2, 4])
    return (f(jnp.int64(1), jnp.int64(5), f64(0.5)), vmap(f)(lo, hi, x3), jit(f)(jnp.int64(3), jnp.int64(1), f64(2)),
            grad(same, 1)(jnp.int64(4), f64(0.75)), vmap(grad(same, 1))(jnp.array([0, 3, 7]), x3))


@program
def fori_over_rows():
    """Row i of a matrix enters at step i, by a dynamic index."""
    def f(a, x):
        return lax.fori_loop(0, 4, lambda i, s: jnp.tanh(s * a[i]) + x, x)
    return f(batch, x3), grad(lambda a, x: jnp.sum(f(a, x)), (0, 1))(batch, x3)


@program
def fori_that_fills_an_array():
    def f(x):
        def body(i, out):
            return lax.dynamic_update_slice(out, (jnp.sin(out[i] + i) * x)[None], (i + 1,))
        return lax.fori_loop(0, 4, body, jnp.zeros(5).at[0].set(x))
    return f(f64(0.75)), jax.jacrev(f)(f64(0.75)), jax.jacfwd(f)(f64(0.75)), vmap(f)(x3)


@program
def nested_foris():
    def f(x):
        return lax.fori_loop(0, 3, lambda i, s: lax.fori_loop(i, 3, lambda j, t: t * jnp.cos(t + i * j), s), x)

    def unrolled(x):
        for i in range(3):
            for j in range(i, 3):
                x = x * jnp.cos(x + i * j)
        return x
    return f(f64(0.5)), grad(unrolled)(f64(0.5)), vmap(grad(grad(unrolled)))(x3)


write("compositions_loops.txt")

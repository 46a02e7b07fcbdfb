"""Writes programs_implicit.txt: what the programs of tests/test_programs_implicit.c give in JAX.

Run with a Python that has JAX >= 0.5:  python tests/golden/programs_implicit.py
"""
import jax
import jax.numpy as jnp
from jax import grad, hessian, jvp, lax, vjp, vmap
from jax.flatten_util import ravel_pytree
from jax.scipy.sparse.linalg import bicgstab, cg, gmres

from programs_common import batch, data, f64, m33, program, w3, write, x3


def newton(f, x0):
    """For a scalar, until the step is lost in rounding."""
    def step(s):
        x, _, k = s
        dx = f(x) / grad(f)(x)
        return x - dx, dx, k + 1
    return lax.while_loop(lambda s: (jnp.abs(s[1]) > 1e-14) & (s[2] < 50), step,
                          (x0, jnp.ones_like(x0), 0))[0]


def divide(g, y):
    return y / g(jnp.ones_like(y))


def by_matrix(g, y):
    flat, unravel = ravel_pytree(y)
    matrix = jax.jacfwd(lambda v: ravel_pytree(g(unravel(v)))[0])(flat)
    return unravel(jnp.linalg.solve(matrix, flat))


def cubic_root(a):
    return lax.custom_root(lambda x: x**3 - a * x - 5, f64(2), newton, divide)


def newton_of_vector(f, x0):
    def step(k, x):
        return x - jnp.linalg.solve(jax.jacfwd(f)(x), f(x))
    return lax.fori_loop(0, 12, step, x0)


def equilibrium(p):
    """x with x + tanh(m x) / 4 = p: a root in three unknowns."""
    f = lambda x: x + jnp.tanh(m33 @ x) / 4 - p
    return lax.custom_root(f, jnp.zeros(3), newton_of_vector, by_matrix)


def fixed_point(g, x0, n=200):
    """By custom_root, for JAX has none."""
    leafwise = lambda f: lambda *t: jax.tree.map(f, *t)
    return lax.custom_root(lambda x: leafwise(jnp.subtract)(g(x), x), x0,
                           lambda _, x: lax.fori_loop(0, n, lambda k, x: g(x), x), by_matrix)


def mixing(p):
    """A fixed point in a tree of two leaves: a scalar and a vector."""
    def g(s):
        u, v = s
        return jnp.cos(u * p) / 2 + jnp.sum(v) / 8, jnp.tanh(v * u + x3 * p) / 2
    return fixed_point(g, (f64(0.5), jnp.zeros(3)))


@program
def root_and_derivatives():
    g = grad(cubic_root)
    return cubic_root(f64(2)), g(f64(2)), grad(g)(f64(2)), grad(grad(g))(f64(2)), hessian(
        cubic_root)(f64(2))


@program
def root_jvp_and_vjp():
    y, t = jvp(cubic_root, (f64(3),), (f64(-2),))
    return y, t, vjp(cubic_root, f64(3))[1](f64(0.5))[0]


@program
def root_under_vmap():
    a = jnp.array([1.0, -2.0, 30.0, 4.0])
    return vmap(cubic_root)(a), vmap(grad(cubic_root))(a), vmap(grad(grad(cubic_root)))(a)


@program
def root_in_a_function():
    f = lambda a: jnp.sin(cubic_root(a * a) * a)
    return f(f64(1.5)), grad(f)(f64(1.5)), grad(grad(f))(f64(1.5))


@program
def root_of_a_system():
    return equilibrium(x3), jax.jacrev(equilibrium)(x3), jax.jacfwd(equilibrium)(x3)


@program
def hessian_through_a_system():
    return hessian(lambda p: jnp.sum(equilibrium(p) ** 2))(x3), vmap(
        grad(lambda p: jnp.prod(equilibrium(p))))(batch)


@program
def root_in_a_scan():
    """Roots in sequence, each from the one before as a constant of the next equation. The second
    derivative is had forwards, for backwards JAX fails here."""
    def f(a):
        def step(c, b):
            x = lax.custom_root(lambda x: x**3 + b * x - c, f64(1), newton, divide)
            return x + 1, x
        return jnp.sum(lax.scan(step, a, jnp.array([1.0, 2.0, 3.0]))[1])
    return f(f64(2)), grad(f)(f64(2)), jax.jacfwd(jax.jacfwd(f))(f64(2))


@program
def root_of_a_function_with_a_loop():
    """f itself has a loop, which reverse mode has to pass through."""
    def f(a, x):
        return lax.fori_loop(0, 4, lambda k, s: jnp.sin(s) + a * x, x) - 1

    def root(a):
        return lax.custom_root(lambda x: f(a, x), f64(0.5), newton, divide)
    return root(f64(1.5)), grad(root)(f64(1.5)), grad(grad(root))(f64(1.5))


@program
def fixed_point_and_derivatives():
    f = lambda a: fixed_point(lambda x: jnp.cos(a * x), f64(0.5))
    a = f64(0.75)
    return f(a), grad(f)(a), grad(grad(f))(a), vmap(grad(f))(jnp.array([0.25, 0.5, 1.0]))


@program
def fixed_point_of_a_tree():
    loss = lambda p: (lambda s: s[0] * jnp.sum(s[1] ** 2))(mixing(p))
    p = f64(0.75)
    return mixing(p), grad(loss)(p), grad(grad(loss))(p), jvp(loss, (p,), (f64(2),))[1]


spd = m33 @ m33.T + 3 * jnp.eye(3)
tilted = m33 + 4 * jnp.eye(3)


@program
def linear_solve_by_the_matrix():
    def f(a, b):
        return lax.custom_linear_solve(lambda x: a @ x, b, by_matrix, by_matrix)
    loss = lambda a, b: jnp.sum(f(a, b) ** 2)
    return (f(tilted, x3), *grad(loss, (0, 1))(tilted, x3), hessian(loss, 1)(tilted, x3),
            vmap(f, (None, 0))(tilted, batch), vmap(grad(loss, 1), (None, 0))(tilted, batch))


@program
def linear_solve_with_a_solver_of_ones_own():
    """Jacobi's iteration, for the matrix and for its transpose."""
    a = tilted * jnp.array([[1, 0.125, 0.125], [0.125, 1, 0.125], [0.125, 0.125, 1]])

    def jacobi(matvec, b):
        d = jnp.diag(a)
        return lax.fori_loop(0, 100, lambda k, x: x + (b - matvec(x)) / d, b)

    f = lambda b: lax.custom_linear_solve(lambda x: a @ x, b, jacobi, jacobi)
    return f(x3), jax.jacrev(f)(x3), jax.jacfwd(f)(x3)


@program
def solvers_of_jax_scipy():
    tight = dict(tol=1e-15, atol=0.0)
    return (cg(spd, x3, **tight)[0], bicgstab(tilted, x3, **tight)[0], gmres(tilted, x3, **tight)[0],
            grad(lambda s: jnp.sum(cg(spd * s, x3, **tight)[0]))(f64(2)),
            jax.jacrev(lambda b: gmres(tilted, b, **tight)[0])(w3[:3]))


@program
def solvers_that_stop_early():
    """After so many steps, and where a loose tolerance is met."""
    a = jnp.diag(jnp.arange(1.0, 9)) + 0.25
    b = data(7, 8)
    m = lambda v: v / jnp.arange(1.0, 9)
    return (cg(spd, x3, maxiter=1)[0], cg(spd, x3, maxiter=2)[0], bicgstab(tilted, x3, maxiter=1)[0],
            gmres(tilted, x3, restart=2, maxiter=1)[0], gmres(tilted, x3, restart=1, maxiter=3)[0],
            cg(a, b, tol=1e-2)[0], cg(a, b, tol=1e-3, M=m)[0], bicgstab(a, b, tol=1e-2)[0],
            cg(a, b * 0)[0], cg(a, b, x0=b, tol=1e-2)[0],
            bicgstab(a, b, x0=b, M=m, tol=1e-2)[0], gmres(a, b, restart=3, tol=1e-2)[0])


# ---- the blocks of C, against jax.lax ------------------------------------------------------------


def collatz(n):
    def branch(v):
        return lax.cond(v % 2 == 1, lambda v: 3 * v + 1, lambda v: v // 2, v)
    return lax.while_loop(lambda s: s[0] > 1, lambda s: (branch(s[0]), s[1] + 1), (n, 0))[1]


@program
def blocks_nested():
    return collatz(jnp.int32(27)), vmap(collatz)(jnp.arange(1, 8, dtype=jnp.int32))


@program
def block_gradients():
    def f(x, a):
        """A for in which a branch is taken, using what is outside."""
        def step(i, s):
            return lax.cond(s > a, lambda s: s / a - i, lambda s: s * s + x, s)
        return lax.fori_loop(0, 6, step, x)
    x, a = f64(0.75), f64(1.25)
    return (f(x, a), *grad(f, (0, 1))(x, a), grad(grad(f))(x, a),
            vmap(grad(f, 1), (0, None))(x3, a))


@program
def block_while_forward():
    def f(x, a):
        return lax.while_loop(lambda s: jnp.abs(s) < a, lambda s: s * 2 + jnp.sin(s * a), x)
    return jvp(f, (f64(0.75), f64(8)), (f64(1), f64(0.5))), vmap(f, (0, None))(
        jnp.array([0.5, 60.0, 7.0]), f64(8))


if __name__ == "__main__":
    write("programs_implicit.txt")

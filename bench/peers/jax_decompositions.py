"""Row 24 in JAX."""
import jax
import jax.numpy as jnp

import inputs
from jax_work import Work

MANY = 1000


def weighed(x):
    return (x * jnp.cos(jnp.arange(x.size, dtype=jnp.float64)).reshape(x.shape)).sum()


def with_diagonal(x):
    n = x.shape[-1]
    return x + n * jnp.eye(n)


def symmetric(x):
    return with_diagonal(0.5 * (x + jnp.swapaxes(x, -1, -2)))


def eigh(x):
    w, v = jnp.linalg.eigh(symmetric(x))
    return weighed(w) + weighed(v ** 2)


def svd(x):
    u, s, _ = jnp.linalg.svd(with_diagonal(x), full_matrices=False)
    return weighed(s) + weighed(u ** 2)


LOSSES = {
    "cholesky": lambda x: weighed(jnp.linalg.cholesky(symmetric(x))),
    "lu": lambda x: weighed(jax.lax.linalg.lu(with_diagonal(x))[0]),
    "qr": lambda x: weighed(jnp.linalg.qr(with_diagonal(x))[1]),
    "eigh": eigh,
    "svd": svd,
}


def one(loss):
    return lambda n: Work(jax.value_and_grad(loss), [inputs.f64(n * n, 21, -1, 1).reshape(n, n)], x64=True)


def many(loss):
    return lambda n: Work(jax.value_and_grad(loss),
                          [inputs.f64(MANY * n * n, 21, -1, 1).reshape(MANY, n, n)], x64=True)


def solution(x, b):
    return weighed(jnp.linalg.solve(with_diagonal(x), b))


def flat(f):
    """The value, then the gradients."""
    def g(*x):
        y, d = f(*x)
        return (y, *d)
    return g


def solve(n):
    return Work(flat(jax.value_and_grad(solution, (0, 1))),
                [inputs.f64(n * n, 21, -1, 1).reshape(n, n), inputs.f64(n, 22, -1, 1)], x64=True)


def solve_many(n):
    return Work(flat(jax.value_and_grad(solution, (0, 1))),
                [inputs.f64(MANY * n * n, 21, -1, 1).reshape(MANY, n, n),
                 inputs.f64(MANY * n, 22, -1, 1).reshape(MANY, n, 1)], x64=True)


WORKS = {"solve": solve, "solve_many": solve_many}
for name, loss in LOSSES.items():
    WORKS[name] = one(loss)
    WORKS[name + "_many"] = many(loss)

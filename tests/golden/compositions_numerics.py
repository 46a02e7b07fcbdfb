"""Writes compositions_numerics.txt: derivatives of indexing, products and cumulations, and at the points
where a function has a kink or leaves its domain, for tests/test_compositions_numerics.c. Run with a
Python that has JAX >= 0.5."""
import jax
import jax.numpy as jnp
from jax import grad, hessian, jit, jvp, lax, nn, value_and_grad, vmap

from programs_common import batch, data, f64, m33, program, w3, write, x3, x23


def weighed(x):
    """A scalar in which each element counts otherwise."""
    x = x.ravel()
    return jnp.sum(jnp.sin(x + jnp.arange(x.size)) * x)


@program
def take_gradients_with_repeated_indices():
    i = jnp.array([0, 2, 2, 1, 0])
    f = lambda x: weighed(jnp.take(x, i, axis=0))
    g = lambda x: weighed(jnp.take(x, jnp.array([[1, 0], [2, 2]]), axis=1))
    return grad(f)(x3), hessian(f)(x3), grad(g)(batch), vmap(grad(f))(batch)


@program
def take_along_axis_gradients():
    i = jnp.argmax(batch, 1, keepdims=True)
    f = lambda x: weighed(jnp.take_along_axis(x, i, 1))
    picked = lambda x: jnp.sum(jnp.take_along_axis(x * x, jnp.argmin(x, 0, keepdims=True), 0))
    return value_and_grad(f)(batch), value_and_grad(picked)(batch), jit(hessian(picked))(m33)


@program
def dynamic_slice_gradients():
    def f(x, k):
        return weighed(lax.dynamic_slice(x, (k, 1), (2, 2)))
    k = jnp.int64(2)
    return (grad(f)(batch, k), grad(f)(batch, jnp.int64(9)), hessian(f)(m33, jnp.int64(0)),
            vmap(grad(f), (None, 0))(batch, jnp.array([0, 3])), jvp(lambda x: f(x, k), (batch,), (batch,)))


@program
def dynamic_update_slice_gradients():
    def f(x, u, k):
        return weighed(lax.dynamic_update_slice(x, u * u, (k, 0)))
    u = x23
    return grad(f, (0, 1))(batch, u, jnp.int64(1)), vmap(grad(f, (0, 1)), (None, None, 0))(batch, u, jnp.array([0, 5]))


@program
def element_by_element_gradients():
    f = lambda x: x[0, 1] * x[-1, -1] + jnp.sum(x[2]) * x[1, 0]
    at = lambda x, i: x[i, 1] * x[1, i]
    return grad(f)(batch), hessian(f)(m33), grad(at)(m33, jnp.int64(2)), vmap(grad(at), (None, 0))(m33, jnp.array([0, 1]))


@program
def strided_slices_and_pads():
    f = lambda x: weighed(x[::2, ::-1]) + weighed(jnp.pad(x * x, ((1, 2), (0, 1))))
    g = lambda x: weighed(lax.pad(x, f64(0.5), ((0, -1, 1), (-1, 2, 0))))
    h = lambda x, v: weighed(lax.pad(x, v, ((1, 0, 2),)))
    return grad(f)(batch), grad(g)(batch), grad(h, (0, 1))(x3, f64(0.5)), jax.jacfwd(jax.jacfwd(h, 1), 1)(x3, f64(0.5))


@program
def concatenation_and_stacking():
    f = lambda x, y: weighed(jnp.concatenate([x, x * y, y], 0)) + weighed(jnp.stack([x, y], 1))
    return grad(f, (0, 1))(x3, w3), hessian(f, (0, 1))(x3, w3)


@program
def einsum_gradients():
    f = lambda a, b, c: weighed(jnp.einsum("ijk,kl,li->jl", a, b, c))
    a, b, c = data(3, 2, 3, 2), data(4, 2, 3), data(5, 3, 2)
    return f(a, b, c), grad(f, (0, 1, 2))(a, b, c)


@program
def einsum_of_traces_diagonals_and_outer_products():
    trace = lambda a: jnp.einsum("ii->", a @ a)
    diagonal = lambda a: weighed(jnp.einsum("ii->i", a))
    batch_of = lambda a, b: weighed(jnp.einsum("...i,...i->...", a, b))
    bilinear = lambda x, a, y: jnp.einsum("i,ij,j->", x, a, y)
    return (grad(trace)(m33), hessian(diagonal)(m33[:2, :2]), grad(batch_of, (0, 1))(batch, x3),
            grad(bilinear, (0, 1, 2))(x3, m33, w3), hessian(bilinear, (0, 2))(x3, m33, w3))


@program
def dot_general_gradients():
    dims = (([1], [2]), ([0], [1]))
    f = lambda a, b: weighed(lax.dot_general(a, b, dims))
    a, b = data(3, 2, 3, 2), data(6, 2, 2, 3)
    return lax.dot_general(a, b, dims), grad(f, (0, 1))(a, b)


@program
def cumulative_second_derivatives():
    return (hessian(lambda x: weighed(jnp.cumsum(x)))(x3), hessian(lambda x: jnp.sum(jnp.cumprod(x)))(x3),
            grad(lambda x: weighed(jnp.cumprod(x, 1)))(m33), grad(lambda x: weighed(lax.cummax(x, 0)))(batch),
            grad(lambda x: weighed(lax.cummin(x, 1)))(batch))


@program
def products_with_zeros():
    """No gradient of a product may divide by its factors."""
    f = lambda x: jnp.prod(x)
    one, two = jnp.array([2.0, 0.0, 3.0]), jnp.array([0.0, 0.0, 3.0])
    return (grad(f)(one), grad(f)(two), hessian(f)(two), grad(lambda x: jnp.sum(jnp.cumprod(x)))(one),
            grad(lambda x: weighed(jnp.prod(x, 1)))(m33))


@program
def ties_share_the_gradient():
    x = jnp.array([[1.0, 3.0, 3.0], [3.0, 2.0, 1.0]])
    return (grad(lambda x: jnp.max(x))(x), grad(lambda x: weighed(jnp.min(x, 1)))(x), grad(lambda x: weighed(jnp.max(x, 0)))(x),
            grad(lambda x, y: jnp.sum(jnp.maximum(x, y)), (0, 1))(x, jnp.full((2, 3), 3.0)),
            grad(lambda x: jnp.sum(jnp.minimum(x, 3.0)))(x), grad(lambda x: jnp.sum(jnp.clip(x, 2.0, 3.0)))(x))


@program
def kinks():
    x = jnp.array([-1.0, 0.0, 2.0])
    d = lambda f: vmap(grad(f))(x)
    return (d(jnp.abs), d(nn.relu), d(jnp.sign), d(jnp.floor), d(lambda x: jnp.abs(x) * x), d(lambda x: jnp.maximum(x, -x)),
            d(lambda x: jnp.where(x > 0, x * x, -x)), d(lambda x: x % 1.5), d(lambda x: jnp.round(x) * x),
            vmap(grad(grad(lambda x: jnp.abs(x) ** 3)))(x))


@program
def edges_of_domains():
    zero = f64(0)
    return (grad(jnp.sqrt)(zero), grad(jnp.log)(zero), grad(lambda x: x ** 0.5)(zero), grad(lambda x: x ** 2)(zero),
            grad(lambda x: x ** 1.0)(zero), grad(jnp.arcsin)(f64(1)), grad(lambda x: 1 / x)(zero),
            grad(jnp.log1p)(f64(-1)), grad(lambda x: jnp.sqrt(x * x))(zero), grad(jnp.cbrt)(zero))


@program
def powers_at_zero():
    """A power 0 is a constant, also at 0: JAX says so of integers, and gives NaN for floats."""
    p = lambda x, y: x ** y
    at = [(0.0, 2.0), (0.0, 0.0), (2.0, 0.0), (-1.5, 2.0), (0.0, 1.0)]
    x, y = jnp.array([a for a, _ in at]), jnp.array([b for _, b in at])
    return vmap(p)(x, y), jnp.where(y == 0, 0, vmap(grad(p))(x, y)), vmap(grad(p, 1))(x, y), vmap(grad(lambda x: x ** 3))(x), vmap(grad(grad(lambda x: x ** 2)))(x)


@program
def where_keeps_out_not_a_number():
    safe = lambda x: jnp.where(x > 0, jnp.log(jnp.where(x > 0, x, 1.0)), 0.0)
    unsafe = lambda x: jnp.where(x > 0, jnp.log(x), 0.0)
    x = jnp.array([-1.0, 0.0, 2.0])
    norm = lambda x: jnp.where(jnp.sum(x * x) > 0, jnp.sqrt(jnp.where(jnp.sum(x * x) > 0, jnp.sum(x * x), 1.0)), 0.0)
    return vmap(grad(safe))(x), vmap(grad(unsafe))(x), grad(norm)(jnp.zeros(3)), grad(norm)(x3), hessian(norm)(x3)


@program
def softmax_family():
    x = jnp.array([[1000.0, 1001.0, 999.0], [-2.0, 0.0, 3.0]])
    y = jnp.array([0, 2])
    xent = lambda x: -jnp.mean(jnp.take_along_axis(nn.log_softmax(x, -1), y[:, None], 1))
    return (nn.softmax(x, 0), nn.log_softmax(x, -1), value_and_grad(xent)(x), hessian(lambda x: nn.logsumexp(x))(x[1]),
            grad(lambda x: weighed(nn.softmax(x, -1)))(x), grad(lambda x: weighed(nn.logsumexp(x, 0)))(x))


@program
def smooth_activations():
    fs = [nn.softplus, nn.silu, lambda x: nn.gelu(x), nn.sigmoid, lambda x: jnp.logaddexp(x, -x), lambda x: jnp.hypot(x, 2.0)]
    x = jnp.array([-30.0, -1.0, 0.0, 0.5, 40.0])
    return tuple(vmap(grad(f))(x) for f in fs) + tuple(vmap(grad(grad(f)))(x) for f in fs)


@program
def special_functions():
    x = jnp.array([-0.5, 0.25, 0.75])
    fs = [jax.scipy.special.erf, jax.scipy.special.erfc, lax.erf_inv, jnp.arctanh, jnp.expm1]
    return tuple(vmap(grad(f))(x) for f in fs) + tuple(vmap(grad(grad(grad(f))))(x) for f in fs)


@program
def statistics():
    f = lambda x: weighed(jnp.var(x, 0)) + jnp.std(x, ddof=1) + jnp.mean(jnp.std(x, 1))
    standardize = lambda x: (x - jnp.mean(x, 0)) / (jnp.std(x, 0) + 1e-3)
    correlation = lambda x, y: jnp.mean(standardize(x) * standardize(y))
    return value_and_grad(f)(batch), grad(lambda x: weighed(standardize(x)))(batch), grad(correlation, (0, 1))(x3, w3), hessian(lambda x: jnp.var(x))(x3)


@program
def median_without_a_sort():
    """The element with as many above as below, by counting; differentiable as the choice it is."""
    def median(x):
        below = jnp.sum(x[:, None] > x[None, :], 1)
        return jnp.sum(jnp.where(below == x.size // 2, x, 0.0))
    x = jnp.array([0.5, -1.0, 3.0, 2.0, 0.75])
    return value_and_grad(median)(x), vmap(grad(median))(jnp.stack([x, -x, x[::-1]]))


@program
def broadcasting_gradients():
    a, b, c = data(3, 2, 1, 3), data(4, 4, 1), f64(0.5)
    f = lambda a, b, c: weighed(a * b + jnp.sin(a * c) / (b * b + 1))
    return f(a, b, c), grad(f, (0, 1, 2))(a, b, c)


@program
def norms():
    x = batch
    return (grad(lambda x: jnp.linalg.norm(x))(x), grad(lambda x: weighed(jnp.linalg.norm(x, axis=1)))(x), hessian(lambda x: jnp.linalg.norm(x))(x3),
            grad(lambda x: weighed(x / jnp.linalg.norm(x, axis=0, keepdims=True)))(x))


@program
def complicated_views_of_one_array():
    def f(x):
        y = jnp.swapaxes(x.reshape(2, 2, 3), 0, 2)
        z = jnp.flip(jnp.moveaxis(y, 1, 0), (0, 2)).reshape(-1)
        return weighed(jnp.broadcast_to(z[:3], (2, 3))) + weighed(z.reshape(3, 4).T @ y[:, 0])
    return value_and_grad(f)(batch), jit(grad(f))(batch)


@program
def one_hot_and_segment_sums():
    ids = jnp.array([0, 2, 1, 0])

    def f(x):
        sums = nn.one_hot(ids, 3).T @ x
        return weighed(sums / jnp.maximum(jnp.sum(nn.one_hot(ids, 3), 0), 1)[:, None])
    return value_and_grad(f)(batch), grad(lambda x: weighed(nn.one_hot(ids, 2) * x[:, :1]))(batch)


write("compositions_numerics.txt")

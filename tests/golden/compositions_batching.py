"""Writes compositions_batching.txt: vmap over axes of any rank, nested, and of everything that can be
mapped, for tests/test_compositions_batching.c. Run with a Python that has JAX >= 0.5."""
import jax
import jax.numpy as jnp
from jax import grad, jacrev, jit, jvp, lax, nn, vjp, vmap

from programs_common import batch, data, f64, m33, program, w3, write, x3

t234 = data(3, 2, 3, 4)
u432 = data(7, 4, 3, 2)


@program
def in_axes_of_rank_three():
    f = lambda a, b: jnp.sin(a) @ b.T
    return (vmap(f)(t234, t234), vmap(f, (0, 2))(t234, jnp.moveaxis(t234, 0, 2)),
            vmap(f, (1, 1))(t234, t234), vmap(f, (2, 0))(t234, u432.transpose(0, 2, 1)), vmap(f, (-2, -2))(t234, t234))


@program
def out_axes_of_rank_three():
    f = lambda a: (a * 2, jnp.sum(a, 0), jnp.sum(a))
    return vmap(f, 1, (2, 1, 0))(t234), vmap(f, 2, (1, 0, 0))(t234), vmap(f, 0, -1)(t234)


@program
def nested_vmaps_over_different_axes():
    f = lambda a, b: jnp.sum(a * b) + a[0]
    return (vmap(vmap(f, (0, None)), (None, 0))(batch, batch), vmap(vmap(f, (1, 0)), (2, None))(t234, batch[:3, :2]),
            vmap(vmap(f), (1, 1), 1)(t234, t234))


@program
def three_levels_of_vmap():
    f = lambda a, b, c: a * jnp.sin(b) + c
    every = vmap(vmap(vmap(f, (0, None, None)), (None, 0, None)), (None, None, 0))
    return every(x3, jnp.array([0.5, 2.0]), data(2, 4)), jit(grad(lambda a: jnp.sum(every(a, w3, x3) ** 2)))(x3)


@program
def in_axes_of_trees():
    """Each argument is a tree; an axis stands for all its leaves."""
    f = lambda p, x: p[0] @ x + p[1]
    p = data(3, 4, 3, 3), data(5, 4, 3)
    return (vmap(f)(p, batch), vmap(f, (0, None))(p, x3), vmap(f, (None, 0))((m33, w3), batch),
            vmap(f, (1, None))((p[0].transpose(1, 0, 2), p[1].T), x3))


@program
def result_that_does_not_depend_on_the_batch():
    f = lambda x, y: (y * 2, jnp.sum(x))
    return vmap(f, (0, None))(batch, x3), vmap(f, (0, None), (1, 0))(batch, x3)


@program
def batch_of_one_and_of_none():
    f = lambda x: (jnp.cumsum(x), jnp.max(x), x @ m33)
    return vmap(f)(batch[:1]), vmap(f)(batch[:0]), vmap(grad(lambda x: jnp.sum(f(x)[2] ** 2)))(batch[:0])


@program
def vmap_of_reductions_and_cumulations():
    def f(x):
        return (jnp.sum(x, 0), jnp.prod(x, 1), jnp.max(x, 0), jnp.argmin(x, 1), jnp.cumsum(x, 1), jnp.cumprod(x, 0),
                lax.cummax(x, 1), nn.logsumexp(x, 0), jnp.any(x > 1, 1), jnp.std(x, 1, ddof=1))
    return vmap(f, 1)(t234)


@program
def vmap_of_shape_changes():
    def f(x):
        return (x.reshape(6), x.T, jnp.flip(x, 1), jnp.concatenate([x, x * 2], 1), jnp.pad(x, ((1, 0), (0, 2))),
                x[:, ::2], jnp.stack([x, -x], 1), jnp.broadcast_to(x[0], (2, 3)), jnp.expand_dims(x, 1).squeeze(1),
                jnp.moveaxis(x, 0, 1))
    return vmap(f, 2)(t234)


@program
def vmap_of_products():
    a, b = t234, u432
    return (vmap(jnp.dot, (0, 1))(a[:, 0], b[:, 0]), vmap(jnp.matmul, (2, 0))(a, b), vmap(jnp.outer, (1, 1))(batch.T, batch.T),
            vmap(lambda x, y: jnp.einsum("ij,jk->ki", x, y), (2, None))(a, m33),
            vmap(vmap(jnp.matmul, (None, 0)), (0, None))(a[:, :, :3], data(5, 2, 3, 2)))


@program
def vmap_of_indexing_by_batched_indices():
    i = jnp.array([2, 0, 7, -1])
    take = lambda x, i: jnp.take(x, jnp.where(i < 0, i + 3, i), axis=0, mode="clip")
    slices = lambda x, i: lax.dynamic_slice(x, (jnp.maximum(i, 0),), (2,))
    update = lambda x, i: lax.dynamic_update_slice(x, jnp.array([10.0, 20.0]), (jnp.maximum(i, 0),))
    return (vmap(take)(batch, i), vmap(take, (None, 0))(x3, i), vmap(take, (0, None))(batch, jnp.array([0, 2])),
            vmap(slices)(batch, i), vmap(update)(batch, i), vmap(grad(lambda x, i: slices(x, i) @ jnp.array([1.0, 3.0])))(batch, i),
            vmap(grad(lambda x, i: jnp.sum(update(x, i) ** 2)), (None, 0))(x3, i))


@program
def vmap_of_where_and_clip():
    f = lambda x, lo: (jnp.where(x > lo, x, lo), jnp.clip(x, lo, 1.0), jnp.sign(x) * lo)
    return vmap(f, (0, None))(batch, f64(-0.5)), vmap(f, (None, 0))(x3, w3), vmap(f)(batch, data(2, 4))


@program
def vmap_of_random_draws():
    keys = jax.random.split(jax.random.PRNGKey(7), 3)
    f = lambda k, s: jax.random.normal(k, (2,)) * s
    return (vmap(f)(keys, x3), vmap(f, (None, 0))(keys[0], x3), vmap(lambda k: jax.random.uniform(jax.random.split(k, 2)[1]))(keys),
            vmap(grad(lambda s, k: jnp.sum(jax.random.normal(k, (2,)) * s ** 2)), (0, 0))(x3, keys))


@program
def vmap_of_jacobians_of_vmaps():
    f = lambda w, x: jnp.tanh(vmap(lambda r: r @ x)(w))
    return (vmap(jacrev(f, 1), (None, 0))(m33, batch), jit(vmap(jax.jacfwd(f, (0, 1)), (0, None)))(data(3, 2, 3, 3), x3))


@program
def vmap_of_jvp_and_vjp():
    f = lambda x, y: jnp.sin(x) * jnp.sum(y)
    push = lambda x, y, t: jvp(f, (x, y), (t, t))
    pull = lambda x, y, ct: vjp(f, x, y)[1](ct)
    return vmap(push, (0, None, 0))(batch, w3, batch), vmap(pull, (0, 0, None))(batch, batch, w3), vmap(vmap(pull, (None, None, 0)), (0, None, None))(batch, w3, m33)


@program
def pairwise_distances_and_their_gradients():
    d = lambda a, b: jnp.sqrt(jnp.sum((a - b) ** 2) + 0.25)
    pairs = vmap(vmap(d, (None, 0)), (0, None))
    return pairs(batch, batch), vmap(vmap(grad(d), (None, 0)), (0, None))(batch, m33), grad(lambda x: jnp.sum(pairs(x, x)))(batch)


@program
def batched_gradient_norms():
    """Per-example gradients, clipped and averaged."""
    loss = lambda w, x, y: (jnp.tanh(x @ w) - y) ** 2
    g = vmap(grad(loss), (None, 0, 0))(w3, batch, data(2, 4))
    norms = jnp.linalg.norm(g, axis=1)
    clipped = g * jnp.minimum(1.0, 0.5 / norms)[:, None]
    return g, norms, jnp.mean(clipped, 0)


@program
def vmap_with_axis_size_and_no_batched_argument():
    f = lambda a: (a * 2, jnp.sum(a, 0), jnp.sum(a))
    return vmap(f, None, axis_size=2)(x3), vmap(f, None, (1, 0, 0), axis_size=3)(x3)


write("compositions_batching.txt")

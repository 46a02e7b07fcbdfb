"""Rows 15 to 17 in JAX: the objectives of ADBench, and their derivatives."""
import math
import os

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from jax_work import Work


def numbers(file):
    with open(os.path.join(os.environ.get("BENCH_ADBENCH", "."), file)) as f:
        return np.array(f.read().split(), np.float64)


def cut(x, *shapes):
    """x in pieces of the shapes, one after the other."""
    out, at = [], 0
    for shape in shapes:
        n = math.prod(shape)
        out.append(x[at:at + n].reshape(shape))
        at += n
    return out


# ---- a mixture of Gaussians

def log_wishart_prior(gamma, m, d, k, diagonal, sums, lower):
    n = d + m + 1
    log_gamma = 0.25 * d * (d - 1) * math.log(math.pi) + sum(
        math.lgamma(0.5 * n + 0.5 * (1 - j)) for j in range(1, d + 1))
    c = n * d * (math.log(gamma) - 0.5 * math.log(2)) - log_gamma
    squares = jnp.sum(diagonal**2) + jnp.sum(lower**2)
    return 0.5 * gamma * gamma * squares - m * jnp.sum(sums) - k * c


def gmm_function(gamma, m):
    def gmm(p, x, triangle):
        alphas, means, icf = p
        (k, d), n = means.shape, x.shape[0]
        logs, lower = icf[:, :d], icf[:, d:]
        diagonal, sums = jnp.exp(logs), jnp.sum(logs, axis=1)
        L = jnp.take(jnp.pad(lower, ((0, 0), (0, 1))), triangle, axis=1).reshape(k, d, d)
        away = x[:, None, :] - means
        q = diagonal * away + jnp.einsum("kij,nkj->nki", L, away)
        inner = alphas + sums - 0.5 * jnp.sum(q**2, axis=2)
        fit = jnp.sum(jax.nn.logsumexp(inner, axis=1)) - n * jax.nn.logsumexp(alphas)
        prior = log_wishart_prior(gamma, m, d, k, diagonal, sums, lower)
        return fit - 0.5 * n * d * math.log(2 * math.pi) + prior

    return gmm


def gmm_inputs(name):
    x = numbers("gmm_d%d_K%d.txt" % divmod(name, 1000))
    d, k, n = map(int, x[:3])
    alphas, means, icf, points, prior = cut(x[3:], (k,), (k, d), (k, d * (d + 1) // 2), (n, d), (2,))
    triangle = np.full((d, d), d * (d - 1) // 2, np.int32)
    columns, rows = np.triu_indices(d, 1)
    triangle[rows, columns] = np.arange(d * (d - 1) // 2)
    return gmm_function(*map(float, prior)), [(alphas, means, icf), points, triangle.reshape(-1)]


def gmm(name):
    f, args = gmm_inputs(name)
    return Work(f, args, x64=True)


def gmm_grad(name):
    f, args = gmm_inputs(name)
    return Work(jax.grad(f), args, x64=True)


# ---- a network of diagonal LSTM layers

def lstm_loss(p, state, sequence):
    main, extra = p

    def character(carry, t):
        state, loss = carry
        x, gold = t
        x = x * extra[0]
        after = []
        for l in range(state.shape[0] // 2):
            hidden, cell = state[2 * l], state[2 * l + 1]
            (wf, wi, wo, wc), (bf, bi, bo, bc) = (jnp.split(main[2 * l + k], 4) for k in (0, 1))
            forget, out = jax.nn.sigmoid(x * wf + bf), jax.nn.sigmoid(x * wo + bo)
            change = jnp.tanh(hidden * wc + bc)
            cell = cell * forget + jax.nn.sigmoid(hidden * wi + bi) * change
            x = out * jnp.tanh(cell)
            after += [x, cell]
        y = x * extra[1] + extra[2]
        norm = y - jnp.log(jnp.sum(jnp.exp(y)) + 2)
        return (jnp.stack(after), loss + jnp.sum(gold * norm)), None

    (_, loss), _ = lax.scan(character, (state, jnp.float64(0)), (sequence[:-1], sequence[1:]))
    return -loss / sequence[1:].size


def lstm_inputs(name):
    x = numbers("lstm_l%d_c%d.txt" % divmod(name, 10000))
    l, c, b = map(int, x[:3])
    main, extra, state, sequence = cut(x[3:], (2 * l, 4 * b), (3, b), (2 * l, b), (c, b))
    return [(main, extra), state, sequence]


def lstm(name):
    return Work(lstm_loss, lstm_inputs(name), x64=True)


def lstm_grad(name):
    return Work(jax.grad(lstm_loss), lstm_inputs(name), x64=True)


# ---- bundle adjustment

def rotate(rotation, x):
    theta = jnp.sqrt(jnp.sum(rotation**2))
    axis, c, s = rotation / theta, jnp.cos(theta), jnp.sin(theta)
    return x * c + jnp.cross(axis, x) * s + axis * (jnp.dot(axis, x) * (1 - c))


def reprojection(camera, x, weight, feature):
    seen = rotate(camera[:3], x - camera[3:6])
    flat = seen[:2] / seen[2]
    r2 = jnp.sum(flat**2)
    bent = 1 + camera[9] * r2 + camera[10] * r2 * r2
    return weight * (flat * bent * camera[6] + camera[7:9] - feature)


def adjust(blocks):
    def observe(*args):
        return (reprojection(*args), *blocks(reprojection, (0, 1, 2))(*args))

    def f(cameras, points, weights, features, camera_of, point_of):
        return jax.vmap(observe)(jnp.take(cameras, camera_of, axis=0, mode="clip"),
                                 jnp.take(points, point_of, axis=0, mode="clip"), weights, features)

    return f


def ba_maker(blocks):
    def make(n):
        x = numbers("ba1_n49_m7776_p31843.txt")
        cameras, points = map(int, x[:2])
        camera, point, weight, feature = cut(x[3:], (11,), (3,), (1,), (2,))
        i = np.arange(n)
        return Work(adjust(blocks), [np.tile(camera, (cameras, 1)), np.tile(point, (points, 1)),
                                     np.repeat(weight, n), np.tile(feature, (n, 1)),
                                     (i % cameras).astype(np.int32), (i % points).astype(np.int32)],
                    x64=True)

    return make


WORKS = {
    "gmm": gmm,
    "gmm_grad": gmm_grad,
    "lstm": lstm,
    "lstm_grad": lstm_grad,
    "ba_forward": ba_maker(jax.jacfwd),
    "ba_reverse": ba_maker(jax.jacrev),
}

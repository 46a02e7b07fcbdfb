"""Writes compositions_models.txt: learning models, their losses, derivatives and training, for
tests/test_compositions_models.c and test_compositions_networks.c.
Run with a Python that has JAX >= 0.5."""
import jax
import jax.numpy as jnp
from jax import grad, hessian, jacfwd, jacrev, jit, jvp, lax, nn, random, value_and_grad, vmap

from programs_common import batch, data, f64, m33, program, w3, write, x3

# Weights are small, so that nothing saturates.
SMALL = 0.5


def lstm(p, carry, x):
    wx, wh, b = p
    h, c = carry
    i, f, g, o = jnp.split(wx @ x + wh @ h + b, 4)
    c = nn.sigmoid(f + 1) * c + nn.sigmoid(i) * jnp.tanh(g)
    h = nn.sigmoid(o) * jnp.tanh(c)
    return (h, c), h


def gru(p, h, x):
    wz, wr, wn = p
    both = jnp.concatenate([h, x])
    z, r = nn.sigmoid(wz @ both), nn.sigmoid(wr @ both)
    n = jnp.tanh(wn @ jnp.concatenate([r * h, x]))
    h = (1 - z) * n + z * h
    return h, h


LSTM = data(3, 8, 3) * SMALL, data(5, 8, 2) * SMALL, data(7, 8)
GRU = data(2, 2, 5) * SMALL, data(4, 2, 5) * SMALL, data(6, 2, 5) * SMALL


@program
def lstm_loss_and_gradients():
    def loss(p, xs):
        (h, c), hs = lax.scan(lambda s, x: lstm(p, s, x), (jnp.zeros(2), jnp.zeros(2)), xs)
        return jnp.sum(hs ** 2) + jnp.sum(h * c)
    return value_and_grad(loss, (0, 1))(LSTM, batch)


@program
def lstm_over_a_batch_of_sequences():
    def last(p, xs):
        return lax.scan(lambda s, x: lstm(p, s, x), (jnp.zeros(2), jnp.zeros(2)), xs)[0][0]
    xs = data(4, 2, 3, 3)
    loss = lambda p: jnp.mean(vmap(last, (None, 0))(p, xs) ** 2)
    return vmap(last, (None, 0))(LSTM, xs), jit(grad(loss))(LSTM)


@program
def gru_loss_and_gradients():
    loss = lambda p, xs: jnp.sum(lax.scan(lambda h, x: gru(p, h, x), jnp.zeros(2), xs)[1] ** 2)
    return value_and_grad(loss)(GRU, batch), jvp(lambda xs: loss(GRU, xs), (batch,), (batch,))


@program
def recurrence_in_both_directions():
    def f(w, xs):
        step = lambda h, x: (jnp.tanh(w @ h + x),) * 2
        ahead, back = lax.scan(step, jnp.zeros(3), xs)[1], lax.scan(step, jnp.zeros(3), xs, reverse=True)[1]
        return jnp.concatenate([ahead, back], 1)
    return f(m33 * SMALL, batch), grad(lambda w: jnp.sum(f(w, batch) ** 2))(m33 * SMALL)


def attention(q, k, v):
    scores = q @ k.T / jnp.sqrt(f64(3))
    causal = jnp.arange(4)[:, None] >= jnp.arange(4)[None, :]
    return nn.softmax(jnp.where(causal, scores, -jnp.inf), -1) @ v


@program
def causal_attention():
    q, k, v = batch, data(2, 4, 3), data(5, 4, 3)
    return attention(q, k, v), grad(lambda q, k, v: jnp.sum(attention(q, k, v) ** 2), (0, 1, 2))(q, k, v)


@program
def attention_of_several_heads():
    q, k, v = data(1, 2, 4, 3), data(2, 2, 4, 3), data(5, 2, 4, 3)
    heads = vmap(attention)
    scores = lambda q: jnp.einsum("hij,hkj->hik", q, k)
    return heads(q, k, v), jit(grad(lambda q: jnp.sum(jnp.sin(heads(q, k, v)))))(q), grad(lambda q: jnp.sum(scores(q) ** 2))(q)


def layer_norm(x, scale, shift):
    mean = jnp.mean(x, -1, keepdims=True)
    var = jnp.mean((x - mean) ** 2, -1, keepdims=True)
    return (x - mean) * lax.rsqrt(var + 1e-5) * scale + shift


@program
def layer_norm_gradients():
    f = lambda x, a, b: jnp.sum(layer_norm(x, a, b) ** 3)
    return layer_norm(batch, x3, w3), grad(f, (0, 1, 2))(batch, x3, w3), vmap(jacfwd(layer_norm), (0, None, None))(batch, x3, w3)


@program
def transformer_block():
    def block(p, x):
        wq, wk, wv, w1, w2 = p
        y = layer_norm(x, 1.0, 0.0)
        x = x + attention(y @ wq, y @ wk, y @ wv)
        return x + nn.gelu(layer_norm(x, 1.0, 0.0) @ w1) @ w2
    p = m33, data(2, 3, 3), data(3, 3, 3), data(4, 3, 4), data(5, 4, 3)
    return value_and_grad(lambda p, x: jnp.mean(block(p, x) ** 2), (0, 1))(p, batch)


def convolve(image, kernel):
    h, w = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    return sum(image[i:i + h, j:j + w] * kernel[i, j] for i in range(kernel.shape[0]) for j in range(kernel.shape[1]))


@program
def convolution_and_pooling_by_slices():
    def net(image, kernel):
        y = nn.relu(convolve(image, kernel))
        return jnp.max(y.reshape(2, 2, 2, 2), (1, 3)), jnp.mean(y.reshape(2, 2, 2, 2), (1, 3))
    loss = lambda image, kernel: sum(jnp.sum(y ** 2) for y in net(image, kernel))
    image, kernel = data(1, 5, 5) + data(3, 5, 5) * 0.125, data(6, 2, 2)
    return net(image, kernel), grad(loss, (0, 1))(image, kernel), vmap(grad(loss, 1), (0, None))(data(3, 2, 5, 5), kernel)


@program
def convolution_hessian():
    image = data(1, 4, 4)
    return hessian(lambda k: jnp.sum(jnp.tanh(convolve(image, k))))(data(6, 2, 2))


@program
def batch_norm_through_the_batch():
    def f(x, scale):
        y = (x - jnp.mean(x, 0)) / jnp.sqrt(jnp.var(x, 0) + 1e-3) * scale
        return jnp.sum(jnp.sin(y) * batch[::-1])
    return value_and_grad(f, (0, 1))(batch, x3)


@program
def embeddings_and_cross_entropy():
    words, labels = jnp.array([[0, 2], [1, 1], [3, 0]]), jnp.array([2, 0, 1])

    def loss(table, w):
        x = jnp.mean(jnp.take(table, words, axis=0), 1)
        return -jnp.mean(jnp.take_along_axis(nn.log_softmax(x @ w), labels[:, None], 1))
    return value_and_grad(loss, (0, 1))(batch, m33), hessian(loss, 1)(batch, m33)


@program
def variational_autoencoder():
    """A reparameterised draw, with gradients through it."""
    def loss(p, key, x):
        enc, dec = p
        mean, logvar = jnp.split(x @ enc, 2, -1)
        z = mean + jnp.exp(logvar / 2) * random.normal(key, mean.shape)
        kl = -0.5 * jnp.sum(1 + logvar - mean ** 2 - jnp.exp(logvar))
        return jnp.sum((jnp.tanh(z @ dec) - x) ** 2) + kl
    p = data(2, 3, 4) * SMALL, data(5, 2, 3)
    keys = random.split(random.PRNGKey(3), 4)
    each = vmap(value_and_grad(loss), (None, 0, 0))
    return value_and_grad(loss)(p, keys[0], x3), jax.tree.map(lambda g: jnp.mean(g, 0), each(p, keys, batch))


@program
def dropout():
    def f(w, key, x):
        keep = random.bernoulli(key, 0.5, (3,))
        return jnp.sum(jnp.where(keep, jnp.tanh(w @ x) / 0.5, 0.0) ** 2)
    keys = random.split(random.PRNGKey(11), 4)
    return vmap(f, (None, 0, 0))(m33, keys, batch), grad(lambda w: jnp.mean(vmap(f, (None, 0, 0))(w, keys, batch)))(m33)


@program
def mixture_of_gaussians_log_likelihood():
    def loglik(logits, means, logscales, xs):
        def one(x):
            z = (x - means) * jnp.exp(-logscales)
            parts = nn.log_softmax(logits) + jnp.sum(-0.5 * z * z - logscales - 0.5 * jnp.log(2 * jnp.pi), 1)
            return nn.logsumexp(parts)
        return jnp.mean(vmap(one)(xs))
    at = jnp.array([0.5, -0.25]), data(2, 2, 3), data(9, 2, 3) * SMALL, batch
    return value_and_grad(loglik, (0, 1, 2))(*at), hessian(loglik, 0)(*at)


@program
def adam_steps_by_scan():
    def loss(w):
        return jnp.mean((jnp.tanh(batch @ w) - jnp.array([0.5, -0.5, 0.25, 0.0])) ** 2)

    def step(s, t):
        w, m, v = s
        value, g = value_and_grad(loss)(w)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        mh, vh = m / (1 - 0.9 ** (t + 1.0)), v / (1 - 0.999 ** (t + 1.0))
        return (w - 0.05 * mh / (jnp.sqrt(vh) + 1e-8), m, v), value
    run = lambda w: lax.scan(step, (w, jnp.zeros(3), jnp.zeros(3)), jnp.arange(6.0))
    return run(w3), jit(grad(lambda w: loss(run(w)[0][0])))(w3)


@program
def gradient_descent_in_a_jitted_fori():
    def train(w, rate):
        loss = lambda w: jnp.mean(jnp.logaddexp(0, -(batch @ w))) + 0.05 * w @ w
        return lax.fori_loop(0, 10, lambda i, w: w - rate * grad(loss)(w), w)
    return jit(train)(w3, f64(0.5)), jacrev(train, 1)(w3, f64(0.5)), jacfwd(train)(w3, f64(0.5)), vmap(train, (None, 0))(
        w3, jnp.array([0.1, 1.0]))


@program
def physics_informed_loss():
    """Derivatives of a network in its input, differentiated in its parameters."""
    def u(p, t):
        w1, b1, w2 = p
        return jnp.tanh(w1 * t + b1) @ w2

    def loss(p):
        residual = lambda t: grad(grad(u, 1), 1)(p, t) + u(p, t)
        ts = jnp.array([0.0, 0.5, 1.0, 1.5])
        return jnp.mean(vmap(residual)(ts) ** 2) + (u(p, f64(0)) - 1) ** 2 + grad(u, 1)(p, f64(0)) ** 2
    return value_and_grad(loss)((x3, w3, data(9, 3)))


@program
def hidden_markov_model():
    """The forward algorithm in logarithms."""
    obs = jnp.array([0, 1, 1, 0, 1])

    def loglik(start, trans, emit):
        a, b = nn.log_softmax(trans, 1), nn.log_softmax(emit, 1)
        first = nn.log_softmax(start) + b[:, obs[0]]
        step = lambda alpha, o: (nn.logsumexp(alpha[:, None] + a, 0) + jnp.take(b, o, axis=1), None)
        return nn.logsumexp(lax.scan(step, first, obs[1:])[0])
    return value_and_grad(loglik, (0, 1, 2))(x3, m33, data(2, 3, 2))


@program
def mixture_of_experts_by_switch():
    def f(w, x):
        expert = jnp.argmax(w @ x)
        return jnp.sum(lax.switch(expert, [jnp.tanh, lambda x: x * x, jnp.sin], w @ x))
    return vmap(f, (None, 0))(m33, batch), grad(lambda w: jnp.sum(vmap(f, (None, 0))(w, batch)))(m33)


@program
def neural_ode():
    def f(w, x):
        field = lambda x: jnp.tanh(w @ x)

        def rk4(x, _):
            k1 = field(x)
            k2 = field(x + 0.05 * k1)
            k3 = field(x + 0.05 * k2)
            k4 = field(x + 0.1 * k3)
            return x + 0.1 / 6 * (k1 + 2 * k2 + 2 * k3 + k4), x
        return lax.scan(rk4, x, None, length=5)
    loss = lambda w, x: jnp.sum(f(w, x)[0] ** 2)
    return f(m33, x3), grad(loss, (0, 1))(m33, x3), vmap(grad(loss, 1), (None, 0))(m33, batch)


@program
def normalizing_flow():
    """Log density by the determinant of a triangular Jacobian."""
    def flow(w, x):
        return jnp.stack([x[0] * jnp.exp(w[0]) + w[1], x[1] * jnp.exp(jnp.tanh(x[0])) + w[2] * x[0] ** 2])

    def logp(w, x):
        j = jacfwd(flow, 1)(w, x)
        z = flow(w, x)
        return -0.5 * z @ z + jnp.log(jnp.abs(j[0, 0] * j[1, 1] - j[0, 1] * j[1, 0]))
    return value_and_grad(lambda w: jnp.mean(vmap(logp, (None, 0))(w, batch[:, :2])))(w3)


@program
def policy_gradient_with_discounted_returns():
    def loss(w):
        logits = batch @ w
        actions, rewards = jnp.array([0, 2, 1, 0]), jnp.array([1.0, 0.5, -0.25, 2.0])
        returns = lax.scan(lambda g, r: (r + 0.9 * g,) * 2, f64(0), rewards, reverse=True)[1]
        logp = jnp.take_along_axis(nn.log_softmax(logits), actions[:, None], 1)[:, 0]
        return -jnp.mean(logp * lax.stop_gradient(returns - jnp.mean(returns)))
    return value_and_grad(loss)(m33)


@program
def contrastive_loss_of_pairs():
    def loss(a, b):
        unit = lambda x: x / jnp.sqrt(jnp.sum(x * x, 1, keepdims=True) + 1e-6)
        s = unit(a) @ unit(b).T / 0.5
        return -jnp.mean(jnp.einsum("ii->i", nn.log_softmax(s, 1))) - jnp.mean(jnp.einsum("ii->i", nn.log_softmax(s, 0)))
    return value_and_grad(loss, (0, 1))(batch, data(2, 4, 3))


write("compositions_models.txt")

"""Writes compositions_x32.txt: programs with 64-bit types off: f32, integers, bools, weak types, empty
shapes and chance, for tests/test_compositions_x32.c. Run with a Python that has JAX >= 0.5."""
import jax
import jax.numpy as jnp
from jax import grad, hessian, jacfwd, jacrev, jit, jvp, lax, nn, random, value_and_grad, vmap

from programs_common import data, program, while_as_scan, write

jax.config.update("jax_enable_x64", False)
x3, w3, m33, batch = data(1, 3), data(4, 3), data(5, 3, 3), data(6, 4, 3)
u8 = jnp.array([3, 250, 7, 128], jnp.uint8)
i32 = jnp.array([-7, 2147483647, 5, -2147483648], jnp.int32)
u32 = jnp.array([1, 4000000000, 77, 65535], jnp.uint32)


@program
def dtypes_that_nobody_names():
    return (jnp.arange(3), jnp.arange(3.0), jnp.zeros(2), jnp.eye(2), jnp.linspace(0, 1, 3), nn.one_hot(jnp.array([1, 0]), 2),
            jnp.argmax(x3), jnp.sum(x3 > 0), jnp.mean(jnp.arange(4)), jnp.arange(4) / 3, jnp.full((2,), 7), jnp.sqrt(jnp.arange(3)))


@program
def weak_numbers_and_mixed_dtypes():
    return (u8 + 1, u8 * 0.5, i32[2] * 0.5, (x3 > 0) + 1, (x3 > 0) * 0.5, u8 + jnp.arange(4), x3 + jnp.arange(3),
            jnp.where(x3 > 0, 1, x3), jnp.where(u8 > 5, u8, 0), u8 + jnp.float32(0.5), jnp.maximum(u32, 3), 2 ** x3)


@program
def integers_wrap_around():
    return (u8 + u8, u8 * u8, u8 - jnp.uint8(4), i32 + i32, -i32, jnp.abs(i32), u32 * u32, i32 * jnp.int32(3), ~u8,
            jnp.cumsum(u8, dtype=jnp.uint8), jnp.prod(i32[::2]), jnp.sum(u32))


@program
def integer_division_and_shifts():
    by = jnp.array([2, -3, -2, 0], jnp.int32)
    k = jnp.array([1, 31, 32, 3], jnp.int32)
    return (i32 // by, i32 % jnp.where(by == 0, 7, by), lax.rem(i32, by), i32 << k, i32 >> k, lax.shift_right_logical(i32, k),
            u32 >> k.astype(jnp.uint32), lax.population_count(u32), lax.clz(u32), i32 & by, i32 ^ by)


@program
def conversions():
    f = jnp.array([-1.5, 0.99, 3e9, -jnp.inf, jnp.nan, 255.5])
    return (f[:3].astype(jnp.int32), f[4:].astype(jnp.int32), f.astype(bool), u32.astype(jnp.float32), i32.astype(jnp.uint8),
            (x3 > 0).astype(jnp.float32), u8.astype(jnp.int32) - 300, lax.bitcast_convert_type(x3, jnp.int32),
            jnp.round(f[:2]), jnp.float32(16777217))


@program
def euclid_in_a_while_over_a_batch():
    def gcd(a, b):
        return lax.while_loop(lambda s: s[1] != 0, lambda s: (s[1], s[0] % s[1], s[2] + 1), (a, b, 0))
    a, b = jnp.array([48, 17, 0, 1071], jnp.int32), jnp.array([18, 5, 9, 462], jnp.int32)
    return vmap(gcd)(a, b), jit(vmap(gcd, (None, 0)))(jnp.int32(120), b)


@program
def random_numbers_made_by_hand():
    """A shift register in u32 whose floats are weighed by what is differentiated."""
    def f(x):
        def step(s, _):
            s = s ^ (s << 13)
            s = s ^ (s >> 17)
            s = s ^ (s << 5)
            u = (s >> 8).astype(jnp.float32) / 16777216
            return s, jnp.sin(u * x)
        return lax.scan(step, jnp.uint32(2463534242), None, length=5)
    return f(x3), grad(lambda x: jnp.sum(f(x)[1]))(x3), vmap(lambda x: f(x)[1])(x3)


@program
def carries_that_enter_as_numbers():
    a = lax.fori_loop(0, 4, lambda i, s: s + i * 0.5, 0.0)
    b = lax.fori_loop(0, 4, lambda i, s: s * 2 + x3, jnp.zeros(3))
    c = lax.while_loop(lambda s: s[0] < 3, lambda s: (s[0] + 1, s[1] * jnp.float32(1.5)), (0, jnp.float32(1)))
    d = lax.scan(lambda c, x: (c + x, c), 0.0, x3)
    return a, b, c, d


@program
def hessian_of_logistic_loss_in_f32():
    f = lambda w: jnp.mean(jnp.log1p(jnp.exp(-(batch @ w))))
    return hessian(f)(w3), jit(value_and_grad(f))(w3), vmap(grad(f))(m33)


@program
def recurrence_in_f32():
    def loss(w, h, xs):
        step = lambda h, x: (jnp.tanh(w @ h + x),) * 2
        return jnp.sum(lax.scan(step, h, xs)[1] ** 2)
    return value_and_grad(loss, (0, 1, 2))(m33, x3, batch)


@program
def while_in_reverse_in_f32():
    def f(loop, x):
        return loop(lambda s: s[0] < 100, lambda s: (s[0] * 2 + jnp.sin(s[0]), s[1] + 1), (x, 0))
    g = grad(lambda x: f(while_as_scan, x)[0])
    x = jnp.array([0.5, 60.0, 200.0])
    return vmap(lambda x: f(lax.while_loop, x))(x), vmap(g)(x), g(jnp.float32(0.75))


@program
def gradients_beside_integers():
    """Functions of floats, integers and bools; only the floats have a gradient."""
    def f(i, p, x, n):
        y = jnp.where(p, x[i] * n, jnp.sum(x))
        return y ** 2 / n
    at = jnp.int32(1), jnp.array(True), x3, jnp.int32(3)
    return (value_and_grad(f, 2)(*at), vmap(grad(f, 2), (0, None, None, None))(jnp.array([0, 2]), *at[1:]),
            vmap(grad(f, 2), (None, 0, None, 0))(at[0], jnp.array([True, False]), x3, jnp.array([1, 2])))


@program
def gradients_through_casts():
    f = lambda x: jnp.sum((x > 0) * x ** 2) + jnp.sum(jnp.floor(x).astype(jnp.int32) * x)
    g = lambda x: jnp.sum(x.astype(jnp.int32).astype(jnp.float32) + x)
    return grad(f)(x3), grad(g)(x3), jvp(f, (x3,), (w3,)), hessian(f)(x3)


@program
def arrays_of_no_elements():
    none, wide = jnp.zeros((0, 3)), jnp.zeros((2, 0))
    f = lambda x: jnp.sum(jnp.sin(x) @ m33) + jnp.sum(w3)
    return (jnp.sum(none), jnp.sum(none, 0), jnp.prod(none, 0), none @ m33, wide @ none, jnp.concatenate([none, batch]),
            jnp.max(wide, 0), value_and_grad(f)(none), jacrev(lambda x: jnp.sum(x, 0))(none), vmap(jnp.cumsum)(wide))


@program
def arrays_of_one_element():
    a, b = jnp.array([[[0.5]]]), jnp.array([2.0])
    f = lambda a, b: jnp.sum(a * b + b.reshape(1, 1) @ a[0]) + jnp.squeeze(a) * b[0]
    return (a + batch, jnp.squeeze(a), a @ b, grad(f, (0, 1))(a, b), hessian(f, (0, 1))(a, b),
            vmap(lambda x: x * 2)(b), jnp.cumprod(b), jnp.max(a, (0, 2)))


@program
def softmax_of_large_f32():
    x = jnp.array([[1e30, 0.0, -1e30], [88.0, 90.0, 100.0]])
    return nn.softmax(x, -1), nn.logsumexp(x, 1), grad(lambda x: jnp.sum(nn.log_softmax(x[1]) * w3))(x)


@program
def small_and_large_f32():
    x = jnp.array([1e-30, 1e30, -1e-20, 3e38])
    return x * x, x / 1e10, jnp.sqrt(jnp.abs(x)), jnp.exp(x), jnp.tanh(x), vmap(grad(lambda x: jnp.log1p(x * x)))(x[:3])


@program
def draws_of_every_kind():
    k = random.split(random.PRNGKey(5), 7)
    return (random.uniform(k[0], (3,)), random.normal(k[1], (3,)), random.randint(k[2], (4,), -5, 9), random.bernoulli(k[3], 0.3, (5,)),
            random.categorical(k[4], batch), random.exponential(k[5], (2,)), random.gumbel(k[6], (2,)), random.bits(k[0], (2,)),
            random.fold_in(k[1], 9))


def energy(x):
    return jnp.sum(x ** 2) / 2 + jnp.cos(x[0]) * x[1]


@program
def hamiltonian_monte_carlo():
    """Leapfrog by scan, acceptance by a draw, several chains by vmap."""
    def step(x, key):
        k1, k2 = random.split(key)
        p = random.normal(k1, (3,))

        def leap(s, _):
            x, p = s
            p = p - 0.05 * grad(energy)(x)
            x = x + 0.1 * p
            return (x, p - 0.05 * grad(energy)(x)), None
        (y, q), _ = lax.scan(leap, (x, p), None, length=5)
        change = energy(x) + p @ p / 2 - energy(y) - q @ q / 2
        accept = jnp.log(random.uniform(k2)) < change
        return jnp.where(accept, y, x), accept
    chain = lambda key: lax.scan(step, x3, random.split(key, 4))
    keys = random.split(random.PRNGKey(1), 2)
    return chain(keys[0]), jit(vmap(chain))(keys)


@program
def metropolis_chain():
    def step(x, key):
        k1, k2 = random.split(key)
        y = x + 2 * random.normal(k1, (3,))
        return lax.cond(random.uniform(k2) < jnp.exp(energy(x) - energy(y)), lambda: (y, True), lambda: (x, False))
    return lax.scan(step, x3, random.split(random.PRNGKey(2), 6)), vmap(step, (0, None))(batch, random.PRNGKey(3))


@program
def price_by_simulation_and_its_slope():
    def price(s, v, key):
        z = random.normal(key, (8,))
        end = s * jnp.exp((0.05 - v * v / 2) + v * z)
        return jnp.mean(jnp.maximum(end - 1, 0))
    key = random.PRNGKey(4)
    each = vmap(value_and_grad(price, (0, 1)), (None, None, 0))
    return value_and_grad(price, (0, 1))(jnp.float32(1), jnp.float32(0.25), key), each(
        jnp.float32(1), jnp.float32(0.25), random.split(key, 3))


@program
def langevin_steps_with_folded_keys():
    def step(i, x):
        noise = random.normal(random.fold_in(random.PRNGKey(6), i), (3,))
        return x - 0.05 * grad(energy)(x) + 0.25 * noise
    run = lambda x: lax.fori_loop(0, 4, step, x)
    return run(x3), jacfwd(run)(x3), vmap(run)(batch)


@program
def linear_regression_by_descent():
    y = jnp.array([1.0, 0.0, -1.0, 2.0])

    def fit(w, b):
        loss = lambda w, b: jnp.mean((batch @ w + b - y) ** 2)

        def step(_, s):
            g = grad(loss, (0, 1))(*s)
            return s[0] - 0.1 * g[0], s[1] - 0.1 * g[1]
        return lax.fori_loop(0, 10, step, (w, b))
    return jit(fit)(w3, jnp.float32(0)), jacrev(fit, 1)(w3, jnp.float32(0))


@program
def game_of_life():
    def step(_, cells):
        padded = jnp.pad(cells, 1)
        n = sum(padded[1 + i:6 + i, 1 + j:6 + j] for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j)
        return jnp.where((n == 3) | ((n == 2) & (cells == 1)), 1, 0).astype(jnp.uint8)
    glider = jnp.zeros((5, 5), jnp.uint8).at[jnp.array([0, 1, 2, 2, 2]), jnp.array([1, 2, 0, 1, 2])].set(1)
    return lax.fori_loop(0, 4, step, glider), jit(vmap(lambda n: lax.fori_loop(0, n, step, glider)))(jnp.array([0, 1, 3]))


write("compositions_x32.txt")

"""What JAX offers, on the platform that JAX_PLATFORMS names. Prints what fails, and exits with 1 if something does.

Values are compared with NumPy's.
"""
import concurrent.futures
import sys
import traceback

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from numpy.testing import assert_allclose

jax.config.update("jax_enable_x64", True)
FEATURES = []
RNG = np.random.default_rng(0)


def feature(f):
    FEATURES.append(f)
    return f


def near(a, b, tolerance=1e-8):
    assert_allclose(np.asarray(a), np.asarray(b), rtol=tolerance, atol=tolerance)


def raises(error, part, f):
    try:
        jax.block_until_ready(f())
    except error as e:
        assert part in str(e), f"{part!r} is not in: {e}"
    else:
        raise AssertionError(f"no error where one says {part!r}")


# ---- arrays -----------------------------------------------------------------------------------------------


@feature
def dtypes():
    for d in ("bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64 "
              "complex128").split():
        y = jax.jit(lambda x: x + x)(jnp.arange(5).astype(d))
        assert y.dtype == d
        near(y[1], jnp.array(1, d) + jnp.array(1, d))


@feature
def numpy_shares_results():
    y = jax.jit(lambda x: x + 1)(jnp.arange(1000.0))
    assert not np.asarray(y).flags.owndata
    assert np.asarray(y).ctypes.data == y.unsafe_buffer_pointer()


@feature
def aligned_numpy_arrays_are_shared():
    room = np.zeros(4096 + 16)
    x = room[(-room.ctypes.data % 64) // 8:][:4096]
    assert jax.device_put(x).unsafe_buffer_pointer() == x.ctypes.data


@feature
def layouts_of_numpy():
    x = RNG.standard_normal((3, 4, 5))
    near(jnp.asarray(x.T), x.T)
    near(jnp.asarray(x[:, ::-1, ::2]), x[:, ::-1, ::2])


@feature
def donated_buffers_are_reused():
    x = jnp.ones(10000)
    at = x.unsafe_buffer_pointer()
    y = jax.jit(lambda x: x * 2, donate_argnums=0)(x)
    assert x.is_deleted() and y.unsafe_buffer_pointer() == at
    raises(RuntimeError, "deleted", lambda: x + 1)


@feature
def donated_buffers_that_are_seen_stay():
    x = jnp.ones(10000)
    seen = np.asarray(x)
    jax.block_until_ready(jax.jit(lambda x: x * 2, donate_argnums=0)(x))
    assert seen[0] == 1


@feature
def empty_arrays():
    assert jnp.zeros((0, 3)).sum() == 0
    assert jnp.concatenate([jnp.zeros((0, 3)), jnp.ones((2, 3))]).shape == (2, 3)
    assert jnp.linalg.det(jnp.zeros((0, 0))) == 1


@feature
def devices():
    d = jax.devices()[0]
    x = jax.device_put(jnp.ones(3), d)
    assert x.devices() == {d}
    d.memory_stats()
    near(x.copy(), [1, 1, 1])
    x.copy_to_host_async()


@feature
def ahead_of_time():
    c = jax.jit(lambda x: x + 1).lower(jnp.ones(3)).compile()
    near(c(jnp.ones(3)), [2, 2, 2])
    c.cost_analysis()
    c.memory_analysis()


# ---- control flow and transformations ---------------------------------------------------------------------


@feature
def loops_and_branches():
    assert lax.while_loop(lambda c: c[0] < 10, lambda c: (c[0] + 1, c[1] * 2), (0, 1.0))[1] == 1024
    near(lax.scan(lambda c, x: (c + x, c * x), 0.0, jnp.arange(5.0))[1], [0, 0, 2, 9, 24])
    near(jax.vmap(lambda i, x: lax.switch(i, [jnp.sin, jnp.cos, jnp.tan], x))(jnp.arange(3), jnp.ones(3)),
         [np.sin(1), np.cos(1), np.tan(1)])
    near(lax.associative_scan(jnp.add, jnp.arange(8)), np.cumsum(np.arange(8)))
    near(lax.map(jnp.sin, jnp.arange(4.0)), np.sin(np.arange(4)))


@feature
def derivatives():
    f = lambda x: jnp.sum(jnp.sin(x) * x**3)
    x = np.arange(3.0)
    g = np.cos(x) * x**3 + 3 * np.sin(x) * x**2
    near(jax.grad(f)(x), g)
    near(jax.grad(jax.checkpoint(f))(x), g)
    near(jax.jvp(f, (x,), (np.ones(3),))[1], g.sum())
    near(jax.hessian(f)(x), jax.jacfwd(jax.grad(f))(x))

    @jax.custom_vjp
    def twice(x):
        return x
    twice.defvjp(lambda x: (x, None), lambda _, g: (g * 2,))
    assert jax.grad(twice)(1.0) == 2


@feature
def ordinary_differential_equations():
    from jax.experimental.ode import odeint
    end = lambda y: odeint(lambda y, t: -y, y, jnp.linspace(0, 1, 5))[-1]
    near(end(1.0), np.exp(-1), 1e-6)
    near(jax.grad(end)(1.0), np.exp(-1), 1e-6)


@feature
def minimisation():
    from jax.scipy.optimize import minimize
    near(minimize(lambda x: jnp.sum((x - 1) ** 2), jnp.zeros(3), method="BFGS").x, np.ones(3), 1e-4)


# ---- functions ------------------------------------------------------------------------------------------------


@feature
def random_numbers():
    k = jax.random.key(0)
    near(jax.random.normal(k, (2,), jnp.float32), [1.6226422, 2.0252647], 1e-6)
    for draw in (lambda: jax.random.permutation(k, 10), lambda: jax.random.choice(k, 5, (3,)),
                 lambda: jax.random.gamma(k, 2.0, (3,)), lambda: jax.random.poisson(k, 3.0, (3,)),
                 lambda: jax.random.bits(k, (3,)), lambda: jax.random.categorical(k, jnp.ones(3))):
        jax.block_until_ready(draw())


@feature
def indexing():
    x = jnp.arange(10.0)
    near(x.at[2].add(5)[2], 7)
    near(x[jnp.array([1, 3])], [1, 3])
    near(x[::-2], np.arange(10)[::-2])
    near(x[x > 5], [6, 7, 8, 9])


@feature
def reductions():
    x = RNG.standard_normal((4, 5))
    near(jnp.cumsum(x, 1), np.cumsum(x, 1))
    near(jnp.cumprod(x, 0), np.cumprod(x, 0))
    near(lax.cummax(x, 1), np.maximum.accumulate(x, 1))
    near(jnp.median(x), np.median(x))
    near(jnp.percentile(x, 30), np.percentile(x, 30))
    near(jnp.std(x, 0), x.std(0))
    near(jnp.sort(x, 0), np.sort(x, 0))
    near(jax.nn.logsumexp(x), np.log(np.exp(x).sum()))
    near(lax.top_k(x, 2)[0], -np.sort(-x, 1)[:, :2])


@feature
def linear_algebra():
    a = RNG.standard_normal((5, 5))
    s = a @ a.T + 5 * np.eye(5)
    near(jnp.linalg.inv(a), np.linalg.inv(a))
    near(jnp.linalg.solve(a, a[0]), np.linalg.solve(a, a[0]))
    near(jnp.linalg.cholesky(s), np.linalg.cholesky(s))
    near(jnp.linalg.eigvalsh(s), np.linalg.eigvalsh(s))
    q, r = jnp.linalg.qr(a)
    near(q @ r, a)
    u, d, v = jnp.linalg.svd(a)
    near(u * d @ v, a)
    near(jnp.linalg.pinv(a), np.linalg.pinv(a))
    near(jnp.sort(jnp.abs(jnp.linalg.eigvals(a))), np.sort(np.abs(np.linalg.eigvals(a))))
    near(jnp.linalg.lstsq(a, a[0])[0], np.linalg.lstsq(a, a[0])[0])
    near(jax.scipy.linalg.expm(a) @ jax.scipy.linalg.expm(-a), np.eye(5), 1e-6)
    t, z = jax.scipy.linalg.schur(a)
    near(z @ t @ z.T, a)
    near(jax.grad(lambda a: jnp.linalg.slogdet(a)[1])(a), np.linalg.inv(a).T)
    near(jax.vmap(jnp.linalg.inv)(np.stack([a, s]))[1], np.linalg.inv(s))
    near(lax.linalg.tridiagonal_solve(*(c * jnp.ones(5) for c in (0, 4, 0)), jnp.ones((5, 1))), np.full((5, 1), 0.25))


@feature
def fourier_transforms():
    x = RNG.standard_normal((8, 6))
    near(jnp.fft.fft2(x), np.fft.fft2(x))
    near(jnp.fft.rfft(x), np.fft.rfft(x))
    near(jnp.fft.irfft(np.fft.rfft(x)), x)
    jax.grad(lambda x: jnp.abs(jnp.fft.fft(x)).sum())(x)


@feature
def networks():
    x, w = RNG.standard_normal((2, 8, 8, 3)), RNG.standard_normal((3, 3, 3, 4))
    net = lambda w: lax.conv_general_dilated(x, w, (2, 2), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))
    assert net(w).shape == (2, 4, 4, 4)
    assert jax.grad(lambda w: net(w).sum())(w).shape == w.shape
    pool = lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    near(pool(x), x.reshape(2, 4, 2, 4, 2, 3).max((2, 4)))
    near(jax.grad(lambda x: pool(x).sum())(x).sum(), 2 * 4 * 4 * 3)
    near(jax.nn.softmax(x).sum(-1), np.ones((2, 8, 8)))


@feature
def sparse_matrices():
    from jax.experimental import sparse
    near(sparse.BCOO.fromdense(jnp.eye(3)) @ jnp.arange(3.0), np.arange(3))


# ---- errors and threads ------------------------------------------------------------------------------------------


@feature
def threads():
    f = jax.jit(lambda x: jnp.sin(x).sum())
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        got = list(pool.map(lambda i: float(f(jnp.full(100, float(i)))), range(200)))
    near(got, 100 * np.sin(np.arange(200)))


@feature
def errors_name_the_line_of_python():
    call = jax.ffi.ffi_call("nobody", jax.ShapeDtypeStruct((3,), float))
    if jax.default_backend() == "jacquard":
        raises(jax.errors.JaxRuntimeError, "features.py", lambda: jax.jit(call)(jnp.ones(3)))


failed = 0
for f in FEATURES:
    try:
        f()
    except Exception:
        failed += 1
        print(f"{f.__name__}:", file=sys.stderr)
        traceback.print_exc(limit=-3)
print(f"{len(FEATURES) - failed} features work on {jax.default_backend()}, {failed} do not")
sys.exit(failed > 0)

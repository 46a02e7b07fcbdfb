"""Writes programs.txt: what the programs of the family programs (in tests/test_programs.c and
test_programs_control.c) give in JAX.

Run with a Python that has JAX >= 0.5:  python tests/golden/programs.py"""
import jax
import jax.numpy as jnp
from jax import grad, hessian, jit, jvp, lax, nn, value_and_grad, vjp, vmap

from programs_common import batch, data, f64, m33, program, w3, write, x3, x23


def mlp(w1, w2, x):
    return jnp.sum(jnp.tanh(x @ w1) @ w2)


def loss(w, b, X, y):
    p = vmap(lambda x: nn.sigmoid(jnp.dot(x, w) + b))(X)
    return jnp.mean((p - y) ** 2)


def doubling(x):
    return lax.while_loop(lambda s: jnp.abs(s[0]) < 100, lambda s: (s[0] * 2 + jnp.sin(s[0]), s[1] + 1),
                          (x, 0))


def rolled(x):
    return lax.fori_loop(0, 5, lambda i, s: s * jnp.sin(s + i), x)


def newton(a):
    """Square root by Newton's method with a derivative taken in the loop's body."""
    f = lambda x: x * x - a
    return lax.while_loop(lambda x: jnp.abs(f(x)) > 1e-12, lambda x: x - f(x) / grad(f)(x), a)


def branchy(x):
    return lax.cond(x > 0, lambda x: x * x, jnp.sin, x)


def rnn(w, h, xs):
    def step(h, x):
        h = jnp.tanh(w @ h + x)
        return h, jnp.sum(h)
    return lax.scan(step, h, xs)


@program
def grad_of_grad():
    return grad(grad(lambda x: x**3 * jnp.exp(x)))(f64(0.5))


@program
def third_derivative_of_tanh():
    return grad(grad(grad(jnp.tanh)))(f64(0.25))


@program
def grad_of_vmap():
    return value_and_grad(loss, (0, 1))(w3, f64(0.5), batch, data(7, 4))


@program
def vmap_of_grad():
    return vmap(grad(branchy))(data(3, 5))


@program
def vmap_of_vmap():
    return vmap(vmap(lambda a, b: a * jnp.sin(b), (0, None)), (None, 0))(x3, data(2, 2))


@program
def vmap_axes():
    return vmap(lambda a, b: a * b + jnp.sum(a), (1, 0), -1)(x23, m33[:, :2])


@program
def mlp_gradients():
    return grad(mlp, (0, 1))(m33, w3, x23)


@program
def while_values():
    return doubling(f64(0.75))


@program
def while_under_vmap():
    return vmap(doubling)(jnp.array([0.5, 60.0, 200.0, -3.0]))


@program
def while_jvp():
    return jvp(lambda x: doubling(x)[0], (f64(0.75),), (f64(2),))


@program
def while_jvp_under_vmap():
    return vmap(lambda x: jvp(lambda x: doubling(x)[0], (x,), (f64(1),))[1])(jnp.array([0.5, 60.0, 200.0]))


@program
def grad_inside_while():
    return newton(f64(2)), vmap(newton)(jnp.array([1.0, 2.0, 9.0]))


@program
def fori_gradient():
    return value_and_grad(rolled)(f64(0.7))


@program
def fori_second_derivative_under_vmap():
    return vmap(grad(grad(rolled)))(x3)


@program
def fori_captures():
    """The body uses values of two levels around it, and both get a gradient."""
    def f(a, b):
        def inner(c):
            return lax.fori_loop(0, 3, lambda i, s: s * a + c * b, f64(1))
        return inner(a * b)
    return grad(f, (0, 1))(f64(1.5), f64(-0.5))


@program
def cond_gradient():
    return grad(branchy)(f64(0.7)), grad(branchy)(f64(-0.7))


@program
def cond_captures():
    def f(a, x):
        return lax.cond(x > 0, lambda x: a * x, lambda x: x / a, x)
    return grad(f, (0, 1))(f64(3), f64(2)), grad(f, (0, 1))(f64(3), f64(-2))


@program
def switch_values_and_gradients():
    def f(i, x):
        return lax.switch(i, [jnp.sin, lambda x: x * x, jnp.exp], x)
    i = jnp.array([-5, 0, 1, 2, 9])
    return vmap(f, (0, None))(i, f64(0.5)), vmap(grad(f, 1), (0, None))(i, f64(0.5))


@program
def scan_outputs():
    return rnn(m33, x3, batch)


@program
def scan_gradient():
    return grad(lambda w, h, xs: jnp.sum(rnn(w, h, xs)[1]), (0, 1, 2))(m33, x3, batch)


@program
def scan_reversed_under_vmap():
    def f(h, xs):
        return lax.scan(lambda c, x: (c * x + 1, c - x), h, xs, reverse=True)
    return vmap(f, (0, 1))(x3, batch)


@program
def jacobian_by_vjp():
    y, back = vjp(lambda x: jnp.cumsum(jnp.sin(x) * x), x3)
    return (y, *(vmap(back)(jnp.eye(3))))


@program
def hessian_of_logistic_loss():
    def f(w):
        return jnp.mean(jnp.log1p(jnp.exp(-(batch @ w))))
    return hessian(f)(w3)


@program
def has_aux():
    (v, aux), g = value_and_grad(lambda x: (jnp.sum(x**2), x * 2), has_aux=True)(x3)
    return v, aux, g


@program
def softmax_jacobian():
    y, back = vjp(lambda x: nn.softmax(x), x3)
    return (y, *vmap(back)(jnp.eye(3)))


@program
def logsumexp_of_infinities():
    x = jnp.array([[-jnp.inf, -jnp.inf], [0.0, -jnp.inf], [jnp.inf, 1.0], [1000.0, 1000.0]])
    f = lambda x: nn.logsumexp(x)
    return vmap(f)(x), vmap(grad(f))(x[1::2])


@program
def relu_at_zero():
    return vmap(grad(nn.relu))(jnp.array([-1.0, 0.0, 2.0]))


@program
def max_gradient_at_ties():
    return grad(lambda x: jnp.max(x))(jnp.array([1.0, 3.0, 3.0, 2.0])), grad(jnp.maximum)(f64(2), f64(2))


@program
def dot_shapes():
    return jnp.dot(x23, m33), jnp.dot(x3, w3), jnp.matmul(data(3, 2, 2, 3), m33), jnp.einsum("ij,kj->ik", x23, m33)


@program
def cumulative_gradient():
    return grad(lambda x: jnp.sum(jnp.cumsum(x) ** 2))(x3), grad(lambda x: jnp.sum(jnp.cumprod(x)))(x3)


@program
def stop_gradient():
    return grad(lambda x: x * lax.stop_gradient(x * x))(f64(3))


@program
def weak_numbers():
    return 2 * jnp.float32(0.1) + 1, jnp.int32(3) * 0.5, jnp.uint8(200) + 100, x3 + 0.1


@program
def custom_jvp_under_vmap():
    @jax.custom_jvp
    def f(x):
        return jnp.sin(x)
    f.defjvps(lambda t, y, x: 10 * t)
    return vmap(grad(f))(x3), grad(lambda x: f(x) * x)(f64(2))


@program
def while_in_scan_in_cond():
    def f(x):
        def step(c, v):
            y = lax.while_loop(lambda s: s < 10, lambda s: s * 2 + 1, jnp.abs(v))
            return c + y, y
        return lax.cond(x > 0, lambda: lax.scan(step, x, batch[:, 0])[0], lambda: -x)
    return f(f64(1)), f(f64(-1)), vmap(f)(jnp.array([1.0, -1.0]))


@program
def jit_inside_everything():
    g = jit(lambda x: jnp.sin(x) * x)
    return grad(lambda x: jnp.sum(vmap(jit(grad(g)))(x)))(x3)


def layer(w, x):
    return jnp.tanh(w @ x) * x


@program
def jacobians_forward_and_reverse():
    return jax.jacfwd(layer, (1, 0))(m33, x3), jax.jacrev(layer, (1, 0))(m33, x3)


@program
def jacobian_of_matrix_valued():
    return jax.jacrev(lambda x: jnp.outer(x, x * x)[:2])(x3), jax.jacfwd(lambda x: jnp.sum(x) * x23)(x3)


@program
def hessian_of_rolled_loop():
    f = lambda x: jnp.sum(vmap(rolled)(x)) ** 2
    return hessian(f)(x3), jax.jacrev(jax.jacrev(f))(x3), jit(vmap(hessian(f)))(batch)


@program
def linearize_reused():
    y, lin = jax.linearize(layer, m33, x3)
    return y, lin(m33, w3), lin(m33 * 2, x3), vmap(lin, (None, 0))(m33, batch)


@program
def linear_transpose():
    t = jax.linear_transpose(lambda x: m33 @ x + 2 * x, x3)
    return t(w3)[0], vmap(t)(batch)[0]


write("programs.txt")

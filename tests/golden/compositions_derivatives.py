"""Writes compositions_derivatives.txt: derivatives of derivatives in every order and mode, for
tests/test_compositions_derivatives.c and test_compositions_directions.c.
Run with a Python that has JAX >= 0.5."""
import jax
import jax.numpy as jnp
from jax import grad, hessian, jacfwd, jacrev, jit, jvp, linearize, value_and_grad, vjp, vmap

from programs_common import batch, data, f64, m33, program, w3, write, x3, x23


def wave(x):
    return jnp.sin(x) * x**3


def energy(x):
    return jnp.sum(jnp.sin(x) * x**2) + jnp.prod(x)


def layer(w, x):
    return jnp.tanh(w @ x) * x


def net(p, x):
    (w1, b1), (w2, b2) = p
    return jnp.tanh(x @ w1 + b1) @ w2 + b2


PARAMS = (m33, w3), (data(8, 3, 2), data(9, 2))


@program
def grad_vmap_jit_in_all_orders():
    return (jit(vmap(grad(wave)))(x3), vmap(jit(grad(wave)))(x3), vmap(grad(jit(wave)))(x3),
            grad(lambda x: jnp.sum(vmap(jit(wave))(x)))(x3), grad(lambda x: jnp.sum(jit(vmap(wave))(x)))(x3),
            jit(grad(lambda x: jnp.sum(vmap(wave)(x))))(x3))


@program
def second_derivatives_through_jit_in_all_orders():
    return (grad(jit(grad(wave)))(f64(0.75)), jit(grad(jit(grad(jit(wave)))))(f64(0.75)),
            vmap(jit(grad(grad(wave))))(x3), jit(grad(lambda x: jnp.sum(vmap(jit(grad(wave)))(x))))(x3))


@program
def hessian_by_all_pairs_of_modes():
    return (jacfwd(jacrev(energy))(x3), jacrev(jacfwd(energy))(x3), jacfwd(jacfwd(energy))(x3),
            jacrev(jacrev(energy))(x3))


@program
def hessian_in_two_arguments():
    """Logistic loss with weights and a bias: four blocks."""
    y = jnp.array([1.0, 0.0, 0.0, 1.0])

    def loss(w, b):
        z = batch @ w + b
        return jnp.mean(jnp.logaddexp(z, 0) - y * z)
    return hessian(loss, (0, 1))(w3, f64(0.25))


@program
def jacobians_of_mlp_with_tree_parameters():
    return jacrev(net)(PARAMS, x3), jacfwd(net)(PARAMS, x3)


@program
def jacobian_of_mlp_under_vmap():
    return vmap(jacrev(net, 1), (None, 0))(PARAMS, batch), jit(vmap(jacfwd(net, 1), (None, 0)))(PARAMS, batch)


@program
def gradient_of_tree_in_nested_structs():
    def loss(p, x, y):
        return jnp.mean((vmap(net, (None, 0))(p, x) - y) ** 2)
    return value_and_grad(loss)(PARAMS, batch, data(3, 4, 2))


@program
def fourth_derivatives():
    d4 = grad(grad(grad(grad(lambda x: jnp.exp(jnp.sin(x))))))
    return d4(f64(0.3)), vmap(d4)(x3), jit(d4)(f64(-1.25))


@program
def fifth_derivative_by_forward_mode():
    def d(f):
        return lambda x: jvp(f, (x,), (jnp.ones_like(x),))[1]
    return d(d(d(d(d(lambda x: 1 / (1 + x * x))))))(f64(0.5)), vmap(d(d(d(jnp.tanh))))(x3)


@program
def third_derivative_tensor():
    def f(x):
        return jnp.exp(x[0] * x[1]) + x[0]**3 * jnp.sin(x[1])
    x = jnp.array([0.5, -0.25])
    return jacfwd(jacfwd(jacrev(f)))(x), jacrev(jacfwd(jacrev(f)))(x), jacrev(jacrev(jacrev(f)))(x)


@program
def hessian_vector_products_in_four_orders():
    f = energy
    forward_over_reverse = lambda x, v: jvp(grad(f), (x,), (v,))[1]
    reverse_over_forward = lambda x, v: grad(lambda x: jvp(f, (x,), (v,))[1])(x)
    reverse_over_reverse = lambda x, v: grad(lambda x: jnp.vdot(grad(f)(x), v))(x)
    by_vjp = lambda x, v: vjp(grad(f), x)[1](v)[0]
    return tuple(h(x3, w3) for h in (forward_over_reverse, reverse_over_forward, reverse_over_reverse, by_vjp))


@program
def jvp_of_vjp():
    def pulled(x, ct):
        return vjp(layer, m33, x)[1](ct)
    return jvp(pulled, (x3, w3), (w3, x3))


@program
def grad_of_jvp_in_the_tangent():
    """The derivative in the tangent is the transpose of the Jacobian."""
    def f(t):
        return jnp.sum(jvp(layer, (m33, x3), (m33, t))[1] * w3)
    return grad(f)(x3), vjp(layer, m33, x3)[1](w3)[1]


@program
def vjp_of_vjp():
    def pulled(x, ct):
        return vjp(lambda x: jnp.cumsum(jnp.sin(x)), x)[1](ct)[0]
    y, back = vjp(pulled, x3, w3)
    return y, back(jnp.array([1.0, -2.0, 0.5]))


@program
def vjp_called_many_times():
    y, back = vjp(layer, m33, x3)
    return y, back(w3), back(2 * w3), jit(back)(x3), vmap(back)(batch)


@program
def vjp_of_two_results():
    def f(x, y):
        return jnp.sin(x) * y, jnp.sum(x * y)
    out, back = vjp(f, x3, w3)
    return out, back((x3, f64(2))), back((jnp.zeros(3), f64(1)))


@program
def vjp_under_vmap_and_jit():
    def g(x, ct):
        y, back = vjp(energy, x)
        return y, back(ct)[0]
    return vmap(g, (0, None))(batch, f64(0.5)), jit(vmap(g, (None, 0)))(x3, data(3, 2))


@program
def linearize_of_grad_reused():
    y, lin = linearize(grad(energy), x3)
    return y, lin(w3), vmap(lin)(jnp.eye(3)), jit(lin)(x3), jax.linear_transpose(lin, x3)(w3)


@program
def linearize_under_vmap():
    def f(x, t):
        y, lin = linearize(wave, x)
        return y, lin(t) + lin(2 * t)
    return vmap(f)(x3, w3), jit(vmap(f, (0, None)))(x3, f64(1.5))


@program
def transpose_of_transpose():
    f = lambda x: jnp.cumsum(m33 @ x) - 3 * x
    t = jax.linear_transpose(f, x3)
    tt = jax.linear_transpose(lambda y: t(y)[0], x3)
    return f(w3), t(w3)[0], tt(w3)[0], vmap(tt)(batch)[0], jacfwd(lambda y: t(y)[0])(x3)


@program
def linear_transpose_of_two_arguments():
    f = lambda x, y: (2 * x + jnp.sum(y) * w3, x[:2] - y[1, :2])
    return jax.linear_transpose(f, x3, x23)((x3, jnp.array([0.5, 2.0])))


@program
def grad_of_function_of_linear_function():
    def f(x):
        _, lin = linearize(jnp.tanh, x)
        return jnp.sum(lin(x) ** 2)
    return grad(f)(x3), vmap(grad(f))(batch)


@program
def has_aux_with_trees():
    def f(p, x):
        y = net(p, x)
        return jnp.sum(y**2), (y, x * 2)
    (v, aux), g = jit(value_and_grad(f, (1,), has_aux=True))(PARAMS, x3)
    g2, aux2 = grad(f, has_aux=True)(PARAMS, x3)
    return v, aux, g, g2, aux2


@program
def has_aux_under_vmap():
    def f(x, s):
        return s * energy(x), (jnp.max(x), x - s)
    (v, aux), g = vmap(value_and_grad(f, has_aux=True), (0, None))(batch, f64(0.5))
    return v, aux, g, vmap(grad(f, 1, has_aux=True), (0, None))(batch, f64(0.5))


@program
def argnums_in_any_order():
    def f(a, b, c):
        return jnp.sum(a * b) * c + c**3 * a[0]
    at = x3, w3, f64(0.5)
    return (grad(f, (2, 0))(*at), grad(f, -1)(*at), grad(f, (-2, -3))(*at), value_and_grad(f, (1, 2))(*at),
            hessian(f, (2, 1))(*at))


@program
def mixed_partial_derivatives():
    f = lambda x, y: jnp.exp(x * y) * jnp.sin(y)
    at = f64(0.5), f64(1.25)
    return (grad(grad(f, 0), 1)(*at), grad(grad(f, 1), 0)(*at), grad(grad(grad(f, 1), 0), 1)(*at),
            jit(grad(jit(grad(f, 0)), 1))(*at))


@program
def perturbations_are_not_confused():
    inner = grad(lambda x: x * grad(lambda y: x + y)(f64(1)))(f64(3))
    product = grad(lambda x: x * grad(lambda y: x * y)(x))(f64(3))
    d = lambda f: lambda x: jvp(f, (x,), (f64(1),))[1]
    forward = d(lambda x: x * d(lambda y: x * y * y)(x))(f64(3))
    mixed = grad(lambda x: x * d(lambda y: jnp.sin(x * y))(f64(2)))(f64(0.5))
    return inner, product, forward, mixed


@program
def gradient_through_a_gradient_step():
    """One step of learning to learn: the outer loss looks at parameters after an inner step."""
    def inner(w, x):
        return jnp.mean((jnp.tanh(x @ w) - 0.5) ** 2)

    def outer(w, rate):
        for x in (batch, batch[::-1] * 0.5):
            w = w - rate * grad(inner)(w, x)
        return inner(w, batch + 1)
    return value_and_grad(outer, (0, 1))(w3, f64(0.1)), hessian(outer)(w3, f64(0.1))


@program
def divergence_and_laplacian():
    field = lambda x: jnp.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]) @ jnp.sin(x) * x
    laplacian = lambda x: jnp.trace(hessian(energy)(x))
    divergence = lambda x: jnp.sum(vmap(lambda v: jvp(field, (x,), (v,))[1] @ v)(jnp.eye(3)))
    return vmap(laplacian)(batch), vmap(divergence)(batch), grad(laplacian)(x3), grad(divergence)(x3)


@program
def zero_and_partial_tangents():
    f = lambda x, y: (x * y, jnp.sum(y))
    return jvp(f, (x3, w3), (jnp.zeros(3), w3)), jvp(f, (x3, w3), (x3, jnp.zeros(3)))


@program
def gradient_that_stops_in_part():
    def f(x):
        y = jax.lax.stop_gradient(jnp.sin(x))
        return jnp.sum(y * x * jnp.sin(x) + y**2)
    return grad(f)(x3), hessian(f)(x3), jvp(f, (x3,), (w3,))


@program
def gauss_newton_matrix_product():
    """J'Jv through one linearization and its transpose."""
    f = lambda w: jnp.tanh(batch @ w)
    y, lin = linearize(f, w3)
    back = jax.linear_transpose(lin, w3)
    return y, back(lin(x3))[0], vmap(lambda v: back(lin(v))[0])(jnp.eye(3))


@program
def jacobian_in_one_of_two_trees():
    f = lambda p, q: (p[0] * q[1], jnp.sum(p[1]) * q[0])
    at = (x3, w3), (f64(2), x3)
    return jacrev(f, 1)(*at), jacfwd(f, 0)(*at)


write("compositions_derivatives.txt")

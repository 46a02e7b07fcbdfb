"""Writes programs_custom.txt: what the programs of the family programs_custom (in several C
files) give in JAX.

Run with a Python that has JAX >= 0.5:  python tests/golden/programs_custom.py

Rules that are not the derivative show which was taken."""
from functools import partial

import jax
import jax.numpy as jnp
from jax import checkpoint, grad, hessian, jit, jvp, lax, value_and_grad, vjp, vmap

from programs_common import batch, data, f64, m33, program, w3, write, x3, x23

# ---- custom_vjp ---------------------------------------------------------------------------------


def custom(f, fwd, bwd, **options):
    made = jax.custom_vjp(f, **options)
    made.defvjp(fwd, bwd)
    return made


# sin with three times its derivative
sin3 = custom(jnp.sin, lambda x: (jnp.sin(x), x), lambda x, ct: (3 * jnp.cos(x) * ct,))
# a product whose cotangents are swapped and scaled
prod = custom(lambda a, b: a * b, lambda a, b: (a * b, (a, b)), lambda r, ct: (2 * ct * r[1], 5 * ct * r[0]))


@program
def vjp_rule_is_taken():
    return sin3(f64(0.5)), grad(sin3)(f64(0.5)), vmap(sin3)(x3), value_and_grad(lambda x: sin3(x) * x)(f64(2))


@program
def vjp_rule_under_vmap():
    return vmap(grad(sin3))(x3), grad(lambda x: jnp.sum(vmap(sin3)(x) * w3))(x3), vmap(vmap(grad(sin3)))(x23)


@program
def vjp_rule_under_jit():
    return jit(grad(sin3))(f64(0.5)), grad(jit(sin3))(f64(0.5)), vmap(jit(grad(jit(sin3))))(x3)


@program
def vjp_rule_differentiated_again():
    return grad(grad(sin3))(f64(0.5)), grad(grad(grad(sin3)))(f64(0.5)), vmap(grad(grad(sin3)))(x3)


@program
def vjp_hessian_of_prod():
    f = lambda v: prod(v[0], v[1]) * prod(v[1], v[2])
    return hessian(f)(x3), jax.jacrev(jax.jacrev(f))(x3), jax.jacrev(lambda v: prod(v, w3))(x3)


@program
def vjp_shared_operand_sums_over_the_batch():
    f = lambda a, b: jnp.sum(vmap(prod, (None, 0))(a, b) * w3)
    return grad(f, (0, 1))(f64(1.5), x3), vmap(grad(prod, (0, 1)), (None, 0))(f64(1.5), x3)


@program
def vjp_axes_inside():
    f = custom(lambda w, x: jnp.tanh(w @ x), lambda w, x: (jnp.tanh(w @ x), (w, x)),
               lambda r, ct: (jnp.outer(ct, r[1]), ct @ r[0]))
    g = lambda w, x: jnp.sum(vmap(f, (None, 1), 1)(w, x) ** 2)
    return grad(g, (0, 1))(m33, batch.T), vmap(grad(lambda w, x: jnp.sum(f(w, x)), (0, 1)), (None, 0))(m33, batch)


@program
def vjp_of_integers_beside():
    """The integer gets no cotangent, and an integer result none either."""
    f = custom(lambda n, x: (x * n, n + 1, x), lambda n, x: ((x * n, n + 1, x), (n, x)),
               lambda r, ct: (None, ct[0] * r[0] * 7 + ct[2] * r[1]))
    g = lambda n, x: (lambda y: y[0] + y[1] + y[2])(f(n, x))
    return f(3, f64(2)), grad(g, 1)(3, f64(2)), vmap(grad(g, 1), (0, None))(jnp.array([1, 2]), f64(2))


@program
def vjp_of_trees():
    f = custom(lambda p, x: {"s": jnp.sum(p["w"] * x) + p["b"], "x": x * p["b"]},
               lambda p, x: ({"s": jnp.sum(p["w"] * x) + p["b"], "x": x * p["b"]}, (p, x)),
               lambda r, ct: ({"b": ct["s"] + jnp.sum(ct["x"]), "w": ct["s"] * r[1] * 2}, ct["x"] * r[0]["b"]))
    g = lambda b, w, x: (lambda y: y["s"] ** 2 + jnp.sum(y["x"] * w3))(f({"w": w, "b": b}, x))
    return grad(g, (0, 1, 2))(f64(0.5), w3, x3)


@program
def vjp_none_is_zero():
    f = custom(lambda a, b: a * b, lambda a, b: (a * b, b), lambda b, ct: (ct * b, None))
    return grad(f, (0, 1))(f64(2), f64(3))


@program
def vjp_in_scan():
    def f(a, xs):
        return lax.scan(lambda c, x: (sin3(c * a) + prod(c, x), sin3(x)), f64(0.5), xs)
    g = lambda a, xs: (lambda r: r[0] * jnp.sum(r[1]))(f(a, xs))
    return (*f(f64(0.7), x3), *grad(g, (0, 1))(f64(0.7), x3), vmap(grad(g), (None, 0))(f64(0.7), batch),
            grad(grad(g))(f64(0.7), x3))


@program
def vjp_in_branches():
    f = lambda x: lax.cond(x > 0, sin3, lambda x: prod(x, x), x)
    return grad(f)(f64(0.7)), grad(f)(f64(-0.7)), vmap(grad(f))(x3), vmap(grad(grad(f)))(x3)


@program
def vjp_in_map_and_fori():
    return (grad(lambda x: jnp.sum(lax.map(sin3, x)))(x3),
            grad(lambda x: lax.fori_loop(0, 3, lambda i, s: sin3(s) + i, x))(f64(0.5)))


@program
def vjp_nested():
    """The function, its forward and its backward use another such function."""
    f = custom(lambda x: sin3(x) * x, lambda x: (sin3(x) * x, sin3(x)), lambda s, ct: (sin3(s) * ct,))
    return grad(f)(f64(0.5)), grad(grad(f))(f64(0.5)), vmap(grad(grad(f)))(x3)


@program
def vjp_rule_takes_gradients():
    """A backward function that calls vjp: sqrt by Newton's method, differentiated implicitly."""
    def solve(a):
        return lax.while_loop(lambda x: jnp.abs(x * x - a) > 1e-13, lambda x: (x + a / x) / 2, a)

    def back(r, ct):
        a, x = r
        _, pull = vjp(lambda a: (x + a / x) / 2, a)
        slope = grad(lambda x: (x + a / x) / 2)(x)
        return pull(ct / (1 - slope))
    root = custom(solve, lambda a: (lambda x: (x, (a, x)))(solve(a)), back)
    return root(f64(2)), grad(root)(f64(2)), vmap(grad(root))(jnp.array([1.0, 2.0, 9.0]))


@program
def vjp_captures_what_is_not_differentiated():
    """c is a value of the trace around, s an array."""
    def f(c, x):
        g = custom(lambda x: jnp.sum(x * c * w3), lambda x: (jnp.sum(x * c * w3), x),
                   lambda x, ct: (ct * c * x * 4,))
        return g(x)
    return (grad(f, 1)(f64(3), x3), jit(grad(f, 1))(f64(3), x3),
            vmap(grad(f, 1), (0, None))(jnp.array([1.0, 2.0]), x3))


@program
def vjp_reused():
    y, back = vjp(lambda x: sin3(x) * prod(x, x), x3)
    return (y, back(w3)[0], back(2 * x3)[0], vmap(back)(batch)[0])


@program
def jvp_rule_captures_what_is_not_differentiated():
    def f(c, x):
        @jax.custom_jvp
        def g(x):
            return x * c
        g.defjvps(lambda t, y, x: 10 * t * c)
        return g(x)
    return grad(f, 1)(f64(3), f64(2)), vmap(grad(f, 1), (0, None))(x3, f64(2))


@program
def jvp_rule_in_scan_and_map():
    @jax.custom_jvp
    def g(x):
        return jnp.sin(x)
    g.defjvps(lambda t, y, x: 10 * t * x)
    f = lambda x: lax.scan(lambda c, v: (g(c) + v, g(v)), x, x3)
    return (grad(lambda x: f(x)[0] + jnp.sum(f(x)[1]))(f64(0.5)), grad(lambda x: jnp.sum(lax.map(g, x)))(x3),
            jvp(lambda x: f(x)[0], (f64(0.5),), (f64(2),)))


# ---- checkpoint ---------------------------------------------------------------------------------

POLICIES = [None, jax.checkpoint_policies.dots_saveable, jax.checkpoint_policies.everything_saveable]


def block(w, x):
    return jnp.sin(jnp.tanh(w @ jnp.exp(x)) * x)


@program
def checkpoint_policies():
    loss = lambda f: lambda w, x: jnp.sum(f(w, f(w, x)) ** 2)
    return [grad(loss(checkpoint(block, policy=p)), (0, 1))(m33, x3) for p in POLICIES]


@program
def checkpoint_under_jit_and_vmap():
    f = checkpoint(block)
    loss = lambda w, x: jnp.sum(f(w, x) * w3)
    return (jit(grad(loss))(m33, x3), grad(jit(loss))(m33, x3), vmap(grad(loss, 1), (None, 0))(m33, batch),
            grad(lambda w, x: jnp.sum(vmap(f, (None, 0))(w, x)))(m33, batch))


@program
def checkpoint_each_layer():
    def net(layer):
        return lambda w, x: jnp.sum(lax.scan(lambda h, s: (layer(w * s, h), jnp.sum(h)), x, data(3, 5))[0])
    return [grad(net(checkpoint(block, policy=p)), (0, 1))(m33, x3) for p in POLICIES]


@program
def checkpoint_second_order():
    f = lambda x: jnp.sum(checkpoint(block)(m33, x) ** 2)
    dots = lambda x: jnp.sum(checkpoint(block, policy=POLICIES[1])(m33, x) ** 2)
    return hessian(f)(x3), jax.jacrev(jax.jacrev(f))(x3), hessian(dots)(x3), jax.jacrev(jax.jacrev(dots))(x3)


@program
def checkpoint_third_derivative():
    f = checkpoint(lambda x: jnp.sin(jnp.exp(x)) * x)
    return grad(grad(grad(f)))(f64(0.25)), vmap(grad(grad(checkpoint(grad(f)))))(x3)


@program
def checkpoint_nested():
    inner = checkpoint(lambda x: jnp.sin(jnp.exp(x)))
    outer = checkpoint(lambda x: inner(inner(x)) * x)
    return grad(outer)(f64(0.5)), grad(grad(outer))(f64(0.5)), jit(vmap(grad(outer)))(x3)


@program
def checkpoint_forward_mode():
    f = checkpoint(block)
    _, lin = jax.linearize(f, m33, x3)
    return (*jvp(f, (m33, x3), (m33 * 2, w3)), lin(m33 * 2, w3), lin(m33, x3),
            jax.linear_transpose(lambda x: checkpoint(lambda x: m33 @ x + 2 * x)(x), x3)(w3)[0])


@program
def checkpoint_around_loops_and_branches():
    @checkpoint
    def f(n, x):
        y = lax.fori_loop(0, 3, lambda i, s: jnp.sin(s) * (i + n), x)
        y = lax.cond(y > 0, jnp.exp, lambda y: y * y, y)
        return y + n, n + 1
    g = lambda n, x: f(n, x)[0] * f(n, x)[1]
    return f(2, f64(0.5)), grad(g, 1)(2, f64(0.5)), vmap(grad(g, 1), (None, 0))(2, x3), grad(grad(g, 1), 1)(2, f64(0.5))


@program
def checkpoint_of_custom_rules():
    f = checkpoint(lambda x: sin3(jnp.exp(x)) * prod(x, x))
    return grad(f)(f64(0.5)), vmap(grad(grad(f)))(x3)


@program
def checkpoint_captures():
    f = lambda c, x: checkpoint(lambda x: jnp.sin(x * c) * c)(x)
    return grad(f, (0, 1))(f64(2), f64(0.5)), vmap(grad(f), (0, None))(x3, f64(0.5))


# ---- vmap with a name, and axes leaf by leaf ----------------------------------------------------


@program
def collectives():
    def f(x):
        return (lax.psum(x, "i"), lax.pmean(x, "i"), lax.pmax(x, "i"), lax.pmin(x, "i"),
                lax.axis_index("i"), x / lax.psum(jnp.abs(x), "i"), lax.psum(2.5, "i"), lax.pmean(f64(7), "i"))
    return vmap(f, axis_name="i")(data(3, 5))


@program
def collectives_of_integers():
    def f(n):
        return lax.psum(n, "i"), lax.pmean(n, "i"), lax.pmax(n, "i"), lax.psum(n > 2, "i")
    return vmap(f, axis_name="i")(jnp.array([1, 5, 3]))


@program
def collectives_of_rows():
    f = lambda x: (x - lax.pmean(x, "lane"), jnp.sum(lax.pmax(x, "lane")), lax.axis_index("lane") * x[0])
    return vmap(f, axis_name="lane")(batch), vmap(f, 1, (1, 0, 0), axis_name="lane")(batch)


@program
def collectives_under_two_names():
    def f(x, y):
        return (lax.psum(x * y, "i"), lax.psum(x * y, "j"), lax.psum(lax.psum(x * y, "j"), "i"),
                x + 10 * lax.axis_index("i") + 100 * lax.axis_index("j"))
    inner = vmap(f, (0, None), axis_name="j")
    return vmap(inner, (None, 0), axis_name="i")(x3, data(2, 2))


@program
def inner_name_hides_the_outer():
    inner = lambda x: vmap(lambda y: y + lax.psum(y, "i"), axis_name="i")(x)
    return vmap(lambda x: inner(x) + lax.psum(x, "i"), axis_name="i")(x23)


def normalized(x):
    m, v = lax.pmean(x, "b"), lax.pmean(x * x, "b")
    return (x - m) / jnp.sqrt(v - m * m + 0.5)


@program
def gradient_through_collectives():
    """Outside of the vmap, and inside of it."""
    f = lambda w, X: jnp.sum(vmap(lambda x: jnp.tanh(normalized(x * w)), axis_name="b")(X) * batch)
    inside = lambda x: grad(lambda x: jnp.sum(normalized(x) * w3))(x)
    return grad(f, (0, 1))(w3, batch), vmap(inside, axis_name="b")(batch), vmap(jvp_of_normalized, axis_name="b")(batch)


def jvp_of_normalized(x):
    return jvp(normalized, (x,), (x * x,))[1]


@program
def hessian_through_collectives():
    f = lambda x: jnp.sum(vmap(lambda x: jnp.exp(x) * lax.psum(jnp.sin(x), "i"), axis_name="i")(x))
    return hessian(f)(x3), jax.jacrev(jax.jacrev(f))(x3)


@program
def gradient_of_extremes():
    """JAX has no derivative of pmax: it is that of a maximum along the axis."""
    f = lambda x: jnp.sum(x * jnp.max(x)) + jnp.sum(x * jnp.min(x) ** 2)
    return grad(f)(jnp.array([1.0, 3.0, 3.0, -2.0]))


@program
def collectives_in_control_flow():
    def f(x):
        s, ys = lax.scan(lambda c, v: (c + lax.psum(c * v, "i"), lax.psum(c, "i")), x, x3)
        t = lax.fori_loop(0, 2, lambda k, c: c - lax.pmean(c, "i") / 2, x)
        u = lax.cond(lax.psum(x, "i") > 0, lambda x: lax.psum(x, "i"), lambda x: lax.psum(-x, "i"), x)
        v = lax.while_loop(lambda c: lax.psum(c, "i") < 50, lambda c: c * 2 + lax.axis_index("i"), jnp.abs(x))
        w = lax.cond(jnp.sin(2.0) > 0, lambda: lax.axis_index("i"), lambda: jnp.int32(0))
        return s, ys, t, u, v, w
    return vmap(f, axis_name="i")(data(3, 4))


@program
def gradient_of_collectives_in_scan():
    def f(a, x):
        s, _ = lax.scan(lambda c, v: (jnp.sin(c + a * lax.pmean(c * v, "i")), None), x, x3)
        return s
    g = lambda a, x: jnp.sum(vmap(f, (None, 0), axis_name="i")(a, x) ** 2)
    return grad(g, (0, 1))(f64(0.5), data(3, 4)), grad(grad(g))(f64(0.5), data(3, 4))


@program
def collectives_in_jitted_functions():
    g = jit(lambda x: x * lax.psum(x, "i"))
    first = vmap(lambda x: g(x) + g(x + 1), axis_name="i")(x3)
    return first, vmap(g, axis_name="i")(data(3, 5)), jit(vmap(grad(g), axis_name="i"))(x3)


@program
def collectives_in_custom_rules_and_checkpoints():
    f = custom(lambda x: x * lax.psum(x, "i"), lambda x: (x * lax.psum(x, "i"), lax.pmax(x, "i")),
               lambda m, ct: (ct * m + lax.psum(ct, "i") * lax.axis_index("i"),))
    g = checkpoint(lambda x: jnp.sin(x * lax.psum(jnp.exp(x), "i")))
    return (vmap(f, axis_name="i")(x3), grad(lambda x: jnp.sum(vmap(f, axis_name="i")(x) * w3))(x3),
            vmap(grad(f), axis_name="i")(x3), grad(lambda x: jnp.sum(vmap(g, axis_name="i")(x) * w3))(x3))


@program
def axes_leaf_by_leaf():
    f = lambda p, x: (p["w"] @ x + p["b"], p["b"] * 2)
    run = vmap(f, ({"b": 0, "w": None}, 1), (1, 0))
    return run({"w": m33, "b": data(7, 4)}, batch.T), grad(lambda w: jnp.sum(run({"w": w, "b": data(7, 4)}, batch.T)[0] ** 2))(m33)


# ---- map, associative_scan, closure_convert -----------------------------------------------------


@program
def map_values_and_gradients():
    f = lambda x: (jnp.sum(x * x), jnp.sin(x))
    return lax.map(f, batch), grad(lambda x: jnp.sum(lax.map(f, x)[0] * data(7, 4)))(batch), vmap(lambda x: lax.map(jnp.exp, x))(x23)


@program
def map_of_trees():
    return lax.map(lambda p: p[0] * p[1], (batch, data(7, 4))), lax.map(lambda n: n + 1, jnp.array([1, 2, 3]))


@program
def associative_scan_of_sums():
    s = partial(lax.associative_scan, jnp.add)
    return s(x3), s(data(3, 8)), s(data(3, 7)), s(batch), s(batch, axis=1), s(batch, reverse=True), s(x23, reverse=True, axis=1), s(data(3, 1))


def affine(a, b):
    return a[0] * b[0], a[1] * b[0] + b[1]


@program
def associative_scan_of_trees():
    """A linear recurrence: y = a y + b."""
    f = lambda a, b: lax.associative_scan(affine, (a, b))[1]
    g = lambda a, b: jnp.sum(f(a, b) ** 2)
    a, b = data(3, 6), data(5, 6)
    return f(a, b), grad(g, (0, 1))(a, b), jit(vmap(f))(batch, batch * 2), hessian(lambda a: g(a, x3))(x3)


@program
def associative_scan_of_matrices():
    m = jnp.stack([m33, m33.T, m33 + 1, m33 * 0.5])
    mul = lambda a, b: vmap(jnp.matmul)(a, b)
    return lax.associative_scan(mul, m), grad(lambda m: jnp.sum(lax.associative_scan(mul, m, reverse=True)[0]))(m)


@program
def closure_converted():
    """What jax.closure_convert would hoist out of a derivative: a and b as arguments."""
    return grad(lambda x, a, b: jnp.sum(jnp.sin(x * a) * b), (0, 1, 2))(x3, f64(2), w3)


def between_lanes(x):
    # vmap of lax.pbroadcast(x, "i", 2) fails in JAX 0.10.
    return (lax.all_gather(x, "i"), lax.all_gather(x, "i", axis=1, tiled=True), lax.psum_scatter(x, "i"),
            lax.psum_scatter(x, "i", tiled=True), lax.all_to_all(x, "i", 0, 1),
            lax.all_to_all(x, "i", 0, 1, tiled=True), lax.ppermute(x, "i", [(0, 2), (2, 1), (1, 3), (3, 0)]),
            lax.pshuffle(x, "i", [2, 0, 3, 1]), lax.all_gather(x, "i")[2], lax.pswapaxes(x, "i", 0))


@program
def collectives_between_lanes():
    return vmap(between_lanes, axis_name="i")(data(4, 4, 4, 2))


@program
def collectives_between_lanes_beside_another_axis():
    inner = lambda x: vmap(between_lanes, 2, axis_name="i")(x)
    return vmap(inner, 1)(data(4, 4, 3, 2, 4))


@program
def gradients_of_collectives_between_lanes():
    def loss(k):
        weigh = lambda y: jnp.sum(jnp.sin(y * (1 + jnp.arange(y.size).reshape(y.shape) / 4)))
        return lambda x: jnp.sum(vmap(lambda x: weigh(between_lanes(x)[k]), axis_name="i")(x))
    x = data(4, 4, 4, 2)
    return tuple(grad(loss(k))(x) for k in range(10))


write("programs_custom.txt")

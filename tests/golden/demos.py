"""Writes demo_*.txt: what the demos print, by the same programs in JAX.

Run with a Python that has JAX >= 0.5:  python tests/golden/demos.py [FOLDER]
"""
import io
import os
import sys
from contextlib import redirect_stdout

import jax
import jax.numpy as jnp
from jax import lax, random, value_and_grad, vmap

HERE = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))


def write(name, run, *args):
    out = io.StringIO()
    with redirect_stdout(out):
        run(*args)
    with open(os.path.join(HERE, f"demo_{name}.txt"), "w") as f:
        f.write(out.getvalue())


def neuron(activation):
    X = jnp.array([[0, 0], [0, 1], [1, 0], [1, 1]], jnp.float32)
    y = jnp.array([0, 1, 1, 1], jnp.float32)
    w, b = random.normal(random.PRNGKey(42), (2,)), jnp.float32(0)

    def predict(p, x):
        return activation(jnp.dot(x, p[0]) + p[1])

    def loss(p):
        return jnp.mean((vmap(predict, (None, 0))(p, X) - y) ** 2)

    for epoch in range(1000):
        value, (gw, gb) = value_and_grad(loss)((w, b))
        w, b = w - 0.1 * gw, b - 0.1 * gb
        if epoch % 100 == 0:
            print(f"Epoch {epoch}, Loss: {value:.4f}")
    for x in X:
        out = predict((w, b), x)
        print(f"Input: [{int(x[0])} {int(x[1])}], Output: {out:.4f} -> Predicted class: {int(out > 0.5)}")
    print(f"weights: [{w[0]:.6f} {w[1]:.6f}]")
    print(f"bias: {b:.6f}")


def sampler():
    def exp_inverse_sample(key, rate, n):
        return -jnp.log(1 - random.uniform(key, (n,))) / rate

    x = exp_inverse_sample(random.PRNGKey(42), 0.5, 10000)
    print("first five:", " ".join(f"{v:.6f}" for v in x[:5]))
    print(f"mean: {x.mean():.4f} (theory: 2.0000)")
    print(f"variance: {x.var():.4f} (theory: 4.0000)")


def conditional_expectation():
    keys = random.split(random.PRNGKey(42), 10000)
    x = vmap(lambda key, y: random.exponential(key) / y, (0, None))(keys, 2.0)
    print(f"E[X|Y=2] estimate: {x.mean():.4f}")
    print(f"theory: {0.5:.4f}")


def bisection(dtype):
    def f(x):
        return x**3 - 2 * x - 5

    def going(s):
        a, b, i = s
        return ((b - a) / 2 > 1e-6) & (i < 100)

    def halve(s):
        a, b, i = s
        c = (a + b) / 2
        left = f(a) * f(c) < 0
        return jnp.where(left, a, c), jnp.where(left, c, b), i + 1

    a, b, i = lax.while_loop(going, halve, (dtype(1), dtype(3), 0))
    root = (a + b) / 2
    print(f"root: {root:.6f}")
    print(f"f(root): {f(root):.3e}")
    print(f"iterations: {i}")


def fixed_point():
    def iterate(g, x0):
        return lax.while_loop(lambda s: (jnp.abs(s[0] - s[1]) > 1e-6) & (s[2] < 1000),
                              lambda s: (g(s[0]), s[0], s[2] + 1), (g(x0), x0, 1))

    def show(g, x):
        print(f"x*: {x:.6f}")
        print(f"residual: {jnp.abs(g(x) - x):.3e}")

    cases = [("x = cos(x)", jnp.cos, 1.0), ("x = exp(-x)", lambda x: jnp.exp(-x), 0.5),
             ("x = (x^3 + 2x^2 + 5)/9", lambda x: (x**3 + 2 * jnp.square(x) + 5) / 9, 0.5),
             ("x = 3.5 x (1 - x)", lambda x: 3.5 * x * (1 - x), 0.3)]
    for name, g, x0 in cases:
        x, before, i = iterate(g, jnp.float32(x0))
        print(name)
        show(g, x)
        show(g, x)
        print(f"converged: {str(bool(jnp.abs(x - before) <= 1e-6)).lower()}")
        print(f"iterations: {i}")


def implicit(a):
    """What JAX refuses, reverse mode through the while loop, is had forwards here."""
    def cubic(a, x):
        return x**3 - a * x - 5

    def newton(f, guess):
        def step(s):
            d = f(s[0]) / jax.grad(f)(s[0])
            return s[0] - d, d
        return lax.while_loop(lambda s: jnp.abs(s[1]) > 1e-12, step, (guess, jnp.float64(1)))[0]

    def bisect(f, guess):
        def halve(s):
            low, high = s
            c = (low + high) / 2
            left = f(low) * f(c) < 0
            return jnp.where(left, low, c), jnp.where(left, c, high)
        low, high = lax.while_loop(lambda s: s[1] - s[0] > 1e-12, halve, (guess - 1, guess + 1))
        return (low + high) / 2

    def by_newton(a):
        return newton(lambda x: cubic(a, x), jnp.float64(2))

    def by_bisection(a):
        return lax.custom_root(lambda x: cubic(a, x), jnp.float64(2), bisect, lambda g, y: y / g(1.0))

    x = by_newton(a)
    ways = {"through the tape": jax.jvp(by_newton, (a,), (1.0,))[1],
            "implicitly": jax.grad(by_bisection)(a), "by the formula": x / (3 * jnp.square(x) - a)}
    print(f"root: {by_bisection(a):.10f}")
    for way, d in ways.items():
        print(f"{way}: {d:.10f}")
    close = all(abs(d - ways["by the formula"]) <= 1e-10 for d in ways.values())
    print(f"agree to 1e-10: {str(bool(close)).lower()}")


def hvp():
    w = jnp.linspace(-1, 1, 5)
    X = random.normal(random.PRNGKey(0), (200, 5))
    y = jnp.sign(X @ w + random.normal(random.PRNGKey(1), (200,)))

    def loss(w):
        return jnp.mean(jax.nn.softplus(-y * (X @ w))) + 0.005 * jnp.dot(w, w)

    def product(x, v):
        return jax.jvp(jax.grad(loss), (x,), (v,))[1]

    def step(s):
        x, g, n = s
        x = x - jax.scipy.sparse.linalg.cg(lambda v: product(x, v), g, tol=1e-10)[0]
        return x, jax.grad(loss)(x), n + 1

    def show(what, x):
        print(f"{what}:", " ".join(f"{v:.8f}" for v in x))

    v = jnp.arange(1.0, 6.0)
    show("H v", product(w, v))
    show("by the matrix", jax.hessian(loss)(w) @ v)
    x = jnp.zeros(5)
    x, _, n = lax.while_loop(lambda s: jnp.linalg.norm(s[1]) > 1e-9, step, (x, jax.grad(loss)(x), 0))
    print(f"steps: {n}")
    print(f"loss: {loss(x):.8f}")
    show("w", x)


def pagerank():
    pages, edges, steps = 1000, 5000, 30
    source = random.randint(random.PRNGKey(0), (edges,), 0, pages)
    u = random.uniform(random.PRNGKey(1), (edges,))
    target = (pages * (u * (u * u))).astype(jnp.int64)

    def rank(weights):
        out = jax.ops.segment_sum(weights, source, pages)
        share = weights / jnp.maximum(out[source], 1e-9)
        step = lambda i, r: jnp.full(pages, 0.15 / pages).at[target].add(0.85 * share * r[source])
        return lax.fori_loop(0, steps, step, jnp.full(pages, 1.0 / pages))

    def show(what, i, x):
        print(f"{what}:", " ".join(f"{i} ({x:.6f})" for i, x in zip(i, x)))

    r = rank(jnp.ones(edges))
    values, best = lax.top_k(r, 5)
    helped, most = lax.top_k(jax.grad(lambda w: rank(w).max())(jnp.ones(edges)), 3)
    show("best pages", best, values)
    show("edges that help the best page most", most, helped)
    for e in most:
        print(f"from {source[e]} to {target[e]}")
    print("pages that nothing links to:", jnp.sum(r < 0.1501 / pages))


write("neuron", neuron, jax.nn.sigmoid)
write("neuron_relu", neuron, jax.nn.relu)
write("neuron_tanh", neuron, jnp.tanh)
write("sampler", sampler)
write("conditional_expectation", conditional_expectation)
write("bisection", bisection, jnp.float32)
write("fixed_point", fixed_point)
with jax.enable_x64(True):
    write("bisection_x64", bisection, jnp.float64)
    write("implicit", implicit, 2.0)
    write("implicit_a_minus_3", implicit, -3.0)
    write("hvp", hvp)
    write("pagerank", pagerank)

"""Writes random_*.npy: what jax.random's gamma draws, counts and random vectors are, for
tests/test_draws_gammas.c and tests/test_draws_counts.c, which have the same lists.

Run with a Python that has JAX 0.10:  python tests/golden/random_gammas.py
"""
import os

import jax
import jax.numpy as jnp
import numpy as np
from jax import random

HERE = os.environ.get("OUT", os.path.dirname(os.path.abspath(__file__)))
key = random.PRNGKey(42)
vector = (jnp.arange(40, dtype=jnp.float32) + 1) / 8
FLOATS = {"f32": jnp.float32, "f64": jnp.float64, "f16": jnp.float16, "bf16": jnp.bfloat16}


def save(name, value):
    np.save(os.path.join(HERE, f"random_{name}.npy"), np.asarray(value))


def each(name, dtypes, draw):
    for d in dtypes.split():
        with jax.enable_x64(d == "f64"):
            save(f"{name}_{d}", draw(FLOATS[d]))


S = (20, 25)
M = (2, 3)
cov = jnp.asarray([[2, 0.5, 0.1], [0.5, 1, 0.2], [0.1, 0.2, 0.5]], jnp.float32)
mean = jnp.asarray([1, -2, 0.5], jnp.float32)
rates = vector * 4
p3 = jnp.asarray([0.2, 0.5, 0.3], jnp.float32)

each("gamma", "f32 f64 f16 bf16", lambda d: random.gamma(key, jnp.asarray(2.5, d), S, d))
each("gamma_small", "f32 f64", lambda d: random.gamma(key, jnp.asarray(0.3, d), S, d))
save("gamma_a", random.gamma(key, vector))
each("loggamma", "f32 f64", lambda d: random.loggamma(key, jnp.asarray(0.01, d), S, d))
each("chisquare", "f32 f64", lambda d: random.chisquare(key, jnp.asarray(3, d), S, d))
each("f", "f32", lambda d: random.f(key, 3.0, 5.0, S, d))
each("t", "f32 f64", lambda d: random.t(key, jnp.asarray(4, d), S, d))
each("beta", "f32 f64", lambda d: random.beta(key, jnp.asarray(0.5, d), jnp.asarray(2, d), S, d))
each("dirichlet", "f32", lambda d: random.dirichlet(key, p3 * 3, (10,), d))
each("generalized_normal", "f32", lambda d: random.generalized_normal(key, 1.5, S, d))
each("ball", "f32", lambda d: random.ball(key, 3, 2, (30,), d))
each("ball_p", "f32", lambda d: random.ball(key, 2, 1.5, (30,), d))

save("poisson_small", random.poisson(key, 3.5, S))
save("poisson_large", random.poisson(key, 100.0, S))
save("poisson_lam", random.poisson(key, rates, (10, 40)))
save("poisson_u8", random.poisson(key, 7.0, S, jnp.uint8))
save("binomial_small", random.binomial(key, 20, 0.2, S))
save("binomial_large", random.binomial(key, 1000, 0.7, S))
save("binomial_n", random.binomial(key, jnp.round(rates * 4), 0.4, (10, 40)))
save("binomial_f16", random.binomial(key, 20, 0.2, S, jnp.float16))
each("binomial", "f64", lambda d: random.binomial(key, 100, jnp.asarray(0.3, d), S, d))
save("multinomial", random.multinomial(key, 50, p3))
save("multinomial_shape", random.multinomial(key, 50, p3, shape=(10, 3)))

each("orthogonal", "f32 f64", lambda d: random.orthogonal(key, 3, M, dtype=d))
save("orthogonal_tall", random.orthogonal(key, 4, (), m=2))
save("orthogonal_wide", random.orthogonal(key, 2, (3,), m=4))
for method in ("cholesky", "eigh", "svd"):
    save(f"multivariate_normal_{method}",
         random.multivariate_normal(key, mean, cov, (5,), method=method))
save("multivariate_normal_batch",
     random.multivariate_normal(key, jnp.stack([mean, 2 * mean]), cov))

"""Writes random_*.npy: what jax.random's distributions draw, for tests/test_distributions.c.

Run with a Python that has JAX 0.10:  python tests/golden/random_distributions.py
test_distributions.c has the same list.
"""
import os

import jax
import jax.numpy as jnp
import numpy as np
from jax import random

HERE = os.environ.get("OUT", os.path.dirname(os.path.abspath(__file__)))
S = (40, 50)
key = random.PRNGKey(42)
table = jnp.arange(96, dtype=jnp.float32).reshape(12, 8)
vector = (jnp.arange(40, dtype=jnp.float32) + 1) / 8
weights = jnp.asarray([0.1, 0.4, 0.2, 0.3], jnp.float32)
FLOATS = {"f32": jnp.float32, "f64": jnp.float64, "f16": jnp.float16, "bf16": jnp.bfloat16}


def save(name, value):
    np.save(os.path.join(HERE, f"random_{name}.npy"), np.asarray(value))


def each(name, dtypes, draw):
    for d in dtypes.split():
        with jax.enable_x64(d == "f64"):
            save(f"{name}_{d}", draw(FLOATS[d]))


save("permutation_int", random.permutation(key, 1000))
save("permutation_long", random.permutation(key, 3000))
save("permutation_axis0", random.permutation(key, table))
save("permutation_axis1", random.permutation(key, table, -1))
save("permutation_apart", random.permutation(key, table, 1, independent=True))
each("permutation", "f64", lambda d: random.permutation(key, vector.astype(d)))
save("choice_int", random.choice(key, 100, S))
save("choice_rows", random.choice(key, table, (3, 5)))
save("choice_axis1", random.choice(key, table, (3, 5), axis=1))
save("choice_once", random.choice(key, 1000, (10, 20), replace=False))
save("choice_once_axis1", random.choice(key, table, (4,), replace=False, axis=1))
save("choice_p", random.choice(key, 4, S, p=weights))
each("choice_p", "f64", lambda d: random.choice(key, 4, S, p=weights.astype(d)).astype(jnp.int32))
save("choice_p_once", random.choice(key, 4, (3,), replace=False, p=weights))
each("cauchy", "f32 f64 f16 bf16", lambda d: random.cauchy(key, S, d))
each("laplace", "f32 f64 f16 bf16", lambda d: random.laplace(key, S, d))
each("logistic", "f32 f64 f16 bf16", lambda d: random.logistic(key, S, d))
each("maxwell", "f32 f64 f16", lambda d: random.maxwell(key, S, d))
save("rademacher_i32", random.rademacher(key, S))
save("rademacher_f32", random.rademacher(key, S, jnp.float32))
save("rademacher_i8", random.rademacher(key, S, jnp.int8))
each("truncated", "f32 f64 bf16", lambda d: random.truncated_normal(key, -1, 2, S, d))
save("truncated_limits", random.truncated_normal(key, -2, vector))
each("pareto", "f32 f64 bf16", lambda d: random.pareto(key, 2.5, S, d))
save("pareto_b", random.pareto(key, vector, (20, 40)))
each("rayleigh", "f32 f64 f16", lambda d: random.rayleigh(key, jnp.asarray(1.7, d), S, d))
each("weibull_min", "f32 f64", lambda d: random.weibull_min(key, 1.5, 2.5, S, d))
each("lognormal", "f32 f64", lambda d: random.lognormal(key, 0.7, S, d))
save("lognormal_sigma", random.lognormal(key, vector))
each("triangular", "f32 f64", lambda d: random.triangular(key, -1, 0.5, 3, S, d))
each("wald", "f32 f64", lambda d: random.wald(key, jnp.asarray(1.5, d), S, d))
each("double_sided_maxwell", "f32", lambda d: random.double_sided_maxwell(key, 0.5, 2.0, S, d))
save("double_sided_maxwell_loc", random.double_sided_maxwell(key, vector, 2.0, (3,)))
save("geometric_i32", random.geometric(key, 0.3, S))
save("geometric_u8", random.geometric(key, 0.3, S, jnp.uint8))
save("geometric_p", random.geometric(key, 1 / (1 + vector), (20, 40)))

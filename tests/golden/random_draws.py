"""Writes random_*.npy: what jax.random draws, for tests/test_random.c.

Run with a Python that has JAX >= 0.5:  python tests/golden/random_draws.py
A draw's name says function, dtype and what else matters; test_random.c has the same list.
"""
import os

import jax
import jax.numpy as jnp
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
N = 10000
assert jax.config.jax_threefry_partitionable


def save(name, value):
    np.save(os.path.join(HERE, f"random_{name}.npy"), np.asarray(value))


def narrow():
    """Draws with x64 off."""
    key = jax.random.PRNGKey(42)
    seeds = [0, 1, 42, -1, 2**31 - 1, -(2**31)]
    save("keys", np.stack([jax.random.PRNGKey(s) for s in seeds]))
    save("split", jax.random.split(key, N))
    save("split2", jax.random.split(key))
    save("fold_in", jax.vmap(jax.random.fold_in, (None, 0))(key, jnp.arange(N)))
    save("bits_u32", jax.random.bits(key, (N,), jnp.uint32))
    save("bits_u32_2d", jax.random.bits(key, (101, 100), jnp.uint32))
    save("bits_u8", jax.random.bits(key, (N,), jnp.uint8))
    save("bits_u32_scalar", jax.random.bits(key, (), jnp.uint32))
    save("uniform_f32", jax.random.uniform(key, (N,)))
    save("uniform_f32_range", jax.random.uniform(key, (N,), minval=-2.5, maxval=3.7))
    save("normal_f32", jax.random.normal(key, (N,)))
    save("exponential_f32", jax.random.exponential(key, (N,)))
    save("gumbel_f32", jax.random.gumbel(key, (N,)))
    save("bernoulli_f32", jax.random.bernoulli(key, 0.3, (N,)))
    save("bernoulli_p", jax.random.bernoulli(key, jnp.linspace(0, 1, N, dtype=jnp.float32)))
    save("randint_i32", jax.random.randint(key, (N,), 0, 10))
    save("randint_i32_wide", jax.random.randint(key, (N,), -2000000000, 2000000000))
    save("randint_i32_empty", jax.random.randint(key, (N,), 5, 5))
    save("randint_u8", jax.random.randint(key, (N,), 0, 256, jnp.uint8))
    save("randint_u32", jax.random.randint(key, (N,), 7, 3000, jnp.uint32))
    logits = jnp.asarray(np.array([0.1, -1.0, 2.0, 0.5], np.float32))
    save("categorical", jax.random.categorical(key, logits, shape=(N,)))
    save("categorical_2d", jax.random.categorical(key, jnp.outer(jnp.arange(5.0), logits), axis=-1))
    save("categorical_axis0",
         jax.random.categorical(key, jnp.outer(jnp.arange(5.0), logits), axis=0, shape=(7, 4)))
    keys = jax.random.split(key, N)
    save("vmap_uniform", jax.vmap(lambda k: jax.random.uniform(k))(keys))
    save("vmap_normal", jax.vmap(lambda k: jax.random.normal(k, (2,)))(keys))


def short():
    """Draws of 8 and 16 bits."""
    key = jax.random.PRNGKey(42)
    logits = jnp.asarray(np.array([0.1, -1.0, 2.0, 0.5], np.float32))
    save("bits_u16", jax.random.bits(key, (N,), jnp.uint16))
    save("randint_i8", jax.random.randint(key, (N,), -100, 100, jnp.int8))
    save("randint_i8_all", jax.random.randint(key, (N,), -128, 128, jnp.int8))
    save("randint_i16", jax.random.randint(key, (N,), -30000, 30000, jnp.int16))
    save("randint_i16_all", jax.random.randint(key, (N,), -32768, 32768, jnp.int16))
    save("randint_u8_some", jax.random.randint(key, (N,), 3, 200, jnp.uint8))
    save("randint_u16", jax.random.randint(key, (N,), 7, 3000, jnp.uint16))
    save("randint_u16_all", jax.random.randint(key, (N,), 0, 65536, jnp.uint16))
    for d, name in ((jnp.float16, "f16"), (jnp.bfloat16, "bf16")):
        save(f"uniform_{name}", jax.random.uniform(key, (N,), d))
        save(f"uniform_{name}_range", jax.random.uniform(key, (N,), d, -2.5, 3.7))
        save(f"normal_{name}", jax.random.normal(key, (N,), d))
        save(f"exponential_{name}", jax.random.exponential(key, (N,), d))
        save(f"gumbel_{name}", jax.random.gumbel(key, (N,), d))
        save(f"bernoulli_{name}", jax.random.bernoulli(key, jnp.asarray(0.3, d), (N,)))
        save(f"categorical_{name}", jax.random.categorical(key, logits.astype(d), shape=(N,)))


def wide():
    """Draws with x64 on."""
    key = jax.random.PRNGKey(42)
    save("keys_x64", np.stack([jax.random.PRNGKey(s) for s in [0, 2**40 + 5, -3, 2**63 - 1]]))
    save("bits_u64", jax.random.bits(key, (N,), jnp.uint64))
    save("uniform_f64", jax.random.uniform(key, (N,), jnp.float64))
    save("uniform_f64_range", jax.random.uniform(key, (N,), jnp.float64, -2.5, 3.7))
    save("normal_f64", jax.random.normal(key, (N,), jnp.float64))
    save("exponential_f64", jax.random.exponential(key, (N,), jnp.float64))
    save("gumbel_f64", jax.random.gumbel(key, (N,), jnp.float64))
    save("bernoulli_f64", jax.random.bernoulli(key, jnp.float64(0.3), (N,)))
    save("randint_i64", jax.random.randint(key, (N,), -(10**17), 10**17, jnp.int64))
    save("randint_u64", jax.random.randint(key, (N,), 3, 10**6, jnp.uint64))


narrow()
short()
with jax.enable_x64(True):
    wide()

"""Writes attention_cases.txt: what jax.nn.dot_product_attention gives, for tests/test_attention.c.

Run with a Python that has JAX >= 0.10:  python tests/golden/attention.py
The format is that of numpy_cases.txt (numpy_functions.py). tests/attention_cases.h has each name's function
in C.
"""
import os

import jax.numpy as jnp
import numpy as np
from jax import nn

import numpy_functions as nf
from numpy_functions import case

nf.CASES.clear()
rng = np.random.default_rng(41)


def f(*shape):
    return np.round(rng.uniform(-1, 1, shape), 1).astype(np.float32)


def att(**options):
    return lambda q, k, v: nn.dot_product_attention(q, k, v, **options)


Q, K, V = f(2, 4, 2, 3), f(2, 5, 2, 3), f(2, 5, 2, 3)
q, k, v = f(4, 2, 3), f(5, 2, 3), f(5, 2, 3)
B = f(2, 2, 4, 5)
M = np.array([[1, 0, 1, 1, 0], [0, 0, 0, 0, 0], [1, 1, 1, 1, 1], [0, 1, 0, 0, 0]], bool)
case("attention", att(), Q, K, V)
case("attention_one", att(), q, k, v)
case("attention_scale", att(scale=2.0), q, k, v)
case("attention_causal", att(is_causal=True), Q, K, V)
case("attention_causal_long", att(is_causal=True), Q, K[:, :2], V[:, :2])
case("attention_grouped", att(is_causal=True), f(2, 3, 4, 2), f(2, 3, 2, 2), f(2, 3, 2, 2))
case("attention_one_key_head", att(), f(2, 3, 3, 2), f(2, 3, 1, 2), f(2, 3, 1, 2))
case("attention_window", att(local_window_size=1), Q, K, V)
case("attention_window_sides", att(local_window_size=(2, 0)), Q, K, V)
case("attention_window_causal", att(local_window_size=1, is_causal=True), Q, K, V)
case("attention_window_of_none", att(local_window_size=1), q, k[:2], v[:2])
case("attention_mask", att(mask=M[None, None]), Q, K, V)
case("attention_mask_column", att(mask=M[None, None, :, :1]), Q, K, V)
case("attention_mask_heads", att(mask=np.stack([M, ~M])[None]), Q, K, V)
case("attention_bias", lambda q, k, v, b: nn.dot_product_attention(q, k, v, bias=b), Q, K, V, B)
case("attention_bias_of_keys", lambda q, k, v, b: nn.dot_product_attention(q, k, v, bias=b, is_causal=True),
     Q, K, V, B[:1, :1, :1])
case("attention_bias_and_mask", lambda q, k, v, b: nn.dot_product_attention(q, k, v, bias=b, mask=M[None, None]),
     Q, K, V, B[:, :1])
ints = dict(query_seq_lengths=np.array([2, 4], np.int32), key_value_seq_lengths=np.array([3, 0], np.int32))
case("attention_lengths", att(**ints), Q, K, V)
case("attention_key_lengths_causal",
     att(key_value_seq_lengths=np.array([3, 0], np.int32), is_causal=True), Q, K, V)
case("attention_residual", lambda q, k, v: nn.dot_product_attention(q, k, v, is_causal=True, return_residual=True)[1],
     Q, K, V, grad=False)
case("attention_residual_masked",
     lambda q, k, v: nn.dot_product_attention(q, k, v, mask=M[None, None], return_residual=True)[1],
     q[None], k[None], v[None], grad=False)

if __name__ == "__main__":
    lines = []
    for name, fn, inputs, grad, x64 in nf.CASES:
        lines += nf.run(name, fn, inputs, grad)
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "attention_cases.txt"), "w") as out:
        out.write("\n".join(lines) + "\n")

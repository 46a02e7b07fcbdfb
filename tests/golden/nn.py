"""Writes nn_cases.txt: what jax.nn gives, for tests/test_nn.c; and the weights of
jax.nn.initializers, random_init_NAME.npy, for tests/test_initializers.c.

Run with a Python that has JAX >= 0.10:  python tests/golden/nn.py
The format is that of numpy_cases.txt (numpy_functions.py). tests/nn_cases.h has each name's function in C.
"""
import os

import jax
import jax.numpy as jnp
import numpy as np
from jax import nn
from jax.nn import initializers as ini

import numpy_functions as nf
from numpy_functions import bools, case, ints, inf, nan, of

nf.CASES.clear()
rng = np.random.default_rng(31)


def f(*shape, lo=-4.0, hi=4.0):
    return np.round(rng.uniform(lo, hi, shape), 2).astype(np.float32)


# ---- activations --------------------------------------------------------------------------------------
X = of(-120, -9, -4.5, -3, -2.25, -1, -0.5, -1e-3, 0.5, 0.75, 1.5, 2.5, 6.5, 40, 120)
EDGES = of(-0.0, 0, 1, -1, 3, 6, -3, 1e30, nan, inf)
I = ints(-7, -2, 0, 1, 5, 9)
for name in ("log_sigmoid relu6 leaky_relu squareplus sparse_plus sparse_sigmoid mish elu celu selu soft_sign "
             "hard_tanh hard_sigmoid hard_silu").split():
    fn = getattr(nn, name)
    case(name, fn, X, x64=True)
    case(name + "_edges", fn, EDGES if name != "soft_sign" else EDGES[:-1], grad=False)
    case(name + "_ints", fn, I)
case("kinks", lambda x: nn.relu6(x) + nn.hard_tanh(x) + nn.elu(x) + nn.celu(x) + nn.leaky_relu(x), of(0, 1, -1, 6),
     grad=True)
case("gelu_exact", lambda x: nn.gelu(x, approximate=False), X, x64=True)
case("gelu_approximate", nn.gelu, f(4), x64=True)
case("leaky_relu_slope", lambda x, a: nn.leaky_relu(x, a), f(2, 3), f(3))
case("elu_alpha", lambda x, a: nn.elu(x, a), f(2, 3), f(3, lo=0.5))
case("celu_alpha", lambda x, a: nn.celu(x, a), f(2, 3), f(3, lo=0.5))
case("squareplus_b", lambda x, b: nn.squareplus(x, b), f(2, 3), f(3, lo=0.5))
case("glu", nn.glu, f(2, 6), x64=True)
case("glu_first", lambda x: nn.glu(x, 0), f(4, 3))
case("glu_empty", nn.glu, np.zeros((2, 0), np.float32))
case("log1mexp", nn.log1mexp, of(1e-6, 0.01, 0.5, 0.69, 0.7, 1, 5, 30, 80), x64=True)
case("log1mexp_edges", nn.log1mexp, of(0, inf, -1, nan), grad=False)

# ---- softmax and its kin ------------------------------------------------------------------------------
Y, B = f(3, 5), f(3, 5)
M = np.array([[1, 0, 1, 1, 0], [0, 0, 0, 0, 0], [1, 1, 1, 1, 1]], bool)
case("softmax_where", lambda x: nn.softmax(x, where=M[2]), Y, x64=True)
case("softmax_masked", lambda x, m: nn.softmax(x, where=m), Y, M, grad=False)
case("softmax_masked_rows", lambda x, m: nn.softmax(x, where=m), Y[::2], M[::2])
case("softmax_axis_where", lambda x, m: nn.softmax(x, axis=0, where=m), Y, M[:, :1])
case("softmax_both_axes", lambda x: nn.softmax(x, axis=(0, 1)), Y)
case("log_softmax_where", lambda x, m: nn.log_softmax(x, where=m), Y[::2], M[::2], grad=False)
case("logsumexp_where", lambda x, m: nn.logsumexp(x, axis=1, where=m), Y, M, grad=False)
case("logsumexp_where_rows", lambda x, m: nn.logsumexp(x, axis=1, where=m), Y[::2], M[::2])
case("logsumexp_where_none", lambda x: nn.logsumexp(x, axis=0, where=np.array(False)), Y, grad=False)
case("logsumexp_b", lambda x, b: nn.logsumexp(x, axis=1, b=b, keepdims=True), Y, np.abs(B), x64=True)
case("logsumexp_b_negative", lambda x, b: nn.logsumexp(x, axis=1, b=b), of([1, 2], [3, 4]), of([-3, 1], [-2, 1]),
     grad=False)
case("logsumexp_b_zero", lambda x, b: nn.logsumexp(x, b=b), of(800, 1, 2), of(0, 1, 2), grad=False)
case("logsumexp_b_row", lambda x, b: nn.logsumexp(x, axis=(0, 1), b=b), Y, np.abs(B[0]))
case("logsumexp_sign", lambda x, b: jnp.stack(nn.logsumexp(x, axis=1, b=b, return_sign=True)), Y, B)
case("logsumexp_of_infinities", lambda x, b: nn.logsumexp(x, axis=1, b=b),
     of([-inf, -inf], [inf, 1], [nan, 1]), np.ones((3, 2), np.float32), grad=False)
case("logmeanexp", nn.logmeanexp, Y, x64=True)
case("logmeanexp_axis", lambda x: nn.logmeanexp(x, axis=0, keepdims=True), Y)
case("logmeanexp_where", lambda x, m: nn.logmeanexp(x, axis=1, where=m), Y[::2], M[::2])
case("one_hot_axis", lambda x: nn.one_hot(x, 3, axis=0), ints([0, 2], [1, 3]))
case("one_hot_middle", lambda x: nn.one_hot(x, 3, dtype=np.int32, axis=1), ints([0, 2], [1, 3]))

# ---- normalization --------------------------------------------------------------------------------------
Z = f(2, 3, 4)
case("standardize", lambda x: nn.standardize(x, algorithm="stable"), Z, x64=True)
case("standardize_first", lambda x: nn.standardize(x, axis=(0, 2), epsilon=0.1), Z)
case("standardize_ints", lambda x: nn.standardize(x, axis=0), I)
case("standardize_where", lambda x, m: nn.standardize(x, where=m, algorithm="stable"), Y[::2], M[::2])
case("standardize_mean", lambda x, a: nn.standardize(x, mean=a), Z, f(2, 3, 1, lo=0, hi=1))
case("standardize_stable_mean", lambda x, a: nn.standardize(x, mean=a, algorithm="stable"), Z, f(2, 3, 1, lo=0, hi=1))
case("standardize_both", lambda x, a, v: nn.standardize(x, mean=a, variance=v), Z, f(4), f(4, lo=0.5))


def layer_norm(x, axis, eps=1e-5):
    return nn.standardize(x, axis=axis, epsilon=eps, algorithm="stable")


def group_norm(x, groups):
    split = x.reshape(*x.shape[:-1], groups, -1)
    axes = tuple(k for k in range(1, split.ndim) if k != split.ndim - 2)
    return layer_norm(split, axes).reshape(x.shape)


case("layer_norm", lambda x, g, b: layer_norm(x, -1) * g + b, Z, f(4), f(4), x64=True)
case("layer_norm_axes", lambda x, g: layer_norm(x, (1, 2), 0.25) * g, Z, f(3, 4))
case("group_norm", lambda x, g, b: group_norm(x, 2) * g + b, f(2, 3, 4), f(4), f(4))
case("group_norm_of_rows", lambda x: group_norm(x, 2), f(2, 6))
case("batch_norm", lambda x, g, b: layer_norm(x, (0, 1)) * g + b, Z, f(4), f(4))
case("batch_norm_mean", lambda x: x.mean((0, 1)), Z)
case("batch_norm_variance", lambda x: x.var((0, 1)), Z)
case("batch_norm_given", lambda x, a, v: nn.standardize(x, mean=a, variance=v), Z, f(4), f(4, lo=0.5))


def scaled_matmul(a, b, s):
    a, b = (x * jnp.repeat(y, x.shape[-1] // y.shape[-1], -1) for x, y in ((a, s), (b, s[:, :2])))
    return jnp.einsum("bmk,bnk->bmn", a, b)


case("scaled_matmul", scaled_matmul, f(2, 3, 4), f(2, 2, 4), f(2, 3, 2))


# ---- initializers ---------------------------------------------------------------------------------------
def weights(name, init, shape, dtype=np.float32, **kwargs):
    with jax.enable_x64(True):
        y = init(jax.random.PRNGKey(42), shape, dtype, **kwargs)
    here = os.path.dirname(os.path.abspath(__file__))
    np.save(os.path.join(here, f"random_init_{name}.npy"), np.asarray(y))


def all_weights():
    kernel = (3, 2, 4, 5)
    for dtype, tag in ((np.float32, "f32"), (np.float64, "f64"), (np.float16, "f16")):
        weights("uniform_" + tag, ini.uniform(0.3), (4, 3), dtype)
        weights("normal_" + tag, ini.normal(), (4, 3), dtype)
        weights("glorot_uniform_" + tag, ini.glorot_uniform(), (4, 3), dtype)
        weights("lecun_normal_" + tag, ini.lecun_normal(), (4, 3), dtype)
    weights("truncated_normal", ini.truncated_normal(0.5, lower=-1, upper=1.5), (7,))
    weights("glorot_normal", ini.glorot_normal(), kernel)
    weights("he_uniform", ini.he_uniform(), kernel)
    weights("he_normal", ini.he_normal(batch_axis=0), kernel)
    weights("lecun_uniform", ini.lecun_uniform(in_axis=(0, 1), out_axis=2), kernel)
    for mode in ("fan_in", "fan_out", "fan_avg", "fan_geo_avg"):
        weights("scaling_" + mode, ini.variance_scaling(0.7, mode, "normal"), kernel)
    for kind in ("truncated_normal", "normal", "uniform"):
        weights("complex_" + kind, ini.variance_scaling(1.5, "fan_in", kind), (4, 3), np.complex64)
    weights("orthogonal", ini.orthogonal(), (5, 3))
    weights("orthogonal_wide", ini.orthogonal(2.0), (2, 4), np.float64)
    weights("orthogonal_axis", ini.orthogonal(column_axis=1), (2, 3, 4))
    weights("orthogonal_complex", ini.orthogonal(), (4, 3), np.complex64)
    weights("delta_orthogonal", ini.delta_orthogonal(), (4, 3, 2, 3))
    weights("constant", ini.constant(-7), (2, 3), np.float16)


if __name__ == "__main__":
    all_weights()
    nf.write("nn_cases.txt")

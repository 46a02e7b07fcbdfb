"""Writes linalg_cases.txt: what jax.numpy.linalg, jax.scipy.linalg and lax.linalg give, for
tests/test_numpy.c; see numpy_functions.py. tests/linalg_cases.h has each name's function in C.

Vectors whose sign (or phase) is free are compared by their squares, or by what they are multiplied to.
Complex matrices are made of two real ones, and results stacked as real and imaginary parts.
"""
import jax
import jax.numpy as jnp
import jax.scipy.linalg as sl
import numpy as np
from jax import lax
from jax.lax import linalg as ll

import numpy_functions as nf

nf.CASES.clear()
rng = np.random.default_rng(3)
la = jnp.linalg


WIDE = """solve inv_12 solve_triangular_lower_1 triangular_solve_right solve_complex lu_solve_t cho_solve lstsq pinv
cholesky_10 cholesky_complex lu_factors_12 qr_r qr_complete eigh_vectors eigh_complex eig_sum eig_vectors
svd_product svd_u svd_complex polar_u det_4 slogdet slogdet_complex matrix_norm_nuc condition expm_0 expm_3 expm_5
sylvester""".split()  # in f64, too


def case(name, fn, *inputs, grad=True):
    nf.case(name, fn, *inputs, grad=grad, x64=name in WIDE)


def f(*shape, lo=-2.0, hi=2.0):
    return np.round(rng.uniform(lo, hi, shape), 2).astype(np.float32)


def plus(x, d):
    """x with d added to the diagonals."""
    n = min(x.shape[-2:])
    y = x.copy()
    i = np.arange(n)
    y[..., i, i] = np.round(y[..., i, i] + np.float32(d), 2)
    return y


def definite(*shape):
    """Symmetric and positive definite, of few digits."""
    x = np.round(rng.uniform(-1, 1, shape), 2).astype(np.float32)
    x = np.round((x + np.swapaxes(x, -1, -2)) / 2, 2)
    return plus(x, shape[-1])


def parts(z):
    return jnp.stack([z.real, z.imag])


def hermitian(x, y):
    z = x + 1j * y
    return z + jnp.conj(jnp.swapaxes(z, -1, -2))


A3, A3B, A5, A12 = plus(f(3, 3), 4), plus(f(2, 3, 3), 4), plus(f(5, 5), 5), plus(f(12, 12), 9)
S3, S3B, S10 = definite(3, 3), definite(2, 3, 3), definite(10, 10)
B3, B32, B5, B124 = f(3), f(3, 2), f(5, 1), f(12, 4)
T35, T53, W35 = f(3, 5), f(5, 3), f(2, 3, 5)

# ---- systems --------------------------------------------------------------------------------------
case("solve", la.solve, A3, B32)
case("solve_vector", la.solve, A3, B3)
case("solve_batch", la.solve, A3B, B32)
case("solve_one_matrix", la.solve, A3, f(2, 3, 2))
case("solve_12", la.solve, A12, B124)
case("solve_singular", la.solve, np.zeros((2, 2), np.float32), f(2, 1), grad=False)
case("solve_pos", lambda a, b: sl.solve((a + a.T) / 2, b, assume_a="pos"), S3, B32)
case("solve_complex", lambda a, b, c: parts(la.solve(a + 1j * b, c + 0.5j * c)), A3, f(3, 3), B32)
case("inv", la.inv, A3)
case("inv_batch", la.inv, A3B)
case("inv_12", la.inv, A12)
for lower in (False, True):
    for trans in (0, 1):
        case(f"solve_triangular_{'lower' if lower else 'upper'}_{trans}",
             lambda a, b, lower=lower, trans=trans: sl.solve_triangular(a, b, lower=lower, trans=trans), A3, B32)
case("solve_triangular_unit", lambda a, b: sl.solve_triangular(a, b, unit_diagonal=True), A5, B5)
case("solve_triangular_12", lambda a, b: sl.solve_triangular(a, b, lower=True), A12, B124)
case("triangular_solve_right", lambda a, b: ll.triangular_solve(a, b, left_side=False, lower=True), A3, f(2, 3))
case("triangular_solve_right_t", lambda a, b: ll.triangular_solve(
    a, b, left_side=False, lower=False, transpose_a=True), A12, f(2, 12))
case("triangular_solve_wide", lambda a, b: ll.triangular_solve(a, b, left_side=True, lower=True), A3, f(3, 7))
case("triangular_solve_conj", lambda a, b, c: parts(ll.triangular_solve(
    a + 1j * b, c - 0.25j * c, left_side=True, lower=True, transpose_a=True, conjugate_a=True)), A3, f(3, 3), B32)
case("triangular_solve_conj_only", lambda a, b, c: parts(ll.triangular_solve(
    a + 1j * b, c - 0.25j * c, left_side=True, lower=False, conjugate_a=True)), A3, f(3, 3), B32)
case("lu_solve", lambda a, b: sl.lu_solve(sl.lu_factor(a), b), A3, B32)
case("lu_solve_t", lambda a, b: sl.lu_solve(sl.lu_factor(a), b, trans=1), A12, B124)
case("cho_solve", lambda a, b: sl.cho_solve((la.cholesky(a), True), b), S3, B32)
case("cho_solve_upper", lambda a, b: sl.cho_solve((la.cholesky(a, upper=True), False), b), S10, f(10))
case("lstsq", lambda a, b: la.lstsq(a, b)[0], T53, f(5, 2))
case("lstsq_vector", lambda a, b: la.lstsq(a, b)[0], T53, f(5))
case("lstsq_wide", lambda a, b: la.lstsq(a, b)[0], T35, f(3, 2), grad=False)
case("lstsq_residuals", lambda a, b: la.lstsq(a, b)[1], T53, f(5, 2))
case("lstsq_rank", lambda a, b: la.lstsq(a, b)[2].astype(jnp.int32), np.ones((3, 2), np.float32), f(3))
case("pinv", la.pinv, T53)
case("pinv_wide", la.pinv, W35)
case("pinv_square", la.pinv, A3)
case("pinv_of_lower_rank", la.pinv, np.array([[1, 2], [2, 4], [3, 6]], np.float32), grad=False)
case("sylvester", lambda a, b, c: sl.solve_sylvester(a, b, c), A3, plus(f(2, 2), 4), B32, grad=False)
DL, D, DU = f(5), np.round(f(5) + np.float32(6), 2), f(5)
case("tridiagonal_solve", lambda d, dl, b: ll.tridiagonal_solve(dl, d, dl[::-1], b), D, DL, f(5, 2))

# ---- decompositions ---------------------------------------------------------------------------------
case("cholesky", la.cholesky, S3)
case("cholesky_batch", la.cholesky, S3B)
case("cholesky_10", la.cholesky, S10)
case("cholesky_upper", lambda a: la.cholesky(a, upper=True), S3)
case("cholesky_of_any", la.cholesky, plus(f(3, 3), 6))
case("cholesky_as_is", lambda a: la.cholesky(a, symmetrize_input=False), S3, grad=False)
case("cholesky_indefinite", la.cholesky, np.array([[[1, 2], [2, 1]], [[2, 1], [1, 2]]], np.float32), grad=False)
case("cholesky_complex", lambda x, y: parts(la.cholesky(hermitian(x, y) + 9 * jnp.eye(3))), f(3, 3), f(3, 3))
case("cholesky_update", lambda r, w: ll.cholesky_update(r, w), np.triu(A3), B3, grad=False)
case("lu_factors", lambda a: ll.lu(a)[0], A3)
case("lu_factors_wide", lambda a: ll.lu(a)[0], T35)
case("lu_factors_tall", lambda a: ll.lu(a)[0], T53)
case("lu_factors_12", lambda a: ll.lu(a)[0], f(12, 12))
case("lu_pivots", lambda a: ll.lu(a)[1], f(4, 4))
case("lu_permutation", lambda a: ll.lu(a)[2], f(11, 9))
case("lu_complex", lambda x, y: parts(ll.lu(x + 1j * y)[0]), A3, f(3, 3))
case("plu_l", lambda a: sl.lu(a)[1], T53)
case("plu_p", lambda a: sl.lu(a)[0], f(4, 4), grad=False)
case("qr_q", lambda a: la.qr(a)[0], T53)
case("qr_r", lambda a: la.qr(a)[1], A3B)
case("qr_wide", lambda a: la.qr(a)[1], T35)
case("qr_complete", lambda a: la.qr(a, mode="complete")[0], f(4, 2))
case("qr_complex", lambda x, y: parts(la.qr(x + 1j * y)[0]), T53, f(5, 3))
case("qr_pivots", lambda a: sl.qr(a, pivoting=True, mode="economic")[2].astype(jnp.int32), f(4, 3))
case("geqrf", lambda a: ll.geqrf(a)[0] if hasattr(ll, "geqrf") else la.qr(a, mode="raw")[0].T, T53, grad=False)
case("householder", lambda a: ll.householder_product(
    la.qr(a, mode="raw")[0].T, la.qr(a, mode="raw")[1]), T53, grad=False)
case("eigh_values", lambda a: la.eigh(a)[0], S10)
case("eigh_vectors", lambda a: la.eigh(a)[1] ** 2, S3B)
case("eigh_function", lambda a: (lambda w, v: (v * jnp.exp(w / 4)) @ v.T)(*la.eigh(a)), S3)
case("eigh_upper", lambda a: la.eigh(a, UPLO="U", symmetrize_input=False)[0], A3, grad=False)
case("eigvalsh", la.eigvalsh, S3B)
case("eigh_complex", lambda x, y: jnp.abs(la.eigh(hermitian(x, y))[1]), f(3, 3), f(3, 3))
case("eigh_equal_values", la.eigvalsh, np.eye(3, dtype=np.float32))


def eig(a):
    return ll.eig(a, compute_left_eigenvectors=False, enable_eigvec_derivs=True)


case("eig_sum", lambda a: (eig(a)[0] ** 3).sum().real, A5)
case("eig_vectors", lambda a: (lambda w, v: (jnp.abs(v) ** 4 * jnp.exp(w.real / 4)).sum(-1))(*eig(a)), A5)
case("svd_values", lambda a: la.svdvals(a), T53)
case("svd_u", lambda a: la.svd(a, full_matrices=False)[0] ** 2, T53)
case("svd_v", lambda a: la.svd(a, full_matrices=False)[2] ** 2, W35)
case("svd_product", lambda a: (lambda u, s, v: (u * s ** 2) @ v)(*la.svd(a, full_matrices=False)), A3)
case("svd_full", lambda a: (lambda u, s, v: u @ u.T)(*la.svd(a)), T53, grad=False)
case("svd_complex", lambda x, y: (lambda u, s, v: jnp.abs((u * s ** 2) @ v))(
    *la.svd(x + 1j * y, full_matrices=False)), A3, f(3, 3), grad=False)
case("svd_values_complex", lambda x, y: la.svdvals(x + 1j * y), plus(A3, np.array([0, 3, 9])), f(3, 3))
case("schur_product", lambda a: (lambda t, z: z @ jnp.exp(t / 4) @ z.T)(*sl.schur(a)), S3, grad=False)
case("hessenberg_h", lambda a: jnp.abs(sl.hessenberg(a)), A5, grad=False)
case("tridiagonal_d", lambda a: ll.tridiagonal(a)[1], S10, grad=False)
case("polar_u", lambda a: sl.polar(a, method="svd")[0], A3)
case("polar_p", lambda a: sl.polar(a, method="svd")[1], T53)

# ---- numbers ------------------------------------------------------------------------------------------
for n in (1, 2, 3, 4, 9):
    case(f"det_{n}", la.det, plus(f(n, n), 1))
case("det_batch", la.det, A3B)
case("det_singular", la.det, np.array([[1, 2, 0, 1], [2, 4, 0, 2], [0, 1, 3, 1], [1, 0, 1, 5]], np.float32))
case("det_rank_2", la.det, np.array([[1, 2, 3, 4]] * 2 + [[2, 1, 0, 1]] * 2, np.float32), grad=False)
case("slogdet_sign", lambda a: la.slogdet(a)[0], f(4, 4), grad=False)
case("slogdet", lambda a: la.slogdet(a)[1], A5)
case("slogdet_batch", lambda a: la.slogdet(a)[1], A3B)
case("slogdet_singular", lambda a: la.slogdet(a)[1], np.zeros((4, 4), np.float32), grad=False)
case("slogdet_complex", lambda x, y: parts(jnp.stack(la.slogdet(x + 1j * y))), A5, f(5, 5))
case("matrix_rank", lambda a: la.matrix_rank(a).astype(jnp.int32), np.array(
    [[[1, 2], [2, 4]], [[1, 0], [0, 1]]], np.float32))
for name in ("nuc", 1, -1, 2, -2, np.inf, -np.inf, "fro"):
    tag = str(name).replace("-", "minus_")
    case(f"matrix_norm_{tag}", lambda a, name=name: la.matrix_norm(a, ord=name), W35)
for name in (0, 1, 2, 3, 0.5, np.inf, -np.inf):
    tag = str(name).replace("-", "minus_").replace(".", "_")
    case(f"vector_norm_{tag}", lambda a, name=name: la.vector_norm(a, ord=name, axis=-1), f(2, 4, lo=0.25))
case("vector_norm_all", la.vector_norm, T35)
case("condition", la.cond, A3)
case("condition_1", lambda a: la.cond(a, 1), A3B)

# ---- products and matrices of a kind -----------------------------------------------------------------
V3, W3, V4 = f(3), f(3), f(4)
case("matrix_transpose", la.matrix_transpose, W35)
case("vecdot", lambda a, b: la.vecdot(a, b, axis=-1), T35, f(5))
case("cross", la.cross, T53, f(3))
case("cross_axis", lambda a, b: la.cross(a, b, axis=0), T35, f(3, 5))
case("multi_dot", lambda a, b, c: la.multi_dot([a, b, c]), T35, T53, f(3, 2))
case("multi_dot_vectors", lambda a, b, c: la.multi_dot([a, b, c]), V3, T35, f(5))
case("tensorsolve", la.tensorsolve, plus(f(6, 6), 5).reshape(2, 3, 6), f(2, 3))
case("tensorinv", lambda a: la.tensorinv(a, ind=2), plus(f(6, 6), 5).reshape(2, 3, 6))
case("block_diag", lambda a, b, c: sl.block_diag(a, b, c), f(2, 2), V3, f(1, 2))
case("toeplitz", sl.toeplitz, V3, V4)
case("hankel", sl.hankel, V3, V4)
case("circulant", sl.circulant, f(2, 4))
case("companion", sl.companion, f(4, lo=0.5))
case("leslie", sl.leslie, V4, V3)
case("fiedler", sl.fiedler, V4)
for mode in ("full", "same", "valid"):
    case(f"convolution_matrix_{mode}", lambda a, mode=mode: sl.convolution_matrix(a, 5, mode), V3)
case("hilbert", lambda a: sl.hilbert(4) + a, np.float32(0), grad=False)
case("invhilbert", lambda a: sl.invhilbert(4) + a, np.float32(0), grad=False)
case("pascal", lambda a: sl.pascal(5) + a, np.float32(0), grad=False)
case("pascal_upper", lambda a: sl.pascal(5, kind="upper") + a, np.float32(0), grad=False)
case("invpascal", lambda a: sl.invpascal(5) + a, np.float32(0), grad=False)
case("invpascal_lower", lambda a: sl.invpascal(5, kind="lower") + a, np.float32(0), grad=False)
case("hadamard", lambda a: sl.hadamard(4, dtype=np.float32) + a, np.float32(0), grad=False)
case("helmert", lambda a: sl.helmert(4) + a, np.float32(0), grad=False)
case("helmert_full", lambda a: sl.helmert(4, full=True) + a, np.float32(0), grad=False)
case("dft", lambda a: parts(sl.dft(5, scale="sqrtn")) + a, np.float32(0), grad=False)
case("eigh_tridiagonal", lambda d, e: sl.eigh_tridiagonal(d, e, eigvals_only=True), f(5), f(4), grad=False)
case("rsf2csf", lambda a: jnp.abs(jnp.diag(sl.rsf2csf(*sl.schur(a))[0])), A5, grad=False)
case("ormqr", lambda a, b: ll.ormqr(la.qr(a, mode="raw")[0].T, la.qr(a, mode="raw")[1], b, left=True, transpose=True),
     T53, f(5, 2), grad=False)

# ---- functions ------------------------------------------------------------------------------------------
for n in (0, 1, 5, -2):
    case(f"matrix_power_{n}".replace("-", "minus_"), lambda a, n=n: la.matrix_power(a, n), A3)
for k, scale in enumerate((0.003, 0.05, 0.2, 0.5, 1, 6)):
    case(f"expm_{k}", sl.expm, np.round(f(3, 3) * np.float32(scale), 3))
case("expm_batch", sl.expm, f(2, 3, 3))
case("expm_frechet", lambda a, e: sl.expm_frechet(a, e)[1], f(3, 3), f(3, 3), grad=False)
case("sqrtm", lambda a: parts(sl.sqrtm(a)), S3, grad=False)


if __name__ == "__main__":
    nf.write("linalg_cases.txt")

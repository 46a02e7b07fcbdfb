"""Writes special_cases.txt: what jax.scipy.special gives, for tests/test_special_functions.c; see
numpy_functions.py. tests/special_cases.h has each name's function in C.

Complex numbers are made of two real ones, and results stacked as real and imaginary parts. JAX has no second
derivatives of exp1 and expn, and no gradient of loggamma of complex numbers. Left out is what JAX has wrong: expi at
0 and infinity, exp1 at infinity, expn(2, 0), the gradient of spence from 1 to 1.5, B_4 to B_8 to seven digits.
"""
import os

import jax
import jax.numpy as jnp
import jax.scipy.special as sp
import numpy as np

import numpy_functions as nf

nf.CASES.clear()
inf, nan = np.inf, np.nan


def of(*v):
    return np.array(v, np.float32)


def case(name, fn, *inputs, grad=True):
    nf.case(name, fn, *inputs, grad=grad, x64=True)


def parts(z):
    return jnp.stack([z.real, z.imag])


def with_ends(name, fn, x, ends, grad=True):
    case(name, fn, of(*x), grad=grad)
    case(name + "_ends", fn, of(*ends), grad=False)


ENDS = (0, -0.0, inf, -inf, nan)
with_ends("sinc", jnp.sinc, (0, 0.25, -0.6, 1.3, 7.75, -20.1), (0, -0.0, nan, 0.5, inf))
with_ends("erfcx", sp.erfcx, (-2.5, -0.4, 0, 0.8, 3, 9), ENDS)
with_ends("erfinv", sp.erfinv, (-0.9, -0.2, 0.1, 0.75), (0, 1, -1, 2, nan))
with_ends("ndtr", sp.ndtr, (-6, -1.5, 0.3, 2, 5), ENDS)
with_ends("log_ndtr", sp.log_ndtr, (-9, -3, -0.5, 0.4, 3), ENDS)
with_ends("ndtri", sp.ndtri, (0.01, 0.2, 0.45, 0.7, 0.99), (0, 1, 0.5, -1, 2, nan))
case("expi", sp.expi, of(-4, -0.3, 0.2, 1.5, 9, 40))
with_ends("exp1", sp.exp1, (0.1, 0.7, 2, 12), (0, -1, nan), grad=False)
with_ends("dawsn", sp.dawsn, (-3, -0.4, 0.2, 1.1, 6.5, 11), (0, nan))
with_ends("spence", sp.spence, (0.2, 0.7, 3, 20), (0, 1, -1, nan))
case("fresnel", lambda x: jnp.stack(sp.fresnel(x)), of(-2.5, -0.7, 0.3, 1.2, 4.5))
case("fresnel_ends", lambda x: jnp.stack(sp.fresnel(x)), of(*ENDS), grad=False)
case("sici", lambda x: jnp.stack(sp.sici(x)), of(0.2, 0.9, 3, 8.5, 25))
case("sici_ends", lambda x: jnp.stack(sp.sici(x)), of(-2, inf, -inf, nan), grad=False)
case("expn_0", lambda x: sp.expn(0, x), of(0.3, 1.5, 8), grad=False)
case("expn_1", lambda x: sp.expn(1, x), of(0.3, 1.5, 8), grad=False)
case("expn_3", lambda x: sp.expn(3, x), of(0.2, 0.8, 1.5, 8), grad=False)
case("expn_40", lambda x: sp.expn(40, x), of(0.2, 0.8, 1.5, 8), grad=False)
case("expn_ends", sp.expn, of(0, 1, 1, 1), of(0, 0, -1, nan), grad=False)
case("owens_t", sp.owens_t, of(-0.7, 0.2, 1.1, 2.5, 0.4), of(0.3, -0.8, 1.0, 0.5, 3.5))
case("owens_t_ends", sp.owens_t, of(0, 1, 2, nan, 0), of(1, 0, 1, 1, 2), grad=False)
case("wofz", lambda x, y: parts(sp.wofz(jax.lax.complex(x, y))), of(0.3, -1.2, 2.5, 4, 0.7), of(0.2, 1.5, 0.4, 3, -0.6))
case("wofz_real", lambda x: parts(sp.wofz(x)), of(-1.5, 0.2, 3))
case("erfcx_complex", lambda x, y: parts(sp.erfcx(jax.lax.complex(x, y))), of(0.3, 1.2, 2.5), of(0.2, -1.5, 0.4))
case("boxcox", sp.boxcox, of(0.3, 1.5, 4, 2), of(0.7, -1.2, 2.0, 0.01))
case("boxcox_ends", sp.boxcox, of(0, 2, 1, 0, -1), of(0.5, 0, 0, 0, 1), grad=False)
case("boxcox1p", sp.boxcox1p, of(-0.4, 0.01, 1.5, 2), of(0.7, 0.3, -1.2, 0.01))
case("poch", sp.poch, of(0.7, 2.5, 4, 1.2), of(1.5, 2, 0.3, 6))
case("poch_ends", sp.poch, of(3, 0, 5), of(0, 0, 2), grad=False)
case("comb", sp.comb, of(7.5, 12, 4.3, 50), of(2.5, 3, 1.1, 20))
case("comb_ends", sp.comb, of(5, 5, 5, -1, 3), of(2, 6, -1, 1, 3), grad=False)
case("comb_repetition", lambda n, k: sp.comb(n, k, repetition=True), of(7.5, 12, 4.3), of(2.5, 3, 1.1))
case("comb_repetition_ends", lambda n, k: sp.comb(n, k, repetition=True), of(0, 3, 2, -1), of(0, 0, 4, 0), grad=False)
case("loggamma", sp.loggamma, of(0.3, 1.5, 7.25))
case("loggamma_ends", sp.loggamma, of(-1.5, -2, inf, nan), grad=False)
case("loggamma_complex", lambda x, y: parts(sp.loggamma(jax.lax.complex(x, y))),
     of(0.3, 2.5, -1.2, -4.6, 9, -0.5), of(0.2, -1.5, 0.4, -0.3, 3, 2.5), grad=False)
case("hyp1f1", sp.hyp1f1, of(0.5, 2, 1.3, 3.2), of(1.5, 3.5, 0.7, 2.1), of(0.4, 3, 6, 1.5))
case("hyp1f1_ends", sp.hyp1f1, of(0, 2, 1.5, 0), of(1, 0, 1.5, 0), of(2, 1, 3, 1), grad=False)
case("hyp2f1", sp.hyp2f1, of(0.5, 2, 1.3, 0.7), of(1.2, 0.5, 2.2, 1.4), of(1.5, 3.5, 2.7, 2.9), of(0.4, 0.3, 0.6, 0.2))
case("hyp2f1_ends", sp.hyp2f1, of(0, 2, 1, 1, 1.5), of(1, 1, 1, 2, 2), of(2, 0, 3.5, 4, 2), of(0.5, 0.5, 1, 2, 0.5), grad=False)
case("bessel_jn", lambda z: sp.bessel_jn(z, v=4), of(0.7, 2.5, 8, 14.5))
N, M = np.array([0, 1, 3, 5, 8, 4]), np.array([0, 1, -2, 4, -5, 0])
case("sph_harm_y", lambda t, p: parts(sp.sph_harm_y(N, M, t, p)), of(0.3, 1.2, 2.0, 0.9, 1.5, 2.6), of(0.1, 2.5, 4, 5.5, 1, 3))
case("sph_harm_y_clipped", lambda t, p: parts(sp.sph_harm_y(N, M, t, p, n_max=5)), of(0.3, 1.2, 2.0, 0.9, 1.5, 2.6),
     of(0.1, 2.5, 4, 5.5, 1, 3))
case("bernoulli", lambda x: x * sp.bernoulli(2).astype(x.dtype), of(1.0), grad=False)
case("bernoulli_1", lambda x: x * sp.bernoulli(1).astype(x.dtype), of(1.0), grad=False)

if __name__ == "__main__":
    lines = []
    with jax.enable_x64(True):
        for name, fn, inputs, grad, _ in nf.CASES:
            lines += nf.run(name + " x64", fn, [nf.widen(x) for x in inputs], grad)
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "special_cases.txt"), "w") as out:
        out.write("\n".join(lines) + "\n")

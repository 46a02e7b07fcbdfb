"""Writes signal_cases.txt: what jax.scipy.signal, jax.scipy.fft, jax.image and jax.scipy.ndimage give, for
tests/test_signal_golden.c.

Run with a Python that has JAX >= 0.10 and SciPy:  python tests/golden/signals.py
The format is that of numpy_cases.txt (numpy_functions.py). tests/signal_cases.h has each name's function in C.
"""
import jax
import jax.numpy as jnp
import jax.scipy.fft as sf
import jax.scipy.ndimage as nd
import jax.scipy.signal as sg
import numpy as np

import numpy_functions as nf
from numpy_functions import case, ints, of

nf.CASES.clear()
rng = np.random.default_rng(51)


def f(*shape):
    return np.round(rng.uniform(-2, 2, shape), 1).astype(np.float32)


def parts(z):
    return jnp.stack([z.real, z.imag])


# ---- signals ------------------------------------------------------------------------------------------
X, S = f(2, 5), f(40)
for mode in ("full", "same", "valid"):
    case("fftconvolve_" + mode, lambda x, y, m=mode: sg.fftconvolve(x, y, m), f(7), f(3))
    case("convolve2d_" + mode, lambda x, y, m=mode: sg.convolve2d(x, y, m), f(4, 5), f(2, 3))
    case("correlate2d_" + mode, lambda x, y, m=mode: sg.correlate2d(x, y, m), f(4, 5), f(2, 3))
    case("correlate2d_small_" + mode, lambda x, y, m=mode: sg.correlate2d(x, y, m), f(2, 3), f(4, 5))
case("fftconvolve_short", lambda x, y: sg.fftconvolve(x, y, "valid"), f(3), f(7), grad=False)
case("fftconvolve_2d", sg.fftconvolve, f(3, 4), f(2, 2))
case("fftconvolve_axes", lambda x, y: sg.fftconvolve(x, y, "same", axes=1), f(2, 5), f(2, 3))
case("detrend_constant", lambda x: sg.detrend(x, type="constant"), X)
case("detrend_linear", sg.detrend, f(2, 7), x64=True)
case("detrend_axis", lambda x: sg.detrend(x, axis=0), f(6, 2))
case("detrend_bp", lambda x: sg.detrend(x, bp=[3, 7]), f(12))
case("welch", lambda x: sg.welch(x, fs=10.0, nperseg=16)[1], S)
case("welch_frequencies", lambda x: sg.welch(x, fs=10.0, nperseg=16)[0] + 0 * x[0], S, grad=False)
case("welch_all", lambda x: sg.welch(x)[1], S)
case("welch_options", lambda x: sg.welch(x, window="hamming", nperseg=9, noverlap=2, nfft=11, detrend="linear",
                                         scaling="spectrum", axis=0)[1], f(30, 2))
case("welch_two_sided", lambda x: sg.welch(x, nperseg=8, return_onesided=False)[1], S)
case("welch_median", lambda x: sg.welch(x, nperseg=8, average="median")[1], S, grad=False)
case("csd", lambda x, y: parts(sg.csd(x, y, nperseg=8)[1]), S, f(35))
case("stft", lambda x: parts(sg.stft(x, nperseg=8)[2]), f(21))
case("stft_times", lambda x: sg.stft(x, fs=2.0, nperseg=8)[1] + 0 * x[0], f(21), grad=False)
case("stft_plain", lambda x: parts(sg.stft(x, nperseg=8, boundary=None, padded=False)[2]), f(2, 21))
case("istft", lambda x, y: sg.istft(x + 1j * y, nperseg=8)[1], f(5, 6), f(5, 6))
for n in (1, 4, 5):
    case(f"dct_{n}", sf.dct, f(2, n))
    case(f"idct_{n}", sf.idct, f(2, n))
case("dct_ortho", lambda x: sf.dct(x, norm="ortho", axis=0), f(5, 2), x64=True)
case("idct_ortho", lambda x: sf.idct(x, norm="ortho", n=6), f(5))
case("dct_n", lambda x: sf.dct(x, n=3), f(5))
case("dct_ints", sf.dct, ints(1, 2, 3, 4))
case("dctn", sf.dctn, f(3, 4))
case("dctn_axes", lambda x: sf.dctn(x, axes=(0, 2), norm="ortho"), f(3, 2, 4))
case("dctn_s", lambda x: sf.dctn(x, s=(2, 5)), f(3, 4))
case("idctn", sf.idctn, f(3, 4))

# ---- images --------------------------------------------------------------------------------------------
I = f(6, 5)
for method in ("nearest", "linear", "cubic", "cubic-pytorch", "lanczos3", "lanczos5"):
    tag = method.replace("-", "_")
    case("resize_up_" + tag, lambda x, m=method: jax.image.resize(x, (9, 11), m), I)
    case("resize_down_" + tag, lambda x, m=method: jax.image.resize(x, (4, 2), m), I)
    case("resize_sharp_" + tag, lambda x, m=method: jax.image.resize(x, (3, 7), m, antialias=False), I)
case("resize_same", lambda x: jax.image.resize(x, (6, 3), "linear"), I, x64=True)
case("resize_ints", lambda x: jax.image.resize(x, (5,), "linear"), ints(1, 5, 2))
case("resize_ints_nearest", lambda x: jax.image.resize(x, (5,), "nearest"), ints(1, 5, 2))
case("scale_and_translate", lambda x, s, t: jax.image.scale_and_translate(x, (7, 6), (0, 1), s, t, "linear"),
     I, of(1.3, 0.6), of(0.2, -1.1))
case("scale_and_translate_cubic", lambda x, s, t: jax.image.scale_and_translate(x, (6, 4), (1,), s, t, "cubic"),
     I, of(0.7), of(0.4))
C, D = of(-1.3, 0.2, 1.5, 4.7, 5.9, 2.25), of(0.3, -0.6, 2.2, 3.1, 6.4, 1.75)
for mode in ("constant", "nearest", "wrap", "mirror", "reflect"):
    for order in (0, 1):
        case(f"map_{mode}_{order}", lambda x, c, d, m=mode, o=order: nd.map_coordinates(x, [c, d], o, m, cval=0.5),
             I, C, D)
case("map_ints", lambda x, c: nd.map_coordinates(x, [c], 1), ints(1, 4, 8), of(0.5, 1.2, 1.7))

if __name__ == "__main__":
    nf.write("signal_cases.txt")

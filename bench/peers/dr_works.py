"""The workloads that Dr.Jit can express: elementwise ones, loops, and first derivatives. (A module whose
name begins with its own must not use its syntax.) A
function and its arguments each."""
import math

import drjit as dr
import numpy as np
from drjit.llvm import Array3f64, Bool, Float, Float64, Int, UInt
from drjit.llvm.ad import Float as ADFloat

import inputs


def overhead(size):
    return lambda x: x * x + 1, [dr.opaque(Float, 3)]


def chain(size):
    def f(x):
        b = dr.tanh(x * 1.5 + 0.25)
        c = dr.exp(-x)
        d = b / (1 + c)
        g = d * dr.log(1 + c) - x  # (there is no log1p)
        return g * g + b

    return f, [Float(inputs.f32(size, 3, -4, 4))]


# ---- random draws: threefry as in jax.random

def threefry(k0, k1, counter):
    key = (k0, k1, k0 ^ k1 ^ 0x1BD11BDA)
    x, y = UInt(key[0]), counter + key[1]
    for group in range(5):
        for r in ((13, 15, 26, 6), (17, 29, 16, 24))[group % 2]:
            x = x + y
            y = ((y << r) | (y >> (32 - r))) ^ x
        x = x + key[(group + 1) % 3]
        y = y + (key[(group + 2) % 3] + group + 1 & 0xFFFFFFFF)
    return x ^ y


def monte_carlo(n):
    def f(seed):
        bits = threefry(UInt(0), seed, dr.arange(UInt, n))
        u = dr.reinterpret_array(Float, (bits >> 9) | 0x3F800000) - 1
        return dr.mean(-dr.log(1 - u))

    return f, [dr.opaque(UInt, 42)]


# ---- loops

@dr.syntax
def bisect(a, b, c):
    def f(x):
        return x * x * x - 2 * x - c

    a, i = Float64(a), Int(0)
    while ((b - a) / 2 > 1e-12) & (i < 100):
        m = (a + b) / 2
        left = f(a) * f(m) < 0
        a, b = dr.select(left, a, m), dr.select(left, m, b)
        i += 1
    return (a + b) / 2


def bisect_one(size):
    return bisect, [dr.opaque(Float64, v) for v in (1, 3, 5)]


def bisect_many(size):
    b = np.exp2(inputs.f64(size, 12, 2, 14))
    return bisect, [dr.opaque(Float64, 1), Float64(b), Float64(inputs.f64(size, 13, 5, 15))]


@dr.syntax
def fixed_point(a):
    x, before, i = Float64(1), Float64(2), Int(0)
    while (dr.abs(x - before) > 1e-12) & (i < 1000):
        x, before = dr.cos(a * x), x
        i += 1
    return x


def fixed_point_one(size):
    return fixed_point, [dr.opaque(Float64, 1)]


def fixed_point_many(size):
    return fixed_point, [Float64(inputs.f64(size, 14, 0.2, 1))]


@dr.syntax
def escape(cx, cy):
    x, y, n = Float(0), Float(0), Int(0)
    while (x * x + y * y <= 4) & (n < 256):
        x, y = x * x - y * y + cx, 2 * (x * y) + cy
        n += 1
    return n


def mandelbrot(size):
    k = np.arange(size, dtype=np.float32)
    step = np.float32(2.5 / size)
    return escape, [Float(np.tile(np.float32(-2) + step * k, size)),
                    Float(np.repeat(np.float32(-1.25) + step * k, size))]


@dr.syntax
def solve(steps, x, y, z, sigma, rho, beta):
    h = 10 / steps
    i = Int(0)
    s = Array3f64(x, y, z)
    while i < steps:
        a = slope(s, sigma, rho, beta)
        b = slope(s + h / 2 * a, sigma, rho, beta)
        c = slope(s + h / 2 * b, sigma, rho, beta)
        d = slope(s + h * c, sigma, rho, beta)
        s = s + h / 6 * (a + 2 * b + (2 * c + d))
        i += 1
    return s


def slope(s, sigma, rho, beta):
    return Array3f64(sigma * (s.y - s.x), s.x * (rho - s.z) - s.y, s.x * s.y - beta * s.z)


def lorenz_args():
    return [dr.opaque(Float64, v) for v in (1, 1, 1, 10, 28, 8 / 3)]


def lorenz(steps):
    def f(*args):
        s = solve(steps, *args)
        return s.x, s.y, s.z

    return f, lorenz_args()


# ---- options; Dr.Jit has first derivatives only, so gamma is delta's derivative in closed form

def normal_cdf(x):
    return 0.5 * (1 + dr.erf(x * math.sqrt(0.5)))


def option(*args):
    spot, strike, time, rate, sigma = x = [ADFloat(a) for a in args]
    of = (spot, time, rate, sigma)
    dr.enable_grad(of)
    spread = sigma * dr.sqrt(time)
    d1 = (dr.log(spot / strike) + (rate + 0.5 * dr.square(sigma)) * time) / spread
    paid = strike * dr.exp(-(rate * time))
    price = spot * normal_cdf(d1) - paid * normal_cdf(d1 - spread)
    dr.backward(price)
    delta, theta, rho, vega = (dr.detach(dr.grad(v)) for v in of)
    d1, spread = dr.detach(d1), dr.detach(spread)
    gamma = dr.exp(-0.5 * d1 * d1) / (math.sqrt(2 * math.pi) * args[0] * spread)
    return dr.detach(price), delta, -theta, rho, vega, gamma


def greeks(n):
    ranges = ((80, 120), (80, 120), (0.25, 2), (0.01, 0.05), (0.1, 0.5))
    return option, [Float(inputs.f32(n, 30 + k, *r)) for k, r in enumerate(ranges)]


WORKS = {
    "overhead": overhead,
    "chain": chain,
    "monte_carlo": monte_carlo,
    "bisect": bisect_one,
    "bisect_many": bisect_many,
    "fixed_point": fixed_point_one,
    "fixed_point_many": fixed_point_many,
    "mandelbrot": mandelbrot,
    "lorenz": lorenz,
    "greeks": greeks,
}

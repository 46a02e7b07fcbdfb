"""Inputs of the workloads: the same numbers as bench/input.h makes, bit for bit."""
import numpy as np


def bits(n, seed):
    h = np.arange(n, dtype=np.uint32)
    h *= np.uint32(2654435761)
    h += np.uint32(seed * 0x9E3779B9 & 0xFFFFFFFF)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        h ^= h >> np.uint32(shift)
        h *= np.uint32(factor)
    h ^= h >> np.uint32(16)
    h >>= np.uint32(8)
    return h


def f64(n, seed, lo, hi):
    x = bits(n, seed) * 2.0**-24
    x *= hi - lo
    x += lo
    return x


def f32(n, seed, lo, hi):
    out = np.empty(n, np.float32)
    out[:] = f64(n, seed, lo, hi)
    return out

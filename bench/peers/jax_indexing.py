"""Row 21 in JAX."""
import jax
import numpy as np

import inputs
from jax_work import Work

PLACES, SEGMENTS = 1000000, 10000


def places(count, seed, n):
    return inputs.f32(count, seed, 0, n).astype(np.int32)


def added_at(size):
    return Work(lambda x, i, v: x.at[i].add(v),
                [inputs.f32(PLACES, 8, -1, 1), places(size, 10, PLACES), inputs.f32(size, 9, -1, 1)])


def segments(size):
    return Work(lambda v, i: jax.ops.segment_sum(v, i, SEGMENTS),
                [inputs.f32(size, 9, -1, 1), places(size, 10, SEGMENTS)])


WORKS = {"added_at": added_at, "segments": segments}

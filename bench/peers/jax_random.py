"""Row 10 in JAX."""
import jax
import jax.numpy as jnp
import numpy as np

from jax_work import Work


def monte_carlo(n):
    return Work(lambda key: jnp.mean(jax.random.exponential(key, (n,))),
                [np.array([0, 42], np.uint32)])


WORKS = {"monte_carlo": monte_carlo}

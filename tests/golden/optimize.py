"""Prints the rows of what jax.scipy.optimize.minimize gives, for tests/test_optimize.c: starts from which JAX finds
the minimum."""
import jax
import jax.numpy as jnp
from jax.scipy.optimize import minimize

jax.config.update("jax_enable_x64", True)


def himmelblau(x):
    return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2


f = himmelblau
for method in ("BFGS", "L-BFGS"):
    name = method if method == "BFGS" else "l-bfgs-experimental-do-not-rely-on-this"
    for start in ((0.0, 0.0), (3.0, 3.0), (1.0, 1.0), (-1.0, -2.0), (2.0, 5.0)):
        r = minimize(f, jnp.array(start), method=name)
        if r.success:
            print(f'    {{"{f.__name__} from {start[0]:g} {start[1]:g} by {method}", "{method}", '
                  f'&{f.__name__}_fn, {{{start[0]:g}, {start[1]:g}}}, '
                  f'{{{r.x[0]!r}, {r.x[1]!r}}}, {r.status}, {r.nfev}, {r.nit}}},'.replace("Array(", "")
                  .replace(", dtype=float64)", ""))

"""JAX's worker: jax.jit on the CPU, waiting for each result."""
import platform
import time

import jax

import jax_adbench
import jax_convolution
import jax_decompositions
import jax_fourier
import jax_elementwise
import jax_indexing
import jax_learning
import jax_linalg
import jax_loops
import jax_random
import jax_reductions
import jax_rowwise
import jax_science
import jax_shapes
import jax_sorting
import worker

FAMILIES = (jax_indexing, jax_elementwise, jax_rowwise, jax_reductions, jax_shapes, jax_linalg, jax_learning,
            jax_random, jax_loops, jax_adbench, jax_science, jax_convolution, jax_sorting,
            jax_decompositions, jax_fourier)
WORKS = {name: make for family in FAMILIES for name, make in family.WORKS.items()}


def carry_on(jitted, args, carried):
    """A call whose first argument is what the last one gave; the old one's memory may be used again."""

    def call():
        result = jax.block_until_ready(jitted(*args))
        args[0] = carried(result)
        return result

    return call


def begin(name, size):
    if name not in WORKS:
        return None
    work = WORKS[name](size)
    jax.config.update("jax_enable_x64", work.x64)
    args = [jax.tree.map(jax.device_put, a) for a in work.args]
    jax.block_until_ready(args)
    work.args = None  # or the inputs would be there twice
    donated = (0,) if work.carried else ()
    jitted = jax.jit(work.f, donate_argnums=donated)

    def compile():
        fresh = jax.jit(lambda *a: work.f(*a), donate_argnums=donated)
        start = time.perf_counter()
        fresh.lower(*args).compile()
        return time.perf_counter() - start

    if work.run:
        call = lambda: jax.block_until_ready(work.run(jitted, *args))
    elif work.carried:
        call = carry_on(jitted, args, work.carried)
    elif isinstance(jax.eval_shape(work.f, *args), jax.ShapeDtypeStruct):
        call = lambda: jitted(*args).block_until_ready()  # the shortest way
    else:
        call = lambda: jax.block_until_ready(jitted(*args))
    return worker.Case(call, jax.tree.leaves, compile, jax.clear_caches)


if __name__ == "__main__":
    jax.jit(lambda x: jax.numpy.sin(x))(1.0).block_until_ready()
    worker.run("%s, Python %s" % (jax.__version__, platform.python_version()), begin)

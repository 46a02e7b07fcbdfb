"""JAX's worker: jax.jit on the CPU, waiting for each result."""
import time

import jax

import jax_elementwise
import jax_learning
import jax_loops
import worker

WORKS = {**jax_elementwise.WORKS, **jax_learning.WORKS, **jax_loops.WORKS}


def wait(tree):
    return jax.block_until_ready(tree)


def begin(work, size):
    if work not in WORKS:
        return None
    make, x64 = WORKS[work]
    jax.config.update("jax_enable_x64", x64)
    # A function to jit, its arguments, and perhaps a run of the workload that is more than one call.
    f, args, *more = make(size)
    args = [jax.tree.map(jax.device_put, a) for a in args]
    wait(args)
    jitted = jax.jit(f)

    def compile():
        fresh = jax.jit(lambda *a: f(*a))
        start = time.perf_counter()
        fresh.lower(*args).compile()
        return time.perf_counter() - start

    if more:
        run = more[0]
        call = lambda: wait(run(jitted, *args))
    elif isinstance(jax.eval_shape(f, *args), jax.ShapeDtypeStruct):
        call = lambda: jitted(*args).block_until_ready()  # the shortest way
    else:
        call = lambda: wait(jitted(*args))
    return worker.Case(call, jax.tree.leaves, compile, jax.clear_caches)


if __name__ == "__main__":
    jax.jit(lambda x: jax.numpy.sin(x))(1.0).block_until_ready()
    worker.run("JAX " + jax.__version__, begin)

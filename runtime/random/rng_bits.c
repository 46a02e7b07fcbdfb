/* The generators of XLA (lax.rng_bit_generator). */
#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

jac_rng jac_rng_bits_(const jac_loc *at, jac key, jac_dims shape, jac_dtype d,
                      jac_rng_algorithm algorithm)
{
    static const char what[] = "rng_bit_generator";
    unsigned m = rt_begin_as(at, what);
    ir_type t, k;
    ir_dtype dtype;
    jac y[2];
    bool ok = rt_type_of(key, &k) && rt_dtype(d, &dtype) && rt_type_for(what, shape, dtype, &t);
    if (ok) {
        ir_attr attr[] = {[RNG_BITS_ALGORITHM] = {.i = (int64_t)algorithm},
                          [RNG_BITS_DTYPE] = {.i = dtype},
                          [RNG_BITS_SHAPE] = {.n = t.rank, .ints = t.dim}};
        ok = rt_emit(&op_rng_bit_generator, 1, &key, attr, 2, y);
    }
    ok = rt_end_tree(m, ok ? 2 : 0, y) && ok;
    return ok ? (jac_rng){y[0], y[1]} : (jac_rng){JAC_NULL, JAC_NULL};
}

/* Inputs as Jacquard's arrays. */
#ifndef BENCH_JACQUARD_INPUTS_H
#define BENCH_JACQUARD_INPUTS_H

#include "bench/input.h"
#include "bench/jacquard/works.h"

static inline void inputs_freed(void *x)
{
    free(x);
}

static inline int64_t inputs_count(jac_dims shape)
{
    int64_t n = 1;
    for (int k = 0; k < shape.n; k++)
        n *= shape.v[k];
    return n;
}

static inline jac inputs_f32(jac_dims shape, uint32_t seed, double lo, double hi)
{
    float *x = input_f32(inputs_count(shape), seed, lo, hi);
    return jac_borrow(JAC_F32, shape, x, inputs_freed, x);
}

static inline jac inputs_f64(jac_dims shape, uint32_t seed, double lo, double hi)
{
    double *x = input_f64(inputs_count(shape), seed, lo, hi);
    return jac_borrow(JAC_F64, shape, x, inputs_freed, x);
}

#endif

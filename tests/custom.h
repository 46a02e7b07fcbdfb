/* A function with a derivative rule of its own, and an array. */
#ifndef JACQUARD_TESTS_CUSTOM_H
#define JACQUARD_TESTS_CUSTOM_H

#include "tests/handles.h"

typedef struct {
    jac a, b;
} Two;

static inline jac vec(int64_t n)
{
    return jac_full(JAC_SHAPE(n), jac_scalar(JAC_F32, 0.5));
}

JAC_DEF(jac, square, (jac, x))
{
    return jac_mul(x, x);
}

JAC_DEF(Two, square_fwd, (jac, x))
{
    return (Two){jac_mul(x, x), x};
}

JAC_DEF(jac, square_bwd, (jac, x), (jac, ct))
{
    return jac_mul(jac_mul(2, x), ct);
}

static inline jac_fn ruled_square(void)
{
    return jac_custom_vjp(square_fn, square_fwd_fn, square_bwd_fn);
}

#endif

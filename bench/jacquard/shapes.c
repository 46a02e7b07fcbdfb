/* Row 6: what moves elements, fused with arithmetic. */
#include "bench/jacquard/inputs.h"

JAC_DEF(jac, transposed, (jac, x))
{
    return jac_add(jac_mul(jac_transpose(x), 2), 1);
}

/* The five-point Laplacian, zero outside. */
JAC_DEF(jac, stencil, (jac, x))
{
    int64_t n = jac_dim(x, 0);
    jac p = jac_pad(x, 0, JAC_DIMS(1, 1), JAC_DIMS(1, 1));
    jac up = jac_slice(p, JAC_DIMS(0, 1), JAC_DIMS(n, n + 1));
    jac down = jac_slice(p, JAC_DIMS(2, 1), JAC_DIMS(n + 2, n + 1));
    jac left = jac_slice(p, JAC_DIMS(1, 0), JAC_DIMS(n + 1, n));
    jac right = jac_slice(p, JAC_DIMS(1, 2), JAC_DIMS(n + 1, n + 2));
    return jac_sub(jac_add(jac_add(up, down), jac_add(left, right)), jac_mul(4, x));
}

JAC_DEF(jac, joined, (jac, x), (jac, y))
{
    return jac_add(jac_concatenate(1, jac_mul(x, 2), jac_mul(x, y), jac_neg(y)), 1);
}

/* Even columns times odd ones, upside down. */
JAC_DEF(jac, strided, (jac, x))
{
    int64_t n = jac_dim(x, 1);
    jac even = jac_slice_in_dim(x, 0, n, 2, 1), odd = jac_slice_in_dim(x, 1, n, 2, 1);
    return jac_add(jac_mul(jac_flip(even, 0), odd), 1);
}

JAC_DEF(jac, taken, (jac, x), (jac, rows))
{
    return jac_add(jac_mul(jac_take(x, rows, 0), 2), 1);
}

static jac square(int64_t size, uint32_t seed)
{
    return inputs_f32(JAC_SHAPE(size, size), seed, -1, 1);
}

/* A maker for a function of one square matrix. */
#define OF_SQUARE(work)                                                                            \
    static void make_##work(int64_t size, jq_case *c)                                              \
    {                                                                                              \
        c->args[0] = square(size, 8);                                                              \
        c->f = jac_jit(work##_fn);                                                                 \
    }
OF_SQUARE(transposed)
OF_SQUARE(stencil)
OF_SQUARE(strided)

static void make_joined(int64_t size, jq_case *c)
{
    c->args[0] = square(size, 8);
    c->args[1] = square(size, 9);
    c->f = jac_jit(joined_fn);
}

static void make_taken(int64_t size, jq_case *c)
{
    c->args[0] = square(size, 8);
    c->args[1] = jac_astype(inputs_f32(JAC_SHAPE(size), 10, 0, (double)size), JAC_I32);
    c->f = jac_jit(taken_fn);
}

const jq_work jq_shapes[] = {{"transposed", make_transposed}, {"stencil", make_stencil},
                             {"joined", make_joined},         {"strided", make_strided},
                             {"taken", make_taken},           {0}};

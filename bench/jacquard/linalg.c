/* Row 7: products of matrices. */
#include "bench/jacquard/inputs.h"

JAC_DEF(jac, product, (jac, x), (jac, y))
{
    return jac_matmul(x, y);
}

static void make_matmul(int64_t n, jq_case *c)
{
    c->args[0] = inputs_f32(JAC_SHAPE(n, n), 11, -1, 1);
    c->args[1] = inputs_f32(JAC_SHAPE(n, n), 12, -1, 1);
    c->f = jac_jit(product_fn);
}

/* 1000 products of n x n */
static void make_batched(int64_t n, jq_case *c)
{
    c->args[0] = inputs_f32(JAC_SHAPE(1000, n, n), 11, -1, 1);
    c->args[1] = inputs_f32(JAC_SHAPE(1000, n, n), 12, -1, 1);
    c->f = jac_jit(product_fn);
}

const jq_work jq_linalg[] = {{"matmul", make_matmul}, {"batched_matmul", make_batched}, {0}};

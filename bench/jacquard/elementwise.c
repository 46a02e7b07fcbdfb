/* Rows 1 and 3: the overhead of a call, and a chain of elementwise operations. */
#include "bench/jacquard/inputs.h"

JAC_DEF(jac, square_plus_one, (jac, x))
{
    return jac_add(jac_mul(x, x), 1);
}

static void make_overhead(int64_t size, jq_case *c)
{
    (void)size;
    c->f = jac_jit(square_plus_one_fn);
    c->args[0] = jac_scalar(JAC_F32, 3);
}

/* Twelve operations. */
JAC_DEF(jac, chain, (jac, x))
{
    jac b = jac_tanh(jac_add(jac_mul(x, 1.5), 0.25));
    jac c = jac_exp(jac_neg(x));
    jac d = jac_div(b, jac_add(1, c));
    jac f = jac_sub(jac_mul(d, jac_log1p(c)), x);
    return jac_add(jac_mul(f, f), b);
}

static void make_chain(int64_t size, jq_case *c)
{
    c->args[0] = inputs_f32(JAC_SHAPE(size), 3, -4, 4);
    c->f = jac_jit(chain_fn);
}

const jq_work jq_elementwise[] = {{"overhead", make_overhead}, {"chain", make_chain}, {0}};

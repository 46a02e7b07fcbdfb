/* Rows 1 to 3 and 20: the overhead of a call, a long program, a chain of elementwise operations,
 * and a map that memory limits. The last two also in 16-bit floats. */
#include "bench/jacquard/inputs.h"

JAC_DEF(jac, square_plus_one, (jac, x))
{
    return jac_add(jac_mul(x, x), 1);
}

/* What is computed with complex numbers, x + i y: |exp(z) sin(z) + z^2 / (z + 2)|^2. */
JAC_DEF(jac, chain_c64, (jac, x), (jac, y))
{
    jac z = jac_complex(x, y);
    z = jac_add(jac_mul(jac_exp(z), jac_sin(z)), jac_div(jac_square(z), jac_add(z, 2)));
    return jac_add(jac_square(jac_real(z)), jac_square(jac_imag(z)));
}

static void make_chain_c64(int64_t size, jq_case *c)
{
    c->args[0] = inputs_f32(JAC_SHAPE(size), 41, -1, 1);
    c->args[1] = inputs_f32(JAC_SHAPE(size), 42, -1, 1);
    c->f = jac_jit(chain_c64_fn);
}

static void make_overhead(int64_t size, jq_case *c)
{
    (void)size;
    c->f = jac_jit(square_plus_one_fn);
    c->args[0] = jac_scalar(JAC_F32, 3);
}

/* So many operations, each of the one before: for the time that compiling takes. */
JAC_DEF_ENV(jac, straight, int64_t, (jac, x))
{
    jac y = x;
    for (int64_t k = 0; k < *env; k += 5)
        y = jac_sub(jac_sin(jac_add(jac_mul(y, 0.75), 1e-3 * (double)(k % 64))), jac_mul(x, 0.5));
    return y;
}

static void make_straight(int64_t operations, jq_case *c)
{
    c->f = jac_jit(straight_with(operations));
    c->args[0] = inputs_f32(JAC_SHAPE(64), 2, -1, 1);
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

JAC_DEF(jac, affine, (jac, x))
{
    return jac_add(jac_mul(x, 2), 1);
}

static void make_elementwise(jac_fn f, jac_dtype dtype, int64_t size, jq_case *c)
{
    jac x = JAC_NULL;
    JAC_SCOPE (&x) /* the f32s that it is rounded from do not count as memory of the row */
        x = jac_astype(inputs_f32(JAC_SHAPE(size), 3, -4, 4), dtype);
    c->args[0] = x;
    c->f = jac_jit(f);
}

#define MAKE(name, f, dtype)                                                                       \
    static void make_##name(int64_t size, jq_case *c)                                              \
    {                                                                                              \
        make_elementwise(f##_fn, dtype, size, c);                                                  \
    }
MAKE(chain, chain, JAC_F32)
MAKE(chain_f16, chain, JAC_F16)
MAKE(chain_bf16, chain, JAC_BF16)
MAKE(affine, affine, JAC_F32)
MAKE(affine_f16, affine, JAC_F16)
MAKE(affine_bf16, affine, JAC_BF16)

const jq_work jq_elementwise[] = {
    {"overhead", make_overhead},     {"straight", make_straight},       {"chain", make_chain},
    {"chain_f16", make_chain_f16},   {"chain_bf16", make_chain_bf16},   {"chain_c64", make_chain_c64},   {"affine", make_affine},
    {"affine_f16", make_affine_f16}, {"affine_bf16", make_affine_bf16}, {0}};

/* Row 25: Fourier transforms. */
#include "bench/jacquard/inputs.h"

enum { LINES = 1000 };

/* How much of each frequency there is. */
JAC_DEF(jac, power, (jac, x))
{
    jac z = jac_rfft(x);
    return jac_add(jac_square(jac_real(z)), jac_square(jac_imag(z)));
}

/* The same from complex numbers, whose imaginary part is y. */
JAC_DEF(jac, power_of_complex, (jac, x), (jac, y))
{
    jac z = jac_fft(jac_complex(x, y));
    return jac_add(jac_square(jac_real(z)), jac_square(jac_imag(z)));
}

/* A blurred image: a cyclic convolution with a filter whose transform is given. */
JAC_DEF(jac, blurred, (jac, x), (jac, filter))
{
    return jac_mean(jac_square(jac_irfft2(jac_mul(filter, jac_rfft2(x)))));
}

static void make_line(int64_t size, jq_case *c)
{
    c->args[0] = inputs_f32(JAC_SHAPE(size), 31, -1, 1);
    c->f = jac_jit(power_fn);
}

static void make_complex_line(int64_t size, jq_case *c)
{
    c->args[0] = inputs_f32(JAC_SHAPE(size), 31, -1, 1);
    c->args[1] = inputs_f32(JAC_SHAPE(size), 32, -1, 1);
    c->f = jac_jit(power_of_complex_fn);
}

static void make_lines(int64_t size, jq_case *c)
{
    c->args[0] = inputs_f32(JAC_SHAPE(LINES, size), 31, -1, 1);
    c->f = jac_jit(power_fn);
}

static void make_image(int64_t size, jq_case *c)
{
    c->args[0] = inputs_f32(JAC_SHAPE(size, size), 31, -1, 1);
    c->args[1] = inputs_f32(JAC_SHAPE(size, size / 2 + 1), 32, 0, 1);
    c->nresults = 3;
    c->f = jac_jit(jac_value_and_grad(blurred_fn, 0, 1));
}

const jq_work jq_fourier[] = {{"rfft", make_line},
                              {"fft", make_complex_line},
                              {"rfft_lines", make_lines},
                              {"blurred", make_image},
                              {0}};

/* A plug-in that uses the library. */
#include <jacquard.h>

double plug(void);

JAC_DEF(jac, wave, (jac, x))
{
    return jac_sum(jac_tanh(jac_mul(x, 1.25)));
}

double plug(void)
{
    double v = 0;
    JAC_SCOPE()
    {
        v = jac_item_f64(jac_call1(jac_jit(wave_fn), jac_ones(JAC_SHAPE(1 << 20))));
    }
    return v;
}

/* The error of one result in units in the last place. */
#include <math.h>

#include "accuracy.h"

const format FORMAT_F32 = {24, -126, 127};
const format FORMAT_F64 = {53, -1022, 1023};

static int last_place(const format *f, int exponent)
{
    int e = exponent < f->least ? f->least : exponent > f->most ? f->most : exponent;
    return e - (f->digits - 1);
}

double error_in_ulp(const format *f, double got, mpfr_t exact)
{
    if (mpfr_nan_p(exact) || isnan(got))
        return mpfr_nan_p(exact) && isnan(got) ? 0 : INFINITY;
    if ((mpfr_signbit(exact) != 0) != (signbit(got) != 0))
        return INFINITY;

    bool infinite = mpfr_inf_p(exact);
    long exponent = infinite || mpfr_zero_p(exact) ? 0 : (long)mpfr_get_exp(exact) - 1;
    if (infinite || exponent > f->most) {
        if (isinf(got))
            return 0;
        if (infinite)
            return INFINITY;
    }
    mpfr_t e;
    mpfr_init2(e, mpfr_get_prec(exact) + 64);
    if (exponent > f->most)
        mpfr_set_si_2exp(e, mpfr_signbit(exact) ? -1 : 1, f->most + 1, MPFR_RNDN);
    else
        mpfr_set(e, exact, MPFR_RNDN);
    mpfr_t g;
    mpfr_init2(g, 53);
    if (isinf(got))
        mpfr_set_si_2exp(g, signbit(got) ? -1 : 1, f->most + 1, MPFR_RNDN);
    else
        mpfr_set_d(g, got, MPFR_RNDN);
    mpfr_sub(e, g, e, MPFR_RNDN);
    mpfr_mul_2si(e, e, -last_place(f, mpfr_zero_p(exact) ? f->least : (int)exponent), MPFR_RNDN);
    double ulp = fabs(mpfr_get_d(e, MPFR_RNDN));
    mpfr_clears(e, g, (mpfr_ptr)0);
    return ulp;
}

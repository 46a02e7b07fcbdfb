/* Null handles given to special functions. */
#include "tests/nulls.h"

Test(nulls, a_special_function_of_a_null_handle_is_an_error)
{
    REFUSES(jac_sinc(no));
    REFUSES(jac_erfcx(no));
    REFUSES(jac_ndtr(no));
    REFUSES(jac_log_ndtr(no));
    REFUSES(jac_ndtri(no));
    REFUSES(jac_expi(no));
    REFUSES(jac_exp1(no));
    REFUSES(jac_dawsn(no));
    REFUSES(jac_spence(no));
    REFUSES(jac_fresnel(no).s);
    REFUSES(jac_sici(no).ci);
    REFUSES(jac_erfinv(no));
    REFUSES(jac_loggamma(no));
    REFUSES(jac_wofz(no));
    REFUSES(jac_bernoulli(-1));
}

Test(nulls, a_special_function_of_several_operands_refuses_each_null_handle)
{
    REFUSES(jac_expn(no, 1));
    REFUSES(jac_expn(1, no));
    REFUSES(jac_owens_t(no, 1));
    REFUSES(jac_owens_t(1, no));
    REFUSES(jac_boxcox(no, 1));
    REFUSES(jac_boxcox(1, no));
    REFUSES(jac_boxcox1p(no, 1));
    REFUSES(jac_boxcox1p(1, no));
    REFUSES(jac_poch(no, 1));
    REFUSES(jac_poch(1, no));
    REFUSES(jac_comb(no, 1));
    REFUSES(jac_comb(1, no));
    REFUSES(jac_hyp1f1(no, 1, 1));
    REFUSES(jac_hyp1f1(1, no, 1));
    REFUSES(jac_hyp1f1(1, 1, no));
    REFUSES(jac_hyp2f1(no, 1, 1, 0));
    REFUSES(jac_hyp2f1(1, no, 1, 0));
    REFUSES(jac_hyp2f1(1, 1, no, 0));
    REFUSES(jac_hyp2f1(1, 1, 1, no));
    REFUSES(jac_bessel_jn(no, 1));
    REFUSES(jac_bessel_jn(1, -1));
    REFUSES(jac_sph_harm_y(no, 0, 1, 1));
    REFUSES(jac_sph_harm_y(1, no, 1, 1));
    REFUSES(jac_sph_harm_y(1, 0, no, 1));
    REFUSES(jac_sph_harm_y(1, 0, 1, no));
}

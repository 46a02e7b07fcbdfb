/* Null handles given to special functions. */
#include "tests/nulls.h"

Test(nulls, a_special_function_of_a_null_handle_is_an_error)
{
    REFUSES(jac_sinc(no));
    REFUSES(jac_erfcx(no));
    REFUSES(jac_ndtr(no));
    REFUSES(jac_log_ndtr(no));
    REFUSES(jac_ndtri(no));
}

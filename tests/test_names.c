/* Tests of include/jacquard/names.h: another name of a function calls that function. */
#include "tests/handles.h"

#define SAME(...)                                                                                  \
    do {                                                                                           \
        const jac pair_[] = {__VA_ARGS__};                                                         \
        cr_expect(jac_item_bool(jac_all(jac_eq(pair_[0], pair_[1]))), "%s", #__VA_ARGS__);         \
    } while (0)

Test(names, another_name_calls_the_same_function)
{
    jac x = jac_asarray((float[]){0.25f, -0.5f, 0.75f});
    jac y = jac_asarray((float[]){0.5f, -0.5f, 0.125f});
    jac both[] = {x, y};
    SAME(jac_subtract(x, y), jac_sub(x, y));
    SAME(jac_multiply(x, y), jac_mul(x, y));
    SAME(jac_divide(x, y), jac_div(x, y));
    SAME(jac_true_divide(x, y), jac_div(x, y));
    SAME(jac_negative(x), jac_neg(x));
    SAME(jac_pow(jac_abs(x), y), jac_power(jac_abs(x), y));
    SAME(jac_arcsin(x), jac_asin(x));
    SAME(jac_arccos(x), jac_acos(x));
    SAME(jac_arctan(x), jac_atan(x));
    SAME(jac_arctan2(x, y), jac_atan2(x, y));
    SAME(jac_equal(x, y), jac_eq(x, y));
    SAME(jac_not_equal(x, y), jac_ne(x, y));
    SAME(jac_less(x, y), jac_lt(x, y));
    SAME(jac_less_equal(x, y), jac_le(x, y));
    SAME(jac_greater(x, y), jac_gt(x, y));
    SAME(jac_greater_equal(x, y), jac_ge(x, y));
    SAME(jac_is_finite(x), jac_isfinite(x));
    SAME(jac_logistic(x), jac_sigmoid(x));
    SAME(jac_convert_element_type(x, JAC_I32), jac_astype(x, JAC_I32));
    SAME(jac_bitcast(x, JAC_I32), jac_bitcast_convert_type(x, JAC_I32));
    SAME(jac_random_key(3), jac_random_PRNGKey(3));
    SAME(jac_concatenate_n(0, 2, both), jac_concatenate(0, x, y));
    SAME(jac_stack_n(0, 2, both), jac_stack(0, x, y));
}

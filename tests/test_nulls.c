/* Each public function is given null handles, null functions, null pointers or empty strings. It
 * must record an error and must not crash. Each group of headers has a file test_nulls_*.c; the last
 * test here reads the headers, and fails if a function is missing in all of these files. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/nulls.h"

Test(nulls, reading_a_null_handle_is_an_error)
{
    double bytes;
    REFUSES(jac_ndim(no));
    REFUSES(jac_dim(no, 0));
    REFUSES(jac_size(no));
    REFUSES(jac_shape(no).n);
    REFUSES(jac_dtype_of(no));
    REFUSES(jac_weak_type(no));
    REFUSES(jac_type_of(no).ndim);
    REFUSES(jac_shaped(JAC_F32, two).ndim);
    REFUSES(jac_retain(no));
    REFUSES(jac_retain_fn(none));
    REFUSES(jac_item_f64(no));
    REFUSES(jac_item_i64(no));
    REFUSES(jac_item_bool(no));
    REFUSES(jac_item_c128(no));
    REFUSES(jac_iscomplexobj(no));
    REFUSES(jac_copy_out(no, &bytes, sizeof bytes));
    REFUSES(jac_copy_out(1.0f, NULL, 4));
    REFUSES(jac_view(no, JAC_F32));
    REFUSES(jac_str(no));
    REFUSES(jac_print(no));
    REFUSES(jac_save("/tmp/none.npy", no));
    jac_release(no); /* like free(NULL) */
    jac_release_fn(none);
    cr_expect(!jac_error());
}

Test(nulls, a_null_or_empty_path_is_an_error_that_says_so)
{
    FAILS_WITH(jac_load(NULL), "jac_load: no path is given");
    FAILS_WITH(jac_load(""), "jac_load: no path is given");
    FAILS_WITH(jac_load("/tmp"), "jac_load: /tmp is a directory");
    FAILS_WITH(jac_save(NULL, one()), "jac_save: no path is given");
    FAILS_WITH(jac_save("", one()), "jac_save: no path is given");
    FAILS_WITH(jac_save("/tmp", one()), "directory");
    FAILS_WITH(jac_load("/tmp/there/is/no/such/file"), "No such file");
}

Test(nulls, making_an_array_from_nothing_is_an_error)
{
    const float *nowhere = NULL;
    REFUSES(jac_array(JAC_SHAPE(2), nowhere));
    REFUSES(jac_array(two, nowhere));
    REFUSES(jac_array_of(JAC_F32, JAC_SHAPE(2), NULL));
    REFUSES(jac_borrow(JAC_F32, JAC_SHAPE(2), NULL, NULL, NULL));
    REFUSES(jac_scalar(JAC_F32, no));
    REFUSES(jac_add(jac_asarray(no), 1));
    REFUSES(jac_zeros(two));
    REFUSES(jac_ones(less));
    REFUSES(jac_full(3, no));
    REFUSES(jac_zeros_like(no));
    REFUSES(jac_ones_like(no));
    REFUSES(jac_full_like(no, 1));
    REFUSES(jac_full_like(one(), no));
    REFUSES(jac_arange(no));
    REFUSES(jac_arange(0, no));
    REFUSES(jac_linspace(no, 1, 3));
    REFUSES(jac_linspace(0, no, 3));
    REFUSES(jac_eye(-1));
    REFUSES(jac_iota(JAC_I32, two, 0));
    REFUSES(jac_betainc(no, 1, 0.5));
    REFUSES(jac_betainc(1, no, 0.5));
    REFUSES(jac_betainc(1, 1, no));
    REFUSES(jac_multigammaln(no, 3));
    REFUSES(jac_multigammaln(4.0, 0));
}

Test(nulls, an_elementwise_function_of_a_null_handle_is_an_error)
{
    // clang-format off
#define UNARY(X)                                                                                   \
    X(jac_neg) X(jac_abs) X(jac_sign) X(jac_square) X(jac_reciprocal) X(jac_sqrt) X(jac_rsqrt)     \
    X(jac_cbrt) X(jac_exp) X(jac_exp2) X(jac_expm1) X(jac_log) X(jac_log1p) X(jac_log2)            \
    X(jac_log10) X(jac_sin) X(jac_cos) X(jac_tan) X(jac_asin) X(jac_acos) X(jac_atan) X(jac_sinh)  \
    X(jac_cosh) X(jac_tanh) X(jac_asinh) X(jac_acosh) X(jac_atanh) X(jac_erf)      \
    X(jac_erfc) X(jac_erf_inv) X(jac_floor) X(jac_ceil) X(jac_round) X(jac_isfinite) X(jac_isnan)  \
    X(jac_isinf) X(jac_logical_not) X(jac_bitwise_not) X(jac_population_count) X(jac_clz)          \
    X(jac_sigmoid) X(jac_relu) X(jac_softplus) X(jac_silu) X(jac_gelu) X(jac_softmax)              \
    X(jac_log_softmax) X(jac_stop_gradient) X(jac_ravel) X(jac_transpose) X(jac_squeeze)           \
    X(jac_flip) X(jac_sum) X(jac_prod) X(jac_max) X(jac_min) X(jac_all) X(jac_any) X(jac_mean)     \
    X(jac_var) X(jac_std) X(jac_logsumexp) X(jac_norm) X(jac_argmax) X(jac_argmin)                 \
    X(jac_random_PRNGKey) X(jac_real) X(jac_imag) X(jac_conj) X(jac_angle) X(jac_iscomplex)        \
    X(jac_isreal) X(jac_lgamma) X(jac_gammaln) X(jac_digamma) X(jac_gamma) X(jac_gammasgn)         \
    X(jac_factorial) X(jac_i0e) X(jac_i1e) X(jac_i0) X(jac_i1) X(jac_entr) X(jac_logit)            \
    X(jac_expit) X(jac_ndtr)
#define BINARY(X)                                                                                  \
    X(jac_add) X(jac_sub) X(jac_mul) X(jac_div) X(jac_floor_divide) X(jac_remainder) X(jac_rem)    \
    X(jac_power) X(jac_maximum) X(jac_minimum) X(jac_atan2) X(jac_nextafter) X(jac_logaddexp)      \
    X(jac_complex) X(jac_hypot) X(jac_eq) X(jac_ne) X(jac_lt) X(jac_le) X(jac_gt) X(jac_ge) X(jac_logical_and)    \
    X(jac_logical_or) X(jac_logical_xor) X(jac_bitwise_and) X(jac_bitwise_or) X(jac_bitwise_xor)   \
    X(jac_left_shift) X(jac_right_shift) X(jac_shift_right_logical)                                \
    X(jac_shift_right_arithmetic) X(jac_dot) X(jac_matmul) X(jac_outer) X(jac_polygamma)           \
    X(jac_igamma) X(jac_gammainc) X(jac_igammac) X(jac_gammaincc)                                  \
    X(jac_igamma_grad_a) X(jac_random_gamma_grad) X(jac_poch) X(jac_comb)                          \
    X(jac_zeta) X(jac_betaln) X(jac_beta) X(jac_xlogy) X(jac_xlog1py) X(jac_rel_entr)              \
    X(jac_kl_div)
    // clang-format on
#define REFUSES_ONE(f) REFUSES(f(no));
#define REFUSES_TWO(f)                                                                             \
    REFUSES(f(no, no));                                                                            \
    REFUSES(f(no, 1));                                                                             \
    REFUSES(f(1, no));
    UNARY(REFUSES_ONE)
    BINARY(REFUSES_TWO)
    REFUSES(jac_integer_pow(no, 2));
    REFUSES(jac_where(no, 1, 2));
    REFUSES(jac_where(true, no, 2));
    REFUSES(jac_where(true, 1, no));
    REFUSES(jac_clip(no, 0, 1));
    REFUSES(jac_clip(0.5, no, 1));
    REFUSES(jac_clip(0.5, 0, no));
    REFUSES(jac_clamp(0, no, 1));
    REFUSES(jac_astype(no, JAC_F32));
    REFUSES(jac_bitcast_convert_type(no, JAC_F32));
}

/* ---- nothing is forgotten -------------------------------------------------------------------- */

/* `text`, which is replaced, with the contents of a file behind it. */
static char *with_contents(char *text, const char *path)
{
    FILE *f = fopen(path, "rb");
    cr_assert(f, "%s", path);
    fseek(f, 0, SEEK_END);
    size_t before = strlen(text), n = (size_t)ftell(f);
    text = realloc(text, before + n + 1);
    rewind(f);
    cr_assert(fread(text + before, 1, n, f) == n);
    text[before + n] = '\0';
    fclose(f);
    return text;
}

/* Is there a call of the macro, or its name in a list of X(name)? */
static bool occurs(const char *text, const char *name)
{
    char call[80], entry[80];
    snprintf(call, sizeof call, "%s(", name);
    snprintf(entry, sizeof entry, "X(%s)", name);
    return strstr(text, call) || strstr(text, entry);
}

Test(nulls, every_public_function_that_takes_something_is_tested_here)
{
    /* jac_ok and jac_check answer for null handles; jac_profile_start has only options. */
    static const char answers[] = "jac_ok( jac_check( jac_profile_start(";
    glob_t headers, tests;
    cr_assert(!glob(JAC_TEST_DATA "/../../include/*.h", 0, NULL, &headers));
    cr_assert(!glob(JAC_TEST_DATA "/../../include/jacquard/*.h", GLOB_APPEND, NULL, &headers));
    cr_assert(!glob(JAC_TEST_DATA "/../test_nulls*.c", 0, NULL, &tests));
    char *here = calloc(1, 1), name[80];
    for (size_t k = 0; k < tests.gl_pathc; k++)
        here = with_contents(here, tests.gl_pathv[k]);
    int n = 0;
    for (size_t k = 0; k < headers.gl_pathc; k++) {
        char *text = with_contents(calloc(1, 1), headers.gl_pathv[k]);
        for (char *p = text; (p = strstr(p, "\n#define jac_")); p++) {
            if (sscanf(p, "\n#define %79[a-zA-Z0-9_](", name) != 1 ||
                p[sizeof "\n#define " - 1 + strlen(name)] != '(')
                continue;
            n++;
            cr_expect(occurs(here, name) || occurs(answers, name), "%s is missing here", name);
        }
        free(text);
    }
    cr_expect(n > 200, "only %d functions were found", n);
    free(here);
    globfree(&tests);
    globfree(&headers);
}

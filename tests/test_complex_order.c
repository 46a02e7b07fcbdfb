/* Complex numbers where their order counts, what is computed of them by parts, what refuses them, and
 * the derivative of sign. */
#include <complex.h>
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "tests/handles.h"
#include "tests/support.h"

static jac numbers(int64_t n, const double complex *z)
{
    return jac_array_of(JAC_C128, JAC_SHAPE(n), z);
}

static void expect(jac y, int n, const double complex *want, double tolerance)
{
    const double complex *got = jac_view(y, JAC_C128);
    cr_assert(got, "%s", jac_error());
    for (int k = 0; k < n; k++) {
        double part[2][2] = {{creal(got[k]), creal(want[k])}, {cimag(got[k]), cimag(want[k])}};
        for (int j = 0; j < 2; j++) {
            double a = part[j][0], b = part[j][1];
            bool same = isnan(b) ? isnan(a) : a == b || fabs(a - b) <= tolerance * (1 + cabs(want[k]));
            cr_expect(same, "element %d is %g + %gi, not %g + %gi", k, creal(got[k]), cimag(got[k]),
                      creal(want[k]), cimag(want[k]));
        }
    }
}
#define EXPECT(y, tolerance, ...)                                                        \
    expect(y, (int)(sizeof((double complex[]){__VA_ARGS__}) / sizeof(double complex)), \
           (double complex[]){__VA_ARGS__}, tolerance)

JAC_DEF(jac, less, (jac, z))
{
    return jac_lt(z, jac_flip(z));
}

JAC_DEF(jac, sorted_places, (jac, z))
{
    return jac_argsort(z);
}

/* Each of these interpreted and compiled. */
Test(complex_order, comparisons_and_sorts_are_lexicographic)
{
    JAC_SCOPE () {
        jac_enable_x64(false);
        double complex v[] = {1 + 2 * I, 1 - 2 * I, CMPLX(NAN, 0), 3 * I, 2, CMPLX(1, NAN)};
        jac z = numbers(6, v), fns[2][2] = {{JAC_NULL}};
        fns[0][0] = jac_call1(less_fn, z);
        fns[0][1] = jac_call1(jac_jit(less_fn), z);
        fns[1][0] = jac_call1(sorted_places_fn, z);
        fns[1][1] = jac_call1(jac_jit(sorted_places_fn), z);
        for (int k = 0; k < 2; k++) {
            const bool *lt = jac_view(fns[0][k], JAC_BOOL);
            const int *at = jac_view(fns[1][k], JAC_I32);
            cr_assert(lt && at, "%s", jac_error());
            cr_expect(!memcmp(lt, ((bool[]){false, true, false, false, false, false}), 6));
            cr_expect(!memcmp(at, ((int[]){3, 1, 0, 5, 4, 2}), sizeof(int[6])));
        }
    }
}

Test(complex_order, a_nan_in_either_part_wins_in_extremes)
{
    JAC_SCOPE () {
        double complex v[] = {1 + 2 * I, 1 - 2 * I, 0}, w[] = {1 + I, CMPLX(NAN, 1), CMPLX(0, NAN)};
        EXPECT(jac_max(numbers(3, v)), 0, 1 + 2 * I);
        EXPECT(jac_min(numbers(2, v)), 0, 1 - 2 * I);
        jac most = jac_max(numbers(3, w)), pair = jac_maximum(numbers(3, v), numbers(3, w));
        cr_expect(jac_item_bool(jac_isnan(most)), "%s", jac_error());
        EXPECT(pair, 0, 1 + 2 * I, w[1], w[2]);
        EXPECT(jac_minimum(numbers(3, w), numbers(3, v)), 0, 1 + I, w[1], w[2]);
        jac ids = jac_array(JAC_SHAPE(3), ((int[]){0, 0, 2}));
        jac s = jac_segment_max(numbers(3, v), ids, 3);
        EXPECT(s, 0, 1 + 2 * I, -INFINITY, 0);
        EXPECT(jac_segment_min(numbers(3, w), ids, 3), 0, w[1], INFINITY, CMPLX(NAN, NAN));
        EXPECT(jac_segment_prod(numbers(3, v), ids, 3), 0, 5, 1, 0);
    }
}

/* Windows that overlap are multiplied one after the other. */
Test(complex_order, overlapping_windows_are_multiplied_in_turn)
{
    JAC_SCOPE () {
        double complex x[] = {1, I, 2, -I}, u[] = {2, I, 3, 1 + I, 1, I};
        jac at = jac_array(JAC_SHAPE(3, 1), ((int[]){0, 1, 9}));
        jac y = jac_scatter_mul(numbers(4, x), at, jac_reshape(numbers(6, u), 3, 2),
                                .update_window_dims = JAC_DIMS(1),
                                .scatter_dims_to_operand_dims = JAC_DIMS(0), .mode = JAC_FILL_OR_DROP);
        EXPECT(y, 0, 2, -3, 2 + 2 * I, -I);
    }
}

Test(complex_order, functions_of_parts)
{
    JAC_SCOPE () {
        double complex v[] = {0, CMPLX(INFINITY, 0), CMPLX(0, INFINITY), I, -2};
        double ln2 = log(2), ln10 = log(10);
        EXPECT(jac_log2(numbers(5, v)), 1e-15, -INFINITY, INFINITY, CMPLX(INFINITY, M_PI / 2 / ln2),
               M_PI / 2 / ln2 * I, 1 + M_PI / ln2 * I);
        EXPECT(jac_log10(numbers(4, v)), 1e-15, -INFINITY, INFINITY, CMPLX(INFINITY, M_PI / 2 / ln10),
               M_PI / 2 / ln10 * I);
        double complex w[] = {1 + 2 * I, 1 - 2 * I}, z[] = {2, -2.5 + 3.5 * I};
        double complex sum = clog(cexp(w[0]) + cexp(w[1]));
        EXPECT(jac_logsumexp(numbers(2, w)), 1e-15, sum);
        EXPECT(jac_logaddexp(numbers(2, w), numbers(2, z)), 1e-15, clog(cexp(w[0]) + cexp(z[0])),
               clog(cexp(w[1]) + cexp(z[1])));
        EXPECT(jac_logsumexp(jac_add(numbers(2, w), 2000)), 1e-15, sum + 2000);
        EXPECT(jac_round(numbers(2, z)), 0, 2, -2 + 4 * I);
        EXPECT(jac_silu(numbers(2, w)), 1e-15, w[0] / (1 + cexp(-w[0])), w[1] / (1 + cexp(-w[1])));
        EXPECT(jac_softplus(numbers(2, w)), 1e-15, clog(1 + cexp(w[0])), clog(1 + cexp(w[1])));
        EXPECT(jac_relu(numbers(2, z)), 0, 2, 0);
    }
}

Test(complex_order, a_fill_value_keeps_both_parts)
{
    JAC_SCOPE () {
        double complex v[] = {1, 2 * I};
        jac x = numbers(2, v), at = jac_array(JAC_SHAPE(2), ((int[]){1, 5}));
        EXPECT(jac_take(x, at, 0, .mode = JAC_FILL_OR_DROP, .fill_value = jac_of_c128(3 - 4 * I)), 0, 2 * I,
               3 - 4 * I);
        jac fill = jac_asarray(5 * I);
        EXPECT(jac_take(x, at, 0, .mode = JAC_FILL_OR_DROP, .fill_value = fill), 0, 2 * I, 5 * I);
        EXPECT(jac_take(x, at, 0, .mode = JAC_FILL_OR_DROP), 0, 2 * I, NAN);
        jac n = jac_array(JAC_SHAPE(2), ((int[]){1, 2}));
        FAILS_WITH(jac_take(n, at, 0, .mode = JAC_FILL_OR_DROP, .fill_value = jac_of_f64(1.5)),
                   "fill_value 1.5 is not an integer");
        FAILS_WITH(jac_take(n, at, 0, .mode = JAC_FILL_OR_DROP, .fill_value = jac_of_c128(1 + I)),
                   "is complex");
    }
}

Test(complex_order, functions_that_take_no_complex_numbers_name_themselves)
{
    JAC_SCOPE () {
        double complex v[] = {1, 2 * I};
        jac x = numbers(2, v), ids = jac_zeros(JAC_SHAPE(2), JAC_I32), key = jac_random_key(0);
        FAILS_WITH(jac_hypot(x, 1), "hypot takes real numbers, but is given c128[2]");
        FAILS_WITH(jac_remainder(x, 2), "remainder takes real numbers");
        FAILS_WITH(jac_floor_divide(x, 2), "floor_divide takes real numbers");
        FAILS_WITH(jac_clip(x, 0, 1), "clip takes real numbers");
        FAILS_WITH(jac_median(x), "median takes real numbers");
        FAILS_WITH(jac_histogram(x, 2), "histogram takes real numbers");
        FAILS_WITH(jac_gelu(x), "gelu takes real numbers");
        FAILS_WITH(jac_argmax(x), "argmax takes no complex numbers");
        FAILS_WITH(jac_top_k(x, 1).values, "top_k takes no complex numbers");
        FAILS_WITH(jac_cbrt(x), "cbrt takes floating-point numbers");
        FAILS_WITH(jac_bincount(x, 2), "bincount: x must have integers");
        FAILS_WITH(jac_choose(x, 1, 2), "jac_choose: which must be integers");
        FAILS_WITH(jac_segment_sum(jac_ne(x, 0), ids, 1), "segment_sum takes numbers");
        FAILS_WITH(jac_reduce_xor(jac_real(x)), "reduce_xor takes bool or integers");
        FAILS_WITH(jac_random_uniform(key, JAC_SHAPE(2), JAC_C64), "jac_random_uniform draws floats");
        FAILS_WITH(jac_all(jac_bitwise_and(x, x)), "bitwise_and takes");
        FAILS_WITH(jac_max(jac_zeros(JAC_SHAPE(0))), "max of no elements");
    }
}

/* jax.random.normal(jax.random.key(0), (2,), jnp.complex64) */
Test(complex_order, complex_normal_draws_are_those_of_jax)
{
    JAC_SCOPE () {
        jac z = jac_random_normal(jac_random_key(0), JAC_SHAPE(2), JAC_C64);
        EXPECT(jac_astype(z, JAC_C128), 2e-7, 0.70994526 - 1.727077 * I, -0.6408772 - 1.4394435 * I);
    }
}

/* ---- the derivative of sign --------------------------------------------------------------------- */

/* A real function of the direction of z, and of nothing else. */
JAC_DEF(jac, of_direction, (jac, z))
{
    jac s = jac_sign(z);
    return jac_sum(jac_add(jac_mul(jac_real(s), 3), jac_mul(jac_imag(s), jac_real(s))));
}

static double loss(double complex z)
{
    z /= cabs(z);
    return 3 * creal(z) + cimag(z) * creal(z);
}

/* The gradient of a real loss is df/dx - i df/dy. (JAX gives 0 for sign.) */
Test(complex_order, the_gradient_of_sign_is_that_of_finite_differences)
{
    JAC_SCOPE () {
        double complex v[] = {1 + 2 * I, -3 + 0.5 * I, 0}, want[3] = {0};
        double h = 1e-6;
        for (int k = 0; k < 2; k++)
            want[k] = (loss(v[k] + h) - loss(v[k] - h)) / (2 * h) -
                      I * (loss(v[k] + h * I) - loss(v[k] - h * I)) / (2 * h);
        jac z = numbers(3, v);
        expect(jac_call1(jac_grad(of_direction_fn), z), 3, want, 1e-8);
        expect(jac_call1(jac_jit(jac_grad(of_direction_fn)), z), 3, want, 1e-8);
    }
}

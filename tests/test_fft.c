/* Discrete Fourier transforms against their definition, summed in double. */
#include <complex.h>
#include <math.h>
#include <stdlib.h>

#include "tests/handles.h"

#undef I
#define IMAGINARY __extension__ 1.0i

enum { MOST = 4000 };

/* ---- lines of complex numbers ---------------------------------------------------------------- */

static jac numbers(jac_dtype d, int n, int seed)
{
    double *x = malloc(2 * (size_t)n * sizeof *x);
    for (int k = 0; k < 2 * n; k++)
        x[k] = sin(1.0 + k * (1.7 + seed)) + 0.25 * cos(k * 0.3);
    jac y = jac_astype(jac_array_of(JAC_C128, JAC_SHAPE(n), (double _Complex *)x), d);
    free(x);
    return y;
}

static void read(jac x, double _Complex *to)
{
    x = jac_astype(x, JAC_C128);
    cr_assert(jac_copy_out(x, to, (size_t)jac_size(x) * sizeof *to), "%s", jac_error());
}

/* The sum of x[j] exp(sign 2 pi i j k / n), for k = 0, 1, ... */
static void transform(int n, const double _Complex *x, int sign, double factor, double _Complex *y)
{
    double _Complex *root = malloc((size_t)n * sizeof *root);
    for (int k = 0; k < n; k++)
        root[k] = cos(2 * M_PI * k / n) + sign * sin(2 * M_PI * k / n) * IMAGINARY;
    for (int k = 0; k < n; k++) {
        y[k] = 0;
        for (int j = 0; j < n; j++)
            y[k] += x[j] * root[(long)j * k % n];
        y[k] *= factor;
    }
    free(root);
}

static void near(const char *what, int n, jac got, int count, const double _Complex *want, double bound)
{
    static double _Complex y[MOST];
    cr_assert(jac_ok(got), "%s of %d: %s", what, n, jac_error());
    cr_assert_eq(jac_size(got), count, "%s of %d has %d elements", what, n, (int)jac_size(got));
    read(got, y);
    double most = 0, off = 0;
    for (int k = 0; k < count; k++) {
        most = fmax(most, cabs(want[k]));
        off = fmax(off, cabs(y[k] - want[k]));
    }
    cr_expect_leq(off, bound * most, "%s of %d is off by %g of %g", what, n, off, most);
}

static const int lengths[] = {1,  2,  3,  4,  5,  6,  7,  8,   9,   10,  11,  12,  13,  15,   16,  17,  23,
                              24, 25, 29, 31, 32, 40, 47, 49,  64,  77,  97,  100, 101, 120,  121, 128, 169,
                              211, 243, 256, 317, 360, 500, 512, 529, 625, 1000, 1009, 1024, 1331, 2048};

/* ---- all lengths ----------------------------------------------------------------------------- */

static void check_length(jac_dtype d, int n, double bound)
{
    static double _Complex x[MOST], y[MOST], half[MOST];
    jac z = numbers(d, n, n), re = jac_real(z);
    read(z, x);
    transform(n, x, -1, 1, y);
    near("fft", n, jac_fft(z), n, y, bound);
    transform(n, x, 1, 1.0 / n, y);
    near("ifft", n, jac_ifft(z), n, y, bound);
    read(re, x);
    transform(n, x, -1, 1, y);
    near("rfft", n, jac_rfft(re), n / 2 + 1, y, bound);
    near("fft of real numbers", n, jac_fft(re), n, y, bound);
    for (int k = 0; k <= n / 2; k++)
        half[k] = conj(y[k]);
    near("ihfft", n, jac_mul(jac_ihfft(re), n), n / 2 + 1, half, bound);
    near("irfft", n, jac_irfft(jac_rfft(re), .n = n), n, x, bound);
    near("hfft", n, jac_hfft(jac_ihfft(re), .n = n), n, x, bound);
}

Test(fft, is_the_sum_that_defines_it_at_every_length)
{
    jac_enable_x64(true);
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++)
        JAC_SCOPE () {
            check_length(JAC_C64, lengths[k], 1e-6);
            check_length(JAC_C128, lengths[k], 2e-15);
        }
}

/* ---- many lines, other axes ------------------------------------------------------------------ */

/* The transforms along an axis are those of the lines alone. */
static void check_batch(jac_dtype d, int lines, int n)
{
    jac x = jac_reshape(numbers(d, lines * n, 5), lines, n), re = jac_real(x);
    jac each[64];
    for (int k = 0; k < lines; k++)
        each[k] = jac_fft(jac_at(x, k));
    jac want = jac_stack(0, JAC_HANDLES(lines, each)), whole = jac_fft(x);
    double bound = d == JAC_C64 ? 1e-5 : 1e-13;
    bound *= jac_item_f64(jac_max(jac_abs(whole)));
#define NEAR(a, b) \
    cr_expect_leq(jac_item_f64(jac_max(jac_abs(jac_sub(a, b)))), bound, #a ": %d lines of %d", lines, n)
    NEAR(whole, want);
    NEAR(jac_transpose(jac_fft(jac_transpose(x), .axis = 0)), want);
    NEAR(jac_ifft(whole), x);
    NEAR(jac_ifft(jac_transpose(whole), .axis = 0), jac_transpose(x));
    NEAR(jac_irfft(jac_rfft(re), .n = n), re);
    NEAR(jac_slice_in_dim(jac_fft(re), 0, n / 2 + 1, 1, 1), jac_rfft(re));
    NEAR(jac_fft(jac_fft(jac_transpose(x)), .axis = 0), jac_fft2(jac_transpose(x)));
    NEAR(jac_ifft2(jac_fft2(x)), x);
    NEAR(jac_irfft2(jac_rfft2(re), .s = JAC_DIMS(lines, n)), re);
#undef NEAR
}

Test(fft, of_many_lines_is_that_of_each)
{
    jac_enable_x64(true);
    static const int sizes[][2] = {{1, 8},  {2, 5},  {3, 16},  {5, 30}, {8, 64},  {9, 12},  {16, 8},
                                   {17, 9}, {20, 4}, {33, 27}, {7, 97}, {40, 31}, {12, 300}};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
        JAC_SCOPE () {
            check_batch(JAC_C64, sizes[k][0], sizes[k][1]);
            check_batch(JAC_C128, sizes[k][0], sizes[k][1]);
        }
}

static bool alike(jac x, jac y)
{
    jac off = jac_max(jac_abs(jac_sub(x, y)));
    cr_assert(jac_ok(off), "%s", jac_error());
    return jac_item_f64(off) < 1e-12;
}

Test(fft, goes_along_any_number_of_axes)
{
    jac_enable_x64(true);
    JAC_SCOPE () {
        jac x = jac_reshape(numbers(JAC_C128, 2 * 3 * 4 * 5 * 2, 1), 2, 3, 4, 5, 2), one = x;
        for (int k = 0; k < 5; k++)
            one = jac_fft(one, .axis = k);
        cr_expect(alike(jac_fftn(x), one), "five axes");
        cr_expect(alike(jac_ifftn(one), x), "and back");
        one = jac_fft(jac_fft(x, .axis = 3), .axis = 1);
        cr_expect(alike(jac_fftn(x, .axes = JAC_DIMS(1, -2)), one), "axes in the middle");
        jac re = jac_real(x), half = jac_rfftn(re, .axes = JAC_DIMS(0, 1, 2, 3));
        cr_expect_eq(jac_shape(half).v[3], 3);
        cr_expect(alike(jac_irfftn(half, .s = JAC_DIMS(2, 3, 4, 5), .axes = JAC_DIMS(0, 1, 2, 3)), re),
                  "real numbers, four axes");
        cr_expect(alike(jac_fftn(x, .s = JAC_DIMS(4, 7)),
                                jac_fft2(jac_pad(jac_slice(x, JAC_DIMS(0, 0, 0, 0, 0), JAC_DIMS(2, 3, 4, 4, 2)),
                                                 0, JAC_DIMS(0, 0, 0, 0, 0), JAC_DIMS(0, 0, 0, 0, 5)))),
                  "lines cut off and continued");
    }
}

/* ---- options --------------------------------------------------------------------------------- */

Test(fft, has_the_factors_that_norm_asks_for)
{
    jac_enable_x64(true);
    JAC_SCOPE () {
        const double n = 6, root = sqrt(n);
        jac z = numbers(JAC_C128, 6, 2), re = jac_real(z);
        cr_expect(alike(jac_fft(z, .norm = "ortho"), jac_div(jac_fft(z), root)));
        cr_expect(alike(jac_ifft(z, .norm = "ortho"), jac_mul(jac_ifft(z), root)));
        cr_expect(alike(jac_fft(z, .norm = "forward"), jac_div(jac_fft(z), n)));
        cr_expect(alike(jac_ifft(z, .norm = "forward"), jac_mul(jac_ifft(z), n)));
        cr_expect(alike(jac_rfft(re, .norm = "ortho"), jac_div(jac_rfft(re), root)));
        static const char *const norms[] = {NULL, "backward", "ortho", "forward"};
        for (int k = 0; k < 4; k++) {
            const char *norm = norms[k];
            cr_expect(alike(jac_ifft(jac_fft(z, .norm = norm), .norm = norm), z), "norm %d", k);
            cr_expect(alike(jac_irfft(jac_rfft(re, .norm = norm), .norm = norm), re), "norm %d", k);
            cr_expect(alike(jac_hfft(jac_ihfft(re, .norm = norm), .norm = norm), re), "norm %d", k);
        }
        cr_expect(alike(jac_hfft(z, .norm = "forward"), jac_div(jac_hfft(z), 10)), "hfft of 10");
        cr_expect(alike(jac_ihfft(re, .norm = "forward"), jac_mul(jac_ihfft(re), n)));
    }
}

Test(fft, takes_integers_and_narrow_floats_as_floats)
{
    JAC_SCOPE () {
        jac x = jac_arange(1, 5);
        cr_expect_eq(jac_dtype_of(jac_fft(x)), JAC_C64);
        cr_expect(alike(jac_fft(x), jac_fft(jac_astype(x, JAC_F32))));
        cr_expect_eq(jac_dtype_of(jac_rfft(jac_astype(x, JAC_BF16))), JAC_C64);
        cr_expect_eq(jac_dtype_of(jac_irfft(x)), JAC_F32);
    }
}

Test(fft, frequencies_are_numpys)
{
    JAC_SCOPE () {
        cr_expect_str_eq(jac_str(jac_fftfreq(5)), "[ 0.   0.2  0.4 -0.4 -0.2]");
        cr_expect_str_eq(jac_str(jac_fftfreq(4, .d = 0.5)), "[ 0.   0.5 -1.  -0.5]");
        cr_expect_str_eq(jac_str(jac_rfftfreq(5)), "[0.  0.2 0.4]");
        cr_expect_str_eq(jac_str(jac_rfftfreq(4)), "[0.   0.25 0.5 ]");
        cr_expect_str_eq(jac_str(jac_fftshift(jac_fftfreq(5))), "[-0.4 -0.2  0.   0.2  0.4]");
        cr_expect_str_eq(jac_str(jac_ifftshift(jac_arange(1, 6))), "[3 4 5 1 2]");
        jac x = jac_reshape(jac_arange(6), 2, 3);
        cr_expect_str_eq(jac_str(jac_fftshift(x)), "[[5 3 4]\n [2 0 1]]");
        cr_expect_str_eq(jac_str(jac_fftshift(x, 1)), "[[2 0 1]\n [5 3 4]]");
        cr_expect_str_eq(jac_str(jac_ifftshift(jac_fftshift(x))), jac_str(x));
    }
}

Test(fft, refuses_wrong_input_with_an_error)
{
    JAC_SCOPE () {
        jac x = jac_ones(JAC_DIMS(3, 4)), z = jac_fft(x);
        FAILS_WITH(jac_rfft(z), "rfft takes real numbers");
        FAILS_WITH(jac_fft(x, .n = 0), "must be at least 1");
        FAILS_WITH(jac_fft(x, .axis = 2), "axis");
        FAILS_WITH(jac_irfft(jac_ones(JAC_DIMS(3, 1))), "must be at least 1");
        FAILS_WITH(jac_fft(x, .norm = "none"), "norm must be");
        FAILS_WITH(jac_fft(3.0), "axis");
        FAILS_WITH(jac_fft(jac_ones(JAC_DIMS(3, 0))), "must be at least 1");
        FAILS_WITH(jac_fft2(jac_ones(JAC_DIMS(3))), "2 axes cannot be transformed");
        FAILS_WITH(jac_fftn(x, .axes = JAC_DIMS(0, 0)), "given twice");
        FAILS_WITH(jac_fftn(x, .s = JAC_DIMS(2, 2), .axes = JAC_DIMS(0)), "2 lengths for 1 axes");
        FAILS_WITH(jac_fftfreq(0), "n must be at least 1");
    }
}

/* ---- derivatives ----------------------------------------------------------------------------- */

/* The energy of a signal is that of its spectrum, so its gradient is 2 n x. */
JAC_DEF(jac, energy, (jac, x))
{
    jac z = jac_fftn(x);
    return jac_sum(jac_add(jac_square(jac_real(z)), jac_square(jac_imag(z))));
}

/* The same from half of it: all but the first and the last element along the last axis count twice. */
JAC_DEF(jac, half_energy, (jac, x))
{
    jac z = jac_rfftn(x), all = jac_add(jac_square(jac_real(z)), jac_square(jac_imag(z)));
    jac ends = jac_add(jac_slice_in_dim(all, 0, 1, 1, -1), jac_slice_in_dim(all, -1, jac_dim(all, -1), 1, -1));
    return jac_sub(jac_mul(2, jac_sum(all)), jac_sum(ends));
}

JAC_DEF(jac, there_and_back, (jac, x))
{
    return jac_sum(jac_mul(jac_square(jac_irfftn(jac_rfftn(x))), jac_add(x, 3)));
}

JAC_DEF(jac, straight, (jac, x))
{
    return jac_sum(jac_mul(jac_square(x), jac_add(x, 3)));
}

Test(fft, has_the_derivatives_of_a_linear_map)
{
    jac_enable_x64(true);
    JAC_SCOPE () {
        jac x = jac_reshape(jac_real(numbers(JAC_C128, 24, 3)), 2, 3, 4);
        jac want = jac_mul(2 * 24, x);
        for (int compiled = 0; compiled < 2; compiled++) {
            jac_fn e = jac_grad(energy_fn), h = jac_grad(half_energy_fn);
            cr_expect(alike(jac_call1(compiled ? jac_jit(e) : e, x), want));
            cr_expect(alike(jac_call1(compiled ? jac_jit(h) : h, x), want));
            jac_fn twice = jac_hessian(there_and_back_fn), plain = jac_hessian(straight_fn);
            cr_expect(alike(jac_call1(compiled ? jac_jit(twice) : twice, x), jac_call1(plain, x)));
        }
        cr_expect(alike(jac_call1(jac_vmap(jac_grad(there_and_back_fn)), x),
                        jac_call1(jac_vmap(jac_grad(straight_fn)), x)));
    }
}

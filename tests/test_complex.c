/* Complex numbers: the functions beside the C library's, at ordinary numbers, zeros, infinities and
 * branch cuts; numbers in and out; text and files; derivatives of real losses. */
#include <complex.h>
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/handles.h"
#include "tests/support.h"

/* ---- functions -------------------------------------------------------------------------------- */

typedef double complex c_function(double complex z);

static const struct {
    const char *name;
    c_function *f;
    double tolerance; /* in units of the last place of the larger part */
} functions[] = {
    {"sqrt", csqrt, 4},   {"exp", cexp, 4},     {"log", clog, 4},     {"sin", csin, 6},
    {"cos", ccos, 6},     {"tan", ctan, 12},    {"sinh", csinh, 6},   {"cosh", ccosh, 6},
    {"tanh", ctanh, 12},  {"asin", casin, 12},  {"acos", cacos, 12},  {"atan", catan, 12},
    {"asinh", casinh, 12}, {"acosh", cacosh, 12}, {"atanh", catanh, 12},
};

static const double coordinates[] = {0.0, 1e-9, 0.25, 0.9375, 1.0, 1.125, 3.0, 20.0};

enum { SIDE = 2 * sizeof coordinates / sizeof *coordinates };

/* A grid with both signs of each coordinate. */
static void grid(double complex *z)
{
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++) {
            double x = coordinates[i / 2] * (i % 2 ? -1 : 1);
            double y = coordinates[j / 2] * (j % 2 ? -1 : 1);
            z[i * SIDE + j] = CMPLX(x, y);
        }
}

static bool same_sign(double a, double b)
{
    return isnan(a) || isnan(b) || signbit(a) == signbit(b);
}

static bool is_near(double complex got, double complex want, double ulps)
{
    double size = fmax(fabs(creal(want)), fabs(cimag(want)));
    double most = ulps * size * 0x1p-53 + 0x1p-1070;
    bool ok = isinf(size) || isnan(size) ||
              (fabs(creal(got) - creal(want)) <= most && fabs(cimag(got) - cimag(want)) <= most);
    for (int part = 0; part < 2; part++) {
        double a = part ? cimag(got) : creal(got), b = part ? cimag(want) : creal(want);
        ok = ok && isinf(a) == isinf(b) && isnan(a) == isnan(b);
        ok = ok && (!isinf(b) || a == b);
        /* On a branch cut, the sign of a zero says which side is meant. */
        ok = ok && (fabs(b) < 0x1p-1000 || same_sign(a, b));
    }
    return ok;
}

/* All functions, one row each. */
JAC_DEF(jac, every, (jac, z))
{
    jac row[sizeof functions / sizeof *functions];
    for (size_t k = 0; k < sizeof functions / sizeof *functions; k++)
        row[k] = jac_unary_(JAC_AT, functions[k].name, z);
    return jac_stack(0, JAC_HANDLES(sizeof functions / sizeof *functions, row));
}

Test(complex_numbers, functions_are_those_of_the_c_library_on_both_sides_of_their_cuts, .timeout = 120)
{
    static double complex z[SIDE * SIDE];
    grid(z);
    JAC_SCOPE () {
        jac x = jac_array(JAC_SHAPE(SIDE * SIDE), z);
        jac all = every(x), compiled = jac_call1(jac_jit(every_fn), x);
        const double complex *first = jac_view(all, JAC_C128), *same = jac_view(compiled, JAC_C128);
        cr_assert(first && same, "%s", jac_error());
        size_t bytes = sizeof functions / sizeof *functions * sizeof z;
        cr_expect(!memcmp(first, same, bytes), "compiled functions give other bits");
        for (size_t k = 0; k < sizeof functions / sizeof *functions; k++) {
            const double complex *y = first + k * SIDE * SIDE;
            int bad = 0;
            for (int j = 0; j < SIDE * SIDE; j++) {
                double complex want = functions[k].f(z[j]);
                if (is_near(y[j], want, functions[k].tolerance) || bad++ > 3)
                    continue;
                cr_expect(false, "%s(%g%+gi) is %.17g%+.17gi, not %.17g%+.17gi", functions[k].name,
                          creal(z[j]), cimag(z[j]), creal(y[j]), cimag(y[j]), creal(want),
                          cimag(want));
            }
        }
    }
}

Test(complex_numbers, infinities_are_those_of_annex_g)
{
    const double inf = INFINITY;
    static const struct {
        const char *name;
        double re, im, out_re, out_im;
    } cases[] = {
        {"exp", -INFINITY, INFINITY, 0, 0},     {"exp", INFINITY, 0, INFINITY, 0},
        {"sqrt", 1, INFINITY, INFINITY, INFINITY}, {"sqrt", -INFINITY, 1, 0, INFINITY},
        {"sqrt", INFINITY, -1, INFINITY, -0.0}, {"log", 0, 0, -INFINITY, 0},
        {"log", -0.0, 0, -INFINITY, M_PI},      {"log", INFINITY, INFINITY, INFINITY, M_PI_4},
        {"log", NAN, -INFINITY, INFINITY, NAN}, {"asinh", INFINITY, 1, INFINITY, 0},
        {"acosh", -INFINITY, 1, INFINITY, M_PI}, {"acos", INFINITY, 1, 0, -INFINITY},
        {"atanh", 1, 0, INFINITY, 0},           {"atanh", 0.5, INFINITY, 0, M_PI_2},
        {"tanh", INFINITY, 0.5, 1, 0},          {"abs", NAN, INFINITY, INFINITY, 0},
    };
    JAC_SCOPE () {
        for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
            jac z = jac_complex(jac_scalar(JAC_F64, cases[k].re), jac_scalar(JAC_F64, cases[k].im));
            double complex y = jac_item_c128(jac_unary_(JAC_AT, cases[k].name, z));
            double complex want = CMPLX(cases[k].out_re, cases[k].out_im);
            cr_expect(is_near(y, want, 4), "%s(%g%+gi) is %g%+gi, not %g%+gi", cases[k].name,
                      cases[k].re, cases[k].im, creal(y), cimag(y), creal(want), cimag(want));
        }
        jac q = jac_div(jac_asarray(CMPLX(1, 1)), jac_complex(jac_scalar(JAC_F64, 0), 0.0));
        cr_expect(isinf(creal(jac_item_c128(q))));
        jac zero = jac_div(jac_asarray(CMPLX(1, 1)), jac_complex(inf, jac_scalar(JAC_F64, NAN)));
        cr_expect(creal(jac_item_c128(zero)) == 0);
    }
}

/* ---- in and out ------------------------------------------------------------------------------- */

Test(complex_numbers, numbers_and_arrays_come_from_c_and_go_back)
{
    JAC_SCOPE () {
        float complex narrow[] = {1 + 2 * I, -3};
        double complex wide[] = {1 + 2 * I, -3};
        jac x = jac_array(JAC_SHAPE(2), narrow), y = jac_array(JAC_SHAPE(2), wide);
        cr_expect(jac_dtype_of(x) == JAC_C64 && jac_dtype_of(y) == JAC_C128);
        jac z = jac_mul(x, 2.0 + 1.0 * I); /* a C number is weak */
        cr_expect(jac_dtype_of(z) == JAC_C64);
        cr_expect(jac_item_c128(jac_at(z, 0)) == 5 * I);
        cr_expect(jac_dtype_of(jac_add(jac_real(x), 1.0 * I)) == JAC_C64);
        cr_expect(jac_dtype_of(jac_add(jac_real(y), 1.0 * I)) == JAC_C128);
        cr_expect(jac_item_c128(jac_asarray(0.1 + 0.2 * I)) == 0.1 + 0.2 * I);
        cr_expect(jac_item_c128(jac_asarray(3)) == 3);
        double complex out[2];
        cr_assert(jac_copy_out(jac_conj(y), out, sizeof out));
        cr_expect(out[0] == 1 - 2 * I && out[1] == -3);
        cr_expect(jac_iscomplexobj(x) && !jac_iscomplexobj(jac_imag(x)));
        cr_expect(!jac_item_bool(jac_at(jac_iscomplex(x), 1)));
        cr_expect(jac_item_bool(jac_at(jac_isreal(x), 1)));
        cr_expect_float_eq(jac_item_f64(jac_angle(jac_at(y, 1))), M_PI, 1e-15);
        cr_expect(isnan(jac_item_f64(jac_at(x, 0))) && strstr(jac_error(), "complex"));
        jac_error_clear();
        FAILS_WITH(jac_complex(x, 1), "must be real");
        FAILS_WITH(jac_argmax(x), "complex");
        FAILS_WITH(jac_floor(x), "floor");
    }
}

static jac weights;
JAC_DEF(jac, weigh, (jac, z))
{
    return jac_sum(jac_mul(z, weights));
}

Test(complex_numbers, a_compiled_function_can_capture_an_array)
{
    JAC_SCOPE () {
        weights = jac_array(JAC_SHAPE(2), ((float complex[]){I, 2}));
        cr_expect(jac_item_c128(jac_call1(jac_jit(weigh_fn), weights)) == 3);
    }
}

static void expect_text(jac x, const char *want)
{
    char *s = jac_str(x);
    cr_expect(s && !strcmp(s, want), "printed %s, not %s", s ? s : jac_error(), want);
    free(s);
}

/* The texts are NumPy's. */
Test(complex_numbers, arrays_are_printed_as_numpy_prints_them)
{
    JAC_SCOPE () {
        expect_text(jac_array(JAC_SHAPE(2), ((double complex[]){1 + 2 * I, 3.5 - I})),
                    "[1. +2.j 3.5-1.j]");
        expect_text(jac_array(JAC_SHAPE(2), ((double complex[]){CMPLX(1e10, 1), 2})),
                    "[1.e+10+1.j 2.e+00+0.j]");
        expect_text(jac_array(JAC_SHAPE(3), ((double complex[]){CMPLX(NAN, 1), CMPLX(INFINITY, -INFINITY),
                                                                CMPLX(-1.25, -0.001)})),
                    "[  nan+1.j      inf  -infj -1.25-0.001j]");
        expect_text(jac_array(JAC_SHAPE(2, 2), ((double complex[]){CMPLX(1, .333333333333), CMPLX(2, .666666666666),
                                                                   CMPLX(3, .999999999999), CMPLX(4, 1.333333333332)})),
                    "[[1.+0.33333333j 2.+0.66666667j]\n [3.+1.j         4.+1.33333333j]]");
        expect_text(jac_array(JAC_SHAPE(), ((double complex[]){1 + 2 * I})), "(1+2j)");
        expect_text(jac_array(JAC_SHAPE(), ((double complex[]){CMPLX(0, 2)})), "2j");
        expect_text(jac_array(JAC_SHAPE(), ((double complex[]){CMPLX(NAN, INFINITY)})), "(nan+infj)");
        expect_text(jac_array(JAC_SHAPE(), ((double complex[]){CMPLX(-0.0, 0)})), "(-0+0j)");
        expect_text(jac_array(JAC_SHAPE(1), ((float complex[]){CMPLXF(0.1f, 0.2f)})), "[0.1+0.2j]");
    }
}

Test(complex_numbers, npy_files_keep_both_parts)
{
    char path[] = "/tmp/jacquard_complex_XXXXXX";
    int fd = mkstemp(path);
    cr_assert(fd >= 0);
    close(fd);
    JAC_SCOPE () {
        jac x = jac_array(JAC_SHAPE(1, 2), ((float complex[]){1 + 2 * I, -3 * I}));
        jac y = jac_array(JAC_SHAPE(2), ((double complex[]){0.1 + 2 * I, -3 * I}));
        jac in[] = {x, y};
        for (int k = 0; k < 2; k++) {
            cr_assert(jac_save(path, in[k]), "%s", jac_error());
            jac back = jac_load(path);
            cr_assert(jac_ok(back), "%s", jac_error());
            cr_expect(jac_dtype_of(back) == jac_dtype_of(in[k]) && jac_ndim(back) == jac_ndim(in[k]));
            cr_expect(jac_item_bool(jac_all(jac_eq(back, in[k]))));
        }
    }
    unlink(path);
}

/* ---- derivatives ------------------------------------------------------------------------------ */

JAC_DEF(jac, square_modulus, (jac, z))
{
    return jac_sum(jac_square(jac_abs(z)));
}

JAC_DEF(jac, cube, (jac, z))
{
    return jac_mul(z, jac_mul(z, z));
}

Test(complex_numbers, the_holomorphic_gradient_is_the_complex_derivative)
{
    JAC_SCOPE () {
        jac z = jac_array(JAC_SHAPE(), ((double complex[]){1 + 2 * I})), g;
        cr_assert(jac_call(jac_grad_holomorphic(cube_fn), &z, &g), "%s", jac_error());
        cr_expect(cabs(jac_item_c128(g) - 3 * (1 + 2 * I) * (1 + 2 * I)) < 1e-14);
        FAILS_WITH(jac_call1(jac_grad(cube_fn), z), "must be real");
        FAILS_WITH(jac_call1(jac_grad_holomorphic(square_modulus_fn), z), "complex scalar");
        FAILS_WITH(jac_call1(jac_grad_holomorphic(cube_fn), 2.0), "must be complex");
    }
}

Test(complex_numbers, reductions_of_complex_numbers_are_those_of_their_parts)
{
    JAC_SCOPE () {
        jac z = jac_array(JAC_SHAPE(2), ((double complex[]){3 + 4 * I, 1 - 2 * I}));
        cr_expect(jac_item_c128(jac_mean(z)) == 2 + I);
        cr_expect(jac_item_c128(jac_prod(z)) == 11 - 2 * I);
        cr_expect_float_eq(jac_item_f64(jac_var(z)), 10, 1e-14);
        cr_expect_float_eq(jac_item_f64(jac_std(z)), sqrt(10), 1e-14);
        cr_expect_float_eq(jac_item_f64(jac_norm(z)), sqrt(30), 1e-14);
        cr_expect(jac_item_c128(jac_dot(z, z)) == -10 + 20 * I);
    }
}

/* jax.grad(lambda z: (abs(z)**2).sum()) is 2 conj(z): the conjugate of the steepest ascent. */
Test(complex_numbers, the_gradient_of_a_real_loss_is_that_of_jax)
{
    JAC_SCOPE () {
        jac z = jac_array(JAC_SHAPE(3), ((double complex[]){3 + 4 * I, -2 * I, 0}));
        jac g[2];
        cr_assert(jac_call(jac_grad(square_modulus_fn), &z, &g[0]), "%s", jac_error());
        cr_assert(jac_call(jac_jit(jac_grad(square_modulus_fn)), &z, &g[1]), "%s", jac_error());
        for (int k = 0; k < 2; k++) {
            cr_expect(cabs(jac_item_c128(jac_at(g[k], 0)) - (6 - 8 * I)) < 1e-14);
            cr_expect(cabs(jac_item_c128(jac_at(g[k], 1)) - 4 * I) < 1e-14);
            cr_expect(jac_item_c128(jac_at(g[k], 2)) == 0);
        }
    }
}

/* One complex number is only half of the derivative of a function that is not holomorphic. */
Test(complex_numbers, jacobians_that_complex_numbers_cannot_hold_are_refused)
{
    JAC_SCOPE () {
        jac z = jac_array(JAC_SHAPE(3), ((double complex[]){3 + 4 * I, -2 * I, 0})), d;
        d = jac_call1(jac_jacfwd(square_modulus_fn), z);
        cr_expect(!jac_ok(d) && strstr(jac_error(), "jacfwd of square_modulus"), "%s", jac_error());
        jac_error_clear();
        d = jac_call1(jac_hessian(square_modulus_fn), z);
        cr_expect(!jac_ok(d));
        jac_error_clear();
        d = jac_call1(jac_jacrev(square_modulus_fn), z);
        cr_assert(jac_ok(d), "%s", jac_error());
        cr_expect(cabs(jac_item_c128(jac_at(d, 0)) - (6 - 8 * I)) < 1e-14);
    }
}

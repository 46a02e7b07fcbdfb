/* Signals and images against their definitions: sums that are written out, numbers worked out by
 * hand, and what undoes itself. */
#include <math.h>

#include "tests/handles.h"

static void close_to(const char *what, jac x, jac y)
{
    jac off = jac_max(jac_abs(jac_sub(x, y)));
    cr_assert(jac_ok(off), "%s: %s", what, jac_error());
    cr_expect(jac_item_f64(off) < 1e-12, "%s: off by %g", what, jac_item_f64(off));
}

Test(signal, inverse_transforms_give_the_signal_back)
{
    jac_enable_x64(true);
    jac x = jac_random_normal(jac_random_PRNGKey(5), JAC_SHAPE(2, 200), JAC_F64);
    jac z = jac_stft(x, .nperseg = 32, .noverlap = 24).values;
    jac y = jac_istft(z, .nperseg = 32, .noverlap = 24).values;
    close_to("stft", jac_slice_in_dim(y, 0, 200, 1, 1), x);
    z = jac_stft(x, .nperseg = 31, .window = "hamming", .two_sided = true).values;
    y = jac_istft(z, .nperseg = 31, .window = "hamming", .two_sided = true).values;
    close_to("two-sided stft", jac_slice_in_dim(jac_real(y), 0, 200, 1, 1), x);
    close_to("dct", jac_idct(jac_dct(x)), x);
    close_to("dctn", jac_idctn(jac_dctn(x, .norm = "ortho"), .norm = "ortho"), x);
}

static jac normal(int64_t seed, jac_dims shape)
{
    return jac_random_normal(jac_random_PRNGKey(seed), shape, JAC_F64);
}

Test(signal, cosine_transforms_are_sums_of_cosines)
{
    jac_enable_x64(true);
    for (int64_t n = 1; n < 9; n++)
        JAC_SCOPE () {
            jac i = jac_iota(JAC_F64, JAC_SHAPE(n, n), 0),
                k = jac_iota(JAC_F64, JAC_SHAPE(n, n), 1);
            jac angle = jac_mul(jac_mul(i, jac_add(k, 0.5)), M_PI / (double)n);
            jac x = normal(n, JAC_SHAPE(n, 3)), sums = jac_matmul(jac_mul(2, jac_cos(angle)), x);
            close_to("dct", jac_dct(x, .axis = 0), sums);
            jac y = jac_dct(x, .axis = 0, .norm = "ortho");
            close_to("length", jac_sum(jac_square(y)), jac_sum(jac_square(x)));
            close_to("idct of a column", jac_idct(sums, .axis = 0), x);
        }
}

Test(signal, convolution_by_transforms_is_that_by_sums)
{
    static const char *const modes[] = {"full", "same", "valid"};
    jac_enable_x64(true);
    jac x = normal(1, JAC_SHAPE(6, 7)), y = normal(2, JAC_SHAPE(3, 2));
    for (int k = 0; k < 3; k++)
        JAC_SCOPE () {
            close_to(modes[k], jac_fftconvolve(x, y, modes[k]),
                     jac_signal_convolve(x, y, modes[k]));
            close_to(modes[k], jac_convolve2d(x, y, modes[k]), jac_signal_convolve(x, y, modes[k]));
            jac turned = jac_flip(y, 0, 1);
            if (k != 1)
                close_to(modes[k], jac_correlate2d(x, y, modes[k]),
                         jac_convolve2d(x, turned, modes[k]));
        }
    jac row = jac_fftconvolve(x, jac_slice_in_dim(x, 0, 3, 1, 1), "full", .axes = 1);
    jac one = jac_convolve(jac_at(x, 4), jac_slice_in_dim(jac_at(x, 4), 0, 3, 1, 0), "full");
    close_to("along an axis", jac_at(row, 4), one);
}

Test(signal, the_power_of_one_segment_is_that_of_its_transform)
{
    jac_enable_x64(true);
    jac x = normal(3, JAC_SHAPE(24));
    jac_spectrum s = jac_welch(x, .fs = 5, .nperseg = 24, .window = "boxcar", .detrend = "none");
    jac twice = jac_where(jac_eq(jac_rem(jac_arange(13), 12), 0), 1.0, 2.0);
    jac want = jac_div(jac_mul(twice, jac_square(jac_abs(jac_rfft(x)))), 24 * 5.0);
    close_to("power", s.values, want);
    close_to("frequencies", s.frequencies, jac_rfftfreq(24, .d = 0.2));
    jac both = jac_csd(x, x, .fs = 5, .nperseg = 24, .window = "boxcar", .detrend = "none").values;
    close_to("with itself", jac_real(both), want);
    close_to("imaginary part", jac_imag(both), jac_mul(0, want));
}

Test(signal, the_power_of_several_segments_is_their_mean)
{
    jac_enable_x64(true);
    jac x = normal(4, JAC_SHAPE(20)), sum = jac_asarray(0.0);
    for (int64_t k = 0; k < 4; k++) {
        jac part = jac_slice_in_dim(x, 4 * k, 4 * k + 8, 1, 0);
        sum = jac_add(sum, jac_welch(part, .nperseg = 8).values);
    }
    close_to("mean", jac_welch(x, .nperseg = 8).values, jac_div(sum, 4));
}

Test(signal, a_line_has_no_trend_left)
{
    jac_enable_x64(true);
    jac t = jac_arange(30.0), line = jac_add(jac_mul(0.5, t), 3), zero = jac_mul(t, 0);
    close_to("line", jac_detrend(line, "linear"), zero);
    jac bent = jac_where(jac_lt(t, 12), line, jac_sub(20, t));
    close_to("bent line", jac_detrend(bent, "linear", .bp = 12), zero);
    jac x = normal(6, JAC_SHAPE(30)), once = jac_detrend(x, "linear");
    close_to("sum", jac_sum(once), jac_asarray(0.0));
    close_to("moment", jac_div(jac_sum(jac_mul(once, t)), 30), jac_asarray(0.0));
}

Test(image, resized_lines_are_weighted_means_of_their_neighbours)
{
    jac_enable_x64(true);
    jac x = jac_asarray((double[]){0, 1}), y = jac_asarray((double[]){0, 1, 2, 3});
    close_to("up", jac_image_resize(x, 4, "linear"), jac_asarray((double[]){0, 0.25, 0.75, 1}));
    close_to("down", jac_image_resize(y, 2, "linear"),
             jac_asarray((double[]){1.25 / 1.75, 4 / 1.75}));
    close_to("sharp", jac_image_resize(y, 2, "linear", .antialias = false),
             jac_asarray((double[]){0.5, 2.5}));
    close_to("nearest", jac_image_resize(y, 3, "nearest"), jac_asarray((double[]){0, 2, 3}));
    static const char *const methods[] = {"linear", "cubic", "cubic-pytorch", "lanczos3",
                                          "lanczos5"};
    for (int k = 0; k < 5; k++)
        JAC_SCOPE () {
            jac flat =
                jac_image_resize(jac_ones(JAC_SHAPE(7, 5), JAC_F64), JAC_SHAPE(4, 9), methods[k]);
            close_to(methods[k], flat, jac_ones(JAC_SHAPE(4, 9), JAC_F64));
            jac same = jac_image_resize(y, 4, methods[k]);
            close_to(methods[k], same, y);
        }
    jac moved = jac_scale_and_translate(y, 4, 0, jac_asarray((double[]){1}),
                                        jac_asarray((double[]){1}), "linear");
    close_to("moved", moved, jac_asarray((double[]){0, 0, 1, 2}));
}

static jac at_place(jac x, double c, int order, const char *mode)
{
    jac place = jac_asarray((double[]){c});
    return jac_map_coordinates(x, JAC_HANDLES(1, &place), order, .mode = mode, .cval = 7);
}

Test(image, coordinates_outside_are_continued)
{
    static const struct {
        const char *mode;
        double before, behind; /* at -1 and at 3.5 */
    } want[] = {{"constant", 7, 7},
                {"nearest", 10, 30},
                {"wrap", 30, 15},
                {"mirror", 20, 15},
                {"reflect", 10, 25}};
    jac_enable_x64(true);
    jac x = jac_asarray((double[]){10, 20, 30});
    close_to("between", at_place(x, 0.25, 1, "constant"), jac_asarray((double[]){12.5}));
    close_to("nearest", at_place(x, 1.6, 0, "constant"), jac_asarray((double[]){30}));
    for (int k = 0; k < 5; k++)
        JAC_SCOPE () {
            close_to(want[k].mode, at_place(x, -1, 1, want[k].mode), jac_asarray(want[k].before));
            close_to(want[k].mode, at_place(x, 3.5, 1, want[k].mode), jac_asarray(want[k].behind));
        }
}

typedef struct {
    jac x, scale, move;
} picture;

JAC_DEF(jac, made, (picture, p))
{
    jac y = jac_scale_and_translate(p.x, JAC_SHAPE(6, 5), JAC_AXES(0, 1), p.scale, p.move, "cubic");
    jac z = jac_image_resize(y, JAC_SHAPE(4, 7), "lanczos3");
    jac places[] = {jac_mul(p.move, 2), jac_add(p.scale, 0.4)};
    jac at = jac_map_coordinates(p.x, JAC_HANDLES(2, places), 1, .mode = "reflect");
    return jac_add(jac_sum(jac_square(z)), jac_sum(at));
}

/* Along a direction, forwards, backwards, compiled, and by differences. */
Test(image, derivatives_are_those_of_differences)
{
    jac_enable_x64(true);
    picture p = {normal(7, JAC_SHAPE(5, 4)), jac_asarray((double[]){1.2, 0.9}),
                 jac_asarray((double[]){0.31, -0.17})};
    picture t = {normal(8, JAC_SHAPE(5, 4)), jac_asarray((double[]){0.5, 0.3}),
                 jac_asarray((double[]){-0.4, 0.7})};
    jac y, along;
    cr_assert(jac_jvp(made_fn, &p, &t, &y, &along), "%s", jac_error());
    picture g;
    cr_assert(jac_call(jac_jit(jac_grad(made_fn)), &p, &g), "%s", jac_error());
    jac back = jac_add(jac_sum(jac_mul(g.x, t.x)), jac_add(jac_sum(jac_mul(g.scale, t.scale)),
                                                           jac_sum(jac_mul(g.move, t.move))));
    close_to("backwards", back, along);
    double h = 1e-6;
    picture a = {jac_add(p.x, jac_mul(h, t.x)), jac_add(p.scale, jac_mul(h, t.scale)),
                 jac_add(p.move, jac_mul(h, t.move))};
    picture b = {jac_sub(p.x, jac_mul(h, t.x)), jac_sub(p.scale, jac_mul(h, t.scale)),
                 jac_sub(p.move, jac_mul(h, t.move))};
    double off = jac_item_f64(along) - (jac_item_f64(made(a)) - jac_item_f64(made(b))) / (2 * h);
    cr_expect(fabs(off) < 1e-6, "off by %g", off);
}

Test(signal, options_that_make_no_sense_are_refused)
{
    jac x = jac_ones(20), a = jac_ones(JAC_SHAPE(3, 4)), s = jac_ones(1);
    FAILS_WITH(jac_welch(x, .window = "kaiser").values, "kaiser");
    FAILS_WITH(jac_welch(x, .nperseg = 8, .noverlap = 8).values, "less than 8");
    FAILS_WITH(jac_welch(x, .nperseg = 8, .nfft = 4).values, "at least 8");
    FAILS_WITH(jac_welch(x, .nperseg = -2).values, "-2");
    FAILS_WITH(jac_welch(x, .fs = 0).values, "positive");
    FAILS_WITH(jac_welch(x, .win = jac_ones(30)).values, "at most 20");
    FAILS_WITH(jac_stft(x, .boundary = "odd").values, "odd");
    FAILS_WITH(jac_istft(x).values, "segments");
    FAILS_WITH(jac_detrend(x, "cubic"), "cubic");
    FAILS_WITH(jac_detrend(x, "linear", .bp = 21), "0 to 20");
    FAILS_WITH(jac_fftconvolve(x, a, "full"), "same number of dimensions");
    FAILS_WITH(jac_fftconvolve(x, x, "half"), "half");
    FAILS_WITH(jac_convolve2d(x, x, "full"), "matrices");
    FAILS_WITH(jac_dct(x, .norm = "forward"), "forward");
    FAILS_WITH(jac_dct(x, .n = 0), "at least 1");
    FAILS_WITH(jac_image_resize(a, 3, "linear"), "1 dimensions");
    FAILS_WITH(jac_image_resize(a, JAC_SHAPE(3, 3), "sinc"), "sinc");
    FAILS_WITH(jac_image_resize(jac_ones(0), 3, "linear"), "no pixels");
    FAILS_WITH(jac_scale_and_translate(a, JAC_SHAPE(3, 4), JAC_AXES(0, 1), s, s, "linear"),
               "2 real");
    FAILS_WITH(jac_scale_and_translate(a, JAC_SHAPE(3, 5), 0, s, s, "linear"), "not scaled");
    FAILS_WITH(jac_map_coordinates(a, JAC_HANDLES(1, &x), 1), "2 arrays");
    FAILS_WITH(jac_map_coordinates(x, JAC_HANDLES(1, &x), 3), "0 or 1");
    FAILS_WITH(jac_map_coordinates(x, JAC_HANDLES(1, &x), 1, .mode = "far"), "far");
}

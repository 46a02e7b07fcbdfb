/* Spectra of overlapping segments: welch, csd, stft; and istft, which adds the segments up again.
 */
#include <math.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

/* What is asked for, with all defaults filled in. */
typedef struct {
    const char *what;
    int64_t nperseg, step, nfft, axis;
    ir_dtype d; /* of the real numbers */
    bool two_sided, extended, padded;
    const char *detrend; /* NULL: nothing is subtracted */
    jac window;
    jac_spectrum_opts o;
} plan;

static bool is(const char *a, const char *b)
{
    return !strcmp(a, b);
}

/* Is the option one of the words? NULL stands for the first. */
static bool one_of(const char *what, const char *name, const char **given, int n,
                   const char *const *words)
{
    if (!*given)
        *given = words[0];
    for (int k = 0; k < n; k++)
        if (is(*given, words[k]))
            return true;
    return ir_fail("%s: there is no %s \"%s\"; the first one is \"%s\"", what, name, *given,
                   words[0]);
}

/* ---- windows ------------------------------------------------------------------------------------ */

/* a0 - a1 cos(2 pi k / n) + a2 cos(4 pi k / n) */
static const struct {
    const char *name;
    double a0, a1, a2;
} windows[] = {{"hann", 0.5, 0.5, 0},
               {"hamming", 0.54, 0.46, 0},
               {"blackman", 0.42, 0.5, 0.08},
               {"boxcar", 1, 0, 0}};

static bool named_window(plan *p)
{
    const char *name = p->o.window ? p->o.window : "hann";
    for (size_t k = 0; k < sizeof windows / sizeof *windows; k++) {
        if (!is(name, windows[k].name))
            continue;
        if (p->nperseg == 1) {
            p->window = rt_convert(jac_ones(1), p->d, false);
            return jac_ok(p->window);
        }
        jac at = rt_convert(jac_arange(p->nperseg), p->d, false);
        jac x = jac_mul(at, 2 * M_PI / (double)p->nperseg);
        jac y = jac_sub(windows[k].a0, jac_mul(windows[k].a1, jac_cos(x)));
        if (windows[k].a2 != 0)
            y = jac_add(y, jac_mul(windows[k].a2, jac_cos(jac_mul(2, x))));
        p->window = y;
        return jac_ok(y);
    }
    return ir_fail("%s: there is no window \"%s\"; give its numbers as .win", p->what, name);
}

/* nperseg is 0 if it is not given; `most` samples are there, or that many are usual. */
static bool window_of(plan *p, int64_t most, int64_t usual)
{
    ir_type t;
    if (p->o.nperseg < 0)
        return ir_fail("%s: .nperseg must be at least 1, but is %lld", p->what,
                       (long long)p->o.nperseg);
    p->nperseg = p->o.nperseg ? p->o.nperseg : usual;
    if (!jac_ok(p->o.win)) {
        p->nperseg = p->nperseg < most ? p->nperseg : most;
        return named_window(p);
    }
    if (!rt_type_of(p->o.win, &t))
        return false;
    if (t.rank != 1 || !t.dim[0] || t.dim[0] > most || ir_is_complex(t.dtype) ||
        (p->o.nperseg && p->o.nperseg != t.dim[0]))
        return ir_fail(
            "%s: .win must be a real vector of .nperseg elements, at most %lld, but is %s", p->what,
            (long long)most, ir_type_tmp(&t));
    p->nperseg = t.dim[0];
    p->window = rt_convert(p->o.win, p->d, false);
    return jac_ok(p->window);
}

/* ---- options ------------------------------------------------------------------------------------ */

static bool lengths_of(plan *p)
{
    int64_t overlap = p->o.noverlap < 0 ? p->nperseg / 2 : p->o.noverlap;
    p->nfft = p->o.nfft ? p->o.nfft : p->nperseg;
    p->step = p->nperseg - overlap;
    if (p->nfft < p->nperseg)
        return ir_fail("%s: .nfft must be at least %lld, the length of a segment, but is %lld",
                       p->what, (long long)p->nperseg, (long long)p->nfft);
    if (p->step < 1)
        return ir_fail("%s: .noverlap must be less than %lld, the length of a segment, but is %lld",
                       p->what, (long long)p->nperseg, (long long)overlap);
    return p->o.fs > 0 || ir_fail("%s: .fs must be positive, but is %g", p->what, p->o.fs);
}

static bool options_of(plan *p, bool subtracts)
{
    static const char *const trends[] = {"constant", "linear", "none"};
    static const char *const scalings[] = {"density", "spectrum"};
    static const char *const averages[] = {"mean", "median"};
    static const char *const boundaries[] = {"zeros", "none"};
    if (!p->o.detrend && !subtracts)
        p->o.detrend = "none";
    bool ok = one_of(p->what, "detrend", &p->o.detrend, 3, trends) &&
              one_of(p->what, "scaling", &p->o.scaling, 2, scalings) &&
              one_of(p->what, "average", &p->o.average, 2, averages) &&
              one_of(p->what, "boundary", &p->o.boundary, 2, boundaries);
    p->detrend = ok && !is(p->o.detrend, "none") ? p->o.detrend : NULL;
    return ok;
}

/* Moves the time axis of x to the end. */
static bool read_signal(plan *p, jac *x)
{
    ir_type t;
    if (!rt_type_of(*x, &t) || !rt_axis(p->what, p->o.axis, t.rank, &p->axis))
        return false;
    *x = np_move_axis(*x, (int)p->axis, t.rank - 1);
    if (!jac_ok(*x) || !rt_type_of(*x, &t))
        return false;
    p->d = ir_part(t.dtype);
    p->two_sided = p->o.two_sided || ir_is_complex(t.dtype);
    return ir_type_count(&t) > 0 ||
           ir_fail("%s: the signal has no samples: %s", p->what, ir_type_tmp(&t));
}

/* ---- segments ----------------------------------------------------------------------------------- */

static jac extended(jac x, int64_t before, int64_t after)
{
    int64_t low[IR_MAX_RANK] = {0}, high[IR_MAX_RANK] = {0};
    ir_type t;
    if (!rt_type_of(x, &t) || (!before && !after))
        return x;
    low[t.rank - 1] = before;
    high[t.rank - 1] = after;
    return jac_pad_(NULL, x, rt_literal_f64(t.dtype, 0), (jac_dims){t.rank, low},
                    (jac_dims){t.rank, high}, (jac_dims){0, NULL});
}

static int64_t samples(jac x)
{
    return jac_dim(x, -1);
}

/* The zeros around a signal of stft. */
static jac prepared(const plan *p, jac x)
{
    int64_t half = p->extended ? p->nperseg / 2 : 0, n = samples(x) + 2 * half, more = 0;
    if (p->padded && n > p->nperseg)
        more = (p->step - (n - p->nperseg) % p->step) % p->step % p->nperseg;
    else if (p->padded)
        more = p->nperseg - n;
    return extended(x, half, half + more);
}

static int64_t count_segments(const plan *p, int64_t n)
{
    return (n - p->nperseg) / p->step + 1;
}

/* Positions of the samples of each segment. */
static jac positions(const plan *p, int64_t segments)
{
    jac start = jac_mul(jac_astype(jac_arange(segments), JAC_I32), p->step);
    return jac_add(jac_expand_dims(start, 1), jac_astype(jac_arange(p->nperseg), JAC_I32));
}

/* The Fourier coefficients of the segments, (..., segments, frequencies). */
static jac coefficients(const plan *p, jac x)
{
    jac y = jac_take(x, positions(p, count_segments(p, samples(x))), -1);
    if (p->detrend)
        y = jac_detrend(y, p->detrend);
    y = jac_mul(y, p->window);
    return jac_fft_(NULL, p->two_sided ? "fft" : "rfft", y,
                    (jac_fft_opts){.n = p->nfft, .axis = -1});
}

static jac frequencies(const plan *p)
{
    jac f = p->two_sided ? jac_fftfreq(p->nfft, .d = 1 / p->o.fs)
                         : jac_rfftfreq(p->nfft, .d = 1 / p->o.fs);
    return rt_convert(f, p->d, false);
}

/* What the squares of the coefficients are multiplied by. */
static jac scale_of(const plan *p)
{
    if (is(p->o.scaling, "density"))
        return jac_div(1, jac_mul(p->o.fs, jac_sum(jac_square(p->window))));
    return jac_div(1, jac_square(jac_sum(p->window)));
}

/* Where half of the frequencies are left out, those that stand for two count twice. */
static jac counted_twice(const plan *p, jac y)
{
    int64_t last = p->nfft / 2;
    jac k = jac_arange(last + 1), once = jac_eq(k, 0);
    if (p->two_sided)
        return y;
    if (p->nfft % 2 == 0)
        once = jac_logical_or(once, jac_eq(k, last));
    return jac_mul(y, rt_convert(jac_where(once, 1, 2), p->d, false));
}

/* The frequencies at the place of the time axis, and the segments last. */
static jac arranged(const plan *p, jac y)
{
    ir_type t;
    if (!rt_type_of(y, &t))
        return JAC_NULL;
    return np_move_axis(y, t.rank - 1, (int)p->axis);
}

/* ---- welch and csd ------------------------------------------------------------------------------ */

/* The median of n squares is smaller than their mean by this factor. */
static double median_bias(int64_t n)
{
    double sum = 1;
    for (int64_t k = 1; k <= (n - 1) / 2; k++)
        sum += 1 / (2 * (double)k + 1) - 1 / (2 * (double)k);
    return sum;
}

static jac median_of(jac y, int64_t segments)
{
    return jac_div(jac_median(y, -1), median_bias(segments));
}

static jac averaged(const plan *p, jac y, int64_t segments, bool complex)
{
    if (!is(p->o.average, "median"))
        return jac_mean(y, -1);
    if (!complex)
        return median_of(y, segments);
    return jac_complex(median_of(jac_real(y), segments), median_of(jac_imag(y), segments));
}

/* The power of x, or the product of x and y. */
static bool power(plan *p, jac x, jac y, jac out[2])
{
    bool cross = jac_ok(y);
    if (!read_signal(p, &x) || (cross && !read_signal(p, &y)))
        return false;
    p->two_sided = p->o.two_sided || jac_iscomplexobj(x);
    if (cross) {
        int64_t nx = samples(x), ny = samples(y);
        x = extended(x, 0, ny > nx ? ny - nx : 0);
        y = extended(y, 0, nx > ny ? nx - ny : 0);
    }
    int64_t n = samples(x);
    if (!options_of(p, true) || !window_of(p, n, 256) || !lengths_of(p))
        return false;
    jac a = coefficients(p, x), s = JAC_NULL;
    if (cross)
        s = jac_mul(jac_conj(a), coefficients(p, y));
    else
        s = jac_add(jac_square(jac_real(a)), jac_square(jac_imag(a)));
    s = counted_twice(p, jac_mul(s, scale_of(p)));
    out[0] = frequencies(p);
    out[1] = averaged(p, arranged(p, s), count_segments(p, n), cross);
    return jac_ok(out[1]);
}

static jac_spectrum power_of(const jac_loc *at, const char *what, jac x, jac y, bool cross,
                             jac_spectrum_opts o)
{
    unsigned m = rt_begin_as(at, what);
    plan p = {.what = what, .o = o};
    jac v[] = {x, y}, out[2] = {JAC_NULL, JAC_NULL};
    if (rt_promote(cross ? 2 : 1, v, true))
        power(&p, v[0], cross ? v[1] : JAC_NULL, out);
    rt_end_tree(m, 2, out);
    return (jac_spectrum){out[0], JAC_NULL, out[1]};
}

jac_spectrum jac_welch_(const jac_loc *at, jac x, jac_spectrum_opts o)
{
    return power_of(at, "welch", x, JAC_NULL, false, o);
}

jac_spectrum jac_csd_(const jac_loc *at, jac x, jac y, jac_spectrum_opts o)
{
    return power_of(at, "csd", x, y, true, o);
}

/* ---- stft --------------------------------------------------------------------------------------- */

static jac middles(const plan *p, int64_t segments)
{
    double first = p->extended ? 0 : (double)p->nperseg / 2;
    jac k = rt_convert(jac_arange(segments), p->d, false);
    return jac_div(jac_add(jac_mul(k, (double)p->step), first), p->o.fs);
}

static bool short_time(plan *p, jac x, jac out[3])
{
    if (!read_signal(p, &x))
        return false;
    p->o.scaling = "spectrum";
    if (!options_of(p, false) || !window_of(p, samples(x), 256) || !lengths_of(p))
        return false;
    p->extended = is(p->o.boundary, "zeros");
    p->padded = !p->o.unpadded;
    x = prepared(p, x);
    if (!jac_ok(x))
        return false;
    out[0] = frequencies(p);
    out[1] = middles(p, count_segments(p, samples(x)));
    out[2] = arranged(p, jac_mul(coefficients(p, x), jac_sqrt(scale_of(p))));
    return true;
}

jac_spectrum jac_stft_(const jac_loc *at, jac x, jac_spectrum_opts o)
{
    unsigned m = rt_begin(at);
    plan p = {.what = "stft", .o = o};
    jac out[3] = {JAC_NULL, JAC_NULL, JAC_NULL};
    if (rt_promote(1, &x, true))
        short_time(&p, x, out);
    rt_end_tree(m, 3, out);
    return (jac_spectrum){out[0], out[1], out[2]};
}

/* ---- istft -------------------------------------------------------------------------------------- */

/* Adds segments (..., segments, nperseg) where they overlap. */
static jac added(const plan *p, jac y, int64_t segments)
{
    ir_type t;
    int64_t total = p->step * (segments - 1) + p->nperseg, dim[IR_MAX_RANK];
    if (!rt_type_of(y, &t))
        return JAC_NULL;
    memcpy(dim, t.dim, sizeof dim);
    dim[t.rank - 2] = segments * p->nperseg;
    jac flat = np_move_axis(rt_reshape(y, t.rank - 1, dim), t.rank - 2, 0);
    jac at = jac_ravel(positions(p, segments));
    jac sum = jac_segment_sum(flat, at, total);
    return jac_ok(sum) ? np_move_axis(sum, 0, t.rank - 2) : JAC_NULL;
}

static bool read_coefficients(plan *p, jac z, const ir_type *t)
{
    int64_t m = t->dim[t->rank - 2], usual = p->o.two_sided ? m : 2 * (m - 1);
    p->d = ir_part(t->dtype);
    p->two_sided = p->o.two_sided;
    if (!options_of(p, false) || !window_of(p, INT32_MAX, usual ? usual : 1))
        return false;
    if (!p->o.nfft)
        p->o.nfft = !p->two_sided && p->nperseg == usual + 1 ? usual + 1 : usual;
    p->extended = is(p->o.boundary, "zeros");
    return lengths_of(p) && jac_ok(z);
}

static bool inverse(plan *p, jac z, jac out[2])
{
    ir_type t;
    if (!rt_type_of(z, &t))
        return false;
    if (t.rank < 2 || !ir_type_count(&t))
        return ir_fail("istft: the coefficients must be (..., frequencies, segments), but are %s",
                       ir_type_tmp(&t));
    if (!ir_is_complex(t.dtype))
        z = jac_complex(z, jac_zeros_like(z));
    if (!rt_type_of(z, &t) || !read_coefficients(p, z, &t))
        return false;
    int64_t segments = t.dim[t.rank - 1];
    jac y = jac_fft_(NULL, p->two_sided ? "ifft" : "irfft", jac_swapaxes_(NULL, z, -1, -2),
                     (jac_fft_opts){.n = p->nfft, .axis = -1});
    y = jac_slice_in_dim_(NULL, y, 0, p->nperseg, 1, -1);
    y = added(p, jac_mul(y, jac_mul(p->window, jac_sum(p->window))), segments);
    int64_t same[] = {segments, p->nperseg};
    jac squares = rt_broadcast_to(jac_square(p->window), 2, same);
    jac norm = added(p, squares, segments);
    y = jac_div(y, jac_where(jac_gt(norm, 1e-10), norm, 1));
    int64_t half = p->extended ? p->nperseg / 2 : 0, n = p->step * (segments - 1) + p->nperseg;
    y = jac_slice_in_dim_(NULL, y, half, n - half, 1, -1);
    out[0] = jac_div(rt_convert(jac_arange(n - 2 * half), p->d, false), p->o.fs);
    out[1] = y;
    return jac_ok(y);
}

jac_spectrum jac_istft_(const jac_loc *at, jac z, jac_spectrum_opts o)
{
    unsigned m = rt_begin(at);
    plan p = {.what = "istft", .o = o};
    jac out[2] = {JAC_NULL, JAC_NULL};
    if (rt_promote(1, &z, true))
        inverse(&p, z, out);
    rt_end_tree(m, 2, out);
    return (jac_spectrum){JAC_NULL, out[0], out[1]};
}

/* Discrete Fourier transforms, as in jax.numpy.fft, on the primitive fft, which transforms the last
 * one to three dimensions.
 */
#include <math.h>
#include <string.h>

#include "ops/host/host.h"
#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

/* A transform of some axes. n is the length along each of them, as it is for real numbers.
 * `swapped`: forwards is back, as in hfft. */
typedef struct {
    const char *what;
    host_fft_type type;
    bool swapped;
    int naxes;
    int64_t axis[IR_MAX_RANK], n[IR_MAX_RANK];
} transform;

static const struct {
    const char *name; /* of a function of one axis; those of several begin alike */
    host_fft_type type;
    bool swapped;
} kinds[] = {{"fft", HOST_FFT, false},     {"ifft", HOST_IFFT, false}, {"rfft", HOST_RFFT, false},
             {"irfft", HOST_IRFFT, false}, {"hfft", HOST_IRFFT, true}, {"ihfft", HOST_RFFT, true}};

static bool find_kind(transform *f, const char *what, size_t length)
{
    f->what = what;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (strlen(kinds[k].name) == length && !strncmp(kinds[k].name, what, length)) {
            f->type = kinds[k].type;
            f->swapped = kinds[k].swapped;
            return true;
        }
    return ir_fail("there is no transform %s", what);
}

/* ---- the operand ------------------------------------------------------------------------------- */

/* x as what the transform takes: f32 or f64 for RFFT, else complex numbers. */
static bool take(const transform *f, jac *x, ir_type *t)
{
    if (!rt_promote(1, x, true) || !rt_type_of(*x, t))
        return false;
    ir_dtype d = t->dtype;
    if (f->type == HOST_RFFT) {
        if (ir_is_complex(d))
            return ir_fail("%s takes real numbers, but is given %s", f->what, ir_type_tmp(t));
        d = d == IR_f64 ? IR_f64 : IR_f32;
    } else if (!ir_is_complex(d)) {
        d = ir_complex_of(d == IR_f64 ? IR_f64 : IR_f32);
    }
    *x = rt_convert(*x, d, false);
    return rt_type_of(*x, t);
}

/* The length of the line that is stored for n numbers of the last axis. */
static int64_t stored(const transform *f, int k)
{
    return f->type == HOST_IRFFT && k == f->naxes - 1 ? f->n[k] / 2 + 1 : f->n[k];
}

/* Fills in the lengths that are not given, and checks all. */
static bool find_lengths(transform *f, const ir_type *t, const int64_t *given)
{
    for (int k = 0; k < f->naxes; k++) {
        int64_t size = t->dim[f->axis[k]];
        bool half = f->type == HOST_IRFFT && k == f->naxes - 1;
        f->n[k] = given ? given[k] : half ? 2 * (size - 1) : size;
        if (f->n[k] < 1)
            return ir_fail("%s: the length along axis %lld must be at least 1, but is %lld",
                           f->what, (long long)f->axis[k], (long long)f->n[k]);
    }
    return true;
}

/* Cuts lines off or continues them by zeros. */
static jac fit(const transform *f, jac x, const ir_type *t)
{
    int64_t none[IR_MAX_RANK] = {0}, ones[IR_MAX_RANK], limit[IR_MAX_RANK], more[IR_MAX_RANK] = {0};
    bool cut = false, pad = false;
    for (int d = 0; d < t->rank; d++) {
        ones[d] = 1;
        limit[d] = t->dim[d];
    }
    for (int k = 0; k < f->naxes; k++) {
        int64_t d = f->axis[k], n = stored(f, k);
        cut = cut || n < t->dim[d];
        pad = pad || n > t->dim[d];
        limit[d] = n < t->dim[d] ? n : t->dim[d];
        more[d] = n - limit[d];
    }
    jac_dims nothing = {t->rank, none};
    if (cut)
        x = jac_slice(x, nothing, ((jac_dims){t->rank, limit}), ((jac_dims){t->rank, ones}));
    return pad ? jac_pad(x, 0, nothing, ((jac_dims){t->rank, more}), nothing) : x;
}

/* ---- the transform ----------------------------------------------------------------------------- */

/* permutation: x with the axes of the transform last; or back. */
static jac axes_last(const transform *f, jac x, int rank, bool back)
{
    int64_t order[IR_MAX_RANK], inverse[IR_MAX_RANK];
    int n = 0;
    bool moved = false;
    for (int d = 0; d < rank; d++) {
        bool is_axis = false;
        for (int k = 0; k < f->naxes; k++)
            is_axis = is_axis || f->axis[k] == d;
        if (!is_axis)
            order[n++] = d;
    }
    memcpy(order + n, f->axis, (size_t)f->naxes * sizeof *order);
    for (int d = 0; d < rank; d++) {
        inverse[order[d]] = d;
        moved = moved || order[d] != d;
    }
    return moved ? rt_transpose(x, back ? inverse : order) : x;
}

static jac emit(jac x, host_fft_type type, int n, const int64_t *lengths)
{
    ir_attr attr[] = {
        [FFT_TYPE] = {.i = type}, [FFT_LENGTHS] = {.n = n, .ints = (int64_t *)lengths}};
    return rt_emit1(&op_fft, 1, &x, attr);
}

/* Complex transforms of the axes before the last ones, three at a time, which have to be brought to
 * the end. */
static jac leading_axes(const transform *f, jac x, int first)
{
    ir_type t;
    bool back = f->type == HOST_IFFT || f->type == HOST_IRFFT;
    for (int end = first; end > 0; end -= HOST_FFT_MOST_RANK) {
        int n = end < HOST_FFT_MOST_RANK ? end : HOST_FFT_MOST_RANK;
        if (!rt_type_of(x, &t))
            return JAC_NULL;
        transform some = {.naxes = n};
        for (int k = 0; k < n; k++)
            some.axis[k] = t.rank - f->naxes + end - n + k;
        x = axes_last(&some, x, t.rank, false);
        x = emit(x, back ? HOST_IFFT : HOST_FFT, n, f->n + end - n);
        x = axes_last(&some, x, t.rank, true);
    }
    return x;
}

/* x, whose last axes have the lengths stored. */
static jac transformed(const transform *f, jac x)
{
    int n = f->naxes < HOST_FFT_MOST_RANK ? f->naxes : HOST_FFT_MOST_RANK, first = f->naxes - n;
    if (f->type == HOST_IRFFT)
        x = leading_axes(f, x, first);
    x = emit(x, f->type, n, f->n + first);
    return f->type == HOST_IRFFT ? x : leading_axes(f, x, first);
}

/* The factor that the norm asks for, beside the one that the primitive has. */
static bool find_factor(const transform *f, const char *norm, double *factor)
{
    double all = 1;
    bool back = f->type == HOST_IFFT || f->type == HOST_IRFFT;
    for (int k = 0; k < f->naxes; k++)
        all *= (double)f->n[k];
    if (norm && !strcmp(norm, "ortho"))
        *factor = back ? sqrt(all) : 1 / sqrt(all);
    else if (!norm || !strcmp(norm, "backward") || !strcmp(norm, "forward")) {
        bool forward = norm && !strcmp(norm, "forward"); /* the factor 1/n belongs there */
        bool divides = (back != f->swapped) != forward;  /* of this function */
        *factor = divides == back ? 1 : back ? all : 1 / all;
    } else
        return ir_fail("%s: norm must be \"backward\", \"ortho\" or \"forward\", but is \"%s\"",
                       f->what, norm);
    return true;
}

static jac transform_of(transform *f, jac x, const int64_t *lengths, const ir_type *t,
                        const char *norm)
{
    double factor = 1;
    if (!find_lengths(f, t, lengths) || !find_factor(f, norm, &factor))
        return JAC_NULL;
    bool conj_before = f->swapped && f->type == HOST_IRFFT;
    bool conj_after = f->swapped && f->type == HOST_RFFT;
    x = axes_last(f, fit(f, conj_before ? jac_conj(x) : x, t), t->rank, false);
    x = axes_last(f, transformed(f, x), t->rank, true);
    x = conj_after ? jac_conj(x) : x;
    return factor == 1 ? x : jac_mul(x, factor);
}

/* ---- one axis, several axes -------------------------------------------------------------------- */

jac jac_fft_(const jac_loc *at, const char *what, jac x, jac_fft_opts o)
{
    unsigned m = rt_begin_as(at, what);
    transform f = {.naxes = 1};
    ir_type t;
    if (!find_kind(&f, what, strlen(what)) || !take(&f, &x, &t))
        return rt_end(m, JAC_NULL);
    if (!rt_axis(what, o.axis, t.rank, &f.axis[0]))
        return rt_end(m, JAC_NULL);
    return rt_end(m, transform_of(&f, x, o.n == INT64_MIN ? NULL : &o.n, &t, o.norm));
}

/* The axes: those given, or the last ones. */
static bool find_axes(transform *f, const ir_type *t, const jac_dims *s, const jac_dims *axes)
{
    bool two = f->what[strlen(f->what) - 1] == '2';
    int n = axes->v ? (int)axes->n : s->v ? (int)s->n : two ? 2 : t->rank;
    if (n > t->rank)
        return ir_fail("%s: %d axes cannot be transformed, because the array has rank %d", f->what,
                       n, t->rank);
    if (s->v && s->n != n)
        return ir_fail("%s: there are %lld lengths for %d axes", f->what, (long long)s->n, n);
    f->naxes = n;
    for (int k = 0; k < n; k++) {
        if (!rt_axis(f->what, axes->v ? axes->v[k] : k - n, t->rank, &f->axis[k]))
            return false;
        for (int j = 0; j < k; j++)
            if (f->axis[j] == f->axis[k])
                return ir_fail("%s: axis %lld is given twice", f->what, (long long)f->axis[k]);
    }
    return true;
}

jac jac_fftn_(const jac_loc *at, const char *what, jac x, jac_fftn_opts o)
{
    unsigned m = rt_begin_as(at, what);
    transform f = {0};
    ir_type t;
    int64_t one_length, one_axis;
    if (!find_kind(&f, what, strlen(what) - 1) || !rt_axes(what, &o.s, &one_length) ||
        !rt_axes(what, &o.axes, &one_axis) || !take(&f, &x, &t) ||
        !find_axes(&f, &t, &o.s, &o.axes))
        return rt_end(m, JAC_NULL);
    if (!f.naxes) {
        if (f.type == HOST_RFFT || f.type == HOST_IRFFT)
            ir_fail("%s needs an axis", what);
        return rt_end(m,
                      f.type == HOST_RFFT || f.type == HOST_IRFFT ? JAC_NULL : rt_op1(&op_copy, x));
    }
    return rt_end(m, transform_of(&f, x, o.s.v ? o.s.v : NULL, &t, o.norm));
}

/* ---- frequencies ------------------------------------------------------------------------------- */

jac jac_fftfreq_(const jac_loc *at, bool half, int64_t n, jac_fftfreq_opts o)
{
    const char *what = half ? "rfftfreq" : "fftfreq";
    unsigned m = rt_begin_as(at, what);
    if (n < 1) {
        ir_fail("%s: n must be at least 1, but is %lld", what, (long long)n);
        return rt_end(m, JAC_NULL);
    }
    ir_type t = ir_type_make(rt_default_float(), 1, (int64_t[]){half ? n / 2 + 1 : n});
    jac at_k = np_iota(&t, 0);
    if (!half) {
        jac negative = jac_ge(at_k, (double)((n + 1) / 2));
        at_k = jac_sub(at_k, jac_where(negative, (double)n, 0.0));
    }
    return rt_end(m, jac_div(at_k, (double)n * o.d));
}

jac jac_fftshift_(const jac_loc *at, bool back, jac x, jac_dims axes)
{
    const char *what = back ? "ifftshift" : "fftshift";
    unsigned m = rt_begin_as(at, what);
    ir_type t;
    int64_t axis[IR_MAX_RANK];
    if (!rt_type_of(x, &t))
        return rt_end(m, JAC_NULL);
    int n = np_axes(what, axes, t.rank, axis);
    if (n < 0)
        return rt_end(m, JAC_NULL);
    for (int k = 0; k < n; k++) {
        int64_t size = t.dim[axis[k]], first = back ? size / 2 : size - size / 2;
        jac front = jac_slice_in_dim(x, 0, first, 1, axis[k]);
        jac rest = jac_slice_in_dim(x, first, size, 1, axis[k]);
        jac parts[] = {rest, front};
        x = jac_concatenate(axis[k], JAC_HANDLES(2, parts));
    }
    return rt_end(m, n ? x : rt_op1(&op_copy, x));
}

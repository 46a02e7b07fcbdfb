/* Cosine transforms, by a Fourier transform of the elements in the order 0, 2, 4 ... 5, 3, 1. */
#include <math.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

typedef struct {
    const char *what;
    int64_t axis, n;
    bool ortho, inverse;
} transform;

/* k of n elements along the axis, as floats of dtype d. */
static jac counted(const transform *c, ir_dtype d, int rank)
{
    ir_type t = {.dtype = (uint8_t)d, .rank = (uint8_t)rank};
    for (int k = 0; k < rank; k++)
        t.dim[k] = k == c->axis ? c->n : 1;
    return np_iota(&t, (int)c->axis);
}

static jac part(const transform *c, jac x, int64_t from, int64_t to, int64_t step)
{
    return jac_slice_in_dim_(NULL, x, from, to, step, c->axis);
}

static jac turned(const transform *c, jac x)
{
    return jac_flip_(NULL, x, (jac_dims){1, &c->axis});
}

static jac interleaved(const transform *c, jac x)
{
    if (c->n < 2)
        return x;
    jac both[] = {part(c, x, 0, c->n, 2), turned(c, part(c, x, 1, c->n, 2))};
    return jac_concatenate(c->axis, JAC_HANDLES(2, both));
}

/* The inverse: a zero is added to the shorter half, and dropped at the end. */
static jac deinterleaved(const transform *c, jac x, const ir_type *t)
{
    int64_t half = (c->n + 1) / 2, low[IR_MAX_RANK] = {0}, high[IR_MAX_RANK] = {0},
            dim[IR_MAX_RANK];
    if (c->n < 2)
        return x;
    high[c->axis] = c->n % 2;
    jac odd = turned(c, part(c, x, half, c->n, 1));
    odd = jac_pad_(NULL, odd, rt_literal_f64(t->dtype, 0), (jac_dims){t->rank, low},
                   (jac_dims){t->rank, high}, (jac_dims){0, NULL});
    jac both[] = {part(c, x, 0, half, 1), odd};
    jac y = jac_stack_(NULL, c->axis + 1, JAC_HANDLES(2, both));
    memcpy(dim, t->dim, sizeof dim);
    dim[c->axis] = 2 * half;
    return jac_ok(y) ? part(c, rt_reshape(y, t->rank, dim), 0, c->n, 1) : JAC_NULL;
}

/* What an orthogonal transform divides by: sqrt(2n), for the first element sqrt(4n). */
static jac lengths(const transform *c, jac k)
{
    jac n = jac_where(jac_eq(k, 0), 4 * (double)c->n, 2 * (double)c->n);
    ir_type t;
    return rt_type_of(k, &t) ? jac_sqrt(rt_convert(n, t.dtype, false)) : JAC_NULL;
}

/* 2 Re(exp(-i pi k / 2n) F(v)) */
static jac forward(const transform *c, jac x, const ir_type *t)
{
    jac k = counted(c, t->dtype, t->rank), angle = jac_mul(k, M_PI / (2 * (double)c->n));
    jac f =
        jac_fft_(NULL, "fft", interleaved(c, x), (jac_fft_opts){.n = INT64_MIN, .axis = c->axis});
    jac y = jac_add(jac_mul(jac_real(f), jac_cos(angle)), jac_mul(jac_imag(f), jac_sin(angle)));
    return c->ortho ? jac_div(jac_mul(2, y), lengths(c, k)) : jac_mul(2, y);
}

static jac backward(const transform *c, jac x, const ir_type *t)
{
    jac k = counted(c, t->dtype, t->rank), angle = jac_mul(k, M_PI / (2 * (double)c->n));
    jac by = lengths(c, k);
    x = jac_div(x, c->ortho ? by : jac_square(by));
    x = jac_mul(x, 2 * (double)c->n);
    jac z = jac_complex(jac_mul(x, jac_cos(angle)), jac_mul(x, jac_sin(angle)));
    jac f = jac_fft_(NULL, "ifft", z, (jac_fft_opts){.n = INT64_MIN, .axis = c->axis});
    return deinterleaved(c, jac_real(f), t);
}

/* x cut off or continued by zeros. */
static jac fitted(const transform *c, jac x, const ir_type *t)
{
    int64_t low[IR_MAX_RANK] = {0}, high[IR_MAX_RANK] = {0};
    high[c->axis] = c->n - t->dim[c->axis];
    return jac_pad_(NULL, x, rt_literal_f64(t->dtype, 0), (jac_dims){t->rank, low},
                    (jac_dims){t->rank, high}, (jac_dims){0, NULL});
}

static jac transformed(transform c, jac x)
{
    ir_type t;
    if (!rt_promote(1, &x, true) || !rt_type_of(x, &t))
        return JAC_NULL;
    if (ir_is_complex(t.dtype)) {
        jac re = transformed(c, jac_real(x)), im = transformed(c, jac_imag(x));
        return jac_complex(re, im);
    }
    ir_dtype d = ir_compute(t.dtype);
    x = rt_convert(x, d, false);
    if (!rt_axis(c.what, c.axis, t.rank, &c.axis) || !rt_type_of(x, &t))
        return JAC_NULL;
    if (c.n == INT64_MIN)
        c.n = t.dim[c.axis];
    if (c.n < 1) {
        ir_fail("%s: the length must be at least 1, but is %lld", c.what, (long long)c.n);
        return JAC_NULL;
    }
    if (c.n != t.dim[c.axis])
        x = fitted(&c, x, &t);
    if (!rt_type_of(x, &t))
        return JAC_NULL;
    return c.inverse ? backward(&c, x, &t) : forward(&c, x, &t);
}

static bool norm_of(const char *what, const char *norm, bool *ortho)
{
    *ortho = norm && !strcmp(norm, "ortho");
    return !norm || *ortho || !strcmp(norm, "backward") ||
           ir_fail("%s: the norm must be \"backward\" or \"ortho\", but is \"%s\"", what, norm);
}

static jac one_axis(const jac_loc *at, const char *what, bool inverse, jac x, jac_fft_opts o)
{
    unsigned m = rt_begin_as(at, what);
    transform c = {what, o.axis, o.n, false, inverse};
    return rt_end(m, norm_of(what, o.norm, &c.ortho) ? transformed(c, x) : JAC_NULL);
}

jac jac_dct_(const jac_loc *at, jac x, jac_fft_opts o)
{
    return one_axis(at, "dct", false, x, o);
}

jac jac_idct_(const jac_loc *at, jac x, jac_fft_opts o)
{
    return one_axis(at, "idct", true, x, o);
}

/* The axes, and for each the length, INT64_MIN if it is not given. */
static int read_axes(const char *what, int rank, jac_fftn_opts o, int64_t *axes, int64_t *n)
{
    int64_t one_s, one_axis, last[IR_MAX_RANK];
    bool sizes = !(o.s.v == &jac_one_axis_ && o.s.n == INT64_MIN);
    if (!rt_ints(what, ".s", &o.s, &one_s) || !rt_axes(what, &o.axes, &one_axis))
        return -1;
    if (!o.axes.v && sizes && o.s.n <= rank) {
        for (int k = 0; k < o.s.n; k++)
            last[k] = rank - o.s.n + k;
        o.axes = (jac_dims){o.s.n, last};
    }
    int count = np_axes(what, o.axes, rank, axes);
    if (count >= 0 && sizes && o.s.n != count) {
        ir_fail("%s: %d lengths are given for %d axes", what, (int)o.s.n, count);
        return -1;
    }
    for (int k = 0; k < count; k++)
        n[k] = sizes ? o.s.v[k] : INT64_MIN;
    return count;
}

static jac all_axes(const jac_loc *at, const char *what, bool inverse, jac x, jac_fftn_opts o)
{
    unsigned m = rt_begin_as(at, what);
    ir_type t;
    bool ortho;
    int64_t axes[IR_MAX_RANK], n[IR_MAX_RANK];
    if (!norm_of(what, o.norm, &ortho) || !rt_promote(1, &x, true) || !rt_type_of(x, &t))
        return rt_end(m, JAC_NULL);
    int count = read_axes(what, t.rank, o, axes, n);
    if (count < 0)
        return rt_end(m, JAC_NULL);
    for (int k = 0; k < count && jac_ok(x); k++)
        x = transformed((transform){what, axes[k], n[k], ortho, inverse}, x);
    return rt_end(m, x);
}

jac jac_dctn_(const jac_loc *at, jac x, jac_fftn_opts o)
{
    return all_axes(at, "dctn", false, x, o);
}

jac jac_idctn_(const jac_loc *at, jac x, jac_fftn_opts o)
{
    return all_axes(at, "idctn", true, x, o);
}

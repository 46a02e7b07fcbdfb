/* jax.image: along each axis, the result is a product with a matrix of weights, one column for each
 * pixel of the result. The weights are those of JAX: a kernel at the distances between the pixels,
 * divided by their sum. */
#include <math.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

/* ---- kernels: of distances of at least 0 -------------------------------------------------------- */

static jac lanczos(jac x, double radius)
{
    jac near = jac_le(x, 1e-3), y = jac_where(near, 1, x);
    jac waves = jac_mul(jac_sin(jac_mul(M_PI, y)), jac_sin(jac_mul(M_PI / radius, y)));
    jac out = jac_div(jac_mul(radius, waves), jac_mul(M_PI * M_PI, jac_square(y)));
    return jac_where(jac_gt(x, radius), 0, jac_where(near, 1, out));
}

static jac lanczos3(jac x)
{
    return lanczos(x, 3);
}

static jac lanczos5(jac x)
{
    return lanczos(x, 5);
}

static jac triangle(jac x)
{
    return jac_maximum(0, jac_sub(1, x));
}

/* ((c3 x + c2) x + c1) x + c0 */
static jac cube(jac x, double c3, double c2, double c1, double c0)
{
    jac y = jac_add(jac_mul(c3, x), c2);
    return jac_add(jac_mul(jac_add(jac_mul(y, x), c1), x), c0);
}

static jac keys_with(jac x, double a)
{
    jac inner = cube(x, a + 2, -(a + 3), 0, 1), outer = cube(x, a, -5 * a, 8 * a, -4 * a);
    return jac_where(jac_ge(x, 2), 0, jac_where(jac_ge(x, 1), outer, inner));
}

static jac keys(jac x)
{
    return keys_with(x, -0.5);
}

static jac keys_of_pytorch(jac x)
{
    return keys_with(x, -0.75);
}

/* `edges`: pixels outside are those of the edge, as far as the kernel reaches. */
typedef struct {
    jac (*kernel)(jac x);
    int reach;
    bool edges;
} method;
static const method nearest = {NULL, 0, false}, cubic = {keys, 2, false},
                    cubic_with_edges = {keys_of_pytorch, 2, true};
static const struct {
    const char *name;
    method m;
} methods[] = {{"linear", {triangle, 1, false}},    {"bilinear", {triangle, 1, false}},
               {"trilinear", {triangle, 1, false}}, {"triangle", {triangle, 1, false}},
               {"cubic", {keys, 2, false}},         {"bicubic", {keys, 2, false}},
               {"tricubic", {keys, 2, false}},      {"lanczos3", {lanczos3, 3, false}},
               {"lanczos5", {lanczos5, 5, false}}};

static const method *find_method(const char *what, const char *name, bool resize, bool antialias)
{
    if (resize && name && !strcmp(name, "nearest"))
        return &nearest;
    if (resize && name && (!strcmp(name, "cubic-pytorch") || !strcmp(name, "bicubic-pytorch")))
        return antialias ? &cubic : &cubic_with_edges;
    for (size_t k = 0; name && k < sizeof methods / sizeof *methods; k++)
        if (!strcmp(name, methods[k].name))
            return &methods[k].m;
    ir_fail("%s: there is no method \"%s\"", what, name ? name : "(null)");
    return NULL;
}

/* ---- weights ------------------------------------------------------------------------------------ */

/* 0, 1, 2 ... of n elements, along the axis of a matrix. */
static jac counted(ir_dtype d, int64_t n, int axis)
{
    ir_type t = {.dtype = (uint8_t)d, .rank = 2, .dim = {1, 1}};
    t.dim[axis] = n;
    return np_iota(&t, axis);
}

/* Adds the rows that are outside to those of the edge. */
static jac folded(jac w, int64_t reach, int64_t in)
{
    if (in == 1)
        return jac_sum(w, 0, .keepdims = true);
    jac parts[] = {jac_sum(jac_slice_in_dim_(NULL, w, 0, reach + 1, 1, 0), 0, .keepdims = true),
                   jac_slice_in_dim_(NULL, w, reach + 1, in + reach - 1, 1, 0),
                   jac_sum(jac_slice_in_dim_(NULL, w, in + reach - 1, in + 2 * reach, 1, 0), 0,
                           .keepdims = true)};
    return jac_concatenate(0, JAC_HANDLES(3, parts));
}

/* The weights of `in` pixels for `out` ones. Columns whose sum is nearly 0 are 0. */
static jac weights(const method *m, ir_dtype d, int64_t in, int64_t out, jac scale, jac translation,
                   bool antialias)
{
    jac inverse = jac_div(1, scale);
    jac width = antialias ? jac_maximum(inverse, 1) : rt_literal_f64(d, 1);
    jac at = jac_mul(jac_add(counted(d, out, 1), 0.5), inverse);
    at = jac_sub(jac_sub(at, jac_mul(translation, inverse)), 0.5);
    int64_t reach = m->edges ? m->reach : 0;
    jac pixel = jac_sub(counted(d, in + 2 * reach, 0), reach);
    jac w = m->kernel(jac_div(jac_abs(jac_sub(at, pixel)), width));
    if (m->edges)
        w = folded(w, reach, in);
    jac sum = jac_sum(w, 0, .keepdims = true);
    jac none = jac_le(jac_abs(sum), 1000 * 0x1p-23);
    w = jac_where(none, 0, jac_div(w, jac_where(none, 1, sum)));
    jac inside = jac_logical_and(jac_ge(at, -0.5), jac_le(at, (double)in - 0.5));
    return m->edges ? w : jac_where(inside, w, 0);
}

/* The product of x along an axis with a matrix. */
static jac along(jac x, jac w, int64_t axis, int rank)
{
    jac y = jac_dot_general(x, w, axis, 0, JAC_DIMS(), JAC_DIMS());
    return jac_ok(y) ? np_move_axis(y, rank - 1, (int)axis) : JAC_NULL;
}

static ir_dtype weights_dtype(ir_dtype d)
{
    return ir_compute(d);
}

/* ---- resize ------------------------------------------------------------------------------------- */

static jac pick_nearest(jac x, const ir_type *t, jac_dims shape)
{
    for (int k = 0; k < t->rank && jac_ok(x); k++) {
        int64_t n = shape.v[k];
        if (n == t->dim[k])
            continue;
        jac at = jac_add(jac_astype(jac_arange(n), JAC_F32), 0.5);
        at = jac_floor(jac_div(jac_mul(at, (double)t->dim[k]), (double)n));
        x = jac_take(x, jac_astype(at, JAC_I32), k);
    }
    return x;
}

static bool same_rank(const char *what, const ir_type *t, jac_dims shape)
{
    ir_type to;
    return rt_type_for(what, shape, t->dtype, &to) &&
           (to.rank == t->rank || ir_fail("%s: the new shape has %d dimensions, but x is %s", what,
                                          to.rank, ir_type_tmp(t)));
}

static bool has_pixels(const char *what, const ir_type *t, int64_t axis, int64_t out)
{
    return t->dim[axis] > 0 || !out ||
           ir_fail("%s: there are no pixels along axis %d: x is %s", what, (int)axis,
                   ir_type_tmp(t));
}

jac jac_image_resize_(const jac_loc *at, jac x, jac_dims shape, const char *name, jac_image_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    const method *by = find_method("image_resize", name, true, o.antialias);
    if (!by || !rt_type_of(x, &t) || !same_rank("image_resize", &t, shape))
        return rt_end(m, JAC_NULL);
    for (int k = 0; k < t.rank; k++)
        if (!has_pixels("image_resize", &t, k, shape.v[k]))
            return rt_end(m, JAC_NULL);
    if (!by->kernel)
        return rt_end(m, pick_nearest(x, &t, shape));
    if (!rt_promote(1, &x, true) || !rt_type_of(x, &t) || !np_is_real("image_resize", &t))
        return rt_end(m, JAC_NULL);
    ir_dtype d = weights_dtype(t.dtype);
    for (int k = 0; k < t.rank && jac_ok(x); k++) {
        if (shape.v[k] == t.dim[k])
            continue;
        double scale = shape.v[k] ? (double)shape.v[k] / (double)t.dim[k] : 1;
        jac w = weights(by, d, t.dim[k], shape.v[k], rt_literal_f64(d, scale), rt_literal_f64(d, 0),
                        o.antialias);
        x = along(x, rt_convert(w, t.dtype, false), k, t.rank);
    }
    return rt_end(m, x);
}

/* ---- scale_and_translate ------------------------------------------------------------------------ */

/* A vector of n floats of dtype d. */
static bool vector_of(const char *name, jac *v, int64_t n, ir_dtype d)
{
    ir_type t;
    if (!rt_type_of(*v, &t))
        return false;
    if (t.rank != 1 || t.dim[0] != n || ir_is_complex(t.dtype))
        return ir_fail("scale_and_translate: the %s must be %lld real numbers, but is %s", name,
                       (long long)n, ir_type_tmp(&t));
    *v = rt_convert(*v, d, false);
    return jac_ok(*v);
}

jac jac_scale_and_translate_(const jac_loc *at, jac x, jac_dims shape, jac_dims axes, jac scale,
                             jac translation, const char *name, jac_image_opts o)
{
    const char *what = "scale_and_translate";
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t axis[IR_MAX_RANK];
    const method *by = find_method(what, name, false, o.antialias);
    if (!by || !rt_promote(1, &x, true) || !rt_type_of(x, &t) || !np_is_real(what, &t) ||
        !same_rank(what, &t, shape))
        return rt_end(m, JAC_NULL);
    int n = np_axes(what, axes, t.rank, axis);
    ir_dtype d = weights_dtype(t.dtype);
    if (n < 0 || !vector_of("scale", &scale, n, d) || !vector_of("translation", &translation, n, d))
        return rt_end(m, JAC_NULL);
    for (int k = 0; k < n && jac_ok(x); k++) {
        int64_t a = axis[k];
        if (!has_pixels(what, &t, a, shape.v[a]))
            return rt_end(m, JAC_NULL);
        jac w = weights(by, d, t.dim[a], shape.v[a], jac_at(scale, k), jac_at(translation, k),
                        o.antialias);
        x = along(x, rt_convert(w, t.dtype, false), a, t.rank);
    }
    ir_type made;
    if (jac_ok(x) && rt_type_of(x, &made) &&
        memcmp(made.dim, shape.v, (size_t)t.rank * sizeof *made.dim)) {
        ir_fail("%s: along axes that are not scaled, the shape %s must be that of x, %s", what,
                ir_ints_tmp(shape.v, shape.n), ir_type_tmp(&t));
        return rt_end(m, JAC_NULL);
    }
    return rt_end(m, x);
}

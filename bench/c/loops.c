/* Rows 11 to 14 by hand. Batches run one vector of problems at a time, until all its lanes are
 * done. */
#include <math.h>

#include "bench/c/c.h"
#include "bench/c/vector.h"

/* ---- bisection, fixed point ------------------------------------------------------------------ */

static double bisect(double a, double b, double c)
{
    for (int i = 0; (b - a) / 2 > 1e-12 && i < 100; i++) {
        double m = (a + b) / 2;
        double fa = a * a * a - 2 * a - c, fm = m * m * m - 2 * m - c;
        if (fa * fm < 0)
            b = m;
        else
            a = m;
    }
    return (a + b) / 2;
}

static double fixed_point(double a)
{
    double x = 1, before = 2;
    for (int i = 0; fabs(x - before) > 1e-12 && i < 1000; i++) {
        before = x;
        x = cos(a * x);
    }
    return x;
}

static const double one_problem[] = {1, 3, 5};

static void make_one(c_case *c)
{
    c_result(c, 0, DIGEST_F64, 1);
}

static void run_bisect(c_case *c)
{
    const volatile double *p = one_problem;
    *(double *)c->result[0].elements = bisect(p[0], p[1], p[2]);
}

static void run_fixed_point(c_case *c)
{
    const volatile double *p = one_problem;
    *(double *)c->result[0].elements = fixed_point(p[0]);
}

static inline vd bisect_lanes(vd a, vd b, vd c)
{
    for (int i = 0; i < 100; i++) {
        vl on = (b - a) / 2 > 1e-12;
        if (!vl_any(on))
            break;
        vd m = (a + b) / 2;
        vd fa = a * a * a - 2 * a - c, fm = m * m * m - 2 * m - c;
        vl left = fa * fm < 0;
        b = (on & left) ? m : b;
        a = (on & ~left) ? m : a;
    }
    return (a + b) / 2;
}

static inline vd fixed_point_lanes(vd a)
{
    vd x = (vd)1.0, before = (vd)2.0;
    for (int i = 0; i < 1000; i++) {
        vd far = x - before;
        vl on = __builtin_elementwise_abs(far) > 1e-12;
        if (!vl_any(on))
            break;
        vd next = VD_(cos)(a * x);
        before = on ? x : before;
        x = on ? next : x;
    }
    return x;
}

/* (The benchmark's sizes are multiples of the width; a remainder is done one by one.) */
static void bisect_part(void *env, int64_t from, int64_t to)
{
    c_case *k = env;
    const double *b = k->buffer[0], *c = k->buffer[1];
    double *out = (double *)k->result[0].elements;
    int64_t i = from;
    for (; i + VD <= to; i += VD)
        vd_store(out + i, bisect_lanes((vd)1.0, vd_load(b + i), vd_load(c + i)));
    for (; i < to; i++)
        out[i] = bisect(1, b[i], c[i]);
}

static void make_bisect_many(c_case *c)
{
    double *b = c->buffer[0] = input_f64(c->size, 12, 2, 14);
    for (int64_t i = 0; i < c->size; i++)
        b[i] = exp2(b[i]);
    c->buffer[1] = input_f64(c->size, 13, 5, 15);
    c_result(c, 0, DIGEST_F64, c->size);
}

static void run_bisect_many(c_case *c)
{
    c_parallel(c->size, bisect_part, c);
}

static void fixed_point_part(void *env, int64_t from, int64_t to)
{
    c_case *k = env;
    const double *a = k->buffer[0];
    double *out = (double *)k->result[0].elements;
    int64_t i = from;
    for (; i + VD <= to; i += VD)
        vd_store(out + i, fixed_point_lanes(vd_load(a + i)));
    for (; i < to; i++)
        out[i] = fixed_point(a[i]);
}

static void make_fixed_point_many(c_case *c)
{
    c->buffer[0] = input_f64(c->size, 14, 0.2, 1);
    c_result(c, 0, DIGEST_F64, c->size);
}

static void run_fixed_point_many(c_case *c)
{
    c_parallel(c->size, fixed_point_part, c);
}

/* ---- Mandelbrot: two vectors at once, for the latency of the multiplications ----------------- */

enum { PIXELS = 2 };

static void escape_lanes(const float *cx, float cy, int32_t *out)
{
    vf x[PIXELS], y[PIXELS], c[PIXELS];
    vi n[PIXELS];
    for (int p = 0; p < PIXELS; p++) {
        x[p] = y[p] = (vf){0};
        n[p] = (vi){0};
        c[p] = vf_load(cx + p * VF);
    }
    for (int i = 0; i < 256; i++) {
        vi some = {0};
        for (int p = 0; p < PIXELS; p++) {
            vf xx = x[p] * x[p], yy = y[p] * y[p];
            vi on = xx + yy <= 4;
            vf xy = x[p] * y[p];
            x[p] = on ? xx - yy + c[p] : x[p];
            y[p] = on ? xy + xy + cy : y[p];
            n[p] -= on;
            some |= on;
        }
        if (!vi_any(some))
            break;
    }
    for (int p = 0; p < PIXELS; p++)
        *(vi_loose *)(out + p * VF) = n[p];
}

static int32_t escape(float cx, float cy)
{
    float x = 0, y = 0;
    int32_t n = 0;
    for (; n < 256 && x * x + y * y <= 4; n++) {
        float xx = x * x - y * y + cx;
        y = 2 * (x * y) + cy;
        x = xx;
    }
    return n;
}

static void mandelbrot_part(void *env, int64_t from, int64_t to)
{
    c_case *c = env;
    const float *cx = c->buffer[0], *cy = c->buffer[1];
    for (int64_t row = from; row < to; row++) {
        int32_t *out = (int32_t *)c->result[0].elements + row * c->size;
        int64_t i = 0;
        for (; i + PIXELS * VF <= c->size; i += PIXELS * VF)
            escape_lanes(cx + i, cy[row], out + i);
        for (; i < c->size; i++)
            out[i] = escape(cx[i], cy[row]);
    }
}

static void make_mandelbrot(c_case *c)
{
    float step = (float)(2.5 / (double)c->size);
    float *x = c->buffer[0] = input_f32(c->size, 0, 0, 0),
          *y = c->buffer[1] = input_f32(c->size, 0, 0, 0);
    for (int64_t i = 0; i < c->size; i++) {
        x[i] = -2 + step * (float)i;
        y[i] = -1.25f + step * (float)i;
    }
    c_result(c, 0, DIGEST_I32, c->size * c->size);
}

static void run_mandelbrot(c_case *c)
{
    c_parallel_rows(c->size, mandelbrot_part, c);
}

/* ---- Lorenz ---------------------------------------------------------------------------------- */

typedef struct {
    double x, y, z;
} state;

static const double constants[] = {10, 28, 8.0 / 3};

static inline state slope(state s)
{
    return (state){constants[0] * (s.y - s.x), s.x * (constants[1] - s.z) - s.y,
                   s.x * s.y - constants[2] * s.z};
}

static inline state along(state s, double h, state d)
{
    return (state){s.x + h * d.x, s.y + h * d.y, s.z + h * d.z};
}

static inline state runge_kutta(state s, double h)
{
    state a = slope(s), b = slope(along(s, h / 2, a)), c = slope(along(s, h / 2, b)),
          d = slope(along(s, h, c));
    return (state){s.x + h / 6 * (a.x + 2 * (b.x + c.x) + d.x),
                   s.y + h / 6 * (a.y + 2 * (b.y + c.y) + d.y),
                   s.z + h / 6 * (a.z + 2 * (b.z + c.z) + d.z)};
}

static void make_lorenz(c_case *c)
{
    for (int k = 0; k < 3; k++)
        c_result(c, k, DIGEST_F64, 1);
}

static state solve(int64_t steps)
{
    state s = {1, 1, 1};
    double h = 10.0 / (double)steps;
    for (int64_t i = 0; i < steps; i++)
        s = runge_kutta(s, h);
    return s;
}

static void run_lorenz(c_case *c)
{
    state s = solve(c->size);
    *(double *)c->result[0].elements = s.x;
    *(double *)c->result[1].elements = s.y;
    *(double *)c->result[2].elements = s.z;
}

static void make_lorenz_vector(c_case *c)
{
    c_result(c, 0, DIGEST_F64, 3);
}

static void run_lorenz_vector(c_case *c)
{
    *(state *)c->result[0].elements = solve(c->size);
}

/* ---- its gradient, by the adjoint of each step; the states of the way there are kept --------- */

/* Adds the contribution of the slope's cotangent ct to the cotangents of s and of the constants. */
static inline void slope_back(state s, state ct, state *s_ct, double k_ct[3])
{
    s_ct->x += -constants[0] * ct.x + (constants[1] - s.z) * ct.y + s.y * ct.z;
    s_ct->y += constants[0] * ct.x - ct.y + s.x * ct.z;
    s_ct->z += -s.x * ct.y - constants[2] * ct.z;
    k_ct[0] += (s.y - s.x) * ct.x;
    k_ct[1] += s.x * ct.y;
    k_ct[2] += -s.z * ct.z;
}

static inline state times(double h, state s)
{
    return (state){h * s.x, h * s.y, h * s.z};
}

static inline state runge_kutta_back(state s, double h, state ct, double k_ct[3])
{
    state a = slope(s), sb = along(s, h / 2, a), b = slope(sb), sc = along(s, h / 2, b),
          c = slope(sc), sd = along(s, h, c);
    state s_ct = ct, at = {0};
    slope_back(sd, times(h / 6, ct), &at, k_ct);
    s_ct = along(s_ct, 1, at);
    state c_ct = along(times(h / 3, ct), h, at);
    at = (state){0};
    slope_back(sc, c_ct, &at, k_ct);
    s_ct = along(s_ct, 1, at);
    state b_ct = along(times(h / 3, ct), h / 2, at);
    at = (state){0};
    slope_back(sb, b_ct, &at, k_ct);
    s_ct = along(s_ct, 1, at);
    slope_back(s, along(times(h / 6, ct), h / 2, at), &s_ct, k_ct);
    return s_ct;
}

static void lorenz_grad(c_case *c, double out[6])
{
    state *kept = c->buffer[0], s = {1, 1, 1};
    double h = 10.0 / (double)c->size;
    for (int64_t i = 0; i < c->size; i++) {
        kept[i] = s;
        s = runge_kutta(s, h);
    }
    state ct = {1, 1, 1};
    double k_ct[3] = {0};
    for (int64_t i = c->size; i-- > 0;)
        ct = runge_kutta_back(kept[i], h, ct, k_ct);
    out[0] = ct.x, out[1] = ct.y, out[2] = ct.z;
    out[3] = k_ct[0], out[4] = k_ct[1], out[5] = k_ct[2];
}

static void make_lorenz_grad(c_case *c)
{
    c->buffer[0] = malloc((size_t)c->size * sizeof(state));
    for (int k = 0; k < 6; k++)
        c_result(c, k, DIGEST_F64, 1);
}

static void run_lorenz_grad(c_case *c)
{
    double g[6];
    lorenz_grad(c, g);
    for (int k = 0; k < 6; k++)
        *(double *)c->result[k].elements = g[k];
}

static void make_lorenz_vector_grad(c_case *c)
{
    c->buffer[0] = malloc((size_t)c->size * sizeof(state));
    c_result(c, 0, DIGEST_F64, 3);
    for (int k = 1; k < 4; k++)
        c_result(c, k, DIGEST_F64, 1);
}

static void run_lorenz_vector_grad(c_case *c)
{
    double g[6], *s = (double *)c->result[0].elements;
    lorenz_grad(c, g);
    s[0] = g[0], s[1] = g[1], s[2] = g[2];
    for (int k = 1; k < 4; k++)
        *(double *)c->result[k].elements = g[2 + k];
}

const c_work c_loops[] = {
    {"bisect", make_one, run_bisect},
    {"bisect_many", make_bisect_many, run_bisect_many},
    {"fixed_point", make_one, run_fixed_point},
    {"fixed_point_many", make_fixed_point_many, run_fixed_point_many},
    {"mandelbrot", make_mandelbrot, run_mandelbrot},
    {"lorenz", make_lorenz, run_lorenz},
    {"lorenz_vector", make_lorenz_vector, run_lorenz_vector},
    {"lorenz_grad", make_lorenz_grad, run_lorenz_grad},
    {"lorenz_vector_grad", make_lorenz_vector_grad, run_lorenz_vector_grad},
    {0},
};

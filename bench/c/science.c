/* Rows 18 and 19 by hand: the Greeks in closed form; bodies with their forces in closed form. */
#include <math.h>
#include <string.h>

#include "bench/c/c.h"
#include "bench/c/vector.h"

/* ---- Black and Scholes ----------------------------------------------------------------------- */

enum { INPUTS = 5, OUTPUTS = 6 };

static inline vf normal_cdf(vf x)
{
    return 0.5f * (1 + VF_(erff)(x * (float)M_SQRT1_2));
}

static inline void greeks(const vf in[INPUTS], vf out[OUTPUTS])
{
    vf spot = in[0], strike = in[1], time = in[2], rate = in[3], sigma = in[4];
    vf root = vf_sqrt(time), spread = sigma * root;
    vf d1 = (VF_(logf)(spot / strike) + (rate + 0.5f * sigma * sigma) * time) / spread;
    vf paid = strike * VF_(expf)(-rate * time);
    vf density = 0.398942280401f * VF_(expf)(-0.5f * d1 * d1);
    vf n1 = normal_cdf(d1), owed = paid * normal_cdf(d1 - spread);
    out[0] = spot * n1 - owed;
    out[1] = n1;
    out[2] = -spot * density * sigma / (2 * root) - rate * owed;
    out[3] = time * owed;
    out[4] = spot * density * root;
    out[5] = density / (spot * spread);
}

static void greeks_part(void *env, int64_t from, int64_t to)
{
    c_case *c = env;
    vf in[INPUTS], out[OUTPUTS];
    int64_t i = from;
    for (; i + VF <= to; i += VF) {
        for (int k = 0; k < INPUTS; k++)
            in[k] = vf_load((float *)c->buffer[k] + i);
        greeks(in, out);
        for (int k = 0; k < OUTPUTS; k++)
            vf_store((float *)c->result[k].elements + i, out[k]);
    }
    if (i == to)
        return;
    for (int k = 0; k < INPUTS; k++)
        for (int64_t j = 0; j < VF; j++)
            in[k][j] = ((float *)c->buffer[k])[i + j < to ? i + j : i];
    greeks(in, out);
    for (int k = 0; k < OUTPUTS; k++)
        for (int64_t j = 0; i + j < to; j++)
            ((float *)c->result[k].elements)[i + j] = out[k][j];
}

static void make_greeks(c_case *c)
{
    static const double range[INPUTS][2] = {
        {80, 120}, {80, 120}, {0.25, 2}, {0.01, 0.05}, {0.1, 0.5}};
    for (int k = 0; k < INPUTS; k++)
        c->buffer[k] = input_f32(c->size, 30 + (uint32_t)k, range[k][0], range[k][1]);
    for (int k = 0; k < OUTPUTS; k++)
        c_result(c, k, DIGEST_F32, c->size);
}

static void run_greeks(c_case *c)
{
    c_parallel(c->size, greeks_part, c);
}

/* ---- bodies ---------------------------------------------------------------------------------- */

enum { STEPS = 100 };
static const float DT = 1e-3f, SOFT = 0.01f;

/* The buffers hold the start (x, v as given, m), then an array for each coordinate, padded to whole
 * vectors with bodies of mass 0. */
enum { START_X, START_V, MASS, X, V = X + 3, A = V + 3 };

typedef struct {
    float *x[3], *v[3], *a[3], *m;
    int64_t n, padded;
} bodies;

static bodies view(c_case *c)
{
    bodies b = {.n = c->size, .padded = (c->size + VF - 1) / VF * VF, .m = c->buffer[MASS]};
    for (int k = 0; k < 3; k++) {
        b.x[k] = c->buffer[X + k];
        b.v[k] = c->buffer[V + k];
        b.a[k] = c->buffer[A + k];
    }
    return b;
}

static void acceleration_part(void *env, int64_t from, int64_t to)
{
    bodies *b = env;
    for (int64_t i = from; i < to; i++) {
        vf sum[3] = {(vf)0.0f, (vf)0.0f, (vf)0.0f};
        for (int64_t j = 0; j < b->padded; j += VF) {
            vf d[3], r2 = (vf)SOFT;
            for (int k = 0; k < 3; k++) {
                d[k] = vf_load(b->x[k] + j) - b->x[k][i];
                r2 += d[k] * d[k];
            }
            vf r = vf_sqrt(r2), pull = vf_load(b->m + j) / (r2 * r);
            for (int k = 0; k < 3; k++)
                sum[k] += pull * d[k];
        }
        for (int k = 0; k < 3; k++)
            b->a[k][i] = vf_sum(sum[k]);
    }
}

static double energy(const bodies *b)
{
    double kinetic = 0, potential = 0;
    for (int64_t i = 0; i < b->n; i++) {
        vf sum = (vf)0.0f;
        for (int64_t j = 0; j < b->padded; j += VF) {
            vf r2 = (vf)SOFT;
            for (int k = 0; k < 3; k++) {
                vf d = vf_load(b->x[k] + j) - b->x[k][i];
                r2 += d * d;
            }
            sum += vf_load(b->m + j) / vf_sqrt(r2);
        }
        potential -= 0.5 * (double)(b->m[i] * vf_sum(sum));
        for (int k = 0; k < 3; k++)
            kinetic += 0.5 * (double)(b->m[i] * b->v[k][i] * b->v[k][i]);
    }
    return kinetic + potential;
}

static void make_bodies(c_case *c)
{
    int64_t n = c->size, padded = (n + VF - 1) / VF * VF;
    c->buffer[START_X] = input_f32(3 * n, 35, -1, 1);
    c->buffer[START_V] = input_f32(3 * n, 36, -0.1, 0.1);
    float *given = input_f32(n, 37, 0.5, 1.5);
    for (int k = MASS; k < A + 3; k++)
        c->buffer[k] = calloc((size_t)padded, sizeof(float));
    for (int64_t i = 0; i < n; i++)
        ((float *)c->buffer[MASS])[i] = (float)(1.0 / (double)n) * given[i];
    free(given);
    c_result(c, 0, DIGEST_F32, 3 * n);
    c_result(c, 1, DIGEST_F32, 3 * n);
    c_result(c, 2, DIGEST_F32, 1);
}

/* Converts between an array of triples and an array for each coordinate. */
static void split(int64_t n, const float *from, float *const to[3])
{
    for (int64_t i = 0; i < n; i++)
        for (int k = 0; k < 3; k++)
            to[k][i] = from[3 * i + k];
}

static void join(int64_t n, float *const from[3], float *to)
{
    for (int64_t i = 0; i < n; i++)
        for (int k = 0; k < 3; k++)
            to[3 * i + k] = from[k][i];
}

static void run_bodies(c_case *c)
{
    bodies b = view(c);
    split(b.n, c->buffer[START_X], b.x);
    split(b.n, c->buffer[START_V], b.v);
    c_parallel_rows(b.n, acceleration_part, &b);
    for (int step = 0; step < STEPS; step++) {
        for (int k = 0; k < 3; k++)
            for (int64_t i = 0; i < b.n; i++) {
                b.v[k][i] += DT / 2 * b.a[k][i];
                b.x[k][i] += DT * b.v[k][i];
            }
        c_parallel_rows(b.n, acceleration_part, &b);
        for (int k = 0; k < 3; k++)
            for (int64_t i = 0; i < b.n; i++)
                b.v[k][i] += DT / 2 * b.a[k][i];
    }
    join(b.n, b.x, (float *)c->result[0].elements);
    join(b.n, b.v, (float *)c->result[1].elements);
    *(float *)c->result[2].elements = (float)energy(&b);
}

const c_work c_science[] = {
    {"greeks", make_greeks, run_greeks}, {"bodies", make_bodies, run_bodies}, {0}};

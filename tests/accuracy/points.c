/* The arguments at which functions are measured. They are the same in every run. */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "accuracy.h"

/* ---- random numbers: splitmix64 -------------------------------------------------------------- */

static uint64_t state = 42;

static uint64_t random_u64(void)
{
    uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

double random_bits(bool narrow)
{
    uint64_t u = random_u64();
    uint32_t v = (uint32_t)(u >> 32);
    double d;
    float f;
    memcpy(&d, &u, sizeof d);
    memcpy(&f, &v, sizeof f);
    return narrow ? f : d;
}

double random_uniform(double low, double high)
{
    return low + (high - low) * ((double)(random_u64() >> 11) * 0x1p-53);
}

/* ---- lists ----------------------------------------------------------------------------------- */

static void put(points *p, double x, bool narrow)
{
    if (p->n == p->room) {
        p->room = p->room ? 2 * p->room : 1024;
        p->x = realloc(p->x, p->room * sizeof *p->x);
        if (!p->x)
            abort();
    }
    p->x[p->n++] = narrow ? (float)x : x;
}

static double next(double x, double toward, bool narrow)
{
    return narrow ? nextafterf((float)x, (float)toward) : nextafter(x, toward);
}

/* x, -x, and the `count` nearest numbers on both sides of each. */
static void put_around(points *p, double x, int count, bool narrow)
{
    double up = x, down = x;
    put(p, x, narrow), put(p, -x, narrow);
    for (int i = 0; i < count; i++) {
        up = next(up, INFINITY, narrow), down = next(down, -INFINITY, narrow);
        put(p, up, narrow), put(p, down, narrow), put(p, -up, narrow), put(p, -down, narrow);
    }
}

static void put_specials(points *p, int count, bool narrow)
{
    const double finite[] = {0,      0x1p-149, 0x1p-126, 0x1p-1022, 0x1p-1074, FLT_MAX, DBL_MAX,
                             1,      2,        3,        0.5,       1.5,       0.25,    0.125,
                             0x1p23, 0x1p24,   0x1p52,   0x1p53,    0x1p31,    0x1p63,  1e-5,
                             1e-10,  1e10,     1e30,     1e300};
    for (size_t i = 0; i < sizeof finite / sizeof *finite; i++)
        put_around(p, finite[i], count, narrow);
    put(p, INFINITY, narrow), put(p, -INFINITY, narrow), put(p, NAN, narrow);
}

/* Points where results overflow, underflow, become subnormal or constant; the arguments nearest to
 * multiples of pi/2; points where the approximation changes. */
static void put_edges(points *p, bool narrow)
{
    const double edges[] = {88.7228394,
                            89.4159863,
                            87.3365448,
                            103.972081,
                            103.278930,
                            128,
                            126,
                            149,
                            150,
                            9.0109,
                            9.19455,
                            10.0546,
                            16.6355,
                            17.3287,
                            709.782712893384,
                            710.475860073944,
                            708.396418532264,
                            745.133219101941,
                            1024,
                            1022,
                            1074,
                            1075,
                            18.7149738751185,
                            19.0615474653985,
                            26.5432583454,
                            27.2260171111,
                            5.8635847487551676,
                            3.91920590400,
                            6,
                            4,
                            0x1p14,
                            0x1p29,
                            0x1p15,
                            0x1p28,
                            6381956970095103.0 * 0x1p797,
                            0x1.6ac5b262ca1ffp849,
                            0x1.921fb54442d18p0,
                            16367173.0 * 0x1p72,
                            0x1.921fb6p0,
                            0x1.46ac8p119,
                            M_SQRT2,
                            M_SQRT1_2,
                            0.41421356237309503,
                            2.414213562373095,
                            2.2,
                            3.75};
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
        put_around(p, edges[i], 20, narrow);
    for (int k = 1; k < 200; k++) {
        put_around(p, k * M_PI_4, 2, narrow);
        put_around(p, k * (M_LN2 / 2), 2, narrow);
        put_around(p, k * 0.125, 2, narrow);
    }
    for (int e = narrow ? -149 : -1074; e <= (narrow ? 127 : 1023); e++)
        put_around(p, ldexp(1, e), 1, narrow);
}

points points_special(bool narrow)
{
    points p = {0};
    put_specials(&p, 1, narrow);
    return p;
}

points points_make(double low, double high, size_t random, bool narrow)
{
    points p = {0};
    put_specials(&p, 8, narrow);
    put_edges(&p, narrow);
    for (size_t i = 0; i < random; i++) {
        double x = random_uniform(low, high);
        put(&p, x, narrow);
        put(&p, random_bits(narrow), narrow);
        put(&p, ldexp(x / (fabs(low) > fabs(high) ? low : high), (int)random_uniform(-40, 12)),
            narrow);
    }
    return p;
}

void points_free(points *p)
{
    free(p->x);
    *p = (points){0};
}

/* Row 17 by hand: an observation's reprojection error, with derivatives by the chain rule. */
#include <math.h>
#include <string.h>

#include "bench/adbench.h"
#include "bench/c/c.h"

typedef struct {
    double v[3];
} v3;

static inline double dot(v3 a, v3 b)
{
    return a.v[0] * b.v[0] + a.v[1] * b.v[1] + a.v[2] * b.v[2];
}

static inline v3 cross(v3 a, v3 b)
{
    return (v3){{a.v[1] * b.v[2] - a.v[2] * b.v[1], a.v[2] * b.v[0] - a.v[0] * b.v[2],
                 a.v[0] * b.v[1] - a.v[1] * b.v[0]}};
}

/* a x + b y + c z */
static inline v3 sum(double a, v3 x, double b, v3 y, double c, v3 z)
{
    v3 r;
    for (int k = 0; k < 3; k++)
        r.v[k] = a * x.v[k] + b * y.v[k] + c * z.v[k];
    return r;
}

enum { CAMERA = 11 };

/* The error [2], and its derivatives with respect to camera [2][11], point [2][3] and
 * weight [2]. */
static inline void observe(const double *camera, const double *point, double weight,
                           const double *feature, double *error, double *by_camera,
                           double *by_point, double *by_weight)
{
    v3 x, axis,
        turned[6]; /* derivatives of the projected point with respect to the rotation and to x */
    double theta = 0, s, c;
    for (int k = 0; k < 3; k++) {
        x.v[k] = point[k] - camera[3 + k];
        theta += camera[k] * camera[k];
    }
    theta = sqrt(theta);
    for (int k = 0; k < 3; k++)
        axis.v[k] = camera[k] / theta;
    sincos(theta, &s, &c);
    double m = dot(axis, x);
    v3 side = cross(axis, x), seen = sum(c, x, s, side, m * (1 - c), axis);
    v3 by_theta = sum(-s, x, c, side, m * s, axis);
    for (int k = 0; k < 3; k++) {
        v3 unit = {{k == 0, k == 1, k == 2}};
        v3 tilt = sum(1 / theta, unit, -axis.v[k] / theta, axis, 0, axis);
        v3 by_axis = sum(s, cross(tilt, x), m * (1 - c), tilt, dot(tilt, x) * (1 - c), axis);
        turned[k] = sum(1, by_axis, axis.v[k], by_theta, 0, axis);
        turned[3 + k] = sum(c, unit, s, cross(axis, unit), axis.v[k] * (1 - c), axis);
    }
    double f = camera[6], k0 = camera[9], k1 = camera[10];
    double p[2] = {seen.v[0] / seen.v[2], seen.v[1] / seen.v[2]};
    double r2 = p[0] * p[0] + p[1] * p[1], bent = 1 + k0 * r2 + k1 * r2 * r2;
    double slope = 2 * (k0 + 2 * k1 * r2);
    for (int k = 0; k < 6; k++) {
        double d[2], along = 0;
        for (int i = 0; i < 2; i++) {
            d[i] = (turned[k].v[i] - p[i] * turned[k].v[2]) / seen.v[2];
            along += p[i] * d[i];
        }
        for (int i = 0; i < 2; i++) {
            double e = weight * f * (bent * d[i] + p[i] * slope * along);
            if (k < 3) {
                by_camera[i * CAMERA + k] = e;
            } else {
                by_camera[i * CAMERA + k] = -e;
                by_point[i * 3 + k - 3] = e;
            }
        }
    }
    for (int i = 0; i < 2; i++) {
        double away = p[i] * bent * f + camera[7 + i] - feature[i], *row = by_camera + i * CAMERA;
        error[i] = weight * away;
        by_weight[i] = away;
        row[6] = weight * p[i] * bent;
        row[7] = i == 0 ? weight : 0;
        row[8] = i == 1 ? weight : 0;
        row[9] = weight * f * p[i] * r2;
        row[10] = weight * f * p[i] * r2 * r2;
    }
}

enum { CAMERAS, POINTS, WEIGHTS, FEATURES, CAMERA_OF, POINT_OF };

static void part(void *env, int64_t from, int64_t to)
{
    c_case *c = env;
    const double *cameras = c->buffer[CAMERAS], *points = c->buffer[POINTS];
    const double *weights = c->buffer[WEIGHTS], *features = c->buffer[FEATURES];
    const int32_t *camera_of = c->buffer[CAMERA_OF], *point_of = c->buffer[POINT_OF];
    double *out[4];
    for (int k = 0; k < 4; k++)
        out[k] = (double *)c->result[k].elements;
    for (int64_t i = from; i < to; i++)
        observe(cameras + camera_of[i] * CAMERA, points + point_of[i] * 3, weights[i],
                features + 2 * i, out[0] + 2 * i, out[1] + 2 * CAMERA * i, out[2] + 6 * i,
                out[3] + 2 * i);
}

static double *repeated(int64_t n, int width, const double *x)
{
    double *all = malloc((size_t)(n * width) * sizeof *all);
    for (int64_t i = 0; i < n; i++)
        memcpy(all + i * width, x, (size_t)width * sizeof *x);
    return all;
}

static int32_t *modulo(int64_t n, int64_t m)
{
    int32_t *x = malloc((size_t)n * sizeof *x);
    for (int64_t i = 0; i < n; i++)
        x[i] = (int32_t)(i % m);
    return x;
}

static void make(c_case *c)
{
    static const int widths[] = {2, 2 * CAMERA, 6, 2};
    adbench_ba b;
    if (!adbench_read_ba(&b))
        exit(1);
    c->buffer[CAMERAS] = repeated(b.cameras, CAMERA, b.camera);
    c->buffer[POINTS] = repeated(b.points, 3, b.point);
    c->buffer[WEIGHTS] = repeated(c->size, 1, &b.weight);
    c->buffer[FEATURES] = repeated(c->size, 2, b.feature);
    c->buffer[CAMERA_OF] = modulo(c->size, b.cameras);
    c->buffer[POINT_OF] = modulo(c->size, b.points);
    for (int k = 0; k < 4; k++)
        c_result(c, k, DIGEST_F64, c->size * widths[k]);
}

static void run(c_case *c)
{
    c_parallel(c->size, part, c);
}

const c_work c_ba[] = {{"ba_forward", make, run}, {"ba_reverse", make, run}, {0}};

/* Row 16 by hand: the log-likelihood of a mixture of Gaussians, and its gradient in one pass. */
#include <math.h>
#include <string.h>

#include "bench/adbench.h"
#include "bench/c/c.h"
#include "bench/c/vector.h"

enum { DATA, NUMBERS, LANES, MAX_D = 32, MAX_K = 64 };

/* Derivatives, with one lane for each point of a vector of points. */
typedef struct {
    vd alphas[MAX_K], means[MAX_K * MAX_D], icf[MAX_K * (MAX_D * (MAX_D + 1) / 2)];
} gradient;

static double log_gamma(double a, int64_t p)
{
    double sum = 0.25 * (double)(p * (p - 1)) * log(M_PI);
    for (int64_t j = 1; j <= p; j++)
        sum += lgamma(a + 0.5 * (double)(1 - j));
    return sum;
}

/* The prior. If g is given, adds the derivatives with respect to the logarithms of the diagonal and
 * to the other entries. */
static double prior(const adbench_gmm *m, double *g)
{
    double n = (double)m->d + m->m + 1, squares = 0, sums = 0, gamma2 = m->gamma * m->gamma;
    int64_t row = m->d * (m->d + 1) / 2;
    for (int64_t k = 0; k < m->k; k++)
        for (int64_t i = 0; i < row; i++) {
            double v = m->icf[k * row + i];
            if (i < m->d) {
                double e = exp(v);
                sums += v;
                squares += e * e;
                if (g)
                    g[k * row + i] += gamma2 * e * e - m->m;
            } else {
                squares += v * v;
                if (g)
                    g[k * row + i] += gamma2 * v;
            }
        }
    double c = n * (double)m->d * (log(m->gamma) - 0.5 * log(2)) - log_gamma(0.5 * n, m->d);
    return 0.5 * gamma2 * squares - m->m * sums - (double)m->k * c;
}

/* Points are processed in vectors of VD, one lane for each. */

/* q = (diag(e) + L) away, with L stored by columns below the diagonal; returns |q|^2 */
static inline vd factor(int64_t d, const double *e, const double *lower, const vd *restrict away,
                        vd *restrict q)
{
    vd square = (vd)0.0;
    for (int64_t i = 0; i < d; i++)
        q[i] = e[i] * away[i];
    for (int64_t j = 0; j < d; j++) {
        for (int64_t i = j + 1; i < d; i++)
            q[i] += lower[i - j - 1] * away[j];
        lower += d - j - 1;
        square += q[j] * q[j];
    }
    return square;
}

/* Adds q's share to the derivatives with respect to the mean and the factor. */
static inline void factor_back(int64_t d, const double *e, const double *lower, const vd *away,
                               const vd *q, vd weight, vd *restrict g_mean, vd *restrict g_icf)
{
    vd *g_lower = g_icf + d;
    for (int64_t j = 0; j < d; j++) {
        vd sum = e[j] * q[j], a = weight * away[j];
        g_icf[j] += weight - a * q[j] * e[j];
        for (int64_t i = j + 1; i < d; i++) {
            sum += lower[i - j - 1] * q[i];
            g_lower[i - j - 1] -= a * q[i];
        }
        g_mean[j] += weight * sum;
        lower += d - j - 1;
        g_lower += d - j - 1;
    }
}

/* For each component: the diagonal, and the logarithm of weight times determinant. */
typedef struct {
    double e[MAX_K][MAX_D], base[MAX_K];
} components;

/* The sum of the log-likelihoods of points n, n + 1, ...; if g is given, adds the derivatives to
 * its lanes. */
static double points(const adbench_gmm *m, const components *c, int64_t n, gradient *g)
{
    static vd away[MAX_K][MAX_D], q[MAX_K][MAX_D], inner[MAX_K];
    int64_t d = m->d, row = d * (d + 1) / 2;
    vd x[MAX_D], valid, max = (vd)(-INFINITY), sum = (vd)0.0;
    for (int lane = 0; lane < VD; lane++) {
        int64_t at = n + lane < m->n ? n + lane : n;
        valid[lane] = n + lane < m->n;
        for (int64_t i = 0; i < d; i++)
            x[i][lane] = m->x[at * d + i];
    }
    for (int64_t k = 0; k < m->k; k++) {
        for (int64_t i = 0; i < d; i++)
            away[k][i] = x[i] - m->means[k * d + i];
        inner[k] = c->base[k] - 0.5 * factor(d, c->e[k], m->icf + k * row + d, away[k], q[k]);
        max = __builtin_elementwise_max(max, inner[k]);
    }
    for (int64_t k = 0; k < m->k; k++)
        sum += inner[k] = VD_(exp)(inner[k] - max);
    vd fit = valid * (max + VD_(log)(sum)), scale = valid / sum;
    for (int64_t k = 0; g && k < m->k; k++) {
        vd weight = inner[k] * scale;
        g->alphas[k] += weight;
        factor_back(d, c->e[k], m->icf + k * row + d, away[k], q[k], weight, g->means + k * d,
                    g->icf + k * row);
    }
    return vd_sum(fit);
}

static double objective(const adbench_gmm *m, gradient *g, double *g_alphas, double *g_icf)
{
    static components c;
    int64_t d = m->d, row = d * (d + 1) / 2;
    double all = 0, max_alpha = m->alphas[0], fit = 0;
    for (int64_t k = 0; k < m->k; k++) {
        c.base[k] = m->alphas[k];
        max_alpha = fmax(max_alpha, m->alphas[k]);
        for (int64_t i = 0; i < d; i++) {
            c.e[k][i] = exp(m->icf[k * row + i]);
            c.base[k] += m->icf[k * row + i];
        }
    }
    for (int64_t n = 0; n < m->n; n += VD)
        fit += points(m, &c, n, g);
    for (int64_t k = 0; k < m->k; k++)
        all += exp(m->alphas[k] - max_alpha);
    for (int64_t k = 0; g && k < m->k; k++)
        g_alphas[k] -= (double)m->n * exp(m->alphas[k] - max_alpha) / all;
    return fit - (double)m->n * (max_alpha + log(all)) - 0.5 * (double)(m->n * d) * log(2 * M_PI) +
           prior(m, g_icf);
}

static adbench_gmm *make(c_case *c)
{
    adbench_gmm *m = c->buffer[DATA] = malloc(sizeof *m);
    *m = adbench_read_gmm(c->size);
    c->buffer[NUMBERS] = m->numbers;
    return m;
}

static void make_gmm(c_case *c)
{
    make(c);
    c_result(c, 0, DIGEST_F64, 1);
}

static void run_gmm(c_case *c)
{
    *(double *)c->result[0].elements = objective(c->buffer[DATA], NULL, NULL, NULL);
}

static void make_gmm_grad(c_case *c)
{
    adbench_gmm *m = make(c);
    c_result(c, 0, DIGEST_F64, m->k);
    c_result(c, 1, DIGEST_F64, m->k * m->d);
    c_result(c, 2, DIGEST_F64, m->k * (m->d * (m->d + 1) / 2));
    c->buffer[LANES] = aligned_alloc(64, (sizeof(gradient) + 63) & ~(size_t)63);
}

static void add_lanes(double *to, const vd *lanes, int64_t n)
{
    for (int64_t k = 0; k < n; k++)
        to[k] += vd_sum(lanes[k]);
}

static void run_gmm_grad(c_case *c)
{
    adbench_gmm *m = c->buffer[DATA];
    gradient *g = c->buffer[LANES];
    double *out[3];
    for (int k = 0; k < 3; k++) {
        out[k] = (double *)c->result[k].elements;
        memset(out[k], 0, (size_t)c->result[k].count * sizeof(double));
    }
    memset(g->alphas, 0, (size_t)m->k * sizeof(vd));
    memset(g->means, 0, (size_t)c->result[1].count * sizeof(vd));
    memset(g->icf, 0, (size_t)c->result[2].count * sizeof(vd));
    objective(m, g, out[0], out[2]);
    add_lanes(out[0], g->alphas, m->k);
    add_lanes(out[1], g->means, c->result[1].count);
    add_lanes(out[2], g->icf, c->result[2].count);
}

const c_work c_gmm[] = {{"gmm", make_gmm, run_gmm}, {"gmm_grad", make_gmm_grad, run_gmm_grad}, {0}};

/* Row 16 by hand: the log-likelihood of a mixture of Gaussians, and its gradient in one pass. */
#include <math.h>
#include <string.h>

#include "bench/adbench.h"
#include "bench/c/c.h"

enum { DATA, WORK, MAX_D = 32, MAX_K = 64 };

static double log_gamma(double a, int64_t p)
{
    double sum = 0.25 * (double)(p * (p - 1)) * log(M_PI);
    for (int64_t j = 1; j <= p; j++)
        sum += lgamma(a + 0.5 * (double)(1 - j));
    return sum;
}

/* The prior; with g, its derivatives by the logarithms of the diagonal and the rest are added
 * there. */
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

/* q = (diag(e) + L) away, L by columns below the diagonal */
static inline void factor(int64_t d, const double *restrict e, const double *restrict lower,
                          const double *restrict away, double *restrict q)
{
    for (int64_t i = 0; i < d; i++)
        q[i] = e[i] * away[i];
    for (int64_t j = 0; j < d; j++) {
        for (int64_t i = j + 1; i < d; i++)
            q[i] += lower[i - j - 1] * away[j];
        lower += d - j - 1;
    }
}

/* What the derivative by q adds to those by the mean and the factor. */
static inline void factor_back(int64_t d, const double *restrict e, const double *restrict lower,
                               const double *restrict away, const double *restrict q, double weight,
                               double *restrict g_mean, double *restrict g_icf)
{
    double *restrict g_lower = g_icf + d;
    for (int64_t j = 0; j < d; j++) {
        double sum = e[j] * q[j];
        g_icf[j] += weight * (1 - q[j] * e[j] * away[j]);
        double a = weight * away[j];
        for (int64_t i = j + 1; i < d; i++) {
            sum += lower[i - j - 1] * q[i];
            g_lower[i - j - 1] -= a * q[i];
        }
        g_mean[j] += weight * sum;
        lower += d - j - 1;
        g_lower += d - j - 1;
    }
}

static double objective(const adbench_gmm *m, double *g_alphas, double *g_means, double *g_icf)
{
    int64_t d = m->d, row = d * (d + 1) / 2;
    double e[MAX_K][MAX_D], base[MAX_K], away[MAX_K][MAX_D], q[MAX_K][MAX_D], inner[MAX_K];
    double all = 0, max_alpha = m->alphas[0], fit = 0;
    for (int64_t k = 0; k < m->k; k++) {
        base[k] = m->alphas[k];
        max_alpha = fmax(max_alpha, m->alphas[k]);
        for (int64_t i = 0; i < d; i++) {
            e[k][i] = exp(m->icf[k * row + i]);
            base[k] += m->icf[k * row + i];
        }
    }
    for (int64_t n = 0; n < m->n; n++) {
        double max = -INFINITY, sum = 0;
        for (int64_t k = 0; k < m->k; k++) {
            double square = 0;
            for (int64_t i = 0; i < d; i++)
                away[k][i] = m->x[n * d + i] - m->means[k * d + i];
            factor(d, e[k], m->icf + k * row + d, away[k], q[k]);
            for (int64_t i = 0; i < d; i++)
                square += q[k][i] * q[k][i];
            inner[k] = base[k] - 0.5 * square;
            max = fmax(max, inner[k]);
        }
        for (int64_t k = 0; k < m->k; k++)
            sum += inner[k] = exp(inner[k] - max);
        fit += max + log(sum);
        for (int64_t k = 0; g_alphas && k < m->k; k++) {
            g_alphas[k] += inner[k] / sum;
            factor_back(d, e[k], m->icf + k * row + d, away[k], q[k], inner[k] / sum,
                        g_means + k * d, g_icf + k * row);
        }
    }
    for (int64_t k = 0; k < m->k; k++)
        all += exp(m->alphas[k] - max_alpha);
    for (int64_t k = 0; g_alphas && k < m->k; k++)
        g_alphas[k] -= (double)m->n * exp(m->alphas[k] - max_alpha) / all;
    return fit - (double)m->n * (max_alpha + log(all)) - 0.5 * (double)(m->n * d) * log(2 * M_PI) +
           prior(m, g_icf);
}

static adbench_gmm *make(c_case *c)
{
    adbench_gmm *m = c->buffer[DATA] = malloc(sizeof *m);
    *m = adbench_read_gmm(c->size);
    c->buffer[WORK] = m->numbers;
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
}

static void run_gmm_grad(c_case *c)
{
    double *g[3];
    for (int k = 0; k < 3; k++) {
        g[k] = (double *)c->result[k].elements;
        memset(g[k], 0, (size_t)c->result[k].count * sizeof(double));
    }
    objective(c->buffer[DATA], g[0], g[1], g[2]);
}

const c_work c_gmm[] = {{"gmm", make_gmm, run_gmm}, {"gmm_grad", make_gmm_grad, run_gmm_grad}, {0}};

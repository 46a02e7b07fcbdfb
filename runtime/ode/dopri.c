/* Dormand and Prince's explicit Runge-Kutta method of order 5, with an embedded one of order 4 for
 * the error, and a polynomial of degree 4 between the ends of a step, as in jax.experimental.ode.
 *
 * The last stage is the slope at the end of the step, so it is the first stage of the next one.
 */
#include <string.h>

#include "runtime/ode/ode.h"

enum { STAGES = 7 };
/* Rows: the state, its slope, and what the last step began with, with the middle of the step. */
enum { STATE, SLOPE, STATE_BEFORE, SLOPE_BEFORE, MIDDLE, ROWS };

static const double nodes[STAGES] = {0, 1 / 5., 3 / 10., 4 / 5., 8 / 9., 1, 1};
static const double weights[STAGES][STAGES] = {
    [1] = {1 / 5.},
    [2] = {3 / 40., 9 / 40.},
    [3] = {44 / 45., -56 / 15., 32 / 9.},
    [4] = {19372 / 6561., -25360 / 2187., 64448 / 6561., -212 / 729.},
    [5] = {9017 / 3168., -355 / 33., 46732 / 5247., 49 / 176., -5103 / 18656.},
    [6] = {35 / 384., 0, 500 / 1113., 125 / 192., -2187 / 6784., 11 / 84.}};
static const double error_weights[STAGES] = {35 / 384. - 1951 / 21600.,
                                             0,
                                             500 / 1113. - 22642 / 50085.,
                                             125 / 192. - 451 / 720.,
                                             -2187 / 6784. - -12231 / 42400.,
                                             11 / 84. - 649 / 6300.,
                                             -1 / 60.};
static const double middle_weights[STAGES] = {
    6025192743 / 30085553152. / 2,     0,
    51252292925 / 65400821598. / 2,    -2691868925 / 45128329728. / 2,
    187940372067 / 1594534317056. / 2, -1776094331 / 19743644256. / 2,
    11237099 / 235043384. / 2};

/* The sum of w[j] times leaf l of stage j, without the terms that are zero. */
static jac combine(int n, const jac *stages, int l, const double *w)
{
    jac sum = JAC_NULL;
    bool any = false;
    for (int j = 0; j < STAGES; j++) {
        if (!w[j])
            continue;
        jac term = jac_mul(w[j], stages[j * n + l]);
        sum = any ? jac_add(sum, term) : term;
        any = true;
    }
    return sum;
}

static bool start(const ode_equation *q, const jac *slope, jac *rows)
{
    size_t bytes = (size_t)q->n * sizeof *rows;
    memcpy(ode_row(q, rows, SLOPE), slope, bytes);
    memcpy(ode_row(q, rows, STATE_BEFORE), rows, bytes);
    memcpy(ode_row(q, rows, SLOPE_BEFORE), slope, bytes);
    memcpy(ode_row(q, rows, MIDDLE), rows, bytes);
    return true;
}

static bool step(const ode_equation *q, const jac *rows, jac t, jac h, jac *after, jac *error)
{
    IR_SCRATCH(scratch);
    int n = q->n;
    size_t bytes = (size_t)n * sizeof *rows;
    const jac *y = rows;
    jac *k = ir_alloc(&scratch, STAGES * bytes + bytes + 1);
    if (!k)
        return false;
    jac *at = k + (ptrdiff_t)STAGES * n;
    memcpy(k, rows + (ptrdiff_t)SLOPE * n, bytes);
    for (int s = 1; s < STAGES; s++) {
        for (int l = 0; l < n; l++)
            at[l] = jac_add(y[l], ode_scaled(h, combine(n, k, l, weights[s])));
        jac time = jac_add(t, nodes[s] == 1 ? h : jac_mul(h, nodes[s]));
        if (!q->slope(q->env, at, time, k + (ptrdiff_t)s * n))
            return false;
    }
    for (int l = 0; l < n; l++) {
        error[l] = ode_scaled(h, combine(n, k, l, error_weights));
        ode_row(q, after, MIDDLE)[l] =
            jac_add(y[l], ode_scaled(h, combine(n, k, l, middle_weights)));
    }
    memcpy(ode_row(q, after, STATE), at, bytes);
    memcpy(ode_row(q, after, SLOPE), k + (ptrdiff_t)(STAGES - 1) * n, bytes);
    memcpy(ode_row(q, after, STATE_BEFORE), y, bytes);
    memcpy(ode_row(q, after, SLOPE_BEFORE), k, bytes);
    return true;
}

static jac between(const ode_equation *q, const jac *rows, int l, jac x, jac h)
{
    const jac *r = rows + l;
    int n = q->n;
    jac y0 = r[STATE_BEFORE * n], y1 = r[STATE * n], middle = r[MIDDLE * n];
    jac d0 = ode_scaled(h, r[SLOPE_BEFORE * n]), d1 = ode_scaled(h, r[SLOPE * n]);
    const struct {
        double d0, d1, y0, y1, middle;
    } rule[] = {{-2, 2, -8, -8, 16}, {5, -3, 18, 14, -32}, {-4, 1, -11, -5, 16}};
    jac sum = JAC_NULL;
    for (int k = 0; k < 3; k++) {
        jac c = jac_add(jac_mul(rule[k].d0, d0), jac_mul(rule[k].d1, d1));
        c = jac_add(c, jac_mul(rule[k].y0, y0));
        c = jac_add(c, jac_mul(rule[k].y1, y1));
        c = jac_add(c, jac_mul(rule[k].middle, middle));
        sum = k ? jac_add(ode_scaled(x, sum), c) : c;
    }
    sum = jac_add(ode_scaled(x, sum), d0);
    return jac_add(ode_scaled(x, sum), y0);
}

const ode_method ode_dopri5 = {
    .rows = ROWS, .order = 5, .start = start, .step = step, .between = between};

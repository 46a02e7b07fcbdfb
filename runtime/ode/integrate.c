/* The loop of steps: their lengths are chosen so that the estimated error stays within the
 * tolerances, as in jax.experimental.ode. What the method computes in a step is its own matter.
 *
 * The lengths of the steps count as constants in every derivative.
 */
#include <math.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/control/control.h"
#include "runtime/ode/ode.h"

/* The state of the loop: this, then the rows of the method. The last step began at `last` and had
 * the length `h`. The next one has the length `next`, and begins at t. */
typedef struct {
    jac t, next, last, h, steps;
} clock_state;
_Static_assert(sizeof(clock_state) == ODE_CLOCK * sizeof(jac), "the clock comes before the rows");

/* ---- norms --------------------------------------------------------------------------------------- */

static ir_dtype real_of(const ode_equation *q, int k)
{
    return ir_part(q->types[k].dtype);
}

jac ode_scaled(jac h, jac x)
{
    ir_type t;
    return rt_type_of(x, &t) ? jac_mul(rt_convert(h, ir_part(t.dtype), false), x) : JAC_NULL;
}

static jac square(jac x)
{
    ir_type t;
    if (!rt_type_of(x, &t))
        return JAC_NULL;
    return ir_is_complex(t.dtype) ? jac_add(jac_square(jac_real(x)), jac_square(jac_imag(x)))
                                  : jac_square(x);
}

/* The sum of |x / (atol + rtol size)|^2 over all leaves. */
static jac sum_of_squares(const ode_equation *q, const jac *x, const jac *size)
{
    jac sum = JAC_NULL;
    for (int k = 0; k < q->n; k++) {
        jac scale = jac_add(q->atol, jac_mul(size[k], q->rtol));
        jac part = rt_convert(jac_sum(square(jac_div(x[k], scale))), q->time, false);
        sum = k ? jac_add(sum, part) : part;
    }
    return q->n ? sum : rt_literal_f64(q->time, 0);
}

/* ---- the lengths of steps ------------------------------------------------------------------------ */

static jac limited(const ode_equation *q, jac h)
{
    h = jac_maximum(h, 0);
    return jac_stop_gradient(isinf(q->hmax) ? h : jac_minimum(h, q->hmax));
}

/* Hairer, Norsett and Wanner, Solving Ordinary Differential Equations I, section II.4. */
static bool first_length(const ode_equation *q, const jac *y, const jac *f, jac t, jac *h)
{
    IR_SCRATCH(scratch);
    int n = q->n;
    double order = q->method->order - 1;
    jac *size = ir_alloc(&scratch, (size_t)(3 * n + 1) * sizeof *size);
    if (!size)
        return false;
    jac *moved = size + n, *g = moved + n;
    for (int k = 0; k < n; k++)
        size[k] = jac_abs(y[k]);
    jac d0 = jac_sqrt(sum_of_squares(q, y, size)), d1 = jac_sqrt(sum_of_squares(q, f, size));
    jac small = jac_logical_or(jac_lt(d0, 1e-5), jac_lt(d1, 1e-5));
    jac h0 = jac_where(small, 1e-6, jac_div(jac_mul(0.01, d0), d1));
    for (int k = 0; k < n; k++)
        moved[k] = jac_add(y[k], ode_scaled(h0, f[k]));
    if (!q->slope(q->env, moved, jac_add(t, h0), g))
        return false;
    for (int k = 0; k < n; k++)
        g[k] = jac_sub(g[k], f[k]);
    jac d2 = jac_div(jac_sqrt(sum_of_squares(q, g, size)), h0);
    jac still = jac_logical_and(jac_le(d1, 1e-15), jac_le(d2, 1e-15));
    jac h1 = jac_where(still, jac_maximum(1e-6, jac_mul(h0, 1e-3)),
                       jac_power(jac_div(0.01, jac_maximum(d1, d2)), 1 / (order + 1)));
    *h = limited(q, jac_minimum(jac_mul(100.0, h0), h1));
    return true;
}

static jac next_length(const ode_equation *q, jac h, jac ratio)
{
    jac least = jac_where(jac_lt(ratio, 1), 1.0, 0.2);
    jac factor = jac_mul(jac_power(ratio, -1.0 / q->method->order), 0.9);
    factor = jac_minimum(10.0, jac_maximum(factor, least));
    return limited(q, jac_where(jac_eq(ratio, 0), jac_mul(h, 10.0), jac_mul(h, factor)));
}

/* ---- the loop ------------------------------------------------------------------------------------ */

bool ode_start(const ode_equation *q, const jac *y, jac t, jac *state)
{
    IR_SCRATCH(scratch);
    clock_state *c = (clock_state *)state;
    jac *rows = state + ODE_CLOCK, *slope = ir_alloc(&scratch, (size_t)(q->n + 1) * sizeof *slope);
    if (!slope || !q->slope(q->env, y, t, slope) || !first_length(q, y, slope, t, &c->next))
        return false;
    c->t = c->last = t;
    c->h = rt_literal_f64(q->time, 0);
    c->steps = rt_literal_f64(IR_i32, 0);
    memcpy(rows, y, (size_t)q->n * sizeof *rows);
    return q->method->start(q, slope, rows);
}

typedef struct {
    const ode_equation *q;
    jac target;
} interval;

static void goes_on(const void *env, const void *args, void *result)
{
    const interval *i = env;
    const clock_state *c = args;
    jac more = jac_logical_and(jac_lt(c->t, i->target), jac_gt(c->next, 0));
    if (i->q->mxstep)
        more = jac_logical_and(more, jac_lt(c->steps, i->q->mxstep));
    *(jac *)result = more;
}

static void step(const void *env, const void *args, void *result)
{
    IR_SCRATCH(scratch);
    const ode_equation *q = ((const interval *)env)->q;
    const clock_state *before = args;
    const jac *rows = (const jac *)args + ODE_CLOCK;
    clock_state *c = result;
    jac *after = (jac *)result + ODE_CLOCK;
    jac *error = ir_alloc(&scratch, (size_t)(2 * q->n + 1) * sizeof *error);
    if (!error || !q->method->step(q, rows, before->t, before->next, after, error))
        return;
    jac *size = error + q->n;
    for (int k = 0; k < q->n; k++)
        size[k] = jac_maximum(jac_abs(rows[k]), jac_abs(after[k]));
    jac mean = jac_div(sum_of_squares(q, error, size), q->elements);
    jac ratio = jac_sqrt(jac_stop_gradient(mean)), good = jac_le(ratio, 1);
    *c = (clock_state){.t = jac_where(good, jac_add(before->t, before->next), before->t),
                       .next = next_length(q, before->next, ratio),
                       .last = jac_where(good, before->t, before->last),
                       .h = jac_where(good, before->next, before->h),
                       .steps = q->mxstep ? jac_add(before->steps, 1) : before->steps};
    for (int k = 0; k < q->method->rows * q->n; k++)
        after[k] = jac_where(good, after[k], rows[k]);
}

bool ode_advance(const ode_equation *q, jac target, jac *state, jac *y)
{
    int wide = ode_wide(q);
    interval i = {q, target};
    clock_state *c = (clock_state *)state;
    struct jac_function cond = ode_face("goes_on", goes_on, &i, 1, &wide, 1);
    struct jac_function body = ode_face("step", step, &i, 1, &wide, wide);
    c->steps = rt_literal_f64(IR_i32, 0);
    if (!jac_while_(NULL, rt_fn_of(&cond), rt_fn_of(&body), q->checkpoints, wide, state))
        return false;
    jac span = jac_sub(c->t, c->last), still = jac_eq(span, 0);
    jac x = jac_div(jac_sub(target, c->last), jac_where(still, 1.0, span));
    jac reached = jac_logical_and(jac_ge(c->t, target), jac_ge(target, c->last));
    for (int k = 0; k < q->n; k++) {
        jac at = q->method->between(q, state + ODE_CLOCK, k, x, c->h);
        y[k] = jac_where(reached, at, rt_literal_f64(real_of(q, k), NAN));
    }
    return true;
}

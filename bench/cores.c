/* The cores of the demos, at several sizes. */
#include "bench.h"

/* ---- neuron ---------------------------------------------------------------------------------- */

typedef struct {
    jac w, b;
} Params;

static jac neuron(Params p, jac x)
{
    return jac_sigmoid(jac_add(jac_dot(x, p.w), p.b));
}
JAC_FN(neuron, jac, (Params, p), (jac, x))

static jac loss(Params p, jac X, jac y)
{
    jac_fn predict = jac_vmap(neuron_fn, JAC_AXES(JAC_NONE, 0));
    return jac_mean(jac_square(jac_sub(neuron_call(predict, p, X), y)));
}
JAC_FN(loss, jac, (Params, p), (jac, X), (jac, y))

static Params train_step(Params p, jac X, jac y)
{
    Params g = {0};
    jac_call(jac_grad(loss_fn), &(loss_args){p, X, y}, &g);
    return (Params){jac_sub(p.w, jac_mul(0.1, g.w)), jac_sub(p.b, jac_mul(0.1, g.b))};
}
JAC_FN(train_step, Params, (Params, p), (jac, X), (jac, y))

typedef struct {
    jac X, y;
} Data;

static Params epoch(const Data *d, jac e, Params p)
{
    (void)e;
    return train_step(p, d->X, d->y);
}
JAC_FN_ENV(epoch, Params, Data, (jac, e), (Params, p))

static Params train(Params p, jac X, jac y)
{
    return jac_fori_loop(0, 1000, epoch_with((Data){X, y}), p);
}
JAC_FN(train, Params, (Params, p), (jac, X), (jac, y))

static void neuron_data(int64_t n, jac *args)
{
    jac key = jac_random_PRNGKey(42);
    args[0] = jac_random_normal(key, JAC_SHAPE(2));
    args[1] = jac_zeros(JAC_SHAPE());
    args[2] = jac_astype(jac_random_bernoulli(key, 0.5, JAC_SHAPE(n, 2)), JAC_F32);
    args[3] = jac_max(args[2], JAC_AXES(1));
}

static jac_fn make_step(int64_t n, jac *args)
{
    neuron_data(n, args);
    return jac_jit(train_step_fn);
}

static jac_fn make_train(int64_t n, jac *args)
{
    neuron_data(n, args);
    return jac_jit(train_fn);
}

/* ---- sampler and conditional expectation
 * ---------------------------------------------------------- */

typedef struct {
    int64_t n;
} Size;

static jac sampler(const Size *s, jac key, jac rate)
{
    jac u = jac_random_uniform(key, JAC_SHAPE(s->n));
    return jac_div(jac_neg(jac_log(jac_sub(1, u))), rate);
}
JAC_FN_ENV(sampler, jac, Size, (jac, key), (jac, rate))

static jac_fn make_sampler(int64_t n, jac *args)
{
    args[0] = jac_random_PRNGKey(42);
    args[1] = jac_scalar(JAC_F32, 0.5);
    return jac_jit(sampler_with((Size){n}));
}

static jac draw(jac key, jac y)
{
    return jac_div(jac_random_exponential(key, JAC_SHAPE()), y);
}
JAC_FN(draw, jac, (jac, key), (jac, y))

static jac expectation(const Size *s, jac key, jac y)
{
    jac keys = jac_random_split(key, s->n);
    return jac_mean(jac_call1(jac_vmap(draw_fn, JAC_AXES(0, JAC_NONE)), keys, y));
}
JAC_FN_ENV(expectation, jac, Size, (jac, key), (jac, y))

static jac_fn make_expectation(int64_t n, jac *args)
{
    args[0] = jac_random_PRNGKey(42);
    args[1] = jac_scalar(JAC_F32, 2);
    return jac_jit(expectation_with((Size){n}));
}

/* ---- bisection and fixed point: one problem, or vmap over many
 * ------------------------------------- */

typedef struct {
    jac a, b, c, i; /* interval, the constant of the equation, steps */
} Interval;

static jac cubic(jac x, jac c)
{
    return jac_sub(jac_sub(jac_power(x, 3), jac_mul(2, x)), c);
}

static jac wide(Interval s)
{
    return jac_logical_and(jac_gt(jac_div(jac_sub(s.b, s.a), 2), 1e-12), jac_lt(s.i, 100));
}
JAC_FN(wide, jac, (Interval, s))

static Interval halve(Interval s)
{
    jac m = jac_div(jac_add(s.a, s.b), 2);
    jac left = jac_lt(jac_mul(cubic(s.a, s.c), cubic(m, s.c)), 0);
    return (Interval){jac_where(left, s.a, m), jac_where(left, m, s.b), s.c, jac_add(s.i, 1)};
}
JAC_FN(halve, Interval, (Interval, s))

static jac bisect(jac a, jac b, jac c)
{
    Interval s = jac_while_loop(wide_fn, halve_fn, (Interval){a, b, c, jac_asarray(0)});
    return jac_div(jac_add(s.a, s.b), 2);
}
JAC_FN(bisect, jac, (jac, a), (jac, b), (jac, c))

typedef struct {
    jac x, before, a, i;
} Point;

static jac moving(Point s)
{
    return jac_logical_and(jac_gt(jac_abs(jac_sub(s.x, s.before)), 1e-12), jac_lt(s.i, 1000));
}
JAC_FN(moving, jac, (Point, s))

static Point iterate(Point s)
{
    return (Point){jac_cos(jac_mul(s.a, s.x)), s.x, s.a, jac_add(s.i, 1)};
}
JAC_FN(iterate, Point, (Point, s))

static jac fixed_point(jac a)
{
    jac start = jac_scalar(JAC_F64, 1);
    Point s = {start, jac_scalar(JAC_F64, 2), a, jac_asarray(0)};
    return jac_while_loop(moving_fn, iterate_fn, s).x;
}
JAC_FN(fixed_point, jac, (jac, a))

static jac parameters(double from, double to, int64_t n)
{
    return n == 1 ? jac_scalar(JAC_F64, from) : jac_linspace(from, to, n, JAC_F64);
}

static jac_fn make_bisection(int64_t n, jac *args)
{
    args[0] = jac_scalar(JAC_F64, 1);
    args[1] = jac_scalar(JAC_F64, 3);
    args[2] = parameters(5, 15, n);
    return jac_jit(n == 1 ? bisect_fn : jac_vmap(bisect_fn, JAC_AXES(JAC_NONE, JAC_NONE, 0)));
}

static jac_fn make_fixed_point(int64_t n, jac *args)
{
    args[0] = parameters(0.2, 1, n);
    return jac_jit(n == 1 ? fixed_point_fn : jac_vmap(fixed_point_fn));
}

const bench_core bench_cores[] = {
    {"neuron step", "one gradient step, n examples", {4, 1000, 100000}, make_step},
    {"neuron train", "1,000 steps as one program, n examples", {4, 1000}, make_train},
    {"sampler", "n exponential draws", {1000, 100000, 1000000}, make_sampler},
    {"conditional expectation",
     "mean of n draws from n keys",
     {1000, 10000, 1000000},
     make_expectation},
    {"bisection", "n problems in f64", {1, 1000, 100000}, make_bisection},
    {"fixed point", "n problems in f64", {1, 1000, 100000}, make_fixed_point},
    {0},
};

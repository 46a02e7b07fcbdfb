/* A line search for the strong Wolfe conditions: algorithms 3.5 and 3.6 of Nocedal and Wright,
 * Numerical Optimization, with JAX's choices, so that the steps are JAX's.
 */
#include "ops/ops.h"
#include "runtime/optimize/optimize.h"

static const double c1 = 1e-4, c2 = 0.9;

/* A point of the line: its place, and the value and the slope there. */
typedef struct {
    jac a, f, slope;
} place;

typedef struct {
    const opt_problem *p;
    opt_point from;
    jac direction, slope; /* slope: where the search begins */
} line;

typedef struct {
    place at;
    jac g;
} sample;

static sample sample_at(const line *l, jac a)
{
    opt_point y = opt_at(l->p, jac_add(l->from.x, jac_mul(a, l->direction)));
    return (sample){{a, y.f, opt_dot(y.g, l->direction)}, y.g};
}

static place choose(jac pick, place x, place y)
{
    return (place){jac_where(pick, x.a, y.a), jac_where(pick, x.f, y.f),
                   jac_where(pick, x.slope, y.slope)};
}

/* Is f larger than the first Wolfe condition allows? */
static jac too_large(const line *l, place x)
{
    return jac_gt(x.f, jac_add(l->from.f, jac_mul(jac_mul(c1, x.a), l->slope)));
}

static jac flat_enough(const line *l, place x)
{
    return jac_le(jac_abs(x.slope), jac_mul(-c2, l->slope));
}

/* ---- zoom ------------------------------------------------------------------------------------------------ */

/* The minimum of the cubic through f and its slope at x, and f at y and z. */
static jac cubic_minimum(place x, place y, jac z, jac fz)
{
    jac db = jac_sub(y.a, x.a), dc = jac_sub(z, x.a);
    jac below = jac_mul(jac_square(jac_mul(db, dc)), jac_sub(db, dc));
    jac b2 = jac_square(db), c2s = jac_square(dc);
    jac u = jac_sub(jac_sub(y.f, x.f), jac_mul(x.slope, db));
    jac v = jac_sub(jac_sub(fz, x.f), jac_mul(x.slope, dc));
    jac a = jac_div(jac_sub(jac_mul(c2s, u), jac_mul(b2, v)), below);
    jac b = jac_div(jac_sub(jac_mul(jac_mul(b2, db), v), jac_mul(jac_mul(c2s, dc), u)), below);
    jac radical = jac_sub(jac_square(b), jac_mul(jac_mul(3, a), x.slope));
    return jac_add(x.a, jac_div(jac_sub(jac_sqrt(radical), b), jac_mul(3, a)));
}

/* The minimum of the parabola through f and its slope at x, and f at y. */
static jac square_minimum(place x, place y)
{
    jac db = jac_sub(y.a, x.a);
    jac b = jac_div(jac_sub(jac_sub(y.f, x.f), jac_mul(x.slope, db)), jac_square(db));
    return jac_sub(x.a, jac_div(x.slope, jac_mul(2, b)));
}

typedef struct {
    jac done, failed, rounds;
    place low, high; /* the interval; low is the end where f is less */
    jac a, f;        /* an end that was given up */
    sample best;
} zoom;

/* Is x inside the interval, by that share of its length away from its ends? */
static jac inside(jac x, jac least, jac most, jac length, double share)
{
    jac margin = jac_mul(share, length);
    return jac_logical_and(jac_gt(x, jac_add(least, margin)), jac_lt(x, jac_sub(most, margin)));
}

static jac next_place(const zoom *z, jac length)
{
    jac least = jac_minimum(z->low.a, z->high.a), most = jac_maximum(z->low.a, z->high.a);
    jac cubic = cubic_minimum(z->low, z->high, z->a, z->f),
        square = square_minimum(z->low, z->high);
    jac middle = jac_div(jac_add(z->low.a, z->high.a), 2);
    jac by_cubic = jac_logical_and(jac_gt(z->rounds, 0), inside(cubic, least, most, length, 0.2));
    jac by_square = inside(square, least, most, length, 0.1);
    return jac_where(by_cubic, cubic, jac_where(by_square, square, middle));
}

/* JAX fails wherever low is to the right of high, because the length is then negative. */
static zoom zoom_once(const line *l, zoom z)
{
    jac towards = jac_sub(z.high.a, z.low.a), length = jac_abs(towards);
    double least = ir_epsilon(l->p->d) < 1e-10 ? 1e-10 : 1e-5;
    z.failed = jac_logical_or(z.failed, jac_le(length, least));
    sample s = sample_at(l, next_place(&z, length));
    jac worse = jac_logical_or(too_large(l, s.at), jac_ge(s.at.f, z.low.f));
    jac found = jac_logical_and(flat_enough(l, s.at), jac_logical_not(worse));
    jac lower = jac_logical_not(jac_logical_or(worse, found));
    jac turn = jac_logical_and(lower, jac_ge(jac_mul(s.at.slope, towards), 0));
    jac up = jac_logical_or(worse, turn);
    z.a = jac_where(up, z.high.a, jac_where(lower, z.low.a, z.a));
    z.f = jac_where(up, z.high.f, jac_where(lower, z.low.f, z.f));
    z.high = choose(worse, s.at, choose(turn, z.low, z.high));
    z.low = choose(lower, s.at, z.low);
    z.best = (sample){choose(found, s.at, z.best.at), jac_where(found, s.g, z.best.g)};
    z.done = jac_logical_or(z.done, found);
    z.rounds = jac_add(z.rounds, 1);
    z.failed = jac_logical_or(z.failed, jac_ge(z.rounds, 30));
    return z;
}

static zoom zoom_in(const line *l, place low, place high, jac wanted)
{
    jac one = rt_literal_f64(l->p->d, 1), no = jac_asarray((bool)false);
    zoom z = {.done = no,
              .failed = no,
              .rounds = opt_count(0),
              .low = low,
              .high = high,
              .a = jac_div(jac_add(low.a, high.a), 2),
              .f = jac_div(jac_add(low.f, high.f), 2),
              .best = {{one, low.f, low.slope}, l->from.g}};
    JAC_WHILE (z, jac_logical_and(wanted, jac_logical_not(jac_logical_or(z.done, z.failed))))
        z = zoom_once(l, z);
    return z;
}

/* ---- the search --------------------------------------------------------------------------------------------- */

typedef struct {
    jac done, failed, i, evaluations;
    place last;
    sample best;
} search;

static search look_further(const line *l, search s, jac first)
{
    jac begins = jac_eq(s.i, 1);
    sample here = sample_at(l, jac_where(begins, first, jac_mul(s.last.a, 2)));
    jac worse = jac_logical_or(too_large(l, here.at), jac_logical_and(jac_ge(here.at.f, s.last.f),
                                                                      jac_logical_not(begins)));
    jac found = jac_logical_and(flat_enough(l, here.at), jac_logical_not(worse));
    jac rises =
        jac_logical_and(jac_ge(here.at.slope, 0), jac_logical_not(jac_logical_or(worse, found)));
    jac between = jac_logical_or(worse, rises);
    zoom z = zoom_in(l, choose(worse, s.last, here.at), choose(worse, here.at, s.last), between);
    s.evaluations = jac_add(s.evaluations, jac_add(1, z.rounds));
    s.done = jac_logical_or(s.done, jac_logical_or(between, found));
    s.failed = jac_logical_or(s.failed, jac_logical_and(between, z.failed));
    s.best.at = choose(between, z.best.at, choose(found, here.at, s.best.at));
    s.best.g = jac_where(between, z.best.g, jac_where(found, here.g, s.best.g));
    s.i = jac_add(s.i, 1);
    s.last = here.at;
    return s;
}

opt_step opt_line_search(const opt_problem *p, opt_point from, jac direction, jac first)
{
    jac zero = rt_literal_f64(p->d, 0), no = jac_asarray((bool)false);
    line l = {p, from, direction, opt_dot(from.g, direction)};
    place start = {zero, from.f, l.slope};
    search s = {no, no, opt_count(1), opt_count(0), start, {start, from.g}};
    JAC_WHILE (s, jac_logical_and(jac_le(s.i, p->searches),
                                  jac_logical_not(jac_logical_or(s.done, s.failed))))
        s = look_further(&l, s, first);
    jac a = s.best.at.a, late = jac_gt(s.i, p->searches);
    /* A step that is too short would not change x in f32. */
    if (ir_epsilon(p->d) > 1e-10)
        a = jac_where(jac_lt(jac_abs(a), 1e-8), jac_mul(jac_sign(a), 1e-8), a);
    return (opt_step){
        .failed = jac_logical_or(s.failed, jac_logical_not(s.done)),
        .status = jac_where(s.failed, opt_count(1), jac_where(late, opt_count(3), opt_count(0))),
        .evaluations = s.evaluations,
        .length = a,
        .f = s.best.at.f,
        .g = s.best.g};
}

/* gcd and lcm, by Euclid's algorithm in a loop that ends when every remainder is 0. */
#include "ops/ops.h"
#include "runtime/numpy/numerics/numerics.h"

typedef struct {
    jac x, y; /* neither is negative */
} pair;

JAC_DEF(jac, any_left, (pair, p))
{
    return jac_any(jac_ne(p.y, 0));
}

/* Where y is 0, x stays. */
JAC_DEF(pair, divide, (pair, p))
{
    jac go = jac_ne(p.y, 0), zero = jac_zeros_like(p.y);
    pair next = {jac_where(go, p.y, p.x), jac_where(go, jac_rem(p.x, p.y), zero)};
    return next;
}

static bool integers(const char *what, jac *v, ir_type *t)
{
    if (!rt_promote(2, v, false) || !rt_broadcast(what, 2, v) || !rt_type_of(v[0], t))
        return false;
    if (ir_has_fraction(t->dtype) || t->dtype == IR_bool)
        return ir_fail("%s: the operands must be integers, but are %s", what, ir_type_tmp(t));
    for (int k = 0; k < 2; k++)
        if (!jac_ok(v[k] = jac_abs(v[k])))
            return false;
    return true;
}

static jac divisor(jac x, jac y)
{
    pair start = {x, y};
    return jac_while_loop(any_left_fn, divide_fn, start).x;
}

jac jac_gcd_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, y};
    ir_type t;
    return rt_end(m, integers("gcd", v, &t) ? divisor(v[0], v[1]) : JAC_NULL);
}

jac jac_lcm_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, y};
    ir_type t;
    if (!integers("lcm", v, &t))
        return rt_end(m, JAC_NULL);
    jac d = divisor(v[0], v[1]), none = jac_eq(d, 0);
    jac times = jac_floor_divide(v[1], jac_where(none, 1, d));
    return rt_end(m, jac_where(none, jac_zeros_like(d), jac_mul(v[0], times)));
}

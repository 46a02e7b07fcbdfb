/* Compound literals and C numbers wherever a function takes a tree. */
#include <jacquard.h>

JAC_TREE(In, a, b)
JAC_TREE(Out, c, y)
JAC_DEF(Out, body, (jac, c), (In, x))
{
    return (Out){jac_add(c, x.a), x.b};
}
JAC_DEF(jac, f, (In, p), (jac, x))
{
    return jac_dot(jac_mul(p.a, x), p.b);
}
JAC_DEF(In, pair, (In, p))
{
    return (In){p.b, p.a};
}
JAC_DEF(In, sums, (In, p), (In, q))
{
    return (In){jac_add(p.a, q.a), jac_add(p.b, q.b)};
}
JAC_DEF(jac, half, (jac, x))
{
    return jac_div(x, 2);
}
JAC_DEF(jac, large, (jac, x))
{
    return jac_gt(x, 1);
}

jac use(jac a, jac b);
jac use(jac a, jac b)
{
    jac c = jac_sum(jac_asarray((float[]){0, 0})), y, t;
    In p;
    Out whole;
    struct {
        jac loss;
        In grad;
    } r;
    jac_check(jac_scan(body_fn, &c, &(In){a, b}, &y));
    jac_check(jac_scan(body_fn, &c, &(In){a, b}, &y, .reverse = true));
    jac_check(jac_call(jac_value_and_grad(f_fn), &(f_args){{a, b}, a}, &r));
    jac_check(jac_cond(jac_lt(c, 0), pair_fn, pair_fn, &(In){a, b}, &p));
    jac_check(jac_switch(1, JAC_FNS(pair_fn, pair_fn), &(In){a, b}, &p));
    jac_check(jac_map(pair_fn, &(In){a, b}, &p));
    jac_check(jac_call(body_fn, &(body_args){c, {a, b}}, &whole));
    jac_check(jac_jvp(f_fn, &(f_args){{a, b}, a}, &(f_args){{b, a}, b}, &y, &t));
    jac_check(jac_vjp(f_fn, &(f_args){{a, b}, a}, &y));
    jac_check(jac_linearize(f_fn, &(f_args){{a, b}, a}, &y));
    jac_check(jac_scan(body_fn, &c, &p, JAC_OUT(&y), .length = 3, .reverse = true));
    jac_check(jac_associative_scan(sums_fn, &(In){a, b}, &p));
    jac_check(jac_associative_scan(sums_fn, &(In){a, b}, JAC_OUT(&p), .reverse = true));
    p = jac_fori_loop(0, 3, pair_fn, (In){a, b});
    jac_print(3.0);
    a = jac_stack(0, a, jac_zeros(jac_shape(a)), jac_item_f64(2), jac_ndim(1));
    a = jac_concatenate(0, JAC_HANDLES(2, ((jac[]){a, b})));
    return jac_add(jac_while_loop(large_fn, half_fn, 10.0), jac_call1(half_fn, 3.0));
}

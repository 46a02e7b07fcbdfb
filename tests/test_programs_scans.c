/* Programs with map, associative_scan and closure_convert, compared with JAX's result for the
 * program of the same name (tests/golden/programs_custom.py). */
#include "tests/programs_custom.h"

JAC_DEF(Two, dot_and_sin, (jac, x))
{
    return (Two){jac_sum(jac_mul(x, x)), jac_sin(x)};
}

JAC_DEF(jac, mapped_loss, (jac, x))
{
    Two y;
    jac_map(dot_and_sin_fn, &x, &y);
    return jac_sum(jac_mul(y.a, DATA(7, 4)));
}

JAC_DEF(jac, mapped_exp, (jac, x))
{
    jac y;
    jac_map(exp_of_fn, &x, &y);
    return y;
}

PROGRAM(programs_custom, map_values_and_gradients)
{
    Two y;
    jac_map(dot_and_sin_fn, (jac[]){BATCH}, &y);
    return RESULTS(y.a, y.b, jac_call1(jac_grad(mapped_loss_fn), BATCH),
                   jac_call1(jac_vmap(mapped_exp_fn), X23));
}

JAC_DEF(jac, plus_one, (jac, n))
{
    return jac_add(n, 1);
}

PROGRAM(programs_custom, map_of_trees)
{
    jac y, n, ns = jac_array(JAC_SHAPE(3), (int64_t[]){1, 2, 3});
    jac_map(times_fn, (&(Two){BATCH, DATA(7, 4)}), &y);
    jac_map(plus_one_fn, &ns, &n);
    return RESULTS(y, n);
}

static jac plus(jac a, jac b)
{
    return jac_add(a, b);
}
JAC_FN(plus, jac, (jac, a), (jac, b))

PROGRAM(programs_custom, associative_scan_of_sums)
{
    jac in[] = {X3, DATA(3, 8), DATA(3, 7), BATCH, BATCH, BATCH, X23, DATA(3, 1)}, y[8];
    static const jac_associative_scan_opts how[8] = {
        [4] = {.axis = 1}, [5] = {.reverse = true}, [6] = {.axis = -1, .reverse = true}};
    for (int k = 0; k < 8; k++)
        jac_associative_scan(plus_fn, &in[k], &y[k], .axis = how[k].axis,
                             .reverse = how[k].reverse);
    return RESULTS(y[0], y[1], y[2], y[3], y[4], y[5], y[6], y[7]);
}

JAC_DEF(Two, after, (Two, a), (Two, b))
{
    return (Two){jac_mul(a.a, b.a), jac_add(jac_mul(a.b, b.a), b.b)};
}

JAC_DEF(jac, recurrence, (jac, a), (jac, b))
{
    Two y;
    jac_associative_scan(after_fn, (&(Two){a, b}), &y);
    return y.b;
}

JAC_DEF(jac, recurrence_loss, (jac, a), (jac, b))
{
    return jac_sum(jac_square(recurrence(a, b)));
}

JAC_DEF(jac, recurrence_of_x3, (jac, a))
{
    return recurrence_loss(a, X3);
}

PROGRAM(programs_custom, associative_scan_of_trees)
{
    Two g;
    jac a = DATA(3, 6), b = DATA(5, 6);
    gradients(recurrence_loss_fn, a, b, &g);
    return RESULTS(recurrence(a, b), g.a, g.b,
                   jac_call1(jac_jit(jac_vmap(recurrence_fn)), BATCH, jac_mul(BATCH, 2)),
                   jac_call1(jac_hessian(recurrence_of_x3_fn), X3));
}

static jac matmul(jac a, jac b)
{
    return jac_matmul(a, b);
}
JAC_FN(matmul, jac, (jac, a), (jac, b))

JAC_DEF(jac, first_suffix, (jac, m))
{
    jac y;
    jac_associative_scan(jac_vmap(matmul_fn), &m, &y, .reverse = true);
    return jac_sum(jac_slice(y, JAC_DIMS(0, 0, 0), JAC_DIMS(1, 3, 3)));
}

PROGRAM(programs_custom, associative_scan_of_matrices)
{
    jac y, m = jac_stack(0, M33, jac_transpose(M33), jac_add(M33, 1), jac_mul(M33, 0.5));
    jac_associative_scan(jac_vmap(matmul_fn), &m, &y);
    return RESULTS(y, jac_call1(jac_grad(first_suffix_fn), m));
}

JAC_DEF_ENV(jac, sin_of_two, Two, (jac, x))
{
    return jac_sum(jac_mul(jac_sin(jac_mul(x, env->a)), env->b));
}

JAC_DEF(Three, conversion, (jac, a), (jac, b))
{
    jac caught[4];
    int n = 4;
    Three g = {0};
    struct {
        jac x, caught[2];
    } args = {.x = X3};
    jac_fn f = jac_closure_convert(sin_of_two_with((Two){a, b}), &args.x, &n, caught);
    cr_assert_eq(n, 2);
    memcpy(args.caught, caught, sizeof args.caught);
    jac_call(jac_grad(f, 0, 1), &args, &g);
    return g;
}

PROGRAM(programs_custom, closure_converted)
{
    Three g = conversion(f64(2), W3);
    return RESULTS(g.a, g.b, g.c);
}

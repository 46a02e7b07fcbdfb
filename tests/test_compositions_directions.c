/* Derivatives along directions: jvp, vjp, linearize and linear_transpose of each other
 * (tests/golden/compositions_derivatives.py). */
#include "tests/programs.h"

/* ---- functions that several programs use -------------------------------------------------------- */

JAC_TREE(Pair, a, b)

static jac wave(jac x)
{
    return jac_mul(jac_sin(x), jac_power(x, 3));
}
JAC_FN(wave, jac, (jac, x))

static jac energy(jac x)
{
    return jac_add(jac_sum(jac_mul(jac_sin(x), jac_power(x, 2))), jac_prod(x));
}
JAC_FN(energy, jac, (jac, x))

static jac layer(jac w, jac x)
{
    return jac_mul(jac_tanh(jac_matmul(w, x)), x);
}
JAC_FN(layer, jac, (jac, w), (jac, x))

static jac rows(jac x, int64_t start, int64_t limit)
{
    return jac_slice_in_dim(x, start, limit, 1, 0);
}

JAC_DEF(jac, tanh_of, (jac, x))
{
    return jac_tanh(x);
}

/* ---- directional derivatives -------------------------------------------------------------------- */

static jac tangent_of(jac_fn f, jac x, jac v)
{
    jac y, t;
    return jac_jvp(f, &x, &v, &y, &t) ? t : JAC_NULL;
}

JAC_DEF_ENV(jac, slope_along, jac, (jac, x))
{
    return tangent_of(energy_fn, x, *env);
}

JAC_DEF_ENV(jac, gradient_dot, jac, (jac, x))
{
    return jac_dot(jac_call1(jac_grad(energy_fn), x), *env);
}

PROGRAM(compositions_derivatives, hessian_vector_products_in_four_orders)
{
    jac v = W3, x = X3, y;
    jac_fn back = jac_vjp(jac_grad(energy_fn), &x, &y);
    return RESULTS(tangent_of(jac_grad(energy_fn), x, v),
                   jac_call1(jac_grad(slope_along_with(v)), x),
                   jac_call1(jac_grad(gradient_dot_with(v)), x), jac_call1(back, v));
}

JAC_DEF(Pair, pulled_layer, (jac, x), (jac, ct))
{
    jac y;
    Pair p = {0};
    jac_call(jac_vjp(layer_fn, &(layer_args){M33, x}, &y), &ct, &p);
    return p;
}

PROGRAM(compositions_derivatives, jvp_of_vjp)
{
    Pair p = {0}, t = {0};
    jac_jvp(pulled_layer_fn, &(pulled_layer_args){X3, W3}, &(pulled_layer_args){W3, X3}, &p, &t);
    return RESULTS(p.a, p.b, t.a, t.b);
}

JAC_DEF(jac, weighed_tangent, (jac, t))
{
    jac y = JAC_NULL, d = JAC_NULL;
    jac_jvp(layer_fn, &(layer_args){M33, X3}, &(layer_args){M33, t}, &y, &d);
    return jac_sum(jac_mul(d, W3));
}

PROGRAM(compositions_derivatives, grad_of_jvp_in_the_tangent)
{
    return RESULTS(jac_call1(jac_grad(weighed_tangent_fn), X3), pulled_layer(X3, W3).b);
}

JAC_DEF(jac, running_sine, (jac, x))
{
    return jac_cumsum(jac_sin(x), 0);
}

JAC_DEF(jac, pulled_sine, (jac, x), (jac, ct))
{
    jac y;
    return jac_call1(jac_vjp(running_sine_fn, &x, &y), ct);
}

PROGRAM(compositions_derivatives, vjp_of_vjp)
{
    jac y, ct = F64S(1, -2, 0.5);
    Pair p = {0};
    jac_call(jac_vjp(pulled_sine_fn, &(pulled_sine_args){X3, W3}, &y), &ct, &p);
    return RESULTS(y, p.a, p.b);
}

PROGRAM(compositions_derivatives, vjp_called_many_times)
{
    jac y, ct[] = {W3, jac_mul(2, W3), X3, BATCH};
    jac_fn back = jac_vjp(layer_fn, &(layer_args){M33, X3}, &y);
    Pair p[4] = {0};
    jac_call(back, &ct[0], &p[0]);
    jac_call(back, &ct[1], &p[1]);
    jac_call(jac_jit(back), &ct[2], &p[2]);
    jac_call(jac_vmap(back), &ct[3], &p[3]);
    return RESULTS(y, p[0].a, p[0].b, p[1].a, p[1].b, p[2].a, p[2].b, p[3].a, p[3].b);
}

JAC_DEF(Pair, two_results, (jac, x), (jac, y))
{
    return (Pair){jac_mul(jac_sin(x), y), jac_sum(jac_mul(x, y))};
}

PROGRAM(compositions_derivatives, vjp_of_two_results)
{
    Pair y, p = {0}, q = {0};
    jac_fn back = jac_vjp(two_results_fn, &(two_results_args){X3, W3}, &y);
    jac_call(back, &(Pair){X3, f64(2)}, &p);
    jac_call(back, &(Pair){jac_zeros(JAC_SHAPE(3)), f64(1)}, &q);
    return RESULTS(y.a, y.b, p.a, p.b, q.a, q.b);
}

JAC_DEF(Pair, pulled_energy, (jac, x), (jac, ct))
{
    jac y = JAC_NULL;
    jac_fn back = jac_vjp(energy_fn, &x, &y);
    return (Pair){y, jac_call1(back, ct)};
}

PROGRAM(compositions_derivatives, vjp_under_vmap_and_jit)
{
    Pair p = pulled_energy_call(jac_vmap(pulled_energy_fn, JAC_AXES(0, JAC_NONE)), BATCH, f64(0.5)),
         q = pulled_energy_call(jac_jit(jac_vmap(pulled_energy_fn, JAC_AXES(JAC_NONE, 0))), X3,
                                DATA(3, 2));
    return RESULTS(p.a, p.b, q.a, q.b);
}

/* ---- linearize and linear_transpose ------------------------------------------------------------- */

PROGRAM(compositions_derivatives, linearize_of_grad_reused)
{
    jac y, x = X3;
    jac_fn lin = jac_linearize(jac_grad(energy_fn), &x, &y);
    return RESULTS(y, jac_call1(lin, W3), jac_call1(jac_vmap(lin), jac_eye(3)),
                   jac_call1(jac_jit(lin), X3), jac_call1(jac_linear_transpose(lin, &x), W3));
}

JAC_DEF(Pair, linearized_wave, (jac, x), (jac, t))
{
    jac y = JAC_NULL;
    jac_fn lin = jac_linearize(wave_fn, &x, &y);
    return (Pair){y, jac_add(jac_call1(lin, t), jac_call1(lin, jac_mul(2, t)))};
}

PROGRAM(compositions_derivatives, linearize_under_vmap)
{
    jac_fn one = jac_jit(jac_vmap(linearized_wave_fn, JAC_AXES(0, JAC_NONE)));
    Pair p = linearized_wave_call(jac_vmap(linearized_wave_fn), X3, W3),
         q = linearized_wave_call(one, X3, f64(1.5));
    return RESULTS(p.a, p.b, q.a, q.b);
}

JAC_DEF(jac, running_product, (jac, x))
{
    return jac_sub(jac_cumsum(jac_matmul(M33, x), 0), jac_mul(3, x));
}

PROGRAM(compositions_derivatives, transpose_of_transpose)
{
    jac x = X3;
    jac_fn t = jac_linear_transpose(running_product_fn, &x), tt = jac_linear_transpose(t, &x);
    return RESULTS(running_product(W3), jac_call1(t, W3), jac_call1(tt, W3),
                   jac_call1(jac_vmap(tt), BATCH), jac_call1(jac_jacfwd(t), X3));
}

JAC_DEF(Pair, linear_in_two, (jac, x), (jac, y))
{
    return (Pair){jac_add(jac_mul(2, x), jac_mul(jac_sum(y), W3)),
                  jac_sub(rows(x, 0, 2), rows(jac_at(y, 1), 0, 2))};
}

PROGRAM(compositions_derivatives, linear_transpose_of_two_arguments)
{
    Pair p = {0};
    jac_fn t = jac_linear_transpose(linear_in_two_fn, &(linear_in_two_args){X3, X23});
    jac_call(t, &(Pair){X3, F64S(0.5, 2)}, &p);
    return RESULTS(p.a, p.b);
}

JAC_DEF(jac, squares_of_linear, (jac, x))
{
    jac y = JAC_NULL;
    jac_fn lin = jac_linearize(tanh_of_fn, &x, &y);
    return jac_sum(jac_power(jac_call1(lin, x), 2));
}

PROGRAM(compositions_derivatives, grad_of_function_of_linear_function)
{
    jac_fn g = jac_grad(squares_of_linear_fn);
    return RESULTS(jac_call1(g, X3), jac_call1(jac_vmap(g), BATCH));
}

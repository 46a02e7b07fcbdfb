/* Programs of tests/faults that call much of what programs.c leaves out: functions of arrays,
 * draws, loops, derivatives, solvers and texts. */
#include <jacquard.h>
#include <stdlib.h>
#include <string.h>

#include "programs.h"

/* Adds an array's elements to the result. */
static jac plus(jac sum, jac x)
{
    return jac_add(sum, jac_sum(jac_astype(x, JAC_F32)));
}

SHARED_PROGRAM(arrays)
{
    jac x = jac_reshape(jac_arange(12.0f), 3, 4), at = jac_array(2, (int32_t[]){2, 0}),
        s = jac_asarray(0.0f);
    s = plus(s, jac_sort(jac_flip(x), 0));
    s = plus(s, jac_argsort(jac_neg(x)));
    s = plus(s, jac_top_k(x, 2).values);
    s = plus(s, jac_median(x));
    s = plus(s, jac_searchsorted(jac_arange(5.0f), jac_ravel(x)));
    s = plus(s, jac_argmax(x, 1));
    s = plus(s, jac_pad(x, 1.0f, JAC_DIMS(1, 0), JAC_DIMS(0, 2)));
    s = plus(s, jac_stack(0, x, x));
    s = plus(s, jac_moveaxis(x, 0, 1));
    s = plus(s, jac_where(jac_gt(x, 3), x, 0.5));
    s = plus(s, jac_clip(x, 1, 5));
    s = plus(s, jac_dynamic_slice(x, JAC_SHAPE(2, 2), 1, 1));
    s = plus(s, jac_dynamic_update_slice(x, jac_ones(JAC_SHAPE(1, 2)), 0, 1));
    s = plus(s, jac_index(x, at));
    s = plus(s, jac_set(x, 7.0f, at));
    s = plus(s, jac_add_at(x, 2.0f, 1, at));
    s = plus(s, jac_take_along_axis(x, jac_argsort(x), 1));
    s = plus(s, jac_gather(x, jac_reshape(at, 2, 1), JAC_SHAPE(1, 4), .offset_dims = JAC_DIMS(1),
                           .collapsed_slice_dims = JAC_DIMS(0), .start_index_map = JAC_DIMS(0)));
    s = plus(s,
             jac_scatter_add(x, jac_reshape(at, 2, 1), jac_ones(JAC_SHAPE(2, 4)),
                             .update_window_dims = JAC_DIMS(1), .inserted_window_dims = JAC_DIMS(0),
                             .scatter_dims_to_operand_dims = JAC_DIMS(0)));
    s = plus(s, jac_einsum("ij,kj->ik", x, x));
    s = plus(s, jac_var(x, 0));
    s = plus(s, jac_logsumexp(x, 1));
    s = plus(s, jac_one_hot(at, 4));
    s = plus(s, jac_eye(3));
    s = plus(s, jac_power(x, 3));
    s = plus(s, jac_cumprod(jac_add(x, 0.5), 1));
    *result = number(s);
}

SHARED_PROGRAM(draws)
{
    jac key = jac_random_PRNGKey(7), s = jac_asarray(0.0f);
    s = plus(s, jac_random_normal(jac_random_fold_in(key, 1), 3));
    s = plus(s, jac_random_uniform_in(key, 3, -1, 2));
    s = plus(s, jac_random_bernoulli(key, 0.5, 8));
    s = plus(s, jac_random_randint(key, 4, 0, 1000));
    s = plus(s, jac_random_categorical(key, jac_zeros(JAC_SHAPE(2, 3)), 1));
    s = plus(s, jac_random_gumbel(jac_at(jac_random_split(key, 2), 1), 2));
    s = plus(s, jac_random_exponential(key, 2));
    *result = number(s);
}

JAC_DEF(jac, longer, (jac, x))
{
    return jac_add(jac_mul(x, 1.5f), 0.25f);
}

JAC_DEF(jac, shorter, (jac, x))
{
    return jac_mul(x, 0.5f);
}

JAC_DEF(jac, is_short, (jac, x))
{
    return jac_lt(x, 20.0f);
}

JAC_DEF(jac, longer_by, (jac, i), (jac, x))
{
    return jac_add(x, i);
}

JAC_DEF(jac, total_of, (jac, x), (jac, y))
{
    return jac_add(x, y);
}

JAC_DEF(jac, looped, (jac, x))
{
    jac xs = jac_mul(jac_arange(5.0f), x), ys, zs, chosen;
    jac y = jac_while_loop(is_short_fn, longer_fn, x);
    y = jac_add(y, jac_checkpointed_while_loop(3, is_short_fn, longer_fn, x));
    y = jac_add(y, jac_fori_loop(0, 4, longer_by_fn, x));
    y = jac_add(y, jac_fori_loop(0, jac_asarray(3), longer_by_fn, x));
    y = jac_add(y, jac_cond1(jac_gt(x, 1), longer_fn, shorter_fn, x));
    if (!jac_switch(jac_astype(x, JAC_I32), JAC_FNS(shorter_fn, longer_fn), &x, &chosen) ||
        !jac_map(longer_fn, &xs, &ys) ||
        !jac_associative_scan(total_of_fn, &xs, &zs, .reverse = true))
        return JAC_NULL;
    return jac_add(jac_add(y, chosen), jac_add(jac_sum(ys), jac_sum(zs)));
}

SHARED_PROGRAM(controls)
{
    *result = number(looped(jac_asarray(1.25f)));
    *result += number(jac_call1(jac_vmap(looped_fn), jac_array(1, (float[]){0.5f})));
}

JAC_DEF(jac, wave, (jac, x))
{
    return jac_mul(jac_sin(x), jac_exp(jac_neg(jac_mul(x, x))));
}

JAC_DEF(jac, energy, (jac, x))
{
    return jac_sum(jac_call1(jac_vmap(wave_fn), x));
}

JAC_DEF(jac, doubled, (jac, x))
{
    return jac_mul(x, 2.0f);
}

JAC_DEF(jac, centred, (jac, x))
{
    return jac_sub(x, jac_pmean(x, "i"));
}

SHARED_PROGRAM(derivatives)
{
    jac x = jac_array(2, (float[]){0.5f, 1}), one = jac_ones(2), y, t, v;
    jac s = jac_asarray(0.0f);
    s = plus(s, jac_call1(jac_hessian(energy_fn), x));
    s = plus(s, jac_call1(jac_jacfwd(doubled_fn), x));
    s = plus(s, jac_call1(jac_vmap(centred_fn, .axis_name = "i"), x));
    if (!jac_jvp(energy_fn, &x, &one, &y, &t))
        return;
    jac_fn back = jac_vjp(wave_fn, &x, &y), forth = jac_linearize(wave_fn, &x, &v);
    s = plus(s, jac_call1(back, one));
    s = plus(s, jac_call1(forth, one));
    s = plus(s, jac_call1(jac_linear_transpose(doubled_fn, &x), one));
    struct {
        jac value, grad;
    } both;
    if (!jac_call(jac_value_and_grad(energy_fn), &x, &both))
        return;
    *result = number(plus(plus(plus(s, t), both.value), both.grad));
}

JAC_DEF(jac, stretch, (jac, x))
{
    return jac_add(jac_mul(x, 3.0f), jac_flip(x));
}

JAC_DEF(jac, contract, (jac, x))
{
    return jac_cos(jac_mul(x, 0.5f));
}

SHARED_PROGRAM(solved)
{
    jac b = jac_array(3, (float[]){1, 2, 3}), s = jac_asarray(0.0f);
    s = plus(s, jac_cg(stretch_fn, b));
    s = plus(s, jac_fixed_point(contract_fn, jac_asarray(1.0f)));
    *result = number(s);
}

SHARED_PROGRAM(texts)
{
    jac x = jac_ones(JAC_SHAPE(2, 2));
    jac_type type;
    char *graph = jac_make_jaxpr(energy_fn, &x), *dot = jac_make_dot(wave_fn, &x),
         *shown = jac_str(x);
    if (graph && dot && shown && jac_eval_shape(wave_fn, &x, &type) && !jac_error())
        *result = (double)(strlen(graph) + strlen(dot) + strlen(shown)) + type.ndim;
    free(graph);
    free(dot);
    free(shown);
}

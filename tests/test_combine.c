/* jac_reduce, jac_reduce_window and jac_scatter_by with functions of the user's: values and
 * gradients; jac_rng_bit_generator and jac_optimization_barrier. */
#include <criterion/criterion.h>
#include <math.h>

#include "jacquard.h"

JAC_DEF(jac, softer, (jac, x), (jac, y))
{
    return jac_log(jac_add(jac_exp(x), jac_exp(y)));
}

JAC_DEF(jac, halfway, (jac, x), (jac, u))
{
    return jac_div(jac_add(x, u), 2);
}

typedef struct {
    jac key, place;
} Best;

JAC_DEF(Best, better, (jac, k), (jac, i), (jac, l), (jac, j))
{
    jac take = jac_gt(l, k);
    return (Best){jac_where(take, l, k), jac_where(take, j, i)};
}

static jac reduced(jac x)
{
    jac y;
    jac_reduce(x, -INFINITY, softer_fn, 0, &y);
    return y;
}
JAC_FN(reduced, jac, (jac, x))

JAC_DEF(jac, scattered, (jac, x), (jac, u))
{
    jac y, at = jac_array(JAC_SHAPE(3, 1), (int32_t[]){1, 1, 0});
    jac_scatter_by(x, at, u, halfway_fn, JAC_OUT(&y), .inserted_window_dims = JAC_DIMS(0),
                   .scatter_dims_to_operand_dims = JAC_DIMS(0));
    return jac_sum(jac_mul(y, y));
}

static double number(jac x, int k)
{
    return jac_item_f64(jac_at(x, k));
}

Test(combine, a_reduction_by_a_function_is_its_value_and_gradient)
{
    JAC_SCOPE () {
        jac x = jac_array(JAC_SHAPE(3), (double[]){0.5, -1, 2});
        double all = exp(0.5) + exp(-1) + exp(2);
        cr_expect_float_eq(jac_item_f64(reduced(x)), log(all), 1e-12, "%s", jac_error());
        cr_expect_float_eq(jac_item_f64(jac_call1(jac_jit(reduced_fn), x)), log(all), 1e-12);
        jac g = jac_call1(jac_grad(reduced_fn), x);
        cr_expect_float_eq(number(g, 2), exp(2) / all, 1e-12);
    }
}

Test(combine, several_arrays_are_reduced_and_windowed_at_once)
{
    JAC_SCOPE () {
        jac in[] = {jac_array(JAC_SHAPE(4), (float[]){1, 7, 3, 5}), jac_arange(4)};
        jac init[] = {jac_asarray(-1.0f), jac_asarray(-1)};
        Best b, w;
        cr_expect(jac_reduce(JAC_HANDLES(2, in), JAC_HANDLES(2, init), better_fn, 0, &b), "%s",
                  jac_error());
        cr_expect(jac_item_f64(b.key) == 7 && jac_item_f64(b.place) == 1);
        cr_expect(jac_reduce_window(JAC_HANDLES(2, in), JAC_HANDLES(2, init), better_fn,
                                    JAC_OUT(&w), 2, .window_strides = JAC_DIMS(2)),
                  "%s", jac_error());
        cr_expect(number(w.place, 0) == 1 && number(w.place, 1) == 3);
    }
}

Test(combine, updates_that_meet_are_combined_in_order)
{
    JAC_SCOPE () {
        jac x = jac_array(JAC_SHAPE(2), (double[]){4, 8}),
            u = jac_array(JAC_SHAPE(3), (double[]){2, 1, 6});
        /* element 1: ((8 + 2) / 2 + 1) / 2 = 3; element 0: (4 + 6) / 2 = 5 */
        cr_expect_float_eq(jac_item_f64(scattered_call(scattered_fn, x, u)), 34, 1e-12, "%s",
                           jac_error());
        cr_expect_float_eq(jac_item_f64(scattered_call(jac_jit(scattered_fn), x, u)), 34, 1e-12);
        jac g = scattered_call(jac_grad(scattered_fn), x, u);
        cr_expect_float_eq(number(g, 0), 5, 1e-12);
        cr_expect_float_eq(number(g, 1), 1.5, 1e-12);
    }
}

Test(combine, barriers_and_random_bits_keep_what_they_are_given)
{
    JAC_SCOPE () {
        Best two = jac_optimization_barrier((Best){jac_asarray(2.0f), jac_asarray(3)});
        cr_expect(jac_item_f64(two.key) == 2 && jac_item_f64(two.place) == 3, "%s", jac_error());
        jac key = jac_array(JAC_SHAPE(4), (uint32_t[]){1, 2, 3, 4});
        jac_rng r = jac_rng_bit_generator(key, JAC_SHAPE(2, 3), JAC_U32, JAC_RNG_DEFAULT);
        cr_expect(jac_size(r.bits) == 6 && number(r.key, 2) == 5 && number(r.key, 0) == 1, "%s",
                  jac_error());
    }
}

/* A complex value from outside the function, which is a constant of the body. */
static jac outside;

JAC_DEF(jac, plus_outside, (jac, x), (jac, y))
{
    return jac_add(jac_add(x, y), outside);
}

JAC_DEF(jac, plus_parts, (jac, x), (jac, y))
{
    return jac_add(jac_add(x, y), jac_mul(jac_real(outside), jac_imag(outside)));
}

static jac combined_with(jac c, jac_fn f, jac x, bool windows)
{
    jac y = JAC_NULL;
    outside = jac_mul(c, 2);
    if (windows)
        jac_reduce_window(x, 0, f, JAC_OUT(&y), 2);
    else
        jac_reduce(x, 0, f, 0, &y);
    return jac_real(y);
}

JAC_DEF(jac, reduced_with_complex, (jac, c), (jac, x))
{
    return combined_with(c, plus_outside_fn, jac_mul(x, c), false);
}

JAC_DEF(jac, reduced_with_parts, (jac, c), (jac, x))
{
    return combined_with(c, plus_parts_fn, x, false);
}

JAC_DEF(jac, windows_with_complex, (jac, c), (jac, x))
{
    return jac_at(combined_with(c, plus_outside_fn, jac_mul(x, c), true), 1);
}

JAC_DEF(jac, windows_with_parts, (jac, c), (jac, x))
{
    return jac_at(combined_with(c, plus_parts_fn, x, true), 1);
}

/* c = 3 + 2i, x = 1, 2, 4. Each element that is added brings the constant with it. */
Test(combine, compiled_bodies_take_both_parts_of_complex_constants)
{
    JAC_SCOPE () {
        jac c =
            jac_complex(jac_array(JAC_SHAPE(), (float[]){3}), jac_array(JAC_SHAPE(), (float[]){2}));
        jac x = jac_array(JAC_SHAPE(3), (float[]){1, 2, 4});
        const struct {
            jac_fn f;
            double want;
        } cases[] = {{reduced_with_complex_fn, 3 * 7 + 3 * 6},
                     {reduced_with_parts_fn, 7 + 3 * 24},
                     {windows_with_complex_fn, 3 * 6 + 2 * 6},
                     {windows_with_parts_fn, 6 + 2 * 24}};
        for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
            for (int jit = 0; jit < 2; jit++) {
                jac y = jac_call1(jit ? jac_jit(cases[k].f) : cases[k].f, c, x);
                cr_expect_float_eq(jac_item_f64(y), cases[k].want, 1e-4, "%zu, %d: %s", k, jit,
                                   jac_error());
            }
    }
}

JAC_DEF(jac, plus_of_all_lanes, (jac, x), (jac, y))
{
    return jac_add(x, jac_psum(y, "lane"));
}

JAC_DEF(jac, reduced_across_lanes, (jac, x))
{
    jac y;
    jac_reduce(x, 0, plus_of_all_lanes_fn, 0, &y);
    return y;
}

JAC_DEF(jac, windows_across_lanes, (jac, x))
{
    jac y;
    jac_reduce_window(x, 0, plus_of_all_lanes_fn, JAC_OUT(&y), 3);
    return jac_at(y, 0);
}

JAC_DEF(jac, scattered_across_lanes, (jac, x))
{
    jac y, at = jac_zeros(JAC_SHAPE(3, 1), JAC_I32);
    jac_scatter_by(jac_zeros(1), at, x, plus_of_all_lanes_fn, JAC_OUT(&y),
                   .inserted_window_dims = 0, .scatter_dims_to_operand_dims = 0);
    return jac_at(y, 0);
}

Test(combine, functions_may_work_across_the_lanes_of_a_batch)
{
    JAC_SCOPE () {
        jac x = jac_array(JAC_SHAPE(2, 3), (float[]){1, 2, 4, 10, 20, 40});
        jac_fn fs[] = {reduced_across_lanes_fn, windows_across_lanes_fn, scattered_across_lanes_fn};
        for (int k = 0; k < 3; k++)
            for (int jit = 0; jit < 2; jit++) {
                jac_fn f = jac_vmap(fs[k], .axis_name = "lane");
                jac y = jac_call1(jit ? jac_jit(f) : f, x);
                for (int lane = 0; lane < 2; lane++)
                    cr_expect_eq(number(y, lane), 77, "%d, %d: %s", k, jit, jac_error());
            }
    }
}

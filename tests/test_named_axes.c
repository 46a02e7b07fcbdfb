/* Named axes: where a name is bound, when collectives disappear, and wrong use. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "tests/compiled.h"
#include "tests/custom.h"

JAC_DEF(jac, over_sum, (jac, x))
{
    return jac_div(x, jac_psum(x, "i"));
}

JAC_DEF(jac, over_other_sum, (jac, x))
{
    return jac_div(x, jac_psum(x, "j"));
}

JAC_DEF(jac, nameless, (jac, x))
{
    return jac_psum(x, NULL);
}

JAC_DEF(jac, index_of_lane, (jac, x))
{
    return jac_add(x, jac_axis_index("i"));
}

JAC_DEF(jac, size_of_batch, (jac, x))
{
    return jac_mul(x, jac_axis_size("i"));
}

Test(named_axes, names_that_nothing_binds)
{
    FAILS_WITH(jac_psum(1.0, "i"), "no axis named \"i\" is being mapped here (none is bound)");
    FAILS_WITH(jac_axis_index("i"), "axis_index: no axis");
    FAILS_WITH(jac_call1(over_sum_fn, vec(3)), "no axis named \"i\"");
    FAILS_WITH(jac_call1(jac_vmap(over_sum_fn), vec(3)), "no axis named \"i\"");
    FAILS_WITH(jac_call1(jac_vmap(over_other_sum_fn, .axis_name = "i"), vec(3)),
               "no axis named \"j\" is being mapped here (bound are: \"i\")");
    FAILS_WITH(jac_call1(jac_vmap(nameless_fn, .axis_name = "i"), vec(3)), "null pointer");
    FAILS_WITH(jac_vmap(over_sum_fn, .axis_name = "the batch"), "not an identifier");
    FAILS_WITH(jac_vmap(over_sum_fn, .axis_name = ""), "not an identifier");
    FAILS_WITH(jac_vmap(over_sum_fn, .axis_size = -1), "axis_size must be at least 0, but is -1");
    jac_error_clear();
    cr_assert_eq(jac_axis_size("i"), -1);
    cr_assert(jac_error());
}

Test(named_axes, name_is_bound_within_the_function_only)
{
    cr_assert(jac_ok(jac_call1(jac_vmap(over_sum_fn, .axis_name = "i"), vec(3))), "%s",
              jac_error());
    FAILS_WITH(jac_psum(1.0, "i"), "none is bound");
    FAILS_WITH(jac_call1(jac_vmap(over_other_sum_fn, .axis_name = "i"), vec(3)), "\"j\"");
    FAILS_WITH(jac_psum(1.0, "i"), "none is bound"); /* after a failure, too */
}

/* A jitted function remembers traces, except those that are valid only under a named axis. */
Test(named_axes, jitted_function_does_not_remember_a_name)
{
    jac_fn f = jac_jit(over_sum_fn);
    cr_assert(jac_ok(jac_call1(jac_vmap(f, .axis_name = "i"), vec(3))), "%s", jac_error());
    FAILS_WITH(jac_call1(f, 0.5), "no axis named \"i\"");
    cr_assert_eq(jac_item_f64(jac_sum(jac_call1(jac_vmap(f, .axis_name = "i"), vec(5)))), 1);
}

Test(named_axes, collectives_vanish_with_their_axis)
{
    jac_fn lanes = jac_vmap(over_sum_fn, .axis_name = "i");
    char *text = jac_make_jaxpr(lanes, (jac[]){vec(3)});
    cr_assert(text && strstr(text, "reduce_sum") && !strstr(text, "psum"), "%s", text);
    free(text);
    cr_assert_eq(
        jac_item_f64(jac_sum(jac_call1(jac_vmap(size_of_batch_fn, .axis_name = "i"), vec(4)))), 8);
    jac none = jac_call1(
        jac_vmap(index_of_lane_fn, JAC_AXES(JAC_NONE), .axis_size = 3, .axis_name = "i"), 1.0);
    cr_assert_eq(jac_item_f64(jac_sum(none)), 6, "axis_index did not make lanes differ");
}

Test(named_axes, text_of_a_collective_reads_back_and_cannot_be_run)
{
    TEST_POOL(p);
    IR_AUTO_GRAPH g = parsed("graph f(x: f32[]) {\n"
                             "  y: f32[] = psum[axis_name=rows] x\n"
                             "  z: i32[] = axis_index[axis_name=rows]\n"
                             "  return y, z\n}\n");
    char *text = ir_print_str(g, false);
    IR_AUTO_GRAPH again = parsed(text);
    cr_expect(ir_graph_equal(g, again));
    IR_AUTO_GRAPH other = parsed("graph f(x: f32[]) {\n"
                                 "  y: f32[] = psum[axis_name=columns] x\n"
                                 "  z: i32[] = axis_index[axis_name=columns]\n"
                                 "  return y, z\n}\n");
    cr_expect_not(ir_graph_equal(g, other));
    cr_expect_neq(ir_graph_hash(g).lo, ir_graph_hash(other).lo);
    free(text);
    test_arrays in = {0}, out;
    test_arrays_add(&p, &in, test_array_read(&p, "f32[] 1"));
    cr_expect_not(test_eval(&p, g, &in, &out));
    cr_expect(strstr(ir_error(), "no axis named \"rows\""), "%s", ir_error());
    ir_error_clear();
    cr_expect_null(
        ir_parse("graph f(x: f32[]) {\n  y: f32[] = psum[axis_name=3] x\n  return y\n}\n", "test"));
    cr_expect(strstr(ir_error(), "a name"), "%s", ir_error());
    ir_error_clear();
    cr_expect_null(ir_parse(
        "graph f(x: bool[3]) {\n  y: bool[3] = pmax[axis_name=i] x\n  return y\n}\n", "test"));
    cr_expect(strstr(ir_error(), "pmax: operands must be numbers, but operand 0 is bool[3]"), "%s",
              ir_error());
}

JAC_DEF(Two, extremes, (jac, x))
{
    return (Two){jac_pmax(x, "i"), jac_pmin(x, "i")};
}

JAC_DEF(Two, slopes_of_extremes, (Two, s))
{
    Two y, t;
    jac_jvp(extremes_fn, &s.a, &s.b, &y, &t);
    return t;
}

Test(named_axes, tangent_of_an_extreme_is_the_mean_over_the_lanes_that_have_it)
{
    Two s = {jac_array(JAC_SHAPE(4), (double[]){1, 3, 3, 2}),
             jac_array(JAC_SHAPE(4), (double[]){8, 2, 4, 16})},
        t;
    for (int compiled = 0; compiled < 2; compiled++) {
        jac_fn f = jac_vmap(slopes_of_extremes_fn, .axis_name = "i");
        cr_assert(jac_call(compiled ? jac_jit(f) : f, &s, &t), "%s", jac_error());
        for (int k = 0; k < 4; k++) {
            cr_expect_eq(jac_item_f64(jac_at(t.a, k)), 3);
            cr_expect_eq(jac_item_f64(jac_at(t.b, k)), 8);
        }
    }
}

JAC_DEF(jac, weighted, (Two, p), (jac, x))
{
    return jac_add(jac_mul(p.a, x), p.b);
}

Test(named_axes, axes_of_leaves_that_do_not_fit)
{
    FAILS_WITH(jac_vmap(weighted_fn, .in_axes_leaves = JAC_AXES(0, 0)), "have 3 handles");
    FAILS_WITH(jac_vmap(weighted_fn, JAC_AXES(0, 0), .in_axes_leaves = JAC_AXES(0, 0, 0)), "both");
    FAILS_WITH(jac_vmap(weighted_fn, JAC_AXES(0, 0, 0)), "in_axes_leaves takes one for each");
    jac_fn f = jac_vmap(weighted_fn, .in_axes_leaves = JAC_AXES(0, JAC_NONE, 1));
    FAILS_WITH(jac_call1(f, vec(3), 1.0, vec(3)), "argument 1");
    FAILS_WITH(jac_call1(f, vec(3), 1.0, jac_ones(JAC_SHAPE(2, 4))), "argument 1");
    jac y = jac_call1(f, vec(3), 1.0, jac_ones(JAC_SHAPE(2, 3)));
    cr_assert(jac_ok(y) && jac_ndim(y) == 2 && jac_dim(y, 0) == 3, "%s", jac_error());
}

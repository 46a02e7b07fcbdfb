/* Transformations of the control primitives: derivatives against finite differences, forward
 * against reverse mode, batches against lanes run one by one, on graphs nested in many ways. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/control_graphs.h"

TestSuite(transforms, .init = ops_init);

/* ---- checks ------------------------------------------------------------------------------ */

static void check_jvp(test_pool *p, const ir_graph *g, uint64_t seed)
{
    IR_AUTO_GRAPH j = made(test_jvp(g), "jvp");
    test_arrays in = random_inputs(p, g->in, g->nin, seed), want = {0};
    test_arrays tangent = floats_of(p, g->in, g->nin, seed + 1);
    test_arrays all = test_arrays_join(p, &in, &tangent);
    test_arrays got = run(p, j, &all), primal = run(p, g, &in);
    cr_expect(test_differences(p, g, &in, &tangent, 1e-3, &want), "%s", ir_error());
    test_arrays head = {g->nout, got.at};
    test_close_all("jvp, primal", &head, 0, &primal, exact);
    test_close_all("jvp, tangent", &got, g->nout, &want, differences);
    check_graph(p, j, &all);
}

/* Checks <ct, J t> = <J' ct, t> for random t and ct: reverse mode is the transpose of
 * forward mode. */
static void check_vjp(test_pool *p, const ir_graph *g, uint64_t seed)
{
    IR_AUTO_GRAPH j = made(test_jvp(g), "jvp");
    IR_AUTO_GRAPH v = made(test_vjp(g), "vjp");
    test_arrays in = random_inputs(p, g->in, g->nin, seed);
    test_arrays tangent = floats_of(p, g->in, g->nin, seed + 1);
    test_arrays ct = floats_of(p, g->out, g->nout, seed + 2);
    test_arrays forward_in = test_arrays_join(p, &in, &tangent);
    test_arrays reverse_in = test_arrays_join(p, &in, &ct);
    test_arrays forward = run(p, j, &forward_in), reverse = run(p, v, &reverse_in);
    test_arrays primal = {g->nout, reverse.at}, want = run(p, g, &in);
    test_arrays ty = {forward.n - g->nout, forward.at + g->nout};
    test_arrays ctx = {reverse.n - g->nout, reverse.at + g->nout};
    test_close_all("vjp, primal", &primal, 0, &want, exact);
    double a = test_dot(&ct, &ty), b = test_dot(&ctx, &tangent);
    cr_expect_float_eq(a, b, 1e-10 * (1 + (a < 0 ? -a : a)), "%s: %g forward, %g in reverse",
                       g->name, a, b);
    check_graph(p, v, &reverse_in);
}

/* Runs g lane by lane over the marked inputs, at these axes. */
static void check_vmap(test_pool *p, const ir_graph *g, int lanes, const int *axis, uint64_t seed)
{
    int *out_axis = ir_new((size_t)(g->nout + 1) * sizeof *out_axis);
    for (int k = 0; k < g->nout; k++)
        out_axis[k] = IR_AXIS_ANY;
    IR_AUTO_GRAPH b = made(ir_vmap(g, &(ir_batching){.size = lanes}, axis, out_axis), "vmap");
    test_arrays in = random_inputs(p, b->in, b->nin, seed), got = run(p, b, &in);
    for (int lane = 0; lane < lanes; lane++) {
        test_arrays one = {0}, mine = {0};
        for (int k = 0; k < g->nin; k++)
            test_arrays_add(p, &one,
                            axis[k] < 0 ? in.at[k] : test_array_slice(p, &in.at[k], axis[k], lane));
        for (int k = 0; k < g->nout; k++)
            test_arrays_add(p, &mine,
                            out_axis[k] < 0 ? got.at[k]
                                            : test_array_slice(p, &got.at[k], out_axis[k], lane));
        test_arrays want = run(p, g, &one);
        test_close_all("vmap", &mine, 0, &want, near);
    }
    check_graph(p, b, &in);
    free(out_axis);
}

/* Batches all inputs, each one alone, and all but each one; some at their last axis. */
static void check_vmaps(test_pool *p, const ir_graph *g, uint64_t seed)
{
    int *axis = ir_new((size_t)g->nin * sizeof *axis);
    for (int which = -1; which < g->nin; which++)
        for (int alone = 0; alone < 2; alone++) {
            bool any = false;
            for (int k = 0; k < g->nin; k++) {
                bool batched = which < 0 || (k == which) == (alone == 1);
                axis[k] = batched ? (alone ? g->in[k]->type.rank : 0) : -1;
                any = any || batched;
            }
            if (any)
                for (int lanes = 0; lanes < 4; lanes += lanes ? 2 : 1)
                    check_vmap(p, g, lanes, axis, seed + (uint64_t)which);
        }
    free(axis);
}

/* Does all checks on g and, up to order `order`, on its derivatives. */
static void check_all(const ir_graph *g, int order, bool reverse)
{
    TEST_POOL(p);
    for (uint64_t seed = 1; seed < 4; seed++) {
        check_jvp(&p, g, seed);
        if (reverse)
            check_vjp(&p, g, seed);
    }
    check_vmaps(&p, g, 5);
    if (!order)
        return;
    IR_AUTO_GRAPH j = made(test_jvp(g), "jvp");
    check_all(j, order - 1, reverse);
    if (!reverse)
        return;
    IR_AUTO_GRAPH v = made(test_vjp(g), "vjp");
    check_all(v, order - 1, reverse);
}

static void check_text(const char *text, int order, bool reverse)
{
    IR_AUTO_GRAPH g = made(ir_parse(text, "test"), "parse");
    check_all(g, order, reverse);
    /* Also batches it before differentiating. */
    int *axis = ir_new((size_t)(g->nin + g->nout) * sizeof *axis), *out = axis + g->nin;
    for (int k = 0; k < g->nout; k++)
        out[k] = IR_AXIS_ANY;
    IR_AUTO_GRAPH b = made(ir_vmap(g, &(ir_batching){.size = 2}, axis, out), "vmap");
    check_all(b, 0, reverse);
    free(axis);
}

Test(transforms, a_loop_over_a_counter_differentiates_twice)
{
    check_text(fori, 1, true);
}

Test(transforms, a_scan_of_constants_carries_xs_and_ys_differentiates_twice)
{
    check_text(full_scan, 1, true);
}

Test(transforms, branches_differentiate_twice)
{
    check_text(branches, 1, true);
}

Test(transforms, calls_differentiate_twice)
{
    check_text(calls, 1, true);
}

Test(transforms, a_custom_derivative_is_used_and_differentiates)
{
    check_text(custom, 1, true);
}

Test(transforms, a_while_loop_differentiates_forwards)
{
    check_text(loop, 1, true);
}

Test(transforms, a_loop_in_a_scan_in_a_branch_differentiates_twice)
{
    check_text(deep, 1, true);
}

Test(transforms, a_scan_in_a_scan_differentiates_twice)
{
    check_text(scan_of_scan, 1, true);
}

Test(transforms, branches_in_a_scan_differentiate_twice)
{
    check_text(cond_in_scan, 1, true);
}

Test(transforms, a_scan_of_no_steps_differentiates)
{
    check_text(no_steps, 1, true);
}

Test(transforms, a_scan_in_a_while_loop_differentiates_forwards)
{
    check_text(scan_in_while, 1, true);
}

Test(transforms, weak_and_strong_types_may_meet)
{
    check_text(weak, 1, true);
}

Test(transforms, control_without_results_or_operands_is_no_trouble)
{
    check_text(odd, 1, true);
}

Test(transforms, a_tangent_finds_its_way_through_all_carries)
{
    check_text(slow_carries, 1, true);
}

/* ---- deep nests -------------------------------------------------------------------------- */

/* A ladder of branches, as a chain of `else if` makes: each is in the last branch of the
 * previous. */
static ir_graph *ladder(int depth)
{
    ir_graph *g = ir_graph_new("ladder");
    ir_type index = ir_type_scalar(IR_i32), real = ir_type_scalar(IR_f64);
    ir_value *i = ir_input(g, &index), *x = ir_input(g, &real), *y = NULL;
    if (depth) {
        IR_AUTO_GRAPH first = ir_graph_like(g, "first");
        IR_AUTO_GRAPH next = ladder(depth - 1);
        y = b_mul(first, first->in[1], first->in[1]);
        ir_outputs(first, &y, 1);
        ir_attr attr[] = {[COND_BRANCHES] = {.n = 2, .graphs = (ir_graph *[]){first, next}}};
        y = ir_emit1(g, &op_cond, 3, (ir_value *[]){i, i, x}, attr);
    } else {
        y = b_sin(g, x);
    }
    ir_outputs(g, &y, 1);
    return g;
}

Test(transforms, a_ladder_of_branches_costs_no_more_than_its_length)
{
    TEST_POOL(p);
    /* If each rung doubled the work, this would take 2^40 steps. */
    IR_AUTO_GRAPH g = made(ladder(40), "ladder");
    check_jvp(&p, g, 1);
    check_vjp(&p, g, 1);
    check_vmap(&p, g, 3, (int[]){-1, 0}, 1);
}

/* ---- compiled ---------------------------------------------------------------------------- */

static void check_compiled(ir_graph *g)
{
    TEST_POOL(p);
    test_arrays in = random_inputs(&p, g->in, g->nin, 11), want = run(&p, g, &in), got = {0};
    cr_assert(test_jit(&p, g, &in, &got), "%s", ir_error());
    if (!test_close_all("compiled", &got, 0, &want, near))
        ir_print(stderr, g, false);
}

Test(transforms, compiled_derivatives_are_those_of_the_interpreter)
{
    for (int k = 0; k < NTEXTS; k++) {
        int axis[16] = {0}, out[16] = {0};
        IR_AUTO_GRAPH g = made(ir_parse(all_texts[k], "test"), "parse");
        IR_AUTO_GRAPH b = made(ir_vmap(g, &(ir_batching){.size = 3}, axis, out), "vmap");
        IR_AUTO_GRAPH d = made(test_vjp(b), "derivative");
        IR_AUTO_GRAPH second = made(test_jvp(d), "second derivative");
        check_compiled(b);
        check_compiled(d);
        check_compiled(second);
    }
}

/* ---- what cannot be done ----------------------------------------------------------------- */

Test(transforms, an_output_that_varies_cannot_be_asked_for_unbatched)
{
    IR_AUTO_GRAPH g = made(ir_parse(calls, "test"), "parse");
    IR_AUTO_GRAPH v = ir_vmap(g, &(ir_batching){.size = 3}, (int[]){0, -1}, (int[]){0, -1});
    cr_assert(!v);
    cr_expect(strstr(ir_error(), "output 1"), "%s", ir_error());
}

Test(transforms, outputs_carry_the_batch_where_they_are_asked_to)
{
    IR_AUTO_GRAPH g = made(ir_parse(calls, "test"), "parse");
    for (int at = 0; at < 2; at++) {
        IR_AUTO_GRAPH v = made(
            ir_vmap(g, &(ir_batching){.size = 3}, (int[]){1, -1}, (int[]){at, 1 - at}), "vmap");
        cr_expect_eq(v->out[0]->type.dim[at], 3);
        cr_expect_eq(v->out[1]->type.dim[1 - at], 3);
    }
}

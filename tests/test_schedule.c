/* The schedule: fused loops without temporaries, and values computed where they are needed. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/compiled.h"

static void expect_schedule(const char *graph, const char *part)
{
    char *text = emitted(graph, JIT_TEXT_SCHEDULE);
    cr_expect(has(text, part), "no \"%s\" in\n%s", part, text);
    free(text);
}

Test(schedule, a_chain_and_its_reduction_are_one_loop_without_temporaries)
{
    expect_schedule("graph f(x: f32[1000], y: f32[1000]) {\n"
                    "  e: f32[1000] = exp x\n"
                    "  p: f32[1000] = mul e y\n"
                    "  s: f32[] = reduce_sum[axes=[0]] p\n"
                    "  return s\n"
                    "}",
                    "1 kernels, 0 temporaries");
}

Test(schedule, results_that_share_work_are_one_loop)
{
    expect_schedule("graph f(x: f32[1000]) {\n"
                    "  t: f32[1000] = tanh x\n"
                    "  q: f32[1000] = mul t t\n"
                    "  r: f32[1000] = neg t\n"
                    "  s: f32[] = reduce_sum[axes=[0]] q\n"
                    "  return q, r, s\n"
                    "}",
                    "1 kernels, 0 temporaries");
}

Test(schedule, a_reshape_of_what_is_in_memory_costs_nothing)
{
    expect_schedule("graph f(x: f32[4,6], i: i32[3]) {\n"
                    "  r: f32[24] = reshape[new_sizes=[24]] x\n"
                    "  y: f32[24] = cumsum[axis=0, reverse=false] r\n"
                    "  return y\n"
                    "}",
                    "1 kernels, 0 temporaries");
}

Test(schedule, a_carry_changed_element_by_element_stays_where_it_is)
{
    expect_schedule("graph f(a: f32[100]) {\n" LOOP("f32[100]", 10,
                                                    "    w: f32[100] = sin x\n"
                                                    "    return k, w\n"),
                    "in place");
}

Test(schedule, a_window_of_a_carry_is_written_in_place)
{
    expect_schedule(
        "graph f(a: f32[100]) {\n" LOOP("f32[100]", 10,
                                        "    v: f32[10] = dynamic_slice[slice_sizes=[10]] x i\n"
                                        "    w: f32[10] = sin v\n"
                                        "    u: f32[100] = dynamic_update_slice x w k\n"
                                        "    return k, u\n"),
        "in place");
}

/* How many arrays, other than small ones, the program keeps besides inputs and outputs. */
static void expect_temporaries(const char *graph, int n)
{
    char part[40];
    snprintf(part, sizeof part, ", %d temporaries", n);
    expect_schedule(graph, part);
}

Test(schedule, two_windows_of_a_carry_are_written_in_place_one_after_the_other)
{
    expect_temporaries(
        "graph f(a: f32[20000]) {\n" LOOP("f32[20000]", 10,
                                          "    v: f32[1] = dynamic_slice[slice_sizes=[1]] x i\n"
                                          "    w: f32[1] = sin v\n"
                                          "    u: f32[20000] = dynamic_update_slice x w k\n"
                                          "    p: f32[1] = dynamic_slice[slice_sizes=[1]] u i\n"
                                          "    q: f32[1] = add p w\n"
                                          "    r: f32[20000] = dynamic_update_slice u q i\n"
                                          "    return k, r\n"),
        0);
}

Test(schedule, a_window_is_written_after_the_carry_is_read_elsewhere)
{
    expect_temporaries(
        "graph f(a: f32[20000]) {\n" LOOP(
            "f32[20000]", 10,
            "    h: f32[] = literal[value=0, dtype=f32, weak=false]\n"
            "    e: f32[1] = broadcast_in_dim[shape=[1], broadcast_dimensions=[]] h\n"
            "    u: f32[20000] = dynamic_update_slice x e k\n"
            "    v: f32[1] = dynamic_slice[slice_sizes=[1]] x i\n"
            "    y: f32[] = reshape[new_sizes=[]] v\n"
            "    m: f32[1] = broadcast_in_dim[shape=[1], broadcast_dimensions=[]] y\n"
            "    r: f32[20000] = dynamic_update_slice u m i\n"
            "    return k, r\n"),
        0);
}

/* The state is passed to the branches twice: as the state and as what they read. */
Test(schedule, a_carry_is_written_in_place_in_one_of_two_branches)
{
    expect_temporaries(
        "graph f(a: f32[20000]) {\n" LOOP(
            "f32[20000]", 10,
            "    v: f32[1] = dynamic_slice[slice_sizes=[1]] x i\n"
            "    w: f32[1] = sin v\n"
            "    u: f32[20000] = cond[branches=[\n"
            "      graph (p: f32[20000], q: f32[20000], s: i32[], t: f32[1]) {\n"
            "        return p\n"
            "      }, graph (p: f32[20000], q: f32[20000], s: i32[], t: f32[1]) {\n"
            "        r: f32[20000] = dynamic_update_slice q t s\n"
            "        return r\n"
            "      }]] i x x k w\n"
            "    return k, u\n"),
        0);
}

Test(schedule, a_carry_is_written_in_place_if_a_predicate_holds)
{
    expect_temporaries(
        "graph f(a: f32[20000]) {\n" LOOP(
            "f32[20000]", 10,
            "    v: f32[1] = dynamic_slice[slice_sizes=[1]] x i\n"
            "    w: f32[1] = sin v\n"
            "    u: f32[20000] = dynamic_update_slice x w k\n"
            "    d: bool[] = lt i k\n"
            "    e: bool[20000] = broadcast_in_dim[shape=[20000], broadcast_dimensions=[]] d\n"
            "    r: f32[20000] = select_n e x u\n"
            "    return k, r\n"),
        0);
}

Test(schedule, rows_of_a_carry_are_written_in_place_if_their_predicates_hold)
{
    expect_temporaries(
        "graph f(a: f32[4,20000]) {\n" LOOP(
            "f32[4,20000]", 10,
            "    l: i32[] = literal[value=0, dtype=i32, weak=false]\n"
            "    v: f32[4,1] = dynamic_slice[slice_sizes=[4,1]] x l i\n"
            "    w: f32[4,1] = sin v\n"
            "    u: f32[4,20000] = dynamic_update_slice x w l k\n"
            "    m: f32[4] = reshape[new_sizes=[4]] w\n"
            "    d: bool[4] = lt m m\n"
            "    e: bool[4,20000] = broadcast_in_dim[shape=[4,20000], broadcast_dimensions=[0]] d\n"
            "    r: f32[4,20000] = select_n e x u\n"
            "    return k, r\n"),
        0);
}

Test(schedule, elements_of_lanes_are_set_in_place_where_a_predicate_holds)
{
    expect_temporaries(
        "graph f(a: f32[4,20000]) {\n" LOOP(
            "f32[4,20000]", 10,
            "    l: i32[4] = iota[dtype=i32, shape=[4], dimension=0]\n"
            "    m: i32[4] = broadcast_in_dim[shape=[4], broadcast_dimensions=[]] i\n"
            "    p: i32[4] = add l m\n"
            "    v: f32[4,1] = gather[offset_dims=[1], start_index_map=[1], operand_batching_dims=[0], "
            "start_indices_batching_dims=[0], index_vector_dim=1, "
            "slice_sizes=[1,1]] x p\n"
            "    w: f32[4,1] = sin v\n"
            "    u: f32[4,20000] = scatter[update_window_dims=[1], "
            "scatter_dims_to_operand_dims=[1], operand_batching_dims=[0], "
            "scatter_indices_batching_dims=[0], index_vector_dim=1] x p w\n"
            "    d: bool[4] = lt l m\n"
            "    e: bool[4,20000] = broadcast_in_dim[shape=[4,20000], broadcast_dimensions=[0]] d\n"
            "    r: f32[4,20000] = select_n e x u\n"
            "    return k, r\n"),
        0);
}

/* What is chosen is read from the array between two updates, and from what it was before. */
Test(schedule, elements_of_lanes_are_read_between_updates_in_place)
{
    expect_temporaries(
        "graph f(a: f32[4,20000]) {\n" LOOP(
            "f32[4,20000]", 10,
            "    l: i32[4] = iota[dtype=i32, shape=[4], dimension=0]\n"
            "    m: i32[4] = broadcast_in_dim[shape=[4], broadcast_dimensions=[]] i\n"
            "    p: i32[4] = add l m\n"
            "    v: f32[4,1] = gather[offset_dims=[1], start_index_map=[1], operand_batching_dims=[0], "
            "start_indices_batching_dims=[0], index_vector_dim=1, "
            "slice_sizes=[1,1]] x p\n"
            "    w: f32[4,1] = sin v\n"
            "    s: f32[4,20000] = scatter[update_window_dims=[1], "
            "scatter_dims_to_operand_dims=[1], operand_batching_dims=[0], "
            "scatter_indices_batching_dims=[0], index_vector_dim=1] x m w\n"
            "    y: f32[4,1] = gather[offset_dims=[1], start_index_map=[1], operand_batching_dims=[0], "
            "start_indices_batching_dims=[0], index_vector_dim=1, "
            "slice_sizes=[1,1]] s p\n"
            "    z: f32[4,1] = mul y v\n"
            "    u: f32[4,20000] = scatter[update_window_dims=[1], "
            "scatter_dims_to_operand_dims=[1], operand_batching_dims=[0], "
            "scatter_indices_batching_dims=[0], index_vector_dim=1] s p z\n"
            "    d: bool[4] = lt l m\n"
            "    e: bool[4,20000] = broadcast_in_dim[shape=[4,20000], broadcast_dimensions=[0]] d\n"
            "    r: f32[4,20000] = select_n e x u\n"
            "    return k, r\n"),
        0);
}

Test(schedule, two_elements_of_a_carry_are_swapped_in_place)
{
    expect_temporaries(
        "graph f(a: f32[20000]) {\n" LOOP("f32[20000]", 10,
                                          "    v: f32[1] = dynamic_slice[slice_sizes=[1]] x i\n"
                                          "    w: f32[1] = dynamic_slice[slice_sizes=[1]] x k\n"
                                          "    u: f32[20000] = dynamic_update_slice x w i\n"
                                          "    r: f32[20000] = dynamic_update_slice u v k\n"
                                          "    return k, r\n"),
        0);
}

Test(schedule, numbers_are_added_at_indices_in_place)
{
    expect_temporaries(
        "graph f(a: f32[20000]) {\n" LOOP(
            "f32[20000]", 10,
            "    e: i32[1] = broadcast_in_dim[shape=[1], broadcast_dimensions=[]] i\n"
            "    w: f32[1] = convert_element_type[new_dtype=f32, weak=false] e\n"
            "    u: f32[20000] = scatter_add[inserted_window_dims=[0], "
            "scatter_dims_to_operand_dims=[0], index_vector_dim=1] x e w\n"
            "    return k, u\n"),
        0);
}

/* The loop reads one element of the array in each step. Its gradient must not add whole arrays. */
Test(schedule, the_gradient_of_a_checkpointed_loop_adds_to_elements_in_place)
{
    IR_AUTO_GRAPH g = parsed(
        "graph f(a: f32[20000]) {\n"
        "  z: i32[] = literal[value=0, dtype=i32, weak=false]\n"
        "  s: f32[] = literal[value=1, dtype=f32, weak=false]\n"
        "  j: i32[], y: f32[] = while[cond=graph (i: i32[], x: f32[]) {\n"
        "    n: i32[] = literal[value=20000, dtype=i32, weak=false]\n"
        "    c: bool[] = lt i n\n"
        "    return c\n"
        "  }, body=graph (b: f32[20000], i: i32[], x: f32[]) {\n"
        "    o: i32[] = literal[value=1, dtype=i32, weak=false]\n"
        "    k: i32[] = add i o\n"
        "    v: f32[1] = dynamic_slice[slice_sizes=[1]] b i\n"
        "    w: f32[] = reshape[new_sizes=[]] v\n"
        "    u: f32[] = sin x\n"
        "    r: f32[] = add u w\n"
        "    return k, r\n"
        "  }, cond_nconsts=0, body_nconsts=1, checkpoints=4] a z s\n"
        "  return y\n"
        "}");
    IR_AUTO_GRAPH back = test_vjp(g);
    cr_assert(back, "%s", ir_error());
    char *text = jit_emit_text(back, NULL, JIT_TEXT_SCHEDULE);
    cr_assert(text, "%s", ir_error());
    cr_expect(has(text, ", 0 temporaries"), "%s", text);
    free(text);
}

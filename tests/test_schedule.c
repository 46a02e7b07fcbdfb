/* The schedule: fused loops without temporaries, and values computed where they are needed. */
#include <criterion/criterion.h>
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

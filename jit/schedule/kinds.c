/* The rows of the table of step kinds (kinds.h). */
#include "jit/schedule/schedule.h"

static bool rows_are_kept(const jit_step *t)
{
    return !(t->reduced & 1);
}

static const char *of_while(int j)
{
    return j ? "body" : "condition";
}

static const char *of_branches(int j)
{
    (void)j;
    return "branch";
}

static const char *of_body(int j)
{
    (void)j;
    return "body";
}

const jit_kind jit_kinds[] = {
    [JIT_STEP_SCALAR] = {.name = "SCALAR", .single = true, .read = jit_read_roots},
    [JIT_STEP_KERNEL] = {.name = "KERNEL",
                         .nest = true,
                         .over_space = true,
                         .read = jit_read_roots,
                         .overwrites = jit_overwrites_elements,
                         .by_rows = rows_are_kept},
    [JIT_STEP_ARGREDUCE] = {.name = "ARGREDUCE",
                            .nest = true,
                            .passes = 2,
                            .read = jit_read_operands},
    [JIT_STEP_CUMULATE] = {.name = "CUMULATE", .nest = true, .read = jit_read_operands},
    [JIT_STEP_DOT] = {.name = "DOT",
                      .nest = true,
                      .read = jit_read_operands,
                      .by_rows = jit_dot_by_rows},
    [JIT_STEP_UPDATE] = {.name = "UPDATE",
                         .nest = true,
                         .window = true,
                         .read = jit_read_window,
                         .overwrites = jit_overwrites_window},
    [JIT_STEP_SCATTER] = {.name = "SCATTER",
                          .nest = true,
                          .window = true,
                          .read = jit_read_window,
                          .overwrites = jit_overwrites_window},
    [JIT_STEP_EVAL] = {.name = "EVAL",
                       .read = jit_read_operands,
                       .overwrites = jit_overwrites_operand},
    [JIT_STEP_WHILE] = {.name = "WHILE",
                        .loops = true,
                        .pointers = true,
                        .read = jit_read_operands,
                        .overwrites = jit_overwrites_carry,
                        .operand = jit_operand_of_loop,
                        .plan_blocks = jit_plan_loop,
                        .block_name = of_while},
    [JIT_STEP_COND] = {.name = "COND",
                       .read = jit_read_operands,
                       .overwrites = jit_overwrites_in_branches,
                       .operand = jit_operand_of_branch,
                       .plan_blocks = jit_plan_branches,
                       .block_name = of_branches},
    [JIT_STEP_SCAN] = {.name = "SCAN",
                       .loops = true,
                       .pointers = true,
                       .read = jit_read_operands,
                       .overwrites = jit_overwrites_carry,
                       .operand = jit_operand_of_loop,
                       .plan_blocks = jit_plan_loop,
                       .block_name = of_body},
    [JIT_STEP_LANES] = {.name = "LANES",
                        .pointers = true,
                        .own_strips = true,
                        .first_graph = LANES_STRIP,
                        .read = jit_read_operands,
                        .operand = jit_operand_of_lanes,
                        .plan_blocks = jit_plan_lanes,
                        .block_name = of_body},
};

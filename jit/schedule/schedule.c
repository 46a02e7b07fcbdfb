/* Makes and frees schedules: fuses a graph into blocks of steps, then plans the buffers. */
#include <stdlib.h>

#include "jit/schedule/schedule.h"

static int count_kernels(const jit_block *b)
{
    int n = 0;
    for (const jit_step *t = b->first; t; t = t->next) {
        for (int k = 0; k < t->nblock; k++)
            n += count_kernels(t->block[k]);
        n += !t->nblock && !jit_kind_of(t)->single;
    }
    return n;
}

/* All memory comes from the arena. If it runs out, a longjmp leaves the scheduler from wherever it
 * is. */
static bool make(jit_schedule *s)
{
    jmp_buf no_memory;
    s->mem.exit = &no_memory;
    if (setjmp(no_memory))
        return false;
    s->top = jit_fuse(s, s->g);
    jit_plan(s);
    s->nkernel = count_kernels(s->top);
    s->mem.exit = NULL;
    return true;
}

jit_schedule *jit_schedule_make(const ir_graph *g, const uint8_t *donated, const jit_limits *limits)
{
    jit_schedule *s = ir_new(sizeof *s);
    if (!s)
        return NULL;
    s->g = g;
    s->donated = donated;
    s->limits = *limits;
    if (make(s))
        return s;
    jit_schedule_free(s);
    return NULL;
}

void jit_schedule_free(jit_schedule *s)
{
    if (!s)
        return;
    ir_arena_free(&s->mem);
    free(s);
}

int jit_operand_of(const jit_step *t, int block, int input)
{
    return jit_kind_of(t)->operand(t, block, input);
}

int jit_operand_of_branch(const jit_step *t, int block, int input)
{
    (void)t;
    (void)block;
    return input + 1;
}

int jit_operand_of_lanes(const jit_step *t, int block, int input)
{
    (void)t;
    (void)block;
    return input;
}

int jit_operand_of_loop(const jit_step *t, int block, int input)
{
    ir_loop l = ir_loop_of(t->e);
    return l.cond && block == 0 ? ir_loop_cond_operand(&l, input) : ir_loop_body_operand(&l, input);
}

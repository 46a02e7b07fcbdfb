/* The schedule's life: a graph is fused into blocks of steps, then its buffers are planned. */
#include <stdlib.h>

#include "jit/schedule/schedule.h"

static int count_kernels(const jit_block *b)
{
    int n = 0;
    for (const jit_step *t = b->first; t; t = t->next) {
        for (int k = 0; k < t->nblock; k++)
            n += count_kernels(t->block[k]);
        n += !t->nblock && t->kind != JIT_STEP_SCALAR;
    }
    return n;
}

jit_schedule *jit_schedule_make(const ir_graph *g, const uint8_t *donated,
                                const jit_limits *limits)
{
    jit_schedule *s = ir_xmalloc(sizeof *s);
    s->g = g;
    s->donated = donated;
    s->limits = *limits;
    s->top = jit_fuse(s, g);
    jit_plan(s);
    s->nkernel = count_kernels(s->top);
    return s;
}

void jit_schedule_free(jit_schedule *s)
{
    if (!s)
        return;
    ir_arena_free(&s->mem);
    free(s->buffer);
    free(s->region_bytes);
    free(s);
}

/* Emits the steps of a block in order, each by the emitter for its kind, and moves the results to
 * their destinations. */
#include "jit/llvm/block.h"
#include "jit/llvm/debug.h"
#include "jit/llvm/outline.h"
#include "jit/llvm/part.h"
#include "jit/llvm/profile.h"
#include "jit/llvm/step.h"
#include "jit/llvm/strips.h"
#include "jit/llvm/tape.h"

/* The emitter for each kind of step (jit/schedule/kinds.h). */
static jit_emit_fn *const emitters[JIT_STEP_KIND_COUNT] = {
    [JIT_STEP_SCALAR] = jit_emit_scalar,
    [JIT_STEP_KERNEL] = jit_emit_kernel,
    [JIT_STEP_ARGREDUCE] = jit_emit_argreduce,
    [JIT_STEP_CUMULATE] = jit_emit_cumulate,
    [JIT_STEP_DOT] = jit_emit_dot,
    [JIT_STEP_UPDATE] = jit_emit_update,
    [JIT_STEP_SCATTER] = jit_emit_scatter,
    [JIT_STEP_EVAL] = jit_emit_eval,
    [JIT_STEP_WHILE] = jit_emit_while,
    [JIT_STEP_COND] = jit_emit_cond,
    [JIT_STEP_SCAN] = jit_emit_scan,
    [JIT_STEP_LANES] = jit_emit_lanes,
};

static void emit_one(jit_emit *em, const jit_step *t)
{
    em->f->step = t;
    LLVMValueRef begin = jit_emit_clock(em, t->site);
    LLVMMetadataRef outer = jit_debug_enter(em, t->e);
    if (!em->f->row && jit_is_outlined(em, t))
        jit_emit_outlined(em, t, emitters[t->kind]);
    else
        emitters[t->kind](em, t);
    jit_debug_leave(em, outer);
    jit_emit_timed(em, t->site, begin);
}

static void emit_step(jit_emit *em, const jit_step *t)
{
    if (!t->strips) {
        emit_one(em, t);
    } else if (t == t->strips->first) {
        LLVMValueRef begin = jit_emit_clock(em, t->strips->site);
        jit_emit_strips(em, t, emit_one);
        jit_emit_timed(em, t->strips->site, begin);
    }
}

/* Values computed in a loop body are remembered by id, and each nested block has its own ids. */
static int *set_numbering(jit_emit *em, const jit_block *b)
{
    int *outer = em->known.newest;
    em->known.newest = ir_alloc(&em->mem, (b->g->nvalue + 1) * sizeof *em->known.newest);
    for (uint32_t k = 0; k < b->g->nvalue; k++)
        em->known.newest[k] = -1;
    return outer;
}

void jit_emit_block(jit_emit *em, jit_frame *f)
{
    const jit_block *b = f->b;
    int *outer = set_numbering(em, b);
    jit_emit_count(em, b->count);
    jit_emit_steps(em, b, emit_step);
    for (int k = 0; k < b->g->nout; k++)
        if (b->dest[k] >= 0)
            jit_copy_value(em, b->dest[k], jit_buffer_of(b, b->g->out[k]), &b->g->out[k]->type);
    em->known.newest = outer;
}

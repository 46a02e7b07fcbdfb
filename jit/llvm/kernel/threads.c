/* A kernel that threads share: one axis is cut into parts, and each part is an item of a separate
 * function. The number of parts does not depend on the number of threads, so the results do not
 * either.
 */
#include "jit/llvm/alias.h"
#include "jit/llvm/function.h"
#include "jit/llvm/kernel/kernel.h"
#include "jit/llvm/longsum.h"
#include "jit/llvm/loop.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/outline.h"
#include "jit/llvm/scalar.h"
#include "jit/llvm/share.h"
#include "jit/llvm/value.h"

/* Cuts the outermost kept axis, or else the outermost axis, if there is enough work. */
void jit_kernel_decide_sharing(jit_kernel *k)
{
    const jit_limits *l = &k->em->s->limits;
    const jit_step *t = k->t;
    k->share.axis = -1;
    if (k->em->f->shared || !k->nest.n || !jit_is_large(k->em, t))
        return;
    int depth = k->nouter || !k->ninner ? 0 : k->nred, axis = k->order[depth];
    bool innermost = depth == k->nest.n - 1;
    int64_t size = k->nest.axis[axis].size;
    int64_t part = (size + l->shared_parts - 1) / l->shared_parts;
    int64_t least = depth ? l->shared_page : innermost ? l->shared_line : 1;
    part = (part + least - 1) / least * least;
    if (size <= part || k->ncut[axis])
        return;
    k->share = (jit_sharing){.axis = axis,
                             .part = part,
                             .nitem = (int)((size + part - 1) / part),
                             .reduced = k->nest.axis[axis].reduced};
}

/* Lists the values that the kernel reads and writes. */
static void find_values(jit_kernel *k)
{
    const jit_step *t = k->t;
    jit_sharing *s = &k->share;
    s->value = ir_alloc(&k->em->mem, (size_t)(t->nread + t->nroot + 1) * sizeof *s->value);
    for (int j = 0; j < t->nread; j++)
        s->value[s->nvalue++] = t->read[j].v;
    for (int j = 0; j < t->nroot; j++)
        if (t->root[j]->type.rank)
            s->value[s->nvalue++] = t->root[j];
}

static void load_values(jit_kernel *k, jit_frame *frame)
{
    jit_emit *em = k->em;
    jit_sharing *s = &k->share;
    LLVMValueRef *x = ir_alloc(&em->mem, (size_t)(s->nvalue + 1) * sizeof *x);
    LLVMValueRef extra = jit_env_load(em, s->nvalue, s->value, x);
    s->partial = LLVMBuildLoad2(em->b, em->ptr, extra, "");
    for (int j = 0; j < s->nvalue; j++)
        if (s->value[j]->type.rank)
            em->f->where[jit_buffer_of(frame->b, s->value[j])] = x[j];
        else
            frame->reg[s->value[j]->id] = x[j];
}

/* Does parts `from` up to `to`: as one stretch, or one after the other if each has its own partial
 * result. */
static void do_parts(jit_kernel *k)
{
    jit_emit *em = k->em;
    jit_sharing *s = &k->share;
    LLVMValueRef part = jit_i64(em, s->part), size = jit_i64(em, k->nest.axis[s->axis].size);
    LLVMValueRef from = LLVMGetParam(em->f->fn, 1), to = LLVMGetParam(em->f->fn, 2);
    if (!s->reduced) {
        LLVMValueRef n = LLVMBuildMul(em->b, LLVMBuildSub(em->b, to, from, ""), part, "");
        k->lo[s->axis] = LLVMBuildMul(em->b, from, part, "");
        k->n[s->axis] = jit_index_min(em, n, LLVMBuildSub(em->b, size, k->lo[s->axis], ""));
        jit_kernel_whole(k);
        return;
    }
    jit_items l;
    jit_items_begin(em, &l, from, to);
    s->item = l.i;
    k->lo[s->axis] = LLVMBuildMul(em->b, l.i, part, "");
    k->n[s->axis] = jit_index_min(em, part, LLVMBuildSub(em->b, size, k->lo[s->axis], ""));
    jit_kernel_whole(k);
    s->item = NULL;
    jit_items_end(em, &l);
}

/* Combines the partial results of the parts, in order. */
static void join_parts(jit_kernel *k)
{
    jit_emit *em = k->em;
    for (int r = 0; r < k->t->nroot; r++) {
        const ir_value *v = k->t->root[r];
        ir_dtype d = v->type.dtype;
        if (!k->share.reduced || !jit_kernel_reduces(v))
            continue;
        bool exactly = jit_kernel_sums_floats(v);
        LLVMValueRef none = jit_kernel_identity(em, v), next[2] = {none, none};
        jit_counted l;
        jit_loop_begin(em, &l, k->share.nitem);
        LLVMValueRef acc = jit_loop_carry(em, &l, none);
        LLVMValueRef lost = exactly ? jit_loop_carry(em, &l, none) : NULL;
        LLVMValueRef x = jit_load_at(em, jit_kernel_partial(k, v, l.i), d);
        if (exactly)
            next[0] = jit_add_exactly(em, acc, LLVMBuildFAdd(em->b, x, lost, ""), &next[1]);
        else
            next[0] = jit_combine(em, jit_kernel_combiner(v), d, acc, x, false);
        jit_loop_end(em, &l, next);
        jit_kernel_deliver(k, v, jit_i64(em, 0), next[0]);
    }
}

void jit_kernel_emit_shared(jit_kernel *k)
{
    jit_emit *em = k->em;
    jit_frame inside = jit_frame_make(em, em->f->frame->b);
    LLVMValueRef memory = jit_stack(em, (size_t)(k->share.nitem * k->t->nroot) * 8);
    find_values(k);
    LLVMValueRef env = jit_env_fill(em, k->share.nvalue, k->share.value, memory);
    jit_func f;
    jit_share_begin(em, &f, "parts");
    em->f->frame = &inside;
    em->f->alone = true;
    load_values(k, &inside);
    do_parts(k);
    jit_end_accesses(em);
    jit_share_end(em, &f);
    jit_share_call(em, &f, env, k->share.nitem, 0);
    k->share.partial = memory;
    join_parts(k);
}

/* Loop nests over a space: elementwise results and reductions (kernel.h). */
#include "jit/llvm/alias.h"
#include "jit/llvm/kernel/kernel.h"
#include "jit/llvm/loop.h"
#include "jit/llvm/range.h"
#include "jit/llvm/step.h"
#include "jit/llvm/value.h"

/* In an empty space, reductions give their identity and there is nothing else to compute. */
static void empty_space(jit_kernel *k)
{
    jit_emit *em = k->em;
    for (int r = 0; r < k->t->nroot; r++) {
        const ir_value *v = k->t->root[r];
        int64_t n = ir_type_count(&v->type);
        if (!jit_kernel_reduces(v) || !n)
            continue;
        if (v->type.rank == 0) {
            jit_kernel_deliver(k, v, NULL, jit_kernel_identity(em, v));
            continue;
        }
        jit_counted l;
        jit_loop_begin(em, &l, n);
        jit_kernel_deliver(k, v, l.i, jit_kernel_identity(em, v));
        jit_loop_end(em, &l, NULL);
    }
}

/* Restricts the kernel to some rows: a stretch of the outermost axis, into which further dimensions
 * may have been collapsed. */
static void take_rows(jit_kernel *k)
{
    jit_emit *em = k->em;
    LLVMValueRef each = jit_i64(em, k->nest.axis[0].size / em->f->rows);
    k->lo[0] = LLVMBuildMul(em->b, em->f->row, each, "");
    k->n[0] = LLVMBuildMul(em->b, em->f->nrow, each, "");
}

void jit_emit_kernel(jit_emit *em, const jit_step *t)
{
    jit_kernel k = {.em = em, .t = t, .share.axis = -1};
    if (ir_type_count(&t->space) == 0) {
        empty_space(&k);
    } else {
        bool linear = jit_is_linear(em->f->frame->b, t);
        jit_nest_init(em, &k.nest, &t->space, t->reduced, linear);
        jit_kernel_set_order(&k);
        if (!linear)
            jit_kernel_find_cuts(&k);
        jit_kernel_decide_levels(&k);
        jit_kernel_decide_sharing(&k);
        if (em->f->row)
            take_rows(&k);
        if (k.share.axis >= 0)
            jit_kernel_emit_shared(&k);
        else if (!jit_kernel_repeats_rows(&k))
            jit_kernel_whole(&k);
        jit_range_clear(em);
    }
    jit_end_accesses(em);
}

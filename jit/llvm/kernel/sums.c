/* Where a kernel's reductions accumulate and where their results go: registers, elements of the
 * result, or a tile of it on the stack.
 */
#include "jit/llvm/element.h"
#include "jit/llvm/kernel/kernel.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/value.h"

LLVMValueRef jit_kernel_identity(jit_emit *em, const ir_value *v)
{
    ir_dtype d = v->type.dtype;
    return jit_llvm(jit_constant(em, d, v->eqn->op->lower->identity(d)));
}

static int root_of(const jit_kernel *k, const ir_value *v)
{
    int r = 0;
    while (k->t->root[r] != v)
        r++;
    return r;
}

/* The place for the partial result of a reduction from part `item`. */
LLVMValueRef jit_kernel_partial(jit_kernel *k, const ir_value *v, LLVMValueRef item)
{
    LLVMValueRef first = jit_i64(k->em, (int64_t)root_of(k, v) * k->share.nitem);
    return jit_address(k->em, k->share.partial, k->em->i64,
                       LLVMBuildAdd(k->em->b, first, item, ""));
}

/* Stores a reduction's result in its register or its element. */
void jit_kernel_deliver(jit_kernel *k, const ir_value *v, LLVMValueRef offset, LLVMValueRef x)
{
    if (k->share.reduced && k->share.item)
        jit_store_at(k->em, jit_kernel_partial(k, v, k->share.item), v->type.dtype, x);
    else if (v->type.rank == 0)
        jit_set_reg(k->em, v, x);
    else
        jit_store(k->em, jit_slot_of(k->em->f->frame->b, v)->buffer, v->type.dtype,
                  offset, x);
}

static LLVMValueRef in_tile(jit_kernel *k, int r, LLVMValueRef kept)
{
    jit_emit *em = k->em;
    ir_dtype d = k->t->root[r]->type.dtype;
    LLVMValueRef at = k->way ? k->way : LLVMBuildSub(em->b, kept, k->first_kept, "");
    return jit_address(em, k->tile[r], jit_stored_type(em, d), at);
}

/* Loads a reduction's accumulator from memory. */
LLVMValueRef jit_kernel_load_sum(jit_kernel *k, int r, LLVMValueRef kept)
{
    const ir_value *v = k->t->root[r];
    ir_dtype d = v->type.dtype;
    return k->tile[r] ? jit_load_own(k->em, in_tile(k, r, kept), d, r)
                      : jit_load(k->em, jit_slot_of(k->em->f->frame->b, v)->buffer, d, kept);
}

void jit_kernel_store_sum(jit_kernel *k, int r, LLVMValueRef kept, LLVMValueRef x)
{
    const ir_value *v = k->t->root[r];
    ir_dtype d = v->type.dtype;
    if (k->tile[r])
        jit_store_own(k->em, in_tile(k, r, kept), d, x, r);
    else
        jit_store(k->em, jit_slot_of(k->em->f->frame->b, v)->buffer, d, kept, x);
}

int64_t jit_kernel_in_order(const jit_kernel *k, int r)
{
    bool map = !jit_kernel_reduces(k->t->root[r]); /* it lies as the space does */
    for (int a = 0; a < k->nest.n; a++)
        if (k->lo[a] || (map && k->order[a] != a))
            return 0;
    return jit_rows_in_order(k->em, k->t, k->t->root[r]);
}

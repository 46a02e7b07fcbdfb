/* Code that counts, in profiled programs: the clock is read before and after a step, and each block
 * has a counter, in a register or on the stack, that is added to its total when the function ends.
 *
 * Addresses are embedded in the code as constants, because such a program is never saved to a file.
 */
#include "jit/llvm/call.h"
#include "jit/llvm/profile.h"
#include "jit/llvm/value.h"
#include "jit/observe/profile.h"

static LLVMValueRef address(jit_emit *em, const void *p)
{
    return LLVMConstIntToPtr(jit_i64(em, (int64_t)(uintptr_t)p), em->ptr);
}

LLVMValueRef jit_emit_clock(jit_emit *em, const jit_site *s)
{
    return s && s->timed ? jit_call_host(em, "jac_host_clock", em->i64, 0, NULL) : NULL;
}

void jit_emit_timed(jit_emit *em, const jit_site *s, LLVMValueRef begin)
{
    if (!begin)
        return;
    LLVMValueRef args[] = {address(em, s), begin};
    jit_call_host(em, "jac_host_timed", LLVMVoidTypeInContext(em->cx), 2, args);
}

void jit_emit_count(jit_emit *em, jit_block_count *c)
{
    if (!c)
        return;
    LLVMBasicBlockRef here = LLVMGetInsertBlock(em->b);
    LLVMPositionBuilderAtEnd(em->b, em->f->entry);
    LLVMValueRef times = LLVMBuildAlloca(em->b, em->i64, "times");
    LLVMBuildStore(em->b, jit_i64(em, 0), times);
    LLVMPositionBuilderAtEnd(em->b, here);
    LLVMValueRef now = LLVMBuildLoad2(em->b, em->i64, times, "");
    LLVMBuildStore(em->b, LLVMBuildAdd(em->b, now, jit_i64(em, 1), ""), times);
    jit_counter *made = ir_alloc(&em->mem, sizeof *made);
    *made = (jit_counter){times, c, em->f->counter};
    em->f->counter = made;
}

void jit_emit_counted(jit_emit *em)
{
    for (const jit_counter *c = em->f->counter; c; c = c->next) {
        LLVMValueRef n = LLVMBuildLoad2(em->b, em->i64, c->times, "");
        LLVMBuildAtomicRMW(em->b, LLVMAtomicRMWBinOpAdd, address(em, &c->of->times), n,
                           LLVMAtomicOrderingMonotonic, false);
    }
}

/* Counted loops, and which dimensions of a space they run over. A loop is entered only when it has
 * an iteration, so it tests at its end. */
#include <string.h>

#include <llvm-c/DebugInfo.h>

#include "jit/emit.h"

void jit_loop_begin(jit_emit *em, jit_counted *l, int64_t n)
{
    LLVMBasicBlockRef before = LLVMGetInsertBlock(em->b);
    l->body = jit_new_block(em, "loop");
    l->n = n;
    l->ncarried = 0;
    l->stays = false;
    LLVMBuildBr(em->b, l->body);
    LLVMPositionBuilderAtEnd(em->b, l->body);
    l->i = LLVMBuildPhi(em->b, em->i64, "i");
    LLVMAddIncoming(l->i, (LLVMValueRef[]){jit_i64(em, 0)}, &before, 1);
}

LLVMValueRef jit_loop_carry(jit_emit *em, jit_counted *l, LLVMValueRef init)
{
    LLVMBasicBlockRef before = LLVMGetIncomingBlock(l->i, 0);
    LLVMValueRef phi = LLVMBuildPhi(em->b, LLVMTypeOf(init), "");
    LLVMAddIncoming(phi, &init, &before, 1);
    return l->carried[l->ncarried++] = phi;
}

/* Of four bools as signed integers, combined one after the other, LLVM 19's SLP vectoriser takes
 * the extreme in one bit each, where true is less than false. Its loop vectoriser knows better. */
void jit_loop_combines(jit_counted *l, const char *name, ir_dtype d)
{
    bool extreme = !strcmp(name, "max") || !strcmp(name, "min");
    l->stays = l->stays || (extreme && ir_dtypes[d].kind == IR_KIND_INT);
}

/* The loop is known by a node that is its own first operand. */
static void forbid_unrolling(jit_emit *em, LLVMValueRef branch)
{
    static const char kind[] = "llvm.loop", say[] = "llvm.loop.unroll.disable";
    LLVMMetadataRef name = LLVMMDStringInContext2(em->cx, say, sizeof say - 1);
    LLVMMetadataRef ops[2] = {LLVMTemporaryMDNode(em->cx, NULL, 0),
                              LLVMMDNodeInContext2(em->cx, &name, 1)};
    LLVMMetadataRef loop = LLVMMDNodeInContext2(em->cx, ops, 2);
    LLVMMetadataReplaceAllUsesWith(ops[0], loop);
    LLVMSetMetadata(branch, LLVMGetMDKindIDInContext(em->cx, kind, sizeof kind - 1),
                    LLVMMetadataAsValue(em->cx, loop));
}

void jit_loop_end(jit_emit *em, jit_counted *l, const LLVMValueRef *next)
{
    LLVMValueRef i = LLVMBuildNUWAdd(em->b, l->i, jit_i64(em, 1), "");
    LLVMBasicBlockRef latch = LLVMGetInsertBlock(em->b), after = jit_new_block(em, "done");
    LLVMValueRef more = LLVMBuildICmp(em->b, LLVMIntULT, i, jit_i64(em, l->n), "");
    LLVMValueRef branch = LLVMBuildCondBr(em->b, more, l->body, after);
    if (l->stays)
        forbid_unrolling(em, branch);
    LLVMAddIncoming(l->i, &i, &latch, 1);
    for (int k = 0; k < l->ncarried; k++) {
        LLVMValueRef x = next[k];
        LLVMAddIncoming(l->carried[k], &x, &latch, 1);
    }
    LLVMPositionBuilderAtEnd(em->b, after);
}

void jit_nest_init(jit_emit *em, jit_nest *nest, const ir_type *space, uint32_t reduced,
                   bool linear)
{
    *nest = (jit_nest){.space = space, .has_at = true};
    int64_t stride[IR_MAX_RANK], s = 1;
    for (int d = space->rank - 1; d >= 0; d--) {
        stride[d] = s;
        s *= space->dim[d];
        nest->at[d] = jit_index_const(em, 0);
    }
    for (int d = 0; d < space->rank; d++) {
        bool red = reduced >> d & 1;
        jit_axis *last = &nest->axis[nest->n ? nest->n - 1 : 0];
        if (space->dim[d] == 1)
            continue;
        if (linear && nest->n && last->reduced == red) {
            *last = (jit_axis){last->size * space->dim[d], stride[d], -1, red};
            nest->has_at = false;
        } else
            nest->axis[nest->n++] = (jit_axis){space->dim[d], stride[d], d, red};
    }
}

/* Counted loops, and which dimensions of a space they run over. A loop always has at least one
 * iteration, so it tests its condition at the end. */
#include <string.h>

#include <llvm-c/DebugInfo.h>

#include "jit/llvm/loop.h"
#include "jit/llvm/target.h"
#include "jit/llvm/value.h"

void jit_loop_begin(jit_emit *em, jit_counted *l, int64_t n)
{
    LLVMBasicBlockRef before = LLVMGetInsertBlock(em->b);
    l->body = jit_new_block(em, "loop");
    l->n = n;
    l->count = NULL;
    l->ncarried = 0;
    l->masked = l->rolled = l->whole = l->twice = false;
    l->vector = 0;
    l->conversions = em->f->conversions;
    LLVMBuildBr(em->b, l->body);
    LLVMPositionBuilderAtEnd(em->b, l->body);
    l->i = LLVMBuildPhi(em->b, em->i64, "i");
    LLVMAddIncoming(l->i, (LLVMValueRef[]){jit_i64(em, 0)}, &before, 1);
}

void jit_loop_begin_counted(jit_emit *em, jit_counted *l, LLVMValueRef n)
{
    bool known = LLVMIsAConstantInt(n);
    jit_loop_begin(em, l, known ? LLVMConstIntGetSExtValue(n) : 0);
    l->count = known ? NULL : n;
}

LLVMValueRef jit_loop_carry(jit_emit *em, jit_counted *l, LLVMValueRef init)
{
    LLVMBasicBlockRef before = LLVMGetIncomingBlock(l->i, 0);
    LLVMValueRef phi = LLVMBuildPhi(em->b, LLVMTypeOf(init), "");
    LLVMAddIncoming(phi, &init, &before, 1);
    return l->carried[l->ncarried++] = phi;
}

static LLVMMetadataRef property(jit_emit *em, const char *what, LLVMValueRef value)
{
    LLVMMetadataRef pair[] = {LLVMMDStringInContext2(em->cx, what, strlen(what)),
                              value ? LLVMValueAsMetadata(value) : NULL};
    return LLVMMDNodeInContext2(em->cx, pair, value ? 2 : 1);
}

/* The number of elements per vector, if that should not be left to LLVM; otherwise 0. */
static unsigned vector_width(const jit_emit *em, const jit_counted *l)
{
    unsigned lanes = em->f->conversions > l->conversions ? jit_target_half_lanes() : 0;
    if (l->vector)
        return l->vector;
    return l->count || l->n >= lanes ? lanes : 0;
}

/* Attaches hints about the loop for LLVM's passes. */
static void hint(jit_emit *em, const jit_counted *l, LLVMValueRef branch)
{
    static const char kind[] = "llvm.loop";
    LLVMMetadataRef node[6] = {LLVMTemporaryMDNode(em->cx, NULL, 0)}, self = node[0];
    LLVMValueRef yes = LLVMConstInt(em->i1, 1, false);
    unsigned width = vector_width(em, l);
    size_t n = 1;
    if (l->rolled)
        node[n++] = property(em, "llvm.loop.disable_nonforced", NULL);
    if (l->masked)
        node[n++] = property(em, "llvm.loop.vectorize.predicate.enable", yes);
    if (l->whole || l->vector)
        node[n++] = property(em, "llvm.loop.unroll.disable", NULL);
    if (width)
        node[n++] = property(em, "llvm.loop.vectorize.width", LLVMConstInt(em->i32, width, false));
    if (l->twice)
        node[n++] = property(em, "llvm.loop.interleave.count", LLVMConstInt(em->i32, 2, false));
    if (n > 1) {
        LLVMMetadataRef all = LLVMMDNodeInContext2(em->cx, node, n);
        LLVMMetadataReplaceAllUsesWith(self, all); /* a loop's node begins with itself */
        LLVMSetMetadata(branch, LLVMGetMDKindIDInContext(em->cx, kind, sizeof kind - 1),
                        LLVMMetadataAsValue(em->cx, all));
    } else {
        LLVMDisposeTemporaryMDNode(self);
    }
}

void jit_loop_end(jit_emit *em, jit_counted *l, const LLVMValueRef *next)
{
    LLVMValueRef i = LLVMBuildNUWAdd(em->b, l->i, jit_i64(em, 1), "");
    LLVMBasicBlockRef latch = LLVMGetInsertBlock(em->b), after = jit_new_block(em, "done");
    LLVMValueRef n = l->count ? l->count : jit_i64(em, l->n);
    LLVMValueRef more = LLVMBuildICmp(em->b, LLVMIntULT, i, n, "");
    LLVMValueRef branch = LLVMBuildCondBr(em->b, more, l->body, after);
    hint(em, l, branch);
    LLVMAddIncoming(l->i, &i, &latch, 1);
    for (int k = 0; k < l->ncarried; k++) {
        LLVMValueRef x = next[k];
        LLVMAddIncoming(l->carried[k], &x, &latch, 1);
    }
    LLVMPositionBuilderAtEnd(em->b, after);
}

void jit_items_begin(jit_emit *em, jit_items *l, LLVMValueRef from, LLVMValueRef to)
{
    LLVMBasicBlockRef before = LLVMGetInsertBlock(em->b);
    l->loop = jit_new_block(em, "item");
    l->to = to;
    LLVMBuildBr(em->b, l->loop);
    LLVMPositionBuilderAtEnd(em->b, l->loop);
    l->i = LLVMBuildPhi(em->b, em->i64, "i");
    LLVMAddIncoming(l->i, &from, &before, 1);
}

void jit_items_end(jit_emit *em, const jit_items *l)
{
    LLVMValueRef next = LLVMBuildNSWAdd(em->b, l->i, jit_i64(em, 1), "");
    LLVMBasicBlockRef latch = LLVMGetInsertBlock(em->b), after = jit_new_block(em, "done");
    LLVMAddIncoming(l->i, &next, &latch, 1);
    LLVMBuildCondBr(em->b, LLVMBuildICmp(em->b, LLVMIntSLT, next, l->to, ""), l->loop, after);
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

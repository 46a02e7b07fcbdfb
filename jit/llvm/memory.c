/* Elements in memory. */
#include "jit/llvm/alias.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/narrow.h"
#include "jit/llvm/value.h"

LLVMValueRef jit_address(jit_emit *em, LLVMValueRef base, LLVMTypeRef t, LLVMValueRef offset)
{
    if (jit_is_const(offset, 0))
        return base;
    return LLVMBuildInBoundsGEP2(em->b, t, base, &offset, 1, "");
}

LLVMValueRef jit_local(jit_emit *em, LLVMTypeRef t)
{
    LLVMBasicBlockRef here = LLVMGetInsertBlock(em->b);
    LLVMPositionBuilderAtEnd(em->b, em->f->entry);
    LLVMValueRef p = LLVMBuildAlloca(em->b, t, "");
    LLVMPositionBuilderAtEnd(em->b, here);
    return p;
}

LLVMValueRef jit_stack(jit_emit *em, size_t bytes)
{
    LLVMValueRef p = jit_local(em, LLVMArrayType2(em->i8, bytes));
    LLVMSetAlignment(p, 64);
    return p;
}

static LLVMValueRef load(jit_emit *em, LLVMValueRef p, ir_dtype d)
{
    LLVMValueRef x = LLVMBuildLoad2(em->b, jit_stored_type(em, d), p, "");
    LLVMSetAlignment(x, ir_dtypes[d].size);
    return x;
}

static LLVMValueRef store(jit_emit *em, LLVMValueRef p, ir_dtype d, LLVMValueRef x)
{
    LLVMValueRef made = LLVMBuildStore(em->b, jit_to_stored(em, x, d), p);
    LLVMSetAlignment(made, ir_dtypes[d].size);
    return made;
}

LLVMValueRef jit_load_at(jit_emit *em, LLVMValueRef p, ir_dtype d)
{
    return jit_from_stored(em, load(em, p, d), d);
}

void jit_store_at(jit_emit *em, LLVMValueRef p, ir_dtype d, LLVMValueRef x)
{
    store(em, p, d, x);
}

/* An offset that is a sum is added in two steps, first the part that belongs to outer loops. LLVM
 * then sees the stride along the innermost loop, and hoists the rest out of it. Each part is the
 * offset of an element, so no step leaves the buffer, with one exception: a buffer that holds one
 * strip's rows is addressed from before its start (strips.c). */
static LLVMValueRef element_address(jit_emit *em, int buffer, ir_dtype d, LLVMValueRef offset)
{
    LLVMTypeRef t = jit_stored_type(em, d);
    LLVMValueRef base = em->f->where[buffer], inner = NULL;
    if (LLVMIsABinaryOperator(offset) && LLVMGetInstructionOpcode(offset) == LLVMAdd &&
        !LLVMIsAConstant(LLVMGetOperand(offset, 0)) &&
        !LLVMIsAConstant(LLVMGetOperand(offset, 1))) {
        inner = LLVMGetOperand(offset, 1);
        offset = LLVMGetOperand(offset, 0);
    }
    LLVMValueRef at = em->f->row && em->s->buffer[buffer].strips
                          ? LLVMBuildGEP2(em->b, t, base, &offset, 1, "")
                          : jit_address(em, base, t, offset);
    return inner ? jit_address(em, at, t, inner) : at;
}

/* Does x depend on the loop variable i? */
static bool depends(LLVMValueRef x, LLVMValueRef i)
{
    if (x == i)
        return true;
    if (!LLVMIsAInstruction(x) || LLVMIsAPHINode(x))
        return false;
    for (int k = 0; k < LLVMGetNumOperands(x); k++)
        if (depends(LLVMGetOperand(x, (unsigned)k), i))
            return true;
    return false;
}

/* Is x the loop variable i plus something that does not depend on it? */
static bool advances(LLVMValueRef x, LLVMValueRef i)
{
    if (x == i)
        return true;
    if (!LLVMIsABinaryOperator(x) || LLVMGetInstructionOpcode(x) != LLVMAdd)
        return false;
    LLVMValueRef a = LLVMGetOperand(x, 0), b = LLVMGetOperand(x, 1);
    return depends(a, i) ? advances(a, i) && !depends(b, i) : advances(b, i);
}

bool jit_has_beyond(const jit_emit *em, int buffer)
{
    return em->s->buffer[buffer].kind == JIT_BUF_STACK;
}

/* A number that computes quickly. Where it may be any float, it is left to the machine, whose
 * guarded loads give zero. But zero may be a rare argument of a function (variants.c), and no
 * integer may be divided by it. */
static LLVMValueRef harmless(jit_emit *em, LLVMTypeRef t)
{
    enum { LITTLE = 12 };
    if (LLVMGetTypeKind(t) == LLVMIntegerTypeKind)
        return LLVMConstInt(t, 1, false);
    return em->f->step->cost <= LITTLE ? LLVMGetUndef(t) : LLVMConstReal(t, 1);
}

/* Loads an element if the iteration exists (row.c); else gives a number that computes quickly. */
static LLVMValueRef guarded(jit_emit *em, int buffer, ir_dtype d, LLVMValueRef offset)
{
    LLVMValueRef limit = LLVMConstInt(em->i64, (unsigned long long)em->f->exist, false);
    LLVMTypeRef t = jit_stored_type(em, d);
    LLVMValueRef other = harmless(em, t);
    LLVMValueRef address = element_address(em, buffer, d, offset);
    LLVMValueRef exists = LLVMBuildICmp(em->b, LLVMIntULT, em->f->guarded, limit, ""), x;
    if (jit_has_beyond(em, buffer) && advances(offset, em->f->guarded)) {
        x = load(em, address, d);
        jit_note_access(em, x, buffer);
        return LLVMGetTypeKind(t) == LLVMIntegerTypeKind
                   ? LLVMBuildSelect(em->b, exists, x, other, "")
                   : x;
    }
    LLVMBasicBlockRef inside = jit_new_block(em, "inside"), after = jit_new_block(em, "after");
    LLVMBasicBlockRef before = LLVMGetInsertBlock(em->b);
    LLVMBuildCondBr(em->b, exists, inside, after);
    LLVMPositionBuilderAtEnd(em->b, inside);
    x = load(em, address, d);
    jit_note_access(em, x, buffer);
    LLVMBuildBr(em->b, after);
    LLVMPositionBuilderAtEnd(em->b, after);
    LLVMValueRef phi = LLVMBuildPhi(em->b, t, "");
    LLVMAddIncoming(phi, (LLVMValueRef[]){x, other}, (LLVMBasicBlockRef[]){inside, before}, 2);
    return LLVMIsUndef(other) ? LLVMBuildFreeze(em->b, phi, "") : phi;
}

LLVMValueRef jit_load(jit_emit *em, int buffer, ir_dtype d, LLVMValueRef offset)
{
    if (em->f->guarded && depends(offset, em->f->guarded))
        return jit_from_stored(em, guarded(em, buffer, d, offset), d);
    LLVMValueRef x = load(em, element_address(em, buffer, d, offset), d);
    jit_note_access(em, x, buffer);
    return jit_from_stored(em, x, d);
}

LLVMValueRef jit_load_own(jit_emit *em, LLVMValueRef p, ir_dtype d, int own)
{
    LLVMValueRef x = load(em, p, d);
    jit_note_access(em, x, -1 - own);
    return jit_from_stored(em, x, d);
}

void jit_store_own(jit_emit *em, LLVMValueRef p, ir_dtype d, LLVMValueRef x, int own)
{
    jit_note_access(em, store(em, p, d, x), -1 - own);
}

void jit_store(jit_emit *em, int buffer, ir_dtype d, LLVMValueRef offset, LLVMValueRef x)
{
    jit_note_access(em, store(em, element_address(em, buffer, d, offset), d, x), buffer);
}

/* Types, constants, blocks, attributes: the helpers that the emitter uses most. A bool is an i1 in
 * a register, and a byte of 0 or 1 in memory and between functions. For narrow floats see narrow.c.
 */
#include <string.h>

#include "jit/llvm/value.h"

LLVMTypeRef jit_register_type(jit_emit *em, ir_dtype d)
{
    if (d == IR_bool)
        return em->i1;
    return jit_stored_type(em, ir_compute(d));
}

LLVMTypeRef jit_stored_type(jit_emit *em, ir_dtype d)
{
    static LLVMTypeRef (*const type_in[IR_NDTYPE])(LLVMContextRef) = {
#define X(name, T, U, kind, compute, width, digits, least, most, llvm, ...)                               \
    [IR_##name] = LLVM##llvm##TypeInContext,
        IR_DTYPES(X)
#undef X
    };
    return type_in[d](em->cx);
}

LLVMValueRef jit_i64(jit_emit *em, int64_t v)
{
    return LLVMConstInt(em->i64, (unsigned long long)v, true);
}

LLVMBasicBlockRef jit_new_block(jit_emit *em, const char *name)
{
    return LLVMAppendBasicBlockInContext(em->cx, em->f->fn, name);
}

void jit_add_attribute(jit_emit *em, LLVMValueRef function, const char *name)
{
    unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));
    LLVMAddAttributeAtIndex(function, LLVMAttributeFunctionIndex,
                            LLVMCreateEnumAttribute(em->cx, kind, 0));
}

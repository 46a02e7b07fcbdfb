/* What the emitter says most: types, constants, blocks, attributes. In a register a bool is an i1,
 * in memory and between functions a byte of 0 or 1.
 */
#include <string.h>

#include "jit/llvm/value.h"

LLVMTypeRef jit_register_type(jit_emit *em, ir_dtype d)
{
    if (d == IR_bool)
        return em->i1;
    return jit_stored_type(em, d);
}

LLVMTypeRef jit_stored_type(jit_emit *em, ir_dtype d)
{
    if (d == IR_f32)
        return LLVMFloatTypeInContext(em->cx);
    if (d == IR_f64)
        return LLVMDoubleTypeInContext(em->cx);
    return LLVMIntTypeInContext(em->cx, ir_dtypes[d].size * 8u);
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

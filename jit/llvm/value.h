/* value.c: types, constants, blocks, attributes */
#ifndef JACQUARD_JIT_LLVM_VALUE_H
#define JACQUARD_JIT_LLVM_VALUE_H

#include "jit/llvm/emit.h"

static inline LLVMValueRef jit_llvm(const void *s)
{
    return (LLVMValueRef)s;
}
/* Is v the constant k? */
static inline bool jit_is_const(LLVMValueRef v, int64_t k)
{
    return LLVMIsAConstantInt(v) && LLVMConstIntGetSExtValue(v) == k;
}
LLVMTypeRef jit_register_type(jit_emit *em, ir_dtype d);
LLVMTypeRef jit_stored_type(jit_emit *em, ir_dtype d);
LLVMValueRef jit_i64(jit_emit *em, int64_t v);
LLVMBasicBlockRef jit_new_block(jit_emit *em, const char *name);
void jit_add_attribute(jit_emit *em, LLVMValueRef function, const char *name);

#endif

/* The scalar functions' bitcode, parsed lazily: only the functions that are called are read. */
#include <llvm-c/BitReader.h>

#include "jit/llvm/bitcode.h"
#include "jit/llvm/bitcode_blob.h"

static bool parse(jit_emit *em)
{
    LLVMMemoryBufferRef bytes = LLVMCreateMemoryBufferWithMemoryRange(
        jac_math_bitcode, jac_math_bitcode_len(), "jacquard_math", false);
    if (!LLVMGetBitcodeModuleInContext2(em->cx, bytes, &em->math))
        return true;
    LLVMDisposeMemoryBuffer(bytes);
    em->math = NULL;
    em->failed = true;
    return ir_fail("jit: the scalar functions' bitcode cannot be read");
}

LLVMValueRef jit_math_function(jit_emit *em, const char *function, ir_dtype d)
{
    char name[128];
    snprintf(name, sizeof name, "jk_%s_%s", function, ir_dtypes[d].name);
    LLVMValueRef f = LLVMGetNamedFunction(em->mod, name);
    if (f || (!em->math && !parse(em)))
        return f;
    LLVMValueRef defined = LLVMGetNamedFunction(em->math, name);
    return defined ? LLVMAddFunction(em->mod, name, LLVMGlobalGetValueType(defined)) : NULL;
}

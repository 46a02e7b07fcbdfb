/* The scalar functions' bitcode: parsed lazily, so that only bodies that are called are read, and
 * linked into a module as internal functions that are inlined, but for what is rare.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <llvm-c/BitReader.h>
#include <llvm-c/Linker.h>

#include "jit/bitcode_blob.h"
#include "jit/emit.h"

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

LLVMValueRef jit_math_function(jit_emit *em, const char *name)
{
    LLVMValueRef f = LLVMGetNamedFunction(em->mod, name);
    if (f || (!em->math && !parse(em)))
        return f;
    LLVMValueRef defined = LLVMGetNamedFunction(em->math, name);
    return defined ? LLVMAddFunction(em->mod, name, LLVMGlobalGetValueType(defined)) : NULL;
}

static bool has_attribute(LLVMValueRef f, const char *name)
{
    unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));
    return LLVMGetEnumAttributeAtIndex(f, LLVMAttributeFunctionIndex, kind) != NULL;
}

bool jit_math_link(jit_emit *em)
{
    if (!em->math)
        return true;
    static const char *const target[] = {"target-cpu", "target-features", "tune-cpu"};
    /* Linked only if called. */
    for (LLVMValueRef f = LLVMGetFirstFunction(em->math); f; f = LLVMGetNextFunction(f))
        if (!LLVMIsDeclaration(f))
            LLVMSetLinkage(f, LLVMLinkOnceODRLinkage);
    LLVMModuleRef math = em->math;
    em->math = NULL;
    if (LLVMLinkModules2(em->mod, math))
        return ir_fail("jit: the scalar functions cannot be linked in");
    for (LLVMValueRef f = LLVMGetFirstFunction(em->mod); f; f = LLVMGetNextFunction(f)) {
        if (LLVMGetLinkage(f) != LLVMLinkOnceODRLinkage)
            continue;
        LLVMSetLinkage(f, LLVMInternalLinkage);
        /* For this machine, where it is called and not inlined. */
        for (size_t k = 0; k < sizeof target / sizeof *target; k++)
            LLVMRemoveStringAttributeAtIndex(f, LLVMAttributeFunctionIndex, target[k],
                                             (unsigned)strlen(target[k]));
        if (has_attribute(f, "noinline"))
            jit_rare_variants(em, f);
        else
            jit_add_attribute(em, f, "alwaysinline");
    }
    return true;
}

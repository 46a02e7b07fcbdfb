/* Links the scalar functions that a module calls into it, as internal functions that are inlined.
 * Rare functions (JK_RARE) are not compiled again; code calls the ones in this process
 * (ops/host/rare.c).
 */
#include <string.h>

#include <llvm-c/Linker.h>

#include "jit/llvm/math.h"
#include "jit/llvm/value.h"
#include "jit/llvm/variants.h"

static bool has_attribute(LLVMValueRef f, const char *name)
{
    unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));
    return LLVMGetEnumAttributeAtIndex(f, LLVMAttributeFunctionIndex, kind) != NULL;
}

static void without_target(LLVMValueRef f)
{
    static const char *const target[] = {"target-cpu", "target-features", "tune-cpu"};
    for (size_t k = 0; k < sizeof target / sizeof *target; k++)
        LLVMRemoveStringAttributeAtIndex(f, LLVMAttributeFunctionIndex, target[k],
                                         (unsigned)strlen(target[k]));
}

/* The vectoriser uses a function's variants only at calls that are not marked nobuiltin. */
static void with_variants(LLVMValueRef f)
{
    static const char mark[] = "nobuiltin";
    unsigned kind = LLVMGetEnumAttributeKindForName(mark, sizeof mark - 1);
    for (LLVMUseRef u = LLVMGetFirstUse(f); u; u = LLVMGetNextUse(u))
        LLVMRemoveCallSiteEnumAttribute(LLVMGetUser(u), LLVMAttributeFunctionIndex, kind);
}

/* Replaces f by a declaration with the same name, type and attributes. */
static LLVMValueRef only_declared(jit_emit *em, LLVMValueRef f)
{
    enum { MOST = 64 };
    LLVMAttributeRef all[MOST];
    unsigned n = LLVMGetAttributeCountAtIndex(f, LLVMAttributeFunctionIndex);
    size_t len;
    LLVMValueRef made = LLVMAddFunction(em->mod, "", LLVMGlobalGetValueType(f));
    if (n <= MOST)
        LLVMGetAttributesAtIndex(f, LLVMAttributeFunctionIndex, all);
    for (unsigned k = 0; k < n && n <= MOST; k++)
        LLVMAddAttributeAtIndex(made, LLVMAttributeFunctionIndex, all[k]);
    without_target(made);
    with_variants(f);
    LLVMReplaceAllUsesWith(f, made);
    const char *name = LLVMGetValueName2(f, &len);
    name = ir_strdup(&em->mem, name);
    LLVMDeleteFunction(f);
    LLVMSetValueName2(made, name, len);
    return made;
}

/* Does f take one float, and is it so long and called in so many places that inlined copies would
 * take longer to compile than anything else? */
static bool is_called(LLVMValueRef f)
{
    enum { PLACES = 16, LONG = 24 };
    LLVMTypeRef type = LLVMGlobalGetValueType(f), x, y = LLVMGetReturnType(type);
    if (LLVMCountParamTypes(type) != 1)
        return false;
    LLVMGetParamTypes(type, &x);
    LLVMTypeKind kind = LLVMGetTypeKind(x);
    int places = 0, length = 0;
    if (x != y || (kind != LLVMFloatTypeKind && kind != LLVMDoubleTypeKind))
        return false;
    for (LLVMUseRef u = LLVMGetFirstUse(f); u; u = LLVMGetNextUse(u))
        places++;
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(f); b; b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i))
            length++;
    if (places < PLACES || length < LONG)
        return false;
    with_variants(f);
    return true;
}

bool jit_math_link(jit_emit *em)
{
    if (!em->math)
        return true;
    /* linkonce: linked only if called. */
    for (LLVMValueRef f = LLVMGetFirstFunction(em->math); f; f = LLVMGetNextFunction(f))
        if (!LLVMIsDeclaration(f))
            LLVMSetLinkage(f, LLVMLinkOnceODRLinkage);
    LLVMModuleRef math = em->math;
    em->math = NULL;
    if (LLVMLinkModules2(em->mod, math))
        return ir_fail("jit: the scalar functions cannot be linked in");
    for (LLVMValueRef f = LLVMGetFirstFunction(em->mod), next; f; f = next) {
        next = LLVMGetNextFunction(f);
        if (LLVMGetLinkage(f) != LLVMLinkOnceODRLinkage)
            continue;
        if (has_attribute(f, "noinline")) {
            LLVMValueRef rare = only_declared(em, f);
            if (LLVMCountParams(rare) == 1)
                jit_rare_variants(em, rare);
            continue;
        }
        LLVMSetLinkage(f, LLVMInternalLinkage);
        without_target(f); /* if it is called and not inlined, compile it for this machine */
        if (is_called(f))
            jit_called_variants(em, f);
        else
            jit_add_attribute(em, f, "alwaysinline");
    }
    return true;
}

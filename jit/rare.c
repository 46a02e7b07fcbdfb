/* Functions for arguments that hardly occur (JK_RARE), for LLVM's vectoriser: a vector of them
 * whose lanes are mostly off does nothing but ask whether one is on.
 *
 * Their variants by width take a vector and a mask, and their names say so as LLVM's own vector
 * function ABI wants it.
 */
#include <stdio.h>
#include <string.h>

#include "jit/emit.h"

enum { WIDTHS = 2, NARROWEST = 4 };

typedef struct {
    jit_emit *em;
    LLVMValueRef scalar, fn;
    unsigned width;
} variant;

/* for each lane that is on: y[lane] = scalar(x[lane]) */
static void fill(variant *v)
{
    jit_emit *em = v->em;
    LLVMBuilderRef b = em->b;
    LLVMTypeRef bits = LLVMIntTypeInContext(em->cx, v->width),
                type = LLVMTypeOf(LLVMGetParam(v->fn, 0));
    LLVMValueRef x = LLVMGetParam(v->fn, 0), y = LLVMBuildAlloca(b, type, "");
    LLVMValueRef on = LLVMBuildBitCast(b, LLVMGetParam(v->fn, 1), bits, "");
    LLVMBasicBlockRef call = jit_new_block(em, "call"), next = jit_new_block(em, "next");
    LLVMBuildStore(b, x, y);
    jit_counted l;
    jit_loop_begin(em, &l, v->width);
    LLVMValueRef bit = LLVMBuildLShr(b, on, LLVMBuildTrunc(b, l.i, bits, ""), "");
    LLVMBuildCondBr(b, LLVMBuildTrunc(b, bit, em->i1, ""), call, next);
    LLVMPositionBuilderAtEnd(b, call);
    LLVMTypeRef element = LLVMGetElementType(type);
    LLVMValueRef at = LLVMBuildGEP2(b, element, y, &l.i, 1, "");
    LLVMValueRef arg = LLVMBuildLoad2(b, element, at, "");
    LLVMBuildStore(b, LLVMBuildCall2(b, LLVMGlobalGetValueType(v->scalar), v->scalar, &arg, 1, ""),
                   at);
    LLVMBuildBr(b, next);
    LLVMPositionBuilderAtEnd(b, next);
    l.rolled = true;
    jit_loop_end(em, &l, NULL);
    LLVMBuildRet(b, LLVMBuildLoad2(b, type, y, ""));
}

static void make(variant *v, LLVMTypeRef element, const char *name)
{
    jit_emit *em = v->em;
    LLVMTypeRef vector = LLVMVectorType(element, v->width), mask = LLVMVectorType(em->i1, v->width);
    v->fn = LLVMAddFunction(em->mod, name,
                            LLVMFunctionType(vector, (LLVMTypeRef[]){vector, mask}, 2, false));
    LLVMSetLinkage(v->fn, LLVMInternalLinkage);
    jit_add_attribute(em, v->fn, "nounwind");
    jit_add_attribute(em, v->fn, "noinline");
    jit_add_attribute(em, v->fn, "optnone"); /* not worth the time of compiling it well */
    em->fn = v->fn;
    LLVMPositionBuilderAtEnd(em->b, jit_new_block(em, "entry"));
    fill(v);
}

void jit_rare_variants(jit_emit *em, LLVMValueRef scalar)
{
    size_t len;
    const char *of = LLVMGetValueName2(scalar, &len);
    LLVMTypeRef element = LLVMGetReturnType(LLVMGlobalGetValueType(scalar));
    char list[1024] = "", *at = list;
    for (unsigned k = 0, width = NARROWEST; k < WIDTHS; k++, width *= 2) {
        char name[128];
        snprintf(name, sizeof name, "%.80s_v%u", of, width);
        variant v = {em, scalar, NULL, width};
        make(&v, element, name);
        at += snprintf(at, (size_t)(list + sizeof list - at), "%s_ZGV_LLVM_M%uv_%.80s(%s)",
                       k ? "," : "", width, of, name);
    }
    static const char key[] = "vector-function-abi-variant";
    LLVMAttributeRef a =
        LLVMCreateStringAttribute(em->cx, key, sizeof key - 1, list, (unsigned)strlen(list));
    LLVMAddAttributeAtIndex(scalar, LLVMAttributeFunctionIndex, a);
}

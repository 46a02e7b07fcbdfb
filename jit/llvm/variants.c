/* Vector variants of scalar functions, so that loops that call them can still be vectorised. A
 * variant takes a vector and a mask, and is named according to LLVM's vector function ABI.
 *
 * For rare arguments (JK_RARE), where most lanes are off, a variant only tests whether any lane is
 * on. This test is inlined after vectorisation (JIT_INLINE_LATE), so there is a call only when some
 * lane is on.
 *
 * A function that a program calls in very many places is compiled once per width instead of in each
 * place.
 */
#include <stdio.h>
#include <string.h>

#include "jit/llvm/function.h"
#include "jit/llvm/loop.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/value.h"
#include "jit/llvm/variants.h"
#include "jit/llvm/target.h"

enum { NARROWEST = 4 };

typedef struct {
    jit_emit *em;
    LLVMValueRef scalar;
    unsigned width;
    jit_func f;
} variant;

/* for each lane that is on: y[lane] = scalar(x[lane]) */
static void fill(variant *v)
{
    jit_emit *em = v->em;
    LLVMBuilderRef b = em->b;
    LLVMTypeRef bits = LLVMIntTypeInContext(em->cx, v->width),
                type = LLVMTypeOf(LLVMGetParam(v->f.fn, 0));
    LLVMValueRef x = LLVMGetParam(v->f.fn, 0), y = jit_local(em, type);
    LLVMValueRef on = LLVMBuildBitCast(b, LLVMGetParam(v->f.fn, 1), bits, "");
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
    LLVMValueRef all = LLVMBuildLoad2(b, type, y, "");
    jit_func_end(em, &v->f, 1, &all);
}

/* y[lane] = scalar(x[lane]) for all lanes: a loop that becomes one vector operation. */
static void fill_all(variant *v)
{
    jit_emit *em = v->em;
    LLVMBuilderRef b = em->b;
    LLVMTypeRef type = LLVMTypeOf(LLVMGetParam(v->f.fn, 0)), element = LLVMGetElementType(type);
    LLVMValueRef x = jit_local(em, type), y = jit_local(em, type);
    LLVMBuildStore(b, LLVMGetParam(v->f.fn, 0), x);
    jit_counted l;
    jit_loop_begin(em, &l, v->width);
    LLVMValueRef from = LLVMBuildInBoundsGEP2(b, element, x, &l.i, 1, "");
    LLVMValueRef to = LLVMBuildInBoundsGEP2(b, element, y, &l.i, 1, "");
    LLVMValueRef arg = LLVMBuildLoad2(b, element, from, "");
    LLVMValueRef r = LLVMBuildCall2(b, LLVMGlobalGetValueType(v->scalar), v->scalar, &arg, 1, "");
    static const char inlined[] = "alwaysinline";
    unsigned kind = LLVMGetEnumAttributeKindForName(inlined, sizeof inlined - 1);
    LLVMAddCallSiteAttribute(r, LLVMAttributeFunctionIndex,
                             LLVMCreateEnumAttribute(em->cx, kind, 0));
    LLVMBuildStore(b, r, to);
    l.vector = v->width;
    jit_loop_end(em, &l, NULL);
    LLVMValueRef all = LLVMBuildLoad2(b, type, y, "");
    jit_func_end(em, &v->f, 1, &all);
}

/* Returns x, or the result of `slow` if any lane is on. */
static void ask(variant *v, LLVMValueRef slow)
{
    jit_emit *em = v->em;
    LLVMBuilderRef b = em->b;
    LLVMTypeRef bits = LLVMIntTypeInContext(em->cx, v->width);
    LLVMValueRef arg[] = {LLVMGetParam(v->f.fn, 0), LLVMGetParam(v->f.fn, 1)};
    LLVMValueRef on = LLVMBuildBitCast(b, arg[1], bits, "");
    LLVMBasicBlockRef here = LLVMGetInsertBlock(b);
    LLVMBasicBlockRef some = jit_new_block(em, "some"), end = jit_new_block(em, "end");
    LLVMValueRef none = LLVMBuildICmp(b, LLVMIntEQ, on, LLVMConstNull(bits), "");
    LLVMBuildCondBr(b, none, end, some);
    LLVMPositionBuilderAtEnd(b, some);
    LLVMValueRef y = LLVMBuildCall2(b, LLVMGlobalGetValueType(slow), slow, arg, 2, "");
    LLVMBuildBr(b, end);
    LLVMPositionBuilderAtEnd(b, end);
    LLVMValueRef phi = LLVMBuildPhi(b, LLVMTypeOf(y), "");
    LLVMAddIncoming(phi, (LLVMValueRef[]){arg[0], y}, (LLVMBasicBlockRef[]){here, some}, 2);
    jit_func_end(em, &v->f, 1, &phi);
}

static void begin(variant *v, LLVMTypeRef type, const char *name)
{
    jit_func_begin(v->em, &v->f, name, type, NULL);
    LLVMSetLinkage(v->f.fn, LLVMInternalLinkage);
    jit_add_attribute(v->em, v->f.fn, "nounwind");
    jit_add_attribute(v->em, v->f.fn, "noinline");
}

static void mark(variant *v, const char *attribute)
{
    LLVMAddAttributeAtIndex(
        v->f.fn, LLVMAttributeFunctionIndex,
        LLVMCreateStringAttribute(v->em->cx, attribute, (unsigned)strlen(attribute), "", 0));
}

static void make_rare(variant *v, LLVMTypeRef type, const char *name)
{
    begin(v, type, "");
    jit_add_attribute(v->em, v->f.fn, "cold");
    fill(v);
    LLVMValueRef slow = v->f.fn;
    begin(v, type, name);
    mark(v, JIT_INLINE_LATE);
    ask(v, slow);
}

static void make_called(variant *v, LLVMTypeRef type, const char *name)
{
    begin(v, type, name);
    mark(v, JIT_ONE_VECTOR);
    fill_all(v);
}

typedef void maker(variant *v, LLVMTypeRef type, const char *name);

static void make_variants(jit_emit *em, LLVMValueRef scalar, unsigned widest, maker *make)
{
    size_t len;
    const char *of = LLVMGetValueName2(scalar, &len);
    LLVMTypeRef element = LLVMGetReturnType(LLVMGlobalGetValueType(scalar));
    char list[1024] = "", *at = list;
    for (unsigned width = NARROWEST; width <= widest; width *= 2) {
        char name[128];
        snprintf(name, sizeof name, "%.80s_v%u", of, width);
        variant v = {.em = em, .scalar = scalar, .width = width};
        LLVMTypeRef in[] = {LLVMVectorType(element, width), LLVMVectorType(em->i1, width)};
        make(&v, LLVMFunctionType(in[0], in, 2, false), name);
        at += snprintf(at, (size_t)(list + sizeof list - at), "%s_ZGV_LLVM_M%uv_%.80s(%s)",
                       at > list ? "," : "", width, of, name);
    }
    static const char key[] = "vector-function-abi-variant";
    LLVMAttributeRef a =
        LLVMCreateStringAttribute(em->cx, key, sizeof key - 1, list, (unsigned)strlen(list));
    LLVMAddAttributeAtIndex(scalar, LLVMAttributeFunctionIndex, a);
}

void jit_rare_variants(jit_emit *em, LLVMValueRef scalar)
{
    make_variants(em, scalar, 8, make_rare);
}

void jit_called_variants(jit_emit *em, LLVMValueRef scalar)
{
    LLVMTypeRef element = LLVMGetReturnType(LLVMGlobalGetValueType(scalar));
    make_variants(em, scalar, LLVMGetTypeKind(element) == LLVMFloatTypeKind ? 16 : 8, make_called);
}

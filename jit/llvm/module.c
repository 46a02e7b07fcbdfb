/* The whole function: finds the buffers, emits the blocks' steps in order, stores the results, and
 * returns early when a called kernel fails.
 */
#include <stdlib.h>
#include <string.h>

#include "jit/llvm/block.h"
#include "jit/llvm/debug.h"
#include "jit/llvm/element.h"
#include "jit/llvm/function.h"
#include "jit/llvm/lowering.h"
#include "jit/llvm/math.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/module.h"
#include "jit/llvm/outline.h"
#include "jit/llvm/profile.h"
#include "jit/llvm/value.h"
#include "jit/observe/debug.h"
#include "jit/observe/profile.h"

/* ---- the frame ------------------------------------------------------------------------------ */

static LLVMValueRef load_pointer(jit_emit *em, LLVMValueRef list, int k)
{
    return LLVMBuildLoad2(em->b, em->ptr, jit_address(em, list, em->ptr, jit_i64(em, k)), "");
}

static void find_buffers(jit_emit *em)
{
    LLVMValueRef in = LLVMGetParam(em->f->fn, 0), out = LLVMGetParam(em->f->fn, 1);
    em->f->where = ir_alloc(&em->mem, (size_t)(em->s->nbuffer + 1) * sizeof *em->f->where);
    for (int k = 0; k < em->s->nbuffer; k++) {
        const jit_buffer *b = &em->s->buffer[k];
        if (b->kind == JIT_BUF_INPUT)
            em->f->where[k] = load_pointer(em, in, b->index);
        else if (b->kind == JIT_BUF_OUTPUT)
            em->f->where[k] = load_pointer(em, out, b->index);
    }
    jit_find_buffers(em, 0);
}

static void load_registers(jit_emit *em, jit_frame *f)
{
    LLVMValueRef in = LLVMGetParam(em->f->fn, 0);
    for (int k = 0; k < f->b->g->nin; k++) {
        const ir_value *v = f->b->g->in[k];
        if (v->type.rank)
            continue;
        f->reg[v->id] = jit_load_at(em, load_pointer(em, in, k), v->type.dtype);
    }
}

static void store_registers(jit_emit *em, const jit_frame *f)
{
    LLVMValueRef out = LLVMGetParam(em->f->fn, 1);
    for (int k = 0; k < f->b->g->nout; k++) {
        const ir_value *v = f->b->g->out[k];
        if (v->type.rank)
            continue;
        LLVMValueRef x = jit_reg(em, v);
        jit_store_at(em, load_pointer(em, out, k), v->type.dtype, x);
    }
}

static void begin(jit_emit *em, jit_func *f, const char *name)
{
    LLVMTypeRef type =
        LLVMFunctionType(em->i1, (LLVMTypeRef[]){em->ptr, em->ptr, em->ptr, em->ptr}, 4, false);
    jit_func_begin(em, f, name, type, LLVMConstInt(em->i1, 0, false));
    f->arena = LLVMGetParam(f->fn, 2);
    f->eqns = LLVMGetParam(f->fn, 3);
    jit_add_attribute(em, f->fn, "nounwind");
    unsigned kind = LLVMGetEnumAttributeKindForName("zeroext", 7);
    LLVMAddAttributeAtIndex(f->fn, LLVMAttributeReturnIndex,
                            LLVMCreateEnumAttribute(em->cx, kind, 0));
}

static void emit_whole(jit_emit *em, jit_func *f)
{
    jit_frame top = jit_frame_make(em, em->s->top);
    jit_decide_outlining(em);
    f->frame = &top;
    LLVMPositionBuilderAtEnd(em->b, f->entry);
    find_buffers(em);
    load_registers(em, &top);
    LLVMPositionBuilderAtEnd(em->b, f->start);
    const jit_site *whole = em->s->profile ? em->s->profile->site : NULL;
    LLVMValueRef begin = jit_emit_clock(em, whole);
    jit_emit_block(em, &top);
    store_registers(em, &top);
    jit_emit_timed(em, whole, begin);
    LLVMValueRef ok = LLVMConstInt(em->i1, 1, false);
    jit_func_end(em, f, 1, &ok);
}

/* All memory comes from the arena. If it runs out, a longjmp leaves the emitter from wherever it
 * is. */
static bool emit(jit_emit *em, const char *name)
{
    jmp_buf no_memory;
    em->mem.exit = &no_memory;
    if (setjmp(no_memory))
        return false;
    jit_func whole;
    begin(em, &whole, name);
    if (jit_debug_wanted())
        jit_debug_begin(em);
    emit_whole(em, &whole);
    bool ok = !em->failed && jit_math_link(em);
    if (em->debug && ok)
        jit_debug_end(em, whole.fn);
    return ok;
}

LLVMModuleRef jit_emit_module(const jit_schedule *s, LLVMContextRef cx, const char *name,
                              bool *wants_eqns)
{
    jit_emit em = {.how = &jit_llvm_lowering, .s = s, .cx = cx};
    em.mod = LLVMModuleCreateWithNameInContext(s->g->name, cx);
    em.b = LLVMCreateBuilderInContext(cx);
    em.i1 = LLVMInt1TypeInContext(cx);
    em.i8 = LLVMInt8TypeInContext(cx);
    em.i32 = LLVMInt32TypeInContext(cx);
    em.i64 = LLVMInt64TypeInContext(cx);
    em.ptr = LLVMPointerTypeInContext(cx, 0);
    bool ok = emit(&em, name);
    jit_debug_free(&em);
    if (em.math)
        LLVMDisposeModule(em.math);
    LLVMDisposeBuilder(em.b);
    ir_arena_free(&em.mem);
    *wants_eqns = em.place.used > 0;
    ptrmap_free(&em.place);
    if (ok)
        return em.mod;
    LLVMDisposeModule(em.mod);
    return NULL;
}

/* Begins and ends the function being emitted, and finds its buffers. Functions can begin inside
 * functions; when the inner one ends, the state of the outer one is restored.
 */
#include "jit/llvm/function.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/profile.h"
#include "jit/llvm/value.h"

void jit_func_begin(jit_emit *em, jit_func *f, const char *name, LLVMTypeRef type,
                    LLVMValueRef failed)
{
    jit_func *outer = em->f;
    *f = outer ? *outer : (jit_func){0};
    f->outer = outer;
    f->here = LLVMGetInsertBlock(em->b);
    f->nscope = 0; /* so that functions with the same code look the same */
    f->parts = (jit_parts){0};
    f->pack = NULL;
    f->pack_bytes = 0;
    f->counter = NULL;
    f->alone = false;
    f->fn = LLVMAddFunction(em->mod, name, type);
    em->f = f;
    f->entry = jit_new_block(em, "entry");
    f->fail = failed ? jit_new_block(em, "fail") : NULL;
    if (failed) {
        LLVMPositionBuilderAtEnd(em->b, f->fail);
        LLVMBuildRet(em->b, failed);
    }
    f->start = jit_new_block(em, "start");
    LLVMPositionBuilderAtEnd(em->b, f->start);
}

static void leave(jit_emit *em, jit_func *f)
{
    em->f = f->outer;
    if (f->here)
        LLVMPositionBuilderAtEnd(em->b, f->here);
}

bool jit_func_end(jit_emit *em, jit_func *f, unsigned n, LLVMValueRef *result)
{
    jit_emit_counted(em);
    if (n > 1)
        LLVMBuildAggregateRet(em->b, result, n);
    else if (n)
        LLVMBuildRet(em->b, result[0]);
    else
        LLVMBuildRetVoid(em->b);
    LLVMPositionBuilderAtEnd(em->b, f->entry);
    LLVMBuildBr(em->b, f->start);
    bool fails = f->fail && LLVMGetFirstUse(LLVMBasicBlockAsValue(f->fail));
    if (f->fail && !fails)
        LLVMDeleteBasicBlock(f->fail);
    leave(em, f);
    return fails;
}

void jit_func_drop(jit_emit *em, jit_func *f)
{
    leave(em, f);
    LLVMDeleteFunction(f->fn);
}

void jit_go_on_if(jit_emit *em, LLVMValueRef truth)
{
    LLVMTypeRef t = LLVMTypeOf(truth);
    if (t != em->i1)
        truth = LLVMBuildICmp(em->b, LLVMIntNE, truth, LLVMConstInt(t, 0, false), "");
    LLVMBasicBlockRef go_on = jit_new_block(em, "ok");
    LLVMBuildCondBr(em->b, truth, go_on, em->f->fail);
    LLVMPositionBuilderAtEnd(em->b, go_on);
}

/* ---- registers and buffers ------------------------------------------------------------------ */

jit_frame jit_frame_make(jit_emit *em, const jit_block *b)
{
    return (jit_frame){b, ir_alloc(&em->mem, (b->g->nvalue + 1) * sizeof(LLVMValueRef))};
}

/* Beyond the end of an array of floats there are ones: computing with them takes no longer than
 * computing with other numbers (guarded loads, in memory.c). */
static void put_ones(jit_emit *em, LLVMValueRef buffer, const jit_buffer *b)
{
    enum { LEAST_SIZE = 4 };
    int64_t size = ir_dtypes[b->dtype].size;
    bool floats = ir_has_fraction(b->dtype) && size >= LEAST_SIZE;
    for (int64_t at = 0; floats && at < JIT_BEYOND; at += size)
        jit_store_at(em, jit_address(em, buffer, em->i8, jit_i64(em, (int64_t)b->bytes + at)),
                     b->dtype, LLVMConstReal(jit_register_type(em, b->dtype), 1));
}

void jit_find_buffers(jit_emit *em, int region)
{
    for (int k = 0; k < em->s->nbuffer; k++) {
        const jit_buffer *b = &em->s->buffer[k];
        if (b->region != region)
            continue;
        if (b->kind == JIT_BUF_STACK) {
            em->f->where[k] = jit_stack(em, b->bytes + JIT_BEYOND);
            put_ones(em, em->f->where[k], b);
        } else if (b->kind == JIT_BUF_ARENA)
            em->f->where[k] =
                jit_address(em, em->f->arena, em->i8, jit_i64(em, (int64_t)b->offset));
    }
}

/* A small region is taken from the thread's stack instead. */
size_t jit_find_own_buffers(jit_emit *em, int region)
{
    size_t bytes = em->s->region_bytes[region];
    bool given = bytes > (size_t)em->s->limits.stack || !bytes;
    em->f->arena = given ? LLVMGetParam(em->f->fn, 3) : jit_stack(em, bytes);
    jit_find_buffers(em, region);
    return given ? bytes : 0;
}

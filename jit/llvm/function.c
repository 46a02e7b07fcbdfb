/* What a function finds when it begins: registers and the addresses of buffers. */
#include "jit/llvm/function.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/value.h"

jit_frame jit_frame_make(jit_emit *em, const jit_block *b)
{
    return (jit_frame){b, ir_alloc(&em->mem, (b->g->nvalue + 1) * sizeof(LLVMValueRef))};
}

void jit_find_buffers(jit_emit *em, int region)
{
    for (int k = 0; k < em->s->nbuffer; k++) {
        const jit_buffer *b = &em->s->buffer[k];
        if (b->region != region)
            continue;
        if (b->kind == JIT_BUF_STACK)
            em->where[k] = jit_stack(em, b->bytes);
        else if (b->kind == JIT_BUF_ARENA)
            em->where[k] = jit_address(em, em->arena, em->i8, jit_i64(em, (int64_t)b->offset));
    }
}

/* A little is taken from the thread's stack instead. */
size_t jit_find_own_buffers(jit_emit *em, int region)
{
    enum { LITTLE = 16384 };
    size_t bytes = em->s->region_bytes[region];
    bool given = bytes > LITTLE || !bytes;
    em->arena = given ? LLVMGetParam(em->fn, 3) : jit_stack(em, bytes);
    jit_find_buffers(em, region);
    return given ? bytes : 0;
}

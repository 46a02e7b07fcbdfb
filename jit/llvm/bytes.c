/* Converts LLVM's memory buffers to the bytes of jit/backend.h, and back. Bytes that came from LLVM
 * are not copied. */
#include "jit/llvm/target.h"

static void release(jit_bytes *b)
{
    LLVMDisposeMemoryBuffer(b->owner);
}

jit_bytes jit_buffer_bytes(LLVMMemoryBufferRef buffer)
{
    if (!buffer)
        return (jit_bytes){0};
    return (jit_bytes){.at = (char *)LLVMGetBufferStart(buffer),
                       .size = LLVMGetBufferSize(buffer),
                       .owner = buffer,
                       .release = release};
}

LLVMMemoryBufferRef jit_bytes_buffer(jit_bytes *b)
{
    LLVMMemoryBufferRef buffer = b->owner;
    if (b->release != release) {
        buffer = LLVMCreateMemoryBufferWithMemoryRangeCopy(b->at, b->size, "object");
        jit_bytes_release(b);
    }
    *b = (jit_bytes){0};
    return buffer;
}

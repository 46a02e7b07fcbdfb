/* Tapes in compiled code: calls of jit/host/tape.c.
 *
 * A tape's buffer holds a pointer, which owns a reference. When a program begins, the arena's
 * buffers and the caller's result buffers hold no tape (jit/host/run.c). They are emptied before
 * something new is put into them, and when the program ends, tapes still in the arena are released.
 * So compiled code need not say when a tape is no longer needed.
 */
#include <string.h>

#include "jit/host/host.h"
#include "jit/llvm/call.h"
#include "jit/llvm/function.h"
#include "jit/llvm/tape.h"
#include "jit/llvm/value.h"

void jit_tape_open(jit_emit *em, int buffer, const ir_value *v, LLVMValueRef length)
{
    enum { SLICE = 1 }; /* the dimensions of a slice start here */
    int64_t slice[2 + IR_MAX_RANK] = {v->type.dtype, v->type.rank - SLICE};
    memcpy(slice + 2, v->type.dim + SLICE, (size_t)slice[1] * sizeof *slice);
    LLVMValueRef args[] = {em->f->where[buffer], jit_numbers(em, 2 + (int)slice[1], slice), length};
    jit_go_on_if(em, jit_call_host(em, "jac_host_tape_open", em->i8, 3, args));
}

LLVMValueRef jit_tape_next(jit_emit *em, int buffer, LLVMValueRef at)
{
    LLVMValueRef p = jit_call_host(em, "jac_host_tape_next", em->ptr, 2,
                                   (LLVMValueRef[]){em->f->where[buffer], at});
    jit_go_on_if(em, LLVMBuildIsNotNull(em->b, p, ""));
    return p;
}

LLVMValueRef jit_tape_read(jit_emit *em, int buffer, LLVMValueRef at, size_t bytes)
{
    LLVMValueRef args[] = {em->f->where[buffer], at, jit_i64(em, (int64_t)bytes)};
    LLVMValueRef p = jit_call_host(em, "jac_host_tape_read", em->ptr, 3, args);
    if (bytes > JAC_HOST_ZEROS)
        jit_go_on_if(em, LLVMBuildIsNotNull(em->b, p, ""));
    return p;
}

void jit_tape_drop(jit_emit *em, int buffer)
{
    jit_call_host(em, "jac_host_tape_drop", LLVMVoidTypeInContext(em->cx), 1,
                  &em->f->where[buffer]);
}

void jit_copy_value(jit_emit *em, int to, int from, const ir_type *t)
{
    if (to == from || em->f->where[to] == em->f->where[from])
        return;
    if (ir_is_tape(t))
        jit_call_host(em, "jac_host_tape_copy", LLVMVoidTypeInContext(em->cx), 2,
                      (LLVMValueRef[]){em->f->where[to], em->f->where[from]});
    else
        jit_copy_buffer(em, to, from, ir_type_bytes(t));
}

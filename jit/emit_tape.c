/* Tapes in compiled code: calls into ir/tape.c.
 *
 * A buffer of a tape holds a pointer and a reference. Buffers in the arena, and the caller's for
 * results, hold none when a program begins (jit/run.c) and are emptied before something new is made
 * in them; what the arena still holds when the program ends is given up then. So compiled code need
 * not say when a tape dies.
 */
#include <pthread.h>

#include "jit/emit.h"

/* Where a loop reads of a tape that has no such slice: zeros. Large ones are made when they are
 * first needed, and stay: who reads them does not say when it is done. */
static const void *zeros(size_t bytes)
{
    static _Alignas(64) const char page[65536];
    static struct large {
        struct large *next;
        size_t bytes;
        double zeros[];
    } *largest;
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    if (bytes <= sizeof page)
        return page;
    pthread_mutex_lock(&lock);
    if (!largest || largest->bytes < bytes) {
        struct large *made = ir_xmalloc(sizeof *made + bytes);
        *made = (struct large){largest, bytes};
        largest = made;
    }
    const void *found = largest->zeros;
    pthread_mutex_unlock(&lock);
    return found;
}

/* ---- what compiled code calls ---------------------------------------------------------------- */

static bool tape_open(ir_tape **buffer, const ir_type *slice, int64_t length)
{
    ir_tape_release(*buffer);
    *buffer = ir_tape_new(slice);
    return ir_tape_resize(*buffer, length > 0 ? length : 0);
}

static void *tape_next(ir_tape **buffer, int64_t at)
{
    return ir_tape_resize(*buffer, at + 1) ? ir_tape_at(*buffer, at) : NULL;
}

static const void *tape_read(ir_tape *const *buffer, int64_t at, size_t bytes)
{
    const void *slice = ir_tape_at(*buffer, at);
    return slice ? slice : zeros(bytes);
}

static void tape_copy(ir_tape **to, ir_tape *const *from)
{
    ir_tape *old = *to;
    *to = ir_tape_retain(*from);
    ir_tape_release(old);
}

static void tape_drop(ir_tape **buffer)
{
    ir_tape_release(*buffer);
    *buffer = NULL;
}

/* ---- the calls ------------------------------------------------------------------------------- */

static LLVMValueRef host(jit_emit *em, const void *p)
{
    return LLVMConstIntToPtr(LLVMConstInt(em->i64, (unsigned long long)(uintptr_t)p, false),
                             em->ptr);
}

static LLVMValueRef call(jit_emit *em, const void *function, LLVMTypeRef result, int n,
                         LLVMValueRef *args)
{
    LLVMTypeRef types[3];
    for (int k = 0; k < n; k++)
        types[k] = LLVMTypeOf(args[k]);
    LLVMTypeRef f = LLVMFunctionType(result, types, (unsigned)n, false);
    return LLVMBuildCall2(em->b, f, host(em, function), args, (unsigned)n, "");
}

static void go_on_if(jit_emit *em, LLVMValueRef truth)
{
    LLVMBasicBlockRef go_on = jit_new_block(em, "ok");
    LLVMBuildCondBr(em->b, truth, go_on, em->fail);
    LLVMPositionBuilderAtEnd(em->b, go_on);
}

void jit_tape_open(jit_emit *em, int buffer, const ir_type *slice, LLVMValueRef length)
{
    LLVMValueRef args[] = {em->where[buffer], host(em, slice), length};
    LLVMValueRef ok = call(em, (const void *)tape_open, em->i8, 3, args);
    go_on_if(em, LLVMBuildICmp(em->b, LLVMIntNE, ok, LLVMConstInt(em->i8, 0, false), ""));
}

LLVMValueRef jit_tape_next(jit_emit *em, int buffer, LLVMValueRef at)
{
    LLVMValueRef p =
        call(em, (const void *)tape_next, em->ptr, 2, (LLVMValueRef[]){em->where[buffer], at});
    go_on_if(em, LLVMBuildIsNotNull(em->b, p, ""));
    return p;
}

LLVMValueRef jit_tape_read(jit_emit *em, int buffer, LLVMValueRef at, size_t bytes)
{
    LLVMValueRef args[] = {em->where[buffer], at, jit_i64(em, (int64_t)bytes)};
    return call(em, (const void *)tape_read, em->ptr, 3, args);
}

void jit_tape_drop(jit_emit *em, int buffer)
{
    call(em, (const void *)tape_drop, LLVMVoidTypeInContext(em->cx), 1, &em->where[buffer]);
}

void jit_copy_value(jit_emit *em, int to, int from, const ir_type *t)
{
    if (to == from || em->where[to] == em->where[from])
        return;
    if (ir_is_tape(t))
        call(em, (const void *)tape_copy, LLVMVoidTypeInContext(em->cx), 2,
             (LLVMValueRef[]){em->where[to], em->where[from]});
    else
        jit_copy_buffer(em, to, from, ir_type_bytes(t));
}

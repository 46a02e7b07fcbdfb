/* Calls of functions that the process provides (jit/host/), and copies of buffers. */
#include <stdlib.h>

#include "jit/llvm/call.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/target.h"
#include "jit/llvm/value.h"

LLVMValueRef jit_call_host(jit_emit *em, const char *name, LLVMTypeRef result, int n,
                           LLVMValueRef *args)
{
    enum { MOST = 8 };
    LLVMTypeRef types[MOST];
    for (int k = 0; k < n; k++)
        types[k] = LLVMTypeOf(args[k]);
    LLVMTypeRef type = LLVMFunctionType(result, types, (unsigned)n, false);
    LLVMValueRef f = LLVMGetNamedFunction(em->mod, name);
    if (!f)
        f = LLVMAddFunction(em->mod, name, type);
    return LLVMBuildCall2(em->b, type, f, args, (unsigned)n, "");
}

LLVMValueRef jit_eqn_address(jit_emit *em, const ir_eqn *e)
{
    if (!em->place.used) {
        const ir_eqn **all = jit_list_eqns(em->s->g, &em->place);
        if (!all)
            longjmp(*em->mem.exit, 1);
        free(all);
    }
    LLVMValueRef at = jit_i64(em, (int64_t)ptrmap_find(&em->place, e)->lo);
    return LLVMBuildLoad2(em->b, em->ptr, jit_address(em, em->f->eqns, em->ptr, at), "");
}

LLVMValueRef jit_numbers(jit_emit *em, int n, const int64_t *numbers)
{
    LLVMValueRef *each = ir_alloc(&em->mem, (size_t)(n + 1) * sizeof *each);
    for (int k = 0; k < n; k++)
        each[k] = jit_i64(em, numbers[k]);
    LLVMValueRef list = LLVMConstArray2(em->i64, each, (uint64_t)n);
    LLVMValueRef at = LLVMAddGlobal(em->mod, LLVMTypeOf(list), "numbers");
    LLVMSetInitializer(at, list);
    LLVMSetGlobalConstant(at, true);
    LLVMSetLinkage(at, LLVMPrivateLinkage);
    LLVMSetUnnamedAddress(at, LLVMGlobalUnnamedAddr);
    return at;
}

/* Copies whole vectors, which are then read quickly: no vector comes from two stores. */
static size_t whole_vectors(size_t bytes)
{
    size_t width = (size_t)jit_target_vector_bytes();
    while (width / 2 >= bytes)
        width /= 2;
    return (bytes + width - 1) / width * width;
}

void jit_copy_buffer(jit_emit *em, int to, int from, size_t bytes)
{
    if (to == from || em->f->where[to] == em->f->where[from] || !bytes)
        return;
    if (jit_has_beyond(em, to) && jit_has_beyond(em, from))
        bytes = whole_vectors(bytes);
    LLVMBuildMemCpy(em->b, em->f->where[to], 1, em->f->where[from], 1, jit_i64(em, (int64_t)bytes));
}

/* Functions for work that threads share. Each has the form
 *
 *     uint8_t f(void *env, int64_t from, int64_t to, void *memory)
 *
 * and does items `from` up to `to` (jit/host/host.h). The environment is a list of the addresses
 * and registers of the surrounding function that the work needs.
 */
#include "jit/llvm/call.h"
#include "jit/llvm/element.h"
#include "jit/llvm/function.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/share.h"
#include "jit/llvm/value.h"

void jit_share_begin(jit_emit *em, jit_func *f, const char *name)
{
    LLVMTypeRef type =
        LLVMFunctionType(em->i8, (LLVMTypeRef[]){em->ptr, em->i64, em->i64, em->ptr}, 4, false);
    jit_func_begin(em, f, name, type, LLVMConstInt(em->i8, 0, false));
    LLVMSetLinkage(f->fn, LLVMInternalLinkage);
    f->shared = true;
    f->where = ir_alloc(&em->mem, (size_t)(em->s->nbuffer + 1) * sizeof *f->where);
}

void jit_share_end(jit_emit *em, jit_func *f)
{
    LLVMValueRef ok = LLVMConstInt(em->i8, 1, false);
    jit_func_end(em, f, 1, &ok);
}

void jit_share_call(jit_emit *em, const jit_func *f, LLVMValueRef env, int64_t nitem, size_t memory)
{
    LLVMValueRef args[] = {f->fn, env, jit_i64(em, nitem), jit_i64(em, (int64_t)memory)};
    jit_go_on_if(em, jit_call_host(em, "jac_host_parallel", em->i8, 4, args));
}

/* ---- the environment ------------------------------------------------------------------------ */

static LLVMValueRef slot(jit_emit *em, LLVMValueRef env, int k)
{
    return jit_address(em, env, em->i64, jit_i64(em, k));
}

LLVMValueRef jit_env_fill(jit_emit *em, int n, ir_value *const *v, LLVMValueRef extra)
{
    LLVMValueRef env = jit_stack(em, (size_t)(n + 2) * 8);
    for (int k = 0; k < n; k++)
        if (v[k]->type.rank)
            LLVMBuildStore(em->b, em->f->where[jit_buffer_of(em->f->frame->b, v[k])],
                           slot(em, env, k));
        else
            jit_store_at(em, slot(em, env, k), v[k]->type.dtype, jit_reg(em, v[k]));
    LLVMBuildStore(em->b, em->f->eqns, slot(em, env, n));
    if (extra)
        LLVMBuildStore(em->b, extra, slot(em, env, n + 1));
    return env;
}

LLVMValueRef jit_env_load(jit_emit *em, int n, ir_value *const *v, LLVMValueRef *x)
{
    LLVMValueRef env = LLVMGetParam(em->f->fn, 0);
    for (int k = 0; k < n; k++)
        x[k] = v[k]->type.rank ? LLVMBuildLoad2(em->b, em->ptr, slot(em, env, k), "")
                               : jit_load_at(em, slot(em, env, k), v[k]->type.dtype);
    em->f->eqns = LLVMBuildLoad2(em->b, em->ptr, slot(em, env, n), "");
    return slot(em, env, n + 1);
}

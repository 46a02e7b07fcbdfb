/* Functions of their own for work that threads share: uint8_t f(void *env, int64_t from, int64_t
 * to, void *memory), which does items `from` up to `to` (jit/host/threads.h).
 *
 * The environment is a list of the addresses and registers that the work needs of what is around
 * it.
 */
#include "jit/llvm/call.h"
#include "jit/llvm/element.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/profile.h"
#include "jit/llvm/share.h"
#include "jit/llvm/value.h"

void jit_share_begin(jit_emit *em, jit_share *o, const char *name)
{
    *o = (jit_share){.fn = em->fn,
                     .arena = em->arena,
                     .eqns = em->eqns,
                     .where = em->where,
                     .entry = em->entry,
                     .fail = em->fail,
                     .here = LLVMGetInsertBlock(em->b),
                     .frame = em->frame,
                     .step = em->step};
    em->shared = true;
    LLVMTypeRef type =
        LLVMFunctionType(em->i8, (LLVMTypeRef[]){em->ptr, em->i64, em->i64, em->ptr}, 4, false);
    em->fn = o->made = LLVMAddFunction(em->mod, name, type);
    LLVMSetLinkage(em->fn, LLVMInternalLinkage);
    em->where = ir_alloc(&em->mem, (size_t)(em->s->nbuffer + 1) * sizeof *em->where);
    em->entry = jit_new_block(em, "entry");
    em->fail = jit_new_block(em, "fail");
    LLVMPositionBuilderAtEnd(em->b, em->fail);
    LLVMBuildRet(em->b, LLVMConstInt(em->i8, 0, false));
    o->start = jit_new_block(em, "start"); /* the entry block stays open for stack space */
    LLVMPositionBuilderAtEnd(em->b, o->start);
}

void jit_share_end(jit_emit *em, const jit_share *o)
{
    jit_emit_counted(em);
    LLVMBuildRet(em->b, LLVMConstInt(em->i8, 1, false));
    LLVMPositionBuilderAtEnd(em->b, em->entry);
    LLVMBuildBr(em->b, o->start);
    em->shared = false;
    em->eqns = o->eqns;
    em->fn = o->fn;
    em->arena = o->arena;
    em->where = o->where;
    em->entry = o->entry;
    em->fail = o->fail;
    em->frame = o->frame;
    em->step = o->step;
    LLVMPositionBuilderAtEnd(em->b, o->here);
}

void jit_share_call(jit_emit *em, const jit_share *o, LLVMValueRef env, int64_t nitem,
                    size_t memory)
{
    LLVMValueRef args[] = {o->made, env, jit_i64(em, nitem), jit_i64(em, (int64_t)memory)};
    LLVMValueRef ok = jit_call_host(em, "jac_host_parallel", em->i8, 4, args);
    ok = LLVMBuildICmp(em->b, LLVMIntNE, ok, LLVMConstInt(em->i8, 0, false), "");
    LLVMBasicBlockRef go_on = jit_new_block(em, "ok");
    LLVMBuildCondBr(em->b, ok, go_on, em->fail);
    LLVMPositionBuilderAtEnd(em->b, go_on);
}

/* ---- the environment ------------------------------------------------------------------------- */

static LLVMValueRef slot(jit_emit *em, LLVMValueRef env, int k)
{
    return jit_address(em, env, em->i64, jit_i64(em, k));
}

LLVMValueRef jit_env_fill(jit_emit *em, int n, ir_value *const *v, LLVMValueRef extra)
{
    LLVMValueRef env = jit_stack(em, (size_t)(n + 2) * 8);
    for (int k = 0; k < n; k++)
        if (v[k]->type.rank)
            LLVMBuildStore(em->b, em->where[jit_buffer_of(em->frame->b, v[k])], slot(em, env, k));
        else
            jit_store_at(em, slot(em, env, k), (ir_dtype)v[k]->type.dtype, jit_reg(em, v[k]));
    LLVMBuildStore(em->b, em->eqns, slot(em, env, n));
    if (extra)
        LLVMBuildStore(em->b, extra, slot(em, env, n + 1));
    return env;
}

LLVMValueRef jit_env_load(jit_emit *em, int n, ir_value *const *v, LLVMValueRef *x)
{
    LLVMValueRef env = LLVMGetParam(em->fn, 0);
    for (int k = 0; k < n; k++)
        x[k] = v[k]->type.rank ? LLVMBuildLoad2(em->b, em->ptr, slot(em, env, k), "")
                               : jit_load_at(em, slot(em, env, k), (ir_dtype)v[k]->type.dtype);
    em->eqns = LLVMBuildLoad2(em->b, em->ptr, slot(em, env, n), "");
    return slot(em, env, n + 1);
}

/* ---- the items ------------------------------------------------------------------------------- */

void jit_items_begin(jit_emit *em, jit_items *l, LLVMValueRef from, LLVMValueRef to)
{
    LLVMBasicBlockRef before = LLVMGetInsertBlock(em->b);
    l->loop = jit_new_block(em, "item");
    l->to = to;
    LLVMBuildBr(em->b, l->loop);
    LLVMPositionBuilderAtEnd(em->b, l->loop);
    l->i = LLVMBuildPhi(em->b, em->i64, "i");
    LLVMAddIncoming(l->i, &from, &before, 1);
}

void jit_items_end(jit_emit *em, const jit_items *l)
{
    LLVMValueRef next = LLVMBuildNSWAdd(em->b, l->i, jit_i64(em, 1), "");
    LLVMBasicBlockRef latch = LLVMGetInsertBlock(em->b), after = jit_new_block(em, "done");
    LLVMAddIncoming(l->i, &next, &latch, 1);
    LLVMBuildCondBr(em->b, LLVMBuildICmp(em->b, LLVMIntSLT, next, l->to, ""), l->loop, after);
    LLVMPositionBuilderAtEnd(em->b, after);
}

LLVMValueRef jit_index_min(jit_emit *em, LLVMValueRef a, LLVMValueRef b)
{
    return LLVMBuildSelect(em->b, LLVMBuildICmp(em->b, LLVMIntSLT, a, b, ""), a, b, "");
}

/* Steps that are neither kernels nor control: single registers, and calls of the
 * interpreter's kernels for primitives that have no lowering.
 */
#include "jit/llvm/alias.h"
#include "jit/llvm/call.h"
#include "jit/llvm/element.h"
#include "jit/llvm/function.h"
#include "jit/llvm/loop.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/scalar.h"
#include "jit/llvm/step.h"
#include "jit/llvm/tape.h"
#include "jit/llvm/value.h"

void jit_emit_scalar(jit_emit *em, const jit_step *t)
{
    enum {
        DEAR = 8
    }; /* in long straight-line code, anything more expensive is called instead of inlined */
    jit_place where = {0, NULL, jit_index_const(em, 0)};
    const ir_value *v = t->root[0];
    em->f->calls = em->f->depth && t->e->op->lower->cost > DEAR;
    jit_set_reg(em, v, jit_compute(em, t->e, (int)v->index, &where));
    em->f->calls = false;
    jit_forget(em, 0);
    jit_end_accesses(em);
}

/* ---- calls of kernels ----------------------------------------------------------------------- */

/* The address to pass for a value: its buffer, or stack space for a register. */
static LLVMValueRef operand_address(jit_emit *em, ir_value *v, bool load)
{
    const jit_block *b = em->f->frame->b;
    if (v->type.rank)
        return em->f->where[jit_buffer_of(b, v)];
    ir_dtype d = v->type.dtype;
    LLVMValueRef p = jit_stack(em, ir_dtypes[d].size);
    if (load)
        jit_store_at(em, p, d, jit_reg(em, v));
    return p;
}

static LLVMValueRef address_list(jit_emit *em, int n, ir_value **v, bool load, LLVMValueRef *each)
{
    LLVMValueRef list = jit_stack(em, (size_t)(n ? n : 1) * sizeof(void *));
    for (int k = 0; k < n; k++) {
        each[k] = operand_address(em, v[k], load);
        LLVMBuildStore(em->b, each[k], jit_address(em, list, em->ptr, jit_i64(em, k)));
    }
    return list;
}

/* The first argument of a kernel: plain numbers, or the equation for the interpreter's kernel. */
static LLVMValueRef what_to_do(jit_emit *em, const ir_eqn *e, const jit_host *host)
{
    int64_t numbers[JIT_MOST_NUMBERS];
    if (!host)
        return jit_eqn_address(em, e);
    return jit_numbers(em, host->numbers(e, numbers), numbers);
}

void jit_emit_eval(jit_emit *em, const jit_step *t)
{
    const ir_eqn *e = t->e;
    for (int k = 0; k < e->nout; k++)
        if (ir_is_tape(&e->out[k]->type))
            jit_tape_drop(em, jit_slot_of(em->f->frame->b, e->out[k])->buffer);
    LLVMValueRef *each = ir_alloc(&em->mem, (size_t)(e->nin + e->nout + 1) * sizeof *each);
    /* Host kernels do not take narrow floats; jac_host_eval widens them. */
    const jit_host *host = e->op->lower && !ir_computes_wider(e) ? e->op->lower->host : NULL;
    LLVMValueRef args[] = {what_to_do(em, e, host), address_list(em, e->nin, e->in, true, each),
                           address_list(em, e->nout, e->out, false, each)};
    const char *kernel = host ? host->symbol : "jac_host_eval";
    jit_go_on_if(em, jit_call_host(em, kernel, em->i8, 3, args));
    for (int k = 0; k < e->nout; k++) {
        if (e->out[k]->type.rank)
            continue;
        ir_value *v = e->out[k];
        jit_set_reg(em, v, jit_load_at(em, each[k], v->type.dtype));
    }
}

/* The element of a value at a place: a register, a load, or the code of the producer fused there.
 *
 * Values already computed in the loop body are remembered, so a producer with several consumers at
 * one place is emitted once.
 */
#include <string.h>

#include "jit/llvm/debug.h"
#include "jit/llvm/element.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/value.h"

/* ---- values known in this loop body --------------------------------------------------------- */

static bool same_place(const jit_known *k, const jit_place *p)
{
    if (k->linear && p->linear)
        return k->linear == jit_llvm(p->linear);
    if (!k->has_at || !p->at)
        return false;
    for (int d = 0; d < p->rank; d++)
        if (k->at[d] != jit_llvm(p->at[d]))
            return false;
    return true;
}

static LLVMValueRef recall(jit_emit *em, const ir_value *v, const jit_place *p)
{
    for (int k = em->known.newest[v->id]; k >= 0; k = em->known.at[k].older)
        if (same_place(&em->known.at[k], p))
            return em->known.at[k].result;
    return NULL;
}

static void remember(jit_emit *em, const ir_value *v, const jit_place *p, LLVMValueRef x)
{
    if (em->known.n == em->known.cap) {
        em->known.cap = em->known.cap ? 2 * em->known.cap : 32;
        em->known.at = ir_grow(&em->mem, em->known.at, (size_t)em->known.n * sizeof *em->known.at,
                               (size_t)em->known.cap * sizeof *em->known.at);
    }
    jit_known *k = &em->known.at[em->known.n];
    k->v = v;
    k->linear = jit_llvm(p->linear);
    k->has_at = p->at != NULL;
    k->rank = p->rank;
    for (int d = 0; k->has_at && d < p->rank; d++)
        k->at[d] = jit_llvm(p->at[d]);
    k->result = x;
    k->older = em->known.newest[v->id];
    em->known.newest[v->id] = em->known.n++;
}

void jit_forget(jit_emit *em, int down_to)
{
    while (em->known.n > down_to) {
        const jit_known *k = &em->known.at[--em->known.n];
        em->known.newest[k->v->id] = k->older;
    }
}

/* ---- elements ------------------------------------------------------------------------------- */

LLVMValueRef jit_reg(jit_emit *em, const ir_value *v)
{
    LLVMValueRef *reg = &em->f->frame->reg[v->id];
    if (!*reg && v->eqn && v->eqn->op->role == IR_ROLE_LITERAL)
        *reg =
            jit_llvm(jit_constant(em, v->type.dtype, v->eqn->attr[LITERAL_VALUE].scalar));
    return *reg;
}

void jit_set_reg(jit_emit *em, const ir_value *v, LLVMValueRef x)
{
    em->f->frame->reg[v->id] = x;
}

/* Is v computed element by element by the current kernel? */
static bool being_computed(const jit_emit *em, const ir_value *v)
{
    const jit_step *t = em->f->step;
    for (int k = 0; jit_kind_of(t)->over_space && jit_is_map(v) && k < t->nroot; k++)
        if (t->root[k] == v)
            return true;
    return false;
}

static LLVMValueRef compute_elementwise(jit_emit *em, const ir_eqn *e, int output,
                                        const jit_place *where)
{
    const jit_lower *l = e->op->lower;
    jit_scalar few[8], *x = e->nin <= 8 ? few : ir_alloc(&em->mem, (size_t)e->nin * sizeof *x);
    for (int k = 0; k < e->nin; k++)
        x[k] = jit_operand(em, e, k, *where);
    jit_scalar y;
    if (l->instruction) {
        y = jit_apply(em, l->instruction, e->in[0]->type.dtype, x[0],
                      e->nin > 1 ? x[1] : NULL);
    } else if (l->names) {
        y = jit_math(em, l->names[output], e->in[0]->type.dtype, e->out[output]->type.dtype,
                     e->nin, x);
    } else
        y = l->scalar(em, e, output, x);
    return jit_llvm(y);
}

LLVMValueRef jit_compute(jit_emit *em, const ir_eqn *e, int output, const jit_place *where)
{
    LLVMMetadataRef outer = jit_debug_enter(em, e);
    LLVMValueRef y = e->op->lower->kind == JIT_ELEMENTWISE
                         ? compute_elementwise(em, e, output, where)
                         : jit_llvm(e->op->lower->at(em, e, *where));
    jit_debug_leave(em, outer);
    return y;
}

LLVMValueRef jit_element(jit_emit *em, ir_value *v, const jit_place *where)
{
    if (v->type.rank == 0)
        return jit_reg(em, v);
    LLVMValueRef x = recall(em, v, where);
    if (x)
        return x;
    const jit_block *b = em->f->frame->b;
    if (jit_slot_of(b, v)->res == JIT_FUSED || being_computed(em, v))
        x = jit_compute(em, v->eqn, (int)v->index, where);
    else
        x = jit_load(em, jit_buffer_of(b, v), v->type.dtype,
                     jit_llvm(jit_place_linear(em, &v->type, where)));
    remember(em, v, where, x);
    return x;
}

jit_scalar jit_llvm_operand(jit_emit *em, const ir_eqn *e, int k, jit_place where)
{
    return (jit_scalar)jit_element(em, e->in[k], &where);
}

jit_scalar jit_llvm_guarded(jit_emit *em, jit_scalar truth, jit_scalar (*then)(jit_emit *, void *),
                            void *env, jit_scalar other)
{
    LLVMValueRef cond = jit_llvm(truth);
    if (LLVMIsAConstantInt(cond))
        return LLVMConstIntGetZExtValue(cond) ? then(em, env) : other;
    LLVMBasicBlockRef inside = jit_new_block(em, "inside"), after = jit_new_block(em, "after");
    LLVMBasicBlockRef before = LLVMGetInsertBlock(em->b);
    LLVMBuildCondBr(em->b, cond, inside, after);
    LLVMPositionBuilderAtEnd(em->b, inside);
    int known = em->known.n;
    LLVMValueRef x = jit_llvm(then(em, env));
    jit_forget(em, known);
    LLVMBasicBlockRef inside_end = LLVMGetInsertBlock(em->b);
    LLVMBuildBr(em->b, after);
    LLVMPositionBuilderAtEnd(em->b, after);
    LLVMValueRef phi = LLVMBuildPhi(em->b, LLVMTypeOf(x), "");
    LLVMAddIncoming(phi, (LLVMValueRef[]){x, jit_llvm(other)},
                    (LLVMBasicBlockRef[]){inside_end, before}, 2);
    return (jit_scalar)phi;
}

/* Cuts long straight-line code into parts, which are functions of bounded size: LLVM's register
 * allocation and scheduling take far more than linear time in a function with thousands of
 * registers.
 *
 * A part is emitted as if it stood where it is called, so it refers to values of the surrounding
 * function. Those values are then put into a frame, an array on that function's stack. A value has
 * one place in the frame, which all parts use; a part also stores there what is read after it.
 * Loops stay outside parts.
 */

#include "jit/llvm/element.h"
#include "jit/llvm/function.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/part.h"
#include "jit/llvm/value.h"

enum {
    WHOLE = 512, /* the largest weight of a block that is not cut */
    PART = 128,  /* the approximate weight of a part */
    NEST = 24,   /* the weight of a loop nest that is not outlined */
};

/* ---- where to cut --------------------------------------------------------------------------- */

static int weigh_block(const jit_emit *em, const jit_block *b);

static int weigh(const jit_emit *em, const jit_step *t)
{
    int n = 1;
    if (jit_kind_of(t)->nest)
        n = em->outlines.some ? 1 : NEST;
    else if (!jit_kind_of(t)->single && !t->nblock)
        n = 1 + t->e->nin + t->e->nout; /* a call */
    for (int k = 0; k < t->nblock; k++)
        n += 1 + weigh_block(em, t->block[k]);
    return n;
}

static int weigh_block(const jit_emit *em, const jit_block *b)
{
    int n = 0;
    for (const jit_step *t = b->first; t; t = t->next)
        n += weigh(em, t);
    return n;
}

/* Loops and lanes use buffers whose addresses are SSA values of their own, so they stay outside. */
static bool may_be_inside(const jit_step *t)
{
    bool may = !jit_kind_of(t)->pointers;
    for (int k = 0; may && k < t->nblock; k++)
        for (const jit_step *inner = t->block[k]->first; may && inner; inner = inner->next)
            may = may_be_inside(inner);
    return may;
}

/* By value id: the time of its last read in the block. */
static int *find_last_reads(jit_emit *em, const jit_block *b)
{
    int *last = ir_alloc(&em->mem, (b->g->nvalue + 1) * sizeof *last);
    for (const jit_step *t = b->first; t; t = t->next)
        for (int k = 0; k < t->nread; k++)
            last[t->read[k].v->id] = t->begin;
    for (int k = 0; k < b->g->nout; k++)
        last[b->g->out[k]->id] = INT32_MAX;
    return last;
}

/* ---- the frame ------------------------------------------------------------------------------ */

/* The function that a value belongs to; NULL for constants and globals. */
static LLVMValueRef owner(LLVMValueRef v)
{
    if (LLVMIsAInstruction(v))
        return LLVMGetBasicBlockParent(LLVMGetInstructionParent(v));
    return LLVMIsAArgument(v) ? LLVMGetParamParent(v) : NULL;
}

/* The frame of the function being emitted, made on first use. Its size is updated as it grows. */
static jit_parts *frame_of(jit_emit *em)
{
    jit_parts *p = &em->f->parts;
    if (p->frame)
        return p;
    LLVMBasicBlockRef here = LLVMGetInsertBlock(em->b);
    LLVMPositionBuilderAtEnd(em->b, em->f->entry);
    p->place.mem = &em->mem;
    p->frame = LLVMBuildArrayAlloca(em->b, em->i64, jit_i64(em, 1), "");
    LLVMPositionBuilderAtEnd(em->b, here);
    return p;
}

/* The address is in bytes, as LLVM 19 would write it: each time it rewrites one, it looks at all uses
 * of the frame again. */
static LLVMValueRef place(jit_emit *em, LLVMValueRef frame, uint64_t k)
{
    return jit_address(em, frame, em->i8, jit_i64(em, (int64_t)(k * sizeof(int64_t))));
}

/* ---- a part --------------------------------------------------------------------------------- */

static void begin(jit_emit *em, jit_func *f)
{
    frame_of(em);
    jit_func_begin(em, f, "part", LLVMFunctionType(em->i1, &em->ptr, 1, false),
                   LLVMConstInt(em->i1, 0, false));
    LLVMSetLinkage(f->fn, LLVMInternalLinkage);
    jit_add_attribute(em, f->fn, "nounwind");
    jit_add_attribute(em, f->fn, "noinline");
    f->depth++;
}

/* A register defined in the part and read after it. */
typedef struct {
    const ir_value *v;
    LLVMTypeRef type;
    uint64_t place;
} result;

static int leave_results(jit_emit *em, const jit_step *first, const jit_step *end, const int *last,
                         result *y)
{
    int n = 0;
    for (const jit_step *t = first; t != end; t = t->next)
        for (int k = 0; k < t->nroot; k++) {
            const ir_value *v = t->root[k];
            LLVMValueRef x = v->type.rank ? NULL : jit_reg(em, v);
            if (!x || owner(x) != em->f->fn || (end && last[v->id] < end->begin) || !last[v->id])
                continue;
            y[n] = (result){v, LLVMTypeOf(x), em->f->outer->parts.n++};
            LLVMBuildStore(em->b, x, place(em, LLVMGetParam(em->f->fn, 0), y[n++].place));
        }
    return n;
}

/* Makes operand x of the surrounding function available here; it is loaded once, in the entry.
 * known: for each such value, its copy here and its place in the frame. */
static LLVMValueRef bring(jit_emit *em, ptrmap *known, LLVMValueRef x)
{
    jit_parts *outer = &em->f->outer->parts;
    const ptrmap_entry *e = ptrmap_find(known, x);
    if (e)
        return (LLVMValueRef)(uintptr_t)e->lo;
    if (!ptrmap_find(&outer->place, x))
        ptrmap_put(&outer->place, x, outer->n++, 0);
    uint64_t at = ptrmap_find(&outer->place, x)->lo;
    LLVMPositionBuilderAtEnd(em->b, em->f->entry);
    LLVMValueRef here =
        LLVMBuildLoad2(em->b, LLVMTypeOf(x), place(em, LLVMGetParam(em->f->fn, 0), at), "");
    ptrmap_put(known, x, (uint64_t)(uintptr_t)here, at);
    return here;
}

static void bring_operands(jit_emit *em, ptrmap *known)
{
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(em->f->fn); b; b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i))
            for (int k = 0, n = LLVMGetNumOperands(i); k < n; k++) {
                LLVMValueRef x = LLVMGetOperand(i, (unsigned)k), from = owner(x);
                if (from && from != em->f->fn)
                    LLVMSetOperand(i, (unsigned)k, bring(em, known, x));
            }
}

/* Stores the values that the part needs, in the order of their places, which does not depend on
 * addresses. Values that an earlier part stored are already in the frame (hi of their place is
 * 1). */
static void hand_over(jit_emit *em, const ptrmap *known)
{
    const jit_parts *p = &em->f->parts;
    LLVMValueRef *at = ir_alloc(&em->mem, ((size_t)p->n + 1) * sizeof *at);
    for (size_t k = 0; k < known->nslots; k++)
        if (known->slots[k].key)
            at[known->slots[k].hi] = (LLVMValueRef)(uintptr_t)known->slots[k].key;
    for (uint64_t k = 0; k < (uint64_t)p->n; k++)
        if (at[k] && !ptrmap_find(&p->place, at[k])->hi)
            LLVMBuildStore(em->b, at[k], place(em, p->frame, k));
}

static void emit_part(jit_emit *em, const jit_step *first, const jit_step *end, const int *last,
                      jit_emit_fn *emit)
{
    jit_func f;
    int most = 0;
    begin(em, &f);
    for (const jit_step *t = first; t != end; t = t->next) {
        emit(em, t);
        most += t->nroot;
    }
    result *y = ir_alloc(&em->mem, (size_t)most * sizeof *y);
    int n = leave_results(em, first, end, last, y);
    LLVMBasicBlockRef at = LLVMGetInsertBlock(em->b);
    ptrmap known = {.mem = &em->mem};
    bring_operands(em, &known);
    LLVMPositionBuilderAtEnd(em->b, at);
    LLVMValueRef done = LLVMConstInt(em->i1, 1, false);
    bool fails = jit_func_end(em, &f, 1, &done);
    hand_over(em, &known);
    LLVMValueRef ok =
        LLVMBuildCall2(em->b, LLVMGlobalGetValueType(f.fn), f.fn, &em->f->parts.frame, 1, "");
    if (fails)
        jit_go_on_if(em, ok);
    for (int k = 0; k < n; k++) {
        LLVMValueRef x =
            LLVMBuildLoad2(em->b, y[k].type, place(em, em->f->parts.frame, y[k].place), "");
        ptrmap_put(&em->f->parts.place, x, y[k].place, 1);
        jit_set_reg(em, y[k].v, x);
    }
    LLVMSetOperand(em->f->parts.frame, 0, jit_i64(em, (int64_t)em->f->parts.n + 1));
}

void jit_emit_steps(jit_emit *em, const jit_block *b, jit_emit_fn *emit)
{
    if (weigh_block(em, b) <= WHOLE) {
        for (const jit_step *t = b->first; t; t = t->next)
            emit(em, t);
        return;
    }
    const int *last = find_last_reads(em, b);
    for (const jit_step *t = b->first; t;) {
        const jit_step *end = t;
        for (int weight = 0; end && weight < PART && may_be_inside(end); end = end->next)
            weight += weigh(em, end);
        if (end == t) {
            emit(em, t);
            t = t->next;
        } else {
            emit_part(em, t, end, last, emit);
            t = end;
        }
    }
}

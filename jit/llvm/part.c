/* Long straight-line code, cut into parts that are functions of their own, each of bounded size:
 * LLVM's register allocation and scheduling take far more than linear time in one function of
 * thousands of registers.
 *
 * A part is emitted as if it stood where it is called, and so refers to values of the function
 * around it. These are then put in a frame, an array on that function's stack, in which a value has
 * one place for all parts; a part leaves there as well what is read after it. Loops stay outside of
 * parts.
 */
#include <stdlib.h>

#include "jit/llvm/element.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/part.h"
#include "jit/llvm/profile.h"
#include "jit/llvm/value.h"

enum {
    WHOLE = 512, /* the weight of a block that is left as it is */
    PART = 128,  /* and of a part, more or less */
    NEST = 24,   /* the weight of a loop nest that is not outlined */
};

/* ---- what is cut ----------------------------------------------------------------------------- */

static int weigh_block(const jit_emit *em, const jit_block *b);

static int weigh(const jit_emit *em, const jit_step *t)
{
    int n = 1;
    if (t->kind == JIT_STEP_EVAL)
        n = 1 + t->e->nin + t->e->nout;
    else if (t->kind != JIT_STEP_SCALAR && !t->nblock && !em->outlines)
        n = NEST;
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

/* Loops hand buffers on whose pointers are values of their own. */
static bool may_be_inside(const jit_step *t)
{
    bool may = t->kind != JIT_STEP_WHILE && t->kind != JIT_STEP_SCAN && t->kind != JIT_STEP_LANES;
    for (int k = 0; may && k < t->nblock; k++)
        for (const jit_step *inner = t->block[k]->first; may && inner; inner = inner->next)
            may = may_be_inside(inner);
    return may;
}

/* By value id: when it is last read in the block. */
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

/* ---- the frame ------------------------------------------------------------------------------- */

/* The function that a value belongs to; NULL for constants and the like. */
static LLVMValueRef owner(LLVMValueRef v)
{
    if (LLVMIsAInstruction(v))
        return LLVMGetBasicBlockParent(LLVMGetInstructionParent(v));
    return LLVMIsAArgument(v) ? LLVMGetParamParent(v) : NULL;
}

/* Of the function being emitted, made when it is first wanted. */
static jit_parts *frame_of(jit_emit *em)
{
    jit_parts *p = &em->parts;
    if (p->fn == em->fn)
        return p;
    ptrmap_free(&p->place);
    LLVMBasicBlockRef here = LLVMGetInsertBlock(em->b);
    LLVMPositionBuilderAtEnd(em->b, em->entry);
    *p = (jit_parts){.fn = em->fn,
                     .frame = LLVMBuildArrayAlloca(em->b, em->i64, jit_i64(em, 1), "")};
    LLVMPositionBuilderAtEnd(em->b, here);
    return p;
}

static LLVMValueRef place(jit_emit *em, LLVMValueRef frame, uint64_t k)
{
    return jit_address(em, frame, em->i64, jit_i64(em, (int64_t)k));
}

/* ---- a part ---------------------------------------------------------------------------------- */

typedef struct {
    jit_parts outer;
    LLVMValueRef fn;
    LLVMBasicBlockRef entry, fail, here;
} outside;

static outside begin(jit_emit *em)
{
    outside o = {*frame_of(em), em->fn, em->entry, em->fail, LLVMGetInsertBlock(em->b)};
    em->parts = (jit_parts){0};
    em->fn = LLVMAddFunction(em->mod, "part", LLVMFunctionType(em->i1, &em->ptr, 1, false));
    LLVMSetLinkage(em->fn, LLVMInternalLinkage);
    jit_add_attribute(em, em->fn, "nounwind");
    jit_add_attribute(em, em->fn, "noinline");
    em->entry = jit_new_block(em, "entry");
    em->fail = jit_new_block(em, "fail");
    LLVMPositionBuilderAtEnd(em->b, em->fail);
    LLVMBuildRet(em->b, LLVMConstInt(em->i1, 0, false));
    LLVMPositionBuilderAtEnd(em->b, jit_new_block(em, "start"));
    em->depth++;
    return o;
}

/* A register made in the part and read after it. */
typedef struct {
    const ir_value *v;
    LLVMTypeRef type;
    uint64_t place;
} result;

static int leave_results(jit_emit *em, outside *o, const jit_step *first, const jit_step *end,
                         const int *last, result *y)
{
    int n = 0;
    for (const jit_step *t = first; t != end; t = t->next)
        for (int k = 0; k < t->nroot; k++) {
            const ir_value *v = t->root[k];
            LLVMValueRef x = v->type.rank ? NULL : jit_reg(em, v);
            if (!x || owner(x) != em->fn || (end && last[v->id] < end->begin) || !last[v->id])
                continue;
            y[n] = (result){v, LLVMTypeOf(x), o->outer.n++};
            LLVMBuildStore(em->b, x, place(em, LLVMGetParam(em->fn, 0), y[n++].place));
        }
    return n;
}

/* What operand x of another function is here: loaded once, in the entry. known: by such value, what
 * it is here, and its place in the frame. */
static LLVMValueRef bring(jit_emit *em, outside *o, ptrmap *known, LLVMValueRef x)
{
    const ptrmap_entry *e = ptrmap_find(known, x);
    if (e)
        return (LLVMValueRef)(uintptr_t)e->lo;
    if (!ptrmap_find(&o->outer.place, x))
        ptrmap_put(&o->outer.place, x, o->outer.n++, 0);
    uint64_t at = ptrmap_find(&o->outer.place, x)->lo;
    LLVMPositionBuilderAtEnd(em->b, em->entry);
    LLVMValueRef here =
        LLVMBuildLoad2(em->b, LLVMTypeOf(x), place(em, LLVMGetParam(em->fn, 0), at), "");
    ptrmap_put(known, x, (uint64_t)(uintptr_t)here, at);
    return here;
}

static void bring_operands(jit_emit *em, outside *o, ptrmap *known)
{
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(em->fn); b; b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i))
            for (int k = 0, n = LLVMGetNumOperands(i); k < n; k++) {
                LLVMValueRef x = LLVMGetOperand(i, (unsigned)k), from = owner(x);
                if (from && from != em->fn)
                    LLVMSetOperand(i, (unsigned)k, bring(em, o, known, x));
            }
}

/* Ends the function; true if it can fail. */
static bool close_function(jit_emit *em)
{
    jit_emit_counted(em);
    LLVMBuildRet(em->b, LLVMConstInt(em->i1, 1, false));
    LLVMPositionBuilderAtEnd(em->b, em->entry);
    LLVMBuildBr(em->b, LLVMGetNextBasicBlock(em->fail));
    bool fails = LLVMGetFirstUse(LLVMBasicBlockAsValue(em->fail)) != NULL;
    if (!fails)
        LLVMDeleteBasicBlock(em->fail);
    return fails;
}

/* What a part was handed by an earlier one lies in the frame already (hi of its place is 1). */
static void hand_over(jit_emit *em, const ptrmap *known)
{
    for (size_t k = 0; k < known->nslots; k++) {
        LLVMValueRef x = (LLVMValueRef)(uintptr_t)known->slots[k].key;
        if (x && !ptrmap_find(&em->parts.place, x)->hi)
            LLVMBuildStore(em->b, x, place(em, em->parts.frame, known->slots[k].hi));
    }
}

static void emit_part(jit_emit *em, const jit_step *first, const jit_step *end, const int *last,
                      jit_emit_fn *emit)
{
    outside o = begin(em);
    LLVMValueRef fn = em->fn;
    int most = 0;
    for (const jit_step *t = first; t != end; t = t->next) {
        emit(em, t);
        most += t->nroot;
    }
    result *y = ir_xmalloc((size_t)most * sizeof *y);
    int n = leave_results(em, &o, first, end, last, y);
    LLVMBasicBlockRef at = LLVMGetInsertBlock(em->b);
    ptrmap known = {0};
    bring_operands(em, &o, &known);
    LLVMPositionBuilderAtEnd(em->b, at);
    bool fails = close_function(em);
    ptrmap_free(&em->parts.place);
    em->parts = o.outer;
    em->fn = o.fn;
    em->entry = o.entry;
    em->fail = o.fail;
    em->depth--;
    LLVMPositionBuilderAtEnd(em->b, o.here);
    hand_over(em, &known);
    ptrmap_free(&known);
    LLVMValueRef ok =
        LLVMBuildCall2(em->b, LLVMGlobalGetValueType(fn), fn, &em->parts.frame, 1, "");
    if (fails) {
        LLVMBasicBlockRef go_on = jit_new_block(em, "ok");
        LLVMBuildCondBr(em->b, ok, go_on, em->fail);
        LLVMPositionBuilderAtEnd(em->b, go_on);
    }
    for (int k = 0; k < n; k++) {
        LLVMValueRef x =
            LLVMBuildLoad2(em->b, y[k].type, place(em, em->parts.frame, y[k].place), "");
        ptrmap_put(&em->parts.place, x, y[k].place, 1);
        jit_set_reg(em, y[k].v, x);
    }
    free(y);
    LLVMSetOperand(em->parts.frame, 0, jit_i64(em, (int64_t)em->parts.n + 1));
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

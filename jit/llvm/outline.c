/* Steps as functions of their own, in programs with many steps.
 *
 * LLVM's passes and its code generator take more than linear time in the size of a function. So in
 * a program with more than a few steps, each loop nest becomes a function of the buffers and
 * registers that it reads and writes. Repeated code, such as the layers of a network or the
 * unrolled steps of a recurrence, then differs only in its buffers, and LLVM merges it into one
 * function (mergefunc, in target.c). In any program, a nest that reads the old value of a carry
 * and writes the new one becomes a function, so that LLVM knows that the two do not overlap.
 */
#include <stdlib.h>

#include "jit/llvm/alias.h"
#include "jit/llvm/element.h"
#include "jit/llvm/function.h"
#include "jit/llvm/outline.h"
#include "jit/llvm/value.h"

enum {
    FEW_STEPS = 16,   /* up to this many, the program stays one function */
    MANY_STEPS = 64,  /* from here on, also nests whose buffers LLVM might keep in registers */
    MANY_SIZES = 32,  /* with more sizes, they are passed, so that more functions are the same */
    LEAST_SIZE = 64,  /* smaller sizes are not passed: LLVM unrolls such loops */
    MAX_SIZES = 4,    /* passed to one function */
};

/* Large kernels are functions anyway, because threads share them. */
bool jit_is_large(const jit_emit *em, const jit_step *t)
{
    return jit_kind_of(t)->over_space &&
           (double)ir_type_count(&t->space) * t->size >= (double)em->s->limits.shared_kernel;
}

static int count_nests(const jit_block *b)
{
    int n = 0;
    for (const jit_step *t = b->first; t; t = t->next) {
        n += jit_kind_of(t)->nest;
        for (int k = 0; k < t->nblock; k++)
            n += count_nests(t->block[k]);
    }
    return n;
}

static int64_t *list_sizes(const jit_block *b, int64_t *to)
{
    for (const jit_step *t = b->first; t; t = t->next) {
        if (jit_kind_of(t)->nest)
            *to++ = ir_type_count(jit_loops_over(t));
        for (int k = 0; k < t->nblock; k++)
            to = list_sizes(t->block[k], to);
    }
    return to;
}

static int ascending(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

/* Counts the different sizes among the program's n nests. */
static int count_sizes(jit_emit *em, const jit_block *b, int n)
{
    int64_t *size = ir_alloc(&em->mem, (size_t)n * sizeof *size);
    int different = 0;
    list_sizes(b, size);
    qsort(size, (size_t)n, sizeof *size, ascending);
    for (int k = 0; k < n; k++)
        different += size[k] >= LEAST_SIZE && (!k || size[k] != size[k - 1]);
    return different;
}

void jit_decide_outlining(jit_emit *em)
{
    int n = count_nests(em->s->top);
    em->outlines.some = n > FEW_STEPS;
    em->outlines.small = n > MANY_STEPS;
    em->outlines.sizes = em->outlines.some && count_sizes(em, em->s->top, n) > MANY_SIZES;
}

static bool on_stack(const jit_emit *em, ir_value *v)
{
    int buffer = v->type.rank ? jit_buffer_of(em->f->frame->b, v) : -1;
    return buffer >= 0 && em->s->buffer[buffer].kind == JIT_BUF_STACK;
}

static int buffer_read(const jit_emit *em, const jit_step *t, int k)
{
    return t->read[k].v->type.rank ? jit_buffer_of(em->f->frame->b, t->read[k].v) : -1;
}

/* Does t write one buffer of a swapping carry and read the other? */
static bool has_both_of_a_swap(const jit_emit *em, const jit_step *t)
{
    for (int k = 0; k < t->nroot; k++) {
        int to = t->root[k]->type.rank ? jit_slot_of(em->f->frame->b, t->root[k])->buffer : -1;
        int swap = to < 0 ? -1 : jit_swap_of(em, to);
        for (int j = 0; swap >= 0 && j < t->nread; j++) {
            int from = buffer_read(em, t, j);
            if (from >= 0 && from != to && jit_swap_of(em, from) == swap)
                return true;
        }
    }
    return false;
}

bool jit_is_outlined(const jit_emit *em, const jit_step *t)
{
    if (!jit_kind_of(t)->nest || (jit_is_large(em, t) && !em->f->shared))
        return false;
    if (has_both_of_a_swap(em, t))
        return true;
    if (!em->outlines.some)
        return false;
    for (int k = 0; !em->outlines.small && k < t->nread; k++)
        if (on_stack(em, t->read[k].v))
            return false;
    for (int k = 0; !em->outlines.small && k < t->nroot; k++)
        if (on_stack(em, t->root[k]))
            return false;
    return true;
}

/* The values that a step takes from its surroundings and the values that it gives back. */
typedef struct {
    int nbuffer, nreg, nresult;
    int *buffer;             /* buffers whose addresses are passed */
    const ir_value **reg;    /* registers that are passed */
    const ir_value **result; /* registers that are returned */
    int nparam, nsize;
    LLVMValueRef *arg;         /* addresses, each once, then registers, then sizes */
    int *param_of;             /* by entry of `buffer`: the parameter with its address */
    LLVMTypeRef *type, *gives; /* of the arguments and of the results */
} interface;

static void pass_buffer(jit_emit *em, interface *f, int buffer)
{
    int k = 0;
    while (k < f->nparam && f->arg[k] != em->f->where[buffer])
        k++;
    f->arg[k] = em->f->where[buffer];
    f->type[k] = em->ptr;
    f->nparam += k == f->nparam;
    f->param_of[f->nbuffer] = k;
    f->buffer[f->nbuffer++] = buffer;
}

static interface find_interface(jit_emit *em, const jit_step *t)
{
    size_t n = (size_t)(t->nread + t->nroot + MAX_SIZES + 1);
    interface f = {.buffer = ir_alloc(&em->mem, n * sizeof(int)),
                   .reg = ir_alloc(&em->mem, n * sizeof(ir_value *)),
                   .result = ir_alloc(&em->mem, n * sizeof(ir_value *)),
                   .arg = ir_alloc(&em->mem, n * sizeof(LLVMValueRef)),
                   .param_of = ir_alloc(&em->mem, n * sizeof(int)),
                   .type = ir_alloc(&em->mem, n * sizeof(LLVMTypeRef)),
                   .gives = ir_alloc(&em->mem, n * sizeof(LLVMTypeRef))};
    for (int k = 0; k < t->nread; k++)
        if (t->read[k].v->type.rank)
            pass_buffer(em, &f, jit_buffer_of(em->f->frame->b, t->read[k].v));
    for (int k = 0; k < t->nroot; k++)
        if (t->root[k]->type.rank)
            pass_buffer(em, &f, jit_slot_of(em->f->frame->b, t->root[k])->buffer);
        else {
            f.gives[f.nresult] = jit_register_type(em, t->root[k]->type.dtype);
            f.result[f.nresult++] = t->root[k];
        }
    for (int k = 0; k < t->nread; k++) {
        const ir_value *v = t->read[k].v;
        LLVMValueRef x = v->type.rank ? NULL : jit_reg(em, v);
        if (!x || LLVMIsConstant(x))
            continue;
        f.arg[f.nparam] = x;
        f.type[f.nparam++] = LLVMTypeOf(x);
        f.reg[f.nreg++] = v;
    }
    f.nsize = em->outlines.sizes ? MAX_SIZES : 0;
    for (int k = 0; k < f.nsize; k++) {
        f.arg[f.nparam] = jit_i64(em, 0);
        f.type[f.nparam++] = em->i64;
    }
    return f;
}

static void begin(jit_emit *em, jit_func *made, const interface *f)
{
    LLVMTypeRef result =
        f->nresult == 0   ? LLVMVoidTypeInContext(em->cx)
        : f->nresult == 1 ? f->gives[0]
                          : LLVMStructTypeInContext(em->cx, f->gives, (unsigned)f->nresult, false);
    jit_func_begin(em, made, "step", LLVMFunctionType(result, f->type, (unsigned)f->nparam, false),
                   NULL);
    LLVMSetLinkage(made->fn, LLVMInternalLinkage);
    jit_add_attribute(em, made->fn, "nounwind");
    jit_add_attribute(em, made->fn, "noinline");
    made->alone = true;
}

static void end(jit_emit *em, jit_func *made, const interface *f)
{
    LLVMValueRef *x = ir_alloc(&em->mem, (size_t)(f->nresult + 1) * sizeof *x);
    for (int k = 0; k < f->nresult; k++)
        x[k] = jit_reg(em, f->result[k]);
    jit_func_end(em, made, (unsigned)f->nresult, x);
}

/* Turns the bounds of loops into parameters. (Other comparisons of the same form are changed too,
 * which does no harm.) */
static void take_sizes(jit_emit *em, LLVMValueRef fn, interface *f)
{
    int param = f->nparam - f->nsize;
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(fn); b; b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i)) {
            if (param == f->nparam || !LLVMIsAICmpInst(i) || LLVMGetICmpPredicate(i) != LLVMIntULT)
                continue;
            LLVMValueRef size = LLVMGetOperand(i, 1);
            if (!LLVMIsAConstantInt(size) || LLVMTypeOf(size) != em->i64 ||
                LLVMConstIntGetZExtValue(size) < LEAST_SIZE)
                continue;
            f->arg[param] = size;
            LLVMSetOperand(i, 1, LLVMGetParam(fn, (unsigned)param++));
        }
}

/* Inside the function, parameters stand for the values passed. */
static void bind(jit_emit *em, LLVMValueRef fn, const interface *f)
{
    unsigned first_reg = (unsigned)(f->nparam - f->nreg - f->nsize);
    for (int k = 0; k < f->nbuffer; k++)
        em->f->where[f->buffer[k]] = LLVMGetParam(fn, (unsigned)f->param_of[k]);
    for (int k = 0; k < f->nreg; k++)
        jit_set_reg(em, f->reg[k], LLVMGetParam(fn, first_reg + (unsigned)k));
}

static void unbind(jit_emit *em, const interface *f)
{
    int first_reg = f->nparam - f->nreg - f->nsize;
    for (int k = 0; k < f->nbuffer; k++)
        em->f->where[f->buffer[k]] = f->arg[f->param_of[k]];
    for (int k = 0; k < f->nreg; k++)
        jit_set_reg(em, f->reg[k], f->arg[first_reg + k]);
}

void jit_emit_outlined(jit_emit *em, const jit_step *t, jit_emit_fn *emit)
{
    interface f = find_interface(em, t);
    jit_func made;
    begin(em, &made, &f);
    bind(em, made.fn, &f);
    emit(em, t);
    end(em, &made, &f);
    take_sizes(em, made.fn, &f);
    unbind(em, &f);
    LLVMValueRef y = LLVMBuildCall2(em->b, LLVMGlobalGetValueType(made.fn), made.fn, f.arg,
                                    (unsigned)f.nparam, "");
    for (int k = 0; k < f.nresult; k++)
        jit_set_reg(em, f.result[k],
                    f.nresult == 1 ? y : LLVMBuildExtractValue(em->b, y, (unsigned)k, ""));
}

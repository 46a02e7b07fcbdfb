/* Emits kernels that run together, a few rows at a time (schedule/strips.c), as a function that
 * runs some of the strips, so that threads can share them.
 *
 * A buffer that holds one strip's rows is addressed as if it held all rows: its address is moved
 * back by the size of the rows that come before.
 */
#include "jit/llvm/function.h"
#include "jit/llvm/loop.h"
#include "jit/llvm/scalar.h"
#include "jit/llvm/share.h"
#include "jit/llvm/strips.h"
#include "jit/llvm/value.h"

/* The values that go in and out: what the kernels read from other steps, and what other steps read
 * from them. */
typedef struct {
    const jit_strips *x;
    int nvalue;
    ir_value **value;
} strips;

static void pass(strips *s, ir_value *v)
{
    for (int k = 0; k < s->nvalue; k++)
        if (s->value[k] == v)
            return;
    s->value[s->nvalue++] = v;
}

static bool is_own(const jit_emit *em, const jit_strips *x, ir_value *v)
{
    int buffer = v->type.rank ? jit_buffer_of(em->f->frame->b, v) : -1;
    return buffer >= 0 && em->s->buffer[buffer].strips == x;
}

static strips strips_of(jit_emit *em, const jit_strips *x)
{
    int most = 0;
    for (const jit_step *t = x->first; t != x->last->next; t = t->next)
        most += t->nread + t->nroot;
    strips s = {x, 0, ir_alloc(&em->mem, (size_t)(most + 1) * sizeof(ir_value *))};
    for (const jit_step *t = x->first; t != x->last->next; t = t->next) {
        for (int k = 0; k < t->nread; k++)
            if (!is_own(em, x, t->read[k].v))
                pass(&s, t->read[k].v);
        for (int k = 0; k < t->nroot; k++)
            if (!is_own(em, x, t->root[k]))
                pass(&s, t->root[k]);
    }
    return s;
}

static void load_values(jit_emit *em, const strips *s)
{
    jit_frame *f = em->f->frame;
    LLVMValueRef *x = ir_alloc(&em->mem, (size_t)(s->nvalue + 1) * sizeof *x);
    jit_env_load(em, s->nvalue, s->value, x);
    for (int k = 0; k < s->nvalue; k++)
        if (s->value[k]->type.rank)
            em->f->where[jit_buffer_of(f->b, s->value[k])] = x[k];
        else
            f->reg[s->value[k]->id] = x[k];
}

/* Sets the addresses of the strip's buffers as if the buffers began at row 0. */
static void set_back(jit_emit *em, const jit_strips *x, LLVMValueRef *own)
{
    for (int k = 0; k < em->s->nbuffer; k++) {
        const jit_buffer *b = &em->s->buffer[k];
        if (b->strips != x || !em->f->where[k])
            continue;
        if (!own[k])
            own[k] = em->f->where[k];
        LLVMValueRef row = jit_i64(em, -(int64_t)(b->bytes / (size_t)x->width));
        LLVMValueRef before = LLVMBuildMul(em->b, em->f->row, row, "");
        em->f->where[k] = LLVMBuildGEP2(em->b, em->i8, own[k], &before, 1, "");
    }
}

static void do_strips(jit_emit *em, const jit_strips *x, jit_emit_fn *emit)
{
    LLVMValueRef width = jit_i64(em, x->width), rows = jit_i64(em, x->rows);
    LLVMValueRef *own = ir_alloc(&em->mem, (size_t)(em->s->nbuffer + 1) * sizeof *own);
    jit_items l;
    jit_items_begin(em, &l, LLVMGetParam(em->f->fn, 1), LLVMGetParam(em->f->fn, 2));
    em->f->rows = x->rows;
    em->f->row = LLVMBuildMul(em->b, l.i, width, "");
    em->f->nrow = x->rows % x->width
                      ? jit_index_min(em, width, LLVMBuildSub(em->b, rows, em->f->row, ""))
                      : width;
    set_back(em, x, own);
    for (const jit_step *t = x->first; t != x->last->next; t = t->next)
        emit(em, t);
    jit_items_end(em, &l);
}

void jit_emit_strips(jit_emit *em, const jit_step *t, jit_emit_fn *emit)
{
    const jit_strips *x = t->strips;
    strips s = strips_of(em, x);
    jit_frame inside = jit_frame_make(em, em->f->frame->b);
    LLVMValueRef env = jit_env_fill(em, s.nvalue, s.value, NULL);
    jit_func f;
    jit_share_begin(em, &f, "rows");
    em->f->frame = &inside;
    size_t memory = jit_find_own_buffers(em, x->region);
    load_values(em, &s);
    do_strips(em, x, emit);
    jit_share_end(em, &f);
    jit_share_call(em, &f, env, (x->rows + x->width - 1) / x->width, memory);
}

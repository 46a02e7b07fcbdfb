/* Emits batched loops as a function that runs some of the strips, so that threads can share them.
 *
 * The function gets the addresses of the operands and results, and memory of the thread's own for
 * what lives within a strip. The last strip ends at the last lane, so it may overlap the strip
 * before; the lanes that it computes again give the same values.
 */
#include <string.h>

#include "jit/llvm/block.h"
#include "jit/llvm/element.h"
#include "jit/llvm/function.h"
#include "jit/llvm/loop.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/scalar.h"
#include "jit/llvm/share.h"
#include "jit/llvm/step.h"
#include "jit/llvm/value.h"

typedef struct {
    const jit_step *t;
    jit_frame block;
    int npassed; /* operands, then results */
    ir_value **passed;
    LLVMValueRef *base; /* of each passed: its address; for scalars, its value */
    LLVMValueRef start; /* the first lane of the strip */
} strips;

static bool has_lanes(const jit_step *t, int k)
{
    return k >= t->e->nin || t->e->attr[LANES_AXES].ints[k] >= 0;
}

static strips strips_of(jit_emit *em, const jit_step *t)
{
    const ir_eqn *e = t->e;
    int n = e->nin + e->nout;
    strips s = {.t = t, .block = jit_frame_make(em, t->block[0]), .npassed = n};
    s.passed = ir_alloc(&em->mem, (size_t)(n + 1) * sizeof *s.passed);
    s.base = ir_alloc(&em->mem, (size_t)(n + 1) * sizeof *s.base);
    memcpy(s.passed, e->in, (size_t)e->nin * sizeof *s.passed);
    memcpy(s.passed + e->nin, e->out, (size_t)e->nout * sizeof *s.passed);
    return s;
}

/* The address at which the strip's part of operand or result k begins. */
static LLVMValueRef part(jit_emit *em, const strips *s, int k)
{
    ir_type lane = s->passed[k]->type;
    if (!has_lanes(s->t, k))
        return s->base[k];
    lane.dim[0] = 1;
    LLVMValueRef bytes = jit_i64(em, (int64_t)ir_type_bytes(&lane));
    return jit_address(em, s->base[k], em->i8, LLVMBuildMul(em->b, s->start, bytes, ""));
}

static void bind_inputs(jit_emit *em, const strips *s)
{
    const jit_block *b = s->block.b;
    for (int k = 0; k < b->g->nin; k++) {
        const ir_value *v = b->g->in[k];
        if (v->type.rank)
            em->f->where[jit_slot_of(b, v)->buffer] = part(em, s, k);
        else if (has_lanes(s->t, k))
            s->block.reg[v->id] = jit_load_at(em, part(em, s, k), v->type.dtype);
        else
            s->block.reg[v->id] = s->base[k];
    }
    for (int k = 0; k < b->g->nout; k++)
        if (b->g->out[k]->type.rank)
            em->f->where[b->dest[k]] = part(em, s, b->g->nin + k);
}

static void store_scalars(jit_emit *em, const strips *s)
{
    const jit_block *b = s->block.b;
    for (int k = 0; k < b->g->nout; k++)
        if (!b->g->out[k]->type.rank)
            jit_store_at(em, part(em, s, b->g->nin + k), b->g->out[k]->type.dtype,
                         jit_reg(em, b->g->out[k]));
}

static LLVMValueRef first_lane(jit_emit *em, const jit_step *t, LLVMValueRef i)
{
    int64_t size = t->e->attr[LANES_SIZE].i, width = jit_strip_width(t->e);
    if (!width)
        return i;
    LLVMValueRef at = LLVMBuildMul(em->b, i, jit_i64(em, width), "");
    if (size % width == 0)
        return at;
    return jit_index_min(em, at, jit_i64(em, size - width));
}

/* Runs strips `from` up to `to`; there is at least one. */
static void run_strips(jit_emit *em, strips *s, LLVMValueRef from, LLVMValueRef to)
{
    jit_items l;
    jit_items_begin(em, &l, from, to);
    s->start = first_lane(em, s->t, l.i);
    bind_inputs(em, s);
    em->f->frame = &s->block;
    jit_emit_block(em, &s->block);
    store_scalars(em, s);
    jit_items_end(em, &l);
}

static void emit_shared(jit_emit *em, const jit_step *t, int64_t n)
{
    strips s = strips_of(em, t);
    LLVMValueRef env = jit_env_fill(em, s.npassed, s.passed, NULL);
    jit_func f;
    jit_share_begin(em, &f, "strips");
    size_t memory = jit_find_own_buffers(em, t->region);
    jit_env_load(em, s.npassed, s.passed, s.base);
    run_strips(em, &s, LLVMGetParam(em->f->fn, 1), LLVMGetParam(em->f->fn, 2));
    jit_share_end(em, &f);
    jit_share_call(em, &f, env, n, memory);
}

/* Inside other lanes: emits a loop in place. */
static void emit_here(jit_emit *em, const jit_step *t, int64_t n)
{
    strips s = strips_of(em, t);
    jit_frame *outer = em->f->frame;
    for (int k = 0; k < s.npassed; k++) {
        ir_value *v = s.passed[k];
        s.base[k] = v->type.rank ? em->f->where[jit_buffer_of(outer->b, v)] : jit_reg(em, v);
    }
    run_strips(em, &s, jit_i64(em, 0), jit_i64(em, n));
    em->f->frame = outer;
    em->f->step = t;
}

void jit_emit_lanes(jit_emit *em, const jit_step *t)
{
    int64_t size = t->e->attr[LANES_SIZE].i, width = jit_strip_width(t->e);
    int64_t n = width ? (size + width - 1) / width : size;
    if (t->region)
        emit_shared(em, t, n);
    else
        emit_here(em, t, n);
}

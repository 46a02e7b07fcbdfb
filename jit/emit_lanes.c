/* lanes: a function of its own that runs some of the strips, so that threads can share them.
 *
 * It is given the addresses of the operands and results, and memory that is the thread's own for
 * what lives within a strip. The last strip ends with the last lane, so it may begin within the one
 * before: what it computes again comes out the same.
 */
#include "jit/emit.h"

/* What is put aside while another function is emitted. */
typedef struct {
    LLVMValueRef fn, arena, eqns, *where;
    LLVMBasicBlockRef entry, fail, here;
    jit_frame *frame;
    const jit_step *step;
} outside;

static outside leave_function(jit_emit *em)
{
    return (outside){
        em->fn,    em->arena, em->eqns, em->where, em->entry, em->fail, LLVMGetInsertBlock(em->b),
        em->frame, em->step};
}

static void return_to(jit_emit *em, const outside *o)
{
    em->fn = o->fn;
    em->arena = o->arena;
    em->eqns = o->eqns;
    em->where = o->where;
    em->entry = o->entry;
    em->fail = o->fail;
    em->frame = o->frame;
    em->step = o->step;
    LLVMPositionBuilderAtEnd(em->b, o->here);
}

/* ---- the call ----------------------------------------------------------------------------------
 */

static const ir_value *passed(const jit_step *t, int k)
{
    return k < t->e->nin ? t->e->in[k] : t->e->out[k - t->e->nin];
}

static LLVMValueRef slot(jit_emit *em, LLVMValueRef env, int k)
{
    return jit_address(em, env, em->i64, jit_i64(em, k));
}

/* Addresses of operands and results, and registers, in a list on the stack; the table of equations
 * last. */
static LLVMValueRef fill_environment(jit_emit *em, const jit_step *t)
{
    int n = t->e->nin + t->e->nout;
    LLVMValueRef env = jit_stack(em, (size_t)(n + 1) * 8);
    LLVMBuildStore(em->b, em->eqns, slot(em, env, n));
    for (int k = 0; k < n; k++) {
        ir_value *v = (ir_value *)passed(t, k);
        if (v->type.rank) {
            LLVMBuildStore(em->b, em->where[jit_buffer_of(em->frame->b, v)], slot(em, env, k));
            continue;
        }
        LLVMValueRef x = jit_reg(em, v);
        if (v->type.dtype == IR_bool)
            x = LLVMBuildZExt(em->b, x, em->i8, "");
        LLVMBuildStore(em->b, x, slot(em, env, k));
    }
    return env;
}

/* Bytes that each thread is given; a little is taken from its stack instead. */
static size_t memory_of(const jit_emit *em, const jit_step *t)
{
    enum { LITTLE = 16384 };
    size_t bytes = em->s->region_bytes[t->region];
    return bytes > LITTLE ? bytes : 0;
}

static LLVMValueRef call(jit_emit *em, const jit_step *t, LLVMValueRef fn, LLVMValueRef strips)
{
    LLVMValueRef args[] = {fn, fill_environment(em, t), strips,
                           jit_i64(em, (int64_t)memory_of(em, t))};
    LLVMValueRef ok = jit_call_host(em, "jac_host_parallel", em->i8, 4, args);
    return LLVMBuildICmp(em->b, LLVMIntNE, ok, LLVMConstInt(em->i8, 0, false), "");
}

/* ---- the function ------------------------------------------------------------------------------
 */

static void begin_function(jit_emit *em)
{
    LLVMTypeRef type =
        LLVMFunctionType(em->i8, (LLVMTypeRef[]){em->ptr, em->i64, em->i64, em->ptr}, 4, false);
    em->fn = LLVMAddFunction(em->mod, "strips", type);
    LLVMSetLinkage(em->fn, LLVMInternalLinkage);
    em->entry = jit_new_block(em, "entry");
    em->fail = jit_new_block(em, "fail");
    LLVMPositionBuilderAtEnd(em->b, em->fail);
    LLVMBuildRet(em->b, LLVMConstInt(em->i8, 0, false));
    LLVMPositionBuilderAtEnd(em->b, em->entry);
}

static void find_buffers(jit_emit *em, const jit_step *t)
{
    em->where = ir_alloc(&em->mem, (size_t)(em->s->nbuffer + 1) * sizeof *em->where);
    size_t bytes = em->s->region_bytes[t->region];
    em->arena = memory_of(em, t) || !bytes ? LLVMGetParam(em->fn, 3) : jit_stack(em, bytes);
    jit_find_buffers(em, t->region);
}

typedef struct {
    const jit_step *t;
    jit_frame block;
    LLVMValueRef *base; /* by operand and result: its address; for scalars, what it is */
    LLVMValueRef start; /* the first lane of the strip */
} strips;

static bool has_lanes(const jit_step *t, int k)
{
    return k >= t->e->nin || t->e->attr[4].ints[k] >= 0;
}

static void load_environment(jit_emit *em, strips *s, LLVMValueRef env)
{
    int n = s->t->e->nin + s->t->e->nout;
    s->base = ir_alloc(&em->mem, (size_t)(n + 1) * sizeof *s->base);
    for (int k = 0; k < n; k++) {
        const ir_type *t = &passed(s->t, k)->type;
        LLVMTypeRef type = t->rank ? em->ptr : jit_stored_type(em, t->dtype);
        LLVMValueRef x = LLVMBuildLoad2(em->b, type, slot(em, env, k), "");
        if (!t->rank && t->dtype == IR_bool)
            x = LLVMBuildICmp(em->b, LLVMIntNE, x, LLVMConstInt(em->i8, 0, false), "");
        s->base[k] = x;
    }
    em->eqns = LLVMBuildLoad2(em->b, em->ptr, slot(em, env, n), "");
}

/* Where the strip's part of operand or result k begins. */
static LLVMValueRef part(jit_emit *em, const strips *s, int k)
{
    ir_type lane = passed(s->t, k)->type;
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
            em->where[jit_slot_of(b, v)->buffer] = part(em, s, k);
        else if (has_lanes(s->t, k))
            s->block.reg[v->id] = jit_load_at(em, part(em, s, k), (ir_dtype)v->type.dtype);
        else
            s->block.reg[v->id] = s->base[k];
    }
    for (int k = 0; k < b->g->nout; k++)
        if (b->g->out[k]->type.rank)
            em->where[b->dest[k]] = part(em, s, b->g->nin + k);
}

static void store_scalars(jit_emit *em, const strips *s)
{
    const jit_block *b = s->block.b;
    for (int k = 0; k < b->g->nout; k++)
        if (!b->g->out[k]->type.rank)
            jit_store_at(em, part(em, s, b->g->nin + k), (ir_dtype)b->g->out[k]->type.dtype,
                         jit_reg(em, b->g->out[k]));
}

static LLVMValueRef first_lane(jit_emit *em, const jit_step *t, LLVMValueRef i)
{
    int64_t size = t->e->attr[2].i, width = t->e->attr[3].i;
    if (!width)
        return i;
    LLVMValueRef at = LLVMBuildMul(em->b, i, jit_i64(em, width), "");
    if (size % width == 0)
        return at;
    LLVMValueRef last = jit_i64(em, size - width);
    LLVMValueRef inside = LLVMBuildICmp(em->b, LLVMIntSLT, at, last, "");
    return LLVMBuildSelect(em->b, inside, at, last, "");
}

/* The loop over strips `from` up to `to`, there being one. */
static void run_strips(jit_emit *em, strips *s, LLVMValueRef from, LLVMValueRef to)
{
    LLVMBasicBlockRef before = LLVMGetInsertBlock(em->b), loop = jit_new_block(em, "strip");
    LLVMBuildBr(em->b, loop);
    LLVMPositionBuilderAtEnd(em->b, loop);
    LLVMValueRef i = LLVMBuildPhi(em->b, em->i64, "i");
    LLVMAddIncoming(i, &from, &before, 1);
    s->start = first_lane(em, s->t, i);
    bind_inputs(em, s);
    em->frame = &s->block;
    jit_emit_block(em, &s->block);
    store_scalars(em, s);
    LLVMValueRef next = LLVMBuildNSWAdd(em->b, i, jit_i64(em, 1), "");
    LLVMBasicBlockRef latch = LLVMGetInsertBlock(em->b), after = jit_new_block(em, "done");
    LLVMAddIncoming(i, &next, &latch, 1);
    LLVMBuildCondBr(em->b, LLVMBuildICmp(em->b, LLVMIntSLT, next, to, ""), loop, after);
    LLVMPositionBuilderAtEnd(em->b, after);
}

static LLVMValueRef emit_function(jit_emit *em, const jit_step *t)
{
    outside o = leave_function(em);
    strips s = {.t = t, .block = jit_frame_make(em, t->block[0])};
    begin_function(em);
    LLVMValueRef fn = em->fn;
    find_buffers(em, t);
    LLVMBasicBlockRef start = jit_new_block(em, "start");
    LLVMPositionBuilderAtEnd(em->b, start);
    load_environment(em, &s, LLVMGetParam(fn, 0));
    run_strips(em, &s, LLVMGetParam(fn, 1), LLVMGetParam(fn, 2));
    LLVMBuildRet(em->b, LLVMConstInt(em->i8, 1, false));
    LLVMPositionBuilderAtEnd(em->b, em->entry);
    LLVMBuildBr(em->b, start);
    return_to(em, &o);
    return fn;
}

/* Within other lanes: a loop where it stands. */
static void emit_here(jit_emit *em, const jit_step *t, int64_t n)
{
    strips s = {.t = t, .block = jit_frame_make(em, t->block[0])};
    jit_frame *outer = em->frame;
    int count = t->e->nin + t->e->nout;
    s.base = ir_alloc(&em->mem, (size_t)(count + 1) * sizeof *s.base);
    for (int k = 0; k < count; k++) {
        ir_value *v = (ir_value *)passed(t, k);
        s.base[k] = v->type.rank ? em->where[jit_buffer_of(outer->b, v)] : jit_reg(em, v);
    }
    run_strips(em, &s, jit_i64(em, 0), jit_i64(em, n));
    em->frame = outer;
    em->step = t;
}

void jit_emit_lanes(jit_emit *em, const jit_step *t)
{
    int64_t size = t->e->attr[2].i, width = t->e->attr[3].i;
    int64_t n = width ? (size + width - 1) / width : size;
    if (!t->region) {
        emit_here(em, t, n);
        return;
    }
    LLVMValueRef fn = emit_function(em, t);
    LLVMBasicBlockRef go_on = jit_new_block(em, "ok");
    LLVMBuildCondBr(em->b, call(em, t, fn, jit_i64(em, n)), go_on, em->fail);
    LLVMPositionBuilderAtEnd(em->b, go_on);
}

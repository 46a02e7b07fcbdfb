/* while, cond and scan as native loops and branches. Carries of rank 0 are phis. Carries in memory
 * are overwritten in place, or two pointers are swapped.
 */
#include "jit/llvm/alias.h"
#include "jit/llvm/block.h"
#include "jit/llvm/call.h"
#include "jit/llvm/element.h"
#include "jit/llvm/function.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/step.h"
#include "jit/llvm/tape.h"
#include "jit/llvm/value.h"

typedef struct {
    const jit_step *t;
    ir_loop parts;
    LLVMBasicBlockRef before, header, exit;
    LLVMValueRef *reg;        /* by carry: its phi, if it is a register */
    LLVMValueRef *cur, *next; /* by carry: the pointers' phis */
} loop;

static LLVMValueRef phi_from(jit_emit *em, LLVMTypeRef t, LLVMValueRef init, LLVMBasicBlockRef from,
                             const char *name)
{
    LLVMValueRef phi = LLVMBuildPhi(em->b, t, name);
    LLVMAddIncoming(phi, &init, &from, 1);
    return phi;
}

/* Binds the inputs of block j of a control step that are registers. Inputs in memory have their
 * buffers from the plan. */
static void bind_registers(const jit_step *t, int j, const jit_frame *outer, jit_frame *inner,
                           const LLVMValueRef *carry, const ir_loop *l)
{
    for (int k = 0; k < inner->b->g->nin; k++) {
        const ir_value *v = inner->b->g->in[k];
        int operand = jit_operand_of(t, j, k), c = operand - ir_loop_first(l);
        if (v->type.rank || (carry && c >= l->ncarry))
            continue;
        inner->reg[v->id] = carry && c >= 0 ? carry[c] : outer->reg[t->e->in[operand]->id];
    }
}

/* Makes sure that a step's operands are in registers: literals are made on demand. */
static void need_operands(jit_emit *em, const jit_step *t)
{
    for (int k = 0; k < t->e->nin; k++)
        if (t->e->in[k]->type.rank == 0)
            jit_reg(em, t->e->in[k]);
}

static void run_block(jit_emit *em, jit_frame *inner)
{
    jit_frame *outer = em->f->frame;
    const jit_step *step = em->f->step;
    em->f->frame = inner;
    jit_emit_block(em, inner);
    em->f->frame = outer;
    em->f->step = step;
}

static LLVMValueRef block_output(jit_emit *em, jit_frame *f, int k)
{
    jit_frame *outer = em->f->frame;
    em->f->frame = f;
    LLVMValueRef x = jit_reg(em, f->b->g->out[k]);
    em->f->frame = outer;
    return x;
}

/* Copies the initial values into place, and begins the header with its phis. */
static void enter(jit_emit *em, loop *l)
{
    const jit_step *t = l->t;
    int n = l->parts.ncarry;
    l->reg = ir_alloc(&em->mem, (size_t)(3 * n + 1) * sizeof *l->reg);
    l->cur = l->reg + n;
    l->next = l->cur + n;
    for (int k = 0; k < n; k++)
        if (t->carry[k].in_memory) {
            ir_value *init = t->e->in[ir_loop_first(&l->parts) + k];
            jit_copy_value(em, t->carry[k].a, jit_buffer_of(em->f->frame->b, init), &init->type);
        }
    LLVMBasicBlockRef before = l->before = LLVMGetInsertBlock(em->b);
    l->header = jit_new_block(em, "while");
    l->exit = jit_new_block(em, "end");
    LLVMBuildBr(em->b, l->header);
    LLVMPositionBuilderAtEnd(em->b, l->header);
    for (int k = 0; k < n; k++) {
        const ir_value *init = t->e->in[ir_loop_first(&l->parts) + k];
        const jit_carry *c = &t->carry[k];
        if (!c->in_memory) {
            l->reg[k] = phi_from(em, jit_register_type(em, init->type.dtype), jit_reg(em, init),
                                 before, "carry");
        } else if (c->swaps) {
            l->cur[k] = phi_from(em, em->ptr, em->f->where[c->a], before, "cur");
            l->next[k] = phi_from(em, em->ptr, em->f->where[c->b], before, "next");
            em->f->where[c->cur] = l->cur[k];
            em->f->where[c->next] = l->next[k];
        }
    }
}

/* Branches from the end of the body back to the header. */
static void repeat(jit_emit *em, loop *l, jit_frame *body)
{
    for (int k = 0; k < l->parts.ncarry; k++) {
        const jit_carry *c = &l->t->carry[k];
        if (c->in_memory && !c->swaps)
            jit_copy_value(em, c->cur, c->next, &l->t->root[k]->type);
    }
    LLVMBasicBlockRef latch = LLVMGetInsertBlock(em->b);
    for (int k = 0; k < l->parts.ncarry; k++) {
        const jit_carry *c = &l->t->carry[k];
        if (!c->in_memory) {
            LLVMValueRef x = block_output(em, body, k);
            LLVMAddIncoming(l->reg[k], &x, &latch, 1);
        } else if (c->swaps) {
            LLVMAddIncoming(l->cur[k], &l->next[k], &latch, 1);
            LLVMAddIncoming(l->next[k], &l->cur[k], &latch, 1);
        }
    }
    LLVMBuildBr(em->b, l->header);
}

/* Copies a value unless it is in the right one of two buffers already, which depends on how often
 * the loop ran. */
static void copy_if_elsewhere(jit_emit *em, int to, int from, size_t bytes)
{
    LLVMBasicBlockRef copy = jit_new_block(em, "copy"), after = jit_new_block(em, "there");
    LLVMValueRef there = LLVMBuildICmp(em->b, LLVMIntEQ, em->f->where[to], em->f->where[from], "");
    LLVMBuildCondBr(em->b, there, after, copy);
    LLVMPositionBuilderAtEnd(em->b, copy);
    jit_copy_buffer(em, to, from, bytes);
    LLVMBuildBr(em->b, after);
    LLVMPositionBuilderAtEnd(em->b, after);
}

/* After the loop, carries have the values that the header saw last. */
static void leave(jit_emit *em, const loop *l)
{
    LLVMPositionBuilderAtEnd(em->b, l->exit);
    for (int k = 0; k < l->parts.ncarry; k++) {
        const ir_value *v = l->t->root[k];
        const jit_carry *c = &l->t->carry[k];
        int result = jit_slot_of(em->f->frame->b, v)->buffer;
        if (c->swaps && (result == c->a || result == c->b))
            copy_if_elsewhere(em, result, c->cur, ir_type_bytes(&v->type));
        else if (c->in_memory)
            jit_copy_value(em, result, c->cur, &v->type);
        else
            jit_set_reg(em, v, l->reg[k]);
    }
}

/* ---- slices: what each iteration reads and yields ------------------------------------------- */

/* The address of slice i of an array or a tape; `slice` is the type of its slices. */
static LLVMValueRef slice_address(jit_emit *em, const ir_value *whole, const ir_type *slice,
                                  LLVMValueRef i, bool write)
{
    int buffer = jit_buffer_of(em->f->frame->b, (ir_value *)whole);
    if (ir_is_tape(&whole->type))
        return write ? jit_tape_next(em, buffer, i)
                     : jit_tape_read(em, buffer, i, ir_type_bytes(slice));
    LLVMValueRef bytes = LLVMBuildMul(em->b, i, jit_i64(em, (int64_t)ir_type_bytes(slice)), "");
    return jit_address(em, em->f->where[buffer], em->i8, bytes);
}

/* Makes slice i of xs operand k available: in a register, or by setting its pointer. */
static void take_x(jit_emit *em, const loop *l, jit_frame *body, int k, LLVMValueRef i)
{
    ir_value *xs = l->t->e->in[ir_loop_first(&l->parts) + l->parts.ncarry + k];
    const ir_value *x = body->b->g->in[ir_loop_first(&l->parts) + l->parts.ncarry + k];
    if (x->type.rank) {
        em->f->where[jit_slot_of(body->b, x)->buffer] = slice_address(em, xs, &x->type, i, false);
        return;
    }
    ir_dtype d = x->type.dtype;
    if (!ir_is_tape(&xs->type)) {
        body->reg[x->id] = jit_load(em, jit_buffer_of(em->f->frame->b, xs), d, i);
        return;
    }
    body->reg[x->id] = jit_load_at(em, slice_address(em, xs, &x->type, i, false), d);
}

/* Makes the loop's result tapes, empty, with room for `length` slices. */
static void open_tapes(jit_emit *em, const loop *l, LLVMValueRef length)
{
    for (int k = 0; k < l->parts.ny; k++) {
        const ir_value *ys = l->t->root[l->parts.ncarry + k];
        if (ir_is_tape(&ys->type))
            jit_tape_open(em, jit_slot_of(em->f->frame->b, ys)->buffer, ys, length);
    }
}

/* Sets where the body puts slice i of y k, before the body runs, so that it is computed there. */
static LLVMValueRef aim_y(jit_emit *em, const loop *l, jit_frame *body, int k, LLVMValueRef i)
{
    int out = l->parts.ncarry + k;
    const ir_value *y = body->b->g->out[out], *ys = l->t->root[out];
    if (!y->type.rank && !ir_is_tape(&ys->type))
        return NULL;
    LLVMValueRef p = slice_address(em, ys, &y->type, i, true);
    if (y->type.rank)
        em->f->where[body->b->dest[out]] = p;
    return p;
}

static void store_y(jit_emit *em, const loop *l, jit_frame *body, int k, LLVMValueRef i,
                    LLVMValueRef where)
{
    int out = l->parts.ncarry + k;
    const ir_value *y = body->b->g->out[out], *ys = l->t->root[out];
    if (y->type.rank)
        return;
    ir_dtype d = y->type.dtype;
    LLVMValueRef x = block_output(em, body, out);
    if (!ir_is_tape(&ys->type))
        jit_store(em, jit_slot_of(em->f->frame->b, ys)->buffer, d, i, x);
    else
        jit_store_at(em, where, d, x);
}

/* Emits one iteration of the body, at index i. */
static void run_step(jit_emit *em, const loop *l, jit_frame *body, int block, LLVMValueRef i)
{
    int ny = l->parts.ny;
    LLVMValueRef *where = ir_alloc(&em->mem, (size_t)(ny + 1) * sizeof *where);
    bind_registers(l->t, block, em->f->frame, body, l->reg, &l->parts);
    for (int k = 0; k < l->parts.nx; k++)
        take_x(em, l, body, k, i);
    for (int k = 0; k < ny; k++)
        where[k] = aim_y(em, l, body, k, i);
    jit_end_accesses(em);
    run_block(em, body);
    for (int k = 0; k < ny; k++)
        store_y(em, l, body, k, i, where[k]);
    jit_end_accesses(em);
}

/* The iteration number, as a phi in the header; end_count sets its next value. */
static LLVMValueRef begin_count(jit_emit *em, const loop *l)
{
    return phi_from(em, em->i64, jit_i64(em, 0), l->before, "step");
}

static void end_count(jit_emit *em, LLVMValueRef count)
{
    LLVMValueRef next = LLVMBuildNUWAdd(em->b, count, jit_i64(em, 1), "");
    LLVMBasicBlockRef latch = LLVMGetInsertBlock(em->b);
    LLVMAddIncoming(count, &next, &latch, 1);
}

/* ---- while and scan ------------------------------------------------------------------------- */

void jit_emit_while(jit_emit *em, const jit_step *t)
{
    loop l = {.t = t, .parts = ir_loop_of(t->e)};
    need_operands(em, t);
    open_tapes(em, &l, jit_i64(em, 0));
    enter(em, &l);
    LLVMValueRef count = l.parts.ny ? begin_count(em, &l) : NULL;
    jit_frame cond = jit_frame_make(em, t->block[0]), body = jit_frame_make(em, t->block[1]);
    bind_registers(t, 0, em->f->frame, &cond, l.reg, &l.parts);
    run_block(em, &cond);
    LLVMBasicBlockRef inside = jit_new_block(em, "body");
    LLVMBuildCondBr(em->b, block_output(em, &cond, 0), inside, l.exit);
    LLVMPositionBuilderAtEnd(em->b, inside);
    run_step(em, &l, &body, 1, count);
    if (count)
        end_count(em, count);
    repeat(em, &l, &body);
    leave(em, &l);
}

static LLVMValueRef scan_length(jit_emit *em, const loop *l)
{
    return ir_loop_has_length(&l->parts) ? jit_reg(em, l->t->e->in[l->t->e->nin - 1])
                                         : jit_i64(em, l->parts.length);
}

void jit_emit_scan(jit_emit *em, const jit_step *t)
{
    loop l = {.t = t, .parts = ir_loop_of(t->e)};
    need_operands(em, t);
    LLVMValueRef length = scan_length(em, &l);
    open_tapes(em, &l, length);
    enter(em, &l);
    LLVMValueRef count = begin_count(em, &l);
    LLVMBasicBlockRef inside = jit_new_block(em, "body");
    LLVMValueRef more = LLVMBuildICmp(em->b, LLVMIntSLT, count, length, "");
    LLVMBuildCondBr(em->b, more, inside, l.exit);
    LLVMPositionBuilderAtEnd(em->b, inside);
    LLVMValueRef i = count;
    if (l.parts.reverse)
        i = LLVMBuildSub(em->b, LLVMBuildSub(em->b, length, jit_i64(em, 1), ""), count, "");
    jit_frame body = jit_frame_make(em, t->block[0]);
    run_step(em, &l, &body, 0, i);
    end_count(em, count);
    repeat(em, &l, &body);
    leave(em, &l);
}

/* ---- cond ----------------------------------------------------------------------------------- */

void jit_emit_cond(jit_emit *em, const jit_step *t)
{
    need_operands(em, t);
    int n = t->nblock, nout = t->nroot;
    LLVMBasicBlockRef *from = ir_alloc(&em->mem, (size_t)n * sizeof *from);
    LLVMValueRef *x = ir_alloc(&em->mem, (size_t)(n * nout + 1) * sizeof *x);
    LLVMValueRef index = jit_reg(em, t->e->in[0]);
    LLVMBasicBlockRef after = jit_new_block(em, "joined"), last = jit_new_block(em, "branch");
    /* An index out of range is clamped: below 0 is branch 0, above is the last branch. */
    LLVMValueRef low = LLVMBuildICmp(em->b, LLVMIntSLT, index, LLVMConstInt(em->i32, 0, false), "");
    index = LLVMBuildSelect(em->b, low, LLVMConstInt(em->i32, 0, false), index, "");
    LLVMValueRef sw = LLVMBuildSwitch(em->b, index, last, (unsigned)n - 1);
    for (int j = 0; j < n; j++) {
        LLVMBasicBlockRef branch = last;
        if (j < n - 1)
            LLVMAddCase(sw, LLVMConstInt(em->i32, (unsigned)j, false),
                        branch = jit_new_block(em, "branch"));
        LLVMPositionBuilderAtEnd(em->b, branch);
        jit_frame f = jit_frame_make(em, t->block[j]);
        bind_registers(t, j, em->f->frame, &f, NULL, &(ir_loop){0});
        run_block(em, &f);
        for (int k = 0; k < nout; k++)
            x[k * n + j] = t->root[k]->type.rank ? NULL : block_output(em, &f, k);
        from[j] = LLVMGetInsertBlock(em->b);
        LLVMBuildBr(em->b, after);
    }
    LLVMPositionBuilderAtEnd(em->b, after);
    for (int k = 0; k < nout; k++) {
        if (t->root[k]->type.rank)
            continue;
        LLVMValueRef phi = LLVMBuildPhi(em->b, LLVMTypeOf(x[k * n]), "");
        LLVMAddIncoming(phi, &x[k * n], from, (unsigned)n);
        jit_set_reg(em, t->root[k], phi);
    }
}

/* Windows of an array: overwritten (dynamic_update_slice), or combined with others one after the
 * other, at indices (scatter). The rest of the array is copied first, unless the result is in the
 * array's buffer.
 */
#include "jit/llvm/alias.h"
#include "jit/llvm/call.h"
#include "jit/llvm/element.h"
#include "jit/llvm/loop.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/scalar.h"
#include "jit/llvm/step.h"
#include "jit/llvm/value.h"

/* Loops over a space. */
typedef struct {
    jit_emit *em;
    jit_nest nest;
    int open;
    jit_counted loop[IR_MAX_RANK];
    jit_index linear;
} loops;

static void begin(loops *l, jit_emit *em, const ir_type *t)
{
    *l = (loops){.em = em, .linear = jit_index_const(em, 0)};
    jit_nest_init(em, &l->nest, t, 0, false);
}

/* Opens the loops over the axes before `end`. */
static void open_until(loops *l, int end)
{
    for (; l->open < end; l->open++) {
        const jit_axis *a = &l->nest.axis[l->open];
        jit_counted *c = &l->loop[l->open];
        jit_loop_begin(l->em, c, a->size);
        l->nest.at[a->dim] = (jit_index)c->i;
        l->linear = jit_index_step(l->em, l->linear, c->i, a->stride);
    }
}

static void close_until(loops *l, int end)
{
    jit_forget(l->em, 0);
    while (l->open > end)
        jit_loop_end(l->em, &l->loop[--l->open], NULL);
}

static jit_place place_in(loops *l)
{
    return (jit_place){l->nest.space->rank, l->nest.at, l->linear};
}

/* ---- the rest of the array ------------------------------------------------------------------- */

static void compute_base(jit_emit *em, const jit_step *t)
{
    const ir_value *v = t->root[0];
    loops l;
    begin(&l, em, &v->type);
    open_until(&l, l.nest.n);
    jit_place where = place_in(&l);
    jit_store(em, jit_slot_of(em->f->frame->b, v)->buffer, v->type.dtype, jit_llvm(l.linear),
              jit_element(em, t->e->in[0], &where));
    close_until(&l, 0);
}

static void write_base(jit_emit *em, const jit_step *t)
{
    const jit_block *b = em->f->frame->b;
    if (jit_slot_of(b, t->e->in[0])->res == JIT_FUSED)
        compute_base(em, t);
    else
        jit_copy_buffer(em, jit_slot_of(b, t->root[0])->buffer, jit_buffer_of(b, t->e->in[0]),
                        ir_type_bytes(&t->root[0]->type));
}

/* ---- dynamic_update_slice -------------------------------------------------------------------- */

static void overwrite(jit_emit *em, const jit_step *t)
{
    const ir_value *v = t->root[0];
    const ir_type *window = &t->e->in[1]->type;
    loops l;
    begin(&l, em, window);
    open_until(&l, l.nest.n);
    jit_place where = place_in(&l);
    LLVMValueRef x = jit_element(em, t->e->in[1], &where);
    jit_index at[IR_MAX_RANK];
    for (int d = 0; d < window->rank; d++) {
        const ir_value *start = t->e->in[2 + d];
        jit_index s = jit_to_index(em, (jit_scalar)jit_reg(em, start), start->type.dtype);
        s = jit_index_clamp(em, s, 0, v->type.dim[d] - window->dim[d]);
        at[d] = jit_index_add(em, s, l.nest.at[d]);
    }
    jit_place there = {window->rank, at, NULL};
    jit_store(em, jit_slot_of(em->f->frame->b, v)->buffer, v->type.dtype,
              jit_llvm(jit_place_linear(em, &v->type, &there)), x);
    close_until(&l, 0);
}

/* ---- scatter --------------------------------------------------------------------------------- */

static bool tells_which(const ir_eqn *e, const jit_axis *a)
{
    return e->op->lower->along(e, a->dim) < 0;
}

/* Moves the axes that tell which window it is to the front. */
static void windows_outside(jit_nest *nest, const ir_eqn *e)
{
    jit_axis ordered[IR_MAX_RANK];
    int n = 0;
    for (int within = 0; within < 2; within++)
        for (int a = 0; a < nest->n; a++)
            if (tells_which(e, &nest->axis[a]) == !within)
                ordered[n++] = nest->axis[a];
    for (int a = 0; a < n; a++)
        nest->axis[a] = ordered[a];
}

/* How many loops are around a window: those up to the last axis that tells which window it is. */
static int loops_around(const jit_nest *nest, const ir_eqn *e)
{
    int n = 0;
    for (int a = 0; a < nest->n; a++)
        if (tells_which(e, &nest->axis[a]))
            n = a + 1;
    return n;
}

/* Combines one window; the loops around it are open. */
static void combine_window(loops *l, const jit_step *t, const jit_index *start)
{
    jit_emit *em = l->em;
    const ir_eqn *e = t->e;
    const ir_value *v = t->root[0];
    int buffer = jit_slot_of(em->f->frame->b, v)->buffer, around = l->open;
    jit_index at[IR_MAX_RANK];
    open_until(l, l->nest.n);
    jit_place where = place_in(l);
    LLVMValueRef x = jit_element(em, e->in[2], &where);
    for (int d = 0; d < v->type.rank; d++)
        at[d] = start[d];
    for (int r = 0; r < e->in[2]->type.rank; r++) {
        int d = e->op->lower->along(e, r);
        if (d >= 0)
            at[d] = jit_index_add(em, at[d], l->nest.at[r]);
    }
    jit_place there = {v->type.rank, at, NULL};
    LLVMValueRef offset = jit_llvm(jit_place_linear(em, &v->type, &there));
    if (e->op->lower->instruction) {
        LLVMValueRef old = jit_load(em, buffer, v->type.dtype, offset);
        x = jit_llvm(jit_apply(em, e->op->lower->instruction, v->type.dtype, (jit_scalar)old,
                               (jit_scalar)x));
    }
    jit_store(em, buffer, v->type.dtype, offset, x);
    close_until(l, around);
}

static void combine_windows(jit_emit *em, const jit_step *t)
{
    jit_index start[IR_MAX_RANK];
    loops l;
    begin(&l, em, &t->e->in[2]->type);
    if (t->e->op->lower->slides(t->e))
        windows_outside(&l.nest, t->e);
    open_until(&l, loops_around(&l.nest, t->e));
    LLVMValueRef inside = jit_llvm(t->e->op->lower->start(em, t->e, l.nest.at, start));
    LLVMBasicBlockRef after = NULL;
    if (inside) {
        LLVMBasicBlockRef in = jit_new_block(em, "inside");
        after = jit_new_block(em, "after");
        LLVMBuildCondBr(em->b, inside, in, after);
        LLVMPositionBuilderAtEnd(em->b, in);
    }
    combine_window(&l, t, start);
    if (inside) {
        LLVMBuildBr(em->b, after);
        LLVMPositionBuilderAtEnd(em->b, after);
    }
    close_until(&l, 0);
}

/* ---- both ------------------------------------------------------------------------------------ */

static void emit_windows(jit_emit *em, const jit_step *t,
                         void (*write)(jit_emit *em, const jit_step *t))
{
    if (ir_type_count(&t->root[0]->type)) {
        write_base(em, t);
        if (ir_type_count(&jit_windows_of(t->e)->type))
            write(em, t);
    }
    jit_end_accesses(em);
}

void jit_emit_update(jit_emit *em, const jit_step *t)
{
    emit_windows(em, t, overwrite);
}

void jit_emit_scatter(jit_emit *em, const jit_step *t)
{
    emit_windows(em, t, combine_windows);
}

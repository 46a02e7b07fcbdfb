/* The loops around one axis, for steps that run along it: searches (search.c) and running
 * reductions (running.c).
 *
 * If the axis is not the innermost one, memory is read in order only if several columns, which lie
 * side by side, are done together. What is known of each column is in a slot. A short row of
 * columns is cut into whole vectors, as other short rows are (row.c); then its slots are registers.
 */
#include "jit/llvm/along.h"
#include "jit/llvm/element.h"
#include "jit/llvm/loop.h"
#include "jit/llvm/scalar.h"
#include "jit/llvm/target.h"
#include "jit/llvm/value.h"

void jit_lines_find(jit_emit *em, const jit_step *t, int64_t axis, jit_lines *l)
{
    *l = (jit_lines){.t = t, .dim = axis, .along = -1};
    jit_nest_init(em, &l->nest, &t->e->in[0]->type, 1u << axis, jit_is_linear(em->f->frame->b, t));
    l->linear = l->kept = jit_index_const(em, 0);
    for (int a = 0; a < l->nest.n; a++)
        if (l->nest.axis[a].reduced)
            l->along = a;
}

void jit_lines_open(jit_emit *em, jit_lines *l, int from, int to)
{
    for (int a = from; a < to; a++) {
        const jit_axis *x = &l->nest.axis[a];
        if (x->reduced)
            continue;
        int64_t kept = 1;
        for (int b = a + 1; b < l->nest.n; b++)
            kept *= l->nest.axis[b].reduced ? 1 : l->nest.axis[b].size;
        jit_counted *loop = &l->outer[l->nouter++];
        jit_loop_begin(em, loop, x->size);
        if (x->dim >= 0)
            l->nest.at[x->dim] = (jit_index)loop->i;
        l->linear = jit_index_step(em, l->linear, loop->i, x->stride);
        l->kept = jit_index_step(em, l->kept, loop->i, kept);
    }
}

void jit_lines_close(jit_emit *em, jit_lines *l)
{
    while (l->nouter > 0)
        jit_loop_end(em, &l->outer[--l->nouter], NULL);
}

LLVMValueRef jit_lines_element(jit_emit *em, jit_lines *l, LLVMValueRef i, jit_index *linear)
{
    l->nest.at[l->dim] = (jit_index)i;
    *linear =
        l->along < 0 ? l->linear : jit_index_step(em, l->linear, i, l->nest.axis[l->along].stride);
    jit_place where = {l->nest.space->rank, l->nest.has_at ? l->nest.at : NULL, *linear};
    return jit_llvm(jit_operand(em, l->t->e, 0, where));
}

bool jit_lines_follow(jit_emit *em, const jit_lines *l)
{
    return l->along == l->nest.n - 2 && jit_is_linear(em->f->frame->b, l->t);
}

bool jit_lines_can_guard(const jit_lines *l)
{
    return jit_row_can_guard(l->t) && jit_target_loads_in_part();
}

/* ---- columns side by side -------------------------------------------------------------------- */

bool jit_columns_short(const jit_lines *l, ir_dtype d, jit_columns *c)
{
    enum { LITTLE = 24 };
    int64_t size = l->nest.axis[l->nest.n - 1].size;
    unsigned width = jit_row_width(size, JIT_SHORT_ROW, d);
    if (!width || (size < width && !jit_lines_can_guard(l)))
        return false;
    *c = (jit_columns){.is_short = true};
    jit_row_cut(&c->row, 0, size, width, l->t->cost > LITTLE);
    jit_row_cut_apart(&c->slots, 0, c->row.slots, width);
    return true;
}

void jit_columns_begin(jit_emit *em, const jit_lines *l, int64_t most, jit_columns *c,
                       jit_items *blocks)
{
    int64_t size = l->nest.axis[l->nest.n - 1].size, width = size < most ? size : most;
    jit_row all = {.n = 1, .tail = -1, .slots = width};
    *c = (jit_columns){.row = all, .slots = all, .n = jit_i64(em, width)};
    jit_items_begin(em, blocks, jit_i64(em, 0), jit_i64(em, (size + width - 1) / width));
    c->lo = LLVMBuildMul(em->b, blocks->i, c->n, "");
    if (size % width)
        c->n = jit_index_min(em, c->n, LLVMBuildSub(em->b, jit_i64(em, size), c->lo, ""));
}

static void begin(jit_emit *em, const jit_columns *c, const jit_piece *p, jit_counted *loop)
{
    if (c->is_short)
        jit_piece_begin(em, loop, p);
    else
        jit_loop_begin_counted(em, loop, c->n);
}

void jit_column_begin(jit_emit *em, jit_lines *l, const jit_columns *c, int piece, jit_column *x)
{
    const jit_piece *p = &c->row.piece[piece];
    const jit_axis *innermost = &l->nest.axis[l->nest.n - 1];
    begin(em, c, p, &x->loop);
    jit_index from = c->lo ? (jit_index)c->lo : jit_index_const(em, p->first);
    jit_index at = jit_index_add(em, from, (jit_index)x->loop.i);
    x->slot = jit_llvm(jit_index_add(em, (jit_index)x->loop.i, jit_index_const(em, p->slot)));
    x->before = l->linear;
    if (innermost->dim >= 0)
        l->nest.at[innermost->dim] = at;
    l->linear = jit_index_step(em, l->linear, jit_llvm(at), innermost->stride);
}

void jit_column_end(jit_emit *em, jit_lines *l, jit_column *x)
{
    jit_forget(em, 0);
    jit_piece_end(em, &x->loop, NULL);
    l->linear = x->before;
}

LLVMValueRef jit_column_slots_begin(jit_emit *em, const jit_columns *c, int piece,
                                    jit_counted *loop)
{
    const jit_piece *p = &c->slots.piece[piece];
    begin(em, c, p, loop);
    return jit_llvm(jit_index_add(em, (jit_index)loop->i, jit_index_const(em, p->first)));
}

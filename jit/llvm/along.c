/* Steps along one axis: the index of an extreme element, and running reductions. The other
 * dimensions are loops around the axis. */
#include <math.h>
#include <string.h>

#include "jit/llvm/alias.h"
#include "jit/llvm/element.h"
#include "jit/llvm/longsum.h"
#include "jit/llvm/loop.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/scalar.h"
#include "jit/llvm/step.h"
#include "jit/llvm/value.h"

typedef struct {
    jit_nest nest;
    int along; /* the nest's axis to run along; -1 if its size is 1 */
    int nouter;
    jit_counted outer[IR_MAX_RANK];
    jit_index linear, kept; /* offsets in the operand, and in its shape without the axis */
} lines;

static void find_lines(jit_emit *em, const jit_step *t, int64_t axis, lines *l)
{
    *l = (lines){.along = -1};
    jit_nest_init(em, &l->nest, &t->e->in[0]->type, 1u << axis, jit_is_linear(em->f->frame->b, t));
    l->linear = l->kept = jit_index_const(em, 0);
    for (int a = 0; a < l->nest.n; a++)
        if (l->nest.axis[a].reduced)
            l->along = a;
}

/* Opens the loops over the nest's axes, except for the one to run along. */
static void open_axes(jit_emit *em, lines *l, int from, int to)
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

static void close_lines(jit_emit *em, lines *l)
{
    while (l->nouter > 0)
        jit_loop_end(em, &l->outer[--l->nouter], NULL);
}

/* The operand's element at index i of the current line along the axis. */
static LLVMValueRef on_line(jit_emit *em, const jit_step *t, lines *l, int64_t axis, LLVMValueRef i,
                            jit_index *linear)
{
    l->nest.at[axis] = (jit_index)i;
    *linear =
        l->along < 0 ? l->linear : jit_index_step(em, l->linear, i, l->nest.axis[l->along].stride);
    jit_place where = {l->nest.space->rank, l->nest.has_at ? l->nest.at : NULL, *linear};
    return jit_llvm(jit_operand(em, t->e, 0, where));
}

static LLVMValueRef compare(jit_emit *em, jit_instruction f, ir_dtype d, LLVMValueRef x,
                            LLVMValueRef y)
{
    return jit_llvm(jit_apply(em, f, d, (jit_scalar)x, (jit_scalar)y));
}

/* Should x replace best? Yes for the first element, for a greater (or smaller) one, and for a NaN
 * if best is not a NaN. */
static LLVMValueRef better(jit_emit *em, const ir_eqn *e, LLVMValueRef i, LLVMValueRef x,
                           LLVMValueRef best)
{
    ir_dtype d = e->in[0]->type.dtype;
    LLVMValueRef first = LLVMBuildICmp(em->b, LLVMIntEQ, i, jit_i64(em, 0), "");
    LLVMValueRef take =
        LLVMBuildOr(em->b, first, compare(em, e->op->lower->instruction, d, x, best), "");
    if (!ir_has_fraction(d))
        return take;
    LLVMValueRef nan = LLVMBuildFCmp(em->b, LLVMRealUNO, x, x, "");
    LLVMValueRef none = LLVMBuildFCmp(em->b, LLVMRealORD, best, best, "");
    return LLVMBuildOr(em->b, take, LLVMBuildAnd(em->b, nan, none, ""), "");
}

/* One pass that carries the best element and its index. Each iteration depends on the one
 * before. */
static LLVMValueRef search(jit_emit *em, const jit_step *t, lines *l, int64_t axis)
{
    const ir_type *type = &t->e->in[0]->type;
    jit_counted along;
    jit_index linear;
    jit_loop_begin(em, &along, type->dim[axis]);
    LLVMValueRef best =
        jit_loop_carry(em, &along, LLVMConstNull(jit_register_type(em, type->dtype)));
    LLVMValueRef index = jit_loop_carry(em, &along, jit_i64(em, 0));
    LLVMValueRef x = on_line(em, t, l, axis, along.i, &linear);
    LLVMValueRef take = better(em, t->e, along.i, x, best);
    LLVMValueRef next[] = {LLVMBuildSelect(em->b, take, x, best, ""),
                           LLVMBuildSelect(em->b, take, along.i, index, "")};
    jit_forget(em, 0);
    jit_loop_end(em, &along, next);
    return next[1];
}

/* Two passes that vectorise. The first finds the extreme; the second finds the first element that
 * equals it, or is NaN (if there is a NaN, the extreme is NaN too). */
static LLVMValueRef search_twice(jit_emit *em, const jit_step *t, lines *l, int64_t axis)
{
    const ir_type *type = &t->e->in[0]->type;
    ir_dtype d = type->dtype;
    bool greatest = t->e->op->lower->instruction == JIT_gt;
    jit_counted along;
    jit_index linear;
    jit_loop_begin(em, &along, type->dim[axis]);
    ir_scalar first = greatest ? ir_scalar_lowest(d) : ir_scalar_highest(d);
    LLVMValueRef m = jit_loop_carry(em, &along, jit_llvm(jit_constant(em, d, first)));
    LLVMValueRef x = on_line(em, t, l, axis, along.i, &linear);
    m = jit_combine(em, greatest ? JIT_max : JIT_min, d, m, x, true);
    jit_forget(em, 0);
    jit_loop_end(em, &along, &m);

    LLVMValueRef none = jit_i64(em, type->dim[axis]);
    jit_loop_begin(em, &along, type->dim[axis]);
    LLVMValueRef at = jit_loop_carry(em, &along, none);
    x = on_line(em, t, l, axis, along.i, &linear);
    LLVMValueRef here = compare(em, JIT_eq, d, x, m);
    if (ir_has_fraction(d))
        here = LLVMBuildOr(em->b, here, LLVMBuildFCmp(em->b, LLVMRealUNO, x, x, ""), "");
    here = LLVMBuildSelect(em->b, here, along.i, none, "");
    at = jit_combine(em, JIT_min, IR_u64, at, here, false);
    jit_forget(em, 0);
    jit_loop_end(em, &along, &at);
    return at;
}

/* A block of adjacent columns. The best of each column so far and its index are in arrays on the
 * stack, and rows are read in memory order. */
enum { BLOCK = 128 };

typedef struct {
    LLVMValueRef best, index; /* arrays */
    LLVMTypeRef element, place;
    LLVMValueRef lo, n; /* the columns: the first, and how many */
} block;

/* Visits index i of the axis in all columns of the block. */
static void visit_row(jit_emit *em, const jit_step *t, lines *l, int64_t axis, const block *b,
                      LLVMValueRef i)
{
    int last = l->nest.n - 1;
    ir_dtype d = t->e->in[0]->type.dtype;
    jit_index outer = l->linear, linear;
    jit_counted column;
    jit_loop_begin_counted(em, &column, b->n);
    jit_index c = jit_index_add(em, (jit_index)column.i, (jit_index)b->lo);
    if (l->nest.axis[last].dim >= 0)
        l->nest.at[l->nest.axis[last].dim] = c;
    l->linear = jit_index_step(em, outer, jit_llvm(c), l->nest.axis[last].stride);
    LLVMValueRef x = on_line(em, t, l, axis, i, &linear);
    LLVMValueRef best_at = jit_address(em, b->best, b->element, column.i);
    LLVMValueRef index_at = jit_address(em, b->index, b->place, column.i);
    LLVMValueRef best = jit_load_at(em, best_at, d);
    LLVMValueRef index = LLVMBuildLoad2(em->b, b->place, index_at, "");
    LLVMValueRef take = better(em, t->e, i, x, best);
    LLVMValueRef here = LLVMBuildTrunc(em->b, i, b->place, "");
    jit_store_at(em, best_at, d, LLVMBuildSelect(em->b, take, x, best, ""));
    LLVMBuildStore(em->b, LLVMBuildSelect(em->b, take, here, index, ""), index_at);
    jit_forget(em, 0);
    jit_loop_end(em, &column, NULL);
    l->linear = outer;
}

/* Stores the indices found in the result. */
static void store_block(jit_emit *em, const jit_step *t, const lines *l, const block *b)
{
    ir_dtype d = t->e->out[0]->type.dtype;
    jit_counted column;
    jit_loop_begin_counted(em, &column, b->n);
    LLVMValueRef at =
        LLVMBuildLoad2(em->b, b->place, jit_address(em, b->index, b->place, column.i), "");
    at = LLVMBuildZExt(em->b, at, em->i64, "");
    jit_index c = jit_index_add(em, (jit_index)column.i, (jit_index)b->lo);
    jit_index where = jit_index_add(em, l->kept, c);
    jit_store(em, jit_slot_of(em->f->frame->b, t->e->out[0])->buffer, d, jit_llvm(where),
              jit_llvm(jit_from_index(em, (jit_index)at, d)));
    jit_loop_end(em, &column, NULL);
}

static void search_columns(jit_emit *em, const jit_step *t, lines *l, int64_t axis)
{
    ir_dtype d = t->e->in[0]->type.dtype;
    int64_t columns = l->nest.axis[l->nest.n - 1].size;
    block b = {.element = jit_stored_type(em, d), .place = em->i32};
    b.best = jit_stack(em, BLOCK * ir_dtypes[d].size);
    b.index = jit_stack(em, BLOCK * 4);
    jit_items blocks;
    jit_items_begin(em, &blocks, jit_i64(em, 0), jit_i64(em, (columns + BLOCK - 1) / BLOCK));
    b.lo = LLVMBuildMul(em->b, blocks.i, jit_i64(em, BLOCK), "");
    b.n =
        jit_index_min(em, jit_i64(em, BLOCK), LLVMBuildSub(em->b, jit_i64(em, columns), b.lo, ""));
    LLVMBuildMemSet(em->b, b.best, LLVMConstNull(em->i8), jit_i64(em, BLOCK * ir_dtypes[d].size),
                    64);
    LLVMBuildMemSet(em->b, b.index, LLVMConstNull(em->i8), jit_i64(em, BLOCK * 4), 64);
    jit_counted along;
    jit_loop_begin(em, &along, t->e->in[0]->type.dim[axis]);
    visit_row(em, t, l, axis, &b, along.i);
    jit_loop_end(em, &along, NULL);
    store_block(em, t, l, &b);
    jit_items_end(em, &blocks);
}

void jit_emit_argreduce(jit_emit *em, const jit_step *t)
{
    const ir_eqn *e = t->e;
    int64_t axis = e->attr[ARGREDUCE_AXES].ints[0];
    if (!ir_type_count(&e->in[0]->type))
        return;
    lines l;
    find_lines(em, t, axis, &l);
    int last = l.nest.n - 1;
    bool by_columns = l.along >= 0 && l.along < last && l.nest.axis[last].size > 1 &&
                      e->in[0]->type.dim[axis] < INT32_MAX;
    open_axes(em, &l, 0, by_columns ? last : l.nest.n);
    if (by_columns) {
        search_columns(em, t, &l, axis);
    } else {
        LLVMValueRef at =
            (l.along >= 0 && l.along == last ? search_twice : search)(em, t, &l, axis);
        ir_dtype d = e->out[0]->type.dtype;
        LLVMValueRef result = jit_llvm(jit_from_index(em, (jit_index)at, d));
        if (e->out[0]->type.rank == 0)
            jit_set_reg(em, e->out[0], result);
        else
            jit_store(em, jit_slot_of(em->f->frame->b, e->out[0])->buffer, d, jit_llvm(l.kept),
                      result);
    }
    close_lines(em, &l);
    jit_end_accesses(em);
}

/* The state of a running reduction along an axis. */
typedef struct {
    jit_emit *em;
    const jit_step *t;
    lines l;
    ir_dtype d;
    int64_t axis, stride; /* of the axis */
} running;

static LLVMValueRef start(running *r)
{
    return jit_llvm(jit_constant(r->em, r->d, r->t->e->op->lower->identity(r->d)));
}

static LLVMValueRef combined(running *r, LLVMValueRef before, LLVMValueRef x)
{
    return jit_combine(r->em, r->t->e->op->lower->instruction, r->d, before, x, false);
}

/* The index along the axis at step i. */
static LLVMValueRef step_place(running *r, LLVMValueRef i)
{
    if (!r->t->e->attr[CUMULATE_REVERSE].i)
        return i;
    return LLVMBuildSub(r->em->b, jit_i64(r->em, r->t->e->out[0]->type.dim[r->axis] - 1), i, "");
}

static int result_buffer(const running *r)
{
    return jit_slot_of(r->em->f->frame->b, r->t->e->out[0])->buffer;
}

/* The axis is contiguous in memory: the running value is a register. */
static void run_in_register(running *r)
{
    jit_emit *em = r->em;
    jit_counted along;
    jit_index linear;
    jit_loop_begin(em, &along, r->t->e->out[0]->type.dim[r->axis]);
    LLVMValueRef acc = jit_loop_carry(em, &along, start(r));
    LLVMValueRef x = on_line(em, r->t, &r->l, r->axis, step_place(r, along.i), &linear);
    acc = combined(r, acc, x);
    jit_store(em, result_buffer(r), r->d, jit_llvm(linear), acc);
    jit_forget(em, 0);
    jit_loop_end(em, &along, &acc);
}

/* ---- running sums of many floats (longsum.c) ------------------------------------------------- */

static bool sums_many(const running *r)
{
    return r->t->e->op->lower->instruction == JIT_add && ir_has_fraction(r->d) &&
           r->t->e->out[0]->type.dim[r->axis] > JIT_SUM_STEPS;
}

/* Indices along the axis, JIT_SUM_STEPS at a time. */
typedef struct {
    jit_counted all, some;
    LLVMValueRef first;
} groups;

static void groups_begin(running *r, groups *g)
{
    int64_t n = r->t->e->out[0]->type.dim[r->axis];
    jit_loop_begin(r->em, &g->all, (n + JIT_SUM_STEPS - 1) / JIT_SUM_STEPS);
}

static void group_begin(running *r, groups *g)
{
    jit_emit *em = r->em;
    int64_t n = r->t->e->out[0]->type.dim[r->axis];
    LLVMValueRef most = jit_i64(em, JIT_SUM_STEPS);
    g->first = LLVMBuildMul(em->b, g->all.i, most, "");
    if (n % JIT_SUM_STEPS == 0)
        jit_loop_begin(em, &g->some, JIT_SUM_STEPS);
    else
        jit_loop_begin_counted(
            em, &g->some,
            jit_index_min(em, most, LLVMBuildSub(em->b, jit_i64(em, n), g->first, "")));
}

/* The place along the axis where the current iteration is. */
static LLVMValueRef group_place(running *r, const groups *g)
{
    return step_place(r, LLVMBuildAdd(r->em->b, g->first, g->some.i, ""));
}

/* The sums of a group start from 0, so that they do not wait for the group before. They are added
 * to the total of all groups before and to what its rounding took away. */
static void sum_in_registers(running *r)
{
    jit_emit *em = r->em;
    groups g;
    jit_index linear;
    groups_begin(r, &g);
    LLVMValueRef total = jit_loop_carry(em, &g.all, start(r));
    LLVMValueRef lost = jit_loop_carry(em, &g.all, start(r));
    group_begin(r, &g);
    LLVMValueRef sum = jit_loop_carry(em, &g.some, start(r));
    LLVMValueRef x = on_line(em, r->t, &r->l, r->axis, group_place(r, &g), &linear);
    sum = LLVMBuildFAdd(em->b, sum, x, "");
    LLVMValueRef here = LLVMBuildFAdd(em->b, lost, sum, "");
    jit_store(em, result_buffer(r), r->d, jit_llvm(linear), LLVMBuildFAdd(em->b, total, here, ""));
    jit_forget(em, 0);
    jit_loop_end(em, &g.some, &sum);
    LLVMValueRef next[2];
    next[0] = jit_add_exactly(em, total, LLVMBuildFAdd(em->b, lost, sum, ""), &next[1]);
    jit_loop_end(em, &g.all, next);
}

/* A block of adjacent columns, with their totals and the sums of the current group. */
typedef struct {
    LLVMValueRef total, sum; /* arrays */
    LLVMValueRef lo, n;      /* the columns: the first, and how many */
} columns;

static void sum_row(running *r, const columns *c, LLVMValueRef place)
{
    jit_emit *em = r->em;
    LLVMTypeRef t = jit_stored_type(em, r->d);
    const jit_axis *last = &r->l.nest.axis[r->l.nest.n - 1];
    jit_index outer = r->l.linear, linear;
    jit_counted column;
    jit_loop_begin_counted(em, &column, c->n);
    jit_index at = jit_index_add(em, (jit_index)column.i, (jit_index)c->lo);
    if (last->dim >= 0)
        r->l.nest.at[last->dim] = at;
    r->l.linear = jit_index_step(em, outer, jit_llvm(at), last->stride);
    LLVMValueRef x = on_line(em, r->t, &r->l, r->axis, place, &linear);
    LLVMValueRef sum = jit_address(em, c->sum, t, column.i);
    x = LLVMBuildFAdd(em->b, jit_load_own(em, sum, r->d, 0), x, "");
    LLVMValueRef total = jit_load_own(em, jit_address(em, c->total, t, column.i), r->d, 1);
    jit_store(em, result_buffer(r), r->d, jit_llvm(linear), LLVMBuildFAdd(em->b, total, x, ""));
    jit_store_own(em, sum, r->d, x, 0);
    jit_forget(em, 0);
    jit_loop_end(em, &column, NULL);
    r->l.linear = outer;
}

/* The sums go to the totals, and start again from what that rounds away. */
static void add_up(running *r, const columns *c)
{
    jit_emit *em = r->em;
    LLVMTypeRef t = jit_stored_type(em, r->d);
    jit_counted column;
    jit_loop_begin_counted(em, &column, c->n);
    LLVMValueRef sum = jit_address(em, c->sum, t, column.i), lost;
    LLVMValueRef total = jit_address(em, c->total, t, column.i);
    LLVMValueRef all = jit_add_exactly(em, jit_load_own(em, total, r->d, 1),
                                       jit_load_own(em, sum, r->d, 0), &lost);
    jit_store_own(em, total, r->d, all, 1);
    jit_store_own(em, sum, r->d, lost, 0);
    jit_loop_end(em, &column, NULL);
}

static void sum_columns(running *r)
{
    jit_emit *em = r->em;
    int64_t most = em->s->limits.tile_bytes / ir_dtypes[r->d].size;
    int64_t size = r->l.nest.axis[r->l.nest.n - 1].size, width = size < most ? size : most;
    columns c = {.total = jit_bank_make(em, (int)width, r->d),
                 .sum = jit_bank_make(em, (int)width, r->d),
                 .n = jit_i64(em, width)};
    jit_items blocks;
    jit_items_begin(em, &blocks, jit_i64(em, 0), jit_i64(em, (size + width - 1) / width));
    c.lo = LLVMBuildMul(em->b, blocks.i, c.n, "");
    if (size % width)
        c.n = jit_index_min(em, c.n, LLVMBuildSub(em->b, jit_i64(em, size), c.lo, ""));
    jit_bank_clear(em, c.total, (int)width, r->d);
    jit_bank_clear(em, c.sum, (int)width, r->d);
    groups g;
    groups_begin(r, &g);
    group_begin(r, &g);
    sum_row(r, &c, group_place(r, &g));
    g.some.whole = true;
    jit_loop_end(em, &g.some, NULL);
    add_up(r, &c);
    jit_loop_end(em, &g.all, NULL);
    jit_items_end(em, &blocks);
}

/* ---- the others ------------------------------------------------------------------------------ */

/* Computes one row of the result from the row before it; if `first`, there is none. */
static void run_row(running *r, LLVMValueRef place, bool first)
{
    jit_emit *em = r->em;
    lines inner = r->l;
    jit_index linear;
    open_axes(em, &inner, inner.along + 1, inner.nest.n);
    LLVMValueRef x = on_line(em, r->t, &inner, r->axis, place, &linear);
    LLVMValueRef before = start(r);
    if (!first) {
        int64_t back = r->t->e->attr[CUMULATE_REVERSE].i ? r->stride : -r->stride;
        jit_index there = jit_index_add(em, linear, jit_index_const(em, back));
        before = jit_load(em, result_buffer(r), r->d, jit_llvm(there));
    }
    jit_store(em, result_buffer(r), r->d, jit_llvm(linear), combined(r, before, x));
    jit_forget(em, 0);
    close_lines(em, &inner);
}

static void run_by_rows(running *r)
{
    jit_counted along;
    run_row(r, step_place(r, jit_i64(r->em, 0)), true);
    jit_loop_begin(r->em, &along, r->t->e->out[0]->type.dim[r->axis] - 1);
    LLVMValueRef i = LLVMBuildAdd(r->em->b, along.i, jit_i64(r->em, 1), "");
    run_row(r, step_place(r, i), false);
    jit_loop_end(r->em, &along, NULL);
}

void jit_emit_cumulate(jit_emit *em, const jit_step *t)
{
    const ir_eqn *e = t->e;
    running r = {
        .em = em, .t = t, .d = e->out[0]->type.dtype, .axis = e->attr[CUMULATE_AXIS].i};
    if (!ir_type_count(&e->out[0]->type))
        return;
    find_lines(em, t, r.axis, &r.l);
    int last = r.l.nest.n - 1;
    bool in_registers = r.l.along < 0 || r.l.along == last;
    open_axes(em, &r.l, 0, in_registers ? last + 1 : sums_many(&r) ? last : r.l.along);
    lines outer = r.l;
    if (in_registers) {
        (sums_many(&r) ? sum_in_registers : run_in_register)(&r);
    } else if (sums_many(&r)) {
        sum_columns(&r);
    } else {
        r.stride = r.l.nest.axis[r.l.along].stride;
        r.l.nouter = 0;
        run_by_rows(&r);
    }
    close_lines(em, &outer);
    jit_end_accesses(em);
}

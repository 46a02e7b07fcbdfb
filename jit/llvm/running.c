/* Running reductions along one axis: cumsum and the like. */
#include "jit/llvm/alias.h"
#include "jit/llvm/along.h"
#include "jit/llvm/element.h"
#include "jit/llvm/longsum.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/scalar.h"
#include "jit/llvm/step.h"
#include "jit/llvm/value.h"

/* The state of a running reduction along an axis. */
typedef struct {
    jit_emit *em;
    const jit_step *t;
    jit_lines l;
    ir_dtype d;
    int64_t axis, stride; /* of the axis */
} running;

static LLVMValueRef start(running *r)
{
    return jit_llvm(jit_constant(r->em, r->d, r->t->e->op->lower->identity(r->d)));
}

static LLVMValueRef combined(running *r, LLVMValueRef before, LLVMValueRef x)
{
    const jit_lower *l = r->t->e->op->lower;
    if (l->instruction)
        return jit_combine(r->em, l->instruction, r->d, before, x, false);
    jit_scalar both[] = {(jit_scalar)before, (jit_scalar)x};
    return jit_llvm(jit_math(r->em, l->names[0], r->d, r->d, 2, both));
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
    LLVMValueRef x = jit_lines_element(em, &r->l, step_place(r, along.i), &linear);
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
    LLVMValueRef x = jit_lines_element(em, &r->l, group_place(r, &g), &linear);
    sum = LLVMBuildFAdd(em->b, sum, x, "");
    LLVMValueRef here = LLVMBuildFAdd(em->b, lost, sum, "");
    jit_store(em, result_buffer(r), r->d, jit_llvm(linear), LLVMBuildFAdd(em->b, total, here, ""));
    jit_forget(em, 0);
    jit_loop_end(em, &g.some, &sum);
    LLVMValueRef next[2];
    next[0] = jit_add_exactly(em, total, LLVMBuildFAdd(em->b, lost, sum, ""), &next[1]);
    jit_loop_end(em, &g.all, next);
}

/* ---- columns side by side -------------------------------------------------------------------- */

/* Each column has a running value. In sums of many floats, that is the sum of the current group,
 * and there is the total of the groups before. */
enum { VALUE, TOTAL, OUT };

typedef struct {
    jit_columns c;
    bool has_total;
    LLVMValueRef slots[3]; /* OUT: results of the row's tail, until the rest of the row is stored */
} states;

static LLVMValueRef slot(running *r, const states *s, int which, LLVMValueRef at)
{
    return jit_address(r->em, s->slots[which], jit_stored_type(r->em, r->d), at);
}

static void make_slots(running *r, states *s)
{
    jit_emit *em = r->em;
    s->has_total = sums_many(r);
    for (int k = VALUE; k <= OUT; k++)
        s->slots[k] = jit_slots_make(em, s->c.row.slots, r->d);
    for (int k = 0; k < s->c.slots.n; k++) {
        jit_counted loop;
        LLVMValueRef at = jit_column_slots_begin(em, &s->c, k, &loop);
        jit_store_own(em, slot(r, s, VALUE, at), r->d, start(r), VALUE);
        if (s->has_total)
            jit_store_own(em, slot(r, s, TOTAL, at), r->d, start(r), TOTAL);
        jit_loop_end(em, &loop, NULL);
    }
}

static void run_piece(running *r, const states *s, LLVMValueRef place, int piece)
{
    jit_emit *em = r->em;
    jit_column column;
    jit_index linear;
    jit_column_begin(em, &r->l, &s->c, piece, &column);
    LLVMValueRef x = jit_lines_element(em, &r->l, place, &linear);
    LLVMValueRef at = slot(r, s, VALUE, column.slot);
    x = combined(r, jit_load_own(em, at, r->d, VALUE), x);
    jit_store_own(em, at, r->d, x, VALUE);
    if (s->has_total)
        x = LLVMBuildFAdd(em->b, jit_load_own(em, slot(r, s, TOTAL, column.slot), r->d, TOTAL), x,
                          "");
    if (piece == s->c.row.tail)
        jit_store_own(em, slot(r, s, OUT, column.slot), r->d, x, OUT);
    else
        jit_store(em, result_buffer(r), r->d, jit_llvm(linear), x);
    jit_column_end(em, &r->l, &column);
}

/* The number for jit_slots_store: are rows computed in the order in which they lie? */
static int64_t in_order(const running *r)
{
    bool forward = !r->t->e->attr[CUMULATE_REVERSE].i && r->l.along == r->l.nest.n - 2;
    return forward ? jit_rows_in_order(r->em, r->t, r->t->e->out[0]) : 0;
}

/* The result may overwrite the operand, so the tail, which overlaps with the rest of the row, is
 * read first and stored last. */
static void run_row(running *r, const states *s, LLVMValueRef place)
{
    const jit_row *row = &s->c.row;
    if (row->tail >= 0)
        run_piece(r, s, place, row->tail);
    for (int k = 0; k < row->n; k++)
        if (k != row->tail)
            run_piece(r, s, place, k);
    if (row->tail >= 0)
        jit_slots_store(
            r->em, s->slots[OUT], OUT, &row->piece[row->tail], r->d, result_buffer(r),
            jit_index_step(r->em, r->l.linear, place, r->l.nest.axis[r->l.along].stride),
            in_order(r));
}

/* The sums go to the totals, and start again from what that rounds away. */
static void add_up(running *r, const states *s)
{
    jit_emit *em = r->em;
    for (int k = 0; k < s->c.slots.n; k++) {
        jit_counted loop;
        LLVMValueRef at = jit_column_slots_begin(em, &s->c, k, &loop), lost;
        LLVMValueRef sum = slot(r, s, VALUE, at), total = slot(r, s, TOTAL, at);
        LLVMValueRef all = jit_add_exactly(em, jit_load_own(em, total, r->d, TOTAL),
                                           jit_load_own(em, sum, r->d, VALUE), &lost);
        jit_store_own(em, total, r->d, all, TOTAL);
        jit_store_own(em, sum, r->d, lost, VALUE);
        jit_loop_end(em, &loop, NULL);
    }
}

/* If rows shorter than a vector follow each other, only the last one is read and stored in part. */
static void run_rows(running *r, states *s)
{
    int64_t n = r->t->e->out[0]->type.dim[r->axis];
    jit_piece *first = &s->c.row.piece[0];
    int64_t exist = in_order(r) && jit_lines_follow(r->em, &r->l) ? first->exist : 0;
    jit_counted along;
    if (exist)
        first->exist = 0;
    jit_loop_begin(r->em, &along, exist ? n - 1 : n);
    run_row(r, s, step_place(r, along.i));
    jit_loop_end(r->em, &along, NULL);
    if (!exist)
        return;
    first->exist = exist;
    run_row(r, s, jit_i64(r->em, n - 1));
}

static void sum_groups(running *r, states *s)
{
    groups g;
    groups_begin(r, &g);
    group_begin(r, &g);
    run_row(r, s, group_place(r, &g));
    g.some.whole = true;
    jit_loop_end(r->em, &g.some, NULL);
    add_up(r, s);
    jit_loop_end(r->em, &g.all, NULL);
}

/* Runs along all columns of a short row, or along blocks of columns. */
static void run_columns(running *r, states *s)
{
    jit_items blocks;
    if (!s->c.is_short)
        jit_columns_begin(r->em, &r->l, r->em->s->limits.tile_bytes / ir_dtypes[r->d].size, &s->c,
                          &blocks);
    make_slots(r, s);
    (s->has_total ? sum_groups : run_rows)(r, s);
    if (!s->c.is_short)
        jit_items_end(r->em, &blocks);
}

/* ---- the others: from row to row of the result ------------------------------------------------ */

/* Computes one row of the result from the row before it; if `first`, there is none. */
static void next_row(running *r, LLVMValueRef place, bool first)
{
    jit_emit *em = r->em;
    jit_lines inner = r->l;
    jit_index linear;
    jit_lines_open(em, &inner, inner.along + 1, inner.nest.n);
    LLVMValueRef x = jit_lines_element(em, &inner, place, &linear);
    LLVMValueRef before = start(r);
    if (!first) {
        int64_t back = r->t->e->attr[CUMULATE_REVERSE].i ? r->stride : -r->stride;
        jit_index there = jit_index_add(em, linear, jit_index_const(em, back));
        before = jit_load(em, result_buffer(r), r->d, jit_llvm(there));
    }
    jit_store(em, result_buffer(r), r->d, jit_llvm(linear), combined(r, before, x));
    jit_forget(em, 0);
    jit_lines_close(em, &inner);
}

static void run_by_rows(running *r)
{
    jit_counted along;
    next_row(r, step_place(r, jit_i64(r->em, 0)), true);
    jit_loop_begin(r->em, &along, r->t->e->out[0]->type.dim[r->axis] - 1);
    LLVMValueRef i = LLVMBuildAdd(r->em->b, along.i, jit_i64(r->em, 1), "");
    next_row(r, step_place(r, i), false);
    jit_loop_end(r->em, &along, NULL);
}

void jit_emit_cumulate(jit_emit *em, const jit_step *t)
{
    const ir_eqn *e = t->e;
    running r = {.em = em, .t = t, .d = e->out[0]->type.dtype, .axis = e->attr[CUMULATE_AXIS].i};
    if (!ir_type_count(&e->out[0]->type))
        return;
    jit_lines_find(em, t, r.axis, &r.l);
    int last = r.l.nest.n - 1;
    states s = {0};
    bool in_registers = r.l.along < 0 || r.l.along == last;
    bool by_columns = !in_registers && (jit_columns_short(&r.l, r.d, &s.c) || sums_many(&r));
    jit_lines_open(em, &r.l, 0, in_registers ? last + 1 : by_columns ? last : r.l.along);
    jit_lines outer = r.l;
    if (in_registers) {
        (sums_many(&r) ? sum_in_registers : run_in_register)(&r);
    } else if (by_columns) {
        run_columns(&r, &s);
    } else {
        r.stride = r.l.nest.axis[r.l.along].stride;
        r.l.nouter = 0;
        run_by_rows(&r);
    }
    jit_lines_close(em, &outer);
    jit_end_accesses(em);
}

/* The index of an extreme element along one axis: argmax and argmin.
 *
 * The first of several equal elements is taken, and a NaN is more extreme than any number.
 */
#include "jit/llvm/alias.h"
#include "jit/llvm/along.h"
#include "jit/llvm/element.h"
#include "jit/llvm/longsum.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/scalar.h"
#include "jit/llvm/step.h"
#include "jit/llvm/value.h"

static bool greatest(const ir_eqn *e)
{
    return e->op->lower->instruction == JIT_gt;
}

/* No element is less extreme. The search starts from it, at index 0. */
static LLVMValueRef least(jit_emit *em, const ir_eqn *e)
{
    ir_dtype d = e->in[0]->type.dtype;
    return jit_llvm(jit_constant(em, d, greatest(e) ? ir_scalar_lowest(d) : ir_scalar_highest(d)));
}

static LLVMValueRef compare(jit_emit *em, jit_instruction f, ir_dtype d, LLVMValueRef x,
                            LLVMValueRef y)
{
    return jit_llvm(jit_apply(em, f, d, (jit_scalar)x, (jit_scalar)y));
}

/* Should x replace best? Yes if it is greater (or smaller), and if it is a NaN and best is not. */
static LLVMValueRef better(jit_emit *em, const ir_eqn *e, LLVMValueRef x, LLVMValueRef best)
{
    ir_dtype d = e->in[0]->type.dtype;
    if (!ir_has_fraction(d))
        return compare(em, e->op->lower->instruction, d, x, best);
    LLVMValueRef take = LLVMBuildFCmp(em->b, greatest(e) ? LLVMRealUGT : LLVMRealULT, x, best, "");
    LLVMValueRef number = LLVMBuildFCmp(em->b, LLVMRealORD, best, best, "");
    return LLVMBuildAnd(em->b, take, number, "");
}

/* Does the result of this search stand at x? extreme: its value, a NaN if there is a NaN. */
static LLVMValueRef is_found(jit_emit *em, ir_dtype d, LLVMValueRef x, LLVMValueRef extreme)
{
    LLVMValueRef here = compare(em, JIT_eq, d, x, extreme);
    return ir_has_fraction(d)
               ? LLVMBuildOr(em->b, here, LLVMBuildFCmp(em->b, LLVMRealUNO, x, x, ""), "")
               : here;
}

/* The dtype of indices in vectors beside elements of dtype d. */
static ir_dtype index_dtype(ir_dtype d)
{
    return ir_dtypes[d].size == 8 ? IR_i64 : IR_i32;
}

static LLVMValueRef as_index(jit_emit *em, LLVMValueRef i, ir_dtype d)
{
    return jit_llvm(jit_from_index(em, (jit_index)i, d));
}

/* ---- along the innermost axis ---------------------------------------------------------------- */

/* One pass that carries the best element and its index. Each iteration depends on the one
 * before. */
static LLVMValueRef search(jit_emit *em, jit_lines *l)
{
    const ir_eqn *e = l->t->e;
    jit_counted along;
    jit_index linear;
    jit_loop_begin(em, &along, e->in[0]->type.dim[l->dim]);
    LLVMValueRef best = jit_loop_carry(em, &along, least(em, e));
    LLVMValueRef index = jit_loop_carry(em, &along, jit_i64(em, 0));
    LLVMValueRef x = jit_lines_element(em, l, along.i, &linear);
    LLVMValueRef take = better(em, e, x, best);
    LLVMValueRef next[] = {LLVMBuildSelect(em->b, take, x, best, ""),
                           LLVMBuildSelect(em->b, take, along.i, index, "")};
    jit_forget(em, 0);
    jit_loop_end(em, &along, next);
    return next[1];
}

/* Two passes that vectorise. The first finds the extreme; the second finds the first element that
 * equals it, or is NaN (if there is a NaN, the extreme is NaN too). */
static LLVMValueRef search_twice(jit_emit *em, jit_lines *l)
{
    const ir_eqn *e = l->t->e;
    ir_dtype d = e->in[0]->type.dtype;
    int64_t size = e->in[0]->type.dim[l->dim];
    jit_counted along;
    jit_index linear;
    jit_loop_begin(em, &along, size);
    LLVMValueRef m = jit_loop_carry(em, &along, least(em, e));
    LLVMValueRef x = jit_lines_element(em, l, along.i, &linear);
    m = jit_combine(em, greatest(e) ? JIT_max : JIT_min, d, m, x, true);
    jit_forget(em, 0);
    jit_loop_end(em, &along, &m);

    LLVMValueRef none = jit_i64(em, size);
    jit_loop_begin(em, &along, size);
    LLVMValueRef at = jit_loop_carry(em, &along, none);
    x = jit_lines_element(em, l, along.i, &linear);
    LLVMValueRef here = LLVMBuildSelect(em->b, is_found(em, d, x, m), along.i, none, "");
    at = jit_combine(em, JIT_min, IR_u64, at, here, false);
    jit_forget(em, 0);
    jit_loop_end(em, &along, &at);
    return at;
}

/* The same for a short axis, where each pass has accumulators side by side. */
typedef struct {
    jit_emit *em;
    jit_lines *l;
    ir_dtype d; /* of the accumulators */
    jit_instruction f;
    LLVMValueRef none;    /* what an accumulator starts from */
    LLVMValueRef extreme; /* in the second pass */
    int bank;
    LLVMValueRef at; /* the accumulators */
} pass;

static int64_t axis_size(const pass *p)
{
    return p->l->t->e->in[0]->type.dim[p->l->dim];
}

static int piece_width(const pass *p)
{
    return JIT_BANK_PIECE / ir_dtypes[p->d].size;
}

static void take_term(pass *p, LLVMValueRef i, LLVMValueRef way)
{
    jit_emit *em = p->em;
    jit_index linear;
    const ir_eqn *e = p->l->t->e;
    LLVMValueRef x = jit_lines_element(em, p->l, i, &linear);
    LLVMValueRef at = jit_address(em, p->at, jit_stored_type(em, p->d), way);
    /* An element that does not exist is never found before one that does. */
    x = jit_piece_choose(em, x, least(em, e));
    if (p->extreme)
        x = LLVMBuildSelect(em->b, is_found(em, e->in[0]->type.dtype, x, p->extreme),
                            as_index(em, i, p->d), p->none, "");
    jit_store_own(em, at, p->d,
                  jit_combine(em, p->f, p->d, jit_load_own(em, at, p->d, 0), x, false), 0);
    jit_forget(em, 0);
}

static LLVMValueRef run_pass(pass *p)
{
    jit_emit *em = p->em;
    int64_t size = axis_size(p), whole = size / p->bank * p->bank;
    jit_piece piece[JIT_BANK_LEAST / JIT_BANK_PIECE];
    int pieces = jit_row_cut_terms(piece, size - whole, (unsigned)piece_width(p), p->bank);
    jit_row_overlap_terms(em, piece, pieces, whole);
    for (int k = 0; k < pieces; k++)
        piece[k].taken = 0; /* it does no harm to find an element twice */
    p->at = jit_slots_make(em, p->bank, p->d);
    jit_slots_fill(em, p->at, 0, p->bank, (unsigned)piece_width(p), p->d, p->none);
    if (whole) {
        jit_counted row, way;
        jit_loop_begin(em, &row, whole / p->bank);
        jit_loop_begin(em, &way, p->bank);
        way.vector = jit_bank_width(p->bank);
        jit_index base = jit_index_step(em, jit_index_const(em, 0), row.i, p->bank);
        take_term(p, jit_llvm(jit_index_add(em, base, (jit_index)way.i)), way.i);
        jit_loop_end(em, &way, NULL);
        jit_loop_end(em, &row, NULL);
    }
    for (int k = 0; k < pieces; k++) {
        jit_counted l;
        jit_piece_begin(em, &l, &piece[k]);
        LLVMValueRef i = LLVMBuildNUWAdd(em->b, l.i, jit_i64(em, whole + piece[k].first), "");
        take_term(p, i, LLVMBuildNUWAdd(em->b, l.i, jit_i64(em, piece[k].slot), ""));
        jit_piece_end(em, &l, NULL);
    }
    return jit_bank_total(em, p->at, p->bank, p->f, p->d);
}

/* Gives NULL if the axis is not short, or so short that LLVM makes straight code of it. */
static LLVMValueRef search_twice_in_vectors(jit_emit *em, jit_lines *l)
{
    enum { LITTLE = 24, UNROLLED = 8, MOST = JIT_BANK_LEAST / JIT_BANK_PIECE };
    const ir_eqn *e = l->t->e;
    ir_dtype d = e->in[0]->type.dtype;
    pass p = {.em = em, .l = l, .d = d, .f = greatest(e) ? JIT_max : JIT_min, .none = least(em, e)};
    int64_t size = axis_size(&p), vectors = (size + piece_width(&p) - 1) / piece_width(&p);
    if (!jit_row_width(size, JIT_SHORT_ROW, d) || size < UNROLLED || l->t->cost > LITTLE ||
        !jit_combines_vectors(p.f, d) || !jit_lines_can_guard(l))
        return NULL;
    p.bank = piece_width(&p) * (int)(vectors < MOST ? vectors : MOST);
    p.extreme = run_pass(&p);
    p.d = index_dtype(d);
    p.f = JIT_min;
    p.none = as_index(em, jit_i64(em, size), p.d);
    return jit_llvm(jit_to_index(em, (jit_scalar)run_pass(&p), p.d));
}

/* ---- along another axis ---------------------------------------------------------------------- */

enum { BEST, INDEX };

typedef struct {
    jit_columns c;
    ir_dtype d[2];
    LLVMValueRef slots[2]; /* the best element of each column so far, and its index */
} bests;

static LLVMValueRef slot(jit_emit *em, const bests *b, int which, LLVMValueRef at)
{
    return jit_address(em, b->slots[which], jit_stored_type(em, b->d[which]), at);
}

static void make_slots(jit_emit *em, const jit_lines *l, bests *b)
{
    for (int k = 0; k < 2; k++)
        b->slots[k] = jit_slots_make(em, b->c.row.slots, b->d[k]);
    for (int k = 0; k < b->c.slots.n; k++) {
        jit_counted loop;
        LLVMValueRef at = jit_column_slots_begin(em, &b->c, k, &loop);
        jit_store_own(em, slot(em, b, BEST, at), b->d[BEST], least(em, l->t->e), BEST);
        jit_store_own(em, slot(em, b, INDEX, at), b->d[INDEX],
                      as_index(em, jit_i64(em, 0), b->d[INDEX]), INDEX);
        jit_loop_end(em, &loop, NULL);
    }
}

/* Visits index i of the axis in all columns. */
static void visit_row(jit_emit *em, jit_lines *l, const bests *b, LLVMValueRef i)
{
    for (int k = 0; k < b->c.row.n; k++) {
        jit_column column;
        jit_index linear;
        jit_column_begin(em, l, &b->c, k, &column);
        LLVMValueRef x = jit_lines_element(em, l, i, &linear);
        LLVMValueRef best_at = slot(em, b, BEST, column.slot);
        LLVMValueRef index_at = slot(em, b, INDEX, column.slot);
        LLVMValueRef best = jit_load_own(em, best_at, b->d[BEST], BEST);
        LLVMValueRef index = jit_load_own(em, index_at, b->d[INDEX], INDEX);
        LLVMValueRef take = better(em, l->t->e, x, best), here = as_index(em, i, b->d[INDEX]);
        jit_store_own(em, best_at, b->d[BEST], LLVMBuildSelect(em->b, take, x, best, ""), BEST);
        jit_store_own(em, index_at, b->d[INDEX], LLVMBuildSelect(em->b, take, here, index, ""),
                      INDEX);
        jit_column_end(em, l, &column);
    }
}

/* If rows shorter than a vector follow each other, only the last one is read in part. */
static void visit_rows(jit_emit *em, jit_lines *l, bests *b)
{
    int64_t n = l->t->e->in[0]->type.dim[l->dim];
    jit_piece *first = &b->c.row.piece[0];
    int64_t exist = jit_lines_follow(em, l) ? first->exist : 0;
    jit_counted along;
    if (exist)
        first->exist = 0;
    jit_loop_begin(em, &along, exist ? n - 1 : n);
    visit_row(em, l, b, along.i);
    jit_loop_end(em, &along, NULL);
    if (!exist)
        return;
    first->exist = exist;
    visit_row(em, l, b, jit_i64(em, n - 1));
}

/* Stores the indices found in the result. */
static void store_row(jit_emit *em, const jit_lines *l, const bests *b)
{
    const ir_value *y = l->t->e->out[0];
    int buffer = jit_slot_of(em->f->frame->b, y)->buffer, own = 2;
    ir_dtype d = y->type.dtype;
    LLVMValueRef out = b->c.is_short ? jit_slots_make(em, b->c.row.slots, d) : NULL;
    for (int k = 0; k < b->c.slots.n; k++) {
        jit_counted loop;
        LLVMValueRef at = jit_column_slots_begin(em, &b->c, k, &loop);
        LLVMValueRef i = jit_load_own(em, slot(em, b, INDEX, at), b->d[INDEX], INDEX);
        i = as_index(em, jit_llvm(jit_to_index(em, (jit_scalar)i, b->d[INDEX])), d);
        if (out) {
            jit_store_own(em, jit_address(em, out, jit_stored_type(em, d), at), d, i, own);
        } else {
            jit_index c = jit_index_add(em, (jit_index)at, (jit_index)b->c.lo);
            jit_store(em, buffer, d, jit_llvm(jit_index_add(em, l->kept, c)), i);
        }
        jit_loop_end(em, &loop, NULL);
    }
    for (int k = 0; out && k < b->c.row.n; k++)
        jit_slots_store(em, out, own, &b->c.row.piece[k], d, buffer, l->kept,
                        jit_rows_in_order(em, l->t, y));
}

static void search_columns(jit_emit *em, jit_lines *l)
{
    enum { MOST = 128 };
    ir_dtype d = l->t->e->in[0]->type.dtype;
    bests b = {.d = {d, index_dtype(d)}};
    jit_items blocks;
    if (!jit_columns_short(l, d, &b.c))
        jit_columns_begin(em, l, MOST, &b.c, &blocks);
    make_slots(em, l, &b);
    visit_rows(em, l, &b);
    store_row(em, l, &b);
    if (!b.c.is_short)
        jit_items_end(em, &blocks);
}

/* ---- both ------------------------------------------------------------------------------------ */

static LLVMValueRef search_line(jit_emit *em, jit_lines *l)
{
    LLVMValueRef at = NULL;
    if (l->along < 0 || l->along < l->nest.n - 1)
        return search(em, l);
    at = search_twice_in_vectors(em, l);
    return at ? at : search_twice(em, l);
}

void jit_emit_argreduce(jit_emit *em, const jit_step *t)
{
    const ir_eqn *e = t->e;
    int64_t axis = e->attr[ARGREDUCE_AXES].ints[0];
    if (!ir_type_count(&e->in[0]->type))
        return;
    jit_lines l;
    jit_lines_find(em, t, axis, &l);
    int last = l.nest.n - 1;
    bool by_columns = l.along >= 0 && l.along < last && l.nest.axis[last].size > 1 &&
                      e->in[0]->type.dim[axis] < INT32_MAX;
    jit_lines_open(em, &l, 0, by_columns ? last : l.nest.n);
    if (by_columns) {
        search_columns(em, &l);
    } else {
        ir_dtype d = e->out[0]->type.dtype;
        LLVMValueRef result = as_index(em, search_line(em, &l), d);
        if (e->out[0]->type.rank == 0)
            jit_set_reg(em, e->out[0], result);
        else
            jit_store(em, jit_slot_of(em->f->frame->b, e->out[0])->buffer, d, jit_llvm(l.kept),
                      result);
    }
    jit_lines_close(em, &l);
    jit_end_accesses(em);
}

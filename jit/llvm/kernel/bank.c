/* The innermost loop of a reduction to one element, if it is long and sums floats. Its terms are
 * taken in rows; each row is added to a bank of accumulators, side by side. So the error does not
 * depend on how LLVM vectorises the loop.
 *
 * If a term costs little, there are so few accumulators that they are registers, and the terms that
 * do not fill a row are added up by themselves. If it costs much, there are many accumulators, in
 * memory, and the last row is shorter: then the code for a term is there only once.
 */
#include "jit/llvm/kernel/kernel.h"
#include "jit/llvm/longsum.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/range.h"
#include "jit/llvm/row.h"
#include "jit/llvm/scalar.h"
#include "jit/llvm/target.h"
#include "jit/llvm/value.h"

enum { MUCH = 8 }; /* operations for a term */

/* The width of vectors for what is left of a row; 0: that is done term by term. */
static unsigned bank_width(const jit_kernel *k)
{
    unsigned width = 0;
    for (int r = 0; r < k->t->nroot; r++) {
        const ir_value *v = k->t->root[r];
        unsigned size = ir_dtypes[v->type.dtype].size;
        if (size < 4 || (width && width != JIT_BANK_PIECE / size))
            return 0;
        if (jit_kernel_reduces(v) &&
            !jit_combines_vectors(jit_kernel_combiner(v), v->type.dtype))
            return 0;
        width = JIT_BANK_PIECE / size;
    }
    return jit_row_can_guard(k->t) && jit_target_loads_in_part() ? width : 0;
}

/* A short loop of little cost takes as many accumulators as it has terms, up to JIT_BANK_LEAST
 * bytes. If it costs much, a few are enough. */
void jit_kernel_choose_short_bank(jit_kernel *k)
{
    enum { SHORT = 64, FEW = 8 };
    if (k->ninner || !k->nred || k->bank)
        return;
    int axis = k->order[k->nest.n - 1];
    int64_t size = k->nest.axis[axis].size;
    int width = (int)bank_width(k);
    if (k->ncut[axis] || !width || size > SHORT || size <= width / 2)
        return;
    int64_t vectors = (size + width - 1) / width;
    int64_t most = k->t->cost >= MUCH ? FEW / width : JIT_BANK_LEAST / JIT_BANK_PIECE;
    k->bank = width * (int)(vectors < most ? vectors : most);
    k->short_bank = true;
}

static LLVMValueRef way_at(jit_kernel *k, int r, LLVMValueRef way)
{
    return jit_address(k->em, k->tile[r], jit_stored_type(k->em, k->t->root[r]->type.dtype), way);
}

void jit_kernel_bank_clear(jit_kernel *k, int r)
{
    jit_emit *em = k->em;
    const ir_value *v = k->t->root[r];
    if (jit_kernel_sums_floats(v)) {
        jit_bank_clear(em, k->tile[r], k->bank, v->type.dtype);
        return;
    }
    jit_counted l;
    jit_loop_begin(em, &l, k->bank);
    jit_store_at(em, way_at(k, r, l.i), v->type.dtype, jit_kernel_identity(em, v));
    jit_loop_end(em, &l, NULL);
}

bool jit_kernel_bank_is_new(const jit_kernel *k, int r)
{
    return k->one_row && jit_kernel_sums_floats(k->t->root[r]);
}

void jit_kernel_bank_begin(jit_kernel *k)
{
    for (int r = 0; r < k->t->nroot; r++) {
        const ir_value *v = k->t->root[r];
        ir_dtype d = v->type.dtype;
        int64_t terms = k->nest.axis[k->order[k->nest.n - 1]].size;
        int piece = JIT_BANK_PIECE / ir_dtypes[d].size;
        if (!jit_kernel_reduces(v))
            continue;
        k->tile[r] = jit_bank_make(k->em, k->bank, d);
        if (!jit_kernel_bank_is_new(k, r))
            jit_kernel_bank_clear(k, r);
        else if (terms < k->bank) /* only where no term goes */
            jit_bank_clear(k->em, way_at(k, r, jit_i64(k->em, terms / piece * piece)), piece, d);
    }
}

LLVMValueRef jit_kernel_bank_total(jit_kernel *k, int r)
{
    jit_emit *em = k->em;
    const ir_value *v = k->t->root[r];
    ir_dtype d = v->type.dtype;
    if (k->short_bank)
        return jit_bank_total(em, k->tile[r], k->bank, jit_kernel_combiner(v), d);
    if (jit_kernel_sums_floats(v)) {
        LLVMValueRef sum = jit_bank_total(em, k->tile[r], k->bank, JIT_add, d);
        return jit_kernel_bank_is_new(k, r) /* -0 becomes 0 */
                   ? LLVMBuildFAdd(em->b, sum, LLVMConstReal(LLVMTypeOf(sum), 0), "")
                   : sum;
    }
    jit_counted l;
    jit_loop_begin(em, &l, k->bank);
    LLVMValueRef acc = jit_loop_carry(em, &l, jit_kernel_identity(em, v));
    acc = jit_combine(em, jit_kernel_combiner(v), d, acc, jit_load_at(em, way_at(k, r, l.i), d),
                      true);
    jit_loop_end(em, &l, &acc);
    return acc;
}

/* A stretch of the axis: `n` indices from `first` on, which are known to be from lo to hi - 1. */
typedef struct {
    jit_index first;
    LLVMValueRef n;
    int64_t lo, hi;
    LLVMValueRef end; /* the last row ends here; NULL: it is as long as the others */
    jit_level *inside;
} stretch;

/* n rows of terms, from index `first` on. */
static void rows(jit_kernel *k, const stretch *s, int depth, jit_index linear, jit_index kept,
                 jit_index first, LLVMValueRef n)
{
    jit_emit *em = k->em;
    int axis = k->order[depth];
    const jit_axis *a = &k->nest.axis[axis];
    LLVMValueRef ways = jit_i64(em, k->bank);
    jit_counted row, way;
    jit_loop_begin_counted(em, &row, n);
    jit_index base = jit_index_step(em, first, row.i, k->bank);
    if (s->end)
        ways = jit_index_min(em, ways, LLVMBuildSub(em->b, s->end, jit_llvm(base), ""));
    jit_loop_begin_counted(em, &way, ways);
    jit_index i = jit_index_add(em, base, (jit_index)way.i);
    jit_range_bind(em, jit_llvm(i), axis, s->lo, s->hi);
    if (a->dim >= 0)
        k->nest.at[a->dim] = i;
    linear = jit_index_step(em, linear, jit_llvm(base), a->stride);
    k->way = way.i;
    s->inside(k, depth + 1, jit_index_step(em, linear, way.i, a->stride), kept);
    k->way = NULL;
    way.vector = k->short_bank ? jit_bank_width(k->bank) : 0;
    way.twice = k->uneven;
    jit_loop_end(em, &way, NULL);
    row.whole = true;
    jit_loop_end(em, &row, NULL);
}

/* The same, with a flush after each JIT_BANK_ROWS rows. */
static void groups_of_rows(jit_kernel *k, const stretch *s, int depth, jit_index linear,
                           jit_index kept, LLVMValueRef n, void (*flush)(jit_kernel *k))
{
    jit_emit *em = k->em;
    LLVMValueRef steps = jit_i64(em, JIT_BANK_ROWS), count = steps;
    LLVMValueRef up = LLVMBuildAdd(em->b, n, jit_i64(em, JIT_BANK_ROWS - 1), "");
    jit_items group;
    jit_items_begin(em, &group, jit_i64(em, 0), LLVMBuildUDiv(em->b, up, steps, ""));
    LLVMValueRef from = LLVMBuildMul(em->b, group.i, steps, "");
    if (!LLVMIsAConstantInt(n) || LLVMConstIntGetSExtValue(n) % JIT_BANK_ROWS)
        count = jit_index_min(em, steps, LLVMBuildSub(em->b, n, from, ""));
    rows(k, s, depth, linear, kept, jit_index_step(em, s->first, from, k->bank), count);
    flush(k);
    jit_items_end(em, &group);
}

/* Adds up n terms from index `first` on, and adds them to the first accumulator. */
static void rest(jit_kernel *k, const stretch *s, int depth, jit_index linear, jit_index kept,
                 jit_index first, LLVMValueRef n)
{
    jit_emit *em = k->em;
    for (int r = 0; r < k->t->nroot; r++)
        if (jit_kernel_reduces(k->t->root[r]))
            k->acc[r] = jit_kernel_identity(em, k->t->root[r]);
    jit_kernel_some(k, depth, linear, kept, s->inside, true, first, n, s->lo, s->hi);
    for (int r = 0; r < k->t->nroot; r++) {
        const ir_value *v = k->t->root[r];
        if (!jit_kernel_reduces(v))
            continue;
        LLVMValueRef at = way_at(k, r, jit_i64(em, 0));
        jit_store_at(em, at, v->type.dtype,
                     jit_combine(em, jit_kernel_combiner(v), v->type.dtype,
                                 jit_load_at(em, at, v->type.dtype), k->acc[r], false));
    }
}

/* Before and after a guarded piece: what it computes besides terms goes to slots, from which only
 * the elements that exist are stored. at: where the row's iteration 0 would go. */
static void maps_to_slots(jit_kernel *k, const jit_piece *p)
{
    for (int r = 0; p->exist && r < k->t->nroot; r++)
        if (!jit_kernel_reduces(k->t->root[r]))
            k->tile[r] = jit_slots_make(k->em, k->bank, k->t->root[r]->type.dtype);
}

static void maps_from_slots(jit_kernel *k, const jit_piece *p, jit_index at)
{
    for (int r = 0; p->exist && r < k->t->nroot; r++) {
        const ir_value *v = k->t->root[r];
        if (jit_kernel_reduces(v))
            continue;
        jit_slots_store(k->em, k->tile[r], r, p, v->type.dtype,
                        jit_slot_of(k->em->f->frame->b, v)->buffer, at, jit_kernel_in_order(k, r));
        k->tile[r] = NULL;
    }
}

static bool only_reduces(const jit_kernel *k)
{
    for (int r = 0; r < k->t->nroot; r++)
        if (!jit_kernel_reduces(k->t->root[r]))
            return false;
    return true;
}

/* Makes one piece of several, so that LLVM computes their vectors side by side. */
static int in_one_piece(jit_piece *piece, int pieces, int64_t n)
{
    piece->n *= pieces;
    piece->exist = n < piece->n ? n : 0;
    return 1;
}

/* The same for a known number of terms, as vectors. So many terms come before them. */
static void rest_in_vectors(jit_kernel *k, const stretch *s, int depth, jit_index linear,
                            jit_index kept, jit_index first, int64_t n, int64_t before)
{
    jit_emit *em = k->em;
    int axis = k->order[depth];
    const jit_axis *a = &k->nest.axis[axis];
    jit_piece piece[JIT_BANK_LEAST / JIT_BANK_PIECE];
    int pieces = jit_row_cut_terms(piece, n, bank_width(k), k->bank);
    if (only_reduces(k))
        jit_row_overlap_terms(em, piece, pieces, before);
    else if (k->t->cost >= MUCH && n <= k->bank)
        pieces = in_one_piece(piece, pieces, n);
    for (int p = 0; p < pieces; p++) {
        jit_counted l;
        jit_index at = jit_index_add(em, first, jit_index_const(em, piece[p].first));
        maps_to_slots(k, &piece[p]);
        jit_piece_begin(em, &l, &piece[p]);
        l.twice = piece[p].n > piece[p].width;
        jit_index i = jit_index_add(em, at, (jit_index)l.i);
        jit_range_bind(em, jit_llvm(i), axis, s->lo, s->hi);
        if (a->dim >= 0)
            k->nest.at[a->dim] = i;
        k->way = LLVMBuildNUWAdd(em->b, l.i, jit_i64(em, piece[p].slot), "");
        jit_index base = jit_index_step(em, linear, jit_llvm(at), a->stride);
        s->inside(k, depth + 1, jit_index_step(em, base, l.i, a->stride), kept);
        k->way = NULL;
        jit_piece_end(em, &l, NULL);
        maps_from_slots(k, &piece[p], jit_index_step(em, linear, jit_llvm(first), a->stride));
    }
}

/* If n is not constant, what follows is skipped if n is 0. Returns where to go on then. */
static LLVMBasicBlockRef unless_none(jit_emit *em, LLVMValueRef n)
{
    if (LLVMIsAConstantInt(n))
        return NULL;
    LLVMBasicBlockRef some = jit_new_block(em, "some"), on = jit_new_block(em, "on");
    LLVMBuildCondBr(em->b, LLVMBuildICmp(em->b, LLVMIntNE, n, jit_i64(em, 0), ""), some, on);
    LLVMPositionBuilderAtEnd(em->b, some);
    return on;
}

static void go_on(jit_emit *em, LLVMBasicBlockRef on)
{
    if (!on)
        return;
    LLVMBuildBr(em->b, on);
    LLVMPositionBuilderAtEnd(em->b, on);
}

static void do_stretch(jit_kernel *k, stretch *s, int depth, jit_index linear, jit_index kept,
                       void (*flush)(jit_kernel *k))
{
    jit_emit *em = k->em;
    LLVMValueRef ways = jit_i64(em, k->bank);
    LLVMValueRef up = k->uneven ? LLVMBuildAdd(em->b, s->n, jit_i64(em, k->bank - 1), "") : s->n;
    LLVMValueRef nrow = LLVMBuildUDiv(em->b, up, ways, "");
    LLVMValueRef in_rows = LLVMBuildMul(em->b, nrow, ways, "");
    LLVMValueRef left = LLVMBuildSub(em->b, s->n, in_rows, "");
    if (k->uneven && !jit_is_const(left, 0))
        s->end = jit_llvm(jit_index_add(em, s->first, (jit_index)s->n));
    if (!jit_is_const(nrow, 0)) {
        LLVMBasicBlockRef on = unless_none(em, nrow);
        if (flush)
            groups_of_rows(k, s, depth, linear, kept, nrow, flush);
        else
            rows(k, s, depth, linear, kept, s->first, nrow);
        go_on(em, on);
    }
    if (!k->uneven && !jit_is_const(left, 0)) {
        LLVMBasicBlockRef on = unless_none(em, left);
        jit_index from = jit_index_add(em, s->first, (jit_index)in_rows);
        if (!on && bank_width(k))
            rest_in_vectors(k, s, depth, linear, kept, from, LLVMConstIntGetSExtValue(left),
                            LLVMConstIntGetSExtValue(in_rows));
        else
            rest(k, s, depth, linear, kept, from, left);
        go_on(em, on);
    }
}

void jit_kernel_bank_loop(jit_kernel *k, int depth, jit_index linear, jit_index kept,
                          jit_level *inside, void (*flush)(jit_kernel *k))
{
    jit_emit *em = k->em;
    int axis = k->order[depth];
    int64_t size = k->nest.axis[axis].size, lo = 0;
    if (k->lo[axis]) {
        stretch s = {.first = (jit_index)k->lo[axis], k->n[axis], 0, size, .inside = inside};
        do_stretch(k, &s, depth, linear, kept, flush);
        return;
    }
    for (int c = 0; c <= k->ncut[axis]; c++) {
        int64_t hi = c < k->ncut[axis] ? k->cut[axis][c] : size;
        stretch s = {
            .first = jit_index_const(em, lo), jit_i64(em, hi - lo), lo, hi, .inside = inside};
        do_stretch(k, &s, depth, linear, kept, flush);
        lo = hi;
    }
}

/* The code inside a kernel's kept loops: the reduced loops, the loops inside those, and the body.
 *
 * Long sums are computed in two levels (longsum.c): the accumulators of some indices of a reduced
 * axis are added to the totals, and then start again from what that rounds away.
 */
#include <string.h>
#include "jit/llvm/element.h"
#include "jit/llvm/kernel/kernel.h"
#include "jit/llvm/longsum.h"
#include "jit/llvm/loop.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/range.h"
#include "jit/llvm/scalar.h"
#include "jit/llvm/value.h"

/* Emits the innermost body, when all loops are open. Everything is computed before anything is
 * stored, so a result may overwrite an operand. */
static void body(jit_kernel *k, jit_index linear, LLVMValueRef kept)
{
    jit_emit *em = k->em;
    LLVMValueRef x[JIT_MAX_CARRIED] = {0};
    jit_place where = {k->nest.space->rank, k->nest.has_at ? k->nest.at : NULL, linear};
    for (int r = 0; r < k->t->nroot; r++) {
        ir_value *v = k->t->root[r];
        x[r] = jit_kernel_reduces(v) ? jit_llvm(jit_operand(em, v->eqn, 0, where))
                                     : jit_element(em, v, &where);
        if (k->bank && jit_kernel_reduces(v))
            x[r] = jit_piece_choose(em, x[r], jit_kernel_identity(em, v));
    }
    for (int r = 0; r < k->t->nroot; r++) {
        const ir_value *v = k->t->root[r];
        ir_dtype d = v->type.dtype;
        if (!jit_kernel_reduces(v) && k->tile[r])
            jit_kernel_store_sum(k, r, kept, x[r]);
        else if (!jit_kernel_reduces(v))
            jit_store(em, jit_slot_of(em->f->frame->b, v)->buffer, d, jit_llvm(linear), x[r]);
        else if (!k->ninner && !k->way)
            k->acc[r] = jit_combine(em, jit_kernel_combiner(v), d, k->acc[r], x[r], true);
        else if (k->way && jit_kernel_bank_is_new(k, r))
            jit_kernel_store_sum(k, r, kept, x[r]);
        else
            jit_kernel_store_sum(k, r, kept,
                                 jit_combine(em, jit_kernel_combiner(v), d,
                                             jit_kernel_load_sum(k, r, kept), x[r], false));
    }
    jit_forget(em, 0);
}

static void some_rows(jit_kernel *k, jit_index linear, LLVMValueRef kept)
{
    jit_emit *em = k->em;
    int axis = k->order[k->nouter + k->nred - 1];
    const jit_axis *a = &k->nest.axis[axis];
    LLVMValueRef x[JIT_MAX_CARRIED][JIT_SOME_ROWS];
    for (int j = 0; j < JIT_SOME_ROWS; j++) {
        jit_index i = jit_index_add(em, (jit_index)k->first, jit_index_const(em, j));
        jit_index at = jit_index_add(em, linear, jit_index_const(em, j * a->stride));
        if (a->dim >= 0)
            k->nest.at[a->dim] = i;
        jit_place where = {k->nest.space->rank, k->nest.has_at ? k->nest.at : NULL, at};
        for (int r = 0; r < k->t->nroot; r++)
            x[r][j] = jit_llvm(jit_operand(em, k->t->root[r]->eqn, 0, where));
    }
    for (int r = 0; r < k->t->nroot; r++) {
        const ir_value *v = k->t->root[r];
        ir_dtype d = v->type.dtype;
        for (int step = 1; step < JIT_SOME_ROWS; step *= 2)
            for (int j = 0; j < JIT_SOME_ROWS; j += 2 * step)
                x[r][j] =
                    jit_combine(em, jit_kernel_combiner(v), d, x[r][j], x[r][j + step], false);
        jit_kernel_store_sum(k, r, kept,
                             jit_combine(em, jit_kernel_combiner(v), d,
                                         jit_kernel_load_sum(k, r, kept), x[r][0], false));
    }
    jit_forget(em, 0);
}

static void inner_level(jit_kernel *k, int depth, jit_index linear, jit_index kept)
{
    if (depth < k->nouter + k->nred + k->ninner)
        jit_kernel_loop(k, depth, linear, kept, inner_level, false);
    else if (k->first)
        some_rows(k, linear, jit_llvm(kept));
    else
        body(k, linear, jit_llvm(kept));
}

static void identities(jit_kernel *k, int depth, jit_index linear, jit_index kept)
{
    if (depth < k->nouter + k->nred + k->ninner) {
        jit_kernel_loop(k, depth, linear, kept, identities, false);
        return;
    }
    for (int r = 0; r < k->t->nroot; r++)
        if (jit_kernel_reduces(k->t->root[r]))
            jit_kernel_store_sum(k, r, jit_llvm(kept), jit_kernel_identity(k->em, k->t->root[r]));
}

/* Adds an accumulator to a total. Sets *next to what the accumulator starts from again. */
static LLVMValueRef add_up(jit_kernel *k, const ir_value *v, LLVMValueRef total, LLVMValueRef acc,
                           LLVMValueRef *next)
{
    if (jit_kernel_sums_floats(v))
        return jit_add_exactly(k->em, total, acc, next);
    *next = jit_kernel_identity(k->em, v);
    return jit_combine(k->em, jit_kernel_combiner(v), v->type.dtype, total, acc, false);
}

/* Adds the tile to the result. */
static void empty_tile(jit_kernel *k, int depth, jit_index linear, jit_index kept)
{
    if (depth < k->nouter + k->nred + k->ninner) {
        jit_kernel_loop(k, depth, linear, kept, empty_tile, false);
        return;
    }
    jit_emit *em = k->em;
    for (int r = 0; r < k->t->nroot; r++) {
        const ir_value *v = k->t->root[r];
        if (!jit_kernel_reduces(v))
            continue;
        ir_dtype d = v->type.dtype;
        int buffer = jit_slot_of(em->f->frame->b, v)->buffer;
        LLVMValueRef total = jit_load(em, buffer, d, jit_llvm(kept)), next;
        total = add_up(k, v, total, jit_kernel_load_sum(k, r, jit_llvm(kept)), &next);
        jit_store(em, buffer, d, jit_llvm(kept), total);
        jit_kernel_store_sum(k, r, jit_llvm(kept), next);
    }
}

/* Adds the slots to the totals. */
static void empty_slots(jit_kernel *k)
{
    jit_emit *em = k->em;
    jit_row row;
    jit_row_cut_apart(&row, 0, k->row.slots, k->width);
    for (int p = 0; p < row.n; p++) {
        jit_counted l;
        jit_piece_begin(em, &l, &row.piece[p]);
        k->way = LLVMBuildNUWAdd(em->b, l.i, jit_i64(em, row.piece[p].first), "");
        for (int r = 0; r < k->t->nroot; r++) {
            const ir_value *v = k->t->root[r];
            ir_dtype d = v->type.dtype;
            LLVMValueRef at = jit_address(em, k->sums[r], jit_stored_type(em, d), k->way), next;
            LLVMValueRef total = jit_load_own(em, at, d, JIT_MAX_CARRIED + r);
            total = add_up(k, v, total, jit_kernel_load_sum(k, r, NULL), &next);
            jit_store_own(em, at, d, total, JIT_MAX_CARRIED + r);
            jit_kernel_store_sum(k, r, NULL, next);
        }
        k->way = NULL;
        jit_piece_end(em, &l, NULL);
    }
}

/* Adds the accumulators in registers, or those side by side, to the totals. */
static void empty_accumulators(jit_kernel *k)
{
    jit_emit *em = k->em;
    for (int r = 0; r < k->t->nroot; r++) {
        const ir_value *v = k->t->root[r];
        if (!jit_kernel_reduces(v))
            continue;
        LLVMTypeRef t = jit_register_type(em, v->type.dtype);
        LLVMValueRef total = LLVMBuildLoad2(em->b, t, k->total[r], ""), next;
        LLVMValueRef acc = k->bank ? jit_kernel_bank_total(k, r) : k->acc[r];
        LLVMBuildStore(em->b, add_up(k, v, total, acc, &next), k->total[r]);
        k->acc[r] = next;
        if (!k->bank)
            continue;
        jit_kernel_bank_clear(k, r);
        if (jit_kernel_sums_floats(v))
            jit_store_at(em, k->tile[r], v->type.dtype, next);
    }
}

static void empty(jit_kernel *k, jit_index kept)
{
    if (k->in_slots)
        empty_slots(k);
    else if (k->tiled)
        empty_tile(k, k->nouter + k->nred, jit_index_const(k->em, 0), kept);
    else
        empty_accumulators(k);
}

/* Is index i of the loop at depth k->level the last of a group of k->some? */
static LLVMValueRef is_last(jit_kernel *k, LLVMValueRef i)
{
    jit_emit *em = k->em;
    LLVMValueRef mask = jit_i64(em, k->some - 1);
    return LLVMBuildICmp(em->b, LLVMIntEQ, LLVMBuildAnd(em->b, i, mask, ""), mask, "");
}

static void empty_if_last(jit_kernel *k, jit_index kept, LLVMValueRef i)
{
    jit_emit *em = k->em;
    if (k->some == 1) {
        empty(k, kept);
        return;
    }
    LLVMBasicBlockRef full = jit_new_block(em, "full"), go_on = jit_new_block(em, "on");
    LLVMValueRef before[JIT_MAX_CARRIED];
    memcpy(before, k->acc, sizeof before);
    LLVMBasicBlockRef here = LLVMGetInsertBlock(em->b);
    LLVMBuildCondBr(em->b, is_last(k, i), full, go_on);
    LLVMPositionBuilderAtEnd(em->b, full);
    empty(k, kept);
    full = LLVMGetInsertBlock(em->b);
    LLVMBuildBr(em->b, go_on);
    LLVMPositionBuilderAtEnd(em->b, go_on);
    for (int r = 0; !k->tiled && !k->bank && !k->in_slots && r < k->t->nroot; r++)
        if (jit_kernel_reduces(k->t->root[r])) {
            LLVMValueRef x = LLVMBuildPhi(em->b, LLVMTypeOf(before[r]), "");
            LLVMAddIncoming(x, &before[r], &here, 1);
            LLVMAddIncoming(x, &k->acc[r], &full, 1);
            k->acc[r] = x;
        }
}

/* May the lanes beyond the end of a row read the next one, if there is one? Yes if what is read is
 * laid out as the space is. */
static bool rows_follow(const jit_kernel *k, int depth)
{
    int axis = k->order[depth], innermost = k->order[k->nest.n - 1];
    return k->in_slots && k->row.piece[0].exist && !k->lo[axis] && !k->ncut[axis] &&
           jit_is_linear(k->em->f->frame->b, k->t) &&
           k->nest.axis[axis].stride == k->nest.axis[innermost].size;
}

static void rows_in_fours(jit_kernel *k, int depth, jit_index linear, jit_index kept)
{
    jit_emit *em = k->em;
    int axis = k->order[depth];
    bool follow = rows_follow(k, depth);
    int64_t size = k->nest.axis[axis].size, exist = k->row.piece[0].exist;
    int64_t fours = (follow ? size - 1 : size) / JIT_SOME_ROWS, whole = fours * JIT_SOME_ROWS;
    jit_counted l;
    k->row.piece[0].exist = follow ? 0 : exist;
    jit_loop_begin(em, &l, fours);
    k->first = LLVMBuildMul(em->b, l.i, jit_i64(em, JIT_SOME_ROWS), "");
    jit_range_bind(em, k->first, axis, 0, whole);
    jit_kernel_at_index(k, depth, linear, kept, inner_level, k->first);
    if (k->some && depth == k->level)
        empty_if_last(k, kept, LLVMBuildAdd(em->b, k->first, jit_i64(em, JIT_SOME_ROWS - 1), ""));
    k->first = NULL;
    jit_loop_end(em, &l, NULL);
    k->row.piece[0].exist = exist;
    if (whole < size)
        jit_kernel_stretch(k, depth, linear, kept, inner_level, false, whole, size);
}

static jit_level reduced;

/* The innermost reduced loop over short rows that follow each other: only the last is read in
 * part. */
static void rows_that_follow(jit_kernel *k, int depth, jit_index linear, jit_index kept)
{
    int64_t size = k->nest.axis[k->order[depth]].size, exist = k->row.piece[0].exist;
    k->row.piece[0].exist = 0;
    jit_kernel_stretch(k, depth, linear, kept, reduced, false, 0, size - 1);
    k->row.piece[0].exist = exist;
    jit_kernel_stretch(k, depth, linear, kept, reduced, false, size - 1, size);
}

/* Emits the reduced loops and everything inside them. Accumulators in registers start from their
 * current values, and so do those in memory. */
static void reduced(jit_kernel *k, int depth, jit_index linear, jit_index kept)
{
    int inner = k->nouter + k->nred;
    if (depth == inner - 1 && k->fours)
        rows_in_fours(k, depth, linear, kept);
    else if (depth == inner - 1 && k->bank)
        jit_kernel_bank_loop(k, depth, linear, kept, inner_level,
                             k->some && depth == k->level ? empty_accumulators : NULL);
    else if (depth == inner - 1 && rows_follow(k, depth))
        rows_that_follow(k, depth, linear, kept);
    else if (depth < inner)
        jit_kernel_loop(k, depth, linear, kept, reduced, !k->ninner && !k->bank);
    else
        inner_level(k, depth, linear, kept);
    if (k->some && depth == k->level + 1)
        empty_if_last(k, kept, jit_llvm(k->at_level));
}

/* Accumulates in the elements of the result that the inner loops run over; in a tile first, if sums
 * have two levels. */
static void reduce_once(jit_kernel *k, jit_index linear, jit_index kept)
{
    jit_emit *em = k->em;
    int inner = k->nouter + k->nred, axis = k->order[inner];
    identities(k, inner, linear, kept);
    if (!k->some) {
        reduced(k, k->nouter, linear, kept);
        return;
    }
    for (int r = 0; r < k->t->nroot; r++)
        if (jit_kernel_reduces(k->t->root[r]))
            k->tile[r] = jit_stack(em, (size_t)(k->columns * k->after) *
                                           ir_dtypes[k->t->root[r]->type.dtype].size);
    k->first_kept = jit_llvm(k->lo[axis] ? jit_index_step(em, kept, k->lo[axis], k->after) : kept);
    k->tiled = true;
    identities(k, inner, linear, kept);
    reduced(k, k->nouter, linear, kept);
    empty_tile(k, inner, linear, kept);
    k->tiled = false;
    memset(k->tile, 0, sizeof k->tile);
}

/* Should a short row of results be accumulated in slots? Yes if some of it would not fill a
 * vector. */
static bool goes_to_slots(jit_kernel *k)
{
    enum { LITTLE = 24 };
    int axis = k->order[k->nest.n - 1];
    int64_t size = k->nest.axis[axis].size;
    k->width = jit_kernel_width(k, size, JIT_SHORT_ROW);
    if (k->ninner != 1 || k->lo[axis] || k->ncut[axis] || !k->width || k->t->cost > LITTLE)
        return false;
    for (int r = 0; r < k->t->nroot; r++)
        if (!jit_kernel_reduces(k->t->root[r]))
            return false;
    if (size < k->width && !jit_row_can_guard(k->t))
        return false;
    jit_row_cut(&k->row, 0, size, k->width, false);
    return k->row.tail >= 0;
}

static LLVMValueRef empty_slots_of(jit_kernel *k, int r, int own)
{
    const ir_value *v = k->t->root[r];
    LLVMValueRef slots = jit_slots_make(k->em, k->row.slots, v->type.dtype);
    jit_slots_fill(k->em, slots, own, k->row.slots, k->width, v->type.dtype,
                   jit_kernel_identity(k->em, v));
    return slots;
}

/* Accumulates a short row of results in slots. */
static void reduce_in_slots(jit_kernel *k, jit_index linear, jit_index kept)
{
    jit_emit *em = k->em;
    for (int r = 0; r < k->t->nroot; r++) {
        k->tile[r] = empty_slots_of(k, r, r);
        if (k->some)
            k->sums[r] = empty_slots_of(k, r, JIT_MAX_CARRIED + r);
    }
    k->in_slots = true;
    reduced(k, k->nouter, linear, kept);
    if (k->some)
        empty_slots(k);
    k->in_slots = false;
    for (int r = 0; r < k->t->nroot; r++) {
        const ir_value *v = k->t->root[r];
        int buffer = jit_slot_of(em->f->frame->b, v)->buffer;
        for (int p = 0; p < k->row.n; p++)
            jit_slots_store(em, k->some ? k->sums[r] : k->tile[r],
                            k->some ? JIT_MAX_CARRIED + r : r, &k->row.piece[p], v->type.dtype,
                            buffer, kept, jit_kernel_in_order(k, r));
    }
    memset(k->tile, 0, sizeof k->tile);
}

/* Accumulates in the elements of the result that the inner loops run over. Does as many columns at
 * a time as fit into a tile. */
static void reduce_in_memory(jit_kernel *k, jit_index linear, jit_index kept)
{
    jit_emit *em = k->em;
    int axis = k->order[k->nouter + k->nred];
    int64_t size = k->nest.axis[axis].size;
    LLVMValueRef lo = k->lo[axis], n = k->n[axis];
    if (goes_to_slots(k)) {
        reduce_in_slots(k, linear, kept);
        return;
    }
    k->columns = k->columns < size ? k->columns : size;
    if (!k->some || (!lo && size == k->columns)) {
        reduce_once(k, linear, kept);
        return;
    }
    LLVMValueRef width = jit_i64(em, k->columns), all = n ? n : jit_i64(em, size);
    LLVMValueRef up = LLVMBuildAdd(em->b, all, jit_i64(em, k->columns - 1), "");
    jit_items l;
    jit_items_begin(em, &l, jit_i64(em, 0), LLVMBuildSDiv(em->b, up, width, ""));
    LLVMValueRef begin = LLVMBuildMul(em->b, l.i, width, "");
    k->lo[axis] = lo ? LLVMBuildAdd(em->b, lo, begin, "") : begin;
    k->n[axis] = !n && size % k->columns == 0
                     ? width
                     : jit_index_min(em, width, LLVMBuildSub(em->b, all, begin, ""));
    reduce_once(k, linear, kept);
    jit_items_end(em, &l);
    k->lo[axis] = lo;
    k->n[axis] = n;
}

static void reduce_to_one(jit_kernel *k, jit_index linear, jit_index kept)
{
    jit_emit *em = k->em;
    for (int r = 0; r < k->t->nroot; r++) {
        const ir_value *v = k->t->root[r];
        if (!jit_kernel_reduces(v))
            continue;
        k->acc[r] = jit_kernel_identity(em, v);
        if (!k->some)
            continue;
        k->total[r] = jit_local(em, LLVMTypeOf(k->acc[r]));
        LLVMBuildStore(em->b, k->acc[r], k->total[r]);
    }
    if (k->bank)
        jit_kernel_bank_begin(k);
    reduced(k, k->nouter, linear, kept);
    for (int r = 0; r < k->t->nroot; r++) {
        const ir_value *v = k->t->root[r];
        if (!jit_kernel_reduces(v))
            continue;
        LLVMValueRef x = k->bank ? jit_kernel_bank_total(k, r) : k->acc[r];
        if (k->some)
            x = jit_combine(em, jit_kernel_combiner(v), v->type.dtype,
                            LLVMBuildLoad2(em->b, LLVMTypeOf(x), k->total[r], ""), x, false);
        jit_kernel_deliver(k, v, jit_llvm(kept), x);
    }
    memset(k->tile, 0, sizeof k->tile);
}

void jit_kernel_reduce(jit_kernel *k, jit_index linear, jit_index kept)
{
    (k->ninner && k->nred ? reduce_in_memory : reduce_to_one)(k, linear, kept);
}

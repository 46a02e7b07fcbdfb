/* The code inside a kernel's kept loops: the reduced loops, the loops inside those, and the body.
 *
 * Long sums are computed in two levels, so that small terms do not get lost in a large sum: the
 * accumulators of some indices of the outermost reduced axis are added to the totals and then
 * reset.
 */
#include <string.h>
#include "jit/llvm/element.h"
#include "jit/llvm/kernel/kernel.h"
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
    LLVMValueRef x[JIT_MAX_CARRIED];
    jit_place where = {k->nest.space->rank, k->nest.has_at ? k->nest.at : NULL, linear};
    for (int r = 0; r < k->t->nroot; r++) {
        ir_value *v = k->t->root[r];
        x[r] = jit_kernel_reduces(v) ? jit_llvm(jit_operand(em, v->eqn, 0, where))
                                     : jit_element(em, v, &where);
    }
    for (int r = 0; r < k->t->nroot; r++) {
        const ir_value *v = k->t->root[r];
        ir_dtype d = v->type.dtype;
        if (!jit_kernel_reduces(v))
            jit_store(em, jit_slot_of(em->f->frame->b, v)->buffer, d, jit_llvm(linear), x[r]);
        else if (!k->ninner)
            k->acc[r] = jit_combine(em, jit_kernel_combiner(v), d, k->acc[r], x[r], true);
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

/* Adds the tile to the result and resets it. */
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
        LLVMValueRef all = jit_load(em, buffer, d, jit_llvm(kept));
        LLVMValueRef some = jit_kernel_load_sum(k, r, jit_llvm(kept));
        jit_store(em, buffer, d, jit_llvm(kept),
                  jit_combine(em, jit_kernel_combiner(v), d, all, some, false));
        jit_kernel_store_sum(k, r, jit_llvm(kept), jit_kernel_identity(em, v));
    }
}

static void empty_if_last(jit_kernel *k, jit_index kept, LLVMValueRef i)
{
    jit_emit *em = k->em;
    LLVMBasicBlockRef full = jit_new_block(em, "full"), go_on = jit_new_block(em, "on");
    LLVMBuildCondBr(em->b, jit_kernel_is_last(k, i), full, go_on);
    LLVMPositionBuilderAtEnd(em->b, full);
    empty_tile(k, k->nouter + k->nred, jit_index_const(em, 0), kept);
    LLVMBuildBr(em->b, go_on);
    LLVMPositionBuilderAtEnd(em->b, go_on);
}

/* Is it worth doing several rows at a time? Yes if the loop over them does little more than load
 * and store its results. */
static bool takes_some_rows(const jit_kernel *k, int depth)
{
    enum { LITTLE = 12, INNER = 32 };
    int axis = k->order[depth];
    if (!k->ninner || depth != k->nouter + k->nred - 1 || k->t->cost > LITTLE || k->ncut[axis] ||
        k->lo[axis] || k->nest.axis[axis].size < 2 * JIT_SOME_ROWS ||
        (!k->some && k->nest.axis[k->nest.n - 1].size < INNER))
        return false;
    for (int r = 0; r < k->t->nroot; r++)
        if (!jit_kernel_reduces(k->t->root[r]))
            return false;
    return true;
}

static void rows_in_fours(jit_kernel *k, int depth, jit_index linear, jit_index kept)
{
    jit_emit *em = k->em;
    int axis = k->order[depth];
    int64_t size = k->nest.axis[axis].size, whole = size / JIT_SOME_ROWS * JIT_SOME_ROWS;
    jit_counted l;
    jit_loop_begin(em, &l, size / JIT_SOME_ROWS);
    k->first = LLVMBuildMul(em->b, l.i, jit_i64(em, JIT_SOME_ROWS), "");
    jit_range_bind(em, k->first, axis, 0, whole);
    jit_kernel_at_index(k, depth, linear, kept, inner_level, k->first);
    if (k->tiled && depth == k->nouter)
        empty_if_last(k, kept, LLVMBuildAdd(em->b, k->first, jit_i64(em, JIT_SOME_ROWS - 1), ""));
    k->first = NULL;
    jit_loop_end(em, &l, NULL);
    if (whole < size)
        jit_kernel_stretch(k, depth, linear, kept, inner_level, false, whole, size);
}

void jit_kernel_reduced(jit_kernel *k, int depth, jit_index linear, jit_index kept)
{
    if (depth < k->nouter + k->nred && takes_some_rows(k, depth))
        rows_in_fours(k, depth, linear, kept);
    else if (depth < k->nouter + k->nred)
        jit_kernel_loop(k, depth, linear, kept, jit_kernel_reduced, !k->ninner);
    else
        inner_level(k, depth, linear, kept);
    if (depth == k->nouter + 1 && k->tiled && !k->first)
        empty_if_last(k, kept, jit_llvm(k->outermost));
}

/* Accumulates in the elements of the result that the inner loops run over; in a tile first, if sums
 * have two levels. */
static void reduce_once(jit_kernel *k, jit_index linear, jit_index kept)
{
    jit_emit *em = k->em;
    int inner = k->nouter + k->nred, axis = k->order[inner];
    identities(k, inner, linear, kept);
    if (!k->some) {
        jit_kernel_reduced(k, k->nouter, linear, kept);
        return;
    }
    for (int r = 0; r < k->t->nroot; r++)
        if (jit_kernel_reduces(k->t->root[r]))
            k->tile[r] = jit_stack(em, (size_t)(k->columns * k->after) *
                                           ir_dtypes[k->t->root[r]->type.dtype].size);
    k->first_kept = jit_llvm(k->lo[axis] ? jit_index_step(em, kept, k->lo[axis], k->after) : kept);
    k->tiled = true;
    identities(k, inner, linear, kept);
    jit_kernel_reduced(k, k->nouter, linear, kept);
    empty_tile(k, inner, linear, kept);
    k->tiled = false;
    memset(k->tile, 0, sizeof k->tile);
}

/* Does as many columns at a time as fit into a tile. */
void jit_kernel_reduce_in_memory(jit_kernel *k, jit_index linear, jit_index kept)
{
    jit_emit *em = k->em;
    int axis = k->order[k->nouter + k->nred];
    int64_t size = k->nest.axis[axis].size;
    LLVMValueRef lo = k->lo[axis], n = k->n[axis];
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

/* One loop of a kernel's nest. It is split where comparisons change their outcome, and carries the
 * accumulators that are in registers.
 */
#include <limits.h>
#include <string.h>

#include "jit/llvm/kernel/kernel.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/range.h"
#include "jit/llvm/row.h"
#include "jit/llvm/scalar.h"
#include "jit/llvm/target.h"
#include "jit/llvm/value.h"

/* Emits the code inside an axis's loop, at index i. */
void jit_kernel_at_index(jit_kernel *k, int depth, jit_index linear, jit_index kept,
                         jit_level *inside, LLVMValueRef i)
{
    int axis = k->order[depth];
    const jit_axis *a = &k->nest.axis[axis];
    if (a->dim >= 0)
        k->nest.at[a->dim] = (jit_index)i;
    if (depth == k->level)
        k->at_level = (jit_index)i;
    inside(k, depth + 1, jit_index_step(k->em, linear, i, a->stride),
           a->reduced ? kept : jit_index_step(k->em, kept, i, k->kept_stride[axis]));
}

/* Should the innermost loop have one masked body instead of a vector body and a remainder? Yes if
 * it computes a lot, or is one of the many loops of a long sum, and the number of elements left
 * over is unknown. Only on machines that can mask any load. */
static bool one_body(const jit_kernel *k, int depth, const jit_counted *l)
{
    enum { MUCH = 24 };
    bool long_sum = k->ninner && k->is_long, map = true;
    for (int r = 0; r < k->t->nroot; r++)
        map = map && !jit_kernel_reduces(k->t->root[r]);
    return depth == k->nest.n - 1 && l->count && jit_target_masks() &&
           (long_sum || (map && k->t->cost >= MUCH));
}

/* Emits the body of a loop that has begun. Its index starts at `first` and is known to be from lo
 * to hi - 1. carry: it carries the accumulators that are in registers. */
static void in_loop(jit_kernel *k, int depth, jit_index linear, jit_index kept, jit_level *inside,
                    bool carry, jit_counted *l, jit_index first, int64_t lo, int64_t hi)
{
    jit_emit *em = k->em;
    for (int r = 0; carry && r < k->t->nroot; r++)
        if (jit_kernel_reduces(k->t->root[r]))
            k->acc[r] = jit_loop_carry(em, l, k->acc[r]);
    jit_index i = jit_index_add(em, first, (jit_index)l->i);
    jit_range_bind(em, jit_llvm(i), k->order[depth], lo, hi);
    jit_kernel_at_index(k, depth, linear, kept, inside, jit_llvm(i));
    LLVMValueRef next[JIT_MAX_CARRIED];
    for (int r = 0, n = 0; carry && r < k->t->nroot; r++)
        if (jit_kernel_reduces(k->t->root[r]))
            next[n++] = k->acc[r];
    l->masked = one_body(k, depth, l);
    em->f->guarded = em->f->repeated = NULL;
    jit_loop_end(em, l, next);
}

static void piece(jit_kernel *k, int depth, jit_index linear, jit_index kept, jit_level *inside,
                  bool carry, const jit_piece *p, bool to_slots)
{
    jit_emit *em = k->em;
    jit_counted l;
    if (p->n == 1 && !to_slots) {
        jit_kernel_at_index(k, depth, linear, kept, inside, jit_i64(em, p->first));
        return;
    }
    jit_piece_begin(em, &l, p);
    if (to_slots)
        k->way = LLVMBuildNUWAdd(em->b, l.i, jit_i64(em, p->slot), "");
    in_loop(k, depth, linear, kept, inside, carry, &l, jit_index_const(em, p->first), p->first,
            p->first + (p->exist ? p->exist : p->n));
    k->way = NULL;
}

unsigned jit_kernel_width(const jit_kernel *k, int64_t n, int64_t most)
{
    unsigned width = UINT_MAX;
    for (int r = 0; r < k->t->nroot; r++) {
        unsigned w = jit_row_width(n, most, k->t->root[r]->type.dtype);
        width = w < width ? w : width;
    }
    return width;
}

/* Is each root computed for each place? */
static bool only_maps(const jit_kernel *k)
{
    for (int r = 0; r < k->t->nroot; r++)
        if (jit_kernel_reduces(k->t->root[r]))
            return false;
    return true;
}

/* Does a loop soon read what the kernel writes? A vector is read quickly from a store that is
 * under way only if that wrote all of it. So the vectors must be the same each time, and must not
 * overlap. */
static bool is_read_soon(const jit_kernel *k)
{
    enum { SOON = 2048 };
    int64_t bytes = 0;
    for (int r = 0; r < k->t->nroot; r++)
        bytes += ir_type_count(&k->t->space) * ir_dtypes[k->t->root[r]->type.dtype].size;
    return k->em->f->frame->b != k->em->s->top && bytes <= SOON;
}

/* Is the innermost loop over all elements of results that vectors may reach beyond? */
static bool reaches_beyond(const jit_kernel *k)
{
    if (k->nest.n != 1 || !jit_target_loads_in_part() || !jit_row_can_guard(k->t))
        return false;
    for (int r = 0; r < k->t->nroot; r++)
        if (!jit_has_beyond(k->em, jit_slot_of(k->em->f->frame->b, k->t->root[r])->buffer))
            return false;
    return true;
}

/* A short row of elements. Its tail is computed first, into slots, and stored last. */
static void row_of_maps(jit_kernel *k, int depth, jit_index linear, jit_index kept,
                        jit_level *inside, const jit_row *row)
{
    jit_emit *em = k->em;
    jit_piece tail = row->piece[row->tail];
    LLVMValueRef slots[JIT_MAX_CARRIED];
    tail.slot = 0;
    for (int r = 0; r < k->t->nroot; r++)
        k->tile[r] = slots[r] = jit_slots_make(em, tail.n, k->t->root[r]->type.dtype);
    piece(k, depth, linear, kept, inside, false, &tail, true);
    for (int p = 0; p < row->n; p++)
        if (p != row->tail)
            piece(k, depth, linear, kept, inside, false, &row->piece[p], false);
    memset(k->tile, 0, sizeof k->tile);
    for (int r = 0; r < k->t->nroot; r++) {
        const ir_value *v = k->t->root[r];
        jit_slots_store(em, slots[r], r, &tail, v->type.dtype,
                        jit_slot_of(em->f->frame->b, v)->buffer, linear, jit_kernel_in_order(k, r));
    }
}

/* The loop over a stretch of an axis. */
void jit_kernel_stretch(jit_kernel *k, int depth, jit_index linear, jit_index kept,
                        jit_level *inside, bool carry, int64_t lo, int64_t hi)
{
    enum { LITTLE = 24 };
    int axis = k->order[depth];
    bool innermost = !carry && depth == k->nest.n - 1, maps = innermost && only_maps(k);
    int64_t most = maps ? JIT_ROW : JIT_SHORT_ROW;
    unsigned width = innermost ? jit_kernel_width(k, hi - lo, most) : 0;
    jit_row row = {.n = 1, .tail = -1, .piece[0] = {.first = lo, .n = hi - lo}};
    if (lo == hi)
        return;
    if (k->in_slots && innermost)
        row = k->row;
    else if (maps && width && !lo && hi == k->nest.axis[axis].size && k->t->cost <= LITTLE &&
             reaches_beyond(k))
        jit_row_cut_beyond(&row, lo, hi, width);
    else if (maps && width && !is_read_soon(k) && (hi - lo >= width || jit_row_can_guard(k->t)))
        jit_row_cut(&row, lo, hi, width, k->t->cost > LITTLE);
    else if (width && k->t->cost <= LITTLE)
        jit_row_cut_apart(&row, lo, hi, width);
    if (maps && row.tail >= 0) {
        row_of_maps(k, depth, linear, kept, inside, &row);
        return;
    }
    for (int p = 0; p < row.n; p++)
        piece(k, depth, linear, kept, inside, carry, &row.piece[p], k->in_slots && innermost);
}

void jit_kernel_some(jit_kernel *k, int depth, jit_index linear, jit_index kept, jit_level *inside,
                     bool carry, jit_index first, LLVMValueRef n, int64_t lo, int64_t hi)
{
    jit_counted l;
    jit_loop_begin_counted(k->em, &l, n);
    l.whole = depth < k->nest.n - 1;
    in_loop(k, depth, linear, kept, inside, carry, &l, first, lo, hi);
}

/* One loop of the nest around `inside`, split into stretches on which comparisons are decided. */
void jit_kernel_loop(jit_kernel *k, int depth, jit_index linear, jit_index kept, jit_level *inside,
                     bool carry)
{
    int axis = k->order[depth];
    int64_t lo = 0, size = k->nest.axis[axis].size;
    if (k->lo[axis]) {
        jit_kernel_some(k, depth, linear, kept, inside, carry, (jit_index)k->lo[axis], k->n[axis],
                        0, size);
        return;
    }
    for (int c = 0; c < k->ncut[axis]; c++) {
        jit_kernel_stretch(k, depth, linear, kept, inside, carry, lo, k->cut[axis][c]);
        lo = k->cut[axis][c];
    }
    jit_kernel_stretch(k, depth, linear, kept, inside, carry, lo, size);
}

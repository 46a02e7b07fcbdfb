/* One loop of a kernel's nest. It is split where comparisons change their outcome, and carries the
 * accumulators that are in registers.
 */
#include <limits.h>

#include "jit/llvm/kernel/kernel.h"
#include "jit/llvm/loop.h"
#include "jit/llvm/range.h"
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
    jit_loop_end(em, l, next);
}

static void piece(jit_kernel *k, int depth, jit_index linear, jit_index kept, jit_level *inside,
                  bool carry, int64_t lo, int64_t hi, unsigned width)
{
    jit_emit *em = k->em;
    if (hi - lo == 1) {
        jit_kernel_at_index(k, depth, linear, kept, inside, jit_i64(em, lo));
        return;
    }
    jit_counted l;
    jit_loop_begin(em, &l, hi - lo);
    jit_loop_in_vectors(&l, width);
    in_loop(k, depth, linear, kept, inside, carry, &l, jit_index_const(em, lo), lo, hi);
}

/* The width of vectors to cut an innermost loop into; 0: the loop is left whole. */
static unsigned width_for(const jit_kernel *k, int depth, bool carry, int64_t n)
{
    enum { LITTLE = 24 };
    unsigned width = UINT_MAX;
    if (carry || depth != k->nest.n - 1 || k->t->cost > LITTLE)
        return 0;
    for (int r = 0; r < k->t->nroot; r++) {
        unsigned w = jit_short_loop_width(n, k->t->root[r]->type.dtype);
        width = w < width ? w : width;
    }
    return width;
}

/* The loop over a stretch of an axis. */
void jit_kernel_stretch(jit_kernel *k, int depth, jit_index linear, jit_index kept,
                        jit_level *inside, bool carry, int64_t lo, int64_t hi)
{
    unsigned width = width_for(k, depth, carry, hi - lo);
    while (lo < hi) {
        int64_t n = jit_next_piece(hi - lo, &width);
        piece(k, depth, linear, kept, inside, carry, lo, lo + n, width);
        lo += n;
    }
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

/* Plans a kernel's loops before they are emitted: their order, where they are split, and what is
 * tiled.
 *
 * If the innermost dimension is reduced, the kept dimensions are the outer loops and the
 * accumulators are registers. Otherwise the kept dimensions after the last reduced one are the
 * inner loops, and the accumulators are the elements of the result. Either way memory is read in
 * order.
 */
#include <string.h>
#include "jit/llvm/element.h"
#include "jit/llvm/function.h"
#include "jit/llvm/kernel/kernel.h"
#include "jit/llvm/longsum.h"
#include "jit/llvm/loop.h"
#include "jit/llvm/range.h"

/* Puts kept axes outside, reduced axes inside them, and innermost the kept axes that follow the
 * last reduced one. */
void jit_kernel_set_order(jit_kernel *k)
{
    const jit_nest *nest = &k->nest;
    int64_t kept = 1;
    int last_reduced = -1, n = 0;
    for (int a = nest->n - 1; a >= 0; a--) {
        if (nest->axis[a].reduced && last_reduced < 0)
            last_reduced = a;
        k->kept_stride[a] = kept;
        kept *= nest->axis[a].reduced ? 1 : nest->axis[a].size;
    }
    for (int a = 0; a < nest->n; a++)
        if (!nest->axis[a].reduced && a < last_reduced)
            k->order[n++] = a;
    k->nouter = n;
    for (int a = 0; a < nest->n; a++)
        if (nest->axis[a].reduced)
            k->order[n++] = a;
    k->nred = n - k->nouter;
    for (int a = last_reduced + 1; a < nest->n; a++)
        k->order[n++] = a;
    k->ninner = n - k->nouter - k->nred;
    if (!k->nred) { /* everything is an outer loop */
        k->nouter = n;
        k->ninner = 0;
    }
}

/* Is it worth doing several rows at a time? Yes if the loop over them does little more than load
 * and store its results. */
static bool takes_some_rows(const jit_kernel *k)
{
    enum { LITTLE = 12, INNER = 32, MANY = 64 };
    int axis = k->order[k->nouter + k->nred - 1];
    if (!k->ninner || k->t->cost > LITTLE || k->ncut[axis] ||
        k->nest.axis[axis].size < 2 * JIT_SOME_ROWS ||
        (k->nest.axis[axis].size < MANY && k->nest.axis[k->nest.n - 1].size < INNER))
        return false;
    for (int r = 0; r < k->t->nroot; r++)
        if (!jit_kernel_reduces(k->t->root[r]))
            return false;
    return true;
}

/* Finds the innermost loop in which an accumulator takes many terms, one after the other. The total
 * is formed there, after about JIT_SUM_STEPS terms. */
static void find_level(jit_kernel *k)
{
    int innermost = k->nouter + k->nred - 1;
    int64_t steps = 1; /* in an iteration of the loop at depth d */
    for (int d = innermost; d >= k->nouter; d--) {
        int64_t size = k->nest.axis[k->order[d]].size;
        int64_t together = d < innermost ? 1 : k->bank ? k->bank : k->fours ? JIT_SOME_ROWS : 1;
        int64_t inside = (size + together - 1) / together * steps;
        if (inside >= 2 * JIT_SUM_STEPS) {
            k->level = d;
            for (k->some = 1; k->some * steps < JIT_SUM_STEPS; k->some *= 2)
                ;
            k->some *= k->fours ? 2 * together : 1;
            return;
        }
        steps = inside;
    }
}

/* Sums in memory: decides how much of the result is computed at a time. Kept axes that would make a
 * tile too large become outer loops. */
static void find_columns(jit_kernel *k, int64_t bytes)
{
    while (k->ninner) {
        k->after = 1;
        for (int a = 1; a < k->ninner; a++)
            k->after *= k->nest.axis[k->order[k->nouter + k->nred + a]].size;
        k->columns = k->em->s->limits.tile_bytes / bytes / k->after;
        if (k->columns)
            return;
        int axis = k->order[k->nouter + k->nred];
        memmove(&k->order[k->nouter + 1], &k->order[k->nouter], (size_t)k->nred * sizeof(int));
        k->order[k->nouter++] = axis;
        k->ninner--;
        k->level++;
    }
}

/* Decides how many accumulators there are for an innermost loop whose largest element has `bytes`
 * bytes. */
static void choose_bank(jit_kernel *k, int bytes)
{
    enum { MUCH = 8 };
    int64_t size = k->nest.axis[k->order[k->nest.n - 1]].size;
    k->uneven = k->t->cost >= MUCH;
    k->bank = (k->uneven ? JIT_BANK_MOST : JIT_BANK_LEAST) / bytes;
    int piece = JIT_BANK_PIECE / bytes;
    if (size > k->bank)
        return;
    k->bank = (int)(size + piece - 1) / piece * piece;
    k->one_row = k->uneven && k->nred == 1 && !k->ncut[k->order[k->nest.n - 1]];
}

void jit_kernel_decide_levels(jit_kernel *k)
{
    enum { MANY = 1024 };
    int64_t terms = 1, bytes = 0;
    size_t largest = 1; /* bytes of an element */
    bool sums = false;
    for (int r = 0; r < k->t->nroot; r++) {
        const ir_value *v = k->t->root[r];
        if (!jit_kernel_reduces(v))
            continue;
        size_t size = ir_dtypes[v->type.dtype].size;
        sums = sums || jit_kernel_sums_floats(v);
        bytes += (int64_t)size;
        largest = size > largest ? size : largest;
    }
    for (int d = 0; d < k->nred; d++)
        terms *= k->nest.axis[k->order[k->nouter + d]].size;
    k->is_long = sums && terms >= MANY;
    k->fours = k->nred && takes_some_rows(k);
    if (sums && k->nred && !k->ninner &&
        k->nest.axis[k->order[k->nest.n - 1]].size >= 2 * JIT_SUM_STEPS)
        choose_bank(k, (int)largest);
    jit_kernel_choose_short_bank(k);
    if (!k->nred || !sums)
        return;
    find_level(k);
    if (k->some)
        find_columns(k, bytes);
}

/* Emits the body once, only to learn where along the loops the outcome of a comparison changes: at
 * the seams of a concatenation, at the edges of a padding. The emitted code is discarded. With the
 * loops split there, each stretch is straight code that vectorises. */
void jit_kernel_find_cuts(jit_kernel *k)
{
    enum { MAX_COPIES = 9 }; /* more are allowed if little is left to do on each stretch */
    int most = k->t->size > MAX_COPIES ? k->t->size : MAX_COPIES;
    jit_emit *em = k->em;
    jit_func f;
    LLVMTypeRef types[IR_MAX_RANK];
    for (int a = 0; a < k->nest.n; a++)
        types[a] = em->i64;
    jit_func_begin(em, &f, "", LLVMFunctionType(em->i64, types, (unsigned)k->nest.n, false), NULL);
    jit_range_clear(em);
    for (int a = 0; a < k->nest.n; a++) {
        LLVMValueRef i = LLVMGetParam(f.fn, (unsigned)a);
        k->nest.at[k->nest.axis[a].dim] = (jit_index)i;
        jit_range_bind(em, i, a, 0, k->nest.axis[a].size);
    }
    jit_place where = {k->nest.space->rank, k->nest.at, NULL};
    for (int r = 0; r < k->t->nroot; r++)
        if (jit_kernel_reduces(k->t->root[r]))
            jit_operand(em, k->t->root[r]->eqn, 0, where);
        else
            jit_element(em, k->t->root[r], &where);
    int copies = 1;
    for (int a = k->nest.n - 1; a >= 0; a--) /* innermost first */
        if (copies * (em->ranges.ncut[a] + 1) <= most) {
            copies *= em->ranges.ncut[a] + 1;
            k->ncut[a] = em->ranges.ncut[a];
            memcpy(k->cut[a], em->ranges.cut[a], sizeof k->cut[a]);
        }
    jit_range_clear(em);
    jit_forget(em, 0);
    em->accesses.n = 0;
    jit_func_drop(em, &f);
}

/* If an operand in the fused expression of v is contiguous along an axis other than the last one,
 * returns that axis; otherwise -1. */
static int across(const jit_block *b, const ir_value *v, int rank, int depth)
{
    enum { LOOK = 8 };
    const ir_eqn *e = v->eqn;
    for (int j = 0; v->type.rank == rank && j < e->nin; j++)
        for (int d = 0; e->in[j]->type.rank == rank && d < rank - 1; d++)
            if (jit_axis_of_operand(e, j, d) == rank - 1)
                return d;
    for (int j = 0; depth < LOOK && j < e->nin; j++)
        if (b->slot[e->in[j]->id].res == JIT_FUSED) {
            int d = across(b, e->in[j], rank, depth + 1);
            if (d >= 0)
                return d;
        }
    return -1;
}

/* The axis of the nest that is tiled together with the innermost axis; -1: none. */
int jit_kernel_tiled_axis(const jit_kernel *k)
{
    enum { LEAST = 64 };
    const jit_nest *nest = &k->nest;
    int rank = nest->space->rank;
    for (int r = 0; r < k->t->nroot && !k->nred && nest->n > 1; r++) {
        int d = jit_is_map(k->t->root[r]) ? across(k->em->f->frame->b, k->t->root[r], rank, 0) : -1;
        for (int a = 0; d >= 0 && a < nest->n - 1; a++)
            if (nest->axis[a].dim == d && nest->axis[a].size >= LEAST &&
                nest->axis[nest->n - 1].size >= LEAST && !k->ncut[a] && !k->ncut[nest->n - 1])
                return a;
    }
    return -1;
}

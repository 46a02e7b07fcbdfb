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

/* If sums of floats have many terms, decides how many terms are summed separately and how much
 * of the result is computed at a time. Kept axes that would make a tile too large become outer
 * loops. */
void jit_kernel_decide_levels(jit_kernel *k)
{
    enum { MANY = 1024 };
    int64_t terms = 1, bytes = 0;
    int n = 0;
    bool sums = false;
    for (int r = 0; r < k->t->nroot; r++) {
        const ir_value *v = k->t->root[r];
        if (!jit_kernel_reduces(v))
            continue;
        sums =
            sums || (ir_has_fraction(v->type.dtype) && jit_kernel_combiner(v) == JIT_add);
        bytes += ir_dtypes[v->type.dtype].size;
        n++;
    }
    for (int d = 0; d < k->nred; d++)
        terms *= k->nest.axis[k->order[k->nouter + d]].size;
    /* LLVM gives the innermost loop several accumulators anyway. */
    if (!sums || terms < MANY || (!k->ninner && (k->nred < 2 || 2 * n > JIT_MAX_CARRIED)))
        return;
    int64_t rest = terms / k->nest.axis[k->order[k->nouter]].size;
    k->some = JIT_SOME_ROWS;
    while (k->some * rest * k->some * rest < JIT_SOME_ROWS * terms)
        k->some *= 2;
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
    }
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

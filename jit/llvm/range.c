/* Decides comparisons by loop bounds. An index is traced back, through sums with constants, to the
 * loop variable it comes from. The outcome of a comparison with a constant then changes at most
 * once along that loop.
 */

#include "jit/llvm/range.h"

static const jit_affine *find(const jit_emit *em, LLVMValueRef v)
{
    for (int k = em->ranges.n - 1; k >= 0; k--)
        if (em->ranges.affine[k].v == v)
            return &em->ranges.affine[k];
    return NULL;
}

static void add(jit_emit *em, jit_affine a)
{
    jit_ranges *r = &em->ranges;
    if (r->n == r->cap) {
        r->cap = r->cap ? 2 * r->cap : 32;
        r->affine = ir_grow(&em->mem, r->affine, (size_t)r->n * sizeof *r->affine,
                            (size_t)r->cap * sizeof *r->affine);
    }
    r->affine[r->n++] = a;
}

void jit_range_bind(jit_emit *em, LLVMValueRef v, int axis, int64_t lo, int64_t hi)
{
    em->ranges.lo[axis] = lo;
    em->ranges.hi[axis] = hi;
    add(em, (jit_affine){v, axis, 0});
}

void jit_range_derive(jit_emit *em, LLVMValueRef v, LLVMValueRef from, int64_t offset)
{
    const jit_affine *a = find(em, from);
    if (a && !LLVMIsAConstantInt(v))
        add(em, (jit_affine){v, a->axis, a->offset + offset});
}

/* Keeps the cuts sorted and unique. */
static void note_cut(jit_ranges *r, int axis, int64_t at)
{
    int64_t *cut = r->cut[axis];
    int n = r->ncut[axis], k = 0;
    while (k < n && cut[k] < at)
        k++;
    if (n == JIT_MAX_CUTS || (k < n && cut[k] == at))
        return;
    for (int j = n; j > k; j--)
        cut[j] = cut[j - 1];
    cut[k] = at;
    r->ncut[axis]++;
}

int jit_range_below(jit_emit *em, LLVMValueRef v, int64_t bound)
{
    const jit_affine *a = find(em, v);
    if (!a)
        return -1;
    int64_t change = bound - a->offset; /* for loop variables below it the answer is yes */
    if (em->ranges.hi[a->axis] <= change)
        return 1;
    if (em->ranges.lo[a->axis] >= change)
        return 0;
    note_cut(&em->ranges, a->axis, change);
    return -1;
}

void jit_range_clear(jit_emit *em)
{
    em->ranges.n = 0;
    for (int k = 0; k < IR_MAX_RANK; k++)
        em->ranges.ncut[k] = 0;
}

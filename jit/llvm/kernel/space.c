/* All loops of a kernel. An operand that is read across its rows is read in tiles that stay in the
 * cache.
 */
#include "jit/llvm/kernel/kernel.h"
#include "jit/llvm/loop.h"
#include "jit/llvm/scalar.h"
#include "jit/llvm/value.h"

static void outer_level(jit_kernel *k, int depth, jit_index linear, jit_index kept)
{
    if (depth < k->nouter) {
        jit_kernel_loop(k, depth, linear, kept, outer_level, false);
        return;
    }
    jit_kernel_reduce(k, linear, kept);
}

/* Opens the loop over an axis's tiles, within the stretch that is being computed. */
static void tiles_begin(jit_kernel *k, int axis, jit_items *l)
{
    enum { TILE = 32 };
    jit_emit *em = k->em;
    LLVMValueRef tile = jit_i64(em, TILE), lo = k->lo[axis], n = k->n[axis];
    if (!lo) {
        lo = jit_i64(em, 0);
        n = jit_i64(em, k->nest.axis[axis].size);
    }
    LLVMValueRef up = LLVMBuildAdd(em->b, n, jit_i64(em, TILE - 1), "");
    jit_items_begin(em, l, jit_i64(em, 0), LLVMBuildSDiv(em->b, up, tile, ""));
    LLVMValueRef begin = LLVMBuildMul(em->b, l->i, tile, "");
    k->lo[axis] = LLVMBuildAdd(em->b, lo, begin, "");
    k->n[axis] = jit_index_min(em, tile, LLVMBuildSub(em->b, n, begin, ""));
}

/* Emits the whole space, or the stretch of it that is being computed. */
void jit_kernel_whole(jit_kernel *k)
{
    jit_emit *em = k->em;
    int axis = jit_kernel_tiled_axis(k);
    jit_items outer, inner;
    if (axis >= 0) {
        tiles_begin(k, axis, &outer);
        tiles_begin(k, k->nest.n - 1, &inner);
    }
    outer_level(k, 0, jit_index_const(em, 0), jit_index_const(em, 0));
    if (axis >= 0) {
        jit_items_end(em, &inner);
        jit_items_end(em, &outer);
    }
}

/* Loop nests over a space: results element by element, and reductions.
 *
 * If the innermost dimension is reduced, the kept dimensions are the outer loops and the
 * accumulators are registers. Otherwise the kept dimensions after the last reduced one are the
 * inner loops, and the accumulators are the elements of the result, so that memory is walked in
 * order either way.
 */
#include <string.h>

#include "jit/emit.h"

typedef struct {
    jit_emit *em;
    const jit_step *t;
    jit_nest nest;
    int order[IR_MAX_RANK];           /* loops from outer to inner, as axes of the nest */
    int nouter, nred, ninner;         /* kept, reduced, and kept again */
    int64_t kept_stride[IR_MAX_RANK]; /* by axis: in a reduction's result */
    LLVMValueRef acc[JIT_MAX_CARRIED];
    int ncut[IR_MAX_RANK]; /* by axis: where its loop is split */
    int64_t cut[IR_MAX_RANK][JIT_MAX_CUTS];
} kernel;

static bool is_reduction(const ir_value *v)
{
    return !jit_is_map(v);
}

static const char *combiner(const ir_value *v)
{
    return v->eqn->op->lower->names[0];
}

static LLVMValueRef identity(jit_emit *em, const ir_value *v)
{
    ir_dtype d = (ir_dtype)v->type.dtype;
    return jit_llvm(jit_constant(em, d, v->eqn->op->lower->identity(d)));
}

/* A result of a reduction: to its register or its element. */
static void deliver(kernel *k, const ir_value *v, LLVMValueRef offset, LLVMValueRef x)
{
    if (v->type.rank == 0)
        jit_set_reg(k->em, v, x);
    else
        jit_store(k->em, jit_slot_of(k->em->frame->b, v)->buffer, (ir_dtype)v->type.dtype, offset,
                  x);
}

/* All loops are open: the innermost body. Everything is computed before anything is stored, so that
 * a result may lie over an operand. */
static void body(kernel *k, jit_index linear, LLVMValueRef kept)
{
    jit_emit *em = k->em;
    LLVMValueRef x[JIT_MAX_CARRIED];
    jit_place where = {k->nest.space->rank, k->nest.has_at ? k->nest.at : NULL, linear};
    for (int r = 0; r < k->t->nroot; r++) {
        ir_value *v = k->t->root[r];
        x[r] = is_reduction(v) ? jit_llvm(jit_operand(em, v->eqn, 0, where))
                               : jit_element(em, v, &where);
    }
    for (int r = 0; r < k->t->nroot; r++) {
        const ir_value *v = k->t->root[r];
        ir_dtype d = (ir_dtype)v->type.dtype;
        int buffer = jit_slot_of(em->frame->b, v)->buffer;
        if (!is_reduction(v))
            jit_store(em, buffer, d, jit_llvm(linear), x[r]);
        else if (!k->ninner)
            k->acc[r] = jit_combine(em, combiner(v), d, k->acc[r], x[r], true);
        else
            jit_store(em, buffer, d, kept,
                      jit_combine(em, combiner(v), d, jit_load(em, buffer, d, kept), x[r], false));
    }
    jit_forget(em, 0);
}

typedef void level_fn(kernel *k, int depth, jit_index linear, jit_index kept);

/* At index i of an axis: what lies inside its loop. */
static void at_index(kernel *k, int depth, jit_index linear, jit_index kept, level_fn *inside,
                     LLVMValueRef i)
{
    int axis = k->order[depth];
    const jit_axis *a = &k->nest.axis[axis];
    if (a->dim >= 0)
        k->nest.at[a->dim] = (jit_index)i;
    inside(k, depth + 1, jit_index_step(k->em, linear, i, a->stride),
           a->reduced ? kept : jit_index_step(k->em, kept, i, k->kept_stride[axis]));
}

/* The loop over a stretch of an axis, accumulators in registers carried if asked for. */
static void stretch(kernel *k, int depth, jit_index linear, jit_index kept, level_fn *inside,
                    bool carry, int64_t lo, int64_t hi)
{
    jit_emit *em = k->em;
    if (hi - lo == 1) {
        at_index(k, depth, linear, kept, inside, jit_i64(em, lo));
        return;
    }
    jit_counted l;
    jit_loop_begin(em, &l, hi - lo);
    for (int r = 0; carry && r < k->t->nroot; r++)
        if (is_reduction(k->t->root[r]))
            k->acc[r] = jit_loop_carry(em, &l, k->acc[r]);
    jit_index i = jit_index_add(em, (jit_index)l.i, jit_index_const(em, lo));
    jit_range_bind(em, jit_llvm(i), k->order[depth], lo, hi);
    at_index(k, depth, linear, kept, inside, jit_llvm(i));
    LLVMValueRef next[JIT_MAX_CARRIED];
    for (int r = 0, n = 0; carry && r < k->t->nroot; r++)
        if (is_reduction(k->t->root[r]))
            next[n++] = k->acc[r];
    jit_loop_end(em, &l, next);
}

/* One loop of the nest around `inside`, in stretches on which comparisons are decided. */
static void loop(kernel *k, int depth, jit_index linear, jit_index kept, level_fn *inside,
                 bool carry)
{
    int axis = k->order[depth];
    int64_t lo = 0;
    for (int c = 0; c < k->ncut[axis]; c++) {
        stretch(k, depth, linear, kept, inside, carry, lo, k->cut[axis][c]);
        lo = k->cut[axis][c];
    }
    stretch(k, depth, linear, kept, inside, carry, lo, k->nest.axis[axis].size);
}

static void inner_level(kernel *k, int depth, jit_index linear, jit_index kept)
{
    if (depth == k->nouter + k->nred + k->ninner)
        body(k, linear, jit_llvm(kept));
    else
        loop(k, depth, linear, kept, inner_level, false);
}

static void reduced_level(kernel *k, int depth, jit_index linear, jit_index kept)
{
    if (depth < k->nouter + k->nred)
        loop(k, depth, linear, kept, reduced_level, !k->ninner);
    else
        inner_level(k, depth, linear, kept);
}

static void identities(kernel *k, int depth, jit_index linear, jit_index kept)
{
    if (depth < k->nouter + k->nred + k->ninner) {
        loop(k, depth, linear, kept, identities, false);
        return;
    }
    for (int r = 0; r < k->t->nroot; r++)
        if (is_reduction(k->t->root[r]))
            deliver(k, k->t->root[r], jit_llvm(kept), identity(k->em, k->t->root[r]));
}

static void outer_level(kernel *k, int depth, jit_index linear, jit_index kept)
{
    if (depth < k->nouter) {
        loop(k, depth, linear, kept, outer_level, false);
        return;
    }
    if (k->ninner && k->nred)
        identities(k, k->nouter + k->nred, linear, kept);
    for (int r = 0; r < k->t->nroot; r++)
        if (is_reduction(k->t->root[r]))
            k->acc[r] = identity(k->em, k->t->root[r]);
    reduced_level(k, depth, linear, kept);
    for (int r = 0; !k->ninner && r < k->t->nroot; r++)
        if (is_reduction(k->t->root[r]))
            deliver(k, k->t->root[r], jit_llvm(kept), k->acc[r]);
}

/* Kept axes outside, reduced ones, and inside these the kept ones that follow the last reduced. */
static void set_order(kernel *k)
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

/* Reductions over nothing give their identity; there is nothing else to do in an empty space. */
static void empty_space(kernel *k)
{
    jit_emit *em = k->em;
    for (int r = 0; r < k->t->nroot; r++) {
        const ir_value *v = k->t->root[r];
        int64_t n = ir_type_count(&v->type);
        if (!is_reduction(v) || !n)
            continue;
        if (v->type.rank == 0) {
            deliver(k, v, NULL, identity(em, v));
            continue;
        }
        jit_counted l;
        jit_loop_begin(em, &l, n);
        deliver(k, v, l.i, identity(em, v));
        jit_loop_end(em, &l, NULL);
    }
}

/* Emits the body once, to be thrown away, and learns from it where along the loops the outcome of a
 * comparison changes: at the seams of a concatenation, the edges of a padding. Split there, each
 * stretch is straight code that vectorises. */
static void find_cuts(kernel *k)
{
    enum { MAX_COPIES = 9 }; /* or more, if on each stretch next to nothing is left to do */
    int most = k->t->size > MAX_COPIES ? k->t->size : MAX_COPIES;
    jit_emit *em = k->em;
    LLVMValueRef fn = em->fn;
    LLVMBasicBlockRef here = LLVMGetInsertBlock(em->b);
    LLVMTypeRef types[IR_MAX_RANK];
    for (int a = 0; a < k->nest.n; a++)
        types[a] = em->i64;
    em->fn =
        LLVMAddFunction(em->mod, "", LLVMFunctionType(em->i64, types, (unsigned)k->nest.n, false));
    LLVMPositionBuilderAtEnd(em->b, jit_new_block(em, ""));
    jit_range_clear(em);
    for (int a = 0; a < k->nest.n; a++) {
        LLVMValueRef i = LLVMGetParam(em->fn, (unsigned)a);
        k->nest.at[k->nest.axis[a].dim] = (jit_index)i;
        jit_range_bind(em, i, a, 0, k->nest.axis[a].size);
    }
    jit_place where = {k->nest.space->rank, k->nest.at, NULL};
    for (int r = 0; r < k->t->nroot; r++)
        if (is_reduction(k->t->root[r]))
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
    em->naccess = 0;
    LLVMDeleteFunction(em->fn);
    em->fn = fn;
    LLVMPositionBuilderAtEnd(em->b, here);
}

void jit_emit_kernel(jit_emit *em, const jit_step *t)
{
    kernel k = {.em = em, .t = t};
    if (ir_type_count(&t->space) == 0) {
        empty_space(&k);
    } else {
        bool linear = jit_is_linear(em->frame->b, t);
        jit_nest_init(em, &k.nest, &t->space, t->reduced, linear);
        set_order(&k);
        if (!linear)
            find_cuts(&k);
        outer_level(&k, 0, jit_index_const(em, 0), jit_index_const(em, 0));
        jit_range_clear(em);
    }
    jit_end_accesses(em);
}

/* Loop nests over a space: results element by element, and reductions.
 *
 * If the innermost dimension is reduced, the kept dimensions are the outer loops and the
 * accumulators are registers. Otherwise the kept dimensions after the last reduced one are the
 * inner loops, and the accumulators are the elements of the result, so that memory is walked in
 * order either way.
 *
 * Long sums are sums of sums of some, lest small terms get lost in a large sum: the accumulators of
 * some indices of the outermost reduced axis are added to those of all, and begin anew.
 */
#include <string.h>

#include "jit/program/compile.h"
#include "jit/llvm/emit.h"

/* A kernel that threads share: one axis is cut into parts, whose number does not depend on how many
 * threads there are. */
typedef struct {
    int axis;     /* -1: it is done here, whole */
    int64_t part; /* indices in one */
    int nitem;
    bool reduced;         /* the axis is, so a part gives but part of a result */
    LLVMValueRef partial; /* what each part gives then: [root][part] */
    LLVMValueRef item;
    int nvalue; /* what it needs of what is around */
    ir_value **value;
} sharing;

typedef struct {
    jit_emit *em;
    const jit_step *t;
    jit_nest nest;
    int order[IR_MAX_RANK];           /* loops from outer to inner, as axes of the nest */
    int nouter, nred, ninner;         /* kept, reduced, and kept again */
    int64_t kept_stride[IR_MAX_RANK]; /* by axis: in a reduction's result */
    LLVMValueRef acc[JIT_MAX_CARRIED];
    int64_t some; /* indices of the outermost reduced axis, whose sums are added up; 0: of all */
    LLVMValueRef total[JIT_MAX_CARRIED];            /* if these are in registers */
    LLVMValueRef tile[JIT_MAX_CARRIED], first_kept; /* else in memory, the result from there on */
    int ncut[IR_MAX_RANK];                          /* by axis: where its loop is split */
    int64_t cut[IR_MAX_RANK][JIT_MAX_CUTS];
    LLVMValueRef lo[IR_MAX_RANK], n[IR_MAX_RANK]; /* by axis: the stretch being done; NULL: all */
    int64_t columns, after; /* of a tile: indices of its first axis, and elements of one */
    bool tiled;
    jit_index outermost; /* where the loop over the outermost reduced axis is */
    LLVMValueRef first;  /* of SOME_ROWS indices of a reduced axis that are done together */
    sharing share;
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

static int root_of(const kernel *k, const ir_value *v)
{
    int r = 0;
    while (k->t->root[r] != v)
        r++;
    return r;
}

/* Where part `item` leaves what it gives for a reduction. */
static LLVMValueRef partial(kernel *k, const ir_value *v, LLVMValueRef item)
{
    LLVMValueRef first = jit_i64(k->em, (int64_t)root_of(k, v) * k->share.nitem);
    return jit_address(k->em, k->share.partial, k->em->i64,
                       LLVMBuildAdd(k->em->b, first, item, ""));
}

/* A result of a reduction: to its register or its element. */
static void deliver(kernel *k, const ir_value *v, LLVMValueRef offset, LLVMValueRef x)
{
    if (k->share.reduced && k->share.item)
        jit_store_at(k->em, partial(k, v, k->share.item), (ir_dtype)v->type.dtype, x);
    else if (v->type.rank == 0)
        jit_set_reg(k->em, v, x);
    else
        jit_store(k->em, jit_slot_of(k->em->frame->b, v)->buffer, (ir_dtype)v->type.dtype, offset,
                  x);
}

static LLVMValueRef in_tile(kernel *k, int r, LLVMValueRef kept)
{
    jit_emit *em = k->em;
    ir_dtype d = (ir_dtype)k->t->root[r]->type.dtype;
    return jit_address(em, k->tile[r], jit_stored_type(em, d),
                       LLVMBuildSub(em->b, kept, k->first_kept, ""));
}

/* The accumulator in memory of a reduction. */
static LLVMValueRef load_sum(kernel *k, int r, LLVMValueRef kept)
{
    const ir_value *v = k->t->root[r];
    ir_dtype d = (ir_dtype)v->type.dtype;
    return k->tile[r] ? jit_load_at(k->em, in_tile(k, r, kept), d)
                      : jit_load(k->em, jit_slot_of(k->em->frame->b, v)->buffer, d, kept);
}

static void store_sum(kernel *k, int r, LLVMValueRef kept, LLVMValueRef x)
{
    const ir_value *v = k->t->root[r];
    ir_dtype d = (ir_dtype)v->type.dtype;
    if (k->tile[r])
        jit_store_at(k->em, in_tile(k, r, kept), d, x);
    else
        jit_store(k->em, jit_slot_of(k->em->frame->b, v)->buffer, d, kept, x);
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
        if (!is_reduction(v))
            jit_store(em, jit_slot_of(em->frame->b, v)->buffer, d, jit_llvm(linear), x[r]);
        else if (!k->ninner)
            k->acc[r] = jit_combine(em, combiner(v), d, k->acc[r], x[r], true);
        else
            store_sum(k, r, kept,
                      jit_combine(em, combiner(v), d, load_sum(k, r, kept), x[r], false));
    }
    jit_forget(em, 0);
}

/* Some rows together are added to results in memory: loaded and stored once for all. */
enum { SOME_ROWS = 4 };

static void some_rows(kernel *k, jit_index linear, LLVMValueRef kept)
{
    jit_emit *em = k->em;
    int axis = k->order[k->nouter + k->nred - 1];
    const jit_axis *a = &k->nest.axis[axis];
    LLVMValueRef x[JIT_MAX_CARRIED][SOME_ROWS];
    for (int j = 0; j < SOME_ROWS; j++) {
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
        ir_dtype d = (ir_dtype)v->type.dtype;
        for (int step = 1; step < SOME_ROWS; step *= 2)
            for (int j = 0; j < SOME_ROWS; j += 2 * step)
                x[r][j] = jit_combine(em, combiner(v), d, x[r][j], x[r][j + step], false);
        store_sum(k, r, kept,
                  jit_combine(em, combiner(v), d, load_sum(k, r, kept), x[r][0], false));
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
    if (depth == k->nouter)
        k->outermost = (jit_index)i;
    inside(k, depth + 1, jit_index_step(k->em, linear, i, a->stride),
           a->reduced ? kept : jit_index_step(k->em, kept, i, k->kept_stride[axis]));
}

/* Whether the innermost loop is worth one body only: it computes much, or is one of the many that a
 * long sum takes, and how many elements are left over when its vectors are full is not known. Only
 * machines that can mask any load are asked to. */
static bool one_body(const kernel *k, int depth, const jit_counted *l)
{
    enum { MUCH = 24 };
    bool long_sum = k->ninner && k->some, map = true;
    for (int r = 0; r < k->t->nroot; r++)
        map = map && !is_reduction(k->t->root[r]);
    return depth == k->nest.n - 1 && l->count && jit_target_masks() &&
           (long_sum || (map && k->t->cost >= MUCH));
}

/* After index i of the outermost reduced axis: is it the last of some? */
static LLVMValueRef is_last(kernel *k, LLVMValueRef i)
{
    jit_emit *em = k->em;
    LLVMValueRef mask = jit_i64(em, k->some - 1);
    return LLVMBuildICmp(em->b, LLVMIntEQ, LLVMBuildAnd(em->b, i, mask, ""), mask, "");
}

/* Then what accumulators in registers hold goes to the totals. */
static void add_up(kernel *k, LLVMValueRef i)
{
    jit_emit *em = k->em;
    LLVMValueRef last = is_last(k, i);
    for (int r = 0; r < k->t->nroot; r++) {
        const ir_value *v = k->t->root[r];
        if (!is_reduction(v))
            continue;
        ir_dtype d = (ir_dtype)v->type.dtype;
        LLVMValueRef sum = jit_combine(em, combiner(v), d, k->total[r], k->acc[r], false);
        k->total[r] = LLVMBuildSelect(em->b, last, sum, k->total[r], "");
        k->acc[r] = LLVMBuildSelect(em->b, last, identity(em, v), k->acc[r], "");
    }
}

/* What is in a loop that has begun: its index is `first` on, and known to be from lo to hi - 1.
 * Accumulators in registers are carried if asked for. */
static void in_loop(kernel *k, int depth, jit_index linear, jit_index kept, level_fn *inside,
                    bool carry, jit_counted *l, jit_index first, int64_t lo, int64_t hi)
{
    jit_emit *em = k->em;
    bool totals = carry && k->some && depth == k->nouter;
    for (int r = 0; carry && r < k->t->nroot; r++)
        if (is_reduction(k->t->root[r])) {
            k->acc[r] = jit_loop_carry(em, l, k->acc[r]);
            if (totals)
                k->total[r] = jit_loop_carry(em, l, k->total[r]);
        }
    jit_index i = jit_index_add(em, first, (jit_index)l->i);
    jit_range_bind(em, jit_llvm(i), k->order[depth], lo, hi);
    at_index(k, depth, linear, kept, inside, jit_llvm(i));
    if (totals)
        add_up(k, jit_llvm(i));
    LLVMValueRef next[2 * JIT_MAX_CARRIED];
    for (int r = 0, n = 0; carry && r < k->t->nroot; r++)
        if (is_reduction(k->t->root[r])) {
            next[n++] = k->acc[r];
            if (totals)
                next[n++] = k->total[r];
        }
    l->masked = one_body(k, depth, l);
    jit_loop_end(em, l, next);
}

/* The loop over a stretch of an axis. */
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
    in_loop(k, depth, linear, kept, inside, carry, &l, jit_index_const(em, lo), lo, hi);
}

/* One loop of the nest around `inside`, in stretches on which comparisons are decided. */
static void loop(kernel *k, int depth, jit_index linear, jit_index kept, level_fn *inside,
                 bool carry)
{
    int axis = k->order[depth];
    int64_t lo = 0, size = k->nest.axis[axis].size;
    if (k->lo[axis]) {
        jit_counted l;
        if (LLVMIsAConstantInt(k->n[axis]))
            jit_loop_begin(k->em, &l, LLVMConstIntGetSExtValue(k->n[axis]));
        else
            jit_loop_begin_counted(k->em, &l, k->n[axis]);
        l.whole = depth < k->nest.n - 1;
        in_loop(k, depth, linear, kept, inside, carry, &l, (jit_index)k->lo[axis], 0, size);
        return;
    }
    for (int c = 0; c < k->ncut[axis]; c++) {
        stretch(k, depth, linear, kept, inside, carry, lo, k->cut[axis][c]);
        lo = k->cut[axis][c];
    }
    stretch(k, depth, linear, kept, inside, carry, lo, size);
}

static void inner_level(kernel *k, int depth, jit_index linear, jit_index kept)
{
    if (depth < k->nouter + k->nred + k->ninner)
        loop(k, depth, linear, kept, inner_level, false);
    else if (k->first)
        some_rows(k, linear, jit_llvm(kept));
    else
        body(k, linear, jit_llvm(kept));
}

static void identities(kernel *k, int depth, jit_index linear, jit_index kept)
{
    if (depth < k->nouter + k->nred + k->ninner) {
        loop(k, depth, linear, kept, identities, false);
        return;
    }
    for (int r = 0; r < k->t->nroot; r++)
        if (is_reduction(k->t->root[r]))
            store_sum(k, r, jit_llvm(kept), identity(k->em, k->t->root[r]));
}

/* The tile is added to the result, and is zero again. */
static void empty_tile(kernel *k, int depth, jit_index linear, jit_index kept)
{
    if (depth < k->nouter + k->nred + k->ninner) {
        loop(k, depth, linear, kept, empty_tile, false);
        return;
    }
    jit_emit *em = k->em;
    for (int r = 0; r < k->t->nroot; r++) {
        const ir_value *v = k->t->root[r];
        if (!is_reduction(v))
            continue;
        ir_dtype d = (ir_dtype)v->type.dtype;
        int buffer = jit_slot_of(em->frame->b, v)->buffer;
        LLVMValueRef all = jit_load(em, buffer, d, jit_llvm(kept));
        LLVMValueRef some = load_sum(k, r, jit_llvm(kept));
        jit_store(em, buffer, d, jit_llvm(kept), jit_combine(em, combiner(v), d, all, some, false));
        store_sum(k, r, jit_llvm(kept), identity(em, v));
    }
}

static void empty_if_last(kernel *k, jit_index kept, LLVMValueRef i)
{
    jit_emit *em = k->em;
    LLVMBasicBlockRef full = jit_new_block(em, "full"), go_on = jit_new_block(em, "on");
    LLVMBuildCondBr(em->b, is_last(k, i), full, go_on);
    LLVMPositionBuilderAtEnd(em->b, full);
    empty_tile(k, k->nouter + k->nred, jit_index_const(em, 0), kept);
    LLVMBuildBr(em->b, go_on);
    LLVMPositionBuilderAtEnd(em->b, go_on);
}

/* Whether rows are worth taking some at a time: the loop over them does little else than load and
 * store its results. */
static bool takes_some_rows(const kernel *k, int depth)
{
    enum { LITTLE = 12, INNER = 32 };
    int axis = k->order[depth];
    if (!k->ninner || depth != k->nouter + k->nred - 1 || k->t->cost > LITTLE || k->ncut[axis] ||
        k->lo[axis] || k->nest.axis[axis].size < 2 * SOME_ROWS ||
        (!k->some && k->nest.axis[k->nest.n - 1].size < INNER))
        return false;
    for (int r = 0; r < k->t->nroot; r++)
        if (!is_reduction(k->t->root[r]))
            return false;
    return true;
}

static void rows_in_fours(kernel *k, int depth, jit_index linear, jit_index kept)
{
    jit_emit *em = k->em;
    int axis = k->order[depth];
    int64_t size = k->nest.axis[axis].size, whole = size / SOME_ROWS * SOME_ROWS;
    jit_counted l;
    jit_loop_begin(em, &l, size / SOME_ROWS);
    k->first = LLVMBuildMul(em->b, l.i, jit_i64(em, SOME_ROWS), "");
    jit_range_bind(em, k->first, axis, 0, whole);
    at_index(k, depth, linear, kept, inner_level, k->first);
    if (k->tiled && depth == k->nouter)
        empty_if_last(k, kept, LLVMBuildAdd(em->b, k->first, jit_i64(em, SOME_ROWS - 1), ""));
    k->first = NULL;
    jit_loop_end(em, &l, NULL);
    if (whole < size)
        stretch(k, depth, linear, kept, inner_level, false, whole, size);
}

static void reduced_level(kernel *k, int depth, jit_index linear, jit_index kept)
{
    if (depth < k->nouter + k->nred && takes_some_rows(k, depth))
        rows_in_fours(k, depth, linear, kept);
    else if (depth < k->nouter + k->nred)
        loop(k, depth, linear, kept, reduced_level, !k->ninner);
    else
        inner_level(k, depth, linear, kept);
    if (depth == k->nouter + 1 && k->tiled && !k->first)
        empty_if_last(k, kept, jit_llvm(k->outermost));
}

/* Into the elements of the result that the inner loops pass; by way of a tile, if of some. */
static void reduce_once(kernel *k, jit_index linear, jit_index kept)
{
    jit_emit *em = k->em;
    int inner = k->nouter + k->nred, axis = k->order[inner];
    identities(k, inner, linear, kept);
    if (!k->some) {
        reduced_level(k, k->nouter, linear, kept);
        return;
    }
    for (int r = 0; r < k->t->nroot; r++)
        if (is_reduction(k->t->root[r]))
            k->tile[r] = jit_stack(em, (size_t)(k->columns * k->after) *
                                           ir_dtypes[k->t->root[r]->type.dtype].size);
    k->first_kept = jit_llvm(k->lo[axis] ? jit_index_step(em, kept, k->lo[axis], k->after) : kept);
    k->tiled = true;
    identities(k, inner, linear, kept);
    reduced_level(k, k->nouter, linear, kept);
    empty_tile(k, inner, linear, kept);
    k->tiled = false;
    memset(k->tile, 0, sizeof k->tile);
}

/* As many columns at a time as a tile has. */
static void reduce_in_memory(kernel *k, jit_index linear, jit_index kept)
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

static void outer_level(kernel *k, int depth, jit_index linear, jit_index kept)
{
    if (depth < k->nouter) {
        loop(k, depth, linear, kept, outer_level, false);
        return;
    }
    if (k->ninner && k->nred) {
        reduce_in_memory(k, linear, kept);
        return;
    }
    for (int r = 0; r < k->t->nroot; r++)
        if (is_reduction(k->t->root[r]))
            k->acc[r] = k->total[r] = identity(k->em, k->t->root[r]);
    reduced_level(k, depth, linear, kept);
    for (int r = 0; r < k->t->nroot; r++) {
        const ir_value *v = k->t->root[r];
        if (!is_reduction(v))
            continue;
        if (k->some)
            k->acc[r] = jit_combine(k->em, combiner(v), (ir_dtype)v->type.dtype, k->total[r],
                                    k->acc[r], false);
        deliver(k, v, jit_llvm(kept), k->acc[r]);
    }
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

/* Are there many terms in sums of floats? Then decides how many are added up by themselves, and how
 * much of the result at a time; kept axes that make a tile too large become outer loops. */
static void decide_levels(kernel *k)
{
    enum { MANY = 1024, TILE_BYTES = 16384 };
    int64_t terms = 1, bytes = 0;
    int n = 0;
    bool sums = false;
    for (int r = 0; r < k->t->nroot; r++) {
        const ir_value *v = k->t->root[r];
        if (!is_reduction(v))
            continue;
        sums = sums || (ir_is_float((ir_dtype)v->type.dtype) && !strcmp(combiner(v), "add"));
        bytes += ir_dtypes[v->type.dtype].size;
        n++;
    }
    for (int d = 0; d < k->nred; d++)
        terms *= k->nest.axis[k->order[k->nouter + d]].size;
    /* The innermost loop has several accumulators of its own. */
    if (!sums || terms < MANY || (!k->ninner && (k->nred < 2 || 2 * n > JIT_MAX_CARRIED)))
        return;
    int64_t rest = terms / k->nest.axis[k->order[k->nouter]].size;
    k->some = SOME_ROWS;
    while (k->some * rest * k->some * rest < SOME_ROWS * terms)
        k->some *= 2;
    while (k->ninner) {
        k->after = 1;
        for (int a = 1; a < k->ninner; a++)
            k->after *= k->nest.axis[k->order[k->nouter + k->nred + a]].size;
        k->columns = TILE_BYTES / bytes / k->after;
        if (k->columns)
            return;
        int axis = k->order[k->nouter + k->nred];
        memmove(&k->order[k->nouter + 1], &k->order[k->nouter], (size_t)k->nred * sizeof(int));
        k->order[k->nouter++] = axis;
        k->ninner--;
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

/* ---- in tiles ----------------------------------------------------------------------------------
 * An operand that is read across its rows is read in tiles that stay in the cache. */

/* The axis along which an operand of the fused expression of v is contiguous, if it is not the
 * last one; -1 if there is none. */
static int across(const jit_block *b, const ir_value *v, int rank, int depth)
{
    enum { LOOK = 8 };
    const ir_eqn *e = v->eqn;
    if (e->op->role == IR_ROLE_TRANSPOSE && v->type.rank == rank)
        for (int d = 0; d < rank - 1; d++)
            if (e->attr[0].ints[d] == rank - 1)
                return d;
    for (int j = 0; depth < LOOK && j < e->nin; j++)
        if (b->slot[e->in[j]->id].res == JIT_FUSED) {
            int d = across(b, e->in[j], rank, depth + 1);
            if (d >= 0)
                return d;
        }
    return -1;
}

/* The axis of the nest to be tiled with the innermost, or -1. */
static int tiled_axis(const kernel *k)
{
    enum { LEAST = 64 };
    const jit_nest *nest = &k->nest;
    int rank = nest->space->rank;
    for (int r = 0; r < k->t->nroot && !k->nred && nest->n > 1; r++) {
        int d = jit_is_map(k->t->root[r]) ? across(k->em->frame->b, k->t->root[r], rank, 0) : -1;
        for (int a = 0; d >= 0 && a < nest->n - 1; a++)
            if (nest->axis[a].dim == d && nest->axis[a].size >= LEAST &&
                nest->axis[nest->n - 1].size >= LEAST && !k->ncut[a] && !k->ncut[nest->n - 1])
                return a;
    }
    return -1;
}

/* Opens the loop over an axis' tiles, within the stretch of it that is being done. */
static void tiles_begin(kernel *k, int axis, jit_items *l)
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

/* All of the space, or the stretch of it that is being done. */
static void whole(kernel *k)
{
    jit_emit *em = k->em;
    int axis = tiled_axis(k);
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

/* ---- shared among threads ----------------------------------------------------------------------
 */

/* Cuts the outermost axis that is kept, or else the outermost, if there is enough to do. */
static void decide_sharing(kernel *k)
{
    enum { PARTS = 64, LINE = 16, PAGE = 1024 };
    const jit_step *t = k->t;
    k->share.axis = -1;
    if (k->em->shared || !k->nest.n || !jit_is_large(t))
        return;
    int depth = k->nouter || !k->ninner ? 0 : k->nred, axis = k->order[depth];
    bool innermost = depth == k->nest.n - 1;
    int64_t size = k->nest.axis[axis].size, part = (size + PARTS - 1) / PARTS;
    int64_t least = depth ? PAGE : innermost ? LINE : 1; /* elements walked in a row */
    part = (part + least - 1) / least * least;
    if (size <= part || k->ncut[axis])
        return;
    k->share = (sharing){.axis = axis,
                         .part = part,
                         .nitem = (int)((size + part - 1) / part),
                         .reduced = k->nest.axis[axis].reduced};
}

/* Which values the kernel reads and writes. */
static void find_values(kernel *k)
{
    const jit_step *t = k->t;
    sharing *s = &k->share;
    s->value = ir_alloc(&k->em->mem, (size_t)(t->nread + t->nroot + 1) * sizeof *s->value);
    for (int j = 0; j < t->nread; j++)
        s->value[s->nvalue++] = t->read[j].v;
    for (int j = 0; j < t->nroot; j++)
        if (t->root[j]->type.rank)
            s->value[s->nvalue++] = t->root[j];
}

static void load_values(kernel *k, jit_frame *frame)
{
    jit_emit *em = k->em;
    sharing *s = &k->share;
    LLVMValueRef *x = ir_alloc(&em->mem, (size_t)(s->nvalue + 1) * sizeof *x);
    LLVMValueRef extra = jit_env_load(em, s->nvalue, s->value, x);
    s->partial = LLVMBuildLoad2(em->b, em->ptr, extra, "");
    for (int j = 0; j < s->nvalue; j++)
        if (s->value[j]->type.rank)
            em->where[jit_buffer_of(frame->b, s->value[j])] = x[j];
        else
            frame->reg[s->value[j]->id] = x[j];
}

/* Parts `from` up to `to`: as one, or one after the other if each gives a result of its own. */
static void do_parts(kernel *k)
{
    jit_emit *em = k->em;
    sharing *s = &k->share;
    LLVMValueRef part = jit_i64(em, s->part), size = jit_i64(em, k->nest.axis[s->axis].size);
    LLVMValueRef from = LLVMGetParam(em->fn, 1), to = LLVMGetParam(em->fn, 2);
    if (!s->reduced) {
        LLVMValueRef n = LLVMBuildMul(em->b, LLVMBuildSub(em->b, to, from, ""), part, "");
        k->lo[s->axis] = LLVMBuildMul(em->b, from, part, "");
        k->n[s->axis] = jit_index_min(em, n, LLVMBuildSub(em->b, size, k->lo[s->axis], ""));
        whole(k);
        return;
    }
    jit_items l;
    jit_items_begin(em, &l, from, to);
    s->item = l.i;
    k->lo[s->axis] = LLVMBuildMul(em->b, l.i, part, "");
    k->n[s->axis] = jit_index_min(em, part, LLVMBuildSub(em->b, size, k->lo[s->axis], ""));
    whole(k);
    s->item = NULL;
    jit_items_end(em, &l);
}

/* The reductions along the axis cut, out of what the parts gave, in order. */
static void join_parts(kernel *k)
{
    jit_emit *em = k->em;
    for (int r = 0; r < k->t->nroot; r++) {
        const ir_value *v = k->t->root[r];
        ir_dtype d = (ir_dtype)v->type.dtype;
        if (!k->share.reduced || !is_reduction(v))
            continue;
        jit_counted l;
        LLVMValueRef acc = identity(em, v);
        jit_loop_begin(em, &l, k->share.nitem);
        acc = jit_loop_carry(em, &l, acc);
        acc = jit_combine(em, combiner(v), d, acc, jit_load_at(em, partial(k, v, l.i), d), false);
        jit_loop_end(em, &l, &acc);
        deliver(k, v, jit_i64(em, 0), acc);
    }
}

static void emit_shared(kernel *k)
{
    jit_emit *em = k->em;
    jit_frame inside = jit_frame_make(em, em->frame->b);
    LLVMValueRef memory = jit_stack(em, (size_t)(k->share.nitem * k->t->nroot) * 8);
    find_values(k);
    LLVMValueRef env = jit_env_fill(em, k->share.nvalue, k->share.value, memory);
    jit_share o;
    jit_share_begin(em, &o, "parts");
    em->frame = &inside;
    load_values(k, &inside);
    do_parts(k);
    jit_end_accesses(em);
    jit_share_end(em, &o);
    jit_share_call(em, &o, env, k->share.nitem, 0);
    k->share.partial = memory;
    join_parts(k);
}

/* Only some rows of it: a stretch of the outermost axis, which dimensions may have joined. */
static void take_rows(kernel *k)
{
    jit_emit *em = k->em;
    LLVMValueRef each = jit_i64(em, k->nest.axis[0].size / em->rows);
    k->lo[0] = LLVMBuildMul(em->b, em->row, each, "");
    k->n[0] = LLVMBuildMul(em->b, em->nrow, each, "");
}

void jit_emit_kernel(jit_emit *em, const jit_step *t)
{
    kernel k = {.em = em, .t = t, .share.axis = -1};
    if (ir_type_count(&t->space) == 0) {
        empty_space(&k);
    } else {
        bool linear = jit_is_linear(em->frame->b, t);
        jit_nest_init(em, &k.nest, &t->space, t->reduced, linear);
        set_order(&k);
        decide_levels(&k);
        if (!linear)
            find_cuts(&k);
        decide_sharing(&k);
        if (em->row)
            take_rows(&k);
        if (k.share.axis >= 0)
            emit_shared(&k);
        else
            whole(&k);
        jit_range_clear(em);
    }
    jit_end_accesses(em);
}

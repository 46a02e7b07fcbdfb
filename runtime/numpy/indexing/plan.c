/* Works out what a list of indices means for an array of a given type: a list of parts, one for
 * each dimension that an index takes or adds. */
#include <inttypes.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/indexing/plan.h"

/* ---- one index -------------------------------------------------------------------------------- */

static index_part *add_part(index_plan *p, part_kind kind, int axis, int *ordinal)
{
    if (p->n == PART_MOST) {
        ir_fail("%s: %s has too many dimensions for so many new ones", p->what, ir_type_tmp(&p->t));
        return NULL;
    }
    p->part[p->n] = (index_part){.kind = kind, .axis = axis, .ordinal = (*ordinal)++};
    return &p->part[p->n++];
}

static bool add_whole(index_plan *p, int axis, int *ordinal)
{
    index_part *part = add_part(p, PART_RANGE, axis, ordinal);
    if (part)
        part->size = p->t.dim[axis], part->step = 1;
    return part;
}

/* A bound next to JAC_END was computed from it. */
static bool is_near_the_end(int64_t bound)
{
    return bound != JAC_END && bound > JAC_END - (1 << 20);
}

/* Brings a bound into lo .. hi; a negative one counts from the end. */
static int64_t bound_within(int64_t bound, int64_t size, int64_t lo, int64_t hi)
{
    if (bound < 0)
        bound += size;
    return bound < lo ? lo : bound > hi ? hi : bound;
}

static bool add_range(index_plan *p, const jac_ix *i, int axis, int *ordinal)
{
    int64_t size = p->t.dim[axis], step = i->step, lo = step < 0 ? -1 : 0, hi = size + lo;
    if (step == 0 || step == INT64_MIN)
        return ir_fail("%s: the step of a range must not be %" PRId64, p->what, step);
    if (is_near_the_end(i->start) || is_near_the_end(i->stop))
        return ir_fail("%s: a bound of a range is computed from JAC_END; write -1 for the last "
                       "element",
                       p->what);
    int64_t first = step < 0 ? hi : lo, last = step < 0 ? lo : hi;
    int64_t start = i->start == JAC_END && step < 0 ? first : bound_within(i->start, size, lo, hi);
    int64_t stop = i->stop == JAC_END ? last : bound_within(i->stop, size, lo, hi);
    int64_t span = step < 0 ? start - stop : stop - start, by = step < 0 ? -step : step;
    index_part *part = add_part(p, PART_RANGE, axis, ordinal);
    if (!part)
        return false;
    part->start = start;
    part->size = span > 0 ? (span - 1) / by + 1 : 0;
    part->step = part->size > 1 ? step : 1;
    return true;
}

static bool fail_empty(const index_plan *p, int axis)
{
    return ir_fail("%s: %s has no elements along axis %d", p->what, ir_type_tmp(&p->t), axis);
}

static bool add_index(index_plan *p, jac index, int axis, int *ordinal)
{
    index_part *part = add_part(p, PART_INDEX, axis, ordinal);
    if (part)
        part->index = index;
    return part && jac_ok(index);
}

/* A position that is known. Out of range, it is an error unless a mode is given. */
static bool add_integer(index_plan *p, int64_t given, int axis, int *ordinal)
{
    int64_t size = p->t.dim[axis], i = given < 0 ? given + size : given;
    bool inside = i >= 0 && i < size;
    if (!inside && !p->mode_given)
        return ir_fail("%s: index %" PRId64 " is out of range for axis %d of %s", p->what, given,
                       axis, ir_type_tmp(&p->t));
    if (!inside && p->options.mode == JAC_FILL_OR_DROP)
        return add_index(p, index_position(i), axis, ordinal);
    if (!size)
        return fail_empty(p, axis);
    if (!inside && p->options.mode == JAC_WRAP)
        i = (given % size + size) % size;
    index_part *part = add_part(p, PART_AT, axis, ordinal);
    if (part)
        part->start = i < 0 ? 0 : i >= size ? size - 1 : i;
    return part;
}

/* Positions that are operands. */
static bool add_positions(index_plan *p, jac array, int axis, int *ordinal)
{
    ir_type t;
    int64_t size = p->t.dim[axis];
    windows_mode mode;
    jac_index_mode given = p->mode_given ? p->options.mode : JAC_CLIP;
    if (!index_positions(p->what, &array, size, given, &mode) || !rt_type_of(array, &t))
        return false;
    if (!size && p->mode != WINDOWS_DROP && ir_type_count(&t))
        return fail_empty(p, axis);
    return add_index(p, array, axis, ordinal);
}

static bool add_mask(index_plan *p, jac mask, const ir_type *t, int axis, int *ordinal)
{
    bool fits = t->rank <= p->t.rank - axis;
    for (int k = 0; fits && k < t->rank; k++)
        fits = t->dim[k] == p->t.dim[axis + k];
    if (!t->rank)
        return ir_fail("%s: a mask must have at least one dimension, but is %s", p->what,
                       ir_type_tmp(t));
    if (!fits)
        return ir_fail("%s: the mask %s does not have the sizes of %s from axis %d on", p->what,
                       ir_type_tmp(t), ir_type_tmp(&p->t), axis);
    index_part *part = add_part(p, PART_MASK, axis, ordinal);
    if (part) {
        part->index = mask;
        part->size = t->rank;
    }
    return part;
}

/* The integer that a handle stands for, if it is the handle of a C integer. */
static const rt_number *number_of(jac x)
{
    const rt_slot *s = rt_slot_of(x);
    bool integer = s && s->kind == RT_NUMBER &&
                   (s->number.kind == IR_KIND_INT || s->number.kind == IR_KIND_UINT);
    return integer ? &s->number : NULL;
}

/* How many dimensions an array takes: as many as it has if it is a mask. */
static int dims_taken(jac array, const ir_type *t)
{
    return t->dtype == IR_bool && !number_of(array) ? t->rank : 1;
}

static bool add_array(index_plan *p, jac array, int axis, int *ordinal)
{
    ir_type t;
    if (!rt_type_of(array, &t))
        return false;
    const rt_number *n = number_of(array);
    if (n)
        return add_integer(p, n->kind == IR_KIND_INT ? n->i : INT64_MAX, axis, ordinal);
    return t.dtype == IR_bool ? add_mask(p, array, &t, axis, ordinal)
                              : add_positions(p, array, axis, ordinal);
}

/* ---- the list --------------------------------------------------------------------------------- */

typedef struct {
    int taken, ellipses; /* dimensions of x that the indices take */
} counts;

static bool check_list(const index_plan *p, int64_t n, const jac_ix *ix)
{
    return n >= 0 && n <= INT32_MAX && (ix || !n)
               ? true
               : ir_fail("%s: %" PRId64 " indices are given%s", p->what, n,
                         ix ? "" : " as a null pointer");
}

static bool take_options(index_plan *p, const jac_index_opts *o)
{
    if (!index_mode(p->what, o->mode, &p->mode))
        return false;
    if (p->mode_given)
        return ir_fail("%s: JAC_MODE is given twice", p->what);
    p->options = *o;
    p->mode_given = true;
    return true;
}

static bool count_taken(index_plan *p, int64_t n, const jac_ix *ix, counts *c)
{
    if (!check_list(p, n, ix))
        return false;
    for (int64_t k = 0; k < n; k++) {
        ir_type t;
        switch (ix[k].kind) {
        case JAC_IX_INTEGER:
        case JAC_IX_RANGE:
            c->taken++;
            break;
        case JAC_IX_ARRAY:
            if (!rt_type_of(ix[k].array, &t))
                return false;
            c->taken += dims_taken(ix[k].array, &t);
            break;
        case JAC_IX_ELLIPSIS:
            c->ellipses++;
            break;
        case JAC_IX_MODE:
            if (!take_options(p, &ix[k].options))
                return false;
            break;
        case JAC_IX_LIST:
            for (int64_t j = 0; ix[k].list && j < ix[k].start; j++)
                if (ix[k].list[j].kind == JAC_IX_LIST)
                    return ir_fail("%s: a list of indices must not hold another one", p->what);
            if (!count_taken(p, ix[k].start, ix[k].list, c))
                return false;
            break;
        case JAC_IX_NEW:
            break;
        default:
            return ir_fail("%s: an index is of kind %d, which does not exist", p->what,
                           (int)ix[k].kind);
        }
    }
    return true;
}

/* Where the next index stands. */
typedef struct {
    int axis, ordinal, whole; /* whole: dimensions for the ellipsis */
} cursor;

static bool add_indices(index_plan *p, int64_t n, const jac_ix *ix, cursor *c)
{
    bool ok = true;
    for (int64_t k = 0; ok && k < n; k++) {
        const jac_ix *i = &ix[k];
        ir_type t;
        switch (i->kind) {
        case JAC_IX_INTEGER:
            ok = add_integer(p, i->start, c->axis++, &c->ordinal);
            break;
        case JAC_IX_RANGE:
            ok = add_range(p, i, c->axis++, &c->ordinal);
            break;
        case JAC_IX_ARRAY:
            ok = rt_type_of(i->array, &t) && add_array(p, i->array, c->axis, &c->ordinal);
            c->axis += ok ? dims_taken(i->array, &t) : 0;
            break;
        case JAC_IX_ELLIPSIS:
            for (int d = 0; ok && d < c->whole; d++)
                ok = add_whole(p, c->axis++, &c->ordinal);
            c->ordinal++;
            break;
        case JAC_IX_NEW:
            ok = add_part(p, PART_NEW, -1, &c->ordinal);
            break;
        case JAC_IX_LIST:
            ok = add_indices(p, i->start, i->list, c);
            break;
        default:
            break;
        }
    }
    return ok;
}

bool index_parts(index_plan *p, const char *what, windows_mode mode, jac x, int n, const jac_ix *ix)
{
    counts seen = {0};
    *p = (index_plan){.what = what, .mode = mode};
    if (!rt_promote(1, &x, false) || !rt_type_of(x, &p->t) || !count_taken(p, n, ix, &seen))
        return false;
    p->x = x;
    if (seen.ellipses > 1)
        return ir_fail("%s: JAC_ELLIPSIS can be given once, but is given %d times", what,
                       seen.ellipses);
    if (seen.taken > p->t.rank)
        return ir_fail("%s: the indices take %s, but %s has %d", what,
                       ir_count_tmp(seen.taken, "dimension"), ir_type_tmp(&p->t), p->t.rank);
    cursor c = {.whole = p->t.rank - seen.taken};
    if (!add_indices(p, n, ix, &c))
        return false;
    for (int d = 0; !seen.ellipses && d < c.whole; d++)
        if (!add_whole(p, c.axis++, &c.ordinal))
            return false;
    return true;
}

bool index_is_whole(const index_plan *p, const index_part *part)
{
    return part->kind == PART_RANGE && part->step == 1 && part->size == p->t.dim[part->axis];
}

/* ---- masks and index arrays ------------------------------------------------------------------- */

static bool fail_traced_mask(const index_plan *p, const index_part *mask)
{
    ir_type t;
    rt_type_of(mask->index, &t);
    return ir_fail(
        "%s: the mask %s is a traced value, so the shape of the result is not known; use "
        "jac_where, or indices from jac_nonzero with .size",
        p->what, ir_type_tmp(&t));
}

/* Replaces each mask by the positions at which it is true, an array for each of its dimensions. */
static bool expand_masks(index_plan *p)
{
    index_plan old = *p;
    int added = 0;
    p->n = 0;
    for (int k = 0; k < old.n; k++) {
        index_part *mask = &old.part[k];
        int ordinal = mask->ordinal + added;
        if (mask->kind != PART_MASK) {
            if (p->n == PART_MOST)
                return ir_fail("%s: the indices take too many dimensions", p->what);
            p->part[p->n] = *mask;
            p->part[p->n++].ordinal = ordinal;
            continue;
        }
        jac at[IR_MAX_RANK];
        const rt_slot *s = rt_slot_of(mask->index);
        if (!s)
            return false;
        if (s->kind == RT_TRACED)
            return fail_traced_mask(p, mask);
        if (!np_true_positions(mask->index, at))
            return false;
        for (int d = 0; d < (int)mask->size; d++)
            if (!add_index(p, at[d], mask->axis + d, &ordinal))
                return false;
        added += (int)mask->size - 1;
    }
    return true;
}

/* Broadcasts the index arrays against each other. */
static bool align_arrays(index_plan *p)
{
    jac index[PART_MOST];
    ir_type t;
    for (int k = 0; k < p->n; k++)
        if (p->part[k].kind == PART_INDEX)
            index[p->nindex++] = p->part[k].index;
    if (!p->nindex)
        return true;
    if (!rt_broadcast(p->what, p->nindex, index) || !rt_promote(p->nindex, index, false) ||
        !rt_type_of(index[0], &t))
        return false;
    p->rank = t.rank;
    p->advanced = t.rank > 0;
    memcpy(p->shape, t.dim, sizeof p->shape);
    for (int k = 0, j = 0; k < p->n; k++)
        if (p->part[k].kind == PART_INDEX)
            p->part[k].index = index[j++];
    return true;
}

/* The dimensions of the index arrays come first if the arrays and integers are not side by side. */
static void find_place(index_plan *p)
{
    int first = -1, last = -1;
    bool adjacent = true;
    for (int k = 0; k < p->n; k++) {
        bool integer = p->part[k].kind == PART_INDEX || p->part[k].kind == PART_AT;
        if (!integer)
            continue;
        adjacent = adjacent && (first < 0 || p->part[k].ordinal == p->part[last].ordinal + 1);
        first = first < 0 ? k : first;
        last = k;
    }
    p->place = adjacent && first >= 0 ? first : 0;
}

bool index_finish(index_plan *p)
{
    if (!expand_masks(p) || !align_arrays(p))
        return false;
    find_place(p);
    return true;
}

/* ---- what is selected ------------------------------------------------------------------------- */

static bool add_dim(const index_plan *p, index_shape *s, int64_t size, int part)
{
    if (s->rank == IR_MAX_RANK)
        return ir_fail("%s: the result would have more than %d dimensions", p->what, IR_MAX_RANK);
    s->dim[s->rank] = size;
    s->part[s->rank++] = part;
    return true;
}

bool index_result(const index_plan *p, bool with_new, index_shape *s)
{
    *s = (index_shape){0};
    for (int k = 0; k < p->n || k == 0; k++) {
        for (int d = 0; k == p->place && d < p->rank; d++)
            if (!add_dim(p, s, p->shape[d], -1))
                return false;
        if (k == p->n)
            break;
        const index_part *part = &p->part[k];
        bool dim = part->kind == PART_RANGE || (part->kind == PART_NEW && with_new);
        if (dim && !add_dim(p, s, part->kind == PART_NEW ? 1 : part->size, k))
            return false;
    }
    return true;
}

void index_spans(const index_plan *p, index_span *span)
{
    for (int d = 0; d < p->t.rank; d++)
        span[d] = (index_span){0, p->t.dim[d], 1};
    for (int k = 0; k < p->n; k++) {
        const index_part *part = &p->part[k];
        index_span *s = &span[part->axis < 0 ? 0 : part->axis];
        if (part->kind == PART_AT)
            *s = (index_span){part->start, 1, 1};
        if (part->kind != PART_RANGE)
            continue;
        *s = (index_span){part->start, part->size, part->step};
        if (s->step < 0) {
            s->start += (s->size - 1) * s->step;
            s->step = -s->step;
        }
        if (!s->size)
            *s = (index_span){0, 0, 1};
    }
}

jac index_block(const index_plan *p)
{
    index_span span[IR_MAX_RANK];
    int64_t from[IR_MAX_RANK], to[IR_MAX_RANK], by[IR_MAX_RANK];
    int rank = p->t.rank;
    bool whole = true;
    index_spans(p, span);
    for (int d = 0; d < rank; d++) {
        whole = whole && span[d].size == p->t.dim[d];
        from[d] = span[d].start;
        by[d] = span[d].step;
        to[d] = span[d].size ? from[d] + (span[d].size - 1) * by[d] + 1 : from[d];
    }
    ir_attr attr[] = {[SLICE_START] = {.n = rank, .ints = from},
                      [SLICE_LIMIT] = {.n = rank, .ints = to},
                      [SLICE_STRIDES] = {.n = rank, .ints = by}};
    return whole ? p->x : rt_emit1(&op_slice, 1, &p->x, attr);
}

jac index_reversed(const index_plan *p, jac x)
{
    int64_t back[IR_MAX_RANK];
    int n = 0;
    for (int k = 0; k < p->n; k++)
        if (p->part[k].kind == PART_RANGE && p->part[k].step < 0)
            back[n++] = p->part[k].axis;
    ir_attr attr[] = {[REV_DIMENSIONS] = {.n = n, .ints = back}};
    return n && jac_ok(x) ? rt_emit1(&op_rev, 1, &x, attr) : x;
}

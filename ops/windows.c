/* The parameters of gathers and scatters: checked, worked out, and used in emitted code. */
#include <inttypes.h>
#include <string.h>

#include "ops/ops.h"
#include "ops/windows.h"

/* ---- parameters ------------------------------------------------------------------------------ */

/* Both kinds have these parameters, in these places. */
enum { OFFSET, COLLAPSED, MAP, BATCHING, INDEX_BATCHING, NLIST };
_Static_assert((int)GATHER_INDEX_BATCHING == INDEX_BATCHING &&
                   (int)SCATTER_INDEX_BATCHING == INDEX_BATCHING &&
                   (int)GATHER_SORTED == (int)SCATTER_SORTED,
               "gather and the scatters have the same parameters");

bool windows_is_gather(const ir_op *op)
{
    return op == &op_gather;
}

/* What a mode amounts to. */
static windows_mode mode_of(const ir_op *op, windows_mode mode)
{
    return mode != WINDOWS_PROMISE ? mode : windows_is_gather(op) ? WINDOWS_CLIP : WINDOWS_DROP;
}

static windows_dims *list_of(windows_attrs *a, int k)
{
    return (windows_dims *[]){&a->offset, &a->collapsed, &a->map, &a->batching,
                              &a->index_batching}[k];
}

static windows_dims dims_of(const ir_attr *a)
{
    windows_dims d = {.n = a->n < IR_MAX_RANK ? a->n : IR_MAX_RANK};
    if (d.n)
        memcpy(d.at, a->ints, (size_t)d.n * sizeof *d.at);
    return d;
}

static windows_attrs read_attrs(const ir_op *op, const ir_attr *attr)
{
    windows_attrs a = {.vector = attr[GATHER_VECTOR].i,
                       .mode = (windows_mode)attr[GATHER_MODE].i,
                       .unique = attr[GATHER_UNIQUE].i,
                       .sorted = attr[GATHER_SORTED].i};
    for (int k = 0; k < NLIST; k++)
        *list_of(&a, k) = dims_of(&attr[k]);
    if (windows_is_gather(op)) {
        a.sizes = dims_of(&attr[GATHER_SIZES]);
        a.fill = attr[GATHER_FILL].scalar;
    }
    return a;
}

static bool has(const windows_dims *d, int64_t dim)
{
    return axis_count(d->at, d->n, dim) > 0;
}

/* Is dimension d of x one along which windows have only a single place? */
static bool is_single(const windows_attrs *a, int d)
{
    return has(&a->collapsed, d) || has(&a->batching, d);
}

/* The sizes of a scatter's windows, which are those of its updates. */
static void set_sizes(windows_attrs *a, const ir_type *x, const ir_type *updates)
{
    a->sizes.n = x->rank;
    for (int d = 0, k = 0; d < x->rank; d++)
        a->sizes.at[d] = is_single(a, d) ? 1 : updates->dim[a->offset.at[k++]];
}

windows_attrs windows_attrs_of(const ir_eqn *e)
{
    windows_attrs a = read_attrs(e->op, e->attr);
    if (!windows_is_gather(e->op))
        set_sizes(&a, &e->in[0]->type, &e->in[2]->type);
    return a;
}

void windows_set_attrs(const ir_op *op, const windows_attrs *a, ir_attr *attr)
{
    for (int k = 0; k < NLIST; k++) {
        const windows_dims *d = list_of((windows_attrs *)a, k);
        attr[k] = (ir_attr){.n = d->n, .ints = d->at};
    }
    attr[GATHER_VECTOR].i = a->vector;
    attr[GATHER_MODE].i = a->mode;
    attr[GATHER_UNIQUE].i = a->unique;
    attr[GATHER_SORTED].i = a->sorted;
    if (!windows_is_gather(op))
        return;
    attr[GATHER_SIZES] = (ir_attr){.n = a->sizes.n, .ints = a->sizes.at};
    attr[GATHER_FILL].scalar = a->fill;
}

ir_value *b_gather(ir_graph *g, ir_value *x, ir_value *indices, const windows_attrs *a)
{
    ir_attr attr[GATHER_NATTR];
    windows_set_attrs(&op_gather, a, attr);
    return ir_emit1(g, &op_gather, 2, (ir_value *[]){x, indices}, attr);
}

ir_value *windows_take(ir_graph *g, ir_value *x, ir_value *places, int axis, bool unique)
{
    windows_attrs a = {
        .collapsed = {1, {axis}}, .map = {1, {axis}}, .mode = WINDOWS_PROMISE, .unique = unique};
    if (!x || !places)
        return NULL;
    a.vector = places->type.rank;
    for (int d = 0; d < x->type.rank; d++) {
        a.sizes.at[a.sizes.n++] = 1;
        if (d != axis)
            a.batching.at[a.batching.n++] = a.index_batching.at[a.index_batching.n++] = d;
    }
    return b_gather(g, x, places, &a);
}

ir_value *b_scatter(ir_graph *g, const ir_op *op, ir_value *x, ir_value *indices, ir_value *updates,
                    const windows_attrs *a)
{
    ir_attr attr[GATHER_NATTR]; /* the longer list, as the compiler cannot tell which one it is */
    windows_set_attrs(op, a, attr);
    return ir_emit1(g, op, 3, (ir_value *[]){x, indices, updates}, attr);
}

static void add_dim(windows_dims *d, int64_t dim)
{
    d->at[d->n++] = dim;
}

windows_attrs windows_along(const ir_type *x, const ir_type *indices, int axis, int batch_dims)
{
    windows_attrs a = {.vector = indices->rank};
    int taken = indices->rank - batch_dims;
    for (int d = 0; d < x->rank; d++) {
        bool single = d < batch_dims || d == axis;
        if (d < batch_dims) {
            add_dim(&a.batching, d);
            add_dim(&a.index_batching, d);
        } else if (!single) {
            add_dim(&a.offset, d < axis ? d : d + taken - 1);
        }
        add_dim(&a.sizes, single ? 1 : x->dim[d]);
    }
    add_dim(&a.collapsed, axis);
    add_dim(&a.map, axis);
    return a;
}

/* ---- checks ---------------------------------------------------------------------------------- */

/* What the parameters are called, by place. */
static const char *name_of(const ir_infer *q, int k)
{
    return q->op->attrs[k].name;
}

static bool fail_list(const ir_infer *q, int k, const char *why)
{
    const ir_attr *a = &q->attr[k];
    return ir_fail("%s: %s %s %s", q->op->name, name_of(q, k), ir_ints_tmp(a->ints, a->n), why);
}

/* Checks that the dimensions in list k are dimensions of t and different; `ascending`: in order. */
static bool check_list(const ir_infer *q, int k, const char *what, const ir_type *t, int rank,
                       bool ascending)
{
    const ir_attr *a = &q->attr[k];
    for (int j = 0; j < a->n; j++) {
        if (a->ints[j] < 0 || a->ints[j] >= rank)
            return ir_fail("%s: %s %s: %" PRId64 " is not a dimension of %s%s%s", q->op->name,
                           name_of(q, k), ir_ints_tmp(a->ints, a->n), a->ints[j], what,
                           t ? " " : "", t ? ir_type_tmp(t) : "");
        if (axis_count(a->ints, j, a->ints[j]))
            return fail_list(q, k, "name a dimension twice");
        if (ascending && j && a->ints[j] < a->ints[j - 1])
            return fail_list(q, k, "must be in ascending order");
    }
    return true;
}

static bool check_disjoint(const ir_infer *q, int k, int j)
{
    for (int i = 0; i < q->attr[k].n; i++)
        if (axis_in(&q->attr[j], q->attr[k].ints[i]))
            return ir_fail("%s: %s %s and %s %s have dimension %" PRId64 " in common", q->op->name,
                           name_of(q, k), ir_ints_tmp(q->attr[k].ints, q->attr[k].n), name_of(q, j),
                           ir_ints_tmp(q->attr[j].ints, q->attr[j].n), q->attr[k].ints[i]);
    return true;
}

/* Indices of 32 bits and less cannot name all elements of a dimension of more than 2^31. Narrower
 * ones may be used for shorter dimensions that they do not reach the end of, as in JAX. */
static bool check_width(const ir_infer *q, const windows_attrs *a)
{
    const ir_type *x = &q->in[0], *t = &q->in[1];
    int64_t most = t->dtype == IR_u32 ? UINT32_MAX : INT32_MAX;
    for (int k = 0; k < a->map.n && ir_dtypes[t->dtype].size <= 4; k++)
        if (x->dim[a->map.at[k]] - 1 > most)
            return ir_fail("%s: indices %s do not reach all of dimension %" PRId64
                           " of the operand %s; convert them to i64",
                           q->op->name, ir_type_tmp(t), a->map.at[k], ir_type_tmp(x));
    return true;
}

/* Checks the indices: a component for each dimension in the map, and batching dimensions of the
 * same sizes as x's. */
static bool check_indices(const ir_infer *q, const windows_attrs *a)
{
    const ir_type *x = &q->in[0], *t = &q->in[1];
    if (!check_index(q, t))
        return false;
    if (a->vector < 0 || a->vector > t->rank)
        return ir_fail("%s: index_vector_dim %" PRId64 " must be a dimension of the indices %s, or "
                       "%d",
                       q->op->name, a->vector, ir_type_tmp(t), t->rank);
    int64_t components = a->vector < t->rank ? t->dim[a->vector] : 1;
    if (components != a->map.n)
        return ir_fail("%s: indices %s with index_vector_dim %" PRId64 " have %" PRId64
                       " components, but %s %s has %d dimensions",
                       q->op->name, ir_type_tmp(t), a->vector, components, name_of(q, MAP),
                       ir_ints_tmp(a->map.at, a->map.n), a->map.n);
    if (!check_list(q, INDEX_BATCHING, "the indices", t, t->rank, false))
        return false;
    if (has(&a->index_batching, a->vector))
        return fail_list(q, INDEX_BATCHING, "have the dimension of the index vectors among them");
    bool same = a->batching.n == a->index_batching.n;
    for (int k = 0; same && k < a->batching.n; k++)
        same = x->dim[a->batching.at[k]] == t->dim[a->index_batching.at[k]];
    return same || ir_fail("%s: dimensions %s of %s and dimensions %s of the indices %s must have "
                           "the same sizes",
                           q->op->name, ir_ints_tmp(a->batching.at, a->batching.n), ir_type_tmp(x),
                           ir_ints_tmp(a->index_batching.at, a->index_batching.n), ir_type_tmp(t));
}

/* Checks the dimensions of x. */
static bool check_operand(const ir_infer *q, const windows_attrs *a)
{
    const ir_type *x = &q->in[0];
    int count = a->offset.n + a->collapsed.n + a->batching.n;
    return check_list(q, COLLAPSED, "the operand", x, x->rank, true) &&
           check_list(q, BATCHING, "the operand", x, x->rank, true) &&
           check_list(q, MAP, "the operand", x, x->rank, false) &&
           check_disjoint(q, COLLAPSED, BATCHING) && check_disjoint(q, MAP, BATCHING) &&
           (count == x->rank ||
            ir_fail("%s: %s, %s and %s have %d dimensions in all, but the operand %s has %d",
                    q->op->name, name_of(q, OFFSET), name_of(q, COLLAPSED), name_of(q, BATCHING),
                    count, ir_type_tmp(x), x->rank));
}

static bool check_sizes(const ir_infer *q, const windows_attrs *a, const ir_type *w)
{
    const ir_type *x = &q->in[0];
    for (int d = 0; d < x->rank; d++) {
        int64_t size = a->sizes.at[d];
        if (is_single(a, d) && size != 1)
            return ir_fail("%s: slice_sizes %s must be 1 along dimension %d, which the result does "
                           "not have",
                           q->op->name, ir_ints_tmp(a->sizes.at, a->sizes.n), d);
        bool none = is_single(a, d) && !ir_type_count(w); /* no window, so none is too large */
        bool dropped = is_single(a, d) && mode_of(q->op, a->mode) == WINDOWS_DROP;
        if (size < 0 || (size > x->dim[d] && !none && !dropped))
            return ir_fail("%s: windows of sizes %s do not fit into %s", q->op->name,
                           ir_ints_tmp(a->sizes.at, a->sizes.n), ir_type_tmp(x));
    }
    return true;
}

/* The type of the array of windows, except for the sizes of a scatter's windows. */
static bool window_type(const ir_infer *q, const windows_attrs *a, ir_type *w)
{
    const ir_type *x = &q->in[0], *t = &q->in[1];
    int batch = t->rank - (a->vector < t->rank), rank = a->offset.n + batch;
    int64_t shape[2 * IR_MAX_RANK + 1];
    if (!check_list(q, OFFSET, windows_is_gather(q->op) ? "the result" : "the updates", NULL, rank,
                    true))
        return false;
    for (int k = 0, d = 0, i = 0; k < rank; k++) {
        if (has(&a->offset, k)) {
            while (is_single(a, d))
                d++;
            shape[k] = a->sizes.n == x->rank ? a->sizes.at[d] : 0;
            d++;
        } else {
            i += i == a->vector;
            shape[k] = t->dim[i++];
        }
    }
    if (!check_shape(q, rank, shape))
        return false;
    *w = ir_type_make(x->dtype, rank, shape);
    w->weak = x->weak;
    return true;
}

/* Fits the updates: window dimensions of any size, and the other dimensions of the indices. */
static bool take_updates(const ir_infer *q, windows_attrs *a, ir_type *w)
{
    const ir_type *x = &q->in[0], *u = &q->in[2];
    bool fits = u->rank == w->rank && u->dtype == x->dtype;
    for (int k = 0; fits && k < u->rank; k++)
        if (has(&a->offset, k))
            w->dim[k] = u->dim[k];
        else
            fits = u->dim[k] == w->dim[k];
    if (!fits) {
        for (int k = 0; k < a->offset.n && u->rank == w->rank; k++)
            w->dim[a->offset.at[k]] = u->dim[a->offset.at[k]];
        return ir_fail("%s: for %s and indices %s, updates with %s %s must be %s, but are %s",
                       q->op->name, ir_type_tmp(x), ir_type_tmp(&q->in[1]), name_of(q, OFFSET),
                       ir_ints_tmp(a->offset.at, a->offset.n), ir_type_tmp(w), ir_type_tmp(u));
    }
    set_sizes(a, x, u);
    return true;
}

bool windows_check(const ir_infer *q, windows_attrs *a, ir_type *w)
{
    const ir_type *x = &q->in[0];
    bool gather = windows_is_gather(q->op);
    for (int k = 0; k < NLIST; k++)
        if (q->attr[k].n > IR_MAX_RANK)
            return fail_list(q, k, "name too many dimensions");
    *a = read_attrs(q->op, q->attr);
    if ((unsigned)a->mode >= WINDOWS_NMODE)
        return ir_fail("%s: mode %d must be 0 (clip), 1 (fill_or_drop) or 2 (promise_in_bounds)",
                       q->op->name, (int)a->mode);
    if (gather && !check_count(q, "slice_sizes", &q->attr[GATHER_SIZES], x))
        return false;
    return check_operand(q, a) && check_indices(q, a) && check_width(q, a) &&
           window_type(q, a, w) && (gather || take_updates(q, a, w)) && check_sizes(q, a, w);
}

windows_attrs windows_inverse(const ir_eqn *e)
{
    windows_attrs a = windows_attrs_of(e);
    a.fill = ir_scalar_of(e->in[0]->type.dtype, 0);
    a.mode = mode_of(e->op, a.mode);
    return a;
}

/* ---- worked out ------------------------------------------------------------------------------ */

windows windows_of(const ir_eqn *e)
{
    windows_attrs a = windows_attrs_of(e);
    bool gather = windows_is_gather(e->op);
    windows p = {.x = &e->in[0]->type,
                 .index = &e->in[1]->type,
                 .w = gather ? &e->out[0]->type : &e->in[2]->type,
                 .mode = mode_of(e->op, a.mode),
                 .unique = a.unique,
                 .vector = (int)a.vector,
                 .ncomponent = a.map.n};
    for (int d = 0; d < p.x->rank; d++) {
        p.size[d] = a.sizes.at[d];
        p.batch[d] = p.component[d] = -1;
    }
    for (int k = 0; k < a.batching.n; k++)
        p.batch[a.batching.at[k]] = (int)a.index_batching.at[k];
    for (int k = 0; k < a.map.n; k++) {
        p.component[a.map.at[k]] = k;
        p.slide = p.slide || p.size[a.map.at[k]] > 1;
    }
    for (int k = 0, d = 0, i = 0; k < p.w->rank; k++) {
        p.along[k] = p.picks[k] = -1;
        if (has(&a.offset, k)) {
            while (is_single(&a, d))
                d++;
            p.along[k] = d++;
        } else {
            i += i == p.vector;
            p.picks[k] = i++;
        }
    }
    return p;
}

bool windows_are_distinct(const ir_eqn *e)
{
    windows p = windows_of(e);
    int64_t n = 1;
    if (p.unique)
        return true;
    for (int k = 0; k < p.index->rank; k++) {
        bool batching = k == p.vector;
        for (int d = 0; d < p.x->rank; d++)
            batching = batching || p.batch[d] == k;
        n *= batching ? 1 : p.index->dim[k];
    }
    return n <= 1;
}

/* ---- batching -------------------------------------------------------------------------------- */

static void shift(windows_dims *d, int at)
{
    for (int k = 0; k < d->n; k++)
        d->at[k] = axis_shift(d->at[k], at);
}

static void insert(windows_dims *d, int at, int64_t v)
{
    int64_t was[IR_MAX_RANK];
    memcpy(was, d->at, sizeof was);
    ints_insert(was, d->n++, at, v, d->at);
}

/* The dimension of w for a new dimension of the indices. */
static int place_of_index(const windows *p, int vector, int at)
{
    int before = at - (vector < at), place = 0; /* of the dimensions that tell which window it is */
    for (int k = 0; k < p->w->rank && before; k++)
        if (p->picks[k] >= 0) {
            place = k + 1;
            before--;
        }
    return place;
}

/* The dimension of w for a new dimension of x, along which windows have all places; it is number
 * `number` of these. It comes after those that tell which window it is if one of theirs precedes it
 * in x, so that the order in memory is the same. */
static int place_of_window_dim(const windows_attrs *a, const windows *p, int at, int *number)
{
    bool after = false;
    *number = 0;
    for (int d = 0; d < at; d++) {
        after = is_single(a, d) || p->component[d] >= 0;
        *number += !is_single(a, d);
    }
    if (after)
        return *number < a->offset.n ? (int)a->offset.at[*number] : p->w->rank;
    return *number ? (int)a->offset.at[*number - 1] + 1 : 0;
}

int windows_batch(windows_attrs *a, const windows *p, int x_axis, int index_axis, int64_t size)
{
    int place = 0, number = 0;
    if (a->offset.n == IR_MAX_RANK || a->sizes.n == IR_MAX_RANK || p->index->rank == IR_MAX_RANK)
        return 0; /* there is no room, and the equation is refused */
    if (index_axis >= 0) {
        shift(&a->index_batching, index_axis);
        a->vector = axis_shift(a->vector, index_axis);
        place = place_of_index(p, (int)a->vector, index_axis);
    } else {
        place = place_of_window_dim(a, p, x_axis, &number);
    }
    shift(&a->offset, place);
    if (x_axis >= 0) {
        windows_dims *of_x[] = {&a->collapsed, &a->map, &a->batching};
        for (int k = 0; k < 3; k++)
            shift(of_x[k], x_axis);
        insert(&a->sizes, x_axis, index_axis >= 0 ? 1 : size);
    } else {
        a->unique = a->sorted = false;
    }
    if (index_axis < 0) {
        insert(&a->offset, number, place);
    } else if (x_axis >= 0) {
        int k = 0;
        while (k < a->batching.n && a->batching.at[k] < x_axis)
            k++;
        insert(&a->batching, k, x_axis);
        insert(&a->index_batching, k, index_axis);
    }
    return place;
}

/* ---- in emitted code ------------------------------------------------------------------------- */

jit_scalar windows_emit(jit_emit *em, const ir_eqn *e, const jit_index *at, jit_index *start,
                        bool clamp)
{
    windows plan = windows_of(e);
    const windows *p = &plan;
    jit_index index_at[IR_MAX_RANK + 1];
    jit_scalar inside = NULL;
    ir_dtype dtype = p->index->dtype;
    for (int k = 0; k < p->w->rank; k++)
        if (p->picks[k] >= 0)
            index_at[p->picks[k]] = at[k];
    for (int d = 0; d < p->x->rank; d++) {
        int64_t most = p->x->dim[d] - p->size[d];
        bool clip = p->mode == WINDOWS_CLIP;
        start[d] = p->batch[d] >= 0 ? index_at[p->batch[d]] : jit_index_const(em, 0);
        if (p->component[d] < 0 || (clip && most == 0))
            continue;
        if (p->vector < p->index->rank)
            index_at[p->vector] = jit_index_const(em, p->component[d]);
        jit_scalar x = jit_operand(em, e, 1, place_of(p->index->rank, index_at));
        jit_index given = jit_to_index(em, x, dtype); /* a large u64 becomes negative */
        start[d] = clip || clamp ? index_emit(em, x, dtype, most) : given;
        if (clip)
            continue;
        jit_scalar here = jit_and(em, jit_index_lt(em, jit_index_const(em, -1), given),
                                  jit_index_lt(em, given, jit_index_const(em, most + 1)));
        inside = inside ? jit_and(em, inside, here) : here;
    }
    return inside;
}

/* reduce and reduce_window: combine elements by any body (lowered.h), several operands at once.
 *
 * The operands are constants of the body, n arrays of one shape, and n scalars that are combined
 * first. A body that is a single known operation becomes a reduction of that. Any other is batched,
 * so that it combines whole arrays: a few of them one after another, or many in a loop.
 */
#include <string.h>

#include "ops/lowered.h"
#include "ops/shape.h"
#include "ops/sliding.h"

enum { FEW = 16 }; /* arrays that are combined without a loop */

static int arrays_of(int nin, int64_t nconst)
{
    return (nin - (int)nconst) / 2;
}

static bool check_values(const ir_infer *q, int64_t nconst)
{
    int64_t left = q->nin - nconst;
    if (nconst < 0 || left < 2 || left % 2)
        return ir_fail("%s: %d operands are given, but there must be %lld constants, then arrays "
                       "and as many initial values",
                       q->op->name, q->nin, (long long)nconst);
    const ir_type *x = q->in + nconst;
    int n = arrays_of(q->nin, nconst);
    for (int k = 0; k < n; k++)
        if (!ir_same_shape(&x[k], &x[0]) || x[n + k].rank || x[n + k].dtype != x[k].dtype)
            return ir_fail("%s: array %d and its initial value are %s and %s; all arrays must have "
                           "one shape, and initial values be scalars of their dtypes",
                           q->op->name, k, ir_type_tmp(&x[k]), ir_type_tmp(&x[n + k]));
    return true;
}

/* ---- reduce ---------------------------------------------------------------------------------- */

static bool reduce_infer(ir_infer *q)
{
    int64_t nc = q->attr[REDUCE_BY_NUM_CONSTS].i;
    const ir_attr *axes = &q->attr[REDUCE_BY_AXES];
    if (!check_values(q, nc))
        return false;
    const ir_type *x = q->in + nc;
    int n = arrays_of(q->nin, nc);
    if (!check_axes(q, "axes", axes, x) ||
        !body_check(q, q->attr[REDUCE_BY_BODY].graph, (int)nc, n))
        return false;
    for (int k = 0; k < n; k++) {
        ir_type t = ir_type_scalar(x[k].dtype);
        for (int d = 0; d < x->rank; d++)
            if (!axis_in(axes, d))
                t.dim[t.rank++] = x->dim[d];
        ir_infer_out(q, &t);
    }
    return true;
}

/* The array with all reduced axes joined into one in front. */
static ir_value *reduced_first(ir_graph *g, ir_value *x, const ir_attr *axes)
{
    int64_t order[IR_MAX_RANK], shape[IR_MAX_RANK + 1] = {1};
    int n = axes->n, rank = 1;
    for (int k = 0; x && k < n; k++)
        shape[0] *= x->type.dim[order[k] = axes->ints[k]];
    for (int d = 0; x && d < x->type.rank; d++)
        if (!axis_in(axes, d)) {
            order[n + rank - 1] = d;
            shape[rank++] = x->type.dim[d];
        }
    return x ? b_reshape(g, b_transpose(g, x, order), rank, shape) : NULL;
}

/* Row k of x. */
static ir_value *row(ir_graph *g, ir_value *x, int64_t k)
{
    int64_t start[IR_MAX_RANK] = {k}, limit[IR_MAX_RANK];
    if (!x)
        return NULL;
    memcpy(limit, x->type.dim, sizeof limit);
    limit[0] = k + 1;
    return b_reshape(g, b_slice(g, x, start, limit, NULL), x->type.rank - 1, x->type.dim + 1);
}

/* The arrays, rows first, that are combined: in[0 .. nc) are the constants. */
typedef struct {
    ir_graph *g;
    const ir_graph *over; /* the body for rows */
    int nc, n;
    int64_t rows;
    ir_value *const *constant, *const *x;
} folding;

static bool fold_few(const folding *f, ir_value **y)
{
    IR_SCRATCH(scratch);
    int nc = f->nc, n = f->n;
    ir_value **in = ir_alloc(&scratch, (size_t)(nc + 2 * n + 1) * sizeof *in);
    if (!in)
        return false;
    for (int k = 0; k < nc; k++)
        in[k] = f->constant[k];
    for (int64_t r = 0; r < f->rows; r++) {
        for (int k = 0; k < n; k++) {
            in[nc + k] = y[k];
            if (!(in[nc + n + k] = row(f->g, f->x[k], r)))
                return false;
        }
        if (!ir_splice(f->g, f->over, in, y))
            return false;
    }
    return true;
}

static bool fold_many(const folding *f, ir_value **y)
{
    IR_SCRATCH(scratch);
    int nc = f->nc, n = f->n;
    ir_value **in = ir_alloc(&scratch, (size_t)(nc + 2 * n + 1) * sizeof *in);
    if (!in)
        return false;
    for (int k = 0; k < nc; k++)
        in[k] = f->constant[k];
    for (int k = 0; k < n; k++) {
        in[nc + k] = y[k];
        in[nc + n + k] = f->x[k];
    }
    ir_attr attr[] = {[SCAN_BODY] = {.graph = (ir_graph *)f->over},
                      [SCAN_LENGTH] = {.i = f->rows},
                      [SCAN_NUM_CONSTS] = {.i = nc},
                      [SCAN_NUM_CARRY] = {.i = n},
                      [SCAN_REVERSE] = {.i = 0},
                      [SCAN_CHECKPOINTS] = {.i = 0}};
    return ir_results(ir_emit(f->g, &op_scan, nc + 2 * n, in, attr), n, y);
}

/* Sets rows to the arrays with the reduced axes in front, and returns how many rows there are. */
static int64_t to_rows(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **rows)
{
    int n = e->nout;
    for (int k = 0; k < n; k++)
        if (!(rows[k] = reduced_first(g, x[k], &e->attr[REDUCE_BY_AXES])))
            return -1;
    return rows[0]->type.dim[0];
}

/* Values that a body and a loop take: not weak. */
static bool plain_values(ir_graph *g, int n, ir_value *const *x, ir_value **y)
{
    for (int k = 0; k < n; k++)
        if (!(y[k] = b_convert(g, x[k], x[k]->type.dtype)))
            return false;
    return true;
}

static const ir_op *reduction_of(const ir_op *by)
{
    static const ir_op *const pairs[][2] = {{&op_add, &op_reduce_sum}, {&op_mul, &op_reduce_prod},
                                            {&op_max, &op_reduce_max}, {&op_min, &op_reduce_min},
                                            {&op_and, &op_reduce_and}, {&op_or, &op_reduce_or},
                                            {&op_xor, &op_reduce_xor}};
    for (size_t k = 0; by && k < sizeof pairs / sizeof *pairs; k++)
        if (by == pairs[k][0])
            return pairs[k][1];
    return NULL;
}

static bool reduce_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *given, ir_value **y)
{
    IR_SCRATCH(scratch);
    const ir_attr *axes = &e->attr[REDUCE_BY_AXES];
    const ir_graph *body = e->attr[REDUCE_BY_BODY].graph;
    const ir_type *t = &e->out[0]->type;
    int n = e->nout, nc = e->nin - 2 * n;
    const ir_op *by = body_is(body);
    ir_value **x = ir_alloc(&scratch, (size_t)(e->nin + n + 1) * sizeof *x), **rows = x + e->nin;
    if (!x || !plain_values(g, e->nin, given, x))
        return false;
    for (int k = 0; k < n; k++)
        if (!(y[k] = b_broadcast_in_dim(g, x[nc + n + k], t->rank, t->dim, NULL)))
            return false;
    if (reduction_of(by)) {
        ir_value *all = b_reduce(g, reduction_of(by), x[0], axes->n, axes->ints);
        return (y[0] = ir_emit1(g, by, 2, (ir_value *[]){y[0], all}, NULL)) != NULL;
    }
    IR_AUTO_GRAPH over = body_over(body, nc, t->rank, t->dim);
    folding f = {g, over, nc, n, to_rows(g, e, x + nc, rows), x, rows};
    return over && f.rows >= 0 && (f.rows <= FEW ? fold_few : fold_many)(&f, y);
}

/* ---- derivatives of reduce --------------------------------------------------------------------
 *
 * As in JAX, those of a tree: the first half of the rows is combined with the second, which an odd
 * number of rows fills up with the initial values. */

static ir_value *half(ir_graph *g, ir_value *x, bool second, ir_value *fill)
{
    int64_t rows = x->type.dim[0], middle = (rows + 1) / 2;
    int64_t start[IR_MAX_RANK] = {0}, limit[IR_MAX_RANK], high[IR_MAX_RANK] = {0};
    memcpy(limit, x->type.dim, sizeof limit);
    start[0] = second ? middle : 0;
    limit[0] = second ? rows : middle;
    ir_value *y = b_slice(g, x, start, limit, NULL);
    high[0] = 1;
    return second && rows % 2 ? b_pad(g, y, fill, (int64_t[IR_MAX_RANK]){0}, high, NULL) : y;
}

static bool tree(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    IR_SCRATCH(scratch);
    const ir_graph *body = e->attr[REDUCE_BY_BODY].graph;
    const ir_type *t = &e->out[0]->type;
    int n = e->nout, nc = e->nin - 2 * n;
    ir_value **in = ir_alloc(&scratch, (size_t)(e->nin + n + 1) * sizeof *in), **rows = in + e->nin;
    if (!in || to_rows(g, e, x + nc, rows) < 0)
        return false;
    for (int k = 0; k < nc; k++)
        in[k] = x[k];
    while (rows[0]->type.dim[0] > 1) {
        for (int k = 0; k < n; k++) {
            in[nc + k] = half(g, rows[k], false, x[nc + n + k]);
            in[nc + n + k] = half(g, rows[k], true, x[nc + n + k]);
            if (!in[nc + k] || !in[nc + n + k])
                return false;
        }
        const ir_type *h = &in[nc]->type;
        IR_AUTO_GRAPH over = body_over(body, nc, h->rank, h->dim);
        if (!over || !ir_splice(g, over, in, rows))
            return false;
    }
    for (int k = 0; k < n; k++) {
        y[k] = rows[k]->type.dim[0] ? row(g, rows[k], 0)
                                    : b_broadcast_in_dim(g, x[nc + n + k], t->rank, t->dim, NULL);
        if (!y[k])
            return false;
    }
    return true;
}

static ir_graph *tree_graph(const ir_eqn *e)
{
    IR_SCRATCH(scratch);
    ir_graph *g = ir_graph_new("reduce");
    ir_value **x = ir_alloc(&scratch, (size_t)(2 * e->nin + e->nout + 1) * sizeof *x);
    bool ok = g && x;
    for (int k = 0; ok && k < e->nin; k++)
        ok = (x[k] = ir_input(g, &e->in[k]->type)) != NULL;
    ok = ok && plain_values(g, e->nin, x, x + e->nin) && tree(g, e, x + e->nin, x + 2 * e->nin);
    if (ok)
        return ir_finish(g, x + 2 * e->nin, e->nout);
    ir_graph_release(g);
    return NULL;
}

/* If initial values or constants have tangents, by the loop, which uses each of them once. */
static bool reduce_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                       ir_value **y, ir_value **ty)
{
    IR_SCRATCH(scratch);
    int n = e->nout, m = e->nin, nc = m - 2 * n, moving = 0;
    for (int k = 0; k < m; k++)
        if (t[k] && (k < nc || k >= nc + n))
            return lowered_jvp(g, e, x, t, y, ty);
    IR_AUTO_GRAPH f = tree_graph(e);
    bool *nz = ir_alloc(&scratch, (size_t)(m + n + 1) * sizeof *nz);
    ir_value **in = ir_alloc(&scratch, (size_t)(2 * (m + n) + 1) * sizeof *in);
    if (!f || !nz || !in)
        return false;
    for (int k = 0; k < m; k++) {
        in[k] = x[k];
        if ((nz[k] = t[k] != NULL))
            in[m + moving++] = t[k];
    }
    IR_AUTO_GRAPH moved = ir_jvp(f, nz, nz + m);
    ir_value **made = ir_emit(g, e->op, m, x, e->attr);
    if (!moved || !made || !ir_splice(g, moved, in, in + 2 * m))
        return false;
    for (int k = 0, at = n; k < n; k++) {
        y[k] = made[k];
        ty[k] = nz[m + k] ? in[2 * m + at++] : NULL;
    }
    return true;
}

/* ---- batching -------------------------------------------------------------------------------- */

/* Are only arrays batched, not constants, initial values or the body? */
static bool only_arrays(const ir_eqn *e, const int *axis, const ir_batching *over)
{
    int n = e->nout, nc = e->nin - 2 * n;
    for (int k = nc + n; k < e->nin; k++)
        if (axis[k] >= 0)
            return false;
    return body_is_shared(e, nc, axis, over);
}

/* Emits e with its arrays batched along a first axis. */
static bool batch_arrays(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                         const ir_attr *attr, int64_t size, ir_value **y, int *yaxis)
{
    IR_SCRATCH(scratch);
    int n = e->nout, nc = e->nin - 2 * n;
    ir_value **in = ir_alloc(&scratch, (size_t)(e->nin + 1) * sizeof *in);
    if (!in)
        return false;
    for (int k = 0; k < e->nin; k++)
        in[k] = k < nc || k >= nc + n ? x[k] : ir_move_axis(g, x[k], axis[k], 0, size);
    for (int k = 0; k < n; k++)
        yaxis[k] = 0;
    return ir_results(ir_emit(g, e->op, e->nin, in, attr), n, y);
}

static bool reduce_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                         const ir_batching *over, ir_value **y, int *yaxis)
{
    int64_t axes[IR_MAX_RANK];
    ir_attr attr[REDUCE_BY_NATTR];
    if (!only_arrays(e, axis, over))
        return lowered_batch(g, e, x, axis, over, y, yaxis);
    memcpy(attr, e->attr, sizeof attr);
    axes_shift(&e->attr[REDUCE_BY_AXES], 0, axes);
    attr[REDUCE_BY_AXES].ints = axes;
    return batch_arrays(g, e, x, axis, attr, over->size, y, yaxis);
}

const ir_op op_reduce = {
    .name = "reduce",
    .attrs = IR_ATTR_COLUMN(REDUCE_BY),
    .infer = reduce_infer,
    .eval = lowered_eval,
    .jvp = reduce_jvp,
    .batch = reduce_batch,
    .regroup = body_regroup,
    .simplify = reduce_simplify,
};

/* ---- reduce_window --------------------------------------------------------------------------- */

static bool window_infer(ir_infer *q)
{
    int64_t nc = q->attr[WINDOW_BY_NUM_CONSTS].i;
    sliding s;
    if (!check_values(q, nc) || !sliding_check(q, q->in + nc, &s))
        return false;
    int n = arrays_of(q->nin, nc);
    if (!body_check(q, q->attr[WINDOW_BY_BODY].graph, (int)nc, n))
        return false;
    for (int k = 0; k < n; k++) {
        ir_type t = ir_type_make(q->in[nc + k].dtype, s.rank, s.out);
        ir_infer_out(q, &t);
    }
    return true;
}

/* The monoid's windows, if the initial value is its identity. */
static const ir_op *windows_of(const ir_op *by, const ir_value *init)
{
    const ir_eqn *e = init->eqn;
    ir_dtype d = init->type.dtype;
    if (!by || !e || e->op->role != IR_ROLE_LITERAL)
        return NULL;
    uint64_t bits = e->attr[LITERAL_VALUE].scalar.bits;
    if (by == &op_add && bits == 0 && d != IR_bool)
        return &op_reduce_window_sum;
    if (ir_is_complex(d))
        return NULL;
    if (by == &op_max && bits == ir_scalar_lowest(d).bits)
        return &op_reduce_window_max;
    return by == &op_min && bits == ir_scalar_highest(d).bits ? &op_reduce_window_min : NULL;
}

static bool window_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *given, ir_value **y)
{
    IR_SCRATCH(scratch);
    const ir_graph *body = e->attr[WINDOW_BY_BODY].graph;
    const ir_type *t = &e->out[0]->type;
    int n = e->nout, nc = e->nin - 2 * n;
    ir_value **x = ir_alloc(&scratch, (size_t)(e->nin + n + 1) * sizeof *x), **padded = x + e->nin;
    if (!x || !plain_values(g, e->nin, given, x))
        return false;
    sliding s = sliding_of(&x[nc]->type, e->attr), p = sliding_over_padded(&s);
    if (!ir_type_count(t)) {
        for (int k = 0; k < n; k++)
            y[k] = ir_zeros(g, &e->out[k]->type);
        return true;
    }
    const ir_op *known = n == 1 ? windows_of(body_is(body), given[nc + n]) : NULL;
    if (known) {
        ir_eqn plain = *e; /* with fewer operands */
        ir_value *in[] = {given[nc]};
        plain.op = known;
        plain.nin = 1;
        plain.in = in;
        return known->simplify(g, &plain, x + nc, y);
    }
    for (int k = 0; k < n; k++)
        if (!(padded[k] = sliding_pad(g, &s, x[nc + k], x[nc + n + k])))
            return false;
    return sliding_fold(g, &p, body, nc, x, n, padded, x + nc + n, y);
}

static bool window_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                         const ir_batching *over, ir_value **y, int *yaxis)
{
    int n = e->nout, nc = e->nin - 2 * n;
    return only_arrays(e, axis, over) ? sliding_batch(g, e, x, axis, over->size, nc, n, y, yaxis)
                                      : lowered_batch(g, e, x, axis, over, y, yaxis);
}

const ir_op op_reduce_window = {
    .name = "reduce_window",
    .attrs = IR_ATTR_COLUMN(WINDOW_BY),
    .infer = window_infer,
    .eval = lowered_eval,
    .jvp = lowered_jvp,
    .batch = window_batch,
    .regroup = body_regroup,
    .simplify = window_simplify,
};

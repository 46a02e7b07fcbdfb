/* scatter_by: combines windows of arrays with updates by any body (lowered.h), several arrays at
 * once. It has the parameters of the scatters (windows.h).
 *
 * The operands are constants of the body, n arrays, indices, and n updates. Updates that meet in
 * one place are combined one after the other, in the order in which they are in memory: in a loop
 * over the windows. If no windows meet, all are read, combined and written back at once. JAX's
 * scatter has such a body; its public functions give it only those that have primitives of their
 * own.
 */
#include <string.h>

#include "ops/lowered.h"
#include "ops/scatter.h"
#include "ops/shape.h"

static int constants_of(const ir_eqn *e)
{
    return (int)e->attr[SCATTER_BY_NUM_CONSTS].i;
}

/* The scatter of array k alone. `in` has room for its three operands. */
static ir_eqn single(const ir_eqn *e, int k, ir_value **in)
{
    int nc = constants_of(e), n = e->nout;
    ir_eqn one = *e;
    in[0] = e->in[nc + k];
    in[1] = e->in[nc + n];
    in[2] = e->in[nc + n + 1 + k];
    one.nin = 3;
    one.in = in;
    return one;
}

static bool by_infer(ir_infer *q)
{
    int64_t nc = q->attr[SCATTER_BY_NUM_CONSTS].i, left = q->nin - nc;
    if (nc < 0 || left < 3 || left % 2 == 0)
        return ir_fail("scatter_by: %d operands are given, but there must be %lld constants, then "
                       "arrays, indices, and as many updates",
                       q->nin, (long long)nc);
    int n = (int)left / 2;
    const ir_type *x = q->in + nc;
    for (int k = 0; k < n; k++) {
        windows_attrs a;
        ir_type w, in[] = {x[k], x[n], x[n + 1 + k]};
        ir_infer one = *q;
        one.in = in;
        one.nin = 3;
        if (!ir_same_shape(&x[k], &x[0]))
            return ir_fail("scatter_by: all arrays must have one shape, but are %s and %s",
                           ir_type_tmp(&x[0]), ir_type_tmp(&x[k]));
        if (!windows_check(&one, &a, &w))
            return false;
        if (!ir_same_shape(&in[2], &x[n + 1]))
            return ir_fail("scatter_by: all updates must have one shape, but are %s and %s",
                           ir_type_tmp(&x[n + 1]), ir_type_tmp(&in[2]));
    }
    if (!body_check(q, q->attr[SCATTER_BY_BODY].graph, (int)nc, n))
        return false;
    for (int k = 0; k < n; k++) {
        ir_type t = x[k];
        t.weak = false;
        ir_infer_out(q, &t);
    }
    return true;
}

/* ---- written out ----------------------------------------------------------------------------- */

/* The scatter that combines by the body, if there is one. */
static const ir_op *known_scatter(const ir_graph *body, ir_dtype d)
{
    static const ir_op *const pairs[][2] = {{&op_add, &op_scatter_add},
                                            {&op_mul, &op_scatter_mul},
                                            {&op_max, &op_scatter_max},
                                            {&op_min, &op_scatter_min}};
    const ir_op *by = body_is(body);
    for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++)
        if (by == pairs[k][0])
            return pairs[k][1];
    return d != IR_bool    ? NULL
           : by == &op_or  ? &op_scatter_max
           : by == &op_and ? &op_scatter_min
                           : NULL;
}

/* Reads n windows, combines them with updates u, and writes them back to x. */
typedef struct {
    ir_graph *g;
    const ir_graph *body;
    const windows_attrs *put, *get;
    int nc, n;
    ir_value *const *constant;
} combining;

static bool combine(const combining *c, ir_value *const *x, ir_value *indices, ir_value *const *u,
                    ir_value **y)
{
    IR_SCRATCH(scratch);
    int nc = c->nc, n = c->n;
    ir_value **in = ir_alloc(&scratch, (size_t)(nc + 3 * n + 1) * sizeof *in),
             **out = in + nc + 2 * n;
    IR_AUTO_GRAPH over = body_over(c->body, nc, u[0]->type.rank, u[0]->type.dim);
    if (!in || !over)
        return false;
    memcpy(in, c->constant, (size_t)nc * sizeof *in);
    for (int k = 0; k < n; k++) {
        windows_attrs get = *c->get;
        get.fill = ir_scalar_of(x[k]->type.dtype, 0);
        in[nc + k] = b_gather(c->g, x[k], indices, &get);
        in[nc + n + k] = u[k];
        if (!in[nc + k])
            return false;
    }
    if (!ir_splice(c->g, over, in, out))
        return false;
    for (int k = 0; k < n; k++)
        if (!(y[k] = b_scatter(c->g, &op_scatter, x[k], indices, out[k], c->put)))
            return false;
    return true;
}

/* The index vectors as rows [windows, components], with components for the batching dimensions
 * behind the others. */
static ir_value *index_rows(ir_graph *g, ir_value *at, const windows_attrs *a, int64_t count)
{
    const ir_type *t = &at->type;
    int64_t order[IR_MAX_RANK], shape[IR_MAX_RANK], rows[2] = {count, a->map.n + a->batching.n};
    int rank = 0, last = (int)a->vector;
    if (!rows[1]) /* each window starts at 0 */
        return b_reshape(g, at, 2, (int64_t[]){count, 0});
    for (int d = 0; d < t->rank; d++)
        if (d != last) {
            shape[rank] = t->dim[d];
            order[rank++] = d;
        }
    order[rank] = last;
    if (last < t->rank)
        at = b_transpose(g, at, order);
    ir_value *part[IR_MAX_RANK + 1];
    if (!a->batching.n)
        return b_reshape(g, at, 2, rows);
    if (t->dtype == IR_u64)
        at = b_min(g, at, ir_full(g, &at->type, ir_scalar_of_int(IR_u64, INT64_MAX)));
    part[0] = b_reshape(g, b_convert(g, at, IR_i64), 2, (int64_t[]){count, a->map.n});
    for (int k = 0; k < a->batching.n; k++) {
        int64_t d = a->index_batching.at[k];
        ir_value *place = b_iota(g, IR_i64, rank, shape, (int)(d - (d > last)));
        part[k + 1] = b_reshape(g, place, 2, (int64_t[]){count, 1});
    }
    return b_concatenate(g, 1 + a->batching.n, part, 1);
}

/* The updates with the dimensions that tell which window it is in front, joined into one. */
static ir_value *update_rows(ir_graph *g, const windows *p, ir_value *u, int64_t count, int *rank,
                             int64_t *shape)
{
    int64_t order[IR_MAX_RANK];
    int n = 0;
    *rank = 1;
    shape[0] = count;
    for (int pass = 0; pass < 2; pass++)
        for (int k = 0; k < p->w->rank; k++)
            if ((p->picks[k] < 0) == pass) {
                order[n++] = k;
                if (pass)
                    shape[(*rank)++] = p->w->dim[k];
            }
    return b_reshape(g, b_transpose(g, u, order), *rank, shape);
}

/* How one window is written, given its row of the indices and of the updates. */
static windows_attrs row_attrs(const windows_attrs *a)
{
    windows_attrs one = {.map = a->map, .sizes = a->sizes, .mode = a->mode, .unique = true};
    for (int d = 0; d < a->sizes.n; d++)
        if (axis_count(a->collapsed.at, a->collapsed.n, d) ||
            axis_count(a->batching.at, a->batching.n, d))
            one.collapsed.at[one.collapsed.n++] = d;
        else {
            one.offset.at[one.offset.n] = one.offset.n;
            one.offset.n++;
        }
    for (int k = 0; k < a->batching.n; k++)
        one.map.at[one.map.n++] = a->batching.at[k];
    return one;
}

/* One step of the loop: (constants, arrays, row of the indices, rows of the updates) -> arrays. */
static ir_graph *step_graph(const ir_eqn *e, ir_value *const *x, ir_value *const *rows,
                            const windows_attrs *put, const windows_attrs *get)
{
    IR_SCRATCH(scratch);
    int nc = constants_of(e), n = e->nout;
    ir_graph *g = ir_graph_new("scatter_by");
    ir_value **in = ir_alloc(&scratch, (size_t)(nc + 3 * n + 2) * sizeof *in),
             **y = in + nc + 2 * n + 1;
    bool ok = g && in;
    for (int k = 0; ok && k < nc + n; k++)
        ok = (in[k] = ir_input(g, &x[k]->type)) != NULL;
    for (int k = 0; ok && k < 1 + n; k++) {
        const ir_type *t = &rows[k]->type;
        ir_type row = ir_type_make(t->dtype, t->rank - 1, t->dim + 1);
        ok = (in[nc + n + k] = ir_input(g, &row)) != NULL;
    }
    combining c = {g, e->attr[SCATTER_BY_BODY].graph, put, get, nc, n, in};
    if (ok && combine(&c, in + nc, in[nc + n], in + nc + n + 1, y))
        return ir_finish(g, y, n);
    ir_graph_release(g);
    return NULL;
}

static bool in_turn(ir_graph *g, const ir_eqn *e, ir_value *const *x, const windows_attrs *a,
                    const windows_attrs *get, const windows *p, ir_value **y)
{
    IR_SCRATCH(scratch);
    int nc = constants_of(e), n = e->nout, rank;
    int64_t shape[IR_MAX_RANK + 1], count = 1;
    for (int k = 0; k < p->w->rank; k++)
        count *= p->picks[k] >= 0 ? p->w->dim[k] : 1;
    ir_value **in = ir_alloc(&scratch, (size_t)(nc + 2 * n + 2) * sizeof *in), **rows = in + nc + n;
    if (!in)
        return false;
    memcpy(in, x, (size_t)(nc + n) * sizeof *in);
    bool ok = (rows[0] = index_rows(g, x[nc + n], a, count)) != NULL;
    for (int k = 0; ok && k < n; k++)
        ok = (rows[1 + k] = update_rows(g, p, x[nc + n + 1 + k], count, &rank, shape)) != NULL;
    windows_attrs put = row_attrs(a), read = row_attrs(get);
    IR_AUTO_GRAPH step = ok ? step_graph(e, x, rows, &put, &read) : NULL;
    ir_attr attr[] = {
        [SCAN_BODY] = {.graph = step}, [SCAN_LENGTH] = {.i = count}, [SCAN_NUM_CONSTS] = {.i = nc},
        [SCAN_NUM_CARRY] = {.i = n},   [SCAN_REVERSE] = {.i = 0},    [SCAN_CHECKPOINTS] = {.i = 0}};
    return step && ir_results(ir_emit(g, &op_scan, nc + 2 * n + 1, in, attr), n, y);
}

static bool by_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *given, ir_value **y)
{
    IR_SCRATCH(scratch);
    const ir_graph *body = e->attr[SCATTER_BY_BODY].graph;
    int nc = constants_of(e), n = e->nout;
    ir_value *operands[3], **x = ir_alloc(&scratch, (size_t)(e->nin + 1) * sizeof *x);
    for (int k = 0; x && k < e->nin; k++)
        if (!(x[k] = b_convert(g, given[k], given[k]->type.dtype))) /* not weak */
            return false;
    if (!x)
        return false;
    ir_eqn first = single(e, 0, operands);
    windows_attrs a = windows_attrs_of(&first), get = windows_inverse(&first);
    windows p = windows_of(&first);
    ir_value *const *u = x + nc + n + 1;
    if (!ir_type_count(p.w) || !ir_type_count(p.x)) {
        memcpy(y, x + nc, (size_t)n * sizeof *y);
        return true;
    }
    const ir_op *by = n == 1 && !nc ? known_scatter(body, p.x->dtype) : NULL;
    if (by)
        return (y[0] = b_scatter(g, by, x[0], x[1], x[2], &a)) != NULL;
    combining c = {g, body, &a, &get, nc, n, x};
    return windows_are_distinct(&first) ? combine(&c, x + nc, x[nc + n], u, y)
                                        : in_turn(g, e, x, &a, &get, &p, y);
}

/* ---- other rules ----------------------------------------------------------------------------- */

static bool by_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                     const ir_batching *over, ir_value **y, int *yaxis)
{
    IR_SCRATCH(scratch);
    int nc = constants_of(e), n = e->nout;
    ir_value *operands[3], **in = ir_alloc(&scratch, (size_t)(e->nin + 1) * sizeof *in);
    if (!body_is_shared(e, nc, axis, over))
        return lowered_batch(g, e, x, axis, over, y, yaxis);
    if (!in)
        return false;
    ir_eqn first = single(e, 0, operands);
    windows_attrs a = windows_attrs_of(&first);
    windows p = windows_of(&first);
    int place = windows_batch(&a, &p, 0, axis[nc + n], over->size);
    bool ok = true;
    for (int k = 0; ok && k < e->nin; k++) {
        bool array = k >= nc && k<nc + n, update = k> nc + n;
        in[k] =
            array || update ? ir_move_axis(g, x[k], axis[k], array ? 0 : place, over->size) : x[k];
        ok = in[k] != NULL;
    }
    ir_attr attr[IR_MAX_ATTRS];
    memcpy(attr, e->attr, SCATTER_BY_NATTR * sizeof *attr);
    windows_set_attrs(e->op, &a, attr);
    for (int k = 0; k < n; k++)
        yaxis[k] = 0;
    return ok && ir_results(ir_emit(g, e->op, e->nin, in, attr), n, y);
}

const ir_op op_scatter_by = {
    .name = "scatter_by",
    .attrs = IR_ATTR_COLUMN(SCATTER_BY),
    .infer = by_infer,
    .eval = lowered_eval,
    .jvp = lowered_jvp,
    .batch = by_batch,
    .regroup = body_regroup,
    .simplify = by_simplify,
};

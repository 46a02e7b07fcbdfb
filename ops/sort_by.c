/* sort_by: sorts lines of arrays along a dimension by any comparator, a graph of scalars that says
 * whether one set of elements comes before another one.
 *
 * The operands are constants of the comparator and n arrays of one shape. The comparator takes the
 * constants, then n elements on the left and n on the right. The results are the arrays, put in one
 * order, and the places where their elements were. Elements of which neither comes before the other
 * keep their order.
 *
 * The rule simplify writes a bitonic network (lowered.h): in each of log n (log n + 1) / 2 stages, every
 * element meets that at its index xor a power of 2, and one of the two is kept. So all comparisons of a
 * stage are made at once, by the batched comparator, and whatever it says, the result is a permutation.
 */
#include <string.h>

#include "ops/lowered.h"
#include "ops/shape.h"
#include "ops/windows.h"

static bool check_comparator(const ir_infer *q, const ir_graph *less, int nc, int n)
{
    if (less->nin != nc + 2 * n || less->nout != 1 || less->out[0]->type.rank ||
        less->out[0]->type.dtype != IR_bool)
        return ir_fail("sort_by: its comparator takes %d values and gives %d, but must take %d and give a "
                       "bool",
                       less->nin, less->nout, nc + 2 * n);
    for (int k = 0; k < less->nin; k++) {
        ir_type t = k < nc ? q->in[k] : ir_type_scalar(q->in[nc + (k - nc) % n].dtype);
        if (!ir_same_type(&less->in[k]->type, &t))
            return ir_fail("sort_by: its comparator takes %s as value %d, but is given %s",
                           ir_type_tmp(&less->in[k]->type), k, ir_type_tmp(&t));
    }
    return true;
}

static ir_dtype place_dtype(int64_t n)
{
    return n <= 1 << 30 ? IR_i32 : IR_i64; /* so that twice n fits */
}

static bool sort_by_infer(ir_infer *q)
{
    int64_t nc = q->attr[SORT_BY_NUM_CONSTS].i, n = q->nin - nc;
    if (nc < 0 || n < 1)
        return ir_fail("sort_by: %d operands are given, but there must be %lld constants and an array",
                       q->nin, (long long)nc);
    const ir_type *x = q->in + nc;
    if (!check_axis(q, "dimension", q->attr[SORT_BY_DIMENSION].i, x))
        return false;
    for (int k = 1; k < n; k++)
        if (!ir_same_shape(&x[k], x))
            return ir_fail("sort_by: operand %d is %s, but must have the shape of the first array, %s",
                           (int)nc + k, ir_type_tmp(&x[k]), ir_type_tmp(x));
    if (!check_comparator(q, q->attr[SORT_BY_COMPARATOR].graph, (int)nc, (int)n))
        return false;
    for (int k = 0; k < n; k++)
        ir_infer_out(q, &x[k]);
    ir_type places = ir_type_like(*x, place_dtype(x->dim[q->attr[SORT_BY_DIMENSION].i]));
    ir_infer_out(q, &places);
    return true;
}

/* ---- the network ----------------------------------------------------------------------------- */

typedef struct {
    ir_graph *g; /* the body of the loop over stages */
    ir_type t;   /* of the places, [rows, others...]; rows is a power of 2 */
    int64_t n;   /* elements of a line; those from place n on are padding */
    int nc, narray;
    const ir_graph *less; /* for arrays */
} network;

static ir_value *scalar(ir_graph *g, ir_dtype d, int64_t v)
{
    return ir_literal(g, d, ir_scalar_of_int(d, v), false);
}

static ir_value *and_bits(const network *w, ir_value *rows, ir_value *bit)
{
    ir_value *bits = b_broadcast_in_dim(w->g, bit, 1, w->t.dim, NULL);
    return b_eq(w->g, b_and(w->g, rows, bits), ir_zeros(w->g, &rows->type));
}

static ir_value *each_row(const network *w, ir_value *rows)
{
    const int64_t first = 0;
    return b_broadcast_in_dim(w->g, rows, w->t.rank, w->t.dim, &first);
}

/* The elements that x meets. */
static ir_value *partners(const network *w, ir_value *x, ir_value *rows)
{
    windows_attrs a = windows_along(&x->type, &rows->type, 0, 0);
    a.mode = WINDOWS_PROMISE;
    a.unique = true;
    return b_gather(w->g, x, rows, &a);
}

static ir_value *is_less(const network *w, ir_value **in, ir_value *const *a, ir_value *const *b)
{
    ir_value *y;
    memcpy(in + w->nc, a, (size_t)w->narray * sizeof *in);
    memcpy(in + w->nc + w->narray, b, (size_t)w->narray * sizeof *in);
    return ir_splice(w->g, w->less, in, &y) ? y : NULL;
}

static ir_value *is_line(const network *w, ir_value *place)
{
    return b_lt(w->g, place, b_const(w->g, place, (double)w->n));
}

/* Does each element come before its partner? The comparator decides if it says so of just one of the
 * two; otherwise the places do, and so they do for padding. */
static ir_value *comes_first(const network *w, ir_value **in, ir_value *const *x, ir_value *const *px)
{
    ir_graph *g = w->g;
    ir_value *place = x[w->narray], *other = px[w->narray];
    ir_value *less = is_less(w, in, x, px), *more = is_less(w, in, px, x);
    ir_value *decides = b_and(g, is_line(w, place), is_line(w, other));
    decides = b_and(g, decides, b_ne(g, less, more));
    return b_select(g, decides, less, b_lt(g, place, other));
}

/* in: constants of the comparator, then size, distance, arrays, places. y: all but the constants, after
 * a stage. The distance is halved; after 1, the size of what is merged is doubled. */
static bool stage(const network *w, ir_value *const *in, ir_value **y)
{
    IR_SCRATCH(scratch);
    ir_graph *g = w->g;
    int n = w->narray;
    ir_value *size = in[w->nc], *distance = in[w->nc + 1], *const *x = in + w->nc + 2;
    ir_value **args = ir_alloc(&scratch, (size_t)(w->nc + 3 * n + 2) * sizeof *args);
    if (!args)
        return false;
    ir_value **px = args + w->nc + 2 * n;
    memcpy(args, in, (size_t)w->nc * sizeof *args);
    ir_value *rows = b_iota(g, w->t.dtype, 1, w->t.dim, 0);
    ir_value *meets =
        ir_emit1(g, &op_xor, 2,
                 (ir_value *[]){rows, b_broadcast_in_dim(g, distance, 1, w->t.dim, NULL)}, NULL);
    for (int k = 0; k <= n; k++)
        if (!meets || !(px[k] = partners(w, x[k], meets)))
            return false;
    ir_value *wanted = b_eq(g, and_bits(w, rows, distance), and_bits(w, rows, size));
    ir_value *keep = b_eq(g, comes_first(w, args, x, px), each_row(w, wanted));
    for (int k = 0; k <= n; k++)
        if (!(y[2 + k] = b_select(g, keep, x[k], px[k])))
            return false;
    ir_dtype d = w->t.dtype;
    ir_value *last = b_eq(g, distance, scalar(g, d, 1));
    y[0] = b_select(g, last, b_add(g, size, size), size);
    y[1] = b_select(g, last, size, b_div(g, distance, scalar(g, d, 2)));
    return y[0] && y[1];
}

static ir_graph *stage_graph(network *w, ir_value *const *in)
{
    IR_SCRATCH(scratch);
    int carry = 2 + w->narray + 1, n = w->nc + carry;
    ir_value **x = ir_alloc(&scratch, (size_t)(n + carry) * sizeof *x);
    bool ok = x && (w->g = ir_graph_new("sort_by"));
    for (int k = 0; ok && k < n; k++)
        ok = (x[k] = ir_input(w->g, &in[k]->type)) != NULL;
    if (ok && stage(w, x, x + n))
        return ir_finish(w->g, x + n, carry);
    ir_graph_release(w->g);
    return NULL;
}

/* x with dimension `along` first, or back again. */
static ir_value *turned(ir_graph *g, ir_value *x, int along, bool back)
{
    int64_t order[IR_MAX_RANK];
    for (int d = 0; x && d < x->type.rank; d++)
        order[d] = back ? d == along ? 0 : d < along ? d + 1 : d
                        : d == 0     ? along
                        : d <= along ? d - 1
                                     : d;
    return x && along ? b_transpose(g, x, order) : x;
}

static ir_value *padded(ir_graph *g, ir_value *x, int64_t rows)
{
    int64_t none[IR_MAX_RANK] = {0}, high[IR_MAX_RANK] = {x ? rows - x->type.dim[0] : 0};
    ir_type t = ir_type_scalar(x ? x->type.dtype : IR_bool);
    return x && high[0] ? b_pad(g, x, ir_zeros(g, &t), none, high, NULL) : x;
}

static ir_value *front(ir_graph *g, ir_value *x, int64_t n)
{
    int64_t start[IR_MAX_RANK] = {0}, limit[IR_MAX_RANK];
    if (!x || x->type.dim[0] == n)
        return x;
    memcpy(limit, x->type.dim, sizeof limit);
    limit[0] = n;
    return b_slice(g, x, start, limit, NULL);
}

static bool sort_by_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    IR_SCRATCH(scratch);
    int nc = (int)e->attr[SORT_BY_NUM_CONSTS].i, along = (int)e->attr[SORT_BY_DIMENSION].i;
    int narray = e->nin - nc, carry = 2 + narray + 1;
    const ir_type *t = &e->in[nc]->type;
    network w = {.n = t->dim[along], .nc = nc, .narray = narray};
    w.t = ir_type_like(*t, place_dtype(w.n));
    y[narray] = b_iota(g, w.t.dtype, t->rank, t->dim, along);
    memcpy(y, x + nc, (size_t)narray * sizeof *y);
    if (w.n < 2 || !ir_type_count(t))
        return y[narray] != NULL;
    int log = 0;
    while ((int64_t)1 << log < w.n)
        log++;
    w.t.dim[0] = (int64_t)1 << log;
    for (int d = 0, to = 1; d < t->rank; d++)
        if (d != along)
            w.t.dim[to++] = t->dim[d];
    IR_AUTO_GRAPH less = body_over(e->attr[SORT_BY_COMPARATOR].graph, nc, w.t.rank, w.t.dim);
    ir_value **in = ir_alloc(&scratch, (size_t)(nc + 2 * carry) * sizeof *in), **out = in + nc + carry;
    if (!less || !in)
        return false;
    w.less = less;
    memcpy(in, x, (size_t)nc * sizeof *in);
    in[nc] = scalar(g, w.t.dtype, 2);
    in[nc + 1] = scalar(g, w.t.dtype, 1);
    for (int k = 0; k < narray; k++) /* a carry is not weak */
        in[nc + 2 + k] =
            padded(g, turned(g, b_convert(g, x[nc + k], x[nc + k]->type.dtype), along, false), w.t.dim[0]);
    in[nc + 2 + narray] = b_iota(g, w.t.dtype, w.t.rank, w.t.dim, 0);
    for (int k = 0; k < nc + carry; k++)
        if (!in[k])
            return false;
    IR_AUTO_GRAPH body = stage_graph(&w, in);
    if (!body)
        return false;
    ir_attr attr[] = {[SCAN_BODY] = {.graph = body},   [SCAN_LENGTH] = {.i = log * (log + 1) / 2},
                      [SCAN_NUM_CONSTS] = {.i = nc},   [SCAN_NUM_CARRY] = {.i = carry},
                      [SCAN_REVERSE] = {.i = 0},       [SCAN_CHECKPOINTS] = {.i = 0}};
    if (!ir_results(ir_emit(g, &op_scan, nc + carry, in, attr), carry, out))
        return false;
    for (int k = 0; k <= narray; k++) {
        y[k] = turned(g, front(g, out[2 + k], w.n), along, true);
        y[k] = lowered_like(g, y[k], &e->out[k]->type);
        if (!y[k])
            return false;
    }
    return true;
}

/* ---- other rules ----------------------------------------------------------------------------- */

static bool sort_by_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                        ir_value **y, ir_value **ty)
{
    int nc = (int)e->attr[SORT_BY_NUM_CONSTS].i, n = e->nin - nc;
    if (!ir_results(ir_emit(g, e->op, e->nin, x, e->attr), n + 1, y))
        return false;
    ty[n] = NULL;
    for (int k = 0; k < n; k++) {
        const ir_value *moves = t[nc + k];
        ty[k] = moves ? windows_take(g, t[nc + k], y[n], (int)e->attr[SORT_BY_DIMENSION].i, true) : NULL;
        if (moves && !ty[k])
            return false;
    }
    return true;
}

static bool sort_by_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                          const ir_batching *over, ir_value **y, int *yaxis)
{
    IR_SCRATCH(scratch);
    int nc = (int)e->attr[SORT_BY_NUM_CONSTS].i, n = e->nin - nc;
    ir_attr attr[SORT_BY_NATTR];
    if (!body_is_shared(e, nc, axis, over))
        return lowered_batch(g, e, x, axis, over, y, yaxis);
    ir_value **in = ir_alloc(&scratch, (size_t)e->nin * sizeof *in);
    if (!in)
        return false;
    for (int k = 0; k < e->nin; k++)
        if (!(in[k] = k < nc ? x[k] : ir_move_axis(g, x[k], axis[k], 0, over->size)))
            return false;
    memcpy(attr, e->attr, sizeof attr);
    attr[SORT_BY_DIMENSION].i++;
    for (int k = 0; k <= n; k++)
        yaxis[k] = 0;
    return ir_results(ir_emit(g, e->op, e->nin, in, attr), n + 1, y);
}

static bool sort_by_regroup(const ir_eqn *e, const int *width, ir_attr *attr, ir_arena *mem)
{
    (void)mem;
    attr[SORT_BY_NUM_CONSTS].i = 0;
    for (int k = 0; k < e->attr[SORT_BY_NUM_CONSTS].i; k++)
        attr[SORT_BY_NUM_CONSTS].i += width[k];
    return true;
}

const ir_op op_sort_by = {
    .name = "sort_by",
    .attrs = IR_ATTR_COLUMN(SORT_BY),
    .infer = sort_by_infer,
    .eval = lowered_eval,
    .jvp = sort_by_jvp,
    .batch = sort_by_batch,
    .simplify = sort_by_simplify,
    .regroup = sort_by_regroup,
};

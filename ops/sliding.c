/* Windows that slide over an array: their parameters, and their elements combined. */
#include <inttypes.h>
#include <string.h>

#include "ops/lowered.h"
#include "ops/shape.h"
#include "ops/sliding.h"

/* ---- parameters ------------------------------------------------------------------------------ */

static bool check_list(const ir_infer *q, int k, int64_t least, const ir_type *x)
{
    const ir_attr *a = &q->attr[k];
    if (!check_count(q, q->op->attrs[k].name, a, x))
        return false;
    for (int d = 0; d < a->n; d++) /* sums and products of these do not overflow */
        if (a->ints[d] < least || a->ints[d] > INT32_MAX)
            return ir_fail("%s: %s %s must be from %" PRId64 " to %d", q->op->name,
                           q->op->attrs[k].name, ir_ints_tmp(a->ints, a->n), least, INT32_MAX);
    return true;
}

static void count_windows(sliding *s, const ir_type *x)
{
    s->count = 1;
    for (int d = 0; d < s->rank; d++) {
        int64_t n = x->dim[d];
        s->wide[d] = (s->size[d] - 1) * s->dilation[d] + 1;
        s->padded[d] = s->low[d] + (n ? (n - 1) * s->base[d] + 1 : 0) + s->high[d];
        bool fits = s->padded[d] >= s->wide[d];
        s->out[d] = fits ? (s->padded[d] - s->wide[d]) / s->stride[d] + 1 : 0;
        s->count = s->count > INT32_MAX ? s->count : s->count * s->size[d];
    }
}

sliding sliding_of(const ir_type *x, const ir_attr *attr)
{
    sliding s = {.rank = x->rank};
    int64_t *const lists[WINDOW_NATTR] = {
        [WINDOW_SIZE] = s.size, [WINDOW_STRIDES] = s.stride, [WINDOW_LOW] = s.low,
        [WINDOW_HIGH] = s.high, [WINDOW_BASE] = s.base,      [WINDOW_DILATION] = s.dilation};
    for (int k = 0; k < WINDOW_NATTR; k++)
        for (int d = 0; d < s.rank; d++)
            lists[k][d] = attr[k].ints[d];
    count_windows(&s, x);
    return s;
}

/* Padded arrays are computed whole. */
static bool check_padded(const ir_infer *q, const ir_type *x, const sliding *s)
{
    const double most = 1 << 28, times = 1024;
    double padded = 1, given = 1, made = 1;
    for (int d = 0; d < s->rank; d++) {
        padded *= (double)(s->padded[d] > 0 ? s->padded[d] : 0);
        given *= (double)x->dim[d];
        made *= (double)s->out[d];
    }
    return padded <= most || padded <= times * (given + made) ||
           ir_fail("%s: low %s, high %s and base_dilation %s make %.0f elements of %s, for %.0f "
                   "windows; pad less",
                   q->op->name, ir_ints_tmp(s->low, s->rank), ir_ints_tmp(s->high, s->rank),
                   ir_ints_tmp(s->base, s->rank), padded, ir_type_tmp(x), made);
}

bool sliding_check(const ir_infer *q, const ir_type *x, sliding *s)
{
    static const int64_t least[WINDOW_NATTR] = {
        [WINDOW_SIZE] = 1,          [WINDOW_STRIDES] = 1, [WINDOW_LOW] = -INT32_MAX,
        [WINDOW_HIGH] = -INT32_MAX, [WINDOW_BASE] = 1,    [WINDOW_DILATION] = 1};
    for (int k = 0; k < WINDOW_NATTR; k++)
        if (!check_list(q, k, least[k], x))
            return false;
    for (int d = 0; d < x->rank; d++)
        if (x->dim[d] > INT32_MAX)
            return ir_fail("%s: %s is too large for windows", q->op->name, ir_type_tmp(x));
    *s = sliding_of(x, q->attr);
    return s->count <= INT32_MAX ? check_shape(q, s->rank, s->out) && check_padded(q, x, s)
                                 : ir_fail("%s: a window of %s has too many elements", q->op->name,
                                           ir_ints_tmp(s->size, s->rank));
}

void sliding_set_attrs(const sliding *s, ir_attr *attr)
{
    const int64_t *const lists[WINDOW_NATTR] = {
        [WINDOW_SIZE] = s->size, [WINDOW_STRIDES] = s->stride, [WINDOW_LOW] = s->low,
        [WINDOW_HIGH] = s->high, [WINDOW_BASE] = s->base,      [WINDOW_DILATION] = s->dilation};
    for (int k = 0; k < WINDOW_NATTR; k++)
        attr[k] = (ir_attr){.n = s->rank, .ints = lists[k]};
}

static void insert(int64_t *list, int n, int at, int64_t v)
{
    memmove(list + at + 1, list + at, (size_t)(n - at) * sizeof *list);
    list[at] = v;
}

sliding sliding_batched(const sliding *s, int at, int64_t size)
{
    sliding b = *s;
    int64_t *const ones[] = {b.size, b.stride, b.base, b.dilation, b.wide};
    for (size_t k = 0; k < sizeof ones / sizeof *ones; k++)
        insert(ones[k], s->rank, at, 1);
    insert(b.low, s->rank, at, 0);
    insert(b.high, s->rank, at, 0);
    insert(b.padded, s->rank, at, size);
    insert(b.out, s->rank, at, size);
    b.rank++;
    return b;
}

bool sliding_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis, int64_t size,
                   int first, int n, ir_value **y, int *yaxis)
{
    IR_SCRATCH(scratch);
    ir_attr attr[IR_MAX_ATTRS];
    ir_value **in = ir_alloc(&scratch, (size_t)(e->nin + 1) * sizeof *in);
    sliding s = sliding_of(&e->in[first + n - 1]->type, e->attr);
    int to = -1;
    if (!in)
        return false;
    for (int k = first; k < first + n && to < 0; k++)
        to = axis[k];
    for (int k = 0; k < e->nin; k++)
        in[k] = k < first || k >= first + n ? x[k] : ir_move_axis(g, x[k], axis[k], to, size);
    s = sliding_batched(&s, to, size);
    memcpy(attr, e->attr, (size_t)ir_nattr(e->op) * sizeof *attr);
    sliding_set_attrs(&s, attr);
    for (int k = 0; k < e->nout; k++)
        yaxis[k] = to;
    return ir_results(ir_emit(g, e->op, e->nin, in, attr), e->nout, y);
}

sliding sliding_over_padded(const sliding *s)
{
    sliding p = *s;
    for (int d = 0; d < s->rank; d++) {
        p.low[d] = p.high[d] = 0;
        p.base[d] = 1;
    }
    return p;
}

void sliding_offset(const sliding *s, int64_t k, int64_t *at)
{
    for (int d = s->rank - 1; d >= 0; d--) {
        at[d] = k % s->size[d] * s->dilation[d];
        k /= s->size[d];
    }
}

/* ---- arrays ---------------------------------------------------------------------------------- */

ir_value *sliding_pad(ir_graph *g, const sliding *s, ir_value *x, ir_value *fill)
{
    int64_t interior[IR_MAX_RANK];
    bool pads = false;
    for (int d = 0; d < s->rank; d++) {
        interior[d] = s->base[d] - 1;
        pads = pads || s->low[d] || s->high[d] || interior[d];
    }
    return pads ? b_pad(g, x, fill, s->low, s->high, interior) : x;
}

ir_value *sliding_unpad(ir_graph *g, const sliding *s, ir_value *ct)
{
    int64_t low[IR_MAX_RANK], high[IR_MAX_RANK], zero[IR_MAX_RANK] = {0};
    if (!ct)
        return NULL;
    for (int d = 0; d < s->rank; d++) {
        low[d] = -s->low[d];
        high[d] = -s->high[d];
    }
    ir_type scalar = ir_type_scalar(ct->type.dtype);
    ir_value *whole = b_pad(g, ct, ir_zeros(g, &scalar), low, high, NULL);
    return whole ? b_slice(g, whole, zero, whole->type.dim, s->base) : NULL;
}

/* As many windows as there are, from `start` on. */
static ir_value *slice_from(ir_graph *g, const sliding *s, ir_value *padded, const int64_t *start)
{
    int64_t limit[IR_MAX_RANK];
    for (int d = 0; d < s->rank; d++)
        limit[d] = start[d] + (s->out[d] - 1) * s->stride[d] + 1;
    return b_slice(g, padded, start, limit, s->stride);
}

ir_value *sliding_element(ir_graph *g, const sliding *s, ir_value *padded, int64_t k)
{
    int64_t start[IR_MAX_RANK];
    sliding_offset(s, k, start);
    return slice_from(g, s, padded, start);
}

/* ---- combined -------------------------------------------------------------------------------- */

enum { FEW = 32 }; /* elements of a window that are written out one by one */

typedef struct {
    ir_graph *g;
    const sliding *s;
    const ir_graph *body; /* for arrays with an element for each window */
    int nconst, n;
    ir_value *const *constant, *const *x;
} folding;

/* Sets y to the body of y and the elements `next`. */
static bool combine(const folding *f, ir_graph *g, ir_value *const *constant, ir_value **y,
                    ir_value *const *next)
{
    IR_SCRATCH(scratch);
    int nc = f->nconst, n = f->n;
    ir_value **in = ir_alloc(&scratch, (size_t)(nc + 3 * n + 1) * sizeof *in);
    if (!in)
        return false;
    for (int k = 0; k < nc; k++)
        in[k] = constant[k];
    for (int k = 0; k < n; k++) {
        in[nc + k] = y[k];
        in[nc + n + k] = next[k];
        if (!y[k] || !next[k])
            return false;
    }
    return ir_splice(g, f->body, in, in + nc + 2 * n) && ir_results(in + nc + 2 * n, n, y);
}

static bool fold_few(const folding *f, int64_t from, ir_value **y)
{
    IR_SCRATCH(scratch);
    ir_value **next = ir_alloc(&scratch, (size_t)(f->n + 1) * sizeof *next);
    for (int64_t j = from; next && j < f->s->count; j++) {
        for (int k = 0; k < f->n; k++)
            next[k] = sliding_element(f->g, f->s, f->x[k], j);
        if (!combine(f, f->g, f->constant, y, next))
            return false;
    }
    return next != NULL;
}

/* One step of a loop: takes constants, padded arrays, the results so far, and a number from which
 * the place of an element in the window follows. */
static ir_graph *step_of(const folding *f, ir_value *const *y)
{
    IR_SCRATCH(scratch);
    const sliding *s = f->s;
    int nc = f->nconst, n = f->n;
    ir_graph *g = ir_graph_new("window");
    ir_value **in = ir_alloc(&scratch, (size_t)(nc + 3 * n + 1) * sizeof *in);
    if (!g || !in) {
        ir_graph_release(g);
        return NULL;
    }
    ir_value **sum = in + nc + n, **next = sum + n, *start[IR_MAX_RANK];
    ir_type index = ir_type_scalar(IR_i32);
    for (int k = 0; k < nc; k++)
        in[k] = ir_input(g, &f->constant[k]->type);
    for (int k = 0; k < n; k++)
        in[nc + k] = ir_input(g, &f->x[k]->type);
    for (int k = 0; k < n; k++)
        sum[k] = ir_input(g, &y[k]->type);
    ir_value *rest = ir_input(g, &index);
    int64_t span[IR_MAX_RANK], zero[IR_MAX_RANK] = {0};
    for (int d = s->rank - 1; d >= 0; d--) {
        ir_value *size = b_const_int(g, IR_i32, s->size[d]);
        start[d] = b_mul(g, b_rem(g, rest, size), b_const_int(g, IR_i32, s->dilation[d]));
        rest = b_div(g, rest, size);
        span[d] = (s->out[d] - 1) * s->stride[d] + 1;
    }
    for (int k = 0; k < n; k++)
        next[k] = b_slice(g, b_dynamic_slice(g, in[nc + k], start, span), zero, span, s->stride);
    if (!ir_ok(g) || !combine(f, g, in, sum, next)) {
        ir_graph_release(g);
        return NULL;
    }
    return ir_finish(g, sum, n);
}

static bool fold_many(const folding *f, int64_t from, ir_value **y)
{
    IR_SCRATCH(scratch);
    int nc = f->nconst, n = f->n;
    int64_t steps = f->s->count - from;
    IR_AUTO_GRAPH step = step_of(f, y);
    ir_value **in = ir_alloc(&scratch, (size_t)(nc + 2 * n + 1) * sizeof *in);
    if (!step || !in)
        return false;
    for (int k = 0; k < nc; k++)
        in[k] = f->constant[k];
    for (int k = 0; k < n; k++) {
        in[nc + k] = f->x[k];
        in[nc + n + k] = y[k];
    }
    ir_value *index = b_iota(f->g, IR_i32, 1, &steps, 0);
    in[nc + 2 * n] = from ? b_add(f->g, index, b_const(f->g, index, (double)from)) : index;
    ir_attr attr[] = {[SCAN_BODY] = {.graph = step},     [SCAN_LENGTH] = {.i = steps},
                      [SCAN_NUM_CONSTS] = {.i = nc + n}, [SCAN_NUM_CARRY] = {.i = n},
                      [SCAN_REVERSE] = {.i = 0},         [SCAN_CHECKPOINTS] = {.i = 0}};
    return ir_results(ir_emit(f->g, &op_scan, nc + 2 * n + 1, in, attr), n, y);
}

bool sliding_fold(ir_graph *g, const sliding *s, const ir_graph *body, int nconst,
                  ir_value *const *constant, int n, ir_value *const *x, ir_value *const *init,
                  ir_value **y)
{
    IR_AUTO_GRAPH over = body_over(body, nconst, s->rank, s->out);
    folding f = {g, s, over, nconst, n, constant, x};
    if (!over)
        return false;
    for (int k = 0; k < n; k++) {
        y[k] = init ? b_broadcast_in_dim(g, init[k], s->rank, s->out, NULL)
                    : sliding_element(g, s, x[k], 0);
        if (!y[k])
            return false;
    }
    int64_t from = init ? 0 : 1;
    return (s->count - from <= FEW ? fold_few : fold_many)(&f, from, y);
}

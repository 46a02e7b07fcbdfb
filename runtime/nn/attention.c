/* Attention (jax.nn.dot_product_attention) whose matrix of weights is never stored as a whole: the
 * queries are taken in blocks, and the function of one block is checkpointed. So neither the
 * forward nor the backward pass has more than the weights of one block, and derivatives of any
 * order are those of the calculus.
 *
 * If queries see only keys near or before them, consecutive blocks form a few segments, for which
 * only the keys that one of its queries sees are read. Within a segment the blocks are the steps of
 * a scan.
 *
 * Inside, arrays are (B, K, G, T, H): G query heads share each of K key heads.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

static const char *const what = "dot_product_attention";

/* Weights of a block: at most so many, unless it has FEWEST rows; SEGMENTS: each has its own code.
 */
enum { MOST_WEIGHTS = 8 << 20, MOST_ROWS = 128, FEWEST_ROWS = 32, SEGMENTS = 8 };

/* A query at i sees the keys from i - left up to i + right. */
typedef struct {
    int64_t batch, keys, queries, heads, groups, size; /* B, S, T, K, G, H */
    int64_t left, right;
    double scale;
    ir_dtype d; /* in which it is computed */
    jac q, k, v, bias, mask, query_lengths, key_lengths;
    jac mean; /* of v over all keys: what a query gives that sees no key */
} problem;

/* Logits of keys that are not seen, as in JAX: finite in every dtype. */
static const double unseen = -0.7 * (double)FLT_MAX;

/* ---- one block of queries ----------------------------------------------------------------------- */

/* The keys from `from` to `to`, and what belongs to them. bias and mask are null handles if there
 * are none, or if they differ from row to row; then the blocks get them. */
typedef struct {
    const problem *p;
    int64_t rows, from, to;
    bool hides; /* some queries of the segment do not see all of its keys */
    jac k, v, bias, mask;
} segment;

typedef struct {
    jac q, bias, mask;
} block_in;

typedef struct {
    jac row, o, residual;
} block_out;

static jac positions(int64_t n, int64_t from, int rank, int axis)
{
    int64_t dim[IR_MAX_RANK];
    for (int k = 0; k < rank; k++)
        dim[k] = k == axis ? n : 1;
    ir_type t = {.dtype = IR_i32, .rank = (uint8_t)rank};
    memcpy(t.dim, dim, sizeof t.dim);
    jac at = np_iota(&t, axis);
    return from ? jac_add(at, from) : at;
}

static jac both(jac a, jac b)
{
    return !jac_ok(a) ? b : !jac_ok(b) ? a : jac_logical_and(a, b);
}

/* Which keys do the queries from `row` on see? A null handle: all. */
static jac seen(const segment *s, jac row, jac mask)
{
    const problem *p = s->p;
    jac key = positions(s->to - s->from, s->from, 5, 4), seen = mask;
    jac query = jac_add(positions(s->rows, 0, 5, 3), row);
    if (s->hides && p->right < p->keys)
        seen = both(seen, jac_le(key, jac_add(query, p->right)));
    if (s->hides && p->left < p->queries)
        seen = both(seen, jac_ge(key, jac_sub(query, p->left)));
    if (jac_ok(p->key_lengths))
        seen = both(seen, jac_lt(key, p->key_lengths));
    return seen;
}

/* Sums over the last axis of x (B, K, G, T, ...) and the given axis of keys or values. */
static jac product(jac x, jac y, int64_t axis)
{
    return jac_dot_general(x, y, 4, axis, JAC_DIMS(0, 1), JAC_DIMS(0, 1));
}

/* Dividing by the sum after the product with the values, and not differentiating the greatest
 * logit, whose choice does not change the result, saves passes over the weights. */
static block_out attend(const segment *s, jac row, block_in in)
{
    const problem *p = s->p;
    jac logits = product(in.q, s->k, 3);
    if (jac_ok(in.bias))
        logits = jac_add(logits, in.bias);
    jac mask = seen(s, row, in.mask);
    if (jac_ok(mask))
        logits = jac_where(mask, logits, unseen);
    jac greatest = jac_stop_gradient(jac_max(logits, 4, .keepdims = true));
    jac e = jac_exp(jac_sub(logits, greatest));
    jac sum = jac_sum(e, 4, .keepdims = true);
    jac o = jac_div(product(e, s->v, 2), sum);
    if (jac_ok(p->mean))
        o = jac_where(jac_gt(greatest, 0.9 * unseen), o, p->mean);
    jac residual = jac_squeeze(jac_stop_gradient(jac_add(jac_log(sum), greatest)), 4);
    return (block_out){jac_add(row, s->rows), o, residual};
}

/* As functions of the arrays that there are. */
static block_out attend_plain(const segment *s, jac row, jac q)
{
    return attend(s, row, (block_in){q, s->bias, s->mask});
}
JAC_FN_ENV(attend_plain, block_out, segment, (jac, row), (jac, q))

typedef struct {
    jac q, x;
} with_one;
static block_out attend_bias(const segment *s, jac row, with_one x)
{
    return attend(s, row, (block_in){x.q, x.x, s->mask});
}
JAC_FN_ENV(attend_bias, block_out, segment, (jac, row), (with_one, x))
static block_out attend_mask(const segment *s, jac row, with_one x)
{
    return attend(s, row, (block_in){x.q, s->bias, x.x});
}
JAC_FN_ENV(attend_mask, block_out, segment, (jac, row), (with_one, x))
static block_out attend_both(const segment *s, jac row, block_in x)
{
    return attend(s, row, x);
}
JAC_FN_ENV(attend_both, block_out, segment, (jac, row), (block_in, x))

/* ---- a segment ---------------------------------------------------------------------------------- */

/* Elements `from` up to `to` along an axis; all that there are if its size is 1, or x is null. */
static jac part(jac x, int axis, int64_t from, int64_t to)
{
    return !jac_ok(x) || jac_dim(x, axis) == 1 ? x : jac_slice_in_dim_(NULL, x, from, to, 1, axis);
}

/* Splits axis 3 into blocks, which become axis 0. */
static jac in_blocks(jac x, int64_t blocks)
{
    int64_t dim[7];
    if (!jac_ok(x))
        return JAC_NULL;
    for (int k = 0; k < 5; k++)
        dim[k < 4 ? k : 5] = jac_dim(x, k);
    dim[4] = dim[3] / blocks;
    dim[3] = blocks;
    dim[5] = jac_dim(x, 4);
    return np_move_axis(rt_reshape(x, 6, dim), 3, 0);
}

/* The inverse, for arrays that have `rank` dimensions without the blocks. */
static jac from_blocks(jac x, int rank)
{
    int64_t dim[IR_MAX_RANK];
    x = jac_ok(x) ? np_move_axis(x, 0, 3) : x;
    if (!jac_ok(x))
        return JAC_NULL;
    for (int k = 0, n = 0; k < rank + 1; k++)
        if (k == 4)
            dim[n - 1] *= jac_dim(x, k);
        else
            dim[n++] = jac_dim(x, k);
    return rt_reshape(x, rank, dim);
}

static block_out in_one(const segment *s, jac row, block_in in)
{
    block_out out = {JAC_NULL, JAC_NULL, JAC_NULL};
    jac x[4] = {row, in.q};
    int n = 2;
    if (jac_ok(in.bias))
        x[n++] = in.bias;
    if (jac_ok(in.mask))
        x[n++] = in.mask;
    jac_fn f = jac_ok(in.bias) && jac_ok(in.mask) ? attend_both_with(*s)
               : jac_ok(in.bias)                  ? attend_bias_with(*s)
               : jac_ok(in.mask)                  ? attend_mask_with(*s)
                                                  : attend_plain_with(*s);
    jac_call_(NULL, jac_checkpoint(f), x, SIZE_MAX, (jac_out){&out, sizeof out});
    return out;
}

/* The steps' carry is the first row of the block. */
typedef struct {
    jac row;
    struct {
        jac o, residual;
    } y;
} step_out;
static step_out stepped(const segment *s, jac row, block_in in)
{
    block_out b = in_one(s, row, in);
    return (step_out){b.row, {b.o, b.residual}};
}
static step_out step_plain(const segment *s, jac row, jac q)
{
    return stepped(s, row, (block_in){q, JAC_NULL, JAC_NULL});
}
JAC_FN_ENV(step_plain, step_out, segment, (jac, row), (jac, q))
static step_out step_bias(const segment *s, jac row, with_one x)
{
    return stepped(s, row, (block_in){x.q, x.x, JAC_NULL});
}
JAC_FN_ENV(step_bias, step_out, segment, (jac, row), (with_one, x))
static step_out step_mask(const segment *s, jac row, with_one x)
{
    return stepped(s, row, (block_in){x.q, JAC_NULL, x.x});
}
JAC_FN_ENV(step_mask, step_out, segment, (jac, row), (with_one, x))
static step_out step_both(const segment *s, jac row, block_in x)
{
    return stepped(s, row, x);
}
JAC_FN_ENV(step_both, step_out, segment, (jac, row), (block_in, x))

static block_out in_steps(const segment *s, jac row, block_in in, int64_t blocks)
{
    jac xs[3] = {in_blocks(in.q, blocks)};
    jac bias = in_blocks(in.bias, blocks), mask = in_blocks(in.mask, blocks);
    struct {
        jac o, residual;
    } ys = {JAC_NULL, JAC_NULL};
    int n = 1;
    if (jac_ok(bias))
        xs[n++] = bias;
    if (jac_ok(mask))
        xs[n++] = mask;
    jac_fn f = jac_ok(bias) && jac_ok(mask) ? step_both_with(*s)
               : jac_ok(bias)               ? step_bias_with(*s)
               : jac_ok(mask)               ? step_mask_with(*s)
                                            : step_plain_with(*s);
    jac_scan_opts o = {.carry = &row, .xs = xs, .ys = {&ys, sizeof ys}};
    jac_scan_(NULL, f, o, sizeof row);
    return (block_out){row, from_blocks(ys.o, 5), from_blocks(ys.residual, 4)};
}

/* The keys that queries from `first` up to `end` see. */
static void key_range(const problem *p, int64_t first, int64_t end, segment *s)
{
    s->from = p->left < p->queries && first > p->left ? first - p->left : 0;
    s->to = p->right < p->keys && end + p->right < p->keys ? end + p->right : p->keys;
    s->from = s->from < p->keys ? s->from : p->keys - 1;
    s->to = s->to > s->from ? s->to : s->from + 1;
    s->hides = end - 1 - p->left > s->from || first + p->right < s->to - 1;
}

/* Queries from `first` up to `first` + blocks * rows. */
static block_out run_segment(const problem *p, int64_t first, int64_t rows, int64_t blocks)
{
    segment s = {.p = p, .rows = rows};
    int64_t end = first + rows * blocks;
    key_range(p, first, end, &s);
    s.k = part(p->k, 2, s.from, s.to);
    s.v = part(p->v, 2, s.from, s.to);
    jac bias = part(p->bias, 4, s.from, s.to), mask = part(p->mask, 4, s.from, s.to);
    block_in in = {part(p->q, 3, first, end), JAC_NULL, JAC_NULL};
    *(jac_ok(bias) && jac_dim(bias, 3) == 1 ? &s.bias : &in.bias) = part(bias, 3, first, end);
    *(jac_ok(mask) && jac_dim(mask, 3) == 1 ? &s.mask : &in.mask) = part(mask, 3, first, end);
    jac row = rt_literal_f64(IR_i32, (double)first);
    return blocks > 1 ? in_steps(&s, row, in, blocks) : in_one(&s, row, in);
}

/* ---- all segments ------------------------------------------------------------------------------- */

static int64_t rows_of_block(const problem *p)
{
    int64_t wide = p->batch * p->heads * p->groups * p->keys, rows = MOST_ROWS;
    while (rows > FEWEST_ROWS && rows * wide > MOST_WEIGHTS)
        rows /= 2;
    return rows < p->queries ? rows : p->queries;
}

typedef struct {
    int n;
    jac o[SEGMENTS + 2], residual[SEGMENTS + 2];
} pieces;

static void add_piece(pieces *all, block_out b)
{
    all->o[all->n] = b.o;
    all->residual[all->n++] = b.residual;
}

static jac joined(int n, jac *x)
{
    return n == 1 ? x[0] : jac_concatenate(3, JAC_HANDLES(n, x));
}

/* The blocks in segments of nearly equal length, and the rows that are left. */
static block_out all_segments(const problem *p)
{
    bool limited = p->left < p->queries || p->right < p->keys;
    int64_t rows = rows_of_block(p), blocks = p->queries / rows, first = 0;
    int64_t segments = !limited ? 1 : blocks < SEGMENTS ? blocks : SEGMENTS;
    pieces all = {0};
    for (int64_t k = 0; k < segments; k++) {
        int64_t n = (k + 1) * blocks / segments - k * blocks / segments;
        add_piece(&all, run_segment(p, first, rows, n));
        first += n * rows;
    }
    if (first < p->queries)
        add_piece(&all, run_segment(p, first, p->queries - first, 1));
    return (block_out){JAC_NULL, joined(all.n, all.o), joined(all.n, all.residual)};
}

/* ---- operands ----------------------------------------------------------------------------------- */

/* Adds dimensions of size 1 in front, up to 4. */
static bool as_four(const char *name, jac *x, ir_type *t)
{
    int64_t axes[] = {0, 1, 2, 3};
    if (!rt_type_of(*x, t))
        return false;
    if (t->rank > 4)
        return ir_fail("%s: %s must have at most 4 dimensions, but is %s", what, name,
                       ir_type_tmp(t));
    if (t->rank < 4)
        *x = np_expand_dims(*x, 4 - t->rank, axes);
    return rt_type_of(*x, t);
}

/* (B, T, K G, H) as (B, K, G, T, H). */
static jac grouped(jac x, const problem *p)
{
    int64_t dim[] = {p->batch, p->queries, p->heads, p->groups, p->size};
    return rt_transpose(rt_reshape(x, 5, dim), (int64_t[]){0, 2, 3, 1, 4});
}

/* (B, N, T, S), each of which may be 1, as (B, K, G, T, S). */
static bool spread(const char *name, jac *x, const problem *p)
{
    ir_type t;
    if (!jac_ok(*x))
        return true;
    if (!as_four(name, x, &t))
        return false;
    int64_t want[] = {p->batch, p->heads * p->groups, p->queries, p->keys};
    for (int k = 0; k < 4; k++)
        if (t.dim[k] != 1 && t.dim[k] != want[k])
            return ir_fail("%s: %s is %s, which does not broadcast to %s", what, name,
                           ir_type_tmp(&t), ir_ints_tmp(want, 4));
    bool each = t.dim[1] != 1;
    int64_t dim[] = {t.dim[0], each ? p->heads : 1, each ? p->groups : 1, t.dim[2], t.dim[3]};
    *x = rt_reshape(*x, 5, dim);
    return jac_ok(*x);
}

static bool lengths(const char *name, jac *x, const problem *p)
{
    ir_type t;
    if (!jac_ok(*x))
        return true;
    if (!rt_type_of(*x, &t))
        return false;
    if (t.rank != 1 || t.dim[0] != p->batch || ir_dtypes[t.dtype].kind != IR_KIND_INT)
        return ir_fail("%s: %s must be %lld integers, one for each item of the batch, but is %s",
                       what, name, (long long)p->batch, ir_type_tmp(&t));
    *x = rt_reshape(*x, 5, (int64_t[]){p->batch, 1, 1, 1, 1});
    return jac_ok(*x);
}

static bool check_shapes(const ir_type *q, const ir_type *k, const ir_type *v)
{
    bool same = q->dtype == k->dtype && k->dtype == v->dtype;
    if (!same || !ir_has_fraction(q->dtype) || ir_is_complex(q->dtype))
        return ir_fail(
            "%s: queries, keys and values must be floats of one dtype, but are %s, %s and %s", what,
            ir_type_tmp(q), ir_type_tmp(k), ir_type_tmp(v));
    bool fits = q->dim[0] == k->dim[0] && q->dim[3] == k->dim[3];
    for (int d = 0; d < 4; d++)
        fits = fits && k->dim[d] == v->dim[d];
    if (!fits)
        return ir_fail(
            "%s: queries are (B, T, N, H), keys and values (B, S, K, H), but they are %s, %s "
            "and %s",
            what, ir_type_tmp(q), ir_type_tmp(k), ir_type_tmp(v));
    if (!k->dim[2] || q->dim[2] % k->dim[2])
        return ir_fail(
            "%s: the %lld heads of the queries must be a multiple of the %lld heads of the "
            "keys",
            what, (long long)q->dim[2], (long long)k->dim[2]);
    return k->dim[1] > 0 || ir_fail("%s: there are no keys: they are %s", what, ir_type_tmp(k));
}

/* Distances that are not limited are INT32_MAX. */
static bool window(problem *p, jac_attention_opts *o)
{
    int64_t one, size[2] = {INT32_MAX, INT32_MAX};
    if (!rt_ints(what, ".local_window_size", &o->local_window_size, &one))
        return false;
    jac_dims w = o->local_window_size;
    if (w.v && w.n != 1 && w.n != 2)
        return ir_fail("%s: .local_window_size has one or two numbers, but %d are given", what,
                       (int)w.n);
    for (int k = 0; w.v && k < 2; k++)
        size[k] = w.v[w.n == 1 ? 0 : k];
    if (size[0] < 0 || size[1] < 0)
        return ir_fail("%s: .local_window_size must not be negative, but is (%lld, %lld)", what,
                       (long long)size[0], (long long)size[1]);
    p->left = size[0];
    p->right = o->is_causal && size[1] > 0 ? 0 : size[1];
    return true;
}

static bool read_mask(problem *p)
{
    ir_type t;
    if (!jac_ok(p->mask))
        return true;
    if (!rt_type_of(p->mask, &t) || t.dtype != IR_bool)
        return ir_fail("%s: the mask must be bools, but is %s; an array to be added is a .bias",
                       what, ir_type_tmp(&t));
    return spread("the mask", &p->mask, p);
}

/* Can a query see no key at all? */
static bool may_see_none(const problem *p)
{
    return jac_ok(p->mask) || jac_ok(p->key_lengths) || p->queries - p->left > p->keys;
}

static bool read_problem(problem *p, jac q, jac k, jac v, jac_attention_opts *o)
{
    ir_type tq, tk, tv;
    if (!as_four("the query", &q, &tq) || !as_four("the key", &k, &tk) ||
        !as_four("the value", &v, &tv) || !check_shapes(&tq, &tk, &tv))
        return false;
    *p = (problem){.batch = tq.dim[0],
                   .keys = tk.dim[1],
                   .queries = tq.dim[1],
                   .heads = tk.dim[2],
                   .groups = tq.dim[2] / tk.dim[2],
                   .size = tq.dim[3],
                   .d = ir_compute(tq.dtype),
                   .bias = o->bias,
                   .mask = o->mask,
                   .query_lengths = o->query_seq_lengths,
                   .key_lengths = o->key_value_seq_lengths};
    p->scale = isnan(o->scale) ? 1 / sqrt((double)p->size) : o->scale;
    if (!window(p, o) || !spread("the bias", &p->bias, p) || !read_mask(p) ||
        !lengths(".query_seq_lengths", &p->query_lengths, p) ||
        !lengths(".key_value_seq_lengths", &p->key_lengths, p))
        return false;
    if (jac_ok(p->bias))
        p->bias = rt_convert(p->bias, p->d, false);
    p->q = grouped(jac_mul(rt_convert(q, p->d, false), p->scale), p);
    p->k = rt_transpose(rt_convert(k, p->d, false), (int64_t[]){0, 2, 1, 3});
    p->v = rt_transpose(rt_convert(v, p->d, false), (int64_t[]){0, 2, 1, 3});
    if (may_see_none(p))
        p->mean = jac_expand_dims(jac_mean(p->v, 2, .keepdims = true), 2);
    return jac_ok(p->q) && jac_ok(p->k) && jac_ok(p->v);
}

/* ---- the public function ------------------------------------------------------------------------ */

/* The result in the shape of the queries; zero for rows past the length of the queries. */
static jac finished(const problem *p, const ir_type *like, jac o)
{
    if (jac_ok(p->query_lengths)) {
        jac row = positions(p->queries, 0, 5, 3);
        o = jac_where(jac_lt(row, p->query_lengths), o, 0);
    }
    o = rt_transpose(o, (int64_t[]){0, 3, 1, 2, 4});
    return rt_convert(rt_reshape(o, like->rank, like->dim), like->dtype, false);
}

/* The logarithms of the sums, of shape (B, T, N) or (T, N). */
static jac residual_of(const problem *p, const ir_type *like, jac y)
{
    if (jac_ok(p->query_lengths)) {
        jac row = positions(p->queries, 0, 4, 3);
        jac end = rt_reshape(p->query_lengths, 4, (int64_t[]){p->batch, 1, 1, 1});
        y = jac_where(jac_lt(row, end), y, unseen);
    }
    y = rt_transpose(y, (int64_t[]){0, 3, 1, 2});
    return rt_convert(rt_reshape(y, like->rank - 1, like->dim), like->dtype, false);
}

jac jac_dot_product_attention_(const jac_loc *at, jac query, jac key, jac value,
                               jac_attention_opts o)
{
    unsigned m = rt_begin(at);
    problem p;
    ir_type t;
    jac out[2] = {JAC_NULL, JAC_NULL};
    if (rt_type_of(query, &t) &&
        (t.rank >= 3 || ir_fail("%s: the query must have 3 or 4 dimensions, "
                                "but is %s",
                                what, ir_type_tmp(&t))) &&
        read_problem(&p, query, key, value, &o)) {
        if (!ir_type_count(&t))
            out[0] = jac_full_like(query, 0), out[1] = jac_sum(out[0], -1);
        else {
            block_out b = all_segments(&p);
            out[0] = jac_ok(b.o) ? finished(&p, &t, b.o) : JAC_NULL;
            out[1] = o.residual && jac_ok(b.o) ? residual_of(&p, &t, b.residual) : JAC_NULL;
        }
    }
    if (!o.residual)
        return rt_end(m, out[0]);
    rt_end_tree(m, 2, out);
    *o.residual = out[1];
    return out[0];
}

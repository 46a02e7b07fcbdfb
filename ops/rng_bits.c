/* rng_bit_generator: random bits of a key, the same as XLA's on a CPU, and the next key.
 *
 * The key is a word of 64 bits and a counter, given as u64[2] or u32[4] (Philox also takes u64[3],
 * where the counter has 128 bits; in u64[2] its upper half is the key). Bits are a function of the
 * key and of counter, counter + 1, ...: two words of 32 bits of each by Threefry, or four by Philox
 * (Salmon et al. 2011). The simplify rule writes that function out.
 */
#include <string.h>

#include "ops/elementwise.h"
#include "ops/lowered.h"
#include "ops/shape.h"

enum { DEFAULT, THREE_FRY, PHILOX }; /* jax.lax.RandomAlgorithm; the default is Philox */

static bool bits_infer(ir_infer *q)
{
    int64_t algorithm = q->attr[RNG_BITS_ALGORITHM].i, d = q->attr[RNG_BITS_DTYPE].i;
    const ir_attr *shape = &q->attr[RNG_BITS_SHAPE];
    if (!check_operands(q, 1))
        return false;
    if (algorithm < DEFAULT || algorithm > PHILOX)
        return ir_fail("rng_bit_generator: algorithm must be 0 (the default), 1 (Threefry) or 2 "
                       "(Philox), but is %lld",
                       (long long)algorithm);
    const ir_type *key = &q->in[0];
    int64_t n = key->rank == 1 ? key->dim[0] : 0;
    bool fits = key->dtype == IR_u32
                    ? n == 4
                    : key->dtype == IR_u64 && (n == 2 || (n == 3 && algorithm != THREE_FRY));
    if (!fits)
        return ir_fail("rng_bit_generator: the key must be u32[4] or u64[2]%s, but is %s",
                       algorithm == THREE_FRY ? "" : ", or u64[3] for Philox", ir_type_tmp(key));
    if (d < 0 || d >= IR_NDTYPE || d == IR_bool || (ir_dtype)d != ew_bits((ir_dtype)d))
        return ir_fail("rng_bit_generator: dtype must be an unsigned integer");
    ir_type t = ir_type_make((ir_dtype)d, 0, NULL), k = *key;
    if (!check_shape(q, shape->n, shape->ints))
        return false;
    t.rank = shape->n;
    if (shape->n) /* else there may be no list */
        memcpy(t.dim, shape->ints, (size_t)shape->n * sizeof *t.dim);
    k.weak = false;
    ir_infer_out(q, &k);
    ir_infer_out(q, &t);
    return true;
}

/* ---- words: two of 32 bits are one of 64 ----------------------------------------------------- */

typedef struct {
    ir_value *lo, *hi; /* u32 */
} words;

static ir_value *full(ir_graph *g, const ir_value *like, int64_t v)
{
    return like ? ir_full(g, &like->type, ir_scalar_of_int(like->type.dtype, v)) : NULL;
}

static words split(ir_graph *g, ir_value *x)
{
    ir_value *hi = b_shift_right_logical(g, x, full(g, x, 32));
    return (words){b_convert(g, x, IR_u32), b_convert(g, hi, IR_u32)};
}

static ir_value *join(ir_graph *g, words w)
{
    ir_value *hi = b_convert(g, w.hi, IR_u64);
    return b_or(g, b_convert(g, w.lo, IR_u64), b_shift_left(g, hi, full(g, hi, 32)));
}

static ir_value *spread(ir_graph *g, ir_value *x, int64_t n)
{
    return b_broadcast_in_dim(g, x, 1, &n, NULL);
}

static ir_value *element(ir_graph *g, ir_value *x, int64_t k)
{
    return b_reshape(g, b_slice(g, x, &k, (int64_t[]){k + 1}, NULL), 0, NULL);
}

static ir_value *stack(ir_graph *g, int n, ir_value **x, int axis)
{
    int64_t shape[IR_MAX_RANK + 1];
    for (int k = 0; k < n; k++) {
        if (!x[k])
            return NULL;
        ints_insert(x[k]->type.dim, x[k]->type.rank, axis, 1, shape);
        x[k] = b_reshape(g, x[k], x[k]->type.rank + 1, shape);
    }
    return b_concatenate(g, n, x, axis);
}

/* The key, and the counter's halves, as u64. */
typedef struct {
    ir_value *key, *low, *high;
} state;

static state state_of(ir_graph *g, ir_value *x)
{
    state s = {0};
    if (x->type.dtype == IR_u32) {
        s.key = join(g, (words){element(g, x, 0), element(g, x, 1)});
        s.low = join(g, (words){element(g, x, 2), element(g, x, 3)});
    } else {
        s.key = element(g, x, 0);
        s.low = element(g, x, 1);
    }
    s.high = x->type.dim[0] == 3 ? element(g, x, 2) : s.key;
    return s;
}

static ir_value *key_of(ir_graph *g, const state *s, const ir_type *t)
{
    ir_value *x[4] = {s->key, s->low, s->high};
    if (t->dtype != IR_u32)
        return stack(g, (int)t->dim[0], x, 0);
    words key = split(g, s->key), low = split(g, s->low);
    return stack(g, 4, (ir_value *[]){key.lo, key.hi, low.lo, low.hi}, 0);
}

/* Adds n, or 0 1 2 ... if n is a vector, to the counter. */
static state advanced(ir_graph *g, const state *s, ir_value *n)
{
    state y = *s;
    bool many = n && n->type.rank;
    int64_t count = many ? n->type.dim[0] : 0;
    ir_value *low = many ? spread(g, s->low, count) : s->low;
    ir_value *high = many ? spread(g, s->high, count) : s->high;
    y.low = b_add(g, low, n);
    y.high = b_select(g, b_lt(g, y.low, low), b_add(g, high, full(g, high, 1)), high);
    return y;
}

static ir_value *count_up(ir_graph *g, int64_t n)
{
    return b_iota(g, IR_u64, 1, &n, 0);
}

/* ---- Philox ---------------------------------------------------------------------------------- */

static void philox(ir_graph *g, const state *at, ir_value **y)
{
    words key = split(g, at->key), low = split(g, at->low), high = split(g, at->high);
    ir_value *x[] = {low.lo, low.hi, high.lo, high.hi}, *k[] = {key.lo, key.hi};
    for (int round = 0; round < 10 && x[0]; round++) {
        int64_t n = x[0]->type.dim[0];
        ir_value *a = full(g, x[0], 0xD2511F53), *b = full(g, x[0], 0xCD9E8D57);
        ir_value *next[] = {
            b_xor(g, b_xor(g, b_mulhi(g, x[2], b), x[1]), spread(g, k[0], n)), b_mul(g, x[2], b),
            b_xor(g, b_xor(g, b_mulhi(g, x[0], a), x[3]), spread(g, k[1], n)), b_mul(g, x[0], a)};
        memcpy(x, next, sizeof x);
        k[0] = b_add(g, k[0], full(g, k[0], 0x9E3779B9));
        k[1] = b_add(g, k[1], full(g, k[1], 0xBB67AE85));
    }
    memcpy(y, x, sizeof x);
}

static ir_value *philox_bits(ir_graph *g, const state *s, int64_t n, bool wide, state *next)
{
    ir_value *w[4];
    int64_t counts = (wide ? n + n % 2 : n + 3 - (n + 3) % 4) / (wide ? 2 : 4), each = wide ? 2 : 4;
    ir_value *from = count_up(g, counts);
    state at = from ? advanced(g, s, from) : *s;
    *next = advanced(g, s, b_const_int(g, IR_u64, counts));
    philox(g, &at, w);
    if (wide) {
        w[0] = join(g, (words){w[0], w[1]});
        w[1] = join(g, (words){w[2], w[3]});
    }
    int64_t all = counts * each, zero = 0;
    return b_slice(g, b_reshape(g, stack(g, (int)each, w, 1), 1, &all), &zero, &n, NULL);
}

/* ---- Threefry -------------------------------------------------------------------------------- */

static words threefry(ir_graph *g, const state *s, int64_t n, state *next)
{
    words key = split(g, s->key);
    ir_value *count = b_add(g, spread(g, s->low, n), count_up(g, n));
    words at = split(g, count);
    ir_value *in[] = {spread(g, key.lo, n), spread(g, key.hi, n), at.lo, at.hi}, *y[2] = {0};
    *next = *s;
    next->low = b_add(g, s->low, b_const_int(g, IR_u64, n));
    if (at.lo && at.hi && in[0] && in[1])
        ir_results(ir_emit(g, &op_threefry2x32, 4, in, NULL), 2, y);
    return (words){y[0], y[1]};
}

/* The axis along which first and second words alternate: the first of even size, or the largest. */
static int alternating(const ir_type *t)
{
    int largest = 0;
    for (int d = 0; d < t->rank; d++) {
        if (t->dim[d] % 2 == 0)
            return d;
        largest = t->dim[d] > t->dim[largest] ? d : largest;
    }
    return largest;
}

static ir_value *threefry_bits(ir_graph *g, const state *s, const ir_type *t, state *next)
{
    if (!t->rank)
        return b_reshape(g, threefry(g, s, 1, next).lo, 0, NULL);
    ir_type half = *t;
    int axis = alternating(t);
    int64_t zero[IR_MAX_RANK] = {0};
    half.dim[axis] = (t->dim[axis] + 1) / 2;
    words w = threefry(g, s, ir_type_count(&half), next);
    ir_value *parts[] = {b_reshape(g, w.lo, half.rank, half.dim),
                         b_reshape(g, w.hi, half.rank, half.dim)};
    if (t->rank == IR_MAX_RANK) { /* there is no room for an axis of the two words */
        ir_fail("rng_bit_generator: Threefry gives up to %d dimensions, but %d are asked for",
                IR_MAX_RANK - 1, t->rank);
        return NULL;
    }
    half.dim[axis] *= 2;
    return b_slice(g, b_reshape(g, stack(g, 2, parts, axis + 1), half.rank, half.dim), zero, t->dim,
                   NULL);
}

/* ---- rules ----------------------------------------------------------------------------------- */

static bool bits_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    const ir_type *t = &e->out[1]->type;
    int64_t n = ir_type_count(t);
    bool wide = t->dtype == IR_u64;
    state s = state_of(g, x[0]), next = s;
    if (e->attr[RNG_BITS_ALGORITHM].i != THREE_FRY)
        y[1] = philox_bits(g, &s, n, wide, &next);
    else
        y[1] = wide ? join(g, threefry(g, &s, n, &next)) : threefry_bits(g, &s, t, &next);
    y[1] = b_convert(g, b_reshape(g, y[1], t->rank, t->dim), t->dtype);
    y[0] = key_of(g, &next, &x[0]->type);
    return y[0] && y[1];
}

/* As in JAX, the first lane's key gives the bits of all lanes, and only that key moves on. */
static bool bits_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                       const ir_batching *over, ir_value **y, int *yaxis)
{
    ir_attr attr[RNG_BITS_NATTR];
    int64_t shape[IR_MAX_RANK + 1], size = e->in[0]->type.dim[0];
    const ir_attr *each = &e->attr[RNG_BITS_SHAPE];
    memcpy(attr, e->attr, sizeof attr);
    ints_insert(each->ints, each->n, 0, over->size, shape);
    attr[RNG_BITS_SHAPE] = (ir_attr){.n = each->n + 1, .ints = shape};
    yaxis[0] = yaxis[1] = 0;
    ir_value *keys = ir_move_axis(g, x[0], axis[0], 0, over->size);
    if (!over->size) { /* no lane has a key */
        y[0] = keys;
        y[1] = ir_zeros(g, &(ir_type){.dtype = e->out[1]->type.dtype, .rank = 0});
        return keys && (y[1] = b_broadcast_in_dim(g, y[1], each->n + 1, shape, NULL));
    }
    int64_t zero[2] = {0};
    ir_value *first = b_reshape(g, b_slice(g, keys, zero, (int64_t[]){1, size}, NULL), 1, &size);
    if (!first || !ir_results(ir_emit(g, e->op, 1, &first, attr), 2, y))
        return false;
    ir_value *at = b_const_int(g, IR_i32, 0);
    y[0] = b_dynamic_update_slice(g, keys, b_reshape(g, y[0], 2, (int64_t[]){1, size}),
                                  (ir_value *[]){at, at});
    return y[0] != NULL;
}

const ir_op op_rng_bit_generator = {
    .name = "rng_bit_generator",
    .attrs = IR_ATTR_COLUMN(RNG_BITS),
    .infer = bits_infer,
    .eval = lowered_eval,
    .batch = bits_batch,
    .simplify = bits_simplify,
};

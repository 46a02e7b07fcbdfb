/* Random draws, the same bits as jax.random's.
 *
 * The one idea: element k of a draw is threefry2x32 of the key and k, where k is a 64-bit number in
 * two words (jax_threefry_partitionable). So an element depends only on its position, and every
 * draw is an elementwise function of the positions. Draws are computed as vectors and reshaped at
 * the end. To get the same bits, each distribution is computed from random bits by JAX's formulas,
 * with the same rounding at each step.
 */
#include <math.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/random/draws.h"
#include "runtime/random/words.h"

/* ---- shapes and constants ------------------------------------------------------------------ */

bool draw_extent(const char *what, jac_dims shape, extent *x)
{
    if (!rt_type_for(what, shape, IR_u32, &x->shape))
        return false;
    int64_t count = ir_type_count(&x->shape);
    ir_type places = ir_type_make(IR_u64, 1, &count); /* they are counted in u64 */
    if (!ir_type_fits(&places))
        return ir_fail("%s: an array of shape %s is too large", what,
                       ir_ints_tmp(shape.v, shape.n));
    x->flat = ir_type_make(IR_u32, x->shape.rank ? 1 : 0, &count);
    return true;
}

jac draw_spread(jac v, const extent *x)
{
    ir_type t;
    if (!rt_type_of(v, &t))
        return JAC_NULL;
    if (t.rank == 0)
        return rt_broadcast_to(v, x->flat.rank, x->flat.dim);
    v = rt_broadcast_to(v, x->shape.rank, x->shape.dim);
    return x->shape.rank > 1 ? rt_reshape(v, 1, x->flat.dim) : v;
}

jac draw_shaped(jac flat, const extent *x)
{
    return x->shape.rank > 1 ? rt_reshape(flat, x->shape.rank, x->shape.dim) : flat;
}

static jac constant(ir_dtype d, double v, const extent *x)
{
    return draw_spread(rt_literal_f64(d, v), x);
}

static jac constant_bits(ir_dtype d, uint64_t bits, const extent *x)
{
    return draw_spread(rt_literal(d, (ir_scalar){.bits = bits}, false), x);
}

/* ---- keys ---------------------------------------------------------------------------------- */

static jac key_word(jac key, int64_t k)
{
    int64_t limit = k + 1, stride = 1;
    ir_attr attr[] = {[SLICE_START] = {.n = 1, .ints = &k},
                      [SLICE_LIMIT] = {.n = 1, .ints = &limit},
                      [SLICE_STRIDES] = {.n = 1, .ints = &stride}};
    return rt_reshape(rt_emit1(&op_slice, 1, &key, attr), 0, NULL);
}

bool draw_key(const char *what, jac key, words *w)
{
    ir_type t;
    if (!rt_type_of(key, &t))
        return false;
    if (t.dtype != IR_u32 || t.rank != 1 || t.dim[0] != 2)
        return ir_fail("%s: a key must be u32[2], but is %s%s", what, ir_type_tmp(&t),
                       t.dtype == IR_u32 && t.rank > 1 ? "; map over keys with jac_vmap" : "");
    *w = (words){key_word(key, 0), key_word(key, 1)};
    return jac_ok(w->hi) && jac_ok(w->lo);
}

/* Joins the two words in an array of shape [.., 2]. */
static jac key_of_words(words w)
{
    ir_type t;
    if (!rt_type_of(w.hi, &t))
        return JAC_NULL;
    int64_t dim[2] = {t.rank ? t.dim[0] : 1, 1};
    const int64_t *shape = t.rank ? dim : dim + 1;
    int rank = t.rank + 1;
    jac parts[] = {rt_reshape(w.hi, rank, shape), rt_reshape(w.lo, rank, shape)};
    return rt_emit1(&op_concatenate, 2, parts, &(ir_attr){.i = rank - 1});
}

/* threefry2x32 of the key and `count`, in the shape of `count`. */
static words hash(words key, words count, const extent *x)
{
    jac in[] = {draw_spread(key.hi, x), draw_spread(key.lo, x), count.hi, count.lo}, out[2];
    if (!rt_emit(&op_threefry2x32, 4, in, NULL, 2, out))
        return (words){JAC_NULL, JAC_NULL};
    return (words){out[0], out[1]};
}

static jac count_from_zero(ir_dtype d, const extent *x)
{
    if (!x->flat.rank)
        return rt_literal_f64(d, 0);
    ir_attr attr[] = {[IOTA_DTYPE] = {.i = d},
                      [IOTA_SHAPE] = {.n = 1, .ints = x->flat.dim},
                      [IOTA_DIMENSION] = {.i = 0}};
    return rt_emit1(&op_iota, 0, NULL, attr);
}

/* The positions 0, 1, 2 ... as 64-bit numbers in two words. */
static words counts(const extent *x)
{
    if (ir_type_count(&x->flat) <= UINT32_MAX)
        return (words){constant(IR_u32, 0, x), count_from_zero(IR_u32, x)};
    jac wide = count_from_zero(IR_u64, x);
    jac high = rt_op2(&op_shift_right_logical, wide, constant(IR_u64, 32, x));
    return (words){rt_convert(high, IR_u32, false), rt_convert(wide, IR_u32, false)};
}

/* Two random words for each position. */
static words hash_places(words key, const extent *x)
{
    return hash(key, counts(x), x);
}

words draw_split_off(words key, int k)
{
    extent scalar = {ir_type_scalar(IR_u32), ir_type_scalar(IR_u32)};
    return hash(key, (words){rt_literal_f64(IR_u32, 0), rt_literal_f64(IR_u32, k)}, &scalar);
}

/* Checks that x, a seed or a number to fold into a key, is an integer scalar. */
static bool is_integer_scalar(const char *what, jac x, ir_type *t)
{
    if (!rt_type_of(x, t))
        return false;
    ir_kind kind = ir_dtypes[t->dtype].kind;
    return (t->rank == 0 && (kind == IR_KIND_INT || kind == IR_KIND_UINT)) ||
           ir_fail("%s takes an integer scalar, but is given %s%s", what, ir_type_tmp(t),
                   t->rank ? "; map over an array with jac_vmap" : "");
}

/* The seed as two words. The high word of a 32-bit seed is 0, even if the seed is negative. */
static words seed_words(jac seed, const ir_type *t)
{
    if (ir_dtypes[t->dtype].bits < 64)
        return (words){rt_literal_f64(IR_u32, 0), rt_convert(seed, IR_u32, false)};
    jac high = rt_op2(&op_shift_right_logical, seed, rt_literal_f64(t->dtype, 32));
    return (words){jac_ok(high) ? rt_convert(high, IR_u32, false) : JAC_NULL,
                   rt_convert(seed, IR_u32, false)};
}

/* A C number as a seed. As in JAX, only its low word counts unless 64-bit types are enabled. */
static words number_seed_words(rt_number n)
{
    uint64_t bits = n.kind == IR_KIND_UINT ? n.u : (uint64_t)n.i;
    uint32_t high = jac_x64_enabled() ? (uint32_t)(bits >> 32) : 0;
    return (words){rt_literal(IR_u32, (ir_scalar){.v_u32 = high}, false),
                   rt_literal(IR_u32, (ir_scalar){.v_u32 = (uint32_t)bits}, false)};
}

jac jac_random_key_(const jac_loc *at, jac seed)
{
    unsigned m = rt_begin(at);
    ir_type t;
    if (!is_integer_scalar("jac_random_PRNGKey", seed, &t))
        return rt_end(m, JAC_NULL);
    const rt_slot *s = rt_slot_of(seed);
    words w = s->kind == RT_NUMBER ? number_seed_words(s->number) : seed_words(seed, &t);
    return rt_end(m, key_of_words(w));
}

/* x, if it is a key or an array of keys. */
static jac keys_only(const jac_loc *at, const char *what, jac x)
{
    unsigned m = rt_begin_as(at, what);
    ir_type t;
    if (!rt_type_of(x, &t))
        return rt_end(m, JAC_NULL);
    if (t.dtype != IR_u32 || !t.rank || t.dim[t.rank - 1] != 2) {
        ir_fail("%s: keys must be u32[2], or an array of such, but are %s", what, ir_type_tmp(&t));
        return rt_end(m, JAC_NULL);
    }
    return rt_end(m, rt_reshape(x, t.rank, t.dim));
}

jac jac_random_key_data_(const jac_loc *at, jac keys)
{
    return keys_only(at, "jac_random_key_data", keys);
}

jac jac_random_wrap_key_data_(const jac_loc *at, jac data)
{
    return keys_only(at, "jac_random_wrap_key_data", data);
}

jac jac_random_clone_(const jac_loc *at, jac keys)
{
    return keys_only(at, "jac_random_clone", keys);
}

jac jac_random_split_(const jac_loc *at, jac key, int64_t n)
{
    unsigned m = rt_begin(at);
    words w;
    extent x;
    if (!draw_extent("jac_random_split", (jac_dims){1, &n}, &x) ||
        !draw_key("jac_random_split", key, &w))
        return rt_end(m, JAC_NULL);
    return rt_end(m, key_of_words(hash_places(w, &x)));
}

jac jac_random_fold_in_(const jac_loc *at, jac key, jac data)
{
    unsigned m = rt_begin(at);
    ir_type t;
    words w;
    if (!is_integer_scalar("jac_random_fold_in", data, &t) ||
        !draw_key("jac_random_fold_in", key, &w))
        return rt_end(m, JAC_NULL);
    extent scalar = {ir_type_scalar(IR_u32), ir_type_scalar(IR_u32)};
    words count = {rt_literal_f64(IR_u32, 0), rt_convert(data, IR_u32, false)};
    return rt_end(m, key_of_words(hash(w, count, &scalar)));
}

/* ---- bits, and uniform numbers ------------------------------------------------------------- */

static jac bits_of(words w, ir_dtype d, const extent *x)
{
    if (ir_dtypes[d].bits < 64)
        return rt_convert(rt_op2(&op_xor, w.hi, w.lo), d, false);
    jac hi = rt_convert(w.hi, IR_u64, false), lo = rt_convert(w.lo, IR_u64, false);
    return rt_op2(&op_or, rt_op2(&op_shift_left, hi, constant(IR_u64, 32, x)), lo);
}

jac draw_bits(words key, ir_dtype d, const extent *x)
{
    return bits_of(hash_places(key, x), d, x);
}

ir_dtype draw_uint(int bits)
{
    int d = 0;
    while (ir_dtypes[d].kind != IR_KIND_UINT || ir_dtypes[d].bits != bits)
        d++;
    return (ir_dtype)d;
}

/* Uniform draws on [0, 1): random bits become the fraction of a number in [1, 2), and 1 is
 * subtracted. For a fraction of fewer than 8 bits, 8 random bits are drawn. */
static jac unit_of(words hashed, ir_dtype d, const extent *x)
{
    int fraction_bits = ir_dtypes[d].digits - 1, all = ir_dtypes[d].bits;
    int drawn = fraction_bits < 8 ? 8 : all;
    ir_dtype u = draw_uint(all);
    jac fraction = rt_convert(bits_of(hashed, draw_uint(drawn), x), u, false);
    fraction = rt_op2(&op_shift_right_logical, fraction, constant(u, drawn - fraction_bits, x));
    jac one = constant_bits(u, ir_scalar_of(d, 1).bits, x);
    jac number = rt_op2(&op_or, fraction, one);
    number = rt_emit1(&op_bitcast_convert_type, 1, &number, &(ir_attr){.i = d});
    return rt_op2(&op_sub, number, constant(d, 1, x));
}

static jac unit(words key, ir_dtype d, const extent *x)
{
    return unit_of(hash_places(key, x), d, x);
}

jac draw_unit_at(const draw *w, jac key, jac high, jac low)
{
    extent scalar = {ir_type_scalar(IR_u32), ir_type_scalar(IR_u32)};
    words k;
    if (!draw_key(w->what, key, &k))
        return JAC_NULL;
    return unit_of(hash(k, (words){high, low}, &scalar), w->d, &scalar);
}

void draw_places(const draw *w, jac *high, jac *low)
{
    int64_t count = ir_type_count(&w->shape);
    extent x = {w->shape, ir_type_make(IR_u32, 1, &count)};
    words all = counts(&x);
    *high = all.hi;
    *low = all.lo;
}

/* The checks with which every draw of floats begins. */
static bool begin_floats(const char *what, jac key, jac_dims shape, jac_dtype dtype, words *w,
                         extent *x, ir_dtype *d)
{
    return draw_floats(what, dtype, d) && draw_extent(what, shape, x) && draw_key(what, key, w);
}

jac jac_random_bits_(const jac_loc *at, jac key, jac_dims shape, jac_dtype dtype)
{
    unsigned m = rt_begin(at);
    words w;
    extent x;
    ir_dtype d = jac_x64_enabled() ? IR_u64 : IR_u32;
    if (dtype != JAC_DEFAULT && !rt_dtype(dtype, &d))
        return rt_end(m, JAC_NULL);
    if (ir_dtypes[d].kind != IR_KIND_UINT) {
        ir_fail("jac_random_bits draws unsigned integers, but %s was asked for", ir_dtypes[d].name);
        return rt_end(m, JAC_NULL);
    }
    bool ok = draw_extent("jac_random_bits", shape, &x) && draw_key("jac_random_bits", key, &w);
    return rt_end(m, ok ? draw_shaped(draw_bits(w, d, &x), &x) : JAC_NULL);
}

bool draw_fits(const char *what, const char *name, jac v, const extent *x)
{
    ir_type t;
    if (!rt_type_of(v, &t))
        return false;
    return rt_broadcasts(&t, &x->shape) ||
           ir_fail("%s: %s is %s, which does not broadcast to the shape %s", what, name,
                   ir_type_tmp(&t), ir_ints_tmp(x->shape.dim, x->shape.rank));
}

static bool is_number(jac x, double v)
{
    const rt_slot *s = rt_slot_of(x);
    return s && s->kind == RT_NUMBER && s->number.kind == IR_KIND_FLOAT && s->number.f == v;
}

/* Maps draws u on [0, 1) to [lo, hi). Where rounding gives hi, as in JAX, the number before it is
 * taken. XLA fuses the product and the sum where no rounding to a narrower dtype comes between
 * them. */
static jac onto(jac u, jac lo, jac hi, ir_dtype d, const extent *x)
{
    lo = rt_convert(lo, d, false);
    hi = rt_convert(hi, d, false);
    jac ends[] = {lo, hi};
    if (!rt_broadcast("jac_random_uniform", 2, ends))
        return JAC_NULL;
    jac span = rt_op2(&op_sub, ends[1], ends[0]);
    jac from = draw_spread(lo, x), fma[] = {u, draw_spread(span, x), from};
    jac y = ir_is_narrow(d) ? rt_op2(&op_add, rt_op2(&op_mul, u, fma[1]), from)
                            : rt_emit1(&op_fma, 3, fma, NULL);
    jac below =
        jac_where(jac_lt(ends[0], ends[1]), rt_op2(&op_nextafter, ends[1], ends[0]), ends[0]);
    return rt_op2(&op_min, rt_op2(&op_max, from, y), draw_spread(below, x));
}

jac jac_random_uniform_(const jac_loc *at, jac key, jac_dims shape, jac_dtype dtype, jac minval,
                        jac maxval)
{
    bool unit_range = is_number(minval, 0) && is_number(maxval, 1);
    const char *what = unit_range ? "jac_random_uniform" : "jac_random_uniform_in";
    unsigned m = rt_begin_as(at, what);
    words w;
    extent x;
    ir_dtype d;
    if (!begin_floats(what, key, shape, dtype, &w, &x, &d) || !draw_fits(what, "minval", minval, &x) ||
        !draw_fits(what, "maxval", maxval, &x))
        return rt_end(m, JAC_NULL);
    jac u = unit(w, d, &x);
    if (!unit_range)
        u = onto(u, minval, maxval, d, &x);
    return rt_end(m, draw_shaped(u, &x));
}

/* ---- distributions by transforming uniform numbers ----------------------------------------- */

/* Normal draws: sqrt(2) erf_inv(u), for u on (-1, 1). */
static jac normal(jac u, ir_dtype d, const extent *x)
{
    double least = ir_epsilon(d) / 2 - 1; /* the number just above -1 */
    u = rt_op2(&op_add, rt_op2(&op_mul, u, constant(d, 2, x)), constant(d, least, x));
    return rt_op2(&op_mul, constant(d, M_SQRT2, x), rt_op1(&op_erf_inv_xla, u));
}

/* Exponential draws: -log(1 - u). */
static jac exponential(jac u, ir_dtype d, const extent *x)
{
    (void)d, (void)x;
    return rt_op1(&op_neg, rt_op1(&op_log1p_xla, rt_op1(&op_neg, u)));
}

/* Gumbel draws: -log(-log(u)), for u on (0, 1). */
static jac gumbel(jac u, ir_dtype d, const extent *x)
{
    u = rt_op2(&op_max, constant(d, ir_least_normal(d), x), u);
    return rt_op1(&op_neg, rt_op1(&op_log, rt_op1(&op_neg, rt_op1(&op_log, u))));
}

static jac transformed(const jac_loc *at, const char *what, jac key, jac_dims shape,
                       jac_dtype dtype, jac (*f)(jac u, ir_dtype d, const extent *x))
{
    unsigned m = rt_begin_as(at, what);
    words w;
    extent x;
    ir_dtype d;
    bool ok = begin_floats(what, key, shape, dtype, &w, &x, &d);
    return rt_end(m, ok ? draw_shaped(f(unit(w, d, &x), d, &x), &x) : JAC_NULL);
}

/* Complex draws of variance 1: two independent real ones, divided by sqrt(2). */
static jac complex_normal(const jac_loc *at, jac key, jac_dims shape, ir_dtype part)
{
    unsigned m = rt_begin_as(at, "jac_random_normal");
    jac keys = jac_random_split(key, 2), draw[2];
    for (int k = 0; k < 2; k++)
        draw[k] = jac_div(transformed(NULL, "jac_random_normal", jac_at(keys, k), shape, rt_public_dtype(part),
                                      normal),
                          M_SQRT2);
    return rt_end(m, jac_complex(draw[0], draw[1]));
}

jac jac_random_normal_(const jac_loc *at, jac key, jac_dims shape, jac_dtype d)
{
    ir_dtype wanted;
    if (d != JAC_DEFAULT && rt_dtype(d, &wanted) && ir_is_complex(wanted))
        return complex_normal(at, key, shape, ir_part(wanted));
    return transformed(at, "jac_random_normal", key, shape, d, normal);
}

jac jac_random_exponential_(const jac_loc *at, jac key, jac_dims shape, jac_dtype d)
{
    return transformed(at, "jac_random_exponential", key, shape, d, exponential);
}

jac jac_random_gumbel_(const jac_loc *at, jac key, jac_dims shape, jac_dtype d)
{
    return transformed(at, "jac_random_gumbel", key, shape, d, gumbel);
}

/* The shape of a draw from an array of probabilities: if None is given, the array's shape. */
static jac_dims shape_or(jac_dims shape, const ir_type *t)
{
    return shape.v || shape.n ? shape : (jac_dims){t->rank, t->dim};
}

jac jac_random_bernoulli_(const jac_loc *at, jac key, jac p, jac_dims shape)
{
    const char *what = "jac_random_bernoulli";
    unsigned m = rt_begin(at);
    ir_type t;
    words w;
    extent x;
    if (!rt_type_of(p, &t))
        return rt_end(m, JAC_NULL);
    ir_dtype d = t.dtype;
    if (!ir_has_fraction(d)) {
        ir_fail("%s: the probability must be a float, but is %s", what, ir_type_tmp(&t));
        return rt_end(m, JAC_NULL);
    }
    if (!draw_extent(what, shape_or(shape, &t), &x) || !draw_key(what, key, &w) ||
        !draw_fits(what, "the probability", p, &x))
        return rt_end(m, JAC_NULL);
    jac below = rt_op2(&op_lt, unit(w, d, &x), draw_spread(rt_convert(p, d, false), &x));
    return rt_end(m, draw_shaped(below, &x));
}

/* ---- categories ---------------------------------------------------------------------------- */

/* The shape of the Gumbel noise for draws of the given shape: that shape with the size of the
 * logits' axis inserted at the axis, after the dimensions that the draws have in addition to the
 * logits' own. */
static bool noise_shape(const char *what, const ir_type *logits, int64_t axis, jac_dims shape,
                        int64_t dim[IR_MAX_RANK + 1])
{
    int64_t batch = logits->rank - 1, extra = shape.n - batch;
    int64_t rest[IR_MAX_RANK];
    if (shape.n >= IR_MAX_RANK)
        return ir_fail("%s: draws would have %d dimensions, but at most %d are possible", what,
                       (int)shape.n, IR_MAX_RANK - 1);
    for (int k = 0, n = 0; k < logits->rank; k++)
        if (k != axis)
            rest[n++] = logits->dim[k];
    bool ok = extra >= 0;
    for (int k = 0; ok && k < batch; k++)
        ok = rest[k] == 1 || rest[k] == shape.v[extra + k];
    if (!ok)
        return ir_fail("%s: the logits are %s, whose other dimensions %s do not broadcast to the "
                       "shape %s",
                       what, ir_type_tmp(logits), ir_ints_tmp(rest, batch),
                       ir_ints_tmp(shape.v, shape.n));
    for (int k = 0, n = 0; k <= shape.n; k++)
        dim[k] = k == extra + axis ? logits->dim[axis] : shape.v[n++];
    return true;
}

static jac argmax(jac x, int64_t axis)
{
    ir_attr attr[] = {[ARGREDUCE_AXES] = {.n = 1, .ints = &axis},
                      [ARGREDUCE_INDEX_DTYPE] = {.i = rt_default_int()}};
    return rt_emit1(&op_argmax, 1, &x, attr);
}

jac jac_random_categorical_(const jac_loc *at, jac key, jac logits, int64_t axis, jac_dims shape)
{
    const char *what = "jac_random_categorical";
    unsigned m = rt_begin(at);
    ir_type t;
    words w;
    extent x;
    if (!rt_type_of(logits, &t) || !rt_axis(what, axis, t.rank, &axis) || !rt_list(what, shape))
        return rt_end(m, JAC_NULL);
    ir_dtype d = t.dtype;
    if (!ir_has_fraction(d)) {
        ir_fail("%s: the logits must be floats, but are %s", what, ir_type_tmp(&t));
        return rt_end(m, JAC_NULL);
    }
    if (!t.dim[axis]) {
        ir_fail("%s: the logits are %s, which has no elements along axis %d", what, ir_type_tmp(&t),
                (int)axis);
        return rt_end(m, JAC_NULL);
    }
    ir_type rest = {.rank = (uint8_t)(t.rank - 1)};
    for (int k = 0, n = 0; k < t.rank; k++)
        if (k != axis)
            rest.dim[n++] = t.dim[k];
    shape = shape_or(shape, &rest);
    int64_t dim[IR_MAX_RANK + 1];
    if (!noise_shape(what, &t, axis, shape, dim) ||
        !draw_extent(what, (jac_dims){shape.n + 1, dim}, &x) || !draw_key(what, key, &w))
        return rt_end(m, JAC_NULL);
    jac noise = draw_shaped(gumbel(unit(w, d, &x), d, &x), &x);
    logits = rt_convert(logits, d, false);
    logits = rt_broadcast_to(logits, x.shape.rank, x.shape.dim);
    return rt_end(m, argmax(rt_op2(&op_add, noise, logits), shape.n - rest.rank + axis));
}

/* ---- what the other draws are made of ---------------------------------------------------------- */

bool draw_begin(const char *what, jac key, jac_random_opts o, ir_dtype d, int n,
                const char *const *names, jac *params, draw *w)
{
    ir_type types[DRAW_MOST_PARAMS], joint = {0};
    words unused;
    extent x;
    if (!draw_key(what, key, &unused) || !rt_types_of(n, params, types))
        return false;
    for (int k = 0; k < n; k++)
        if (ir_is_complex(types[k].dtype))
            return ir_fail("%s: %s must be real, but is %s", what, names[k], ir_type_tmp(&types[k]));
    if (!o.shape.v && !o.shape.n && n) {
        jac all[DRAW_MOST_PARAMS];
        memcpy(all, params, (size_t)n * sizeof *all);
        if (!rt_broadcast(what, n, all) || !rt_type_of(all[0], &joint))
            return false;
        o.shape = (jac_dims){joint.rank, joint.dim};
    }
    if (!draw_extent(what, o.shape, &x))
        return false;
    for (int k = 0; k < n; k++)
        if (!draw_fits(what, names[k], params[k], &x) ||
            !jac_ok(params[k] = rt_convert(params[k], d, false)))
            return false;
    *w = (draw){.what = what, .key = key, .d = d, .shape = x.shape};
    return true;
}

bool draw_floats(const char *what, jac_dtype dtype, ir_dtype *d)
{
    return rt_dtype(dtype, d) &&
           ((ir_has_fraction(*d) && !ir_is_complex(*d)) ||
            ir_fail("%s draws floats, but %s was asked for", what, ir_dtypes[*d].name));
}

bool draw_integers(const char *what, jac_dtype dtype, ir_dtype *d)
{
    *d = rt_default_int();
    return (dtype == JAC_DEFAULT || rt_dtype(dtype, d)) &&
           (ir_dtypes[*d].kind == IR_KIND_INT || ir_dtypes[*d].kind == IR_KIND_UINT ||
            ir_fail("%s draws integers, but %s was asked for", what, ir_dtypes[*d].name));
}

jac_dims draw_shape(const draw *w)
{
    return (jac_dims){w->shape.rank, w->shape.dim};
}

static jac drawn(const draw *w, jac key, jac (*f)(jac u, ir_dtype d, const extent *x))
{
    words k;
    extent x;
    if (!draw_extent(w->what, draw_shape(w), &x) || !draw_key(w->what, key, &k))
        return JAC_NULL;
    jac u = unit(k, w->d, &x);
    return draw_shaped(f ? f(u, w->d, &x) : u, &x);
}

jac draw_unit(const draw *w, jac key)
{
    return drawn(w, key, NULL);
}

jac draw_normal(const draw *w, jac key)
{
    return drawn(w, key, normal);
}

jac draw_exponential(const draw *w, jac key)
{
    return drawn(w, key, exponential);
}

jac draw_between(const draw *w, jac key, jac lo, jac hi)
{
    int64_t rank = w->shape.rank;
    jac u = draw_unit(w, key), span = jac_sub(hi, lo);
    jac fma[] = {u, rt_broadcast_to(span, (int)rank, w->shape.dim),
                 rt_broadcast_to(lo, (int)rank, w->shape.dim)};
    jac y = ir_is_narrow(w->d) ? rt_op2(&op_add, rt_op2(&op_mul, u, fma[1]), fma[2])
                               : rt_emit1(&op_fma, 3, fma, NULL);
    return rt_op2(&op_max, fma[2], y);
}

jac draw_number(const draw *w, double v)
{
    return rt_literal_f64(w->d, v);
}

jac draw_log1p(jac x)
{
    return rt_op1(&op_log1p_xla, x);
}

jac draw_erf_inv(jac x)
{
    return rt_op1(&op_erf_inv_xla, x);
}

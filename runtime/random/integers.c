/* Random integers in a range, the same as jax.random.randint's. */
#include "ops/ops.h"
#include "runtime/random/draws.h"
#include "runtime/random/words.h"

static bool whole(const char *what, const char *name, jac v)
{
    ir_type t;
    if (!rt_type_of(v, &t))
        return false;
    return !ir_has_fraction(t.dtype) ||
           ir_fail("%s: %s is %s, but must be an integer: convert it with jac_astype", what, name,
                   ir_type_tmp(&t));
}

static uint64_t greatest(ir_dtype d)
{
    int unused = 64 - ir_dtypes[d].bits + (ir_dtypes[d].kind == IR_KIND_INT);
    return UINT64_MAX >> unused;
}

static int64_t least(ir_dtype d)
{
    return ir_dtypes[d].kind == IR_KIND_INT ? -(int64_t)greatest(d) - 1 : 0;
}

static jac literal_int(ir_dtype d, uint64_t v)
{
    return rt_literal(d, (ir_scalar){.bits = v & UINT64_MAX >> (64 - ir_dtypes[d].bits)}, false);
}

/* One end of the range, clipped to the dtype drawn, and whether it was above the dtype's range. */
typedef struct {
    jac value, above;
} range_end;

static range_end end_of_number(rt_number n, ir_dtype d)
{
    bool negative = n.kind != IR_KIND_UINT && n.i < 0;
    bool above = !negative && n.u > greatest(d), below = negative && n.i < least(d);
    uint64_t v = above ? greatest(d) : below ? (uint64_t)least(d) : n.u;
    return (range_end){literal_int(d, v), rt_literal_f64(IR_bool, above)};
}

static range_end end_of(jac x, ir_dtype d)
{
    ir_type t;
    const rt_slot *s = rt_slot_of(x);
    if (!s || !rt_type_of(x, &t))
        return (range_end){JAC_NULL, JAC_NULL};
    if (s->kind == RT_NUMBER)
        return end_of_number(s->number, d);
    ir_dtype from = t.dtype;
    if (ir_dtypes[from].kind != IR_KIND_INT && ir_dtypes[from].kind != IR_KIND_UINT)
        from = rt_default_int();
    x = rt_convert(x, from, false);
    bool over = greatest(from) > greatest(d), under = least(from) < least(d);
    jac top = literal_int(from, over ? greatest(d) : greatest(from));
    jac bottom = literal_int(from, (uint64_t)(under ? least(d) : least(from)));
    jac above =
        over ? rt_op2(&op_gt, x, rt_broadcast_to(top, t.rank, t.dim)) : rt_literal_f64(IR_bool, 0);
    if (over || under)
        x = rt_emit1(&op_clamp, 3, (jac[]){bottom, x, top}, NULL);
    return (range_end){rt_convert(x, d, false), above};
}

static jac choose(jac pred, jac on_true, jac on_false)
{
    return rt_emit1(&op_select_n, 3, (jac[]){pred, on_false, on_true}, NULL);
}

/* 2^bits rem span, computed by squaring 2^(bits/2) rem span. */
static jac high_weight(jac span, ir_dtype u, int rank, const int64_t *dim)
{
    jac root = literal_int(u, UINT64_C(1) << (ir_dtypes[u].bits / 2));
    root = rt_op2(&op_rem, rt_broadcast_to(root, rank, dim), span);
    return rt_op2(&op_rem, rt_op2(&op_mul, root, root), span);
}

/* lo + (2^bits a + b) rem (hi - lo), for random a and b. An empty range gives lo. If `hi` was
 * clipped from above, the span is one larger. The span of the full range wraps to 0, and x rem 0 is
 * x. */
static jac in_range(words key, range_end lo, range_end hi, ir_dtype d, const extent *x)
{
    ir_dtype u = draw_uint(ir_dtypes[d].bits);
    jac ends[] = {lo.value, hi.value, hi.above};
    ir_type t;
    if (!rt_broadcast("jac_random_randint", 3, ends) || !rt_type_of(ends[0], &t))
        return JAC_NULL;
    jac one = rt_broadcast_to(literal_int(u, 1), t.rank, t.dim);
    jac span = rt_convert(rt_op2(&op_sub, ends[1], ends[0]), u, false);
    span = choose(rt_op2(&op_le, ends[1], ends[0]), one, span);
    jac wider = rt_op2(&op_and, ends[2], rt_op2(&op_gt, ends[1], ends[0]));
    span = choose(wider, rt_op2(&op_add, span, one), span);
    jac weight = high_weight(span, u, t.rank, t.dim);
    span = draw_spread(span, x);
    weight = draw_spread(weight, x);

    jac high = rt_op2(&op_rem, draw_bits(draw_split_off(key, 0), u, x), span);
    jac low = rt_op2(&op_rem, draw_bits(draw_split_off(key, 1), u, x), span);
    jac offset = rt_op2(&op_add, rt_op2(&op_mul, high, weight), low);
    offset = rt_op2(&op_rem, offset, span);
    return rt_op2(&op_add, draw_spread(ends[0], x), rt_convert(offset, d, false));
}

/* A limit for dtypes narrower than i32, which are drawn as i32: v clipped to the range of d, whose
 * upper end is raised by `more`. */
static jac clipped(jac v, ir_dtype d, int more)
{
    ir_type t;
    const rt_slot *s = rt_slot_of(v);
    if (!s || !rt_type_of(v, &t))
        return JAC_NULL;
    v = s->kind == RT_NUMBER ? end_of_number(s->number, IR_i32).value
                             : rt_convert(v, IR_i32, false);
    double top = (double)greatest(d) + more;
    jac clamp[] = {rt_literal_f64(IR_i32, (double)least(d)), v, rt_literal_f64(IR_i32, top)};
    return rt_emit1(&op_clamp, 3, clamp, NULL);
}

jac jac_random_randint_(const jac_loc *at, jac key, jac_dims shape, jac minval, jac maxval,
                        jac_dtype dtype)
{
    const char *what = "jac_random_randint";
    unsigned m = rt_begin(at);
    words w;
    extent x;
    ir_dtype d;
    if (!draw_integers(what, dtype, &d) || !draw_extent(what, shape, &x) || !draw_key(what, key, &w) ||
        !draw_fits(what, "minval", minval, &x) || !draw_fits(what, "maxval", maxval, &x) ||
        !whole(what, "minval", minval) || !whole(what, "maxval", maxval))
        return rt_end(m, JAC_NULL);
    ir_dtype drawn = ir_dtypes[d].bits < 32 ? IR_i32 : d;
    if (drawn != d) {
        minval = clipped(minval, d, 0);
        maxval = clipped(maxval, d, 1);
    }
    jac y = in_range(w, end_of(minval, drawn), end_of(maxval, drawn), drawn, &x);
    return rt_end(m, draw_shaped(rt_convert(y, d, false), &x));
}

/* packbits and unpackbits: bytes of 8 bits along an axis. */
#include <inttypes.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/shapes/shapes.h"

/* 7 ... 0, or 0 ... 7: by how much the bits are shifted. */
static jac shifts(bool big)
{
    ir_type t = {.dtype = IR_u8, .rank = 1, .dim = {8}};
    jac k = np_iota(&t, 0);
    return big ? jac_sub(7, k) : k;
}

static bool bit_order(const char *what, const char *order, bool *big)
{
    *big = order && !strcmp(order, "big");
    return *big || (order && !strcmp(order, "little")) ||
           ir_fail("%s: .bitorder must be \"big\" or \"little\", but is \"%s\"", what, order ? order : "");
}

/* x with the axis, which is checked, at the end; without one, x as a vector. */
static bool to_the_end(const char *what, jac *x, jac_bits_opts *o, ir_type *t, int64_t *axis)
{
    int64_t one;
    if (!rt_axes(what, &o->axis, &one) || !sh_array(x, t))
        return false;
    if (o->axis.v && o->axis.n != 1)
        return ir_fail("%s: at most one axis can be given, but axes are %s", what, ir_ints_tmp(o->axis.v, o->axis.n));
    if (!o->axis.v)
        *x = jac_ravel(*x);
    if (!jac_ok(*x) || !rt_type_of(*x, t) || !rt_axis(what, o->axis.v ? o->axis.v[0] : 0, t->rank, axis))
        return false;
    *x = jac_swapaxes(*x, *axis, -1);
    return jac_ok(*x) && rt_type_of(*x, t);
}

static jac pad_last(jac x, const ir_type *t, int64_t high)
{
    int64_t none[IR_MAX_RANK] = {0}, to[IR_MAX_RANK] = {0};
    to[t->rank - 1] = high;
    if (high == 0)
        return x;
    return jac_pad_(NULL, x, jac_of_i64(0), (jac_dims){t->rank, none}, (jac_dims){t->rank, to}, (jac_dims){t->rank, none});
}

/* The last dimension n becomes n / 8 and 8. */
static jac in_eights(jac x, const ir_type *t, int64_t n)
{
    int64_t dims[IR_MAX_RANK + 1];
    for (int k = 0; k < t->rank; k++)
        dims[k] = t->dim[k];
    dims[t->rank - 1] = n / 8;
    dims[t->rank] = 8;
    return rt_reshape(x, t->rank + 1, dims);
}

jac jac_packbits_(const jac_loc *at, jac x, jac_bits_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t axis;
    bool big;
    if (!bit_order("packbits", o.bitorder, &big) || !to_the_end("packbits", &x, &o, &t, &axis))
        return rt_end(m, JAC_NULL);
    if (ir_has_fraction(t.dtype) || o.count != JAC_NONE || t.rank == IR_MAX_RANK) {
        ir_fail("packbits: it takes integers or bools of at most %d dimensions, and no .count, but is given %s",
                IR_MAX_RANK - 1, ir_type_tmp(&t));
        return rt_end(m, JAC_NULL);
    }
    int64_t n = t.dim[t.rank - 1], filled = (n + 7) / 8 * 8;
    x = pad_last(jac_astype(np_truth(x), JAC_U8), &t, filled - n);
    jac bits = jac_left_shift(in_eights(x, &t, filled), shifts(big));
    jac y = jac_ok(bits) ? jac_astype(jac_sum(bits, -1), JAC_U8) : JAC_NULL;
    return rt_end(m, jac_ok(y) ? jac_swapaxes(y, axis, -1) : JAC_NULL);
}

jac jac_unpackbits_(const jac_loc *at, jac x, jac_bits_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t axis, dims[IR_MAX_RANK];
    bool big;
    if (!bit_order("unpackbits", o.bitorder, &big) || !to_the_end("unpackbits", &x, &o, &t, &axis))
        return rt_end(m, JAC_NULL);
    if (t.dtype != IR_u8 || t.rank == IR_MAX_RANK || (o.count != JAC_NONE && o.count < 0)) {
        ir_fail("unpackbits: it takes u8 of at most %d dimensions and a .count of at least 0, but is given %s",
                IR_MAX_RANK - 1, ir_type_tmp(&t));
        return rt_end(m, JAC_NULL);
    }
    jac y = jac_bitwise_and(jac_shift_right_logical(jac_expand_dims(x, -1), shifts(big)),
                            rt_literal(IR_u8, ir_scalar_of_int(IR_u8, 1), false));
    for (int k = 0; k < t.rank; k++)
        dims[k] = t.dim[k];
    int64_t n = dims[t.rank - 1] *= 8;
    y = jac_ok(y) ? rt_reshape(y, t.rank, dims) : JAC_NULL;
    if (jac_ok(y) && o.count != JAC_NONE)
        y = o.count > n ? pad_last(y, &t, o.count - n) : sh_slice(y, t.rank - 1, 0, o.count, 1);
    return rt_end(m, jac_ok(y) ? jac_swapaxes(y, axis, -1) : JAC_NULL);
}

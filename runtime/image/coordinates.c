/* map_coordinates: each corner around a place contributes its element times the product of its
 * weights. */
#include <math.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

/* ---- positions outside: how an index that may be out of range becomes one that is not ------------ */

static jac mirrored(jac index, int64_t size)
{
    int64_t s = size - 1;
    return s ? jac_abs(jac_sub(jac_remainder(jac_add(index, s), 2 * s), s)) : jac_mul(index, 0);
}

static jac reflected(jac index, int64_t size)
{
    jac twice = jac_add(jac_mul(2, index), 1);
    return jac_floor_divide(jac_sub(mirrored(twice, 2 * size + 1), 1), 2);
}

static jac clipped(jac index, int64_t size)
{
    return jac_clip(index, 0, size - 1);
}

static jac wrapped(jac index, int64_t size)
{
    return jac_remainder(index, size);
}

static const struct {
    const char *name;
    jac (*fix)(jac index, int64_t size);
} modes[] = {{"constant", clipped},
             {"nearest", clipped},
             {"wrap", wrapped},
             {"mirror", mirrored},
             {"reflect", reflected}};
enum { CONSTANT };

/* ---- corners ------------------------------------------------------------------------------------ */

/* Of one dimension: the element below (or nearest) and the one above, whether they are inside, and
 * their weights; null handles for "all are" and 1. */
typedef struct {
    jac index[2], inside[2], weight[2];
} ends;

static jac rounded(jac x)
{
    ir_attr attr[] = {[ROUND_METHOD] = {.i = false}};
    return rt_emit1(&op_round, 1, &x, attr);
}

static ends ends_of(jac c, int64_t size, int64_t order, int mode)
{
    ends e = {0};
    ir_type t;
    if (!rt_type_of(c, &t))
        return e;
    bool whole = !ir_has_fraction(t.dtype);
    jac low = whole ? c : order ? jac_floor(c) : rounded(c);
    if (order) {
        e.weight[1] = jac_sub(c, low);
        e.weight[0] = jac_sub(1, e.weight[1]);
    }
    jac index = rt_convert(low, IR_i32, false);
    for (int k = 0; k <= order; k++) {
        jac at = k ? jac_add(index, 1) : index;
        e.index[k] = modes[mode].fix(at, size);
        if (mode == CONSTANT)
            e.inside[k] = jac_logical_and(jac_ge(at, 0), jac_lt(at, size));
    }
    return e;
}

/* The corner whose bits say which end it takes of each dimension. */
static jac corner(jac flat, const ir_type *t, const ends *e, unsigned bits, double cval)
{
    jac at = JAC_NULL, inside = JAC_NULL, weight = JAC_NULL;
    for (int k = 0; k < t->rank; k++) {
        int end = bits >> k & 1;
        at = jac_ok(at) ? jac_add(jac_mul(at, t->dim[k]), e[k].index[end]) : e[k].index[end];
        if (jac_ok(e[k].inside[end]))
            inside = jac_ok(inside) ? jac_logical_and(inside, e[k].inside[end]) : e[k].inside[end];
        if (jac_ok(e[k].weight[end]))
            weight = jac_ok(weight) ? jac_mul(weight, e[k].weight[end]) : e[k].weight[end];
    }
    jac y = jac_take(flat, at, 0);
    if (jac_ok(inside))
        y = jac_where(inside, y, rt_convert(jac_of_f64(cval), t->dtype, false));
    return jac_ok(weight) ? jac_mul(weight, y) : y;
}

jac jac_map_coordinates_(const jac_loc *at, jac x, jac_handles coordinates, int64_t order,
                         jac_map_coordinates_opts o)
{
    const char *what = "map_coordinates";
    unsigned m = rt_begin(at);
    ir_type t;
    int mode = -1;
    jac c[IR_MAX_RANK];
    ends e[IR_MAX_RANK];
    for (int k = 0; k < 5; k++)
        if (!strcmp(o.mode ? o.mode : "constant", modes[k].name))
            mode = k;
    if (!rt_type_of(x, &t))
        return rt_end(m, JAC_NULL);
    bool ok = (mode >= 0 || ir_fail("%s: there is no mode \"%s\"", what, o.mode)) &&
              (order == 0 || order == 1 ||
               ir_fail("%s: the order must be 0 or 1, but is %lld", what, (long long)order)) &&
              ((coordinates.n == t.rank && t.rank && coordinates.x) ||
               ir_fail("%s: x is %s, which needs %d arrays of coordinates, but %d are given", what,
                       ir_type_tmp(&t), t.rank, (int)coordinates.n)) &&
              (ir_type_count(&t) || ir_fail("%s: x has no elements: %s", what, ir_type_tmp(&t)));
    if (!ok)
        return rt_end(m, JAC_NULL);
    memcpy(c, coordinates.x, (size_t)t.rank * sizeof *c);
    if (!rt_broadcast(what, t.rank, c))
        return rt_end(m, JAC_NULL);
    for (int k = 0; k < t.rank; k++)
        e[k] = ends_of(c[k], t.dim[k], order, mode);
    jac flat = jac_ravel(x), sum = JAC_NULL;
    for (unsigned bits = 0; bits < (order ? 1u << t.rank : 1u); bits++) {
        jac y = corner(flat, &t, e, bits, o.cval);
        sum = jac_ok(sum) ? jac_add(sum, y) : y;
    }
    ir_type made;
    if (!rt_type_of(sum, &made))
        return rt_end(m, JAC_NULL);
    if (!ir_has_fraction(t.dtype) && ir_has_fraction(made.dtype))
        sum = rounded(sum);
    return rt_end(m, rt_convert(sum, t.dtype, false));
}

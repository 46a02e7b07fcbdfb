/* Functions that create arrays: full, arange, linspace, eye, iota. Each is computed from a
 * literal or an iota, so that a trace records how the array is made, not its elements. */
#include <math.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

/* ---- arrays of one value -------------------------------------------------------------------- */

/* An array of type t with the elements of v, which is of type `of`, in every place. */
static jac filled(const char *what, jac v, const ir_type *of, const ir_type *t, bool weak)
{
    if (ir_type_count(of) == 1 && of->rank > t->rank)
        v = jac_reshape_(NULL, v, JAC_SHAPE());
    else if (!rt_broadcasts(of, t)) {
        ir_fail("%s: the value is %s, which does not broadcast to the shape %s", what,
                ir_type_tmp(of), ir_ints_tmp(t->dim, t->rank));
        return JAC_NULL;
    }
    v = rt_convert(v, t->dtype, weak);
    return jac_ok(v) ? rt_broadcast_to(v, t->rank, t->dim) : JAC_NULL;
}

jac jac_full_(const jac_loc *at, const char *what, jac_dims shape, jac v, jac_dtype d,
              bool dtype_of_v)
{
    unsigned m = rt_begin_as(at, what);
    ir_type of, t;
    ir_dtype to;
    bool as_v = dtype_of_v && d == JAC_DEFAULT;
    if (!rt_type_of(v, &of) || !rt_dtype(d, &to) || !rt_type_for(what, shape, as_v ? of.dtype : to, &t))
        return rt_end(m, JAC_NULL);
    return rt_end(m, filled(what, v, &of, &t, as_v && of.weak));
}

jac jac_full_like_(const jac_loc *at, jac x, jac v)
{
    unsigned m = rt_begin(at);
    ir_type t, of;
    if (!rt_type_of(x, &t) || !rt_type_of(v, &of))
        return rt_end(m, JAC_NULL);
    return rt_end(m, filled("full_like", v, &of, &t, t.weak));
}

/* ---- arrays made from an iota ---------------------------------------------------------------- */

jac np_iota(const ir_type *t, int dimension)
{
    ir_attr attr[] = {[IOTA_DTYPE] = {.i = t->dtype},
                      [IOTA_SHAPE] = {.n = t->rank, .ints = t->dim},
                      [IOTA_DIMENSION] = {.i = dimension}};
    return rt_emit1(&op_iota, 0, NULL, attr);
}

jac jac_iota_(const jac_loc *at, jac_dtype d, jac_dims shape, int64_t dim)
{
    unsigned m = rt_begin(at);
    ir_type t;
    ir_dtype to;
    int64_t along;
    bool ok =
        rt_dtype(d, &to) && rt_type_for("iota", shape, to, &t) && rt_axis("iota", dim, t.rank, &along);
    return rt_end(m, ok ? np_iota(&t, along) : JAC_NULL);
}

static jac iota1(const char *what, int64_t n, ir_dtype d)
{
    ir_type t;
    return rt_type_for(what, JAC_SHAPE(n), d, &t) ? np_iota(&t, 0) : JAC_NULL;
}

/* How many of start, start + step ... come before stop. */
static int64_t count_ints(int64_t start, int64_t stop, int64_t step)
{
    __int128 span = (__int128)stop - start, by = step;
    __int128 n = span == 0 || (span > 0) != (by > 0) ? 0
                 : by > 0                            ? (span + by - 1) / by
                                                     : (span + by + 1) / by;
    return n > INT64_MAX ? INT64_MAX : (int64_t)n;
}

static int64_t count_floats(double start, double stop, double step)
{
    double n = ceil((stop - start) / step);
    if (isnan(n) || n > (double)INT64_MAX / 2) {
        ir_fail("arange: cannot count steps of %g from %g to %g", step, start, stop);
        return -1;
    }
    return n > 0 ? (int64_t)n : 0;
}

static bool check_last(ir_dtype d, int64_t start, int64_t step, int64_t n)
{
    int64_t last;
    if (n == 0)
        return true;
    if (__builtin_mul_overflow(step, n - 1, &last) || __builtin_add_overflow(last, start, &last) ||
        !rt_number_scalar((rt_number){.kind = IR_KIND_INT, .i = last}, d, &(ir_scalar){0}))
        return ir_fail("arange: the integers from %lld in steps of %lld do not fit %s",
                       (long long)start, (long long)step, ir_dtypes[d].name);
    return true;
}

static bool concrete_scalar(const char *what, jac x)
{
    const rt_slot *s = rt_slot_of(x);
    if (!s || s->kind == RT_NUMBER)
        return s != NULL;
    const rt_array *a = rt_concrete(x, what);
    return a && (!a->type.rank || ir_fail("%s: numbers must be scalars, but one is %s", what,
                                          ir_type_tmp(&a->type)));
}

/* v holds start, stop and step, which determine the dtype together. */
static jac arange(jac *v, bool stepped)
{
    ir_dtype d = IR_bool;
    bool weak = true;
    for (int k = 0; k < 3; k++) {
        ir_type t;
        if (!concrete_scalar("arange", v[k]) || !rt_type_of(v[k], &t) ||
            !ir_promote(d, weak, t.dtype, t.weak, &d, &weak))
            return JAC_NULL;
    }
    d = d == IR_bool ? rt_default_int() : d;
    const jac_loc *here = (const jac_loc *)ir_loc_get();
    double f[3];
    int64_t i[3], n;
    bool floats = ir_has_fraction(d);
    for (int k = 0; k < 3; k++) {
        f[k] = jac_item_f64_(here, v[k]);
        i[k] = floats ? 0 : jac_item_i64_(here, v[k]);
    }
    if (f[2] == 0) {
        ir_fail("arange: the step is 0");
        return JAC_NULL;
    }
    n = floats ? count_floats(f[0], f[1], f[2]) : count_ints(i[0], i[1], i[2]);
    if (n < 0 || (!floats && !check_last(d, i[0], i[2], n)))
        return JAC_NULL;
    jac x = iota1("arange", n, d);
    if (stepped && jac_ok(x))
        x = jac_mul(rt_convert(v[2], d, false), x);
    return f[0] == 0 && !stepped ? x : jac_add(rt_convert(v[0], d, false), x);
}

jac jac_arange_(const jac_loc *at, int n, const jac *v)
{
    unsigned m = rt_begin(at);
    jac zero = jac_of_i64(0), one = jac_of_i64(1), y = JAC_NULL;
    if (n == 1)
        y = arange((jac[]){zero, v[0], one}, false);
    else if (n == 2)
        y = arange((jac[]){v[0], v[1], one}, false);
    else if (n == 3)
        y = arange((jac[]){v[0], v[1], v[2]}, true);
    else
        ir_fail("arange takes a stop, a start and a stop, or these and a step, but is given %d "
                "numbers",
                n);
    return rt_end(m, y);
}

/* Computes weighted means of the two ends, so that both ends are exact. The last is stop itself. */
static jac linspace(jac start, jac stop, int64_t n, ir_dtype d)
{
    ir_type t;
    rt_type_of(start, &t);
    if (n == 1)
        return np_expand_dims(start, 1, (int64_t[]){0});
    jac at = iota1("linspace", n - 1, d);
    at = jac_ok(at) ? jac_div(at, (double)(n - 1)) : JAC_NULL;
    int64_t column[IR_MAX_RANK + 1] = {n - 1};
    for (int k = 1; k <= t.rank; k++)
        column[k] = 1;
    at = jac_reshape_(NULL, at, (jac_dims){t.rank + 1, column});
    jac inner = jac_add(jac_mul(start, jac_sub(1, at)), jac_mul(stop, at));
    return jac_concatenate(0, inner, np_expand_dims(stop, 1, (int64_t[]){0}));
}

jac jac_linspace_(const jac_loc *at, jac start, jac stop, int64_t n, jac_dtype dtype)
{
    unsigned m = rt_begin(at);
    jac v[] = {start, stop};
    ir_type t;
    ir_dtype d;
    if (n < 0)
        ir_fail("linspace: the number of points must be at least 0, but is %lld", (long long)n);
    if (n < 0 || !rt_dtype(dtype, &d))
        return rt_end(m, JAC_NULL);
    for (int k = 0; k < 2 && dtype != JAC_DEFAULT; k++) /* now: numbers keep their precision */
        v[k] = rt_convert(v[k], rt_float_of(d), false);
    if (!rt_promote(2, v, true) || !rt_broadcast("linspace", 2, v) || !rt_type_of(v[0], &t))
        return rt_end(m, JAC_NULL);
    if (t.rank == IR_MAX_RANK) {
        ir_fail("linspace: the result between arrays of type %s would have too many dimensions",
                ir_type_tmp(&t));
        return rt_end(m, JAC_NULL);
    }
    if (dtype == JAC_DEFAULT)
        d = t.dtype;
    if (n == 0) {
        int64_t shape[IR_MAX_RANK] = {0};
        for (int k = 0; k < t.rank; k++)
            shape[k + 1] = t.dim[k];
        return rt_end(m, jac_zeros(((jac_dims){t.rank + 1, shape}), rt_public_dtype(d)));
    }
    for (int k = 0; k < 2; k++)
        v[k] = rt_convert(v[k], t.dtype, false);
    jac y = jac_ok(v[0]) && jac_ok(v[1]) ? linspace(v[0], v[1], n, t.dtype) : JAC_NULL;
    return rt_end(m, jac_ok(y) && !ir_has_fraction(d) ? rt_convert(jac_floor(y), d, false) : y);
}

jac jac_eye_(const jac_loc *at, int64_t n, jac_dtype d)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac y = JAC_NULL;
    if (rt_type_for("eye", JAC_SHAPE(n, n), n <= INT32_MAX ? IR_i32 : IR_i64, &t))
        y = jac_astype(jac_eq(np_iota(&t, 0), np_iota(&t, 1)), d);
    return rt_end(m, y);
}

/* Arrays joined: hstack and its like, append, block; and the axes that they add. */
#include <inttypes.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/shapes/shapes.h"

bool sh_given(const char *what, jac_handles x)
{
    return (x.n >= 1 && x.n <= INT32_MAX && x.x) || ir_fail("%s: there must be at least one array", what);
}

jac sh_at_least(jac x, int rank)
{
    ir_type t;
    int64_t dims[IR_MAX_RANK];
    if (!sh_array(&x, &t))
        return JAC_NULL;
    if (t.rank >= rank)
        return x;
    for (int k = 0; k < rank; k++)
        dims[k] = k < rank - t.rank ? 1 : t.dim[k - (rank - t.rank)];
    return rt_reshape(x, rank, dims);
}

/* Scalars, vectors and matrices of three axes are [1, 1, 1], [1, n, 1] and [m, n, 1]. */
static jac at_least_3d(jac x)
{
    ir_type t;
    if (!sh_array(&x, &t))
        return JAC_NULL;
    if (t.rank >= 3)
        return x;
    int64_t m = t.rank == 2 ? t.dim[0] : 1, n = t.rank == 2 ? t.dim[1] : t.rank == 1 ? t.dim[0] : 1;
    return rt_reshape(x, 3, (int64_t[]){m, n, 1});
}

jac jac_atleast_(const jac_loc *at, jac x, int rank)
{
    static const char *const names[] = {"atleast_1d", "atleast_2d", "atleast_3d"};
    unsigned m = rt_begin_as(at, names[rank - 1]);
    return rt_end(m, rank == 3 ? at_least_3d(x) : sh_at_least(x, rank));
}

/* ---- in a row ------------------------------------------------------------------------------------------- */

static jac column(jac x)
{
    ir_type t;
    if (!sh_array(&x, &t))
        return JAC_NULL;
    return t.rank >= 2 ? x : rt_reshape(x, 2, (int64_t[]){t.rank ? t.dim[0] : 1, 1});
}

static jac prepared(const char *what, jac x)
{
    if (!strcmp(what, "column_stack"))
        return column(x);
    return !strcmp(what, "dstack") ? at_least_3d(x) : sh_at_least(x, !strcmp(what, "hstack") ? 1 : 2);
}

jac jac_stacked_(const jac_loc *at, const char *what, jac_handles x)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin_as(at, what);
    ir_type t;
    jac *v = sh_given(what, x) ? ir_alloc(&scratch, (size_t)x.n * sizeof *v) : NULL;
    if (!v)
        return rt_end(m, JAC_NULL);
    for (int64_t k = 0; k < x.n; k++)
        if (!jac_ok(v[k] = prepared(what, x.x[k])))
            return rt_end(m, JAC_NULL);
    if (!rt_type_of(v[0], &t))
        return rt_end(m, JAC_NULL);
    int64_t axis = !strcmp(what, "vstack") ? 0 : !strcmp(what, "dstack") ? 2 : t.rank == 1 ? 0 : 1;
    return rt_end(m, jac_concatenate_(NULL, axis, (jac_handles){x.n, v}));
}

jac jac_append_(const jac_loc *at, jac x, jac y, jac_dims axis)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, y};
    if (!rt_list("append", axis))
        return rt_end(m, JAC_NULL);
    if (axis.v && axis.n != 1)
        ir_fail("append: at most one axis can be given, but axes are %s", ir_ints_tmp(axis.v, axis.n));
    if ((axis.v && axis.n != 1) || !np_are_handles(2, v))
        return rt_end(m, JAC_NULL);
    for (int k = 0; k < 2 && !axis.v; k++)
        if (!jac_ok(v[k] = jac_ravel(v[k])))
            return rt_end(m, JAC_NULL);
    return rt_end(m, jac_concatenate_(NULL, axis.v ? axis.v[0] : 0, (jac_handles){2, v}));
}

/* ---- block ---------------------------------------------------------------------------------------------- */

/* Joins each `count` arrays in a row along an axis from the end; returns how many are left. */
static int64_t join(jac *v, int64_t n, int64_t count, int64_t axis)
{
    for (int64_t k = 0; k < n / count; k++) {
        int rank = 0;
        ir_type t;
        for (int64_t j = 0; j < count; j++) {
            if (!rt_type_of(v[k * count + j], &t))
                return -1;
            rank = t.rank > rank ? t.rank : rank;
        }
        rank = rank > axis ? rank : (int)axis;
        for (int64_t j = 0; j < count; j++)
            if (!jac_ok(v[k * count + j] = sh_at_least(v[k * count + j], rank)))
                return -1;
        v[k] = jac_concatenate_(NULL, -axis, (jac_handles){count, v + k * count});
        if (!jac_ok(v[k]))
            return -1;
    }
    return n / count;
}

jac jac_block_(const jac_loc *at, jac_dims shape, jac_handles x)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin(at);
    int64_t count = 1;
    if (!rt_list("block", shape) || !sh_given("block", x))
        return rt_end(m, JAC_NULL);
    bool fits = shape.n <= IR_MAX_RANK;
    for (int k = 0; k < shape.n && fits; k++)
        fits = shape.v[k] > 0 && !__builtin_mul_overflow(count, shape.v[k], &count);
    if (!fits || count != x.n) {
        ir_fail("block: %" PRId64 " blocks are given, but they are to be arranged in shape %s", x.n,
                ir_ints_tmp(shape.v, shape.n));
        return rt_end(m, JAC_NULL);
    }
    jac *v = ir_alloc(&scratch, (size_t)count * sizeof *v);
    if (!v)
        return rt_end(m, JAC_NULL);
    memcpy(v, x.x, (size_t)count * sizeof *v);
    for (int64_t axis = 1; axis <= shape.n && count > 0; axis++)
        count = join(v, count, shape.v[shape.n - axis], axis);
    ir_type t;
    bool ok = count > 0 && sh_array(&v[0], &t);
    return rt_end(m, ok ? v[0] : JAC_NULL);
}

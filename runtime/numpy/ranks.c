/* What sorting gives besides sorted arrays: ranks, partitions, and some of the extreme elements. */
#include <math.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

/* ---- ranks ------------------------------------------------------------------------------------- */

static jac line_piece(jac x, int64_t from, int64_t to)
{
    return jac_slice_in_dim(x, from, to, 1, -1);
}

/* The ranks of the sorted lines, along the last axis. first: is an element the first of equal ones? */
static jac ranks_of(jac first, jac last, jac place, jac_rank_method method)
{
    jac lowest = jac_cummax(jac_where(first, place, 0), -1);
    jac up = jac_flip(jac_where(last, place, jac_max(place, .axis = -1, .keepdims = true)), -1);
    jac highest = jac_flip(jac_cummin(up, -1), -1);
    switch (method) {
    case JAC_RANK_MIN:
        return jac_add(lowest, 1);
    case JAC_RANK_MAX:
        return jac_add(highest, 1);
    case JAC_RANK_DENSE:
        return jac_cumsum(first, -1);
    case JAC_RANK_ORDINAL:
        return jac_add(place, 1);
    default:
        return jac_add(jac_mul(jac_add(lowest, highest), 0.5), 1);
    }
}

/* Along the last axis, which has elements. */
static jac rank_lines(jac x, const ir_type *t, jac_rank_method method)
{
    int64_t n = t->dim[t->rank - 1];
    ir_dtype d = n > INT32_MAX ? IR_i64 : rt_default_int();
    ir_type places = ir_type_like(*t, d), ends = ir_type_like(*t, IR_bool);
    jac in[] = {x, np_iota(&places, t->rank - 1)}, out[2];
    if (!jac_ok(in[1]) || !jac_sort_all_(NULL, (jac_handles){2, in}, -1, 1, (jac_out){out, sizeof out}))
        return JAC_NULL;
    ends.dim[t->rank - 1] = 1;
    jac end = rt_broadcast_to(rt_literal(IR_bool, (ir_scalar){.v_bool = 1}, false), ends.rank, ends.dim);
    jac differ = jac_ne(line_piece(out[0], 1, n), line_piece(out[0], 0, n - 1));
    jac first = jac_concatenate(-1, end, differ), last = jac_concatenate(-1, differ, end);
    jac rank = rt_convert(ranks_of(first, last, in[1], method), rt_default_float(), false);
    jac nan = jac_any(jac_isnan(x), .axis = -1, .keepdims = true);
    rank = jac_put_along_axis(rank, out[1], rank, -1);
    return jac_where(nan, NAN, rank);
}

static jac rankdata(jac x, const jac_rankdata_opts *o)
{
    static const char what[] = "rankdata";
    ir_type t;
    int64_t one, axis = 0;
    jac_dims given = o->axis;
    if (!rt_promote(1, &x, false) || !rt_type_of(x, &t) || !rt_axes(what, &given, &one))
        return JAC_NULL;
    if ((unsigned)o->method > JAC_RANK_ORDINAL) {
        ir_fail("%s: there is no method %d", what, (int)o->method);
        return JAC_NULL;
    }
    if (given.v && !np_sort_axis(what, o->axis, &t, &axis))
        return JAC_NULL;
    x = given.v ? np_move_axis(x, (int)axis, t.rank - 1) : jac_reshape(x, ir_type_count(&t));
    if (!rt_type_of(x, &t))
        return JAC_NULL;
    jac y = ir_type_count(&t) ? rank_lines(x, &t, o->method) : rt_convert(x, rt_default_float(), false);
    return given.v && jac_ok(y) ? np_move_axis(y, t.rank - 1, (int)axis) : y;
}

jac jac_rankdata_(const jac_loc *at, jac x, jac_rankdata_opts o)
{
    unsigned m = rt_begin(at);
    return rt_end(m, rankdata(x, &o));
}

/* ---- partitions --------------------------------------------------------------------------------- */

/* A sorted array is one. */
jac jac_partition_(const jac_loc *at, const char *what, jac x, int64_t k, jac_sort_opts o)
{
    unsigned m = rt_begin_as(at, what);
    ir_type t;
    int64_t axis;
    if (!rt_promote(1, &x, false) || !rt_type_of(x, &t) || !np_sort_axis(what, o.axis, &t, &axis))
        return rt_end(m, JAC_NULL);
    int64_t n = t.dim[axis];
    if (k < -n || k >= n) {
        ir_fail("%s: k must be %lld to %lld along axis %d of %s, but is %lld", what, (long long)-n,
                (long long)n - 1, (int)axis, ir_type_tmp(&t), (long long)k);
        return rt_end(m, JAC_NULL);
    }
    if (o.descending) {
        ir_fail("%s: .descending is an option of sort and argsort only", what);
        return rt_end(m, JAC_NULL);
    }
    return rt_end(m, jac_sort_(NULL, strcmp(what, "argpartition") ? "sort" : "argsort", x, o));
}

/* ---- some of the extreme elements --------------------------------------------------------------- */

/* How many elements are left by the algorithm behind lax.approx_max_k, which divides a line of n into
 * bins and keeps the best one of each. */
static int64_t left_by_bins(int64_t n, int rank, int64_t k, double recall, int64_t logical)
{
    int64_t tile = rank == 1 ? 1024 : 128, lines = (n + tile - 1) / tile;
    if (n <= tile || k == 1)
        return n <= tile ? n : tile;
    double bins = (double)(1 - k) / log(recall);
    int64_t m = bins < (double)tile ? tile : bins < (double)n ? (int64_t)bins : n;
    int halvings = 0, most = 0;
    while ((logical / m) >> (halvings + 1))
        halvings++;
    while (((int64_t)1 << most) < n / tile)
        most++;
    if (!halvings)
        return n;
    int64_t left = (((lines - 1) >> (halvings < most ? halvings : most)) + 1) * tile;
    return left < n ? left : n;
}

static bool check_approx(const char *what, const ir_type *t, int64_t n, int64_t k,
                         const jac_approx_opts *o)
{
    if (!ir_has_fraction(t->dtype) || ir_is_complex(t->dtype))
        return ir_fail("%s takes floating-point numbers, but is given %s", what, ir_type_tmp(t));
    if (k < 0 || k > n)
        return ir_fail("%s: k must be 0 to %lld, the size of the dimension, but is %lld", what,
                       (long long)n, (long long)k);
    if (!(o->recall_target > 0 && o->recall_target <= 1))
        return ir_fail("%s: recall_target must be above 0 and at most 1, but is %g", what,
                       o->recall_target);
    return o->reduction_input_size_override < 0 || o->reduction_input_size_override >= n ||
           ir_fail("%s: reduction_input_size_override must be at least %lld, the size of the "
                   "dimension, but is %lld",
                   what, (long long)n, (long long)o->reduction_input_size_override);
}

static bool approx(const char *what, jac x, int64_t k, const jac_approx_opts *o, jac *y)
{
    ir_type t;
    int64_t axis;
    if (!rt_promote(1, &x, false) || !rt_type_of(x, &t) ||
        !rt_axis(what, o->reduction_dimension, t.rank, &axis) ||
        !check_approx(what, &t, t.dim[axis], k, o))
        return false;
    int64_t n = t.dim[axis], logical = o->reduction_input_size_override;
    if (!o->aggregate_to_topk)
        k = left_by_bins(n, t.rank, k, o->recall_target, logical < 0 ? n : logical);
    ir_type places = ir_type_like(t, IR_i32);
    jac in[] = {x, np_iota(&places, (int)axis)};
    ir_attr attr[] = {[SORT_DIMENSION] = {.i = axis},
                      [SORT_NUM_KEYS] = {.i = 1},
                      [SORT_DESCENDING] = {.i = !strcmp(what, "approx_max_k")}};
    if (!jac_ok(in[1]) || !rt_emit(&op_sort, 2, in, attr, 2, y))
        return false;
    for (int j = 0; j < 2; j++)
        if (!jac_ok(y[j] = jac_slice_in_dim(y[j], 0, k, 1, axis)))
            return false;
    return true;
}

jac_top jac_approx_k_(const jac_loc *at, const char *what, jac x, int64_t k, jac_approx_opts o)
{
    unsigned m = rt_begin_as(at, what);
    jac y[2];
    bool ok = approx(what, x, k, &o, y);
    ok = rt_end_tree(m, ok ? 2 : 0, y) && ok;
    return ok ? (jac_top){y[0], y[1]} : (jac_top){JAC_NULL, JAC_NULL};
}

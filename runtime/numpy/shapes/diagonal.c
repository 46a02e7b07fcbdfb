/* Diagonals and triangles of matrices. In the elements of an n by m matrix in a row, a diagonal is every m+1st one:
 * it is read by a slice with that stride, and written by a pad between the elements.
 */
#include <inttypes.h>

#include "ops/ops.h"
#include "runtime/numpy/shapes/shapes.h"

static jac pad1(jac x, int64_t low, int64_t high, int64_t interior)
{
    return jac_pad_(NULL, x, jac_of_i64(0), JAC_DIMS(low), JAC_DIMS(high), JAC_DIMS(interior));
}

static bool check_offset(const char *what, int64_t k)
{
    return (k > INT32_MIN && k <= INT32_MAX) || ir_fail("%s: diagonal %" PRId64 " is too far off", what, k);
}

/* ---- vectors as diagonals --------------------------------------------------------------------------------- */

/* The square matrix with the vector x of n elements on diagonal k. */
static jac matrix_of(const char *what, jac x, int64_t n, int64_t k)
{
    if (!check_offset(what, k))
        return JAC_NULL;
    int64_t size = n + (k < 0 ? -k : k), count, first = k < 0 ? -k * size : k;
    if (__builtin_mul_overflow(size, size, &count)) {
        ir_fail("%s: a matrix of %" PRId64 " rows is too large", what, size);
        return JAC_NULL;
    }
    if (n == 0)
        return jac_zeros(JAC_SHAPE(size, size), jac_dtype_of(x));
    jac y = pad1(x, first, count - 1 - (first + (n - 1) * (size + 1)), size);
    return jac_ok(y) ? rt_reshape(y, 2, (int64_t[]){size, size}) : JAC_NULL;
}

jac jac_diagflat_(const jac_loc *at, jac x, int64_t k)
{
    unsigned m = rt_begin(at);
    ir_type t;
    x = sh_array(&x, &t) ? jac_ravel(x) : JAC_NULL;
    return rt_end(m, jac_ok(x) ? matrix_of("diagflat", x, ir_type_count(&t), k) : JAC_NULL);
}

/* ---- diagonals of matrices -------------------------------------------------------------------------------- */

static jac diagonal(const char *what, jac x, int64_t k, int64_t axis1, int64_t axis2)
{
    ir_type t;
    int64_t axes[2], order[IR_MAX_RANK], flat[IR_MAX_RANK];
    if (!check_offset(what, k) || !sh_array(&x, &t) || !rt_axis(what, axis1, t.rank, &axes[0]) ||
        !rt_axis(what, axis2, t.rank, &axes[1]))
        return JAC_NULL;
    if (axes[0] == axes[1]) {
        ir_fail("%s: the two axes must differ, but both are %d", what, (int)axes[0]);
        return JAC_NULL;
    }
    int n = 0;
    for (int j = 0; j < t.rank; j++)
        if (j != axes[0] && j != axes[1]) {
            flat[n] = t.dim[j];
            order[n++] = j;
        }
    order[n] = axes[0];
    order[n + 1] = axes[1];
    int64_t rows = t.dim[axes[0]], columns = t.dim[axes[1]];
    int64_t down = rows + (k < 0 ? k : 0), right = columns - (k > 0 ? k : 0);
    int64_t size = down < right ? down : right, first = k < 0 ? -k * columns : k;
    flat[n] = rows * columns;
    x = rt_reshape(rt_transpose(x, order), n + 1, flat);
    if (!jac_ok(x))
        return JAC_NULL;
    return size <= 0 ? sh_slice(x, n, 0, 0, 1)
                     : sh_slice(x, n, first, first + (size - 1) * (columns + 1) + 1, columns + 1);
}

jac jac_diagonal_(const jac_loc *at, jac x, jac_diagonal_opts o)
{
    unsigned m = rt_begin(at);
    if (o.dtype != JAC_DEFAULT)
        ir_fail("diagonal: .dtype is an option of jac_trace only");
    return rt_end(m, o.dtype == JAC_DEFAULT ? diagonal("diagonal", x, o.offset, o.axis1, o.axis2) : JAC_NULL);
}

jac jac_trace_(const jac_loc *at, jac x, jac_diagonal_opts o)
{
    unsigned m = rt_begin(at);
    x = diagonal("trace", x, o.offset, o.axis1, o.axis2);
    if (jac_ok(x) && o.dtype != JAC_DEFAULT)
        x = jac_astype(x, o.dtype);
    jac y = jac_ok(x) ? jac_sum(x, -1) : JAC_NULL;
    return rt_end(m, jac_ok(y) && o.dtype != JAC_DEFAULT ? jac_astype(y, o.dtype) : y);
}

jac jac_diag_(const jac_loc *at, jac x, int64_t k)
{
    unsigned m = rt_begin(at);
    ir_type t;
    if (!sh_array(&x, &t))
        return rt_end(m, JAC_NULL);
    if (t.rank != 1 && t.rank != 2)
        ir_fail("diag: the operand must be a vector or a matrix, but is %s", ir_type_tmp(&t));
    return rt_end(m, t.rank == 1   ? matrix_of("diag", x, t.dim[0], k)
                     : t.rank == 2 ? diagonal("diag", x, k, 0, 1)
                                   : JAC_NULL);
}

/* v's elements in turn, so many of them, as a vector. */
static jac in_turn(jac v, int64_t n)
{
    return jac_resize_(NULL, v, JAC_SHAPE(n));
}

jac jac_fill_diagonal_(const jac_loc *at, jac x, jac v)
{
    unsigned m = rt_begin(at);
    ir_type t, of;
    if (!sh_array(&x, &t) || !sh_array(&v, &of))
        return rt_end(m, JAC_NULL);
    bool ok = t.rank >= 2;
    for (int k = 1; k < t.rank && t.rank > 2; k++)
        ok = ok && t.dim[k] == t.dim[0];
    if (!ok) {
        ir_fail("fill_diagonal: it takes a matrix or an array of equal sizes, but is given %s", ir_type_tmp(&t));
        return rt_end(m, JAC_NULL);
    }
    int64_t count = ir_type_count(&t), step = 0, n = t.dim[0] < t.dim[1] ? t.dim[0] : t.dim[1];
    if (count == 0)
        return rt_end(m, x);
    for (int k = 0; k < t.rank; k++)
        step = step * t.dim[k] + 1;
    int64_t rest = count - 1 - (n - 1) * step;
    jac ones = jac_broadcast_to(jac_asarray(true), n);
    jac on = rt_reshape(jac_pad_(NULL, ones, jac_of_bool(false), JAC_DIMS(0), JAC_DIMS(rest), JAC_DIMS(step - 1)), t.rank,
                        t.dim);
    v = jac_astype(v, jac_dtype_of(x));
    if (of.rank && jac_ok(v))
        v = rt_reshape(pad1(in_turn(v, n), 0, rest, step - 1), t.rank, t.dim);
    return rt_end(m, jac_ok(on) && jac_ok(v) ? jac_where(on, v, x) : JAC_NULL);
}

/* ---- triangles -------------------------------------------------------------------------------------------- */

jac sh_lower(const char *what, int64_t n, int64_t m, int64_t k)
{
    ir_type t;
    if (!check_offset(what, k) || !rt_type_for(what, JAC_SHAPE(n, m), n < INT32_MAX / 2 && m < INT32_MAX / 2 &&
                                                                             k < INT32_MAX / 2 && k > INT32_MIN / 2
                                                                         ? IR_i32
                                                                         : IR_i64,
                                               &t))
        return JAC_NULL;
    jac row = np_iota(&t, 0);
    return jac_ge(k ? jac_add(row, k) : row, np_iota(&t, 1));
}

static jac triangle(const char *what, jac x, int64_t k, bool lower)
{
    ir_type t;
    if (!sh_array(&x, &t))
        return JAC_NULL;
    if (t.rank < 2) {
        ir_fail("%s: the operand must be a matrix or a stack of them, but is %s", what, ir_type_tmp(&t));
        return JAC_NULL;
    }
    jac in = sh_lower(what, t.dim[t.rank - 2], t.dim[t.rank - 1], lower ? k : k - 1);
    jac zero = jac_ok(in) ? rt_convert(jac_of_i64(0), t.dtype, t.weak) : JAC_NULL;
    return lower ? jac_where(in, x, zero) : jac_where(in, zero, x);
}

jac jac_tril_(const jac_loc *at, jac x, int64_t k)
{
    unsigned m = rt_begin(at);
    return rt_end(m, triangle("tril", x, k, true));
}

jac jac_triu_(const jac_loc *at, jac x, int64_t k)
{
    unsigned m = rt_begin(at);
    return rt_end(m, triangle("triu", x, k, false));
}

jac jac_tri_(const jac_loc *at, int64_t n, jac_tri_opts o)
{
    unsigned m = rt_begin(at);
    jac in = sh_lower("tri", n, o.m == JAC_NONE ? n : o.m, o.k);
    return rt_end(m, jac_ok(in) ? jac_astype(in, o.dtype) : JAC_NULL);
}

jac jac_vander_(const jac_loc *at, jac x, jac_vander_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t, row = {.rank = 2, .dim = {1, 0}};
    if (!sh_array(&x, &t))
        return rt_end(m, JAC_NULL);
    int64_t n = o.n == JAC_NONE ? t.dim[0] : o.n;
    if (t.rank != 1 || n < 0) {
        ir_fail("vander: it takes a vector and a number of columns of at least 0, but is given %s and %" PRId64,
                ir_type_tmp(&t), n);
        return rt_end(m, JAC_NULL);
    }
    row.dtype = t.dtype == IR_bool ? IR_i32 : t.dtype;
    row.dim[1] = n;
    jac power = np_iota(&row, 1);
    if (!o.increasing && jac_ok(power))
        power = jac_sub(n - 1, power);
    return rt_end(m, jac_ok(power) ? jac_power(np_expand_dims(x, 1, (int64_t[]){1}), power) : JAC_NULL);
}

/* ---- their positions -------------------------------------------------------------------------------------- */

/* The positions are known, so they are written to arrays, as a mask's are. */
static bool triangle_positions(const char *what, bool lower, int64_t n, int64_t m, int64_t k, jac *y)
{
    ir_type t;
    if (!check_offset(what, k) || !rt_type_for(what, JAC_SHAPE(n, m), IR_bool, &t))
        return false;
    rt_array *a = rt_array_new(&t);
    if (!a)
        return false;
    uint8_t *in = a->data;
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < m; j++)
            *in++ = lower ? j <= i + k : j >= i + k;
    jac mask = rt_wrap_array(a);
    return jac_ok(mask) && np_true_positions(mask, y);
}

static bool two_positions(const char *what, bool lower, unsigned mark, int64_t n, int64_t m, int64_t k, jac_out out)
{
    jac y[2];
    bool room = rt_room(what, "", 2, out);
    bool ok = room && triangle_positions(what, lower, n, m, k, y);
    return sh_end(mark, room, ok, 2, y, out);
}

bool jac_tri_indices_(const jac_loc *at, bool lower, int64_t n, jac_out out, jac_tri_indices_opts o)
{
    const char *what = lower ? "tril_indices" : "triu_indices";
    unsigned m = rt_begin_as(at, what);
    return two_positions(what, lower, m, n, o.m == JAC_NONE ? n : o.m, o.k, out);
}

bool jac_tri_indices_from_(const jac_loc *at, bool lower, jac x, int64_t k, jac_out out)
{
    const char *what = lower ? "tril_indices_from" : "triu_indices_from";
    unsigned m = rt_begin_as(at, what);
    ir_type t;
    bool ok = rt_type_of(x, &t);
    if (ok && t.rank != 2)
        ok = ir_fail("%s: the operand must be a matrix, but is %s", what, ir_type_tmp(&t));
    if (!ok)
        return rt_end_tree(m, 0, NULL) && false;
    return two_positions(what, lower, m, t.dim[0], t.dim[1], k, out);
}

static bool diagonal_positions(const char *what, unsigned m, int64_t n, int64_t ndim, jac_out out)
{
    ir_type t;
    jac y[IR_MAX_RANK];
    bool ok = rt_type_for(what, JAC_SHAPE(n), rt_default_int(), &t);
    if (ok && (ndim < 0 || ndim > IR_MAX_RANK))
        ok = ir_fail("%s: the number of axes must be from 0 to %d, but is %" PRId64, what, IR_MAX_RANK, ndim);
    bool room = ok && rt_room(what, "", (int)ndim, out);
    jac i = room ? np_iota(&t, 0) : JAC_NULL;
    for (int k = 0; room && k < ndim; k++)
        y[k] = i;
    return sh_end(m, room, room && jac_ok(i), (int)ndim, y, out);
}

bool jac_diag_indices_(const jac_loc *at, int64_t n, int64_t ndim, jac_out out)
{
    unsigned m = rt_begin(at);
    return diagonal_positions("diag_indices", m, n, ndim, out);
}

bool jac_diag_indices_from_(const jac_loc *at, jac x, jac_out out)
{
    unsigned m = rt_begin(at);
    ir_type t;
    bool ok = rt_type_of(x, &t);
    bool equal = ok && t.rank >= 2;
    for (int k = 1; equal && k < t.rank; k++)
        equal = t.dim[k] == t.dim[0];
    if (ok && !equal)
        ir_fail("diag_indices_from: it takes an array of at least 2 axes of one size, not %s", ir_type_tmp(&t));
    if (!equal)
        return rt_end_tree(m, 0, NULL) && false;
    return diagonal_positions("diag_indices_from", m, t.dim[0], t.rank, out);
}

/* Products of several matrices, and linear maps between arrays. */
#include <string.h>

#include "runtime/linalg/linalg.h"

jac jac_matrix_transpose_(const jac_loc *at, jac x)
{
    unsigned m = rt_begin(at);
    ir_type t;
    if (!np_are_handles(1, &x) || !rt_type_of(x, &t))
        return rt_end(m, JAC_NULL);
    if (t.rank < 2) {
        ir_fail("matrix_transpose takes matrices, but is given %s", ir_type_tmp(&t));
        return rt_end(m, JAC_NULL);
    }
    return rt_end(m, la_t(x));
}

/* Moves an axis of both operands, which must have it, to the end. */
static bool along_last(const char *what, jac *x, int64_t axis, ir_type *t)
{
    if (!rt_promote(2, x, false) || !rt_broadcast(what, 2, x) || !rt_type_of(x[0], t) ||
        !rt_axis(what, axis, t->rank, &axis))
        return false;
    for (int k = 0; k < 2; k++)
        if (!jac_ok(x[k] = np_move_axis(x[k], (int)axis, t->rank - 1)))
            return false;
    return rt_type_of(x[0], t);
}

jac jac_vecdot_(const jac_loc *at, jac x, jac y, int64_t axis)
{
    unsigned m = rt_begin(at);
    jac both[] = {x, y};
    ir_type t;
    if (!along_last("vecdot", both, axis, &t))
        return rt_end(m, JAC_NULL);
    jac first = ir_is_complex(t.dtype) ? jac_conj(both[0]) : both[0];
    jac product = jac_matmul(la_row(first), la_column(both[1]));
    return rt_end(m, jac_ok(product) ? jac_squeeze(jac_squeeze(product, -1), -1) : JAC_NULL);
}

/* x with an axis, which must have 2 or 3 elements, moved to the end. */
static bool vectors(jac *x, int64_t axis, ir_type *t)
{
    if (!rt_type_of(*x, t) || !rt_axis("cross", axis, t->rank, &axis))
        return false;
    *x = np_move_axis(*x, (int)axis, t->rank - 1);
    if (!jac_ok(*x) || !rt_type_of(*x, t))
        return false;
    return t->dim[t->rank - 1] == 2 || t->dim[t->rank - 1] == 3 ||
           ir_fail("cross takes vectors of 3 elements, or of 2, but is given %s", ir_type_tmp(t));
}

/* Element (k + by) mod 3 of the last axis in place k. */
static jac turned(jac x, int64_t by)
{
    return jac_roll(x, -by, -1);
}

/* A third element, 0. */
static jac in_space(jac x, const ir_type *t)
{
    int64_t none[IR_MAX_RANK] = {0}, high[IR_MAX_RANK] = {0};
    high[t->rank - 1] = 1;
    if (t->dim[t->rank - 1] == 3)
        return x;
    return jac_pad_(NULL, x, jac_of_i64(0), (jac_dims){t->rank, none}, (jac_dims){t->rank, high}, (jac_dims){t->rank, none});
}

static jac element(jac x, int64_t k)
{
    return jac_squeeze(jac_slice_in_dim(x, k, k + 1, 1, -1), -1);
}

static jac in_the_plane(jac x, jac y)
{
    return jac_sub(jac_mul(element(x, 0), element(y, 1)), jac_mul(element(x, 1), element(y, 0)));
}

jac jac_cross_(const jac_loc *at, jac x, jac y, jac_cross_opts o)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, y};
    ir_type tx, ty, t;
    int64_t one, axes[] = {o.axisa, o.axisb, o.axisc}, to;
    if (!rt_axes("cross", &o.axis, &one))
        return rt_end(m, JAC_NULL);
    for (int k = 0; k < 3 && o.axis.v && o.axis.n == 1; k++)
        axes[k] = o.axis.v[0];
    if (o.axis.v && o.axis.n != 1)
        ir_fail("cross: only one axis can be given, but axes are %s", ir_ints_tmp(o.axis.v, o.axis.n));
    if ((o.axis.v && o.axis.n != 1) || !np_promote_numbers(2, v) || !vectors(&v[0], axes[0], &tx) ||
        !vectors(&v[1], axes[1], &ty))
        return rt_end(m, JAC_NULL);
    if (tx.dim[tx.rank - 1] == 2 && ty.dim[ty.rank - 1] == 2)
        return rt_end(m, in_the_plane(v[0], v[1]));
    x = in_space(v[0], &tx);
    y = in_space(v[1], &ty);
    jac z = jac_sub(jac_mul(turned(x, 1), turned(y, 2)), jac_mul(turned(x, 2), turned(y, 1)));
    bool ok = jac_ok(z) && rt_type_of(z, &t) && rt_axis("cross", axes[2], t.rank, &to);
    return rt_end(m, ok ? np_move_axis(z, t.rank - 1, (int)to) : JAC_NULL);
}

/* ---- multi_dot ------------------------------------------------------------------------------------------- */

enum { MOST_FACTORS = 64 };

typedef struct {
    const jac *x;
    int n;
    double cost[MOST_FACTORS][MOST_FACTORS];
    int split[MOST_FACTORS][MOST_FACTORS]; /* where the product of factors i to j is split */
} chain;

/* size[k] and size[k + 1]: the rows and the columns of factor k. */
static void find_order(chain *c, const double *size)
{
    for (int i = 0; i < c->n; i++)
        c->cost[i][i] = 0;
    for (int length = 2; length <= c->n; length++)
        for (int i = 0; i + length <= c->n; i++) {
            int j = i + length - 1;
            c->cost[i][j] = -1;
            for (int k = i; k < j; k++) {
                double cost =
                    c->cost[i][k] + c->cost[k + 1][j] + size[i] * size[k + 1] * size[j + 1];
                if (c->cost[i][j] < 0 || cost < c->cost[i][j]) {
                    c->cost[i][j] = cost;
                    c->split[i][j] = k;
                }
            }
        }
}

static jac product(const chain *c, int i, int j)
{
    if (i == j)
        return c->x[i];
    return jac_matmul(product(c, i, c->split[i][j]), product(c, c->split[i][j] + 1, j));
}

jac jac_multi_dot_(const jac_loc *at, jac_handles x)
{
    unsigned m = rt_begin(at);
    chain c;
    jac in[MOST_FACTORS];
    double size[MOST_FACTORS + 1];
    ir_type t;
    if (!x.x || x.n < 2 || x.n > MOST_FACTORS) {
        ir_fail("multi_dot takes 2 to %d arrays, but is given %lld", MOST_FACTORS,
                (long long)(x.x ? x.n : 0));
        return rt_end(m, JAC_NULL);
    }
    c.n = (int)x.n;
    c.x = in;
    memcpy(in, x.x, (size_t)c.n * sizeof *in);
    if (!rt_promote(c.n, in, false))
        return rt_end(m, JAC_NULL);
    for (int k = 0; k < c.n; k++) {
        if (!rt_type_of(in[k], &t))
            return rt_end(m, JAC_NULL);
        bool end = k == 0 || k == c.n - 1;
        if (t.rank != 2 && (t.rank != 1 || !end)) {
            ir_fail("multi_dot: array %d must be a matrix%s, but is %s", k,
                    end ? " or a vector" : "", ir_type_tmp(&t));
            return rt_end(m, JAC_NULL);
        }
        bool row = t.rank == 1 && k == 0, column = t.rank == 1 && k > 0;
        size[k] = row ? 1 : (double)t.dim[0];
        size[k + 1] = column ? 1 : (double)t.dim[t.rank - 1];
    }
    find_order(&c, size);
    return rt_end(m, product(&c, 0, c.n - 1));
}

/* ---- tensorsolve, tensorinv -------------------------------------------------------------------------------- */

static int64_t count(const int64_t *dim, int n)
{
    int64_t all = 1;
    for (int k = 0; k < n; k++)
        all *= dim[k];
    return all;
}

jac jac_tensorsolve_(const jac_loc *at, jac a, jac b)
{
    unsigned m = rt_begin(at);
    jac x[] = {a, b};
    ir_type t[2];
    if (!la_operands("tensorsolve", 2, x, (int[]){0, 0}, t))
        return rt_end(m, JAC_NULL);
    int first = t[1].rank, rest = t[0].rank - first;
    int64_t n = count(t[1].dim, first);
    if (rest < 0 || count(t[0].dim, first) != n || count(t[0].dim + first, rest) != n) {
        ir_fail("tensorsolve: %s must have as many elements in its first %d dimensions, and in the "
                "others, as %s has",
                ir_type_tmp(&t[0]), first, ir_type_tmp(&t[1]));
        return rt_end(m, JAC_NULL);
    }
    jac square = rt_reshape(x[0], 2, (int64_t[]){n, n});
    jac y = la_solve(square, rt_reshape(x[1], 2, (int64_t[]){n, 1}), NULL);
    return rt_end(m, jac_ok(y) ? rt_reshape(y, rest, t[0].dim + first) : JAC_NULL);
}

jac jac_tensorinv_(const jac_loc *at, jac a, int64_t ind)
{
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t shape[IR_MAX_RANK];
    if (!la_operands("tensorinv", 1, &a, (int[]){0}, &t))
        return rt_end(m, JAC_NULL);
    int64_t n = ind > 0 && ind <= t.rank ? count(t.dim, (int)ind) : -1;
    if (n < 0 || count(t.dim + ind, t.rank - (int)ind) != n) {
        ir_fail("tensorinv: %s must have as many elements in its first %lld dimensions as in the "
                "others",
                ir_type_tmp(&t), (long long)ind);
        return rt_end(m, JAC_NULL);
    }
    for (int k = 0; k < t.rank; k++)
        shape[k] = t.dim[(k + ind) % t.rank];
    jac square = rt_reshape(a, 2, (int64_t[]){n, n});
    jac y = la_solve(square, la_eye_like(square), NULL);
    return rt_end(m, jac_ok(y) ? rt_reshape(y, t.rank, shape) : JAC_NULL);
}

/* Products of two arrays over some of their axes: each is one dot_general. */
#include <inttypes.h>

#include "ops/ops.h"
#include "runtime/numpy/numerics/numerics.h"

static bool two(jac *v, ir_type *tx, ir_type *ty)
{
    return rt_promote(2, v, false) && rt_type_of(v[0], tx) && rt_type_of(v[1], ty);
}

static jac conjugate(jac x, const ir_type *t)
{
    return ir_is_complex(t->dtype) ? jac_conj(x) : x;
}

static jac contract(const char *what, jac x, jac y, const ir_type *tx, const ir_type *ty, int64_t n, const int64_t *ax,
                    const int64_t *ay)
{
    for (int k = 0; k < n; k++)
        if (tx->dim[ax[k]] != ty->dim[ay[k]]) {
            ir_fail("%s: %s and %s do not match: axis %d of the first and axis %d of the second differ in size", what,
                    ir_type_tmp(tx), ir_type_tmp(ty), (int)ax[k], (int)ay[k]);
            return JAC_NULL;
        }
    return jac_dot_general_(NULL, x, y, (jac_dims){n, ax}, (jac_dims){n, ay}, JAC_DIMS(), JAC_DIMS());
}

jac jac_tensordot_(const jac_loc *at, jac x, jac y, int64_t n, jac_dims axes_x, jac_dims axes_y)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, y};
    ir_type tx, ty;
    int64_t ax[IR_MAX_RANK], ay[IR_MAX_RANK];
    if (!two(v, &tx, &ty) || !rt_list("tensordot", axes_x) || !rt_list("tensordot", axes_y))
        return rt_end(m, JAC_NULL);
    bool lists = n == -1;
    if (lists ? axes_x.n != axes_y.n : n < 0 || n > tx.rank || n > ty.rank) {
        if (lists)
            ir_fail("tensordot: there must be as many axes of the first operand as of the second, not %d and %d",
                    (int)axes_x.n, (int)axes_y.n);
        else
            ir_fail("tensordot: %" PRId64 " axes cannot be summed over for %s and %s", n, ir_type_tmp(&tx), ir_type_tmp(&ty));
        return rt_end(m, JAC_NULL);
    }
    if (lists) {
        if (np_axes("tensordot", axes_x, tx.rank, ax) < 0 || np_axes("tensordot", axes_y, ty.rank, ay) < 0)
            return rt_end(m, JAC_NULL);
        n = axes_x.n;
    }
    for (int k = 0; k < n && !lists; k++) {
        ax[k] = tx.rank - n + k;
        ay[k] = k;
    }
    return rt_end(m, contract("tensordot", v[0], v[1], &tx, &ty, n, ax, ay));
}

jac jac_vdot_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, y};
    ir_type tx, ty;
    int64_t zero = 0;
    if (!np_are_handles(2, v) || !two(v, &tx, &ty))
        return rt_end(m, JAC_NULL);
    v[0] = jac_ravel(conjugate(v[0], &tx));
    v[1] = jac_ravel(v[1]);
    bool ok = jac_ok(v[0]) && jac_ok(v[1]) && rt_type_of(v[0], &tx) && rt_type_of(v[1], &ty);
    return rt_end(m, ok ? contract("vdot", v[0], v[1], &tx, &ty, 1, &zero, &zero) : JAC_NULL);
}

jac jac_inner_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    jac v[] = {x, y};
    ir_type tx, ty;
    if (!two(v, &tx, &ty))
        return rt_end(m, JAC_NULL);
    if (tx.rank == 0 || ty.rank == 0)
        return rt_end(m, jac_mul(v[0], v[1]));
    int64_t ax = tx.rank - 1, ay = ty.rank - 1;
    return rt_end(m, contract("inner", v[0], v[1], &tx, &ty, 1, &ax, &ay));
}

/* The vector is made a matrix of one column (or row), which broadcasts as matrices do. */
static jac with_vector(const char *what, jac x, jac y, bool first)
{
    jac v[] = {x, y};
    ir_type tx, ty;
    if (!two(v, &tx, &ty))
        return JAC_NULL;
    if (tx.rank < (first ? 1 : 2) || ty.rank < (first ? 2 : 1)) {
        ir_fail("%s: it takes %s, but is given %s and %s", what,
                first ? "vectors and matrices" : "matrices and vectors", ir_type_tmp(&tx), ir_type_tmp(&ty));
        return JAC_NULL;
    }
    int64_t rows = first ? tx.dim[tx.rank - 1] : ty.dim[ty.rank - 1];
    int64_t of = first ? ty.dim[ty.rank - 2] : tx.dim[tx.rank - 1];
    if (rows != of) {
        ir_fail("%s: %s and %s do not match: vectors of %" PRId64 " elements, but matrices of %" PRId64, what,
                ir_type_tmp(&tx), ir_type_tmp(&ty), rows, of);
        return JAC_NULL;
    }
    if (first)
        return jac_squeeze(jac_matmul(jac_expand_dims(conjugate(v[0], &tx), -2), v[1]), -2);
    return jac_squeeze(jac_matmul(v[0], jac_expand_dims(v[1], -1)), -1);
}

jac jac_matvec_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    return rt_end(m, with_vector("matvec", x, y, false));
}

jac jac_vecmat_(const jac_loc *at, jac x, jac y)
{
    unsigned m = rt_begin(at);
    return rt_end(m, with_vector("vecmat", x, y, true));
}


/* ---- ragged_dot --------------------------------------------------------------------------------------------- */

static bool check_ragged(const ir_type *x, const ir_type *y, const ir_type *n)
{
    if (x->rank == 2 && y->rank == 3 && n->rank == 1 && x->dim[1] == y->dim[1] && n->dim[0] == y->dim[0] &&
        !ir_has_fraction(n->dtype))
        return true;
    return ir_fail("ragged_dot: the operands must be [m, k], [g, k, n] and integers [g], but are %s, %s and %s",
                   ir_type_tmp(x), ir_type_tmp(y), ir_type_tmp(n));
}

/* For each group, lhs with zeros in the rows of the others: one product that is summed over groups, too. */
jac jac_ragged_dot_(const jac_loc *at, jac lhs, jac rhs, jac sizes)
{
    unsigned m = rt_begin(at);
    jac v[] = {lhs, rhs};
    ir_type tx, ty, tn;
    if (!two(v, &tx, &ty) || !nu_array(&sizes, &tn) || !check_ragged(&tx, &ty, &tn))
        return rt_end(m, JAC_NULL);
    jac ends = jac_cumsum(jac_astype(sizes, JAC_I32), 0), starts = jac_sub(ends, jac_astype(sizes, JAC_I32));
    jac row = jac_iota(JAC_I32, tx.dim[0], 0);
    jac in = jac_logical_and(jac_ge(row, jac_expand_dims(starts, 1)), jac_lt(row, jac_expand_dims(ends, 1)));
    jac x = jac_where(jac_expand_dims(in, 2), jac_expand_dims(v[0], 0), rt_convert(jac_of_i64(0), tx.dtype, false));
    return rt_end(m, jac_dot_general(x, v[1], JAC_AXES(0, 2), JAC_AXES(0, 1), JAC_AXES(), JAC_AXES()));
}

/* Linear systems: solve, inv, triangular and tridiagonal matrices, least squares, Sylvester's
 * equation. */
#include <math.h>
#include <string.h>

#include "runtime/linalg/linalg.h"

/* ---- by factors ---------------------------------------------------------------------------------------- */

static jac lu_solve(jac a, const jac *lu, jac b, bool transpose)
{
    ir_attr attr[LU_SOLVE_NATTR] = {[LU_SOLVE_TRANSPOSE] = {.i = transpose}};
    return rt_emit1(&op_lu_solve, 4, (jac[]){a, lu[0], lu[2], b}, attr);
}

static bool lu_of(jac a, jac *lu)
{
    ir_attr attr[LINALG_NATTR] = {0};
    return rt_emit(&op_lu, 1, &a, attr, 4, lu);
}

jac la_triangular_solve(jac a, jac b, triangular_options o)
{
    ir_attr attr[TRIANGULAR_SOLVE_NATTR] = {[TRIANGULAR_SOLVE_LEFT] = {.i = o.left},
                                            [TRIANGULAR_SOLVE_LOWER] = {.i = o.lower},
                                            [TRIANGULAR_SOLVE_TRANSPOSE] = {.i = o.transpose},
                                            [TRIANGULAR_SOLVE_CONJUGATE] = {.i = o.conjugate},
                                            [TRIANGULAR_SOLVE_UNIT] = {.i = o.unit}};
    return jac_ok(a) && jac_ok(b) ? rt_emit1(&op_triangular_solve, 2, (jac[]){a, b}, attr)
                                  : JAC_NULL;
}

jac la_solve(jac a, jac b, jac *info)
{
    jac lu[4] = {JAC_NULL, JAC_NULL, JAC_NULL, JAC_NULL};
    bool ok = jac_ok(a) && jac_ok(b) && lu_of(a, lu);
    if (info)
        *info = lu[3];
    return ok ? lu_solve(a, lu, b, false) : JAC_NULL;
}

/* c c^H x = b, or c^H c x = b. */
static jac cho_solve(jac c, jac b, bool lower)
{
    triangular_options first = {
        .left = true, .lower = lower, .transpose = !lower, .conjugate = !lower};
    triangular_options second = {
        .left = true, .lower = lower, .transpose = lower, .conjugate = lower};
    return la_triangular_solve(c, la_triangular_solve(c, b, first), second);
}

/* ---- right sides ---------------------------------------------------------------------------------------- */

/* How a right side became a batch of matrices, as one matrix may have a batch of them. */
typedef struct {
    bool vector, folded;
    ir_type moved; /* folded: its type with the rows in front */
} rhs_form;

/* Makes b matrices with the batch of `a`, both promoted. If a is one matrix, what b has before its
 * rows becomes columns, so that a need not be repeated. */
static bool match(const char *what, jac *a, jac *b, const ir_type *ta, ir_type tb, rhs_form *form)
{
    int64_t n = ta->dim[ta->rank - 1];
    *form = (rhs_form){.vector = tb.rank == 1};
    if (form->vector && !jac_ok(*b = la_column(*b)))
        return false;
    if (!rt_type_of(*b, &tb))
        return false;
    if (ta->dim[ta->rank - 2] != n || tb.dim[tb.rank - 2] != n)
        return ir_fail("%s: the matrix %s must be square, and the right side %s must have as many "
                       "rows",
                       what, ir_type_tmp(ta), ir_type_tmp(&tb));
    if (ta->rank == 2 && tb.rank > 2) {
        form->folded = true;
        *b = np_move_axis(*b, tb.rank - 2, 0);
        if (!jac_ok(*b) || !rt_type_of(*b, &form->moved))
            return false;
        int64_t shape[] = {n, n ? ir_type_count(&form->moved) / n : 0};
        return jac_ok(*b = rt_reshape(*b, 2, shape));
    }
    jac both[] = {*a, *b};
    if (!la_broadcast(what, 2, both, (int[]){2, 2}))
        return false;
    *a = both[0];
    *b = both[1];
    return true;
}

static jac unmatch(jac x, const rhs_form *form)
{
    if (!jac_ok(x))
        return JAC_NULL;
    if (form->folded) {
        x = rt_reshape(x, form->moved.rank, form->moved.dim);
        return jac_ok(x) ? np_move_axis(x, 0, form->moved.rank - 2) : JAC_NULL;
    }
    return form->vector ? jac_squeeze(x, -1) : x;
}

/* ---- solve, inv ------------------------------------------------------------------------------------------ */

/* By Cholesky's factor. As with lu_solve, the derivative is that of the equation. */
static jac solve_positive(jac a, jac b, jac *info)
{
    jac y[2] = {JAC_NULL, JAC_NULL};
    ir_type t;
    ir_attr plain[LINALG_NATTR] = {0}, attr[LU_SOLVE_NATTR] = {[LU_SOLVE_CHOLESKY] = {.i = true}};
    jac symmetric = jac_stop_gradient(la_symmetrized(a));
    if (!jac_ok(symmetric) || !rt_emit(&op_cholesky, 1, &symmetric, plain, 2, y) ||
        !rt_type_of(a, &t))
        return JAC_NULL;
    *info = y[1];
    t.rank--;
    t.dtype = IR_i32;
    return rt_emit1(&op_lu_solve, 4, (jac[]){a, y[0], np_iota(&t, t.rank - 1), b}, attr);
}

jac jac_solve_(const jac_loc *at, jac a, jac b, jac_solve_opts o)
{
    unsigned m = rt_begin(at);
    jac x[] = {a, b}, y = JAC_NULL, info = JAC_NULL;
    ir_type t[2];
    rhs_form form;
    bool positive = o.assume_a && !strcmp(o.assume_a, "pos");
    if (o.assume_a && !positive && strcmp(o.assume_a, "gen"))
        ir_fail("solve: assume_a must be \"gen\" or \"pos\", but is \"%s\"", o.assume_a);
    else if (la_operands("solve", 2, x, (int[]){2, 1}, t) &&
             match("solve", &x[0], &x[1], &t[0], t[1], &form)) {
        y = positive ? solve_positive(x[0], x[1], &info) : la_solve(x[0], x[1], &info);
        y = unmatch(y, &form);
    }
    return la_end_info(m, y, info, o.info);
}

jac jac_inv_(const jac_loc *at, jac a, jac_solve_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac y = JAC_NULL, info = JAC_NULL;
    if (la_square("inv", &a, &t))
        y = la_solve(a, la_eye_like(a), &info);
    return la_end_info(m, y, info, o.info);
}

/* ---- triangular, tridiagonal ------------------------------------------------------------------------------ */

static bool check_trans(const char *what, int trans)
{
    return (trans >= 0 && trans <= 2) ||
           ir_fail("%s: trans must be 0, 1 or 2, but is %d", what, trans);
}

jac jac_solve_triangular_(const jac_loc *at, jac a, jac b, jac_solve_triangular_opts o)
{
    unsigned m = rt_begin(at);
    jac x[] = {a, b}, y = JAC_NULL;
    ir_type t[2];
    rhs_form form;
    triangular_options options = {.left = true,
                                  .lower = o.lower,
                                  .transpose = o.trans != 0,
                                  .conjugate = o.trans == 2,
                                  .unit = o.unit_diagonal};
    if (check_trans("solve_triangular", o.trans) &&
        la_operands("solve_triangular", 2, x, (int[]){2, 1}, t) &&
        match("solve_triangular", &x[0], &x[1], &t[0], t[1], &form))
        y = unmatch(la_triangular_solve(x[0], x[1], options), &form);
    return rt_end(m, y);
}

jac jac_triangular_solve_(const jac_loc *at, jac a, jac b, jac_triangular_solve_opts o)
{
    unsigned m = rt_begin(at);
    jac x[] = {a, b}, y = JAC_NULL;
    ir_type t[2];
    triangular_options options = {o.left_side, o.lower, o.transpose_a, o.conjugate_a,
                                  o.unit_diagonal};
    if (la_operands("triangular_solve", 2, x, (int[]){2, 2}, t))
        y = la_triangular_solve(x[0], x[1], options);
    return rt_end(m, y);
}

jac jac_tridiagonal_solve_(const jac_loc *at, jac dl, jac d, jac du, jac b, jac_solve_opts o)
{
    unsigned m = rt_begin(at);
    jac x[] = {dl, d, du, b}, y[2] = {JAC_NULL, JAC_NULL};
    ir_type t[4];
    ir_attr attr[LINALG_NATTR] = {0};
    const int rank[] = {1, 1, 1, 2};
    bool ok = la_operands("tridiagonal_solve", 4, x, rank, t) &&
              la_broadcast("tridiagonal_solve", 4, x, rank) &&
              rt_emit(&op_tridiagonal_solve, 4, x, attr, 2, y);
    return la_end_info(m, ok ? y[0] : JAC_NULL, y[1], o.info);
}

/* ---- given factors ------------------------------------------------------------------------------------------ */

jac jac_cho_solve_(const jac_loc *at, jac c, jac b, bool lower)
{
    unsigned m = rt_begin(at);
    jac x[] = {c, b}, y = JAC_NULL;
    ir_type t[2];
    rhs_form form;
    if (la_operands("cho_solve", 2, x, (int[]){2, 1}, t) &&
        match("cho_solve", &x[0], &x[1], &t[0], t[1], &form))
        y = unmatch(cho_solve(x[0], x[1], lower), &form);
    return rt_end(m, y);
}

jac_lu_factors jac_lu_factor_(const jac_loc *at, jac a)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac y[5] = {JAC_NULL, JAC_NULL, JAC_NULL, JAC_NULL, JAC_NULL};
    bool ok = la_matrices("lu_factor", &a, &t) && lu_of(a, y);
    y[4] = a;
    ok = rt_end_tree(m, ok ? 5 : 0, y) && ok;
    if (!ok)
        return (jac_lu_factors){JAC_NULL, JAC_NULL, JAC_NULL, JAC_NULL, JAC_NULL};
    return (jac_lu_factors){y[0], y[1], y[2], y[3], y[4]};
}

/* A batch of factors is broadcast like the matrices. */
static bool match_factors(jac_lu_factors *f, jac *b, rhs_form *form)
{
    jac x[] = {f->a, f->lu, *b};
    ir_type t[3];
    if (!la_operands("lu_solve", 3, x, (int[]){2, 2, 1}, t) ||
        !match("lu_solve", &x[0], &x[2], &t[0], t[2], form))
        return false;
    jac all[] = {x[0], x[1], f->permutation};
    if (!la_broadcast("lu_solve", 3, all, (int[]){2, 2, 1}))
        return false;
    f->a = all[0];
    f->lu = all[1];
    f->permutation = all[2];
    *b = x[2];
    return true;
}

jac jac_lu_solve_(const jac_loc *at, jac_lu_factors f, jac b, jac_solve_triangular_opts o)
{
    unsigned m = rt_begin(at);
    jac y = JAC_NULL;
    rhs_form form;
    if (check_trans("lu_solve", o.trans) && match_factors(&f, &b, &form)) {
        jac lu[] = {f.lu, f.pivots, f.permutation};
        b = o.trans == 2 ? jac_conj(b) : b;
        y = jac_ok(b) ? lu_solve(f.a, lu, b, o.trans != 0) : JAC_NULL;
        y = unmatch(o.trans == 2 && jac_ok(y) ? jac_conj(y) : y, &form);
    }
    return rt_end(m, y);
}

/* ---- least squares, pinv --------------------------------------------------------------------------------------- */

static double epsilon_of(const ir_type *t)
{
    return ir_epsilon(ir_part(t->dtype));
}

static double larger_side(const ir_type *t)
{
    int64_t m = t->dim[t->rank - 2], n = t->dim[t->rank - 1];
    return (double)(m > n ? m : n);
}

static bool least_squares(jac a, jac b, const ir_type *t, double rcond, jac *out)
{
    jac u, s, vh;
    bool vector = t[1].rank == 1;
    b = vector ? la_column(b) : b;
    if (t[0].dim[0] == 0 || t[0].dim[1] == 0)
        return ir_fail("lstsq: %s has no elements", ir_type_tmp(&t[0]));
    if (!jac_ok(b) || !la_svd(a, false, true, &u, &s, &vh, NULL))
        return false;
    rcond = rcond < 0 ? epsilon_of(t) : rcond > 0 ? rcond : epsilon_of(t) * larger_side(t);
    jac kept = jac_logical_and(jac_gt(s, 0), jac_ge(s, jac_mul(rcond, jac_max(s))));
    jac inverse = jac_where(kept, jac_reciprocal(jac_where(kept, s, 1)), 0);
    jac x = jac_matmul(la_h(vh), jac_mul(la_column(inverse), jac_matmul(la_h(u), b)));
    jac rest = jac_sub(b, jac_matmul(a, x));
    jac squares = jac_sum(jac_real(jac_mul(rest, jac_conj(rest))), 0);
    out[0] = vector ? jac_squeeze(x, -1) : x;
    out[1] = squares;
    out[2] = jac_sum(rt_convert(kept, IR_i32, false));
    out[3] = s;
    return jac_ok(out[0]) && jac_ok(out[1]) && jac_ok(out[2]);
}

jac_lstsq_result jac_lstsq_(const jac_loc *at, jac a, jac b, jac_rank_opts o)
{
    unsigned m = rt_begin(at);
    jac x[] = {a, b}, y[4] = {JAC_NULL, JAC_NULL, JAC_NULL, JAC_NULL};
    ir_type t[2];
    bool ok = la_operands("lstsq", 2, x, (int[]){2, 1}, t);
    if (ok && (t[0].rank != 2 || t[1].rank > 2 || t[0].dim[0] != t[1].dim[0]))
        ok = ir_fail(
            "lstsq takes one matrix, and a vector or matrix of as many rows, but is given %s "
            "and %s",
            ir_type_tmp(&t[0]), ir_type_tmp(&t[1]));
    ok = ok && least_squares(x[0], x[1], t, o.rcond, y);
    ok = rt_end_tree(m, ok ? 4 : 0, y) && ok;
    if (!ok)
        return (jac_lstsq_result){JAC_NULL, JAC_NULL, JAC_NULL, JAC_NULL};
    return (jac_lstsq_result){y[0], y[1], y[2], y[3]};
}

jac jac_pinv_(const jac_loc *at, jac a, jac_rank_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac y = JAC_NULL, graph_in;
    if (!la_matrices("pinv", &a, &t))
        return rt_end(m, JAC_NULL);
    graph_in = o.hermitian ? la_symmetrized(a) : a;
    double rcond = o.rcond != 0 ? o.rcond : 10 * larger_side(&t) * epsilon_of(&t);
    ops_init();
    IR_AUTO_GRAPH g = jac_ok(graph_in) ? linalg_pinv_graph(&t, rcond) : NULL;
    if (g && !rt_apply_graph(g, &graph_in, &y))
        y = JAC_NULL;
    return rt_end(m, y);
}

/* ---- sylvester ----------------------------------------------------------------------------------------------------- */

jac jac_solve_sylvester_(const jac_loc *at, jac a, jac b, jac q)
{
    unsigned m = rt_begin(at);
    jac x[] = {a, b, q};
    ir_type t[3];
    ir_attr attr[LINALG_NATTR] = {0};
    const int rank[] = {2, 2, 2};
    jac y[2] = {JAC_NULL, JAC_NULL};
    bool ok = la_operands("solve_sylvester", 3, x, rank, t) &&
              la_broadcast("solve_sylvester", 3, x, rank) &&
              rt_emit(&op_sylvester, 3, x, attr, 2, y);
    return rt_end(m, ok ? y[0] : JAC_NULL);
}

/* Numbers of a matrix: determinants, rank, norms, condition. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/linalg/linalg.h"

/* ---- determinants ---------------------------------------------------------------------------------------- */

jac jac_det_(const jac_loc *at, jac a)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac y = JAC_NULL;
    if (!la_square("det", &a, &t))
        return rt_end(m, JAC_NULL);
    ops_init();
    IR_AUTO_GRAPH g = linalg_det_graph(&t);
    return rt_end(m, g && rt_apply_graph(g, &a, &y) ? y : JAC_NULL);
}

jac_slogdet_result jac_slogdet_(const jac_loc *at, jac a)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac y[2] = {JAC_NULL, JAC_NULL};
    bool ok = la_square("slogdet", &a, &t);
    ops_init();
    IR_AUTO_GRAPH g = ok ? linalg_slogdet_graph(&t) : NULL;
    ok = g && rt_apply_graph(g, &a, y);
    ok = rt_end_tree(m, ok ? 2 : 0, y) && ok;
    return ok ? (jac_slogdet_result){y[0], y[1]} : (jac_slogdet_result){JAC_NULL, JAC_NULL};
}

/* ---- rank -------------------------------------------------------------------------------------------------- */

jac jac_matrix_rank_(const jac_loc *at, jac a, jac_rank_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac s = JAC_NULL;
    if (!la_matrices("matrix_rank", &a, &t))
        return rt_end(m, JAC_NULL);
    int64_t rows = t.dim[t.rank - 2], cols = t.dim[t.rank - 1];
    double share =
        o.rcond ? o.rcond : ir_epsilon(ir_part(t.dtype)) * (double)(rows > cols ? rows : cols);
    a = o.hermitian ? la_symmetrized(a) : a;
    if (!la_svd(a, false, false, NULL, &s, NULL, NULL))
        return rt_end(m, JAC_NULL);
    jac most = rows && cols ? jac_max(s, JAC_AXES(-1), .keepdims = true) : s;
    jac above = jac_gt(s, jac_mul(most, share));
    return rt_end(m, jac_ok(above) ? jac_sum(rt_convert(above, IR_i32, false), -1) : JAC_NULL);
}

/* ---- norms -------------------------------------------------------------------------------------------------- */

/* Reads a number or "inf" or "-inf". */
static bool read_ord(const char *what, const char *word, double *to)
{
    char *end;
    IR_C_NUMBERS;
    *to = strtod(word, &end);
    return (*word && !*end && !isnan(*to)) ||
           ir_fail("%s: there is no norm of ord \"%s\"", what, word);
}

static jac squares(jac x)
{
    ir_type t;
    if (!jac_ok(x) || !rt_type_of(x, &t))
        return JAC_NULL;
    return ir_is_complex(t.dtype) ? jac_real(jac_mul(x, jac_conj(x))) : jac_square(x);
}

static jac vector_norm(jac x, double ord, jac_dims axes, bool keep)
{
    if (ord == 2)
        return jac_sqrt(jac_sum(squares(x), axes, .keepdims = keep));
    jac size = jac_abs(x);
    if (ord == INFINITY)
        return jac_max(size, axes, .keepdims = keep);
    if (ord == -INFINITY)
        return jac_min(size, axes, .keepdims = keep);
    if (ord == 0) {
        ir_type t;
        jac some = jac_ne(x, 0);
        if (!jac_ok(size) || !rt_type_of(size, &t))
            return JAC_NULL;
        return jac_sum(rt_convert(some, t.dtype, false), axes, .keepdims = keep);
    }
    if (ord == 1)
        return jac_sum(size, axes, .keepdims = keep);
    jac sum = jac_sum(jac_power(size, ord), axes, .keepdims = keep);
    return jac_ok(sum) ? jac_power(sum, 1 / ord) : JAC_NULL;
}

jac jac_vector_norm_(const jac_loc *at, jac x, jac_norm_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t one, axes[IR_MAX_RANK];
    double ord = 2;
    if (!la_operands("vector_norm", 1, &x, (int[]){0}, &t) ||
        !rt_axes("vector_norm", &o.axis, &one) || (o.ord && !read_ord("vector_norm", o.ord, &ord)))
        return rt_end(m, JAC_NULL);
    int n = o.axis.v ? np_axes("vector_norm", o.axis, t.rank, axes) : t.rank;
    for (int d = 0; !o.axis.v && d < n; d++)
        axes[d] = d;
    return rt_end(m, n < 0 ? JAC_NULL : vector_norm(x, ord, (jac_dims){n, axes}, o.keepdims));
}

/* Of matrices in the last two dimensions. */
static jac matrix_norm(const char *what, jac x, const char *word, bool keep)
{
    jac s = JAC_NULL, y;
    double ord;
    if (!word || !strcmp(word, "fro") || !strcmp(word, "f"))
        return jac_sqrt(jac_sum(squares(x), JAC_AXES(-2, -1), .keepdims = keep));
    bool nuclear = !strcmp(word, "nuc");
    if (!nuclear && !read_ord(what, word, &ord))
        return JAC_NULL;
    if (nuclear || ord == 2 || ord == -2) {
        if (!la_svd(x, false, false, NULL, &s, NULL, NULL))
            return JAC_NULL;
        y = nuclear ? jac_sum(s, -1) : ord == 2 ? jac_max(s, -1) : jac_min(s, -1);
    } else if (fabs(ord) == 1 || isinf(ord)) {
        jac sums = jac_sum(jac_abs(x), isinf(ord) ? -1 : -2);
        y = ord > 0 ? jac_max(sums, -1) : jac_min(sums, -1);
    } else {
        ir_fail("%s: there is no norm of ord \"%s\"", what, word);
        return JAC_NULL;
    }
    return keep && jac_ok(y) ? jac_expand_dims(jac_expand_dims(y, -1), -1) : y;
}

jac jac_matrix_norm_(const jac_loc *at, jac x, jac_norm_opts o)
{
    unsigned m = rt_begin(at);
    ir_type t;
    int64_t one, axes[IR_MAX_RANK];
    if (!la_matrices("matrix_norm", &x, &t) || !rt_axes("matrix_norm", &o.axis, &one))
        return rt_end(m, JAC_NULL);
    if (!o.axis.v)
        return rt_end(m, matrix_norm("matrix_norm", x, o.ord, o.keepdims));
    int n = np_axes("matrix_norm", o.axis, t.rank, axes);
    if (n != 2) {
        if (n >= 0)
            ir_fail("matrix_norm: two axes are needed, but axes are %s", ir_ints_tmp(axes, n));
        return rt_end(m, JAC_NULL);
    }
    if (o.keepdims) {
        ir_fail("matrix_norm: keepdims with axes of one's own is not supported");
        return rt_end(m, JAC_NULL);
    }
    x = np_move_axis(x, (int)axes[0], t.rank - 1);
    int64_t second = axes[1] > axes[0] ? axes[1] - 1 : axes[1];
    x = jac_ok(x) ? np_move_axis(x, (int)second, t.rank - 1) : JAC_NULL;
    return rt_end(m, jac_ok(x) ? matrix_norm("matrix_norm", x, o.ord, false) : JAC_NULL);
}

/* ---- condition ------------------------------------------------------------------------------------------------ */

static jac ratio(jac s, bool inverse)
{
    jac first = jac_max(s, -1), last = jac_min(s, -1);
    return inverse ? jac_div(last, first) : jac_div(first, last);
}

jac jac_condition_(const jac_loc *at, jac a, const char *ord)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac s, y;
    if (!la_matrices("condition", &a, &t))
        return rt_end(m, JAC_NULL);
    int64_t rows = t.dim[t.rank - 2], cols = t.dim[t.rank - 1];
    if (!rows || !cols) {
        ir_fail("condition: %s has no elements", ir_type_tmp(&t));
        return rt_end(m, JAC_NULL);
    }
    bool two = !ord || !strcmp(ord, "2"), inverse_two = ord && !strcmp(ord, "-2");
    if (two || inverse_two) {
        if (!la_svd(a, false, false, NULL, &s, NULL, NULL))
            return rt_end(m, JAC_NULL);
        y = ratio(s, inverse_two);
        if (two)
            return rt_end(m, y);
    } else {
        if (!la_square("condition", &a, &t))
            return rt_end(m, JAC_NULL);
        jac inverse = la_solve(a, la_eye_like(a), NULL);
        y = jac_mul(matrix_norm("condition", a, ord, false),
                    matrix_norm("condition", inverse, ord, false));
    }
    jac broken = jac_logical_not(jac_any(jac_isnan(jac_abs(a)), JAC_AXES(-2, -1)));
    return rt_end(m, jac_ok(y) && jac_ok(broken)
                         ? jac_where(jac_logical_and(jac_isnan(y), broken), INFINITY, y)
                         : JAC_NULL);
}

/* Convolution of matrices, and by Fourier transforms. */
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

/* ---- by Fourier transforms ---------------------------------------------------------------------- */

typedef struct {
    int n, rank;
    int64_t axes[IR_MAX_RANK], x[IR_MAX_RANK], y[IR_MAX_RANK], full[IR_MAX_RANK];
    bool complex;
} sizes;

enum { FULL, SAME, VALID };

static bool mode_of(const char *what, const char *mode, int *out)
{
    static const char *const names[] = {"full", "same", "valid"};
    for (int k = 0; mode && k < 3; k++)
        if (!strcmp(mode, names[k])) {
            *out = k;
            return true;
        }
    return ir_fail("%s: the mode must be \"full\", \"same\" or \"valid\", but is %s", what,
                   mode ? mode : "a null pointer");
}

static bool read_sizes(const char *what, jac x, jac y, jac_dims axes, sizes *s)
{
    ir_type tx, ty;
    int64_t one;
    if (!rt_axes(what, &axes, &one) || !rt_type_of(x, &tx) || !rt_type_of(y, &ty))
        return false;
    if (tx.rank != ty.rank)
        return ir_fail(
            "%s: the operands must have the same number of dimensions, but are %s and %s", what,
            ir_type_tmp(&tx), ir_type_tmp(&ty));
    s->n = np_axes(what, axes, tx.rank, s->axes);
    s->rank = tx.rank;
    s->complex = ir_is_complex(tx.dtype);
    bool listed[IR_MAX_RANK] = {0};
    for (int k = 0; k < s->n; k++)
        listed[s->axes[k]] = true;
    for (int k = 0; k < s->rank; k++) {
        s->x[k] = tx.dim[k];
        s->y[k] = ty.dim[k];
        s->full[k] = listed[k] ? s->x[k] + s->y[k] - 1 : s->x[k];
        if ((!listed[k] && s->x[k] != s->y[k]) || !s->x[k] || !s->y[k])
            return ir_fail(
                "%s: the operands must have elements, and the same sizes along axes that are "
                "not convolved, but are %s and %s",
                what, ir_type_tmp(&tx), ir_type_tmp(&ty));
    }
    return s->n >= 0;
}

static jac transformed(const sizes *s, bool back, jac x)
{
    int64_t n[IR_MAX_RANK];
    for (int k = 0; k < s->n; k++)
        n[k] = s->full[s->axes[k]];
    jac_fftn_opts o = {.s = {s->n, n}, .axes = {s->n, s->axes}};
    const char *name = s->complex ? (back ? "ifftn" : "fftn") : (back ? "irfftn" : "rfftn");
    return jac_fftn_(NULL, name, x, o);
}

/* The part of the full result that the mode asks for, which is in the middle. */
static jac middle(const sizes *s, int mode, jac y)
{
    int64_t from[IR_MAX_RANK], to[IR_MAX_RANK], step[IR_MAX_RANK];
    for (int k = 0; k < s->rank; k++) {
        bool whole = s->full[k] == s->x[k] && s->x[k] == s->y[k] && s->y[k] != 1;
        int64_t valid = s->x[k] > s->y[k] ? s->x[k] - s->y[k] + 1 : s->y[k] - s->x[k] + 1;
        int64_t n = mode == FULL || whole ? s->full[k] : mode == SAME ? s->x[k] : valid;
        from[k] = (s->full[k] - n) / 2;
        to[k] = from[k] + n;
        step[k] = 1;
    }
    return jac_slice_(NULL, y, (jac_dims){s->rank, from}, (jac_dims){s->rank, to},
                      (jac_dims){s->rank, step});
}

static bool one_covers(const char *what, const sizes *s)
{
    bool x = true, y = true;
    for (int k = 0; k < s->rank; k++) {
        x = x && s->x[k] >= s->y[k];
        y = y && s->x[k] <= s->y[k];
    }
    return x || y ||
           ir_fail("%s: for \"valid\", one operand must be at least as large as the other in "
                   "every dimension",
                   what);
}

jac jac_fftconvolve_(const jac_loc *at, jac x, jac y, const char *mode, jac_fftconvolve_opts o)
{
    const char *what = "fftconvolve";
    unsigned m = rt_begin(at);
    jac v[] = {x, y};
    sizes s;
    int which = FULL;
    if (!rt_promote(2, v, true) || !mode_of(what, mode, &which) ||
        !read_sizes(what, v[0], v[1], o.axes, &s) || (which == VALID && !one_covers(what, &s)))
        return rt_end(m, JAC_NULL);
    if (!s.n)
        return rt_end(m, jac_mul(v[0], v[1]));
    jac product = jac_mul(transformed(&s, false, v[0]), transformed(&s, false, v[1]));
    jac full = transformed(&s, true, product);
    return rt_end(m, jac_ok(full) ? middle(&s, which, full) : JAC_NULL);
}

/* ---- matrices ----------------------------------------------------------------------------------- */

static bool matrices(const char *what, jac x, jac y, ir_type *tx, ir_type *ty)
{
    return rt_type_of(x, tx) && rt_type_of(y, ty) &&
           ((tx->rank == 2 && ty->rank == 2) ||
            ir_fail("%s takes matrices, but the operands are %s and %s", what, ir_type_tmp(tx),
                    ir_type_tmp(ty)));
}

jac jac_convolve2d_(const jac_loc *at, jac x, jac y, const char *mode)
{
    unsigned m = rt_begin(at);
    ir_type tx, ty;
    return rt_end(m, matrices("convolve2d", x, y, &tx, &ty) ? jac_signal_convolve_(NULL, x, y, mode)
                                                            : JAC_NULL);
}

static jac turned(jac x)
{
    return jac_flip_(NULL, x, JAC_DIMS(0, 1));
}

/* As JAX has it: "same" and "valid" depend on which operand is the smaller one. */
jac jac_correlate2d_(const jac_loc *at, jac x, jac y, const char *mode)
{
    unsigned m = rt_begin(at);
    ir_type tx, ty;
    int which = FULL;
    if (!matrices("correlate2d", x, y, &tx, &ty) || !mode_of("correlate2d", mode, &which))
        return rt_end(m, JAC_NULL);
    bool smaller = tx.dim[0] <= ty.dim[0] && tx.dim[1] <= ty.dim[1];
    bool equal = tx.dim[0] == ty.dim[0] && tx.dim[1] == ty.dim[1];
    if (which == SAME || !smaller || (which == VALID && equal))
        return rt_end(m, turned(jac_signal_convolve_(NULL, turned(x), jac_conj(y), mode)));
    jac z = jac_signal_convolve_(NULL, turned(y), jac_conj(x), mode);
    return rt_end(m, which == FULL ? jac_conj(z) : z);
}

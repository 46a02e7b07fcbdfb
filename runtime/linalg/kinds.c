/* Matrices of a kind: from the elements of a vector, or from a formula. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/linalg/linalg.h"

static jac iota2(int64_t rows, int64_t cols, int dimension)
{
    ir_type t = ir_type_make(IR_i32, 2, (int64_t[]){rows, cols});
    return np_iota(&t, dimension);
}

/* Operands that are batches of vectors of one dtype. */
static bool vectors(const char *what, int n, jac *x, bool floats, ir_type *t)
{
    int rank[] = {1, 1};
    if (!rt_promote(n, x, floats))
        return false;
    for (int k = 0; k < n; k++) {
        if (!rt_type_of(x[k], &t[k]))
            return false;
        if (!t[k].rank && !jac_ok(x[k] = rt_reshape(x[k], 1, (int64_t[]){1})))
            return false;
        if (!rt_type_of(x[k], &t[k]))
            return false;
    }
    return la_broadcast(what, n, x, rank) && rt_types_of(n, x, t);
}

/* The elements of vectors v at places [rows, cols]. */
static jac spread(jac v, jac places)
{
    ir_type t;
    return jac_ok(v) && jac_ok(places) && rt_type_of(v, &t) ? jac_take(v, places, t.rank - 1)
                                                            : JAC_NULL;
}

static int64_t length(const ir_type *t)
{
    return t->dim[t->rank - 1];
}

/* r without its first element. */
static jac rest_of(jac r, const ir_type *t)
{
    return jac_ok(r) ? jac_index(r, JAC_ELLIPSIS, JAC_RANGE(1, length(t))) : JAC_NULL;
}

/* v along the axis that a matrix of such rows has. */
static jac joined(jac a, jac b)
{
    return jac_ok(a) && jac_ok(b) ? jac_concatenate(-1, a, b) : JAC_NULL;
}

static jac toeplitz(jac *x, const ir_type *t)
{
    int64_t rows = length(&t[0]), cols = length(&t[1]);
    jac v = joined(jac_flip(x[0], -1), rest_of(x[1], &t[1]));
    jac at = jac_add(jac_sub(iota2(rows, cols, 1), iota2(rows, cols, 0)), (int64_t)(rows - 1));
    return spread(v, at);
}

jac jac_toeplitz_(const jac_loc *at, jac c, jac r)
{
    unsigned m = rt_begin(at);
    jac x[] = {c, r};
    ir_type t[2];
    bool ok = vectors("toeplitz", 2, x, false, t);
    if (ok && (!length(&t[0]) || !length(&t[1])))
        ok = ir_fail("toeplitz: a vector has no elements");
    return rt_end(m, ok ? toeplitz(x, t) : JAC_NULL);
}

jac jac_hankel_(const jac_loc *at, jac c, jac r)
{
    unsigned m = rt_begin(at);
    jac x[] = {c, r};
    ir_type t[2];
    if (!vectors("hankel", 2, x, false, t))
        return rt_end(m, JAC_NULL);
    int64_t rows = length(&t[0]), cols = length(&t[1]);
    if (!rows || !cols) {
        ir_fail("hankel: a vector has no elements");
        return rt_end(m, JAC_NULL);
    }
    return rt_end(m, spread(joined(x[0], rest_of(x[1], &t[1])),
                            jac_add(iota2(rows, cols, 0), iota2(rows, cols, 1))));
}

jac jac_circulant_(const jac_loc *at, jac c)
{
    unsigned m = rt_begin(at);
    ir_type t;
    if (!vectors("circulant", 1, &c, false, &t))
        return rt_end(m, JAC_NULL);
    int64_t n = length(&t);
    jac by = jac_sub(iota2(n, n, 0), iota2(n, n, 1));
    return rt_end(m, spread(c, jac_where(jac_lt(by, 0), jac_add(by, n), by)));
}

jac jac_fiedler_(const jac_loc *at, jac a)
{
    unsigned m = rt_begin(at);
    ir_type t;
    return rt_end(m, vectors("fiedler", 1, &a, false, &t)
                         ? jac_abs(jac_sub(la_column(a), la_row(a)))
                         : JAC_NULL);
}

/* Rows `first`, then s[k] below the diagonal in row k + 1. */
static jac below_first(jac first, jac s, int64_t n)
{
    jac row = iota2(n, n, 0), col = iota2(n, n, 1);
    jac below = jac_where(jac_eq(jac_sub(row, col), 1), s, 0);
    return jac_where(jac_eq(row, 0), first, below);
}

jac jac_companion_(const jac_loc *at, jac a)
{
    unsigned m = rt_begin(at);
    ir_type t;
    bool ok = vectors("companion", 1, &a, true, &t);
    if (ok && length(&t) < 2)
        ok = ir_fail("companion: at least 2 coefficients are needed, but there are %s",
                     ir_type_tmp(&t));
    if (!ok)
        return rt_end(m, JAC_NULL);
    jac lead = jac_index(a, JAC_ELLIPSIS, JAC_RANGE(0, 1));
    jac first = jac_neg(jac_div(rest_of(a, &t), lead));
    return rt_end(m, below_first(la_row(first), jac_asarray(1), length(&t) - 1));
}

jac jac_leslie_(const jac_loc *at, jac f, jac s)
{
    unsigned m = rt_begin(at);
    jac x[] = {f, s};
    ir_type t[2];
    bool ok = vectors("leslie", 2, x, false, t);
    if (ok && length(&t[0]) != length(&t[1]) + 1)
        ok = ir_fail("leslie: f must have one element more than s, but they are %s and %s",
                     ir_type_tmp(&t[0]), ir_type_tmp(&t[1]));
    if (!ok)
        return rt_end(m, JAC_NULL);
    jac last = jac_zeros_like(jac_index(x[0], JAC_ELLIPSIS, JAC_RANGE(0, 1)));
    return rt_end(m, below_first(la_row(x[0]), la_row(joined(x[1], last)), length(&t[0])));
}

jac jac_convolution_matrix_(const jac_loc *at, jac a, int64_t n, const char *mode)
{
    unsigned m = rt_begin(at);
    ir_type t;
    bool same = mode && !strcmp(mode, "same"), valid = mode && !strcmp(mode, "valid");
    bool ok = vectors("convolution_matrix", 1, &a, false, &t);
    if (ok && (!mode || (!same && !valid && strcmp(mode, "full"))))
        ok = ir_fail("convolution_matrix: mode must be \"full\", \"same\" or \"valid\"");
    if (ok && (n < 1 || length(&t) < 1))
        ok = ir_fail("convolution_matrix: n is %lld and the vector %s, but both must have elements",
                     (long long)n, ir_type_tmp(&t));
    if (!ok)
        return rt_end(m, JAC_NULL);
    int64_t k = length(&t), shorter = n < k ? n : k;
    int64_t before = valid ? shorter - 1 : same ? (shorter - 1) / 2 : 0;
    int64_t after = valid ? shorter - 1 : same ? shorter - 1 - before : 0;
    int64_t rows = n + k - 1 - before - after;
    jac where = jac_sub(jac_add(iota2(rows, n, 0), before), iota2(rows, n, 1));
    jac inside = jac_logical_and(jac_ge(where, 0), jac_lt(where, k));
    return rt_end(m, jac_where(inside, spread(a, jac_clip(where, 0, k - 1)), 0));
}

/* ---- block_diag ------------------------------------------------------------------------------------------- */

jac jac_block_diag_(const jac_loc *at, jac_handles x)
{
    enum { MOST = 256 };
    unsigned m = rt_begin(at);
    jac in[MOST], rows[MOST];
    ir_type t[MOST];
    int64_t cols = 0, done = 0;
    if (!x.x || x.n < 1 || x.n > MOST) {
        ir_fail("block_diag takes 1 to %d arrays, but is given %lld", MOST,
                (long long)(x.x ? x.n : 0));
        return rt_end(m, JAC_NULL);
    }
    int n = (int)x.n;
    memcpy(in, x.x, (size_t)n * sizeof *in);
    bool ok = rt_promote(n, in, false);
    for (int k = 0; ok && k < n; k++) {
        ok = rt_type_of(in[k], &t[k]);
        if (ok && t[k].rank > 2)
            ok = ir_fail("block_diag takes matrices, but array %d is %s", k, ir_type_tmp(&t[k]));
        int64_t shape[] = {t[k].rank == 2 ? t[k].dim[0] : 1,
                           t[k].rank ? t[k].dim[t[k].rank - 1] : 1};
        ok = ok && jac_ok(in[k] = rt_reshape(in[k], 2, shape)) && rt_type_of(in[k], &t[k]);
        cols += ok ? t[k].dim[1] : 0;
    }
    for (int k = 0; ok && k < n; k++) {
        int64_t none[] = {0, 0}, low[] = {0, done}, high[] = {0, cols - done - t[k].dim[1]};
        ir_attr attr[] = {[PAD_LOW] = {.n = 2, .ints = low},
                          [PAD_HIGH] = {.n = 2, .ints = high},
                          [PAD_INTERIOR] = {.n = 2, .ints = none}};
        rows[k] = rt_emit1(&op_pad, 2, (jac[]){in[k], rt_literal_f64(t[k].dtype, 0)}, attr);
        done += t[k].dim[1];
        ok = jac_ok(rows[k]);
    }
    return rt_end(m, ok ? jac_concatenate(0, JAC_HANDLES(n, rows)) : JAC_NULL);
}

/* ---- formulas --------------------------------------------------------------------------------------------- */

static double binomial(double n, double k)
{
    double c = 1;
    if (k < 0 || k > n)
        return 0;
    for (double j = 0; j < k; j++)
        c = c * (n - j) / (j + 1);
    return round(c);
}

static double sign_of(int64_t k)
{
    return k % 2 ? -1 : 1;
}

static double hilbert(int64_t n, int64_t i, int64_t j)
{
    (void)n;
    return 1 / (double)(i + j + 1);
}

static double invhilbert(int64_t n, int64_t i, int64_t j)
{
    double middle = binomial((double)(i + j), (double)i);
    return sign_of(i + j) * (double)(i + j + 1) * binomial((double)(n + i), (double)(n - j - 1)) *
           binomial((double)(n + j), (double)(n - i - 1)) * middle * middle;
}

static double pascal_lower(int64_t n, int64_t i, int64_t j)
{
    (void)n;
    return binomial((double)i, (double)j);
}

static double pascal(int64_t n, int64_t i, int64_t j)
{
    (void)n;
    return binomial((double)(i + j), (double)i);
}

static double invpascal_lower(int64_t n, int64_t i, int64_t j)
{
    return sign_of(i + j) * pascal_lower(n, i, j);
}

static double invpascal(int64_t n, int64_t i, int64_t j)
{
    double sum = 0;
    for (int64_t k = i > j ? i : j; k < n; k++)
        sum += pascal_lower(n, k, i) * pascal_lower(n, k, j);
    return sign_of(i + j) * sum;
}

static double hadamard(int64_t n, int64_t i, int64_t j)
{
    (void)n;
    return __builtin_parityll((unsigned long long)(i & j)) ? -1 : 1;
}

static double helmert(int64_t n, int64_t i, int64_t j)
{
    if (!i)
        return 1 / sqrt((double)n);
    double length = sqrt((double)i * (double)(i + 1));
    return j < i ? 1 / length : j == i ? -(double)i / length : 0;
}

typedef double formula(int64_t n, int64_t i, int64_t j);

static const struct {
    const char *what, *kind;
    formula *f;
    bool turned; /* of j and i */
    bool later;  /* from row 1 on */
} formulas[] = {{"hilbert", NULL, hilbert, false, false},
                {"invhilbert", NULL, invhilbert, false, false},
                {"pascal", NULL, pascal, false, false},
                {"pascal", "symmetric", pascal, false, false},
                {"pascal", "lower", pascal_lower, false, false},
                {"pascal", "upper", pascal_lower, true, false},
                {"invpascal", NULL, invpascal, false, false},
                {"invpascal", "symmetric", invpascal, false, false},
                {"invpascal", "lower", invpascal_lower, false, false},
                {"invpascal", "upper", invpascal_lower, true, false},
                {"hadamard", NULL, hadamard, false, false},
                {"helmert", NULL, helmert, false, true},
                {"helmert", "full", helmert, false, false}};

static jac from_doubles(int64_t rows, int64_t cols, const double *x)
{
    jac y = jac_array_of(JAC_F64, JAC_SHAPE(rows, cols), (const void *)x);
    return jac_ok(y) ? rt_convert(y, rt_default_float(), false) : JAC_NULL;
}

static bool check_size(const char *what, int64_t n)
{
    enum { MOST = 1 << 15 };
    bool power = n > 0 && !(n & (n - 1));
    if (n < 1 || n > MOST)
        return ir_fail("%s: n must be 1 to %d, but is %lld", what, MOST, (long long)n);
    return power || strcmp(what, "hadamard") ||
           ir_fail("hadamard: n must be a power of 2, but is %lld", (long long)n);
}

jac jac_formula_(const jac_loc *at, const char *what, int64_t n, const char *kind)
{
    unsigned m = rt_begin_as(at, what);
    jac y = JAC_NULL;
    if (!check_size(what, n))
        return rt_end(m, JAC_NULL);
    for (size_t k = 0; k < sizeof formulas / sizeof *formulas; k++) {
        const char *its = formulas[k].kind;
        if (strcmp(formulas[k].what, what) || (its == NULL) != (kind == NULL) ||
            (kind && strcmp(its, kind)))
            continue;
        double *x = ir_new((size_t)(n * n) * sizeof *x);
        for (int64_t i = 0; x && i < n; i++)
            for (int64_t j = 0; j < n; j++)
                x[i * n + j] = formulas[k].turned ? formulas[k].f(n, j, i) : formulas[k].f(n, i, j);
        bool later = formulas[k].later;
        y = x ? from_doubles(n - later, n, x + (later ? n : 0)) : JAC_NULL;
        free(x);
        return rt_end(m, y);
    }
    ir_fail("%s: kind must be \"symmetric\", \"lower\" or \"upper\", but is \"%s\"", what,
            kind ? kind : "NULL");
    return rt_end(m, JAC_NULL);
}

jac jac_dft_(const jac_loc *at, int64_t n, const char *scale)
{
    unsigned m = rt_begin(at);
    bool by_n = scale && !strcmp(scale, "n"), by_root = scale && !strcmp(scale, "sqrtn");
    bool ok = check_size("dft", n);
    if (ok && scale && !by_n && !by_root)
        ok = ir_fail("dft: scale must be NULL, \"n\" or \"sqrtn\", but is \"%s\"", scale);
    double *x = ok ? ir_new(2 * (size_t)(n * n) * sizeof *x) : NULL;
    if (!x)
        return rt_end(m, JAC_NULL);
    double *im = x + n * n, by = by_n ? 1 / (double)n : by_root ? 1 / sqrt((double)n) : 1;
    for (int64_t k = 0; k < n * n; k++) {
        double angle = -2 * M_PI * (double)((k / n) * (k % n) % n) / (double)n;
        x[k] = by * cos(angle);
        im[k] = by * sin(angle);
    }
    jac y = jac_complex(from_doubles(n, n, x), from_doubles(n, n, im));
    free(x);
    return rt_end(m, y);
}

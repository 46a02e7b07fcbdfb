/* Linear algebra: StableHLO's cholesky and triangular_solve, and the calls of LAPACK that JAX makes
 * where it compiles for a CPU.
 *
 * The name of a call is a routine's: lapack_dpotrf_ffi. Its parameters are letters, as numbers of 8
 * bits, in the dictionary backend_config; its results are the routine's, in row-major order, and
 * `info`. A result that LAPACK leaves undefined, such as the memory of an operand, is an operand or
 * zeros here.
 */
#include "exchange/stablehlo/build.h"
#include "ops/linalg/linalg.h"

/* ---- operations ------------------------------------------------------------------------------------ */

static ir_value *cholesky(ir_graph *g, ir_value *a, bool lower, ir_value **info)
{
    ir_attr attr[LINALG_NATTR] = {0};
    a = lower ? a : matrix_h(g, a);
    ir_value **made = ir_emit(g, &op_cholesky, 1, &a, attr);
    *info = made ? made[1] : NULL;
    return made ? lower ? made[0] : matrix_h(g, made[0]) : NULL;
}

bool hlo_emit_cholesky(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                       ir_value **y)
{
    (void)row;
    ir_value *info;
    return (y[0] = cholesky(f->g, x[0], hlo_int_or(op, "lower", 0), &info)) != NULL;
}

/* A narrow float is solved in f32. */
bool hlo_emit_triangular_solve(hlo_frame *f, const hlo_op *op, const hlo_row *row,
                               ir_value *const *x, ir_value **y)
{
    (void)row;
    hlo_text transpose = hlo_read_word(op, "transpose_a");
    ir_dtype d = x[0]->type.dtype;
    triangular_options o = {.left = hlo_int_or(op, "left_side", 0),
                            .lower = hlo_int_or(op, "lower", 0),
                            .unit = hlo_int_or(op, "unit_diagonal", 0),
                            .transpose = transpose.n && !hlo_is(transpose, "NO_TRANSPOSE"),
                            .conjugate = hlo_is(transpose, "ADJOINT")};
    ir_value *a = b_convert(f->g, x[0], ir_compute(d)), *b = b_convert(f->g, x[1], ir_compute(d));
    return (y[0] = b_convert(f->g, b_triangular_solve(f->g, a, b, o), d)) != NULL;
}

/* ---- calls ------------------------------------------------------------------------------------------ */

typedef struct {
    hlo_frame *f;
    const hlo_op *op;
    const hlo_attr *options; /* NULL: there are none */
    ir_value *const *x;
    ir_value **y;
} call;

static int64_t option(const call *c, const char *key, int64_t otherwise)
{
    const hlo_attr *a = c->options ? hlo_find(c->options, key) : NULL;
    return a && (a->kind == HLO_INT || a->kind == HLO_BOOL) ? a->i : otherwise;
}

/* Emits op; false with an error if that fails. */
static ir_value **emit(const call *c, const ir_op *op, int n, const ir_attr *attr)
{
    static const ir_attr none[IR_MAX_ATTRS];
    return ir_emit(c->f->g, op, n, c->x, attr ? attr : none);
}

static ir_value *zeros(const call *c, int k)
{
    return ir_zeros(c->f->g, hlo_result(c->op, k));
}

static bool potrf(const call *c)
{
    bool lower = option(c, "uplo", 'L') == 'L';
    ir_graph *g = c->f->g;
    ir_value *rest = lower ? matrix_upper(g, c->x[0], 1) : matrix_lower(g, c->x[0], -1);
    ir_value *factor = cholesky(g, c->x[0], lower, &c->y[1]);
    return (c->y[0] = b_add(g, factor, rest)) != NULL; /* the other triangle stays */
}

static bool getrf(const call *c)
{
    ir_value **made = emit(c, &op_lu, 1, NULL);
    if (!made)
        return false;
    c->y[0] = made[0];
    c->y[1] = b_add(c->f->g, made[1], b_const(c->f->g, made[1], 1));
    c->y[2] = made[3];
    return c->y[1] != NULL;
}

static bool geqrf(const call *c)
{
    return ir_results(emit(c, &op_geqrf, 1, NULL), 2, c->y);
}

static bool geqp3(const call *c)
{
    return ir_results(emit(c, &op_geqp3, 2, NULL), 3, c->y);
}

static bool orgqr(const call *c)
{
    return ir_results(emit(c, &op_householder_product, 2, NULL), 1, c->y);
}

static bool ormqr(const call *c)
{
    ir_attr attr[ORMQR_NATTR] = {[ORMQR_LEFT] = {.i = option(c, "left", 1)},
                                 [ORMQR_TRANSPOSE] = {.i = option(c, "transpose", 0)}};
    return ir_results(emit(c, &op_ormqr, 3, attr), 1, c->y);
}

static bool gesdd(const call *c)
{
    int64_t mode = option(c, "mode", 'A');
    bool vectors = mode != 'N';
    ir_attr attr[SVD_NATTR] = {[SVD_FULL] = {.i = mode == 'A'}, [SVD_VECTORS] = {.i = vectors}};
    ir_value **made = emit(c, &op_svd, 1, attr);
    if (!made)
        return false;
    c->y[0] = c->x[0];
    c->y[1] = made[0];
    c->y[2] = vectors ? made[1] : zeros(c, 2);
    c->y[3] = vectors ? made[2] : zeros(c, 3);
    c->y[4] = made[vectors ? 3 : 1];
    return c->y[2] && c->y[3];
}

static bool syevd(const call *c)
{
    bool vectors = option(c, "mode", 'V') == 'V';
    ir_attr attr[EIGH_NATTR] = {
        [EIGH_LOWER] = {.i = option(c, "uplo", 'L') == 'L'}, [EIGH_VECTORS] = {.i = vectors}};
    ir_value **made = emit(c, &op_eigh, 1, attr);
    if (!made)
        return false;
    c->y[0] = vectors ? made[0] : c->x[0];
    c->y[1] = made[vectors];
    c->y[2] = made[vectors + 1];
    return true;
}

/* Writes a complex result as LAPACK does: of a real matrix, as its two parts. Returns how many. */
static int split(const call *c, ir_value *w, bool real, int k)
{
    c->y[k] = real ? b_real(c->f->g, w) : w;
    if (real)
        c->y[k + 1] = b_imag(c->f->g, w);
    return real ? 2 : 1;
}

static bool geev(const call *c)
{
    bool real = ir_is_float(c->x[0]->type.dtype);
    bool left = option(c, "compute_left", 'N') == 'V',
         right = option(c, "compute_right", 'N') == 'V';
    ir_attr attr[EIG_NATTR] = {[EIG_LEFT] = {.i = left}, [EIG_RIGHT] = {.i = right}};
    ir_value **made = emit(c, &op_eig, 1, attr);
    if (!made)
        return false;
    int k = split(c, made[0], real, 0);
    c->y[k] = left ? made[1] : zeros(c, k);
    c->y[k + 1] = right ? made[1 + left] : zeros(c, k + 1);
    c->y[k + 2] = made[1 + left + right];
    return c->y[0] && c->y[k] && c->y[k + 1];
}

/* The eigenvalues of a real Schur form: of a block of 2 x 2, whose diagonal has two equal elements,
 * the imaginary parts are the roots of the product of the others. */
static ir_value *imaginary_parts(ir_graph *g, ir_value *t)
{
    int64_t n = t ? matrix_n(t) : 0, low[IR_MAX_RANK] = {0}, high[IR_MAX_RANK] = {0};
    if (n < 2)
        return t ? matrix_diagonal(g, b_const(g, t, 0)) : NULL;
    ir_value *below = matrix_diagonal(g, matrix_block(g, t, 1, n, 0, n - 1));
    ir_value *above = matrix_diagonal(g, matrix_block(g, t, 0, n - 1, 1, n));
    ir_value *zero = below ? b_const(g, below, 0) : NULL;
    ir_value *size = b_mul(g, b_sqrt(g, b_abs(g, below)), b_sqrt(g, b_abs(g, above)));
    size = b_select(g, b_ne(g, below, zero), size, zero);
    if (!size)
        return NULL;
    int last = size->type.rank - 1;
    ir_value *fill = ir_literal(g, size->type.dtype, ir_scalar_of(size->type.dtype, 0), false);
    high[last] = 1;
    ir_value *first = b_pad(g, size, fill, low, high, NULL);
    high[last] = 0;
    low[last] = 1;
    return b_sub(g, first, b_pad(g, size, fill, low, high, NULL));
}

static bool gees(const call *c)
{
    bool real = ir_is_float(c->x[0]->type.dtype), vectors = option(c, "mode", 'V') == 'V';
    ir_attr attr[SCHUR_NATTR] = {[SCHUR_VECTORS] = {.i = vectors}};
    if (option(c, "sort", 'N') != 'N')
        return hlo_unsupported(c->f, c->op, "with sorted eigenvalues");
    ir_value **made = emit(c, &op_schur, 1, attr);
    if (!made)
        return false;
    int k = 2;
    c->y[0] = made[0];
    c->y[1] = vectors ? made[1] : zeros(c, 1);
    c->y[k++] = matrix_diagonal(c->f->g, made[0]);
    if (real)
        c->y[k++] = imaginary_parts(c->f->g, made[0]);
    c->y[k] = zeros(c, k); /* how many were chosen by sorting */
    c->y[k + 1] = made[1 + vectors];
    return c->y[1] && c->y[2] && c->y[k - 1] && c->y[k];
}

static bool gehrd(const call *c)
{
    const ir_type *t = &c->x[0]->type;
    int64_t n = t->rank ? t->dim[t->rank - 1] : 0;
    if (option(c, "low", 1) != 1 || option(c, "high", n) != n)
        return hlo_unsupported(c->f, c->op, "of a part of the matrix");
    return ir_results(emit(c, &op_hessenberg, 1, NULL), 3, c->y);
}

static bool sytrd(const call *c)
{
    ir_attr attr[TRIDIAGONAL_NATTR] = {[TRIDIAGONAL_LOWER] = {.i = option(c, "uplo", 'L') == 'L'}};
    return ir_results(emit(c, &op_tridiagonal, 1, attr), 5, c->y);
}

static bool gtsv(const call *c)
{
    ir_value **made = emit(c, &op_tridiagonal_solve, 4, NULL);
    for (int k = 0; k < 3; k++)
        c->y[k] = c->x[k];
    return ir_results(made, 2, c->y + 3);
}

static bool trsm(const call *c)
{
    int64_t transpose = option(c, "trans_x", 'N');
    triangular_options o = {.left = option(c, "side", 'L') == 'L',
                            .lower = option(c, "uplo", 'L') == 'L',
                            .unit = option(c, "diag", 'N') == 'U',
                            .transpose = transpose != 'N',
                            .conjugate = transpose == 'C'};
    return (c->y[0] = b_triangular_solve(c->f->g, c->x[0], c->x[1], o)) != NULL;
}

/* Results of real matrices, and of complex ones. */
static const struct {
    const char *name;
    bool (*emit)(const call *c);
    int noperand, nreal, ncomplex;
} calls[] = {
    {"potrf", potrf, 1, 2, 2}, {"getrf", getrf, 1, 3, 3}, {"geqrf", geqrf, 1, 2, 2},
    {"geqp3", geqp3, 2, 3, 3}, {"orgqr", orgqr, 2, 1, 1}, {"ungqr", orgqr, 2, 1, 1},
    {"ormqr", ormqr, 3, 1, 1}, {"unmqr", ormqr, 3, 1, 1}, {"gesdd", gesdd, 1, 5, 5},
    {"gesvd", gesdd, 1, 5, 5}, {"syevd", syevd, 1, 3, 3}, {"heevd", syevd, 1, 3, 3},
    {"geev", geev, 1, 5, 4},   {"gees", gees, 1, 6, 5},   {"gehrd", gehrd, 1, 3, 3},
    {"sytrd", sytrd, 1, 5, 5}, {"hetrd", sytrd, 1, 5, 5}, {"gtsv", gtsv, 4, 5, 5},
    {"trsm", trsm, 2, 1, 1},
};

bool hlo_emit_lapack(hlo_frame *f, const hlo_op *op, hlo_text target, ir_value *const *x,
                     ir_value **y, bool *known)
{
    static const char prefix[] = "lapack_", suffix[] = "_ffi";
    size_t before = sizeof prefix - 1, after = sizeof suffix - 1;
    call c = {f, op, hlo_find(&op->attrs, "mhlo.backend_config"), x, y};
    *known = false;
    if (target.n < before + 1 + after || memcmp(target.at, prefix, before) ||
        memcmp(target.at + target.n - after, suffix, after) ||
        !memchr("sdcz", target.at[before], 4))
        return true;
    hlo_text routine = {target.at + before + 1, target.n - before - 1 - after};
    if (c.options && c.options->kind != HLO_DICT)
        c.options = NULL;
    for (size_t k = 0; k < sizeof calls / sizeof *calls; k++)
        if (hlo_is(routine, calls[k].name)) {
            *known = true;
            if (op->noperand != calls[k].noperand)
                return hlo_op_fail(f, op, "%d operands are expected", calls[k].noperand);
            bool real = ir_is_float(x[0]->type.dtype);
            int n = real ? calls[k].nreal : calls[k].ncomplex;
            if (op->nresult != n)
                return hlo_op_fail(f, op, "%d results are expected", n);
            return calls[k].emit(&c);
        }
    return true;
}

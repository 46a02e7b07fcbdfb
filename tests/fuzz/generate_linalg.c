/* Random equations of the primitives on matrices. Their operands are made so that a small change
 * does little: matrices with a strong diagonal whose elements are apart, so eigenvalues and
 * singular values are real and apart. Vectors whose sign is free are squared. */
#include <string.h>

#include "ops/ops.h"
#include "tests/fuzz/generate.h"

static gen_value scaled(scope *s, gen_value x, double by)
{
    return gen_two(s, &op_mul, x, gen_constant(s, &x.v->type, by));
}

static gen_value iota(scope *s, const ir_type *t, int dimension)
{
    ir_attr attr[] = {[IOTA_DTYPE] = {.i = t->dtype},
                      [IOTA_SHAPE] = {.n = t->rank, .ints = t->dim},
                      [IOTA_DIMENSION] = {.i = dimension}};
    gen_value *made = gen_emit(s, &op_iota, 0, NULL, attr);
    return made ? *made : gen_constant(s, t, 0);
}

static gen_value small(scope *s, const ir_type *t)
{
    return scaled(s, gen_within(s, gen_of_type(s, t), -1, 1), 0.2);
}

/* Small numbers, with 2, 3.5, 5 ... added on the diagonal. */
static gen_value matrix(scope *s, const ir_type *t)
{
    gen_value row = iota(s, t, t->rank - 2), col = iota(s, t, t->rank - 1);
    gen_value size = gen_two(s, &op_add, scaled(s, row, 1.5), gen_constant(s, t, 2));
    gen_value eye = gen_of_dtype(s, gen_two(s, &op_eq, row, col), t->dtype);
    return gen_two(s, &op_add, small(s, t), gen_two(s, &op_mul, eye, size));
}

static gen_value turned(scope *s, gen_value x)
{
    int64_t permutation[IR_MAX_RANK];
    int rank = x.v->type.rank;
    for (int d = 0; d < rank; d++)
        permutation[d] = d < rank - 2 ? d : 2 * rank - 3 - d;
    ir_attr attr[] = {[TRANSPOSE_PERMUTATION] = {.n = rank, .ints = permutation}};
    return gen_apply(s, "transpose", 1, &x, attr);
}

static gen_value symmetric(scope *s, const ir_type *t)
{
    gen_value x = matrix(s, t);
    return scaled(s, gen_two(s, &op_add, x, turned(s, x)), 0.5);
}

static ir_type with_columns(ir_type t, int64_t n)
{
    t.dim[t.rank - 1] = n;
    return t;
}

static ir_type vector_of(ir_type t)
{
    t.rank--;
    return t;
}

static void square_result(scope *s, const gen_value *made, int k)
{
    if (made && !s->gen->broken)
        gen_one(s, &op_square, made[k]);
}

static void triangular_solve(scope *s, fuzz_rng *r, const ir_type *t)
{
    ir_attr attr[TRIANGULAR_SOLVE_NATTR] = {0};
    for (int k = TRIANGULAR_SOLVE_LEFT; k < TRIANGULAR_SOLVE_NATTR; k++)
        attr[k].i = fuzz_below(r, 2);
    ir_type b = *t;
    b.dim[b.rank - (attr[TRIANGULAR_SOLVE_LEFT].i ? 1 : 2)] = 1 + fuzz_below(r, 4);
    gen_value x[] = {matrix(s, t), small(s, &b)};
    gen_emit(s, &op_triangular_solve, 2, x, attr);
}

static void lu(scope *s, fuzz_rng *r, const ir_type *t)
{
    ir_attr plain[LINALG_NATTR] = {0};
    ir_attr attr[LU_SOLVE_NATTR] = {[LU_SOLVE_TRANSPOSE] = {.i = fuzz_below(r, 2)}};
    ir_type b = with_columns(*t, 1 + fuzz_below(r, 3));
    gen_value a = matrix(s, t), *made = gen_emit(s, &op_lu, 1, &a, plain);
    if (made)
        gen_emit(s, &op_lu_solve, 4, (gen_value[]){a, made[0], made[2], small(s, &b)}, attr);
}

static void tridiagonal_solve(scope *s, fuzz_rng *r, const ir_type *t)
{
    ir_attr plain[LINALG_NATTR] = {0};
    ir_type v = vector_of(*t), b = with_columns(*t, 1 + fuzz_below(r, 3));
    gen_value d = gen_two(s, &op_add, small(s, &v), gen_constant(s, &v, 2));
    gen_value x[] = {small(s, &v), d, small(s, &v), small(s, &b)};
    gen_emit(s, &op_tridiagonal_solve, 4, x, plain);
}

void gen_matrices(scope *s)
{
    enum { KINDS = 9 };
    fuzz_rng *r = &s->gen->rng;
    ir_dtype d = gen_float(s->gen);
    int64_t n = 1 + fuzz_below(r, 4);
    ir_type t = ir_type_make(d, 2, (int64_t[]){n, n});
    ir_attr attr[IR_MAX_ATTRS] = {0};
    if ((d != IR_f32 && d != IR_f64) || s->gen->wild)
        return;
    if (fuzz_chance(r, 30))
        t = ir_type_make(d, 3, (int64_t[]){2, n, n});
    ir_type v = vector_of(t), c = with_columns(t, 1 + fuzz_below(r, 3));
    gen_value a;
    switch (fuzz_below(r, KINDS)) {
    case 0:
        a = symmetric(s, &t);
        gen_emit(s, &op_cholesky, 1, &a, attr);
        break;
    case 1:
        triangular_solve(s, r, &t);
        break;
    case 2:
        lu(s, r, &t);
        break;
    case 3:
        attr[QR_FULL].i = fuzz_below(r, 2);
        a = matrix(s, &t);
        gen_emit(s, &op_qr, 1, &a, attr);
        break;
    case 4:
        attr[EIGH_LOWER].i = fuzz_below(r, 2);
        attr[EIGH_VECTORS].i = fuzz_below(r, 2);
        a = symmetric(s, &t);
        square_result(s, gen_emit(s, &op_eigh, 1, &a, attr), 0);
        break;
    case 5:
        attr[SVD_VECTORS].i = fuzz_below(r, 2);
        a = matrix(s, &t);
        square_result(s, gen_emit(s, &op_svd, 1, &a, attr), attr[SVD_VECTORS].i ? 1 : 0);
        break;
    case 6: {
        gen_value x[] = {matrix(s, &t), matrix(s, &t), small(s, &t)};
        gen_emit(s, &op_sylvester, 3, x, attr);
        break;
    }
    case 7: {
        gen_value x[] = {matrix(s, &t), small(s, &v)};
        gen_emit(s, &op_cholesky_update, 2, x, attr);
        break;
    }
    default:
        tridiagonal_solve(s, r, &c);
    }
}

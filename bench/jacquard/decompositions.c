/* Row 24: decompositions and solutions, with gradients, of one matrix and of batches. The loss does
 * not depend on the signs of vectors. */
#include "bench/jacquard/inputs.h"

/* A number that depends on all elements. */
static jac weighed(jac x)
{
    return jac_sum(jac_mul(
        x, jac_cos(jac_reshape(jac_astype(jac_arange(jac_size(x)), JAC_F64), jac_shape(x)))));
}

/* x, and n on the diagonal; and symmetric. */
static jac with_diagonal(jac x)
{
    int64_t n = jac_dim(x, -1);
    return jac_add(x, jac_mul(jac_eye(n, JAC_F64), (double)n));
}

static jac symmetric(jac x)
{
    return with_diagonal(jac_mul(0.5, jac_add(x, jac_swapaxes(x, -1, -2))));
}

JAC_DEF(jac, cholesky, (jac, x))
{
    return weighed(jac_cholesky(symmetric(x)));
}

JAC_DEF(jac, solution, (jac, x), (jac, b))
{
    return weighed(jac_solve(with_diagonal(x), b));
}

JAC_DEF(jac, lu, (jac, x))
{
    return weighed(jac_lu_factor(with_diagonal(x)).lu);
}

JAC_DEF(jac, qr, (jac, x))
{
    return weighed(jac_qr(with_diagonal(x)).r);
}

JAC_DEF(jac, eigh, (jac, x))
{
    jac_eigh_result e = jac_eigh(symmetric(x));
    return jac_add(weighed(e.values), weighed(jac_square(e.vectors)));
}

JAC_DEF(jac, svd, (jac, x))
{
    jac_svd_result d = jac_svd(with_diagonal(x), .reduced = true);
    return jac_add(weighed(d.s), weighed(jac_square(d.u)));
}

enum { MANY = 1000 };

#define MAKE(name, many)                                                                           \
    static void make_##name##_##many(int64_t n, jq_case *c)                                        \
    {                                                                                              \
        jac_enable_x64(true);                                                                      \
        c->args[0] = many ? inputs_f64(JAC_SHAPE(MANY, n, n), 21, -1, 1)                           \
                          : inputs_f64(JAC_SHAPE(n, n), 21, -1, 1);                                \
        c->nresults = 2;                                                                           \
        c->f = jac_jit(jac_value_and_grad(name##_fn));                                             \
    }
#define DECOMPOSITIONS(X) X(cholesky) X(lu) X(qr) X(eigh) X(svd)
#define BOTH(name)        MAKE(name, 0) MAKE(name, 1)
DECOMPOSITIONS(BOTH)

static void make_solve(int64_t n, jq_case *c)
{
    jac_enable_x64(true);
    c->args[0] = inputs_f64(JAC_SHAPE(n, n), 21, -1, 1);
    c->args[1] = inputs_f64(JAC_SHAPE(n), 22, -1, 1);
    c->nresults = 3;
    c->f = jac_jit(jac_value_and_grad(solution_fn, 0, 1));
}

static void make_solve_many(int64_t n, jq_case *c)
{
    jac_enable_x64(true);
    c->args[0] = inputs_f64(JAC_SHAPE(MANY, n, n), 21, -1, 1);
    c->args[1] = inputs_f64(JAC_SHAPE(MANY, n, 1), 22, -1, 1);
    c->nresults = 3;
    c->f = jac_jit(jac_value_and_grad(solution_fn, 0, 1));
}

#define ROWS(name) {#name, make_##name##_0}, {#name "_many", make_##name##_1},
const jq_work jq_decompositions[] = {
    DECOMPOSITIONS(ROWS){"solve", make_solve}, {"solve_many", make_solve_many}, {0}};

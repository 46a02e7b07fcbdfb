/* Functions of a matrix: powers, the exponential, the square root. */
#include <math.h>
#include <string.h>

#include "runtime/linalg/linalg.h"

/* ---- powers ------------------------------------------------------------------------------------------------ */

jac jac_matrix_power_(const jac_loc *at, jac a, int64_t n)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac y = JAC_NULL;
    if (!la_square("matrix_power", &a, &t))
        return rt_end(m, JAC_NULL);
    if (n == 0)
        return rt_end(m, la_eye_like(a));
    if (n < 0)
        a = la_solve(a, la_eye_like(a), NULL);
    for (uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n; left && jac_ok(a); left >>= 1) {
        if (left & 1)
            y = jac_ok(y) ? jac_matmul(y, a) : a;
        if (left > 1)
            a = jac_matmul(a, a);
    }
    return rt_end(m, y);
}

/* ---- the exponential ------------------------------------------------------------------------------------------ */

/* The coefficients of the numerators of Padé approximations, by degree (N. Higham 2005). */
static const double pade3[] = {120, 60, 12, 1};
static const double pade5[] = {30240, 15120, 3360, 420, 30, 1};
static const double pade7[] = {17297280, 8648640, 1995840, 277200, 25200, 1512, 56, 1};
static const double pade9[] = {17643225600, 8821612800, 2075673600, 302702400, 30270240,
                               2162160,     110880,     3960,       90,        1};
static const double pade13[] = {64764752532480000,
                                32382376266240000,
                                7771770303897600,
                                1187353796428800,
                                129060195264000,
                                10559470521600,
                                670442572800,
                                33522128640,
                                1323241920,
                                40840800,
                                960960,
                                16380,
                                182,
                                1};

/* c[0] + c[2] x^2 + ... with the even powers p[0] = 1, p[1] = x^2, ... of a matrix, n terms. */
static jac terms(const double *c, int n, const jac *p)
{
    jac sum = JAC_NULL;
    for (int k = 0; k < n; k++) {
        jac term = jac_mul(p[k], c[2 * k]);
        sum = jac_ok(sum) ? jac_add(sum, term) : term;
    }
    return sum;
}

/* u and v with e^a about (v + u) / (v - u). */
static bool pade(jac a, int degree, const double *b, jac *u, jac *v)
{
    jac p[5] = {la_eye_like(a), jac_matmul(a, a)};
    int known = degree == 13 ? 4 : degree / 2 + 1;
    for (int k = 2; k < known && jac_ok(p[k - 1]); k++)
        p[k] = jac_matmul(p[k - 1], p[1]);
    if (!jac_ok(p[known - 1]))
        return false;
    *v = terms(b, known, p);
    *u = terms(b + 1, known, p);
    if (degree == 13) {
        *v = jac_add(*v, jac_matmul(p[3], terms(b + 8, 3, p + 1)));
        *u = jac_add(*u, jac_matmul(p[3], terms(b + 9, 3, p + 1)));
    }
    *u = jac_matmul(a, *u);
    return jac_ok(*u) && jac_ok(*v);
}

typedef struct {
    jac u, v;
} numerator;

#define APPROXIMATIONS(X) X(3) X(5) X(7) X(9) X(13)
#define X(degree)                                                                                  \
    static numerator of_degree_##degree(jac a)                                                     \
    {                                                                                              \
        numerator n = {JAC_NULL, JAC_NULL};                                                        \
        pade(a, degree, pade##degree, &n.u, &n.v);                                                 \
        return n;                                                                                  \
    }                                                                                              \
    JAC_FN(of_degree_##degree, numerator, (jac, a))
APPROXIMATIONS(X)
#undef X

static jac squared(jac x)
{
    return jac_matmul(x, x);
}
JAC_FN(squared, jac, (jac, x))
static jac same(jac x)
{
    return x;
}
JAC_FN(same, jac, (jac, x))

/* The largest norms that the approximations suit, but for the last one. */
static const double narrow_bounds[] = {4.258730016922831e-001, 1.880152677804762e+000};
static const double wide_bounds[] = {1.495585217958292e-002, 2.539398330063230e-001,
                                     9.504178996162932e-001, 2.097847961257068e+000};

/* A matrix is approximated as its norm wants. Of a batch, each is in all ways, and one is chosen.
 */
static bool approximate(jac a, jac norm, bool batch, bool wide, numerator *n)
{
#define X(degree) of_degree_##degree##_fn,
    const jac_fn all[] = {APPROXIMATIONS(X)};
#undef X
    const double *bounds = wide ? wide_bounds : narrow_bounds;
    int count = wide ? 5 : 3;
    if (!batch) {
        jac index = jac_asarray(0);
        for (int k = 0; k < count - 1; k++)
            index = jac_add(index, jac_astype(jac_ge(norm, bounds[k]), JAC_I32));
        return jac_ok(index) && jac_switch_(JAC_AT, index, count, all, JAC_IN_(&a), JAC_OUT_(n));
    }
    if (!jac_call(all[count - 1], &a, n))
        return false;
    for (int k = count - 2; k >= 0; k--) {
        numerator other;
        jac suits = la_column(la_column(jac_lt(norm, bounds[k])));
        if (!jac_call(all[k], &a, &other))
            return false;
        n->u = jac_where(suits, other.u, n->u);
        n->v = jac_where(suits, other.v, n->v);
    }
    return jac_ok(n->u) && jac_ok(n->v);
}

static jac expm(jac a, const ir_type *t)
{
    enum { MOST_SQUARINGS = 16 };
    bool wide = ir_part(t->dtype) == IR_f64, batch = t->rank > 2;
    double largest = wide ? 5.371920351148152 : 3.925724783138660;
    numerator n = {JAC_NULL, JAC_NULL};
    jac norm = jac_stop_gradient(jac_max(jac_sum(jac_abs(a), -2), -1));
    jac squarings = jac_maximum(jac_floor(jac_log2(jac_div(norm, largest))), 0);
    if (!jac_ok(squarings))
        return JAC_NULL;
    jac scaled = jac_mul(a, la_column(la_column(jac_exp2(jac_neg(squarings)))));
    if (!jac_ok(scaled) || !approximate(scaled, norm, batch, wide, &n))
        return JAC_NULL;
    jac y = la_solve(jac_sub(n.v, n.u), jac_add(n.v, n.u), NULL);
    for (int k = 0; k < MOST_SQUARINGS && jac_ok(y); k++) {
        jac more = jac_gt(squarings, k);
        y = batch ? jac_where(la_column(la_column(more)), squared(y), y)
                  : jac_cond1(more, squared_fn, same_fn, y);
    }
    jac too_many = la_column(la_column(jac_gt(squarings, (int)MOST_SQUARINGS)));
    return jac_ok(y) ? jac_where(too_many, NAN, y) : JAC_NULL;
}

jac jac_expm_(const jac_loc *at, jac a)
{
    unsigned m = rt_begin(at);
    ir_type t;
    return rt_end(m, la_square("expm", &a, &t) ? t.dim[t.rank - 1] ? expm(a, &t) : a : JAC_NULL);
}

/* The exponential of [[a, e], [0, a]] has the derivative in its upper right block. */
jac_expm_frechet_result jac_expm_frechet_(const jac_loc *at, jac a, jac e)
{
    unsigned m = rt_begin(at);
    jac x[] = {a, e}, y[2] = {JAC_NULL, JAC_NULL};
    ir_type t[2];
    const int rank[] = {2, 2};
    bool ok = la_operands("expm_frechet", 2, x, rank, t);
    if (ok && (t[0].dim[t[0].rank - 1] != t[0].dim[t[0].rank - 2] ||
               t[1].dim[t[1].rank - 1] != t[0].dim[t[0].rank - 1] ||
               t[1].dim[t[1].rank - 2] != t[0].dim[t[0].rank - 1]))
        ok = ir_fail("expm_frechet takes two square matrices of one size, but is given %s and %s",
                     ir_type_tmp(&t[0]), ir_type_tmp(&t[1]));
    ok = ok && la_broadcast("expm_frechet", 2, x, rank) && rt_type_of(x[0], &t[0]);
    if (ok) {
        int64_t n = t[0].dim[t[0].rank - 1];
        jac upper = jac_concatenate(-1, x[0], x[1]);
        jac lower = jac_concatenate(-1, jac_zeros_like(x[0]), x[0]);
        jac whole = jac_concatenate(-2, upper, lower);
        jac both =
            jac_ok(whole) && rt_type_of(whole, &t[1]) ? n ? expm(whole, &t[1]) : whole : JAC_NULL;
        y[0] = la_block(both, 0, n, 0, n);
        y[1] = la_block(both, 0, n, n, 2 * n);
        ok = jac_ok(y[0]) && jac_ok(y[1]);
    }
    ok = rt_end_tree(m, ok ? 2 : 0, y) && ok;
    return ok ? (jac_expm_frechet_result){y[0], y[1]}
              : (jac_expm_frechet_result){JAC_NULL, JAC_NULL};
}

/* ---- the square root ------------------------------------------------------------------------------------------ */

jac jac_sqrtm_(const jac_loc *at, jac a)
{
    unsigned m = rt_begin(at);
    ir_type t;
    jac y[2] = {JAC_NULL, JAC_NULL};
    ir_attr attr[LINALG_NATTR] = {0};
    bool ok = la_square("sqrtm", &a, &t) && rt_emit(&op_sqrtm, 1, &a, attr, 2, y);
    return rt_end(m, ok ? y[0] : JAC_NULL);
}

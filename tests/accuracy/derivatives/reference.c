/* The true first and second derivatives of the primitives, as formulas over MPFR numbers. */
#include <stdlib.h>

#include "derivatives.h"

/* ---- numbers ---------------------------------------------------------------------------------- */

/* 1 - x^2 is exact for a double x. */
enum { BITS = 192, NUMBERS = 64 };

static mpfr_t pool[NUMBERS];
static int used, made;

static mpfr_ptr fresh(void)
{
    if (used == NUMBERS)
        abort();
    if (used == made)
        mpfr_init2(pool[made++], BITS);
    return pool[used++];
}

void ref_begin(void)
{
    used = 0;
}

mpfr_ptr ref_number(double x)
{
    mpfr_ptr y = fresh();
    mpfr_set_d(y, x, MPFR_RNDN);
    return y;
}

typedef mpfr_srcptr num;

#define UNARY(name, f)                                                                             \
    static num name(num x)                                                                         \
    {                                                                                              \
        mpfr_ptr y = fresh();                                                                      \
        f(y, x, MPFR_RNDN);                                                                        \
        return y;                                                                                  \
    }
#define BINARY(name, f)                                                                            \
    static num name(num x, num z)                                                                  \
    {                                                                                              \
        mpfr_ptr y = fresh();                                                                      \
        f(y, x, z, MPFR_RNDN);                                                                     \
        return y;                                                                                  \
    }
UNARY(neg, mpfr_neg)
UNARY(sqr, mpfr_sqr)
UNARY(root, mpfr_sqrt)
UNARY(cube_root, mpfr_cbrt)
UNARY(e_to, mpfr_exp)
UNARY(two_to, mpfr_exp2)
UNARY(ln, mpfr_log)
UNARY(sine, mpfr_sin)
UNARY(cosine, mpfr_cos)
UNARY(tangent, mpfr_tan)
UNARY(sinh_of, mpfr_sinh)
UNARY(cosh_of, mpfr_cosh)
UNARY(tanh_of, mpfr_tanh)
UNARY(erf_inverse, ref_erf_inv)
BINARY(plus, mpfr_add)
BINARY(minus, mpfr_sub)
BINARY(times, mpfr_mul)
BINARY(over, mpfr_div)
BINARY(power, mpfr_pow)

static num n(double c)
{
    return ref_number(c);
}

static num inverse(num x)
{
    return over(n(1), x);
}

static num scaled(double c, num x)
{
    return times(n(c), x);
}

/* 2 / sqrt(pi) */
static num erf_factor(void)
{
    mpfr_ptr pi = fresh();
    mpfr_const_pi(pi, MPFR_RNDN);
    return over(n(2), root(pi));
}

/* ---- formulas --------------------------------------------------------------------------------- */

/* name, first and second derivative. Each is called as d1(x) and d2(x). */
#define FORMULA(name, first, second)                                                               \
    num ref_##name##_1(num x)                                                                      \
    {                                                                                              \
        return first;                                                                              \
    }                                                                                              \
    num ref_##name##_2(num x)                                                                      \
    {                                                                                              \
        return second;                                                                             \
    }

static num one_less_square(num x)
{
    return minus(n(1), sqr(x));
}

static num one_more_square(num x)
{
    return plus(n(1), sqr(x));
}

static num square_less_one(num x)
{
    return minus(sqr(x), n(1));
}

/* 1 / (x sqrt(x)) */
static num to_minus_3_halves(num x)
{
    return inverse(times(x, root(x)));
}

static num logistic_slope(num x)
{
    return inverse(sqr(scaled(2, cosh_of(scaled(0.5, x)))));
}

static num bell(num x)
{
    return times(erf_factor(), e_to(neg(sqr(x))));
}

static num erf_inv_slope(num x)
{
    return over(e_to(sqr(erf_inverse(x))), erf_factor());
}

FORMULA(exp, e_to(x), e_to(x))
FORMULA(exp2, times(ln(n(2)), two_to(x)), times(sqr(ln(n(2))), two_to(x)))
FORMULA(expm1, e_to(x), e_to(x))
FORMULA(logistic, logistic_slope(x), neg(times(logistic_slope(x), tanh_of(scaled(0.5, x)))))
FORMULA(log, inverse(x), neg(inverse(sqr(x))))
FORMULA(log1p, inverse(plus(n(1), x)), neg(inverse(sqr(plus(n(1), x)))))
FORMULA(sin, cosine(x), neg(sine(x)))
FORMULA(cos, neg(sine(x)), neg(cosine(x)))
FORMULA(tan, inverse(sqr(cosine(x))), scaled(2, over(tangent(x), sqr(cosine(x)))))
FORMULA(asin, inverse(root(one_less_square(x))), times(x, to_minus_3_halves(one_less_square(x))))
FORMULA(acos, neg(inverse(root(one_less_square(x)))),
        neg(times(x, to_minus_3_halves(one_less_square(x)))))
FORMULA(atan, inverse(one_more_square(x)), scaled(-2, over(x, sqr(one_more_square(x)))))
FORMULA(sinh, cosh_of(x), sinh_of(x))
FORMULA(cosh, sinh_of(x), cosh_of(x))
FORMULA(tanh, inverse(sqr(cosh_of(x))), scaled(-2, over(tanh_of(x), sqr(cosh_of(x)))))
FORMULA(asinh, inverse(root(one_more_square(x))),
        neg(times(x, to_minus_3_halves(one_more_square(x)))))
FORMULA(acosh, inverse(root(square_less_one(x))),
        neg(times(x, to_minus_3_halves(square_less_one(x)))))
FORMULA(atanh, inverse(one_less_square(x)), scaled(2, over(x, sqr(one_less_square(x)))))
FORMULA(sqrt, scaled(0.5, inverse(root(x))), scaled(-0.25, to_minus_3_halves(x)))
FORMULA(rsqrt, scaled(-0.5, to_minus_3_halves(x)), scaled(0.75, over(to_minus_3_halves(x), x)))
FORMULA(cbrt, over(n(1), scaled(3, sqr(cube_root(x)))),
        over(n(-2), scaled(9, times(x, sqr(cube_root(x))))))
FORMULA(erf, bell(x), scaled(-2, times(x, bell(x))))
FORMULA(erfc, neg(bell(x)), scaled(2, times(x, bell(x))))
FORMULA(erf_inv, erf_inv_slope(x), scaled(2, times(erf_inverse(x), sqr(erf_inv_slope(x)))))

/* ---- of two operands: by the first, by the second; then xx, xy, yy ----------------------------- */

#define FORMULAS(name, by_x, by_y, by_xx, by_xy, by_yy)                                            \
    num ref_##name##_partial(int which, num x, num y)                                              \
    {                                                                                              \
        switch (which) {                                                                           \
        case 0:                                                                                    \
            return by_x;                                                                           \
        case 1:                                                                                    \
            return by_y;                                                                           \
        case 2:                                                                                    \
            return by_xx;                                                                          \
        case 3:                                                                                    \
            return by_xy;                                                                          \
        default:                                                                                   \
            return by_yy;                                                                          \
        }                                                                                          \
    }

static num squares(num x, num y)
{
    return plus(sqr(x), sqr(y));
}

FORMULAS(atan2, over(y, squares(x, y)), neg(over(x, squares(x, y))),
         scaled(-2, over(times(x, y), sqr(squares(x, y)))),
         over(minus(sqr(x), sqr(y)), sqr(squares(x, y))),
         scaled(2, over(times(x, y), sqr(squares(x, y)))))
FORMULAS(pow, times(y, power(x, minus(y, n(1)))), times(power(x, y), ln(x)),
         times(times(y, minus(y, n(1))), power(x, minus(y, n(2)))),
         times(power(x, minus(y, n(1))), plus(n(1), times(y, ln(x)))),
         times(power(x, y), sqr(ln(x))))

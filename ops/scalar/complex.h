/* Functions of complex numbers, given and returned as their parts.
 *
 * The formulas are Kahan's ("Branch cuts for complex elementary functions"), computed on numbers
 * that are scaled by powers of two where squares would overflow or underflow. Branch cuts, signs of
 * zeros and infinities are those of C99's Annex G, except that a function of an infinity whose
 * other part is an infinity or NaN may give NaN for both parts.
 */
#ifndef JACQUARD_OPS_SCALAR_COMPLEX_H
#define JACQUARD_OPS_SCALAR_COMPLEX_H

#include "ops/scalar/arctrig.h"
#include "ops/scalar/each.h"
#include "ops/scalar/exp.h"
#include "ops/scalar/hyperbolic.h"
#include "ops/scalar/jk.h"
#include "ops/scalar/log.h"
#include "ops/scalar/trig.h"

typedef struct {
    float re, im;
} jk_c_f32;

typedef struct {
    double re, im;
} jk_c_f64;

/* ---- scaling --------------------------------------------------------------------------------- */

/* The exponent n for which m 2^n is at least 1 and less than 4, for a normal number m >= 0; no n is
 * so large that 2^-n is not normal. 0 for infinities and NaN. */
JK_INNER int32_t jk_lift_f32(float m)
{
    int32_t e = (int32_t)(jk_bits_f32(m) >> 23), n = 127 - e;
    n = n < -126 ? -126 : n > 126 ? 126 : n;
    return e >= 255 ? 0 : n;
}

JK_INNER int64_t jk_lift_f64(double m)
{
    int64_t e = (int64_t)(jk_bits_f64(m) >> 52), n = 1023 - e;
    n = n < -1022 ? -1022 : n > 1022 ? 1022 : n;
    return e >= 2047 ? 0 : n;
}

#define JK_INT_f32 int32_t
#define JK_INT_f64 int64_t
#define JK_LN2_f32 0x1.62e43p-1f
#define JK_LN2_f64 0x1.62e42fefa39efp-1
/* From here on e^x is computed in two halves, so that e^x times a small number is finite. */
#define JK_EXP_HALVES_f32 88.0f
#define JK_EXP_HALVES_f64 709.0
/* Above this, z^2 + 1 is z^2. */
#define JK_FAR_f32 0x1p14f
#define JK_FAR_f64 0x1p28
#define JK_HALF_PI_f32 0x1.921fb6p0f
#define JK_HALF_PI_f64 0x1.921fb54442d18p0
#define JK_TANH_ONE_f32 10.0f
#define JK_TANH_ONE_f64 20.0

// clang-format off

#define JK_COMPLEX_TOOLS(d, T, U)                                                   \
    JK_INNER T jk_larger_##d(T x, T y)                                              \
    {                                                                               \
        T a = jk_fabs_##d(x), b = jk_fabs_##d(y);                                   \
        return a > b || a != a ? a : b;                                             \
    }                                                                               \
    JK_INNER T jk_lesser_##d(T x, T y)                                              \
    {                                                                               \
        T a = jk_fabs_##d(x), b = jk_fabs_##d(y);                                   \
        return a > b || a != a ? b : a;                                             \
    }                                                                               \
    JK_INNER int jk_is_inf_##d(T x) { return jk_fabs_##d(x) == JK_INF_##d; }        \
    /* x y, but 0 if either is, whatever the other is */                            \
    JK_INNER T jk_times_##d(T x, T y)                                               \
    {                                                                               \
        T p = x * y, zero = jk_copysign_##d(0, x) * jk_copysign_##d(1, y);          \
        return ((x == 0) | (y == 0)) ? zero : p;                                    \
    }                                                                               \
    /* a c + b d, with the error of one rounding */                                 \
    JK_INNER T jk_dot2_##d(T a, T c, T b, T e)                                      \
    {                                                                               \
        T w = b * e, lost = jk_fma_##d(b, e, -w);                                   \
        return jk_fma_##d(a, c, w) + lost;                                          \
    }                                                                               \
    JK_INNER T jk_cabs_##d(T x, T y)                                                \
    {                                                                               \
        JK_INT_##d n = jk_lift_##d(jk_larger_##d(x, y));                            \
        T s = jk_pow2_##d(n), a = x * s, b = y * s;                                 \
        T h = JK_SQRT_##d(jk_fma_##d(a, a, b * b)) * jk_pow2_##d(-n);               \
        return (jk_is_inf_##d(x) | jk_is_inf_##d(y)) ? JK_INF_##d : h;              \
    }                                                                               \
    /* log |x + iy|. Near 1 it is log1p of x^2 + y^2 - 1, which is summed exactly. */ \
    JK_INNER T jk_clog_abs_##d(T x, T y)                                            \
    {                                                                               \
        T a = jk_larger_##d(x, y), b = jk_lesser_##d(x, y);                         \
        int near = (a >= (T) 0.5) & (a < 2);                                        \
        T u = near ? a : 1, v = near ? b : 0;                                       \
        T q = u * u, r = v * v;                                                     \
        jk_sum_##d minus = jk_two_sum_##d(q, -1), sum = jk_two_sum_##d(minus.high, r); \
        T low = (sum.low + minus.low) + (jk_fma_##d(u, u, -q) + jk_fma_##d(v, v, -r)); \
        T close = (T) 0.5 * jk_log1p_##d(sum.high + low);                           \
        JK_INT_##d n = jk_lift_##d(a);                                              \
        T s = jk_pow2_##d(n), e = a * s, f = b * s;                                 \
        T away = jk_log_##d(JK_SQRT_##d(jk_fma_##d(e, e, f * f))) - (T) n * JK_LN2_##d; \
        T log = near ? close : away;                                                \
        log = (jk_is_inf_##d(x) | jk_is_inf_##d(y)) ? JK_INF_##d : log;             \
        return b != b && !jk_is_inf_##d(a) ? b : log;                               \
    }                                                                               \
    JK_INNER jk_c_##d jk_csign_##d(T x, T y)                                        \
    {                                                                               \
        T s = jk_pow2_##d(jk_lift_##d(jk_larger_##d(x, y))), a = x * s, b = y * s;  \
        T h = JK_SQRT_##d(jk_fma_##d(a, a, b * b));                                 \
        h = h == 0 ? 1 : h;                                                         \
        return (jk_c_##d) {a / h, b / h};                                           \
    }                                                                               \
    JK_INNER jk_c_##d jk_cdiv_##d(T a, T b, T c, T e)                               \
    {                                                                               \
        JK_INT_##d up = jk_lift_##d(jk_larger_##d(a, b));                           \
        JK_INT_##d down = jk_lift_##d(jk_larger_##d(c, e));                         \
        T s = jk_pow2_##d(up), t = jk_pow2_##d(down);                               \
        T x = a * s, y = b * s, u = c * t, v = e * t;                               \
        T square = jk_fma_##d(u, u, v * v);                                         \
        T re = jk_scale_##d(jk_dot2_##d(x, u, y, v) / square, down - up);           \
        T im = jk_scale_##d(jk_dot2_##d(y, u, -x, v) / square, down - up);          \
        int lost = (re != re) & (im != im);                                         \
        int by_zero = lost & (square == 0);                                         \
        T all = jk_copysign_##d(JK_INF_##d, c);                                     \
        re = by_zero ? all * a : re;                                                \
        im = by_zero ? all * b : im;                                                \
        int a_inf = jk_is_inf_##d(a), b_inf = jk_is_inf_##d(b);                     \
        int c_inf = jk_is_inf_##d(c), e_inf = jk_is_inf_##d(e);                     \
        int big = lost & (a_inf | b_inf) & (jk_fabs_##d(c) < JK_INF_##d)            \
                  & (jk_fabs_##d(e) < JK_INF_##d) & !by_zero;                       \
        T ai = jk_copysign_##d(a_inf, a), bi = jk_copysign_##d(b_inf, b);           \
        re = big ? JK_INF_##d * (ai * c + bi * e) : re;                             \
        im = big ? JK_INF_##d * (bi * c - ai * e) : im;                             \
        int small = lost & (c_inf | e_inf) & (jk_fabs_##d(a) < JK_INF_##d)          \
                    & (jk_fabs_##d(b) < JK_INF_##d);                                \
        T ci = jk_copysign_##d(c_inf, c), ei = jk_copysign_##d(e_inf, e);           \
        re = small ? 0 * (a * ci + b * ei) : re;                                    \
        im = small ? 0 * (b * ci - a * ei) : im;                                    \
        return (jk_c_##d) {re, im};                                                 \
    }
EACH_float(JK_COMPLEX_TOOLS)

/* ---- roots ----------------------------------------------------------------------------------- */

#define JK_COMPLEX_ROOTS(d, T, U)                                                   \
    /* The root of (x + iy) 2^n, n even, and the modulus of that; for y >= 0. */    \
    JK_INNER jk_c_##d jk_croot_##d(T x, T y, JK_INT_##d n, T *modulus)              \
    {                                                                               \
        T s = jk_pow2_##d(n), a = x * s, b = y * s;                                 \
        T h = JK_SQRT_##d(jk_fma_##d(a, a, b * b));                                 \
        h = (jk_is_inf_##d(a) | jk_is_inf_##d(b)) ? JK_INF_##d : h;                 \
        T t = JK_SQRT_##d((jk_fabs_##d(a) + h) * (T) 0.5), u = b / (t == 0 ? 1 : 2 * t); \
        int left = x < 0;                                                           \
        *modulus = h;                                                               \
        return (jk_c_##d) {left ? u : t, left ? t : u};                             \
    }                                                                               \
    JK_INNER jk_c_##d jk_csqrt_##d(T x, T y)                                        \
    {                                                                               \
        T h, m = jk_larger_##d(x, y);                                               \
        JK_INT_##d n = jk_lift_##d(m) & -2;                                         \
        jk_c_##d r = jk_croot_##d(x, jk_fabs_##d(y), n, &h);                        \
        T back = jk_pow2_##d(-n / 2);                                               \
        T re = r.re * back, im = jk_copysign_##d(r.im * back, y);                   \
        im = r.im != r.im ? r.im : m == 0 ? y : im;                                 \
        return (jk_c_##d) {jk_is_inf_##d(y) ? JK_INF_##d : re, jk_is_inf_##d(y) ? y : im}; \
    }                                                                               \
    JK_INNER jk_c_##d jk_crsqrt_##d(T x, T y)                                       \
    {                                                                               \
        T h, m = jk_larger_##d(x, y);                                               \
        JK_INT_##d n = jk_lift_##d(m) & -2;                                         \
        jk_c_##d r = jk_croot_##d(x, jk_fabs_##d(y), n, &h);                        \
        T on = jk_pow2_##d(n / 2);                                                  \
        T re = r.re / h * on, im = -jk_copysign_##d(r.im / h * on, y);              \
        int none = jk_is_inf_##d(x) | jk_is_inf_##d(y);                             \
        re = m == 0 ? JK_INF_##d : none ? 0 : re;                                   \
        im = m == 0 ? JK_NAN_##d : none ? -jk_copysign_##d(0, y) : im;              \
        return (jk_c_##d) {re, im};                                                 \
    }
EACH_float(JK_COMPLEX_ROOTS)

/* ---- exponentials and logarithms ------------------------------------------------------------- */

#define JK_COMPLEX_EXP(d, T, U)                                                     \
    JK_INNER jk_c_##d jk_cexp_##d(T x, T y)                                         \
    {                                                                               \
        int halves = x > JK_EXP_HALVES_##d;                                         \
        T e = jk_exp_##d(halves ? x * (T) 0.5 : x), more = halves ? e : 1;          \
        T c = jk_cos_##d(y), s = y == 0 ? y : jk_sin_##d(y);                        \
        return (jk_c_##d) {jk_times_##d(jk_times_##d(e, c), more),                  \
                           jk_times_##d(jk_times_##d(e, s), more)};                 \
    }                                                                               \
    JK_INNER jk_c_##d jk_cexpm1_##d(T x, T y)                                       \
    {                                                                               \
        jk_c_##d e = jk_cexp_##d(x, y);                                             \
        T half = jk_sin_##d(y * (T) 0.5), c = jk_cos_##d(y);                        \
        T re = jk_times_##d(jk_expm1_##d(x), c) - 2 * half * half;                  \
        return (jk_c_##d) {x > JK_EXP_HALVES_##d ? e.re : re, e.im};                \
    }                                                                               \
    JK_INNER jk_c_##d jk_clog_##d(T x, T y)                                         \
    {                                                                               \
        return (jk_c_##d) {jk_clog_abs_##d(x, y), jk_atan2_##d(y, x)};              \
    }                                                                               \
    /* |1 + z|^2 - 1 = 2x + x^2 + y^2 */                                            \
    JK_INNER jk_c_##d jk_clog1p_##d(T x, T y)                                       \
    {                                                                               \
        int small = jk_larger_##d(x, y) < 1;                                        \
        T a = small ? x : 0, b = small ? y : 0, q = a * a, r = b * b;               \
        jk_sum_##d first = jk_two_sum_##d(2 * a, q), sum = jk_two_sum_##d(first.high, r); \
        T low = (sum.low + first.low) + (jk_fma_##d(a, a, -q) + jk_fma_##d(b, b, -r)); \
        T total = sum.high + low, u = 1 + x;                                        \
        int near = small & (total > (T) -0.5);                                      \
        T re = near ? (T) 0.5 * jk_log1p_##d(total) : jk_clog_abs_##d(u, y);        \
        return (jk_c_##d) {re, jk_atan2_##d(y, u)};                                 \
    }
EACH_float(JK_COMPLEX_EXP)

/* (x + iy)^(u + iv) */
JK_INNER jk_c_f64 jk_cpow_f64(double x, double y, double u, double v)
{
    jk_c_f64 l = jk_clog_f64(x, y);
    jk_c_f64 p = jk_cexp_f64(jk_dot2_f64(u, l.re, -v, l.im), jk_dot2_f64(v, l.re, u, l.im));
    int zero = (x == 0) & (y == 0), one = (u == 0) & (v == 0);
    double re = one ? 1 : zero ? u > 0 ? 0 : JK_NAN_f64 : p.re;
    double im = one ? 0 : zero ? u > 0 ? 0 : JK_NAN_f64 : p.im;
    return (jk_c_f64) {re, im};
}

/* In f64, because errors of the exponent grow with it. */
JK_INNER jk_c_f32 jk_cpow_f32(float x, float y, float u, float v)
{
    jk_c_f64 p = jk_cpow_f64(x, y, u, v);
    return (jk_c_f32) {(float)p.re, (float)p.im};
}

/* ---- circular and hyperbolic functions ------------------------------------------------------- */

#define JK_COMPLEX_TRIG(d, T, U)                                                    \
    JK_INNER jk_c_##d jk_csinh_##d(T x, T y)                                        \
    {                                                                               \
        T a = jk_fabs_##d(x);                                                       \
        int halves = a > JK_EXP_HALVES_##d;                                         \
        T e = jk_exp_##d(a * (T) 0.5), more = halves ? e : 1;                       \
        T sh = halves ? jk_copysign_##d((T) 0.5 * e, x) : jk_sinh_##d(x);           \
        T ch = halves ? (T) 0.5 * e : jk_cosh_##d(x);                               \
        return (jk_c_##d) {jk_times_##d(jk_times_##d(sh, jk_cos_##d(y)), more),     \
                           jk_times_##d(jk_times_##d(ch, jk_sin_##d(y)), more)};    \
    }                                                                               \
    JK_INNER jk_c_##d jk_ccosh_##d(T x, T y)                                        \
    {                                                                               \
        T a = jk_fabs_##d(x);                                                       \
        int halves = a > JK_EXP_HALVES_##d;                                         \
        T e = jk_exp_##d(a * (T) 0.5), more = halves ? e : 1;                       \
        T sh = halves ? jk_copysign_##d((T) 0.5 * e, x) : jk_sinh_##d(x);           \
        T ch = halves ? (T) 0.5 * e : jk_cosh_##d(x);                               \
        return (jk_c_##d) {jk_times_##d(jk_times_##d(ch, jk_cos_##d(y)), more),     \
                           jk_times_##d(jk_times_##d(sh, jk_sin_##d(y)), more)};    \
    }                                                                               \
    /* With t = tan y: ((1 + t^2) cosh x sinh x + i t) / (1 + (1 + t^2) sinh^2 x). */ \
    JK_INNER jk_c_##d jk_ctanh_##d(T x, T y)                                        \
    {                                                                               \
        T a = jk_fabs_##d(x);                                                       \
        int one = a > JK_TANH_ONE_##d;                                              \
        T near = one ? 0 : x, s = jk_sinh_##d(near), t = jk_tan_##d(y), b = 1 + t * t; \
        T down = 1 + b * s * s, re = b * jk_cosh_##d(near) * s / down;              \
        T im = t == 0 ? t : t / down;                                               \
        T tail = 4 * jk_times_##d(jk_exp_##d(-2 * a), jk_sin_##d(y) * jk_cos_##d(y)); \
        return (jk_c_##d) {one ? jk_copysign_##d(1, x) : re, one ? tail : im};      \
    }                                                                               \
    /* sin z = -i sinh iz */                                                        \
    JK_INNER jk_c_##d jk_csin_##d(T x, T y)                                         \
    {                                                                               \
        jk_c_##d w = jk_csinh_##d(-y, x);                                           \
        return (jk_c_##d) {w.im, -w.re};                                            \
    }                                                                               \
    JK_INNER jk_c_##d jk_ccos_##d(T x, T y) { return jk_ccosh_##d(-y, x); }         \
    JK_INNER jk_c_##d jk_ctan_##d(T x, T y)                                         \
    {                                                                               \
        jk_c_##d w = jk_ctanh_##d(-y, x);                                           \
        return (jk_c_##d) {w.im, -w.re};                                            \
    }
EACH_float(JK_COMPLEX_TRIG)

#define JK_COMPLEX_ARC(d, T, U)                                                     \
    JK_INNER jk_c_##d jk_casin_##d(T x, T y)                                        \
    {                                                                               \
        jk_c_##d s = jk_csqrt_##d(1 - x, -y), t = jk_csqrt_##d(1 + x, y);           \
        int far = jk_larger_##d(x, y) > JK_FAR_##d;                                 \
        T log = jk_clog_abs_##d(x, y) + JK_LN2_##d;                                 \
        T re = jk_atan2_##d(x, s.re * t.re - s.im * t.im);                          \
        T im = jk_asinh_##d(s.re * t.im - s.im * t.re);                             \
        re = far ? jk_atan2_##d(x, jk_fabs_##d(y)) : x == 0 ? x : re;               \
        im = far ? log : jk_fabs_##d(im);                                           \
        return (jk_c_##d) {re, jk_copysign_##d(im, y)};                             \
    }                                                                               \
    JK_INNER jk_c_##d jk_cacos_##d(T x, T y)                                        \
    {                                                                               \
        jk_c_##d s = jk_csqrt_##d(1 - x, -y), t = jk_csqrt_##d(1 + x, y);           \
        int far = jk_larger_##d(x, y) > JK_FAR_##d;                                 \
        T log = jk_clog_abs_##d(x, y) + JK_LN2_##d;                                 \
        T re = 2 * jk_atan2_##d(s.re, t.re);                                        \
        T im = jk_asinh_##d(t.re * s.im - t.im * s.re);                             \
        re = far ? jk_atan2_##d(jk_fabs_##d(y), x) : re;                            \
        im = far ? log : jk_fabs_##d(im);                                           \
        return (jk_c_##d) {re, -jk_copysign_##d(im, y)};                            \
    }                                                                               \
    /* acosh z = i acos z or -i acos z, with a real part that is not negative */    \
    JK_INNER jk_c_##d jk_cacosh_##d(T x, T y)                                       \
    {                                                                               \
        jk_c_##d w = jk_cacos_##d(x, y);                                            \
        return (jk_c_##d) {jk_fabs_##d(w.im), jk_copysign_##d(w.re, y)};            \
    }                                                                               \
    JK_INNER jk_c_##d jk_catanh_##d(T x, T y)                                       \
    {                                                                               \
        T a = jk_fabs_##d(x), b = jk_fabs_##d(y), u = 1 - a;                        \
        int far = jk_larger_##d(x, y) > JK_FAR_##d, edge = a == 1;                  \
        T re = (T) 0.25 * jk_log1p_##d(4 * a / (u * u + b * b));                    \
        T ratio = (b < 1 ? JK_SQRT_##d(4 + b * b) : jk_cabs_##d(2, b)) / b;         \
        re = edge ? (T) 0.5 * jk_log_##d(ratio) : re;                               \
        jk_c_##d inverse = jk_cdiv_##d(1, 0, a, b);                                 \
        int none = jk_is_inf_##d(x) | jk_is_inf_##d(y);                             \
        re = far ? none ? 0 : inverse.re : a == 0 ? 0 : re;                         \
        T im = (T) 0.5 * jk_atan2_##d(2 * b, u * (1 + a) - b * b);                  \
        im = far ? JK_HALF_PI_##d : im;                                             \
        im = y != y ? y : im;                                                       \
        return (jk_c_##d) {jk_copysign_##d(re, x), jk_copysign_##d(im, y)};         \
    }                                                                               \
    /* asinh z = i asin -iz, atan z = -i atanh iz */                                \
    JK_INNER jk_c_##d jk_casinh_##d(T x, T y)                                       \
    {                                                                               \
        jk_c_##d w = jk_casin_##d(y, -x);                                           \
        return (jk_c_##d) {-w.im, w.re};                                            \
    }                                                                               \
    JK_INNER jk_c_##d jk_catan_##d(T x, T y)                                        \
    {                                                                               \
        jk_c_##d w = jk_catanh_##d(-y, x);                                          \
        return (jk_c_##d) {w.im, -w.re};                                            \
    }
EACH_float(JK_COMPLEX_ARC)

/* ---- the parts of each, as functions that emitted code calls --------------------------------- */

#define JK_PARTS_1(d, T, U, name)                                                   \
    JK T jk_complex_##name##_re_##d(T x, T y) { return jk_c##name##_##d(x, y).re; } \
    JK T jk_complex_##name##_im_##d(T x, T y) { return jk_c##name##_##d(x, y).im; }
#define JK_PARTS_2(d, T, U, name)                                                   \
    JK T jk_complex_##name##_re_##d(T x, T y, T u, T v) { return jk_c##name##_##d(x, y, u, v).re; } \
    JK T jk_complex_##name##_im_##d(T x, T y, T u, T v) { return jk_c##name##_##d(x, y, u, v).im; }
#define JK_PART(d, T, U, name)                                                      \
    JK T jk_complex_##name##_re_##d(T x, T y) { return jk_c##name##_##d(x, y); }
#define CX_REAL(name, arity, cost) EACH_float(JK_PART, name)
#define CX(name, arity, cost) EACH_float(JK_PARTS_##arity, name)
#include "ops/scalar/complex.def"

// clang-format on

#endif

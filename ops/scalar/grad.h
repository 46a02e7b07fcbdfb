/* Derivatives of functions, where a formula made of other primitives would lose accuracy: it would
 * subtract from 1 what was rounded to 1, or square what overflows.
 *
 * jk_<f>_grad is accurate to about one unit in the last place over the whole domain. Its own
 * derivative is a product of accurate factors (elementwise.def), so higher derivatives are right
 * too.
 */
#ifndef JACQUARD_OPS_SCALAR_GRAD_H
#define JACQUARD_OPS_SCALAR_GRAD_H

#include "ops/scalar/each.h"
#include "ops/scalar/erf.h"
#include "ops/scalar/erf_inv.h"
#include "ops/scalar/exp.h"
#include "ops/scalar/hyperbolic.h"
#include "ops/scalar/jk.h"
#include "ops/scalar/pow.h"

// clang-format off

/* ---- logistic: e^-|x| / (1 + e^-|x|)^2; tanh: 4 e^-2|x| / (1 + e^-2|x|)^2 ------------------- */

/* factor z / (1 + z)^2 with z = e^-a, a >= 0. It begins like jk_logistic, so that a loop that needs
 * both computes one exponential. */
#define JK_BELL(d, T, U)                                                            \
    JK_INNER T jk_bell_##d(T factor, T a)                                           \
    {                                                                               \
        jk_exp_##d##_parts p =                                                      \
            jk_exp_split_##d(-(a > JK_EXP_UNDER_##d ? JK_EXP_UNDER_##d : a), 0);    \
        T v = 1 + (p.r + p.tail), z = jk_scale_##d(v, p.n);                         \
        T sum = 1 + z, lost = z - (sum - 1), inverse = 1 / sum;                     \
        T rest = jk_fma_##d(-inverse, sum, 1) - inverse * lost;                     \
        T square = inverse * inverse;                                               \
        return jk_scale_##d(factor * v, p.n) * jk_fma_##d(2 * rest, square, square); \
    }                                                                               \
    JK T jk_logistic_grad_##d(T x) { return jk_bell_##d(1, jk_fabs_##d(x)); }       \
    JK T jk_tanh_grad_##d(T x) { return jk_bell_##d(4, 2 * jk_fabs_##d(x)); }
EACH_float(JK_BELL)

/* ---- cbrt: cbrt(x) / (3 x) ------------------------------------------------------------------- */

/* 1/3 = THIRD (1 + REST) */
#define JK_THIRD_f32 0x1.555556p-2f
#define JK_THIRD_f64 0x1.5555555555555p-2
#define JK_THIRD_REST_f32 -0x1p-25f
#define JK_THIRD_REST_f64 0x1p-54

#define JK_CBRT_GRAD(d, T, U)                                                       \
    JK T jk_cbrt_grad_##d(T x)                                                      \
    {                                                                               \
        T a = jk_fabs_##d(x), y = jk_cbrt_##d(a) / a;                               \
        y = JK_THIRD_##d * jk_fma_##d(y, JK_THIRD_REST_##d, y);                     \
        y = a == 0 ? JK_INF_##d : y;                                                \
        return a == JK_INF_##d ? 0 : y;                                             \
    }
EACH_float(JK_CBRT_GRAD)

/* ---- atan: 1 / (1 + x^2); asinh: 1 / sqrt(x^2 + 1); acosh: 1 / sqrt(x^2 - 1) ----------------- */

/* 1 / sqrt(high + low) for a low smaller than a unit in the last place of high. */
#define JK_RSQRT_PAIR(d, T, U)                                                      \
    JK_INNER T jk_rsqrt_pair_##d(T high, T low)                                     \
    {                                                                               \
        T q = JK_SQRT_##d(high), y = 1 / q;                                         \
        T more = (jk_fma_##d(-q, q, high) + low) * (T) 0.5 * y;                     \
        return jk_fma_##d(jk_fma_##d(-y, q, 1) - more * y, y, y);                   \
    }
EACH_float(JK_RSQRT_PAIR)

#define JK_ALGEBRAIC_GRADS(d, T, U)                                                 \
    JK T jk_atan_grad_##d(T x)                                                      \
    {                                                                               \
        T a = jk_fabs_##d(x);                                                       \
        int far = a > JK_SQUARE_TOP_##d; /* 1 + x^2 rounds to x^2 */                \
        T b = far ? 1 : a, z = b * b, z_low = jk_fma_##d(b, b, -z);                 \
        jk_sum_##d s = jk_two_sum_##d(z, 1);                                        \
        T y = 1 / s.high, rest = jk_fma_##d(-y, s.high, 1) - y * (s.low + z_low);   \
        T near = jk_fma_##d(y, rest, y), u = 1 / a, square = u * u;                 \
        T lost = jk_fma_##d(-u, a, 1);                                              \
        lost = a < JK_INF_##d ? lost : 0;                                           \
        return far ? jk_fma_##d(2 * lost, square, square) : near;                   \
    }                                                                               \
    JK T jk_asinh_grad_##d(T x)                                                     \
    {                                                                               \
        T a = jk_fabs_##d(x);                                                       \
        int far = a > JK_SQUARE_TOP_##d;                                            \
        T b = far ? 1 : a, z = b * b, z_low = jk_fma_##d(b, b, -z);                 \
        jk_sum_##d s = jk_two_sum_##d(z, 1);                                        \
        return far ? 1 / a : jk_rsqrt_pair_##d(s.high, s.low + z_low);              \
    }                                                                               \
    JK T jk_acosh_grad_##d(T x)                                                     \
    {                                                                               \
        int far = x > JK_SQUARE_TOP_##d;                                            \
        T b = far ? 2 : x, z = b * b, z_low = jk_fma_##d(b, b, -z);                 \
        jk_sum_##d s = jk_two_sum_##d(z, -1);                                       \
        T high = s.high + z_low, low = s.low + (z_low - (high - s.high));           \
        T near = jk_rsqrt_pair_##d(high, low);                                      \
        near = x > 1 ? near : x == 1 ? JK_INF_##d : JK_NAN_##d;                     \
        return far ? 1 / x : near;                                                  \
    }
EACH_float(JK_ALGEBRAIC_GRADS)

/* ---- erf: the square root of 2 / sqrt(pi) e^(-x^2); erf_inv: sqrt(pi) / 2 e^(y^2) ------------- */

/* The root of the derivative is a normal number even where the derivative is not, and the next
 * derivative, which is greater, is a product of it. These are sqrt(2/sqrt(pi)) and sqrt(pi)/2, each
 * as a sum of two numbers. */
#define JK_ERF_ROOT_f32          0x1.0fefbep0f
#define JK_ERF_ROOT_LOW_f32      0x1.c2b6cap-28f
#define JK_ERF_ROOT_f64          0x1.0fefbe1c2b6c9p0
#define JK_ERF_ROOT_LOW_f64      0x1.e0f9c85fd41d2p-54
#define JK_ERF_ROOT_ZERO_f32     18.0f /* it underflows to 0 */
#define JK_ERF_ROOT_ZERO_f64     53.0
#define JK_ERF_INV_SLOPE_f32     0x1.c5bf8ap-1f
#define JK_ERF_INV_SLOPE_LOW_f32 -0x1.c96212p-26f
#define JK_ERF_INV_SLOPE_f64     0x1.c5bf891b4ef6bp-1
#define JK_ERF_INV_SLOPE_LOW_f64 -0x1.618f13eb7ca89p-55

/* (slope + slope_low) e^(x + low) */
#define JK_EXP_TIMES(d, T, U)                                                       \
    JK_INNER T jk_exp_times_##d(T x, T low, T slope, T slope_low)                   \
    {                                                                               \
        jk_exp_##d##_parts e = jk_exp_split_##d(x, low);                            \
        T v = 1 + (e.r + e.tail), v_low = (e.r - (v - 1)) + e.tail;                 \
        T y = jk_fma_##d(v, slope, jk_fma_##d(v, slope_low, v_low * slope));        \
        return jk_scale_##d(y, e.n);                                                \
    }
EACH_float(JK_EXP_TIMES)

/* For erf_inv, y is corrected by a step of Newton's method, in which 1 - |x| is exact where that
 * matters: erf(y + h) = x for h = (erfc(y) - (1 - |x|)) / erf'(y), and e^(2 y h) is nearly
 * 1 + 2 y h. */
#define JK_ERF_GRADS(d, T, U)                                                       \
    JK T jk_erf_grad_sqrt_##d(T x)                                                  \
    {                                                                               \
        T a = jk_fabs_##d(x);                                                       \
        a = a > JK_ERF_ROOT_ZERO_##d ? JK_ERF_ROOT_ZERO_##d : a;                    \
        T z = (T) 0.5 * a * a, z_low = jk_fma_##d((T) 0.5 * a, a, -z);              \
        return jk_exp_times_##d(-z, -z_low, JK_ERF_ROOT_##d, JK_ERF_ROOT_LOW_##d);  \
    }                                                                               \
    JK T jk_erf_inv_grad_##d(T x)                                                   \
    {                                                                               \
        T a = jk_fabs_##d(x), y = a < 1 ? jk_erf_inv_##d(a) : 0;                    \
        T z = y * y, z_low = jk_fma_##d(y, y, -z);                                  \
        T g = jk_exp_times_##d(z, z_low, JK_ERF_INV_SLOPE_##d, JK_ERF_INV_SLOPE_LOW_##d); \
        T h = (jk_erfc_##d(y) - (1 - a)) * g;                                       \
        g = a < (T) 0.5 ? g : jk_fma_##d(2 * y * h, g, g);                          \
        return a < 1 ? g : a == 1 ? JK_INF_##d : JK_NAN_##d;                        \
    }
EACH_float(JK_ERF_GRADS)

/* ---- atan2: x / (x^2 + y^2) ------------------------------------------------------------------ */

/* If the ratio of the operands is less than LEAST, it is scaled so that it does not underflow before
 * the result does. If both are less than SMALL, they are scaled so that no quotient overflows. */
#define JK_RATIO_LEAST_f32 0x1p-60f
#define JK_RATIO_LEAST_f64 0x1p-500
#define JK_RATIO_SMALL_f32 0x1p-60f
#define JK_RATIO_SMALL_f64 0x1p-500

/* With h the greater and l the lesser magnitude, 1 / (h + l (l/h)) times 1 or l/h. */
#define JK_ATAN2_GRAD(d, T, U)                                                      \
    JK T jk_atan2_grad_##d(T x, T y)                                                \
    {                                                                               \
        T a = jk_fabs_##d(x), b = jk_fabs_##d(y);                                   \
        T h = a > b ? a : b, l = a > b ? b : a;                                     \
        T up = h < JK_RATIO_SMALL_##d ? 1 / JK_RATIO_SMALL_##d : 1;                 \
        h *= up, l *= up;                                                           \
        int uneven = l < h * JK_RATIO_LEAST_##d;                                    \
        T down = uneven ? JK_RATIO_LEAST_##d : 1, q = l * (1 / down) / h;           \
        T half = h > 1 ? (T) 0.5 : 1; /* so that the sum is finite */               \
        T g = half / jk_fma_##d(half * l, uneven ? 0 : q, half * h);                \
        T lesser = g > 1 ? q * (g * down) : q * g * down;                           \
        T z = (a > b ? g : lesser) * up;                                            \
        z = h == JK_INF_##d ? 0 : z;                                                \
        int nan = (x != x) | (y != y);                                              \
        z = nan ? JK_NAN_##d : z;                                                   \
        return jk_copysign_##d(z, x);                                               \
    }
EACH_float(JK_ATAN2_GRAD)

// clang-format on

#endif

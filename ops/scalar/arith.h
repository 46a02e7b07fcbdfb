/* The scalar functions that are not transcendental: arithmetic, rounding, comparisons, logic,
 * shifts and selection, for every dtype. Edge cases behave as in XLA on a CPU.
 *
 * If a case is undefined or different in C, the operand is first replaced by a harmless one and the
 * result is then selected. So no function branches, and all of them vectorise. A bool is a uint8_t,
 * 0 or 1.
 */
#ifndef JACQUARD_OPS_SCALAR_ARITH_H
#define JACQUARD_OPS_SCALAR_ARITH_H

#include "ops/scalar/each.h"
#include "ops/scalar/jk.h"

// clang-format off

/* The compiler's builtin for a C math function, at a float dtype. */
#define ARITH_MATH_f32(name) __builtin_##name##f
#define ARITH_MATH_f64(name) __builtin_##name

/* ---- every dtype ------------------------------------------------------------------------- */

#define ARITH_ANY(d, T, U)                                                          \
    JK T jk_copy_##d(T x) { return x; }                                             \
    JK T jk_stop_gradient_##d(T x) { return x; }                                    \
    JK uint8_t jk_eq_##d(T x, T y) { return x == y; }                               \
    JK uint8_t jk_ne_##d(T x, T y) { return x != y; }                               \
    JK uint8_t jk_lt_##d(T x, T y) { return x < y; }                                \
    JK uint8_t jk_le_##d(T x, T y) { return x <= y; }                               \
    JK uint8_t jk_gt_##d(T x, T y) { return x > y; }                                \
    JK uint8_t jk_ge_##d(T x, T y) { return x >= y; }                               \
    JK T jk_select_n_##d(uint8_t pred, T on_false, T on_true) { return pred ? on_true : on_false; }
EACH_any(ARITH_ANY)

/* ---- integers ---------------------------------------------------------------------------- */

/* Arithmetic wraps, because it is done on unsigned integers. A product begins with 1u because C
 * would multiply two uint16_t as ints, and 65535 * 65535 overflows an int. */
#define ARITH_INT(d, T, U)                                                          \
    JK T jk_add_##d(T x, T y) { return (T) ((U) x + (U) y); }                       \
    JK T jk_sub_##d(T x, T y) { return (T) ((U) x - (U) y); }                       \
    JK T jk_mul_##d(T x, T y) { return (T) (1u * (U) x * (U) y); }                  \
    JK T jk_neg_##d(T x) { return (T) (0 - (U) x); }                                \
    JK T jk_square_##d(T x) { return (T) (1u * (U) x * (U) x); }                    \
    JK T jk_max_##d(T x, T y) { return x > y ? x : y; }                             \
    JK T jk_min_##d(T x, T y) { return x < y ? x : y; }                             \
    JK T jk_population_count_##d(T x) { return (T) __builtin_popcountll((U) x); }   \
    JK T jk_clz_##d(T x)                                                            \
    {                                                                               \
        enum { WIDTH = 8 * sizeof(T) };                                             \
        unsigned long long bits = (U) x;                                            \
        int zeros = __builtin_clzll(bits | 1) - (64 - WIDTH);                       \
        return (T) (bits ? zeros : WIDTH);                                          \
    }
EACH_int(ARITH_INT)

/* The upper half of the product, which has twice the width. */
#define ARITH_MULHI(d, T, U, WIDE)                                                  \
    JK T jk_mulhi_##d(T x, T y) { return (T) ((WIDE) x * (WIDE) y >> 8 * sizeof(T)); }
EACH_sint(ARITH_MULHI, __int128)
EACH_uint(ARITH_MULHI, unsigned __int128)

/* x / 0 is all ones, x rem 0 is x, and the least integer divided by -1 is itself. */
#define ARITH_SINT(d, T, U)                                                         \
    JK T jk_sign_##d(T x) { return (x > 0) - (x < 0); }                             \
    JK T jk_abs_##d(T x) { return (T) (x < 0 ? 0 - (U) x : (U) x); }                \
    JK T jk_div_##d(T x, T y)                                                       \
    {                                                                               \
        T q = x / (y == 0 || y == -1 ? 1 : y);                                   \
        q = y == -1 ? (T) (0 - (U) x) : q;                                          \
        return y == 0 ? -1 : q;                                                     \
    }                                                                               \
    JK T jk_rem_##d(T x, T y)                                                       \
    {                                                                               \
        T r = x % (y == 0 || y == -1 ? 1 : y);                                   \
        return y == 0 ? x : r;                                                      \
    }
EACH_sint(ARITH_SINT)

#define ARITH_UINT(d, T, U)                                                         \
    JK T jk_sign_##d(T x) { return x > 0; }                                         \
    JK T jk_div_##d(T x, T y) { return y == 0 ? (T) -1 : (T) (x / (y == 0 ? 1 : y)); } \
    JK T jk_rem_##d(T x, T y) { return y == 0 ? x : (T) (x % (y == 0 ? 1 : y)); }
EACH_uint(ARITH_UINT)

/* A shift by at least the width, or by a negative count, shifts everything out. */
#define ARITH_SHIFT(d, T, U)                                                        \
    JK T jk_shift_left_##d(T x, T n)                                                \
    {                                                                               \
        enum { WIDTH = 8 * sizeof(T) };                                             \
        return (U) n < WIDTH ? (T) ((U) x << ((U) n & (WIDTH - 1))) : 0;            \
    }                                                                               \
    JK T jk_shift_right_logical_##d(T x, T n)                                       \
    {                                                                               \
        enum { WIDTH = 8 * sizeof(T) };                                             \
        return (U) n < WIDTH ? (T) ((U) x >> ((U) n & (WIDTH - 1))) : 0;            \
    }                                                                               \
    JK T jk_shift_right_arithmetic_##d(T x, T n)                                    \
    {                                                                               \
        enum { WIDTH = 8 * sizeof(T) };                                             \
        U by = (U) n < WIDTH ? (U) n : WIDTH - 1;                                   \
        U sign = (U) (0 - ((U) x >> (WIDTH - 1)));                                  \
        return (T) ((((U) x ^ sign) >> by) ^ sign);                                 \
    }
EACH_int(ARITH_SHIFT)

/* ---- bits -------------------------------------------------------------------------------- */

#define ARITH_BITS(d, T, U)                                                         \
    JK T jk_and_##d(T x, T y) { return (T) (x & y); }                               \
    JK T jk_or_##d(T x, T y) { return (T) (x | y); }                                \
    JK T jk_xor_##d(T x, T y) { return (T) (x ^ y); }
EACH_bits(ARITH_BITS)

#define ARITH_NOT(d, T, U) JK T jk_not_##d(T x) { return (T) ~x; }
EACH_int(ARITH_NOT)

JK uint8_t jk_not_bool(uint8_t x) { return x ^ 1; }
JK uint8_t jk_max_bool(uint8_t x, uint8_t y) { return x | y; }
JK uint8_t jk_min_bool(uint8_t x, uint8_t y) { return x & y; }

/* ---- floats ------------------------------------------------------------------------------ */

#define ARITH_FLOAT(d, T, U)                                                        \
    JK T jk_add_##d(T x, T y) { return x + y; }                                     \
    JK T jk_sub_##d(T x, T y) { return x - y; }                                     \
    JK T jk_mul_##d(T x, T y) { return x * y; }                                     \
    JK T jk_div_##d(T x, T y) { return x / y; }                                     \
    JK T jk_rem_##d(T x, T y) { return ARITH_MATH_##d(fmod)(x, y); }                \
    JK T jk_neg_##d(T x) { return -x; }                                             \
    JK T jk_abs_##d(T x) { return ARITH_MATH_##d(fabs)(x); }                        \
    JK T jk_square_##d(T x) { return x * x; }                                       \
    JK T jk_sqrt_##d(T x) { return ARITH_MATH_##d(sqrt)(x); }                       \
    JK T jk_rsqrt_##d(T x) { return 1 / ARITH_MATH_##d(sqrt)(x); }                  \
    JK T jk_floor_##d(T x) { return ARITH_MATH_##d(floor)(x); }                     \
    JK T jk_ceil_##d(T x) { return ARITH_MATH_##d(ceil)(x); }                       \
    JK T jk_round_##d(T x) { return ARITH_MATH_##d(round)(x); } /* halves away from 0 */ \
    JK T jk_round_to_even_##d(T x) { return ARITH_MATH_##d(roundeven)(x); }         \
    JK uint8_t jk_is_finite_##d(T x) { return ARITH_MATH_##d(fabs)(x) < (T) __builtin_inf(); } \
    /* x y, but x if that is 0 and y infinite. */                                   \
    JK T jk_mul_tangent_##d(T x, T y)                                               \
    {                                                                               \
        T product = x * y;                                                          \
        int infinite = ARITH_MATH_##d(fabs)(y) == (T) __builtin_inf();              \
        return (x == 0) & infinite ? x : product;                                   \
    }                                                                               \
    /* NaN and zeros are returned unchanged. */                                     \
    JK T jk_sign_##d(T x)                                                           \
    {                                                                               \
        T one = ARITH_MATH_##d(copysign)(1, x);                                     \
        return x > 0 || x < 0 ? one : x;                                         \
    }                                                                               \
    /* A NaN operand gives NaN. Equal operands may be -0 and 0: their bits are or'ed or and'ed. */ \
    JK T jk_max_##d(T x, T y)                                                       \
    {                                                                               \
        T same = jk_from_bits_##d(jk_bits_##d(x) & jk_bits_##d(y));            \
        return x > y ? x : x < y ? y : x == y ? same : x + y;                       \
    }                                                                               \
    JK T jk_min_##d(T x, T y)                                                       \
    {                                                                               \
        T same = jk_from_bits_##d(jk_bits_##d(x) | jk_bits_##d(y));            \
        return x < y ? x : x > y ? y : x == y ? same : x + y;                       \
    }                                                                               \
    /* Adjacent floats are adjacent integers in sign-and-magnitude representation. */ \
    JK T jk_nextafter_##d(T x, T y)                                                 \
    {                                                                               \
        U sign = (U) 1 << (8 * sizeof(T) - 1), bits = jk_bits_##d(x);            \
        U outward = (x < y) == (x > 0) ? bits + 1 : bits - 1;                       \
        U first = (jk_bits_##d(y) & sign) | 1;                                   \
        T next = jk_from_bits_##d(x == 0 ? first : outward);                         \
        next = x == y ? y : next;                                                   \
        return x != x || y != y ? x + y : next;                                  \
    }
EACH_float(ARITH_FLOAT)

/* If lo > hi, the result is hi. */
#define ARITH_CLAMP(d, T, U)                                                        \
    JK T jk_clamp_##d(T lo, T x, T hi) { return jk_min_##d(jk_max_##d(x, lo), hi); }
EACH_any(ARITH_CLAMP)

// clang-format on

#endif

/* Tests of dtypes of less than two bytes that no C type has: floats of 4, 6 and 8 bits, and
 * integers of 2 and 4 bits. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ir/ir.h"
#include "tests/handles.h"

/* ---- floats ---------------------------------------------------------------------------------- */

static uint64_t bits_of_float(ir_dtype d, float v)
{
    return ir_scalar_of(d, v).bits;
}

Test(small_dtypes, floats_have_the_values_and_roundings_of_ml_dtypes)
{
    IR_C_NUMBERS;
    FILE *f = fopen(JAC_TEST_DATA "/small_floats.txt", "r");
    cr_assert(f);
    char name[24];
    int nvalues, nrounded, n = 0;
    for (; fscanf(f, "%23s %d %d", name, &nvalues, &nrounded) == 3; n++) {
        ir_dtype d;
        cr_assert(ir_dtype_find(name, strlen(name), &d), "%s", name);
        float v;
        unsigned bits;
        for (int k = 0; k < nvalues; k++) {
            cr_assert(fscanf(f, "%f", &v) == 1);
            double got = ir_scalar_f64(d, (ir_scalar){.bits = (uint64_t)k});
            cr_expect(isnan(v) ? isnan(got) : got == (double)v && !signbit(got) == !signbit(v),
                      "%s: %#x is %g, not %g", name, (unsigned)k, got, (double)v);
        }
        for (int k = 0; k < nrounded; k++) {
            cr_assert(fscanf(f, "%f %u", &v, &bits) == 2);
            uint64_t got = bits_of_float(d, v);
            bool both = isnan(ir_scalar_f64(d, (ir_scalar){.bits = bits})) &&
                        isnan(ir_scalar_f64(d, (ir_scalar){.bits = got}));
            cr_expect(both || got == bits, "%s: %a becomes %#x, not %#x", name, (double)v,
                      (unsigned)got, bits);
        }
    }
    fclose(f);
    cr_expect_eq(n, 11);
}

static jac_dtype public_dtype(ir_dtype d)
{
    return (jac_dtype)(d + 1);
}

/* All values of the dtype, twice in a row. */
static jac all_values(ir_dtype d)
{
    uint8_t bits[512];
    int n = 1 << ir_dtypes[d].bits;
    for (int k = 0; k < 2 * n; k++)
        bits[k] = (uint8_t)(k * 7 % n);
    return jac_array_of(public_dtype(d), JAC_SHAPE(2 * n), &bits[0]);
}

static bool same_floats(jac x, jac y)
{
    jac a = jac_astype(x, JAC_F32), b = jac_astype(y, JAC_F32);
    return jac_item_bool(
        jac_all(jac_logical_or(jac_eq(a, b), jac_logical_and(jac_isnan(a), jac_isnan(b)))));
}

JAC_DEF(jac, sorted, (jac, x))
{
    return jac_sort(x);
}
JAC_DEF(jac, places, (jac, x))
{
    return jac_argsort(x);
}
JAC_DEF(jac, greatest_five, (jac, x))
{
    return jac_top_k(x, 5).values;
}
JAC_DEF(jac, doubled, (jac, x))
{
    return jac_add(x, x);
}
JAC_DEF(jac, rooted, (jac, x))
{
    return jac_sqrt(x);
}
JAC_DEF(jac, largest, (jac, x))
{
    return jac_max(jac_where(jac_isnan(x), 1, x));
}

Test(small_dtypes, floats_are_computed_in_f32_and_rounded_once)
{
    jac_fn fn[] = {sorted_fn, places_fn, greatest_five_fn, doubled_fn, rooted_fn, largest_fn};
    for (ir_dtype d = 0; d < IR_NDTYPE; d++) {
        if (!ir_is_float(d) || ir_dtypes[d].size > 1)
            continue;
        for (int k = 0; k < 6; k++)
            JAC_SCOPE () {
                jac x = all_values(d), wide = jac_call1(fn[k], jac_astype(x, JAC_F32));
                jac want = k == 1 ? wide : jac_astype(wide, public_dtype(d));
                jac got[] = {jac_call1(fn[k], x), jac_call1(jac_jit(fn[k]), x)};
                for (int j = 0; j < 2; j++) {
                    cr_assert(jac_ok(got[j]), "%s", jac_error());
                    cr_expect(same_floats(got[j], want), "%s, function %d, %s", ir_dtypes[d].name,
                              k, j ? "compiled" : "interpreted");
                }
            }
    }
}

/* ---- integers -------------------------------------------------------------------------------- */

static const ir_dtype integers[] = {IR_i2, IR_i4, IR_u2, IR_u4};

/* The lowest bits of v, as a number. */
static int64_t lowest(ir_dtype d, int64_t v)
{
    int unused = 64 - ir_dtypes[d].bits;
    uint64_t up = (uint64_t)v << unused;
    return ir_dtypes[d].kind == IR_KIND_INT ? (int64_t)up >> unused : (int64_t)(up >> unused);
}

// clang-format off
#define OPERATIONS(X)                                                                              \
    X(add, a + b) X(sub, a - b) X(mul, a * b) X(rem, b ? a % b : a) X(maximum, a > b ? a : b)      \
    X(minimum, a < b ? a : b) X(bitwise_and, a & b) X(bitwise_or, a | b) X(bitwise_xor, a ^ b)     \
    X(left_shift, (uint64_t)b < bits ? (int64_t)((uint64_t)a << b) : 0)                                                 \
    X(shift_right_arithmetic, (uint64_t)b < bits ? a >> b : a < 0 ? -1 : 0)
// clang-format on
#define X(name, expected)                                                                          \
    JAC_DEF(jac, do_##name, (jac, x), (jac, y))                                                    \
    {                                                                                              \
        return jac_##name(x, y);                                                                   \
    }                                                                                              \
    static int64_t expect_##name(int64_t a, int64_t b, uint64_t bits)                              \
    {                                                                                              \
        (void)bits, (void)b;                                                                       \
        return expected;                                                                           \
    }
OPERATIONS(X)
#undef X

/* All pairs of values. */
static void check_operation(const char *name, jac_fn f,
                            int64_t (*expected)(int64_t, int64_t, uint64_t), ir_dtype d)
{
    int64_t n = INT64_C(1) << ir_dtypes[d].bits;
    uint8_t left[256], right[256];
    for (int64_t k = 0; k < n * n; k++) {
        left[k] = (uint8_t)(k / n);
        right[k] = (uint8_t)(k % n);
    }
    jac x = jac_array_of(public_dtype(d), JAC_SHAPE(n * n), &left[0]);
    jac y = jac_array_of(public_dtype(d), JAC_SHAPE(n * n), &right[0]);
    jac got[] = {do_add_call(f, x, y), do_add_call(jac_jit(f), x, y)};
    for (int j = 0; j < 2; j++) {
        cr_assert(jac_ok(got[j]), "%s: %s", name, jac_error());
        for (int64_t k = 0; k < n * n; k++) {
            int64_t a = lowest(d, k / n), b = lowest(d, k % n);
            int64_t want = lowest(d, expected(a, b, ir_dtypes[d].bits));
            cr_assert_eq(jac_item_i64(jac_at(got[j], k)), want, "%s of %s %lld and %lld, %s", name,
                         ir_dtypes[d].name, (long long)a, (long long)b,
                         j ? "compiled" : "interpreted");
        }
    }
}

Test(small_dtypes, integers_wrap_to_their_bits)
{
    for (int k = 0; k < 4; k++)
        JAC_SCOPE () {
#define X(name, expected) check_operation(#name, do_##name##_fn, expect_##name, integers[k]);
            OPERATIONS(X)
#undef X
        }
}

JAC_DEF(jac, added, (jac, x))
{
    return jac_sum(x);
}
JAC_DEF(jac, greatest, (jac, x))
{
    return jac_max(x);
}
JAC_DEF(jac, least_place, (jac, x))
{
    return jac_argmin(x);
}
JAC_DEF(jac, in_order, (jac, x))
{
    return jac_sort(x);
}
JAC_DEF(jac, as_floats, (jac, x))
{
    return jac_astype(x, JAC_F32);
}
JAC_DEF(jac, counted, (jac, x))
{
    return jac_astype(jac_astype(jac_add(jac_astype(x, JAC_I32), 21), jac_dtype_of(x)), JAC_I32);
}

Test(small_dtypes, integers_are_reduced_sorted_and_converted_as_wider_ones)
{
    jac_fn fn[] = {added_fn, greatest_fn, least_place_fn, in_order_fn, as_floats_fn, counted_fn};
    for (int d = 0; d < 4; d++)
        for (int k = 0; k < 6; k++)
            JAC_SCOPE () {
                jac x = all_values(integers[d]), wide = jac_astype(x, JAC_I32);
                jac want = jac_call1(k == 4 ? as_floats_fn : fn[k], wide);
                if (k == 5)
                    want = jac_astype(jac_astype(want, public_dtype(integers[d])), JAC_I32);
                jac got[] = {jac_call1(fn[k], x), jac_call1(jac_jit(fn[k]), x)};
                for (int j = 0; j < 2; j++) {
                    cr_assert(jac_ok(got[j]), "%s", jac_error());
                    cr_expect(same_floats(got[j], want), "%s, function %d, %s",
                              ir_dtypes[integers[d]].name, k, j ? "compiled" : "interpreted");
                }
            }
}

JAC_DEF(jac, to_u4, (jac, x))
{
    return jac_bitcast_convert_type(x, JAC_U4);
}
JAC_DEF(jac, to_i4, (jac, x))
{
    return jac_bitcast_convert_type(x, JAC_I4);
}
JAC_DEF(jac, to_u8, (jac, x))
{
    return jac_bitcast_convert_type(x, JAC_U8);
}
JAC_DEF(jac, to_f4, (jac, x))
{
    return jac_bitcast_convert_type(x, JAC_F4_E2M1FN);
}

Test(small_dtypes, bits_of_bytes_are_read_as_two_of_four_bits_the_lower_first)
{
    jac bytes = jac_array(2, ((uint8_t[]){0x12, 0xf4}));
    for (int j = 0; j < 2; j++) {
        jac u = jac_call1(j ? jac_jit(to_u4_fn) : to_u4_fn, bytes);
        jac i = jac_call1(j ? jac_jit(to_i4_fn) : to_i4_fn, bytes);
        cr_assert(jac_ok(u) && jac_ok(i), "%s", jac_error());
        const int64_t expected[] = {2, 1, 4, 15};
        for (int k = 0; k < 4; k++) {
            cr_expect_eq(jac_item_i64(jac_at(u, k / 2, k % 2)), expected[k]);
            cr_expect_eq(jac_item_i64(jac_at(i, k / 2, k % 2)), k == 3 ? -1 : expected[k]);
        }
        jac back[] = {jac_call1(j ? jac_jit(to_u8_fn) : to_u8_fn, u),
                      jac_call1(j ? jac_jit(to_u8_fn) : to_u8_fn, i)};
        for (int k = 0; k < 2; k++)
            cr_expect(jac_item_bool(jac_all(jac_eq(back[k], bytes))), "%d", k);
        jac f = jac_call1(j ? jac_jit(to_f4_fn) : to_f4_fn, jac_at(i, 1));
        cr_expect_eq(jac_item_f64(jac_at(f, 0)), 2);
        cr_expect_eq(jac_item_f64(jac_at(f, 1)), -6);
        jac again = jac_call1(j ? jac_jit(to_i4_fn) : to_i4_fn, f);
        cr_expect_eq(jac_item_i64(jac_at(again, 1)), -1);
    }
    FAILS_WITH(jac_bitcast_convert_type(bytes, JAC_F6_E2M3FN), "6 bits");
}

Test(small_dtypes, given_bytes_keep_only_the_bits_of_the_dtype)
{
    uint8_t bytes[] = {0xff, 0x18, 0x07};
    jac x[] = {jac_array_of(JAC_U4, JAC_SHAPE(3), bytes),
               jac_borrow(JAC_U4, JAC_SHAPE(3), bytes, NULL, NULL)};
    for (int k = 0; k < 2; k++) {
        cr_expect_eq(jac_item_i64(jac_at(x[k], 0)), 15);
        cr_expect_eq(jac_item_i64(jac_at(x[k], 1)), 8);
        cr_expect_eq(jac_item_i64(jac_at(x[k], 2)), 7);
    }
    jac i = jac_array_of(JAC_I4, JAC_SHAPE(3), bytes);
    cr_expect_eq(jac_item_i64(jac_at(i, 1)), -8);
}

Test(small_dtypes, functions_of_the_width_refuse_integers_of_less_than_a_byte)
{
    jac x = jac_full(3, 1, JAC_I4);
    FAILS_WITH(jac_clz(x), "at least 8 bits");
    FAILS_WITH(jac_population_count(x), "at least 8 bits");
    FAILS_WITH(jac_shift_right_logical(x, x), "at least 8 bits");
    FAILS_WITH(jac_full(3, 8, JAC_I4), "8 does not fit");
    FAILS_WITH(jac_add(x, jac_full(3, 1, JAC_I8)), "no common dtype");
}

/* Tests of dtypes beyond the primitives' golden cases: JAX's promotion table, correct rounding to
 * 16-bit floats, sums that are rounded only once, C data of these types, and files. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "include/jacquard.h"
#include "ir/ir.h"
#include "ir/narrow.h"
#include "tests/support.h"

static ir_dtype dtype_named(const char *s, bool *weak)
{
    ir_dtype d;
    *weak = *s == '~';
    s += *weak;
    cr_assert(ir_dtype_find(s, strlen(s), &d), "%s is not a dtype", s);
    return d;
}

Test(dtypes, promotion_is_that_of_jax_for_every_pair_weak_types_included)
{
    FILE *f = fopen(JAC_TEST_DATA "/promote.txt", "r");
    cr_assert(f);
    char a[24], b[24], c[24];
    int n = 0;
    for (; fscanf(f, "%23s %23s %23s", a, b, c) == 3; n++) {
        bool wa, wb, wc, weak;
        ir_dtype da = dtype_named(a, &wa), db = dtype_named(b, &wb), want = dtype_named(c, &wc);
        ir_dtype got;
        cr_assert(ir_promote(da, wa, db, wb, &got, &weak), "%s with %s", a, b);
        /* A weak result has the default width of its kind, which is 64 bits in the file. */
        bool same = weak ? ir_dtypes[got].kind == ir_dtypes[want].kind : got == want;
        cr_expect(same && weak == wc, "%s with %s gives %s%s, wanted %s", a, b, weak ? "~" : "",
                  ir_dtypes[got].name, c);
    }
    fclose(f);
    cr_assert_eq(n, 15 * 15);
}

Test(dtypes, narrow_floats_widen_exactly_and_narrow_to_the_nearest_even)
{
    for (uint32_t k = 0; k < 0x10000; k++) {
        float f = ir_widen_f16((uint16_t)k), b = ir_widen_bf16((uint16_t)k);
        if (f == f)
            cr_assert_eq(ir_narrow_f16(f), k, "f16 %x", k);
        else
            cr_assert(isnan(ir_widen_f16(ir_narrow_f16(f))));
        cr_assert_eq(b == b ? ir_narrow_bf16(b) : k, k, "bf16 %x", k);
        if ((k & 0x7fff) >= 0x7bff || (k & 0x7fff) >= 0x7f7f)
            continue;
        /* Halfway between two numbers rounds to the even one, anything else to the nearer one. */
        float next = ir_widen_f16((uint16_t)(k + 1)), half = f / 2 + next / 2;
        cr_assert_eq(ir_narrow_f16(half), k & 1 ? k + 1 : k, "f16 %x", k);
        cr_assert_eq(ir_narrow_f16(nextafterf(half, next)), k + 1, "f16 %x", k);
        cr_assert_eq(ir_narrow_f16(nextafterf(half, f)), k, "f16 %x", k);
        next = ir_widen_bf16((uint16_t)(k + 1)), half = b / 2 + next / 2;
        if (fabsf(b) < 0x1p-120f)
            continue;
        cr_assert_eq(ir_narrow_bf16(half), k & 1 ? k + 1 : k, "bf16 %x", k);
        cr_assert_eq(ir_narrow_bf16(nextafterf(half, next)), k + 1, "bf16 %x", k);
    }
    cr_expect_eq(ir_narrow_f16(65519.0f), 0x7bff);
    cr_expect_eq(ir_narrow_f16(65520.0f), 0x7c00);
    cr_expect_eq(ir_narrow_bf16(3.4e38f), 0x7f80);
#ifdef __FLT16_MANT_DIG__
    for (uint64_t k = 0; k < 1u << 20; k++) {
        uint32_t u = (uint32_t)(k * 4099);
        float x = ir_float_of_bits(u);
        _Float16 h = (_Float16)x;
        uint16_t bits;
        memcpy(&bits, &h, 2);
        if (x == x)
            cr_assert_eq(ir_narrow_f16(x), bits, "%a", (double)x);
    }
#endif
}

Test(dtypes, sums_of_16_bit_floats_are_rounded_once)
{
    JAC_SCOPE () {
        jac_dtype dtypes[] = {JAC_F16, JAC_BF16};
        for (int k = 0; k < 2; k++) {
            jac x = jac_full(JAC_SHAPE(4001), 0.25, dtypes[k]);
            cr_expect_eq(jac_item_f64(jac_sum(x)), 1000, "%d", k); /* 16 bits would stop growing */
        }
    }
}

Test(dtypes, c_data_of_each_type_is_taken_for_what_it_is)
{
    JAC_SCOPE () {
        cr_expect_eq(jac_dtype_of(jac_array(JAC_SHAPE(2), (int8_t[]){1, 2})), JAC_I8);
        cr_expect_eq(jac_dtype_of(jac_array(JAC_SHAPE(2), (int16_t[]){1, 2})), JAC_I16);
        cr_expect_eq(jac_dtype_of(jac_array(JAC_SHAPE(2), (uint16_t[]){1, 2})), JAC_U16);
        jac x = jac_array_of(JAC_BF16, JAC_SHAPE(2), (uint16_t[]){0x3f80, 0xc040});
        char *s = jac_str(x);
        cr_expect_str_eq(s, "[1 -3]");
        free(s);
#ifdef __FLT16_MANT_DIG__
        jac y = jac_array(JAC_SHAPE(2), (_Float16[]){1.5f16, -2});
        cr_expect_eq(jac_dtype_of(y), JAC_F16);
        cr_expect_eq(jac_item_f64(jac_sum(y)), -0.5);
        cr_expect_eq(jac_dtype_of(jac_add(x, y)), JAC_F32);
#endif
        cr_expect_eq(jac_dtype_of(jac_mul(x, 0.5)), JAC_BF16);
    }
}

Test(dtypes, files_keep_every_dtype)
{
    char path[] = "/tmp/jacquard_dtypes_XXXXXX";
    close(mkstemp(path));
    JAC_SCOPE () {
        for (int d = 1; d <= IR_NDTYPE; d++) {
            jac x = jac_astype(jac_arange(5), (jac_dtype)d);
            cr_assert(jac_save(path, x), "%s", jac_dtype_name((jac_dtype)d));
            jac y = jac_load(path);
            cr_assert(jac_ok(y), "%s: %s", jac_dtype_name((jac_dtype)d), jac_error());
            cr_expect_eq(jac_dtype_of(y), (jac_dtype)d, "%s", jac_dtype_name((jac_dtype)d));
            cr_expect(jac_item_bool(jac_all(jac_equal(x, y))));
        }
    }
    unlink(path);
}

Test(dtypes, means_of_16_bit_floats_overflow_in_their_sums)
{
    cr_assert_eq(jac_item_f64(jac_mean(jac_full(300, 300.0, JAC_F16))), 300);
    cr_assert_eq(jac_item_f64(jac_mean(jac_ones(70000, JAC_F16))), 1);
    cr_assert_eq(jac_item_f64(jac_var(jac_full(300, 300.0, JAC_F16))), 0);
    cr_assert_eq(jac_item_f64(jac_mean(jac_full(70000, 300.0, JAC_BF16))), 300);
    cr_assert_eq(jac_item_f64(jac_std(jac_full(70000, 300.0, JAC_BF16))), 0);
    cr_assert_eq(jac_dtype_of(jac_mean(jac_ones(3, JAC_F16))), JAC_F16);
}

/* The state starts as a C number; the first step makes it a strong f32. */
JAC_DEF(jac, summed_by_a_block, (jac, x))
{
    jac s = jac_asarray(0.0);
    JAC_FOR (i, 0, 3, s)
        s = jac_add(s, jac_at(x, i));
    return jac_mul(s, jac_ones(1, JAC_BF16));
}

Test(dtypes, a_weak_state_that_a_loop_makes_strong_stays_weak)
{
    jac x = jac_array(3, ((float[]){1, 2, 3.01f}));
    jac eager = jac_call1(summed_by_a_block_fn, x);
    jac compiled = jac_call1(jac_jit(summed_by_a_block_fn), x);
    cr_assert_eq(jac_dtype_of(eager), JAC_F32);
    cr_assert_eq(jac_dtype_of(compiled), JAC_F32);
    cr_assert_eq(jac_item_f64(jac_sum(compiled)), jac_item_f64(jac_sum(eager)));
}

JAC_DEF(jac, counted_past_i32, (jac, x))
{
    jac s = x;
    JAC_FOR (i, 2147483646, 2147483650, s)
        s = jac_astype(i, JAC_F64);
    return s;
}

Test(dtypes, bounds_that_no_counter_holds_are_wrapped)
{
    cr_assert(!jac_ok(jac_call1(counted_past_i32_fn, jac_scalar(JAC_F64, 0))));
    cr_assert(strstr(jac_error(), "2147483650 does not fit i32") != NULL, "said: %s", jac_error());
    jac_error_clear();
    cr_assert(!jac_ok(jac_call1(jac_jit(counted_past_i32_fn), jac_scalar(JAC_F64, 0))));
    cr_assert(strstr(jac_error(), "2147483650 does not fit i32") != NULL, "said: %s", jac_error());
    jac_error_clear();
}

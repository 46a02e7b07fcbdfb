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
#include "ops/ops.h"
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
        ir_dtype da = dtype_named(a, &wa), db = dtype_named(b, &wb), got;
        if (!strcmp(c, "-")) {
            cr_expect_not(ir_promote(da, wa, db, wb, &got, &weak), "%s with %s", a, b);
            ir_error_clear();
            continue;
        }
        ir_dtype want = dtype_named(c, &wc);
        cr_assert(ir_promote(da, wa, db, wb, &got, &weak), "%s with %s", a, b);
        /* A weak result has the default width of its kind, which is 64 bits in the file. */
        bool same = weak ? ir_dtypes[got].kind == ir_dtypes[want].kind : got == want;
        cr_expect(same && weak == wc, "%s with %s gives %s%s, wanted %s", a, b, weak ? "~" : "",
                  ir_dtypes[got].name, c);
    }
    fclose(f);
    cr_assert_eq(n, 31 * 31);
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

static double value_of(ir_dtype d, uint64_t bits)
{
    return ir_scalar_f64(d, (ir_scalar){.bits = bits});
}

static uint64_t bits_of(ir_dtype d, double v)
{
    return ir_scalar_of(d, v).bits;
}

/* The halfway point between two neighbours goes to the one with even bits, any other to the nearer
 * one. */
static void check_rounding(ir_dtype d, uint64_t k, uint64_t sign)
{
    const char *name = ir_dtypes[d].name;
    double below = value_of(d, k | sign), above = value_of(d, (k + 1) | sign);
    float half = (float)(below / 2 + above / 2);
    if (!isfinite(above) || (double)half != below / 2 + above / 2)
        return;
    cr_assert_lt(fabs(below), fabs(above), "%s %x", name, (unsigned)k);
    cr_assert_eq(bits_of(d, half), (k + (k & 1)) | sign, "%s: %a", name, (double)half);
    cr_assert_eq(bits_of(d, nextafterf(half, (float)above)), (k + 1) | sign, "%s: %a", name,
                 (double)half);
    cr_assert_eq(bits_of(d, nextafterf(half, (float)below)), k | sign, "%s: %a", name,
                 (double)half);
}

/* f8_e8m0fnu has neither a sign nor a zero: its values are checked by the golden ones alone. */
static bool is_narrow_float(ir_dtype d)
{
    return ir_is_float(d) && ir_is_narrow(d) && d != IR_f8_e8m0fnu;
}

Test(dtypes, each_narrow_float_is_what_its_row_says)
{
    for (ir_dtype d = 0; d < IR_NDTYPE; d++) {
        if (!is_narrow_float(d))
            continue;
        const char *name = ir_dtypes[d].name;
        uint64_t sign = (uint64_t)1 << (ir_dtypes[d].bits - 1);
        for (uint64_t k = 0; k < 2 * sign; k++) {
            double v = value_of(d, k);
            if (v == v)
                cr_assert_eq(bits_of(d, v), k, "%s: %x", name, (unsigned)k);
            else
                cr_assert(isnan(value_of(d, bits_of(d, v))), "%s: %x", name, (unsigned)k);
            if ((k & ~sign) + 1 < sign)
                check_rounding(d, k & ~sign, k & sign);
        }
        double tiny = ir_least_normal(d), eps = ir_epsilon(d);
        cr_expect_eq(value_of(d, bits_of(d, 1) + 1), 1 + eps, "%s: digits", name);
        cr_expect_eq(value_of(d, bits_of(d, tiny) + 1), tiny * (1 + eps), "%s: least", name);
        cr_expect_eq(value_of(d, bits_of(d, tiny) - 1), tiny * (1 - eps), "%s: least", name);
        uint64_t top = ir_scalar_highest(d).bits - ir_has_infinity(d);
        double most = value_of(d, top);
        bool last = top == sign - 1; /* all bits are numbers, but for the sign's */
        cr_expect(isfinite(most) && (last || !isfinite(value_of(d, top + 1))), "%s: %a", name, most);
        cr_expect_eq(ilogb(most), ir_dtypes[d].most - 1, "%s: most", name);
        cr_expect_eq(ir_scalar_f64(d, ir_scalar_lowest(d)),
                     -ir_scalar_f64(d, ir_scalar_highest(d)), "%s: lowest", name);
        bool finite = ir_dtypes[d].bits < 8;
        cr_expect_eq(bits_of(d, 4 * most) == top, finite, "%s: what is too large", name);
    }
}

JAC_DEF(jac, upwards, (jac, x)) { return jac_nextafter(x, jac_scalar(jac_dtype_of(x), 4)); }

Test(dtypes, the_next_narrow_float_has_the_next_bits)
{
    for (ir_dtype d = 0; d < IR_NDTYPE; d++) {
        if (!is_narrow_float(d))
            continue;
        JAC_SCOPE () {
            jac_dtype public = (jac_dtype)(d + 1);
            jac x = jac_astype(jac_array(4, ((float[]){1, 3, -2, 0})), public);
            jac y[] = {jac_call1(upwards_fn, x), jac_call1(jac_jit(upwards_fn), x)};
            for (int k = 0; k < 2; k++) {
                cr_assert(jac_ok(y[k]), "%s", jac_error());
                double last = value_of(d, 1);
                cr_expect_eq(jac_item_f64(jac_at(y[k], 0)), 1 + ir_epsilon(d));
                cr_expect_eq(jac_item_f64(jac_at(y[k], 2)), -2 * (1 - ir_epsilon(d) / 2));
                cr_expect_eq(jac_item_f64(jac_at(y[k], 3)), last, "%s", ir_dtypes[d].name);
            }
        }
    }
}

/* Reductions and searches start from the dtype's own extremes. */
JAC_DEF(jac, greatest, (jac, x)) { return jac_max(x, 1); }
JAC_DEF(jac, least, (jac, x)) { return jac_min(x, 1); }
JAC_DEF(jac, greatest_at, (jac, x)) { return jac_argmax(x, 1); }
JAC_DEF(jac, least_at, (jac, x)) { return jac_argmin(x, 1); }
JAC_DEF(jac, running_greatest, (jac, x)) { return jac_at(jac_cummax(x, 1), 0); }
JAC_DEF(jac, running_least, (jac, x)) { return jac_at(jac_cummin(x, 0), 0); }

Test(dtypes, extremes_are_found_in_every_dtype)
{
    jac_fn fn[] = {greatest_fn, least_fn, greatest_at_fn, least_at_fn, running_greatest_fn,
                   running_least_fn};
    for (int d = 2; d <= TEST_NREAL; d++)
        for (int k = 0; k < 6; k++)
            JAC_SCOPE () {
                jac x = jac_astype(jac_array(JAC_SHAPE(2, 3), ((float[]){3, 1, 2, 5, 4, 6})),
                                   (jac_dtype)d);
                bool is_signed = ir_dtypes[d - 1].kind != IR_KIND_UINT && d != JAC_F8_E8M0FNU;
                x = k % 2 || !is_signed ? x : jac_neg(x);
                jac want = jac_astype(jac_call1(fn[k], jac_astype(x, JAC_F32)), JAC_F32);
                jac got[] = {jac_call1(fn[k], x), jac_call1(jac_jit(fn[k]), x)};
                for (int j = 0; j < 2; j++)
                    cr_expect(jac_item_bool(jac_all(jac_eq(jac_astype(got[j], JAC_F32), want))),
                              "%s, function %d, %s", jac_dtype_name((jac_dtype)d), k,
                              j ? "compiled" : "interpreted");
            }
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

/* The names of the elementwise primitives with one operand. */
static const char *const of_one[] = {
#define NAME_1(name) #name,
#define NAME_2(name)
#define EW_OTHER(name)
#define EW(name, arity, ...) NAME_##arity(name)
#include "ops/elementwise.def"
};

/* Compiled code has functions of its own for 16-bit floats (ops/scalar/short.h). The interpreter
 * computes in f32. */
Test(dtypes, compiled_functions_give_the_rounded_f32_for_every_16_bit_float, .timeout = 300)
{
    TEST_POOL(pool);
    ops_init();
    ir_dtype dtypes[] = {IR_f16, IR_bf16};
    for (size_t k = 0; k < 2 * (sizeof of_one / sizeof *of_one); k++) {
        const char *name = of_one[k / 2];
        ir_type t = ir_type_make(dtypes[k % 2], 1, (int64_t[]){0x10000});
        IR_AUTO_GRAPH g = ir_graph_new(name);
        ir_value *x = ir_input(g, &t);
        ir_value *y = ir_emit1(g, ir_op_find(name, strlen(name)), 1, &x, NULL);
        ir_error_clear(); /* of a primitive that takes no floats */
        if (!y)
            continue;
        ir_outputs(g, &y, 1);
        test_arrays in = {0}, eval = {0}, jit = {0};
        test_arrays_add(&pool, &in, test_array_new(&pool, &t));
        for (uint32_t b = 0; b < 0x10000; b++)
            ((uint16_t *)in.at[0].data)[b] = (uint16_t)b;
        cr_assert(test_eval(&pool, g, &in, &eval) && test_jit(&pool, g, &in, &jit));
        test_close_all(name, &jit, 0, &eval, (test_tolerance){TEST_EXACT, 0});
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
            const char *name = jac_dtype_name((jac_dtype)d);
            jac x = jac_astype(jac_arange(5), (jac_dtype)d);
            if (!*ir_dtypes[d - 1].npy) {
                cr_expect_not(jac_save(path, x), "%s", name);
                cr_expect(strstr(jac_error(), name), "said: %s", jac_error());
                jac_error_clear();
                continue;
            }
            cr_assert(jac_save(path, x), "%s", name);
            jac y = jac_load(path);
            cr_assert(jac_ok(y), "%s: %s", name, jac_error());
            cr_expect_eq(jac_dtype_of(y), (jac_dtype)d, "%s", name);
            cr_expect(jac_item_bool(jac_all(jac_eq(x, y))), "%s", name);
        }
    }
    unlink(path);
}

Test(dtypes, no_two_dtypes_have_the_same_name_anywhere)
{
    for (int d = 0; d < IR_NDTYPE; d++)
        for (int o = 0; o < d; o++) {
            const ir_dtype_info *x = &ir_dtypes[d], *y = &ir_dtypes[o];
            cr_expect(strcmp(x->name, y->name), "%s", x->name);
            cr_expect(!*x->npy || strcmp(x->npy, y->npy), "%s and %s are both %s in a .npy file",
                      x->name, y->name, x->npy);
            cr_expect(strcmp(x->stablehlo, y->stablehlo), "%s and %s", x->name, y->name);
            cr_expect(x->dlpack != y->dlpack || x->bits != y->bits, "%s and %s", x->name, y->name);
        }
}

/* The names of dtypes in the specification of StableHLO, and their codes in dlpack.h. */
static const struct {
    const char *name, *stablehlo;
    int dlpack;
} standard[] = {{"bool", "i1", 6},
                {"i8", "i8", 0},
                {"i16", "i16", 0},
                {"i32", "i32", 0},
                {"i64", "i64", 0},
                {"u8", "ui8", 1},
                {"u16", "ui16", 1},
                {"u32", "ui32", 1},
                {"u64", "ui64", 1},
                {"f16", "f16", 2},
                {"bf16", "bf16", 4},
                {"f32", "f32", 2},
                {"f64", "f64", 2},
                {"c64", "complex<f32>", 5},
                {"c128", "complex<f64>", 5},
                {"i2", "i2", 0},
                {"i4", "i4", 0},
                {"u2", "ui2", 1},
                {"u4", "ui4", 1},
                {"f4_e2m1fn", "f4E2M1FN", 17},
                {"f6_e2m3fn", "f6E2M3FN", 15},
                {"f6_e3m2fn", "f6E3M2FN", 16},
                {"f8_e3m4", "f8E3M4", 7},
                {"f8_e4m3", "f8E4M3", 8},
                {"f8_e4m3b11fnuz", "f8E4M3B11FNUZ", 9},
                {"f8_e4m3fn", "f8E4M3FN", 10},
                {"f8_e4m3fnuz", "f8E4M3FNUZ", 11},
                {"f8_e5m2", "f8E5M2", 12},
                {"f8_e5m2fnuz", "f8E5M2FNUZ", 13},
                {"f8_e8m0fnu", "f8E8M0FNU", 14}};

Test(dtypes, other_systems_call_each_dtype_what_its_row_says)
{
    for (int d = 0; d < IR_NDTYPE; d++) {
        size_t k = 0, n = sizeof standard / sizeof *standard;
        while (k < n && strcmp(standard[k].name, ir_dtypes[d].name))
            k++;
        cr_assert(k < n, "%s is not in the table of standard names", ir_dtypes[d].name);
        cr_expect_str_eq(ir_dtypes[d].stablehlo, standard[k].stablehlo, "%s", ir_dtypes[d].name);
        cr_expect_eq(ir_dtypes[d].dlpack, standard[k].dlpack, "%s", ir_dtypes[d].name);
    }
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

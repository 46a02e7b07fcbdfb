/* Elementwise primitives: values at the edges, and what each row of the table accepts, says about
 * itself and reports as an error. (Values against JAX's: tests/golden.) */
#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

#include "tests/elementwise.h"

static void setup(void)
{
    ops_init();
}

TestSuite(elementwise, .init = setup);

/* ---- values at the edges ------------------------------------------------------------------- */

typedef struct {
    const char *name;
    int64_t attr; /* of those that have one; convert's dtype */
    const char *in[4], *want;
} edge;

static const edge edges[] = {
    {"add", 0, {"i32[2] 2147483647 -5", "i32[2] 1 3"}, "i32[2] -2147483648 -2"},
    {"add", 0, {"u8[2] 255 7", "u8[2] 2 1"}, "u8[2] 1 8"},
    {"sub", 0, {"u32[1] 0", "u32[1] 1"}, "u32[1] 4294967295"},
    {"mul", 0, {"i64[1] 4611686018427387904", "i64[1] 2"}, "i64[1] -9223372036854775808"},
    {"mul", 0, {"i32[1] 65536", "i32[1] 65537"}, "i32[1] 65536"},
    {"neg", 0, {"i32[2] -2147483648 3"}, "i32[2] -2147483648 -3"},
    {"abs", 0, {"i64[2] -9223372036854775808 -3"}, "i64[2] -9223372036854775808 3"},
    {"div",
     0,
     {"i32[7] 7 -7 7 -7 5 -2147483648 9", "i32[7] 2 2 -2 -2 0 -1 -1"},
     "i32[7] 3 -3 -3 3 -1 -2147483648 -9"},
    {"div", 0, {"u64[2] 5 9", "u64[2] 0 2"}, "u64[2] 18446744073709551615 4"},
    {"rem", 0, {"i32[6] 7 -7 7 -7 5 -2147483648", "i32[6] 2 2 -2 -2 0 -1"}, "i32[6] 1 -1 1 -1 5 0"},
    {"rem", 0, {"u8[2] 5 9", "u8[2] 0 4"}, "u8[2] 5 1"},
    {"rem", 0, {"f64[5] 5.5 -5.5 inf 1 -0", "f64[5] 2 2 2 inf 3"}, "f64[5] 1.5 -1.5 nan 1 -0"},
    {"sign", 0, {"f32[5] nan -0 0 -3 inf"}, "f32[5] nan -0 0 -1 1"},
    {"sign", 0, {"i32[3] -7 0 9"}, "i32[3] -1 0 1"},
    {"sign", 0, {"u8[2] 0 200"}, "u8[2] 0 1"},
    {"max",
     0,
     {"f32[6] -0 0 nan 1 inf -inf", "f32[6] 0 -0 1 nan nan 3"},
     "f32[6] 0 0 nan nan nan 3"},
    {"min",
     0,
     {"f64[6] -0 0 nan 1 inf -inf", "f64[6] 0 -0 1 nan nan 3"},
     "f64[6] -0 -0 nan nan nan -inf"},
    {"max", 0, {"bool[4] 0 0 1 1", "bool[4] 0 1 0 1"}, "bool[4] 0 1 1 1"},
    {"min", 0, {"u64[2] 18446744073709551615 3", "u64[2] 4 5"}, "u64[2] 4 3"},
    {"square", 0, {"i32[1] -65536"}, "i32[1] 0"},
    {"floor", 0, {"f32[4] -0.5 -0 2.5 inf"}, "f32[4] -1 -0 2 inf"},
    {"ceil", 0, {"f64[3] -0.5 0.1 nan"}, "f64[3] -0 1 nan"},
    {"round", 0, {"f32[6] 0.5 1.5 -0.5 2.5 0.49999997 -0.2"}, "f32[6] 1 2 -1 3 0 -0"},
    {"round", 1, {"f64[5] 0.5 1.5 -0.5 2.5 -0.2"}, "f64[5] 0 2 -0 2 -0"},
    {"is_finite", 0, {"f32[4] 3.4e38 inf -inf nan"}, "bool[4] 1 0 0 0"},
    {"nextafter",
     0,
     {"f32[6] 0 0 1 inf nan -0", "f32[6] 1 -1 0 0 1 0"},
     "f32[6] 0x1p-149 -0x1p-149 0x1.fffffep-1 0x1.fffffep+127 nan 0"},
    {"nextafter",
     0,
     {"f64[3] -1 -0x1p-1074 0x1.fffffffffffffp+1023", "f64[3] 0 1 inf"},
     "f64[3] -0x1.fffffffffffffp-1 -0 inf"},
    {"eq", 0, {"f32[3] nan 0 1", "f32[3] nan -0 2"}, "bool[3] 0 1 0"},
    {"ne", 0, {"f32[3] nan 0 1", "f32[3] nan -0 2"}, "bool[3] 1 0 1"},
    {"lt", 0, {"u32[2] 4294967295 1", "u32[2] 1 4294967295"}, "bool[2] 0 1"},
    {"ge", 0, {"i32[2] -1 1", "i32[2] 1 -1"}, "bool[2] 0 1"},
    {"le", 0, {"bool[3] 0 1 1", "bool[3] 1 0 1"}, "bool[3] 1 0 1"},
    {"gt", 0, {"f64[3] nan inf 0", "f64[3] 0 0 -0"}, "bool[3] 0 1 0"},
    {"and", 0, {"bool[4] 0 0 1 1", "bool[4] 0 1 0 1"}, "bool[4] 0 0 0 1"},
    {"or", 0, {"u8[1] 5", "u8[1] 18"}, "u8[1] 23"},
    {"xor", 0, {"i64[1] -1", "i64[1] 5"}, "i64[1] -6"},
    {"not", 0, {"bool[2] 0 1"}, "bool[2] 1 0"},
    {"not", 0, {"u8[1] 1"}, "u8[1] 254"},
    {"shift_left", 0, {"i32[4] -5 5 1 128", "i32[4] 1 40 -1 8"}, "i32[4] -10 0 0 32768"},
    {"shift_left", 0, {"u8[2] 128 3", "u8[2] 1 8"}, "u8[2] 0 0"},
    {"shift_right_arithmetic",
     0,
     {"i32[4] -5 5 -1 -128", "i32[4] 1 40 -1 32"},
     "i32[4] -3 0 -1 -1"},
    {"shift_right_arithmetic", 0, {"u32[2] 4294967291 5", "u32[2] 1 40"}, "u32[2] 4294967293 0"},
    {"shift_right_arithmetic", 0, {"u8[2] 251 128", "u8[2] 1 8"}, "u8[2] 253 255"},
    {"shift_right_logical", 0, {"i32[3] -5 5 1", "i32[3] 1 40 -1"}, "i32[3] 2147483645 0 0"},
    {"shift_right_logical", 0, {"i64[2] -5 -1", "i64[2] 1 64"}, "i64[2] 9223372036854775805 0"},
    {"population_count", 0, {"i32[2] -1 5"}, "i32[2] 32 2"},
    {"clz", 0, {"u8[3] 0 1 128"}, "u8[3] 8 7 0"},
    {"clz", 0, {"i64[2] 0 -1"}, "i64[2] 64 0"},
    {"clamp",
     0,
     {"f32[4] 0 nan 5 0", "f32[4] nan 1 1 -1", "f32[4] 1 1 2 nan"},
     "f32[4] nan nan 2 nan"},
    {"clamp", 0, {"i32[] -1", "i32[4] -5 0 5 1", "i32[4] 2 2 2 -2"}, "i32[4] -1 0 2 -2"},
    {"select_n", 0, {"bool[2] 0 1", "f64[2] 1 2", "f64[2] 3 4"}, "f64[2] 1 4"},
    {"select_n", 0, {"bool[] 1", "u8[2] 1 2", "u8[2] 3 4"}, "u8[2] 3 4"},
    {"select_n",
     0,
     {"i32[5] -1 0 1 2 5", "i64[5] 0 1 2 3 4", "i64[5] 10 11 12 13 14", "i64[5] 20 21 22 23 24"},
     "i64[5] 0 1 12 23 24"},
    {"select_n", 0, {"i32[] 7", "f32[2] 1 2", "f32[2] nan -0"}, "f32[2] nan -0"},
    {"integer_pow", 5, {"i32[3] -2 0 100"}, "i32[3] -32 0 1410065408"},
    {"integer_pow", 0, {"f32[3] nan 0 inf"}, "f32[3] 1 1 1"},
    {"integer_pow", -3, {"f64[3] 2 -0 inf"}, "f64[3] 0.125 -inf 0"},
    {"integer_pow", INT64_MIN, {"f64[3] 2 1 0.5"}, "f64[3] 0 1 inf"},
    {"convert_element_type",
     IR_i32,
     {"f32[8] nan inf -inf 3e9 -3e9 -1.5 1.9 -0"},
     "i32[8] 0 2147483647 -2147483648 2147483647 -2147483648 -1 1 0"},
    {"convert_element_type",
     IR_u8,
     {"f64[6] nan 300 -1 255.9 -0.9 256"},
     "u8[6] 0 255 0 255 0 255"},
    {"convert_element_type",
     IR_u64,
     {"f64[5] nan inf -inf 1e19 -3"},
     "u64[5] 0 18446744073709551615 0 10000000000000000000 0"},
    {"convert_element_type",
     IR_i64,
     {"f32[4] inf -inf 9.3e18 -1e18"},
     "i64[4] 9223372036854775807 -9223372036854775808 9223372036854775807 -999999984306749440"},
    {"convert_element_type", IR_bool, {"f64[5] nan 0 -0 0.1 0x1p-1074"}, "bool[5] 1 0 0 1 1"},
    {"convert_element_type", IR_bool, {"i32[3] -256 0 1"}, "bool[3] 1 0 1"},
    {"convert_element_type",
     IR_f32,
     {"u64[2] 18446744073709551615 16777217"},
     "f32[2] 18446744073709551616 16777216"},
    {"convert_element_type", IR_f32, {"f64[3] 1e300 0.1 0x1p-149"}, "f32[3] inf 0.1 0x1p-149"},
    {"convert_element_type", IR_u8, {"i64[2] 300 -1"}, "u8[2] 44 255"},
    {"convert_element_type", IR_i32, {"u32[1] 4294967295"}, "i32[1] -1"},
    {"convert_element_type", IR_f64, {"bool[2] 0 1"}, "f64[2] 0 1"},
    {"bitcast_convert_type",
     IR_u32,
     {"f32[3] 1 -0 inf"},
     "u32[3] 1065353216 2147483648 2139095040"},
    {"bitcast_convert_type", IR_f64, {"i64[1] 4607182418800017408"}, "f64[1] 1"},
    {"copy", 0, {"f64[3] nan -0 2"}, "f64[3] nan -0 2"},
    {"stop_gradient", 0, {"bool[2] 0 1"}, "bool[2] 0 1"},
};

Test(elementwise, edge_values_are_those_of_xla)
{
    for (size_t k = 0; k < sizeof edges / sizeof *edges; k++) {
        TEST_POOL(p);
        const edge *c = &edges[k];
        ir_attr attr[IR_MAX_ATTRS] = {{.i = c->attr}}; /* the first, whichever it is */
        char what[80];
        snprintf(what, sizeof what, "%s of %.40s", c->name, c->in[0]);
        test_arrays in = read_all(&p, c->in), out;
        IR_AUTO_GRAPH g = graph_for(op_named(c->name), attr, &in);
        if (!g || !test_eval(&p, g, &in, &out)) {
            test_fail(what, "could not be run");
            continue;
        }
        test_array want = test_array_read(&p, c->want);
        test_close(what, &out.at[0], &want, EXACTLY);
    }
}

Test(elementwise, arrays_without_elements_are_left_alone)
{
    TEST_POOL(p);
    static const char *const in_text[][4] = {{"f32[0]", "f32[0]"}, {"i32[2,0]", "i32[2,0]"}};
    for (int k = 0; k < 2; k++) {
        test_arrays in = read_all(&p, in_text[k]), out;
        IR_AUTO_GRAPH g = graph_for(&op_add, NULL, &in);
        cr_assert(g && test_eval(&p, g, &in, &out));
        cr_expect_eq(ir_type_count(&out.at[0].type), 0);
    }
}

/* ---- the table ------------------------------------------------------------------------------ */

Test(elementwise, builders_append_their_own_primitive_for_every_dtype_it_takes)
{
    EACH_ROW(r)
    for (int d = 0; d < IR_NDTYPE; d++) {
        IR_AUTO_GRAPH g = ir_graph_new("g");
        ir_type t = ir_type_make((ir_dtype)d, 1, (int64_t[]){3});
        ir_value *x = ir_input(g, &t);
        ir_value *y = r->arity == 1 ? r->build1(g, x) : r->build2(g, x, x);
        if (!r->takes(d) && !(r->complex && ir_is_complex((ir_dtype)d))) {
            cr_expect(!y && ir_error(), "%s took %s", r->op->name, ir_dtypes[d].name);
            ir_error_clear();
            continue;
        }
        cr_assert(y, "%s of %s: %s", r->op->name, ir_dtypes[d].name, ir_error());
        ir_type want = r->pred ? ir_type_like(t, IR_bool) : t;
        if (r->op == &op_abs)
            want.dtype = ir_part((ir_dtype)d);
        cr_expect(y->eqn->op == r->op && ir_same_type(&y->type, &want), "%s of %s gives %s %s",
                  r->op->name, ir_dtypes[d].name, y->eqn->op->name, ir_type_tmp(&y->type));
    }
}

Test(elementwise, flags_say_what_commutes)
{
    TEST_POOL(p);
    EACH_ROW(r)
    {
        if (!(r->op->flags & IR_OP_COMMUTES))
            continue;
        for (int d = 0; d < IR_NDTYPE; d++) {
            if (!r->takes(d))
                continue;
            ir_type t = ir_type_make((ir_dtype)d, 1, (int64_t[]){64});
            test_arrays in = {0}, back = {0}, a, b;
            for (int k = 0; k < 2; k++)
                test_arrays_add(&p, &in, test_array_random(&p, &t, (uint64_t)(7 + k), -1, 2));
            for (int k = 1; k >= 0; k--)
                test_arrays_add(&p, &back, in.at[k]);
            IR_AUTO_GRAPH g = graph_for(r->op, NULL, &in);
            cr_assert(test_eval(&p, g, &in, &a) && test_eval(&p, g, &back, &b));
            test_close(r->op->name, &b.at[0], &a.at[0], EXACTLY);
        }
    }
}

Test(elementwise, weakness_survives_only_among_weak_operands)
{
    IR_AUTO_GRAPH g = ir_graph_new("g");
    ir_type strong = ir_type_scalar(IR_f32), weak = strong;
    weak.weak = true;
    ir_value *s = ir_input(g, &strong), *w = ir_input(g, &weak);
    cr_expect(b_add(g, w, w)->type.weak && b_exp(g, w)->type.weak);
    cr_expect(!b_add(g, w, s)->type.weak && !b_add(g, s, w)->type.weak);
    cr_expect(!b_lt(g, w, w)->type.weak, "a comparison gives a plain bool");
    ir_value *pred = b_lt(g, w, w);
    cr_expect(b_select(g, pred, w, w)->type.weak && !b_select(g, pred, w, s)->type.weak);
    cr_expect(b_clamp(g, w, w, w)->type.weak && !b_clamp(g, w, s, w)->type.weak);
    cr_expect(!b_convert(g, w, IR_f32)->type.weak, "a converted value is of the dtype asked for");
    cr_expect(b_convert(g, s, IR_f32) == s);
}

/* ---- errors ---------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    int64_t attr;
    const char *in[4]; /* types alone */
    const char *says[3];
} mistakes[] = {
    {"add", 0, {"f32[3]", "f32[4]"}, {"add", "f32[3]", "f32[4]"}},
    {"add", 0, {"f32[3]", "i32[3]"}, {"add", "f32[3]", "i32[3]"}},
    {"add", 0, {"bool[]", "bool[]"}, {"add takes numbers", "bool[]"}},
    {"add", 0, {"f32[]"}, {"add takes 2 operands", "given 1"}},
    {"sin", 0, {"i32[3]"}, {"sin takes floating-point numbers", "i32[3]"}},
    {"shift_left", 0, {"f32[]", "f32[]"}, {"left_shift takes integers", "f32[]"}},
    {"and", 0, {"f64[]", "f64[]"}, {"and takes bools or integers", "f64[]"}},
    {"abs", 0, {"u8[2]"}, {"abs takes signed integers", "u8[2]"}},
    {"select_n", 0, {"f32[]", "f32[]", "f32[]"}, {"select_n", "bool or i32", "f32[]"}},
    {"select_n", 0, {"bool[2]", "f32[3]", "f32[3]"}, {"select_n", "bool[2]", "f32[3]"}},
    {"select_n", 0, {"bool[3]", "f32[3]", "f64[3]"}, {"case 0 is f32[3]", "case 1 is f64[3]"}},
    {"select_n", 0, {"bool[]", "i32[]", "i32[]", "i32[]"}, {"2 cases", "3"}},
    {"select_n", 0, {"bool[]"}, {"at least one case"}},
    {"clamp", 0, {"f32[]", "f32[3]", "f32[2]"}, {"clamp: max is f32[2]", "f32[3]"}},
    {"clamp", 0, {"i32[]", "f32[3]", "f32[]"}, {"clamp: min is i32[]", "f32[3]"}},
    {"integer_pow", -1, {"i32[2]"}, {"integer_pow", "i32[2]", "negative power -1"}},
    {"integer_pow", 2, {"bool[2]"}, {"integer_pow takes numbers", "bool[2]"}},
    {"round", 2, {"f32[]"}, {"rounding_method is 2"}},
    {"round", 0, {"i32[]"}, {"round takes floating-point numbers", "i32[]"}},
    {"bitcast_convert_type", IR_u64, {"f32[3]"}, {"f32[3]", "u64", "the last axis must have the 2"}},
    {"bitcast_convert_type", IR_u8, {"bool[2]"}, {"bool[2]", "u8"}},
    {"bitcast_convert_type", IR_bool, {"u8[2]"}, {"u8[2]", "bool"}},
    {"convert_element_type", 99, {"u8[2]"}, {"no such dtype"}},
};

Test(elementwise, mistakes_are_told_with_the_types_that_did_not_fit)
{
    for (size_t k = 0; k < sizeof mistakes / sizeof *mistakes; k++) {
        ir_type types[4];
        int n = 0;
        for (; n < 4 && mistakes[k].in[n]; n++) {
            const char *text = mistakes[k].in[n];
            cr_assert(test_type_read(&text, &types[n]));
        }
        ir_attr attr[IR_MAX_ATTRS] = {{.i = mistakes[k].attr}};
        ir_graph *g = graph_of(op_named(mistakes[k].name), attr, n, types);
        cr_expect_null(g, "%s took %s", mistakes[k].name, mistakes[k].in[0]);
        ir_graph_release(g);
        for (int w = 0; w < 3 && mistakes[k].says[w]; w++)
            cr_expect(ir_error() && strstr(ir_error(), mistakes[k].says[w]),
                      "\"%s\" does not say \"%s\"", ir_error(), mistakes[k].says[w]);
        ir_error_clear();
    }
}

Test(elementwise, a_missing_operand_gives_nothing_and_no_second_error)
{
    IR_AUTO_GRAPH g = ir_graph_new("g");
    ir_value *x = b_const_int(g, IR_f32, 1);
    cr_expect(!b_add(g, NULL, x) && !b_exp(g, NULL) && !b_select(g, NULL, x, x) &&
              !b_clamp(g, x, NULL, x) && !b_convert(g, NULL, IR_f32) && !b_const(g, NULL, 1) &&
              !b_bitcast(g, NULL, IR_i32) && !b_round(g, NULL, true));
    cr_expect_null(ir_error());
}

/* ---- literals, registration ------------------------------------------------------------------ */

Test(elementwise, literals_hold_their_bits)
{
    TEST_POOL(p);
    IR_AUTO_GRAPH g = ir_graph_new("g");
    ir_scalar tiny = {.v_f64 = 0x1p-1074};
    ir_value *out[] = {ir_literal(g, IR_f64, tiny, false), b_const_int(g, IR_u8, 300),
                       b_const_int(g, IR_i64, INT64_MIN)};
    ir_outputs(g, out, 3);
    static const char *const want[] = {"f64[] 0x1p-1074", "u8[] 255", "i64[] -9223372036854775808"};
    test_arrays none = {0}, got;
    cr_assert(test_eval(&p, g, &none, &got), "%s", ir_error());
    for (int k = 0; k < 3; k++) {
        test_array w = test_array_read(&p, want[k]);
        test_close("literal", &got.at[k], &w, EXACTLY);
    }
}

static void *init_and_find(void *found)
{
    ops_init();
    *(const ir_op **)found = ir_op_find("erf_inv", 7);
    return NULL;
}

Test(elementwise, threads_may_all_initialize, .init = NULL)
{
    enum { N = 8 };
    pthread_t thread[N];
    const ir_op *found[N] = {0};
    for (int k = 0; k < N; k++)
        cr_assert(!pthread_create(&thread[k], NULL, init_and_find, &found[k]));
    for (int k = 0; k < N; k++) {
        pthread_join(thread[k], NULL);
        cr_expect(found[k] == &op_erf_inv);
    }
    int n = 0, adds = 0;
    for (; ir_op_at(n); n++)
        adds += ir_op_at(n) == &op_add;
    cr_expect_eq(adds, 1, "add is registered %d times", adds);
}

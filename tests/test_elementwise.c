/* Elementwise primitives: edge semantics, and every rule of every row of the table against what it
 * must agree with: derivatives with differences, transposes with the inner product, batches with
 * a loop, simplification with evaluation. (Values against JAX's: tests/golden.) */
#include <criterion/criterion.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "ops/ops.h"
#include "tests/support.h"

#define EXACTLY ((test_tolerance){TEST_EXACT, 0})

static void setup(void)
{
    ops_init();
}

TestSuite(elementwise, .init = setup);

/* ---- graphs of one equation ---------------------------------------------------------------- */

static const ir_op *op_named(const char *name)
{
    const ir_op *op = ir_op_find(name, strlen(name));
    cr_assert(op, "no primitive is named %s", name);
    return op;
}

/* A graph that applies op to inputs of these types; NULL with an error recorded. */
static ir_graph *graph_of(const ir_op *op, const ir_attr *attr, int n, const ir_type *types)
{
    ir_graph *g = ir_graph_new(op->name);
    for (int k = 0; k < n; k++)
        ir_input(g, &types[k]);
    ir_value **y = ir_emit(g, op, n, g->in, attr);
    if (y)
        ir_outputs(g, y, 1);
    else
        ir_graph_release(g);
    return y ? g : NULL;
}

static test_arrays read_all(test_pool *p, const char *const *texts)
{
    test_arrays in = {0};
    for (int k = 0; k < 4 && texts[k]; k++)
        test_arrays_add(p, &in, test_array_read(p, texts[k]));
    return in;
}

static ir_graph *graph_for(const ir_op *op, const ir_attr *attr, const test_arrays *in)
{
    ir_type types[4];
    for (int k = 0; k < in->n; k++)
        types[k] = in->at[k].type;
    return graph_of(op, attr, in->n, types);
}

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

typedef struct {
    const ir_op *op;
    int arity;
    bool (*takes)(int dtype);
    bool pred;
    ir_value *(*build1)(ir_graph *, ir_value *);
    ir_value *(*build2)(ir_graph *, ir_value *, ir_value *);
} table_row;

/* Said apart from the table in ops/scalar/each.h, which it is to agree with. */
#define IS(which)     (ir_dtypes[d].kind == IR_KIND_##which)
#define KIND_float    IS(FLOAT)
#define KIND_floats   IS(FLOAT)
#define KIND_int      (IS(INT) || IS(UINT))
#define KIND_signed   (IS(INT) || IS(FLOAT))
#define KIND_bits     (IS(BOOL) || KIND_int)
#define KIND_num      (KIND_int || IS(FLOAT))
#define KIND_ordered  true
#define KIND_any      true
#define GIVES_same    false
#define GIVES_pred    true
#define BUILD_1(name) .build1 = b_##name
#define BUILD_2(name) .build2 = b_##name

#define TAKES(kind)                                                                                \
    static bool takes_##kind(int d)                                                                \
    {                                                                                              \
        (void)d;                                                                                   \
        return KIND_##kind;                                                                        \
    }
// clang-format off
TAKES(float) TAKES(floats) TAKES(int) TAKES(signed) TAKES(bits) TAKES(num) TAKES(ordered) TAKES(any)
// clang-format on

static const table_row rows[] = {
#define EW_OTHER(name)
#define EW(prim, n, kind, gives, ...) {&op_##prim, n, takes_##kind, GIVES_##gives, BUILD_##n(prim)},
#include "ops/elementwise.def"
};

#define EACH_ROW(r) for (const table_row *r = rows; r < rows + sizeof rows / sizeof *rows; r++)

Test(elementwise, builders_append_their_own_primitive_for_every_dtype_it_takes)
{
    EACH_ROW(r)
    for (int d = 0; d < IR_NDTYPE; d++) {
        IR_AUTO_GRAPH g = ir_graph_new("g");
        ir_type t = ir_type_make((ir_dtype)d, 1, (int64_t[]){3});
        ir_value *x = ir_input(g, &t);
        ir_value *y = r->arity == 1 ? r->build1(g, x) : r->build2(g, x, x);
        if (!r->takes(d)) {
            cr_expect(!y && ir_error(), "%s took %s", r->op->name, ir_dtypes[d].name);
            ir_error_clear();
            continue;
        }
        cr_assert(y, "%s of %s: %s", r->op->name, ir_dtypes[d].name, ir_error());
        ir_type want = r->pred ? ir_type_like(t, IR_bool) : t;
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

/* ---- derivatives --------------------------------------------------------------------------- */

/* Graphs to differentiate: each row of the table, and those with parameters. */
typedef struct {
    char name[60];
    ir_graph *g;
    double lo, hi; /* where it is smooth */
} sample;

static sample sample_row(const table_row *r, ir_dtype d)
{
    ir_type t = ir_type_make(d, 2, (int64_t[]){3, 4});
    sample s = {.g = graph_of(r->op, NULL, r->arity, (ir_type[]){t, t}), .lo = 0.15, .hi = 0.85};
    snprintf(s.name, sizeof s.name, "%s", r->op->name);
    if (r->op == &op_acosh)
        s.lo = 1.2, s.hi = 3;
    return s;
}

static ir_graph *finish(ir_graph *g, ir_value *y)
{
    cr_assert(y, "%s", ir_error());
    ir_outputs(g, &y, 1);
    return g;
}

/* For all lo and hi in [0, 1] the bounds do not cross. */
static ir_value *clamp_between(ir_graph *g, ir_value *lo, ir_value *x, ir_value *hi)
{
    lo = b_mul(g, lo, b_const(g, lo, 0.5));
    hi = b_mul(g, b_add(g, hi, b_const(g, hi, 1)), b_const(g, hi, 0.5));
    return b_clamp(g, lo, x, hi);
}

/* Case k of those that the table does not cover; g is NULL past the end. */
static sample sample_other(int k)
{
    static const int64_t powers[] = {-3, -1, 0, 1, 2, 3, 7};
    enum { NPOWERS = sizeof powers / sizeof *powers };
    ir_graph *g = ir_graph_new("g");
    ir_type t = ir_type_make(IR_f64, 2, (int64_t[]){3, 4}), scalar = ir_type_scalar(IR_f64);
    sample s = {.g = g, .lo = 0.15, .hi = 0.85};
    ir_value *x = ir_input(g, &t), *y;
    if (k < NPOWERS) {
        snprintf(s.name, sizeof s.name, "integer_pow[%lld]", (long long)powers[k]);
        finish(g, b_integer_pow(g, x, powers[k]));
        return s;
    }
    const char *name;
    switch (k - NPOWERS) {
    case 0:
        name = "clamp with bounds of its shape";
        finish(g, clamp_between(g, ir_input(g, &t), x, ir_input(g, &t)));
        break;
    case 1:
        name = "clamp with scalar bounds";
        finish(g, clamp_between(g, ir_input(g, &scalar), x, ir_input(g, &scalar)));
        break;
    case 2:
        name = "select by a bool";
        y = ir_input(g, &t);
        finish(g, b_select(g, b_lt(g, x, y), b_mul(g, x, y), y));
        break;
    case 3:
        name = "select by a scalar index";
        y = ir_input(g, &t);
        finish(g,
               b_select_n(g, b_const_int(g, IR_i32, 1), 3, (ir_value *[]){x, b_mul(g, x, y), y}));
        break;
    case 4:
        name = "select between a moving and a constant case";
        finish(g, b_select(g, b_lt(g, x, b_const(g, x, 0.5)), b_const(g, x, 3), x));
        break;
    case 5:
        name = "conversion from f64 to f32 and back";
        finish(g, b_mul(g, x, b_convert(g, b_convert(g, x, IR_f32), IR_f64)));
        break;
    case 6:
        name = "conversion to an integer";
        finish(g,
               b_mul(g, x,
                     b_convert(g, b_convert(g, b_mul(g, x, b_const(g, x, 10)), IR_i32), IR_f64)));
        break;
    case 7:
        name = "stop_gradient";
        finish(g, b_mul(g, x, b_stop_gradient(g, b_const(g, x, 2))));
        break;
    case 8:
        name = "round";
        finish(g, b_add(g, x, b_round(g, x, true)));
        break;
    default:
        ir_graph_release(g);
        return (sample){0};
    }
    snprintf(s.name, sizeof s.name, "%s", name);
    return s;
}

static test_arrays random_for(test_pool *p, ir_value *const *v, int n, uint64_t seed, double lo,
                              double hi)
{
    test_arrays a = {0};
    for (int k = 0; k < n; k++)
        if (test_is_float(v[k]))
            test_arrays_add(p, &a, test_array_random(p, &v[k]->type, seed + (uint64_t)k, lo, hi));
    return a;
}

/* jvp against differences; and the transpose of the linearized function against the jvp. */
static void check_derivative(const sample *s, double tolerance)
{
    TEST_POOL(p);
    const ir_graph *g = s->g;
    test_arrays x = random_for(&p, g->in, g->nin, 11, s->lo, s->hi), y, got, both, want;
    test_arrays t = random_for(&p, g->in, g->nin, 77, -1, 1);
    test_arrays ct = random_for(&p, g->out, g->nout, 99, -1, 1);
    IR_AUTO_GRAPH jvp = test_jvp(g);
    IR_AUTO_GRAPH vjp = test_vjp(g);
    test_arrays xt = test_arrays_join(&p, &x, &t), xct = test_arrays_join(&p, &x, &ct);
    if (!jvp || !vjp || !test_eval(&p, g, &x, &y) || !test_eval(&p, jvp, &xt, &got) ||
        !test_eval(&p, vjp, &xct, &both) || !test_differences(&p, g, &x, &t, 1e-3, &want)) {
        test_fail(s->name, "could not be differentiated");
        return;
    }
    char what[100];
    snprintf(what, sizeof what, "value beside the derivative of %s", s->name);
    test_close(what, &got.at[0], &y.at[0], EXACTLY);
    test_close(what, &both.at[0], &y.at[0], EXACTLY);
    if (!test_is_float(g->out[0]))
        return;
    snprintf(what, sizeof what, "tangent of %s", s->name);
    test_close_all(what, &got, 1, &want, (test_tolerance){TEST_REL, tolerance});
    test_arrays ty = {1, got.at + 1}, ct_x = {both.n - 1, both.at + 1};
    double forward = test_dot(&ct, &ty), back = test_dot(&ct_x, &t);
    cr_expect_float_eq(back, forward, 1e-2 * tolerance * fmax(1, fabs(forward)),
                       "<J'ct, t> = %.15g, but <ct, J t> = %.15g for %s", back, forward, s->name);
}

Test(elementwise, tangents_of_every_row_match_differences_and_transposes_the_tangents)
{
    int checked = 0;
    EACH_ROW(r)
    {
        if (!r->takes(IR_f64))
            continue;
        sample s = sample_row(r, IR_f64);
        cr_assert(s.g, "%s", ir_error());
        if (r->op != &op_stop_gradient && r->op != &op_nextafter)
            check_derivative(&s, 1e-8);
        ir_graph_release(s.g);
        checked++;
    }
    cr_expect_gt(checked, 40);
}

Test(elementwise, tangents_of_primitives_with_parameters_match_differences)
{
    sample s;
    for (int k = 0; (s = sample_other(k)).g; k++) {
        /* f32 in the middle makes the differences coarse. */
        check_derivative(&s, strstr(s.name, "f32") ? 2e-3 : 1e-8);
        ir_graph_release(s.g);
    }
}

Test(elementwise, stop_gradient_has_no_tangent)
{
    ir_type t = ir_type_scalar(IR_f64);
    IR_AUTO_GRAPH g = graph_of(&op_stop_gradient, NULL, 1, &t);
    bool nz = false;
    IR_AUTO_GRAPH jvp = ir_jvp(g, (bool[]){true}, &nz);
    cr_expect(jvp && !nz);
}

/* Derivatives at kinks of the function and poles of its formula, with JAX's conventions. */
static const struct {
    const char *name, *in[4]; /* operands, then a tangent for each */
    const char *want;
} corners[] = {
    {"max", {"f64[3] 1 1 2", "f64[3] 1 2 1", "f64[3] 1 1 1", "f64[3] 0 0 0"}, "f64[3] 0.5 0 1"},
    {"min", {"f64[3] 1 1 2", "f64[3] 1 2 1", "f64[3] 0 0 0", "f64[3] 1 1 1"}, "f64[3] 0.5 0 1"},
    {"abs", {"f64[3] 0 -0 -2", "f64[3] 1 1 1"}, "f64[3] 1 1 -1"},
    {"pow", {"f64[3] 0 0 0", "f64[3] 0 1 2", "f64[3] 1 1 1", "f64[3] 0 0 0"}, "f64[3] 0 1 0"},
    {"pow", {"f64[2] 0 0", "f64[2] 1 3", "f64[2] 0 0", "f64[2] 1 1"}, "f64[2] 0 0"},
    {"sqrt", {"f64[1] 0", "f64[1] 1"}, "f64[1] inf"},
    {"sign", {"f64[1] 0", "f64[1] 1"}, "f64[1] 0"},
    {"rem", {"f64[2] 5 6", "f64[2] -3 4", "f64[2] 0 0", "f64[2] 1 1"}, "f64[2] 1 -1"},
};

Test(elementwise, derivatives_at_corners_are_jaxs)
{
    for (size_t k = 0; k < sizeof corners / sizeof *corners; k++) {
        TEST_POOL(p);
        test_arrays in = read_all(&p, corners[k].in), out;
        test_arrays primal = {in.n / 2, in.at};
        IR_AUTO_GRAPH g = graph_for(op_named(corners[k].name), NULL, &primal);
        IR_AUTO_GRAPH jvp = test_jvp(g);
        cr_assert(jvp && test_eval(&p, jvp, &in, &out), "%s", ir_error());
        test_array want = test_array_read(&p, corners[k].want);
        test_close(corners[k].name, &out.at[1], &want, EXACTLY);
    }
}

Test(elementwise, clamp_moves_with_the_operand_only_strictly_between_its_bounds)
{
    TEST_POOL(p);
    static const char *const text[] = {"f64[] 0", "f64[5] -1 0 0.5 1 2", "f64[] 1"};
    for (int moving = 0; moving < 3; moving++) {
        static const char *const want_text[] = {"f64[5] 1 0 0 0 0", "f64[5] 0 0 1 0 0",
                                                "f64[5] 0 0 0 0 1"};
        test_arrays in = {0}, out;
        for (int k = 0; k < 3; k++)
            test_arrays_add(&p, &in, test_array_read(&p, text[k]));
        IR_AUTO_GRAPH g = graph_for(&op_clamp, NULL, &in);
        for (int k = 0; k < 3; k++) {
            test_array t = test_array_new(&p, &in.at[k].type);
            for (int64_t i = 0; i < ir_type_count(&t.type); i++)
                test_set(&t, i, k == moving);
            test_arrays_add(&p, &in, t);
        }
        IR_AUTO_GRAPH jvp = test_jvp(g);
        cr_assert(jvp && test_eval(&p, jvp, &in, &out), "%s", ir_error());
        test_array want = test_array_read(&p, want_text[moving]);
        test_close("tangent of clamp", &out.at[1], &want, EXACTLY);
    }
}

Test(elementwise, a_product_of_two_moving_values_is_no_linear_map)
{
    ir_type t = ir_type_scalar(IR_f32);
    IR_AUTO_GRAPH g = graph_of(&op_mul, NULL, 2, (ir_type[]){t, t});
    cr_expect_null(ir_transpose(g, (bool[]){true, true}));
    cr_expect(ir_error() && strstr(ir_error(), "mul is not linear"), "%s", ir_error());
    ir_error_clear();
    IR_AUTO_GRAPH h = graph_of(&op_exp, NULL, 1, &t);
    cr_expect_null(ir_transpose(h, (bool[]){true}));
    cr_expect(ir_error() && strstr(ir_error(), "exp is not linear"), "%s", ir_error());
}

/* ---- batching ------------------------------------------------------------------------------ */

/* The operand's type with a batch dimension inserted at `axis`. */
static ir_type batched(ir_type t, int axis, int64_t size)
{
    if (axis < 0)
        return t;
    for (int d = t.rank++; d > axis; d--)
        t.dim[d] = t.dim[d - 1];
    t.dim[axis] = size;
    return t;
}

/* Checks that vmap over these axes equals a loop over slices. */
static void check_batch(const char *name, const ir_graph *g, const int *axis)
{
    enum { SIZE = 5 };
    TEST_POOL(p);
    test_arrays in = {0}, got;
    int axis_out = 0;
    IR_AUTO_GRAPH vmapped = ir_vmap(g, &(ir_batching){.size = SIZE}, axis, &axis_out);
    for (int k = 0; k < g->nin; k++) {
        ir_type t = batched(g->in[k]->type, axis[k], SIZE);
        test_arrays_add(&p, &in, test_array_random(&p, &t, (uint64_t)(3 + k), 0, 1.5));
    }
    if (!vmapped || !test_eval(&p, vmapped, &in, &got)) {
        test_fail(name, "could not be batched");
        return;
    }
    for (int64_t i = 0; i < SIZE; i++) {
        test_arrays slice = {0}, want;
        for (int k = 0; k < g->nin; k++)
            test_arrays_add(&p, &slice,
                            axis[k] < 0 ? in.at[k] : test_array_slice(&p, &in.at[k], axis[k], i));
        cr_assert(test_eval(&p, g, &slice, &want));
        test_array lane = test_array_slice(&p, &got.at[0], 0, i);
        if (!test_close(name, &lane, &want.at[0], EXACTLY))
            return;
    }
}

Test(elementwise, a_batch_of_every_row_is_its_slices)
{
    static const int axes[][2] = {{0, 0}, {1, 1}, {0, 2}, {-1, 1}, {2, -1}};
    EACH_ROW(r)
    {
        ir_dtype d = r->takes(IR_f32) ? IR_f32 : IR_i32;
        sample s = sample_row(r, d);
        for (size_t k = 0; k < sizeof axes / sizeof *axes; k++)
            if (axes[k][0] >= 0)
                check_batch(s.name, s.g, axes[k]);
        ir_graph_release(s.g);
    }
}

Test(elementwise, batches_mix_scalar_and_array_operands)
{
    ir_type x = ir_type_make(IR_f32, 2, (int64_t[]){2, 3}), scalar = ir_type_scalar(IR_f32);
    ir_type pred = ir_type_like(x, IR_bool), scalar_pred = ir_type_scalar(IR_bool);
    ir_type index = ir_type_scalar(IR_i32);
    const struct {
        const ir_op *op;
        ir_type in[3];
        int axis[3];
    } cases[] = {
        {&op_clamp, {scalar, x, scalar}, {-1, 1, -1}},
        {&op_clamp, {scalar, x, scalar}, {0, -1, -1}},
        {&op_clamp, {scalar, x, x}, {0, 2, 0}},
        {&op_clamp, {scalar, x, scalar}, {-1, -1, 0}},
        {&op_clamp, {scalar, scalar, scalar}, {0, -1, 0}},
        {&op_select_n, {pred, x, x}, {1, -1, 0}},
        {&op_select_n, {scalar_pred, x, x}, {0, 2, -1}},
        {&op_select_n, {scalar_pred, x, x}, {0, -1, -1}},
        {&op_select_n, {scalar_pred, x, x}, {-1, -1, 1}},
        {&op_select_n, {index, x, x}, {0, 1, 1}},
        {&op_select_n, {scalar_pred, scalar, scalar}, {0, -1, -1}},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char name[60];
        snprintf(name, sizeof name, "%s, case %zu", cases[k].op->name, k);
        IR_AUTO_GRAPH g = graph_of(cases[k].op, NULL, 3, cases[k].in);
        cr_assert(g, "%s", ir_error());
        check_batch(name, g, cases[k].axis);
    }
}

Test(elementwise, batches_keep_parameters)
{
    ir_type x = ir_type_make(IR_f32, 1, (int64_t[]){4});
    const struct {
        const ir_op *op;
        ir_attr attr[IR_MAX_ATTRS];
    } cases[] = {
        {&op_integer_pow, {[INTEGER_POW_Y] = {.i = -2}}},
        {&op_round, {[ROUND_METHOD] = {.i = 1}}},
        {&op_convert_element_type, {[CONVERT_DTYPE] = {.i = IR_u8}, [CONVERT_WEAK] = {.i = false}}},
        {&op_bitcast_convert_type, {[CONVERT_DTYPE] = {.i = IR_i32}}}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        IR_AUTO_GRAPH g = graph_of(cases[k].op, cases[k].attr, 1, &x);
        cr_assert(g, "%s", ir_error());
        check_batch(cases[k].op->name, g, (int[]){1});
    }
}

/* ---- simplification ------------------------------------------------------------------------ */

/* Does `op` of x and a constant simplify to x? */
static bool vanishes(const ir_op *op, ir_dtype d, double constant, bool first)
{
    IR_AUTO_GRAPH g = ir_graph_new("g");
    ir_type t = ir_type_make(d, 1, (int64_t[]){3});
    ir_value *x = ir_input(g, &t), *c = b_const(g, x, constant), *y[1];
    ir_value *in[2] = {first ? c : x, first ? x : c};
    ir_value **made = ir_emit(g, op, 2, in, NULL);
    cr_assert(made, "%s", ir_error());
    return op->simplify(g, made[0]->eqn, in, y) && y[0] == x;
}

Test(elementwise, neutral_elements_vanish_and_zeros_that_change_a_sign_stay)
{
    cr_expect(vanishes(&op_add, IR_f32, -0.0, false) && vanishes(&op_add, IR_f32, -0.0, true));
    cr_expect_not(vanishes(&op_add, IR_f32, 0.0, false), "-0 + 0 is 0");
    cr_expect(vanishes(&op_add, IR_i32, 0, true));
    cr_expect(vanishes(&op_sub, IR_f64, 0.0, false));
    cr_expect_not(vanishes(&op_sub, IR_f64, -0.0, false), "-0 - -0 is 0");
    cr_expect_not(vanishes(&op_sub, IR_i32, 0, true), "0 - x is -x");
    cr_expect(vanishes(&op_mul, IR_f32, 1, true) && vanishes(&op_mul, IR_u8, 1, false));
    cr_expect_not(vanishes(&op_mul, IR_f32, 0, true));
    cr_expect(vanishes(&op_div, IR_f32, 1, false) && !vanishes(&op_div, IR_f32, 1, true));
    cr_expect(vanishes(&op_and, IR_bool, 1, false) && !vanishes(&op_and, IR_bool, 0, false));
    cr_expect(vanishes(&op_or, IR_bool, 0, true) && !vanishes(&op_or, IR_bool, 1, true));
    cr_expect(vanishes(&op_or, IR_u32, 0, true) && vanishes(&op_xor, IR_u64, 0, true));
    cr_expect(vanishes(&op_and, IR_u8, 255, true) && !vanishes(&op_and, IR_i32, 255, true));
    cr_expect(vanishes(&op_shift_left, IR_i32, 0, false) &&
              !vanishes(&op_shift_left, IR_i32, 0, true));
}

/* Every simplification, on operands with constants and repetitions, gives the bits of evaluation. */
static void check_simplified(const ir_op *op, ir_dtype d, int which, double constant)
{
    TEST_POOL(p);
    IR_AUTO_GRAPH g = ir_graph_new("g");
    ir_type t = ir_type_make(d, 1, (int64_t[]){6});
    ir_value *x = ir_input(g, &t), *in[2] = {x, x}, *y[1];
    if (which < 2)
        in[which] = b_const(g, x, constant);
    ir_value **made = ir_emit(g, op, 2, in, NULL);
    cr_assert(made, "%s", ir_error());
    if (!op->simplify(g, made[0]->eqn, in, y))
        return;
    ir_outputs(g, (ir_value *[]){made[0], y[0]}, 2);
    test_arrays args = {0}, out;
    test_arrays_add(&p, &args,
                    test_array_read(&p, d == IR_f32   ? "f32[6] -0 0 nan inf -inf 1.5"
                                        : d == IR_i32 ? "i32[6] 0 1 -1 7 -2147483648 2147483647"
                                                      : "bool[6] 0 1 0 1 1 1"));
    cr_assert(test_eval(&p, g, &args, &out), "%s", ir_error());
    test_close(op->name, &out.at[1], &out.at[0], EXACTLY);
}

Test(elementwise, simplification_never_changes_a_bit)
{
    static const double constants[] = {0.0, -0.0, 1, -1, 2, INFINITY, -INFINITY, NAN};
    static const ir_dtype dtypes[] = {IR_f32, IR_i32, IR_bool};
    EACH_ROW(r)
    for (int k = 0; k < 3; k++)
        for (int which = 0; which <= 2; which++)
            for (size_t c = 0; c < sizeof constants / sizeof *constants; c++)
                if (r->op->simplify && r->arity == 2 && r->takes(dtypes[k]))
                    check_simplified(r->op, dtypes[k], which, constants[c]);
}

Test(elementwise, repeated_and_inverse_applications_collapse)
{
    IR_AUTO_GRAPH g = ir_graph_new("g");
    ir_type t = ir_type_make(IR_f32, 1, (int64_t[]){3}), bits = ir_type_like(t, IR_bool);
    ir_type small = ir_type_like(t, IR_u8);
    ir_value *x = ir_input(g, &t), *b = ir_input(g, &bits), *u = ir_input(g, &small);
    const struct {
        ir_value *made, *want; /* NULL: stays */
    } cases[] = {
        {b_neg(g, b_neg(g, x)), x},
        {b_not(g, b_not(g, b)), b},
        {b_copy(g, x), x},
        {b_stop_gradient(g, x), x},
        {b_integer_pow(g, x, 1), x},
        {b_integer_pow(g, x, 2), NULL},
        {b_max(g, x, x), x},
        {b_bitcast(g, b_bitcast(g, x, IR_i32), IR_f32), x},
        {b_convert(g, b_convert(g, x, IR_f64), IR_f32), x},
        {b_convert(g, b_convert(g, x, IR_i64), IR_f32), NULL},
        {b_convert(g, b_convert(g, u, IR_f32), IR_u8), u},
        {b_convert(g, b_convert(g, u, IR_bool), IR_u8), NULL},
        {b_convert(g, b_convert(g, b, IR_f32), IR_bool), b},
        {b_select(g, b, x, x), x},
        {b_select(g, b, x, b_neg(g, x)), NULL},
        {b_select(g, b_const(g, b, 1), x, b_neg(g, x)), x},
        {b_select_n(g, b_const_int(g, IR_i32, 9), 2, (ir_value *[]){b_neg(g, x), x}), x},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        ir_value *y[1] = {NULL}, *made = cases[k].made;
        cr_assert(made, "case %zu: %s", k, ir_error());
        bool simpler = made->eqn->op->simplify(g, made->eqn, made->eqn->in, y);
        cr_expect(simpler == (cases[k].want != NULL) && y[0] == cases[k].want, "case %zu, %s", k,
                  made->eqn->op->name);
    }
    ir_value *floor = b_floor(g, x), *again = b_floor(g, floor), *y[1];
    cr_expect(op_floor.simplify(g, again->eqn, again->eqn->in, y) && y[0] == floor);
    ir_value *up = b_round(g, b_round(g, x, false), true);
    cr_expect(op_round.simplify(g, up->eqn, up->eqn->in, y) && y[0] == up->eqn->in[0]);
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
    {"shift_left", 0, {"f32[]", "f32[]"}, {"shift_left takes integers", "f32[]"}},
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
    {"bitcast_convert_type", IR_u32, {"f64[2]"}, {"f64[2]", "u32", "widths differ"}},
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

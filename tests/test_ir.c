/* The text form, the verifier, and the equality and hash of graphs. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "tests/texts.h"

TestSuite(ir, .init = ops_init);

static ir_graph *read_graph(const char *text)
{
    ir_graph *g = ir_parse(text, "test");
    cr_assert(g, "%s", ir_error());
    return g;
}

/* Prints and parses: the result must be an equal graph that prints the same text. */
static void check_round_trip(const ir_graph *g)
{
    char *text = ir_print_str(g, false);
    IR_AUTO_GRAPH again = read_graph(text);
    char *text_again = ir_print_str(again, true);
    cr_expect(ir_verify(again), "%s", ir_error());
    cr_expect(ir_graph_equal(g, again), "another graph comes back from\n%s", text);
    ir_hash128 a = ir_graph_hash(g), b = ir_graph_hash(again);
    cr_expect(a.lo == b.lo && a.hi == b.hi, "another hash comes back from\n%s", text);
    cr_expect_str_eq(text, text_again);
    free(text);
    free(text_again);
}

/* ---- graphs of every kind ---------------------------------------------------------------- */

Test(ir, every_kind_of_graph_reads_back_as_it_was_printed)
{
    for (int k = 0; k < TEXT_KINDS; k++) {
        IR_AUTO_GRAPH g = read_graph(text_kinds[k]);
        check_round_trip(g);
    }
}

Test(ir, scalars_keep_all_their_bits)
{
    static const struct {
        ir_dtype d;
        uint64_t bits;
    } cases[] = {
        {IR_f32, 0x00000000},
        {IR_f32, 0x80000000},
        {IR_f32, 0x00000001},
        {IR_f32, 0x807fffff},
        {IR_f32, 0x7f7fffff},
        {IR_f32, 0x7f800000},
        {IR_f32, 0xff800000},
        {IR_f32, 0x7fc00000},
        {IR_f32, 0xffc00000},
        {IR_f32, 0x7f800001},
        {IR_f32, 0xff812345},
        {IR_f32, 0x3dcccccd},
        {IR_f64, 0},
        {IR_f64, 1ull << 63},
        {IR_f64, 1},
        {IR_f64, 0x000fffffffffffff},
        {IR_f64, 0x7fefffffffffffff},
        {IR_f64, 0x7ff0000000000000},
        {IR_f64, 0xfff0000000000000},
        {IR_f64, 0x7ff8000000000000},
        {IR_f64, 0xfff8000000000001},
        {IR_f64, 0x7ff0000000000001},
        {IR_f64, 0x3fb999999999999a},
        {IR_i32, 0x80000000},
        {IR_i32, 0x7fffffff},
        {IR_i64, 1ull << 63},
        {IR_i64, INT64_MAX},
        {IR_u8, 255},
        {IR_u32, 0xffffffff},
        {IR_u64, UINT64_MAX},
        {IR_bool, 0},
        {IR_bool, 1},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        for (int weak = 0; weak < 2; weak++) {
            IR_AUTO_GRAPH g = ir_graph_new("f");
            ir_value *v = ir_literal(g, cases[k].d, (ir_scalar){.bits = cases[k].bits}, weak);
            ir_outputs(g, &v, 1);
            check_round_trip(g);
            char *text = ir_print_str(g, false);
            IR_AUTO_GRAPH again = read_graph(text);
            cr_expect_eq(again->first->attr[LITERAL_VALUE].scalar.bits, cases[k].bits, "%s", text);
            free(text);
        }
}

Test(ir, decimal_numbers_read_as_C_reads_them)
{
    static const struct {
        const char *text;
        double value;
    } cases[] = {{"1", 1},      {"-0.0", -0.0},         {"+2.5", 2.5},     {".5", .5},
                 {"1e3", 1e3},  {"-1.25E-3", -1.25e-3}, {"0x1.8p+1", 3},   {"0X1P-2", .25},
                 {"1e-400", 0}, {"5e-324", 5e-324},     {"-inf", -1 / 0.}, {"inf", 1 / 0.}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char text[200];
        snprintf(
            text, sizeof text,
            "graph f() {\n  a: f64[] = literal[value=%s, dtype=f64, weak=false]\n  return a\n}",
            cases[k].text);
        IR_AUTO_GRAPH g = read_graph(text);
        cr_expect_eq(g->first->attr[LITERAL_VALUE].scalar.bits,
                     (ir_scalar){.v_f64 = cases[k].value}.bits, "%s", cases[k].text);
    }
}

Test(ir, locations_print_as_comments)
{
    static const ir_loc loc = {"some/where/loss.c", 12, "loss"};
    IR_AUTO_GRAPH g = ir_graph_new("f");
    ir_value *x = ir_input(g, &(ir_type){.dtype = IR_f32});
    ir_loc_set(&loc);
    ir_value *y = ir_add_any(g, x, x);
    ir_loc_set(NULL);
    ir_outputs(g, &y, 1);
    char *text = ir_print_str(g, true);
    cr_expect(strstr(text, "b: f32[] = add a a  # loss.c:12\n"), "%s", text);
    IR_AUTO_GRAPH again = read_graph(text);
    cr_expect(ir_graph_equal(g, again));
    free(text);
}

Test(ir, names_go_on_behind_z)
{
    IR_AUTO_GRAPH g = ir_graph_new("9 lives!");
    ir_value *x = ir_input(g, &(ir_type){.dtype = IR_f32});
    for (int k = 0; k < 800; k++)
        x = ir_add_any(g, x, x);
    ir_outputs(g, &x, 1);
    check_round_trip(g);
    char *text = ir_print_str(g, false);
    cr_expect(strstr(text, "graph __lives_(a: f32[])"), "%.40s", text);
    cr_expect(strstr(text, "  aa: f32[] = add z z\n"));
    cr_expect(strstr(text, "  aaa: f32[] = add zz zz\n"));
    cr_expect(strstr(text, "  return adu\n"));
    free(text);
}

/* ---- drawings ---------------------------------------------------------------------------- */

static int count_text(const char *text, const char *what)
{
    int n = 0;
    for (; (text = strstr(text, what)); text += strlen(what))
        n++;
    return n;
}

Test(ir, a_drawing_has_a_node_for_each_equation_and_a_frame_for_each_graph)
{
    IR_AUTO_GRAPH g = read_graph(text_loops);
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    ir_print_dot(f, g);
    fclose(f);
    cr_expect_eq(count_text(text, "subgraph cluster"), 4, "%s", text);
    cr_expect_eq(count_text(text, "{"), count_text(text, "}"), "%s", text);
    static const char *const boxes[] = {"<b>while</b>", "<b>scan</b>", "<b>lt</b>", "<b>mul</b>"};
    for (int k = 0; k < 4; k++)
        cr_expect_eq(count_text(text, boxes[k]), 1, "%s", boxes[k]);
    cr_expect_eq(count_text(text, "<b>add</b>"), 2);
    cr_expect(strstr(text, "length=5") && strstr(text, "label=\" 1: f32[]\""), "%s", text);
    free(text);
}

Test(ir, a_drawing_numbers_the_branches_of_a_cond)
{
    IR_AUTO_GRAPH g = read_graph("graph f(i: i32[], x: f32[]) {\n"
                                 "  y: f32[] = cond[branches=[graph (x: f32[]) {\n"
                                 "    y: f32[] = sin x\n    return y\n  }, graph (x: f32[]) {\n"
                                 "    y: f32[] = cos x\n    return y\n  }]] i x\n"
                                 "  return y\n}");
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    ir_print_dot(f, g);
    fclose(f);
    cr_expect_eq(count_text(text, "cond: branches 0"), 1, "%s", text);
    cr_expect_eq(count_text(text, "cond: branches 1"), 1, "%s", text);
    cr_expect_eq(count_text(text, "style=dashed"), 2, "%s", text);
    free(text);
}

/* ---- texts that lie ---------------------------------------------------------------------- */

static void check_error(const char *text, const char *want)
{
    ir_graph *g = ir_parse(text, "t");
    cr_expect(!g, "read without complaint:\n%s", text);
    ir_graph_release(g);
    const char *error = ir_error();
    cr_expect(error && strstr(error, want), "want '%s', got '%s' for\n%s", want, error, text);
    ir_error_clear();
}

#define F(body) "graph f(x: f32[3]) {\n" body "}\n"

Test(ir, a_wrong_text_is_told_where)
{
    static const struct {
        const char *text, *error;
    } cases[] = {
        {"", "t:1:1: 'graph' expected, but there is the end of the text"},
        {"grape f() {", "t:1:1: 'graph' expected, but there is 'grape'"},
        {"graph f(", "a name expected, but there is the end"},
        {"graph f(x) {", "t:1:10: ':' expected, but there is ')'"},
        {"graph f(x: f128[]) {", "t:1:12: an element type expected"},
        {"graph f(x: f32[-1]) {", "t:1:16: a dimension is negative"},
        {"graph f(x: f32[2,,3]) {", "an integer expected, but there is ','"},
        {"graph f(x: f32[1.5]) {", "an integer of 64 bits expected, but there is '1.5'"},
        {"graph f(x: f32[99999999999999999999]) {", "an integer of 64 bits expected"},
        {"graph f(x: f32[4294967296,4294967296]) {", "t:1:12: f32[4294967296,4294967296] has too"},
        {"graph f(x: f32[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]) {", "more than 16 dimensions"},
        {"graph f(x: f32[], x: f32[]) {", "t:1:19: 'x' is defined twice"},
        {F("  return y\n"), "t:2:10: 'y' is not defined"},
        {F("  return x x\n"), "t:2:12: ',' expected, but there is 'x'"},
        {F("  return x\n") "graph", "t:4:1: the end of the text expected, but there is 'graph'"},
        {F("  return x\n") "}", "the end of the text expected"},
        {F(""), "t:2:1: a name expected, but there is '}'"},
        {"graph f(x: f32[3]) {\n  return x", "',' expected, but there is the end of the text"},
        {F("  y: f32[3] = nonsense x\n  return y\n"), "t:2:15: there is no primitive 'nonsense'"},
        {F("  y: f32[3] = add x\n  return y\n"), "t:2:15: add"},
        {F("  y: f32[3] = add x x x\n  return y\n"), "t:2:15: add"},
        {F("  y: f32[3] = add x y\n  return y\n"), "t:2:21: 'y' is not defined"},
        {F("  x: f32[3] = add x x\n  return x\n"), "t:2:3: 'x' is defined twice"},
        {F("  y: f32[4] = add x x\n  return y\n"),
         "t:2:3: result 0 of add is f32[3], but f32[4] is written"},
        {F("  y: ~f32[3] = add x x\n  return y\n"), "is f32[3], but ~f32[3] is written"},
        {F("  y: f32[3], z: f32[3] = add x x\n  return y\n"),
         "add gives 1 values, but 2 are named"},
        {F("  = add x x\n  return x\n"), "add gives 1 values, but 0 are named"},
        {F("  y: f32[3] = add[axis=1] x x\n  return y\n"), "add has no parameter 'axis'"},
        {F("  y: f32[3] = add x x return y\n"), "'return' is not defined"},
        {F("  y: f32[3] = add x, x\n"), "an operand or the end of the line expected"},
        {F("  y: f32[] = literal[value=1, dtype=f32]\n"),
         "literal: its parameter 'weak' is missing"},
        {F("  y: f32[] = literal\n  return y\n"), "literal: its parameter 'value' is missing"},
        {F("  y: f32[] = literal[value=1, value=1]\n"), "t:2:31: 'value' is given twice"},
        {F("  y: f32[] = literal[value=1, dtype=3, weak=true]\n"), "an element type expected"},
        {F("  y: f32[] = literal[value=1, dtype=f32, weak=1]\n"), "true or false expected"},
        {F("  y: f32[] = literal[value=[1], dtype=f32, weak=false]\n"), "a number expected"},
        {F("  y: f32[] = literal[value=1e99, dtype=f32, weak=false]\n"),
         "1e99 is out of range for f32"},
        {F("  y: f32[] = literal[value=1.2.3, dtype=f32, weak=false]\n"), "a number expected"},
        {F("  y: f32[] = literal[value=-nan, dtype=f32, weak=false]\n"), "a number expected"},
        {F("  y: f32[] = literal[value=nan:0x1, dtype=f32, weak=false]\n"), "the bits of a NaN"},
        {F("  y: f32[] = literal[value=nan:0x7ff8000000000000, dtype=f32, weak=false]\n"),
         "the 32 bits of a NaN expected"},
        {F("  y: i32[] = literal[value=2147483648, dtype=i32, weak=false]\n"),
         "an integer that fits i32 expected"},
        {F("  y: u8[] = literal[value=-1, dtype=u8, weak=false]\n"), "an integer that fits u8"},
        {F("  y: u64[] = literal[value=18446744073709551616, dtype=u64, weak=false]\n"),
         "an integer that fits u64"},
        {F("  y: i32[] = literal[value=1, dtype=f32, weak=false]\n  return y\n"),
         "is f32[], but i32[] is written"},
        {F("  y: f32[3] = broadcast_in_dim[shape=3, broadcast_dimensions=[0]] x\n"),
         "'[' expected, but there is '3'"},
        {F("  y: f32[3] = broadcast_in_dim[shape=[true], broadcast_dimensions=[0]] x\n"),
         "an integer expected, but there is 'true'"},
        {F("  y: f32[3] = broadcast_in_dim[shape=[-3], broadcast_dimensions=[0]] x\n"),
         "t:2:15: broadcast_in_dim"},
        {F("  y: f32[3] = call[graph=3] x\n"), "'graph' expected, but there is '3'"},
        {F("  y: f32[3] = call[graph=graph (a: f32[3]) {\n    return x\n  }] x\n"),
         "t:3:12: 'x' is not defined"},
        {F("  y: f32[3] = call[graph=graph (a: f32[2]) {\n    return a\n  }] x\n"),
         "t:2:15: call:"},
        {F("  y: f32[3] = \x01 x\n"), "t:2:15: a primitive expected, but there is byte 0x01"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        check_error(cases[k].text, cases[k].error);
}

Test(ir, deep_nesting_is_refused)
{
    enum { DEPTH = 5000 };
    static char text[DEPTH * 80];
    char *at = text + sprintf(text, "graph f(x: f32[]) {\n");
    for (int k = 0; k < DEPTH; k++)
        at += sprintf(at, "y: f32[] = call[graph=graph (x: f32[]) {\n");
    check_error(text, "graphs are nested more than 64 deep");
}

Test(ir, a_result_that_no_memory_holds_is_refused)
{
    check_error(F("  y: f32[3] = broadcast_in_dim[shape=[4294967296,4294967296,3], "
                  "broadcast_dimensions=[2]] x\n"),
                "too large");
    check_error(F("  y: f32[3] = scan[body=graph (x: f32[3]) {\n    return x\n  }, "
                  "length=4611686018427387904, num_consts=1, num_carry=0, reverse=false] x\n"),
                "scan: a result of f32[4611686018427387904,3] has too many elements");
}

Test(ir, an_error_that_stands_is_kept)
{
    ir_fail("first");
    cr_expect(!ir_parse("nonsense", "t"));
    cr_expect_str_eq(ir_error(), "first");
}

/* ---- equality and hash ------------------------------------------------------------------- */

static bool same(const char *a, const char *b)
{
    IR_AUTO_GRAPH g = read_graph(a);
    IR_AUTO_GRAPH h = read_graph(b);
    ir_hash128 x = ir_graph_hash(g), y = ir_graph_hash(h);
    bool hash = x.lo == y.lo && x.hi == y.hi;
    cr_expect_eq(hash, ir_graph_equal(g, h), "hash and equality disagree on\n%s\n%s", a, b);
    cr_expect_eq(ir_graph_equal(h, g), ir_graph_equal(g, h));
    return hash;
}

#define LIT(v, d, w)                                                                               \
    "graph f() {\n a: " d "[] = literal[value=" v ", dtype=" d ", weak=" w "]\n return a\n}"
#define CALL(body)                                                                                 \
    "graph f(x: f32[]) {\n y: f32[] = call[graph=graph (x: f32[], y: f32[]) {\n" body              \
    "\n}] x x\n return y\n}"

Test(ir, names_do_not_count)
{
    cr_expect(same("graph f(x: f32[]) {\n y: f32[] = add x x\n return y\n}",
                   "graph other(p: f32[]) {\n q: f32[] = add p p # here\n return q\n}"));
    cr_expect(same(CALL("return x"), CALL("return x")));
}

Test(ir, everything_else_counts)
{
    const char *base = "graph f(x: f32[], y: f32[]) {\n z: f32[] = sub x y\n return z\n}";
    const char *const others[] = {
        "graph f(x: f32[], y: f32[]) {\n z: f32[] = sub y x\n return z\n}",
        "graph f(x: f32[], y: f32[]) {\n z: f32[] = mul x y\n return z\n}",
        "graph f(x: f64[], y: f64[]) {\n z: f64[] = sub x y\n return z\n}",
        "graph f(x: f32[1], y: f32[1]) {\n z: f32[1] = sub x y\n return z\n}",
        "graph f(x: ~f32[], y: f32[]) {\n z: f32[] = sub x y\n return z\n}",
        "graph f(x: f32[], y: f32[], w: f32[]) {\n z: f32[] = sub x y\n return z\n}",
        "graph f(x: f32[], y: f32[]) {\n z: f32[] = sub x y\n return x\n}",
        "graph f(x: f32[], y: f32[]) {\n z: f32[] = sub x y\n return z, z\n}",
        "graph f(x: f32[], y: f32[]) {\n z: f32[] = sub x y\n w: f32[] = sub x y\n return z\n}",
    };
    for (size_t k = 0; k < sizeof others / sizeof *others; k++)
        cr_expect(!same(base, others[k]), "%s", others[k]);
    cr_expect(!same(LIT("0.0", "f32", "false"), LIT("-0.0", "f32", "false")));
    cr_expect(!same(LIT("0", "f32", "false"), LIT("0", "f64", "false")));
    cr_expect(!same(LIT("0", "i32", "false"), LIT("0", "u32", "false")));
    cr_expect(!same(LIT("nan", "f32", "false"), LIT("nan:0xffc00000", "f32", "false")));
    cr_expect(!same(CALL("return x"), CALL("return y")));
    cr_expect(!same(CALL("z: f32[] = add x x\nreturn y"), CALL("z: f32[] = add x y\nreturn y")));
}

Test(ir, graphs_that_share_nested_ones_hash_fast)
{
    /* Each level calls the next one twice, so without sharing there would be 2^40 equations. */
    ir_graph *g[2] = {NULL, NULL};
    for (int side = 0; side < 2; side++)
        for (int level = 0; level < 40; level++) {
            ir_graph *up = ir_graph_new("f");
            ir_value *x = ir_input(up, &(ir_type){.dtype = IR_f32});
            for (int k = 0; k < 2 && g[side]; k++)
                x = ir_emit1(up, &op_call, 1, &x, &(ir_attr){.graph = g[side]});
            ir_outputs(up, &x, 1);
            ir_graph_release(g[side]);
            g[side] = up;
        }
    cr_expect(ir_verify(g[0]), "%s", ir_error());
    cr_expect(ir_graph_equal(g[0], g[1]));
    cr_expect_eq(ir_graph_hash(g[0]).lo, ir_graph_hash(g[1]).lo);
    ir_graph_release(g[0]);
    ir_graph_release(g[1]);
}

/* ---- the verifier ------------------------------------------------------------------------ */

static ir_graph *two_equations(void)
{
    return read_graph("graph f(x: f32[3], y: f32[3]) {\n  z: f32[3] = add x y\n"
                      "  w: f32[3] = mul z x\n  return w\n}");
}

static void check_broken(ir_graph *g, const char *want)
{
    cr_expect(!ir_verify(g), "not noticed: %s", want);
    cr_expect(ir_error() && strstr(ir_error(), want), "want '%s', got '%s'", want, ir_error());
    ir_error_clear();
}

Test(ir, the_verifier_finds_a_use_before_the_definition)
{
    IR_AUTO_GRAPH g = two_equations();
    cr_expect(ir_verify(g));
    g->first->in[0] = g->last->out[0];
    check_broken(g, "operand 0 of add is not defined before it");
}

Test(ir, the_verifier_finds_a_value_of_another_graph)
{
    IR_AUTO_GRAPH g = two_equations();
    IR_AUTO_GRAPH h = two_equations();
    ir_value *own = g->last->in[1];
    g->last->in[1] = h->in[0];
    check_broken(g, "operand 1 of mul is not defined");
    g->last->in[1] = own;
    g->out[0] = h->out[0];
    check_broken(g, "output 0 is not defined in this graph");
}

Test(ir, the_verifier_finds_a_wrong_type)
{
    IR_AUTO_GRAPH g = two_equations();
    g->first->out[0]->type.dim[0] = 4;
    check_broken(g, "result 0 of add is declared as f32[4], but is f32[3]");
    g->first->out[0]->type.dim[0] = 3;
    g->last->out[0]->type.weak = true;
    check_broken(g, "result 0 of mul is declared as ~f32[3], but is f32[3]");
    g->last->out[0]->type.weak = false;
    g->last->op = &op_sin;
    check_broken(g, "sin");
}

Test(ir, the_verifier_finds_ids_that_are_no_ids)
{
    IR_AUTO_GRAPH g = two_equations();
    g->last->out[0]->id = 0;
    check_broken(g, "two values have id 0");
    g->last->out[0]->id = 99;
    check_broken(g, "has id 99, but there are 4 values");
    g->last->out[0]->id = 3;
    g->nvalue = 5;
    check_broken(g, "only 4 of 5 ids are used");
}

Test(ir, the_verifier_finds_links_that_do_not_hold)
{
    IR_AUTO_GRAPH g = two_equations();
    g->in[1]->index = 0;
    check_broken(g, "input 1 has the wrong index");
    g->in[1]->index = 1;
    g->first->out[0]->eqn = g->last;
    check_broken(g, "result 0 of add does not point to its equation");
    g->first->out[0]->eqn = g->first;
    g->last->prev = NULL;
    check_broken(g, "the list of equations is broken");
    g->last->prev = g->first;
    g->neqn = 3;
    check_broken(g, "the list of equations ends early");
    g->neqn = 2;
    cr_expect(ir_verify(g), "%s", ir_error());
}

Test(ir, the_verifier_finds_types_and_counts_that_cannot_be)
{
    check_broken(NULL, "a graph is missing");
    IR_AUTO_GRAPH g = two_equations();
    ir_value *own = g->in[0];
    g->in[0] = NULL;
    check_broken(g, "input 0 has the wrong index");
    g->in[0] = own;
    own->type.dim[0] = INT64_MAX;
    check_broken(g, "a value of the inputs has an invalid type, f32[9223372036854775807]");
    own->type.dim[0] = 3;
    own->type.rank = IR_MAX_RANK + 1;
    check_broken(g, "a value of the inputs has an invalid type");
    own->type.rank = 1;
    g->first->nout = 0;
    check_broken(g, "add has 0 results, but its rule gives 1");
    g->first->nout = 1;
    g->first->out[0]->index = 2;
    check_broken(g, "result 0 of add does not point to its equation");
    g->first->out[0]->index = 0;
    cr_expect(ir_verify(g), "%s", ir_error());
}

Test(ir, the_verifier_finds_an_element_type_that_is_none)
{
    IR_AUTO_GRAPH g = read_graph("graph f(x: f32[3]) {\n  y: f64[3] = convert_element_type["
                                 "new_dtype=f64, weak=false] x\n  return y\n}");
    for (int64_t d = -1; d <= IR_NDTYPE; d += IR_NDTYPE + 1) {
        g->first->attr[CONVERT_DTYPE].i = d;
        check_broken(g, "convert_element_type's new_dtype is not an element type");
    }
    g->first->attr[CONVERT_DTYPE].i = IR_f64;
    cr_expect(ir_verify(g), "%s", ir_error());
}

Test(ir, the_verifier_looks_into_nested_graphs)
{
    IR_AUTO_GRAPH g = read_graph(CALL("z: f32[] = add x y\nreturn z"));
    ir_graph *inner = g->first->attr[CALL_GRAPH].graph;
    ir_value *own = inner->first->in[0];
    inner->first->in[0] = g->in[0];
    check_broken(g, "operand 0 of add is not defined");
    inner->first->in[0] = own;
}

Test(ir, the_verifier_wants_outputs)
{
    IR_AUTO_GRAPH g = ir_graph_new("f");
    check_broken(g, "its outputs were not set");
}

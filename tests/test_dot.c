/* dot_general: values against the definition at every layout and size class, rules, errors. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "ops/dot.h"
#include "ops/ops.h"
#include "tests/rules.h"

TestSuite(dot, .init = ops_init);

#define DOT(lc, rc, lb, rb)                                                                        \
    "dot_general[lhs_contract=" lc ", rhs_contract=" rc ", lhs_batch=" lb ", rhs_batch=" rb "]"

Test(dot, small_products_of_every_type)
{
    GIVES(DOT("[0]", "[0]", "[]", "[]"), "f32[] 32", "f32[3] 1 2 3", "f32[3] 4 5 6");
    GIVES(DOT("[1]", "[0]", "[]", "[]"), "f64[2,2] 19 22 43 50", "f64[2,2] 1 2 3 4",
          "f64[2,2] 5 6 7 8");
    GIVES(DOT("[0]", "[1]", "[]", "[]"), "i32[2,2] 23 31 34 46", "i32[2,2] 1 2 3 4",
          "i32[2,2] 5 6 7 8");
    GIVES(DOT("[]", "[]", "[]", "[]"), "i64[2,2] 3 4 6 8", "i64[2] 1 2", "i64[2] 3 4");
    GIVES(DOT("[]", "[]", "[0]", "[0]"), "u8[2] 3 8", "u8[2] 1 2", "u8[2] 3 4");
    GIVES(DOT("[0]", "[0]", "[]", "[]"), "u8[] 0", "u8[2] 128 128", "u8[2] 1 1");
    GIVES(DOT("[1]", "[0]", "[]", "[]"), "bool[2] 1 0", "bool[2,2] 0 1 0 0", "bool[2] 0 1");
    GIVES(DOT("[1]", "[0]", "[]", "[]"), "f32[2,1] 0 0", "f32[2,0]", "f32[0,1]");
    GIVES(DOT("[1]", "[0]", "[]", "[]"), "f32[0,2]", "f32[0,3]", "f32[3,2] 1 2 3 4 5 6");
    GIVES(DOT("[]", "[]", "[]", "[]"), "f64[] 6", "f64[] 2", "f64[] 3");
}

/* ---- against the definition --------------------------------------------------------------- */

/* The operand's element at these indices of the dimensions that the lists name. */
static double element_at(const test_array *x, const dot_dims *dims, const int64_t *batch,
                         const int64_t *free, const int64_t *k)
{
    int64_t index[IR_MAX_RANK], at = 0;
    for (int d = 0; d < dims->nbatch; d++)
        index[dims->batch[d]] = batch[d];
    for (int d = 0; d < dims->nfree; d++)
        index[dims->free[d]] = free[d];
    for (int d = 0; d < dims->ncontract; d++)
        index[dims->contract[d]] = k[d];
    for (int d = 0; d < x->type.rank; d++)
        at = at * x->type.dim[d] + index[d];
    return test_get(x, at);
}

static int64_t split(int64_t at, const ir_type *t, const int64_t *dims, int n, int64_t *index)
{
    int64_t count = 1;
    for (int d = n - 1; d >= 0; d--) {
        int64_t size = t->dim[dims[d]];
        index[d] = at / count % size;
        count *= size;
    }
    return count;
}

static void check_definition(const ir_graph *g, const test_arrays *in, const test_array *out)
{
    const ir_eqn *e = g->first;
    const ir_type *ta = &in->at[0].type, *tb = &in->at[1].type;
    dot_dims a = dot_dims_of(e->attr, 0, ta->rank), b = dot_dims_of(e->attr, 1, tb->rank);
    int64_t batch[IR_MAX_RANK], m[IR_MAX_RANK], n[IR_MAX_RANK], ka[IR_MAX_RANK];
    int64_t nn = split(0, tb, b.free, b.nfree, n), nm = split(0, ta, a.free, a.nfree, m);
    int64_t nk = split(0, ta, a.contract, a.ncontract, ka);
    double bound = out->type.dtype == IR_f64 ? 1e-14 : out->type.dtype == IR_f32 ? 1e-6 : 0;
    for (int64_t i = 0; i < ir_type_count(&out->type); i++) {
        double want = 0, size = 0;
        split(i / nn / nm, ta, a.batch, a.nbatch, batch);
        split(i / nn % nm, ta, a.free, a.nfree, m);
        split(i % nn, tb, b.free, b.nfree, n);
        for (int64_t k = 0; k < nk; k++) {
            split(k, ta, a.contract, a.ncontract, ka);
            double term =
                element_at(&in->at[0], &a, batch, m, ka) * element_at(&in->at[1], &b, batch, n, ka);
            want += term;
            size += fabs(term);
        }
        if (fabs(test_get(out, i) - want) > bound * (size + 1)) {
            char *text = ir_print_str(g, false);
            cr_expect_fail("element %d is %.17g, not %.17g, in %s", (int)i, test_get(out, i), want,
                           text);
            free(text);
            return;
        }
    }
}

/* All positions of batch, free and contracted dimensions, for small and large sizes. */
Test(dot, every_layout_agrees_with_the_definition)
{
    static const struct {
        const char *equation, *a, *b, *y;
    } forms[] = {
        {DOT("[1]", "[0]", "[]", "[]"), "%m,%k", "%k,%n", "%m,%n"},
        {DOT("[0]", "[0]", "[]", "[]"), "%k,%m", "%k,%n", "%m,%n"},
        {DOT("[1]", "[1]", "[]", "[]"), "%m,%k", "%n,%k", "%m,%n"},
        {DOT("[0]", "[1]", "[]", "[]"), "%k,%m", "%n,%k", "%m,%n"},
        {DOT("[1]", "[0]", "[]", "[]"), "%m,%k", "%k", "%m"},
        {DOT("[0]", "[0]", "[]", "[]"), "%k,%m", "%k", "%m"},
        {DOT("[0]", "[0]", "[]", "[]"), "%k", "%k,%n", "%n"},
        {DOT("[0]", "[1]", "[]", "[]"), "%k", "%n,%k", "%n"},
        {DOT("[0]", "[0]", "[]", "[]"), "%k", "%k", ""},
        {DOT("[2]", "[1]", "[0]", "[0]"), "3,%m,%k", "3,%k,%n", "3,%m,%n"},
        {DOT("[0]", "[2]", "[2]", "[0]"), "%k,%m,3", "3,%n,%k", "3,%m,%n"},
        {DOT("[0]", "[0]", "[1]", "[2]"), "%k,3,%m", "%k,%n,3", "3,%m,%n"},
        {DOT("[3,1]", "[0,2]", "[]", "[]"), "2,%k,%m,3", "3,%n,%k", "2,%m,%n"},
        {DOT("[1,2]", "[0,1]", "[]", "[]"), "%m,%k,2", "%k,2,%n", "%m,%n"},
        {DOT("[2]", "[2]", "[0,1]", "[1,0]"), "2,3,%k,%m", "3,2,%k,%n", "2,3,%m,%n"},
    };
    static const int sizes[][3] = {{1, 1, 1},   {2, 3, 4},    {1, 40, 50},  {40, 1, 50},
                                   {30, 20, 1}, {33, 29, 31}, {1, 1, 5000}, {64, 64, 3}};
    static const char *const types[] = {"f32", "f64", "i32"};
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
            for (size_t d = 0; d < 3; d++) {
                TEST_POOL(p);
                const char *shapes[] = {forms[f].a, forms[f].b, forms[f].y};
                char text[3][100], operands[210];
                for (int k = 0; k < 3; k++) {
                    size_t n = (size_t)snprintf(text[k], 100, "%s[", types[d]);
                    for (const char *c = shapes[k]; *c; c++)
                        if (*c == '%') {
                            int which = *++c == 'm' ? 0 : *c == 'n' ? 1 : 2;
                            n += (size_t)snprintf(text[k] + n, 100 - n, "%d", sizes[s][which]);
                        } else {
                            n += (size_t)snprintf(text[k] + n, 100 - n, "%c", *c);
                        }
                    snprintf(text[k] + n, 100 - n, "]");
                }
                snprintf(operands, sizeof operands, "%s %s", text[0], text[1]);
                IR_AUTO_GRAPH g = rules_graph(operands, forms[f].equation, text[2]);
                cr_assert(g, "%s", ir_error());
                test_arrays in = {0}, out;
                for (int k = 0; k < 2; k++)
                    test_arrays_add(&p, &in,
                                    test_array_random(&p, &g->in[k]->type, f + 10 * s, -9, 9));
                cr_assert(test_eval(&p, g, &in, &out), "%s", ir_error());
                check_definition(g, &in, &out.at[0]);
            }
}

/* The previous contents of the output must not matter, as NaN times zero would. */
Test(dot, the_result_does_not_depend_on_what_the_buffer_held)
{
    int64_t sizes[][2] = {{100, 1}, {1, 100}, {70, 70}};
    for (int s = 0; s < 3; s++) {
        TEST_POOL(p);
        ir_type ta = ir_type_make(IR_f32, 2, (int64_t[]){sizes[s][0], 80});
        ir_type tb = ir_type_make(IR_f32, 2, (int64_t[]){80, sizes[s][1]});
        IR_AUTO_GRAPH g = ir_graph_new("dot");
        ir_input(g, &ta);
        ir_input(g, &tb);
        ir_value *y =
            b_dot_general(g, g->in[0], g->in[1], 1, (int64_t[]){1}, (int64_t[]){0}, 0, NULL, NULL);
        ir_outputs(g, &y, 1);
        test_array a = test_array_random(&p, &ta, 1, -1, 1),
                   b = test_array_random(&p, &tb, 2, -1, 1);
        test_array out = test_array_new(&p, &y->type), again = test_array_new(&p, &y->type);
        for (int64_t k = 0; k < ir_type_count(&y->type); k++) {
            test_set(&out, k, NAN);
            test_set(&again, k, 0);
        }
        const void *in[] = {a.data, b.data};
        cr_assert(ir_eval(g, in, &out.data) && ir_eval(g, in, &again.data));
        test_close("dot", &out, &again, (test_tolerance){TEST_EXACT, 0});
    }
}

/* ---- rules -------------------------------------------------------------------------------- */

Test(dot, rules)
{
    rules_hold("f64[3] f64[3]", DOT("[0]", "[0]", "[]", "[]"), "f64[]");
    rules_hold("f64[2,3] f64[3,4]", DOT("[1]", "[0]", "[]", "[]"), "f64[2,4]");
    rules_hold("f64[3,2] f64[4,3]", DOT("[0]", "[1]", "[]", "[]"), "f64[2,4]");
    rules_hold("f64[2] f64[3]", DOT("[]", "[]", "[]", "[]"), "f64[2,3]");
    rules_hold("f64[] f64[]", DOT("[]", "[]", "[]", "[]"), "f64[]");
    rules_hold("f64[2] f64[2]", DOT("[]", "[]", "[0]", "[0]"), "f64[2]");
    rules_hold("f64[2,3,4] f64[2,4,2]", DOT("[2]", "[1]", "[0]", "[0]"), "f64[2,3,2]");
    rules_hold("f64[3,2,4] f64[4,5,2]", DOT("[2]", "[0]", "[1]", "[2]"), "f64[2,3,5]");
    rules_hold("f64[2,3,4,5] f64[5,2,3]", DOT("[3,1]", "[0,2]", "[]", "[]"), "f64[2,4,2]");
    rules_hold("f64[2,3,4] f64[3,2,4]", DOT("[2]", "[2]", "[0,1]", "[1,0]"), "f64[2,3]");
    rules_hold("f64[2,0] f64[0,3]", DOT("[1]", "[0]", "[]", "[]"), "f64[2,3]");
    rules_hold("i32[2,3] i32[3]", DOT("[1]", "[0]", "[]", "[]"), "i32[2]");
}

/* Moving a result's elements costs as much as writing them. */
static void expect_no_transpose(const char *name, const char *text)
{
    ops_init();
    IR_AUTO_GRAPH g = ir_parse(text, name);
    IR_AUTO_GRAPH vjp = g ? test_vjp(g) : NULL;
    cr_assert(vjp, "%s: %s", name, ir_error());
    char *printed = ir_print_str(vjp, false);
    cr_expect(!strstr(printed, "transpose"), "%s:\n%s", name, printed);
    free(printed);
}

Test(dot, derivatives_of_a_layer_come_as_the_operands_lie)
{
    expect_no_transpose("x w", "graph f(x: f32[5,3], w: f32[3,4]) {\n"
                               "  y: f32[5,4] = " DOT("[1]", "[0]", "[]", "[]") " x w\n"
                                                                                "  return y\n}");
    expect_no_transpose("w x", "graph f(w: f32[4,3], x: f32[3]) {\n"
                               "  y: f32[4] = " DOT("[1]", "[0]", "[]", "[]") " w x\n"
                                                                              "  return y\n}");
    expect_no_transpose("in batches",
                        "graph f(x: f32[2,5,3], w: f32[2,3,4]) {\n"
                        "  y: f32[2,5,4] = " DOT("[2]", "[1]", "[0]", "[0]") " x w\n"
                                                                             "  return y\n}");
}

Test(dot, what_does_not_go_together_is_refused_in_terms_of_types)
{
    rules_refuse("f32[2,3] f32[4,2]", DOT("[1]", "[0]", "[]", "[]"), "f32[2,2]",
                 "contracted dimension 1 of f32[2,3] and 0 of f32[4,2] differ in size");
    rules_refuse("f32[2] f64[2]", DOT("[0]", "[0]", "[]", "[]"), "f32[]",
                 "operands must have one dtype, but are f32[2] and f64[2]");
    rules_refuse("f32[2] f32[2]", DOT("[0]", "[]", "[]", "[]"), "f32[2]", "differ in number");
    rules_refuse("f32[2] f32[2]", DOT("[1]", "[0]", "[]", "[]"), "f32[]",
                 "not a dimension of f32[2]");
    rules_refuse("f32[2,2] f32[2,2]", DOT("[0,0]", "[0,1]", "[]", "[]"), "f32[2]", "twice");
    rules_refuse("f32[2,2] f32[2,2]", DOT("[0]", "[0]", "[0]", "[1]"), "f32[2]",
                 "both contracted and batch");
    rules_refuse("f32[2,3] f32[3,3]", DOT("[1]", "[1]", "[0]", "[0]"), "f32[2]",
                 "batch dimension 0 of f32[2,3] and 0 of f32[3,3] differ in size");
}

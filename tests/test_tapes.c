/* The primitives on values of dynamic length (ops/tape.c), whose uses in loops other tests check:
 * each is compared with what its definition says, interpreted and compiled, differentiated,
 * transposed and batched. */
#include <math.h>

#include "tests/compiled.h"
#include "tests/rules.h"

TestSuite(tapes, .init = ops_init);

/* ---- tapes whose elements are known ----------------------------------------------------------- */

enum { ROWS = 2, COLUMNS = 3, LANES = 2 };

/* An element is base + 32 k + 8 l + i / 2 + j / 8, where k and l count the slices of the two
 * dynamic dimensions and (i, j) is the place in the leaf; in lane b of a batch 16 b more. All are
 * exact in every dtype that is tested. Beyond the length it is 0. */
typedef struct {
    double base;
    int length, depth;
} series;

static double element(const series *s, int k, int l, int lane, int i, int j)
{
    bool there = k < s->length && (s->depth == 1 || l < s->length);
    return there ? s->base + 32 * k + 8 * l + 16 * lane + 0.5 * i + 0.125 * j : 0;
}

static void fill(const ir_type *t, const series *s, int k, int l, void *leaf)
{
    int lanes = t->rank == 3 ? (int)t->dim[0] : 1;
    test_array a = {*t, leaf};
    for (int b = 0, n = 0; b < lanes; b++)
        for (int i = 0; i < ROWS; i++)
            for (int j = 0; j < COLUMNS; j++)
                test_set(&a, n++, element(s, k, l, b, i, j));
}

static ir_type slice_of(const ir_type *t)
{
    return ir_type_make(t->dtype, t->rank - 1, t->dim + 1);
}

static ir_tape *tape_of(const ir_type *t, const series *s, int k)
{
    ir_type slice = slice_of(t);
    if (!s->length)
        return NULL; /* zeros of any length */
    ir_tape *made = ir_tape_new(&slice);
    cr_assert(made && ir_tape_resize(made, s->length), "%s", ir_error());
    for (int n = 0; n < s->length; n++)
        if (ir_is_tape(&slice))
            *(ir_tape **)ir_tape_at(made, n) = tape_of(&slice, s, n);
        else
            fill(&slice, s, s->depth == 1 ? n : k, s->depth == 1 ? 0 : n, ir_tape_at(made, n));
    return made;
}

/* An operand; with lanes if there is more than one. */
static test_array operand(test_pool *p, ir_dtype d, int lanes, const series *s)
{
    int64_t dim[5], n = 0;
    while (n < s->depth)
        dim[n++] = IR_DYNAMIC;
    if (lanes > 1)
        dim[n++] = lanes;
    dim[n++] = ROWS;
    dim[n++] = COLUMNS;
    ir_type t = ir_type_make(d, (int)n, dim);
    test_array a = {t, test_alloc(p, sizeof(ir_tape *))};
    *(ir_tape **)a.data = tape_of(&t, s, 0);
    p->tape = ir_resize(p->tape, (size_t)(p->ntape + 1) * sizeof *p->tape);
    p->tape[p->ntape++] = a.data;
    return a;
}

/* Element n of leaf (k, l) of a result; 0 beyond its length. */
static double got(const test_array *a, int depth, int k, int l, int64_t n)
{
    ir_type t = slice_of(&a->type);
    void *at = ir_tape_at(*(ir_tape **)a->data, k);
    if (at && depth == 2) {
        at = ir_tape_at(*(ir_tape **)at, l);
        t = slice_of(&t);
    }
    return at ? test_get(&(test_array){t, at}, n) : 0;
}

/* ---- what is checked -------------------------------------------------------------------------- */

static ir_graph *graph_of(ir_dtype d, int depth, const char *form)
{
    /* $ is the dtype, ? the dynamic dimensions */
    char text[1024];
    size_t n = 0;
    for (const char *c = form; *c; c++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s",
                              *c == '$'   ? ir_dtypes[d].name
                              : *c == '?' ? (depth == 1 ? "?" : "?,?")
                                          : (char[]){*c, 0});
    return parsed(text);
}

/* Result `out` of g, interpreted; compiled it must be the same. */
static test_array result(test_pool *p, ir_graph *g, const test_arrays *in, int out)
{
    test_arrays a = {0}, b = {0};
    cr_assert(g, "%s", ir_error());
    cr_assert(ir_verify(g) && test_eval(p, g, in, &a) && test_jit(p, g, in, &b), "%s", ir_error());
    cr_expect(test_close("compiled", &b.at[out], &a.at[out], (test_tolerance){TEST_EXACT, 0}));
    return a.at[out];
}

typedef struct {
    series a, b;
    bool pred[LANES][ROWS];
} inputs;

/* What the result has at a place; the leaf of the result is (lane, i, j), in this order. */
typedef double value_of(const inputs *x, int k, int l, int lane, int i, int j);

static void expect(const char *what, const test_array *a, const inputs *x, value_of *want,
                   int lanes, int rows, int columns)
{
    int depth = x->a.depth;
    for (int k = 0; k < 4; k++)
        for (int l = 0; l < (depth == 1 ? 1 : 4); l++)
            for (int n = 0; n < lanes * rows * columns; n++) {
                int j = n % columns, i = n / columns % rows, lane = n / columns / rows;
                double y = got(a, depth, k, l, n), z = want(x, k, l, lane, i, j);
                cr_expect_eq(y, z, "%s: slice %d %d, lane %d, (%d, %d): %g, not %g", what, k, l,
                             lane, i, j, y, z);
            }
}

static double first(const inputs *x, int k, int l, int lane, int i, int j)
{
    return element(&x->a, k, l, lane, i, j);
}

static double second(const inputs *x, int k, int l, int lane, int i, int j)
{
    return element(&x->b, k, l, lane, i, j);
}

static double sum(const inputs *x, int k, int l, int lane, int i, int j)
{
    return first(x, k, l, lane, i, j) + second(x, k, l, lane, i, j);
}

static double chosen(const inputs *x, int k, int l, int lane, int i, int j)
{
    return x->pred[lane][i] ? first(x, k, l, lane, i, j) : second(x, k, l, lane, i, j);
}

static double chosen_first(const inputs *x, int k, int l, int lane, int i, int j)
{
    return x->pred[lane][i] ? first(x, k, l, lane, i, j) : 0;
}

static double chosen_second(const inputs *x, int k, int l, int lane, int i, int j)
{
    return x->pred[lane][i] ? 0 : first(x, k, l, lane, i, j);
}

/* The new axis of 4 stands where a result (4 ROWS, COLUMNS) has i = 4 row + copy. */
static double repeated(const inputs *x, int k, int l, int lane, int i, int j)
{
    return first(x, k, l, lane, i / 4, j);
}

static double over_rows(const inputs *x, int k, int l, int lane, int i, int j)
{
    (void)i;
    return first(x, k, l, lane, 0, j) + first(x, k, l, lane, 1, j);
}

/* The lengths of two operands: alike, one longer, one of zeros only, both. */
static const int lengths[][2] = {{3, 3}, {3, 2}, {1, 3}, {3, 0}, {0, 2}, {0, 0}};
static const ir_dtype dtypes[] = {IR_f64, IR_f32, IR_f16};

/* Calls `check` for each dtype, depth and pair of lengths. */
static void everywhere(void (*check)(ir_dtype d, const inputs *x))
{
    for (int d = 0; d < 3; d++)
        for (int depth = 1; depth <= 2; depth++)
            for (size_t n = 0; n < sizeof lengths / sizeof *lengths; n++) {
                inputs x = {{1, lengths[n][0], depth},
                            {-4, lengths[n][1], depth},
                            {{true, false}, {false, true}}};
                check(dtypes[d], &x);
            }
}

/* ---- the primitives --------------------------------------------------------------------------- */

static test_array pred_of(test_pool *p, const inputs *x, int lanes)
{
    test_array a = test_array_read(p, lanes == 1 ? "bool[2] 0 0" : "bool[2,2] 0 0 0 0");
    for (int k = 0; k < lanes * ROWS; k++)
        test_set(&a, k, x->pred[k / ROWS][k % ROWS]);
    return a;
}

static const char adding[] = "graph f(a: $[?,2,3], b: $[?,2,3]) {\n"
                             "  c: $[?,2,3] = tape_add a b\n  return c\n}";
static const char selecting[] = "graph f(p: bool[2], a: $[?,2,3], b: $[?,2,3]) {\n"
                                "  c: $[?,2,3] = tape_select p a b\n  return c\n}";
static const char repeating[] = "graph f(a: $[?,2,3]) {\n"
                                "  c: $[?,2,4,3] = tape_broadcast[axis=1, size=4] a\n  return c\n}";
static const char summing[] = "graph f(a: $[?,2,3]) {\n"
                              "  c: $[?,3] = tape_sum[axis=0] a\n  return c\n}";

static void values(ir_dtype d, const inputs *x)
{
    TEST_POOL(p);
    int depth = x->a.depth;
    test_arrays in = {0}, one = {0};
    test_arrays_add(&p, &in, pred_of(&p, x, 1));
    test_arrays_add(&p, &in, operand(&p, d, 1, &x->a));
    test_arrays_add(&p, &in, operand(&p, d, 1, &x->b));
    test_arrays two = {2, in.at + 1};
    test_arrays_add(&p, &one, in.at[1]);
    IR_AUTO_GRAPH add = graph_of(d, depth, adding);
    IR_AUTO_GRAPH select = graph_of(d, depth, selecting);
    IR_AUTO_GRAPH repeat = graph_of(d, depth, repeating);
    IR_AUTO_GRAPH total = graph_of(d, depth, summing);
    test_array sums = result(&p, add, &two, 0), choice = result(&p, select, &in, 0),
               copies = result(&p, repeat, &one, 0), totals = result(&p, total, &one, 0);
    expect("tape_add", &sums, x, sum, 1, ROWS, COLUMNS);
    expect("tape_select", &choice, x, chosen, 1, ROWS, COLUMNS);
    expect("tape_broadcast", &copies, x, repeated, 1, 4 * ROWS, COLUMNS);
    expect("tape_sum", &totals, x, over_rows, 1, 1, COLUMNS);
}

Test(tapes, values_are_those_of_the_definition)
{
    everywhere(values);
}

static void tangents(ir_dtype d, const inputs *x)
{
    TEST_POOL(p);
    int depth = x->a.depth;
    series none = {0, 0, depth};
    inputs swapped = {x->b, x->a, {{0}}};
    memcpy(swapped.pred, x->pred, sizeof x->pred);
    test_array zero = operand(&p, d, 1, &none), a = operand(&p, d, 1, &x->a),
               b = operand(&p, d, 1, &x->b), pred = pred_of(&p, x, 1);
    bool nz[4] = {true, true}, yes[] = {false, true, true}, out[] = {true, true};
    IR_AUTO_GRAPH add = graph_of(d, depth, adding);
    IR_AUTO_GRAPH add_jvp = ir_jvp(add, nz, out);
    test_array c = result(&p, add_jvp, &(test_arrays){4, (test_array[]){zero, zero, a, b}}, 1);
    expect("jvp of tape_add", &c, x, sum, 1, ROWS, COLUMNS);
    IR_AUTO_GRAPH select = graph_of(d, depth, selecting);
    IR_AUTO_GRAPH select_jvp = ir_jvp(select, yes, out);
    c = result(&p, select_jvp, &(test_arrays){5, (test_array[]){pred, zero, zero, a, b}}, 1);
    expect("jvp of tape_select", &c, x, chosen, 1, ROWS, COLUMNS);
    IR_AUTO_GRAPH one_jvp = ir_jvp(select, (bool[]){false, true, false}, out);
    c = result(&p, one_jvp, &(test_arrays){4, (test_array[]){pred, zero, zero, a}}, 1);
    expect("jvp of tape_select", &c, x, chosen_first, 1, ROWS, COLUMNS);
    IR_AUTO_GRAPH repeat = graph_of(d, depth, repeating);
    IR_AUTO_GRAPH repeat_jvp = ir_jvp(repeat, nz, out);
    c = result(&p, repeat_jvp, &(test_arrays){2, (test_array[]){zero, a}}, 1);
    expect("jvp of tape_broadcast", &c, x, repeated, 1, 4 * ROWS, COLUMNS);
    IR_AUTO_GRAPH total = graph_of(d, depth, summing);
    IR_AUTO_GRAPH total_jvp = ir_jvp(total, nz, out);
    c = result(&p, total_jvp, &(test_arrays){2, (test_array[]){zero, a}}, 1);
    expect("jvp of tape_sum", &c, x, over_rows, 1, 1, COLUMNS);
}

Test(tapes, tangents_are_those_of_the_definition)
{
    everywhere(tangents);
}

/* Copies of row sums: the transpose of tape_sum after tape_sum. */
static double spread(const inputs *x, int k, int l, int lane, int i, int j)
{
    (void)i;
    return over_rows(x, k, l, lane, 0, j);
}

static double four_times(const inputs *x, int k, int l, int lane, int i, int j)
{
    return 4 * first(x, k, l, lane, i, j);
}

static void cotangents(ir_dtype d, const inputs *x)
{
    TEST_POOL(p);
    int depth = x->a.depth;
    test_array a = operand(&p, d, 1, &x->a), pred = pred_of(&p, x, 1);
    bool both[] = {true, true}, last[] = {false, true, true};
    test_arrays one = {1, &a}, two = {2, (test_array[]){pred, a}};
    IR_AUTO_GRAPH add = graph_of(d, depth, adding);
    IR_AUTO_GRAPH add_back = ir_transpose(add, both);
    IR_AUTO_GRAPH select = graph_of(d, depth, selecting);
    IR_AUTO_GRAPH select_back = ir_transpose(select, last);
    for (int k = 0; k < 2; k++) {
        test_array c = result(&p, add_back, &one, k), e = result(&p, select_back, &two, k);
        expect("transposed tape_add", &c, x, first, 1, ROWS, COLUMNS);
        expect("transposed tape_select", &e, x, k ? chosen_second : chosen_first, 1, ROWS, COLUMNS);
    }
    IR_AUTO_GRAPH repeat = graph_of(d, depth, repeating);
    IR_AUTO_GRAPH repeat_back = ir_transpose(repeat, both);
    test_array wide = result(&p, repeat, &one, 0);
    test_array c = result(&p, repeat_back, &(test_arrays){1, &wide}, 0);
    expect("transposed tape_broadcast", &c, x, four_times, 1, ROWS, COLUMNS);
    IR_AUTO_GRAPH total = graph_of(d, depth, summing);
    IR_AUTO_GRAPH total_back = ir_transpose(total, both);
    test_array flat = result(&p, total, &one, 0);
    c = result(&p, total_back, &(test_arrays){1, &flat}, 0);
    expect("transposed tape_sum", &c, x, spread, 1, ROWS, COLUMNS);
}

Test(tapes, cotangents_are_those_of_the_definition)
{
    everywhere(cotangents);
}

static void lanes(ir_dtype d, const inputs *x)
{
    TEST_POOL(p);
    int depth = x->a.depth, axis[] = {0, depth, depth}, out[] = {depth};
    ir_batching over = {.size = LANES};
    test_arrays in = {0};
    test_arrays_add(&p, &in, pred_of(&p, x, LANES));
    test_arrays_add(&p, &in, operand(&p, d, LANES, &x->a));
    test_arrays_add(&p, &in, operand(&p, d, LANES, &x->b));
    test_arrays two = {2, in.at + 1}, one = {1, in.at + 1};
    IR_AUTO_GRAPH add = graph_of(d, depth, adding);
    IR_AUTO_GRAPH adds = ir_vmap(add, &over, axis + 1, out);
    IR_AUTO_GRAPH select = graph_of(d, depth, selecting);
    IR_AUTO_GRAPH selects = ir_vmap(select, &over, axis, out);
    IR_AUTO_GRAPH repeat = graph_of(d, depth, repeating);
    IR_AUTO_GRAPH repeats = ir_vmap(repeat, &over, axis + 1, out);
    IR_AUTO_GRAPH total = graph_of(d, depth, summing);
    IR_AUTO_GRAPH totals = ir_vmap(total, &over, axis + 1, out);
    test_array a = result(&p, adds, &two, 0), b = result(&p, selects, &in, 0),
               c = result(&p, repeats, &one, 0), e = result(&p, totals, &one, 0);
    expect("lanes of tape_add", &a, x, sum, LANES, ROWS, COLUMNS);
    expect("lanes of tape_select", &b, x, chosen, LANES, ROWS, COLUMNS);
    expect("lanes of tape_broadcast", &c, x, repeated, LANES, 4 * ROWS, COLUMNS);
    expect("lanes of tape_sum", &e, x, over_rows, LANES, 1, COLUMNS);
}

Test(tapes, lanes_are_those_of_the_definition)
{
    everywhere(lanes);
}

/* ---- what does not fit ------------------------------------------------------------------------ */

Test(tapes, what_does_not_fit_is_refused)
{
    rules_refuse("f64[2] f64[?,2]", "tape_add", "f64[?,2]", "not of dynamic length");
    rules_refuse("f64[?,3] f64[?,2]", "tape_add", "f64[?,2]", "operands are f64[?,3] and");
    rules_refuse("f64[?,3]", "tape_add", "f64[?,3]", "takes 2 operands, not 1");
    rules_refuse("i32[?,3] i32[?,3]", "tape_add", "i32[?,3]", "operands are i32[?,3] and i32[?,3]");
    rules_refuse("bool[2] f64[?,2]", "tape_select", "f64[?,2]", "takes 3 operands, not 2");
    rules_refuse("bool[3] f64[?,2] f64[?,2]", "tape_select", "f64[?,2]", "operands are bool[3]");
    rules_refuse("i32[2] f64[?,2] f64[?,2]", "tape_select", "f64[?,2]", "operands are i32[2]");
    rules_refuse("bool[2] f64[?,2] f64[2]", "tape_select", "f64[?,2]", "not of dynamic length");
    rules_refuse("f64[2]", "tape_broadcast[axis=0, size=2]", "f64[?,2]", "not of dynamic length");
    rules_refuse("f64[?,2]", "tape_broadcast[axis=2, size=2]", "f64[?,2,2]",
                 "cannot have an axis of 2 at 2");
    rules_refuse("f64[?,2] f64[?,2]", "tape_broadcast[axis=0, size=2]", "f64[?,2,2]",
                 "takes 1 operand");
    rules_refuse("f64[?,2]", "tape_sum[axis=1]", "f64[?]", "has no float axis 1");
    rules_refuse("i32[?,2]", "tape_sum[axis=0]", "i32[?]", "has no float axis 0");
    rules_refuse("f64[2]", "tape_sum[axis=0]", "f64[]", "not of dynamic length");
    rules_refuse("f64[?,2] f64[?,2]", "tape_sum[axis=0]", "f64[?]", "takes 1 operand, not 2");
    rules_refuse("", "empty_tape[dtype=f64, shape=[2]]", "f64[2]", "dynamic dimension");
}

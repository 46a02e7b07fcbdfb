/* conv_general_dilated: values against the definition in all layouts, the rules of a product of two
 * operands, errors. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "ops/conv.h"
#include "ops/ops.h"
#include "tests/rules.h"

TestSuite(conv, .init = ops_init);

/* ---- against the definition --------------------------------------------------------------- */

/* A convolution to try: strides, padding and dilations are those of each spatial dimension. */
typedef struct {
    int64_t batch, features, channels, in[3], window[3]; /* features and channels are per group */
    int64_t stride, low, high, lhs_dilation, rhs_dilation, feature_groups, batch_groups;
    bool reversed;
} shape;

static int64_t offset(const ir_type *t, const int64_t *spec, const int64_t *at)
{
    int64_t index[IR_MAX_RANK], sum = 0;
    for (int k = 0; k < t->rank; k++)
        index[spec[k]] = at[k];
    for (int d = 0; d < t->rank; d++)
        sum = sum * t->dim[d] + index[d];
    return sum;
}

/* The element of the result at `at`: batch, feature, spatial. *size: the sum of absolute terms. */
static double element(const conv_dims *c, const shape *s, const test_array *x, const test_array *w,
                      const int64_t *at, int64_t features, double *size)
{
    double sum = 0;
    int64_t groups = s->feature_groups * s->batch_groups, group = at[1] / (features / groups);
    int64_t k[IR_MAX_RANK] = {at[1]}, i[IR_MAX_RANK], window = s->channels;
    *size = 0;
    for (int d = 0; d < c->n; d++)
        window *= s->window[d];
    for (int64_t j = 0; j < window; j++) {
        int64_t rest = j;
        bool inside = true;
        for (int d = c->n - 1; d >= 0; d--) {
            k[2 + d] = rest % s->window[d];
            rest /= s->window[d];
            int64_t p =
                at[2 + d] * c->stride[d] + k[2 + d] * c->rhs_dilation[d] - c->padding[2 * d];
            i[2 + d] = p / c->lhs_dilation[d];
            inside = inside && p >= 0 && p % c->lhs_dilation[d] == 0 && i[2 + d] < s->in[d];
            if (s->reversed)
                k[2 + d] = s->window[d] - 1 - k[2 + d];
        }
        if (!inside)
            continue;
        k[1] = rest;
        i[0] = at[0] + (s->batch_groups > 1 ? group * (s->batch / groups) : 0);
        i[1] = rest + (s->feature_groups > 1 ? group * s->channels : 0);
        double term =
            test_get(x, offset(&x->type, c->lhs, i)) * test_get(w, offset(&w->type, c->rhs, k));
        sum += term;
        *size += fabs(term);
    }
    return sum;
}

/* Layouts of two spatial dimensions: specs of lhs, rhs and the result. */
static const int64_t layouts[][3][4] = {{{0, 1, 2, 3}, {0, 1, 2, 3}, {0, 1, 2, 3}},
                                        {{0, 3, 1, 2}, {3, 2, 0, 1}, {0, 3, 1, 2}},
                                        {{3, 0, 2, 1}, {1, 3, 0, 2}, {2, 1, 0, 3}},
                                        {{1, 2, 0, 3}, {2, 0, 1, 3}, {3, 0, 2, 1}}};

static void check(const shape *s, const int64_t (*spec)[4], ir_dtype dtype)
{
    enum { N = 2 };
    TEST_POOL(pool);
    int64_t groups = s->feature_groups * s->batch_groups;
    conv_dims c = {.n = N,
                   .stride = (int64_t[]){s->stride, 1},
                   .padding = (int64_t[]){s->low, s->high, 1, 1},
                   .lhs_dilation = (int64_t[]){s->lhs_dilation, s->lhs_dilation},
                   .rhs_dilation = (int64_t[]){s->rhs_dilation, 1},
                   .reversed = s->reversed ? (int64_t[]){1, 1} : NULL,
                   .lhs = spec[0],
                   .rhs = spec[1],
                   .out = spec[2],
                   .feature_groups = s->feature_groups,
                   .batch_groups = s->batch_groups};
    ir_type tx = {.dtype = dtype, .rank = N + 2}, tw = tx;
    tx.dim[c.lhs[0]] = s->batch;
    tx.dim[c.lhs[1]] = s->channels * s->feature_groups;
    tw.dim[c.rhs[0]] = s->features * groups;
    tw.dim[c.rhs[1]] = s->channels;
    for (int d = 0; d < N; d++) {
        tx.dim[c.lhs[2 + d]] = s->in[d];
        tw.dim[c.rhs[2 + d]] = s->window[d];
    }
    IR_AUTO_GRAPH g = ir_graph_new("f");
    ir_input(g, &tx);
    ir_input(g, &tw);
    ir_value *y = b_conv(g, g->in[0], g->in[1], &c);
    cr_assert(ir_outputs(g, &y, 1), "%s", ir_error());
    test_arrays in = {0}, out;
    for (int k = 0; k < 2; k++)
        test_arrays_add(&pool, &in, test_array_random(&pool, &g->in[k]->type, (uint64_t)k, -9, 9));
    cr_assert(test_eval(&pool, g, &in, &out), "%s", ir_error());
    double bound = dtype == IR_f64 ? 1e-14 : dtype == IR_f32 ? 2e-6 : 0;
    for (int64_t e = 0; e < ir_type_count(&y->type); e++) {
        int64_t at[N + 2], rest = e;
        double size;
        for (int k = N + 1; k >= 0; k--) {
            at[k] = rest % y->type.dim[c.out[k]];
            rest /= y->type.dim[c.out[k]];
        }
        double want = element(&c, s, &in.at[0], &in.at[1], at, s->features * groups, &size);
        double got = test_get(&out.at[0], offset(&y->type, c.out, at));
        if (!(fabs(got - want) <= bound * (size + 1))) {
            char *text = ir_print_str(g, false);
            cr_expect_fail("element %d is %.17g, not %.17g, in %s", (int)e, got, want, text);
            free(text);
            return;
        }
    }
}

Test(conv, every_layout_agrees_with_the_definition)
{
    static const shape shapes[] = {
        /* batch, features, channels, in, window, stride, low, high, dilations, groups */
        {2, 3, 2, {5, 4}, {3, 2}, 1, 0, 0, 1, 1, 1, 1, false},
        {2, 18, 20, {13, 12}, {3, 3}, 1, 1, 1, 1, 1, 1, 1, false},
        {1, 20, 17, {9, 21}, {3, 3}, 2, 1, 2, 1, 1, 1, 1, true},
        {2, 33, 5, {8, 7}, {1, 1}, 1, 0, 0, 1, 1, 1, 1, false},
        {1, 17, 16, {6, 7}, {4, 3}, 1, 2, 3, 2, 1, 1, 1, false},
        {1, 7, 9, {11, 9}, {3, 2}, 3, 4, 3, 2, 3, 1, 1, true},
        {2, 5, 6, {7, 8}, {2, 3}, 2, -1, -2, 3, 1, 1, 1, false},
        {2, 1, 1, {11, 18}, {3, 3}, 1, 1, 1, 1, 1, 37, 1, false},
        {1, 2, 1, {12, 9}, {3, 3}, 2, 1, 0, 1, 1, 17, 1, true},
        {2, 6, 4, {6, 5}, {3, 2}, 1, 1, 1, 1, 2, 3, 1, false},
        {6, 7, 3, {6, 5}, {5, 4}, 1, 1, 1, 1, 1, 1, 3, false},
        {40, 1, 2, {9, 8}, {8, 7}, 1, 1, 1, 1, 1, 1, 40, false},
        {3, 16, 1, {30, 1}, {28, 1}, 1, 0, 0, 1, 1, 1, 1, false},
        {2, 2, 1200, {3, 3}, {2, 2}, 1, 0, 0, 1, 1, 1, 1, false},
    };
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (size_t k = 0; k < sizeof layouts / sizeof *layouts; k++)
            for (int d = 0; d < 3; d++)
                check(&shapes[s], layouts[k], (ir_dtype[]){IR_f32, IR_f64, IR_i32}[d]);
}

/* ---- rules -------------------------------------------------------------------------------- */

#define CONV(strides, padding, lhs, rhs, specs, features, batches)                                 \
    "conv_general_dilated[window_strides=" strides ", padding=" padding ", lhs_dilation=" lhs      \
    ", rhs_dilation=" rhs ", " specs ", feature_group_count=" features                             \
    ", batch_group_count=" batches "]"
#define FIRST "lhs_spec=[0,1,2], rhs_spec=[0,1,2], out_spec=[0,1,2]"
#define LAST  "lhs_spec=[0,2,1], rhs_spec=[2,1,0], out_spec=[0,2,1]"

Test(conv, rules)
{
    rules_hold("f64[2,3,7] f64[4,3,3]", CONV("[1]", "[0,0]", "[1]", "[1]", FIRST, "1", "1"),
               "f64[2,4,5]");
    rules_hold("f64[2,7,3] f64[3,3,4]", CONV("[2]", "[1,1]", "[1]", "[1]", LAST, "1", "1"),
               "f64[2,4,4]");
    rules_hold("f64[1,2,5] f64[2,2,2]", CONV("[3]", "[3,4]", "[2]", "[3]", FIRST, "1", "1"),
               "f64[1,2,5]");
    rules_hold("f64[2,4,5] f64[6,2,2]", CONV("[1]", "[-1,1]", "[1]", "[1]", FIRST, "2", "1"),
               "f64[2,6,4]");
    rules_hold("f64[4,3,5] f64[6,3,2]", CONV("[2]", "[1,0]", "[1]", "[1]", FIRST, "1", "2"),
               "f64[2,6,3]");
    rules_hold("i32[2,3,7] i32[4,3,3]", CONV("[1]", "[0,0]", "[1]", "[1]", FIRST, "1", "1"),
               "i32[2,4,5]");
}

Test(conv, of_complex_numbers_is_four_real_ones)
{
    GIVES(CONV("[1]", "[1,0]", "[1]", "[1]", FIRST, "1", "1"), "c128[1,1,2] 1 -2 -1 -2",
          "c128[1,1,2] 0 1 1 1", "c128[1,1,2] 1 0 -2 -1");
}

Test(conv, refuses_what_does_not_fit)
{
    static const struct {
        const char *operands, *equation, *says;
    } cases[] = {
        {"f32[1,2,5] f64[1,2,2]", CONV("[1]", "[0,0]", "[1]", "[1]", FIRST, "1", "1"), "one dtype"},
        {"f32[1,2,5] f32[1,2]", CONV("[1]", "[0,0]", "[1]", "[1]", FIRST, "1", "1"), "same rank"},
        {"f32[1,2,5] f32[1,2,2]", CONV("[0]", "[0,0]", "[1]", "[1]", FIRST, "1", "1"),
         "must be 1 to"},
        {"f32[1,2,5] f32[1,2,2]", CONV("[1,1]", "[0,0]", "[1]", "[1]", FIRST, "1", "1"),
         "window_strides must have 1 number"},
        {"f32[1,2,5] f32[1,2,2]", CONV("[1]", "[0]", "[1]", "[1]", FIRST, "1", "1"),
         "padding must have 2 numbers"},
        {"f32[1,2,5] f32[1,2,2]", CONV("[1]", "[-3,-3]", "[1]", "[1]", FIRST, "1", "1"),
         "takes more away"},
        {"f32[1,2,5] f32[1,2,0]", CONV("[1]", "[0,0]", "[1]", "[1]", FIRST, "1", "1"),
         "at least 1"},
        {"f32[1,2,5] f32[1,3,2]", CONV("[1]", "[0,0]", "[1]", "[1]", FIRST, "1", "1"),
         "has 2 features in 1 groups"},
        {"f32[1,3,5] f32[2,1,2]", CONV("[1]", "[0,0]", "[1]", "[1]", FIRST, "2", "1"),
         "feature_group_count 2 must divide the features"},
        {"f32[3,1,5] f32[2,1,2]", CONV("[1]", "[0,0]", "[1]", "[1]", FIRST, "1", "2"),
         "batch_group_count 2 must divide the batch"},
        {"f32[2,2,5] f32[2,1,2]", CONV("[1]", "[0,0]", "[1]", "[1]", FIRST, "2", "2"),
         "one of them must be 1"},
        {"f32[1,2,5] f32[1,2,2]",
         CONV("[1]", "[0,0]", "[1]", "[1]", "lhs_spec=[0,1,1], rhs_spec=[0,1,2], out_spec=[0,1,2]",
              "1", "1"),
         "lhs_spec"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        rules_refuse(cases[k].operands, cases[k].equation, "f32[1,1,4]", cases[k].says);
}

/* The interpreter's kernels for every dtype, over lengths on both sides of each boundary in them:
 * rows, blocks, tiles, lanes. Elements are small whole numbers, which all dtypes hold, so what is
 * right is computed here by plain loops over integers.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "ops/ops.h"
#include "tests/rules.h"

TestSuite(kernels, .init = ops_init);

/* ---- numbers of any dtype --------------------------------------------------------------------- */

static bool is_float(ir_dtype d)
{
    return ir_dtypes[d].kind == IR_KIND_FLOAT;
}

/* The number that v becomes in a result of this dtype: integers wrap, floats round. */
static double as(ir_dtype d, int64_t v)
{
    if (d == IR_bool)
        return v != 0;
    if (is_float(d))
        return ir_scalar_f64(d, ir_scalar_of(d, (double)v));
    int spare = 64 - ir_dtypes[d].bits;
    uint64_t bits = (uint64_t)v << spare;
    return ir_dtypes[d].kind == IR_KIND_INT ? (double)((int64_t)bits >> spare)
                                            : (double)(bits >> spare);
}

static test_array filled(test_pool *p, ir_dtype d, int rank, const int64_t *dim,
                         int64_t (*element)(int64_t k))
{
    ir_type t = ir_type_make(d, rank, dim);
    test_array a = test_array_new(p, &t);
    for (int64_t k = 0; k < ir_type_count(&t); k++)
        test_set(&a, k, as(d, element(k)));
    return a;
}

static int64_t of(const test_array *a, int64_t k)
{
    return (int64_t)test_get(a, k);
}

/* The result of one equation. */
static test_array result(test_pool *p, const char *equation, ir_type type, int n,
                         const test_array *operands)
{
    test_arrays in = {0}, out = {0};
    char types[200] = "", text[IR_TYPE_TEXT];
    for (int k = 0; k < n; k++) {
        test_arrays_add(p, &in, operands[k]);
        strcat(strcat(types, k ? " " : ""), ir_type_tmp(&operands[k].type));
    }
    IR_AUTO_GRAPH g = rules_graph(types, equation, ir_type_str(&type, text));
    cr_assert(g && test_eval(p, g, &in, &out), "%s of %s: %s", equation, types, ir_error());
    return out.at[0];
}

static int64_t small(int64_t k)
{
    return (k * 7 + k / 3) % 4;
}

static int64_t seldom_two(int64_t k)
{
    return k % 397 == 3 ? 2 : 1;
}

/* ---- along an axis ---------------------------------------------------------------------------- */

/* [outer, along, inner] */
static const int64_t shapes[][3] = {
    {3, 5, 1},   {2, 0, 1},   {2, 33, 1}, {1, 2000, 1}, {2, 5, 3},    {1, 43, 3}, {1, 40, 3},
    {1, 400, 3}, {2, 70, 20}, {1, 0, 20}, {1, 3, 600},  {1, 40, 150}, {0, 4, 2},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

typedef int64_t fold(int64_t a, int64_t b);

static int64_t add(int64_t a, int64_t b)
{
    return a + b;
}

static int64_t mul(int64_t a, int64_t b)
{
    return a * b;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t both(int64_t a, int64_t b)
{
    return a & b;
}

static int64_t either(int64_t a, int64_t b)
{
    return a | b;
}

typedef struct {
    const char *name;
    fold *by;
    int64_t (*element)(int64_t k);
    bool bools, numbers, floats; /* which dtypes it takes */
} combining;

static bool takes(const combining *c, ir_dtype d)
{
    return d == IR_bool ? c->bools : is_float(d) ? c->floats : c->numbers;
}

/* What nothing combined gives. */
static double neutral(const combining *c, ir_dtype d)
{
    if (c->by == larger)
        return ir_scalar_f64(d, ir_scalar_lowest(d));
    if (c->by == smaller)
        return ir_scalar_f64(d, ir_scalar_highest(d));
    return as(d, c->by == mul ? 1 : c->by == both ? -1 : 0);
}

static void check_reduction(const combining *c, ir_dtype d, const int64_t *dim)
{
    TEST_POOL(p);
    char equation[64];
    snprintf(equation, sizeof equation, "%s[axes=[1]]", c->name);
    test_array x = filled(&p, d, 3, dim, c->element);
    test_array y = result(&p, equation, ir_type_make(d, 2, (int64_t[]){dim[0], dim[2]}), 1, &x);
    for (int64_t o = 0; o < dim[0]; o++)
        for (int64_t i = 0; i < dim[2]; i++) {
            int64_t all = dim[1] ? of(&x, o * dim[1] * dim[2] + i) : 0;
            for (int64_t r = 1; r < dim[1]; r++)
                all = c->by(all, of(&x, (o * dim[1] + r) * dim[2] + i));
            double want = dim[1] ? as(d, all) : neutral(c, d), got = test_get(&y, o * dim[2] + i);
            cr_assert_eq(got, want, "%s of %s at %d, %d: %g is not %g", equation,
                         ir_type_tmp(&x.type), (int)o, (int)i, got, want);
        }
}

Test(kernels, reductions_of_every_dtype_combine_all_elements_along_the_axis)
{
    static const combining all[] = {
        {"reduce_sum", add, small, false, true, true},
        {"reduce_prod", mul, seldom_two, false, true, true},
        {"reduce_max", larger, small, true, true, true},
        {"reduce_min", smaller, small, true, true, true},
        {"reduce_and", both, small, true, true, false},
        {"reduce_or", either, small, true, true, false},
    };
    for (size_t c = 0; c < sizeof all / sizeof *all; c++)
        for (int d = 0; d < TEST_NREAL; d = test_next_dtype(d))
            for (int s = 0; s < SHAPES && takes(&all[c], (ir_dtype)d); s++)
                check_reduction(&all[c], (ir_dtype)d, shapes[s]);
}

static void check_cumulation(const combining *c, ir_dtype d, const int64_t *dim, bool reverse)
{
    TEST_POOL(p);
    char equation[64];
    snprintf(equation, sizeof equation, "%s[axis=1, reverse=%s]", c->name,
             reverse ? "true" : "false");
    test_array x = filled(&p, d, 3, dim, c->element), y = result(&p, equation, x.type, 1, &x);
    for (int64_t o = 0; o < dim[0]; o++)
        for (int64_t i = 0; i < dim[2]; i++)
            for (int64_t r = 0, all = 0; r < dim[1]; r++) {
                int64_t at = reverse ? dim[1] - 1 - r : r, k = (o * dim[1] + at) * dim[2] + i;
                all = r ? c->by(all, of(&x, k)) : of(&x, k);
                cr_assert_eq(test_get(&y, k), as(d, all), "%s of %s at %d: %g is not %g", equation,
                             ir_type_tmp(&x.type), (int)k, test_get(&y, k), as(d, all));
            }
}

Test(kernels, cumulations_of_every_dtype_combine_the_elements_so_far)
{
    static const combining all[] = {
        {"cumsum", add, small, false, true, true},
        {"cumprod", mul, seldom_two, false, true, true},
        {"cummax", larger, small, false, true, true},
        {"cummin", smaller, small, false, true, true},
    };
    for (size_t c = 0; c < sizeof all / sizeof *all; c++)
        for (int d = 0; d < TEST_NREAL; d = test_next_dtype(d))
            for (int s = 0; s < 2 * SHAPES && takes(&all[c], (ir_dtype)d); s++)
                check_cumulation(&all[c], (ir_dtype)d, shapes[s / 2], s % 2);
}

/* Elements fall and rise, and the greatest and smallest occur twice. */
static int64_t hills(int64_t k)
{
    return k % 7 < 4 ? k % 7 : 7 - k % 7;
}

static void check_argument(ir_dtype d, ir_dtype index, const int64_t *dim, bool most)
{
    TEST_POOL(p);
    char equation[64];
    snprintf(equation, sizeof equation, "arg%s[axes=[1], index_dtype=%s]", most ? "max" : "min",
             ir_dtypes[index].name);
    test_array x = filled(&p, d, 3, dim, hills);
    test_array y = result(&p, equation, ir_type_make(index, 2, (int64_t[]){dim[0], dim[2]}), 1, &x);
    for (int64_t o = 0; o < dim[0]; o++)
        for (int64_t i = 0; i < dim[2]; i++) {
            int64_t best = 0, from = o * dim[1] * dim[2] + i;
            for (int64_t r = 1; r < dim[1]; r++) {
                int64_t v = of(&x, from + r * dim[2]), b = of(&x, from + best * dim[2]);
                best = most ? (v > b ? r : best) : v < b ? r : best;
            }
            cr_assert_eq(test_get(&y, o * dim[2] + i), (double)best, "%s of %s at %d, %d", equation,
                         ir_type_tmp(&x.type), (int)o, (int)i);
        }
}

Test(kernels, arguments_of_every_dtype_as_indices_of_every_dtype_are_the_first_extreme)
{
    static const int64_t dims[][3] = {{2, 9, 1}, {2, 5, 3}, {1, 8, 300}, {0, 3, 2}};
    for (int d = 0; d < TEST_NREAL; d = test_next_dtype(d))
        for (int s = 0; s < 8; s++)
            check_argument((ir_dtype)d, s % 3 ? IR_i32 : IR_i64, dims[s / 2], s % 2);
    for (int index = 0; index < TEST_NREAL; index = test_next_dtype(index))
        for (int s = 0; s < 8 && index != IR_bool && !is_float((ir_dtype)index); s++)
            check_argument(IR_f32, (ir_dtype)index, dims[s / 2], s % 2);
}

/* ---- products ---------------------------------------------------------------------------------- */

/* a is [m, k] or, transposed, [k, m]; b is [k, n] or [n, k]. */
static void check_product(ir_dtype d, int64_t m, int64_t k, int64_t n, bool ta, bool tb)
{
    TEST_POOL(p);
    char equation[200];
    snprintf(equation, sizeof equation,
             "dot_general[lhs_contract=[%d], rhs_contract=[%d], lhs_batch=[], rhs_batch=[]]",
             ta ? 0 : 1, tb ? 1 : 0);
    test_array x[] = {filled(&p, d, 2, ta ? (int64_t[]){k, m} : (int64_t[]){m, k}, small),
                      filled(&p, d, 2, tb ? (int64_t[]){n, k} : (int64_t[]){k, n}, hills)};
    test_array y = result(&p, equation, ir_type_make(d, 2, (int64_t[]){m, n}), 2, x);
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++) {
            int64_t sum = 0;
            for (int64_t r = 0; r < k; r++)
                sum +=
                    of(&x[0], ta ? r * m + i : i * k + r) * of(&x[1], tb ? j * k + r : r * n + j);
            cr_assert_eq(test_get(&y, i * n + j), as(d, sum), "%s of %s, %lld x %lld x %lld: %g",
                         equation, ir_dtypes[d].name, (long long)m, (long long)k, (long long)n,
                         test_get(&y, i * n + j));
        }
}

Test(kernels, products_of_every_dtype_and_layout_are_sums_of_products)
{
    static const int64_t sizes[][3] = {{2, 3, 4}, {1, 5, 1}, {3, 0, 2}, {0, 2, 3}, {20, 9, 40}};
    for (int d = 0; d < TEST_NREAL; d = test_next_dtype(d))
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
            for (int t = 0; t < 4; t++)
                check_product((ir_dtype)d, sizes[s][0], sizes[s][1], sizes[s][2], t & 1, t >> 1);
}

Test(kernels, whole_powers_of_every_dtype_are_products)
{
    for (int d = 0; d < TEST_NREAL; d = test_next_dtype(d))
        for (int n = is_float((ir_dtype)d) ? -3 : 0; n < 7 && d != IR_bool; n++) {
            TEST_POOL(p);
            char equation[64];
            snprintf(equation, sizeof equation, "integer_pow[y=%d]", n);
            test_array x = filled(&p, (ir_dtype)d, 1, (int64_t[]){9}, small);
            test_array y = result(&p, equation, x.type, 1, &x);
            for (int64_t k = 0; k < 9; k++) {
                double base = test_get(&x, k), want = 1;
                for (int j = 0; j < (n < 0 ? -n : n); j++)
                    want *= base;
                if (n < 0) { /* rounded as an element is */
                    want = 1 / want;
                    want = ir_scalar_f64((ir_dtype)d, ir_scalar_of((ir_dtype)d, want));
                } else
                    want = as((ir_dtype)d, (int64_t)want);
                double got = test_get(&y, k);
                cr_assert(got == want || (n < 0 && got > 0.999 * want && got < 1.001 * want),
                          "%g^%d of %s: %g", base, n, ir_dtypes[d].name, got);
            }
        }
}

/* ---- elements that move ------------------------------------------------------------------------ */

static int64_t place(int64_t k)
{
    return k % 120; /* fits into an i8 */
}

static void check_transpose(ir_dtype d, const int64_t *dim, const int *perm)
{
    TEST_POOL(p);
    char equation[64];
    snprintf(equation, sizeof equation, "transpose[permutation=[%d, %d, %d]]", perm[0], perm[1],
             perm[2]);
    int64_t to[] = {dim[perm[0]], dim[perm[1]], dim[perm[2]]};
    test_array x = filled(&p, d, 3, dim, place);
    test_array y = result(&p, equation, ir_type_make(d, 3, to), 1, &x);
    for (int64_t k = 0; k < ir_type_count(&x.type); k++) {
        int64_t at[] = {k / (dim[1] * dim[2]), k / dim[2] % dim[1], k % dim[2]};
        int64_t moved = (at[perm[0]] * to[1] + at[perm[1]]) * to[2] + at[perm[2]];
        cr_assert_eq(test_get(&y, moved), test_get(&x, k), "%s of %s", equation,
                     ir_type_tmp(&x.type));
    }
}

Test(kernels, a_transpose_of_every_dtype_moves_each_element_to_its_place)
{
    static const int orders[][3] = {{0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    static const int64_t dims[][3] = {{2, 33, 70}, {3, 5, 1}, {40, 2, 35}, {2, 0, 3}, {32, 64, 2}};
    for (int d = 0; d < TEST_NREAL; d = test_next_dtype(d))
        for (int o = 0; o < 5; o++)
            for (int s = 0; s < 5; s++)
                check_transpose((ir_dtype)d, dims[s], orders[o]);
}

Test(kernels, starts_of_every_dtype_are_moved_into_range)
{
    for (int d = 0; d < TEST_NREAL; d = test_next_dtype(d))
        for (int size = 0; size < 8 && d != IR_bool && !is_float((ir_dtype)d); size++)
            for (int64_t start = -3; start < 12; start++) {
                TEST_POOL(p);
                char equation[64];
                bool is_signed = ir_dtypes[d].kind == IR_KIND_INT;
                int64_t most = 7 - size, at = start < 0 ? 0 : start > most ? most : start;
                if (start < 0 && !is_signed)
                    continue;
                snprintf(equation, sizeof equation, "dynamic_slice[slice_sizes=[%d]]", size);
                test_array x[] = {filled(&p, IR_i16, 1, (int64_t[]){7}, place),
                                  filled(&p, (ir_dtype)d, 0, NULL, place)};
                test_set(&x[1], 0, (double)start);
                test_array y =
                    result(&p, equation, ir_type_make(IR_i16, 1, (int64_t[]){size}), 2, x);
                for (int k = 0; k < size; k++)
                    cr_assert_eq(of(&y, k), at + k, "%s from %d of %s", equation, (int)start,
                                 ir_dtypes[d].name);
            }
}

Test(kernels, conversions_between_all_dtypes_keep_small_numbers)
{
    for (int from = 0; from < TEST_NREAL; from = test_next_dtype(from))
        for (int to = 0; to < TEST_NREAL; to = test_next_dtype(to))
            for (int64_t n = 0; n < 12; n += 11) {
                TEST_POOL(p);
                char equation[100];
                snprintf(equation, sizeof equation,
                         "convert_element_type[new_dtype=%s, weak=false]", ir_dtypes[to].name);
                test_array x = filled(&p, (ir_dtype)from, 1, &n, small);
                test_array y = result(&p, equation, ir_type_make((ir_dtype)to, 1, &n), 1, &x);
                for (int64_t k = 0; k < n; k++)
                    cr_assert_eq(test_get(&y, k), as((ir_dtype)to, of(&x, k)), "from %s to %s",
                                 ir_dtypes[from].name, ir_dtypes[to].name);
            }
}

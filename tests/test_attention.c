/* Attention against JAX's, for few queries; and against a plain one that stores all weights, for so
 * many queries that there are several blocks and segments. */
#include <math.h>
#include <stdlib.h>

#include "tests/attention_cases.h"
#include "tests/handles.h"
#include "tests/jax_cases.h"

// clang-format off
ATTENTION_CASES(JAX_CASE)
static const jax_case cases[] = {ATTENTION_CASES(JAX_ROW)};
// clang-format on

Test(attention, few_queries_give_what_jax_gives)
{
    int ncases = sizeof cases / sizeof *cases;
    int checked = jax_check_file(JAC_TEST_DATA "/attention_cases.txt", false, 20, ncases, cases);
    if (!getenv("NUMPY_CASE"))
        cr_assert_eq(checked, ncases, "%d cases of %d are in the file", checked, ncases);
}

/* ---- blocks and segments ------------------------------------------------------------------------ */

typedef struct {
    int64_t batch, queries, keys, heads, key_heads, left, right;
    bool causal, window, bias, mask;
} form;

typedef struct {
    jac q, k, v, bias;
} operands;

static jac normal(int64_t seed, jac_dims shape)
{
    return jac_random_normal(jac_random_PRNGKey(seed), shape, JAC_F64);
}

/* Sees all but every third key, and no key from query 5. */
static jac mask_of(const form *f)
{
    jac row = jac_iota(JAC_I32, JAC_SHAPE(f->queries, f->keys), 0);
    jac column = jac_iota(JAC_I32, JAC_SHAPE(f->queries, f->keys), 1);
    jac third = jac_ne(jac_rem(jac_add(row, column), 3), 0);
    return jac_logical_and(third, jac_ne(row, 5));
}

static jac blocked(const form *f, operands x)
{
    jac_attention_opts o = {.scale = 0.3,
                            .is_causal = f->causal,
                            .bias = f->bias ? x.bias : JAC_NULL,
                            .mask = f->mask ? mask_of(f) : JAC_NULL,
                            .local_window_size = {INT64_MIN, &jac_one_axis_}};
    int64_t sizes[] = {f->left, f->right};
    if (f->window)
        o.local_window_size = (jac_dims){2, sizes};
    return jac_dot_product_attention_(JAC_AT, x.q, x.k, x.v, o);
}

static jac plain(const form *f, operands x)
{
    int64_t groups = f->heads / f->key_heads;
    jac q =
        jac_reshape(x.q, JAC_SHAPE(f->batch, f->queries, f->key_heads, groups, jac_dim(x.q, 3)));
    jac s = jac_mul(0.3, jac_einsum("btkgh,bskh->bkgts", q, x.k));
    jac row = jac_iota(JAC_I32, JAC_SHAPE(f->queries, f->keys), 0);
    jac column = jac_iota(JAC_I32, JAC_SHAPE(f->queries, f->keys), 1);
    jac seen = jac_ge(row, f->causal ? column : row);
    if (f->window) {
        seen = jac_logical_and(seen, jac_ge(column, jac_sub(row, f->left)));
        seen = jac_logical_and(seen, jac_le(column, jac_add(row, f->right)));
    }
    if (f->mask)
        seen = jac_logical_and(seen, mask_of(f));
    if (f->bias)
        s = jac_add(s,
                    jac_reshape(x.bias, JAC_SHAPE(1, f->key_heads, groups, f->queries, f->keys)));
    jac o = jac_einsum("bkgts,bskh->btkgh", jac_softmax(jac_where(seen, s, -1e30)), x.v);
    return jac_reshape(o, JAC_SHAPE(f->batch, f->queries, f->heads, jac_dim(x.q, 3)));
}

typedef struct {
    form f;
    bool blocks;
} chosen;

JAC_DEF_ENV(jac, attended, chosen, (operands, x))
{
    return env->blocks ? blocked(&env->f, x) : plain(&env->f, x);
}

JAC_DEF_ENV(jac, weighed, chosen, (operands, x))
{
    jac y = env->blocks ? blocked(&env->f, x) : plain(&env->f, x);
    return jac_sum(jac_mul(y, jac_sin(jac_add(y, 1))));
}

static void close_to(const char *what, int k, jac x, jac y)
{
    jac off = jac_max(jac_abs(jac_sub(x, y)));
    cr_assert(jac_ok(off), "%s: %s", what, jac_error());
    cr_expect(jac_item_f64(off) < 1e-10, "%s, array %d: off by %g", what, k, jac_item_f64(off));
}

static operands operands_of(const form *f, int64_t seed)
{
    return (operands){normal(seed, JAC_SHAPE(f->batch, f->queries, f->heads, 3)),
                      normal(seed + 1, JAC_SHAPE(f->batch, f->keys, f->key_heads, 3)),
                      normal(seed + 2, JAC_SHAPE(f->batch, f->keys, f->key_heads, 3)),
                      normal(seed + 3, JAC_SHAPE(1, f->heads, f->queries, f->keys))};
}

static jac called(jac_fn f, operands x)
{
    jac y = JAC_NULL;
    jac_call(f, &x, &y);
    return y;
}

static void compare(const char *what, form f)
{
    chosen with = {f, true}, without = {f, false};
    operands x = operands_of(&f, 0), t = operands_of(&f, 10), g[2], h[2], two[1];
    jac_fn fast = attended_with(with), slow = attended_with(without);
    close_to(what, 0, called(jac_jit(fast), x), called(slow, x));
    jac_fn gfast = jac_grad(weighed_with(with)), gslow = jac_grad(weighed_with(without));
    cr_assert(jac_call(jac_jit(gfast), &x, &g[0]) && jac_call(gslow, &x, &g[1]), "%s", jac_error());
    close_to("gradient of q", 0, g[0].q, g[1].q);
    close_to("gradient of k", 1, g[0].k, g[1].k);
    close_to("gradient of v", 2, g[0].v, g[1].v);
    if (f.bias)
        close_to("gradient of bias", 3, g[0].bias, g[1].bias);
    cr_assert(jac_jvp(gfast, &x, &t, &g[0], &h[0]) && jac_jvp(gslow, &x, &t, &g[1], &h[1]), "%s",
              jac_error());
    close_to("second derivative along q", 0, h[0].q, h[1].q);
    close_to("second derivative along k", 1, h[0].k, h[1].k);
    close_to("second derivative along v", 2, h[0].v, h[1].v);
    two[0] = (operands){jac_stack(0, x.q, t.q), jac_stack(0, x.k, t.k), jac_stack(0, x.v, t.v),
                        jac_stack(0, x.bias, t.bias)};
    close_to("vmap", 0, jac_at(called(jac_jit(jac_vmap(fast)), two[0]), 1), called(slow, t));
}

Test(attention, blocks_of_queries_give_what_all_together_give)
{
    jac_enable_x64(true);
    form base = {.batch = 1, .queries = 300, .keys = 300, .heads = 2, .key_heads = 2};
    form f = base;
    f.queries = 260;
    compare("all keys", f);
    f = base;
    f.causal = f.bias = true;
    compare("causal, with a bias", f);
    f = base;
    f.window = true;
    f.left = 40;
    f.right = 3;
    f.queries = 330;
    f.key_heads = 1;
    compare("window", f);
}

Test(attention, masked_blocks_of_queries_give_what_all_together_give)
{
    jac_enable_x64(true);
    form f = {.batch = 2,
              .queries = 270,
              .keys = 150,
              .heads = 4,
              .key_heads = 2,
              .mask = true,
              .bias = true};
    compare("mask and bias", f);
}

/* 8 segments of 2 blocks each. */
JAC_DEF(jac, causal_sum, (jac, x))
{
    return jac_sum(jac_dot_product_attention(x, x, jac_sin(x), .is_causal = true));
}

Test(attention, many_blocks_of_a_segment_are_steps_of_a_loop)
{
    jac_enable_x64(true);
    form f = {
        .batch = 1, .queries = 2100, .keys = 2100, .heads = 1, .key_heads = 1, .causal = true};
    operands x = operands_of(&f, 3);
    jac fast = blocked(&f, x), slow = plain(&f, x);
    close_to("2100 queries", 0, fast, slow);
}

Test(attention, narrow_floats_are_computed_in_f32)
{
    jac x = jac_random_normal(jac_random_PRNGKey(1), JAC_SHAPE(6, 1, 4));
    jac half = jac_astype(x, JAC_BF16);
    jac y = jac_dot_product_attention(half, half, half);
    cr_expect_eq(jac_dtype_of(y), JAC_BF16);
    jac wide = jac_astype(half, JAC_F32);
    jac want = jac_astype(jac_dot_product_attention(wide, wide, wide), JAC_BF16);
    cr_expect(jac_item_bool(jac_all(jac_eq(y, want))));
}

Test(attention, operands_that_do_not_fit_are_refused)
{
    jac x = jac_ones(JAC_SHAPE(2, 3, 4, 5)), y = jac_ones(JAC_SHAPE(2, 3, 3, 5));
    FAILS_WITH(jac_dot_product_attention(jac_ones(3), x, x), "3 or 4 dimensions");
    FAILS_WITH(jac_dot_product_attention(x, y, y), "multiple of the 3 heads");
    FAILS_WITH(jac_dot_product_attention(x, x, y), "(B, S, K, H)");
    FAILS_WITH(jac_dot_product_attention(x, x, jac_astype(x, JAC_F16)), "one dtype");
    FAILS_WITH(jac_dot_product_attention(x, x, x, .mask = x), "must be bools");
    FAILS_WITH(jac_dot_product_attention(x, x, x, .bias = jac_ones(4)), "does not broadcast");
    FAILS_WITH(jac_dot_product_attention(x, x, x, .local_window_size = -1), "must not be negative");
    FAILS_WITH(jac_dot_product_attention(x, x, x, .query_seq_lengths = jac_ones(2)), "2 integers");
    jac none = jac_ones(JAC_SHAPE(2, 0, 4, 5));
    FAILS_WITH(jac_dot_product_attention(x, none, none), "no keys");
    cr_expect_eq(jac_size(jac_dot_product_attention(none, x, x)), 0);
}

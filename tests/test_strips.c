/* Kernels that are done together in strips of rows: they give the interpreter's numbers, whichever
 * buffers are overwritten, however many rows remain for the last strip, and whatever else reads the
 * values that pass between the kernels. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "jacquard.h"
#include "jacquard/numpy.h"
#include "jit/jit.h"
#include "ops/ops.h"
#include "tests/handles.h"

JAC_DEF(jac, standard, (jac, x))
{
    jac mean = jac_mean(x, JAC_AXES(-1), .keepdims = true);
    jac variance = jac_var(x, JAC_AXES(-1), .keepdims = true);
    return jac_mul(jac_sub(x, mean), jac_rsqrt(jac_add(variance, 1e-5)));
}
JAC_DEF(jac, softmax, (jac, x))
{
    return jac_softmax(x, -1);
}
/* Rows that need sums of whole columns must wait for all rows. */
JAC_DEF(jac, columns_then_rows, (jac, x))
{
    jac s = jac_sum(standard(x), JAC_AXES(0));
    return jac_softmax(jac_sub(x, s), -1);
}
/* One kernel reads the value in its own row, the other in all rows, as a transpose. */
JAC_DEF(jac, turned, (jac, x))
{
    jac y = jac_softmax(jac_add(x, jac_transpose(x)), -1);
    return jac_add(y, jac_sum(x, JAC_AXES(-1), .keepdims = true));
}
/* Every row reads the same row, not its own. */
JAC_DEF(jac, first_row, (jac, x))
{
    jac y = standard(x);
    return jac_sub(y, jac_at(y, 0));
}
JAC_DEF(jac, shifted, (jac, x))
{
    jac y = standard(x);
    return jac_softmax(jac_add(y, jac_flip(y, 0)), -1);
}
JAC_DEF(jac, read_later, (jac, x))
{
    jac e = jac_exp(jac_sub(x, jac_max(x, JAC_AXES(-1), .keepdims = true)));
    jac y = jac_div(e, jac_sum(e, JAC_AXES(-1), .keepdims = true));
    return jac_add(y, jac_sum(e));
}
JAC_DEF(jac, repeated, (jac, x))
{
    jac y = x;
    JAC_FOR (k, 0, 5, y)
        y = standard(jac_add(y, jac_mul(0.1, softmax(y))));
    return y;
}
JAC_DEF(jac, slope, (jac, x))
{
    return jac_sum(jac_square(jac_mul(softmax(x), standard(x))));
}
JAC_DEF(jac, gradient, (jac, x))
{
    return jac_call1(jac_grad(slope_fn), x);
}
JAC_DEF(jac, one_point, (jac, x))
{
    jac a = jac_reshape_(JAC_AT, jac_slice_in_dim(x, 0, 9, 1, 0), JAC_SHAPE(3, 3));
    jac b = jac_slice_in_dim(x, 9, 12, 1, 0);
    jac y = jac_tanh(jac_matmul(a, b));
    return jac_div(jac_matmul(jac_transpose(a), y), jac_add(1, jac_sum(jac_square(y))));
}
JAC_DEF(jac, points, (jac, x))
{
    return jac_call1(jac_vmap(one_point_fn), x);
}
JAC_DEF(jac, jacobians, (jac, x))
{
    return jac_call1(jac_vmap(jac_jacfwd(one_point_fn)), x);
}

static const struct {
    const char *name;
    jac_fn f;
} functions[] = {
    {"standard", standard_fn},
    {"softmax", softmax_fn},
    {"columns_then_rows", columns_then_rows_fn},
    {"turned", turned_fn},
    {"first_row", first_row_fn},
    {"shifted", shifted_fn},
    {"read_later", read_later_fn},
    {"repeated", repeated_fn},
    {"gradient", gradient_fn},
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

static void x64(void)
{
    jac_enable_x64(true);
}

static double distance(jac got, jac want)
{
    jac off = jac_div(jac_abs(jac_sub(got, want)), jac_add(1, jac_abs(want)));
    return jac_item_f64(jac_max(off));
}

static void compare(const char *name, jac_fn f, jac_dims shape)
{
    JAC_SCOPE () {
        jac x = test_waves(shape), given = test_waves(shape), want = JAC_NULL, got = JAC_NULL,
            over = JAC_NULL;
        cr_assert(jac_call(f, &x, &want), "%s", jac_error());
        cr_assert(jac_call(jac_jit(f), &x, &got), "%s", jac_error());
        cr_assert(jac_call(jac_jit(f, .donate_argnums = JAC_DIMS(0)), &given, &over), "%s",
                  jac_error());
        double off = distance(got, want), off_over = distance(over, want);
        cr_assert(off <= 1e-11, "%s of %d rows: off by %g", name, (int)shape.v[0], off);
        cr_assert(off_over <= 1e-11, "%s of %d rows over its argument: off by %g", name,
                  (int)shape.v[0], off_over);
    }
}

Test(strips, rows_that_fill_no_strip_differ_from_interpreted, .init = x64)
{
    for (int k = 0; k < FUNCTIONS; k++)
        compare(functions[k].name, functions[k].f, JAC_SHAPE(307, 307));
}

Test(strips, rows_that_fill_strips_differ_from_interpreted, .init = x64)
{
    for (int k = 0; k < FUNCTIONS; k++)
        compare(functions[k].name, functions[k].f, JAC_SHAPE(320, 320));
}

Test(strips, small_products_of_each_row_differ_from_interpreted, .init = x64)
{
    compare("points", points_fn, JAC_SHAPE(8011, 12));
    compare("jacobians", jacobians_fn, JAC_SHAPE(8011, 12));
}

static void softmax_schedule(char **out, int64_t rows)
{
    char text[600];
    snprintf(text, sizeof text,
             "graph g(a: f32[%1$lld,256]) {\n"
             "  b: f32[%1$lld] = reduce_max[axes=[1]] a\n"
             "  c: f32[%1$lld,256] = broadcast_in_dim[shape=[%1$lld,256], "
             "broadcast_dimensions=[0]] b\n"
             "  d: f32[%1$lld,256] = sub a c\n"
             "  e: f32[%1$lld,256] = exp d\n"
             "  f: f32[%1$lld] = reduce_sum[axes=[1]] e\n"
             "  g: f32[%1$lld,256] = broadcast_in_dim[shape=[%1$lld,256], "
             "broadcast_dimensions=[0]] f\n"
             "  h: f32[%1$lld,256] = div e g\n"
             "  return h\n}\n",
             (long long)rows);
    ops_init();
    IR_AUTO_GRAPH g = ir_parse(text, "test");
    cr_assert(g, "%s", ir_error());
    *out = jit_emit_text(g, NULL, JIT_TEXT_SCHEDULE);
    cr_assert(*out, "%s", ir_error());
}

Test(strips, what_passes_between_kernels_takes_the_memory_of_all_rows)
{
    char *text;
    softmax_schedule(&text, 4096);
    cr_assert(strstr(text, "with 0 to 2, 8 rows at a time"), "%s", text);
    cr_assert(strstr(text, "arena of 0 bytes"), "%s", text);
    free(text);
}

Test(strips, what_the_cache_holds_is_cut_up)
{
    char *text;
    softmax_schedule(&text, 64);
    cr_assert(!strstr(text, "at a time"), "%s", text);
    free(text);
}

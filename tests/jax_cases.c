/* Checks files of cases: each function is called, compiled, batched, and differentiated twice. */
#include "tests/jax_cases.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = 5 };

/* ---- the file ------------------------------------------------------------------------------- */

typedef struct {
    char name[64];
    bool x64;
    test_pool pool;
    int nin, nout, ngrad, nhvp;
    test_array in[MOST], out[1], grad[MOST], hvp[MOST];
} golden;

static const struct {
    const char *word;
    size_t at, count;
} fields[] = {{"in ", offsetof(golden, in), offsetof(golden, nin)},
              {"out ", offsetof(golden, out), offsetof(golden, nout)},
              {"grad ", offsetof(golden, grad), offsetof(golden, ngrad)},
              {"hvp ", offsetof(golden, hvp), offsetof(golden, nhvp)}};

static bool read_field(golden *g, const char *line)
{
    for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) {
        if (strncmp(line, fields[k].word, strlen(fields[k].word)))
            continue;
        int *n = (int *)((char *)g + fields[k].count);
        test_array *a = (test_array *)((char *)g + fields[k].at);
        a[(*n)++] = test_array_read(&g->pool, line + strlen(fields[k].word));
        return true;
    }
    return false;
}

/* The next case of the file; false at its end. */
static bool read_case(FILE *f, char **line, size_t *room, golden *g)
{
    *g = (golden){0};
    if (!*line || strncmp(*line, "case ", 5))
        return false;
    char mode[8] = "";
    cr_assert(sscanf(*line, "case %63s %7s", g->name, mode) >= 1);
    g->x64 = !strcmp(mode, "x64");
    while (getline(line, room, f) > 0 && read_field(g, *line))
        continue;
    if (feof(f))
        **line = 0;
    return true;
}

/* ---- arrays in and out ---------------------------------------------------------------------- */

static jac to_jac(const test_array *a)
{
    return jac_array_of((jac_dtype)(a->type.dtype + 1), ((jac_dims){a->type.rank, a->type.dim}),
                        (const void *)a->data);
}

static test_array from_jac(test_pool *p, jac x)
{
    ir_type t = {.dtype = (uint8_t)(jac_dtype_of(x) - 1), .rank = (uint8_t)jac_ndim(x)};
    for (int k = 0; k < t.rank; k++)
        t.dim[k] = jac_dim(x, k);
    test_array a = test_array_new(p, &t);
    cr_assert(jac_copy_out(x, a.data, ir_type_bytes(&t)), "%s", jac_error());
    return a;
}

/* How many times the last digits may differ (jax_check_file). */
static double slack = 1;

static test_tolerance tolerance(const test_array *want)
{
    return (test_tolerance){TEST_REL, slack * (want->type.dtype == IR_f64 ? 1e-13 : 4e-6)};
}

static void check(golden *g, const char *how, jac got, const test_array *want)
{
    char what[128];
    snprintf(what, sizeof what, "%s%s, %s", g->name, g->x64 ? " x64" : "", how);
    if (!jac_ok(got)) {
        test_fail(what, "there is no result");
        jac_error_clear();
        return;
    }
    test_array a = from_jac(&g->pool, got);
    test_close(what, &a, want, tolerance(want));
}

/* ---- what is checked ------------------------------------------------------------------------ */

/* 1, 1.125, 1.25 ... like x */
static jac ramp_like(jac x)
{
    jac ramp = jac_add(1, jac_div(jac_arange((double)jac_size(x)), 8));
    return jac_reshape_(NULL, jac_astype(ramp, jac_dtype_of(x)),
                        (jac_dims){jac_ndim(x), (int64_t[]){jac_ndim(x) > 0 ? jac_dim(x, 0) : 1,
                                                            jac_ndim(x) > 1 ? jac_dim(x, 1) : 1,
                                                            jac_ndim(x) > 2 ? jac_dim(x, 2) : 1,
                                                            jac_ndim(x) > 3 ? jac_dim(x, 3) : 1}});
}

static jac weighted(jac y)
{
    return jac_sum(jac_mul(y, ramp_like(y)));
}

typedef struct {
    jac_fn f;
    int results;
} inner;

/* The weighted sum of all results, which is a scalar that can be differentiated for any f. */
static jac total(const inner *e, const jac *in)
{
    jac out[MOST] = {0}, sum = jac_of_f64(0);
    jac_call_(JAC_AT, e->f, in, SIZE_MAX, (jac_out){out, SIZE_MAX});
    for (int k = 0; k < e->results; k++)
        sum = jac_add(sum, weighted(out[k]));
    return sum;
}

#define TOTAL(n)                                                                                   \
    static jac total##n(const inner *e, JAX_SIGNATURE_##n)                                         \
    {                                                                                              \
        return total(e, (jac[]){JAX_LIST_##n});                                                    \
    }                                                                                              \
    TOTAL_FN(total##n, JAX_OPERANDS_##n)
#define TOTAL_FN(f, ...) JAC_FN_ENV(f, jac, inner, __VA_ARGS__)
TOTAL(1)
TOTAL(2)
TOTAL(3)
TOTAL(4)
TOTAL(5)

static jac_fn total_with(int n, inner e)
{
    return n == 1   ? total1_with(e)
           : n == 2 ? total2_with(e)
           : n == 3 ? total3_with(e)
           : n == 4 ? total4_with(e)
                    : total5_with(e);
}

/* Gradients of that sum with respect to the float operands, whose numbers are written to
 * `floats`. */
static jac_fn gradient(const golden *g, jac_fn f, int results, int64_t *floats)
{
    inner e = {f, results};
    jac_fn loss = total_with(g->nin, e);
    int n = 0;
    for (int k = 0; k < g->nin; k++)
        if (ir_has_fraction(g->in[k].type.dtype))
            floats[n++] = k;
    return jac_grad_(NULL, loss, (jac_grad_opts){.argnums = {n, floats}});
}

static void check_gradients(golden *g, const char *how, jac_fn grad, const test_array *want,
                            const jac *in)
{
    jac out[MOST] = {0};
    jac_call_(JAC_AT, grad, in, SIZE_MAX, (jac_out){out, SIZE_MAX});
    for (int k = 0; k < g->ngrad; k++)
        check(g, how, out[k], &want[k]);
}

static void check_gradient_over_batch(golden *g, jac_fn grad, const jac *in)
{
    jac batch[MOST], out[MOST] = {0};
    for (int k = 0; k < g->nin; k++)
        batch[k] = jac_stack(0, in[k], in[k]);
    jac_call_(JAC_AT, jac_jit(jac_vmap(grad)), batch, SIZE_MAX, (jac_out){out, SIZE_MAX});
    for (int k = 0; k < g->ngrad; k++)
        check(g, "gradient over a batch", jac_ok(out[k]) ? jac_at(out[k], 1) : JAC_NULL,
              &g->grad[k]);
}

/* Forward over reverse. */
static void check_second(golden *g, jac_fn grad, const int64_t *floats, const jac *in)
{
    jac tangent[MOST] = {0}, out[MOST] = {0}, second[MOST] = {0};
    for (int k = 0; k < g->nhvp; k++)
        tangent[floats[k]] = ramp_like(in[floats[k]]);
    jac_jvp(grad, in, tangent, out, second);
    for (int k = 0; k < g->nhvp; k++)
        if (jac_ok(second[k]) || !jac_ok(out[k])) /* null: zero */
            check(g, "derivative of the gradient", second[k], &g->hvp[k]);
        else
            check(g, "derivative of the gradient", jac_zeros_like(out[k]), &g->hvp[k]);
}

/* Doubles every operand along a new first axis; every result must then be doubled. */
static void check_batch(golden *g, jac_fn f, const jac *in)
{
    jac batch[MOST], out = JAC_NULL;
    for (int k = 0; k < g->nin; k++)
        batch[k] = jac_stack(0, in[k], in[k]);
    jac_call_(JAC_AT, jac_vmap(f), batch, SIZE_MAX, (jac_out){&out, SIZE_MAX});
    for (int k = 0; k < 2; k++)
        check(g, "over a batch", jac_ok(out) ? jac_at(out, k) : JAC_NULL, g->out);
    if (g->nin == 1)
        return;
    for (int k = 1; k < g->nin; k++)
        batch[k] = in[k];
    static const int64_t axes[MOST] = {0, JAC_NONE, JAC_NONE, JAC_NONE, JAC_NONE};
    jac_fn first = jac_vmap(f, ((jac_dims){g->nin, axes}));
    jac_call_(JAC_AT, first, batch, SIZE_MAX, (jac_out){&out, SIZE_MAX});
    for (int k = 0; k < 2; k++)
        check(g, "over a batch of its first operand", jac_ok(out) ? jac_at(out, k) : JAC_NULL,
              g->out);
}

static void check_case(golden *g, jac_fn f)
{
    jac in[MOST], out = JAC_NULL;
    for (int k = 0; k < g->nin; k++)
        in[k] = to_jac(&g->in[k]);
    jac_call_(JAC_AT, f, in, SIZE_MAX, (jac_out){&out, SIZE_MAX});
    check(g, "called", out, g->out);
    out = JAC_NULL;
    jac_call_(JAC_AT, jac_jit(f), in, SIZE_MAX, (jac_out){&out, SIZE_MAX});
    check(g, "compiled", out, g->out);
    check_batch(g, f, in);
    if (!g->ngrad)
        return;
    int64_t floats[MOST];
    jac_fn grad = gradient(g, f, 1, floats);
    check_gradients(g, "gradient", grad, g->grad, in);
    check_gradients(g, "compiled gradient", jac_jit(grad), g->grad, in);
    check_gradient_over_batch(g, grad, in);
    if (!g->nhvp)
        return;
    check_second(g, grad, floats, in);
    check_gradients(g, "gradient of the gradient", gradient(g, grad, g->ngrad, floats), g->hvp, in);
}

static jac_fn case_named(const char *name, int n, const jax_case *cases)
{
    for (int k = 0; k < n; k++)
        if (!strcmp(cases[k].name, name))
            return cases[k].f;
    return JAC_NULL_FN;
}

int jax_check_file(const char *path, bool x64, double looseness, int n, const jax_case *cases)
{
    slack = looseness;
    FILE *f = fopen(path, "r");
    cr_assert(f);
    golden g;
    char *line = NULL;
    size_t room = 0;
    const char *only = getenv("NUMPY_CASE");
    int checked = 0;
    cr_assert(getline(&line, &room, f) > 0);
    while (read_case(f, &line, &room, &g)) {
        jac_fn fn = case_named(g.name, n, cases);
        if (!jac_ok(fn))
            test_fail(g.name, "it has no function in C");
        if (jac_ok(fn) && g.x64 == x64 && (!only || !strcmp(only, g.name)))
            JAC_SCOPE () {
                check_case(&g, fn);
                checked++;
            }
        test_pool_free(&g.pool);
    }
    free(line);
    fclose(f);
    return checked;
}

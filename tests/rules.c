/* The checks of rules.h. Each transforms the graph and compares the result with evaluation. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "tests/rules.h"

static const test_tolerance EXACTLY = {TEST_EXACT, 0};
static const test_tolerance ROUNDED = {TEST_REL, 1e-12};
static const test_tolerance DIFFERENCES = {TEST_REL, 1e-7};

enum { BATCH = 3 };

ir_graph *rules_graph(const char *operands, const char *equation, const char *result)
{
    char text[2000] = "graph (", names[100] = "", *types = strdup(operands), *rest = types;
    int n = 0;
    for (char *type; (type = strsep(&rest, " "));) {
        if (!*type)
            continue;
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%sx%d: %s", n ? ", " : "", n, type);
        used = strlen(names);
        snprintf(names + used, sizeof names - used, " x%d", n++);
    }
    free(types);
    size_t used = strlen(text);
    snprintf(text + used, sizeof text - used, ") {\n y: %s = %s%s\n return y\n}\n", result,
             equation, names);
    return ir_parse(text, "rules");
}

static test_arrays random_inputs(test_pool *p, const ir_graph *g, bool wide, const int *axis)
{
    test_arrays in = {0};
    for (int k = 0; k < g->nin; k++) {
        ir_type t = g->in[k]->type;
        if (axis && axis[k] >= 0) {
            memmove(&t.dim[axis[k] + 1], &t.dim[axis[k]],
                    (size_t)(t.rank++ - axis[k]) * sizeof *t.dim);
            t.dim[axis[k]] = BATCH;
        }
        bool is_float = ir_is_inexact(t.dtype);
        double lo = ir_dtypes[t.dtype].kind == IR_KIND_INT ? -3 : is_float ? -2 : 0;
        double hi = t.dtype == IR_bool ? 1 : is_float ? 2 : 7;
        test_arrays_add(p, &in, test_array_random(p, &t, 17 + (uint64_t)k + wide * 100u, lo, hi));
    }
    return in;
}

/* A random array for each value of a float dtype. */
static test_arrays random_floats(test_pool *p, ir_value *const *v, int n, uint64_t seed)
{
    test_arrays out = {0};
    for (int k = 0; k < n; k++)
        if (test_is_float(v[k]))
            test_arrays_add(p, &out, test_array_random(p, &v[k]->type, seed + (uint64_t)k, -1, 1));
    return out;
}

/* The message for something that could not be computed at all. */
static bool done(bool ok, const char *what)
{
    return ok || test_fail(what, "could not be computed");
}

/* ---- derivatives -------------------------------------------------------------------------- */

static void check_jvp(const char *what, const ir_graph *g, const test_arrays *in)
{
    TEST_POOL(p);
    test_arrays t = random_floats(&p, g->in, g->nin, 5), got, want;
    test_arrays all = test_arrays_join(&p, in, &t);
    IR_AUTO_GRAPH jvp = test_jvp(g);
    if (done(jvp && test_eval(&p, jvp, &all, &got) && test_differences(&p, g, in, &t, 1e-3, &want),
             what))
        test_close_all(what, &got, g->nout, &want, DIFFERENCES);
}

/* <ct, J t> = <transposed J ct, t>. */
static void check_vjp(const char *what, const ir_graph *g, const test_arrays *in)
{
    TEST_POOL(p);
    test_arrays t = random_floats(&p, g->in, g->nin, 5), ct = random_floats(&p, g->out, 1, 77);
    test_arrays forward = test_arrays_join(&p, in, &t), backward = test_arrays_join(&p, in, &ct);
    test_arrays y, x;
    IR_AUTO_GRAPH jvp = test_jvp(g);
    IR_AUTO_GRAPH vjp = test_vjp(g);
    if (!done(jvp && vjp && test_eval(&p, jvp, &forward, &y) && test_eval(&p, vjp, &backward, &x),
              what))
        return;
    test_arrays ty = {y.n - g->nout, y.at + g->nout}, tx = {x.n - g->nout, x.at + g->nout};
    double a = test_dot(&ct, &ty), b = test_dot(&tx, &t);
    cr_expect(fabs(a - b) <= 1e-11 * fmax(1, fabs(a)),
              "%s: inner products %.17g forwards, %.17g backwards", what, a, b);
}

/* ---- batches ------------------------------------------------------------------------------ */

static void check_slice(const char *what, const ir_graph *g, const test_arrays *in,
                        const int *axis_in, const test_arrays *whole, const int *axis_out,
                        int64_t index)
{
    TEST_POOL(p);
    test_arrays one = {0}, want;
    for (int k = 0; k < in->n; k++)
        test_arrays_add(&p, &one,
                        axis_in[k] < 0 ? in->at[k]
                                       : test_array_slice(&p, &in->at[k], axis_in[k], index));
    if (!done(test_eval(&p, g, &one, &want), what))
        return;
    for (int k = 0; k < g->nout; k++) {
        test_array got = axis_out[k] < 0 ? whole->at[k]
                                         : test_array_slice(&p, &whole->at[k], axis_out[k], index);
        test_close(what, &got, &want.at[k], ROUNDED);
    }
}

static void check_batched(const char *what, const ir_graph *g, const int *axis_in)
{
    TEST_POOL(p);
    int axis_out[8];
    char label[200];
    size_t n = (size_t)snprintf(label, sizeof label, "%s over a batch at", what);
    for (int k = 0; k < g->nin && n < sizeof label; k++)
        n += (size_t)snprintf(label + n, sizeof label - n, " %d", axis_in[k]);
    for (int k = 0; k < g->nout; k++)
        axis_out[k] = IR_AXIS_ANY;
    test_arrays in = random_inputs(&p, g, true, axis_in), whole;
    IR_AUTO_GRAPH batched = ir_vmap(g, &(ir_batching){.size = BATCH}, axis_in, axis_out);
    if (done(batched && ir_verify(batched) && test_eval(&p, batched, &in, &whole), label))
        for (int64_t b = 0; b < BATCH; b++)
            check_slice(label, g, &in, axis_in, &whole, axis_out, b);
}

/* Tries every choice of batched inputs, with the batch at the first axis, at the last,
 * and mixed. */
static void check_batches(const char *what, const ir_graph *g)
{
    int axis[16];
    for (int chosen = 1; chosen < 1 << g->nin; chosen++)
        for (int way = 0; way < 4; way++) {
            for (int k = 0; k < g->nin; k++) {
                int rank = g->in[k]->type.rank;
                int at[] = {0, rank, k % 2 ? 0 : rank, rank ? 1 : 0};
                axis[k] = chosen >> k & 1 ? at[way] : -1;
            }
            check_batched(what, g, axis);
        }
}

/* ---- the same by other ways --------------------------------------------------------------- */

static void check_same(const char *what, const ir_graph *g, const test_arrays *in)
{
    TEST_POOL(p);
    test_arrays want, got;
    IR_AUTO_GRAPH optimized = ir_optimize((ir_graph *)g);
    if (!done(optimized && test_eval(&p, g, in, &want) && test_eval(&p, optimized, in, &got), what))
        return;
    test_close_all(what, &got, 0, &want, EXACTLY);
    if (done(test_jit(&p, (ir_graph *)g, in, &got), what))
        test_close_all(what, &got, 0, &want, ROUNDED);
}

void rules_hold(const char *operands, const char *equation, const char *result)
{
    TEST_POOL(p);
    char what[200];
    snprintf(what, sizeof what, "%s of %s", equation, operands);
    ir_error_clear();
    IR_AUTO_GRAPH g = rules_graph(operands, equation, result);
    if (!done(g != NULL, what))
        return;
    test_arrays in = random_inputs(&p, g, false, NULL);
    check_same(what, g, &in);
    check_batches(what, g);
    if (!test_is_float(g->out[0]))
        return;
    check_jvp(what, g, &in);
    check_vjp(what, g, &in);
    snprintf(what, sizeof what, "the vjp of %s of %s", equation, operands);
    IR_AUTO_GRAPH vjp = test_vjp(g);
    if (!done(vjp != NULL, what))
        return;
    test_arrays wide = random_inputs(&p, vjp, false, NULL);
    check_same(what, vjp, &wide);
    check_batches(what, vjp);
}

void rules_refuse(const char *operands, const char *equation, const char *result,
                  const char *message)
{
    ir_error_clear();
    IR_AUTO_GRAPH g = rules_graph(operands, equation, result);
    cr_expect(!g, "%s of %s was built", equation, operands);
    cr_expect(g || (ir_error() && strstr(ir_error(), message)),
              "%s of %s: the error is \"%s\", without \"%s\"", equation, operands,
              ir_error() ? ir_error() : "", message);
    ir_error_clear();
}

void rules_give(const char *equation, const char *want, int n, const char *const *operands)
{
    TEST_POOL(p);
    test_arrays in = {0}, out;
    char types[500] = "", result[IR_TYPE_TEXT];
    for (int k = 0; k < n; k++) {
        test_arrays_add(&p, &in, test_array_read(&p, operands[k]));
        strncat(types, ir_type_tmp(&in.at[k].type), sizeof types - strlen(types) - 2);
        strcat(types, " ");
    }
    test_array expected = test_array_read(&p, want);
    ir_error_clear();
    IR_AUTO_GRAPH g = rules_graph(types, equation, ir_type_str(&expected.type, result));
    if (!done(g && test_eval(&p, g, &in, &out), equation))
        return;
    test_close(equation, &out.at[0], &expected, EXACTLY);
    if (done(test_jit(&p, g, &in, &out), equation))
        test_close(equation, &out.at[0], &expected, EXACTLY);
}

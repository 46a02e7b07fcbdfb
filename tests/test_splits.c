/* Graphs split in two: by which tangents are zero, by which inputs are known, and how little the
 * unknown half keeps of the known one. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "tests/control_graphs.h"

/* ---- subsets: zero tangents, and other splits than that by tangents ---------------------- */

/* A symbolic zero gives the same result as an array of zeros. */
static void check_jvp_subset(test_pool *p, const ir_graph *g, unsigned subset)
{
    bool *nz = ir_new((size_t)(g->nin + g->nout)), *nz_out = nz + g->nin;
    IR_AUTO_GRAPH full = made(test_jvp(g), "jvp");
    test_arrays in = random_inputs(p, g->in, g->nin, 3), few = in, all;
    test_arrays tangent = floats_of(p, g->in, g->nin, 4), t = {0}, want, got;
    for (int k = 0, n = 0; k < g->nin; k++) {
        if (!test_is_float(g->in[k]))
            continue;
        nz[k] = subset >> k & 1;
        if (nz[k])
            test_arrays_add(p, &t, tangent.at[n]);
        for (int64_t i = 0; !nz[k] && i < ir_type_count(&g->in[k]->type); i++)
            test_set(&tangent.at[n], i, 0);
        n++;
    }
    IR_AUTO_GRAPH part = made(ir_jvp(g, nz, nz_out), "jvp");
    all = test_arrays_join(p, &in, &tangent);
    few = test_arrays_join(p, &in, &t);
    want = run(p, full, &all);
    got = run(p, part, &few);
    for (int k = 0, n = g->nout, m = g->nout; k < g->nout; k++) {
        test_arrays w = {1, &want.at[n]}, h = {1, &got.at[m]};
        if (!test_is_float(g->out[k]))
            continue;
        if (nz_out[k])
            test_close_all("some tangents", &h, 0, &w, near);
        for (int64_t i = 0; !nz_out[k] && i < ir_type_count(&w.at->type); i++)
            cr_expect_eq(test_get(w.at, i), 0, "the tangent of output %d was dropped", k);
        n++;
        m += nz_out[k];
    }
    free(nz);
}

/* The known part followed by the unknown part equals the graph, for any choice of known inputs. */
static void check_split(test_pool *p, const ir_graph *g, unsigned subset)
{
    bool *unknown = ir_new((size_t)(g->nin + g->nout)), *out = unknown + g->nin;
    test_arrays in = random_inputs(p, g->in, g->nin, 7), first = {0}, second = {0};
    for (int k = 0; k < g->nin; k++)
        if (!(unknown[k] = subset >> k & 1))
            test_arrays_add(p, &first, in.at[k]);
    ir_graph *halves[2];
    int nres = ir_partial_eval(g, unknown, out, &halves[0], &halves[1]), nknown = 0;
    cr_assert_geq(nres, 0, "%s", ir_error());
    IR_AUTO_GRAPH known = made(halves[0], "known part");
    IR_AUTO_GRAPH rest = made(halves[1], "unknown part");
    test_arrays got = run(p, known, &first), want = run(p, g, &in);
    nknown = known->nout - nres;
    for (int r = 0; r < nres; r++)
        test_arrays_add(p, &second, got.at[nknown + r]);
    for (int k = 0; k < g->nin; k++)
        if (unknown[k])
            test_arrays_add(p, &second, in.at[k]);
    test_arrays later = run(p, rest, &second);
    for (int k = 0, a = 0, b = 0; k < g->nout; k++) {
        test_arrays w = {1, &want.at[k]}, h = {1, out[k] ? &later.at[b++] : &got.at[a++]};
        test_close_all("put together", &h, 0, &w, exact);
    }
    check_graph(p, known, &first);
    check_graph(p, rest, &second);
    free(unknown);
}

Test(transforms, zero_tangents_may_be_left_out)
{
    for (int k = 0; k < NTEXTS; k++) {
        TEST_POOL(p);
        IR_AUTO_GRAPH g = made(ir_parse(all_texts[k], "test"), "parse");
        for (unsigned subset = 0; subset < 1u << g->nin; subset++)
            check_jvp_subset(&p, g, subset);
    }
}

Test(transforms, a_graph_splits_by_whatever_is_known)
{
    for (int k = 0; k < NTEXTS; k++) {
        TEST_POOL(p);
        IR_AUTO_GRAPH g = made(ir_parse(all_texts[k], "test"), "parse");
        IR_AUTO_GRAPH j = made(test_jvp(g), "jvp");
        for (unsigned subset = 0; subset < 1u << g->nin; subset++)
            check_split(&p, g, subset);
        for (unsigned subset = 0; subset < 1u << j->nin; subset += 3)
            check_split(&p, j, subset);
    }
}

/* ---- what it costs ----------------------------------------------------------------------- */

/* The residuals of a jvp's graph that is split with its tangents unknown. */
static int residuals(const char *text, ir_graph **known_out)
{
    IR_AUTO_GRAPH g = made(ir_parse(text, "test"), "parse");
    IR_AUTO_GRAPH whole = made(test_jvp(g), "jvp");
    IR_AUTO_GRAPH j = made(ir_pass_hoist(whole), "hoist");
    bool *unknown = ir_new((size_t)(j->nin + j->nout)), *out = unknown + j->nin;
    for (int k = 0; k < j->nin; k++)
        unknown[k] = k >= g->nin;
    ir_graph *known, *rest;
    int nres = ir_partial_eval(j, unknown, out, &known, &rest);
    cr_assert_geq(nres, 0, "%s", ir_error());
    ir_graph_release(rest);
    free(unknown);
    if (known_out)
        *known_out = known;
    else
        ir_graph_release(known);
    return nres;
}

Test(transforms, constants_are_not_kept_for_the_way_back)
{
    cr_expect_eq(
        residuals(
            "graph f(x: f64[1000]) {\n" LIT(
                "c", "f64",
                "3") "b: f64[1000] = broadcast_in_dim[shape=[1000], broadcast_dimensions=[]] c\n"
                     "y: f64[1000] = mul x b\n z: f64[1000] = add y b\n return z\n}",
            NULL),
        0);
}

Test(transforms, a_broadcast_is_kept_as_what_it_was_made_of)
{
    IR_AUTO_GRAPH known = NULL;
    int nres =
        residuals("graph f(x: f64[1000], s: f64[]) {\n"
                  "b: f64[1000] = broadcast_in_dim[shape=[1000], broadcast_dimensions=[]] s\n"
                  "y: f64[1000] = mul x b\n return y\n}",
                  &known);
    cr_expect_eq(nres, 2, "x and s, but there are %d residuals", nres);
    for (int k = 0; k < nres; k++)
        cr_expect(!known->out[known->nout - nres + k]->eqn, "an input would do as residual %d", k);
}

Test(transforms, constants_of_a_loop_are_not_kept_step_by_step)
{
    IR_AUTO_GRAPH known = NULL;
    int nres = residuals(fori, &known);
    for (int k = 0; k < nres; k++) {
        const ir_value *v = known->out[known->nout - nres + k];
        bool stacked = v->type.rank == 1 && v->type.dim[0] == 4;
        cr_expect(stacked || !v->eqn, "residual %d is %s", k, ir_type_tmp(&v->type));
    }
    /* sin x, and y times cos x, step by step, and y at most. */
    cr_expect_leq(nres, 4, "%d residuals", nres);
}

Test(transforms, what_a_loop_computes_alike_in_every_step_is_not_kept_step_by_step)
{
    IR_AUTO_GRAPH known = NULL;
    int nres = residuals("graph f(k: f64[], x: f64[]) {\n"
                         "y: f64[] = scan[body=graph (k: f64[], x: f64[]) {\n s: f64[] = sin k\n"
                         " z: f64[] = mul x s\n return z\n"
                         "}, length=9, num_consts=1, num_carry=1, reverse=false] k x\n return y\n}",
                         &known);
    int stacked = 0;
    for (int r = 0; r < nres; r++)
        stacked += known->out[known->nout - nres + r]->type.rank;
    cr_expect_eq(stacked, 1, "the carry alone, but there are %d", stacked);
}

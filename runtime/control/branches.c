/* jac_cond and jac_switch.
 *
 * All branches are traced with the same operands. What a branch captures becomes an additional
 * operand, which the other branches ignore.
 */
#include <stdlib.h>
#include <string.h>

#include "ops/control.h"
#include "ops/ops.h"
#include "runtime/control/control.h"

static int all_captured(const rt_branches *b)
{
    int n = 0;
    for (int k = 0; k < b->n; k++)
        n += b->traced[k].ncaptured;
    return n;
}

static bool same_signatures(const char *what, int n, const jac_fn *fns)
{
    const struct jac_function *first = rt_fn(fns[0]);
    for (int k = 0; k < n; k++) {
        const struct jac_function *f = rt_fn(fns[k]);
        if (!first || !f)
            return false;
        if (rt_fn_leaves(f) != rt_fn_leaves(first) || f->result_leaves != first->result_leaves)
            return ir_fail("%s: branch %s takes %s and gives %d, but %s takes %d and gives %d",
                           what, first->name, ir_count_tmp(rt_fn_leaves(first), "handle"),
                           first->result_leaves, f->name, rt_fn_leaves(f), f->result_leaves);
    }
    return true;
}

static bool trace_branches(rt_branches *b, const char *what, const jac_fn *fns, const jac *operands)
{
    IR_SCRATCH(scratch);
    if (!same_signatures(what, b->n, fns))
        return false;
    b->noperands = rt_fn_leaves(rt_fn(fns[0]));
    ir_type *types = ir_alloc(&scratch, (size_t)(b->noperands + 1) * sizeof *types);
    if (!types)
        return false;
    bool ok = true;
    for (int k = 0; k < b->noperands && ok; k++) {
        const char *why = rt_no_handle(operands[k]);
        ok = why ? ir_fail("%s: operand %d %s", what, k, why) : rt_type_of(operands[k], &types[k]);
    }
    for (int k = 0; k < b->n && ok; k++)
        ok = rt_trace_fn(rt_fn(fns[k]), types, &b->traced[k]);
    return ok;
}

/* If a result is a C number in one branch, it takes the dtype that it has in the others. */
static bool settle_results(rt_branches *b)
{
    IR_SCRATCH(scratch);
    int nout = b->traced[0].g->nout;
    for (int k = 0; k < b->n; k++) {
        ir_graph *from = b->traced[k].g, *g = ir_graph_like(from, NULL);
        ir_value **out = ir_alloc(&scratch, (size_t)(nout + 1) * sizeof *out);
        if (!g || !out) {
            ir_graph_release(g);
            return false;
        }
        bool ok = ir_splice(g, from, g->in, out), changed = false;
        for (int j = 0; j < nout && ok; j++)
            for (int i = 0; i < b->n && ok; i++) {
                const ir_type *t = &b->traced[i].g->out[j]->type;
                if (!out[j]->type.weak || t->weak || t->dtype == out[j]->type.dtype ||
                    !ir_gives_way(out[j]->type.dtype, t->dtype, false))
                    continue;
                changed = true;
                ok = (out[j] = b_convert(g, out[j], t->dtype)) != NULL;
            }
        ok = ok && ir_outputs(g, out, nout);
        if (ok && changed) {
            b->traced[k].g = g;
            g = from;
        }
        ir_graph_release(g);
        if (!ok)
            return false;
    }
    return true;
}

static bool same_value(jac a, jac b)
{
    const rt_slot *x = rt_slot_of(a), *y = rt_slot_of(b);
    if (!x || !y || x->kind != y->kind)
        return false;
    return x->kind == RT_TRACED ? x->value == y->value
                                : x->kind == RT_ARRAY && x->array == y->array;
}

/* Leaves out the values of x that are there already. Sets place[k] to where x[k] is then, and
 * returns how many are left. */
static int keep_different(int n, jac *x, int *place)
{
    int kept = 0;
    for (int k = 0; k < n; k++) {
        int j = 0;
        while (j < kept && !same_value(x[j], x[k]))
            j++;
        place[k] = j;
        x[j] = x[k];
        kept += j == kept;
    }
    return kept;
}

/* Makes branch k a graph of nin operands: those of all branches, then what each of them captures.
 * `place` says which is which, as values that are the same are passed only once. */
static ir_graph *widened(const rt_branches *b, int k, int nin, const int *place)
{
    IR_SCRATCH(scratch);
    const ir_graph *g = b->traced[k].g;
    int at = b->noperands;
    ir_type *types = ir_alloc(&scratch, (size_t)(nin + 1) * sizeof *types);
    int *from = ir_alloc(&scratch, (size_t)(g->nin + 1) * sizeof *from);
    if (!types || !from)
        return NULL;
    for (int j = 0; j < b->noperands; j++) {
        types[place[j]] = g->in[j]->type;
        from[j] = place[j];
    }
    for (int i = 0; i < b->n; i++)
        for (int j = 0; j < b->traced[i].ncaptured; j++, at++) {
            if (i == k)
                from[b->noperands + j] = place[at];
            types[place[at]] = b->traced[i].g->in[b->noperands + j]->type;
        }
    return ctl_rewire(g, nin, types, from);
}

static bool same_results(const char *what, const rt_branches *b)
{
    const ir_graph *last = b->traced[b->n - 1].g; /* for cond, true_fn */
    for (int k = 0; k < b->n - 1; k++)
        for (int j = 0; j < last->nout; j++) {
            const ir_graph *g = b->traced[k].g;
            if (!ir_same_type(&g->out[j]->type, &last->out[j]->type))
                return ir_fail("%s: leaf %d of the result is %s from %s, but %s from %s", what, j,
                               ir_type_tmp(&last->out[j]->type), last->name,
                               ir_type_tmp(&g->out[j]->type), g->name);
        }
    return true;
}

bool rt_emit_branches(const char *what, rt_branches *b, jac index, const jac *operands, jac *out)
{
    IR_SCRATCH(scratch);
    if (!settle_results(b) || !same_results(what, b))
        return false;
    int n = b->noperands + all_captured(b), m = 1 + b->noperands;
    ir_graph **graphs = ir_alloc(&scratch, (size_t)b->n * sizeof *graphs);
    jac *in = ir_alloc(&scratch, (size_t)(1 + n) * sizeof *in);
    int *place = ir_alloc(&scratch, (size_t)(n + 1) * sizeof *place);
    if (!graphs || !in || !place)
        return false;
    in[0] = index;
    for (int k = 0; k < b->noperands; k++)
        in[1 + k] = operands[k];
    for (int k = 0; k < b->n; k++)
        for (int j = 0; j < b->traced[k].ncaptured; j++)
            in[m++] = b->traced[k].captured[j];
    n = keep_different(n, in + 1, place);
    bool ok = true;
    for (int k = 0; k < b->n && ok; k++)
        ok = (graphs[k] = widened(b, k, n, place)) != NULL;
    ir_attr attr[] = {[COND_BRANCHES] = {.n = b->n, .graphs = graphs}};
    ok = ok && rt_emit(&op_cond, 1 + n, in, attr, b->traced[0].g->nout, out);
    for (int k = 0; k < b->n; k++)
        ir_graph_release(graphs[k]);
    return ok;
}

/* Fills the result with null handles, so that it holds those if anything fails. */
static bool begin_result(const char *what, int n, const jac_fn *fns, const void *operands,
                         jac_out result)
{
    if (n < 1 || !fns)
        return ir_fail("%s: there must be at least one branch", what);
    const struct jac_function *f = rt_fn(fns[0]);
    if (!f)
        return false;
    if ((rt_fn_leaves(f) && !operands) || (f->result_leaves && !result.at))
        return ir_fail("%s: a null pointer was given for the %s", what,
                       result.at || !f->result_leaves ? "operands" : "result");
    char of[40];
    snprintf(of, sizeof of, "%s: ", what);
    if (!rt_room(of, f->name, f->result_leaves, result))
        return false;
    if (result.at)
        memset(result.at, 0, (size_t)f->result_leaves * sizeof(jac));
    return true;
}

static bool choose(const char *what, unsigned m, jac index, int n, const jac_fn *fns,
                   const jac *operands, jac *result)
{
    IR_SCRATCH(scratch);
    int nout = rt_fn(fns[0])->result_leaves;
    rt_branches b = {.n = n, .traced = ir_alloc(&scratch, (size_t)n * sizeof(rt_traced))};
    jac *y = ir_alloc(&scratch, (size_t)(nout + 1) * sizeof *y);
    if (!b.traced || !y)
        return false;
    bool ok = trace_branches(&b, what, fns, operands);
    ok = ok && rt_emit_branches(what, &b, index, operands, y);
    ok = rt_end_tree(m, ok ? nout : 0, y) && ok;
    for (int k = 0; k < nout; k++)
        result[k] = ok ? y[k] : JAC_NULL;
    for (int k = 0; k < n; k++)
        rt_traced_free(&b.traced[k]);
    return ok;
}

jac rt_branch_index(const char *what, jac x, bool truth)
{
    ir_type t;
    const char *why = rt_no_handle(x);
    if (why) {
        ir_fail("%s: the %s %s", what, truth ? "predicate" : "index", why);
        return JAC_NULL;
    }
    if (!rt_type_of(x, &t))
        return JAC_NULL;
    if (t.rank || (!truth && !ir_is_integer(t.dtype))) {
        ir_fail("%s: the %s must be %s scalar, but is %s", what, truth ? "predicate" : "index",
                truth ? "a" : "an integer", ir_type_tmp(&t));
        return JAC_NULL;
    }
    if (truth && t.dtype != IR_bool) {
        ir_dtype d = t.dtype;
        x = rt_op2(&op_ne, rt_convert(x, d, false), rt_literal_f64(d, 0));
    }
    /* A wide index is clamped before it is narrowed. */
    if (jac_ok(x) && !truth && ir_dtypes[t.dtype].digits > 31) {
        ir_dtype d = t.dtype;
        x = rt_op2(&op_min, rt_convert(x, d, false), rt_literal_f64(d, INT32_MAX));
        if (jac_ok(x) && ir_dtypes[d].kind == IR_KIND_INT)
            x = rt_op2(&op_max, x, rt_literal_f64(d, 0));
    }
    return jac_ok(x) ? rt_convert(x, IR_i32, false) : JAC_NULL;
}

bool jac_cond_(const jac_loc *at, jac pred, jac_fn true_fn, jac_fn false_fn, const void *operands,
               jac_out result)
{
    unsigned m = rt_begin(at);
    jac_fn fns[] = {false_fn, true_fn};
    if (!begin_result("cond", 2, fns, operands, result))
        return false;
    jac index = rt_branch_index("cond", pred, true);
    return jac_ok(index) && choose("cond", m, index, 2, fns, operands, result.at);
}

jac jac_cond1_(const jac_loc *at, jac pred, jac_fn true_fn, jac_fn false_fn, int n, const jac *x)
{
    rt_at(at);
    const struct jac_function *f = rt_fn(true_fn);
    jac y = JAC_NULL;
    return f && rt_takes_single("jac_cond1", "jac_cond", f, n) &&
                   jac_cond_(at, pred, true_fn, false_fn, x, rt_out(&y))
               ? y
               : JAC_NULL;
}

bool jac_switch_(const jac_loc *at, jac index, int n, const jac_fn *fns, const void *operands,
                 jac_out result)
{
    unsigned m = rt_begin(at);
    if (!begin_result("switch", n, fns, operands, result))
        return false;
    index = rt_branch_index("switch", index, false);
    return jac_ok(index) && choose("switch", m, index, n, fns, operands, result.at);
}

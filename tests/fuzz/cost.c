/* Reports the cost of gradients relative to their functions (tests/cost/cost.h), over random
 * programs and over functions as people write them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ir/loop.h"
#include "jit/lower.h"
#include "ops/ops.h"
#include "runtime/transform/differentiate.h"
#include "tests/cost/cost.h"
#include "tests/fuzz/fuzz.h"

/* ---- random programs ------------------------------------------------------------------------- */

/* Two graphs of x and u: <u, f(x)> over the float outputs, and its gradient with respect to the
 * float inputs. */
static ir_graph *scalar_loss(const ir_graph *g)
{
    ir_graph *made = ir_graph_like(g, "loss");
    ir_value **y = ir_new((size_t)g->nout * sizeof *y), *sum = NULL;
    bool ok = ir_splice(made, g, made->in, y);
    for (int k = 0; k < g->nout && ok; k++) {
        if (!test_is_float(y[k]))
            continue;
        int64_t axes[IR_MAX_RANK];
        for (int d = 0; d < y[k]->type.rank; d++)
            axes[d] = d;
        ir_value *u = ir_input(made, &g->out[k]->type);
        ir_value *part = b_dot_general(made, y[k], u, y[k]->type.rank, axes, axes, 0, NULL, NULL);
        part = part ? b_convert(made, part, IR_f64) : NULL;
        ok = (sum = ir_add_any(made, sum, part)) != NULL;
    }
    free(y);
    if (ok && sum) {
        ir_outputs(made, &sum, 1);
        return made;
    }
    ir_graph_release(made);
    return NULL;
}

/* The graph that jac_vjp makes. It takes the inputs of g, then cotangents. */
static ir_graph *compose(const ir_graph *g, const ir_graph *known, const ir_graph *back)
{
    ir_graph *made = ir_graph_like(g, "grad");
    ir_value **y = ir_new((size_t)(known->nout + back->nin + back->nout) * sizeof *y);
    ir_value **in = y + known->nout, **ct = in + back->nin;
    int nres = known->nout - g->nout;
    bool ok = ir_splice(made, known, made->in, y);
    for (int k = 0; k < back->nin; k++)
        in[k] = k < nres ? y[g->nout + k] : ir_input(made, &back->in[k]->type);
    ok = ok && ir_splice(made, back, in, ct);
    if (ok)
        ir_outputs(made, ct, back->nout);
    free(y);
    if (ok)
        return made;
    ir_graph_release(made);
    return NULL;
}

/* Computes the cotangents of the float inputs from those of the float outputs. */
static ir_graph *gradient(const ir_graph *g)
{
    bool *wrt = ir_new((size_t)(g->nin + g->nout) + 1), *of = wrt + g->nin;
    for (int k = 0; k < g->nin; k++)
        wrt[k] = test_is_float(g->in[k]);
    for (int k = 0; k < g->nout; k++)
        of[k] = test_is_float(g->out[k]);
    ir_graph *known = NULL, *linear = NULL;
    int nres = rt_linearize(g, wrt, of, &known, &linear);
    IR_AUTO_GRAPH back = nres >= 0 ? rt_transpose_linear(linear, nres) : NULL;
    ir_graph *made = back ? compose(g, known, back) : NULL;
    ir_graph_release(known);
    ir_graph_release(linear);
    free(wrt);
    return made;
}

typedef struct {
    uint64_t seed;
    double ratio;
    cost f, grad;
} measured;

/* Does its derivative's cost depend on the author's choice? Checkpoints pay operations for memory.
 * A rule given by the caller is called as a whole, with zeros for missing cotangents. */
static bool chooses(const ir_graph *g)
{
    static const ir_op *const ops[] = {&op_checkpoint, &op_recompute, &op_custom_jvp_call,
                                       &op_custom_vjp_call};
    const ir_graph *inner;
    IR_EACH_EQN (e, g) {
        if (e->op->loop && ir_loop_of(e).checkpoints)
            return true;
        for (size_t k = 0; k < sizeof ops / sizeof *ops; k++)
            if (e->op == ops[k])
                return true;
        for (int k = 0; (inner = ir_nested(e, k)); k++)
            if (chooses(inner))
                return true;
    }
    return false;
}

enum { LEAST = 20 }; /* the fewest operations of a function that is measured */

/* False if the program has nothing to differentiate. */
static bool measure_program(uint64_t seed, measured *out)
{
    TEST_POOL(p);
    fuzz_program f = {0};
    bool ok = fuzz_generate(&p, seed, &f) && !chooses(f.g);
    IR_AUTO_GRAPH loss = ok ? scalar_loss(f.g) : NULL;
    IR_AUTO_GRAPH grad = loss ? gradient(f.g) : NULL;
    ok = grad && cost_of(loss, &out->f) && cost_of(grad, &out->grad);
    ir_error_clear();
    fuzz_program_free(&f);
    out->seed = seed;
    out->ratio = ok && out->f.all > 0 ? out->grad.all / out->f.all : 0;
    return ok && out->grad.all > 0 && out->f.all >= LEAST;
}

/* ---- the report --------------------------------------------------------------------------------- */

static int by_ratio(const void *a, const void *b)
{
    double x = ((const measured *)a)->ratio, y = ((const measured *)b)->ratio;
    return (x > y) - (x < y);
}

/* The primitives on which the gradient spends most operations beyond the function's. */
static void print_dearest(FILE *f, const measured *m)
{
    double left[COST_OPS];
    for (int k = 0; k < COST_OPS; k++)
        left[k] = m->grad.by_op[k] - m->f.by_op[k];
    for (int n = 0; n < 4; n++) {
        int most = 0;
        for (int k = 0; k < COST_OPS; k++)
            if (left[k] > left[most])
                most = k;
        if (left[most] <= 0)
            break;
        fprintf(f, "%s %s %.0f", n ? "," : "", ir_op_at(most)->name, left[most]);
        left[most] = 0;
    }
    fputc('\n', f);
}

/* A histogram of the ratios in steps of a quarter. */
static void print_histogram(FILE *f, const measured *m, int count)
{
    enum { STEPS = 4, BINS = COST_BOUND * STEPS + 1, WIDTH = 60 };
    int bin[BINS] = {0}, most = 1;
    for (int k = 0; k < count; k++) {
        int b = (int)(m[k].ratio * STEPS);
        b = b < BINS ? b : BINS - 1;
        most = ++bin[b] > most ? bin[b] : most;
    }
    for (int b = 0; b < BINS; b++) {
        fprintf(f, "  from %.2f %6d ", (double)b / STEPS, bin[b]);
        for (int w = (bin[b] * WIDTH + most - 1) / most; w; w--)
            fputc('#', f);
        fputc('\n', f);
    }
}

static void report_programs(FILE *f, uint64_t seed, int n)
{
    measured *m = ir_new((size_t)n * sizeof *m);
    int count = 0, above = 0;
    for (int k = 0; k < n; k++)
        count += measure_program(seed + (uint64_t)k, &m[count]);
    qsort(m, (size_t)count, sizeof *m, by_ratio);
    for (int k = 0; k < count; k++)
        above += m[k].ratio > COST_BOUND;
    if (count)
        fprintf(f, "%d programs: median %.2f, 95%% %.2f, 99%% %.2f, most %.2f; %d above %d\n",
                count, m[count / 2].ratio, m[count * 95 / 100].ratio, m[count * 99 / 100].ratio,
                m[count - 1].ratio, above, COST_BOUND);
    print_histogram(f, m, count);
    for (int k = count; k-- > 0 && m[k].ratio > COST_BOUND && k >= count - 25;) {
        fprintf(f, "  seed %-8llu %6.2f = %.0f / %.0f:", (unsigned long long)m[k].seed, m[k].ratio,
                m[k].grad.all, m[k].f.all);
        print_dearest(f, &m[k]);
    }
    free(m);
}

/* False if a ratio is above the bound. */
static bool report_functions(FILE *f)
{
    bool ok = true;
    cost_pair p;
    for (int k = 0; cost_function(k, &p); k++) {
        measured m = {0};
        if (!cost_of(p.f, &m.f) || !cost_of(p.grad, &m.grad))
            return test_fail(p.name, "it cannot be optimised");
        m.ratio = m.grad.all / m.f.all;
        fprintf(f, "%-24s %-8s %10.0f %10.0f %6.2f %8.0f", p.name, p.arguments, m.f.all, m.grad.all,
                m.ratio, cost_kept(p.f, p.arguments));
        if (m.ratio > COST_BOUND)
            print_dearest(f, &m);
        else
            fputc('\n', f);
        ok = ok && m.ratio <= COST_BOUND;
        ir_graph_release(p.f);
        ir_graph_release(p.grad);
    }
    return ok;
}

bool fuzz_cost_report(FILE *f, uint64_t seed, int n)
{
    fprintf(f, "%-24s %-8s %10s %10s %6s %8s\n", "function", "in", "operations", "gradient",
            "ratio", "kept");
    bool ok = report_functions(f);
    report_programs(f, seed, n);
    return ok;
}

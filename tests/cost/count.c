/* Counts the floating-point operations of a graph, and the bytes of a gradient's residuals. */
#include <stdlib.h>
#include <string.h>

#include "ir/loop.h"
#include "jit/lower.h"
#include "ops/ops.h"
#include "runtime/transform/differentiate.h"
#include "tests/cost/cost.h"

static void count_graph(const ir_graph *g, double times, cost *c);

static int op_place(const ir_op *op)
{
    int k = 0;
    while (ir_op_at(k) && ir_op_at(k) != op)
        k++;
    return k;
}

static double elements(ir_value *const *v, int n)
{
    return n ? (double)ir_type_count(&v[0]->type) : 0;
}

static double dot_products(const ir_eqn *e)
{
    double n = elements(e->out, e->nout);
    for (int k = 0; k < e->attr[DOT_LHS_CONTRACT].n; k++)
        n *= (double)e->in[0]->type.dim[e->attr[DOT_LHS_CONTRACT].ints[k]];
    return n;
}

static bool is_float(const ir_value *v)
{
    return ir_is_inexact(v->type.dtype);
}

static bool works_on_floats(const ir_eqn *e)
{
    return (e->nin && is_float(e->in[0])) || (e->nout && is_float(e->out[0]));
}

/* The primitives that the combining functions of reductions are. */
static const char *const combining[JIT_NINSTRUCTION] = {
#define X(name) [JIT_##name] = #name,
    JIT_INSTRUCTIONS(X)
#undef X
};

/* The price of one element: from the primitive's row, or for a reduction from the row of its
 * combining function. */
static double price_of(const ir_op *op)
{
    if (op->lower->kind == JIT_REDUCE || op->lower->kind == JIT_CUMULATE) {
        const char *name = combining[op->lower->instruction];
        op = name ? ir_op_find(name, strlen(name)) : NULL;
    }
    return op && op->lower && op->lower->cost ? op->lower->cost : 1;
}

/* Operations of an equation that has no nested graphs. */
static double operations(const ir_eqn *e)
{
    if (!works_on_floats(e))
        return 0;
    if (e->op == &op_dot_general)
        return 2 * dot_products(e);
    if (e->op->lower && e->op->lower->kind == JIT_SCATTER)
        return elements(e->in + 2, 1);
    if (!e->op->lower)
        return 0;
    double price = price_of(e->op);
    switch (e->op->lower->kind) {
    case JIT_ELEMENTWISE:
        return e->op->flags & IR_OP_ELEMENTWISE ? price * elements(e->out, e->nout) : 0;
    case JIT_REDUCE:
    case JIT_ARGREDUCE:
    case JIT_CUMULATE:
        return price * elements(e->in, e->nin);
    default:
        return 0;
    }
}

/* Operations of the nested graphs: of several branches only the most expensive counts. */
static void count_nested(const ir_eqn *e, double times, cost *c)
{
    const ir_graph *inner;
    if (e->op == &op_cond) {
        cost dearest = {0};
        for (int k = 0; (inner = ir_nested(e, k)); k++) {
            cost branch = {0};
            count_graph(inner, times, &branch);
            if (branch.all >= dearest.all)
                dearest = branch;
        }
        c->all += dearest.all;
        for (int k = 0; k < COST_OPS; k++)
            c->by_op[k] += dearest.by_op[k];
        return;
    }
    int64_t length = e->op->loop ? ir_loop_of(e).length : 1;
    double steps = length == IR_DYNAMIC ? COST_STEPS : (double)length;
    for (int k = 0; (inner = ir_nested(e, k)); k++)
        count_graph(inner, times * steps, c);
}

static void count_graph(const ir_graph *g, double times, cost *c)
{
    IR_EACH_EQN (e, g) {
        if (ir_nested(e, 0)) {
            count_nested(e, times, c);
            continue;
        }
        double n = times * operations(e);
        c->all += n;
        c->by_op[op_place(e->op)] += n;
    }
}

bool cost_of(ir_graph *g, cost *out)
{
    IR_AUTO_GRAPH fast = ir_optimize(g);
    *out = (cost){0};
    if (fast)
        count_graph(fast, 1, out);
    return fast != NULL;
}

/* The dynamic dimensions of a tape count as steps. */
static double bytes_of(const ir_type *t)
{
    double bytes = (double)ir_dtypes[t->dtype].size;
    for (int d = 0; d < t->rank; d++)
        bytes *= t->dim[d] == IR_DYNAMIC ? COST_STEPS : (double)t->dim[d];
    return bytes;
}

double cost_kept(const ir_graph *f, const char *arguments)
{
    bool *wrt = ir_new((size_t)(f->nin + f->nout) + 1), *of = wrt + f->nin;
    for (; *arguments; arguments++)
        wrt[*arguments - '0'] = true;
    of[0] = true;
    ir_graph *known = NULL, *linear = NULL;
    int nres = rt_linearize(f, wrt, of, &known, &linear);
    double bytes = nres < 0 ? -1 : 0;
    for (int k = 0; k < nres; k++) {
        const ir_value *v = known->out[f->nout + k];
        bytes += v->eqn ? bytes_of(&v->type) : 0;
    }
    ir_graph_release(known);
    ir_graph_release(linear);
    free(wrt);
    return bytes;
}

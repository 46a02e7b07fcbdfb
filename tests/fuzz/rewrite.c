/* Replaces some equations of a graph, and of its nested graphs. Three rewritings: sums become wrong
 * by a few units in the last place of the terms, to see the effect of rounding; functions lose
 * their custom derivatives; values become collectives over lanes that all have the same value.
 */
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "tests/fuzz/fuzz.h"

/* Writes to y the values that replace the equation's results. `attr` are its rewritten
 * parameters. */
typedef bool rewriter(ir_graph *g, const ir_eqn *e, ir_value *const *x, const ir_attr *attr,
                      fuzz_rng *r, ir_value **y);

static ir_graph *rewritten(const ir_graph *g, rewriter *eqn, fuzz_rng *r);

/* Rewrites the equation's nested graphs, then calls the rewriter. */
static bool nested_first(ir_graph *g, const ir_eqn *e, ir_value *const *x, rewriter *eqn,
                         fuzz_rng *r, ir_value **y)
{
    int n = ir_nattr(e->op), made = 0;
    ir_graph *nested[64];
    ir_attr attr[IR_MAX_ATTRS] = {{0}};
    for (int k = 0; k < n; k++) {
        attr[k] = e->attr[k];
        if (e->op->attrs[k].kind == IR_ATTR_GRAPH)
            attr[k].graph = nested[made++] = rewritten(attr[k].graph, eqn, r);
        if (e->op->attrs[k].kind == IR_ATTR_GRAPHS) {
            for (int j = 0; j < attr[k].n; j++)
                nested[made + j] = rewritten(attr[k].graphs[j], eqn, r);
            attr[k].graphs = nested + made;
            made += attr[k].n;
        }
    }
    bool ok = eqn(g, e, x, attr, r, y);
    while (made)
        ir_graph_release(nested[--made]);
    return ok;
}

static ir_graph *rewritten(const ir_graph *g, rewriter *eqn, fuzz_rng *r)
{
    ir_graph *made = ir_graph_like(g, g->name);
    size_t width = (size_t)ir_widest(g);
    ir_value **map = ir_new((g->nvalue + 2 * width + (size_t)g->nout) * sizeof *map);
    ir_value **x = map + g->nvalue, **y = x + width, **out = y + width;
    for (int k = 0; k < g->nin; k++)
        map[g->in[k]->id] = made->in[k];
    IR_EACH_EQN (e, g) {
        for (int k = 0; k < e->nin; k++)
            x[k] = map[e->in[k]->id];
        bool ok = nested_first(made, e, x, eqn, r, y);
        for (int k = 0; k < e->nout; k++)
            map[e->out[k]->id] = ok ? y[k] : NULL;
    }
    for (int k = 0; k < g->nout; k++)
        out[k] = map[g->out[k]->id];
    ir_outputs(made, out, g->nout);
    free(map);
    return made;
}

static bool emit(ir_graph *g, const ir_op *op, const ir_eqn *e, ir_value *const *x,
                 const ir_attr *attr, ir_value **y)
{
    ir_value **made = ir_emit(g, op, e->nin, x, attr);
    if (made)
        memcpy(y, made, (size_t)e->nout * sizeof *y);
    return made != NULL;
}

/* ---- rounding -------------------------------------------------------------------------------- */

/* Primitives whose order of operations is free: if compiled, batched or transposed they may round
 * differently. */
static bool rounds_freely(const ir_op *op)
{
    static const ir_op *const ops[] = {
        &op_reduce_sum,  &op_reduce_prod, &op_reduce_window_sum, &op_dot_general, &op_cumsum, &op_cumprod, &op_scatter_add,
        &op_scatter_sub, &op_scatter_mul, &op_add,         &op_sub,    &op_mul,
        &op_conv_general_dilated};
    for (size_t k = 0; k < sizeof ops / sizeof *ops; k++)
        if (op == ops[k])
            return true;
    return false;
}

/* A bound of the result that ignores cancellation: the same equation on absolute values. */
static ir_value *magnitude(ir_graph *g, const ir_eqn *e, ir_value *const *x, const ir_attr *attr)
{
    enum { OPERANDS = 3 };
    ir_value *size[OPERANDS], *y = NULL;
    for (int k = 0; k < e->nin; k++)
        size[k] = test_is_float(x[k]) ? b_abs(g, x[k]) : x[k];
    return emit(g,
                e->op == &op_sub           ? &op_add
                : e->op == &op_scatter_sub ? &op_scatter_add
                                           : e->op,
                e, size, attr, &y)
               ? y
               : NULL;
}

static bool shake(ir_graph *g, const ir_eqn *e, ir_value *const *x, const ir_attr *attr,
                  fuzz_rng *r, ir_value **y)
{
    if (!emit(g, e->op, e, x, attr, y))
        return false;
    if (rounds_freely(e->op) && test_is_float(y[0])) {
        double ulp = ir_epsilon(y[0]->type.dtype);
        double by = ulp * (1 + fuzz_below(r, 4));
        ir_value *size = magnitude(g, e, x, attr);
        size = b_mul(g, size, b_const(g, y[0], fuzz_chance(r, 50) ? by : -by));
        y[0] = b_add(g, y[0], size);
    }
    return y[0] != NULL || !e->nout;
}

ir_graph *fuzz_jitter(const ir_graph *g, fuzz_rng *r)
{
    return rewritten(g, shake, r);
}

/* ---- custom derivatives ---------------------------------------------------------------------- */

static bool strip(ir_graph *g, const ir_eqn *e, ir_value *const *x, const ir_attr *attr,
                  fuzz_rng *r, ir_value **y)
{
    (void)r;
    bool custom = e->op == &op_custom_vjp_call || e->op == &op_custom_jvp_call;
    return emit(g, custom ? &op_call : e->op, e, x, attr, y);
}

ir_graph *fuzz_plain(const ir_graph *g)
{
    return rewritten(g, strip, NULL);
}

/* ---- collectives ----------------------------------------------------------------------------- */

const char *fuzz_lanes(void)
{
    return ir_name("lanes", strlen("lanes"));
}

static ir_value *collective(ir_graph *g, const ir_op *op, int n, ir_value *x)
{
    return ir_emit1(g, op, n, &x, &(ir_attr){.name = fuzz_lanes()});
}

/* Half of the sum over both lanes. */
static ir_value *halved(ir_graph *g, ir_value *x)
{
    return b_mul(g, collective(g, &op_psum, 1, x), b_const(g, x, 0.5));
}

/* The same, restoring -0 where the sum has lost the sign. */
static ir_value *halved_signed(ir_graph *g, ir_value *x)
{
    return b_select(g, b_eq(g, x, b_const(g, x, 0)), x, halved(g, x));
}

/* x as a value that might differ between the lanes: x minus zero times the lane's index. */
static ir_value *varying(ir_graph *g, ir_value *x)
{
    ir_value *lane = collective(g, &op_axis_index, 0, NULL);
    lane = b_convert(g, lane, x->type.dtype);
    lane = b_broadcast_in_dim(g, lane, x->type.rank, x->type.dim, NULL);
    return b_sub(g, x, b_mul(g, lane, b_const(g, x, 0)));
}

/* Replaces random values by a collective over two lanes that have the same value, which gives the
 * value back. If the graph must stay linear, only linear collectives are used. */
static bool ask_lanes(ir_graph *g, const ir_eqn *e, ir_value *const *x, const ir_attr *attr,
                      fuzz_rng *r, bool linear, ir_value **y)
{
    enum { PERCENT = 30 };
    if (!emit(g, e->op, e, x, attr, y))
        return false;
    for (int k = 0; k < e->nout && y[k]; k++) {
        int how = fuzz_below(r, linear || ir_is_complex(y[k]->type.dtype) ? 2 : 4);
        if (!fuzz_chance(r, PERCENT) || y[k]->type.weak || ir_is_tape(&y[k]->type) ||
            y[k]->type.dtype == IR_bool || (how < 2 && !test_is_float(y[k])))
            continue;
        y[k] = how == 0   ? (linear ? halved : halved_signed)(g, y[k])
               : how == 1 ? varying(g, y[k])
                          : collective(g, how == 2 ? &op_pmax : &op_pmin, 1, y[k]);
    }
    return true;
}

static bool ask_anything(ir_graph *g, const ir_eqn *e, ir_value *const *x, const ir_attr *attr,
                         fuzz_rng *r, ir_value **y)
{
    return ask_lanes(g, e, x, attr, r, false, y);
}

static bool ask_linearly(ir_graph *g, const ir_eqn *e, ir_value *const *x, const ir_attr *attr,
                         fuzz_rng *r, ir_value **y)
{
    return ask_lanes(g, e, x, attr, r, true, y);
}

ir_graph *fuzz_pooled(const ir_graph *g, fuzz_rng *r, bool linearly)
{
    return rewritten(g, linearly ? ask_linearly : ask_anything, r);
}

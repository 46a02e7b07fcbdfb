/* What derivatives cost and store: at most a few times the function's operations, nothing for
 * arguments that are not differentiated, and no residual that can be recomputed for free.
 * docs/derivative_cost.md says how operations are counted.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/transform/differentiate.h"
#include "tests/cost/cost.h"
#include "tests/support.h"

Test(derivative_cost, gradients_of_common_functions_cost_at_most_four_times_as_much)
{
    cost_pair p;
    cost f, grad;
    int k = 0;
    for (; cost_function(k, &p); k++) {
        cr_assert(cost_of(p.f, &f) && cost_of(p.grad, &grad), "%s: %s", p.name, jac_error());
        cr_expect(grad.all <= COST_BOUND * f.all, "%s in %s: %.0f operations, its gradient %.0f",
                  p.name, p.arguments, f.all, grad.all);
        ir_graph_release(p.f);
        ir_graph_release(p.grad);
    }
    cr_assert_gt(k, 10);
}

/* ---- arguments that are not asked for -------------------------------------------------------- */

/* x times a captured value, with a custom derivative in x. It has no derivative in the captured
 * value, and asking for one is an error. */
JAC_DEF_ENV(jac, scaled, jac, (jac, x))
{
    return jac_mul(x, *env);
}
typedef struct {
    jac value, tangent;
} Moved;
JAC_DEF_ENV(Moved, scaled_rule, jac, (jac, x), (jac, t))
{
    return (Moved){jac_mul(x, *env), jac_mul(t, *env)};
}

JAC_DEF(jac, of_two, (jac, x), (jac, y))
{
    jac by = jac_sin(y);
    return jac_sum(jac_exp(jac_call1(jac_custom_jvp(scaled_with(by), scaled_rule_with(by)), x)));
}

/* The number of equations of this primitive, including nested ones. */
static int count_eqns(const ir_graph *g, const ir_op *op)
{
    int n = 0;
    const ir_graph *inner;
    IR_EACH_EQN (e, g) {
        n += e->op == op;
        for (int k = 0; (inner = ir_nested(e, k)); k++)
            n += count_eqns(inner, op);
    }
    return n;
}

static ir_graph *traced(jac_fn f, int n, const char *const *texts)
{
    RT_AUTO_TRACED t = {0};
    ir_type types[8];
    for (int k = 0; k < n; k++)
        test_type_read(&(const char *){texts[k]}, &types[k]);
    cr_assert(jac_ok(f) && rt_trace_fn(rt_fn(f), types, &t), "%s", jac_error());
    return ir_graph_retain(t.g);
}

Test(derivative_cost, nothing_is_traced_for_arguments_not_asked_for)
{
    const char *const types[] = {"f64[3]", "f64[3]"};
    IR_AUTO_GRAPH in_x = traced(jac_grad(of_two_fn, 0), 2, types);
    cr_expect_eq(count_eqns(in_x, &op_sin), 1);
    cr_expect_eq(count_eqns(in_x, &op_cos), 0, "the derivative of the sine is in the graph");
    RT_AUTO_TRACED in_y = {0};
    ir_type t[2] = {in_x->in[0]->type, in_x->in[1]->type};
    cr_expect_not(rt_trace_fn(rt_fn(jac_grad(of_two_fn, 1)), t, &in_y));
    cr_expect(jac_error() && strstr(jac_error(), "is being differentiated"), "%s", jac_error());
    jac_error_clear();
}

JAC_DEF(jac, layers, (jac, w1), (jac, w2), (jac, x))
{
    return jac_sum(jac_matmul(jac_tanh(jac_matmul(x, w1)), w2));
}

Test(derivative_cost, the_way_back_ends_at_the_arguments_asked_for)
{
    const char *const types[] = {"f32[4,8]", "f32[8,2]", "f32[16,4]"};
    IR_AUTO_GRAPH last = traced(jac_grad(layers_fn, 1), 3, types);
    IR_AUTO_GRAPH both = traced(jac_grad(layers_fn, 0, 1), 3, types);
    /* The loss itself is not a result, so only the first of the forward products is needed. */
    cr_expect_eq(count_eqns(last, &op_dot_general), 1 + 1);
    cr_expect_eq(count_eqns(both, &op_dot_general), 1 + 3);
}

/* ---- residuals ------------------------------------------------------------------------------- */

/* Differentiates a graph in all its floats and lists the residuals; `in` stands for an input. */
static const struct {
    const char *what, *body, *kept;
} residuals[] = {
    {"a sum keeps nothing", "(a: f64[9], b: f64[9]) { c: f64[9] = add a b; return c }", ""},
    {"a constant factor is made again",
     "(a: f64[9]) { b: f64[] = literal[value=0x1p+1, dtype=f64, weak=false];"
     " c: f64[9] = broadcast_in_dim[shape=[9], broadcast_dimensions=[]] b;"
     " d: f64[9] = mul a c; return d }",
     ""},
    {"factors that are inputs are these",
     "(a: f64[9], b: f64[9]) { c: f64[9] = mul a b; return c }", "in in"},
    {"of a broadcast what was broadcast is kept",
     "(a: f64[9], b: f64[]) { c: f64[] = sin b;"
     " d: f64[9] = broadcast_in_dim[shape=[9], broadcast_dimensions=[]] c;"
     " e: f64[9] = mul a d; return e }",
     "f64[] f64[] in"},
    {"an exponential keeps its result", "(a: f64[9]) { b: f64[9] = exp a; return b }", "f64[9]"},
    {"a maximum with a constant keeps which is the greater",
     "(a: f64[9]) { b: f64[] = literal[value=0x0p+0, dtype=f64, weak=false];"
     " c: f64[9] = broadcast_in_dim[shape=[9], broadcast_dimensions=[]] b;"
     " d: f64[9] = max a c; return d }",
     "bool[9] bool[9]"},
    {"the greatest element keeps where it is, and how often",
     "(a: f64[9]) { b: f64[] = reduce_max[axes=[0]] a; return b }", "bool[9] f64[]"},
    {"a conversion of integers keeps the integers",
     "(a: f64[9], b: u8[9]) { c: f64[9] = convert_element_type[new_dtype=f64, weak=false] b;"
     " d: f64[9] = mul a c; return d }",
     "in"},
    {"a loop keeps once what all its steps read",
     "(a: f64[9], b: f64[9]) { c: f64[9] = scan[body=graph step(a: f64[9], b: f64[9]) {"
     " c: f64[9] = tanh a; d: f64[9] = mul b c; return d },"
     " length=5, num_consts=1, num_carry=1, reverse=false] b a; return c }",
     "f64[9] f64[9] f64[5,9]"},
};

static void write_kept(const ir_graph *known, int first, char *text)
{
    *text = 0;
    for (int k = first; k < known->nout; k++)
        sprintf(text + strlen(text), "%s%s", k > first ? " " : "",
                known->out[k]->eqn ? ir_type_tmp(&known->out[k]->type) : "in");
}

Test(derivative_cost, only_residuals_that_cost_something_are_kept)
{
    ops_init();
    for (size_t k = 0; k < sizeof residuals / sizeof *residuals; k++) {
        char text[1000];
        snprintf(text, sizeof text, "graph f%s", residuals[k].body);
        for (char *c = text; (c = strchr(c, ';'));)
            *c = '\n';
        IR_AUTO_GRAPH g = ir_parse(text, "residuals");
        cr_assert(g, "%s: %s", residuals[k].what, ir_error());
        bool wrt[4], of[1] = {true};
        for (int i = 0; i < g->nin; i++)
            wrt[i] = test_is_float(g->in[i]);
        IR_AUTO_GRAPH known = NULL;
        IR_AUTO_GRAPH linear = NULL;
        cr_assert_geq(rt_linearize(g, wrt, of, &known, &linear), 0, "%s: %s", residuals[k].what,
                      ir_error());
        write_kept(known, g->nout, text);
        cr_expect_str_eq(text, residuals[k].kept, "%s: kept are %s", residuals[k].what, text);
    }
}

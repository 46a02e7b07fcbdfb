/* The list of passes that are run on a graph before it is compiled. */
#include "ir/ir.h"

static const struct {
    const char *name;
    ir_graph *(*run)(ir_graph *);
} passes[] = {
    {"inline", ir_pass_inline},     {"complex", ir_pass_complex}, {"simplify", ir_pass_simplify},
    {"cse", ir_pass_cse},           {"dce", ir_pass_dce},         {"hoist", ir_pass_hoist_rows},
    {"simplify", ir_pass_simplify}, {"cse", ir_pass_cse},         {"dce", ir_pass_dce},
    {"unwrap", ir_pass_unwrap},
};

#ifdef NDEBUG
static bool verified(const ir_graph *g, const char *pass)
{
    (void)g, (void)pass;
    return true;
}
#else
static bool verified(const ir_graph *g, const char *pass)
{
    if (ir_error() || ir_verify(g))
        return true;
    char why[1024];
    snprintf(why, sizeof why, "%s", ir_error());
    ir_error_clear();
    return ir_fail("the pass '%s' broke a graph: %s", pass, why);
}
#endif

ir_graph *ir_optimize(ir_graph *g)
{
    if (!verified(g, "none: it was invalid before the first"))
        return NULL;
    unsigned failures = ir_fail_count();
    ir_graph *made = ir_graph_retain(g);
    for (size_t k = 0; made && k < sizeof passes / sizeof *passes; k++) {
        IR_AUTO_GRAPH before = made;
        made = passes[k].run(before);
        /* A pass that ran out of memory may still return a graph, but that graph may be wrong. */
        bool failed = ir_fail_count() != failures || (made && !verified(made, passes[k].name));
        if (made && failed) {
            ir_graph_release(made);
            made = NULL;
        }
    }
    return made;
}

int ir_count_eqns(const ir_graph *g)
{
    int n = g->neqn;
    const ir_graph *inner;
    IR_EACH_EQN (e, g) {
        for (int k = 0; (inner = ir_nested(e, k)); k++)
            n += ir_count_eqns(inner);
    }
    return n;
}

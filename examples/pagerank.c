/* PageRank of a graph given as a list of edges, by indexing: what flows along an edge is read at its
 * source and added at its target. Its derivative says which edges matter to a page. */
#include <jacquard.h>

#include "demo.h"

enum { PAGES = 1000, EDGES = 5000, STEPS = 30 };

JAC_TREE(Graph, from, to)

JAC_DEF_ENV(jac, rank, Graph, (jac, weights)) { /* a weight for each edge */
    jac out = jac_segment_sum(weights, env->from, PAGES);
    jac share = jac_div(weights, jac_maximum(jac_index(out, env->from), 1e-9));
    struct {
        jac r;
    } s = {jac_full(PAGES, 1.0 / PAGES)};
    JAC_FOR (i, 0, STEPS, s) {
        jac flow = jac_mul(share, jac_index(s.r, env->from));
        s.r = jac_add_at(jac_full(PAGES, 0.15 / PAGES), jac_mul(0.85, flow), env->to);
    }
    return s.r;
}

JAC_DEF_ENV(jac, rank_of_best, Graph, (jac, weights)) {
    return jac_max(jac_call1(rank_with(*env), weights));
}

static void show(const char *what, jac i, jac x) {
    printf("%s:", what);
    for (int k = 0; k < jac_size(i); k++)
        printf(" %d (%.6f)", (int)jac_item_i64(jac_index(i, k)), jac_item_f64(jac_index(x, k)));
    printf("\n");
}

int main(int argc, char **argv) {
    demo_options(argc, argv, "PageRank, and what it depends on.", (demo_option[]){{0}});
    jac_enable_x64(true);
    jac one = jac_ones(EDGES), u = jac_random_uniform(jac_random_PRNGKey(1), EDGES);
    Graph g = {jac_random_randint(jac_random_PRNGKey(0), EDGES, 0, PAGES),
               jac_astype(jac_mul(PAGES, jac_mul(u, jac_mul(u, u))), JAC_I64)}; /* more to the first pages */
    jac r = JAC_NULL, by_edge = JAC_NULL;
    DEMO_CORE {
        r = jac_check(jac_call1(jac_jit(rank_with(g)), one));
        by_edge = jac_check(jac_call1(jac_jit(jac_grad(rank_of_best_with(g))), one));
    }
    jac_top best = jac_top_k(r, 5), edges = jac_top_k(by_edge, 3);
    show("best pages", best.indices, best.values);
    show("edges that help the best page most", edges.indices, edges.values);
    jac from = jac_index(g.from, edges.indices), to = jac_index(g.to, edges.indices);
    for (int e = 0; e < 3; e++)
        printf("from %d to %d\n", (int)jac_item_i64(jac_index(from, e)), (int)jac_item_i64(jac_index(to, e)));
    printf("pages that nothing links to: %d\n", (int)jac_dim(jac_flatnonzero(jac_lt(r, 0.1501 / PAGES)), 0));
}

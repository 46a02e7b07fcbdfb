/* Row 23: sorting and counting. */
#include "bench/jacquard/inputs.h"

enum { COLUMNS = 1024, MOST = 16, BINS = 100 };

JAC_DEF(jac, sorted, (jac, x))
{
    return jac_sort(x);
}

JAC_DEF(jac, order, (jac, x))
{
    return jac_argsort(x);
}

JAC_DEF(jac_top, largest, (jac, x))
{
    return jac_top_k(x, MOST);
}

JAC_DEF(jac, counts, (jac, x))
{
    return jac_histogram(x, BINS, .range = (double[]){-1, 1});
}

static void make_line(int64_t size, jq_case *c)
{
    c->args[0] = inputs_f32(JAC_SHAPE(size), 8, -1, 1);
}

static void make_sorted(int64_t size, jq_case *c)
{
    make_line(size, c);
    c->f = jac_jit(sorted_fn);
}

static void make_order(int64_t size, jq_case *c)
{
    make_line(size, c);
    c->f = jac_jit(order_fn);
}

static void make_counts(int64_t size, jq_case *c)
{
    make_line(size, c);
    c->f = jac_jit(counts_fn);
}

static void make_largest(int64_t size, jq_case *c)
{
    c->args[0] = inputs_f32(JAC_SHAPE(size, COLUMNS), 8, -1, 1);
    c->nresults = 2;
    c->f = jac_jit(largest_fn);
}

const jq_work jq_sorting[] = {
    {"sorted", make_sorted}, {"order", make_order}, {"largest", make_largest}, {"histogram", make_counts}, {0}};

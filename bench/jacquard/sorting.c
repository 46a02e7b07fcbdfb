/* Row 23: sorting. */
#include "bench/jacquard/inputs.h"

enum { COLUMNS = 1024, MOST = 16 };

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

static void make_largest(int64_t size, jq_case *c)
{
    c->args[0] = inputs_f32(JAC_SHAPE(size, COLUMNS), 8, -1, 1);
    c->nresults = 2;
    c->f = jac_jit(largest_fn);
}

const jq_work jq_sorting[] = {
    {"sorted", make_sorted}, {"order", make_order}, {"largest", make_largest}, {0}};

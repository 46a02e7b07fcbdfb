/* Row 21: additions at indices, and sums of segments. */
#include "bench/jacquard/inputs.h"

enum { PLACES = 1000000, SEGMENTS = 10000 };

/* Integers from 0 to n - 1. */
static jac places(int64_t count, uint32_t seed, int64_t n)
{
    return jac_astype(inputs_f32(JAC_SHAPE(count), seed, 0, (double)n), JAC_I32);
}

JAC_DEF(jac, added_at, (jac, x), (jac, i), (jac, v))
{
    return jac_add_at(x, v, i);
}

JAC_DEF(jac, segments, (jac, v), (jac, i))
{
    return jac_segment_sum(v, i, SEGMENTS);
}

static void make_added_at(int64_t size, jq_case *c)
{
    c->args[0] = inputs_f32(JAC_SHAPE(PLACES), 8, -1, 1);
    c->args[1] = places(size, 10, PLACES);
    c->args[2] = inputs_f32(JAC_SHAPE(size), 9, -1, 1);
    c->f = jac_jit(added_at_fn);
}

static void make_segments(int64_t size, jq_case *c)
{
    c->args[0] = inputs_f32(JAC_SHAPE(size), 9, -1, 1);
    c->args[1] = places(size, 10, SEGMENTS);
    c->f = jac_jit(segments_fn);
}

const jq_work jq_indexing[] = {{"added_at", make_added_at}, {"segments", make_segments}, {0}};

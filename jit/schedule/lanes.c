/* Decides how many lanes of a batched loop run in step: as many as can keep their carries and
 * operands in the machine's registers, but no more, because each lane waits for the slowest.
 *
 * A `lanes` equation comes with a graph for one lane (ops/lanes.c). Here that is replaced by a
 * graph for a strip of lanes, batched from it. A lane that itself contains lanes is not batched.
 */
#include <string.h>

#include "jit/schedule/schedule.h"

static bool is_lanes(const ir_eqn *e)
{
    return e->op->lower && e->op->lower->kind == JIT_LANES;
}

static bool has_lanes(const ir_graph *g)
{
    const ir_graph *inner;
    IR_EACH_EQN (e, g) {
        if (is_lanes(e))
            return true;
        for (int k = 0; (inner = ir_nested(e, k)); k++)
            if (has_lanes(inner))
                return true;
    }
    return false;
}

static int64_t width_of(const jit_limits *limits, const ir_eqn *e)
{
    int64_t size = e->attr[LANES_SIZE].i, bytes = 0;
    for (int k = 0; k < e->nin; k++)
        if (e->attr[LANES_AXES].ints[k] >= 0)
            bytes += (int64_t)ir_type_bytes(&e->in[k]->type) / size;
    for (int k = 0; k < e->nout; k++)
        bytes += (int64_t)ir_type_bytes(&e->out[k]->type) / size;
    int64_t width = limits->most_lanes;
    while (width > limits->fewest_lanes && width * bytes > limits->lane_bytes)
        width /= 2;
    return width < size ? width : size;
}

/* A graph that runs `width` lanes of e in step. */
static ir_graph *strip_of(const ir_eqn *e, int64_t width)
{
    IR_SCRATCH(scratch);
    const ir_graph *lane = e->attr[LANES_STRIP].graph;
    int *axis = ir_alloc(&scratch, (size_t)(e->nin + e->nout) * sizeof *axis); /* results: at
                                                                                  axis 0 */
    if (!axis)
        return NULL;
    for (int k = 0; k < e->nin; k++)
        axis[k] = (int)e->attr[LANES_AXES].ints[k];
    IR_AUTO_GRAPH wide =
        ir_vmap(lane, &(ir_batching){.size = width, .in_step = true}, axis, axis + e->nin);
    return wide ? ir_optimize(wide) : NULL;
}

static bool widen(void *limits, ir_graph *into, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    ir_attr attr[IR_MAX_ATTRS];
    ir_eqn strips = *e;
    IR_AUTO_GRAPH strip = NULL;
    if (is_lanes(e) && !has_lanes(e->attr[LANES_STRIP].graph)) {
        if (!(strip = strip_of(e, width_of(limits, e))))
            return false;
        memcpy(attr, e->attr, (size_t)ir_nattr(e->op) * sizeof *attr);
        attr[LANES_STRIP].graph = strip;
        strips.attr = attr;
    }
    ir_value **made = ir_copy_eqn(into, &strips, x);
    for (int k = 0; made && k < e->nout; k++)
        y[k] = made[k];
    return made != NULL;
}

ir_graph *jit_widen_lanes(ir_graph *g, const jit_limits *limits)
{
    jit_limits own = *limits;
    return has_lanes(g) ? ir_rewrite(g, widen, &own) : ir_graph_retain(g);
}

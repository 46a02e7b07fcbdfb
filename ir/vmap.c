/* Batching: turns a graph into one that computes all slices along a batch axis at once.
 *
 * It walks the equations in order and maps each old value to its new counterpart and the axis that
 * carries the batch, or -1 if the value is the same for the whole batch. An equation whose operands
 * are not batched is simply copied. For any other, the primitive's batch rule writes the equation
 * with one more axis and says where that axis is. With 8 slices of a, along axis 0, and a single b,
 *
 *     a: f32[3], b: f32[3]:    c = sin a;  d = cos b;  y = mul c d
 *     a: f32[8,3], b: f32[3]:  c = sin a;  d = cos b;  e = broadcast d to [8,3];  y = mul c e
 *
 * with the batch at axis 0 of c, e and y; d is computed once. If the axis has a name, collectives
 * over it disappear here, because their batch rules reduce over the axis.
 */
#include <stdlib.h>

#include "ir/ir.h"

typedef struct {
    ir_graph *g;
    const ir_batching *over;
    ir_value **value; /* by id of the old graph's values */
    int *axis;
    ir_value **x, **y; /* operands and results of one equation, and their axes */
    int *xaxis, *yaxis;
} vmap_state;

static ir_value *transposed(ir_graph *g, ir_value *x, int from, int to)
{
    int64_t perm[IR_MAX_RANK];
    int n = 0;
    for (int d = 0; d < x->type.rank; d++) {
        if (n == to)
            n++;
        if (d != from)
            perm[n++] = d;
    }
    perm[to] = from;
    ir_attr attr[] = {[TRANSPOSE_PERMUTATION] = {.n = x->type.rank, .ints = perm}};
    return ir_emit1(g, ir_op_role(IR_ROLE_TRANSPOSE), 1, &x, attr);
}

static bool too_many_dimensions(const ir_type *slice)
{
    return ir_fail("vmap: a batch of %s has more than %d dimensions", ir_type_tmp(slice),
                   IR_MAX_RANK);
}

static ir_value *broadcast(ir_graph *g, ir_value *x, int to, int64_t size)
{
    int rank = x->type.rank + 1;
    if (rank > IR_MAX_RANK) {
        too_many_dimensions(&x->type);
        return NULL;
    }
    int64_t shape[IR_MAX_RANK], dims[IR_MAX_RANK];
    for (int d = 0, n = 0; d < rank; d++) {
        shape[d] = d == to ? size : x->type.dim[n];
        if (d != to)
            dims[n++] = d;
    }
    ir_attr attr[] = {[BROADCAST_SHAPE] = {.n = rank, .ints = shape},
                      [BROADCAST_DIMS] = {.n = rank - 1, .ints = dims}};
    return ir_emit1(g, ir_op_role(IR_ROLE_BROADCAST_IN_DIM), 1, &x, attr);
}

ir_value *ir_move_axis(ir_graph *g, ir_value *x, int from, int to, int64_t size)
{
    if (!x || from == to)
        return x;
    if (ir_is_tape(&x->type)) {
        ir_attr attr[] = {[TAPE_BROADCAST_AXIS] = {.i = to - ir_tape_depth(&x->type)},
                          [TAPE_BROADCAST_SIZE] = {.i = size}};
        if (from < 0)
            return ir_emit1(g, ir_op_role(IR_ROLE_TAPE_BROADCAST), 1, &x, attr);
        ir_fail("vmap: the batch of %s cannot be moved from axis %d to %d", ir_type_tmp(&x->type),
                from, to);
        return NULL;
    }
    return from < 0 ? broadcast(g, x, to, size) : transposed(g, x, from, to);
}

/* Such an equation is batched even if no operand is, because its result may vary along the axis. */
bool ir_vmap_mentions_axis(const ir_eqn *e, const ir_batching *over)
{
    const ir_graph *g;
    if (!over->axis_name)
        return false;
    if (e->op->flags & IR_OP_COLLECTIVE)
        return e->attr[COLLECTIVE_AXIS_NAME].name == over->axis_name;
    for (int k = 0; (g = ir_nested(e, k)); k++)
        IR_EACH_EQN (inner, g)
            if (ir_vmap_mentions_axis(inner, over))
                return true;
    return false;
}

static bool vmap_eqn(vmap_state *s, const ir_eqn *e)
{
    bool batched = false;
    for (int k = 0; k < e->nin; k++) {
        s->x[k] = s->value[e->in[k]->id];
        s->xaxis[k] = s->axis[e->in[k]->id];
        batched = batched || s->xaxis[k] >= 0;
    }
    for (int k = 0; k < e->nout; k++) {
        s->y[k] = NULL;
        s->yaxis[k] = -1;
    }
    if (batched || ir_vmap_mentions_axis(e, s->over)) {
        if (!e->op->batch || !e->op->batch(s->g, e, s->x, s->xaxis, s->over, s->y, s->yaxis))
            return ir_fail("vmap: %s could not be batched", e->op->name);
    } else {
        ir_results(ir_copy_eqn(s->g, e, s->x), e->nout, s->y);
    }
    for (int k = 0; k < e->nout; k++) {
        if (!s->y[k])
            return ir_fail("vmap: %s could not be batched", e->op->name);
        s->value[e->out[k]->id] = s->y[k];
        s->axis[e->out[k]->id] = s->yaxis[k];
    }
    return true;
}

/* Adds the inputs; a batched one has the batch axis inserted in its type. */
static bool inputs(vmap_state *s, const ir_graph *g, const int *axis_in)
{
    for (int k = 0; k < g->nin; k++) {
        ir_type t = g->in[k]->type;
        if (axis_in[k] >= 0) {
            if (t.rank == IR_MAX_RANK)
                return too_many_dimensions(&t);
            if (axis_in[k] > t.rank)
                return ir_fail("vmap: input %d is %s in each lane, so the batch cannot be at "
                               "axis %d",
                               k, ir_type_tmp(&t), axis_in[k]);
            for (int d = t.rank++; d > axis_in[k]; d--)
                t.dim[d] = t.dim[d - 1];
            t.dim[axis_in[k]] = s->over->size;
        }
        if (!(s->value[g->in[k]->id] = ir_input(s->g, &t)))
            return false;
        s->axis[g->in[k]->id] = axis_in[k];
    }
    return true;
}

static bool outputs(vmap_state *s, const ir_graph *g, int *axis_out)
{
    IR_SCRATCH(scratch);
    ir_value **out = ir_alloc(&scratch, (size_t)g->nout * sizeof *out);
    if (!out)
        return false;
    bool ok = true;
    for (int k = 0; k < g->nout && ok; k++) {
        int is = s->axis[g->out[k]->id];
        out[k] = s->value[g->out[k]->id];
        if (axis_out[k] == IR_AXIS_ANY)
            axis_out[k] = is;
        else if (axis_out[k] < 0 && is >= 0)
            ok = ir_fail("vmap: output %d, %s in each lane, varies over the batch, but its "
                         "out_axes is none",
                         k, ir_type_tmp(&g->out[k]->type));
        else if (axis_out[k] > g->out[k]->type.rank)
            ok = ir_fail("vmap: output %d is %s in each lane, so the batch cannot be at axis %d", k,
                         ir_type_tmp(&g->out[k]->type), axis_out[k]);
        else if (axis_out[k] >= 0)
            out[k] = ir_move_axis(s->g, out[k], is, axis_out[k], s->over->size);
        ok = ok && out[k];
    }
    return ok && ir_outputs(s->g, out, g->nout);
}

ir_graph *ir_vmap(const ir_graph *g, const ir_batching *over, const int *axis_in, int *axis_out)
{
    IR_SCRATCH(scratch);
    int w = ir_widest(g);
    vmap_state s = {.over = over};
    s.value = ir_alloc(&scratch, ((size_t)g->nvalue + 2 * (size_t)w) * sizeof *s.value);
    s.axis = ir_alloc(&scratch, ((size_t)g->nvalue + 2 * (size_t)w) * sizeof *s.axis);
    if (!s.value || !s.axis || !(s.g = ir_graph_new(g->name)))
        return NULL;
    s.x = s.value + g->nvalue;
    s.y = s.x + w;
    s.xaxis = s.axis + g->nvalue;
    s.yaxis = s.xaxis + w;
    const ir_loc *was = ir_loc_get();
    unsigned failures = ir_fail_count(); /* a rule may take a failed value for a missing one */
    bool ok = inputs(&s, g, axis_in);
    for (ir_eqn *e = g->first; e && ok; e = e->next) {
        ir_loc_set(e->loc ? e->loc : was);
        ok = vmap_eqn(&s, e);
    }
    ir_loc_set(was);
    ok = ok && outputs(&s, g, axis_out) && ir_fail_count() == failures;
    if (ok)
        return s.g;
    ir_graph_release(s.g);
    return NULL;
}

/* Rules by what a primitive's simplify rule writes, and bodies of reductions. */
#include <string.h>

#include "ops/lowered.h"
#include "ops/shape.h"

ir_graph *lowered_graph(const ir_eqn *e)
{
    IR_SCRATCH(scratch);
    unsigned failures = ir_fail_count();
    ir_graph *g = ir_graph_new(e->op->name);
    ir_value **x = ir_alloc(&scratch, (size_t)(e->nin + e->nout + 1) * sizeof *x);
    if (!g || !x) {
        ir_graph_release(g);
        return NULL;
    }
    ir_value **y = x + e->nin;
    for (int k = 0; k < e->nin; k++)
        x[k] = ir_input(g, &e->in[k]->type);
    /* A rule that ran out of memory may still write something. */
    if (!ir_ok(g) || !e->op->simplify(g, e, x, y) || ir_fail_count() != failures) {
        ir_graph_release(g);
        return NULL;
    }
    return ir_finish(g, y, e->nout);
}

bool lowered_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    IR_AUTO_GRAPH g = lowered_graph(e);
    return g && ir_eval(g, in, out);
}

bool lowered_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t, ir_value **y,
                 ir_value **ty)
{
    IR_SCRATCH(scratch);
    int n = e->nin, m = e->nout, moving = 0;
    IR_AUTO_GRAPH f = lowered_graph(e);
    bool *nz = ir_alloc(&scratch, (size_t)(n + m + 1) * sizeof *nz);
    ir_value **in = ir_alloc(&scratch, (size_t)(2 * (n + m) + 1) * sizeof *in);
    if (!f || !nz || !in)
        return false;
    for (int k = 0; k < n; k++) {
        in[k] = x[k];
        nz[k] = t[k] != NULL;
        if (nz[k])
            in[n + moving++] = t[k];
    }
    IR_AUTO_GRAPH moved = ir_jvp(f, nz, nz + n);
    ir_value **made = in + 2 * n;
    if (!moved || !ir_splice(g, moved, in, made))
        return false;
    for (int k = 0, at = m; k < m; k++) {
        y[k] = made[k];
        ty[k] = nz[n + k] ? made[at++] : NULL;
    }
    return true;
}

bool lowered_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                   const ir_batching *over, ir_value **y, int *yaxis)
{
    IR_AUTO_GRAPH f = lowered_graph(e);
    for (int k = 0; k < e->nout; k++)
        yaxis[k] = 0;
    IR_AUTO_GRAPH many = f ? ir_vmap(f, over, axis, yaxis) : NULL;
    return many && ir_splice(g, many, x, y);
}

ir_value *lowered_like(ir_graph *g, ir_value *v, const ir_type *t)
{
    if (!v || v->type.weak == t->weak)
        return v;
    ir_attr attr[] = {[CONVERT_DTYPE] = {.i = t->dtype}, [CONVERT_WEAK] = {.i = t->weak}};
    return ir_emit1(g, &op_convert_element_type, 1, &v, attr);
}

/* ---- bodies ---------------------------------------------------------------------------------- */

bool body_check(const ir_infer *q, const ir_graph *body, int nconst, int n)
{
    if (body->nin != nconst + 2 * n || body->nout != n)
        return ir_fail("%s: its body takes %d values and gives %d, but must take %d and give %d",
                       q->op->name, body->nin, body->nout, nconst + 2 * n, n);
    for (int k = 0; k < nconst; k++)
        if (!ir_same_type(&body->in[k]->type, &q->in[k]))
            return ir_fail("%s: its body takes %s as constant %d, but is given %s", q->op->name,
                           ir_type_tmp(&body->in[k]->type), k, ir_type_tmp(&q->in[k]));
    for (int k = 0; k < n; k++) {
        ir_type t = ir_type_scalar(q->in[nconst + k].dtype);
        const ir_value *each[] = {body->in[nconst + k], body->in[nconst + n + k], body->out[k]};
        for (int j = 0; j < 3; j++)
            if (!ir_same_type(&each[j]->type, &t))
                return ir_fail("%s: value %d of its body is %s, but must be %s, as operand %d is "
                               "%s",
                               q->op->name, k, ir_type_tmp(&each[j]->type), ir_type_tmp(&t), k,
                               ir_type_tmp(&q->in[nconst + k]));
    }
    return true;
}

bool body_regroup(const ir_eqn *e, const int *width, ir_attr *attr, ir_arena *mem)
{
    (void)mem;
    for (int k = 0; k < ir_nattr(e->op); k++)
        if (!strcmp(e->op->attrs[k].name, "num_consts"))
            for (int64_t j = 0; j < e->attr[k].i; j++)
                attr[k].i += width[j] - 1;
    return true;
}

bool body_is_shared(const ir_eqn *e, int nconst, const int *axis, const ir_batching *over)
{
    for (int k = 0; k < nconst; k++)
        if (axis[k] >= 0)
            return false;
    return !ir_vmap_mentions_axis(e, over);
}

/* One dimension is added in front after the other, from the last on. */
ir_graph *body_over(const ir_graph *body, int nconst, int rank, const int64_t *dim)
{
    IR_SCRATCH(scratch);
    int *axes = ir_alloc(&scratch, (size_t)(body->nin + body->nout + 1) * sizeof *axes);
    IR_AUTO_GRAPH all = ir_graph_retain((ir_graph *)body);
    for (int d = rank - 1; axes && all && d >= 0; d--) {
        for (int k = 0; k < body->nin + body->nout; k++)
            axes[k] = k < nconst ? -1 : 0;
        ir_graph *more = ir_vmap(all, &(ir_batching){.size = dim[d]}, axes, axes + body->nin);
        ir_graph_release(all);
        all = more;
    }
    return axes && all ? ir_graph_retain(all) : NULL;
}

const ir_op *body_is(const ir_graph *body)
{
    const ir_eqn *e = body->first;
    if (body->nin != 2 || body->nout != 1 || !e || e->next || e->nin != 2 ||
        body->out[0] != e->out[0] || !(e->op->flags & IR_OP_COMMUTES))
        return NULL;
    bool straight = e->in[0] == body->in[0] && e->in[1] == body->in[1];
    bool crossed = e->in[0] == body->in[1] && e->in[1] == body->in[0];
    return straight || crossed ? e->op : NULL;
}

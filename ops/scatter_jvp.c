/* The derivatives of scatter_mul, scatter_min and scatter_max. If no two windows overlap, only the
 * windows are computed; otherwise counts and products over all updates that meet in one place are
 * needed, in an array like the operand. */
#include "ops/ops.h"
#include "ops/scatter.h"

/* What the rules here work with. */
typedef struct {
    ir_graph *g;
    const ir_eqn *e;
    ir_value *index;
    windows_attrs to, from; /* to write windows, to read them */
} sites;

static sites sites_of(ir_graph *g, const ir_eqn *e, ir_value *index)
{
    return (sites){g, e, index, windows_attrs_of(e), windows_inverse(e)};
}

static ir_value *read_at(const sites *s, ir_value *x)
{
    return b_gather(s->g, x, s->index, &s->from);
}

static ir_value *write_at(const sites *s, const ir_op *op, ir_value *x, ir_value *updates)
{
    return b_scatter(s->g, op, x, s->index, updates, &s->to);
}

/* x where the condition holds, and 0 elsewhere. */
static ir_value *where(ir_graph *g, ir_value *holds, ir_value *x)
{
    return b_select(g, holds, x, b_const(g, x, 0));
}

/* The product of all other updates that meet each update's element. A product with one factor 0 is
 * 0 for all updates but that one. */
static ir_value *product_of_others(const sites *s, ir_value *x, ir_value *u)
{
    ir_graph *g = s->g;
    ir_value *is_0 = b_eq(g, u, b_const(g, u, 0));
    ir_value *factor = b_select(g, is_0, b_const(g, u, 1), u);
    ir_value *product = read_at(s, write_at(s, &op_scatter_mul, b_const(g, x, 1), factor));
    ir_value *count = where(g, is_0, b_const(g, u, 1));
    ir_value *zeros = read_at(s, write_at(s, &op_scatter_add, b_const(g, x, 0), count));
    return where(g, b_eq(g, zeros, count), b_div(g, product, factor));
}

bool scatter_mul_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                     ir_value **y, ir_value **ty)
{
    sites s = sites_of(g, e, x[1]);
    y[0] = write_at(&s, e->op, x[0], x[2]);
    ty[0] = t[0] ? write_at(&s, e->op, t[0], x[2]) : ir_zeros(g, &e->in[0]->type);
    if (t[2]) {
        ir_value *factor = read_at(&s, x[0]);
        if (!windows_are_distinct(e))
            factor = b_mul(g, factor, product_of_others(&s, x[0], x[2]));
        ty[0] = write_at(&s, &op_scatter_add, ty[0], b_mul(g, t[2], factor));
    }
    return y[0] && ty[0];
}

/* The tangents of windows of which none overlap: of two equal elements each contributes half. */
static ir_value *extreme_windows(const sites *s, ir_value *const *x, ir_value *t0, ir_value *t2)
{
    ir_graph *g = s->g;
    ir_value *old = read_at(s, x[0]), *u = x[2];
    bool most = s->e->op == &op_scatter_max;
    ir_value *best = most ? b_max(g, old, u) : b_min(g, old, u);
    ir_value *stays = b_eq(g, old, best), *comes = b_eq(g, u, best);
    ir_value *half = b_select(g, b_and(g, stays, comes), b_const(g, u, 0.5), b_const(g, u, 1));
    ir_value *from_old = b_mul(g, where(g, stays, half), read_at(s, t0));
    ir_value *from_new = b_mul(g, where(g, comes, half), t2);
    return b_add(g, from_old, from_new);
}

/* All elements that are equal to the result contribute equally, as in JAX. */
static ir_value *shared_tangent(const sites *s, ir_value *const *x, ir_value *y, ir_value *t0,
                                ir_value *t2)
{
    ir_graph *g = s->g;
    ir_value *stays = b_eq(g, x[0], y), *comes = b_eq(g, x[2], read_at(s, y));
    ir_value *one = b_const(g, x[0], 1);
    ir_value *count =
        write_at(s, &op_scatter_add, where(g, stays, one), where(g, comes, b_const(g, x[2], 1)));
    ir_value *share = b_div(g, one, b_max(g, count, one));
    ir_value *from_old = b_mul(g, where(g, stays, share), t0);
    ir_value *from_new = b_mul(g, where(g, comes, read_at(s, share)), t2);
    return write_at(s, &op_scatter_add, from_old, from_new);
}

bool scatter_extreme_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                         ir_value **y, ir_value **ty)
{
    sites s = sites_of(g, e, x[1]);
    ir_value *t0 = t[0] ? t[0] : ir_zeros(g, &e->in[0]->type);
    ir_value *t2 = t[2] ? t[2] : ir_zeros(g, &e->in[2]->type);
    y[0] = write_at(&s, e->op, x[0], x[2]);
    ty[0] = windows_are_distinct(e) ? write_at(&s, &op_scatter, t0, extreme_windows(&s, x, t0, t2))
                                    : shared_tangent(&s, x, y[0], t0, t2);
    return y[0] && ty[0];
}

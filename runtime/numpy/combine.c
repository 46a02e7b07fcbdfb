/* jac_reduce, and what jac_reduce_window and jac_scatter_by share with it: a function that combines
 * elements is traced for scalars and becomes the body of one equation.
 */
#include "runtime/numpy/combine.h"

#include <string.h>

#include "runtime/control/control.h"

/* Does f take the n values on the left and the n on the right, and give n? */
static bool fits(const char *what, const struct jac_function *f, int n)
{
    if (rt_fn_leaves(f) == 2 * n && f->result_leaves == n)
        return true;
    return ir_fail("%s: for %s, the function %s must take %d and give %d handles, but it takes %d "
                   "and gives %d",
                   what, ir_count_tmp(n, "array"), f->name, 2 * n, n, rt_fn_leaves(f),
                   f->result_leaves);
}

/* Traces f for scalars of the arrays' dtypes. */
static bool trace(const char *what, const struct jac_function *f, int n, const jac *x,
                  rt_traced *body)
{
    IR_SCRATCH(scratch);
    ir_type *t = ir_alloc(&scratch, (size_t)(2 * n) * sizeof *t);
    for (int k = 0; t && k < n; k++) {
        if (!rt_type_of(x[k], &t[k]))
            return false;
        t[k] = t[n + k] = ir_type_scalar(t[k].dtype);
    }
    if (!t || !rt_trace_fn(f, t, body) || !rt_conform_outputs(body, n, t))
        return false;
    for (int k = 0; k < n; k++)
        if (!ir_same_type(&body->g->out[k]->type, &t[k]))
            return ir_fail("%s: result %d of %s must be %s, as its arguments, but is %s", what, k,
                           f->name, ir_type_tmp(&t[k]), ir_type_tmp(&body->g->out[k]->type));
    return true;
}

bool np_combine(const char *what, const ir_op *op, const np_combining *c, ir_attr *attr, jac *y)
{
    IR_SCRATCH(scratch);
    const struct jac_function *f = rt_fn(c->f);
    RT_AUTO_TRACED body = {0};
    if (!f || !fits(what, f, c->n) || !trace(what, f, c->n, c->in, &body))
        return false;
    int nc = body.ncaptured;
    IR_AUTO_GRAPH g = rt_constants_first(&body);
    jac *in = ir_alloc(&scratch, (size_t)(nc + c->nin + 1) * sizeof *in);
    if (!g || !in)
        return false;
    for (int k = 0; k < nc; k++)
        in[k] = body.captured[k];
    memcpy(in + nc, c->in, (size_t)c->nin * sizeof *in);
    attr[c->body].graph = g;
    attr[c->num_consts].i = nc;
    return rt_emit(op, nc + c->nin, in, attr, c->n, y);
}

bool np_take_pairs(const char *what, const char *second, jac_handles x, jac_handles other, jac *in,
                   jac *in_other)
{
    if (!x.x || x.n < 1 || !other.x || other.n != x.n)
        return ir_fail("%s: %lld arrays and %lld %s are given, but there must be as many, and at "
                       "least one",
                       what, (long long)(x.x ? x.n : 0), (long long)(other.x ? other.n : 0),
                       second);
    for (int k = 0; k < (int)x.n; k++) {
        jac pair[] = {x.x[k], other.x[k]};
        ir_type t;
        if (!rt_promote(2, pair, false) || !rt_type_of(pair[0], &t))
            return false;
        in[k] = rt_convert(pair[0], t.dtype, false);
        in_other[k] = rt_convert(pair[1], t.dtype, false);
        if (!jac_ok(in[k]) || !jac_ok(in_other[k]))
            return false;
    }
    return true;
}

bool np_give(unsigned mark, bool room, bool ok, int n, jac *y, jac_out out)
{
    ok = rt_end_tree(mark, ok ? n : 0, y) && ok;
    for (int k = 0; room && k < n; k++)
        ((jac *)out.at)[k] = ok ? y[k] : JAC_NULL;
    return ok;
}

bool jac_reduce_by_(const jac_loc *at, jac_handles x, jac_handles init, jac_fn f, jac_dims axes,
                    jac_out out)
{
    static const char what[] = "reduce";
    IR_SCRATCH(scratch);
    unsigned m = rt_begin_as(at, what);
    int n = x.n > 0 && x.n < NP_MOST_COMBINED ? (int)x.n : 0, naxes = 0;
    int64_t along[IR_MAX_RANK];
    ir_type t;
    jac *in = ir_alloc(&scratch, (size_t)(3 * n + 1) * sizeof *in), *y = in + 2 * n;
    bool room = in && n && rt_room(what, "", n, out);
    bool ok = in &&
              (n || ir_fail("reduce: 1 to %d arrays can be given, but there are %lld",
                            NP_MOST_COMBINED - 1, (long long)x.n)) &&
              room && np_take_pairs(what, "initial values", x, init, in, in + n) &&
              rt_type_of(in[0], &t) && (naxes = np_axes(what, axes, t.rank, along)) >= 0;
    ir_attr attr[] = {[REDUCE_BY_AXES] = {.n = naxes, .ints = along},
                      [REDUCE_BY_BODY] = {0},
                      [REDUCE_BY_NUM_CONSTS] = {0}};
    np_combining c = {f, n, 2 * n, in, REDUCE_BY_BODY, REDUCE_BY_NUM_CONSTS};
    ok = ok && np_combine(what, &op_reduce, &c, attr, y);
    return np_give(m, room, ok, n, y, out);
}

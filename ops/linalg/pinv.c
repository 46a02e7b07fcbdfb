/* The pseudo-inverse, by singular values, with Golub's and Pereyra's derivative, which is finite
 * where that of the singular vectors is not.
 */
#include <math.h>

#include "ops/linalg/linalg.h"

static ir_value *pinv(ir_graph *g, ir_value *a, double rcond)
{
    int64_t k = matrix_m(a) < matrix_n(a) ? matrix_m(a) : matrix_n(a);
    ir_attr attr[SVD_NATTR] = {[SVD_FULL] = {.i = false}, [SVD_VECTORS] = {.i = true}};
    if (!k) {
        ir_value *turned = matrix_t(g, a);
        return turned ? ir_zeros(g, &turned->type) : NULL;
    }
    ir_value **usv = ir_emit(g, &op_svd, 1, &a, attr);
    if (!usv)
        return NULL;
    ir_value *s = usv[0], *u = usv[1], *vh = usv[2];
    int64_t last = s->type.rank - 1;
    ir_value *most = b_reduce(g, &op_reduce_max, s, 1, &last);
    int64_t dims[IR_MAX_RANK];
    for (int d = 0; d < last; d++)
        dims[d] = d;
    ir_value *bound = most ? b_mul(g, most, b_const(g, most, rcond)) : NULL;
    bound = bound ? b_broadcast_in_dim(g, bound, s->type.rank, s->type.dim, dims) : NULL;
    ir_value *kept = b_select(g, b_gt(g, s, bound), s, b_const(g, s, INFINITY));
    ir_value *inverse = matrix_rows(g, b_div(g, b_const(g, s, 1), kept), matrix_n(a));
    ir_value *v = matrix_h(g, vh);
    inverse = inverse && v ? b_convert(g, inverse, v->type.dtype) : NULL;
    return mm(g, b_mul(g, v, inverse), matrix_conj(g, u), MM_NT);
}

/* P' = -P A' P + P P^H A'^H (1 - A P) + (1 - P A) A'^H P^H P */
static ir_value *derivative(ir_graph *g, ir_value *a, ir_value *t, ir_value *p)
{
    ir_value *ph = matrix_h(g, p), *th = matrix_h(g, t);
    ir_value *first, *second;
    if (a && matrix_m(a) >= matrix_n(a)) {
        ir_value *s = mm(g, mm(g, p, ph, MM_NN), th, MM_NN);
        second = mm(g, mm(g, th, ph, MM_NN), p, MM_NN);
        first = b_sub(g, s, mm(g, b_add(g, mm(g, p, t, MM_NN), mm(g, s, a, MM_NN)), p, MM_NN));
        return b_add(g, first, b_sub(g, second, mm(g, mm(g, p, a, MM_NN), second, MM_NN)));
    }
    ir_value *s = mm(g, p, mm(g, ph, th, MM_NN), MM_NN);
    second = mm(g, th, mm(g, ph, p, MM_NN), MM_NN);
    first = b_sub(g, s, mm(g, p, mm(g, t, p, MM_NN), MM_NN));
    ir_value *third = b_sub(g, second, mm(g, s, mm(g, a, p, MM_NN), MM_NN));
    return b_add(g, first, b_sub(g, third, mm(g, p, mm(g, a, second, MM_NN), MM_NN)));
}

/* A derivative of the rule shall use the rule again, so the rule calls a function with a rule,
 * `depth` times; a derivative beyond that is the one of the singular vectors. */
static ir_graph *nested(const ir_type *a, double rcond, int depth)
{
    ir_graph *g = ir_graph_new("pinv");
    ir_value *x = ir_input(g, a), *y = x ? pinv(g, x, rcond) : NULL;
    ir_graph *plain = g ? ir_finish(g, &y, 1) : NULL;
    if (!plain || !depth)
        return plain;
    IR_AUTO_GRAPH f = plain;
    IR_AUTO_GRAPH inner = nested(a, rcond, depth - 1);
    ir_graph *r = ir_graph_new("pinv_jvp");
    ir_value *in = ir_input(r, a), *t = ir_input(r, a), *out[2] = {NULL, NULL};
    if (inner && in && t && ir_splice(r, inner, &in, out))
        out[1] = derivative(r, in, t, out[0]);
    IR_AUTO_GRAPH rule = r ? ir_finish(r, out, 2) : NULL;
    return linalg_with_rule("pinv", a, f, rule);
}

ir_graph *linalg_pinv_graph(const ir_type *a, double rcond)
{
    enum { DEPTH = 3 };
    return nested(a, rcond, DEPTH);
}

/* triangular_solve: X with op(a) X = b (left_side) or X op(a) = b, where op(a) is a triangle of a,
 * perhaps transposed or conjugated, perhaps with ones on its diagonal. Linear in b.
 */
#include "ops/linalg/linalg.h"

ir_value *b_triangular_solve(ir_graph *g, ir_value *a, ir_value *b, triangular_options o)
{
    ir_attr attr[TRIANGULAR_SOLVE_NATTR] = {[TRIANGULAR_SOLVE_LEFT] = {.i = o.left},
                                            [TRIANGULAR_SOLVE_LOWER] = {.i = o.lower},
                                            [TRIANGULAR_SOLVE_TRANSPOSE] = {.i = o.transpose},
                                            [TRIANGULAR_SOLVE_CONJUGATE] = {.i = o.conjugate},
                                            [TRIANGULAR_SOLVE_UNIT] = {.i = o.unit}};
    return ir_emit1(g, &op_triangular_solve, 2, (ir_value *[]){a, b}, attr);
}

static triangular_options options_of(const ir_eqn *e)
{
    return (triangular_options){.left = e->attr[TRIANGULAR_SOLVE_LEFT].i,
                                .lower = e->attr[TRIANGULAR_SOLVE_LOWER].i,
                                .transpose = e->attr[TRIANGULAR_SOLVE_TRANSPOSE].i,
                                .conjugate = e->attr[TRIANGULAR_SOLVE_CONJUGATE].i,
                                .unit = e->attr[TRIANGULAR_SOLVE_UNIT].i};
}

static bool triangular_solve_shapes(ir_infer *q)
{
    if (!linalg_check(q, (int[]){2, 2}) || !linalg_check_square(q, 0))
        return false;
    const ir_type *a = &q->in[0], *b = &q->in[1];
    bool left = q->attr[TRIANGULAR_SOLVE_LEFT].i;
    if (a->dim[a->rank - 1] != b->dim[b->rank - (left ? 2 : 1)])
        return ir_fail("triangular_solve: %s of %s must be as many as the rows of %s",
                       left ? "the rows" : "the columns", ir_type_tmp(b), ir_type_tmp(a));
    ir_infer_out(q, b);
    return true;
}

static bool triangular_solve_infer(ir_infer *q)
{
    return linalg_infer(q, 2, triangular_solve_shapes);
}

static int triangular_solve_numbers(const ir_eqn *e, int64_t *to)
{
    host_matrices s = linalg_numbers(e, 1, 2);
    for (int k = 0; k < 5; k++)
        s.option[k] = e->attr[TRIANGULAR_SOLVE_LEFT + k].i;
    return linalg_write(&s, to);
}

/* op(A) X' = B' - op(A') X. With one right side or a few, this is one solution. If X has more
 * columns than rows and B' is 0, op(A)^-1 op(A') comes first. */
static bool triangular_solve_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x,
                                 ir_value *const *t, ir_value **y, ir_value **ty)
{
    triangular_options o = options_of(e);
    if (!(y[0] = b_triangular_solve(g, x[0], x[1], o)))
        return false;
    ir_value *rhs = t[1];
    if (t[0]) {
        int64_t k = o.unit ? 1 : 0;
        ir_value *a = o.lower ? matrix_lower(g, t[0], -k) : matrix_upper(g, t[0], k);
        a = o.conjugate ? matrix_conj(g, a) : a;
        int64_t order = matrix_n(x[0]), others = o.left ? matrix_n(y[0]) : matrix_m(y[0]);
        if (!rhs && others >= order) {
            ir_value *first =
                b_triangular_solve(g, x[0], b_neg(g, o.transpose ? matrix_t(g, a) : a), o);
            return (ty[0] = o.left ? mm(g, first, y[0], MM_NN) : mm(g, y[0], first, MM_NN));
        }
        ir_value *moved = o.left ? mm(g, a, y[0], o.transpose ? MM_TN : MM_NN)
                                 : mm(g, y[0], a, o.transpose ? MM_NT : MM_NN);
        rhs = rhs ? b_sub(g, rhs, moved) : b_neg(g, moved);
    }
    return (ty[0] = b_triangular_solve(g, x[0], rhs, o));
}

static bool triangular_solve_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x,
                                       ir_value *const *ct, ir_value **ct_in)
{
    triangular_options o = options_of(e);
    if (!x[0])
        return ir_fail("triangular_solve is not linear in its matrix");
    o.transpose = !o.transpose;
    return (ct_in[1] = b_triangular_solve(g, x[0], ct[0], o));
}

static bool triangular_solve_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x,
                                   const int *axis, const ir_batching *over, ir_value **y,
                                   int *yaxis)
{
    int parts = e->attr[TRIANGULAR_SOLVE_PARTS].i ? 2 : 1;
    bool one_matrix = axis[0] < 0 && axis[parts - 1] < 0 && axis[parts] == axis[2 * parts - 1];
    return one_matrix ? linalg_batch_rhs(g, e, x, parts, axis[parts],
                                         e->attr[TRIANGULAR_SOLVE_LEFT].i, over, y, yaxis)
                      : linalg_batch(g, e, x, axis, over, y, yaxis);
}

const ir_op op_triangular_solve = {
    .name = "triangular_solve",
    .attrs = IR_ATTR_COLUMN(TRIANGULAR_SOLVE),
    .infer = triangular_solve_infer,
    .eval = host_eval,
    .jvp = triangular_solve_jvp,
    .transpose = triangular_solve_transpose,
    .batch = triangular_solve_batch,
    .pairs = linalg_pairs,
    .lower = LINALG_HOST(triangular_solve),
};

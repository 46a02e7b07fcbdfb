/* cholesky: the lower triangular L with a = L L^H, of which only the lower triangle is read; and
 * info, which is not 0 where a is not positive definite. L is NaN there.
 */
#include "ops/linalg/linalg.h"

static bool cholesky_shapes(ir_infer *q)
{
    if (!linalg_check(q, (int[]){2}) || !linalg_check_square(q, 0))
        return false;
    ir_infer_out(q, &q->in[0]);
    linalg_out_info(q, 2);
    return true;
}

static bool cholesky_infer(ir_infer *q)
{
    return linalg_infer(q, 1, cholesky_shapes);
}

static int cholesky_numbers(const ir_eqn *e, int64_t *to)
{
    host_matrices s = linalg_numbers(e, 0, 2);
    return linalg_write(&s, to);
}

/* L' = L F(L^-1 A' L^-H), where F takes the lower triangle and half of the diagonal
 * (arxiv.org/abs/1602.07527). */
static bool cholesky_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                         ir_value **y, ir_value **ty)
{
    if (!ir_results(ir_emit(g, e->op, 1, x, e->attr), 2, y))
        return false;
    ir_value *l = y[0];
    ir_value *right = b_triangular_solve(
        g, l, t[0], (triangular_options){.lower = true, .transpose = true, .conjugate = true});
    ir_value *both =
        b_triangular_solve(g, l, right, (triangular_options){.left = true, .lower = true});
    ir_value *one = both ? b_const(g, both, 1) : NULL;
    ir_value *f = b_div(g, matrix_lower(g, both, 0), b_add(g, one, matrix_eye(g, both)));
    ty[1] = NULL;
    return (ty[0] = mm(g, l, f, MM_NN));
}

const ir_op op_cholesky = {
    .name = "cholesky",
    .attrs = IR_ATTR_COLUMN(LINALG),
    .infer = cholesky_infer,
    .eval = host_eval,
    .jvp = cholesky_jvp,
    .batch = linalg_batch,
    .pairs = linalg_pairs,
    .lower = LINALG_HOST(cholesky),
};

/* custom_linear_solve and custom_root: solutions of an equation, found by any solver.
 *
 * The derivatives come from the implicit function theorem: if A(c) x = b, then A x' = b' - A' x; if
 * f(c, x) = 0, then (df/dx) x' = -(df/dc) c'. Either takes one linear solve at the solution; the
 * solver's own steps are never differentiated. The solver is therefore a nested graph, which is
 * only evaluated, or inlined when no more derivatives are taken. The other graphs define the
 * equation that it solves.
 *
 * All graphs take the same constants c, then a vector: a list of values of the result's types.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ops/attrs.h"
#include "ops/control.h"
#include "ops/ops.h"

/* ---- shared by both -------------------------------------------------------------------------- */

static bool check_count(const ir_infer *q, int nconst_attr)
{
    int64_t n = q->attr[nconst_attr].i;
    if (n >= 0 && n < q->nin)
        return true;
    return ir_fail("%s: %lld constants leave no vector among %d operands", q->op->name,
                   (long long)n, q->nin);
}

/* Checks that g takes these operands, and that its first n outputs have the types of the last n
 * operands. */
static bool check_graph(const ir_infer *q, const char *what, const ir_graph *g, int nin,
                        const ir_type *in, int n)
{
    if (!ctl_check_inputs(q->op->name, what, g, 0, nin, in))
        return false;
    if (g->nout < n)
        return ir_fail("%s: %s of a vector of %d values gives %d", q->op->name, what, n, g->nout);
    for (int k = 0; k < n; k++)
        if (!ir_same_type(&g->out[k]->type, &in[nin - n + k]))
            return ir_fail("%s: %s takes %s as value %d of the vector, but gives %s", q->op->name,
                           what, ir_type_tmp(&in[nin - n + k]), k, ir_type_tmp(&g->out[k]->type));
    return true;
}

static bool check_vector(const ir_infer *q, int first)
{
    for (int k = first; k < q->nin; k++)
        if (!ir_is_inexact(q->in[k].dtype))
            return ir_fail("%s: value %d of the vector is %s, but only floats can be solved for",
                           q->op->name, k - first, ir_type_tmp(&q->in[k]));
    return true;
}

/* The jvp of g without the primal outputs. It takes g's inputs and a tangent for each input marked
 * in `moving`; it returns a tangent for each output that has one or for which nz_out was set. */
static ir_graph *derivative(const ir_graph *g, const bool *moving, bool *nz_out)
{
    IR_SCRATCH(scratch);
    IR_AUTO_GRAPH both = ir_jvp(g, moving, nz_out);
    if (!both)
        return NULL;
    int n = both->nout - g->nout;
    ir_type *types = ir_alloc(&scratch, (size_t)(both->nin + 1) * sizeof *types);
    int *order = ir_alloc(&scratch, (size_t)(both->nin + n + 1) * sizeof *order);
    if (!types || !order)
        return NULL;
    int *pick = order + both->nin;
    for (int k = 0; k < both->nin; k++) {
        types[k] = both->in[k]->type;
        order[k] = k;
    }
    for (int k = 0; k < n; k++)
        pick[k] = g->nout + k;
    IR_AUTO_GRAPH picked = ctl_rewire_picked(both, both->nin, types, order, n, pick);
    return picked ? ir_pass_dce(picked) : NULL;
}

/* Writes to `out` the derivative of `of` at `vector` along the tangents t of the constants; the
 * vector is kept fixed. NULL stands for zero. Returns false on error. */
static bool along_constants(ir_graph *g, const ir_graph *of, int nconst, ir_value *const *consts,
                            ir_value *const *t, ir_value *const *vector, int n, ir_value **out)
{
    IR_SCRATCH(scratch);
    bool *moving = ir_alloc(&scratch, (size_t)(of->nin + of->nout + 1));
    if (!moving)
        return false;
    bool *nz = moving + of->nin;
    ir_value **in = ir_alloc(&scratch, (size_t)(2 * of->nin + n + 1) * sizeof *in);
    if (!in)
        return false;
    ir_value **made;
    int m = 0;
    for (int k = 0; k < nconst; k++)
        in[m++] = consts[k];
    for (int k = 0; k < n; k++)
        in[m++] = vector[k];
    for (int k = 0; k < nconst; k++)
        if ((moving[k] = t[k] != NULL))
            in[m++] = t[k];
    made = in + 2 * of->nin;
    bool ok = true;
    if (m > of->nin) {
        IR_AUTO_GRAPH d = derivative(of, moving, nz);
        ok = d && ir_splice(g, d, in, made);
    }
    for (int k = 0, j = 0; ok && k < n; k++)
        out[k] = nz[k] ? made[j++] : NULL;
    return ok;
}

/* Batches g. Constant k has its batch axis at axis[k]; the vector and the first n outputs have it
 * in front; the other outputs may have it anywhere. Sets yaxis, if not NULL, for all outputs. */
static ir_graph *batched(const ir_graph *g, const ir_batching *over, int nconst, const int *axis,
                         int n, int *yaxis)
{
    IR_SCRATCH(scratch);
    int *in = ir_alloc(&scratch, (size_t)(g->nin + g->nout + 1) * sizeof *in);
    if (!in)
        return NULL;
    int *out = in + g->nin;
    for (int k = 0; k < g->nin; k++)
        in[k] = k < nconst ? axis[k] : 0;
    for (int k = 0; k < g->nout; k++)
        out[k] = k < n ? 0 : IR_AXIS_ANY;
    ir_graph *made = ir_vmap(g, over, in, out);
    if (yaxis)
        memcpy(yaxis, out, (size_t)g->nout * sizeof *out);
    return made;
}

/* The operands of the batched equation. */
static void batched_operands(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                             int64_t size, int nconst, ir_value **in)
{
    for (int k = 0; k < e->nin; k++)
        in[k] = k < nconst ? x[k] : ir_move_axis(g, x[k], axis[k], 0, size);
}

/* ---- custom_linear_solve ---------------------------------------------------------------------
 * Operands: c, b. matvec(c, x) is linear in x. solve(c, b) returns the x for which
 * matvec(c, x) = b. transpose_solve, which is optional, does the same for matvec's transpose.
 *
 * A solver may return further values, which have no derivative. The first is its status, an i32
 * that is 0 where it solved the system. A derivative is NaN where its own system was not solved. */

/* Is the first value that a solver returns beside the vector a status? Each lane has its own. */
static bool check_status(const char *what, const ir_graph *g, int n)
{
    if (g->nout == n)
        return true;
    const ir_type *status = &g->out[n]->type;
    bool ok = status->dtype == IR_i32;
    for (int k = 0; k < n && ok; k++) {
        const ir_type *x = &g->out[k]->type;
        ok = status->rank <= x->rank &&
             !memcmp(status->dim, x->dim, (size_t)status->rank * sizeof *x->dim);
    }
    return ok || ir_fail("custom_linear_solve: the value that %s gives after the vector must be a "
                         "status, i32[], but is %s",
                         what, ir_type_tmp(status));
}

/* The solver of a derivative: returns the vector alone, with NaN where the status is not 0. */
static ir_graph *checked(ir_graph *solve, int n)
{
    IR_SCRATCH(scratch);
    if (!solve || solve->nout == n)
        return ir_graph_retain(solve);
    IR_AUTO_GRAPH g = ir_graph_new(solve->name);
    ir_value **out = ir_alloc(&scratch, (size_t)solve->nout * sizeof *out);
    int64_t lanes[IR_MAX_RANK];
    for (int k = 0; k < IR_MAX_RANK; k++)
        lanes[k] = k;
    for (int k = 0; k < solve->nin; k++)
        ir_input(g, &solve->in[k]->type);
    if (!ir_ok(g) || !out || !ir_splice(g, solve, g->in, out))
        return NULL;
    ir_value *solved = b_eq(g, out[n], ir_zeros(g, &out[n]->type));
    for (int k = 0; k < n; k++) {
        const ir_type *t = &out[k]->type;
        ir_value *wide = b_broadcast_in_dim(g, solved, t->rank, t->dim, lanes);
        out[k] = b_select(g, wide, out[k], ir_full(g, t, ir_scalar_of(t->dtype, NAN)));
    }
    return ir_outputs(g, out, n) ? ir_graph_retain(g) : NULL;
}

static bool solve_infer(ir_infer *q)
{
    if (!check_count(q, LINEAR_SOLVE_NUM_CONSTS))
        return false;
    int nconst = (int)q->attr[LINEAR_SOLVE_NUM_CONSTS].i, n = q->nin - nconst;
    const ir_attr *transposed = &q->attr[LINEAR_SOLVE_TRANSPOSE_SOLVE];
    if (transposed->n > 1)
        return ir_fail("custom_linear_solve: there are %d transpose_solve functions, but at most "
                       "one is possible",
                       transposed->n);
    if (!check_vector(q, nconst) ||
        !check_graph(q, "matvec", q->attr[LINEAR_SOLVE_MATVEC].graph, q->nin, q->in, n) ||
        !check_graph(q, "solve", q->attr[LINEAR_SOLVE_SOLVE].graph, q->nin, q->in, n) ||
        (transposed->n &&
         !check_graph(q, "transpose_solve", transposed->graphs[0], q->nin, q->in, n)))
        return false;
    const ir_graph *solve = q->attr[LINEAR_SOLVE_SOLVE].graph;
    if (q->attr[LINEAR_SOLVE_MATVEC].graph->nout != n)
        return ir_fail("custom_linear_solve: for a vector of %d values, matvec gives %d", n,
                       q->attr[LINEAR_SOLVE_MATVEC].graph->nout);
    if (!check_status("solve", solve, n) ||
        (transposed->n && !check_status("transpose_solve", transposed->graphs[0], n)))
        return false;
    for (int k = 0; k < solve->nout; k++)
        ir_infer_out(q, k < n ? &q->in[nconst + k] : &solve->out[k]->type);
    return true;
}

static ir_value **emit_solve(ir_graph *g, ir_graph *solve, ir_graph *matvec, ir_graph *transposed,
                             int nconst, int nin, ir_value *const *in)
{
    ir_attr attr[] = {
        [LINEAR_SOLVE_SOLVE] = {.graph = solve},
        [LINEAR_SOLVE_MATVEC] = {.graph = matvec},
        [LINEAR_SOLVE_TRANSPOSE_SOLVE] = {.n = transposed != NULL, .graphs = &transposed},
        [LINEAR_SOLVE_NUM_CONSTS] = {.i = nconst}};
    return ir_emit(g, &op_custom_linear_solve, nin, in, attr);
}

static ir_graph *transpose_solver(const ir_eqn *e)
{
    return e->attr[LINEAR_SOLVE_TRANSPOSE_SOLVE].n ? e->attr[LINEAR_SOLVE_TRANSPOSE_SOLVE].graphs[0]
                                                   : NULL;
}

static bool solve_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                      ir_value **y, ir_value **ty)
{
    IR_SCRATCH(scratch);
    int nconst = (int)e->attr[LINEAR_SOLVE_NUM_CONSTS].i, n = e->nin - nconst;
    ir_value **in = ir_alloc(&scratch, (size_t)e->nin * sizeof *in);
    if (!in)
        return false;
    ir_value **rhs = in + nconst;
    bool any = false, ok = ir_results(ir_copy_eqn(g, e, x), e->nout, y);
    memcpy(in, x, (size_t)nconst * sizeof *in);
    ok = ok && along_constants(g, ctl_graph(e, LINEAR_SOLVE_MATVEC), nconst, x, t, y, n, rhs);
    for (int k = 0; k < n && ok; k++) {
        ir_value *moves = t[nconst + k];
        if (rhs[k])
            ok = (rhs[k] = moves ? b_sub(g, moves, rhs[k]) : b_neg(g, rhs[k])) != NULL;
        else
            rhs[k] = moves;
        any = any || rhs[k];
    }
    for (int k = 0; k < n && ok && any; k++)
        if (!rhs[k])
            rhs[k] = ir_zeros(g, &y[k]->type);
    if (ok && any) {
        IR_AUTO_GRAPH solve = checked(ctl_graph(e, LINEAR_SOLVE_SOLVE), n);
        IR_AUTO_GRAPH back = checked(transpose_solver(e), n);
        ir_value **made =
            solve && (back || !transpose_solver(e))
                ? emit_solve(g, solve, ctl_graph(e, LINEAR_SOLVE_MATVEC), back, nconst, e->nin, in)
                : NULL;
        ok = ir_results(made, n, ty);
    }
    return ok;
}

/* (c, ct) -> back(known(c), ct) */
static ir_graph *after(const ir_graph *matvec, int nconst, const ir_graph *known,
                       const ir_graph *back)
{
    IR_SCRATCH(scratch);
    IR_AUTO_GRAPH g = ir_graph_new(matvec->name);
    for (int k = 0; k < nconst; k++)
        ir_input(g, &matvec->in[k]->type);
    ir_value **in = ir_alloc(&scratch, (size_t)(back->nin + back->nout + 1) * sizeof *in);
    if (!ir_ok(g) || !in)
        return NULL;
    ir_value **out = in + back->nin;
    for (int k = 0; k < matvec->nout; k++)
        in[known->nout + k] = ir_input(g, &matvec->out[k]->type);
    bool ok = ir_splice(g, known, g->in, in) && ir_splice(g, back, in, out);
    return ok && ir_outputs(g, out, back->nout) ? ir_graph_retain(g) : NULL;
}

ir_graph *ctl_transpose(const ir_graph *g, int nconst)
{
    IR_SCRATCH(scratch);
    bool *unknown = ir_alloc(&scratch, (size_t)(g->nin + g->nout + 1));
    if (!unknown)
        return NULL;
    bool *all = unknown + g->nin;
    memset(unknown + nconst, true, (size_t)(g->nin - nconst));
    memset(all, true, (size_t)g->nout);
    ir_graph *made = NULL;
    IR_AUTO_GRAPH known = NULL;
    IR_AUTO_GRAPH linear = NULL;
    int nres = ir_partial_eval(g, unknown, all, &known, &linear);
    IR_AUTO_GRAPH lean = nres >= 0 ? ir_pass_dce(linear) : NULL;
    if (lean) {
        bool *linear_in = ir_alloc(&scratch, (size_t)lean->nin + 1);
        if (!linear_in)
            return NULL;
        for (int k = nres; k < lean->nin; k++)
            linear_in[k] = true;
        IR_AUTO_GRAPH back = ir_transpose(lean, linear_in);
        made = back ? after(g, nconst, known, back) : NULL;
    }
    return made;
}

static bool solve_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                            ir_value **ct_in)
{
    IR_SCRATCH(scratch);
    int nconst = (int)e->attr[LINEAR_SOLVE_NUM_CONSTS].i, n = e->nin - nconst;
    ir_graph *transposed = transpose_solver(e);
    if (!transposed)
        return ir_fail("custom_linear_solve: reverse mode needs a solver of the transposed system, "
                       "transpose_solve, and none was given");
    ir_value **in = ir_alloc(&scratch, (size_t)e->nin * sizeof *in);
    if (!in)
        return false;
    ir_value **made = NULL;
    bool ok = true;
    for (int k = 0; k < e->nin && ok; k++) {
        bool linear = k >= nconst;
        in[k] = !linear ? x[k] : ct[k - nconst] ? ct[k - nconst] : ir_zeros(g, &e->in[k]->type);
        ok = in[k] || ir_fail("custom_linear_solve is linear only in b");
    }
    if (ok) {
        IR_AUTO_GRAPH back = ctl_transpose(ctl_graph(e, LINEAR_SOLVE_MATVEC), nconst);
        IR_AUTO_GRAPH solve = checked(transposed, n);
        IR_AUTO_GRAPH forth = checked(ctl_graph(e, LINEAR_SOLVE_SOLVE), n);
        made =
            back && solve && forth ? emit_solve(g, solve, back, forth, nconst, e->nin, in) : NULL;
    }
    for (int k = nconst; made && k < e->nin; k++)
        ct_in[k] = made[k - nconst];
    return made != NULL;
}

static bool solve_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                        const ir_batching *over, ir_value **y, int *yaxis)
{
    IR_SCRATCH(scratch);
    int nconst = (int)e->attr[LINEAR_SOLVE_NUM_CONSTS].i, n = e->nin - nconst;
    int front = n + 1; /* the status has its batch axis in front, too */
    ir_graph *transposed = transpose_solver(e);
    IR_AUTO_GRAPH solve =
        batched(ctl_graph(e, LINEAR_SOLVE_SOLVE), over, nconst, axis, front, yaxis);
    IR_AUTO_GRAPH matvec = batched(ctl_graph(e, LINEAR_SOLVE_MATVEC), over, nconst, axis, n, NULL);
    IR_AUTO_GRAPH back = transposed ? batched(transposed, over, nconst, axis, front, NULL) : NULL;
    if (!solve || !matvec || (transposed && !back))
        return false;
    ir_value **in = ir_alloc(&scratch, (size_t)e->nin * sizeof *in);
    if (!in)
        return false;
    batched_operands(g, e, x, axis, over->size, nconst, in);
    return ir_results(emit_solve(g, solve, matvec, back, nconst, e->nin, in), e->nout, y);
}

const ir_op op_custom_linear_solve = {
    .name = "custom_linear_solve",
    .flags = IR_OP_NO_FOLD | IR_OP_TAPES | IR_OP_CALLS,
    .attrs = IR_ATTR_COLUMN(LINEAR_SOLVE),
    .infer = solve_infer,
    .eval = ctl_call_eval,
    .jvp = solve_jvp,
    .transpose = solve_transpose,
    .batch = solve_batch,
};

/* ---- custom_root -----------------------------------------------------------------------------
 * Operands: c, an initial guess. solve(c, guess) returns the x for which f(c, x) = 0. It may return
 * further values, such as the number of steps, which have no derivative. tangent_solve(c, x, b)
 * solves (df/dx) v = b at x, and transpose_solve the transposed system. */

static bool root_infer(ir_infer *q)
{
    IR_SCRATCH(scratch);
    if (!check_count(q, CUSTOM_ROOT_NUM_CONSTS))
        return false;
    int nconst = (int)q->attr[CUSTOM_ROOT_NUM_CONSTS].i, n = q->nin - nconst;
    ir_graph *solve = q->attr[CUSTOM_ROOT_SOLVE].graph, *f = q->attr[CUSTOM_ROOT_F].graph;
    if (!check_vector(q, nconst) || !check_graph(q, "solve", solve, q->nin, q->in, n) ||
        !check_graph(q, "f", f, q->nin, q->in, n))
        return false;
    if (f->nout != n)
        return ir_fail("custom_root: f takes an x of %d values, but gives %d", n, f->nout);
    ir_type *at = ir_alloc(&scratch, (size_t)(q->nin + n) * sizeof *at);
    if (!at)
        return false;
    memcpy(at, q->in, (size_t)q->nin * sizeof *at);
    memcpy(at + q->nin, q->in + nconst, (size_t)n * sizeof *at);
    bool ok = check_graph(q, "tangent_solve", q->attr[CUSTOM_ROOT_TANGENT_SOLVE].graph, q->nin + n,
                          at, n) &&
              check_graph(q, "transpose_solve", q->attr[CUSTOM_ROOT_TRANSPOSE_SOLVE].graph,
                          q->nin + n, at, n);
    for (int k = 0; ok && k < solve->nout; k++)
        ir_infer_out(q, k < n ? &q->in[nconst + k] : &solve->out[k]->type);
    return ok;
}

/* (c, x, v) -> (df/dx) v. */
static ir_graph *jacobian_product(const ir_graph *f, int nconst)
{
    IR_SCRATCH(scratch);
    bool *moving = ir_alloc(&scratch, (size_t)(f->nin + f->nout));
    if (!moving)
        return NULL;
    bool *all = moving + f->nin;
    for (int k = nconst; k < f->nin; k++)
        moving[k] = true;
    memset(all, true, (size_t)f->nout);
    ir_graph *made = derivative(f, moving, all);
    return made;
}

static bool root_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                     ir_value **y, ir_value **ty)
{
    IR_SCRATCH(scratch);
    int nconst = (int)e->attr[CUSTOM_ROOT_NUM_CONSTS].i, n = e->nin - nconst;
    ir_value **in = ir_alloc(&scratch, (size_t)(e->nin + n) * sizeof *in);
    if (!in)
        return false;
    ir_value **rhs = in + e->nin;
    bool any = false, ok = ir_results(ir_copy_eqn(g, e, x), e->nout, y);
    memcpy(in, x, (size_t)nconst * sizeof *in);
    memcpy(in + nconst, y, (size_t)n * sizeof *in);
    ok = ok && along_constants(g, ctl_graph(e, CUSTOM_ROOT_F), nconst, x, t, y, n, rhs);
    for (int k = 0; k < n && ok; k++)
        any = any || rhs[k];
    for (int k = 0; k < n && ok && any; k++)
        ok = (rhs[k] = rhs[k] ? b_neg(g, rhs[k]) : ir_zeros(g, &y[k]->type)) != NULL;
    if (ok && any) {
        IR_AUTO_GRAPH jacobian = jacobian_product(ctl_graph(e, CUSTOM_ROOT_F), nconst);
        ir_value **made = jacobian ? emit_solve(g, ctl_graph(e, CUSTOM_ROOT_TANGENT_SOLVE),
                                                jacobian, ctl_graph(e, CUSTOM_ROOT_TRANSPOSE_SOLVE),
                                                nconst + n, e->nin + n, in)
                                   : NULL;
        ok = ir_results(made, n, ty);
    }
    return ok;
}

static bool root_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                       const ir_batching *over, ir_value **y, int *yaxis)
{
    IR_SCRATCH(scratch);
    int nconst = (int)e->attr[CUSTOM_ROOT_NUM_CONSTS].i, n = e->nin - nconst;
    IR_AUTO_GRAPH solve = batched(ctl_graph(e, CUSTOM_ROOT_SOLVE), over, nconst, axis, n, yaxis);
    IR_AUTO_GRAPH f = batched(ctl_graph(e, CUSTOM_ROOT_F), over, nconst, axis, n, NULL);
    IR_AUTO_GRAPH tangent =
        batched(ctl_graph(e, CUSTOM_ROOT_TANGENT_SOLVE), over, nconst, axis, n, NULL);
    IR_AUTO_GRAPH back =
        batched(ctl_graph(e, CUSTOM_ROOT_TRANSPOSE_SOLVE), over, nconst, axis, n, NULL);
    if (!solve || !f || !tangent || !back)
        return false;
    ir_value **in = ir_alloc(&scratch, (size_t)e->nin * sizeof *in);
    if (!in)
        return false;
    batched_operands(g, e, x, axis, over->size, nconst, in);
    ir_attr attr[] = {[CUSTOM_ROOT_SOLVE] = {.graph = solve},
                      [CUSTOM_ROOT_F] = {.graph = f},
                      [CUSTOM_ROOT_TANGENT_SOLVE] = {.graph = tangent},
                      [CUSTOM_ROOT_TRANSPOSE_SOLVE] = {.graph = back},
                      [CUSTOM_ROOT_NUM_CONSTS] = {.i = nconst}};
    return ir_results(ir_emit(g, e->op, e->nin, in, attr), e->nout, y);
}

const ir_op op_custom_root = {
    .name = "custom_root",
    .flags = IR_OP_NO_FOLD | IR_OP_TAPES | IR_OP_CALLS,
    .attrs = IR_ATTR_COLUMN(CUSTOM_ROOT),
    .infer = root_infer,
    .eval = ctl_call_eval,
    .jvp = root_jvp,
    .batch = root_batch,
};

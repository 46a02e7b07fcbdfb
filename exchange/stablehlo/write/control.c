/* Loops and branches. Their regions use values from outside as they are. */
#include <string.h>

#include "exchange/stablehlo/write/write.h"

static const ir_type **types_of(ir_arena *scratch, const ir_eqn *e)
{
    const ir_type **t = ir_alloc(scratch, (size_t)(e->nout + 1) * sizeof *t);
    for (int k = 0; t && k < e->nout; k++)
        t[k] = &e->out[k]->type;
    return t;
}

ROW(while)
{
    IR_SCRATCH(scratch);
    int nc = (int)e->attr[WHILE_COND_NCONSTS].i, nb = (int)e->attr[WHILE_BODY_NCONSTS].i;
    int n = e->nout;
    const ir_type **t = types_of(&scratch, e);
    (void)row;
    if (!t)
        return false;
    mlir_begin(w, "stablehlo.while", n, x + nc + nb, n, t, y);
    mlir_put(w, "(");
    if (!mlir_write_region(w, e->attr[WHILE_COND].graph, nc, x))
        return false;
    mlir_put(w, ", ");
    if (!mlir_write_region(w, e->attr[WHILE_BODY].graph, nb, x + nc))
        return false;
    mlir_put(w, ")");
    mlir_end(w, n, x + nc + nb, n, y);
    return true;
}

/* An index that is out of range means the nearest branch here, but the last one there. */
ROW(cond)
{
    IR_SCRATCH(scratch);
    const ir_attr *branches = &e->attr[COND_BRANCHES];
    const ir_type **t = types_of(&scratch, e), *index = &x[0].type;
    (void)row;
    if (!t)
        return false;
    mlir_val in[3] = {mlir_number(w, index, 0), x[0], mlir_number(w, index, branches->n - 1)};
    mlir_val which = mlir_op(w, "stablehlo.clamp", 3, in, index);
    mlir_begin(w, "stablehlo.case", 1, &which, e->nout, t, y);
    mlir_put(w, "(");
    for (int k = 0; k < branches->n; k++) {
        mlir_put(w, k ? ", " : "");
        if (!mlir_write_region(w, branches->graphs[k], e->nin - 1, x + 1))
            return false;
    }
    mlir_put(w, ")");
    mlir_end(w, 1, &which, e->nout, y);
    return true;
}

/* ---- scan -------------------------------------------------------------------------------------- */

/* Slice number `at` of x, along its first dimension. */
static mlir_val slice_of(mlir_writer *w, mlir_val x, mlir_val at)
{
    mlir_val in[IR_MAX_RANK + 1] = {x, at}, y;
    ir_type t = x.type;
    const ir_type *result = &t;
    int64_t size[IR_MAX_RANK];
    for (int d = 1; d < t.rank; d++)
        in[1 + d] = mlir_number(w, &at.type, 0);
    memcpy(size, t.dim, sizeof size);
    size[0] = t.dim[0] = 1;
    mlir_begin(w, "stablehlo.dynamic_slice", 1 + t.rank, in, 1, &result, &y);
    mlir_put(w, "<{slice_sizes = ");
    mlir_put_ints(w, t.rank, size);
    mlir_put(w, "}>");
    mlir_end(w, 1 + t.rank, in, 1, &y);
    return mlir_reshape_to(w, y, t.rank - 1, t.dim + 1);
}

static mlir_val with_slice(mlir_writer *w, mlir_val all, mlir_val slice, mlir_val at)
{
    int64_t dim[IR_MAX_RANK];
    memcpy(dim, all.type.dim, sizeof dim);
    dim[0] = 1;
    mlir_val in[IR_MAX_RANK + 2] = {all, mlir_reshape_to(w, slice, all.type.rank, dim), at};
    for (int d = 1; d < all.type.rank; d++)
        in[2 + d] = mlir_number(w, &at.type, 0);
    return mlir_op(w, "stablehlo.dynamic_update_slice", 2 + all.type.rank, in, &all.type);
}

/* The number of steps; it may be the last operand. */
static mlir_val length_of(mlir_writer *w, const ir_eqn *e, const mlir_val *x)
{
    ir_type t = ir_type_scalar(IR_i64);
    int64_t length = e->attr[SCAN_LENGTH].i;
    return length == IR_DYNAMIC ? x[e->nin - 1]
                                : mlir_fill(w, &t, ir_scalar_of_int(IR_i64, length));
}

/* The body, which takes a counter, the carries and the stacked results. */
static bool scan_body(mlir_writer *w, const ir_eqn *e, const mlir_val *x, mlir_val *state, int n)
{
    IR_SCRATCH(scratch);
    const ir_graph *body = e->attr[SCAN_BODY].graph;
    int nconst = (int)e->attr[SCAN_NUM_CONSTS].i, ncarry = (int)e->attr[SCAN_NUM_CARRY].i;
    mlir_val *in = ir_alloc(&scratch, (size_t)(body->nin + body->nout + 1) * sizeof *in);
    if (!in)
        return false;
    mlir_val *out = in + body->nin, one = mlir_number(w, &state[0].type, 1), at = state[0];
    if (e->attr[SCAN_REVERSE].i) {
        mlir_val last = mlir_binary(w, "stablehlo.subtract", length_of(w, e, x), one);
        at = mlir_binary(w, "stablehlo.subtract", last, at);
    }
    for (int k = 0; k < body->nin; k++)
        in[k] = k < nconst            ? x[k]
                : k < nconst + ncarry ? state[1 + k - nconst]
                                      : slice_of(w, x[k], at);
    if (!mlir_write_graph(w, body, in, out))
        return false;
    state[0] = mlir_binary(w, "stablehlo.add", state[0], one);
    for (int k = 0; k < body->nout; k++)
        state[1 + k] = k < ncarry ? out[k] : with_slice(w, state[1 + k], out[k], at);
    mlir_region_end(w, n, state);
    return true;
}

ROW(scan)
{
    IR_SCRATCH(scratch);
    int nconst = (int)e->attr[SCAN_NUM_CONSTS].i, ncarry = (int)e->attr[SCAN_NUM_CARRY].i;
    int n = 1 + e->nout;
    ir_type counter = ir_type_scalar(IR_i64);
    const ir_type **t = ir_alloc(&scratch, (size_t)n * sizeof *t);
    mlir_val *in = ir_alloc(&scratch, (size_t)(4 * n) * sizeof *in), *out = in + n,
             *arg = in + 2 * n;
    (void)row;
    if (!t || !in)
        return false;
    if (!e->attr[SCAN_LENGTH].i) {
        for (int k = 0; k < e->nout; k++)
            y[k] = k < ncarry ? x[nconst + k] : mlir_number(w, &e->out[k]->type, 0);
        return true;
    }
    in[0] = mlir_number(w, &counter, 0);
    for (int k = 0; k < e->nout; k++)
        in[1 + k] = k < ncarry ? x[nconst + k] : mlir_number(w, &e->out[k]->type, 0);
    for (int k = 0; k < n; k++)
        t[k] = k ? &e->out[k - 1]->type : &counter;
    mlir_begin(w, "stablehlo.while", n, in, n, t, out);
    mlir_put(w, "(");
    for (int k = 0; k < 2 * n; k++)
        arg[k] = mlir_new(w, t[k % n]);
    mlir_region_begin(w, n, arg);
    mlir_val go = mlir_compare(w, "LT", arg[0], length_of(w, e, x));
    mlir_region_end(w, 1, &go);
    mlir_put(w, ", ");
    mlir_region_begin(w, n, arg + n);
    if (!scan_body(w, e, x, arg + n, n))
        return false;
    mlir_put(w, ")");
    mlir_end(w, n, in, n, out);
    memcpy(y, out + 1, (size_t)e->nout * sizeof *y);
    return true;
}

/* Calls, loops and branches. */
#include "exchange/stablehlo/write/write.h"

/* The primitives whose first graph says what they compute. */
bool hw_emit_call(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row;
    return hw_call(w, e->attr[CALL_GRAPH].graph, in, out);
}

/* The solver is a graph of its constants and the right-hand sides. */
bool hw_emit_solve(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row;
    const ir_graph *g = e->attr[LINEAR_SOLVE_SOLVE].graph;
    return g->nin == e->nin ? hw_call(w, g, in, out)
                            : hw_fail(w, "its solver takes other operands");
}

bool hw_emit_root(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row;
    const ir_graph *g = e->attr[CUSTOM_ROOT_SOLVE].graph;
    return g->nin == e->nin ? hw_call(w, g, in, out)
                            : hw_fail(w, "its solver takes other operands");
}

/* ---- while ------------------------------------------------------------------------------------------- */

/* A region that applies g to constants from outside and its own arguments. */
static bool region(hw_writer *w, const ir_graph *g, int nconst, const int *constants)
{
    IR_SCRATCH(scratch);
    int n = g->nin - nconst;
    const ir_type **types = ir_alloc(&scratch, (size_t)(n + 1) * sizeof *types);
    int *in = ir_alloc(&scratch, (size_t)(g->nin + g->nout + 1) * sizeof *in), *out = in + g->nin;
    if (!types || !in)
        return false;
    for (int k = 0; k < nconst; k++)
        in[k] = constants[k];
    for (int k = 0; k < n; k++)
        types[k] = &g->in[nconst + k]->type;
    if (!hw_region_begin(w, n, types, in + nconst) || !hw_graph(w, g, in, out))
        return false;
    hw_region_end(w, g->nout, out);
    return true;
}

bool hw_emit_while(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row;
    int ncond = (int)e->attr[WHILE_COND_NCONSTS].i, nbody = (int)e->attr[WHILE_BODY_NCONSTS].i;
    const int *carry = in + ncond + nbody;
    if (e->nout != e->nin - ncond - nbody)
        return hw_fail(w, "it gives more than its carries");
    if (!hw_results(w, e->nout, e->out, out))
        return false;
    fputs("\"stablehlo.while\"(", w->f);
    hw_names(w, e->nout, carry);
    fputs(") (", w->f);
    if (!region(w, e->attr[WHILE_COND].graph, ncond, in))
        return false;
    fputs(", ", w->f);
    if (!region(w, e->attr[WHILE_BODY].graph, nbody, in + ncond))
        return false;
    hw_end(w, e->nout, carry, e->nout, out);
    return true;
}

/* ---- cond -------------------------------------------------------------------------------------------- */

/* An index out of range is moved into it first, because StableHLO takes the last branch. */
bool hw_emit_cond(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row;
    const ir_attr *branches = &e->attr[COND_BRANCHES];
    ir_type t = ir_type_scalar(IR_i32);
    int index =
        e->in[0]->type.dtype == IR_i32 ? in[0] : hw_op(w, "stablehlo.convert", &t, 1, in, "%s", "");
    int least = hw_number(w, &t, 0), most = hw_number(w, &t, branches->n - 1);
    index = hw_op(w, "stablehlo.clamp", &t, 3, (int[]){least, index, most}, "%s", "");
    if (index < 0 || !hw_results(w, e->nout, e->out, out))
        return false;
    fputs("\"stablehlo.case\"(", w->f);
    hw_names(w, 1, &index);
    fputs(") (", w->f);
    for (int k = 0; k < branches->n; k++) {
        fputs(k ? ", " : "", w->f);
        if (!region(w, branches->graphs[k], e->nin - 1, in + 1))
            return false;
    }
    hw_end(w, 1, &index, e->nout, out);
    return true;
}

/* ---- scan -------------------------------------------------------------------------------------------- */

/* A scan while it becomes a loop: its carries are a counter, the scan's, and the stacked results.
 */
typedef struct {
    const ir_eqn *e;
    const ir_graph *body;
    int nconst, ncarry, nxs, nys, n;
    const int *in;
} scan;

/* The index of the step that the counter means. */
static int place(hw_writer *w, const scan *s, int counter)
{
    ir_type t = ir_type_scalar(IR_i32);
    if (!s->e->attr[SCAN_REVERSE].i)
        return counter;
    int last = hw_number(w, &t, (double)(s->e->attr[SCAN_LENGTH].i - 1));
    return hw_op(w, "stablehlo.subtract", &t, 2, (int[]){last, counter}, "%s", "");
}

/* Writes `at`, then zeros for the other dimensions. */
static int starts(hw_writer *w, int at, int rank, int *start)
{
    ir_type t = ir_type_scalar(IR_i32);
    int zero = rank > 1 ? hw_number(w, &t, 0) : 0;
    start[0] = at;
    for (int d = 1; d < rank; d++)
        start[d] = zero;
    return rank;
}

static int row_at(hw_writer *w, int x, int at, const ir_type *row)
{
    ir_type whole = *hw_type_of(w, x), one = whole;
    int operand[1 + IR_MAX_RANK] = {x};
    one.dim[0] = 1;
    int n = 1 + starts(w, at, whole.rank, operand + 1);
    int slice = hw_op(w, "stablehlo.dynamic_slice", &one, n, operand, "%s",
                      hw_list("slice_sizes", one.rank, one.dim));
    return hw_op(w, "stablehlo.reshape", row, 1, &slice, "%s", "");
}

static int with_row(hw_writer *w, int x, int at, int row)
{
    ir_type whole = *hw_type_of(w, x), one = whole;
    one.dim[0] = 1;
    int operand[2 + IR_MAX_RANK] = {x, hw_op(w, "stablehlo.reshape", &one, 1, &row, "%s", "")};
    int n = 2 + starts(w, at, whole.rank, operand + 2);
    return hw_op(w, "stablehlo.dynamic_update_slice", &whole, n, operand, "%s", "");
}

static bool scan_body(hw_writer *w, const scan *s, const ir_type *const *types, int *arg, int *x)
{
    ir_type t = ir_type_scalar(IR_i32);
    int *y = x + s->body->nin;
    if (!hw_region_begin(w, s->n, types, arg))
        return false;
    int at = place(w, s, arg[0]);
    for (int k = 0; k < s->nconst; k++)
        x[k] = s->in[k];
    for (int k = 0; k < s->ncarry; k++)
        x[s->nconst + k] = arg[1 + k];
    for (int k = 0; k < s->nxs; k++) {
        int from = s->nconst + s->ncarry + k;
        if ((x[from] = row_at(w, s->in[from], at, &s->body->in[from]->type)) < 0)
            return false;
    }
    if (!hw_graph(w, s->body, x, y))
        return false;
    for (int k = 0; k < s->ncarry; k++)
        arg[1 + k] = y[k];
    for (int k = 0; k < s->nys; k++) {
        int *ys = &arg[1 + s->ncarry + k];
        if ((*ys = with_row(w, *ys, at, y[s->ncarry + k])) < 0)
            return false;
    }
    int one = hw_number(w, &t, 1);
    arg[0] = hw_op(w, "stablehlo.add", &t, 2, (int[]){arg[0], one}, "%s", "");
    if (arg[0] < 0)
        return false;
    hw_region_end(w, s->n, arg);
    return true;
}

static bool scan_cond(hw_writer *w, const scan *s, const ir_type *const *types, int *arg)
{
    ir_type t = ir_type_scalar(IR_i32), truth = ir_type_scalar(IR_bool);
    if (!hw_region_begin(w, s->n, types, arg))
        return false;
    int end = hw_number(w, &t, (double)s->e->attr[SCAN_LENGTH].i);
    int more = hw_op(w, "stablehlo.compare", &truth, 2, (int[]){arg[0], end},
                     "comparison_direction = #stablehlo<comparison_direction LT>");
    hw_region_end(w, 1, &more);
    return more >= 0;
}

bool hw_emit_scan(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    IR_SCRATCH(scratch);
    (void)row;
    const ir_graph *body = e->attr[SCAN_BODY].graph;
    scan s = {.e = e,
              .body = body,
              .in = in,
              .nconst = (int)e->attr[SCAN_NUM_CONSTS].i,
              .ncarry = (int)e->attr[SCAN_NUM_CARRY].i};
    s.nxs = e->nin - s.nconst - s.ncarry;
    s.nys = e->nout - s.ncarry;
    s.n = 1 + e->nout;
    if (e->attr[SCAN_LENGTH].i > INT32_MAX)
        return hw_fail(w, "it makes too many steps");
    ir_type counter = ir_type_scalar(IR_i32);
    const ir_type **types = ir_alloc(&scratch, (size_t)s.n * sizeof *types);
    int *start = ir_alloc(&scratch, (size_t)(3 * s.n + body->nin + body->nout) * sizeof *start);
    if (!types || !start)
        return false;
    int *arg = start + s.n, *result = arg + s.n, *x = result + s.n;
    types[0] = &counter;
    start[0] = hw_number(w, &counter, 0);
    for (int k = 0; k < e->nout; k++) {
        types[1 + k] = &e->out[k]->type;
        start[1 + k] =
            k < s.ncarry ? in[s.nconst + k] : hw_constant(w, types[1 + k], (ir_scalar){0});
        if (start[1 + k] < 0)
            return false;
    }
    if (start[0] < 0 || !hw_results_of(w, s.n, types, result))
        return false;
    fputs("\"stablehlo.while\"(", w->f);
    hw_names(w, s.n, start);
    fputs(") (", w->f);
    if (!scan_cond(w, &s, types, arg))
        return false;
    fputs(", ", w->f);
    if (!scan_body(w, &s, types, arg, x))
        return false;
    hw_end(w, s.n, start, s.n, result);
    for (int k = 0; k < e->nout; k++)
        out[k] = result[1 + k];
    return true;
}

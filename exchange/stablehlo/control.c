/* Calls, loops and branches. Their regions may use values from outside, which become constants of a
 * loop, or operands of all branches. */
#include "ops/control.h"

#include "exchange/stablehlo/build.h"

bool hlo_emit_call(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                   ir_value **y)
{
    (void)row;
    hlo_text callee = hlo_read_word(op, "callee");
    if (!callee.n)
        return hlo_op_fail(f, op, "the attribute callee is missing");
    return hlo_call_function(f, op, callee, op->noperand, x, y);
}

/* Its name may be that of an operation that we have; otherwise it is what its decomposition is. */
bool hlo_emit_composite(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                        ir_value **y)
{
    (void)row;
    hlo_text name = hlo_read_word(op, "name"), callee = hlo_read_word(op, "decomposition");
    name = name.n ? name : hlo_word_at(op, 0);
    const hlo_row *known = hlo_row_of(name);
    if (known && known->op && known->noperand == op->noperand && op->nresult == 1)
        return known->emit(f, op, known, x, y);
    if (!callee.n)
        return hlo_op_fail(f, op, "the attribute decomposition is missing");
    return hlo_call_function(f, op, callee, op->noperand, x, y);
}

/* ---- while --------------------------------------------------------------------------------------- */

/* Moves what a region captures in front of its arguments. */
static ir_graph *constants_first(const ir_graph *g, int nconst)
{
    IR_SCRATCH(scratch);
    int nargs = g->nin - nconst,
        *order = ir_alloc(&scratch, (size_t)(g->nin + g->nout + 1) * sizeof *order);
    if (!order)
        return NULL;
    for (int k = 0; k < g->nin; k++)
        order[k] = k < nconst ? nargs + k : k - nconst;
    for (int k = 0; k < g->nout; k++)
        order[g->nin + k] = k;
    return ctl_reorder(g, order, order + g->nin);
}

static bool check_regions(hlo_frame *f, const hlo_op *op, int n, int narg)
{
    if (op->nregion != n)
        return hlo_op_fail(f, op, "it has %s, but needs %d", ir_count_tmp(op->nregion, "region"),
                           n);
    for (const hlo_region *r = op->first; r; r = r->next)
        if (r->narg != narg)
            return hlo_op_fail(f, op, "a region takes %s, but is given %d",
                               ir_count_tmp(r->narg, "argument"), narg);
    return true;
}

bool hlo_emit_while(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                    ir_value **y)
{
    IR_SCRATCH(scratch);
    (void)row;
    hlo_frame cond, body;
    int n = op->noperand;
    if (!check_regions(f, op, 2, n))
        return false;
    if (op->nresult != n)
        return hlo_op_fail(f, op, "it takes %s, but gives %d", ir_count_tmp(n, "value"),
                           op->nresult);
    if (!n)
        return hlo_unsupported(f, op, "a loop without values");
    IR_AUTO_GRAPH c = hlo_region_graph(f, op, op->first, &cond);
    IR_AUTO_GRAPH b = c ? hlo_region_graph(f, op, op->first->next, &body) : NULL;
    if (!b)
        return false;
    IR_AUTO_GRAPH cond_graph = constants_first(c, cond.ncaptured);
    IR_AUTO_GRAPH body_graph = constants_first(b, body.ncaptured);
    int nin = cond.ncaptured + body.ncaptured + n;
    ir_value **in = ir_alloc(&scratch, (size_t)(nin + 1) * sizeof *in);
    if (!cond_graph || !body_graph || !in)
        return false;
    for (int k = 0; k < cond.ncaptured; k++)
        in[k] = hlo_get(f, cond.captured[k]);
    for (int k = 0; k < body.ncaptured; k++)
        in[cond.ncaptured + k] = hlo_get(f, body.captured[k]);
    for (int k = 0; k < n; k++)
        in[nin - n + k] = x[k];
    ir_attr attr[] = {[WHILE_COND] = {.graph = cond_graph},
                      [WHILE_BODY] = {.graph = body_graph},
                      [WHILE_COND_NCONSTS] = {.i = cond.ncaptured},
                      [WHILE_BODY_NCONSTS] = {.i = body.ncaptured},
                      [WHILE_CHECKPOINTS] = {.i = 0}};
    return ir_results(ir_emit(f->g, &op_while, nin, in, attr), n, y);
}

/* ---- case and if --------------------------------------------------------------------------------- */

/* The values that any branch captures, and where each stands among the operands. */
typedef struct {
    ptrmap place;
    int n, room;
    const hlo_value **value;
    ir_arena *scratch;
} operands;

static bool add_operand(operands *o, const hlo_value *v)
{
    if (ptrmap_find(&o->place, v))
        return true;
    if (o->n == o->room) {
        int more = o->room ? 2 * o->room : 8;
        const hlo_value **grown = ir_grow(o->scratch, o->value, (size_t)o->n * sizeof *grown,
                                          (size_t)more * sizeof *grown);
        if (!grown)
            return false;
        o->value = grown;
        o->room = more;
    }
    o->value[o->n] = v;
    return ptrmap_put(&o->place, v, (uint64_t)o->n++, 0);
}

/* A branch's graph that takes all operands. */
static ir_graph *widened(const operands *o, const ir_graph *g, const hlo_frame *branch)
{
    IR_SCRATCH(scratch);
    ir_type *types = ir_alloc(&scratch, (size_t)(o->n + 1) * sizeof *types);
    int *from = ir_alloc(&scratch, (size_t)(g->nin + 1) * sizeof *from);
    if (!types || !from)
        return NULL;
    for (int k = 0; k < o->n; k++)
        types[k] = o->value[k]->type->type;
    for (int k = 0; k < g->nin; k++)
        from[k] = (int)ptrmap_find(&o->place, branch->captured[k])->lo;
    return ctl_rewire(g, o->n, types, from);
}

/* index: i32, within the number of branches. Branch b is region order[b]. */
static bool emit_branches(hlo_frame *f, const hlo_op *op, ir_value *index, bool reversed,
                          ir_value **y)
{
    IR_SCRATCH(scratch);
    int n = op->nregion, made = 0;
    operands o = {.place.mem = &scratch, .scratch = &scratch};
    hlo_frame *branch = ir_alloc(&scratch, (size_t)n * sizeof *branch);
    ir_graph **g = ir_alloc(&scratch, (size_t)(2 * n) * sizeof *g);
    bool ok = branch && g;
    const hlo_region *r = op->first;
    for (; ok && made < n; made++, r = r->next) {
        int at = reversed ? n - 1 - made : made;
        ok = (g[at] = hlo_region_graph(f, op, r, &branch[at])) != NULL;
        for (int k = 0; ok && k < branch[at].ncaptured; k++)
            ok = add_operand(&o, branch[at].captured[k]);
    }
    for (int k = 0; ok && k < n; k++)
        ok = (g[n + k] = widened(&o, g[k], &branch[k])) != NULL;
    ir_value **in = ok ? ir_alloc(&scratch, (size_t)(o.n + 1) * sizeof *in) : NULL;
    if (in) {
        in[0] = index;
        for (int k = 0; k < o.n; k++)
            in[1 + k] = hlo_get(f, o.value[k]);
        ir_attr attr[] = {[COND_BRANCHES] = {.n = n, .graphs = g + n}};
        ok = g[n]->nout == op->nresult ||
             hlo_op_fail(f, op, "a branch gives %s, but it gives %d",
                         ir_count_tmp(g[n]->nout, "value"), op->nresult);
        ok = ok && ir_results(ir_emit(f->g, &op_cond, 1 + o.n, in, attr), op->nresult, y);
    }
    for (int k = 0; g && k < 2 * n; k++)
        ir_graph_release(g[k]);
    return ok && in;
}

/* An index that is out of range means the last branch. */
bool hlo_emit_case(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                   ir_value **y)
{
    (void)row;
    if (!check_regions(f, op, op->nregion, 0))
        return false;
    ir_type index = ir_type_scalar(IR_i32);
    if (!op->nregion || !ir_same_type(&x[0]->type, &index))
        return hlo_op_fail(f, op, "it needs branches and an index of type tensor<i32>");
    ir_value *last = b_const_int(f->g, IR_i32, op->nregion - 1);
    ir_value *negative = b_lt(f->g, x[0], b_const_int(f->g, IR_i32, 0));
    return emit_branches(f, op, b_select(f->g, negative, last, x[0]), false, y);
}

bool hlo_emit_if(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                 ir_value **y)
{
    (void)row;
    ir_type truth = ir_type_scalar(IR_bool);
    if (!check_regions(f, op, 2, 0))
        return false;
    if (!ir_same_type(&x[0]->type, &truth))
        return hlo_op_fail(f, op, "it needs a condition of type tensor<i1>");
    return emit_branches(f, op, b_convert(f->g, x[0], IR_i32), true, y);
}

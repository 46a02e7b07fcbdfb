/* gather and scatter: windows at indices. Our primitives have StableHLO's parameters. */
#include "exchange/stablehlo/reduce.h"
#include "ops/windows.h"

/* Reads a list of the dimension numbers; it is empty if it is not there. */
static bool read_dims(hlo_frame *f, const hlo_op *op, const hlo_attr *numbers, const char *key,
                      windows_dims *to)
{
    const hlo_attr *a = hlo_find(numbers, key);
    hlo_ints v = {0};
    to->n = 0;
    if (a && !hlo_ints_of(f, op, a, &v))
        return false;
    if (v.n > IR_MAX_RANK)
        return hlo_op_fail(f, op, "%s names %d dimensions", key, v.n);
    to->n = v.n;
    memcpy(to->at, v.v, (size_t)v.n * sizeof *v.v);
    return true;
}

/* The names of the lists, in the order of windows_attrs. */
typedef struct {
    const char *attr, *offset, *collapsed, *map, *batching, *index_batching;
} names;

static bool read_numbers(hlo_frame *f, const hlo_op *op, const names *n, windows_attrs *a)
{
    hlo_attr numbers;
    const hlo_attr *given = hlo_find(&op->attrs, n->attr);
    if (!given || (given->kind != HLO_DIALECT && given->kind != HLO_DICT))
        return hlo_op_fail(f, op, "the attribute %s is missing", n->attr);
    if (!hlo_read_body(f->b->module, given, &numbers) ||
        !read_dims(f, op, &numbers, n->offset, &a->offset) ||
        !read_dims(f, op, &numbers, n->collapsed, &a->collapsed) ||
        !read_dims(f, op, &numbers, n->map, &a->map) ||
        !read_dims(f, op, &numbers, n->batching, &a->batching) ||
        !read_dims(f, op, &numbers, n->index_batching, &a->index_batching))
        return false;
    const hlo_attr *vector = hlo_find(&numbers, "index_vector_dim");
    a->vector = vector ? vector->i : 0;
    a->sorted = hlo_int_or(op, "indices_are_sorted", 0) != 0;
    a->unique = hlo_int_or(op, "unique_indices", 0) != 0;
    return true;
}

/* Windows that are not within the operand are moved. */
bool hlo_emit_gather(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                     ir_value **y)
{
    static const names n = {"dimension_numbers",     "offset_dims",
                            "collapsed_slice_dims",  "start_index_map",
                            "operand_batching_dims", "start_indices_batching_dims"};
    windows_attrs a = {.mode = WINDOWS_CLIP};
    hlo_ints sizes;
    if (!read_numbers(f, op, &n, &a))
        return false;
    if (row->noperand == 3) { /* dynamic_gather */
        if (!hlo_operand_ints(f, op, 2, &sizes))
            return hlo_unsupported(f, op, "operand 2 must be a constant");
    } else if (!hlo_read_ints(f, op, "slice_sizes", NULL, &sizes)) {
        return false;
    }
    if (sizes.n != x[0]->type.rank)
        return hlo_op_fail(f, op, "the length of slice_sizes must be %d, but is %d",
                           x[0]->type.rank, sizes.n);
    a.sizes.n = sizes.n;
    memcpy(a.sizes.at, sizes.v, (size_t)sizes.n * sizeof *sizes.v);
    return (y[0] = b_gather(f->g, x[0], x[1], &a)) != NULL;
}

/* ---- scatter ------------------------------------------------------------------------------------- */

/* The scatter whose combining function is this operation, on bools if `logic`. */
static const ir_op *scatter_by(hlo_text name, bool logic, bool crossed)
{
    static const struct {
        const char *name;
        const ir_op *op, *logic;
    } ops[] = {{"stablehlo.add", &op_scatter_add, &op_scatter_max},
               {"stablehlo.multiply", &op_scatter_mul, &op_scatter_min},
               {"stablehlo.maximum", &op_scatter_max, &op_scatter_max},
               {"stablehlo.minimum", &op_scatter_min, &op_scatter_min},
               {"stablehlo.or", NULL, &op_scatter_max},
               {"stablehlo.and", NULL, &op_scatter_min},
               {"stablehlo.subtract", &op_scatter_sub, NULL}};
    for (size_t k = 0; k < sizeof ops / sizeof *ops; k++)
        if (hlo_is(name, ops[k].name) && !(crossed && ops[k].op == &op_scatter_sub))
            return logic ? ops[k].logic : ops[k].op;
    return NULL;
}

/* The argument that the region of a scatter gives as it is: 0 the element, 1 the update; else -1.
 */
static int given_argument(const hlo_region *r)
{
    const hlo_op *op = r->first;
    if (!op || op->next || op->noperand != 1 || r->narg != 2)
        return -1;
    return op->operand[0] == r->arg[0] ? 0 : op->operand[0] == r->arg[1] ? 1 : -1;
}

/* Any body, of several arrays. */
static bool scatter_by_body(hlo_frame *f, const hlo_op *op, const windows_attrs *a, int n,
                            ir_value *const *x, ir_value **y)
{
    IR_SCRATCH(scratch);
    HLO_AUTO_BODY body = {0};
    ir_attr attr[IR_MAX_ATTRS];
    if (!hlo_read_region(f, op, op->first, n, n, &scratch, &body))
        return false;
    int nc = body.ncaptured;
    IR_AUTO_GRAPH by = hlo_body_graph(&body, x[0]->type.dtype);
    ir_value **in = ir_alloc(&scratch, (size_t)(nc + 2 * n + 2) * sizeof *in);
    if (!by || !in)
        return false;
    if (nc)
        memcpy(in, body.captured, (size_t)nc * sizeof *in);
    memcpy(in + nc, x, (size_t)(2 * n + 1) * sizeof *in);
    windows_set_attrs(&op_scatter_by, a, attr);
    attr[SCATTER_BY_BODY] = (ir_attr){.graph = by};
    attr[SCATTER_BY_NUM_CONSTS] = (ir_attr){.i = nc};
    return ir_results(ir_emit(f->g, &op_scatter_by, nc + 2 * n + 1, in, attr), n, y);
}

/* Windows that are not within the operand are left out. */
bool hlo_emit_scatter(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                      ir_value **y)
{
    static const names n = {"scatter_dimension_numbers", "update_window_dims",
                            "inserted_window_dims",      "scatter_dims_to_operand_dims",
                            "input_batching_dims",       "scatter_indices_batching_dims"};
    (void)row;
    windows_attrs a = {.mode = WINDOWS_DROP};
    int count = op->nresult;
    if (!count || op->noperand != 2 * count + 1)
        return hlo_op_fail(f, op, "it takes arrays, indices, and as many updates");
    if (op->nregion != 1)
        return hlo_op_fail(f, op, "it has no region");
    if (!read_numbers(f, op, &n, &a))
        return false;
    bool crossed, logic = x[0]->type.dtype == IR_bool;
    int given = count == 1 ? given_argument(op->first) : -1;
    if (count > 1)
        return scatter_by_body(f, op, &a, count, x, y);
    if (given == 0)
        return (y[0] = x[0]) != NULL;
    hlo_text single = hlo_single_operation(op->first, &crossed);
    const ir_op *by = given == 1 ? &op_scatter : scatter_by(single, logic, crossed);
    if (by && ir_is_complex(x[0]->type.dtype) && !(by->flags & IR_OP_APART))
        by = NULL; /* it takes real numbers only */
    return by ? (y[0] = b_scatter(f->g, by, x[0], x[1], x[2], &a)) != NULL
              : scatter_by_body(f, op, &a, 1, x, y);
}

/* Operations that make, move and index arrays. */
#include "exchange/stablehlo/build.h"

/* Checks that a list has an entry for each dimension. */
static bool check_rank(hlo_frame *f, const hlo_op *op, const char *what, const hlo_ints *v,
                       int rank)
{
    return v->n == rank ||
           hlo_op_fail(f, op, "the length of %s must be %d, but is %d", what, rank, v->n);
}

static bool check_unique_axes(hlo_frame *f, const hlo_op *op, const char *what, const hlo_ints *v,
                              int rank)
{
    for (int k = 0; k < v->n; k++) {
        if (v->v[k] < 0 || v->v[k] >= rank)
            return hlo_op_fail(f, op, "%s: there is no dimension %lld", what, (long long)v->v[k]);
        for (int j = 0; j < k; j++)
            if (v->v[j] == v->v[k])
                return hlo_op_fail(f, op, "%s: dimension %lld is named twice", what,
                                   (long long)v->v[k]);
    }
    return true;
}

/* An array with the element `one` everywhere. */
static ir_value *filled(ir_graph *g, const ir_type *t, const char *one)
{
    ir_type part = ir_type_like(*t, ir_part(t->dtype));
    size_t size = ir_dtypes[part.dtype].size;
    ir_scalar re = {0}, im = {0};
    memcpy(&re, one, size);
    memcpy(&im, one + size, ir_is_complex(t->dtype) ? size : 0);
    ir_value *x = ir_full(g, &part, re);
    return ir_is_complex(t->dtype) ? b_complex(g, x, ir_full(g, &part, im)) : x;
}

/* One element for all becomes a broadcast literal. Any other array is read here, and held outside
 * the graph. */
bool hlo_emit_constant(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                       ir_value **y)
{
    (void)row, (void)x;
    const hlo_attr *a = hlo_find(&op->attrs, "value");
    const ir_type *t = hlo_result(op, 0);
    char one[16] = {0};
    if (!a || a->kind != HLO_DENSE)
        return hlo_unsupported(f, op, "only dense<...> is");
    if (a->type && (a->type->why || !ir_same_type(&a->type->type, t)))
        return hlo_op_fail(f, op, "its elements are said to be %.*s and %.*s",
                           HLO_SHOW(a->type->text), HLO_SHOW(op->result[0]->type->text));
    bool splat = hlo_dense_splat(f->b->module, a, t), single = splat || ir_type_count(t) == 1;
    if (single && !hlo_dense_read(f->b->module, a, t, one))
        return false;
    if (!single && ir_type_count(t) > (int64_t)a->text.n)
        return hlo_op_fail(f, op, "%s has more elements than are written", ir_type_tmp(t));
    if (single || !ir_type_count(t))
        return (y[0] = filled(f->g, t, one)) != NULL;
    y[0] = NULL; /* hlo_get makes it an input where it is used */
    if (op->result[0]->data)
        return true;
    void *data = op->result[0]->data = ir_alloc(f->b->arena, ir_type_bytes(t));
    return data && hlo_dense_read(f->b->module, a, t, data);
}

bool hlo_emit_iota(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                   ir_value **y)
{
    (void)row, (void)x;
    const ir_type *t = hlo_result(op, 0);
    int64_t dim;
    if (!hlo_read_int(f, op, "iota_dimension", "dim", &dim))
        return false;
    if (dim < 0 || dim >= t->rank)
        return hlo_op_fail(f, op, "%s has no dimension %lld", ir_type_tmp(t), (long long)dim);
    return (y[0] = b_iota(f->g, t->dtype, t->rank, t->dim, (int)dim)) != NULL;
}

/* Our primitive wants the dimensions in order. */
bool hlo_emit_broadcast_in_dim(hlo_frame *f, const hlo_op *op, const hlo_row *row,
                               ir_value *const *x, ir_value **y)
{
    (void)row;
    hlo_ints dims;
    const ir_type *t = hlo_result(op, 0);
    int64_t order[IR_MAX_RANK], sorted[IR_MAX_RANK];
    int n = x[0]->type.rank;
    if (!hlo_read_ints(f, op, "broadcast_dimensions", "dims", &dims) ||
        !check_rank(f, op, "broadcast_dimensions", &dims, n) ||
        !check_unique_axes(f, op, "broadcast_dimensions", &dims, t->rank))
        return false;
    for (int k = 0; k < n; k++) {
        int at = k;
        for (; at > 0 && sorted[at - 1] > dims.v[k]; at--) {
            sorted[at] = sorted[at - 1];
            order[at] = order[at - 1];
        }
        sorted[at] = dims.v[k];
        order[at] = k;
    }
    ir_value *v = x[0];
    if (memcmp(sorted, dims.v, (size_t)n * sizeof *sorted) != 0)
        v = b_transpose(f->g, v, order);
    return (y[0] = b_broadcast_in_dim(f->g, v, t->rank, t->dim, sorted)) != NULL;
}

bool hlo_emit_reshape(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                      ir_value **y)
{
    (void)row;
    const ir_type *t = hlo_result(op, 0);
    return (y[0] = b_reshape(f->g, x[0], t->rank, t->dim)) != NULL;
}

bool hlo_emit_transpose(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                        ir_value **y)
{
    (void)row;
    hlo_ints order;
    return hlo_read_ints(f, op, "permutation", "dims", &order) &&
           check_rank(f, op, "permutation", &order, x[0]->type.rank) &&
           (y[0] = b_transpose(f->g, x[0], order.v)) != NULL;
}

/* Reads a list that is an attribute or, in a dynamic form of the operation, an operand. */
static bool ints_or_operand(hlo_frame *f, const hlo_op *op, const char *key, const char *alias,
                            bool dynamic, int operand, hlo_ints *to)
{
    if (!dynamic)
        return hlo_read_ints(f, op, key, alias, to);
    return hlo_operand_ints(f, op, operand, to) ||
           hlo_unsupported(f, op, "operand %d must be a constant", operand);
}

bool hlo_emit_slice(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                    ir_value **y)
{
    hlo_ints start, limit, strides;
    bool dynamic = row->noperand > 1;
    int rank = x[0]->type.rank;
    return ints_or_operand(f, op, "start_indices", NULL, dynamic, 1, &start) &&
           ints_or_operand(f, op, "limit_indices", NULL, dynamic, 2, &limit) &&
           ints_or_operand(f, op, "strides", NULL, dynamic, 3, &strides) &&
           check_rank(f, op, "start_indices", &start, rank) &&
           check_rank(f, op, "limit_indices", &limit, rank) &&
           check_rank(f, op, "strides", &strides, rank) &&
           (y[0] = b_slice(f->g, x[0], start.v, limit.v, strides.v)) != NULL;
}

bool hlo_emit_pad(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                  ir_value **y)
{
    hlo_ints low, high, interior;
    bool dynamic = row->noperand > 2;
    int rank = x[0]->type.rank;
    return ints_or_operand(f, op, "edge_padding_low", "low", dynamic, 2, &low) &&
           ints_or_operand(f, op, "edge_padding_high", "high", dynamic, 3, &high) &&
           ints_or_operand(f, op, "interior_padding", "interior", dynamic, 4, &interior) &&
           check_rank(f, op, "low", &low, rank) && check_rank(f, op, "high", &high, rank) &&
           check_rank(f, op, "interior", &interior, rank) &&
           (y[0] = b_pad(f->g, x[0], x[1], low.v, high.v, interior.v)) != NULL;
}

bool hlo_emit_concatenate(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                          ir_value **y)
{
    (void)row;
    int64_t dim;
    if (!hlo_read_int(f, op, "dimension", "dim", &dim))
        return false;
    if (!op->noperand || dim < 0 || dim >= x[0]->type.rank)
        return hlo_op_fail(f, op, "there is no dimension %lld", (long long)dim);
    return (y[0] = b_concatenate(f->g, op->noperand, x, (int)dim)) != NULL;
}

bool hlo_emit_reverse(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                      ir_value **y)
{
    (void)row;
    hlo_ints dims;
    return hlo_read_ints(f, op, "dimensions", "dims", &dims) &&
           check_unique_axes(f, op, "dimensions", &dims, x[0]->type.rank) &&
           (y[0] = b_rev(f->g, x[0], dims.n, dims.v)) != NULL;
}

bool hlo_emit_dynamic_slice(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                            ir_value **y)
{
    (void)row;
    hlo_ints sizes;
    if (!op->noperand || op->noperand != 1 + x[0]->type.rank)
        return hlo_op_fail(f, op, "it takes an array and a start index for each dimension");
    return hlo_read_ints(f, op, "slice_sizes", "sizes", &sizes) &&
           check_rank(f, op, "slice_sizes", &sizes, x[0]->type.rank) &&
           (y[0] = b_dynamic_slice(f->g, x[0], x + 1, sizes.v)) != NULL;
}

bool hlo_emit_dynamic_update_slice(hlo_frame *f, const hlo_op *op, const hlo_row *row,
                                   ir_value *const *x, ir_value **y)
{
    (void)row;
    if (op->noperand < 2 || op->noperand != 2 + x[0]->type.rank)
        return hlo_op_fail(f, op, "it takes two arrays and a start index for each dimension");
    return (y[0] = b_dynamic_update_slice(f->g, x[0], x[1], x + 2)) != NULL;
}

bool hlo_emit_dimension_size(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                             ir_value **y)
{
    (void)row;
    int64_t dim;
    if (!hlo_read_int(f, op, "dimension", "dim", &dim))
        return false;
    if (dim < 0 || dim >= x[0]->type.rank)
        return hlo_op_fail(f, op, "there is no dimension %lld", (long long)dim);
    return (y[0] = b_const_int(f->g, IR_i32, x[0]->type.dim[dim])) != NULL;
}

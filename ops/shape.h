/* Declarations shared by the primitives that move, index and reduce: checks of shapes and axes,
 * parameters with a batch axis, the derivative of a linear primitive, and the loop that copies
 * between strided arrays.
 */
#ifndef JACQUARD_OPS_SHAPE_H
#define JACQUARD_OPS_SHAPE_H

#include "ir/ir.h"
#include "jit/lower.h"

/* ---- strided.c ------------------------------------------------------------------------------- */

/* Copies an array with elements of `size` bytes. Strides count elements; they may be negative, or
 * zero (which repeats the source). Source and destination must not overlap. */
void strided_copy(size_t size, int rank, const int64_t *dim, void *dst, const int64_t *dst_stride,
                  const void *src, const int64_t *src_stride);
/* Fills n elements with copies of one. */
void strided_fill(size_t size, int64_t n, void *dst, const void *element);
/* Strides, in elements, of a dense row-major array. */
void dense_strides(const ir_type *t, int64_t *stride);

/* ---- axes.c ---------------------------------------------------------------------------------- */

static inline size_t elem_size(const ir_value *v)
{
    return ir_dtypes[v->type.dtype].size;
}

/* How often an axis occurs in a list of axes. */
static inline int axis_count(const int64_t *axes, int n, int64_t axis)
{
    int count = 0;
    for (int k = 0; k < n; k++)
        count += axes[k] == axis;
    return count;
}
static inline bool axis_in(const ir_attr *axes, int64_t axis)
{
    return axis_count(axes->ints, axes->n, axis) > 0;
}

/* The check_ functions report errors that name q's primitive. */
bool check_operands(const ir_infer *q, int n);
/* Checks that an array of this shape is possible: its rank is at most IR_MAX_RANK, no size is
 * negative, and it fits in an address space. */
bool check_shape(const ir_infer *q, int rank, const int64_t *shape);
/* Checks that the axes of parameter `what` are less than the rank of t, and that none occurs
 * twice. */
bool check_axes(const ir_infer *q, const char *what, const ir_attr *axes, const ir_type *t);
bool check_axis(const ir_infer *q, const char *what, int64_t axis, const ir_type *t);
/* Checks that parameter `what` has an entry for each dimension of t. */
bool check_count(const ir_infer *q, const char *what, const ir_attr *a, const ir_type *t);
/* Checks that t is an array of numbers, not of bool. */
bool check_number(const ir_infer *q, const ir_type *t);
/* Checks that t is not an array of complex numbers, which have no order. */
bool check_real(const ir_infer *q, const ir_type *t);
/* Infers a result with the operand's dtype and weakness, and the given shape. */
bool infer_like(ir_infer *q, int rank, const int64_t *shape);
/* Emits a primitive of one operand whose only parameter is a list of integers. */
ir_value *emit_ints(ir_graph *g, const ir_op *op, ir_value *x, int n, const int64_t *v);

/* The number of axis k once a batch axis has been inserted at `batch`. */
static inline int64_t axis_shift(int64_t k, int batch)
{
    return k + (k >= batch);
}
void axes_shift(const ir_attr *axes, int batch, int64_t *out);
/* The number of dimension `axis` once n other dimensions have been removed. */
static inline int axis_without(int axis, const int64_t *gone, int n)
{
    int left = axis;
    for (int k = 0; k < n; k++)
        left -= gone[k] < axis;
    return left;
}
/* Writes to `out` the n entries of v with x inserted at `at`. */
void ints_insert(const int64_t *v, int n, int at, int64_t x, int64_t *out);

/* The jvp rule of a primitive that is jointly linear in its float operands. The other operands,
 * such as indices, are passed unchanged. */
bool linear_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t, ir_value **y,
                ir_value **ty);

/* Splits the place `where` in a value of type t into an index for each dimension. `at` has
 * IR_MAX_RANK entries. */
void place_split(jit_emit *em, const ir_type *t, const jit_place *where, jit_index *at);
static inline jit_place place_of(int rank, jit_index *at)
{
    return (jit_place){.rank = rank, .at = at};
}
/* The element of operand k at `place` if `truth` holds, else `other`. `truth` must imply that the
 * place is within the operand. */
jit_scalar operand_where(jit_emit *em, jit_scalar truth, const ir_eqn *e, int k, jit_place place,
                         jit_scalar other);

#endif

/* What the primitives that move, index and reduce have in common: checks of shapes and axes, what a
 * batch axis does to parameters, the derivative of a linear primitive, and the one loop that copies
 * between strided arrays.
 */
#ifndef JACQUARD_OPS_SHAPE_H
#define JACQUARD_OPS_SHAPE_H

#include "ir/ir.h"
#include "jit/lower.h"

/* ---- strided.c ------------------------------------------------------------------------------- */

/* Copies an array of elements of `size` bytes. Strides count elements; they may be zero (repeats
 * the source) or negative. The two must not overlap. */
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

/* How often an axis stands in a list of axes. */
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

/* The checks report what is wrong in the name of q's primitive. */
bool check_operands(const ir_infer *q, int n);
/* Can there be an array of this shape: rank within IR_MAX_RANK, sizes not negative, bytes that fit
 * an address? */
bool check_shape(const ir_infer *q, int rank, const int64_t *shape);
/* Are the axes of parameter `what` in range of the rank of type t, and none given twice? */
bool check_axes(const ir_infer *q, const char *what, const ir_attr *axes, const ir_type *t);
bool check_axis(const ir_infer *q, const char *what, int64_t axis, const ir_type *t);
/* Does parameter `what` have an entry for each dimension of t? */
bool check_count(const ir_infer *q, const char *what, const ir_attr *a, const ir_type *t);
/* Is t an array of numbers, so not of bool? */
bool check_number(const ir_infer *q, const ir_type *t);

/* A batched operand has the batch at `batch`; the axis that was k is now this one. */
static inline int64_t axis_shift(int64_t k, int batch)
{
    return k + (k >= batch);
}
void axes_shift(const ir_attr *axes, int batch, int64_t *out);
/* Where dimension `axis` stands once n others are gone. */
static inline int axis_without(int axis, const int64_t *gone, int n)
{
    int left = axis;
    for (int k = 0; k < n; k++)
        left -= gone[k] < axis;
    return left;
}
/* out gets v (n entries) with x put in at `at`. */
void ints_insert(const int64_t *v, int n, int at, int64_t x, int64_t *out);

/* The jvp rule of a primitive that is linear in all its operands of float type together; the others
 * (indices) are as they are. */
bool linear_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t, ir_value **y,
                ir_value **ty);

/* The place `where` in a value of type t with each index present. at has IR_MAX_RANK entries. */
void place_split(jit_emit *em, const ir_type *t, const jit_place *where, jit_index *at);
static inline jit_place place_of(int rank, jit_index *at)
{
    return (jit_place){.rank = rank, .at = at};
}
/* The element of operand k where truth holds (then the place is within it), else `other`. */
jit_scalar operand_where(jit_emit *em, jit_scalar truth, const ir_eqn *e, int k, jit_place place,
                         jit_scalar other);

#endif

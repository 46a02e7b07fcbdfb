/* Windows at indices: what gather and the scatters have in common.
 *
 * Both have an operand x, indices, and an array of windows: the result of a gather, the updates of
 * a scatter. Each window is a block of x. Along some dimensions of the array of windows one stays
 * within a window; the other dimensions, in order, are those of the indices, and tell which window
 * it is. The indices have one more dimension, along which lie the components of one index vector:
 * where the window starts. Along the batching dimensions of x and of the indices, an index only
 * points into its own part of x. The parameters are those of StableHLO.
 */
#ifndef JACQUARD_OPS_WINDOWS_H
#define JACQUARD_OPS_WINDOWS_H

#include "ops/index.h"

/* What happens to a window that is not within x. The numbers are those of JAX's GatherScatterMode.
 * Indices that promise to be in range are checked all the same; a broken promise gives what XLA
 * gives. */
typedef enum {
    WINDOWS_CLIP,    /* it is moved so that it is */
    WINDOWS_DROP,    /* fill_or_drop: a gather gives the fill value, a scatter leaves it out */
    WINDOWS_PROMISE, /* promise_in_bounds: as clip in a gather, as fill_or_drop in a scatter */
    WINDOWS_NMODE
} windows_mode;

/* A list of dimensions. */
typedef struct {
    int n;
    int64_t at[IR_MAX_RANK];
} windows_dims;

/* The parameters, named as in gather. For a scatter, `sizes` follows from the updates. */
typedef struct {
    windows_dims offset, collapsed, map, batching, index_batching, sizes;
    int64_t vector; /* the dimension of the index vectors; the rank: each is a single component */
    windows_mode mode;
    bool unique, sorted;
    ir_scalar fill;
} windows_attrs;

/* The same parameters, worked out for given operands. */
typedef struct {
    const ir_type *x, *index, *w; /* w: the array of windows */
    windows_mode mode;
    bool unique;
    int64_t size[IR_MAX_RANK]; /* of a window, by dimension of x */
    int along[IR_MAX_RANK]; /* by dimension of w: the dimension of x that it runs along; -1: none */
    int picks[IR_MAX_RANK]; /* by dimension of w: the dimension of the indices that it is; -1 */
    int batch[IR_MAX_RANK]; /* by dimension of x: the batching dimension of the indices; -1 */
    int component[IR_MAX_RANK]; /* by dimension of x: which component gives the start; -1: it is 0
                                 */
    int vector, ncomponent;
    bool slide; /* windows may overlap in part: their order matters, not only that of elements */
} windows;

bool windows_is_gather(const ir_op *op);
windows_attrs windows_attrs_of(const ir_eqn *e);
/* Writes the parameters of op; their lists stay in a. attr has room for gather's, which has more. */
void windows_set_attrs(const ir_op *op, const windows_attrs *a, ir_attr *attr);
windows windows_of(const ir_eqn *e);
/* The parameters of the gather that reads the windows which e, a scatter, writes; its value is 0
 * where e leaves one out. */
windows_attrs windows_inverse(const ir_eqn *e);

/* The parameters of a gather of single elements along an axis, at indices that have the first
 * batch_dims dimensions in common with x:
 *
 *   y[b.., o.., m.., i..] = x[b.., o.., indices[b.., m..], i..] */
windows_attrs windows_along(const ir_type *x, const ir_type *indices, int axis, int batch_dims);
ir_value *b_gather(ir_graph *g, ir_value *x, ir_value *indices, const windows_attrs *a);
/* x's elements at places along an axis, which are in range; x and places have all other axes in
 * common. unique: along the axis, no place occurs twice. */
ir_value *windows_take(ir_graph *g, ir_value *x, ir_value *places, int axis, bool unique);
/* op: &op_scatter, &op_scatter_add, ... */
ir_value *b_scatter(ir_graph *g, const ir_op *op, ir_value *x, ir_value *indices, ir_value *updates,
                    const windows_attrs *a);

/* Checks the operands and parameters of q. Sets *a, and *t to the type of the array of windows. */
bool windows_check(const ir_infer *q, windows_attrs *a, ir_type *t);
/* Can no element of x be in two windows? */
bool windows_are_distinct(const ir_eqn *e);

/* Adds a batch axis, which x has at x_axis and the indices at index_axis; -1: not at all. Returns
 * its place in the array of windows. p: the parameters before, worked out. */
int windows_batch(windows_attrs *a, const windows *p, int x_axis, int index_axis, int64_t size);

/* ---- in emitted code ------------------------------------------------------------------------- */

/* The start of a window of e, given the place in the array of windows by dimension. Writes an index
 * per dimension of x; `clamp`: in any mode it is within x. Returns whether the window is within x;
 * NULL: it always is. */
jit_scalar windows_emit(jit_emit *em, const ir_eqn *e, const jit_index *at, jit_index *start,
                        bool clamp);

/* ---- windows_eval.c -------------------------------------------------------------------------- */

/* Windows that are handled together: n of them, at most WINDOWS_SOME. */
enum { WINDOWS_SOME = 256 };
typedef struct {
    const windows *p;
    int64_t n, run; /* `run` elements are adjacent both in x and in w */
    /* By window: the offset of its first element in x, -1 if it is not within x; and in w. */
    const int64_t *in_x, *in_w;
    int64_t x_at, w_at; /* add these to the offsets */
    void *env;
} windows_some;
/* Calls f for all windows, run by run, so that each element of x meets its windows in order. */
void windows_each(const windows *p, const void *indices, void (*f)(const windows_some *s),
                  void *env);

#endif

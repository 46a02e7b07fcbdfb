/* Windows that slide over an array: what reduce_window and its relatives have in common.
 *
 * The array is dilated and padded first. The windows start at multiples of the strides, and have
 * `size` elements in each dimension, `dilation` apart. So the k-th elements of all windows are a
 * strided slice of the padded array.
 */
#ifndef JACQUARD_OPS_SLIDING_H
#define JACQUARD_OPS_SLIDING_H

#include "ops/ops.h"

typedef struct {
    int rank;
    /* By dimension, as in the parameters; base: the dilation of the array. */
    int64_t size[IR_MAX_RANK], stride[IR_MAX_RANK], low[IR_MAX_RANK], high[IR_MAX_RANK],
        base[IR_MAX_RANK], dilation[IR_MAX_RANK];
    int64_t wide[IR_MAX_RANK];   /* from the first element of a window to its last */
    int64_t padded[IR_MAX_RANK]; /* the array, dilated and padded; may be negative if out is 0 */
    int64_t out[IR_MAX_RANK];    /* the number of windows */
    int64_t count;               /* elements of a window */
} sliding;

/* Checks the first WINDOW_NATTR parameters of q, for an array of type x. */
bool sliding_check(const ir_infer *q, const ir_type *x, sliding *s);
sliding sliding_of(const ir_type *x, const ir_attr *attr);
/* Writes the parameters; their lists stay in s. */
void sliding_set_attrs(const sliding *s, ir_attr *attr);
/* The same with one more dimension, in which a window has a single element. */
sliding sliding_batched(const sliding *s, int at, int64_t size);
/* The same windows over the array once it is padded. */
sliding sliding_over_padded(const sliding *s);
/* The batch rule of primitives with these parameters in front: emits e with operands first to first
 * + n - 1 batched. The windows slide over the last of these. No other operand may be batched. */
bool sliding_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis, int64_t size,
                   int first, int n, ir_value **y, int *yaxis);
/* Writes the place of element k of a window, relative to where that begins. */
void sliding_offset(const sliding *s, int64_t k, int64_t *at);

ir_value *sliding_pad(ir_graph *g, const sliding *s, ir_value *x, ir_value *fill);
/* Undoes the padding of ct, an array of the padded shape; x: the type before. */
ir_value *sliding_unpad(ir_graph *g, const sliding *s, ir_value *ct);
/* The k-th elements of all windows over an array that is padded. */
ir_value *sliding_element(ir_graph *g, const sliding *s, ir_value *padded, int64_t k);

/* Combines the elements of each window, in row-major order, by a body (lowered.h). x: n padded
 * arrays. init: n scalars to begin with; NULL: the first element. */
bool sliding_fold(ir_graph *g, const sliding *s, const ir_graph *body, int nconst,
                  ir_value *const *constant, int n, ir_value *const *x, ir_value *const *init,
                  ir_value **y);

#endif

/* Kernels that compiled code calls, and the interpreter too: products by a BLAS, scatters, tapes.
 *
 * They take plain numbers in place of an equation, so they need no graph. With jit/host/ they are
 * libjacquard_host.a. What they are told is a struct of int64_t, which compiled code holds as a list
 * of constants.
 */
#ifndef JACQUARD_OPS_HOST_H
#define JACQUARD_OPS_HOST_H

#include "jit/host/host.h"

/* ---- ops/called.c (not in the library): the `eval` of a primitive that has a kernel here ----------- */
bool host_eval(const ir_eqn *e, const void *const *in, void *const *out);

/* ---- index.c ---------------------------------------------------------------------------------- */
/* Index number `at` of an array of indices, in 0 .. most. */
int64_t index_read(ir_dtype d, const void *indices, int64_t at, int64_t most);

/* ---- dot.c: a batch of products of an [m, k] by a [k, n] matrix ----------------------------------- */

/* An operand. The steps, in elements, of its batch index, of its free index (m of the left one, n of
 * the right one) and of k; whole: there are such steps. If not, or if the BLAS does not take them, it
 * is copied with its dimensions in this order: batch, free, k of the left one; batch, k, free of the
 * right one. */
typedef struct {
    int64_t batch, free, k, whole;
    int64_t rank, dim[IR_MAX_RANK], stride[IR_MAX_RANK];
} host_operand;

typedef struct {
    int64_t dtype, batch, m, n, k;
    host_operand a, b;
} host_product;

/* numbers: a host_product; the result is a dense [batch, m, n]. */
JAC_HOST bool jac_host_dot(const int64_t *numbers, const void *const *in, void *const *out);

/* ---- scatter.c -------------------------------------------------------------------------------- */

/* x is [batch, outer, n, inner], the indices [batch, m], what is taken or added
 * [batch, outer, m, inner]. */
typedef struct {
    int64_t dtype, index_dtype, batch, outer, n, inner, m;
} host_places;

/* The indices, in 0 .. n - 1; malloc'd, NULL if there is no memory. */
int64_t *host_read_indices(const host_places *p, const void *indices);
/* numbers: host_places; in: x, indices, updates. */
JAC_HOST bool jac_host_scatter_add(const int64_t *numbers, const void *const *in, void *const *out);

/* ---- tape.c: the primitives on tapes -------------------------------------------------------------- */

/* The result's type. select: lanes is the number of elements of the predicate, which lie in front.
 * broadcast, sum: the axis of the arrays at the bottom that is added or summed away, and its size. */
typedef struct {
    int64_t dtype, rank, dim[IR_MAX_RANK], lanes, axis, size;
} host_tape;

JAC_HOST bool jac_host_tape_empty(const int64_t *numbers, const void *const *in, void *const *out);
JAC_HOST bool jac_host_tape_add(const int64_t *numbers, const void *const *in, void *const *out);
JAC_HOST bool jac_host_tape_select(const int64_t *numbers, const void *const *in, void *const *out);
JAC_HOST bool jac_host_tape_broadcast(const int64_t *numbers, const void *const *in,
                                      void *const *out);
JAC_HOST bool jac_host_tape_sum(const int64_t *numbers, const void *const *in, void *const *out);

/* ---- rare.c: scalar functions of arguments that hardly occur --------------------------------------- */
JAC_HOST double jac_host_sin_large(double x);
JAC_HOST double jac_host_cos_large(double x);
JAC_HOST double jac_host_tan_large(double x);

#endif

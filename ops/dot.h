/* dot_general's operands, normalised: every product of two arrays over any of their dimensions is a
 * batch of products of an [m, k] by a [k, n] matrix.
 */
#ifndef JACQUARD_OPS_DOT_H
#define JACQUARD_OPS_DOT_H

#include "ir/ir.h"

/* How one operand lies in memory: the steps, in elements, of its batch index, of its free index (m
 * of the left one, n of the right one) and of k. A group of dimensions that no one step leads
 * through makes `whole` false: then the operand has to be copied to be a batch of matrices. */
typedef struct {
    int64_t batch, free, k;
    bool whole;
} dot_layout;

typedef struct {
    int64_t batch, m, n, k;
    dot_layout a, b;
} dot_shape;

dot_shape dot_shape_of(const ir_eqn *e);
/* Evaluates a dot_general on dense operands; the result is a dense [batch, m, n]. */
bool dot_run(const ir_eqn *e, const void *a, const void *b, void *out);

/* The dimensions of each kind of an operand, in the order in which the result, or k, has them. */
typedef struct {
    const int64_t *batch, *contract;
    int64_t free[IR_MAX_RANK];
    int nbatch, ncontract, nfree;
} dot_dims;

/* side: 0 for the left operand, 1 for the right. */
dot_dims dot_dims_of(const ir_attr *attr, int side, int rank);

#endif

/* Normalises dot_general's operands: any product of two arrays is a batch of products of an [m, k]
 * matrix and a [k, n] matrix.
 */
#ifndef JACQUARD_OPS_DOT_H
#define JACQUARD_OPS_DOT_H

#include "jit/lower.h"
#include "ops/host/host.h"

/* How compiled code and the interpreter call ops/host/dot.c. */
extern const jit_host dot_host;

/* An operand's dimensions by kind. Batch and free dimensions are in the order of the result,
 * contracted ones in the order that makes up k. */
typedef struct {
    const int64_t *batch, *contract;
    int64_t free[IR_MAX_RANK];
    int nbatch, ncontract, nfree;
} dot_dims;

/* side: 0 for the left operand, 1 for the right. */
dot_dims dot_dims_of(const ir_attr *attr, int side, int rank);

#endif

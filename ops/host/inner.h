/* Inner products of two vectors of floats (inner.c). */
#ifndef JACQUARD_OPS_INNER_H
#define JACQUARD_OPS_INNER_H

#include "ops/host/host.h"

/* The product of a 1 x k by a k x 1 matrix. */
typedef void inner_product(const host_product *s, const void *a, const void *b, void *out);
extern inner_product *const inner_products[IR_NDTYPE]; /* by dtype; NULL: not a float */

#endif

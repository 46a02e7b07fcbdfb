/* Convolutions of floats, in blocks (conv_blocks.c). */
#ifndef JACQUARD_OPS_CONV_BLOCKS_H
#define JACQUARD_OPS_CONV_BLOCKS_H

#include "ops/host/host.h"

/* Is there memory, and are the arrays small enough, to do it so? */
bool conv_in_blocks(const host_conv *s);
bool conv_blocks(const host_conv *s, const void *lhs, const void *rhs, void *to);

#endif

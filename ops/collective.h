/* Shared by the collectives. */
#ifndef JACQUARD_OPS_COLLECTIVE_H
#define JACQUARD_OPS_COLLECTIVE_H

#include "ops/ops.h"

/* ---- collective.c ---- */

/* The eval rule of a collective, which cannot be run: says how its axis is bound. */
bool collective_unbound(const ir_eqn *e, const void *const *in, void *const *out);

#endif

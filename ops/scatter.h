/* Shared by the rules of the scatters. */
#ifndef JACQUARD_OPS_SCATTER_H
#define JACQUARD_OPS_SCATTER_H

#include "ops/windows.h"

/* ---- scatter_jvp.c: the scatters that are not linear ------------------------------------------ */
bool scatter_mul_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                     ir_value **y, ir_value **ty);
bool scatter_extreme_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                         ir_value **y, ir_value **ty);

#endif

/* What custom_jvp and custom_vjp share. */
#ifndef JACQUARD_CUSTOM_H
#define JACQUARD_CUSTOM_H

#include "runtime/transform/differentiate.h"

/* Writes to in what the equation of a custom function takes: the inputs of g, of which those from
 * nargs on are captures; a captured float is shielded: differentiating it is an error, for the
 * caller's derivative knows of the arguments only. `name` is the function's. */
bool rt_shield_captures(ir_graph *g, const char *name, int nargs, ir_value **in);
/* t captures what `more` does, too, behind its own. */
bool rt_add_captures(rt_traced *t, const rt_traced *more);

#endif

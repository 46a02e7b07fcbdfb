/* Declarations shared by custom_jvp and custom_vjp. */
#ifndef JACQUARD_CUSTOM_H
#define JACQUARD_CUSTOM_H

#include "runtime/transform/differentiate.h"

/* Writes the operands of the custom function's equation to `in`. They are the inputs of g; those
 * from nargs on are captures. A captured float is wrapped so that differentiating it is an error,
 * because the user's derivative covers only the arguments. `name` is the function's. */
bool rt_shield_captures(ir_graph *g, const char *name, int nargs, ir_value **in);
/* Appends the captures of `more` to those of t. */
bool rt_add_captures(rt_traced *t, const rt_traced *more);

#endif

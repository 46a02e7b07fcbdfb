/* The named axes of the jac_vmaps around the function that this thread is tracing. */
#ifndef JACQUARD_COLLECTIVES_H
#define JACQUARD_COLLECTIVES_H

#include "runtime/runtime.h"

typedef struct rt_named_axis {
    const char *name; /* interned by ir_name */
    int64_t size;
    const struct rt_named_axis *outer;
} rt_named_axis;

/* The caller owns *a and unbinds axes in reverse order of binding. */
void rt_axis_bind(rt_named_axis *a);
void rt_axis_unbind(const rt_named_axis *a);
/* The innermost axis that is bound, and what to go back to after a longjmp. */
const rt_named_axis *rt_axes_innermost(void);
void rt_axes_reset(const rt_named_axis *to);
bool rt_axes_bound(void); /* is any axis bound? If so, a graph traced now is valid only here. */

#endif

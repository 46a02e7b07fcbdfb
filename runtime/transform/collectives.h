/* The named axes that are being mapped around the function that this thread is tracing. */
#ifndef JACQUARD_COLLECTIVES_H
#define JACQUARD_COLLECTIVES_H

#include "runtime/runtime.h"

typedef struct rt_named_axis {
    const char *name; /* by ir_name */
    int64_t size;
    const struct rt_named_axis *outer;
} rt_named_axis;

/* The caller keeps *a until it unbinds it: the last bound first. */
void rt_axis_bind(rt_named_axis *a);
void rt_axis_unbind(const rt_named_axis *a);
bool rt_axes_bound(void); /* any at all? A graph traced then is good there alone. */

#endif

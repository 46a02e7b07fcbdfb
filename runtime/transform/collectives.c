/* jac_psum and the other operations over an axis that an enclosing jac_vmap names.
 *
 * Names are looked up while the function is traced. The operations themselves are replaced when the
 * graph is batched (ops/collective.c).
 */
#include "runtime/transform/collectives.h"

#include <string.h>

#include "ops/ops.h"

static _Thread_local const rt_named_axis *innermost;

void rt_axis_bind(rt_named_axis *a)
{
    a->outer = innermost;
    innermost = a;
}

void rt_axis_unbind(const rt_named_axis *a)
{
    innermost = a->outer;
}

const rt_named_axis *rt_axes_innermost(void)
{
    return innermost;
}

void rt_axes_reset(const rt_named_axis *to)
{
    innermost = to;
}

bool rt_axes_bound(void)
{
    return innermost != NULL;
}

static const rt_named_axis *bound(const char *what, const char *name)
{
    if (!name) {
        ir_fail("%s: the axis name is a null pointer", what);
        return NULL;
    }
    for (const rt_named_axis *a = innermost; a; a = a->outer)
        if (!strcmp(a->name, name))
            return a;
    char known[256] = "none is bound";
    size_t used = 0;
    for (const rt_named_axis *a = innermost; a && used < sizeof known; a = a->outer)
        used += (size_t)snprintf(known + used, sizeof known - used, "%s\"%s\"",
                                 used ? ", " : "bound are: ", a->name);
    ir_fail("%s: no axis named \"%s\" is being mapped here (%s); jac_vmap(f, .axis_name = "
            "\"%s\") binds it for all that f calls",
            what, name, known, name);
    return NULL;
}

jac jac_collective_(const jac_loc *at, const char *name, jac x, const char *axis_name)
{
    unsigned m = rt_begin_as(at, name);
    ops_init();
    bool mean = !strcmp(name, "pmean");
    const ir_op *op = mean ? &op_psum : ir_op_find(name, strlen(name));
    const rt_named_axis *axis = bound(name, axis_name);
    ir_type t;
    if (!axis || !rt_type_of(x, &t))
        return JAC_NULL;
    if (t.dtype == IR_bool && !jac_ok(x = rt_convert(x, IR_i32, false)))
        return JAC_NULL;
    ir_attr attr[] = {[COLLECTIVE_AXIS_NAME] = {.name = axis->name}};
    jac y = rt_emit1(op, 1, &x, attr);
    return rt_end(m, jac_ok(y) && mean ? jac_divide_(NULL, y, jac_of_i64(axis->size)) : y);
}

jac jac_axis_index_(const jac_loc *at, const char *axis_name)
{
    unsigned m = rt_begin(at);
    const rt_named_axis *axis = bound("axis_index", axis_name);
    if (!axis)
        return JAC_NULL;
    ir_attr attr[] = {[COLLECTIVE_AXIS_NAME] = {.name = axis->name}};
    return rt_end(m, rt_emit1(&op_axis_index, 0, NULL, attr));
}

int64_t jac_axis_size_(const jac_loc *at, const char *axis_name)
{
    rt_at(at);
    const rt_named_axis *axis = bound("axis_size", axis_name);
    return axis ? axis->size : -1;
}

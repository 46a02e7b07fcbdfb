/* Emits gathers and scatters. */
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/indexing/plan.h"

jac np_emit_windows(const ir_op *op, const windows_attrs *a, int n, const jac *in)
{
    ir_attr attr[GATHER_NATTR];
    windows_set_attrs(op, a, attr);
    return rt_emit1(op, n, in, attr);
}

/* What JAX gives for an index out of range. */
static ir_scalar default_fill(ir_dtype d)
{
    switch (ir_dtypes[d].kind) {
    case IR_KIND_FLOAT:
        return ir_scalar_of(d, __builtin_nan(""));
    case IR_KIND_INT:
        return ir_scalar_lowest(d);
    default:
        return ir_scalar_highest(d);
    }
}

bool np_fill_value(const char *what, jac fill, ir_dtype d, ir_scalar *to)
{
    if (!fill.word) {
        *to = default_fill(d);
        return true;
    }
    rt_slot *s = rt_slot_of(fill);
    if (!s)
        return false;
    if (s->kind == RT_NUMBER)
        return rt_number_scalar(s->number, d, to);
    rt_array *a = rt_concrete(fill, what);
    if (!a)
        return false;
    ir_type t;
    if (!rt_type_of(fill, &t))
        return false;
    if (t.rank || t.dtype != d)
        return ir_fail("%s: fill_value must be a number or %s[], but is %s", what,
                       ir_dtypes[d].name, ir_type_tmp(&t));
    to->bits = 0;
    memcpy(to, a->data, ir_dtypes[d].size);
    return true;
}

/* Emits gathers and scatters. */
#include <math.h>
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
    case IR_KIND_COMPLEX:
        return ir_scalar_of(d, __builtin_nan(""));
    case IR_KIND_INT:
        return ir_scalar_lowest(d);
    default:
        return ir_scalar_highest(d);
    }
}

static bool number_fits(const char *what, const rt_number *n, ir_dtype d)
{
    bool whole = n->kind != IR_KIND_FLOAT && n->kind != IR_KIND_COMPLEX;
    if (n->kind == IR_KIND_COMPLEX && n->imag != 0 && !ir_is_complex(d))
        return ir_fail("%s: fill_value %g + %gi is complex, but the array is %s", what, n->f, n->imag,
                       ir_dtypes[d].name);
    return whole || ir_has_fraction(d) || n->f == floor(n->f) ||
           ir_fail("%s: fill_value %g is not an integer, but the array is %s", what, n->f,
                   ir_dtypes[d].name);
}

bool np_fill_value(const char *what, jac fill, ir_dtype d, np_fill *to)
{
    *to = (np_fill){.re = default_fill(d)};
    if (!fill.word)
        return true;
    rt_slot *s = rt_slot_of(fill);
    if (!s)
        return false;
    if (s->kind == RT_NUMBER) {
        if (ir_is_complex(d) && s->number.kind == IR_KIND_COMPLEX)
            to->im = ir_scalar_of(ir_part(d), s->number.imag);
        return number_fits(what, &s->number, d) && rt_number_scalar(s->number, d, &to->re);
    }
    rt_array *a = rt_concrete(fill, what);
    if (!a)
        return false;
    ir_type t;
    if (!rt_type_of(fill, &t))
        return false;
    if (t.rank || t.dtype != d)
        return ir_fail("%s: fill_value must be a number or %s[], but is %s", what,
                       ir_dtypes[d].name, ir_type_tmp(&t));
    size_t size = ir_dtypes[ir_part(d)].size;
    to->re.bits = 0;
    memcpy(&to->re, a->data, size);
    if (ir_is_complex(d))
        memcpy(&to->im, (const char *)a->data + size, size);
    return true;
}

/* The fill value of a gather is real, so the imaginary parts are gathered with their own. */
jac np_gather(windows_attrs *a, const np_fill *fill, jac x, jac indices)
{
    a->fill = fill->re;
    if (!fill->im.bits)
        return np_emit_windows(&op_gather, a, 2, (jac[]){x, indices});
    jac re = np_emit_windows(&op_gather, a, 2, (jac[]){jac_real(x), indices});
    a->fill = fill->im;
    jac im = np_emit_windows(&op_gather, a, 2, (jac[]){jac_imag(x), indices});
    return jac_complex(re, im);
}

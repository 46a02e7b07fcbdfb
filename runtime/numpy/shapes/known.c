/* Integers that must be known when tracing, because the shape of a result depends on them. They are read from the
 * array, because an operation on it would be traced.
 */
#include <string.h>

#include "runtime/numpy/shapes/shapes.h"

int64_t *sh_integers(ir_arena *mem, const char *what, jac x, int64_t *n)
{
    const rt_array *a = rt_concrete(x, what);
    if (!a)
        return NULL;
    ir_dtype d = a->type.dtype;
    if (ir_has_fraction(d)) {
        ir_fail("%s: integers are needed, but %s are given", what, ir_type_tmp(&a->type));
        return NULL;
    }
    *n = ir_type_count(&a->type);
    int64_t *v = ir_alloc(mem, (size_t)(*n + 1) * sizeof *v);
    for (int64_t k = 0; v && k < *n; k++) {
        ir_scalar s = {0};
        memcpy(&s, (const char *)a->data + (size_t)k * ir_dtypes[d].size, ir_dtypes[d].size);
        v[k] = ir_scalar_i64(d, s);
    }
    return v;
}

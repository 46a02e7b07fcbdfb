/* Element types by their numbers in the API. */
#include "exchange/pjrt/plugin.h"

/* By number: StableHLO's name; NULL: no array here has it. */
static const char *const names[] = {
    [1] = "i1",
    [2] = "i8",
    [3] = "i16",
    [4] = "i32",
    [5] = "i64",
    [6] = "ui8",
    [7] = "ui16",
    [8] = "ui32",
    [9] = "ui64",
    [10] = "f16",
    [11] = "f32",
    [12] = "f64",
    [13] = "bf16",
    [14] = "complex<f32>",
    [15] = "complex<f64>",
    [16] = "f8E5M2",
    [17] = "f8E4M3FN",
    [18] = "f8E4M3B11FNUZ",
    [19] = "f8E5M2FNUZ",
    [20] = "f8E4M3FNUZ",
    [21] = "i4",
    [22] = "ui4",
    [23] = "token",
    [24] = "i2",
    [25] = "ui2",
    [26] = "f8E4M3",
    [27] = "f8E3M4",
    [28] = "f8E8M0FNU",
    [29] = "f4E2M1FN",
};
enum { NTYPE = sizeof names / sizeof *names };

bool pjrt_dtype_of(pjrt_type t, ir_dtype *d)
{
    for (int k = 0; t < NTYPE && names[t] && k < IR_NDTYPE; k++)
        if (!strcmp(ir_dtypes[k].stablehlo, names[t])) {
            *d = (ir_dtype)k;
            return true;
        }
    return false;
}

pjrt_type pjrt_type_of(ir_dtype d)
{
    for (pjrt_type t = 1; t < NTYPE; t++)
        if (names[t] && !strcmp(ir_dtypes[d].stablehlo, names[t]))
            return t;
    return 0;
}

pjrt_error *pjrt_shape_of(pjrt_type t, const int64_t *dims, size_t ndim, ir_type *type)
{
    ir_dtype d;
    *type = (ir_type){0};
    if (!pjrt_dtype_of(t, &d))
        return pjrt_fail(PJRT_UNIMPLEMENTED, "the element type %s is not supported",
                         t < NTYPE && names[t] ? names[t] : "of an unknown number");
    if (ndim > IR_MAX_RANK)
        return pjrt_fail(PJRT_UNIMPLEMENTED,
                         "an array of %zu dimensions is not supported; at most "
                         "%d are",
                         ndim, IR_MAX_RANK);
    type->dtype = d;
    type->rank = (uint8_t)ndim;
    for (size_t k = 0; k < ndim; k++) {
        if (dims[k] < 0)
            return pjrt_fail(PJRT_INVALID_ARGUMENT, "dimension %zu is %lld", k, (long long)dims[k]);
        type->dim[k] = dims[k];
    }
    return ir_type_fits(type) ? NULL : pjrt_fail(PJRT_RESOURCE_EXHAUSTED, "an array is too large");
}

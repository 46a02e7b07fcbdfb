/* The parts of the text: values, types, lists and numbers. */
#include <stdarg.h>

#include "exchange/stablehlo/write/write.h"

void mlir_put(mlir_writer *w, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vfprintf(w->f, fmt, args);
    va_end(args);
}

void mlir_put_line(mlir_writer *w)
{
    mlir_put(w, "\n%*s", 2 * w->indent, "");
}

void mlir_put_val(mlir_writer *w, const mlir_val *v)
{
    mlir_put(w, v->part < 0 ? "%%%lld" : "%%%lld#%d", (long long)v->id, v->part);
}

void mlir_put_type(mlir_writer *w, const ir_type *t)
{
    mlir_put(w, "tensor<");
    for (int d = 0; d < t->rank; d++)
        mlir_put(w, "%lldx", (long long)t->dim[d]);
    mlir_put(w, "%s>", ir_dtypes[t->dtype].stablehlo);
}

static void put_each(mlir_writer *w, int n, const int64_t *v)
{
    for (int k = 0; k < n; k++)
        mlir_put(w, "%s%lld", k ? ", " : "", (long long)v[k]);
}

void mlir_put_ints(mlir_writer *w, int n, const int64_t *v)
{
    mlir_put(w, n ? "array<i64: " : "array<i64");
    put_each(w, n, v);
    mlir_put(w, ">");
}

void mlir_put_list(mlir_writer *w, int n, const int64_t *v)
{
    mlir_put(w, "[");
    put_each(w, n, v);
    mlir_put(w, "]");
}

/* Floats as their bits, so that nothing is rounded. */
void mlir_put_scalar(mlir_writer *w, ir_dtype d, ir_scalar s)
{
    switch (ir_dtypes[d].kind) {
    case IR_KIND_BOOL:
        mlir_put(w, s.v_bool ? "true" : "false");
        break;
    case IR_KIND_INT:
        mlir_put(w, "%lld", (long long)ir_scalar_i64(d, s));
        break;
    case IR_KIND_UINT:
        mlir_put(w, "%llu", (unsigned long long)s.bits);
        break;
    case IR_KIND_FLOAT:
        mlir_put(w, "0x%0*llX", (ir_dtypes[d].bits + 3) / 4, (unsigned long long)s.bits);
        break;
    case IR_KIND_COMPLEX: /* a real part alone */
        mlir_put(w, "(");
        mlir_put_scalar(w, ir_part(d), s);
        mlir_put(w, ", ");
        mlir_put_scalar(w, ir_part(d), (ir_scalar){0});
        mlir_put(w, ")");
        break;
    }
}

mlir_val mlir_new(mlir_writer *w, const ir_type *t)
{
    mlir_val v = {.id = w->next++, .part = -1, .type = *t};
    v.type.weak = false;
    return v;
}

void mlir_put_signature(mlir_writer *w, int n, const mlir_val *x, int nresult,
                        const ir_type *result)
{
    mlir_put(w, " : (");
    for (int k = 0; k < n; k++) {
        mlir_put(w, k ? ", " : "");
        mlir_put_type(w, &x[k].type);
    }
    mlir_put(w, nresult == 1 ? ") -> " : ") -> (");
    for (int k = 0; k < nresult; k++) {
        mlir_put(w, k ? ", " : "");
        mlir_put_type(w, &result[k]);
    }
    mlir_put(w, nresult == 1 ? "" : ")");
}

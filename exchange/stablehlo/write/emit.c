/* Single operations, in MLIR's generic form. */
#include <stdarg.h>

#include "exchange/stablehlo/write/write.h"

static void put_operands(mlir_writer *w, const char *name, int n, const mlir_val *x)
{
    mlir_put(w, "\"%s\"(", name);
    for (int k = 0; k < n; k++) {
        mlir_put(w, k ? ", " : "");
        mlir_put_val(w, &x[k]);
    }
    mlir_put(w, ")");
}

static mlir_val begin_op(mlir_writer *w, const char *name, int n, const mlir_val *x,
                         const ir_type *t)
{
    mlir_val y = mlir_new(w, t);
    mlir_put_line(w);
    mlir_put_val(w, &y);
    mlir_put(w, " = ");
    put_operands(w, name, n, x);
    return y;
}

mlir_val mlir_op(mlir_writer *w, const char *name, int n, const mlir_val *x, const ir_type *t)
{
    mlir_val y = begin_op(w, name, n, x, t);
    mlir_put_signature(w, n, x, 1, &y.type);
    return y;
}

mlir_val mlir_op1(mlir_writer *w, const char *name, int n, const mlir_val *x, const ir_type *t,
                  const char *attributes, ...)
{
    mlir_val y = begin_op(w, name, n, x, t);
    va_list args;
    va_start(args, attributes);
    mlir_put(w, " <{");
    vfprintf(w->f, attributes, args);
    mlir_put(w, "}>");
    va_end(args);
    mlir_put_signature(w, n, x, 1, &y.type);
    return y;
}

mlir_val mlir_unary(mlir_writer *w, const char *name, mlir_val x)
{
    return mlir_op(w, name, 1, &x, &x.type);
}

mlir_val mlir_binary(mlir_writer *w, const char *name, mlir_val x, mlir_val y)
{
    return mlir_op(w, name, 2, (mlir_val[]){x, y}, &x.type);
}

mlir_val mlir_compare_as(mlir_writer *w, const char *type, const char *direction, mlir_val x,
                         mlir_val y)
{
    static const char *const types[] = {[IR_KIND_BOOL] = "UNSIGNED",
                                        [IR_KIND_INT] = "SIGNED",
                                        [IR_KIND_UINT] = "UNSIGNED",
                                        [IR_KIND_FLOAT] = "FLOAT",
                                        [IR_KIND_COMPLEX] = "FLOAT"};
    ir_type t = ir_type_like(x.type, IR_bool);
    return mlir_op1(w, "stablehlo.compare", 2, (mlir_val[]){x, y}, &t,
                    "compare_type = #stablehlo<comparison_type %s>, "
                    "comparison_direction = #stablehlo<comparison_direction %s>",
                    type ? type : types[ir_dtypes[x.type.dtype].kind], direction);
}

mlir_val mlir_compare(mlir_writer *w, const char *direction, mlir_val x, mlir_val y)
{
    return mlir_compare_as(w, NULL, direction, x, y);
}

mlir_val mlir_choose_val(mlir_writer *w, mlir_val pred, mlir_val yes, mlir_val no)
{
    return mlir_op(w, "stablehlo.select", 3, (mlir_val[]){pred, yes, no}, &yes.type);
}

mlir_val mlir_fill(mlir_writer *w, const ir_type *t, ir_scalar s)
{
    mlir_val y = mlir_new(w, t);
    mlir_put_line(w);
    mlir_put_val(w, &y);
    mlir_put(w, " = \"stablehlo.constant\"() <{value = dense<");
    mlir_put_scalar(w, t->dtype, s);
    mlir_put(w, "> : ");
    mlir_put_type(w, t);
    mlir_put(w, "}>");
    mlir_put_signature(w, 0, NULL, 1, &y.type);
    return y;
}

mlir_val mlir_number(mlir_writer *w, const ir_type *t, double v)
{
    return mlir_fill(w, t, ir_scalar_of(t->dtype, v));
}

mlir_val mlir_convert_to(mlir_writer *w, mlir_val x, ir_dtype d)
{
    ir_type t = ir_type_like(x.type, d);
    return x.type.dtype == d ? x : mlir_op(w, "stablehlo.convert", 1, &x, &t);
}

mlir_val mlir_reshape_to(mlir_writer *w, mlir_val x, int rank, const int64_t *dim)
{
    ir_type t = ir_type_make(x.type.dtype, rank, dim);
    return ir_same_shape(&t, &x.type) ? x : mlir_op(w, "stablehlo.reshape", 1, &x, &t);
}

mlir_val mlir_broadcast(mlir_writer *w, mlir_val x, const ir_type *t, int n, const int64_t *dims)
{
    mlir_val y = mlir_new(w, t);
    mlir_put_line(w);
    mlir_put_val(w, &y);
    mlir_put(w, " = ");
    put_operands(w, "stablehlo.broadcast_in_dim", 1, &x);
    mlir_put(w, " <{broadcast_dimensions = ");
    mlir_put_ints(w, n, dims);
    mlir_put(w, "}>");
    mlir_put_signature(w, 1, &x, 1, &y.type);
    return y;
}

void mlir_put_body(mlir_writer *w, const char *name, ir_dtype d)
{
    ir_type t = ir_type_scalar(d);
    mlir_val v[3] = {mlir_new(w, &t), mlir_new(w, &t), {0}};
    mlir_put(w, "({");
    w->indent += 2;
    mlir_put_line(w);
    mlir_put(w, "^bb0(%%%lld: ", (long long)v[0].id);
    mlir_put_type(w, &t);
    mlir_put(w, ", %%%lld: ", (long long)v[1].id);
    mlir_put_type(w, &t);
    mlir_put(w, "):");
    v[2] = mlir_binary(w, name, v[0], v[1]);
    mlir_put_line(w);
    mlir_put(w, "\"stablehlo.return\"(");
    mlir_put_val(w, &v[2]);
    mlir_put(w, ") : (");
    mlir_put_type(w, &t);
    mlir_put(w, ") -> ()");
    w->indent -= 2;
    mlir_put_line(w);
    mlir_put(w, "})");
}

void mlir_begin(mlir_writer *w, const char *name, int n, const mlir_val *x, int nresult,
                const ir_type *const *result, mlir_val *y)
{
    int64_t id = w->next++;
    for (int k = 0; k < nresult; k++) {
        y[k] = (mlir_val){.id = id, .part = nresult == 1 ? -1 : k, .type = *result[k]};
        y[k].type.weak = false;
    }
    mlir_put_line(w);
    if (nresult)
        mlir_put(w, nresult == 1 ? "%%%lld = " : "%%%lld:%d = ", (long long)id, nresult);
    put_operands(w, name, n, x);
    mlir_put(w, " ");
}

void mlir_end(mlir_writer *w, int n, const mlir_val *x, int nresult, const mlir_val *y)
{
    IR_SCRATCH(scratch);
    ir_type *t = ir_alloc(&scratch, (size_t)(nresult + 1) * sizeof *t);
    for (int k = 0; t && k < nresult; k++)
        t[k] = y[k].type;
    if (t)
        mlir_put_signature(w, n, x, nresult, t);
}

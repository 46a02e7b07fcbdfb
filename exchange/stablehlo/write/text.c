/* Types, names, constants and operations as text. */
#include "exchange/stablehlo/write/write.h"

#include <stdarg.h>
#include <stdlib.h>

bool hw_fail(hw_writer *w, const char *why)
{
    return ir_fail("StableHLO cannot say %s: %s", w->at ? w->at->op->name : "this", why);
}

void hw_type(hw_writer *w, const ir_type *t)
{
    fputs("tensor<", w->f);
    for (int d = 0; d < t->rank; d++)
        fprintf(w->f, "%lldx", (long long)t->dim[d]);
    fprintf(w->f, "%s>", ir_dtypes[t->dtype].stablehlo);
}

void hw_types(hw_writer *w, int n, const int *v)
{
    fputc('(', w->f);
    for (int k = 0; k < n; k++) {
        fputs(k ? ", " : "", w->f);
        hw_type(w, hw_type_of(w, v[k]));
    }
    fputc(')', w->f);
}

void hw_name(hw_writer *w, int v)
{
    fprintf(w->f, "%%%d", w->value[v].base);
    if (w->value[v].index >= 0)
        fprintf(w->f, "#%d", w->value[v].index);
}

void hw_names(hw_writer *w, int n, const int *v)
{
    for (int k = 0; k < n; k++) {
        fputs(k ? ", " : "", w->f);
        hw_name(w, v[k]);
    }
}

void hw_end(hw_writer *w, int n, const int *in, int nout, const int *out)
{
    fputs(") : ", w->f);
    hw_types(w, n, in);
    fputs(" -> ", w->f);
    hw_types(w, nout, out);
    fputc('\n', w->f);
}

/* ---- values ------------------------------------------------------------------------------------------ */

static int new_value(hw_writer *w, const ir_type *t, int base, int index)
{
    if (w->nvalue == w->room) {
        int room = w->room ? 2 * w->room : 256;
        hw_value *grown = ir_resize(w->value, (size_t)room * sizeof *grown);
        if (!grown)
            return -1;
        w->value = grown;
        w->room = room;
    }
    w->value[w->nvalue] = (hw_value){*t, base, index};
    return w->nvalue++;
}

int hw_argument(hw_writer *w, const ir_type *t)
{
    return new_value(w, t, w->names++, -1);
}

bool hw_results_of(hw_writer *w, int n, const ir_type *const *types, int *out)
{
    int base = w->names++;
    for (int k = 0; k < n; k++)
        if ((out[k] = new_value(w, types[k], base, n > 1 ? k : -1)) < 0)
            return false;
    if (n > 1)
        fprintf(w->f, "    %%%d:%d = ", base, n);
    else if (n)
        fprintf(w->f, "    %%%d = ", base);
    else
        fputs("    ", w->f);
    return true;
}

bool hw_results(hw_writer *w, int n, ir_value *const *like, int *out)
{
    IR_SCRATCH(scratch);
    const ir_type **types = ir_alloc(&scratch, (size_t)(n + 1) * sizeof *types);
    for (int k = 0; types && k < n; k++)
        types[k] = &like[k]->type;
    return types && hw_results_of(w, n, types, out);
}

int hw_op(hw_writer *w, const char *name, const ir_type *t, int n, const int *in, const char *attrs,
          ...)
{
    va_list ap;
    int out;
    char text[4000];
    va_start(ap, attrs);
    vsnprintf(text, sizeof text, attrs, ap);
    va_end(ap);
    for (int k = 0; k < n; k++)
        if (in[k] < 0)
            return -1;
    ir_type result = *t; /* t may be that of a value, and these move */
    if (!hw_results_of(w, 1, (const ir_type *const[]){&result}, &out))
        return -1;
    fprintf(w->f, "\"%s\"(", name);
    hw_names(w, n, in);
    fputc(')', w->f);
    if (*text)
        fprintf(w->f, " <{%s}>", text);
    fputs(" : ", w->f);
    hw_types(w, n, in);
    fputs(" -> ", w->f);
    hw_type(w, &result);
    fputc('\n', w->f);
    return out;
}

const char *hw_list(const char *name, int n, const int64_t *v)
{
    static _Thread_local char buffers[8][700];
    static _Thread_local unsigned next;
    char *to = buffers[next++ % 8];
    int at = snprintf(to, sizeof *buffers, "%s = array<i64", name);
    for (int k = 0; k < n; k++)
        at += snprintf(to + at, sizeof *buffers - (size_t)at, "%s %lld", k ? "," : ":",
                       (long long)v[k]);
    snprintf(to + at, sizeof *buffers - (size_t)at, ">");
    return to;
}

/* ---- constants ---------------------------------------------------------------------------------------- */

/* A float is written by its bits, so that no digit is lost. */
static void element(hw_writer *w, ir_dtype d, ir_scalar s)
{
    switch (ir_dtypes[d].kind) {
    case IR_KIND_BOOL:
        fputs(s.bits & 1 ? "true" : "false", w->f);
        break;
    case IR_KIND_INT:
        fprintf(w->f, "%lld", (long long)ir_scalar_i64(d, s));
        break;
    case IR_KIND_UINT:
        fprintf(w->f, "%llu", (unsigned long long)ir_scalar_i64(d, s));
        break;
    default:
        fprintf(w->f, "0x%0*llX", 2 * (int)ir_dtypes[d].size, (unsigned long long)s.bits);
    }
}

/* The k-th element at `data`. */
static void element_at(hw_writer *w, ir_dtype d, const char *data, int64_t k)
{
    ir_dtype part = ir_part(d);
    size_t size = ir_dtypes[part].size;
    ir_scalar s = {0}, im = {0};
    data += k * (int64_t)ir_dtypes[d].size;
    memcpy(&s, data, size);
    if (!ir_is_complex(d)) {
        element(w, d, s);
        return;
    }
    memcpy(&im, data + size, size);
    fputc('(', w->f);
    element(w, part, s);
    fputs(", ", w->f);
    element(w, part, im);
    fputc(')', w->f);
}

static void nested(hw_writer *w, const ir_type *t, int axis, const char *data, int64_t *k)
{
    if (axis == t->rank) {
        element_at(w, t->dtype, data, (*k)++);
        return;
    }
    fputc('[', w->f);
    for (int64_t j = 0; j < t->dim[axis]; j++) {
        fputs(j ? ", " : "", w->f);
        nested(w, t, axis + 1, data, k);
    }
    fputc(']', w->f);
}

static int constant(hw_writer *w, const ir_type *t, const char *data, bool splat)
{
    int out;
    int64_t k = 0, n = ir_type_count(t);
    enum { FEW = 16 }; /* elements that are written as numbers */
    if (!hw_results_of(w, 1, (const ir_type *const[]){t}, &out))
        return -1;
    fputs("\"stablehlo.constant\"() <{value = dense<", w->f);
    if (splat && n) {
        element_at(w, t->dtype, data, 0);
    } else if (n && n <= (t->dtype == IR_bool ? INT64_MAX : FEW)) {
        nested(w, t, 0, data, &k);
    } else if (n) {
        fputs("\"0x", w->f);
        for (size_t b = 0; b < ir_type_bytes(t); b++)
            fprintf(w->f, "%02X", (unsigned char)data[b]);
        fputc('"', w->f);
    }
    fputs("> : ", w->f);
    hw_type(w, t);
    fputs("}> : () -> ", w->f);
    hw_type(w, t);
    fputc('\n', w->f);
    return out;
}

int hw_constant(hw_writer *w, const ir_type *t, ir_scalar s)
{
    char data[2 * sizeof s] = {0}; /* a complex number has no imaginary part */
    ir_type copy = *t;
    memcpy(data, &s, sizeof s);
    if (ir_is_complex(t->dtype))
        memset(data + ir_dtypes[ir_part(t->dtype)].size, 0, sizeof s);
    return constant(w, &copy, data, true);
}

int hw_number(hw_writer *w, const ir_type *t, double v)
{
    return hw_constant(w, t, ir_scalar_of(ir_part(t->dtype), v));
}

int hw_array(hw_writer *w, const ir_type *t, const void *data)
{
    return constant(w, t, data, false);
}

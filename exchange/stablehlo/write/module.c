/* Functions, regions, and the walk through a graph. */
#include "exchange/stablehlo/write/write.h"

#include <stdlib.h>

enum { DEEPEST = 90 }; /* regions within each other */

struct hw_function {
    const ir_graph *g;
    int number;
    hw_function *next;
};

static const hw_row *row_of(const ir_op *op)
{
    for (const hw_row *r = hw_rows; r->op; r++)
        if (r->op == op)
            return r;
    return NULL;
}

static bool write_equation(hw_writer *w, const ir_eqn *e, const int *in, int *out)
{
    const hw_row *row = row_of(e->op);
    w->at = e;
    for (int k = 0; k < e->nout; k++)
        if (ir_is_tape(&e->out[k]->type))
            return hw_fail(w, "the length of a value is known only when it runs");
    return row ? row->emit(w, row, e, in, out) : hw_fail(w, "there is no such operation");
}

bool hw_graph(hw_writer *w, const ir_graph *g, const int *in, int *out)
{
    IR_SCRATCH(scratch);
    int *number = ir_alloc(&scratch, (size_t)(g->nvalue + 1) * sizeof *number);
    bool ok =
        number && (w->depth++ < DEEPEST || ir_fail("loops are nested too deep to be written"));
    for (int k = 0; ok && k < g->nin; k++)
        number[g->in[k]->id] = in[k];
    IR_EACH_EQN (e, g) {
        int *x = ok ? ir_alloc(&scratch, (size_t)(e->nin + e->nout + 1) * sizeof *x) : NULL;
        if (!(ok = x != NULL))
            break;
        for (int k = 0; k < e->nin; k++)
            x[k] = number[e->in[k]->id];
        for (int k = 0; k < e->nout; k++)
            x[e->nin + k] = -1;
        if (!(ok = write_equation(w, e, x, x + e->nin)))
            break;
        for (int k = 0; k < e->nout; k++)
            number[e->out[k]->id] = x[e->nin + k];
    }
    for (int k = 0; ok && k < g->nout; k++)
        ok = (out[k] = number[g->out[k]->id]) >= 0 || ir_fail("a result cannot be written");
    w->depth--;
    return ok;
}

/* ---- regions ------------------------------------------------------------------------------------------- */

bool hw_region_begin(hw_writer *w, int n, const ir_type *const *types, int *args)
{
    fputs("{\n", w->f);
    for (int k = 0; k < n; k++)
        if ((args[k] = hw_argument(w, types[k])) < 0)
            return false;
    if (!n)
        return true;
    fputs("    ^bb0(", w->f);
    for (int k = 0; k < n; k++) {
        fputs(k ? ", " : "", w->f);
        hw_name(w, args[k]);
        fputs(": ", w->f);
        hw_type(w, hw_type_of(w, args[k]));
    }
    fputs("):\n", w->f);
    return true;
}

void hw_region_end(hw_writer *w, int n, const int *v)
{
    fputs("    \"stablehlo.return\"(", w->f);
    hw_names(w, n, v);
    fputs(") : ", w->f);
    hw_types(w, n, v);
    fputs(" -> ()\n    }", w->f);
}

/* ---- functions ----------------------------------------------------------------------------------------- */

static hw_function *function_of(hw_writer *w, const ir_graph *g)
{
    ptrmap_entry *e = ptrmap_find(&w->functions, g);
    if (e)
        return (hw_function *)(uintptr_t)e->lo;
    hw_function *f = ir_new(sizeof *f);
    if (!f)
        return NULL;
    *f = (hw_function){g, w->nfunction++, NULL};
    *(w->last ? &w->last->next : &w->first) = f;
    w->last = f;
    return ptrmap_put(&w->functions, g, (uint64_t)(uintptr_t)f, 0) ? f : NULL;
}

static void function_name(hw_writer *w, int number)
{
    if (number)
        fprintf(w->f, "@f%d", number);
    else
        fputs("@main", w->f);
}

bool hw_call(hw_writer *w, const ir_graph *g, const int *in, int *out)
{
    const hw_function *f = function_of(w, g);
    if (!f || !hw_results(w, g->nout, g->out, out))
        return false;
    fputs("\"func.call\"(", w->f);
    hw_names(w, g->nin, in);
    fputs(") <{callee = ", w->f);
    function_name(w, f->number);
    fputs("}> : ", w->f);
    hw_types(w, g->nin, in);
    fputs(" -> ", w->f);
    hw_types(w, g->nout, out);
    fputc('\n', w->f);
    return true;
}

/* The first narg inputs are arguments; the others are constants. */
static bool write_function(hw_writer *w, const hw_function *f, int narg,
                           const void *const *constant)
{
    IR_SCRATCH(scratch);
    const ir_graph *g = f->g;
    int *in = ir_alloc(&scratch, (size_t)(g->nin + g->nout + 1) * sizeof *in);
    if (!in)
        return false;
    fprintf(w->f, "  func.func %s ", f->number ? "private" : "public");
    function_name(w, f->number);
    fputc('(', w->f);
    for (int k = 0; k < narg; k++) {
        if ((in[k] = hw_argument(w, &g->in[k]->type)) < 0)
            return false;
        fputs(k ? ", " : "", w->f);
        hw_name(w, in[k]);
        fputs(": ", w->f);
        hw_type(w, &g->in[k]->type);
    }
    fputs(") -> (", w->f);
    for (int k = 0; k < g->nout; k++) {
        fputs(k ? ", " : "", w->f);
        hw_type(w, &g->out[k]->type);
    }
    fputs(") {\n", w->f);
    for (int k = narg; k < g->nin; k++)
        if ((in[k] = hw_array(w, &g->in[k]->type, constant[k - narg])) < 0)
            return false;
    int *out = in + g->nin;
    if (!hw_graph(w, g, in, out))
        return false;
    fputs("    \"func.return\"(", w->f);
    hw_names(w, g->nout, out);
    fputs(") : ", w->f);
    hw_types(w, g->nout, out);
    fputs(" -> ()\n  }\n", w->f);
    return true;
}

static bool write_module(hw_writer *w, const ir_graph *g, int narg, const void *const *constant)
{
    fputs("module {\n", w->f);
    if (!function_of(w, g))
        return false;
    for (const hw_function *f = w->first; f; f = f->next) /* the list grows meanwhile */
        if (!write_function(w, f, f->number ? f->g->nin : narg, constant))
            return false;
    fputs("}\n", w->f);
    return true;
}

char *hw_module(const ir_graph *g, int narg, const void *const *constant)
{
    char *text = NULL;
    size_t n;
    hw_writer w = {.f = open_memstream(&text, &n)};
    if (!w.f) {
        ir_fail("out of memory");
        return NULL;
    }
    ops_init();
    bool ok = write_module(&w, g, narg, constant);
    ok = !fclose(w.f) && ok;
    while (w.first) {
        hw_function *next = w.first->next;
        free(w.first);
        w.first = next;
    }
    ptrmap_free(&w.functions);
    free(w.value);
    if (ok)
        return text;
    free(text);
    return NULL;
}

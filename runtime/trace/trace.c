/* Tracing: runs a C function once, on values that have types but no elements, and records a graph.
 *
 * Traces nest, and operations are recorded in the innermost one. A concrete array or a value of an
 * outer trace that is used inside is captured: it becomes an additional input of the graph, and
 * whoever applies the graph passes it (closure conversion).
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/runtime.h"
#include "runtime/transform/collectives.h"

enum { DEEPEST = 200 };

static _Thread_local rt_trace *current;
static _Thread_local uint64_t last_serial;

/* What is known of the open traces besides their structs, most of which are on the stack. A
 * longjmp out of a traced function leaves them there, to be overwritten. */
typedef struct {
    rt_trace *t;
    uint64_t serial;
    ir_graph *g;
    unsigned mark;
    const rt_named_axis *axes;
} record;
static _Thread_local record open_trace[DEEPEST];
static _Thread_local int nopen;

/* Is p, an address in a function's frame, gone from the stack, now that a frame is at `frame`? Other
 * stacks than the thread's own (of coroutines) tell nothing. */
bool rt_has_left(const void *p, const void *frame)
{
    static _Thread_local const char *low, *high;
    pthread_attr_t attr;
    void *at;
    size_t size;
    if ((uintptr_t)p > (uintptr_t)frame)
        return false;
    if (!high) {
        high = (const char *)1;
        if (!pthread_getattr_np(pthread_self(), &attr)) {
            if (!pthread_attr_getstack(&attr, &at, &size)) {
                low = at;
                high = low + size;
            }
            pthread_attr_destroy(&attr);
        }
    }
    return (const char *)p >= low && (const char *)frame < high;
}

static void drop_from(int k)
{
    unsigned mark = open_trace[k].mark;
    for (int j = k; j < nopen; j++)
        ir_graph_release(open_trace[j].g);
    nopen = k;
    current = k ? open_trace[k - 1].t : NULL;
    rt_axes_reset(k ? open_trace[k - 1].axes : NULL);
    rt_end_tree(mark, 0, NULL);
}

/* It reads traces whose function may be gone, which AddressSanitizer would report. */
__attribute__((noinline)) RT_ON_STACK static void drop_what_has_left(const void *frame)
{
    for (int k = 0; k < nopen; k++) {
        const record *o = &open_trace[k];
        if (rt_has_left(o->t, frame) || o->t->serial != o->serial || o->t->g != o->g) {
            drop_from(k);
            return;
        }
    }
}

static _Thread_local const char *entered; /* the name of the public function that was called last */

/* Nearly always, nothing is open. */
void rt_enter(const void *frame, const jac_loc *at, const char *name)
{
    if (nopen)
        drop_what_has_left(frame);
    if (!at)
        return;
    ir_loc_set((const ir_loc *)at);
    entered = name;
}

const char *rt_entered(void)
{
    static _Thread_local char text[64];
    if (!entered)
        return "";
    const char *prefix = strncmp(entered, "jac_", 4) && strncmp(entered, "JAC_", 4) ? "jac_" : "";
    size_t n = strlen(entered);
    n -= n && entered[n - 1] == '_';
    snprintf(text, sizeof text, "%s%.*s: ", prefix, (int)n, entered);
    return text;
}

rt_trace *rt_current_trace(void)
{
    return current;
}

bool rt_trace_is_open(uint64_t serial)
{
    for (const rt_trace *t = current; t; t = t->outer)
        if (t->serial == serial)
            return true;
    return false;
}

static bool make_room(rt_trace *t)
{
    int cap = t->cap ? 2 * t->cap : 8;
    jac *captured = ir_resize(t->captured, (size_t)cap * sizeof *captured);
    t->captured = captured ? captured : t->captured;
    ir_value **as = captured ? ir_resize(t->as, (size_t)cap * sizeof *as) : NULL;
    t->as = as ? as : t->as;
    t->cap = as ? cap : t->cap;
    return as != NULL;
}

static ir_value *capture(rt_trace *t, jac x)
{
    for (int k = 0; k < t->ncaptured; k++)
        if (t->captured[k].word == x.word)
            return t->as[k];
    ir_type type;
    if (!rt_type_of(x, &type))
        return NULL;
    ir_value *as = t->ncaptured < t->cap || make_room(t) ? ir_input(t->g, &type) : NULL;
    if (!as)
        return NULL;
    rt_retain(x);
    t->captured[t->ncaptured] = x;
    return t->as[t->ncaptured++] = as;
}

ir_value *rt_value_in(rt_trace *t, jac x)
{
    ir_type type;
    rt_slot *s = rt_slot_of(x);
    if (!s)
        return NULL;
    if (s->kind == RT_TRACED && s->trace == t->serial)
        return s->value;
    if (s->kind != RT_NUMBER)
        return capture(t, x);
    ir_scalar v;
    if (!rt_type_of(x, &type) || !rt_number_scalar(s->number, type.dtype, &v))
        return NULL;
    if (!ir_is_complex(type.dtype))
        return ir_literal(t->g, type.dtype, v, type.weak);
    ir_dtype part = ir_part(type.dtype);
    ir_scalar imag = ir_scalar_of(part, s->number.imag);
    return b_complex(t->g, ir_literal(t->g, part, v, type.weak),
                     ir_literal(t->g, part, imag, type.weak));
}

/* Not inlined: otherwise gcc 13 and newer warn that `current` may point to a dead variable of the
 * caller, because they do not see that rt_trace_close restores it. */
__attribute__((noinline)) bool rt_trace_open(rt_trace *t, const char *name)
{
    int depth = 0;
    for (const rt_trace *o = current; o; o = o->outer)
        if (++depth == DEEPEST)
            return ir_fail("%s: traces are nested more than %d deep (does the function transform "
                           "itself?)",
                           name, DEEPEST);
    ops_init();
    ir_graph *g = ir_graph_new(name);
    if (!g)
        return false;
    *t = (rt_trace){.serial = ++last_serial,
                    .g = g,
                    .outer = current,
                    .failures = ir_fail_count(),
                    .loc = ir_loc_get(),
                    .name = entered};
    t->mark = rt_begin(NULL);
    open_trace[nopen++] = (record){t, t->serial, g, t->mark, rt_axes_innermost()};
    current = t;
    return true;
}

jac rt_trace_input(rt_trace *t, const ir_type *type)
{
    return rt_wrap_value(t->serial, ir_input(t->g, type));
}

static bool set_outputs(rt_trace *t, int nout, const jac *out)
{
    IR_SCRATCH(scratch);
    ir_value **y = ir_alloc(&scratch, (size_t)(nout + 1) * sizeof *y);
    if (!y)
        return false;
    /* An operation can fail without making a result null, such as reading a number from a
     * tracer. */
    bool ok = ir_fail_count() == t->failures;
    if (!ok)
        ir_fail("%s: an operation in it failed, and its error was cleared", t->g->name);
    for (int k = 0; k < nout && ok; k++) {
        if (!jac_ok(out[k]))
            ok = ir_fail(RT_NULL_RESULT, t->g->name, k);
        else if (rt_no_handle(out[k]))
            ok = ir_fail("%s: leaf %d of its result %s", t->g->name, k, rt_no_handle(out[k]));
        else
            ok = (y[k] = rt_value_in(t, out[k])) != NULL;
    }
    return ok && ir_outputs(t->g, y, nout);
}

/* Also closes the trace's scope, which frees its traced values. */
bool rt_trace_close(rt_trace *t, int nout, const jac *out, rt_traced *made)
{
    while (open_trace[nopen - 1].t != t) /* a longjmp left the traces inside */
        drop_from(nopen - 1);
    bool ok = made && set_outputs(t, nout, out);
    rt_traced all = {t->g, t->ncaptured, t->captured};
    ir_loc_set(t->loc);
    entered = t->name;
    rt_end_tree(t->mark, 0, NULL);
    current = t->outer;
    nopen--;
    free(t->as);
    if (ok)
        *made = all;
    else
        rt_traced_free(&all);
    return ok;
}

RT_ON_STACK static bool trace_body(const struct jac_function *f, const ir_type *types,
                                   rt_traced *made)
{
    IR_SCRATCH(scratch);
    rt_trace t;
    int nin = rt_fn_leaves(f), nout = f->result_leaves;
    jac *in = ir_alloc(&scratch, (size_t)(nin + nout + 1) * sizeof *in);
    if (!in || !rt_trace_open(&t, f->name))
        return false;
    jac *out = in + nin;
    for (int k = 0; k < nin; k++)
        in[k] = rt_trace_input(&t, &types[k]);
    f->apply(f->env, in, out);
    return rt_trace_close(&t, nout, out, made);
}

bool rt_trace_fn(rt_face face, const ir_type *types, rt_traced *out)
{
    *out = (rt_traced){0};
    if (!face)
        return false;
    const rt_function *made = face->impl;
    return made && made->trace ? made->trace(made, types, out) : trace_body(face, types, out);
}

void rt_traced_free(rt_traced *t)
{
    ir_graph_release(t->g);
    for (int k = 0; k < t->ncaptured; k++)
        rt_release(t->captured[k]);
    free(t->captured);
    *t = (rt_traced){0};
}

/* ---- applying a graph ------------------------------------------------------------------------ */

static bool splice(rt_trace *t, const ir_graph *g, const jac *in, jac *out)
{
    IR_SCRATCH(scratch);
    ir_value **x = ir_alloc(&scratch, (size_t)(g->nin + g->nout + 1) * sizeof *x);
    if (!x)
        return false;
    ir_value **y = x + g->nin;
    bool ok = true;
    for (int k = 0; k < g->nin && ok; k++)
        ok = (x[k] = rt_value_in(t, in[k])) != NULL;
    ok = ok && ir_splice(t->g, g, x, y);
    for (int k = 0; k < g->nout && ok; k++)
        ok = jac_ok(out[k] = rt_wrap_value(t->serial, y[k]));
    return ok;
}

static bool interpret(const ir_graph *g, const jac *in, jac *out)
{
    IR_SCRATCH(scratch);
    size_t n = (size_t)(g->nin + g->nout + 1);
    const void **i = ir_alloc(&scratch, n * sizeof *i);
    if (!i)
        return false;
    void **o = (void **)(i + g->nin);
    rt_array **y = ir_alloc(&scratch, (size_t)(g->nout + 1) * sizeof *y);
    if (!y)
        return false;
    bool ok = true;
    for (int k = 0; k < g->nin && ok; k++) {
        rt_array *a = rt_concrete(in[k], g->name);
        if ((ok = a != NULL))
            i[k] = a->data;
    }
    int made = 0;
    for (; ok && made < g->nout; made++) {
        if (!(y[made] = rt_array_new(&g->out[made]->type)))
            break;
        o[made] = y[made]->data;
    }
    ok = ok && made == g->nout && ir_eval(g, i, o);
    for (int k = 0; k < made; k++)
        if (!ok)
            rt_array_release(y[k]);
        else
            ok = jac_ok(out[k] = rt_wrap_array(y[k]));
    return ok;
}

bool rt_apply_graph(const ir_graph *g, const jac *in, jac *out)
{
    memset(out, 0, (size_t)g->nout * sizeof *out);
    return current ? splice(current, g, in, out) : interpret(g, in, out);
}

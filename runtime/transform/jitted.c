/* jac_jit: a function compiled once for each combination of argument types.
 *
 * A jitted function keeps a variant (graph, captures, program) for each combination. A call while a
 * trace is open records one call equation. Any other call runs the program, or with
 * JACQUARD_DISABLE_JIT=1 interprets the optimised graph; only these calls donate arguments.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ops/ops.h"
#include "runtime/transform/collectives.h"
#include "runtime/trace/execute.h"
#include "runtime/observe/profile.h"

/* A function keeps so many variants, those used last. A program that lives on in the cache of
 * programs is found there again, so only the tracing is repeated. */
enum { MOST_VARIANTS = 128 };

typedef struct variant {
    struct variant *next;
    int users; /* calls that are using it */
    bool x64;
    ir_type *types;
    rt_traced traced;
    ir_graph *optimized;   /* for the interpreter; NULL until first used */
    jit_program *program;  /* NULL until first called outside of traces */
    jit_program *profiled; /* the program that takes a profile; NULL until first used */
} variant;

/* A function's `data`. */
typedef struct {
    variant *first;
    bool donates;
    uint8_t donated[]; /* for each leaf of the arguments */
} jitted;

static _Thread_local int disabled = -1; /* -1: not read yet */

static bool interpreting(void)
{
    if (disabled < 0)
        disabled = ir_env_yes("JACQUARD_DISABLE_JIT");
    return disabled;
}

void jac_disable_jit(bool on)
{
    disabled = on;
}

static void variant_free(variant *v)
{
    rt_traced_free(&v->traced);
    ir_graph_release(v->optimized);
    jit_release(v->program);
    jit_release(v->profiled);
    free(v->types);
    free(v);
}

static void drop_variants(rt_function *f)
{
    jitted *j = f->data;
    for (variant *v = j->first; v;) {
        variant *next = v->next;
        variant_free(v);
        v = next;
    }
}

static bool has_type(jac x, const ir_type *want)
{
    ir_type copy;
    const ir_type *t = &copy;
    const rt_slot *s = rt_slot_of(x);
    if (s && s->kind == RT_ARRAY)
        t = &s->array->type;
    else if (!s || !rt_type_of(x, &copy))
        return false;
    return t->weak == want->weak && ir_same_type(t, want);
}

static bool fits(const variant *v, int n, const jac *in)
{
    if (v->x64 != jac_x64_enabled())
        return false;
    for (int k = 0; k < n; k++)
        if (!has_type(in[k], &v->types[k]))
            return false;
    return true;
}

/* Can the variant be kept? Not if it captured a traced value, which ends with its trace. */
static bool captures_last(const rt_traced *t)
{
    for (int k = 0; k < t->ncaptured; k++) {
        const rt_slot *s = rt_slot_of(t->captured[k]);
        if (!s || s->kind == RT_TRACED)
            return false;
    }
    return true;
}

/* Takes ownership of the types. */
static variant *variant_new(rt_function *f, ir_type *types)
{
    double start = jit_now_ms();
    variant *v = ir_new(sizeof *v);
    if (!v) {
        free(types);
        return NULL;
    }
    v->types = types;
    v->x64 = jac_x64_enabled();
    if (!rt_trace_fn(f->inner, types, &v->traced)) {
        variant_free(v);
        return NULL;
    }
    jit_note_trace_ms(jit_now_ms() - start);
    return v;
}

/* Drops the variants that were used least recently, except those in use. */
static void forget_old(jitted *j)
{
    variant **at = &j->first;
    for (int n = 0; *at; n++) {
        variant *v = *at;
        if (n < MOST_VARIANTS || v->users) {
            at = &v->next;
            continue;
        }
        *at = v->next;
        variant_free(v);
    }
}

/* Finds the variant for the argument types, or traces a new one. *own: the caller must free it. */
static variant *variant_for(rt_function *f, int n, const jac *in, bool *own)
{
    jitted *j = f->data;
    *own = false;
    for (variant **at = &j->first, *v; (v = *at); at = &v->next)
        if (fits(v, n, in)) {
            *at = v->next; /* to the front */
            v->next = j->first;
            return j->first = v;
        }
    ir_type *types = ir_new((size_t)(n + 1) * sizeof *types);
    if (!types)
        return NULL;
    if (!rt_types_of(n, in, types)) {
        free(types);
        return NULL;
    }
    variant *v = variant_new(f, types);
    *own = v && (!captures_last(&v->traced) || rt_axes_bound());
    if (v && !*own) {
        v->next = j->first;
        j->first = v;
        forget_old(j);
    }
    return v;
}

static bool call_equation(const variant *v, const jac *in, jac *out)
{
    ir_attr attr[] = {[CALL_GRAPH] = {.graph = v->traced.g}};
    return rt_emit(&op_call, v->traced.g->nin, in, attr, v->traced.g->nout, out);
}

static jit_program *compile(const variant *v, const jitted *j, int nleaves, bool profiled)
{
    IR_SCRATCH(scratch);
    if (!j->donates)
        return jit_compile(v->traced.g, &(jit_options){.profiled = profiled});
    uint8_t *donated = ir_alloc(&scratch, (size_t)v->traced.g->nin + 1); /* 0 for captures */
    if (!donated)
        return NULL;
    memcpy(donated, j->donated, (size_t)nleaves);
    return jit_compile(v->traced.g, &(jit_options){.donated = donated, .profiled = profiled});
}

static bool execute(variant *v, rt_function *f, int nleaves, const jac *in, jac *out)
{
    const jitted *j = f->data;
    rt_executable x = {
        .g = v->traced.g, .f = f, .nleaves = nleaves, .donated = j->donates ? j->donated : NULL};
    if (interpreting()) {
        if (!v->optimized && !(v->optimized = ir_optimize(v->traced.g)))
            return false;
        x.graph = v->optimized;
    } else {
        bool profiled = rt_profiling();
        jit_program **p = profiled ? &v->profiled : &v->program;
        if (!*p && !(*p = compile(v, j, nleaves, profiled)))
            return false;
        x.program = *p;
    }
    return rt_execute(&x, in, out);
}

static bool jit_call(rt_function *f, int n, const jac *in, jac *out)
{
    bool own;
    uint64_t begin = rt_profiling() ? jit_profile_now() : 0;
    variant *v = variant_for(f, n, in, &own);
    if (!v)
        return false;
    v->users++;
    int ncap = v->traced.ncaptured;
    size_t bytes = (size_t)(n + ncap) * sizeof(jac);
    jac some[16], *all = n + ncap <= 16 ? some : ir_memory_take(bytes);
    bool ok = all || ir_fail("out of memory: cannot call %s", f->face.name);
    if (ok) {
        memcpy(all, in, (size_t)n * sizeof *all);
        if (ncap)
            memcpy(all + n, v->traced.captured, (size_t)ncap * sizeof *all);
        ok = rt_current_trace() ? call_equation(v, all, out) : execute(v, f, n, all, out);
    }
    if (all != some)
        ir_memory_give(all, bytes);
    v->users--;
    if (own)
        variant_free(v);
    if (begin && !rt_current_trace())
        rt_profile_call(f->face.name, begin);
    return ok;
}

/* Inside another transformation, a jitted function is just the function inside it. */
static bool jit_trace(const rt_function *f, const ir_type *types, rt_traced *out)
{
    return rt_trace_fn(f->inner, types, out);
}

/* Marks the leaves of the given arguments as donated. */
static bool mark_donated(jitted *j, const struct jac_function *f, jac_dims argnums)
{
    for (int k = 0; k < argnums.n; k++) {
        int64_t arg = argnums.v[k];
        if (arg < -f->nargs || arg >= f->nargs)
            return ir_fail(
                "jit of %s: it has %s, but argument %lld is to be donated (the first is 0)",
                f->name, ir_count_tmp(f->nargs, "argument"), (long long)arg);
        arg += arg < 0 ? f->nargs : 0;
        memset(j->donated + rt_first_leaf(f, (int)arg), 1, (size_t)f->arg_leaves[arg]);
        j->donates |= f->arg_leaves[arg] > 0;
    }
    return true;
}

jac_fn jac_jit_(const jac_loc *at, jac_fn fn, jac_jit_opts o)
{
    int64_t one;
    rt_at(at);
    bool ok = rt_axes("jit", &o.donate_argnums, &one);
    const struct jac_function *f = rt_fn(fn);
    if (!ok || !f || (o.donate_argnums.n && !rt_list("jit", o.donate_argnums)))
        return JAC_NULL_FN;
    rt_function *made = rt_function_new(f->name, at, f->nargs, f->arg_leaves, f->result_leaves,
                                        sizeof(jitted) + (size_t)rt_fn_leaves(f));
    if (!made || !mark_donated(made->data, f, o.donate_argnums)) {
        rt_fn_release(made ? &made->face : NULL);
        return JAC_NULL_FN;
    }
    made->inner = rt_fn_retain(f);
    made->wants = f->impl ? ((rt_function *)f->impl)->wants : NULL;
    made->trace = jit_trace;
    made->call = jit_call;
    made->drop = drop_variants;
    return rt_wrap_function(made);
}

/* ---- inspecting a function ------------------------------------------------------------------- */

static bool trace_for(jac_fn fn, const jac *args, rt_traced *t)
{
    IR_SCRATCH(scratch);
    const struct jac_function *f = rt_fn(fn);
    if (!f)
        return false;
    int n = rt_fn_leaves(f);
    if (n && !args)
        return ir_fail("%s: the arguments are a null pointer", f->name);
    ir_type *types = ir_alloc(&scratch, (size_t)(n + 1) * sizeof *types);
    if (!types)
        return false;
    return rt_types_of(n, args, types) && rt_trace_fn(f, types, t);
}

char *jac_make_jaxpr_(const jac_loc *at, jac_fn f, const void *args)
{
    RT_AUTO_TRACED t = {0};
    rt_at(at);
    return trace_for(f, args, &t) ? ir_print_str(t.g, true) : NULL;
}

char *jac_make_dot_(const jac_loc *at, jac_fn f, const void *args)
{
    RT_AUTO_TRACED t = {0};
    char *text = NULL;
    size_t size;
    rt_at(at);
    if (!trace_for(f, args, &t))
        return NULL;
    FILE *file = open_memstream(&text, &size);
    if (!file) {
        ir_fail("out of memory: cannot draw the graph");
        return NULL;
    }
    ir_print_dot(file, t.g);
    fclose(file);
    return text;
}

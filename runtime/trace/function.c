/* Functions that can be transformed, and calls of them.
 *
 * A jac_fn holds either the address of what JAC_FN defined or a handle to an rt_function that a
 * transformation made; rt_fn gives the face of either. The library refers to inner functions by
 * their faces.
 */
#include <stdlib.h>
#include <string.h>

#include "runtime/runtime.h"

rt_function *rt_function_new(const char *name, const jac_loc *at, int nargs, const int *leaves,
                             int result_leaves, size_t data)
{
    rt_function *f = ir_new(sizeof *f);
    if (!f)
        return NULL;
    atomic_init(&f->refs, 1);
    f->leaves = ir_new((size_t)(nargs + 1) * sizeof *f->leaves);
    f->data = data ? ir_new(data) : NULL;
    if (!f->leaves || (data && !f->data)) {
        free(f->leaves);
        free(f->data);
        free(f);
        return NULL;
    }
    memcpy(f->leaves, leaves, (size_t)nargs * sizeof *leaves);
    f->face = (struct jac_function){.mark = JAC_FUNCTION_MARK_,
                                    .name = name,
                                    .nargs = nargs,
                                    .arg_leaves = f->leaves,
                                    .result_leaves = result_leaves,
                                    .impl = f};
    f->at = at;
    if (at)
        f->face.at = *at;
    return f;
}

const jac_loc *rt_fn_at(const struct jac_function *f)
{
    if (f->impl)
        return ((const rt_function *)f->impl)->at;
    return f->at.file ? &f->at : NULL;
}

rt_face rt_fn_retain(rt_face face)
{
    if (face && face->impl)
        atomic_fetch_add(&((rt_function *)face->impl)->refs, 1);
    return face;
}

void rt_fn_release(rt_face face)
{
    rt_function *f = face ? face->impl : NULL;
    if (!f || atomic_fetch_sub(&f->refs, 1) != 1)
        return;
    if (f->drop)
        f->drop(f);
    rt_fn_release(f->inner);
    rt_fn_release(f->second);
    free(f->leaves);
    free(f->data);
    free(f);
}

int rt_first_leaf(const struct jac_function *f, int arg)
{
    int n = 0;
    for (int k = 0; k < arg; k++)
        n += f->arg_leaves[k];
    return n;
}

int rt_fn_leaves(const struct jac_function *f)
{
    return rt_first_leaf(f, f->nargs);
}

const char *rt_leaf_name(const struct jac_function *f, int k)
{
    static _Thread_local char text[80];
    int arg = 0;
    while (arg < f->nargs - 1 && k >= f->arg_leaves[arg])
        k -= f->arg_leaves[arg++];
    if (f->nargs && f->arg_leaves[arg] == 1)
        snprintf(text, sizeof text, "argument %d", arg);
    else
        snprintf(text, sizeof text, "argument %d, leaf %d", arg, k);
    return text;
}

/* ---- environments ---------------------------------------------------------------------------- */

jac_fn jac_with_env_(jac_fn fn, const void *env, size_t size)
{
    rt_face base = rt_fn(fn);
    rt_function *f = rt_function_new(base->name, &base->at, base->nargs, base->arg_leaves,
                                     base->result_leaves, size + 1);
    if (!f || !f->data)
        return JAC_NULL_FN;
    memcpy(f->data, env, size);
    f->face.apply = base->apply;
    f->face.env = f->data;
    return rt_wrap_function(f);
}

/* ---- calls ----------------------------------------------------------------------------------- */

static bool trace_and_apply(const struct jac_function *f, int nin, const jac *in, jac *out)
{
    IR_SCRATCH(scratch);
    ir_type *types = ir_alloc(&scratch, (size_t)(nin + 1) * sizeof *types);
    if (!types)
        return false;
    bool ok = rt_types_of(nin, in, types);
    RT_AUTO_TRACED t = {0};
    if (ok && (ok = rt_trace_fn(f, types, &t))) {
        jac *all = ir_alloc(&scratch, (size_t)(nin + t.ncaptured + 1) * sizeof *all);
        if (!all)
            return false;
        if (nin)
            memcpy(all, in, (size_t)nin * sizeof *all);
        if (t.ncaptured)
            memcpy(all + nin, t.captured, (size_t)t.ncaptured * sizeof *all);
        ok = rt_apply_graph(t.g, all, out);
    }
    return ok;
}

bool rt_call_inner(rt_function *f, int n, const jac *in, jac *out)
{
    return rt_current_trace() ? trace_and_apply(&f->face, n, in, out) : rt_call(f->inner, in, out);
}

/* Calls f with copied argument handles, because the results overwrite the caller's. */
static bool call_over_itself(const struct jac_function *f, int nin, const jac *in, jac *out)
{
    IR_SCRATCH(scratch);
    jac *copy = ir_alloc(&scratch, (size_t)nin * sizeof *copy);
    if (!copy)
        return false;
    memcpy(copy, in, (size_t)nin * sizeof *copy);
    return rt_call(f, copy, out);
}

/* How many calls may be open at once on a thread. A function that calls itself without end reaches
 * it long before the stack ends. */
enum { DEEPEST = 1000 };
static _Thread_local int depth;
static _Thread_local const void *first; /* the frame of the outermost */

static bool call(rt_face f, const jac *in, jac *out);

bool rt_call(rt_face f, const jac *in, jac *out)
{
    const void *frame = __builtin_frame_address(0);
    if (!f)
        return false;
    if (depth && rt_has_left(first, frame)) /* by a longjmp */
        depth = 0;
    if (!depth)
        first = frame;
    if (depth == DEEPEST) {
        memset(out, 0, (size_t)f->result_leaves * sizeof *out);
        return ir_fail("%s: calls are nested more than %d deep (does the function call itself? use "
                       "jac_while_loop)",
                       f->name, DEEPEST);
    }
    depth++;
    bool ok = call(f, in, out);
    depth--;
    return ok;
}

/* Calls a C function, which may return anything. */
static bool apply(rt_face f, const jac *in, jac *out)
{
    /* Returning from inside a block is an error, but the function still gives a value. */
    bool failed_before = ir_error() != NULL;
    f->apply(f->env, in, out);
    if (!failed_before && ir_error())
        return false;
    for (int k = 0; k < f->result_leaves; k++) {
        const char *why = rt_no_handle(out[k]);
        if (why) {
            rt_at_as(rt_fn_at(f), NULL);
            return jac_ok(out[k]) ? ir_fail("%s: leaf %d of its result %s", f->name, k, why)
                                  : ir_fail(RT_NULL_RESULT, f->name, k);
        }
    }
    return true;
}

static bool call_made(rt_face f, int nin, const jac *in, jac *out)
{
    rt_function *made = f->impl;
    if (made && made->call)
        return made->call(made, nin, in, out);
    return made && made->trace ? trace_and_apply(f, nin, in, out) : apply(f, in, out);
}

/* Is x a C number that an argument of type t takes as it is? */
static bool takes_number(jac x, const ir_type *t)
{
    const rt_slot *s = rt_slot_of(x);
    if (!s || s->kind != RT_NUMBER || s->number.kind == IR_KIND_BOOL || t->rank)
        return false;
    return ir_has_fraction(t->dtype) ||
           (ir_is_integer(t->dtype) && s->number.kind != IR_KIND_FLOAT);
}

/* Gives numbers the types that f wants, so that they keep digits that the default dtype lacks. */
static bool call_with_numbers(rt_face f, int nin, const jac *in, jac *out)
{
    IR_SCRATCH(scratch);
    const ir_type *wants = ((const rt_function *)f->impl)->wants;
    jac *x = ir_alloc(&scratch, (size_t)(nin + 1) * sizeof *x);
    for (int k = 0; x && k < nin; k++) {
        ir_scalar v;
        x[k] = in[k];
        if (!takes_number(in[k], &wants[k]))
            continue;
        if (!rt_number_scalar(rt_slot_of(in[k])->number, wants[k].dtype, &v) ||
            !jac_ok(x[k] = rt_literal(wants[k].dtype, v, false)))
            return false;
    }
    return x && call_made(f, nin, x, out);
}

static bool call(rt_face f, const jac *in, jac *out)
{
    int nin = rt_fn_leaves(f), nout = f->result_leaves;
    if ((uintptr_t)in < (uintptr_t)(out + nout) && (uintptr_t)out < (uintptr_t)(in + nin))
        return call_over_itself(f, nin, in, out);
    memset(out, 0, (size_t)nout * sizeof *out);
    for (int k = 0; k < nin; k++) {
        const char *why = rt_no_handle(in[k]);
        if (why)
            return ir_fail("%s: %s %s", f->name, rt_leaf_name(f, k), why);
    }
    const rt_function *made = f->impl;
    bool ok = (made && made->wants ? call_with_numbers : call_made)(f, nin, in, out);
    if (!ok)
        memset(out, 0, (size_t)nout * sizeof *out);
    return ok;
}

/* Calls f in a scope of its own, which frees the call's temporaries. Retains f, so that it survives
 * the call even if its scope closes. */
static bool call_in_scope(const struct jac_function *f, const jac *in, jac *out)
{
    rt_face held = rt_fn_retain(f);
    unsigned m = rt_begin(NULL);
    bool ok = rt_call(held, in, out);
    ok = rt_end_tree(m, f->result_leaves, out) && ok;
    rt_fn_release(held);
    return ok;
}

static bool fits(int n, jac_out out)
{
    size_t gives = (size_t)n * sizeof(jac), room = out.room & ~JAC_EXACTLY_;
    if (!n || (out.at && out.room == SIZE_MAX))
        return true;
    if (!out.room) /* given without JAC_OUT */
        return out.at && n == 1;
    return out.at && (out.room & JAC_EXACTLY_ ? room == gives : room >= gives);
}

bool rt_room(const char *what, const char *name, int n, jac_out out)
{
    size_t room = out.room & ~JAC_EXACTLY_;
    if (fits(n, out))
        return true;
    if (!out.at)
        return ir_fail("%s%s: a null pointer was given for %s", what, name,
                       ir_count_tmp(n, "handle"));
    if (!out.room)
        return ir_fail("%s%s gives %s, but the size of the result is not known; write "
                       "JAC_OUT(&result) for &result where options are given",
                       what, name, ir_count_tmp(n, "handle"));
    if (out.room & JAC_EXACTLY_)
        return ir_fail("%s%s gives %s, but is given a struct of %zu", what, name,
                       ir_count_tmp(n, "handle"), room / sizeof(jac));
    return ir_fail("%s%s gives %s, but the result has room for %zu", what, name,
                   ir_count_tmp(n, "handle"), room / sizeof(jac));
}

/* The name of f for an error about its signature, which a transformation may have changed. */
static const char *title(const struct jac_function *f)
{
    static _Thread_local char text[512];
    const rt_function *made = f->impl;
    const jac_loc *at = made && (made->trace || made->call) ? made->at : NULL;
    if (!at || !at->file)
        return f->name;
    const char *slash = strrchr(at->file, '/');
    snprintf(text, sizeof text, "%s (as transformed at %s:%d)", f->name,
             slash ? slash + 1 : at->file, at->line);
    return text;
}

bool jac_call_(const jac_loc *at, jac_fn fn, const void *args, size_t args_room, jac_out result)
{
    rt_at(at);
    const struct jac_function *f = rt_fn(fn);
    if (!f)
        return false;
    size_t needs = (size_t)rt_fn_leaves(f) * sizeof(jac);
    size_t gives = (size_t)f->result_leaves * sizeof(jac);
    if ((needs && !args) || (gives && !result.at))
        return ir_fail("%s: the %s are a null pointer", f->name,
                       result.at ? "arguments" : "results");
    if (!fits(f->result_leaves, result)) /* only now make the title, because calls are frequent */
        return rt_room("", title(f), f->result_leaves, result);
    if (args_room < needs) {
        memset(result.at, 0, gives);
        return ir_fail("%s takes %s, but its arguments have %zu", title(f),
                       ir_count_tmp(rt_fn_leaves(f), "handle"), args_room / sizeof(jac));
    }
    return call_in_scope(f, args, result.at);
}

static bool same_signature(const struct jac_function *f, int nargs, const int *leaves,
                           int result_leaves)
{
    if (f->nargs != nargs || f->result_leaves != result_leaves)
        return false;
    for (int k = 0; k < nargs; k++)
        if (f->arg_leaves[k] != leaves[k])
            return false;
    return true;
}

/* Errors cannot name the line of the call, because f_call is a function and not a macro. They name
 * the line where the given function was made or, if that is unknown, where f was defined. */
bool jac_call_as_(const jac_loc *at, jac_fn fn, const char *name, int nargs, const int *leaves,
                  int result_leaves, const void *args, void *result)
{
    rt_at_as(at, NULL);
    memset(result, 0, (size_t)result_leaves * sizeof(jac));
    if (!jac_ok(fn))
        return ir_fail("%s_call: a null function was given", name);
    const struct jac_function *f = rt_fn(fn);
    if (!f)
        return false;
    rt_at_as(rt_fn_at(f), NULL);
    if (!same_signature(f, nargs, leaves, result_leaves))
        return ir_fail(
            "%s_call: the function given, %s, takes %s (%s) and gives %s; %s takes %d and gives %d",
            name, title(f), ir_count_tmp(f->nargs, "argument"),
            ir_count_tmp(rt_fn_leaves(f), "handle"), ir_count_tmp(f->result_leaves, "handle"), name,
            nargs, result_leaves);
    return call_in_scope(f, args, result);
}

bool rt_takes_single(const char *what, const char *for_structs, const struct jac_function *f, int n)
{
    if (rt_fn_leaves(f) != n)
        return ir_fail("%s: %s takes %s, but is given %d", what, title(f),
                       ir_count_tmp(rt_fn_leaves(f), "handle"), n);
    return f->result_leaves == 1 ||
           ir_fail("%s: %s gives %s, but must give one here (use %s for structs)", what, title(f),
                   ir_count_tmp(f->result_leaves, "handle"), for_structs);
}

jac jac_call1_(const jac_loc *at, jac_fn fn, int n, const jac *x)
{
    rt_at(at);
    const struct jac_function *f = rt_fn(fn);
    jac out = JAC_NULL;
    if (!f)
        return JAC_NULL;
    if (!rt_takes_single("jac_call1", "jac_call", f, n))
        return JAC_NULL;
    return call_in_scope(f, x, &out) ? out : JAC_NULL;
}

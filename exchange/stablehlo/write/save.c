/* jac_make_stablehlo, jac_save_stablehlo. */
#include "exchange/stablehlo/write/write.h"
#include "runtime/runtime.h"

#include <errno.h>

/* The module of f for arguments of these types. What f uses from outside becomes constants. */
static char *write_function(rt_face f, const ir_type *types)
{
    IR_SCRATCH(scratch);
    RT_AUTO_TRACED t = {0};
    if (!rt_trace_fn(f, types, &t))
        return NULL;
    const void **constant = ir_alloc(&scratch, (size_t)(t.ncaptured + 1) * sizeof *constant);
    for (int k = 0; constant && k < t.ncaptured; k++) {
        const rt_array *a = rt_concrete(t.captured[k], f->name);
        if (!a)
            return NULL;
        constant[k] = a->data;
    }
    return constant ? hw_module(t.g, t.g->nin - t.ncaptured, constant) : NULL;
}

char *jac_make_stablehlo_(const jac_loc *at, jac_fn fn, const void *args)
{
    IR_SCRATCH(scratch);
    rt_at(at);
    const struct jac_function *f = rt_fn(fn);
    int n = f ? rt_fn_leaves(f) : 0;
    if (!f)
        return NULL;
    if (n && !args) {
        ir_fail("%s: the arguments are a null pointer", f->name);
        return NULL;
    }
    ir_type *types = ir_alloc(&scratch, (size_t)(n + 1) * sizeof *types);
    return types && rt_types_of(n, args, types) ? write_function(f, types) : NULL;
}

static bool type_of(const struct jac_function *f, int leaf, const jac_type *t, ir_type *to)
{
    ir_dtype d;
    if (t->ndim < 0 || t->ndim > IR_MAX_RANK)
        return ir_fail(
            "save_stablehlo of %s: the type of %s has an ndim of %d, which must be from 0 to %d",
            f->name, rt_leaf_name(f, leaf), t->ndim, IR_MAX_RANK);
    if (!rt_dtype(t->dtype, &d))
        return false;
    *to = ir_type_make(d, t->ndim, t->dim);
    return ir_type_fits(to) || ir_fail("save_stablehlo of %s: the type of %s, %s, is not valid",
                                       f->name, rt_leaf_name(f, leaf), ir_type_tmp(to));
}

static bool write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");
    bool ok = file && fputs(text, file) >= 0;
    ok = (!file || !fclose(file)) && ok;
    return ok || ir_fail("cannot write %s: %s", path, strerror(errno));
}

bool jac_save_stablehlo_(const jac_loc *at, jac_fn fn, const jac_type *types, const char *path)
{
    IR_SCRATCH(scratch);
    rt_at(at);
    const struct jac_function *f = rt_fn(fn);
    int n = f ? rt_fn_leaves(f) : 0;
    if (!f)
        return false;
    if (!path || (n && !types))
        return ir_fail("save_stablehlo of %s: a null pointer was given", f->name);
    ir_type *wanted = ir_alloc(&scratch, (size_t)(n + 1) * sizeof *wanted);
    for (int k = 0; k < n; k++)
        if (!wanted || !type_of(f, k, &types[k], &wanted[k]))
            return false;
    char *text = wanted ? write_function(f, wanted) : NULL;
    bool ok = text && write_file(path, text);
    free(text);
    return ok;
}

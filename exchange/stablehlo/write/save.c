/* jac_make_stablehlo, jac_save_stablehlo: a function as the text of a module. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/stablehlo/write/write.h"
#include "runtime/runtime.h"

/* The elements of what the function captured; false with an error if a value is traced. */
static bool read_captured(const rt_traced *t, ir_arena *scratch, const void ***constant)
{
    if (!(*constant = ir_alloc(scratch, (size_t)(t->ncaptured + 1) * sizeof **constant)))
        return false;
    for (int k = 0; k < t->ncaptured; k++) {
        rt_array *a = rt_concrete(t->captured[k], "make_stablehlo");
        if (!a)
            return false;
        (*constant)[k] = a->data;
    }
    return true;
}

/* args: handles; if NULL, the types of the arguments are those in `given`. */
static char *text_of(const char *what, jac_fn fn, const jac *args, const jac_type *given)
{
    IR_SCRATCH(scratch);
    RT_AUTO_TRACED t = {0};
    const struct jac_function *f = rt_fn(fn);
    if (!f)
        return NULL;
    int n = rt_fn_leaves(f);
    const void **constant;
    ir_type *types = ir_alloc(&scratch, (size_t)(n + 1) * sizeof *types);
    bool ok = types && (args || given || !n ||
                        ir_fail("%s of %s: the %s are a null pointer", what, f->name,
                                strcmp(what, "make_stablehlo") ? "types" : "arguments"));
    ok = ok && (!args || rt_types_of(n, args, types));
    for (int k = 0; ok && !args && k < n; k++)
        ok = rt_type_given(what, f, k, &given[k], &types[k]);
    if (!ok || !rt_trace_fn(f, types, &t) || !read_captured(&t, &scratch, &constant))
        return NULL;
    IR_AUTO_GRAPH needed = ir_pass_dce(t.g);
    return needed ? mlir_write_module(needed, n, constant, NULL) : NULL;
}

char *jac_make_stablehlo_(const jac_loc *at, jac_fn f, const void *args)
{
    unsigned m = rt_begin_as(at, "make_stablehlo");
    char *text = text_of("make_stablehlo", f, args, NULL);
    rt_end_tree(m, 0, NULL);
    return text;
}

bool jac_save_stablehlo_(const jac_loc *at, jac_fn f, const jac_type *types, const char *path)
{
    unsigned m = rt_begin_as(at, "save_stablehlo");
    bool ok = (path && *path) || ir_fail("jac_save_stablehlo: no path is given");
    char *text = ok ? text_of("save_stablehlo", f, NULL, types) : NULL;
    FILE *to = text ? fopen(path, "wbe") : NULL;
    ok = text != NULL;
    if (ok && (!to || fputs(text, to) < 0))
        ok = ir_fail("jac_save_stablehlo: cannot write %s: %s", path, strerror(errno));
    if (to && fclose(to) && ok)
        ok = ir_fail("jac_save_stablehlo: cannot write %s: %s", path, strerror(errno));
    free(text);
    rt_end_tree(m, 0, NULL);
    return ok;
}

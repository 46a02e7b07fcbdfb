/* jac_parse_stablehlo, jac_load_stablehlo. */
#include "exchange/stablehlo/load.h"
#include "exchange/stablehlo/bytecode/bytecode.h"

#include <errno.h>
#include <stdlib.h>

bool hlo_read(hlo_module *m, const char *bytes, size_t n)
{
    hlo_text bytecode;
    return hlo_is_bytecode(bytes, n, &bytecode) ? hlo_read_bytecode(m, bytecode)
                                                : hlo_parse(m, bytes, n);
}

/* ---- programs ------------------------------------------------------------------------------------ */

void hlo_program_drop(hlo_program *p)
{
    ir_graph_release(p->g);
    for (int k = 0; k < p->nconstant; k++)
        rt_array_release(p->constant[k]);
    free(p->constant);
    *p = (hlo_program){0};
}

static bool read_constants(hlo_module *m, const hlo_built *built, hlo_program *p)
{
    if (!(p->constant = ir_new((size_t)built->nconstant * sizeof(rt_array *))))
        return false;
    for (int k = 0; k < built->nconstant; k++) {
        rt_array *a = p->constant[k] = rt_array_new(&built->constant[k]->type->type);
        p->nconstant += a != NULL;
        if (!a || !hlo_constant_read(m, built->constant[k], a->data))
            return false;
    }
    return true;
}

bool hlo_program_make(hlo_module *m, const char *function, hlo_program *p, int *ncheck,
                      const hlo_check **checks, bool *unsupported)
{
    hlo_built built;
    hlo_builder b = {.module = m, .arena = &m->arena, .checks = checks != NULL};
    *p = (hlo_program){0};
    bool ok = hlo_build(&b, function, &built);
    if (unsupported)
        *unsupported = b.unsupported;
    if (!ok)
        return false;
    p->g = ir_pass_dce(built.g); /* or the interpreter computes what nothing uses */
    ir_graph_release(built.g);
    if (!p->g)
        return false;
    p->narg = built.narg;
    p->nresult = built.nresult;
    if (checks) {
        *ncheck = built.ncheck;
        *checks = built.check;
    }
    if (read_constants(m, &built, p))
        return true;
    hlo_program_drop(p);
    return false;
}

/* ---- as a function ------------------------------------------------------------------------------- */

static void drop_program(rt_function *f)
{
    hlo_program_drop(f->data);
}

static bool fits(const ir_type *given, const ir_type *wanted)
{
    return ir_same_shape(given, wanted) &&
           (given->dtype == wanted->dtype ||
            (given->weak && ir_gives_way(given->dtype, wanted->dtype, false)));
}

static bool check_arguments(const rt_function *f, const hlo_program *p, const ir_type *types)
{
    for (int k = 0; k < p->narg; k++)
        if (!fits(&types[k], &p->g->in[k]->type))
            return ir_fail("%s: %s must be %s, but is %s", f->face.name, rt_leaf_name(&f->face, k),
                           ir_type_tmp(&p->g->in[k]->type), ir_type_tmp(&types[k]));
    return true;
}

static ir_value *exactly(ir_graph *g, ir_value *x, const ir_type *t)
{
    ir_attr attr[] = {[CONVERT_DTYPE] = {.i = t->dtype}, [CONVERT_WEAK] = {.i = 0}};
    return x && ir_same_type(&x->type, t) && !x->type.weak
               ? x
               : ir_emit1(g, &op_convert_element_type, 1, &x, attr);
}

/* The graph for arguments of these types, which may be weak. */
static ir_graph *graph_for(const hlo_program *p, const ir_type *types)
{
    IR_SCRATCH(scratch);
    bool same = true;
    for (int k = 0; k < p->narg; k++)
        same = same && ir_same_type(&types[k], &p->g->in[k]->type) && !types[k].weak;
    if (same)
        return ir_graph_retain(p->g);
    IR_AUTO_GRAPH g = ir_graph_new(p->g->name);
    ir_value **x = ir_alloc(&scratch, (size_t)(p->g->nin + p->g->nout + 1) * sizeof *x);
    if (!g || !x)
        return NULL;
    for (int k = 0; k < p->g->nin; k++)
        x[k] = ir_input(g, k < p->narg ? &types[k] : &p->g->in[k]->type);
    for (int k = 0; k < p->narg; k++)
        x[k] = exactly(g, x[k], &p->g->in[k]->type);
    ir_value **y = x + p->g->nin;
    return ir_splice(g, p->g, x, y) && ir_outputs(g, y, p->g->nout) ? ir_graph_retain(g) : NULL;
}

static bool trace_program(const rt_function *f, const ir_type *types, rt_traced *out)
{
    const hlo_program *p = f->data;
    if (!check_arguments(f, p, types) ||
        !(out->captured = ir_new((size_t)(p->nconstant + 1) * sizeof *out->captured)))
        return false;
    for (int k = 0; k < p->nconstant; k++) {
        jac x = rt_wrap_array(rt_array_retain(p->constant[k]));
        if (!jac_ok(x)) {
            rt_traced_free(out);
            return false;
        }
        rt_retain(x);
        out->captured[out->ncaptured++] = x;
    }
    if ((out->g = graph_for(p, types)))
        return true;
    rt_traced_free(out);
    return false;
}

jac_fn hlo_program_function(const jac_loc *at, hlo_program *p, const char *name, int nargs,
                            const int *leaves, int nresult)
{
    size_t types = (size_t)(p->narg + 1) * sizeof(ir_type);
    rt_function *f = rt_function_new(name, at, nargs, leaves, nresult, sizeof *p + types);
    if (!f) {
        hlo_program_drop(p);
        return JAC_NULL_FN;
    }
    *(hlo_program *)f->data = *p;
    ir_type *wants = (ir_type *)((hlo_program *)f->data + 1);
    for (int k = 0; k < p->narg; k++)
        wants[k] = p->g->in[k]->type;
    f->wants = wants;
    f->drop = drop_program;
    f->trace = trace_program;
    return rt_wrap_function(f);
}

/* The leaves of each argument: one, or as the caller groups them. */
static const int *leaves_of(ir_arena *scratch, const char *name, int n, jac_dims given, int *nargs)
{
    int64_t total = 0;
    *nargs = given.v ? (int)given.n : n;
    int *leaves = ir_alloc(scratch, (size_t)(*nargs + 1) * sizeof *leaves);
    for (int k = 0; leaves && k < *nargs; k++) {
        int64_t v = given.v ? given.v[k] : 1;
        if (v < 0 || v > n) {
            ir_fail("%s: argument %d cannot have %lld handles", name, k, (long long)v);
            return NULL;
        }
        leaves[k] = (int)v;
        total += v;
    }
    if (leaves && total != n) {
        ir_fail("%s takes %s, but .leaves has %lld", name, ir_count_tmp(n, "handle"),
                (long long)total);
        return NULL;
    }
    return leaves;
}

static jac_fn parse(const jac_loc *at, const char *path, const char *text, size_t n,
                    jac_stablehlo_opts o)
{
    hlo_program p;
    hlo_module m = {.path = path, .text = text, .at = (const ir_loc *)at};
    jac_fn made = JAC_NULL_FN;
    IR_SCRATCH(scratch);
    if (hlo_read(&m, text, n) && hlo_program_make(&m, o.function, &p, NULL, NULL, NULL)) {
        int nargs;
        int64_t one;
        const int *leaves = rt_ints(p.g->name, ".leaves", &o.leaves, &one)
                                ? leaves_of(&scratch, p.g->name, p.narg, o.leaves, &nargs)
                                : NULL;
        const char *name = leaves ? ir_name(p.g->name, strlen(p.g->name)) : NULL;
        if (name)
            made = hlo_program_function(at, &p, name, nargs, leaves, p.nresult);
        else
            hlo_program_drop(&p);
    }
    ir_arena_free(&m.arena);
    return made;
}

jac_fn jac_parse_stablehlo_(const jac_loc *at, const char *text, jac_stablehlo_opts o)
{
    rt_at(at);
    if (!text) {
        ir_fail("jac_parse_stablehlo: the text is a null pointer");
        return JAC_NULL_FN;
    }
    return parse(at, "stablehlo", text, strlen(text), o);
}

jac_fn jac_parse_stablehlo_bytes_(const jac_loc *at, const void *bytes, size_t n,
                                  jac_stablehlo_opts o)
{
    rt_at(at);
    if (!bytes) {
        ir_fail("jac_parse_stablehlo_bytes: the bytes are a null pointer");
        return JAC_NULL_FN;
    }
    return parse(at, "stablehlo", bytes, n, o);
}

/* ---- files --------------------------------------------------------------------------------------- */

static void close_file(FILE **f)
{
    if (*f)
        fclose(*f);
}
#define AUTO_FILE __attribute__((cleanup(close_file))) FILE *

/* The whole file as a malloc'd text; NULL with an error. */
static char *read_file(const char *path, size_t *n)
{
    AUTO_FILE f = fopen(path, "rbe");
    size_t room = 1 << 16;
    char *text = f ? ir_new(room) : NULL;
    if (!f)
        ir_fail("cannot open %s: %s", path, strerror(errno));
    for (*n = 0; text;) {
        *n += fread(text + *n, 1, room - *n, f);
        if (*n < room)
            break;
        char *more = ir_resize(text, room *= 2);
        if (!more)
            free(text);
        text = more;
    }
    if (text && ferror(f)) {
        ir_fail("cannot read %s: %s", path, strerror(errno));
        free(text);
        text = NULL;
    }
    return text;
}

jac_fn jac_load_stablehlo_(const jac_loc *at, const char *path, jac_stablehlo_opts o)
{
    size_t n;
    rt_at(at);
    if (!path) {
        ir_fail("jac_load_stablehlo: the path is a null pointer");
        return JAC_NULL_FN;
    }
    char *text = read_file(path, &n);
    jac_fn made = text ? parse(at, path, text, n, o) : JAC_NULL_FN;
    free(text);
    return made;
}

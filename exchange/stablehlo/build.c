/* Frames: functions and regions while graphs are made of them. */
#include "exchange/stablehlo/build.h"

#include <stdarg.h>

enum {
    DEEPEST = 200,             /* calls and regions within each other */
    MOST_OPERATIONS = 1 << 24, /* of a function, with those of the functions that it calls */
};

/* ---- errors -------------------------------------------------------------------------------------- */

/* What loc(...) says, such as "f.py":3:1, looked up if it is a name. */
static hlo_text source_of(const hlo_module *m, hlo_text location)
{
    for (int k = 0; k < 10 && location.n > 1 && *location.at == '#'; k++) {
        const hlo_attr *a = m->aliases.first;
        while (a && !(a->key.n == location.n - 1 && !memcmp(a->key.at, location.at + 1, a->key.n)))
            a = a->next;
        location = a ? a->text : (hlo_text){"", 0};
    }
    return location;
}

static bool fail(hlo_frame *f, const hlo_op *op, const char *fmt, va_list ap)
{
    char text[700];
    vsnprintf(text, sizeof text, fmt, ap);
    hlo_text from = source_of(f->b->module, op->location);
    if (from.n)
        snprintf(text + strlen(text), sizeof text - strlen(text), " (it is from %.*s)",
                 HLO_SHOW(from));
    return hlo_fail_at(f->b->module, op->at, "%.*s%s", HLO_SHOW(op->name), text);
}

bool hlo_op_fail(hlo_frame *f, const hlo_op *op, const char *fmt, ...)
{
    char with_colon[300];
    va_list ap;
    snprintf(with_colon, sizeof with_colon, ": %s", fmt);
    va_start(ap, fmt);
    fail(f, op, with_colon, ap);
    va_end(ap);
    return false;
}

bool hlo_unsupported(hlo_frame *f, const hlo_op *op, const char *fmt, ...)
{
    char after_name[300];
    va_list ap;
    snprintf(after_name, sizeof after_name, " is not supported: %s", fmt);
    f->b->unsupported |= !f->b->module->failed;
    va_start(ap, fmt);
    fail(f, op, after_name, ap);
    va_end(ap);
    return false;
}

/* The recorded error without the line of the C program, which stands in front of every error. */
static const char *without_line(const char *error)
{
    const ir_loc *at = ir_loc_get();
    if (!at || !at->file)
        return error;
    char line[40];
    int n = snprintf(line, sizeof line, ":%d: ", at->line);
    const char *found = strstr(error, line);
    return found ? found + n : error;
}

/* An error of a primitive's own rules gets the operation and its place in front. */
static bool explain(hlo_frame *f, const hlo_op *op, bool had_error)
{
    char text[700];
    if (f->b->module->failed || had_error || !ir_error())
        return false;
    snprintf(text, sizeof text, "%s", without_line(ir_error()));
    ir_error_clear();
    return hlo_op_fail(f, op, "%s", text);
}

/* ---- values -------------------------------------------------------------------------------------- */

static bool put(hlo_frame *f, const hlo_value *v, ir_value *made)
{
    return made && ptrmap_put(&f->made, v, (uint64_t)(uintptr_t)made, 0);
}

static bool push_captured(hlo_frame *f, const hlo_value *v)
{
    if (f->ncaptured == f->room) {
        int more = f->room ? 2 * f->room : 8;
        const hlo_value **grown =
            ir_grow(f->b->arena, f->captured, (size_t)f->ncaptured * sizeof *grown,
                    (size_t)more * sizeof *grown);
        if (!grown)
            return false;
        f->captured = grown;
        f->room = more;
    }
    f->captured[f->ncaptured++] = v;
    return true;
}

const hlo_row *hlo_row_of(hlo_text name)
{
    for (const hlo_row *r = hlo_rows; r->name; r++)
        if (hlo_is(name, r->name))
            return r;
    return NULL;
}

/* A constant of one element is made in each frame that uses it. */
ir_value *hlo_get(hlo_frame *f, const hlo_value *v)
{
    const ptrmap_entry *e = ptrmap_find(&f->made, v);
    if (e)
        return (ir_value *)(uintptr_t)e->lo;
    if (v->op && hlo_is(v->op->name, "stablehlo.constant")) {
        ir_value *made = NULL;
        const hlo_row *row = hlo_row_of(v->op->name);
        if (!row->emit(f, v->op, row, NULL, &made))
            return NULL;
        if (made)
            return put(f, v, made) ? made : NULL;
    }
    ir_value *in = ir_input(f->g, &v->type->type);
    return in && push_captured(f, v) && put(f, v, in) ? in : NULL;
}

static bool check_type(hlo_frame *f, hlo_at at, hlo_text where, const hlo_type *t)
{
    if (!t->why)
        return true;
    f->b->unsupported |= !f->b->module->failed;
    return hlo_fail_at(f->b->module, at, "%.*s: %s%s%.*s is not supported, in %.*s",
                       HLO_SHOW(where), t->why, t->element.n ? " " : "", HLO_SHOW(t->element),
                       HLO_SHOW(t->text));
}

/* ---- operations ---------------------------------------------------------------------------------- */

static bool check_counts(hlo_frame *f, const hlo_op *op, const hlo_row *row)
{
    if (row->noperand != HLO_ANY && op->noperand != row->noperand)
        return hlo_op_fail(f, op, "it takes %s, but is given %d",
                           ir_count_tmp(row->noperand, "operand"), op->noperand);
    if (row->nresult != HLO_ANY && op->nresult != row->nresult)
        return hlo_op_fail(f, op, "it gives %s, but is said to give %d",
                           ir_count_tmp(row->nresult, "value"), op->nresult);
    for (int k = 0; k < op->nresult; k++)
        if (!check_type(f, op->at, op->name, op->result[k]->type))
            return false;
    return true;
}

/* Stores the results under the names that the module gives them. A NULL for a result leaves it to
 * hlo_get. */
static bool keep_results(hlo_frame *f, const hlo_op *op, ir_value *const *y)
{
    for (int k = 0; k < op->nresult; k++) {
        if (!y[k])
            continue;
        if (!ir_same_type(&y[k]->type, hlo_result(op, k)))
            return hlo_op_fail(f, op, "result %d is %s, but is said to be %.*s", k,
                               ir_type_tmp(&y[k]->type), HLO_SHOW(op->result[k]->type->text));
        if (!put(f, op->result[k], y[k]))
            return false;
    }
    return true;
}

static bool emit_op(hlo_frame *f, const hlo_op *op)
{
    IR_SCRATCH(scratch);
    const hlo_row *row = hlo_row_of(op->name);
    if (!row)
        return hlo_unsupported(f, op, "there is no such operation here");
    if (!check_counts(f, op, row))
        return false;
    ir_value **x = ir_alloc(&scratch, (size_t)(op->noperand + op->nresult + 1) * sizeof *x);
    if (!x)
        return false;
    ir_value **y = x + op->noperand;
    for (int k = 0; k < op->noperand; k++)
        if (!check_type(f, op->at, op->name, op->operand[k]->type) ||
            !(x[k] = hlo_get(f, op->operand[k])))
            return false;
    return row->emit(f, op, row, x, y) && keep_results(f, op, y);
}

/* The line that equations refer to: of the module or, if bytecode knows it, of what it was made of. */
static const ir_loc *source_line(const hlo_builder *b, const hlo_op *op)
{
    return op->line ? hlo_location(ir_name(op->file.at, op->file.n), b->func, op->line)
                    : hlo_location(b->file, b->func, op->at.line);
}

/* Emits a body's operations up to its return. */
static bool emit_body(hlo_frame *f, const hlo_region *r, const hlo_op **last)
{
    for (const hlo_op *op = r->first; op; op = op->next) {
        *last = op;
        if (hlo_is_return(op))
            return !op->next || hlo_op_fail(f, op, "operations follow it");
        bool had_error = ir_error() != NULL;
        if (++f->size > MOST_OPERATIONS)
            return hlo_op_fail(f, op, "the program has more than %d operations", MOST_OPERATIONS);
        const ir_loc *was = ir_loc_set(source_line(f->b, op));
        bool ok = emit_op(f, op) || explain(f, op, had_error);
        ir_loc_set(was);
        if (!ok)
            return false;
    }
    *last = NULL;
    return true;
}

/* ---- frames -------------------------------------------------------------------------------------- */

/* where: what the arguments belong to. */
static bool open_frame(hlo_frame *f, hlo_builder *b, hlo_frame *outer, hlo_at at, hlo_text where,
                       const hlo_region *r)
{
    *f = (hlo_frame){.b = b, .outer = outer, .made.mem = b->arena};
    char *name = ir_alloc(b->arena, where.n + 1);
    if (!name)
        return false;
    memcpy(name, where.at, where.n);
    if (!(f->g = ir_graph_new(name)))
        return false;
    for (int k = 0; k < r->narg; k++)
        if (!check_type(f, at, where, r->arg[k]->type) ||
            !put(f, r->arg[k], ir_input(f->g, &r->arg[k]->type->type)))
            return false;
    return true;
}

/* The values that a body returns, and room for `more`. */
static ir_value **returned(hlo_frame *f, ir_arena *scratch, const hlo_op *last, int more)
{
    int n = last ? last->noperand : 0;
    ir_value **y = ir_alloc(scratch, (size_t)(n + more + 1) * sizeof *y);
    for (int k = 0; y && k < n; k++)
        if (!check_type(f, last->at, last->name, last->operand[k]->type) ||
            !(y[k] = hlo_get(f, last->operand[k])))
            return NULL;
    return y;
}

static ir_graph *region_graph(hlo_frame *f, const hlo_op *op, const hlo_region *r, hlo_frame *inner)
{
    IR_SCRATCH(scratch);
    const hlo_op *last = NULL;
    bool ok = open_frame(inner, f->b, f, op->at, op->name, r) && emit_body(inner, r, &last);
    ir_value **y = ok ? returned(inner, &scratch, last, 0) : NULL;
    f->size += inner->size;
    if (y && ir_outputs(inner->g, y, last ? last->noperand : 0))
        return inner->g;
    ir_graph_release(inner->g);
    return inner->g = NULL;
}

ir_graph *hlo_region_graph(hlo_frame *f, const hlo_op *op, const hlo_region *r, hlo_frame *inner)
{
    if (f->b->depth == DEEPEST) {
        hlo_op_fail(f, op, "calls and regions are nested more than %d deep", DEEPEST);
        return NULL;
    }
    f->b->depth++;
    ir_graph *g = region_graph(f, op, r, inner);
    f->b->depth--;
    return g;
}

/* ---- functions ----------------------------------------------------------------------------------- */

/* What is known of a function while and after its graph is made. */
typedef struct {
    hlo_built built;
    int64_t size;
    bool open; /* it is being made */
} made_function;

static bool check_results(hlo_builder *b, const hlo_function *fn, int n, ir_value *const *y)
{
    if (n != fn->nresult)
        return hlo_fail_at(b->module, fn->at, "@%.*s returns %s, but is said to return %d",
                           HLO_SHOW(fn->name), ir_count_tmp(n, "value"), fn->nresult);
    for (int k = 0; k < n; k++)
        if (fn->result[k]->why || !ir_same_type(&y[k]->type, &fn->result[k]->type))
            return hlo_fail_at(b->module, fn->at, "@%.*s: result %d is %s, but is said to be %.*s",
                               HLO_SHOW(fn->name), k, ir_type_tmp(&y[k]->type),
                               HLO_SHOW(fn->result[k]->text));
    return true;
}

static bool make_function(hlo_builder *b, const hlo_function *fn, made_function *made)
{
    IR_SCRATCH(scratch);
    hlo_frame f;
    const hlo_op *last = NULL;
    bool ok =
        open_frame(&f, b, NULL, fn->at, fn->name, &fn->body) && emit_body(&f, &fn->body, &last);
    int n = last ? last->noperand : 0;
    ir_value **y = ok ? returned(&f, &scratch, last, 2 * f.ncheck) : NULL;
    ok = y && check_results(b, fn, n, y);
    for (int k = 0; ok && k < f.ncheck; k++) {
        y[n + 2 * k] = (ir_value *)f.check[k].got;
        y[n + 2 * k + 1] = (ir_value *)f.check[k].expected;
    }
    if (!ok || !ir_outputs(f.g, y, n + 2 * f.ncheck)) {
        ir_graph_release(f.g);
        return false;
    }
    made->built = (hlo_built){f.g, fn->narg, n, f.ncaptured, f.captured, f.ncheck, f.check};
    made->size = f.size;
    return true;
}

static const made_function *function_of(hlo_builder *b, const hlo_function *fn, bool checks)
{
    ptrmap_entry *e = ptrmap_find(&b->functions, fn);
    made_function *made = e ? (made_function *)(uintptr_t)e->lo : NULL;
    if (made && made->open) {
        hlo_fail_at(b->module, fn->at, "@%.*s calls itself", HLO_SHOW(fn->name));
        return NULL;
    }
    if (made)
        return made;
    if (!fn->has_body || b->depth == DEEPEST) {
        hlo_fail_at(b->module, fn->at,
                    b->depth == DEEPEST ? "@%.*s: calls are nested too deep" : "@%.*s has no body",
                    HLO_SHOW(fn->name));
        return NULL;
    }
    made = ir_alloc(b->arena, sizeof *made);
    if (!made || !ptrmap_put(&b->functions, fn, (uint64_t)(uintptr_t)made, 0))
        return NULL;
    made->open = true;
    bool outer = b->checks;
    const char *caller = b->func;
    b->checks = checks;
    b->func = ir_name(fn->name.at, fn->name.n);
    b->depth++;
    bool ok = make_function(b, fn, made);
    b->depth--;
    b->checks = outer;
    b->func = caller;
    made->open = !ok;
    return ok ? made : NULL;
}

const hlo_function *hlo_find_function(const hlo_module *m, hlo_text name)
{
    for (const hlo_function *f = m->first; f; f = f->next)
        if (f->name.n == name.n && !memcmp(f->name.at, name.at, name.n))
            return f;
    return NULL;
}

bool hlo_call_function(hlo_frame *f, const hlo_op *op, hlo_text callee, int n, ir_value *const *x,
                       ir_value **y)
{
    IR_SCRATCH(scratch);
    const hlo_function *fn = hlo_find_function(f->b->module, callee);
    if (!fn)
        return hlo_op_fail(f, op, "there is no function @%.*s", HLO_SHOW(callee));
    if (n != fn->narg || op->nresult != fn->nresult)
        return hlo_op_fail(
            f, op, "@%.*s takes %s and gives %d, but is given %d and is said to give %d",
            HLO_SHOW(callee), ir_count_tmp(fn->narg, "operand"), fn->nresult, n, op->nresult);
    const made_function *made = function_of(f->b, fn, false);
    if (!made)
        return false;
    const hlo_built *built = &made->built;
    f->size += made->size;
    ir_value **in = ir_alloc(&scratch, (size_t)(n + built->nconstant + 1) * sizeof *in);
    if (!in)
        return false;
    for (int k = 0; k < n; k++)
        in[k] = x[k];
    for (int k = 0; k < built->nconstant; k++)
        in[n + k] = hlo_get(f, built->constant[k]);
    if (!op->nresult)
        return true;
    ir_attr attr[] = {[CALL_GRAPH] = {.graph = built->g}};
    return ir_results(ir_emit(f->g, &op_call, n + built->nconstant, in, attr), op->nresult, y);
}

ir_graph *hlo_function_graph(hlo_frame *f, const hlo_function *fn, int *nconstant,
                             const hlo_value *const **constant)
{
    const made_function *made = function_of(f->b, fn, false);
    if (!made)
        return NULL;
    f->size += made->size;
    *nconstant = made->built.nconstant;
    *constant = made->built.constant;
    return made->built.g;
}

const hlo_function *hlo_choose(const hlo_module *m, const char *name)
{
    const char *wanted = name ? name : "main";
    const hlo_function *f = hlo_find_function(m, (hlo_text){wanted, strlen(wanted)});
    if (!f && !name && m->first && m->first == m->last)
        f = m->first;
    if (!f)
        ir_fail("%s: there is no function @%s in the module", m->path, wanted);
    return f;
}

static void release_functions(hlo_builder *b)
{
    for (size_t k = 0; k < b->functions.nslots; k++)
        if (b->functions.slots[k].key)
            ir_graph_release(((made_function *)(uintptr_t)b->functions.slots[k].lo)->built.g);
}

bool hlo_build(hlo_builder *b, const char *name, hlo_built *built)
{
    ops_init();
    b->functions = (ptrmap){.mem = b->arena};
    b->file = ir_name(b->module->path, strlen(b->module->path));
    b->axis_name = ir_name("processes of a module", 21);
    b->replicas += !b->replicas;
    b->partitions += !b->partitions;
    const hlo_function *fn = hlo_choose(b->module, name);
    const made_function *made = fn ? function_of(b, fn, b->checks) : NULL;
    if (made) {
        *built = made->built;
        ir_graph_retain(built->g);
    }
    release_functions(b);
    return made != NULL;
}

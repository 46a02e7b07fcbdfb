/* Makes a failing case small. It tries one edit after another and keeps those after which the same
 * check still fails, until no edit is left.
 *
 * The one idea: graphs are rebuilt, not changed. An edit says what to do differently while the
 * graph is copied. The primitives' infer rules find the new types, or refuse an edit that makes no
 * sense.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ops/ops.h"
#include "tests/fuzz/fuzz.h"

typedef enum {
    DROP_DEAD,   /* unused equations and inputs */
    DROP_OUTPUT, /* output `arg` */
    REPLACE,   /* the results of equation `site`, by values of the same types; see replacement() */
    INLINE,    /* equation `site`, by its nested graph `arg` */
    RESIZE,    /* dimensions of size `from` become `arg` */
    ROUND,     /* the inputs' elements; see rounded() */
    PASS,      /* one of the passes */
    DROP_STEP, /* step `arg` */
    ADVANCE_STEP, /* does the first step, and keeps its result as the case */
    NKIND
} edit_kind;

typedef struct {
    edit_kind kind;
    int site, arg;
    int64_t from;
} edit;

/* ---- copying with an edit -------------------------------------------------------------------- */

typedef struct {
    const edit *edit;
    int site;   /* the number of the next equation, counting nested ones */
    int frozen; /* depth within custom_jvp_calls, whose rules must stay those of their functions */
    test_pool *pool;
    test_array *value; /* the outermost graph's values, by id */
    test_arrays extra; /* the elements of the added inputs */
    bool touched;
} copying;

static ir_graph *copied(copying *c, const ir_graph *g, bool outermost);

static int64_t resized(const copying *c, int64_t n)
{
    return c->edit->kind == RESIZE && n == c->edit->from ? c->edit->arg : n;
}

static ir_type type_after(const copying *c, ir_type t)
{
    for (int d = 0; d < t.rank; d++)
        t.dim[d] = resized(c, t.dim[d]);
    return t;
}

/* Finds which values are read, backwards from the outputs. */
static bool *live_values(const ir_graph *g)
{
    bool *live = ir_new(g->nvalue + 1);
    for (int k = 0; k < g->nout; k++)
        live[g->out[k]->id] = true;
    for (const ir_eqn *e = g->last; e; e = e->prev) {
        bool any = false;
        for (int k = 0; k < e->nout; k++)
            any = any || live[e->out[k]->id];
        for (int k = 0; k < e->nin && any; k++)
            live[e->in[k]->id] = true;
    }
    return live;
}

static bool is_size(const char *name)
{
    static const char *const sizes[] = {"shape", "new_sizes", "limit_indices", "slice_sizes",
                                        "length"};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
        if (!strcmp(sizes[k], name))
            return true;
    return false;
}

/* The parameters after the edit; false if a nested graph is invalid after it. */
static bool attrs_after(copying *c, const ir_eqn *e, ir_attr *attr)
{
    for (int k = 0; k < ir_nattr(e->op); k++) {
        attr[k] = e->attr[k];
        ir_attr_kind kind = e->op->attrs[k].kind;
        bool size = is_size(e->op->attrs[k].name);
        if (size && kind == IR_ATTR_INT)
            attr[k].i = resized(c, attr[k].i);
        if (size && kind == IR_ATTR_INTS) {
            int64_t *v = test_alloc(c->pool, (size_t)attr[k].n * sizeof *v);
            for (int j = 0; j < attr[k].n; j++)
                v[j] = resized(c, e->attr[k].ints[j]);
            attr[k].ints = v;
        }
        if (kind == IR_ATTR_GRAPH && !(attr[k].graph = copied(c, attr[k].graph, false)))
            return false;
        if (kind == IR_ATTR_GRAPHS) {
            attr[k].graphs = test_alloc(c->pool, (size_t)attr[k].n * sizeof *attr[k].graphs);
            for (int j = 0; j < attr[k].n; j++)
                if (!(attr[k].graphs[j] = copied(c, e->attr[k].graphs[j], false)))
                    return false;
        }
    }
    return true;
}

enum { BY_INPUT, BY_ONES, BY_ZEROS, BY_VALUE, REPLACEMENTS = BY_VALUE + 4 };

/* A value of v's type that replaces v: a new input (in the outermost graph), a constant, or earlier
 * value number `which` of that type. */
static ir_value *replacement(copying *c, ir_graph *g, const ir_value *v, ir_value **map,
                             bool outermost, int which)
{
    if (which < BY_VALUE && ir_is_tape(&v->type))
        return NULL;
    if (which == BY_ONES || which == BY_ZEROS)
        return ir_full(g, &v->type, ir_scalar_of(v->type.dtype, which == BY_ONES));
    if (which == BY_INPUT) {
        if (!outermost)
            return NULL;
        test_arrays_add(c->pool, &c->extra, c->value[v->id]);
        return ir_input(g, &v->type);
    }
    for (int k = 0; k < v->eqn->nin; k++)
        if (ir_same_type(&v->eqn->in[k]->type, &v->type) && which-- == BY_VALUE)
            return map[v->eqn->in[k]->id];
    return NULL;
}

static bool replace(copying *c, ir_graph *g, const ir_eqn *e, ir_value **map, bool outermost)
{
    for (int k = 0; k < e->nout; k++)
        if (!(map[e->out[k]->id] = replacement(c, g, e->out[k], map, outermost, c->edit->arg)))
            return false;
    return true;
}

static bool inlined(copying *c, ir_graph *g, const ir_eqn *e, ir_value **map)
{
    const ir_graph *inner = ir_nested(e, c->edit->arg);
    int skip = e->op == &op_cond;
    if (!inner || inner->nin != e->nin - skip || inner->nout != e->nout)
        return false;
    ir_value **x = test_alloc(c->pool, (size_t)(e->nin + e->nout) * sizeof *x), **y = x + e->nin;
    for (int k = skip; k < e->nin; k++)
        x[k - skip] = map[e->in[k]->id];
    for (int k = 0; k < inner->nin; k++)
        if (!ir_same_type(&x[k]->type, &inner->in[k]->type))
            return false;
    if (!ir_splice(g, inner, x, y))
        return false;
    for (int k = 0; k < e->nout; k++)
        map[e->out[k]->id] = y[k];
    return true;
}

static bool copy_eqn(copying *c, ir_graph *g, const ir_eqn *e, ir_value **map, bool outermost)
{
    bool here = c->site++ == c->edit->site && !c->frozen;
    if (here && (c->edit->kind == REPLACE || c->edit->kind == INLINE)) {
        c->touched = true;
        return c->edit->kind == REPLACE ? replace(c, g, e, map, outermost) : inlined(c, g, e, map);
    }
    ir_attr attr[IR_MAX_ATTRS] = {{0}};
    ir_value **x = test_alloc(c->pool, (size_t)e->nin * sizeof *x);
    for (int k = 0; k < e->nin; k++)
        x[k] = map[e->in[k]->id];
    c->frozen += e->op == &op_custom_jvp_call;
    bool ok = attrs_after(c, e, attr);
    c->frozen -= e->op == &op_custom_jvp_call;
    ir_value **y = ok ? ir_emit(g, e->op, e->nin, x, attr) : NULL;
    for (int k = 0; k < ir_nattr(e->op) && ok; k++) {
        if (e->op->attrs[k].kind == IR_ATTR_GRAPH)
            ir_graph_release(attr[k].graph);
        for (int j = 0; e->op->attrs[k].kind == IR_ATTR_GRAPHS && j < attr[k].n; j++)
            ir_graph_release(attr[k].graphs[j]);
    }
    for (int k = 0; y && k < e->nout; k++)
        map[e->out[k]->id] = y[k];
    return y != NULL;
}

static ir_graph *copied(copying *c, const ir_graph *g, bool outermost)
{
    bool *live = live_values(g), dead = c->edit->kind == DROP_DEAD, ok = true;
    ir_value **map = ir_new((g->nvalue + (size_t)g->nout + 1) * sizeof *map);
    ir_value **out = map + g->nvalue;
    ir_graph *made = ir_graph_new(g->name);
    for (int k = 0; k < g->nin; k++) {
        ir_type t = type_after(c, g->in[k]->type);
        if (dead && outermost && !live[g->in[k]->id]) {
            c->touched = true;
            continue;
        }
        c->touched = c->touched || !ir_same_type(&t, &g->in[k]->type);
        map[g->in[k]->id] = ir_input(made, &t);
    }
    for (const ir_eqn *e = g->first; e && ok; e = e->next) {
        bool used = false;
        for (int k = 0; k < e->nout; k++)
            used = used || live[e->out[k]->id];
        if (dead && !used)
            c->touched = true;
        else
            ok = copy_eqn(c, made, e, map, outermost);
    }
    int n = 0;
    for (int k = 0; k < g->nout; k++)
        if (!(outermost && c->edit->kind == DROP_OUTPUT && c->edit->arg == k))
            out[n++] = map[g->out[k]->id];
        else
            c->touched = true;
    if (ok)
        ir_outputs(made, out, n);
    free(live);
    free(map);
    if (ok)
        return made;
    ir_graph_release(made);
    return NULL;
}

/* ---- the inputs ------------------------------------------------------------------------------ */

/* The elements of each value of the outermost graph. */
static test_array *values_of(test_pool *p, const fuzz_program *f)
{
    test_array *value = test_alloc(p, f->g->nvalue * sizeof *value);
    for (int k = 0; k < f->g->nin; k++)
        value[f->g->in[k]->id] = f->in.at[k];
    IR_EACH_EQN (e, f->g) {
        const void **in = test_alloc(p, (size_t)e->nin * sizeof *in);
        void **out = test_alloc(p, (size_t)e->nout * sizeof *out);
        for (int k = 0; k < e->nin; k++)
            in[k] = value[e->in[k]->id].data;
        for (int k = 0; k < e->nout; k++)
            out[k] = (value[e->out[k]->id] = test_array_new(p, &e->out[k]->type)).data;
        if (!ir_run_eqn(e, in, out))
            return NULL;
    }
    return value;
}

static test_array rounded(test_pool *p, const test_array *a, int how)
{
    test_array b = test_array_new(p, &a->type);
    for (int64_t k = 0; k < ir_type_count(&a->type); k++) {
        double v = test_get(a, k);
        test_set(&b, k, how == 0 ? 1 : how == 1 ? 0 : how == 2 ? round(v) : round(8 * v) / 8);
    }
    return b;
}

static bool differs(const test_array *a, const test_array *b)
{
    return memcmp(a->data, b->data, ir_type_bytes(&a->type)) != 0;
}

/* The first elements of a, in another shape. */
static test_array cut(test_pool *p, const test_array *a, const ir_type *t)
{
    test_array b = test_array_new(p, t);
    int64_t n = ir_type_count(&a->type);
    for (int64_t k = 0; k < ir_type_count(t); k++)
        test_set(&b, k, n ? test_get(a, k % n) : 1);
    return b;
}

/* ---- one edit -------------------------------------------------------------------------------- */

static ir_graph *(*const passes[])(ir_graph *) = {ir_pass_dce, ir_pass_inline, ir_pass_simplify,
                                                  ir_pass_cse, ir_pass_hoist_rows};
enum { PASSES = sizeof passes / sizeof *passes, ROUNDINGS = 4 };

static bool edit_graph(test_pool *p, const fuzz_case *old, const edit *e, fuzz_case *out)
{
    const fuzz_program *f = &old->program;
    copying c = {.edit = e, .pool = p};
    if (e->kind == REPLACE && e->arg == BY_INPUT && !(c.value = values_of(p, f)))
        return false;
    bool *live = live_values(f->g);
    out->program.g = copied(&c, f->g, true);
    out->program.in = (test_arrays){0};
    for (int k = 0, n = 0; k < f->g->nin && out->program.g; k++) {
        if (e->kind == DROP_DEAD && !live[f->g->in[k]->id])
            continue;
        const ir_type *t = &out->program.g->in[n++]->type;
        test_arrays_add(p, &out->program.in,
                        ir_same_shape(t, &f->in.at[k].type) ? f->in.at[k]
                                                            : cut(p, &f->in.at[k], t));
    }
    out->program.in = test_arrays_join(p, &out->program.in, &c.extra);
    free(live);
    if (out->program.g && c.touched)
        return true;
    ir_graph_release(out->program.g);
    return false;
}

/* The case after the edit, in `out`, which then owns a graph. False if the edit makes no sense. */
static bool edited(test_pool *p, const fuzz_case *c, const edit *e, fuzz_case *out)
{
    *out = *c;
    switch (e->kind) {
    case DROP_STEP:
        out->nstep--;
        memmove(out->step + e->arg, out->step + e->arg + 1,
                (size_t)(out->nstep - e->arg) * sizeof *out->step);
        ir_graph_retain(c->program.g);
        return true;
    case ADVANCE_STEP:
        return c->nstep && fuzz_case_advance(p, c, out);
    case PASS:
        out->program.g = passes[e->arg](c->program.g);
        if (out->program.g && !ir_graph_equal(out->program.g, c->program.g))
            return true;
        ir_graph_release(out->program.g);
        return false;
    case ROUND:
        out->program.in = (test_arrays){0};
        for (int k = 0; k < c->program.in.n; k++)
            test_arrays_add(p, &out->program.in,
                            k == e->site ? rounded(p, &c->program.in.at[k], e->arg)
                                         : c->program.in.at[k]);
        if (!differs(&out->program.in.at[e->site], &c->program.in.at[e->site]))
            return false;
        ir_graph_retain(c->program.g);
        return true;
    default:
        return edit_graph(p, c, e, out);
    }
}

/* ---- the search --------------------------------------------------------------------------------- */

typedef struct {
    test_pool *pool;
    fuzz_case *c;
    bool (*fails)(const fuzz_case *c, void *env);
    void *env;
    double until;
} search;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* If inputs or outputs are removed, a check's draws change, so other seeds are tried too. */
static bool fails_with_some_seed(search *s, fuzz_case *c, edit_kind kind)
{
    int tries = kind == DROP_DEAD || kind == DROP_OUTPUT || kind == ADVANCE_STEP ? 40 : 1;
    while (tries-- && now() < s->until) {
        if (s->fails(c, s->env))
            return true;
        c->seed++;
    }
    return false;
}

/* Keeps the edit if the case still fails. */
static bool try(search *s, edit e)
{
    fuzz_case next;
    bool made = now() < s->until && edited(s->pool, s->c, &e, &next);
    ir_error_clear();
    if (!made)
        return false;
    if (!fails_with_some_seed(s, &next, e.kind)) {
        fuzz_program_free(&next.program);
        return false;
    }
    fuzz_program_free(&s->c->program);
    *s->c = next;
    return true;
}

/* From the last equation to the first, because cutting a late one leaves most others unused. */
static bool try_sites(search *s, edit_kind kind, int nargs)
{
    bool any = false;
    for (int site = ir_count_eqns(s->c->program.g) - 1; site >= 0; site--)
        for (int arg = 0; arg < nargs; arg++)
            if (try(s, (edit){.kind = kind, .site = site, .arg = arg})) {
                any = true;
                try(s, (edit){.kind = DROP_DEAD});
                int n = ir_count_eqns(s->c->program.g);
                site = site < n ? site : n;
                break;
            }
    return any;
}

/* Makes all dimensions of this size smaller, wherever they occur. */
static bool try_size(search *s, int64_t from)
{
    const int64_t to[] = {1, 2, from / 2, from - 1};
    for (int k = 0; k < 4; k++)
        if (to[k] >= 1 && to[k] < from &&
            try(s, (edit){.kind = RESIZE, .site = -1, .arg = (int)to[k], .from = from}))
            return true;
    return false;
}

static bool try_sizes(search *s)
{
    bool any = false;
    for (int k = 0; k < s->c->program.g->nin; k++)
        for (int d = 0; d < s->c->program.g->in[k]->type.rank; d++)
            any |= try_size(s, s->c->program.g->in[k]->type.dim[d]);
    for (int from = 2; from < 6; from++)
        any |= try_size(s, from);
    return any;
}

static bool try_inputs(search *s)
{
    bool any = false;
    for (int k = 0; k < s->c->program.in.n; k++)
        for (int how = 0; how < ROUNDINGS; how++)
            if (try(s, (edit){.kind = ROUND, .site = k, .arg = how})) {
                any = true;
                break;
            }
    return any;
}

static bool try_whole(search *s)
{
    bool any = false;
    while (try(s, (edit){.kind = ADVANCE_STEP}))
        any = true;
    for (int k = s->c->nstep; k-- > 0;)
        any |= try(s, (edit){.kind = DROP_STEP, .arg = k});
    any |= try(s, (edit){.kind = DROP_DEAD, .site = -1});
    for (int k = s->c->program.g->nout; k-- > 0;)
        if (s->c->program.g->nout > 1 &&
            try(s, (edit){.kind = DROP_OUTPUT, .site = -1, .arg = k})) {
            any = true;
            try(s, (edit){.kind = DROP_DEAD, .site = -1});
        }
    for (int k = 0; k < PASSES; k++)
        any |= ir_count_eqns(s->c->program.g) > 3 && try(s, (edit){.kind = PASS, .arg = k});
    return any;
}

void fuzz_shrink(test_pool *p, fuzz_case *c, bool (*fails)(const fuzz_case *c, void *env),
                 void *env, double seconds)
{
    search s = {p, c, fails, env, now() + seconds};
    for (bool any = true; any && now() < s.until;) {
        any = try_whole(&s);
        any |= try_sites(&s, REPLACE, REPLACEMENTS);
        any |= try_sites(&s, INLINE, 4);
        any |= try_sizes(&s);
        any |= try_inputs(&s);
    }
}

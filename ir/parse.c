/* Parses the text form of a graph, with a function for each construct of the grammar in ir.h.
 *
 * The text may come from anywhere, so nothing in it is trusted: each equation goes through the
 * builder's checks, and the types written for its results must be those that infer gives. An
 * equation ends with its line; this is how its operands are told from the next equation's results.
 */
#include <string.h>

#include "ir/parse.h"

enum { MAX_DEPTH = 64 }; /* of nested graphs; limited because the parser recurses */

/* ---- types ------------------------------------------------------------------------------- */

static bool parse_dtype(parser *p, ir_dtype *out)
{
    if (p->t.kind != T_WORD || !ir_dtype_find(p->t.at, p->t.len, out))
        return parse_fail_expected(p, "an element type");
    parse_next(p);
    return true;
}

static bool parse_type(parser *p, ir_type *out)
{
    const token start = p->t;
    int64_t dim[IR_MAX_RANK];
    int rank = 0;
    ir_dtype d;
    bool weak = parse_accept(p, '~');
    if (!parse_dtype(p, &d) || !parse_expect(p, '['))
        return false;
    while (!parse_at(p, ']')) {
        if (rank == IR_MAX_RANK)
            return parse_fail_at(p, &p->t, "there are more than %d dimensions", IR_MAX_RANK);
        const token at = p->t;
        if (rank && !parse_expect(p, ','))
            return false;
        if (parse_accept(p, '?')) {
            if (rank && dim[rank - 1] != IR_DYNAMIC)
                return parse_fail_at(p, &at, "only leading dimensions can be dynamic");
            dim[rank++] = IR_DYNAMIC;
            continue;
        }
        if (!parse_int(p, &dim[rank]))
            return false;
        if (dim[rank++] < 0)
            return parse_fail_at(p, &at, "a dimension is negative");
    }
    parse_next(p);
    *out = ir_type_make(d, rank, dim);
    out->weak = weak;
    return ir_type_fits(out) ||
           parse_fail_at(p, &start, "%s has too many elements", ir_type_tmp(out));
}

/* ---- names of the values of a graph ------------------------------------------------------ */

typedef struct {
    const char *at;
    size_t len;
    ir_value *value;
} name;

typedef struct {
    name *slots; /* open addressing */
    size_t nslots, used;
} names;

static name *name_slot(const names *n, const token *t)
{
    size_t h = 14695981039346656037u;
    for (size_t k = 0; k < t->len; k++)
        h = (h ^ (unsigned char)t->at[k]) * 1099511628211u;
    for (h ^= h >> 32;; h++) {
        name *s = &n->slots[h & (n->nslots - 1)];
        if (!s->at || (s->len == t->len && !memcmp(s->at, t->at, t->len)))
            return s;
    }
}

static bool names_grow(ir_arena *memory, names *n)
{
    names grown = {.nslots = n->nslots ? 2 * n->nslots : 16};
    grown.slots = ir_alloc(memory, grown.nslots * sizeof *grown.slots);
    if (!grown.slots)
        return false;
    for (size_t k = 0; k < n->nslots; k++)
        if (n->slots[k].at)
            *name_slot(&grown, &(token){.at = n->slots[k].at, .len = n->slots[k].len}) =
                n->slots[k];
    grown.used = n->used;
    *n = grown;
    return true;
}

static bool define(parser *p, names *n, const token *t, ir_value *v)
{
    if (!v || (4 * (n->used + 1) > 3 * n->nslots && !names_grow(&p->memory, n)))
        return false;
    name *s = name_slot(n, t);
    char buf[48];
    if (s->at)
        return parse_fail_at(p, t, "%s is defined twice", token_shown(t, buf));
    *s = (name){t->at, t->len, v};
    n->used++;
    return true;
}

static ir_value *find(parser *p, const names *n, const token *t)
{
    ir_value *v = n->nslots ? name_slot(n, t)->value : NULL;
    char buf[48];
    if (!v)
        parse_fail_at(p, t, "%s is not defined", token_shown(t, buf));
    return v;
}

/* ---- lists that grow ------------------------------------------------------------------------- */

/* Returns the list with space for one more element, which the caller writes; NULL with an error. */
static void *room_for(parser *p, void *list, int n, size_t each)
{
    if (n & (n - 1))
        return list;
    void *grown = ir_alloc(&p->memory, (size_t)(n ? 2 * n : 1) * each);
    if (grown && n)
        memcpy(grown, list, (size_t)n * each);
    return grown;
}

#define PUSH(p, list, n, x)                                                                        \
    (((list) = room_for(p, list, n, sizeof *(list))) && ((list)[(n)++] = (x), true))

/* An equation that is being read. */
typedef struct {
    token *names; /* the names of its results */
    ir_type *types;
    int nout;
    const ir_op *op;
    ir_attr attr[IR_MAX_ATTRS];
    bool given[IR_MAX_ATTRS];
    ir_value **in;
    int nin;
} pending;

static void release_graphs(pending *q)
{
    for (int k = 0; q->op && k < ir_nattr(q->op); k++) {
        ir_attr_kind kind = q->op->attrs[k].kind;
        if (!q->given[k])
            continue;
        if (kind == IR_ATTR_GRAPH)
            ir_graph_release(q->attr[k].graph);
        for (int j = 0; kind == IR_ATTR_GRAPHS && j < q->attr[k].n; j++)
            ir_graph_release(q->attr[k].graphs[j]);
    }
}

/* ---- parameters -------------------------------------------------------------------------- */

static ir_graph *parse_graph(parser *p);

/* Reads a list [x, y, ...] of integers, booleans or graphs. */
static bool parse_list(parser *p, ir_attr_kind kind, ir_attr *a)
{
    int64_t *ints = NULL, v = 0;
    ir_graph **graphs = NULL, *g = NULL;
    int n = 0;
    bool ok = parse_expect(p, '[');
    while (ok && !parse_at(p, ']')) {
        ok = !n || parse_expect(p, ',');
        if (ok && kind == IR_ATTR_GRAPHS)
            ok = (g = parse_graph(p)) != NULL;
        else
            ok = ok && (kind == IR_ATTR_INTS ? parse_int(p, &v) : parse_bool(p, &v));
        ir_graph **was = graphs;
        if (ok && kind == IR_ATTR_GRAPHS && !(ok = PUSH(p, graphs, n, g))) {
            ir_graph_release(g);
            graphs = was;
        } else if (ok && kind != IR_ATTR_GRAPHS) {
            ok = PUSH(p, ints, n, v);
        }
    }
    a->n = n;
    if (kind == IR_ATTR_GRAPHS)
        a->graphs = graphs;
    else
        a->ints = ints;
    return ok && parse_expect(p, ']');
}

static bool parse_name(parser *p, const char **name)
{
    if (p->t.kind != T_WORD)
        return parse_fail_expected(p, "a name");
    *name = ir_name(p->t.at, p->t.len);
    parse_next(p);
    return *name != NULL;
}

static bool parse_attr_value(parser *p, pending *q, int k)
{
    ir_attr *a = &q->attr[k];
    ir_attr_kind kind = q->op->attrs[k].kind;
    ir_dtype d;
    q->given[k] = true;
    switch (kind) {
    case IR_ATTR_INT:
        return parse_int(p, &a->i);
    case IR_ATTR_BOOL:
        return parse_bool(p, &a->i);
    case IR_ATTR_DTYPE:
        return parse_dtype(p, &d) && ((a->i = d), true);
    case IR_ATTR_SCALAR:
        return q->nout ? parse_scalar(p, q->types[0].dtype, &a->scalar)
                       : parse_fail_at(p, &p->t,
                                       "a scalar parameter takes its dtype from the result, "
                                       "but there is no result");
    case IR_ATTR_GRAPH:
        return (a->graph = parse_graph(p)) != NULL;
    case IR_ATTR_NAME:
        return parse_name(p, &a->name);
    case IR_ATTR_INTS:
    case IR_ATTR_BOOLS:
    case IR_ATTR_GRAPHS:
        return parse_list(p, kind, a);
    }
    return false;
}

static bool parse_attr(parser *p, pending *q)
{
    const token t = p->t;
    char buf[48];
    if (t.kind != T_WORD)
        return parse_fail_expected(p, "a parameter's name");
    int k = 0;
    while (k < ir_nattr(q->op) && !token_is(&t, q->op->attrs[k].name))
        k++;
    if (k == ir_nattr(q->op))
        return parse_fail_at(p, &t, "%s has no parameter %s", q->op->name, token_shown(&t, buf));
    if (q->given[k])
        return parse_fail_at(p, &t, "%s is given twice", token_shown(&t, buf));
    parse_next(p);
    return parse_expect(p, '=') && parse_attr_value(p, q, k);
}

static bool parse_attrs(parser *p, pending *q, const token *op)
{
    if (parse_accept(p, '[')) {
        do {
            if (!parse_attr(p, q))
                return false;
        } while (parse_accept(p, ','));
        if (!parse_expect(p, ']'))
            return false;
    }
    for (int k = 0, n = ir_nattr(q->op); k < n; k++)
        if (!q->given[k] && !q->op->attrs[k].optional)
            return parse_fail_at(p, op, "%s: its parameter '%s' is missing", q->op->name,
                                 q->op->attrs[k].name);
    return true;
}

/* ---- equations and graphs ---------------------------------------------------------------- */

/* Reads "a: f32[3], b: ..." up to the character `end`, into lists of names and types. */
static bool parse_typed_names(parser *p, char end, token **names_, ir_type **types, int *n)
{
    int ntypes = 0;
    while (!parse_at(p, end)) {
        if (*n && !parse_expect(p, ','))
            return false;
        const token t = p->t;
        ir_type type;
        if (t.kind != T_WORD)
            return parse_fail_expected(p, "a name");
        parse_next(p);
        if (!parse_expect(p, ':') || !parse_type(p, &type))
            return false;
        if (!PUSH(p, *types, ntypes, type) || !PUSH(p, *names_, *n, t))
            return false;
    }
    parse_next(p);
    return true;
}

static bool parse_operands(parser *p, pending *q, const names *scope)
{
    while (p->t.kind == T_WORD && !p->t.first) {
        ir_value *v = find(p, scope, &p->t);
        if (!v || !PUSH(p, q->in, q->nin, v))
            return false;
        parse_next(p);
    }
    return p->t.first || p->t.kind == T_END || parse_at(p, '}') ||
           parse_fail_expected(p, "an operand or the end of the line");
}

/* Records the builder's error again, with the position in the text. */
static bool fail_rejected(const parser *p, const token *t)
{
    char text[1024];
    const char *error = ir_error();
    snprintf(text, sizeof text, "%s", error ? error : "rejected");
    ir_error_clear();
    return parse_fail_at(p, t, "%s", text);
}

/* Checks that the results have the types that are written, weakness included. */
static bool check_types(parser *p, const pending *q, const token *op, ir_value **out, int nout)
{
    if (nout != q->nout)
        return parse_fail_at(p, op, "%s gives %d values, but %d are named", q->op->name, nout,
                             q->nout);
    for (int k = 0; k < nout; k++)
        if (!ir_same_type(&out[k]->type, &q->types[k]) || out[k]->type.weak != q->types[k].weak)
            return parse_fail_at(p, &q->names[k], "result %d of %s is %s, but %s is written", k,
                                 q->op->name, ir_type_tmp(&out[k]->type),
                                 ir_type_tmp(&q->types[k]));
    return true;
}

static bool emit(parser *p, ir_graph *g, names *scope, const pending *q, const token *op)
{
    bool clean = !ir_error();
    ir_value **out = ir_emit(g, q->op, q->nin, q->in, q->attr);
    if (!out)
        return clean && fail_rejected(p, op);
    if (!check_types(p, q, op, out, g->last->nout))
        return false;
    for (int k = 0; k < q->nout; k++)
        if (!define(p, scope, &q->names[k], out[k]))
            return false;
    return true;
}

static bool parse_eqn_into(parser *p, ir_graph *g, names *scope, pending *q)
{
    char buf[48];
    if (!parse_typed_names(p, '=', &q->names, &q->types, &q->nout))
        return false;
    const token op = p->t;
    if (op.kind != T_WORD)
        return parse_fail_expected(p, "a primitive");
    if (!(q->op = ir_op_find(op.at, op.len)))
        return parse_fail_at(p, &op, "there is no primitive %s", token_shown(&op, buf));
    parse_next(p);
    return parse_attrs(p, q, &op) && parse_operands(p, q, scope) && emit(p, g, scope, q, &op);
}

static bool parse_eqn(parser *p, ir_graph *g, names *scope)
{
    pending q = {0};
    bool ok = parse_eqn_into(p, g, scope, &q);
    release_graphs(&q);
    return ok;
}

static bool parse_return(parser *p, ir_graph *g, const names *scope)
{
    ir_value **out = NULL;
    int n = 0;
    bool ok = true;
    parse_next(p);
    while (ok && !parse_at(p, '}')) {
        ok = !n || parse_expect(p, ',');
        ir_value *v = NULL;
        if (ok && p->t.kind != T_WORD)
            ok = parse_fail_expected(p, "a name");
        ok = ok && (v = find(p, scope, &p->t));
        ok = ok && PUSH(p, out, n, v);
        if (ok)
            parse_next(p);
    }
    if (ok && (ok = ir_outputs(g, out, n)))
        parse_next(p);
    return ok;
}

static bool parse_inputs(parser *p, ir_graph *g, names *scope)
{
    token *words = NULL;
    ir_type *types = NULL;
    int n = 0;
    bool ok = parse_expect(p, '(') && parse_typed_names(p, ')', &words, &types, &n);
    for (int k = 0; ok && k < n; k++)
        ok = define(p, scope, &words[k], ir_input(g, &types[k]));
    return ok;
}

static bool parse_body(parser *p, ir_graph *g)
{
    names scope = {0};
    bool ok = parse_inputs(p, g, &scope) && parse_expect(p, '{');
    while (ok && !token_is(&p->t, "return"))
        ok = parse_eqn(p, g, &scope);
    return ok && parse_return(p, g, &scope);
}

static ir_graph *parse_graph(parser *p)
{
    if (!token_is(&p->t, "graph")) {
        parse_fail_expected(p, "'graph'");
        return NULL;
    }
    if (p->depth == MAX_DEPTH) {
        parse_fail_at(p, &p->t, "graphs are nested more than %d deep", MAX_DEPTH);
        return NULL;
    }
    parse_next(p);
    char title[256] = "";
    if (p->t.kind == T_WORD) {
        snprintf(title, sizeof title, "%.*s", (int)(p->t.len > 255 ? 255 : p->t.len), p->t.at);
        parse_next(p);
    }
    ir_graph *g = ir_graph_new(title);
    p->depth++;
    bool ok = g && parse_body(p, g);
    p->depth--;
    if (ok)
        return g;
    ir_graph_release(g);
    return NULL;
}

ir_graph *ir_parse(const char *text, const char *filename)
{
    parser p = {.file = filename ? filename : "text", .pos = text, .line_start = text, .line = 1};
    /* Errors name positions in the text, not in the program that parses it. */
    const ir_loc *was = ir_loc_set(NULL);
    parse_next(&p);
    ir_graph *g = parse_graph(&p);
    if (g && p.t.kind != T_END) {
        parse_fail_expected(&p, "the end of the text");
        ir_graph_release(g);
        g = NULL;
    }
    ir_loc_set(was);
    ir_arena_free(&p.memory);
    return g;
}

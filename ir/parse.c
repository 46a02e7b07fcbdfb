/* Parses the text form of a graph: a lexer with one token of lookahead, and a function for each
 * construct of the grammar in ir.h.
 *
 * The text may come from anywhere, so nothing in it is trusted: each equation goes through the
 * builder's checks, and the types written for its results must be those that infer gives. An
 * equation ends with its line; this is how its operands are told from the next equation's results.
 */
#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <stdarg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ir/ir.h"

enum { MAX_DEPTH = 64 }; /* of nested graphs; limited because the parser recurses */

/* ---- tokens -------------------------------------------------------------------------------------
 * A word is an identifier. A number includes its sign and extends to the next delimiter. */

typedef enum { T_END, T_WORD, T_NUMBER, T_PUNCT, T_BAD } token_kind;

typedef struct {
    token_kind kind;
    const char *at;
    size_t len;
    int line, column;
    bool first; /* is it the first token of its line? */
} token;

typedef struct {
    const char *file, *pos, *line_start;
    int line;
    token t; /* the lookahead */
    int depth;
    ir_arena memory; /* for lists */
} parser;

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool skip_blanks(parser *p)
{
    bool newline = p->pos == p->line_start;
    for (;; p->pos++) {
        if (*p->pos == '#')
            p->pos += strcspn(p->pos, "\n");
        if (*p->pos == '\n') {
            p->line++;
            p->line_start = p->pos + 1;
            newline = true;
        } else if (*p->pos != ' ' && *p->pos != '\t' && *p->pos != '\r') {
            return newline;
        }
    }
}

/* The length of a number token: a sign, digits, letters, dots, and signs after an
 * exponent's letter. */
static size_t number_length(const char *s)
{
    size_t n = *s == '-' || *s == '+';
    bool hex = s[n] == '0' && (s[n + 1] == 'x' || s[n + 1] == 'X');
    for (;; n++) {
        char c = s[n], before = n ? s[n - 1] : 0;
        bool exponent =
            before == 'p' || before == 'P' || (!hex && (before == 'e' || before == 'E'));
        if (!(is_word_char(c) || c == '.' || ((c == '-' || c == '+') && exponent)))
            return n;
    }
}

static void next(parser *p)
{
    token *t = &p->t;
    t->first = skip_blanks(p);
    t->at = p->pos;
    t->line = p->line;
    t->column = (int)(p->pos - p->line_start) + 1;
    char c = *p->pos;
    if (!c) {
        t->kind = T_END;
        t->len = 0;
    } else if (is_digit(c) || c == '-' || c == '+' || c == '.') {
        t->kind = T_NUMBER;
        t->len = number_length(p->pos);
    } else if (is_word_char(c)) {
        t->kind = T_WORD;
        for (t->len = 1; is_word_char(p->pos[t->len]);)
            t->len++;
    } else {
        t->kind = strchr("(){}[],:=~?", c) ? T_PUNCT : T_BAD;
        t->len = 1;
    }
    p->pos += t->len;
}

/* Records an error at the position of a token. Returns false. */
static bool fail_at(const parser *p, const token *t, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static bool fail_at(const parser *p, const token *t, const char *fmt, ...)
{
    char text[1024];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return ir_fail("%s:%d:%d: %s", p->file, t->line, t->column, text);
}

/* A token as text for an error message, shortened if it is long. */
static const char *shown(const token *t, char buf[48])
{
    if (t->kind == T_END)
        return "the end of the text";
    unsigned char c = (unsigned char)*t->at;
    if (t->kind == T_BAD && (c < 0x20 || c > 0x7e))
        snprintf(buf, 48, "byte 0x%02x", c);
    else
        snprintf(buf, 48, "'%.*s%s'", (int)(t->len > 32 ? 32 : t->len), t->at,
                 t->len > 32 ? "..." : "");
    return buf;
}

static bool fail_expected(const parser *p, const char *what)
{
    char buf[48];
    return fail_at(p, &p->t, "%s expected, but there is %s", what, shown(&p->t, buf));
}

static bool is_punct(const parser *p, char c)
{
    return p->t.kind == T_PUNCT && *p->t.at == c;
}

static bool accept(parser *p, char c)
{
    if (!is_punct(p, c))
        return false;
    next(p);
    return true;
}

static bool expect(parser *p, char c)
{
    return accept(p, c) || fail_expected(p, (char[]){'\'', c, '\'', 0});
}

static bool is_word(const token *t, const char *word)
{
    return t->kind == T_WORD && strlen(word) == t->len && !memcmp(word, t->at, t->len);
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* The C locale, in which numbers are read whatever the program's locale is. */
static locale_t c_locale(void)
{
    static _Atomic(locale_t) made;
    locale_t have = atomic_load(&made);
    if (have)
        return have;
    locale_t fresh = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (atomic_compare_exchange_strong(&made, &have, fresh))
        return fresh;
    freelocale(fresh);
    return have;
}

/* Copies the token's text as a C string. False if it is too long for a number. */
static bool spelled(const token *t, char buf[1100])
{
    if (t->len >= 1100)
        return false;
    memcpy(buf, t->at, t->len);
    buf[t->len] = 0;
    return true;
}

/* Reads the whole token as an integer: a magnitude and a sign. */
static bool integer_of(const token *t, uint64_t *magnitude, bool *negative)
{
    char text[1100], *end;
    if (t->kind != T_NUMBER || !spelled(t, text))
        return false;
    const char *digits = text + (*text == '-' || *text == '+');
    bool hex = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
    if (!is_digit(*digits))
        return false;
    *negative = *text == '-';
    errno = 0;
    *magnitude = strtoull(digits, &end, hex ? 16 : 10);
    return !*end && end != digits && !errno;
}

static bool int64_of(const token *t, int64_t *out)
{
    uint64_t m;
    bool negative;
    if (!integer_of(t, &m, &negative) || m > (uint64_t)INT64_MAX + negative)
        return false;
    *out = (int64_t)(negative ? 0 - m : m);
    return true;
}

static bool parse_int(parser *p, int64_t *out)
{
    if (p->t.kind != T_NUMBER)
        return fail_expected(p, "an integer");
    if (!int64_of(&p->t, out))
        return fail_expected(p, "an integer of 64 bits");
    next(p);
    return true;
}

static bool parse_bool(parser *p, int64_t *out)
{
    *out = is_word(&p->t, "true");
    if (!*out && !is_word(&p->t, "false"))
        return fail_expected(p, "true or false");
    next(p);
    return true;
}

/* Reads `nan`, which may be followed by :0xBITS. */
static bool parse_nan(parser *p, ir_dtype d, ir_scalar *s)
{
    int size = ir_dtypes[d].size;
    *s = ir_scalar_of(d, (double)NAN);
    next(p);
    if (!accept(p, ':'))
        return true;
    bool negative;
    if (!integer_of(&p->t, &s->bits, &negative) || negative ||
        s->bits > UINT64_MAX >> (64 - 8 * size)) {
        char what[40];
        snprintf(what, sizeof what, "the %d bits of a NaN", 8 * size);
        return fail_expected(p, what);
    }
    double v = ir_scalar_f64(d, *s);
    if (v == v)
        return fail_expected(p, "the bits of a NaN");
    next(p);
    return true;
}

static bool parse_float(parser *p, ir_dtype d, ir_scalar *s)
{
    const token t = p->t;
    if (is_word(&t, "nan"))
        return parse_nan(p, d, s);
    *s = (ir_scalar){0};
    if (is_word(&t, "inf") || (t.kind == T_NUMBER && t.len == 4 && !memcmp(t.at, "-inf", 4))) {
        *s = ir_scalar_of(d, *t.at == '-' ? -__builtin_inf() : __builtin_inf());
        next(p);
        return true;
    }
    char text[1100], *end;
    if (t.kind != T_NUMBER || !spelled(&t, text))
        return fail_expected(p, "a number");
    /* Read it in the dtype that arithmetic is done in, so that f32 and f64 are rounded only
     * once. */
    double read = ir_compute(d) == IR_f64 ? strtod_l(text, &end, c_locale())
                                          : (double)strtof_l(text, &end, c_locale());
    *s = ir_scalar_of(d, read);
    double v = ir_scalar_f64(d, *s);
    bool digits = strcspn(text, "0123456789") < strcspn(text, "nNiI");
    if (*end || end == text || !digits)
        return fail_expected(p, "a number");
    if (v - v != 0)
        return fail_at(p, &t, "%s is out of range for %s", text, ir_dtypes[d].name);
    next(p);
    return true;
}

static bool parse_integer(parser *p, ir_dtype d, ir_scalar *s)
{
    const ir_dtype_info *info = &ir_dtypes[d];
    uint64_t m;
    bool negative, is_signed = info->kind == IR_KIND_INT;
    uint64_t top = UINT64_MAX >> (64 - info->bits + is_signed);
    if (!integer_of(&p->t, &m, &negative) || m > (negative ? (is_signed ? top + 1 : 0) : top)) {
        char what[40];
        snprintf(what, sizeof what, "an integer that fits %s", info->name);
        return fail_expected(p, what);
    }
    *s = (ir_scalar){.bits = (negative ? 0 - m : m) & UINT64_MAX >> (64 - 8 * info->size)};
    next(p);
    return true;
}

static bool parse_scalar(parser *p, ir_dtype d, ir_scalar *s)
{
    if (ir_has_fraction(d))
        return parse_float(p, d, s);
    if (d != IR_bool)
        return parse_integer(p, d, s);
    int64_t truth;
    if (!parse_bool(p, &truth))
        return false;
    *s = (ir_scalar){.bits = (uint64_t)truth};
    return true;
}

/* ---- types ------------------------------------------------------------------------------- */

static bool parse_dtype(parser *p, ir_dtype *out)
{
    if (p->t.kind != T_WORD || !ir_dtype_find(p->t.at, p->t.len, out))
        return fail_expected(p, "an element type");
    next(p);
    return true;
}

static bool parse_type(parser *p, ir_type *out)
{
    const token start = p->t;
    int64_t dim[IR_MAX_RANK];
    int rank = 0;
    ir_dtype d;
    bool weak = accept(p, '~');
    if (!parse_dtype(p, &d) || !expect(p, '['))
        return false;
    while (!is_punct(p, ']')) {
        if (rank == IR_MAX_RANK)
            return fail_at(p, &p->t, "there are more than %d dimensions", IR_MAX_RANK);
        const token at = p->t;
        if (rank && !expect(p, ','))
            return false;
        if (accept(p, '?')) {
            if (rank && dim[rank - 1] != IR_DYNAMIC)
                return fail_at(p, &at, "only leading dimensions can be dynamic");
            dim[rank++] = IR_DYNAMIC;
            continue;
        }
        if (!parse_int(p, &dim[rank]))
            return false;
        if (dim[rank++] < 0)
            return fail_at(p, &at, "a dimension is negative");
    }
    next(p);
    *out = ir_type_make(d, rank, dim);
    out->weak = weak;
    return ir_type_fits(out) || fail_at(p, &start, "%s has too many elements", ir_type_tmp(out));
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
        return fail_at(p, t, "%s is defined twice", shown(t, buf));
    *s = (name){t->at, t->len, v};
    n->used++;
    return true;
}

static ir_value *find(parser *p, const names *n, const token *t)
{
    ir_value *v = n->nslots ? name_slot(n, t)->value : NULL;
    char buf[48];
    if (!v)
        fail_at(p, t, "%s is not defined", shown(t, buf));
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
    bool ok = expect(p, '[');
    while (ok && !is_punct(p, ']')) {
        ok = !n || expect(p, ',');
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
    return ok && expect(p, ']');
}

static bool parse_name(parser *p, const char **name)
{
    if (p->t.kind != T_WORD)
        return fail_expected(p, "a name");
    *name = ir_name(p->t.at, p->t.len);
    next(p);
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
    case IR_ATTR_OPTION:
        return parse_int(p, &a->i);
    case IR_ATTR_BOOL:
        return parse_bool(p, &a->i);
    case IR_ATTR_DTYPE:
        return parse_dtype(p, &d) && ((a->i = d), true);
    case IR_ATTR_SCALAR:
        return q->nout ? parse_scalar(p, q->types[0].dtype, &a->scalar)
                       : fail_at(p, &p->t,
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
        return fail_expected(p, "a parameter's name");
    int k = 0;
    while (k < ir_nattr(q->op) && !is_word(&t, q->op->attrs[k].name))
        k++;
    if (k == ir_nattr(q->op))
        return fail_at(p, &t, "%s has no parameter %s", q->op->name, shown(&t, buf));
    if (q->given[k])
        return fail_at(p, &t, "%s is given twice", shown(&t, buf));
    next(p);
    return expect(p, '=') && parse_attr_value(p, q, k);
}

static bool parse_attrs(parser *p, pending *q, const token *op)
{
    if (accept(p, '[')) {
        do {
            if (!parse_attr(p, q))
                return false;
        } while (accept(p, ','));
        if (!expect(p, ']'))
            return false;
    }
    for (int k = 0, n = ir_nattr(q->op); k < n; k++)
        if (!q->given[k] && q->op->attrs[k].kind != IR_ATTR_OPTION)
            return fail_at(p, op, "%s: its parameter '%s' is missing", q->op->name,
                           q->op->attrs[k].name);
    return true;
}

/* ---- equations and graphs ---------------------------------------------------------------- */

/* Reads "a: f32[3], b: ..." up to the character `end`, into lists of names and types. */
static bool parse_typed_names(parser *p, char end, token **names_, ir_type **types, int *n)
{
    int ntypes = 0;
    while (!is_punct(p, end)) {
        if (*n && !expect(p, ','))
            return false;
        const token t = p->t;
        ir_type type;
        if (t.kind != T_WORD)
            return fail_expected(p, "a name");
        next(p);
        if (!expect(p, ':') || !parse_type(p, &type))
            return false;
        if (!PUSH(p, *types, ntypes, type) || !PUSH(p, *names_, *n, t))
            return false;
    }
    next(p);
    return true;
}

static bool parse_operands(parser *p, pending *q, const names *scope)
{
    while (p->t.kind == T_WORD && !p->t.first) {
        ir_value *v = find(p, scope, &p->t);
        if (!v || !PUSH(p, q->in, q->nin, v))
            return false;
        next(p);
    }
    return p->t.first || p->t.kind == T_END || is_punct(p, '}') ||
           fail_expected(p, "an operand or the end of the line");
}

/* Records the builder's error again, with the position in the text. */
static bool fail_rejected(const parser *p, const token *t)
{
    char text[1024];
    const char *error = ir_error();
    snprintf(text, sizeof text, "%s", error ? error : "rejected");
    ir_error_clear();
    return fail_at(p, t, "%s", text);
}

/* Checks that the results have the types that are written, weakness included. */
static bool check_types(parser *p, const pending *q, const token *op, ir_value **out, int nout)
{
    if (nout != q->nout)
        return fail_at(p, op, "%s gives %d values, but %d are named", q->op->name, nout, q->nout);
    for (int k = 0; k < nout; k++)
        if (!ir_same_type(&out[k]->type, &q->types[k]) || out[k]->type.weak != q->types[k].weak)
            return fail_at(p, &q->names[k], "result %d of %s is %s, but %s is written", k,
                           q->op->name, ir_type_tmp(&out[k]->type), ir_type_tmp(&q->types[k]));
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
        return fail_expected(p, "a primitive");
    if (!(q->op = ir_op_find(op.at, op.len)))
        return fail_at(p, &op, "there is no primitive %s", shown(&op, buf));
    next(p);
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
    next(p);
    while (ok && !is_punct(p, '}')) {
        ok = !n || expect(p, ',');
        ir_value *v = NULL;
        if (ok && p->t.kind != T_WORD)
            ok = fail_expected(p, "a name");
        ok = ok && (v = find(p, scope, &p->t));
        ok = ok && PUSH(p, out, n, v);
        if (ok)
            next(p);
    }
    if (ok && (ok = ir_outputs(g, out, n)))
        next(p);
    return ok;
}

static bool parse_inputs(parser *p, ir_graph *g, names *scope)
{
    token *words = NULL;
    ir_type *types = NULL;
    int n = 0;
    bool ok = expect(p, '(') && parse_typed_names(p, ')', &words, &types, &n);
    for (int k = 0; ok && k < n; k++)
        ok = define(p, scope, &words[k], ir_input(g, &types[k]));
    return ok;
}

static bool parse_body(parser *p, ir_graph *g)
{
    names scope = {0};
    bool ok = parse_inputs(p, g, &scope) && expect(p, '{');
    while (ok && !is_word(&p->t, "return"))
        ok = parse_eqn(p, g, &scope);
    return ok && parse_return(p, g, &scope);
}

static ir_graph *parse_graph(parser *p)
{
    if (!is_word(&p->t, "graph")) {
        fail_expected(p, "'graph'");
        return NULL;
    }
    if (p->depth == MAX_DEPTH) {
        fail_at(p, &p->t, "graphs are nested more than %d deep", MAX_DEPTH);
        return NULL;
    }
    next(p);
    char title[256] = "";
    if (p->t.kind == T_WORD) {
        snprintf(title, sizeof title, "%.*s", (int)(p->t.len > 255 ? 255 : p->t.len), p->t.at);
        next(p);
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
    next(&p);
    ir_graph *g = parse_graph(&p);
    if (g && p.t.kind != T_END) {
        fail_expected(&p, "the end of the text");
        ir_graph_release(g);
        g = NULL;
    }
    ir_loc_set(was);
    ir_arena_free(&p.memory);
    return g;
}

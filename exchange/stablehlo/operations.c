/* Operations. MLIR prints them in many forms:
 *
 *   "stablehlo.gather"(%0, %1) <{slice_sizes = array<i64: 1>}> : (T, T) -> T
 *   stablehlo.dot_general %0, %1, contracting_dims = [1] x [0] : (T, T) -> T
 *   stablehlo.while(%a = %0) : T cond { ... } do { ... }
 *
 * One grammar reads them all: operands, clauses, words, brackets, then types, then regions. Which
 * of them an operation must have is checked where a graph is made of it.
 */
#include "exchange/stablehlo/scope.h"

/* What is known of an operation while it is read. */
typedef struct {
    hlo_op *op;
    int room;             /* for operands */
    int ninit, init_room; /* reduce: the initial values, which become the last operands */
    hlo_value **init;
    int niter, iter_room; /* while: the names of its regions' arguments */
    hlo_text *iter;
    int nin, ntype; /* its types: those of operands, those of results */
    hlo_type **in, **type;
    bool arrow; /* were the types of results written behind an arrow? */
} reading;

static bool push_value(hlo_parser *p, int *n, int *room, hlo_value ***list, hlo_value *v)
{
    if (*n == *room) {
        int more = *room ? 2 * *room : 4;
        hlo_value **grown =
            ir_grow(p->arena, *list, (size_t)*n * sizeof *grown, (size_t)more * sizeof *grown);
        if (!grown)
            return false;
        *list = grown;
        *room = more;
    }
    (*list)[(*n)++] = v;
    return true;
}

static bool push_operand(hlo_parser *p, reading *r)
{
    hlo_value *v = hlo_use(p);
    return v && push_value(p, &r->op->noperand, &r->room, &r->op->operand, v);
}

static bool push_name(hlo_parser *p, reading *r, hlo_text name)
{
    if (r->niter == r->iter_room) {
        int more = r->iter_room ? 2 * r->iter_room : 4;
        hlo_text *grown = ir_grow(p->arena, r->iter, (size_t)r->niter * sizeof *grown,
                                  (size_t)more * sizeof *grown);
        if (!grown)
            return false;
        r->iter = grown;
        r->iter_room = more;
    }
    r->iter[r->niter++] = name;
    return true;
}

hlo_value *hlo_new_value(hlo_parser *p, hlo_type *type, hlo_op *op)
{
    hlo_value *v = ir_alloc(p->arena, sizeof *v);
    if (v)
        *v = (hlo_value){.type = type, .op = op};
    return v;
}

/* ---- regions ------------------------------------------------------------------------------------- */

static bool add_arg(hlo_parser *p, hlo_region *r, int *room, hlo_text name, hlo_type *type)
{
    hlo_value *v = type ? hlo_new_value(p, type, NULL) : NULL;
    if (!v || !push_value(p, &r->narg, room, &r->arg, v))
        return false;
    return hlo_define(p, name, 1, &r->arg[r->narg - 1]);
}

bool hlo_read_args(hlo_parser *p, hlo_region *r)
{
    int room = r->narg;
    hlo_text inside;
    if (!hlo_expect(p, '('))
        return false;
    if (hlo_accept(p, ')'))
        return true;
    do {
        hlo_text name = p->t.text;
        if (p->t.kind != HLO_T_VALUE)
            return hlo_expected(p, "an argument such as %a: tensor<f32>");
        hlo_next(p);
        if (!hlo_expect(p, ':') || !add_arg(p, r, &room, name, hlo_read_type(p)))
            return false;
        if (hlo_mark(p, '{') && !hlo_skip(p, &inside))
            return false;
        if (!hlo_read_location(p, &inside))
            return false;
    } while (hlo_accept(p, ','));
    return hlo_expect(p, ')');
}

bool hlo_read_block(hlo_parser *p, hlo_region *r)
{
    if (p->t.kind == HLO_T_CARET) {
        hlo_next(p);
        if ((hlo_mark(p, '(') && !hlo_read_args(p, r)) || !hlo_expect(p, ':'))
            return false;
    }
    while (!hlo_accept(p, '}')) {
        if (p->t.kind == HLO_T_CARET)
            return hlo_fail(p, "a region of several blocks is not supported");
        if (p->t.kind == HLO_T_END)
            return hlo_expected(p, "}");
        hlo_op *op = hlo_read_op(p);
        if (!op)
            return false;
        *(r->last ? &r->last->next : &r->first) = op;
        r->last = op;
    }
    return true;
}

static hlo_region *new_region(hlo_parser *p, hlo_op *op)
{
    hlo_region *r = ir_alloc(p->arena, sizeof *r);
    if (!r)
        return NULL;
    *(op->last ? &op->last->next : &op->first) = r;
    op->last = r;
    op->nregion++;
    return r;
}

/* { ... }, with arguments of the names that the operation gave, if it gave some. */
static bool read_region(hlo_parser *p, reading *r, hlo_region *region)
{
    int room = region->narg;
    if (!hlo_enter(p) || !hlo_expect(p, '{'))
        return false;
    for (int k = 0; k < r->niter; k++)
        if (!add_arg(p, region, &room, r->iter[k], r->type[k]))
            return false;
    if (!hlo_read_block(p, region))
        return false;
    hlo_leave(p);
    return true;
}

static bool read_scoped_region(hlo_parser *p, reading *r)
{
    hlo_region *region = new_region(p, r->op);
    hlo_name *mark = hlo_scope_begin(p);
    if (!region || !read_region(p, r, region))
        return false;
    hlo_scope_end(p, mark);
    return true;
}

/* ({ ... }, { ... }), behind the first bracket. */
static bool read_regions(hlo_parser *p, reading *r)
{
    do {
        if (!read_scoped_region(p, r))
            return false;
    } while (hlo_accept(p, ','));
    return hlo_expect(p, ')');
}

/* reducer(%a: T, %b: T) (%c: U, %d: U) { ... }: a pair for each operand. The region's arguments are
 * the first of all pairs, then the second of all. */
static bool read_reducer(hlo_parser *p, reading *r)
{
    hlo_region *region = new_region(p, r->op), all = {0};
    hlo_name *mark = hlo_scope_begin(p);
    if (!region)
        return false;
    hlo_next(p);
    while (hlo_mark(p, '('))
        if (!hlo_read_args(p, &all))
            return false;
    region->narg = all.narg;
    region->arg = ir_alloc(p->arena, (size_t)(all.narg + 1) * sizeof *region->arg);
    if (!region->arg)
        return false;
    for (int k = 0; k < all.narg; k++)
        region->arg[k / 2 + (k % 2) * (all.narg / 2)] = all.arg[k];
    if (all.narg % 2)
        return hlo_fail(p, "the arguments of a reducer must be pairs");
    if (!read_region(p, r, region))
        return false;
    hlo_scope_end(p, mark);
    return true;
}

/* ---- operands, clauses and words ----------------------------------------------------------------- */

/* Moves a value that was read into a dictionary or list. */
static bool keep(hlo_parser *p, hlo_attr *list, const char *key, const hlo_attr *value)
{
    hlo_attr *item = value ? hlo_add(p, list) : NULL;
    if (!item)
        return false;
    *item = *value;
    item->next = NULL;
    item->key = (hlo_text){key, strlen(key)};
    return true;
}

/* name = value */
static bool read_clause(hlo_parser *p, hlo_op *op, hlo_text name)
{
    hlo_attr *value = hlo_read_attr(p, false), *item = value ? hlo_add(p, &op->attrs) : NULL;
    if (!item)
        return false;
    *item = *value;
    item->next = NULL;
    item->key = name;
    return true;
}

static bool read_word(hlo_parser *p, hlo_op *op)
{
    if (hlo_word(p, "dense"))
        return keep(p, &op->attrs, "value", hlo_read_attr(p, false));
    hlo_text word = p->t.text, inside;
    hlo_at at = hlo_where(p);
    hlo_next(p);
    if (hlo_accept(p, '='))
        return read_clause(p, op, word);
    hlo_attr *item = hlo_add(p, &op->words);
    if (!item)
        return false;
    *item = (hlo_attr){.kind = HLO_WORD, .at = at, .text = word};
    return !hlo_mark(p, '<') || hlo_skip(p, &inside);
}

/* [0:4, 1:9:2], the limits of a slice. */
static bool read_ranges(hlo_parser *p, hlo_op *op)
{
    static const char *const key[] = {"start_indices", "limit_indices", "strides"};
    hlo_attr list[3] = {{.kind = HLO_LIST}, {.kind = HLO_LIST}, {.kind = HLO_LIST}};
    hlo_next(p);
    while (!hlo_accept(p, ']')) {
        for (int k = 0; k < 3; k++) {
            hlo_attr *item = hlo_add(p, &list[k]);
            if (!item)
                return false;
            *item = (hlo_attr){.kind = HLO_INT, .i = 1, .at = hlo_where(p)};
            if (k == 2 && !hlo_accept(p, ':'))
                break;
            if (p->t.kind != HLO_T_NUMBER || !hlo_int_of(p->t.text, &item->i))
                return hlo_expected(p, "an integer");
            hlo_next(p);
            if (k == 0 && !hlo_expect(p, ':'))
                return false;
        }
        if (!hlo_accept(p, ',') && !hlo_mark(p, ']'))
            return hlo_expect(p, ']');
    }
    for (int k = 0; k < 3; k++)
        if (!keep(p, &op->attrs, key[k], &list[k]))
            return false;
    return true;
}

/* %a, or %a init: %b, or %name = %a */
static bool read_operand(hlo_parser *p, reading *r)
{
    hlo_text name = p->t.text;
    const char *start = p->t.start;
    hlo_next(p);
    if (hlo_accept(p, '='))
        return push_name(p, r, name) && push_operand(p, r);
    hlo_seek(p, start);
    if (!push_operand(p, r))
        return false;
    if (!hlo_word(p, "init"))
        return true;
    hlo_next(p);
    if (!hlo_expect(p, ':'))
        return false;
    hlo_value *v = hlo_use(p);
    return v && push_value(p, &r->ninit, &r->init_room, &r->init, v);
}

/* What is in round brackets: operands and clauses, or regions. */
static bool read_round(hlo_parser *p, reading *r)
{
    hlo_next(p);
    if (hlo_mark(p, '{'))
        return read_regions(p, r);
    while (!hlo_accept(p, ')')) {
        bool ok =
            p->t.kind == HLO_T_VALUE ? read_operand(p, r)
            : p->t.kind == HLO_T_NAME
                ? read_word(p, r->op)
                : hlo_expected(p, "an operand");
        if (!ok || (!hlo_accept(p, ',') && !hlo_mark(p, ')') && !hlo_expect(p, ')')))
            return false;
    }
    return true;
}

static bool read_angle(hlo_parser *p, hlo_op *op)
{
    hlo_text inside;
    const char *start = p->t.start;
    hlo_next(p);
    if (hlo_accept(p, '{'))
        return hlo_read_dict(p, '}', &op->attrs) && hlo_expect(p, '>');
    hlo_seek(p, start);
    return hlo_skip(p, &inside);
}

/* One part of an operation in front of its types. *more: was there one? */
static bool read_part(hlo_parser *p, reading *r, bool *more)
{
    hlo_op *op = r->op;
    *more = true;
    switch (p->t.kind) {
    case HLO_T_VALUE:
        return push_operand(p, r);
    case HLO_T_AT:
        return keep(p, &op->attrs, "callee", hlo_read_attr(p, false));
    case HLO_T_STRING:
    case HLO_T_HASH:
    case HLO_T_NUMBER:
        return keep(p, &op->words, "", hlo_read_attr(p, false));
    case HLO_T_NAME:
        if (hlo_word(p, "loc"))
            break;
        return read_word(p, op);
    default:
        if (hlo_mark(p, '('))
            return read_round(p, r);
        if (hlo_mark(p, '['))
            return read_ranges(p, op);
        if (hlo_mark(p, '<'))
            return read_angle(p, op);
        if (hlo_accept(p, '{'))
            return hlo_read_dict(p, '}', &op->attrs);
        if (hlo_accept(p, ','))
            return true;
    }
    *more = false;
    return true;
}

/* ---- types and results --------------------------------------------------------------------------- */

/* (T, T) -> T, or T, T -> T, or T, T. Only an operation without results may do without. */
static bool read_signature(hlo_parser *p, reading *r, bool has_results)
{
    if (!hlo_accept(p, ':'))
        return !has_results || hlo_expected(p, ":");
    if (!hlo_read_types(p, &r->ntype, &r->type))
        return false;
    if (p->t.kind != HLO_T_ARROW)
        return true;
    hlo_next(p);
    r->arrow = true;
    r->nin = r->ntype;
    r->in = r->type;
    return hlo_read_types(p, &r->ntype, &r->type);
}

static bool same_type(const hlo_type *a, const hlo_type *b)
{
    if (!a->why && !b->why)
        return ir_same_type(&a->type, &b->type);
    return a->text.n == b->text.n && !memcmp(a->text.at, b->text.at, a->text.n);
}

bool hlo_is_return(const hlo_op *op)
{
    return hlo_is(op->name, "return") || hlo_is(op->name, "func.return") ||
           hlo_is(op->name, "stablehlo.return");
}

/* The types in front of an arrow, and all types of a return, are those of the operands. */
static bool check_operands(hlo_parser *p, const reading *r)
{
    const hlo_op *op = r->op;
    bool returns = !r->arrow && hlo_is_return(op);
    int n = returns ? r->ntype : r->nin;
    hlo_type *const *types = returns ? r->type : r->in;
    if (!r->arrow && !returns)
        return true;
    if (n != op->noperand)
        return hlo_fail_at(p->module, op->at, "%.*s has %s, but the types of %d",
                           HLO_SHOW(op->name), ir_count_tmp(op->noperand, "operand"), n);
    for (int k = 0; k < n; k++)
        if (!same_type(types[k], op->operand[k]->type))
            return hlo_fail_at(p->module, op->at,
                               "%.*s: operand %d is said to be %.*s, but is %.*s",
                               HLO_SHOW(op->name), k, HLO_SHOW(types[k]->text),
                               HLO_SHOW(op->operand[k]->type->text));
    return true;
}

/* Regions and attributes behind the types. */
static bool read_tail(hlo_parser *p, reading *r)
{
    for (;;) {
        bool ok = true;
        if (hlo_word(p, "attributes"))
            hlo_next(p);
        if (hlo_word(p, "cond") || hlo_word(p, "do")) {
            if (r->niter > r->ntype)
                return hlo_fail(p, "there are %s, but %s", ir_count_tmp(r->niter, "argument"),
                                ir_count_tmp(r->ntype, "type"));
            hlo_next(p);
            ok = read_scoped_region(p, r);
        } else if (hlo_word(p, "reducer")) {
            ok = read_reducer(p, r);
        } else if (hlo_accept(p, '{')) {
            ok = hlo_read_dict(p, '}', &r->op->attrs);
        } else {
            return hlo_read_location(p, &r->op->location);
        }
        if (!ok)
            return false;
    }
}

/* The names on the left of the equals sign, each with the number of values that it stands for. */
typedef struct result_name result_name;
struct result_name {
    hlo_text name;
    int64_t n;
    result_name *next;
};

static bool read_names(hlo_parser *p, result_name **names, int64_t *total)
{
    result_name **end = names;
    *total = 0;
    if (p->t.kind != HLO_T_VALUE)
        return true;
    do {
        result_name *r = *end = ir_alloc(p->arena, sizeof *r);
        if (!r)
            return false;
        end = &r->next;
        *r = (result_name){.name = p->t.text, .n = 1};
        if (p->t.kind != HLO_T_VALUE)
            return hlo_expected(p, "the name of a result");
        hlo_next(p);
        if (hlo_accept(p, ':')) {
            if (p->t.kind != HLO_T_NUMBER || !hlo_int_of(p->t.text, &r->n) || r->n < 1 ||
                r->n > INT32_MAX)
                return hlo_expected(p, "a number of results");
            hlo_next(p);
        }
        *total += r->n;
    } while (hlo_accept(p, ','));
    return hlo_expect(p, '=');
}

/* Makes the results, whose types are the last that were read, and defines their names. */
static bool make_results(hlo_parser *p, const reading *r, const result_name *names, int64_t total)
{
    hlo_op *op = r->op;
    int n = r->arrow ? r->ntype : total == 1 && r->ntype ? 1 : (int)(total ? r->ntype : 0);
    if (names && total != n)
        return hlo_fail_at(p->module, op->at, "%.*s gives %s, but %lld are named",
                           HLO_SHOW(op->name), ir_count_tmp(n, "value"), (long long)total);
    op->nresult = n;
    op->result = ir_alloc(p->arena, (size_t)(n + 1) * sizeof(hlo_value *));
    for (int k = 0; op->result && k < n; k++)
        if (!(op->result[k] = hlo_new_value(p, r->type[r->ntype - n + k], op)))
            return false;
    hlo_value **from = op->result;
    for (; names && from; from += names->n, names = names->next)
        if (!hlo_define(p, names->name, (int)names->n, from))
            return false;
    return op->result != NULL;
}

static bool read_op(hlo_parser *p, reading *r, const result_name *names, int64_t total)
{
    hlo_op *op = r->op;
    bool more = true;
    if (p->t.kind != HLO_T_NAME && p->t.kind != HLO_T_STRING)
        return hlo_expected(p, "the name of an operation");
    op->name = p->t.text;
    op->at = hlo_where(p);
    op->attrs.kind = HLO_DICT;
    op->words.kind = HLO_LIST;
    hlo_next(p);
    while (more)
        if (!read_part(p, r, &more))
            return false;
    if (!read_signature(p, r, names != NULL) || !read_tail(p, r))
        return false;
    for (int k = 0; k < r->ninit; k++)
        if (!push_value(p, &op->noperand, &r->room, &op->operand, r->init[k]))
            return false;
    return check_operands(p, r) && make_results(p, r, names, total);
}

hlo_op *hlo_read_op(hlo_parser *p)
{
    reading r = {.op = ir_alloc(p->arena, sizeof *r.op)};
    result_name *names = NULL;
    int64_t total;
    if (!r.op || !read_names(p, &names, &total) || !read_op(p, &r, names, total))
        return NULL;
    return r.op;
}

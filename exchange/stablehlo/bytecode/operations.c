/* The section of operations: functions, and the operations in their regions.
 *
 * A value has the number that it gets when it is defined, counted from the beginning of the
 * outermost region that is cut off from values outside, which is a function's. A region says in
 * front how many values it defines; regions in it count on from there.
 */
#include "exchange/stablehlo/bytecode/bytecode.h"

/* What an operation has, by the bits of its mask. */
enum {
    HAS_ATTRIBUTES = 1,
    HAS_RESULTS = 2,
    HAS_OPERANDS = 4,
    HAS_SUCCESSORS = 8,
    HAS_REGIONS = 16,
    HAS_USE_LISTS = 32,
    HAS_PROPERTIES = 64,
};

/* The values that are known: n of them, of which those from `base` on may be used, and `next` is
 * defined next. */
typedef struct {
    size_t base, next, n, room;
    hlo_value **value;
} numbering;

typedef struct {
    numbering v;
    bool in_function;
} reading;

static void read_block(bc_cursor *c, reading *r, hlo_region *region);

/* ---- values ---------------------------------------------------------------------------------------- */

static bool make_room(bc_cursor *c, numbering *v, size_t more)
{
    if (!more)
        return true;
    if (v->n + more > v->room) {
        size_t room = 2 * (v->n + more) + 64;
        hlo_value **grown =
            ir_grow(c->file->arena, v->value, v->n * sizeof *grown, room * sizeof *grown);
        if (!grown)
            return c->file->failed = true, false;
        v->value = grown;
        v->room = room;
    }
    memset(v->value + v->n, 0, more * sizeof *v->value);
    v->n += more;
    return true;
}

/* Numbers come in front of what an operation holds, but values are known only behind it. */
static size_t number(bc_cursor *c, numbering *v, size_t n)
{
    size_t first = v->next;
    if (n > v->n - v->next) {
        bc_fail(c, "a region defines more values than it says");
        return first;
    }
    v->next += n;
    return first;
}

static hlo_value *new_value(bc_cursor *c, hlo_op *op)
{
    const bc_entry *t = bc_type(c);
    hlo_value *v = bc_room(c, 1, sizeof *v);
    if (!t || !v)
        return NULL;
    *v = (hlo_value){.type = t->type, .op = op};
    return v;
}

static hlo_value *use(bc_cursor *c, const numbering *v)
{
    size_t k = bc_index(c, v->n - v->base, "value");
    hlo_value *x = bc_ok(c) ? v->value[v->base + k] : NULL;
    if (!x)
        bc_fail(c, "value %zu is used before it is defined", k);
    return x;
}

/* ---- parts of an operation --------------------------------------------------------------------------- */

/* The order of uses of a value says nothing to us. */
static void skip_use_lists(bc_cursor *c, size_t nvalue)
{
    bool pairs;
    for (uint64_t n = nvalue > 1 ? bc_count(c) : 1; n && bc_ok(c); n--) {
        if (nvalue > 1)
            bc_varint(c);
        for (uint64_t m = bc_flagged(c, &pairs); m && bc_ok(c); m--)
            bc_varint(c);
    }
}

static void read_location(bc_cursor *c, hlo_op *op)
{
    const hlo_attr *a = bc_attr(c);
    op->location = a->kind == HLO_WORD ? a->text : (hlo_text){"", 0};
    if (a->kind == HLO_WORD && a->i > 0) {
        op->file = a->key;
        op->line = (int)a->i;
    }
}

static void read_results(bc_cursor *c, reading *r, hlo_op *op, size_t *first)
{
    size_t n = bc_count(c);
    op->result = bc_room(c, n, sizeof *op->result);
    for (size_t k = 0; op->result && k < n && bc_ok(c); k++)
        op->result[k] = new_value(c, op);
    op->nresult = bc_ok(c) ? (int)n : 0;
    *first = number(c, &r->v, n);
}

static void read_operands(bc_cursor *c, reading *r, hlo_op *op)
{
    size_t n = bc_count(c);
    op->operand = bc_room(c, n, sizeof *op->operand);
    for (size_t k = 0; op->operand && k < n && bc_ok(c); k++)
        op->operand[k] = use(c, &r->v);
    op->noperand = bc_ok(c) ? (int)n : 0;
}

/* ---- regions ---------------------------------------------------------------------------------------- */

static void read_arguments(bc_cursor *c, reading *r, hlo_region *region)
{
    size_t n = bc_count(c), first = number(c, &r->v, n);
    region->arg = bc_room(c, n, sizeof *region->arg);
    for (size_t k = 0; region->arg && k < n && bc_ok(c); k++) {
        bool located = true;
        size_t type;
        hlo_value *v = bc_room(c, 1, sizeof *v);
        if (c->file->version >= BC_SHORT_BLOCK_ARGUMENTS)
            type = bc_flagged(c, &located);
        else
            type = bc_varint(c);
        if (located)
            bc_attr(c);
        const bc_entry *t = v ? bc_type_at(c, type) : NULL;
        if (!t)
            return;
        *v = (hlo_value){.type = t->type};
        r->v.value[first + k] = region->arg[k] = v;
    }
    region->narg = bc_ok(c) ? (int)n : 0;
    if (c->file->version >= BC_USE_LIST_ORDERS && bc_byte(c))
        skip_use_lists(c, n);
}

static void read_region(bc_cursor *c, reading *r, bool isolated, hlo_region *region)
{
    numbering was = r->v;
    uint64_t nblock = bc_varint(c);
    if (!nblock)
        return;
    if (nblock > 1) {
        bc_fail(c, "a region of several blocks is not supported");
        return;
    }
    uint64_t n = bc_varint(c);
    if (n > (uint64_t)(c->end - c->at)) {
        bc_fail(c, "a region cannot define %llu values in %td bytes", (unsigned long long)n,
                c->end - c->at);
        return;
    }
    r->v.next = r->v.n;
    if (isolated)
        r->v.base = r->v.n;
    if (!bc_enter(c) || !make_room(c, &r->v, n))
        return;
    region->has_block = true;
    read_block(c, r, region);
    bc_leave(c);
    /* what has grown stays */
    r->v.base = was.base;
    r->v.next = was.next;
    r->v.n = was.n;
}

/* Regions that are cut off from outside are a section of their own. */
static void read_regions(bc_cursor *c, reading *r, hlo_op *op)
{
    bool isolated;
    unsigned id;
    uint64_t n = bc_flagged(c, &isolated);
    bool apart = isolated && c->file->version >= BC_LAZY_REGIONS;
    bc_cursor section = apart ? bc_section(c, &id) : *c;
    for (; n && bc_ok(c); n--) {
        hlo_region *region = bc_room(c, 1, sizeof *region);
        if (!region)
            return;
        *(op->last ? &op->last->next : &op->first) = region;
        op->last = region;
        op->nregion++;
        read_region(&section, r, isolated, region);
    }
    if (!apart)
        c->at = section.at;
    else if (bc_ok(c) && section.at != section.end)
        bc_fail(&section, "%td bytes follow a region", section.end - section.at);
}

/* ---- functions -------------------------------------------------------------------------------------- */

static bool same_name(hlo_text a, hlo_text b)
{
    return a.n == b.n && !memcmp(a.at, b.at, a.n);
}

/* sym_name, function_type and a region. */
static void keep_function(bc_cursor *c, const hlo_op *op)
{
    hlo_module *m = c->file->module;
    hlo_function *f = bc_room(c, 1, sizeof *f);
    const hlo_attr *name = hlo_find(&op->attrs, "sym_name"),
                   *type = hlo_find(&op->attrs, "function_type");
    if (!f || !bc_ok(c))
        return;
    const bc_entry *t = type && type->kind == HLO_TYPE ? bc_function_type(c, type->type) : NULL;
    if (!name || name->kind != HLO_STRING || !t) {
        bc_fail(c, "a function has no %s", t ? "name" : "type");
        return;
    }
    for (const hlo_function *g = m->first; g; g = g->next)
        if (same_name(g->name, name->text))
            bc_fail(c, "@%.*s is defined twice", HLO_SHOW(name->text));
    *f = (hlo_function){
        .name = name->text, .at = op->at, .narg = t->nin, .nresult = t->nout, .result = t->out};
    f->arg_attrs = hlo_find(&op->attrs, "arg_attrs");
    f->result_attrs = hlo_find(&op->attrs, "res_attrs");
    if (op->first && op->first->has_block) {
        f->has_body = true;
        f->body = *op->first;
        if (f->body.narg != f->narg)
            bc_fail(c, "@%.*s takes %s, but its type says %d", HLO_SHOW(f->name),
                    ir_count_tmp(f->body.narg, "argument"), f->narg);
    }
    *(m->last ? &m->last->next : &m->first) = f;
    m->last = f;
}

/* ---- operations ------------------------------------------------------------------------------------- */

/* Several operations may share a dictionary, and get more attributes of their own. */
static void read_attributes(bc_cursor *c, hlo_op *op)
{
    const hlo_attr *a = bc_attr(c);
    if (a->kind != HLO_DICT)
        bc_fail(c, "the attributes of an operation must be a dictionary");
    for (a = a->first; a && bc_ok(c); a = a->next)
        bc_append(c, &op->attrs, a->key, a);
}

static void finish(bc_cursor *c, reading *r, hlo_op *op)
{
    if (hlo_is(op->name, "func.func")) {
        keep_function(c, op);
    } else if (!r->in_function && !hlo_is(op->name, "builtin.module") &&
               !hlo_is(op->name, "sdy.mesh")) {
        bc_fail(c, "%.*s stands outside of a function", HLO_SHOW(op->name));
    } else {
        bc_join_attributes(c, op);
    }
}

static hlo_op *read_op(bc_cursor *c, reading *r)
{
    hlo_op *op = bc_room(c, 1, sizeof *op);
    if (!op)
        return NULL;
    size_t first = 0;
    op->at = (hlo_at){0, (int)(c->at - c->file->begin)};
    op->attrs.kind = HLO_DICT;
    op->words.kind = HLO_LIST;
    size_t name = bc_index(c, c->file->nname, "operation");
    unsigned mask = bc_byte(c);
    if (!bc_ok(c))
        return NULL;
    op->name = c->file->name[name].stablehlo;
    read_location(c, op);
    if (mask & HAS_ATTRIBUTES)
        read_attributes(c, op);
    if (mask & HAS_PROPERTIES)
        bc_read_properties(c, &c->file->name[name], op);
    if (mask & HAS_RESULTS)
        read_results(c, r, op, &first);
    if (mask & HAS_OPERANDS)
        read_operands(c, r, op);
    if (mask & HAS_SUCCESSORS)
        bc_fail(c, "%.*s has successors, which are not supported", HLO_SHOW(op->name));
    if (mask & HAS_USE_LISTS)
        skip_use_lists(c, (size_t)op->nresult);
    bool was = r->in_function;
    r->in_function |= hlo_is(op->name, "func.func");
    if (mask & HAS_REGIONS)
        read_regions(c, r, op);
    r->in_function = was;
    if (!bc_ok(c))
        return NULL;
    for (int k = 0; k < op->nresult; k++)
        r->v.value[first + (size_t)k] = op->result[k];
    finish(c, r, op);
    return op;
}

static void read_block(bc_cursor *c, reading *r, hlo_region *region)
{
    bool has_arguments;
    uint64_t n = bc_flagged(c, &has_arguments);
    if (has_arguments)
        read_arguments(c, r, region);
    for (; n && bc_ok(c); n--) {
        hlo_op *op = read_op(c, r);
        if (!op)
            return;
        *(region->last ? &region->last->next : &region->first) = op;
        region->last = op;
    }
}

void bc_read_operations(bc_cursor *c)
{
    reading r = {0};
    hlo_region top = {0};
    read_block(c, &r, &top);
    if (bc_ok(c) && c->at != c->end)
        bc_fail(c, "%td bytes follow the operations", c->end - c->at);
}

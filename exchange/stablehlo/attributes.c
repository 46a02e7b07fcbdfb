/* Attributes: the constants that stand with an operation. */
#include <stdlib.h>

#include "exchange/stablehlo/syntax.h"

hlo_attr *hlo_add(hlo_parser *p, hlo_attr *list)
{
    hlo_attr *a = ir_alloc(p->arena, sizeof *a);
    if (!a)
        return NULL;
    *(list->last ? &list->last->next : &list->first) = a;
    list->last = a;
    list->n++;
    return a;
}

const hlo_attr *hlo_find(const hlo_attr *dict, const char *key)
{
    for (const hlo_attr *a = dict->first; a; a = a->next)
        if (hlo_is(a->key, key))
            return a;
    return NULL;
}

static bool read_into(hlo_parser *p, hlo_attr *a, bool typed);

static bool read_list(hlo_parser *p, hlo_attr *a, char close)
{
    a->kind = HLO_LIST;
    if (hlo_accept(p, close))
        return true;
    do {
        hlo_attr *item = hlo_add(p, a);
        if (!item || !read_into(p, item, true))
            return false;
    } while (hlo_accept(p, ','));
    return hlo_expect(p, close);
}

bool hlo_read_dict(hlo_parser *p, char close, hlo_attr *dict)
{
    dict->kind = HLO_DICT;
    while (!hlo_accept(p, close)) {
        if (p->t.kind != HLO_T_NAME && p->t.kind != HLO_T_STRING)
            return hlo_expected(p, "the name of an attribute");
        hlo_attr *item = hlo_add(p, dict);
        if (!item)
            return false;
        item->key = p->t.text;
        item->at = hlo_where(p);
        hlo_next(p);
        if (hlo_accept(p, '=') && !read_into(p, item, true))
            return false;
        if (!hlo_accept(p, ',') && !hlo_mark(p, close))
            return hlo_expect(p, close);
    }
    return true;
}

static bool set_text(hlo_parser *p, hlo_attr *a, hlo_kind kind)
{
    a->kind = kind;
    a->text = p->t.text;
    hlo_next(p);
    return true;
}

static bool read_number(hlo_parser *p, hlo_attr *a)
{
    set_text(p, a, HLO_INT);
    if (!hlo_int_of(a->text, &a->i))
        a->kind = HLO_FLOAT;
    return true;
}

/* array<i64: 1, 2> */
static bool read_array(hlo_parser *p, hlo_attr *a)
{
    hlo_next(p);
    if (!hlo_expect(p, '<') || !(a->type = hlo_read_type(p)))
        return false;
    if (hlo_accept(p, ':'))
        return read_list(p, a, '>');
    a->kind = HLO_LIST;
    return hlo_expect(p, '>');
}

/* dense<...>, and other words followed by brackets. */
static bool read_bracketed(hlo_parser *p, hlo_attr *a, hlo_kind kind)
{
    a->kind = kind;
    a->key = a->key.n ? a->key : p->t.text;
    hlo_next(p);
    return !hlo_mark(p, '<') || hlo_skip(p, &a->text);
}

static bool is_type_name(const hlo_parser *p)
{
    hlo_text t = p->t.text;
    bool number = t.n > 1 && t.at[t.n - 1] >= '0' && t.at[t.n - 1] <= '9';
    bool element = (number && (*t.at == 'i' || *t.at == 'f' || (*t.at == 'u' && t.at[1] == 'i'))) ||
                   hlo_is(t, "bf16") || hlo_is(t, "index");
    if (element)
        for (size_t k = 2; k < t.n; k++)
            element =
                element && ((t.at[k] >= '0' && t.at[k] <= '9') || *t.at == 'b' || *t.at == 'i');
    return element || hlo_is(t, "tensor") || hlo_is(t, "complex") || hlo_is(t, "tuple");
}

static bool read_name(hlo_parser *p, hlo_attr *a)
{
    if (hlo_word(p, "true") || hlo_word(p, "false")) {
        a->i = hlo_word(p, "true");
        return set_text(p, a, HLO_BOOL);
    }
    if (hlo_word(p, "unit"))
        return set_text(p, a, HLO_UNIT);
    if (hlo_word(p, "array"))
        return read_array(p, a);
    if (hlo_word(p, "dense"))
        return read_bracketed(p, a, HLO_DENSE);
    if (hlo_word(p, "loc"))
        return set_text(p, a, HLO_WORD) && (!hlo_mark(p, '(') || hlo_skip(p, &a->text));
    if (is_type_name(p)) {
        a->kind = HLO_TYPE;
        return (a->type = hlo_read_type(p)) != NULL;
    }
    hlo_text word = p->t.text;
    hlo_next(p);
    *a = (hlo_attr){.kind = HLO_WORD, .key = a->key, .at = a->at, .text = word, .next = a->next};
    hlo_text inside;
    return !hlo_mark(p, '<') || hlo_skip(p, &inside);
}

static bool read_value(hlo_parser *p, hlo_attr *a)
{
    switch (p->t.kind) {
    case HLO_T_NUMBER:
        return read_number(p, a);
    case HLO_T_STRING:
        return set_text(p, a, HLO_STRING);
    case HLO_T_AT:
        set_text(p, a, HLO_SYMBOL);
        while (hlo_mark(p, ':') && p->at < p->end && *p->at == ':') { /* @module::@function */
            hlo_next(p);
            hlo_next(p);
            if (p->t.kind != HLO_T_AT)
                return hlo_expected(p, "a name such as @main");
            set_text(p, a, HLO_SYMBOL);
        }
        return true;
    case HLO_T_HASH:
        a->kind = HLO_DIALECT;
        a->type = NULL;
        a->text = p->t.text;
        hlo_next(p);
        return !hlo_mark(p, '<') || hlo_skip(p, &a->text);
    case HLO_T_BANG:
        a->kind = HLO_TYPE;
        return (a->type = hlo_read_type(p)) != NULL;
    case HLO_T_NAME:
        return read_name(p, a);
    default:
        break;
    }
    if (hlo_accept(p, '['))
        return read_list(p, a, ']');
    if (hlo_accept(p, '{'))
        return hlo_read_dict(p, '}', a);
    if (hlo_mark(p, '<')) {
        a->kind = HLO_DIALECT;
        return hlo_skip(p, &a->text);
    }
    if (hlo_mark(p, '(')) { /* a function's type */
        a->kind = HLO_TYPE;
        return (a->type = hlo_read_type(p)) != NULL;
    }
    return hlo_expected(p, "an attribute");
}

static bool read_pair(hlo_parser *p, hlo_attr *a)
{
    hlo_next(p);
    a->pair = ir_alloc(p->arena, sizeof *a->pair);
    return a->pair && read_into(p, a->pair, false);
}

static bool read_into(hlo_parser *p, hlo_attr *a, bool typed)
{
    a->at = hlo_where(p);
    if (!hlo_enter(p) || !read_value(p, a))
        return false;
    if (a->kind == HLO_LIST && !typed && (hlo_word(p, "x") || p->t.kind == HLO_T_ARROW) &&
        !read_pair(p, a))
        return false;
    hlo_leave(p);
    if (!typed || !hlo_mark(p, ':'))
        return true;
    hlo_next(p);
    hlo_type *t = hlo_read_type(p);
    if (a->kind != HLO_TYPE)
        a->type = t;
    return t != NULL;
}

hlo_attr *hlo_read_attr(hlo_parser *p, bool typed)
{
    hlo_attr *a = ir_alloc(p->arena, sizeof *a);
    return a && read_into(p, a, typed) ? a : NULL;
}

bool hlo_read_body(hlo_module *m, const hlo_attr *dialect, hlo_attr *dict)
{
    hlo_parser p;
    if (dialect->kind == HLO_DICT) {
        *dict = *dialect;
        return true;
    }
    *dict = (hlo_attr){.kind = HLO_DICT, .at = dialect->at};
    hlo_parser_within(&p, m, dialect->text, dialect->at.line);
    while (p.t.kind != HLO_T_END) {
        hlo_attr *item = hlo_add(&p, dict);
        if (!item)
            return false;
        item->key = p.t.text;
        hlo_next(&p);
        if (hlo_accept(&p, '=') && !read_into(&p, item, false))
            return false;
        if (!hlo_accept(&p, ',') && p.t.kind != HLO_T_END)
            return hlo_expect(&p, ',');
    }
    return true;
}

const hlo_attr *hlo_read_within(hlo_module *m, const hlo_attr *dialect)
{
    hlo_parser p;
    hlo_parser_within(&p, m, dialect->text, dialect->at.line);
    return hlo_read_attr(&p, false);
}

bool hlo_read_location(hlo_parser *p, hlo_text *to)
{
    if (!hlo_word(p, "loc"))
        return true;
    hlo_next(p);
    return hlo_skip_from(p, '(', to);
}

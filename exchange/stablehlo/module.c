/* A module: functions, and names of attributes. */
#include "exchange/stablehlo/scope.h"

static bool read_result_types(hlo_parser *p, hlo_function *f)
{
    if (p->t.kind != HLO_T_ARROW)
        return true;
    hlo_next(p);
    return hlo_read_types(p, &f->nresult, &f->result);
}

/* func.func public @f(%a: T) -> T attributes {...} { ... } */
static bool read_function(hlo_parser *p)
{
    hlo_module *m = p->module;
    hlo_function *f = ir_alloc(p->arena, sizeof *f);
    hlo_text inside;
    if (!f || !hlo_scope_new(p))
        return false;
    hlo_next(p);
    while (p->t.kind == HLO_T_NAME) /* public, private, nested */
        hlo_next(p);
    f->at = hlo_where(p);
    f->name = p->t.text;
    if (p->t.kind != HLO_T_AT)
        return hlo_expected(p, "a function's name such as @main");
    for (const hlo_function *g = m->first; g; g = g->next)
        if (g->name.n == f->name.n && !memcmp(g->name.at, f->name.at, f->name.n))
            return hlo_fail(p, "@%.*s is defined twice", HLO_SHOW(f->name));
    hlo_next(p);
    if (!hlo_read_args(p, &f->body) || !read_result_types(p, f))
        return false;
    f->narg = f->body.narg;
    if (hlo_word(p, "attributes")) {
        hlo_next(p);
        if (!hlo_skip_from(p, '{', &inside))
            return false;
    }
    if (hlo_accept(p, '{')) {
        f->has_body = true;
        if (!hlo_read_block(p, &f->body))
            return false;
    }
    *(m->last ? &m->last->next : &m->first) = f;
    m->last = f;
    return hlo_read_location(p, &inside);
}

static bool read_alias(hlo_parser *p)
{
    hlo_text name = p->t.text;
    hlo_next(p);
    if (!hlo_expect(p, '='))
        return false;
    hlo_attr *value = hlo_read_attr(p, true),
             *item = value ? hlo_add(p, &p->module->aliases) : NULL;
    if (!item)
        return false;
    *item = *value;
    item->next = NULL;
    item->key = name;
    return true;
}

static bool read_type_alias(hlo_parser *p)
{
    return hlo_fail(p, "the type !%.*s is not supported", HLO_SHOW(p->t.text));
}

static bool read_items(hlo_parser *p);

static bool read_module(hlo_parser *p)
{
    hlo_text inside;
    hlo_next(p);
    if (p->t.kind == HLO_T_AT) {
        p->module->name = p->t.text;
        hlo_next(p);
    }
    if (hlo_word(p, "attributes")) {
        hlo_next(p);
        if (!hlo_skip_from(p, '{', &inside))
            return false;
    }
    if (!hlo_enter(p) || !hlo_expect(p, '{') || !read_items(p) || !hlo_expect(p, '}'))
        return false;
    hlo_leave(p);
    return hlo_read_location(p, &inside);
}

/* sdy.mesh @mesh = <["x"=2]>: how a program is spread over devices; here it runs on one. */
static bool skip_mesh(hlo_parser *p)
{
    hlo_text inside;
    hlo_next(p);
    if (p->t.kind == HLO_T_AT)
        hlo_next(p);
    return hlo_expect(p, '=') && hlo_skip_from(p, '<', &inside) && hlo_read_location(p, &inside);
}

static bool read_items(hlo_parser *p)
{
    for (;;) {
        bool ok;
        if (p->t.kind == HLO_T_END || hlo_mark(p, '}'))
            return true;
        if (p->t.kind == HLO_T_HASH)
            ok = read_alias(p);
        else if (p->t.kind == HLO_T_BANG)
            ok = read_type_alias(p);
        else if (hlo_word(p, "module") || hlo_word(p, "builtin.module"))
            ok = read_module(p);
        else if (hlo_word(p, "func.func") || hlo_word(p, "func"))
            ok = read_function(p);
        else if (hlo_word(p, "sdy.mesh"))
            ok = skip_mesh(p);
        else
            return hlo_expected(p, "a function");
        if (!ok)
            return false;
    }
}

bool hlo_parse(hlo_module *m, const char *text, size_t n)
{
    hlo_parser p;
    m->aliases.kind = HLO_DICT;
    hlo_parser_init(&p, m, text, n);
    if (!read_items(&p))
        return false;
    return p.t.kind == HLO_T_END || hlo_fail(&p, "} closes nothing");
}

/* The names of values: a hash table in which a name is found behind those that were defined later,
 * so that the end of a scope only has to take the newest away. */
#include "exchange/stablehlo/scope.h"

enum { BUCKETS = 1 << 12 };

struct hlo_name {
    hlo_text text;
    int n;
    hlo_value **values;
    uint32_t bucket;
    hlo_name *below; /* in its bucket */
    hlo_name *older; /* of all names */
};

struct hlo_scope {
    hlo_name *newest;
    hlo_name *bucket[BUCKETS];
};

static uint32_t bucket_of(hlo_text t)
{
    uint32_t h = 2166136261u;
    for (size_t k = 0; k < t.n; k++)
        h = (h ^ (unsigned char)t.at[k]) * 16777619u;
    return (h ^ h >> 16) % BUCKETS;
}

hlo_name *hlo_scope_begin(hlo_parser *p)
{
    return p->scope->newest;
}

void hlo_scope_end(hlo_parser *p, hlo_name *mark)
{
    struct hlo_scope *s = p->scope;
    for (; s->newest != mark; s->newest = s->newest->older)
        s->bucket[s->newest->bucket] = s->newest->below;
}

bool hlo_scope_new(hlo_parser *p)
{
    if (p->scope)
        hlo_scope_end(p, NULL);
    else
        p->scope = ir_alloc(p->arena, sizeof *p->scope);
    return p->scope != NULL;
}

static hlo_name *find(const hlo_parser *p, hlo_text text)
{
    for (hlo_name *n = p->scope->bucket[bucket_of(text)]; n; n = n->below)
        if (n->text.n == text.n && !memcmp(n->text.at, text.at, text.n))
            return n;
    return NULL;
}

bool hlo_define(hlo_parser *p, hlo_text text, int n, hlo_value **values)
{
    hlo_name *name = ir_alloc(p->arena, sizeof *name);
    if (!name)
        return false;
    if (find(p, text))
        return hlo_fail(p, "%%%.*s is defined twice", HLO_SHOW(text));
    uint32_t b = bucket_of(text);
    *name = (hlo_name){text, n, values, b, p->scope->bucket[b], p->scope->newest};
    p->scope->bucket[b] = p->scope->newest = name;
    return true;
}

hlo_value *hlo_use(hlo_parser *p)
{
    if (p->t.kind != HLO_T_VALUE) {
        hlo_expected(p, "a value such as %0");
        return NULL;
    }
    const hlo_name *name = find(p, p->t.text);
    if (!name) {
        hlo_fail(p, "%%%.*s is not defined", HLO_SHOW(p->t.text));
        return NULL;
    }
    const char *behind = p->at;
    int64_t k = 0;
    hlo_next(p);
    if (p->t.kind == HLO_T_HASH && p->t.start == behind) {
        if (!hlo_int_of(p->t.text, &k) || k < 0 || k >= name->n) {
            hlo_fail(p, "%%%.*s stands for %s, and there is no #%.*s", HLO_SHOW(name->text),
                     ir_count_tmp(name->n, "value"), HLO_SHOW(p->t.text));
            return NULL;
        }
        hlo_next(p);
    }
    return name->values[k];
}

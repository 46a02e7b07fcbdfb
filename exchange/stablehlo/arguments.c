/* Attributes of operations as the builders of graphs want them. */
#include "exchange/stablehlo/build.h"

static const hlo_attr *find(const hlo_op *op, const char *key, const char *alias)
{
    const hlo_attr *a = hlo_find(&op->attrs, key);
    return a || !alias ? a : hlo_find(&op->attrs, alias);
}

static bool push(hlo_frame *f, const hlo_op *op, hlo_ints *to, int64_t v)
{
    enum { MOST = sizeof to->v / sizeof *to->v };
    if (to->n == MOST)
        return hlo_op_fail(f, op, "a list of more than %d integers", MOST);
    to->v[to->n++] = v;
    return true;
}

/* dense<...> : tensor<2x2xi64>, flattened. */
static bool dense_ints(hlo_frame *f, const hlo_op *op, const hlo_attr *a, const hlo_type *type,
                       hlo_ints *to)
{
    enum { MOST = sizeof to->v / sizeof *to->v };
    const ir_type *t = &type->type;
    char room[MOST * sizeof(int64_t)];
    if (type->why || !(ir_is_integer(t->dtype) || t->dtype == IR_bool) || ir_type_count(t) > MOST)
        return hlo_op_fail(f, op, "at most %d integers are expected, but not %.*s", MOST,
                           HLO_SHOW(type->text));
    if (!hlo_dense_read(f->b->module, a, t, room))
        return false;
    bool splat = hlo_dense_splat(f->b->module, a, t);
    size_t size = ir_dtypes[t->dtype].size;
    to->n = 0;
    for (int64_t k = 0; k < ir_type_count(t); k++) {
        ir_scalar s = {0};
        memcpy(&s, room + (splat ? 0 : (size_t)k * size), size);
        push(f, op, to, ir_scalar_i64(t->dtype, s));
    }
    return true;
}

static bool list_ints(hlo_frame *f, const hlo_op *op, const hlo_attr *a, hlo_ints *to)
{
    for (const hlo_attr *item = a->first; item; item = item->next) {
        bool ok = item->kind == HLO_LIST ? list_ints(f, op, item, to)
                  : item->kind == HLO_INT || item->kind == HLO_BOOL
                      ? push(f, op, to, item->i)
                      : hlo_op_fail(f, op, "an integer is expected in a list of integers");
        if (!ok)
            return false;
    }
    return true;
}

bool hlo_ints_of(hlo_frame *f, const hlo_op *op, const hlo_attr *a, hlo_ints *to)
{
    to->n = 0;
    if (a->kind == HLO_DENSE && a->type)
        return dense_ints(f, op, a, a->type, to);
    if (a->kind == HLO_INT)
        return push(f, op, to, a->i);
    return (a->kind == HLO_LIST && list_ints(f, op, a, to)) ||
           hlo_op_fail(f, op, "%.*s is not a list of integers", HLO_SHOW(a->key));
}

bool hlo_read_ints(hlo_frame *f, const hlo_op *op, const char *key, const char *alias, hlo_ints *to)
{
    const hlo_attr *a = find(op, key, alias);
    if (!a)
        return hlo_op_fail(f, op, "the attribute %s is missing", key);
    return hlo_ints_of(f, op, a, to);
}

bool hlo_read_ints_or(hlo_frame *f, const hlo_op *op, const char *key, int n, int64_t otherwise,
                      hlo_ints *to)
{
    const hlo_attr *a = find(op, key, NULL);
    if (!a) {
        to->n = n;
        for (int k = 0; k < n; k++)
            to->v[k] = otherwise;
        return true;
    }
    if (!hlo_ints_of(f, op, a, to))
        return false;
    return to->n == n || hlo_op_fail(f, op, "the length of %s must be %d, but is %d", key, n, to->n);
}

bool hlo_read_int(hlo_frame *f, const hlo_op *op, const char *key, const char *alias, int64_t *to)
{
    const hlo_attr *a = find(op, key, alias);
    if (!a)
        return hlo_op_fail(f, op, "the attribute %s is missing", key);
    *to = a->i;
    return a->kind == HLO_INT || a->kind == HLO_BOOL ||
           hlo_op_fail(f, op, "%s must be an integer", key);
}

int64_t hlo_int_or(const hlo_op *op, const char *key, int64_t otherwise)
{
    const hlo_attr *a = find(op, key, NULL);
    return a && (a->kind == HLO_INT || a->kind == HLO_BOOL) ? a->i
           : a && a->kind == HLO_UNIT                       ? 1
                                                            : otherwise;
}

hlo_text hlo_read_word(const hlo_op *op, const char *key)
{
    const hlo_attr *a = find(op, key, NULL);
    if (!a)
        return (hlo_text){"", 0};
    hlo_text t = a->text;
    if (a->kind == HLO_DIALECT) /* the last word */
        for (size_t k = t.n; k > 0; k--)
            if (ir_is_blank(t.at[k - 1]))
                return (hlo_text){t.at + k, t.n - k};
    return t;
}

hlo_text hlo_word_at(const hlo_op *op, int k)
{
    const hlo_attr *a = op->words.first;
    while (a && k--)
        a = a->next;
    return a ? a->text : (hlo_text){"", 0};
}

static const hlo_attr *constant_of(const hlo_value *v)
{
    if (!v->op || !hlo_is(v->op->name, "stablehlo.constant"))
        return NULL;
    const hlo_attr *a = hlo_find(&v->op->attrs, "value");
    return a && a->kind == HLO_DENSE ? a : NULL;
}

bool hlo_operand_ints(hlo_frame *f, const hlo_op *op, int k, hlo_ints *to)
{
    const hlo_value *v = op->operand[k];
    const hlo_attr *a = constant_of(v);
    return a && dense_ints(f, op, a, v->type, to);
}

/* An operation whose region is only looked at may hold a constant without elements. */
bool hlo_constant_read(hlo_module *m, const hlo_value *constant, void *to)
{
    const ir_type *t = &constant->type->type;
    const hlo_attr *a = constant_of(constant);
    if (constant->data)
        memcpy(to, constant->data, ir_type_bytes(t));
    return constant->data || (a && hlo_dense_read(m, a, t, to));
}

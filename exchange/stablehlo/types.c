/* Types: tensor<4x3xf32>, and those that are read but that no graph has. */
#include "exchange/stablehlo/syntax.h"

static hlo_type *new_type(hlo_parser *p, const char *from, const char *to, const char *why)
{
    hlo_type *t = ir_alloc(p->arena, sizeof *t);
    if (t)
        *t = (hlo_type){.text = {from, (size_t)(to - from)}, .why = why};
    return t;
}

static const char *skip_spaces(const char *s, const char *end)
{
    while (s < end && ir_is_blank(*s))
        s++;
    return s;
}

static bool element_type(hlo_text name, ir_dtype *d)
{
    for (int k = 0; k < IR_NDTYPE; k++)
        if (hlo_is(name, ir_dtypes[k].stablehlo)) {
            *d = (ir_dtype)k;
            return true;
        }
    return false;
}

/* Reads 4x? in front of the element type. A shape that no graph has is an error only where the type
 * is used. Returns what follows. */
static const char *read_shape(hlo_type *t, const char *s, const char *end)
{
    for (;;) {
        const char *from = s = skip_spaces(s, end);
        int64_t dim = 0;
        if (s < end && *s == '?') {
            t->why = "the dynamic shape";
            s++;
        } else if (s < end && *s == '*') {
            t->why = "the unknown rank";
            s++;
        } else {
            for (; s < end && *s >= '0' && *s <= '9'; s++)
                if (__builtin_mul_overflow(dim, 10, &dim) ||
                    __builtin_add_overflow(dim, *s - '0', &dim))
                    t->why = "the size";
        }
        bool none = s == from;
        s = skip_spaces(s, end);
        if (none || s == end || *s != 'x')
            return from;
        s++;
        if (t->type.rank == IR_MAX_RANK)
            t->why = "the number of dimensions";
        else if (!t->why)
            t->type.dim[t->type.rank++] = dim;
    }
}

/* text: what is between the brackets of tensor<...>. */
static void read_tensor(hlo_type *t, hlo_text text)
{
    const char *end = text.at + text.n, *s = read_shape(t, text.at, end), *stop = s;
    int depth = 0;
    while (stop < end && (depth || *stop != ',')) {
        depth += (*stop == '<') - (*stop == '>');
        stop++;
    }
    while (stop > s && ir_is_blank(stop[-1]))
        stop--;
    ir_dtype d;
    hlo_text element = {s, (size_t)(stop - s)};
    if (element_type(element, &d)) {
        t->type.dtype = d;
    } else {
        t->why = "the element type";
        t->element = element;
    }
    if (!t->why && !ir_type_fits(&t->type))
        t->why = "the size";
}

static hlo_type *read_type(hlo_parser *p)
{
    const char *from = p->t.start;
    bool tensor = hlo_word(p, "tensor");
    hlo_text inside = {0};
    if (hlo_mark(p, '(')) { /* a function's type */
        int n;
        hlo_type **types;
        if (!hlo_read_types(p, &n, &types))
            return NULL;
        if (p->t.kind == HLO_T_ARROW) {
            hlo_next(p);
            if (!(hlo_mark(p, '(') ? hlo_read_types(p, &n, &types) : hlo_read_type(p) != NULL))
                return NULL;
        }
        return new_type(p, from, p->t.start, "the type of a function");
    }
    if (p->t.kind != HLO_T_NAME && p->t.kind != HLO_T_BANG) {
        hlo_expected(p, "a type");
        return NULL;
    }
    const char *to = p->at;
    hlo_next(p);
    if (hlo_mark(p, '<')) {
        if (!hlo_skip(p, &inside))
            return NULL;
        to = inside.at + inside.n + 1;
    } else if (tensor) {
        hlo_expect(p, '<');
        return NULL;
    }
    hlo_type *t = new_type(p, from, to, tensor ? NULL : "a type that is not an array's");
    if (t && tensor)
        read_tensor(t, inside);
    return t;
}

hlo_type *hlo_read_type(hlo_parser *p)
{
    if (!hlo_enter(p))
        return NULL;
    hlo_type *t = read_type(p);
    hlo_leave(p);
    return t;
}

static bool append(hlo_parser *p, int *n, int *room, hlo_type ***types)
{
    hlo_type *t = hlo_read_type(p);
    if (!t)
        return false;
    if (*n == *room) {
        int more = *room ? 2 * *room : 4;
        hlo_type **grown =
            ir_grow(p->arena, *types, (size_t)*n * sizeof *grown, (size_t)more * sizeof *grown);
        if (!grown)
            return false;
        *types = grown;
        *room = more;
    }
    (*types)[(*n)++] = t;
    return true;
}

/* Skips the attributes of a result: tensor<f32> {jax.result_info = "x"}. */
static bool skip_attributes(hlo_parser *p)
{
    hlo_text inside;
    return !hlo_mark(p, '{') || hlo_skip(p, &inside);
}

bool hlo_read_types(hlo_parser *p, int *n, hlo_type ***types)
{
    int room = 0;
    *n = 0;
    *types = NULL;
    bool nested = hlo_accept(p, '(');
    if (nested && hlo_accept(p, ')'))
        return true;
    do {
        if (!append(p, n, &room, types) || (nested && !skip_attributes(p)))
            return false;
    } while (hlo_accept(p, ','));
    return !nested || hlo_expect(p, ')');
}

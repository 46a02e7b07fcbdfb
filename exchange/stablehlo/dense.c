/* The elements of dense<...>: one for all, nested lists, or the bytes of an array in hexadecimal. A
 * complex number is a pair, (1.0, -2.0).
 *
 * A float may be given by its bits, as in 0x7F800000. Decimal numbers are rounded once, to the
 * dtype that they are for.
 */
#include <errno.h>
#include <stdlib.h>

#include "exchange/stablehlo/syntax.h"

typedef struct {
    hlo_parser p;
    const ir_type *t;
    size_t size; /* of an element */
    char *to;    /* where the next element goes; NULL: they are only counted */
    int64_t left;
} reading;

static bool spelled(const hlo_token *t, char text[1100])
{
    if (t->text.n >= 1100)
        return false;
    memcpy(text, t->text.at, t->text.n);
    text[t->text.n] = 0;
    return true;
}

/* The bits of a float, or an integer: digits with a sign. */
static bool integer(const char *text, int base, uint64_t *magnitude)
{
    char *end;
    errno = 0;
    *magnitude = strtoull(text, &end, base);
    return !errno && end != text && !*end;
}

static bool is_hex(const char *digits)
{
    return digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
}

static bool integer_element(ir_dtype d, const char *text, ir_scalar *s)
{
    const ir_dtype_info *info = &ir_dtypes[d];
    bool negative = *text == '-';
    uint64_t m;
    if (!integer(text + negative, is_hex(text + negative) ? 16 : 10, &m))
        return false;
    uint64_t all = UINT64_MAX >> (64 - 8 * info->size);
    uint64_t most = info->kind == IR_KIND_UINT ? all : negative ? all / 2 + 1 : all / 2;
    if (info->kind == IR_KIND_BOOL)
        most = 1;
    if (negative && info->kind == IR_KIND_UINT && m) /* MLIR writes ui8 as i8 in old texts */
        return false;
    if (m > most && !(is_hex(text) && m <= all))
        return false;
    s->bits = (negative ? 0 - m : m) & all;
    return true;
}

static bool float_element(ir_dtype d, const char *text, ir_scalar *s)
{
    char *end;
    if (is_hex(text)) {
        *s = (ir_scalar){0};
        return integer(text, 16, &s->bits) && s->bits <= UINT64_MAX >> (64 - 8 * ir_dtypes[d].size);
    }
    IR_C_NUMBERS;
    if (d == IR_f32)
        *s = (ir_scalar){.v_f32 = strtof(text, &end)};
    else
        *s = ir_scalar_of(d, strtod(text, &end));
    return end != text && !*end;
}

static bool unexpected(hlo_parser *p, const ir_type *t)
{
    return hlo_fail(p, "%.*s is not an element of type %s", HLO_SHOW(p->t.text),
                    ir_dtypes[t->dtype].name);
}

/* A number of dtype t, which is not complex. */
static bool read_scalar(hlo_parser *p, const ir_type *t, ir_scalar *s)
{
    char text[1100];
    *s = (ir_scalar){0};
    if (t->dtype == IR_bool && (hlo_word(p, "true") || hlo_word(p, "false"))) {
        s->bits = hlo_word(p, "true");
    } else {
        if (p->t.kind != HLO_T_NUMBER || !spelled(&p->t, text))
            return unexpected(p, t);
        bool is_float = ir_dtypes[t->dtype].kind == IR_KIND_FLOAT;
        if (!(is_float ? float_element : integer_element)(t->dtype, text, s))
            return unexpected(p, t);
    }
    hlo_next(p);
    return true;
}

static bool read_pair(reading *r)
{
    ir_type part = ir_type_scalar(ir_part(r->t->dtype));
    ir_scalar re, im;
    if (!hlo_expect(&r->p, '(') || !read_scalar(&r->p, &part, &re) || !hlo_expect(&r->p, ',') ||
        !read_scalar(&r->p, &part, &im) || !hlo_expect(&r->p, ')'))
        return false;
    memcpy(r->to, &re, r->size / 2);
    memcpy(r->to + r->size / 2, &im, r->size / 2);
    r->to += r->size;
    r->left--;
    return true;
}

static bool read_element(reading *r)
{
    ir_scalar s;
    if (!r->left)
        return hlo_fail(&r->p, "there are more elements than %s has", ir_type_tmp(r->t));
    if (ir_is_complex(r->t->dtype))
        return read_pair(r);
    if (!read_scalar(&r->p, r->t, &s))
        return false;
    memcpy(r->to, &s, r->size); /* little endian, as all machines that we run on */
    r->to += r->size;
    r->left--;
    return true;
}

/* The elements along the dimensions from `axis` on. */
static bool read_nested(reading *r, int axis)
{
    if (axis == r->t->rank)
        return read_element(r);
    if (!hlo_expect(&r->p, '['))
        return false;
    for (int64_t k = 0; k < r->t->dim[axis]; k++) {
        if (k && !hlo_expect(&r->p, ','))
            return false;
        if (!read_nested(r, axis + 1))
            return false;
    }
    return hlo_expect(&r->p, ']');
}

static int digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* "0x...": the bytes of all elements, or of one for all. */
static bool read_bytes(reading *r, bool splat)
{
    hlo_text hex = r->p.t.text;
    size_t bytes = splat ? r->size : ir_type_bytes(r->t);
    if (hex.n < 2 || hex.at[0] != '0' || hex.at[1] != 'x' || hex.n - 2 != 2 * bytes)
        return hlo_fail(&r->p, "the %zu bytes of %s are expected here as \"0x...\"", bytes,
                        ir_type_tmp(r->t));
    for (size_t k = 0; k < bytes; k++) {
        int high = digit(hex.at[2 + 2 * k]), low = digit(hex.at[3 + 2 * k]);
        if (high < 0 || low < 0)
            return hlo_fail(&r->p, "%.2s are not two hexadecimal digits", hex.at + 2 + 2 * k);
        r->to[k] = (char)(16 * high + low);
        if (r->t->dtype == IR_bool && (unsigned char)r->to[k] > 1)
            r->to[k] = 1;
    }
    hlo_next(&r->p);
    return true;
}

static void begin(reading *r, hlo_module *m, const hlo_attr *a, const ir_type *t, void *to)
{
    *r = (reading){.t = t, .size = ir_dtypes[t->dtype].size, .to = to, .left = ir_type_count(t)};
    hlo_parser_within(&r->p, m, a->text, a->at.line);
}

/* Bytecode has the bytes themselves. */
static bool copy_bytes(hlo_module *m, const hlo_attr *a, const ir_type *t, bool splat, char *to)
{
    size_t bytes = splat ? ir_dtypes[t->dtype].size : ir_type_bytes(t);
    if (a->text.n != bytes)
        return hlo_fail_at(m, a->at, "%s has %zu bytes, but %zu are given", ir_type_tmp(t), bytes,
                           a->text.n);
    for (size_t k = 0; k < bytes; k++)
        to[k] = t->dtype == IR_bool ? a->text.at[k] != 0 : a->text.at[k];
    return true;
}

bool hlo_dense_splat(hlo_module *m, const hlo_attr *a, const ir_type *t)
{
    reading r;
    if (a->bytes)
        return a->text.n == ir_dtypes[t->dtype].size && ir_type_count(t) > 0;
    begin(&r, m, a, t, NULL);
    if (r.p.t.kind == HLO_T_STRING)
        return r.p.t.text.n == 2 + 2 * r.size;
    return !hlo_mark(&r.p, '[') && r.p.t.kind != HLO_T_END;
}

bool hlo_dense_read(hlo_module *m, const hlo_attr *a, const ir_type *t, void *to)
{
    reading r;
    bool splat = hlo_dense_splat(m, a, t), ok;
    if (a->bytes)
        return copy_bytes(m, a, t, splat, to);
    begin(&r, m, a, t, to);
    if (splat)
        r.left = 1;
    if (r.p.t.kind == HLO_T_STRING)
        ok = read_bytes(&r, splat);
    else if (splat)
        ok = read_element(&r);
    else if (!ir_type_count(t) && r.p.t.kind == HLO_T_END)
        ok = true;
    else
        ok = read_nested(&r, 0);
    return ok &&
           (r.p.t.kind == HLO_T_END || hlo_fail(&r.p, "%.*s does not belong to the elements of %s",
                                                HLO_SHOW(r.p.t.text), ir_type_tmp(t)));
}

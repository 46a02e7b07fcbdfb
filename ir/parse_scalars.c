/* Integers, bools and floats of the text form. A float is rounded once, to the dtype that it is
 * for, and NaN keeps the bits that are written. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ir/parse.h"

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

bool parse_int(parser *p, int64_t *out)
{
    if (p->t.kind != T_NUMBER)
        return parse_fail_expected(p, "an integer");
    if (!int64_of(&p->t, out))
        return parse_fail_expected(p, "an integer of 64 bits");
    parse_next(p);
    return true;
}

bool parse_bool(parser *p, int64_t *out)
{
    *out = token_is(&p->t, "true");
    if (!*out && !token_is(&p->t, "false"))
        return parse_fail_expected(p, "true or false");
    parse_next(p);
    return true;
}

/* Reads `nan`, which may be followed by :0xBITS. */
static bool read_nan(parser *p, ir_dtype d, ir_scalar *s)
{
    int size = ir_dtypes[d].size;
    *s = ir_scalar_of(d, (double)NAN);
    parse_next(p);
    if (!parse_accept(p, ':'))
        return true;
    bool negative;
    if (!integer_of(&p->t, &s->bits, &negative) || negative ||
        s->bits > UINT64_MAX >> (64 - 8 * size)) {
        char what[40];
        snprintf(what, sizeof what, "the %d bits of a NaN", 8 * size);
        return parse_fail_expected(p, what);
    }
    double v = ir_scalar_f64(d, *s);
    if (v == v)
        return parse_fail_expected(p, "the bits of a NaN");
    parse_next(p);
    return true;
}

static bool read_float(parser *p, ir_dtype d, ir_scalar *s)
{
    const token t = p->t;
    if (token_is(&t, "nan"))
        return read_nan(p, d, s);
    *s = (ir_scalar){0};
    if (token_is(&t, "inf") || (t.kind == T_NUMBER && t.len == 4 && !memcmp(t.at, "-inf", 4))) {
        *s = ir_scalar_of(d, *t.at == '-' ? -__builtin_inf() : __builtin_inf());
        parse_next(p);
        return true;
    }
    char text[1100], *end;
    if (t.kind != T_NUMBER || !spelled(&t, text))
        return parse_fail_expected(p, "a number");
    /* Read it in the dtype that arithmetic is done in, so that f32 and f64 are rounded only
     * once. */
    double read = ir_compute(d) == IR_f64 ? strtod_l(text, &end, ir_c_locale())
                                          : (double)strtof_l(text, &end, ir_c_locale());
    *s = ir_scalar_of(d, read);
    double v = ir_scalar_f64(d, *s);
    bool digits = strcspn(text, "0123456789") < strcspn(text, "nNiI");
    if (*end || end == text || !digits)
        return parse_fail_expected(p, "a number");
    if (v - v != 0)
        return parse_fail_at(p, &t, "%s is out of range for %s", text, ir_dtypes[d].name);
    parse_next(p);
    return true;
}

static bool read_integer(parser *p, ir_dtype d, ir_scalar *s)
{
    const ir_dtype_info *info = &ir_dtypes[d];
    uint64_t m;
    bool negative, is_signed = info->kind == IR_KIND_INT;
    uint64_t top = UINT64_MAX >> (64 - info->bits + is_signed);
    if (!integer_of(&p->t, &m, &negative) || m > (negative ? (is_signed ? top + 1 : 0) : top)) {
        char what[40];
        snprintf(what, sizeof what, "an integer that fits %s", info->name);
        return parse_fail_expected(p, what);
    }
    *s = (ir_scalar){.bits = (negative ? 0 - m : m) & UINT64_MAX >> (64 - 8 * info->size)};
    parse_next(p);
    return true;
}

bool parse_scalar(parser *p, ir_dtype d, ir_scalar *s)
{
    if (ir_has_fraction(d))
        return read_float(p, ir_part(d), s);
    if (d != IR_bool)
        return read_integer(p, d, s);
    int64_t truth;
    if (!parse_bool(p, &truth))
        return false;
    *s = (ir_scalar){.bits = (uint64_t)truth};
    return true;
}

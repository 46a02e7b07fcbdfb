/* Tokens of MLIR's text form, and the position of errors. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "exchange/stablehlo/syntax.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool in_name(char c)
{
    return ir_is_word_char(c) || c == '_' || c == '$' || c == '.';
}

/* Names of values and symbols may have a dash as well. */
static const char *end_of_name(const char *s, const char *end, bool dashes)
{
    while (s < end && (in_name(*s) || (dashes && *s == '-' && s + 1 < end && s[1] != '>')))
        s++;
    return s;
}

static const char *skip_blanks(const char *s, const char *end)
{
    for (;;) {
        while (s < end && ir_is_blank(*s))
            s++;
        if (end - s < 2 || s[0] != '/' || s[1] != '/')
            return s;
        while (s < end && *s != '\n')
            s++;
    }
}

/* s is behind the first quote. The result is at the last one; `end` if there is none. */
static const char *end_of_string(const char *s, const char *end)
{
    while (s < end && *s != '"')
        s += *s == '\\' && s + 1 < end ? 2 : 1;
    return s;
}

static const char *end_of_number(const char *s, const char *end)
{
    if (*s == '-')
        s++;
    if (end - s > 1 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
        for (s += 2;
             s < end && (is_digit(*s) || (*s >= 'a' && *s <= 'f') || (*s >= 'A' && *s <= 'F'));)
            s++;
        return s;
    }
    while (s < end && is_digit(*s))
        s++;
    if (s < end && *s == '.')
        for (s++; s < end && is_digit(*s);)
            s++;
    if (end - s > 1 && (*s == 'e' || *s == 'E')) {
        const char *x = s + 1 + (s[1] == '-' || s[1] == '+');
        if (x < end && is_digit(*x))
            for (s = x; s < end && is_digit(*s);)
                s++;
    }
    return s;
}

static void quoted(hlo_parser *p, hlo_token_kind kind, const char *s)
{
    const char *close = end_of_string(s, p->end);
    p->t = (hlo_token){kind, {s, (size_t)(close - s)}, s - 1};
    p->at = close < p->end ? close + 1 : close;
}

static void token(hlo_parser *p, hlo_token_kind kind, const char *start, const char *text,
                  const char *end)
{
    p->t = (hlo_token){kind, {text, (size_t)(end - text)}, start};
    p->at = end;
}

static hlo_token_kind sigil(char c)
{
    switch (c) {
    case '%':
        return HLO_T_VALUE;
    case '@':
        return HLO_T_AT;
    case '#':
        return HLO_T_HASH;
    case '!':
        return HLO_T_BANG;
    case '^':
        return HLO_T_CARET;
    default:
        return HLO_T_MARK;
    }
}

void hlo_next(hlo_parser *p)
{
    const char *s = skip_blanks(p->at, p->end);
    if (s >= p->end) {
        token(p, HLO_T_END, p->end, p->end, p->end);
        return;
    }
    hlo_token_kind kind = sigil(*s);
    bool signed_number = *s == '-' && p->end - s > 1 && is_digit(s[1]);
    if (kind == HLO_T_AT && p->end - s > 1 && s[1] == '"')
        quoted(p, HLO_T_AT, s + 2);
    else if (kind != HLO_T_MARK)
        token(p, kind, s, s + 1,
              end_of_name(s + 1, p->end, kind == HLO_T_VALUE || kind == HLO_T_AT));
    else if (*s == '"')
        quoted(p, HLO_T_STRING, s + 1);
    else if (is_digit(*s) || signed_number)
        token(p, HLO_T_NUMBER, s, s, end_of_number(s, p->end));
    else if (in_name(*s) && *s != '.')
        token(p, HLO_T_NAME, s, s, end_of_name(s, p->end, false));
    else if (*s == '-' && p->end - s > 1 && s[1] == '>')
        token(p, HLO_T_ARROW, s, s, s + 2);
    else
        token(p, HLO_T_MARK, s, s, s + 1);
}

void hlo_seek(hlo_parser *p, const char *s)
{
    p->at = s;
    hlo_next(p);
}

void hlo_parser_init(hlo_parser *p, hlo_module *m, const char *text, size_t n)
{
    *p = (hlo_parser){.module = m,
                      .arena = &m->arena,
                      .begin = text,
                      .end = text + n,
                      .at = text,
                      .counted = text,
                      .line_start = text,
                      .line = 1};
    hlo_next(p);
}

void hlo_parser_within(hlo_parser *p, hlo_module *m, hlo_text piece, int line)
{
    hlo_parser_init(p, m, piece.at, piece.n);
    p->line = line;
    while (p->line_start > m->text && p->line_start[-1] != '\n')
        p->line_start--;
}

/* Lines are counted as parsing goes on: nobody asks for the place of a token in front of one that
 * was asked for. */
hlo_at hlo_where(hlo_parser *p)
{
    const char *to = p->t.start;
    for (const char *s = p->counted; (s = memchr(s, '\n', (size_t)(to - s))) != NULL;) {
        p->line_start = ++s;
        p->line++;
    }
    p->counted = to;
    ptrdiff_t column = to - p->line_start + 1;
    return (hlo_at){p->line, (int)(column < INT32_MAX ? column : INT32_MAX)};
}

static bool fail_at(hlo_module *m, hlo_at at, const char *fmt, va_list ap)
{
    char text[1024];
    vsnprintf(text, sizeof text, fmt, ap);
    const ir_loc *was = ir_loc_set(m->at);
    m->failed = true;
    if (at.line)
        ir_fail("%s:%d:%d: %s", m->path, at.line, at.column, text);
    else
        ir_fail("%s: byte %d: %s", m->path, at.column, text);
    ir_loc_set(was);
    return false;
}

bool hlo_fail_at(hlo_module *m, hlo_at at, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fail_at(m, at, fmt, ap);
    va_end(ap);
    return false;
}

bool hlo_fail(hlo_parser *p, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fail_at(p->module, hlo_where(p), fmt, ap);
    va_end(ap);
    return false;
}

bool hlo_expected(hlo_parser *p, const char *what)
{
    if (p->t.kind == HLO_T_END)
        return hlo_fail(p, "the text ends where %s is expected", what);
    return hlo_fail(p, "%s is expected here, but not %.*s", what, HLO_SHOW(p->t.text));
}

bool hlo_accept(hlo_parser *p, char c)
{
    if (!hlo_mark(p, c))
        return false;
    hlo_next(p);
    return true;
}

bool hlo_expect(hlo_parser *p, char c)
{
    if (hlo_accept(p, c))
        return true;
    return hlo_expected(p, (char[]){c, 0});
}

bool hlo_enter(hlo_parser *p)
{
    if (p->depth == HLO_DEEPEST)
        return hlo_fail(p, "regions, attributes or types are nested more than %d deep",
                        HLO_DEEPEST);
    p->depth++;
    return true;
}

static char partner(char open)
{
    return open == '(' ? ')' : open == '<' ? '>' : open == '[' ? ']' : '}';
}

/* Only the nesting of brackets counts; strings are skipped. The > of an arrow is not a bracket. */
bool hlo_skip(hlo_parser *p, hlo_text *inside)
{
    char expected[HLO_DEEPEST];
    int depth = 0;
    const char *from = p->at;
    for (const char *s = p->t.start; s < p->end; s++) {
        if (*s == '"') {
            s = end_of_string(s + 1, p->end);
        } else if (*s == '-' && p->end - s > 1 && s[1] == '>') {
            s++;
        } else if (strchr("(<[{", *s) && *s) {
            if (depth == HLO_DEEPEST)
                return hlo_fail(p, "brackets are nested more than %d deep", HLO_DEEPEST);
            expected[depth++] = partner(*s);
        } else if (strchr(")>]}", *s) && *s) {
            if (depth && *s != expected[depth - 1])
                break;
            if (--depth <= 0) {
                *inside = (hlo_text){from, (size_t)(s - from)};
                hlo_seek(p, s + 1);
                return true;
            }
        }
    }
    return hlo_fail(p, "the bracket %.*s is not closed", HLO_SHOW(p->t.text));
}

bool hlo_skip_from(hlo_parser *p, char open, hlo_text *inside)
{
    return hlo_mark(p, open) ? hlo_skip(p, inside) : hlo_expect(p, open);
}

bool hlo_int_of(hlo_text t, int64_t *out)
{
    char text[40], *end;
    bool negative = t.n && *t.at == '-';
    if (t.n >= sizeof text || t.n == negative)
        return false;
    memcpy(text, t.at, t.n);
    text[t.n] = 0;
    const char *digits = text + negative;
    bool hex = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
    if (!is_digit(*digits))
        return false;
    errno = 0;
    unsigned long long u = strtoull(digits, &end, hex ? 16 : 10);
    if (errno || *end || end == digits || u > (uint64_t)INT64_MAX + negative)
        return false;
    *out = (int64_t)(negative ? 0 - u : u);
    return true;
}

/* The tokens of the text form, with one token of lookahead, and errors at a position in the text.
 */
#include <stdarg.h>
#include <string.h>

#include "ir/parse.h"

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool skip_blanks(parser *p)
{
    bool newline = p->pos == p->line_start;
    for (;; p->pos++) {
        if (*p->pos == '#')
            p->pos += strcspn(p->pos, "\n");
        if (*p->pos == '\n') {
            p->line++;
            p->line_start = p->pos + 1;
            newline = true;
        } else if (*p->pos != ' ' && *p->pos != '\t' && *p->pos != '\r') {
            return newline;
        }
    }
}

/* The length of a number token: a sign, digits, letters, dots, and signs after an
 * exponent's letter. */
static size_t number_length(const char *s)
{
    size_t n = *s == '-' || *s == '+';
    bool hex = s[n] == '0' && (s[n + 1] == 'x' || s[n + 1] == 'X');
    for (;; n++) {
        char c = s[n], before = n ? s[n - 1] : 0;
        bool exponent =
            before == 'p' || before == 'P' || (!hex && (before == 'e' || before == 'E'));
        if (!(is_word_char(c) || c == '.' || ((c == '-' || c == '+') && exponent)))
            return n;
    }
}

void parse_next(parser *p)
{
    token *t = &p->t;
    t->first = skip_blanks(p);
    t->at = p->pos;
    t->line = p->line;
    t->column = (int)(p->pos - p->line_start) + 1;
    char c = *p->pos;
    if (!c) {
        t->kind = T_END;
        t->len = 0;
    } else if (is_digit(c) || c == '-' || c == '+' || c == '.') {
        t->kind = T_NUMBER;
        t->len = number_length(p->pos);
    } else if (is_word_char(c)) {
        t->kind = T_WORD;
        for (t->len = 1; is_word_char(p->pos[t->len]);)
            t->len++;
    } else {
        t->kind = strchr("(){}[],:=~?", c) ? T_PUNCT : T_BAD;
        t->len = 1;
    }
    p->pos += t->len;
}

bool parse_fail_at(const parser *p, const token *t, const char *fmt, ...)
{
    char text[1024];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return ir_fail("%s:%d:%d: %s", p->file, t->line, t->column, text);
}

const char *token_shown(const token *t, char buf[48])
{
    if (t->kind == T_END)
        return "the end of the text";
    unsigned char c = (unsigned char)*t->at;
    if (t->kind == T_BAD && (c < 0x20 || c > 0x7e))
        snprintf(buf, 48, "byte 0x%02x", c);
    else
        snprintf(buf, 48, "'%.*s%s'", (int)(t->len > 32 ? 32 : t->len), t->at,
                 t->len > 32 ? "..." : "");
    return buf;
}

bool parse_fail_expected(const parser *p, const char *what)
{
    char buf[48];
    return parse_fail_at(p, &p->t, "%s expected, but there is %s", what, token_shown(&p->t, buf));
}

bool parse_at(const parser *p, char c)
{
    return p->t.kind == T_PUNCT && *p->t.at == c;
}

bool parse_accept(parser *p, char c)
{
    if (!parse_at(p, c))
        return false;
    parse_next(p);
    return true;
}

bool parse_expect(parser *p, char c)
{
    return parse_accept(p, c) || parse_fail_expected(p, (char[]){'\'', c, '\'', 0});
}

bool token_is(const token *t, const char *word)
{
    return t->kind == T_WORD && strlen(word) == t->len && !memcmp(word, t->at, t->len);
}

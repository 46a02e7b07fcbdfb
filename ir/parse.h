/* Shared by the files of the parser: its state, its tokens, and the scalars made of them. */
#ifndef JACQUARD_IR_PARSE_H
#define JACQUARD_IR_PARSE_H

#include "ir/ir.h"

/* A word is an identifier. A number includes its sign and extends to the next delimiter. */
typedef enum { T_END, T_WORD, T_NUMBER, T_PUNCT, T_BAD } token_kind;

typedef struct {
    token_kind kind;
    const char *at;
    size_t len;
    int line, column;
    bool first; /* is it the first token of its line? */
} token;

typedef struct {
    const char *file, *pos, *line_start;
    int line;
    token t; /* the lookahead */
    int depth;
    ir_arena memory; /* for lists */
} parser;

/* ---- parse_tokens.c -------------------------------------------------------------------------- */

void parse_next(parser *p);             /* reads the next token into p->t */
bool parse_at(const parser *p, char c); /* is the lookahead this character? */
bool parse_accept(parser *p, char c);   /* if so, reads past it */
bool parse_expect(parser *p, char c);   /* the same, with an error if it is another */
bool token_is(const token *t, const char *word);
/* A token as text for an error message, shortened if it is long. */
const char *token_shown(const token *t, char buf[48]);
/* Record an error at the position of a token, or of the lookahead. Both return false. */
bool parse_fail_at(const parser *p, const token *t, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
bool parse_fail_expected(const parser *p, const char *what);

/* ---- parse_scalars.c ------------------------------------------------------------------------- */

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Each reads a value from the lookahead on. False with an error if there is none. */
bool parse_int(parser *p, int64_t *out);
bool parse_bool(parser *p, int64_t *out); /* 0 or 1 */
bool parse_scalar(parser *p, ir_dtype d, ir_scalar *s);

#endif

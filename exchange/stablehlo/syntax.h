/* A StableHLO module as a tree: functions, operations, values, attributes and types, as they stand
 * in the text. Bytecode becomes the same tree (bytecode/bytecode.h).
 *
 * The reader has three layers. The lexer (lex.c) cuts the text into tokens. The parser (types.c,
 * attributes.c, operations.c, module.c) makes this tree, and knows no operation by name: MLIR
 * prints an operation generically, "op"(operands) <{attributes}> ({regions}) : types, or in a form
 * of its own, and one loose grammar reads all those forms. The builder (build.h) makes a graph of a
 * function, with a table of operations.
 *
 * The whole tree is in one arena, and refers to the text, which must live as long.
 */
#ifndef JACQUARD_STABLEHLO_SYNTAX_H
#define JACQUARD_STABLEHLO_SYNTAX_H

#include <string.h>

#include "ir/ir.h"

/* A piece of the text. */
typedef struct {
    const char *at;
    size_t n;
} hlo_text;

static inline bool hlo_is(hlo_text t, const char *word)
{
    return t.n == strlen(word) && !memcmp(t.at, word, t.n);
}
/* For printf's "%.*s": at most as much of the text as an error should show. */
#define HLO_SHOW(t) hlo_shown(t), (t).at
static inline int hlo_shown(hlo_text t)
{
    return t.n < 80 ? (int)t.n : 80;
}

/* A place in a text; in bytecode the line is 0, and the column the number of the byte. */
typedef struct {
    int line, column;
} hlo_at;

/* `why` says what in the type is not supported; NULL: nothing, and `type` is valid. `element` is the
 * element type if that is why. */
typedef struct {
    hlo_text text, element;
    const char *why;
    ir_type type;
} hlo_type;

typedef enum {
    HLO_UNIT,    /* an attribute that has a name and no value */
    HLO_BOOL,    /* i */
    HLO_INT,     /* i */
    HLO_FLOAT,   /* text */
    HLO_STRING,  /* text, without the quotes, as it is written */
    HLO_SYMBOL,  /* text, without the @ */
    HLO_WORD,    /* text */
    HLO_LIST,    /* n items; also array<i64: ...> */
    HLO_DICT,    /* n items, which have keys */
    HLO_TYPE,    /* type */
    HLO_DENSE,   /* text: what is between the brackets of dense<...>, or `bytes`; type, if it was written */
    HLO_DIALECT, /* key: the name after #, if any; text: what is between the brackets */
} hlo_kind;

typedef struct hlo_attr hlo_attr;
struct hlo_attr {
    hlo_kind kind;
    hlo_at at;
    hlo_text key; /* its name, if it is an item of a dictionary */
    hlo_text text;
    bool bytes; /* HLO_DENSE: text holds the elements as they are in memory, or one for all */
    int64_t i;
    hlo_type *type;
    int n;
    hlo_attr *first, *last; /* items, linked by `next` */
    hlo_attr *next;
    hlo_attr *pair; /* b in a x b, and in a -> b */
};

typedef struct hlo_op hlo_op;

/* A value: the result of an operation, or the argument of a function or region. */
typedef struct {
    hlo_type *type;
    hlo_op *op; /* NULL for an argument */
    void *data; /* the elements of a constant that has more than one */
} hlo_value;

typedef struct hlo_region {
    int narg;
    hlo_value **arg;
    hlo_op *first, *last;
    bool has_block; /* of bytecode: is it more than a declaration? */
    struct hlo_region *next;
} hlo_region;

struct hlo_op {
    hlo_text name;
    hlo_at at;
    hlo_text location; /* what loc(...) says; empty if it is not there */
    hlo_text file;     /* of bytecode: the file and line that `location` names, if it does */
    int line;
    int nresult, noperand;
    hlo_value **result, **operand;
    hlo_attr attrs; /* HLO_DICT: all attributes and clauses such as dims = [0] */
    hlo_attr words; /* HLO_LIST: the other words of a form of its own, such as EQ and FLOAT */
    int nregion;
    hlo_region *first, *last;
    hlo_op *next;
};

typedef struct hlo_function {
    hlo_text name;
    hlo_at at;
    bool has_body;
    int narg, nresult;
    hlo_type **result;
    const hlo_attr *arg_attrs, *result_attrs; /* of bytecode: a dictionary for each; or NULL */
    hlo_region body;
    struct hlo_function *next;
} hlo_function;

typedef struct {
    ir_arena arena;
    const char *path, *text; /* for errors */
    const ir_loc *at;        /* the line of the C program that reads it; errors name that too */
    hlo_text name;           /* the module's; empty if it has none */
    hlo_function *first, *last;
    hlo_attr aliases; /* HLO_DICT: #name = ... */
    bool failed;      /* was an error recorded that names a place? */
} hlo_module;

/* Reads a module. False with an error that names line and column. m->arena is freed by the caller.
 */
bool hlo_parse(hlo_module *m, const char *text, size_t n);

/* ---- lex.c --------------------------------------------------------------------------------------- */

typedef enum {
    HLO_T_END,
    HLO_T_NAME,   /* a word; it may have dots */
    HLO_T_VALUE,  /* %name, without the % */
    HLO_T_AT,     /* @name or @"name", without @ and quotes */
    HLO_T_HASH,   /* #name, which may have dots */
    HLO_T_BANG,   /* !name */
    HLO_T_CARET,  /* ^name */
    HLO_T_NUMBER, /* 1, -1, 0x1F, 1.5e-3 */
    HLO_T_STRING, /* without the quotes */
    HLO_T_ARROW,  /* -> */
    HLO_T_MARK,   /* any other character */
} hlo_token_kind;

typedef struct {
    hlo_token_kind kind;
    hlo_text text;
    const char *start; /* where it begins, with its first sign */
} hlo_token;

enum { HLO_DEEPEST = 100 }; /* of nested regions, attributes and types */

typedef struct hlo_parser {
    hlo_module *module;
    ir_arena *arena;
    const char *begin, *end;
    const char *at; /* behind the current token */
    hlo_token t;    /* the current token */
    int depth;
    struct hlo_scope *scope; /* the values that are known (scope.h) */
    /* Lines are counted from here on, so that counting takes linear time. */
    const char *counted, *line_start;
    int line;
} hlo_parser;

void hlo_parser_init(hlo_parser *p, hlo_module *m, const char *text, size_t n);
/* Reads a piece of the module's text, which is in that line. */
void hlo_parser_within(hlo_parser *p, hlo_module *m, hlo_text piece, int line);
void hlo_next(hlo_parser *p);
/* Places the parser at s, and reads the token there. */
void hlo_seek(hlo_parser *p, const char *s);
hlo_at hlo_where(hlo_parser *p); /* of the current token */
/* Records an error with the place of the current token. */
bool hlo_fail(hlo_parser *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool hlo_fail_at(hlo_module *m, hlo_at at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The error that `what` is expected where the current token is. */
bool hlo_expected(hlo_parser *p, const char *what);
static inline bool hlo_mark(const hlo_parser *p, char c)
{
    return p->t.kind == HLO_T_MARK && *p->t.text.at == c;
}
static inline bool hlo_word(const hlo_parser *p, const char *word)
{
    return p->t.kind == HLO_T_NAME && hlo_is(p->t.text, word);
}
bool hlo_accept(hlo_parser *p, char c); /* takes the mark c if it is next */
bool hlo_expect(hlo_parser *p, char c);
/* Skips what is nested in the bracket that is the current token, up to its partner. *inside gets
 * what is between them. */
bool hlo_skip(hlo_parser *p, hlo_text *inside);
/* The same of a bracket that must be there: an error if the current token is not `open`. */
bool hlo_skip_from(hlo_parser *p, char open, hlo_text *inside);
/* Call hlo_enter before reading something nested; false if it is nested too deep. */
bool hlo_enter(hlo_parser *p);
static inline void hlo_leave(hlo_parser *p)
{
    p->depth--;
}
/* Reads a whole text as an integer of 64 bits; false, without an error, if it is not one. */
bool hlo_int_of(hlo_text t, int64_t *out);

/* ---- types.c ------------------------------------------------------------------------------------- */

hlo_type *hlo_read_type(hlo_parser *p); /* NULL with an error */
/* A list of types: T, T or (T, T). */
bool hlo_read_types(hlo_parser *p, int *n, hlo_type ***types);

/* ---- attributes.c -------------------------------------------------------------------------------- */

/* Reads an attribute. typed: a `: type` that follows belongs to it. */
hlo_attr *hlo_read_attr(hlo_parser *p, bool typed);
bool hlo_read_dict(hlo_parser *p, char close, hlo_attr *dict); /* the items up to `close` */
hlo_attr *hlo_add(hlo_parser *p, hlo_attr *list); /* appends an item; NULL: no memory */
const hlo_attr *hlo_find(const hlo_attr *dict, const char *key); /* NULL: there is no such item */
/* Reads what is between the brackets of #stablehlo.gather<...> as a dictionary. A dictionary is what
 * bytecode has in its place. */
bool hlo_read_body(hlo_module *m, const hlo_attr *dialect, hlo_attr *dict);
/* Reads what is between the brackets of #stablehlo.conv<...> as an attribute. NULL with an error. */
const hlo_attr *hlo_read_within(hlo_module *m, const hlo_attr *dialect);
bool hlo_read_location(hlo_parser *p, hlo_text *to); /* takes loc(...) if it is next */

/* ---- operations.c -------------------------------------------------------------------------------- */

hlo_value *hlo_new_value(hlo_parser *p, hlo_type *type, hlo_op *op);
/* Reads operations up to the } that closes the region, which it takes. */
bool hlo_read_block(hlo_parser *p, hlo_region *r);
hlo_op *hlo_read_op(hlo_parser *p);
/* Does it end a region or a function? */
bool hlo_is_return(const hlo_op *op);
/* (%a: T, %b: T {attributes} loc(...)), appended to the region's arguments. */
bool hlo_read_args(hlo_parser *p, hlo_region *r);

/* ---- dense.c ------------------------------------------------------------------------------------- */

/* Is one element written for all? `to` then needs room for one alone. */
bool hlo_dense_splat(hlo_module *m, const hlo_attr *a, const ir_type *t);
/* Writes the elements of dense<...>, an array of type t, to `to`. */
bool hlo_dense_read(hlo_module *m, const hlo_attr *a, const ir_type *t, void *to);

#endif

/* Types. They are spelled as in the text form, and read by its parser, so that both forms accept
 * the same types. */
#include "exchange/stablehlo/bytecode/bytecode.h"

typedef struct type_row type_row;
typedef hlo_text speller(bc_cursor *c, bc_entry *e);
struct type_row {
    const char *name; /* of a type without fields */
    speller *spell;   /* of any other */
};

/* An element type's text may be the name of a type that no graph has. */
static hlo_text element(bc_cursor *c)
{
    const bc_entry *e = bc_type(c);
    return e ? e->type->text : (hlo_text){"", 0};
}

static hlo_text spell_complex(bc_cursor *c, bc_entry *e)
{
    (void)e;
    hlo_text part = element(c);
    return bc_say(c, "complex<%.*s>", (int)part.n, part.at);
}

static hlo_type **read_types(bc_cursor *c, int *n)
{
    size_t count = bc_count(c);
    hlo_type **types = bc_room(c, count, sizeof *types);
    for (size_t k = 0; types && k < count && bc_ok(c); k++) {
        const bc_entry *e = bc_type(c);
        types[k] = e ? e->type : NULL;
    }
    *n = (int)count;
    return types;
}

static hlo_text spell_function(bc_cursor *c, bc_entry *e)
{
    e->in = read_types(c, &e->nin);
    e->out = read_types(c, &e->nout);
    return bc_say(c, "() -> ()");
}

static hlo_text spell_tuple(bc_cursor *c, bc_entry *e)
{
    (void)e;
    int n;
    read_types(c, &n);
    return bc_say(c, "tuple<>");
}

static hlo_text spell_dims(bc_cursor *c)
{
    hlo_text dims = {"", 0};
    size_t n = bc_count(c);
    if (n > 2 * IR_MAX_RANK) /* the error is where the type is used */
        n = bc_ok(c) ? 2 * IR_MAX_RANK : 0;
    for (size_t k = 0; k < n && bc_ok(c); k++) {
        int64_t dim = bc_svarint(c);
        dims = dim < 0 ? bc_say(c, "%.*s?x", (int)dims.n, dims.at)
                       : bc_say(c, "%.*s%lldx", (int)dims.n, dims.at, (long long)dim);
    }
    return dims;
}

static hlo_text spell_tensor(bc_cursor *c, bc_entry *e)
{
    (void)e;
    hlo_text dims = spell_dims(c), of = element(c);
    return bc_say(c, "tensor<%.*s%.*s>", (int)dims.n, dims.at, (int)of.n, of.at);
}

/* The encoding is an attribute, such as bounds of dynamic dimensions, that says nothing to us. */
static hlo_text spell_encoded_tensor(bc_cursor *c, bc_entry *e)
{
    bc_index(c, c->file->nattr, "attribute");
    return spell_tensor(c, e);
}

static hlo_text spell_unranked(bc_cursor *c, bc_entry *e)
{
    (void)e;
    hlo_text of = element(c);
    return bc_say(c, "tensor<*x%.*s>", (int)of.n, of.at);
}

static hlo_text spell_integer(bc_cursor *c, bc_entry *e)
{
    (void)e;
    uint64_t code = bc_varint(c);
    return bc_say(c, "%s%llu", (code & 3) == 2 ? "ui" : "i", (unsigned long long)code >> 2);
}

/* A type that no graph has; its fields are not read. */
static hlo_text spell_quantized(bc_cursor *c, bc_entry *e)
{
    (void)e;
    c->at = c->end;
    return bc_say(c, "!quant.uniform");
}

static hlo_text spell_other(bc_cursor *c, bc_entry *e)
{
    (void)e;
    c->at = c->end;
    return bc_say(c, "!vhlo.type");
}

/* ---- the tables ------------------------------------------------------------------------------------- */

/* MLIR: BuiltinDialectBytecode.td */
static const type_row builtin_rows[] = {
    [0] = {.spell = spell_integer},
    [1] = {"index", NULL},
    [2] = {.spell = spell_function},
    [3] = {"bf16", NULL},
    [4] = {"f16", NULL},
    [5] = {"f32", NULL},
    [6] = {"f64", NULL},
    [7] = {"f80", NULL},
    [8] = {"f128", NULL},
    [9] = {.spell = spell_complex},
    [12] = {"none", NULL},
    [13] = {.spell = spell_tensor},
    [14] = {.spell = spell_encoded_tensor},
    [15] = {.spell = spell_tuple},
    [18] = {.spell = spell_unranked},
};

/* StableHLO: VhloBytecode.cpp */
static const type_row vhlo_rows[] = {
    [0] = {"i1", NULL},
    [1] = {.spell = spell_complex},
    [2] = {"bf16", NULL},
    [3] = {"f16", NULL},
    [4] = {"f32", NULL},
    [5] = {"f64", NULL},
    [6] = {"f8E4M3FN", NULL},
    [7] = {"f8E5M2", NULL},
    [8] = {.spell = spell_function},
    [9] = {"index", NULL},
    [10] = {"i4", NULL},
    [11] = {"i8", NULL},
    [12] = {"i16", NULL},
    [13] = {"i32", NULL},
    [14] = {"i64", NULL},
    [15] = {"ui4", NULL},
    [16] = {"ui8", NULL},
    [17] = {"ui16", NULL},
    [18] = {"ui32", NULL},
    [19] = {"ui64", NULL},
    [20] = {.spell = spell_tensor},
    [21] = {.spell = spell_encoded_tensor},
    [22] = {"!stablehlo.token", NULL},
    [23] = {.spell = spell_tuple},
    [24] = {.spell = spell_quantized},
    [25] = {.spell = spell_unranked},
    [26] = {"!shape.witness", NULL},
    [27] = {"f8E4M3FNUZ", NULL},
    [28] = {"f8E5M2FNUZ", NULL},
    [29] = {"f8E4M3B11FNUZ", NULL},
    [30] = {.spell = spell_quantized},
    [31] = {"i2", NULL},
    [32] = {"ui2", NULL},
    [33] = {"none", NULL},
    [34] = {"tf32", NULL},
    [35] = {"f8E4M3", NULL},
    [36] = {"f8E3M4", NULL},
    [37] = {"f4E2M1FN", NULL},
    [38] = {"f6E2M3FN", NULL},
    [39] = {"f6E3M2FN", NULL},
    [40] = {"f8E8M0FNU", NULL},
    [41] = {.spell = spell_other}, /* a buffer */
    [42] = {.spell = spell_other}, /* a future */
};

static const struct {
    const char *dialect;
    const type_row *row;
    size_t n;
} tables[] = {
    {"builtin", builtin_rows, sizeof builtin_rows / sizeof *builtin_rows},
    {"vhlo", vhlo_rows, sizeof vhlo_rows / sizeof *vhlo_rows},
};

static hlo_text spell_row(bc_cursor *c, hlo_text dialect, const type_row *row, size_t n,
                          bc_entry *e)
{
    uint64_t code = bc_varint(c);
    if (code >= n || !(row[code].name || row[code].spell)) {
        bc_fail(c, "the dialect %.*s has no type %llu that is known here", HLO_SHOW(dialect),
                (unsigned long long)code);
        return (hlo_text){"", 0};
    }
    const char *name = row[code].name;
    hlo_text text = name ? (hlo_text){name, strlen(name)} : row[code].spell(c, e);
    if (bc_ok(c) && c->at != c->end)
        bc_fail(c, "%td bytes follow a type", c->end - c->at);
    return text;
}

static hlo_text spell_coded(bc_cursor *c, hlo_text dialect, bc_entry *e)
{
    for (size_t k = 0; k < sizeof tables / sizeof *tables; k++)
        if (hlo_is(dialect, tables[k].dialect))
            return spell_row(c, dialect, tables[k].row, tables[k].n, e);
    return bc_say(c, "!%.*s.type", hlo_shown(dialect), dialect.at);
}

static void read_type(bc_cursor *c, bc_entry *e)
{
    hlo_parser p;
    bc_cursor piece = {c->file, e->at, e->end};
    hlo_text text =
        e->coded ? spell_coded(&piece, c->file->dialect[e->dialect], e) : (hlo_text){"!unknown", 8};
    if (!bc_ok(c))
        return;
    hlo_parser_init(&p, c->file->module, text.at, text.n);
    e->type = hlo_read_type(&p);
    if (!e->type)
        c->file->failed = true;
}

const bc_entry *bc_type_at(bc_cursor *c, size_t index)
{
    if (bc_ok(c) && index >= c->file->ntype)
        bc_fail(c, "there is no type %zu; there are %zu", index, c->file->ntype);
    if (!bc_ok(c))
        return NULL;
    bc_entry *e = &c->file->type[index];
    if (e->state == BC_OPEN)
        bc_fail(c, "type %zu holds itself", index);
    if (e->state == BC_UNREAD && bc_enter(c)) {
        e->state = BC_OPEN;
        read_type(c, e);
        e->state = BC_READ;
        bc_leave(c);
    }
    return bc_ok(c) ? e : NULL;
}

const bc_entry *bc_type(bc_cursor *c)
{
    return bc_type_at(c, bc_varint(c));
}

const bc_entry *bc_function_type(const bc_cursor *c, const hlo_type *type)
{
    for (size_t k = 0; k < c->file->ntype; k++) {
        const bc_entry *e = &c->file->type[k];
        if (e->type == type && e->in)
            return e;
    }
    return NULL;
}

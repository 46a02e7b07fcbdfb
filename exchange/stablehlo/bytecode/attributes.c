/* Attributes: a code, then fields. A row of a table says for each code how its fields are read. */
#include "exchange/stablehlo/bytecode/bytecode.h"

typedef struct attr_row attr_row;
typedef void reader(bc_cursor *c, const attr_row *row, hlo_attr *a);
struct attr_row {
    reader *read;
    int nword; /* of an enumeration */
    const char *const *word;
};

static const hlo_attr nothing = {.kind = HLO_UNIT};

void bc_append(bc_cursor *c, hlo_attr *list, hlo_text key, const hlo_attr *a)
{
    hlo_attr *item = bc_room(c, 1, sizeof *item);
    if (!item)
        return;
    *item = *a;
    item->key = key;
    item->next = NULL;
    *(list->last ? &list->last->next : &list->first) = item;
    list->last = item;
    list->n++;
}

static void set_text(hlo_attr *a, hlo_kind kind, hlo_text text)
{
    a->kind = kind;
    a->text = text;
}

/* ---- plain values ---------------------------------------------------------------------------------- */

static void read_unit(bc_cursor *c, const attr_row *row, hlo_attr *a)
{
    (void)c, (void)row;
    a->kind = HLO_UNIT;
}

static void read_bool(bc_cursor *c, const attr_row *row, hlo_attr *a)
{
    (void)row;
    a->kind = HLO_BOOL;
    a->i = bc_varint(c) != 0;
}

static void read_word(bc_cursor *c, const attr_row *row, hlo_attr *a)
{
    uint64_t k = bc_varint(c);
    if (k >= (uint64_t)row->nword || !row->word[k])
        bc_fail(c, "an enumeration has no value %llu", (unsigned long long)k);
    else
        set_text(a, HLO_WORD, (hlo_text){row->word[k], strlen(row->word[k])});
}

static void read_string(bc_cursor *c, const attr_row *row, hlo_attr *a)
{
    (void)row;
    set_text(a, HLO_STRING, bc_string(c));
}

static void read_typed_string(bc_cursor *c, const attr_row *row, hlo_attr *a)
{
    read_string(c, row, a);
    bc_type(c);
}

static void read_symbol(bc_cursor *c, const attr_row *row, hlo_attr *a)
{
    (void)row;
    set_text(a, HLO_SYMBOL, bc_attr(c)->text);
}

static void read_type(bc_cursor *c, const attr_row *row, hlo_attr *a)
{
    (void)row;
    const bc_entry *t = bc_type(c);
    a->kind = HLO_TYPE;
    a->type = t ? t->type : NULL;
}

/* The number of bits of i32, ui8, f64 or bf16; of index 64. */
static unsigned width_of(hlo_text name)
{
    unsigned bits = 0;
    for (size_t k = 0; k < name.n; k++) {
        if (name.at[k] >= '0' && name.at[k] <= '9')
            bits = 10 * bits + (unsigned)(name.at[k] - '0');
        else if (bits) /* f8E4M3FN */
            break;
        if (bits > 1000)
            break;
    }
    return hlo_is(name, "index") ? 64 : bits;
}

/* An integer as it is stored for a type of so many bits. */
static uint64_t read_bits(bc_cursor *c, unsigned bits)
{
    if (!bits || bits > 64)
        bc_fail(c, "a number of %u bits is not supported", bits);
    return bits <= 8 ? bc_byte(c) : (uint64_t)bc_svarint(c);
}

static void read_integer(bc_cursor *c, const attr_row *row, hlo_attr *a)
{
    (void)row;
    const bc_entry *t = bc_type(c);
    hlo_text name = t ? t->type->text : (hlo_text){"", 0};
    unsigned bits = width_of(name), unused = 64 - (bits && bits <= 64 ? bits : 64);
    uint64_t u = read_bits(c, bits) << unused;
    bool positive = bits == 1 || (name.n && *name.at == 'u');
    a->kind = HLO_INT;
    a->i = positive ? (int64_t)(u >> unused) : (int64_t)u >> unused;
    a->type = t ? t->type : NULL;
    a->text = bc_say(c, "%lld", (long long)a->i);
}

static void read_float(bc_cursor *c, const attr_row *row, hlo_attr *a)
{
    (void)row;
    const bc_entry *t = bc_type(c);
    hlo_text name = t ? t->type->text : (hlo_text){"", 0};
    uint64_t u = read_bits(c, width_of(name));
    float f32;
    double f64 = 0;
    uint32_t low = hlo_is(name, "bf16") ? (uint32_t)u << 16 : (uint32_t)u;
    memcpy(&f32, &low, sizeof low);
    if (hlo_is(name, "f64"))
        memcpy(&f64, &u, sizeof u);
    else if (hlo_is(name, "f32") || hlo_is(name, "bf16"))
        f64 = f32;
    else
        f64 = ir_scalar_f64(IR_f16, (ir_scalar){.bits = u});
    IR_C_NUMBERS;
    set_text(a, HLO_FLOAT, bc_say(c, "%.17g", f64));
    a->type = t ? t->type : NULL;
}

/* ---- lists and dictionaries ----------------------------------------------------------------------- */

static void read_list(bc_cursor *c, const attr_row *row, hlo_attr *a)
{
    (void)row;
    a->kind = HLO_LIST;
    for (size_t n = bc_count(c); n && bc_ok(c); n--)
        bc_append(c, a, (hlo_text){"", 0}, bc_attr(c));
}

static void read_dictionary(bc_cursor *c, const attr_row *row, hlo_attr *a)
{
    (void)row;
    a->kind = HLO_DICT;
    for (size_t n = bc_count(c); n && bc_ok(c); n--) {
        hlo_text key = bc_attr(c)->text;
        bc_append(c, a, key, bc_attr(c));
    }
}

static void read_integers(bc_cursor *c, const attr_row *row, hlo_attr *a)
{
    (void)row;
    a->kind = HLO_LIST;
    for (size_t n = bc_count(c); n && bc_ok(c); n--)
        bc_append(c, a, (hlo_text){"", 0}, &(hlo_attr){.kind = HLO_INT, .i = bc_svarint(c)});
}

/* ---- arrays ---------------------------------------------------------------------------------------- */

/* Bools are packed, eight in a byte; in old files they take a byte each. A byte of ones is true for
 * all, one of zeros false. */
static hlo_text unpack(bc_cursor *c, hlo_text packed, size_t count)
{
    if (packed.n == 1 && (*packed.at == (char)0xff || !*packed.at))
        return (hlo_text){*packed.at ? "\1" : "\0", 1};
    if (packed.n != (count + 7) / 8 || packed.n == count)
        return packed;
    char *to = bc_room(c, count, 1);
    for (size_t k = 0; to && k < count; k++)
        to[k] = packed.at[k / 8] >> k % 8 & 1;
    return to ? (hlo_text){to, count} : packed;
}

static void read_elements(bc_cursor *c, const hlo_type *t, hlo_attr *a)
{
    bc_cursor bytes = bc_take(c, bc_varint(c));
    a->kind = HLO_DENSE;
    a->bytes = true;
    a->type = (hlo_type *)t;
    a->text = (hlo_text){(const char *)bytes.at, (size_t)(bytes.end - bytes.at)};
    size_t most = 8 * a->text.n; /* a splat has one byte */
    if (t && !t->why && t->type.dtype == IR_bool && (size_t)ir_type_count(&t->type) <= most)
        a->text = unpack(c, a->text, (size_t)ir_type_count(&t->type));
}

static void read_tensor(bc_cursor *c, const attr_row *row, hlo_attr *a)
{
    (void)row;
    const bc_entry *t = bc_type(c);
    read_elements(c, t ? t->type : NULL, a);
}

/* array<i64: 1, 2>: an element type, the number of elements, the bytes of all. */
static void read_array(bc_cursor *c, const attr_row *row, hlo_attr *a)
{
    (void)row;
    const bc_entry *t = bc_type(c);
    unsigned bits = t ? width_of(t->type->text) : 0;
    uint64_t n = bc_varint(c);
    bc_cursor bytes = bc_take(c, bc_varint(c));
    size_t size = bits < 8 ? 1 : bits / 8;
    a->kind = HLO_LIST;
    if (size > 8 || n > (uint64_t)(bytes.end - bytes.at) / size)
        bc_fail(c, "the elements of an array are missing");
    for (uint64_t k = 0; k < n && bc_ok(c); k++) {
        uint64_t u = 0;
        memcpy(&u, bc_take(&bytes, size).at, size);
        int64_t i = (int64_t)(u << (64 - 8 * size)) >> (64 - 8 * size);
        bc_append(c, a, (hlo_text){"", 0}, &(hlo_attr){.kind = HLO_INT, .i = i});
    }
}

/* ---- what is skipped -------------------------------------------------------------------------------- */

/* An attribute that says nothing to us: how exact a result must be, bounds of dynamic shapes,
 * aliases of results, meshes. Its bytes are not read. */
static void skip(bc_cursor *c, const attr_row *row, hlo_attr *a)
{
    (void)row;
    a->kind = HLO_DIALECT;
    c->at = c->end;
}

/* ---- locations ------------------------------------------------------------------------------------- */

/* A location is a text as it is written between the brackets of loc(...), and the file and line, if
 * they are known, as key and i. */
static void read_file_line(bc_cursor *c, const attr_row *row, hlo_attr *a)
{
    (void)row;
    hlo_text file = bc_attr(c)->text;
    uint64_t line = bc_varint(c), column = bc_varint(c);
    set_text(a, HLO_WORD,
             bc_say(c, "\"%.*s\":%llu:%llu", (int)(file.n < 1000 ? file.n : 1000), file.at,
                    (unsigned long long)line, (unsigned long long)column));
    a->key = file;
    a->i = line < INT32_MAX ? (int64_t)line : 0;
}

/* A file, and a number of numbers: the line, the column, and where the range ends. */
static void read_range(bc_cursor *c, const attr_row *row, hlo_attr *a)
{
    (void)row;
    hlo_text file = bc_attr(c)->text;
    uint64_t n = bc_varint(c), line = n > 0 ? bc_varint(c) : 0, column = n > 1 ? bc_varint(c) : 0;
    set_text(a, HLO_WORD,
             bc_say(c, "\"%.*s\":%llu:%llu", (int)(file.n < 1000 ? file.n : 1000), file.at,
                    (unsigned long long)line, (unsigned long long)column));
    a->key = file;
    a->i = line < INT32_MAX ? (int64_t)line : 0;
    c->at = c->end;
}

static void read_name(bc_cursor *c, const attr_row *row, hlo_attr *a)
{
    (void)row;
    hlo_text name = bc_attr(c)->text;
    const hlo_attr *child = bc_attr(c);
    *a = *child;
    if (!child->text.n)
        set_text(a, HLO_WORD, bc_say(c, "\"%.*s\"", (int)(name.n < 1000 ? name.n : 1000), name.at));
}

/* The innermost call is what the user wants to see. */
static void read_call_site(bc_cursor *c, const attr_row *row, hlo_attr *a)
{
    (void)row;
    *a = *bc_attr(c);
    if (!a->text.n)
        *a = *bc_attr(c);
    c->at = c->end;
}

static void read_fused(bc_cursor *c, const attr_row *row, hlo_attr *a)
{
    (void)row;
    a->kind = HLO_WORD;
    for (size_t n = bc_count(c); n && bc_ok(c) && !a->text.n; n--)
        *a = *bc_attr(c);
    c->at = c->end;
}

/* ---- the tables ------------------------------------------------------------------------------------- */

#define WORDS(...)                                                                                 \
    {                                                                                              \
        read_word, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *),                    \
            (const char *const[])                                                                  \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

/* MLIR: BuiltinDialectBytecode.td */
static const attr_row builtin_rows[] = {
    [0] = {.read = read_list},       [1] = {.read = read_dictionary},
    [2] = {.read = read_string},     [3] = {.read = read_typed_string},
    [4] = {.read = read_symbol},     [5] = {.read = read_symbol},
    [6] = {.read = read_type},       [7] = {.read = read_unit},
    [8] = {.read = read_integer},    [9] = {.read = read_float},
    [10] = {.read = read_call_site}, [11] = {.read = read_file_line},
    [12] = {.read = read_fused},     [13] = {.read = read_fused},
    [14] = {.read = read_name},      [15] = {.read = read_unit},
    [17] = {.read = read_array},     [18] = {.read = read_tensor},
    [21] = {.read = skip},           [22] = {.read = read_range},
};

/* StableHLO: VhloBytecode.cpp, VhloEnums.td. Code 0 was never in a portable artifact. */
static const attr_row vhlo_rows[] = {
    [1] = {.read = read_list},
    [2] = {.read = read_bool},
    [3] = WORDS("EQ", "NE", "GE", "GT", "LE", "LT"),
    [4] = WORDS("NOTYPE", "FLOAT", "TOTALORDER", "SIGNED", "UNSIGNED"),
    [5] = WORDS("API_VERSION_UNSPECIFIED", "API_VERSION_ORIGINAL", "API_VERSION_STATUS_RETURNING",
                "API_VERSION_STATUS_RETURNING_UNIFIED", "API_VERSION_TYPED_FFI"),
    [6] = {.read = read_dictionary},
    [7] = WORDS("FFT", "IFFT", "RFFT", "IRFFT"),
    [8] = {.read = read_float},
    [9] = {.read = read_integer},
    [10] = {.read = skip}, /* an alias of a result and an operand */
    [11] = WORDS("DEFAULT", "HIGH", "HIGHEST"),
    [12] = WORDS("DEFAULT", "THREE_FRY", "PHILOX"),
    [13] = WORDS(NULL, "UNIFORM", "NORMAL"),
    [14] = {.read = read_string},
    [15] = {.read = read_tensor},
    [16] = WORDS("TRANSPOSE_INVALID", "NO_TRANSPOSE", "TRANSPOSE", "ADJOINT"),
    [17] = {.read = read_type},
    [18] = {.read = read_integers}, /* bounds */
    [19] = WORDS("DEFAULT", "HIGHEST", "TOLERANCE"),
    [20] = {.read = skip}, /* how exact a result must be */
    [21] = {.read = skip}, /* 21 to 25: meshes of devices */
    [22] = {.read = skip},
    [23] = {.read = skip},
    [24] = {.read = skip},
    [25] = {.read = skip},
};

static const struct {
    const char *dialect;
    const attr_row *row;
    size_t n;
} tables[] = {
    {"builtin", builtin_rows, sizeof builtin_rows / sizeof *builtin_rows},
    {"vhlo", vhlo_rows, sizeof vhlo_rows / sizeof *vhlo_rows},
};

static void read_row(bc_cursor *c, hlo_text dialect, const attr_row *row, size_t n, hlo_attr *a)
{
    uint64_t code = bc_varint(c);
    if (code >= n || !row[code].read) {
        bc_fail(c, "the dialect %.*s has no attribute %llu that is known here", HLO_SHOW(dialect),
                (unsigned long long)code);
        return;
    }
    row[code].read(c, &row[code], a);
    if (bc_ok(c) && c->at != c->end)
        bc_fail(c, "%td bytes follow an attribute", c->end - c->at);
}

/* Attributes of other dialects, such as how an array is spread over devices, say nothing to us. */
static void read_coded(bc_cursor *c, hlo_text dialect, hlo_attr *a)
{
    for (size_t k = 0; k < sizeof tables / sizeof *tables; k++)
        if (hlo_is(dialect, tables[k].dialect)) {
            read_row(c, dialect, tables[k].row, tables[k].n, a);
            return;
        }
    a->kind = HLO_DIALECT;
}

const hlo_attr *bc_attr(bc_cursor *c)
{
    bc_file *file = c->file;
    size_t k = bc_index(c, file->nattr, "attribute");
    if (!bc_ok(c))
        return &nothing;
    bc_entry *e = &file->attr[k];
    if (e->state == BC_OPEN)
        bc_fail(c, "attribute %zu holds itself", k);
    if (e->state != BC_UNREAD || !bc_enter(c))
        return bc_ok(c) ? &e->attr : &nothing;
    e->state = BC_OPEN;
    bc_cursor piece = {file, e->at, e->end};
    if (e->coded)
        read_coded(&piece, file->dialect[e->dialect], &e->attr);
    else
        set_text(&e->attr, HLO_DIALECT,
                 (hlo_text){(const char *)e->at, (size_t)(e->end - e->at) - (e->end > e->at)});
    e->attr.at = (hlo_at){0, (int)(e->at - file->begin)};
    e->state = BC_READ;
    bc_leave(c);
    return &e->attr;
}

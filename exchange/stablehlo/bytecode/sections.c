/* The sections of a file, and its tables of strings, dialects, names of operations, attributes and
 * types. */
#include "exchange/stablehlo/bytecode/bytecode.h"

enum {
    STRINGS = 0,
    DIALECTS = 1,
    ATTRIBUTES = 2, /* the bytes of attributes, then those of types */
    OFFSETS = 3,    /* how many bytes each of them has */
    OPERATIONS = 4,
    PROPERTIES = 8,
    NSECTIONS = 9,
};

static const char magic[4] = "ML\xefR";

/* ---- strings ---------------------------------------------------------------------------------------- */

/* The lengths, with a NUL at the end of each string, from the last one to the first; then the
 * strings. */
static void read_strings(bc_cursor *c)
{
    bc_file *file = c->file;
    size_t n = bc_count(c);
    const unsigned char *end = c->end;
    file->string = bc_room(c, n, sizeof *file->string);
    for (size_t k = n; file->string && k-- > 0 && bc_ok(c);) {
        uint64_t length = bc_varint(c);
        if (!length || c->at > end || length > (uint64_t)(end - c->at))
            bc_fail(c, "a string of %llu bytes does not fit", (unsigned long long)length);
        else
            file->string[k] = (hlo_text){(const char *)(end -= length), length - 1};
    }
    if (bc_ok(c) && c->at != end)
        bc_fail(c, "%td bytes are between the lengths of the strings and the strings", end - c->at);
    file->nstring = n;
}

/* ---- dialects and names of operations ----------------------------------------------------------------- */

static void read_dialects(bc_cursor *c)
{
    bc_file *file = c->file;
    unsigned id;
    size_t n = bc_count(c);
    file->dialect = bc_room(c, n, sizeof *file->dialect);
    for (size_t k = 0; file->dialect && k < n && bc_ok(c); k++) {
        bool versioned = false;
        uint64_t name =
            file->version >= BC_DIALECT_VERSIONS ? bc_flagged(c, &versioned) : bc_varint(c);
        if (name >= file->nstring)
            bc_fail(c, "there is no string %llu", (unsigned long long)name);
        else
            file->dialect[k] = file->string[name];
        if (versioned)
            bc_section(c, &id);
    }
    file->ndialect = n;
}

/* Groups of names, each with its dialect. */
static void read_names(bc_cursor *c)
{
    bc_file *file = c->file;
    size_t room = (size_t)(c->end - c->at); /* a name takes a byte at least */
    file->name = bc_room(c, room, sizeof *file->name);
    if (file->version >= BC_SHORT_BLOCK_ARGUMENTS)
        bc_varint(c); /* how many there are */
    while (file->name && bc_more(c)) {
        size_t dialect = bc_index(c, file->ndialect, "dialect");
        for (size_t n = bc_count(c); n && bc_ok(c); n--) {
            bool registered;
            uint64_t k = file->version >= BC_PROPERTIES ? bc_flagged(c, &registered) : bc_varint(c);
            if (k >= file->nstring)
                bc_fail(c, "there is no string %llu", (unsigned long long)k);
            else
                file->name[file->nname++] =
                    bc_operation_name(c, file->dialect[dialect], file->string[k]);
        }
    }
}

/* ---- attributes and types -------------------------------------------------------------------------- */

/* Groups of lengths, each with its dialect, for n entries. */
static void read_lengths(bc_cursor *c, bc_cursor *bytes, bc_entry *entry, size_t n)
{
    for (size_t k = 0; k < n && bc_ok(c);) {
        size_t dialect = bc_index(c, c->file->ndialect, "dialect"), m = bc_count(c);
        if (m > n - k)
            bc_fail(c, "a group has %zu attributes or types, but only %zu are missing", m, n - k);
        for (; m && bc_ok(c); m--, k++) {
            bool coded;
            bc_cursor piece = bc_take(bytes, bc_flagged(c, &coded));
            entry[k] = (bc_entry){
                .dialect = (int)dialect, .at = piece.at, .end = piece.end, .coded = coded};
        }
    }
}

static void read_offsets(bc_cursor *c, bc_cursor *bytes)
{
    bc_file *file = c->file;
    size_t nattr = bc_count(c), ntype = bc_count(c);
    file->attr = bc_room(c, nattr, sizeof *file->attr);
    file->type = bc_room(c, ntype, sizeof *file->type);
    if (!file->attr || !file->type)
        return;
    read_lengths(c, bytes, file->attr, nattr);
    read_lengths(c, bytes, file->type, ntype);
    file->nattr = nattr;
    file->ntype = ntype;
}

/* ---- the file ----------------------------------------------------------------------------------------- */

static void read_header(bc_cursor *c)
{
    bc_take(c, sizeof magic);
    uint64_t version = c->file->version = bc_varint(c);
    if (version > BC_NEWEST)
        bc_fail(c, "version %llu of the bytecode is newer than %d, the newest that is known here",
                (unsigned long long)version, BC_NEWEST);
    while (bc_byte(c)) /* who wrote it */
        ;
}

static void read_file(bc_cursor *c)
{
    bc_cursor section[NSECTIONS] = {{NULL}};
    read_header(c);
    while (bc_more(c)) {
        unsigned id;
        bc_cursor s = bc_section(c, &id);
        if (id >= NSECTIONS || section[id].file)
            bc_fail(c, "section %u is %s", id, id < NSECTIONS ? "there twice" : "not known here");
        else
            section[id] = s;
    }
    for (int id = STRINGS; id <= OPERATIONS; id++)
        if (!section[id].file)
            bc_fail(c, "section %d is missing", id);
    if (!bc_ok(c))
        return;
    read_strings(&section[STRINGS]);
    read_dialects(&section[DIALECTS]);
    read_names(&section[DIALECTS]);
    read_offsets(&section[OFFSETS], &section[ATTRIBUTES]);
    if (section[PROPERTIES].file)
        bc_find_properties(&section[PROPERTIES]);
    bc_read_operations(&section[OPERATIONS]);
}

bool hlo_read_bytecode(hlo_module *m, hlo_text bytes)
{
    bc_file file = {.module = m,
                    .arena = &m->arena,
                    .begin = (const unsigned char *)bytes.at,
                    .end = (const unsigned char *)bytes.at + bytes.n};
    bc_cursor c = {&file, file.begin, file.end};
    m->aliases.kind = HLO_DICT;
    read_file(&c);
    return !file.failed;
}

/* ---- what jax.export writes ---------------------------------------------------------------------------- */

static bool begins(hlo_text t)
{
    return t.n >= sizeof magic && !memcmp(t.at, magic, sizeof magic);
}

/* Reads an unsigned number of `size` bytes; false if it is not within the bytes. */
static bool number_at(hlo_text t, uint64_t at, size_t size, uint64_t *to)
{
    *to = 0;
    if (at > t.n || t.n - at < size)
        return false;
    memcpy(to, t.at + at, size);
    return true;
}

/* A flatbuffer: the root's table has offsets of its fields, and one field is a vector of bytes that
 * are bytecode. */
static bool find_in_flatbuffer(hlo_text t, hlo_text *inside)
{
    uint64_t root, back, size, field, to, n;
    if (!number_at(t, 0, 4, &root) || !number_at(t, root, 4, &back))
        return false;
    uint64_t table = root - (uint64_t)(int64_t)(int32_t)back;
    if (!number_at(t, table, 2, &size))
        return false;
    for (uint64_t k = 4; k + 2 <= size; k += 2) {
        if (!number_at(t, table + k, 2, &field) || !field || !number_at(t, root + field, 4, &to) ||
            !number_at(t, root + field + to, 4, &n))
            continue;
        uint64_t at = root + field + to + 4;
        *inside = (hlo_text){t.at + (at < t.n ? at : 0), at < t.n && n <= t.n - at ? n : 0};
        if (begins(*inside))
            return true;
    }
    return false;
}

bool hlo_is_bytecode(const char *bytes, size_t n, hlo_text *inside)
{
    *inside = (hlo_text){bytes, n};
    return begins(*inside) || find_in_flatbuffer(*inside, inside);
}

/* Reading an object for debuggers (jit/observe/object.c, object_lines.c), on objects made byte by
 * byte: which objects are not read, and what line tables say that LLVM may write but seldom does.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "ir/ir.h"
#include "jit/observe/debug.h"

/* ---- an object ------------------------------------------------------------------------------- */

enum { TEXT = 1, OTHER, SYMBOLS, NAMES, LINES, RELOCS, SECTIONS };
enum { TEXT_BYTES = 64, ENTRY_AT = 16, MOST = 2048 };

static const char names[] = "\0.text\0.other\0.symtab\0.strtab\0.debug_line\0.rela.debug_line\0"
                            "entry\0second\0";

static uint32_t name_at(const char *name)
{
    for (size_t k = 0; k < sizeof names; k += strlen(names + k) + 1)
        if (!strcmp(names + k, name))
            return (uint32_t)k;
    cr_assert_fail("there is no name %s", name);
    abort();
}

/* Functions in text, then what is not a function in text. */
static void make_symbols(Elf64_Sym *s)
{
    enum { FUNCTION = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC) };
    s[1] = (Elf64_Sym){name_at("entry"), FUNCTION, 0, TEXT, ENTRY_AT, 8};
    s[2] = (Elf64_Sym){name_at("second"), FUNCTION, 0, TEXT, 32, 32};
    s[3] = (Elf64_Sym){name_at("second"), FUNCTION, 0, OTHER, 0, 8};
    s[4] = (Elf64_Sym){name_at("second"), FUNCTION, 0, TEXT, 32, 0};
    s[5] = (Elf64_Sym){name_at("second"), FUNCTION, 0, TEXT, 65, 1};
    s[6] = (Elf64_Sym){name_at("second"), FUNCTION, 0, TEXT, 32, 33};
    s[7] = (Elf64_Sym){name_at("second"), ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT), 0, TEXT, 0, 8};
    s[8] = (Elf64_Sym){name_at("entry"), FUNCTION, 0, 0, 0, 8};
    s[9] = (Elf64_Sym){name_at("entry"), FUNCTION, 0, SHN_ABS, 0, 8};
}
enum { NSYMBOLS = 10 };

/* An address in the line table: the symbol that it refers to. */
typedef struct {
    size_t at;
    int symbol, addend;
} reference;

typedef struct {
    _Alignas(16) char bytes[MOST];
    size_t size;
    Elf64_Ehdr *head;
    Elf64_Shdr *section;
} object;

static void append(object *o, int k, const char *name, uint32_t type, const void *bytes,
                   size_t size)
{
    o->size = (o->size + 15) & ~(size_t)15;
    cr_assert(o->size + size <= sizeof o->bytes);
    o->section[k] = (Elf64_Shdr){
        .sh_name = name_at(name), .sh_type = type, .sh_offset = o->size, .sh_size = size};
    memcpy(o->bytes + o->size, bytes, size);
    o->size += size;
}

/* With this line table, unless it is NULL; a reference at 0 ends the list. */
static void make(object *o, const void *lines, size_t nlines, const reference *references)
{
    char code[TEXT_BYTES] = {0};
    Elf64_Sym symbol[NSYMBOLS] = {0};
    Elf64_Rela reloc[8] = {0};
    size_t nreloc = 0;
    *o = (object){.size = sizeof(Elf64_Ehdr) + SECTIONS * sizeof(Elf64_Shdr)};
    o->head = (Elf64_Ehdr *)o->bytes;
    o->section = (Elf64_Shdr *)(o->bytes + sizeof *o->head);
    memcpy(o->head->e_ident, ELFMAG, SELFMAG);
    o->head->e_ident[EI_CLASS] = ELFCLASS64;
    o->head->e_shentsize = sizeof *o->section;
    o->head->e_shoff = sizeof *o->head;
    o->head->e_shnum = SECTIONS;
    o->head->e_shstrndx = NAMES;
    make_symbols(symbol);
    append(o, TEXT, ".text", SHT_PROGBITS, code, sizeof code);
    append(o, OTHER, ".other", SHT_PROGBITS, code, sizeof code);
    append(o, SYMBOLS, ".symtab", SHT_SYMTAB, symbol, sizeof symbol);
    o->section[SYMBOLS].sh_link = NAMES;
    append(o, NAMES, ".strtab", SHT_STRTAB, names, sizeof names);
    if (!lines)
        return;
    append(o, LINES, ".debug_line", SHT_PROGBITS, lines, nlines);
    for (; references && references->at; references++)
        reloc[nreloc++] =
            (Elf64_Rela){references->at, ELF64_R_INFO(references->symbol, 1), references->addend};
    append(o, RELOCS, ".rela.debug_line", SHT_RELA, reloc, nreloc * sizeof *reloc);
}

static bool opens(object *o, jit_object *out)
{
    return jit_object_open(out, o->bytes, o->size, "entry", 0x1000);
}

/* ---- what is read, and what is not ----------------------------------------------------------- */

Test(objects, functions_are_those_with_code_in_the_entrys_section)
{
    object o;
    jit_object got;
    int n;
    make(&o, NULL, 0, NULL);
    cr_assert(opens(&o, &got));
    cr_expect_eq(got.begin, 0x1000 - ENTRY_AT);
    cr_expect_eq(got.text, TEXT);
    jit_function *f = jit_object_functions(&got, &n);
    cr_assert(f);
    cr_assert_eq(n, 2);
    cr_expect(!strcmp(f[0].name, "entry") && f[0].at == ENTRY_AT && f[0].size == 8);
    cr_expect(!strcmp(f[1].name, "second") && f[1].at == 32 && f[1].size == 32);
    free(f);
    cr_expect_null(jit_object_section(&got, ".nowhere"));
    ir_arena mem = {0};
    cr_expect(jit_object_lines(&got, &mem, &n) && n == 0, "an object without lines has none");
    ir_arena_free(&mem);
}

#define BREAKS(how)                                                                                \
    do {                                                                                           \
        object o;                                                                                  \
        jit_object got;                                                                            \
        make(&o, NULL, 0, NULL);                                                                   \
        how;                                                                                       \
        cr_expect(!opens(&o, &got), "with %s it is read", #how);                                   \
    } while (0)

Test(objects, an_object_of_another_form_is_not_read)
{
    BREAKS(o.size = 10);
    BREAKS(o.bytes[1] = 'e');
    BREAKS(o.head->e_ident[EI_CLASS] = ELFCLASS32);
    BREAKS(o.head->e_shentsize = 40);
    BREAKS(o.head->e_shoff = o.size - 8);
    BREAKS(o.head->e_shoff = UINT64_MAX - 8);
    BREAKS(o.head->e_shstrndx = SECTIONS);
    BREAKS(o.section[OTHER].sh_offset = o.size + 1);
    BREAKS(o.section[OTHER].sh_size = o.size);
    BREAKS(o.section[SYMBOLS].sh_type = SHT_PROGBITS);
    BREAKS(o.section[SYMBOLS].sh_link = SECTIONS);
    BREAKS(o.section[SYMBOLS].sh_size = sizeof(Elf64_Sym)); /* without the entry */
}

Test(objects, a_section_without_bytes_may_have_any_size)
{
    object o;
    jit_object got;
    make(&o, NULL, 0, NULL);
    o.section[OTHER].sh_type = SHT_NOBITS;
    o.section[OTHER].sh_size = 1 << 20;
    cr_expect(opens(&o, &got));
}

/* ---- line tables ------------------------------------------------------------------------------ */

enum { LINE_BASE = -3, LINE_RANGE = 12, OPCODE_BASE = 14, STEP = 2 };
enum {
    COPY = 1,
    ADVANCE_PC,
    ADVANCE_LINE,
    SET_FILE,
    CONST_ADD_PC = 8,
    FIXED_ADVANCE_PC,
    UNKNOWN = 13
};

/* A special opcode. */
#define ROW(steps, lines) ((lines) - LINE_BASE + LINE_RANGE * (steps) + OPCODE_BASE)
#define SET_ADDRESS       0, 9, 2, 0, 0, 0, 0, 0, 0, 0, 0
#define END               0, 1, 1
#define ADVANCE_100       (100 / STEP)

/* The line table's version, directories and files, with `program` behind them. */
typedef struct {
    uint8_t bytes[512];
    size_t n, program;
} table;

static void put(table *t, const void *bytes, size_t n)
{
    cr_assert(t->n + n <= sizeof t->bytes);
    memcpy(t->bytes + t->n, bytes, n);
    t->n += n;
}

static void put_number(table *t, size_t at, size_t value)
{
    uint32_t v = (uint32_t)value;
    memcpy(t->bytes + at, &v, sizeof v);
}

static void add_unit(table *t, const uint8_t *program, size_t n)
{
    static const uint8_t fixed[] = {STEP, 1, 1, (uint8_t)LINE_BASE, LINE_RANGE, OPCODE_BASE};
    static const uint8_t lengths[OPCODE_BASE - 1] = {0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 2};
    static const char files[] = "/src\0sub\0\0"
                                "a.c\0\1\0\0"    /* 1 */
                                "b.c\0\0\0\0"    /* 2 */
                                "/abs.c\0\1\0\0" /* 3 */
                                "d.c\0\2\0\0"    /* 4 */
                                "e.c\0\7\0\0";   /* 5: in a directory that is not listed */
    size_t unit = t->n;
    put(t, "\0\0\0\0\4\0\0\0\0\0", 10);
    put(t, fixed, sizeof fixed);
    put(t, lengths, sizeof lengths);
    put(t, files, sizeof files);
    put_number(t, unit + 6, t->n - unit - 10);
    t->program = t->n;
    put(t, program, n);
    put_number(t, unit, t->n - unit - 4);
}

static void expect_rows(const table *t, const reference *references, const jit_line *want,
                        int nwant)
{
    object o;
    jit_object got;
    int n;
    ir_arena mem = {0};
    make(&o, t->bytes, t->n, references);
    cr_assert(opens(&o, &got));
    jit_line *row = jit_object_lines(&got, &mem, &n);
    cr_assert(row, "%s", ir_error());
    cr_expect_eq(n, nwant, "%d rows", n);
    for (int k = 0; k < n && k < nwant; k++)
        cr_expect(row[k].at == want[k].at && row[k].line == want[k].line &&
                      !strcmp(row[k].file, want[k].file),
                  "row %d: at %d, line %d of '%s'", k, (int)row[k].at, row[k].line, row[k].file);
    ir_arena_free(&mem);
}

#define ROWS(t, references, ...)                                                                   \
    expect_rows(t, references, (const jit_line[]){__VA_ARGS__},                                    \
                sizeof((const jit_line[]){__VA_ARGS__}) / sizeof(jit_line))
#define UNIT(t, ...)                                                                               \
    add_unit(t, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

Test(objects, a_line_table_gives_the_rows_that_its_program_says)
{
    table t = {0};
    UNIT(&t, SET_ADDRESS, ROW(0, 4), SET_FILE, 2, ROW(1, -1), ADVANCE_PC, ADVANCE_100, ADVANCE_LINE,
         0x80, 0x7f, /* -128: the line is then unknown */
         COPY, ADVANCE_LINE, 0xff, 0, COPY, SET_FILE, 3, CONST_ADD_PC, COPY, FIXED_ADVANCE_PC, 10,
         1, SET_FILE, 4, COPY, SET_FILE, 5, COPY, SET_FILE, 6, COPY, END);
    reference references[] = {{t.program + 3, 1, 0}, {0}};
    int fixed = (255 - OPCODE_BASE) / LINE_RANGE * STEP;
    ROWS(&t, references, {ENTRY_AT, 5, "/src/a.c"}, {ENTRY_AT + 2, 4, "b.c"},
         {ENTRY_AT + 102, 0, ""}, {ENTRY_AT + 102, 3, "b.c"},
         {(uint64_t)(ENTRY_AT + 102 + fixed), 3, "/abs.c"},
         {(uint64_t)(ENTRY_AT + 102 + fixed + 266), 3, "sub/d.c"},
         {(uint64_t)(ENTRY_AT + 102 + fixed + 266), 3, "e.c"},
         {(uint64_t)(ENTRY_AT + 102 + fixed + 266), 0, ""},
         {(uint64_t)(ENTRY_AT + 102 + fixed + 266), 0, ""});
}

Test(objects, rows_of_other_sections_and_of_addresses_that_are_not_known_are_left_out)
{
    table t = {0};
    UNIT(&t, COPY, SET_ADDRESS, COPY, END, SET_ADDRESS, COPY, END);
    size_t first = t.program;
    UNIT(&t, SET_ADDRESS, ROW(0, 1), END);
    reference references[] = {
        {first + 4, 3, 0}, {first + 19, NSYMBOLS, 0}, {t.program + 3, 2, 4}, {0}};
    ROWS(&t, references, {36, 2, "/src/a.c"}, {36, 0, ""});
}

Test(objects, operations_that_are_not_known_are_passed_over)
{
    table t = {0};
    UNIT(&t, SET_ADDRESS, UNKNOWN, 0x81, 1, 2, 10 /* takes no operand */, 0, 3, 0x80, 5, 6,
         ROW(2, 0), 0, 0 /* an extended operation without length */, ROW(1, 1), END);
    reference references[] = {{t.program + 3, 1, 0}, {0}};
    ROWS(&t, references, {ENTRY_AT + 4, 1, "/src/a.c"}, {ENTRY_AT + 6, 2, "/src/a.c"},
         {ENTRY_AT + 6, 0, ""});
}

Test(objects, a_table_that_ends_early_gives_the_rows_before)
{
    table t = {0};
    UNIT(&t, SET_ADDRESS, ROW(0, 1), 0, 0xff, 0x7f);
    size_t program = t.program;
    reference references[] = {{program + 3, 1, 0}, {0}};
    ROWS(&t, references, {ENTRY_AT, 2, "/src/a.c"});
    /* files that nothing ends */
    table open = t;
    open.bytes[program - 1] = 'x';
    ROWS(&open, references, {ENTRY_AT, 2, "/src/a.c"});
}

#define NO_ROWS(how)                                                                               \
    do {                                                                                           \
        table t = {0};                                                                             \
        UNIT(&t, SET_ADDRESS, ROW(0, 1), END);                                                     \
        reference references[] = {{t.program + 3, 1, 0}, {0}};                                     \
        how;                                                                                       \
        expect_rows(&t, references, NULL, 0);                                                      \
    } while (0)

Test(objects, a_line_table_of_another_form_gives_no_rows)
{
    NO_ROWS(t.bytes[4] = 5);           /* the version */
    NO_ROWS(put_number(&t, 0, t.n));   /* the unit is longer than the section */
    NO_ROWS(put_number(&t, 6, t.n));   /* the header is longer than the unit */
    NO_ROWS(t.bytes[14] = 0);          /* lines per special opcode */
    NO_ROWS(t.bytes[15] = 0);          /* the first special opcode */
    NO_ROWS(t.bytes[15] = 9);          /* one of the standard opcodes */
    NO_ROWS(put_number(&t, 6, 6 + 4)); /* no room for what the standard opcodes take */
    NO_ROWS(t.n = 7);
}

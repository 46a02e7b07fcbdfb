/* Reads the line table of an object's code. DWARF (in version 4, which jit/llvm/debug.c asks for)
 * stores it as a program for a small machine. When the program says so, the machine's registers
 * become the next row: from this address on, the code belongs to that file and line.
 */
#include <stdlib.h>
#include <string.h>

#include "jit/observe/debug.h"

enum { VERSION = 4 };
enum {
    EXTENDED,
    COPY,
    ADVANCE_PC,
    ADVANCE_LINE,
    SET_FILE,
    CONST_ADD_PC = 8,
    FIXED_ADVANCE_PC,
};
enum { END_SEQUENCE = 1, SET_ADDRESS };

typedef struct {
    const jit_object *o;
    ir_arena *mem;
    const uint8_t *begin, *at, *end; /* `end` is that of the unit or of its header */
    const Elf64_Rela *reloc;
    size_t nreloc;
    /* from the unit's header */
    uint8_t step, line_range, opcode_base;
    int8_t line_base;
    const uint8_t *lengths; /* number of operands of each standard opcode */
    const char **file;
    size_t nfile;
    /* rows */
    jit_line *row;
    int n, cap;
    bool failed; /* there was no memory */
} reader;

/* ---- bytes; zeros beyond the end ------------------------------------------------------------ */

static const uint8_t *skip(reader *r, size_t bytes)
{
    const uint8_t *from = r->at, *end = r->end;
    bool enough = (size_t)(end - from) >= bytes;
    r->at = enough ? from + bytes : end;
    return enough ? from : NULL;
}

/* At most 8 bytes. */
static uint64_t take(reader *r, size_t bytes)
{
    uint64_t x = 0;
    const uint8_t *from = skip(r, bytes);
    if (from)
        memcpy(&x, from, bytes);
    return x;
}

static uint64_t take_leb(reader *r, bool is_signed)
{
    uint64_t x = 0;
    unsigned shift = 0;
    uint8_t byte;
    do {
        byte = (uint8_t)take(r, 1);
        x |= shift < 64 ? (uint64_t)(byte & 0x7f) << shift : 0;
        shift += 7;
    } while (byte & 0x80);
    if (is_signed && byte & 0x40 && shift < 64)
        x |= ~(uint64_t)0 << shift;
    return x;
}

static const char *take_text(reader *r)
{
    const char *text = (const char *)r->at;
    size_t len = strnlen(text, (size_t)(r->end - r->at));
    if (len == (size_t)(r->end - r->at)) {
        r->at = r->end;
        return "";
    }
    r->at += len + 1;
    return text;
}

/* ---- the header ----------------------------------------------------------------------------- */

static const char *join(reader *r, const char *dir, const char *name)
{
    if (!*dir || *name == '/')
        return name;
    size_t size = strlen(dir) + strlen(name) + 2;
    char *text = ir_alloc(r->mem, size);
    if (text)
        snprintf(text, size, "%s/%s", dir, name);
    r->failed |= !text;
    return text;
}

static bool read_files(reader *r)
{
    size_t ndir = 0, most = (size_t)(r->end - r->at) + 1;
    const char **dir = ir_alloc(r->mem, most * sizeof *dir), *text;
    r->file = ir_alloc(r->mem, most * sizeof *r->file);
    if (!dir || !r->file)
        return false;
    for (dir[ndir++] = ""; *(text = take_text(r));)
        dir[ndir++] = text;
    for (r->nfile = 1; *(text = take_text(r));) {
        uint64_t k = take_leb(r, false);
        r->file[r->nfile++] = join(r, k < ndir ? dir[k] : "", text);
        take_leb(r, false);
        take_leb(r, false);
    }
    return !r->failed;
}

/* Reads a unit's header and leaves r at the unit's program. Returns the end of the unit; NULL if it
 * has another version. */
static const uint8_t *read_header(reader *r)
{
    const uint8_t *section_end = r->end;
    uint64_t length = take(r, 4);
    if (length > (size_t)(r->end - r->at))
        return NULL;
    const uint8_t *unit_end = r->at + length;
    if (take(r, 2) != VERSION || (length = take(r, 4)) > (size_t)(unit_end - r->at))
        return NULL;
    r->end = r->at + length;
    r->step = (uint8_t)take(r, 1);
    skip(r, 2); /* operations per instruction; whether rows begin statements */
    r->line_base = (int8_t)take(r, 1);
    r->line_range = (uint8_t)take(r, 1);
    r->opcode_base = (uint8_t)take(r, 1);
    r->lengths = skip(r, r->opcode_base ? r->opcode_base - 1u : 0);
    if (!read_files(r)) {
        r->failed = true;
        return NULL;
    }
    r->at = r->end;
    r->end = section_end;
    return r->line_range && r->lengths && r->opcode_base > FIXED_ADVANCE_PC ? unit_end : NULL;
}

/* ---- the program ---------------------------------------------------------------------------- */

typedef struct {
    uint64_t at, file;
    int64_t line;
    bool here; /* is `at` an address in text? */
} machine;

static void add_row(reader *r, const machine *m, bool end)
{
    if (!m->here || r->failed)
        return;
    if (r->n == r->cap) {
        int cap = r->cap ? 2 * r->cap : 64;
        jit_line *row = ir_resize(r->row, (size_t)cap * sizeof *row);
        if (!row) {
            r->failed = true;
            return;
        }
        r->row = row;
        r->cap = cap;
    }
    bool known = !end && m->line > 0 && m->line <= INT32_MAX && m->file && m->file < r->nfile;
    r->row[r->n++] = (jit_line){m->at, known ? (int)m->line : 0, known ? r->file[m->file] : ""};
}

/* The linker fills in the operand of SET_ADDRESS; the relocation says what it will be. */
static void set_address(reader *r, machine *m)
{
    uint64_t where = (uint64_t)(r->at - r->begin);
    m->here = false;
    for (size_t k = 0; k < r->nreloc; k++) {
        uint64_t s = ELF64_R_SYM(r->reloc[k].r_info);
        if (r->reloc[k].r_offset != where || s >= (uint64_t)r->o->nsymbol)
            continue;
        m->here = r->o->symbol[s].st_shndx == r->o->text;
        m->at = r->o->symbol[s].st_value + (uint64_t)r->reloc[k].r_addend;
    }
}

static void run_extended(reader *r, machine *m)
{
    uint64_t length = take_leb(r, false);
    if (!length || length > (size_t)(r->end - r->at))
        return;
    const uint8_t *next = r->at + length;
    uint8_t opcode = (uint8_t)take(r, 1);
    if (opcode == END_SEQUENCE) {
        add_row(r, m, true);
        *m = (machine){.file = 1, .line = 1};
    } else if (opcode == SET_ADDRESS)
        set_address(r, m);
    r->at = next;
}

static void run_special(reader *r, machine *m, uint8_t opcode, bool row)
{
    unsigned k = (unsigned)opcode - r->opcode_base;
    m->at += (uint64_t)(k / r->line_range) * r->step;
    if (!row)
        return;
    m->line += r->line_base + (int)(k % r->line_range);
    add_row(r, m, false);
}

static void run_standard(reader *r, machine *m, uint8_t opcode)
{
    switch (opcode) {
    case EXTENDED:
        run_extended(r, m);
        break;
    case COPY:
        add_row(r, m, false);
        break;
    case ADVANCE_PC:
        m->at += take_leb(r, false) * r->step;
        break;
    case ADVANCE_LINE:
        m->line += (int64_t)take_leb(r, true);
        break;
    case SET_FILE:
        m->file = take_leb(r, false);
        break;
    case CONST_ADD_PC:
        run_special(r, m, 255, false);
        break;
    case FIXED_ADVANCE_PC:
        m->at += take(r, 2);
        break;
    default:
        for (int k = 0; k < r->lengths[opcode - 1]; k++)
            take_leb(r, false);
    }
}

static void run(reader *r)
{
    machine m = {.file = 1, .line = 1};
    while (r->at < r->end) {
        uint8_t opcode = (uint8_t)take(r, 1);
        if (opcode >= r->opcode_base)
            run_special(r, &m, opcode, true);
        else
            run_standard(r, &m, opcode);
    }
}

jit_line *jit_object_lines(const jit_object *o, ir_arena *mem, int *n)
{
    reader r = {.o = o, .mem = mem};
    const Elf64_Shdr *s = jit_object_section(o, ".debug_line");
    const Elf64_Shdr *relocs = jit_object_section(o, ".rela.debug_line");
    if (relocs) {
        r.reloc = (const Elf64_Rela *)(o->bytes + relocs->sh_offset);
        r.nreloc = relocs->sh_size / sizeof *r.reloc;
    }
    if (s) {
        r.begin = r.at = (const uint8_t *)o->bytes + s->sh_offset;
        const uint8_t *section_end = r.begin + s->sh_size, *unit_end;
        while (r.end = section_end, r.at < r.end && (unit_end = read_header(&r))) {
            r.end = unit_end;
            run(&r);
        }
    }
    *n = r.n;
    jit_line *rows = r.failed ? NULL : ir_dup(mem, r.row, (size_t)r.n * sizeof *rows);
    free(r.row);
    return rows;
}

/* Reads an ELF object as LLVM writes it, before it is linked: the functions in its code and where
 * they are.
 *
 * The object comes from LLVM or, checked to be whole, from the user's own cache, so it is not
 * examined for malice; but lengths are checked before anything is read. */
#include <stdlib.h>
#include <string.h>

#include "jit/observe/debug.h"

static bool within(const jit_object *o, uint64_t at, uint64_t bytes)
{
    return at <= o->size && bytes <= o->size - at;
}

/* Do the section's bytes lie within the file? */
static bool is_whole(const jit_object *o, const Elf64_Shdr *s)
{
    return s->sh_type == SHT_NOBITS || within(o, s->sh_offset, s->sh_size);
}

static bool find_sections(jit_object *o)
{
    o->head = (Elf64_Ehdr *)o->bytes;
    if (o->size < sizeof *o->head || memcmp(o->head->e_ident, ELFMAG, SELFMAG) ||
        o->head->e_ident[EI_CLASS] != ELFCLASS64 || o->head->e_shentsize != sizeof *o->section)
        return false;
    o->nsection = o->head->e_shnum;
    if (!within(o, o->head->e_shoff, (uint64_t)o->nsection * sizeof *o->section) ||
        o->head->e_shstrndx >= o->nsection)
        return false;
    o->section = (Elf64_Shdr *)(o->bytes + o->head->e_shoff);
    for (int k = 0; k < o->nsection; k++)
        if (!is_whole(o, &o->section[k]))
            return false;
    return true;
}

static bool find_symbols(jit_object *o)
{
    const Elf64_Shdr *s = NULL;
    for (int k = 0; k < o->nsection && !s; k++)
        if (o->section[k].sh_type == SHT_SYMTAB)
            s = &o->section[k];
    if (!s || (int)s->sh_link >= o->nsection)
        return false;
    o->symbol = (const Elf64_Sym *)(o->bytes + s->sh_offset);
    o->nsymbol = (int)(s->sh_size / sizeof *o->symbol);
    o->names = o->bytes + o->section[s->sh_link].sh_offset;
    return true;
}

bool jit_object_open(jit_object *o, char *bytes, size_t size, const char *entry, uint64_t address)
{
    *o = (jit_object){.bytes = bytes, .size = size, .entry = entry};
    if (!find_sections(o) || !find_symbols(o))
        return false;
    for (int k = 0; k < o->nsymbol; k++) {
        const Elf64_Sym *s = &o->symbol[k];
        if (s->st_shndx && s->st_shndx < o->nsection && !strcmp(o->names + s->st_name, entry)) {
            o->text = s->st_shndx;
            o->begin = address - s->st_value;
            return true;
        }
    }
    return false;
}

Elf64_Shdr *jit_object_section(const jit_object *o, const char *name)
{
    const char *names = o->bytes + o->section[o->head->e_shstrndx].sh_offset;
    for (int k = 0; k < o->nsection; k++)
        if (!strcmp(names + o->section[k].sh_name, name))
            return &o->section[k];
    return NULL;
}

jit_function *jit_object_functions(const jit_object *o, int *n)
{
    jit_function *f = ir_new((size_t)(o->nsymbol + 1) * sizeof *f);
    uint64_t size = o->section[o->text].sh_size;
    *n = 0;
    if (!f)
        return NULL;
    for (int k = 0; k < o->nsymbol; k++) {
        const Elf64_Sym *s = &o->symbol[k];
        if (ELF64_ST_TYPE(s->st_info) == STT_FUNC && s->st_shndx == o->text && s->st_size &&
            s->st_value <= size && s->st_size <= size - s->st_value)
            f[(*n)++] = (jit_function){o->names + s->st_name, s->st_value, s->st_size};
    }
    return f;
}

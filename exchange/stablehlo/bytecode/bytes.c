/* Numbers and pieces of a file. */
#include "exchange/stablehlo/bytecode/bytecode.h"

#include <stdarg.h>

bool bc_fail(bc_cursor *c, const char *fmt, ...)
{
    char text[500];
    va_list ap;
    if (c->file->failed)
        return false;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    c->file->failed = true;
    ptrdiff_t at = c->at - c->file->begin;
    return hlo_fail_at(c->file->module, (hlo_at){0, (int)(at < INT32_MAX ? at : INT32_MAX)}, "%s",
                       text);
}

unsigned bc_byte(bc_cursor *c)
{
    if (bc_more(c))
        return *c->at++;
    bc_fail(c, "the bytes end too early");
    return 0;
}

/* The number of zeros at the bottom of the first byte says how many bytes follow. */
uint64_t bc_varint(bc_cursor *c)
{
    unsigned first = bc_byte(c);
    if (first & 1)
        return first >> 1;
    int more = first ? __builtin_ctz(first) : 8;
    uint64_t value = 0;
    for (int k = 0; k < more; k++)
        value |= (uint64_t)bc_byte(c) << (8 * k);
    if (!bc_ok(c))
        return 0;
    return more == 8 ? value : value << (7 - more) | first >> (more + 1);
}

int64_t bc_svarint(bc_cursor *c)
{
    uint64_t u = bc_varint(c);
    return (int64_t)(u >> 1 ^ (0 - (u & 1)));
}

uint64_t bc_flagged(bc_cursor *c, bool *flag)
{
    uint64_t u = bc_varint(c);
    *flag = u & 1;
    return u >> 1;
}

size_t bc_count(bc_cursor *c)
{
    uint64_t n = bc_varint(c);
    if (n <= (uint64_t)(c->end - c->at))
        return n;
    bc_fail(c, "%llu things cannot be in the %td bytes that follow", (unsigned long long)n,
            c->end - c->at);
    return 0;
}

size_t bc_index(bc_cursor *c, size_t n, const char *what)
{
    uint64_t k = bc_varint(c);
    if (k < n)
        return k;
    bc_fail(c, "there is no %s %llu; there are %zu", what, (unsigned long long)k, n);
    return 0;
}

bc_cursor bc_take(bc_cursor *c, uint64_t n)
{
    bc_cursor piece = {c->file, c->at, c->at};
    if (!bc_ok(c))
        return piece;
    if (n > (uint64_t)(c->end - c->at)) {
        bc_fail(c, "%llu bytes are expected here, but there are %td", (unsigned long long)n,
                c->end - c->at);
        return piece;
    }
    piece.end = c->at += n;
    return piece;
}

hlo_text bc_string(bc_cursor *c)
{
    size_t k = bc_index(c, c->file->nstring, "string");
    return bc_ok(c) ? c->file->string[k] : (hlo_text){"", 0};
}

static void align(bc_cursor *c)
{
    uint64_t to = bc_varint(c);
    if (!to || to & (to - 1) || to > 1 << 30) {
        bc_fail(c, "a section cannot be aligned to %llu bytes", (unsigned long long)to);
        return;
    }
    bc_take(c, (0 - (uint64_t)(c->at - c->file->begin)) & (to - 1));
}

bc_cursor bc_section(bc_cursor *c, unsigned *id)
{
    unsigned first = bc_byte(c);
    uint64_t length = bc_varint(c);
    *id = first & 0x7f;
    if (first & 0x80)
        align(c);
    return bc_take(c, length);
}

hlo_text bc_say(bc_cursor *c, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *to = n < 0 ? NULL : bc_room(c, (size_t)n + 1, 1);
    if (to)
        vsnprintf(to, (size_t)n + 1, fmt, again);
    va_end(again);
    return to ? (hlo_text){to, (size_t)n} : (hlo_text){"", 0};
}

void *bc_room(bc_cursor *c, size_t n, size_t size)
{
    void *p = ir_alloc(c->file->arena, (n + 1) * size);
    if (!p)
        c->file->failed = true;
    return p;
}

bool bc_enter(bc_cursor *c)
{
    if (c->file->depth == HLO_DEEPEST)
        return bc_fail(c, "regions, attributes or types are nested more than %d deep", HLO_DEEPEST);
    c->file->depth++;
    return bc_ok(c);
}

void bc_leave(bc_cursor *c)
{
    c->file->depth--;
}

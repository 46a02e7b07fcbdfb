/* Prints graphs in the text form that ir.h describes and parse.c reads back.
 *
 * Nothing that matters is lost: floats are written in hexadecimal, and NaNs with their bits. Ids
 * and the names that a parsed text gave to values are not written, because they do not matter.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ir/ir.h"

typedef struct {
    FILE *f;
    bool locations;
} printer;

/* Writes value 0, 1, ... as a, b, ... z, aa, ab, ... */
static void put_name(FILE *f, uint32_t n)
{
    char buf[8], *p = buf + sizeof buf;
    *--p = 0;
    for (uint64_t m = (uint64_t)n + 1; m; m = (m - 1) / 26)
        *--p = (char)('a' + (m - 1) % 26);
    fputs(p, f);
}

/* Writes a name as an identifier. It comes from the C program and may be any text. */
static void put_word(FILE *f, const char *name)
{
    for (const char *c = name; *c; c++)
        fputc(ir_is_word_char(*c) && !(c == name && *c <= '9') ? *c : '_', f);
}

/* Like printf's %a, but independent of the locale. */
static void put_hex_float(FILE *f, double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    int exponent = (int)(bits >> 52 & 0x7ff);
    uint64_t fraction = bits << 12;
    fprintf(f, "%s0x%d", bits >> 63 ? "-" : "", exponent != 0);
    if (fraction)
        fputc('.', f);
    for (; fraction; fraction <<= 4)
        fputc("0123456789abcdef"[fraction >> 60], f);
    fprintf(f, "p%+d", exponent ? exponent - 1023 : v == 0 ? 0 : -1022);
}

static void put_float(FILE *f, ir_dtype d, ir_scalar s)
{
    double v = ir_scalar_f64(d, s);
    if (v != v && s.bits == ir_scalar_of(d, (double)NAN).bits)
        fputs("nan", f);
    else if (v != v)
        fprintf(f, "nan:0x%0*" PRIx64, 2 * ir_dtypes[d].size, s.bits);
    else if (v - v != 0)
        fputs(v > 0 ? "inf" : "-inf", f);
    else
        put_hex_float(f, v);
}

static void put_scalar(FILE *f, ir_dtype d, ir_scalar s)
{
    switch (ir_dtypes[d].kind) {
    case IR_KIND_BOOL:
        fputs(s.v_bool ? "true" : "false", f);
        break;
    case IR_KIND_INT:
        fprintf(f, "%" PRId64, ir_scalar_i64(d, s));
        break;
    case IR_KIND_UINT:
        fprintf(f, "%" PRIu64, s.bits);
        break;
    case IR_KIND_FLOAT:
    case IR_KIND_COMPLEX:
        put_float(f, ir_part(d), s);
    }
}

static void put_graph(printer *p, const ir_graph *g, bool nested, int indent);

static void put_list(printer *p, ir_attr_kind kind, const ir_attr *a, int indent)
{
    fputc('[', p->f);
    for (int k = 0; k < a->n; k++) {
        if (k)
            fputs(kind == IR_ATTR_GRAPHS ? ", " : ",", p->f);
        if (kind == IR_ATTR_GRAPHS)
            put_graph(p, a->graphs[k], true, indent);
        else if (kind == IR_ATTR_BOOLS)
            fputs(a->ints[k] ? "true" : "false", p->f);
        else
            fprintf(p->f, "%" PRId64, a->ints[k]);
    }
    fputc(']', p->f);
}

static void put_attr(printer *p, const ir_eqn *e, int k, int indent)
{
    const ir_attr *a = &e->attr[k];
    ir_attr_kind kind = e->op->attrs[k].kind;
    fprintf(p->f, "%s=", e->op->attrs[k].name);
    switch (kind) {
    case IR_ATTR_INT:
        fprintf(p->f, "%" PRId64, a->i);
        break;
    case IR_ATTR_BOOL:
        fputs(a->i ? "true" : "false", p->f);
        break;
    case IR_ATTR_DTYPE:
        fputs(ir_dtypes[a->i].name, p->f);
        break;
    case IR_ATTR_SCALAR:
        put_scalar(p->f, e->out[0]->type.dtype, a->scalar);
        break;
    case IR_ATTR_GRAPH:
        put_graph(p, a->graph, true, indent);
        break;
    case IR_ATTR_NAME:
        put_word(p->f, a->name);
        break;
    case IR_ATTR_INTS:
    case IR_ATTR_BOOLS:
    case IR_ATTR_GRAPHS:
        put_list(p, kind, a, indent);
    }
}

void ir_print_attr(FILE *f, const ir_eqn *e, int k)
{
    put_attr(&(printer){f, false}, e, k, 0);
}

static void put_values(printer *p, ir_value *const *v, int n, const uint32_t *order, bool types)
{
    for (int k = 0; k < n; k++) {
        fputs(k ? ", " : "", p->f);
        put_name(p->f, order[v[k]->id]);
        if (types)
            fprintf(p->f, ": %s", ir_type_tmp(&v[k]->type));
    }
}

static bool is_zero(ir_attr_kind kind, const ir_attr *a)
{
    return kind == IR_ATTR_INTS ? !a->n : kind == IR_ATTR_SCALAR ? !a->scalar.bits : !a->i;
}

static void put_eqn(printer *p, const ir_eqn *e, const uint32_t *order, int indent)
{
    fprintf(p->f, "%*s", indent, "");
    put_values(p, e->out, e->nout, order, true);
    fprintf(p->f, "%s= %s", e->nout ? " " : "", e->op->name);
    int given = 0;
    for (int k = 0, n = ir_nattr(e->op); k < n; k++) {
        if (e->op->attrs[k].optional && is_zero(e->op->attrs[k].kind, &e->attr[k]))
            continue;
        fputs(given++ ? ", " : "[", p->f);
        put_attr(p, e, k, indent);
    }
    if (given)
        fputc(']', p->f);
    for (int k = 0; k < e->nin; k++) {
        fputc(' ', p->f);
        put_name(p->f, order[e->in[k]->id]);
    }
    if (p->locations && e->loc && e->loc->file) {
        const char *slash = strrchr(e->loc->file, '/');
        fprintf(p->f, "  # %s:%d", slash ? slash + 1 : e->loc->file, e->loc->line);
    }
    fputc('\n', p->f);
}

/* Maps the id of a value to its position in order of definition, from which its name is made. */
static uint32_t *definition_order(const ir_graph *g, ir_arena *scratch)
{
    uint32_t *order = ir_alloc(scratch, g->nvalue * sizeof *order);
    if (!order)
        return NULL;
    uint32_t n = 0;
    for (int k = 0; k < g->nin; k++)
        order[g->in[k]->id] = n++;
    IR_EACH_EQN (e, g) {
        for (int k = 0; k < e->nout; k++)
            order[e->out[k]->id] = n++;
    }
    return order;
}

static void put_graph(printer *p, const ir_graph *g, bool nested, int indent)
{
    IR_SCRATCH(scratch);
    uint32_t *order = definition_order(g, &scratch);
    if (!order)
        return;
    fputs("graph ", p->f);
    if (!nested || strcmp(g->name, "main"))
        put_word(p->f, g->name);
    fputc('(', p->f);
    put_values(p, g->in, g->nin, order, true);
    fputs(") {\n", p->f);
    IR_EACH_EQN (e, g) {
        put_eqn(p, e, order, indent + 2);
    }
    fprintf(p->f, "%*sreturn%s", indent + 2, "", g->nout ? " " : "");
    put_values(p, g->out, g->nout, order, false);
    fprintf(p->f, "\n%*s}", indent, "");
}

void ir_print(FILE *f, const ir_graph *g, bool with_locations)
{
    put_graph(&(printer){f, with_locations}, g, false, 0);
    fputc('\n', f);
}

char *ir_print_str(const ir_graph *g, bool with_locations)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    if (!f) {
        ir_fail("out of memory: a graph of %d equations cannot be printed", g->neqn);
        return NULL;
    }
    unsigned failures = ir_fail_count();
    ir_print(f, g, with_locations);
    if (!fclose(f) && ir_fail_count() == failures)
        return text;
    free(text);
    ir_fail("out of memory: a graph of %d equations cannot be printed", g->neqn);
    return NULL;
}

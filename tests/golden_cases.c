/* Reads the files of golden cases: a line a time, its first word says what it is. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/golden_cases.h"

/* The texts of ops_<primitive>.txt, narrow_<primitive>.txt and complex_<primitive>.txt, one after
 * another. Each primitive has at least one of them. */
static char *slurp(test_pool *p, const char *primitive)
{
    static const char *const kinds[] = {"ops", "narrow", "complex"};
    char *text = test_alloc(p, 1);
    for (size_t k = 0, used = 0; k < 3; k++) {
        char path[1000];
        snprintf(path, sizeof path, "%s/%s_%s.txt", JAC_TEST_DATA, kinds[k], primitive);
        FILE *f = fopen(path, "rb");
        if (!f)
            continue;
        fseek(f, 0, SEEK_END);
        size_t n = (size_t)ftell(f);
        rewind(f);
        char *longer = test_alloc(p, used + n + 1);
        memcpy(longer, text, used);
        bool whole = fread(longer + used, 1, n, f) == n;
        fclose(f);
        cr_assert(whole, "%s cannot be read", path);
        text = longer;
        text[used += n] = 0;
    }
    cr_assert(*text, "%s has no golden cases: every primitive has some, by ops.py or complex.py",
              primitive);
    return text;
}

static test_tolerance tolerance_read(const char *s)
{
    IR_C_NUMBERS;
    test_tolerance t = {TEST_EXACT, 0};
    if (sscanf(s, "ulp %lf", &t.bound) == 1)
        t.kind = TEST_ULP;
    else if (sscanf(s, "rel %lf", &t.bound) == 1)
        t.kind = TEST_REL;
    else
        cr_assert_str_eq(s, "exact");
    return t;
}

/* "[0,-1]" */
static int *axes_read(test_pool *p, const char **s)
{
    int *axes = test_alloc(p, IR_MAX_RANK * sizeof *axes), n = 0;
    const char *at = strchr(*s, '[') + 1;
    while (*at != ']') {
        char *end;
        cr_assert(n < IR_MAX_RANK);
        axes[n++] = (int)strtol(at, &end, 10);
        at = *end == ',' ? end + 1 : end;
    }
    *s = at + 1;
    return axes;
}

static void vmap_read(test_pool *p, golden_case *c, const char *s)
{
    golden_vmap *all = test_alloc(p, (size_t)(c->nvmap + 1) * sizeof *all);
    if (c->nvmap)
        memcpy(all, c->vmap, (size_t)c->nvmap * sizeof *all);
    golden_vmap *v = &all[c->nvmap++];
    *v = (golden_vmap){.size = strtoll(s, NULL, 10)};
    v->axis_in = axes_read(p, &s);
    v->axis_out = axes_read(p, &s);
    c->vmap = all;
}

/* A line "key rest" of the case; false if no such key is known. */
static bool line_read(test_pool *p, golden_case *c, const char *key, const char *rest)
{
    golden_vmap *batch = c->nvmap ? &c->vmap[c->nvmap - 1] : NULL;
    const struct {
        const char *key;
        test_arrays *to;
    } lists[] = {{"in", batch ? &batch->in : &c->in},
                 {"out", batch ? &batch->out : &c->out},
                 {"tangent", &c->tangent},
                 {"jvp", &c->jvp},
                 {"cotangent", &c->cotangent},
                 {"vjp", &c->vjp}};
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
        if (!strcmp(key, lists[k].key)) {
            test_arrays_add(p, lists[k].to, test_array_read(p, rest));
            c->reverse = c->reverse || !strcmp(key, "cotangent");
            return true;
        }
    if (!strcmp(key, "tolerance"))
        c->tolerance = tolerance_read(rest);
    else if (!strcmp(key, "derivative")) {
        c->derivative = tolerance_read(rest);
        c->differentiable = true;
    } else if (!strcmp(key, "differences"))
        c->differences = true;
    else if (!strcmp(key, "vmap"))
        vmap_read(p, c, rest);
    else
        return false;
    return true;
}

/* Up to and with the line "}"; the graph's text is cut off there. */
static char *graph_end(char *text)
{
    char *end = strstr(text, "\n}\n");
    cr_assert(end, "a graph does not end: %.60s", text);
    end[2] = 0;
    return end + 3;
}

static void case_read(golden_file *f, const char *primitive, char *text, char *end)
{
    char *next, *name = text;
    golden_case c = {0};
    *strchr(text, '\n') = 0;
    char *label = test_alloc(&f->pool, strlen(primitive) + strlen(name) + 2);
    sprintf(label, "%s/%s", primitive, name);
    c.name = label;
    const char *only = getenv("GOLDEN_CASE");
    if (only && strcmp(only, name))
        return;
    for (char *line = text + strlen(text) + 1; line < end; line = next) {
        if (!strncmp(line, "graph ", 6)) {
            next = graph_end(line);
            if (!(c.graph = ir_parse(line, label)))
                test_fail(label, "the graph cannot be parsed");
            continue;
        }
        next = line + strcspn(line, "\n") + 1;
        next[-1] = 0;
        if (!*line || *line == '#')
            continue;
        size_t word = strcspn(line, " ");
        char *rest = line + word + (line[word] == ' ');
        line[word] = 0;
        cr_assert(line_read(&f->pool, &c, line, rest), "%s: what is '%s'?", label, line);
    }
    if (c.graph)
        f->at[f->n++] = c;
}

golden_file golden_load(const char *primitive)
{
    golden_file f = {0};
    char *text = slurp(&f.pool, primitive), *at = strstr(text, "\ncase ");
    char *last = text + strlen(text);
    int count = 0;
    for (char *s = at; s; s = strstr(s + 1, "\ncase "))
        count++;
    f.at = test_alloc(&f.pool, (size_t)count * sizeof *f.at);
    while (at) {
        char *next = strstr(at + 1, "\ncase "), *end = next ? next + 1 : last;
        case_read(&f, primitive, at + 6, end);
        at = next;
    }
    return f;
}

void golden_free(golden_file *f)
{
    for (int k = 0; k < f->n; k++)
        ir_graph_release(f->at[k].graph);
    test_pool_free(&f->pool);
}

/* Reads and writes a case as text: the check, the steps, the seed, the inputs and the graph. */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

uint64_t (*fuzz_done)[3];

/* ---- drawing and running --------------------------------------------------------------------- */

bool fuzz_case_draw(test_pool *p, uint64_t seed, fuzz_case *out)
{
    static const int lengths[] = {0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3};
    fuzz_rng r = {seed ^ 0x5851F42D4C957F2D};
    int nsteps = 0;
    while (fuzz_steps[nsteps].name)
        nsteps++;
    *out = (fuzz_case){.seed = fuzz_bits(&r), .check = -1};
    out->nstep = lengths[fuzz_below(&r, sizeof lengths / sizeof *lengths)];
    for (int k = 0; k < out->nstep; k++)
        out->step[k] = fuzz_below(&r, nsteps);
    return fuzz_generate(p, seed, &out->program);
}

/* Each draw is independent of earlier draws, so that steps and checks can be left out. */
static fuzz_rng stream(const fuzz_case *c, int which)
{
    fuzz_rng r = {c->seed + 0x9E3779B97F4A7C15u * (uint64_t)(which + 1)};
    return (fuzz_rng){fuzz_bits(&r)};
}

enum { LARGE = 3000 }; /* equations; a larger graph gets no further step */

static fuzz_verdict run_checks(test_pool *p, const fuzz_case *c, fuzz_program *f, void (*at)(int),
                               int *failed)
{
    fuzz_verdict found = FUZZ_SKIP;
    for (int k = 0; fuzz_checks[k].name; k++) {
        fuzz_rng r = stream(c, FUZZ_STEPS + k);
        bool drawn = fuzz_chance(&r, fuzz_checks[k].percent);
        if (c->check >= 0 ? c->check != k : !drawn)
            continue;
        if (at)
            at(FUZZ_STEPS + k);
        fuzz_verdict v = fuzz_checks[k].run(p, &r, f);
        if (fuzz_done)
            fuzz_done[k][v]++;
        if (v == FUZZ_FAIL) {
            *failed = k;
            return v;
        }
        if (v == FUZZ_PASS)
            found = v;
    }
    return found;
}

static fuzz_verdict run_all(test_pool *p, const fuzz_case *c, void (*at)(int), int *failed)
{
    fuzz_program f = {ir_graph_retain(c->program.g), c->program.in};
    fuzz_verdict v = FUZZ_PASS;
    *failed = -1;
    for (int k = 0; k < c->nstep && ir_count_eqns(f.g) < LARGE; k++) {
        fuzz_rng r = stream(c, k);
        fuzz_program next;
        if (at)
            at(k);
        if (!fuzz_steps[c->step[k]].apply(p, &r, &f, &next)) {
            v = fuzz_refused() ? FUZZ_SKIP : FUZZ_FAIL;
            if (v == FUZZ_FAIL)
                test_fail(fuzz_steps[c->step[k]].name, "it cannot be done");
            ir_error_clear();
            break;
        }
        fuzz_program_free(&f);
        f = next;
    }
    if (v == FUZZ_PASS)
        v = run_checks(p, c, &f, at, failed);
    fuzz_program_free(&f);
    return v;
}

fuzz_verdict fuzz_case_run(const fuzz_case *c, void (*at)(int), int *failed)
{
    size_t before = ir_tape_live_bytes();
    test_pool p = {0};
    fuzz_verdict v = run_all(&p, c, at, failed);
    test_pool_free(&p);
    size_t left = ir_tape_live_bytes() - before;
    if (v == FUZZ_FAIL || !left)
        return v;
    test_fail("tapes", "%zu bytes of tapes were not given back", left);
    return FUZZ_FAIL;
}

bool fuzz_case_advance(test_pool *p, const fuzz_case *c, fuzz_case *out)
{
    fuzz_rng r = stream(c, 0);
    *out = *c;
    out->nstep--;
    memmove(out->step, out->step + 1, (size_t)out->nstep * sizeof *out->step);
    out->seed += 0x9E3779B97F4A7C15u; /* keeps later draws the same */
    return fuzz_steps[c->step[0]].apply(p, &r, &c->program, &out->program);
}

/* ---- text ------------------------------------------------------------------------------------ */

static void write_array(FILE *f, const test_array *a)
{
    fprintf(f, "in %s", ir_type_tmp(&a->type));
    for (int64_t k = 0; k < ir_type_count(&a->type); k++) {
        ir_scalar v = {0};
        size_t size = ir_dtypes[a->type.dtype].size;
        memcpy(&v, (const char *)a->data + (size_t)k * size, size);
        if (ir_has_fraction(a->type.dtype))
            fprintf(f, " %.*g", (int)(ir_dtypes[a->type.dtype].digits * 0.30103) + 2,
                    test_get(a, k));
        else if (ir_dtypes[a->type.dtype].kind == IR_KIND_INT)
            fprintf(f, " %lld", (long long)ir_scalar_i64(a->type.dtype, v));
        else
            fprintf(f, " %llu", (unsigned long long)v.bits);
    }
    fputc('\n', f);
}

void fuzz_case_write(FILE *f, const fuzz_case *c, const char *comment)
{
    for (const char *line = comment; line && *line;) {
        size_t n = strcspn(line, "\n");
        fprintf(f, "# %.*s\n", (int)n, line);
        line += n + (line[n] == '\n');
    }
    if (c->check >= 0)
        fprintf(f, "check %s\n", fuzz_checks[c->check].name);
    fprintf(f, "seed %llu\n", (unsigned long long)c->seed);
    for (int k = 0; k < c->nstep; k++)
        fprintf(f, "step %s\n", fuzz_steps[c->step[k]].name);
    for (int k = 0; k < c->program.in.n; k++)
        write_array(f, &c->program.in.at[k]);
    ir_print(f, c->program.g, false);
}

static bool read_line(test_pool *p, fuzz_case *c, char *line)
{
    if (!*line || *line == '#')
        return true;
    if (!strncmp(line, "check ", 6))
        return (c->check = fuzz_check_find(line + 6)) >= 0;
    if (!strncmp(line, "step ", 5))
        return c->nstep < FUZZ_STEPS && (c->step[c->nstep++] = fuzz_step_find(line + 5)) >= 0;
    if (!strncmp(line, "seed ", 5))
        return (c->seed = strtoull(line + 5, NULL, 10)), true;
    if (strncmp(line, "in ", 3))
        return false;
    char *text = line + 3;
    bool weak = *text == '~';
    test_array a = test_array_read(p, text + weak);
    a.type.weak = weak;
    test_arrays_add(p, &c->program.in, a);
    return true;
}

bool fuzz_case_read(test_pool *p, const char *path, fuzz_case *out)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return ir_fail("%s cannot be opened", path);
    char *text = NULL, *at;
    size_t size = 0;
    bool whole = getdelim(&text, &size, 0, f) >= 0;
    fclose(f);
    *out = (fuzz_case){.check = -1};
    bool ok = whole || ir_fail("%s is empty", path);
    for (at = text; ok && strncmp(at, "graph", 5);) {
        char *end = strchr(at, '\n');
        if (!end) {
            ok = ir_fail("%s: there is no graph", path);
            break;
        }
        *end = 0;
        ok = read_line(p, out, at) || ir_fail("%s: what is '%s'?", path, at);
        at = end + 1;
    }
    ok = ok && (out->program.g = ir_parse(at, path));
    if (ok && out->program.in.n != out->program.g->nin)
        ok = ir_fail("%s: the graph takes %d inputs, but %d are given", path, out->program.g->nin,
                     out->program.in.n);
    free(text);
    return ok;
}

/* Runs one program and compares what its checks name.
 *
 * expect_eq wants the same bits, except that any NaN is equal to any other. expect_close wants a
 * distance in units in the last place within limits; expect_almost_eq an absolute difference. */
#include <math.h>
#include <stdlib.h>

#include "exchange/stablehlo/write/write.h"
#include "tests/stablehlo/stablehlo.h"

/* The place of a float among all floats of its dtype, -0 and 0 being one. */
static int64_t rank_of(ir_dtype d, ir_scalar s)
{
    uint64_t sign = UINT64_C(1) << (8 * ir_dtypes[d].size - 1);
    int64_t magnitude = (int64_t)(s.bits & ~sign);
    return s.bits & sign ? -magnitude : magnitude;
}

static bool is_nan(ir_dtype d, ir_scalar s)
{
    return ir_has_fraction(d) && isnan(ir_scalar_f64(d, s));
}

static bool matches(const hlo_check *c, ir_dtype d, ir_scalar got, ir_scalar expected)
{
    if (got.bits == expected.bits)
        return c->kind != HLO_EXPECT_CLOSE || c->least <= 0;
    if (!ir_has_fraction(d))
        return false;
    if (is_nan(d, got) || is_nan(d, expected))
        return is_nan(d, got) && is_nan(d, expected);
    double a = ir_scalar_f64(d, got), b = ir_scalar_f64(d, expected);
    switch (c->kind) {
    case HLO_EXPECT_EQ:
        return false;
    case HLO_EXPECT_CLOSE: {
        if (isinf(a) || isinf(b))
            return false;
        int64_t ulps = llabs(rank_of(d, got) - rank_of(d, expected));
        return ulps >= c->least && ulps <= c->most;
    }
    case HLO_EXPECT_ALMOST_EQ:
        return fabs(a - b) <= c->tolerance;
    }
    return false;
}

/* Element k, or, of a complex array, the k-th real or imaginary part. */
static ir_scalar element(const rt_array *a, int64_t k)
{
    ir_scalar s = {0};
    size_t size = ir_dtypes[ir_part(a->type.dtype)].size;
    memcpy(&s, (const char *)a->data + (size_t)k * size, size);
    return s;
}

static bool compare(const hlo_check *c, jac x, jac y, char *why, size_t room)
{
    IR_C_NUMBERS;
    static const char *const names[] = {"expect_eq", "expect_close", "expect_almost_eq"};
    rt_array *got = rt_concrete(x, "check"), *expected = rt_concrete(y, "check");
    if (!got || !expected)
        return snprintf(why, room, "%s", ir_error()) < 0;
    ir_dtype d = ir_part(got->type.dtype);
    int64_t bad = 0, first = 0, parts = ir_is_complex(got->type.dtype) ? 2 : 1;
    for (int64_t k = parts * ir_type_count(&got->type); k-- > 0;)
        if (!matches(c, d, element(got, k), element(expected, k))) {
            bad++;
            first = k;
        }
    if (!bad)
        return true;
    double a = ir_scalar_f64(d, element(got, first)),
           b = ir_scalar_f64(d, element(expected, first));
    snprintf(why, room, "%s at line %d: %lld of %s differ; element %lld is %.17g, not %.17g",
             names[c->kind], c->at.line, (long long)bad, ir_type_tmp(&got->type), (long long)first,
             a, b);
    return false;
}

/* Writes the text to a file of the folder, which has the name of the program; and in front, how
 * many of the results are not the two sides of a check. */
static bool keep(const char *folder, const char *name, int nresult, const char *text)
{
    char path[1024];
    const char *slash = strrchr(name, '/');
    snprintf(path, sizeof path, "%s/%s", folder, slash ? slash + 1 : name);
    FILE *f = fopen(path, "wb");
    bool ok = f && fprintf(f, "// %d\n%s", nresult, text) >= 0;
    return f && !fclose(f) && ok;
}

/* Writes the program as text, and reads that in its place: what is run is then what was written.
 * The module must live as long as the program. */
static stablehlo_outcome rewrite(hlo_module *m, hlo_program *p, stablehlo_how how, char *why,
                                 size_t room)
{
    IR_SCRATCH(scratch);
    const void **constant = ir_alloc(&scratch, (size_t)(p->nconstant + 1) * sizeof *constant);
    for (int k = 0; k < p->nconstant; k++)
        constant[k] = p->constant[k]->data;
    bool unsupported = false;
    char *text = mlir_write_module(p->g, p->narg, constant, &unsupported);
    if (!text) {
        snprintf(why, room, "%s", ir_error());
        return unsupported ? STABLEHLO_SKIPPED : STABLEHLO_FAILED;
    }
    if (how.written && !keep(how.written, m->path, p->nresult, text)) {
        snprintf(why, room, "cannot write to %s", how.written);
        return STABLEHLO_FAILED;
    }
    int nresult = p->nresult;
    hlo_program again;
    bool ok =
        hlo_read(m, text, strlen(text)) && hlo_program_make(m, NULL, &again, NULL, NULL, NULL);
    free(text);
    if (!ok) {
        snprintf(why, room, "what was written cannot be read: %s", ir_error());
        return STABLEHLO_FAILED;
    }
    hlo_program_drop(p);
    *p = again;
    p->nresult = nresult;
    return STABLEHLO_PASSED;
}

static stablehlo_outcome run(hlo_program *p, int ncheck, const hlo_check *check, bool interpret,
                             char *why, size_t room)
{
    IR_SCRATCH(scratch);
    static const int none;
    int nout = p->g->nout;
    jac *out = ir_alloc(&scratch, (size_t)(nout + 1) * sizeof *out);
    stablehlo_outcome result = STABLEHLO_PASSED;
    int nresult = p->nresult;
    jac_fn f = hlo_program_function(NULL, p, "main", 0, &none, nout);
    if (!jac_call_(JAC_AT, interpret ? f : jac_jit(f), NULL, 0,
                   (jac_out){out, (size_t)nout * sizeof *out})) {
        snprintf(why, room, "%s", ir_error());
        return STABLEHLO_FAILED;
    }
    for (int k = 0; k < ncheck && result == STABLEHLO_PASSED; k++)
        if (!compare(&check[k], out[nresult + 2 * k], out[nresult + 2 * k + 1], why, room))
            result = STABLEHLO_FAILED;
    return result;
}

static stablehlo_outcome load(hlo_module *m, hlo_module *again, const char *text, size_t n,
                              stablehlo_how how, char *why, size_t room)
{
    hlo_program p;
    int ncheck = 0;
    const hlo_check *check = NULL;
    bool unsupported = false;
    if (!hlo_read(m, text, n)) {
        snprintf(why, room, "%s", ir_error());
        return STABLEHLO_FAILED;
    }
    if (!m->first)
        return STABLEHLO_EMPTY;
    const hlo_function *fn = hlo_choose(m, NULL);
    if (!fn) {
        snprintf(why, room, "it has several functions, but no @main");
        return STABLEHLO_SKIPPED;
    }
    if (fn->narg) {
        snprintf(why, room, "it takes arguments");
        return STABLEHLO_SKIPPED;
    }
    if (!hlo_program_make(m, NULL, &p, &ncheck, &check, &unsupported)) {
        snprintf(why, room, "%s", ir_error());
        return unsupported ? STABLEHLO_SKIPPED : STABLEHLO_FAILED;
    }
    if (!ncheck) {
        hlo_program_drop(&p);
        snprintf(why, room, "it has no checks");
        return STABLEHLO_SKIPPED;
    }
    if (how.rewrite) {
        stablehlo_outcome written = rewrite(again, &p, how, why, room);
        if (written != STABLEHLO_PASSED) {
            hlo_program_drop(&p);
            return written;
        }
    }
    return run(&p, ncheck, check, how.interpret, why, room);
}

stablehlo_outcome stablehlo_run(const char *path, const char *text, size_t n, stablehlo_how how,
                                char *why, size_t room)
{
    hlo_module m = {.path = path, .text = text}, again = {.path = path, .text = ""};
    unsigned mark = rt_begin_as(NULL, NULL);
    jac_error_clear();
    ir_loc_set(NULL); /* errors begin with the program's line */
    stablehlo_outcome result = load(&m, &again, text, n, how, why, room);
    jac_error_clear();
    ir_arena_free(&m.arena);
    ir_arena_free(&again.arena);
    rt_end_tree(mark, 0, NULL);
    return result;
}

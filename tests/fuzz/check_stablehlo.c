/* A program that is written as StableHLO and read again gives the same. */
#include <stdlib.h>
#include <string.h>

#include "exchange/stablehlo/load.h"
#include "exchange/stablehlo/write/write.h"
#include "tests/fuzz/fuzz.h"

/* The inputs of the graph that was read: those of f, then the constants of the text. */
static test_arrays with_constants(test_pool *p, const test_arrays *in, const hlo_program *read)
{
    test_arrays all = {0};
    for (int k = 0; k < in->n; k++)
        test_arrays_add(p, &all, in->at[k]);
    for (int k = 0; k < read->nconstant; k++) {
        test_array a = test_array_new(p, &read->constant[k]->type);
        size_t bytes = ir_type_bytes(&a.type);
        if (bytes)
            memcpy(a.data, read->constant[k]->data, bytes);
        test_arrays_add(p, &all, a);
    }
    return all;
}

static bool gives_the_same(test_pool *p, fuzz_program *f, const hlo_program *read)
{
    test_arrays want, got, in = with_constants(p, &f->in, read);
    if (!test_eval(p, f->g, &f->in, &want) || !test_eval(p, read->g, &in, &got))
        return test_fail("stablehlo", "what was written cannot be computed");
    return fuzz_agree(p, "stablehlo", f->g, &f->in, &got, &want);
}

fuzz_verdict fuzz_check_stablehlo(test_pool *p, fuzz_rng *r, fuzz_program *f)
{
    (void)r;
    if (ir_is_narrow(fuzz_coarsest(f->g)))
        return FUZZ_SKIP; /* what is composed there is rounded more often */
    bool unsupported = false;
    char *text = mlir_write_module(f->g, f->g->nin, NULL, &unsupported);
    if (!text) {
        bool ok = unsupported || test_fail("stablehlo", "it cannot be written");
        ir_error_clear();
        return ok ? FUZZ_SKIP : FUZZ_FAIL;
    }
    hlo_module m = {.path = "written", .text = text};
    hlo_program read = {0};
    bool ok =
        (hlo_read(&m, text, strlen(text)) && hlo_program_make(&m, NULL, &read, NULL, NULL, NULL)) ||
        test_fail("stablehlo", "what was written cannot be read: %s", ir_error());
    ok = ok && gives_the_same(p, f, &read);
    hlo_program_drop(&read);
    ir_arena_free(&m.arena);
    free(text);
    return ok ? FUZZ_PASS : FUZZ_FAIL;
}

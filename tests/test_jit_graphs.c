/* Graphs that exercise risks of compiling: fusion, reused buffers, control flow, empty arrays. Each
 * is interpreted and compiled on the same random inputs, and once more with the inputs donated.
 * They are in golden/jit_graphs.txt: "case PART NAME", then the graph.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "jit/jit.h"
#include "ops/ops.h"
#include "tests/support.h"

static bool runs_alike(const char *name, const char *text)
{
    TEST_POOL(pool);
    IR_AUTO_GRAPH g = ir_parse(text, name);
    if (!g)
        return test_fail(name, "the graph cannot be read");
    test_arrays in = {0}, want, got, over;
    for (int k = 0; k < g->nin; k++)
        test_arrays_add(&pool, &in,
                        test_array_random(&pool, &g->in[k]->type, (uint64_t)k + 7, -2, 2));
    if (!test_eval(&pool, g, &in, &want) || !test_jit(&pool, g, &in, &got) ||
        !test_jit_donating(&pool, g, &in, &over, NULL))
        return test_fail(name, "it does not run");
    test_tolerance tolerance = {TEST_REL, 4e-6}; /* sums are added up in other orders */
    return test_close_all(name, &got, 0, &want, tolerance) &&
           test_close_all(name, &over, 0, &want, tolerance);
}

/* Runs each case of a part. A case's text ends where the next begins. */
static void run_part(const char *part)
{
    ops_init();
    FILE *f = fopen(JAC_TEST_DATA "/jit_graphs.txt", "r");
    cr_assert(f, "jit_graphs.txt cannot be opened");
    char *text = NULL, line[4096], name[128] = "", in_part[64] = "";
    size_t size = 0;
    int cases = 0;
    FILE *into = NULL;
    for (bool more = true; more;) {
        more = fgets(line, sizeof line, f);
        if (!more || !strncmp(line, "case ", 5)) {
            if (into) {
                fclose(into);
                if (!strcmp(in_part, part)) {
                    runs_alike(name, text);
                    cases++;
                }
                free(text);
            }
            into = more ? open_memstream(&text, &size) : NULL;
            cr_assert(!more || sscanf(line, "case %63s %127s", in_part, name) == 2);
        } else if (into) {
            fputs(line, into);
        }
    }
    fclose(f);
    cr_assert(cases > 5, "%d cases of %s", cases, part);
}

Test(compiled_and_interpreted_agree, on_fused_kernels)
{
    run_part("fusion");
}
Test(compiled_and_interpreted_agree, on_products)
{
    run_part("dots");
}
Test(compiled_and_interpreted_agree, on_empty_scalar_and_repeated_values)
{
    run_part("edges");
}
Test(compiled_and_interpreted_agree, on_control_flow_and_its_buffers)
{
    run_part("control");
}

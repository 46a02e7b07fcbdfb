/* StableHLO by value and by error: the programs in tests/stablehlo/programs check their own
 * results, and each text in tests/stablehlo/errors says in its first line what is wrong with it.
 * Texts are separated by "// -----". */
#include <stdlib.h>

#include "tests/handles.h"
#include "tests/stablehlo/stablehlo.h"

static char *read_text(const char *folder, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/../%s/%s.mlir", JAC_STABLEHLO_DATA, folder, name);
    FILE *f = fopen(path, "rb");
    cr_assert(f, "cannot open %s", path);
    char *text = calloc(1, 1 << 18);
    cr_assert(text && fread(text, 1, (1 << 18) - 1, f) > 0);
    fclose(f);
    return text;
}

/* The text up to the next mark, which ends in a zero then; *rest: what follows it, or NULL. */
static char *next_piece(char **rest)
{
    static const char mark[] = "// -----\n";
    char *piece = *rest, *end = strstr(piece, mark);
    *rest = end ? end + sizeof mark - 1 : NULL;
    if (end)
        *end = 0;
    return piece;
}

/* ---- values ---------------------------------------------------------------------------------------------------- */

static void run_programs(const char *name)
{
    char *text = read_text("programs", name), *rest = text;
    for (int k = 1; rest; k++) {
        char *piece = next_piece(&rest), why[2048], called[64];
        snprintf(called, sizeof called, "%s:%d", name, k);
        for (int j = 0; j < 4; j++) {
            stablehlo_how how = {.interpret = j % 2, .rewrite = j / 2};
            cr_expect(stablehlo_run(called, piece, strlen(piece), how, why, sizeof why) ==
                          STABLEHLO_PASSED,
                      "%s, %s%s: %s", called, how.interpret ? "interpreted" : "compiled",
                      how.rewrite ? " and written before" : "", why);
        }
    }
    free(text);
}

Test(stablehlo_texts, operations_on_elements_give_the_right_values)
{
    run_programs("elementwise");
}

Test(stablehlo_texts, operations_on_shapes_give_the_right_values)
{
    run_programs("shapes");
}

Test(stablehlo_texts, gather_scatter_and_sort_give_the_right_values)
{
    run_programs("indexing");
}

Test(stablehlo_texts, loops_branches_and_calls_give_the_right_values)
{
    run_programs("control");
}

Test(stablehlo_texts, reductions_and_windows_give_the_right_values)
{
    run_programs("reductions");
}

Test(stablehlo_texts, replicas_and_partitions_exchange_the_right_values)
{
    run_programs("collectives");
}

Test(stablehlo_texts, constants_of_each_dtype_are_read_in_each_form)
{
    run_programs("constants");
}

/* What a program that checks itself says if it is wrong, or cannot be run. */
Test(stablehlo_texts, checks_that_do_not_hold_are_reported)
{
    static const struct {
        const char *check;
        stablehlo_outcome outcome;
        const char *says;
    } cases[] = {
        {"check.expect_eq %x, %y : tensor<2xf32>", STABLEHLO_FAILED,
         "expect_eq at line 6: 1 of f32[2] differ; element 1 is 2, not 2.0000002384185791"},
        {"check.expect_close %x, %y, min_ulp_difference = 2, max_ulp_difference = 3 : "
         "tensor<2xf32>, "
         "tensor<2xf32>",
         STABLEHLO_FAILED, "expect_close at line 6: 2 of f32[2] differ; element 0 is 1, not 1"},
        {"check.expect_close %x, %z : tensor<2xf32>, tensor<2xf32>", STABLEHLO_FAILED,
         "expect_close at line 6: 2 of f32[2] differ; element 0 is 1, not nan"},
        {"check.expect_almost_eq %x, %z : tensor<2xf32>", STABLEHLO_FAILED,
         "expect_almost_eq at line 6: 2 of f32[2] differ; element 0 is 1, not nan"},
        {"check.expect_eq %z, %z : tensor<2xf32>", STABLEHLO_PASSED, ""},
        {"check.expect_eq %i, %j : tensor<2xi32>", STABLEHLO_FAILED,
         "expect_eq at line 6: 1 of i32[2] differ; element 1 is 2, not 3"},
        {"check.expect_eq_const %x : tensor<2xf32>", STABLEHLO_FAILED,
         "t:6:1: check.expect_eq_const: an expected value such as dense<0> is missing"},
        {"check.expect_eq_const %x, 7 : tensor<2xf32>", STABLEHLO_FAILED,
         "t:6:1: check.expect_eq_const: an expected value such as dense<0> is missing"},
        {"%t = \"stablehlo.case\"(%n) ({ check.expect_eq %x, %x : tensor<2xf32> stablehlo.return "
         "%x : "
         "tensor<2xf32> }) : (tensor<i32>) -> tensor<2xf32>",
         STABLEHLO_SKIPPED, "t:6:30: check.expect_eq is not supported: in a region"},
        {"", STABLEHLO_SKIPPED, "it has no checks"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char text[2048], why[2048] = "";
        snprintf(
            text, sizeof text,
            "func.func @main() {\n%%n = stablehlo.constant dense<0> : tensor<i32>\n"
            "%%x = stablehlo.constant dense<[1.0, 2.0]> : tensor<2xf32> %%y = stablehlo.constant "
            "dense<[1.0, 0x40000001]> : tensor<2xf32>\n"
            "%%z = stablehlo.constant dense<[0x7FC00000, 0x7F800000]> : tensor<2xf32>\n"
            "%%i = stablehlo.constant dense<[1, 2]> : tensor<2xi32> %%j = stablehlo.constant "
            "dense<[1, 3]> : tensor<2xi32>\n%s\nreturn\n}\n",
            cases[k].check);
        stablehlo_outcome got = stablehlo_run("t", text, strlen(text), (stablehlo_how){.interpret = true}, why, sizeof why);
        cr_expect(got == cases[k].outcome && !strcmp(why, cases[k].says), "%s: %s", cases[k].check,
                  why);
        jac_fn f = jac_parse_stablehlo(text); /* without running the checks */
        cr_expect(jac_ok(f) == (cases[k].outcome != STABLEHLO_FAILED ||
                                strncmp(cases[k].says, "t:", 2) != 0 ||
                                strstr(cases[k].check, "_const")),
                  "%s: %s", cases[k].check, jac_error());
        jac_error_clear();
    }
}

/* ---- errors ---------------------------------------------------------------------------------------------------- */

static const char before[] = "func.func @main(%x: tensor<3xf32>, %m: tensor<2x3xf32>, %i: "
                             "tensor<3xi32>, %b: tensor<3xi1>, %s: tensor<f32>, "
                             "%n: tensor<i32>, %p: tensor<i1>) -> tensor<f32> {";
static const char after[] =
    "  return %s : tensor<f32>\n"
    "}\n"
    "func.func private @outside(%x: tensor<3xf32>) -> tensor<3xf32>\n"
    "func.func private @same(%x: tensor<f32>) -> tensor<f32> { return %x : tensor<f32> }\n"
    "func.func private @wrong(%x: tensor<f32>) -> tensor<f32> { %c = stablehlo.constant dense<1> : "
    "tensor<i32> return %c : tensor<i32> }\n"
    "func.func private @few(%x: tensor<f32>) -> tensor<f32> { return }\n"
    "func.func private @strange(%x: tensor<f32>) -> tensor<3xi3> { return %x : tensor<f32> }\n"
    "func.func private @dynamic(%x: tensor<f32>) -> tensor<f32> { %c = stablehlo.convert %x : "
    "(tensor<f32>) -> tensor<?xf32> return %c : tensor<?xf32> }\n"
    "#loc1 = loc(#loc2)\n#loc2 = loc(\"f\"(\"a.py\":7:0))\n#round = loc(#round)\n";

static void refuse(const char *name, const char *piece)
{
    static const char says[] = "// error: ", whole[] = "// whole";
    char text[8192];
    const char *line = strchr(piece, '\n');
    cr_assert(line && !strncmp(piece, says, sizeof says - 1), "%s: without an error: %s", name,
              piece);
    size_t n = (size_t)(line - piece) - (sizeof says - 1);
    if (!strncmp(line + 1, whole, sizeof whole - 1))
        snprintf(text, sizeof text, "%s", line + 1);
    else
        snprintf(text, sizeof text, "%s%s%s", before, line, after);
    jac_fn f = jac_parse_stablehlo(text);
    const char *got = jac_ok(f) ? "no error" : strstr(jac_error(), "stablehlo:");
    cr_expect(got && strlen(got) == n && !strncmp(got, piece + sizeof says - 1, n),
              "%s: %s\ngave: %s", name, piece, got ? got : jac_error());
    jac_error_clear();
}

static void refuse_all(const char *name)
{
    char *text = read_text("errors", name), *rest = text;
    while (rest)
        JAC_SCOPE () {
            refuse(name, next_piece(&rest));
        }
    free(text);
}

Test(stablehlo_texts, wrong_operations_are_refused_with_their_place)
{
    refuse_all("operations");
}

Test(stablehlo_texts, wrong_shapes_are_refused_with_their_place)
{
    refuse_all("shapes");
}

Test(stablehlo_texts, wrong_constants_are_refused_with_their_place)
{
    refuse_all("constants");
}

Test(stablehlo_texts, wrong_indexing_is_refused_with_its_place)
{
    refuse_all("indexing");
}

Test(stablehlo_texts, wrong_loops_branches_and_calls_are_refused_with_their_place)
{
    refuse_all("control");
}

Test(stablehlo_texts, wrong_reductions_are_refused_with_their_place)
{
    refuse_all("reductions");
}

Test(stablehlo_texts, wrong_collectives_are_refused_with_their_place)
{
    refuse_all("collectives");
}

Test(stablehlo_texts, wrong_syntax_is_refused_with_its_place)
{
    refuse_all("syntax");
}

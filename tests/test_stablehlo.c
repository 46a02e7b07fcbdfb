/* Modules in StableHLO's text form: read, called and transformed like any other function; errors
 * that name line, column and operation. The programs of StableHLO's own tests are in
 * tests/stablehlo. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/handles.h"

/* sum(sin(x) * [1, 2, 3]), with a function that is called and a constant that is an array. */
static const char weighted[] =
    "module @m {\n"
    "  func.func public @main(%arg0: tensor<3xf32>) -> tensor<f32> {\n"
    "    %0 = stablehlo.sine %arg0 : tensor<3xf32>\n"
    "    %1 = call @scale(%0) : (tensor<3xf32>) -> tensor<3xf32>\n"
    "    %cst = stablehlo.constant dense<0.0> : tensor<f32>\n"
    "    %2 = stablehlo.reduce(%1 init: %cst) applies stablehlo.add across "
    "dimensions = [0] : (tensor<3xf32>, tensor<f32>) -> tensor<f32>\n"
    "    return %2 : tensor<f32>\n"
    "  }\n"
    "  func.func private @scale(%arg0: tensor<3xf32>) -> tensor<3xf32> {\n"
    "    %c = stablehlo.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>\n"
    "    %0 = stablehlo.multiply %arg0, %c : tensor<3xf32>\n"
    "    return %0 : tensor<3xf32>\n"
    "  }\n"
    "}\n";

static double item(jac x, int k)
{
    return jac_item_f64(jac_at(x, k));
}

static void near(jac x, int k, double want)
{
    cr_assert(jac_ok(x), "%s", jac_error());
    cr_expect(fabs(item(jac_reshape(x, -1), k) - want) < 1e-5, "element %d: %g, not %g", k,
              item(jac_reshape(x, -1), k), want);
}

Test(stablehlo, a_module_is_called_differentiated_batched_and_compiled)
{
    jac_fn f = jac_parse_stablehlo(weighted);
    cr_assert(jac_ok(f), "%s", jac_error());
    const float data[] = {0.1f, 0.2f, 0.3f}, rows[] = {0.1f, 0.2f, 0.3f, 1, 2, 3};
    jac x = jac_array(3, data), many = jac_array(JAC_SHAPE(2, 3), rows);
    double want = sin(0.1) + 2 * sin(0.2) + 3 * sin(0.3), other = sin(1) + 2 * sin(2) + 3 * sin(3);
    near(jac_call1(f, x), 0, want);
    near(jac_call1(jac_jit(f), x), 0, want);
    for (int k = 0; k < 3; k++) {
        near(jac_call1(jac_grad(f), x), k, (k + 1) * cos(data[k]));
        near(jac_call1(jac_jit(jac_grad(f)), x), k, (k + 1) * cos(data[k]));
    }
    jac both = jac_call1(jac_jit(jac_vmap(f)), many);
    near(both, 0, want);
    near(both, 1, other);
    near(jac_call1(jac_jit(jac_vmap(jac_grad(f))), many), 5, 3 * cos(3));
}

Test(stablehlo, a_file_is_read_and_any_function_of_it_can_be_chosen)
{
    char path[] = "/tmp/jacquard_XXXXXX";
    int fd = mkstemp(path);
    cr_assert(fd >= 0 && write(fd, weighted, sizeof weighted - 1) == sizeof weighted - 1);
    close(fd);
    jac_fn f = jac_load_stablehlo(path, .function = "scale");
    unlink(path);
    cr_assert(jac_ok(f), "%s", jac_error());
    near(jac_call1(f, jac_ones(3)), 2, 3);
    FAILS_WITH(jac_load_stablehlo("/nowhere.mlir"), "cannot open /nowhere.mlir");
    FAILS_WITH(jac_parse_stablehlo(weighted, .function = "nothing"),
               "there is no function @nothing");
}

JAC_TREE(Pair, a, b)
JAC_DEF(jac, pair_and_one, (Pair, p), (jac, x))
{
    return jac_add(jac_mul(p.a, p.b), x);
}

Test(stablehlo, arguments_can_be_grouped_as_a_c_function_has_them)
{
    static const char text[] =
        "func.func @main(%a: tensor<f32>, %b: tensor<f32>, %x: tensor<f32>) -> tensor<f32> {\n"
        "  %0 = \"stablehlo.multiply\"(%a, %b) : (tensor<f32>, tensor<f32>) -> tensor<f32>\n"
        "  %1 = stablehlo.add %0, %x : tensor<f32>\n"
        "  func.return %1 : tensor<f32>\n"
        "}\n";
    jac_fn f = jac_parse_stablehlo(text, .leaves = JAC_AXES(2, 1));
    Pair p = {jac_asarray(2.0f), jac_asarray(3.0f)};
    near(pair_and_one_call(f, p, jac_asarray(1.0f)), 0, 7);
    struct {
        Pair p;
    } grad;
    cr_assert(jac_call(jac_grad(f), &((pair_and_one_args){p, jac_asarray(1.0f)}), &grad));
    near(grad.p.a, 0, 3);
    FAILS_WITH(jac_parse_stablehlo(text, .leaves = JAC_AXES(2, 2)), "takes 3 handles");
    FAILS_WITH(jac_call1(f, 1.0f, 2.0f, jac_ones(2)), "must be f32[], but is f32[2]");
    near(jac_call1(f, 2, 3, 1), 0, 7); /* C numbers take the dtype that is wanted */
}

/* Both forms of a convolution, with a reversed window and a wider result. */
Test(stablehlo, a_convolution_reads_alike_in_both_forms)
{
    static const char *const forms[] = {
        "stablehlo.convolution(%x, %w) dim_numbers = [b, 0, f]x[0, i, o]->[f, b, 0], window = "
        "{stride = [2], pad = [[1, -1]], lhs_dilate = [1], rhs_dilate = [1], reverse = [true]} "
        "{batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = "
        "[#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]}",
        "\"stablehlo.convolution\"(%x, %w) <{batch_group_count = 1 : i64, dimension_numbers = "
        "#stablehlo.conv<[b, 0, f]x[0, i, o]->[f, b, 0]>, feature_group_count = 1 : i64, "
        "lhs_dilation = array<i64: 1>, padding = dense<[[1, -1]]> : tensor<1x2xi64>, "
        "rhs_dilation = array<i64: 1>, window_reversal = array<i1: true>, window_strides = "
        "array<i64: 2>}>"};
    int8_t x[] = {100, 90, 3, 4}, w[] = {10, 7};
    for (int k = 0; k < 2; k++) {
        char text[1000];
        snprintf(text, sizeof text,
                 "func.func @main(%%x: tensor<1x4x1xi8>, %%w: tensor<2x1x1xi8>) -> "
                 "tensor<1x1x2xi32> {\n"
                 "  %%0 = %s : (tensor<1x4x1xi8>, tensor<2x1x1xi8>) -> tensor<1x1x2xi32>\n"
                 "  return %%0 : tensor<1x1x2xi32>\n"
                 "}\n",
                 forms[k]);
        jac_fn f = jac_parse_stablehlo(text);
        cr_assert(jac_ok(f), "%s", jac_error());
        jac y = jac_ravel(jac_call1(f, jac_array(JAC_SHAPE(1, 4, 1), x),
                                    jac_array(JAC_SHAPE(2, 1, 1), w)));
        near(y, 0, 0 * 7 + 100 * 10);
        near(y, 1, 90 * 7 + 3 * 10);
    }
    FAILS_WITH(jac_parse_stablehlo(
                   "func.func @main(%x: tensor<1x4x1xf32>, %w: tensor<2x1x1xf32>) -> "
                   "tensor<1x3x1xf32> {\n"
                   "  %0 = stablehlo.convolution(%x, %w) dim_numbers = [b, 0, f]x[0, i]->[b, 0, f], "
                   "window = {} : (tensor<1x4x1xf32>, tensor<2x1x1xf32>) -> tensor<1x3x1xf32>\n"
                   "  return %0 : tensor<1x3x1xf32>\n"
                   "}\n"),
               "three lists of 3");
}

Test(stablehlo, loops_and_branches_use_values_from_outside)
{
    static const char text[] =
        "func.func @main(%x: tensor<f32>, %n: tensor<i32>, %which: tensor<i32>) -> tensor<f32> {\n"
        "  %one = stablehlo.constant dense<1> : tensor<i32>\n"
        "  %zero = stablehlo.constant dense<0> : tensor<i32>\n"
        "  %w = stablehlo.constant dense<[2.0, 0.5]> : tensor<2xf32>\n"
        "  %0:2 = stablehlo.while(%i = %zero, %y = %x) : tensor<i32>, tensor<f32>\n"
        "   cond {\n"
        "    %c = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>\n"
        "    stablehlo.return %c : tensor<i1>\n"
        "  } do {\n"
        "    %s = stablehlo.slice %w [0:1] : (tensor<2xf32>) -> tensor<1xf32>\n"
        "    %r = stablehlo.reshape %s : (tensor<1xf32>) -> tensor<f32>\n"
        "    %m = stablehlo.multiply %y, %r : tensor<f32>\n"
        "    %j = stablehlo.add %i, %one : tensor<i32>\n"
        "    stablehlo.return %j, %m : tensor<i32>, tensor<f32>\n"
        "  }\n"
        "  %1 = \"stablehlo.case\"(%which) ({\n"
        "    %a = stablehlo.add %0#1, %x : tensor<f32>\n"
        "    stablehlo.return %a : tensor<f32>\n"
        "  }, {\n"
        "    stablehlo.return %0#1 : tensor<f32>\n"
        "  }) : (tensor<i32>) -> tensor<f32>\n"
        "  return %1 : tensor<f32>\n"
        "}\n";
    jac_fn f = jac_parse_stablehlo(text);
    cr_assert(jac_ok(f), "%s", jac_error());
    for (int jit = 0; jit < 2; jit++) {
        jac_fn g = jit ? jac_jit(f) : f;
        near(jac_call1(g, 1.5f, 3, 0), 0, 13.5);
        near(jac_call1(g, 1.5f, 3, 1), 0, 12);
        near(jac_call1(g, 1.5f, 3, 7), 0, 12);  /* out of range: the last */
        near(jac_call1(g, 1.5f, 3, -1), 0, 12); /* so is a negative index */
    }
    near(jac_call1(jac_jit(jac_grad(f)), 1.5f, 3, 0), 0, 9);
}

/* Any body of a reduction: here the larger of two, with its index. */
Test(stablehlo, a_reduction_with_a_body_of_its_own)
{
    static const char text[] =
        "func.func @main(%x: tensor<2x3xf32>) -> (tensor<2xf32>, tensor<2xi32>) {\n"
        "  %i = stablehlo.iota dim = 1 : tensor<2x3xi32>\n"
        "  %least = stablehlo.constant dense<0xFF800000> : tensor<f32>\n"
        "  %zero = stablehlo.constant dense<0> : tensor<i32>\n"
        "  %0:2 = stablehlo.reduce(%x init: %least), (%i init: %zero) across dimensions = [1] : "
        "(tensor<2x3xf32>, tensor<2x3xi32>, tensor<f32>, tensor<i32>) -> (tensor<2xf32>, "
        "tensor<2xi32>)\n"
        "   reducer(%a: tensor<f32>, %b: tensor<f32>) (%j: tensor<i32>, %k: tensor<i32>) {\n"
        "    %g = stablehlo.compare GE, %a, %b, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>\n"
        "    %v = stablehlo.select %g, %a, %b : tensor<i1>, tensor<f32>\n"
        "    %w = stablehlo.select %g, %j, %k : tensor<i1>, tensor<i32>\n"
        "    stablehlo.return %v, %w : tensor<f32>, tensor<i32>\n"
        "  }\n"
        "  return %0#0, %0#1 : tensor<2xf32>, tensor<2xi32>\n"
        "}\n";
    const float data[] = {1, 5, 2, 9, 3, 4};
    jac x = jac_array(JAC_SHAPE(2, 3), data);
    jac_fn f = jac_parse_stablehlo(text);
    for (int jit = 0; jit < 2; jit++) {
        Pair y;
        cr_assert(jac_call(jit ? jac_jit(f) : f, &x, &y), "%s", jac_error());
        near(y.a, 0, 5);
        near(y.a, 1, 9);
        near(y.b, 0, 1);
        near(y.b, 1, 0);
    }
}

/* Each with the line, the column and the operation. */
Test(stablehlo, an_error_names_the_line_the_column_and_the_operation)
{
    static const struct {
        const char *body, *says;
    } cases[] = {
        {"%0 = stablehlo.nothing %x : tensor<f32>", ":2:8: stablehlo.nothing is not supported"},
        {"%0 = stablehlo.add %x, %y : tensor<f32>", ":2:26: %y is not defined"},
        {"%0 = stablehlo.add %x : tensor<f32>", ":2:8: stablehlo.add: it takes 2 operands"},
        {"%0 = stablehlo.add %x, %x : tensor<2xf32>", ":2:8: stablehlo.add: result 0 is f32[]"},
        {"%0 = stablehlo.add(%x, %x) : (tensor<f32>, tensor<f64>) -> tensor<f32>",
         "operand 1 is said to be tensor<f64>"},
        {"%0 = stablehlo.constant dense<[1, 2]> : tensor<3xi32>", ":2:38: , is expected"},
        {"%0 = stablehlo.constant dense<[1, 2.5]> : tensor<2xi32>",
         "2.5 is not an element of type i32"},
        {"%0 = stablehlo.constant dense<300> : tensor<ui8>", "300 is not an element of type u8"},
        {"%0 = stablehlo.iota dim = 1 : tensor<3xi32>",
         ":2:8: stablehlo.iota: i32[3] has no dimension 1"},
        {"%0 = stablehlo.convert %x : (tensor<f32>) -> tensor<2x?xf32>",
         ":2:8: stablehlo.convert: the dynamic shape is not supported, in tensor<2x?xf32>"},
        {"%0 = stablehlo.convert %x : (tensor<f32>) -> tensor<i3>",
         "the element type i3 is not supported"},
        {"%0 = call @main(%x) : (tensor<f32>) -> tensor<f32>", "@main calls itself"},
        {"%0 = call @f(%x) : (tensor<f32>) -> tensor<f32>", "there is no function @f"},
        {"%0 = stablehlo.add %x, %x : tensor<f32", "is not closed"},
        {"%0:2 = stablehlo.add %x, %x : tensor<f32>", "2"},
        {"%0 = stablehlo.slice %x [0:1] : (tensor<f32>) -> tensor<f32>",
         "the length of start_indices must be 0, but is 1"},
        {"%0 = stablehlo.dot_general %x, %x, contracting_dims = [0] x [0] : (tensor<f32>, "
         "tensor<f32>) -> tensor<f32>",
         ":2:8: stablehlo.dot_general: dot_general: "},
        {"%0 = stablehlo.add %x, %x : tensor<f32>\n  ^bb1:", "a region of several blocks"},
        {"%0 = stablehlo.nothing %x : tensor<f32> loc(#loc1)", "(it is from \"f\"(\"a.py\":7:0))"},
        {"%0 = stablehlo.custom_call @lapack_sgetrf(%x) : (tensor<f32>) -> tensor<f32>",
         "stablehlo.custom_call is not supported: @lapack_sgetrf"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char text[512];
        snprintf(text, sizeof text,
                 "func.func @main(%%x: tensor<f32>) -> tensor<f32> {\n  %s\n  return %%x : "
                 "tensor<f32>\n}\n#loc1 = loc(#loc2)\n#loc2 = loc(\"f\"(\"a.py\":7:0))\n",
                 cases[k].body);
        FAILS_WITH(jac_parse_stablehlo(text), cases[k].says);
    }
}

Test(stablehlo, equations_name_the_lines_of_the_module)
{
    char *text = jac_make_jaxpr(jac_parse_stablehlo(weighted), &((struct { jac x; }){jac_ones(3)}));
    cr_expect(text && strstr(text, "sin a  # stablehlo:3"), "%s", text);
    free(text);
}

Test(stablehlo, texts_that_nest_without_end_are_refused)
{
    enum { DEEP = 100000 };
    static const char *const parts[] = {"(",
                                        "[",
                                        "{",
                                        "<",
                                        "\"a\"({",
                                        "#a = [",
                                        "module {",
                                        "func.func @f() { \"x\"() ({",
                                        "%0 = x {a = {",
                                        "#a = dense<[",
                                        "#a = (",
                                        "func.func @f(%a: ("};
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
        size_t n = strlen(parts[k]);
        char *text = malloc(DEEP * n + 1);
        cr_assert(text);
        for (int j = 0; j < DEEP; j++)
            memcpy(text + (size_t)j * n, parts[k], n);
        text[DEEP * n] = 0;
        jac_fn f = jac_parse_stablehlo(text);
        cr_expect(!jac_ok(f) && jac_error(), "%s", parts[k]);
        jac_error_clear();
        free(text);
    }
}

/* Functions and regions within each other: f0 calls f1 in a branch, and so on. */
Test(stablehlo, calls_and_regions_that_nest_too_deep_are_refused)
{
    enum { DEEP = 250, ROOM = 1 << 17 };
    static char text[ROOM];
    for (int branches = 0; branches < 2; branches++) {
        size_t n = (size_t)snprintf(
            text, ROOM,
            "func.func @main(%%x: tensor<f32>, %%n: tensor<i32>) -> tensor<f32> {\n"
            "  %%0 = call @f0(%%x, %%n) : (tensor<f32>, tensor<i32>) -> tensor<f32>\n"
            "  return %%0 : tensor<f32>\n}\n");
        for (int k = 0; k < DEEP; k++)
            n += (size_t)snprintf(
                text + n, ROOM - n,
                "func.func @f%d(%%x: tensor<f32>, %%n: tensor<i32>) -> tensor<f32> {\n%s"
                "  %%0 = call @f%d(%%x, %%n) : (tensor<f32>, tensor<i32>) -> tensor<f32>\n%s"
                "  return %%%s : tensor<f32>\n}\n",
                k, branches ? "  %r = \"stablehlo.case\"(%n) ({\n" : "", k + 1,
                branches ? "  stablehlo.return %0 : tensor<f32>\n"
                           "  }) : (tensor<i32>) -> tensor<f32>\n"
                         : "",
                branches ? "r" : "0");
        FAILS_WITH(jac_parse_stablehlo(text),
                   branches ? "stablehlo.case: calls and regions are nested more than 200 deep"
                            : "@f199: calls are nested too deep");
    }
}

Test(stablehlo, handles_cannot_be_grouped_in_numbers_that_do_not_fit)
{
    FAILS_WITH(jac_parse_stablehlo(weighted, .leaves = JAC_AXES(-1, 2)),
               "main: argument 0 cannot have -1 handles");
    FAILS_WITH(jac_parse_stablehlo(weighted, .leaves = JAC_AXES(0, 2)),
               "main: argument 1 cannot have 2 handles");
    FAILS_WITH(jac_parse_stablehlo(weighted, .leaves = JAC_AXES(0, 0)),
               "main takes 1 handle, but .leaves has 0");
}

/* A file is read in pieces; a folder cannot be read. */
Test(stablehlo, a_long_file_is_read_whole)
{
    enum { LINES = 4000 };
    char path[] = "/tmp/jacquard_XXXXXX";
    int fd = mkstemp(path);
    FILE *f = fdopen(fd, "wb");
    cr_assert(f);
    for (int k = 0; k < LINES; k++)
        fprintf(f, "// a comment of fifty characters, to make it longer\n");
    fputs(weighted, f);
    fclose(f);
    jac_fn g = jac_load_stablehlo(path);
    cr_expect(jac_ok(g), "%s", jac_error());
    jac_fn wrong = jac_load_stablehlo(path, .function = "none");
    cr_expect(!jac_ok(wrong) && strstr(jac_error(), "there is no function @none in the module"));
    jac_error_clear();
    unlink(path);
    FAILS_WITH(jac_load_stablehlo("/"), "cannot read /: Is a directory");
}

/* Each function calls the next one twice: a program of 2^40 operations. */
Test(stablehlo, functions_that_multiply_each_other_are_refused)
{
    char text[16384] = "", line[512];
    for (int k = 0; k < 40; k++) {
        snprintf(line, sizeof line,
                 "func.func @%s%d(%%x: tensor<f32>) -> tensor<f32> {\n"
                 "  %%0 = call @f%d(%%x) : (tensor<f32>) -> tensor<f32>\n"
                 "  %%1 = call @f%d(%%0) : (tensor<f32>) -> tensor<f32>\n"
                 "  return %%1 : tensor<f32>\n}\n",
                 "f", k, k + 1, k + 1);
        strcat(text, line);
    }
    strcat(text, "func.func @f40(%x: tensor<f32>) -> tensor<f32> { return %x : tensor<f32> }\n");
    FAILS_WITH(jac_parse_stablehlo(text, .function = "f0"), "more than 16777216 operations");
}

Test(stablehlo, numbers_are_read_in_every_form)
{
    static const struct {
        const char *dense;
        double first, last;
    } cases[] = {
        {"dense<[1.5, -2.0e+1]> : tensor<2xf32>", 1.5, -20},
        {"dense<0x3FC00000> : tensor<2xf32>", 1.5, 1.5},
        {"dense<[[0xFF800000], [0x7F800000]]> : tensor<2x1xf32>", -INFINITY, INFINITY},
        {"dense<\"0x0000C03F000020C1\"> : tensor<2xf32>", 1.5, -10},
        {"dense<\"0x0000C03F\"> : tensor<2xf32>", 1.5, 1.5},
        {"dense<[true, false]> : tensor<2xi1>", 1, 0},
        {"dense<\"0x0100\"> : tensor<2xi1>", 1, 0},
        {"dense<[-128, 127]> : tensor<2xi8>", -128, 127},
        {"dense<[0xFF, 0x7F]> : tensor<2xi8>", -1, 127},
        {"dense<[0, 18446744073709551615]> : tensor<2xui64>", 0, 18446744073709551615.0},
        {"dense<[0x3C00, 6.1e-05]> : tensor<2xf16>", 1, 0x1.ff8p-15},
        {"dense<1.0> : tensor<2xbf16>", 1, 1},
        {"dense<[1.0, 2.0]>: tensor<2xf64>", 1, 2},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char text[512];
        const char *type = strstr(cases[k].dense, "tensor");
        snprintf(text, sizeof text,
                 "func.func @main() -> %s {\n  %%0 = stablehlo.constant %s\n  return %%0 : %s\n}\n",
                 type, cases[k].dense, type);
        jac x;
        cr_assert(jac_call(jac_parse_stablehlo(text), NULL, &x), "%s: %s", cases[k].dense,
                  jac_error());
        x = jac_reshape(x, -1);
        cr_expect(item(x, 0) == cases[k].first && item(x, 1) == cases[k].last, "%s: %.17g %.17g",
                  cases[k].dense, item(x, 0), item(x, 1));
    }
}

/* A comparator is read as an order of the operands. */
static char *sorting(char *text, size_t room, const char *comparator)
{
    snprintf(text, room,
             "func.func @main(%%x: tensor<4xf32>, %%n: tensor<4xi32>) -> (tensor<4xf32>, "
             "tensor<4xi32>) {\n"
             "  %%0:2 = \"stablehlo.sort\"(%%x, %%n) <{dimension = 0 : i64, is_stable = true}> ({\n"
             "  ^bb0(%%a: tensor<f32>, %%b: tensor<f32>, %%i: tensor<i32>, %%j: tensor<i32>):\n%s"
             "  }) : (tensor<4xf32>, tensor<4xi32>) -> (tensor<4xf32>, tensor<4xi32>)\n"
             "  return %%0#0, %%0#1 : tensor<4xf32>, tensor<4xi32>\n}\n",
             comparator);
    return text;
}

Test(stablehlo, a_sort_has_the_order_of_its_comparator)
{
    static const char greater[] =
        "    %c = stablehlo.compare GT, %i, %j, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>\n"
        "    stablehlo.return %c : tensor<i1>\n";
    static const char two_keys[] =
        "    %f = stablehlo.compare LT, %a, %b, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>\n"
        "    %l = stablehlo.compare LT, %i, %j, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>\n"
        "    %e = stablehlo.compare EQ, %i, %j, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>\n"
        "    %g = stablehlo.and %e, %f : tensor<i1>\n"
        "    %o = stablehlo.or %l, %g : tensor<i1>\n"
        "    stablehlo.return %o : tensor<i1>\n";
    static const char total[] = "    %c = stablehlo.compare LT, %a, %b, TOTALORDER : (tensor<f32>, "
                                "tensor<f32>) -> tensor<i1>\n"
                                "    stablehlo.return %c : tensor<i1>\n";
    static const char by_sine[] =
        "    %s = stablehlo.sine %a : tensor<f32>\n"
        "    %t = stablehlo.sine %b : tensor<f32>\n"
        "    %c = stablehlo.compare LT, %s, %t, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>\n"
        "    stablehlo.return %c : tensor<i1>\n";
    static const char by_remainder[] = /* of both operands, with a number of its own */
        "    %two = stablehlo.constant dense<2> : tensor<i32>\n"
        "    %r = stablehlo.remainder %i, %two : tensor<i32>\n"
        "    %s = stablehlo.remainder %j, %two : tensor<i32>\n"
        "    %l = stablehlo.compare LT, %r, %s, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>\n"
        "    %e = stablehlo.compare EQ, %r, %s, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>\n"
        "    %f = stablehlo.compare GE, %a, %b, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>\n"
        "    %g = stablehlo.and %e, %f : tensor<i1>\n"
        "    %o = stablehlo.or %l, %g : tensor<i1>\n"
        "    stablehlo.return %o : tensor<i1>\n";
    static const struct {
        const char *comparator;
        int want[4]; /* the places in the operands */
    } cases[] = {{greater, {3, 0, 2, 1}}, {two_keys, {1, 0, 2, 3}}, {total, {2, 0, 3, 1}},
                 {by_sine, {0, 2, 1, 3}}, {by_remainder, {1, 3, 0, 2}}};
    const float x[] = {0, 3, -0.0f, 2};
    const int32_t n[] = {5, 1, 5, 7};
    char text[4096];
    struct {
        jac x, n;
    } in = {jac_array(4, x), jac_array(4, n)}, y;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        jac_fn f = jac_parse_stablehlo(sorting(text, sizeof text, cases[k].comparator));
        cr_assert(jac_call(jac_jit(f), &in, &y), "%s", jac_error());
        for (int j = 0; j < 4; j++) {
            int at = cases[k].want[j];
            cr_expect(item(y.x, j) == x[at] && !signbit(item(y.x, j)) == !signbit(x[at]) &&
                          item(y.n, j) == n[at],
                      "order %zu, place %d: %g %g", k, j, item(y.x, j), item(y.n, j));
        }
    }
    static const char no_constant[] =
        "    %z = stablehlo.constant nothing : tensor<f32>\n"
        "    %e = stablehlo.compare EQ, %a, %z, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>\n"
        "    %s = stablehlo.select %e, %z, %a : tensor<i1>, tensor<f32>\n"
        "    %c = stablehlo.compare LT, %s, %b, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>\n"
        "    stablehlo.return %c : tensor<i1>\n";
    FAILS_WITH(jac_parse_stablehlo(sorting(text, sizeof text, no_constant)), "stablehlo.constant");
}

Test(stablehlo, a_huge_array_that_nothing_uses_is_not_made)
{
    jac_fn f = jac_parse_stablehlo(
        "func.func @main(%x: tensor<f32>) -> tensor<f32> {\n"
        "  %c = stablehlo.constant dense<0.0> : tensor<1099511627776xf32>\n"
        "  %i = stablehlo.iota dim = 0 : tensor<1099511627776xf32>\n"
        "  %0 = stablehlo.add %c, %i : tensor<1099511627776xf32>\n"
        "  return %x : tensor<f32>\n"
        "}\n");
    cr_expect_eq(jac_item_f64(jac_call1(f, 2.0f)), 2, "%s", jac_error());
}

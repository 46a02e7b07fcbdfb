/* The code: scalars in registers, vector code, and equal steps of long programs emitted once. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/compiled.h"

static const char scalar_loop[] = "graph f(a: f32[]) {\n" LOOP("f32[]", 1000,
                                                               "    w: f32[] = cos x\n"
                                                               "    return k, w\n");

/* In the emitted order, the loop's blocks are the header "while" and all blocks after its exit. */
Test(code, a_scalar_loop_neither_loads_nor_stores)
{
    char *text = emitted(scalar_loop, JIT_TEXT_EMITTED);
    const char *header = strstr(text, "\nwhile:"), *exit = header ? strstr(header, "\nend:") : NULL;
    const char *body = exit ? strstr(exit, "\nbody:") : NULL;
    const char *end = body ? strstr(body, "\n}") : NULL;
    cr_assert(end, "%s", text);
    const char *part[][2] = {{header, exit}, {body, end}};
    for (int k = 0; k < 2; k++) {
        char *blocks = strndup(part[k][0], (size_t)(part[k][1] - part[k][0]));
        cr_expect(!has(blocks, "store ") && !has(blocks, " load ") && !has(blocks, "alloca "), "%s",
                  blocks);
        free(blocks);
    }
    free(text);
}

Test(code, a_scalar_loop_keeps_its_carries_in_phis_after_optimisation)
{
    char *text = emitted(scalar_loop, JIT_TEXT_OPTIMIZED);
    cr_expect(has(text, "phi float") && !has(text, "alloca"), "%s", text);
    free(text);
}

Test(code, a_loop_of_exponentials_is_vector_code)
{
    char *text = emitted("graph f(x: f32[4096]) {\n"
                         "  e: f32[4096] = exp x\n"
                         "  return e\n"
                         "}",
                         JIT_TEXT_OPTIMIZED);
    cr_expect(has(text, " x float> @llvm.fma") || has(text, " x float> @llvm.fmuladd") ||
                  has(text, "fmul <"),
              "%s", text);
    free(text);
    text = emitted("graph f(x: f32[4096]) {\n"
                   "  e: f32[4096] = exp x\n"
                   "  return e\n"
                   "}",
                   JIT_TEXT_ASM);
#ifdef __x86_64__
    cr_expect(has(text, "mulps\t"), "no packed multiplication in\n%s", text);
#endif
    cr_expect(!has(text, "expf"), "a call of the C library in\n%s", text);
    free(text);
}

/* Is there a line with both? */
static bool line_has(const char *text, const char *a, const char *b)
{
    for (const char *at = text; (at = strstr(at, a)); at++) {
        const char *there = strstr(at, b);
        if (there && there < at + strcspn(at, "\n"))
            return true;
    }
    return false;
}

Test(code, a_loop_on_halves_is_vector_code_and_compares_floats)
{
    char *text = emitted("graph f(x: f16[4096], y: f16[4096]) {\n"
                         "  a: f16[4096] = log x\n"
                         "  b: f16[4096] = max a y\n"
                         "  return b\n"
                         "}",
                         JIT_TEXT_OPTIMIZED);
    if (has(text, "x half>")) { /* there are instructions that convert halves */
        cr_expect(line_has(text, "fcmp", "<8 x float>"), "%s", text);
        cr_expect(!line_has(text, "fcmp", "half"), "%s", text);
    }
    free(text);
}

Test(code, a_sum_keeps_several_accumulators)
{
    char *text = emitted("graph f(x: f32[4096]) {\n"
                         "  s: f32[] = reduce_sum[axes=[0]] x\n"
                         "  return s\n"
                         "}",
                         JIT_TEXT_OPTIMIZED);
    cr_expect(has(text, "= phi <") && has(text, "fadd <") && has(text, "llvm.vector.reduce.fadd"),
              "%s", text);
    free(text);
}

Test(code, a_matrix_product_by_rows_is_vector_code)
{
    char *text =
        emitted("graph f(a: f32[16,16], b: f32[16,16]) {\n"
                "  p: f32[16,16] = dot_general[lhs_contract=[1], rhs_contract=[0], lhs_batch=[], "
                "rhs_batch=[]] a b\n"
                "  return p\n"
                "}",
                JIT_TEXT_OPTIMIZED);
    cr_expect(has(text, "fmul <"), "%s", text);
    free(text);
}

/* LLVM itself makes scalar code of rows of 10, as they are not whole vectors. */
Test(code, a_matrix_product_by_short_rows_is_vector_code)
{
    char *text =
        emitted("graph f(a: f64[10,10], b: f64[10,10]) {\n"
                "  p: f64[10,10] = dot_general[lhs_contract=[1], rhs_contract=[0], lhs_batch=[], "
                "rhs_batch=[]] a b\n"
                "  return p\n"
                "}",
                JIT_TEXT_OPTIMIZED);
    cr_expect(has(text, "fmul <") && !line_has(text, "fmul", " double "), "%s", text);
    free(text);
}

/* without a scalar loop for the case that the state's two buffers overlap */
Test(code, a_matrix_product_of_a_loops_state_is_only_vector_code)
{
    char *text = emitted(
        "graph f(a: f32[24,24]) {\n" LOOP("f32[24,24]", 100,
                                          "    w: f32[24,24] = dot_general[lhs_contract=[1], "
                                          "rhs_contract=[0], lhs_batch=[], rhs_batch=[]] x x\n"
                                          "    return k, w\n"),
        JIT_TEXT_OPTIMIZED);
    cr_expect(has(text, "fmul <") && !line_has(text, "fmul", " float "), "%s", text);
    free(text);
}

/* n layers of matrix products, functions, and a sum whose result is a register. */
static char *layers(int n)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    fprintf(f, "graph f(x0: f32[8,24], w: f32[24,24]) {\n");
    for (int k = 0; k < n; k++)
        fprintf(f,
                "  p%d: f32[8,24] = dot_general[lhs_contract=[1], rhs_contract=[0], lhs_batch=[], "
                "rhs_batch=[]] x%d w\n"
                "  t%d: f32[8,24] = tanh p%d\n"
                "  s%d: f32[] = reduce_max[axes=[0,1]] t%d\n"
                "  c%d: f32[8,24] = cumsum[axis=1, reverse=false] t%d\n"
                "  b%d: f32[8,24] = broadcast_in_dim[shape=[8,24], broadcast_dimensions=[]] s%d\n"
                "  x%d: f32[8,24] = mul c%d b%d\n",
                k, k, k, k, k, k, k, k, k, k, k + 1, k, k);
    fprintf(f, "  return x%d\n}", n);
    fclose(f);
    return text;
}

static int count(const char *text, const char *part)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, part)); at++)
        n++;
    return n;
}

Test(code, steps_of_a_long_program_that_say_the_same_are_one_function)
{
    char *graph[] = {layers(30), layers(200)};
    char *text[] = {emitted(graph[0], JIT_TEXT_OPTIMIZED), emitted(graph[1], JIT_TEXT_OPTIMIZED)};
    cr_expect_leq(count(text[0], "\ndefine "), 8, "%s", text[0]);
    cr_expect_leq(count(text[1], "\ndefine "), 24);
    for (int k = 0; k < 2; k++) {
        free(graph[k]);
        free(text[k]);
    }
}

Test(code, a_long_program_computes_what_a_short_one_does)
{
    enum { X = 8 * 24, W = 24 * 24 };
    char *text = layers(30), *one = layers(1);
    IR_AUTO_GRAPH g = parsed(text);
    IR_AUTO_GRAPH step = parsed(one);
    float x[X], w[W], got[X], want[X];
    for (int k = 0; k < X; k++)
        x[k] = (float)(k % 7) / 7;
    for (int k = 0; k < W; k++)
        w[k] = (float)(k % 5 - 2) / 16;
    jit_program *p = jit_compile(g, NULL), *q = jit_compile(step, NULL);
    cr_assert(p && q, "%s", ir_error());
    cr_assert(jit_run(p, (const void *[]){x, w}, (void *[]){got}));
    for (int k = 0; k < 30; k++) {
        cr_assert(jit_run(q, (const void *[]){x, w}, (void *[]){want}));
        memcpy(x, want, sizeof x);
    }
    cr_expect_arr_eq(got, want, sizeof want);
    jit_release(p);
    jit_release(q);
    free(text);
    free(one);
}

Test(code, long_straight_line_code_is_cut_and_computes_the_same)
{
    for (int n = 40; n <= 2560; n *= 64) {
        char *text = straight_line(n, "nextafter x0");
        IR_AUTO_GRAPH g = parsed(text);
        float x = 0.5f, v[] = {0.5f, -0.5f, 0.25f, 0}, got[2] = {0}, want[2] = {0};
        bool p = false, q = true;
        jit_program *program = jit_compile(g, NULL);
        cr_assert(program, "%s", ir_error());
        cr_assert(ir_eval(g, (const void *[]){&x, v}, (void *[]){&want[0], &want[1], &q}));
        cr_assert(jit_run(program, (const void *[]){&x, v}, (void *[]){&got[0], &got[1], &p}));
        cr_expect(got[0] == want[0] && got[1] == want[1] && p == q, "%d: %g %g", n, got[0],
                  want[0]);
        jit_release(program);
        char *ll = emitted(text, JIT_TEXT_EMITTED);
        int parts = count(ll, "\ndefine internal i1 @part");
        cr_expect(n > 1000 ? parts > n / 100 : !parts, "%d parts", parts);
        free(ll);
        free(text);
    }
}

/* Sums of longer and longer prefixes of x. */
static char *beginnings(int n)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    fprintf(f, "graph f(x: f32[2000]) {\n  y0: f32[] = literal[value=1, dtype=f32, weak=false]\n");
    for (int k = 0; k < n; k++)
        fprintf(f,
                "  s%d: f32[%d] = slice[start_indices=[0], limit_indices=[%d], strides=[1]] x\n"
                "  b%d: f32[%d] = broadcast_in_dim[shape=[%d], broadcast_dimensions=[]] y%d\n"
                "  m%d: f32[%d] = min s%d b%d\n"
                "  y%d: f32[] = reduce_max[axes=[0]] m%d\n",
                k, 100 + 7 * k, 100 + 7 * k, k, 100 + 7 * k, 100 + 7 * k, k, k, 100 + 7 * k, k, k,
                k + 1, k);
    fprintf(f, "  return y%d\n}", n);
    fclose(f);
    return text;
}

Test(code, of_a_graph_differs_between_two_compilations)
{
    char *graph = straight_line(3000, "nextafter x0");
    char *first = emitted(graph, JIT_TEXT_EMITTED), *second = emitted(graph, JIT_TEXT_EMITTED);
    cr_expect(strstr(first, "@part"), "the code is not cut");
    /* The entry's name, in front of the first brace, has a number of its own. */
    cr_expect(!strcmp(strchr(first, '{'), strchr(second, '{')), "the code depends on addresses");
    free(first);
    free(second);
    free(graph);
}

Test(code, steps_that_differ_by_their_size_alone_are_one_function_and_compute_the_same)
{
    char *text = beginnings(200), *ll = emitted(text, JIT_TEXT_OPTIMIZED);
    cr_expect_leq(count(ll, "\ndefine "), 24, "%d functions", count(ll, "\ndefine "));
    IR_AUTO_GRAPH g = parsed(text);
    jit_program *p = jit_compile(g, NULL);
    cr_assert(p, "%s", ir_error());
    for (int most = 0; most < 2000; most += 333) {
        float x[2000] = {0}, got = -1, want = -2;
        x[most] = 0.5f;
        cr_assert(ir_eval(g, (const void *[]){x}, (void *[]){&want}));
        cr_assert(jit_run(p, (const void *[]){x}, (void *[]){&got}));
        cr_expect_eq(got, want, "%d: %g %g", most, got, want);
    }
    jit_release(p);
    free(ll);
    free(text);
}

Test(code, holds_no_address_of_the_process)
{
    char *graph = layers(1), *text = emitted(graph, JIT_TEXT_EMITTED);
    cr_expect(!has(text, "inttoptr"), "%s", text);
    free(text);
    free(graph);
    text = emitted("graph f(a: f32[80,80]) {\n"
                   "  b: f32[80,80] = dot_general[lhs_contract=[1], rhs_contract=[0], "
                   "lhs_batch=[], rhs_batch=[]] a a\n"
                   "  return b\n"
                   "}",
                   JIT_TEXT_EMITTED);
    cr_expect(has(text, "@jac_host_dot") && !has(text, "inttoptr"), "%s", text);
    free(text);
}

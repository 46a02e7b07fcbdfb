/* The promises of compiled code besides right numbers: fused loops without temporaries, scalars in
 * registers, vector code, shared programs, constant memory, errors as text.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jit/jit.h"
#include "ops/ops.h"
#include "tests/support.h"

static ir_graph *parsed(const char *text)
{
    ops_init();
    ir_graph *g = ir_parse(text, "test_jit.c");
    cr_assert(g, "%s", ir_error());
    return g;
}

static char *emitted(const char *graph, jit_text what)
{
    IR_AUTO_GRAPH g = parsed(graph);
    char *text = jit_emit_text(g, NULL, what);
    cr_assert(text, "%s", ir_error());
    return text;
}

static bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

static void expect_schedule(const char *graph, const char *part)
{
    char *text = emitted(graph, JIT_TEXT_SCHEDULE);
    cr_expect(has(text, part), "no \"%s\" in\n%s", part, text);
    free(text);
}

/* ---- the schedule ------------------------------------------------------------------------------- */

Test(schedule, a_chain_and_its_reduction_are_one_loop_without_temporaries)
{
    expect_schedule("graph f(x: f32[1000], y: f32[1000]) {\n"
                    "  e: f32[1000] = exp x\n"
                    "  p: f32[1000] = mul e y\n"
                    "  s: f32[] = reduce_sum[axes=[0]] p\n"
                    "  return s\n"
                    "}",
                    "1 kernels, 0 temporaries");
}

Test(schedule, results_that_share_work_are_one_loop)
{
    expect_schedule("graph f(x: f32[1000]) {\n"
                    "  t: f32[1000] = tanh x\n"
                    "  q: f32[1000] = mul t t\n"
                    "  r: f32[1000] = neg t\n"
                    "  s: f32[] = reduce_sum[axes=[0]] q\n"
                    "  return q, r, s\n"
                    "}",
                    "1 kernels, 0 temporaries");
}

Test(schedule, a_reshape_of_what_is_in_memory_costs_nothing)
{
    expect_schedule("graph f(x: f32[4,6], i: i32[3]) {\n"
                    "  r: f32[24] = reshape[new_sizes=[24]] x\n"
                    "  y: f32[24] = cumsum[axis=0, reverse=false] r\n"
                    "  return y\n"
                    "}",
                    "1 kernels, 0 temporaries");
}

#define LOOP(carry, n, body)                                                                       \
    "  z: i32[] = literal[value=0, dtype=i32, weak=false]\n"                                       \
    "  j: i32[], y: " carry " = while[cond=graph (i: i32[], x: " carry ") {\n"                     \
    "    n: i32[] = literal[value=" #n ", dtype=i32, weak=false]\n"                                \
    "    c: bool[] = lt i n\n"                                                                     \
    "    return c\n"                                                                               \
    "  }, body=graph (i: i32[], x: " carry ") {\n"                                                 \
    "    o: i32[] = literal[value=1, dtype=i32, weak=false]\n"                                     \
    "    k: i32[] = add i o\n" body "  }, cond_nconsts=0, body_nconsts=0] z a\n"                   \
    "  return y\n"                                                                                 \
    "}"

Test(schedule, a_carry_changed_element_by_element_stays_where_it_is)
{
    expect_schedule("graph f(a: f32[100]) {\n" LOOP("f32[100]", 10,
                                                    "    w: f32[100] = sin x\n"
                                                    "    return k, w\n"),
                    "in place");
}

Test(schedule, a_window_of_a_carry_is_written_in_place)
{
    expect_schedule(
        "graph f(a: f32[100]) {\n" LOOP("f32[100]", 10,
                                        "    v: f32[10] = dynamic_slice[slice_sizes=[10]] x i\n"
                                        "    w: f32[10] = sin v\n"
                                        "    u: f32[100] = dynamic_update_slice x w k\n"
                                        "    return k, u\n"),
        "in place");
}

/* ---- the code ----------------------------------------------------------------------------------- */

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

Test(code, a_sum_keeps_several_accumulators)
{
    char *text = emitted("graph f(x: f32[4096]) {\n"
                         "  s: f32[] = reduce_sum[axes=[0]] x\n"
                         "  return s\n"
                         "}",
                         JIT_TEXT_OPTIMIZED);
    cr_expect(has(text, "fadd reassoc <") && has(text, "llvm.vector.reduce.fadd"), "%s", text);
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

/* Straight-line code on registers, with branches, small arrays, and a call of the interpreter's
 * kernel `called` every hundred steps. Each value is read soon, and one in ten again much later. */
static char *straight_line(int n, const char *called)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    fprintf(f, "graph f(x0: f32[], v: f32[4]) {\n"
               "  h: f32[] = literal[value=0.25, dtype=f32, weak=false]\n"
               "  i: i32[] = literal[value=1, dtype=i32, weak=false]\n");
    for (int k = 0; k < n; k++) {
        int late = k % 10 ? k : k / 3, y = k + 1;
        if (k % 100 == 99)
            fprintf(f, "  x%d: f32[] = %s x%d\n", y, called, k);
        else if (k % 20 == 7)
            fprintf(f,
                    "  p%d: bool[] = lt x%d h\n  i%d: i32[] = convert_element_type["
                    "new_dtype=i32, weak=false] p%d\n"
                    "  x%d: f32[] = cond[branches=[graph (a: f32[], b: f32[]) {\n"
                    "    c: f32[] = sin a\n    return c\n  }, graph (a: f32[], b: f32[]) {\n"
                    "    c: f32[] = sub a b\n    return c\n  }]] i%d x%d x%d\n",
                    y, k, y, y, y, y, k, late);
        else if (k % 20 == 13)
            fprintf(f,
                    "  b%d: f32[4] = broadcast_in_dim[shape=[4], broadcast_dimensions=[]] x%d\n"
                    "  w%d: f32[4] = cumsum[axis=0, reverse=false] b%d\n"
                    "  u%d: f32[4] = mul w%d v\n  x%d: f32[] = reduce_max[axes=[0]] u%d\n",
                    y, k, y, y, y, y, y, y);
        else if (k % 5 == 4)
            fprintf(f, "  x%d: f32[] = cos x%d\n", y, k);
        else
            fprintf(f, "  q%d: f32[] = mul x%d h\n  x%d: f32[] = sub q%d x%d\n", y, k, y, y, late);
    }
    fprintf(f, "  return x%d, x%d, p%d\n}", n, n / 2, n / 2 / 20 * 20 + 8);
    fclose(f);
    return text;
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
    text = emitted("graph f(a: f32[64,64]) {\n"
                   "  b: f32[64,64] = dot_general[lhs_contract=[1], rhs_contract=[0], "
                   "lhs_batch=[], rhs_batch=[]] a a\n"
                   "  return b\n"
                   "}",
                   JIT_TEXT_EMITTED);
    cr_expect(has(text, "@jac_host_dot") && !has(text, "inttoptr"), "%s", text);
    free(text);
}

/* ---- the cache ---------------------------------------------------------------------------------- */

/* A different graph for each n. */
static ir_graph *numbered(int n)
{
    char text[256];
    snprintf(text, sizeof text,
             "graph f(x: f32[]) {\n"
             "  n: f32[] = literal[value=%d, dtype=f32, weak=false]\n"
             "  y: f32[] = add x n\n"
             "  return y\n"
             "}",
             n);
    return parsed(text);
}

static bool adds(const jit_program *p, int n)
{
    float x = 0.5f, y = 0;
    return jit_run(p, (const void *[]){&x}, (void *[]){&y}) && y == 0.5f + (float)n;
}

Test(cache, graphs_that_are_equal_share_one_program)
{
    IR_AUTO_GRAPH a = numbered(1);
    IR_AUTO_GRAPH b = numbered(1);
    IR_AUTO_GRAPH c = numbered(2);
    jit_program *p = jit_compile(a, NULL), *q = jit_compile(b, NULL);
    jit_stats st;
    cr_assert(p && jit_last_stats(&st));
    cr_expect_eq(p, q);
    cr_expect(st.cached && st.ms_llvm == 0);
    jit_program *r = jit_compile(c, NULL);
    cr_expect_neq(p, r);
    cr_expect(jit_last_stats(&st) && !st.cached && st.ms_llvm > 0);
    cr_expect(adds(p, 1) && adds(r, 2));
    jit_release(p);
    jit_release(q);
    jit_release(r);
}

Test(cache, a_dropped_program_is_found_again)
{
    IR_AUTO_GRAPH a = numbered(7);
    jit_release(jit_compile(a, NULL));
    jit_stats st;
    jit_program *p = jit_compile(a, NULL);
    cr_expect(p && jit_last_stats(&st) && st.cached && adds(p, 7));
    jit_release(p);
}

static long resident_kib(void)
{
    long pages = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f && fscanf(f, "%ld %ld", &pages, &resident) != 2)
        resident = 0;
    if (f)
        fclose(f);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

Test(cache, a_thousand_compiled_and_dropped_programs_leave_memory_flat, .timeout = 600)
{
    long before = 0;
    for (int n = 0; n < 1000; n++) {
        IR_AUTO_GRAPH g = numbered(n);
        jit_program *p = jit_compile(g, NULL);
        cr_assert(p && adds(p, n), "%d: %s", n, ir_error());
        jit_release(p);
        if (n == JIT_CACHE_KEEPS + 100)
            before = resident_kib();
    }
    cr_expect_eq(jit_cache_count(), JIT_CACHE_KEEPS);
#ifdef __SANITIZE_ADDRESS__ /* which keeps freed memory for a while */
    (void)before;
#else
    long grown = resident_kib() - before;
    cr_expect_lt(grown, 2048, "%ld KiB more after the last 387 programs", grown);
#endif
}

static void *compile_in_thread(void *failures)
{
    for (int n = 0; n < 40; n++) {
        IR_AUTO_GRAPH g = numbered(n % 20);
        jit_program *p = jit_compile(g, NULL);
        if (!p || !adds(p, n % 20))
            ++*(int *)failures;
        jit_release(p);
    }
    return NULL;
}

Test(cache, threads_compile_and_run_at_once, .timeout = 300)
{
    enum { N = 4 };
    pthread_t thread[N];
    int failures[N] = {0};
    ops_init();
    for (int k = 0; k < N; k++)
        pthread_create(&thread[k], NULL, compile_in_thread, &failures[k]);
    for (int k = 0; k < N; k++) {
        pthread_join(thread[k], NULL);
        cr_expect_eq(failures[k], 0);
    }
    cr_expect_eq(jit_cache_count(), 20);
}

/* ---- calls of interpreter kernels --------------------------------------------------------------- */

static bool same_infer(ir_infer *q)
{
    ir_infer_out(q, &q->in[0]);
    return true;
}

static bool fails_above_two(const ir_eqn *e, const void *const *in, void *const *out)
{
    (void)e;
    float x = *(const float *)in[0];
    *(float *)out[0] = x;
    return x <= 2 || ir_fail("%g is above two", (double)x);
}

static const ir_op op_fails = {.name = "test_fails_above_two",
                               .flags = IR_OP_NO_FOLD,
                               .infer = same_infer,
                               .eval = fails_above_two};

Test(calls, an_error_of_a_kernel_ends_the_program_with_its_text)
{
    ops_init();
    ir_op_register(&op_fails);
    IR_AUTO_GRAPH g = parsed(
        "graph f(a: f32[]) {\n"
        "  b: f32[] = test_fails_above_two a\n" LOOP("f32[]", 4,
                                                     "    v: f32[] = add x x\n"
                                                     "    w: f32[] = test_fails_above_two v\n"
                                                     "    return k, w\n"));
    jit_program *p = jit_compile(g, NULL);
    cr_assert(p, "%s", ir_error());
    float y = 0, small = 0.0625f, large = 0.5f, larger = 3;
    cr_expect(jit_run(p, (const void *[]){&small}, (void *[]){&y}) && y == 1);
    cr_expect(!jit_run(p, (const void *[]){&large}, (void *[]){&y}));
    cr_expect(ir_error() && has(ir_error(), "4 is above two"), "%s", ir_error());
    ir_error_clear();
    cr_expect(!jit_run(p, (const void *[]){&larger}, (void *[]){&y}));
    cr_expect(ir_error() && has(ir_error(), "6 is above two"), "%s", ir_error());
    ir_error_clear();
    jit_release(p);
}

Test(calls, an_error_within_a_part_of_a_long_program_ends_it)
{
    ops_init();
    ir_op_register(&op_fails);
    char *text = straight_line(2560, "test_fails_above_two");
    IR_AUTO_GRAPH g = parsed(text);
    jit_program *p = jit_compile(g, NULL);
    cr_assert(p, "%s", ir_error());
    float x = 0.5f, v[] = {0.5f, -0.5f, 0.25f, 0}, nan = NAN, y[2];
    bool b;
    cr_expect(jit_run(p, (const void *[]){&x, v}, (void *[]){&y[0], &y[1], &b}), "%s", ir_error());
    cr_expect(!jit_run(p, (const void *[]){&nan, v}, (void *[]){&y[0], &y[1], &b}));
    cr_expect(ir_error() && has(ir_error(), "nan is above two"), "%s", ir_error());
    ir_error_clear();
    jit_release(p);
    free(text);
}

/* Runs a compiled program with temporaries from inside another one. */
static jit_program *inner;

static bool runs_another(const ir_eqn *e, const void *const *in, void *const *out)
{
    (void)e;
    return jit_run(inner, in, out);
}

static const ir_op op_runs = {
    .name = "test_runs_another", .flags = IR_OP_NO_FOLD, .infer = same_infer, .eval = runs_another};

#define WITH_TEMPORARY                                                                             \
    "  s: f32[64] = cumsum[axis=0, reverse=false] x\n"                                             \
    "  r: f32[64] = rev[dimensions=[0]] s\n"                                                       \
    "  t: f32[64] = cumsum[axis=0, reverse=false] r\n"

Test(calls, a_program_run_inside_another_has_memory_of_its_own)
{
    ops_init();
    ir_op_register(&op_runs);
    IR_AUTO_GRAPH g = parsed("graph g(x: f32[64]) {\n" WITH_TEMPORARY "  return t\n}");
    IR_AUTO_GRAPH f =
        parsed("graph f(x: f32[64]) {\n" WITH_TEMPORARY "  u: f32[64] = test_runs_another t\n"
               "  v: f32[64] = sub u s\n"
               "  return v\n}");
    inner = jit_compile(g, NULL);
    jit_program *outer = jit_compile(f, NULL);
    cr_assert(inner && outer, "%s", ir_error());
    float x[64], want[64], got[64];
    for (int k = 0; k < 64; k++)
        x[k] = (float)(k % 5);
    cr_assert(ir_eval(f, (const void *[]){x}, (void *[]){want}));
    cr_assert(jit_run(outer, (const void *[]){x}, (void *[]){got}));
    cr_expect_arr_eq(got, want, sizeof want);
    jit_release(inner);
    jit_release(outer);
}

/* ---- what is written for people ----------------------------------------------------------------- */

Test(dump, every_stage_is_written_to_a_file)
{
    char dir[] = "/tmp/jacquard_dump_XXXXXX", path[4200];
    cr_assert(mkdtemp(dir));
    setenv("JACQUARD_DUMP", dir, 1);
    IR_AUTO_GRAPH g = numbered(3);
    jit_program *p = jit_compile(g, NULL);
    jit_stats st;
    cr_assert(p && jit_last_stats(&st), "%s", ir_error());
    static const char *const suffix[] = {"graph.txt", "opt.txt", "schedule.txt",
                                         "ll",        "opt.ll",  "s"};
    for (int k = 0; k < 6; k++) {
        snprintf(path, sizeof path, "%s/%016llx%016llx.%s", dir, (unsigned long long)st.hash.hi,
                 (unsigned long long)st.hash.lo, suffix[k]);
        struct stat info;
        cr_expect(stat(path, &info) == 0 && info.st_size > 0, "%s", path);
        unlink(path);
    }
    rmdir(dir);
    jit_release(p);
}

Test(dump, the_log_says_what_was_compiled_in_how_many_milliseconds)
{
    setenv("JACQUARD_LOG", "compile", 1);
    char *text = NULL;
    size_t size = 0;
    FILE *was = stderr;
    stderr = open_memstream(&text, &size);
    jit_note_trace_ms(12.5);
    IR_AUTO_GRAPH g = numbered(4);
    jit_program *p = jit_compile(g, NULL);
    fclose(stderr);
    stderr = was;
    cr_expect(p && has(text, "eqns 2 -> 2") && has(text, "trace 12.50") && has(text, "llvm "), "%s",
              text);
    free(text);
    jit_release(p);
}

/* Calls of interpreter kernels from compiled code, and what is written for people to read. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/compiled.h"

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

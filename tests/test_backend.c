/* Tests the interface between schedules and back ends. A second back end, without LLVM, must work
 * with cache, disk and dump like the first, and schedules must respect the limits that a back end
 * gives.
 *
 * The code of this back end is the graph as text; its entry interprets that graph.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "jit/backend.h"
#include "ops/ops.h"
#include "tests/leave.h"

/* ---- the second back end --------------------------------------------------------------------- */

struct jit_module {
    char *text; /* the function's name, a newline, the graph */
    int optimized;
};

/* An entry is a function without an environment, so each place has its own function. */
enum { PLACES = 4 };
static ir_graph *at_place[PLACES];
static int emitted, entered;

#define ENTRY(k)                                                                                   \
    static bool entry_##k(const void *const *in, void *const *out, char *arena,                    \
                          const void *const *table)                                                \
    {                                                                                              \
        (void)arena;                                                                               \
        (void)table;                                                                               \
        entered++;                                                                                 \
        return ir_eval(at_place[k], in, out);                                                      \
    }
ENTRY(0)
ENTRY(1)
ENTRY(2)
ENTRY(3)
static jac_host_entry *const entry[PLACES] = {entry_0, entry_1, entry_2, entry_3};

static const char *target(void)
{
    return "any machine";
}

static jit_module *emit(const jit_schedule *s, const char *name, bool *wants_eqns)
{
    jit_module *m = calloc(1, sizeof *m);
    char *graph = ir_print_str(s->g, false);
    *wants_eqns = false;
    if (asprintf(&m->text, "%s\n%s", name, graph) < 0)
        abort();
    free(graph);
    emitted++;
    return m;
}

static bool optimize(jit_module *m)
{
    m->optimized++;
    return true;
}

static void release(jit_bytes *b)
{
    free(b->owner);
}

static bool code(jit_module *m, jit_bytes *out)
{
    char *copy = strdup(m->text);
    *out = (jit_bytes){copy, strlen(copy), copy, release};
    return m->optimized == 1;
}

static void end(jit_module *m)
{
    if (m)
        free(m->text);
    free(m);
}

static char *text(jit_module *m, jit_text what)
{
    return what == JIT_TEXT_ASM ? NULL : strdup(m->text);
}

static bool load(jit_bytes *b, const char *name, const char *title, jit_code *out)
{
    (void)title;
    char *bytes = strndup(b->at, b->size), *graph = strchr(bytes, '\n');
    bool named = !strncmp(bytes, name, strlen(name));
    jit_bytes_release(b);
    int k = 0;
    while (k < PLACES && at_place[k])
        k++;
    if (k < PLACES && named && graph && (at_place[k] = ir_parse(graph + 1, "code")))
        *out = (jit_code){entry[k], &at_place[k]};
    free(bytes);
    return out->entry || ir_fail("the second back end cannot load %s", name);
}

static void drop(jit_code *c)
{
    ir_graph **place = c->loaded;
    if (!place)
        return;
    ir_graph_release(*place);
    *place = NULL;
}

static const jit_backend second = {
    .name = "interpreting",
    .limits = {.small_buffer = 64, .stack = 64},
    .target = target,
    .emit = emit,
    .optimize = optimize,
    .code = code,
    .end = end,
    .text = text,
    .emitted_suffix = "txt",
    .load = load,
    .drop = drop,
};

/* ---- the tests of the second back end -------------------------------------------------------- */

static ir_graph *graph_of(const char *body)
{
    ops_init();
    ir_graph *g = ir_parse(body, "test_backend.c");
    cr_assert(g, "%s", ir_error());
    return g;
}

#define TRIPLED                                                                                    \
    "graph f(a: f32[4]) {\n"                                                                       \
    "  b: f32[4] = add a a\n"                                                                      \
    "  c: f32[4] = add b a\n"                                                                      \
    "  return c\n}\n"

static jit_program *compiled(ir_graph *g, jit_stats *st)
{
    jit_program *p = jit_compile(g, &(jit_options){.backend = &second});
    cr_assert(p && jit_last_stats(st), "%s", ir_error());
    return p;
}

static void check_tripled(const jit_program *p)
{
    float x[4] = {1, 2, 3, -4}, y[4] = {0};
    cr_assert(jit_run(p, (const void *[]){x}, (void *[]){y}), "%s", ir_error());
    for (int k = 0; k < 4; k++)
        cr_expect_eq(y[k], 3 * x[k]);
}

Test(backend, a_second_one_does_not_run_what_it_made)
{
    IR_AUTO_GRAPH g = graph_of(TRIPLED);
    jit_stats st;
    jit_program *p = compiled(g, &st);
    check_tripled(p);
    cr_expect_eq(emitted, 1);
    cr_expect_eq(entered, 1);
    jit_release(p);
}

Test(backend, the_cache_confuses_one_back_end_s_code_with_another_s)
{
    IR_AUTO_GRAPH g = graph_of(TRIPLED);
    jit_stats st;
    jit_program *p = compiled(g, &st), *again = compiled(g, &st);
    cr_expect(st.cached && again == p);
    jit_program *usual = jit_compile(g, NULL);
    cr_assert(usual && usual != p && jit_last_stats(&st) && !st.cached);
    check_tripled(usual);
    cr_expect_eq(entered, 0);
    jit_release(p);
    jit_release(again);
    jit_release(usual);
}

static void with_directory(char *dir, const char *variable)
{
    cr_assert(mkdtemp(dir));
    setenv(variable, dir, 1);
}

/* Removes the directory; returns how many files with that suffix were in it. */
static int empty_directory(const char *dir, const char *suffix)
{
    int n = 0;
    DIR *d = opendir(dir);
    for (struct dirent *e; d && (e = readdir(d));) {
        size_t len = strlen(e->d_name), m = strlen(suffix);
        n += len > m && !strcmp(e->d_name + len - m, suffix);
        unlinkat(dirfd(d), e->d_name, 0);
    }
    closedir(d);
    rmdir(dir);
    return n;
}

Test(backend, what_another_process_kept_on_disk_is_not_loaded)
{
    char dir[] = "/tmp/jacquard_backend_XXXXXX";
    with_directory(dir, "JACQUARD_CACHE_DIR");
    IR_AUTO_GRAPH g = graph_of(TRIPLED);
    jit_stats st;
    pid_t child = fork();
    if (!child) {
        jit_release(compiled(g, &st));
        leave(st.from_disk);
    }
    int status;
    cr_assert(waitpid(child, &status, 0) == child && status == 0);
    jit_program *p = compiled(g, &st);
    cr_expect(st.from_disk && !emitted);
    check_tripled(p);
    cr_expect_eq(entered, 1);
    jit_release(p);
    cr_expect_eq(empty_directory(dir, ".jacquard"), 1);
}

Test(backend, its_stages_are_not_dumped)
{
    char dir[] = "/tmp/jacquard_backend_XXXXXX";
    with_directory(dir, "JACQUARD_DUMP");
    IR_AUTO_GRAPH g = graph_of(TRIPLED);
    jit_stats st;
    jit_release(compiled(g, &st));
    /* graph.txt, opt.txt, schedule.txt, and one that the back end names */
    cr_expect_eq(empty_directory(dir, ".txt"), 4);
}

Test(backend, its_module_is_not_given_as_text)
{
    IR_AUTO_GRAPH g = graph_of(TRIPLED);
    char *made = jit_emit_text(g, &(jit_options){.backend = &second}, JIT_TEXT_EMITTED);
    cr_assert(made && strstr(made, "add"), "%s", made ? made : ir_error());
    free(made);
}

/* ---- limits ---------------------------------------------------------------------------------- */

static char *schedule_with(const char *graph, const jit_limits *limits)
{
    IR_AUTO_GRAPH g = graph_of(graph);
    char *made = jit_emit_text(g, &(jit_options){.limits = limits}, JIT_TEXT_SCHEDULE);
    cr_assert(made, "%s", ir_error());
    return made;
}

Test(limits, a_buffer_lies_on_the_stack_of_a_machine_that_has_none)
{
    static const char reversed[] = "graph f(a: f32[8]) {\n"
                                   "  b: f32[8] = cumsum[axis=0, reverse=false] a\n"
                                   "  c: f32[8] = cumsum[axis=0, reverse=true] b\n"
                                   "  return c\n}\n";
    jit_limits limits = jit_backend_llvm.limits;
    char *usual = schedule_with(reversed, &limits);
    cr_expect(strstr(usual, "arena of 0 bytes"), "%s", usual);
    limits.stack = 0;
    char *without = schedule_with(reversed, &limits);
    cr_expect(!strstr(without, "arena of 0 bytes"), "%s", without);
    free(usual);
    free(without);
}

Test(limits, a_product_is_emitted_where_a_library_is_worth_its_call)
{
    static const char product[] =
        "graph f(a: f32[8,8], b: f32[8,8]) {\n"
        "  c: f32[8,8] = dot_general[lhs_contract=[1], rhs_contract=[0], lhs_batch=[], "
        "rhs_batch=[]] a b\n"
        "  return c\n}\n";
    jit_limits limits = jit_backend_llvm.limits;
    char *usual = schedule_with(product, &limits);
    limits.product = limits.tiny_product = limits.product_side = 0;
    char *called = schedule_with(product, &limits);
    cr_expect_str_neq(usual, called);
    free(usual);
    free(called);
}

/* A loop for batches of 100 lanes. Its graph must not depend on the machine. */
#define HUNDRED_LOOPS                                                                              \
    "graph f(a: f32[]) {\n"                                                                        \
    "  b: f32[] = while[cond=graph (a: f32[]) {\n"                                                 \
    "    b: f32[] = literal[value=0x1p+3, dtype=f32, weak=false]\n"                                \
    "    c: bool[] = lt a b\n"                                                                     \
    "    return c\n"                                                                               \
    "  }, body=graph (a: f32[]) {\n"                                                               \
    "    b: f32[] = add a a\n"                                                                     \
    "    return b\n"                                                                               \
    "  }, cond_nconsts=0, body_nconsts=0] a\n"                                                     \
    "  return b\n}\n"

Test(limits, as_many_lanes_run_in_step_on_every_machine)
{
    IR_AUTO_GRAPH one = graph_of(HUNDRED_LOOPS);
    int axis = 0, axis_out = 0;
    IR_AUTO_GRAPH g = ir_vmap(one, &(ir_batching){.size = 100}, &axis, &axis_out);
    cr_assert(g, "%s", ir_error());
    char *graph = ir_print_str(g, false);
    cr_expect(strstr(graph, "lanes[") && strstr(graph, "f32[100]"), "%s", graph);
    for (int lanes = 16; lanes <= 64; lanes *= 2) {
        char strip[32], made_of[32];
        jit_limits limits = jit_backend_llvm.limits;
        limits.most_lanes = lanes;
        snprintf(strip, sizeof strip, "f32[%d]", lanes);
        snprintf(made_of, sizeof made_of, "[%d]", lanes);
        char *made = jit_emit_text(g, &(jit_options){.limits = &limits}, JIT_TEXT_SCHEDULE);
        cr_assert(made && strstr(made, strip), "%s", made ? made : ir_error());
        cr_expect(!strstr(graph, made_of), "%s", graph);
        free(made);
    }
    free(graph);
}

Test(limits, strips_of_few_lanes_compute_something_else)
{
    IR_AUTO_GRAPH one = graph_of(HUNDRED_LOOPS);
    int axis = 0, axis_out = 0;
    IR_AUTO_GRAPH g = ir_vmap(one, &(ir_batching){.size = 100}, &axis, &axis_out);
    cr_assert(g, "%s", ir_error());
    float x[100], y[100], want[100];
    for (int k = 0; k < 100; k++)
        x[k] = (float)(k + 1) / 16;
    cr_assert(ir_eval(g, (const void *[]){x}, (void *[]){want}), "%s", ir_error());
    for (int lanes = 1; lanes <= 256; lanes *= 2) {
        jit_limits limits = jit_backend_llvm.limits;
        limits.most_lanes = lanes;
        limits.fewest_lanes = 1;
        jit_program *p = jit_compile(g, &(jit_options){.limits = &limits});
        cr_assert(p && jit_run(p, (const void *[]){x}, (void *[]){y}), "%s", ir_error());
        cr_expect_arr_eq(y, want, sizeof want);
        jit_release(p);
    }
}

Test(limits, a_program_is_found_that_was_compiled_with_others)
{
    IR_AUTO_GRAPH g = graph_of(TRIPLED);
    jit_limits limits = jit_backend_llvm.limits;
    limits.strip_bytes /= 2;
    jit_program *p = jit_compile(g, NULL), *q = jit_compile(g, &(jit_options){.limits = &limits});
    cr_assert(p && q && p != q);
    jit_release(p);
    jit_release(q);
}

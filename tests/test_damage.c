/* Damaged texts: the parser refuses them or reads a valid graph, and every graph that it reads
 * runs.
 *
 * A seed determines each damage, so a failure can be repeated. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "ir/loop.h"
#include "ops/ops.h"
#include "tests/support.h"
#include "tests/texts.h"

TestSuite(damage, .init = ops_init);

enum { TEXT_MOST = 8192 };

static uint32_t roll(uint64_t *seed, uint32_t below)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((*seed >> 33) % below);
}

static void splice_text(char *text, size_t size, size_t at, size_t drop, const char *put, size_t n)
{
    size_t len = strlen(text);
    if (at > len)
        at = len;
    if (drop > len - at)
        drop = len - at;
    if (len - drop + n >= size)
        return;
    memmove(text + at + n, text + at + drop, len - at - drop + 1);
    memcpy(text + at, put, n);
}

static void damage(char *text, size_t size, uint64_t *seed)
{
    static const char *const words[] = {"graph",
                                        "return",
                                        "[",
                                        "]",
                                        "{",
                                        "}",
                                        "(",
                                        ")",
                                        "=",
                                        ":",
                                        ",",
                                        "~",
                                        "#",
                                        "\n",
                                        "f32[]",
                                        "-1",
                                        "0",
                                        "99999999999999999999",
                                        "nan",
                                        "inf",
                                        "true",
                                        "i32[3]",
                                        "f64[2,2]",
                                        "add",
                                        "call",
                                        "-",
                                        "while",
                                        "scan",
                                        "cond",
                                        "x",
                                        "a",
                                        "4611686018427387904",
                                        "1e999",
                                        "0x",
                                        "literal",
                                        "length=",
                                        "2147483648",
                                        "f32[0]",
                                        "broadcast_in_dim",
                                        "iota",
                                        "reshape",
                                        "pad",
                                        "slice",
                                        "dot_general",
                                        "bool[]",
                                        "transpose",
                                        "reduce_sum",
                                        "concatenate",
                                        "[0]",
                                        "[1,0]",
                                        "[-1]"};
    uint32_t len = (uint32_t)strlen(text);
    size_t at = roll(seed, len + 1), n = roll(seed, 12);
    char piece[16] = {0};
    switch (roll(seed, 5)) {
    case 0: /* change a byte */
        piece[0] = (char)(1 + roll(seed, 127));
        splice_text(text, size, at, 1, piece, 1);
        break;
    case 1: /* remove a piece */
        splice_text(text, size, at, n, "", 0);
        break;
    case 2: { /* move a piece */
        size_t from = roll(seed, len + 1);
        n = n > len - from ? len - from : n;
        memcpy(piece, text + from, n);
        splice_text(text, size, at, 0, piece, n);
        break;
    }
    case 3: { /* insert a word */
        const char *word = words[roll(seed, sizeof words / sizeof *words)];
        splice_text(text, size, at, 0, word, strlen(word));
        break;
    }
    default: { /* replace a word */
        const char *word = words[roll(seed, sizeof words / sizeof *words)];
        size_t end = at;
        while (at > 0 && text[at - 1] != ' ' && text[at - 1] != '[' && text[at - 1] != ',')
            at--;
        while (end < len && !strchr(" ],\n", text[end]))
            end++;
        splice_text(text, size, at, end - at, word, strlen(word));
    }
    }
}

/* Checks for a valid graph that prints and parses back, or an error with a position. */
static ir_graph *read_or_refused(const char *text)
{
    ir_graph *g = ir_parse(text, "damaged");
    int line, column;
    if (!g) {
        cr_assert(ir_error(), "refused without a reason:\n%s", text);
        cr_expect_eq(sscanf(ir_error(), "damaged:%d:%d: ", &line, &column), 2, "%s", ir_error());
        return NULL;
    }
    cr_expect(ir_verify(g), "%s in\n%s", ir_error(), text);
    char *printed = ir_print_str(g, false);
    IR_AUTO_GRAPH again = ir_parse(printed, "again");
    cr_expect(again && ir_graph_equal(g, again), "does not read back:\n%s", printed);
    free(printed);
    return g;
}

Test(damage, texts_are_read_or_refused_but_never_crash)
{
    enum { EACH = 1500 };
    static char text[TEXT_MOST];
    uint64_t seed = 1;
    int read = 0;
    for (int k = 0; k < TEXT_KINDS; k++)
        for (int round = 0; round < EACH; round++) {
            strcpy(text, text_kinds[k]);
            for (uint32_t n = 1 + roll(&seed, 4); n; n--)
                damage(text, sizeof text, &seed);
            IR_AUTO_GRAPH g = read_or_refused(text);
            read += g != NULL;
            ir_error_clear();
        }
    cr_expect_gt(read, 100, "hardly a text survived (%d): the damage tests nothing", read);
}

/* ---- other parameters -------------------------------------------------------------------- */

/* Changes a digit in a list or after a `=`. */
static void damage_number(char *text, uint64_t *seed)
{
    static const char *const numbers[] = {"0", "1", "2", "3", "4", "5", "7", "-1", "-2", "-3"};
    int found = 0, which;
    for (int pass = 0; pass < 2; pass++) {
        which = pass ? (int)roll(seed, (uint32_t)found) : -1;
        found = 0;
        for (char *t = text + 1; *t; t++) {
            if (*t < '0' || *t > '9' || !strchr("[,=-", t[-1]) || found++ != which)
                continue;
            const char *number = numbers[roll(seed, 10)];
            splice_text(text, TEXT_MOST, (size_t)(t - text), 1, number, strlen(number));
            return;
        }
        if (!found)
            return;
    }
}

/* If the text was refused because of a result's type, writes the right type there. */
static bool repair(char *text)
{
    const char *error = ir_error(), *is = strstr(error, " is "), *but = strstr(error, ", but ");
    int line, column;
    char type[IR_TYPE_TEXT];
    if (!is || !but || !strstr(but, "is written") ||
        sscanf(error, "damaged:%d:%d:", &line, &column) != 2)
        return false;
    snprintf(type, sizeof type, "%.*s", (int)(but - is - 4), is + 4);
    char *at = text;
    while (--line)
        at = strchr(at, '\n') + 1;
    at = strchr(at + column - 1, ':') + 1;
    at += strspn(at, " ");
    size_t n = (size_t)(strchr(at, ']') + 1 - at);
    splice_text(text, TEXT_MOST, (size_t)(at - text), n, type, strlen(type));
    return true;
}

static ir_graph *read_repaired(char *text)
{
    for (int tries = 0; tries < 40; tries++) {
        ir_error_clear();
        ir_graph *g = read_or_refused(text);
        if (g || !repair(text))
            return g;
    }
    return NULL;
}

/* Can it run in a short time and in little memory? */
static bool is_small(const ir_graph *g)
{
    enum { MOST = 20000, STEPS = 50 };
    const ir_graph *inner;
    for (int k = 0; k < g->nin; k++)
        if (ir_type_count(&g->in[k]->type) > MOST)
            return false;
    IR_EACH_EQN (e, g) {
        if (ir_is_while(e) || (e->op->flags & IR_OP_COLLECTIVE) ||
            (e->op->loop && ir_loop_of(e).length > STEPS))
            return false;
        for (int k = 0; k < e->nout; k++)
            if (ir_type_count(&e->out[k]->type) > MOST)
                return false;
        for (int k = 0; (inner = ir_nested(e, k)); k++)
            if (!is_small(inner))
                return false;
    }
    return true;
}

static void check_runs(ir_graph *g, uint64_t seed, const char *text)
{
    TEST_POOL(p);
    test_arrays in = {0}, want, got;
    for (int k = 0; k < g->nin; k++)
        test_arrays_add(&p, &in, test_array_random(&p, &g->in[k]->type, seed + (uint64_t)k, 0, 3));
    IR_AUTO_GRAPH fast = ir_optimize(g);
    cr_assert(fast, "%s in\n%s", ir_error(), text);
    cr_assert(test_eval(&p, g, &in, &want) && test_eval(&p, fast, &in, &got), "%s", ir_error());
    if (!test_close_all("optimized", &got, 0, &want, (test_tolerance){TEST_EXACT, 0}))
        fputs(text, stderr);
}

Test(damage, other_parameters_are_refused_or_run)
{
    enum { EACH = 300 };
    static char text[TEXT_MOST];
    uint64_t seed = 2;
    int ran = 0;
    for (int k = 0; k < TEXT_KINDS; k++)
        for (int round = 0; round < EACH; round++) {
            strcpy(text, text_kinds[k]);
            for (uint32_t n = 1 + roll(&seed, 2); n; n--)
                damage_number(text, &seed);
            IR_AUTO_GRAPH g = read_repaired(text);
            if (g && is_small(g)) {
                check_runs(g, seed, text);
                ran++;
            }
            ir_error_clear();
        }
    cr_expect_gt(ran, 500, "only %d of the damaged graphs could be run", ran);
}

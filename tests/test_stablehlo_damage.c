/* Damaged StableHLO: the reader refuses a text with a line and a column, or makes a valid graph.
 *
 * A seed determines each damage, so a failure can be repeated. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "tests/stablehlo/stablehlo.h"

TestSuite(stablehlo_damage, .init = ops_init);

static uint32_t roll(uint64_t *seed, uint32_t below)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((*seed >> 33) % below);
}

/* Programs with every form of the language, of less than 16 KiB. */
static const char *const files[] = {"interpret/pad.mlir",
                                    "interpret/gather.mlir",
                                    "interpret/reduce.mlir",
                                    "interpret/call.mlir",
                                    "interpret/probe.mlir",
                                    "interpret/dynamic_pad.mlir",
                                    "interpret/dot_general.mlir",
                                    "interpret/all_gather.mlir",
                                    "interpret/select_and_scatter.mlir",
                                    "interpret/map.mlir",
                                    "testdata/argmax_float32_4.mlir",
                                    "testdata/cumsum_int16_8_9.mlir",
                                    "testdata/sort_float32_5.mlir"};
enum { FILES = sizeof files / sizeof *files, MOST = 16384, GROWN = MOST + 4096 };

static size_t read_file(int k, char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", JAC_STABLEHLO_DATA, files[k]);
    FILE *f = fopen(path, "rb");
    cr_assert(f, "cannot open %s", path);
    size_t n = fread(text, 1, MOST - 1, f);
    fclose(f);
    text[n] = 0;
    char *mark = strstr(text, "// -----"); /* the first program of the file */
    return mark ? (size_t)(mark - text) : n;
}

static const char *const words[] = {"%0",
                                    "%arg0",
                                    "#1",
                                    ":",
                                    "(",
                                    ")",
                                    "{",
                                    "}",
                                    "<",
                                    ">",
                                    "[",
                                    "]",
                                    "({",
                                    "})",
                                    "<{",
                                    "}>",
                                    "->",
                                    "=",
                                    ",",
                                    "tensor<2xf32>",
                                    "tensor<f32>",
                                    "tensor<0xi64>",
                                    "tensor<?xi1>",
                                    "tensor<9223372036854775807xi8>",
                                    "dense<1>",
                                    "dense<[1, 2]>",
                                    "dense<\"0x00\">",
                                    "array<i64: 1, -1>",
                                    "-1",
                                    "0",
                                    "2147483648",
                                    "99999999999999999999",
                                    "1e999",
                                    "0x7FC00000",
                                    "stablehlo.add",
                                    "stablehlo.while",
                                    "\"stablehlo.case\"",
                                    "stablehlo.reduce",
                                    "call @main",
                                    "cond",
                                    "do",
                                    "reducer",
                                    "init:",
                                    "applies",
                                    "dims = [0]",
                                    "^bb0(",
                                    "return",
                                    "func.func @f()",
                                    "module",
                                    "loc(",
                                    "#stablehlo.gather<",
                                    "\"",
                                    "//",
                                    "dimensions",
                                    "x"};

static size_t replace(char *text, size_t n, size_t at, size_t drop, const char *put, size_t m)
{
    drop = drop > n - at ? n - at : drop;
    if (n - drop + m >= GROWN)
        return n;
    memmove(text + at + m, text + at + drop, n - at - drop);
    memcpy(text + at, put, m);
    return n - drop + m;
}

static size_t damage(char *text, size_t n, uint64_t *seed)
{
    const char *word = words[roll(seed, sizeof words / sizeof *words)];
    size_t at = roll(seed, (uint32_t)n + 1), len = roll(seed, 16);
    char piece[16];
    switch (roll(seed, 5)) {
    case 0: /* change a byte */
        piece[0] = (char)roll(seed, 256);
        return replace(text, n, at, 1, piece, 1);
    case 1: /* remove a piece */
        return replace(text, n, at, len, "", 0);
    case 2: { /* copy a piece elsewhere */
        size_t from = roll(seed, (uint32_t)n + 1);
        len = len > n - from ? n - from : len;
        memcpy(piece, text + from, len);
        return replace(text, n, at, 0, piece, len);
    }
    case 3: /* insert a word */
        return replace(text, n, at, 0, word, strlen(word));
    default: { /* replace a word */
        size_t end = at;
        while (at > 0 && !strchr(" ([{<,", text[at - 1]))
            at--;
        while (end < n && !strchr(" )]}>,\n", text[end]))
            end++;
        return replace(text, n, at, end - at, word, strlen(word));
    }
    }
}

/* Returns how many graphs it made. */
static int read_all(const char *text, size_t n)
{
    int made;
    const char *wrong = stablehlo_read(text, n, &made);
    cr_expect(!wrong, "%s\n%.*s", wrong, (int)n, text);
    return made;
}

Test(stablehlo_damage, texts_are_read_or_refused_but_never_crash)
{
    enum { EACH = 600 };
    static char whole[MOST], text[GROWN];
    uint64_t seed = 1;
    int made = 0;
    for (int k = 0; k < FILES; k++) {
        size_t n = read_file(k, whole);
        for (int round = 0; round < EACH; round++) {
            size_t m = n;
            memcpy(text, whole, n);
            for (uint32_t times = 1 + roll(&seed, 3); times; times--)
                m = damage(text, m, &seed);
            made += read_all(text, m);
        }
    }
    cr_expect_gt(made, 300, "hardly a text survived (%d): the damage tests nothing", made);
}

/* Every beginning of a text. */
Test(stablehlo_damage, texts_that_end_early_are_refused)
{
    static char whole[MOST];
    for (int k = 0; k < FILES; k++) {
        size_t n = read_file(k, whole);
        for (size_t m = 0; m < n; m += 1 + n / 400)
            read_all(whole, m);
    }
}

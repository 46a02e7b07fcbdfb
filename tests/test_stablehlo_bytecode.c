/* StableHLO as bytecode: it gives the same graphs as the text; damaged bytes are refused with the
 * place of the byte. The checked programs in tests/stablehlo/data/bytecode run with the others. */
#include <math.h>
#include <stdlib.h>

#include "tests/handles.h"
#include "tests/stablehlo/stablehlo.h"

TestSuite(stablehlo_bytecode, .init = ops_init);

enum { MOST = 1 << 18 };

static size_t read_file(const char *name, char *to)
{
    char path[512];
    bool version = !strchr(name, '/'); /* the others are run, too */
    snprintf(path, sizeof path, "%s/%sbytecode/%s", JAC_STABLEHLO_DATA, version ? "../" : "", name);
    FILE *f = fopen(path, "rb");
    cr_assert(f, "cannot open %s", path);
    size_t n = fread(to, 1, MOST - 1, f);
    fclose(f);
    to[n] = 0;
    return n;
}

/* The function's graph and constants as a text, or why there is none. */
static char *describe(hlo_module *m, const char *name, bool *made)
{
    hlo_program p;
    m->failed = false;
    jac_error_clear();
    if (!(*made = hlo_program_make(m, name, &p, NULL, NULL, NULL)))
        return strdup(ir_error() ? ir_error() : "no reason");
    char *text = ir_print_str(p.g, false);
    for (int k = 0; k < p.nconstant; k++) {
        size_t n = strlen(text), bytes = ir_type_bytes(&p.constant[k]->type);
        text = realloc(text, n + 2 * bytes + 1);
        for (size_t b = 0; b < bytes; b++)
            sprintf(text + n + 2 * b, "%02x", ((unsigned char *)p.constant[k]->data)[b]);
    }
    hlo_program_drop(&p);
    return text;
}

static int compare(hlo_module *text, hlo_module *bytecode)
{
    int same = 0;
    for (const hlo_function *f = bytecode->first; f; f = f->next) {
        char name[200];
        bool in_text, in_bytecode;
        snprintf(name, sizeof name, "%.*s", HLO_SHOW(f->name));
        if (!hlo_find_function(text, f->name))
            continue;
        char *a = describe(text, name, &in_text), *b = describe(bytecode, name, &in_bytecode);
        cr_expect_eq(in_text, in_bytecode, "%s: @%s: %s\n%s", bytecode->path, name, a, b);
        if (in_text && in_bytecode)
            cr_expect_str_eq(a, b, "%s: @%s", bytecode->path, name);
        same += in_text && in_bytecode;
        free(a);
        free(b);
    }
    return same;
}

Test(stablehlo_bytecode, every_version_gives_the_graphs_of_the_text)
{
    static char text[MOST], bytes[MOST];
    static const char *const files[] = {"0.9.bc",  "0.10.bc", "0.12.bc", "0.14.bc",
                                        "0.15.bc", "1.0.bc",  "1.20.bc"};
    hlo_module t = {.path = "text", .text = text};
    size_t n = read_file("1.20.mlir", text);
    cr_assert(hlo_read(&t, text, n), "%s", ir_error());
    for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
        hlo_module m = {.path = files[k], .text = bytes};
        n = read_file(files[k], bytes);
        cr_assert(hlo_read(&m, bytes, n), "%s", ir_error());
        int same = compare(&t, &m);
        cr_expect_gt(same, 115, "%s: only %d functions are the same", files[k], same);
        ir_arena_free(&m.arena);
    }
    ir_arena_free(&t.arena);
}

static double item(jac x, int k)
{
    cr_assert(jac_ok(x), "%s", jac_error());
    return jac_item_f64(jac_at(jac_reshape(x, -1), k));
}

/* Two results: sin(x) * [1, 2, 3] and the sum of x, in the order of their names. */
Test(stablehlo_bytecode, a_function_that_jax_exported_is_called_and_differentiated)
{
    const float data[] = {0.1f, 0.2f, 0.3f};
    struct {
        jac n, y;
    } out;
    struct {
        jac x;
    } in = {jac_array(3, data)};
    struct {
        jac grad, y;
    } with_aux;
    jac_fn f = jac_load_stablehlo(JAC_STABLEHLO_DATA "/../bytecode/exported.bin");
    cr_assert(jac_ok(f), "%s", jac_error());
    for (int jit = 0; jit < 2; jit++) {
        cr_assert(jac_call(jit ? jac_jit(f) : f, &in, &out), "%s", jac_error());
        cr_expect(fabs(item(out.n, 0) - 0.6) < 1e-6);
        for (int k = 0; k < 3; k++)
            cr_expect(fabs(item(out.y, k) - (k + 1) * sin(data[k])) < 1e-6);
    }
    cr_assert(jac_call(jac_grad_aux(f), &in, &with_aux), "%s", jac_error());
    cr_expect(fabs(item(with_aux.grad, 2) - 1) < 1e-6);
}

Test(stablehlo_bytecode, bytes_are_read_as_a_file_is)
{
    static char bytes[MOST];
    size_t n = read_file("1.20.bc", bytes);
    jac_fn f = jac_parse_stablehlo_bytes(bytes, n, .function = "default_dot_general");
    cr_assert(jac_ok(f), "%s", jac_error());
    jac a = jac_ones(JAC_SHAPE(8, 8, 16)), b = jac_ones(JAC_SHAPE(8, 16, 8));
    cr_expect(item(jac_call1(jac_jit(f), a, b), 100) == 16);
    FAILS_WITH(jac_parse_stablehlo_bytes(bytes, n - 100), "stablehlo: byte ");
    FAILS_WITH(jac_parse_stablehlo_bytes(bytes, n, .function = "op_tuple"), "tuple");
    FAILS_WITH(jac_parse_stablehlo_bytes(bytes, n, .function = "nothing"), "no function @nothing");
    bytes[4] = 2 * 50 + 1;
    FAILS_WITH(jac_parse_stablehlo_bytes(bytes, n), "version 50 of the bytecode is newer");
}

/* ---- damage ----------------------------------------------------------------------------------------- */

static uint32_t roll(uint64_t *seed, uint32_t below)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((*seed >> 33) % below);
}

static size_t damage(char *bytes, size_t n, uint64_t *seed)
{
    size_t at = roll(seed, (uint32_t)n), len = 1 + roll(seed, 8), to = roll(seed, (uint32_t)n);
    switch (roll(seed, 6)) {
    case 0: /* flip a bit */
        bytes[at] ^= (char)(1 << roll(seed, 8));
        return n;
    case 1: /* change a byte */
        bytes[at] = (char)roll(seed, 256);
        return n;
    case 2: /* a small number, as most are */
        bytes[at] = (char)(2 * roll(seed, 40) + 1);
        return n;
    case 3: /* copy some bytes elsewhere */
        memmove(bytes + at, bytes + to, at + len < n && to + len < n ? len : 0);
        return n;
    case 4: /* remove some bytes */
        if (at + len >= n)
            return n;
        memmove(bytes + at, bytes + at + len, n - at - len);
        return n - len;
    default: /* a number of nine bytes */
        for (size_t k = 0; k < 9 && at + k < n; k++)
            bytes[at + k] = k ? (char)roll(seed, 256) : 0;
        return n;
    }
}

static const char *const small[] = {
    "checked/gather_float32_1_2_int64_1_2.bc",
    "checked/scatter_int8_1_int8.bc",
    "checked/sort_bool_5_7.bc",
    "checked/dot_general_int8_4_3_uint8_3_6.bc",
    "checked/random_uniform.bc",
    "checked/cumsum_uint8_8_9.bc",
    "checked/argmax_int32_3.bc",
    "exported.bin",
    "checked/eq_bool_bool.bc",
};

Test(stablehlo_bytecode, damaged_bytes_are_read_or_refused_but_never_crash)
{
    enum { EACH = 1000 };
    static char whole[MOST], bytes[MOST];
    uint64_t seed = 1;
    int made = 0, got;
    for (size_t k = 0; k < sizeof small / sizeof *small; k++) {
        size_t n = read_file(small[k], whole);
        for (int round = 0; round < EACH; round++) {
            size_t m = n;
            memcpy(bytes, whole, n);
            for (uint32_t times = 1 + roll(&seed, 2); times; times--)
                m = damage(bytes, m, &seed);
            const char *wrong = stablehlo_read(bytes, m, &got);
            cr_expect(!wrong, "%s, round %d: %s", small[k], round, wrong);
            made += got;
        }
    }
    cr_expect_gt(made, 500, "hardly a file survived (%d): the damage tests nothing", made);
}

Test(stablehlo_bytecode, bytes_that_end_early_are_refused)
{
    static char whole[MOST];
    int made;
    for (size_t k = 0; k < sizeof small / sizeof *small; k++) {
        size_t n = read_file(small[k], whole);
        for (size_t m = 0; m < n; m++) {
            const char *wrong = stablehlo_read(whole, m, &made);
            cr_expect(!wrong, "%s, %zu bytes: %s", small[k], m, wrong);
        }
    }
}

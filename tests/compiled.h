/* Graphs given as text, and the text that the compiler writes for them. */
#ifndef JACQUARD_TESTS_COMPILED_H
#define JACQUARD_TESTS_COMPILED_H

#include <criterion/criterion.h>
#include <string.h>

#include "jit/jit.h"
#include "ops/ops.h"
#include "tests/support.h"

static inline ir_graph *parsed(const char *text)
{
    ops_init();
    ir_graph *g = ir_parse(text, "test");
    cr_assert(g, "%s", ir_error());
    return g;
}

static inline char *emitted(const char *graph, jit_text what)
{
    IR_AUTO_GRAPH g = parsed(graph);
    char *text = jit_emit_text(g, NULL, what);
    cr_assert(text, "%s", ir_error());
    return text;
}

static inline bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

/* A loop of n iterations over a carry; the body gives its next value as `return k, ...`. */
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

/* Straight-line code on registers, with branches, small arrays, and a call of the interpreter's
 * kernel `called` every hundred steps. Each value is read soon, and one in ten again much later. */
static inline char *straight_line(int n, const char *called)
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

/* A different graph for each n. */
static inline ir_graph *numbered(int n)
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

#endif

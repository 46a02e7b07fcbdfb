/* The time of operations on small arrays, for each size n from 1 to 64.
 *
 * A vector register holds 2 to 16 elements. Code that does what is left of a vector element by
 * element makes n = 31 slower than n = 32. Here each size is timed right after the size before,
 * many times over, and t(n) / t(n + 1) is the median of these pairs. This is repeated with operands
 * elsewhere in memory, because some addresses are unlucky. What a call costs by itself (that of an
 * addition of two numbers) is subtracted.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/curves/curves.h"
#include "jacquard.h"

enum { SIZES = 64, ROUNDS = 15, TIMES = 3, TURNS = 64, MIDDLE = 12, ROWS = 32 };

/* ---- what is timed --------------------------------------------------------------------------- */

JAC_DEF(jac, nothing, (jac, x), (jac, y))
{
    return jac_add(x, y);
}

JAC_DEF(jac, product, (jac, a), (jac, b))
{
    return jac_dot(a, b);
}

JAC_DEF(jac, product_by_rows, (jac, a), (jac, b))
{
    return jac_dot(a, jac_transpose(b));
}

/* The mean of the columns of b, again and again. */
JAC_DEF(jac, product_in_loop, (jac, a), (jac, b))
{
    JAC_FOR (i, 0, TURNS, b)
        b = jac_dot(a, b);
    return b;
}

JAC_DEF(jac, product_batched, (jac, a), (jac, b))
{
    return jac_matmul(a, b);
}

JAC_DEF(jac, vector_in_loop, (jac, a), (jac, b))
{
    JAC_FOR (i, 0, TURNS, b)
        b = jac_dot(a, b);
    return b;
}

JAC_DEF(jac, sum_first, (jac, x), (jac, y))
{
    (void)y;
    return jac_sum(jac_add(x, 1), JAC_AXES(0));
}

JAC_DEF(jac, sum_middle, (jac, x), (jac, y))
{
    (void)y;
    return jac_sum(jac_add(x, 1), JAC_AXES(1));
}

JAC_DEF(jac, max_middle, (jac, x), (jac, y))
{
    (void)y;
    return jac_max(jac_add(x, 1), JAC_AXES(1));
}

JAC_DEF(jac, sum_last, (jac, x), (jac, y))
{
    (void)y;
    return jac_sum(jac_add(x, 1), JAC_AXES(-1));
}

JAC_DEF(jac, max_last, (jac, x), (jac, y))
{
    (void)y;
    return jac_max(jac_add(x, 1), JAC_AXES(-1));
}

JAC_DEF(jac, argmax_last, (jac, x), (jac, y))
{
    (void)y;
    return jac_argmax(x, JAC_AXES(-1));
}

JAC_DEF(jac, argmax_middle, (jac, x), (jac, y))
{
    (void)y;
    return jac_argmax(x, JAC_AXES(1));
}

JAC_DEF(jac, cumsum_middle, (jac, x), (jac, y))
{
    (void)y;
    return jac_cumsum(x, 1);
}

/* y has one row, so that the rows of x stay apart. */
JAC_DEF(jac, chain, (jac, x), (jac, y))
{
    return jac_mul(jac_add(jac_mul(x, y), 1), jac_sub(x, y));
}

JAC_DEF(jac, costly_chain, (jac, x), (jac, y))
{
    return jac_add(jac_exp(jac_mul(x, y)), jac_sin(x));
}

JAC_DEF(jac, chain_in_loop, (jac, x), (jac, y))
{
    JAC_FOR (i, 0, TURNS, x)
        x = jac_mul(jac_add(jac_mul(x, y), 1), 0.5);
    return x;
}

JAC_DEF(jac, softmax, (jac, x), (jac, y))
{
    (void)y;
    return jac_softmax(x, -1);
}

/* A shape; 0 stands for n. */
typedef struct {
    int rank;
    int64_t dim[3];
} shape;

typedef struct {
    const char *name;
    jac_fn (*fn)(void);
    shape x, y;
} work;

#define FN(f)                                                                                      \
    static jac_fn f##_jit(void)                                                                    \
    {                                                                                              \
        return jac_jit(f##_fn);                                                                    \
    }
#define WORKS(W)                                                                                   \
    W("product of two n × n", product, ({2, {0, 0}}), ({2, {0, 0}}))                               \
    W("product of n × n and a transpose", product_by_rows, ({2, {0, 0}}), ({2, {0, 0}}))           \
    W("product in a loop", product_in_loop, ({2, {0, 0}}), ({2, {0, 0}}))                          \
    W("32 products", product_batched, ({3, {ROWS, 0, 0}}), ({3, {ROWS, 0, 0}}))                    \
    W("matrix times vector, in a loop", vector_in_loop, ({2, {0, 0}}), ({1, {0}}))                 \
    W("sum over axis 0 of [n, n]", sum_first, ({2, {0, 0}}), ({1, {1}}))                           \
    W("sum over axis 1 of [n, n, n]", sum_middle, ({3, {0, 0, 0}}), ({1, {1}}))                    \
    W("sum over axis 1 of [32, 12, n]", sum_middle, ({3, {ROWS, MIDDLE, 0}}), ({1, {1}}))          \
    W("maximum over axis 1 of [n, n, n]", max_middle, ({3, {0, 0, 0}}), ({1, {1}}))                \
    W("maximum over axis 1 of [32, 12, n]", max_middle, ({3, {ROWS, MIDDLE, 0}}), ({1, {1}}))      \
    W("sum over the last axis of [n, n, n]", sum_last, ({3, {0, 0, 0}}), ({1, {1}}))               \
    W("sum over the last axis of [384, n]", sum_last, ({2, {ROWS * MIDDLE, 0}}), ({1, {1}}))       \
    W("maximum over the last axis of [n, n, n]", max_last, ({3, {0, 0, 0}}), ({1, {1}}))           \
    W("maximum over the last axis of [384, n]", max_last, ({2, {ROWS * MIDDLE, 0}}), ({1, {1}}))   \
    W("argmax over axis 1 of [32, 12, n]", argmax_middle, ({3, {ROWS, MIDDLE, 0}}), ({1, {1}}))    \
    W("argmax over the last axis of [384, n]", argmax_last, ({2, {ROWS * MIDDLE, 0}}), ({1, {1}})) \
    W("running sum over axis 1 of [32, 12, n]", cumsum_middle, ({3, {ROWS, MIDDLE, 0}}),           \
      ({1, {1}}))                                                                                  \
    W("chain over [64, n] and [n]", chain, ({2, {64, 0}}), ({1, {0}}))                             \
    W("chain with exp and sin over [64, n] and [n]", costly_chain, ({2, {64, 0}}), ({1, {0}}))     \
    W("chain over [8, n] and [n], in a loop", chain_in_loop, ({2, {8, 0}}), ({1, {0}}))            \
    W("chain over [n], in a loop", chain_in_loop, ({1, {0}}), ({1, {0}}))                          \
    W("softmax of the rows of [64, n]", softmax, ({2, {64, 0}}), ({1, {1}}))

FN(nothing)
FN(product)
FN(product_by_rows)
FN(product_in_loop)
FN(product_batched)
FN(vector_in_loop)
FN(sum_first)
FN(sum_middle)
FN(max_middle)
FN(sum_last)
FN(max_last)
FN(argmax_last)
FN(argmax_middle)
FN(cumsum_middle)
FN(chain)
FN(costly_chain)
FN(chain_in_loop)
FN(softmax)

#define PLAIN(...)          __VA_ARGS__
#define WORK(name, f, x, y) {name, f##_jit, PLAIN x, PLAIN y},
static const work empty = {"a call", nothing_jit, {1, {1}}, {1, {1}}};
static const work works[] = {WORKS(WORK)};
enum { NWORKS = sizeof works / sizeof works[0] };

/* ---- times ----------------------------------------------------------------------------------- */

typedef struct {
    jac x, y;
} operands;

typedef struct {
    jac_fn f;
    operands in;
    int calls; /* in a sample */
    double ns[ROUNDS];
} size;

static jac filled(const shape *s, int n, jac_dtype d)
{
    int64_t dim[3] = {0};
    for (int k = 0; k < s->rank; k++)
        dim[k] = s->dim[k] ? s->dim[k] : n;
    return jac_full(((jac_dims){s->rank, dim}), 1.0 / n, d);
}

static double sample(const size *s)
{
    double start = curve_seconds();
    for (int k = 0; k < s->calls; k++)
        JAC_SCOPE () {
            jac y;
            jac_check(jac_call(s->f, &s->in, &y));
        }
    return (curve_seconds() - start) * 1e9 / s->calls;
}

static int sample_often(size *s)
{
    for (int k = 0; k < ROUNDS; k++)
        s->ns[k] = sample(s);
    return ROUNDS;
}

static void prepare(const work *w, int n, jac_dtype d, size *s)
{
    enum { SAMPLE_NS = 200000 };
    *s = (size){w->fn(), {filled(&w->x, n, d), filled(&w->y, n, d)}, .calls = 1};
    sample(s);
    s->calls = 10;
    double ns = fmin(sample(s), sample(s));
    s->calls = ns < SAMPLE_NS ? (int)(SAMPLE_NS / ns) + 1 : 1;
}

/* t(n) / t(n + 1), without what a call costs. */
static double ratio(double call, const size *s)
{
    double r[ROUNDS];
    for (int k = 0; k < ROUNDS; k++)
        r[k] = (s[0].ns[k] - call) / fmax(s[1].ns[k] - call, 1);
    return curve_median(r, ROUNDS);
}

/* Ratios and times for all sizes. */
static void measure_once(const work *w, jac_dtype d, int time, double r[][TIMES],
                         double ns[][TIMES])
{
    static size s[SIZES + 2];
    prepare(&empty, 1, d, &s[0]);
    double call = curve_median(s[0].ns, sample_often(&s[0]));
    for (int n = 1; n <= SIZES + 1; n++)
        prepare(w, n, d, &s[n]);
    for (int k = 0; k < ROUNDS; k++)
        for (int n = 1; n <= SIZES + 1; n++)
            s[n].ns[k] = sample(&s[n]);
    for (int n = 1; n <= SIZES; n++) {
        r[n][time] = ratio(call, &s[n]);
        ns[n][time] = curve_median(s[n].ns, ROUNDS);
    }
}

static void measure(const work *w, jac_dtype d, const char *dtype, const curve_options *o,
                    FILE *out)
{
    static double ratios[SIZES + 1][TIMES], ns[SIZES + 1][TIMES];
    double worst = 0;
    int at = 0;
    char list[1024] = "";
    for (int k = 0; k < TIMES; k++)
        JAC_SCOPE () {
            for (int j = 0; j < k; j++)
                jac_zeros(1000); /* so that the operands are elsewhere */
            measure_once(w, d, k, ratios, ns);
        }
    for (int n = 1; n <= SIZES; n++) {
        double r = curve_median(ratios[n], TIMES);
        if (r > worst)
            worst = r, at = n;
        if (r > o->limit) {
            size_t used = strlen(list);
            snprintf(list + used, sizeof list - used, " %d (%.2f)", n, r);
        }
        if (o->all)
            fprintf(stderr, "%s %s %d: %.0f ns %.2f\n", dtype, w->name, n,
                    curve_median(ns[n], TIMES), r);
    }
    fprintf(out, "| %s | %s | %.2f | %d |%s |\n", w->name, dtype, worst, at,
            *list ? list : " none");
    fflush(out);
}

int curve_sizes(const curve_options *o, FILE *out)
{
    static const struct {
        jac_dtype d;
        const char *name;
    } dtypes[] = {{JAC_F32, "f32"}, {JAC_F64, "f64"}};
    jac_enable_x64(true);
    fprintf(out, "| operation | dtype | largest t(n) / t(n + 1) | at n | sizes above %.2f |\n",
            o->limit);
    fprintf(out, "|---|---|---:|---:|---|\n");
    for (int k = 0; k < NWORKS; k++)
        for (int d = 0; d < 2; d++)
            if ((!o->only || strstr(works[k].name, o->only)) &&
                (!o->dtype || !strcmp(o->dtype, dtypes[d].name)))
                JAC_SCOPE ()
                    measure(&works[k], dtypes[d].d, dtypes[d].name, o, out);
    return 0;
}

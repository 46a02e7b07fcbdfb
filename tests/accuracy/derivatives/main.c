/* Differentiates each primitive once and twice, runs the graphs, prints the errors as a Markdown
 * table, and fails if one exceeds its limit.
 *
 *     accuracy_derivatives [--only NAME] [--random N]
 *
 * N is the number of random arguments of each kind, 1500 by default.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "derivatives.h"
#include "ir/ir.h"
#include "ops/ops.h"

typedef struct {
    const char *name;
    double least, most; /* the domain */
    double low, high;   /* where it is interesting */
    double limit[2];    /* of the first and second derivative */
    mpfr_srcptr (*exact[2])(mpfr_srcptr x);
} row;

#define ROW(name, least, most, low, high, first, second)                                           \
    {#name, least, most, low, high, {first, second}, {ref_##name##_1, ref_##name##_2}},
static const row ROWS[] = {DERIVED(ROW)};

typedef struct {
    const char *name;
    double limit[2];
    mpfr_srcptr (*exact)(int which, mpfr_srcptr x, mpfr_srcptr y);
    bool (*within)(double x, double y, double least); /* least: the smallest normal number */
} pair_row;

/* ---- derivatives as graphs -------------------------------------------------------------------- */

/* Gives up: nothing here fails but for want of memory or by a fault. */
static void *must(void *p)
{
    if (!p) {
        fprintf(stderr, "%s\n", ir_error());
        exit(2);
    }
    return p;
}

/* The derivative of the graph's last output by input `by`: takes a further input, the tangent, and
 * its last output is the derivative along it. */
static ir_graph *derived(const ir_graph *g, int by)
{
    bool in[8] = {false}, out[8] = {false};
    in[by] = out[g->nout - 1] = true;
    return must(ir_jvp(g, in, out));
}

static ir_graph *graph_of(const char *name, int arity, ir_dtype d, int64_t count)
{
    ir_graph *g = must(ir_graph_new("f"));
    ir_type t = ir_type_make(d, 1, &count);
    ir_value *x[2] = {ir_input(g, &t), arity > 1 ? ir_input(g, &t) : NULL};
    ir_value *y = must(ir_emit1(g, must((void *)ir_op_find(name, strlen(name))), arity, x, NULL));
    ir_outputs(g, &y, 1);
    return g;
}

/* Differentiates by by[0], and by by[1] if that is not negative. Runs at the points, with tangents
 * of 1. */
static void run(const char *name, int arity, ir_dtype d, const int by[2], int64_t count,
                double *const *x, double *result)
{
    ir_graph *g = graph_of(name, arity, d, count);
    for (int k = 0; k < 2 && by[k] >= 0; k++) {
        ir_graph *next = derived(g, by[k]);
        ir_graph_release(g);
        g = next;
    }
    size_t size = (size_t)ir_dtypes[d].bits / 8;
    const void *in[8];
    void *out[8];
    for (int k = 0; k < g->nin; k++) {
        void *data = must(malloc((size_t)count * size));
        for (int64_t i = 0; i < count; i++) {
            double v = k < arity ? x[k][i] : 1;
            if (d == IR_f32)
                ((float *)data)[i] = (float)v;
            else
                ((double *)data)[i] = v;
        }
        in[k] = data;
    }
    for (int k = 0; k < g->nout; k++)
        out[k] = must(malloc((size_t)count * size));
    if (!ir_eval(g, in, out))
        must(NULL);
    for (int64_t i = 0; i < count; i++)
        result[i] = d == IR_f32 ? ((float *)out[g->nout - 1])[i] : ((double *)out[g->nout - 1])[i];
    for (int k = 0; k < g->nin; k++)
        free((void *)in[k]);
    for (int k = 0; k < g->nout; k++)
        free(out[k]);
    ir_graph_release(g);
}

/* ---- measuring -------------------------------------------------------------------------------- */

typedef struct {
    double ulp, x, y;
} worst;

static void note(worst *w, double ulp, double x, double y)
{
    if (ulp > w->ulp)
        *w = (worst){ulp, x, y};
}

/* The sign of a zero is not compared. */
static double error(bool narrow, double got, mpfr_srcptr exact)
{
    mpfr_t e;
    mpfr_init2(e, mpfr_get_prec(exact));
    mpfr_set(e, exact, MPFR_RNDN);
    if (got == 0)
        mpfr_abs(e, e, MPFR_RNDN);
    double ulp = error_in_ulp(narrow ? &FORMAT_F32 : &FORMAT_F64, fabs(got) == 0 ? 0 : got, e);
    mpfr_clear(e);
    return ulp;
}

static bool within(const row *r, double x)
{
    return x > r->least && x < r->most;
}

static worst measure(const row *r, bool narrow, int order, size_t random)
{
    worst w = {0};
    points p = points_make(r->low, r->high, random, narrow);
    size_t n = 0;
    for (size_t i = 0; i < p.n; i++)
        if (within(r, p.x[i]))
            p.x[n++] = p.x[i];
    double *got = must(malloc(n * sizeof *got));
    run(r->name, 1, narrow ? IR_f32 : IR_f64, (int[]){0, order == 2 ? 0 : -1}, (int64_t)n,
        (double *[]){p.x, NULL}, got);
    for (size_t i = 0; i < n; i++) {
        ref_begin();
        note(&w, error(narrow, got[i], r->exact[order - 1](ref_number(p.x[i]))), p.x[i], 0);
    }
    free(got);
    points_free(&p);
    return w;
}

/* ---- of two operands ---------------------------------------------------------------------------- */

/* A second derivative of atan2 changes its sign where |x| = |y|. Near that, an error relative to
 * the result has no bound. Where both are subnormal, the derivatives overflow. */
static bool apart(double x, double y, double least)
{
    double a = fabs(x), b = fabs(y);
    return a < INFINITY && b < INFINITY && (a < 0.9 * b || b < 0.9 * a) && fmax(a, b) > least;
}

/* The derivative of x^y by both is x^(y-1) (1 + y log x), which changes its sign where x^y = 1/e. In
 * the second derivatives y^2 must be finite. */
static bool powers(double x, double y, double least)
{
    double log_power = y * log(x);
    return x > 0 && x < INFINITY && fabs(y) < 1 / sqrt(least) &&
           !(log_power > -2 && log_power < -0.5);
}

static const pair_row PAIRS[] = {
    {"atan2", {4, 8}, ref_atan2_partial, apart},
    {"pow", {4, 5}, ref_pow_partial, powers},
};

static const struct {
    const char *name;
    int order, by[2];
} PARTIALS[] = {
    {"x", 1, {0, -1}}, {"y", 1, {1, -1}}, {"xx", 2, {0, 0}}, {"xy", 2, {0, 1}}, {"yy", 2, {1, 1}}};

static points pairs_put(points a, double x, double y, bool narrow, points *b)
{
    if (a.n + 1 > a.room) {
        a.room = a.room ? 2 * a.room : 1024;
        b->room = a.room;
        a.x = must(realloc(a.x, a.room * sizeof *a.x));
        b->x = must(realloc(b->x, a.room * sizeof *b->x));
    }
    a.x[a.n++] = narrow ? (float)x : x;
    b->x[b->n++] = narrow ? (float)y : y;
    return a;
}

static worst measure_pairs(const pair_row *r, bool narrow, int which, size_t random)
{
    worst w = {0};
    points special = points_special(narrow), a = {0}, b = {0};
    for (size_t i = 0; i < special.n; i++)
        for (size_t j = 0; j < special.n; j++)
            a = pairs_put(a, special.x[i], special.x[j], narrow, &b);
    for (size_t i = 0; i < 4 * random; i++) {
        double x = random_bits(narrow), y = random_bits(narrow);
        a = pairs_put(a, x, y, narrow, &b);
        a = pairs_put(a, x, x * random_uniform(-4, 4), narrow, &b);
        a = pairs_put(a, random_uniform(0, 4), random_uniform(-20, 20), narrow, &b);
        double to = random_uniform(-1080, 1030) * (narrow ? 0.125 : 1);
        a = pairs_put(a, fabs(x), to / log2(fabs(x)), narrow, &b);
    }
    size_t n = 0;
    for (size_t i = 0; i < a.n; i++)
        if (r->within(a.x[i], b.x[i], narrow ? 0x1p-126 : 0x1p-1022)) {
            a.x[n] = a.x[i];
            b.x[n++] = b.x[i];
        }
    double *got = must(malloc(n * sizeof *got));
    run(r->name, 2, narrow ? IR_f32 : IR_f64, PARTIALS[which].by, (int64_t)n,
        (double *[]){a.x, b.x}, got);
    for (size_t i = 0; i < n; i++) {
        ref_begin();
        mpfr_srcptr exact = r->exact(which, ref_number(a.x[i]), ref_number(b.x[i]));
        note(&w, error(narrow, got[i], exact), a.x[i], b.x[i]);
    }
    free(got);
    points_free(&special), points_free(&a), points_free(&b);
    return w;
}

/* ---- the table -------------------------------------------------------------------------------- */

static int passed, failed;

static void print_worst(const worst *w, bool pair)
{
    if (pair)
        printf(" %.3f | `(%a, %a)` |", w->ulp, w->x, w->y);
    else
        printf(" %.3f | `%a` |", w->ulp, w->x);
}

static void judge(const char *name, const char *what, double limit, worst f32, worst f64, bool pair)
{
    bool good = f32.ulp <= limit && f64.ulp <= limit;
    good ? passed++ : failed++;
    printf("| %s%s |", name, what);
    print_worst(&f32, pair);
    print_worst(&f64, pair);
    printf(" %g%s |\n", limit, good ? "" : " **exceeded**");
    fflush(stdout);
}

int main(int argc, char **argv)
{
    const char *only = NULL;
    long random = 1500;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--only") == 0 && i + 1 < argc)
            only = argv[++i];
        else if (strcmp(argv[i], "--random") == 0 && i + 1 < argc)
            random = atol(argv[++i]);
        else
            random = 0;
    }
    if (random < 1) {
        fprintf(stderr, "usage: accuracy_derivatives [--only NAME] [--random N]\n");
        return 2;
    }
    ops_init();
    printf("| derivative | f32 ulp | at | f64 ulp | at | limit |\n|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        for (int order = 1; order <= 2; order++)
            if (!only || !strcmp(only, ROWS[i].name))
                judge(ROWS[i].name, order == 1 ? "'" : "''", ROWS[i].limit[order - 1],
                      measure(&ROWS[i], true, order, (size_t)random),
                      measure(&ROWS[i], false, order, (size_t)random), false);
    for (size_t i = 0; i < sizeof PAIRS / sizeof *PAIRS; i++)
        for (int which = 0; which < 5; which++) {
            if (only && strcmp(only, PAIRS[i].name))
                continue;
            char what[16];
            snprintf(what, sizeof what, " by %s", PARTIALS[which].name);
            judge(PAIRS[i].name, what, PAIRS[i].limit[PARTIALS[which].order - 1],
                  measure_pairs(&PAIRS[i], true, which, (size_t)random),
                  measure_pairs(&PAIRS[i], false, which, (size_t)random), true);
        }
    printf("%d passed, %d failed\n", passed, failed);
    return failed || !passed;
}

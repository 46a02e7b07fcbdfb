/* Compile time against the number of equations, from 10 to 100,000, beside JAX's.
 *
 * Each program is traced and compiled once; the time is that of the first call. Compile time should
 * grow linearly: ten times the equations, ten times the time.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/curves/curves.h"
#include "jacquard.h"

enum { POINTS = 9, WIDTH = 16, LENGTH = 64, MOST_LEAVES = 1 << 11 };
static const int sizes[POINTS] = {10, 30, 100, 300, 1000, 3000, 10000, 30000, 100000};

/* ---- the programs ---------------------------------------------------------------------------- */

/* Each makes about *env equations. Their twins are in jax_compile.py. */
JAC_DEF_ENV(jac, chain, int, (jac, x))
{
    for (int k = 0; k < *env / 2; k++)
        x = jac_mul(jac_add(x, 1.5), 0.5);
    return x;
}

/* Each value is used twice, so that the chain is cut into many loops. */
JAC_DEF_ENV(jac, steps, int, (jac, x))
{
    jac before = jac_cos(x);
    for (int k = 0; k < *env / 2; k++) {
        jac next = jac_mul(jac_add(x, before), 0.5);
        x = before;
        before = next;
    }
    return before;
}

static jac pairs(jac x, int from, int n)
{
    if (n == 1)
        return jac_mul(x, from + 1);
    return jac_add(pairs(x, from, n / 2), pairs(x, from + n / 2, n - n / 2));
}

JAC_DEF_ENV(jac, tree, int, (jac, x))
{
    return pairs(x, 0, *env / 2);
}

typedef struct {
    jac re, im;
} point;

/* Radix 2, on single numbers. */
static void transform(point *y, const point *x, int n, int stride)
{
    if (n == 1) {
        *y = *x;
        return;
    }
    transform(y, x, n / 2, 2 * stride);
    transform(y + n / 2, x + stride, n / 2, 2 * stride);
    for (int k = 0; k < n / 2; k++) {
        double c = cos(2 * M_PI * k / n), s = -sin(2 * M_PI * k / n);
        point a = y[k], b = y[k + n / 2];
        point t = {jac_sub(jac_mul(c, b.re), jac_mul(s, b.im)),
                   jac_add(jac_mul(c, b.im), jac_mul(s, b.re))};
        y[k] = (point){jac_add(a.re, t.re), jac_add(a.im, t.im)};
        y[k + n / 2] = (point){jac_sub(a.re, t.re), jac_sub(a.im, t.im)};
    }
}

/* A transform of n numbers has about 5 n log2 n equations. */
static int leaves(int equations)
{
    int n = 2;
    while (n < MOST_LEAVES && 5 * (2 * n) * log2(2 * n) <= equations)
        n *= 2;
    return n;
}

JAC_DEF_ENV(jac, fft, int, (jac, x))
{
    static point in[MOST_LEAVES], out[MOST_LEAVES];
    int n = leaves(*env);
    for (int k = 0; k < n; k++)
        in[k] = (point){jac_at(x, k % LENGTH), jac_at(x, 0)};
    transform(out, in, n, 1);
    jac sum = jac_at(x, 0);
    for (int k = 0; k < n; k++)
        sum = jac_add(sum, jac_mul(out[k].re, out[k].im));
    return sum;
}

JAC_DEF_ENV(jac, mlp, int, (jac, x))
{
    jac w = jac_reshape(jac_mul(jac_arange(WIDTH * WIDTH), 1e-4), WIDTH, WIDTH);
    jac h = jac_slice(x, JAC_SHAPE(0), JAC_SHAPE(WIDTH));
    jac b = h;
    for (int k = 0; k < *env / 3; k++)
        h = jac_tanh(jac_add(jac_dot(w, h), b));
    return h;
}

/* Each sum is over another number of elements. */
JAC_DEF_ENV(jac, nests, int, (jac, x))
{
    jac sum = jac_at(x, 0);
    for (int k = 0; k < *env / 6; k++) {
        int64_t rows = 2 + k % 61, columns = 2 + k / 61 % 59;
        jac y = jac_mul(
            jac_add(jac_at(x, k % LENGTH), jac_iota(JAC_F32, JAC_SHAPE(rows, columns), 1)), sum);
        sum = jac_mul(jac_sum(y), 1e-6);
    }
    return sum;
}

typedef struct {
    const char *name, *what;
    jac_fn (*make)(int equations);
} kind;

#define KIND(f)                                                                                    \
    static jac_fn make_##f(int n)                                                                  \
    {                                                                                              \
        return jac_jit(f##_with(n));                                                               \
    }
KIND(chain)
KIND(steps)
KIND(tree)
KIND(fft)
KIND(mlp)
KIND(nests)

static const kind kinds[] = {
    {"chain", "chain of elementwise operations", make_chain},
    {"steps", "recurrence of two terms", make_steps},
    {"tree", "tree of additions", make_tree},
    {"fft", "FFT, written out", make_fft},
    {"mlp", "MLP, layer by layer", make_mlp},
    {"nests", "different loop nests", make_nests},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static double equations_of(const char *kind, int size)
{
    int n = leaves(size);
    return !strcmp(kind, "fft") ? 5 * n * log2(n) + 2 * n : size;
}

/* ---- times ----------------------------------------------------------------------------------- */

typedef struct {
    double ours[KINDS][POINTS], jax[KINDS][POINTS]; /* seconds; 0: not measured */
} times;

/* The best of three if they are short, as other programs disturb those most. */
static double compile_once(const kind *k, int size)
{
    enum { TRIES = 3 };
    const double SHORT = 1;
    double best = INFINITY, all = 0;
    for (int t = 0; t < TRIES && all < SHORT; t++)
        JAC_SCOPE () {
            /* an input of another size, so that the program is not found in the cache */
            jac x = jac_full(JAC_SHAPE(LENGTH + t), 0.5, JAC_F32), y;
            double start = curve_seconds();
            jac_check(jac_call(k->make(size), &x, &y));
            double s = curve_seconds() - start;
            best = fmin(best, s);
            all += s;
        }
    return best;
}

/* The script prints a line for each time: kind, size, seconds. It is stopped if it takes very
 * long. */
static void read_jax(const char *python, const char *kind, double *seconds)
{
    enum { PATIENCE_S = 45 };
    char command[4096], name[32];
    int size;
    double s;
    snprintf(command, sizeof command, "timeout %d %s %s/jax_compile.py %s 2>/dev/null", PATIENCE_S,
             python, CURVES_SCRIPTS, kind);
    FILE *f = popen(command, "r");
    while (f && fscanf(f, "%31s %d %lf", name, &size, &s) == 3)
        for (int p = 0; p < POINTS; p++)
            if (sizes[p] == size)
                seconds[p] = s;
    if (f)
        pclose(f);
}

/* ---- what is written ------------------------------------------------------------------------- */

static void duration(FILE *f, double s)
{
    if (s == 0)
        fprintf(f, " – |");
    else
        fprintf(f,
                s < 0.01 ? " %.1f ms |"
                : s < 1  ? " %.0f ms |"
                         : " %.1f s |",
                s < 1 ? s * 1e3 : s);
}

static void table(FILE *f, const char *only, const times *t)
{
    fprintf(f, "| program | by |");
    for (int p = 0; p < POINTS; p++)
        fprintf(f, " %d |", sizes[p]);
    fprintf(f, " a larger one, per equation |\n|---|---|");
    for (int p = 0; p <= POINTS; p++)
        fprintf(f, "---:|");
    fprintf(f, "\n");
    for (int k = 0; k < KINDS; k++)
        for (int who = 0; who < 2; who++) {
            const double *s = who ? t->jax[k] : t->ours[k];
            double worst = 0;
            int last = POINTS - 1;
            if ((only && !strstr(kinds[k].name, only) && !strstr(kinds[k].what, only)) || s[0] == 0)
                continue;
            fprintf(f, "| %s | %s |", who ? "" : kinds[k].what, who ? "JAX" : "Jacquard");
            for (int p = 0; p < POINTS; p++)
                duration(f, s[p]);
            while (last && s[last] == 0)
                last--;
            for (int p = 5; p <= last; p++) /* from 3000 on, against 1000 */
                worst = fmax(worst, s[p] / equations_of(kinds[k].name, sizes[p]) /
                                        (s[4] / equations_of(kinds[k].name, sizes[4])));
            fprintf(f, last > 4 ? " %.1f × |\n" : " – |\n", worst);
        }
}

static void plot(const char *path, const times *t)
{
    static const char *const colours[] = {"#1b6ca8", "#e07b39", "#3a8f5c",
                                          "#8c4aa0", "#b03a3a", "#6b6b6b"};
    FILE *g = popen("gnuplot", "w");
    if (!g)
        return;
    fprintf(g,
            "set terminal svg size 900,560 font 'sans,12' background 'white'\n"
            "set output '%s'\nset logscale xy\nset grid\nset key outside right\n"
            "set xlabel 'equations'\nset ylabel 'seconds to trace and compile'\n"
            "set format x '10^{%%L}'\nset format y '10^{%%L}'\n",
            path);
    for (int k = 0; k < KINDS; k++)
        for (int who = 0; who < 2; who++) {
            const double *s = who ? t->jax[k] : t->ours[k];
            fprintf(g, "$t%d%d << EOD\n", k, who);
            for (int p = 0; p < POINTS; p++)
                if (s[p] > 0)
                    fprintf(g, "%g %g\n", equations_of(kinds[k].name, sizes[p]), s[p]);
            fprintf(g, "EOD\n");
        }
    fprintf(g, "plot ");
    for (int k = 0; k < KINDS; k++)
        for (int who = 0; who < 2; who++)
            if (who == 0 || t->jax[k][0] > 0)
                fprintf(g, "%s$t%d%d with linespoints lc rgb '%s' dt %d pt %d ps 0.5 title '%s%s'",
                        k || who ? ", " : "", k, who, colours[k], who ? 2 : 1, who ? 6 : 7,
                        who ? "JAX: " : "", kinds[k].name);
    fprintf(g, "\n");
    pclose(g);
}

/* Small transforms of different sizes may have the same program, which is then in the cache. */
static bool differs(const char *kind, int p)
{
    return strcmp(kind, "fft") || !p || leaves(sizes[p]) != leaves(sizes[p - 1]);
}

int curve_compile(const curve_options *o, FILE *out)
{
    static times t;
    const double PATIENCE_S = 10; /* after a longer time, larger programs are left out */
    for (int k = 0; k < KINDS; k++) {
        if (o->only && !strstr(kinds[k].name, o->only) && !strstr(kinds[k].what, o->only))
            continue;
        for (int p = 0; p < POINTS && sizes[p] <= o->most; p++) {
            if (!differs(kinds[k].name, p))
                continue;
            t.ours[k][p] = compile_once(&kinds[k], sizes[p]);
            fprintf(stderr, "%s %d: %.3g s\n", kinds[k].name, sizes[p], t.ours[k][p]);
            if (t.ours[k][p] > PATIENCE_S)
                break;
        }
        if (o->python)
            read_jax(o->python, kinds[k].name, t.jax[k]);
    }
    table(out, o->only, &t);
    if (o->docs)
        plot(CURVES_DOCS "/compile_time.svg", &t);
    return 0;
}

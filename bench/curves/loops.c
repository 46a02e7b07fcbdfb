/* Loops that read or write elements of an array: the time for n, 2n and 4n steps, beside JAX's.
 *
 * A step touches one element or two, so the time should be proportional to the number of steps. It
 * grows with its square if each step copies the array.
 */
#include <math.h>
#include <string.h>

#include "bench/curves/curves.h"
#include "jacquard.h"

enum { SIZES = 3, ROUNDS = 5, LANES = 8 };

/* ---- the functions; their twins are in jax_loops.py ------------------------------------------ */

static jac set(jac x, jac value, jac i)
{
    return jac_dynamic_update_slice(x, jac_reshape(value, 1), i);
}

JAC_DEF(jac, set_or_not, (jac, x))
{
    JAC_FOR (i, 0, jac_dim(x, 0), x)
        JAC_IF (x, jac_lt(jac_at(x, i), 0.5))
            x = set(x, jac_sin(jac_at(x, i)), i);
    return x;
}

JAC_DEF(jac, where_old, (jac, x))
{
    int64_t n = jac_dim(x, 0);
    JAC_FOR (i, 0, n, x)
        x = jac_where(jac_lt(i, n / 2), set(x, jac_sin(jac_at(x, i)), i), x);
    return x;
}

JAC_DEF(jac, swapped, (jac, x))
{
    int64_t n = jac_dim(x, 0);
    JAC_FOR (i, 0, n, x) {
        jac j = jac_sub(n - 1, i), a = jac_at(x, i), b = jac_at(x, j);
        x = set(set(x, b, i), a, j);
    }
    return x;
}

JAC_DEF(jac, set_behind_branch, (jac, x))
{
    JAC_IF (x, jac_lt(jac_at(x, 0), 0.5))
        x = set(x, jac_sin(jac_at(x, 1)), jac_asarray(1));
    return x;
}

JAC_DEF(jac, recurrence, (jac, x))
{
    JAC_FOR (i, 1, jac_dim(x, 0), x)
        x = set(x, jac_sin(jac_at(x, jac_sub(i, 1))), i);
    return jac_sum(x);
}

JAC_DEF(jac, reads, (jac, x))
{
    jac s = jac_asarray(0.0);
    JAC_FOR (i, 0, jac_dim(x, 0), s)
        s = jac_add(jac_sin(s), jac_square(jac_at(x, i)));
    return s;
}

JAC_TREE(Lane, x, i)

JAC_DEF(jac, until, (jac, x))
{
    int64_t n = jac_dim(x, 0);
    Lane s = {x, jac_asarray(0)};
    JAC_WHILE (s, jac_logical_and(jac_lt(s.i, n - 1), jac_lt(jac_at(s.x, s.i), 2)))
        s = (Lane){set(s.x, jac_sin(jac_at(s.x, s.i)), s.i), jac_add(s.i, 1)};
    return s.x;
}

#define PLAIN(f)                                                                                   \
    static jac_fn jitted_##f(void)                                                                 \
    {                                                                                              \
        return jac_jit(f##_fn);                                                                    \
    }
PLAIN(set_or_not)
PLAIN(where_old)
PLAIN(swapped)

static jac_fn donated(void)
{
    return jac_jit(set_behind_branch_fn, .donate_argnums = JAC_AXES(0));
}

static jac_fn gradient_of_recurrence(void)
{
    return jac_jit(jac_grad(recurrence_fn));
}

static jac_fn gradient_of_reads(void)
{
    return jac_jit(jac_grad(reads_fn));
}

static jac_fn lanes_until(void)
{
    return jac_jit(jac_vmap(until_fn));
}

static const struct {
    const char *name, *what;
    jac_fn (*make)(void);
    int n;
    bool again, lanes; /* the result is the next argument; there are LANES of them */
} patterns[] = {
    {"set_or_not", "JAC_IF that sets an element or does not", jitted_set_or_not, 20000, 0, 0},
    {"where_old", "where(i < n / 2, set, old)", jitted_where_old, 20000, 0, 0},
    {"swapped", "swapping two elements", jitted_swapped, 20000, 0, 0},
    {"donated", "one element of a donated array, set behind a branch (one step)", donated, 20000, 1,
     0},
    {"recurrence", "gradient of P[i] = sin P[i - 1]", gradient_of_recurrence, 20000, 0, 0},
    {"reads", "gradient of a loop that reads x[i]", gradient_of_reads, 20000, 0, 0},
    {"until", "vmap of a while loop with an array in its state, 8 lanes", lanes_until, 2000, 0, 1},
};
enum { PATTERNS = sizeof patterns / sizeof patterns[0] };

/* ---- times ----------------------------------------------------------------------------------- */

typedef struct {
    double ours[PATTERNS][SIZES], jax[PATTERNS][SIZES]; /* seconds; 0: not measured */
} times;

/* The time of some calls, in seconds for one. */
static double sample(jac_fn f, jac *x, bool again, int calls)
{
    double start = curve_seconds();
    for (int c = 0; c < calls; c++)
        JAC_SCOPE (x) {
            jac y;
            jac_check(jac_call(f, x, &y));
            if (again)
                *x = y;
        }
    return (curve_seconds() - start) / calls;
}

/* The median of some samples; if a call takes long, there is one sample of one call. */
static double time_of(int p, int n)
{
    const double SAMPLE_S = 0.01, LONG_S = 1;
    double s[ROUNDS];
    jac_fn f = patterns[p].make();
    jac x = patterns[p].lanes ? jac_full(JAC_SHAPE(LANES, n), 0.25) : jac_full(JAC_SHAPE(n), 0.25);
    if (sample(f, &x, patterns[p].again, 1) > LONG_S) /* the first call compiles */
        return sample(f, &x, patterns[p].again, 1);
    double one = sample(f, &x, patterns[p].again, 1);
    int calls = one < SAMPLE_S ? (int)(SAMPLE_S / fmax(one, 1e-8)) + 1 : 1;
    for (int k = 0; k < ROUNDS; k++)
        s[k] = sample(f, &x, patterns[p].again, calls);
    return curve_median(s, ROUNDS);
}

/* The script prints a line for each time: pattern, n, seconds. */
static void read_jax(const curve_options *o, times *t)
{
    char command[4096], name[32];
    int n;
    double s;
    snprintf(command, sizeof command, "%s %s/jax_loops.py", o->python, CURVES_SCRIPTS);
    FILE *f = popen(command, "r");
    while (f && fscanf(f, "%31s %d %lf", name, &n, &s) == 3)
        for (int p = 0; p < PATTERNS; p++)
            for (int k = 0; k < SIZES; k++)
                if (!strcmp(patterns[p].name, name) && n == patterns[p].n << k)
                    t->jax[p][k] = s;
    if (f)
        pclose(f);
}

static void row(FILE *f, int p, const char *who, const double *s)
{
    fprintf(f, "| %s | %s | %d |", strcmp(who, "JAX") ? patterns[p].what : "", who, patterns[p].n);
    for (int k = 0; k < SIZES; k++) {
        double us = s[k] * 1e6;
        fprintf(f,
                us < 10     ? " %.2f µs |"
                : us < 1000 ? " %.0f µs |"
                            : " %.1f ms |",
                us < 1000 ? us : us / 1e3);
    }
    fprintf(f, " %.1f | %.1f |\n", s[1] / s[0], s[2] / s[1]);
}

int curve_loops(const curve_options *o, FILE *out)
{
    static times t;
    jac_enable_x64(true);
    for (int p = 0; p < PATTERNS; p++)
        for (int k = 0; k < SIZES; k++)
            if (!o->only || strstr(patterns[p].name, o->only))
                JAC_SCOPE ()
                    t.ours[p][k] = time_of(p, patterns[p].n << k);
    if (o->python)
        read_jax(o, &t);
    fprintf(out, "| loop | by | n | n steps | 2n | 4n | 2n / n | 4n / 2n |\n"
                 "|---|---|---:|---:|---:|---:|---:|---:|\n");
    for (int p = 0; p < PATTERNS; p++) {
        if (t.ours[p][0] > 0)
            row(out, p, "Jacquard", t.ours[p]);
        if (t.jax[p][0] > 0)
            row(out, p, "JAX", t.jax[p]);
    }
    return 0;
}

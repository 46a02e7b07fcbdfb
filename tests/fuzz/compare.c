/* Compares results that were computed in different orders. */
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "tests/fuzz/criterion/criterion.h"
#include "tests/fuzz/fuzz.h"

/* ---- complaints ------------------------------------------------------------------------------ */

static char complaints[4000];

void fuzz_complain(const char *fmt, ...)
{
    size_t used = strlen(complaints);
    va_list args;
    va_start(args, fmt);
    vsnprintf(complaints + used, sizeof complaints - used - 1, fmt, args);
    va_end(args);
    strcat(complaints, "\n");
}

const char *fuzz_complaints(void)
{
    static char last[sizeof complaints];
    memcpy(last, complaints, sizeof last);
    complaints[0] = 0;
    return last;
}

/* ---- agreement ------------------------------------------------------------------------------- */

double fuzz_rounding(ir_dtype d)
{
    static const struct {
        int digits; /* of a float with at least so many, the error is: */
        double error;
    } rows[] = {{53, 1e-11}, {24, 2e-5}, {11, 1e-2}, {0, 6e-2}};
    int k = 0;
    while (ir_has_fraction(d) && ir_dtypes[d].digits < rows[k].digits)
        k++;
    return rows[k].error;
}

static void keep_coarser(ir_value *const *v, int n, ir_dtype *d)
{
    for (int k = 0; k < n; k++)
        if (test_is_float(v[k]) && ir_dtypes[v[k]->type.dtype].digits < ir_dtypes[*d].digits)
            *d = v[k]->type.dtype;
}

static void coarsest(const ir_graph *g, ir_dtype *d)
{
    const ir_graph *inner;
    keep_coarser(g->in, g->nin, d);
    IR_EACH_EQN (e, g) {
        keep_coarser(e->out, e->nout, d);
        for (int k = 0; (inner = ir_nested(e, k)); k++)
            coarsest(inner, d);
    }
}

ir_dtype fuzz_coarsest(const ir_graph *g)
{
    ir_dtype d = IR_f64;
    coarsest(g, &d);
    return d;
}

static test_tolerance usual(const test_array *a)
{
    return (test_tolerance){TEST_REL, fuzz_rounding(a->type.dtype)};
}

/* May the two differ by this much, given that small errors change the results by `spread`? */
static bool explained(const test_array *got, const test_array *want, const double *spread)
{
    enum { FACTOR = 100 };
    double bound = usual(want).bound;
    for (int64_t k = 0; k < ir_type_count(&want->type); k++) {
        double a = test_get(got, k), b = test_get(want, k);
        if (a == b || (isnan(a) && isnan(b)))
            continue;
        if (!ir_has_fraction(want->type.dtype)) {
            if (spread[k] == 0)
                return false;
            continue;
        }
        if (!(fabs(a - b) <= bound * fmax(1, fabs(b)) + FACTOR * spread[k]))
            return false;
    }
    return true;
}

static void widen(double *spread, const test_array *a, const test_array *b)
{
    for (int64_t k = 0; k < ir_type_count(&a->type); k++) {
        double d = fabs(test_get(a, k) - test_get(b, k));
        bool differ = isnan(test_get(a, k)) != isnan(test_get(b, k));
        spread[k] = differ ? INFINITY : fmax(spread[k], isnan(d) ? 0 : d);
    }
}

/* How far each result moves if sums are wrong by a few units in the last place. */
static bool spreads(test_pool *p, const ir_graph *g, const test_arrays *in, double **spread)
{
    enum { SAMPLES = 6 };
    test_arrays exact, moved;
    if (!test_eval(p, g, in, &exact))
        return false;
    for (int k = 0; k < g->nout; k++) {
        size_t bytes = (size_t)ir_type_count(&g->out[k]->type) * sizeof **spread;
        memset(spread[k] = test_alloc(p, bytes), 0, bytes);
    }
    fuzz_rng r = {1};
    for (int s = 0; s < SAMPLES; s++) {
        IR_AUTO_GRAPH shaken = fuzz_jitter(g, &r);
        if (!test_eval(p, shaken, in, &moved))
            return false;
        for (int k = 0; k < g->nout; k++)
            widen(spread[k], &exact.at[k], &moved.at[k]);
    }
    return true;
}

bool fuzz_agree(test_pool *p, const char *what, const ir_graph *g, const test_arrays *in,
                const test_arrays *got, const test_arrays *want)
{
    char before[sizeof complaints];
    memcpy(before, complaints, sizeof before);
    bool ok = true;
    for (int k = 0; k < want->n; k++) {
        char name[200];
        snprintf(name, sizeof name, "%s, result %d", what, k);
        ok &= test_close(name, &got->at[k], &want->at[k], usual(&want->at[k]));
    }
    double **spread = test_alloc(p, (size_t)want->n * sizeof *spread);
    if (ok || !spreads(p, g, in, spread))
        return ok;
    for (int k = 0; k < want->n; k++)
        if (!ir_same_type(&got->at[k].type, &want->at[k].type) ||
            !explained(&got->at[k], &want->at[k], spread[k]))
            return false;
    memcpy(complaints, before, sizeof before);
    return true;
}

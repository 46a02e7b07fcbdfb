/* Applies every transformation to random graphs while requests for memory fail. The fuzzer's graphs
 * reach the rules of all primitives. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "programs.h"
#include "tests/fuzz/fuzz.h"

enum { GRAPHS = 5, MOST = 64 };

static struct {
    int seed;
    bool ready;
    test_pool pool;
    fuzz_program program[GRAPHS];
    bool works[GRAPHS][8]; /* which transformations work; some functions have no derivative */
} set;

static bool *marks(ir_value *const *v, int n, bool *mark)
{
    for (int k = 0; k < n; k++)
        mark[k] = test_is_float(v[k]);
    return mark;
}

/* ---- transformations: a number each, NaN on failure ------------------------------------------ */

static double size_of(ir_graph *g)
{
    double n = g ? ir_count_eqns(g) : NAN;
    ir_graph_release(g);
    return n;
}

static double optimize(const fuzz_program *f)
{
    return size_of(ir_optimize(f->g));
}

static double batch(const fuzz_program *f)
{
    int in[MOST] = {0}, out[MOST];
    for (int k = 0; k < f->g->nout; k++)
        out[k] = IR_AXIS_ANY;
    return size_of(ir_vmap(f->g, &(ir_batching){.size = 3}, in, out));
}

static double many_lanes(const fuzz_program *f)
{
    int in[MOST] = {0}, out[MOST];
    for (int k = 0; k < f->g->nout; k++)
        out[k] = IR_AXIS_ANY;
    return size_of(ir_vmap(f->g, &(ir_batching){.size = 70}, in, out));
}

static double forward(const fuzz_program *f)
{
    bool in[MOST], out[MOST] = {0};
    return size_of(ir_jvp(f->g, marks(f->g->in, f->g->nin, in), out));
}

static double reverse(const fuzz_program *f)
{
    bool in[MOST], out[MOST] = {0}, unknown[2 * MOST] = {0}, unknown_out[2 * MOST] = {0};
    bool linear[4096] = {0};
    IR_AUTO_GRAPH j = ir_jvp(f->g, marks(f->g->in, f->g->nin, in), out);
    if (!j)
        return NAN;
    for (int k = f->g->nin; k < j->nin; k++)
        unknown[k] = true;
    ir_graph *known = NULL, *rest = NULL;
    int nres = ir_partial_eval(j, unknown, unknown_out, &known, &rest);
    if (nres < 0)
        return NAN;
    IR_AUTO_GRAPH known_ = known;
    IR_AUTO_GRAPH rest_ = rest;
    for (int k = nres; k < rest->nin && k < 4096; k++)
        linear[k] = true;
    return ir_count_eqns(known) + size_of(ir_transpose(rest, linear));
}

static double text(const fuzz_program *f)
{
    char *s = ir_print_str(f->g, false);
    double n = s ? (double)strlen(s) : NAN;
    if (s)
        n += size_of(ir_parse(s, NULL));
    free(s);
    return n;
}

static double hash(const fuzz_program *f)
{
    ir_hash128 h = ir_graph_hash(f->g);
    return h.lo || h.hi ? (double)(h.lo >> 32) : NAN;
}

static double evaluate(const fuzz_program *f)
{
    const void *in[MOST];
    void *out[MOST];
    double sum = 0;
    bool ok = true;
    for (int k = 0; k < f->g->nin; k++)
        in[k] = f->in.at[k].data;
    for (int k = 0; k < f->g->nout; k++)
        ok = (out[k] = ir_new(ir_type_bytes(&f->g->out[k]->type) + 1)) && ok;
    ok = ok && ir_eval(f->g, in, out);
    for (int k = 0; k < f->g->nout; k++) {
        const ir_type *t = &f->g->out[k]->type;
        if (ok && !ir_is_tape(t) && ir_type_count(t)) {
            double first = test_get(&(test_array){*t, out[k]}, 0);
            sum += isfinite(first) ? first : 0;
        }
        if (out[k])
            ir_buffer_drop(t, out[k]);
        free(out[k]);
    }
    return ok ? sum : NAN;
}

static double (*const ways[])(const fuzz_program *) = {optimize, batch, many_lanes, forward,
                                                       reverse,  text,  hash,       evaluate};
enum { WAYS = sizeof ways / sizeof *ways };

/* ---- the graphs made from a seed ------------------------------------------------------------- */

static void make_set(int seed)
{
    set.seed = seed;
    set.ready = true;
    ops_init();
    for (int k = 0, n = 0; n < GRAPHS; k++) {
        fuzz_program *f = &set.program[n];
        ir_error_clear();
        if (!fuzz_generate(&set.pool, (uint64_t)(1000 * seed + k), f) || f->g->nin > MOST ||
            f->g->nout > MOST)
            continue;
        for (int w = 0; w < WAYS; w++) {
            ir_error_clear();
            set.works[n][w] = !isnan(ways[w](f));
        }
        n++;
    }
    ir_error_clear();
}

double random_graphs(int seed)
{
    double sum = 0;
    if (!set.ready)
        make_set(seed);
    for (int n = 0; n < GRAPHS; n++)
        for (int w = 0; w < WAYS; w++)
            if (set.works[n][w])
                sum += ways[w](&set.program[n]);
    return sum;
}

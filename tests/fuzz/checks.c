/* The properties that every program must have. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "jit/backend.h"
#include "tests/fuzz/fuzz.h"

static fuzz_verdict verdict(bool ok)
{
    return ok ? FUZZ_PASS : FUZZ_FAIL;
}

fuzz_verdict fuzz_no_result(const char *what)
{
    if (fuzz_refused()) {
        ir_error_clear();
        return FUZZ_SKIP;
    }
    return verdict(test_fail(what, "it cannot be done"));
}

static bool all_finite(const test_arrays *a)
{
    for (int k = 0; k < a->n; k++)
        for (int64_t i = 0; i < ir_type_count(&a->at[k].type); i++)
            if (!isfinite(test_get(&a->at[k], i)))
                return false;
    return true;
}

/* ---- the text form --------------------------------------------------------------------------- */

static fuzz_verdict check_text(test_pool *p, fuzz_rng *r, fuzz_program *f)
{
    (void)p, (void)r;
    if (!ir_verify(f->g))
        return verdict(test_fail("verifier", "the graph is not sound"));
    char *text = ir_print_str(f->g, false);
    IR_AUTO_GRAPH again = ir_parse(text, "printed");
    char *twice = again ? ir_print_str(again, false) : NULL;
    bool ok = true;
    if (!twice)
        ok = test_fail("parse", "what was printed cannot be read");
    else if (strcmp(text, twice))
        ok = test_fail("print", "printed, read and printed it is another text:\n%.1500s", twice);
    else if (!ir_graph_equal(f->g, again))
        ok = test_fail("equal", "what was read back is another graph");
    ir_hash128 a = ir_graph_hash(f->g), b = again ? ir_graph_hash(again) : a;
    if (ok && (a.lo != b.lo || a.hi != b.hi))
        ok = test_fail("hash", "what was read back has another hash");
    free(text);
    free(twice);
    return verdict(ok);
}

/* ---- passes ---------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    ir_graph *(*run)(ir_graph *);
} passes[] = {{"optimize", ir_optimize},      {"inline", ir_pass_inline},
              {"simplify", ir_pass_simplify}, {"cse", ir_pass_cse},
              {"hoist", ir_pass_hoist_rows},  {"dce", ir_pass_dce}};

enum { PASSES = sizeof passes / sizeof *passes };

/* A pass changes no bit of any result. */
static bool pass_keeps(test_pool *p, int k, ir_graph *g, const test_arrays *in,
                       const test_arrays *want, ir_graph **out)
{
    test_arrays got;
    *out = passes[k].run(g);
    if (!*out)
        return test_fail(passes[k].name, "the pass failed");
    if (!ir_verify(*out))
        return test_fail(passes[k].name, "the pass broke the graph");
    return (test_eval(p, *out, in, &got) || test_fail(passes[k].name, "evaluation failed")) &&
           test_close_all(passes[k].name, &got, 0, want, (test_tolerance){TEST_EXACT, 0});
}

static fuzz_verdict check_passes(test_pool *p, fuzz_rng *r, fuzz_program *f)
{
    test_arrays want;
    if (!test_eval(p, f->g, &f->in, &want))
        return fuzz_no_result("evaluation");
    ir_graph *made = NULL, *g = ir_graph_retain(f->g);
    bool ok = pass_keeps(p, 0, f->g, &f->in, &want, &made);
    ir_graph_release(made);
    for (int n = 1 + fuzz_below(r, 4); n && ok; n--) {
        ok = pass_keeps(p, fuzz_below(r, PASSES), g, &f->in, &want, &made);
        ir_graph_release(g);
        g = made;
    }
    ir_graph_release(g);
    return verdict(ok);
}

/* ---- compiled = interpreted --------------------------------------------------------------------- */

static fuzz_verdict check_jit(test_pool *p, fuzz_rng *r, fuzz_program *f)
{
    (void)r;
    test_arrays want, got;
    if (!test_eval(p, f->g, &f->in, &want))
        return fuzz_no_result("evaluation");
    if (!test_jit(p, f->g, &f->in, &got))
        return fuzz_no_result("compiled");
    return verdict(fuzz_agree(p, "compiled", f->g, &f->in, &got, &want));
}

/* Donating inputs changes no result, whichever of them the results were written over. Only the
 * order of a sum may change if its loop also writes something else. */
static fuzz_verdict check_donate(test_pool *p, fuzz_rng *r, fuzz_program *f)
{
    (void)r;
    test_arrays want, got;
    int taken = 0;
    if (!test_jit(p, f->g, &f->in, &want))
        return fuzz_no_result("compiled");
    if (!test_jit_donating(p, f->g, &f->in, &got, &taken))
        return fuzz_no_result("donated");
    if (!taken)
        return FUZZ_SKIP;
    if (test_close_all("donated", &got, 0, &want, (test_tolerance){TEST_EXACT, 0}))
        return FUZZ_PASS;
    fuzz_complaints();
    return verdict(fuzz_agree(p, "donated", f->g, &f->in, &got, &want));
}

/* ---- vmap = a loop over slices ------------------------------------------------------------------ */

test_arrays fuzz_slices(test_pool *p, const test_arrays *a, const int *axis, int64_t lane)
{
    test_arrays out = {0};
    for (int k = 0; k < a->n; k++)
        test_arrays_add(p, &out,
                        axis[k] < 0 ? a->at[k] : test_array_slice(p, &a->at[k], axis[k], lane));
    return out;
}

/* Does it draw bits? In a batch, one key gives the bits of all lanes, as in JAX. */
static bool draws_bits(const ir_graph *g)
{
    const ir_graph *inner;
    IR_EACH_EQN (e, g) {
        if (e->op == &op_rng_bit_generator)
            return true;
        for (int k = 0; (inner = ir_nested(e, k)); k++)
            if (draws_bits(inner))
                return true;
    }
    return false;
}

static fuzz_verdict check_vmap(test_pool *p, fuzz_rng *r, fuzz_program *f)
{
    if (!f->g->nin || draws_bits(f->g))
        return FUZZ_SKIP;
    int *axis = test_alloc(p, (size_t)(f->g->nin + f->g->nout) * sizeof *axis);
    int *axis_out = axis + f->g->nin;
    int64_t size = fuzz_batch_size(r);
    test_arrays in, all, want;
    IR_AUTO_GRAPH batched = fuzz_batch(p, r, f, size, axis, axis_out, &in);
    if (!batched || !test_eval(p, batched, &in, &all))
        return fuzz_no_result("vmap");
    if (!ir_verify(batched))
        return verdict(test_fail("vmap", "the graph is not sound"));
    for (int64_t lane = 0; lane < size; lane++) {
        char what[40];
        snprintf(what, sizeof what, "vmap, lane %d", (int)lane);
        test_arrays x = fuzz_slices(p, &in, axis, lane), got = fuzz_slices(p, &all, axis_out, lane);
        if (!test_eval(p, f->g, &x, &want))
            return fuzz_no_result("evaluation");
        if (!fuzz_agree(p, what, f->g, &x, &got, &want))
            return FUZZ_FAIL;
    }
    return FUZZ_PASS;
}

/* ---- jvp = differences -------------------------------------------------------------------------- */

static bool is_constant(const ir_value *v)
{
    const ir_eqn *e = v->eqn;
    return e && (e->nin == 0 || (e->op == &op_broadcast_in_dim && is_constant(e->in[0])));
}

/* Might the bounds cross? Then the derivative is zero by convention, though the value is
 * a bound. */
static bool may_cross(const ir_eqn *e)
{
    return e->op == &op_clamp && !(is_constant(e->in[0]) && is_constant(e->in[2]));
}

/* Can finite differences find its derivative? They cannot where it is zero by declaration. */
static bool tells_its_slope(const ir_graph *g)
{
    static const ir_op *const liars[] = {&op_stop_gradient, &op_bitcast_convert_type, &op_nextafter,
                                         &op_guard};
    const ir_graph *inner;
    IR_EACH_EQN (e, g) {
        if (may_cross(e))
            return false;
        for (size_t k = 0; k < sizeof liars / sizeof *liars; k++)
            if (e->op == liars[k])
                return false;
        for (int k = 0; (inner = ir_nested(e, k)); k++)
            if (!tells_its_slope(inner))
                return false;
    }
    return true;
}

/* x + h t. */
static test_arrays moved(test_pool *p, const test_arrays *x, const test_arrays *t, double h)
{
    test_arrays at = {0};
    for (int k = 0, n = 0; k < x->n; k++) {
        test_array a = x->at[k];
        if (ir_is_inexact(a.type.dtype)) {
            a = test_array_new(p, &a.type);
            for (int64_t i = 0; i < ir_type_count(&a.type); i++)
                test_set(&a, i, test_get(&x->at[k], i) + h * test_get(&t->at[n], i));
            n++;
        }
        test_arrays_add(p, &at, a);
    }
    return at;
}

/* The slope along a line, from five points on it, and whether the function is smooth there. If it
 * is smooth, halving the step does not change the slope, and halves the second difference divided
 * by the step. At a kink that quotient stays the same. */
typedef struct {
    double slope, noise; /* the error from rounding of the values */
    bool smooth;
} slope;

static slope slope_of(const double f[2][5], double h)
{
    double d[2], kink[2], scale = 1;
    for (int s = 0; s < 2; s++) {
        double step = h / (1 + s);
        d[s] = (f[s][0] - 8 * f[s][1] + 8 * f[s][3] - f[s][4]) / (12 * step);
        kink[s] = fabs(f[s][1] - 2 * f[s][2] + f[s][3]) / step;
        for (int k = 0; k < 5; k++)
            scale = fmax(scale, fabs(f[s][k]));
    }
    bool steady = fabs(d[0] - d[1]) <= 1e-7 * fmax(scale, fabs(d[1]));
    bool no_kink = kink[1] <= 0.75 * kink[0] || kink[1] <= 1e-9 * scale / h;
    return (slope){d[1], 16 * 0x1p-52 * scale / h, steady && no_kink};
}

/* Do the slopes agree with differences at step h, within their accuracy? */
static bool slopes_match(test_pool *p, const fuzz_program *f, const test_arrays *t,
                         const test_arrays *tangent, double h)
{
    test_arrays y[2][5];
    for (int s = 0; s < 2; s++)
        for (int k = 0; k < 5; k++) {
            test_arrays x = moved(p, &f->in, t, (k - 2) * h / (1 + s));
            if (!test_eval(p, f->g, &x, &y[s][k]))
                return false;
        }
    for (int k = 0, n = 0; k < f->g->nout; k++) {
        if (!test_is_float(f->g->out[k]))
            continue;
        for (int64_t i = 0; i < ir_type_count(&f->g->out[k]->type); i++) {
            double at[2][5], got = test_get(&tangent->at[n], i);
            for (int s = 0; s < 10; s++)
                at[s / 5][s % 5] = test_get(&y[s / 5][s % 5].at[k], i);
            slope d = slope_of(at, h);
            if (d.smooth && isfinite(d.slope) &&
                !(fabs(got - d.slope) <= 2e-6 * fmax(1, fabs(d.slope)) + d.noise))
                return test_fail("jvp",
                                 "the tangent of result %d, element %d, is %.12g, but "
                                 "differences with step %g find %.12g",
                                 k, (int)i, got, h, d.slope);
        }
        n++;
    }
    return true;
}

/* The other outputs of a derivative's graph must equal the function's own. */
static bool primals_agree(test_pool *p, const char *what, const ir_graph *made,
                          const test_arrays *x, const test_arrays *got, const fuzz_program *f)
{
    test_arrays want;
    if (!test_eval(p, f->g, &f->in, &want)) /* a derivative may run where the function does not */
        return fuzz_no_result(what) == FUZZ_SKIP;
    return fuzz_agree(p, what, made, x, got, &want);
}

/* The program at inputs near its own. Two inputs that were equal by chance now differ, so a
 * function with a kink where they are equal is smooth there. */
static fuzz_program nearby(test_pool *p, fuzz_rng *r, const fuzz_program *f)
{
    test_arrays by = fuzz_directions(p, r, f->g->in, f->g->nin);
    return (fuzz_program){f->g, moved(p, &f->in, &by, 0.01)};
}

static fuzz_verdict check_jvp(test_pool *p, fuzz_rng *r, fuzz_program *at)
{
    fuzz_program near = nearby(p, r, at), *f = &near;
    test_arrays t = fuzz_directions(p, r, f->g->in, f->g->nin), y;
    test_arrays x = test_arrays_join(p, &f->in, &t);
    IR_AUTO_GRAPH jvp = test_jvp(f->g);
    if (!jvp || !test_eval(p, jvp, &x, &y))
        return fuzz_no_result("jvp");
    if (!ir_verify(jvp))
        return verdict(test_fail("jvp", "the graph is not sound"));
    if (!primals_agree(p, "value of jvp", jvp, &x, &y, f))
        return FUZZ_FAIL;
    test_arrays tangent = {y.n - f->g->nout, y.at + f->g->nout};
    bool digits = fuzz_coarsest(f->g) == IR_f64; /* enough of them for differences */
    if (!digits || !tells_its_slope(f->g) || !all_finite(&y))
        return FUZZ_SKIP;
    /* A step size that does not suit the function is not an error; one that suits it must agree. */
    static const double steps[] = {1e-3, 1e-4, 2e-5};
    for (int k = 0; k < 3; k++)
        if (slopes_match(p, f, &t, &tangent, steps[k])) {
            fuzz_complaints();
            return FUZZ_PASS;
        }
    return FUZZ_FAIL;
}

/* ---- <vjp(u), v> = <u, jvp(v)> --------------------------------------------------------------- */

/* Computes both sides, and the magnitude of the summed terms. */
static bool both_sides(test_pool *p, const fuzz_program *f, const ir_graph *jvp,
                       const ir_graph *vjp, const test_arrays *v, const test_arrays *u,
                       double *forward, double *reverse, double *scale)
{
    test_arrays xv = test_arrays_join(p, &f->in, v), xu = test_arrays_join(p, &f->in, u), y, ct;
    if (!test_eval(p, jvp, &xv, &y) || !test_eval(p, vjp, &xu, &ct))
        return false;
    test_arrays jv = {y.n - f->g->nout, y.at + f->g->nout};
    test_arrays uj = {ct.n - f->g->nout, ct.at + f->g->nout};
    *forward = test_dot(u, &jv);
    *reverse = test_dot(&uj, v);
    *scale = 1;
    for (int k = 0; k < jv.n; k++)
        for (int64_t i = 0; i < ir_type_count(&jv.at[k].type); i++)
            *scale = fmax(*scale, fabs(test_get(&jv.at[k], i)));
    for (int k = 0; k < uj.n; k++)
        for (int64_t i = 0; i < ir_type_count(&uj.at[k].type); i++)
            *scale = fmax(*scale, fabs(test_get(&uj.at[k], i)));
    return true;
}

/* Repeats this with rounding errors put in, to see how far the sides move. */
static double sides_move(test_pool *p, const fuzz_program *f, const ir_graph *jvp,
                         const ir_graph *vjp, const test_arrays *v, const test_arrays *u,
                         double forward, double reverse)
{
    double most = 0;
    fuzz_rng r = {2};
    for (int k = 0; k < 6; k++) {
        IR_AUTO_GRAPH a = fuzz_jitter(jvp, &r);
        IR_AUTO_GRAPH b = fuzz_jitter(vjp, &r);
        double left, right, scale;
        if (!both_sides(p, f, a, b, v, u, &left, &right, &scale))
            return 0;
        double move = fmax(fabs(left - forward), fabs(right - reverse));
        most = isfinite(move) ? fmax(most, move) : INFINITY;
    }
    return most;
}

static fuzz_verdict check_vjp(test_pool *p, fuzz_rng *r, fuzz_program *f)
{
    test_arrays v = fuzz_directions(p, r, f->g->in, f->g->nin);
    test_arrays u = fuzz_directions(p, r, f->g->out, f->g->nout), y;
    /* A function with a custom_vjp has no jvp. All custom derivatives that are drawn are the true
     * ones. */
    IR_AUTO_GRAPH plain = fuzz_plain(f->g);
    IR_AUTO_GRAPH jvp = test_jvp(plain);
    IR_AUTO_GRAPH vjp = jvp ? test_vjp(f->g) : NULL;
    test_arrays x = test_arrays_join(p, &f->in, &u);
    if (!vjp || !test_eval(p, vjp, &x, &y))
        return fuzz_no_result("vjp");
    if (!ir_verify(vjp))
        return verdict(test_fail("vjp", "the graph is not sound"));
    if (!primals_agree(p, "value of vjp", vjp, &x, &y, f))
        return FUZZ_FAIL;
    double forward, reverse, scale;
    if (!both_sides(p, f, jvp, vjp, &v, &u, &forward, &reverse, &scale))
        return fuzz_no_result("evaluation");
    if (!isfinite(forward) || !isfinite(reverse))
        return FUZZ_SKIP;
    double bound = 5 * fuzz_rounding(fuzz_coarsest(f->g)) * scale;
    if (fabs(forward - reverse) <= bound ||
        fabs(forward - reverse) <=
            bound + 100 * sides_move(p, f, jvp, vjp, &v, &u, forward, reverse))
        return FUZZ_PASS;
    return verdict(
        test_fail("vjp", "<u, jvp(v)> is %.15g, but <vjp(u), v> is %.15g", forward, reverse));
}

/* ---- symbolic zeros, and a derivative in some arguments only ------------------------------------ */

static fuzz_verdict check_zeros(test_pool *p, fuzz_rng *r, fuzz_program *f)
{
    const ir_graph *g = f->g;
    bool *nz_in = test_alloc(p, (size_t)(g->nin + g->nout) + 1), *nz_out = nz_in + g->nin;
    test_arrays t = fuzz_directions(p, r, g->in, g->nin), some = {0}, y, want;
    for (int k = 0, n = 0; k < g->nin; k++) {
        nz_in[k] = test_is_float(g->in[k]) && fuzz_chance(r, 50);
        if (nz_in[k])
            test_arrays_add(p, &some, t.at[n]);
        else if (test_is_float(g->in[k]))
            for (int64_t i = 0; i < ir_type_count(&g->in[k]->type); i++)
                test_set(&t.at[n], i, 0);
        n += test_is_float(g->in[k]);
    }
    for (int k = 0; k < g->nout; k++)
        nz_out[k] = test_is_float(g->out[k]);
    IR_AUTO_GRAPH part = ir_jvp(g, nz_in, nz_out);
    IR_AUTO_GRAPH full = part ? test_jvp(g) : NULL;
    test_arrays x = test_arrays_join(p, &f->in, &some), all = test_arrays_join(p, &f->in, &t);
    if (!full || !test_eval(p, part, &x, &y) || !test_eval(p, full, &all, &want))
        return fuzz_no_result("jvp");
    if (!all_finite(&want)) /* zero times infinity */
        return FUZZ_SKIP;
    return verdict(fuzz_agree(p, "jvp with symbolic zeros", part, &x, &y, &want));
}

/* ---- partial evaluation: the two halves put together ----------------------------------------- */

static fuzz_verdict check_partial(test_pool *p, fuzz_rng *r, fuzz_program *f)
{
    const ir_graph *g = f->g;
    bool *unknown = test_alloc(p, (size_t)(g->nin + g->nout) + 1), *out = unknown + g->nin;
    for (int k = 0; k < g->nin; k++)
        unknown[k] = fuzz_chance(r, 50);
    for (int k = 0; k < g->nout; k++)
        out[k] = fuzz_chance(r, 20);
    IR_AUTO_GRAPH known = NULL;
    IR_AUTO_GRAPH rest = NULL;
    int nres = ir_partial_eval(g, unknown, out, &known, &rest);
    if (nres < 0)
        return fuzz_no_result("partial evaluation");
    if (!ir_verify(known) || !ir_verify(rest))
        return verdict(test_fail("partial evaluation", "a half is not sound"));
    test_arrays first = {0}, second = {0}, a, b, want, got = {0};
    for (int k = 0; k < g->nin; k++)
        test_arrays_add(p, unknown[k] ? &second : &first, f->in.at[k]);
    if (!test_eval(p, known, &first, &a))
        return fuzz_no_result("the known half");
    test_arrays residuals = {nres, a.at + (a.n - nres)};
    second = test_arrays_join(p, &residuals, &second);
    if (!test_eval(p, rest, &second, &b) || !test_eval(p, g, &f->in, &want))
        return fuzz_no_result("the unknown half");
    for (int k = 0, n = 0, m = 0; k < g->nout; k++)
        test_arrays_add(p, &got, out[k] ? b.at[m++] : a.at[n++]);
    return verdict(fuzz_agree(p, "partial evaluation", g, &f->in, &got, &want));
}

/* ---- collectives ----------------------------------------------------------------------------- */

/* Two lanes of every input, or the input itself. */
static test_arrays doubled(test_pool *p, fuzz_rng *r, const test_arrays *in, int *axis)
{
    test_arrays out = {0};
    for (int k = 0; k < in->n; k++) {
        axis[k] = fuzz_chance(r, 30) ? -1 : fuzz_below(r, in->at[k].type.rank + 1);
        test_arrays_add(p, &out,
                        axis[k] < 0 ? in->at[k] : fuzz_repeated(p, &in->at[k], axis[k], 2));
    }
    return out;
}

/* A draw decides whether it is differentiated first. */
static ir_graph *maybe_derived(const ir_graph *g, int how)
{
    return how == 0 ? test_jvp(g) : how == 1 ? test_vjp(g) : ir_graph_retain((ir_graph *)g);
}

static fuzz_verdict check_lanes(test_pool *p, fuzz_rng *r, fuzz_program *f)
{
    if (draws_bits(f->g))
        return FUZZ_SKIP;
    int how = fuzz_below(r, 4);
    test_arrays by = how == 0   ? fuzz_directions(p, r, f->g->in, f->g->nin)
                     : how == 1 ? fuzz_directions(p, r, f->g->out, f->g->nout)
                                : (test_arrays){0};
    test_arrays in = test_arrays_join(p, &f->in, &by), want, all;
    IR_AUTO_GRAPH plain = maybe_derived(f->g, how);
    IR_AUTO_GRAPH pooled = plain ? fuzz_pooled(f->g, r, how < 2) : NULL;
    IR_AUTO_GRAPH g = pooled ? maybe_derived(pooled, how) : NULL;
    if (!g || !test_eval(p, plain, &in, &want))
        return fuzz_no_result("lanes");
    int *axis = test_alloc(p, (size_t)(g->nin + g->nout + 1) * sizeof *axis);
    int *axis_out = axis + g->nin;
    test_arrays two = doubled(p, r, &in, axis);
    for (int k = 0; k < g->nout; k++)
        axis_out[k] = IR_AXIS_ANY;
    ir_batching over = {2, .axis_name = fuzz_lanes()};
    IR_AUTO_GRAPH batched = ir_vmap(g, &over, axis, axis_out);
    if (!batched || !test_eval(p, batched, &two, &all))
        return fuzz_no_result("lanes");
    if (!ir_verify(batched))
        return verdict(test_fail("lanes", "the graph is not sound"));
    for (int lane = 0; lane < 2; lane++) {
        test_arrays got = fuzz_slices(p, &all, axis_out, lane);
        if (!fuzz_agree(p, "collectives", plain, &in, &got, &want))
            return FUZZ_FAIL;
    }
    return FUZZ_PASS;
}

/* Compares the compiled program over this many lanes with the interpreter. */
static fuzz_verdict compiled_lanes(test_pool *p, fuzz_rng *r, fuzz_program *f, const char *check,
                                   int64_t lanes, const jit_options *options)
{
    if (!f->g->nin)
        return FUZZ_SKIP;
    int *axis = test_alloc(p, (size_t)(f->g->nin + f->g->nout) * sizeof *axis);
    test_arrays in, want, got;
    IR_AUTO_GRAPH batched = fuzz_batch(p, r, f, lanes, axis, axis + f->g->nin, &in);
    if (!batched || !test_eval(p, batched, &in, &want))
        return fuzz_no_result(check);
    if (!ir_verify(batched))
        return verdict(test_fail(check, "the graph is not sound"));
    IR_AUTO_GRAPH optimised = ir_optimize(batched);
    if (!optimised || !test_jit_as(p, optimised, &in, &got, options))
        return fuzz_no_result(check);
    return verdict(fuzz_agree(p, check, batched, &in, &got, &want));
}

/* Enough lanes that compiled code runs loops strip by strip; the interpreter runs all in step. */
static fuzz_verdict check_strips(test_pool *p, fuzz_rng *r, fuzz_program *f)
{
    return compiled_lanes(p, r, f, "strips", 64 + fuzz_below(r, 80), NULL);
}

/* Limits so low that kernels are done together by rows even if the rows are few and small. */
static fuzz_verdict check_rows(test_pool *p, fuzz_rng *r, fuzz_program *f)
{
    jit_limits limits = jit_backend_llvm.limits;
    limits.strip_least_rows = 2;
    limits.strip_least_bytes = 1;
    limits.strip_bytes = 1 << fuzz_below(r, 12);
    return compiled_lanes(p, r, f, "rows", 2 + fuzz_below(r, 12),
                          &(jit_options){.limits = &limits});
}

const fuzz_check fuzz_checks[] = {
    {"text", 100, check_text,
     "printed, read and printed it is the same; it verifies, hashes alike"},
    {"passes", 100, check_passes, "passes, in any order, change no bit of the results"},
    {"vmap", 100, check_vmap, "vmap is a loop over slices"},
    {"jvp", 100, check_jvp, "jvp is what differences find"},
    {"vjp", 100, check_vjp, "<vjp(u), v> is <u, jvp(v)>"},
    {"orders", 50, fuzz_check_orders,
     "the gradient of a batch is the batch of gradients, up to the order of sums"},
    {"zeros", 50, check_zeros, "a tangent left out is one of zeros"},
    {"partial", 50, check_partial, "split by what is known and put together it is the same"},
    {"lanes", 30, check_lanes, "what equal lanes compute together is what each has"},
    {"strips", 10, check_strips, "many lanes compiled are those that the interpreter runs in step"},
    {"rows", 50, check_rows, "kernels done together by rows give what the interpreter gives"},
    {"jit", 100, check_jit, "compiled it gives what the interpreter gives"},
    {"stablehlo", 50, fuzz_check_stablehlo,
     "written as StableHLO and read again it gives the same, up to rounding"},
    {"donate", 50, check_donate, "results written over donated inputs are the same bits"},
    {NULL, 0, NULL, NULL}};

int fuzz_check_find(const char *name)
{
    for (int k = 0; fuzz_checks[k].name; k++)
        if (!strcmp(fuzz_checks[k].name, name))
            return k;
    return -1;
}

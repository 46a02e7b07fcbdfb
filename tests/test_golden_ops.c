/* Every primitive against JAX, against the mathematics, and interpreted against compiled.
 *
 * JAX's values are in tests/golden/ops_<primitive>.txt. There is a test for each primitive of the
 * op table and each of the checks below. A failure's message begins with "primitive/case", and
 *     GOLDEN_CASE=case jacquard_tests --filter 'golden_jvp/primitive'
 * runs only that case.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "tests/golden_cases.h"

static const test_tolerance exact = {TEST_EXACT, 0};

static const char *label(test_pool *p, const golden_case *c, const char *what)
{
    size_t n = strlen(c->name) + strlen(what) + 3;
    char *text = test_alloc(p, n);
    snprintf(text, n, "%s, %s", c->name, what);
    return text;
}

/* ---- a case's graph, and what the transformations make of it ------------------------------ */

typedef struct {
    const char *name; /* "primitive/case, transformation" */
    ir_graph *graph;
    test_arrays in, out;      /* out: the interpreter's results */
    test_tolerance tolerance; /* of the same computed in another order of summation */
} form;

typedef struct {
    form *at;
    int n;
} forms;

static void forms_free(forms *f)
{
    for (int k = 0; k < f->n; k++)
        ir_graph_release(f->at[k].graph);
    free(f->at);
}

/* Takes ownership of the graph, and runs it. */
static void forms_add(test_pool *p, forms *f, const golden_case *c, const char *what, ir_graph *g,
                      test_arrays in, test_tolerance tolerance)
{
    form made = {.name = label(p, c, what), .graph = g, .in = in, .tolerance = tolerance};
    if (!g || !test_eval(p, g, &in, &made.out)) {
        test_fail(made.name, "could not be made or run");
        ir_graph_release(g);
        return;
    }
    f->at = ir_resize(f->at, (size_t)(f->n + 1) * sizeof *f->at);
    f->at[f->n++] = made;
}

static ir_graph *vmap_of(const golden_case *c, const golden_vmap *v)
{
    int axis_out[IR_MAX_RANK];
    memcpy(axis_out, v->axis_out, (size_t)c->graph->nout * sizeof *axis_out);
    return ir_vmap(c->graph, &(ir_batching){.size = v->size}, v->axis_in, axis_out);
}

static test_arrays random_directions(test_pool *p, ir_value *const *v, int n, uint64_t seed)
{
    test_arrays all = {0};
    for (int k = 0; k < n; k++)
        if (test_is_float(v[k]))
            test_arrays_add(p, &all, test_array_random(p, &v[k]->type, seed + (uint64_t)k, -1, 1));
    return all;
}

/* JAX has no reverse mode through `while`. Here it may be refused, but it must not be wrong. */
static ir_graph *vjp_of(const golden_case *c)
{
    ir_graph *vjp = c->differentiable ? test_vjp(c->graph) : NULL;
    if (!vjp && c->differentiable && !c->reverse) {
        if (!ir_error())
            test_fail(c->name, "vjp is refused without a reason");
        ir_error_clear();
    }
    return vjp;
}

static test_arrays cotangent_of(test_pool *p, const golden_case *c)
{
    return c->reverse ? c->cotangent : random_directions(p, c->graph->out, c->graph->nout, 4);
}

static void forms_of_case(test_pool *p, forms *f, const golden_case *c)
{
    const ir_op *op = ir_op_find(c->name, (size_t)(strchr(c->name, '/') - c->name));
    test_tolerance same = c->tolerance.kind == TEST_REL ? c->tolerance : exact;
    test_tolerance slope = op->flags & IR_OP_ELEMENTWISE ? exact : c->derivative;
    forms_add(p, f, c, "function", ir_graph_retain(c->graph), c->in, same);
    if (c->differentiable)
        forms_add(p, f, c, "jvp", test_jvp(c->graph), test_arrays_join(p, &c->in, &c->tangent),
                  slope);
    for (int v = 0; v < c->nvmap; v++)
        forms_add(p, f, c, "vmap", vmap_of(c, &c->vmap[v]), c->vmap[v].in, same);
    IR_AUTO_GRAPH vjp = vjp_of(c);
    if (!vjp)
        return;
    test_arrays cotangent = cotangent_of(p, c), in = test_arrays_join(p, &c->in, &cotangent);
    forms_add(p, f, c, "vjp", ir_graph_retain(vjp), in, slope);
    if (ir_op_nests(op)) { /* for these second derivatives are the difficult part */
        test_arrays t = random_directions(p, vjp->in, vjp->nin, 1);
        forms_add(p, f, c, "jvp of vjp", test_jvp(vjp), test_arrays_join(p, &in, &t), slope);
    }
}

/* All forms of all cases. */
static forms forms_of(golden_file *file)
{
    forms f = {0};
    for (int k = 0; k < file->n; k++)
        forms_of_case(&file->pool, &f, &file->at[k]);
    return f;
}

/* ---- the checks, case by case ------------------------------------------------------------- */

static void check_eval(test_pool *p, const golden_case *c)
{
    test_arrays out;
    if (!test_eval(p, c->graph, &c->in, &out))
        test_fail(c->name, "could not be run");
    else
        test_close_all(c->name, &out, 0, &c->out, c->tolerance);
}

static test_arrays tail(const test_arrays *a, int first)
{
    return (test_arrays){a->n - first, a->at + first};
}

/* The sum of the jvps along each tangent alone, with the others symbolically zero. */
static bool sum_of_single_tangents(test_pool *p, const golden_case *c, test_arrays *sum)
{
    const ir_graph *g = c->graph;
    bool *moving = test_alloc(p, (size_t)(g->nin + g->nout)), *out = moving + g->nin;
    *sum = (test_arrays){0};
    for (int k = 0, t = 0; k < g->nin; k++) {
        if (!test_is_float(g->in[k]))
            continue;
        memset(moving, 0, (size_t)g->nin);
        moving[k] = true;
        for (int j = 0; j < g->nout; j++)
            out[j] = test_is_float(g->out[j]);
        IR_AUTO_GRAPH jvp = ir_jvp(g, moving, out);
        test_arrays one = {1, &c->tangent.at[t++]}, result;
        test_arrays in = test_arrays_join(p, &c->in, &one);
        if (!jvp || !test_eval(p, jvp, &in, &result))
            return false;
        test_arrays slope = tail(&result, g->nout);
        if (sum->n)
            for (int j = 0; j < slope.n; j++)
                for (int64_t i = 0; i < ir_type_count(&slope.at[j].type); i++)
                    test_set(&sum->at[j], i, test_get(&sum->at[j], i) + test_get(&slope.at[j], i));
        else
            *sum = slope;
    }
    return true;
}

static void check_jvp(test_pool *p, const golden_case *c)
{
    if (!c->differentiable)
        return;
    IR_AUTO_GRAPH jvp = test_jvp(c->graph);
    test_arrays in = test_arrays_join(p, &c->in, &c->tangent), out, differences, sum;
    if (!jvp || !test_eval(p, jvp, &in, &out)) {
        test_fail(c->name, "jvp could not be made or run");
        return;
    }
    test_arrays primals = {c->out.n, out.at};
    test_close_all(label(p, c, "values beside the tangents"), &primals, 0, &c->out, c->tolerance);
    test_close_all(label(p, c, "jvp"), &out, c->out.n, &c->jvp, c->derivative);
    if (!c->differences)
        return;
    if (!sum_of_single_tangents(p, c, &sum))
        test_fail(c->name, "jvp with symbolic zeros could not be made or run");
    else
        test_close_all(label(p, c, "sum of jvps of single tangents"), &sum, 0, &c->jvp,
                       c->derivative);
    if (!test_differences(p, c->graph, &c->in, &c->tangent, 1e-4, &differences))
        test_fail(c->name, "finite differences could not be taken");
    else
        test_close_all(label(p, c, "finite differences"), &differences, 0, &c->jvp,
                       (test_tolerance){TEST_REL, 1e-9});
}

static bool all_finite(const test_arrays *a)
{
    for (int k = 0; k < a->n; k++)
        for (int64_t i = 0; i < ir_type_count(&a->at[k].type); i++)
            if (!isfinite(test_get(&a->at[k], i)))
                return false;
    return true;
}

/* <vjp(u), v> = <u, jvp(v)>, unless a term is infinite. */
static void check_dual(const char *what, const test_arrays *back, const test_arrays *v,
                       const test_arrays *u, const test_arrays *slope, double bound)
{
    if (!all_finite(back) || !all_finite(slope))
        return;
    double a = test_dot(back, v), b = test_dot(u, slope);
    if (!(fabs(a - b) <= bound * fmax(1, fabs(b))))
        test_fail(what, "<vjp(u), v> is %.17g, but <u, jvp(v)> is %.17g", a, b);
}

static void check_vjp(test_pool *p, const golden_case *c)
{
    if (!c->differentiable)
        return;
    IR_AUTO_GRAPH jvp = test_jvp(c->graph);
    IR_AUTO_GRAPH vjp = vjp_of(c);
    if (!vjp && !c->reverse)
        return;
    test_arrays cotangent = cotangent_of(p, c), forward, out;
    test_arrays forward_in = test_arrays_join(p, &c->in, &c->tangent);
    test_arrays in = test_arrays_join(p, &c->in, &cotangent);
    if (!jvp || !vjp || !test_eval(p, vjp, &in, &out) ||
        !test_eval(p, jvp, &forward_in, &forward)) {
        test_fail(c->name, "vjp could not be made or run");
        return;
    }
    test_arrays primals = {c->out.n, out.at};
    test_close_all(label(p, c, "values beside the cotangents"), &primals, 0, &c->out, c->tolerance);
    if (c->reverse)
        test_close_all(label(p, c, "vjp"), &out, c->out.n, &c->vjp, c->derivative);
    test_arrays back = tail(&out, c->out.n), slope = tail(&forward, c->out.n);
    check_dual(label(p, c, "vjp"), &back, &c->tangent, &cotangent, &slope,
               10 * c->derivative.bound);
}

/* ---- transformations of transformations: against differences, duality, lanes -------------- */

/* The derivative of the vjp, in forward and reverse mode. */
static void check_second_derivative(test_pool *p, const golden_case *c, const ir_graph *vjp,
                                    const test_arrays *in)
{
    IR_AUTO_GRAPH jvp2 = test_jvp(vjp);
    IR_AUTO_GRAPH vjp2 = test_vjp(vjp);
    test_arrays t = random_directions(p, vjp->in, vjp->nin, 1), forward, differences, back;
    test_arrays ct = random_directions(p, vjp->out, vjp->nout, 2);
    test_arrays forward_in = test_arrays_join(p, in, &t), back_in = test_arrays_join(p, in, &ct);
    if (!jvp2 || !vjp2 || !test_eval(p, jvp2, &forward_in, &forward) ||
        !test_eval(p, vjp2, &back_in, &back) ||
        !test_differences(p, vjp, in, &t, 1e-4, &differences)) {
        test_fail(c->name, "jvp or vjp of vjp could not be made or run");
        return;
    }
    test_arrays slope = tail(&forward, vjp->nout), ct_in = tail(&back, vjp->nout);
    test_close_all(label(p, c, "jvp of vjp against differences"), &slope, 0, &differences,
                   (test_tolerance){TEST_REL, 1e-8});
    check_dual(label(p, c, "vjp of vjp"), &ct_in, &t, &ct, &slope, 1e-10);
}

static test_array stacked(test_pool *p, const test_array *a, const test_array *b)
{
    ir_type t = a->type;
    memmove(t.dim + 1, t.dim, (size_t)t.rank++ * sizeof *t.dim);
    t.dim[0] = 2;
    test_array both = test_array_new(p, &t);
    size_t bytes = ir_type_bytes(&a->type);
    memcpy(both.data, a->data, bytes);
    memcpy((char *)both.data + bytes, b->data, bytes);
    return both;
}

/* Batches the vjp over two cotangents, as for the rows of a Jacobian. */
static void check_batched_vjp(test_pool *p, const golden_case *c, const ir_graph *vjp,
                              const test_arrays *in)
{
    int nx = c->in.n, nct = in->n - nx;
    int *axis_in = test_alloc(p, (size_t)(vjp->nin + vjp->nout) * sizeof *axis_in);
    int *axis_out = axis_in + vjp->nin;
    test_arrays first = tail(in, nx), both = {0};
    test_arrays other = random_directions(p, vjp->in + nx, nct, 3);
    for (int k = 0; k < nct; k++)
        test_arrays_add(p, &both, stacked(p, &in->at[nx + k], &other.at[k]));
    for (int k = 0; k < vjp->nin; k++)
        axis_in[k] = k < nx ? -1 : 0;
    for (int k = 0; k < vjp->nout; k++)
        axis_out[k] = 0;
    IR_AUTO_GRAPH batched = ir_vmap(vjp, &(ir_batching){.size = 2}, axis_in, axis_out);
    test_arrays batched_in = test_arrays_join(p, &c->in, &both), out;
    if (!batched || !test_eval(p, batched, &batched_in, &out)) {
        test_fail(c->name, "vmap of vjp could not be made or run");
        return;
    }
    for (int lane = 0; lane < 2; lane++) {
        test_arrays lane_in = test_arrays_join(p, &c->in, lane ? &other : &first), want;
        test_arrays got = {0};
        for (int k = 0; k < out.n; k++)
            test_arrays_add(p, &got, test_array_slice(p, &out.at[k], 0, lane));
        if (!test_eval(p, vjp, &lane_in, &want))
            test_fail(c->name, "vjp could not be run");
        else
            test_close_all(label(p, c, "vmap of vjp against lanes"), &got, 0, &want, c->derivative);
    }
}

static void check_nested(test_pool *p, const golden_case *c)
{
    IR_AUTO_GRAPH vjp = c->differences ? vjp_of(c) : NULL;
    if (!vjp)
        return; /* that it can be made is checked above */
    test_arrays cotangent = cotangent_of(p, c), in = test_arrays_join(p, &c->in, &cotangent);
    check_second_derivative(p, c, vjp, &in);
    check_batched_vjp(p, c, vjp, &in);
}

/* ---- batches --------------------------------------------------------------------------------- */

/* Compares lane b of the batched results with the graph run on lane b. */
static void check_lane(test_pool *p, const golden_case *c, const golden_vmap *v,
                       const test_arrays *batched, int64_t lane)
{
    test_arrays in = {0}, out, want = {0};
    for (int k = 0; k < v->in.n; k++)
        test_arrays_add(p, &in,
                        v->axis_in[k] < 0 ? v->in.at[k]
                                          : test_array_slice(p, &v->in.at[k], v->axis_in[k], lane));
    for (int k = 0; k < batched->n; k++)
        test_arrays_add(p, &want, test_array_slice(p, &batched->at[k], v->axis_out[k], lane));
    char what[60];
    snprintf(what, sizeof what, "lane %lld run alone", (long long)lane);
    if (!test_eval(p, c->graph, &in, &out))
        test_fail(label(p, c, what), "could not be run");
    else
        test_close_all(label(p, c, what), &out, 0, &want,
                       c->tolerance.kind == TEST_REL ? c->tolerance : exact);
}

static void check_vmap(test_pool *p, const golden_case *c)
{
    for (int k = 0; k < c->nvmap; k++) {
        const golden_vmap *v = &c->vmap[k];
        char what[100];
        int64_t axes[IR_MAX_RANK];
        for (int j = 0; j < c->graph->nin && j < IR_MAX_RANK; j++)
            axes[j] = v->axis_in[j];
        snprintf(what, sizeof what, "vmap in_axes=%s", ir_ints_tmp(axes, c->graph->nin));
        IR_AUTO_GRAPH g = vmap_of(c, v);
        test_arrays out;
        if (!g || !test_eval(p, g, &v->in, &out)) {
            test_fail(label(p, c, what), "could not be made or run");
            continue;
        }
        if (test_close_all(label(p, c, what), &out, 0, &v->out, c->tolerance))
            for (int64_t lane = 0; lane < v->size; lane++)
                check_lane(p, c, v, &out, lane);
    }
}

static void each_case(const char *primitive, void (*check)(test_pool *, const golden_case *))
{
    ops_init();
    golden_file f = golden_load(primitive);
    for (int k = 0; k < f.n; k++)
        check(&f.pool, &f.at[k]);
    golden_free(&f);
}

/* ---- the checks of all forms -------------------------------------------------------------- */

static void check_text(const form *f)
{
    char *text = ir_print_str(f->graph, false);
    IR_AUTO_GRAPH read = ir_parse(text, f->name);
    if (!read) {
        test_fail(f->name, "what was printed cannot be parsed:\n%s\n", text);
    } else {
        char *again = ir_print_str(read, false);
        ir_hash128 a = ir_graph_hash(f->graph), b = ir_graph_hash(read);
        if (strcmp(text, again))
            test_fail(f->name, "printed, parsed and printed again differs:\n%s\n%s\n", text, again);
        if (!ir_graph_equal(f->graph, read) || a.lo != b.lo || a.hi != b.hi)
            test_fail(f->name, "printed and parsed it is another graph:\n%s\n", text);
        free(again);
    }
    free(text);
}

static void check_passes(test_pool *p, const form *f)
{
    test_arrays out;
    if (!ir_verify(f->graph)) {
        test_fail(f->name, "is not a valid graph");
        return;
    }
    IR_AUTO_GRAPH optimized = ir_optimize(f->graph);
    if (!optimized || !ir_verify(optimized) || !test_eval(p, optimized, &f->in, &out))
        test_fail(f->name, "could not be optimized and run");
    else
        test_close_all(label(p, &(golden_case){.name = f->name}, "optimized"), &out, 0, &f->out,
                       exact);
}

static void rewriting(const char *primitive)
{
    ops_init();
    golden_file file = golden_load(primitive);
    forms all = forms_of(&file);
    for (int k = 0; k < all.n; k++) {
        check_text(&all.at[k]);
        check_passes(&file.pool, &all.at[k]);
    }
    forms_free(&all);
    golden_free(&file);
}

/* ---- compiled ----------------------------------------------------------------------------------
 * Compiling is slow, so one program holds many forms side by side. */

enum { FORMS_PER_PROGRAM = 40 };

static ir_graph *side_by_side(test_pool *p, const form *f, int n, test_arrays *in)
{
    ir_graph *g = ir_graph_new("side_by_side");
    ir_value **out = NULL;
    int nout = 0;
    *in = (test_arrays){0};
    for (int k = 0; k < n; k++) {
        const ir_graph *one = f[k].graph;
        out = ir_resize(out, (size_t)(nout + one->nout + 1) * sizeof *out);
        int first = g->nin;
        for (int j = 0; j < one->nin; j++)
            ir_input(g, &one->in[j]->type);
        if (!ir_splice(g, one, g->in + first, out + nout)) {
            free(out);
            ir_graph_release(g);
            return NULL;
        }
        nout += one->nout;
        *in = test_arrays_join(p, in, &f[k].in);
    }
    ir_outputs(g, out, nout);
    free(out);
    return g;
}

static void compare_compiled(const form *f, int n, const test_arrays *out)
{
    for (int k = 0, first = 0; k < n; first += f[k++].out.n) {
        char what[600];
        snprintf(what, sizeof what, "%s, compiled", f[k].name);
        test_arrays mine = {f[k].out.n, out->at + first};
        test_close_all(what, &mine, 0, &f[k].out, f[k].tolerance);
    }
}

static void check_compiled(test_pool *p, const form *f, int n)
{
    test_arrays in, out;
    IR_AUTO_GRAPH g = side_by_side(p, f, n, &in);
    if (g && test_jit(p, g, &in, &out))
        compare_compiled(f, n, &out);
    else if (n > 1)
        for (int k = 0; k < n; k++) {
            ir_error_clear();
            check_compiled(p, f + k, 1); /* to see whose fault it is */
        }
    else
        test_fail(f->name, "could not be compiled and run");
}

static void compiling(const char *primitive)
{
    ops_init();
    golden_file file = golden_load(primitive);
    forms all = forms_of(&file);
    for (int k = 0; k < all.n; k += FORMS_PER_PROGRAM)
        check_compiled(&file.pool, all.at + k,
                       all.n - k < FORMS_PER_PROGRAM ? all.n - k : FORMS_PER_PROGRAM);
    forms_free(&all);
    golden_free(&file);
}

/* ---- the tests ---------------------------------------------------------------------------- */

/* clang-format off */
#define GOLDEN(prim)                                                                               \
    Test(golden_values_are_those_of_jax, prim) { each_case(#prim, check_eval); }                   \
    Test(golden_jvp_is_that_of_jax_and_of_differences, prim) { each_case(#prim, check_jvp); }      \
    Test(golden_vjp_is_that_of_jax_and_dual_to_jvp, prim) { each_case(#prim, check_vjp); }         \
    Test(golden_vjp_has_jvp_vjp_and_vmap, prim) { each_case(#prim, check_nested); }                \
    Test(golden_vmap_is_that_of_jax_and_a_loop, prim) { each_case(#prim, check_vmap); }            \
    Test(golden_text_and_passes_keep_the_function, prim) { rewriting(#prim); }                     \
    Test(golden_compiled_is_interpreted, prim) { compiling(#prim); }
#define EW_OTHER(name) GOLDEN(name)
#define EW(name, ...) GOLDEN(name)
#include "ops/elementwise.def"
OPS_LIKE_JAX(GOLDEN)
/* clang-format on */

/* The gradient of a batch is the batch of gradients. Work that a batch does for a lane that did not
 * choose it must not appear in the lane's gradient, nor in that of what all lanes share.
 */
#include <math.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

/* Which axis of each array in `out`, or of its cotangent, carries the batch. */
typedef struct {
    int *in, *out;  /* the program's inputs and outputs */
    int *in_ct, *u; /* cotangents of its float inputs and outputs */
    int nin_ct, nu;
} batch_axes;

static batch_axes axes_for(test_pool *p, const ir_graph *g)
{
    int *all = test_alloc(p, (size_t)(2 * (g->nin + g->nout) + 1) * sizeof *all);
    return (batch_axes){all, all + g->nin, all + g->nin + g->nout, all + 2 * g->nin + g->nout, 0,
                        0};
}

static void fill_cotangent_axes(const ir_graph *g, batch_axes *a)
{
    for (int k = 0; k < g->nin; k++)
        if (test_is_float(g->in[k]))
            a->in_ct[a->nin_ct++] = a->in[k];
    for (int k = 0; k < g->nout; k++)
        if (test_is_float(g->out[k]))
            a->u[a->nu++] = a->out[k];
}

/* The index in an array with a batch of `size` at `axis` of element i of one lane. */
static int64_t index_in_batch(const ir_type *whole, int axis, int64_t lane, int64_t i)
{
    int64_t inner = 1;
    for (int d = axis + 1; d < whole->rank; d++)
        inner *= whole->dim[d];
    return (i / inner * whole->dim[axis] + lane) * inner + i % inner;
}

/* Adds one lane's cotangents to `sum`: in its place, or to what the lanes share. */
static void add_lane(test_arrays *sum, const test_arrays *ct, const int *axis, int64_t lane)
{
    for (int k = 0; k < ct->n; k++)
        for (int64_t i = 0; i < ir_type_count(&ct->at[k].type); i++) {
            test_array *to = &sum->at[k];
            int64_t at = axis[k] < 0 ? i : index_in_batch(&to->type, axis[k], lane, i);
            test_set(to, at, test_get(to, at) + test_get(&ct->at[k], i));
        }
}

static void clear(test_array *a)
{
    for (int64_t i = 0; i < ir_type_count(&a->type); i++)
        test_set(a, i, 0);
}

/* The sum of what the lanes' own gradients give. An output without a batch counts once. */
static bool lane_by_lane(test_pool *p, const ir_graph *vjp, int nout, const test_arrays *in,
                         const test_arrays *u, const batch_axes *a, int64_t size, test_arrays *sum)
{
    for (int k = 0; k < sum->n; k++)
        clear(&sum->at[k]);
    for (int64_t lane = 0; lane < size; lane++) {
        test_arrays x = fuzz_slices(p, in, a->in, lane), by = fuzz_slices(p, u, a->u, lane), y;
        for (int k = 0; k < a->nu; k++)
            if (a->u[k] < 0 && lane) {
                by.at[k] = test_array_new(p, &by.at[k].type);
                clear(&by.at[k]);
            }
        x = test_arrays_join(p, &x, &by);
        if (!test_eval(p, vjp, &x, &y))
            return false;
        test_arrays ct = {y.n - nout, y.at + nout};
        add_lane(sum, &ct, a->in_ct, lane);
    }
    return true;
}

/* Where the lanes themselves give no number, anything is right. */
static void forgive(test_arrays *want, const test_arrays *got)
{
    for (int k = 0; k < want->n; k++)
        for (int64_t i = 0; i < ir_type_count(&want->at[k].type); i++)
            if (!isfinite(test_get(&want->at[k], i)))
                test_set(&want->at[k], i, test_get(&got->at[k], i));
}

fuzz_verdict fuzz_check_orders(test_pool *p, fuzz_rng *r, fuzz_program *f)
{
    const ir_graph *g = f->g;
    if (!g->nin)
        return FUZZ_SKIP;
    batch_axes a = axes_for(p, g);
    int64_t size = 1 + fuzz_below(r, 4);
    test_arrays in, got, want = {0};
    IR_AUTO_GRAPH batched = fuzz_batch(p, r, f, size, a.in, a.out, &in);
    IR_AUTO_GRAPH all = batched ? test_vjp(batched) : NULL;
    IR_AUTO_GRAPH one = all ? test_vjp(g) : NULL;
    if (!one)
        return fuzz_no_result("orders");
    fill_cotangent_axes(g, &a);
    test_arrays u = fuzz_directions(p, r, batched->out, batched->nout);
    test_arrays x = test_arrays_join(p, &in, &u);
    if (!test_eval(p, all, &x, &got))
        return fuzz_no_result("orders");
    for (int k = 0; k < got.n; k++) {
        test_arrays_add(p, &want, k < g->nout ? got.at[k] : test_array_new(p, &got.at[k].type));
    }
    test_arrays ct = {a.nin_ct, want.at + g->nout}, ct_got = {a.nin_ct, got.at + g->nout};
    if (!lane_by_lane(p, one, g->nout, &in, &u, &a, size, &ct))
        return fuzz_no_result("orders");
    forgive(&ct, &ct_got);
    /* A sum over the lanes may be rounded to the dtype of a few digits that a lane computes in. */
    test_tolerance some = {TEST_REL, 30 * fuzz_rounding(fuzz_coarsest(g))};
    if (test_close_all("gradient of a batch", &got, 0, &want, some))
        return FUZZ_PASS;
    fuzz_complaints();
    return fuzz_agree(p, "gradient of a batch", all, &x, &got, &want) ? FUZZ_PASS : FUZZ_FAIL;
}

/* Transformations that turn a program into a program: they transform the graph, and make values for
 * its additional inputs. */
#include <stdlib.h>
#include <string.h>

#include "ops/control.h"
#include "tests/fuzz/fuzz.h"

bool fuzz_refused(void)
{
    static const char *const refusals[] = {
        "forward-mode differentiation (jvp, linearize, jacfwd) reached",
        "has more than 16 dimensions",
    };
    for (size_t k = 0; ir_error() && k < sizeof refusals / sizeof *refusals; k++)
        if (strstr(ir_error(), refusals[k]))
            return true;
    return false;
}

test_arrays fuzz_directions(test_pool *p, fuzz_rng *r, ir_value *const *v, int n)
{
    test_arrays out = {0};
    for (int k = 0; k < n; k++)
        if (test_is_float(v[k]))
            test_arrays_add(p, &out, test_array_random(p, &v[k]->type, fuzz_bits(r), -1, 1));
    return out;
}

static bool finish(ir_graph *g, test_arrays in, fuzz_program *out)
{
    *out = (fuzz_program){g, in};
    return g != NULL;
}

static bool step_jvp(test_pool *p, fuzz_rng *r, const fuzz_program *in, fuzz_program *out)
{
    test_arrays t = fuzz_directions(p, r, in->g->in, in->g->nin);
    return finish(test_jvp(in->g), test_arrays_join(p, &in->in, &t), out);
}

static bool step_vjp(test_pool *p, fuzz_rng *r, const fuzz_program *in, fuzz_program *out)
{
    test_arrays ct = fuzz_directions(p, r, in->g->out, in->g->nout);
    return finish(test_vjp(in->g), test_arrays_join(p, &in->in, &ct), out);
}

static bool step_optimize(test_pool *p, fuzz_rng *r, const fuzz_program *in, fuzz_program *out)
{
    (void)p, (void)r;
    /* What becomes of complex numbers has no derivatives any more. */
    return finish(ir_has_complex(in->g) ? ir_graph_retain(in->g) : ir_optimize(in->g), in->in, out);
}

/* Wraps the whole graph in one equation. */
static bool step_call(test_pool *p, fuzz_rng *r, const fuzz_program *in, fuzz_program *out)
{
    (void)p, (void)r;
    ir_graph *g = ir_graph_like(in->g, "outer");
    ir_value **made = ctl_call(g, in->g, g->in);
    if (made)
        ir_outputs(g, made, in->g->nout);
    else {
        ir_graph_release(g);
        g = NULL;
    }
    return finish(g, in->in, out);
}

/* ---- batching -------------------------------------------------------------------------------- */

/* The reverse of test_array_slice. */
static void put_slice(test_array *a, int axis, int64_t index, const test_array *slice)
{
    int64_t inner = 1, outer = 1, n = a->type.dim[axis];
    for (int d = 0; d < a->type.rank; d++)
        if (d != axis)
            *(d < axis ? &outer : &inner) *= a->type.dim[d];
    size_t run = (size_t)inner * ir_dtypes[a->type.dtype].size;
    for (int64_t o = 0; o < outer && run; o++)
        memcpy((char *)a->data + (size_t)(o * n + index) * run,
               (const char *)slice->data + (size_t)o * run, run);
}

/* Another value near x: lanes must differ, but stay in a range like x's. */
static test_array near(test_pool *p, fuzz_rng *r, const test_array *x)
{
    double reach = ir_has_fraction(x->type.dtype) ? 0.3 : x->type.dtype == IR_bool ? 1 : 2;
    test_array a = test_array_random(p, &x->type, fuzz_bits(r), -reach, reach);
    for (int64_t k = 0; k < ir_type_count(&x->type); k++) {
        double by = fuzz_uniform(r, -reach, reach), v = test_get(x, k);
        if (x->type.dtype == IR_bool)
            test_set(&a, k, fuzz_chance(r, 50));
        else if (ir_has_fraction(x->type.dtype))
            test_set(&a, k, v + by);
        else
            test_set(&a, k, (double)(int64_t)(v + by < 0 ? v : v + by));
    }
    return a;
}

test_array fuzz_repeated(test_pool *p, const test_array *x, int axis, int64_t size)
{
    ir_type t = x->type;
    memmove(t.dim + axis + 1, t.dim + axis, (size_t)(t.rank++ - axis) * sizeof *t.dim);
    t.dim[axis] = size;
    test_array a = test_array_new(p, &t);
    for (int64_t lane = 0; lane < size; lane++)
        put_slice(&a, axis, lane, x);
    return a;
}

static test_array batched_input(test_pool *p, fuzz_rng *r, const test_array *x, int axis,
                                int64_t size)
{
    test_array a = fuzz_repeated(p, x, axis, size);
    for (int64_t lane = 0; lane < size; lane++) {
        test_array slice = lane ? near(p, r, x) : *x;
        put_slice(&a, axis, lane, &slice);
    }
    return a;
}

int64_t fuzz_batch_size(fuzz_rng *r)
{
    return fuzz_chance(r, 3) ? 0 : 1 + fuzz_below(r, 3);
}

ir_graph *fuzz_batch(test_pool *p, fuzz_rng *r, const fuzz_program *in, int64_t size, int *axis_in,
                     int *axis_out, test_arrays *batched)
{
    const ir_graph *g = in->g;
    int one = fuzz_below(r, g->nin);
    *batched = (test_arrays){0};
    for (int k = 0; k < g->nin; k++) {
        int rank = in->in.at[k].type.rank;
        axis_in[k] = k != one && fuzz_chance(r, 30) ? -1 : fuzz_below(r, rank + 1);
        test_arrays_add(p, batched,
                        axis_in[k] < 0 ? in->in.at[k]
                                       : batched_input(p, r, &in->in.at[k], axis_in[k], size));
    }
    for (int k = 0; k < g->nout; k++)
        axis_out[k] = fuzz_chance(r, 40) ? IR_AXIS_ANY : fuzz_below(r, g->out[k]->type.rank + 1);
    return ir_vmap(g, &(ir_batching){.size = size}, axis_in, axis_out);
}

static bool step_vmap(test_pool *p, fuzz_rng *r, const fuzz_program *in, fuzz_program *out)
{
    if (!in->g->nin)
        return finish(ir_graph_retain(in->g), in->in, out);
    int *axis = test_alloc(p, (size_t)(in->g->nin + in->g->nout) * sizeof *axis);
    test_arrays batched;
    int64_t size = fuzz_batch_size(r);
    ir_graph *g = fuzz_batch(p, r, in, size, axis, axis + in->g->nin, &batched);
    return finish(g, batched, out);
}

const fuzz_step fuzz_steps[] = {{"jvp", step_jvp},   {"vjp", step_vjp},
                                {"vmap", step_vmap}, {"optimize", step_optimize},
                                {"call", step_call}, {NULL, NULL}};

int fuzz_step_find(const char *name)
{
    for (int k = 0; fuzz_steps[k].name; k++)
        if (!strcmp(fuzz_steps[k].name, name))
            return k;
    return -1;
}

/* The equations of index expressions, as runtime/numpy/indexing/ makes them: ranges are slices,
 * perhaps reversed; positions are wrapped from the end; the components of index vectors are arrays,
 * known positions and strided ranges, joined along a last dimension. Random operands seldom fit
 * together in this way.
 */
#include <string.h>

#include "ops/ops.h"
#include "ops/windows.h"
#include "tests/fuzz/generate.h"

/* x[a:b:c, ...], perhaps backwards. */
static gen_value some_ranges(scope *s, gen_value x)
{
    fuzz_rng *r = &s->gen->rng;
    ir_type t = x.v->type;
    int64_t from[IR_MAX_RANK], to[IR_MAX_RANK], by[IR_MAX_RANK], back[IR_MAX_RANK];
    int nback = 0;
    for (int d = 0; d < t.rank; d++) {
        from[d] = fuzz_chance(r, 60) ? 0 : fuzz_below(r, (int)t.dim[d] / 2 + 1);
        to[d] =
            fuzz_chance(r, 60) ? t.dim[d] : from[d] + fuzz_below(r, (int)(t.dim[d] - from[d]) + 1);
        by[d] = fuzz_chance(r, 70) ? 1 : 1 + fuzz_below(r, 3);
        if (fuzz_chance(r, 30))
            back[nback++] = d;
    }
    ir_attr attr[] = {[SLICE_START] = {.n = t.rank, .ints = from},
                      [SLICE_LIMIT] = {.n = t.rank, .ints = to},
                      [SLICE_STRIDES] = {.n = t.rank, .ints = by}};
    x = gen_apply(s, "slice", 1, &x, attr);
    ir_attr rev[] = {[REV_DIMENSIONS] = {.n = nback, .ints = back}};
    return s->gen->broken || !nback ? x : gen_apply(s, "rev", 1, &x, rev);
}

/* Negative positions count from the end of n. */
static gen_value wrapped(scope *s, gen_value i, int64_t n)
{
    const ir_type *t = &i.v->type;
    gen_value low[] = {i, gen_constant(s, t, 0)}, sum[] = {i, gen_constant(s, t, (double)n)};
    if (s->gen->broken)
        return i;
    gen_value negative = gen_apply(s, "lt", 2, low, NULL);
    gen_value moved = s->gen->broken ? i : gen_apply(s, "add", 2, sum, NULL);
    return s->gen->broken ? i
                          : gen_apply(s, "select_n", 3, (gen_value[]){negative, i, moved}, NULL);
}

/* A component of index vectors of the given type, for a dimension of n elements. */
static gen_value some_component(scope *s, const ir_type *t, int64_t n)
{
    fuzz_rng *r = &s->gen->rng;
    if (fuzz_chance(r, 20))
        return gen_constant(s, t, fuzz_below(r, (int)n + 1));
    if (t->rank && fuzz_chance(r, 20)) {
        ir_attr attr[] = {[IOTA_DTYPE] = {.i = t->dtype},
                          [IOTA_SHAPE] = {.n = t->rank, .ints = t->dim},
                          [IOTA_DIMENSION] = {.i = fuzz_below(r, t->rank)}};
        return gen_apply(s, "iota", 0, NULL, attr);
    }
    return wrapped(s, gen_of_type(s, t), n);
}

/* Joins the components along a new last dimension. */
static gen_value joined(scope *s, int n, gen_value *component, const ir_type *t)
{
    int64_t shape[IR_MAX_RANK + 1];
    memcpy(shape, t->dim, (size_t)t->rank * sizeof *shape);
    shape[t->rank] = 1;
    ir_attr column[] = {[RESHAPE_SIZES] = {.n = t->rank + 1, .ints = shape}};
    for (int k = 0; k < n && !s->gen->broken; k++)
        component[k] = gen_apply(s, "reshape", 1, &component[k], column);
    ir_attr attr[] = {[CONCATENATE_DIMENSION] = {.i = t->rank}};
    return s->gen->broken ? component[0] : gen_apply(s, "concatenate", n, component, attr);
}

/* Puts the dimensions of the index vectors before the `place`-th of the others. */
static void place_vectors(const ir_type *x, const ir_type *t, int place, windows_attrs *a,
                          ir_type *w)
{
    bool placed = false;
    for (int d = 0, kept = 0; d <= x->rank; d++) {
        bool window = d < x->rank && !axis_count(a->map.at, a->map.n, d);
        for (int k = 0; !placed && kept == place && (window || d == x->rank) && k < t->rank; k++)
            w->dim[w->rank++] = t->dim[k];
        placed = placed || (kept == place && (window || d == x->rank));
        if (!window)
            continue;
        a->offset.at[a->offset.n++] = w->rank;
        w->dim[w->rank++] = x->dim[d];
        kept++;
    }
}

/* Index vectors for some dimensions of x; `a` gets the parameters, and *w the type of what they
 * select. */
static gen_value some_vectors(scope *s, const ir_type *x, windows_attrs *a, ir_type *w)
{
    fuzz_rng *r = &s->gen->rng;
    gen_value component[IR_MAX_RANK];
    ir_type t = {.dtype = IR_i32, .rank = (uint8_t)fuzz_below(r, 3)};
    int n = 0;
    for (int d = 0; d < t.rank; d++)
        t.dim[d] = fuzz_below(r, 4);
    *a = (windows_attrs){.vector = t.rank, .mode = (windows_mode)fuzz_below(r, WINDOWS_NMODE)};
    *w = (ir_type){.dtype = x->dtype, .weak = x->weak};
    int first = fuzz_below(r, x->rank);
    for (int d = 0; d < x->rank && !s->gen->broken; d++) {
        bool indexed = d == first || fuzz_chance(r, 40);
        a->sizes.at[a->sizes.n++] = indexed ? 1 : x->dim[d];
        if (!indexed)
            continue;
        component[n++] = some_component(s, &t, x->dim[d]);
        a->map.at[a->map.n++] = a->collapsed.at[a->collapsed.n++] = d;
    }
    place_vectors(x, &t, fuzz_below(r, x->rank - n + 1), a, w);
    return n == 1 || s->gen->broken ? component[0] : joined(s, n, component, &t);
}

void gen_indices(scope *s)
{
    static const ir_op *const scatters[] = {&op_scatter,     &op_scatter_add, &op_scatter_sub,
                                            &op_scatter_mul, &op_scatter_min, &op_scatter_max};
    fuzz_rng *r = &s->gen->rng;
    gen_value x = gen_any(s);
    if (!x.v->type.rank || x.v->type.rank > 4 || s->gen->broken)
        return;
    bool writes = fuzz_chance(r, 60);
    if (!writes)
        x = some_ranges(s, x);
    if (s->gen->broken || !ir_type_count(&x.v->type))
        return;
    windows_attrs a;
    ir_type w;
    ir_attr attr[GATHER_NATTR];
    gen_value at = some_vectors(s, &x.v->type, &a, &w);
    if (s->gen->broken)
        return;
    const ir_op *op = writes ? scatters[fuzz_below(r, 6)] : &op_gather;
    gen_value in[] = {x, at, x};
    if (writes)
        in[2] = gen_of_type(s, &w);
    a.fill = ir_scalar_of(x.v->type.dtype, fuzz_below(r, 3));
    windows_set_attrs(op, &a, attr);
    if (!s->gen->broken && gen_accepts(op, writes ? 3 : 2, in, attr))
        gen_apply(s, op->name, writes ? 3 : 2, in, attr);
}

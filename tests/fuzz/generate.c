/* Makes random programs: inputs, a graph of random equations, and some of its values as outputs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "tests/fuzz/generate.h"

uint64_t *fuzz_made;

void fuzz_program_free(fuzz_program *p)
{
    ir_graph_release(p->g);
    *p = (fuzz_program){0};
}

/* ---- types ------------------------------------------------------------------------------- */

ir_dtype gen_float(gen *g)
{
    int d, n = fuzz_below(&g->rng, __builtin_popcount(g->floats));
    for (d = __builtin_ctz(g->floats); n; d++)
        n -= g->floats >> (d + 1) & 1;
    return (ir_dtype)d;
}

ir_dtype gen_dtype(gen *g)
{
    static const ir_dtype others[] = {IR_bool, IR_bool, IR_i32, IR_i32, IR_i64, IR_u8,
                                      IR_u32,  IR_u64,  IR_i8,  IR_i16, IR_u16};
    if (fuzz_chance(&g->rng, 30))
        return others[fuzz_below(&g->rng, sizeof others / sizeof *others)];
    return gen_float(g);
}

ir_type gen_shape(gen *g, ir_dtype d)
{
    static const int ranks[] = {0, 0, 1, 1, 1, 2, 2, 2, 3, 4};
    ir_type t = ir_type_scalar(d);
    int rank = ranks[fuzz_below(&g->rng, sizeof ranks / sizeof *ranks)];
    while (t.rank < rank) {
        int64_t n = fuzz_chance(&g->rng, 2)    ? 0
                    : fuzz_chance(&g->rng, 20) ? 1
                                               : 2 + fuzz_below(&g->rng, g->most / 12);
        if (ir_type_count(&t) * n > g->most)
            n = 1;
        t.dim[t.rank++] = n;
    }
    return t;
}

/* ---- values ------------------------------------------------------------------------------ */

void gen_range(const test_array *a, double *lo, double *hi)
{
    *lo = INFINITY;
    *hi = -INFINITY;
    for (int64_t k = 0, n = ir_type_count(&a->type); k < n; k++) {
        double v = test_get(a, k);
        if (isnan(v)) {
            *lo = 1;
            *hi = 0;
            return;
        }
        *lo = fmin(*lo, v);
        *hi = fmax(*hi, v);
    }
}

/* Values within this bound may be used further. It keeps products and powers small, and integers
 * exact. */
static bool is_tame(const test_array *a)
{
    enum { MOST = 8, MOST_INT = 1 << 20 };
    double lo, hi, most = ir_has_fraction(a->type.dtype) ? MOST : MOST_INT;
    if (ir_type_count(&a->type) == 0)
        return true;
    gen_range(a, &lo, &hi);
    return lo <= hi && lo >= -most && hi <= most;
}

static bool is_finite(const test_array *a)
{
    double lo, hi;
    gen_range(a, &lo, &hi);
    return lo <= hi && isfinite(lo) && isfinite(hi);
}

/* Adds the value to those that may be used, if it is within bounds. */
static bool add_value(scope *s, ir_value *v, test_array at)
{
    if (!s->gen->wild && !is_tame(&at))
        return false;
    if (s->n == s->cap) {
        s->cap = s->cap ? 2 * s->cap : 32;
        gen_value *grown = test_alloc(s->gen->pool, (size_t)s->cap * sizeof *grown);
        if (s->n)
            memcpy(grown, s->at, (size_t)s->n * sizeof *grown);
        s->at = grown;
    }
    s->at[s->n++] = (gen_value){v, at, false};
    return true;
}

scope scope_open(gen *gen, int depth)
{
    return (scope){.gen = gen, .g = ir_graph_new("f"), .depth = depth};
}

gen_value scope_input(scope *s, const test_array *at)
{
    gen_value x = {ir_input(s->g, &at->type), *at, false};
    add_value(s, x.v, x.at);
    return x;
}

ir_graph *scope_close(scope *s, const gen_value *out, int n)
{
    ir_value **v = test_alloc(s->gen->pool, (size_t)n * sizeof *v);
    for (int k = 0; k < n; k++)
        v[k] = out[k].v;
    ir_outputs(s->g, v, n);
    return s->g;
}

static void mark_read(scope *s, const ir_value *v)
{
    for (int k = 0; k < s->n; k++)
        s->at[k].read = s->at[k].read || s->at[k].v == v;
}

gen_value gen_unread(scope *s)
{
    int unread[64], n = 0;
    for (int k = s->n; k-- > 0 && n < 64;)
        if (!s->at[k].read)
            unread[n++] = k;
    gen_value x = n ? s->at[unread[fuzz_below(&s->gen->rng, n)]] : gen_any(s);
    mark_read(s, x.v);
    return x;
}

gen_value gen_any(scope *s)
{
    fuzz_rng *r = &s->gen->rng;
    int k = fuzz_below(r, s->n), late = fuzz_below(r, s->n);
    return s->at[k > late || fuzz_chance(r, 40) ? k : late];
}

/* ---- equations --------------------------------------------------------------------------- */

bool gen_accepts(const ir_op *op, int n, const gen_value *x, const ir_attr *attr)
{
    IR_SCRATCH(memory);
    ir_type *in = ir_alloc(&memory, (size_t)n * sizeof *in);
    for (int k = 0; k < n; k++)
        in[k] = x[k].v->type;
    ir_infer q = {.op = op, .nin = n, .in = in, .attr = attr, .memory = &memory};
    bool ok = ir_infer_types(&q);
    enum { MOST = 5000 };
    for (int k = 0; k < q.nout; k++)
        ok = ok && ir_type_fits(&q.out[k]) && ir_type_count(&q.out[k]) <= MOST && q.out[k].rank < 7;
    ir_error_clear();
    return ok;
}

static int place_of(const ir_op *op)
{
    int k = 0;
    while (ir_op_at(k) && ir_op_at(k) != op)
        k++;
    return k < FUZZ_OPS ? k : FUZZ_OPS - 1;
}

gen_value *gen_emit(scope *s, const ir_op *op, int n, const gen_value *x, const ir_attr *attr)
{
    test_pool *p = s->gen->pool;
    ir_value **in = test_alloc(p, (size_t)n * sizeof *in);
    const void **data = test_alloc(p, (size_t)n * sizeof *data);
    for (int k = 0; k < n; k++) {
        in[k] = x[k].v;
        data[k] = x[k].at.data;
        mark_read(s, x[k].v);
    }
    ir_value **out = ir_emit(s->g, op, n, in, attr);
    if (!out) {
        s->gen->broken = true;
        return NULL;
    }
    const ir_eqn *e = s->g->last;
    gen_value *made = test_alloc(p, (size_t)(e->nout + 1) * sizeof *made);
    void **room = test_alloc(p, (size_t)(e->nout + 1) * sizeof *room);
    for (int k = 0; k < e->nout; k++) {
        made[k] = (gen_value){out[k], test_array_new(p, &out[k]->type), false};
        room[k] = made[k].at.data;
    }
    if (!ir_run_eqn(e, data, room)) {
        ir_fail("%s could not be evaluated", op->name);
        s->gen->broken = true;
        return NULL;
    }
    s->gen->left--;
    if (fuzz_made)
        fuzz_made[place_of(op)]++;
    for (int k = 0; k < e->nout; k++)
        if (!ir_is_complex(out[k]->type.dtype) && !add_value(s, made[k].v, made[k].at) && test_is_float(made[k].v) &&
            is_finite(&made[k].at))
            gen_within(s, made[k], -3, 3);
    return made;
}

gen_value gen_apply(scope *s, const char *name, int n, const gen_value *x, const ir_attr *attr)
{
    gen_value *made = gen_emit(s, ir_op_find(name, strlen(name)), n, x, attr);
    return made ? *made : *x;
}

gen_value gen_one(scope *s, const ir_op *op, gen_value x)
{
    gen_value *made = gen_emit(s, op, 1, &x, NULL);
    return made ? *made : x;
}

gen_value gen_two(scope *s, const ir_op *op, gen_value x, gen_value y)
{
    gen_value *made = gen_emit(s, op, 2, (gen_value[]){x, y}, NULL);
    return made ? *made : x;
}

gen_value gen_constant(scope *s, const ir_type *t, double v)
{
    test_array at = test_array_new(s->gen->pool, t);
    for (int64_t k = 0; k < ir_type_count(t); k++)
        test_set(&at, k, v);
    return (gen_value){ir_full(s->g, t, ir_scalar_of(t->dtype, v)), at, false};
}

gen_value gen_of_dtype(scope *s, gen_value x, ir_dtype d)
{
    ir_attr attr[] = {[CONVERT_DTYPE] = {.i = d}, [CONVERT_WEAK] = {.i = false}};
    return x.v->type.dtype == d ? x : gen_apply(s, "convert_element_type", 1, &x, attr);
}

/* x in the shape of t: reshaped if the sizes match; padded and cut if the ranks match; else summed
 * and broadcast. */
static gen_value in_shape(scope *s, gen_value x, const ir_type *t)
{
    const ir_type *from = &x.v->type;
    ir_attr sizes[] = {[RESHAPE_SIZES] = {.n = t->rank, .ints = t->dim}};
    ir_attr spread[] = {[BROADCAST_SHAPE] = sizes[RESHAPE_SIZES], [BROADCAST_DIMS] = {.n = 0}};
    if (ir_same_shape(from, t))
        return x;
    if (ir_type_count(from) == ir_type_count(t))
        return gen_apply(s, "reshape", 1, &x, sizes);
    if (from->rank == t->rank && fuzz_chance(&s->gen->rng, 60)) {
        int64_t high[IR_MAX_RANK], zero[IR_MAX_RANK] = {0};
        for (int d = 0; d < t->rank; d++)
            high[d] = t->dim[d] - from->dim[d];
        ir_type scalar = ir_type_scalar(from->dtype);
        scalar.weak = from->weak;
        ir_attr pad[] = {[PAD_LOW] = {.n = t->rank, .ints = zero},
                         [PAD_HIGH] = {.n = t->rank, .ints = high},
                         [PAD_INTERIOR] = {.n = t->rank, .ints = zero}};
        return gen_apply(s, "pad", 2, (gen_value[]){x, gen_constant(s, &scalar, 1)}, pad);
    }
    if (from->rank) {
        int64_t axes[IR_MAX_RANK];
        for (int d = 0; d < from->rank; d++)
            axes[d] = d;
        ir_attr all[] = {[REDUCE_AXES] = {.n = from->rank, .ints = axes}};
        static const char *const sums[] = {"reduce_sum", "reduce_sum", "reduce_max", "reduce_min"};
        const char *op = from->dtype == IR_bool ? "reduce_or" : sums[fuzz_below(&s->gen->rng, 4)];
        x = gen_apply(s, op, 1, &x, all);
        x = test_is_float(x.v) && !s->gen->wild ? gen_within(s, x, -6, 6) : x;
    }
    return t->rank ? gen_apply(s, "broadcast_in_dim", 1, &x, spread) : x;
}

gen_value gen_of_type(scope *s, const ir_type *t)
{
    fuzz_rng *r = &s->gen->rng;
    int match[64], n = 0;
    for (int k = 0; k < s->n && n < 64; k++)
        if (ir_same_type(&s->at[k].v->type, t))
            match[n++] = k;
    if (n && fuzz_chance(r, 80))
        return s->at[match[fuzz_below(r, n)]];
    if (s->n == 0 || fuzz_chance(r, 10))
        return gen_constant(s, t, fuzz_below(r, 9) / 4.0 - 1);
    gen_value x = in_shape(s, gen_any(s), t);
    if (ir_type_count(t) && !is_tame(&x.at)) /* the result of a reduction over no elements */
        return gen_constant(s, t, 0.5);
    return gen_of_dtype(s, x, t->dtype);
}

/* ---- taming ------------------------------------------------------------------------------ */

static gen_value scaled(scope *s, gen_value x, double by, double plus)
{
    gen_value y = gen_apply(s, "mul", 2, (gen_value[]){x, gen_constant(s, &x.v->type, by)}, NULL);
    return gen_apply(s, "add", 2, (gen_value[]){y, gen_constant(s, &x.v->type, plus)}, NULL);
}

gen_value gen_clamp(scope *s, gen_value x, double lo, double hi)
{
    gen_value least = gen_constant(s, &x.v->type, lo), most = gen_constant(s, &x.v->type, hi);
    return gen_apply(s, "clamp", 3, (gen_value[]){least, x, most}, NULL);
}

gen_value gen_within(scope *s, gen_value x, double lo, double hi)
{
    double least, most;
    gen_range(&x.at, &least, &most);
    if (least > most || (least >= lo && most <= hi))
        return x;
    switch (fuzz_below(&s->gen->rng, 4)) {
    case 0:
        return gen_clamp(s, x, lo, hi);
    case 1:
        return scaled(s, gen_apply(s, "logistic", 1, &x, NULL), hi - lo, lo);
    case 2:
        return scaled(s, gen_apply(s, "tanh", 1, &x, NULL), (hi - lo) / 2, (hi + lo) / 2);
    default:
        return scaled(s, gen_apply(s, "sin", 1, &x, NULL), (hi - lo) / 2, (hi + lo) / 2);
    }
}

/* Primitives that gen_complex draws, and those on parts, which have no derivatives. */
static bool is_of_complex(const ir_op *op)
{
    return op == &op_complex || op == &op_fft || op == &op_fft_parts || op->role == IR_ROLE_PART || op->role == IR_ROLE_INTERLEAVE ||
           !strncmp(op->name, "complex_", 8);
}

/* Primitives that gen_matrices draws. */
static bool is_of_matrices(const ir_op *op)
{
#define X(name) &op_##name,
    static const ir_op *const all[] = {OPS_OF_MATRICES(X)};
#undef X
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        if (all[k] == op)
            return true;
    return false;
}

void scope_fill(scope *s, int budget)
{
    enum { DEEPEST = 3 };
    fuzz_rng *r = &s->gen->rng;
    int nops = 0, until = s->gen->left - budget;
    while (ir_op_at(nops))
        nops++;
    for (int tries = 4 * budget; tries && s->gen->left > until && !s->gen->broken; tries--) {
        const ir_op *op = ir_op_at(fuzz_below(r, nops));
        /* Few primitives nest graphs or move elements, but they are the difficult ones, so they are drawn
 * more often. */
        bool control = s->depth < DEEPEST && fuzz_chance(r, 10 - 2 * s->depth);
        bool moves = !control && fuzz_chance(r, 40);
        if (!control && fuzz_chance(r, 5)) {
            if (fuzz_chance(r, 50))
                gen_windows(s);
            else
                gen_indices(s);
            continue;
        }
        if (!control && fuzz_chance(r, 4)) {
            gen_complex(s);
            continue;
        }
        if (!control && fuzz_chance(r, 3)) {
            gen_matrices(s);
            continue;
        }
        while (ir_op_nests(op) != control || is_of_complex(op) || is_of_matrices(op) ||
               (!control && op->flags & IR_OP_TAPES) ||
               (moves && op->flags & IR_OP_ELEMENTWISE))
            op = ir_op_at(fuzz_below(r, nops));
        if (control)
            gen_control(s, op);
        else
            gen_op(s, op);
    }
}

/* ---- whole programs ---------------------------------------------------------------------- */

static void draw_inputs(scope *s, test_arrays *in)
{
    gen *gen = s->gen;
    int n = 1 + fuzz_below(&gen->rng, 4);
    for (int k = 0; k < n; k++) {
        ir_dtype d = gen_dtype(gen);
        while (k == 0 && !ir_has_fraction(d))
            d = gen_dtype(gen);
        ir_type t = gen_shape(gen, d);
        t.weak = fuzz_chance(&gen->rng, 5) && d != IR_bool;
        bool is_float = ir_has_fraction(d), is_int = ir_dtypes[d].kind == IR_KIND_INT;
        test_array a = test_array_random(gen->pool, &t, fuzz_bits(&gen->rng),
                                         is_float ? -2
                                         : is_int ? -3
                                                  : 0,
                                         is_float       ? 2
                                         : d == IR_bool ? 1
                                                        : 6);
        test_arrays_add(gen->pool, in, a);
        scope_input(s, &a);
    }
}

static ir_graph *draw_outputs(scope *s)
{
    enum { MOST = 4 };
    fuzz_rng *r = &s->gen->rng;
    gen_value out[MOST];
    int n = 1 + fuzz_below(r, MOST);
    for (int k = 0; k < n; k++)
        out[k] = fuzz_chance(r, 15) ? gen_any(s) : gen_unread(s);
    for (int tries = 20; tries && !test_is_float(out[0].v); tries--)
        out[0] = gen_unread(s);
    if (!test_is_float(out[0].v))
        out[0] = s->at[0];
    return scope_close(s, out, n);
}

/* The float dtypes of a program: mostly f64, in which differences show best; otherwise f32, one narrow
 * float, or several dtypes that promote to each other. Of the floats of a byte, those that have small
 * integers and infinity, because checks add and scale. */
static unsigned draw_floats(fuzz_rng *r)
{
    enum { F64 = 1u << IR_f64, F32 = 1u << IR_f32, OTHERS = 5 };
#define X(name, ...) 1u << IR_##name,
    static const unsigned half[] = {IR_HALF_FLOATS(X)}, small[] = {IR_SMALL_FLOATS(X)};
#undef X
    enum { HALVES = sizeof half / sizeof *half, SMALL = sizeof small / sizeof *small };
    int k = fuzz_below(r, 12), s = fuzz_below(r, SMALL);
    while (ir_dtypes[IR_f4_e2m1fn + s].most < 8 || !ir_has_infinity((ir_dtype)(IR_f4_e2m1fn + s)))
        s = (s + 1) % SMALL;
    unsigned all = F32;
    for (int i = 0; i < HALVES; i++)
        all |= half[i];
    if (k < 12 - OTHERS)
        return F64;
    const unsigned others[OTHERS] = {F32, F64 | F32, all, half[fuzz_below(r, HALVES)], small[s]};
    return others[k - (12 - OTHERS)];
}

bool fuzz_generate(test_pool *p, uint64_t seed, fuzz_program *out)
{
    gen gen = {.rng = {seed}, .pool = p};
    gen.floats = draw_floats(&gen.rng);
    gen.most = fuzz_chance(&gen.rng, 4) ? 1500 : 48;
    gen.wild = fuzz_chance(&gen.rng, 4);
    int budget = fuzz_chance(&gen.rng, 15) ? 30 : 3 + fuzz_below(&gen.rng, 14);
    gen.left = 2 * budget;
    scope s = scope_open(&gen, 0);
    *out = (fuzz_program){0};
    draw_inputs(&s, &out->in);
    scope_fill(&s, budget);
    out->g = draw_outputs(&s);
    return !gen.broken;
}

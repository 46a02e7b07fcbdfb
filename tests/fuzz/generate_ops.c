/* Random equations of the primitives without nested graphs.
 *
 * The one idea: random parameters and operands are offered to the primitive's own infer rule until
 * it accepts some. So a new primitive needs nothing here. A row in one of the tables below only
 * makes acceptance more likely, or keeps operands where the function has a derivative.
 */
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "ops/windows.h"
#include "tests/fuzz/generate.h"

enum { OPERANDS = 20 };

/* An equation that is being drawn. */
typedef struct {
    scope *s;
    const ir_op *op;
    int n;
    gen_value x[OPERANDS];
    ir_attr attr[IR_MAX_ATTRS];
    int64_t ints[IR_MAX_ATTRS][IR_MAX_RANK];
} draft;

static fuzz_rng *rng(draft *d)
{
    return &d->s->gen->rng;
}

static void set_ints(draft *d, int k, int n)
{
    d->attr[k] = (ir_attr){.n = n, .ints = d->ints[k]};
}

/* A number from 0 to n - 1, or 0. */
static int64_t draw(draft *d, int64_t n)
{
    return fuzz_below(rng(d), n);
}

/* m different numbers from 0 to n - 1, in random order. */
static void some_of(draft *d, int n, int m, int64_t *out)
{
    int64_t all[IR_MAX_RANK + 2];
    for (int k = 0; k < n; k++)
        all[k] = k;
    for (int k = 0; k < m; k++) {
        int j = k + (int)draw(d, n - k);
        int64_t was = all[j];
        all[j] = all[k];
        out[k] = all[k] = was;
    }
}

/* ---- parameters, by name ------------------------------------------------------------------ */

static const ir_type *first(draft *d)
{
    static const ir_type none;
    return d->n ? &d->x[0].v->type : &none;
}

static void hint_axes(draft *d, int k)
{
    int rank = first(d)->rank, m = rank ? 1 + (int)draw(d, rank) : 0;
    set_ints(d, k, m);
    some_of(d, rank, m, d->ints[k]);
}

static void hint_axis(draft *d, int k)
{
    d->attr[k].i = draw(d, first(d)->rank);
}

static void hint_permutation(draft *d, int k)
{
    set_ints(d, k, first(d)->rank);
    some_of(d, first(d)->rank, first(d)->rank, d->ints[k]);
}

/* Another shape for the same elements: each prime factor goes to a random dimension. */
static void hint_new_sizes(draft *d, int k)
{
    int64_t count = ir_type_count(first(d));
    int n = (int)draw(d, 4);
    n += !n && count != 1;
    set_ints(d, k, n);
    for (int j = 0; j < n; j++)
        d->ints[k][j] = 1;
    for (int64_t f = 2; count > 1 && n; f++)
        while (count % f == 0) {
            d->ints[k][draw(d, n)] *= f;
            count /= f;
        }
    if (count == 0)
        d->ints[k][draw(d, n)] = 0;
}

static void hint_shape(draft *d, int k)
{
    ir_type t = gen_shape(d->s->gen, IR_f32);
    set_ints(d, k, t.rank);
    memcpy(d->ints[k], t.dim, sizeof t.dim);
}

static void hint_power(draft *d, int k)
{
    d->attr[k].i = draw(d, 7) - 2;
}

/* Coarser numbers would be steps to finite differences. */
static void hint_bits(draft *d, int k)
{
    d->attr[k].i = 52 + draw(d, 3);
}

static void hint_coin(draft *d, int k)
{
    d->attr[k].i = draw(d, 2);
}

static void hint_dtype(draft *d, int k)
{
    d->attr[k].i = gen_dtype(d->s->gen);
}

static void hint_rarely(draft *d, int k)
{
    d->attr[k].i = fuzz_chance(rng(d), 5);
}

static void hint_list(draft *d, int k)
{
    set_ints(d, k, first(d)->rank);
    for (int j = 0; j < d->attr[k].n; j++)
        d->ints[k][j] = draw(d, 3);
}

static const struct {
    const char *name;
    void (*draw)(draft *d, int k);
} hints[] = {{"axes", hint_axes},
             {"dimensions", hint_axes},
             {"axis", hint_axis},
             {"dimension", hint_axis},
             {"permutation", hint_permutation},
             {"new_sizes", hint_new_sizes},
             {"shape", hint_shape},
             {"y", hint_power},
             {"exponent_bits", hint_bits},
             {"mantissa_bits", hint_bits},
             {"weak", hint_rarely},
             {"batch_dims", hint_rarely}};

/* False for a kind of parameter that needs a row of its own. */
static bool draw_attrs(draft *d)
{
    static void (*const by_kind[])(draft *d, int k) = {
        [IR_ATTR_INT] = hint_coin,  [IR_ATTR_BOOL] = hint_coin,  [IR_ATTR_DTYPE] = hint_dtype,
        [IR_ATTR_INTS] = hint_list, [IR_ATTR_BOOLS] = hint_coin, [IR_ATTR_SCALAR] = NULL,
        [IR_ATTR_GRAPH] = NULL,     [IR_ATTR_GRAPHS] = NULL,     [IR_ATTR_NAME] = NULL};
    for (int k = 0; k < ir_nattr(d->op); k++) {
        void (*by_hint)(draft *, int) = by_kind[d->op->attrs[k].kind];
        for (size_t h = 0; h < sizeof hints / sizeof *hints; h++)
            if (!strcmp(hints[h].name, d->op->attrs[k].name))
                by_hint = hints[h].draw;
        if (!by_hint)
            return false;
        by_hint(d, k);
    }
    return true;
}

/* ---- where functions are tame -------------------------------------------------------------- */

static const struct {
    const char *op;
    int operand;
    double lo, hi;
} domains[] = {
    {"div", 1, 0.3, 8},
    {"rem", 1, 0.4, 8},
    {"pow", 0, 0.2, 3},
    {"pow", 1, -2, 3},
    {"sqrt", 0, 0.1, 8},
    {"rsqrt", 0, 0.2, 8},
    {"cbrt", 0, 0.1, 8},
    {"exp", 0, -4, 2},
    {"exp2", 0, -4, 3},
    {"expm1", 0, -4, 2},
    {"log", 0, 0.2, 8},
    {"log1p", 0, -0.7, 8},
    {"tan", 0, -1.2, 1.2},
    {"asin", 0, -0.9, 0.9},
    {"acos", 0, -0.9, 0.9},
    {"atanh", 0, -0.9, 0.9},
    {"acosh", 0, 1.2, 8},
    {"sinh", 0, -2, 2},
    {"cosh", 0, -2, 2},
    {"erf_inv", 0, -0.9, 0.9},
    {"erf_inv_xla", 0, -0.9, 0.9},
    {"acosh_grad", 0, 1.2, 8},
    {"cbrt_grad", 0, 0.1, 8},
    {"erf_inv_grad", 0, -0.9, 0.9},
    {"atan2_grad", 0, 0.3, 3},
    {"atan2_grad", 1, 0.3, 3},
    {"atan2", 0, 0.3, 3},
    {"log1p_xla", 0, -0.7, 8},
    {"integer_pow", 0, 0.4, 2},
    {"reduce_prod", 0, -1, 1},
    {"lgamma", 0, 0.2, 8},
    {"digamma", 0, 0.2, 8},
    {"gamma", 0, 0.3, 4},
    {"zeta", 1, 0.5, 8},
    {"polygamma", 1, 0.5, 8},
    {"sinc", 0, -4, 4},
    {"expn", 1, 0.4, 6},
    {"bessel_jn", 1, 0.4, 6},
    {"owens_t", 0, -3, 3},
    {"owens_t", 1, -3, 3},
    {"wofz_real", 0, -2, 2},
    {"wofz_real", 1, 0.2, 3},
    {"wofz_imag", 0, -2, 2},
    {"wofz_imag", 1, 0.2, 3},
    {"hyp1f1", 0, 0.4, 3},
    {"hyp1f1", 1, 0.6, 3},
    {"hyp1f1", 2, -2, 2},
    {"hyp2f1", 0, 0.4, 2},
    {"hyp2f1", 1, 0.4, 2},
    {"hyp2f1", 2, 1, 3},
    {"hyp2f1", 3, -1.5, 0.6},
    {"expi", 0, 0.3, 6},
    {"exp1", 0, 0.3, 6},
    {"dawsn", 0, -6, 6},
    {"dawsn_grad", 0, -4, 4},
    {"spence", 0, 0.3, 8},
    {"si", 0, -8, 8},
    {"ci", 0, 0.4, 8},
    {"fresnel_sin", 0, -3, 3},
    {"fresnel_cos", 0, -3, 3},
    {"erfcx", 0, -1.5, 8},
    {"erfcx_grad", 0, -1.5, 8},
    {"log_ndtr", 0, -8, 3},
    {"log_ndtr_grad", 0, -8, 3},
    {"log_ndtr_bend", 0, -8, 3},
    {"ndtri", 0, 0.05, 0.95},
    {"ndtri_grad", 0, 0.05, 0.95},
    {"igamma", 1, 0.3, 8},
    {"igammac", 1, 0.3, 8},
    {"igamma_grad_a", 1, 0.3, 8},
    {"igamma_grad_x", 1, 0.3, 8},
    {"random_gamma_grad", 1, 0.3, 8},
    {"regularized_incomplete_beta", 2, 0.1, 0.9},
    {"betainc_grad_x", 2, 0.1, 0.9},
    {"cumprod", 0, -1, 1}, /* infinity times zero depends on the order */
};

static void keep_tame(draft *d)
{
    if (d->s->gen->wild)
        return;
    for (size_t k = 0; k < sizeof domains / sizeof *domains; k++)
        if (domains[k].operand < d->n && !strcmp(domains[k].op, d->op->name) &&
            test_is_float(d->x[domains[k].operand].v)) {
            gen_value *x = &d->x[domains[k].operand];
            *x = gen_within(d->s, *x, domains[k].lo, domains[k].hi);
        }
}

/* ---- recipes: primitives whose operands and parameters depend on each other ------------------ */

static ir_type scalar_like(const ir_type *t)
{
    ir_type s = ir_type_scalar(t->dtype);
    s.weak = t->weak;
    return s;
}

static bool cook_literal(draft *d)
{
    ir_dtype dtype = gen_dtype(d->s->gen);
    d->n = 0;
    d->attr[LITERAL_VALUE].scalar =
        ir_scalar_of(dtype, ir_has_fraction(dtype) ? fuzz_uniform(rng(d), -2, 2)
                                                   : (double)draw(d, 2 + (dtype != IR_bool) * 3));
    d->attr[LITERAL_DTYPE].i = dtype;
    hint_rarely(d, LITERAL_WEAK);
    return true;
}

static bool cook_broadcast(draft *d)
{
    ir_type t = *first(d);
    int n = t.rank, extra = (int)draw(d, 3);
    for (int k = 0; k < n; k++)
        d->ints[BROADCAST_DIMS][k] = k;
    for (; extra && t.rank < 5; extra--) {
        int at = (int)draw(d, t.rank + 1);
        memmove(t.dim + at + 1, t.dim + at, (size_t)(t.rank++ - at) * sizeof *t.dim);
        t.dim[at] = 1 + draw(d, 3);
        for (int k = 0; k < n; k++)
            d->ints[BROADCAST_DIMS][k] += d->ints[BROADCAST_DIMS][k] >= at;
    }
    for (int k = 0; k < n; k++)
        if (first(d)->dim[k] == 1)
            t.dim[d->ints[BROADCAST_DIMS][k]] = 1 + draw(d, 3);
    memcpy(d->ints[BROADCAST_SHAPE], t.dim, sizeof t.dim);
    set_ints(d, BROADCAST_SHAPE, t.rank);
    set_ints(d, BROADCAST_DIMS, n);
    return true;
}

static bool cook_slice(draft *d)
{
    const ir_type *t = first(d);
    for (int k = 0; k < t->rank; k++) {
        d->ints[SLICE_START][k] = fuzz_chance(rng(d), 50) ? 0 : draw(d, t->dim[k] + 1);
        d->ints[SLICE_LIMIT][k] =
            d->ints[SLICE_START][k] + draw(d, t->dim[k] - d->ints[SLICE_START][k] + 1);
        if (fuzz_chance(rng(d), 50))
            d->ints[SLICE_LIMIT][k] = t->dim[k];
        d->ints[SLICE_STRIDES][k] = fuzz_chance(rng(d), 70) ? 1 : 2;
    }
    for (int k = 0; k < SLICE_NATTR; k++)
        set_ints(d, k, t->rank);
    return true;
}

static bool cook_pad(draft *d)
{
    const ir_type *t = first(d);
    ir_type fill = scalar_like(t);
    for (int k = 0; k < t->rank; k++) {
        d->ints[PAD_LOW][k] = draw(d, 4) - 1;
        d->ints[PAD_HIGH][k] = draw(d, 4) - 1;
        d->ints[PAD_INTERIOR][k] = fuzz_chance(rng(d), 25);
    }
    for (int k = 0; k < PAD_NATTR; k++)
        set_ints(d, k, t->rank);
    d->x[1] = gen_of_type(d->s, &fill);
    d->n = 2;
    return true;
}

static bool cook_concatenate(draft *d)
{
    ir_type t = *first(d);
    if (!t.rank)
        return false;
    int64_t along = d->attr[CONCATENATE_DIMENSION].i = draw(d, t.rank);
    for (d->n = 1 + (int)draw(d, 3); d->n > 1; d->n--) {
        t.dim[along] = fuzz_chance(rng(d), 60) ? first(d)->dim[along] : draw(d, 4);
        d->x[d->n - 1] = gen_of_type(d->s, &t);
        if (fuzz_chance(rng(d), 40))
            break;
    }
    /* Operands 1 to n - 1 that were not drawn repeat the first. */
    for (int k = 1; k < d->n - 1; k++)
        d->x[k] = d->x[0];
    return true;
}

static void draw_starts(draft *d, int from, int rank)
{
    ir_type t = ir_type_scalar(fuzz_chance(rng(d), 80) ? IR_i32 : IR_i64);
    for (int k = 0; k < rank; k++)
        d->x[from + k] = gen_of_type(d->s, &t);
    d->n = from + rank;
}

static bool cook_dynamic_slice(draft *d)
{
    const ir_type *t = first(d);
    for (int k = 0; k < t->rank; k++)
        d->ints[DYNAMIC_SLICE_SIZES][k] = draw(d, t->dim[k] + 1);
    set_ints(d, DYNAMIC_SLICE_SIZES, t->rank);
    draw_starts(d, 1, t->rank);
    return true;
}

static bool cook_dynamic_update_slice(draft *d)
{
    ir_type t = *first(d);
    for (int k = 0; k < t.rank; k++)
        t.dim[k] = draw(d, t.dim[k] + 1);
    d->x[1] = gen_of_type(d->s, &t);
    draw_starts(d, 2, t.rank);
    return true;
}

/* Windows at random indices: each dimension of x is a batching dimension, has a component of the
 * index vectors, or neither. */
static bool draw_windows(draft *d, windows_attrs *a)
{
    const ir_type *t = first(d);
    ir_type at = gen_shape(d->s->gen, fuzz_chance(rng(d), 70) ? IR_i32 : IR_i64);
    int batch = 0, rank = at.rank;
    *a = (windows_attrs){.vector = draw(d, rank + 1), .sizes.n = t->rank};
    for (int k = 0; k < t->rank; k++) {
        int64_t kind = draw(d, 4);
        a->sizes.at[k] = kind ? draw(d, t->dim[k] + 1) : 1;
        if (!kind && batch < rank) {
            a->batching.at[a->batching.n++] = k;
            at.dim[batch] = t->dim[k];
            a->index_batching.at[a->index_batching.n++] = batch++;
            continue;
        }
        if (kind < 3)
            a->map.at[a->map.n++] = k;
        if (a->sizes.at[k] == 1 && draw(d, 2))
            a->collapsed.at[a->collapsed.n++] = k;
        else
            a->offset.n++;
    }
    some_of(d, rank + a->offset.n, a->offset.n, a->offset.at);
    for (int k = 1; k < a->offset.n; k++) /* in ascending order */
        for (int j = k; j > 0 && a->offset.at[j] < a->offset.at[j - 1]; j--) {
            int64_t was = a->offset.at[j];
            a->offset.at[j] = a->offset.at[j - 1];
            a->offset.at[j - 1] = was;
        }
    if (a->map.n == 1 && draw(d, 2)) {
        a->vector = rank;
    } else if (rank < IR_MAX_RANK) {
        memmove(at.dim + a->vector + 1, at.dim + a->vector,
                (size_t)(rank - a->vector) * sizeof *at.dim);
        at.dim[a->vector] = a->map.n;
        at.rank++;
        for (int k = 0; k < a->index_batching.n; k++)
            a->index_batching.at[k] += a->index_batching.at[k] >= a->vector;
    }
    a->mode = (windows_mode)draw(d, WINDOWS_NMODE);
    d->x[1] = gen_of_type(d->s, &at);
    d->n = 2;
    return true;
}

static void set_windows(draft *d, const ir_op *op, const windows_attrs *a)
{
    windows_set_attrs(op, a, d->attr);
    for (int k = 0; k < ir_nattr(op); k++)
        if (op->attrs[k].kind == IR_ATTR_INTS) {
            memcpy(d->ints[k], d->attr[k].ints, (size_t)d->attr[k].n * sizeof(int64_t));
            set_ints(d, k, d->attr[k].n);
        }
}

static bool cook_gather(draft *d)
{
    windows_attrs a;
    if (!draw_windows(d, &a))
        return false;
    a.fill = ir_scalar_of(first(d)->dtype, (double)draw(d, 3));
    set_windows(d, &op_gather, &a);
    return true;
}

static bool cook_scatter(draft *d)
{
    windows_attrs a;
    if (!draw_windows(d, &a))
        return false;
    set_windows(d, &op_gather, &a);
    if (!gen_accepts(&op_gather, 2, d->x, d->attr))
        return false;
    ir_type in[] = {d->x[0].v->type, d->x[1].v->type};
    IR_SCRATCH(memory);
    ir_infer q = {.op = &op_gather, .nin = 2, .in = in, .attr = d->attr, .memory = &memory};
    bool ok = ir_infer_types(&q);
    ir_type t = q.out[0];
    d->x[2] = gen_of_type(d->s, &t);
    d->n = 3;
    set_windows(d, d->op, &a);
    return ok;
}

static bool cook_dot_general(draft *d)
{
    const ir_type *a = first(d);
    int64_t axes[IR_MAX_RANK], place[IR_MAX_RANK];
    int contract = (int)draw(d, a->rank + 1), batch = (int)draw(d, a->rank - contract + 1);
    if (fuzz_chance(rng(d), 60))
        batch = 0;
    int both = contract + batch, rank = both + (int)draw(d, 3);
    some_of(d, a->rank, both, axes);
    some_of(d, rank, rank, place);
    ir_type b = {.dtype = a->dtype, .weak = a->weak, .rank = (uint8_t)rank};
    for (int k = 0; k < rank; k++)
        b.dim[place[k]] = k < both ? a->dim[axes[k]] : 1 + draw(d, 3);
    memcpy(d->ints[DOT_LHS_CONTRACT], axes, sizeof axes);
    memcpy(d->ints[DOT_RHS_CONTRACT], place, sizeof place);
    memcpy(d->ints[DOT_LHS_BATCH], axes + contract, (size_t)batch * sizeof *axes);
    memcpy(d->ints[DOT_RHS_BATCH], place + contract, (size_t)batch * sizeof *axes);
    for (int k = 0; k < DOT_NATTR; k++)
        set_ints(d, k, k < DOT_LHS_BATCH ? contract : batch);
    d->x[1] = gen_of_type(d->s, &b);
    d->n = 2;
    return true;
}

/* The window is drawn to fit the first operand, whose dimensions get random roles. */
static bool cook_conv(draft *d)
{
    const ir_type *a = first(d);
    int n = a->rank - 2;
    if (n < 0 || 2 * n > IR_MAX_RANK)
        return false;
    for (int which = CONV_LHS_SPEC; which <= CONV_OUT_SPEC; which++) {
        some_of(d, a->rank, a->rank, d->ints[which]);
        set_ints(d, which, a->rank);
    }
    const int64_t *lhs = d->ints[CONV_LHS_SPEC], *rhs = d->ints[CONV_RHS_SPEC];
    int64_t features = a->dim[lhs[1]], batch = a->dim[lhs[0]], groups = 1 + draw(d, 3);
    bool by_batch = draw(d, 2);
    if ((by_batch ? batch : features) % groups || fuzz_chance(rng(d), 50))
        groups = 1;
    d->attr[CONV_FEATURE_GROUPS].i = by_batch ? 1 : groups;
    d->attr[CONV_BATCH_GROUPS].i = by_batch ? groups : 1;
    ir_type b = *a;
    b.dim[rhs[0]] = groups * (1 + draw(d, 3));
    b.dim[rhs[1]] = by_batch ? features : features / groups;
    for (int k = 0; k < n; k++) {
        b.dim[rhs[2 + k]] = 1 + draw(d, 3);
        d->ints[CONV_STRIDES][k] = 1 + draw(d, 3);
        d->ints[CONV_LHS_DILATION][k] = 1 + (fuzz_chance(rng(d), 30) ? draw(d, 3) : 0);
        d->ints[CONV_RHS_DILATION][k] = 1 + (fuzz_chance(rng(d), 30) ? draw(d, 3) : 0);
        d->ints[CONV_REVERSAL][k] = fuzz_chance(rng(d), 30);
        for (int side = 0; side < 2; side++)
            d->ints[CONV_PADDING][2 * k + side] = draw(d, 4) - (a->dim[lhs[2 + k]] > 1);
    }
    static const int lists[] = {CONV_STRIDES, CONV_LHS_DILATION, CONV_RHS_DILATION, CONV_REVERSAL};
    for (int k = 0; k < 4; k++)
        set_ints(d, lists[k], n);
    set_ints(d, CONV_PADDING, 2 * n);
    d->x[1] = gen_of_type(d->s, &b);
    d->n = 2;
    return true;
}

static bool cook_select_n(draft *d)
{
    bool many = fuzz_chance(rng(d), 25);
    ir_type t = *first(d), which = ir_type_like(t, many ? IR_i32 : IR_bool);
    if (fuzz_chance(rng(d), 30))
        which = ir_type_scalar(which.dtype);
    d->n = many ? 2 + (int)draw(d, 4) : 3;
    for (int k = 2; k < d->n; k++)
        d->x[k] = gen_of_type(d->s, &t);
    d->x[1] = d->x[0];
    d->x[0] = gen_of_type(d->s, &which);
    return true;
}

/* Is a < b, element by element? */
static bool below(const test_array *a, const test_array *b)
{
    int64_t na = ir_type_count(&a->type), nb = ir_type_count(&b->type);
    for (int64_t k = 0; k < na || k < nb; k++)
        if (!(test_get(a, na == 1 ? 0 : k) < test_get(b, nb == 1 ? 0 : k)))
            return false;
    return true;
}

/* On a bound the derivative is zero by convention, which finite differences do not find if the
 * bound moves with the operand. So the bounds are in order, and the operand is not on them. */
/* polygamma, zeta and the derivatives of igamma have no derivative by their first operand, which is a
 * constant here. */
static bool cook_order(draft *d)
{
    d->x[1] = d->x[0];
    d->x[0] = gen_constant(d->s, first(d), (d->op == &op_zeta) + 1 + (int)draw(d, 2));
    d->n = 2;
    return true;
}

/* Nor has betainc by its first two. */
static bool cook_beta(draft *d)
{
    d->x[2] = d->x[0];
    for (int k = 0; k < 2; k++)
        d->x[k] = gen_constant(d->s, first(d), 1 + (int)draw(d, 3));
    d->n = 3;
    return true;
}

/* As many operands as they have, and no derivatives. */
static bool cook_hypergeometric(draft *d)
{
    d->n = d->op == &op_hyp1f1 ? 3 : 4;
    for (int k = 0; k < d->n; k++) {
        if (k)
            d->x[k] = d->x[0];
        d->attr[k].i = 0;
    }
    return true;
}

static bool cook_clamp(draft *d)
{
    ir_type t = *first(d);
    gen_value x = d->x[0], *lo = &d->x[0], *hi = &d->x[2];
    if (fuzz_chance(rng(d), 30))
        t = scalar_like(&t);
    *lo = gen_of_type(d->s, &t);
    *hi = gen_of_type(d->s, &t);
    d->x[1] = x;
    d->n = 3;
    if (!test_is_float(x.v))
        return true;
    if (!below(&lo->at, &hi->at) || (!below(&lo->at, &x.at) && !below(&x.at, &lo->at)))
        *lo = gen_constant(d->s, &t, -1.75);
    if (!below(&lo->at, &hi->at) || (!below(&hi->at, &x.at) && !below(&x.at, &hi->at)))
        *hi = gen_constant(d->s, &t, 9);
    return true;
}

static bool cook_sort(draft *d)
{
    ir_type t = *first(d);
    if (!t.rank)
        return false;
    d->n = 1 + (int)draw(d, 3);
    for (int k = 1; k < d->n; k++) {
        t.dtype = fuzz_chance(rng(d), 50) ? IR_f32 : IR_i32;
        t.weak = false;
        d->x[k] = gen_of_type(d->s, &t);
    }
    d->attr[SORT_DIMENSION].i = draw(d, t.rank);
    d->attr[SORT_NUM_KEYS].i = 1 + draw(d, d->n);
    d->attr[SORT_DESCENDING].i = draw(d, 2);
    return true;
}

/* Each window has an element of x: an extreme of none is infinite. */
static bool cook_window(draft *d)
{
    const ir_type *t = first(d);
    bool sums = d->op == &op_reduce_window_sum;
    for (int k = 0; k < t->rank; k++) {
        int64_t size = d->ints[WINDOW_SIZE][k] = 1 + draw(d, 3);
        d->ints[WINDOW_STRIDES][k] = 1 + draw(d, 2);
        d->ints[WINDOW_LOW][k] = draw(d, size);
        d->ints[WINDOW_HIGH][k] = draw(d, size);
        d->ints[WINDOW_BASE][k] = 1 + (sums && fuzz_chance(rng(d), 25));
        d->ints[WINDOW_DILATION][k] = 1 + (sums && fuzz_chance(rng(d), 25));
    }
    for (int k = 0; k < WINDOW_NATTR; k++)
        set_ints(d, k, t->rank);
    if (d->op != &op_select_and_gather_add)
        return true;
    ir_type like = *t;
    d->attr[SELECT_WINDOW_GREATEST].i = draw(d, 2);
    d->x[1] = gen_of_type(d->s, &like);
    d->n = 2;
    return test_is_float(d->x[0].v);
}

/* Bits of 8 or 16, because others would be too large to be used further. */
static bool cook_bits(draft *d)
{
    ir_type key = ir_type_make(IR_u32, 1, (int64_t[]){4});
    d->x[0] = gen_of_type(d->s, &key);
    hint_shape(d, RNG_BITS_SHAPE);
    d->attr[RNG_BITS_ALGORITHM].i = draw(d, 3);
    d->attr[RNG_BITS_DTYPE].i = draw(d, 2) ? IR_u8 : IR_u16;
    return true;
}

static const struct {
    const ir_op *op;
    bool (*cook)(draft *d); /* x[0] is drawn already, n is 1 */
} recipes[] = {{&op_literal, cook_literal},
               {&op_broadcast_in_dim, cook_broadcast},
               {&op_slice, cook_slice},
               {&op_pad, cook_pad},
               {&op_concatenate, cook_concatenate},
               {&op_dynamic_slice, cook_dynamic_slice},
               {&op_dynamic_update_slice, cook_dynamic_update_slice},
               {&op_gather, cook_gather},
               {&op_scatter, cook_scatter},
               {&op_scatter_add, cook_scatter},
               {&op_scatter_sub, cook_scatter},
               {&op_scatter_mul, cook_scatter},
               {&op_scatter_min, cook_scatter},
               {&op_scatter_max, cook_scatter},
               {&op_sort, cook_sort},
               {&op_reduce_window_sum, cook_window},
               {&op_reduce_window_max, cook_window},
               {&op_reduce_window_min, cook_window},
               {&op_select_and_gather_add, cook_window},
               {&op_dot_general, cook_dot_general},
               {&op_conv_general_dilated, cook_conv},
               {&op_rng_bit_generator, cook_bits},
               {&op_select_n, cook_select_n},
               {&op_polygamma, cook_order},
               {&op_zeta, cook_order},
               {&op_expn, cook_order},
               {&op_bessel_jn, cook_order},
               {&op_hyp1f1, cook_hypergeometric},
               {&op_hyp2f1, cook_hypergeometric},
               {&op_igamma, cook_order},
               {&op_igammac, cook_order},
               {&op_igamma_grad_a, cook_order},
               {&op_igamma_grad_x, cook_order},
               {&op_random_gamma_grad, cook_order},
               {&op_regularized_incomplete_beta, cook_beta},
               {&op_betainc_grad_x, cook_beta},
               {&op_clamp, cook_clamp}};

/* ---- drawing ------------------------------------------------------------------------------- */

/* As many operands of one type as the primitive takes. */
static bool draw_freely(draft *d)
{
    static const int arities[] = {1, 2, 3, 4, 0};
    ir_type t = d->x[0].v->type;
    for (int k = 0; k < 5; k++) {
        d->n = arities[k];
        for (int j = 1; j < d->n; j++)
            d->x[j] = d->x[0];
        if (!draw_attrs(d))
            return false;
        if (!gen_accepts(d->op, d->n, d->x, d->attr))
            continue;
        for (int j = 1; j < d->n; j++)
            d->x[j] = gen_of_type(d->s, &t);
        return true;
    }
    return false;
}

static bool draw_equation(draft *d)
{
    for (size_t k = 0; k < sizeof recipes / sizeof *recipes; k++)
        if (recipes[k].op == d->op)
            return recipes[k].cook(d) && gen_accepts(d->op, d->n, d->x, d->attr);
    return draw_freely(d);
}

bool gen_op(scope *s, const ir_op *op)
{
    enum { TRIES = 12 };
    for (int k = 0; k < TRIES && !s->gen->broken; k++) {
        draft d = {.s = s, .op = op, .n = 1, .x = {gen_any(s)}};
        /* If no existing value is accepted, one of another dtype might be. */
        if (k > TRIES / 2)
            d.x[0] = gen_of_dtype(s, d.x[0], gen_dtype(s->gen));
        if (!draw_equation(&d))
            continue;
        keep_tame(&d);
        return !s->gen->broken && gen_emit(s, op, d.n, d.x, d.attr) != NULL;
    }
    return false;
}

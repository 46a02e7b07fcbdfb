/* sort and top_k.
 *
 * Our primitive sorts by the order of the first operands: -0 equals 0, and NaN is the greatest. A
 * comparator is read as such an order: a comparison of the two elements of one operand, or that of
 * one operand and, where they are equal, that of others. Before it compares floats, JAX replaces -0
 * by 0 and each NaN by the same one, which is our order; such selections are looked through. Any other
 * comparator becomes a graph (sort_by).
 */
#include "exchange/stablehlo/reduce.h"
#include "ops/windows.h"

enum { MOST_KEYS = 8 };

typedef struct {
    const hlo_region *r;
    int n;                /* keys */
    int key[MOST_KEYS];   /* the operand */
    bool bits[MOST_KEYS]; /* is it compared in the total order of floats? */
    bool descending;
} order;

static hlo_text word_of(const hlo_op *op, const char *key, int k)
{
    hlo_text t = hlo_read_word(op, key);
    return t.n ? t : hlo_word_at(op, k);
}

static bool is_op(const hlo_value *v, const char *name, int noperand)
{
    return v->op && hlo_is(v->op->name, name) && v->op->noperand == noperand;
}

static bool is_compare(const hlo_value *v, const char *kind)
{
    return is_op(v, "stablehlo.compare", 2) &&
           hlo_is(word_of(v->op, "comparison_direction", 0), kind);
}

/* Is v the constant 0, or with `nan` a NaN? */
static bool is_constant(hlo_frame *f, const hlo_value *v, bool nan)
{
    ir_scalar s = {0};
    if (!is_op(v, "stablehlo.constant", 0) || v->type->why || v->type->type.rank ||
        ir_is_complex(v->type->type.dtype) || !hlo_constant_read(f->b->module, v, &s))
        return false;
    double x = ir_scalar_f64(v->type->type.dtype, s);
    return nan ? x != x : x == 0;
}

/* Looks through select(x == 0, 0, x) and select(x != x, nan, x). */
static const hlo_value *canonical(hlo_frame *f, const hlo_value *v, bool *zeros, bool *nans)
{
    while (is_op(v, "stablehlo.select", 3)) {
        const hlo_value *cond = v->op->operand[0], *chosen = v->op->operand[1];
        if (is_compare(cond, "EQ") && is_constant(f, cond->op->operand[1], false) &&
            is_constant(f, chosen, false))
            *zeros = true;
        else if (is_compare(cond, "NE") && cond->op->operand[0] == cond->op->operand[1] &&
                 is_constant(f, chosen, true))
            *nans = true;
        else
            return NULL;
        v = v->op->operand[2];
    }
    return v;
}

/* The operand whose two elements a comparison compares; -1 if it is another comparison. */
static int compared(hlo_frame *f, const order *o, const hlo_value *v, bool *swapped, bool *bits)
{
    bool zeros = false, nans = false;
    const hlo_value *a = canonical(f, v->op->operand[0], &zeros, &nans);
    const hlo_value *b = canonical(f, v->op->operand[1], &zeros, &nans);
    bool total = hlo_is(word_of(v->op, "compare_type", 1), "TOTALORDER");
    *bits = total && a && !a->type->why && ir_has_fraction(a->type->type.dtype) && !(zeros && nans);
    for (int k = 0; k + 1 < o->r->narg; k += 2) {
        *swapped = a == o->r->arg[k + 1] && b == o->r->arg[k];
        if (*swapped || (a == o->r->arg[k] && b == o->r->arg[k + 1]))
            return k / 2;
    }
    return -1;
}

/* Reads a < b, or a < b | (a == b & ...). */
static bool read_order(hlo_frame *f, order *o, const hlo_value *v)
{
    const hlo_value *first = v, *rest = NULL;
    bool swapped, bits, ignored;
    if (is_op(v, "stablehlo.or", 2)) {
        first = v->op->operand[0];
        rest = v->op->operand[1];
    }
    bool less = is_compare(first, "LT"), greater = is_compare(first, "GT");
    int key = less || greater ? compared(f, o, first, &swapped, &bits) : -1;
    if (key < 0 || o->n == MOST_KEYS)
        return false;
    bool descending = greater != swapped;
    if (o->n && o->descending != descending)
        return false;
    o->descending = descending;
    o->bits[o->n] = bits;
    o->key[o->n++] = key;
    if (!rest)
        return true;
    if (!is_op(rest, "stablehlo.and", 2) || !is_compare(rest->op->operand[0], "EQ") ||
        compared(f, o, rest->op->operand[0], &ignored, &ignored) != key)
        return false;
    return read_order(f, o, rest->op->operand[1]);
}

static bool check_comparator(hlo_frame *f, const hlo_op *op)
{
    const hlo_region *r = op->first;
    return (op->nregion == 1 && r->narg == 2 * op->noperand && r->last && r->last->noperand == 1) ||
           hlo_op_fail(f, op, "it needs a comparator of two elements of each operand");
}

/* The comparator as sort_by takes it: captured values first, then those on the left and on the right,
 * which alternate in a region. */
static ir_graph *comparator_graph(const hlo_body *body)
{
    IR_SCRATCH(scratch);
    const ir_graph *from = body->g;
    int nc = body->ncaptured, n = body->n;
    ir_graph *g = ir_graph_new("comparator");
    ir_value **in = ir_alloc(&scratch, (size_t)(from->nin + from->nout) * sizeof *in), *y;
    bool ok = g && in;
    for (int k = 0; ok && k < nc; k++)
        ok = (in[2 * n + k] = ir_input(g, &from->in[2 * n + k]->type)) != NULL;
    for (int side = 0; side < 2; side++)
        for (int k = 0; ok && k < n; k++)
            ok = (in[2 * k + side] = ir_input(g, &from->in[2 * k + side]->type)) != NULL;
    if (ok && ir_splice(g, from, in, &y))
        return ir_finish(g, &y, 1);
    ir_graph_release(g);
    return NULL;
}

/* By a comparator that is not an order of its operands. */
static bool sort_by(hlo_frame *f, const hlo_op *op, int64_t dim, ir_value *const *x, ir_value **y)
{
    IR_SCRATCH(scratch);
    HLO_AUTO_BODY body = {0};
    int n = op->noperand;
    if (!hlo_read_region(f, op, op->first, n, 1, &scratch, &body))
        return false;
    if (!body.g)
        return hlo_unsupported(f, op, "with this comparator");
    int nc = body.ncaptured;
    IR_AUTO_GRAPH less = comparator_graph(&body);
    ir_value **in = ir_alloc(&scratch, (size_t)(nc + 2 * n + 1) * sizeof *in), **out = in + nc + n;
    if (!less || !in)
        return false;
    if (nc)
        memcpy(in, body.captured, (size_t)nc * sizeof *in);
    memcpy(in + nc, x, (size_t)n * sizeof *in);
    ir_attr attr[] = {[SORT_BY_DIMENSION] = {.i = dim},
                      [SORT_BY_COMPARATOR] = {.graph = less},
                      [SORT_BY_NUM_CONSTS] = {.i = nc}};
    if (!ir_results(ir_emit(f->g, &op_sort_by, nc + n, in, attr), n + 1, out))
        return false;
    memcpy(y, out, (size_t)n * sizeof *y);
    return true;
}

/* The keys are put in front of all operands, and are left out of the results. */
bool hlo_emit_sort(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                   ir_value **y)
{
    IR_SCRATCH(scratch);
    (void)row;
    order o = {.r = op->first};
    int n = op->noperand;
    if (!n || op->nresult != n)
        return hlo_op_fail(f, op, "it gives as many arrays as it takes");
    if (!check_comparator(f, op))
        return false;
    int64_t dim = hlo_int_or(op, "dimension", -1);
    dim += dim < 0 ? x[0]->type.rank : 0;
    if (dim < 0 || dim >= x[0]->type.rank)
        return hlo_op_fail(f, op, "there is no dimension %lld", (long long)dim);
    if (!read_order(f, &o, o.r->last->operand[0]))
        return sort_by(f, op, dim, x, y);
    ir_value **in = ir_alloc(&scratch, (size_t)(o.n + n) * sizeof *in);
    if (!in)
        return false;
    bool direct = o.n == 1 && o.key[0] == 0 && !o.bits[0]; /* the first operand is the key */
    int nkeys = direct ? 0 : o.n;
    for (int k = 0; k < nkeys; k++)
        in[k] = o.bits[k] ? hlo_total_order(f->g, x[o.key[k]]) : x[o.key[k]];
    memcpy(in + nkeys, x, (size_t)n * sizeof *in);
    ir_value **out = b_sort(f->g, nkeys + n, in, (int)dim, direct ? 1 : nkeys, o.descending);
    return out && ir_results(out + nkeys, n, y);
}

/* The comparator that a custom call names; NULL: it names none. */
static const hlo_region *called_comparator(const hlo_frame *f, const hlo_op *op)
{
    const hlo_attr *called = hlo_find(&op->attrs, "called_computations");
    bool named =
        called && called->kind == HLO_LIST && called->n == 1 && called->first->kind == HLO_SYMBOL;
    const hlo_function *fn = named ? hlo_find_function(f->b->module, called->first->text) : NULL;
    const hlo_region *r = fn ? &fn->body : NULL;
    return r && r->narg == 4 && r->last && r->last->noperand == 1 ? r : NULL;
}

/* jax.lax.approx_max_k and approx_min_k: some of the first elements in the comparator's order, with
 * their places. These are the very first ones. */
bool hlo_emit_approx_top_k(hlo_frame *f, const hlo_op *op, ir_value *const *x, ir_value **y)
{
    const hlo_attr *config = hlo_find(&op->attrs, "mhlo.backend_config");
    const hlo_attr *dim =
        config && config->kind == HLO_DICT ? hlo_find(config, "reduction_dim") : NULL;
    order o = {.r = called_comparator(f, op)};
    if (op->noperand != 4 || op->nresult != 2 || !dim || dim->kind != HLO_INT || !o.r)
        return hlo_op_fail(f, op,
                           "it needs two arrays, two scalars, a comparator and the "
                           "attribute reduction_dim");
    const ir_type *t = &x[0]->type, *some = hlo_result(op, 0);
    if (dim->i < 0 || dim->i >= t->rank || !ir_same_shape(t, &x[1]->type) ||
        some->rank != t->rank || some->dim[dim->i] > t->dim[dim->i])
        return hlo_op_fail(f, op, "it cannot give %s of %s along dimension %lld", ir_type_tmp(some),
                           ir_type_tmp(t), (long long)dim->i);
    if (!read_order(f, &o, o.r->last->operand[0]) || o.n != 1 || o.key[0] || o.bits[0])
        return hlo_unsupported(f, op, "with this comparator");
    int64_t start[IR_MAX_RANK] = {0}, limit[IR_MAX_RANK];
    memcpy(limit, t->dim, sizeof limit);
    limit[dim->i] = some->dim[dim->i];
    ir_value **out = b_sort(f->g, 2, x, (int)dim->i, 1, o.descending);
    for (int k = 0; out && k < 2; k++)
        if (!(y[k] = b_slice(f->g, out[k], start, limit, NULL)))
            return false;
    return out != NULL;
}

/* The order is the total one of floats, in which a NaN is greater or less than all numbers, by its
 * sign. */
bool hlo_emit_top_k(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                    ir_value **y)
{
    (void)row;
    int64_t k;
    if (!hlo_read_int(f, op, "k", NULL, &k))
        return false;
    ir_attr attr[] = {[TOP_K_K] = {.i = k}};
    if (!ir_has_fraction(x[0]->type.dtype))
        return ir_results(ir_emit(f->g, &op_top_k, 1, x, attr), 2, y);
    ir_value *keys = hlo_total_order(f->g, x[0]);
    if (!ir_results(ir_emit(f->g, &op_top_k, 1, &keys, attr), 2, y))
        return false;
    return (y[0] = windows_take(f->g, x[0], y[1], x[0]->type.rank - 1, true)) != NULL;
}

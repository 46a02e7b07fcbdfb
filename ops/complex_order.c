/* What depends on the order of numbers, on pairs of parts: comparisons, extremes, sorting.
 *
 * Complex numbers are ordered by their real parts and, where these are equal, by their imaginary
 * ones, as in NumPy and JAX. A number with a NaN in either part is a NaN, and a NaN wins in every
 * maximum and minimum. (In JAX it depends on the order of the operands.)
 */
#include <math.h>
#include <string.h>

#include "ops/complex_rules.h"
#include "ops/scatter.h"
#include "ops/shape.h"

static ir_value *is_nan(ir_graph *g, ir_pair x)
{
    return apply2(g, &op_or, apply2(g, &op_ne, x.re, x.re), apply2(g, &op_ne, x.im, x.im));
}

/* strict: how real parts that differ are compared; last: how the imaginary parts are. */
static ir_value *compare(ir_graph *g, const ir_op *strict, const ir_op *last, const ir_pair *x)
{
    ir_value *tie = apply2(g, &op_eq, x[0].re, x[1].re);
    return choose(g, tie, apply2(g, last, x[0].im, x[1].im), apply2(g, strict, x[0].re, x[1].re));
}

#define COMPARISON(name, strict)                                                                   \
    bool pairs_##name(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)                  \
    {                                                                                              \
        y->im = NULL;                                                                              \
        return (y->re = compare(g, &op_##strict, e->op, x));                                       \
    }
COMPARISON(lt, lt)
COMPARISON(le, lt)
COMPARISON(gt, gt)
COMPARISON(ge, gt)

/* The one of x and y that is beyond the other one; the first NaN. */
static ir_pair extreme(ir_graph *g, const ir_op *beyond, ir_pair x, ir_pair y)
{
    ir_value *nan = is_nan(g, x), *other = apply1(g, &op_not, is_nan(g, y));
    ir_value *first = compare(g, beyond, beyond, (ir_pair[]){x, y});
    first = apply2(g, &op_or, nan, apply2(g, &op_and, other, first));
    return (ir_pair){choose(g, first, x.re, y.re), choose(g, first, x.im, y.im)};
}

bool pairs_max(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    (void)e;
    return is_made(*y = extreme(g, &op_gt, x[0], x[1]));
}

bool pairs_min(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    (void)e;
    return is_made(*y = extreme(g, &op_lt, x[0], x[1]));
}

/* ---- reductions ------------------------------------------------------------------------------ */

/* The real parts, but NaN for every number that is a NaN. */
static ir_value *first_key(ir_graph *g, ir_pair x)
{
    return choose(g, is_nan(g, x), b_const(g, x.re, NAN), x.re);
}

/* The imaginary parts of the numbers that tie for the extreme real part; `none` for others. */
static ir_value *second_key(ir_graph *g, ir_pair x, ir_value *extreme, double none)
{
    ir_value *ties = apply2(g, &op_or, apply2(g, &op_eq, x.re, extreme), is_nan(g, x));
    return choose(g, ties, x.im, b_const(g, x.im, none));
}

static ir_value *over_reduced(ir_graph *g, ir_value *x, const ir_attr *axes, const ir_type *to)
{
    int64_t kept[IR_MAX_RANK];
    int n = 0;
    for (int d = 0; d < to->rank; d++)
        if (!axis_in(axes, d))
            kept[n++] = d;
    ir_attr attr[] = {[BROADCAST_SHAPE] = {.n = to->rank, .ints = to->dim},
                      [BROADCAST_DIMS] = {.n = n, .ints = kept}};
    return ir_emit1(g, &op_broadcast_in_dim, 1, &x, attr);
}

/* Of no numbers, the extreme has the imaginary part 0. */
static bool reduce(ir_graph *g, const ir_eqn *e, ir_pair x, double none, ir_pair *y)
{
    const ir_type *t = &e->in[0]->type;
    ir_value *key = first_key(g, x);
    y->re = ir_emit1(g, e->op, 1, &key, e->attr);
    key = second_key(g, x, over_reduced(g, y->re, &e->attr[REDUCE_AXES], t), none);
    y->im = ir_emit1(g, e->op, 1, &key, e->attr);
    if (is_made(*y) && !ir_type_count(t))
        y->im = ir_zeros(g, &y->im->type);
    return is_made(*y);
}

bool pairs_reduce_max(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    return reduce(g, e, x[0], -INFINITY, y);
}

bool pairs_reduce_min(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    return reduce(g, e, x[0], INFINITY, y);
}

/* ---- running reductions ---------------------------------------------------------------------- */

/* x shifted by `by` along an axis; `fill` enters. */
static ir_value *shifted(ir_graph *g, ir_value *x, int axis, int64_t by, bool reverse, double fill)
{
    int64_t low[IR_MAX_RANK] = {0}, high[IR_MAX_RANK] = {0}, none[IR_MAX_RANK] = {0};
    if (!x)
        return NULL;
    low[axis] = reverse ? -by : by;
    high[axis] = -low[axis];
    ir_value *scalar = ir_literal(g, x->type.dtype, ir_scalar_of(x->type.dtype, fill), false);
    int n = x->type.rank;
    ir_attr attr[] = {[PAD_LOW] = {.n = n, .ints = low},
                      [PAD_HIGH] = {.n = n, .ints = high},
                      [PAD_INTERIOR] = {.n = n, .ints = none}};
    return ir_emit1(g, &op_pad, 2, (ir_value *[]){x, scalar}, attr);
}

/* After step k, each element combines the last 2^k. `fill`: a real number that changes nothing. */
static bool cumulate(ir_graph *g, const ir_eqn *e, ir_pair x, double fill, ir_pair *y)
{
    int axis = (int)e->attr[CUMULATE_AXIS].i;
    bool reverse = e->attr[CUMULATE_REVERSE].i;
    *y = x;
    for (int64_t by = 1; is_made(*y) && by < e->in[0]->type.dim[axis]; by *= 2) {
        ir_pair before = {shifted(g, y->re, axis, by, reverse, fill),
                          shifted(g, y->im, axis, by, reverse, isinf(fill) ? fill : 0)};
        *y = e->op == &op_cumprod ? complex_product(g, before, *y)
                                  : extreme(g, e->op == &op_cummax ? &op_gt : &op_lt, before, *y);
    }
    return is_made(*y);
}

bool pairs_cumprod(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    return cumulate(g, e, x[0], 1, y);
}

bool pairs_cummax(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    return cumulate(g, e, x[0], -INFINITY, y);
}

bool pairs_cummin(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    return cumulate(g, e, x[0], INFINITY, y);
}

/* ---- sorting --------------------------------------------------------------------------------- */

/* The parts of a key are two keys. A NaN in a part is greater than all numbers there, so that
 * 1 + NaN i comes right after all other numbers 1 + y i, as in JAX. */
bool pairs_sort(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    IR_SCRATCH(scratch);
    ir_attr attr[SORT_NATTR];
    ir_value **in = ir_alloc(&scratch, (size_t)(2 * e->nin + 1) * sizeof *in);
    int n = 0;
    if (!in)
        return false;
    memcpy(attr, e->attr, sizeof attr);
    for (int k = 0; k < e->nin; k++) {
        in[n++] = x[k].re;
        if (x[k].im)
            in[n++] = x[k].im;
        if (k + 1 == e->attr[SORT_NUM_KEYS].i)
            attr[SORT_NUM_KEYS].i = n;
    }
    ir_value **made = ir_emit(g, e->op, n, in, attr);
    for (int k = 0, j = 0; made && k < e->nin; k++) {
        y[k] = (ir_pair){made[j++], NULL};
        if (x[k].im)
            y[k].im = made[j++];
    }
    return made != NULL;
}

/* ---- scatters -------------------------------------------------------------------------------- */

/* As in a reduction: first the real parts, then the imaginary ones of the numbers that tie. */
bool pairs_scatter_extreme(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    double none = e->op == &op_scatter_max ? -INFINITY : INFINITY;
    ir_value *index = x[1].re;
    windows_attrs back = windows_inverse(e);
    ir_attr attr[GATHER_NATTR];
    windows_set_attrs(&op_gather, &back, attr);
    ir_value *in[] = {first_key(g, x[0]), index, first_key(g, x[2])};
    y->re = ir_emit1(g, e->op, 3, in, e->attr);
    ir_value *read[] = {y->re, index};
    in[2] = second_key(g, x[2], ir_emit1(g, &op_gather, 2, read, attr), none);
    in[0] = second_key(g, x[0], y->re, none);
    y->im = ir_emit1(g, e->op, 3, in, e->attr);
    return is_made(*y);
}

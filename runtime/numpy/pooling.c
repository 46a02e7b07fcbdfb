/* Windows that slide over an array: jax.lax.reduce_window and pooling. */
#include <inttypes.h>
#include <string.h>

#include "runtime/numpy/combine.h"

/* The parameters by dimension of x. */
typedef struct {
    const char *what;
    ir_type x;
    int first, n; /* the dimensions that the window is given for */
    int64_t size[IR_MAX_RANK], stride[IR_MAX_RANK], low[IR_MAX_RANK], high[IR_MAX_RANK],
        base[IR_MAX_RANK], dilation[IR_MAX_RANK];
} pooling;

/* Copies a list to the dimensions that the window is given for; `otherwise` if it is not given. */
static bool take(const pooling *p, const char *name, jac_dims list, int64_t otherwise, int64_t *to)
{
    int64_t one;
    for (int d = 0; d < p->x.rank; d++)
        to[d] = otherwise;
    if (!rt_ints(p->what, name, &list, &one))
        return false;
    if (!list.v)
        return true;
    if (list.n != p->n)
        return ir_fail("%s: %s must have %d entries, one for each dimension of the window, but has "
                       "%d",
                       p->what, name, p->n, (int)list.n);
    memcpy(to + p->first, list.v, (size_t)p->n * sizeof *to);
    return true;
}

/* The window, for all dimensions of x, or for those before the last. */
static bool take_window(pooling *p, jac_dims window, bool pools)
{
    int last = p->x.rank - pools;
    if (!window.v && window.n)
        return ir_fail("%s: the window is a null pointer", p->what);
    if (pools ? window.n > last || last < 0 : window.n != last)
        return ir_fail("%s: the window has %d entries, which do not fit %s", p->what, (int)window.n,
                       ir_type_tmp(&p->x));
    p->n = (int)window.n;
    p->first = last - p->n;
    for (int d = 0; d < p->x.rank; d++)
        p->size[d] = d >= p->first && d < last ? window.v[d - p->first] : 1;
    return true;
}

static bool take_padding(pooling *p, const jac_window_opts *o)
{
    const char *padding = o->padding ? o->padding : "VALID";
    bool same = !strcmp(padding, "SAME");
    if (!same && strcmp(padding, "VALID"))
        return ir_fail("%s: the padding must be \"VALID\" or \"SAME\", but is \"%s\"", p->what,
                       padding);
    if (!take(p, ".low", o->low, 0, p->low) || !take(p, ".high", o->high, 0, p->high))
        return false;
    for (int d = 0; same && d < p->x.rank; d++) {
        int64_t n = p->x.dim[d], wide = (p->size[d] - 1) * p->dilation[d] + 1;
        if (p->stride[d] < 1 || p->size[d] < 1 || p->size[d] > INT32_MAX ||
            p->dilation[d] > INT32_MAX || p->base[d] > INT32_MAX)
            continue; /* the primitive reports it */
        n = n ? (n - 1) * p->base[d] + 1 : 0;
        int64_t all = ((n + p->stride[d] - 1) / p->stride[d] - 1) * p->stride[d] + wide - n;
        p->low[d] = all > 0 ? all / 2 : 0;
        p->high[d] = all > 0 ? all - p->low[d] : 0;
    }
    return true;
}

static bool take_all(pooling *p, jac_dims window, bool pools, const jac_window_opts *o)
{
    return take_window(p, window, pools) &&
           take(p, ".window_strides", o->window_strides, 1, p->stride) &&
           take(p, ".base_dilation", o->base_dilation, 1, p->base) &&
           take(p, ".window_dilation", o->window_dilation, 1, p->dilation) && take_padding(p, o);
}

/* Sets the parameters of a primitive with windows; the lists stay in p. */
static void set_attrs(const pooling *p, ir_attr *attr)
{
    const int64_t *const lists[] = {
        [WINDOW_SIZE] = p->size, [WINDOW_STRIDES] = p->stride, [WINDOW_LOW] = p->low,
        [WINDOW_HIGH] = p->high, [WINDOW_BASE] = p->base,      [WINDOW_DILATION] = p->dilation};
    for (int k = 0; k < WINDOW_NATTR; k++)
        attr[k] = (ir_attr){.n = p->x.rank, .ints = lists[k]};
}

static jac windows(const pooling *p, const ir_op *op, jac x)
{
    ir_attr attr[WINDOW_NATTR];
    set_attrs(p, attr);
    return jac_ok(x) ? rt_emit1(op, 1, &x, attr) : JAC_NULL;
}

/* Sums of 16-bit floats may be out of their range though the mean is not. */
static jac mean(const pooling *p, jac x, bool exclude_padding)
{
    ir_dtype d = rt_float_of(p->x.dtype);
    x = rt_convert(x, ir_compute(d), false);
    double count = 1;
    for (int k = 0; k < p->x.rank; k++)
        count *= (double)p->size[k];
    jac sum = windows(p, &op_reduce_window_sum, x);
    if (!exclude_padding)
        return rt_convert(jac_div(sum, count), d, false);
    return rt_convert(jac_div(sum, windows(p, &op_reduce_window_sum, jac_ones_like(x))), d, false);
}

static const struct {
    const char *name;
    const ir_op *op; /* NULL: the mean */
    bool pools;
} functions[] = {
    {"reduce_window_sum", &op_reduce_window_sum, false},
    {"reduce_window_max", &op_reduce_window_max, false},
    {"reduce_window_min", &op_reduce_window_min, false},
    {"max_pool", &op_reduce_window_max, true},
    {"min_pool", &op_reduce_window_min, true},
    {"avg_pool", NULL, true},
};

jac jac_window_(const jac_loc *at, const char *what, jac x, jac_dims window, jac_window_opts o)
{
    unsigned m = rt_begin_as(at, what);
    pooling p = {.what = what};
    size_t k = 0, n = sizeof functions / sizeof *functions;
    while (k < n && strcmp(functions[k].name, what))
        k++;
    if (k == n) {
        ir_fail("there is no function '%s' of windows", what);
        return rt_end(m, JAC_NULL);
    }
    if (!rt_promote(1, &x, false) || !rt_type_of(x, &p.x) ||
        !take_all(&p, window, functions[k].pools, &o))
        return rt_end(m, JAC_NULL);
    return rt_end(m, functions[k].op ? windows(&p, functions[k].op, x)
                                     : mean(&p, x, o.exclude_padding));
}

bool jac_reduce_window_(const jac_loc *at, jac_handles x, jac_handles init, jac_fn f, jac_out out,
                        jac_dims window, jac_window_opts o)
{
    static const char what[] = "reduce_window";
    IR_SCRATCH(scratch);
    unsigned m = rt_begin_as(at, what);
    pooling p = {.what = what};
    ir_attr attr[WINDOW_BY_NATTR];
    int n = x.n > 0 && x.n < NP_MOST_COMBINED ? (int)x.n : 0;
    jac *in = ir_alloc(&scratch, (size_t)(3 * n + 1) * sizeof *in), *y = in + 2 * n;
    bool room = in && n && rt_room(what, "", n, out);
    bool ok = in &&
              (n || ir_fail("reduce_window: 1 to %d arrays can be given, but there are %lld",
                            NP_MOST_COMBINED - 1, (long long)x.n)) &&
              room && np_take_pairs(what, "initial values", x, init, in, in + n) &&
              rt_type_of(in[0], &p.x) && take_all(&p, window, false, &o);
    set_attrs(&p, attr);
    np_combining c = {f, n, 2 * n, in, WINDOW_BY_BODY, WINDOW_BY_NUM_CONSTS};
    ok = ok && np_combine(what, &op_reduce_window, &c, attr, y);
    return np_give(m, room, ok, n, y, out);
}

/* The convolutions of jax.lax: conv_general_dilated, conv, conv_transpose. */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "ops/conv.h"
#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

/* A convolution as it is being put together. */
typedef struct {
    const char *what; /* the function's name, for errors */
    int n;            /* spatial dimensions */
    ir_type lhs, rhs;
    int64_t lhs_spec[IR_MAX_RANK], rhs_spec[IR_MAX_RANK], out_spec[IR_MAX_RANK];
    int64_t stride[IR_MAX_RANK], lhs_dilation[IR_MAX_RANK], rhs_dilation[IR_MAX_RANK];
    int64_t padding[2 * IR_MAX_RANK], reversed[IR_MAX_RANK];
    int64_t feature_groups, batch_groups;
} conv;

static int64_t input_size(const conv *c, int k)
{
    return c->lhs.dim[c->lhs_spec[2 + k]];
}

/* The number of elements that the window reaches over. */
static int64_t window_size(const conv *c, int k)
{
    return conv_dilated(c->rhs.dim[c->rhs_spec[2 + k]], c->rhs_dilation[k]);
}

/* ---- dimension numbers ----------------------------------------------------------------------- */

/* The n + 2 letters of one array: `first`, `second` and spatial ones, each once. */
static bool check_letters(const conv *c, const char *all, const char *term, char first, char second)
{
    int n = c->n + 2;
    bool ok = strnlen(term, (size_t)n) == (size_t)n && memchr(term, first, (size_t)n) &&
              memchr(term, second, (size_t)n);
    for (int k = 0; ok && k < n; k++)
        ok = ((term[k] >= 'A' && term[k] <= 'Z') || (term[k] >= 'a' && term[k] <= 'z')) &&
             !memchr(term + k + 1, term[k], (size_t)(n - k - 1));
    return ok || ir_fail("%s: dimension_numbers \"%s\" must be like \"NCHW,OIHW->NCHW\", with %d "
                         "letters for each of %s, %s and the result",
                         c->what, all, n, ir_type_tmp(&c->lhs), ir_type_tmp(&c->rhs));
}

/* The spatial dimensions have the order that they have in rhs. */
static bool take_spec(const conv *c, const char *all, const char *term, char first, char second,
                      const char *rhs, int64_t *spec)
{
    int n = c->n + 2;
    int64_t *next = spec;
    *next++ = (const char *)memchr(term, first, (size_t)n) - term;
    *next++ = (const char *)memchr(term, second, (size_t)n) - term;
    for (int k = 0; k < n; k++) {
        if (rhs[k] == 'O' || rhs[k] == 'I')
            continue;
        const char *found = memchr(term, rhs[k], (size_t)n);
        if (!found || rhs[k] == first || rhs[k] == second)
            return ir_fail("%s: dimension_numbers \"%s\": the spatial dimension %c is not in all "
                           "three arrays",
                           c->what, all, rhs[k]);
        *next++ = found - term;
    }
    return true;
}

static bool take_dimension_numbers(conv *c, const char *text)
{
    size_t n = (size_t)c->n + 2, len = strlen(text);
    const char *rhs = text + n + 1, *out = rhs + n + 2;
    if (len != 3 * n + 3 || text[n] != ',' || rhs[n] != '-' || rhs[n + 1] != '>')
        return check_letters(c, text, "", 'N', 'C');
    return check_letters(c, text, text, 'N', 'C') && check_letters(c, text, rhs, 'O', 'I') &&
           check_letters(c, text, out, 'N', 'C') &&
           take_spec(c, text, text, 'N', 'C', rhs, c->lhs_spec) &&
           take_spec(c, text, rhs, 'O', 'I', rhs, c->rhs_spec) &&
           take_spec(c, text, out, 'N', 'C', rhs, c->out_spec);
}

/* Batch and features first, or the features last. */
static void default_dimension_numbers(conv *c, bool last)
{
    for (int k = 0; k < c->n + 2; k++) {
        int64_t first = k < 2 ? k : k, spatial = k - 1, end = c->n + 1;
        c->lhs_spec[k] = !last ? first : k == 0 ? 0 : k == 1 ? end : spatial;
        c->out_spec[k] = c->lhs_spec[k];
        c->rhs_spec[k] = !last ? first : k == 0 ? end : k == 1 ? end - 1 : k - 2;
    }
}

static bool take_operands(conv *c, jac *v, const char *dimension_numbers, bool last)
{
    if (!rt_promote(2, v, false) || !rt_type_of(v[0], &c->lhs) || !rt_type_of(v[1], &c->rhs))
        return false;
    if (c->lhs.rank < 2 || c->rhs.rank != c->lhs.rank)
        return ir_fail("%s: the operands must have the same rank, at least 2, but are %s and %s",
                       c->what, ir_type_tmp(&c->lhs), ir_type_tmp(&c->rhs));
    c->n = c->lhs.rank - 2;
    c->feature_groups = c->batch_groups = 1;
    for (int k = 0; k < c->n; k++)
        c->stride[k] = c->lhs_dilation[k] = c->rhs_dilation[k] = 1;
    if (dimension_numbers)
        return take_dimension_numbers(c, dimension_numbers);
    default_dimension_numbers(c, last);
    return true;
}

/* ---- lists ----------------------------------------------------------------------------------- */

/* An entry for each spatial dimension; the entries stay what they are if the list is not given. */
static bool take_list(const conv *c, const char *name, jac_dims given, int64_t *to, int step)
{
    if (!rt_list(c->what, given))
        return false;
    if (!given.n && !given.v)
        return true;
    if (given.n != c->n)
        return ir_fail("%s: %s must have %s for the spatial dimensions of %s, but has %d", c->what,
                       name, ir_count_tmp(c->n, "number"), ir_type_tmp(&c->lhs), (int)given.n);
    for (int k = 0; k < c->n; k++) {
        if (given.v[k] < -INT32_MAX || given.v[k] > INT32_MAX)
            return ir_fail("%s: %s has an entry %" PRId64 ", which is too large", c->what, name,
                           given.v[k]);
        to[k * step] = given.v[k];
    }
    return true;
}

/* The same for an option, which may be an int. */
static bool take_option(const conv *c, const char *name, jac_dims given, int64_t *to, int step)
{
    int64_t one;
    return rt_ints(c->what, name, &given, &one) && take_list(c, name, given, to, step);
}

/* Padding that depends on sizes needs strides that can be divided by. */
static bool check_positive(const conv *c, const char *name, const int64_t *v)
{
    for (int k = 0; k < c->n; k++)
        if (v[k] < 1)
            return ir_fail("%s: %s must be at least 1, but are %s", c->what, name,
                           ir_ints_tmp(v, c->n));
    return true;
}

static bool pad_by_name(conv *c, const char *name)
{
    bool same = !strcasecmp(name, "SAME"), lower = !strcasecmp(name, "SAME_LOWER");
    if (!same && !lower && strcasecmp(name, "VALID"))
        return ir_fail("%s: padding must be \"VALID\", \"SAME\" or \"SAME_LOWER\", but is \"%s\"",
                       c->what, name);
    for (int k = 0; k < c->n; k++) {
        int64_t n = input_size(c, k), out = (n + c->stride[k] - 1) / c->stride[k];
        int64_t zeros = (out - 1) * c->stride[k] + window_size(c, k) - n;
        zeros = (same || lower) && zeros > 0 ? zeros : 0;
        c->padding[2 * k] = lower ? zeros - zeros / 2 : zeros / 2;
        c->padding[2 * k + 1] = zeros - c->padding[2 * k];
        if (c->lhs_dilation[k] != 1 && (same || lower || zeros))
            return ir_fail("%s: padding \"%s\" is not possible with a lhs_dilation; give low and "
                           "high, or call conv_transpose",
                           c->what, name);
    }
    return true;
}

/* *any: is one of them given? */
static bool take_low_and_high(conv *c, jac_dims low, jac_dims high, bool *any)
{
    int64_t one[2];
    if (!rt_ints(c->what, "low", &low, &one[0]) || !rt_ints(c->what, "high", &high, &one[1]))
        return false;
    *any = low.n || high.n;
    return take_list(c, "low", low, c->padding, 2) && take_list(c, "high", high, c->padding + 1, 2);
}

/* ---- emitting -------------------------------------------------------------------------------- */

static bool take_preferred(const conv *c, jac_dtype preferred, jac *v)
{
    ir_dtype d = c->lhs.dtype, to = d;
    if (preferred == JAC_DEFAULT)
        return true;
    if (!rt_dtype(preferred, &to))
        return false;
    if (to == d)
        return true;
    if (ir_dtypes[to].size < ir_dtypes[d].size || (ir_has_fraction(d) && !ir_has_fraction(to)) ||
        d == IR_bool || to == IR_bool)
        return ir_fail("%s: preferred_element_type %s cannot hold products of %s", c->what,
                       ir_dtypes[to].name, ir_dtypes[d].name);
    v[0] = rt_convert(v[0], to, false);
    v[1] = rt_convert(v[1], to, false);
    return jac_ok(v[0]) && jac_ok(v[1]);
}

static jac emit(const conv *c, jac_dtype preferred, jac *v)
{
    bool any = false;
    for (int k = 0; k < c->n; k++)
        any = any || c->reversed[k];
    ir_attr attr[] = {[CONV_STRIDES] = {.n = c->n, .ints = c->stride},
                      [CONV_PADDING] = {.n = 2 * c->n, .ints = c->padding},
                      [CONV_LHS_DILATION] = {.n = c->n, .ints = c->lhs_dilation},
                      [CONV_RHS_DILATION] = {.n = c->n, .ints = c->rhs_dilation},
                      [CONV_LHS_SPEC] = {.n = c->n + 2, .ints = c->lhs_spec},
                      [CONV_RHS_SPEC] = {.n = c->n + 2, .ints = c->rhs_spec},
                      [CONV_OUT_SPEC] = {.n = c->n + 2, .ints = c->out_spec},
                      [CONV_FEATURE_GROUPS] = {.i = c->feature_groups},
                      [CONV_BATCH_GROUPS] = {.i = c->batch_groups},
                      [CONV_REVERSAL] = {.n = any ? c->n : 0, .ints = c->reversed}};
    return take_preferred(c, preferred, v) ? rt_emit1(&op_conv_general_dilated, 2, v, attr)
                                           : JAC_NULL;
}

jac jac_conv_general_dilated_(const jac_loc *at, jac lhs, jac rhs, jac_conv_opts o)
{
    unsigned m = rt_begin(at);
    conv c = {.what = "conv_general_dilated"};
    jac v[] = {lhs, rhs};
    bool by_numbers;
    if (!take_operands(&c, v, o.dimension_numbers, false) ||
        !take_option(&c, "window_strides", o.window_strides, c.stride, 1) ||
        !take_option(&c, "lhs_dilation", o.lhs_dilation, c.lhs_dilation, 1) ||
        !take_option(&c, "rhs_dilation", o.rhs_dilation, c.rhs_dilation, 1) ||
        !check_positive(&c, "window_strides", c.stride) ||
        !take_low_and_high(&c, o.low, o.high, &by_numbers))
        return rt_end(m, JAC_NULL);
    if (o.padding && by_numbers) {
        ir_fail("conv_general_dilated: give either padding or low and high, not both");
        return rt_end(m, JAC_NULL);
    }
    if (o.padding && !pad_by_name(&c, o.padding))
        return rt_end(m, JAC_NULL);
    c.feature_groups = o.feature_group_count;
    c.batch_groups = o.batch_group_count;
    return rt_end(m, emit(&c, o.preferred_element_type, v));
}

jac jac_conv_(const jac_loc *at, jac lhs, jac rhs, jac_dims window_strides, const char *padding)
{
    unsigned m = rt_begin(at);
    conv c = {.what = "conv"};
    jac v[] = {lhs, rhs};
    if (!padding)
        ir_fail("conv: padding is a null pointer; it must be \"SAME\" or \"VALID\"");
    if (!padding || !take_operands(&c, v, NULL, false) ||
        !take_list(&c, "window_strides", window_strides, c.stride, 1) ||
        !check_positive(&c, "window_strides", c.stride) || !pad_by_name(&c, padding))
        return rt_end(m, JAC_NULL);
    return rt_end(m, emit(&c, JAC_DEFAULT, v));
}

/* ---- conv_transpose -------------------------------------------------------------------------- */

static bool pad_transposed(conv *c, const char *name)
{
    bool same = name && !strcmp(name, "SAME");
    if (!same && (!name || strcmp(name, "VALID")))
        return ir_fail("%s: padding must be \"VALID\" or \"SAME\", but is %s", c->what,
                       name ? name : "a null pointer");
    for (int k = 0; k < c->n; k++) {
        int64_t window = window_size(c, k), s = c->lhs_dilation[k];
        int64_t zeros = window + s - 2 + (!same && window > s ? window - s : 0);
        int64_t low = !same || s > window - 1 ? window - 1 : (zeros + 1) / 2;
        c->padding[2 * k] = low;
        c->padding[2 * k + 1] = zeros - low;
    }
    return true;
}

static void transpose_kernel(conv *c)
{
    int64_t output = c->rhs_spec[0];
    c->rhs_spec[0] = c->rhs_spec[1];
    c->rhs_spec[1] = output;
    for (int k = 0; k < c->n; k++)
        c->reversed[k] = 1;
}

jac jac_conv_transpose_(const jac_loc *at, jac lhs, jac rhs, jac_dims strides, const char *padding,
                        jac_conv_transpose_opts o)
{
    unsigned m = rt_begin(at);
    conv c = {.what = "conv_transpose"};
    jac v[] = {lhs, rhs};
    bool by_numbers;
    if (!take_operands(&c, v, o.dimension_numbers, true) ||
        !take_list(&c, "strides", strides, c.lhs_dilation, 1) ||
        !take_option(&c, "rhs_dilation", o.rhs_dilation, c.rhs_dilation, 1) ||
        !check_positive(&c, "strides", c.lhs_dilation) ||
        !take_low_and_high(&c, o.low, o.high, &by_numbers) ||
        (!by_numbers && !pad_transposed(&c, padding)))
        return rt_end(m, JAC_NULL);
    if (o.transpose_kernel)
        transpose_kernel(&c);
    return rt_end(m, emit(&c, o.preferred_element_type, v));
}

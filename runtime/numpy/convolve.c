/* Convolutions of signals, as in jax.numpy and jax.scipy.signal: one array of any rank is moved
 * over another. They are convolutions of jax.lax with one batch and one feature.
 */
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

typedef enum { FULL, SAME, VALID } mode_t_;

/* convolve: is y reversed? any_rank: as in jax.scipy.signal? */
typedef struct {
    const char *what;
    bool convolve, any_rank;
    mode_t_ mode;
    ir_type x, y;
} signals;

static bool take_mode(signals *s, const char *mode)
{
    static const char *const names[] = {[FULL] = "full", [SAME] = "same", [VALID] = "valid"};
    for (int k = 0; mode && k < 3; k++)
        if (!strcmp(mode, names[k])) {
            s->mode = (mode_t_)k;
            return true;
        }
    return ir_fail("%s: mode must be \"full\", \"same\" or \"valid\", but is %s", s->what,
                   mode ? mode : "a null pointer");
}

static bool take_arrays(signals *s, jac *v)
{
    if (!rt_promote(2, v, true) || !rt_type_of(v[0], &s->x) || !rt_type_of(v[1], &s->y))
        return false;
    if (s->x.rank != s->y.rank || (!s->any_rank && s->x.rank != 1) || s->x.rank > IR_MAX_RANK - 2)
        return ir_fail("%s: the operands must %s, but are %s and %s", s->what,
                       s->any_rank ? "have the same rank, at most 14" : "be vectors",
                       ir_type_tmp(&s->x), ir_type_tmp(&s->y));
    if (!ir_type_count(&s->x) || !ir_type_count(&s->y))
        return ir_fail("%s: the operands must have elements, but are %s and %s", s->what,
                       ir_type_tmp(&s->x), ir_type_tmp(&s->y));
    return true;
}

/* Must the operands change places, so that the second one is the smaller? */
static bool find_order(const signals *s, bool *change)
{
    bool larger = true, smaller = true;
    for (int k = 0; k < s->x.rank; k++) {
        larger = larger && s->x.dim[k] >= s->y.dim[k];
        smaller = smaller && s->x.dim[k] <= s->y.dim[k];
    }
    *change = s->any_rank ? smaller : !larger;
    return larger || smaller ||
           ir_fail("%s: one operand must be at least as large as the other in each dimension, but "
                   "they are %s and %s",
                   s->what, ir_type_tmp(&s->x), ir_type_tmp(&s->y));
}

static void find_padding(const signals *s, bool change, int64_t *padding)
{
    const ir_type *moved = change ? &s->x : &s->y;
    for (int k = 0; k < s->x.rank; k++) {
        int64_t n = moved->dim[k], y = s->y.dim[k], low = n - 1, high = n - 1;
        if (s->mode == SAME && s->any_rank) {
            low = n - 1 - (y - 1) / 2;
            high = n - y + (y - 1) / 2;
        } else if (s->mode == SAME) {
            low = n / 2;
            high = n - n / 2 - 1;
        }
        padding[2 * k] = s->mode == VALID ? 0 : low;
        padding[2 * k + 1] = s->mode == VALID ? 0 : high;
    }
}

static jac with_two_axes(jac x, const ir_type *t)
{
    int64_t shape[IR_MAX_RANK] = {1, 1};
    memcpy(shape + 2, t->dim, (size_t)t->rank * sizeof *shape);
    return rt_reshape(x, t->rank + 2, shape);
}

static jac without_two_axes(jac x)
{
    ir_type t;
    return rt_type_of(x, &t) ? rt_reshape(x, t.rank - 2, t.dim + 2) : JAC_NULL;
}

/* jnp.correlate gives the results in reverse if the operands change places; scipy's correlate is
 * the convolution with y reversed, whatever the order. */
static jac combine(const signals *s, jac *v)
{
    int n = s->x.rank;
    int64_t ones[IR_MAX_RANK], spec[IR_MAX_RANK], padding[2 * IR_MAX_RANK], axes[IR_MAX_RANK];
    bool change;
    if (!find_order(s, &change))
        return JAC_NULL;
    if (!s->convolve && ir_is_complex(s->y.dtype))
        v[1] = jac_conj(v[1]);
    find_padding(s, change, padding);
    for (int k = 0; k < IR_MAX_RANK; k++) {
        ones[k] = 1;
        spec[k] = axes[k] = k;
    }
    bool reverse = s->convolve, turned = false;
    if (!s->convolve && change) {
        /* x moves over y, and the places come in the other order. */
        turned = !s->any_rank;
        if (s->any_rank) {
            v[1] = jac_flip(v[1]);
            reverse = true;
        }
    }
    jac in[] = {with_two_axes(v[change], change ? &s->y : &s->x),
                with_two_axes(v[!change], change ? &s->x : &s->y)};
    ir_attr attr[] = {[CONV_STRIDES] = {.n = n, .ints = ones},
                      [CONV_PADDING] = {.n = 2 * n, .ints = padding},
                      [CONV_LHS_DILATION] = {.n = n, .ints = ones},
                      [CONV_RHS_DILATION] = {.n = n, .ints = ones},
                      [CONV_LHS_SPEC] = {.n = n + 2, .ints = spec},
                      [CONV_RHS_SPEC] = {.n = n + 2, .ints = spec},
                      [CONV_OUT_SPEC] = {.n = n + 2, .ints = spec},
                      [CONV_FEATURE_GROUPS] = {.i = 1},
                      [CONV_BATCH_GROUPS] = {.i = 1},
                      [CONV_REVERSAL] = {.n = reverse ? n : 0, .ints = ones}};
    if (!jac_ok(in[0]) || !jac_ok(in[1]))
        return JAC_NULL;
    jac y = without_two_axes(rt_emit1(&op_conv_general_dilated, 2, in, attr));
    return turned && jac_ok(y) ? jac_flip(y) : y;
}

static jac run(signals *s, jac x, jac y, const char *mode)
{
    jac v[] = {x, y};
    return take_mode(s, mode) && take_arrays(s, v) ? combine(s, v) : JAC_NULL;
}

jac jac_convolve_(const jac_loc *at, jac x, jac y, const char *mode)
{
    unsigned m = rt_begin(at);
    return rt_end(m, run(&(signals){.what = "convolve", .convolve = true}, x, y, mode));
}

jac jac_correlate_(const jac_loc *at, jac x, jac y, const char *mode)
{
    unsigned m = rt_begin(at);
    return rt_end(m, run(&(signals){.what = "correlate"}, x, y, mode));
}

jac jac_signal_convolve_(const jac_loc *at, jac x, jac y, const char *mode)
{
    unsigned m = rt_begin(at);
    signals s = {.what = "signal_convolve", .convolve = true, .any_rank = true};
    return rt_end(m, run(&s, x, y, mode));
}

jac jac_signal_correlate_(const jac_loc *at, jac x, jac y, const char *mode)
{
    unsigned m = rt_begin(at);
    signals s = {.what = "signal_correlate", .any_rank = true};
    return rt_end(m, run(&s, x, y, mode));
}

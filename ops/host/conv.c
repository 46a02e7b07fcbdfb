/* Convolutions: floats in blocks (conv_blocks.c), other dtypes by plain loops. */
#include <stdlib.h>
#include <stddef.h>
#include <string.h>

#include "ops/host/conv_blocks.h"
#include "ops/host/host.h"
#include "ops/scalar/arith.h"

/* ---- plain loops ----------------------------------------------------------------------------- */

/* For one place of the window on the operand: the elements of the window that meet one of the
 * operand's, by their offsets in both. */
typedef struct {
    int64_t n, *lhs, *rhs;
} taps;

/* Adds the taps of dimension d and the following ones; at: the place in the result. */
static void find_taps(const host_conv *s, const int64_t *at, int d, int64_t lhs, int64_t rhs,
                      taps *t)
{
    if (d == s->rank) {
        t->lhs[t->n] = lhs;
        t->rhs[t->n++] = rhs;
        return;
    }
    const host_conv_dim *v = &s->dim[d];
    for (int64_t k = 0; k < v->window; k++) {
        int64_t i = at[d] * v->stride + k * v->rhs_dilation - v->low;
        if (i >= 0 && i % v->lhs_dilation == 0 && i / v->lhs_dilation < v->in)
            find_taps(s, at, d + 1, lhs + i / v->lhs_dilation * v->lhs, rhs + k * v->rhs, t);
    }
}

/* All elements of the result at one place. */
#define CONV_KERNEL(d, T, U, add, mul)                                                             \
    static void place_##d(const host_conv *s, const taps *t, const void *lhs, const void *rhs,     \
                          void *to)                                                                \
    {                                                                                              \
        for (int64_t g = 0; g < s->groups; g++)                                                    \
            for (int64_t n = 0; n < s->batch; n++)                                                 \
                for (int64_t f = 0; f < s->features; f++) {                                        \
                    const T *a = (const T *)lhs + g * s->lhs_group + n * s->lhs_batch;             \
                    const T *b = (const T *)rhs + g * s->rhs_group + f * s->rhs_feature;           \
                    T sum = 0;                                                                     \
                    for (int64_t c = 0; c < s->channels; c++)                                      \
                        for (int64_t k = 0; k < t->n; k++)                                         \
                            sum = jk_##add##_##d(                                                  \
                                sum, jk_##mul##_##d(a[c * s->lhs_channel + t->lhs[k]],             \
                                                    b[c * s->rhs_channel + t->rhs[k]]));           \
                    ((T *)to)[g * s->to_group + n * s->to_batch + f * s->to_feature] = sum;        \
                }                                                                                  \
    }
#define CONV_ENTRY(d, ...) [IR_##d] = place_##d,

typedef void conv_kernel(const host_conv *s, const taps *t, const void *lhs, const void *rhs,
                         void *to);
// clang-format off
EACH_num(CONV_KERNEL, add, mul)
EACH_bool(CONV_KERNEL, or, and)
static conv_kernel *const kernels[IR_NDTYPE] = {EACH_any(CONV_ENTRY)};
// clang-format on

static bool plain_loops(const host_conv *s, const char *lhs, const char *rhs, char *to)
{
    size_t size = ir_dtypes[s->dtype].size;
    int64_t at[IR_MAX_RANK] = {0}, window = 1, places = 1;
    for (int d = 0; d < s->rank; d++) {
        window *= s->dim[d].window;
        places *= s->dim[d].out;
    }
    int64_t *offsets = malloc(2 * (size_t)window * sizeof *offsets);
    if (!offsets)
        return ir_fail("conv_general_dilated: out of memory for a window of %lld elements",
                       (long long)window);
    while (places-- > 0) {
        taps t = {0, offsets, offsets + window};
        int64_t there = 0;
        for (int d = 0; d < s->rank; d++)
            there += at[d] * s->dim[d].to;
        find_taps(s, at, 0, 0, s->rhs_start, &t);
        kernels[s->dtype](s, &t, lhs, rhs, to + there * (int64_t)size);
        for (int64_t d = s->rank - 1; d >= 0 && ++at[d] == s->dim[d].out; d--)
            at[d] = 0;
    }
    free(offsets);
    return true;
}

bool jac_host_conv(const int64_t *numbers, const void *const *in, void *const *out)
{
    host_conv s;
    memcpy(&s, numbers, offsetof(host_conv, dim));
    memcpy(s.dim, numbers + offsetof(host_conv, dim) / sizeof *numbers,
           (size_t)s.rank * sizeof *s.dim);
    return conv_in_blocks(&s) ? conv_blocks(&s, in[0], in[1], out[0])
                              : plain_loops(&s, in[0], in[1], out[0]);
}

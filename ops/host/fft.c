/* fft: transforms along the last one to three axes, one axis after the other. */
#include <stdlib.h>
#include <string.h>

#include "ops/host/fft_lines.h"

/* Transforms complex numbers along all axes from `first` down to axis 0, from `from` to `to`. */
static bool complex_axes(const host_fft *s, int64_t first, int64_t inner, fft_pair from,
                         fft_pair to)
{
    bool inverse = s->type == HOST_IFFT || s->type == HOST_IRFFT;
    int64_t outer = s->outer;
    for (int64_t a = 0; a <= first; a++)
        outer *= s->n[a];
    for (int64_t a = first; a >= 0; inner *= s->n[a--], from = to) {
        int64_t n = s->n[a];
        outer /= n;
        fft_lines l = {FFT_COMPLEX, s->dtype == IR_f64,         inverse, outer, n, inner, from,
                       to,          inverse ? 1 / (double)n : 1};
        if (!fft_along(&l))
            return false;
    }
    return true;
}

static int64_t lines_before_last(const host_fft *s)
{
    int64_t lines = s->outer;
    for (int64_t a = 0; a < s->rank - 1; a++)
        lines *= s->n[a];
    return lines;
}

static bool real_to_half(const host_fft *s, fft_pair from, fft_pair to)
{
    int64_t n = s->n[s->rank - 1];
    fft_lines l = {
        FFT_REAL_TO_HALF, s->dtype == IR_f64, false, lines_before_last(s), n, 1, from, to, 1};
    return fft_along(&l) && complex_axes(s, s->rank - 2, n / 2 + 1, to, to);
}

static bool half_to_real(const host_fft *s, fft_pair from, fft_pair to)
{
    int64_t n = s->n[s->rank - 1], lines = lines_before_last(s);
    int64_t bytes = lines * (n / 2 + 1) * (int64_t)ir_dtypes[s->dtype].size;
    char *memory = NULL;
    if (s->rank > 1) {
        if (!(memory = malloc(2 * (size_t)bytes)))
            return ir_fail("fft: out of memory for %lld bytes", 2 * (long long)bytes);
        fft_pair between = {memory, memory + bytes};
        if (!complex_axes(s, s->rank - 2, n / 2 + 1, from, between)) {
            free(memory);
            return false;
        }
        from = between;
    }
    fft_lines l = {FFT_HALF_TO_REAL, s->dtype == IR_f64, true, lines, n, 1, from, to,
                   1 / (double)n};
    bool done = fft_along(&l);
    free(memory);
    return done;
}

bool jac_host_fft(const int64_t *numbers, const void *const *in, void *const *out)
{
    host_fft s;
    memcpy(&s, numbers, sizeof s);
    fft_pair from = {(void *)in[0], s.type == HOST_RFFT ? NULL : (void *)in[1]};
    fft_pair to = {out[0], s.type == HOST_IRFFT ? NULL : out[1]};
    if (!lines_before_last(&s) || !s.n[s.rank - 1])
        return true;
    switch ((host_fft_type)s.type) {
    case HOST_RFFT:
        return real_to_half(&s, from, to);
    case HOST_IRFFT:
        return half_to_real(&s, from, to);
    default:
        return complex_axes(&s, s.rank - 1, 1, from, to);
    }
}

/* Runs the plan of a transform: passes from the input to the output and back and forth between that
 * and the scratch memory; or two transforms of a longer line, with a chirp.
 */
#include <string.h>

#include "ops/host/fft.h"
#include "ops/kernel.h"

#define INNER static inline __attribute__((always_inline))

#define REAL     float
#define NAMED(f) f##_f32
#define LOW      0, 8, 1, 9, 2, 10, 3, 11
#define HIGH     4, 12, 5, 13, 6, 14, 7, 15
#include "ops/host/fft_passes_of.h"
#undef REAL
#undef NAMED
#undef LOW
#undef HIGH

#define REAL     double
#define NAMED(f) f##_f64
#define LOW      0, 4, 1, 5
#define HIGH     2, 6, 3, 7
#include "ops/host/fft_passes_of.h"
#undef REAL
#undef NAMED
#undef LOW
#undef HIGH

static void run_pass(const fft_pass *p, bool wide, int64_t side, fft_pair from, fft_pair to)
{
    if (wide)
        pass_f64(p, side, (arrays_f64){from.re, from.im, to.re, to.im});
    else
        pass_f32(p, side, (arrays_f32){from.re, from.im, to.re, to.im});
}

static void modulate(bool wide, int64_t n, int64_t lanes, bool conjugate, fft_pair x, fft_pair w,
                     fft_pair y)
{
    if (wide)
        modulate_f64(n, lanes, conjugate, x, w, y);
    else
        modulate_f32(n, lanes, conjugate, x, w, y);
}

static size_t number_size(const fft_plan *p)
{
    return p->wide ? sizeof(double) : sizeof(float);
}

static fft_pair moved(fft_pair x, int64_t bytes)
{
    return (fft_pair){(char *)x.re + bytes, (char *)x.im + bytes};
}

static void by_passes(const fft_plan *p, int64_t lanes, fft_pair in, fft_pair out, fft_pair scratch)
{
    fft_pair from = in;
    if (!p->npass) {
        memcpy(out.re, in.re, (size_t)lanes * number_size(p));
        memcpy(out.im, in.im, (size_t)lanes * number_size(p));
    }
    for (int k = 0; k < p->npass; k++) {
        fft_pair to = (p->npass - k) % 2 ? out : scratch;
        run_pass(&p->pass[k], p->wide, lanes * p->pass[k].before, from, to);
        from = to;
    }
}

/* X[k] = c[k] sum over j of (x[j] c[j]) conj c[k - j], where c[k] = e^(-i pi k^2 / n): a cyclic
 * convolution of length m, by transforms. The second one, forwards again, is of the conjugate, and
 * so is `kernel`. */
static void by_chirp(const fft_plan *p, int64_t lanes, fft_pair in, fft_pair out, fft_pair scratch)
{
    int64_t m = p->inner->n, size = (int64_t)number_size(p) * lanes;
    fft_pair x = scratch, y = moved(x, m * size), more = moved(y, m * size);
    modulate(p->wide, p->n, lanes, false, in, p->chirp, x);
    memset((char *)x.re + p->n * size, 0, (size_t)((m - p->n) * size));
    memset((char *)x.im + p->n * size, 0, (size_t)((m - p->n) * size));
    by_passes(p->inner, lanes, x, y, more);
    modulate(p->wide, m, lanes, true, y, p->kernel, x);
    by_passes(p->inner, lanes, x, y, more);
    modulate(p->wide, p->n, lanes, true, y, p->chirp, out);
}

int64_t fft_scratch(const fft_plan *p)
{
    return p->inner ? 3 * p->inner->n : p->n;
}

void fft_run(const fft_plan *p, int64_t lanes, fft_pair in, fft_pair out, fft_pair scratch)
{
    if (p->inner)
        by_chirp(p, lanes, in, out, scratch);
    else
        by_passes(p, lanes, in, out, scratch);
}

/* What is read and written around a transform, for one floating-point type: included by fft_lines.c
 * with REAL, the type, and NAMED(name), its names.
 *
 * A real line of an even length 2 h is transformed as h complex numbers, each of two neighbours: if
 * Z is the transform of those, E that of the even elements, O that of the odd ones and w the root
 * of order 2 h, then
 *
 *   E[k] = (Z[k] + conj Z[h-k]) / 2     i O[k] = (Z[k] - conj Z[h-k]) / 2     X[k] = E[k] + w^k
 * O[k]
 *
 * Back, Z = E + i O is computed from X.
 */

/* Where element i of line q is in memory: at i * element + q * line. */
INNER void NAMED(copy)(int64_t n, const int64_t lanes, const REAL *from, const lines_at f, REAL *to,
                       const lines_at t, REAL factor)
{
    for (int64_t i = 0; i < n; i++)
        for (int64_t q = 0; q < lanes; q++)
            to[i * t.element + q * t.line] = factor * from[i * f.element + q * f.line];
}

/* `from` is in memory and `to` is the buffer, or the reverse; each has a loop of its own, because
 * one of the steps is then 1. */
OPS_KERNEL static void NAMED(read)(int64_t n, int64_t lanes, const REAL *from, lines_at f, REAL *to)
{
    if (lanes == 1 && f.element == 1)
        NAMED(copy)(n, 1, from, (lines_at){1, 0}, to, (lines_at){1, 0}, 1);
    else if (lanes == 1 && f.element == 2)
        NAMED(copy)(n, 1, from, (lines_at){2, 0}, to, (lines_at){1, 0}, 1);
    else if (lanes == 1)
        NAMED(copy)(n, 1, from, f, to, (lines_at){1, 0}, 1);
    else if (f.line == 1)
        NAMED(copy)(n, lanes, from, (lines_at){f.element, 1}, to, (lines_at){lanes, 1}, 1);
    else
        NAMED(copy)(n, lanes, from, f, to, (lines_at){lanes, 1}, 1);
}

OPS_KERNEL static void NAMED(write)(int64_t n, int64_t lanes, const REAL *from, REAL *to,
                                    lines_at t, REAL factor)
{
    if (lanes == 1 && t.element == 1)
        NAMED(copy)(n, 1, from, (lines_at){1, 0}, to, (lines_at){1, 0}, factor);
    else if (lanes == 1)
        NAMED(copy)(n, 1, from, (lines_at){1, 0}, to, t, factor);
    else if (t.line == 1)
        NAMED(copy)(n, lanes, from, (lines_at){lanes, 1}, to, (lines_at){t.element, 1}, factor);
    else
        NAMED(copy)(n, lanes, from, (lines_at){lanes, 1}, to, t, factor);
}

/* Two lines to one, an element of each by turns. */
OPS_KERNEL static void NAMED(weave)(int64_t n, const REAL *even, const REAL *odd, REAL *to,
                                    REAL factor)
{
    for (int64_t i = 0; i < n; i++) {
        to[2 * i] = factor * even[i];
        to[2 * i + 1] = factor * odd[i];
    }
}

/* From Z, h elements in the buffer, to the h + 1 elements of X in memory. */
INNER void NAMED(split)(int64_t h, const int64_t lanes, fft_pair w, fft_pair z, fft_pair x,
                        const lines_at at)
{
    const REAL *restrict wr = w.re, *restrict wi = w.im, *restrict zr = z.re, *restrict zi = z.im;
    const REAL half = (REAL)0.5;
    REAL *restrict xr = x.re, *restrict xi = x.im;
    for (int64_t q = 0; q < lanes; q++) {
        int64_t first = q * at.line, last = h * at.element + q * at.line;
        xr[first] = zr[q] + zi[q], xr[last] = zr[q] - zi[q];
        xi[first] = xi[last] = 0;
    }
    for (int64_t k = 1; k <= h / 2; k++)
        for (int64_t q = 0; q < lanes; q++) {
            int64_t near = k * lanes + q, far = (h - k) * lanes + q;
            REAL er = half * (zr[near] + zr[far]), ei = half * (zi[near] - zi[far]);
            REAL odd_re = half * (zi[near] + zi[far]), odd_im = half * (zr[far] - zr[near]);
            REAL pr = odd_re * wr[k] - odd_im * wi[k], pi = odd_re * wi[k] + odd_im * wr[k];
            int64_t to = k * at.element + q * at.line, back = (h - k) * at.element + q * at.line;
            xr[to] = er + pr, xi[to] = ei + pi;
            xr[back] = er - pr, xi[back] = pi - ei;
        }
}

/* The reverse, from memory to 2 Z. The ends of X count as real. */
INNER void NAMED(join)(int64_t h, const int64_t lanes, fft_pair w, fft_pair x, const lines_at at,
                       fft_pair z)
{
    const REAL *restrict wr = w.re, *restrict wi = w.im, *restrict xr = x.re, *restrict xi = x.im;
    REAL *restrict zr = z.re, *restrict zi = z.im;
    for (int64_t q = 0; q < lanes; q++) {
        REAL first = xr[q * at.line], last = xr[h * at.element + q * at.line];
        zr[q] = first + last;
        zi[q] = first - last;
    }
    for (int64_t k = 1; k <= h / 2; k++)
        for (int64_t q = 0; q < lanes; q++) {
            int64_t from = k * at.element + q * at.line, back = (h - k) * at.element + q * at.line;
            REAL sr = xr[from] + xr[back], si = xi[from] - xi[back];
            REAL dr = xr[from] - xr[back], di = xi[from] + xi[back];
            REAL odd_re = dr * wr[k] + di * wi[k], odd_im = di * wr[k] - dr * wi[k];
            int64_t near = k * lanes + q, far = (h - k) * lanes + q;
            zr[near] = sr - odd_im, zi[near] = si + odd_re;
            zr[far] = sr + odd_im, zi[far] = odd_re - si;
        }
}

OPS_KERNEL static void NAMED(split_lines)(int64_t h, int64_t lanes, fft_pair w, fft_pair z,
                                          fft_pair x, lines_at at)
{
    if (lanes == 1)
        NAMED(split)(h, 1, w, z, x, (lines_at){1, 0});
    else
        NAMED(split)(h, lanes, w, z, x, at);
}

OPS_KERNEL static void NAMED(join_lines)(int64_t h, int64_t lanes, fft_pair w, fft_pair x,
                                         lines_at at, fft_pair z)
{
    if (lanes == 1)
        NAMED(join)(h, 1, w, x, (lines_at){1, 0}, z);
    else
        NAMED(join)(h, lanes, w, x, at, z);
}

/* An odd length: elements k and n - k of a line whose transform is real are conjugates. */
static void NAMED(mirror)(int64_t n, int64_t lanes, fft_pair x, lines_at at, fft_pair z)
{
    const REAL *xr = x.re, *xi = x.im;
    REAL *zr = z.re, *zi = z.im;
    for (int64_t k = 0; k <= n / 2; k++)
        for (int64_t q = 0; q < lanes; q++) {
            int64_t from = k * at.element + q * at.line, near = k * lanes + q;
            int64_t far = (k ? n - k : 0) * lanes + q;
            zr[near] = zr[far] = xr[from];
            zi[far] = k ? -xi[from] : 0;
            zi[near] = k ? xi[from] : 0;
        }
}

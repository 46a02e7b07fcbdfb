/* Transforms of a few numbers held in registers: included by fft_passes_of.h with REAL, N, which is
 * REAL or a vector of it, and OF(name), the functions' names.
 */

INNER void OF(two)(N *re, N *im)
{
    N r = re[0], i = im[0];
    re[0] = r + re[1], im[0] = i + im[1];
    re[1] = r - re[1], im[1] = i - im[1];
}

INNER void OF(four)(N *re, N *im)
{
    N ar = re[0] + re[2], ai = im[0] + im[2], br = re[0] - re[2], bi = im[0] - im[2];
    N cr = re[1] + re[3], ci = im[1] + im[3], dr = re[1] - re[3], di = im[1] - im[3];
    re[0] = ar + cr, im[0] = ai + ci;
    re[1] = br + di, im[1] = bi - dr;
    re[2] = ar - cr, im[2] = ai - ci;
    re[3] = br - di, im[3] = bi + dr;
}

INNER void OF(eight)(N *re, N *im)
{
    const REAL half = (REAL)0.70710678118654752440;
    N er[4] = {re[0], re[2], re[4], re[6]}, ei[4] = {im[0], im[2], im[4], im[6]};
    N odd_re[4] = {re[1], re[3], re[5], re[7]}, odd_im[4] = {im[1], im[3], im[5], im[7]};
    OF(four)(er, ei);
    OF(four)(odd_re, odd_im);
    N wr[4] = {odd_re[0], half * (odd_re[1] + odd_im[1]), odd_im[2],
               half * (odd_im[3] - odd_re[3])};
    N wi[4] = {odd_im[0], half * (odd_im[1] - odd_re[1]), -odd_re[2],
               -half * (odd_re[3] + odd_im[3])};
    for (int k = 0; k < 4; k++) {
        re[k] = er[k] + wr[k], im[k] = ei[k] + wi[k];
        re[k + 4] = er[k] - wr[k], im[k + 4] = ei[k] - wi[k];
    }
}

/* An odd number of elements: elements j and n - j share their products. */
INNER void OF(odd)(const int n, N *re, N *im, const REAL *cosine, const REAL *sine)
{
    N sr[FFT_MOST_RADIX / 2], si[FFT_MOST_RADIX / 2], dr[FFT_MOST_RADIX / 2],
        di[FFT_MOST_RADIX / 2];
    N r = re[0], i = im[0];
    const int half = n / 2;
    for (int j = 0; j < half; j++) {
        sr[j] = re[j + 1] + re[n - 1 - j], si[j] = im[j + 1] + im[n - 1 - j];
        dr[j] = re[j + 1] - re[n - 1 - j], di[j] = im[j + 1] - im[n - 1 - j];
        re[0] += sr[j], im[0] += si[j];
    }
    for (int k = 1; k <= half; k++) {
        N ar = r, ai = i, br = dr[0] * sine[k], bi = di[0] * sine[k];
        ar += sr[0] * cosine[k], ai += si[0] * cosine[k];
        for (int j = 1; j < half; j++) {
            const int at = (j + 1) * k % n;
            ar += sr[j] * cosine[at], ai += si[j] * cosine[at];
            br += dr[j] * sine[at], bi += di[j] * sine[at];
        }
        re[k] = ar + bi, im[k] = ai - br;
        re[n - k] = ar - bi, im[n - k] = ai + br;
    }
}

INNER void OF(butterfly)(const int n, N *re, N *im, const REAL *cosine, const REAL *sine)
{
    if (n == 2)
        OF(two)(re, im);
    else if (n == 4)
        OF(four)(re, im);
    else if (n == 8)
        OF(eight)(re, im);
    else
        OF(odd)(n, re, im, cosine, sine);
}
